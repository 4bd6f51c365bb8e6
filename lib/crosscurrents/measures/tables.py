"""Measured documents -> tables of terms, sentences, themes, excluded lines and forms.

Words are numbered in the order of their code points over the whole corpus, so that a phrase is
one number too, and the order of such numbers is the order of the phrases. All counting is sorting:
NumPy sorts some hundred million numbers a second, five times faster than any hash table.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.codebook import Codebook
from crosscurrents.core.arrays import in_threads, offsets_of, totals
from crosscurrents.measures.batches import Cache

# Words of a corpus whose mattr and mtld are measured at once, some 0.1 s; of a larger one they are
# measured when they are asked for, see frequency.vocabulary_measures.
AT_ONCE = 300_000
# Words of the documents that are in memory at a time, and words whose phrases are sorted at once: a
# part of a corpus (the next two), at least and at most so many. A million words of documents take
# 25 MB, a million that are sorted 8 MB; smaller parts are gone through more often.
STRETCH, SORTED = (1_000_000, 20_000_000), (8_000_000, 80_000_000)
PARTS, SORTS = 16, 2
WINDOW = 100  # words of MATTR (DEFINITIONS, variety)
THRESHOLD = 0.72  # type-token ratio below which a factor of MTLD is full (McCarthy & Jarvis 2010)
LEAST = 10  # words of a factor
# What each table is made from, see batches.COLUMNS.
USED = {
    "documents": [
        "paragraphs", "words", "quoted", "terms", "language", "broken_signs", "markup_signs",
        "cleaned",
    ],
    "terms": ["paragraphs", "words", "terms", "joined"],
    "sentences": ["paragraphs", "words", "quoted", "vader", "vader_known"],
    "themes": ["paragraphs", "words", "theme_sentence", "theme_pattern", "theme_count"],
    "excluded": ["line", "reason", "excluded"],
    "forms": ["form_term", "form", "within", "first"],
}  # fmt: skip
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

    def figures(self, *, order: bool) -> pd.DataFrame:
        """What the table of documents says of each: sizes, quoted words, the hash of its prose.

        `order` says whether to measure what needs the order of words, which is missing else.
        """
        ids, ends = self.column("terms").indices.to_numpy(), offsets_of(self.sizes("terms"))
        runs = itertools.pairwise(ends if order else [])
        ordered = pd.DataFrame([word_order_measures(ids[a:b]) for a, b in runs], columns=ORDERED)
        quoted = totals(self.values("quoted"), offsets_of(self.sizes("quoted")))
        return pd.DataFrame(
            {
                "paragraphs": self.sizes("paragraphs"),
                "sentences": self.sizes("words"),
                "words": self.sizes("terms"),
                "quoted_words": quoted,
                "language": pd.array(self.table["language"].to_pylist(), dtype="str"),
                "broken_signs": self.table["broken_signs"].to_numpy().astype(np.int64),
                "markup_signs": self.table["markup_signs"].to_numpy().astype(np.int64),
                "cleaned_sha256": [digest.hex() for digest in self.table["cleaned"].to_pylist()],
                **{name: ordered[name].reindex(range(len(self.names))) for name in ORDERED},
            }
        ).astype({"cleaned_sha256": "str"} | dict.fromkeys(ORDERED, float))

    @cached_property
    def sentence_places(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of each sentence: its document, its paragraph and its number there (from 1), int32."""
        paragraph = np.repeat(count_up(self.sizes("paragraphs")), self.values("paragraphs"))
        return self.owner("words"), paragraph, count_up(self.sizes("words"))

    def sentences(self) -> pa.Table:
        """The table of sentences."""
        document, paragraph, sentence = self.sentence_places
        words = self.values("words")
        return pa.table(
            {
                "doc_id": self.name(document),
                "paragraph": paragraph,
                "sentence": sentence,
                "words": words,
                "quoted": self.values("quoted") / words,
                "vader": self.values("vader"),
                "vader_coverage": self.values("vader_known") / words,
            }
        )

    def themes(self) -> pa.Table:
        """The table of themes: a row a pattern in a sentence."""
        patterns = [(t.name, p.text) for t in self.codebook.themes for p in t.patterns]
        rank = np.argsort(sorted(range(len(patterns)), key=patterns.__getitem__))
        names = [pa.array(column, pa.string()) for column in zip(*patterns)] or [_EMPTY, _EMPTY]
        themes, texts = (column.dictionary_encode() for column in names)  # a name has one code
        begin = offsets_of(self.sizes("words"))[self.owner("theme_sentence")]
        sentence, pattern = self.values("theme_sentence") + begin, self.values("theme_pattern")
        order = np.lexsort((rank[pattern] if len(rank) else pattern, sentence))
        document, paragraph, number = (place[sentence[order]] for place in self.sentence_places)
        pattern = pattern[order]
        return pa.table(
            {
                "doc_id": self.name(document),
                "paragraph": paragraph,
                "sentence": number,
                "theme": coded(themes.indices.to_numpy()[pattern], themes.dictionary),
                "pattern": coded(texts.indices.to_numpy()[pattern], texts.dictionary),
                "count": self.values("theme_count")[order],
            }
        )

    def excluded(self) -> pa.Table:
        """The table of what cleaning excluded."""
        return pa.table(
            {
                "doc_id": self.name(self.owner("line")),
                "line": self.values("line").astype(np.int64),
                "reason": self.column("reason"),
                "words": self.values("excluded").astype(np.int64),
            }
        )

    def forms(self) -> pa.Table:
        """The table of forms in which words are written."""
        columns = {
            "document": pa.array(self.owner("form")),
            "term": self.column("form_term").cast(pa.string()),
            "form": self.column("form").cast(pa.string()),
            "within": self.column("within"),
            "first": self.column("first"),
        }
        order = [(name, "ascending") for name in ("document", "term", "form")]
        found = pa.table(columns).sort_by(order)
        document = found["document"].to_numpy()
        return found.set_column(0, "doc_id", self.name(document))


@dataclass(frozen=True, eq=False)
class Stretches:
    """Documents of any number, so many at a time as fit into memory.

    `places` are their rows among the batches of a cache.
    """

    cache: Cache
    places: np.ndarray
    names: pa.StringArray  # doc_id of each
    codebook: Codebook

    @cached_property
    def _ends(self) -> np.ndarray:
        """How many words there are up to each document, and in all."""
        return offsets_of(self.cache.sizes("terms")[self.places])

    @property
    def words(self) -> int:
        """How many words all have."""
        return int(self._ends[-1])

    def each(self, columns: list[str]) -> Iterator[Measured]:
        """The documents in stretches, with some columns."""
        for first, last in parts_of(self._ends, int(np.clip(self.words // PARTS, *STRETCH))):
            table = self.cache.take(self.places[first:last], columns)
            yield Measured(table, self.names[first:last], self.codebook)
            del table
            pa.default_memory_pool().release_unused()

    def figures(self) -> pd.DataFrame:
        """What the table of documents says of each, see `Measured.figures`."""
        order = self.words < AT_ONCE
        return pd.concat(
            [m.figures(order=order) for m in self.each(USED["documents"])], ignore_index=True
        )

    def pieces(self, name: str, least: int = 2) -> Iterator[pa.Table]:
        """A table a stretch at a time; of terms the phrases with `least` occurrences or more."""
        if name == "terms":
            return Terms(self, least).pieces()
        return (getattr(measured, name)() for measured in self.each(USED[name]))


_EMPTY = pa.array([], pa.string())


def coded(codes: np.ndarray, values: pa.StringArray) -> pa.DictionaryArray:
    """Values by their numbers."""
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), values)


def parts_of(ends: np.ndarray, size: int) -> list[tuple[int, int]]:
    """Parts of about so many words each, one at least: the first document, and one past the last.

    >>> parts_of(np.array([0, 4, 5, 9]), 5)
    [(0, 2), (2, 3)]
    """
    cuts = np.searchsorted(ends, np.arange(size, ends[-1], size))
    cuts = np.unique([0, *cuts, len(ends) - 1]).tolist()
    return list(itertools.pairwise(cuts)) or [(0, 0)]


def count_up(sizes: np.ndarray) -> np.ndarray:
    """1, 2, ... for each size, one after the other, int32."""
    ends = np.cumsum(sizes)
    return (np.arange(1, sizes.sum() + 1) - np.repeat(ends - sizes, sizes)).astype(np.int32)


def frame_of(tables: Iterable[pa.Table]) -> pd.DataFrame:
    """One pandas table of the pieces of one; text is text, however it was coded.

    >>> frame_of([pa.table({"term": pa.array(["a"]).dictionary_encode()})]).dtypes.tolist()
    [<StringDtype(na_value=nan)>]
    """
    table = pa.concat_tables(tables)
    known = zip(table.schema, map(pa.types.is_dictionary, table.schema.types))
    fields = [f.with_type(pa.large_string()) if is_coded else f for f, is_coded in known]
    return table.cast(pa.schema(fields, table.schema.metadata)).to_pandas()


def mattr(words, *, window: int = WINDOW) -> float:
    """Give the moving-average type-token ratio (Covington & McFall 2010).

    The mean, over all windows of so many words, of distinct words / words; missing for a text
    shorter than the window. `words` (words,) are in text order, as ids or as text.

    >>> mattr(list("ababcdca"), window=4)
    0.75
    """
    words = np.asarray(words).tolist()
    windows = len(words) - window + 1
    if windows < 1:
        return np.nan
    counts = Counter(words[:window])
    types = len(counts)
    for gone, new in zip(words, words[window:]):
        counts[new] += 1
        counts[gone] -= 1
        if not counts[gone]:
            del counts[gone]
        types += len(counts)
    return types / windows / window


def mtld(words) -> float:
    """Give the measure of textual lexical diversity (McCarthy & Jarvis 2010).

    The mean length of factors: a factor is full once its type-token ratio is below the threshold
    and it has at least ten words; the rest at the end counts as (1 - its ratio) / (1 - threshold).
    The text is read forward and backward, and both results are averaged; missing where either
    direction has not one full factor. `words` (words,) are in text order, as ids or as text.

    >>> mtld(["a", "b"] * 10)
    10.0
    """
    words = np.asarray(words).tolist()
    factors = [_factors(part) for part in (words, words[::-1])]
    if min(full for full, _ in factors) < 1:
        return np.nan
    return float(np.mean([len(words) / (full + rest) for full, rest in factors]))


def _factors(words):
    """Give the number of full factors, and the rest as a part of one."""
    full, start, types = 0, 0, set()
    for size, word in enumerate(words, start=1):
        types.add(word)
        if size - start >= LEAST and len(types) / (size - start) < THRESHOLD:
            full, start, types = full + 1, size, set()
    rest = len(words) - start
    return full, (1 - len(types) / rest) / (1 - THRESHOLD) if rest else 0.0


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


CHUNK = 80_000  # words looked at together: their keys stay in the cache of a processor
PIECE = 2  # chunks whose rows are made into a table at a time
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

    def __init__(self, stretches: Stretches, least: int) -> None:
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
        merged = pa.concat_tables(tables).group_by("word", use_threads=False)
        merged = merged.aggregate([("count", "sum")])
        merged = merged.sort_by("word").combine_chunks()
        return pa.concat_arrays(merged["word"].chunks), merged["count_sum"].to_numpy()

    @cached_property
    def phrases(self) -> np.ndarray:
        """The phrases that are kept, as numbers (int64), ascending, and a number above them all.

        Of a large corpus the phrases that begin with some words, then those with the next.
        """
        size, found = int(np.clip(self.stretches.words // SORTS, *SORTED)), []
        for first, last in parts_of(offsets_of(self.counts), size):
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

    def pieces(self) -> Iterator[pa.Table]:
        """The table, some documents at a time: doc_id (coded), paragraph, term, n, count."""
        self.phrases  # noqa: B018 - once, before threads ask for them
        for measured in self.stretches.each(USED["terms"]):
            stretch = Stretch(self, measured)
            chunks = parts_of(stretch.ends, CHUNK)
            for first in range(0, len(chunks), PIECE):
                tables = in_threads(stretch.table, chunks[first : first + PIECE])
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
