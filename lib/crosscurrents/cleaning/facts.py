"""What a document says about itself: title, author and date, by its lines or by their labels."""

from __future__ import annotations

import re
from collections import Counter

from crosscurrents.cleaning.lines import FULL_NAME, Unit, iso_date
from crosscurrents.cleaning.rules import AGENCY, EXPORTS, LEAD, NAME, SHORT, line_reason
from crosscurrents.cleaning.titles import TOP

CHANGED = re.compile(
    r"\b(?:updated?|modified|amended|changed|accessed|retrieved|posted to)\b", re.I
)
CALLED = re.compile(
    r"(?:full text of|press release\s*[-:–]|title:|subject:|transcript:|re:)\s*(?=\S)", re.I
)
BY = re.compile(
    r"\A(?:by|text (?:and [\w ]+ )?by"
    r"|(?:story|commentary|analysis|opinion|words|written|reported|posted) by"
    r"|interview(?:ed)?(?: conducted)? by|authors?|interview(?:er)?|words|text|(?-i:Von|Par|Por))\b"
    r":?\s+",
    re.I,
)
# Behind a name: where from, what for.
BEHIND = re.compile(
    rf"(?i:,\s+{AGENCY}.*|,\s+[\w ]*(?:correspondent|editor|reporter|writer|analyst"
    rf"|columnist)\b.*)|\s*[|·•–—].*|,\s+(?=(?:our|the|an?)\s).*|,\s+[^A-Z\s].*"
    r"|\s+<\S+@\S+>.*|\s+\(.*|\s+in [A-Z].*",
    re.S,
)
NOBODY = re.compile(  # words of places and things
    r"\b(?:Hill|Park|Theatre|Hall|Street|Road|Square|Station|House|Room|Notes|Unit|Edition|Portal"
    r"|Session|Reading|Speaker|Forum|Team|Staff|Translated|New York)\b"
)
TITLED = re.compile(rf"({NAME}(?: {NAME}){{1,3}}?)\s*[,|–-]\s")  # Ann Bo, Economics Editor
NAMED = re.compile(r"\b[Bb][Yy] ([A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*)+)\Z")
DATING = ("date", "date line", "standfirst")  # the date is in one of these, or else in
BESIDE = (
    "running head", "byline", "page furniture", "navigation", "time stamp", "caption",
    "editor's note", "database heading",
)  # fmt: skip
YEAR = re.compile(
    r"(?:©|\(c\)|\bcopyright\b|\b(?:first )?(?:published|printed|performed)\b|\bedition\b)"
    r"\D{0,40}\b((?:1[5-9]|20)\d\d)\b",
    re.I,
)
ANY_LABEL = re.compile(r"[A-Z][\w/-]*(?: [\w()/-]+){0,3}:(?: |\Z)(?!\s*[\"“])")
TEXTS = ("body", "lp", "td", "full text")
TEXT_LABELS = re.compile(r"(?:(?i:full text)|LP|TD)(?::\s+|\s{2,}|\t)(?=\S)")  # prose is behind
Fact = tuple[str, int]  # what is said, and on which line (from 1)


def read_facts(units: list[Unit], known: dict[str, Fact]) -> dict[str, Fact]:
    """Title, author and date of a document with the line that each was found on.

    `known` is what front matter, the labels of an export or the header of an e-book say.
    """
    title = [u for u in units if u.reason == "headline"]
    start = title[0].first if title else 0
    prose = (i for i, u in enumerate(units) if u.reason == "prose" and u.words > SHORT)
    above = units[: min(next(prose, TOP), TOP)]  # the lines before the text
    lines = {
        "title": [(" ".join(u.plain for u in title), start)] if title else [],
        "author": [*_signed(units, above)[:1], *_named(units[:TOP], start)],
        "date": _dated(units, above, title),
    }
    read = {"title": title_of, "author": _author, "date": _date}
    facts = {}
    for name, found in lines.items():
        found = [known[name], *(found if name == "date" else ())] if name in known else found
        facts[name] = next(((v, line) for t, line in found if (v := read[name](t))), None)
    return {name: fact for name, fact in facts.items() if fact}


def _signed(units: list[Unit], above: list[Unit]) -> list[Fact]:
    """The lines that name the author: with "by", a name alone, a name with an office."""
    signed = [(u.plain, u.first) for u in units if u.reason == "byline" and BY.match(u.plain)]
    alone = [
        u for u in above
        if u.reason == "byline" and not NOBODY.search(u.plain)
        and all(" " in name for name in _author(u.plain).split(", "))
    ]  # fmt: skip
    alone.sort(key=lambda u: " in " in u.plain)
    follow = all(u.near and u.first == over.last + 1 for over, u in zip(alone, alone[1:]))
    names = all(FULL_NAME.fullmatch(u.plain) and not u.plain.isupper() for u in alone)
    if len(alone) > 1 and follow and names:  # each author has a line
        signed.append((", ".join(u.plain for u in alone), alone[0].first))
    signed += [(u.plain, u.first) for u in alone]
    held = ((u, TITLED.match(u.plain)) for u in above if u.reason == "label")
    return signed + [(match[1], u.first) for u, match in held if match]


def _named(top: list[Unit], start: int) -> list[Fact]:
    """Names behind "by" at the end of a date, or of a line above the title, on line `start`."""
    said = (u for u in top if u.reason == "date" or (u.reason != "prose" and u.first < start))
    return [(match[1], u.first) for u in said if (match := NAMED.search(u.plain))]


def _dated(units: list[Unit], above: list[Unit], title: list[Unit]) -> list[Fact]:
    """The lines that may tell the date, the likeliest first."""
    found = [(u.plain, u.first) for u in units if u.reason in DATING]
    found += [(u.text[: u.mark], u.first) for u in units[:TOP] if u.kind == "date line"]
    found += [(u.plain, u.first) for u in above if u.reason in BESIDE]
    found.sort(key=lambda fact: CHANGED.search(fact[0]) is not None)
    found += [(u.plain, u.first) for u in title]
    rights = ((u, YEAR.search(u.plain)) for u in above if u.reason != "licence")
    return found + [(match[1], u.first) for u, match in rights if match]


def title_of(text: str) -> str:
    """A title without its label, and without the stop with which old prints end it."""
    text = CALLED.sub("", text).strip('"“”') if CALLED.match(text) else text
    return text if "." in text[:-1] else text.rstrip(".,")


def _date(text: str) -> str:
    """The date of a line, or the year that is all of it."""
    return text if re.fullmatch(r"(?:1[5-9]|20)\d\d", text) else iso_date(text)


def _author(text: str) -> str:
    """Names without their label, place and office."""
    text = BEHIND.sub("", BY.sub("", text)).strip(" ,.;")
    name, _, place = text.rpartition(", ")
    return name if " " in name and " " not in place else text


def mark_exports(units: list[Unit]) -> dict[str, Fact]:
    """Mark the labels that a database or a mail program adds; return the facts that they give."""
    facts: dict[str, Fact] = {}
    some = [
        u for u in units
        if u.words <= LEAD and u.kind == "text" and (":" in u.text[:40] or u.text[:2].isupper())
    ]  # fmt: skip
    for unit in some:
        if match := TEXT_LABELS.match(unit.text):
            unit.cut(match.end())
    below = dict(zip(units, units[1:]))
    names = Counter(m[0] for u in some if (m := ANY_LABEL.match(u.plain)))
    for kind in EXPORTS if len(some) > 2 else ():
        found = [(u, m) for u in some if not u.mark and (m := kind.pattern.fullmatch(u.text))]
        if len({match[1].lower() for _, match in found}) < 3:
            continue
        for unit, match in found:
            label, value, after = match[1].lower(), match[2].strip(), below.get(unit)
            unit.reason = unit.reason or kind.reason
            if not value and label not in TEXTS and after is not None and after.near:
                if not after.reason and after.words <= LEAD:
                    value, after.reason = after.plain, kind.reason  # the value is the next line
            name = kind.facts.get(label)
            if name == "standfirst":
                unit.reason = name
            elif name and value:
                facts.setdefault(name, (value, unit.first))
        if kind is EXPORTS[0]:
            _mark_title(units[: units.index(found[0][0])])
        for run in (units, units[::-1]):  # other labels beside known ones
            for above, unit in zip(run, run[1:]):
                if above.reason == "database heading" and not unit.reason:
                    label = ANY_LABEL.match(unit.plain)
                    if label and names[label[0]] == 1:  # who has several lines is a speaker
                        unit.reason = above.reason
    return facts


def _mark_title(head: list[Unit]) -> None:
    """The line above the labels of an export, behind a date, or above outlet and date."""
    lines = [
        u for u in head if not (u.reason or line_reason(u.plain, u.words)) or iso_date(u.plain)
    ]
    dated = [iso_date(u.plain) != "" for u in lines]
    if any(dated):
        title = lines[0] if dated[-1] else lines[-1]
        title.reason = "headline" if title.words <= LEAD and not iso_date(title.plain) else ""
