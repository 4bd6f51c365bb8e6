"""Raw text -> units: the lines of a page, wrapped lines joined, each with what its marks say."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import NamedTuple

from crosscurrents.cleaning.inline import clean_inline
from crosscurrents.cleaning.rules import NAME, line_reason

BLANK = "\ufeff\u200b\u200e\u200f\u2060 \t\r\f\v\u00a0\u3000"
BULLET = re.compile(
    r"(?:[-*+•·‣▪◦●○■]|\(?(?P<number>\d{1,2})[.)]|\(?(?P<letter>[a-z])[.)])\s+(?=\S)"
)
MARK = re.compile(
    r"(?P<heading>#{1,6}\s+|<h[1-6]\b[^>]*>\s*)|(?P<quotation>(?:>\s?)+)"
    r"|(?P<bullet>(?:[-*+•·‣▪◦●○■]|\(?(?:\d{1,2}|(?-i:[a-z]))[.)])\s+(?=\S))",
    re.I,
)
SUPERSCRIPTS = "¹²³⁴⁵⁶⁷⁸⁹⁰"
OPEN_END = re.compile(r"[,;:–—-][\"'”’»)\]]*\Z")
UNDERLINE = re.compile(r"(?:={3,}|-{3,})\Z")
ENDING = frozenset(".!?…:。！？؟۔।։።။។")
BEHIND = frozenset("\"'”’»“‘›」』】)]*_ " + SUPERSCRIPTS)  # may follow what ends a sentence
_BEHIND = r"[\"'”’»“‘›」』】)\]*_\s]*"
ENDED = re.compile(
    rf"[{''.join(ENDING)}]{_BEHIND}(?:\[\^?\d{{1,3}}\]|[{SUPERSCRIPTS}]"
    rf"|\([^()]{{1,40}}\))*{_BEHIND}\Z"
    r"|\S+://\S+\Z"
)
LONG_PIECE = 15  # signs a blank: a line with more is looked at
LONG_WORD = 40  # signs: what has no blanks for longer is not read as one word by the rules
WIDE, WIDEST = 40, 120  # signs: mail and old pages wrap within these
NARROW = 20  # signs: columns of newspapers, where most lines go on in the next
PAGE_LINE = re.compile(r"\d+|\d.{0,80}|.{0,80}\d|[^a-z]{3,80}")  # of a page's first or last line
LABELLED = re.compile(
    r"(?:key ?words?|sources?|figure|fig|table|notes?|abstract)\b.{0,6}[:.]", re.I
)
NOTE_LINE = re.compile(r"\d{1,3}\s+[^\W\d_a-z]")
PAGED = re.compile(r"\S {3,}\D{0,8}\d{1,4}\Z")  # the head of a page with its number
FULL_NAME = re.compile(rf"{NAME}(?: {NAME}){{1,3}}")
TITLE_PAGE = 60  # lines, in which no line that is furniture is joined to another
COMPOUND = re.compile(r"\w+(?:-\w+)+")
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
BREAKS = re.compile(r"[\f\v]|[^\f\v]+")


class Line(NamedTuple):
    """A line that holds something: its place, its number from 1, whether a page begins with it."""

    start: int
    end: int
    number: int
    indent: int
    page: bool
    text: str


class Unit:
    """A line of a page, or several that make one: its place, its marks, and what it is found to be.

    `kind` is "text", "bullet", "quotation" or "heading", `mark` the length of the mark that says
    so; `plain` the text without marks; `ended` whether a sign ends it; `reason` "" if undecided;
    `part` whether it is the heading of a part of the text.
    """

    __slots__ = (
        "edge", "end", "ended", "first", "fixed", "kind", "last", "mark", "near", "part", "pieces",
        "plain", "reason", "start", "text", "words",
    )  # fmt: skip

    def __init__(
        self, raw: str, start: int, end: int, lines: tuple[int, int], compounds: Container[str]
    ):
        self.start, self.end, self.first, self.last = start, end, *lines
        self.text = text = raw[start:end]
        self.kind, self.mark = _kind(text)
        self.reason, self.fixed, self.edge, self.near, self.part = "", False, False, False, False
        self._read(compounds)
        self.ended = ends(self.plain)

    def _read(self, compounds: Container[str] = ()) -> None:
        body = self.text[self.mark :] if self.mark else self.text
        self.plain, self.pieces = clean_inline(body, self.start + self.mark, compounds)
        self.words = count_words(self.plain)

    def cut(self, size: int) -> None:
        """Take signs off the head of the text; they count as its mark."""
        self.mark += size
        self._read()

    def unmark(self) -> None:
        """Let the mark count as text."""
        self.kind, self.mark = "text", 0
        self._read()


def split_units(raw: str, fixed: dict[int, str] | None = None) -> list[Unit]:
    """Split a text into units: its lines, or what a page wrapped over several of them.

    `fixed` gives lines (from 1) a reason beforehand; such lines are joined only to their like.

    >>> [u.plain for u in split_units("# Rain\\n\\nIt **rained**.")]
    ['Rain', 'It rained.']
    """
    fixed = fixed or {}
    lines = _lines(raw)
    groups = _joined(lines, fixed)
    compounds: set[str] = set()
    if any(line.text[-1] in "-\u2010" for group in groups for line in group[:-1]):
        for run in COMPOUND.findall(raw):
            parts = run.split("-")
            compounds |= {f"{a}-{b}" for a, b in zip(parts, parts[1:])}
    units = [
        Unit(raw, g[0].start, g[-1].end, (g[0].number, g[-1].number), compounds) for g in groups
    ]
    _number(units)
    for unit, group in zip(units, groups):
        unit.edge = group[0].page
        unit.reason = fixed.get(unit.first, "")
        unit.fixed = bool(unit.reason)
    for above, unit in zip(units, units[1:]):
        unit.near = unit.first <= above.last + 1 and not unit.edge
        above.edge = above.edge or unit.edge
        if unit.near and not above.ended and UNDERLINE.match(unit.text):
            above.kind = "heading"
    return units


def _lines(raw: str) -> list[Line]:
    """The lines that hold something, with their places."""
    found, position, page = [], 0, False
    for number, whole in enumerate(raw.split("\n"), 1):
        for line in BREAKS.findall(whole) if "\f" in whole or "\v" in whole else (whole,):
            if body := line.strip().strip(BLANK):
                indent = line.index(body)
                start = position + indent
                found.append(Line(start, start + len(body), number, indent, page, body))
                page = False
            page = page or line == "\f"
            position += len(line)
        position += 1
    return found


def _joined(lines: list[Line], fixed: dict[int, str]) -> list[list[Line]]:
    """Lines in groups that make one unit each."""
    pairs = [(a, b) for a, b in zip(lines, lines[1:]) if _near(a, b)]
    if not pairs:
        return [[line] for line in lines]
    groups = [lines[:1]]
    width = _width(pairs)
    often = sum(_is_parted(a, b) for a, b in pairs) > 1
    before = None  # the line above both, if it is near
    for above, line, below in zip(lines, lines[1:], [*lines[2:], None]):
        if not _near(above, line) or fixed.get(above.number) != fixed.get(line.number):
            goes_on = False
        elif (
            above.text.isdigit()
            or line.text.isdigit()
            or any(PAGED.search(t) for t in (above.text, line.text))
        ):
            goes_on = False  # the number of a page
        elif line.number < TITLE_PAGE and (_is_furniture(above.text) or _is_furniture(line.text)):
            goes_on = False
        elif above.page or (below and below.page):  # its head or foot
            goes_on = not (PAGE_LINE.fullmatch(above.text) or PAGE_LINE.fullmatch(line.text))
        else:  # below a number may be the head of the next page, below a title its author
            goes_on = not (before and before.text.isdigit()) or above.text[0].islower()
            last = below is None or not _near(line, below)
            goes_on = goes_on and not (last and FULL_NAME.fullmatch(line.text))
        if goes_on and (
            _is_parted(above, line, often=often)
            or (width and _fills(above, line, *width))
            or _bold_goes_on(groups[-1], line)
        ):
            groups[-1].append(line)
        else:
            groups.append([line])
        before = above if _near(above, line) else None
    return groups


def _near(above: Line, line: Line) -> bool:
    return line.number == above.number + 1 and not line.page


def _is_small(line: Line) -> bool:
    return line.text[0].isalpha() and not line.text[0].isupper()


def _is_furniture(text: str) -> bool:
    words = count_words(text)
    return bool(line_reason(text, words) or line_reason(text, words, "head"))


def _is_parted(above: Line, line: Line, *, often: bool = False) -> bool:
    """Whether a hyphen parts a word; where that is `often` so, a number or a name as well."""
    if above.text[-1] not in "-\u2010" or not above.text[-2:-1].isalnum():
        return False
    return _is_small(line) or (often and line.text[0].isalnum())


def _width(pairs: list[tuple[Line, Line]]) -> tuple[float, int, bool] | None:
    """At which width a page was wrapped; how long an open line is; whether no line is longer.

    A page is wrapped if long lines that end no sentence stand right above small letters, several
    times, or if most of its lines do so in a narrow column.
    """
    open_ended = [
        (len(a.text), _reach(a, b)) for a, b in pairs
        if NARROW <= len(a.text) <= WIDEST and _is_small(b) and not ends(a.text)
    ]  # fmt: skip
    for least, enough in ((WIDE, min(3, 0.4 * len(pairs))), (NARROW, max(3, 0.4 * len(pairs)))):
        cut = sorted(pair for pair in open_ended if pair[0] >= least)
        if cut and len(cut) >= enough:
            width = cut[int(0.9 * (len(cut) - 1))][0]
            return width, least, sum(reach > width for _, reach in cut) > 0.9 * len(cut)
    return None


def _reach(above: Line, line: Line) -> int:
    """How long a line would be with the first word of the next."""
    return len(above.text) + 1 + len(line.text.split(None, 1)[0])


def _fills(above: Line, line: Line, width: float, least: int, strict: bool) -> bool:
    """Whether a line goes on: the word below would not have fitted, and no mark or indent parts it.

    An open line goes on in small letters if it is long.
    """
    (kind, mark), size, ended = _kind(above.text), len(above.text), ends(above.text)
    long = _reach(above, line) > (width if ended and strict else 0.85 * width)
    if not long and (ended or not _is_small(line) or size < max(least, 0.6 * width)):
        return False
    if size > WIDEST or kind == "heading" or _kind(line.text)[1] or "-->" in above.text + line.text:
        return False
    labelled = LABELLED.match(line.text) or NOTE_LINE.match(line.text)
    if ended and (labelled or (line.indent > above.indent and not mark)):
        return False
    return any(c.isalnum() for c in line.text)


def _bold_goes_on(group: list[Line], line: Line) -> bool:
    """Whether bold print that opened a line goes on in the next and ends there."""
    marks = sum(each.text.count("**") for each in group)
    return group[0].text.startswith("**") and marks % 2 == 1 and line.text.count("**") % 2 == 1


def _kind(text: str) -> tuple[str, int]:
    """What the mark at the head of a line makes of it, and how long the mark is."""
    match = MARK.match(text) if not text[0].isalpha() or text[1:2] in (".", ")") else None
    return (match.lastgroup, match.end()) if match else ("text", 0)


def _number(units: list[Unit]) -> None:
    """A number or letter is a bullet only as the first of its kind or behind the one before it."""
    seen: set[str] = {"0", "`"}  # before 1 and a
    for unit in units:
        match = BULLET.match(unit.text) if unit.kind == "bullet" else None
        sign = match and (match["number"] or match["letter"])
        if not sign:
            continue
        before = str(int(sign) - 1) if match["number"] else chr(ord(sign) - 1)
        if before in seen:
            seen.add(sign.lstrip("0"))
        else:
            unit.unmark()


def count_words(text: str) -> int:
    """About how many words a text has; where no blanks part them, two signs make one.

    >>> count_words("It rained"), count_words("中国和俄罗斯是盟友，但不是朋友。真的是吗")
    (2, 9)
    """
    words = text.count(" ") + 1 if text else 0
    if len(text) < LONG_PIECE * words:
        return words
    signs = 0 if text.isascii() else len(CJK.findall(text)) // 2
    return max(words, signs, len(text) // LONG_WORD)


def ends(text: str) -> bool:
    """Whether a sentence ends where the text ends.

    >>> ends("He said: “It rains.”"), ends("It rained (a lot"), ends("It rained. (AP)")
    (True, False, True)
    """
    last = text[-1:]
    if last in ENDING and last:
        return True
    return (last in BEHIND or last.isalnum() or last == "/") and bool(ENDED.search(text[-80:]))
