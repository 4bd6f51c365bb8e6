"""What kind of text a document is, and what a line of it looks like: a name, a title, verse."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby

from crosscurrents.cleaning.facts import iso_date
from crosscurrents.cleaning.lines import Unit
from crosscurrents.cleaning.rules import LEAD, NAME, PATTERNS, SHORT, line_reason

SPEAKER = re.compile(r"([^\W\d_][\w .'’()-]{0,40})(?::\s|\.\s(?=[A-Z“\"]))")
CUE = re.compile(r"[A-Z][A-Z .'’-]{1,30}")
LABEL = re.compile(rf"{NAME}(?: {NAME}){{1,4}}(?: \([\w .,&'’-]+\))*")  # Ann Bo (Hollin) (Ind)
UNNAMED = re.compile(  # how no name begins
    r"(?:The|A|An|Our|No|For|To|By|From|In|On|About|All|More|My|One|Two|Three|Four|Five)\b"
)
SIGNED = re.compile(
    rf"{NAME}(?: (?:{NAME}|de|von|van|der|al|bin)){{0,3}}(?:(?:,| in| and| &)(?: {NAME}){{1,3}})?"
)
DOCUMENT = re.compile(  # the name of a text, not of who published it
    r"\A(?:minutes|report|statement|remarks|address|speech|interview|debate|letter|review)\b"
    r"| (?:at|in|on|to|by|with|as) ",
    re.I,
)
HEAD = 6  # lines above a text: outlet, section, headline, standfirst, author, place


def find_verse(units: list[Unit]) -> set[Unit]:
    """Lines in blocks of three short ones or more, as verse and lists have them.

    At the head or the foot of a page a block counts as a whole only, and not if it has a name, a
    date or furniture; below a title and a name it counts if there is verse elsewhere.
    """
    found: set[Unit] = set()
    first = next((u for u in units if not u.reason), None)
    for block in (b for b in _blocks(units)[::-1] if len(b) > 2):
        edge = first in block or block[-1] is units[-1]
        for is_short, lines in groupby(block, key=_is_short_line):
            run = list(lines)
            told = len(run) <= HEAD and any(_tells(u, edge) for u in run)
            if not is_short or len(run) < 3 or told:
                continue
            below = bool(found) and len(run) > 3 and run[-1] is block[-1]
            if not edge or below or len(run) == len(block):
                found |= set(run)
    return found


def _blocks(units: list[Unit]) -> list[list[Unit]]:
    """The units between blank lines."""
    blocks: list[list[Unit]] = []
    for unit in units:
        if unit.near and blocks:
            blocks[-1].append(unit)
        else:
            blocks.append([unit])
    return blocks


def _is_short_line(unit: Unit) -> bool:
    return not unit.reason and unit.kind == "text" and unit.words <= SHORT


def _tells(unit: Unit, edge: bool) -> bool:
    """Whether a line is a name, or at the edge of a page a date or furniture."""
    told = edge and (
        unit.plain.isupper() or line_reason(unit.plain, unit.words, "head") or iso_date(unit.plain)
    )
    return is_name(unit) or bool(told)


def is_free(units: list[Unit], body: list[Unit]) -> bool:
    """Whether the text is verse, a play, a speech, a transcript, captions or a list.

    `body` are the units without the head and the foot of the page.
    """
    for unit in units:
        if unit.reason == "time stamp" or unit.plain[:5] in ("INT. ", "EXT. "):
            return True
        if unit.plain[:1] in "([♪" and PATTERNS["STAGE"].fullmatch(unit.plain):
            return True
    return len(find_speakers(units)) > 1 or _has_open_lines([u for u in body if not u.reason])


def _has_open_lines(units: list[Unit]) -> bool:
    """Whether a third of the words is in short lines without an end, which follow on each other."""
    start = next((i for i, u in enumerate(units) if u.ended), 0)
    body = units[start:] if start <= HEAD else units
    short = [not u.ended and _is_short_line(u) for u in body]
    pairs = zip(body, body[1:], short, short[1:])
    follow = sum(s and t and not (is_name(a) or is_name(b)) for a, b, s, t in pairs)
    words = sum(u.words for u, s in zip(body, short) if s)
    return follow > 2 and 3 * words >= sum(u.words for u in units)


def find_speakers(units: list[Unit]) -> set[str]:
    """Those who have two lines or more, by the labels before or above these."""
    labels: Counter[str] = Counter()
    units = [u for u in units if not u.reason]
    for unit, after in zip(units, [*units[1:], None]):
        head = unit.plain[:45]
        if (":" in head or ". " in head) and (match := SPEAKER.match(head)):
            labels[match[1]] += unit.words <= LEAD
        elif unit.words <= SHORT and (
            CUE.fullmatch(unit.plain)
            or (after and (after.ended or unit.plain[-1] == ")") and LABEL.fullmatch(unit.plain))
        ):
            labels[unit.plain.split(" (")[0]] += 1 + (unit.plain[-1] == ")")  # (Hollin) (Ind)
    return {label for label, count in labels.items() if count > 1}


def wrapped(text: str) -> bool:
    """Whether Markdown emphasis encloses the whole line.

    >>> wrapped("**Rain**"), wrapped("**Rain** fell."), wrapped("_All of it._")
    (True, False, True)
    """
    return bool(re.fullmatch(r"(\*{1,3}|_{1,2})(?![\s*_])(?:(?!\1).)+(?<!\s)\1", text, re.S))


def is_titled(text: str) -> bool:
    """Whether the longer words of a line, three or more, begin with capitals."""
    words = [w for w in re.findall(r"[^\W\d_][\w'’-]*", text) if len(w) > 3]
    return len(words) > 2 and sum(w[0].isupper() for w in words) >= 0.8 * len(words)


def is_name(unit: Unit) -> bool:
    """Whether a line is a person's name, perhaps with a place: how authors and letters sign."""
    text = unit.plain
    return (
        unit.words <= 7 and not unit.ended and " " in text and not text.isupper()
        and SIGNED.fullmatch(text) is not None and not PATTERNS["OUTLET"].search(text)
        and not UNNAMED.match(text)
    )  # fmt: skip


def is_masthead(unit: Unit) -> bool:
    """Whether a line names the outlet or the sender, all in capitals or with capitals."""
    words = (w for w in unit.plain.split() if len(w) > 3)
    if unit.words > 7 or ":" in unit.plain or any(w[0].islower() for w in words):
        return False
    if DOCUMENT.search(unit.plain):
        return False
    return PATTERNS["OUTLET"].search(unit.plain) is not None


def is_menu(text: str) -> bool:
    """A line of topics: three or more short items between commas, bars or arrows, no sentence."""
    items = [item.strip() for item in re.split(r"[,|>›»·/•→]", text)]
    listed = "," in text and any(item[:1].islower() for item in items[1:])
    return (
        len(items) >= 3 and text[-1] not in ".!?…:" and not listed
        and all(len(x.split()) <= 4 for x in items)
    )  # fmt: skip
