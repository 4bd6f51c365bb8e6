"""What the units of a page are by where they stand: headline, standfirst, headings, notes, prose.

In doubt a unit is prose: it goes for what it says (`rules`), for what it is together with others
(`sections`) or for its place here, never only because it is short or ends without a stop.
"""

from __future__ import annotations

import re
from functools import cached_property

from crosscurrents.cleaning.facts import BY, mark_exports
from crosscurrents.cleaning.heads import FURNITURE, Head, begins_part, find_edge, opening
from crosscurrents.cleaning.kinds import HEAD, is_name, is_titled, wrapped
from crosscurrents.cleaning.lines import OPEN_END, Unit
from crosscurrents.cleaning.rules import LEAD, NAME, NOTICE, PATTERNS, SHORT, line_reason
from crosscurrents.cleaning.sections import (
    CHAPTER,
    QUOTED,
    mark_boxes,
    mark_chronology,
    mark_closings,
    mark_contents,
    mark_credited,
    mark_notes,
    mark_numbered,
    mark_parts,
    mark_repeats,
    mark_running_heads,
)

PERSON = re.compile(rf"{NAME}(?: {NAME}){{1,3}}")
DEFINED_NOTE = re.compile(r"\[\^[^\]\s]+\]:")
VERB = re.compile(r"\b(?:will|shall|must|cannot|won't|is|are|was|were|has|have|had)\b")
STOPPED = re.compile(r"[.!?…:;,。！？؟۔।–—-][\"'”’»)\]]*\Z")
STOP = re.compile(r"[.!?]")
INNER_STOP = re.compile(r"(?<!\bMr)(?<!\bDr)(?<!\bSt)(?<!\bMrs)(?<!\b[vV]s)(?<=[a-z]{2})[.!] +\S")
TOPIC = 6  # words of a heading in a programme
ROLE = re.compile(  # what stands below the name of who signs
    r"(?:(?:General|Prime|First|Chief|Executive|Managing|Acting|Deputy|Vice|Co-)[ -])*"
    r"(?:Chair(?:man|woman|person)?|Leader|Secretary|Minister|Director|President|Executive|Editor|Mayor|Governor"
    r"|Treasurer|Principal|Convenor|Coordinator|Founder)\b(?!.*[.!?:])"
)
ASKING = re.compile(r"(?:what|why|how|where|when|who)\b", re.I)  # What happens next
ASKS = re.compile(r"\b(?:you|your|yours)\b|\A(?:and|but|so|then)\b", re.I)
INTERVIEW = re.compile(r"\binterview(?:s|ed)?\b|\bQ ?& ?A\b|\bin conversation\b", re.I)


def classify(units: list[Unit], digits: set[int] | None = None) -> dict[str, tuple[str, int]]:
    """Give every unit a reason; "prose" is one of them. Returns what labels say of the document."""
    known = mark_exports(units)
    mark_running_heads(units)
    for unit in units:
        unit.reason = unit.reason or _alone(unit)
    for above, unit in zip(units, units[1:]):
        if unit.reason == "offer" and "-->" in above.text:
            unit.reason = ""  # somebody says it
    mark_notes(units, digits or set())
    mark_chronology(units)
    mark_contents(units)
    mark_closings(units)
    mark_credited(units)
    mark_boxes(units)
    mark_numbered(units)
    mark_parts(units)
    _Page(units, known.get("title", ("", 0))[0]).place()
    return known


def _alone(unit: Unit) -> str:
    if unit.words <= SHORT and not any(c.isalnum() for c in unit.plain):
        return "image" if any(p[2] == "image" for p in unit.pieces) else "ornament"
    if unit.text.endswith(" -") and unit.text[0] == "-" and not unit.plain[0].islower():
        return "section heading"  # of an agency
    if unit.text[0] == "[" and DEFINED_NOTE.match(unit.text):
        return "footnote"
    return line_reason(unit.plain, unit.words)


class _Page(Head):
    """The units of a page while each is given its place."""

    before: Unit | None = None  # the nearest prose above

    def place(self) -> None:
        """Give every undecided unit a reason."""
        first = self.place_head()
        self._mark_authors()
        foot = self._foot(first)
        mark_repeats(self.units, free=self.free)
        self._tail(first, max(first + 1, foot))
        for i, unit in enumerate(self.units):
            unit.reason = unit.reason or self._inside(unit, i)
            if unit.reason == "prose":
                if self.before is None and not self.free and not unit.fixed:
                    if size := opening(unit):  # the place and date are none of its words
                        unit.cut(size)
                        unit.kind = "date line"
                self.before = unit
        if self.nameless:
            self._retitle()
        if self.before is None and len(self.open) == 1:  # nothing but a line: this is the text
            self.open[0].reason = "prose"

    def _retitle(self) -> None:
        """Below the name of a letter, the first heading among its first paragraphs is the title."""
        text = [u for u in self.units if u.reason in ("prose", "section heading", "headline")]
        first = next((u for u in text[1:5] if u.reason == "section heading" and u.words > 2), None)
        if first is not None:
            for unit in text:
                unit.reason = "navigation" if unit.reason == "headline" else unit.reason
            first.reason = "headline"

    def _foot(self, first: int) -> int:
        """Where the foot begins; the lines of speakers and captions are no furniture."""
        spoken = {u for u in self.open if self.speaks(u)}
        spoken |= {b for a, b in zip(self.units, self.units[1:]) if a.reason == "time stamp"}
        rest, lines = self.units[first:], self.verse | spoken
        return len(self.units) - find_edge(rest, lines, place="tail", free=self.free)

    def _mark_authors(self) -> None:
        """Notes near the head or the foot that begin with the name of who wrote the text."""
        bylines = (BY.sub("", u.plain) for u in self.units if u.reason == "byline")
        names = {name.casefold() for line in bylines for name in PERSON.findall(line)}
        for unit in {*self.open[: 2 * HEAD], *self.open[-HEAD:]} if names else ():
            name = PERSON.match(unit.plain)
            known = name is not None and name[0].removesuffix("'s").casefold() in names
            if known and unit.words <= LEAD and PATTERNS["BIOGRAPHY"].search(unit.plain):
                unit.reason = unit.reason or "author note"

    # --- behind the text

    def _tail(self, first: int, foot: int) -> None:
        """Take notes about the author, notices and signatures off the end."""
        for i in range(len(self.units) - 1, first, -1):
            unit = self.units[i]
            if unit.reason:
                continue
            unit.reason = line_reason(unit.plain, unit.words, "tail") or self._note(unit, first, i)
            if i >= foot:
                unit.reason = unit.reason or "page furniture"
            elif not unit.reason and is_name(unit) and not self.free and unit not in self.verse:
                unit.reason = "byline"
            elif not unit.reason and (unit.ended or unit.words > SHORT or unit in self.verse):
                return

    def _note(self, unit: Unit, first: int, i: int) -> str:
        """Whether a unit behind the body is a heading of nothing, a note about the author or other.

        Whoever the text mentions elsewhere is not taken for its author.
        """
        if unit.words > LEAD or self.free:
            return ""
        if unit.kind == "heading":
            return "section heading"
        whole, about = wrapped(unit.text), PATTERNS["AUTHOR"].match(unit.plain)
        if about and not whole and about["name"]:
            surname = about["name"].split()[-1]
            about = not any(surname in u.plain for u in self.units[first:i] if not u.reason)
        return "author note" if about else "editor's note" if whole else ""

    # --- inside the text

    def _inside(self, unit: Unit, i: int) -> str:
        """What a line is that neither its words nor its neighbours gave away."""
        above, after = self.units[i - 1], self.next.get(unit)
        short = not (unit.ended or self.free or unit in self.verse) and unit.words <= SHORT
        if i and short and above.reason in FURNITURE:
            some = self.units[i + 1 : i + 4]
            below = next((u for u in some if u.reason or u.ended or u.words > SHORT), None)
            if below is not None and below.reason in FURNITURE:
                return "page furniture"
        if unit.near and above.reason == "byline" and ROLE.search(unit.plain) and not unit.ended:
            return "byline"
        if is_name(unit) and self.before is not None and self.before.ended and after is not None:
            signs = "," in unit.plain or unit.plain[1:2] == "."
            if after.near and not after.ended and ROLE.match(after.plain) and not self.speaks(unit):
                return "byline"
            if signs and not self.free:
                return "byline"
        return "section heading" if self._heading(unit, i) else "prose"

    def _heading(self, unit: Unit, i: int) -> bool:
        """Whether a line is the heading of the text below it."""
        text, before, after = unit.plain, self.before, self.next.get(unit)
        if unit.kind == "heading" and not self.timed:
            return True
        if begins_part(self.units, i) and self.names_part(unit) and not self.timed:
            return True
        if text.isupper() and unit.kind == "text" and not (self.speakers or self.timed):
            if (
                unit.words <= SHORT
                and after
                and not (after.plain.isupper() or after.plain[0].islower())
            ):
                if not STOPPED.search(text) and text[0] not in "([":
                    return not (self.free and unit.near) or (after.ended and after.words > SHORT)
        if self.free:
            return len(self._topics) > 1 and unit in self._topics
        if unit.words > SHORT or unit in self.verse or after is None:
            return False
        second = i and self.units[i - 1].reason == "section heading" and unit.near
        if second and not (after.near or unit.ended) and after.words > SHORT:
            return True
        if unit.kind == "bullet":
            return self._numbered(unit, i, after)
        if unit.kind != "text" or not self._headlike(unit) or after.plain[0].islower():
            return False
        if before is not None and not self._apart(unit, before):
            return False
        if after.ended or after.words > NOTICE or after.kind == "bullet":
            return not after.near or after.words > SHORT or after.kind == "bullet"
        return self._above_heading(unit, after)

    def _apart(self, unit: Unit, before: Unit) -> bool:
        """Whether the prose above a line lets a heading follow."""
        if before.plain[-1] == "?" and before.words <= NOTICE:
            return False  # the line is an answer
        if before.ended:
            return before.plain[-1] != ":"
        among = before.words <= SHORT and before.kind == "text"  # a line among others
        return not (among or unit.plain[0].islower() or OPEN_END.search(before.plain))

    def _above_heading(self, unit: Unit, after: Unit) -> bool:
        """Whether a line heads another heading."""
        below = self.next[after]
        if below is None or not self._headlike(after):
            return False
        boxed = after.kind == "text" and below.words > SHORT and below.ended
        if boxed and self.before is not None and self.before.ended:
            return True  # two lines, of a picture or a box
        return not after.near and (unit.plain[-1] == "?" or is_titled(unit.plain))

    def _numbered(self, unit: Unit, i: int, after: Unit) -> bool:
        """Whether a line with a number is alone above a paragraph, without an end."""
        near = self.units[max(i - 1, 0) : i] + self.units[i + 1 : i + 2]
        alone = unit.text.lstrip("(")[:1].isdigit() and not any(u.kind == "bullet" for u in near)
        return alone and after.words > SHORT and self._headlike(unit)

    def _headlike(self, unit: Unit) -> bool:
        """Whether a short line is no sentence, or a question that asks as a heading does."""
        text = unit.plain
        greets = PATTERNS["GREETING"].match(text)
        if greets or text[0] in "([♪—–-" or INNER_STOP.search(text):
            return False
        if text[0] in '"“‘' and not QUOTED.fullmatch(text):
            return False  # somebody speaks
        if not STOPPED.search(text):
            return not PATTERNS["SUBJECT"].match(text) and (
                not VERB.search(text) or is_titled(text)
            )
        if text[-1] == ":":
            return unit.words == 1
        if text[-1] != "?" or unit.words > 12 or len(STOP.findall(text)) > 1 or wrapped(unit.text):
            return False
        others = any(u is not unit for u in self._headings)
        if is_titled(text) or (others and not PATTERNS["SENTENCE"].search(text)):
            return True
        return self._questions > (0 if len(self._headings) > 2 else 2)

    @cached_property
    def _topics(self) -> set[Unit]:
        """Short lines right above single longer ones, as programmes have them."""
        return {
            a for a, b, c in zip(self.open, self.open[1:], [*self.open[2:], None])
            if b.near and not (a.near or (c and c.near) or a.ended or self.timed or self.speaks(a))
            and a.words <= TOPIC < b.words and a not in self.verse and b.kind == "text"
            and self._headlike(a) and not is_name(a) and not a.plain[0].islower()
        }  # fmt: skip

    @cached_property
    def _headings(self) -> list[Unit]:
        """Lines that look like headings, besides questions."""
        short = (u for u in self.open if not u.reason and u.kind == "text" and u.words <= SHORT)
        marked = [u for u in self.units if u.reason == "section heading" and u.kind != "heading"]
        return [u for u in marked if not CHAPTER.match(u.plain)] + [
            u for u in short
            if not (STOPPED.search(u.plain) or u.plain[0].islower())
            and (ASKING.match(u.plain) or not PATTERNS["SENTENCE"].search(u.plain))
        ]  # fmt: skip

    @cached_property
    def _questions(self) -> int:
        """How many questions are alone on a line and ask nobody, in a text that is no interview."""
        if any(INTERVIEW.search(u.plain) for u in self.units[:HEAD] if u.words <= LEAD):
            return 0
        asked = [u for u in self.open if u.plain[-1] == "?" and u.words <= 2 * SHORT]
        asked = [u for u in asked if not u.mark and len(STOP.findall(u.plain)) == 1]
        return 0 if any(ASKS.search(u.plain) or u.words > SHORT for u in asked) else len(asked)
