"""Raw text of an article -> paragraphs of prose, and what was left out and why.

Every character of the raw text ends in exactly one span: prose, white space, or a reason. A
document that needs more than the rules carries corrections of its own (`parse_corrections`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from crosscurrents.cleaning.facts import read_facts
from crosscurrents.cleaning.lines import Unit, split_units
from crosscurrents.cleaning.markup import Piece, read_page
from crosscurrents.cleaning.places import classify
from crosscurrents.cleaning.rules import SHORT


class Paragraph(NamedTuple):
    """A paragraph of prose: its text, its kind (text, bullet or quotation), section, raw lines."""

    text: str
    kind: str
    section: str
    lines: tuple[int, int]


class Span(NamedTuple):
    """A stretch of the raw text; its reason is "prose", "white space" or why it was left out."""

    start: int
    end: int
    reason: str
    paragraph: int = 0


class Cleaned(NamedTuple):
    """What cleaning made of a raw text: paragraphs of prose, spans that cover every character.

    `facts` says what the document tells about itself: "title", "author" and "date" (ISO), each with
    the line (from 1) where it was found; what is not found is not in it.
    """

    paragraphs: list[Paragraph]
    spans: list[Span]
    headline: str
    facts: dict[str, tuple[str, int]]


def clean(raw: str, *, corrections: str = "", chronology: bool = False) -> Cleaned:
    r"""Split a raw text into paragraphs of prose and spans left out with a reason.

    Parameters
    ----------
    raw
        The text as read.
    corrections
        Line ranges that overrule the rules (see `parse_corrections`).
    chronology
        Whether a chronology counts as prose.

    Raises
    ------
    ValueError
        For a correction that cannot be read or names a line beyond the text.

    >>> page = "# Rain\n\nBy Ann Bo\n\nIt rained for a week on\n\nPage 2\n\nthe hills of [Brae](#)."
    >>> [p.text for p in clean(page).paragraphs]
    ['It rained for a week on the hills of Brae.']
    >>> [s.reason for s in clean(page).spans if s.reason not in ("prose", "white space")]
    ['headline', 'byline', 'page furniture', 'link target', 'link target']
    >>> clean(page).facts
    {'title': ('Rain', 1), 'author': ('Ann Bo', 3)}
    """
    fixed = parse_corrections(corrections, lines=raw.count("\n") + 1) if corrections else {}
    page = read_page(raw)
    units = split_units(page.text, page.reasons | fixed)
    known = classify(units, page.notes)
    prose = {"prose": "body", "chronology": "chronology"} if chronology else {"prose": "body"}
    paragraphs, spans = _assemble(units, prose, len(raw))
    if page.marks:
        spans = _overlaid(spans, page.marks)
    headline = " ".join(u.plain for u in units if u.reason == "headline")
    return Cleaned(paragraphs, spans, headline, read_facts(units, known | page.facts))


def parse_corrections(text: str, *, lines: int) -> dict[int, str]:
    """Read a document's own corrections, `"5: caption; 12-14: prose"`, into line -> reason.

    >>> parse_corrections("5: caption; 12-13: prose", lines=20)
    {5: 'caption', 12: 'prose', 13: 'prose'}
    """
    result: dict[int, str] = {}
    for item in filter(None, (part.strip() for part in text.split(";"))):
        match = re.fullmatch(r"(\d+)(?:\s*-\s*(\d+))?\s*:\s*(\S.*)", item)
        if not match:
            raise ValueError(
                f"correction {item!r} is not of the form 'line: reason' or 'first-last: reason'"
            )
        first, last = int(match[1]), int(match[2] or match[1])
        if not 1 <= first <= last <= lines:
            raise ValueError(f"correction {item!r} names lines outside 1-{lines}")
        result.update(dict.fromkeys(range(first, last + 1), match[3]))
    return result


def _assemble(
    units: list[Unit], prose: dict[str, str], size: int
) -> tuple[list[Paragraph], list[Span]]:
    """Prose units to paragraphs, all units to spans that cover `size` characters."""
    paragraphs: list[Paragraph] = []
    spans: list[Span] = []
    joins = _joins(units, prose)
    position = 0
    for unit in units:
        if unit.start > position:
            spans.append(Span(position, unit.start, "white space"))
        position = unit.end
        if unit.reason not in prose or not unit.plain:
            reason = "ornament" if unit.reason in prose else unit.reason
            spans.append(Span(unit.start, unit.end, reason))
            continue
        if unit.mark:
            reason = unit.kind if unit.kind == "date line" else f"{unit.kind} mark"
            spans.append(Span(unit.start, unit.start + unit.mark, reason))
        if unit in joins:
            last = paragraphs[-1]
            text, lines = f"{last.text} {unit.plain}", (last.lines[0], unit.last)
            paragraphs[-1] = Paragraph(text, last.kind, last.section, lines)
        else:
            kind = unit.kind if unit.kind in ("bullet", "quotation") else "text"
            section = prose[unit.reason]
            paragraphs.append(Paragraph(unit.plain, kind, section, (unit.first, unit.last)))
        number = len(paragraphs)
        spans += [Span(a, b, reason, number * (reason == "prose")) for a, b, reason in unit.pieces]
    if position < size:
        spans.append(Span(position, size, "white space"))
    return paragraphs, spans


def _overlaid(spans: list[Span], marks: list[Piece]) -> list[Span]:
    """The spans with stretches that were overwritten before; both are in order."""
    result: list[Span] = []
    marks = [*marks, (spans[-1].end, spans[-1].end, "")] if spans else []
    k = 0
    for span in spans:
        start = span.start
        while start < span.end:
            while marks[k][1] <= start and k < len(marks) - 1:
                k += 1
            first, last, reason = marks[k]
            inside = first <= start < last
            end = min(span.end, last if inside else first if first > start else span.end)
            what = reason if inside else span.reason
            if result and inside and result[-1].reason == what and result[-1].end == start:
                result[-1] = Span(result[-1].start, end, what)
            else:
                result.append(Span(start, end, what, 0 if inside else span.paragraph))
            start = end
    return result


def _joins(units: list[Unit], prose: dict[str, str]) -> set[Unit]:
    """The prose units that go on where the prose before them did not end.

    In lower case always; with a capital only on a page that cuts its sentences elsewhere too, if
    no heading stands between and the part before is no short line.
    """
    small, capital = set(), set()
    before: Unit | None = None
    headed = False
    for unit in units:
        if unit.reason in prose and unit.plain:
            if before is not None and not before.ended and not unit.mark:
                if unit.plain[0].islower():
                    small.add(unit)
                elif before.words > SHORT and not headed:
                    capital.add(unit)
            before, headed = unit, False
        elif unit.reason == "section heading":
            headed = True
    return small | capital if small else small
