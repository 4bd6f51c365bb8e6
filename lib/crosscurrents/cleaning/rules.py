"""What a single line of a page gives itself away as: the rules of `rules.toml`, made quick.

The rules know pages of outlets, mailings, journals and exports in general, never one document.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

SHORT = 14  # words: a headline of a news page is rarely longer, a paragraph rarely as short
NOTICE = 30  # words: a notice or a source line is shorter than this
LEAD = 60  # words: a standfirst, note or credit is shorter than this
KEY = 3  # signs by which the rules for a line are found
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
STOPS = (".", "!", "?")
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


class Export(NamedTuple):
    """One kind of export: the reason of its labels, a pattern of them, and what they say."""

    reason: str
    pattern: re.Pattern
    facts: dict[str, str]  # label in lower case -> the fact that it names


def _filled(parts: list[str]) -> str:
    """Alternatives as one pattern, with what the names in it stand for."""
    return re.sub(r"<([A-Z]{3,})>", lambda m: NAMES[m[1]], "|".join(parts))


def _read(name: str) -> dict:
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


def _export(*names: str, reason: str = "database heading", mark: str = r"\s*:") -> Export:
    """The labels of databases that write alike, before a colon or another mark."""
    labels, facts = [], {}
    for words in map(DATABASES.get, names):
        labels += words.get("body", []) + words.get("below", [])
        for fact, these in words["labels"].items():
            labels += these
            facts |= {label.lower(): fact for label in these if fact in FACTS}
    case = "(?-i:" if mark == GAP else "(?:"  # codes are in capitals
    return Export(reason, re.compile(rf"({case}{'|'.join(labels)})){mark}(.*)", re.S | re.I), facts)


KNOWN, DATABASES = _read("rules.toml"), _read("exports.toml")
NAMES: dict[str, str] = {}
for _name, _pattern in KNOWN["names"].items():
    NAMES[_name] = _filled([_pattern])
PATTERNS = {n: re.compile(_filled(parts), re.I | re.S) for n, parts in KNOWN["patterns"].items()}
RULES = tuple(Rule(**{**rule, "pattern": _filled(rule["pattern"])}) for rule in KNOWN["rule"])
CERTAIN = frozenset(name for name, about in KNOWN["reasons"].items() if "certain" in about)
AMONG = frozenset(name for name, about in KNOWN["reasons"].items() if "among" in about)
FACTS = ("title", "author", "date", "standfirst")  # that the label of an export may name
GAP = r"(?:\s{2,}|\t|\Z)"  # behind a code of Factiva
EXPORTS = (
    _export("nexis", "proquest", "newspapers"), _export("factiva", mark=GAP), _export("archive"),
    _export("mail", reason="mail heading"),
)  # fmt: skip
INTERFACE = frozenset(KNOWN["words"].pop("interface").split())
CLASSES: dict[str, list[str]] = {}  # word -> the other classes of [words] that it is of
for _name, _words in KNOWN["words"].items():
    for _word in set(_words.split()):
        CLASSES.setdefault(_word, []).append(_name)
MONTH, DAY, DATE = NAMES["MONTH"], NAMES["DAY"], NAMES["DATE"]
NAME, AGENCY = NAMES["NAME"], NAMES["AGENCY"]


@cache
def _compiled(pattern: str) -> re.Pattern:  # when it is needed: all of them take 0.2 s
    return re.compile(pattern, re.I | re.S)


def _split(bits: str) -> tuple[str, ...]:
    """Bits of text between bars; a bar itself is written as an empty bit."""
    return tuple(dict.fromkeys(b or "|" for b in bits.split("|"))) if bits else ()


def _gate(bit: str) -> str:
    """The part of a bit that is sought first: a single sign is found eight times as fast."""
    sign = next((c for c in bit if not c.islower() and c != " "), "")
    return sign or (" by" if bit.endswith(" by") else "")


class _Table:
    """The rules for one place and length of line, found by how a line begins or what it holds.

    `words` is the greatest length of line that the rules of the table next to it are for.
    """

    def __init__(self, place: str, words: int):
        self.rules = [
            r
            for r in RULES
            if (r.where == place or (r.where == "edge" and place in ("head", "tail")))
            and r.words > words
        ]
        self.always = [i for i, r in enumerate(self.rules) if not (r.holds or r.begins)]
        self.holding: dict[str, dict[str, list[int]]] = {}  # gate -> bit -> places of rules
        self.starting: dict[str, list[tuple[str, int]]] = {}  # first signs -> bits, places
        for i, rule in enumerate(self.rules):
            for bit in _split(rule.holds):
                self.holding.setdefault(_gate(bit), {}).setdefault(bit, []).append(i)
            for bit in _split(rule.begins):
                self.starting.setdefault(bit[:KEY], []).append((bit, i))

    def reason(self, text: str, words: int) -> str:
        first = text[:BEGIN].lower()
        tried = self.always.copy()
        for size in range(1, KEY + 1):
            if found := self.starting.get(first[:size]):
                tried += [i for bit, i in found if first.startswith(bit)]
        for gate, bits in self.holding.items():
            if gate in text:
                for bit in bits:
                    if bit in text:
                        tried += bits[bit]
        for i in sorted(set(tried)) if len(tried) > 1 else tried:
            rule = self.rules[i]
            if words <= rule.words and _compiled(rule.pattern).fullmatch(text):
                return rule.reason
        return ""


BEGIN = max(len(bit) for rule in RULES for bit in _split(rule.begins))  # signs
PLACES = ("anywhere", "head", "tail", "closing")
TABLES = {(place, words): _Table(place, words) for place in PLACES for words in (0, SHORT, NOTICE)}


@lru_cache(4096)  # a page asks several times, and pages of an outlet have the same lines
def line_reason(text: str, words: int, where: str = "anywhere") -> str:
    """Give the reason why a line, without its marks, is no prose; "" where nothing tells.

    >>> line_reason("Related: Two rivers", 3), line_reason("Related by blood, they met.", 5)
    ('related article', '')
    >>> line_reason("Published in 1936 by the Meadow Press.", 7, "tail")
    'citation'
    """
    if not text or words > LEAD:
        return ""
    least = 0 if words <= SHORT else SHORT if words <= NOTICE else NOTICE
    return TABLES[where, least].reason(text, words)


def is_interface(text: str) -> bool:
    """Whether a line has words of menus and buttons only, or a row of topics mostly such.

    >>> is_interface("Comments (312)"), is_interface("About us | Contact"), is_interface("Rain")
    (True, True, False)
    """
    words = WORD.findall(text)
    known = sum(word.lower() in INTERFACE for word in words)
    row = len(words) > 3 and not any(map(str.islower, words)) and not text.endswith(STOPS)
    return 0 < known >= (0.7 if row else 1) * len(words)
