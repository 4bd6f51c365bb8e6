"""Pieces that hold one word between signs, nearly all there are: worked out in bulk."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import regex

from crosscurrents.tokens.pieces import as_mask
from crosscurrents.tokens.words import APOSTROPHES, CONTRACTED, DROPPED, script_of

BLANK, HYPHEN, SIGN = 0, 1, 2  # what stands before a word or part: a blank, a hyphen, signs
QUIET, STOP, SIGNS = 0, 1, 2  # what stands after the last word: nothing that parts, a stop, more
# Kinds of characters, one bit each; WORDLY ones make words, INNER ones may stand inside a word.
LETTER, MARK, NUMBER, CAPITAL, APOSTROPHE, DASH, JOINT, SEEN = (1 << n for n in range(8))
WORDLY, INNER = LETTER | MARK | NUMBER, APOSTROPHE | DASH | JOINT


@dataclass(frozen=True)
class Characters:
    """Pieces as one run of characters, normalised as `words_of` does it."""

    codes: np.ndarray  # uint8 or uint32
    offsets: np.ndarray  # int64 (pieces + 1)
    kinds: np.ndarray  # uint8
    mixed: np.ndarray  # int64, pieces in which the script may change

    def count(self, places: np.ndarray) -> np.ndarray:
        """How many of some places lie in each piece."""
        return np.bincount(_owner(self.offsets, places), minlength=len(self.offsets) - 1)

    @classmethod
    def ascii(cls, pieces: pa.StringArray) -> Characters:
        offsets = np.frombuffer(pieces.buffers()[1], np.int32)[: len(pieces) + 1].astype(np.int64)
        data = pieces.buffers()[2]
        codes = np.frombuffer(data, np.uint8)[: offsets[-1]] if data else np.zeros(0, np.uint8)
        # The grave accent counts as an apostrophe.
        codes = np.where(codes == ord("`"), np.uint8(ord("'")), codes)
        return cls(codes, offsets, _kinds()[0][:128][codes], np.zeros(0, np.int64))

    @classmethod
    def any(cls, pieces: pa.StringArray) -> Characters:
        text = _straight("\n".join(pieces.to_pylist()))
        text = _straight(DROPPED.sub("", unicodedata.normalize("NFKC", text)))
        codes = np.frombuffer(text.replace("\u200b", " ").encode("utf-32-le"), np.uint32)
        ends = np.flatnonzero(codes == ord("\n"))
        offsets = np.concatenate([[0], ends - np.arange(len(ends)), [len(codes) - len(ends)]])
        codes = codes[codes != ord("\n")]
        kinds, scripts = _kinds(codes)
        kinds, scripts = kinds[codes], scripts[codes]
        # A change of script parts a word, and so does a digit behind Han or Kana.
        signs = np.flatnonzero((scripts > 0) | (kinds & NUMBER > 0))
        here = scripts[signs]
        parts = (here[1:] > 0) | (here[:-1] == _tables()[2].get("CJK", -1))
        change = np.flatnonzero(parts & (here[1:] != here[:-1]))
        left, right = _owner(offsets, signs[change]), _owner(offsets, signs[change + 1])
        return cls(codes, offsets, kinds, right[left == right])


def _straight(text: str) -> str:
    for code in APOSTROPHES:
        text = text.replace(chr(code), "'")
    return text


@cache
def _tables() -> tuple[np.ndarray, np.ndarray, dict[str, int]]:
    return np.zeros(0x110000, np.uint8), np.zeros(0x110000, np.uint8), {"": 0}


def _kinds(codes: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Tables of the kind and script of each character, filled for those that were seen."""
    kinds, scripts, names = _tables()
    codes = np.arange(128, dtype=np.uint32) if codes is None else codes
    for code in np.unique(codes[kinds[codes] == 0]).tolist():
        char = chr(code)
        for bit, group in ((LETTER, "L"), (MARK, "M"), (NUMBER, "N"), (CAPITAL, "Lu")):
            kinds[code] |= bit * bool(regex.match(rf"\p{{{group}}}", char))
        kinds[code] |= {"'": APOSTROPHE, "-": DASH}.get(char, JOINT if char in ".,:" else 0) | SEEN
        scripts[code] = names.setdefault(script_of(char), min(len(names), 255))
    return kinds, scripts


@dataclass(frozen=True)
class Single:
    """Which pieces hold one word and signs around it at most, and that word."""

    sure: np.ndarray  # bool (pieces): one word, or none
    worded: np.ndarray  # bool (pieces)
    before: np.ndarray  # int8 (pieces)
    after: np.ndarray  # int8 (pieces)
    texts: pa.StringArray  # the words of pieces that are sure and worded

    @classmethod
    def of(cls, chars: Characters) -> Single:
        kinds, start, end = chars.kinds, chars.offsets[:-1], chars.offsets[1:]
        before = np.concatenate([[0], np.cumsum(kinds & WORDLY > 0, dtype=np.int32)])
        wordly = np.flatnonzero(kinds & WORDLY) if before[-1] else np.zeros(1, np.int64)
        low, high = before[start], before[end]
        worded = high > low
        first = wordly.take(low, mode="clip")
        last = np.where(worded, wordly.take(high - 1, mode="clip") + 1, first)
        signs = last - first - (high - low)  # inside the word
        sure = ~worded | (signs == chars.count(_inner(kinds, chars.offsets)))
        sure[chars.mixed] = False
        sure[_owner(chars.offsets, _of_addresses(chars.codes))] = False
        odd = np.flatnonzero(sure & worded & (signs > 0))
        capitals = np.concatenate([[0], np.cumsum(kinds & CAPITAL > 0, dtype=np.int32)])
        dashes = chars.count(np.flatnonzero(kinds & DASH))
        # A part of a compound may be an acronym.
        sure[odd] = (dashes[odd] == 0) | (capitals[last[odd]] - capitals[first[odd]] < 2)
        spelled = last.copy()
        spelled[odd[_possessive(chars.codes, first[odd], last[odd])]] -= 2
        chosen = np.flatnonzero(sure & worded)
        acronym = is_short(spelled - first) & (
            capitals[spelled] - capitals[first] == spelled - first
        )
        after = _after_singles(chars.codes, end - last, last, spelled, acronym)
        gap = np.where(first > start, SIGN, BLANK).astype(np.int8)
        after = np.where(worded, after, SIGNS).astype(np.int8)
        texts = _texts(chars.codes, first[chosen], spelled[chosen])
        return cls(sure, worded, gap, after, texts)


def _owner(offsets: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The piece that each place lies in."""
    return np.searchsorted(offsets, places, side="right") - 1


def _inner(kinds: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Places of signs that stand inside a word: apostrophes and hyphens, and joints of numbers."""
    place = np.flatnonzero(kinds & INNER)
    place = place[(place > 0) & (place < len(kinds) - 1)]
    here, left, right = kinds[place], kinds[place - 1], kinds[place + 1]
    joins = (left & WORDLY > 0) & (right & WORDLY > 0)
    place = place[joins & ((here & JOINT == 0) | (left & right & NUMBER > 0))]
    piece = _owner(offsets, place)
    return place[(place > offsets[piece]) & (place + 1 < offsets[piece + 1])]


def _of_addresses(codes: np.ndarray) -> np.ndarray:
    """Places of what every address has: an at sign, a colon before a slash, "www." """
    at = codes == ord("@")
    at[:-1] |= (codes[:-1] == ord(":")) & (codes[1:] == ord("/"))
    at[:-2] |= (codes[:-2] == ord("w")) & (codes[1:-1] == ord("w")) & (codes[2:] == ord("."))
    return np.flatnonzero(at)


def is_short(size: np.ndarray) -> np.ndarray:
    return (size >= 2) & (size <= 6)


def _possessive(codes: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Which words end in 's, but are not one of the contractions that do."""
    final, mark = codes[last - 1], codes[last - 2]
    found = np.flatnonzero((mark == ord("'")) & ((final == ord("s")) | (final == ord("S"))))
    lower = pc.utf8_lower(_texts(codes, first[found], last[found]))
    contracted = as_mask(pc.is_in(lower, value_set=pa.array(sorted(CONTRACTED))))
    return found[~contracted]


def _after_singles(codes, size, last, spelled, acronym) -> np.ndarray:
    """What stands after words whose piece goes on for `size` characters from `last`."""
    if not len(codes):  # pieces of nothing but what is dropped
        return np.full(len(size), SIGNS)
    sign, final = codes.take(last, mode="clip"), codes.take(spelled - 1, mode="clip")
    plural = (sign == ord("'")) & ((final == ord("s")) | (final == ord("S"))) & ~acronym
    alone = np.where(plural, QUIET, np.where(sign == ord("."), STOP, SIGNS))
    return np.where(size == 0, QUIET, np.where(size == 1, alone, SIGNS))


def _texts(codes: np.ndarray, first: np.ndarray, last: np.ndarray) -> pa.StringArray:
    """Stretches of characters (in order, none over another) as Arrow strings."""
    turns = np.zeros(len(codes) + 1, np.int8)
    turns[first] += 1
    turns[last] -= 1
    chosen = codes[np.cumsum(turns[:-1], dtype=np.int8) > 0]
    ends = np.cumsum(last - first)
    if codes.dtype == np.uint8:
        data = chosen.tobytes()
    else:
        data = chosen.tobytes().decode("utf-32-le").encode()
        widths = np.cumsum(1 + (chosen > 0x7F) + (chosen > 0x7FF) + (chosen > 0xFFFF))
        ends = np.append(0, widths)[ends]
    offsets = np.concatenate([[0], ends]).astype(np.int32)
    return pa.StringArray.from_buffers(len(first), pa.py_buffer(offsets), pa.py_buffer(data))
