"""VADER over whole texts: the scores of NLTK's analyser, a hundred thousand sentences at a time.

What a piece of text is to the rules is worked out once a distinct piece (pieces.py).  The rules
then run in NumPy over the places where a word with a valence stands, about one word in ten.

The rules are those of Hutto & Gilbert (2014) as NLTK's `SentimentIntensityAnalyzer` applies them,
its oddities included; the tests hold every score to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from crosscurrents.vader.context import Context, PieceStream, SeenText, has
from crosscurrents.vader.pieces import PieceTable, split_pieces
from crosscurrents.vader.rules import BUT, EMPHASIS, SCORED, vader_rules

DIGITS = {"neg": 3, "neu": 3, "pos": 3, "compound": 4}  # decimals, as NLTK rounds
BEFORE_BUT, BEHIND_BUT = 0.5, 1.5  # weights that NLTK has without a name


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


def _scored(tokens: PieceStream) -> tuple[np.ndarray, SeenText, np.ndarray, np.ndarray, np.ndarray]:
    """The scores; and the text, the places in it of words with a valence, sentences, valences."""
    table = PieceTable.of(tokens.pieces)
    text = SeenText.of(table, tokens)
    hits = np.flatnonzero(has(text.bits, SCORED))
    sentence = np.searchsorted(text.bounds, hits, side="right") - 1
    # Every occurrence of a word in a sentence takes the valence of the first.
    key = sentence * len(table.valence) + text.word(hits)
    _, first, same = np.unique(key, return_index=True, return_inverse=True)
    valence = Context(text, hits[first], sentence[first]).valence()[same]
    valence = _weigh_but(text, hits, sentence, valence)
    scores = _scores(valence, sentence, np.diff(text.bounds), _emphasis(table, tokens))
    return scores, text, hits, sentence, valence


def _weigh_but(
    text: SeenText, hits: np.ndarray, sentence: np.ndarray, valence: np.ndarray
) -> np.ndarray:
    """Less of what stands before the first *but* of a sentence, more of what stands behind it."""
    buts = np.flatnonzero(has(text.bits, BUT))
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
    marked = np.flatnonzero(has(table.bits, EMPHASIS)[ids])
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
