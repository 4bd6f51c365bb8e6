"""The head of a page: which lines are above the text, and which of them is its headline."""

from __future__ import annotations

import re

from crosscurrents.cleaning.edges import LABEL, REACH, find_foot, find_head
from crosscurrents.cleaning.facts import iso_date
from crosscurrents.cleaning.kinds import (
    HEAD,
    METADATA,
    SPEAKER,
    find_speakers,
    find_verse,
    is_free,
    is_masthead,
    is_menu,
    is_name,
    wrapped,
)
from crosscurrents.cleaning.lines import Unit
from crosscurrents.cleaning.rules import (
    AGENCY,
    DATE,
    LEAD,
    NAME,
    NOTICE,
    SHORT,
    is_interface,
    line_reason,
)

WRITES = re.compile(
    rf".*[,–—]\s*(?:{NAME}\s+){{1,4}}writes\.?|(?:.*[.?!]\s+)?By {NAME}(?: {NAME}){{1,4}}\.?", re.S
)
# BRAE, Scotland (AP) - ; PELLMOUTH, 22 January (Coastwire) - : a place, and a date or an agency.
DATELINE = re.compile(
    rf"(?:(?-i:[A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]+){{0,3}})(?:,\s+{NAME}(?: {NAME})?)?"
    rf"(?:\s+\([\w /.]{{2,24}}\)|,?\s+(?:\d{{1,2}}\s+{NAME}|{NAME}\s+\d{{1,2}}|{DATE})"
    rf"(?:,? \d{{4}})?(?:\s+\([\w /.]{{2,24}}\))?)|{NAME}(?: {NAME}){{0,2}}"
    rf"(?:,\s+(?:\d{{1,2}}\s+{NAME}|{NAME}\s+\d{{1,2}})(?:,? \d{{4}})?)?"
    rf"\s+\({AGENCY}\)|{NAME},?\s[^/]{{0,20}}/{AGENCY}/\.?|\({NAME}(?:,? {NAME}){{0,2}}\)"
    rf"|{NAME}(?:,? {NAME}){{0,3}}\s*--\s*\((?-i:[A-Z ]+)\)"
    rf"|[A-Z][\w ,.'’-]{{3,50}} \d{{4}} /[A-Z][\w -]+/)\s*(?:[-–—:]+\s*|(?<=/\.)\s+)",
    re.I,
)
SUBJECT = re.compile(  # how a sentence without a stop begins, and a heading does not
    r"(?:I|we|you|he|she|it|they|there|this|that|these|those|no one|nobody|everyone|and|but|so|yes"
    r"|no|do not|don't|let)\b(?!.*:)",
    re.I,
)
GREETING = re.compile(
    r"(?:(?:my )?dear|my fellow|hello|hi|good (?:morning|evening|afternoon|day)|ladies and"
    r"|(?:mr|madam|mister)\.? (?:president|speaker|chair\w*|secretary)|your (?:excell|majest"
    r"|royal)\w*)\b"
    r"|(?:friends|comrades|fellow|excellencies|to the)\b.{0,60}[,:!.—-]\Z",
    re.I,
)
ABSTRACT = re.compile(
    r"a ?b ?s ?t ?r ?a ?c ?t\b.{0,3}\Z|(?:executive )?summary\Z",
    re.I,
)
PERSON = re.compile(rf"(?-i:{NAME}(?: {NAME}){{1,3}})")
CAST = re.compile(r"(?:dramatis|characters|persons|cast|speakers|participants)\b", re.I)
STAGED = re.compile(r"\A[(\[]|\b(?:enter|exit|exeunt)\b|(?-i:[a-z][.!?] [A-Z])", re.I)
OPEN_END = re.compile(r"[,;:–—-][\"'”’»)\]]*\Z")


class Head:
    """The units of a page, what kind of text they are, and how its head is placed."""

    def __init__(self, units: list[Unit], title: str):
        self.units = units
        self.title = title
        self.open = [u for u in units if not u.reason]
        self.next = dict(zip(self.open, [*self.open[1:], None]))
        self.verse = find_verse(units)
        head = find_head(units, self.verse)
        self.edges = head, find_foot(units, self.verse, head)
        self.free = is_free(units, units[slice(*self.edges)])
        self.speakers = find_speakers(units) if self.free else set()
        self.timed = sum("-->" in u.text for u in units[:REACH]) > 2  # captions: # marks a song

    def _edge(self) -> int:
        """How many units make the head, as far as most of them are furniture."""
        begun = self._begin()
        if begun > REACH:
            return find_head(self.units, self.verse, free=True) if self.free else self.edges[0]
        head = find_head(self.units[:begun], self.verse)
        above = self.units[head:begun]
        timed = sum(u.reason == "time stamp" for u in self.units[begun:][:REACH]) > 2
        longest = NOTICE if timed else 0  # words of a sentence that may stand above a time
        text = (
            u for u in above
            if not u.reason and ((u.ended and u.words > longest) or (
                not timed and STAGED.search(u.plain)
            ))
        )  # fmt: skip
        if any(text) or any(CAST.match(u.plain) for u in above):
            return head
        if "-->" in self.units[begun].text:
            for unit in above:
                unit.reason = unit.reason or "time stamp"
        return begun  # but short lines above a speech

    def _begin(self) -> int:
        """Where a speech, a letter or the first speaker begins; behind the head if nowhere."""
        for i, unit in enumerate(self.units[:REACH]):
            undecided = unit.reason in ("", "section heading")
            if unit.reason == "time stamp" or (
                undecided and (GREETING.match(unit.plain) or ABSTRACT.match(unit.plain))
            ):
                return i
            if not unit.reason and self._speaks(unit):
                return i
            if not unit.reason and unit.ended and unit.words > NOTICE:
                break
        return REACH + 1

    def _speaks(self, unit: Unit) -> bool:
        """Whether a line is or begins with the label of a speaker."""
        if not self.speakers:
            return False
        match = SPEAKER.match(unit.plain[:45])
        return (match and match[1]) in self.speakers or unit.plain.split(" (")[0] in self.speakers

    def _wire(self) -> int:
        """How many units stand above the place and the agency that open a wire story."""
        for i, unit in enumerate(self.units[:REACH]):
            if unit.words > LEAD or unit.reason == "prose":
                break
            head = unit.text[unit.mark : unit.mark + 80]
            if not unit.reason and ("(" in head or "/" in head) and DATELINE.match(head):
                return i
            if not unit.reason and unit.ended and unit.words > SHORT:
                break
        return 0

    def place_head(self, edge: int) -> int:
        """Place the lines above the text; gives the place of its first line."""
        sure = [i for i, u in enumerate(self.units[:edge]) if not u.reason]
        top: list[int] = []
        first = len(self.units)
        for i, unit in enumerate(self.units):
            if unit.reason or i < edge:
                continue
            if self._heads(unit, i > 0) and not GREETING.match(unit.plain):
                top.append(i)
                continue
            unit.reason = self._lead(unit, i, bool(top))
            if not unit.reason:
                first = i
                break
        self._name_head([self.units[i] for i in sure + self._limit(top, first)], bool(sure))
        return first

    def _heads(self, unit: Unit, below: bool) -> bool:
        """Whether a line may belong to the head of a page: no sentence, no verse, no list."""
        text = unit.plain
        if unit.kind == "heading":
            return True
        if unit.kind != "text" or unit in self.verse or unit.words > LEAD or text[0] in "([♪":
            return False
        if self._speaks(unit):
            return False
        after = self.next[unit]
        if after is not None and after.plain[0].islower() and unit.words > 3:
            if after.ended or unit.words > SHORT or after.first > unit.last + 1:
                return False
        if not unit.ended:
            if unit.words > SHORT and not is_menu(text):
                signed = after is not None and (
                    after.ended or is_name(after) or after.words > SHORT
                )
                apart = after is not None and after.first > unit.last + 2
                if not below or not (signed or apart):
                    return False
            return not OPEN_END.search(text) and not (self.free and SUBJECT.match(text))
        if text[-1] != "?" or unit.words > SHORT or len(re.findall(r"[.!?]", text)) > 1:
            return False
        headed = after is None or is_name(after) or (not after.ended and after.words <= LEAD)
        metadata = any(
            u.reason in METADATA
            for u in self.units[: HEAD + 2]
            if u.first > unit.first and (after is None or u.first < after.first)
        )
        on_top = unit is self.open[0]
        return text.isupper() or (on_top and (headed or metadata) and not self.free)

    def _lead(self, unit: Unit, i: int, below: bool) -> str:
        """Whether a sentence above the text is a standfirst or a notice, by its marks or place."""
        if unit.words > LEAD:
            return ""
        if i and ((wrapped(unit.text) and unit.plain[-1] != "?") or WRITES.fullmatch(unit.plain)):
            return "standfirst"
        if reason := line_reason(unit.plain, unit.words, "head"):
            return reason
        if not below or self.free or unit.kind != "text":
            return ""
        names = facts = others = 0  # author and date: one alone could stand inside of a text
        for k in range(i + 1, min(i + 6, len(self.units))):
            later = self.units[k]
            others += (later.ended or later.words > SHORT) and not later.reason
            if others > 1 or (others and later.words > NOTICE):
                break
            reason = later.reason or line_reason(later.plain, later.words, "head")
            facts += reason in METADATA
            names += not later.reason and is_name(later)
        return "standfirst" if facts and names + facts > 1 else ""

    def _limit(self, top: list[int], first: int) -> list[int]:
        """Those lines above a text that are its head: before its metadata, or few."""
        units = self.units
        known = any(u.reason in METADATA for u in units[:first])
        blocks = sum(not units[i].near for i in top)
        scattered = blocks > 3 and not known  # lines far apart: no head, but short paragraphs
        if self.free or len(top) > HEAD or scattered or (first == len(units) and len(top) > 1):
            dated = {i for i in top[:HEAD] if units[i].words <= SHORT}
            metadata = [
                i for i, u in enumerate(units[:first])
                if u.reason in (*METADATA, "standfirst", "section heading")
                or (i in dated and iso_date(u.plain))
            ]  # fmt: skip
            block = next((i for i, u in enumerate(units) if i and not u.near), 0)
            last = max([block, *(i + 1 for i in metadata if i <= 2 * HEAD)])
            kept = [i for i in top if i < last]
            if not kept or not metadata:
                kept = top[:1] if block > HEAD or not kept else kept
                kept = kept if kept and self._titles(units[kept[0]]) else []
            following = top[len(kept) : len(kept) + 1] if kept else []
            return kept + [i for i in following if is_name(units[i])]
        return top

    def _titles(self, unit: Unit) -> bool:
        """Whether the first line of a text that is no article may be its title."""
        if any(u.reason == "time stamp" for u in self.units[:HEAD]):
            return False
        after = self.next[unit]
        if unit.kind == "heading" or unit.plain.isupper():
            return True
        alone = after is None or not after.near or after.first > unit.last + 1
        if after is not None and not alone and after is not self.open[-1]:  # a subtitle is below
            apart = not self.next[after].near
            alone = apart and (after.plain[0] in "([" or not 3 < after.words <= SHORT)
        short = unit.words <= SHORT and ". " not in unit.plain
        return alone and short and not SUBJECT.match(unit.plain)

    def _name_head(self, top: list[Unit], furnished: bool) -> None:
        """Which of the lines is the headline, and what the others are."""
        for unit in top:
            unit.reason = line_reason(unit.plain, unit.words, "head")
            if not unit.reason and furnished and is_interface(unit.plain):
                unit.reason = "navigation"
        some = [u for u in top if not u.reason]
        fixed = any(u.reason == "headline" for u in self.units)
        title = None if fixed else (furnished and self._above_byline(some)) or self._headline(some)
        if title:  # the first of several that say the same
            title = next(u for u in some if u.plain.casefold() == title.plain.casefold())
        for unit in some:
            if unit is title:
                unit.reason = "headline"
            elif title and unit.plain.casefold() == title.plain.casefold():
                unit.reason = "repeated headline"
            elif (title and unit.first < title.first) or is_menu(unit.plain):
                unit.reason = "navigation"
            else:
                words = unit.plain.split()
                capital = 1 < len(words) <= 4 and (unit.plain.isupper() or not furnished)
                capital = capital and PERSON.fullmatch(unit.plain) and not is_masthead(unit)
                unit.reason = "byline" if is_name(unit) or capital else "standfirst"

    def _above_byline(self, some: list[Unit]) -> Unit | None:
        """On a page with a menu: of the long lines right above author or date the first."""
        some = [u for u in some if not u.plain[0].islower()]
        byline = next((u for u in self.units[:REACH] if u.reason in ("byline", "date")), None)
        block = self._block_above(byline) if byline else []
        if 0 < len(block) <= 3 and block[0] in some:
            return block[0]
        above = self.units[:2]
        if not byline and some and some[0] is above[0] and not is_interface(above[-1].plain):
            return None
        found: list[Unit] = []
        long = [u for u in some if u.words >= LABEL and not is_masthead(u)]
        for unit in [u for u in some[::-1] if byline and u.first < byline.first]:
            if (found and unit not in long) or len(found) == 3:
                break
            found += [unit] if unit in long else []
        marked = any(u.kind == "heading" for u in some) or self.title
        return None if marked else found[-1] if found else (long or [None])[0]

    def _block_above(self, unit: Unit) -> list[Unit]:
        """The undecided lines right above a line, up to a blank one; [] if there is none."""
        found: list[Unit] = []
        for above in self.units[: self.units.index(unit)][::-1]:
            if not above.reason and not is_name(above) and not is_masthead(above):
                found.insert(0, above)
            elif found:
                return []
            if found and not above.near:
                if not found[0].ended:
                    return found
                found = []
        return []

    def _headline(self, some: list[Unit]) -> Unit | None:
        """The line that looks like a headline: said to be one, marked, or no name of a page."""
        exact = [u for u in some if self.title and u.plain.casefold() == self.title.casefold()]
        marked = [u for u in some if u.kind == "heading"]
        level = min((len(u.text) - len(u.text.lstrip("#")) for u in marked), default=0)
        marked = [u for u in marked if len(u.text) - len(u.text.lstrip("#")) == level]
        if exact or marked:
            return (exact or marked)[0]
        some = [u for u in some if u.plain[0] not in "([" and not is_menu(u.plain)]
        likely = [
            u for u in some
            if not u.plain[0].islower() and not (is_masthead(u) and u is not some[-1])
            and u.words <= 2 * SHORT and not iso_date(u.plain)
        ]  # fmt: skip
        if likely and self.free and likely[0] is not some[0]:
            return likely[0]
        plain = [u for u in likely if not is_name(u) or u is likely[0]]
        return (plain or likely or [u for u in some if not u.plain[0].islower()] or [None])[0]
