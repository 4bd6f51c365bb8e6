"""Tokens -> tables of tone: scores by sentence, the words behind them, mentions of targets.

They hold no prose: scores, places, and single words that a lexicon knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa

from crosscurrents.codebook import Theme, match
from crosscurrents.core import Scored, Tokens
from crosscurrents.core.pieces import Pieces
from crosscurrents.lexicon import Lexicon, entry_of
from crosscurrents.measures.tables import PLACE
from crosscurrents.scoring import Mask, joined, masked, score_stream

WINDOW = 8  # words on either side of a target, inside its sentence


@dataclass(frozen=True)
class Tools:
    """What tone is measured with: lexicons, topic words, and named targets."""

    lexicons: tuple[Lexicon, ...]
    topic_words: tuple[Theme, ...] = ()
    targets: tuple[Theme, ...] = ()
    window: int = WINDOW
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "names", tuple(lexicon.name for lexicon in self.lexicons))


def without_topic_words(lexicon: str) -> str:
    """Name the column of the scores in which topic words do not count."""
    return f"{lexicon}_without_topic_words"


@dataclass(frozen=True)
class Sentences:
    """Where each sentence of Tokens stands, and its words."""

    document: np.ndarray
    paragraph: np.ndarray  # from 1 within the document
    sentence: np.ndarray  # from 1; a sentence without a word is none
    words: np.ndarray

    @classmethod
    def of(cls, tokens: Tokens) -> Sentences:
        """The sentences of Tokens."""
        words = np.diff(tokens.words.sentences)
        paragraph = np.repeat(np.arange(len(tokens.paragraphs) - 1), np.diff(tokens.paragraphs))
        owner = np.repeat(np.arange(len(tokens.documents) - 1), np.diff(tokens.documents))
        document = owner[paragraph]
        counted = np.cumsum(words > 0)
        before = np.concatenate([[0], counted])[tokens.paragraphs[tokens.documents[:-1]]]
        number = paragraph - tokens.documents[:-1][document] + 1
        return cls(document, number, counted - before[document], words)

    def table(self, names: Sequence[str], rows: np.ndarray) -> pd.DataFrame:
        """doc_id, paragraph and sentence of some sentences."""
        doc_id = np.array(names, object)[self.document[rows]]
        places = {"paragraph": self.paragraph[rows], "sentence": self.sentence[rows]}
        return pd.DataFrame({"doc_id": pd.array(doc_id, dtype="str"), **places})


class Scores:
    """Scores of all sentences by all lexicons, with and without topic words, for all tables."""

    def __init__(self, tokens: Tokens, tools: Tools) -> None:
        own, bounds = np.asarray(tokens.ids), np.asarray(tokens.sentences)
        hidden = masked(tokens, tools.topic_words) if tools.topic_words else tokens
        self.hidden = np.asarray(hidden.ids) != own  # pieces
        self.plain = [score_stream(tokens, lexicon) for lexicon in tools.lexicons]
        self.without = [scored.score for scored in self.plain]  # by sentence
        # A sentence in which nothing is hidden keeps its score.
        places = np.flatnonzero(self.hidden)
        again = np.unique(np.searchsorted(bounds, places, side="right") - 1)
        if len(again):
            at, sizes = _pieces_of(tokens, again)
            stream = _stream(hidden.pieces, np.asarray(hidden.ids)[at], sizes)
            for number, lexicon in enumerate(tools.lexicons):
                self.without[number] = self.without[number].copy()
                self.without[number][again] = score_stream(stream, lexicon).score


def _stream(pieces: pa.Array, ids: np.ndarray, sizes: np.ndarray) -> Pieces:
    """Stretches of so many pieces each as a stream that holds only the pieces it uses."""
    used, ids = np.unique(ids, return_inverse=True)
    return Pieces(pieces.take(pa.array(used)), ids, np.concatenate([[0], np.cumsum(sizes)]))


def sentence_table(
    tokens: Tokens, names: Sequence[str], tools: Tools, scores: Scores
) -> pd.DataFrame:
    """Scores of each sentence by each lexicon, with and without topic words, and what each knows.

    Returns
    -------
    DataFrame
        doc_id, paragraph, sentence; a lexicon's name (its score), `<name>_coverage` (share of the
        words that it knows) and `<name>_without_topic_words` (its score, topic words unknown).
    """
    place = Sentences.of(tokens)
    kept = np.flatnonzero(place.words > 0)
    table = place.table(names, kept)
    for lexicon, plain, after in zip(tools.lexicons, scores.plain, scores.without):
        table[lexicon.name] = plain.score[kept]
        table[f"{lexicon.name}_coverage"] = _coverage(tokens, lexicon, plain)[kept]
        table[without_topic_words(lexicon.name)] = after[kept]
    return table


def _coverage(tokens: Tokens, lexicon: Lexicon, scored: Scored) -> np.ndarray:
    """Share of each sentence's words that are in a lexicon or hold a term of it."""
    words = tokens.words
    hit = np.zeros(len(tokens.ids), bool)
    if not entry_of(lexicon.name).whole_words:
        hit[scored.place] = True
    known = ~np.isnan(lexicon.valence(tokens.table.folded))[words.ids] | hit[words.piece]
    sizes = np.diff(words.sentences)
    sentence = np.repeat(np.arange(len(sizes)), sizes)
    return np.bincount(sentence, known, minlength=len(sizes)) / np.maximum(sizes, 1)


def valence_table(
    tokens: Tokens, names: Sequence[str], tools: Tools, scores: Scores
) -> pd.DataFrame:
    """The words behind each score: what each term of a lexicon adds to its sentence.

    Returns
    -------
    DataFrame
        doc_id, paragraph, sentence, lexicon, term, topic_word (whether it is one of the topic words
        here), count, value (what they add together, after all rules of the lexicon).
    """
    place = Sentences.of(tokens)
    parts = []
    for lexicon, scored in zip(tools.lexicons, scores.plain):
        rows = place.table(names, scored.sentence)
        term = pa.array(scored.entries, pa.string()).take(pa.array(scored.entry)).to_pylist()
        rows = rows.assign(
            lexicon=pd.array([lexicon.name] * len(rows), dtype="str"),
            term=pd.array(term, dtype="str"), topic_word=scores.hidden[scored.place],
            count=1, value=scored.value,
        )  # fmt: skip
        parts.append(rows[place.words[scored.sentence] > 0])
    columns = [*PLACE, "lexicon", "term", "topic_word"]
    table = (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame(columns=[*columns, "count", "value"])
    )
    # By term within a sentence, so that the table does not give away its order.
    return table.groupby(columns, sort=True, as_index=False)[["count", "value"]].sum()


def target_table(tokens: Tokens, names: Sequence[str], tools: Tools) -> pd.DataFrame:
    """Mentions of targets, and the tone of the words around them without the target's name.

    Returns
    -------
    DataFrame
        doc_id, paragraph, sentence, target, mentions, window (words in the window); for each
        lexicon `<name>_window`, and `<name>_window_without_topic_words`, topic words unknown too.
    """
    place, mask = Sentences.of(tokens), Mask(tokens)
    found = match(tools.targets, tokens)
    sentence = np.searchsorted(tokens.words.sentences, found.first, "right") - 1
    themes = tools.topic_words
    words = mask.places(themes, match(themes, tokens)) if themes else {}
    hidden_ids = mask.ids(words)
    rows, cuts = [], {"_window": [], "_window_without_topic_words": []}
    for number, target in enumerate(tools.targets):
        mine = np.flatnonzero(found.theme == number)
        if not len(mine):
            continue
        where, row = np.unique(sentence[mine], return_inverse=True)
        own = mask.places(tools.targets, found, mine)
        first, last = found.first[mine], found.last[mine]
        (at, sizes), size = _windows(tokens, first, last, row, where, tools.window)
        cuts["_window"].append((mask.ids(own)[at], sizes))
        both = mask.ids(joined(own, words), hidden_ids)
        cuts["_window_without_topic_words"].append((both[at], sizes))
        counts = {"mentions": np.bincount(row, minlength=len(where)), "window": size}
        rows.append(place.table(names, where).assign(target=target.name, **counts))
    if not rows:
        return pd.DataFrame(columns=[*PLACE, "target", "mentions", "window"])
    table = pd.concat(rows, ignore_index=True).astype({"target": "str"})
    return table.assign(**_target_scores(mask.pieces(), cuts, tools))


def _target_scores(pieces: pa.StringArray, cuts: dict, tools: Tools) -> dict[str, np.ndarray]:
    """Scores of windows, given as ids of pieces and the length of each window."""
    columns = {}
    for end, parts in cuts.items():
        ids, sizes = (np.concatenate([part[k] for part in parts]) for k in (0, 1))
        stream = _stream(pieces, ids, sizes)
        for lexicon in tools.lexicons:
            columns[f"{lexicon.name}{end}"] = score_stream(stream, lexicon).score
    return columns


def _pieces_of(tokens: Tokens, sentences: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places of the pieces of some sentences, and how many each has."""
    bounds = np.asarray(tokens.sentences)
    sizes = bounds[sentences + 1] - bounds[sentences]
    ends = np.cumsum(sizes)
    at = np.arange(ends[-1]) - np.repeat(ends - sizes, sizes) + np.repeat(bounds[sentences], sizes)
    return at, sizes


def _windows(tokens: Tokens, first, last, row, where, reach: int):
    """Places of the pieces of windows, how many each has, and the words in each."""
    words = tokens.words
    low = np.maximum(first - reach, words.sentences[where][row])
    high = np.minimum(last + reach, words.sentences[where + 1][row] - 1)
    size = len(words.ids)
    turns = np.zeros(size + 1, np.int32)
    np.add.at(turns, low, 1)
    np.subtract.at(turns, high + 1, 1)
    inside = np.cumsum(turns[:-1]) > 0
    counted = np.concatenate([[0], np.cumsum(inside)])
    number = counted[words.sentences[where + 1]] - counted[words.sentences[where]]
    pieces = np.zeros(len(tokens.ids), bool)
    pieces[words.piece[inside]] = True
    # Signs of their own between two words of a window belong to it.
    word_of = np.searchsorted(words.piece, np.arange(len(tokens.ids)), side="right") - 1
    own = np.ones(len(tokens.ids), bool)
    own[words.piece] = False
    after = np.minimum(word_of + 1, max(size - 1, 0))
    pieces |= own & (word_of >= 0) & inside[word_of] & inside[after] & (after > word_of)
    kept = np.flatnonzero(pieces)
    bounds = np.searchsorted(kept, np.asarray(tokens.sentences))
    return (kept, bounds[where + 1] - bounds[where]), number
