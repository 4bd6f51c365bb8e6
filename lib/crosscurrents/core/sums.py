"""Scores of sentences with the words that made them; and the sum of the terms of a lexicon.

A term stands between word boundaries, in any case; of several that begin at one place the longest
counts, and the search goes on behind it: as the package afinn does it (Nielsen 2011).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from crosscurrents.core.tokens import Stream

STRAIGHT = str.maketrans(dict.fromkeys("‘’‚‛ʼ", "'") | dict.fromkeys("“”„‟", '"'))
RUN = re.compile(r"\w+")
# Of a text: where each term stands, what it adds, and the term.
Assess = Callable[[str], Sequence[tuple[int, float, str]]]


@dataclass(frozen=True)
class Scored:
    """Scores of sentences, and the words that made them, in the order of the text."""

    score: np.ndarray  # float64 (sentences)
    place: np.ndarray  # int64 (words), in stream.ids
    sentence: np.ndarray  # int64 (words)
    value: np.ndarray  # float64 (words), what each adds
    term: list[str]  # of the lexicon, in lower case (words)


def score_texts(stream: Stream, assess: Assess) -> Scored:
    """The sum of what the terms of each sentence add, sentence by sentence.

    `assess` sees the pieces of a sentence with a blank between them.
    """
    distinct, bounds = stream.pieces.to_pylist(), np.asarray(stream.sentences).tolist()
    ids, rows = np.asarray(stream.ids).tolist(), []
    for sentence, (first, last) in enumerate(zip(bounds, bounds[1:])):
        pieces = [distinct[k] for k in ids[first:last]]
        found = assess(" ".join(pieces))
        if found:
            starts = np.cumsum([0, *(len(piece) + 1 for piece in pieces)]).tolist()
            for at, value, term in found:
                rows.append((first + bisect_right(starts, at) - 1, sentence, value, term))
    place, sentence, value, terms = zip(*rows) if rows else ((), (), (), ())
    sentence, value = np.array(sentence, np.int64), np.array(value, float)
    score = np.bincount(sentence, value, minlength=len(bounds) - 1).astype(float)
    return Scored(score, np.array(place, np.int64), sentence, value, [*terms])


def term_finder(scores: Mapping[str, float]) -> Assess:
    """What finds the terms of a lexicon in a text, each with its score.

    >>> term_finder({"cold": -1.0, "cold war": -4.0})("A cold war, a COLD day.")
    [(2, -4.0, 'cold war'), (14, -1.0, 'cold')]
    """
    longest: dict[str, int] = {}  # first run of letters of a term -> runs of the longest such
    for term in scores:
        runs = RUN.findall(term)
        if runs:
            longest[runs[0]] = max(len(runs), longest.get(runs[0], 1))

    def find(text: str) -> list[tuple[int, float, str]]:
        text = text.translate(STRAIGHT).lower()
        runs = [m.span() for m in RUN.finditer(text)]
        found, k = [], 0
        while k < len(runs):
            start, end = runs[k]
            reach = longest.get(text[start:end], 0)
            for last in range(min(k + reach, len(runs)) - 1, k - 1, -1):
                term = text[start : runs[last][1]]
                if term in scores:
                    found.append((start, scores[term], term))
                    k = last
                    break
            k += 1
        return found

    return find
