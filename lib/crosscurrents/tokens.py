"""Paragraphs -> Tokens: flat int32 ids over one vocabulary, with offsets of sentences and more.

A piece is a run of text without blanks, as it stands. The text is cut into pieces and sentences
once; all language work (words, case, valence, quotation marks) is then done once a distinct piece.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import sentencex

from crosscurrents.voice import MARK, quoted_spans
from crosscurrents.words import words_of

# Marks that a sentence may begin or end under. Both of a pair: sentencex takes what follows an
# opening bracket that never closes for one sentence.
SOFT = re.compile(r"(?<=[.!?…])['’]+|[\"“”„«»()\[\]]+")
ENDS_WITHOUT_BLANK = "。！？｡．…"  # elsewhere a cut inside a piece (`anti-U.S.`) is a mistake
DASHED = re.compile(r"\s*[—–-]+\s*[a-z]")
BLANK, HYPHEN, SIGN = 0, 1, 2  # what stands before a word or part: a blank, a hyphen, signs


@dataclass(frozen=True)
class Tokens:
    """Pieces of documents: `ids` into `pieces`; offsets of sentences into ids, and so on upward."""

    pieces: pa.StringArray
    ids: np.ndarray  # int32 (number of pieces)
    sentences: np.ndarray  # int64 (sentences + 1), into ids
    paragraphs: np.ndarray  # int64 (paragraphs + 1), into sentences
    documents: np.ndarray  # int64 (documents + 1), into paragraphs
    quoted_pieces: np.ndarray  # bool (number of pieces), the piece is quoted voice

    @cached_property
    def table(self) -> PieceTable:
        """What each distinct piece holds."""
        return PieceTable.of(self.pieces)

    @cached_property
    def words(self) -> Words:
        """The words in their order, with offsets of sentences."""
        return Words.of(self)


@dataclass(frozen=True)
class PieceTable:
    """Per distinct piece: its words (a run in `word`), what stands before each, and after the last."""

    offsets: np.ndarray  # int64 (pieces + 1), into word and gap
    word: np.ndarray  # int32, into spelled and folded
    gap: np.ndarray  # int8, BLANK or SIGN before the word within its piece
    after: np.ndarray  # int8 (pieces): 0 nothing, 1 a single stop, 2 signs
    spelled: list[str]
    folded: list[str]

    @classmethod
    def of(cls, pieces: pa.StringArray) -> PieceTable:
        vocabulary: dict[tuple[str, str], int] = {}
        offsets, word, gap, after = [0], [], [], []
        for piece in pieces.to_pylist():
            found, rest = words_of(piece)
            for item in found:
                word.append(vocabulary.setdefault((item.spelled, item.folded), len(vocabulary)))
                gap.append(SIGN if item.before else BLANK)
            offsets.append(len(word))
            quiet = rest == "" or (rest == "'" and bool(found) and found[-1].folded.endswith("s"))
            after.append(0 if quiet and found else 1 if rest == "." and found else 2)
        return cls(
            np.array(offsets, np.int64), np.array(word, np.int32), np.array(gap, np.int8),
            np.array(after, np.int8), [k[0] for k in vocabulary], [k[1] for k in vocabulary],
        )  # fmt: skip


@dataclass(frozen=True)
class Words:
    """Words in their order: `spelled` ids, what stands before, and offsets of the sentences."""

    ids: np.ndarray  # int32 (words), into table.spelled / table.folded
    gap: np.ndarray  # int8 (words): BLANK or SIGN; SIGN at a sentence's start
    sentences: np.ndarray  # int64 (sentences + 1), into ids
    piece: np.ndarray  # int64 (words): place of its piece in tokens.ids

    @classmethod
    def of(cls, tokens: Tokens) -> Words:
        table = tokens.table
        counts = np.diff(table.offsets)[tokens.ids]
        ends = np.cumsum(counts)
        total = int(ends[-1]) if len(ends) else 0
        piece = np.repeat(np.arange(len(tokens.ids)), counts)
        within = np.arange(total) - np.repeat(ends - counts, counts)
        index = table.offsets[tokens.ids[piece]] + within if total else np.zeros(0, np.int64)
        gap = table.gap[index] if total else np.zeros(0, np.int8)
        starts = np.concatenate([[0], ends])[tokens.sentences]
        gap = np.where(within == 0, np.maximum(gap, _signs_before(tokens, table)[piece]), gap)
        gap[starts[:-1][np.diff(starts) > 0]] = SIGN
        return cls(table.word[index] if total else np.zeros(0, np.int32), gap.astype(np.int8), starts, piece)


def _signs_before(tokens: Tokens, table: PieceTable) -> np.ndarray:
    """Per piece, SIGN where signs end the piece before it, or that piece is nothing but signs."""
    after = table.after[tokens.ids]
    before = np.zeros(len(after), np.int8)
    before[1:] = np.where(after[:-1] == 2, SIGN, BLANK)  # a single stop inside a sentence: abbreviation
    return before


def split_sentences(text: str, language: str = "en") -> list[str]:
    """The sentences of a paragraph as sentencex sees it, and those inside quotations one by one.

    >>> split_sentences('He said: "It works. It is good." Then Mr. Smith left.')
    ['He said: "It works.', 'It is good."', 'Then Mr. Smith left.']
    """
    masked = SOFT.sub(lambda m: " " * len(m[0]), text)
    cuts = [0]
    for part in sentencex.segment(language, masked):
        cuts.append(cuts[-1] + len(part))
    cuts[-1] = len(text)
    for i, cut in enumerate(cuts[1:-1], start=1):
        while cut > cuts[i - 1] and not text[cut - 1].isspace() and masked[cut - 1].isspace():
            cut -= 1  # an opening mark belongs to the sentence that it opens
        inside = not text[cut - 1 : cut].isspace() and text[cut - 1 : cut] not in ENDS_WITHOUT_BLANK
        cuts[i] = cuts[i - 1] if inside or DASHED.match(text, cut) else cut
    return [s for a, b in zip(cuts, cuts[1:]) if (s := text[a:b].strip())]


def tokenise(
    documents: Sequence[Sequence[str]],
    *,
    kinds: Sequence[Sequence[str]] | None = None,
    language: str | Sequence[str] = "en",
) -> Tokens:
    """Cut documents, each a list of paragraphs, into Tokens.

    `kinds` are the kinds of the paragraphs (cleaning's "text", "bullet", "quotation");
    `language` one code for all or one a document.

    >>> t = tokenise([["It rained. We left."], ["We stayed."]])
    >>> t.ids.tolist(), t.sentences.tolist(), t.paragraphs.tolist(), t.documents.tolist()
    ([0, 1, 2, 3, 2, 4], [0, 2, 4, 6], [0, 2, 3], [0, 1, 2])
    """
    languages = [language] * len(documents) if isinstance(language, str) else list(language)
    sentences: list[str] = []
    paragraph_ends, document_ends, quoted = [0], [0], []
    for number, paragraphs in enumerate(documents):
        code = languages[number] or "en"
        for text in paragraphs:
            found = split_sentences(text, code)
            sentences += [s.lower() for s in found] if text.isupper() and " " in text else found
            paragraph_ends.append(len(sentences))
        document_ends.append(len(paragraph_ends) - 1)
        quoted.append(quoted_spans(paragraphs, kinds[number] if kinds else None))
    runs = [s.split() for s in sentences]
    lengths = np.fromiter((len(r) for r in runs), np.int64, len(runs))
    flat = pa.array([p for run in runs for p in run], pa.string()).dictionary_encode()
    starts = np.concatenate([[0], np.cumsum(lengths)])
    spans = [s for document in quoted for s in document]
    texts = [t for paragraphs in documents for t in paragraphs]
    return Tokens(
        flat.dictionary,
        flat.indices.to_numpy(zero_copy_only=False).astype(np.int32),
        starts,
        np.array(paragraph_ends, np.int64),
        np.array(document_ends, np.int64),
        _quoted_pieces(texts, spans, starts[np.array(paragraph_ends, np.int64)]),
    )


def _quoted_pieces(texts: list[str], spans: list, offsets: np.ndarray) -> np.ndarray:
    """Which pieces are quotation: those whose first letter or digit stands inside a span."""
    quoted = np.zeros(offsets[-1], bool)
    for k, inside in enumerate(spans):
        if not inside:
            continue
        if inside[0] == (0, len(texts[k])):
            quoted[offsets[k] : offsets[k + 1]] = True
            continue
        for i, match in enumerate(re.finditer(r"\S+", texts[k])):
            first = next((j for j, c in enumerate(match[0]) if c.isalnum()), 0) + match.start()
            quoted[offsets[k] + i] = any(a <= first < b for a, b in inside)
    return quoted


__all__ = ["MARK", "PieceTable", "Tokens", "Words", "split_sentences", "tokenise"]
