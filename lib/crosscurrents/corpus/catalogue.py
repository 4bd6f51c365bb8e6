"""The catalogue of a corpus: its columns, its dates, and its mistakes in one error."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

import pandas as pd

from crosscurrents.checks import check_columns
from crosscurrents.readers.dates import read_dates

COLUMNS = [
    "doc_id", "source", "title", "author", "date", "date_precision", "url", "language", "genre",
    "file", "sha256", "inferred",
]  # fmt: skip
# What is measured of each document; measures add it to the catalogue.
MEASURED = [
    "paragraphs", "sentences", "words", "quoted_words", "cleaned_sha256", "measured_with",
    "broken_signs", "markup_signs", "mattr", "mtld",
]  # fmt: skip
# Columns of a table of documents that are ours, or are added while it is worked with. A catalogue's
# own column of such a name is kept as "catalogue:<name>", so that both are there.
RESERVED = {*MEASURED, "at_hand", "former", "group", "paragraph", "sentence", "text", "unit"}
OWN = "catalogue:"  # before the name of a catalogue's own column
NAME_MAX = 255  # bytes of a file's name on every disk in use
TEXTS = "texts"  # the folder beside the catalogue that holds the documents
PRECISION = {0: "", 4: "year", 7: "month", 10: "day"}  # by the length of a date
SHOWN = 5  # mistakes of one kind that an error names


def stored_name(name: str) -> str:
    """The column of `documents` that holds a catalogue's own column; no two share one.

    >>> [stored_name(name) for name in ("country", "words", "catalogue:words")]
    ['country', 'catalogue:words', 'catalogue:catalogue:words']
    """
    ours = name in RESERVED or name.startswith((OWN, "_"))
    return OWN + name if ours else name


def user_column(documents: pd.DataFrame, name: str) -> str:
    """The column of a table of documents that a user means by a name: their own first, else ours.

    Raises ValueError for a name that neither has, with those to choose from.

    >>> documents = pd.DataFrame(columns=["source", "words", "catalogue:words", "sentences"])
    >>> user_column(documents, "words"), user_column(documents, "sentences")
    ('catalogue:words', 'sentences')
    """
    for column in (stored_name(name), name):
        if column in documents:
            return column
    known = list(dict.fromkeys(column.removeprefix(OWN) for column in documents.columns))
    raise ValueError(f"by {name!r} is no column of the documents; choose from {known}")


def check_catalogue(
    table: pd.DataFrame, *, required: list[str], name: str, dates: str = ""
) -> pd.DataFrame:
    """Give the catalogue with all of COLUMNS, first, its dates in ISO form with their precision.

    Raises ValueError naming all missing columns, or all of its mistakes at once.

    >>> table = pd.DataFrame({"doc_id": ["a"], "source": ["Mail"], "date": ["2016-05"]})
    >>> check_catalogue(table, required=["doc_id"], name="it")["date_precision"].tolist()
    ['month']
    """
    check_columns(name, table, required)
    if table.empty:
        raise ValueError(f"{name} has no rows; a corpus needs documents")
    table = table.apply(lambda column: column.str.strip()).rename(columns=stored_name)
    table = table.assign(**{c: "" for c in COLUMNS if c not in table})
    table = table[COLUMNS + [c for c in table.columns if c not in COLUMNS]].reset_index(drop=True)
    table = table.assign(sha256=table["sha256"].str.lower())
    table, wrong = _with_dates(table, dates)
    mistakes = _mistakes(table, required) + wrong
    if mistakes:
        raise ValueError(f"{name}: " + "; ".join(mistakes))
    return table


def _mistakes(table: pd.DataFrame, required: list[str]) -> list[str]:
    found = []
    twice = table.loc[table["doc_id"].duplicated(), "doc_id"].unique().tolist()
    if twice:
        found.append(f"two documents have one doc_id: {twice[:SHOWN]}")
    for column in [c for c in ("doc_id", "source", "file") if c in required]:
        blank = table.index[table[column] == ""].tolist()
        if blank:
            rows = ", ".join(str(i + 1) for i in blank[:SHOWN])
            found.append(f"column {column!r} is empty in document number {rows}")
    files = table["file"].unique().tolist()
    outside = [file for file in files if not inside(file)]
    found += [f"file {file!r} lies outside the corpus folder" for file in outside[:SHOWN]]
    long = [f for f in files if any(len(part.encode()) > NAME_MAX for part in f.split("/"))]
    found += [f"file '{f[:30]}…' has a name of more than {NAME_MAX} bytes" for f in long[:SHOWN]]
    wrong = table.loc[~table["sha256"].str.fullmatch("(?:[0-9a-f]{64})?"), "sha256"].unique()
    return found + [f"sha256 {h!r} is not 64 hexadecimal digits" for h in wrong[:SHOWN].tolist()]


def _with_dates(table: pd.DataFrame, order: str) -> tuple[pd.DataFrame, list[str]]:
    """The table with ISO dates and their precision, and what is wrong with dates."""
    try:
        read = read_dates(table["date"], order=order)
    except ValueError as error:
        return table, [str(error)]
    wrong, other = [], []
    for doc_id, date, said in zip(table["doc_id"], table["date"], table["date_precision"]):
        if read[date] is None:
            wrong.append(
                f"date {date!r} of {doc_id!r} is no date that can be read; write YYYY, YYYY-MM or "
                "YYYY-MM-DD"
            )
        elif said not in ("", date_precision(read[date])):
            other.append(f"date {date!r} of {doc_id!r} has not the precision {said!r}")
    if wrong or other:
        return table, wrong[:SHOWN] + other[:SHOWN]
    dates = table["date"].map(read)
    return table.assign(date=dates, date_precision=dates.map(date_precision)), []


def date_precision(iso: str) -> str:
    """How precise an ISO date is: "day", "month", "year", or "" for none.

    >>> [date_precision(date) for date in ("2016-09", "")]
    ['month', '']
    """
    return PRECISION[len(iso)]


def inside(file: str) -> bool:
    """Whether a file name of a catalogue stays within the corpus folder.

    >>> inside("2016/a.txt"), inside("../a.txt"), inside("/etc/passwd")
    (True, False, False)
    """
    windows, posix = PureWindowsPath(file), PurePosixPath(file)
    return not (windows.drive or windows.root or posix.root or ".." in windows.parts)
