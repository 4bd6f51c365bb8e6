"""TextBlob's polarity of each sentence: the pattern lexicon with negation, emphasis and emoticons.

The mean of the known words, each changed by what stands before it (De Smedt & Daelemans 2012).
TextBlob's own file cuts pieces into its words and reads the few sentences with emoticons; it is run
without the package around it, which would load NLTK. The rest runs over distinct pieces.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import numpy as np
import pyarrow as pa

from crosscurrents.scoring.scored import Scored, Stream, unified
from crosscurrents.vader.pieces import STRAIGHT

# What a word is to the rules, one bit each.
KNOWN, MODIFIES, NEGATES, CALLS, TURNS, LONG, WORDY, FACE = (1 << n for n in range(8))
NEVER = re.compile(r"(?!)")
BEGIN = tuple("<♥>:=8;*°")  # signs in which a word ends that an emoticon may begin in
REST = ("-", "_", "D", "!")  # what goes on with one that begins in a letter, and "(!)"
ENDS = frozenset(",;?")  # signs that only ever part from the word before them
KEPT = 2**17  # distinct pieces of which it is remembered what they are: most come again
FLIPPED, CALLED = -0.5, 1.25  # "not good" is half as bad as good is good; "good!"


def pattern_folder() -> Path:
    """Where the installed TextBlob keeps its English lexicon."""
    return Path(find_spec("textblob").origin).parent / "en"


@cache
def pattern_code() -> ModuleType:
    """A copy of TextBlob's file of pattern's code, which needs the standard library only."""
    spec = spec_from_file_location("_crosscurrents_pattern", pattern_folder().parent / "_text.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    # Emoticons may reach over pieces, so they are not joined while pieces are cut (see _faces).
    module.RE_FACES, module.RE_EMOTICONS = module.RE_EMOTICONS, NEVER
    return module


@cache
def pattern_lexicon() -> dict:
    """The lexicon as TextBlob has it: with adverbs in -ly made from the adjectives."""
    path = str(pattern_folder() / "en-sentiment.xml")
    known = pattern_code().Sentiment(path=path, synset="wordnet_id")
    known.load()
    for word, senses in list(dict.items(known)):
        if "JJ" in senses:
            stem = word[:-1] + "i" if word.endswith("y") else word
            stem = stem[:-2] if stem.endswith("le") else stem
            known.annotate(f"{stem}ly", "RB", *senses["JJ"])
    return known


def score_pattern(stream: Stream) -> Scored:
    """The polarity of each sentence (-1 to 1), and what each known word adds to the mean."""
    cut = _Cut.of(stream.pieces)
    bounds = np.asarray(stream.sentences, np.int64)
    counts = np.diff(cut.offsets)[stream.ids]
    piece = np.repeat(np.arange(len(stream.ids)), counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    words = cut.words[cut.offsets[:-1][stream.ids][piece] + within]
    sentence = np.searchsorted(bounds, piece, side="right") - 1
    bits = cut.bits[words]
    size = len(bounds) - 1
    odd = _any_in(sentence, (bits & FACE) > 0, size)
    turned = _any_in(sentence, (bits & (MODIFIES | NEGATES | CALLS | TURNS)) > 0, size)
    plain = np.flatnonzero(((bits & KNOWN) > 0) & ~(odd | turned)[sentence])
    found = [(piece[plain], cut.polarity[words[plain]], words[plain])]
    starts = np.searchsorted(sentence, np.arange(size + 1))
    for number in np.flatnonzero(odd | turned).tolist():
        here = slice(starts[number], starts[number + 1])
        texts = [cut.texts[w] for w in words[here].tolist()]
        at, values = _faces(texts) if odd[number] else (None, None)
        if at is None:
            at, values = cut.assess(words[here], bits[here])
        at = np.array(at, np.int64)
        found.append((piece[here][at], np.array(values, float), words[here][at]))
    place, value, word = (np.concatenate([part[k] for part in found]) for k in range(3))
    order = np.argsort(place, kind="stable")
    place, value, word = place[order], value[order], word[order]
    owner = np.searchsorted(bounds, place, side="right") - 1
    total = np.bincount(owner, value, minlength=size)
    score = total / np.maximum(np.bincount(owner, minlength=size), 1)
    distinct, entry = np.unique(word, return_inverse=True)
    entry, entries = unified(entry, [cut.texts[w].lower() for w in distinct.tolist()])
    return Scored(score, place, owner, value, entry, entries)


def _any_in(sentence: np.ndarray, flags: np.ndarray, size: int) -> np.ndarray:
    found = np.zeros(size, bool)
    found[sentence[flags]] = True
    return found


def _faces(texts: list[str]) -> tuple[list[int] | None, list[float] | None]:
    """Assessments by TextBlob's own code where signs join to an emoticon; None if none do."""
    code = pattern_code()
    text = " ".join(texts)
    joined = code.RE_SARCASM.sub("(!)", text)
    joined = code.RE_FACES.sub(lambda m: m.group(1).replace(" ", "") + m.group(2), joined)
    if joined == text and not any(word.lower() in _face_words() for word in texts):
        return None, None
    whole = joined.split()
    assessed = pattern_lexicon().assessments((word.lower(), None) for word in whole)
    # Where each joined word begins among the words.
    ends = np.cumsum([len(word) for word in texts])
    begins = np.cumsum([0, *(len(word) for word in whole)])[:-1]
    first = np.searchsorted(ends, begins, side="right").tolist()
    return _located([(a[0], a[1]) for a in assessed], [w.lower() for w in whole], first)


def _located(assessed: list, whole: list[str], first: list[int]) -> tuple[list[int], list[float]]:
    """Where the head of each assessment stands: the last of its words but marks and negations."""
    at, values, k = [], [], 0
    for chunk, polarity in assessed:
        heads = [w for w in chunk if w not in ("!", "no", "not", "n't", "never")] or chunk
        while k < len(whole) and whole[k] != heads[-1]:
            k += 1
        at.append(first[min(k, len(first) - 1)])
        values.append(polarity)
        k += 1
    return at, values


def _goes_on(text: str) -> bool:
    return len(text) < 4 and text.startswith(REST)


@cache
def _face_words() -> frozenset[str]:
    return frozenset(f.lower() for faces in pattern_code().EMOTICONS.values() for f in faces)


@dataclass(frozen=True)
class _Cut:
    """Distinct pieces as runs of TextBlob's words, and what each distinct word is to the rules."""

    offsets: np.ndarray  # int64 (pieces + 1), into words
    words: np.ndarray  # int64
    texts: list[str]  # distinct words, in the case of the text
    bits: np.ndarray  # uint8 (distinct words)
    polarity: np.ndarray  # float64 (distinct words), 0 where unknown
    intensity: np.ndarray  # float64 (distinct words)

    @classmethod
    def of(cls, pieces: pa.Array) -> _Cut:
        numbers: dict[str, int] = {}
        counts, words = [], []
        for piece in pieces.to_pylist():
            cut = [piece] if piece.isalpha() else _words(piece)
            counts.append(len(cut))
            words += [numbers.setdefault(word, len(numbers)) for word in cut]
        texts = list(numbers)
        facts = [_facts(text) for text in texts]
        bits, polarity, intensity = zip(*facts) if facts else ((), (), ())
        offsets = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
        return cls(
            offsets.astype(np.int64), np.array(words, np.int64), texts, np.array(bits, np.uint8),
            np.array(polarity, float), np.array(intensity, float),
        )  # fmt: skip

    def assess(self, words: np.ndarray, bits: np.ndarray) -> tuple[list[int], list[float]]:
        """Assessments of one sentence: where each known word that heads one stands, and its value.

        A known adverb lends its intensity to a known word behind it, over words of two letters; a
        negation turns the next known word, over words of one letter.
        """
        at: list[int] = []
        state: list[list[float]] = []  # polarity, intensity, sign
        modifier = negation = False
        adverb = False  # the modifier ends in -ly
        for k, (word, flags) in enumerate(zip(words.tolist(), bits.tolist())):
            if flags & KNOWN:
                polarity, intensity = self.polarity[word], self.intensity[word]
                if modifier:
                    at[-1] = k
                    before = state[-1]
                    before[0] = max(-1.0, min(polarity * before[1], 1.0))
                    before[1] = intensity
                else:
                    at.append(k)
                    state.append([polarity, intensity, 1])
                if negation:
                    state[-1][1] = 1 / state[-1][1]
                    state[-1][2] = -1
                modifier, negation = bool(flags & MODIFIES), bool(flags & NEGATES)
                adverb = modifier and self.texts[word].lower().endswith("ly")
                continue
            if flags & NEGATES:
                negation = True
            elif flags & WORDY:
                negation = False
            if negation and modifier and adverb:
                state[-1][2], negation = -1, False
            elif flags & LONG:
                modifier = False
            if flags & CALLS and state:
                state[-1][0] = max(-1.0, min(state[-1][0] * CALLED, 1.0))
            if flags & TURNS:
                at.append(k)
                state.append([0.0, 1.0, 1])
        return at, [p * FLIPPED if sign < 0 else p for p, _, sign in state]


@lru_cache(maxsize=KEPT)
def _words(piece: str) -> list[str]:
    """The words that TextBlob cuts a piece into."""
    if piece[-1:] in ENDS and piece[:-1].isalpha():  # the most of them, without its many rules
        return [piece[:-1], piece[-1]]
    return " ".join(pattern_code().find_tokens(piece.translate(STRAIGHT))).split()


@lru_cache(maxsize=KEPT)
def _facts(text: str) -> tuple[int, float, float]:
    """Bits, polarity and intensity of a word."""
    known, lower = pattern_lexicon(), text.lower()
    senses = dict.get(known, lower)
    bits = NEGATES if lower in known.negations else 0
    bits |= CALLS if lower == "!" else 0
    bits |= TURNS if lower == "(!)" else 0
    bits |= FACE if text.endswith(BEGIN) or lower in _face_words() or _goes_on(text) else 0
    if senses is None:
        bits |= LONG * (len(lower) > 2) | WORDY * (len(lower.strip("'")) > 1)
        return bits, 0.0, 1.0
    polarity, _, intensity = senses[None]
    bits |= KNOWN | MODIFIES * ("RB" in senses)
    return bits, float(polarity), float(intensity)
