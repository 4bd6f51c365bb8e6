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
from crosscurrents.lexicon import Lexicon
from crosscurrents.scoring import Scored, masked, score_stream
from crosscurrents.scoring.mask import hide
from crosscurrents.scoring.scored import Pieces
from crosscurrents.tokens import Tokens

WINDOW = 8  # words on either side of a target, inside its sentence
PLACE = ["doc_id", "paragraph", "sentence"]


@dataclass(frozen=True)
class Tools:
    """What tone is measured with: lexicons, the guard's terms, and named targets."""

    lexicons: tuple[Lexicon, ...]
    guard: tuple[Theme, ...] = ()
    targets: tuple[Theme, ...] = ()
    window: int = WINDOW
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "names", tuple(lexicon.name for lexicon in self.lexicons))


def guarded(lexicon: str) -> str:
    """Name the column of the scores in which the guard's terms do not count."""
    return f"{lexicon}_guarded"


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


def sentence_table(tokens: Tokens, names: Sequence[str], tools: Tools) -> pd.DataFrame:
    """Scores of each sentence by each lexicon, plain and guarded, and what each knows.

    Returns
    -------
    DataFrame
        doc_id, paragraph, sentence; a lexicon's name (its score), `<name>_coverage` (share of the
        words that it knows) and `<name>_guarded` (its score where the guard's terms are unknown).
    """
    place = Sentences.of(tokens)
    kept = np.flatnonzero(place.words > 0)
    table = place.table(names, kept)
    hidden = masked(tokens, tools.guard) if tools.guard else tokens
    for lexicon in tools.lexicons:
        plain = score_stream(tokens, lexicon)
        table[lexicon.name] = plain.score[kept]
        table[f"{lexicon.name}_coverage"] = _coverage(tokens, lexicon, plain)[kept]
        after = plain if hidden is tokens else score_stream(hidden, lexicon)
        table[guarded(lexicon.name)] = after.score[kept]
    return table


def _coverage(tokens: Tokens, lexicon: Lexicon, scored: Scored) -> np.ndarray:
    """Share of each sentence's words that are in a lexicon or hold a term of it."""
    words = tokens.words
    hit = np.zeros(len(tokens.ids), bool)
    if lexicon.name != "vader":  # VADER knows whole words only
        hit[scored.place] = True
    known = ~np.isnan(lexicon.valence(tokens.table.folded))[words.ids] | hit[words.piece]
    sizes = np.diff(words.sentences)
    sentence = np.repeat(np.arange(len(sizes)), sizes)
    return np.bincount(sentence, known, minlength=len(sizes)) / np.maximum(sizes, 1)


def valence_table(tokens: Tokens, names: Sequence[str], tools: Tools) -> pd.DataFrame:
    """The words behind each score: what each term of a lexicon adds to its sentence.

    Returns
    -------
    DataFrame
        doc_id, paragraph, sentence, lexicon, term, guarded (whether it is one of the guard's terms
        here), count, value (what they add together, after all rules of the lexicon).
    """
    place = Sentences.of(tokens)
    hidden = masked(tokens, tools.guard) if tools.guard else tokens
    changed = np.asarray(hidden.ids) != np.asarray(tokens.ids)
    parts = []
    for lexicon in tools.lexicons:
        scored = score_stream(tokens, lexicon)
        rows = place.table(names, scored.sentence)
        term = pa.array(scored.entries, pa.string()).take(pa.array(scored.entry)).to_pylist()
        rows = rows.assign(
            lexicon=pd.array([lexicon.name] * len(rows), dtype="str"),
            term=pd.array(term, dtype="str"), guarded=changed[scored.place],
            count=1, value=scored.value,
        )  # fmt: skip
        parts.append(rows[place.words[scored.sentence] > 0])
    columns = [*PLACE, "lexicon", "term", "guarded"]
    table = (
        pd.concat(parts, ignore_index=True)
        if parts
        else pd.DataFrame(columns=[*columns, "count", "value"])
    )
    # By term within a sentence, so that the table does not give away its order.
    return table.groupby(columns, sort=True, as_index=False)[["count", "value"]].sum()


def target_table(tokens: Tokens, names: Sequence[str], tools: Tools) -> pd.DataFrame:
    """Mentions of targets: the tone of the sentence, and of the words around, without their names.

    Returns
    -------
    DataFrame
        doc_id, paragraph, sentence, target, mentions, others (mentions of other targets in the
        sentence), window (words in the window); for each lexicon `<name>` (score of the sentence
        with the target's own words unknown), `<name>_window`, and both again with the guard's
        terms unknown too, `<name>_guarded` and `<name>_window_guarded`.
    """
    place, words = Sentences.of(tokens), tokens.words
    found = match(tools.targets, tokens)
    sentence = np.searchsorted(words.sentences, found.first, "right") - 1
    all_mentions = np.bincount(sentence, minlength=len(place.words))
    parts = []
    for number, target in enumerate(tools.targets):
        mine = np.flatnonzero(found.theme == number)
        if not len(mine):
            continue
        where, row = np.unique(sentence[mine], return_inverse=True)
        near, size = _windows(tokens, found.first[mine], found.last[mine], row, where, tools.window)
        mentions = np.bincount(row, minlength=len(where))
        rows = place.table(names, where).assign(
            target=target.name,
            mentions=mentions,
            others=all_mentions[where] - mentions,
            window=size,
        )
        for end, themes in (("", ()), ("_guarded", tools.guard)):
            if end and not themes:
                continue
            stream = _without(tokens, themes, target, found, mine)
            for lexicon in tools.lexicons:
                whole = score_stream(_some(stream, where), lexicon)
                around = score_stream(near(stream), lexicon)
                rows[f"{lexicon.name}{end}"] = whole.score
                rows[f"{lexicon.name}_window{end}"] = around.score
        parts.append(rows)
    if not parts:
        return pd.DataFrame(columns=[*PLACE, "target", "mentions", "others", "window"])
    table = pd.concat(parts, ignore_index=True).astype({"target": "str"})
    for name in () if tools.guard else tools.names:
        table[f"{name}_guarded"] = table[name]
        table[f"{name}_window_guarded"] = table[f"{name}_window"]
    return table


def _without(tokens: Tokens, themes, target: Theme, found, mine: np.ndarray) -> Pieces:
    """Tokens in which a target's own words, and what themes match, are unknown."""
    parts = [target.patterns[p].parts for p in found.pattern[mine].tolist()]
    first, last = found.first[mine], found.last[mine]
    if themes:
        more = match(themes, tokens)
        parts += [
            themes[t].patterns[p].parts for t, p in zip(more.theme.tolist(), more.pattern.tolist())
        ]
        first, last = np.append(first, more.first), np.append(last, more.last)
    return hide(tokens, first, last, parts)


def _some(stream: Pieces, sentences: np.ndarray) -> Pieces:
    """Some sentences of a stream."""
    bounds = np.asarray(stream.sentences)
    sizes = bounds[sentences + 1] - bounds[sentences]
    ends = np.cumsum(sizes)
    at = np.arange(ends[-1]) - np.repeat(ends - sizes, sizes) + np.repeat(bounds[sentences], sizes)
    return Pieces(stream.pieces, stream.ids[at], np.concatenate([[0], ends]))


def _windows(tokens: Tokens, first, last, row, where, reach: int):
    """How to cut windows from a stream of the same pieces, and the words in each window."""
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

    def near(stream: Pieces) -> Pieces:
        bounds = np.searchsorted(kept, np.asarray(stream.sentences))
        return Pieces(
            stream.pieces, stream.ids[kept], np.append(bounds[where], bounds[where[-1] + 1])
        )

    return near, number
