"""The logarithm of the ratio of two counts, and how sure it is where hits come in clumps."""

from __future__ import annotations

import numpy as np

from crosscurrents.intervals import draw_counts, t_limits
from crosscurrents.statistics.clustered import student

HALF = 0.5  # added to both counts (Lowe, Benoit, Mikhaylov & Laver 2011)


def log_position(hits, *, level: float = 0.95, resamples: int = 1000, seed: int = 0):
    """Give ln((a + 0.5) / (b + 0.5)), its standard error and its studentised bootstrap interval.

    The standard error, sqrt(1 / (a + 0.5) + 1 / (b + 0.5)), takes hits as independent (Lowe,
    Benoit, Mikhaylov & Laver 2011). For the interval units are drawn again, hits and all; the
    distance of each resample is divided by its own linearised error, which is never taken as less
    than Lowe's, and its quantiles are held between once and twice Student's t.

    Parameters
    ----------
    hits : array (units, 2)
        Hits of the two poles in each unit.
    level, resamples, seed
        See `bootstrap_ratio`.

    Returns
    -------
    position, se, low, high : float
        All missing without a hit; the interval is missing with fewer than two units.

    Examples
    --------
    >>> position, se, low, high = log_position([[3, 0], [2, 1], [1, 0], [2, 2]])
    >>> round(position, 4), round(se, 4), bool(low < position < high)
    (0.8873, 0.6351, True)
    """
    hits = np.asarray(hits, dtype=float)
    total = hits.sum(axis=0)
    if not total.sum():
        return (np.nan,) * 4
    position, lowe = _position(*total)
    if len(hits) < 2:
        return position, lowe, np.nan, np.nan
    counts = draw_counts(len(hits), resamples, int(seed))
    error = _error(hits, np.ones((len(hits), 1)))[0]
    again, _ = _position(*(hits.T @ counts))
    t = (again - position) / _error(hits, counts)
    down, up = (limit[0] for limit in t_limits(t[None, :], len(hits), level))
    least = student(len(hits), level)
    low, high = position - max(up, least) * error, position - min(down, -least) * error
    return float(position), float(lowe), float(low), float(high)


def _position(a, b):
    """Position and Lowe's standard error."""
    a, b = a + HALF, b + HALF
    return np.log(a / b), np.sqrt(1 / a + 1 / b)


def _error(hits, counts):
    """The linearised error of resampled positions (counts: units, resamples), Lowe's at least."""
    n = len(hits)
    a, b = hits.T
    above, below = a @ counts + HALF, b @ counts + HALF
    squares = (a * a) @ counts / above**2 + (b * b) @ counts / below**2
    squares -= 2 * ((a * b) @ counts) / (above * below)
    mean = ((a @ counts) / above - (b @ counts) / below) / n
    clumped = np.sqrt(np.maximum(squares - n * mean**2, 0) * n / (n - 1))
    return np.maximum(clumped, np.sqrt(1 / above + 1 / below))
