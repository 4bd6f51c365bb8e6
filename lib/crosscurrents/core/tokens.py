"""Paragraphs -> Tokens: flat int32 ids over one vocabulary, with offsets of sentences and more.

The text is cut into sentences and pieces once; all language work (words, case, valence) is then
done once a distinct piece, and all that runs over the text is NumPy. About 5 MB a million tokens.
`count_words` needs the words of documents only: no sentences and no quotation marks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.core.arrays import cores, covered, in_threads, offsets_of, runs
from crosscurrents.core.languages import WITHOUT_BLANKS, language_code
from crosscurrents.core.quotations import quoted_spans
from crosscurrents.core.sentences import SURROGATES, readable, sentence_starts, without_note
from crosscurrents.core.words import BLANK, JOINED, SIGN, SIGNS, PieceTable, chinese_cutter

if TYPE_CHECKING:
    from scipy.sparse import csr_array


LETTER = re.compile(r"[^\W_]")


class Stream(Protocol):
    """What can be scored: `Tokens`, `Pieces`, or anything with these three."""

    pieces: pa.StringArray
    ids: np.ndarray
    sentences: np.ndarray


class Pieces(NamedTuple):
    """Texts as ids into their distinct pieces."""

    pieces: pa.StringArray  # distinct
    ids: np.ndarray  # int32 (pieces of the texts), into pieces
    sentences: np.ndarray  # int64 (texts + 1), offsets into ids


def split_pieces(texts: Sequence[str]) -> Pieces:
    """Texts cut at white space as `str.split` does it; half a character pair becomes U+FFFD.

    Raises
    ------
    ValueError
        Texts that are not all strings.

    Examples
    --------
    >>> split_pieces(["no news", "no"]).ids.tolist()
    [0, 1, 0]
    """
    if kinds := sorted(kind.__name__ for kind in {*map(type, texts)} if not issubclass(kind, str)):
        raise ValueError(f"texts holds values of type {kinds}; give strings only")
    # Arrow 26 looks beyond the last text, so that white space at its end may stay: one text more.
    texts = [*texts, "."]
    try:
        values = pa.array(texts, pa.large_string())
    except UnicodeEncodeError:
        values = pa.array([SURROGATES.sub("\ufffd", t) for t in texts], pa.large_string())
    cut = pc.utf8_split_whitespace(values)
    offsets = cut.offsets.to_numpy()[:-1].astype(np.int64)
    coded = cut.values.slice(0, offsets[-1]).dictionary_encode()
    pieces, ids = coded.dictionary.cast(pa.string()), coded.indices.to_numpy()
    # White space at an end of a text, and a text of nothing else, leave an empty piece.
    empty = pc.index(pieces, "").as_py()
    if empty >= 0:
        full = np.flatnonzero(ids != empty)
        offsets, ids = np.searchsorted(full, offsets), ids[full]
        ids = ids - (ids > empty).astype(np.int32)
        pieces = pieces.filter(pa.array(np.arange(len(pieces)) != empty))
    return Pieces(pieces, ids, offsets)


@dataclass(frozen=True)
class Tokens:
    """Pieces of documents: `ids` into `pieces`; offsets of sentences into ids, and so on upward."""

    pieces: pa.StringArray
    ids: np.ndarray  # int32 (number of pieces), as are the others
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

    @cached_property
    def parts(self) -> TextParts:
        """The parts of the words in their order: of each its id, the gap before it, its word."""
        table, words = self.table.parts, self.words
        counts = np.diff(table.offsets)[words.ids]
        word = np.repeat(np.arange(len(counts)), counts)
        gap = np.where(np.diff(word, prepend=-1) > 0, words.gap[word], np.int8(JOINED))
        return TextParts(table.ids[runs(table.offsets[words.ids], counts)], gap, word)

    @property
    def quoted_pieces(self) -> np.ndarray:
        """Bool (number of pieces): the piece is quoted voice."""
        return covered(*self.quotations.T, len(self.ids))


@dataclass(frozen=True)
class Words:
    """Words in their order: `spelled` ids, the gap before each, and offsets of the sentences."""

    ids: np.ndarray  # int32 (words), into table.spelled / table.folded
    gap: np.ndarray  # int8 (words): BLANK or SIGN; SIGN at a sentence's start
    sentences: np.ndarray  # int64 (sentences + 1), into ids
    piece: np.ndarray  # int32 (words): place of its piece in tokens.ids

    @classmethod
    def of(cls, tokens: Tokens) -> Words:
        """The words of Tokens."""
        table = tokens.table
        piece, index = table.words_in(tokens.ids)
        # A single stop inside a sentence belongs to an abbreviation and separates nothing.
        signs = np.append(False, table.after[tokens.ids] == SIGNS)
        gap = np.where(signs[piece], np.int8(SIGN), np.int8(BLANK))
        gap[1:][piece[1:] == piece[:-1]] = BLANK
        gap = np.maximum(gap, table.gap[index])
        starts = np.searchsorted(piece, tokens.sentences)
        gap[starts[:-1][np.diff(starts) > 0]] = SIGN
        return cls(table.word[index], gap, starts, piece)


class TextParts(NamedTuple):
    """Parts of words in the order of the text."""

    ids: np.ndarray  # int32, into table.parts.texts
    gap: np.ndarray  # int8: BLANK, JOINED or SIGN
    word: np.ndarray  # int64, into words.ids


def tokenise(
    documents: Sequence[Sequence[str]],
    *,
    kinds: Sequence[Sequence[str]] | None = None,
    language: str | Sequence[str] = "en",
    abbreviations: str = "",
) -> Tokens:
    """Cut documents, each a list of paragraphs, into Tokens.

    `kinds` are the kinds of the paragraphs (cleaning's "text", "bullet", "quotation");
    `language` one tag for all or one a document. A document in a language without blanks between
    words has no words, unless a library that cuts it is installed (jieba, for Chinese).
    `abbreviations` are further ones whose stop ends no sentence (see core/abbreviations.txt).

    Raises ValueError where a string is given in the place of a list.

    >>> t = tokenise([["It rained. We left."], ["We stayed."]])
    >>> t.ids.tolist(), t.sentences.tolist(), t.paragraphs.tolist(), t.documents.tolist()
    ([0, 1, 2, 3, 2, 4], [0, 2, 4, 6], [0, 2, 3], [0, 1, 2])
    """
    if isinstance(documents, str) or any(isinstance(part, str) for part in documents):
        raise ValueError("documents holds a string; give a list of documents, each of paragraphs")
    languages = [language] * len(documents) if isinstance(language, str) else language
    sentences: list[str] = []
    paragraphs_of: list[int] = []  # paragraphs of each document
    sizes: list[int] = []  # sentences of each paragraph
    edges: list[tuple[int, int]] = []  # of quotations: sentence, and piece within it
    for number, (paragraphs, code) in enumerate(zip(documents, languages, strict=True)):
        texts = [readable(text) for text in paragraphs] if _can_be_counted(code) else []
        paragraphs_of.append(len(texts))
        spans = quoted_spans(texts, kinds[number] if kinds and texts else None)
        for text, quoted in zip(texts, spans):
            starts = sentence_starts(text, code, abbreviations)
            places = list(zip(starts, [*starts[1:], len(text)]))
            places = [(a, b) for a, b in places if a < b and not text[a:b].isspace()]
            if places:
                ends = [_piece_at(text, places, edge) for span in quoted for edge in span]
                edges += [(len(sentences) + sentence, piece) for sentence, piece in ends]
            found = [without_note(text[a:b]) for a, b in places]
            # A line wholly in capitals says nothing about acronyms.
            sentences += map(str.lower, found) if text.isupper() and " " in text else found
            sizes.append(len(places))
    pieces, ids, offsets = split_pieces(sentences)
    bounds = offsets_of(np.array(paragraphs_of, np.int64))
    sentence, piece = np.array(edges, np.int64).reshape(-1, 2).T
    quotations = (offsets[sentence] + piece).reshape(-1, 2)
    arrays = offsets, offsets_of(np.array(sizes, np.int64)), bounds, quotations
    return Tokens(pieces, ids, *(array.astype(np.int32) for array in arrays))


def _can_be_counted(language: str) -> bool:
    """Whether a language has blanks between words, or a library that cuts it is installed."""
    code = language_code(language)
    return code not in WITHOUT_BLANKS or (code == "zh" and chinese_cutter() is not None)


def _piece_at(text: str, places: list[tuple[int, int]], at: int) -> tuple[int, int]:
    """The first piece whose first letter is at or behind a place, and its sentence.

    `places` are where the sentences begin and end.
    """
    sentence = max(bisect_right(places, (at, len(text))) - 1, 0)
    begin, end = places[sentence]
    head, tail = text[begin : max(at, begin)][: end - begin], text[at:end]
    pieces = head.split()
    if pieces and not head[-1].isspace() and tail and not tail[0].isspace():  # inside a piece
        rest = tail.split(None, 1)[0]
        if LETTER.search(rest) and not LETTER.search(pieces[-1]):
            return sentence, len(pieces) - 1
    return sentence, len(pieces)


CHUNK = 25_000_000  # characters: few vocabularies to unify, and memory bounded
LEAST = 500_000  # characters that pay for a thread


class WordCounts(NamedTuple):
    """Counts of words by document, and the words of the columns."""

    matrix: csr_array  # int32 (documents, words)
    words: pa.StringArray


def count_words(texts: Iterable[str], *, threads: int = 0) -> WordCounts:
    """Count the words of texts, each text a document and each line of it a paragraph.

    Parameters
    ----------
    texts
        A list or Series of prose; nothing is cleaned away.
    threads
        0: one a processor.

    Returns
    -------
    WordCounts
        Words are as DEFINITIONS say, the same that `measure` counts.

    Raises
    ------
    ValueError
        Texts that are one string, or hold something else than strings.

    >>> found = count_words(["Rain, rain.", "No rain in China’s north."])
    >>> found.words.to_pylist(), found.matrix.toarray().tolist()
    (['rain', 'no', 'in', 'china', 'north'], [[2, 0, 0, 0, 0], [1, 1, 1, 1, 1]])
    """
    if isinstance(texts, str):
        raise ValueError(f"texts {texts[:40]!r} is one string; give a list of strings")
    texts = list(texts)
    if not all(isinstance(t, str) for t in texts):
        raise ValueError("texts holds something else than strings; give a list of strings")
    from scipy.sparse import csr_array, vstack  # here: it takes long to load

    chunks = _chunks([_lower_capitals(text) for text in texts], threads or cores())
    parts = in_threads(split_pieces, chunks, threads) or [split_pieces([])]
    pieces = pa.concat_arrays([part.pieces for part in parts]).dictionary_encode()
    ends = np.cumsum([len(part.pieces) for part in parts])
    numbers = np.split(pieces.indices.to_numpy(), ends[:-1])
    table = PieceTable.of(pieces.dictionary)
    folded = table.folded.dictionary_encode()
    column = folded.indices.to_numpy()[table.word]

    def count(job: tuple[np.ndarray, Pieces]) -> csr_array:
        piece, index = table.words_in(job[0][job[1].ids])
        bounds, ones = np.searchsorted(piece, job[1].sentences), np.ones(len(index), np.int32)
        found = csr_array((ones, column[index], bounds), (len(bounds) - 1, len(folded.dictionary)))
        found.sum_duplicates()
        return found

    matrix = vstack(in_threads(count, zip(numbers, parts), threads), "csr")
    return WordCounts(matrix, folded.dictionary)


def _chunks(texts: list[str], threads: int) -> list[list[str]]:
    """Neighbouring texts by the chunk; at least a chunk a thread if there is work for it."""
    ends = np.cumsum([len(t) for t in texts]) if texts else np.zeros(1, int)
    number = max(-(-int(ends[-1]) // CHUNK), min(threads, int(ends[-1]) // LEAST), 1)
    cuts = np.searchsorted(ends, np.arange(1, number) * ends[-1] / number)
    cuts = [0, *sorted({*cuts.tolist()} - {0}), len(texts)]
    return [texts[a:b] for a, b in zip(cuts, cuts[1:]) if b > a]


def _lower_capitals(text: str) -> str:
    """A text with lines wholly in capitals lowered: they say nothing about acronyms."""
    lines = text.split("\n")
    if not any(map(str.isupper, lines)):
        return text
    shouted = (line.isupper() and " " in line.strip() for line in lines)
    return "\n".join(line.lower() if low else line for line, low in zip(lines, shouted))
