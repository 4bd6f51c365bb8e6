"""What the units of a page are by where they stand: notes, lists, headings, authors, prose.

In doubt a unit is prose: it goes for what it says (`rules`), for what it is together with others,
or for its place, never only because it is short or ends without a stop.
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import groupby

from crosscurrents.cleaning.doubt import Signs
from crosscurrents.cleaning.facts import BY, mark_exports
from crosscurrents.cleaning.heads import (
    CONTENTS,
    Head,
    begins_part,
    find_edge,
    opening,
)
from crosscurrents.cleaning.lines import (
    HEAD,
    LISTED,
    OPEN_END,
    SUPERSCRIPTS,
    Unit,
    is_name,
    is_titled,
    wrapped,
)
from crosscurrents.cleaning.rules import (
    DATE,
    DAY,
    LEAD,
    LISTS,
    MONTH,
    NAME,
    NOTICE,
    PATTERNS,
    SHORT,
    line_reason,
)
from crosscurrents.cleaning.titles import TOP

NOTE = re.compile(
    rf"\[\^?(\d{{1,3}})\]:?\s*\S|([{SUPERSCRIPTS}]{{1,3}})\s*[^\s{SUPERSCRIPTS}]"
    rf"|(\d{{1,3}})[.)]?\s+\S"
)
CHRONOLOGY = re.compile(
    r"(?:a )?(?:brief )?(?:chronology|timeline|key dates|calendar of events)\b.*", re.I
)
DATE_SIGNS = frozenset("0123456789JFMASONDjfmasond")  # a date begins with one: it is quick
DATED = re.compile(rf"(?:{DATE}|{MONTH}\s+{DAY}|{DAY}\s+{MONTH}|\d{{4}})\s*(?::|[-–—]\s)", re.I)
ENDS = re.compile(r"\A[\d\W]+|[\d\W]+\Z")
# A gap of three blanks, then a number: set by a machine at both ends of a line.
GAP = re.compile(r"\S.*(?: {3,}|\t)\D{0,8}\d{1,4}|\d{1,4}(?: {3,}|\t).*\S")
INSIDE = re.compile(r"(?:[.!]|\?(?= [A-Z])) \S+ \S+ \S")  # a sentence ends inside of the line
CHAPTER = re.compile(
    r"(?:chapter|book|part|act|scene|letter) (?:[ivxlc]+|\d+|the \w+|one|two|three|four|five|six)\b"
    r"|(?:preface|foreword|prologue|(?-i:[IVXL]+)\.?)\Z",
    re.I,
)
LEADERS = re.compile(r"[\s.…·]+(?:\d+|[ivxlc]+)\Z|\Z", re.I)  # dots and the number of a page
QUOTED = re.compile(r"[\"“‘«'].*[\"”’»']", re.S)
NUMBERED = re.compile(r"([IVX]{1,5}|\d{1,2})\.? (?=[^\W\d_a-z])")
ROMANS = ("", *"I II III IV V VI VII VIII IX X XI XII XIII XIV XV".split())
NUMBERS = ("", *"One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve".split())
HEADING_NUMBER = re.compile(
    rf"(?P<word>{'|'.join(NUMBERS[1:])})|(?P<roman>{'|'.join(ROMANS[:0:-1])})[.:)](?: [^\W\d_].*)?"
    r"|(?P<digits>\d{1,2})[.:)]?(?: [^\W\d_a-z].*)?"
)
TITLES = ("headline", "head", "standfirst", "byline")
VERSE_NUMBER = re.compile(
    r"(?=.*[a-z])\S.*[^\W\d_][,.;:!?—-]* {3,}\d*[05]|(?=.*[a-z])\S.*[,.;:!?] {3,}\d*[48]"
)
ASKED = re.compile(r"[A-Z]{1,3}:\s")  # Q: and initials of who asks
ANSWERED = "quoted mail"
COUNT = re.compile(r"\d{1,4}(?= +\S*[^\W\d_])")
PARTS = re.compile(
    CHAPTER.pattern + r"|(?:the |cast of )?(?:characters|persons|cast)\b.{0,20}:?\Z|dramatis person"
    r"|(?:setting|scene|time|place|at rise)\s?:|\[(?:verse|chorus|intro)\b.*\]\Z"
    r"|(?:key \w+|(?:executive )?summary|abstract):?\Z",
    re.I,
)
PASSES = 2  # over the lines to be weighed: what is found out says more of what is beside it
PULLED = 20  # quotations that are sought elsewhere in a text: a page has a few at most
PERSON = re.compile(rf"{NAME}(?: {NAME}){{1,3}}")
DEFINED_NOTE = re.compile(r"\[\^[^\]\s]+\]:")
VERB = re.compile(r"\b(?:will|shall|must|cannot|won't|is|are|was|were|has|have|had)\b")
STOPPED = re.compile(r"[.!?…:;,。！？؟۔।–—-][\"'”’»)\]]*\Z")
STOP = re.compile(r"[.!?]")
INNER_STOP = re.compile(r"(?<!\bMr)(?<!\bDr)(?<!\bSt)(?<!\bMrs)(?<!\b[vV]s)(?<=[a-z]{2})[.!] +\S")
ROLE = re.compile(  # what stands below the name of who signs
    r"(?:(?:General|Prime|First|Chief|Executive|Managing|Acting|Deputy|Vice|Co-)[ -])*"
    r"(?:Chair(?:man|woman|person)?|Leader|Secretary|Minister|Director|President|Executive|Editor|Mayor|Governor"
    r"|Treasurer|Principal|Convenor|Coordinator|Founder)\b(?!.*[.!?:])"
)
ASKING = re.compile(r"(?:what|why|how|where|when|who)\b", re.I)  # What happens next
INTERVIEW = re.compile(r"\binterview(?:s|ed)?\b|\bQ ?& ?A\b|\bin conversation\b", re.I)
ASKS = re.compile(r"\b(?:you|your|yours)\b|\A(?:and|but|so|then)\b", re.I)


def mark_notes(units: list[Unit], digits: set[int]) -> None:
    """Notes: a line with the marker that the text bears elsewhere, or numbered lines at a foot.

    `digits` are numbers of notes that the text refers to by digits without a mark.
    """
    refs = _references(units) | digits
    first = "[0123456789" + SUPERSCRIPTS  # signs of a note's number
    numbers = [_note_number(u, refs) if u.text[0] in first else 0 for u in units]
    if not any(numbers):
        return
    total = sum(u.words for u in units)
    bottom = True  # of a page, or of the text
    for unit, number in zip(units[::-1], numbers[::-1]):
        marked = number in refs and unit.text[0] in "[" + SUPERSCRIPTS
        if (marked or (bottom and number)) and not unit.reason and unit.words < total / 4:
            unit.reason = "footnote"  # longer ones are numbered paragraphs
        elif not unit.reason or unit.edge or unit.reason == "running head":
            bottom = unit.edge or unit.reason == "running head"


def _references(units: list[Unit]) -> set[int]:
    """Numbers of the markers in brackets or raised that stand inside of lines."""
    signs = (
        unit.text[start - unit.start : end - unit.start].strip("[^]")
        for unit in units
        for start, end, reason in unit.pieces
        if reason == "footnote marker" and start > unit.start + unit.mark
    )
    return {_number(sign) for sign in signs if sign.isdigit() and len(sign) < 4}


def _number(sign: str) -> int:
    return int(sign.translate(str.maketrans(SUPERSCRIPTS, "1234567890")))


def _note_number(unit: Unit, refs: set[int]) -> int:
    """The number that a line bears as a note, 0 if none; a bare one must be referred to."""
    match = NOTE.match(unit.text)
    if not match:
        return 0
    number = _number(match[1] or match[2] or match[3])
    return 0 if match[3] and number not in refs else number


def mark_closings(units: list[Unit]) -> None:
    """A line behind which a page goes on, but its text does not; and lists of other headlines."""
    total = sum(u.words for u in units if not u.reason)
    before, begun = 0, False
    for i, unit in enumerate(units):
        begun = begun or (not unit.reason and unit.ended and unit.words > SHORT)
        if unit.reason == LISTS and unit.words <= SHORT and begun:
            if unit.plain.rstrip(":")[-1:] not in ".!?" and ":" not in unit.plain[:-1]:
                _mark_list(units[i + 1 :])
        elif 3 * before > total and unit.words <= NOTICE:
            reason = line_reason(unit.plain, unit.words, "closing")
            if reason == ANSWERED and any(u.kind == "quotation" for u in units[i:]):
                for other in units[i:]:  # what has no mark answers it
                    quoted = other is unit or other.kind == "quotation"
                    other.reason = other.reason or (reason if quoted else "")
            elif reason:
                chapters = (k for k in range(i, len(units)) if CHAPTER.match(units[k].plain))
                if _exclude(units[: next(chapters, None)], i, reason):
                    return
        before += 0 if unit.reason else unit.words


def _mark_list(units: list[Unit]) -> None:
    """Short lines without an end that follow a heading of other pages."""
    for unit in units:
        ended = unit.ended and unit.plain[-1] != "?"
        if unit.words > SHORT or ended or INSIDE.search(unit.plain) or ASKED.match(unit.plain):
            return
        unit.reason = unit.reason or LISTS


def _exclude(units: list[Unit], tail: int, reason: str) -> bool:
    """Leave out all from a place on, unless that is the larger part; says whether it was done."""
    before, behind = (sum(u.words for u in p if not u.reason) for p in (units[:tail], units[tail:]))
    done = before > behind
    for unit in units[tail:] if done else ():
        unit.reason = unit.reason or reason
    return done


def mark_chronology(units: list[Unit]) -> None:
    """A run of five or more dated entries, or of two under a heading that says chronology.

    A document that is little else is no article with a chronology, but the time line itself.
    """
    dated = {u for u in units if is_dated(u.plain)}
    some = [u for u in units if not u.reason]
    entries = [u for u in some if u in dated]
    if len(entries) > 2 and not any(u.words > SHORT and u not in dated for u in some):
        for unit in entries:
            unit.reason, unit.fixed = "prose", True
        return
    above: list[Unit] = []
    for is_entry, lines in groupby(units, key=dated.__contains__) if dated else ():
        run = list(lines)
        if is_entry and len(run) >= (2 if above else 5):
            for unit in run:
                unit.reason = unit.reason if unit.fixed else "chronology"
            for unit in above:
                unit.reason = "section heading"
        above = [u for u in run[-3:] if u.words <= SHORT and CHRONOLOGY.match(u.plain)]


def mark_attendance(units: list[Unit]) -> None:
    """The list of who was at a meeting is text: what follows "Present:", and names right below."""
    listed = False
    for unit in units:
        begins = LISTED.match(unit.plain) is not None
        listed = not unit.reason and (begins or (listed and unit.near and unit.words <= SHORT))
        if listed and unit.words <= LEAD and unit.plain[-1:] != ":":
            unit.reason, unit.fixed = "prose", True


def is_dated(text: str) -> bool:
    """Whether a line begins with a date, as the entries of a chronology do.

    >>> is_dated("May 1936: the dam was built."), is_dated("May we?")
    (True, False)
    """
    return text[:1] in DATE_SIGNS and DATED.match(text) is not None


def mark_running_heads(units: list[Unit]) -> None:
    """Heads and feet of pages: beside a page break, or the same but for a number, repeatedly."""
    beside = {
        u
        for a, b in zip(units, units[1:])
        if b.near and a.plain.isdigit() != b.plain.isdigit()
        for u in (a, b)
    }
    keys = {
        i: ENDS.sub("", u.plain).casefold()
        for i, u in enumerate(units)
        if u.words <= SHORT and not u.reason and u.kind in ("text", "heading")
        and (u.edge or u in beside or _numbered(u.plain)) and not CHAPTER.match(u.plain)
        and "-->" not in u.text
    }  # fmt: skip
    places: dict[str, list[int]] = {}
    for i, key in keys.items():
        places.setdefault(key, []).append(i)
    counted = _counted(units) if keys else set()
    for i, key in keys.items():
        unit, again = units[i], places[key][-1] - places[key][0] > 3
        numbered = _numbered(unit.plain)
        if VERSE_NUMBER.fullmatch(unit.text) or i in counted:
            continue
        repeated = again and key and not unit.ended
        if repeated or (numbered and GAP.fullmatch(unit.text)):
            unit.reason = "running head"
        elif unit.edge and not (unit.ended or unit.plain[0].islower()):
            after = next((u for u in units[i + 1 : i + 3] if not u.reason), None)
            before = next((u for u in units[max(i - 2, 0) : i][::-1] if not u.reason), None)
            cut = before is not None and not before.ended and before.words > SHORT
            goes_on = after is not None and after.plain[:1].islower()
            if numbered or not key or again or unit.plain.isupper() or cut or goes_on:
                unit.reason = "running head"


def _counted(units: list[Unit]) -> set[int]:
    """Places of lines whose first number counts lines: of verse, of captions."""
    first = [(i, int(m[0])) for i, u in enumerate(units) if (m := COUNT.match(u.plain))]
    pairs = {
        (i, k) for (i, number), (k, after) in zip(first, first[1:]) if 0 < after - number == k - i
    }
    return {i for i, k in pairs for i in (i, k)} if len(pairs) > 1 else set()


def _numbered(text: str) -> bool:
    return text[:1].isdigit() or text[-1:].isdigit()


def mark_contents(units: list[Unit]) -> None:
    """The entries below a heading of contents, and the headings in the text that they name."""
    short = ((i, u) for i, u in enumerate(units) if u.words <= SHORT)
    place = next((i for i, u in short if CONTENTS.fullmatch(u.plain)), len(units))
    entries: dict[str, Unit] = {}
    for unit in units[place + 1 :]:
        entry = LEADERS.sub("", unit.plain).casefold()
        begins = not unit.near and CHAPTER.match(unit.plain)
        if entry in entries or unit.words > SHORT or unit.ended or begins:
            break
        entries[entry] = unit
    rest = units[place + 1 + len(entries) :]
    found = {k: u for u in rest if (k := LEADERS.sub("", u.plain).casefold()) in entries}
    numbered = sum(NUMBERED.match(u.text) is not None for u in entries.values())
    if len(found) > 1 or numbered > 1:
        for unit in entries.values():
            unit.reason = unit.reason or "navigation"
        for unit in found.values():
            unit.reason, unit.part = unit.reason or "section heading", True


def mark_numbered(units: list[Unit]) -> None:
    """Lines with the numbers 1, 2, 3 and so on, text between them, as headings have them."""
    expected, before, found = 1, None, []
    for unit in (u for u in units if not u.reason):
        number = 0 if unit.ended or unit.words > SHORT else _heading_number(unit)
        if number in (1, expected) and before is not None:
            found = [*found, unit] if number == expected else [unit]
            expected, before = number + 1, None
        elif number:
            return
        else:
            before = unit
    if before is not None and len(found) > 1:
        for unit in found:
            unit.reason, unit.part = "section heading", True


def mark_parts(units: list[Unit]) -> None:
    """Headings of chapters, acts and stanzas, lists of who is in a play: text begins below them."""
    for unit in units:
        if unit.reason in ("", "section heading") and unit.words <= SHORT:
            unit.part = unit.part or PARTS.match(unit.plain) is not None


def _heading_number(unit: Unit) -> int:
    """The number in front of a short line without an end, 0 if there is none."""
    match = None if OPEN_END.search(unit.plain) else HEADING_NUMBER.fullmatch(unit.text)
    if not match or match.lastgroup == "digits":
        return int(match["digits"]) if match else 0
    return (ROMANS if match.lastgroup == "roman" else NUMBERS).index(match[match.lastgroup])


def mark_repeats(units: list[Unit], *, free: bool) -> None:
    """Lines of the head again, a caption that stands twice, a quotation pulled out of the text.

    In a `free` text lines may be repeated.
    """
    titles = [u for u in units[:TOP] if u.reason in TITLES]
    head = {
        u.plain.casefold() for u in titles if u.reason == "headline" or not u.plain.endswith(".")
    }
    longest = max((u.words for u in titles), default=0)
    for before, unit in zip(units, units[1:] if not free else ()):
        if unit.plain == before.plain and 5 <= unit.words <= LEAD:
            before.reason, unit.reason = before.reason or "caption", "caption"
        elif unit.words <= longest and not unit.reason and unit.plain.casefold() in head:
            unit.reason = "repeated headline"
    quoted = (u for u in units if not u.reason and 4 <= u.words <= NOTICE)
    some = [u for u in quoted if QUOTED.fullmatch(u.plain)][:PULLED]
    whole = "\n".join(u.plain for u in units if not u.reason).casefold() if some else ""
    for unit in some:
        inner = unit.plain[1:-1].rstrip(".,!?…").casefold()
        if whole.count(inner) > 1 and not set(inner) & set('"“”«»'):
            unit.reason = "pull quote"


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
    mark_attendance(units)
    mark_contents(units)
    mark_closings(units)
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
        weighed: set[Unit] = set()
        for _ in range(PASSES):
            signs = Signs(self.units, self, first)
            found = signs.furniture()
            rest = sum(u.words for u in self.units if u.reason == "prose" and u not in found)
            if not found or sum(u.words for u in found) >= rest:
                break
            for unit in found:
                unit.reason = "page furniture"
            weighed.update(found)
        self.name_title(weighed)
        if self.before is None and len(self.open) == 1:  # nothing but a line: this is the text
            self.open[0].reason = "prose"

    def _foot(self, first: int) -> int:
        """Where the foot begins; the lines of speakers and captions are no furniture."""
        spoken = {u for u in self.open if self.speaks(u)}
        spoken |= {b for a, b in zip(self.units, self.units[1:]) if a.reason == "time stamp"}
        rest, lines = self.units[first:], self.verse | spoken
        return len(self.units) - find_edge(rest, lines, place="tail", free=self.free)

    def _mark_authors(self) -> None:
        """Notes near the head or the foot that begin with the name of who wrote the text."""
        signed = (
            u for u in self.units if u.reason == "byline" or (u.reason == "head" and is_name(u))
        )
        bylines = (BY.sub("", u.plain) for u in signed)
        names = {name.casefold() for line in bylines for name in PERSON.findall(line)}
        for unit in {*self.open[: 2 * HEAD], *self.open[-HEAD:]} if names else ():
            name = PERSON.match(unit.plain)
            known = name is not None and name[0].removesuffix("'s").casefold() in names
            known = known and unit.words <= LEAD and not self.speaks(unit)
            known = known and not unit.plain.startswith(":", name.end())
            if known and PATTERNS["BIOGRAPHY"].search(unit.plain):
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
        whole, about = wrapped(unit.text), PATTERNS["AUTHOR"].match(unit.plain)
        if about and not whole and about["name"]:
            surname = about["name"].split()[-1]
            about = not any(surname in u.plain for u in self.units[first:i] if not u.reason)
        return "author note" if about else "editor's note" if whole else ""

    # --- inside the text

    def _inside(self, unit: Unit, i: int) -> str:
        """What a line is that neither its words nor its neighbours gave away."""
        above, after = self.units[i - 1], self.next.get(unit)
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
        if unit.words > SHORT:
            return False
        if begins_part(self.units, i) and self.names_part(unit) and not self.timed:
            return True
        if text.isupper() and unit.kind == "text" and not (self.speakers or self.timed):
            if after and not (after.plain.isupper() or after.plain[0].islower()):
                if not STOPPED.search(text) and text[0] not in "([":
                    return not (self.free and unit.near) or (after.ended and after.words > SHORT)
        if self.free or unit in self.verse or after is None:
            return False
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
        if below.words > SHORT and self.before is not None and self.before.ended:
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
        if text[-1] != "?" or unit.words > 12 or (text.isupper() and not self._questions):
            return False
        others = any(u is not unit for u in self._headings)
        if is_titled(text) or (others and not PATTERNS["SENTENCE"].search(text)):
            return True
        return self._questions > (0 if len(self._headings) > 2 else 2)

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
