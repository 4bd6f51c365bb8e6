"""Hits of a scale's poles that the sentence denies: "hardly any closer" is no closeness.

A cue before a hit ("not", "hardly", "unlikely") or behind it ("is premature") denies it if at most
`REACH` words lie from the one to the other and no punctuation between (the rule of NegEx: Chapman,
Bridewell, Hanbury, Cooper & Buchanan 2001, "A simple algorithm for identifying negated findings and
diseases in discharge summaries"). Quotation marks part nothing: not an “alliance” denies it. Denied
hits are counted apart; a scale counts them for its other pole, as dictionaries of tone do (Young &
Soroka 2012, "Affective news").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.core.arrays import as_mask
from crosscurrents.core.matching import Matches, match
from crosscurrents.core.patterns import Pattern, Theme
from crosscurrents.core.tokens import Tokens
from crosscurrents.core.vocabulary import SIGN

REACH = 5  # words at most between a cue and what it denies
MARKS = "[\"'“”„«»‹›‘’‚]*"
OPENED, CLOSED = rf"^{MARKS}[\pL\pN]", rf"[\pL\pN]{MARKS}$"  # pieces with such marks alone


@dataclass(frozen=True)
class Denial:
    """What denies the hits of one scale: its cues, and the names of the poles' themes.

    `poles` are the names of the two poles' themes, `denied` those of their denied hits.
    """

    poles: tuple[str, str]
    before: tuple[Pattern, ...]  # cues that stand before what they deny
    behind: tuple[Pattern, ...]
    exclusions: tuple[Pattern, ...] = ()  # what only looks like a cue: "no doubt", "not only"

    @property
    def denied(self) -> tuple[str, str]:
        """Names of the themes that take the denied hits."""
        return tuple(f"{pole} denied" for pole in self.poles)


def match_with_denials(
    themes: tuple[Theme, ...], denials: tuple[Denial, ...], tokens: Tokens
) -> Matches:
    """All matches of all themes, those that are denied under the themes of the denied hits.

    >>> from crosscurrents.core.tokens import tokenise
    >>> near, far = (Pattern.parse("closer"),), (Pattern.parse("rivals"),)
    >>> denial = Denial(("near", "far"), (Pattern.parse("hardly"),), ())
    >>> poles = Theme("near", "", near), Theme("far", "", far)
    >>> twins = Theme("near denied", "", near), Theme("far denied", "", far)
    >>> text = tokenise([["They are hardly any closer. Closer, though hardly, they are rivals."]])
    >>> match_with_denials((*poles, *twins), (denial,), text).theme.tolist()
    [0, 1, 2]
    """
    names = [theme.name for theme in themes]
    twins = {name for denial in denials for name in denial.denied}
    sought = [Theme(t.name, "") if t.name in twins else t for t in themes]
    cues = [Theme("", "", cues, d.exclusions) for d in denials for cues in (d.before, d.behind)]
    found = match((*sought, *cues), tokens)
    clause = _clauses(tokens)
    theme = found.theme.copy()
    for k, denial in enumerate(denials):
        before, behind = (found.theme == len(themes) + 2 * k + side for side in (0, 1))
        for pole, denied in zip(denial.poles, denial.denied):
            at = np.flatnonzero(found.theme == names.index(pole))
            hits = found.first[at], found.last[at]
            near = _denied(*hits, found.last[before], found.first[behind], clause)
            theme[at[near]] = names.index(denied)
    order = np.argsort(theme, kind="stable")
    order = order[theme[order] < len(themes)]
    return Matches(theme[order], found.pattern[order], found.first[order], found.last[order])


def _clauses(tokens: Tokens) -> np.ndarray:
    """The number of each word's clause: punctuation parts clauses, quotation marks alone do not."""
    words = tokens.words
    parts = words.gap == SIGN  # a sentence's first word has one before it
    begins = np.zeros(len(parts) + 1, bool)
    begins[words.sentences] = True
    at = np.flatnonzero(parts & ~begins[:-1])
    left, right = words.piece[at - 1], words.piece[at]
    used, place = np.unique(np.asarray(tokens.ids)[[left, right]], return_inverse=True)
    pieces = tokens.pieces.take(pa.array(used))
    closed, opened = (
        as_mask(pc.match_substring_regex(pieces, rule))[side]
        for rule, side in zip((CLOSED, OPENED), place.reshape(2, -1))
    )
    parts[at[closed & opened & (right == left + 1)]] = False
    return np.cumsum(parts)


def _denied(first, last, before, behind, clause) -> np.ndarray:
    """Whether each hit has a cue close enough before its first or behind its last word."""
    cue = np.append(np.sort(before), -1)[np.searchsorted(np.sort(before), first) - 1]
    near = (cue >= 0) & (first - cue - 1 <= REACH) & (clause[cue] == clause[first])
    place = np.searchsorted(np.sort(behind), last, side="right")
    cue = np.append(np.sort(behind), len(clause) + REACH + 1)[place]
    same = clause[np.minimum(cue, len(clause) - 1)] == clause[last]
    return near | ((cue - last - 1 <= REACH) & same)
