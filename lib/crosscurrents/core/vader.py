"""VADER over whole texts: the scores of NLTK's analyser, a hundred thousand sentences at a time.

What a piece of text is to the rules is worked out once a distinct piece (vader_words.py). The rules
then run in NumPy over the places where a word with a valence stands, about one word in ten.

The rules are those of Hutto & Gilbert (2014) as NLTK's `SentimentIntensityAnalyzer` applies them,
its oddities included; the tests hold every score to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from crosscurrents.core import vader_words as flag
from crosscurrents.core.arrays import owners
from crosscurrents.core.pieces import Stream
from crosscurrents.core.sums import Scored, unified
from crosscurrents.core.vader_text import vader_stream
from crosscurrents.core.vader_words import KnownWords, PieceFacts

DIGITS = {"neg": 3, "neu": 3, "pos": 3, "compound": 4}  # decimals, as NLTK rounds
# Weights that NLTK has without a name, in the bodies of its methods.
BEFORE_BUT, BEHIND_BUT = 0.5, 1.5
DAMPED = (1.0, 0.95, 0.9)  # a booster one, two, three words before the word it boosts
NEVER_SO = (1.0, 1.5, 1.25)  # "never so good", at the same distances
# Where idioms are sought, in steps from the word; of several, the last one in this list counts.
IDIOM_WINDOWS = (
    (-3, -2, None), (-3, -2, -1), (-2, -1, None), (-2, -1, 0), (-1, 0, None),
    (0, 1, None), (0, 1, 2),
)  # fmt: skip
MARKS = 8  # more than the emphasis of `!` or `?` tells apart


class Vader:
    """VADER's rules over the valences of a lexicon.

    Examples
    --------
    >>> from crosscurrents.core.pieces import split_pieces
    >>> Vader({"good": 1.9}).scores(split_pieces(["very good", "not good"])).tolist()
    [[0.0, 0.238, 0.762, 0.4927], [0.706, 0.294, 0.0, -0.3412]]
    """

    def __init__(
        self, valences: Mapping[str, float], emoji: Mapping[str, str] | None = None
    ) -> None:
        """`valences` by term in lower case, as `read_lexicon("vader").scores`; names of `emoji`."""
        from nltk.sentiment import vader  # here: NLTK takes a second to load

        self.valences, self.emoji = valences, emoji or {}
        self.constants = vader.VaderConstants
        self.known = KnownWords(valences, self.constants)
        analyser = vader.SentimentIntensityAnalyzer
        amplifiers = {"!": analyser._amplify_ep, "?": analyser._amplify_qm}
        self.emphasis = {
            mark: np.array([amplify(None, mark * n) for n in range(MARKS)])
            for mark, amplify in amplifiers.items()
        }

    def scores(self, stream: Stream) -> np.ndarray:
        """neg, neu, pos (shares, three decimals) and compound (-1 to 1, four decimals).

        Returns
        -------
        float64 array (sentences, 4)
            A sentence without a piece of two characters is 0 in all four.
        """
        return self._scored(stream)[0]

    def score(self, stream: Stream) -> Scored:
        """The compound score of each sentence, and the valences after all rules behind it."""
        scores, text, hits, place, sentence, valence = self._scored(stream)
        entry, entries = unified(text.word(hits), text.facts.words)
        return Scored(scores[:, 3], place, sentence, valence, entry, entries)

    def _scored(self, stream: Stream) -> tuple:
        """The scores; the text; places of words with a valence, in it and in the stream; ..."""
        stream, origin = vader_stream(stream, self.emoji, self.valences)
        facts = PieceFacts.of(stream.pieces, self.known)
        text = SeenText.of(facts, stream)
        hits = np.flatnonzero(has(text.bits, flag.SCORED))
        sentence = owners(text.bounds, hits)
        # Every occurrence of a word in a sentence takes the valence of the first.
        key = sentence * len(facts.valence) + text.word(hits)
        _, first, same = np.unique(key, return_index=True, return_inverse=True)
        context = Context(self, text, hits[first], sentence[first])
        valence = _weigh_but(text, hits, sentence, context.valence()[same])
        emphasis = self._emphasis(facts, stream)
        alpha = self.constants.normalize.__defaults__[0]
        scores = _scores(valence, sentence, np.diff(text.bounds), emphasis, alpha)
        return scores, text, hits, origin[text.place[hits]], sentence, valence

    def _emphasis(self, facts: PieceFacts, stream: Stream) -> np.ndarray:
        """What the exclamation and question marks of each sentence add to its score."""
        marked = np.flatnonzero(has(facts.bits, flag.EMPHASIS)[stream.ids])
        sentence = owners(np.asarray(stream.sentences), marked)
        total = np.zeros(len(stream.sentences) - 1)
        for counts, mark in ((facts.exclamations, "!"), (facts.questions, "?")):
            number = np.bincount(sentence, counts[stream.ids[marked]], minlength=len(total))
            total += self.emphasis[mark][np.minimum(number, MARKS - 1).astype(np.intp)]
        return total


@dataclass(frozen=True)
class SeenText:
    """The pieces that the rules see: all but those of one character."""

    facts: PieceFacts
    ids: np.ndarray  # (seen)
    bits: np.ndarray  # uint16 (seen)
    bounds: np.ndarray  # int64 (sentences + 1)
    place: np.ndarray  # int64 (seen), among all pieces

    @classmethod
    def of(cls, facts: PieceFacts, stream: Stream) -> SeenText:
        place = np.flatnonzero(~has(facts.bits, flag.SHORT)[stream.ids])
        ids, bounds = stream.ids[place], np.searchsorted(place, stream.sentences)
        return cls(facts, ids, facts.bits[ids], bounds, place)

    def word(self, at: np.ndarray) -> np.ndarray:
        """The numbers of the words at places."""
        return self.facts.word[self.ids[at]]

    def mixes_case(self) -> np.ndarray:
        """Per sentence: some of its words are in capitals, and some are not."""
        count = np.diff(np.searchsorted(np.flatnonzero(has(self.bits, flag.UPPER)), self.bounds))
        return (count > 0) & (count < np.diff(self.bounds))


class Context:
    """Words with a valence among their neighbours: the rules that look around."""

    def __init__(self, rules: Vader, text: SeenText, at: np.ndarray, sentence: np.ndarray) -> None:
        self.rules, self.text, self.at = rules, text, at
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
        constants, (itself, before, before_that, _) = self.rules.constants, self.bits
        valence = self.text.facts.valence[self.text.word(self.at)]
        shouted = np.flatnonzero(has(itself, flag.UPPER) & self.mixed)
        valence[shouted] += np.where(valence[shouted] > 0, 1, -1) * constants.C_INCR
        for distance in (1, 2, 3):
            self._boost_or_negate(valence, distance)
        self._idioms(valence)
        least = has(before, flag.LEAST) & ~has(before, flag.KNOWN) & ~has(before_that, flag.AT_VERY)
        valence[least] *= constants.N_SCALAR
        valence[has(itself, flag.KIND) & has(self.behind, flag.OF)] = 0.0
        return valence

    def _boost_or_negate(self, valence: np.ndarray, distance: int) -> None:
        """Apply, in place, the word so many words before, unless it has a valence of its own."""
        constants, bits = self.rules.constants, self.bits[distance]
        never_so = self._never_so(distance)
        acts = (has(bits, flag.BOOSTER | flag.NEGATION) | never_so) & ~has(bits, flag.KNOWN)
        acts = np.flatnonzero(acts & (self.place >= distance))
        bits, score = bits[acts], valence[acts]
        boost = self.text.facts.boost[self.text.word(self.at[acts] - distance)]
        boost = np.where(score < 0, -boost, boost)
        shouted = has(bits, flag.BOOSTER) & has(bits, flag.UPPER) & self.mixed[acts]
        boost += shouted * np.where(score > 0, 1, -1) * constants.C_INCR
        factor = np.where(has(bits, flag.NEGATION), constants.N_SCALAR, 1.0)
        factor[never_so[acts]] = NEVER_SO[distance - 1]
        valence[acts] = (score + boost * DAMPED[distance - 1]) * factor

    def _never_so(self, distance: int) -> np.ndarray:
        """Where "never so", or what NLTK takes for it, stands at a distance."""
        _, first, second, third = self.bits
        if distance == 1:
            return np.zeros(len(self.at), bool)
        if distance == 2:
            return has(second, flag.NEVER) & has(first, flag.SO_THIS)
        return has(third, flag.NEVER) & has(second, flag.SO_THIS) | has(first, flag.SO_THIS)

    def _idioms(self, valence: np.ndarray) -> None:
        """Apply idioms in place; NLTK looks for them only behind three words."""
        itself, first, second, third = self.bits
        pairs = ((third, second), (second, first), (first, itself), (itself, self.behind))
        likely = np.logical_or.reduce([has(a, flag.OPENS) & has(b, flag.CLOSES) for a, b in pairs])
        at = np.flatnonzero(likely & (self.place >= 3) & ~has(third, flag.KNOWN))
        word = {step: self._phrase_word(at, step) for step in range(-3, 3)}
        word[None] = np.full(len(at), -1)
        score, known = valence[at], self.rules.known
        for window in IDIOM_WINDOWS:
            found = known.idioms[tuple(word[step] for step in window)]
            score = np.where(np.isnan(found), score, found)
        dampened = known.dampers[word[-3], word[-2]] | known.dampers[word[-2], word[-1]]
        valence[at] = score + dampened * self.rules.constants.B_DECR

    def _phrase_word(self, at: np.ndarray, step: int) -> np.ndarray:
        there = self.room[at] >= step
        words = self.text.word(self.at[at] + np.where(there, step, 0))
        return self.text.facts.phrase[words] * there


def has(bits: np.ndarray, flags: int) -> np.ndarray:
    """Where one of some flags is set."""
    return (bits & flags) != 0


def _weigh_but(
    text: SeenText, hits: np.ndarray, sentence: np.ndarray, valence: np.ndarray
) -> np.ndarray:
    """Less of what stands before the first *but* of a sentence, more of what stands behind it."""
    buts = np.append(np.flatnonzero(has(text.bits, flag.BUT)), len(text.bits))
    # The first but at or behind each sentence's start, which may stand in a later sentence.
    but = buts[np.searchsorted(buts[:-1], text.bounds[:-1])][sentence]
    turned = but < text.bounds[sentence + 1]
    return np.where(turned, valence * np.where(hits < but, BEFORE_BUT, BEHIND_BUT), valence)


def _scores(
    valence: np.ndarray, sentence: np.ndarray, lengths: np.ndarray, emphasis: np.ndarray, alpha: int
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
    compound = score / np.sqrt(score * score + alpha)
    columns = (negative / whole, neutral / whole, positive / whole, compound)
    return np.column_stack([rounded(c, digits) for c, digits in zip(columns, DIGITS.values())])


def rounded(values: np.ndarray, digits: int) -> np.ndarray:
    """Python's round: NumPy scales first, and so takes another side where a value lies between."""
    scaled = values * 10**digits
    result = np.rint(scaled) / 10**digits
    between = np.flatnonzero(np.abs(scaled - np.floor(scaled) - 0.5) < 1e-6)
    result[between] = [round(value, digits) for value in values[between].tolist()]
    return result
