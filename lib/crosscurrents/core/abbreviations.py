"""Abbreviations whose stop ends no sentence: our list, and those that a corpus adds."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from crosscurrents.core.languages import CODES, LANGUAGES, language_code

ANY = "any"  # language
HEAD = re.compile(r"\[\s*([\w-]+)\s*(,\s*before a number\s*)?\]")
NEVER = re.compile(r"(?!)")


class Abbreviations(NamedTuple):
    """Patterns of what stands before a cut that is none: always, and before a number."""

    always: re.Pattern
    numbered: re.Pattern


@cache
def abbreviations_of(language: str, more: str = "") -> Abbreviations:
    """The abbreviations of a language (code of two letters), ours and `more` of the same form.

    Raises ValueError, with the line, for a list of another form.

    >>> found = abbreviations_of("fr", more="[fr, before a number]\\nann")
    >>> bool(found.always.search("Selon Mlle. ")), bool(found.numbered.search("voir ann. "))
    (True, True)
    """
    own = Path(__file__).with_name("abbreviations.txt").read_text(encoding="utf-8")
    known = [*read_abbreviations(own), *read_abbreviations(more)]
    groups = [
        sorted({word for code, only, word in known if code in (ANY, language) and only == numbered})
        for numbered in (False, True)
    ]
    return Abbreviations(*map(_pattern, groups))


def read_abbreviations(text: str) -> list[tuple[str, bool, str]]:
    """Language, whether only before a number, and abbreviation of a list, in its order.

    >>> read_abbreviations("[de, before a number]\\nZiff  # as in laws")
    [('de', True, 'Ziff')]
    >>> read_abbreviations("Ziff")
    Traceback (most recent call last):
    ValueError: line 1: 'Ziff' stands under no language; write one above it, such as [en]
    """
    found, head = [], None
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.partition("#")[0].strip()
        if line.startswith("["):
            head = _head(line, number)
            continue
        if line and head is None:
            raise ValueError(
                f"line {number}: {line!r} stands under no language; write one above it, "
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


def _pattern(words: list[str]) -> re.Pattern:
    """What ends in one of some abbreviations; a small letter at its head may be a capital."""
    if not words:
        return NEVER
    heads = [f"[{w[0]}{w[0].upper()}]" if w[0].islower() else re.escape(w[0]) for w in words]
    either = "|".join(head + re.escape(word[1:]) for head, word in zip(heads, words))
    return re.compile(rf"(?<!\w)(?:{either})\.\s*$")
