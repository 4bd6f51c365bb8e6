"""What may stand in for a text: tone that was stored of it, measured with the same tools."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pandas as pd

from crosscurrents.corpus import Corpus
from crosscurrents.kept import MEASURES, MEASURES_VERSION, PREVIOUS, STORE
from crosscurrents.tone.store import Stored, read_tone
from crosscurrents.tone.tables import Tools


def record_of(tools: Tools) -> dict:
    """What is kept of the tools: hashes, the guard's terms, the names of the targets."""

    def digest(themes) -> str:
        content = [
            (t.name, [p.text for p in t.patterns], [p.text for p in t.exclusions]) for t in themes
        ]
        return hashlib.sha256(repr(content).encode()).hexdigest() if themes else ""

    return {
        "version": MEASURES_VERSION,
        "lexicons": {lexicon.name: lexicon.sha256 for lexicon in tools.lexicons},
        "guard": digest(tools.guard),
        "terms": [p.text for theme in tools.guard for p in theme.patterns],
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
    """What the store was measured with otherwise: lexicons by name, "guard", "targets"."""
    found = [n for n, sha in record["lexicons"].items() if own.get("lexicons", {}).get(n) != sha]
    found += ["guard"] * (own.get("guard") != record["guard"])
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
            what = {"guard": "the list of topic words", "targets": "the list of targets"}
            found.append(
                f"{len(doc_ids)} texts are not at hand and were measured without this version of "
                f"{what.get(name, f'the lexicon {name}')}: what rests on it leaves them out."
            )
    return found


def kept_of(store: Stored, doc_ids: list[str], record: dict) -> dict[str, pd.DataFrame]:
    """What a store holds of documents, as far as it was measured with the same tools."""
    other, tables = differences(store.record, record), store.tables(doc_ids)
    gone = [c for name in other for c in tables["sentences"] if c.partition("_")[0] == name]
    if "guard" in other:
        gone += [c for c in tables["sentences"] if c.endswith("_guarded")]
        tables["valences"] = tables["valences"].assign(guarded=False)
    tables["sentences"] = tables["sentences"].drop(columns=list(dict.fromkeys(gone)))
    tables["valences"] = tables["valences"][~tables["valences"]["lexicon"].isin(other)]
    if other:
        tables["targets"] = tables["targets"].iloc[:0]
    return tables
