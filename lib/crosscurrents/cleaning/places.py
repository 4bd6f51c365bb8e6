"""What the units of a page are by where they stand: headline, standfirst, headings, notes, prose.

In doubt a unit is prose: it goes for what it says (`rules`), for what it is together with others
(`sections`) or for its place here, never only because it is short or ends without a stop.
"""

from __future__ import annotations

import re
from functools import cached_property

from crosscurrents.cleaning.edges import LABEL, REACH, find_foot, find_head
from crosscurrents.cleaning.facts import iso_date
from crosscurrents.cleaning.kinds import (
    HEAD,
    METADATA,
    SENTENCE,
    SPEAKER,
    STOPPED,
    find_speakers,
    find_verse,
    is_free,
    is_masthead,
    is_menu,
    is_name,
    is_titled,
    may_head,
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
from crosscurrents.cleaning.sections import (
    CHAPTER,
    mark_boxes,
    mark_chronology,
    mark_closings,
    mark_contents,
    mark_credited,
    mark_exports,
    mark_notes,
    mark_numbered,
    mark_pulled,
    mark_repeats,
    mark_running_heads,
)

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
AGENCY_CREDIT = re.compile(rf".*\({AGENCY}\)\Z", re.I | re.S)
# BRAE, Scotland (AP) - ; PELLMOUTH, 22 January (Coastwire) - : a place, and a date or an agency.
DATELINE = re.compile(
    rf"(?:(?-i:[A-Z][A-Z.'’-]+(?: [A-Z][A-Z.'’-]+){{0,3}})(?:,\s+{NAME}(?: {NAME})?)?"
    rf"(?:\s+\([\w /.]{{2,24}}\)|,?\s+(?:\d{{1,2}}\s+{NAME}|{NAME}\s+\d{{1,2}}|{DATE})"
    rf"(?:,? \d{{4}})?(?:\s+\([\w /.]{{2,24}}\))?)|{NAME}(?: {NAME}){{0,2}}"
    rf"(?:,\s+(?:\d{{1,2}}\s+{NAME}|{NAME}\s+\d{{1,2}})(?:,? \d{{4}})?)?"
    rf"\s+\({AGENCY}\)|{NAME},?\s[^/]{{0,20}}/{AGENCY}/\.?|\({NAME}(?:,? {NAME}){{0,2}}\)|{NAME}(?:,? {NAME}){{0,3}}\s*--\s*\((?-i:[A-Z ]+)\)|[A-Z][\w ,.'’-]{{3,50}} \d{{4}} /[A-Z][\w -]+/)\s*(?:[-–—:]+\s*|(?<=/\.)\s+)",
    re.I,
)
SUBJECT = re.compile(  # how a sentence without a stop begins, and a heading does not
    r"(?:I|we|you|he|she|it|they|there|this|that|these|those|no one|nobody|everyone|and|but|so|yes"
    r"|no|do not|don't|let)\b(?!.*:)",
    re.I,
)
VERB = re.compile(r"\b(?:will|shall|must|cannot|won't|is|are|was|were|has|have|had)\b")
ASKS = re.compile(r"\b(?:you|your|yours)\b|\A(?:and|but|so|then)\b", re.I)
INTERVIEW = re.compile(r"\binterview(?:s|ed)?\b|\bQ ?& ?A\b|\bin conversation\b", re.I)
SAYS = re.compile(r"\b(?:said|says|wrote|writes|added|adds|asked|asks|replied|replies)\s*:\Z")
GREETING = re.compile(
    r"(?:(?:my )?dear|my fellow|hello|hi|good (?:morning|evening|afternoon|day)|ladies and"
    r"|(?:mr|madam|mister)\.? (?:president|speaker|chair\w*|secretary)|your (?:excell|majest|royal)\w*)\b"
    r"|(?:friends|comrades|fellow|excellencies|to the)\b.{0,60}[,:!.—-]\Z",
    re.I,
)
ABSTRACT = re.compile(
    r"a ?b ?s ?t ?r ?a ?c ?t\b.{0,3}\Z|(?:executive )?summary\Z",
    re.I,
)
PERSON = re.compile(rf"(?-i:{NAME}(?: {NAME}){{1,3}})")
BIOGRAPHY = re.compile(
    r"['’]s? (?:\w+ ){0,3}(?:novel|book|collection|poems|translations|work|stories|essays|column|latest"
    r"|last|next|new|most recent|first|debut)\b|\b(?:is|was|has|lives|works|writes|teaches|reports|covers"
    r"|joined|grew up|studied|edits|hosts|contributed)\b"
)
CAST = re.compile(r"(?:dramatis|characters|persons|cast|speakers|participants)\b", re.I)
STAGED = re.compile(r"\A[(\[]|\b(?:enter|exit|exeunt)\b|(?-i:[a-z][.!?] [A-Z])", re.I)
HONOURED = re.compile(r"(?:The )?(?:Rt Hon|Hon|Dr|Prof|Professor|Sir|Dame|Lord|Lady)\.? [A-Z]")
INNER_STOP = re.compile(r"(?<!\bMr)(?<!\bDr)(?<!\bSt)(?<!\bMrs)(?<!\b[vV]s)(?<=[a-z]{2})[.!] +\S")
OPEN_END = re.compile(r"[,;:–—-][\"'”’»)\]]*\Z")


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


class _Page:
    """The units of a page while each is given its place."""

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
        self.before: Unit | None = None  # the nearest prose above

    def place(self) -> None:
        """Give every undecided unit a reason."""
        first = self._head(max(self._edge(), self._wire()))
        authors = self._mark_authors()
        foot = self._foot(first) if authors or self.free else self.edges[1]
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

    # --- above the text

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

    def _foot(self, first: int) -> int:
        """Where the foot begins, with the lines of speakers and captions as prose."""
        spoken = {u for u in self.open if self._speaks(u)} if self.speakers else set()
        spoken |= {b for a, b in zip(self.units, self.units[1:]) if a.reason == "time stamp"}
        return find_foot(self.units, self.verse | spoken, first, free=self.free)

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

    def _head(self, edge: int) -> int:
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

    def _speaks(self, unit: Unit) -> bool:
        """Whether a line is or begins with the label of a speaker."""
        if not self.speakers:
            return False
        match = SPEAKER.match(unit.plain[:45])
        return (match and match[1]) in self.speakers or unit.plain.split(" (")[0] in self.speakers

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
            return unit.words <= (1 if listed else 3) and not SAYS.search(text) and not SENTENCE.search(text)
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
        if self.speakers:
            return
        if self.before is None and (head[1:2].isupper() or "(" in head) and not unit.fixed:
            match = DATELINE.match(head)
            if match and unit.mark + match.end() < len(unit.text):
                unit.cut(match.end())
                unit.kind = "date line"
