"""Files -> documents: one function a format, each on a library that is kept well.

A reader raises ValueError with a reason that can stand in a list of documents set aside.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from pathlib import Path

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
    suffix = path.suffix.lower()
    try:
        if suffix == ".parquet":
            return as_strings(pd.read_parquet(path))
        text = path.read_bytes().decode("utf-8-sig")
        rows = _json_lines(text) if suffix in (".jsonl", ".ndjson") else _csv(text, suffix)
    except UnicodeDecodeError as error:
        raise ValueError(
            f"table {path.name!r} is not UTF-8 text (byte {error.start}); save it as UTF-8"
        ) from None
    except (ValueError, OSError) as error:
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ValueError(f"table {path.name!r} cannot be read: {first}") from None
    return as_strings(rows)


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
    twice = sorted({c for c in columns if columns.count(c) > 1})
    if twice:
        raise ValueError(f"column {twice[0]!r} stands there twice")
    rows = [row + [""] * (len(columns) - len(row)) for row in rows]
    return pd.DataFrame(rows, columns=columns, dtype="str")


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
            except json.JSONDecodeError as error:
                raise ValueError(f"line {number} is not JSON ({error.msg})") from None
            if not isinstance(row, dict):
                raise ValueError(f"line {number} is no object with a name for each value")
            rows.append({name: _string(value) for name, value in row.items()})
    return pd.DataFrame(rows)


def as_strings(table: pd.DataFrame) -> pd.DataFrame:
    """The same table with every column as text and missing values as "".

    >>> as_strings(pd.DataFrame({"date": [2016.0, None]}))["date"].tolist()
    ['2016', '']
    """
    columns = {str(c): [_string(v) for v in table[c].tolist()] for c in table.columns}
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
