"""Title, author and date of a document, as its own lines give them."""

from __future__ import annotations

import re

from crosscurrents.cleaning.lines import Unit
from crosscurrents.cleaning.rules import AGENCY, DAY, MONTH, SHORT

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
OTHERS = {"mär": 3, "mai": 5, "okt": 10, "dez": 12}
YEAR = re.compile(r"\d{4}")
ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
DAY_FIRST = re.compile(rf"\b({DAY})\s+({MONTH}),?\s+(\d{{4}})\b", re.I)
MONTH_FIRST = re.compile(rf"\b({MONTH})\s+(?:({DAY})[^A-Za-z]*,?\s+)?(\d{{4}})\b", re.I)
HYPHENS = re.compile(rf"\b(\d{{1,2}})-({MONTH})-(\d{{4}})\b", re.I)
NUMBERS = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b")
BY = re.compile(
    r"\A(?:by|text by|story by|words by|written by|reported by|interview(?:ed)?(?: conducted)? by"
    r"|author|interview|words"
    r"|text)\b:?\s+",
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
OTHER = (
    "running head",
    "byline",
    "page furniture",
    "navigation",
    "time stamp",
    "caption",
    "editor's note",
)
TOP = 60  # lines in which a date may stand beside other things
Fact = tuple[str, int]  # what is said, and on which line (from 1)


def iso_date(text: str) -> str:
    """The first date in a text as YYYY-MM-DD (YYYY-MM without a day); "" without one.

    A date of three numbers counts only where it is clear which of them is the month.

    >>> [iso_date(t) for t in ("14 January 2024", "Tue, March 5, 2019", "June 2017", "3.4.2020")]
    ['2024-01-14', '2019-03-05', '2017-06', '']
    """
    if not YEAR.search(text):
        return ""
    if match := ISO.search(text):
        return _iso(*match.groups())
    if match := DAY_FIRST.search(text):
        return _iso(match[3], match[2], match[1])
    if match := MONTH_FIRST.search(text):
        return _iso(match[3], match[1], match[2] or "")
    if match := HYPHENS.search(text):
        return _iso(match[3], match[2], match[1])
    match = NUMBERS.search(text)
    if match and (int(match[1]) > 12 or match[1] == match[2]):
        return _iso(match[3], match[2], match[1])
    return _iso(match[3], match[1], match[2]) if match and int(match[2]) > 12 else ""


def _iso(year: str, month: str, day: str) -> str:
    name, number = month[:3].lower(), re.sub(r"\D", "", day)
    place = int(month) if month.isdigit() else OTHERS.get(name) or MONTHS.index(name) + 1
    if not 1 <= place <= 12 or (number and not 1 <= int(number) <= 31):
        return ""
    return f"{year}-{place:02}" + (f"-{int(number):02}" if number else "")


def read_facts(units: list[Unit], known: dict[str, Fact]) -> dict[str, Fact]:
    """Title, author and date of a document with the line that each was found on.

    `known` is what front matter, the labels of an export or the header of an e-book say.
    """
    facts: dict[str, Fact] = {}
    headline = next((u for u in units if u.reason == "headline"), None)
    if "title" in known or headline is not None:
        facts["title"] = known.get("title") or (headline.plain, headline.first)
    bylines = sorted(
        (u for u in units if u.reason == "byline"), key=lambda u: not BY.match(u.plain)
    )
    byline = next((u for u in bylines if BY.match(u.plain) or not GROUP.search(u.plain)), None)
    if "author" in known or byline is not None:
        text, line = known.get("author") or (byline.plain, byline.first)
        if name := BEHIND.sub("", BY.sub("", text)).strip(" ,.;"):
            facts["author"] = (name, line)
    if "author" not in facts:
        for unit in units[:TOP]:
            if unit.reason == "date" and (name := NAMED.search(unit.plain)):
                facts["author"] = (name[1], unit.first)
    lines = [(u.plain, u.first) for u in units if u.reason in ("date", "date line", "standfirst")]
    for text, line in [known["date"], *lines] if "date" in known else lines:
        if date := iso_date(text):
            facts["date"] = (date, line)
            break
    else:
        for unit in units[:TOP]:
            if unit.reason == "prose" and unit.words > SHORT:
                break
            if unit.reason in OTHER and (date := iso_date(unit.plain)):
                facts["date"] = (date, unit.first)
                break
    return facts
