"""What a corpus folder holds: its files, the texts of documents, and its catalogue."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath, PureWindowsPath

import pandas as pd

from crosscurrents.dates import read_dates
from crosscurrents.readers import Reading, read_document_file
from crosscurrents.storage import read_bytes, unreadable
from crosscurrents.writing import check_columns

CATALOGUE = "catalogue.csv"
# What lies in a corpus folder and is no document.
LISTS = {
    CATALOGUE, "codebook.yml", "topic_words.txt", "targets.yml", "variants.csv", "reports.toml",
    "feeds.toml", "collected.json", "columns.json", "abbreviations.txt",
}  # fmt: skip
# These lie in any folder; forms for coding by hand are written by us.
NOTES = re.compile(
    r"(?i:readme|licen[cs]e)(\.\w+)*|(README|LICEN[CS]E)[-_].*|.*\.coding\.csv|.*\.columns\.json"
)
STORED = re.compile(r"measures/(tone/)?\w+\.(parquet|json)")  # tone/: by earlier versions
LINK_OUT = "is a link that leads out of the corpus folder"
UNKNOWN = 4_000  # bytes that a document is taken for whose size cannot be had
PARTS = re.compile(r"(.+)(?:_files|-Dateien|_fichiers|_archivos)\Z")  # beside a saved page


@dataclass(frozen=True)
class Texts:
    """Give the text of a document: from its file, or from memory where it was checked already."""

    paths: dict[str, str]  # whole ones: a worker of a cluster need not work in the same folder
    texts: dict[str, str] = field(default_factory=dict)

    def __call__(self, doc_id: str, digest: str = "") -> str:
        """The text of a document; raises ValueError if its file has another hash by now."""
        if doc_id in self.texts:
            return self.texts[doc_id]
        found, document, reason = read_file(self.paths[doc_id])
        if reason:
            raise ValueError(f"document {doc_id!r} {reason}")
        if digest and found != digest:
            raise ValueError(
                f"document {doc_id!r} has changed since the corpus was read; read it again"
            )
        return document.documents[0].text

    def only(self, doc_ids: list[str]) -> Texts:
        """The same for some documents only."""
        paths = {d: self.paths[d] for d in doc_ids if d in self.paths}
        return Texts(paths, {d: self.texts[d] for d in doc_ids if d in self.texts})

    def size(self, doc_id: str) -> int:
        """About how many bytes of text a document has."""
        if doc_id in self.texts:
            return len(self.texts[doc_id])
        try:
            return os.path.getsize(self.paths[doc_id])  # noqa: PTH202 - a Path for each takes longer
        except OSError:  # whoever reads the file will say what is wrong
            return UNKNOWN


def read_file(
    file: str,
    columns: Mapping[str, str] | None = None,
    read: Callable[..., Reading] = read_document_file,
) -> tuple[str, Reading | None, str]:
    """Hash of a file, what it holds, and why it is no document; "" where nothing is wrong."""
    digest = ""
    try:
        data = read_bytes(file)
        digest = hashlib.sha256(data).hexdigest()
        return digest, read(data, file, columns=columns), ""
    except ValueError as error:
        return digest, None, str(error)


def text_sha256(text: str) -> str:
    """The hash of a text that has no file of its own."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Folder:
    """A corpus folder. Its files have names below it."""

    path: str

    @cached_property
    def _root(self) -> str:
        return os.path.join(os.path.realpath(self.path), "")  # noqa: PTH118

    def full(self, name: str) -> str:
        """The path of a file by its name below the folder."""
        return f"{self.path}{os.sep}{name}"

    def leads_out(self, name: str) -> bool:
        """Whether a file, or a folder on the way to it, is a link to somewhere outside."""
        return not f"{os.path.realpath(self.full(name))}{os.sep}".startswith(self._root)

    def refusal(self, name: str) -> str:
        """Why a file must not be opened; "" if it may."""
        try:
            found = os.stat(self.full(name))  # noqa: PTH116
        except OSError as error:
            return unreadable(error)
        if self.leads_out(name):
            return LINK_OUT
        return "" if stat.S_ISREG(found.st_mode) else "is no regular file"

    def scan(self) -> dict[str, str]:
        """Every file below the folder that may be a document or is left out.

        Passed over are hidden files and what belongs to a corpus (LISTS, NOTES, stored measures).

        Returns
        -------
        dict
            By name below the folder, in order, why a file must not be opened, "" for one that may;
            the name of a folder that is left out whole ends in a slash.
        """
        found: dict[str, str] = {}

        def refuse(error: OSError) -> None:
            found[f"{os.path.relpath(error.filename, self.path)}/"] = unreadable(error)

        for place, folders, names in os.walk(self.path, onerror=refuse):
            below = os.path.relpath(place, self.path).replace(os.sep, "/")
            below = "" if below == "." else f"{below}/"
            if below and CATALOGUE in names:
                found[below] = f"is a corpus of its own (it has a {CATALOGUE})"
                folders.clear()
                continue
            folders[:] = [n for n in sorted(folders) if not n.startswith(".")]
            for name in list(folders):
                if reason := self._passed(below + name, name, names):
                    folders.remove(name)
                    found[f"{below}{name}/"] = reason
            for name in names:
                if not self._belongs(below + name, name):
                    found[below + name] = self.refusal(below + name)
        known = {}
        for name, reason in sorted(found.items()):
            shown = os.fsencode(name).decode("utf-8", "backslashreplace")
            bad = shown != name
            known[shown] = "has a name that is not UTF-8; rename it" if bad else reason
        return known

    def _passed(self, place: str, name: str, names: list[str]) -> str:
        """Why a folder is left out whole; "" for one that is looked into."""
        page = PARTS.fullmatch(name)
        if page and any(page[1] + end in names for end in (".html", ".htm", ".xhtml")):
            return "holds the pictures and scripts of a saved page"
        link = os.path.islink(self.full(place))  # noqa: PTH114
        return "is a link to a folder, which is not followed" if link else ""

    def _belongs(self, place: str, name: str) -> bool:
        """Whether a file is part of a corpus without being a document."""
        if name.startswith(".") or place in LISTS or NOTES.fullmatch(name):
            return True
        stored = STORED.fullmatch(place)
        return bool(stored) and os.path.exists(self.full("measures/record.json"))  # noqa: PTH110


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

    Raises ValueError for a name that neither has, or that says nothing of any document, with those
    to choose from.

    >>> documents = pd.DataFrame(columns=["source", "words", "catalogue:words", "sentences"])
    >>> user_column(documents, "words"), user_column(documents, "sentences")
    ('catalogue:words', 'sentences')
    """
    names = [column for column in (stored_name(name), name) if column in documents]
    for column in names:
        if documents.empty or _is_filled(documents[column]):
            return column
    what = "is empty in all documents" if names else "is no column of the documents"
    raise ValueError(f"by {name!r} {what}; choose from {user_columns(documents)}")


def user_columns(documents: pd.DataFrame) -> list[str]:
    """The names of the columns of a table of documents that say something of any of them."""
    filled = [column for column in documents if _is_filled(documents[column])]
    return list(dict.fromkeys(column.removeprefix(OWN) for column in filled))


def _is_filled(values: pd.Series) -> bool:
    return bool(values.replace("", None).notna().any())


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
    table, wrong = with_dates(table, dates)
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
    wrong = table.loc[~table["sha256"].str.fullmatch("(?:[0-9a-f]{64})?"), "sha256"].unique()
    return found + [f"sha256 {h!r} is not 64 hexadecimal digits" for h in wrong[:SHOWN].tolist()]


def with_dates(table: pd.DataFrame, order: str) -> tuple[pd.DataFrame, list[str]]:
    """The table with ISO dates and their precision, and what is wrong with dates."""
    try:
        read = read_dates(table["date"], order=order)
    except ValueError as error:
        return table, [str(error)]
    wrong = [
        f"date {date!r} of {doc_id!r} is no date that can be read; write YYYY, YYYY-MM or "
        "YYYY-MM-DD"
        for doc_id, date in zip(table["doc_id"], table["date"])
        if read[date] is None
    ]
    if wrong:
        return table, wrong[:SHOWN]
    dates = table["date"].map(read)
    return table.assign(date=dates, date_precision=dates.str.len().map(PRECISION)), []


def inside(file: str) -> bool:
    """Whether a file name of a catalogue stays within the corpus folder.

    >>> inside("2016/a.txt"), inside("../a.txt"), inside("/etc/passwd")
    (True, False, False)
    """
    windows, posix = PureWindowsPath(file), PurePosixPath(file)
    return not (windows.drive or windows.root or posix.root or ".." in windows.parts)
