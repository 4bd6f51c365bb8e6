"""A folder (or table) of documents -> Corpus: checked, catalogued, cleaned on demand."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from crosscurrents.cleaning import Cleaned, clean
from crosscurrents.core.languages import language_of
from crosscurrents.core.sentences import read_abbreviations
from crosscurrents.corpus import reading
from crosscurrents.corpus.files import CATALOGUE, TEXTS, Folder, Texts
from crosscurrents.readers import format_of
from crosscurrents.readers.tables import as_strings, read_texts
from crosscurrents.storage import read_bytes
from crosscurrents.writing import left_out_lines, sizes_html

KEPT = 32  # documents whose cleaned text stays in memory
TABLES = {"csv", "json", "xlsx", "parquet"}  # formats with a row a document
ABBREVIATIONS = "abbreviations.txt"  # of a corpus: whose stop ends no sentence


@dataclass(frozen=True, eq=False, repr=False)
class Corpus:
    """Documents with their catalogue; texts are read and cleaned when asked for.

    `documents` has a row a document (COLUMNS, further catalogue columns under their
    `stored_name`, `at_hand`: whether its text is there); `rejected` whatever else is in the folder
    or table, with the reason (doc_id, "" of a file that is no document; file; reason); `doubts`
    what a reader was not sure about (doc_id, file, doubt); `columns` which column of a table was
    taken for which of ours.
    """

    documents: pd.DataFrame
    rejected: pd.DataFrame
    doubts: pd.DataFrame
    columns: Mapping[str, str]
    path: Path | None
    chronology: bool
    _read: Texts

    def __repr__(self) -> str:
        missing = int((~self.documents["at_hand"]).sum())
        more = f", {missing:,} of them without their text" if missing else ""
        left = f"; {len(self.rejected):,} files or rows left out" if len(self.rejected) else ""
        return (
            f"Corpus of {len(self.documents):,} documents from "
            f"{self.documents['source'].nunique():,} sources{more}{left}"
        )

    def _repr_html_(self) -> str:
        sizes = self.documents.groupby("source").agg(
            documents=("doc_id", "size"), texts=("at_hand", "sum"), first=("date", "min"),
            last=("date", "max"),
        )  # fmt: skip
        return sizes_html(repr(self), sizes.sort_values("documents", ascending=False))

    def raw(self, doc_id: str) -> str:
        """The text as read. Raises ValueError for an unknown document or one without a text."""
        row = self._row(doc_id)
        if not row.at_hand:
            folder = self.path / TEXTS if self.path else TEXTS
            raise ValueError(
                f"the text of document {doc_id!r} is not available; put {row.file!r} "
                f"(sha256 {row.sha256[:12]}…) into {os.path.relpath(folder)!r}"
            )
        return self._read(doc_id)

    @cached_property
    def cleaned(self) -> Callable[[str], Cleaned]:
        """What cleaning made of a document: paragraphs with kind and lines, and all spans."""
        return lru_cache(maxsize=KEPT)(self._clean)

    def language(self, doc_id: str) -> str:
        """The code of a document's language: the catalogue's, or else told by its text."""
        return language_of(self._row(doc_id).language, self.paragraphs(doc_id))

    @property
    def codebook_file(self) -> Path | None:
        """The corpus's own codebook.yml, None without one."""
        file = self.path / "codebook.yml" if self.path else None
        return file if file and file.is_file() else None

    @cached_property
    def abbreviations(self) -> str:
        """The corpus's own abbreviations.txt, "" without one (see core/abbreviations.txt).

        Raises ValueError with file and line for another form.
        """
        file = self.path / ABBREVIATIONS if self.path else None
        if not file or not file.is_file():
            return ""
        try:
            text = file.read_text(encoding="utf-8-sig")
            read_abbreviations(text)
        except ValueError as error:
            raise ValueError(f"{str(file)!r}: {error}") from None
        return text

    def paragraphs(self, doc_id: str) -> list[str]:
        """The paragraphs of a document's prose."""
        return [p.text for p in self.cleaned(doc_id).paragraphs]

    def text(self, doc_id: str) -> str:
        """A document's prose, a blank line between paragraphs."""
        return "\n\n".join(self.paragraphs(doc_id))

    def left_out(self) -> list[str]:
        """What is rejected in short lines, one for each kind of reason.

        >>> table = pd.DataFrame({"text": ["It rained.", "", "It snowed.", " "]})
        >>> read_corpus(table).left_out()
        ['2 documents are empty: 2, 4']
        """
        short = self.rejected["reason"].str.replace(r" \(.*?\)|;.*", "", regex=True)
        return left_out_lines(self.rejected.assign(reason=short).to_dict("records"))

    @property
    def excluded(self) -> pd.DataFrame:
        """What cleaning excluded: doc_id, line, reason, words, text; of documents with texts."""
        there = self.documents.loc[self.documents["at_hand"], "doc_id"]
        rows = []
        for doc_id in there:
            rows += excluded_rows(doc_id, self.raw(doc_id), self.cleaned(doc_id))
        return pd.DataFrame(rows, columns=["doc_id", "line", "reason", "words", "text"])

    @cached_property
    def _rows(self) -> dict[str, tuple]:
        """Per document: doc_id, at_hand, file, sha256, corrections, language."""
        names = ["doc_id", "at_hand", "file", "sha256", "corrections", "language"]
        table = self.documents.reindex(columns=names, fill_value="")
        return {row.doc_id: row for row in table.itertuples(index=False)}

    def _row(self, doc_id: str) -> tuple:
        if doc_id not in self._rows:
            known = self.documents["doc_id"].head(20).tolist()
            raise ValueError(f"doc_id {doc_id!r} is not in the corpus; choose from {known}")
        return self._rows[doc_id]

    def _clean(self, doc_id: str) -> Cleaned:
        row = self._row(doc_id)
        return clean_document(doc_id, self.raw(doc_id), row.corrections, self.chronology)

    def __reduce__(self):
        return Corpus, tuple(getattr(self, field.name) for field in fields(self))


def clean_document(doc_id: str, raw: str, corrections: str, chronology: bool) -> Cleaned:
    """What cleaning makes of a document; a ValueError names it."""
    try:
        return clean(raw, corrections=corrections, chronology=chronology)
    except ValueError as error:
        raise ValueError(f"document {doc_id!r}: {error}") from None


def excluded_rows(doc_id: str, raw: str, cleaned: Cleaned) -> list[tuple]:
    """The spans of a document that are neither prose nor white space, as rows of `excluded`."""
    rows, line, position = [], 1, 0
    for span in cleaned.spans:
        if span.reason not in ("prose", "white space"):
            line += raw.count("\n", position, span.start)
            position = span.start
            text = " ".join(raw[span.start : span.end].split())
            words = len(re.findall(r"\w[\w'’-]*", text))
            rows.append((doc_id, line, span.reason, words, text))
    return rows


def read_corpus(
    source: str | Path | pd.DataFrame,
    *,
    columns: Mapping[str, str] | None = None,
    dates: str = "",
    chronology: bool = False,
) -> Corpus:
    """Read a corpus: a folder with or without a catalogue, a file, or a pandas table.

    Parameters
    ----------
    source
        A folder with `catalogue.csv` (a row a document, the files in it or in `texts/`); a folder
        of files of any format of `readers` (a sub-folder names the source, else the file does); a
        single file, such as a table or the export of a database; a pandas table.
    columns
        Which column of a table is which of ours, as {"text": "Body", "source": "Publication"};
        what is not said is guessed from the names of the columns (`Corpus.columns`), after what
        `crosscurrents check --columns` stored beside the table.
    dates
        "day-first" or "month-first", where no date of a column tells which 03/04/2024 is.
    chronology
        Whether a chronology appended to an article counts as its prose.

    Returns
    -------
    Corpus
        Every file below the folder is a document or a row of `rejected` with its reason (so are
        links that lead out of it), but for hidden files and files that belong to a corpus
        (catalogue, codebook, lists, README, LICENSE, stored measures). Where the catalogue is
        silent, title, author and date are taken from the document; the column `inferred` says where
        each was found.

    Raises
    ------
    ValueError
        For a folder that is missing or empty, a catalogue with missing columns, two documents of
        one id, dates that are none or can be read in two ways, files that are missing (and not
        measured before) or that do not agree with their hash; a table without texts, with two
        columns of one name, or too large.

    >>> table = pd.DataFrame({"Outlet": ["Mail", "Star"], "Body": ["It rained.", "It snowed."]})
    >>> read_corpus(table).text("2")
    'It snowed.'
    """
    options = reading.Options(columns, dates)
    if isinstance(source, pd.DataFrame):
        found = reading.from_table(as_strings(source), "the table", options)
        return _corpus(found, None, chronology)
    path = Path(os.path.expanduser(source))  # noqa: PTH111 - which leaves what is nobody's
    if not os.path.exists(path):  # noqa: PTH110 - False for what can be no path, too
        raise ValueError(f"corpus {str(source)!r} is not there; name a folder of documents")
    options = reading.with_stored(path, options)
    if path.is_file():
        return _corpus(_from_file(path, options), path.parent, chronology)
    if not path.is_dir():
        raise ValueError(f"corpus {str(source)!r} is no regular file; name a folder of documents")
    folder = Folder(str(path.absolute()))
    if not os.path.lexists(path / CATALOGUE):
        return _corpus(reading.from_files(folder, folder.scan(), options), path, chronology)
    if reason := folder.refusal(CATALOGUE):
        raise ValueError(f"{CATALOGUE} of corpus {str(source)!r} {reason}")
    return _corpus(reading.from_catalogue(path, folder, options), path, chronology)


def _from_file(path: Path, options: reading.Options) -> reading.Found:
    """The documents of a single file: the rows of a table with all their columns, or articles."""
    try:
        kind = format_of(read_bytes(path), path.suffix.lower())
    except ValueError:
        kind = ""  # the reader of the file will say what is wrong
    if kind in TABLES:
        table, doubts = read_texts(path, options.columns)
        found = reading.from_table(table, path.name, options)
        found.doubts = [("", path.name, doubt) for doubt in doubts]
        return found
    return reading.from_files(Folder(str(path.parent.absolute())), {path.name: ""}, options)


def _corpus(found: reading.Found, path: Path | None, chronology: bool) -> Corpus:
    rejected = pd.DataFrame(found.rejected, columns=["doc_id", "file", "reason"], dtype="str")
    if found.table.empty:
        rows = rejected.head().itertuples()
        reasons = "; ".join(f"{r.file or r.doc_id} {r.reason}" for r in rows)
        reasons = reasons or "put files of text, pages, Word or PDF files or tables into its folder"
        raise ValueError(f"no document of the corpus can be read: {reasons}")
    doubts = pd.DataFrame(found.doubts, columns=["doc_id", "file", "doubt"], dtype="str")
    return Corpus(found.table, rejected, doubts, found.columns, path, chronology, found.texts)
