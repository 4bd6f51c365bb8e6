"""Small tools for flat arrays with offsets, Arrow vocabularies and threads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa


def offsets_of(counts: np.ndarray) -> np.ndarray:
    """Where runs of so many items begin, and the last ends: int64 (counts + 1).

    >>> offsets_of(np.array([2, 0, 1])).tolist()
    [0, 2, 2, 3]
    """
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])


def totals(values: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Sums of whole numbers, or how many are true, in each run.

    >>> totals(np.array([True, True, False]), np.array([0, 2, 3])).tolist()
    [2, 0]
    """
    return np.diff(offsets_of(values)[offsets])


def owners(offsets: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The number of the run that each place lies in."""
    return np.searchsorted(offsets, places, side="right") - 1


def runs(begins: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Indices begin, begin + 1, ... of each run, one run after the other.

    >>> runs(np.array([7, 3]), np.array([2, 1])).tolist()
    [7, 8, 3]
    """
    return np.repeat(begins - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())


def covered(begins: np.ndarray, ends: np.ndarray, size: int) -> np.ndarray:
    """Which of so many places lie in one of some stretches, bool (size).

    >>> covered(np.array([0, 1]), np.array([2, 3]), 4).tolist()
    [True, True, True, False]
    """
    steps = np.bincount(begins, minlength=size + 1) - np.bincount(ends, minlength=size + 1)
    return np.cumsum(steps)[:size] > 0


def as_mask(values: pa.BooleanArray) -> np.ndarray:
    """An Arrow array of truth values as a NumPy array that can be written to."""
    return values.to_numpy(zero_copy_only=False)


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_threads(function: Callable, items: Iterable, threads: int = 0) -> list:
    """The results of a function that leaves the interpreter free (NumPy, Arrow), in order.

    0 threads are one a processor.
    """
    items = list(items)
    if threads == 1 or len(items) < 2:
        return [function(item) for item in items]
    with ThreadPoolExecutor(threads or cores()) as pool:
        return list(pool.map(function, items))
