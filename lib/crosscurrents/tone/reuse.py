"""What may stand in for a text: tone that was stored of it, measured with the same tools."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import pandas as pd

from crosscurrents.corpus import Corpus
from crosscurrents.tone.store import read_record, read_tables
from crosscurrents.tone.tables import Tools


def record_of(tools: Tools) -> dict:
    """What is kept of the tools: hashes, the guard's terms, the names of the targets."""

    def digest(themes) -> str:
        content = [
            (t.name, [p.text for p in t.patterns], [p.text for p in t.exclusions]) for t in themes
        ]
        return hashlib.sha256(repr(content).encode()).hexdigest() if themes else ""

    return {
        "code": _code(),
        "lexicons": {lexicon.name: lexicon.sha256 for lexicon in tools.lexicons},
        "guard": digest(tools.guard),
        "terms": [p.text for theme in tools.guard for p in theme.patterns],
        "targets": digest(tools.targets),
        "names": [target.name for target in tools.targets],
        "window": tools.window,
    }


@cache
def _code() -> str:
    """Hash of the source that measures tone (this folder, scoring and vader)."""
    here = Path(__file__).parent
    files = [f for name in ("tone", "scoring", "vader") for f in (here.parent / name).glob("*.py")]
    content = [(f.name, f.read_text(encoding="utf-8")) for f in sorted(files)]
    return hashlib.sha256(repr(content).encode()).hexdigest()


def stored_of(corpus: Corpus, documents: pd.DataFrame, record: dict) -> tuple[set[str], dict]:
    """Documents of which tone is stored for the text at hand, and the record of the store."""
    own = read_record(corpus.path / "measures") if corpus.path else {}
    known = own.get("documents", {})
    same = {d for d, sha in zip(documents["doc_id"], documents["sha256"]) if known.get(d) == sha}
    return same, own


def differences(own: dict, record: dict) -> list[str]:
    """What the store was measured with otherwise: lexicons by name, "guard", "targets"."""
    found = [n for n, sha in record["lexicons"].items() if own.get("lexicons", {}).get(n) != sha]
    found += ["guard"] * (own.get("guard") != record["guard"])
    asked = (own.get("targets"), own.get("window")) != (record["targets"], record["window"])
    return found + ["targets"] * asked


def limits_of(kept: list[str], stored: set[str], own: dict, record: dict) -> list[str]:
    """What cannot be said of texts that are not at hand, in sentences."""
    absent = [d for d in kept if d not in stored]
    found = []
    if absent:
        found.append(
            f"The texts of {len(absent)} documents are not at hand and their tone was not stored: "
            f"only VADER's score is known of them ({', '.join(absent[:5])})."
        )
    if kept and stored:
        for name in differences(own, record):
            what = {"guard": "the list of topic words", "targets": "the list of targets"}
            found.append(
                f"{len(kept)} texts are not at hand and were measured without this version of "
                f"{what.get(name, f'the lexicon {name}')}: what rests on it leaves them out."
            )
    return found


def kept_of(corpus: Corpus, doc_ids: list[str], own: dict, record: dict) -> dict[str, pd.DataFrame]:
    """What the store holds of documents, as far as it was measured with the same tools."""
    if not doc_ids:
        return {}
    tables = read_tables(corpus.path / "measures")
    other = differences(own, record)
    tables = {name: table[table["doc_id"].isin(doc_ids)] for name, table in tables.items()}
    gone = [c for name in other for c in tables["sentences"] if c.partition("_")[0] == name]
    if "guard" in other:
        gone += [c for c in tables["sentences"] if c.endswith("_guarded")]
        tables["valences"] = tables["valences"].assign(guarded=False)
    tables["sentences"] = tables["sentences"].drop(columns=list(dict.fromkeys(gone)))
    tables["valences"] = tables["valences"][~tables["valences"]["lexicon"].isin(other)]
    if other:
        tables["targets"] = tables["targets"].iloc[:0]
    return tables
