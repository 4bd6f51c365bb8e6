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
from crosscurrents.cleaning.rules import line_reason
from crosscurrents.corpus import files
from crosscurrents.readers import Document, Reading, read_document_file
from crosscurrents.readers.tables import read_table, with_our_columns
from crosscurrents.storage import cached, check_text, plain_ends, read_bytes

TOP = 2_000  # signs: title, author and date are within these
INFERRED = ("title", "author", "date")  # what is looked for in a document where nothing says it


class Options(NamedTuple):
    """How a corpus is read: what `read_corpus` was given, or what is stored beside the corpus."""

    columns: Mapping[str, str] | None = None
    dates: str = ""


def _options_file(path: Path) -> Path:
    return path / "columns.json" if path.is_dir() else path.with_name(f"{path.name}.columns.json")


def store_options(path: Path, options: Options) -> Path:
    """Store which column is which, and how dates are written, in a folder or beside its table."""
    file = _options_file(path)
    known = {"columns": dict(options.columns or {}), "dates": options.dates}
    file.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def with_stored(path: Path, options: Options) -> Options:
    """The options, completed by the stored ones; raises ValueError if these are damaged."""
    file = _options_file(path)
    if not file.is_file():
        return options
    try:
        known = json.loads(read_bytes(file))
        columns, dates = {**known["columns"]}, str(known["dates"])
    except (ValueError, KeyError, TypeError):
        raise ValueError(f"{str(file)!r} is damaged; delete it and say the columns again") from None
    return Options(options.columns or columns, options.dates or dates)


@dataclass
class Found:
    """What is known of a corpus when all of it was read."""

    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    texts: files.Texts = field(default_factory=lambda: files.Texts({}))
    rejected: list[tuple[str, str, str]] = field(default_factory=list)  # doc_id, file, reason
    doubts: list[tuple[str, str, str]] = field(default_factory=list)  # doc_id, file, doubt
    columns: dict[str, str] = field(default_factory=dict)  # ours -> the table's own

    def take(self, doc_id: str, name: str, path: str, reading: Reading, document: Document) -> bool:
        """Where the text of a document is found; rejects one that cannot be counted."""
        if not reading.several:  # its reader has looked at the text
            self.texts.paths[doc_id] = path
            return True
        try:
            self.texts.texts[doc_id] = plain_ends(check_text(document.text))
        except ValueError as error:
            self.rejected.append((doc_id, name, str(error)))
        return doc_id in self.texts.texts


def facts_of(document: Document) -> tuple[dict[str, str], dict[str, str]]:
    """The facts of a document, and where each was found; its own lines tell what nothing else does.

    >>> facts_of(Document("# Rain\\n\\nBy Ann Bo\\n\\nIt rained."))[1]
    {'title': 'line 1', 'author': 'line 3'}
    """
    facts = {name: value for name, value in document.facts.items() if value}
    if not isinstance(document.where, str):  # it was looked at
        return facts, dict(document.where)
    where = dict.fromkeys(facts, document.where)
    if not document.article and not all(facts.get(name) for name in INFERRED):
        top = document.text[:TOP]
        key = files.text_sha256(top)
        for name, (value, line) in cached("facts", key, lambda: [*clean(top).facts.items()]):
            if name in INFERRED and not facts.get(name):
                facts[name], where[name] = value, f"line {line}"
    return facts, where


def look_at(data: bytes, name: str, *, columns: Mapping[str, str] | None = None) -> Reading:
    """As `read_document_file`, but of a file with one text only its facts, which the cache keeps.

    In place of the text, which nobody asks for, is "".
    """

    def look() -> tuple | None:
        reading = read_document_file(data, name, columns=columns)
        document = reading.documents[0]
        if reading.several or document.article:  # whose text is asked for
            return None
        return *facts_of(document), reading.doubts

    suffix = posixpath.splitext(name)[1].lower()
    known = cached("look", [hashlib.sha256(data).hexdigest(), suffix], look)
    if known is None:
        return read_document_file(data, name, columns=columns)
    facts, where, doubts = known
    return Reading((Document("", facts, where),), tuple(doubts))


def _told(where: Mapping[str, str]) -> str:
    return "; ".join(f"{name}: {place}" for name, place in where.items())


def _corrections(document: Document) -> str:
    """Corrections by which all lines of an extracted article are prose, but for rows of cells."""
    if not document.article:
        return ""
    lines = document.text.split("\n")
    rows = [
        k for k, line in enumerate(lines, 1)
        if line.startswith("|") and line_reason(line, len(line.split())) == "table"
    ]  # fmt: skip
    return f"1-{len(lines)}: prose" + "".join(f"; {k}: table" for k in rows)


# --- a folder of files


def from_files(folder: files.Folder, scanned: dict[str, str], options: Options) -> Found:
    """The documents of files of a folder without a catalogue; a sub-folder names the source.

    `scanned` are names of files, and why one must not be opened (see `Folder.scan`).
    """
    names = [name for name, reason in scanned.items() if not reason]
    rejected = [("", name, reason) for name, reason in scanned.items() if reason]
    stems = Counter(name.rsplit(".", 1)[0].strip() for name in names)
    found, rows = Found(rejected=rejected), []
    for name in names:
        stem = name.rsplit(".", 1)[0].strip()  # as in a catalogue, where blanks around it go
        doc_id = stem if stems[stem] == 1 else name.strip()
        digest, reading, reason = files.read_file(folder.full(name), options.columns, look_at)
        if reading is None:
            # A table or a file of programs is no document.
            rejected.append((doc_id if "no column of texts" not in reason else "", name, reason))
            continue
        found.doubts += [(doc_id, name, doubt) for doubt in reading.doubts]
        found.columns = found.columns or dict(reading.columns)
        for row, document in zip(document_rows(name, doc_id, digest, reading), reading.documents):
            if found.take(row["doc_id"], name, folder.full(name), reading, document):
                rows.append(row)
    rejected.sort(key=lambda row: row[1])
    if rows:
        table = pd.DataFrame(rows, dtype="str").fillna("")
        table = table[[c for c in table.columns if c != "corrections" or table[c].any()]]
        found.table = files.check_catalogue(
            table, required=["doc_id"], name=f"folder {Path(folder.path).name!r}",
            dates=options.dates,
        ).assign(at_hand=True)  # fmt: skip
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
            | {"sha256": files.text_sha256(document.text) if reading.several else digest}
            | {"part": str(number) if reading.several else ""}
            | {"inferred": _told({k: v for k, v in where.items() if k != "doc_id"})}
            | {"corrections": _corrections(document)}
        )
    return rows


# --- a folder with a catalogue


def read_catalogue(path: Path, options: Options) -> pd.DataFrame:
    """The catalogue of a corpus, checked."""
    return files.check_catalogue(
        read_table(path / files.CATALOGUE), required=["doc_id", "source", "file"],
        name=f"{path.name}/{files.CATALOGUE}", dates=options.dates,
    )  # fmt: skip


def from_catalogue(path: Path, folder: files.Folder, options: Options) -> Found:
    """The documents that a catalogue lists; files that it does not list are left out."""
    table, name = read_catalogue(path, options), f"{path.name}/{files.CATALOGUE}"
    places = [_place(folder, file) for file in table["file"]]
    stored = {} if all(places) else _measured(path, name, table, places)
    found, readings = Found(), {}
    rows, wrong = [], []
    for place, row in zip(places, table.to_dict("records")):
        row["at_hand"] = bool(place)
        if not place:
            rows.append(row | _silent(row, stored[row["sha256"]]))
            continue
        is_new = place not in readings or not row.get("part")
        if is_new:  # a file with many documents is listed in one stretch
            readings = {place: _read(folder, place, options)}
        digest, reading, reason = readings[place]
        document = None
        if reading is not None:
            doubts = reading.doubts if is_new else ()
            found.doubts += [(row["doc_id"], row["file"], doubt) for doubt in doubts]
            document, reason = _part(reading, row.get("part", ""))
        if document is not None and reading.several:
            digest = files.text_sha256(document.text)
        if digest and row["sha256"] not in ("", digest):
            wrong.append(f"{row['file']} (document {row['doc_id']!r}) has {digest[:12]}…, not "
                         f"{row['sha256'][:12]}…")  # fmt: skip
        if reason:
            found.rejected.append((row["doc_id"], row["file"], reason))
        elif found.take(row["doc_id"], row["file"], folder.full(place), reading, document):
            rows.append(row | {"sha256": digest} | _of_document(row, document))
    if wrong:
        raise ValueError(f"{name}: files with another sha256 than it says: " + "; ".join(wrong[:5]))
    if rows:
        found.table, wrong = _with_found(rows, options)
    if wrong:
        raise ValueError(f"{name}: " + "; ".join(wrong))
    found.rejected += _unlisted(folder, table["file"].tolist(), places)
    return found


def _with_found(rows: list[dict], options: Options) -> tuple[pd.DataFrame, list[str]]:
    """The rows of a catalogue with what was found in the documents, and what is wrong with it."""
    table = pd.DataFrame(rows).fillna("")
    there = table.pop("at_hand").astype(bool)
    table, wrong = files.with_dates(table.astype("str"), options.dates)
    return table.assign(at_hand=there), wrong


def _read(folder: files.Folder, place: str, options: Options) -> tuple[str, Reading | None, str]:
    if reason := folder.refusal(place):
        return "", None, reason
    return files.read_file(folder.full(place), options.columns)


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


def _of_document(row: dict, document: Document) -> dict[str, str]:
    """What a document says where its catalogue says nothing, and where that was found."""
    found = {}
    if not all(row[name] for name in INFERRED):
        facts, where = facts_of(document)
        said = {n: where[n] for n in INFERRED if not row[n] and facts.get(n)}
        found = _silent(row, facts | {"inferred": _told(said)})
    if document.article and not row.get("corrections"):
        found["corrections"] = _corrections(document)
    return found


def _silent(row: dict, facts: Mapping[str, str]) -> dict[str, str]:
    """Facts where a catalogue has none; its own remark about its facts stays."""
    found = {name: facts[name] for name in INFERRED if not row[name] and facts.get(name)}
    both = dict.fromkeys(filter(None, (row["inferred"], facts.get("inferred", ""))))
    return found | {"inferred": "; ".join(both)}


def _measured(path: Path, name: str, table: pd.DataFrame, places: list[str]) -> dict[str, dict]:
    """Documents by their hash, as they were when they were measured.

    Raises ValueError for documents that have neither a text nor stored measures.
    """
    file = path / "measures" / "documents.parquet"
    known = read_table(file) if file.is_file() else pd.DataFrame(columns=["sha256"], dtype="str")
    stored = {row["sha256"]: row for row in known.to_dict("records")}
    rows = zip(places, table["file"], table["sha256"])
    missing = [file for place, file, digest in rows if not place and digest not in stored]
    if missing:
        raise ValueError(
            f"{name} names {len(missing)} files that are not there, nor measured before; put them "
            f"into {files.TEXTS}/: {missing[:5]}"
        )
    return stored


def _place(folder: files.Folder, file: str) -> str:
    """Where a file of a catalogue is, in `texts/` or beside it; "" where it is missing."""
    for name in (f"{files.TEXTS}/{file}", file):
        name = posixpath.normpath(name)
        full = folder.full(name)
        if os.path.lexists(full) and not os.path.isdir(full):  # noqa: PTH112
            return name
    return ""


def _unlisted(
    folder: files.Folder, listed: list[str], places: list[str]
) -> list[tuple[str, str, str]]:
    """The files of a folder that its catalogue does not list, with what is wrong with them."""
    read, known = set(places), set(map(posixpath.normpath, listed))
    twice = f"has the name of a file in {files.TEXTS}/, which is read instead"
    other = f"is not listed in {files.CATALOGUE}"
    return [
        ("", name, twice if name in known else reason or other)
        for name, reason in folder.scan().items()
        if name not in read
    ]


# --- a table


def from_table(table: pd.DataFrame, name: str, options: Options) -> Found:
    """The documents of a table of strings, a row each."""
    if table.empty:
        raise ValueError(f"{name} has no rows; a corpus needs documents")
    try:
        table, guessed = with_our_columns(table, options.columns)
    except ValueError as error:
        colon = "" if str(error).startswith("has ") else ":"
        raise ValueError(f"{name}{colon} {error}") from None
    if "doc_id" not in table or table["doc_id"].eq("").all():
        table = table.assign(doc_id=[str(i) for i in range(1, len(table) + 1)])
    if "source" not in table:  # as of a folder of files: each document is its own
        table = table.assign(source=table["doc_id"])
    texts = table.pop("text").tolist()
    table = table.assign(sha256=list(map(files.text_sha256, texts)))
    table = files.check_catalogue(
        table, required=["doc_id", "source"], name=name, dates=options.dates
    ).assign(at_hand=True)
    found, reading = Found(columns=guessed), Reading((), several=True)
    good = [
        found.take(doc_id, "", "", reading, Document(text))
        for doc_id, text in zip(table["doc_id"], texts)
    ]
    found.table = table[good].reset_index(drop=True)
    return found
