"""Measured documents -> tables of sentences, themes, excluded lines and forms; richness."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa

from crosscurrents.codebook import Codebook
from crosscurrents.core.arrays import offsets_of
from crosscurrents.measures.cache import Cache

# Words of a corpus whose mattr and mtld are measured at once, some 0.1 s; of a larger one they are
# measured when they are asked for, see vocabulary.vocabulary_measures.
AT_ONCE = 300_000
# Words of the documents that are in memory at a time: some 130 MB of text, half a GB of arrays.
STRETCH = 20_000_000
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

    def figures(self, *, order: bool) -> dict[str, np.ndarray | list[str]]:
        """What the table of documents says of each: sizes, quoted words, the hash of its prose.

        `order` says whether to measure what needs the order of words, which is missing else.
        """
        sizes = {"paragraphs": "paragraphs", "sentences": "words", "words": "terms"}
        quoted = offsets_of(self.values("quoted"))[offsets_of(self.sizes("quoted"))]
        return {
            **{name: self.sizes(column) for name, column in sizes.items()},
            "quoted_words": np.diff(quoted),
            "language": self.table["language"].to_pylist(),
            "broken_signs": self.table["broken_signs"].to_numpy(),
            "markup_signs": self.table["markup_signs"].to_numpy(),
            "cleaned_sha256": [digest.hex() for digest in self.table["cleaned"].to_pylist()],
            **self._word_order(order),
        }

    def _word_order(self, order: bool) -> dict[str, np.ndarray]:
        """The measures that need the order of a document's words."""
        ends = offsets_of(self.sizes("terms"))
        found = {name: np.full(len(self.names), np.nan) for name in ORDERED}
        if order:
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
    def _words(self) -> np.ndarray:
        """How many words the documents before each have, and all."""
        return offsets_of(self.cache.sizes("terms")[self.places])

    @cached_property
    def _ends(self) -> list[int]:
        ends = [0]
        while ends[-1] < len(self.places):
            limit = self._words[ends[-1]] + STRETCH
            last = int(np.searchsorted(self._words, limit, side="right")) - 1
            ends.append(max(last, ends[-1] + 1))
        return ends

    @cached_property
    def _only(self) -> Measured:
        return Measured(self.cache.take(self.places), self.names, self.codebook)

    def each(self, columns: list[str] | None = None) -> Iterator[Measured]:
        """The documents in stretches; of several with some columns only."""
        if len(self._ends) <= 2:
            yield self._only
            return
        for first, last in itertools.pairwise(self._ends):
            table = self.cache.take(self.places[first:last], columns)
            yield Measured(table, self.names[first:last], self.codebook)

    def figures(self) -> dict[str, list]:
        """What the table of documents says of each, see `Measured.figures`."""
        small = self._words[-1] < AT_ONCE
        found: dict[str, list] = {}
        for measured in self.each():
            for name, values in measured.figures(order=small).items():
                found.setdefault(name, []).extend(values)
        return found

    def pieces(self, name: str) -> Iterator[pa.Table]:
        """A table other than that of terms, a stretch at a time."""
        for measured in self.each():
            yield pa.Table.from_pandas(getattr(measured, name)(), preserve_index=False)

    def table(self, name: str) -> pd.DataFrame:
        """A table other than that of terms."""
        frames = [getattr(measured, name)() for measured in self.each()]
        return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)


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
