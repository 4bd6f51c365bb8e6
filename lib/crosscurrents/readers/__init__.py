"""Files -> documents: one entry a format, recognised by what a file holds rather than by its name.

A reader takes the bytes of a file and gives documents; it raises ValueError with a reason that can
be shown in a list of files that were not read. A new format is an entry of FORMATS.

Files that anybody may have made are read in a process of its own, with limits: a damaged or hostile
PDF, page or archive may keep a library busy for hours, eat all memory or end the interpreter. One
process, started when the first such file is read, reads all of them; where it dies, that file is
left out with the reason, and the next one gets a new process.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import os
import posixpath
import re
import resource
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import pandas as pd

from crosscurrents.dates import read_dates
from crosscurrents.process import Process
from crosscurrents.readers import documents, exports, pages, tables
from crosscurrents.readers.documents import FACTS, Document, Reading
from crosscurrents.storage import cached, check_text, decoded

SECONDS = 120  # of processor time that a file may take: 3,000 ordinary pages of PDF take 90
MEMORY = 4 * 2**30  # bytes of addresses: the libraries take 1, the largest file that was seen 1.5
LOCK = threading.Lock()  # one file at a time


def _read_apart(kind: str, data: bytes, context: tuple) -> dict[str, Any]:
    """What `Reading` is made of; raises ValueError with the reason."""
    given = {"kind": kind, "data": data, "context": tuple(context)}
    limits = {"seconds": SECONDS, "memory": MEMORY}
    with LOCK:
        if not _reader(os.getpid()).is_alive:
            _reader.cache_clear()
        process = _reader(os.getpid())
        process.call(f"{__name__}:read_within", given | limits)
        try:
            return process.result()
        except RuntimeError:
            if process.code == -signal.SIGPROF:
                raise ValueError(f"takes more than {SECONDS} seconds to read") from None
            raise ValueError("is damaged (it ended the program that read it)") from None
        except KeyboardInterrupt:  # nobody may take its answer for the next file's
            process.end()
            raise


@lru_cache(maxsize=1)
def _reader(process: int) -> Process:
    """The process that reads for this `process`, which has not inherited its parent's."""
    return Process()


def read_within(
    kind: str, data: bytes, context: tuple, seconds: float, memory: int
) -> dict[str, Any]:
    """In the process: read within limits; their end ends the process, also in a library."""
    _limit(seconds, memory)
    try:
        return vars(read_here(kind, data, context))
    finally:
        _limit(0, memory)


def _limit(seconds: float, memory: int) -> None:
    """Where the system has such limits."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))


HEAD = 16_384  # bytes by which a format is recognised
NAME_MAX = 60  # signs of the name of a column: "Place of publication (as the database has it)"
LONGEST = 2 * NAME_MAX + 2  # with quotation marks around it, and those inside of it doubled
OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # what such files begin with
JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\[\s*\{|\{\s*\")")  # a list of objects, or an object
# Text of programs, which lies beside saved pages and in projects: no documents.
CODE = {
    ".css", ".js", ".mjs", ".map", ".xml", ".svg", ".py", ".r", ".ipynb", ".yml", ".yaml",
    ".toml", ".ini", ".cfg", ".log", ".sh", ".bat", ".sql", ".tex", ".bib", ".lock",
}  # fmt: skip


class Context(NamedTuple):
    """What a reader may want to know beside the bytes."""

    suffix: str = ""
    url: str = ""
    columns: Mapping[str, str] | None = None


class Format(NamedTuple):
    """A format: its name for people, its reader, and how a file of it is recognised.

    A format that is not read has the reason in place of a reader. `recognised` takes the bytes and
    the ending of the name. Most are read apart from this process: a library takes in what anybody
    may have made, and takes its time.
    """

    name: str
    read: Callable[[bytes, Context], Reading] | str
    recognised: Callable[[bytes, str], bool]
    apart: bool = True


def read_document_file(
    data: bytes, name: str = "", *, url: str = "", columns: Mapping[str, str] | None = None
) -> Reading:
    """The documents of a file by its content.

    Parameters
    ----------
    data
        The file's bytes.
    name
        Its name, by which only programs and tables are recognised.
    url
        Where a page comes from.
    columns
        Which column of a table is which of ours (see `guess_columns`).

    Raises
    ------
    ValueError
        With the reason, where it holds no document that can be read.

    >>> read_document_file(b"{\\\\rtf1 It rained.\\\\par It snowed.}").documents[0].text
    'It rained.\\n\\nIt snowed.'
    """
    suffix = posixpath.splitext(name)[1].lower()
    kind, context = format_of(data, suffix), Context(suffix, url, columns)
    if FORMATS[kind].apart:  # a page takes 20 ms, a long PDF minutes
        key = [kind, context, hashlib.sha256(data).hexdigest()]
        found = cached("reading", key, lambda: _read_apart(kind, data, context))
        rows = tuple(Document(*row) for row in found["documents"])
        return Reading(**found | {"documents": rows, "doubts": tuple(found["doubts"])})
    return read_here(kind, data, context)


def read_here(kind: str, data: bytes, context: tuple) -> Reading:
    """The documents of a file of a known format, in this process; raises ValueError."""
    form, context = FORMATS[kind], Context(*context)
    if isinstance(form.read, str):
        raise ValueError(form.read.format(suffix=context.suffix))
    try:
        reading = form.read(data, context)
    except MemoryError:
        raise ValueError("needs more memory than there is") from None
    except Exception as error:  # whatever a damaged file makes of a library
        if type(error) is ValueError:  # ours, not one of the kinds of a library
            raise
        raise ValueError(f"is a damaged {form.name} ({type(error).__name__})") from None
    if kind != "text" and not reading.several:  # the reader of text has looked already
        check_text(reading.documents[0].text)
    return reading


def format_of(data: bytes, suffix: str = "") -> str:
    """The key of FORMATS of a file: the first entry that recognises it.

    >>> format_of(b"%PDF-1.7"), format_of(b"It rained."), format_of(b'[{"text": "Rain"}]')
    ('pdf', 'text', 'json')
    """
    return next(kind for kind, form in FORMATS.items() if form.recognised(data, suffix))


def _archive_with(mark: str) -> Callable[[bytes, str], bool]:
    """Whether a file is an archive that holds a part, or says by its media type what it is."""
    return lambda data, _: data.startswith(tables.ARCHIVE) and mark in documents.marks_of(data)


def _is_json(data: bytes, suffix: str) -> bool:
    return suffix in (".json", ".jsonl", ".ndjson") or bool(JSON.match(data[:HEAD]))


def _is_table(data: bytes, suffix: str) -> bool:
    return suffix in (".csv", ".tsv") or _begins_table(data[:HEAD])


def _begins_table(head: bytes) -> bool:
    """Whether the first line names columns of ours, texts among them."""
    line = head.split(b"\n", 1)[0].decode("utf-8", "replace").strip("\ufeff \t\r")
    pieces = re.split(f"[{tables.SEPARATORS}]", line)
    if "\r" in line or len(pieces) < 2 or max(map(len, pieces)) > LONGEST:
        return False
    names = list(filter(None, next(csv.reader([line], delimiter=tables.separator(line)))))
    if len(set(names)) < len(names) or max(map(len, names), default=0) > NAME_MAX:
        return False
    found = tables.guess_columns(names)
    return len(found) > 1 and "text" in found


# --- readers


def _plain(data: bytes, context: Context) -> Reading:
    text, encoding = decoded(data)
    check_text(text)
    found = () if encoding.startswith("utf") else (f"was read as {encoding}, which is a guess",)
    return _with_exports(Document(text), doubts=found)


def _with_exports(document: Document, doubts: tuple[str, ...] = ()) -> Reading:
    """A text as one document, or as the articles of the database that exported it."""
    found = exports.split_export(document.text) or Reading((document,))
    return replace(found, doubts=doubts + document.doubts + found.doubts)


def _of(read: Callable[[bytes], Document]) -> Callable[[bytes, Context], Reading]:
    """A reader from one that gives a document, which may hold the articles of a database."""
    return lambda data, _: _with_exports(read(data))


def _page(data: bytes, context: Context) -> Reading:
    if b"activa" in data[: HEAD * 4] or b"nexis" in data[: HEAD * 4].lower():
        if found := exports.split_export(pages.html_text(data)):
            return found
    return Reading((Document(*pages.read_page(data, context.url), pages.WHERE, True),))


def _table(data: bytes, context: Context) -> Reading:
    try:
        table, doubts = tables.texts_of(data, context.suffix, context.columns)
    except ValueError as error:
        in_line = str(error).startswith("line ")
        reason = f"is a table that cannot be read ({error})" if in_line else str(error)
        raise ValueError(reason) from None
    return replace(documents_of(table, context.columns), doubts=doubts)


def documents_of(table: pd.DataFrame, columns: Mapping[str, str] | None = None) -> Reading:
    """The documents of a table, a row each; raises ValueError for one without texts.

    Its own dates decide which number is the day, and dates of no other file.
    """
    table, guessed = tables.with_our_columns(table, columns)
    if "date" in table:
        with contextlib.suppress(ValueError):  # whoever reads the corpus will say it
            read = read_dates(table["date"])
            table = table.assign(date=[read[date] or date for date in table["date"]])
    names = [name for name in (*FACTS, "doc_id") if name in table]
    rows = table[names].itertuples(index=False, name=None)
    several = tuple(
        Document(text, dict(zip(names, row)), "the table")
        for text, row in zip(table["text"].tolist(), rows)
    )
    return Reading(several, several=True, columns=guessed)


# In the order in which they are tried: what is told by its first bytes, then by its content.
FORMATS = {
    "pdf": Format("PDF", _of(documents.read_pdf), lambda data, _: b"%PDF-" in data[:1024]),
    "docx": Format(
        "Word document", _of(documents.read_docx), _archive_with("word/document.xml")),
    "xlsx": Format("workbook", _table, _archive_with("xl/workbook.xml")),
    "odt": Format(
        "OpenDocument text", _of(documents.read_odt),
        _archive_with("application/vnd.oasis.opendocument.text")),
    "epub": Format("e-book", _of(documents.read_epub), _archive_with("application/epub+zip")),
    "archive": Format(
        "archive", "is an archive of another kind; unpack it, or save it as .docx or .xlsx",
        lambda data, _: data.startswith(tables.ARCHIVE), apart=False),
    "parquet": Format(
        "Parquet file", _table, lambda data, _: data.startswith(tables.PARQUET), apart=False),
    "office": Format(
        "old Office file",
        "is an old or encrypted Word or Excel file; save it as .docx or .xlsx",
        lambda data, _: data.startswith(OLD_OFFICE), apart=False),
    "rtf": Format(
        "RTF text", _of(documents.read_rtf),
        lambda data, _: data[:HEAD].lstrip().startswith(b"{\\rtf")),
    "html": Format("page", _page, lambda data, _: pages.is_page(data[:HEAD])),
    "eml": Format(
        "message", _of(documents.read_mail), lambda data, _: documents.is_mail(data[:HEAD])),
    "mbox": Format(
        "mailbox", lambda data, _: documents.read_mailbox(data),
        lambda data, _: documents.is_mailbox(data[:HEAD])),
    "code": Format(
        "program", "is of no kind that is read ({suffix}); name it .txt if it is text",
        lambda _, suffix: suffix in CODE, apart=False),
    "json": Format("JSON file", _table, _is_json, apart=False),
    "csv": Format("table", _table, _is_table, apart=False),
    "text": Format("text", _plain, lambda *_: True, apart=False),
}  # fmt: skip
