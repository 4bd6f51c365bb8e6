"""Resampling and multiplicity: how sure a number is, and how many numbers were tried.

What is drawn again are the units of units.py, documents or paragraphs, never single words. The
coverage of the intervals is held by a simulation in tests/test_uncertainty.py.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .units import FEWEST, resampling_units, unit_labels, unit_of

__all__ = [
    "adjust_p",
    "bootstrap_interval",
    "bootstrap_log_ratio",
    "bootstrap_ratio",
    "resampling_units",
    "unit_labels",
    "unit_of",
]

# How far a studentised quantile may lie beyond Student's t. With a handful of units some samples
# hold hardly any spread and their t runs away; twice t keeps the coverage (tests/test_uncertainty).
LIMIT = 2.0
BLOCK = 2_000_000  # numbers in one block of columns x resamples (16 MB): larger ones are no faster


def draw_counts(units, resamples, rng):
    """How often each unit is drawn in each resample, as floats for matrix products.

    Parameters
    ----------
    units, resamples : int
    rng : numpy.random.Generator

    Returns
    -------
    ndarray (units, resamples)
        Every column sums to `units`.
    """
    counts = np.empty((resamples, units))
    step = max(1, BLOCK // units)
    for start in range(0, resamples, step):
        rows = min(step, resamples - start)
        drawn = rng.integers(0, units, (rows, units)) + units * np.arange(rows)[:, None]
        drawn = np.bincount(drawn.ravel(), minlength=rows * units)
        counts[start : start + rows] = drawn.reshape(rows, units)
    return np.ascontiguousarray(counts.T)


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
        The same units and seed give the same interval, whatever other columns stand beside.

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
    check_options(level, resamples)
    top, bottom, flat = _check_ratio(numerators, denominators)
    low, high = np.full((2, top.shape[1]), np.nan)
    if bottom.shape[1] == 1:
        kept = bottom[:, 0] > 0
        top, bottom = top[kept], bottom[kept]
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = np.asarray(top.sum(axis=0)) / bottom.sum(axis=0)
    if len(bottom) >= 2:
        counts = draw_counts(len(bottom), resamples, np.random.default_rng(seed))
        for block in _blocks(top.shape[1], counts):
            below = bottom if bottom.shape[1] == 1 else bottom[:, block]
            low[block], high[block] = _ratio_limits(_dense(top[:, block]), below, counts, level)
    return (estimate[0], low[0], high[0]) if flat else (estimate, low, high)


def bootstrap_log_ratio(
    target,
    reference,
    target_words,
    reference_words,
    *,
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
    check_options(level, resamples)
    rng = np.random.default_rng(seed)
    sides = [_check_side(target, target_words), _check_side(reference, reference_words)]
    terms = sides[0][0].shape[1]
    if sides[1][0].shape[1] != terms:
        raise ValueError(
            f"target has {terms} terms and reference {sides[1][0].shape[1]}; give the same terms"
        )
    log_ratio, low, high = np.full((3, terms), np.nan)
    drawn = [draw_counts(len(words), resamples, rng) for _, words in sides if len(words)]
    if len(drawn) == 2:
        for block in _blocks(terms, *drawn):
            parts = [
                _log_rate(counts[:, block], words, again)
                for (counts, words), again in zip(sides, drawn, strict=True)
            ]
            units = min(len(words) for _, words in sides)
            log_ratio[block], low[block], high[block] = _log_limits(*parts, units, level)
    return log_ratio, low, high


def _spread(top, bottom, counts):
    """Give ratio and residual variance of the sample and of each resample.

    Arrays top (units, k), bottom (units, 1 or k) and counts (units, resamples) to ratio (k,),
    variance (k,), and per resample (k, resamples): distance of the ratio, sum below, variance.
    """
    scale = len(top) / max(len(top) - 1, 1)
    ratio = top.sum(axis=0) / bottom.sum(axis=0)
    rest = top - ratio * bottom
    squares = rest**2
    size = bottom.T @ counts
    away = (rest.T @ counts) / size
    again = squares.T @ counts
    again -= 2 * away * ((rest * bottom).T @ counts)
    again += away**2 * ((bottom**2).T @ counts)
    return ratio, scale * squares.sum(axis=0), away, size, scale * np.maximum(again, 0)


def _ratio_limits(top, bottom, counts, level):
    """Give the limits of top / bottom for one block of columns."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio, variance, away, size, variances = _spread(top, bottom, counts)
        error = np.sqrt(variance) / bottom.sum(axis=0)
        error[error <= 1e-9 * np.abs(ratio)] = np.nan  # all units agree, but for rounding
        down, up = _t_limits(away * size / np.sqrt(variances), len(top), level)
    low, high = ratio - up * error, ratio - down * error
    low[(top >= 0).all(axis=0) & (low < 0)] = 0
    bounded = (np.abs(top) <= bottom).all(axis=0)
    low, high = np.where(bounded, np.clip([low, high], -1, 1), [low, high])
    return np.where(error > 0, low, np.nan), np.where(error > 0, high, np.nan)


def _log_rate(top, words, counts):
    """Give log2 rate and its variance, of the sample and each resample, what is 0, what is lone."""
    top = _dense(top)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio, variance, away, size, variances = _spread(top, words[:, None], counts)
    total = top.sum(axis=0)
    # Counts are whole numbers, so what is below 0.5 is a zero with a trace of rounding.
    count = np.maximum(total, 0.5)
    drawn = np.maximum((ratio[:, None] + away) * size, 0.5)
    return (
        (np.log2(count / words.sum()), np.maximum(variance / count**2, 1 / count)),
        (np.log2(drawn / size), np.maximum(variances / drawn**2, 1 / drawn)),
        total == 0,
        len(words) < 2,
    )


def _log_limits(target, reference, units, level):
    """Give log2 ratio and its limits from the `_log_rate` of both sides."""
    (here, here_variance), (again, again_variance), zero, lone = target
    (there, there_variance), (anew, anew_variance), nought, single = reference
    ratio = here - there
    error = np.sqrt(here_variance + there_variance) / np.log(2)
    errors = np.sqrt(again_variance + anew_variance) / np.log(2)
    t = (again - anew - ratio[:, None]) / errors
    student = _student(units, level)
    down, up = _t_limits(t, units, level)
    plain = zero | nought
    down = np.where(plain, -student, np.minimum(down, -student))
    up = np.where(plain, student, np.maximum(up, student))
    low, high = ratio - up * error, ratio - down * error
    # Towards equality a zero reaches as far as the upper limit of a rate of which nothing was seen,
    # -ln(tail) occurrences, combined with the other side's error (MOVER, Zou & Donner 2008).
    wider, tail = _wider(units, level), (1 - level) / 2
    seen = student * np.sqrt(np.where(zero, there_variance, here_variance)) / np.log(2)
    reach = np.hypot(seen, wider * np.log2(-np.log(tail) / 0.5))
    result = np.array(
        [ratio, np.where(nought, ratio - reach, low), np.where(zero, ratio + reach, high)]
    )
    result[:, zero & nought] = np.nan
    if lone or single:
        result[1:] = np.nan
    return result


def _student(units, level):
    """Give the upper quantile of Student's t, missing for a single unit."""
    from scipy.special import stdtrit

    return stdtrit(units - 1, (1 + level) / 2) if units > 1 else np.nan


def _wider(units, level):
    """Give Student's t over the normal quantile, 1 and a little more unless units are few."""
    from scipy.special import ndtri

    return _student(units, level) / ndtri((1 + level) / 2)


def _t_limits(t, units, level):
    """Give lower and upper quantile (k,) of studentised resamples (k, resamples), held to t.

    They are widened by Student's t over the normal quantile: resamples of a few units vary less
    than fresh samples would (the argument of Hesterberg 2015 for percentiles).
    """
    student = _student(units, level)
    if not units >= FEWEST:  # four units give only 35 different samples, two give 3
        return np.full(len(t), -student), np.full(len(t), student)
    limit = LIMIT * student
    held = np.clip(np.nan_to_num(t, nan=0.0), -limit, limit)
    low, high = np.quantile(held, [(1 - level) / 2, (1 + level) / 2], axis=1)
    wider = _wider(units, level)
    return np.maximum(low * wider, -limit), np.minimum(high * wider, limit)


def _blocks(columns, *counts):
    """Cut columns into slices for which a block of columns x units or resamples stays small."""
    step = max(1, BLOCK // max(max(part.shape) for part in counts))
    return [slice(start, start + step) for start in range(0, columns, step)]


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
    check_options(level, resamples)
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
        steps = np.minimum.accumulate((made[order] * tests / ranks)[::-1])[::-1]
    else:
        steps = np.maximum.accumulate(made[order] * (tests + 1 - ranks))
    adjusted = np.empty(tests)
    adjusted[order] = np.minimum(steps, 1)
    result = p.copy()
    result[~np.isnan(p)] = adjusted
    return result


def check_options(level, resamples):
    """Raise ValueError for a level or a number of resamples that cannot be."""
    if not 0 < level < 1:
        raise ValueError(f"level {level!r} is not between 0 and 1, such as 0.95")
    if isinstance(resamples, bool) or resamples != int(resamples) or resamples < 100:
        raise ValueError(f"resamples {resamples!r} is not a whole number of at least 100")


def _dense(block):
    """Return a block of columns as an ordinary array of floats."""
    return np.asarray(block.toarray() if hasattr(block, "toarray") else block, dtype=float)


def _columns(counts):
    """Return numbers in the form that is quick to cut by rows, then by columns."""
    return counts.tocsr() if hasattr(counts, "tocsr") else np.asarray(counts, dtype=float)


def _check_ratio(numerators, denominators):
    """Return numerators (units, k), denominators (units, 1 or k) and whether k was left out."""
    top, bottom = _columns(numerators), np.asarray(denominators, dtype=float)
    flat = top.ndim == 1
    top = top[:, None] if flat else top
    bottom = bottom[:, None] if bottom.ndim == 1 else bottom
    if top.ndim != 2 or bottom.ndim != 2 or top.shape[0] != len(bottom):
        raise ValueError(
            f"numerators {np.shape(numerators)} and denominators {np.shape(denominators)} "
            "do not go together; give (units,) or (units, k)"
        )
    if bottom.shape[1] not in (1, top.shape[1]):
        raise ValueError(
            f"denominators have {bottom.shape[1]} columns, numerators {top.shape[1]}; "
            "give one or as many"
        )
    if np.isnan(top.sum()) or np.isnan(bottom.sum()):
        raise ValueError("numerators or denominators hold missing values; leave such units out")
    if (bottom < 0).any():
        raise ValueError("denominators hold negative values; a size is 0 or more")
    return top, bottom, flat


def _check_side(counts, words):
    """Return counts (units, k) and words (units,) of one side without its empty units."""
    words = np.asarray(words, dtype=float)
    counts = _columns(counts)
    if counts.ndim != 2 or words.shape != counts.shape[:1]:
        raise ValueError(
            f"counts {counts.shape} and words {words.shape} do not go together; "
            "give (units, terms) and (units,)"
        )
    kept = words > 0
    return counts[kept], words[kept]
