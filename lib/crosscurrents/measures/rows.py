"""What was measured, as tables: sentences, themes, forms, terms, richness.

Words are numbered in the order of their code points over the whole corpus, so that a phrase is
one number too, and the order of such numbers is that of the phrases. All counting is sorting:
NumPy sorts some hundred million numbers a second, five times faster than any hash table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.codebook import Codebook
from crosscurrents.core.arrays import cores, in_threads, offsets_of
from crosscurrents.core.counting import grouped_counts

# Words of a corpus whose mattr and mtld are measured at once, some 0.1 s; of a larger one they are
# measured when they are asked for, see vocabulary.vocabulary_measures.
AT_ONCE = 300_000
CHUNK = 120_000  # words looked at together: their keys stay in the cache of a processor
DOCUMENTS = 4096  # of a chunk, at most
PIECE = 8  # chunks whose rows are made into a table at a time
BITS = 21  # three words in a number of 63 bits
WINDOW = 100  # words of MATTR (DEFINITIONS, variety)
THRESHOLD = 0.72  # type-token ratio below which a factor of MTLD is full (McCarthy & Jarvis 2010)
LEAST = 10  # words of a factor
ORDERED = ("mattr", "mtld")  # what needs the order of the words


@dataclass(frozen=True, eq=False)
class Measured:
    """Documents in their order, as `batches` measures them."""

    table: pa.Table  # a row a document, see batches.COLUMNS
    names: pa.StringArray  # doc_id of each
    codebook: Codebook

    def column(self, name: str) -> pa.Array:
        """The items of all documents, one behind the other."""
        chunks = self.table.column(name).chunks
        return chunks[0].flatten() if chunks else pa.array([], self.table.schema.field(name).type)

    def values(self, name: str) -> np.ndarray:
        """The same as a NumPy array."""
        return self.column(name).to_numpy(zero_copy_only=False)

    def sizes(self, name: str) -> np.ndarray:
        """How many items each document has, int64."""
        return self.table.column(name).combine_chunks().value_lengths().to_numpy()

    def name(self, document: np.ndarray) -> pa.DictionaryArray:
        """The doc_id of documents by their number."""
        return coded(document, self.names)

    def owner(self, name: str) -> np.ndarray:
        """The number of the document of each item, int32."""
        return np.repeat(np.arange(len(self.names), dtype=np.int32), self.sizes(name))

    def figures(self) -> dict[str, np.ndarray | list[str]]:
        """What the table of documents says of each: sizes, quoted words, the hash of its prose."""
        sizes = {"paragraphs": "paragraphs", "sentences": "words", "words": "terms"}
        quoted = offsets_of(self.values("quoted"))[offsets_of(self.sizes("quoted"))]
        return {
            **{name: self.sizes(column) for name, column in sizes.items()},
            "quoted_words": np.diff(quoted),
            "language": self.table["language"].to_pylist(),
            "broken_signs": self.table["broken_signs"].to_numpy(),
            "markup_signs": self.table["markup_signs"].to_numpy(),
            "cleaned_sha256": [digest.hex() for digest in self.table["cleaned"].to_pylist()],
            **self._word_order(),
        }

    def _word_order(self) -> dict[str, np.ndarray]:
        """The measures that need the order of a document's words; missing in a large corpus."""
        ends = offsets_of(self.sizes("terms"))
        found = {name: np.full(len(self.names), np.nan) for name in ORDERED}
        if ends[-1] < AT_ONCE:
            ids = self.column("terms").indices.to_numpy()
            for row, (first, last) in enumerate(zip(ends, ends[1:])):
                for name, value in word_order_measures(ids[first:last]).items():
                    found[name][row] = value
        return found

    @cached_property
    def sentence_places(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of each sentence: its document, its paragraph and its number there (from 1), int32."""
        paragraph = np.repeat(count_up(self.sizes("paragraphs")), self.values("paragraphs"))
        return self.owner("words"), paragraph, count_up(self.sizes("words"))

    def sentences(self) -> pd.DataFrame:
        """The table of sentences."""
        document, paragraph, sentence = self.sentence_places
        words = self.values("words")
        return frame_of(
            doc_id=self.name(document), paragraph=paragraph, sentence=sentence, words=words,
            quoted=self.values("quoted") / words, vader=self.values("vader"),
            vader_coverage=self.values("vader_known") / words,
        )  # fmt: skip

    def themes(self) -> pd.DataFrame:
        """The table of themes: a row a pattern in a sentence."""
        patterns = [(t.name, p.text) for t in self.codebook.themes for p in t.patterns]
        rank = np.argsort(sorted(range(len(patterns)), key=patterns.__getitem__))
        names = [pa.array(column, pa.string()) for column in zip(*patterns)] or [_EMPTY, _EMPTY]
        begin = offsets_of(self.sizes("words"))[self.owner("theme_sentence")]
        sentence, pattern = self.values("theme_sentence") + begin, self.values("theme_pattern")
        order = np.lexsort((rank[pattern] if len(rank) else pattern, sentence))
        document, paragraph, number = (place[sentence[order]] for place in self.sentence_places)
        return frame_of(
            doc_id=self.name(document), paragraph=paragraph, sentence=number,
            theme=coded(pattern[order], names[0]), pattern=coded(pattern[order], names[1]),
            count=self.values("theme_count")[order],
        )  # fmt: skip

    def excluded(self) -> pd.DataFrame:
        """The table of what cleaning excluded."""
        return frame_of(
            doc_id=self.name(self.owner("line")), line=self.values("line").astype(np.int64),
            reason=self.column("reason"), words=self.values("excluded").astype(np.int64),
        )  # fmt: skip

    def forms(self) -> pd.DataFrame:
        """The table of forms in which words are written."""
        columns = {
            "document": pa.array(self.owner("form")),
            "term": self.column("form_term").cast(pa.string()),
            "form": self.column("form").cast(pa.string()),
            "within": self.column("within"), "first": self.column("first"),
        }  # fmt: skip
        order = [(name, "ascending") for name in ("document", "term", "form")]
        found = {name: c.combine_chunks() for name, c in _sorted(columns, order).items()}
        return frame_of(doc_id=self.name(found.pop("document").to_numpy()), **found)


_EMPTY = pa.array([], pa.string())


def _sorted(columns: dict[str, pa.Array], order: list) -> dict[str, pa.ChunkedArray]:
    table = pa.table(columns).sort_by(order)
    return dict(zip(table.column_names, table.columns))


def coded(codes: np.ndarray, values: pa.StringArray) -> pa.DictionaryArray:
    """Values by their numbers."""
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), values)


def count_up(sizes: np.ndarray) -> np.ndarray:
    """1, 2, ... for each size, one after the other, int32."""
    ends = np.cumsum(sizes)
    return (np.arange(1, sizes.sum() + 1) - np.repeat(ends - sizes, sizes)).astype(np.int32)


def frame_of(**columns: np.ndarray | pa.Array) -> pd.DataFrame:
    """A pandas table of Arrow columns, text as strings.

    >>> frame_of(term=pa.array(["a"]).dictionary_encode(), count=np.array([1])).dtypes.tolist()
    [<StringDtype(na_value=nan)>, dtype('int64')]
    """
    return frame(pa.table(columns))


def frame(table: pa.Table) -> pd.DataFrame:
    """A pandas table whose text is text, however it was coded."""
    for place, column in enumerate(table.columns):
        if pa.types.is_dictionary(column.type):
            name = table.schema.names[place]
            table = table.set_column(place, name, column.cast(pa.large_string()))
    return table.to_pandas()


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

    measured: Measured
    least: int = 2

    @cached_property
    def _numbering(self) -> tuple[pa.StringArray, np.ndarray, np.ndarray]:
        """The words that occur, by code points; the numbers of all words; how often each occurs."""
        terms = self.measured.column("terms")
        order = pc.sort_indices(terms.dictionary).to_numpy()
        counts = np.bincount(terms.indices.to_numpy(), minlength=len(order))
        order = order[counts[order] > 0]
        number = np.full(len(counts), -1, np.int32)
        number[order] = np.arange(len(order), dtype=np.int32)
        words = terms.dictionary.take(pa.array(order))
        return words, number[terms.indices.to_numpy()], counts[order]

    @property
    def words(self) -> pa.StringArray:
        """The words that occur, in the order of their code points."""
        return self._numbering[0]

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
    def _joined(self) -> np.ndarray:
        """Which words may stand in a phrase behind the word before."""
        words, joined = self._numbering[1], self.measured.values("joined")
        known = (self._in_phrases[0] >= 0)[words]
        joined[1:] &= known[1:] & known[:-1]
        return joined

    @cached_property
    def phrases(self) -> np.ndarray:
        """The phrases that are kept, as numbers (uint64), ascending."""
        found = [recurring(self._all_keys(n), self.least) for n in (2, 3)]
        return np.sort(np.concatenate(found), kind="stable")  # which merges runs

    def _all_keys(self, n: int) -> np.ndarray:
        """All phrases of n words; a chunk at a time, to make no large arrays in between."""
        keys, size = np.empty(len(self._joined), np.uint64), 0
        for first in range(0, len(keys), CHUNK):
            found, _ = self._keys(first, first + CHUNK + n - 1, n)
            keys[size : size + len(found)] = found
            size += len(found)
        return keys[:size]

    @property
    def _bits(self) -> int:
        return len(self._in_phrases[1]).bit_length()

    def _keys(self, first: int, last: int, n: int) -> tuple[np.ndarray, np.ndarray]:
        """Phrases of n words in a stretch as numbers, and where in it they begin.

        Two words come before the same and a third.
        """
        words, joined = self._numbering[1][first:last], self._joined[first:last]
        behind = joined[1:] if n == 2 else joined[1:-1] & joined[2:]
        place, number = np.flatnonzero(behind), self._in_phrases[0]
        key = number[words[place]] << 2 * self._bits | number[words[place + 1]] << self._bits
        if n == 3:
            key |= number[words[place + 2]] + 1
        return key.astype(np.uint64), place

    @cached_property
    def _ends(self) -> np.ndarray:
        """Where the words of each document begin, and the last end."""
        return offsets_of(self.measured.sizes("terms"))

    def _chunks(self) -> list[tuple[int, int]]:
        """Stretches of documents: the first, and the one behind the last."""
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
        keys, place = self._keys(begin, end, n)
        distinct, number = np.unique(keys, return_inverse=True)
        rank = np.searchsorted(self.phrases, distinct)
        kept = np.append(self.phrases, ~np.uint64(0))[rank] == distinct
        places = np.flatnonzero(kept[number])
        document = np.searchsorted(self._ends, begin + place[places], side="right") - 1
        key, count = np.unique(document << 32 | rank[number[places]], return_counts=True)
        document, rank = key >> 32, key & 2**32 - 1
        columns = document, np.zeros(len(key)), rank + len(self.words), count
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
        words = self._numbering[1][bounds[0] : bounds[-1]].astype(np.uint32)
        lengths, term, count = grouped_counts(words, bounds - bounds[0], len(self.words))
        sizes = np.diff(documents[first : last + 1])
        document = np.repeat(np.arange(first, last, dtype=np.int32), sizes)
        return np.repeat(document, lengths), np.repeat(numbers[begin:end], lengths), term, count

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

    def table(self) -> pa.Table:
        """The table: doc_id (coded), paragraph, term, n, count."""
        return self._table(self._chunks())

    def pieces(self) -> Iterator[pa.Table]:
        """The table piece by piece, each with the words that it needs."""
        chunks = self._chunks()
        for first in range(0, max(len(chunks), 1), PIECE):
            yield self._table(chunks[first : first + PIECE])

    def _table(self, chunks: list[tuple[int, int]]) -> pa.Table:
        self.phrases, self._paragraphs  # noqa: B018 - once, before threads ask for them
        rows = in_threads(lambda chunk: self._rows(*chunk), chunks, cores())
        names = ("document", "paragraph", "term", "count")
        nothing = [np.zeros(0, np.int32)]
        columns = {n: np.concatenate(nothing + [getattr(r, n) for r in rows]) for n in names}
        used, term = _renumbered(columns["term"], len(self.words) + len(self.phrases))
        texts, words = self.texts(used)
        return pa.table(
            {
                "doc_id": self.measured.name(columns["document"]),
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

    As `np.unique` does it, without sorting.
    """
    used = np.zeros(size, bool)
    used[codes] = True
    return np.flatnonzero(used), (np.cumsum(used, dtype=np.int32) - np.int32(1))[codes]


def mattr(words, *, window: int = WINDOW) -> float:
    """Give the moving-average type-token ratio (Covington & McFall 2010).

    The mean, over all windows of so many words, of distinct words / words.

    Parameters
    ----------
    words : array (words,)
        In text order, as ids or as text.
    window : int
        At least 1.

    Returns
    -------
    float
        Missing for a text shorter than the window.

    Raises
    ------
    ValueError
        If the window is no whole number above 0.

    Examples
    --------
    >>> mattr(list("ababcdca"), window=4)
    0.75
    """
    if isinstance(window, bool) or window != int(window) or window < 1:
        raise ValueError(f"window {window!r} is not a whole number of at least 1")
    window = int(window)
    ids = _ids(words)
    windows = len(ids) - window + 1
    if windows < 1:
        return np.nan
    # A word is a new type in every window that holds it but begins after it stood before.
    place = np.arange(len(ids))
    first = np.maximum(np.maximum(_before(ids) + 1, place - window + 1), 0)
    last = np.minimum(place, windows - 1)
    kept = first <= last
    steps = np.bincount(first[kept], minlength=windows + 1).astype(float)
    steps -= np.bincount(last[kept] + 1, minlength=windows + 1)
    return float(np.cumsum(steps)[:windows].mean() / window)


def mtld(words, *, threshold: float = THRESHOLD, least: int = LEAST) -> float:
    """Give the measure of textual lexical diversity (McCarthy & Jarvis 2010).

    The mean length of factors: a factor is full once its type-token ratio is below the threshold
    and it has at least ten words; the rest at the end counts as (1 - its ratio) / (1 - threshold).
    The text is read forward and backward, and both results are averaged.

    Parameters
    ----------
    words : array (words,)
        In text order, as ids or as text.
    threshold : float
        Between 0 and 1.
    least : int
        Fewest words of a factor.

    Returns
    -------
    float
        Missing where either direction has not one full factor.

    Raises
    ------
    ValueError
        If the threshold is not between 0 and 1, or `least` no whole number above 0.

    Examples
    --------
    >>> mtld(["a", "b"] * 10)
    10.0
    """
    if not 0 < threshold < 1:
        raise ValueError(f"threshold {threshold!r} is not between 0 and 1, such as 0.72")
    if isinstance(least, bool) or least != int(least) or least < 1:
        raise ValueError(f"least {least!r} is not a whole number of at least 1")
    ids = _ids(words)
    factors = [_factors(part, threshold, least) for part in (ids, ids[::-1])]
    if min(full for full, _ in factors) < 1:
        return np.nan
    return float(np.mean([len(ids) / (full + rest) for full, rest in factors]))


def _factors(ids, threshold, least):
    """Give the number of full factors, and the rest as a part of one."""
    before = _before(ids).tolist()
    full = start = types = 0
    for k, earlier in enumerate(before):
        types += earlier < start
        size = k + 1 - start
        if size >= least and types / size < threshold:
            full, start, types = full + 1, k + 1, 0
    size = len(before) - start
    return full, (1 - types / size) / (1 - threshold) if size else 0.0


def yule_k(counts) -> float:
    """Give Yule's K, how much a text repeats its words: 10,000 (sum of count^2 - N) / N^2.

    Yule (1944): the chance, times 10,000, that two words drawn without regard to order are one and
    the same word; high where the vocabulary is poor, and independent of length.

    Parameters
    ----------
    counts : array (types,)
        How often each word occurs.

    Returns
    -------
    float
        Missing for a text without words.

    Examples
    --------
    >>> yule_k([4, 3, 2, 1])
    2000.0
    """
    counts = np.asarray(counts, dtype=float)
    size = counts.sum()
    return float(10_000 * ((counts**2).sum() - size) / size**2) if size else np.nan


def word_order_measures(words) -> dict[str, float]:
    """Give what needs the order of a document's words, by name: mattr and mtld.

    Parameters
    ----------
    words : array (words,)
        Of one document, as ids or as text.
    """
    return {"mattr": mattr(words), "mtld": mtld(words)}


def _before(ids):
    """Give the place at which each word stood before, -1 for the first time."""
    order = np.argsort(ids, kind="stable")
    before = np.full(len(ids), -1)
    same = ids[order[1:]] == ids[order[:-1]]
    before[order[1:][same]] = order[:-1][same]
    return before


def _ids(words):
    """Return words as integers, the same word as the same number."""
    words = np.asarray(words)
    if words.ndim != 1:
        raise ValueError(f"words {words.shape} are not one document; give an array (words,)")
    return words if words.dtype.kind in "iu" else np.unique(words, return_inverse=True)[1]
