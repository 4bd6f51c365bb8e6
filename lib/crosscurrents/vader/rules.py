"""The rules of VADER as NLTK has them, and what a word is to them.

Word lists and constants are read from the installed package; none is copied into this code, so a
newer NLTK brings its own.
"""

from __future__ import annotations

import ast
import itertools
import math
import re
import string
import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.lexicon import read_lexicon
from crosscurrents.tokens.pieces import as_mask

# What a piece is to the rules, one bit each.
SHORT, UPPER, EMPHASIS, KNOWN, SCORED, BOOSTER, NEGATION, BUT = (1 << n for n in range(8))
LEAST, AT_VERY, KIND, OF, NEVER, SO_THIS, OPENS, CLOSES = (1 << n for n in range(8, 16))
# Words that a rule names; NEVER and SO_THIS only in lower case.
NAMED = {"but": BUT, "least": LEAST, "at": AT_VERY, "very": AT_VERY, "kind": KIND, "of": OF}
NAMED_EXACTLY = {"never": NEVER, "so": SO_THIS, "this": SO_THIS}


@dataclass(frozen=True)
class VaderRules:
    """Word lists and constants of VADER's rules, as NLTK has them."""

    boosters: dict[str, float]
    negations: frozenset[str]
    idioms: dict[str, float]
    marks: tuple[str, ...]  # what is stripped from one side of a word
    capitals: float
    dampening: float
    negation: float
    alpha: float
    exclamations: np.ndarray  # emphasis of 0, 1, ... marks; of more, the last
    questions: np.ndarray


@cache
def vader_rules() -> VaderRules:
    """The rules' word lists and constants, read from NLTK's own classes.

    `import nltk` takes 1.4 s and more, as it loads SciPy and scikit-learn.  The two classes need
    the standard library only, so they are taken from NLTK's file as it is installed and run
    without the package around them, unless NLTK is loaded already or this fails.
    """
    constants, analyser = _nltk_classes()
    most = 8  # more marks than either emphasis tells apart
    return VaderRules(
        boosters=dict(constants.BOOSTER_DICT),
        negations=frozenset(constants.NEGATE),
        idioms=dict(constants.SPECIAL_CASE_IDIOMS),
        marks=tuple(constants.PUNC_LIST),
        capitals=constants.C_INCR,
        dampening=constants.B_DECR,
        negation=constants.N_SCALAR,
        alpha=constants.normalize.__defaults__[0],
        exclamations=np.array([analyser._amplify_ep(None, "!" * n) for n in range(most)]),
        questions=np.array([analyser._amplify_qm(None, "?" * n) for n in range(most)]),
    )


def _nltk_classes() -> tuple[type, type]:
    module = sys.modules.get("nltk.sentiment.vader")
    if module is None:
        try:
            found = _run_classes(Path(find_spec("nltk").origin).with_name("sentiment") / "vader.py")
            return found["VaderConstants"], found["SentimentIntensityAnalyzer"]
        except (AttributeError, KeyError, NameError, OSError, SyntaxError):
            import nltk.sentiment.vader as module
    return module.VaderConstants, module.SentimentIntensityAnalyzer


def _run_classes(path: Path) -> dict[str, Any]:
    """Run a module's class definitions alone, with what NLTK's VADER takes from elsewhere."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    names: dict[str, Any] = {"__name__": path.stem, "math": math, "re": re, "string": string}
    names |= {"redos": re, "pairwise": itertools.pairwise, "product": itertools.product}
    exec(compile(tree, str(path), "exec"), names)
    return names


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
        found = self._sought.find(pc.ascii_lower(pieces)) > 0
        lower = pc.utf8_lower(pieces.take(signed))
        bare = self._sought.find(pc.ascii_trim(lower, string.punctuation)) > 0
        found[signed] |= bare | as_mask(pc.match_substring(lower, "n't"))
        return found

    def strip(self, pieces: pa.Array) -> pa.Array:
        """The words of pieces, as NLTK's SentiText strips them."""
        return pc.replace_substring_regex(pieces, self._marked, r"\1\2")

    def look_up(self, words: pa.Array) -> tuple[np.ndarray, ...]:
        """Bits, valence, boost and number in idioms; a row of 0 for no word, then a row a word."""
        lower = _lower(words)
        at, exactly = self._words.find(lower), self._exact.find(words)
        bits = self._words.bits[at] | self._exact.bits[exactly]
        bits[as_mask(pc.match_substring(lower, "n't"))] |= NEGATION
        columns = (bits, self._valence[at], self._boost[at], self._phrase[exactly])
        return tuple(np.concatenate([np.zeros(1, c.dtype), c]) for c in columns)


@cache
def known_words() -> KnownWords:
    """The words of the VADER lexicon and of its rules, prepared once a process."""
    return KnownWords()


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


def _lower(words: pa.Array) -> pa.Array:
    """Words in lower case, as Python has it also beyond ASCII (Arrow takes a dotted İ for i)."""
    lower, other = pc.utf8_lower(words), ~as_mask(pc.string_is_ascii(words))
    if not other.any():
        return lower
    exact = [word.lower() for word in words.take(np.flatnonzero(other)).to_pylist()]
    return pc.replace_with_mask(lower, pa.array(other), pa.array(exact, words.type))
