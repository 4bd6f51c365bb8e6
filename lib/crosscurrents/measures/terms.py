"""Measured documents -> the table of terms, a stretch of documents at a time.

Words are numbered in the order of their code points over the whole corpus, so that a phrase is
one number too, and the order of such numbers is the order of the phrases. All counting is sorting:
NumPy sorts some hundred million numbers a second, five times faster than any hash table.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.core.arrays import cores, in_threads, offsets_of
from crosscurrents.measures.rows import Measured, Stretches, coded, count_up

CHUNK = 120_000  # words looked at together: their keys stay in the cache of a processor
SORTED = 80_000_000  # words whose phrases are sorted at once: 640 MB
PIECE = 8  # chunks whose rows are made into a table at a time
BITS = 21  # three words in a number of 63 bits


class Terms:
    """Counts words by paragraph and phrases by document, those with `least` occurrences or more.

    Attributes
    ----------
    words : Arrow array of str
        The words that occur, in the order of their code points.
    common : int array
        The words that phrases are made of, by their numbers in `words`.
    counts : int array
        How often each of these occurs.
    number : int array (words,)
        The number of each word among the common ones, or -1.
    bits : int
        Of the number of a word in the number of a phrase.
    """

    def __init__(self, stretches: Stretches, least: int = 2) -> None:
        self.stretches, self.least = stretches, least
        self.words, counts = self._vocabulary()
        self.common = np.flatnonzero(counts >= least)
        if len(self.common) >= 2**BITS:  # of more than two million words only the commonest
            most = np.argsort(-counts[self.common], kind="stable")[: 2**BITS - 1]
            self.common = np.sort(self.common[most])
        self.counts = counts[self.common]
        self.number = np.full(len(counts), -1, np.int64)
        self.number[self.common] = np.arange(len(self.common))
        self.bits = len(self.common).bit_length()

    def _vocabulary(self) -> tuple[pa.StringArray, np.ndarray]:
        """The words that occur, by code points; how often each occurs."""
        tables = []
        for measured in self.stretches.each(["terms"]):
            terms = measured.column("terms")
            counts = np.bincount(terms.indices.to_numpy(), minlength=len(terms.dictionary))
            table = pa.table({"word": terms.dictionary, "count": counts})
            tables.append(table.filter(pa.array(counts > 0)))
        merged = pa.concat_tables(tables).group_by("word").aggregate([("count", "sum")])
        merged = merged.sort_by("word").combine_chunks()
        return pa.concat_arrays(merged["word"].chunks), merged["count_sum"].to_numpy()

    @cached_property
    def phrases(self) -> np.ndarray:
        """The phrases that are kept, as numbers (int64), ascending, and a number above them all.

        Of a large corpus the phrases that begin with some words, then those with the next.
        """
        before = np.cumsum(self.counts)
        limits = np.searchsorted(before, np.arange(SORTED, self.counts.sum(), SORTED))
        limits = np.unique([0, *limits, len(before)]).tolist()
        found = []
        for first, last in itertools.pairwise(limits):
            kept = [recurring(self._keys(n, first, last), self.least) for n in (2, 3)]
            found.append(np.sort(np.concatenate(kept), kind="stable"))  # which merges runs
        return np.concatenate([*found, [np.iinfo(np.int64).max]])

    def _keys(self, n: int, first: int, last: int) -> np.ndarray:
        """All phrases of n words that begin with some of the common words."""
        keys, size = np.empty(self.counts[first:last].sum(), np.int64), 0
        low, high = first << 2 * self.bits, last << 2 * self.bits
        for measured in self.stretches.each(["terms", "joined"]):
            stretch = Stretch(self, measured)
            # A chunk at a time, to make no large arrays in between.
            for begin in range(0, len(stretch.words), CHUNK):
                some, _ = stretch.keys(begin, begin + CHUNK + n - 1, n)
                some = some[(some >= low) & (some < high)]
                keys[size : size + len(some)] = some
                size += len(some)
        return keys[:size]

    def texts(self, terms: np.ndarray) -> tuple[pa.StringArray, np.ndarray]:
        """Terms as text, and how many words they have, int8."""
        single = terms < len(self.words)
        key = self.phrases[np.where(single, 0, terms - len(self.words))]
        mask = 2**self.bits - 1
        third = key & mask
        n = np.where(single, 1, np.where(third > 0, 3, 2)).astype(np.int8)
        columns = []
        for k, number in enumerate((key >> 2 * self.bits, key >> self.bits & mask, third - 1)):
            word = np.where(single, terms, 0)
            inside = ~single & (n > k)
            word[inside] = self.common[number[inside]]
            columns.append(pc.if_else(pa.array(n > k), self.words.take(pa.array(word)), None))
        joined = pc.binary_join_element_wise(*columns, " ", null_handling="skip")
        return joined, n

    def table(self) -> pa.Table:
        """The table: doc_id (coded), paragraph, term, n, count."""
        return pa.concat_tables(self.pieces()).unify_dictionaries()

    def pieces(self) -> Iterator[pa.Table]:
        """The table, some documents at a time."""
        self.phrases  # noqa: B018 - once, before threads ask for them
        for measured in self.stretches.each():
            stretch = Stretch(self, measured)
            chunks = stretch.chunks()
            for first in range(0, len(chunks), PIECE):
                tables = in_threads(stretch.table, chunks[first : first + PIECE], cores())
                yield pa.concat_tables(tables).unify_dictionaries()


class Stretch:
    """Documents that are in memory, and their words as numbers of all words.

    Attributes
    ----------
    words : int array
        The number of each word among all of the corpus.
    joined : bool array (words,)
        Whether a word may continue a phrase.
    ends : int array (documents + 1,)
        Where the words of each document begin, and the last end.
    """

    def __init__(self, terms: Terms, measured: Measured) -> None:
        self.terms, self.measured = terms, measured
        found = measured.column("terms")
        number = pc.index_in(found.dictionary, value_set=terms.words).fill_null(-1).to_numpy()
        self.words = number[found.indices.to_numpy()]
        known = (terms.number >= 0)[self.words]
        self.joined = measured.values("joined")
        self.joined[1:] &= known[1:] & known[:-1]
        self.ends = offsets_of(measured.sizes("terms"))

    def keys(self, first: int, last: int, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Phrases of n words in a stretch as numbers, and where in it they begin.

        Two words come before the same and a third.
        """
        words, joined = self.words[first:last], self.joined[first:last]
        bits, number = self.terms.bits, self.terms.number
        place = np.flatnonzero(joined[1:] if n == 2 else joined[1:-1] & joined[2:])
        key = number[words[place]] << 2 * bits | number[words[place + 1]] << bits
        if n == 3:
            key |= number[words[place + 2]] + 1
        return key, place

    def chunks(self) -> list[tuple[int, int]]:
        """Some documents at a time: the first, and the one behind the last."""
        cuts = np.searchsorted(self.ends, np.arange(CHUNK, self.ends[-1], CHUNK))
        cuts = np.unique([0, *cuts, len(self.ends) - 1]).tolist()
        return list(zip(cuts, cuts[1:])) or [(0, 0)]

    @cached_property
    def _paragraphs(self) -> np.ndarray:
        """Where the words of each paragraph begin."""
        sentences = offsets_of(self.measured.values("words"))
        return sentences[offsets_of(self.measured.values("paragraphs"))]

    def table(self, chunk: tuple[int, int]) -> pa.Table:
        """The rows of some documents: of each its phrases, then its words by paragraph."""
        first, last = chunk
        begin, end = self.ends[[first, last]]
        sizes = self.measured.sizes("paragraphs")
        before = int(sizes[:first].sum())
        sizes = sizes[first:last]
        # Groups in order: of a document one for all its phrases, then one a paragraph.
        owner = np.repeat(np.arange(last - first), sizes + 1)
        paragraph = count_up(sizes + 1) - 1
        phrases, paragraphs = np.flatnonzero(paragraph == 0), np.flatnonzero(paragraph)
        lengths = np.diff(self._paragraphs[before : before + len(paragraphs) + 1])
        keys = [np.repeat(paragraphs, lengths) << 32 | self.words[begin:end]]
        for n in (2, 3):
            distinct, place, number = self._kept(begin, end, n)
            document = np.searchsorted(self.ends[first:], begin + place, side="right") - 1
            keys.append(phrases[document] << 32 | distinct[number] + len(self.terms.words))
        key, count = np.unique(np.concatenate(keys), return_counts=True)
        group = key >> 32
        used, term = np.unique(key & (2**32 - 1), return_inverse=True)
        texts, words = self.terms.texts(used)
        return pa.table(
            {
                "doc_id": coded(owner[group], self.measured.names[first:last]),
                "paragraph": paragraph[group],
                "term": texts.take(pa.array(term)),  # quicker to write than a dictionary
                "n": words[term],
                "count": count.astype(np.int32),
            }
        )

    def _kept(self, begin: int, end: int, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Numbers of distinct phrases; of each that is kept its place, and which of these it is."""
        keys, place = self.keys(begin, end, n)
        distinct, number = np.unique(keys, return_inverse=True)
        rank = np.searchsorted(self.terms.phrases, distinct)
        kept = (self.terms.phrases[rank] == distinct)[number]
        return rank, place[kept], number[kept]


def recurring(keys: np.ndarray, least: int) -> np.ndarray:
    """The numbers that occur `least` times or more, once each, ascending; sorts in place.

    >>> recurring(np.array([7, 2, 7, 2, 9, 7]), 3).tolist()
    [7]
    """
    keys.sort()
    if least > 1:
        keys = keys[least - 1 :][keys[least - 1 :] == keys[: 1 - least]]
    return keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys
