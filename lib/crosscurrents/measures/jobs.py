"""Documents of a corpus -> jobs of a sensible size for one or more workers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from crosscurrents.codebook import Codebook
from crosscurrents.core.arrays import cores
from crosscurrents.corpus import Corpus
from crosscurrents.corpus.files import Texts
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
        read = corpus._read.only(names) if isinstance(corpus._read, Texts) else corpus._read
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
    if not isinstance(read, Texts):
        return np.full(len(doc_ids), UNKNOWN)
    sizes = (read.size(d) for d in doc_ids)  # a job will say what is wrong with a file
    return np.array([UNKNOWN if size is None else size for size in sizes], np.int64)
