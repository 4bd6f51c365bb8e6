"""Head and foot of a page: the first and the last lines, as far as most of them are furniture.

Every line has a weight: furniture speaks for the head or the foot, prose against it, the more the
longer it is. The head is the run of first lines whose weights have the greatest sum, the foot the
run of last lines; so a notice that no rule knows goes with the furniture about it, and a paragraph
between advertisements stays.
"""

from __future__ import annotations

import re
from collections.abc import Container

from crosscurrents.cleaning.lines import Unit
from crosscurrents.cleaning.rules import LEAD, NOTICE, SHORT, is_interface, line_reason

REACH = 100  # lines of a head or a foot: the longest menus of pages have some eighty
SURE = 2  # lines that are furniture by what they say, in a head or foot that is found by weight
LABEL = 4  # words: an item of a menu is rarely longer
ITEM, LINE = 0.4, 0.25  # weight of a short line without an end: of a menu, or a headline
PART = 3  # no edge takes more than one word in three of those that no rule knows
BODY = 12  # weight against an edge that shows that the text has begun: three short paragraphs
FAREWELL = re.compile(
    r"(?:see you|until (?:next|then|tomorrow)|thank you|thanks for (?:reading|spending|joining"
    r"|listening|coming|being)|yours|best\b|good ?bye|good night"
    r"|cheers|(?:kind )?regards|warmly|with (?:love|best|warm)|love,)",
    re.I,
)
# What stands between paragraphs as well says little about where a text begins or ends.
WEIGHTS = {
    "advertisement": 0.3, "caption": 0.3, "image": 0.3, "ornament": 0.1, "pull quote": 0.0,
    "related article": 0.5, "date": 0.5, "section heading": 0.0, "time stamp": 0.0, "table": 0.0,
    "running head": 0.0, "database heading": 0.1, "footnote": 0.2, "chronology": -9.0,
    "prose": -99.0,
}  # fmt: skip


def find_head(units: list[Unit], lines: Container[Unit], *, free: bool = False) -> int:
    """How many units make the head.

    `lines` are those of verse and lists; in a `free` text no line is furniture for being short.
    """
    body = (i for i, u in enumerate(units[:REACH]) if u.ended and u.words > NOTICE and not u.reason)
    return _reach(units[: next(body, REACH)], "head", lines, free, _open_words(units))


def find_foot(units: list[Unit], lines: Container[Unit], head: int, *, free: bool = False) -> int:
    """The place where the foot begins; that of the last unit and one more if there is none."""
    last = units[max(head, len(units) - REACH) :][::-1]
    return len(units) - _reach(last, "tail", lines, free, _open_words(units))


def _open_words(units: list[Unit]) -> int:
    return sum(u.words for u in units if not u.reason)


def _reach(units: list[Unit], place: str, lines: Container[Unit], free: bool, words: int) -> int:
    """How many of the units make an edge, counted from the outside."""
    total = best = 0.0
    size = sure = taken = 0
    for count, unit in enumerate(units, 1):
        weight = _weight(unit, place, lines, free)
        total += weight
        taken += 0 if unit.reason or weight >= 1 else unit.words
        sure += weight > ITEM
        if weight > ITEM and total > best and sure >= SURE:
            size, best = count, total
        if total < best - BODY or PART * taken > words:
            break
    return size


def _weight(unit: Unit, place: str, lines: Container[Unit], free: bool) -> float:
    reason = unit.reason or line_reason(unit.plain, unit.words, place)
    short = (not unit.ended or unit.plain[-1] == ":") and unit.words <= SHORT
    if place == "head" and not unit.ended and SHORT < unit.words <= NOTICE and not reason:
        return -1.0  # the words of a picture, or a long headline
    if reason or (short and is_interface(unit.plain)):
        return WEIGHTS.get(reason, 1.0) if any(map(str.isalpha, unit.plain)) else 0.0
    if FAREWELL.match(unit.plain):
        return -99.0
    if not short or unit in lines or unit.kind != "text":
        dear, rate = (1.5, 10) if place == "head" else (2, 8)
        return -dear - unit.words / rate if unit.words <= LEAD else -99.0
    return -0.5 if free else ITEM if unit.words <= LABEL else LINE
