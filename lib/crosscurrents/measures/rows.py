"""Shards -> the rows of tables: sentences, themes, what was set aside, figures of documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa

from crosscurrents.codebook import Codebook
from crosscurrents.measures.shard import LEXICONS, Shard
from crosscurrents.tokens.richness import ORDERED, word_order_measures

# Words of a corpus whose mattr and mtld are measured at once, some 0.1 s; of a larger one they are
# measured when they are asked for, see frequency.variety.
AT_ONCE = 300_000


@dataclass(frozen=True, eq=False)
class Stream:
    """Documents in an order of their own, wherever among some shards they stand."""

    shards: Sequence[Shard]
    places: np.ndarray  # int64 (documents, 2): number of the shard, of the document in it
    names: pa.StringArray  # doc_id of each
    codebook: Codebook

    @cached_property
    def runs(self) -> list[tuple[int, int, int]]:
        """Stretches of documents that are neighbours in a shard: its number, first, behind last."""
        shard, document = self.places.T
        new = (shard[1:] != shard[:-1]) | (document[1:] != document[:-1] + 1)
        cuts = np.concatenate([[0], np.flatnonzero(new) + 1, [len(shard)]])[: len(shard) + 1]
        first = document[cuts[:-1]]
        return list(
            zip(shard[cuts[:-1]].tolist(), first.tolist(), (first + np.diff(cuts)).tolist())
        )

    def gather(self, name: str, level: int) -> np.ndarray:
        """An array of the shards, of these documents: level 0 paragraphs, 1 sentences, 2 words."""
        parts = []
        for number, first, last in self.runs:
            begin, end = self.shards[number].offsets[level][[first, last]]
            parts.append(getattr(self.shards[number], name)[..., begin:end])
        return np.concatenate(parts, axis=-1) if parts else np.zeros(0, np.int32)

    @cached_property
    def sizes(self) -> np.ndarray:
        """Paragraphs, sentences and words of each document, int64 (3, documents)."""
        found = np.zeros((3, len(self.places)), np.int64)
        for number, mine in self._by_shard():
            for level, offsets in enumerate(self.shards[number].offsets):
                found[level, mine] = np.diff(offsets)[self.places[mine, 1]]
        return found

    def figures(self) -> dict[str, np.ndarray | list[str]]:
        """What the table of documents says of each: sizes, quoted words, the hash of its prose."""
        quoted = np.zeros(len(self.places), np.int64)
        cleaned = np.zeros((len(self.places), 32), np.uint8)
        languages = np.full(len(self.places), "", object)
        signs = np.zeros((len(self.places), 2), np.int64)
        for number, mine in self._by_shard():
            shard, rows = self.shards[number], self.places[mine, 1]
            before = np.concatenate([[0], np.cumsum(shard.quoted, dtype=np.int64)])
            quoted[mine] = np.diff(before[shard.offsets[1]])[rows]
            cleaned[mine] = shard.cleaned[rows]
            signs[mine] = shard.remains[rows]
            told = shard.languages.to_pylist()
            languages[mine] = [told[row] for row in rows.tolist()]
        digests = cleaned.tobytes().hex()
        return {
            **dict(zip(("paragraphs", "sentences", "words"), self.sizes)),
            "quoted_words": quoted,
            "language": languages,
            "broken_signs": signs[:, 0],
            "markup_signs": signs[:, 1],
            "cleaned_sha256": [digests[k : k + 64] for k in range(0, len(digests), 64)],
            **self._word_order(),
        }

    def _word_order(self) -> dict[str, np.ndarray]:
        """The measures that need the order of a document's words; missing in a large corpus."""
        found = {name: np.full(len(self.places), np.nan) for name in ORDERED}
        if self.sizes[2].sum() < AT_ONCE:
            for row, (number, document) in enumerate(self.places.tolist()):
                shard = self.shards[number]
                words = shard.ids[slice(*shard.offsets[2][[document, document + 1]])]
                for name, value in word_order_measures(words).items():
                    found[name][row] = value
        return found

    def _by_shard(self) -> Iterator[tuple[int, np.ndarray]]:
        order = np.argsort(self.places[:, 0], kind="stable")
        numbers, first = np.unique(self.places[order, 0], return_index=True)
        return zip(numbers.tolist(), np.split(order, first[1:]))

    @cached_property
    def sentence_places(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of each sentence: its document, its paragraph and its number there (from 1), int32."""
        paragraphs, sentences, _ = self.sizes
        each = self.gather("sentences", 0)  # sentences of each paragraph
        within = count_up(paragraphs)
        document = np.repeat(np.arange(len(sentences), dtype=np.int32), sentences)
        return document, np.repeat(within, each), count_up(sentences)

    def sentences(self) -> pd.DataFrame:
        """The table of sentences."""
        document, paragraph, sentence = self.sentence_places
        words = self.gather("words", 1)
        columns = {"doc_id": self.name(document), "paragraph": paragraph, "sentence": sentence}
        columns |= {"words": words, "quoted": self.gather("quoted", 1) / words}
        known, scores = self.gather("known", 1), self.gather("scores", 1)
        for number, lexicon in enumerate(LEXICONS):
            columns[lexicon] = scores[number] if len(words) else np.zeros(0)
            columns[f"{lexicon}_coverage"] = known[number] / words if len(words) else np.zeros(0)
        return table(**columns)

    def themes(self) -> pd.DataFrame:
        """The table of themes: a row a pattern in a sentence."""
        patterns = [(t.name, p.text) for t in self.codebook.themes for p in t.patterns]
        rank = np.argsort(sorted(range(len(patterns)), key=patterns.__getitem__))
        sentence, pattern, count = [], [], []
        position = 0
        for number, first, last in self.runs:
            shard = self.shards[number]
            begin, end = shard.offsets[1][[first, last]]
            hits = slice(*np.searchsorted(shard.theme_sentence, [begin, end]))
            sentence.append(shard.theme_sentence[hits] + (position - begin))
            pattern.append(shard.theme_pattern[hits])
            count.append(shard.theme_count[hits])
            position += int(end - begin)
        columns = [np.concatenate(c) if c else np.zeros(0, int) for c in (sentence, pattern, count)]
        order = np.lexsort((rank[columns[1]] if len(rank) else columns[1], columns[0]))
        sentence, pattern, count = (c[order] for c in columns)
        names = [pa.array(column, pa.string()) for column in zip(*patterns)] or [_EMPTY, _EMPTY]
        document, paragraph, number = (column[sentence] for column in self.sentence_places)
        return table(
            doc_id=self.name(document), paragraph=paragraph, sentence=number,
            theme=_coded(pattern, names[0]), pattern=_coded(pattern, names[1]),
            count=count.astype(np.int32),
        )  # fmt: skip

    def set_aside(self) -> pd.DataFrame:
        """The table of what cleaning set aside."""
        rows, reasons, position = [np.zeros((0, 4), np.int64)], [], 0
        for number, first, last in self.runs:
            shard = self.shards[number]
            found = shard.aside[slice(*np.searchsorted(shard.aside[:, 0], [first, last]))]
            rows.append(found + np.array([position - first, 0, 0, 0]))
            reasons.append(shard.reasons.take(pa.array(found[:, 2])))
            position += last - first
        document, line, _, words = np.concatenate(rows).T
        reason = pa.concat_arrays(reasons) if reasons else _EMPTY
        return table(doc_id=self.name(document), line=line, reason=reason, words=words)

    def forms(self) -> pd.DataFrame:
        """The table of forms in which words are written."""
        rows, terms, forms, position = [np.zeros((0, 2), np.int32)], [], [], 0
        document = [np.zeros(0, np.int64)]
        for number, first, last in self.runs:
            shard = self.shards[number]
            found = shard.written[slice(*np.searchsorted(shard.written[:, 0], [first, last]))]
            document.append(found[:, 0] + np.int64(position - first))
            terms.append(shard.vocabulary.take(pa.array(found[:, 1])))
            forms.append(shard.forms.take(pa.array(found[:, 2])))
            rows.append(found[:, 3:])
            position += last - first
        within, begin = np.concatenate(rows).T
        term, form = (pa.concat_arrays(a) if a else _EMPTY for a in (terms, forms))
        found = table(
            doc_id=self.name(np.concatenate(document)), term=term, form=form,
            within=within, first=begin,
        )  # fmt: skip
        order = {name: k for k, name in enumerate(self.names.to_pylist())}
        return found.sort_values(
            ["doc_id", "term", "form"], key=lambda c: c.map(order) if c.name == "doc_id" else c,
            ignore_index=True,
        )  # fmt: skip

    def name(self, document: np.ndarray) -> pa.DictionaryArray:
        """The doc_id of documents by their number."""
        return _coded(document, self.names)


_EMPTY = pa.array([], pa.string())


def _coded(codes: np.ndarray, values: pa.StringArray) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), values)


def count_up(sizes: np.ndarray) -> np.ndarray:
    """1, 2, ... for each size, one after the other, int32."""
    ends = np.cumsum(sizes)
    return (np.arange(1, sizes.sum() + 1) - np.repeat(ends - sizes, sizes)).astype(np.int32)


def table(**columns: np.ndarray | pa.Array) -> pd.DataFrame:
    """A pandas table of Arrow columns, text as strings.

    >>> table(term=pa.array(["a", "b"]).dictionary_encode(), count=np.array([1, 2])).dtypes.tolist()
    [<StringDtype(na_value=nan)>, dtype('int64')]
    """
    arrays = {}
    for name, values in columns.items():
        coded = isinstance(values, pa.DictionaryArray)
        arrays[name] = values.cast(pa.large_string()) if coded else values
    return pa.table(arrays).to_pandas()
