"""Head and foot of a page: which lines above and below are none of its text.

Every line has a weight: furniture speaks for the head or the foot, prose against it, the more the
longer it is. The head is the run of first lines whose weights have the greatest sum, the foot the
run of last lines; so a notice that no rule knows goes with the furniture about it, and a paragraph
between advertisements stays.
"""

from __future__ import annotations

import re
from collections.abc import Container

from crosscurrents.cleaning.lines import (
    LABELLED,
    OPEN_END,
    SPEAKER,
    Unit,
    find_speakers,
    find_verse,
    is_free,
    is_menu,
    is_name,
    iso_date,
    wrapped,
)
from crosscurrents.cleaning.rules import (
    AMONG,
    LEAD,
    NAME,
    NOTICE,
    PATTERNS,
    SHORT,
    is_interface,
    line_reason,
)
from crosscurrents.cleaning.titles import find_title

REACH = 100  # lines of a head or a foot: the longest menus of pages have some eighty
SURE = 2  # lines that are furniture by what they say, in a head or foot that is found by weight
ITEM = 0.4  # weight of a short line without an end: of a menu, or a headline
PARTED = 2  # weight of a blank line below a sentence: the end of a text, rather than of a notice
PART = 3  # no edge takes more than a third of the words that no rule knows
METADATA = ("byline", "date", "date line", "label")
WRITES = re.compile(
    rf".*[,–—]\s*(?:{NAME}\s+){{1,4}}writes\.?|(?:.*[.?!]\s+)?By {NAME}(?: {NAME}){{1,4}}\.?", re.S
)
# BRAE, Scotland (AP) - ; PELLMOUTH, 22 January (Coastwire) - : a place, and a date or an agency.
PLACED = re.compile(r"[(/\d]")  # without one of these a line is no date line
STAGED = re.compile(r"\A[(\[]|\b(?:enter|exit|exeunt)\b|(?-i:[a-z][.!?] [A-Z])", re.I)
EPIGRAPH = 5  # words of sentences that a cover may have
CHAPTER_TITLE = 6  # words: what stands right below the number of a chapter
CREDIT = re.compile(r"\W{0,3}(?:staff )?(?:photo(?:graph)?|picture|image|credit)s?\b", re.I)
CONTENTS = re.compile(
    r"(?:table of )?contents[:.]?|in this (?:report|paper|brief|book|bulletin|issue|newsletter)",
    re.I,
)
UNFINISHED = re.compile(r"\b(?:of|the|and|a|an|its|their|with)\Z")
GOES_ON = re.compile(r"(?:of|the|and|in|for|to|on|with|from|at|as|into|after|under|between)\b")


def find_edge(
    units: list[Unit], lines: Container[Unit], *, place: str = "head", free: bool = False
) -> int:
    """How many of the first (or, in the "tail", of the last) units are furniture about the text.

    `lines` are the lines of verse and lists; in a `free` text no line is furniture for being short.
    """
    allowed = sum(u.words for u in units if not u.reason)
    total = best = 0.0
    size = sure = taken = 0
    below: Unit | None = None  # the line before this one, from the end
    for count, unit in enumerate(units[:REACH] if place == "head" else units[: -REACH - 1 : -1], 1):
        if unit.words > LEAD and not unit.reason:
            break
        weight = _weight(unit, place, lines, free)
        parted = place == "tail" and below is not None and not below.near
        weight -= PARTED if parted and weight <= -1 else 0
        below = unit
        total += weight
        taken += 0 if unit.reason or weight >= 1 else unit.words
        sure += weight > ITEM
        if weight > ITEM and total > best and sure >= SURE:
            size, best = count, total
        if PART * taken > allowed:
            break
    return size


def begins_part(units: list[Unit], i: int) -> bool:
    """Whether the text of a part begins with a unit: right below the heading of one."""
    return 0 < i < len(units) and units[i - 1].part and not units[i].part


def _weight(unit: Unit, place: str, lines: Container[Unit], free: bool) -> float:
    reason = unit.reason or line_reason(unit.plain, unit.words, place)
    short = (not unit.ended or unit.plain[-1] == ":") and unit.words <= SHORT
    if reason or (short and is_interface(unit.plain)):
        return float(reason not in AMONG and any(map(str.isalpha, unit.plain)))
    if not short or unit in lines:
        dear, rate = (1.5, 10) if place == "head" else (3, 8)  # in doubt an end is prose
        return -dear - unit.words / rate
    return -0.5 if free else ITEM


def opening(unit: Unit) -> int:
    """How many signs of a unit are the place and date that open a wire story."""
    head = unit.text[unit.mark : unit.mark + 80]
    match = PATTERNS["DATELINE"].match(head) if PLACED.search(head) else None
    return match.end() if match and unit.mark + match.end() < len(unit.text) else 0


class Head:
    """The units of a page, what kind of text they are, and how its head is placed."""

    def __init__(self, units: list[Unit], title: str):
        self.units, self.title = units, title
        self.open = [u for u in units if not u.reason]
        self.next = dict(zip(self.open, [*self.open[1:], None]))
        self.verse = find_verse(units)
        self.head = find_edge(units, self.verse)
        self.free = is_free(units, units[self.head :])
        self.speakers = find_speakers(units) if self.free else set()
        self.timed = sum(u.reason == "time stamp" for u in units[:REACH]) > 2  # captions

    def place_head(self) -> int:
        """Place the lines above the text; gives the place of its first line."""
        anchor = self._anchor()
        edge = max(self._edge(anchor), self._cover())
        furnished = any(not u.reason for u in self.units[:edge])
        top = [u for u in self.units[:edge] if not u.reason]
        likely: list[Unit] = []
        first, part = len(self.units), False
        for i, unit in enumerate(self.units[edge:], edge):
            begins = begins_part(self.units, i)
            part = part or begins
            if unit.reason:
                continue
            if part and not (begins and self.names_part(unit)):
                first = i
                break
            if self._heads(unit, i > 0):
                likely.append(unit)
                continue
            unit.reason = self._lead(unit, i) or ("standfirst" if likely and i < anchor else "")
            if not unit.reason:
                first = i
                break
        top += self._titles(likely, first) if self.free else likely
        self._name_head(top, furnished)
        return first

    def _cover(self) -> int:
        """The place of the first chapter, if the pages above it are those of a cover."""
        place = next((i for i, u in enumerate(self.units) if u.part), 0)
        above = [u for u in self.units[:place] if not u.reason]
        says = sum(
            u.words for u in above
            if u.ended and u.plain[0] not in "\"“‘'" and not u.plain.isupper()
        )  # fmt: skip
        listed = any(CONTENTS.fullmatch(u.plain) for u in self.units[:place])
        lines = any(u in self.verse or self.speaks(u) for u in above)
        return 0 if says > EPIGRAPH or (lines and not listed) else place

    def names_part(self, unit: Unit) -> bool:
        """Whether a line right below the number of a chapter is its title."""
        after = self.next.get(unit)
        short = unit.near and unit.words <= CHAPTER_TITLE and unit.plain[0] not in "\"“‘'"
        short = short and not self.speaks(unit)
        ended = unit.ended and not unit.plain.isupper()
        return short and not ended and not (after and after.near)

    def _anchor(self) -> int:
        """The place of the first author or date, where no more than a standfirst is above it."""
        sentences = 0
        for i, unit in enumerate(self.units[:REACH]):
            reason = unit.reason or (
                line_reason(unit.plain, unit.words, "head") if unit.words <= SHORT else ""
            )
            if reason in METADATA:
                below = sum(u.words for u in self.units[i:] if not u.reason)
                return i if below > 2 * sentences else 0  # else it signs the text
            if unit.reason:
                continue
            sentences += unit.words if unit.ended else 0
            if unit in self.verse or unit.kind != "text" or self.speaks(unit) or sentences > LEAD:
                return 0
        return 0

    def _edge(self, anchor: int) -> int:
        """Where a speech, a letter, a first speaker or a wire story begins, or furniture ends."""
        begun, said = None, 0
        for i, unit in enumerate(self.units[:REACH]):
            if not unit.reason and opening(unit):
                return i
            is_text = not unit.reason and (unit.ended or unit in self.verse)
            said += unit.words if is_text else 0
            if said > LEAD:
                break
            greets = PATTERNS["GREETING"].match(unit.plain)
            greets = greets and unit.reason in ("", "section heading") and not unit.plain.isupper()
            speaks = not unit.reason and self.speaks(unit)
            if begun is None and (unit.reason == "time stamp" or greets or speaks):
                begun = i
        if begun is not None:
            return max(self._begun(begun), anchor if anchor < begun else 0)
        return find_edge(self.units, self.verse, free=True) if self.free else self.head

    def _begun(self, place: int) -> int:
        """How many of the units above the first words of a speech make its head: no sentence."""
        head = find_edge(self.units[:place], self.verse)
        greets = PATTERNS["GREETING"].match(self.units[place].plain)
        longest = NOTICE if self.timed else SHORT if greets else 0  # words of a sentence above
        for i, unit in enumerate(self.units[head:place], head):
            if begins_part(self.units, i) and not self.names_part(unit):
                return i
            staged = not (self.timed or greets) and STAGED.search(unit.plain)
            if not unit.reason and ((unit.ended and unit.words > longest) or staged):
                return head
        return place

    def speaks(self, unit: Unit) -> bool:
        """Whether a line is or begins with the label of a speaker."""
        if not self.speakers:
            return False
        match = SPEAKER.match(unit.plain[:LABELLED])
        return (match and match[1]) in self.speakers or unit.plain.split(" (")[0] in self.speakers

    def _heads(self, unit: Unit, below: bool) -> bool:
        """Whether a line may belong to the head of a page: no sentence, no verse, no list."""
        if unit.kind == "heading":
            return True
        text, after = unit.plain, self.next[unit]
        if unit.kind != "text" or unit in self.verse or self.speaks(unit):
            return False
        if PATTERNS["GREETING"].match(text) and not text.isupper():
            return False
        if after is not None and after.plain[0].islower() and unit.words > 3:
            return False
        if unit.ended:
            asks = text[-1] == "?" and unit.words <= SHORT
            return asks and unit is self.open[0] and not self.free and not (after and after.ended)
        if unit.words > SHORT and not is_menu(text):
            return below and after is not None and (after.ended or is_name(after))
        says = self.free and not text.isupper() and PATTERNS["SUBJECT"].match(text)
        return not (says or OPEN_END.search(text))

    def _lead(self, unit: Unit, i: int) -> str:
        """Whether a sentence above the text is a standfirst or a notice, by its marks."""
        writes = (" writes" in unit.plain or "By " in unit.plain) and WRITES.fullmatch(unit.plain)
        if i and (writes or (wrapped(unit.text) and unit.plain[-1] != "?")):
            return "standfirst"
        below = self.units[i + 1 : i + 2]
        if below and below[0].near and CREDIT.match(below[0].plain):
            return "caption"
        return line_reason(unit.plain, unit.words, "head")

    def _titles(self, top: list[Unit], first: int) -> list[Unit]:
        """Those lines above a speech, a play or a poem that are no line of it.

        They are above its metadata or a first blank line; else the first alone may be a title.
        """
        above = self.units[:first]
        told = [
            u.first for u in above
            if u.reason in (*METADATA, "standfirst", "section heading")
            or (u in top and iso_date(u.plain))
        ]  # fmt: skip
        block = next((i for i, u in enumerate(self.units) if i and not u.near), 0)
        last = max([self.units[block].first, *(line + 1 for line in told)])
        kept = [u for u in top if u.first < last]
        if not kept or not told:
            kept = kept or top[:1]
            kept = kept if kept and self._may_title(kept[0]) else []
        return kept + [u for u in top[len(kept) : len(kept) + 1] if kept and is_name(u)]

    def _may_title(self, unit: Unit) -> bool:
        """Whether the first line of a text that is no article may be its title."""
        after = self.next[unit]
        if ". " in unit.plain:
            return False
        if after is None or not after.near or unit.plain.isupper():
            return True
        if is_name(after):
            return True
        below = self.next[after]  # a subtitle is below
        return below is not None and not below.near and not 3 < after.words <= SHORT

    def _name_head(self, top: list[Unit], furnished: bool) -> None:
        """What the lines above the text say that is not for the title to tell."""
        for unit in top:
            unit.reason = line_reason(unit.plain, unit.words, "head") or "head"
            if unit.reason == "head" and furnished and is_interface(unit.plain):
                unit.reason = "navigation"

    def name_title(self, weighed: set[Unit]) -> None:
        """Which line is the headline, and what the others of the head are.

        `weighed` are the lines that are furniture by their weight: one of them may be it.
        """
        first = self._first_prose()
        some = [u for u in self.units if u.reason == "head"]
        top = [
            u for u in self.units[:first]
            if u.reason == "head" or u in weighed or (u.reason == "prose" and not u.fixed)
        ]  # fmt: skip
        fixed = any(u.reason == "headline" for u in self.units)
        best = None if fixed else find_title(self, first, top)
        same = [u for u in top if best and u.plain.casefold() == best.plain.casefold()]
        title = same[0] if same else best  # the first of several that say the same
        if title is not None:
            title.reason = "headline"
        for above, unit in zip([None, *some], some):
            if unit is title:
                continue
            if unit in same:
                unit.reason = "repeated headline"
            elif above is not None and above.reason == "headline" and _goes_on(above, unit):
                unit.reason = "headline"
            elif (title and unit.first < title.first) or is_menu(unit.plain):
                unit.reason = "navigation"
            else:
                unit.reason = "byline" if is_name(unit) else "standfirst"

    def _first_prose(self) -> int:
        """The place of the first line of prose with others right below it: of no single line."""
        is_prose = [u.reason == "prose" for u in self.units]
        for i, it_is in enumerate(is_prose):
            if it_is and sum(is_prose[i + 1 : i + 5]) >= min(2, sum(is_prose[i + 1 :])):
                return i
        return len(self.units)


def _goes_on(above: Unit, unit: Unit) -> bool:
    """Whether a line below a headline is the rest of it."""
    if unit.near and above.plain[-1] in ":–—-" and not is_name(unit):
        return True
    return bool(UNFINISHED.search(above.plain) or GOES_ON.match(unit.plain))
