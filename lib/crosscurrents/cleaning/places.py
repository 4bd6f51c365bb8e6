"""What the units of a page are by where they stand: headline, standfirst, headings, notes, prose.

A unit is prose unless something speaks against it: a rule of its own line, its place at an edge of
the text, or that it is short and no sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property

from crosscurrents.cleaning.lines import Unit
from crosscurrents.cleaning.rules import AGENCY, LEAD, NAME, SHORT, edge_reason, line_reason
from crosscurrents.cleaning.sections import mark_chronology, mark_notes, mark_repeats

DEFINED_NOTE = re.compile(r"\[\^[^\]\s]+\]:")
WRITES = re.compile(
    rf".*[,–—]\s*(?:{NAME}\s+){{1,4}}writes\.?|(?:.*[.?!]\s+)?By {NAME}(?: {NAME}){{1,4}}\.?", re.S
)
AUTHOR_NOTE = re.compile(
    rf"(?:the author |about the author|(?:(?:Dr|Prof)\.? )?(?P<name>{NAME}(?: (?:{NAME}|de|von|van"
    rf"|der|bin|al)){{1,4}}),? )(?:is|was|are|works|teaches|writes|serves)\b.*\b(?:author|professor"
    r"|fellow|lecturer|researcher|editor|correspondent|journalist|columnist|analyst|director"
    r"|reporter|scholar|contributor|writer|student|historian|economist)s?\b.*",
    re.S,
)
EDITORIAL = re.compile(
    r"\b(?:article|story|updated|amended|corrected|author|editors?|published|translated|edited"
    r"|contributed|reporting|newsletter|readers?)\b",
    re.I,
)
AGENCY_CREDIT = re.compile(rf".*\({AGENCY}\)\Z", re.I | re.S)
SENTENCE = re.compile(  # what makes a short question a sentence and no heading
    r"\b(?:is|are|was|were|am|do|does|did|can|could|will|would|should|shall|may|might|must|has|have"
    r"|had|you|we|they|he|she|it|i)\b|\A(?:why|what|who|how|when|where|which|so|and|but|or|then)\b"
    r"|[\"“‘«]",
    re.I,
)
INNER_END = re.compile(r"[a-z\d][.!?][\"”’)]?\s+[\"“‘(]?[A-Z]")
SAYS = re.compile(r"\b(?:said|says|wrote|writes|added|adds|asked|asks|replied|replies)\s*:\Z")
LABEL = re.compile(r"([^\W\d_][\w .'’-]{0,30}):\s")
PLACED = {"headline", "section heading", "standfirst", "byline", "navigation", "page furniture"}


def classify(units: list[Unit]) -> None:
    """Give every unit a reason; "prose" is one of them."""
    for unit in units:
        unit.reason = unit.reason or _alone(unit)
    mark_notes(units)
    mark_chronology(units)
    mark_repeats(units)
    _Page(units).place()


def _alone(unit: Unit) -> str:
    if unit.words <= SHORT and not any(c.isalnum() for c in unit.plain):
        return "image" if any(p[2] == "image" for p in unit.pieces) else "ornament"
    if unit.text[0] == "[" and DEFINED_NOTE.match(unit.text):
        return "footnote"
    return line_reason(unit.plain, unit.words) if unit.words <= LEAD else ""


class _Page:
    """The units of a page while each is given its place."""

    def __init__(self, units: list[Unit]):
        self.units = units
        ended = [i for i, u in enumerate(units) if not u.reason and u.ended and u.kind != "heading"]
        self.body = [i for i in ended if units[i].words > SHORT] or ended
        self.headings: set[Unit] | None = None
        self.heads = any(u.reason == "headline" for u in units)
        self.before: Unit | None = None  # the nearest prose above
        self.lead = False  # whether it leads to a list

    def place(self) -> None:
        """Give every undecided unit a reason."""
        self._peel()
        units, body = self.units, self.body
        self.first, self.last = (body[0], body[-1]) if body else (0, len(units) - 1)
        placed = []
        for i, unit in enumerate(units):
            if not unit.reason:
                unit.reason = self._reason(unit, i)
                placed.append(unit)
            if unit.reason == "prose":
                self.before = unit
            if unit.kind != "bullet":
                self.lead = unit.reason == "prose" and unit.plain[-1:] in (":", ";", ",")
            self.heads = self.heads or unit.reason == "headline"
        if self.before is None:  # nothing but short lines: then these are the text
            rest = [u for u in placed if u.reason in PLACED]
            for unit in rest if len(rest) == 1 else [u for u in rest if u.reason != "headline"]:
                unit.reason = "prose"

    def _peel(self) -> None:
        """Take standfirsts, notes and the like off both ends of the body."""
        units, body = self.units, self.body
        while len(body) > 1:
            unit = units[body[0]]
            lead = unit.words <= LEAD and body[0] > 0
            if lead and (wrapped(unit.text) or WRITES.fullmatch(unit.plain)):
                unit.reason = "standfirst"
            else:
                unit.reason = edge_reason(unit.plain, unit.words)
            if not unit.reason:
                break
            del body[0]
        while len(body) > 1:
            unit = units[body[-1]]
            unit.reason = edge_reason(unit.plain, unit.words, tail=True) or self._note(unit)
            if not unit.reason:
                break
            del body[-1]

    def _note(self, unit: Unit) -> str:
        """Whether a unit behind the body tells about its author, or was set apart as a whole."""
        if unit.words > LEAD:
            return ""
        whole, about = wrapped(unit.text), AUTHOR_NOTE.match(unit.plain)
        if about and (whole or not about["name"] or self._only_here(about["name"], unit)):
            return "author note"
        return "editor's note" if whole and EDITORIAL.search(unit.plain) else ""

    def _only_here(self, name: str, note: Unit) -> bool:
        """Whether the text does not speak of a person, but at most says that it is by them."""
        surname = name.split()[-1]
        inside = self.units[self.body[0] : self.units.index(note)] if self.body else []
        return not any(surname in u.plain for u in inside if u.reason in ("", "prose"))

    def _reason(self, unit: Unit, i: int) -> str:
        if unit.words > LEAD and unit.kind != "heading":
            return "prose"
        open_before = self.before is not None and not self.before.ended
        goes_on = open_before and unit.plain[:1].islower()
        if unit.kind == "heading":
            return self._heading(unit, i)
        if i > self.last and not goes_on:
            return self._behind(unit, i)
        if unit.kind == "bullet":
            return self._bullet(unit, i)
        if goes_on:
            return "prose"
        if i < self.first and is_menu(unit.plain):
            return "navigation"
        if unit.words <= SHORT and self._headlike(unit) and not self._goes_on(i):
            return self._heading(unit, i) if i or not unit.plain[:1].islower() else "navigation"
        if wrapped(unit.text):
            if i < self.first:
                return "standfirst"
            if reason := edge_reason(unit.plain, unit.words):
                return reason
        if i < self.first and i and not self._goes_on(i):
            if self._fragment(unit) or (unit.words <= LEAD and WRITES.fullmatch(unit.plain)):
                return "standfirst"
        if i < self.last and unit.plain[-1] == ")" and AGENCY_CREDIT.match(unit.plain):
            return "caption"
        return (edge_reason(unit.plain, unit.words) if i < self.first else "") or "prose"

    def _behind(self, unit: Unit, i: int) -> str:
        """What stands behind the body: notes and furniture, and prose that is short."""
        if unit.words <= LEAD and (wrapped(unit.text) or AUTHOR_NOTE.match(unit.plain)):
            if reason := self._note(unit) or ("author note" if wrapped(unit.text) else ""):
                return reason
        if reason := edge_reason(unit.plain, unit.words, tail=True):
            return reason
        if unit.ended or unit.words > SHORT or (unit.kind == "bullet" and self.lead):
            return "prose"
        return "page furniture"

    def _fragment(self, unit: Unit) -> bool:
        """Whether a line is one sentence at most, without its end."""
        return unit.words <= LEAD and not unit.ended and not INNER_END.search(unit.plain)

    def _bullet(self, unit: Unit, i: int) -> str:
        if i < self.first and unit.words <= 6:
            return "navigation"
        near = self.units[max(i - 1, 0) : i] + self.units[i + 1 : i + 2]
        numbered = unit.text.lstrip("(")[:1].isdigit()
        alone = numbered and unit.words <= SHORT and not any(u.kind == "bullet" for u in near)
        return self._heading(unit, i) if alone and self._headlike(unit) else "prose"

    def _goes_on(self, i: int) -> bool:
        """Whether a line was cut in its sentence: the next undecided line begins in lower case."""
        later = (self.units[k] for k in range(i + 1, len(self.units)))
        after = next((u for u in later if not u.reason), None)
        return after is not None and after.plain[:1].islower() and self.units[i].words > 3

    def _heading(self, unit: Unit, i: int) -> str:
        if i >= self.first:
            return "section heading"
        if not self.heads:
            return "headline"
        words = unit.plain.split()
        return "byline" if len(words) <= 4 and all(w[0].isupper() for w in words) else "standfirst"

    def _headlike(self, unit: Unit) -> bool:
        """Whether a short line is no sentence, or a question that asks as a heading does."""
        text = unit.plain
        if not re.search(r"[.!?…:;,。！？؟۔।–—-][\"'”’»)\]]*\Z", text):
            return True
        if text.endswith(":"):
            return unit.words <= 3 and not SAYS.search(text) and not SENTENCE.search(text)
        if not text.endswith("?") or unit.words > 12 or len(re.findall(r"[.!?]", text)) > 1:
            return False
        label = LABEL.match(text)
        if label and label[1] in self._labels:
            return False
        return _titled(text) or (not SENTENCE.search(text) and self._has_headings(unit))

    def _has_headings(self, unit: Unit) -> bool:
        """Whether a page has headings besides a question that may be one, or it stands on top."""
        if self.headings is None:
            start, end = (self.body[0], self.body[-1]) if self.body else (0, len(self.units))
            self.headings = {u for u in self.units[start:end] if _may_head(u)}
        on_top = unit.first < self.units[self.first].first
        return on_top or len(self.headings) > (unit in self.headings)

    @cached_property
    def _labels(self) -> set[str]:
        """Speakers of a transcript: labels that open two lines or more."""
        found = [m[1] for u in self.units if ":" in u.plain[:32] and (m := LABEL.match(u.plain))]
        return {label for label, n in Counter(found).items() if n > 1}


def wrapped(text: str) -> bool:
    """Whether Markdown emphasis encloses the whole line.

    >>> wrapped("**Rain**"), wrapped("**Rain** fell."), wrapped("_All of it._")
    (True, False, True)
    """
    if text[0] not in "*_" or text[-1] != text[0]:
        return False
    return bool(re.fullmatch(r"(\*{1,3}|_{1,2})(?![\s*_])(?:(?!\1).)+(?<!\s)\1", text, re.S))


def _may_head(unit: Unit) -> bool:
    """Whether a line looks like a heading: short, without an end or a bare question."""
    return (
        unit.reason in ("", "section heading")
        and unit.words <= SHORT
        and unit.kind in ("text", "heading")
        and (unit.plain.endswith("?") if unit.ended else not unit.plain[:1].islower())
        and not SENTENCE.search(unit.plain)
    )


def _titled(text: str) -> bool:
    """Whether the longer words of a line, three or more, begin with capitals."""
    words = [w for w in re.findall(r"[^\W\d_][\w'’-]*", text) if len(w) > 3]
    return len(words) > 2 and sum(w[0].isupper() for w in words) >= 0.8 * len(words)


def is_menu(text: str) -> bool:
    """A line of topics: three or more short items between commas, bars or arrows, no sentence."""
    items = [item.strip() for item in re.split(r"[,|>›»·/•]", text)]
    return len(items) >= 3 and text[-1] not in ".!?…:" and all(len(x.split()) <= 4 for x in items)
