"""Does a ratio differ between two sides? Units that hang together change sides as a whole.

The difference is divided by its own standard error before sides are shuffled: so the test holds its
level also where the two sides differ in size and spread (Janssen 1997; Chung & Romano 2013).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

DRAWS = 9999  # the smallest p is 1 / 10,000, which a family of a hundred tests can still use
WORK = 4_000_000  # draws x units in all, about a second; more units get fewer draws
MANY = 2000  # units from which on Student's t does as well as shuffling them


def ratio_test(top, bottom, target, *, draws: int = DRAWS, seed: int = 0):
    """Test whether sums of `top` over sums of `bottom` are the same on two sides.

    p is twice the smaller tail, (1 + draws with a statistic at least as far out) / (1 + draws)
    (Phipson & Smyth 2010); each side has its own tail, because rare themes make t skewed. From
    2,000 units on p is that of Student's t with Welch's degrees of freedom.

    Parameters
    ----------
    top : array (units, k)
        Numerators, such as sentences that each of k themes touches.
    bottom : array (units,)
        Denominators, above 0.
    target : array of bool (units,)
        Which units stand on the one side; the others stand on the other.
    draws : int
        Shuffles at most.
    seed : int

    Returns
    -------
    t, p : each (k,)
        t is above 0 where the target's ratio is the higher one. Missing where a side has fewer than
        two units, and where all of `top` is 0.

    Examples
    --------
    >>> t, p = ratio_test([[1], [0], [0], [3], [2], [3]], [4] * 6, [False] * 3 + [True] * 3)
    >>> t.round(2).tolist(), bool(0.05 < p[0] < 0.2)  # 2 of 20 ways to choose three
    ([4.95], True)
    """
    top, bottom = np.asarray(top, dtype=float), np.asarray(bottom, dtype=float)
    target = np.asarray(target, dtype=bool)
    units, size = len(bottom), int(target.sum())
    missing = np.full(top.shape[1], np.nan)
    if min(size, units - size) < 2:
        return missing, missing
    below = bottom[:, None]
    sums = np.hstack([top, top**2, top * below, below, below**2])
    t, freedom = _statistic(target[None, :].astype(float), sums, size)
    t, known = t[0], top.any(axis=0)
    if units > MANY:
        from scipy.special import stdtr

        p = 2 * stdtr(freedom[0], -np.abs(t))
    else:
        p = _shuffled(sums, size, t, min(draws, WORK // units), seed)
    return np.where(known, t, np.nan), np.where(known, p, np.nan)


def _shuffled(sums, size, t, draws, seed):
    """Deal the units to two sides by chance: how often are these at least as far apart?"""
    order = _orders(len(sums), draws, seed)[:, :size]
    sides = np.zeros((draws, len(sums)))
    np.put_along_axis(sides, order, 1.0, axis=1)
    again, _ = _statistic(sides, sums, size)
    room = 1e-9 * np.maximum(np.abs(t), 1)  # for rounding: what is equal counts as as far out
    tails = [(again >= t - room).sum(axis=0), (again <= t + room).sum(axis=0)]
    return np.minimum(2 * (1 + np.minimum(*tails)) / (1 + draws), 1)


@lru_cache(maxsize=2)  # every group of a comparison deals the same units: 32 MB at most
def _orders(units, draws, seed):
    """The units in a random order, once a draw: (draws, units)."""
    order = np.random.default_rng(seed).random((draws, units)).argsort(axis=1)
    order.flags.writeable = False
    return order


def _statistic(sides, sums, size):
    """Give t and Welch's degrees of freedom (draws, k) from the units of one side (draws, units).

    `sums` holds by unit: top, top squared, top x bottom (k columns each), bottom, bottom squared.
    """
    k = (sums.shape[1] - 2) // 3
    here = sides @ sums
    parts = [(here, size), (sums.sum(axis=0) - here, len(sums) - size)]
    ratios, variances = [], []
    for part, units in parts:
        bottom, square = part[:, -2:-1], part[:, -1:]
        ratio = part[:, :k] / bottom
        rest = part[:, k : 2 * k] - 2 * ratio * part[:, 2 * k : 3 * k] + ratio**2 * square
        rest[rest < 1e-9 * (1 + square)] = 0  # all units agree, but for rounding
        ratios.append(ratio)
        variances.append(rest / bottom**2 * units / (units - 1))
    total = variances[0] + variances[1]
    away = ratios[0] - ratios[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.where(np.abs(away) < 1e-12, 0.0, away / np.sqrt(total))
        freedom = total**2 / sum(v**2 / (n - 1) for v, (_, n) in zip(variances, parts))
    return t, freedom
