"""Files -> documents: one function a format, each on a library that is kept well.

A reader raises ValueError with a reason that can stand in a list of documents set aside.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
import json
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pandas as pd

TEXT_SUFFIXES = {".txt", ".md", ".markdown", ".text"}
TABLE_SUFFIXES = {".csv", ".tsv", ".jsonl", ".ndjson", ".parquet"}
# Documents too, but none that is read yet.
OTHER_SUFFIXES = {".pdf", ".doc", ".docx", ".odt", ".rtf", ".html", ".htm", ".epub"}
TEXT_COLUMNS = ("text", "content", "body", "article")
CONTROL = bytes([*range(9), *range(14, 27), *range(28, 32)])  # signs of no text file
LETTER = re.compile(r"[^\W_]")  # or a digit
MANY = 0.01  # share of such signs that a text with a slip or two does not reach
HEAD = 65_536  # signs of a text in which they are sought
# Bytes of a file, and of a table in memory: 20 times the largest corpus that this was tried with,
# and what a machine of 16 GB still measures. A Parquet file of some kilobytes may hold far more.
LARGEST = 2_000_000_000
CELL = 60  # bytes that a value of a table takes in memory beside its text
BATCH = 1000  # rows of a Parquet file that are read at a time


def on_disk(name: str) -> str:
    """A name as Python's file functions take it, also in a locale that is not UTF-8.

    >>> on_disk("a.txt")
    'a.txt'
    """
    return os.fsdecode(name.encode("utf-8", "surrogateescape"))


def shown(name: str) -> str:
    """The name of a file as text; raises ValueError if its bytes are not UTF-8."""
    try:
        return os.fsencode(name).decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("has a name that is not UTF-8; rename it") from None


def open_regular(file: str | Path) -> BinaryIO:
    """Open a regular file to read; never waits for a pipe or reads a device.

    Raises OSError as `open` does, ValueError for anything but a regular file of at most LARGEST
    bytes.
    """

    def at_once(name: str, flags: int) -> int:
        return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))

    stream = open(file, "rb", buffering=0, opener=at_once)  # noqa: SIM115
    found = os.fstat(stream.fileno())
    if stat.S_ISREG(found.st_mode) and found.st_size <= LARGEST:
        return stream
    stream.close()
    if not stat.S_ISREG(found.st_mode):
        raise ValueError("is no regular file")
    raise ValueError(f"is too large ({found.st_size:,} bytes, at most {LARGEST:,} are read)")


def chunks(stream: BinaryIO, most: int = LARGEST) -> Iterator[bytes]:
    """What a regular file holds, so many bytes as its size says: those of /proc never end."""
    left = os.fstat(stream.fileno()).st_size
    while left > 0 and (part := stream.read(min(left, most))):
        left -= len(part)
        yield part


def read_bytes(file: str | Path) -> bytes:
    """Content of a regular file; raises as `open_regular` does."""
    with open_regular(file) as stream:
        parts = list(chunks(stream))
    return parts[0] if len(parts) == 1 else b"".join(parts)


def stream_sha256(stream: BinaryIO) -> str:
    """SHA-256 of what a regular file holds."""
    digest = hashlib.sha256()
    for part in chunks(stream, 2**20):
        digest.update(part)
    return digest.hexdigest()


def file_sha256(file: str | Path) -> str:
    """SHA-256 of a regular file; raises as `open_regular` does."""
    with open_regular(file) as stream:
        return stream_sha256(stream)


def unreadable(error: OSError) -> str:
    """Why a file cannot be read, in a few words."""
    return f"cannot be read ({(error.strerror or type(error).__name__).lower()})"


def decode(data: bytes) -> str:
    r"""Bytes of a text file as text; UTF-8 with or without a byte-order mark, UTF-16 with one.

    Line ends are plain then. Raises ValueError with the reason where the bytes are no text.

    >>> decode(b"\xef\xbb\xbfRain\r\nfell.")
    'Rain\nfell.'
    """
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if not wide and b"\0" in data:
        raise ValueError("is not a text file (it holds zero bytes)")
    try:
        return plain_ends(data.decode("utf-16" if wide else "utf-8"))
    except UnicodeDecodeError as error:
        name = "UTF-16" if wide else "UTF-8"
        sign = f"byte {error.start} is 0x{data[error.start]:02x}"
        raise ValueError(f"is not {name} text ({sign}); save it as UTF-8") from None


def plain_ends(text: str) -> str:
    """A text with plain line ends and without a byte-order mark."""
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def check_text(text: str) -> str:
    """The same text; raises ValueError where it holds nothing to read."""
    if not LETTER.search(text):
        raise ValueError("holds no letter and no digit" if text.strip() else "is empty")
    head = text[:HEAD].encode("utf-8", "surrogatepass")
    kept = head.translate(None, CONTROL)
    if len(head) - len(kept) > MANY * len(text[:HEAD]):
        raise ValueError("is not a text file (it holds control characters)")
    return text


def read_table(path: Path) -> pd.DataFrame:
    """A CSV, TSV, JSON Lines or Parquet file as a table of strings; "" where nothing stands.

    Raises ValueError naming the file, and the line where there is one.
    """
    from pyarrow import ArrowException

    suffix = path.suffix.lower()
    try:
        if suffix == ".parquet":
            return _parquet(path)
        text = read_bytes(path).decode("utf-8-sig")
        rows = _json_lines(text) if suffix in (".jsonl", ".ndjson") else _csv(text, suffix)
        return as_strings(rows)
    except UnicodeDecodeError as error:
        raise ValueError(
            f"table {path.name!r} is not UTF-8 text (byte {error.start}); save it as UTF-8"
        ) from None
    except (ValueError, OSError, MemoryError, ArrowException) as error:
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ValueError(f"table {path.name!r} cannot be read: {first}") from None


def _parquet(path: Path) -> pd.DataFrame:
    """A Parquet file as strings; its sizes are checked before, and while, it is read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    with open_regular(path) as stream:
        file = pq.ParquetFile(stream)
        schema, names = file.schema_arrow, _once(file.schema_arrow.names)
        _check_metadata(file.metadata, any(pa.types.is_nested(t) for t in schema.types))
        # Texts stay coded until their size is known: one of 80 MB may stand in every row.
        coded = [n for n in names if pa.types.is_string(schema.field(n).type)]
        columns: dict[str, list[str]] = {name: [] for name in names}
        size = 0
        for batch in pq.ParquetFile(stream, read_dictionary=coded).iter_batches(BATCH):
            size += sum(map(_size, batch.columns))
            _check_size(size)
            for name, column in zip(names, batch.columns):
                columns[name] += _values(name, column)
    kept = {n: v for n, v in columns.items() if not re.fullmatch(r"__index_level_\d+__", n)}
    return pd.DataFrame(kept, dtype="str")


def _check_metadata(facts, nested: bool) -> None:
    """Raise ValueError if the metadata of a Parquet file promise more than fits into memory."""
    groups = [facts.row_group(k) for k in range(facts.num_row_groups)]
    if facts.num_rows < 0 or facts.num_rows != sum(group.num_rows for group in groups):
        raise ValueError("its metadata are damaged (number of rows)")
    values = facts.num_rows * facts.num_columns
    if nested:  # only then: Arrow crashes if a damaged file lacks the facts of a column
        columns = [group.column(k) for group in groups for k in range(group.num_columns)]
        values += sum(column.num_values for column in columns)
    _check_size(max(values * CELL, sum(group.total_byte_size for group in groups)))


def _check_size(size: int) -> None:
    if size > LARGEST:
        raise ValueError(
            f"it is too large (some {size / 1e9:,.1f} GB in memory, at most {LARGEST / 1e9:,.0f} "
            "GB are read); split it, or put the texts into files"
        )


def _size(column) -> int:
    """Bytes that a column of a batch takes as Python strings."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        return len(column) * CELL + column.nbytes
    lengths = pc.binary_length(column.dictionary).cast(pa.int64())
    return len(column) * CELL + (pc.sum(lengths.take(column.indices)).as_py() or 0)


def _values(name: str, column) -> list[str]:
    try:
        return [_string(value) for value in column.to_pylist()]
    except (OverflowError, ValueError, LookupError, TypeError) as error:
        raise ValueError(f"column {name!r} holds a value that cannot be read ({error})") from None


def _once(names: list[str]) -> list[str]:
    """The same names; raises ValueError if one stands twice."""
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"column {twice[0]!r} stands there twice")
    return names


def _csv(text: str, suffix: str) -> pd.DataFrame:
    header = text.split("\n", 1)[0]
    sign = "\t" if suffix == ".tsv" else ";" if ";" in header and "," not in header else ","
    limit = csv.field_size_limit(max(len(text), 1))  # a field may hold a whole article
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    try:
        columns = [c.strip() for c in next(reader, [])]
        rows = [row for row in reader if _fits(row, columns, reader.line_num, sign)]
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num}: {error}") from None
    finally:
        csv.field_size_limit(limit)
    rows = [row + [""] * (len(columns) - len(row)) for row in rows]
    return pd.DataFrame(rows, columns=_once(columns), dtype="str")


def _fits(row: list[str], columns: list[str], line: int, sign: str) -> bool:
    """Whether a row holds anything; raises ValueError where it holds too much."""
    if len(row) > len(columns):
        raise ValueError(
            f"line {line} has {len(row)} fields, not {len(columns)}; put quotes around a field "
            f"with {sign!r} in it"
        )
    return any(row)


def _json_lines(text: str) -> pd.DataFrame:
    rows = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                row = json.loads(line)
                if isinstance(row, dict):
                    row = {name: _string(value) for name, value in row.items()}
            except json.JSONDecodeError as error:
                raise ValueError(f"line {number} is not JSON ({error.msg})") from None
            except RecursionError:
                raise ValueError(f"line {number} is nested too deeply") from None
            if not isinstance(row, dict):
                raise ValueError(f"line {number} is no object with a name for each value")
            rows.append(row)
    return pd.DataFrame(rows)


def as_strings(table: pd.DataFrame) -> pd.DataFrame:
    """The same table with every column as text and missing values as "".

    Raises ValueError for two columns of one name.

    >>> as_strings(pd.DataFrame({"date": [2016.0, None]}))["date"].tolist()
    ['2016', '']
    """
    names = _once([str(name) for name in table.columns])
    columns = {n: [_string(v) for v in table[c].tolist()] for n, c in zip(names, table.columns)}
    return pd.DataFrame(columns, index=table.index, dtype="str")


def _string(value: object) -> str:
    if isinstance(value, str):
        if value.isascii():
            return value
        return value.encode("utf-8", "replace").decode("utf-8")  # half a sign is none
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, float):
        return "" if value != value else str(int(value)) if value.is_integer() else str(value)
    return str(value)


def text_column(table: pd.DataFrame, name: str) -> str:
    """Which column of a table holds the texts."""
    for column in TEXT_COLUMNS:
        if column in table.columns:
            return column
    raise ValueError(
        f"{name} has no column of texts; name one of its columns {list(TEXT_COLUMNS)} "
        f"(it has {list(table.columns)})"
    )
