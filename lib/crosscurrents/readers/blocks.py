"""Markup -> plain text: a line a block, headings and lists with the marks of Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable

SKIP = "\0"  # instead of a mark: the element and all in it are left out
HIDDEN = {"script", "style", "head", "noscript", "template", "svg", "math", "iframe", "object"}
INLINE = set(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp"
    " small span strike strong sub sup time tt u var wbr".split()
)
HEADING = re.compile(r"h[1-6]")


def text_of(root, kind: Callable, *, marks: set[str] = frozenset()) -> str:
    """The text below an element, a blank line between its blocks.

    Parameters
    ----------
    root
        An lxml element.
    kind
        What an element is: None for one inside a line, SKIP for one that is left out, else the mark
        that stands before the lines of the block ("" for none).
    marks
        Local names of elements that stand for white space, which `kind` gives.
    """
    lines: list[str] = []
    parts: list[str] = []
    prefixes: list[str] = []
    skipped = None

    def flush() -> None:
        text = re.sub(r"[^\S\n]+", " ", "".join(parts)).strip()
        parts.clear()
        if text:
            lines.append((prefixes[-1] if prefixes else "") + text)

    from lxml import etree

    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        named = isinstance(element.tag, str)
        if event == "start" and skipped is None and named:
            what = kind(element)
            if what == SKIP:
                skipped = element
            elif element.tag.rpartition("}")[2] in marks:
                parts.append(what)
            elif what is not None:
                flush()
                prefixes.append(what or (prefixes[-1] if prefixes else ""))
            if skipped is None:
                parts.append(element.text or "")
        elif event != "start":
            if element is skipped:
                skipped = None
                parts.append(element.tail or "")
            elif skipped is None:
                what = kind(element) if named else None
                if what is not None and element.tag.rpartition("}")[2] not in marks:
                    flush()
                    prefixes.pop()
                parts.append(element.tail or "" if element is not root else "")
    flush()
    return "\n\n".join(lines)


def html_text(page: str | bytes, *, skip_ids: tuple[str, ...] = ()) -> str:
    """All text of an HTML page or a part of one; for articles of the web see `pages`.

    >>> html_text("<h1>Rain</h1><p>It <b>rained</b>.<br>So it was.</p><ul><li>twice</li></ul>")
    '# Rain\\n\\nIt rained.\\nSo it was.\\n\\n- twice'
    """
    root = parse_html(page)

    def kind(element) -> str | None:
        name = element.tag
        if name in HIDDEN or (skip_ids and (element.get("id") or "").startswith(skip_ids)):
            return SKIP
        if name == "sup" and skip_ids:  # the mark of a note
            return SKIP if element.find(".//a") is not None else None
        if name == "br":
            return "\n"
        if HEADING.fullmatch(name):
            return "#" * int(name[1]) + " "
        return {"li": "- ", "blockquote": "> "}.get(name, None if name in INLINE else "")

    return "" if root is None else text_of(root, kind, marks={"br"})


def parse_html(page: str | bytes):
    """The root of a page as lxml reads it, or None where there is nothing."""
    from lxml import etree, html

    if isinstance(page, bytes):
        from crosscurrents.readers.files import decode

        found = re.search(rb"charset=[\"']?([\w-]+)", page[:4096])
        try:
            page = page.decode(found[1].decode() if found else "utf-8")
        except (LookupError, UnicodeDecodeError):
            page = decode(page)
    page = re.sub(r"\A\s*<\?xml[^>]*\?>", "", page)  # lxml refuses it in text
    if not page.strip():
        return None
    try:
        return html.document_fromstring(page, parser=html.HTMLParser(huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError, ValueError):
        return None
