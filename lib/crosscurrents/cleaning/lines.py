"""Raw text -> units: the lines of a page, wrapped lines joined, each with what its marks say."""

from __future__ import annotations

import re
from collections.abc import Container

from crosscurrents.cleaning.inline import clean_inline
from crosscurrents.cleaning.rules import NAME, line_reason

INVISIBLE = "\ufeff\u200b\u200e\u200f\u2060"
BULLET = re.compile(
    r"(?:[-*+•·‣▪◦●○■]|\(?(?P<number>\d{1,2})[.)]|\(?(?P<letter>[a-z])[.)])\s+(?=\S)"
)
QUOTE = re.compile(r"(?:>\s?)+")
HEADING = re.compile(r"#{1,6}\s+|<h[1-6]\b[^>]*>\s*", re.I)
SUPERSCRIPTS = "¹²³⁴⁵⁶⁷⁸⁹⁰"
UNDERLINE = re.compile(r"(?:={3,}|-{3,})\Z")
ENDING = frozenset(".!?…:。！？؟۔।։።။។")
BEHIND = frozenset("\"'”’»“‘›」』】)]*_ " + SUPERSCRIPTS)  # may stand behind what ends a sentence
_BEHIND = r"[\"'”’»“‘›」』】)\]*_\s]*"
ENDED = re.compile(
    rf"[{''.join(ENDING)}]{_BEHIND}(?:\[\^?\d{{1,3}}\]|[{SUPERSCRIPTS}]"
    rf"|\([^()]{{1,40}}\))*{_BEHIND}\Z"
    r"|\S+://\S+\Z"
)
LONG_PIECE = 15  # signs a blank: a line with more is looked at
LONG_WORD = 40  # signs: what has no blanks for longer is not read as one word by the rules
WIDE = (40, 120)  # characters: mail and old pages wrap within these
NARROW = 20  # signs: columns of newspapers, where most lines go on in the next
PAGE_LINE = re.compile(r"\d+|\d.{0,80}|.{0,80}\d|[^a-z]{3,80}")  # of a page's first or last line
LABELLED = re.compile(
    r"(?:key ?words?|sources?|figure|fig|table|notes?|abstract)\b.{0,6}[:.]", re.I
)
FULL_NAME = re.compile(rf"{NAME}(?: {NAME}){{1,3}}")
TITLE_PAGE = 30  # lines, in which no line that is furniture is joined to another
COMPOUND = re.compile(r"\w+(?:-\w+)+")
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
BREAKS = re.compile(r"[\n\f\v]|[^\n\f\v]+")
Line = tuple[int, int, int, int, bool]  # start, end, number from 1, indent, whether a page begins


class Unit:
    """A line of a page, or several that make one: its place, its marks, and what it is found to be.

    `kind` is "text", "bullet", "quotation" or "heading", `mark` the length of the mark that says
    so; `plain` the text without marks; `ended` whether a sign ends it; `reason` "" if undecided.
    """

    __slots__ = (
        "edge", "end", "ended", "first", "fixed", "kind", "last", "mark", "near", "pieces", "plain",
        "reason", "start", "text", "words",
    )  # fmt: skip

    def __init__(
        self, raw: str, start: int, end: int, lines: tuple[int, int], compounds: Container[str]
    ):
        self.start, self.end, self.first, self.last = start, end, *lines
        self.text = text = raw[start:end]
        self.kind, self.mark = _kind(text)
        body = text[self.mark :] if self.mark else text
        self.plain, self.pieces = clean_inline(body, start + self.mark, compounds)
        self.words = count_words(self.plain)
        self.ended = ends(self.plain)
        self.reason, self.fixed, self.edge, self.near = "", False, False, False

    def cut(self, size: int) -> None:
        """Take signs off the head of the text; they count as its mark."""
        self.mark += size
        body = self.text[self.mark :]
        self.plain, self.pieces = clean_inline(body, self.start + self.mark)
        self.words = count_words(self.plain)


def split_units(raw: str, fixed: dict[int, str] | None = None) -> list[Unit]:
    """Split a text into units: its lines, or what a page wrapped over several of them.

    `fixed` gives lines (from 1) a reason beforehand; such lines are joined only to their like.

    >>> [u.plain for u in split_units("# Rain\\n\\nIt **rained**.")]
    ['Rain', 'It rained.']
    """
    fixed = fixed or {}
    rows = _lines(raw)
    groups = _joined(rows, raw, fixed)
    broken = len(groups) < len(rows) and any(end in raw for end in ("-\n", "- \n", "-\r\n"))
    compounds = {c for run in COMPOUND.findall(raw) for c in _pairs(run)} if broken else ()
    units = [Unit(raw, g[0][0], g[-1][1], (g[0][2], g[-1][2]), compounds) for g in groups]
    for unit, group in zip(units, groups):
        unit.edge = group[0][4]
    _number(units)
    for above, unit in zip(units, units[1:]):
        unit.near = unit.first <= above.last + 1 and not unit.edge
        above.edge = above.edge or unit.edge
        if unit.text[0] in "=-" and unit.first == above.last + 1 and not above.ended:
            if UNDERLINE.match(unit.text):
                above.kind = "heading"
    if fixed:
        for unit in units:
            unit.reason = fixed.get(unit.first, "")
            unit.fixed = bool(unit.reason)
    return units


def _pairs(compound: str) -> list[str]:
    parts = compound.split("-")
    return [f"{a}-{b}" for a, b in zip(parts, parts[1:])]


def _lines(raw: str) -> list[Line]:
    """The lines that hold something, with their places."""
    found, position, number, page = [], 0, 1, False
    parted = "\f" in raw or "\v" in raw
    for line in BREAKS.findall(raw) if parted else raw.split("\n"):
        body = line.strip()
        if body and (body[0] in INVISIBLE or body[-1] in INVISIBLE):
            body = line.strip(INVISIBLE + " \t\r\f\v\u00a0\u3000")
        if body:
            indent = 0 if body[0] == line[0] else line.index(body)
            start = position + indent
            found.append((start, start + len(body), number, indent, page))
            page = False
        page = page or line == "\f"
        number += not parted or line == "\n"
        position += len(line) + (not parted)
    return found


def _joined(lines: list[Line], raw: str, fixed: dict[int, str]) -> list[list[Line]]:
    """Lines in groups that make one unit each."""
    near = [b[2] == a[2] + 1 and not b[4] for a, b in zip(lines, lines[1:])]
    if True not in near:
        return [[line] for line in lines]
    texts = [raw[line[0] : line[1]] for line in lines]
    wrapped = _wrapped(lines, texts, near)
    groups = [lines[:1]]
    for i, line in enumerate(lines[1:]):
        goes_on = wrapped[i] or (near[i] and _bold_goes_on(groups[-1], texts[i + 1], raw))
        if goes_on and i < TITLE_PAGE:
            goes_on = not any(map(_is_furniture, texts[i : i + 2]))
        if goes_on and (texts[i].isdigit() or texts[i + 1].isdigit()):
            goes_on = False  # the number of a page
        if goes_on and i and near[i - 1] and texts[i - 1].isdigit():
            goes_on = texts[i][0].islower()  # else it may be the head of the next page
        if goes_on and (line[4] or lines[i][4] or (i + 2 < len(lines) and lines[i + 2][4])):
            goes_on = not any(PAGE_LINE.fullmatch(t) for t in texts[i : i + 2])
        if goes_on and fixed.get(lines[i][2]) == fixed.get(line[2]):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _is_furniture(text: str) -> bool:
    words = count_words(text)
    return bool(line_reason(text, words) or line_reason(text, words, "head"))


def _wrapped(lines: list[Line], texts: list[str], near: list[bool]) -> list[bool]:
    """Whether each line goes on in the next because the page was wrapped at a width.

    A page is wrapped if long lines that end no sentence stand right above small letters, several
    times; they tell the width. A line then goes on if the word below would not have fitted.
    """
    sizes = [len(t) if n and len(t) <= WIDE[1] else 0 for n, t in zip([*near, False], texts)]
    ended = [size > 0 and ends(text) for size, text in zip(sizes, texts)]
    small = [below[0].isalpha() and not below[0].isupper() for below in texts[1:]]
    parted = [n and a[-1] in "-\u2010" and a[-2:-1].isalnum() for n, a in zip(near, texts)]
    words = sum(p and s for p, s in zip(parted, small)) > 1  # then numbers and names as well
    parted = [p and (s or (words and b[0].isalnum())) for p, s, b in zip(parted, small, texts[1:])]
    open_ended = [size >= WIDE[0] and not end for size, end in zip(sizes[:-1], ended)]
    cut = [i for i, (o, s) in enumerate(zip(open_ended, small)) if o and s]
    if len(cut) < 3 and any(parted):  # a narrow column, if most of its lines go on
        narrow = [size >= NARROW and not end for size, end in zip(sizes[:-1], ended)]
        goes = [i for i, (o, s) in enumerate(zip(narrow, small)) if o and s]
        if len(goes) >= max(3, 0.4 * sum(near)):
            open_ended, cut = narrow, goes
    if not cut or len(cut) < min(3, 0.4 * sum(near)):
        return parted
    width = sorted(sizes[i] for i in cut)[int(0.9 * (len(cut) - 1))]
    reach = [s + 1 + len(t.split(None, 1)[0]) if s else 0 for s, t in zip(sizes[:-1], texts[1:])]
    strict = sum(reach[i] > width for i in cut) > 0.9 * len(cut)  # then the ends of lines tell, too
    return [
        parted[i]
        or (
            (
                reach[i] > (width if ended[i] and strict else 0.85 * width)
                or (small[i] and open_ended[i] and sizes[i] > 0.6 * width)
            )
            and _continues(*texts[i : i + 2], ended[i] and lines[i + 1][3] > lines[i][3])
            and not (FULL_NAME.fullmatch(texts[i + 1]) and not any(near[i + 1 : i + 2]))
        )
        for i in range(len(near))
    ]


def _continues(above: str, below: str, indented: bool) -> bool:
    """Whether marks and indents let one wrapped line go on in the next."""
    kind, mark = _kind(above)
    if (LABELLED.match(below) and ends(above)) or "-->" in above or "-->" in below:
        return False
    if _kind(below)[1] or kind == "heading" or (indented and not mark):
        return False
    return below[0].isalnum() or any(c.isalnum() for c in below)


def _bold_goes_on(group: list[Line], below: str, raw: str) -> bool:
    """Whether bold print that opened a line goes on in the next and ends there."""
    if not raw.startswith("**", group[0][0]) or below.count("**") % 2 == 0:
        return False
    return raw.count("**", group[0][0], group[-1][1]) % 2 == 1


def _kind(text: str) -> tuple[str, int]:
    """What the mark at the head of a line makes of it, and how long the mark is."""
    first = text[0]
    if first.isalpha() and text[1:2] not in (".", ")"):
        return "text", 0
    for kind, rule in (("heading", HEADING), ("quotation", QUOTE), ("bullet", BULLET)):
        if match := rule.match(text):
            return kind, match.end()
    return "text", 0


def _number(units: list[Unit]) -> None:
    """A number or letter is a bullet only as the first of its kind or behind the one before it."""
    seen: set[str] = {"0", "`"}  # what stands before 1 and a
    for unit in units:
        match = BULLET.match(unit.text) if unit.kind == "bullet" else None
        sign = match and (match["number"] or match["letter"])
        if sign:
            before = str(int(sign) - 1) if match["number"] else chr(ord(sign) - 1)
            if before in seen:
                seen.add(str(int(sign)) if match["number"] else sign)
            else:
                unit.kind, unit.mark = "text", 0
                unit.plain, unit.pieces = clean_inline(unit.text, unit.start)
                unit.words = count_words(unit.plain)


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
