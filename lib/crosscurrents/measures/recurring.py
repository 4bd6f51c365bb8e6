"""Which numbers recur among very many: by sorting, and part by part where memory is too small.

A part holds the numbers of one range. All numbers are gone through once: those of each part wait
in a temporary file, eight bytes each, until the last is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile

import numpy as np

PARTS = 250  # at most: each is a file that is open
STEP = 64  # of a sorted sample every so many-th number: enough to cut it into even parts


def recurring(keys: np.ndarray, least: int) -> np.ndarray:
    """The numbers that occur `least` times or more, once each, ascending; sorts in place.

    >>> recurring(np.array([7, 2, 7, 2, 9, 7]), 3).tolist()
    [7]
    """
    keys.sort()
    if least > 1:
        keys = keys[least - 1 :][keys[least - 1 :] == keys[: 1 - least]]
    return keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys


def even_limits(sample: Iterable[np.ndarray], parts: int) -> np.ndarray:
    """Numbers that cut others like those of a sample into about even parts, ascending."""
    known = np.sort(np.concatenate([np.sort(keys)[::STEP].copy() for keys in sample]))
    at = np.arange(1, parts) * len(known) // parts
    return np.unique(known[at]) if len(known) else known


def recurring_on_disk(
    batches: Iterable[np.ndarray], limits: np.ndarray, least: int
) -> Iterator[np.ndarray]:
    """What `recurring` gives for all batches together, range by range.

    Parameters
    ----------
    batches : arrays of uint64
    limits : uint64 array, ascending
        Where the second and further ranges begin; all numbers of one range fit into memory.
    """
    with ExitStack() as stack:
        files = [stack.enter_context(TemporaryFile()) for _ in range(len(limits) + 1)]
        for keys in batches:
            keys = _at_most(np.sort(keys), least)
            for file, part in zip(files, np.split(keys, np.searchsorted(keys, limits))):
                part.tofile(file)
        for file in files:
            file.seek(0)
            yield recurring(np.fromfile(file, np.uint64), least)


def _at_most(keys: np.ndarray, most: int) -> np.ndarray:
    """Ascending numbers, each so many times at most."""
    return keys[np.append(np.ones(min(most, len(keys)), bool), keys[most:] != keys[:-most])]
