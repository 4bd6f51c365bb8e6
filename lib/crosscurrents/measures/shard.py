"""What is measured of a batch of documents, in flat arrays: the unit of the cache and of work.

A shard holds the words of its documents in their order (as ids into the words of the shard) and
the figures of each sentence; all tables are made from shards. It is as private as the texts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.cleaning import Cleaned, clean
from crosscurrents.codebook import Codebook
from crosscurrents.core import BLANK, Tokens, tokenise
from crosscurrents.core.arrays import unify
from crosscurrents.core.languages import language_of
from crosscurrents.core.remains import remains
from crosscurrents.corpus import set_aside_rows
from crosscurrents.corpus.files import Texts
from crosscurrents.lexicon import read_lexicon

LEXICONS = ("vader",)  # those by which every sentence is scored


# Kinds of the values of a shard, as they are stored.
KINDS = {
    "keys": pa.uint8(), "cleaned": pa.uint8(), "languages": pa.string(), "remains": pa.int32(),
    "paragraphs": pa.int32(), "sentences": pa.int32(), "words": pa.int32(), "quoted": pa.int32(),
    "known": pa.int32(), "scores": pa.float64(), "ids": pa.int32(), "joined": pa.uint8(),
    "theme_sentence": pa.int32(), "theme_pattern": pa.int32(), "theme_count": pa.int32(),
    "aside": pa.int32(), "reasons": pa.string(), "written": pa.int32(), "forms": pa.string(),
    "vocabulary": pa.string(),
}  # fmt: skip


@dataclass(frozen=True)
class Shard:
    """Flat arrays of what was measured; sentences without a word are none."""

    keys: np.ndarray  # uint8 (documents, 32): hash of the text and of all it was measured with
    cleaned: np.ndarray  # uint8 (documents, 32): hash of the prose
    languages: pa.StringArray  # of the documents: the catalogue's, or told by the text
    remains: np.ndarray  # int32 (documents, 2): signs of broken encoding, of markup
    paragraphs: np.ndarray  # int32 (documents): paragraphs in each
    sentences: np.ndarray  # int32 (paragraphs): sentences in each
    words: np.ndarray  # int32 (sentences): words in each, of which ...
    quoted: np.ndarray  # int32 (sentences): quoted voice
    known: np.ndarray  # int32 (lexicons, sentences): in the lexicon
    scores: np.ndarray  # float64 (lexicons, sentences)
    ids: np.ndarray  # int32 (words), into vocabulary
    joined: np.ndarray  # uint8 (words / 8, as bits): a blank alone stands before the word
    theme_sentence: np.ndarray  # int32 (hits): the sentence, of the shard
    theme_pattern: np.ndarray  # int32 (hits): the pattern, of all themes' patterns in their order
    theme_count: np.ndarray  # int32 (hits)
    aside: np.ndarray  # int32 (spans set aside, 4): document, line, reason, words
    reasons: pa.StringArray
    written: np.ndarray  # int32 (forms, 5): document, word, form, times within, times first
    forms: pa.StringArray  # distinct forms of words as they are written
    vocabulary: pa.StringArray  # distinct words as counted

    @cached_property
    def offsets(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Where each document begins, and the last ends: in paragraphs, in sentences, in words."""
        paragraphs = _offsets(self.paragraphs)
        sentences = _offsets(self.sentences)[paragraphs]
        return paragraphs, sentences, _offsets(self.words)[sentences]

    def to_bytes(self) -> bytes:
        """The shard as an Arrow file of one row."""
        columns = {}
        for name, values in vars(self).items():
            if name != "offsets":
                flat = values if isinstance(values, pa.Array) else pa.array(values.ravel())
                ends = pa.array([0, len(flat)], pa.int64())
                columns[name] = pa.LargeListArray.from_arrays(ends, flat)
        sink = pa.BufferOutputStream()
        batch = pa.record_batch(columns)
        with pa.ipc.new_file(sink, batch.schema) as writer:
            writer.write_batch(batch)
        return sink.getvalue().to_pybytes()

    @classmethod
    def from_bytes(cls, data: bytes | memoryview) -> Shard:
        """Read a shard; raises ValueError for anything else."""
        try:
            batch = pa.ipc.open_file(pa.py_buffer(data)).get_batch(0)
            batch.validate(full=True)
            lists = {name: batch.column(name) for name in KINDS}
            if any(c.type != pa.large_list(KINDS[n]) or len(c) != 1 for n, c in lists.items()):
                raise ValueError("its columns are others")
            columns = {name: column.flatten() for name, column in lists.items()}
            if any(column.null_count for column in columns.values()):
                raise ValueError("values are missing")
        except (pa.ArrowException, ValueError, LookupError, OSError, MemoryError) as error:
            raise ValueError(f"is no shard of measures: {error}") from None
        arrays = {
            name: values if pa.types.is_string(values.type) else values.to_numpy()
            for name, values in columns.items()
        }
        for name, width in (("keys", 32), ("cleaned", 32), ("aside", 4), ("written", 5),
                            ("remains", 2)):
            arrays[name] = arrays[name].reshape(-1, width)
        for name in ("known", "scores"):
            arrays[name] = arrays[name].reshape(len(LEXICONS), -1)
        return cls(**arrays)

    def checked(self, patterns: int) -> Shard:
        """The same shard; raises ValueError if its arrays do not belong together.

        `patterns` is how many the codebook has. A file of the cache may hold anything.
        """
        sentences, words = len(self.words), len(self.ids)
        sums = [
            (self.paragraphs, len(self.keys), len(self.sentences)),
            (self.sentences, len(self.sentences), sentences),
            (self.words, sentences, words),
        ]
        fits = len(self.cleaned) == len(self.languages) == len(self.remains) == len(self.keys)
        fits &= len(self.quoted) == sentences
        fits &= all(len(a) == n and a.sum(dtype=np.int64) == total for a, n, total in sums)
        fits &= self.known.shape[1] == self.scores.shape[1] == sentences
        fits &= len(self.joined) == -(-words // 8)
        fits &= len({len(self.theme_sentence), len(self.theme_pattern), len(self.theme_count)}) == 1
        document, _, reason, aside = self.aside.T
        writer, term, form, within, first = self.written.T
        below = [
            (self.paragraphs, None), (self.sentences, None), (self.words, None), (aside, None),
            (self.quoted, None), (self.ids, len(self.vocabulary)), (reason, len(self.reasons)),
            (self.theme_pattern, patterns), (self.theme_sentence, sentences),
            (document, len(self.keys)), (writer, len(self.keys)), (term, len(self.vocabulary)),
            (form, len(self.forms)), (within, None), (first, None),
        ]  # fmt: skip
        for values, size in below:
            if len(values):
                fits &= values.min() >= 0 and (size is None or values.max() < size)
        for ascending in (self.theme_sentence, document, writer):
            fits &= bool((ascending[1:] >= ascending[:-1]).all())
        if not fits:
            raise ValueError("is no shard of measures: its arrays do not belong together")
        return self


def _offsets(counts: np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])


@dataclass(frozen=True)
class Job:
    """Documents to be measured together: all that a worker, here or elsewhere, has to know."""

    doc_ids: Sequence[str]
    keys: np.ndarray  # uint8 (documents, 32)
    sha256: Sequence[str]
    languages: Sequence[str]
    corrections: Sequence[str]
    read: Callable[[str], str]
    chronology: bool
    codebook: Codebook

    def run(self) -> bytes:
        """Read, clean and measure the documents; returns a shard as bytes."""
        texts, kinds, aside = [], [], []
        for number, known in enumerate(zip(self.doc_ids, self.sha256)):
            raw = self._text(*known)
            found = self._clean(number, raw)
            texts.append([p.text for p in found.paragraphs])
            kinds.append([p.kind for p in found.paragraphs])
            aside += [(number, *row[1:4]) for row in set_aside_rows("", raw, found)]
        languages = [language_of(tag, text) for tag, text in zip(self.languages, texts)]
        tokens = tokenise(texts, kinds=kinds, language=languages)
        hashes = b"".join(hashlib.sha256("\n\n".join(t).encode()).digest() for t in texts)
        reasons = list(dict.fromkeys(row[2] for row in aside))
        rows = [(d, line, reasons.index(reason), words) for d, line, reason, words in aside]
        return Shard(
            keys=self.keys,
            cleaned=np.frombuffer(hashes, np.uint8).reshape(-1, 32),
            languages=pa.array(languages, pa.string()),
            remains=np.array([remains(text) for text in texts], np.int32).reshape(-1, 2),
            aside=np.array(rows, np.int32).reshape(-1, 4),
            reasons=pa.array(reasons, pa.string()),
            **_figures(tokens),
            **_themes(tokens, self.codebook),
        ).to_bytes()

    def _clean(self, number: int, raw: str) -> Cleaned:
        try:
            return clean(raw, corrections=self.corrections[number], chronology=self.chronology)
        except ValueError as error:
            raise ValueError(f"document {self.doc_ids[number]!r}: {error}") from None

    def _text(self, doc_id: str, digest: str) -> str:
        if isinstance(self.read, Texts):
            return self.read.verified(doc_id, digest)
        return self.read(doc_id)


def _figures(tokens: Tokens) -> dict[str, np.ndarray | pa.StringArray]:
    """The arrays of a shard that hold words and figures of sentences."""
    words, coded = tokens.words, tokens.table.folded.dictionary_encode()
    ids = coded.indices.to_numpy()[words.ids]
    sizes = np.diff(words.sentences)
    worded = sizes > 0
    valences = [read_lexicon(name).valence(coded.dictionary) for name in LEXICONS]

    def each_sentence(flags: np.ndarray) -> np.ndarray:
        before = np.concatenate([[0], np.cumsum(flags, dtype=np.int32)])
        return np.diff(before[words.sentences])[worded].astype(np.int32)

    return {
        "paragraphs": np.diff(tokens.documents).astype(np.int32),
        "sentences": np.diff(_offsets(worded)[tokens.paragraphs]).astype(np.int32),
        "words": sizes[worded].astype(np.int32),
        "quoted": each_sentence(tokens.quoted_pieces[words.piece]),
        "known": np.stack([each_sentence(~np.isnan(known)[ids]) for known in valences]),
        "scores": np.stack([_scores(tokens, name)[worded] for name in LEXICONS]),
        "ids": ids,
        "joined": np.packbits(words.gap == BLANK),
        "vocabulary": coded.dictionary,
        **_forms(tokens, coded.indices.to_numpy(), coded.dictionary),
    }


def _forms(
    tokens: Tokens, counted: np.ndarray, vocabulary: pa.StringArray
) -> dict[str, np.ndarray | pa.StringArray]:
    """How words are written in each document, where that is not the counted form.

    The counted form has a row only where it begins a sentence: how often it occurs otherwise is
    what the other rows leave of all occurrences. `counted` are the words as counted, by spelling.
    """
    words, spelled = tokens.words, tokens.table.spelled
    same = pc.equal(spelled, vocabulary.take(pa.array(counted))).to_numpy(zero_copy_only=False)
    first = np.zeros(len(words.ids), bool)
    first[words.sentences[:-1][np.diff(words.sentences) > 0]] = True
    sizes = np.diff(words.sentences[tokens.paragraphs[tokens.documents]])
    document = np.repeat(np.arange(len(sizes)), sizes)
    told = ~same[words.ids] | first
    key = document[told] * max(len(spelled), 1) + words.ids[told]
    key, number = np.unique(key, return_inverse=True)
    begin = np.bincount(number, first[told], len(key)).astype(np.int64)
    inner = np.bincount(number, minlength=len(key)) - begin
    document, form = np.divmod(key, max(len(spelled), 1))
    used, form_number = np.unique(form, return_inverse=True)
    columns = [document, counted[form], form_number.reshape(-1), inner, begin]
    return {
        "written": np.stack(columns, axis=1).astype(np.int32),
        "forms": spelled.take(pa.array(used)),
    }


def _scores(tokens: Tokens, lexicon: str) -> np.ndarray:
    """The score of each sentence by a lexicon."""
    from crosscurrents.scoring import score_tokens

    if lexicon != "vader":
        raise ValueError(f"lexicon {lexicon!r} scores no sentences here; choose from {LEXICONS}")
    return score_tokens(tokens)[:, 3] if len(tokens.sentences) > 1 else np.zeros(0)


def _themes(tokens: Tokens, book: Codebook) -> dict[str, np.ndarray]:
    """The arrays of a shard that hold hits of themes."""
    found, bounds = book.match(tokens), tokens.words.sentences
    worded = np.cumsum(np.diff(bounds) > 0) - 1  # number of a sentence among those with words
    # Sentences without a word begin where the next one does; the last that begins there has it.
    sentence = worded[np.searchsorted(bounds, found.first, side="right") - 1]
    first = _offsets(np.array([len(t.patterns) for t in book.themes], np.int64))
    pattern = first[found.theme] + found.pattern
    size = max(int(first[-1]), 1)
    key, count = np.unique(sentence * size + pattern, return_counts=True)
    columns = {"sentence": key // size, "pattern": key % size, "count": count}
    return {f"theme_{name}": column.astype(np.int32) for name, column in columns.items()}


def join_shards(shards: Sequence[Shard]) -> bytes:
    """Several shards as one, as bytes; all were measured with the same tools."""
    columns = {}
    words, numbers = unify([s.vocabulary for s in shards])
    columns["ids"] = np.concatenate([number[s.ids] for s, number in zip(shards, numbers)])
    reasons, codes = unify([s.reasons for s in shards])
    documents = _offsets(np.array([len(s.keys) for s in shards], np.int64))
    sentences = _offsets(np.array([len(s.words) for s in shards], np.int64))
    bits = [np.unpackbits(s.joined, count=len(s.ids)) for s in shards]
    columns["joined"] = np.packbits(np.concatenate(bits))
    spans = []
    for shard, first, code in zip(shards, documents.tolist(), codes):
        document, line, reason, size = shard.aside.T
        spans.append(np.stack([document + first, line, code[reason], size], axis=1))
    columns["aside"] = np.concatenate(spans).astype(np.int32)
    forms, form_codes = unify([s.forms for s in shards])
    rows = []
    for shard, first, word, code in zip(shards, documents.tolist(), numbers, form_codes):
        document, number, form, *times = shard.written.T
        rows.append(np.stack([document + first, word[number], code[form], *times], axis=1))
    columns["written"] = np.concatenate(rows).astype(np.int32)
    hits = [s.theme_sentence + np.int32(first) for s, first in zip(shards, sentences.tolist())]
    columns["theme_sentence"] = np.concatenate(hits)
    columns["languages"] = pa.concat_arrays([s.languages for s in shards])
    others = Shard.__dataclass_fields__.keys() - {"reasons", "vocabulary", "forms"}
    for name in others - columns.keys():
        axis = 1 if name in ("known", "scores") else 0
        columns[name] = np.concatenate([getattr(s, name) for s in shards], axis=axis)
    return Shard(**columns, reasons=reasons, forms=forms, vocabulary=words).to_bytes()
