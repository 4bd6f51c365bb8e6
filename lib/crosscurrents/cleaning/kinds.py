"""What kind of text a document is, and what a line of it looks like: a name, a title, verse."""

from __future__ import annotations

import re
from collections import Counter

from crosscurrents.cleaning.facts import iso_date
from crosscurrents.cleaning.lines import Unit
from crosscurrents.cleaning.rules import LEAD, NAME, SHORT, line_reason

SPEAKER = re.compile(r"([^\W\d_][\w .'’()-]{0,40})(?::\s|\.\s(?=[A-Z“\"]))")
CUE = re.compile(r"[A-Z][A-Z .'’-]{1,30}")
LABEL = re.compile(rf"{NAME}(?: {NAME}){{1,4}}(?: \([\w .,&'’-]+\))*")  # Ann Bo (Hollin) (Ind)
STAGE = re.compile(
    r"[(\[](?:applause|laughter|cheers|cheering|boos|music|interruption|inaudible|crosstalk|pause"
    r"|silence|end of|audience)\b[^()\[\]]*[)\]]|♪.*",
    re.I,
)
OUTLET = re.compile(
    r"\b(?:courier|times|gazette|post|herald|tribune|journal|weekly|daily|magazine|bulletin|review"
    r"|news|newsletter|letter|institute|university|college|ministry|board|council|department|office"
    r"|press|centre|center|society|association|observer|guardian|quarterly|chronicle|echo|mail"
    r"|telegraph"
    r"|archives?|house of|senate|library|friends of|association|branch|institution|agency"
    r"|foundation|commission|government|embassy|podcast|radio)\b",
    re.I,
)
SIGNED = re.compile(
    rf"{NAME}(?: (?:{NAME}|de|von|van|der|al|bin)){{0,3}}(?:(?:,| in| and| &)(?: {NAME}){{1,3}})?"
)
METADATA = ("byline", "date", "date line", "label")
HEAD = 6  # lines above a text: outlet, section, headline, standfirst, author, place
STOPPED = re.compile(r"[.!?…:;,。！？؟۔।–—-][\"'”’»)\]]*\Z")
ASKING = re.compile(r"(?:what|why|how|where|when|who)\b", re.I)  # What happens next
SENTENCE = re.compile(  # what makes a short question a sentence and no heading
    r"\b(?:is|are|was|were|am|do|does|did|can|could|will|would|should|shall|may|might|must|has|have"
    r"|had|you|we|they|he|she|it|i)\b|\A(?:why|what|who|how|when|where|which|so|and|but|or|then)\b"
    r"|[\"“‘«]",
    re.I,
)


def find_verse(units: list[Unit]) -> set[Unit]:
    """Lines in blocks of three short ones or more, as verse and lists have them.

    A block that holds the author, the date or furniture is the head or the foot of a page.
    """
    found: set[Unit] = set()
    chunk: list[Unit] = []
    top: list[Unit] = []
    first = next((u for u in units if not u.reason), None)
    for unit in [*units, None]:
        if unit is not None and (unit.near or not chunk):
            chunk.append(unit)
            continue
        if len(chunk) > 2:
            found |= _verse_in(chunk, first in chunk, chunk[-1] is units[-1])
            top = top or (chunk if first in chunk else [])
        chunk = [unit] if unit is not None else []
    if found and top:  # the first stanza may stand right below the title and the name
        place = max((i for i, u in enumerate(top) if u.reason), default=len(top))
        below = top[place + 1 :]
        short = all(u.words <= SHORT and u.kind == "text" for u in below)
        if len(below) > 3 and short and not any(map(is_name, below)):
            found |= set(below)
    return found


def _verse_in(chunk: list[Unit], top: bool, bottom: bool) -> set[Unit]:
    found: set[Unit] = set()
    edge = top or bottom
    furnished = any(u.reason for u in chunk)
    run: list[Unit] = []
    for unit in [*chunk, None]:
        if unit is not None and not unit.reason and unit.kind == "text" and unit.words <= SHORT:
            run.append(unit)
            continue
        beside = edge and unit is not None and unit.reason  # what stands below is furniture
        beside = beside or (edge and run and run[0] is not chunk[0])
        if beside or (top and len(run) == len(chunk)):
            beside = (
                len(run) <= HEAD
                and any(line_reason(u.plain, u.words, "head") or iso_date(u.plain) for u in run)
            ) or furnished
        if len(run) > 2 and not beside and not (len(run) <= HEAD and any(map(is_name, run))):
            whole = top and len(chunk) > len(run) and len(run) <= HEAD  # no blank lines at all
            found |= set() if whole else set(run)
        run = []
    return found


def is_free(units: list[Unit], body: list[Unit]) -> bool:
    """Whether the text is verse, a play, a speech, a transcript, captions or a list.

    `body` are the units without the head and the foot of the page.
    """
    for unit in units:
        first = unit.plain[:1]
        if first in "([♪" and STAGE.fullmatch(unit.plain):
            return True
        if unit.reason == "time stamp" or (first in "IE" and unit.plain[:5] in ("INT. ", "EXT. ")):
            return True
    return len(find_speakers(units)) > 1 or _has_open_lines([u for u in body if not u.reason])


def find_speakers(units: list[Unit]) -> set[str]:
    """Those who have two lines or more, by the labels before or above these."""
    labels: Counter[str] = Counter()
    units = [u for u in units if not u.reason]
    for unit, after in zip(units, [*units[1:], None]):
        head = unit.plain[:45]
        if (":" in head or ". " in head) and (match := SPEAKER.match(head)):
            labels[match[1]] += unit.words <= LEAD
        elif unit.words <= SHORT and (
            CUE.fullmatch(unit.plain) or (after and after.ended and LABEL.fullmatch(unit.plain))
        ):
            labels[unit.plain.split(" (")[0]] += 1
    return {label for label, count in labels.items() if count > 1}


def _has_open_lines(units: list[Unit]) -> bool:
    """Whether a third of the words is in short lines without an end, which follow on each other."""
    start = next((i for i, u in enumerate(units) if u.ended), len(units))
    body = units[start:] if start <= HEAD and start < len(units) else units
    lines = [u for u in body if not u.ended and u.words <= SHORT and u.kind == "text"]
    if len(lines) < 3:
        return False
    after = dict(zip(body, body[1:]))
    pairs = [(u, after[u]) for u in lines if u in after]
    pairs = [p for p in pairs if not p[1].ended and p[1].words <= SHORT]
    follow = sum(not (is_name(a) or is_name(b)) for a, b in pairs)
    return follow > 2 and 3 * sum(u.words for u in lines) >= sum(u.words for u in units)


def wrapped(text: str) -> bool:
    """Whether Markdown emphasis encloses the whole line.

    >>> wrapped("**Rain**"), wrapped("**Rain** fell."), wrapped("_All of it._")
    (True, False, True)
    """
    if text[0] not in "*_" or text[-1] != text[0]:
        return False
    return bool(re.fullmatch(r"(\*{1,3}|_{1,2})(?![\s*_])(?:(?!\1).)+(?<!\s)\1", text, re.S))


def may_head(unit: Unit) -> bool:
    """Whether a line looks like a heading: short, without an end, no sentence."""
    return (
        unit.words <= SHORT
        and unit.kind == "text"
        and not STOPPED.search(unit.plain)
        and not unit.plain[0].islower()
        and (ASKING.match(unit.plain) is not None or not SENTENCE.search(unit.plain))
        and not unit.reason
    )


def is_titled(text: str) -> bool:
    """Whether the longer words of a line, three or more, begin with capitals."""
    words = [w for w in re.findall(r"[^\W\d_][\w'’-]*", text) if len(w) > 3]
    return len(words) > 2 and sum(w[0].isupper() for w in words) >= 0.8 * len(words)


def is_name(unit: Unit) -> bool:
    """Whether a line is a person's name, perhaps with a place: how authors and letters sign."""
    text = unit.plain
    return (
        unit.words <= 7 and not unit.ended and " " in text and not text.isupper()
        and SIGNED.fullmatch(text) is not None and not OUTLET.search(text)
        and not re.match(r"(?:The|A|An|Our|No|For|To|By|From|In|On|About|All|More|My|One|Two|Three|Four|Five)\b", text)
    )  # fmt: skip


def is_masthead(unit: Unit) -> bool:
    """Whether a line names the outlet or the sender, all in capitals or with capitals."""
    words = [w for w in unit.plain.split() if len(w) > 3]
    capital = all(not w[0].islower() for w in words)
    return (
        unit.words <= 7
        and ":" not in unit.plain
        and capital
        and OUTLET.search(unit.plain) is not None
    )


def is_menu(text: str) -> bool:
    """A line of topics: three or more short items between commas, bars or arrows, no sentence."""
    items = [item.strip() for item in re.split(r"[,|>›»·/•→]", text)]
    return len(items) >= 3 and text[-1] not in ".!?…:" and all(len(x.split()) <= 4 for x in items)
