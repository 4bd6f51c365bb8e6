"""Words per document, as fast as they can be had: no sentences, no quotation marks, only counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.tokens.pieces import (
    as_bytes,
    cores,
    encode,
    find_blanks,
    in_threads,
    lower_capital_lines,
    unify,
)
from crosscurrents.tokens.vocabulary import PieceTable

CHUNK = 25_000_000  # characters: few vocabularies to unify, and memory bounded
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


def count_words(texts: Sequence[str] | pd.Series, *, threads: int = 0) -> WordCounts:
    """Count the words of texts, each text a document and each line of it a paragraph.

    Parameters
    ----------
    texts
        Prose; nothing is cleaned away.
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
    (['no', 'rain', 'in', 'north', 'china'], [[0, 2, 0, 0, 0], [1, 1, 1, 1, 1]])
    """
    if isinstance(texts, str):
        raise ValueError(f"texts {texts[:40]!r} is one string; give a list of strings")
    texts = list(texts)
    if not all(isinstance(t, str) for t in texts):
        raise ValueError("texts holds something else than strings; give a list of strings")
    threads = threads or cores()
    chunks = _chunks(texts, threads)
    parts = in_threads(_pieces, chunks, threads)
    if not parts:
        none = np.zeros(0, np.int32)
        return WordCounts(np.zeros(1, np.int64), none, none, pa.array([], pa.string()))
    pieces, numbers = unify([part[0] for part in parts])
    table = PieceTable.of(pieces, threads=threads)
    folded = table.folded.dictionary_encode()
    columns = _Columns(table, folded.indices.to_numpy(), len(folded.dictionary))
    jobs = [(columns, number, ids, bounds) for number, (_, ids, bounds) in zip(numbers, parts)]
    rows = in_threads(lambda job: _count(*job), jobs, threads)
    sizes = np.concatenate([r[0] for r in rows])
    offsets = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    return WordCounts(
        offsets, *(np.concatenate([r[k] for r in rows]) for k in (1, 2)), folded.dictionary
    )


def sorted_vocabulary(words: pa.StringArray) -> tuple[pa.StringArray, np.ndarray]:
    """Distinct words in the order of their code points, and the place of each word among them."""
    coded = words.dictionary_encode()
    order = pc.sort_indices(coded.dictionary)
    place = np.empty(len(order), np.int32)
    place[order.to_numpy()] = np.arange(len(order), dtype=np.int32)
    return coded.dictionary.take(order), place[coded.indices.to_numpy()]


def _chunks(texts: list[str], threads: int) -> list[list[str]]:
    """Neighbouring texts by the chunk; at least a chunk a thread if there is work for it."""
    ends = np.cumsum([len(t) for t in texts]) if texts else np.zeros(0, int)
    total = int(ends[-1]) if len(ends) else 0
    number = max(-(-total // CHUNK), min(threads, total // 500_000), 1)
    cuts = np.searchsorted(ends, np.arange(1, number) * total / number)
    cuts = [0, *sorted(set(cuts.tolist()) - {0}), len(texts)]
    return [texts[a:b] for a, b in zip(cuts, cuts[1:]) if b > a]


def _pieces(texts: list[str]) -> tuple[pa.StringArray, np.ndarray, np.ndarray]:
    """Vocabulary, ids of the pieces, and where in them each text ends."""
    data, _, _ = as_bytes([*texts, ""], "\n\x1d")  # a group separator, which is white space too
    text_ends = np.flatnonzero(data == 0x1D)
    if len(text_ends) != len(texts):  # a text holds one itself
        return _pieces([t.replace("\x1d", " ") for t in texts])
    lower_capital_lines(data)
    blanks = find_blanks(data)
    vocabulary, ids = encode(data, blanks + 1)
    return vocabulary, ids, np.searchsorted(blanks, text_ends, side="right")


@dataclass(frozen=True)
class _Columns:
    """What each piece adds to which columns."""

    table: PieceTable
    column: np.ndarray  # int32, of each word of the table
    size: int


def _count(columns: _Columns, number: np.ndarray, ids: np.ndarray, ends: np.ndarray) -> tuple:
    """Rows of the matrix: their lengths, columns and counts."""
    table = columns.table
    first = np.append(columns.column[table.word], 0)[table.offsets[:-1]].astype(np.uint32)
    many = np.diff(table.offsets)[number]
    # One column more, for pieces without a word.
    first = np.where(many == 0, columns.size, first[number]).astype(np.uint32)
    words = first[ids]
    extra = np.flatnonzero((many > 1)[ids]) if many.max(initial=0) > 1 else ends[:0]
    bounds = np.concatenate([[0], ends])
    if len(extra):
        words, bounds = _with_extra(columns, number[ids[extra]], extra, words, bounds)
    return grouped_counts(words, bounds, columns.size)


def _with_extra(columns: _Columns, pieces, places, words, bounds) -> tuple[np.ndarray, np.ndarray]:
    """The words with the second and further words of pieces put in behind the first."""
    table = columns.table
    more = np.diff(table.offsets)[pieces] - 1
    within = np.arange(more.sum()) - np.repeat(np.cumsum(more) - more, more) + 1
    found = columns.column[table.word[np.repeat(table.offsets[pieces], more) + within]]
    at = np.repeat(places, more) + 1
    return np.insert(words, at, found), bounds + np.searchsorted(at, bounds, side="right")


def grouped_counts(ids: np.ndarray, bounds: np.ndarray, size: int) -> tuple:
    """How often each id stands in each group; ids of `size` and above count for nothing.

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
    lengths, found, counts = [], [], []
    step, first = max(min(2**32 // (size + 1), len(bounds) - 1), 1), 0
    while first < len(bounds) - 1:
        last = int(np.searchsorted(bounds, bounds[first] + BLOCK))
        last = max(min(last, first + step, len(bounds) - 1), first + 1)
        group = np.repeat(
            np.arange(last - first, dtype=np.uint32) * np.uint32(size + 1),
            np.diff(bounds[first : last + 1]),
        )
        key = np.sort(group + ids[bounds[first] : bounds[last]])
        new = np.flatnonzero(key[1:] != key[:-1]) + 1
        at = np.concatenate([[0], new]) if len(key) else new
        key, number = key[at], np.diff(np.append(at, len(key)))
        edges = np.arange(last - first + 1, dtype=np.uint64) * np.uint64(size + 1)
        cuts = np.searchsorted(key, edges[:-1].astype(np.uint32))
        cuts = np.append(cuts, len(key))
        key = key - np.repeat(edges[:-1].astype(np.uint32), np.diff(cuts))
        real = key < size
        if not real.all():
            cuts = np.concatenate([[0], np.cumsum(real)])[cuts]
            key, number = key[real], number[real]
        lengths.append(np.diff(cuts))
        found.append(key.astype(np.int32))
        counts.append(number.astype(np.int32))
        first = last
    if not lengths:
        return tuple(np.zeros(0, np.int32) for _ in range(3))
    return tuple(np.concatenate(x) for x in (lengths, found, counts))
