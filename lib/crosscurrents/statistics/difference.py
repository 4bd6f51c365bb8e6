"""A number before and now, of two sets of units that overlap: how far it moved, and by what chance.

A number is a ratio of sums over units (a rate, a mean, a share) or the log of a ratio of two counts
(a position on a scale). Units that are in both sets are the same draw of the same text: their noise
cancels, and what is left is that of the units that came, went or were changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from crosscurrents.statistics.units import FEWEST

KEPT, ADDED, GONE, CHANGED = range(4)  # what became of a unit
HALF = 0.5  # added to both counts of a log ratio (Lowe, Benoit, Mikhaylov & Laver 2011)
BLOCK = 4_000_000  # numbers of a block of relabellings x units


class Sums(NamedTuple):
    """What each unit adds to the sums above and below the line, before and now.

    Arrays (units, k); those below the line (units, 1) or (units, k). A unit that was not there
    before, or is not there now, holds zeros there. `status` (units,) is KEPT, ADDED, GONE, CHANGED.
    """

    before: np.ndarray
    before_size: np.ndarray
    now: np.ndarray
    now_size: np.ndarray
    status: np.ndarray


def value_of(top, size, form: str = "ratio"):
    """Give the number that sums stand for; missing where there is nothing below the line.

    >>> value_of(np.array([3.0]), np.array([1.0])).tolist()
    [3.0]
    >>> value_of(np.array([3.0]), np.array([1.0]), "log").round(4).tolist()
    [0.8473]
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        if form == "ratio":
            return np.where(size > 0, top / size, np.nan)
        return np.where(top + size > 0, np.log((top + HALF) / (size + HALF)), np.nan)


def change_parts(sums: Sums, form: str = "ratio"):
    """Split a change into what the gone, the changed and the added units did, in that order.

    Parameters
    ----------
    sums : Sums
    form : {"ratio", "log"}

    Returns
    -------
    before, now, gone, changed, added : each (k,)
        The last three add up to now - before. Missing where, once the gone are out, nothing is
        left, so that there is no number in between.

    Examples
    --------
    >>> column = [np.array(v, float)[:, None] for v in ([1, 0], [10, 0], [1, 4], [10, 10])]
    >>> before, now, gone, changed, added = change_parts(Sums(*column, np.array([KEPT, ADDED])))
    >>> before.tolist(), now.tolist(), added.tolist()
    ([0.1], [0.25], [0.15])
    """
    steps = []
    states = [
        (True, False, False),
        (False, False, False),
        (False, True, False),
        (False, True, True),
    ]
    for gone, changed, added in states:
        old = (sums.status == KEPT) | (gone & (sums.status == GONE))
        old |= (not changed) & (sums.status == CHANGED)
        new = (changed & (sums.status == CHANGED)) | (added & (sums.status == ADDED))
        top = sums.before[old].sum(axis=0) + sums.now[new].sum(axis=0)
        size = sums.before_size[old].sum(axis=0) + sums.now_size[new].sum(axis=0)
        steps.append(value_of(top, size, form))
    first, without, corrected, last = steps
    return first, last, without - first, corrected - without, last - corrected


def change_interval(sums: Sums, form: str = "ratio", *, level: float = 0.95):
    """Give the change of a number with its interval.

    Linearised: each unit pulls at the number now and at the number before (Cochran 1977, 6.3), and
    it is the difference of its two pulls that varies, so that a unit in both all but cancels.
    Units vary within what became of them (stratified, so the number of new documents is taken as
    given); where fewer than five were added, gone or changed, around the change itself, which is
    wider. Student's t with the degrees of freedom of the smallest of these groups. A bootstrap of
    the same difference covers no better; tests/test_difference.py holds the coverage.

    Returns
    -------
    change, low, high : each (k,)
        The interval is missing where nothing varies, or no unit came, went or was changed; also
        where a count of a logarithm is 0 before or now: half a hit says nothing of how it varies.
    """
    from scipy.special import stdtrit

    pull = _pull(sums.now, sums.now_size, form) - _pull(sums.before, sums.before_size, form)
    variance, units, fewest = np.zeros(pull.shape[1]), len(pull), len(pull)
    for kind in range(4):
        own = pull[sums.status == kind]
        n = len(own)
        if n >= FEWEST:
            variance += n / (n - 1) * ((own - own.mean(axis=0)) ** 2).sum(axis=0)
        elif n:
            variance += units / max(units - 1, 1) * (own**2).sum(axis=0)
        fewest = min(fewest, n or fewest)
    before, now, *_ = change_parts(sums, form)
    reach = stdtrit(max(fewest - 1, 1), (1 + level) / 2) * np.sqrt(variance)
    known = (variance > 0) & (sums.status != KEPT).any()
    if form == "log":
        parts = sums.now, sums.now_size, sums.before, sums.before_size
        known &= np.all([part.sum(axis=0) > 0 for part in parts], axis=0)
    reach = np.where(known, reach, np.nan)
    return now - before, now - before - reach, now - before + reach


def _pull(top, size, form):
    """Give how far each unit pulls the number, (units, k): the derivative along its own part."""
    total, below = top.sum(axis=0), size.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        if form == "ratio":
            return (top - total / below * size) / below
        return top / (total + HALF) - size / (below + HALF)


def relabelled_changes(
    sums: Sums, form: str = "ratio", *, draws: int = 1999, seed: int | Sequence[int] = 0
):
    """Give the changes that would be seen if which units came and went were chance alone.

    Under chance any of the units might as well have been the new ones, the gone ones or those that
    stayed, and of a changed unit either version the first: the labels are dealt anew (a permutation
    test; Fisher 1935, Pitman 1937).

    Parameters
    ----------
    sums : Sums
    form : {"ratio", "log"}
    draws : int
    seed : int, or several

    Returns
    -------
    ndarray (draws, k)
    """
    rng = np.random.default_rng(seed)
    moving = sums.status != CHANGED
    gone = sums.status[moving] == GONE
    new = sums.status[moving] == ADDED
    columns = [
        np.where(gone[:, None], old[moving], now[moving])
        for old, now in ((sums.before, sums.now), (sums.before_size, sums.now_size))
    ]
    whole = [column.sum(axis=0) for column in columns]
    changed = [part[~moving] for part in sums[:4]]
    found, step = [], max(1, BLOCK // max(int(gone.sum() + new.sum()), 1))
    for start in range(0, draws, step):
        rows = min(step, draws - start)
        out, come = _dealt(rng, rows, len(gone), int(gone.sum()), int(new.sum()))
        swapped = rng.integers(0, 2, (rows, len(changed[0]))).astype(float)
        sides = [
            [
                total - left @ column + mine @ changed[k] + (1 - mine) @ changed[k + 2]
                for k, (total, column) in enumerate(zip(whole, columns, strict=True))
            ]
            for left, mine in ((out, swapped), (come, 1 - swapped))
        ]
        found.append(value_of(*sides[0], form) - value_of(*sides[1], form))
    return np.concatenate(found)


def _dealt(rng, rows, units, gone, new):
    """Deal the labels anew: two sparse arrays (rows, units), 1 where a unit is gone, or is new."""
    from scipy.sparse import csr_array

    number = gone + new
    dealt = [rng.choice(units, number, replace=False) for _ in range(rows)] if units else []
    dealt = np.array(dealt, dtype=np.int64).reshape(rows, number)
    parts = dealt[:, :gone], dealt[:, gone:]
    return [
        csr_array(
            (np.ones(part.size), part.ravel(), np.arange(rows + 1) * part.shape[1]),
            shape=(rows, units),
        )
        for part in parts
    ]


def relabellings(status: np.ndarray) -> float:
    """Give the natural log of how many ways there are to deal the labels.

    With one new unit among 20 there are 20, and no p can be below 1 / 20.

    >>> round(float(np.exp(relabellings(np.array([KEPT] * 19 + [ADDED])))))
    20
    """
    from scipy.special import gammaln

    counts = np.bincount(status, minlength=4)
    moving = counts[:CHANGED]
    return gammaln(moving.sum() + 1) - gammaln(moving + 1).sum() + counts[CHANGED] * np.log(2)


def family_p(changes: np.ndarray, relabelled: np.ndarray):
    """Give p values of changes, each alone and adjusted for all of them together.

    Every change is divided by the spread of its own relabelled changes; the adjusted p is the share
    of the relabellings whose largest change, over the whole family, is as large (max T, Westfall &
    Young 1993, which holds the chance of one false alarm and minds that words go together).

    Parameters
    ----------
    changes : (k,)
    relabelled : (draws, k)

    Returns
    -------
    p, p_adjusted : each (k,)
        Missing for a change that is missing or cannot vary.
    """
    result = np.full((2, len(changes)), np.nan)
    dealt = np.nan_to_num(relabelled)
    spread = np.sqrt((dealt**2).mean(axis=0))
    known = np.isfinite(changes) & (spread > 0)
    if known.any():
        seen = np.abs(changes[known]) / spread[known]
        dealt = np.abs(dealt[:, known]) / spread[known]
        seen = seen * (1 - 1e-9)  # what is equal but for rounding counts as as large
        most, size = np.sort(dealt.max(axis=1)), len(dealt) + 1
        result[0, known] = (1 + (dealt >= seen).sum(axis=0)) / size
        result[1, known] = (1 + len(most) - np.searchsorted(most, seen, "left")) / size
    return result[0], result[1]
