"""Which documents came, went, or are others than they were: by their names and cleaned text."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.changes.previous import Previous
from crosscurrents.measures import Measures
from crosscurrents.statistics.difference import ADDED, CHANGED, GONE, KEPT

COLUMNS = [
    "change", "doc_id", "source", "title", "date", "words_before", "words", "what",
]  # fmt: skip
FACTS = ["source", "title", "author", "date", "genre", "language"]
ORDER = ["added", "changed", "gone", "renamed", "facts"]


def document_changes(previous: Previous | None, measures: Measures) -> pd.DataFrame:
    """List the documents that are not as they were in an earlier run.

    Returns
    -------
    DataFrame
        change ("added", "changed", "gone", "renamed": the same text under another name, "facts":
        the same text, another entry in the catalogue), doc_id, source, title, date, words_before,
        words (0 where it was not or is not there), what (which facts, or the former name).
    """
    if not previous:
        return pd.DataFrame(columns=COLUMNS)
    both = match_documents(previous, measures)
    old, new = both["_merge"] != "right_only", both["_merge"] != "left_only"
    facts = [
        ", ".join(f for f in FACTS if row[f"{f}_before"] != row[f])
        for row in both.to_dict("records")
    ]
    former = (both["former"] != "") & (both["former"] != both["doc_id"])
    other = both["text_before"] != both["text"]
    kinds = [~old, ~new, other, former, np.array(facts, object) != ""]  # the first that holds
    change = np.select(kinds, ["added", "gone", "changed", "renamed", "facts"], "")
    what = np.where(former, "was " + both["former"], np.where(old & new, facts, ""))
    shown = {f: both[f].where(new, both[f"{f}_before"]) for f in ("source", "title", "date")}
    sizes = {c: both[c].fillna(0).astype(int) for c in ("words_before", "words")}
    table = pd.DataFrame({"change": change, "doc_id": both["doc_id"], **shown, **sizes})
    table = table.assign(what=what)[change != ""]
    rank = table["change"].map(ORDER.index)
    table = table.assign(_rank=rank).sort_values(["_rank", "source", "doc_id"])
    return table[COLUMNS].reset_index(drop=True)


def match_documents(previous: Previous, measures: Measures) -> pd.DataFrame:
    """Put the documents before and now side by side: a row a document, `_merge` says where it is.

    A text that is found again under another name keeps its row; `former` is the name before. The
    text is told by the hash of its prose, or of its file where another code has cleaned it.
    """
    old, new = previous.measures.documents, measures.documents
    same_version = previous.measures.record["version"] == measures.record["version"]
    text = "cleaned_sha256" if same_version else "sha256"
    old, new = (table[["doc_id", *FACTS, "words", text]] for table in (old, new))
    old = old.rename(columns={text: "text"}).assign(former=old["doc_id"])
    new = new.rename(columns={text: "text"})
    lost = old[~old["doc_id"].isin(new["doc_id"])].drop_duplicates("text", keep=False)
    found = new[~new["doc_id"].isin(old["doc_id"])].drop_duplicates("text", keep=False)
    pairs = lost.merge(found, on="text")
    names = dict(zip(pairs["doc_id_x"], pairs["doc_id_y"], strict=True))
    old = old.assign(doc_id=[names.get(d, d) for d in old["doc_id"]])
    both = old.merge(
        new, on="doc_id", how="outer", suffixes=("_before", ""), indicator=True, sort=True
    )
    texts = {c: both[c].fillna("") for c in both if c not in ("words", "words_before", "_merge")}
    return both.assign(**texts)


def statuses(previous: Previous, measures: Measures) -> pd.DataFrame:
    """Say of each document that has words what became of it within its source.

    A document that the catalogue now gives to another source is gone from one, added to the other.

    Returns
    -------
    DataFrame
        source, doc_id, former (its name before), status; by source and document.
    """
    both = match_documents(previous, measures)
    old, new = both["words_before"] > 0, both["words"] > 0
    moved = both["source_before"] != both["source"]
    same = (both["text_before"] == both["text"]) & (both["language_before"] == both["language"])
    parts = [
        (old & new & ~moved & same, KEPT, "source"),
        (old & new & ~moved & ~same, CHANGED, "source"),
        (new & (~old | moved), ADDED, "source"),
        (old & (~new | moved), GONE, "source_before"),
    ]
    tables = [
        pd.DataFrame(
            {
                "source": both.loc[chosen, source],
                "doc_id": both.loc[chosen, "doc_id"],
                "former": both.loc[chosen, "former"],
                "status": status,
            }
        )
        for chosen, status, source in parts
    ]
    table = pd.concat(tables, ignore_index=True)
    return table.sort_values(["source", "doc_id", "status"], ignore_index=True)
