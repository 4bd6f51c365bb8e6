"""Raw text of an article -> paragraphs of prose, and what was set aside and why.

Every character of the raw text ends in exactly one span: prose, white space, or a reason.
The rules know pages of news outlets and journals in general, never one document; a document
that needs more carries corrections of its own in the catalogue (`parse_corrections`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from crosscurrents.inline import clean_inline, plain

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
DAY = r"\d{1,2}(?:st|nd|rd|th)?"
DATE = (
    rf"(?:{DAY}\s+{MONTH},?\s+\d{{4}}|{MONTH}\s+{DAY}(?:\s*[-–]\s*(?:{MONTH}\s+)?{DAY})?,?\s+\d{{4}}"
    rf"|{MONTH}(?:\s*[-–]\s*{MONTH})?\s+\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}})"
)
CREDIT = (
    r"(?:getty|reuters|ap|afp|epa|tass|xinhua|sputnik|kyodo|bloomberg|alamy|shutterstock|istock"
    r"|flickr|wikimedia|unsplash|pixabay|photo|image|picture|courtesy|handout|pool)"
)
SHORT = 14  # words: a headline of a news page is rarely longer, a paragraph rarely as short
LEAD = 60  # words: a standfirst, note or credit is shorter than this

# One pattern a reason, tried in this order on a line without its Markdown marks.
LINE_RULES = [
    ("link", r"<?(?:https?://|www\.)\S+>?"),
    (
        "related article",
        r"(?:related(?: articles?| stor(?:y|ies)| content| posts?)?|more on this(?: topic)?|read more"
        r"|see also|read also|also read|you may also like|recommended(?: reading)?|most read)\s*:.*",
    ),
    (
        "navigation",
        r"(?:home|menu|skip to (?:main )?content|(?:back to )?top|(?:previous|next)(?: article| post| page)?)",
    ),
    (
        "page furniture",
        r"(?:original (?:url|article|source)\s*:.*|(?:this (?:article|piece|essay|story) )?"
        r"(?:was )?originally (?:published|appeared) (?:on|in|at|by)\b.{0,80}|back to top"
        r"|comments (?:are )?closed\.?|(?:leave|post|add) a (?:comment|reply).*|\d+ comments?"
        r"|join (?:the|us|our)\b.{0,60}|press ctrl.*|(?:share|tweet|e-?mail|print)(?: this.*| on .*|)"
        r"|share:.*|font (?:change|size).*|(?:sign up|subscribe|register|log ?in|donate)\b.{0,80}"
        r"|advertisements?|(?:page )?\d+(?: ?(?:of|/) ?\d+)?|(?:copyright|©|\(c\)).*"
        r"|all rights reserved\.?|filed under:.*|tags?:.*|topics?:.*|loading\b.{0,20})",
    ),
    (
        "disclaimer",
        r".*\b(?:views?|opinions?)\b.{0,80}\bexpressed\b.{0,120}\b(?:do(?:es)? not|belong"
        r"|are (?:those|solely|entirely|hers?|his|theirs?|the author))\b.*"
        r"|(?:.*\. )?(?:the |all )?(?:views?|opinions?)\b.{0,60}\b(?:are|is) (?:those of|solely|entirely|his|hers"
        r"|her own|their own)\b.*|.*\bdo(?:es)? not necessarily (?:reflect|represent)\b.*",
    ),
    (
        "citation",
        r"(?:this (?:article|piece|essay|commentary|post|text) (?:is|was) (?:an? )?"
        r"(?:extract(?:ed)?|excerpt(?:ed)?|adapted|based|taken|first published|reprinted|republished)"
        r"\b.*|(?:extract(?:ed)?|excerpt(?:ed)?|adapted|reprinted|republished) from\b.*|(?:preferred|suggested|recommended) citation.*|(?:how to )?cite (?:this|as)\b.*"
        r"|(?:first )?published (?:in|by|on|at)\b.{0,60}|doi:.*)",
    ),
    (
        "caption",
        rf".*\(\s*(?:[^()]*\b)?{CREDIT}\b[^()]*\)|(?:photo|image|picture|caption|credit|source)s?"
        rf"(?: by| credit| courtesy)?\s*:.*|[^.]*\b(?:photo|image|picture) by (?-i:[A-Z])[^.]*"
        rf"|.*(?:©|\s/)\s*{CREDIT}\b[^.]*|[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|gov|edu|int|ru|cn|uk|de|fr|eu)",
    ),
    ("date", rf"(?:(?:published|updated|posted|last modified)(?: on)?:?\s*)?(?:\w+day,?\s+)?{DATE}"
             r"(?:,?\s+(?:at )?\d{1,2}[:.]\d{2}.{0,12})?"),
    ("byline", r"(?:by|text by|written by|author:)\s+(?-i:[A-Z])[^.!?;]{2,80}"),
]
LINE_RULES = [(reason, re.compile(rf"(?:{rule})\Z", re.I | re.S)) for reason, rule in LINE_RULES]
LONG_RULES = {"disclaimer", "citation", "caption", "related article", "link"}  # the others are short

BULLET = re.compile(r"\s*(?:[-*+•·‣▪◦]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+(?=\S)")
QUOTED_LINE = re.compile(r"\s*>+\s?")
FOOTNOTE = re.compile(r"\s*(?:\[\^?\d{1,3}\]:?|[¹²³⁴⁵⁶⁷⁸⁹⁰]+)\s*\S")
HEADING = re.compile(r"\s*#{1,6}\s|\s*<h[1-6]\b", re.I)
NOTES = re.compile(r"(?:foot|end)?notes?|references|bibliography|works cited|further reading", re.I)
CHRONOLOGY = re.compile(r"(?:a )?(?:brief )?(?:chronology|timeline|key dates|calendar of events)\b.*", re.I)
DATED = re.compile(rf"(?:{DATE}|{MONTH}\s+{DAY}|{DAY}\s+{MONTH}|\d{{4}})\s*(?::|[-–—]\s)", re.I)
WRITES = re.compile(r".*[,–—]\s*(?:[A-Z][\w.'’-]*\s+){1,4}writes\.?\Z|(?:.*[.?!]\s+)?By\s+[A-Z][^.]{2,40}\.?\Z", re.S)
AUTHOR_NOTE = re.compile(
    r"(?:the author |about the author|[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*){1,4},? )(?:is|was|are|works|teaches|writes)\b"
    r".*\b(?:author|professor|fellow|lecturer|researcher|editor|correspondent|journalist|columnist|analyst"
    r"|director|reporter|scholar|contributor)\b.*", re.S)
AUXILIARY = re.compile(r"(?:is|are|was|were|do|does|did|can|could|will|would|should|shall|may|might|must|has|have|had"
                       r"|why|what|who|how|when|where|which|so|and|but)\b", re.I)
ENDS = re.compile(r"[.!?…:。！？][\"'”’»“)\]*_\s]*(?:\[\^?\d{1,3}\]|[¹²³⁴⁵⁶⁷⁸⁹⁰]+)*[\"'”’»)\]*_\s]*\Z")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of prose: its text, its kind (text, bullet or quotation), section and raw lines."""

    text: str
    kind: str
    section: str
    lines: tuple[int, int]


@dataclass(frozen=True)
class Span:
    """A stretch of the raw text: where, what for ("prose", "white space" or a reason), which paragraph."""

    start: int
    end: int
    reason: str
    paragraph: int = 0


@dataclass(frozen=True)
class Cleaned:
    """What cleaning made of a raw text: paragraphs of prose, and spans that cover every character."""

    paragraphs: list[Paragraph]
    spans: list[Span]
    headline: str


@dataclass(frozen=True)
class _Unit:
    start: int
    end: int
    lines: tuple[int, int]
    text: str  # as it stands
    plain: str  # without Markdown marks
    reason: str = ""  # "" = undecided

    @property
    def words(self) -> int:
        return len(self.plain.split())

    @property
    def ended(self) -> bool:
        return bool(ENDS.search(self.plain))


def clean(raw: str, *, corrections: str = "", chronology: bool = False) -> Cleaned:
    r"""Split a raw text into paragraphs of prose and spans set aside with a reason.

    Parameters: `raw`, the text as read; `corrections`, line ranges that overrule the rules (see
    `parse_corrections`); `chronology`, whether a chronology counts as prose.

    Raises ValueError for a correction that cannot be read or names a line beyond the text.

    >>> page = "# Rain\n\nBy Ann Bo\n\nIt rained for a week on\n\nPage 2\n\nthe hills. All [roads](#) closed."
    >>> [p.text for p in clean(page).paragraphs]
    ['It rained for a week on the hills. All roads closed.']
    >>> [s.reason for s in clean(page).spans if s.reason not in ("prose", "white space")]
    ['headline', 'byline', 'page furniture', 'link target', 'link target']
    """
    units = _units(raw)
    fixed = parse_corrections(corrections, lines=raw.count("\n") + 1)
    units = [replace(u, reason=fixed.get(u.lines[0], "")) for u in units]
    units = _classify(units)
    prose = {"prose": "body", "chronology": "chronology"} if chronology else {"prose": "body"}
    paragraphs, spans = _assemble(units, prose)
    headline = next((u.plain for u in units if u.reason == "headline"), "")
    return Cleaned(paragraphs, _fill(spans, raw), headline)


def parse_corrections(text: str, *, lines: int) -> dict[int, str]:
    """Read a document's own corrections, `"5: caption; 12-14: prose"`, into line -> reason.

    >>> parse_corrections("5: caption; 12-13: prose", lines=20)
    {5: 'caption', 12: 'prose', 13: 'prose'}
    """
    result = {}
    for item in filter(None, (part.strip() for part in text.split(";"))):
        match = re.fullmatch(r"(\d+)(?:\s*-\s*(\d+))?\s*:\s*(\S.*)", item)
        if not match:
            raise ValueError(f"correction {item!r} is not of the form 'line: reason' or 'first-last: reason'")
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= lines:
            raise ValueError(f"correction {item!r} names lines outside 1-{lines}")
        result.update(dict.fromkeys(range(first, last + 1), match[3]))
    return result


def _units(raw: str) -> list[_Unit]:
    """The non-blank lines with their places; lines of a hard-wrapped block become one unit."""
    units = []
    position = 0
    for number, line in enumerate(raw.split("\n"), start=1):
        body = line.strip()
        if body.strip("\ufeff\u200b"):
            start = position + line.index(body)
            units.append(_Unit(start, start + len(body), (number, number), body, plain(body)))
        position += len(line) + 1
    return _unwrap(units, raw) if _hard_wrapped(units) else _join_bold(units, raw)


def _join_bold(units: list[_Unit], raw: str) -> list[_Unit]:
    """Emphasis that opens on one line and closes on the next makes one unit of the two."""
    result: list[_Unit] = []
    for unit in units:
        last = result[-1] if result else None
        if last and unit.lines[0] == last.lines[1] + 1 and last.text.count("**") % 2:
            text = raw[last.start : unit.end]
            unit = _Unit(last.start, unit.end, (last.lines[0], unit.lines[1]), text, plain(text))
            result.pop()
        result.append(unit)
    return result


def _hard_wrapped(units: list[_Unit]) -> bool:
    """Whether lines were broken at a fixed width: most neighbours are full lines that do not end."""
    pairs = [a for a, b in zip(units, units[1:]) if b.lines[0] == a.lines[1] + 1]
    full = [u for u in pairs if 40 <= len(u.text) <= 100]
    open_ended = sum(not u.ended for u in full)
    return len(full) >= 5 and len(full) > 0.6 * len(pairs) and open_ended > 0.6 * len(full)


def _unwrap(units: list[_Unit], raw: str) -> list[_Unit]:
    width = sorted(len(u.text) for u in units)[int(0.9 * len(units))]
    result: list[_Unit] = []
    for unit in units:
        last = result[-1] if result else None
        line = raw[last.start : last.end].rsplit("\n", 1)[-1] if last else ""
        if (
            last
            and unit.lines[0] == last.lines[1] + 1
            and len(line) > 0.6 * width
            and not BULLET.match(unit.text)
            and not HEADING.match(last.text)
        ):
            text = raw[last.start : unit.end]
            result[-1] = _Unit(last.start, unit.end, (last.lines[0], unit.lines[1]), text, plain(text))
        else:
            result.append(unit)
    return result


def _classify(units: list[_Unit]) -> list[_Unit]:
    """Give every unit a reason; "prose" is one of them."""
    units = [u if u.reason else replace(u, reason=_by_line(u)) for u in units]
    units = _repeats(_chronology(_notes(units)))
    ended = [i for i, u in enumerate(units) if not u.reason and u.ended and not HEADING.match(u.text)]
    body = [i for i in ended if units[i].words > SHORT] or ended
    first, last = (body[0], body[-1]) if body else (0, len(units) - 1)
    while body and not units[first].reason and _standfirst(units[first], units[:first]):
        units[first] = replace(units[first], reason="standfirst")
        body = body[1:]
        first = body[0] if body else first
    result: list[_Unit] = []
    for i, unit in enumerate(units):
        if not unit.reason:
            unit = replace(unit, reason=_by_place(unit, i, first, last, result, units))
        result.append(unit)
    return result


def _by_line(unit: _Unit) -> str:
    for reason, rule in LINE_RULES:
        limit = LEAD if reason in LONG_RULES else SHORT
        if unit.words <= limit and rule.match(unit.plain):
            return reason
    return ""


def _notes(units: list[_Unit]) -> list[_Unit]:
    """Footnotes at the end of a text, with or without a heading over them."""
    tail = len(units)
    while tail and (FOOTNOTE.match(units[tail - 1].text) or units[tail - 1].reason):
        tail -= 1
    for i, unit in enumerate(units):
        if NOTES.fullmatch(unit.plain.strip(" :")) and i > len(units) / 2:
            tail = min(tail, i)
    return units[:tail] + [
        u if u.reason else replace(u, reason="footnote") for u in units[tail:]
    ]


def _chronology(units: list[_Unit]) -> list[_Unit]:
    """A run of five or more dated entries, or of two under a heading that says chronology."""
    result = list(units)
    i = 0
    while i < len(units):
        end = i
        while end < len(units) and DATED.match(units[end].plain):
            end += 1
        above = [u for u in units[max(0, i - 3) : i] if u.words <= SHORT]
        titled = any(CHRONOLOGY.match(u.plain) for u in above)
        if end - i >= (2 if titled else 5):
            for k in range(max(0, i - 3), end):
                if k >= i:
                    result[k] = replace(units[k], reason="chronology")
                elif CHRONOLOGY.match(units[k].plain) and units[k].words <= SHORT:
                    result[k] = replace(units[k], reason="section heading")
        i = max(end, i + 1)
    return result


def _repeats(units: list[_Unit]) -> list[_Unit]:
    """A short line that stood before is a repeated headline (or a repeated whatever it was)."""
    seen: dict[str, str] = {}
    result = []
    for unit in units:
        key = unit.plain.casefold()
        if key in seen and not unit.reason and unit.words <= 2 * SHORT:
            unit = replace(unit, reason="repeated headline")
        seen.setdefault(key, unit.reason)
        result.append(unit)
    return result


def _standfirst(unit: _Unit, above: list[_Unit]) -> bool:
    if unit.words > LEAD or not above:
        return False
    return _wrapped(unit.text) or bool(WRITES.match(unit.plain))


def _wrapped(text: str) -> bool:
    """Whether Markdown emphasis encloses the whole line."""
    return bool(re.fullmatch(r"(\*\*\*?|__|\*|_)(?![\s*_])(?:(?!\1).)+(?<!\s)\1", text.strip(), re.S))


def _by_place(unit: _Unit, i: int, first: int, last: int, before: list[_Unit], units: list[_Unit]) -> str:
    """What an undecided unit is, from where it stands and whether it looks like a sentence."""
    earlier = next((u for u in reversed(before) if u.reason == "prose"), None)
    open_before = earlier is not None and not earlier.ended
    if i > last:
        if unit.words <= LEAD and (AUTHOR_NOTE.match(unit.plain) or _wrapped(unit.text)):
            return "author note"
        if not unit.ended and unit.words <= SHORT and not (open_before and unit.plain[:1].islower()):
            return "page furniture"
        return "prose"
    if i == last and len(units) > 3 and unit.words <= LEAD and (
        AUTHOR_NOTE.match(unit.plain) and _wrapped(unit.text)
    ):
        return "author note"
    if HEADING.match(unit.text):
        return _heading(unit.plain, i, first, before)
    if BULLET.match(unit.text):
        return "navigation" if i < first and unit.words <= 6 else "prose"
    if i < first and _menu(unit.plain):
        return "navigation"
    if open_before and unit.plain[:1].islower():
        return "prose"
    if unit.words <= SHORT and _headlike(unit) and not _goes_on(units, i):
        return _heading(unit.plain, i, first, before) if i > 0 or not unit.plain[:1].islower() else "navigation"
    if i < first and _wrapped(unit.text):
        return "standfirst"
    return "prose"


def _goes_on(units: list[_Unit], i: int) -> bool:
    """Whether a short line was cut in its sentence: the next undecided line begins in lower case."""
    after = next((u for u in units[i + 1 :] if not u.reason), None)
    return after is not None and after.plain[:1].islower() and units[i].words > 3


def _heading(text: str, i: int, first: int, before: list[_Unit]) -> str:
    if i >= first:
        return "section heading"
    if not any(u.reason == "headline" for u in before):
        return "headline"
    words = text.split()
    return "byline" if len(words) <= 4 and all(w[0].isupper() for w in words) else "standfirst"


def _menu(text: str) -> bool:
    """A line of topics: three or more short items between commas, bars or arrows, no sentence."""
    items = [item.strip() for item in re.split(r"[,|>›»·/•]", text)]
    return len(items) >= 3 and not ENDS.search(text) and all(len(x.split()) <= 4 for x in items)


def _headlike(unit: _Unit) -> bool:
    text = unit.plain.strip()
    if not re.search(r"[.!?…:;。！？][\"'”’»)\]]*\Z", text):
        return True
    words = [w for w in re.findall(r"[^\W\d_][\w'’-]*", text) if len(w) > 3]
    title_case = bool(words) and sum(w[0].isupper() for w in words) >= 0.8 * len(words)
    if text.endswith("?"):
        single = len(re.findall(r"[.!?]", text)) == 1
        return single and unit.words <= 12 and (title_case and len(words) > 2 or not AUXILIARY.match(text))
    return text.endswith(":") and unit.words <= 3


def _assemble(units: list[_Unit], prose: dict[str, str]) -> tuple[list[Paragraph], list[Span]]:
    """Prose units to paragraphs; a unit that did not end goes on in the next prose unit."""
    paragraphs: list[Paragraph] = []
    spans: list[Span] = []
    open_unit: _Unit | None = None
    for unit in units:
        if unit.reason not in prose:
            spans.append(Span(unit.start, unit.end, unit.reason))
            continue
        bullet, quoted = BULLET.match(unit.text), QUOTED_LINE.match(unit.text)
        mark = bullet or quoted
        kind = "bullet" if bullet else "quotation" if quoted else "text"
        offset = unit.start + (mark.end() if mark else 0)
        if mark:
            spans.append(Span(unit.start, offset, f"{kind} mark"))
        text, inner = clean_inline(unit.text[mark.end() if mark else 0 :], offset)
        joined = open_unit is not None and not mark and (
            text[:1].islower() or open_unit.words > SHORT
        )
        if joined:
            last = paragraphs[-1]
            paragraphs[-1] = replace(last, text=f"{last.text} {text}", lines=(last.lines[0], unit.lines[1]))
        elif text:
            paragraphs.append(Paragraph(text, kind, prose[unit.reason], unit.lines))
        number = len(paragraphs)
        spans += [Span(a, b, reason, number if reason == "prose" else 0) for a, b, reason in inner]
        open_unit = None if unit.ended else unit
    return paragraphs, spans


def _fill(spans: list[Span], raw: str) -> list[Span]:
    """Cover what lies between the spans: white space, and nothing else can."""
    result, position = [], 0
    for span in sorted(spans, key=lambda s: (s.start, s.end)):
        if span.start > position:
            result.append(Span(position, span.start, "white space"))
        if span.end > span.start:
            result.append(span)
        position = max(position, span.end)
    if position < len(raw):
        result.append(Span(position, len(raw), "white space"))
    return result
