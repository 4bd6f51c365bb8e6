"""Sentence scores by any lexicon, and the words behind each score.

VADER, and TextBlob's pattern lexicon, bring rules of their own; every other lexicon is scored as
the package afinn does it, by the sum of its terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from crosscurrents.core import Scored, Stream, Vader, split_pieces
from crosscurrents.core.sums import Assess, score_texts, term_finder
from crosscurrents.core.vader import DIGITS
from crosscurrents.lexicon import Lexicon, read_lexicon, vader_emoji
from crosscurrents.scoring.mask import masked
from crosscurrents.scoring.pattern import assess
from crosscurrents.scoring.scored import recombined

__all__ = [
    "Scored", "Stream", "masked", "recombined", "score_sentences", "score_stream", "score_tokens",
]  # fmt: skip


@cache
def vader() -> Vader:
    """VADER's rules over its own lexicon."""
    return Vader(read_lexicon("vader").scores, vader_emoji())


@lru_cache(maxsize=8)
def _finder(lexicon: Lexicon) -> Assess:
    return term_finder(lexicon.scores)


def score_tokens(stream: Stream) -> np.ndarray:
    """VADER's four scores of each sentence, float64 (sentences, 4): neg, neu, pos, compound."""
    return vader().scores(stream)


def score_stream(stream: Stream, lexicon: Lexicon) -> Scored:
    """Scores of each sentence of Tokens, or of any other stream of pieces, by one lexicon.

    Parameters
    ----------
    stream : Tokens
        Or anything with its pieces, ids and sentences.
    lexicon : Lexicon

    Examples
    --------
    >>> stream = split_pieces(["A good plan, but no fun.", "It rained."])
    >>> score_stream(stream, read_lexicon("afinn")).score.tolist()
    [0.0, 0.0]
    >>> score_stream(stream, read_lexicon("pattern")).score.round(3).tolist()
    [0.275, 0.0]
    """
    if lexicon.name == "vader":
        return vader().score(stream)
    if lexicon.name != "pattern":
        return score_texts(stream, _finder(lexicon))
    found = score_texts(stream, assess)
    number = np.bincount(found.sentence, minlength=len(found.score))
    return replace(found, score=recombined("pattern", found.score, number))


def score_sentences(texts: Sequence[str], *, lexicon: str | Path = "vader") -> pd.DataFrame:
    """Scores of texts, each scored as one sentence.

    Parameters
    ----------
    texts : sequence of str, or Series
    lexicon : str or Path
        "vader", "afinn", "pattern", or a CSV file of terms and scores, see `read_lexicon`.

    Returns
    -------
    DataFrame
        A row a text, with the index of a Series.  By VADER: neg, neu, pos (shares of the text) and
        compound (-1 to 1).  By any other lexicon: score, which is the sum of the scores of the
        terms found (AFINN, CSV) or their mean after negation and emphasis (pattern, -1 to 1).

    Raises
    ------
    ValueError
        An unknown lexicon; texts that are not all strings.

    Examples
    --------
    >>> score_sentences(["A great success, but a costly one."])
         neg    neu    pos  compound
    0  0.188  0.235  0.576    0.5106
    >>> score_sentences(["A great success, but a costly one."], lexicon="afinn")["score"].tolist()
    [3.0]
    """
    if isinstance(texts, str):
        raise ValueError(f"texts {texts[:40]!r} is one string; give a list of strings")
    valences = read_lexicon(lexicon)
    index = texts.index if isinstance(texts, pd.Series) else None
    stream = split_pieces(list(texts))
    if valences.name == "vader":
        return pd.DataFrame(score_tokens(stream), columns=list(DIGITS), index=index)
    return pd.DataFrame({"score": score_stream(stream, valences).score}, index=index)
