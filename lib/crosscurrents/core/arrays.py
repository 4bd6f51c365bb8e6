"""Small tools for flat arrays with offsets, Arrow vocabularies and threads."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa


def offsets_of(counts: np.ndarray) -> np.ndarray:
    """Where runs of so many items begin, and the last ends: int64 (counts + 1).

    >>> offsets_of(np.array([2, 0, 1])).tolist()
    [0, 2, 2, 3]
    """
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])


def owners(offsets: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The number of the run that each place lies in."""
    return np.searchsorted(offsets, places, side="right") - 1


def runs(begins: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """Indices begin, begin + 1, ... of each run, one run after the other.

    >>> runs(np.array([7, 3]), np.array([2, 1])).tolist()
    [7, 8, 3]
    """
    return np.repeat(begins - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())


def merged(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """All numbers of two ascending arrays, once, ascending."""
    both = np.sort(np.concatenate([one, other]), kind="stable")  # which merges runs
    return both[np.append(True, both[1:] != both[:-1])] if len(both) else both


def as_mask(values: pa.BooleanArray) -> np.ndarray:
    """An Arrow array of truth values as a NumPy array that can be written to."""
    return values.to_numpy(zero_copy_only=False)


def unify(vocabularies: list[pa.StringArray]) -> tuple[pa.StringArray, list[np.ndarray]]:
    """One vocabulary for several, and of each the new ids of its entries."""
    if len(vocabularies) == 1:
        return vocabularies[0], [np.arange(len(vocabularies[0]), dtype=np.int32)]
    whole = pa.concat_arrays(vocabularies).dictionary_encode()
    ends = np.cumsum([len(v) for v in vocabularies])
    return whole.dictionary, np.split(whole.indices.to_numpy(), ends[:-1])


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_threads(function: Callable, items: Iterable, threads: int) -> list:
    """The results of a function that leaves the interpreter free (NumPy, Arrow), in order."""
    return list(ahead(function, list(items), threads))


def ahead(function: Callable, items: list, threads: int) -> Iterator:
    """The results of a function one by one, in order, while threads work on the next few."""
    if threads < 2 or len(items) < 2:
        yield from map(function, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting = deque(pool.submit(function, item) for item in items[: 2 * threads])
        try:
            for item in [*items[2 * threads :], *[None] * len(waiting)]:
                result = waiting.popleft().result()
                if item is not None:
                    waiting.append(pool.submit(function, item))
                yield result
        finally:
            for future in waiting:
                future.cancel()
