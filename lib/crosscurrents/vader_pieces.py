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
UNIT = "\x1f"  # white space to str.split, and in no article: it parts texts
WIDE_SPACES = re.compile("[\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
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
    data = np.frombuffer(bytearray(_join(texts).encode()), np.uint8)
    # The white space of ASCII is 9 to 13 and 28 to 32; below 9 or 28 unsigned bytes wrap around.
    ends = np.flatnonzero((data - np.uint8(9) < 5) | (data - np.uint8(28) < 5)) + 1
    last = np.flatnonzero(data[ends - 1] == ord(UNIT)) + 1
    data[ends - 1] = ord(" ")  # pieces keep the blank behind them until they are a vocabulary
    buffers = [None, pa.py_buffer(np.concatenate([[0], ends])), pa.py_buffer(data)]
    flat = pa.Array.from_buffers(pa.large_string(), len(ends), buffers).dictionary_encode()
    pieces = pc.utf8_rtrim(flat.dictionary, " ").cast(pa.string())
    return Pieces(pieces, flat.indices.to_numpy(), np.concatenate([[0], last]))


def _join(texts: Sequence[str]) -> str:
    try:
        text = UNIT.join(texts) + UNIT
    except TypeError:
        kinds = sorted({type(t).__name__ for t in texts} - {"str"})
        raise ValueError(f"texts holds values of type {kinds}; give strings only") from None
    if text.count(UNIT) != len(texts):
        text = UNIT.join([t.replace(UNIT, " ") for t in texts]) + UNIT
    if not text.isascii():
        # A half of a character pair cannot be encoded; it is no letter, as U+FFFD is none.
        text = SURROGATES.sub("\ufffd", WIDE_SPACES.sub(" ", text))
    return text


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
    def of(cls, pieces: pa.Array) -> PieceTable:
        """The table of an Arrow array of distinct pieces."""
        known = known_words()
        # Most pieces are letters and digits of ASCII alone; only the others need a closer look.
        signed = np.flatnonzero(~_mask(pc.ascii_is_alnum(pieces)))
        pieces, other = _straighten(pieces, signed)
        sought = np.flatnonzero(known.seek(pieces, signed))
        numbers = {"": 0}
        word = np.zeros(len(pieces), np.int32)
        stripped = [known.strip(piece) for piece in _take(pieces, sought).to_pylist()]
        word[sought] = [numbers.setdefault(w, len(numbers)) for w in stripped]
        lower = [w.lower() for w in numbers]
        bits = np.array([known.bits(*pair) for pair in zip(numbers, lower, strict=True)], np.uint16)
        exclamations, questions = (np.zeros(len(pieces), np.int32) for _ in "!?")
        exclamations[signed] = pc.count_substring(_take(pieces, signed), "!").to_numpy()
        questions[signed] = pc.count_substring(_take(pieces, signed), "?").to_numpy()
        emphasis = np.where(exclamations + questions > 0, EMPHASIS, 0).astype(np.uint16)
        return cls(
            bits=bits[word] | _shape(pieces, other) | emphasis,
            word=word,
            exclamations=exclamations,
            questions=questions,
            valence=np.array([known.scores.get(w, 0.0) for w in lower]),
            boost=np.array([known.boosters.get(w, 0.0) for w in lower]),
            phrase=np.array([known.phrase_words.get(w, 0) for w in numbers], np.uint8),
        )


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


class KnownWords:
    """The words that some rule knows, each with its bits, and VADER's way to strip a piece."""

    def __init__(self) -> None:
        rules = vader_rules()
        self.scores = read_lexicon("vader").scores
        self.boosters = {w: boost for w, boost in rules.boosters.items() if " " not in w}
        phrases = [p.split() for p in {*rules.idioms, *rules.boosters} if " " in p]
        self.phrase_words = {w: n for n, w in enumerate(sorted({w for p in phrases for w in p}), 1)}
        self._exact = dict(NAMED_EXACTLY)
        for phrase in phrases:
            for place, word in enumerate(phrase):
                ends = (OPENS if place < len(phrase) - 1 else 0) | (CLOSES if place else 0)
                self._exact[word] = self._exact.get(word, 0) | ends
        self._lower = dict.fromkeys(self.scores, KNOWN | SCORED)
        for word in rules.negations:
            self._lower[word] = self._lower.get(word, 0) | NEGATION
        for word in self.boosters:
            self._lower[word] = self._lower.get(word, 0) & ~SCORED | BOOSTER
        for word, bit in NAMED.items():
            self._lower[word] = self._lower.get(word, 0) | bit
        self.idioms, self.dampers = _phrase_tables(rules, self.phrase_words)
        self._sought = pa.array(list({*self._lower, *(w.lower() for w in self._exact)}))
        # One mark before or behind a word, and no other punctuation in it.
        marks = "|".join(re.escape(mark) for mark in rules.marks)
        plain = f"([^{re.escape(string.punctuation)}]{{2,}})"
        self._marked = re.compile(f"(?:{marks}){plain}|{plain}(?:{marks})")

    def seek(self, pieces: pa.Array, signed: np.ndarray) -> np.ndarray:
        """Which pieces may hold a word that a rule knows: a wide net, cast in Arrow."""
        values = self._sought.cast(pieces.type)
        lower = pc.utf8_lower(pieces)
        found = _mask(pc.is_in(lower, value_set=values))
        lower = _take(lower, signed)
        bare = pc.is_in(pc.ascii_trim(lower, string.punctuation), value_set=values)
        found[signed] |= _mask(pc.or_(bare, pc.match_substring(lower, "n't")))
        return found

    def strip(self, piece: str) -> str:
        """The word of a piece, as NLTK's SentiText strips it."""
        match = None if piece.isalpha() else self._marked.fullmatch(piece)
        return piece if match is None else match[1] or match[2]

    def bits(self, word: str, lower: str) -> int:
        """What a word is to the rules."""
        bits = self._lower.get(lower, 0) | self._exact.get(word, 0)
        return bits | NEGATION if "n't" in lower else bits


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
