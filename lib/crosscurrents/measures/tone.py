"""Tone of a corpus: scores by several lexicons, the words behind them, and targets."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from crosscurrents.codebook import Pattern, Theme, read_codebook
from crosscurrents.core import tokenise
from crosscurrents.corpus import Corpus
from crosscurrents.kept import STORE
from crosscurrents.lexicon import NAMED, Lexicon, installed, read_lexicon
from crosscurrents.measures import Measures
from crosscurrents.measures.tone_tables import (
    PLACE,
    TABLES,
    Scores,
    Tools,
    chosen_of,
    empty_table,
    kept_of,
    limits_of,
    record_of,
    save_tone,
    sentence_table,
    stores_of,
    target_table,
    valence_table,
)

BATCH = 1000  # documents cut to tokens at a time
TOPIC_WORDS, TARGETS = "topic_words.txt", "targets.yml"  # files of a corpus folder


@dataclass(frozen=True, eq=False)
class Tone:
    """Measures with the tone of the same documents; stands wherever Measures stand.

    `sentences` has for each lexicon a score, a coverage and a score without topic words;
    `valences` and `targets` are further tables by sentence (see tone.tables); `limits` says in
    sentences what could not be measured because a text is not at hand; `whole` are the documents
    of which all was measured.
    """

    documents: pd.DataFrame
    sentences: pd.DataFrame
    valences: pd.DataFrame
    targets: pd.DataFrame
    record: dict
    measures: Measures  # of the same documents; their large tables are made when asked for
    limits: list[str] = field(default_factory=list)
    whole: list[str] = field(default_factory=list)
    chosen: str = "vader"  # the lexicon that was asked for first

    def __getattr__(self, name: str) -> Any:
        """Whatever else Measures have: terms, themes, labels."""
        if name.startswith("_") or name == "measures":
            raise AttributeError(name)
        return getattr(self.measures, name)

    @property
    def lexicons(self) -> list[str]:
        """The lexicons that scored these sentences."""
        return [c for c in self.sentences.columns if f"{c}_coverage" in self.sentences.columns]

    def save(self, path: str | Path) -> Path:
        """Write the tone of the `whole` documents into a folder of measures, beside their own."""
        tables = {name: getattr(self, name) for name in TABLES}
        scores = [c for c in self.sentences.columns if c.startswith(tuple(self.lexicons))]
        tables["sentences"] = self.sentences[[*PLACE, *scores]]
        documents = self.documents[self.documents["doc_id"].isin(self.whole)]
        return save_tone(Path(path), tables, self.record["tone"], documents)


def measure_tone(
    corpus: Corpus,
    measures: Measures,
    *,
    lexicons: Sequence[str | Path] = (),
    topic_words: str | Path | None = None,
    targets: str | Path | None = None,
    reuse: bool = True,
) -> Tone:
    """Measure the tone of the documents of some measures.

    Parameters
    ----------
    corpus : Corpus
    measures : Measures
        Of that corpus, or a selection of them.
    lexicons : sequence of str or Path
        See `read_lexicon`; the first is `chosen`, VADER if none is named.  Those that are installed
        always take part.
    topic_words : str or Path, optional
        File of terms that must not count, see `read_terms`; the corpus folder's own
        `topic_words.txt` by default, "" for none.
    targets : str or Path, optional
        File of named targets in the form of a codebook; the corpus folder's own `targets.yml` by
        default, "" for none.
    reuse : bool
        Whether what is stored beside the corpus may stand in for texts that are at hand.

    Returns
    -------
    Tone
        Texts that are not at hand keep what was stored of them, as far as it was measured with the
        same lexicons and lists; `limits` names the rest.

    Raises
    ------
    ValueError
        An unknown lexicon, or a list that cannot be read.
    """
    tools, chosen = tools_of(corpus, lexicons, topic_words, targets)
    record = record_of(tools)
    with _one_at_a_time():
        tone, fresh = _tone(corpus, measures, tools, record, chosen, reuse)
        if fresh and reuse and os.environ.get(STORE):
            tone.save(os.environ[STORE])  # for the other notebooks of this report, and the next run
    return tone


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let one notebook of a report run measure, and the others wait for what it stores."""
    if not os.environ.get(STORE):
        yield
        return
    from filelock import FileLock

    with FileLock(f"{os.environ[STORE]}.lock"):  # beside it: the folder itself is published
        yield


def _tone(
    corpus: Corpus, measures: Measures, tools: Tools, record: dict, chosen: str, reuse: bool
) -> tuple[Tone, bool]:
    """Tone of the documents, and whether any of it was measured just now."""
    documents = measures.documents
    ids = documents["doc_id"].to_numpy(object)
    here = set(corpus.documents.loc[corpus.documents["at_hand"], "doc_id"])
    at_hand = np.array([d in here for d in ids], bool)
    stores = stores_of(corpus)
    place, exact = chosen_of(stores, documents, at_hand, record)
    if not reuse:
        place[at_hand] = -1
    new = (place < 0) & at_hand
    fresh, absent = ids[new].tolist(), ids[(place < 0) & ~at_hand].tolist()
    kept = [(store, ids[place == k].tolist()) for k, store in enumerate(stores)]
    kept = [(store, doc_ids) for store, doc_ids in kept if doc_ids]
    parts = [_measured(corpus, fresh[i : i + BATCH], tools) for i in range(0, len(fresh), BATCH)]
    parts += [kept_of(store, doc_ids, record) for store, doc_ids in kept]
    tables = {
        name: _joined([empty_table(name), *(part[name] for part in parts)], documents)
        for name in TABLES
    }
    sentences = _sentences(measures.sentences, tables["sentences"], tools)
    tone = Tone(
        documents, sentences, tables["valences"], tables["targets"],
        measures.record | {"tone": record, "lexicons": record["lexicons"]}, measures,
        limits_of(absent, kept, record) + _not_installed(tools), ids[new | exact].tolist(),
        chosen,
    )  # fmt: skip
    return tone, bool(fresh)


def _not_installed(tools: Tools) -> list[str]:
    """Say which of the lexicons that have names did not take part."""
    return [
        f"The lexicon {name.upper()} is not installed here (pip install 'crosscurrents[{name}]'): "
        f"the lexicons are {', '.join(tools.names)}."
        for name in NAMED
        if name not in tools.names
    ]


def _measured(corpus: Corpus, doc_ids: list[str], tools: Tools) -> dict[str, pd.DataFrame]:
    cleaned = [corpus.cleaned(d) for d in doc_ids]
    texts = [[p.text for p in c.paragraphs] for c in cleaned]
    kinds = [[p.kind for p in c.paragraphs] for c in cleaned]
    languages = [corpus.language(d) for d in doc_ids]
    more = {"language": languages, "abbreviations": corpus.abbreviations}
    tokens = tokenise(texts, kinds=kinds, **more)
    scores = Scores(tokens, tools)
    return {
        "sentences": sentence_table(tokens, doc_ids, tools, scores),
        "valences": valence_table(tokens, doc_ids, tools, scores),
        "targets": target_table(tokens, doc_ids, tools),
    }


def _joined(tables: list[pd.DataFrame], documents: pd.DataFrame) -> pd.DataFrame:
    """Tables one below the other, in the order of the documents and of the text."""
    full = [t for t in tables if len(t)] or tables[:1]
    table = pd.concat(full, ignore_index=True)
    order = {d: k for k, d in enumerate(documents["doc_id"])}
    table = table.assign(_order=table["doc_id"].map(order).astype("int64"))
    table = table.sort_values(["_order", "paragraph", "sentence"], kind="stable")
    return table.drop(columns="_order").reset_index(drop=True)


def _sentences(measured: pd.DataFrame, scores: pd.DataFrame, tools: Tools) -> pd.DataFrame:
    """The measures' sentences with the scores of every lexicon beside them."""
    table = measured[
        ["doc_id", "paragraph", "sentence", "words", "quoted", "vader", "vader_coverage"]
    ]
    ends = ("", "_coverage", "_without_topic_words")
    columns = [name + end for name in tools.names for end in ends]
    new = scores.reindex(columns=[*PLACE, *columns])
    table = table.merge(new, on=PLACE, how="left", suffixes=("_measured", ""))
    for column in ("vader", "vader_coverage"):
        if f"{column}_measured" in table:
            table[column] = table[column].fillna(table[f"{column}_measured"])
            table = table.drop(columns=f"{column}_measured")
    return table


def tools_of(corpus: Corpus, lexicons, topic_words, targets) -> tuple[Tools, str]:
    """The lexicons and lists to measure a corpus with, and the lexicon that was asked for first."""
    known = installed()
    wanted = [read_lexicon(lexicon) for lexicon in dict.fromkeys([*lexicons, *known])]
    _check_names(wanted)
    ordered = sorted(wanted, key=lambda lexicon: [*known, lexicon.name].index(lexicon.name))
    tools = Tools(tuple(ordered), topic_words_of(corpus, topic_words), targets_of(corpus, targets))
    return tools, wanted[0].name


def _check_names(lexicons: list[Lexicon]) -> None:
    """Raise ValueError for a lexicon whose name is that of another, or of a column."""
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
    path = _own(corpus, TOPIC_WORDS) if path is None else path
    return (read_terms(path),) if str(path) else ()


def targets_of(corpus: Corpus, path: str | Path | None = None) -> tuple[Theme, ...]:
    """The named targets: of a file, by default the corpus's own, none for ""."""
    path = _own(corpus, TARGETS) if path is None else path
    return tuple(read_codebook(path).themes) if str(path) else ()


def _own(corpus: Corpus, name: str) -> str | Path:
    there = corpus.path is not None and (corpus.path / name).is_file()
    return corpus.path / name if there else ""


def read_terms(path: str | Path) -> Theme:
    """Read a list of terms that must not count: a pattern a line, `#` begins a remark.

    Raises
    ------
    ValueError
        A file that is not there or no UTF-8 text, a line that is no pattern, a term that stands
        twice, a file without terms; names file and line.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"list of terms {str(path)!r} is not there; name a text file")
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"list of terms {path.name!r} is not UTF-8 text ({error})") from None
    patterns: dict[str, Pattern] = {}
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        try:
            pattern = Pattern.parse(text)
        except ValueError as error:
            raise ValueError(f"list of terms {path.name!r}, line {number}: {error}") from None
        if text in patterns:
            raise ValueError(f"list of terms {path.name!r}, line {number}: {text!r} stands twice")
        patterns[text] = pattern
    if not patterns:
        raise ValueError(f"list of terms {path.name!r} holds no term; write one a line")
    return Theme(path.stem, "terms that do not count", tuple(patterns.values()))
