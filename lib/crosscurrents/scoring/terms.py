"""The sum of the terms of a lexicon in each sentence, as the package afinn adds it (Nielsen 2011).

A term stands between word boundaries, in any case; of several that begin at one place the longest
counts, and the search goes on behind it. Terms within a piece are found once a distinct piece; only
sentences that may hold a term of several words are read as text.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.lexicon import Lexicon
from crosscurrents.scoring.scored import Scored, Stream
from crosscurrents.vader.pieces import STRAIGHT

RUN = re.compile(r"\w+")
AROUND = string.punctuation.replace("_", "")  # what word boundaries part from a word of ASCII


def score_terms(stream: Stream, lexicon: Lexicon) -> Scored:
    """The sum of the scores of terms in each sentence, and the terms."""
    terms = _Terms.of(lexicon)
    ids, bounds = np.asarray(stream.ids), np.asarray(stream.sentences, np.int64)
    counts, entry = terms.within(stream.pieces)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    read = _may_hold_phrases(stream, terms)
    plain = np.repeat(~read, np.diff(bounds))
    place = np.flatnonzero((counts[ids] > 0) & plain)
    number = counts[ids[place]]
    within = np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
    entries = entry[np.repeat(offsets[ids[place]], number) + within]
    place = np.repeat(place, number)
    for sentence in np.flatnonzero(read).tolist():
        there = range(bounds[sentence], bounds[sentence + 1])
        more = terms.across([stream.pieces[int(ids[k])].as_py() for k in there])
        place = np.append(place, [there[k] for k, _ in more]).astype(np.int64)
        entries = np.append(entries, [number for _, number in more]).astype(np.int64)
    order = np.argsort(place, kind="stable")
    place, entries = place[order], entries[order]
    value = terms.scores[entries]
    sentence = np.searchsorted(bounds, place, side="right") - 1
    score = np.bincount(sentence, value, minlength=len(bounds) - 1).astype(float)
    return Scored(score, place, sentence, value, entries, terms.texts)


@dataclass(frozen=True)
class _Terms:
    """A lexicon's terms, numbered, and what the search needs to know of them."""

    texts: list[str]
    scores: np.ndarray  # float64 (terms)
    number: dict[str, int]
    longest: dict[str, int]  # first run of a term of several runs -> runs of its longest
    phrases: list[list[str]]  # terms of several pieces

    @classmethod
    def of(cls, lexicon: Lexicon) -> _Terms:
        return _prepared(lexicon)

    def find(self, text: str) -> list[tuple[int, int]]:
        """Where terms begin in a text (lower case, straight), and their numbers."""
        runs = [m.span() for m in RUN.finditer(text)]
        found, k = [], 0
        while k < len(runs):
            start, end = runs[k]
            reach = self.longest.get(text[start:end], 1)
            for last in range(min(k + reach, len(runs)) - 1, k - 1, -1):
                number = self.number.get(text[start : runs[last][1]])
                if number is not None:
                    found.append((start, number))
                    k = last
                    break
            k += 1
        return found

    def within(self, pieces: pa.Array) -> tuple[np.ndarray, np.ndarray]:
        """Per distinct piece how many terms stand in it, and these terms, piece by piece."""
        if isinstance(pieces, pa.ChunkedArray):
            pieces = pieces.combine_chunks()
        core = pc.ascii_trim(pc.utf8_lower(pieces), AROUND)
        simple = pc.and_(pc.string_is_ascii(pieces), pc.ascii_is_alnum(core))
        simple = simple.to_numpy(zero_copy_only=False)
        keys = pa.array(self.texts, core.type)
        at = pc.fill_null(pc.index_in(core, value_set=keys), -1).to_numpy(zero_copy_only=False)
        counts = np.where(simple & (at >= 0), 1, 0)
        others = np.flatnonzero(~simple)
        more = [
            [number for _, number in self.find(piece.translate(STRAIGHT).lower())]
            for piece in pieces.take(pa.array(others)).to_pylist()
        ]
        counts[others] = [len(found) for found in more]
        entry = np.zeros(counts.sum(), np.int64)
        owner = np.repeat(simple, counts)
        entry[owner] = at[simple & (at >= 0)]
        entry[~owner] = [number for found in more for number in found]
        return counts, entry

    def across(self, pieces: list[str]) -> list[tuple[int, int]]:
        """Terms of a sentence as (number of the piece in it, number of the term)."""
        texts = [piece.translate(STRAIGHT).lower() for piece in pieces]
        starts = np.cumsum([0, *(len(text) + 1 for text in texts if text)])
        kept = [k for k, text in enumerate(texts) if text]
        found = self.find(" ".join(text for text in texts if text))
        return [(kept[np.searchsorted(starts, s, "right") - 1], number) for s, number in found]


@lru_cache(maxsize=8)
def _prepared(lexicon: Lexicon) -> _Terms:
    texts = list(lexicon.scores)
    longest: dict[str, int] = {}
    for text in texts:
        runs = RUN.findall(text)
        if len(runs) > 1:
            longest[runs[0]] = max(len(runs), longest.get(runs[0], 1))
    phrases = [text.split() for text in texts if " " in text]
    numbers = {text: k for k, text in enumerate(texts)}
    return _Terms(texts, np.array([*lexicon.scores.values()], float), numbers, longest, phrases)


def _may_hold_phrases(stream: Stream, terms: _Terms) -> np.ndarray:
    """Bool (sentences): a piece that may begin a phrase stands before one that may go on."""
    size = len(stream.sentences) - 1
    if not terms.phrases or not len(stream.ids):
        return np.zeros(size, bool)
    # Beyond ASCII, and with curly marks, in the shape in which terms are sought.
    texts = [piece.translate(STRAIGHT).lower() for piece in stream.pieces.to_pylist()]
    firsts, seconds = (tuple({phrase[k] for phrase in terms.phrases}) for k in (0, 1))
    opens = np.array([text.endswith(firsts) for text in texts])
    goes_on = np.array([text.startswith(seconds) or not text for text in texts])
    at = np.flatnonzero(opens[stream.ids[:-1]] & goes_on[stream.ids[1:]])
    found = np.zeros(size, bool)
    found[np.searchsorted(stream.sentences, at, side="right") - 1] = True
    return found
