"""Markup -> plain text: a line a block, headings and lists with the marks of Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable

SKIP = "\0"  # instead of a mark: the element and all in it are left out
# Signs that no text has (Unicode reserves them): where a block begins, and where its mark ends.
BLOCK, MARK = "\ufdd0", "\ufdd1"
ILLEGAL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # lxml reads it, but writes it not
HIDDEN = {"script", "style", "head", "noscript", "template", "svg", "math", "iframe", "object"}
INLINE = set(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp"
    " small span strike strong sub sup time tt u var wbr".split()
)
HEADING = re.compile(r"h[1-6]")


def text_of(root, kind: Callable) -> str:
    """The text below an element, a blank line between its blocks.

    Parameters
    ----------
    root
        An lxml element; it is changed.
    kind
        What an element is: None for one inside a line, SKIP for one that is left out, white space
        for one that means it, else the mark before the lines of the block ("" for none).
    """
    from lxml import etree

    etree.strip_elements(root, etree.Comment, etree.PI, etree.Entity, with_tail=False)
    marks: dict = {}
    for element in list(root.iter("*")):
        what, above = kind(element), marks.get(element.getparent(), "")
        marks[element] = above
        if what == SKIP:
            element.clear(keep_tail=True)
        elif what is not None and what.isspace():
            element.text = what
        elif what is not None:
            marks[element] = what or above
            element.text = f"{BLOCK}{what or above}{MARK}{ILLEGAL.sub('', element.text or '')}"
            element.tail = f"{BLOCK}{above}{MARK}{ILLEGAL.sub('', element.tail or '')}"
    root.tail = None
    lines = []
    for block in "".join(root.itertext()).split(BLOCK):
        mark, _, text = block.rpartition(MARK)
        if text := re.sub(r"[^\S\n]+", " ", text).strip():
            lines.append(mark + text)
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

    return "" if root is None else text_of(root, kind)


def parse_html(page: str | bytes):
    """The root of a page as lxml reads it, or None where there is nothing."""
    from lxml import etree, html

    if isinstance(page, bytes):
        from crosscurrents.readers.files import decoded

        found = re.search(rb"charset=[\"']?([\w-]+)", page[:4096])
        try:
            page = page.decode(found[1].decode() if found else "utf-8")
        except (LookupError, UnicodeDecodeError):
            page, _ = decoded(page)
    page = re.sub(r"\A\s*<\?xml[^>]*\?>", "", page)  # lxml refuses it in text
    if not page.strip():
        return None
    try:
        return html.document_fromstring(page, parser=html.HTMLParser(huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError, ValueError):
        return None
