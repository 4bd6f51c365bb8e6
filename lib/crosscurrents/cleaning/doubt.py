"""Whether a line that no rule decided is furniture: the weights of many small signs, added up.

No sign decides alone: how a line ends, where it is, what is next to it, its signs and words. The
weights of `weights.toml` are a logistic regression over the marked pages of tests/kinds, fitted by
tests/kinds/fit.py with every rule held out that only the page's own file needed. Furniture comes in
runs, so a line also gets a part of what its neighbours weigh. A sum above `SURE` is furniture; in
doubt a line is prose.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path

from crosscurrents.cleaning.lines import Unit, is_menu, is_name, is_titled, iso_date, wrapped
from crosscurrents.cleaning.rules import CLASSES, INTERFACE, LEAD, PATTERNS, SHORT

# Log odds above which a line is furniture; what it must have by itself; the most that a neighbour
# weighs; and the part that a line gets of its two neighbours above and below: the best of thirty
# settings with each file held out.
SURE, OWN, MOST, NEAR = 2.5, 1.0, 3.0, {-2: 0.1, -1: 0.2, 1: 0.2, 2: 0.1}
# Where nothing but these is known, it is no page that was saved, and a line must weigh more.
HEADED = {
    "ornament", "head", "headline", "standfirst", "byline", "date", "date line", "section heading",
    "repeated headline",
}  # fmt: skip
MORE = 1.0
SIGNS = {
    "bar": r"[|›»·•→←∙◆>‹«■]|\s/\s", "copyright": r"[©®™]|\([cC]\)", "money": r"[$£€]\s?\d",
    "address": r"@|www\.|https?:|\b\w+\.(?:com|org|net|example|gov|co)\b",
    "phone": r"\+\d|\b\d{3,5}[ -]\d{3,4}", "year": r"\b(?:1[5-9]|20)\d\d\b",
    "clock": r"\b\d{1,2}[:.]\d\d\b", "initials": r"\b[A-Z]\. ?[A-Z]",
    "digit": r"\d", "hash": r"#\w", "brackets": r"[\[\]{}]", "parens": r"\(.+\)",
    "inner stop": r"[a-z]{2}[.!?] +\S", "pictograph": "[\U0001f300-\U0001faff\u2600-\u27bf\u2b50]",
    "ellipsis": r"…|\.\.\.", "colon": r":\s\S", "quoted": r"[\"“”]", "dash": r"\s[–—-]\s",
    "small first": r"\A[a-z]", "quote first": r"\A[\"“‘'«]", "bracket first": r"\A[(\[]",
    "dash first": r"\A[–—-]", "digit first": r"\A\d", "star first": r"\A[*†‡^↑⁎]",
}  # fmt: skip
ODD = re.compile("[^A-Za-z ,]")  # without one of these most of the signs need not be sought
SIGN = {name: re.compile(pattern) for name, pattern in SIGNS.items()}
GREETS = re.compile(
    f"{PATTERNS['GREETING'].pattern}|{PATTERNS['FAREWELL'].pattern}|(?:sir|present|apologies|vote)\\b",
    re.I,
)
TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
LENGTHS = {".": (8, 20, 40), "o": (2, 5, 9, SHORT)}  # words: classes of sentences, of open lines
ENGLISH = frozenset("the of and to a in is that for it was with on you be".split())
SAMPLE = 3_000  # signs of a text by which its language is told
COMMON = 0.12  # of the words of an English text, at least: some 30% are these
LONG = SHORT  # words: a sentence of more is text by its length


@cache
def fitted() -> dict[str, dict[str, float]]:
    """The tables of `weights.toml`, "lines" and "titles"; words have "w:" before them."""
    return tomllib.loads(Path(__file__).with_name("weights.toml").read_text(encoding="utf-8"))


def weigh(signs: dict[str, float]) -> float:
    """The weights of a line's signs, added up."""
    known = fitted()["lines"]
    return sum(known.get(sign, 0.0) * size for sign, size in signs.items())


class Signs:
    """The signs of the lines of a page, whose other units have their reasons by now.

    `page` says which lines are verse or spoken, and whether the text is free or timed.
    """

    def __init__(self, units: list[Unit], page, first: int):
        self.units, self.page, self.first = units, page, first
        self.open = [u.reason in ("", "prose") or u.fixed for u in units]
        self.long = [o and u.ended and u.words > LONG for u, o in zip(units, self.open)]
        body = [i for i, is_long in enumerate(self.long) if is_long] or [first, len(units) - 1]
        self.top, self.end = body[0], body[-1]

    def furniture(self) -> list[Unit]:
        """The lines that are furniture by their own weights and a part of their neighbours'."""
        own = {i: weigh(self.of(i)) for i in self.undecided()}
        sides = dict(enumerate(-MOST if is_open else MOST for is_open in self.open))
        sides |= {i: max(-MOST, min(MOST, weight)) for i, weight in own.items()}
        known = {u.reason for u, is_open in zip(self.units, self.open) if not is_open}
        sure, found = SURE + (known <= HEADED) * MORE, []
        for i, weight in own.items():
            beside = sum(part * sides.get(i + k, MOST) for k, part in NEAR.items())
            if weight > OWN and weight + beside > sure:
                found.append(self.units[i])
        return found

    def undecided(self) -> list[int]:
        """The places of the lines to be weighed: all but long ones among prose, not at its ends.

        None of a text in which no line is furniture, or that is not in English.
        """
        known = {u.reason for u, is_open in zip(self.units, self.open) if not is_open}
        if not known - {"ornament"}:
            return []
        found = [
            i for i, unit in enumerate(self.units)
            if unit.reason == "prose" and unit.words <= LEAD
            and not (self.long[i] and 1 < i < len(self.units) - 2 and all(self.open[i - 1 : i + 2]))
            and not (unit.fixed or self.page.speaks(unit) or GREETS.match(unit.plain[:60]))
        ]  # fmt: skip
        return found if found and self._is_english() else []

    def _is_english(self) -> bool:
        text = " ".join([unit.plain for unit in self.units])[:SAMPLE]
        words = text.lower().split()
        return sum(map(ENGLISH.__contains__, words)) >= COMMON * len(words)

    def of(self, i: int) -> dict[str, float]:
        """The signs of a line, each with its size."""
        unit, place = self.units[i], self._place(i)
        shape = _shape(unit)
        text = "free" if self.page.free else "text"
        found = [f"{place} {text}", f"{place} {shape}", f"{text} {shape}", shape]
        found.append(f"{text} {place} {shape[0]}")
        own = [name for name, is_so in self._own(unit, i) if is_so]
        found += own + [f"{name} {place}" for name in own]
        found += _marks(unit.plain)
        found += self._beside(i - 1, "above", unit.near, shape) if i else ["first"]
        last = i + 1 == len(self.units)
        found += ["last"] if last else self._beside(i + 1, "below", self.units[i + 1].near, shape)
        signs = dict.fromkeys(["always", *found], 1.0)
        words = [word.lower() for word in TOKEN.findall(unit.plain)]
        if words:
            signs["interface"] = sum(word in INTERFACE for word in words) / len(words)
            signs |= self._classes(words, shape[0], place)
            size = len(words) ** -0.5  # many words say more together, but each of them less
            signs |= dict.fromkeys((f"w:{word}" for word in words), size)
            if not unit.ended:
                signs[f"w:^{words[0]}"] = 0.5
        return signs

    def _classes(self, words: list[str], shape: str, place: str) -> dict[str, float]:
        """How many words of a line are of each class, and of how many classes they are."""
        counts = Counter(name for word in words for name in CLASSES.get(word, ()))
        signs = {"classes": (len(counts) - ("tells" in counts)) / 3}
        for name, count in counts.items():
            share = count / len(words)
            signs |= {f"c:{name}": min(count, 3) / 3, f"c:{name} share": share}
            signs |= {f"c:{name} {shape}": share, f"c:{name} {place}": share}
        return signs | {f"c:^{name}": 1.0 for name in CLASSES.get(words[0], ())}

    def _place(self, i: int) -> str:
        return "head" if i < self.top else "foot" if i > self.end else "body"

    def _own(self, unit: Unit, i: int) -> tuple[tuple[str, bool], ...]:
        """What a line looks like."""
        text = unit.plain
        return (
            ("timed", self.page.timed), ("verse", unit in self.page.verse),
            ("name", is_name(unit)), ("menu", is_menu(text)), (unit.kind, True),
            ("wrapped", wrapped(unit.text)), ("upper", text.isupper()),
            ("titled", is_titled(text)),
            ("date", unit.words <= SHORT and bool(iso_date(text))),
            ("digits", 5 * sum(map(str.isdigit, text)) > len(text)),
            ("early", i < self.first), ("late", sum(self.open[i + 1 : i + 8]) < 2),
        )  # fmt: skip

    def _beside(self, k: int, side: str, near: bool, shape: str) -> list[str]:
        """What stands above or below: furniture, a long sentence, another one, an open line."""
        other = self.units[k]
        if not self.open[k]:
            return [f"{side} furniture", f"{side} furniture {near}", f"{side} {other.reason}"]
        what = "long" if self.long[k] else "sentence" if other.ended else "open"
        return [f"{side} {what} {near}", f"{side} {what} {shape[0]}"]


@lru_cache(4096)  # a page is gone through twice, and pages of an outlet have the same lines
def _marks(text: str) -> list[str]:
    """The signs of `SIGNS` that a line has."""
    if ODD.search(text, 0, len(text) - (text[-1] in ".!?")):
        return [name for name, pattern in SIGN.items() if pattern.search(text)]
    return ["small first"] if text[0].islower() else []


def _shape(unit: Unit) -> str:
    """How a line ends, and its length in classes: ".8" is a sentence of up to eight words."""
    last = unit.plain.rstrip('"”’)')[-1:]
    if last in (":", "?"):
        return last
    if not unit.ended and last in (",", ";", "–", "—", "-"):
        return ","
    kind = "." if unit.ended else "o"
    return kind + next((str(n) for n in LENGTHS[kind] if unit.words <= n), "+")
