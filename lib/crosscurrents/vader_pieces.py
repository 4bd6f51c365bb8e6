"""What each distinct piece of text is to VADER's rules: a booster, a negation, a valence.

All language work of VADER happens here, once a distinct piece (a run without white space).
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.lexicon import read_lexicon
from crosscurrents.vader_rules import VaderRules, vader_rules

# The rules know straight apostrophes and quotation marks only; curly ones are made straight first.
STRAIGHT = str.maketrans(dict.fromkeys("‘’‚‛ʼ", "'") | dict.fromkeys("“”„‟", '"'))
CURLY = "[‘’‚‛ʼ“”„‟]"
UNIT = b"\x1f"  # white space to str.split, and in no article: it parts texts
# What str.split takes for white space beyond ASCII; in UTF-8, two or three bytes read as a number.
WIDE = [0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000]
WIDE_BYTES = np.array([int.from_bytes(chr(code).encode(), "big") for code in WIDE])
SURROGATES = re.compile("[\ud800-\udfff]")

# What a piece is to the rules, one bit each.
SHORT, UPPER, EMPHASIS, KNOWN, SCORED, BOOSTER, NEGATION, BUT = (1 << n for n in range(8))
LEAST, AT_VERY, KIND, OF, NEVER, SO_THIS, OPENS, CLOSES = (1 << n for n in range(8, 16))
# Words that a rule names; NEVER and SO_THIS only in lower case.
NAMED = {"but": BUT, "least": LEAST, "at": AT_VERY, "very": AT_VERY, "kind": KIND, "of": OF}
NAMED_EXACTLY = {"never": NEVER, "so": SO_THIS, "this": SO_THIS}


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

    @classmethod
    def of(cls, pieces: pa.Array | pa.ChunkedArray) -> PieceTable:
        """The table of an Arrow array of distinct pieces."""
        if isinstance(pieces, pa.ChunkedArray):
            pieces = pieces.combine_chunks()
        known = known_words()
        # Most pieces are letters and digits of ASCII alone; only the others need a closer look.
        signed = np.flatnonzero(~_mask(pc.ascii_is_alnum(pieces)))
        pieces, other = _straighten(pieces, signed)
        sought = np.flatnonzero(known.seek(pieces, signed))
        words = known.strip(_take(pieces, sought)).dictionary_encode()
        word = np.zeros(len(pieces), np.int32)
        word[sought] = words.indices.to_numpy() + 1
        bits, valence, boost, phrase = known.look_up(words.dictionary)
        bits = bits[word] | _shape(pieces, other)
        exclamations, questions = (np.zeros(len(pieces), np.int32) for _ in "!?")
        exclamations[signed] = pc.count_substring(_take(pieces, signed), "!").to_numpy()
        questions[signed] = pc.count_substring(_take(pieces, signed), "?").to_numpy()
        bits[exclamations + questions > 0] |= EMPHASIS
        return cls(bits, word, exclamations, questions, valence, boost, phrase)


def _mask(values: pa.BooleanArray) -> np.ndarray:
    return values.to_numpy(zero_copy_only=False)


def _take(pieces: pa.Array, at: np.ndarray) -> pa.Array:
    return pieces.take(pa.array(at))


def _straighten(pieces: pa.Array, signed: np.ndarray) -> tuple[pa.Array, np.ndarray]:
    """Pieces with their curly marks made straight, and the places of those beyond ASCII."""
    other = signed[~_mask(pc.string_is_ascii(_take(pieces, signed)))]
    curly = other[_mask(pc.match_substring_regex(_take(pieces, other), CURLY))]
    if len(curly):
        straight = [piece.translate(STRAIGHT) for piece in _take(pieces, curly).to_pylist()]
        marked = np.zeros(len(pieces), bool)
        marked[curly] = True
        pieces = pc.replace_with_mask(pieces, pa.array(marked), pa.array(straight, pieces.type))
    return pieces, other


def _shape(pieces: pa.Array, other: np.ndarray) -> np.ndarray:
    """SHORT and UPPER of each piece, as Python's len and str.isupper have them."""
    upper, short = _mask(pc.ascii_is_upper(pieces)), pc.binary_length(pieces).to_numpy() < 2
    beyond = _take(pieces, other)
    upper[other] = [piece.isupper() for piece in beyond.to_pylist()]
    short[other] = pc.utf8_length(beyond).to_numpy() < 2
    return (short * SHORT + upper * UPPER).astype(np.uint16)


def _lower(words: pa.Array) -> pa.Array:
    """Words in lower case, as Python has it also beyond ASCII (Arrow takes a dotted İ for i)."""
    lower, other = pc.utf8_lower(words), ~_mask(pc.string_is_ascii(words))
    if not other.any():
        return lower
    exact = [word.lower() for word in _take(words, np.flatnonzero(other)).to_pylist()]
    return pc.replace_with_mask(lower, pa.array(other), pa.array(exact, words.type))


class KnownWords:
    """The words that some rule knows, with what they are to it, and how a piece is stripped."""

    def __init__(self) -> None:
        rules = vader_rules()
        scores = read_lexicon("vader").scores
        boosters = {word: boost for word, boost in rules.boosters.items() if " " not in word}
        phrases = [p.split() for p in {*rules.idioms, *rules.boosters} if " " in p]
        number = {w: n for n, w in enumerate(sorted({w for p in phrases for w in p}), 1)}
        self.idioms, self.dampers = _phrase_tables(rules, number)

        bits = dict.fromkeys(scores, KNOWN | SCORED)
        bits |= {word: bits.get(word, 0) & ~SCORED | BOOSTER for word in boosters}
        bits |= {word: bits.get(word, 0) | NEGATION for word in rules.negations}
        bits |= {word: bits.get(word, 0) | bit for word, bit in NAMED.items()}
        self._words = _LookUp(bits)
        self._valence = self._words.column(scores, np.float64)
        self._boost = self._words.column(boosters, np.float64)

        exact = dict(NAMED_EXACTLY)
        for phrase in phrases:
            for place, word in enumerate(phrase):
                role = (OPENS if place < len(phrase) - 1 else 0) | (CLOSES if place else 0)
                exact[word] = exact.get(word, 0) | role
        self._exact = _LookUp(exact)
        self._phrase = self._exact.column(number, np.uint8)
        self._sought = _LookUp(dict.fromkeys([*bits, *(word.lower() for word in exact)], 0))

        # One mark before or behind a word of two characters or more, and no other punctuation.
        marks = "|".join(_quoted(mark) for mark in rules.marks)
        plain = f"([^{_quoted(string.punctuation)}]{{2,}})"
        self._marked = f"^(?:(?:{marks}){plain}|{plain}(?:{marks}))$"

    def seek(self, pieces: pa.Array, signed: np.ndarray) -> np.ndarray:
        """Which pieces may hold a word that a rule knows: a wide net."""
        lower = pc.utf8_lower(pieces)
        found = self._sought.find(lower) > 0
        lower = _take(lower, signed)
        bare = self._sought.find(pc.ascii_trim(lower, string.punctuation)) > 0
        found[signed] |= bare | _mask(pc.match_substring(lower, "n't"))
        return found

    def strip(self, pieces: pa.Array) -> pa.Array:
        """The words of pieces, as NLTK's SentiText strips them."""
        return pc.replace_substring_regex(pieces, self._marked, r"\1\2")

    def look_up(self, words: pa.Array) -> tuple[np.ndarray, ...]:
        """Bits, valence, boost and number in idioms; a row of 0 for no word, then a row a word."""
        lower = _lower(words)
        at, exactly = self._words.find(lower), self._exact.find(words)
        bits = self._words.bits[at] | self._exact.bits[exactly]
        bits[_mask(pc.match_substring(lower, "n't"))] |= NEGATION
        columns = (bits, self._valence[at], self._boost[at], self._phrase[exactly])
        return tuple(np.concatenate([np.zeros(1, c.dtype), c]) for c in columns)


class _LookUp:
    """Words to row numbers from 1 on; row 0 stands for every other word."""

    def __init__(self, bits: dict[str, int]) -> None:
        self._keys = pa.array(list(bits), pa.string())
        self.bits = self.column(bits, np.uint16)

    def column(self, values: dict[str, float], dtype: type) -> np.ndarray:
        """Values by row, 0 where there is none."""
        return np.array([0, *(values.get(key, 0) for key in self._keys.to_pylist())], dtype)

    def find(self, words: pa.Array) -> np.ndarray:
        """The row of each word."""
        at = pc.index_in(words, value_set=self._keys.cast(words.type))
        return pc.fill_null(at, -1).to_numpy(zero_copy_only=False) + 1


def _quoted(signs: str) -> str:
    """Signs as they stand in a pattern of Arrow's, whose escapes are not all those of re."""
    return "".join(f"\\{sign}" for sign in signs)


def _phrase_tables(rules: VaderRules, number: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Scores of idioms by the numbers of their words (a third of -1: none), and dampers."""
    size = len(number) + 2  # 0 is any other word, -1 none
    idioms, dampers = np.full((size, size, size), np.nan), np.zeros((size, size), bool)
    for phrase, score in rules.idioms.items():
        words = [number[w] for w in phrase.split()]
        if len(words) in (2, 3):  # NLTK looks for no others
            idioms[tuple([*words, -1][:3])] = score
    for phrase in rules.boosters:
        if phrase.count(" ") == 1:
            dampers[tuple(number[w] for w in phrase.split())] = True
    return idioms, dampers


@cache
def known_words() -> KnownWords:
    """The words of the VADER lexicon and of its rules, prepared once a process."""
    return KnownWords()
