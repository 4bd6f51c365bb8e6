"""Files -> documents: one function a format, each on a library that is kept well.

A reader raises ValueError with a reason that can stand in a list of documents set aside.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

TEXT_SUFFIXES = {".txt", ".md", ".markdown", ".text"}
TABLE_SUFFIXES = {".csv", ".tsv", ".jsonl", ".ndjson", ".parquet"}
TEXT_COLUMNS = ("text", "content", "body", "article")
CONTROL = {*range(9), 11, *range(14, 27), *range(28, 32)} - {11}  # bytes that no text file holds


def decode(data: bytes) -> str:
    r"""Bytes of a text file as text; UTF-8 with or without a byte-order mark, UTF-16 with one.

    Raises ValueError with the reason where the bytes are empty or no text.

    >>> decode(b"\xef\xbb\xbfRain\r\nfell.")
    'Rain\nfell.'
    """
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    if encoding == "utf-8" and b"\0" in data[:65536]:
        raise ValueError("is not a text file (it holds zero bytes)")
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"is not UTF-8 text (byte {error.start} is 0x{data[error.start]:02x}); save it as UTF-8"
        ) from None
    if not text.strip():
        raise ValueError("is empty")
    if not any(c.isalnum() for c in text[:100_000]) and not any(c.isalnum() for c in text):
        raise ValueError("holds no letter and no digit")
    if sum(ord(c) in CONTROL for c in text[:65536]) > 0.01 * min(len(text), 65536):
        raise ValueError("is not a text file (it holds control characters)")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_table(path: Path) -> pd.DataFrame:
    """A CSV, TSV, JSON Lines or Parquet file as a table of strings; "" where nothing stands."""
    suffix = path.suffix.lower()
    try:
        if suffix == ".parquet":
            table = pd.read_parquet(path)
        elif suffix in (".jsonl", ".ndjson"):
            table = pd.read_json(path, lines=True, dtype=False, convert_dates=False)
        else:
            separator = "\t" if suffix == ".tsv" else ","
            table = pd.read_csv(path, dtype=str, keep_default_na=False, sep=separator, encoding="utf-8-sig")
    except (ValueError, UnicodeDecodeError, OSError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ValueError(f"table {path.name!r} cannot be read: {first}") from None
    return table


def as_strings(table: pd.DataFrame) -> pd.DataFrame:
    """The same table with every column as text and missing values as ""."""
    return table.apply(lambda c: c.astype(object).where(c.notna(), "").astype(str)).astype("str")


def text_column(table: pd.DataFrame, name: str) -> str:
    """Which column of a table holds the texts."""
    for column in TEXT_COLUMNS:
        if column in table.columns:
            return column
    raise ValueError(
        f"{name} has no column of texts; name one of its columns {list(TEXT_COLUMNS)} (it has {list(table.columns)})"
    )
