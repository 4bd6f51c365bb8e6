"""What several test modules make: small files of formats that programs write."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
    'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
CORE = (
    '<p:coreProperties xmlns:p="http://schemas.openxmlformats.org/package/2006/metadata/core-'
    'properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{}</dc:title>'
    "<dc:creator>{}</dc:creator></p:coreProperties>"
)


def archive(parts: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return stream.getvalue()


def docx(
    *paragraphs: str, title: str = "", author: str = "", body: str = "",
    more: dict[str, str] | None = None,
) -> bytes:  # fmt: skip
    text = body or "".join(f"<w:p><w:r><w:t>{escape(p)}</w:t></w:r></w:p>" for p in paragraphs)
    parts = {"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS}
    parts["word/document.xml"] = f"<w:document {W}><w:body>{text}</w:body></w:document>"
    parts["docProps/core.xml"] = CORE.format(escape(title), escape(author))
    return archive(parts | (more or {}))


def odt(*blocks: str) -> bytes:
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "text", "meta")
    )
    content = f"<office:document-content{spaces}>{''.join(blocks)}</office:document-content>"
    meta = (
        f'<office:m{spaces} xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Rain</dc:title>'
    )
    meta += "<meta:initial-creator>Ann Bo</meta:initial-creator></office:m>"
    kind = "application/vnd.oasis.opendocument.text"
    return archive({"mimetype": kind, "content.xml": content, "meta.xml": meta})


def epub(*chapters: str) -> bytes:
    names = [f"c{k}" for k in range(len(chapters))]
    items = "".join(f'<item id="{n}" href="text/{n}.xhtml"/>' for n in names)
    spine = "".join(f'<itemref idref="{n}"/>' for n in names)
    book = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<metadata><dc:title>Rain</dc:title><dc:creator>Ann Bo</dc:creator>"
        "<dc:language>en</dc:language></metadata><manifest>"
        f'<item id="nav" href="nav.xhtml" properties="nav"/>{items}</manifest>'
        f'<spine><itemref idref="nav"/>{spine}</spine></package>'
    )
    parts = {"mimetype": "application/epub+zip", "META-INF/container.xml": (
        "<container><rootfiles><rootfile full-path='OPS/b.opf'/></rootfiles></container>"
    )}  # fmt: skip
    parts |= {"OPS/b.opf": book, "OPS/nav.xhtml": "<html><body><p>Contents</p></body></html>"}
    parts |= {
        f"OPS/text/{n}.xhtml": f"<html><body>{c}</body></html>" for n, c in zip(names, chapters)
    }
    return archive(parts)


def pdf(*pages: str, title: str = "", password: str = "") -> bytes:
    """A PDF with a line of Helvetica for each line of a page; a page without lines is a picture."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    for text in pages:
        page = writer.add_blank_page(595, 842)
        font = DictionaryObject(
            {NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
             NameObject("/BaseFont"): NameObject("/Helvetica")}
        )  # fmt: skip
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        lines = " ".join(f"({line}) Tj 0 -14 Td" for line in text.split("\n"))
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 50 780 Td {lines} ET".encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream)
    if title:
        writer.add_metadata({"/Title": title, "/Author": "Ann Bo"})
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()
