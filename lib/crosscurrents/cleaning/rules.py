"""What a single line of a page gives itself away as: the rules of `rules.toml`, made quick.

The rules know pages of outlets, mailings, journals and exports in general, never one document.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

SHORT = 14  # words: a headline of a news page is rarely longer, a paragraph rarely as short
NOTICE = 30  # words: a notice or a source line is shorter than this
LEAD = 60  # words: a standfirst, note or credit is shorter than this
BEGIN = 24  # signs: the longest bit that a line may begin with
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
LISTS = "related article"  # a bare heading of this kind is followed by lines of a list


class Rule(NamedTuple):
    """One entry of `rules.toml`, which says what each part means."""

    reason: str
    why: str
    example: str
    pattern: str
    begins: str = ""
    holds: str = ""
    words: int = SHORT
    where: str = "anywhere"


def _read() -> tuple[dict[str, str], tuple[Rule, ...], frozenset[str]]:
    """The names, the rules, each pattern as one expression, and the words of menus."""
    file = Path(__file__).with_name("rules.toml")
    known = tomllib.loads(file.read_text(encoding="utf-8"))
    names: dict[str, str] = {}

    def filled(pattern: str) -> str:
        return re.sub(r"<([A-Z]{3,})>", lambda m: names[m[1]], pattern)

    for name, pattern in known["names"].items():
        names[name] = filled(pattern)
    rules = (Rule(**{**r, "pattern": filled("|".join(r["pattern"]))}) for r in known["rule"])
    return names, tuple(rules), frozenset(known["words"]["interface"].split())


NAMES, RULES, INTERFACE = _read()
MONTH, DAY, DATE = NAMES["MONTH"], NAMES["DAY"], NAMES["DATE"]
NAME, AGENCY = NAMES["NAME"], NAMES["AGENCY"]


@cache
def _compiled(pattern: str) -> re.Pattern:  # when it is needed: all of them take 0.2 s
    return re.compile(pattern, re.I | re.S)


def _split(bits: str) -> tuple[str, ...]:
    """Bits of text between bars; a bar itself is written as an empty bit."""
    return tuple(dict.fromkeys(b or "|" for b in bits.split("|"))) if bits else ()


class _Table:
    """The rules for one place and length of line, found by how a line begins or what it holds."""

    def __init__(self, place: str, long: bool):
        self.rules = [
            r
            for r in RULES
            if (r.where == place or (r.where == "edge" and place in ("head", "tail")))
            and (r.words > SHORT or not long)
        ]
        self.begins = [_split(r.begins) for r in self.rules]
        self.holding: dict[str, list[int]] = {}  # bit -> places of rules
        for i, rule in enumerate(self.rules):
            for bit in _split(rule.holds):
                self.holding.setdefault(bit, []).append(i)
            if not rule.holds and not rule.begins:
                self.begins[i] = ("",)  # it is always tried
        self.starting: dict[str, list] = {}  # first sign of a line -> places and beginnings

    def reason(self, text: str, words: int) -> str:
        first = text[:BEGIN].lower()
        if first[0] not in self.starting:
            self.starting[first[0]] = [
                (i, bits)
                for i, bits in enumerate(self.begins)
                if any(bit[:1] in ("", first[0]) for bit in bits)
            ]
        tried = [i for i, bits in self.starting[first[0]] if first.startswith(bits)]
        for bit, places in self.holding.items():
            if bit in text:
                tried += places
        for i in sorted(set(tried)) if len(tried) > 1 else tried:
            rule = self.rules[i]
            if words <= rule.words and _compiled(rule.pattern).fullmatch(text):
                return rule.reason
        return ""


PLACES = ("anywhere", "head", "tail", "closing")
TABLES = {(place, long): _Table(place, long) for place in PLACES for long in (False, True)}


def line_reason(text: str, words: int, where: str = "anywhere") -> str:
    """Give the reason why a line, without its marks, is no prose; "" where nothing tells.

    >>> line_reason("Related: Two rivers", 3), line_reason("Related by blood, they met.", 5)
    ('related article', '')
    >>> line_reason("Published in 1936 by the Meadow Press.", 7, "tail")
    'citation'
    """
    return TABLES[where, words > SHORT].reason(text, words) if text and words <= LEAD else ""


def is_interface(text: str) -> bool:
    """Whether a line has words of menus and buttons only.

    >>> is_interface("Comments (312)"), is_interface("About us | Contact"), is_interface("Rain")
    (True, True, False)
    """
    words = WORD.findall(text.lower())
    return bool(words) and INTERFACE.issuperset(words)
