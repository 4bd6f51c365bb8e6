"""Raw text -> units: the lines of a page, wrapped lines joined, and what a line looks like.

A unit knows what its marks say; whether it is a name, a title, verse or a speaker's is asked here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container
from itertools import groupby
from typing import NamedTuple

from crosscurrents.cleaning.markup import clean_inline
from crosscurrents.cleaning.rules import DAY, LEAD, MONTH, NAME, PATTERNS, SHORT, line_reason
from crosscurrents.dates import read_date

BLANK = "\ufeff\u200b\u200e\u200f\u2060 \t\r\f\v\u00a0\u3000"
BULLET = re.compile(
    r"(?:[-*+•·‣▪◦●○■]|\(?(?P<number>\d{1,2})[.)]|\(?(?P<letter>[a-z])[.)])\s+(?=\S)"
)
MARK = re.compile(
    r"(?P<heading>#{1,6}\s+|<h[1-6]\b[^>]*>\s*)|(?P<quotation>(?:>\s?)+)"
    r"|(?P<bullet>(?:[-*+•·‣▪◦●○■§]|\(?(?:\d{1,2}|(?-i:[a-z]))[.)])\s+(?=\S))",
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
LISTED = re.compile(r"(?:present|in attendance|apologies):", re.I)  # who was at a meeting
PAGED = re.compile(r"\S {3,}\D{0,8}\d{1,4}\Z")  # the head of a page with its number
FULL_NAME = re.compile(rf"{NAME}(?: {NAME}){{1,3}}")
TITLE_PAGE = 60  # lines, in which no line that is furniture is joined to another
COMPOUND = re.compile(r"\w+(?:-\w+)+")
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
BREAKS = re.compile(r"[\f\v]|[^\f\v]+")
LABELLED = 90  # signs of a line in which the label of a speaker ends
# Ann Bo: or ANN BO, reporter (on camera): or Ann Bo. Before a capital; the role is no part of it.
SPEAKER = re.compile(
    r"([^\W\d_][\w .'’()-]{0,40}(?=:\s|\.\s[A-Z“\"])|[A-Z][A-Z .'’-]{1,30}(?=, [^:.]{1,50}:\s))"
)
CUE = re.compile(r"[A-Z][A-Z .'’-]{1,30}")
LABEL = re.compile(rf"{NAME}(?: {NAME}| of){{1,4}}(?: \([\w .,&'’-]+\))*")  # Ann Bo (Hollin) (Ind)
UNNAMED = re.compile(  # how no name begins
    r"(?:The|A|An|Our|No|For|To|By|From|In|On|About|All|More|My|One|Two|Three|Four|Five)\b"
)
SIGNED = re.compile(
    rf"{NAME}(?: (?:{NAME}|de|von|van|der|al|bin)){{0,3}}(?:(?:,| in| and| &)(?: {NAME}){{1,3}})?"
)
DOCUMENT = re.compile(  # the name of a text, not of who published it
    r"\A(?:minutes|report|statement|remarks|address|speech|interview|debate|letter|review)\b"
    r"| (?:at|in|on|to|by|with|as) ",
    re.I,
)
WRAPPED = re.compile(r"(\*{1,3}|_{1,2})(?![\s*_])(?:(?!\1).)+(?<!\s)\1", re.S)
TITLE_WORD = re.compile(r"[^\W\d_][\w'’-]*")
SEPARATOR = re.compile(r"[,|>›»·/•→]")
YEAR = re.compile(r"\d{4}|\d[/-]\d\d\b")  # sought first: it is quick
DATES = re.compile(
    rf"\b(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}}|\d{{1,2}}([/-])\d{{1,2}}\1\d\d"
    rf"|{DAY}[\s-]+{MONTH},?[\s-]+\d{{4}}"
    rf"|{MONTH},?\s+(?:{DAY},?\s+)?\d{{4}})\b",
    re.I,
)
HEAD = 6  # lines above a text: outlet, section, headline, standfirst, author, place


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
        near = _near(above, line)
        if near and fixed.get(above.number) == fixed.get(line.number) and (
            _is_parted(above, line, often=often)
            or (width and _fills(above, line, *width))
            or _bold_goes_on(groups[-1], line)
        ) and not _breaks(before, above, line, below):  # fmt: skip
            groups[-1].append(line)
        else:
            groups.append([line])
        before = above if near else None
    return groups


def _breaks(before: Line | None, above: Line, line: Line, below: Line | None) -> bool:
    """Whether a line that would go on where the one above it ends is something else."""
    texts = (above.text, line.text)
    if any(text.isdigit() or PAGED.search(text) for text in texts):
        return True  # the number of a page
    if line.number < TITLE_PAGE and any(map(_is_furniture, texts)):
        return True
    if above.page or (below and below.page):  # its head or foot
        return any(map(PAGE_LINE.fullmatch, texts))
    # Below a number may be the head of the next page, below a title its author.
    if before and before.text.isdigit() and not above.text[0].islower():
        return True
    last = below is None or not _near(line, below)
    return last and FULL_NAME.fullmatch(line.text) is not None


def _near(above: Line, line: Line) -> bool:
    return line.number == above.number + 1 and not line.page


def _is_small(line: Line) -> bool:
    return line.text[0].isalpha() and not line.text[0].isupper()


def _is_furniture(text: str) -> bool:
    words = count_words(text)
    return bool(line_reason(text, words))


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
    mark, size, ended = _kind(above.text)[1], len(above.text), ends(above.text)
    long = _reach(above, line) > (width if ended and strict else 0.85 * width)
    if not long and (ended or not _is_small(line) or size < max(least, 0.6 * width)):
        return False
    if size > WIDEST or _kind(line.text)[1]:
        return False
    if LISTED.match(line.text):
        return False
    if ended and line.indent > above.indent and not mark:
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


def iso_date(text: str) -> str:
    """The first date in a text as YYYY-MM-DD (YYYY-MM without a day); "" without one.

    A date of three numbers counts only where it is clear which of them is the month.

    >>> [iso_date(t) for t in ("14 January 2024", "Tue, March 5, 2019", "June 2017", "3/4/2020")]
    ['2024-01-14', '2019-03-05', '2017-06', '']
    """
    found = (read_date(match[0]) for match in (DATES.finditer(text) if YEAR.search(text) else ()))
    return next((date for date in found if isinstance(date, str)), "")


def find_verse(units: list[Unit]) -> set[Unit]:
    """Lines in blocks of three short ones or more, as verse and lists have them.

    At the head or the foot of a page a block counts as a whole only, and not if it has a name, a
    date or furniture; below a title and a name it counts if there is verse elsewhere.
    """
    found: set[Unit] = set()
    first = next((u for u in units if not u.reason), None)
    for block in (b for b in _blocks(units)[::-1] if len(b) > 2):
        edge = first in block or block[-1] is units[-1]
        for is_short, lines in groupby(block, key=_is_short_line):
            run = list(lines)
            told = len(run) <= HEAD and any(_tells(u, edge) for u in run)
            if not is_short or len(run) < 3 or told:
                continue
            below = bool(found) and run[-1] is block[-1]
            if not edge or below or len(run) == len(block):
                found |= set(run)
    return found


def _blocks(units: list[Unit]) -> list[list[Unit]]:
    """The units between blank lines."""
    blocks: list[list[Unit]] = []
    for unit in units:
        if unit.near and blocks:
            blocks[-1].append(unit)
        else:
            blocks.append([unit])
    return blocks


def _is_short_line(unit: Unit) -> bool:
    return not unit.reason and unit.kind == "text" and unit.words <= SHORT


def _tells(unit: Unit, edge: bool) -> bool:
    """Whether a line is a name, or at the edge of a page a date or furniture."""
    told = edge and (
        unit.plain.isupper() or line_reason(unit.plain, unit.words, "head") or iso_date(unit.plain)
    )
    return is_name(unit) or bool(told)


def is_free(units: list[Unit], body: list[Unit]) -> bool:
    """Whether the text is verse, a play, a speech, a transcript, captions or a list.

    `body` are the units without the head and the foot of the page.
    """
    for unit in units:
        if unit.reason == "time stamp" or unit.plain[:5] in ("INT. ", "EXT. "):
            return True
        if unit.plain[:1] in "([♪" and PATTERNS["STAGE"].fullmatch(unit.plain):
            return True
    return len(find_speakers(units)) > 1 or _has_open_lines([u for u in body if not u.reason])


def _has_open_lines(units: list[Unit]) -> bool:
    """Whether a third of the words is in short lines without an end, which follow on each other."""
    start = next((i for i, u in enumerate(units) if u.ended), 0)
    body = units[start:] if start <= HEAD else units
    short = [not u.ended and _is_short_line(u) for u in body]
    pairs = zip(body, body[1:], short, short[1:])
    follow = sum(s and t for _, _, s, t in pairs)
    words = sum(u.words for u, s in zip(body, short) if s)
    return follow > 2 and 3 * words >= sum(u.words for u in units)


def find_speakers(units: list[Unit]) -> set[str]:
    """Those who have two lines or more, by the labels before or above these."""
    labels: Counter[str] = Counter()
    units = [u for u in units if not u.reason]
    lines = Counter(u.plain for u in units if u.words <= 4)
    for unit, after in zip(units, [*units[1:], None]):
        head = unit.plain[:LABELLED]
        if (":" in head or ". " in head) and (match := SPEAKER.match(head)):
            labels[match[1]] += unit.words <= LEAD
        elif unit.words <= SHORT and (
            CUE.fullmatch(unit.plain)
            or (
                after
                and LABEL.fullmatch(unit.plain)
                and (after.ended or unit.plain[-1] == ")" or lines[unit.plain] > 1)
            )
        ):
            labels[unit.plain.split(" (")[0]] += 1 + (unit.plain[-1] == ")")  # (Hollin) (Ind)
    return {label for label, count in labels.items() if count > 1}


def wrapped(text: str) -> bool:
    """Whether Markdown emphasis encloses the whole line.

    >>> wrapped("**Rain**"), wrapped("**Rain** fell."), wrapped("_All of it._")
    (True, False, True)
    """
    return text[:1] in ("*", "_") and WRAPPED.fullmatch(text) is not None


def is_titled(text: str) -> bool:
    """Whether the longer words of a line, three or more, begin with capitals."""
    words = [w for w in TITLE_WORD.findall(text) if len(w) > 3]
    return len(words) > 2 and sum(w[0].isupper() for w in words) >= 0.8 * len(words)


def is_name(unit: Unit) -> bool:
    """Whether a line is a person's name, perhaps with a place: how authors and letters sign."""
    text = unit.plain
    return (
        not unit.ended and " " in text and not text.isupper()
        and SIGNED.fullmatch(text) is not None and not PATTERNS["OUTLET"].search(text)
        and not UNNAMED.match(text)
    )  # fmt: skip


def is_masthead(unit: Unit) -> bool:
    """Whether a line names the outlet or the sender, all in capitals or with capitals."""
    words = (w for w in unit.plain.split() if len(w) > 3)
    if unit.words > 7 or ":" in unit.plain or any(w[0].islower() for w in words):
        return False
    return bool(PATTERNS["OUTLET"].search(unit.plain) and not DOCUMENT.search(unit.plain))


def is_menu(text: str) -> bool:
    """A line of topics: three or more short items between commas, bars or arrows, no sentence."""
    items = [item.strip() for item in SEPARATOR.split(text)]
    listed = any(item[:1].islower() for item in items[1:])
    return (
        len(items) >= 3 and text[-1] not in ".!?…:" and not listed
        and all(len(x.split()) <= 4 for x in items)
    )  # fmt: skip
