"""What each distinct piece holds: its words, what stands before each and after the last.

Nearly every piece is one word between signs; Arrow finds these by one expression. The others
(addresses, abbreviations with stops, other scripts) go through `words_of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.core.arrays import as_mask, offsets_of, runs
from crosscurrents.core.words import ACRONYMS, CONTRACTED, words_of

BLANK, HYPHEN, SIGN = 0, 1, 2  # what stands before a word or part: a blank, a hyphen, signs
QUIET, STOP, SIGNS = 0, 1, 2  # what stands after the last word: nothing that parts, a stop, more
LATIN = "A-Za-zÀ-ÖØ-öø-ÿ"  # letters that NFKC leaves as they are, of one script each
CYRILLIC = "А-Яа-яЁё"
# Signs, one word, signs. No compound with two capitals side by side: a part may be an acronym.
ONE_WORD = (
    r"""^(?P<before>["'(\[“‘]*)"""
    rf"(?P<word>[{LATIN}]+(?:['’][{LATIN}]+)*|[A-Z]?[a-z]+(?:-[A-Z]?[a-z]+)+"
    rf"|[{CYRILLIC}]+|[0-9]+(?:[.,:][0-9]+)*)"
    r"""(?P<after>[.,;:!?"')\]”’…]*)$"""
)
read_piece = lru_cache(2**17)(words_of)  # most pieces come again in the next batch of documents


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
    def of(cls, pieces: pa.StringArray) -> PieceTable:
        """The table of an Arrow array of distinct pieces.

        >>> table = PieceTable.of(pa.array(["(China’s", "well-known,", "–", "U.S.-led"]))
        >>> table.folded.take(pa.array(table.word)).to_pylist()
        ['china', 'well-known', 'US-led']
        >>> table.offsets.tolist(), table.after.tolist()
        ([0, 1, 2, 2, 3], [0, 2, 2, 0])
        """
        found = pc.extract_regex(pieces, ONE_WORD)
        single = as_mask(found.is_valid())
        spelled, folded, before, behind = _single_words(found.filter(pa.array(single)))
        counts, after = np.ones(len(pieces), np.int32), np.empty(len(pieces), np.int8)
        after[single] = behind
        others = [read_piece(p) for p in pieces.filter(pa.array(~single)).to_pylist()]
        counts[~single] = [len(words) for words, _ in others]
        after[~single] = [_after(words, rest) for words, rest in others]
        more = [word for words, _ in others for word in words]
        owner = np.repeat(single, counts)
        gap = np.empty(len(owner), np.int8)
        gap[owner], gap[~owner] = before, [SIGN if word.before else BLANK for word in more]
        spelled = pa.concat_arrays([spelled, pa.array([w.spelled for w in more], pa.string())])
        folded = pa.concat_arrays([folded, pa.array([w.folded for w in more], pa.string())])
        # The same spelling may count as two words: `A.B.C.D.E.F.G.` is no ABCDEFG.
        pairs = pc.binary_join_element_wise(spelled, folded, "\n").dictionary_encode()
        codes, word = pairs.indices.to_numpy(), np.empty(len(owner), np.int32)
        first = pa.array(np.unique(codes, return_index=True)[1])
        word[owner], word[~owner] = np.split(codes, [int(single.sum())])
        offsets = offsets_of(counts).astype(np.int32)
        return cls(offsets, word, gap, after, spelled.take(first), folded.take(first))

    def words_in(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The words of a text of pieces: the place of the piece of each, its index in `word`."""
        piece = np.repeat(np.arange(len(ids), dtype=np.int32), np.diff(self.offsets)[ids])
        index = self.offsets[ids[piece]]
        later = np.flatnonzero(piece[1:] == piece[:-1]) + 1  # not the first of their piece
        index[later] += (later - np.searchsorted(piece, piece[later])).astype(np.int32)
        return piece, index

    @cached_property
    def parts(self) -> Parts:
        """The parts of compounds (and of every other word, which is one part)."""
        return Parts.of(self.folded)


def _single_words(found: pa.StructArray) -> tuple:
    """Words as spelled and as counted, what stands before and after, of pieces of one word."""
    before, word, after = found.flatten()
    straight = pc.replace_substring(word, "’", "'")
    contracted = pc.is_in(pc.utf8_lower(straight), pa.array(sorted(CONTRACTED)))
    bare = pc.replace_substring_regex(straight, "'[sS]$", "")
    spelled = pc.if_else(contracted, straight, bare)
    acronym = pc.is_in(spelled, pa.array(sorted(ACRONYMS)))
    folded = pc.if_else(acronym, spelled, pc.utf8_lower(spelled))
    gap = np.where(as_mask(pc.equal(before, "")), BLANK, SIGN)
    plural = pc.and_(pc.is_in(after, pa.array(["'", "’"])), pc.ends_with(folded, "s"))
    quiet = as_mask(pc.or_(pc.equal(after, ""), plural))
    stop = as_mask(pc.equal(after, "."))
    return spelled, folded, gap, np.where(quiet, QUIET, np.where(stop, STOP, SIGNS))


def _after(words: list, rest: str) -> int:
    if not words:
        return SIGNS
    if not rest or (rest == "'" and words[-1].folded.endswith("s")):
        return QUIET
    return STOP if rest == "." else SIGNS


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
        cut = pc.split_pattern(words, "-")
        coded = cut.values.dictionary_encode()
        return cls(cut.offsets.to_numpy(), coded.indices.to_numpy(), coded.dictionary)

    def spread(self, places: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Places of words repeated for each part of the word there, and the part's number."""
        counts = np.diff(self.offsets)[words]
        return np.repeat(places, counts), runs(np.zeros(len(counts), np.int64), counts)
