"""Shards -> the table of terms, a stretch of documents at a time.

Words are numbered in the order of their code points over the whole corpus, so that a phrase is
one number too, and the order of such numbers is that of the phrases. All counting is sorting:
NumPy sorts some hundred million numbers a second, five times faster than any hash table.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from operator import itemgetter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.core.arrays import cores
from crosscurrents.core.counting import grouped_counts
from crosscurrents.measures.recurring import PARTS, even_limits, recurring, recurring_on_disk
from crosscurrents.measures.rows import Stream, count_up

CHUNK = 120_000  # words looked at together: their keys stay in the cache of a processor
DOCUMENTS = 4096  # of a chunk, at most
PART = 8_000_000  # phrases that are sorted together: bounds memory
BATCH = 1_000_000  # words whose phrases are gathered at a time
SAMPLE = 16  # batches, at most, that tell how phrases are spread
BITS = 21  # three words in a number of 63 bits


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

    stream: Stream
    least: int = 2

    @cached_property
    def words(self) -> pa.StringArray:
        """The words that occur, in the order of their code points."""
        return self._numbering[0]

    @property
    def size(self) -> int:
        """How many terms there are: words, and phrases behind them."""
        return len(self.words) + len(self.phrases)

    @cached_property
    def _numbering(self) -> tuple[pa.StringArray, list[np.ndarray], np.ndarray]:
        """The words that occur; per shard the numbers of its words among them; their counts."""
        shards = self.stream.shards
        vocabularies = [shard.vocabulary for shard in shards] or [pa.array([], pa.string())]
        words, number = sorted_vocabulary(pa.concat_arrays(vocabularies))
        numbers = np.split(number, np.cumsum([len(v) for v in vocabularies])[:-1])
        counts = np.zeros(len(words), np.int64)
        for shard, runs in groupby(sorted(self.stream.runs), key=itemgetter(0)):
            cuts = [shards[shard].offsets[2][[first, last]] for _, first, last in runs]
            ids = np.concatenate([shards[shard].ids[begin:end] for begin, end in cuts])
            mine = np.bincount(ids, minlength=len(numbers[shard]))
            counts += np.bincount(numbers[shard], mine, minlength=len(words)).astype(np.int64)
        rank = np.cumsum(counts > 0, dtype=np.int32) - 1
        words = words.filter(pa.array(counts > 0))
        return words, [rank[n] for n in numbers], counts[counts > 0]

    @cached_property
    def _in_phrases(self) -> tuple[np.ndarray, np.ndarray]:
        """Per word its number among those that phrases are made of, or -1; and the reverse."""
        counts = self._numbering[2]
        chosen = np.flatnonzero(counts >= self.least)
        if len(chosen) >= 2**BITS:  # of more than two million words only the commonest
            chosen = np.sort(chosen[np.argsort(-counts[chosen], kind="stable")[: 2**BITS - 1]])
        number = np.full(len(counts), -1, np.int64)
        number[chosen] = np.arange(len(chosen))
        return number, chosen

    @cached_property
    def _known(self) -> np.ndarray:
        return self._in_phrases[0] >= 0

    @cached_property
    def phrases(self) -> np.ndarray:
        """The phrases that are kept, as numbers (uint64), ascending."""
        batches = self._batches()
        total = int(self._numbering[2].sum())
        if total <= PART:
            found = [recurring(self._all_keys(batches, n), self.least) for n in (2, 3)]
            return merged(*found)
        chosen = batches[:: len(batches) // SAMPLE + 1]
        sample = (self._keys(batch, n) for batch in chosen for n in (2, 3))
        limits = even_limits(sample, min(-(-2 * total // PART), PARTS))
        keys = (self._keys(batch, n) for batch in batches for n in (2, 3))
        return np.concatenate(list(recurring_on_disk(keys, limits, self.least)))

    def _batches(self) -> list[list[tuple[int, int, int]]]:
        """Runs of documents, some put together: many small arrays take longer than a large one."""
        found, size = [], BATCH
        for run in self.stream.runs:
            if size >= BATCH:
                found.append([])
                size = 0
            found[-1].append(run)
            size += int(np.diff(self.stream.shards[run[0]].offsets[2][[run[1], run[2]]])[0])
        return found

    def _all_keys(self, batches: list[list[tuple[int, int, int]]], n: int) -> np.ndarray:
        keys, size = np.empty(int(self._numbering[2].sum()), np.uint64), 0
        for batch in batches:
            found = self._keys(batch, n)
            keys[size : size + len(found)] = found
            size += len(found)
        return keys[:size]

    def _keys(self, batch: list[tuple[int, int, int]], n: int) -> np.ndarray:
        """All phrases of n words in a batch of documents."""
        words, joined = self._words(batch)
        return _keys(self._in_phrases[0][words], _begin(joined, n), n, self._bits)

    @property
    def _bits(self) -> int:
        return len(self._in_phrases[1]).bit_length()

    def _words(self, runs: list[tuple[int, int, int]]) -> tuple[np.ndarray, np.ndarray]:
        """Numbers of the words of runs of documents, and which may stand in a phrase behind one."""
        shards, numbers = self.stream.shards, self._numbering[1]
        words, joined = [np.zeros(0, np.int32)], [np.zeros(0, bool)]
        for number, first, last in runs:
            begin, end = shards[number].offsets[2][[first, last]].tolist()
            words.append(numbers[number][shards[number].ids[begin:end]])
            bits = np.unpackbits(shards[number].joined[begin // 8 : -(-end // 8)])
            joined.append(bits[begin % 8 : begin % 8 + end - begin].view(bool))
        words, joined = np.concatenate(words), np.concatenate(joined)
        if len(self._in_phrases[1]) < len(self.words):
            known = self._known[words]
            joined[1:] &= known[1:] & known[:-1]
        return words, joined

    def chunks(self) -> Iterator[TermRows]:
        """The rows of the table, some hundred thousand at a time."""
        ends = np.cumsum(self.stream.sizes[2])
        cuts = [0]
        while cuts[-1] < len(ends):
            limit = (ends[cuts[-1] - 1] if cuts[-1] else 0) + CHUNK
            last = max(int(np.searchsorted(ends, limit, side="right")), cuts[-1] + 1)
            cuts.append(min(last, cuts[-1] + DOCUMENTS))
        self.phrases  # noqa: B018 - once, before threads ask for it
        return ahead(lambda cut: self._rows(*cut), list(zip(cuts, cuts[1:])), cores())

    def _rows(self, first: int, last: int) -> TermRows:
        """The rows of some documents."""
        stream = replace(self.stream, places=self.stream.places[first:last])
        words, joined = self._words(stream.runs)
        document, rank, count = self._phrase_counts(words, joined, stream.sizes[2])
        order = np.argsort(document.astype(np.int64) << 32 | rank)
        phrases = (document, np.zeros(len(rank), np.int32), rank + len(self.words), count)
        phrases = [column[order].astype(np.int32) for column in phrases]
        single = _word_rows(words, stream, len(self.words))
        columns = [np.concatenate(pair) for pair in zip(phrases, single)]
        order = np.argsort(columns[0].astype(np.uint16), kind="stable")
        document, *others = (column[order] for column in columns)
        return TermRows(document + np.int32(first), *others)

    def _phrase_counts(self, words: np.ndarray, joined: np.ndarray, sizes: np.ndarray) -> tuple:
        """Phrases of some documents: number of the document, rank among all phrases, count."""
        if len(sizes) > 1 or len(words) <= 2 * CHUNK:
            return self._counted(words, joined, sizes, len(words))
        total = np.zeros(len(self.phrases), np.int32)  # of one long document, part by part
        for start in range(0, len(words), CHUNK):
            part = slice(start, start + CHUNK + 2)  # phrases reach two words further
            size = np.array([len(words[part])])
            _, rank, count = self._counted(words[part], joined[part], size, CHUNK)
            total[rank] += count
        rank = np.flatnonzero(total)
        return np.zeros(len(rank), np.int32), rank, total[rank]

    def _counted(
        self, words: np.ndarray, joined: np.ndarray, sizes: np.ndarray, limit: int
    ) -> tuple:
        """The same, of phrases that begin before a limit."""
        number, _ = self._in_phrases
        used = np.zeros(len(number) + 1, bool)
        used[number[words]] = True  # -1, in no phrase, is the last
        # Numbered anew, three words and a document fit into 64 bits.
        here, anew = np.flatnonzero(used[:-1]), np.cumsum(used) - 1
        number = anew[number[words]]
        owner = np.repeat(np.arange(len(sizes), dtype=np.uint64), sizes)
        bits, low = len(here).bit_length(), np.uint64((len(sizes) - 1).bit_length())
        keys = []
        for n in (2, 3):
            place = _begin(joined, n)
            place = place[: np.searchsorted(place, limit)]
            keys.append(_keys(number, place, n, bits) << low | owner[place])
        key = np.sort(np.concatenate(keys))
        at = np.flatnonzero(np.append(True, key[1:] != key[:-1])) if len(key) else np.zeros(0, int)
        key, count = key[at], np.diff(np.append(at, len(key)))
        document = (key & (np.uint64(1) << low) - np.uint64(1)).astype(np.int32)
        key = self._renumbered(key >> low, here, bits)
        rank = np.searchsorted(self.phrases, key)
        kept = np.flatnonzero(np.append(self.phrases, ~np.uint64(0))[rank] == key)
        return document[kept], rank[kept], count[kept].astype(np.int32)

    def _renumbered(self, key: np.ndarray, here: np.ndarray, bits: int) -> np.ndarray:
        """Phrases in the numbers of a chunk as phrases in those of the whole."""
        mask, bits = np.uint64(2**bits - 1), np.uint64(bits)
        numbers = np.append(here, 0).astype(np.uint64)
        first, second, third = key >> bits + bits, key >> bits & mask, (key & mask).astype(np.int64)
        last = np.where(third > 0, numbers[third - 1] + np.uint64(1), np.uint64(0))
        wide = np.uint64(self._bits)
        return numbers[first] << wide + wide | numbers[second] << wide | last

    def texts(self, terms: np.ndarray) -> tuple[pa.StringArray, np.ndarray]:
        """Terms as text, and how many words they have, int8."""
        single = terms < len(self.words)
        key = self.phrases[terms[~single] - len(self.words)]
        bits, chosen = np.uint64(self._bits), self._in_phrases[1]
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


def _begin(joined: np.ndarray, n: int) -> np.ndarray:
    """Where phrases of n words begin: the words behind follow with a blank alone between."""
    if len(joined) < n:
        return np.zeros(0, np.int64)
    behind = joined[1:] if n == 2 else joined[1:-1] & joined[2:]
    return np.flatnonzero(behind)


def _keys(number: np.ndarray, place: np.ndarray, n: int, bits: int) -> np.ndarray:
    """Phrases of n words that begin at places as numbers; two words before the same and a third."""
    key = number[place] << 2 * bits | number[place + 1] << bits
    if n == 3:
        key |= number[place + 2] + 1
    return key.astype(np.uint64)


def _word_rows(words: np.ndarray, stream: Stream, size: int) -> tuple:
    """Number of the document, paragraph, term and count of single words, by paragraph."""
    paragraphs = stream.sizes[0]
    ends = np.concatenate([[0], np.cumsum(stream.gather("words", 1), dtype=np.int64)])
    bounds = ends[np.concatenate([[0], np.cumsum(stream.gather("sentences", 0))])]
    lengths, term, count = grouped_counts(words.astype(np.uint32), bounds, size)
    document = np.repeat(np.arange(len(paragraphs), dtype=np.int32), paragraphs)
    return np.repeat(document, lengths), np.repeat(count_up(paragraphs), lengths), term, count


def sorted_vocabulary(words: pa.StringArray) -> tuple[pa.StringArray, np.ndarray]:
    """Distinct words in the order of their code points, and the place of each word among them."""
    coded = words.dictionary_encode()
    order = pc.sort_indices(coded.dictionary)
    place = np.empty(len(order), np.int32)
    place[order.to_numpy()] = np.arange(len(order), dtype=np.int32)
    return coded.dictionary.take(order), place[coded.indices.to_numpy()]


def merged(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """All numbers of two ascending arrays, once, ascending."""
    both = np.sort(np.concatenate([one, other]), kind="stable")  # which merges runs
    return both[np.append(True, both[1:] != both[:-1])] if len(both) else both


def ahead(function: Callable, items: list, threads: int) -> Iterator:
    """The results of a function one by one, in order, while threads work on the next few."""
    if threads < 2 or len(items) < 2:
        yield from map(function, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting = deque(pool.submit(function, item) for item in items[: 2 * threads])
        try:
            for item in [*items[2 * threads :], *[None] * len(waiting)]:
                result = waiting.popleft().result()
                if item is not None:
                    waiting.append(pool.submit(function, item))
                yield result
        finally:
            for future in waiting:
                future.cancel()
