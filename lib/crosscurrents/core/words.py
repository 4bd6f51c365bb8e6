"""What a piece of text (a run without blanks) holds: words, their parts, the signs between.

All of it is worked out once a distinct piece and kept in a table; nothing here runs once a token.
Nearly every piece is one word between signs; Arrow finds these by one expression. The others
(addresses, abbreviations with stops, other scripts) go through `words_of`.
"""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.util import find_spec

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import regex

from crosscurrents.core.arrays import as_mask, offsets_of

APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ´`＇", "'"))
# Soft hyphen, joiners, byte-order mark; variation selectors and the frame of a key (`1️⃣`).
DROPPED = regex.compile(r"[\u00ad\u200c\u200d\u2060\ufeff\ufe00-\ufe0f\u20e3]")
# 's that is a verb and not a possessive
CONTRACTED = frozenset(
    "it's he's she's that's there's here's what's who's where's how's let's".split()
)
# Words of grammar that acronyms and abbreviations are taken for, if case or stops go.
FUNCTION_WORDS = frozenset(
    "a am an and are as at be been but by can did do does for from had has have he her him his how "
    "i if in into is it its may me my nor not of off on onto or our out per she so than that the "
    "them then they this to too up upon us was we were what when who whom why will with you your "
    "".split()
)
A = r"[\p{L}\p{M}\p{N}]"
RUN = rf"[\p{{L}}\p{{N}}]{A}*"  # a mark alone, such as the selector behind an emoji, is no word
# Letters with stops: U.S., a.m., Ph.D., B.Sc.
FIRST = r"(?:\p{L}|\p{Lu}\p{Ll}(?=\.\p{Lu}))"
STOPS = rf"(?<!{A}){FIRST}(?:\.(?:Sc|Ed|Phil|Eng)(?=\.)|\.\p{{L}})+(?!{A})\.?(?:'s\b)?"
JOINT = r"(?:'|(?<=\p{N})[.,:](?=\p{N})|(?<=\p{Lu})&(?=\p{Lu}))"
SIMPLE = rf"(?:{STOPS}|{RUN}(?:{JOINT}{RUN})*)"
URL = r"(?:https?://|www\.)[^\s<>\"“”]*[^\s<>\"“”.,;:!?)\]'»]"
# An address begins where its first run does: it is looked for once a run, not once a character.
MAIL = r"(?<![\w.+-])[\w.+-]++@[\w-]+(?:\.[\w-]+)+"
WORD = regex.compile(rf"(?P<url>{URL}|{MAIL})|{SIMPLE}(?:[-\u2010\u2011]{SIMPLE})*")
ACRONYMS = frozenset(w.upper() for w in FUNCTION_WORDS if 2 <= len(w) <= 4)  # US, WHO, IT
HYPHEN = regex.compile(r"[-\u2010\u2011]")
UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
NAME = 4  # signs of a Chinese name, given in brackets by texts in other languages, at most
HAN = regex.compile(r"[\p{Han}\p{N}]+")
BLANK, JOINED, SIGN = 0, 1, 2  # before a word or part: a blank, a hyphen, signs
QUIET, STOP, SIGNS = 0, 1, 2  # after the last word: nothing that separates, a stop, more
LATIN = "A-Za-zÀ-ÖØ-öø-ÿ"  # letters that NFKC leaves as they are, of one script each
CYRILLIC = "А-Яа-яЁё"
# Signs, one word, signs. No compound with two capitals side by side: a part may be an acronym.
ONE_WORD = (
    r"""^(?P<before>["'(\[“‘]*)"""
    rf"(?P<word>[{LATIN}]+(?:['’][{LATIN}]+)*|[A-Z]?[a-z]+(?:-[A-Z]?[a-z]+)+"
    rf"|[{CYRILLIC}]+|[0-9]+(?:[.,:][0-9]+)*)"
    r"""(?P<after>[.,;:!?"')\]”’…]*)$"""
)
CJK = ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: as spelled, as counted (folded), and the signs between it and what stood before."""

    spelled: str
    folded: str
    before: str = ""


def words_of(piece: str) -> tuple[list[Word], str]:
    """The words of a piece, and the signs after the last one.

    Folding, acronyms, possessives, compounds and joined numbers are as DEFINITIONS say.

    >>> [w.folded for w in words_of("(China’s")[0]], words_of("U.S.-led")[0][0].folded
    (['china'], 'US-led')
    >>> [w.folded for w in words_of("well—1,000")[0]], words_of("Baikal.”")[1]
    (['well', '1,000'], '.”')
    """
    text = DROPPED.sub("", unicodedata.normalize("NFKC", piece.translate(APOSTROPHES)))
    text = text.translate(APOSTROPHES).replace("\u200b", " ")
    found: list[Word] = []
    position = 0
    for match in WORD.finditer(text):
        before = text[position : match.start()]
        if match["url"]:
            found.append(Word(match[0], match[0].lower(), before))
        else:
            for k, run in enumerate(_by_script(match[0])):
                found.append(_word(run, before if k == 0 else ""))
        position = match.end()
    return found, text[position:]


def _word(text: str, before: str) -> Word:
    if text.lower() not in CONTRACTED and text.lower().endswith("'s"):
        text = text[:-2]
    parts = HYPHEN.split(text)
    return Word("-".join(map(unstopped, parts)), "-".join(map(fold, parts)), before)


def unstopped(part: str) -> str:
    """A part of a word without the stops of an abbreviation, unless that spells another word.

    >>> [unstopped(p) for p in ("U.S.", "Ph.D.", "a.m", "3.5")]
    ['US', 'PhD', 'a.m.', '3.5']
    """
    if "." not in part or not regex.fullmatch(STOPS, part):
        return part
    letters = part.replace(".", "")
    if letters in FUNCTION_WORDS:
        return ".".join(letters) + "."
    return letters


def fold(part: str) -> str:
    """A part of a word in the case it is counted in: acronyms of grammar words keep theirs.

    >>> [fold(p) for p in ("Russia", "US", "U.S.", "us", "a.m.", "NATO", "I", "NGOs")]
    ['russia', 'US', 'US', 'us', 'a.m.', 'nato', 'i', 'ngos']
    """
    part = unstopped(part)
    # The capital of a Turkish i leaves its dot behind.
    return part if part in ACRONYMS else part.lower().replace("i\u0307", "i")


def _by_script(word: str) -> Iterable[str]:
    """A word cut where the script changes, and what has no blanks between words cut into them.

    Digits and marks belong to the script around them. Without a library for it, a run of a script
    without blanks is a clause, and no word at all, unless it is as short as a name.
    """
    if word.isascii():
        return [word]
    return [part for run in _script_runs(word) for part in cut_unspaced(run)]


def _script_runs(word: str) -> list[str]:
    runs: list[str] = []
    current = ""
    for char in word:
        script = script_of(char)
        if runs and (not script or not current or script == current):
            if not (current == "CJK" and char.isdigit()):
                runs[-1] += char
                current = script or current
                continue
        runs.append(char)
        current = script
    return [r.strip("-'&.,:\u2010\u2011") or r for r in runs]


def script_of(char: str) -> str:
    """The script of a letter as its Unicode name begins; "" for digits, marks and signs."""
    if not char.isalpha():
        return ""
    name = unicodedata.name(char, "").split(" ")[0]
    return "CJK" if name in CJK else "" if name in ("MODIFIER", "COMBINING") else name


def cut_unspaced(run: str) -> list[str]:
    """The words of a run of letters, which is one unless its script has no blanks between words.

    >>> cut_unspaced("Baikal"), cut_unspaced("ปลาในแม่น้ำ")
    (['Baikal'], [])
    """
    if not UNSPACED.search(run):
        return [run]
    if HAN.fullmatch(run) and chinese_cutter():
        return chinese_cutter()(run)
    return [run] if len(run) <= NAME else []


@cache
def chinese_cutter() -> Callable[[str], list[str]] | None:
    """What cuts Chinese into words: jieba, where somebody has installed it."""
    if find_spec("jieba") is None:
        return None
    with warnings.catch_warnings():  # it is an old package
        warnings.simplefilter("ignore")
        import jieba

    jieba.setLogLevel("ERROR")
    return jieba.lcut


read_piece = lru_cache(2**17)(words_of)  # most pieces come again in the next batch of documents


@dataclass(frozen=True)
class PieceTable:
    """Per distinct piece: its words (a run in `word`), and the signs before and after them."""

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
    """Of pieces of one word: it as spelled and as counted, what is before and after."""
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
