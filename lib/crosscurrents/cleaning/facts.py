"""What a document says about itself: labels of exports and mail, its title, author and date."""

from __future__ import annotations

import re

from crosscurrents.cleaning.lines import Unit
from crosscurrents.cleaning.rules import AGENCY, DAY, EXPORTS, LEAD, MONTH, SHORT
from crosscurrents.dates import read_date

YEAR = re.compile(r"\d{4}")  # sought first: it is quick
DATES = re.compile(
    rf"\b(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}}|{DAY}[\s-]+{MONTH},?[\s-]+\d{{4}}"
    rf"|{MONTH}\s+(?:{DAY},?\s+)?\d{{4}})\b",
    re.I,
)
BY = re.compile(
    r"\A(?:by|text by|story by|words by|written by|reported by|interview(?:ed)?(?: conducted)? by"
    r"|author|interview|words|text)\b:?\s+",
    re.I,
)
# Behind a name: where from, what for.
BEHIND = re.compile(
    rf"(?i:,\s+{AGENCY}.*|,\s+[\w ]*(?:correspondent|editor|reporter|writer|analyst"
    rf"|columnist)\b.*)|\s*[|·•–—].*|,\s+(?=(?:our|the|an?)\s).*|,\s+[^A-Z\s].*"
    r"|\s+<\S+@\S+>.*|\s+in [A-Z].*",
    re.S,
)
GROUP = re.compile(r"\b(?:team|staff|editors|committee|board|correspondents?|reporters?)\Z", re.I)
NAMED = re.compile(r"\b[Bb][Yy] ([A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*)+)\Z")
DATING = ("date", "date line", "standfirst")  # the date is in one of these, or else in
BESIDE = (
    "running head", "byline", "page furniture", "navigation", "time stamp", "caption",
    "editor's note",
)  # fmt: skip
TOP = 60  # lines in which a date may be beside other things
ANY_LABEL = re.compile(r"[A-Z][\w/-]*(?: [\w()/-]+){0,2}:(?: |\Z)(?!\s*[\"“])")
TEXTS = ("body", "lp", "td", "full text")
TEXT_LABELS = re.compile(r"(?:(?i:full text)|LP|TD)(?::\s+|\s{2,}|\t)(?=\S)")  # prose is behind
Fact = tuple[str, int]  # what is said, and on which line (from 1)


def iso_date(text: str) -> str:
    """The first date in a text as YYYY-MM-DD (YYYY-MM without a day); "" without one.

    A date of three numbers counts only where it is clear which of them is the month.

    >>> [iso_date(t) for t in ("14 January 2024", "Tue, March 5, 2019", "June 2017", "3/4/2020")]
    ['2024-01-14', '2019-03-05', '2017-06', '']
    """
    found = (read_date(match[0]) for match in (DATES.finditer(text) if YEAR.search(text) else ()))
    return next((date for date in found if isinstance(date, str)), "")


def read_facts(units: list[Unit], known: dict[str, Fact]) -> dict[str, Fact]:
    """Title, author and date of a document with the line that each was found on.

    `known` is what front matter, the labels of an export or the header of an e-book say.
    """
    top = units[:TOP]
    headlines = [(u.plain, u.first) for u in units if u.reason == "headline"]
    bylines = [(u.plain, u.first) for u in units if u.reason == "byline"]
    signed = [line for line in bylines if BY.match(line[0])]
    signed += [line for line in bylines if not GROUP.search(line[0])]
    named = [(m[1], u.first) for u in top if u.reason == "date" and (m := NAMED.search(u.plain))]
    dated = [(u.plain, u.first) for u in units if u.reason in DATING]
    text = next((i for i, u in enumerate(top) if u.reason == "prose" and u.words > SHORT), TOP)
    dated += [(u.plain, u.first) for u in top[:text] if u.reason in BESIDE]
    lines = {"title": headlines, "author": [*signed[:1], *named], "date": dated}
    read = {"title": str, "author": _author, "date": iso_date}
    facts = {}
    for name, found in lines.items():
        found = [known[name], *(found if name == "date" else ())] if name in known else found
        facts[name] = next(((v, line) for t, line in found if (v := read[name](t))), None)
    return {name: fact for name, fact in facts.items() if fact}


def _author(text: str) -> str:
    return BEHIND.sub("", BY.sub("", text)).strip(" ,.;")


def mark_exports(units: list[Unit]) -> dict[str, Fact]:
    """Mark the labels that a database or a mail program adds; return what they say of the text."""
    facts: dict[str, Fact] = {}
    some = [
        u for u in units
        if u.words <= LEAD and u.kind == "text" and (":" in u.text[:40] or u.text[:2].isupper())
    ]  # fmt: skip
    for unit in some:
        if match := TEXT_LABELS.match(unit.text):
            unit.cut(match.end())
    below = dict(zip(units, units[1:]))
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
        if kind is EXPORTS[0] and "title" not in facts:
            _mark_title(units[: units.index(found[0][0])])
        for run in (units, units[::-1]):  # other labels beside known ones
            for above, unit in zip(run, run[1:]):
                if above.reason == "database heading" and not unit.reason and unit.words <= LEAD:
                    if ANY_LABEL.match(unit.plain):
                        unit.reason = above.reason
    return facts


def _mark_title(head: list[Unit]) -> None:
    """The last line above the labels of an export, where a date stands above that."""
    title = head[-1] if head else None
    if title is None or title.reason or title.words > LEAD or iso_date(title.plain):
        return
    if any(iso_date(unit.plain) for unit in head[:-1]):
        title.reason = "headline"
