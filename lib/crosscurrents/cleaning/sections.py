"""Parts of a page that are told by several lines: exports, notes, chronologies, repetitions."""

from __future__ import annotations

import re
from collections import Counter

from crosscurrents.cleaning.lines import SUPERSCRIPTS, Unit
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
REPEATED = 2 * SHORT  # words: longer lines are not taken for repetitions
MONTHS = frozenset("jan feb mar apr may jun jul aug sep oct nov dec".split())
ENDS = re.compile(r"\A[\d\W]+|[\d\W]+\Z")
# A gap of three blanks, then a number: set by a machine at both ends of a line.
GAP = re.compile(r"\S.*(?: {3,}|\t)\D{0,8}\d{1,4}|\d{1,4}(?: {3,}|\t).*\S")
CHAPTER = re.compile(
    r"(?:chapter|book|part|act|scene|letter) (?:[ivxlc]+|\d+|the \w+)\b|(?:preface|prologue)\Z",
    re.I,
)
INSIDE = re.compile(r"(?:[.!]|\?(?= [A-Z])) \S+ \S+ \S")  # a sentence ends inside of the line
CONTENTS = re.compile(r"(?:table of )?contents[:.]?|in this (?:report|paper|brief|book)", re.I)
LEADERS = re.compile(r"[\s.…·]+(?:\d+|[ivxlc]+)\Z|\Z", re.I)  # dots and the number of a page
HEADS = ("", "section heading", "ornament")
QUOTED = re.compile(r"[\"“‘«'].*[\"”’»']", re.S)
NUMBERED = re.compile(r"([IVX]{1,5}|\d{1,2})\.? (?=[^\W\d_a-z])")
LABEL = 4  # words of a heading of contents
NUMBERED_WORDS = 8  # words of a heading, its number included
ROMAN = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV".split()
TITLES = ("headline", "standfirst", "byline")
TOP = 60  # lines of a page that may hold its title
VERSE_NUMBER = re.compile(
    r"(?=.*[a-z])\S.*[^\W\d_][,.;:!?—-]* {3,}\d*[05]|(?=.*[a-z])\S.*[,.;:!?] {3,}\d*[48]"
)
CREDITED = re.compile(r"\W{0,3}(?:credit|photo|image|picture|source)\b|\s?[\[(©]|\s?\|", re.I)
OFFER = 4  # lines: a box with an offer has a heading, a text, a field and a button
PULLED = 20  # quotations that are sought elsewhere in a text: a page has a few at most


def mark_notes(units: list[Unit], digits: set[int]) -> None:
    """Notes: a line with the marker that the text bears elsewhere, or most lines of the end."""
    refs = _references(units) | digits
    total = sum(u.words for u in units)
    heads = "[" + SUPERSCRIPTS + ("0123456789" if refs else "")
    numbers = [_note_number(u, refs) if u.text[0] in heads else 0 for u in units]
    if not any(numbers):
        return
    for unit, number in zip(units, numbers):
        if number in refs and not unit.reason and unit.text[0] in "[" + SUPERSCRIPTS:
            if unit.words < total / 4:  # else paragraphs are numbered
                unit.reason = "footnote"
    bottom = True  # of a page, or of the text
    for unit, number in zip(units[::-1], numbers[::-1]):
        if bottom and not unit.reason and number and unit.words < total / 4:
            unit.reason = "footnote"
        elif not unit.reason or unit.edge or unit.reason == "running head":
            bottom = unit.edge or unit.reason == "running head"
    tail, noted = len(units), 0
    for i in range(len(units) - 1, -1, -1):
        text = numbers[i] == 0 and units[i].ended and units[i].words > SHORT and not units[i].reason
        if text or CHAPTER.match(units[i].plain):
            break
        marked = numbers[i] > 0 and not units[i].text[0].isdigit()
        noted += marked or bool(units[i].reason)
        if marked and 2 * noted >= len(units) - i:
            tail = i
    _exclude(units, tail, "footnote")


def _references(units: list[Unit]) -> set[int]:
    """Numbers of the markers in brackets or raised that stand inside of lines."""
    found: set[int] = set()
    for unit in units:
        for start, end, reason in unit.pieces if len(unit.pieces) > 1 else ():
            if reason == "footnote marker" and start > unit.start + unit.mark:
                sign = unit.text[start - unit.start : end - unit.start].strip("[^]")
                if sign.isdigit() and len(sign) < 4:
                    found.add(_number(sign))
    return found


def _number(sign: str) -> int:
    return int(
        "".join(str(SUPERSCRIPTS.find(c) + 1) if c in SUPERSCRIPTS else c for c in sign) or 0
    )


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
            if not unit.plain.rstrip(":").endswith(tuple(".!?")) and _bare(unit):
                _mark_list(units, i + 1)
        elif unit.reason in HEADS and 3 * before > total and unit.words <= NOTICE:
            if reason := line_reason(unit.plain, unit.words, "closing"):
                chapters = (k for k in range(i, len(units)) if CHAPTER.match(units[k].plain))
                _exclude(units[: next(chapters, None)], i, reason)
                return
        before += 0 if unit.reason else unit.words


def _bare(unit: Unit) -> bool:
    return ":" not in unit.plain.rstrip(":") and "|" not in unit.plain


def _mark_list(units: list[Unit], start: int) -> None:
    """Short lines without an end that follow a heading of other pages."""
    for unit in units[start:]:
        if unit.words > SHORT or (unit.ended and unit.plain[-1] != "?") or unit.reason == LISTS:
            return
        if INSIDE.search(unit.plain):
            return
        unit.reason = unit.reason or LISTS


def _exclude(units: list[Unit], tail: int, reason: str) -> None:
    """Leave out all from a place on, unless that is the larger part."""
    if tail == len(units):
        return
    before = sum(u.words for u in units[:tail] if not u.reason)
    if before > sum(u.words for u in units[tail:] if not u.reason):
        for unit in units[tail:]:
            unit.reason = unit.reason or reason


def mark_chronology(units: list[Unit]) -> None:
    """A run of five or more dated entries, or of two under a heading that says chronology.

    A document that is little else is no article with a chronology, but the time line itself.
    """
    dated = [is_dated(u.plain) for u in units]
    if True not in dated:
        return
    inside = sum(u.words for u, d in zip(units, dated) if d and not u.reason)
    if 2 * inside > sum(u.words for u in units if not u.reason) and not any(
        u.words > SHORT and not d and not u.reason for u, d in zip(units, dated)
    ):
        entries = [u for u, d in zip(units, dated) if d and not u.reason]
        for unit in entries if len(entries) > 2 else []:
            unit.reason = "prose"
        return
    i = dated.index(True)
    while i < len(units):
        end = next((k for k in range(i, len(units)) if not dated[k]), len(units))
        above = [u for u in units[max(0, i - 3) : i] if u.words <= SHORT]
        titles = [u for u in above if CHRONOLOGY.match(u.plain)]
        if end - i >= (2 if titles else 5):
            for unit in [u for u in units[i:end] if not u.fixed]:
                unit.reason = "chronology"
            for unit in titles:
                unit.reason = "section heading"
        i = next((k for k in range(end, len(units)) if dated[k]), len(units))


def is_dated(text: str) -> bool:
    """Whether a line begins with a date, as the entries of a chronology do.

    >>> is_dated("May 1936: the dam was built."), is_dated("May we?")
    (True, False)
    """
    if not text[:1].isdigit() and text[:3].lower() not in MONTHS:
        return False
    return DATED.match(text) is not None


def mark_running_heads(units: list[Unit]) -> None:
    """Heads and feet of pages: beside a page break, or the same but for a number, repeatedly."""
    some = [u for u in units if u.words <= SHORT and not u.reason and u.kind in ("text", "heading")]
    beside = {
        u
        for a, b in zip(units, units[1:])
        if b.near and a.plain.isdigit() != b.plain.isdigit()
        for u in (a, b)
    }
    keys = {
        u: ENDS.sub("", u.plain).casefold()
        for u in some
        if (u.edge or u in beside or _numbered(u.plain)) and not CHAPTER.match(u.plain)
    }
    seen = Counter(keys.values())
    places = {u: i for i, u in enumerate(units)} if keys else {}
    for unit, key in keys.items():
        i = places[unit]
        numbered = _numbered(unit.plain)
        again = key and seen[key] > 1 and not unit.ended
        if VERSE_NUMBER.fullmatch(unit.text) and unit.near and not unit.edge:
            continue
        if (again and unit in beside) or (numbered and (again or GAP.fullmatch(unit.text))):
            unit.reason = "running head"
        elif unit.edge and not unit.ended:
            after = next((u for u in units[i + 1 : i + 3] if not u.reason), None)
            before = next((u for u in units[max(i - 2, 0) : i][::-1] if not u.reason), None)
            cut = before is not None and not before.ended and before.words > SHORT
            goes = after is not None and after.plain[:1].islower()
            if numbered or not key or seen[key] > 1 or unit.plain.isupper() or cut or goes:
                if not unit.plain[0].islower():
                    unit.reason = "running head"


def _numbered(text: str) -> bool:
    return text[0].isdigit() or text[-1].isdigit() if text else False


def mark_contents(units: list[Unit]) -> None:
    """The entries below a heading of contents, and the headings in the text that they name."""
    short = (i for i, u in enumerate(units) if u.words <= LABEL and CONTENTS.fullmatch(u.plain))
    place = next(short, len(units))
    entries: dict[str, Unit] = {}
    if place == len(units):
        return
    for unit in units[place + 1 :]:
        entry = LEADERS.sub("", unit.plain).casefold()
        if entry in entries or unit.words > SHORT:
            break
        entries[entry] = unit
    rest = units[place + 1 + len(entries) :]
    found = {k: u for u in rest if (k := LEADERS.sub("", u.plain).casefold()) in entries}
    numbered = sum(NUMBERED.match(u.text) is not None for u in entries.values())
    if len(found) > 1 or numbered > 1:
        for unit in entries.values():
            unit.reason = unit.reason or "navigation"
    for key, unit in found.items():
        unit.reason = unit.reason or "section heading"
        entries[key].reason = entries[key].reason or "navigation"


def mark_numbered(units: list[Unit]) -> None:
    """Headings that are numbered through the text, with text between them."""
    found: list[Unit] = []
    places: list[int] = []
    for i, unit in enumerate(units):
        short = unit.words <= NUMBERED_WORDS and not unit.ended
        match = NUMBERED.match(unit.text) if short else None
        if match and _ordinal(match[1]) == len(found) + 1:
            found.append(unit)
            places.append(i)
    if len(found) > 1 and all(b - a > 1 for a, b in zip(places, places[1:])):
        for unit in found:
            unit.reason = unit.reason or "section heading"


def _ordinal(sign: str) -> int:
    return int(sign) if sign.isdigit() else ROMAN.index(sign) + 1 if sign in ROMAN else 0


def mark_boxes(units: list[Unit]) -> None:
    """What stands between two lines of one offer to subscribe, or of one picture."""
    lines = [(i, u.reason) for i, u in enumerate(units) if u.reason in ("offer", "caption")]
    for reason, most in (("offer", OFFER), ("caption", 2)) if len(lines) > 1 else ():
        places = [i for i, r in lines if r == reason]
        for a, b in zip(places, places[1:]):
            if b - a <= most and all(u.words <= NOTICE for u in units[a:b]):
                for unit in units[a:b]:
                    unit.reason = unit.reason or reason


def mark_credited(units: list[Unit]) -> None:
    """A line that stands again right below with a credit behind it: the words of a picture."""
    for above, unit in zip(units, units[1:]):
        if 5 <= above.words <= unit.words <= LEAD and unit.plain.startswith(above.plain):
            if CREDITED.match(unit.plain[len(above.plain) :]):
                above.reason = unit.reason = "caption"


def mark_repeats(units: list[Unit]) -> None:
    """Lines of the head again, a caption that stands twice, a quotation pulled out of the text."""
    before = None
    titles = (u for u in units[:TOP] if u.reason in TITLES)
    head = {u.plain.casefold() for u in titles if u.reason == "headline" or not u.ended}
    for unit in units:
        if before is not None and unit.plain == before.plain and 5 <= unit.words <= LEAD:
            for copy in (before, unit):
                copy.reason = copy.reason if copy.reason and copy is before else "caption"
        elif head and not unit.reason and unit.words <= LEAD and unit.plain.casefold() in head:
            unit.reason = "repeated headline"
        before = unit


def mark_pulled(units: list[Unit]) -> None:
    """Lines in quotation marks whose words stand in a longer line, too."""
    some = [
        u for u in units
        if not u.reason and 4 <= u.words <= NOTICE and QUOTED.fullmatch(u.plain)
    ][:PULLED]  # fmt: skip
    if some:
        whole = "\n".join(u.plain for u in units if not u.reason)
        for unit in some:
            inner = unit.plain[1:-1].rstrip(".,!?…")
            if whole.count(inner) > 1 and not set(inner) & set('"“”«»'):
                unit.reason = "pull quote"
