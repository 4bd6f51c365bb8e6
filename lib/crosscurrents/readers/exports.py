"""Exports of news databases: many articles in one text -> a document each, with its facts.

cleaning/exports.toml has the labels and other words of each database, an entry of EXPORTS how it
parts its articles and how one is read. The figures of the file are checked: how many documents it
says it holds, and how many words each has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from crosscurrents.cleaning.rules import DATABASES
from crosscurrents.dates import read_date
from crosscurrents.readers.documents import FACTS, Document, Reading
from crosscurrents.writing import listed

# A database counts headline, captions and numbers, too: its figure and ours differ by some percent.
WORDS_OFF = 0.15  # share of words by which they may differ
WORDS_LEAST = 30  # words by which they may differ in short articles
NAMED = 3  # articles without a text
DATE = 100  # signs of a line that may be one, with day, time and edition
HEAD = 12  # lines above an article in which a date is looked for

# The start of a line, without what may be a mark of a heading. Never \\W: that runs over lines, and
# time would grow with the square of the blank ones.
LINE, LINES = r"^[^\w\n]*", re.I | re.M
FIGURE = r"\d[\d,.]*"
COUNTED = (
    rf"(?:do[ck]ument[eo]?\s+)?{FIGURE}\s+(?:of|von|de|di|sur)\s+{FIGURE}"
    r"(?:\s+do[ck]ument[eos]*)?[^\w\n]*"
)
NUMBER = re.compile(rf"[^\w\n]*{COUNTED}", re.I)
TOTAL = re.compile(
    rf"{LINE}(?={COUNTED}$).*\s({FIGURE})\b[^\d\n]*$|{LINE}do[ck]ument[eos]+\s+\(({FIGURE})\)[^\w\n]*$",
    LINES,
)
WORDS = re.compile(r"(\d[\d,.]*)\s*(?:words?|wörter|mots|palabras|parole)?\b", re.I)
# What is printed on every page of an export, and in its table of contents.
PRINTED = re.compile(
    r"(?i)page \d+ of \d+\b.{0,60}|seite \d+ von \d+\b.{0,60}|.*(?:\.\s?){6,}\d+"
    r"|dow jones factiva|©\s?\d{4} factiva\b.*"
)
# One of them is in every mark: other texts are not searched line by line.
IN_MARKS = "docu", "Docu", "DOCU", "doku", "Doku", "DOKU", "Record", "RECORD"
LONGEST = 300  # signs of a line that may be one of these
# Behind a name: what its bearer is for the paper.
ROLE = re.compile(
    r"(?i),?\s+(?:\w+\s+)?(?:correspondent|reporter|editor|writer|columnist|korrespondent(?:in)?)s?"
    r"(?:\s+in\s+\w+)?\Z|,[^,]{1,30}\bstaff\Z"
)


class Export(NamedTuple):
    """How a database writes: its name, marks of which a text has one an article, where articles are
    parted, and how one is read."""

    name: str
    marks: list[re.Pattern]
    parts: re.Pattern
    read: Callable[[list[str]], Document | None]


def split_export(text: str) -> Reading | None:
    """The articles of an export, with doubts about them; None for a text that is none.

    Raises ValueError for an export with none of the texts.

    >>> split_export("It rained.")
    """
    for export in EXPORTS if any(word in text for word in IN_MARKS) else ():
        entries = max(len(mark.findall(text)) for mark in export.marks)
        if not entries:
            continue
        chunks = [lines for part in export.parts.split(text) if (lines := _lines(part))]
        read = [found for found in map(export.read, chunks) if found]
        articles = [found for found in read if found.text]
        known = [found for found in read if found.facts.get("title") and found.facts.get("source")]
        if known and not articles:
            raise ValueError(f"is a {export.name} export without the text of any article")
        if articles:
            tidy = tuple(_tidy(article, export.name) for article in articles)
            return Reading(tidy, _doubts(text, read, entries - len(read)), several=True)
    return None


def _word_doubt(article: Document) -> str:
    """What is doubtful about the number of words that was read; "" for nothing."""
    found = WORDS.match(article.facts.get("words", ""))
    said = int(re.sub(r"\D", "", found[1])) if found else 0
    read = len(article.text.split())
    if not said or abs(said - read) <= max(WORDS_OFF * said, WORDS_LEAST):
        return ""
    return f"has {read:,} words, but the export says {said:,}"


def _doubts(text: str, read: list[Document], empty: int) -> tuple[str, ...]:
    articles = [found for found in read if found.text]
    said = {int(re.sub(r"\D", "", a or b)) for a, b in TOTAL.findall(text)}
    found = []
    if said and max(said) != len(read):
        found.append(f"says that it holds {max(said):,} documents; {len(articles):,} were read")
    elif empty > 0:
        found.append(f"holds {empty:,} entries without an article")
    if without := [f"“{each.facts.get('title', '')}”" for each in read if not each.text]:
        found.append(f"holds no text of {listed(without, NAMED)}")
    doubts = [(number, _word_doubt(article)) for number, article in enumerate(articles, 1)]
    return (*found, *(f"document {number} {doubt}" for number, doubt in doubts if doubt))


def _tidy(article: Document, database: str) -> Document:
    """The same with facts as people write them: no "By", no role, no page number."""
    facts = dict(article.facts)
    author = re.sub(r"(?i)^(?:by|von|par|por|di)\s+", "", facts.get("author", ""))
    facts["author"] = "" if author.lower() == "anonymous" else ROLE.sub("", author).strip(" .;")
    facts["section"] = re.sub(r"(?i);\s*(?:pg?\.|s\.|version|page).*", "", facts.get("section", ""))
    facts = {name: value for name, value in facts.items() if value and name in FACTS}
    return Document(article.text, facts, f"the labels of the {database} export", True)


def _lines(part: str) -> list[str]:
    """Lines with anything in them, without marks of headings and what is printed on every page."""
    lines = (
        re.sub(r"^(?:#{1,6}|[->*])\s+", "", line.strip()).strip("* ")
        for line in re.split(r"[\n\f]", part)
    )
    return [line for line in lines if line and not PRINTED.fullmatch(line[:LONGEST])]


def _fields(lines: list[str], labels: list[tuple[str, str] | None]) -> dict[str, list[str]]:
    """The values of facts: the value beside a label (a fact and its value), and the lines below."""
    found: dict[str, list[str]] = {}
    fact = ""
    for line, label in zip(lines, labels):
        fact, value = label or (fact, line)
        if fact and value:
            found.setdefault(fact, []).append(value)
    return found


def _either(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(words)})"


def _labels(database: str) -> str:
    """A pattern of the labels of a database, with a group for each fact."""
    facts = DATABASES[database]["labels"].items()
    return _either(f"(?P<{fact}>{'|'.join(names)})" for fact, names in facts)


def _label(pattern: re.Pattern, line: str) -> tuple[str, str] | None:
    """The fact that a line gives by its label, and its value."""
    found = pattern.match(line)
    return (found.lastgroup, line[found.end() :].strip()) if found else None


def _date(line: str) -> str:
    """The date of a line that is one, apart from the name of an edition behind it."""
    line = line[:DATE]
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

NEXIS = DATABASES["nexis"]
NEXIS_LABEL = re.compile(rf"(?i)\s*{_labels('nexis')}\s*:")
NEXIS_TAIL = re.compile(rf"{_either(NEXIS['below'])}\s*:|{_either(NEXIS['tail'])}", re.I)
COVER, RIGHTS = (re.compile(_either(NEXIS[name]), re.I) for name in ("cover", "rights"))
LISTED = re.compile(r"\d+\.\s")
NEXIS_END = re.compile(rf"{LINE}{_either(NEXIS['end'])}[^\w\n]*$", LINES)
NEXIS_NUMBER = re.compile(rf"^(?=.*do[ck]ument)[^\w\n]*{COUNTED}$", LINES)
NEXIS_PARTS = re.compile(rf"{NEXIS_END.pattern}|(?={NEXIS_NUMBER.pattern})", LINES)


def _read_nexis(lines: list[str]) -> Document | None:
    covers = [k for k, line in enumerate(lines) if COVER.match(line)]
    rest = lines[covers[-1] + 1 :] if covers else lines
    while covers and (entries := [k for k, line in enumerate(rest[:2]) if LISTED.match(line)]):
        rest = rest[entries[-1] + 1 :]  # an entry of the list of contents, over two lines at most
    lines = [line for line in rest if not NUMBER.fullmatch(line)]
    at = next((k for k, line in enumerate(lines[:HEAD]) if _date(line)), None)
    if not at:
        return None
    facts = {"date": _date(lines[at]), "source": lines[at - 1]}
    body, title = at + 1, lines[: at - 1]
    while body < len(lines):
        line, below = lines[body], lines[body : body + HEAD]
        if line.lower().rstrip(":") in NEXIS["body"]:
            body += 1
            break
        if label := _label(NEXIS_LABEL, line):
            facts |= dict([label]) if label[1] else {}
        elif not RIGHTS.match(line):
            # A line of the text, or in old exports the headline, which is under the date.
            if not title and any(map(NEXIS_LABEL.match, below)):
                title = [line]
            elif not any(each.lower() in NEXIS["body"] for each in below):
                break
        body += 1
    tail = next((k for k in range(body, len(lines)) if NEXIS_TAIL.match(lines[k])), len(lines))
    facts.setdefault("title", " ".join(title))
    return Document("\n\n".join(lines[body:tail]), facts)


# --- Factiva

CODE = re.compile(rf"{_labels('factiva')}(?:\s{{2,}}|\t|\s*\Z)")
FACTIVA_END = re.compile(
    r"(?m)^[^\w\n]*(?:AN\s+)?Do[ck]ument[eo]? [A-Z][A-Z0-9]{3,}\d{8}[a-z0-9]{5,}[^\w\n]*$"
)
LANGUAGE = re.compile(_either(DATABASES["factiva"]["language"]), re.I)
COUNT = re.compile(r"\d[\d,.]* (?:words?|Wörter|mots|palabras|parole)", re.I)


def _read_factiva(lines: list[str]) -> Document | None:
    labels = [_label(CODE, line) for line in lines]
    if {"title", "date"} <= {label[0] for label in labels if label}:
        return _factiva_codes(lines, labels)
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
    rights = ""
    for k in range(body, min(body + 8, len(lines))):
        if re.match(r"(?i)copyright|\(c\)|©", lines[k]):
            rights, body = lines[k], k + 1
        elif LANGUAGE.fullmatch(lines[k]) and k == body:
            body = k + 1
    # The publisher's name, as the line about its rights has it, stands below the text.
    end = len(lines) - (lines[-1].rstrip(".") in rights and len(lines) > body + 1)
    return Document("\n\n".join(lines[body:end]), facts)


def _factiva_codes(lines: list[str], labels: list) -> Document:
    found = _fields(lines, labels)
    text = "\n\n".join(found.pop("text", []))
    facts = {name: " ".join(values) for name, values in found.items()}
    return Document(text, facts | {"date": _date(facts.get("date", ""))})


# --- ProQuest

PROQUEST_LABEL = re.compile(rf"(?i){_labels('proquest')}\s*:(?:\s+|\Z)")
PROQUEST_NONE = re.compile(rf"(?i){_either(DATABASES['proquest']['missing'])}\W*")
PROQUEST_ID = re.compile(rf"{LINE}{_either(DATABASES['proquest']['labels']['id'])}\s*:", LINES)


def _read_proquest(lines: list[str]) -> Document | None:
    labels = [_label(PROQUEST_LABEL, line) for line in lines]
    kinds = [label[0] if label else "" for label in labels]
    if "text" not in kinds:
        return None
    begin = kinds.index("text")
    # A label that comes again behind it is no label, but the beginning of a line of the text.
    end = next(
        (k for k in range(begin + 1, len(lines)) if kinds[k] and
         (kinds[k] == "other" or kinds[k] not in kinds[k + 1 :])), len(lines),
    )  # fmt: skip
    text = [labels[begin][1], *lines[begin + 1 : end]]
    values = _fields(lines[:begin] + lines[end:], labels[:begin] + labels[end:])
    found = {name: value[0] for name, value in values.items() if name != "text"}
    info = found.pop("info", "")
    date = re.search(r"(\d{1,2}\.? \w{3,9}\.? \d{4}|\w{3,9} \d{1,2}, \d{4})", info)
    source = found.get("source") or re.split(r"\s*[,.\[]", info)[0]
    source = re.split(r"\s*;", source)[0]
    found["source"] = re.sub(r"\s*\((?:pre-)?\d{4}[^)]*\)\Z", "", source)
    found["date"] = _date(found.get("date", "")) or (_date(date[1]) if date else "")
    above = lines[: next(k for k, kind in enumerate(kinds) if kind)]
    number = next((k for k, line in enumerate(above) if NUMBER.fullmatch(line)), len(above) - 2)
    title = found.get("title") or " ".join(above[number + 1 :])
    found["title"] = re.sub(r":?\s*\[[^\]]{1,30}\]\Z", "", title)
    names = [name.strip(" .") for name in found.get("author", "").split(";")]
    found["author"] = ", ".join(" ".join(reversed(name.split(", ", 1))) for name in names)
    text = "\n\n".join(filter(None, text))
    return Document("" if PROQUEST_NONE.fullmatch(text) else text, found)


# --- NewsBank: a title, "paper - date" or "date | paper", labels a line each or with bars between
# them, the text, and the number of the record with the owner of the rights before or behind it

NEWSBANK = DATABASES["newspapers"]
NEWSBANK_LABEL = re.compile(rf"(?i){_labels('newspapers')}\s*:(?:\s+|\Z)")
NEWSBANK_TEXT = re.compile(rf"(?i)\A{_either(NEWSBANK['text'])}\s*:\s*")
OWNER = r"(?:copyright|\(c\)|©).{0,12}\d{4}"
NEWSBANK_TAIL = re.compile(rf"(?i){_either(NEWSBANK['below'])}\s*:|{OWNER}")
RECORD = re.compile(rf"{LINE}record(?: number)?\s*:\s*[\w:.-]+[^\w\n]*$", LINES)
RECORD_END = re.compile(rf"{RECORD.pattern}(?:\s*{LINE}{OWNER}.*$)?", LINES)


def _read_newsbank(lines: list[str]) -> Document | None:
    lines = [part for line in lines[:HEAD] for part in line.split(" | ")] + lines[HEAD:]
    labels = [_label(NEWSBANK_LABEL, line) for line in lines]
    first = next((k for k, label in enumerate(labels) if label), len(lines))
    body = next((k for k in range(first, len(lines)) if not labels[k]), len(lines))
    found = _fields(lines[first:body], labels[first:body])
    facts = {name: values[0] for name, values in found.items()}
    facts["date"] = _date(facts.get("date", ""))
    for k, line in enumerate(lines[:first]):
        paper, _, day = line.rpartition(" - ")
        if date := _date(day):
            source = paper or " ".join(lines[k + 1 : first][:1])
            facts |= {"title": " ".join(lines[:k]), "date": date, "source": source}
            break
    end = next((k for k in range(body, len(lines)) if NEWSBANK_TAIL.match(lines[k])), len(lines))
    text = NEWSBANK_TEXT.sub("", "\n\n".join(lines[body:end]))
    return Document(text, facts) if facts["date"] and body > first else None


EXPORTS = [
    Export("ProQuest", [PROQUEST_ID], re.compile(r"(?m)^[^\S\n]*_{20,}[^\S\n]*$"), _read_proquest),
    Export("Factiva", [FACTIVA_END], FACTIVA_END, _read_factiva),
    Export("Nexis", [NEXIS_END, NEXIS_NUMBER], NEXIS_PARTS, _read_nexis),
    Export("NewsBank", [RECORD], RECORD_END, _read_newsbank),
]
