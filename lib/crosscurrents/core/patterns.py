"""What a codebook's theme looks for: patterns of words, read from text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from crosscurrents.core.words import fold, words_of

# What means something in other tools and nothing here, and what to write instead.
ALTERNATIVES = "write each alternative as a pattern of its own"
FOREIGN = (
    (re.compile(r"\?"), "?", "write * for any letters, such as 'wom*n', or list the forms"),
    (re.compile(r"\|"), "|", ALTERNATIVES),
    (re.compile(r"[()\[\]{}]"), "brackets", f"a pattern is no regular expression; {ALTERNATIVES}"),
    (re.compile(r"\S\s+OR\s+\S"), "OR", ALTERNATIVES),
    (re.compile(r"\S\s+AND\s+\S"), "AND", "write the phrase, or a theme for each word"),
    (re.compile(r"\S\s+(?:NEAR|NOT)\s+\S"), "NEAR or NOT", "write the phrase"),
    (re.compile(r"/"), "/", ALTERNATIVES),
)
MAX_PARTS = 12  # parts: a longer pattern would be a quotation of the text, not a code


@dataclass(frozen=True)
class Pattern:
    """One pattern: its text, its parts, and what must stand before each part after the first."""

    text: str
    parts: tuple[str, ...]
    gaps: tuple[str, ...]  # " ", "-" or the signs themselves; one a part, the first is ""
    whole: bool = False  # "=": whole words, spelled so
    tail: str = ""  # signs behind the last part, as in "90%"

    @property
    def meaning(self) -> tuple:
        """What decides where it matches: two patterns that agree in it hit the same.

        >>> Pattern.parse("Gas").meaning == Pattern.parse("gas").meaning
        True
        """
        parts = (p if self.whole else p.lower() if "*" in p else fold(p) for p in self.parts)
        return tuple(parts), self.gaps, self.whole, self.tail

    @classmethod
    def parse(cls, text: str) -> Pattern:
        """Read a pattern; raises ValueError saying what is wrong with it.

        A word that has such a sign in it, as an address has, can be spelled so:

        >>> Pattern.parse("belt and road").parts, Pattern.parse("link-up").gaps
        (('belt', 'and', 'road'), ('', '-'))
        >>> Pattern.parse("=https://example.org/a?b").parts
        ('https://example.org/a?b',)
        """
        if not isinstance(text, str) or not text.strip():
            raise ValueError(
                f"pattern {text!r} is not a text; write words, in quotes where YAML needs them"
            )
        body = text.strip().removeprefix("=")
        whole = text.strip().startswith("=")
        for sign, name, instead in FOREIGN:
            if sign.search(text) and not (whole and _is_one_word(body)):
                raise ValueError(f"pattern {text!r} has {name}, without a meaning here; {instead}")
        if whole and "*" in body:
            raise ValueError(
                f"pattern {text!r} has both '=' (spelled so) and '*' (any letters); choose one"
            )
        parts, gaps, signs = [], [], ""
        for piece in body.split():
            elements, rest = _elements(piece)
            for k, (before, inner) in enumerate(elements):
                gaps.append(
                    (signs + before) or (" " if k == 0 else "") if parts else signs + before
                )
                parts.append(inner[0])
                gaps += ["-"] * (len(inner) - 1)
                parts += inner[1:]
                signs = ""
            signs += rest
        if not parts or all(not p.strip("*") for p in parts):
            raise ValueError(
                f"pattern {text!r} can match everything or has no word in it; name a word"
            )
        if len(parts) > MAX_PARTS:
            raise ValueError(
                f"pattern {text!r} has {len(parts)} parts; at most {MAX_PARTS} are meant"
            )
        return cls(text, tuple(parts), tuple(gaps), whole, signs)


def _is_one_word(text: str) -> bool:
    """Whether the tokens of a text are one word that has all its signs, such as an address."""
    words, rest = words_of(text)
    return len(words) == 1 and not rest and words[0].spelled == text


def _elements(piece: str) -> tuple[list[tuple[str, list[str]]], str]:
    """The words of a pattern's piece as (signs before, parts), and the signs after the last."""
    if "*" in piece:
        found = list(re.finditer(r"[\w*'’]+(?:[-\u2010\u2011][\w*'’]+)*", piece))
        ends = [0, *(m.end() for m in found)]
        items = [
            (piece[e : m.start()], re.split("[-\u2010\u2011]", m[0])) for e, m in zip(ends, found)
        ]
        return items, piece[ends[-1] :]
    words, rest = words_of(piece)
    rest = "" if rest in (".", "'") and words else rest
    return [(w.before, w.spelled.split("-")) for w in words], rest


@dataclass(frozen=True)
class Theme:
    """A theme, a sub-theme ("theme/sub") or a pole of a scale ("scale/pole").

    A theme with sub-themes holds their patterns behind its own.
    """

    name: str
    description: str
    patterns: tuple[Pattern, ...] = ()
    exclusions: tuple[Pattern, ...] = ()  # matched first, for its own patterns
    subs: tuple[Theme, ...] = ()
    taken: int = 0  # of the patterns, those at the end that are only its sub-themes'

    def with_subs(self, subs: tuple[Theme, ...]) -> Theme:
        """The theme with sub-themes, and with the patterns of theirs that it lacks."""
        known = {p.meaning: p for p in self.patterns}
        for pattern in (p for sub in subs for p in sub.patterns):
            known.setdefault(pattern.meaning, pattern)
        patterns = tuple(known.values())
        taken = len(patterns) - len(self.patterns)
        return replace(self, patterns=patterns, subs=subs, taken=taken)

    def within(self, theme: Theme) -> Theme:
        """The sub-theme of a theme, whose exclusions hold for it, too."""
        return replace(self, exclusions=tuple(dict.fromkeys(theme.exclusions + self.exclusions)))

    def scopes(self) -> list[tuple[dict[int, Pattern], tuple[Pattern, ...]]]:
        """The patterns by their place, with the exclusions that hold for them.

        A sub-theme's exclusions hold for its own patterns only, so that what it finds the theme
        finds.
        """
        own = self.patterns[: len(self.patterns) - self.taken]
        found = [(dict(enumerate(own)), self.exclusions)]
        place = {p.meaning: k for k, p in enumerate(self.patterns)}
        for sub in self.subs:
            found.append(({place[p.meaning]: p for p in sub.patterns}, sub.exclusions))
        return found
