"""Documents of a corpus -> jobs of a sensible size for one or more workers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from crosscurrents.codebook import Codebook
from crosscurrents.core.arrays import cores
from crosscurrents.corpus import Corpus
from crosscurrents.corpus.files import FileTexts, TableTexts
from crosscurrents.measures.shard import Job

LARGE = 8_000_000  # bytes of text of a job: bounds memory, and large enough for NumPy
LEAST = 2_000_000  # for several workers jobs get smaller towards the end, down to this
PAYS = 20_000_000  # bytes for each of several workers: a second; one starts in half of that
UNKNOWN = 4_000  # bytes that a document is taken for whose size cannot be had


def paying_workers(corpus: Corpus, rows: np.ndarray) -> int:
    """How many workers pay for some documents: one a processor at most."""
    size = int(_sizes(corpus, corpus.documents["doc_id"].iloc[rows].tolist()).sum())
    return max(min(cores(), size // PAYS), 1)


def jobs_of(
    corpus: Corpus, rows: np.ndarray, keys: np.ndarray, codebook: Codebook, *, workers: int = 1
) -> list[Job]:
    """Jobs that measure some documents.

    Parameters
    ----------
    rows : int array
        Numbers of rows of `corpus.documents`; their texts are at hand.
    keys : uint8 array (rows, 32)
    workers
        How many jobs may be done at a time.
    """
    documents = corpus.documents.iloc[rows]
    doc_ids, languages = documents["doc_id"].tolist(), documents["language"].tolist()
    digests = documents["sha256"].tolist()
    corrections = [""] * len(rows)
    if "corrections" in documents:
        corrections = documents["corrections"].tolist()
    jobs = []
    for part in _parts(_sizes(corpus, doc_ids), workers):
        names = doc_ids[part]
        read = _only(corpus._read, names)
        jobs.append(
            Job(names, keys[part], digests[part], languages[part], corrections[part], read,
                corpus.chronology, codebook)
        )  # fmt: skip
    return jobs


def _parts(sizes: np.ndarray, workers: int) -> Iterator[slice]:
    """Stretches of documents, large ones first if workers are to end together."""
    ends = np.cumsum(sizes)
    first = 0
    while first < len(sizes):
        before = ends[first - 1] if first else 0
        goal = LARGE if workers == 1 else np.clip((ends[-1] - before) / 4 / workers, LEAST, LARGE)
        last = max(int(np.searchsorted(ends, before + goal, side="right")), first + 1)
        yield slice(first, last)
        first = last


def _sizes(corpus: Corpus, doc_ids: list[str]) -> np.ndarray:
    """Bytes of documents, or what comes near."""
    read = corpus._read
    if isinstance(read, FileTexts):
        return np.array([_size(read.paths[d]) for d in doc_ids], np.int64)
    if isinstance(read, TableTexts):
        return np.array([len(read.texts[d]) for d in doc_ids], np.int64)
    return np.full(len(doc_ids), UNKNOWN)


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)  # noqa: PTH202 - a Path for each takes longer
    except OSError:
        return UNKNOWN  # the job will say what is wrong with it


def _only(read, doc_ids: list[str]):
    """What reads some documents, without what it knows of others."""
    if isinstance(read, FileTexts):
        return replace(read, paths={d: read.paths[d] for d in doc_ids})
    if isinstance(read, TableTexts):
        return replace(read, texts={d: read.texts[d] for d in doc_ids})
    return read
