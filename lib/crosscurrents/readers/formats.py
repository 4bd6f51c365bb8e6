"""Files -> documents: one entry a format, recognised by what a file holds rather than by its name.

A reader takes the bytes of a file and gives documents; it raises ValueError with a reason that can
stand in a list of files that were not read. A new format is an entry of FORMATS.
"""

from __future__ import annotations

import csv
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from crosscurrents.readers import archives, exports, mail, pages, pdf
from crosscurrents.readers.apart import Apart
from crosscurrents.readers.columns import guess_columns
from crosscurrents.readers.files import check_text, decoded
from crosscurrents.readers.tables import SEPARATORS, separator, table_of

HEAD = 16_384  # bytes by which a format is told
NAME_MAX = 60  # signs of the name of a column: "Place of publication (as the database has it)"
# Text of programs, which lies beside saved pages and in projects: no documents.
CODE = {
    ".css", ".js", ".mjs", ".json", ".map", ".xml", ".svg", ".py", ".r", ".ipynb", ".yml", ".yaml",
    ".toml", ".ini", ".cfg", ".log", ".sh", ".bat", ".sql", ".tex", ".bib", ".lock",
}  # fmt: skip
# Read apart from this process: a library takes in what anybody may have made, and takes its time.
APART = {"html", "pdf", "docx", "odt", "epub", "rtf", "eml", "xlsx"}
READER = Apart()
FACTS = ("source", "title", "author", "date", "url", "language", "section")


class Document(NamedTuple):
    """A document of a file: its text and facts, and where the facts were found.

    `article` says that the text is the article alone: no rule about lines may take more off.
    """

    text: str
    facts: Mapping[str, str] = MappingProxyType({})
    where: str = ""
    article: bool = False


@dataclass(frozen=True)
class Reading:
    """What a file holds: its format, documents, and doubts about what was read.

    `several` says that the file may hold many documents, each with a number of its own; `columns`
    which column of a table is which of ours.
    """

    format: str
    documents: tuple[Document, ...]
    doubts: tuple[str, ...] = ()
    several: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)


def read_document_file(
    data: bytes, name: str = "", *, url: str = "", columns: Mapping[str, str] | None = None
) -> Reading:
    """The documents of a file by its content.

    Parameters
    ----------
    data
        The file's bytes.
    name
        Its name; only what is text of a program is told by it.
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
    return read_as(format_of(data, suffix), data, Context(suffix, url, columns))


def read_as(kind: str, data: bytes, context: Context) -> Reading:
    """The documents of a file whose format is known; raises as `read_document_file` does."""
    if kind in APART:
        return reading_of(READER.read(kind, data, context))
    try:
        return read_here(kind, data, context)
    except MemoryError:
        raise ValueError("needs more memory than there is") from None


def reading_of(found: dict) -> Reading:
    """A reading from what it was made of, as JSON has it."""
    documents = tuple(Document(*row) for row in found["documents"])
    return Reading(**found | {"documents": documents, "doubts": tuple(found["doubts"])})


def read_here(kind: str, data: bytes, context: tuple) -> Reading:
    """The same, in this process; `context` may be a plain tuple."""
    try:
        reading = FORMATS[kind].read(data, Context(*context))
    except (ValueError, MemoryError):
        raise
    except (Exception, RecursionError) as error:  # whatever a damaged file makes of a library
        raise ValueError(
            f"is damaged and cannot be read as {FORMATS[kind].name} ({type(error).__name__})"
        ) from None
    if kind != "text" and not reading.several:  # the reader of text has looked already
        check_text(reading.documents[0].text)
    return replace(reading, format=kind)


class Context(NamedTuple):
    """What a reader may want to know beside the bytes."""

    suffix: str = ""
    url: str = ""
    columns: Mapping[str, str] | None = None


class Format(NamedTuple):
    """A format: its name for people, and its reader."""

    name: str
    read: Callable[[bytes, Context], Reading]


def format_of(data: bytes, suffix: str = "") -> str:
    """The key of FORMATS of a file; raises ValueError for what is none of them.

    >>> format_of(b"%PDF-1.7"), format_of(b"It rained."), format_of(b'[{"text": "Rain"}]')
    ('pdf', 'text', 'json')
    """
    head = data[:HEAD]
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\3\4"):
        if kind := archives.kind_of_archive(data):
            return kind
        raise ValueError("is an archive of another kind; unpack it, or save it as .docx or .xlsx")
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValueError("is an old or encrypted Word or Excel file; save it as .docx or .xlsx")
    if head.lstrip().startswith(b"{\\rtf"):
        return "rtf"
    if pages.is_page(head):
        return "html"
    if mail.is_mail(head):
        return "eml"
    if suffix in CODE and suffix != ".json":
        raise ValueError(f"is of no kind that is read ({suffix}); name it .txt if it is text")
    if suffix in (".json", ".jsonl", ".ndjson") or _begins_json(head):
        return "json"
    if suffix in (".csv", ".tsv") or _begins_table(head):
        return "csv"
    return "text"


def _begins_json(head: bytes) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return (text[:1] == b"[" and text[1:].lstrip()[:1] == b"{") or (
        text[:1] == b"{" and text[1:].lstrip()[:1] == b'"'
    )


def _begins_table(head: bytes) -> bool:
    """Whether the first line names columns of ours, texts among them."""
    line = head.split(b"\n", 1)[0].decode("utf-8", "replace").strip("\ufeff \t\r")
    if not any(sign in line for sign in SEPARATORS):
        return False
    fields = re.split(f"[{SEPARATORS}]", line)
    if max(map(len, fields)) > NAME_MAX:  # most texts: this is asked of every one
        return False
    names = [name for name in next(csv.reader([line], delimiter=separator(line))) if name]
    if len(set(names)) < len(names):
        return False
    found = guess_columns(names)
    return len(names) > 1 and len(found) > 1 and "text" in found


# --- readers


def _plain(data: bytes, context: Context) -> Reading:
    text, encoding = decoded(data)
    check_text(text)
    found = () if encoding.startswith("utf") else (f"was read as {encoding}, which is a guess",)
    return _with_exports(Document(text), doubts=found)


def _with_exports(document: Document, doubts: tuple[str, ...] = ()) -> Reading:
    """A text as one document, or those of the database that exported it."""
    name, articles, wrong = exports.split_export(document.text)
    if not articles:
        return Reading("", (document,), doubts)
    where = f"the labels of the {name} export"
    found = tuple(
        Document(a.text, {k: v for k, v in a.facts.items() if v and k in FACTS}, where, True)
        for a in articles
    )
    for number, article in enumerate(articles, 1):
        if doubt := exports.word_doubt(article):
            wrong.append(f"document {number} {doubt}")
    return Reading("", found, doubts + tuple(wrong), several=True)


def _with_properties(read: Callable) -> Callable[[bytes, Context], Reading]:
    """A reader from one that gives a text and the facts of a file's properties."""

    def reader(data: bytes, context: Context) -> Reading:
        text, facts = read(data)
        return _with_exports(Document(text, facts, "the file's properties"))

    return reader


def _rtf(data: bytes) -> tuple[str, dict[str, str]]:
    from striprtf.striprtf import rtf_to_text

    source = data.decode("latin-1")
    text = rtf_to_text(source, errors="replace")
    facts = {}
    info = source[source.find("{\\info") :][:4000] if "{\\info" in source else ""
    for name in ("title", "author"):
        if found := re.search(rf"\{{\\{name} ((?:[^{{}}\\]|\\'[0-9a-f]{{2}}|\\u\d+\S?)+)\}}", info):
            facts[name] = rtf_to_text("{\\rtf1 " + found[1] + "}").strip()
    lines = (line.strip() for line in text.split("\n"))
    return "\n\n".join(filter(None, lines)), {k: v for k, v in facts.items() if v}


def _page(data: bytes, context: Context) -> Reading:
    if b"activa" in data[: HEAD * 4] or b"nexis" in data[: HEAD * 4].lower():
        from crosscurrents.readers.blocks import html_text

        reading = _with_exports(Document(html_text(data)))
        if reading.several:
            return reading
    text, facts = pages.read_page(data, context.url)
    return Reading("", (Document(text, facts, pages.WHERE, True),))


def _message(data: bytes, context: Context) -> Reading:
    text, facts, saved = mail.read_mail(data)
    if saved:
        return Reading("", (Document(text, facts, pages.WHERE, True),))
    return Reading("", (Document(text, facts, "the header of the message"),))


def _table(data: bytes, context: Context) -> Reading:
    try:
        table = table_of(data, context.suffix)
    except ValueError as error:
        reason = str(error)
        raise ValueError(
            f"is a table that cannot be read ({reason})" if reason.startswith("line ") else reason
        ) from None
    return documents_of(table, context.columns)


def _parquet(data: bytes, context: Context) -> Reading:
    import pyarrow as pa

    from crosscurrents.readers.tables import parquet_table

    try:
        return documents_of(parquet_table(pa.BufferReader(data)), context.columns)
    except pa.ArrowException as error:
        raise ValueError(f"is a damaged Parquet file ({type(error).__name__})") from None


def documents_of(table: pd.DataFrame, columns: Mapping[str, str] | None = None) -> Reading:
    """The documents of a table, a row each; raises ValueError for one without texts."""
    found = guess_columns(table.columns.tolist(), columns)
    if "text" not in found:
        raise ValueError(no_texts(table, found))
    guessed = {ours: theirs for ours, theirs in found.items() if ours != theirs}
    texts = table[found["text"]].tolist()
    facts = {name: table[found[name]].tolist() for name in (*FACTS, "doc_id") if name in found}
    rows = [dict(zip(facts, values)) for values in zip(*facts.values())] or [{}] * len(texts)
    documents = tuple(
        Document(text, {k: v for k, v in row.items() if v}, "the table")
        for text, row in zip(texts, rows)
    )
    return Reading("", documents, several=True, columns=guessed)


def no_texts(table: pd.DataFrame, found: Mapping[str, str]) -> str:
    """Why a table holds no documents."""
    reason = "has no column of texts; say which it is: columns={'text': '...'}"
    reason += f" or --columns text=NAME (it has {table.columns.tolist()})"
    if "url" in found:
        reason += (
            f"; the pages of {found['url']!r} are fetched by 'crosscurrents collect CORPUS --pages "
            "FILE'"
        )
    return reason


FORMATS = {
    "text": Format("text", _plain),
    "html": Format("a page", _page),
    "pdf": Format("PDF", _with_properties(pdf.read_pdf)),
    "docx": Format("a Word document", _with_properties(archives.read_docx)),
    "odt": Format("an OpenDocument text", _with_properties(archives.read_odt)),
    "rtf": Format("RTF", _with_properties(_rtf)),
    "epub": Format("an e-book", _with_properties(archives.read_epub)),
    "eml": Format("a message", _message),
    "csv": Format("a table", _table),
    "json": Format("JSON", _table),
    "xlsx": Format("a workbook", _table),
    "parquet": Format("Parquet", _parquet),
}
