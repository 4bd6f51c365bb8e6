"""Words per document, as fast as they can be had: no sentences, no quotation marks, only counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from crosscurrents.core.arrays import cores, in_threads
from crosscurrents.core.tokens import Pieces, split_pieces
from crosscurrents.core.words import PieceTable

if TYPE_CHECKING:
    from scipy.sparse import csr_array

CHUNK = 25_000_000  # characters: few vocabularies to unify, and memory bounded
LEAST = 500_000  # characters that pay for a thread


class WordCounts(NamedTuple):
    """Counts of words by document, and the words of the columns."""

    matrix: csr_array  # int32 (documents, words)
    words: pa.StringArray


def count_words(texts: Iterable[str], *, threads: int = 0) -> WordCounts:
    """Count the words of texts, each text a document and each line of it a paragraph.

    Parameters
    ----------
    texts
        A list or Series of prose; nothing is cleaned away.
    threads
        0: one a processor.

    Returns
    -------
    WordCounts
        Words are as DEFINITIONS say, the same that `measure` counts.

    Raises
    ------
    ValueError
        Texts that are one string, or hold something else than strings.

    >>> found = count_words(["Rain, rain.", "No rain in China’s north."])
    >>> found.words.to_pylist(), found.matrix.toarray().tolist()
    (['rain', 'no', 'in', 'china', 'north'], [[2, 0, 0, 0, 0], [1, 1, 1, 1, 1]])
    """
    if isinstance(texts, str):
        raise ValueError(f"texts {texts[:40]!r} is one string; give a list of strings")
    texts = list(texts)
    if not all(isinstance(t, str) for t in texts):
        raise ValueError("texts holds something else than strings; give a list of strings")
    from scipy.sparse import csr_array, vstack  # here: it takes long to load

    threads = threads or cores()
    parts = in_threads(_split, _chunks(texts, threads), threads) or [split_pieces([])]
    pieces = pa.concat_arrays([part.pieces for part in parts]).dictionary_encode()
    ends = np.cumsum([len(part.pieces) for part in parts])
    numbers = np.split(pieces.indices.to_numpy(), ends[:-1])
    table = PieceTable.of(pieces.dictionary)
    folded = table.folded.dictionary_encode()
    column = folded.indices.to_numpy()[table.word]

    def count(job: tuple[np.ndarray, Pieces]) -> csr_array:
        piece, index = table.words_in(job[0][job[1].ids])
        bounds, ones = np.searchsorted(piece, job[1].sentences), np.ones(len(index), np.int32)
        shape = (len(bounds) - 1, len(folded.dictionary))
        found = csr_array((ones, column[index], bounds), shape)
        found.sum_duplicates()
        return found

    rows = in_threads(count, zip(numbers, parts), threads)
    return WordCounts(vstack(rows, "csr"), folded.dictionary)


def _chunks(texts: list[str], threads: int) -> list[list[str]]:
    """Neighbouring texts by the chunk; at least a chunk a thread if there is work for it."""
    ends = np.cumsum([len(t) for t in texts]) if texts else np.zeros(1, int)
    number = max(-(-int(ends[-1]) // CHUNK), min(threads, int(ends[-1]) // LEAST), 1)
    cuts = np.searchsorted(ends, np.arange(1, number) * ends[-1] / number)
    cuts = [0, *sorted({*cuts.tolist()} - {0}), len(texts)]
    return [texts[a:b] for a, b in zip(cuts, cuts[1:]) if b > a]


def _split(texts: list[str]) -> Pieces:
    """The pieces of texts; a line wholly in capitals says nothing about acronyms."""
    return split_pieces([_lower_capitals(text) for text in texts])


def _lower_capitals(text: str) -> str:
    lines = text.split("\n")
    if not any(map(str.isupper, lines)):
        return text
    shouted = (line.isupper() and " " in line.strip() for line in lines)
    return "\n".join(line.lower() if low else line for line, low in zip(lines, shouted))
