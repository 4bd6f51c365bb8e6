"""Measured documents -> the table of terms, a stretch of documents at a time.

Words are numbered in the order of their code points over the whole corpus, so that a phrase is
one number too, and the order of such numbers is that of the phrases. All counting is sorting:
NumPy sorts some hundred million numbers a second, five times faster than any hash table.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.core.arrays import cores, in_threads, offsets_of
from crosscurrents.core.counting import grouped_counts
from crosscurrents.measures.rows import Measured, Stretches, coded, count_up

CHUNK = 120_000  # words looked at together: their keys stay in the cache of a processor
DOCUMENTS = 4096  # of a chunk, at most
PIECE = 8  # chunks whose rows are made into a table at a time
BITS = 21  # three words in a number of 63 bits
SORTED = 80_000_000  # words whose phrases are sorted at a time: 8 bytes each
FEW = 20  # codes are sorted, not looked up, where there are as many times more to choose from


@dataclass(frozen=True)
class TermRows:
    """Rows of the table of terms, by document and paragraph, then term."""

    document: np.ndarray  # int32, number of the document
    paragraph: np.ndarray  # int32, from 1; 0 for phrases
    term: np.ndarray  # int32, into Terms.texts
    count: np.ndarray  # int32


@dataclass(frozen=True, eq=False)
class Terms:
    """Counts words by paragraph and phrases by document, those with `least` occurrences or more."""

    stretches: Stretches
    least: int = 2

    @cached_property
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

    @property
    def words(self) -> pa.StringArray:
        """The words that occur, in the order of their code points."""
        return self._vocabulary[0]

    @cached_property
    def in_phrases(self) -> tuple[np.ndarray, np.ndarray]:
        """Per word its number among those that phrases are made of, or -1; and the reverse."""
        counts = self._vocabulary[1]
        chosen = np.flatnonzero(counts >= self.least)
        if len(chosen) >= 2**BITS:  # of more than two million words only the commonest
            chosen = np.sort(chosen[np.argsort(-counts[chosen], kind="stable")[: 2**BITS - 1]])
        number = np.full(len(counts), -1, np.int64)
        number[chosen] = np.arange(len(chosen))
        return number, chosen

    @cached_property
    def bits(self) -> int:
        """Of the number of a word in that of a phrase."""
        return len(self.in_phrases[1]).bit_length()

    @cached_property
    def phrases(self) -> np.ndarray:
        """The phrases that are kept, as numbers (uint64), ascending.

        Of a large corpus the phrases that begin with some words, then those with the next.
        """
        counts = self._vocabulary[1][self.in_phrases[1]]
        before = np.cumsum(counts)
        total = int(before[-1]) if len(before) else 0
        limits = np.searchsorted(before, np.arange(SORTED, total, SORTED))
        limits = np.unique([0, *limits, len(counts)])
        found = [np.zeros(0, np.uint64)]
        for first, last in itertools.pairwise(limits.tolist()):
            kept = [recurring(self._all_keys(n, first, last), self.least) for n in (2, 3)]
            found.append(np.sort(np.concatenate(kept), kind="stable"))  # which merges runs
        return np.concatenate(found) if len(found) > 2 else found[-1]

    def _all_keys(self, n: int, first: int, last: int) -> np.ndarray:
        """All phrases of n words whose first word is one of some.

        A chunk at a time, to make no large arrays in between.
        """
        most = int(self._vocabulary[1][self.in_phrases[1][first:last]].sum())
        keys, size = np.empty(most, np.uint64), 0
        low, high = (np.uint64(number) << np.uint64(2 * self.bits) for number in (first, last))
        whole = first == 0 and last == len(self.in_phrases[1])
        for measured in self.stretches.each(["terms", "joined"]):
            stretch = Stretch(self, measured)
            for begin in range(0, len(stretch.joined), CHUNK):
                found, _ = stretch.keys(begin, begin + CHUNK + n - 1, n)
                if not whole:
                    found = found[(found >= low) & (found < high)]
                keys[size : size + len(found)] = found
                size += len(found)
        return keys[:size]

    def texts(self, terms: np.ndarray) -> tuple[pa.StringArray, np.ndarray]:
        """Terms as text, and how many words they have, int8."""
        single = terms < len(self.words)
        key = self.phrases[terms[~single] - len(self.words)]
        bits, chosen = np.uint64(self.bits), self.in_phrases[1]
        mask = np.uint64(2 ** int(bits) - 1)
        n = np.ones(len(terms), np.int8)
        n[~single] = np.where(key & mask, 3, 2)
        numbers = [key >> bits + bits, key >> bits & mask, (key & mask) - np.uint64(1)]
        columns = []
        for k, number in enumerate(numbers):
            rows = terms.astype(np.int64)
            rows[~single] = chosen[np.where(n[~single] > k, number, np.uint64(0))]
            columns.append(pc.if_else(pa.array(n > k), self.words.take(pa.array(rows)), None))
        joined = pc.binary_join_element_wise(*columns, " ", null_handling="skip")
        return joined, n

    def table(self) -> pa.Table:
        """The table: doc_id (coded), paragraph, term, n, count."""
        return pa.concat_tables(self.pieces(2**31)).unify_dictionaries()

    def pieces(self, chunks: int = PIECE) -> Iterator[pa.Table]:
        """The table, of so many chunks at a time, each piece with the words that it needs."""
        self.phrases  # noqa: B018 - once, before threads ask for them
        for measured in self.stretches.each():
            stretch = Stretch(self, measured)
            parts = stretch.chunks()
            for first in range(0, max(len(parts), 1), chunks):
                yield stretch.table(parts[first : first + chunks])


@dataclass(frozen=True, eq=False)
class Stretch:
    """Documents that are in memory, and their words as numbers of all words."""

    terms: Terms
    measured: Measured

    @cached_property
    def words(self) -> np.ndarray:
        """The number of each word among all of the corpus, int32."""
        found = self.measured.column("terms")
        number = pc.index_in(found.dictionary, value_set=self.terms.words).fill_null(-1).to_numpy()
        return number[found.indices.to_numpy()]

    @cached_property
    def joined(self) -> np.ndarray:
        """Which words may stand in a phrase behind the word before."""
        joined = self.measured.values("joined")
        known = (self.terms.in_phrases[0] >= 0)[self.words]
        joined[1:] &= known[1:] & known[:-1]
        return joined

    def keys(self, first: int, last: int, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Phrases of n words in a stretch as numbers, and where in it they begin.

        Two words come before the same and a third.
        """
        words, joined = self.words[first:last], self.joined[first:last]
        bits, number = self.terms.bits, self.terms.in_phrases[0]
        behind = joined[1:] if n == 2 else joined[1:-1] & joined[2:]
        place = np.flatnonzero(behind)
        key = number[words[place]] << 2 * bits | number[words[place + 1]] << bits
        if n == 3:
            key |= number[words[place + 2]] + 1
        return key.astype(np.uint64), place

    @cached_property
    def _ends(self) -> np.ndarray:
        """Where the words of each document begin, and the last end."""
        return offsets_of(self.measured.sizes("terms"))

    def chunks(self) -> list[tuple[int, int]]:
        """Some documents at a time: the first, and the one behind the last."""
        ends, cuts = self._ends[1:], [0]
        while cuts[-1] < len(ends):
            limit = self._ends[cuts[-1]] + CHUNK
            last = max(int(np.searchsorted(ends, limit, side="right")), cuts[-1] + 1)
            cuts.append(min(last, cuts[-1] + DOCUMENTS))
        return list(zip(cuts, cuts[1:]))

    def _rows(self, first: int, last: int) -> TermRows:
        """The rows of some documents."""
        parts = [*(self._phrase_rows(first, last, n) for n in (2, 3)), self._word_rows(first, last)]
        document, paragraph, term, count = (np.concatenate(columns) for columns in zip(*parts))
        # Words follow one another as they should already; a stable sort leaves them so.
        phrase = paragraph == 0
        order = np.flatnonzero(phrase)
        order = order[np.argsort(document[order].astype(np.int64) << 32 | term[order])]
        order = np.concatenate([order, np.flatnonzero(~phrase)])
        order = order[np.argsort((document[order] - first).astype(np.uint16), kind="stable")]
        return TermRows(*(column[order] for column in (document, paragraph, term, count)))

    def _phrase_rows(self, first: int, last: int, n: int) -> tuple:
        """Document, paragraph (0), term and count of the phrases of n words that are kept."""
        begin, end = self._ends[[first, last]]
        keys, place = self.keys(begin, end, n)
        distinct, number = np.unique(keys, return_inverse=True)
        phrases = self.terms.phrases
        rank = np.searchsorted(phrases, distinct)
        kept = rank < len(phrases)
        kept[kept] = phrases[rank[kept]] == distinct[kept]
        places = np.flatnonzero(kept[number])
        document = np.searchsorted(self._ends, begin + place[places], side="right") - 1
        key, count = np.unique(document << 32 | rank[number[places]], return_counts=True)
        document, rank = key >> 32, key & 2**32 - 1
        columns = document, np.zeros(len(key)), rank + len(self.terms.words), count
        return tuple(column.astype(np.int32) for column in columns)

    @cached_property
    def _paragraphs(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of all paragraphs: where their words begin; the first of each document; their numbers."""
        sentences = offsets_of(self.measured.values("words"))
        bounds = sentences[offsets_of(self.measured.values("paragraphs"))]
        sizes = self.measured.sizes("paragraphs")
        return bounds, offsets_of(sizes), count_up(sizes)

    def _word_rows(self, first: int, last: int) -> tuple:
        """Document, paragraph, term and count of single words, by paragraph."""
        bounds, documents, numbers = self._paragraphs
        begin, end = documents[[first, last]]
        bounds = bounds[begin : end + 1]
        words = self.words[bounds[0] : bounds[-1]].astype(np.uint32)
        lengths, term, count = grouped_counts(words, bounds - bounds[0], len(self.terms.words))
        sizes = np.diff(documents[first : last + 1])
        document = np.repeat(np.arange(first, last, dtype=np.int32), sizes)
        return np.repeat(document, lengths), np.repeat(numbers[begin:end], lengths), term, count

    def table(self, chunks: list[tuple[int, int]]) -> pa.Table:
        """The table of some chunks that follow each other."""
        self.joined, self._ends, self._paragraphs  # noqa: B018 - once, before threads ask for them
        rows = in_threads(lambda chunk: self._rows(*chunk), chunks, cores())
        names = ("document", "paragraph", "term", "count")
        nothing = [np.zeros(0, np.int32)]
        columns = {n: np.concatenate(nothing + [getattr(r, n) for r in rows]) for n in names}
        terms = self.terms
        used, term = _renumbered(columns["term"], len(terms.words) + len(terms.phrases))
        texts, words = terms.texts(used)
        first, last = (chunks[0][0], chunks[-1][1]) if chunks else (0, 0)
        documents = self.measured.names[first:last]
        return pa.table(
            {
                "doc_id": coded(columns["document"] - np.int32(first), documents),
                "paragraph": columns["paragraph"],
                "term": texts.take(pa.array(term)),  # quicker to write than a dictionary
                "n": words[term],
                "count": columns["count"],
            }
        )


def recurring(keys: np.ndarray, least: int) -> np.ndarray:
    """The numbers that occur `least` times or more, once each, ascending; sorts in place.

    >>> recurring(np.array([7, 2, 7, 2, 9, 7]), 3).tolist()
    [7]
    """
    keys.sort()
    if least > 1:
        keys = keys[least - 1 :][keys[least - 1 :] == keys[: 1 - least]]
    return keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys


def _renumbered(codes: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Those of the codes below a size that occur, in their order, and the codes as codes of these.

    As `np.unique` does it, without sorting where the size is not much larger.
    """
    if size > FEW * len(codes):
        return np.unique(codes, return_inverse=True)
    used = np.zeros(size, bool)
    used[codes] = True
    return np.flatnonzero(used), (np.cumsum(used, dtype=np.int32) - np.int32(1))[codes]
