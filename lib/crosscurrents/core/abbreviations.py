"""Abbreviations after which a sentence goes on: our list, and the list of a corpus."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from crosscurrents.core.languages import CODES, LANGUAGES, language_code

ANY = "any"  # language
HEAD = re.compile(r"\[\s*([\w-]+)\s*(,\s*before a number\s*)?\]")


class Abbreviations(NamedTuple):
    """Words, without their last stop, that end no sentence: never, or not before a number."""

    always: frozenset[str]
    numbered: frozenset[str]


@cache
def abbreviations_of(language: str, more: str = "") -> Abbreviations:
    """The abbreviations of a language (code of two letters), ours and `more` of the same form.

    Raises ValueError, with the line, for a list of another form.

    >>> found = abbreviations_of("fr", more="[fr, before a number]\\nann")
    >>> "Mlle" in found.always, "ann" in found.numbered, "Ann" in found.numbered
    (True, True, True)
    """
    own = Path(__file__).with_name("abbreviations.txt").read_text(encoding="utf-8")
    known = [*read_abbreviations(own), *read_abbreviations(more)]
    groups = {False: set(), True: set()}
    for code, numbered, word in known:
        if code in (ANY, language):
            groups[numbered] |= {word, word[0].upper() + word[1:]}
    return Abbreviations(frozenset(groups[False]), frozenset(groups[True]))


def read_abbreviations(text: str) -> list[tuple[str, bool, str]]:
    """Language, whether only before a number, and abbreviation of a list, in its order.

    >>> read_abbreviations("[de, before a number]\\nZiff  # as in laws")
    [('de', True, 'Ziff')]
    >>> read_abbreviations("Ziff")
    Traceback (most recent call last):
    ValueError: line 1: 'Ziff' has no heading above it; write a language first, such as [en]
    """
    found, head = [], None
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.partition("#")[0].strip()
        if line.startswith("["):
            head = _head(line, number)
            continue
        if line and head is None:
            raise ValueError(
                f"line {number}: {line!r} has no heading above it; write a language first, "
                "such as [en]"
            )
        found += [(*head, word.removesuffix(".")) for word in line.split()]
    return found


def _head(line: str, number: int) -> tuple[str, bool]:
    match = HEAD.fullmatch(line)
    name = match[1].lower() if match else ""
    if not match or not (name == ANY or name.split("-")[0] in CODES | LANGUAGES):
        raise ValueError(
            f"line {number}: {line!r} is no heading; write a language such as [en] or [any], "
            "or [en, before a number]"
        )
    return ANY if name == ANY else language_code(name), bool(match[2])
