"""Tone of a corpus: scores by several lexicons, the words behind them, mentions of targets.

A word that must not count becomes an unknown word of the same length and case, so that rules which
look at places, capitals and distances see the sentence as it was. The tables hold no prose: scores,
places, and single words that a lexicon knows. Stored in a folder of measures, for a report without
the texts and for the next run, they may replace a text, if it was measured with the same tools.
"""

from __future__ import annotations

import contextlib
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import regex

from crosscurrents.codebook import Codebook, Theme, decoded, listed_patterns, read_codebook
from crosscurrents.core import Scored, Tokens
from crosscurrents.core.arrays import covered, offsets_of, owners, runs, totals
from crosscurrents.core.patterns import Matches, match
from crosscurrents.core.tokens import Pieces
from crosscurrents.core.words import APOSTROPHES, HYPHEN, WORD, words_of
from crosscurrents.corpus import Corpus
from crosscurrents.lexicon import NAMED, Lexicon, entry_of, installed, read_lexicon, score_stream
from crosscurrents.measures import PLACE, Measures, in_order, read_measures
from crosscurrents.storage import MEASURES, PREVIOUS, STORE
from crosscurrents.texts import sentence_places, token_batches
from crosscurrents.writing import say

WINDOW = 8  # words on either side of a target, inside its sentence
KINDS = dict(zip(PLACE, ("str", "int64", "int64"), strict=True))
# Columns that every table has, also an empty one; further ones are named after lexicons.
COLUMNS = {
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
        "sentences": _sentence_scores(tokens, tools, places, scores, hidden),
        "valences": _valences(tools, places, scores, hidden.ids != tokens.ids),
        "targets": _targets(tokens, tools, places),
    }


def _places(tokens: Tokens, names: Sequence[str]) -> pd.DataFrame:
    """doc_id, paragraph, sentence (from 1; one without a word is none) and words of sentences."""
    place = sentence_places(tokens)
    columns = {
        "doc_id": pd.array(np.array(names, object)[place.document], dtype="str"),
        "paragraph": place.within.astype(np.int64),
        "sentence": place.number,
        "words": np.diff(tokens.words.sentences),
    }
    return pd.DataFrame(columns)


def _sentence_scores(
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
        cuts = HYPHEN.split(piece[start:end])
        rule = regex.compile("|".join(p.translate(GLOB) for p in sorted(parts)), regex.I)
        hidden = [len(cuts) == 1 or bool(rule.fullmatch(_bare(cut))) for cut in cuts]
        shown = [neutral(cut) if gone else cut for cut, gone in zip(cuts, hidden)]
        joints = [*HYPHEN.findall(piece[start:end]), ""]
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
    return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in COLUMNS[name].items()})


TOPIC_WORDS, TARGETS = "topic_words.txt", "targets.yml"  # files of a corpus folder


def measure_tone(
    corpus: Corpus,
    measures: Measures,
    *,
    lexicons: Sequence[str | Path] = (),
    topic_words: str | Path | None = None,
    targets: str | Path | None = None,
    reuse: bool = True,
) -> Measures:
    """Measure the tone of the documents of some measures.

    Parameters
    ----------
    corpus : Corpus
    measures : Measures
        Of that corpus, or a selection of them.
    lexicons : sequence of str or Path
        See `read_lexicon`. Those that are installed always take part.
    topic_words : str or Path, optional
        File of terms that must not count, see `read_terms`; the corpus folder's own
        `topic_words.txt` by default, "" for none.
    targets : str or Path, optional
        File of named targets in the form of a codebook; the corpus folder's own `targets.yml` by
        default, "" for none.
    reuse : bool
        Whether what is stored beside the corpus may replace the measuring of available texts.

    Returns
    -------
    Measures
        The same with the tables `valences` and `targets`, and in `sentences` for each lexicon a
        score, a coverage and a score without topic words (see `tone_tables`). A text that is not
        available keeps what was stored of it with the same lexicons and lists; of the others only
        VADER's score is known, and `record["tone"]["limits"]` says so in sentences.

    Raises
    ------
    ValueError
        An unknown lexicon, or a list that cannot be read.
    """
    tools = tools_of(corpus, lexicons, topic_words, targets)
    record, documents = record_of(tools), measures.documents
    here = documents["doc_id"].isin(corpus.documents.loc[corpus.documents["at_hand"], "doc_id"])
    here, left = here.to_numpy(bool), np.ones(len(documents), bool)
    parts = [{name: empty_table(name) for name in COLUMNS}]
    for store in _stores(corpus, record):
        absent = ~here & _known(store, documents, [])
        again = here & reuse & _known(store, documents, ["measured_with"])
        mine = left & (absent | again)
        left &= ~mine
        rows = set(documents["doc_id"][mine])
        tables = {name: getattr(store, name) for name in COLUMNS}
        parts.append({n: table[table["doc_id"].isin(rows)] for n, table in tables.items()})
    lost = documents["doc_id"][left & ~here].tolist()
    parts[1:1] = _measured(corpus, documents["doc_id"][left & here].tolist(), tools)
    tables = {name: _joined([part[name] for part in parts], documents) for name in COLUMNS}
    tables["sentences"] = _sentences(measures.sentences, tables["sentences"], tools)
    about = record | {"limits": _limits(lost, tools), "without": lost}
    return measures.again(documents, measures.record | {"tone": about}, **tables)


def _stores(corpus: Corpus, record: dict) -> list[Measures]:
    """Measures that are stored with this tone: of this report run, the corpus, the last run."""
    run, last = os.environ.get(STORE), os.environ.get(PREVIOUS)
    folders = [run, corpus.path and corpus.path / MEASURES, last and Path(last) / MEASURES]
    found = []
    for folder in filter(None, folders):
        with contextlib.suppress(ValueError):  # there are none, or they cannot be read
            found.append(read_measures(folder))
    return [store for store in found if _is_same(store.record.get("tone"), record)]


def _known(store: Measures, documents: pd.DataFrame, more: list[str]) -> np.ndarray:
    """Which documents a store holds with the tone of the same text, and the same in `more`."""
    known = store.documents[~store.documents["doc_id"].isin(store.record["tone"]["without"])]
    keys = ["doc_id", "sha256", *more]
    return pd.MultiIndex.from_frame(documents[keys]).isin(pd.MultiIndex.from_frame(known[keys]))


def _is_same(stored: dict | None, record: dict) -> bool:
    """Whether what is stored was measured with these lexicons, topic words and targets."""
    return (
        stored is not None
        and record["lexicons"].items() <= stored["lexicons"].items()
        and all(stored.get(name) == record[name] for name in ("topic_words", "targets", "window"))
    )


def _limits(lost: list[str], tools: Tools) -> list[str]:
    """What is not known, in sentences: of texts that are not available, by missing lexicons."""
    texts = [say("tone.lost", number=len(lost), names=", ".join(lost[:5]))] if lost else []
    facts = {"known": ", ".join(tools.names)}
    missing = [name for name in NAMED if name not in tools.names]
    return texts + [say("tone.missing", title=n.upper(), name=n, **facts) for n in missing]


def _measured(corpus: Corpus, doc_ids: list[str], tools: Tools) -> list[dict[str, pd.DataFrame]]:
    documents = corpus.documents[corpus.documents["doc_id"].isin(doc_ids)]
    batches = token_batches(replace(corpus, documents=documents))
    return [tone_tables(tokens, names, tools) for names, tokens in batches]


def _joined(tables: list[pd.DataFrame], documents: pd.DataFrame) -> pd.DataFrame:
    """Tables one below the other, in the order of the documents and of the text."""
    table = pd.concat([t for t in tables if len(t)] or tables[:1], ignore_index=True)
    return in_order(table, documents, PLACE)


def _sentences(measured: pd.DataFrame, scores: pd.DataFrame, tools: Tools) -> pd.DataFrame:
    """The measures' sentences with the scores of every lexicon beside them."""
    ends = ("", "_coverage", "_without_topic_words")
    columns = [name + end for name in tools.names for end in ends]
    table = measured[[*PLACE, "words", "quoted", "vader", "vader_coverage"]]
    new = scores.reindex(columns=[*PLACE, *columns])
    table = table.merge(new, on=PLACE, how="left", suffixes=("_measured", ""))
    for column in {"vader", "vader_coverage"} & {*columns}:
        table[column] = table[column].fillna(table.pop(f"{column}_measured"))
    return table


def tools_of(corpus: Corpus, lexicons, topic_words, targets) -> Tools:
    """The lexicons and lists to measure a corpus with."""
    known = installed()
    wanted = [read_lexicon(lexicon) for lexicon in dict.fromkeys([*lexicons, *known])]
    _check_names(wanted)
    ordered = sorted(wanted, key=lambda lexicon: [*known, lexicon.name].index(lexicon.name))
    return Tools(tuple(ordered), topic_words_of(corpus, topic_words), targets_of(corpus, targets))


def _check_names(lexicons: list[Lexicon]) -> None:
    """Raise ValueError for a lexicon with the name of another, or of a column."""
    names = [lexicon.name for lexicon in lexicons]
    taken = [*PLACE, "words", "quoted", "target", "mentions", "window", "topic"]
    for name in names:
        if names.count(name) > 1 or name in taken or "_" in name:
            raise ValueError(
                f"lexicon {name!r}: a file's name must have no underscore and differ from {names} "
                f"and {taken}; rename it"
            )


def topic_words_of(corpus: Corpus, path: str | Path | None = None) -> tuple[Theme, ...]:
    """The terms that must not count: of a file, by default the corpus's own, none for ""."""
    file = _own(corpus, TOPIC_WORDS) if path is None else str(path)
    return (read_terms(file),) if file else ()


def targets_of(corpus: Corpus, path: str | Path | None = None) -> tuple[Theme, ...]:
    """The named targets: of a file, by default the corpus's own, none for ""."""
    file = _own(corpus, TARGETS) if path is None else str(path)
    return tuple(read_codebook(file).themes) if file else ()


def _own(corpus: Corpus, name: str) -> str:
    there = corpus.path is not None and (corpus.path / name).is_file()
    return str(corpus.path / name) if there else ""


def read_terms(path: str | Path) -> Theme:
    """Read a list of terms that must not count: a pattern a line, `#` begins a remark.

    Raises
    ------
    ValueError
        A file that is not there or no UTF-8 text, a line that is no pattern, a file without terms;
        names file and line.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"list of terms {str(path)!r} is not there; name a text file")
    patterns = listed_patterns(decoded(path, "list of terms"), f"list of terms {path.name!r}, ")
    if not patterns:
        raise ValueError(f"list of terms {path.name!r} holds no term; write one a line")
    return Theme(path.stem, "terms that do not count", patterns)


def record_of(tools: Tools) -> dict:
    """What is kept of the tools: hashes, topic words, the names of the targets."""
    lists = tools.topic_words, tools.targets
    topic_words, targets = (Codebook(themes).sha256 if themes else "" for themes in lists)
    return {
        "lexicons": {lexicon.name: lexicon.sha256 for lexicon in tools.lexicons},
        "topic_words": topic_words,
        "terms": [p.text for theme in tools.topic_words for p in theme.patterns],
        "targets": targets,
        "names": [target.name for target in tools.targets],
        "window": WINDOW,
    }
