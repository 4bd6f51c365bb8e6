"""Exports of news databases: many articles in one text -> a document each, with its facts.

An entry of EXPORTS says how a database parts its articles and how it labels what stands above and
below their text. The figures of the file are checked: how many documents it says it holds, and how
many words each has.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from crosscurrents.readers.dates import read_date

# A database counts headline, captions and numbers, too: its figure and ours differ by some percent.
WORDS_OFF = 0.15  # share of words by which they may differ
WORDS_LEAST = 30  # words by which they may differ in short articles
HEAD = 12  # lines above an article in which a date is looked for

COUNTED = r"\W*(?:document\s+)?\d[\d,]*\s+(?:of|von|de|di|sur)\s+(\d[\d,]*)(?:\s+documents?)?\W*"
NUMBER = re.compile(COUNTED, re.I)
TOTAL = re.compile(rf"(?im)^[^\w\n]*{COUNTED}$|^\W*documents\s+\((\d[\d,]*)\)\W*$")
WORDS = re.compile(r"(\d[\d,.]*)\s*(?:words?|wörter|mots|palabras|parole)?\b", re.I)


class Article(NamedTuple):
    """An article of an export: its text, and its facts (`words` and `total` as the file says)."""

    text: str
    facts: dict[str, str]


class Export(NamedTuple):
    """How a database writes: a sign that tells it, how its articles are parted, how one is read."""

    name: str
    sign: re.Pattern
    split: Callable[[str], list[str]]
    read: Callable[[list[str]], Article | None]


def split_export(text: str) -> tuple[str, list[Article], list[str]]:
    """The database, articles and doubts of an export; "" and nothing for a text that is none.

    >>> split_export("It rained.")
    ('', [], [])
    """
    for export in EXPORTS:
        if not export.sign.search(text):
            continue
        chunks = [lines for part in export.split(text) if (lines := _lines(part))]
        read = [export.read(lines) for lines in chunks]
        articles = [article for article in read if article and article.text]
        if articles:
            return export.name, articles, _doubts(text, articles, len(read) - len(articles))
    return "", [], []


def word_doubt(article: Article) -> str:
    """What is doubtful about the number of words that was read; "" for nothing."""
    found = WORDS.match(article.facts.get("words", ""))
    said = int(re.sub(r"\D", "", found[1])) if found else 0
    read = len(article.text.split())
    if not said or abs(said - read) <= max(WORDS_OFF * said, WORDS_LEAST):
        return ""
    return f"has {read:,} words, but the export says {said:,}"


def _doubts(text: str, articles: list[Article], empty: int) -> list[str]:
    said = {int((a or b).replace(",", "")) for a, b in TOTAL.findall(text)}
    found = []
    if said and max(said) != len(articles):
        found.append(f"says that it holds {max(said):,} documents; {len(articles):,} were read")
    elif empty > 0:
        found.append(f"holds {empty:,} entries without an article")
    return found


def _lines(part: str) -> list[str]:
    """Lines with anything in them, without marks of headings."""
    lines = (
        re.sub(r"^(?:#{1,6}|[->*])\s+", "", line.strip()).strip("* ")
        for line in re.split(r"[\n\f]", part)
    )
    return [line for line in lines if line]


def _labelled(line: str, labels: dict[str, str]) -> tuple[str, str]:
    """The fact that a line gives by its label, and its value; "" for a line without one."""
    name, colon, value = line.partition(":")
    fact = labels.get(" ".join(name.lower().split())) if colon and len(name) < 40 else None
    return (fact, value.strip()) if fact is not None else ("", "")


def _date(line: str) -> str:
    """The date of a line that is one, apart from the name of an edition behind it."""
    for text in (
        line,
        re.sub(r"(?i)[\s,]+(?:\S+\s+){0,3}edition.*$", "", line),
        " ".join(line.split()[:4]),
    ):
        found = read_date(text)
        if isinstance(found, str) and len(found) == 10:
            return found
    return ""


# --- Nexis Uni, Lexis, LexisNexis Academic

NEXIS_HEAD = {
    "byline": "author", "section": "section", "length": "words", "headline": "title",
    "dateline": "place", "highlight": "", "series": "", "edition": "", "source": "",
    "title": "title", "publication": "source", "language": "language", "copyright": "",
    "author": "author",
}  # fmt: skip
NEXIS_TAIL = re.compile(
    r"(?i)(?:load-date|language|publication-type|subject|journal code|acc-no|document-type|graphic|"
    r"url|notes|correction|type|distribution|industry|geographic|person|company|organization|ticker)\s*:"
    r"|classification\Z|graphic\Z|end of document\Z|load-date\b|copyright \d{4}\b|©"
)
COVER = re.compile(
    r"(?i)(?:client/matter|search terms|search type|content type|narrowed by|date and time"
    r"|job number|documents \(|user name|about lexisnexis|copyright © \d+ lexisnexis)"
)
NEXIS_PARTS = re.compile(
    r"(?im)^\W*end of document\W*$"
    r"|^(?=\W*(?:document\s+)?\d[\d,]*\s+of\s+\d[\d,]*\s+documents?\W*$)"
    r"|^(?=\W*document\s+\d[\d,]*\s+of\s+\d[\d,]*\W*$)"
)


def _read_nexis(lines: list[str]) -> Article | None:
    covers = [k for k, line in enumerate(lines) if COVER.match(line)]
    rest = lines[covers[-1] + 1 :] if covers else lines
    lines = [
        line
        for line in rest
        if not NUMBER.fullmatch(line) and not re.fullmatch(r"(?i)page \d+ of \d+", line)
    ]
    at = next((k for k, line in enumerate(lines[:HEAD]) if _date(line)), None)
    if not at:
        return None
    facts = {"date": _date(lines[at]), "source": lines[at - 1]}
    body, title = at + 1, lines[: at - 1]
    while body < len(lines):
        fact, value = _labelled(lines[body], NEXIS_HEAD)
        known = lines[body].partition(":")[0].lower().strip() in NEXIS_HEAD and ":" in lines[body]
        if lines[body].lower().rstrip(":") == "body":
            body += 1
            break
        if known:
            if fact and value:
                facts[fact] = value
        elif not re.match(
            r"(?i)copyright\b|©|all rights reserved|.*\bedition\b.{0,12}$", lines[body]
        ):
            # A line of the text, or in old exports the headline, which stands under the date.
            labels = [k for k in range(body, min(body + HEAD, len(lines))) if _is_label(lines[k])]
            if not labels or title:
                if not any(line.lower() == "body" for line in lines[body : body + HEAD]):
                    break
            else:
                title = [lines[body]]
        body += 1
    tail = next((k for k in range(body, len(lines)) if NEXIS_TAIL.match(lines[k])), len(lines))
    facts.setdefault("title", " ".join(title))
    facts["author"] = re.sub(r"(?i)^by\s+", "", facts.get("author", ""))
    return Article("\n\n".join(lines[body:tail]), facts)


def _is_label(line: str) -> bool:
    name, colon, _ = line.partition(":")
    return bool(colon) and name.lower().strip() in NEXIS_HEAD


# --- Factiva

CODES = {
    "SE": "section", "HD": "title", "BY": "author", "WC": "words", "PD": "date", "SN": "source",
    "LA": "language", "LP": "text", "TD": "text", "CR": "", "ET": "", "SC": "", "ED": "", "PG": "",
    "CY": "", "CX": "", "ART": "", "CO": "", "IN": "", "NS": "", "RE": "", "PUB": "", "AN": "",
    "IPC": "", "IPD": "", "CT": "", "RF": "", "CLM": "section", "VOL": "", "DOI": "",
}  # fmt: skip
CODE = re.compile(rf"({'|'.join(sorted(CODES, key=len, reverse=True))})(?:\s{{2,}}|\t|\s*\Z)(.*)")
FACTIVA_END = re.compile(r"(?m)^\W*(?:AN\s+)?Document [A-Z][A-Z0-9]{3,}\d{8}[a-z0-9]{5,}\W*$")
COUNT = re.compile(r"\d[\d,.]* (?:words?|Wörter|mots|palabras|parole)", re.I)


def _read_factiva(lines: list[str]) -> Article | None:
    codes = {match[1] for line in lines if (match := CODE.match(line))}
    if {"HD", "PD"} <= codes:
        return _factiva_codes(lines)
    at = next((k for k, line in enumerate(lines) if COUNT.fullmatch(line)), None)
    if at is None or at + 2 >= len(lines):
        return None
    facts = {"words": lines[at], "date": _date(lines[at + 1]), "source": lines[at + 2]}
    if re.fullmatch(r"\d{1,2}:\d{2}(?:\s*[AP]M)?", facts["source"]) and at + 3 < len(lines):
        facts["source"], at = lines[at + 3], at + 1  # a time of day
    above = lines[: at if lines[at] == facts["words"] else at - 1]
    if above and (by := re.match(r"(?i)by\s+(.+)", above[-1])):
        facts["author"], above = by[1], above[:-1]
    elif len(above) > 1 and len(above[-1].split()) <= 4 < len(above[-2].split()):
        facts["author"], above = above[-1], above[:-1]
    if len(above) > 1:
        facts["section"], above = above[-2], above[-1:]
    facts["title"] = " ".join(above)
    body = at + 3
    for k in range(body, min(body + 8, len(lines))):
        if re.match(r"(?i)copyright|\(c\)|©", lines[k]) or (
            re.fullmatch(r"(?i)english|german|french|spanish|italian|[A-Z0-9]{3,8}|\d+", lines[k])
            and k == body
        ):
            body = k + 1
    return Article("\n\n".join(lines[body:]), facts)


def _factiva_codes(lines: list[str]) -> Article:
    found: dict[str, list[str]] = {}
    fact = ""
    for line in lines:
        match = CODE.match(line)
        if match:
            fact = CODES[match[1]]
            line = match[2].strip()
        if fact and line:
            found.setdefault(fact, []).append(line)
    text = "\n\n".join(found.pop("text", []))
    facts = {name: " ".join(values) for name, values in found.items()}
    facts["date"] = _date(facts.get("date", ""))
    facts["author"] = re.sub(r"(?i)^by\s+", "", facts.get("author", ""))
    return Article(text, facts)


# --- ProQuest

PROQUEST_HEAD = {
    "title": "title", "author": "author", "publication title": "source", "section": "section",
    "publication date": "date", "language of publication": "language", "document url": "url",
    "word count": "words", "publication info": "info",
}  # fmt: skip
PROQUEST_LABEL = re.compile(
    r"(?:Subject|Location|Company / organization|Company|People|Title|Author|Publication title|"
    r"Publication (?:year|date|subject|info|country)|Pages?|Section|Publisher|Place of publication|"
    r"Country of publication|ISSN|e-ISSN|Source type|Language of publication|Document type|"
    r"Abstract|"
    r"ProQuest document ID|Document URL|Copyright|Last updated|Database|Links|Identifier / keyword|"
    r"Classification|Word count|Business indexing term|First page|Dateline|Column|Edition|Credit|"
    r"Document feature|Product name|Volume|Issue|NAICS|Number of pages|Contact us|Full text)"
    r"\s*:(?:\s|\Z)"
)


def _read_proquest(lines: list[str]) -> Article | None:
    found: dict[str, str] = {}
    text: list[str] = []
    inside = False
    for line in lines:
        if line.startswith("Full text:"):
            inside, line = True, line.removeprefix("Full text:").strip()
        elif PROQUEST_LABEL.match(line):
            inside = False
            fact, value = _labelled(line, PROQUEST_HEAD)
            if fact and value:
                found.setdefault(fact, value)
        if inside and line:
            text.append(line)
    if not text:
        return None
    info = found.pop("info", "")
    date = re.search(r"(\d{1,2} \w{3,9} \d{4}|\w{3,9} \d{1,2}, \d{4})", info)
    found.setdefault("source", re.split(r"\s*[;,.\[]", info)[0])
    found["source"] = re.split(r"\s*;", found["source"])[0]
    found["date"] = _date(found.get("date", "")) or (_date(date[1]) if date else "")
    if re.fullmatch(r"[\w'’-]+, [\w.'’ -]+", found.get("author", "")):
        last, _, first = found["author"].partition(", ")
        found["author"] = f"{first.rstrip('.')} {last}"
    return Article("\n\n".join(text), found)


EXPORTS = [
    Export("ProQuest", re.compile(r"(?m)^\W*ProQuest document ID:"),
           lambda text: re.split(r"(?m)^\s*_{20,}\s*$", text), _read_proquest),
    Export("Factiva", FACTIVA_END, lambda text: FACTIVA_END.split(text), _read_factiva),
    Export("Nexis", NEXIS_PARTS, lambda text: NEXIS_PARTS.split(text), _read_nexis),
]  # fmt: skip
