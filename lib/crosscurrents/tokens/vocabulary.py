"""What each distinct piece of text holds: its words, what stands before each and after the last.

Nearly every piece is one word between signs; these are worked out in bulk over their characters.
Only the rest (addresses, abbreviations with stops, mixed scripts) goes through `words_of`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import regex

from crosscurrents.tokens.pieces import in_threads
from crosscurrents.tokens.words import (
    ACRONYM,
    APOSTROPHES,
    CONTRACTED,
    DROPPED,
    script_of,
    words_of,
)

BLANK, HYPHEN, SIGN = 0, 1, 2  # what stands before a word or part: a blank, a hyphen, signs
QUIET, STOP, SIGNS = 0, 1, 2  # what stands after the last word: nothing that parts, a stop, more
# Kinds of characters, one bit each; WORDLY ones make words, INNER ones may stand inside a word.
LETTER, MARK, NUMBER, CAPITAL, APOSTROPHE, DASH, JOINT, SEEN = (1 << n for n in range(8))
WORDLY, INNER = LETTER | MARK | NUMBER, APOSTROPHE | DASH | JOINT


@dataclass(frozen=True)
class PieceTable:
    """Per distinct piece: its words (a run in `word`), what stands before and after them."""

    offsets: np.ndarray  # int32 (pieces + 1), into word and gap
    word: np.ndarray  # int32, into spelled and folded
    gap: np.ndarray  # int8, BLANK or SIGN before the word within its piece
    after: np.ndarray  # int8 (pieces): QUIET, STOP or SIGNS
    spelled: pa.StringArray  # distinct words as spelled, and the same as counted
    folded: pa.StringArray

    @classmethod
    def of(cls, pieces: pa.StringArray, *, threads: int = 1) -> PieceTable:
        """The table of an Arrow array of distinct pieces.

        >>> table = PieceTable.of(pa.array(["(China’s", "well-known,", "–", "U.S.-led"]))
        >>> table.folded.take(pa.array(table.word)).to_pylist()
        ['china', 'well-known', 'US-led']
        >>> table.offsets.tolist(), table.after.tolist()
        ([0, 1, 2, 2, 3], [0, 2, 2, 0])
        """
        ascii_only, plain = _mask(pc.string_is_ascii(pieces)), _mask(pc.ascii_is_alpha(pieces))
        bulk, before = plain.copy(), np.zeros(len(pieces), np.int8)
        after = np.where(plain, QUIET, SIGNS).astype(np.int8)
        rows, texts = [np.flatnonzero(plain)], [pieces.filter(pa.array(plain))]
        readers = ((ascii_only & ~plain, _Characters.ascii), (~ascii_only, _Characters.any))
        jobs = [
            (at, read)
            for chosen, read in readers
            for at in np.array_split(np.flatnonzero(chosen), threads)
            if len(at)
        ]

        def single(job: tuple) -> _Single:
            return _Single.of(job[1](pieces.take(pa.array(job[0]))))

        singles = in_threads(single, jobs, threads)
        for (at, _), found in zip(jobs, singles):
            bulk[at], before[at], after[at] = found.sure, found.before, found.after
            rows.append(at[found.sure & found.worded])
            texts.append(found.texts)
        words = pa.concat_arrays(texts).dictionary_encode()
        return _join(pieces, bulk, (np.concatenate(rows), words, before), after)

    @cached_property
    def parts(self) -> Parts:
        """The parts of compounds (and of every other word, which is one part)."""
        return Parts.of(self.folded)


@dataclass(frozen=True)
class Parts:
    """Per distinct word a run of parts, as ids of the distinct parts."""

    offsets: np.ndarray  # int32 (words + 1), into ids
    ids: np.ndarray  # int32, into texts
    texts: pa.StringArray

    @classmethod
    def of(cls, words: pa.StringArray) -> Parts:
        """The parts of words, cut at hyphens.

        >>> Parts.of(pa.array(["link", "link-up"])).texts.to_pylist()
        ['link', 'up']
        """
        compound = np.flatnonzero(_mask(pc.match_substring(words, "-")))
        split = [word.split("-") for word in words.take(pa.array(compound)).to_pylist()]
        counts = np.ones(len(words), np.int32)
        counts[compound] = [len(parts) for parts in split]
        simple = np.ones(len(words), bool)
        simple[compound] = False
        inner = pa.array([part for parts in split for part in parts], pa.string())
        coded = pa.concat_arrays([words.filter(pa.array(simple)), inner]).dictionary_encode()
        offsets = np.concatenate([[0], np.cumsum(counts, dtype=np.int32)])
        # Simple words first, then the parts of compounds: each to its place.
        owner = np.repeat(simple, counts)
        ids = np.empty(len(owner), np.int32)
        codes = coded.indices.to_numpy()
        ids[owner], ids[~owner] = codes[: simple.sum()], codes[simple.sum() :]
        return cls(offsets, ids, coded.dictionary)

    def spread(self, places: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Places of words repeated for each part of the word there, and the part's number."""
        counts = (self.offsets[1:] - self.offsets[:-1])[words]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return np.repeat(places, counts), within


def _join(
    pieces: pa.StringArray, bulk: np.ndarray, singles: tuple, after: np.ndarray
) -> PieceTable:
    """Single words and those that `words_of` finds in the other pieces, as one table."""
    rows, coded, before = singles
    counts = np.zeros(len(pieces), np.int32)
    counts[rows] = 1
    pairs: dict[tuple[str, str], int] = {}
    word, gap = [], []
    others = np.flatnonzero(~bulk)
    for row, piece in zip(others.tolist(), pieces.take(pa.array(others)).to_pylist()):
        found, rest = words_of(piece)
        counts[row], after[row] = len(found), _after(rest, found)
        word += [pairs.setdefault((w.spelled, w.folded), len(pairs)) for w in found]
        gap += [SIGN if w.before else BLANK for w in found]
    spelled, folded, number = _with_pairs(coded.dictionary, list(pairs))
    offsets = np.concatenate([[0], np.cumsum(counts, dtype=np.int32)])
    words, gaps = np.zeros(offsets[-1], np.int32), np.zeros(offsets[-1], np.int8)
    words[offsets[rows]], gaps[offsets[rows]] = coded.indices.to_numpy(), before[rows]
    rest = np.ones(offsets[-1], bool)
    rest[offsets[rows]] = False
    words[rest], gaps[rest] = number[word] if word else 0, gap
    return PieceTable(offsets, words, gaps, after, spelled, folded)


def _after(rest: str, found: list) -> int:
    if not found:
        return SIGNS
    if not rest or (rest == "'" and found[-1].folded.endswith("s")):
        return QUIET
    return STOP if rest == "." else SIGNS


def _with_pairs(spelled: pa.StringArray, pairs: list[tuple[str, str]]) -> tuple:
    """Words and their folded forms with further pairs added, and the numbers of these."""
    folded = _fold(spelled)
    if not pairs:
        return spelled, folded, np.zeros(0, np.int32)
    extra = [pa.array(column, pa.string()) for column in zip(*pairs)]
    distinct = extra[0].dictionary_encode()
    place = pc.index_in(spelled, value_set=distinct.dictionary)
    known = np.flatnonzero(_mask(place.is_valid()))
    same = np.full(len(distinct.dictionary), -1, np.int32)
    same[place.take(pa.array(known)).to_numpy()] = known
    number = same[distinct.indices.to_numpy()]
    agree = number >= 0
    there = folded.take(pa.array(number[agree]))
    agree[agree] = _mask(pc.equal(there, extra[1].filter(pa.array(agree))))
    number[~agree] = len(spelled) + np.arange((~agree).sum())
    new = pa.array(np.flatnonzero(~agree))
    spelled = pa.concat_arrays([spelled, extra[0].take(new)])
    return spelled, pa.concat_arrays([folded, extra[1].take(new)]), number


def _fold(words: pa.StringArray) -> pa.StringArray:
    """Distinct words in the case they are counted in (`words.fold`)."""
    ascii_only = _mask(pc.string_is_ascii(words))
    size = pc.binary_length(words).to_numpy(zero_copy_only=False)
    acronym = _mask(pc.and_(pc.ascii_is_upper(words), pc.ascii_is_alpha(words))) & _short(size)
    folded = pc.if_else(pa.array(acronym), words, pc.ascii_lower(words))
    if ascii_only.all():
        return folded
    beyond = words.filter(pa.array(~ascii_only)).to_pylist()
    lower = "\n".join(beyond).lower().split("\n")
    upper = [k for k, word in enumerate(beyond) if word.isupper() and ACRONYM.fullmatch(word)]
    for k in upper:
        lower[k] = beyond[k]
    return pc.replace_with_mask(folded, pa.array(~ascii_only), pa.array(lower, pa.string()))


@dataclass(frozen=True)
class _Characters:
    """Pieces as one run of characters, normalised as `words_of` does it."""

    codes: np.ndarray  # uint8 or uint32
    offsets: np.ndarray  # int64 (pieces + 1)
    kinds: np.ndarray  # uint8
    mixed: np.ndarray  # int64, pieces in which the script may change

    def count(self, places: np.ndarray) -> np.ndarray:
        """How many of some places lie in each piece."""
        return np.bincount(_owner(self.offsets, places), minlength=len(self.offsets) - 1)

    @classmethod
    def ascii(cls, pieces: pa.StringArray) -> _Characters:
        offsets = np.frombuffer(pieces.buffers()[1], np.int32)[: len(pieces) + 1].astype(np.int64)
        data = pieces.buffers()[2]
        codes = np.frombuffer(data, np.uint8)[: offsets[-1]] if data else np.zeros(0, np.uint8)
        # The grave accent counts as an apostrophe.
        codes = np.where(codes == ord("`"), np.uint8(ord("'")), codes)
        return cls(codes, offsets, _kinds()[0][:128][codes], np.zeros(0, np.int64))

    @classmethod
    def any(cls, pieces: pa.StringArray) -> _Characters:
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
class _Single:
    """Which pieces hold one word and signs around it at most, and that word."""

    sure: np.ndarray  # bool (pieces): one word, or none
    worded: np.ndarray  # bool (pieces)
    before: np.ndarray  # int8 (pieces)
    after: np.ndarray  # int8 (pieces)
    texts: pa.StringArray  # the words of pieces that are sure and worded

    @classmethod
    def of(cls, chars: _Characters) -> _Single:
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
        acronym = _short(spelled - first) & (capitals[spelled] - capitals[first] == spelled - first)
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


def _mask(values: pa.BooleanArray) -> np.ndarray:
    return values.to_numpy(zero_copy_only=False)


def _short(size: np.ndarray) -> np.ndarray:
    return (size >= 2) & (size <= 6)


def _possessive(codes: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Which words end in 's, but are not one of the contractions that do."""
    final, mark = codes[last - 1], codes[last - 2]
    found = np.flatnonzero((mark == ord("'")) & ((final == ord("s")) | (final == ord("S"))))
    lower = pc.utf8_lower(_texts(codes, first[found], last[found]))
    contracted = _mask(pc.is_in(lower, value_set=pa.array(sorted(CONTRACTED))))
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
