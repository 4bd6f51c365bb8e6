"""Tables of documents, in any format that spreadsheets, databases and programs write."""

from __future__ import annotations

import csv
import datetime
import io
import itertools
import json
import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from crosscurrents.dates import read_date
from crosscurrents.storage import LARGEST, decoded, read_bytes

PARQUET, ARCHIVE = b"PAR1", b"PK\3\4"  # what a file of Parquet, and a workbook, begin with
SEPARATORS = ",;\t|"
SAMPLE, ROWS = 200_000, 50  # signs and rows of a table by which its separator is found
ITEM = 80  # signs of a name in a list; what is longer is a paragraph
CELL = 60  # bytes that a value of a table takes in memory beside its text
# Names of columns by which they are guessed.
NAMES = tomllib.loads(Path(__file__).with_name("columns.toml").read_text(encoding="utf-8"))


# --- which column is which


def guess_columns(names: Sequence[str], given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Which column of a table is which of ours, as {ours: theirs}.

    Parameters
    ----------
    names
        The columns of the table.
    given
        What a person says, as {ours: theirs}; it comes before any guess.

    Raises
    ------
    ValueError
        For a column that is not in the table, or said twice.

    >>> guess_columns(["Headline", "Publication", "Body", "Date"])
    {'text': 'Body', 'source': 'Publication', 'title': 'Headline', 'date': 'Date'}
    """
    given = dict(given or {})
    unknown = sorted(set(given.values()) - set(names))
    if unknown:
        raise ValueError(f"columns {unknown} are not in the table; choose from {list(names)}")
    if len(set(given.values())) < len(given):
        raise ValueError(f"columns {given} name one column twice")
    # A name that is ours stays what it is, also where another column has a better synonym.
    found = {n: n for n in NAMES if n in names and n not in given and n not in given.values()}
    found |= given
    free = {_plain(name): name for name in reversed(names) if name not in found.values()}
    for ours, synonyms in NAMES.items():
        known = next((name for name in synonyms.split() if name in free), "")
        if ours not in found and known:
            found[ours] = free.pop(known)
    return {ours: found[ours] for ours in dict.fromkeys([*NAMES, *given]) if ours in found}


def with_our_columns(
    table: pd.DataFrame, given: Mapping[str, str] | None = None
) -> tuple[pd.DataFrame, dict[str, str]]:
    """A table with its columns under our names, and which was guessed or said to be which.

    A column that has one of our names, but is not the one that is meant, keeps it as "table:name".
    Raises ValueError for a table without texts, and as `guess_columns` does.
    """
    given = given or {}
    found = guess_columns(table.columns.tolist(), given)
    if "text" not in found:
        reason = "has no column of texts; say which it is: columns={'text': '...'}"
        reason += f" or --columns text=NAME (it has {table.columns.tolist()})"
        if "url" in found:
            reason += (
                f"; the pages of {found['url']!r} are fetched by 'crosscurrents collect CORPUS "
                "--pages FILE'"
            )
        raise ValueError(reason)
    guessed = {
        ours: theirs for ours, theirs in found.items()
        if ours != theirs and (ours in given or _plausible(ours, table[theirs]))
    }  # fmt: skip
    clash = {name: f"table:{name}" for name in guessed if name in table.columns}
    names = {theirs: ours for ours, theirs in guessed.items()}
    return table.rename(columns=names | clash), guessed


def _plausible(name: str, column: pd.Series) -> bool:
    """Whether what a column holds agrees with a guess from its name alone."""
    if name == "doc_id":
        return column.ne("").all() and column.is_unique
    if name == "date":
        written = [value for value in column.head(1000) if value.strip()]
        return sum(read_date(v) is not None for v in written) > len(written) / 2
    return True


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKD", name.casefold()))  # marks go, too


def parse_columns(text: str) -> dict[str, str]:
    """Columns as the command line says them.

    >>> parse_columns("text=Body, source=Publication")
    {'text': 'Body', 'source': 'Publication'}
    """
    pairs = [part.partition("=")[::2] for part in text.split(",") if part.strip()]
    columns = {ours.strip(): theirs.strip() for ours, theirs in pairs}
    if not all([*columns, *columns.values()]):
        raise ValueError(f"columns {text!r}: write text=Body,source=Publication")
    return columns


# --- files of tables


def read_table(path: Path) -> pd.DataFrame:
    """A CSV, TSV, Excel, JSON, JSON Lines or Parquet file as a table of strings.

    Raises ValueError naming the file, and the line where there is one.
    """
    return _read(path, table_of)


def read_texts(
    path: Path, given: Mapping[str, str] | None = None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """As `read_table`, but of a workbook all sheets that have texts (see `texts_of`)."""
    return _read(path, lambda data, suffix: texts_of(data, suffix, given))


def _read(path: Path, read: Callable[[bytes, str], Any]) -> Any:
    try:
        return read(read_bytes(path), path.suffix.lower())
    except Exception as error:  # whatever a damaged file makes of a library
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ValueError(f"table {path.name!r} cannot be read: {first}") from None


def table_of(data: bytes, suffix: str = "") -> pd.DataFrame:
    """The table of a file by its content; raises ValueError."""
    if data.startswith(PARQUET) or suffix == ".parquet":
        return _parquet(data)
    if data.startswith(ARCHIVE):
        return _sheet(next(sheet for sheet in _sheets(data).values() if len(sheet) > 1))
    text, _ = decoded(data)
    if suffix in (".json", ".jsonl", ".ndjson") or text.lstrip()[:1] in ("{", "["):
        return as_strings(_json(text))
    return csv_table(text, "\t" if suffix == ".tsv" else "")


def texts_of(
    data: bytes, suffix: str = "", given: Mapping[str, str] | None = None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """As `table_of`, but of a workbook all sheets that have texts, and doubts about the others.

    The sheets are one below the other, under the names that the columns have in the first.
    """
    if not data.startswith(ARCHIVE):
        return table_of(data, suffix), ()
    found, first, unread = [], {}, {}
    for name, rows in _sheets(data).items():
        try:
            table = _sheet(rows)
            columns = guess_columns(table.columns.tolist(), given)
            if "text" not in columns:
                raise ValueError("has no column of texts")
        except ValueError as error:
            unread[name] = str(error).partition(";")[0]
            continue
        first = first or columns
        same = {theirs: first.get(ours, theirs) for ours, theirs in columns.items()}
        found.append(table.rename(columns={a: b for a, b in same.items() if b not in table}))
    if not found:  # whoever asks for the texts says what is missing
        return table_of(data), ()
    doubts = (f"sheet {name!r} was not read ({why})" for name, why in unread.items())
    return pd.concat(found, ignore_index=True).fillna(""), tuple(doubts)


def as_strings(table: pd.DataFrame) -> pd.DataFrame:
    """The same table with every column as text and missing values as "".

    Raises ValueError for two columns of one name.

    >>> as_strings(pd.DataFrame({"date": [2016.0, None]}))["date"].tolist()
    ['2016', '']
    """
    names = _once([str(name) for name in table.columns])
    return table.map(_string).set_axis(names, axis=1).astype("str")


def _string(value: object) -> str:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")  # half a sign is none
    if value is None or value is pd.NaT or value is pd.NA:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, dict):  # as NewsAPI names a source
        value = value.get("name") or value.get("title") or value
    if isinstance(value, list | np.ndarray):  # names, or paragraphs
        parts = list(map(_string, value))
        return ("\n\n" if any(len(part) > ITEM for part in parts) else ", ").join(parts)
    if isinstance(value, float):
        return "" if value != value else str(int(value)) if value.is_integer() else str(value)
    return str(value)


def _once(names: list[str]) -> list[str]:
    """The same names; raises ValueError if one is there twice."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"column {twice[0]!r} is there twice")
    return names


def _sheets(data: bytes) -> dict[str, pd.DataFrame]:
    """The sheets of a workbook that are not empty: their rows with anything in them."""
    from crosscurrents.readers.documents import check_archive

    check_archive(data)
    as_they_are = {"header": None, "dtype": object, "na_filter": False}
    sheets = pd.read_excel(io.BytesIO(data), sheet_name=None, **as_they_are)
    rows = {name: sheet[sheet.ne("").any(axis=1)] for name, sheet in sheets.items()}
    if all(len(sheet) < 2 for sheet in rows.values()):
        raise ValueError("is a workbook without a table")
    return {name: sheet for name, sheet in rows.items() if len(sheet)}


def _sheet(rows: pd.DataFrame) -> pd.DataFrame:
    """The table of a sheet, whose first row names the columns."""
    head, body = rows.iloc[0].astype("str").str.strip(), rows[1:].reset_index(drop=True)
    named = head.ne("").to_numpy()
    if body.loc[:, ~named].ne("").any(axis=None):
        raise ValueError("has values in a column without a name; give it one in the first row")
    return as_strings(body.loc[:, named].set_axis(head[named], axis=1))


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
    if any(row[len(columns) :]):
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
        lines = enumerate(text.split("\n"), start=1)
        found = [_object(line, number) for number, line in lines if line.strip()]
    if isinstance(found, dict):
        lists = [v for v in found.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
        found = max(lists, key=len, default=[found])
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise ValueError("line 1 is no object with a name for each value")
    return pd.DataFrame(found, dtype=object)


def _object(line: str, number: int) -> dict:
    """The object of a line of JSON Lines."""
    try:
        found = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {number} is not JSON ({error.msg})") from None
    except RecursionError:
        raise ValueError(f"line {number} is nested too deeply") from None
    if not isinstance(found, dict):
        raise ValueError(f"line {number} is no object with a name for each value")
    return found


# --- Parquet: a file of some kilobytes may promise, or hold, more than fits into memory


def _parquet(data: bytes) -> pd.DataFrame:
    """A Parquet file as strings; its size is checked before it is read and decoded."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(pa.BufferReader(data))
    schema, names = file.schema_arrow, _once(file.schema_arrow.names)
    _check_metadata(file.metadata, any(pa.types.is_nested(t) for t in schema.types))
    # Texts stay coded until their size is known: one of 80 MB may be in every row.
    coded = [n for n in names if pa.types.is_string(schema.field(n).type)]
    table = pq.ParquetFile(pa.BufferReader(data), read_dictionary=coded).read()
    _check_size(sum(_size(chunk) for column in table.columns for chunk in column.chunks))
    table = table.select([n for n in names if not re.fullmatch(r"__index_level_\d+__", n)])
    return as_strings(pd.DataFrame(table.to_pydict(), dtype=object))


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
    """Bytes that a part of a column takes as Python strings."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        return len(column) * CELL + column.nbytes
    lengths = pc.binary_length(column.dictionary).cast(pa.int64())
    return len(column) * CELL + (pc.sum(lengths.take(column.indices)).as_py() or 0)
