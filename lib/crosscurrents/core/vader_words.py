"""What each distinct piece is to VADER's rules, by the word lists and constants of NLTK."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.core.arrays import as_mask
from crosscurrents.core.vader_text import STRAIGHT

# What a piece is to the rules, one bit each.
SHORT, UPPER, EMPHASIS, KNOWN, SCORED, BOOSTER, NEGATION, BUT = (1 << n for n in range(8))
LEAST, AT_VERY, KIND, OF, NEVER, SO_THIS, OPENS, CLOSES = (1 << n for n in range(8, 16))
# Words that a rule names; NEVER and SO_THIS only in lower case.
NAMED = {"but": BUT, "least": LEAST, "at": AT_VERY, "very": AT_VERY, "kind": KIND, "of": OF}
NAMED_EXACTLY = {"never": NEVER, "so": SO_THIS, "this": SO_THIS}


class KnownWords:
    """The words of a lexicon and of the rules, with what they are to the rules."""

    def __init__(self, valences: Mapping[str, float], constants: type) -> None:
        """`constants` is NLTK's VaderConstants."""
        self.valences, self.negations = valences, frozenset(constants.NEGATE)
        boosters, idioms = constants.BOOSTER_DICT, constants.SPECIAL_CASE_IDIOMS
        self.boosters = {word: boost for word, boost in boosters.items() if " " not in word}
        phrases = [p.split() for p in {*idioms, *boosters} if " " in p]
        self.number = {w: n for n, w in enumerate(sorted({w for p in phrases for w in p}), 1)}
        # Scores of idioms by the numbers of their words; 0 is any other word, -1 none.
        size = len(self.number) + 2
        self.idioms = np.full((size, size, size), np.nan)
        for phrase, score in idioms.items():
            words = [self.number[w] for w in phrase.split()]
            if len(words) in (2, 3):  # NLTK looks for no others
                self.idioms[tuple([*words, -1][:3])] = score
        self.dampers = np.zeros((size, size), bool)
        for phrase in boosters:
            if phrase.count(" ") == 1:
                self.dampers[tuple(self.number[w] for w in phrase.split())] = True
        self.exact = dict(NAMED_EXACTLY)
        for phrase in phrases:
            for place, word in enumerate(phrase):
                role = (OPENS if place < len(phrase) - 1 else 0) | (CLOSES if place else 0)
                self.exact[word] = self.exact.get(word, 0) | role
        sought = {*valences, *self.boosters, *self.negations, *NAMED, *map(str.lower, self.exact)}
        self.sought = pa.array(sorted(sought))
        # One mark before or behind a word of two characters or more, and no other punctuation.
        marks = "|".join(map(re.escape, constants.PUNC_LIST))
        word = f"([^{re.escape(string.punctuation)}]{{2,}})"
        self.marked = re.compile(f"(?:{marks}){word}|{word}(?:{marks})")

    def strip(self, piece: str) -> str:
        """The word of a piece, as NLTK's SentiText strips it."""
        found = self.marked.fullmatch(piece)
        return found[found.lastindex] if found else piece

    def facts(self, word: str) -> tuple[int, float, float, int]:
        """What a word is to the rules: bits, valence, boost, number among the words of idioms."""
        lower = word.lower()
        bits = NAMED.get(lower, 0) | self.exact.get(word, 0)
        bits |= NEGATION if lower in self.negations or "n't" in lower else 0
        if lower in self.valences:
            bits |= KNOWN
        if lower in self.boosters:
            bits |= BOOSTER
        elif lower in self.valences:
            bits |= SCORED
        valence, boost = self.valences.get(lower, 0.0), self.boosters.get(lower, 0.0)
        return bits, valence, boost, self.number.get(word, 0)


@dataclass(frozen=True)
class PieceFacts:
    """Per distinct piece its bits and marks; per word that a rule knows, the figures for it."""

    bits: np.ndarray  # uint16 (pieces)
    word: np.ndarray  # int32 (pieces), into the three below; 0 is any word that no rule knows
    exclamations: np.ndarray  # int32 (pieces), how many it holds
    questions: np.ndarray  # int32 (pieces)
    valence: np.ndarray  # float64 (words)
    boost: np.ndarray  # float64 (words)
    phrase: np.ndarray  # int64 (words), its number among the words of idioms, or 0
    words: list[str]  # the words in lower case

    @classmethod
    def of(cls, pieces: pa.StringArray, known: KnownWords) -> PieceFacts:
        """The facts of an Arrow array of distinct pieces."""
        if isinstance(pieces, pa.ChunkedArray):
            pieces = pieces.combine_chunks()
        pieces = pieces.cast(pa.string())
        beyond = ~as_mask(pc.string_is_ascii(pieces))  # these as Python has them
        straight = [p.translate(STRAIGHT) for p in pieces.filter(pa.array(beyond)).to_pylist()]
        pieces = pc.replace_with_mask(pieces, pa.array(beyond), pa.array(straight, pa.string()))
        lower = pc.utf8_lower(pieces)
        likely = pc.or_(
            pc.is_in(lower, known.sought),
            pc.is_in(pc.ascii_trim(lower, string.punctuation), known.sought),
        )
        sought = pc.or_(likely, pc.match_substring(lower, "n't"))
        numbers = {"": 0}
        found = map(known.strip, pieces.filter(sought).to_pylist())
        word = np.zeros(len(pieces), np.int32)
        word[as_mask(sought)] = [numbers.setdefault(text, len(numbers)) for text in found]
        bits, valence, boost, phrase = zip(*map(known.facts, numbers))
        upper = as_mask(pc.ascii_is_upper(pieces))
        upper[beyond] = [text.isupper() for text in straight]
        short = pc.utf8_length(pieces).to_numpy() < 2
        marks = [pc.count_substring(pieces, mark).to_numpy() for mark in "!?"]
        shape = short * SHORT + upper * UPPER + (sum(marks) > 0) * EMPHASIS
        bits = np.array(bits, np.uint16)[word] | shape.astype(np.uint16)
        figures = np.array(valence), np.array(boost), np.array(phrase, np.int64)
        return cls(bits, word, *marks, *figures, [text.lower() for text in numbers])
