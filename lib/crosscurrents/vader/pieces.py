"""Text -> distinct pieces (runs without white space), and what each is to VADER's rules.

All language work of VADER happens here, once a distinct piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.tokens.pieces import SURROGATES, as_mask
from crosscurrents.vader.rules import EMPHASIS, SHORT, UPPER, known_words

# The rules know straight apostrophes and quotation marks only; curly ones are made straight first.
STRAIGHT = str.maketrans(dict.fromkeys("‘’‚‛ʼ", "'") | dict.fromkeys("“”„‟", '"'))
CURLY = "[‘’‚‛ʼ“”„‟]"
UNIT = b"\x1f"  # white space to str.split, and in no article: it parts texts
# What str.split takes for white space beyond ASCII; in UTF-8, two or three bytes read as a number.
WIDE = [0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]
WIDE_BYTES = np.array([int.from_bytes(chr(code).encode(), "big") for code in WIDE])


class Pieces(NamedTuple):
    """Texts as ids into their distinct pieces: the part of `Tokens` that scoring needs."""

    pieces: pa.Array
    ids: np.ndarray  # (pieces,)
    sentences: np.ndarray  # (texts + 1,) offsets into ids


def split_pieces(texts: Sequence[str]) -> Pieces:
    """Texts cut at white space as `str.split` does it, each text one sentence.

    Parameters
    ----------
    texts : sequence of str

    Returns
    -------
    Pieces
        White space of several characters leaves empty pieces, which no rule sees.

    Examples
    --------
    >>> split_pieces(["no news", "no"]).ids.tolist()
    [0, 1, 0]
    """
    if not texts:
        return Pieces(pa.array([], pa.string()), np.zeros(0, np.int32), np.zeros(1, np.int64))
    data = _blank_wide_spaces(np.frombuffer(bytearray(_join(texts)), np.uint8))
    # The white space of ASCII is 9 to 13 and 28 to 32; below 9 or 28 unsigned bytes wrap around.
    ends = np.flatnonzero((data - np.uint8(9) < 5) | (data - np.uint8(28) < 5)) + 1
    last = np.flatnonzero(data[ends - 1] == UNIT[0]) + 1
    data[ends - 1] = ord(" ")  # pieces keep the blank behind them until they are a vocabulary
    buffers = [None, pa.py_buffer(np.concatenate([[0], ends])), pa.py_buffer(data)]
    flat = pa.Array.from_buffers(pa.large_string(), len(ends), buffers).dictionary_encode()
    pieces = pc.utf8_rtrim(flat.dictionary, " ").cast(pa.string())
    return Pieces(pieces, flat.indices.to_numpy(), np.concatenate([[0], last]))


def _join(texts: Sequence[str]) -> bytes:
    """All texts in UTF-8, with UNIT behind each and nowhere else."""
    try:
        parts = [text.encode() for text in texts]
    except AttributeError:
        kinds = sorted({type(text).__name__ for text in texts} - {"str"})
        raise ValueError(f"texts holds values of type {kinds}; give strings only") from None
    except UnicodeEncodeError:  # half of a character pair; it is no letter, as U+FFFD is none
        parts = [SURROGATES.sub("\ufffd", text).encode() for text in texts]
    data = UNIT.join(parts) + UNIT
    if data.count(UNIT) != len(parts):
        data = UNIT.join([part.replace(UNIT, b" ") for part in parts]) + UNIT
    return data


def _blank_wide_spaces(data: np.ndarray) -> np.ndarray:
    """Put blanks, in place, for white space beyond ASCII (one for each of its bytes)."""
    first = np.flatnonzero((data == 0xC2) | ((data >= 0xE1) & (data <= 0xE3)))
    # Every text ends in UNIT, so two bytes behind a first one are never beyond the end.
    two = data[first].astype(np.int64) << 8 | data[first + 1]
    three = two << 8 | data[first + 2]
    for code, size in ((two, 2), (three, 3)):
        found = first[np.isin(code, WIDE_BYTES)]
        for step in range(size):
            data[found + step] = ord(" ")
    return data


@dataclass(frozen=True)
class PieceTable:
    """Per distinct piece its bits and marks; per word that a rule knows, the figures for it."""

    bits: np.ndarray  # uint16 (pieces)
    word: np.ndarray  # int32 (pieces), into the three below; 0 is any word that no rule knows
    exclamations: np.ndarray  # int32 (pieces), how many it holds
    questions: np.ndarray  # int32 (pieces)
    valence: np.ndarray  # float64 (words)
    boost: np.ndarray  # float64 (words)
    phrase: np.ndarray  # uint8 (words), its number among the words of idioms, or 0
    words: pa.Array  # the words in lower case; the first is number 1

    @classmethod
    def of(cls, pieces: pa.Array | pa.ChunkedArray) -> PieceTable:
        """The table of an Arrow array of distinct pieces."""
        if isinstance(pieces, pa.ChunkedArray):
            pieces = pieces.combine_chunks()
        known = known_words()
        # Most pieces are letters and digits of ASCII alone; only the others need a closer look.
        signed = np.flatnonzero(~as_mask(pc.ascii_is_alnum(pieces)))
        pieces, other = _straighten(pieces, signed)
        sought = np.flatnonzero(known.seek(pieces, signed))
        words = known.strip(pieces.take(sought)).dictionary_encode()
        word = np.zeros(len(pieces), np.int32)
        word[sought] = words.indices.to_numpy() + 1
        bits, valence, boost, phrase = known.look_up(words.dictionary)
        bits = bits[word] | _shape(pieces, other)
        exclamations, questions = (np.zeros(len(pieces), np.int32) for _ in "!?")
        exclamations[signed] = pc.count_substring(pieces.take(signed), "!").to_numpy()
        questions[signed] = pc.count_substring(pieces.take(signed), "?").to_numpy()
        bits[exclamations + questions > 0] |= EMPHASIS
        texts = pc.utf8_lower(words.dictionary)
        return cls(bits, word, exclamations, questions, valence, boost, phrase, texts)


def _straighten(pieces: pa.Array, signed: np.ndarray) -> tuple[pa.Array, np.ndarray]:
    """Pieces with their curly marks made straight, and the places of those beyond ASCII."""
    other = signed[~as_mask(pc.string_is_ascii(pieces.take(signed)))]
    curly = other[as_mask(pc.match_substring_regex(pieces.take(other), CURLY))]
    if len(curly):
        straight = [piece.translate(STRAIGHT) for piece in pieces.take(curly).to_pylist()]
        marked = np.zeros(len(pieces), bool)
        marked[curly] = True
        pieces = pc.replace_with_mask(pieces, pa.array(marked), pa.array(straight, pieces.type))
    return pieces, other


def _shape(pieces: pa.Array, other: np.ndarray) -> np.ndarray:
    """SHORT and UPPER of each piece, as Python's len and str.isupper have them."""
    upper, short = as_mask(pc.ascii_is_upper(pieces)), pc.binary_length(pieces).to_numpy() < 2
    beyond = pieces.take(other)
    upper[other] = [piece.isupper() for piece in beyond.to_pylist()]
    short[other] = pc.utf8_length(beyond).to_numpy() < 2
    return (short * SHORT + upper * UPPER).astype(np.uint16)
