"""Words with a valence among their neighbours: boosters, negation, idioms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa

from crosscurrents.vader.pieces import PieceTable
from crosscurrents.vader.rules import (
    AT_VERY,
    BOOSTER,
    CLOSES,
    KIND,
    KNOWN,
    LEAST,
    NEGATION,
    NEVER,
    OF,
    OPENS,
    SHORT,
    SO_THIS,
    UPPER,
    known_words,
    vader_rules,
)

# Weights that NLTK has without a name, in the bodies of its methods.
DAMPED = (1.0, 0.95, 0.9)  # a booster one, two, three words before the word it boosts
NEVER_SO = (1.0, 1.5, 1.25)  # "never so good", at the same distances
# Where idioms are sought, in steps from the word; of several, the last one in this list counts.
IDIOM_WINDOWS = (
    (-3, -2, None), (-3, -2, -1), (-2, -1, None), (-2, -1, 0), (-1, 0, None),
    (0, 1, None), (0, 1, 2),
)  # fmt: skip


class PieceStream(Protocol):
    """What can be scored: `Tokens`, or anything with these three."""

    pieces: pa.Array
    ids: np.ndarray
    sentences: np.ndarray


@dataclass(frozen=True)
class SeenText:
    """The pieces that the rules see: all but those of one character."""

    table: PieceTable
    ids: np.ndarray  # (seen)
    bits: np.ndarray  # uint16 (seen)
    bounds: np.ndarray  # int64 (sentences + 1)
    place: np.ndarray | None  # int64 (seen), among all pieces; None: all are seen

    @classmethod
    def of(cls, table: PieceTable, tokens: PieceStream) -> SeenText:
        ids, bounds = np.asarray(tokens.ids), np.asarray(tokens.sentences, np.int64)
        bits = table.bits[ids]
        short = has(bits, SHORT)
        if not short.any():
            return cls(table, ids, bits, bounds, None)
        bounds = bounds - np.searchsorted(np.flatnonzero(short), bounds)
        place = np.flatnonzero(~short)
        return cls(table, ids[place], bits[place], bounds, place)

    def word(self, at: np.ndarray) -> np.ndarray:
        """The numbers of the words at places."""
        return self.table.word[self.ids[at]]

    def mixes_case(self) -> np.ndarray:
        """Per sentence: some of its words are in capitals, and some are not."""
        upper = np.searchsorted(np.flatnonzero(has(self.bits, UPPER)), self.bounds)
        count = np.diff(upper)
        return (count > 0) & (count < np.diff(self.bounds))


class Context:
    """Words with a valence among their neighbours: the rules that look around."""

    def __init__(self, text: SeenText, at: np.ndarray, sentence: np.ndarray) -> None:
        self.text, self.at = text, at
        self.place = at - text.bounds[sentence]  # words before it in its sentence
        self.room = text.bounds[sentence + 1] - 1 - at  # words behind it
        self.mixed = text.mixes_case()[sentence]
        # Bits of the word itself, and of those one, two, three before it.
        self.bits = [self._near(-step) for step in range(4)]
        self.behind = self._near(1)

    def _near(self, step: int) -> np.ndarray:
        there = self.place >= -step if step <= 0 else self.room >= step
        return self.text.bits.take(self.at + step, mode="wrap") * there

    def valence(self) -> np.ndarray:
        """float64 (words): what is left of each valence after all rules but that of *but*."""
        rules, (itself, before, before_that, _) = vader_rules(), self.bits
        valence = self.text.table.valence[self.text.word(self.at)]
        shouted = np.flatnonzero(has(itself, UPPER) & self.mixed)
        valence[shouted] += np.where(valence[shouted] > 0, rules.capitals, -rules.capitals)
        for distance in (1, 2, 3):
            self._boost_or_negate(valence, distance)
        self._idioms(valence)
        least = has(before, LEAST) & ~has(before, KNOWN) & ~has(before_that, AT_VERY)
        valence[least] *= rules.negation
        valence[has(itself, KIND) & has(self.behind, OF)] = 0.0
        return valence

    def _boost_or_negate(self, valence: np.ndarray, distance: int) -> None:
        """Apply, in place, the word so many words before, unless it has a valence of its own."""
        rules, bits = vader_rules(), self.bits[distance]
        never_so = self._never_so(distance)
        acts = (has(bits, BOOSTER | NEGATION) | never_so) & ~has(bits, KNOWN)
        acts = np.flatnonzero(acts & (self.place >= distance))
        bits, score = bits[acts], valence[acts]
        boost = self.text.table.boost[self.text.word(self.at[acts] - distance)]
        boost = np.where(score < 0, -boost, boost)
        shouted = has(bits, BOOSTER) & has(bits, UPPER) & self.mixed[acts]
        boost += shouted * np.where(score > 0, rules.capitals, -rules.capitals)
        factor = np.where(has(bits, NEGATION), rules.negation, 1.0)
        factor[never_so[acts]] = NEVER_SO[distance - 1]
        valence[acts] = (score + boost * DAMPED[distance - 1]) * factor

    def _never_so(self, distance: int) -> np.ndarray:
        """Where "never so", or what NLTK takes for it, stands at a distance."""
        _, first, second, third = self.bits
        if distance == 1:
            return np.zeros(len(self.at), bool)
        if distance == 2:
            return has(second, NEVER) & has(first, SO_THIS)
        return has(third, NEVER) & has(second, SO_THIS) | has(first, SO_THIS)

    def _idioms(self, valence: np.ndarray) -> None:
        """Apply idioms in place; NLTK looks for them only behind three words."""
        itself, first, second, third = self.bits
        pairs = ((third, second), (second, first), (first, itself), (itself, self.behind))
        likely = np.logical_or.reduce([has(a, OPENS) & has(b, CLOSES) for a, b in pairs])
        at = np.flatnonzero(likely & (self.place >= 3) & ~has(third, KNOWN))
        idioms, dampers = known_words().idioms, known_words().dampers
        word = {step: self._phrase_word(at, step) for step in range(-3, 3)}
        word[None] = np.full(len(at), -1)
        score = valence[at]
        for window in IDIOM_WINDOWS:
            found = idioms[word[window[0]], word[window[1]], word[window[2]]]
            score = np.where(np.isnan(found), score, found)
        dampened = dampers[word[-3], word[-2]] | dampers[word[-2], word[-1]]
        valence[at] = score + dampened * vader_rules().dampening

    def _phrase_word(self, at: np.ndarray, step: int) -> np.ndarray:
        there = self.room[at] >= step
        words = self.text.word(self.at[at] + np.where(there, step, 0))
        return self.text.table.phrase[words] * there


def has(bits: np.ndarray, flags: int) -> np.ndarray:
    return (bits & flags) != 0
