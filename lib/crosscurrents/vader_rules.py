"""The rules of VADER as NLTK has them: word lists and constants, read from the installed package.

None of them is copied into this code, so a newer NLTK brings its own.
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
