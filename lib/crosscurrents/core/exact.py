"""What only few patterns ask: whole words in their own spelling, and signs between parts.

Looked at hit by hit, in the text as it stands.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from crosscurrents.core.patterns import Pattern
from crosscurrents.core.tokens import Tokens
from crosscurrents.core.vocabulary import read_piece

PLAIN_GAPS = ("", " ", "-")  # others are signs, compared letter by letter


def exact(pattern: Pattern, begin: tuple[int, int], end: tuple[int, int], tokens: Tokens) -> bool:
    """What only few patterns ask of a hit: whole words spelled so, and signs between parts.

    `begin` and `end` are the first and the last word of the hit, each with the part within it.
    """
    words, table = tokens.words, tokens.table
    (first, within), (last, at) = begin, end
    final = table.parts.offsets[words.ids[last] + 1] - table.parts.offsets[words.ids[last]] - 1
    if pattern.tail:
        if at != final or not _signs_behind(last, tokens).startswith(pattern.tail):
            return False
    if pattern.whole:
        ids = pa.array(words.ids[first : last + 1])
        text = " ".join(table.spelled.take(ids).to_pylist())
        want = "".join(gap + part for gap, part in zip(pattern.gaps, pattern.parts))
        opens = _opens_sentence(first, tokens)
        same = text == want or (opens and _uncapped(text) == _uncapped(want))
        if within or at != final or not same:
            return False
    place = [first, *_words_of_parts(pattern, first, within, tokens)]
    return all(
        _signs(word, tokens).endswith(gap) and not (k and _opens_sentence(word, tokens))
        for k, (word, gap) in enumerate(zip(place, pattern.gaps))
        if gap not in PLAIN_GAPS
    )


def _opens_sentence(word: int, tokens: Tokens) -> bool:
    starts = tokens.words.sentences
    return bool(starts[_place(starts, word)] == word)


def _place(ascending: np.ndarray, value: int, side: str = "left") -> int:
    """Where a number stands in an array; one of another type would have all of it copied."""
    return int(np.searchsorted(ascending, ascending.dtype.type(value), side=side))


def _uncapped(text: str) -> str:
    return text[:1].lower() + text[1:]


def _words_of_parts(pattern: Pattern, word: int, within: int, tokens: Tokens) -> list[int]:
    """The word of each part of a hit behind the first part."""
    offsets, found = tokens.table.parts.offsets, []
    for _ in pattern.parts[1:]:
        size = offsets[tokens.words.ids[word] + 1] - offsets[tokens.words.ids[word]]
        word, within = (word, within + 1) if within + 1 < size else (word + 1, 0)
        found.append(word)
    return found


def _signs(word: int, tokens: Tokens) -> str:
    """The signs, without blanks, between a word and the word before it."""
    piece, within, found, _ = _around(word, tokens)
    signs = found[within].before
    if within:
        return signs
    begin = int(tokens.words.piece[word - 1]) if word else -1
    for k in range(piece - 1, max(begin - 1, -1), -1):
        signs = _words_of(k, tokens)[1] + signs
    return signs


def _signs_behind(word: int, tokens: Tokens) -> str:
    """The signs, without blanks, between a word and what follows it in its sentence."""
    piece, within, found, signs = _around(word, tokens)
    if within + 1 < len(found):
        return found[within + 1].before
    end = int(tokens.sentences[_place(tokens.sentences, piece, "right")])
    for k in range(piece + 1, end):
        found, after = _words_of(k, tokens)
        if found:
            return signs + found[0].before
        signs += after
    return signs


def _words_of(piece: int, tokens: Tokens) -> tuple[list, str]:
    """The words of a piece of the text, and the signs after the last."""
    return read_piece(tokens.pieces[tokens.ids[piece]].as_py())


def _around(word: int, tokens: Tokens) -> tuple[int, int, list, str]:
    """The piece that holds a word, its place among the words of that piece, and `_words_of` it."""
    piece = int(tokens.words.piece[word])
    return piece, word - _place(tokens.words.piece, piece), *_words_of(piece, tokens)
