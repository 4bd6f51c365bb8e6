"""A folder (or table) of documents -> Corpus: checked, catalogued, cleaned on demand."""

from __future__ import annotations

import errno
import hashlib
import os
import posixpath
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from crosscurrents.cleaning import Cleaned, clean
from crosscurrents.core.languages import language_of
from crosscurrents.corpus.catalogue import (
    COLUMNS,
    TEXTS,
    add_texts,
    check_catalogue,
    user_column,
)
from crosscurrents.corpus.files import CATALOGUE, FileTexts, Folder, TableTexts, read_file
from crosscurrents.readers import (
    TABLE_SUFFIXES,
    TEXT_SUFFIXES,
    as_strings,
    check_text,
    on_disk,
    plain_ends,
    read_table,
    shown,
    text_column,
    unreadable,
)

KEPT = 32  # documents whose cleaned text stays in memory
TOP = 2_000  # signs: a headline stands within these
NAMED = 3  # documents that a line about what is left out names
# How a reason for one file reads for several.
PLURAL = {"is": "are", "has": "have", "holds": "hold"}


@dataclass(frozen=True, eq=False)
class Corpus:
    """Documents with their catalogue; texts are read and cleaned when asked for.

    `documents` has a row a document (COLUMNS, further catalogue columns under their
    `stored_name`, `at_hand`: whether its text is there); `rejected` whatever else is in the folder
    or table, with the reason (doc_id, "" of a file that is no document; file; reason).
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

    def language(self, doc_id: str) -> str:
        """The code of a document's language: the catalogue's, or else told by its text."""
        return language_of(self._facts[self._row(doc_id)][2], self.paragraphs(doc_id))

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
        return left_out_lines(self.rejected)

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
    def _facts(self) -> list[tuple[bool, str, str]]:
        """Per document, whether its text is at hand, its corrections, and its language's tag."""
        at_hand = self.documents["at_hand"].tolist()
        corrections = self.documents.get("corrections")
        corrections = [""] * len(at_hand) if corrections is None else corrections
        return list(zip(at_hand, corrections, self.documents["language"]))

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


def left_out_lines(rejected: pd.DataFrame) -> list[str]:
    """What is rejected (doc_id, file, reason) in lines, one for each kind of reason."""
    names: dict[tuple[str, str], list[str]] = {}
    for doc_id, file, reason in rejected[["doc_id", "file", "reason"]].itertuples(index=False):
        kind = re.sub(r" \(.*?\)|;.*", "", reason)
        noun = "folder" if file.endswith("/") else "file" if file else "document"
        names.setdefault((noun, kind), []).append(file or doc_id)
    return [_counted(noun, kind, found) for (noun, kind), found in names.items()]


def _counted(noun: str, kind: str, names: list[str]) -> str:
    more = len(names) - NAMED
    if len(names) > 1:
        verb, _, rest = kind.partition(" ")
        noun, kind = f"{noun}s", f"{PLURAL.get(verb, verb)} {rest}"
    listed = ", ".join(names[:NAMED]) + (f" and {more:,} more" if more > 0 else "")
    return f"{len(names):,} {noun} {kind}: {listed}"


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
    source: str | Path | pd.DataFrame, *, chronology: bool = False, follow_links: bool = False
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
    follow_links
        Whether symbolic links that lead out of the folder are followed; else they are rejected.

    Returns
    -------
    Corpus
        Every file below the folder is a document or a row of `rejected` with its reason, but for
        hidden files and those that belong to a corpus (catalogue, codebook, lists, README,
        LICENSE, stored measures).

    Raises
    ------
    ValueError
        For a folder that is missing or empty, a catalogue with missing columns, two documents of
        one id, dates that are none, files that are missing (and not measured before) or that do
        not agree with their hash; a table with two columns of one name, or too large.

    >>> table = pd.DataFrame({"source": ["Mail", "Star"], "text": ["It rained.", "It snowed."]})
    >>> read_corpus(table).text("2")
    'It snowed.'
    """
    if isinstance(source, pd.DataFrame):
        return _from_table(as_strings(source), "the table", None, chronology)
    path = _existing(source)
    if path.is_file():
        if path.suffix.lower() not in TABLE_SUFFIXES:
            raise ValueError(
                f"corpus {str(source)!r} is a file; name a folder or a table "
                f"({sorted(TABLE_SUFFIXES)})"
            )
        return _from_table(read_table(path), path.name, path.parent, chronology)
    if not path.is_dir():
        raise ValueError(f"corpus {str(source)!r} is no regular file; name a folder of documents")
    folder = Folder(str(path.absolute()), follow_links)
    if os.path.lexists(path / CATALOGUE):
        if reason := folder.refusal(CATALOGUE):
            raise ValueError(f"{CATALOGUE} of corpus {str(source)!r} {reason}")
        return _from_catalogue(path, folder, chronology)
    return _from_folder(path, folder, chronology)


def _existing(source: str | Path) -> Path:
    """The path of a corpus; raises ValueError where nothing is."""
    try:
        path = Path(on_disk(str(source))).expanduser()
        path.stat()
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: no such user
        gone = getattr(error, "errno", 0) in (errno.ENOENT, errno.ENOTDIR)
        why = unreadable(error) if isinstance(error, OSError) else f"is no path ({error})"
        why = "is not there" if gone else why
        raise ValueError(f"corpus {str(source)!r} {why}; name a folder of documents") from None
    return path


def _from_catalogue(path: Path, folder: Folder, chronology: bool) -> Corpus:
    name = f"{path.name}/{CATALOGUE}"
    table = check_catalogue(
        read_table(path / CATALOGUE), required=["doc_id", "source", "file"], name=name
    )
    ids, files, known = (table[c].tolist() for c in ("doc_id", "file", "sha256"))
    places = [_place(folder, file) for file in files]
    wrong, hashes, reasons = [], list(known), [""] * len(ids)
    for k, place in enumerate(places):
        if not place:
            continue
        reasons[k] = folder.refusal(place)
        if not reasons[k]:
            digest, _, reasons[k] = read_file(folder.full(place))
            hashes[k] = digest or known[k]
        if known[k] and hashes[k] != known[k]:
            wrong.append(
                f"{files[k]} (document {ids[k]!r}) has {hashes[k][:12]}…, not {known[k][:12]}…"
            )
    if wrong:
        raise ValueError(f"{name}: files with another sha256 than it says: " + "; ".join(wrong[:5]))
    there = [bool(place) for place in places]
    stored = set() if all(there) else _measured(path)
    missing = [f for f, place, sha in zip(files, places, known) if not place and sha not in stored]
    if missing:
        raise ValueError(
            f"{name} names {len(missing)} files that are not there, nor measured before; put them "
            f"into {TEXTS}/: {missing[:5]}"
        )
    table = table.assign(sha256=hashes, at_hand=there)
    texts = FileTexts({i: folder.full(place) for i, place in zip(ids, places) if place})
    rejected = [row for row in zip(ids, files, reasons) if row[2]]
    table = table[[not reason for reason in reasons]].reset_index(drop=True)
    return _corpus(table, rejected + _unlisted(folder, files, places), path, chronology, texts)


def _place(folder: Folder, file: str) -> str:
    """Where a file of a catalogue lies, in `texts/` or beside it; "" where it does not."""
    for name in (f"{TEXTS}/{file}", file):
        name = posixpath.normpath(on_disk(name))
        full = folder.full(name)
        if os.path.lexists(full) and not os.path.isdir(full):  # noqa: PTH112
            return name
    return ""


def _unlisted(folder: Folder, files: list[str], places: list[str]) -> list[tuple[str, str, str]]:
    """The files of a folder that its catalogue does not list, with what is wrong with them."""
    read, listed = set(places), {posixpath.normpath(on_disk(file)) for file in files}
    rows = []
    for name, reason in folder.scan().items():
        if name in read:
            continue
        if name in listed:
            reason = f"has the name of a file in {TEXTS}/, which is read instead"
        rows.append(("", _printable(name), reason or f"is not listed in {CATALOGUE}"))
    return rows


def _printable(name: str) -> str:
    """The name of a file, also of one that is not UTF-8."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _measured(path: Path) -> set[str]:
    """Hashes of the documents whose measures are stored with the corpus."""
    file = path / "measures" / "documents.parquet"
    return set(read_table(file)["sha256"]) if file.is_file() else set()


def _from_folder(path: Path, folder: Folder, chronology: bool) -> Corpus:
    names, rows, rejected = [], [], []
    for name, reason in folder.scan().items():
        try:
            names += [] if reason else [shown(name)]
        except ValueError as error:
            reason = str(error)
        if reason:
            rejected.append(("", _printable(name), reason))
    if not names:
        others = "; ".join(f"{name} {reason}" for _, name, reason in rejected[:5])
        raise ValueError(
            f"corpus {str(path)!r} holds no documents; put text files ({sorted(TEXT_SUFFIXES)}) "
            f"into it, or name a table" + (f" ({others})" if others else "")
        )
    stems = Counter(name.rsplit(".", 1)[0] for name in names)
    for name in names:
        stem = name.rsplit(".", 1)[0]
        doc_id = stem if stems[stem] == 1 else name
        digest, text, reason = read_file(folder.full(on_disk(name)))
        if reason:
            rejected.append((doc_id, name, reason))
            continue
        source = name.split("/")[0] if "/" in name else stem
        rows.append((doc_id, source, clean(text[:TOP]).headline, name, digest))
    rejected.sort(key=lambda row: row[1])
    if not rows:
        return _corpus(pd.DataFrame(), rejected, path, chronology, FileTexts({}))
    table = pd.DataFrame(rows, columns=["doc_id", "source", "title", "file", "sha256"], dtype="str")
    table = check_catalogue(table, required=["doc_id"], name=f"folder {path.name!r}")
    texts = FileTexts({row[0]: folder.full(on_disk(row[3])) for row in rows})
    return _corpus(table.assign(at_hand=True), rejected, path, chronology, texts)


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
    read = TableTexts(dict(zip(table["doc_id"], texts)))
    empty = table["doc_id"].isin([row[0] for row in rejected])
    return _corpus(table[~empty].reset_index(drop=True), rejected, path, chronology, read)


def _corpus(table, rejected, path, chronology, read) -> Corpus:
    rejected = pd.DataFrame(rejected, columns=["doc_id", "file", "reason"], dtype="str")
    if table.empty:
        rows = rejected.head().itertuples()
        reasons = "; ".join(f"{r.file or r.doc_id} {r.reason}" for r in rows)
        raise ValueError(f"no document of the corpus can be read: {reasons}")
    return Corpus(table, rejected, path, chronology, read)


__all__ = [
    "COLUMNS",
    "Corpus",
    "add_texts",
    "left_out_lines",
    "read_corpus",
    "set_aside_rows",
    "user_column",
    "words_aside",
]
