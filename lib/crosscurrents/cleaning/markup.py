"""What is no text of the document at all: front matter, licences of e-books, HTML, note digits.

These are found before lines are read. Markup and note digits are overwritten with blanks of the
same length, so that every place in the text stays the same. HTML is read by the parser of the
standard library: what stays is what a browser would show.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
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
TAG = re.compile(
    r"</?(?:p|div|br|h[1-6]|a|b|i|em|strong|span|u|sup|sub|li|ul|ol|tr|td|th|table|blockquote|html"
    r"|v|body|head|img|section|article|figure|font|small|center)\b[^<>]{0,2000}>",
    re.I,
)
BROKEN = re.compile(r"<(?=[!?])|<(?![^<>]*>)")  # the parser stops there, or takes long
HIDDEN = {"script", "style", "head", "template", "noscript"}  # their text is not shown
INLINE = set("a b i em strong span u sup sub font small abbr cite code mark q s time v".split())
SIGNS = {"li": "- ", "blockquote": "> ", **{f"h{n}": "# " for n in range(1, 7)}}


class Page(NamedTuple):
    """The text of a page with its marks blanked, and what is known before its lines are read."""

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
        text, marks = _without_tags(raw)
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


# --- HTML


def _without_tags(raw: str) -> tuple[str, list[Piece]]:
    """Overwrite HTML with blanks; a block becomes a line with the sign of its kind."""
    tags = [m[0].lower() for m, _ in zip(TAG.finditer(raw), range(2))]
    if not tags or (len(tags) < 2 and not tags[0].startswith(("<br", "<v "))):
        return raw, []
    text, comments = blanked(raw, _comments(raw))
    reader = _Shown(text)
    reader.feed(BROKEN.sub("&", text))
    reader.close()
    position, marks = 0, []
    for start, end in reader.shown:
        if start > position:
            marks.append((position, start, "markup"))
        position = max(position, end)
    if position < len(raw):
        marks.append((position, len(raw), "markup"))
    text, _ = blanked(text, marks)
    out, done = [], 0
    for at, sign in reader.breaks:
        if at >= done and not text[at : at + len(sign)].strip():
            out += [text[done:at], sign]
            done = at + len(sign)
    return "".join([*out, text[done:]]), _merged([*comments, *marks])


def _comments(raw: str) -> list[Piece]:
    """Comments and declarations."""
    found: list[Piece] = []
    at = raw.find("<!")
    while at >= 0:
        close = "-->" if raw.startswith("<!--", at) else ">"
        end = raw.find(close, at)
        if end < 0:
            break
        found.append((at, end + len(close), "markup"))
        at = raw.find("<!", end)
    return found


def _merged(marks: list[Piece]) -> list[Piece]:
    """Stretches in order, overlapping ones as one."""
    result: list[Piece] = []
    for start, end, reason in sorted(marks):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]), reason)
        else:
            result.append((start, end, reason))
    return result


class _Shown(HTMLParser):
    """The stretches of a page that a browser would show, and where a new line begins."""

    def __init__(self, raw: str):
        super().__init__(convert_charrefs=False)
        self.starts = [0, *(m.end() for m in re.finditer("\n", raw))]
        self.raw = raw
        self.shown: list[tuple[int, int]] = []
        self.breaks: list[tuple[int, str]] = []
        self.hidden = 0

    def _at(self) -> int:
        line, column = self.getpos()
        return self.starts[line - 1] + column

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in HIDDEN
        if tag not in INLINE:
            sign = "| " if tag in ("td", "th") else "\v" + SIGNS.get(tag, "")
            self.breaks.append((self._at(), sign))

    def handle_startendtag(self, tag, attrs):
        if tag not in INLINE:
            self.breaks.append((self._at(), "\v"))

    def handle_endtag(self, tag):
        self.hidden = max(self.hidden - (tag in HIDDEN), 0)
        if tag not in INLINE and tag not in ("td", "th"):
            self.breaks.append((self._at(), "\v"))

    def _show(self, size: int) -> None:
        if not self.hidden:
            self.shown.append((self._at(), self._at() + size))

    def handle_data(self, data):
        self._show(len(data))

    def handle_entityref(self, name):
        self._reference(len(name) + 1)

    def handle_charref(self, name):
        self._reference(len(name) + 2)

    def _reference(self, size: int) -> None:
        self._show(size + (self.raw[self._at() + size : self._at() + size + 1] == ";"))
