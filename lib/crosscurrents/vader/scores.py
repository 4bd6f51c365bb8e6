"""VADER over whole texts: the scores of NLTK's analyser, a hundred thousand sentences at a time.

What a piece of text is to the rules is worked out once a distinct piece (pieces.py).  The rules
then run in NumPy over the places where a word with a valence stands, about one word in ten.

The rules are those of Hutto & Gilbert (2014) as NLTK's `SentimentIntensityAnalyzer` applies them,
its oddities included; the tests hold every score to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from crosscurrents.vader.pieces import PieceTable, split_pieces
from crosscurrents.vader.rules import (
    AT_VERY,
    BOOSTER,
    BUT,
    CLOSES,
    EMPHASIS,
    KIND,
    KNOWN,
    LEAST,
    NEGATION,
    NEVER,
    OF,
    OPENS,
    SCORED,
    SHORT,
    SO_THIS,
    UPPER,
    known_words,
    vader_rules,
)

DIGITS = {"neg": 3, "neu": 3, "pos": 3, "compound": 4}  # decimals, as NLTK rounds

# Weights that NLTK has without a name, in the bodies of its methods.
DAMPED = (1.0, 0.95, 0.9)  # a booster one, two, three words before the word it boosts
NEVER_SO = (1.0, 1.5, 1.25)  # "never so good", at the same distances
BEFORE_BUT, BEHIND_BUT = 0.5, 1.5
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


def score_sentences(texts: Sequence[str], *, lexicon: str = "vader") -> pd.DataFrame:
    """VADER's four scores of texts, each scored as one sentence.

    Parameters
    ----------
    texts : sequence of str, or Series
    lexicon : "vader"

    Returns
    -------
    DataFrame
        A row a text, with the index of a Series: neg, neu, pos, compound, as `score_tokens` gives
        them.

    Raises
    ------
    ValueError
        Another lexicon; texts that are not all strings.

    Examples
    --------
    >>> score_sentences(["A great success, but a costly one."])
         neg    neu    pos  compound
    0  0.188  0.235  0.576    0.5106
    """
    if lexicon != "vader":
        raise ValueError(f"lexicon {lexicon!r} has no rules for sentences; choose from ['vader']")
    if isinstance(texts, str):
        raise ValueError(f"texts {texts[:40]!r} is one string; give a list of strings")
    index = texts.index if isinstance(texts, pd.Series) else None
    scores = score_tokens(split_pieces(list(texts)))
    return pd.DataFrame(scores, columns=list(DIGITS), index=index)


def score_tokens(tokens: PieceStream) -> np.ndarray:
    """VADER's four scores of each sentence of Tokens, equal to NLTK's.

    Parameters
    ----------
    tokens : Tokens

    Returns
    -------
    float64 array (sentences, 4)
        neg, neu, pos (shares of the sentence, three decimals) and compound (-1 to 1, four
        decimals).  A sentence without a piece of two characters is 0 in all four.

    Notes
    -----
    Hutto & Gilbert (2014), as NLTK's `SentimentIntensityAnalyzer` computes it on the text with
    curly apostrophes and quotation marks made straight.

    Examples
    --------
    >>> score_tokens(split_pieces(["The talks went well.", "They were NOT useful!"])).tolist()
    [[0.0, 0.588, 0.412, 0.2732], [0.473, 0.527, 0.0, -0.4015]]
    """
    return _scored(tokens)[0]


class ScoredWords(NamedTuple):
    """The scores of sentences, and the words with a valence that made them."""

    scores: np.ndarray  # float64 (sentences, 4)
    piece: np.ndarray  # int64 (words), places in tokens.ids
    sentence: np.ndarray  # int64 (words)
    valence: np.ndarray  # float64 (words), after all rules; they add up to what is normalised
    entry: np.ndarray  # int32 (words), into entries
    entries: list[str]  # of the lexicon


def score_words(tokens: PieceStream) -> ScoredWords:
    """What `score_tokens` gives, with the words behind it."""
    scores, text, hits, sentence, valence = _scored(tokens)
    place = hits if text.place is None else text.place[hits]
    word, entry = np.unique(text.word(hits), return_inverse=True)
    entries = text.table.words.take(pa.array(word - 1)).to_pylist()
    return ScoredWords(scores, place, sentence, valence, entry.astype(np.int32), entries)


def _scored(tokens: PieceStream) -> tuple[np.ndarray, _Text, np.ndarray, np.ndarray, np.ndarray]:
    """The scores; and the text, the places in it of words with a valence, sentences, valences."""
    table = PieceTable.of(tokens.pieces)
    text = _Text.of(table, tokens)
    hits = np.flatnonzero(_has(text.bits, SCORED))
    sentence = np.searchsorted(text.bounds, hits, side="right") - 1
    # Every occurrence of a word in a sentence takes the valence of the first.
    key = sentence * len(table.valence) + text.word(hits)
    _, first, same = np.unique(key, return_index=True, return_inverse=True)
    valence = _Context(text, hits[first], sentence[first]).valence()[same]
    valence = _weigh_but(text, hits, sentence, valence)
    scores = _scores(valence, sentence, np.diff(text.bounds), _emphasis(table, tokens))
    return scores, text, hits, sentence, valence


@dataclass(frozen=True)
class _Text:
    """The pieces that the rules see: all but those of one character."""

    table: PieceTable
    ids: np.ndarray  # (seen)
    bits: np.ndarray  # uint16 (seen)
    bounds: np.ndarray  # int64 (sentences + 1)
    place: np.ndarray | None  # int64 (seen), among all pieces; None: all are seen

    @classmethod
    def of(cls, table: PieceTable, tokens: PieceStream) -> _Text:
        ids, bounds = np.asarray(tokens.ids), np.asarray(tokens.sentences, np.int64)
        bits = table.bits[ids]
        short = _has(bits, SHORT)
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
        upper = np.searchsorted(np.flatnonzero(_has(self.bits, UPPER)), self.bounds)
        count = np.diff(upper)
        return (count > 0) & (count < np.diff(self.bounds))


class _Context:
    """Words with a valence among their neighbours: the rules that look around."""

    def __init__(self, text: _Text, at: np.ndarray, sentence: np.ndarray) -> None:
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
        shouted = np.flatnonzero(_has(itself, UPPER) & self.mixed)
        valence[shouted] += np.where(valence[shouted] > 0, rules.capitals, -rules.capitals)
        for distance in (1, 2, 3):
            self._boost_or_negate(valence, distance)
        self._idioms(valence)
        least = _has(before, LEAST) & ~_has(before, KNOWN) & ~_has(before_that, AT_VERY)
        valence[least] *= rules.negation
        valence[_has(itself, KIND) & _has(self.behind, OF)] = 0.0
        return valence

    def _boost_or_negate(self, valence: np.ndarray, distance: int) -> None:
        """Apply, in place, the word so many words before, unless it has a valence of its own."""
        rules, bits = vader_rules(), self.bits[distance]
        never_so = self._never_so(distance)
        acts = (_has(bits, BOOSTER | NEGATION) | never_so) & ~_has(bits, KNOWN)
        acts = np.flatnonzero(acts & (self.place >= distance))
        bits, score = bits[acts], valence[acts]
        boost = self.text.table.boost[self.text.word(self.at[acts] - distance)]
        boost = np.where(score < 0, -boost, boost)
        shouted = _has(bits, BOOSTER) & _has(bits, UPPER) & self.mixed[acts]
        boost += shouted * np.where(score > 0, rules.capitals, -rules.capitals)
        factor = np.where(_has(bits, NEGATION), rules.negation, 1.0)
        factor[never_so[acts]] = NEVER_SO[distance - 1]
        valence[acts] = (score + boost * DAMPED[distance - 1]) * factor

    def _never_so(self, distance: int) -> np.ndarray:
        """Where "never so", or what NLTK takes for it, stands at a distance."""
        _, first, second, third = self.bits
        if distance == 1:
            return np.zeros(len(self.at), bool)
        if distance == 2:
            return _has(second, NEVER) & _has(first, SO_THIS)
        return _has(third, NEVER) & _has(second, SO_THIS) | _has(first, SO_THIS)

    def _idioms(self, valence: np.ndarray) -> None:
        """Apply idioms in place; NLTK looks for them only behind three words."""
        itself, first, second, third = self.bits
        pairs = ((third, second), (second, first), (first, itself), (itself, self.behind))
        likely = np.logical_or.reduce([_has(a, OPENS) & _has(b, CLOSES) for a, b in pairs])
        at = np.flatnonzero(likely & (self.place >= 3) & ~_has(third, KNOWN))
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


def _weigh_but(
    text: _Text, hits: np.ndarray, sentence: np.ndarray, valence: np.ndarray
) -> np.ndarray:
    """Less of what stands before the first *but* of a sentence, more of what stands behind it."""
    buts = np.flatnonzero(_has(text.bits, BUT))
    if not len(buts):
        return valence
    # The first but at or behind each sentence's start, which may stand in a later sentence.
    nearest = np.append(buts, len(text.bits))[np.searchsorted(buts, text.bounds[:-1])]
    but = nearest[sentence]
    turned = but < text.bounds[sentence + 1]
    weight = np.where(hits < but, BEFORE_BUT, BEHIND_BUT)
    return np.where(turned, valence * weight, valence)


def _emphasis(table: PieceTable, tokens: PieceStream) -> np.ndarray:
    """What the exclamation and question marks of each sentence add to its score."""
    rules, ids = vader_rules(), np.asarray(tokens.ids)
    bounds = np.asarray(tokens.sentences)
    marked = np.flatnonzero(_has(table.bits, EMPHASIS)[ids])
    sentence = np.searchsorted(bounds, marked, side="right") - 1
    total = np.zeros(len(bounds) - 1)
    for counts, added in (
        (table.exclamations, rules.exclamations),
        (table.questions, rules.questions),
    ):
        number = np.bincount(sentence, counts[ids[marked]], minlength=len(total))
        total += added[np.minimum(number, len(added) - 1).astype(np.intp)]
    return total


def _scores(
    valence: np.ndarray, sentence: np.ndarray, lengths: np.ndarray, emphasis: np.ndarray
) -> np.ndarray:
    """The four scores from the valences; sums run from left to right, as NLTK adds them."""

    def total(weights: np.ndarray, chosen: np.ndarray | slice = slice(None)) -> np.ndarray:
        sums = np.bincount(sentence[chosen], weights[chosen], minlength=len(lengths))
        return sums.astype(np.float64)  # of nothing, bincount makes integers

    plus, minus = valence > 0, valence < 0
    score = total(valence)
    # A neutral word counts 1, so a positive one counts its valence and 1.
    positive, negative = total(valence + 1, plus), -total(valence - 1, minus)
    neutral = lengths - total(np.ones(len(valence)), plus | minus)
    score += np.sign(score) * emphasis
    lead = np.sign(positive - negative)
    positive += np.where(lead > 0, emphasis, 0)
    negative += np.where(lead < 0, emphasis, 0)
    whole = np.where(lengths > 0, positive + negative + neutral, 1)
    compound = score / np.sqrt(score * score + vader_rules().alpha)
    columns = (negative / whole, neutral / whole, positive / whole, compound)
    pairs = zip(columns, DIGITS.values(), strict=True)
    return np.column_stack([rounded(column, digits) for column, digits in pairs])


def rounded(values: np.ndarray, digits: int) -> np.ndarray:
    """Python's round: NumPy scales first, and so takes another side where a value lies between."""
    scaled = values * 10**digits
    result = np.rint(scaled) / 10**digits
    between = np.flatnonzero(np.abs(scaled - np.floor(scaled) - 0.5) < 1e-6)
    result[between] = [round(value, digits) for value in values[between].tolist()]
    return result


def _has(bits: np.ndarray, flags: int) -> np.ndarray:
    return (bits & flags) != 0
