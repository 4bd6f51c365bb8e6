"""Tables of documents, in any format that spreadsheets, databases and programs write."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
import json
import re
from pathlib import Path

import pandas as pd

from crosscurrents.readers.files import LARGEST, decode, open_regular, read_bytes

SEPARATORS = ",;\t|"
SAMPLE, ROWS = 200_000, 50  # signs and rows of a table by which its separator is found
CELL = 60  # bytes that a value of a table takes in memory beside its text
BATCH = 1000  # rows of a Parquet file that are read at a time


def read_table(path: Path) -> pd.DataFrame:
    """A CSV, TSV, Excel, JSON, JSON Lines or Parquet file as a table of strings.

    Raises ValueError naming the file, and the line where there is one.
    """
    from pyarrow import ArrowException

    try:
        with open_regular(path) as stream:
            if stream.read(4) == b"PAR1" or path.suffix.lower() == ".parquet":
                return _parquet(path)
        return table_of(read_bytes(path), path.suffix.lower())
    except (ValueError, OSError, MemoryError, ArrowException) as error:
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ValueError(f"table {path.name!r} cannot be read: {first}") from None


def table_of(data: bytes, suffix: str = "") -> pd.DataFrame:
    """The table of a file that is not Parquet, by its content; raises ValueError."""
    if data.startswith(b"PK\3\4"):
        return as_strings(_excel(data))
    text = decode(data)
    if suffix in (".json", ".jsonl", ".ndjson") or text.lstrip()[:1] in ("{", "["):
        return as_strings(_json(text))
    return as_strings(csv_table(text, "\t" if suffix == ".tsv" else ""))


def _excel(data: bytes) -> pd.DataFrame:
    """The first sheet of a workbook that has a row under its head."""
    from openpyxl import load_workbook

    from crosscurrents.readers.archives import check_archive

    check_archive(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            rows = [
                row
                for row in sheet.iter_rows(values_only=True)
                if any(v not in (None, "") for v in row)
            ]
            if len(rows) > 1:
                return _below_head(rows)
    except ValueError:
        raise
    except Exception as error:  # whatever a damaged file makes of openpyxl
        raise ValueError(f"is a damaged workbook ({type(error).__name__})") from None
    raise ValueError("is a workbook without a table")


def _below_head(rows: list[tuple]) -> pd.DataFrame:
    """Rows as a table; the first has the names. Columns without a name and value are left out."""
    names = [str(name).strip() if name is not None else "" for name in rows[0]]
    used = [k for k, name in enumerate(names) if name]
    if any(
        len(row) > k and row[k] not in (None, "")
        for row in rows[1:]
        for k in range(len(names))
        if not names[k]
    ):
        raise ValueError("has values in a column without a name; give it one in the first row")
    cells = [[row[k] if k < len(row) else None for k in used] for row in rows[1:]]
    return pd.DataFrame(cells, columns=[names[k] for k in used], dtype=object)


def _parquet(path: Path) -> pd.DataFrame:
    with open_regular(path) as stream:
        return parquet_table(stream)


def parquet_table(stream) -> pd.DataFrame:
    """A Parquet file as strings; its sizes are checked before, and while, it is read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

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


def csv_table(text: str, sign: str = "") -> pd.DataFrame:
    """A table as a spreadsheet writes it; the separator is found where it is not given."""
    if text[:4].lower() == "sep=":  # a line by which Excel says how cells are separated
        sign, text = text[4:5], text.partition("\n")[2]
    limit = csv.field_size_limit(max(len(text), 1))  # a field may hold a whole article
    sign = sign or separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    try:
        columns = [c.strip() for c in next(reader, [])]
        while len(columns) > 1 and not columns[-1]:  # spreadsheets write empty columns, too
            columns.pop()
        rows = [row for row in reader if _fits(row, columns, reader.line_num, sign)]
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num}: {error}") from None
    finally:
        csv.field_size_limit(limit)
    rows = [(row + [""] * (len(columns) - len(row)))[: len(columns)] for row in rows]
    return pd.DataFrame(rows, columns=_once(columns), dtype="str")


def separator(text: str) -> str:
    """What separates the fields of a table: the sign by which most rows have as many as the first.

    >>> separator('source;"title, short";text\\nMail;a;"It rained, and how."')
    ';'
    """
    counts = {}
    for sign in SEPARATORS:
        rows = csv.reader(io.StringIO(text[:SAMPLE], newline=""), delimiter=sign)
        try:
            sizes = [len(row) for row in itertools.islice(rows, ROWS) if row]
        except csv.Error:
            continue
        if sizes and sizes[0] > 1:
            counts[sign] = (sum(size == sizes[0] for size in sizes) / len(sizes), sizes[0])
    return max(counts, key=counts.get, default=",")


def _fits(row: list[str], columns: list[str], line: int, sign: str) -> bool:
    """Whether a row holds anything; raises ValueError where it holds too much."""
    if len(row) > len(columns) and any(row[len(columns) :]):
        raise ValueError(
            f"line {line} has {len(row)} fields, not {len(columns)}; put quotes around a field "
            f"with {sign!r} in it"
        )
    return any(row)


def _json(text: str) -> pd.DataFrame:
    """A list of objects, an object that holds such a list, or an object a line."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return _json_lines(text)
    if isinstance(found, dict):
        lists = [v for v in found.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
        found = max(lists, key=len) if lists else [found]
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise ValueError("line 1 is no object with a name for each value")
    return pd.DataFrame([{k: _string(v) for k, v in row.items()} for row in found])


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
