"""What databases and mail programs put about a text: labels, and what they say of it."""

from __future__ import annotations

import re
from typing import NamedTuple

from crosscurrents.cleaning.facts import iso_date
from crosscurrents.cleaning.lines import Unit
from crosscurrents.cleaning.rules import LEAD


class Labels(NamedTuple):
    """The labels of one kind of export: three different ones show that a document is of it."""

    reason: str
    labels: str  # as a pattern
    facts: dict[str, str]  # label in lower case -> title, author, date or standfirst
    mark: str = ":"


EXPORTS = (
    Labels(
        "database heading",
        r"byline|section|length|dateline|highlight|body|graphic|load-date|language|publication-type"
        r"|classification|subject|industry|geographic|person|organization|company|ticker|headline"
        r"|source|journal code|acc-no|pub-type|document-type|publication|date|title|author"
        r"|publication (?:title|date|year|info|subject)|publisher|document type"
        r"|(?:proquest )?document (?:id|url)|copyright|last updated|database|abstract|links|pages?"
        r"|(?:place|country|language) of publication|issn|source type|location|people|first page"
        r"|memo|index terms|record number|readability|author/byline|journal-code"
        r"|company / organization|identifier / keyword|credit|edition|column|series|keywords",
        {"headline": "title", "title": "title", "byline": "author", "author": "author",
         "author/byline": "author", "publication date": "date", "date": "date",
         "highlight": "standfirst"},
    ),
    Labels(
        "database heading",
        r"SE|HD|BY|WC|PD|ET|SN|SC|ED|PG|LA|CY|LP|TD|CO|IN|NS|RE|IPD|IPC|PUB|AN|CR|ART",
        {"hd": "title", "by": "author", "pd": "date"}, mark=r"(?-i:(?:\s{2,}|\t|\Z))",
    ),
    Labels(
        "database heading",
        r"interviewee|interviewer|collection|date|place|location|transcriber|transcribed by|tape"
        r"|project"
        r"|recorded(?: by| on)?|format|duration|accession(?: number)?|repository|narrator|session",
        {"date": "date"},
    ),
    Labels(
        "mail heading", r"from|to|cc|bcc|subject|sent|date|reply-to", {"subject": "title",
        "from": "author", "date": "date", "sent": "date"},
    ),
)  # fmt: skip
LABELLED = [
    re.compile(rf"({k.labels})\s*{k.mark}(.*)", re.S | (re.I if k.mark == ":" else 0))
    for k in EXPORTS
]
ANY_LABEL = re.compile(r"[A-Z][\w/-]*(?: [\w()/-]+){0,2}:(?: |\Z)(?!\s*[\"“])")
TEXTS = ("body", "lp", "td", "full text")
TEXT_LABELS = re.compile(
    r"(?:(?i:full text)|LP|TD)(?::\s+|\s{2,}|\t)(?=\S)"
)  # prose stands behind these


def mark_exports(units: list[Unit]) -> dict[str, tuple[str, int]]:
    """The labels that a database or a mail program puts about a text; what they say of it."""
    facts: dict[str, tuple[str, int]] = {}
    labelled = False
    some = [
        u for u in units
        if u.words <= LEAD and u.kind == "text" and (":" in u.text[:40] or u.text[:2].isupper())
    ]  # fmt: skip
    for unit in some:
        if match := TEXT_LABELS.match(unit.text):
            unit.cut(match.end())
    for kind, rule in zip(EXPORTS, LABELLED) if len(some) > 2 else ():
        found = [
            (u, match[1].lower(), match[2])
            for u in some
            if not u.mark and (match := rule.match(u.text))
        ]
        if len({label for _, label, _ in found}) < 3:
            continue
        labelled = True
        below = dict(zip(units, units[1:]))
        for unit, label, value in found:
            unit.reason = unit.reason or kind.reason
            after = below.get(unit)
            alone = not value.strip() and label not in TEXTS and after is not None
            if alone and after.near and not after.reason and after.words <= LEAD:
                value, after.reason = after.plain, kind.reason  # the label is a line of its own
            name = kind.facts.get(label)
            if name == "standfirst":
                unit.reason = name
            elif name and value.strip():
                facts.setdefault(name, (value.strip(), unit.first))
        if kind is EXPORTS[0] and "title" not in facts:
            _mark_title(units[: units.index(found[0][0])])
    for run in (units, units[::-1]) if labelled else ():  # other labels beside known ones
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
