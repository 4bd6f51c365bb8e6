"""What each distinct piece of text holds: its words, what stands before each and after the last.

Nearly every piece is one word between signs; these are worked out in bulk over their characters.
Only the rest (addresses, abbreviations with stops, mixed scripts) goes through `words_of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.tokens.pieces import as_mask, in_threads
from crosscurrents.tokens.single import (
    BLANK,
    QUIET,
    SIGN,
    SIGNS,
    STOP,
    Characters,
    Single,
    is_short,
)
from crosscurrents.tokens.words import ACRONYM, words_of


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
        ascii_only, plain = as_mask(pc.string_is_ascii(pieces)), as_mask(pc.ascii_is_alpha(pieces))
        bulk, before = plain.copy(), np.zeros(len(pieces), np.int8)
        after = np.where(plain, QUIET, SIGNS).astype(np.int8)
        rows, texts = [np.flatnonzero(plain)], [pieces.filter(pa.array(plain))]
        readers = ((ascii_only & ~plain, Characters.ascii), (~ascii_only, Characters.any))
        jobs = [
            (at, read)
            for chosen, read in readers
            for at in np.array_split(np.flatnonzero(chosen), threads)
            if len(at)
        ]

        def single(job: tuple) -> Single:
            return Single.of(job[1](pieces.take(pa.array(job[0]))))

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
        compound = np.flatnonzero(as_mask(pc.match_substring(words, "-")))
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
    known = np.flatnonzero(as_mask(place.is_valid()))
    same = np.full(len(distinct.dictionary), -1, np.int32)
    same[place.take(pa.array(known)).to_numpy()] = known
    number = same[distinct.indices.to_numpy()]
    agree = number >= 0
    there = folded.take(pa.array(number[agree]))
    agree[agree] = as_mask(pc.equal(there, extra[1].filter(pa.array(agree))))
    number[~agree] = len(spelled) + np.arange((~agree).sum())
    new = pa.array(np.flatnonzero(~agree))
    spelled = pa.concat_arrays([spelled, extra[0].take(new)])
    return spelled, pa.concat_arrays([folded, extra[1].take(new)]), number


def _fold(words: pa.StringArray) -> pa.StringArray:
    """Distinct words in the case they are counted in (`words.fold`)."""
    ascii_only = as_mask(pc.string_is_ascii(words))
    size = pc.binary_length(words).to_numpy(zero_copy_only=False)
    acronym = as_mask(pc.and_(pc.ascii_is_upper(words), pc.ascii_is_alpha(words))) & is_short(size)
    folded = pc.if_else(pa.array(acronym), words, pc.ascii_lower(words))
    if ascii_only.all():
        return folded
    beyond = words.filter(pa.array(~ascii_only)).to_pylist()
    lower = "\n".join(beyond).lower().split("\n")
    upper = [k for k, word in enumerate(beyond) if word.isupper() and ACRONYM.fullmatch(word)]
    for k in upper:
        lower[k] = beyond[k]
    return pc.replace_with_mask(folded, pa.array(~ascii_only), pa.array(lower, pa.string()))
