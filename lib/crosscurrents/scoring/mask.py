"""Words that must not count: put out of the text for scoring, and out of nothing else.

A masked word becomes an unknown word of the same length and case, so that rules which look at
places, capitals and distances see the sentence as it was.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pyarrow as pa
import regex

from crosscurrents.codebook import Theme, match
from crosscurrents.scoring.scored import Pieces
from crosscurrents.tokens import Tokens
from crosscurrents.words import APOSTROPHES, HYPHEN, WORD, words_of

SMALL, CAPITAL = regex.compile(r"[^\W\d_\p{Lu}]"), regex.compile(r"\p{Lu}")
GLOB = str.maketrans({"*": r"\w*"})


def masked(tokens: Tokens, themes: tuple[Theme, ...]) -> Pieces:
    """Tokens in which what the themes match is an unknown word of the same length and case.

    Parameters
    ----------
    tokens : Tokens
    themes : tuple of Theme
        A list of terms, as `read_terms` gives it, is one theme.

    Examples
    --------
    >>> from crosscurrents.codebook import Pattern
    >>> from crosscurrents.tokens import tokenise
    >>> tokens = tokenise([["The United States, a united front."]])
    >>> hidden = masked(tokens, (Theme("topic", "", (Pattern.parse("united states"),)),))
    >>> " ".join(hidden.pieces.take(pa.array(hidden.ids)).to_pylist())
    'The Vvvvvv Vvvvvv, a united front.'
    """
    found = match(themes, tokens)
    terms = [[pattern.parts for pattern in theme.patterns] for theme in themes]
    parts = [terms[t][p] for t, p in zip(found.theme.tolist(), found.pattern.tolist())]
    return hide(tokens, found.first, found.last, parts)


def hide(tokens: Tokens, first: np.ndarray, last: np.ndarray, parts: list[tuple]) -> Pieces:
    """Tokens in which words from first to last, as far as they are these parts, are unknown."""
    words = tokens.words
    hidden: dict[int, dict[int, set]] = defaultdict(lambda: defaultdict(set))
    for begin, end, which in zip(first.tolist(), last.tolist(), parts):
        for word in range(begin, end + 1):
            place = int(words.piece[word])
            within = word - int(np.searchsorted(words.piece, place))
            hidden[place][within].update(which)
    if not hidden:
        return Pieces(tokens.pieces, tokens.ids, tokens.sentences)
    ids, known, added = tokens.ids.copy(), {}, []
    for place, chosen in hidden.items():
        key = (int(ids[place]), tuple((k, tuple(sorted(v))) for k, v in sorted(chosen.items())))
        if key not in known:
            known[key] = len(tokens.pieces) + len(added)
            added.append(_hide_in(tokens.pieces[key[0]].as_py(), chosen))
        ids[place] = known[key]
    pieces = pa.concat_arrays([tokens.pieces, pa.array(added, tokens.pieces.type)])
    return Pieces(pieces, ids, tokens.sentences)


def _hide_in(piece: str, chosen: dict[int, set]) -> str:
    """A piece with the chosen words, or the chosen parts of compounds, unknown."""
    spans = [m.span() for m in WORD.finditer(piece.translate(APOSTROPHES))]
    if len(spans) != len(words_of(piece)[0]):
        return neutral(piece)
    for word, parts in sorted(chosen.items(), reverse=True):
        start, end = spans[word]
        text = piece[start:end]
        cuts = HYPHEN.split(text)
        if len(cuts) == 1:
            text = neutral(text)
        else:
            rule = regex.compile("|".join(p.translate(GLOB) for p in sorted(parts)), regex.I)
            shown = [neutral(c) if rule.fullmatch(_bare(c)) else c for c in cuts]
            joints = [*HYPHEN.findall(text), ""]
            text = "".join(part + joint for part, joint in zip(shown, joints))
        piece = piece[:start] + text + piece[end:]
    return piece


def _bare(part: str) -> str:
    found, _ = words_of(part)
    return found[0].folded if len(found) == 1 else part


def neutral(text: str) -> str:
    """A text with letters that make no word of any lexicon, case and length kept.

    >>> neutral("U.S.-led"), neutral("War’s")
    ('V.V.-vvv', 'Vvv’v')
    """
    return CAPITAL.sub("V", SMALL.sub("v", text))
