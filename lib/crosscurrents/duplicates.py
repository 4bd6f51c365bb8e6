"""Copies: articles that occur more than once, word for word, nearly so, or in several sources.

A wire story in ten papers is one piece of evidence about how it was written, not ten; counted ten
times it makes intervals narrow and p values small without any new text.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from crosscurrents.core.words import words_of
from crosscurrents.kept import cache_folder, write_whole

COLUMNS = ["doc_id", "copy_of", "jaccard", "kind"]
CHOICES = ("keep", "first")
SHINGLE = 5  # words: as DEFINITIONS has it; fewer make any two articles on one subject alike
THRESHOLD = 0.8  # of Jaccard's index, from which two documents are copies
# A pair at the threshold is a candidate with probability 0.9999 (128 hashes; bands for 0.6); what
# is no copy is found out by the exact index, so a low value costs only time.
CANDIDATES, HASHES = 0.6, 128
MANY = 20_000  # documents: a millisecond and some kilobytes each; beyond, exact copies only
MULTIPLIERS = np.array(  # one for each place of a shingle; odd, so that no word is lost
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5,
     0x85EBCA77C2B2AE63],
    np.uint64,
)  # fmt: skip


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
    documents = source.documents
    there = _available(documents, corpus)
    if corpus is None or there.sum() > MANY:
        found = _same_hash(documents) if "cleaned_sha256" in documents else []
    else:
        found = _stored(documents, corpus, there)
    table = pd.DataFrame(found, columns=COLUMNS).astype({"jaccard": float})
    table.attrs["near"] = corpus is not None and bool(there.any()) and there.sum() <= MANY
    return table


def _available(documents: pd.DataFrame, corpus) -> np.ndarray:
    if corpus is None:
        return np.zeros(len(documents), bool)
    known = corpus.documents.set_index("doc_id")["at_hand"]
    return documents["doc_id"].map(known).fillna(False).to_numpy(bool)


def _in_order(documents: pd.DataFrame) -> pd.DataFrame:
    """The documents, the earliest first; those without a date last, in their own order."""
    undated = documents["date"].eq("")
    order = pd.DataFrame({"undated": undated, "date": documents["date"]})
    return documents.loc[order.sort_values(["undated", "date"], kind="stable").index]


def _same_hash(documents: pd.DataFrame) -> list[tuple]:
    """Copies among measured documents: those whose prose is the same to the letter."""
    first: dict[str, Any] = {}
    rows = []
    for row in _in_order(documents).itertuples():
        if row.words and row.cleaned_sha256 in first:
            other = first[row.cleaned_sha256]
            kind = "exact" if other.source == row.source else "syndicated"
            rows.append((row.doc_id, other.doc_id, 1.0, kind))
        else:
            first[row.cleaned_sha256] = row
    return rows


def _stored(documents: pd.DataFrame, corpus, there: np.ndarray) -> list[tuple]:
    """The copies among documents with texts, from the cache where they were looked for before."""
    known = documents.loc[there, ["doc_id", "source", "date", "sha256"]]
    facts = [SHINGLE, THRESHOLD, known.to_numpy().tolist()]
    digest = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
    folder = cache_folder()
    file = folder / "copies" / f"{digest}.json" if folder else None
    if file is not None and file.is_file():
        return [tuple(row) for row in json.loads(file.read_text(encoding="utf-8"))]
    rows = _near(known, corpus)
    if file is not None:
        write_whole(file, json.dumps(rows))
    return rows


def _near(documents: pd.DataFrame, corpus) -> list[tuple]:
    """Each document against the originals before it; a copy is never an original."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=CANDIDATES, num_perm=HASHES)

    @lru_cache(maxsize=2_000)  # originals are compared again and again, but not all fit in memory
    def shingled(doc_id: str) -> np.ndarray:
        return shingles(corpus.text(doc_id))

    same: dict[bytes, str] = {}
    sources = dict(zip(documents["doc_id"], documents["source"]))
    rows = []
    for doc_id in _in_order(documents)["doc_id"]:
        mine = shingled(doc_id)
        if not len(mine):
            continue
        other, overlap = same.get(mine.tobytes(), ""), 1.0
        if not other:
            sketch = MinHash(num_perm=HASHES, hashfunc=int)
            sketch.update_batch((mine & np.uint64(0xFFFFFFFF)).tolist())
            overlaps = {each: jaccard(mine, shingled(each)) for each in sorted(index.query(sketch))}
            other = max(overlaps, key=overlaps.get, default="")
            overlap = overlaps.get(other, 0.0)
        if other and overlap >= THRESHOLD:
            kind = "exact" if overlap == 1 else "near"
            kind = kind if sources[other] == sources[doc_id] else "syndicated"
            rows.append((doc_id, other, float(overlap), kind))
        else:
            index.insert(doc_id, sketch)
            same[mine.tobytes()] = doc_id
    return rows


def shingles(text: str) -> np.ndarray:
    """The set of a text's runs of five words as ascending hashes; of a shorter text, all of it.

    >>> len(shingles("It rained for a week, it rained for a week."))
    5
    """
    numbers = np.array([n for piece in text.split() for n in _numbers(piece)], np.uint64)
    size = min(SHINGLE, len(numbers))
    if not size:
        return numbers
    runs = np.lib.stride_tricks.sliding_window_view(numbers, size)
    with np.errstate(over="ignore"):  # hashes are meant to wrap around
        mixed = (runs * MULTIPLIERS[:size]).sum(axis=1, dtype=np.uint64)
        mixed = (mixed ^ (mixed >> np.uint64(31))) * MULTIPLIERS[0]
        return np.unique(mixed ^ (mixed >> np.uint64(29)))


@lru_cache(maxsize=500_000)  # the pieces between blanks of a large corpus
def _numbers(piece: str) -> tuple[int, ...]:
    """A hash of each word of a piece of text; the same on every machine."""
    words = (word.folded.encode() for word in words_of(piece)[0])
    return tuple(
        int.from_bytes(hashlib.blake2b(word, digest_size=8).digest(), "little") for word in words
    )


def jaccard(one: np.ndarray, other: np.ndarray) -> float:
    """Size of the intersection of two ascending sets by that of their union.

    >>> jaccard(np.array([1, 2, 3]), np.array([2, 3, 4]))
    0.5
    """
    both = len(np.intersect1d(one, other, assume_unique=True))
    return both / max(len(one) + len(other) - both, 1)


def choose_copies(measures, corpus=None, choice: str = "keep"):
    """The measures with all documents ("keep"), or without the copies of others ("first").

    What is left out, and how much of each source, stands in `record["copies"]`.

    Raises ValueError for another choice.
    """
    if choice not in CHOICES:
        raise ValueError(f"copies {choice!r} is unknown; choose from {list(CHOICES)}")
    if choice == "keep":
        return measures
    documents = measures.documents
    left = documents["doc_id"].isin(copies(_Pair(documents, corpus))["doc_id"])
    if not left.any():
        return measures
    chosen = measures.of(documents[~left].reset_index(drop=True))
    sizes = documents.groupby("source")["doc_id"].size()
    kept = chosen.documents.groupby("source")["doc_id"].size()
    both = {name: [int(kept.get(name, 0)), int(size)] for name, size in sizes.items()}
    changed = {name: pair for name, pair in both.items() if pair[0] < pair[1]}
    found = {"left_out": int(left.sum()), "documents": len(documents), "sources": changed}
    return chosen.again(chosen.documents, chosen.record | {"copies": found})


class _Pair:
    """Documents of measures with the texts of their corpus, as `copies` takes them."""

    def __init__(self, documents: pd.DataFrame, corpus) -> None:
        self.documents, self.corpus = documents, corpus
