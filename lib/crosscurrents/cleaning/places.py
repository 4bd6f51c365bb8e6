"""What the units of a page are by where they stand: headline, standfirst, headings, notes, prose.

In doubt a unit is prose: it goes for what it says (`rules`), for what it is together with others
(`sections`) or for its place here, never only because it is short or ends without a stop.
"""

from __future__ import annotations

import re
from functools import cached_property

from crosscurrents.cleaning.exports import mark_exports
from crosscurrents.cleaning.heads import (
    DATELINE,
    GREETING,
    OPEN_END,
    SUBJECT,
    Head,
    find_edge,
)
from crosscurrents.cleaning.kinds import (
    HEAD,
    SENTENCE,
    STOPPED,
    is_name,
    is_titled,
    may_head,
    wrapped,
)
from crosscurrents.cleaning.lines import Unit
from crosscurrents.cleaning.rules import (
    AGENCY,
    LEAD,
    NAME,
    NOTICE,
    SHORT,
    line_reason,
)
from crosscurrents.cleaning.sections import (
    CHAPTER,
    mark_boxes,
    mark_chronology,
    mark_closings,
    mark_contents,
    mark_credited,
    mark_notes,
    mark_numbered,
    mark_pulled,
    mark_repeats,
    mark_running_heads,
)

PERSON = re.compile(rf"(?-i:{NAME}(?: {NAME}){{1,3}})")
DEFINED_NOTE = re.compile(r"\[\^[^\]\s]+\]:")
AUTHOR_NOTE = re.compile(
    rf"(?:the author |about the author|(?:(?:Dr|Prof)\.? )?(?P<name>{NAME}(?: (?:{NAME}|de|von|van"
    rf"|der|bin|al)){{1,4}}),? )(?:is|was|are|works|teaches|writes|serves)\b.*\b(?:author|professor"
    r"|fellow|lecturer|researcher|editor|correspondent|journalist|columnist|analyst|director"
    r"|reporter|scholar|contributor|writer|student|historian|economist)s?\b.*",
    re.S,
)
AGENCY_CREDIT = re.compile(rf".*\({AGENCY}\)\Z", re.I | re.S)
VERB = re.compile(r"\b(?:will|shall|must|cannot|won't|is|are|was|were|has|have|had)\b")
ASKS = re.compile(r"\b(?:you|your|yours)\b|\A(?:and|but|so|then)\b", re.I)
INTERVIEW = re.compile(r"\binterview(?:s|ed)?\b|\bQ ?& ?A\b|\bin conversation\b", re.I)
SAYS = re.compile(r"\b(?:said|says|wrote|writes|added|adds|asked|asks|replied|replies)\s*:\Z")
BIOGRAPHY = re.compile(
    r"['’]s? (?:\w+ ){0,3}(?:novel|book|collection|poems|translations|work|stories|essays|column"
    r"|latest"
    r"|last|next|new|most recent|first|debut)\b|\b(?:is|was|has|lives|works|writes|teaches"
    r"|reports|covers"
    r"|joined|grew up|studied|edits|hosts|contributed)\b"
)
HONOURED = re.compile(r"(?:The )?(?:Rt Hon|Hon|Dr|Prof|Professor|Sir|Dame|Lord|Lady)\.? [A-Z]")
INNER_STOP = re.compile(r"(?<!\bMr)(?<!\bDr)(?<!\bSt)(?<!\bMrs)(?<!\b[vV]s)(?<=[a-z]{2})[.!] +\S")


def classify(units: list[Unit], digits: set[int] | None = None) -> dict[str, tuple[str, int]]:
    """Give every unit a reason; "prose" is one of them. Returns what labels say of the document."""
    known = mark_exports(units)
    mark_running_heads(units)
    for unit in units:
        unit.reason = unit.reason or _alone(unit)
    mark_notes(units, digits or set())
    mark_chronology(units)
    mark_closings(units)
    mark_credited(units)
    mark_contents(units)
    mark_numbered(units)
    mark_boxes(units)
    _Page(units, known.get("title", ("", 0))[0]).place()
    return known


def _alone(unit: Unit) -> str:
    if unit.words <= SHORT and not any(c.isalnum() for c in unit.plain):
        return "image" if any(p[2] == "image" for p in unit.pieces) else "ornament"
    if unit.text[0] == "-" and unit.text.endswith(" -") and not unit.plain[0].islower():
        return "section heading"  # of an agency
    if unit.text[0] == "[" and DEFINED_NOTE.match(unit.text):
        return "footnote"
    return line_reason(unit.plain, unit.words) if unit.words <= LEAD else ""


class _Page(Head):
    """The units of a page while each is given its place."""

    before: Unit | None = None  # the nearest prose above

    def place(self) -> None:
        """Give every undecided unit a reason."""
        first = self.place_head()
        authors = self._mark_authors()
        foot = self._foot(first) if authors or self.free else self.foot
        if not self.free:
            mark_repeats(self.units)
        mark_pulled(self.units)
        self._tail(first, max(first + 1, foot))
        for i, unit in enumerate(self.units):
            if not unit.reason:
                unit.reason = self._inside(unit, i)
            if unit.reason == "prose":
                self._dateline(unit)
                self.before = unit
        if self.before is None and len(self.open) == 1:  # nothing but a line: this is the text
            self.open[0].reason = "prose"

    def _foot(self, first: int) -> int:
        """Where the foot begins, with the lines of speakers and captions as prose."""
        spoken = {u for u in self.open if self.speaks(u)} if self.speakers else set()
        spoken |= {b for a, b in zip(self.units, self.units[1:]) if a.reason == "time stamp"}
        return len(self.units) - find_edge(
            self.units[first:], self.verse | spoken, place="tail", free=self.free
        )

    def _mark_authors(self) -> bool:
        """Notes near the head or the foot that begin with the name of who wrote the text."""
        lines = [u.plain for u in self.units if u.reason == "byline"]
        names = {m for line in lines for m in PERSON.findall(line)}
        found = False
        for unit in {*self.open[: 2 * HEAD], *self.open[-HEAD:]} if names else ():
            if not unit.reason and unit.words <= LEAD:
                name = PERSON.match(unit.plain)
                if name and name[0].removesuffix("'s") in names and BIOGRAPHY.search(unit.plain):
                    unit.reason, found = "author note", True
        return found

    # --- behind the text

    def _tail(self, first: int, foot: int) -> None:
        """Take notes about the author, notices and signatures off the end."""
        for i in range(len(self.units) - 1, first, -1):
            unit = self.units[i]
            if unit.reason:
                continue
            if unit.kind == "heading" and not self.free:
                unit.reason = "section heading"
                continue
            unit.reason = line_reason(unit.plain, unit.words, "tail") or self._note(unit, first, i)
            signs = is_name(unit) and i < foot
            if not unit.reason and signs and not self.free and unit not in self.verse:
                unit.reason = "byline"
            if i >= foot:
                unit.reason = unit.reason or "page furniture"
            elif not unit.reason and (unit.ended or unit.words > SHORT or unit in self.verse):
                return

    def _note(self, unit: Unit, first: int, i: int) -> str:
        """Whether a unit behind the body tells about its author, or was set apart as a whole."""
        if unit.words > LEAD or self.free:
            return ""
        whole, about = wrapped(unit.text), AUTHOR_NOTE.match(unit.plain)
        if about and (whole or not about["name"] or self._only_here(about["name"], first, i)):
            return "author note"
        return "editor's note" if whole and not unit.plain.endswith("?") else ""

    def _only_here(self, name: str, first: int, i: int) -> bool:
        """Whether the text does not speak of a person, but at most says that it is by them."""
        surname = name.split()[-1]
        return not any(surname in u.plain for u in self.units[first:i] if not u.reason)

    # --- inside the text

    def _inside(self, unit: Unit, i: int) -> str:
        leads = self.before is not None and self.before.plain[-1:] in (":", ";", ",")
        if unit.kind == "heading" and not self.timed:
            return "section heading"
        if unit.plain.isupper() and not self.speakers and self._capital_heading(unit):
            return "section heading"
        if unit.words > SHORT or self.free or unit in self.verse:
            return "prose"
        after = self.next[unit]
        if i and self.units[i - 1].reason == "section heading" and after is not None:
            if unit.near and not after.near and after.words > SHORT:
                return "section heading"  # its second line
            if unit.plain.isupper() and CHAPTER.match(self.units[i - 1].plain):
                return "section heading"
        if unit.plain[-1] == ")" and AGENCY_CREDIT.match(unit.plain):
            return "caption" if after is not None else "prose"
        if unit.kind == "bullet":
            return "section heading" if self._numbered_heading(unit, i) else "prose"
        if after is None or leads or unit.kind != "text":
            return "prose"
        above = after.words > SHORT or after.plain.isupper()
        if unit.plain.isupper() and unit.plain[-1] == "." and above and self.before is not None:
            return "prose" if VERB.search(unit.plain.lower()) else "section heading"
        if not self._headlike(unit):
            return "prose"
        signed = "," in unit.plain or unit.plain[1:2] == "." or HONOURED.match(unit.plain)
        if signed and is_name(unit) and self.before is not None and self.before.ended:
            return "byline"
        if self.before is not None and self.before.plain[-1] == "?" and self.before.words <= NOTICE:
            return "prose"  # an answer
        if self.before is not None and not self.before.ended:
            if self.before.words <= SHORT and self.before.kind == "text":
                return "prose"  # a line among others
            if unit.plain[0].islower() or OPEN_END.search(self.before.plain):
                return "prose"
        boxed = False
        text = after.ended or after.words > NOTICE or after.kind == "bullet"
        if not text and (unit.plain[-1] == "?" or is_titled(unit.plain)):
            text = self.next[after] is not None and self._headlike(after)  # one heading on another
        if not text and self._headlike(after) and after.kind == "text" and self.next[after]:
            text = self.before is not None and self.before.ended and self.next[after].words > SHORT
            boxed = text and self.next[after].ended  # two lines, of a picture or a box
        crowded = not boxed and after.near and after.words <= SHORT and after.kind != "bullet"
        if not text or after.plain[0].islower() or crowded:
            return "prose"
        return "section heading"

    def _capital_heading(self, unit: Unit) -> bool:
        """Whether a line in capitals without an end stands above one that is not in capitals."""
        after = self.next[unit]
        head = unit.kind == "text" and unit.words <= SHORT and not STOPPED.search(unit.plain)
        if not head or self.timed or after is None or after.plain.isupper() or unit.text[0] in "([":
            return False
        return not self.free or (after.ended and after.words > SHORT)

    def _numbered_heading(self, unit: Unit, i: int) -> bool:
        """Whether a line with a number stands alone above a paragraph, without an end."""
        near = self.units[max(i - 1, 0) : i] + self.units[i + 1 : i + 2]
        alone = unit.text.lstrip("(")[:1].isdigit() and not any(u.kind == "bullet" for u in near)
        after = self.next[unit]
        return alone and after is not None and after.words > SHORT and self._headlike(unit)

    def _headlike(self, unit: Unit) -> bool:
        """Whether a short line is no sentence, or a question that asks as a heading does."""
        text = unit.plain
        if text[0] in "([♪":
            return False
        if INNER_STOP.search(text) or GREETING.match(text):
            return False
        if not STOPPED.search(text):
            return not SUBJECT.match(text) and not (VERB.search(text) and not is_titled(text))
        if text.endswith(":"):
            listed = self.next[unit] is not None and self.next[unit].kind == "bullet"
            return (
                unit.words <= (1 if listed else 3)
                and not SAYS.search(text)
                and not SENTENCE.search(text)
            )
        if not text.endswith("?") or unit.words > 12 or len(re.findall(r"[.!?]", text)) > 1:
            return False
        if re.match(r"[\"“‘«]", text) or wrapped(unit.text):
            return False
        others = any(u is not unit for u in self._headings)
        if is_titled(text) or (others and not SENTENCE.search(text)):
            return True
        return self._questions > (0 if len(self._headings) > 2 else 2)

    @cached_property
    def _headings(self) -> list[Unit]:
        """Lines that look like headings, besides questions."""
        found = [u for u in self.open if may_head(u)]
        marked = (u for u in self.units if u.reason == "section heading" and u.kind != "heading")
        return [*found, *(u for u in marked if not CHAPTER.match(u.plain))]

    @cached_property
    def _questions(self) -> int:
        """How many questions stand alone as headings do: to nobody, and beside no interview."""
        if any(INTERVIEW.search(u.plain) for u in self.units[:HEAD] if u.words <= LEAD):
            return 0
        asked = [u for u in self.open if u.plain.endswith("?") and u.words <= 2 * SHORT]
        asked = [u for u in asked if not u.mark and len(re.findall(r"[.!?]", u.plain)) == 1]
        return 0 if any(ASKS.search(u.plain) or u.words > SHORT for u in asked) else len(asked)

    def _dateline(self, unit: Unit) -> None:
        """The place and date that open a wire story are none of its words."""
        head = unit.text[unit.mark : unit.mark + 80]
        if self.free:
            return
        if self.before is None and (head[1:2].isupper() or "(" in head) and not unit.fixed:
            match = DATELINE.match(head)
            if match and unit.mark + match.end() < len(unit.text):
                unit.cut(match.end())
                unit.kind = "date line"
