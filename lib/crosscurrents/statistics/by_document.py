"""Tests that take a document for one observation: Welch's t and its form for several groups.

Words within a text are not independent, and G2, which takes them to be, rejects far too often at a
nominal 5% (Lijffijt et al. 2016). Documents are nearer to independent.
"""

from __future__ import annotations

import numpy as np


def welch(target, reference):
    """Give Welch's t test of the rates by document (Welch 1947; Lijffijt et al. 2016).

    Parameters
    ----------
    target, reference : array or scipy.sparse array (documents, terms)
        Rates of each term in each document.

    Returns
    -------
    t, p : each (terms,)
        Two-sided; missing with fewer than two documents on a side, and where no rate varies.

    Examples
    --------
    >>> t, p = welch([[1.0], [2.0], [3.0]], [[2.0], [4.0], [6.0]])
    >>> t.round(4).tolist(), p.round(4).tolist()
    ([-1.5492], [0.2209])
    """
    from scipy.special import stdtr

    (mean, square, size), (other, other_square, other_size) = map(_moments, (target, reference))
    with np.errstate(invalid="ignore", divide="ignore"):
        error = square + other_square
        t = (mean - other) / np.sqrt(error)
        freedom = error**2 / (square**2 / (size - 1) + other_square**2 / (other_size - 1))
        t = np.where(error > 0, t, np.nan)
        return t, 2 * stdtr(freedom, -np.abs(t))


def welch_anova(groups):
    """Give Welch's test that the rates by document have one mean in all groups (Welch 1951).

    With two groups F is the square of Welch's t, and p the same.

    Parameters
    ----------
    groups : list of array or scipy.sparse array (documents, terms)
        Rates of each term in each document, one array a group.

    Returns
    -------
    f, p : each (terms,)
        Missing with fewer than two groups, where a group has fewer than two documents, and where
        a group's rate does not vary.

    Examples
    --------
    >>> f, p = welch_anova([[[1.0], [2.0], [3.0]], [[2.0], [4.0], [6.0]]])
    >>> f.round(4).tolist(), p.round(4).tolist()
    ([2.4], [0.2209])
    """
    from scipy.special import fdtrc

    k = len(groups)
    if k < 2:
        terms = np.shape(groups[0])[1] if k else 0
        return np.full(terms, np.nan), np.full(terms, np.nan)
    means, squares, sizes = zip(*map(_moments, groups), strict=True)
    sizes = np.array(sizes, dtype=float)[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        weight = 1 / np.array(squares)
        total = weight.sum(axis=0)
        mean = (weight * means).sum(axis=0) / total
        between = (weight * (means - mean) ** 2).sum(axis=0) / (k - 1)
        rest = ((1 - weight / total) ** 2 / (sizes - 1)).sum(axis=0)
        f = between / (1 + 2 * (k - 2) / (k**2 - 1) * rest)
        freedom = (k**2 - 1) / (3 * rest)
        f = np.where(np.isfinite(weight).all(axis=0), f, np.nan)
        return f, np.where(np.isnan(f), np.nan, fdtrc(k - 1, freedom, f))


def _moments(rates):
    """Give mean (terms,), squared standard error of the mean (terms,), and number of documents."""
    rates = rates if hasattr(rates, "tocsr") else np.asarray(rates, dtype=float)
    size = rates.shape[0]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.asarray(rates.sum(axis=0)) / size
        variance = (np.asarray((rates * rates).sum(axis=0)) - size * mean**2) / (size - 1)
        variance[variance <= 1e-12 * mean**2] = 0  # all alike, but for rounding
    return mean, variance / size, size
