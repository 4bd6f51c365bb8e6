"""Word, OpenDocument and e-book files: archives of XML, unpacked within limits."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib

from crosscurrents.readers.blocks import SKIP, html_text, text_of

# Bytes of XML that an archive may unpack to: a novel is 2 MB, the largest export that was seen 90.
UNPACKED = 200_000_000
XML = re.compile(r"(?i)\.(xml|x?html?|opf|ncx|rels)$")
DC = "{http://purl.org/dc/elements/1.1/}"
SPACES = {"s": " ", "tab": " ", "line-break": "\n"}  # elements of OpenDocument that are white space
LEFT_OUT = {"note", "annotation", "tracked-changes", "sequence-decls", "forms"}


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


def kind_of_archive(data: bytes) -> str:
    """What an archive is by what it holds: docx, xlsx, odt, epub, or "" for any other."""
    archive = check_archive(data)
    names = set(archive.namelist())
    for name, kind in (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx")):
        if name in names:
            return kind
    try:
        said = archive.read("mimetype")[:100].decode("latin-1") if "mimetype" in names else ""
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, EOFError):
        said = ""
    kinds = {"application/epub+zip": "epub", "application/vnd.oasis.opendocument.text": "odt"}
    return kinds.get(said.strip(), "")


def _xml(archive: zipfile.ZipFile, name: str):
    """A part of an archive as XML; nothing outside of it is looked up."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    return etree.fromstring(archive.read(name), parser)


def _properties(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Title and author of a document's properties; both are often those of a template."""
    if name not in archive.namelist():
        return {}
    root = _xml(archive, name)
    found = {}
    for fact, tags in (("title", ["title"]), ("author", ["initial-creator", "creator"])):
        elements = [e for tag in tags for e in root.iter(f"{{*}}{tag}")]
        texts = [(e.text or "").strip() for e in elements]
        if texts and texts[0]:
            found[fact] = texts[0]
    return found


def read_docx(data: bytes) -> tuple[str, dict[str, str]]:
    """Text of a Word document, without notes and pictures, and its properties."""
    import mammoth

    archive = check_archive(data)
    without = mammoth.images.img_element(lambda image: {})
    page = mammoth.convert_to_html(io.BytesIO(data), convert_image=without).value
    return html_text(page, skip_ids=("footnote", "endnote")), _properties(
        archive, "docProps/core.xml"
    )


def read_odt(data: bytes) -> tuple[str, dict[str, str]]:
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

    text = text_of(_xml(archive, "content.xml"), kind, marks=set(SPACES))
    return text, _properties(archive, "meta.xml")


def read_epub(data: bytes) -> tuple[str, dict[str, str]]:
    """Text of an e-book in the order of its spine, without its table of contents, and its facts."""
    archive = check_archive(data)
    roots = _xml(archive, "META-INF/container.xml").xpath("//*[local-name()='rootfile']/@full-path")
    if not roots:
        raise ValueError("is a damaged e-book (it names no content)")
    book, folder = _xml(archive, roots[0]), posixpath.dirname(roots[0])
    items = {
        item.get("id"): posixpath.normpath(posixpath.join(folder, item.get("href", "")))
        for item in book.xpath("//*[local-name()='item']")
        if "nav" not in (item.get("properties") or "").split()
    }
    spine = book.xpath("//*[local-name()='itemref'][not(@linear='no')]/@idref")
    names = [items[ref] for ref in spine if items.get(ref) in set(archive.namelist())]
    text = "\n\n".join(filter(None, (html_text(archive.read(name)) for name in names)))
    facts = {}
    for fact, tag in {"title": "title", "author": "creator", "language": "language"}.items():
        texts = [(e.text or "").strip() for e in book.iter(f"{DC}{tag}")]
        if texts and texts[0]:
            facts[fact] = texts[0]
    return text, facts
