"""What is no text of the document at all: front matter, licences of e-books, HTML, note digits.

These are found before lines are read. Markup and note digits are overwritten with blanks of the
same length, so that every place in the text stays the same.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from crosscurrents.cleaning.inline import Piece, blanked

LONGEST = 100  # lines of a front matter
LICENCE = re.compile(
    r"^[ \t]*\*{3}[ \t]*(START|END) OF (?:THE |THIS )?PROJECT GUTENBERG E-?(?:BOOK|TEXT)\b.*$"
    r"|^[ \t]*\*END ?\*? ?THE SMALL PRINT.*$",
    re.I | re.M,
)
LABEL = re.compile(r"^(title|author|release date)\s*:\s*(\S.*)$", re.I)
FACTS = {
    "title": "title", "headline": "title", "author": "author", "authors": "author",
    "by": "author", "byline": "author", "date": "date", "published": "date", "created": "date",
}  # fmt: skip
# Behind a word of three letters and what ends its sentence: "bread.1 Then".
DIGIT = re.compile(
    r"[.!?](?<=[^\W\d_]{3}[.!?])[\"”’)]{0,2}(\d{1,3})(?=\s+[\"“‘(]?[^\W\d_a-z]|[ \t]*(?:\n|\Z))"
)
FIRST_NOTES = tuple(f"{sign}1" for sign in '."”')
ABBREVIATED = re.compile(
    r"\b(?:fig|figs|vol|vols|nos|sec|chap|art|par|tab|eqn|approx|ver)\.\Z", re.I
)


class Page(NamedTuple):
    """A text without what is none of it, and what was known before its lines were read."""

    text: str  # as long as the raw text
    marks: list[Piece]  # stretches that were overwritten
    reasons: dict[int, str]  # line (from 1) -> reason
    facts: dict[str, tuple[str, int]]  # title, author, date -> what is said, line
    notes: set[int]  # numbers of notes that the text refers to by digits


def read_page(raw: str) -> Page:
    """Find what is no text of a document.

    >>> page = read_page("---\\ntitle: Rain\\n---\\nIt <b>rained</b> on.")
    >>> page.facts, page.reasons[1], page.text.split("\\n")[3].split()
    ({'title': ('Rain', 2)}, 'front matter', ['It', 'rained', 'on.'])
    """
    reasons: dict[int, str] = {}
    facts: dict[str, tuple[str, int]] = {}
    _front_matter(raw, reasons, facts)
    if "***" in raw or "*END" in raw:
        _licence(raw, reasons, facts)
    text, marks = raw, []
    if "<" in raw and ("</" in raw or "<br" in raw or "<p>" in raw or "<BR" in raw or "<v " in raw):
        from crosscurrents.cleaning.markup import without_tags

        text, marks = without_tags(raw)
    notes: set[int] = set()
    if any(map(text.__contains__, FIRST_NOTES)):
        text, digits, notes = _without_note_digits(text)
        marks = sorted([*marks, *digits])
    return Page(text, marks, reasons, facts, notes)


def _front_matter(raw: str, reasons: dict[int, str], facts: dict[str, tuple[str, int]]) -> None:
    """YAML between lines of --- (TOML: +++) at the very beginning."""
    start = raw.lstrip("\ufeff")
    fence = start[:3]
    if fence not in ("---", "+++") or start[3:4] not in ("\n", "\r"):
        return
    lines = start.split("\n", LONGEST)[:LONGEST]
    ends = (k for k, line in enumerate(lines) if k and line.rstrip() in (fence, "..."))
    end = next(ends, 0)
    try:
        known = _parse(fence, "\n".join(lines[1:end]))
    except (ValueError, RecursionError):
        return
    if not end or not known:
        return
    reasons.update(dict.fromkeys(range(1, end + 2), "front matter"))
    for key, value in known.items():
        name = FACTS.get(str(key).casefold())
        values = value if isinstance(value, list) else [value]
        text = ", ".join(str(v) for v in values if isinstance(v, (str, int)) or hasattr(v, "year"))
        if name and text and name not in facts:
            place = (k for k, line in enumerate(lines, 1) if line.strip(' "').startswith(str(key)))
            facts[name] = (text, next(place, 1))


def _parse(fence: str, text: str) -> dict:
    if fence == "+++":
        import tomllib

        return tomllib.loads(text)
    import yaml

    try:
        known = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    return known if isinstance(known, dict) else {}


def _licence(raw: str, reasons: dict[int, str], facts: dict[str, tuple[str, int]]) -> None:
    """Everything up to the mark that starts an e-book, and from the one that ends it."""
    lines = raw.count("\n") + 1
    for match in LICENCE.finditer(raw):
        line = raw.count("\n", 0, match.start()) + 1
        if not match[1] or match[1].upper() == "START":
            reasons.update(dict.fromkeys(range(1, line + 1), "licence"))
            for k, text in enumerate(raw[: match.start()].split("\n"), 1):
                if known := LABEL.match(text.strip()):
                    name = {"release date": "date"}.get(known[1].lower(), known[1].lower())
                    facts.setdefault(name, (known[2], k))
        else:
            reasons.update(dict.fromkeys(range(line, lines + 1), "licence"))
            break


def _without_note_digits(text: str) -> tuple[str, list[Piece], set[int]]:
    """Digits of notes behind a stop: the first, or one whose number is next to another's."""
    found = [m for m in DIGIT.finditer(text) if not ABBREVIATED.search(text[: m.start() + 1][-8:])]
    numbers = {int(m[1]) for m in found}
    found = [m for m in found if int(m[1]) == 1 or numbers & {int(m[1]) - 1, int(m[1]) + 1}]
    text, marks = blanked(text, [(*m.span(1), "footnote marker") for m in found])
    return text, marks, {int(m[1]) for m in found}
