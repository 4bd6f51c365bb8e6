"""Parts of a page that several lines show together: notes, chronologies, lists, repetitions."""

from __future__ import annotations

import re
from itertools import groupby

from crosscurrents.cleaning.lines import OPEN_END, SUPERSCRIPTS, Unit
from crosscurrents.cleaning.rules import (
    DATE,
    DAY,
    LEAD,
    LISTS,
    MONTH,
    NOTICE,
    SHORT,
    line_reason,
)

NOTE = re.compile(
    rf"\[\^?(\d{{1,3}})\]:?\s*\S|([{SUPERSCRIPTS}]{{1,3}})\s*[^\s{SUPERSCRIPTS}]"
    rf"|(\d{{1,3}})[.)]?\s+\S"
)
CHRONOLOGY = re.compile(
    r"(?:a )?(?:brief )?(?:chronology|timeline|key dates|calendar of events)\b.*", re.I
)
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
CONTENTS = re.compile(
    r"(?:table of )?contents[:.]?|in this (?:report|paper|brief|book|bulletin|issue|newsletter)",
    re.I,
)
LEADERS = re.compile(r"[\s.…·]+(?:\d+|[ivxlc]+)\Z|\Z", re.I)  # dots and the number of a page
HEADS = ("", "section heading", "ornament", "contact", "page furniture")
PRESS = ("contact",)  # behind a press release there may be more than its text
QUOTED = re.compile(r"[\"“‘«'].*[\"”’»']", re.S)
NUMBERED = re.compile(r"([IVX]{1,5}|\d{1,2})\.? (?=[^\W\d_a-z])")
ROMANS = ("", *"I II III IV V VI VII VIII IX X XI XII XIII XIV XV".split())
NUMBERS = ("", *"One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve".split())
HEADING_NUMBER = re.compile(
    rf"(?P<word>{'|'.join(NUMBERS[1:])})|(?P<roman>{'|'.join(ROMANS[:0:-1])})[.:)](?: [^\W\d_].*)?"
    r"|(?P<digits>\d{1,2})[.:)]?(?: [^\W\d_a-z].*)?"
)
TITLES = ("headline", "standfirst", "byline")
TOP = 60  # lines of a page that may hold its title
VERSE_NUMBER = re.compile(
    r"(?=.*[a-z])\S.*[^\W\d_][,.;:!?—-]* {3,}\d*[05]|(?=.*[a-z])\S.*[,.;:!?] {3,}\d*[48]"
)
CREDITED = re.compile(r"\W{0,3}(?:credit|photo|image|picture|source)\b|\s?[\[(©]|\s?\|", re.I)
PARTS = re.compile(
    CHAPTER.pattern + r"|(?:the |cast of )?(?:characters|persons|cast)\b.{0,20}:?\Z|dramatis person"
    r"|(?:setting|scene|time|place|at rise)\s?:|\[(?:verse|chorus|intro)\b.*\]\Z"
    r"|(?:key \w+|(?:executive )?summary|abstract):?\Z",
    re.I,
)
BOXES = {
    "sponsor": 4,
    "offer": 4,
    "caption": 2,
}  # lines: a box with an offer has heading, text, field, button
PULLED = 20  # quotations that are sought elsewhere in a text: a page has a few at most


def mark_notes(units: list[Unit], digits: set[int]) -> None:
    """Notes: a line with the marker that the text bears elsewhere, or numbered lines at a foot.

    `digits` are numbers of notes that the text refers to by digits without a mark.
    """
    refs = _references(units) | digits
    numbers = [_note_number(u, refs) for u in units]
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
        elif unit.reason in HEADS and 3 * before > total and unit.words <= NOTICE:
            if reason := line_reason(unit.plain, unit.words, "closing"):
                chapters = (k for k in range(i, len(units)) if CHAPTER.match(units[k].plain))
                _exclude(units[: next(chapters, None)], i, reason)
                return
        before += 0 if unit.reason else unit.words


def _mark_list(units: list[Unit]) -> None:
    """Short lines without an end that follow a heading of other pages."""
    for unit in units:
        ended = unit.ended and unit.plain[-1] != "?"
        if unit.words > SHORT or ended or unit.reason == LISTS or INSIDE.search(unit.plain):
            return
        unit.reason = unit.reason or LISTS


def _exclude(units: list[Unit], tail: int, reason: str) -> None:
    """Leave out all from a place on, unless that is the larger part."""
    before, behind = (sum(u.words for u in p if not u.reason) for p in (units[:tail], units[tail:]))
    for unit in units[tail:] if before > behind or reason in PRESS else ():
        unit.reason = unit.reason or reason


def mark_chronology(units: list[Unit]) -> None:
    """A run of five or more dated entries, or of two under a heading that says chronology.

    A document that is little else is no article with a chronology, but the time line itself.
    """
    dated = {u for u in units if is_dated(u.plain)}
    some = [u for u in units if not u.reason]
    entries = [u for u in some if u in dated]
    if len(entries) > 2 and not any(u.words > SHORT and u not in dated for u in some):
        for unit in entries:
            unit.reason = "prose"
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


def is_dated(text: str) -> bool:
    """Whether a line begins with a date, as the entries of a chronology do.

    >>> is_dated("May 1936: the dam was built."), is_dated("May we?")
    (True, False)
    """
    return DATED.match(text) is not None


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
    for i, key in keys.items():
        unit, again = units[i], places[key][-1] - places[key][0] > 3
        numbered = _numbered(unit.plain)
        if VERSE_NUMBER.fullmatch(unit.text) and unit.near and not unit.edge:
            continue
        repeated = again and key and not unit.ended and (unit in beside or numbered)
        if repeated or (numbered and GAP.fullmatch(unit.text)):
            unit.reason = "running head"
        elif unit.edge and not (unit.ended or unit.plain[0].islower()):
            after = next((u for u in units[i + 1 : i + 3] if not u.reason), None)
            before = next((u for u in units[max(i - 2, 0) : i][::-1] if not u.reason), None)
            cut = before is not None and not before.ended and before.words > SHORT
            goes_on = after is not None and after.plain[:1].islower()
            if numbered or not key or again or unit.plain.isupper() or cut or goes_on:
                unit.reason = "running head"


def _numbered(text: str) -> bool:
    return text[:1].isdigit() or text[-1:].isdigit()


def mark_contents(units: list[Unit]) -> None:
    """The entries below a heading of contents, and the headings in the text that they name."""
    place = next((i for i, u in enumerate(units) if CONTENTS.fullmatch(u.plain)), len(units))
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
        number = 0 if OPEN_END.search(unit.plain) else _heading_number(unit)
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
    match = HEADING_NUMBER.fullmatch(unit.text) if unit.words <= SHORT and not unit.ended else None
    if not match or match.lastgroup == "digits":
        return int(match["digits"]) if match else 0
    return (ROMANS if match.lastgroup == "roman" else NUMBERS).index(match[match.lastgroup])


def mark_boxes(units: list[Unit]) -> None:
    """What stands between two lines of one offer to subscribe, or of one picture."""
    last: dict[str, int] = {}
    for i, unit in enumerate(units):
        box = units[last.get(unit.reason, i) : i]
        if 0 < len(box) <= BOXES.get(unit.reason, 0) and all(u.words <= NOTICE for u in box):
            for inner in box:
                inner.reason = inner.reason or unit.reason
        last[unit.reason] = i


def mark_credited(units: list[Unit]) -> None:
    """A line that stands again right below with a credit behind it: the words of a picture."""
    for above, unit in zip(units, units[1:]):
        if 5 <= above.words <= unit.words <= LEAD and unit.plain.startswith(above.plain):
            if unit.reason == "caption" or CREDITED.match(unit.plain[len(above.plain) :]):
                above.reason = unit.reason = "caption"


def mark_repeats(units: list[Unit], *, free: bool) -> None:
    """Lines of the head again, a caption that stands twice, a quotation pulled out of the text.

    In a `free` text lines may be repeated.
    """
    titles = [u for u in units[:TOP] if u.reason in TITLES]
    title = next((u.plain.casefold() for u in titles if u.reason == "headline"), "")
    head = {u.plain.casefold() for u in titles if u.reason == "headline" or not u.ended}
    for before, unit in zip(units, units[1:] if not free else ()):
        if unit.plain == before.plain and 5 <= unit.words <= LEAD:
            before.reason, unit.reason = before.reason or "caption", "caption"
        elif not unit.reason and unit.plain.casefold() in head:
            unit.reason = "repeated headline"
        elif not unit.reason and title.count(" ") > 2 and not unit.ended:
            if title in unit.plain.casefold() and unit.words <= title.count(" ") + 6:
                unit.reason = "running head"
    quoted = (u for u in units if not u.reason and 4 <= u.words <= NOTICE)
    some = [u for u in quoted if QUOTED.fullmatch(u.plain)][:PULLED]
    whole = "\n".join(u.plain for u in units if not u.reason).casefold() if some else ""
    for unit in some:
        inner = unit.plain[1:-1].rstrip(".,!?…").casefold()
        if whole.count(inner) > 1 and not set(inner) & set('"“”«»'):
            unit.reason = "pull quote"
