"""Matches of themes over Tokens.

All that looks at letters is done once a distinct part of a word. Over the text, one look finds
the words that may begin a pattern, and only these are followed further.

Hits of a scale's poles that the sentence denies ("hardly any closer" is no closeness) are counted
apart: a cue before a hit ("not", "hardly", "unlikely") or behind it ("is premature") denies it if
at most `REACH` words lie between and no punctuation (the rule of NegEx: Chapman, Bridewell,
Hanbury, Cooper & Buchanan 2001, "A simple algorithm for identifying negated findings and diseases
in discharge summaries"). Quotation marks alone separate nothing: not an “alliance” denies it. A
scale counts such hits for its other pole, as dictionaries of tone do (Young & Soroka 2012,
"Affective news").
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.core.arrays import as_mask, owners, runs
from crosscurrents.core.patterns import Pattern, Theme
from crosscurrents.core.tokens import Tokens
from crosscurrents.core.words import JOINED, SIGN, fold, read_piece

HEAD = 8  # bytes of a word by which those with one beginning are found: a number of 64 bits

PLAIN_GAPS = ("", " ", "-")  # others are signs, compared letter by letter
REACH = 5  # words at most between a cue and what it denies
MARKS = "[\"'“”„«»‹›‘’‚]*"
OPENED, CLOSED = rf"^{MARKS}[\pL\pN]", rf"[\pL\pN]{MARKS}$"  # pieces with such marks alone


@dataclass(frozen=True)
class Matches:
    """Matches in text order within each theme: indices of theme, pattern, first and last word."""

    theme: np.ndarray  # int64, into the themes matched
    pattern: np.ndarray  # int64, into that theme's patterns
    first: np.ndarray  # int64, into tokens.words.ids
    last: np.ndarray  # int64, the last word (inclusive)

    def take(self, chosen: np.ndarray) -> Matches:
        """Some of the matches."""
        return Matches(*(column[chosen] for column in vars(self).values()))


@dataclass(frozen=True)
class _Hits:
    """Where patterns match, overlaps and all: pattern, and word and part of both ends."""

    which: np.ndarray
    first: np.ndarray
    begin: np.ndarray  # the part within the first word
    last: np.ndarray
    end: np.ndarray  # the part within the last word

    def take(self, chosen: np.ndarray) -> _Hits:
        return _Hits(*(column[chosen] for column in vars(self).values()))


def match(themes: tuple[Theme, ...], tokens: Tokens) -> Matches:
    """All matches of all themes.

    Within a theme the longest wins, then the pattern written first, and overlaps count once;
    a hit inside one of the theme's exclusions does not count. Themes do not see each other. A
    theme with sub-themes finds all that these find.

    >>> from crosscurrents.core.tokens import tokenise
    >>> gas = Theme("energy", "", (Pattern.parse("gas"), Pattern.parse("gas field*")))
    >>> found = match((gas,), tokenise([["Gas fields, gas-fired plants."]]))
    >>> found.pattern.tolist(), found.first.tolist(), found.last.tolist()
    ([1, 0], [0, 2], [1, 2])
    """
    scopes = [(t, *scope) for t, theme in enumerate(themes) for scope in theme.scopes()]
    every = [(s, k, p) for s, (_, own, _) in enumerate(scopes) for k, p in own.items()]
    every += [(s, -1, p) for s, (_, _, excluded) in enumerate(scopes) for p in excluded]
    if not every or not len(tokens.words.ids):
        return Matches(*np.zeros((4, 0), np.int64))
    scope_of, pattern_of, patterns = zip(*every)
    hits = _find(patterns, tokens)
    length = np.array([len(p.parts) for p in patterns])[hits.which]
    scope, pattern = np.array(scope_of)[hits.which], np.array(pattern_of)[hits.which]
    theme = np.array([t for t, _, _ in scopes])[scope]
    excluded = pattern < 0
    # Places of parts as single numbers, each theme (or scope of exclusions) behind the one before.
    width = int(np.diff(tokens.table.parts.offsets).max(initial=1)) + 1
    size = (len(tokens.words.ids) + 1) * width
    start, end = hits.first * width + hits.begin, hits.last * width + hits.end + 1
    inside = (start + scope * size, end + scope * size)
    hidden = _inside(*inside, *(edge[excluded] for edge in inside)) | excluded
    start, end = start + theme * size, end + theme * size
    order = np.lexsort((pattern, -length, start))
    order = order[~hidden[order]]
    keep = order[_leftmost(start[order], end[order])]
    return Matches(theme, pattern, hits.first, hits.last).take(keep)


def _inside(start: np.ndarray, end: np.ndarray, begins: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Which stretches lie inside one of others."""
    if not len(begins):
        return np.zeros(len(start), bool)
    order = np.argsort(begins, kind="stable")
    reach = np.maximum.accumulate(ends[order])
    at = owners(begins[order], start)
    return (at >= 0) & (reach[at] >= end)


def _leftmost(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Of stretches in order, those that are kept going from left to right without an overlap."""
    kept, until = [], -1
    for place, (begin, stop) in enumerate(zip(start.tolist(), end.tolist())):
        if begin >= until:
            kept.append(place)
            until = stop
    return np.array(kept, np.int64)


def _find(patterns: tuple[Pattern, ...], tokens: Tokens) -> _Hits:
    """Every hit of every pattern."""
    words, parts = tokens.words, tokens.table.parts
    elements = _members({part for p in patterns for part in p.parts}, parts.texts)
    firsts = [elements[p.parts[0]] for p in patterns]
    opening = np.concatenate(firsts)  # distinct parts, with the patterns that each begins
    by_part = np.repeat(np.arange(len(patterns)), [len(f) for f in firsts])
    by_part = by_part[np.argsort(opening, kind="stable")]
    counts = np.bincount(opening, minlength=len(parts.texts))
    begins = np.cumsum(counts) - counts
    opens = np.logical_or.reduceat(counts[parts.ids] > 0, parts.offsets[:-1])
    first = np.flatnonzero(opens[words.ids])
    first, begin = parts.spread(first, words.ids[first])
    part = parts.ids[parts.offsets[words.ids[first]] + begin]
    which = by_part[runs(begins[part], counts[part])]
    first, begin = np.repeat(first, counts[part]), np.repeat(begin, counts[part])
    hits, done = _Hits(which, first, begin, first, begin), []
    sizes = np.array([len(p.parts) for p in patterns])
    for step in range(1, sizes.max() + 1):
        longer = sizes[hits.which] > step
        done.append(hits.take(~longer))
        hits = _step(step, hits.take(longer), patterns, elements, tokens)
    hits = _Hits(*(np.concatenate(c) for c in zip(*(vars(h).values() for h in done))))
    strict = [p.whole or p.tail or not {*p.gaps} <= {*PLAIN_GAPS} for p in patterns]
    keep = ~np.array(strict, bool)[hits.which]
    for i in np.flatnonzero(~keep).tolist():
        ends = (int(hits.first[i]), int(hits.begin[i])), (int(hits.last[i]), int(hits.end[i]))
        keep[i] = exact(patterns[hits.which[i]], *ends, tokens)
    return hits.take(keep)


def _members(wanted: set[str], texts: pa.StringArray) -> dict[str, np.ndarray]:
    """The distinct parts of the text that each part of a pattern matches."""
    folded = {word: fold(word) for word in wanted if "*" not in word}
    sought = [*dict.fromkeys(folded.values())]
    place = pc.index_in(pa.array(sought, pa.string()), value_set=texts).to_pylist()
    known = {text: at for text, at in zip(sought, place) if at is not None}
    found = {w: np.array([known[f]] if f in known else [], np.int64) for w, f in folded.items()}
    globs = [word for word in wanted if "*" in word]
    return found | (_glob_members(globs, pc.utf8_lower(texts)) if globs else {})


def _glob_members(globs: list[str], lower: pa.StringArray) -> dict[str, np.ndarray]:
    """The distinct parts of the text that patterns with `*` match."""
    heads = _heads(lower)
    order = np.argsort(heads)
    heads = heads[order]
    found = {}
    for glob in globs:
        pieces = glob.lower().split("*")
        prefix = pieces[0].encode()[:HEAD]
        if prefix:
            low, high = (int.from_bytes(prefix.ljust(HEAD, fill)) for fill in (b"\0", b"\xff"))
            first = np.searchsorted(heads, np.uint64(low))
            places = order[first : np.searchsorted(heads, np.uint64(high), side="right")]
        else:
            places = np.flatnonzero(as_mask(pc.match_substring(lower, max(pieces, key=len))))
        if pieces[1:] != [""] or len(pieces[0].encode()) > HEAD:  # more than a prefix
            rule = re.compile(".*".join(map(re.escape, pieces)), re.S)
            texts = lower.take(pa.array(places)).to_pylist()
            places = places[[rule.fullmatch(text) is not None for text in texts]]
        found[glob] = places
    return found


def _heads(texts: pa.StringArray) -> np.ndarray:
    """The first bytes of texts as numbers in the order of the texts."""
    padded = pc.ascii_rpad(texts, HEAD, "\0").cast(pa.binary())
    heads = pc.binary_slice(padded, 0, HEAD)
    return np.frombuffer(heads.buffers()[2] or b"", ">u8", len(heads)).astype(np.uint64)


def _step(step: int, hits: _Hits, patterns, elements, tokens: Tokens) -> _Hits:
    """The hits whose part at `step` agrees, with what stands before it; all are that long."""
    words, parts = tokens.words, tokens.table.parts
    size = len(parts.texts)
    inner = hits.end + 1 < np.diff(parts.offsets)[words.ids[hits.last]]
    last, end = np.where(inner, hits.last, hits.last + 1), np.where(inner, hits.end + 1, 0)
    there = np.flatnonzero(last < len(words.ids))
    hits = _Hits(hits.which, hits.first, hits.begin, last, end).take(there)
    gap = np.where(inner[there], JOINED, words.gap[hits.last])
    longer = [k for k, p in enumerate(patterns) if len(p.parts) > step]
    if not longer:
        return hits
    want = np.array([p.gaps[step] if len(p.parts) > step else " " for p in patterns])[hits.which]
    fits = np.where(want == " ", gap != SIGN, np.where(want == "-", gap == JOINED, gap == SIGN))
    hits = hits.take(fits)
    allowed = np.sort(
        np.concatenate([k * size + elements[patterns[k].parts[step]] for k in longer])
    )
    key = hits.which * size + parts.ids[parts.offsets[words.ids[hits.last]] + hits.end]
    at = np.searchsorted(allowed, key)
    return hits.take(np.append(allowed, -1)[at] == key)


def exact(pattern: Pattern, begin: tuple[int, int], end: tuple[int, int], tokens: Tokens) -> bool:
    """What only few patterns ask of a hit: whole words spelled so, and signs between parts.

    `begin` and `end` are the first and the last word of the hit, each with the part within it.
    """
    words, table = tokens.words, tokens.table
    (first, within), (last, at) = begin, end
    sentence = int(owners(words.sentences, first))
    opens = int(words.sentences[sentence])
    signs = _signs(sentence, tokens)
    ends_word = at == _size(last, tokens) - 1
    if pattern.tail and not (ends_word and signs[last + 1 - opens].startswith(pattern.tail)):
        return False
    if pattern.whole:
        text = " ".join(table.spelled.take(pa.array(words.ids[first : last + 1])).to_pylist())
        want = "".join(gap + part for gap, part in zip(pattern.gaps, pattern.parts))
        same = text == want or (first == opens and _uncapped(text) == _uncapped(want))
        if within or not ends_word or not same:
            return False
    place = first
    for k, gap in enumerate(pattern.gaps):
        if k:
            inside = within + 1 < _size(place, tokens)
            place, within = (place, within + 1) if inside else (place + 1, 0)
        if gap not in PLAIN_GAPS:
            crosses = place - opens == len(signs) - 1  # into the next sentence
            if crosses or not signs[place - opens].endswith(gap):
                return False
    return True


def _size(word: int, tokens: Tokens) -> int:
    """How many parts a word of the text has."""
    offsets, number = tokens.table.parts.offsets, tokens.words.ids[word]
    return int(offsets[number + 1] - offsets[number])


def _signs(sentence: int, tokens: Tokens) -> list[str]:
    """The signs, without blanks, before each word of a sentence, and those behind the last."""
    signs, rest = [], ""
    for piece in tokens.ids[slice(*tokens.sentences[sentence : sentence + 2])].tolist():
        found, after = read_piece(tokens.pieces[piece].as_py())
        for word in found:
            signs.append(rest + word.before)
            rest = ""
        rest += after
    return [*signs, rest]


def _uncapped(text: str) -> str:
    return text[:1].lower() + text[1:]


@dataclass(frozen=True)
class Denial:
    """What denies the hits of one scale: its cues, and the names of the poles' themes.

    `poles` are the names of the two poles' themes, `denied` those of their denied hits.
    """

    poles: tuple[str, str]
    before: tuple[Pattern, ...]  # cues that stand before what they deny
    behind: tuple[Pattern, ...]
    exclusions: tuple[Pattern, ...] = ()  # what only looks like a cue: "no doubt", "not only"

    @property
    def denied(self) -> tuple[str, str]:
        """Names of the themes that take the denied hits."""
        return tuple(f"{pole} denied" for pole in self.poles)


def match_with_denials(
    themes: tuple[Theme, ...], denials: tuple[Denial, ...], tokens: Tokens
) -> Matches:
    """All matches of all themes, those that are denied under the themes of the denied hits.

    >>> from crosscurrents.core.tokens import tokenise
    >>> near, far = (Pattern.parse("closer"),), (Pattern.parse("rivals"),)
    >>> denial = Denial(("near", "far"), (Pattern.parse("hardly"),), ())
    >>> poles = Theme("near", "", near), Theme("far", "", far)
    >>> twins = Theme("near denied", "", near), Theme("far denied", "", far)
    >>> text = tokenise([["They are hardly any closer. Closer, though hardly, they are rivals."]])
    >>> match_with_denials((*poles, *twins), (denial,), text).theme.tolist()
    [0, 1, 2]
    """
    names = [theme.name for theme in themes]
    twins = {name for denial in denials for name in denial.denied}
    sought = [Theme(t.name, "") if t.name in twins else t for t in themes]
    cues = [Theme("", "", cues, d.exclusions) for d in denials for cues in (d.before, d.behind)]
    found = match((*sought, *cues), tokens)
    clause = _clauses(tokens)
    theme = found.theme.copy()
    for k, denial in enumerate(denials):
        before, behind = (found.theme == len(themes) + 2 * k + side for side in (0, 1))
        for pole, denied in zip(denial.poles, denial.denied):
            at = np.flatnonzero(found.theme == names.index(pole))
            hits = found.first[at], found.last[at]
            near = _denied(*hits, found.last[before], found.first[behind], clause)
            theme[at[near]] = names.index(denied)
    order = np.argsort(theme, kind="stable")
    order = order[theme[order] < len(themes)]
    return Matches(theme, found.pattern, found.first, found.last).take(order)


def _clauses(tokens: Tokens) -> np.ndarray:
    """The number of each word's clause: punctuation parts clauses, quotation marks alone do not."""
    words = tokens.words
    parts = words.gap == SIGN  # a sentence's first word has one before it
    begins = np.zeros(len(parts) + 1, bool)
    begins[words.sentences] = True
    at = np.flatnonzero(parts & ~begins[:-1])
    left, right = words.piece[at - 1], words.piece[at]
    used, place = np.unique(np.asarray(tokens.ids)[[left, right]], return_inverse=True)
    pieces = tokens.pieces.take(pa.array(used))
    closed, opened = (
        as_mask(pc.match_substring_regex(pieces, rule))[side]
        for rule, side in zip((CLOSED, OPENED), place.reshape(2, -1))
    )
    parts[at[closed & opened & (right == left + 1)]] = False
    return np.cumsum(parts)


def _denied(first, last, before, behind, clause) -> np.ndarray:
    """Whether each hit has a cue close enough before its first or behind its last word."""
    cue = np.append(np.sort(before), -1)[np.searchsorted(np.sort(before), first) - 1]
    near = (cue >= 0) & (first - cue - 1 <= REACH) & (clause[cue] == clause[first])
    place = np.searchsorted(np.sort(behind), last, side="right")
    cue = np.append(np.sort(behind), len(clause) + REACH + 1)[place]
    same = clause[np.minimum(cue, len(clause) - 1)] == clause[last]
    return near | ((cue - last - 1 <= REACH) & same)
