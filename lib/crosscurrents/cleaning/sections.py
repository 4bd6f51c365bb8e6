"""Parts of a page that are told by their lines together: footnotes, chronologies, repetitions."""

from __future__ import annotations

import re

from crosscurrents.cleaning.lines import SUPERSCRIPTS, Unit
from crosscurrents.cleaning.rules import DATE, DAY, MONTH, SHORT

FOOTNOTE = re.compile(rf"\[\^?\d{{1,3}}\]:?\s*\S|[{SUPERSCRIPTS}]+\s*\S")
NOTES = re.compile(r"(?:foot|end)?notes?|references|bibliography|works cited|further reading", re.I)
CHRONOLOGY = re.compile(
    r"(?:a )?(?:brief )?(?:chronology|timeline|key dates|calendar of events)\b.*", re.I
)
DATED = re.compile(rf"(?:{DATE}|{MONTH}\s+{DAY}|{DAY}\s+{MONTH}|\d{{4}})\s*(?::|[-–—]\s)", re.I)
REPEATED = 2 * SHORT  # words: longer lines are not taken for repetitions
MONTHS = frozenset("jan feb mar apr may jun jul aug sep oct nov dec".split())


def mark_notes(units: list[Unit]) -> None:
    """Footnotes behind a text: most lines from there on bear a marker, or a heading says so."""
    tail, noted = len(units), 0
    for i in range(len(units) - 1, -1, -1):
        unit = units[i]
        marked = unit.text[0] in "[" + SUPERSCRIPTS and FOOTNOTE.match(unit.text) is not None
        headed = unit.words <= 3 and NOTES.fullmatch(unit.plain.strip(" :")) is not None
        noted += marked or bool(unit.reason)
        if (marked and 2 * noted >= len(units) - i) or (headed and i > len(units) / 2):
            tail = i
    before = sum(u.words for u in units[:tail] if not u.reason)
    if before > sum(u.words for u in units[tail:] if not u.reason):  # else paragraphs are numbered
        for unit in units[tail:]:
            unit.reason = unit.reason or "footnote"


def mark_chronology(units: list[Unit]) -> None:
    """A run of five or more dated entries, or of two under a heading that says chronology."""
    dated = [is_dated(u.plain) for u in units]
    i = dated.index(True) if True in dated else len(units)
    while i < len(units):
        end = next((k for k in range(i, len(units)) if not dated[k]), len(units))
        above = [u for u in units[max(0, i - 3) : i] if u.words <= SHORT]
        titles = [u for u in above if CHRONOLOGY.match(u.plain)]
        if end - i >= (2 if titles else 5):
            for unit in [u for u in units[i:end] if not u.fixed]:
                unit.reason = "chronology"
            for unit in titles:
                unit.reason = "section heading"
        i = next((k for k in range(end, len(units)) if dated[k]), len(units))


def is_dated(text: str) -> bool:
    """Whether a line begins with a date, as the entries of a chronology do.

    >>> is_dated("May 1936: the dam was built."), is_dated("May we?")
    (True, False)
    """
    if not text[:1].isdigit() and text[:3].lower() not in MONTHS:
        return False
    return DATED.match(text) is not None


def mark_repeats(units: list[Unit]) -> None:
    """A short line that stood before is a repeated headline (or a repeated whatever it was)."""
    seen: set[str] = set()
    for unit in units:
        if unit.words <= REPEATED and unit.kind != "bullet":
            key = unit.plain.casefold()
            if key in seen and not unit.reason and (not unit.ended or unit.words >= 8):
                unit.reason = "repeated headline"
            seen.add(key)
