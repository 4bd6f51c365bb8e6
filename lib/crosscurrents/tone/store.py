"""Tone in a folder of measures: for a report without the texts, for the next run, and what may
stand in for a text, which is what was measured of it with the same tools.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from crosscurrents.codebook import Codebook
from crosscurrents.corpus import Corpus
from crosscurrents.kept import MEASURES, MEASURES_VERSION, PREVIOUS, STORE
from crosscurrents.measures.tables import RECORD, write_tables
from crosscurrents.readers import file_sha256, read_bytes
from crosscurrents.tone.tables import Tools

PLACE = {"doc_id": "str", "paragraph": "int64", "sentence": "int64"}
# Columns that every table has, also an empty one; further ones are named after lexicons.
TABLES = {
    "sentences": PLACE,
    "valences": PLACE
    | {"lexicon": "str", "term": "str", "topic_word": "bool", "count": "int64", "value": "float64"},
    "targets": PLACE | {"target": "str", "mentions": "int64", "window": "int64"},
}
DOCUMENTS = ("doc_id", "sha256", "measured_with")
FOLDER = "tone"  # inside the folder of measures
STORED = (*TABLES, "documents")


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
    writers = {
        name: partial(table.to_parquet, index=False, compression="zstd")
        for name, table in tables.items()
    }
    return write_tables(folder / FOLDER, writers, record)


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
