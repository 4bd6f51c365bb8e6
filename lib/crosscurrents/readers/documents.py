"""Word, OpenDocument, e-books, RTF, PDF and mail -> text and facts, each by a library."""

from __future__ import annotations

import contextlib
import email
import email.policy
import email.utils
import io
import posixpath
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from crosscurrents.readers.pages import SKIP, WHERE, html_text, read_page, text_of
from crosscurrents.writing import counted, listed

# Bytes of XML that an archive may unpack to: a novel is 2 MB, the largest export that was seen 90.
UNPACKED = 200_000_000
XML = re.compile(r"(?i)\.(xml|x?html?|opf|ncx|rels)$")
# Elements of OpenDocument: what is white space, and what is left out.
SPACES = {"s": " ", "tab": " ", "line-break": "\n"}
LEFT_OUT = {"note", "annotation", "tracked-changes", "sequence-decls", "forms"}
PAGES = 3_000  # of a PDF: more than any report; an article has three
SPARSE = 20  # letters a page: fewer are page numbers and stamps on pictures of pages
LIGATURE = re.compile("[\ufb00-\ufb06]")  # one sign for two or three letters, as fonts have them
# What a browser prints above and below every page: time and title, address and number.
PRINTED = re.compile(
    r"(?m)^(?:\d{1,2}[/.]\d{1,2}[/.]\d{2,4}, \d{1,2}:\d{2}(?: ?[AP]M)?.*"
    r"|(?:https?|file)://\S+ \d+/\d+)$"
)
JUNK = re.compile(r"(?i)(microsoft word|untitled|.*\.(docx?|odt|rtf|indd|pdf|html?)\Z|\W*\Z)")
HEADER = re.compile(rb"(?im)^(from|to|subject|date|mime-version|message-id|received|return-path):")
FIELD = re.compile(rb"[A-Za-z][\w-]*:[ \t]")
# The line before each message of a mailbox; a line of a text that begins so is marked with ">".
MESSAGE = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]*\n(?=[A-Za-z][\w-]*:[ \t\r\n])")


FACTS = ("source", "title", "author", "date", "url", "language", "section")
PROPERTIES = "the file's properties"


class Document(NamedTuple):
    """A document of a file: its text and facts, and where all of these, or each, were found.

    `article` says that the text is the article alone: no rule about lines may take more off;
    `doubts` what of it was not read.
    """

    text: str
    facts: Mapping[str, str] = MappingProxyType({})
    where: str | Mapping[str, str] = ""
    article: bool = False
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a file holds: its documents, and doubts about what was read.

    `several` says that the file may hold many documents, each with a number of its own; `columns`
    which column of a table is which of ours.
    """

    documents: tuple[Document, ...]
    doubts: tuple[str, ...] = ()
    several: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)


# --- archives of XML, unpacked within limits


def check_archive(data: bytes) -> zipfile.ZipFile:
    """The archive; raises ValueError if it is damaged, encrypted or too large."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise ValueError("is damaged (the archive is cut off or broken)") from None
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise ValueError("is encrypted; save it without a password")
    size = sum(part.file_size for part in parts if XML.search(part.filename))
    if size > UNPACKED:
        raise ValueError(f"unpacks to {size:,} bytes of text (at most {UNPACKED:,} are read)")
    return archive


def marks_of(data: bytes) -> set[str]:
    """What tells the kind of an archive: the names of its parts, and its media type if it has one.

    Raises ValueError as `check_archive` does.
    """
    archive = check_archive(data)
    marks = set(archive.namelist())
    if "mimetype" in marks:
        with contextlib.suppress(zipfile.BadZipFile, zlib.error, OSError, RuntimeError, EOFError):
            marks.add(archive.read("mimetype")[:100].decode("latin-1").strip())
    return marks


def _xml(archive: zipfile.ZipFile, name: str):
    """A part of an archive as XML; nothing outside of it is looked up."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    return etree.fromstring(archive.read(name), parser)


def _facts(archive: zipfile.ZipFile, name: str, **tags: str) -> dict[str, str]:
    """Facts of a part of an archive, each by the names of its element, the better first."""
    if name not in archive.namelist():
        return {}
    root, found = _xml(archive, name), {}
    for fact, names in tags.items():
        elements = [element for tag in names.split() for element in root.iter(f"{{*}}{tag}")]
        if elements and (text := (elements[0].text or "").strip()):
            found[fact] = text
    return found


def _without(**parts: int) -> tuple[str, ...]:
    """A doubt that says how many parts of each kind were not read, none where there are none."""
    found = [counted(number, noun) for noun, number in parts.items() if number]
    return (f"was read without {listed(found)}",) if found else ()


def read_docx(data: bytes) -> Document:
    """Text of a Word document, without notes, comments and pictures, and its properties."""
    import mammoth

    archive = check_archive(data)
    without = mammoth.images.img_element(lambda image: {})
    page = mammoth.convert_to_html(io.BytesIO(data), convert_image=without).value
    facts = _facts(archive, "docProps/core.xml", title="title", author="creator")
    notes = {}
    for kind in ("footnote", "endnote", "comment"):
        if (name := f"word/{kind}s.xml") in archive.namelist():
            found = _xml(archive, name).iter(f"{{*}}{kind}")  # a line between text and notes, too
            notes[kind] = sum(not any(key.endswith("}type") for key in n.attrib) for n in found)
    text = html_text(page, skip_ids=("footnote", "endnote"))
    return Document(text, facts, PROPERTIES, doubts=_without(**notes))


def read_odt(data: bytes) -> Document:
    """Text of an OpenDocument text, without notes and comments, and its properties."""
    archive = check_archive(data)

    def kind(element) -> str | None:
        name = element.tag.rpartition("}")[2]
        if name in LEFT_OUT:
            return SKIP
        if name == "h":
            levels = [v for k, v in element.attrib.items() if k.endswith("}outline-level")]
            return "#" * min(int(levels[0]) if levels and levels[0].isdigit() else 1, 6) + " "
        return {"p": "", "list-item": "- "}.get(name, SPACES.get(name))

    root = _xml(archive, "content.xml")
    notes, comments = ([*root.iter(f"{{*}}{name}")] for name in ("note", "annotation"))
    doubts = _without(note=len(notes), comment=len(comments))
    facts = _facts(archive, "meta.xml", title="title", author="initial-creator creator")
    return Document(text_of(root, kind), facts, PROPERTIES, doubts=doubts)


def read_epub(data: bytes) -> Document:
    """Text of an e-book in the order of its spine, without its table of contents, and its facts."""
    archive = check_archive(data)
    roots = _xml(archive, "META-INF/container.xml").xpath("//*[local-name()='rootfile']/@full-path")
    book, folder = _xml(archive, roots[0]), posixpath.dirname(roots[0])
    items = {
        item.get("id"): posixpath.normpath(posixpath.join(folder, item.get("href", "")))
        for item in book.xpath("//*[local-name()='item']")
        if "nav" not in (item.get("properties") or "").split()
    }
    spine = book.xpath("//*[local-name()='itemref'][not(@linear='no')]/@idref")
    names = [items[ref] for ref in spine if items.get(ref) in set(archive.namelist())]
    text = "\n\n".join(filter(None, (html_text(archive.read(name)) for name in names)))
    facts = _facts(archive, roots[0], title="title", author="creator", language="language")
    return Document(text, facts, PROPERTIES)


# --- RTF, PDF


def read_rtf(data: bytes) -> Document:
    """Text of an RTF file, and title and author of its properties."""
    from striprtf.striprtf import rtf_to_text

    source = data.decode("latin-1")
    lines = (line.strip() for line in rtf_to_text(source, errors="replace").split("\n"))
    facts, (_, _, info) = {}, source.partition("{\\info")
    for name in ("title", "author"):
        pattern = rf"\{{\\{name} ((?:[^{{}}\\]|\\'[0-9a-f]{{2}}|\\u\d+\S?)+)\}}"
        if found := re.search(pattern, info[:4000]):
            facts[name] = rtf_to_text("{\\rtf1 " + found[1] + "}").strip()
    notes, comments = (source.count(f"\\{name}") for name in ("footnote", "annotation"))
    doubts = _without(note=notes, comment=comments)
    return Document("\n\n".join(filter(None, lines)), facts, PROPERTIES, doubts=doubts)


def read_pdf(data: bytes) -> Document:
    """Text of a PDF, a form feed between its pages, and title and author of its properties.

    Raises ValueError if it is encrypted, too long, or made of pictures of pages.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    try:
        document = PdfReader(io.BytesIO(data), strict=False)
        if len(document.pages) > PAGES:
            raise ValueError(f"has {len(document.pages):,} pages (at most {PAGES:,} are read)")
        pages = [page.extract_text() for page in document.pages]
    except (DependencyError, FileNotDecryptedError):
        raise ValueError("is encrypted; save it without a password") from None
    if sum(map(str.isalpha, "".join(pages))) < SPARSE * len(pages):
        raise ValueError("is a PDF of pictures without text; run character recognition first")
    said = document.metadata or {}
    names = {"title": "/Title", "author": "/Author"}
    facts = {name: str(said.get(key) or "").strip() for name, key in names.items()}
    text = "\f".join(PRINTED.sub("", page) for page in pages)
    text = LIGATURE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    facts = {name: value for name, value in facts.items() if not JUNK.match(value)}
    return Document(text, facts, PROPERTIES)


# --- e-mail, and pages that a browser saved as one file


def is_mail(head: bytes) -> bool:
    """Whether a file begins with the header of a message: three fields that messages have.

    >>> is_mail(b"From: a@b.example\\nDate: Mon, 1 Jan 2024\\nSubject: Rain\\n\\nIt rained.")
    True
    """
    if not FIELD.match(head.removeprefix(b"\xef\xbb\xbf").lstrip()):
        return False
    header = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    return len({name.lower() for name in HEADER.findall(header)}) >= 3


def read_mail(data: bytes) -> Document:
    """Text of a message and the facts of its header; or the article of a page that was saved."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    message = email.message_from_bytes(data, policy=email.policy.default)
    body = message.get_body(preferencelist=("related", "plain", "html"))
    if body is not None and body.get_content_type() == "multipart/related":
        body = next((part for part in body.walk() if part.get_content_type() == "text/html"), None)
    if body is None:
        raise ValueError("is a message without text")
    url = str(message.get("Snapshot-Content-Location") or "")
    if url or message.get_content_type() == "multipart/related":
        return Document(*read_page(body.get_payload(decode=True) or b"", url), WHERE, True)
    try:
        text = body.get_content()
    except (LookupError, UnicodeDecodeError):
        text = (body.get_payload(decode=True) or b"").decode("utf-8", "replace")
    name, address = email.utils.parseaddr(str(message.get("From", "")))
    facts = {"title": str(message.get("Subject", "")), "author": name or address}
    with contextlib.suppress(TypeError, ValueError):
        facts["date"] = email.utils.parsedate_to_datetime(str(message["Date"])).date().isoformat()
    if body.get_content_type() == "text/html":
        text = html_text(text)
    facts = {key: value.strip() for key, value in facts.items()}
    return Document(text, facts, "the header of the message", doubts=_attachments(message))


def _attachments(message: email.message.EmailMessage) -> tuple[str, ...]:
    """A doubt that names what is attached to a message, but for pictures."""
    parts = [p for p in message.iter_attachments() if p.get_content_maintype() != "image"]
    names = listed([part.get_filename() or part.get_content_type() for part in parts])
    return tuple(f"{doubt}: {names}" for doubt in _without(attachment=len(parts)))


def is_mailbox(head: bytes) -> bool:
    """Whether a file begins as a mailbox does: with a line that parts messages, and a header."""
    found = MESSAGE.match(head)
    return bool(found) and is_mail(head[found.end() :])


def read_mailbox(data: bytes) -> Reading:
    """The messages of a mailbox (mbox), each a document; one without text is empty."""
    messages = []
    for part in MESSAGE.split(data)[1:]:
        try:
            messages.append(read_mail(re.sub(rb"(?m)^>(>*From )", rb"\1", part)))
        except ValueError:
            messages.append(Document(""))
    doubts = (f"document {k} {d}" for k, found in enumerate(messages, 1) for d in found.doubts)
    return Reading(tuple(messages), tuple(doubts), several=True)
