"""A folder, catalogue or table -> documents, what is left out, and what is doubtful."""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from crosscurrents.cleaning import clean
from crosscurrents.corpus.catalogue import TEXTS, check_catalogue, date_precision
from crosscurrents.corpus.files import CATALOGUE, Folder, Texts, read_file, text_problem
from crosscurrents.readers.dates import read_date
from crosscurrents.readers.files import on_disk, plain_ends, read_bytes, shown
from crosscurrents.readers.formats import Document, Reading, no_texts
from crosscurrents.readers.tables import guess_columns, read_table

TOP = 2_000  # signs: title, author and date stand within these
INFERRED = ("title", "author", "date")  # what is looked for in a document where nothing says it


class Options(NamedTuple):
    """How a corpus is read: what `read_corpus` was given, or what is stored beside the corpus."""

    columns: Mapping[str, str] | None = None
    dates: str = ""


def options_file(path: Path) -> Path:
    """Where the options of a corpus are stored: in its folder, or beside its table."""
    return path / "columns.json" if path.is_dir() else path.with_name(f"{path.name}.columns.json")


def store_options(path: Path, options: Options) -> Path:
    """Store which column is which, and how dates are written, for all that reads the corpus."""
    file = options_file(path)
    known = {"columns": dict(options.columns or {}), "dates": options.dates}
    file.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def with_stored(path: Path, options: Options) -> Options:
    """The options, completed by those that are stored; raises ValueError if these are damaged."""
    file = options_file(path)
    if not file.is_file():
        return options
    try:
        known = json.loads(read_bytes(file))
        columns, dates = {**known["columns"]}, str(known["dates"])
    except (ValueError, KeyError, TypeError, OSError):
        raise ValueError(f"{str(file)!r} is damaged; delete it and say the columns again") from None
    return Options(options.columns or columns, options.dates or dates)


@dataclass
class Found:
    """What is known of a corpus when all of it was read."""

    table: pd.DataFrame
    texts: Texts
    rejected: list[tuple[str, str, str]] = field(default_factory=list)  # doc_id, file, reason
    doubts: list[tuple[str, str, str]] = field(default_factory=list)  # doc_id, file, doubt
    columns: dict[str, str] = field(default_factory=dict)  # ours -> that of the table


def facts_of(document: Document) -> tuple[dict[str, str], dict[str, str]]:
    """The facts of a document, and where each was found; its own lines tell what nothing else does.

    >>> facts_of(Document("# Rain\\n\\nBy Ann Bo\\n\\nIt rained."))[1]
    {'title': 'line 1', 'author': 'line 3'}
    """
    facts = dict(document.facts)
    where = dict.fromkeys(facts, document.where)
    if not document.article and not all(facts.get(name) for name in INFERRED):
        for name, (value, line) in clean(document.text[:TOP]).facts.items():
            if name in INFERRED and not facts.get(name):
                facts[name], where[name] = value, f"line {line}"
    return facts, where


def _told(where: Mapping[str, str]) -> str:
    return "; ".join(f"{name}: {place}" for name, place in where.items())


def _corrections(document: Document) -> str:
    """Corrections by which all lines of an extracted article are prose."""
    return f"1-{document.text.count(chr(10)) + 1}: prose" if document.article else ""


# --- a folder of files


def from_folder(path: Path, folder: Folder, options: Options) -> Found:
    """The documents of a folder without a catalogue; a sub-folder names the source."""
    names, rejected = [], []
    for name, reason in folder.scan().items():
        try:
            names += [] if reason else [shown(name)]
        except ValueError as error:
            reason = str(error)
        if reason:
            rejected.append(("", printable(name), reason))
    if not names:
        others = "; ".join(f"{name} {reason}" for _, name, reason in rejected[:5])
        raise ValueError(
            f"corpus {str(path)!r} holds no documents; put files of text, pages, Word or PDF files "
            "or tables into it" + (f" ({others})" if others else "")
        )
    return from_files(path, folder, names, rejected, options)


def from_files(
    path: Path, folder: Folder, names: list[str], rejected: list, options: Options
) -> Found:
    """The documents of some files of a folder."""
    stems = Counter(name.rsplit(".", 1)[0].strip() for name in names)
    found = Found(pd.DataFrame(), Texts({}), rejected)
    rows: list[dict[str, str]] = []
    for name in names:
        stem = name.rsplit(".", 1)[0].strip()  # as in a catalogue, where blanks around it go
        doc_id = stem if stems[stem] == 1 else name.strip()
        digest, reading, reason = read_file(folder.full(on_disk(name)), options.columns)
        if reading is None:
            # A table or a file of programs is none of the documents that are counted.
            rejected.append((doc_id if "no column of texts" not in reason else "", name, reason))
            continue
        found.doubts += [(doc_id, name, doubt) for doubt in reading.doubts]
        if reading.columns and not found.columns:
            found.columns = dict(reading.columns)
        for row, document in zip(document_rows(name, doc_id, digest, reading), reading.documents):
            if problem := text_problem(document):
                rejected.append((row["doc_id"], name, problem))
                continue
            rows.append(row)
            if reading.several:
                found.texts.texts[row["doc_id"]] = plain_ends(document.text)
            else:
                found.texts.paths[row["doc_id"]] = folder.full(on_disk(name))
    rejected.sort(key=lambda row: row[1])
    if rows:
        table = pd.DataFrame(rows, dtype="str").fillna("")
        table = table[[c for c in table.columns if c != "corrections" or table[c].any()]]
        found.table = check_catalogue(
            table, required=["doc_id"], name=f"folder {path.name!r}", dates=options.dates
        ).assign(at_hand=True)
    return found


def document_rows(name: str, doc_id: str, digest: str, reading: Reading) -> list[dict[str, str]]:
    """The rows of a catalogue of the documents of a file."""
    ids = [doc_id]
    if reading.several:
        own = [document.facts.get("doc_id", "").strip() for document in reading.documents]
        known = all(own) and len(set(own)) == len(own)
        ids = [f"{doc_id}#{own[k] if known else k + 1}".strip() for k in range(len(own))]
    rows = []
    for number, (each, document) in enumerate(zip(ids, reading.documents), 1):
        facts, where = facts_of(document)
        folder = name.split("/")[0] if "/" in name else ""
        source = facts.get("source", "")
        if folder and not reading.several:
            source, _ = folder, where.pop("source", "")
        facts.pop("doc_id", None)
        rows.append(
            facts
            | {"doc_id": each, "source": source or folder or doc_id, "file": name}
            | {"sha256": _sha256(document.text) if reading.several else digest}
            | {"part": str(number) if reading.several else ""}
            | {"inferred": _told({k: v for k, v in where.items() if k != "doc_id"})}
            | {"corrections": _corrections(document)}
        )
    return rows


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# --- a folder with a catalogue


def from_catalogue(path: Path, folder: Folder, options: Options) -> Found:
    """The documents that a catalogue lists; files that it does not list are left out."""
    name = f"{path.name}/{CATALOGUE}"
    table = check_catalogue(
        read_table(path / CATALOGUE), required=["doc_id", "source", "file"], name=name,
        dates=options.dates,
    )  # fmt: skip
    listed = [Listed(*row) for row in zip(*(_column(table, c) for c in Listed._fields))]
    places = [_place(folder, row.file) for row in listed]
    found = Found(table, Texts({}))
    readings: dict[str, tuple[str, Reading | None, str]] = {}
    wrong, changes = [], {}
    for k, (row, place) in enumerate(zip(listed, places)):
        if not place:
            continue
        reason, document = folder.refusal(place), None
        if not reason:
            if place not in readings or row.part == "":
                last = read_file(folder.full(place), options.columns)
                readings = {place: last}  # a file with many documents is listed in one stretch
            digest, reading, reason = readings[place]
            if reading is not None:
                document, reason = _part(reading, row.part)
            if document is not None and reading.several:
                digest = _sha256(document.text)
        if not reason:
            reason = text_problem(document)
        if digest and row.sha256 and digest != row.sha256:
            wrong.append(
                f"{row.file} (document {row.doc_id!r}) has {digest[:12]}…, not {row.sha256[:12]}…"
            )
        if reason:
            found.rejected.append((row.doc_id, row.file, reason))
            continue
        if reading.several:
            found.texts.texts[row.doc_id] = plain_ends(document.text)
        else:
            found.texts.paths[row.doc_id] = folder.full(place)
        found.doubts += [(row.doc_id, row.file, d) for d in reading.doubts if not reading.several]
        changes[k] = {"sha256": digest} | _silent(row, document)
    if wrong:
        raise ValueError(f"{name}: files with another sha256 than it says: " + "; ".join(wrong[:5]))
    table = _changed(table, changes | _stored(path, name, listed, places))
    there = [bool(place) for place in places]
    left = {doc_id for doc_id, _, _ in found.rejected}
    table = table.assign(at_hand=there)[~table["doc_id"].isin(left)]
    found.table = table.reset_index(drop=True)
    found.rejected += _unlisted(folder, [row.file for row in listed], places)
    return found


class Listed(NamedTuple):
    """What a catalogue says of a document."""

    doc_id: str
    file: str
    sha256: str
    part: str
    title: str
    author: str
    date: str
    corrections: str


def _column(table: pd.DataFrame, name: str) -> list[str]:
    return table[name].tolist() if name in table else [""] * len(table)


def _part(reading: Reading, part: str) -> tuple[Document | None, str]:
    """The document of a file that a catalogue means, and why there is none."""
    count = len(reading.documents)
    if not part and count == 1:
        return reading.documents[0], ""
    if not part:
        return None, (
            f"holds {count:,} documents; list each with its number in the column 'part', as "
            "'crosscurrents catalogue' writes it"
        )
    if not re.fullmatch(r"[1-9]\d{0,8}", part) or int(part) > count:
        return None, f"has no document {part!r} (it holds {count:,})"
    return reading.documents[int(part) - 1], ""


def _silent(row: Listed, document: Document) -> dict[str, str]:
    """What a document says where its catalogue says nothing, and where that was found."""
    changes = {}
    if not (row.title and row.author and row.date):
        facts, where = facts_of(document)
        said = [n for n in INFERRED if not getattr(row, n) and facts.get(n)]
        changes = {name: facts[name] for name in said}
        changes["inferred"] = _told({name: where[name] for name in said})
    if document.article and not row.corrections:
        changes["corrections"] = _corrections(document)
    return {name: value for name, value in changes.items() if value}


def _changed(table: pd.DataFrame, changes: dict[int, dict[str, str]]) -> pd.DataFrame:
    """The catalogue with what was found in the documents, by row and column."""
    for column in dict.fromkeys(name for row in changes.values() for name in row):
        old = table[column].tolist() if column in table else [""] * len(table)
        new = [changes.get(k, {}).get(column, value) for k, value in enumerate(old)]
        if column == "inferred":  # what the catalogue says of its own facts stays
            new = ["; ".join(dict.fromkeys(filter(None, both))) for both in zip(old, new)]
        table = table.assign(**{column: pd.Series(new, index=table.index, dtype="str")})
    return table.assign(date_precision=table["date"].map(date_precision))


def _stored(path: Path, name: str, listed: list[Listed], places: list[str]) -> dict[int, dict]:
    """Facts of the documents without a text, by row, as they were when they were measured.

    Raises ValueError for documents that have neither a text nor stored measures.
    """
    if all(places):
        return {}
    file = path / "measures" / "documents.parquet"
    table = read_table(file) if file.is_file() else pd.DataFrame(columns=["sha256"], dtype="str")
    stored = {row["sha256"]: row for row in table.to_dict("records")}
    absent = {k: row for k, (row, place) in enumerate(zip(listed, places)) if not place}
    missing = [row.file for row in absent.values() if row.sha256 not in stored]
    if missing:
        raise ValueError(
            f"{name} names {len(missing)} files that are not there, nor measured before; put them "
            f"into {TEXTS}/: {missing[:5]}"
        )
    return {
        k: {n: stored[row.sha256].get(n, "") for n in INFERRED if not getattr(row, n)}
        | {"inferred": stored[row.sha256].get("inferred", "")}
        for k, row in absent.items()
    }


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
        rows.append(("", printable(name), reason or f"is not listed in {CATALOGUE}"))
    return rows


def printable(name: str) -> str:
    """The name of a file, also of one that is not UTF-8."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


# --- a table


def _plausible(name: str, column: pd.Series) -> bool:
    """Whether what a column holds agrees with a guess from its name alone."""
    if name == "doc_id":
        return column.ne("").all() and column.is_unique
    if name == "date":
        written = [value for value in column.head(1000) if value.strip()]
        return sum(read_date(v) is not None for v in written) > len(written) / 2
    return True


def from_table(table: pd.DataFrame, name: str, options: Options) -> Found:
    """The documents of a table of strings, a row each."""
    if table.empty:
        raise ValueError(f"{name} has no rows; a corpus needs documents")
    try:
        columns = guess_columns(table.columns.tolist(), options.columns)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    if "text" not in columns:
        raise ValueError(f"{name} {no_texts(table, columns)}")
    guessed = {ours: theirs for ours, theirs in columns.items() if ours != theirs}
    said = options.columns or {}
    columns = {o: t for o, t in columns.items() if o in said or o == t or _plausible(o, table[t])}
    guessed = {ours: theirs for ours, theirs in guessed.items() if ours in columns}
    # A column that has one of our names, but is not the one that is meant, keeps it as its own.
    clash = {n: f"table:{n}" for n in guessed if n in table.columns}
    table = table.rename(columns={theirs: ours for ours, theirs in guessed.items()} | clash)
    texts = [plain_ends(text) for text in table["text"].tolist()]
    if "doc_id" not in table or table["doc_id"].eq("").all():
        table = table.assign(doc_id=[str(i) for i in range(1, len(table) + 1)])
    if "source" not in table:  # as of a folder of files: each document is its own
        table = table.assign(source=table["doc_id"])
    digests = [_sha256(t) for t in table["text"].tolist()]
    table = table.drop(columns="text").assign(sha256=digests)
    table = check_catalogue(
        table, required=["doc_id", "source"], name=name, dates=options.dates
    ).assign(at_hand=True)
    found = Found(table, Texts({}, dict(zip(table["doc_id"], texts))), columns=guessed)
    for doc_id, text in found.texts.texts.items():
        if problem := text_problem(Document(text)):
            found.rejected.append((doc_id, "", problem))
    empty = table["doc_id"].isin([row[0] for row in found.rejected])
    found.table = table[~empty].reset_index(drop=True)
    return found
