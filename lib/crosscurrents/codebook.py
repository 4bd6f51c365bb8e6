"""Codebooks: themes and scales as patterns in a YAML file, and their matches over Tokens.

A pattern is matched over the parts of words, as DEFINITIONS say; everything that looks at letters
is done once a distinct part, what runs over the text is NumPy.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import yaml

from crosscurrents.tokens import BLANK, HYPHEN, SIGN, Tokens
from crosscurrents.words import ACRONYM, words_of

MAX_PARTS = 12  # parts: a longer pattern would be a quotation of the text, not a code
KEYS = {"description", "patterns", "not"}


@dataclass(frozen=True)
class Pattern:
    """One pattern: its text, its parts, and what must stand before each part after the first."""

    text: str
    parts: tuple[str, ...]
    gaps: tuple[str, ...]  # " ", "-" or the signs themselves; one a part, the first is ""
    whole: bool = False  # "=": whole words, spelled so

    @classmethod
    def parse(cls, text: str) -> Pattern:
        """Read a pattern; raises ValueError saying what is wrong with it.

        >>> Pattern.parse("belt and road").parts, Pattern.parse("link-up").gaps
        (('belt', 'and', 'road'), ('', '-'))
        """
        if not isinstance(text, str) or not text.strip():
            raise ValueError(
                f"pattern {text!r} is not a text; write words, in quotes where YAML needs them"
            )
        body = text.strip().removeprefix("=")
        whole = text.strip().startswith("=")
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
        return cls(text, tuple(parts), tuple(gaps), whole)


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
    """A theme (or one pole of a scale, named "scale/pole"): patterns, and exclusions matched first."""

    name: str
    description: str
    patterns: tuple[Pattern, ...]
    exclusions: tuple[Pattern, ...] = ()


@dataclass(frozen=True)
class Codebook:
    """Themes and scales of a codebook file, and the hash of what they match."""

    themes: tuple[Theme, ...] = ()
    scales: dict[str, dict[str, str]] = field(
        default_factory=dict
    )  # name -> positive, negative, description

    @property
    def sha256(self) -> str:
        """Hash of all that decides a match: names, patterns and their order."""
        content = [
            (t.name, [p.text for p in t.patterns], [p.text for p in t.exclusions])
            for t in self.themes
        ]
        return hashlib.sha256(repr(content).encode()).hexdigest()

    def record(self) -> dict:
        """What measures keep of a codebook: hash, names, descriptions and scales."""
        poles = {pole for s in self.scales.values() for pole in (s["positive"], s["negative"])}
        names = {t.name: t.description for t in self.themes if t.name not in poles}
        return {"sha256": self.sha256, "themes": names, "scales": self.scales}

    def match(self, tokens: Tokens) -> Matches:
        """All matches of all themes; within a theme the longest wins and overlaps count once."""
        return match(self.themes, tokens)


def read_codebook(path: str | Path) -> Codebook:
    """Read a codebook from a YAML file.

    The file maps `themes` (name -> description, patterns, not) and `scales` (name -> description,
    poles: two names -> patterns, the nearer pole first). Raises ValueError naming file, line and
    what is wrong, all mistakes at once.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"codebook {str(path)!r} is not there; name a YAML file")
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "is not UTF-8 text"
        raise ValueError(f"codebook {path.name}{where}: {problem}") from None
    reader = _Reader(path.name)
    codebook = reader.codebook(root)
    if reader.mistakes:
        raise ValueError("\n".join(reader.mistakes))
    return codebook


class _Reader:
    """Walks the YAML nodes, so that every mistake can name its line."""

    def __init__(self, name: str):
        self.name = name
        self.mistakes: list[str] = []

    def wrong(self, node, message: str) -> None:
        self.mistakes.append(f"codebook {self.name}, line {node.start_mark.line + 1}: {message}")

    def mapping(self, node, what: str) -> dict:
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, f"{what} must be a mapping of names, not {node.value!r:.40}")
            return {}
        result = {}
        for key, value in node.value:
            if str(key.value) in result:
                self.wrong(key, f"{what} has {key.value!r} twice")
            result[str(key.value)] = value
        return result

    def codebook(self, root) -> Codebook:
        if root is None:
            self.mistakes.append(f"codebook {self.name} is empty; it needs 'themes' or 'scales'")
            return Codebook()
        top = self.mapping(root, "a codebook")
        for key in top.keys() - {"title", "themes", "scales"}:
            self.wrong(top[key], f"unknown key {key!r}; choose from ['title', 'themes', 'scales']")
        themes = []
        if "themes" in top:
            for name, node in self.mapping(top["themes"], "themes").items():
                themes.append(self.theme(name, node))
        scales: dict[str, dict[str, str]] = {}
        if "scales" in top:
            for name, node in self.mapping(top["scales"], "scales").items():
                themes += self.scale(name, node, scales)
        if not themes and not self.mistakes:
            self.wrong(root, "a codebook needs at least one theme or scale")
        return Codebook(tuple(t for t in themes if t), scales)

    def theme(self, name: str, node) -> Theme | None:
        if isinstance(node, yaml.SequenceNode):
            return Theme(name, "", self.patterns(node, name))
        entry = self.mapping(node, f"theme {name!r}")
        for key in entry.keys() - KEYS:
            self.wrong(
                entry[key], f"theme {name!r} has an unknown key {key!r}; choose from {sorted(KEYS)}"
            )
        if "patterns" not in entry:
            if isinstance(node, yaml.MappingNode):
                self.wrong(node, f"theme {name!r} has no patterns")
            return None
        description = str(entry["description"].value) if "description" in entry else ""
        exclusions = self.patterns(entry["not"], name) if "not" in entry else ()
        return Theme(name, description, self.patterns(entry["patterns"], name), exclusions)

    def patterns(self, node, name: str) -> tuple[Pattern, ...]:
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self.wrong(node, f"theme {name!r} needs a list of patterns, one or more")
            return ()
        found: dict[str, Pattern] = {}
        for item in node.value:
            try:
                if not isinstance(item, yaml.ScalarNode):
                    raise ValueError(f"theme {name!r} has a pattern that is no text")
                pattern = Pattern.parse(item.value)
            except ValueError as error:
                self.wrong(item, str(error))
                continue
            if pattern.text in found:
                self.wrong(item, f"theme {name!r} has pattern {pattern.text!r} twice")
            found[pattern.text] = pattern
        return tuple(found.values())

    def scale(self, name: str, node, scales: dict) -> list[Theme]:
        entry = self.mapping(node, f"scale {name!r}")
        for key in entry.keys() - {"description", "poles"}:
            self.wrong(
                entry[key],
                f"scale {name!r} has an unknown key {key!r}; choose from ['description', 'poles']",
            )
        poles = self.mapping(entry["poles"], f"poles of scale {name!r}") if "poles" in entry else {}
        if len(poles) != 2:
            self.wrong(node, f"scale {name!r} needs 'poles' with two names, not {len(poles)}")
            return []
        themes = [self.theme(f"{name}/{pole}", value) for pole, value in poles.items()]
        description = str(entry["description"].value) if "description" in entry else ""
        near, far = poles
        scales[name] = {
            "description": description,
            "positive": f"{name}/{near}",
            "negative": f"{name}/{far}",
        }
        return themes


@dataclass(frozen=True)
class Matches:
    """Matches in text order within each theme: indices of theme, pattern, first and last word."""

    theme: np.ndarray  # int64, into the themes matched
    pattern: np.ndarray  # int64, into that theme's patterns
    first: np.ndarray  # int64, into tokens.words.ids
    last: np.ndarray  # int64, the last word (inclusive)


def match(themes: tuple[Theme, ...], tokens: Tokens) -> Matches:
    """Match themes over tokens (see `Codebook.match`)."""
    stream = _Parts.of(tokens)
    every = [(t, k, p, False) for t, th in enumerate(themes) for k, p in enumerate(th.patterns)]
    every += [(t, k, p, True) for t, th in enumerate(themes) for k, p in enumerate(th.exclusions)]
    if not every or not len(stream.ids):
        empty = np.zeros(0, np.int64)
        return Matches(empty, empty, empty, empty)
    which, start = _hits([p for _, _, p, _ in every], stream, tokens)
    length = np.array([len(p.parts) for _, _, p, _ in every], np.int64)[which]
    theme = np.array([t for t, _, _, _ in every], np.int64)[which]
    pattern = np.array([k for _, k, _, _ in every], np.int64)[which]
    excluded = np.array([e for _, _, _, e in every], bool)[which]
    keep = _resolve(theme, pattern, start, start + length, excluded)
    first = stream.word[start[keep]]
    last = stream.word[start[keep] + length[keep] - 1]
    return Matches(theme[keep], pattern[keep], first, last)


@dataclass(frozen=True)
class _Parts:
    """The parts of all words in their order; `vocabulary` holds them folded."""

    ids: np.ndarray
    gap: np.ndarray
    word: np.ndarray  # int64, the word that each part belongs to
    vocabulary: list[str]

    @classmethod
    def of(cls, tokens: Tokens) -> _Parts:
        words, table = tokens.words, tokens.table
        vocabulary: dict[str, int] = {}
        inner, offsets = [], [0]
        for folded in table.folded:
            inner += [vocabulary.setdefault(p, len(vocabulary)) for p in folded.split("-")]
            offsets.append(len(inner))
        starts, counts = np.array(offsets[:-1], np.int64), np.diff(np.array(offsets, np.int64))
        count = counts[words.ids] if len(words.ids) else np.zeros(0, np.int64)
        word = np.repeat(np.arange(len(words.ids)), count)
        within = np.arange(len(word)) - np.repeat(np.cumsum(count) - count, count)
        ids = (
            np.array(inner, np.int32)[starts[words.ids[word]] + within]
            if len(word)
            else np.zeros(0, np.int32)
        )
        gap = np.where(within > 0, HYPHEN, words.gap[word]) if len(word) else np.zeros(0, np.int8)
        return cls(ids, gap, word, list(vocabulary))


def _hits(patterns: list[Pattern], stream: _Parts, tokens: Tokens) -> tuple[np.ndarray, np.ndarray]:
    """(pattern, place of its first part) of every hit, overlaps and all."""
    elements: dict[str, np.ndarray] = {}
    lookup: dict[str, list[int]] = {}
    for i, part in enumerate(stream.vocabulary):
        lookup.setdefault(part.lower(), []).append(i)
    for part in {part for p in patterns for part in p.parts}:
        elements[part] = _members(part, stream.vocabulary, lookup)
    by_first: dict[int, list[int]] = {}
    for k, pattern in enumerate(patterns):
        for i in elements[pattern.parts[0]]:
            by_first.setdefault(int(i), []).append(k)
    begins = np.zeros(len(stream.vocabulary), bool)
    begins[list(by_first)] = True
    places = np.flatnonzero(begins[stream.ids])
    counts = np.zeros(len(stream.vocabulary), np.int64)
    firsts = sorted(by_first)
    counts[firsts] = [len(by_first[i]) for i in firsts]
    offsets = np.cumsum(counts) - counts
    flat = np.array([k for i in firsts for k in by_first[i]], np.int64)
    n = counts[stream.ids[places]]
    start = np.repeat(places, n)
    within = np.arange(len(start)) - np.repeat(np.cumsum(n) - n, n)
    which = flat[offsets[stream.ids[start]] + within] if len(start) else np.zeros(0, np.int64)
    for step in range(1, max(len(p.parts) for p in patterns)):
        which, start = _step(step, which, start, patterns, elements, stream)
    slow = {
        k for k, p in enumerate(patterns) if p.whole or any(g not in ("", " ", "-") for g in p.gaps)
    }
    if slow:
        ok = [
            k not in slow or _exact(patterns[k], s, stream, tokens)
            for k, s in zip(which.tolist(), start.tolist())
        ]
        which, start = which[ok], start[ok]
    return which, start


def _members(part: str, vocabulary: list[str], lookup: dict[str, list[int]]) -> np.ndarray:
    """The distinct parts of the text that a pattern's part matches."""
    if "*" in part:
        rule = re.compile(".*".join(re.escape(x) for x in part.lower().split("*")))
        return np.array(
            [i for i, v in enumerate(vocabulary) if rule.fullmatch(v.lower())], np.int64
        )
    same = lookup.get(part.lower(), [])
    if ACRONYM.fullmatch(part):
        same = [i for i in same if vocabulary[i] == part]
    return np.array(same, np.int64)


def _step(step, which, start, patterns, elements, stream) -> tuple[np.ndarray, np.ndarray]:
    """Keep the hits whose part at `step` agrees, with what stands before it."""
    longer = np.array([len(p.parts) > step for p in patterns], bool)[which]
    place = start + step
    ok = ~longer
    inside = longer & (place < len(stream.ids))
    rows = np.flatnonzero(inside)
    size = len(stream.vocabulary)
    allowed = np.concatenate(
        [k * size + elements[p.parts[step]] for k, p in enumerate(patterns) if len(p.parts) > step]
        or [np.zeros(0, np.int64)]
    )
    same = np.isin(which[rows] * size + stream.ids[place[rows]], allowed)
    want = np.array([p.gaps[step] if len(p.parts) > step else " " for p in patterns])[which[rows]]
    gap = stream.gap[place[rows]]
    fits = np.where(want == " ", gap != SIGN, np.where(want == "-", gap == HYPHEN, gap == SIGN))
    ok[rows] = same & fits
    return which[ok], start[ok]


def _exact(pattern: Pattern, start: int, stream: _Parts, tokens: Tokens) -> bool:
    """What only few patterns ask: whole words spelled so, and signs between parts."""
    words, table = tokens.words, tokens.table
    last = start + len(pattern.parts) - 1
    if pattern.whole:
        first_word, last_word = stream.word[start], stream.word[last]
        opens = start == 0 or stream.word[start - 1] != first_word
        closes = last + 1 == len(stream.ids) or stream.word[last + 1] != last_word
        text = " ".join(table.spelled[i] for i in words.ids[first_word : last_word + 1])
        want = _joined(pattern)
        initial = first_word in words.sentences
        same = text == want or (
            initial and text[:1].lower() + text[1:] == want[:1].lower() + want[1:]
        )
        if not (opens and closes and same):
            return False
    signs = [(k, g) for k, g in enumerate(pattern.gaps) if g not in ("", " ", "-")]
    return all(_signs(stream.word[start + k], tokens).endswith(g) for k, g in signs)


def _joined(pattern: Pattern) -> str:
    return "".join((g if g else "") + p for g, p in zip(pattern.gaps, pattern.parts))


def _signs(word: int, tokens: Tokens) -> str:
    """The signs, without blanks, between a word and the word before it."""
    words = tokens.words
    piece = int(words.piece[word])
    within = int(word - np.searchsorted(words.piece, piece))
    found, _ = words_of(tokens.pieces[tokens.ids[piece]].as_py())
    signs = found[within].before
    if within:
        return signs
    begin = int(words.piece[word - 1]) if word else -1
    for k in range(piece - 1, max(begin - 1, -1), -1):
        signs = words_of(tokens.pieces[tokens.ids[k]].as_py())[1] + signs
    return signs


def _resolve(theme, pattern, start, end, excluded) -> np.ndarray:
    """Leftmost, then longest, then first written; nothing overlaps, nothing lies in an exclusion."""
    order = np.lexsort((pattern, -(end - start), start, ~excluded, theme))
    keep: list[int] = []
    current, reach, shut = -1, -1, []
    for i in order.tolist():
        if theme[i] != current:
            current, reach, shut = theme[i], -1, []
        if excluded[i]:
            shut.append((start[i], end[i]))
        elif start[i] >= reach and not any(a <= start[i] and end[i] <= b for a, b in shut):
            keep.append(i)
            reach = end[i]
    return np.array(keep, np.int64)


__all__ = ["BLANK", "Codebook", "Matches", "Pattern", "Theme", "match", "read_codebook"]
