"""Sentence scores by any lexicon; and texts in which some words do not count.

A word that must not count becomes an unknown word of the same length and case, so that rules which
look at places, capitals and distances see the sentence as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import regex

from crosscurrents.codebook import Theme
from crosscurrents.core import Scored, Stream, Tokens, split_pieces
from crosscurrents.core.matching import Matches, match
from crosscurrents.core.pieces import Pieces
from crosscurrents.core.vader import DIGITS
from crosscurrents.core.words import APOSTROPHES, HYPHEN, WORD, words_of
from crosscurrents.lexicon import Lexicon, entry_of, read_lexicon, vader_rules

SMALL, CAPITAL = regex.compile(r"[^\W\d_\p{Lu}]"), regex.compile(r"\p{Lu}")
GLOB = str.maketrans({"*": r"\w*"})


def score_tokens(stream: Stream) -> np.ndarray:
    """VADER's four scores of each sentence, float64 (sentences, 4): neg, neu, pos, compound."""
    return vader_rules().scores(stream)


def score_stream(stream: Stream, lexicon: Lexicon) -> Scored:
    """Scores of each sentence of Tokens, or of any other stream of pieces, by one lexicon.

    >>> stream = split_pieces(["A good plan, but no fun.", "It rained."])
    >>> score_stream(stream, read_lexicon("afinn")).score.tolist()
    [0.0, 0.0]
    >>> score_stream(stream, read_lexicon("pattern")).score.round(3).tolist()
    [0.275, 0.0]
    """
    return entry_of(lexicon.name).score(stream, lexicon)


def recombined(lexicon: str, total: np.ndarray, number: np.ndarray) -> np.ndarray:
    """What scores would be with some words left out: from the sums and numbers of the others.

    `lexicon` is a name; `total` and `number` say what the words of each sentence add, and how many
    they are.

    >>> recombined("pattern", np.array([0.6]), np.array([2])).tolist()
    [0.3]
    """
    return entry_of(lexicon).combine(total, number)


def score_sentences(texts: Sequence[str], *, lexicon: str | Path = "vader") -> pd.DataFrame:
    """Scores of texts, each scored as one sentence.

    Parameters
    ----------
    texts : sequence of str, or Series
    lexicon : str or Path
        "vader", "afinn", "pattern", or a CSV file of terms and scores, see `read_lexicon`.

    Returns
    -------
    DataFrame
        A row a text, with the index of a Series.  By VADER: neg, neu, pos (shares of the text) and
        compound (-1 to 1).  By any other lexicon: score, which is the sum of the scores of the
        terms found (AFINN, CSV) or their mean after negation and emphasis (pattern, -1 to 1).

    Raises
    ------
    ValueError
        An unknown lexicon; texts that are not all strings.

    Examples
    --------
    >>> score_sentences(["A great success, but a costly one."])
         neg    neu    pos  compound
    0  0.188  0.235  0.576    0.5106
    >>> score_sentences(["A great success, but a costly one."], lexicon="afinn")["score"].tolist()
    [3.0]
    """
    if isinstance(texts, str):
        raise ValueError(f"texts {texts[:40]!r} is one string; give a list of strings")
    valences = read_lexicon(lexicon)
    index = texts.index if isinstance(texts, pd.Series) else None
    stream = split_pieces(list(texts))
    if valences.name == "vader":
        return pd.DataFrame(score_tokens(stream), columns=list(DIGITS), index=index)
    return pd.DataFrame({"score": score_stream(stream, valences).score}, index=index)


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
    >>> from crosscurrents.core import tokenise
    >>> tokens = tokenise([["The United States, a united front."]])
    >>> hidden = masked(tokens, (Theme("topic", "", (Pattern.parse("united states"),)),))
    >>> " ".join(hidden.pieces.take(pa.array(hidden.ids)).to_pylist())
    'The Vvvvvv Vvvvvv, a united front.'
    """
    mask = Mask(tokens)
    ids = mask.ids(mask.places(themes, match(themes, tokens)))
    return Pieces(mask.pieces(), ids, tokens.sentences)


Places = dict[int, dict[int, set]]  # piece of the text -> word within it -> parts to hide


class Mask:
    """Ways to hide words of the same Tokens, over one growing vocabulary of pieces."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self._known: dict[tuple, int] = {}
        self._added: list[str] = []

    def pieces(self) -> pa.StringArray:
        """The pieces of the Tokens, and those with hidden words that were asked for so far."""
        kind = self.tokens.pieces.type
        return pa.concat_arrays([self.tokens.pieces, pa.array(self._added, kind)])

    def places(
        self, themes: tuple[Theme, ...], found: Matches, chosen: np.ndarray | None = None
    ) -> Places:
        """What matches (all, or those chosen) hide: whole words, and of compounds their parts."""
        at = np.arange(len(found.first)) if chosen is None else chosen
        first, last = found.first[at], found.last[at]
        pairs = zip(found.theme[at].tolist(), found.pattern[at].tolist())
        parts = [themes[t].patterns[p].parts for t, p in pairs]
        words, sizes = self.tokens.words, last - first + 1
        owner = np.repeat(np.arange(len(sizes)), sizes)
        word = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + first[owner]
        places = words.piece[word]
        within = word - np.searchsorted(words.piece, places)
        hidden: Places = defaultdict(lambda: defaultdict(set))
        for place, number, which in zip(places.tolist(), within.tolist(), owner.tolist()):
            hidden[place][number].update(parts[which])
        return hidden

    def ids(self, hidden: Places, ids: np.ndarray | None = None) -> np.ndarray:
        """Ids of the pieces of the text with words hidden; the Tokens' own where none are."""
        own = self.tokens.ids
        if not hidden:
            return own if ids is None else ids
        ids = (own if ids is None else ids).copy()
        for place, chosen in hidden.items():
            ids[place] = self._number(int(own[place]), chosen)
        return ids

    def _number(self, piece: int, chosen: dict[int, set]) -> int:
        key = (piece, tuple((word, tuple(sorted(parts))) for word, parts in sorted(chosen.items())))
        if key not in self._known:
            self._known[key] = len(self.tokens.pieces) + len(self._added)
            self._added.append(_hide_in(self.tokens.pieces[piece].as_py(), chosen))
        return self._known[key]


def joined(one: Places, other: Places) -> Places:
    """What either hides, in the pieces of the first."""
    return {
        place: {
            word: chosen.get(word, set()) | other.get(place, {}).get(word, set())
            for word in {*chosen, *other.get(place, {})}
        }
        for place, chosen in one.items()
    }


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
