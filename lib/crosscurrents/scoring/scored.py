"""What every way of scoring gives, and what a score would be with some of its words left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import pyarrow as pa

ALPHA = 15  # of VADER's normalisation (Hutto & Gilbert 2014); tests hold it to NLTK's


class Stream(Protocol):
    """What can be scored: `Tokens`, or anything with these three."""

    pieces: pa.Array
    ids: np.ndarray
    sentences: np.ndarray


class Pieces(NamedTuple):
    """A stream made from another one."""

    pieces: pa.Array
    ids: np.ndarray
    sentences: np.ndarray


@dataclass(frozen=True)
class Scored:
    """Scores of sentences, and the words that made them, in the order of the text."""

    score: np.ndarray  # float64 (sentences)
    place: np.ndarray  # int64 (words), in stream.ids
    sentence: np.ndarray  # int64 (words)
    value: np.ndarray  # float64 (words), what each adds
    entry: np.ndarray  # int64 (words), into entries
    entries: list[str]  # terms of the lexicon, each once


def recombined(lexicon: str, total: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Scores from the sums of what words add, as the lexicon normalises them.

    Parameters
    ----------
    lexicon : str
        Its name.
    total, number : arrays
        Sum and number of the values of each sentence.

    Examples
    --------
    >>> recombined("pattern", np.array([0.6]), np.array([2])).tolist()
    [0.3]
    """
    if lexicon == "vader":
        return total / np.sqrt(total * total + ALPHA)
    if lexicon == "pattern":
        return total / np.maximum(number, 1)
    return total


def unified(entry: np.ndarray, entries: list[str]) -> tuple[np.ndarray, list[str]]:
    """Entries each once, in order."""
    distinct = sorted(set(entries))
    place = {text: number for number, text in enumerate(distinct)}
    numbers = np.array([place[text] for text in entries], np.int64)
    return (numbers[entry] if len(entries) else np.zeros(0, np.int64)), distinct
