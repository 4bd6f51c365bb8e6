"""Inside a line of prose: Markdown marks, escapes, note markers and odd white space.

`clean_inline` gives the text without them, and spans that say what became of every character.
"""

from __future__ import annotations

import html
import re

# Alternatives in order; the name of the group that matched is what is done with it.
INLINE = re.compile(
    r"(?P<image>!\[[^\]\n]*\]\([^)\n]*\))"
    r"|(?P<note>\[\^?\d{1,3}\](?!\()|(?<=[.,;:!?”\"'’)])[¹²³⁴⁵⁶⁷⁸⁹⁰]+)"
    r"|(?P<link>\[(?P<label>[^\[\]\n]+)\]\((?P<target>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?)\))"
    r"|(?P<autolink><(?=https?://|mailto:)[^>\s]+>)"
    r"|(?P<escape>\\(?=[\\`*_{}\[\]()#+\-.!$<>|~&\"']))"
    r"|(?P<entity>&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z]{2,8});)"
    r"|(?P<strong>\*{2,3}|__)"
    r"|(?P<em>(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)|(?<!\w)_(?=\w)|(?<=\w|[.!?,;:”\"’'])_(?!\w))"
    r"|(?P<hyphen>(?<=\w)[-\u00ad\u2010]\n(?=[a-z]))"
    r"|(?P<invisible>[\u00ad\u200c\u200d\u2060\ufeff]+)"
    r"|(?P<apostrophe>(?<=\w)[\u2019\u02bc\u2018\u00b4\u0060](?=\w))"
    r"|(?P<space>\s+)"
)
REASONS = {
    "image": "image", "note": "footnote marker", "escape": "escape", "strong": "emphasis mark",
    "em": "emphasis mark", "hyphen": "line-break hyphen", "invisible": "invisible character",
}  # fmt: skip
Piece = tuple[int, int, str]


def clean_inline(text: str, offset: int = 0) -> tuple[str, list[Piece]]:
    r"""The text without marks, and (start, end, reason) for all of its characters, from `offset`.

    >>> clean_inline(r"It cost \$5, [he](#) said.[1]")[0]
    'It cost $5, he said.'
    >>> clean_inline("a **b** c", 10)[1]
    [(10, 12, 'prose'), (12, 14, 'emphasis mark'), (14, 15, 'prose'), (15, 17, 'emphasis mark'), (17, 19, 'prose')]
    """
    out: list[str] = []
    pieces: list[Piece] = []

    def keep(start: int, end: int, as_text: str | None = None) -> None:
        if end > start:
            out.append(text[start:end] if as_text is None else as_text)
            pieces.append((offset + start, offset + end, "prose"))

    def drop(start: int, end: int, reason: str) -> None:
        if end > start:
            pieces.append((offset + start, offset + end, reason))

    position = 0
    for match in INLINE.finditer(text):
        start, end, kind = match.start(), match.end(), match.lastgroup
        keep(position, start)
        if kind == "link":
            label_start, label_end = match.span("label")
            drop(start, label_start, "link target")
            inner, inner_pieces = clean_inline(match["label"], offset + label_start)
            out.append(inner)
            pieces += inner_pieces
            drop(label_end, end, "link target")
        elif kind == "autolink":
            drop(start, start + 1, "link target")
            keep(start + 1, end - 1)
            drop(end - 1, end, "link target")
        elif kind == "entity":
            keep(start, end, html.unescape(match[0]))
        elif kind == "apostrophe":
            keep(start, end, "'")
        elif kind == "space":
            keep(start, end, " ")
        else:
            drop(start, end, REASONS[kind])
        position = end
    keep(position, len(text))
    return re.sub(r"\s+", " ", "".join(out)).strip(), _merge(pieces)


def plain(text: str) -> str:
    """A line without Markdown marks, for rules that look at a whole line.

    >>> plain("## **Related:** [Two rivers](#)")
    'Related: Two rivers'
    """
    return clean_inline(re.sub(r"^\s*(?:#{1,6}\s+|>+\s?)", "", text))[0]


def _merge(pieces: list[Piece]) -> list[Piece]:
    """Neighbouring pieces of one reason as one."""
    result: list[Piece] = []
    for start, end, reason in pieces:
        if result and result[-1][2] == reason and result[-1][1] == start:
            result[-1] = (result[-1][0], end, reason)
        else:
            result.append((start, end, reason))
    return result
