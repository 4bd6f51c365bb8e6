"""Words per document, as fast as they can be had: no sentences, no quotation marks, only counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from crosscurrents.core.arrays import cores, in_threads, offsets_of, unify
from crosscurrents.core.tokens import Pieces, split_pieces
from crosscurrents.core.words import PieceTable

CHUNK = 25_000_000  # characters: few vocabularies to unify, and memory bounded
LEAST = 500_000  # characters that pay for a thread
BLOCK = 200_000  # words sorted at a time: stays in the second-level cache


@dataclass(frozen=True)
class WordCounts:
    """Counts of words by document: a sparse matrix in rows, and the words of its columns."""

    offsets: np.ndarray  # int64 (documents + 1), into ids and counts
    ids: np.ndarray  # int32, into words; ascending within a document
    counts: np.ndarray  # int32
    words: pa.StringArray

    @property
    def matrix(self):
        """The counts as a scipy.sparse.csr_array (documents, words)."""
        from scipy.sparse import csr_array

        shape = (len(self.offsets) - 1, len(self.words))
        return csr_array((self.counts, self.ids, self.offsets), shape=shape)


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
    threads = threads or cores()
    parts = in_threads(_split, _chunks(texts, threads), threads) or [split_pieces([])]
    pieces, numbers = unify([part.pieces for part in parts])
    table = PieceTable.of(pieces)
    folded = table.folded.dictionary_encode()
    column = folded.indices.to_numpy()[table.word].astype(np.uint32)

    def count(job: tuple[np.ndarray, Pieces]) -> tuple:
        piece, index = table.words_in(job[0][job[1].ids])
        bounds = np.searchsorted(piece, job[1].sentences)
        return grouped_counts(column[index], bounds, len(folded.dictionary))

    rows = in_threads(count, list(zip(numbers, parts)), threads)
    sizes, ids, counts = (np.concatenate(columns) for columns in zip(*rows))
    return WordCounts(offsets_of(sizes), ids, counts, folded.dictionary)


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


def grouped_counts(ids: np.ndarray, bounds: np.ndarray, size: int) -> tuple:
    """How often each id stands in each group.

    Parameters
    ----------
    ids : uint32 array
    bounds : int64 array (groups + 1)
        Offsets of the groups into ids.
    size
        Ids are below it.

    Returns
    -------
    lengths (groups,), ids and counts, int32: the ids of a group ascending.

    >>> ids = np.array([1, 0, 1, 2], np.uint32)
    >>> [a.tolist() for a in grouped_counts(ids, np.array([0, 3, 4]), 3)]
    [[2, 1], [0, 1, 2], [1, 2, 1]]
    """
    none = np.zeros(0, np.int32)
    lengths, found, counts = [none], [none], [none]
    step, first = max(min(2**32 // max(size, 1) - 1, len(bounds) - 1), 1), 0
    while first < len(bounds) - 1:
        last = int(np.searchsorted(bounds, bounds[first] + BLOCK))
        last = max(min(last, first + step, len(bounds) - 1), first + 1)
        # A group and an id as one number; sorting these is what counts.
        starts = np.arange(last - first + 1, dtype=np.uint32) * np.uint32(size)
        group = np.repeat(starts[:-1], np.diff(bounds[first : last + 1]))
        key = np.sort(group + ids[bounds[first] : bounds[last]])
        at = np.flatnonzero(np.append(True, key[1:] != key[:-1])) if len(key) else none
        counts.append(np.diff(np.append(at, len(key))).astype(np.int32))
        key = key[at]
        sizes = np.diff(np.searchsorted(key, starts))
        lengths.append(sizes)
        found.append((key - np.repeat(starts[:-1], sizes)).astype(np.int32))
        first = last
    return tuple(np.concatenate(columns) for columns in (lengths, found, counts))
