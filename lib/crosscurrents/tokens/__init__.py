"""Paragraphs -> Tokens: flat int32 ids over one vocabulary, with offsets of sentences and more.

A piece is a run of text without blanks, as it stands. The text is cut into pieces and sentences
once; all language work (words, case, valence) is then done once a distinct piece, and all that
runs over the text is NumPy or Arrow. About 5 MB a million tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby

import numpy as np
import pyarrow as pa

from crosscurrents.tokens.pieces import (
    LONG,
    as_bytes,
    encode,
    find_blanks,
    lower_in_place,
    merged,
    without_empty,
)
from crosscurrents.tokens.quotations import find_quotations
from crosscurrents.tokens.sentences import BREAK, sentence_starts, split_sentences
from crosscurrents.tokens.single import BLANK, HYPHEN, QUIET, SIGN, SIGNS, STOP
from crosscurrents.tokens.vocabulary import PieceTable

STRETCH = 8_000_000  # bytes given to sentencex at a time: bounds memory


@dataclass(frozen=True)
class Tokens:
    """Pieces of documents: `ids` into `pieces`; offsets of sentences into ids, and so on upward."""

    pieces: pa.StringArray
    ids: np.ndarray  # int32 (number of pieces)
    # The others int32 too, int64 where that does not reach.
    sentences: np.ndarray  # (sentences + 1), into ids
    paragraphs: np.ndarray  # (paragraphs + 1), into sentences
    documents: np.ndarray  # (documents + 1), into paragraphs
    quotations: np.ndarray  # (quotations, 2), into ids: where quoted voice begins and ends

    @cached_property
    def table(self) -> PieceTable:
        """What each distinct piece holds."""
        return PieceTable.of(self.pieces)

    @cached_property
    def words(self) -> Words:
        """The words in their order, with offsets of sentences."""
        return Words.of(self)

    @property
    def quoted_pieces(self) -> np.ndarray:
        """Bool (number of pieces): the piece is quoted voice."""
        turns = np.zeros(len(self.ids) + 1, np.int32)
        np.add.at(turns, self.quotations[:, 0], 1)
        np.subtract.at(turns, self.quotations[:, 1], 1)
        return np.cumsum(turns[:-1]) > 0


@dataclass(frozen=True)
class Words:
    """Words in their order: `spelled` ids, what stands before, and offsets of the sentences."""

    ids: np.ndarray  # int32 (words), into table.spelled / table.folded
    gap: np.ndarray  # int8 (words): BLANK or SIGN; SIGN at a sentence's start
    sentences: np.ndarray  # int64 (sentences + 1), into ids
    piece: np.ndarray  # int32 (words): place of its piece in tokens.ids

    @classmethod
    def of(cls, tokens: Tokens) -> Words:
        """The words of Tokens."""
        table, ids = tokens.table, tokens.ids
        counts = np.diff(table.offsets)
        if counts.max(initial=0) > 1:
            piece = np.repeat(np.arange(len(ids), dtype=np.int32), counts[ids])
        else:
            piece = np.flatnonzero(counts[ids]).astype(np.int32)
        index = table.offsets[ids[piece]]
        # A single stop inside a sentence is that of an abbreviation and parts nothing.
        signs = np.flatnonzero(table.after[ids] == SIGNS) + 1
        before = np.zeros(len(ids) + 1, np.int8)
        before[signs] = SIGN
        gap = before[piece]
        later = np.flatnonzero(piece[1:] == piece[:-1]) + 1  # not the first of their piece
        if len(later):
            gap[later] = BLANK
            first = np.searchsorted(piece, piece[later])
            index[later] += (later - first).astype(index.dtype)
        gap = np.maximum(gap, table.gap[index])
        starts = np.searchsorted(piece, tokens.sentences)
        gap[starts[:-1][np.diff(starts) > 0]] = SIGN
        return cls(table.word[index], gap, starts, piece)


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
    # An empty text more gives the last paragraph a break of its own.
    data, sizes, texts = as_bytes([*chain.from_iterable(documents), ""], BREAK)
    ends = np.cumsum(sizes[:-1] + len(BREAK)) - len(BREAK)
    paragraphs = np.stack([ends - sizes[:-1], ends], axis=1)
    texts.pop()
    starts = _starts(data, paragraphs, [len(d) for d in documents], languages)
    for k in [k for k, text in enumerate(texts) if text.isupper() and " " in text]:
        lower = lower_in_place(texts[k]).encode()
        data[paragraphs[k, 0] : paragraphs[k, 1]] = np.frombuffer(lower, np.uint8)
    blanks = find_blanks(data)
    ends = _piece_ends(data, blanks, starts)
    pieces, ids = encode(data, ends)
    begins = np.concatenate([np.zeros(1, ends.dtype), ends[:-1]])[: len(ends)]
    real = data[begins] != ord(" ")
    begins, (pieces, ids) = begins[real], without_empty(pieces, ids[real])
    offsets = np.append(np.searchsorted(begins, starts), len(ids))
    full = np.flatnonzero(np.diff(offsets))
    bounds = np.concatenate([[0], np.cumsum([len(d) for d in documents], dtype=np.int64)])
    spans = find_quotations(data, texts, paragraphs, bounds, kinds, blanks)
    places = [
        np.append(offsets[full], len(ids)),
        np.append(np.searchsorted(starts[full], paragraphs[:, 0]), len(full)),
        bounds,
        _pieces_from(spans, begins, ids, pieces),
    ]
    width = np.int32 if len(ids) < LONG else np.int64
    return Tokens(pieces, ids, *(p.astype(width) for p in places))


def _starts(
    data: np.ndarray, paragraphs: np.ndarray, sizes: list[int], languages: list[str]
) -> np.ndarray:
    """Where sentences begin, by stretches of documents in one language and not too long."""
    found, first = [np.zeros(0, np.int64)], 0
    codes = chain.from_iterable([code or "en"] * n for code, n in zip(languages, sizes))
    for code, run in groupby(codes):
        end = first + sum(1 for _ in run)
        while first < end:
            limit = np.searchsorted(paragraphs[:end, 1], paragraphs[first, 0] + STRETCH, "right")
            last = max(int(limit), first + 1)
            here, until = paragraphs[first, 0], paragraphs[last - 1, 1]
            inside = paragraphs[first:last] - here
            found.append(here + sentence_starts(data[here:until], inside, code))
            first = last
    return np.concatenate(found)


def _piece_ends(data: np.ndarray, blanks: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Where pieces end, with the blank behind them; a sentence always begins a piece."""
    ends = blanks + 1
    begun = starts[(starts > 0) & (starts < len(data))]
    inside = begun[(data[begun - 1] != ord(" ")) & (data[begun] != ord(" "))]
    return merged(ends, inside) if len(inside) else ends


def _pieces_from(
    spans: np.ndarray, begins: np.ndarray, ids: np.ndarray, pieces: pa.StringArray
) -> np.ndarray:
    """The first piece whose first letter or digit stands at or behind each place."""
    found = np.searchsorted(begins, spans, side="right") - 1
    within = spans - begins.take(found, mode="clip")
    cut = (found >= 0) & (within > 0)
    distinct, which = np.unique(ids[found[cut]], return_inverse=True)
    signs = [_signs(piece) for piece in pieces.take(pa.array(distinct)).to_pylist()]
    found[cut] += np.array(signs, np.int64)[which] < within[cut] if len(which) else 0
    return np.maximum(found, 0)


def _signs(piece: str) -> int:
    """Bytes before the first letter or digit; none if there is no such."""
    first = next((i for i, char in enumerate(piece) if char.isalnum()), 0)
    return len(piece[:first].encode())


__all__ = [
    "BLANK", "HYPHEN", "QUIET", "SIGN", "SIGNS", "STOP", "PieceTable", "Tokens", "Words",
    "split_sentences", "tokenise",
]  # fmt: skip
