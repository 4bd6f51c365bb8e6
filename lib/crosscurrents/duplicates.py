"""Copies: articles that occur more than once, word for word, nearly so, or in several sources.

A wire story in ten papers is one piece of evidence about how it was written, not ten; counted ten
times it makes intervals narrow and p values small without any new text.
"""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from crosscurrents.core.words import words_of
from crosscurrents.kept import cached

COLUMNS = ["doc_id", "copy_of", "jaccard", "kind"]
CHOICES = ("keep", "first")
SHINGLE = 5  # words: as DEFINITIONS has it; fewer make any two articles on one subject alike
THRESHOLD = 0.8  # of Jaccard's index, from which two documents are copies
# A pair at the threshold is a candidate with probability 0.9999 (128 hashes; bands for 0.6); the
# exact index finds out what is no copy, so a low value costs only time.
CANDIDATES, HASHES = 0.6, 128
MANY = 20_000  # documents: a millisecond and some kilobytes each; beyond, exact copies only


def copies(source: Any) -> pd.DataFrame:
    """Find the documents that are copies of an earlier one.

    Two documents are copies if the sets of their shingles of five words overlap by 0.8 or more
    (Jaccard's index). Candidates are found by MinHash with locality-sensitive hashing (Broder 1997;
    datasketch), and verified by the exact index.

    Parameters
    ----------
    source : Corpus, Measures or Comparison
        Of Measures without texts, and of more than 20,000 documents, only copies whose text is the
        same are found; `attrs["near"]` says whether others were looked for.

    Returns
    -------
    DataFrame
        A row a copy: doc_id, copy_of (the first of its group: by date, then in the order of the
        catalogue), jaccard (0.8 to 1), kind ("exact": the same words; "near"; "syndicated": of
        another source).

    >>> from crosscurrents.corpus import read_corpus
    >>> table = pd.DataFrame({"source": ["Mail", "Star"], "text": ["It rained for a week."] * 2})
    >>> copies(read_corpus(table))
      doc_id copy_of  jaccard        kind
    0      2       1      1.0  syndicated
    """
    corpus = getattr(source, "corpus", None)
    corpus = corpus if corpus is not None else source if hasattr(source, "paragraphs") else None
    documents, near = source.documents, False
    if corpus is not None:
        known = corpus.documents.set_index("doc_id")["at_hand"]
        there = documents["doc_id"].map(known).fillna(False).astype(bool)
        near = 0 < there.sum() <= MANY
    if near:
        documents = documents.loc[there, ["doc_id", "source", "date", "sha256"]]
        facts = [SHINGLE, THRESHOLD, documents.to_numpy().tolist()]
        rows = cached("copies", facts, lambda: _copies(documents, corpus.text))
    else:
        rows = _copies(documents) if "cleaned_sha256" in documents else []
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"jaccard": float})
    table.attrs["near"] = near
    return table


def _copies(documents: pd.DataFrame, text: Any = None) -> list[tuple]:
    """Each document against the originals before it; a copy is never an original.

    `text` gives the prose of a document; without it, copies are the same to the letter.
    """
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=CANDIDATES, num_perm=HASHES)

    @lru_cache(maxsize=2_000)  # originals are compared again and again, but not all fit in memory
    def shingled(doc_id: str) -> np.ndarray:
        return shingles(text(doc_id))

    undated = documents["date"].eq("")  # the earliest first; those without a date last
    order = pd.DataFrame({"undated": undated, "date": documents["date"]})
    order = order.sort_values(["undated", "date"], kind="stable").index
    same: dict[Any, str] = {}
    sources, rows = dict(zip(documents["doc_id"], documents["source"])), []
    for row in documents.loc[order].itertuples():
        mine = shingled(row.doc_id) if text else None
        key = mine.tobytes() if text else row.words and row.cleaned_sha256
        if not key:
            continue
        other, overlap = same.get(key, ""), 1.0
        if text and not other:
            sketch = MinHash(num_perm=HASHES, hashfunc=int)
            sketch.update_batch((mine & np.uint64(0xFFFFFFFF)).tolist())
            overlaps = {each: jaccard(mine, shingled(each)) for each in sorted(index.query(sketch))}
            other = max(overlaps, key=overlaps.get, default="")
            overlap = overlaps.get(other, 0.0)
        if other and overlap >= THRESHOLD:
            kind = "exact" if overlap == 1 else "near"
            kind = kind if sources[other] == row.source else "syndicated"
            rows.append((row.doc_id, other, float(overlap), kind))
            continue
        same[key] = row.doc_id
        if text:
            index.insert(row.doc_id, sketch)
    return rows


def shingles(text: str) -> np.ndarray:
    """The set of a text's runs of five words as ascending hashes; of a shorter text, all of it.

    >>> len(shingles("It rained for a week, it rained for a week."))
    5
    """
    words = [word for piece in text.split() for word in _words(piece)]
    starts = range(max(len(words) - SHINGLE + 1, min(len(words), 1)))
    runs = [" ".join(words[k : k + SHINGLE]) for k in starts]
    return np.unique(pd.util.hash_array(np.array(runs, object), categorize=False))


@lru_cache(maxsize=500_000)  # the pieces between blanks of a large corpus
def _words(piece: str) -> tuple[str, ...]:
    return tuple(word.folded for word in words_of(piece)[0])


def jaccard(one: np.ndarray, other: np.ndarray) -> float:
    """Size of the intersection of two ascending sets, divided by the size of their union.

    >>> jaccard(np.array([1, 2, 3]), np.array([2, 3, 4]))
    0.5
    """
    both = len(np.intersect1d(one, other, assume_unique=True))
    return both / max(len(one) + len(other) - both, 1)


def choose_copies(measures, corpus=None, choice: str = "keep"):
    """The measures with all documents ("keep"), or without the copies of others ("first").

    `record["copies"]` says what is left out, and how much of each source.

    Raises ValueError for another choice.
    """
    if choice not in CHOICES:
        raise ValueError(f"copies {choice!r} is unknown; choose from {list(CHOICES)}")
    if choice == "keep":
        return measures
    documents = measures.documents
    left = documents["doc_id"].isin(
        copies(SimpleNamespace(documents=documents, corpus=corpus))["doc_id"]
    )
    if not left.any():
        return measures
    chosen = measures.of(documents[~left].reset_index(drop=True))
    sizes = documents.groupby("source")["doc_id"].size()
    kept = chosen.documents.groupby("source")["doc_id"].size()
    both = {name: [int(kept.get(name, 0)), int(size)] for name, size in sizes.items()}
    changed = {name: pair for name, pair in both.items() if pair[0] < pair[1]}
    found = {"left_out": int(left.sum()), "documents": len(documents), "sources": changed}
    return chosen.again(chosen.documents, chosen.record | {"copies": found})
