"""Tokens -> tables of tone: scores by sentence, the words behind them, mentions of targets.

A word that must not count becomes an unknown word of the same length and case, so that rules which
look at places, capitals and distances see the sentence as it was.

The tables hold no prose: scores, places, and single words that a lexicon knows. Stored in a folder
of measures, for a report without the texts and for the next run, they may stand in for a text, if
it was measured with the same tools.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import regex

from crosscurrents.codebook import Codebook, Theme
from crosscurrents.core import Scored, Tokens
from crosscurrents.core.matching import Matches, match
from crosscurrents.core.tokens import Pieces
from crosscurrents.core.words import APOSTROPHES, HYPHEN, WORD, words_of
from crosscurrents.corpus import Corpus
from crosscurrents.kept import MEASURES, MEASURES_VERSION, PREVIOUS, STORE
from crosscurrents.lexicon import Lexicon, entry_of, score_stream
from crosscurrents.measures.tables import PLACE, RECORD, write_tables
from crosscurrents.readers.files import file_sha256, read_bytes

WINDOW = 8  # words on either side of a target, inside its sentence
KINDS = dict(zip(PLACE, ("str", "int64", "int64"), strict=True))
# Columns that every table has, also an empty one; further ones are named after lexicons.
TABLES = {
    "sentences": KINDS,
    "valences": KINDS
    | {"lexicon": "str", "term": "str", "topic_word": "bool", "count": "int64", "value": "float64"},
    "targets": KINDS | {"target": "str", "mentions": "int64", "window": "int64"},
}
DOCUMENTS = ("doc_id", "sha256", "measured_with")
FOLDER = "tone"  # inside the folder of measures
STORED = (*TABLES, "documents")
SMALL, CAPITAL = regex.compile(r"[^\W\d_\p{Lu}]"), regex.compile(r"\p{Lu}")
GLOB = str.maketrans({"*": r"\w*"})


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
        rows = rows.assign(
            lexicon=pd.array([lexicon.name] * len(rows), dtype="str"),
            term=pd.array(scored.term, dtype="str"), topic_word=scores.hidden[scored.place],
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
        lexicon `<name>_window`.
    """
    place, mask = Sentences.of(tokens), Mask(tokens)
    found = match(tools.targets, tokens)
    sentence = np.searchsorted(tokens.words.sentences, found.first, "right") - 1
    rows, ids, sizes = [], [], []
    for number, target in enumerate(tools.targets):
        mine = np.flatnonzero(found.theme == number)
        if not len(mine):
            continue
        where, row = np.unique(sentence[mine], return_inverse=True)
        first, last = found.first[mine], found.last[mine]
        (at, pieces), size = _windows(tokens, first, last, row, where, tools.window)
        ids.append(mask.ids(mask.places(tools.targets, found, mine))[at])
        sizes.append(pieces)
        counts = {"mentions": np.bincount(row, minlength=len(where)), "window": size}
        rows.append(place.table(names, where).assign(target=target.name, **counts))
    if not rows:
        return pd.DataFrame(columns=[*PLACE, "target", "mentions", "window"])
    table = pd.concat(rows, ignore_index=True).astype({"target": "str"})
    stream = _stream(mask.pieces(), np.concatenate(ids), np.concatenate(sizes))
    scores = {f"{each.name}_window": score_stream(stream, each).score for each in tools.lexicons}
    return table.assign(**scores)


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

    def ids(self, hidden: Places) -> np.ndarray:
        """Ids of the pieces of the text with words hidden; the Tokens' own where none are."""
        own = self.tokens.ids
        ids = own.copy() if hidden else own
        for place, chosen in hidden.items():
            ids[place] = self._number(int(own[place]), chosen)
        return ids

    def _number(self, piece: int, chosen: dict[int, set]) -> int:
        key = (piece, tuple((word, tuple(sorted(parts))) for word, parts in sorted(chosen.items())))
        if key not in self._known:
            self._known[key] = len(self.tokens.pieces) + len(self._added)
            self._added.append(_hide_in(self.tokens.pieces[piece].as_py(), chosen))
        return self._known[key]


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


@dataclass(frozen=True)
class Stored:
    """Tone in a folder of measures: of which documents, and with what it was measured."""

    folder: Path
    record: dict
    documents: pd.DataFrame  # doc_id, sha256, measured_with

    def tables(self, doc_ids: list[str]) -> dict[str, pd.DataFrame]:
        """The tables of some documents."""
        tables = {name: pd.read_parquet(self.folder / f"{name}.parquet") for name in TABLES}
        return {name: table[table["doc_id"].isin(doc_ids)] for name, table in tables.items()}


def save_tone(
    folder: Path, tables: dict[str, pd.DataFrame], record: dict, documents: pd.DataFrame
) -> Path:
    """Write the tone of some documents into a folder of measures."""
    tables = {n: t[t["doc_id"].isin(documents["doc_id"])] for n, t in tables.items()}
    tables["documents"] = documents[[*DOCUMENTS]]
    pieces = {n: [pa.Table.from_pandas(t, preserve_index=False)] for n, t in tables.items()}
    return write_tables(folder / FOLDER, pieces, record)


def read_tone(folder: Path) -> Stored | None:
    """Find what `save_tone` wrote; nothing where a file is missing, altered or cannot be read."""
    folder = folder / FOLDER
    try:
        record = json.loads(read_bytes(folder / RECORD))
        hashes = {name: file_sha256(folder / f"{name}.parquet") for name in STORED}
        if not isinstance(record, dict) or record.pop("tables", None) != hashes:
            return None
        return Stored(folder, record, pd.read_parquet(folder / "documents.parquet"))
    except (OSError, ValueError, RecursionError):  # pyarrow's errors are kinds of these
        return None


def record_of(tools: Tools) -> dict:
    """What is kept of the tools: hashes, topic words, the names of the targets."""

    def digest(themes) -> str:
        return Codebook(themes).sha256 if themes else ""

    return {
        "version": MEASURES_VERSION,
        "lexicons": {lexicon.name: lexicon.sha256 for lexicon in tools.lexicons},
        "topic_words": digest(tools.topic_words),
        "terms": [p.text for theme in tools.topic_words for p in theme.patterns],
        "targets": digest(tools.targets),
        "names": [target.name for target in tools.targets],
        "window": tools.window,
    }


def stores_of(corpus: Corpus) -> list[Stored]:
    """Tone that is stored: of this report run, beside the corpus, and of the last good run."""
    run, last = os.environ.get(STORE), os.environ.get(PREVIOUS)
    folders = [run, corpus.path and corpus.path / MEASURES, last and Path(last) / MEASURES]
    found = [read_tone(Path(folder)) for folder in folders if folder]
    return [store for store in found if store]


def chosen_of(
    stores: list[Stored], documents: pd.DataFrame, at_hand: np.ndarray, record: dict
) -> tuple[np.ndarray, np.ndarray]:
    """The store of each document's tone, -1 for none, and whether it is as it would be measured.

    Of a text that is at hand nothing else will do; of another one, what is stored of this text.
    """
    found, exact = np.full(len(documents), -1), np.zeros(len(documents), bool)
    for number, store in enumerate(stores):
        known = store.documents.set_index("doc_id").reindex(documents["doc_id"])
        text, tools = (
            known[name].to_numpy(object) == documents[name].to_numpy(object)
            for name in ("sha256", "measured_with")
        )
        same = not differences(store.record, record)
        now = tools & (same and store.record.get("version") == MEASURES_VERSION)
        new = (found < 0) & text & (now | ~at_hand)
        found[new], exact[new] = number, (now | (~at_hand & same))[new]
    return found, exact


def differences(own: dict, record: dict) -> list[str]:
    """What the store was measured with otherwise: lexicons by name, "topic_words", "targets"."""
    found = [n for n, sha in record["lexicons"].items() if own.get("lexicons", {}).get(n) != sha]
    found += ["topic_words"] * (own.get("topic_words") != record["topic_words"])
    asked = (own.get("targets"), own.get("window")) != (record["targets"], record["window"])
    return found + ["targets"] * asked


def limits_of(absent: list[str], kept: list[tuple[Stored, list[str]]], record: dict) -> list[str]:
    """What cannot be said of texts that are not at hand, in sentences.

    `absent` are those of which nothing is stored, `kept` those of each store.
    """
    found = []
    if absent:
        found.append(
            f"The texts of {len(absent)} documents are not at hand and their tone was not stored: "
            f"only VADER's score is known of them ({', '.join(absent[:5])})."
        )
    for store, doc_ids in kept:
        for name in differences(store.record, record):
            what = {"topic_words": "the list of topic words", "targets": "the list of targets"}
            found.append(
                f"{len(doc_ids)} texts are not at hand and were measured without this version of "
                f"{what.get(name, f'the lexicon {name}')}: what rests on it leaves them out."
            )
    return found


def kept_of(store: Stored, doc_ids: list[str], record: dict) -> dict[str, pd.DataFrame]:
    """What a store holds of documents, as far as it was measured with the same tools."""
    other, tables = differences(store.record, record), store.tables(doc_ids)
    gone = [c for name in other for c in tables["sentences"] if c.partition("_")[0] == name]
    if "topic_words" in other:
        gone += [c for c in tables["sentences"] if c.endswith("_without_topic_words")]
        tables["valences"] = tables["valences"].assign(topic_word=False)
    tables["sentences"] = tables["sentences"].drop(columns=list(dict.fromkeys(gone)))
    tables["valences"] = tables["valences"][~tables["valences"]["lexicon"].isin(other)]
    if other:
        tables["targets"] = tables["targets"].iloc[:0]
    return tables
