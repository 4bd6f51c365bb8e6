"""A folder (or table) of documents -> Corpus: checked, catalogued, cleaned on demand."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.cleaning import Cleaned, clean
from crosscurrents.corpus.catalogue import CATALOGUE, COLUMNS, TEXTS, add_texts, check_catalogue
from crosscurrents.corpus.files import FileTexts, TableTexts, walk
from crosscurrents.corpus.looks import look_into, stat_files
from crosscurrents.readers import (
    TABLE_SUFFIXES,
    TEXT_SUFFIXES,
    as_strings,
    check_text,
    plain_ends,
    read_table,
    text_column,
)

KEPT = 32  # documents whose cleaned text stays in memory


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

    def raw(self, doc_id: str) -> str:
        """The text as read. Raises ValueError for an unknown document or one not at hand."""
        row = self._row(doc_id)
        if not self._facts[row][0]:
            folder = self.path / TEXTS if self.path else TEXTS
            file, digest = self.documents.loc[row, ["file", "sha256"]]
            raise ValueError(
                f"the text of document {doc_id!r} is not at hand; put {file!r} "
                f"(sha256 {digest[:12]}…) into {os.path.relpath(folder)!r}"
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
        rows = []
        for doc_id in at_hand:
            rows += set_aside_rows(doc_id, self.raw(doc_id), self.cleaned(doc_id))
        return pd.DataFrame(rows, columns=["doc_id", "line", "reason", "words", "text"])

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {doc_id: i for i, doc_id in enumerate(self.documents["doc_id"])}

    @cached_property
    def _facts(self) -> list[tuple[bool, str]]:
        """Per document, whether its text is at hand, and its corrections."""
        at_hand = self.documents["at_hand"].tolist()
        corrections = self.documents.get("corrections")
        return list(zip(at_hand, [""] * len(at_hand) if corrections is None else corrections))

    @cached_property
    def _cleaned(self) -> Callable[[str], Cleaned]:
        return lru_cache(maxsize=KEPT)(self._clean)

    def _row(self, doc_id: str) -> int:
        if doc_id not in self._rows:
            known = self.documents["doc_id"].head(20).tolist()
            raise ValueError(f"doc_id {doc_id!r} is not in the corpus; choose from {known}")
        return self._rows[doc_id]

    def _clean(self, doc_id: str) -> Cleaned:
        raw, corrections = self.raw(doc_id), self._facts[self._row(doc_id)][1]
        try:
            return clean(raw, corrections=corrections, chronology=self.chronology)
        except ValueError as error:
            raise ValueError(f"document {doc_id!r}: {error}") from None

    def __reduce__(self):
        return Corpus, (self.documents, self.rejected, self.path, self.chronology, self._read)


def set_aside_rows(doc_id: str, raw: str, cleaned: Cleaned) -> list[tuple]:
    """The spans of a document that are neither prose nor white space, as rows of `set_aside`."""
    rows, line, position = [], 1, 0
    for span in cleaned.spans:
        if span.reason not in ("prose", "white space"):
            line += raw.count("\n", position, span.start)
            position = span.start
            text = " ".join(raw[span.start : span.end].split())
            rows.append((doc_id, line, span.reason, words_aside(text), text))
    return rows


def words_aside(text: str) -> int:
    """How many words a text set aside has, as they are listed."""
    return len(re.findall(r"\w[\w'’-]*", text))


def read_corpus(
    source: str | Path | pd.DataFrame, *, chronology: bool = False, trust_times: bool = True
) -> Corpus:
    """Read a corpus: a folder with or without a catalogue, a table file, or a pandas table.

    Parameters
    ----------
    source
        A folder with `catalogue.csv` (a row a document, the files in it or in `texts/`); a folder
        of plain text files (a sub-folder names the source, else the file does); a CSV, JSON Lines
        or Parquet file, or a pandas table, with a column of texts.
    chronology
        Whether a chronology appended to an article counts as its prose.
    trust_times
        Whether a file of a large folder is taken for unchanged if its size and times are those
        of the last time; else every file is read again.

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
        return _from_table(as_strings(source), "the table", None, chronology)
    path = Path(source).expanduser()
    if path.is_file():
        if path.suffix.lower() not in TABLE_SUFFIXES:
            raise ValueError(
                f"corpus {str(source)!r} is a file; name a folder or a table "
                f"({sorted(TABLE_SUFFIXES)})"
            )
        return _from_table(read_table(path), path.name, path.parent, chronology)
    if not path.is_dir():
        raise ValueError(f"corpus {str(source)!r} is not there; name a folder of documents")
    if (path / CATALOGUE).is_file():
        return _from_catalogue(path, chronology, trust_times)
    return _from_folder(path, chronology, trust_times)


def _from_catalogue(path: Path, chronology: bool, trust: bool) -> Corpus:
    name = f"{path.name}/{CATALOGUE}"
    table = check_catalogue(
        read_table(path / CATALOGUE), required=["doc_id", "source", "file"], name=name
    )
    ids, files, known = (table[c].tolist() for c in ("doc_id", "file", "sha256"))
    places, facts = _places(path, files)
    there = facts[:, 0] >= 0
    at = np.flatnonzero(there).tolist()
    seen = look_into(path, [places[k] for k in at], facts[at], headlines=False, trust=trust)
    hashes = list(known)
    for k, digest in zip(at, seen["sha256"].to_pylist()):
        hashes[k] = digest
    wrong = [
        f"{files[k]} (document {ids[k]!r}) has {hashes[k][:12]}…, not {known[k][:12]}…"
        for k in at
        if known[k] and hashes[k] and hashes[k] != known[k]
    ]
    if wrong:
        raise ValueError(f"{name}: files with another sha256 than it says: " + "; ".join(wrong[:5]))
    stored = set() if there.all() else _measured(path)
    missing = [files[k] for k in np.flatnonzero(~there).tolist() if known[k] not in stored]
    if missing:
        raise ValueError(
            f"{name} names {len(missing)} files that are not there, nor measured before; put them "
            f"into {TEXTS}/: {missing[:5]}"
        )
    table = table.assign(sha256=hashes, at_hand=there)
    base = f"{path.absolute()}{os.sep}"
    texts = FileTexts({ids[k]: base + places[k] for k in at})
    rejected = [(ids[at[k]], files[at[k]], reason) for k, reason in _reasons(seen)]
    return _corpus(table, rejected, path, chronology, texts)


def _places(path: Path, files: list[str]) -> tuple[list[str], np.ndarray]:
    """Where the files of a catalogue lie, in `texts/` or beside it, and `stat_files` of them."""
    places = [f"{TEXTS}/{file}" for file in files]
    facts = stat_files(path, places)
    beside = np.flatnonzero(facts[:, 0] < 0).tolist()
    facts[beside] = stat_files(path, [files[k] for k in beside])
    for k in beside:
        places[k] = files[k]
    return places, facts


def _reasons(seen: pa.Table) -> list[tuple[int, str]]:
    """The files that are no documents, by their number, each with its reason."""
    at = np.flatnonzero(pc.not_equal(seen["reason"], "").to_numpy())
    return list(zip(at.tolist(), seen["reason"].take(pa.array(at)).to_pylist()))


def _measured(path: Path) -> set[str]:
    """Hashes of the documents whose measures are stored with the corpus."""
    file = path / "measures" / "documents.parquet"
    return set(read_table(file)["sha256"]) if file.is_file() else set()


def _from_folder(path: Path, chronology: bool, trust: bool) -> Corpus:
    files, rejected = walk(path)
    if not files:
        others = "; ".join(f"{name} {reason}" for _, name, reason in rejected[:5])
        raise ValueError(
            f"corpus {str(path)!r} holds no documents; put text files ({sorted(TEXT_SUFFIXES)}) "
            f"into it, or name a table" + (f" ({others})" if others else "")
        )
    seen = look_into(path, files, stat_files(path, files), headlines=True, trust=trust)
    stem = [name.rsplit(".", 1)[0] for name in files]
    stems = Counter(stem)
    ids = [short if stems[short] == 1 else name for short, name in zip(stem, files)]
    rejected += [(ids[k], files[k], reason) for k, reason in _reasons(seen)]
    source = [name.split("/")[0] if "/" in name else short for short, name in zip(stem, files)]
    columns = {"doc_id": ids, "source": source, "title": seen["headline"].to_pandas()}
    columns |= {"file": files, "sha256": seen["sha256"].to_pandas()}
    table = pd.DataFrame(columns, dtype="str")
    table = check_catalogue(table, required=["doc_id"], name=f"folder {path.name!r}")
    table = table.assign(at_hand=True)
    base = f"{path.absolute()}{os.sep}"
    texts = FileTexts(dict(zip(ids, map(base.__add__, files))))
    return _corpus(table, rejected, path, chronology, texts)


def _from_table(table: pd.DataFrame, name: str, path: Path | None, chronology: bool) -> Corpus:
    if table.empty:
        raise ValueError(f"{name} has no rows; a corpus needs documents")
    column = text_column(table, name)
    texts = [plain_ends(text) for text in table[column].tolist()]
    if "doc_id" not in table:
        table = table.assign(doc_id=[str(i) for i in range(1, len(table) + 1)])
    if "source" not in table:  # as of a folder of files: each document is its own
        table = table.assign(source=table["doc_id"])
    digests = [hashlib.sha256(t.encode()).hexdigest() for t in table[column].tolist()]
    table = table.drop(columns=column).assign(sha256=digests)
    table = check_catalogue(table, required=["doc_id", "source"], name=name).assign(at_hand=True)
    rejected = []
    for doc_id, text in zip(table["doc_id"], texts):
        try:
            check_text(text)
        except ValueError as error:
            rejected.append((doc_id, "", str(error)))
    return _corpus(table, rejected, path, chronology, TableTexts(dict(zip(table["doc_id"], texts))))


def _corpus(table, rejected, path, chronology, read) -> Corpus:
    rejected = pd.DataFrame(rejected, columns=["doc_id", "file", "reason"], dtype="str")
    kept = table[~table["doc_id"].isin(rejected["doc_id"])].reset_index(drop=True)
    if kept.empty:
        rows = rejected.head().itertuples()
        reasons = "; ".join(f"{r.file or r.doc_id} {r.reason}" for r in rows)
        raise ValueError(f"no document of the corpus can be read: {reasons}")
    return Corpus(kept, rejected, path, chronology, read)


__all__ = ["COLUMNS", "Corpus", "add_texts", "read_corpus", "set_aside_rows", "words_aside"]
