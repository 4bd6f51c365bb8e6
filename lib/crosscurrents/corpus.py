"""A folder (or table) of documents -> Corpus: checked, catalogued, cleaned on demand."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pandas as pd

from crosscurrents.cleaning import Cleaned, clean
from crosscurrents.readers import (
    TABLE_SUFFIXES,
    TEXT_SUFFIXES,
    as_strings,
    decode,
    read_table,
    text_column,
)

COLUMNS = [
    "doc_id", "source", "title", "author", "date", "date_precision", "url", "language", "genre",
    "file", "sha256",
]  # fmt: skip
DATE = {"year": r"\d{4}", "month": r"\d{4}-\d{2}", "day": r"\d{4}-\d{2}-\d{2}", "": ""}
CATALOGUE = "catalogue.csv"
TEXTS = "texts"  # the folder beside the catalogue that holds the documents
NO_DOCUMENT = {"readme", "license", "licence", "requirements", "codebook"}  # file names, without ending


@dataclass(frozen=True, eq=False)
class Corpus:
    """Documents with their catalogue; texts are read and cleaned when asked for.

    `documents` has a row a document (COLUMNS, further catalogue columns, `at_hand`: whether its
    text is there); `rejected` the documents set aside whole (doc_id, file, reason).
    """

    documents: pd.DataFrame
    rejected: pd.DataFrame
    path: Path | None
    chronology: bool
    _read: Callable[[str], str] = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_cleaned", lru_cache(maxsize=256)(self._clean))

    def raw(self, doc_id: str) -> str:
        """The text as read. Raises ValueError for an unknown document or one not at hand."""
        row = self._row(doc_id)
        if not row["at_hand"]:
            folder = self.path / TEXTS if self.path else TEXTS
            raise ValueError(
                f"the text of document {doc_id!r} is not at hand; put {row['file']!r} "
                f"(sha256 {row['sha256'][:12]}…) into {os.path.relpath(folder)!r}"
            )
        return self._read(doc_id)

    def cleaned(self, doc_id: str) -> Cleaned:
        """What cleaning made of a document: paragraphs with kind and lines, and all spans."""
        return self._cleaned(doc_id)

    def paragraphs(self, doc_id: str) -> list[str]:
        """The paragraphs of a document's prose."""
        return [p.text for p in self.cleaned(doc_id).paragraphs]

    def text(self, doc_id: str) -> str:
        """A document's prose, a blank line between paragraphs."""
        return "\n\n".join(self.paragraphs(doc_id))

    @property
    def set_aside(self) -> pd.DataFrame:
        """What cleaning set aside: doc_id, line, reason, words, text; documents at hand only."""
        at_hand = self.documents.loc[self.documents["at_hand"], "doc_id"]
        rows = [row for doc_id in at_hand for row in set_aside_rows(doc_id, self.raw(doc_id), self.cleaned(doc_id))]
        return pd.DataFrame(rows, columns=["doc_id", "line", "reason", "words", "text"])

    def _row(self, doc_id: str) -> pd.Series:
        rows = self.documents[self.documents["doc_id"] == doc_id]
        if rows.empty:
            raise ValueError(
                f"doc_id {doc_id!r} is not in the corpus; choose from {self.documents['doc_id'].tolist()[:20]}"
            )
        return rows.iloc[0]

    def _clean(self, doc_id: str) -> Cleaned:
        corrections = self._row(doc_id).get("corrections", "")
        return clean(self.raw(doc_id), corrections=corrections, chronology=self.chronology)


def set_aside_rows(doc_id: str, raw: str, cleaned: Cleaned) -> list[tuple]:
    """The spans of a document that are neither prose nor white space, as rows of `Corpus.set_aside`."""
    rows = []
    for span in cleaned.spans:
        if span.reason not in ("prose", "white space"):
            text = " ".join(raw[span.start : span.end].split())
            words = len(re.findall(r"\w[\w'’-]*", text))
            rows.append((doc_id, raw.count("\n", 0, span.start) + 1, span.reason, words, text))
    return rows


def read_corpus(source: str | Path | pd.DataFrame, *, chronology: bool = False) -> Corpus:
    """Read a corpus: a folder with or without a catalogue, a table file, or a pandas table.

    Parameters
    ----------
    source
        A folder with `catalogue.csv` (a row a document, the files in it or in `texts/`); a folder
        of plain text files (a sub-folder names the source, else the file does); a CSV, JSON Lines
        or Parquet file, or a pandas table, with a column of texts.
    chronology
        Whether a chronology appended to an article counts as its prose.

    Raises
    ------
    ValueError
        For a folder that is missing or empty, a catalogue with missing columns, two documents of
        one id, dates that are none, files that are missing (and not measured before) or that do
        not agree with their hash. A single document that is empty or no text among others is set
        aside and listed in `rejected`.

    >>> table = pd.DataFrame({"source": ["Mail", "Star"], "text": ["It rained.", "It snowed."]})
    >>> read_corpus(table).text("2")
    'It snowed.'
    """
    if isinstance(source, pd.DataFrame):
        return _from_table(source, "the table", None, chronology)
    path = Path(source).expanduser()
    if path.is_file():
        if path.suffix.lower() not in TABLE_SUFFIXES:
            raise ValueError(f"corpus {str(source)!r} is a file; name a folder or a table ({sorted(TABLE_SUFFIXES)})")
        return _from_table(read_table(path), path.name, path.parent, chronology)
    if not path.is_dir():
        raise ValueError(f"corpus {str(source)!r} is not there; name a folder of documents")
    if (path / CATALOGUE).is_file():
        return _from_catalogue(path, chronology)
    return _from_folder(path, chronology)


def _from_catalogue(path: Path, chronology: bool) -> Corpus:
    table = as_strings(read_table(path / CATALOGUE))
    table = _check_catalogue(table, required=["doc_id", "source", "file"], name=f"{path.name}/{CATALOGUE}")
    files = {row.doc_id: _find(path, row.file) for row in table.itertuples()}
    stored = _measured(path)
    wrong, missing, rejected = [], [], []
    hashes, at_hand = [], []
    for row in table.itertuples():
        file = files[row.doc_id]
        data = file.read_bytes() if file else b""
        digest = hashlib.sha256(data).hexdigest() if file else row.sha256
        if file and row.sha256 and digest != row.sha256:
            wrong.append(f"{row.file} (document {row.doc_id!r}) has sha256 {digest[:12]}…, not {row.sha256[:12]}…")
        elif file:
            try:
                decode(data)
            except ValueError as error:
                rejected.append((row.doc_id, row.file, str(error)))
        elif row.sha256 not in stored:
            missing.append(row.file)
        hashes.append(digest)
        at_hand.append(file is not None)
    if wrong:
        raise ValueError(f"files that do not agree with {path.name}/{CATALOGUE}: " + "; ".join(wrong))
    if missing:
        raise ValueError(
            f"{path.name}/{CATALOGUE} names {len(missing)} files that are not there, nor measured before: {missing[:5]}"
        )
    table = table.assign(sha256=hashes, at_hand=at_hand)
    return _corpus(table, rejected, path, chronology, lambda d: decode(files[d].read_bytes()))


def _find(path: Path, name: str) -> Path | None:
    """A catalogue's file in the folder or its texts/; never outside of it."""
    for folder in (path / TEXTS, path):
        file = folder / name
        if name and file.is_file():
            if not file.resolve().is_relative_to(path.resolve()):
                raise ValueError(f"file {name!r} of {path.name}/{CATALOGUE} lies outside the corpus folder")
            return file
    return None


def _measured(path: Path) -> set[str]:
    """Hashes of the documents whose measures are stored with the corpus."""
    file = path / "measures" / "documents.parquet"
    return set(pd.read_parquet(file, columns=["sha256"])["sha256"]) if file.is_file() else set()


def _from_folder(path: Path, chronology: bool) -> Corpus:
    files = sorted(
        f for f in path.rglob("*")
        if f.is_file() and f.suffix.lower() in TEXT_SUFFIXES and f.stem.lower() not in NO_DOCUMENT
        and not any(part.startswith(".") for part in f.relative_to(path).parts)
    )  # fmt: skip
    if not files:
        raise ValueError(f"corpus {str(path)!r} holds no documents; put text files ({sorted(TEXT_SUFFIXES)}) into it")
    rows, rejected, by_id = [], [], {}
    for file in files:
        place = file.relative_to(path)
        doc_id = place.with_suffix("").as_posix()
        data = file.read_bytes()
        by_id.setdefault(doc_id, file)
        try:
            headline = clean(decode(data)[:20_000]).headline
        except ValueError as error:
            rejected.append((doc_id, place.as_posix(), str(error)))
            headline = ""
        rows.append(
            {
                "doc_id": doc_id,
                "source": place.parts[0] if len(place.parts) > 1 else file.stem,
                "title": headline,
                "file": place.as_posix(),
                "sha256": hashlib.sha256(data).hexdigest(),
                "at_hand": True,
            }
        )
    table = _check_catalogue(pd.DataFrame(rows), required=["doc_id"], name=f"folder {path.name!r}")
    return _corpus(table, rejected, path, chronology, lambda d: decode(by_id[d].read_bytes()))


def _from_table(table: pd.DataFrame, name: str, path: Path | None, chronology: bool) -> Corpus:
    if table.empty:
        raise ValueError(f"{name} has no rows; a corpus needs documents")
    column = text_column(table, name)
    table = as_strings(table)
    if "doc_id" not in table:
        table = table.assign(doc_id=[str(i) for i in range(1, len(table) + 1)])
    texts = dict(zip(table["doc_id"], table[column]))
    rejected = []
    for doc_id, text in texts.items():
        if not any(c.isalnum() for c in text):
            rejected.append((doc_id, "", "is empty" if not text.strip() else "holds no letter and no digit"))
    digests = [hashlib.sha256(t.encode("utf-8", "surrogatepass")).hexdigest() for t in table[column]]
    table = table.drop(columns=column).assign(sha256=digests, at_hand=True)
    table = _check_catalogue(table, required=["doc_id", "source"], name=name)
    return _corpus(table, rejected, path, chronology, lambda d: texts[d].replace("\r\n", "\n"))


def _check_catalogue(table: pd.DataFrame, *, required: list[str], name: str) -> pd.DataFrame:
    """The catalogue with all of COLUMNS, first; every mistake of it in one error."""
    missing = [c for c in required if c not in table]
    if missing:
        raise ValueError(f"{name} lacks the columns {missing}; it has {list(table.columns)}")
    if table.empty:
        raise ValueError(f"{name} has no rows; a corpus needs documents")
    table = table.assign(**{c: "" for c in COLUMNS if c not in table})
    table = table[COLUMNS + [c for c in table.columns if c not in COLUMNS]].reset_index(drop=True)
    mistakes = []
    twice = table.loc[table["doc_id"].duplicated(), "doc_id"].unique().tolist()
    if twice:
        mistakes.append(f"two documents have one doc_id: {twice[:5]}")
    for column in {"doc_id", "source"} & set(required):
        blank = table.index[table[column].str.strip() == ""].tolist()
        if blank:
            mistakes.append(f"column {column!r} is empty in row {blank[0] + 2}")
    precisions = []
    for row in table.itertuples():
        found = next((p for p, form in DATE.items() if re.fullmatch(form, row.date)), None)
        if found is None or (found and pd.isna(pd.to_datetime(row.date, errors="coerce"))):
            mistakes.append(f"date {row.date!r} of {row.doc_id!r} is not YYYY, YYYY-MM or YYYY-MM-DD")
        elif row.date_precision not in ("", found):
            mistakes.append(f"date {row.date!r} of {row.doc_id!r} has precision {found!r}, not {row.date_precision!r}")
        precisions.append(found or "")
    if mistakes:
        raise ValueError(f"{name}: " + "; ".join(mistakes))
    return table.assign(date_precision=precisions)


def _corpus(table, rejected, path, chronology, read) -> Corpus:
    rejected = pd.DataFrame(rejected, columns=["doc_id", "file", "reason"])
    kept = table[~table["doc_id"].isin(rejected["doc_id"])].reset_index(drop=True)
    if kept.empty:
        reasons = "; ".join(f"{r.file or r.doc_id} {r.reason}" for r in rejected.head(5).itertuples())
        raise ValueError(f"no document of the corpus can be read: {reasons}")
    return Corpus(kept, rejected, path, chronology, read)


def add_texts(corpus: str | Path, folder: str | Path) -> pd.DataFrame:
    """Bring the texts of a catalogue in from a folder: found by hash, copied into `texts/`.

    Returns a table doc_id, file, outcome ("copied", "there already", "not found"). Raises
    ValueError where either folder is missing or the catalogue has no hashes.
    """
    corpus, folder = Path(corpus), Path(folder)
    if not (corpus / CATALOGUE).is_file():
        raise ValueError(f"corpus {str(corpus)!r} has no {CATALOGUE}; texts are brought in by its hashes")
    if not folder.is_dir():
        raise ValueError(f"folder {str(folder)!r} is not there; name the folder that holds the texts")
    table = as_strings(read_table(corpus / CATALOGUE))
    table = _check_catalogue(table, required=["doc_id", "source", "file", "sha256"], name=CATALOGUE)
    found = {hashlib.sha256(f.read_bytes()).hexdigest(): f for f in sorted(folder.rglob("*")) if f.is_file()}
    rows = []
    for row in table.itertuples():
        target = corpus / TEXTS / row.file
        there = target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == row.sha256
        if not there and row.sha256 in found:
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(target.name + ".part")
            shutil.copyfile(found[row.sha256], partial)
            os.replace(partial, target)
        outcome = "there already" if there else "copied" if row.sha256 in found else "not found"
        rows.append((row.doc_id, row.file, outcome))
    return pd.DataFrame(rows, columns=["doc_id", "file", "outcome"])
