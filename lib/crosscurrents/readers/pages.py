"""HTML -> the article of a page and what the page says about it, by trafilatura."""

from __future__ import annotations

import re

from crosscurrents.readers.blocks import parse_html

# Bytes of markup without its embedded pictures: ten times a long front page. Time grows with it.
LARGEST_PAGE = 10_000_000
DEEPEST = 500  # elements within elements: pages have 30; the extractor's own steps go as deep
PICTURE = re.compile(rb"data:[\w/+.-]{1,80};base64,[A-Za-z0-9+/=%\s]+")
BEGINS = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
WHERE = "the page's metadata"


def is_page(head: bytes) -> bool:
    """Whether a file begins as a page does.

    >>> is_page(b"<!-- saved --> <!DOCTYPE html><html>"), is_page(b"<em>Rain</em> fell.")
    (True, False)
    """
    return bool(BEGINS.match(head))


def read_page(data: bytes, url: str = "") -> tuple[str, dict[str, str]]:
    """The article of a page, a blank line between its paragraphs, and its facts.

    Facts are title, author, date, source (the outlet's name), url and language, where the page
    says them. Raises ValueError for a page that is too large, nested too deeply or without an
    article.
    """
    from trafilatura import bare_extraction

    root = page_root(data)
    language = (
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    ).strip()
    dates = {"original_date": True, "extensive_search": False}
    found = bare_extraction(
        root, url=url or None, with_metadata=True, include_comments=False,
        date_extraction_params=dates,
    )  # fmt: skip
    lines = [line.strip() for line in (found.text if found else "").split("\n")]
    lines = [line for line in lines if line]
    title = (found.title or "").strip() if found else ""
    if lines and lines[0] == title:
        lines = lines[1:]
    if not lines:
        raise ValueError("is a page without an article that can be made out")
    facts = {
        "title": title, "author": (found.author or "").replace("; ", ", "),
        "date": found.date or "",
        "source": found.sitename or found.hostname or "", "url": found.url or url,
        "language": language,
    }  # fmt: skip
    return "\n\n".join(lines), {name: value for name, value in facts.items() if value}


def page_root(data: bytes):
    """The root of a page; raises ValueError if it is too large, too deep or empty."""
    data = PICTURE.sub(b"", data)
    if len(data) > LARGEST_PAGE:
        raise ValueError(f"is a page of {len(data):,} bytes (at most {LARGEST_PAGE:,} are read)")
    root = parse_html(data)
    if root is None:
        raise ValueError("is a page that holds nothing")
    depth, level = 0, [root]
    while level and depth <= DEEPEST:
        level, depth = [child for element in level for child in element], depth + 1
    if level:
        raise ValueError(f"is a page nested more than {DEEPEST} elements deep")
    return root
