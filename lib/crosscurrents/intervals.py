"""Resampling and multiplicity: how sure a number is, and how many numbers were tried.

What is drawn again are the units of units.py, documents or paragraphs, never single words. The
coverage of the intervals is held by a simulation in tests/test_intervals.py.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.statistics.bootstrap import (
    LogRate,
    blocks,
    check_ratio,
    check_side,
    dense,
    draw_counts,
    log_limits,
    ratio_limits,
)
from crosscurrents.statistics.units import resampling_units, unit_labels, unit_of

__all__ = [
    "adjust_p",
    "bootstrap_interval",
    "bootstrap_log_ratio",
    "bootstrap_ratio",
    "resampling_units",
    "unit_labels",
    "unit_of",
]


def bootstrap_ratio(
    numerators, denominators, *, level: float = 0.95, resamples: int = 1000, seed: int = 0
):
    """Give a ratio of sums over units with its studentised bootstrap interval.

    A mean is the ratio of sums of values and of ones; a rate that of counts and of words. Units
    are drawn with replacement. Each resample's distance from the estimate is divided by its own
    linearised standard error (Efron & Tibshirani 1993, ch. 12; Cochran 1977, 6.3), because the
    plain percentile interval is too short for few or skewed units (at 20 units it covers 87 to 90%
    instead of 95%). The quantiles are widened by Student's t over the normal quantile (Hesterberg
    2015) and held within twice Student's t; below five units Student's t itself is used. The
    interval keeps to what is possible: never below 0 where no numerator is negative, never beyond
    -1 or 1 where no numerator exceeds its denominator.

    Parameters
    ----------
    numerators, denominators : array (units,) or (units, k)
        Denominators of shape (units,) serve all columns. Units whose denominator is 0 are left
        out. Numerators may be a scipy.sparse array.
    level : float
        Confidence level, between 0 and 1.
    resamples : int
        At least 100.
    seed : int
        0 or more. The same units and seed give the same interval, whatever columns stand beside.

    Returns
    -------
    estimate, low, high : each () or (k,)
        The interval is missing with fewer than two units, and where all units agree (a word that
        never occurs): resampling cannot show what was never seen.

    Raises
    ------
    ValueError
        If shapes disagree, values are missing, a denominator is negative, or an option is out of
        its range.

    Examples
    --------
    >>> estimate, low, high = bootstrap_ratio([3, 0, 1, 2, 2, 1], [100, 80, 90, 110, 120, 100])
    >>> round(float(estimate), 4), bool(low < estimate < high)
    (0.015, True)
    """
    check_options(level, resamples, seed)
    top, bottom, flat = check_ratio(numerators, denominators)
    low, high = np.full((2, top.shape[1]), np.nan)
    if bottom.shape[1] == 1:
        kept = bottom[:, 0] > 0
        top, bottom = top[kept], bottom[kept]
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = np.asarray(top.sum(axis=0)) / bottom.sum(axis=0)
    if len(bottom) >= 2:
        counts = draw_counts(len(bottom), resamples, int(seed))
        for block in blocks(top.shape[1], counts):
            below = bottom if bottom.shape[1] == 1 else bottom[:, block]
            low[block], high[block] = ratio_limits(dense(top[:, block]), below, counts, level)
    return (estimate[0], low[0], high[0]) if flat else (estimate, low, high)


def bootstrap_log_ratio(
    target,
    reference,
    target_words,
    reference_words,
    *,
    listed: bool = False,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
):
    """Give the log ratio of two rates, all terms at once, with its studentised bootstrap interval.

    log2 of the rate in the target over the rate in the reference; a zero count is replaced by 0.5
    (Hardie 2014). The units of either side are drawn with replacement, as in `bootstrap_ratio`; the
    square of a side's standard error is never less than 1 / count, the variance of a word that
    does not clump. The quantiles are held between once and twice Student's t with the degrees of
    freedom of the smaller side, and are Student's t where a side has fewer than five units or never
    uses the word. In that case the limit nearer to equality takes the upper limit of a rate of
    which nothing was seen (-ln of the tail, 3.7 occurrences at 95%; MOVER, Zou & Donner 2008).

    Parameters
    ----------
    target, reference : array or scipy.sparse array (units, k)
        Counts of k terms in the units of either side.
    target_words, reference_words : array (units,)
        All words of these units. Units without words are left out.
    listed : bool
        The reference is a frequency list, one unit that is not drawn again: its standard error is
        that of words that do not clump.
    level, resamples, seed
        See `bootstrap_ratio`.

    Returns
    -------
    log_ratio, low, high : each (k,)
        All missing for a term that neither side uses, or where a side has no words; the interval
        is missing where a side has fewer than two units.

    Raises
    ------
    ValueError
        If shapes disagree or an option is out of its range.

    Examples
    --------
    >>> ratio, low, high = bootstrap_log_ratio([[4], [2]], [[1], [2]], [100, 100], [100, 100])
    >>> ratio.tolist(), bool(low[0] < 1 < high[0])
    ([1.0], True)
    """
    check_options(level, resamples, seed)
    sides = [check_side(target, target_words), check_side(reference, reference_words)]
    terms = sides[0][0].shape[1]
    if sides[1][0].shape[1] != terms:
        raise ValueError(
            f"target has {terms} terms and reference {sides[1][0].shape[1]}; give the same terms"
        )
    if listed and len(sides[1][1]) > 1:
        raise ValueError(f"reference has {len(sides[1][1])} units; a frequency list has one")
    log_ratio, low, high = np.full((3, terms), np.nan)
    sizes = [len(words) for _, words in sides]
    fewest = sizes[0] if listed else min(sizes)
    drawn = [draw_counts(n, resamples, int(seed), side) for side, n in enumerate(sizes) if n]
    if len(drawn) == 2:
        for block in blocks(terms, *drawn):
            parts = [
                LogRate.of(counts[:, block], words, again)
                for (counts, words), again in zip(sides, drawn, strict=True)
            ]
            if listed:
                parts[1] = parts[1]._replace(lone=False)
            log_ratio[block], low[block], high[block] = log_limits(*parts, fewest, level)
    return log_ratio, low, high


def bootstrap_interval(
    units: pd.DataFrame,
    *,
    value: str,
    weight: str | None = None,
    by: str | None = None,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Give the mean or ratio of a table of units, a row a group, with its bootstrap interval.

    Parameters
    ----------
    units : DataFrame
        A row a unit: what may be drawn again as a whole (a document, a paragraph).
    value : str
        Column that is summed above the line.
    weight : str, optional
        Column that is summed below the line; without it every unit weighs 1.
    by : str, optional
        Column of groups, each of which is resampled by itself.
    level, resamples, seed
        See `bootstrap_ratio`, which also states the formula.

    Returns
    -------
    DataFrame
        `by` (if given), units (number), estimate, low, high.

    Raises
    ------
    ValueError
        If a column is not there, or for what `bootstrap_ratio` refuses.

    Examples
    --------
    >>> table = pd.DataFrame({"source": ["A", "A", "B"], "score": [1.0, 3.0, 5.0]})
    >>> bootstrap_interval(table, value="score", by="source")[["source", "units", "estimate"]]
      source  units  estimate
    0      A      2       2.0
    1      B      1       5.0
    """
    check_options(level, resamples, seed)
    wanted = [name for name in (value, weight, by) if name is not None]
    missing = [name for name in wanted if name not in units.columns]
    if missing:
        raise ValueError(f"columns {missing} are not in units; choose from {list(units.columns)}")
    rows = []
    parts = units.groupby(by, sort=True) if by else [(None, units)] * (len(units) > 0)
    for group, part in parts:
        below = part[weight] if weight else np.ones(len(part))
        numbers = bootstrap_ratio(part[value], below, level=level, resamples=resamples, seed=seed)
        rows.append((group, len(part), *map(float, numbers)))
    names = [by or "group", "units", "estimate", "low", "high"]
    table = pd.DataFrame(rows, columns=names).astype(
        {"units": int, "estimate": float, "low": float, "high": float}
    )
    return table if by else table.drop(columns="group")


def adjust_p(p, method: str = "bh"):
    """Adjust p values for the number of tests made.

    "bh" holds the false discovery rate (Benjamini & Hochberg 1995), "holm" the chance of a single
    false alarm (Holm 1979). Missing values stay missing and are not counted as tests.

    Parameters
    ----------
    p : array of any shape
        All tests of one family.
    method : {"bh", "holm"}

    Returns
    -------
    ndarray
        Same shape, never below p, never above 1.

    Raises
    ------
    ValueError
        If the method is unknown or a p lies outside 0 to 1.

    Examples
    --------
    >>> adjust_p([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.04, 0.04]
    >>> adjust_p([0.01, 0.04, 0.03], method="holm").tolist()
    [0.03, 0.06, 0.06]
    """
    if method not in ("bh", "holm"):
        raise ValueError(f"method {method!r} is not known; choose from ['bh', 'holm']")
    p = np.asarray(p, dtype=float)
    made = p[~np.isnan(p)]
    if ((made < 0) | (made > 1)).any():
        raise ValueError("p holds values outside 0 to 1")
    order = np.argsort(made, kind="stable")
    tests = len(made)
    ranks = np.arange(1, tests + 1)
    if method == "bh":
        steps = np.minimum.accumulate((made[order] * (tests / ranks))[::-1])[::-1]
    else:
        steps = np.maximum.accumulate(made[order] * (tests + 1 - ranks))
    adjusted = np.empty(tests)
    adjusted[order] = np.minimum(steps, 1)
    result = p.copy()
    result[~np.isnan(p)] = adjusted
    return result


def check_options(level, resamples, seed=0):
    """Raise ValueError for a level, a number of resamples or a seed that cannot be."""
    if not 0 < level < 1:
        raise ValueError(f"level {level!r} is not between 0 and 1, such as 0.95")
    if isinstance(resamples, bool) or resamples != int(resamples) or resamples < 100:
        raise ValueError(f"resamples {resamples!r} is not a whole number of at least 100")
    if isinstance(seed, bool) or seed != int(seed) or seed < 0:
        raise ValueError(f"seed {seed!r} is not a whole number of at least 0")
