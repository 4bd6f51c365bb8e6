"""Matches of themes over Tokens.

Everything that looks at letters is done once a distinct part of a word. Over the text, one look
finds the words that may begin a pattern, and only these are followed further.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.codebook.exact import PLAIN_GAPS, exact
from crosscurrents.codebook.patterns import Pattern, Theme
from crosscurrents.tokens import HYPHEN, SIGN, Tokens
from crosscurrents.tokens.pieces import as_mask
from crosscurrents.tokens.words import ACRONYM

HEAD = 8  # bytes of a word by which those with one beginning are found


@dataclass(frozen=True)
class Matches:
    """Matches in text order within each theme: indices of theme, pattern, first and last word."""

    theme: np.ndarray  # int64, into the themes matched
    pattern: np.ndarray  # int64, into that theme's patterns
    first: np.ndarray  # int64, into tokens.words.ids
    last: np.ndarray  # int64, the last word (inclusive)


@dataclass(frozen=True)
class _Hits:
    """Where patterns match, overlaps and all: pattern, and word and part of both ends."""

    which: np.ndarray
    first: np.ndarray
    begin: np.ndarray  # the part within the first word
    last: np.ndarray
    end: np.ndarray  # the part within the last word

    def take(self, chosen: np.ndarray) -> _Hits:
        columns = (self.which, self.first, self.begin, self.last, self.end)
        return _Hits(*(column[chosen] for column in columns))


def match(themes: tuple[Theme, ...], tokens: Tokens) -> Matches:
    """All matches of all themes.

    Within a theme the longest wins, then the pattern written first, and overlaps count once;
    a hit inside one of the theme's exclusions does not count. Themes do not see each other. A
    theme with sub-themes finds all that these find.

    >>> from crosscurrents.tokens import tokenise
    >>> gas = Theme("energy", "", (Pattern.parse("gas"), Pattern.parse("gas field*")))
    >>> found = match((gas,), tokenise([["Gas fields, gas-fired plants."]]))
    >>> found.pattern.tolist(), found.first.tolist(), found.last.tolist()
    ([1, 0], [0, 2], [1, 2])
    """
    scopes = [(t, *scope) for t, theme in enumerate(themes) for scope in theme.scopes()]
    every = [(s, k, p, False) for s, (_, own, _) in enumerate(scopes) for k, p in own.items()]
    every += [(s, -1, p, True) for s, (_, _, shut) in enumerate(scopes) for p in shut]
    if not every or not len(tokens.words.ids):
        return Matches(*np.zeros((4, 0), np.int64))
    hits = _find([p for _, _, p, _ in every], tokens)
    length = np.array([len(p.parts) for _, _, p, _ in every], np.int64)[hits.which]
    scope = np.array([s for s, _, _, _ in every], np.int64)[hits.which]
    theme = np.array([t for t, _, _ in scopes], np.int64)[scope]
    pattern = np.array([k for _, k, _, _ in every], np.int64)[hits.which]
    excluded = np.array([e for _, _, _, e in every], bool)[hits.which]
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
    return Matches(theme[keep], pattern[keep], hits.first[keep], hits.last[keep])


def _inside(start: np.ndarray, end: np.ndarray, begins: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Which stretches lie inside one of others."""
    if not len(begins):
        return np.zeros(len(start), bool)
    order = np.argsort(begins, kind="stable")
    reach = np.maximum.accumulate(ends[order])
    at = np.searchsorted(begins[order], start, side="right") - 1
    return (at >= 0) & (reach[at] >= end)


def _leftmost(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Of stretches in order, those that are kept going from left to right without an overlap."""
    if not len(start):
        return np.zeros(0, np.int64)
    reach = np.maximum.accumulate(end)
    clash = np.append(False, start[1:] < reach[:-1])  # with something before, kept or not
    keep = ~clash
    near = clash | np.append(clash[1:], False)
    until = -1
    for i in np.flatnonzero(near).tolist():
        if not clash[i]:
            until = -1
        keep[i] = start[i] >= until
        if keep[i]:
            until = end[i]
    return np.flatnonzero(keep)


def _find(patterns: list[Pattern], tokens: Tokens) -> _Hits:
    """Every hit of every pattern."""
    words, parts = tokens.words, tokens.table.parts
    elements = _members(list({part for p in patterns for part in p.parts}), parts.texts)
    counts, flat = _by_first(patterns, elements, len(parts.texts))
    opening = np.logical_or.reduceat(counts[parts.ids] > 0, parts.offsets[:-1])
    first = np.flatnonzero(opening[words.ids])
    first, begin = parts.spread(first, words.ids[first])
    part = parts.ids[parts.offsets[words.ids[first]] + begin]
    number = counts[part]
    offsets = np.cumsum(counts) - counts
    which = flat[_runs(offsets[part], number)]
    first, begin = np.repeat(first, number), np.repeat(begin, number)
    hits = _Hits(which, first, begin, first, begin)
    sizes = np.array([len(p.parts) for p in patterns])
    done = []
    for step in range(1, sizes.max() + 1):
        longer = sizes[hits.which] > step
        done.append(hits.take(~longer))
        if longer.any():
            hits = _step(step, hits.take(longer), patterns, elements, tokens)
        else:
            break
    hits = _Hits(*(np.concatenate(c) for c in zip(*(vars(h).values() for h in done))))
    strict = [p.whole or p.tail or any(g not in PLAIN_GAPS for g in p.gaps) for p in patterns]
    failed = []
    for i in np.flatnonzero(np.array(strict, bool)[hits.which]).tolist():
        begin, end = (int(hits.first[i]), int(hits.begin[i])), (int(hits.last[i]), int(hits.end[i]))
        if not exact(patterns[hits.which[i]], begin, end, tokens):
            failed.append(i)
    return hits.take(np.delete(np.arange(len(hits.which)), failed)) if failed else hits


def _by_first(patterns, elements, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Per distinct part how many patterns begin with it, and these patterns, part by part."""
    firsts = [elements[p.parts[0]] for p in patterns]
    part = np.concatenate(firsts)
    pattern = np.repeat(np.arange(len(patterns)), [len(f) for f in firsts])
    return np.bincount(part, minlength=size), pattern[np.argsort(part, kind="stable")]


def _runs(begins: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Indices begin, begin + 1, ... of each run, one after the other."""
    return np.repeat(begins - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())


def _members(wanted: list[str], texts: pa.StringArray) -> dict[str, np.ndarray]:
    """The distinct parts of the text that each part of a pattern matches."""
    lower = pc.utf8_lower(texts)
    capitals: dict[str, list[int]] = {}
    for place in np.flatnonzero(as_mask(pc.not_equal(lower, texts))).tolist():
        capitals.setdefault(texts[place].as_py().lower(), []).append(place)
    found = {}
    plain = {w: w if ACRONYM.fullmatch(w) else w.lower() for w in wanted if "*" not in w}
    sought = list(dict.fromkeys(plain.values()))
    which = pc.index_in(texts, value_set=pa.array(sought, pa.string()))
    place = np.flatnonzero(as_mask(which.is_valid()))
    known = dict(zip((sought[i] for i in which.take(pa.array(place)).to_pylist()), place.tolist()))
    for word, text in plain.items():
        same = [known[text]] if text in known else []
        same += [] if text == word and text != text.lower() else capitals.get(text, [])
        found[word] = np.array(same, np.int64)
    globs = [w for w in wanted if "*" in w]
    return found | _glob_members(globs, lower) if globs else found


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
    ends = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(texts.buffers()[2], np.uint8)
    heads, sizes = np.zeros(len(texts), np.uint64), np.diff(ends)
    for k in range(HEAD):
        byte = data.take(ends[:-1] + k, mode="clip")
        heads = heads << np.uint64(8) | np.where(sizes > k, byte, 0).astype(np.uint64)
    return heads


def _step(step: int, hits: _Hits, patterns, elements, tokens: Tokens) -> _Hits:
    """The hits whose part at `step` agrees, with what stands before it; all are that long."""
    words, parts = tokens.words, tokens.table.parts
    size = len(parts.texts)
    inner = hits.end + 1 < np.diff(parts.offsets)[words.ids[hits.last]]
    last, end = np.where(inner, hits.last, hits.last + 1), np.where(inner, hits.end + 1, 0)
    there = np.flatnonzero(last < len(words.ids))
    hits = _Hits(hits.which, hits.first, hits.begin, last, end).take(there)
    gap = np.where(inner[there], HYPHEN, words.gap[hits.last])
    want = np.array([p.gaps[step] if len(p.parts) > step else " " for p in patterns])[hits.which]
    fits = np.where(want == " ", gap != SIGN, np.where(want == "-", gap == HYPHEN, gap == SIGN))
    hits = hits.take(fits)
    longer = [k for k, p in enumerate(patterns) if len(p.parts) > step]
    allowed = np.sort(
        np.concatenate([k * size + elements[patterns[k].parts[step]] for k in longer])
    )
    key = hits.which * size + parts.ids[parts.offsets[words.ids[hits.last]] + hits.end]
    at = np.searchsorted(allowed, key)
    return hits.take(np.append(allowed, -1)[at] == key)
