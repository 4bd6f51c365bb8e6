"""Tokens -> tables of tone: scores by sentence, the words behind them, mentions of targets.

A word that must not count becomes an unknown word of the same length and case, so that rules which
look at places, capitals and distances see the sentence as it was. The tables hold no prose: scores,
places, and single words that a lexicon knows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import regex

from crosscurrents.codebook import Theme
from crosscurrents.core import Scored, Tokens
from crosscurrents.core.arrays import covered, offsets_of, owners, runs, totals
from crosscurrents.core.matching import Matches, match
from crosscurrents.core.tokens import Pieces
from crosscurrents.core.words import APOSTROPHES, HYPHEN, WORD, words_of
from crosscurrents.lexicon import Lexicon, entry_of, score_stream
from crosscurrents.measures.tables import PLACE

WINDOW = 8  # words on either side of a target, inside its sentence
KINDS = dict(zip(PLACE, ("str", "int64", "int64"), strict=True))
# Columns that every table has, also an empty one; further ones are named after lexicons.
TABLES = {
    "sentences": KINDS,
    "valences": KINDS
    | {"lexicon": "str", "term": "str", "topic_word": "bool", "count": "int64", "value": "float64"},
    "targets": KINDS | {"target": "str", "mentions": "int64", "window": "int64"},
}
SMALL, CAPITAL = regex.compile(r"[^\W\d_\p{Lu}]"), regex.compile(r"\p{Lu}")
GLOB = str.maketrans({"*": r"\w*"})


@dataclass(frozen=True)
class Tools:
    """What tone is measured with: lexicons, topic words, and named targets."""

    lexicons: tuple[Lexicon, ...]
    topic_words: tuple[Theme, ...] = ()
    targets: tuple[Theme, ...] = ()

    @property
    def names(self) -> list[str]:
        """The names of the lexicons."""
        return [lexicon.name for lexicon in self.lexicons]


def tone_tables(tokens: Tokens, names: Sequence[str], tools: Tools) -> dict[str, pd.DataFrame]:
    """The tables of tone of some documents.

    Parameters
    ----------
    tokens : Tokens
    names : sequence of str
        The doc_id of each document.
    tools : Tools

    Returns
    -------
    dict of DataFrame
        Each with doc_id, paragraph, sentence, and

        - sentences: a lexicon's name (its score), `<name>_coverage` (share of the words that it
          knows) and `<name>_without_topic_words` (its score, topic words unknown);
        - valences, what each term adds to its sentence: lexicon, term, topic_word (whether it is
          one of the topic words here), count, value (what they add together, after all rules);
        - targets: target, mentions, window (words in the windows around the mentions), and for each
          lexicon `<name>_window`, the tone of these words without the target's name.
    """
    places = _places(tokens, names)
    scores = [score_stream(tokens, lexicon) for lexicon in tools.lexicons]
    hidden = hide(tokens, tools.topic_words)
    return {
        "sentences": _sentences(tokens, tools, places, scores, hidden),
        "valences": _valences(tools, places, scores, hidden.ids != tokens.ids),
        "targets": _targets(tokens, tools, places),
    }


def _places(tokens: Tokens, names: Sequence[str]) -> pd.DataFrame:
    """doc_id, paragraph, sentence (from 1; one without a word is none) and words of sentences."""
    words = np.diff(tokens.words.sentences)
    paragraph = owners(tokens.paragraphs, np.arange(len(words)))
    document = owners(tokens.documents, paragraph)
    counted, first = offsets_of(words > 0), tokens.documents[document]
    places = {
        "doc_id": pd.array(np.array(names, object)[document], dtype="str"),
        "paragraph": (paragraph - first + 1).astype(np.int64),
        "sentence": counted[1:] - counted[tokens.paragraphs[first]],
        "words": words,
    }
    return pd.DataFrame(places)


def _sentences(
    tokens: Tokens, tools: Tools, places: pd.DataFrame, scores: list[Scored], hidden: Pieces
) -> pd.DataFrame:
    """The table of sentences; one in which no topic word is hidden keeps its score."""
    again = np.flatnonzero(totals(hidden.ids != tokens.ids, tokens.sentences))
    sizes = np.diff(tokens.sentences)[again]
    stream = _stream(hidden, runs(np.asarray(tokens.sentences)[again], sizes), sizes)
    kept = np.flatnonzero(places["words"] > 0)
    table = places.loc[kept, PLACE].reset_index(drop=True)
    for lexicon, scored in zip(tools.lexicons, scores):
        without = scored.score.copy()
        if len(again):
            without[again] = score_stream(stream, lexicon).score
        table[lexicon.name] = scored.score[kept]
        table[f"{lexicon.name}_coverage"] = _coverage(tokens, lexicon, scored)[kept]
        table[f"{lexicon.name}_without_topic_words"] = without[kept]
    return table


def _coverage(tokens: Tokens, lexicon: Lexicon, scored: Scored) -> np.ndarray:
    """Share of each sentence's words that are in a lexicon or hold a term of it."""
    words = tokens.words
    hit = np.zeros(len(tokens.ids), bool)
    if not entry_of(lexicon.name).whole_words:
        hit[scored.place] = True
    known = ~np.isnan(lexicon.valence(tokens.table.folded))[words.ids] | hit[words.piece]
    return totals(known, words.sentences) / np.maximum(np.diff(words.sentences), 1)


def _valences(
    tools: Tools, places: pd.DataFrame, scores: list[Scored], hidden: np.ndarray
) -> pd.DataFrame:
    """The table of valences."""
    parts = []
    for lexicon, scored in zip(tools.lexicons, scores):
        rows = places.loc[scored.sentence].reset_index(drop=True).assign(
            lexicon=pd.array([lexicon.name] * len(scored.term), dtype="str"),
            term=pd.array(scored.term, dtype="str"), topic_word=hidden[scored.place],
            count=1, value=scored.value,
        )  # fmt: skip
        parts.append(rows[rows["words"] > 0])
    columns = [*PLACE, "lexicon", "term", "topic_word"]
    table = pd.concat(parts, ignore_index=True)
    # By term within a sentence, so that the table does not give away its order.
    return table.groupby(columns, sort=True, as_index=False)[["count", "value"]].sum()


def _targets(tokens: Tokens, tools: Tools, places: pd.DataFrame) -> pd.DataFrame:
    """The table of targets."""
    found, parts = match(tools.targets, tokens), [empty_table("targets")]
    for number, target in enumerate(tools.targets):
        mine = found.take(found.theme == number)
        sentence = owners(tokens.words.sentences, mine.first)
        rows, mentions = np.unique(sentence, return_counts=True)
        pieces, sizes, window = _windows(tokens, mine, sentence, rows)
        stream = _stream(hide(tokens, tools.targets, mine), pieces, sizes)
        scores = {
            f"{each.name}_window": score_stream(stream, each).score for each in tools.lexicons
        }
        table = places.loc[rows, PLACE].assign(target=target.name, mentions=mentions, window=window)
        parts += [table.assign(**scores)] if len(rows) else []
    return pd.concat(parts[1:] or parts, ignore_index=True).astype({"target": "str"})


def _windows(tokens: Tokens, found: Matches, sentence: np.ndarray, rows: np.ndarray) -> tuple:
    """Places of the pieces in windows around matches; pieces and words of each of some sentences.

    Signs of their own between two words of a window belong to it.
    """
    words = tokens.words
    low = np.maximum(found.first - WINDOW, words.sentences[sentence])
    high = np.minimum(found.last + WINDOW, words.sentences[sentence + 1] - 1)
    inside = covered(low, high + 1, len(words.ids))
    edges = np.flatnonzero(np.diff(inside, prepend=False, append=False))
    begins, ends = words.piece[edges[::2]], words.piece[edges[1::2] - 1] + 1
    pieces = covered(begins, ends, len(tokens.ids))
    number = totals(inside, words.sentences)[rows]
    return np.flatnonzero(pieces), totals(pieces, tokens.sentences)[rows], number


def _stream(stream: Pieces, places: np.ndarray, sizes: np.ndarray) -> Pieces:
    """Stretches of so many pieces each as a stream that holds only the pieces it uses."""
    used, ids = np.unique(stream.ids[places], return_inverse=True)
    return Pieces(stream.pieces.take(pa.array(used)), ids, offsets_of(sizes))


def hide(tokens: Tokens, themes: tuple[Theme, ...], found: Matches | None = None) -> Pieces:
    """Tokens in which what themes match is an unknown word of the same length and case.

    Parameters
    ----------
    tokens : Tokens
    themes : tuple of Theme
        A list of terms, as `read_terms` gives it, is one theme.
    found : Matches, optional
        The matches to hide; all by default.

    Examples
    --------
    >>> from crosscurrents.codebook import Pattern
    >>> from crosscurrents.core import tokenise
    >>> tokens = tokenise([["The United States, a united front."]])
    >>> hidden = hide(tokens, (Theme("topic", "", (Pattern.parse("united states"),)),))
    >>> " ".join(hidden.pieces.take(pa.array(hidden.ids)).to_pylist())
    'The Vvvvvv Vvvvvv, a united front.'
    """
    found = match(themes, tokens) if found is None else found
    sizes = found.last - found.first + 1
    owner, word = np.repeat(np.arange(len(sizes)), sizes), runs(found.first, sizes)
    place = tokens.words.piece[word]
    within = word - np.searchsorted(tokens.words.piece, place)
    # Of each piece, by the number of the word in it, the parts to hide.
    chosen: dict[int, dict[int, set]] = defaultdict(lambda: defaultdict(set))
    for at, number, k in zip(place.tolist(), within.tolist(), owner.tolist()):
        pattern = themes[found.theme[k]].patterns[found.pattern[k]]
        chosen[at][number].update(pattern.parts)
    ids, added = np.array(tokens.ids), {}
    for at, parts in chosen.items():
        text = _hide_in(tokens.pieces[int(ids[at])].as_py(), parts)
        ids[at] = added.setdefault(text, len(tokens.pieces) + len(added))
    more = pa.array([*added], tokens.pieces.type)
    return Pieces(pa.concat_arrays([tokens.pieces, more]), ids, tokens.sentences)


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


def empty_table(name: str) -> pd.DataFrame:
    """A table without rows."""
    return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in TABLES[name].items()})
