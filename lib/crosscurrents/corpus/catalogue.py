"""The catalogue of a corpus: its columns, its mistakes in one error, and bringing texts in."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

import pandas as pd

from crosscurrents.checks import check_columns
from crosscurrents.corpus.files import CATALOGUE, Folder
from crosscurrents.kept import write_whole
from crosscurrents.readers.dates import read_dates
from crosscurrents.readers.files import file_sha256, on_disk, read_bytes
from crosscurrents.readers.tables import read_table

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
UNUSUAL = r"[:\\]|\.\.|^/"  # what a name that leads elsewhere holds
SHOWN = 5  # mistakes of one kind that an error names


def stored_name(name: str) -> str:
    """The column of `documents` that holds a catalogue's own column; no two share one.

    >>> [stored_name(name) for name in ("country", "words", "catalogue:words")]
    ['country', 'catalogue:words', 'catalogue:catalogue:words']
    """
    ours = name in RESERVED or name.startswith((OWN, "_"))
    return OWN + name if ours else name


def user_name(column: str) -> str:
    """The name in the catalogue of a column of `documents`; the reverse of `stored_name`.

    >>> [user_name(column) for column in ("country", "catalogue:words", "words")]
    ['country', 'words', 'words']
    """
    return column.removeprefix(OWN)


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
    known = list(dict.fromkeys(map(user_name, documents.columns)))
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
    unusual = table.loc[table["file"].str.contains(UNUSUAL), "file"].tolist()
    outside = [f for f in unusual if not inside(f)]
    found += [f"file {f!r} lies outside the corpus folder" for f in outside[:SHOWN]]
    long = [f for f in table["file"].tolist() if len(f) > NAME_MAX // 4 and _too_long(f)]
    found += [f"file '{f[:30]}…' has a name of more than {NAME_MAX} bytes" for f in long[:SHOWN]]
    wrong = table.loc[~table["sha256"].str.fullmatch("(?:[0-9a-f]{64})?"), "sha256"].unique()
    return found + [f"sha256 {h!r} is not 64 hexadecimal digits" for h in wrong[:SHOWN].tolist()]


def _with_dates(table: pd.DataFrame, order: str) -> tuple[pd.DataFrame, list[str]]:
    """The table with ISO dates and their precision, and what is wrong with dates."""
    try:
        read = read_dates(table["date"], order=order)
    except ValueError as error:
        return table, [str(error)]
    rows = list(zip(*(table[c].tolist() for c in ("doc_id", "date", "date_precision"))))
    wrong = [(i, d) for i, d, _ in rows if read[d] is None]
    found = [
        f"date {d!r} of {i!r} is no date that can be read; write YYYY, YYYY-MM or YYYY-MM-DD"
        for i, d in wrong[:SHOWN]
    ]
    precise = {d: date_precision(iso) for d, iso in read.items() if iso is not None}
    other = [r for r in rows if r[2] and r[1] in precise and r[2] != precise[r[1]]]
    found += [f"date {d!r} of {i!r} has not the precision {p!r}" for i, d, p in other[:SHOWN]]
    if not found:
        table = table.assign(
            date_precision=table["date"].map(precise), date=table["date"].map(read)
        )
    return table, found


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


def _too_long(file: str) -> bool:
    return any(len(part.encode()) > NAME_MAX for part in file.split("/"))


def add_texts(corpus: str | Path, folder: str | Path) -> pd.DataFrame:
    """Bring the texts of a catalogue in from a folder: found by hash, copied into `texts/`.

    Safe to repeat: what is there already stays. Only regular files are read, and nothing is written
    through a link that leads out of the corpus folder.

    Returns
    -------
    DataFrame
        doc_id, file, outcome ("copied", "there already", "not found"); in catalogue order.

    Raises
    ------
    ValueError
        Where either folder is missing, the catalogue has mistakes or a document without a hash, or
        a file would be written outside of the corpus folder.
    """
    corpus, folder = (Path(on_disk(str(path))) for path in (corpus, folder))
    if not (corpus / CATALOGUE).is_file():
        raise ValueError(
            f"corpus {str(corpus)!r} has no {CATALOGUE}; texts are brought in by its hashes"
        )
    if not folder.is_dir():
        raise ValueError(f"folder {str(folder)!r} is not there; name one that holds the texts")
    table = read_table(corpus / CATALOGUE)
    required = ["doc_id", "source", "file", "sha256"]
    table = check_catalogue(table, required=required, name=f"{corpus.name}/{CATALOGUE}")
    bare = table.loc[table["sha256"] == "", "doc_id"].tolist()
    if bare:
        raise ValueError(f"{corpus.name}/{CATALOGUE} has no sha256 of the documents {bare[:SHOWN]}")
    targets = [on_disk(f"{TEXTS}/{name}") for name in table["file"]]
    inside = Folder(str(corpus))
    out = [t for t in targets if inside.leads_out(str(PurePosixPath(t).parent))]
    if out:
        raise ValueError(
            f"{out[0]!r} would be written through a link that leads out of corpus {str(corpus)!r}; "
            "make it a folder"
        )
    found = {digest: file for file in sorted(folder.rglob("*")) if (digest := digest_of(file))}
    rows = []
    for doc_id, name, digest, target in zip(
        table["doc_id"], table["file"], table["sha256"], targets
    ):
        there = not inside.leads_out(target) and digest_of(corpus / target) == digest
        outcome = "there already" if there else "not found"
        if not there and digest in found:
            write_whole(corpus / target, read_bytes(found[digest]))
            outcome = "copied"
        rows.append((doc_id, name, outcome))
    return pd.DataFrame(rows, columns=["doc_id", "file", "outcome"])


def digest_of(file: Path) -> str:
    """The hash of a regular file; "" of what is none or cannot be read."""
    try:
        return file_sha256(file)
    except (OSError, ValueError):
        return ""
