"""Resampling and multiplicity: how sure a number is, and how many numbers were tried.

Words come in clumps: an article that says *pipeline* once says it five times. So what is drawn
again is never the single word but the unit that words clump in: a document, or a paragraph of an
article.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

# Five documents are the fewest that may speak for a source (DEFINITIONS, keyness: interval). Five
# units are also the fewest worth redrawing: two give 3 different samples, four 35, five 126.
FEWEST = 5
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
    instead of 95%). The quantiles are held within twice Student's t; below five units Student's t
    itself is used. The interval keeps to what is possible: never below 0 where no numerator is
    negative, never beyond -1 or 1 where no numerator exceeds its denominator.

    Parameters
    ----------
    numerators, denominators : array (units,) or (units, k)
        Denominators of shape (units,) serve all columns. Units whose denominator is 0 are left out.
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
    estimate, low, high = (np.full(top.shape[1], np.nan) for _ in range(3))
    if bottom.shape[1] == 1:
        kept = bottom[:, 0] > 0
        top, bottom = top[kept], bottom[kept]
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = top.sum(axis=0) / bottom.sum(axis=0)
    if len(top) >= 2:
        counts = draw_counts(len(top), resamples, np.random.default_rng(seed))
        step = max(1, BLOCK // resamples)
        for start in range(0, top.shape[1], step):
            block = slice(start, start + step)
            below = bottom if bottom.shape[1] == 1 else bottom[:, block]
            low[block], high[block] = _studentised(top[:, block], below, counts, level)
    return (estimate[0], low[0], high[0]) if flat else (estimate, low, high)


def _studentised(top, bottom, counts, level):
    """Give the limits of top / bottom for one block: arrays (units, k), (units, 1 or k)."""
    units = len(top)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = top.sum(axis=0) / bottom.sum(axis=0)
        rest = top - ratio * bottom
        scale = units / (units - 1)
        error = np.sqrt(scale * (rest**2).sum(axis=0)) / bottom.sum(axis=0)
        size = bottom.T @ counts
        away = (rest.T @ counts) / size
        spread = (rest**2).T @ counts
        spread -= 2 * away * ((rest * bottom).T @ counts)
        spread += away**2 * ((bottom**2).T @ counts)
        t = away * size / np.sqrt(scale * np.maximum(spread, 0))
        # Rounding leaves a trace of spread where all units agree.
        error[error <= 1e-9 * np.abs(ratio)] = np.nan
        down, up = t_limits(t, units, level)
        low, high = ratio - up * error, ratio - down * error
        nowhere_negative = (top >= 0).all(axis=0)
        bounded = (np.abs(top) <= bottom).all(axis=0)
    low = np.where(nowhere_negative, np.maximum(low, 0), low)
    low = np.where(bounded, np.maximum(low, -1), low)
    high = np.where(bounded, np.minimum(high, 1), high)
    return np.where(error > 0, low, np.nan), np.where(error > 0, high, np.nan)


def t_limits(t, units, level):
    """Give the lower and upper quantile of studentised resamples, held to Student's t.

    Parameters
    ----------
    t : ndarray (k, resamples)
        May hold infinities and missing values, from resamples without spread.
    units : int
    level : float

    Returns
    -------
    lower, upper : each (k,)
    """
    from scipy.special import stdtrit

    tail = (1 - level) / 2
    student = stdtrit(units - 1, 1 - tail)
    if units < FEWEST:
        return np.full(len(t), -student), np.full(len(t), student)
    held = np.clip(np.nan_to_num(t, nan=0.0), -LIMIT * student, LIMIT * student)
    lower, upper = np.quantile(held, [tail, 1 - tail], axis=1)
    return lower, upper


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


def resampling_units(measures, *, by: str = "source") -> pd.DataFrame:
    """Say what is drawn again in each group: its documents, or paragraphs where these are few.

    A group with at least five documents (that have words) is resampled by documents. Otherwise its
    paragraphs are drawn, and the label says so: one article cannot speak for an outlet.

    Parameters
    ----------
    measures : Measures
    by : str
        Column of `measures.documents`.

    Returns
    -------
    DataFrame
        A row a unit, numbered from 0: `by`, doc_id, paragraph (0 = the whole document), unit
        ("documents", "within this article" or "within these articles").

    Raises
    ------
    ValueError
        If `by` is no column of the documents.
    """
    documents = check_by(measures.documents, by)
    documents = documents.loc[documents["words"] > 0, ["doc_id", by]]
    number = documents.groupby(by)["doc_id"].transform("size")
    whole = documents[number >= FEWEST].assign(paragraph=0, unit="documents")
    few = documents[number < FEWEST].assign(
        unit=np.where(number[number < FEWEST] == 1, "within this article", "within these articles")
    )
    words = measures.terms.loc[measures.terms["n"] == 1, ["doc_id", "paragraph"]]
    places = pd.concat([measures.sentences[["doc_id", "paragraph"]], words[words["paragraph"] > 0]])
    parts = few.merge(places.drop_duplicates(), on="doc_id").sort_values(["doc_id", "paragraph"])
    units = pd.concat([whole, parts])[[by, "doc_id", "paragraph", "unit"]]
    units = units.sort_values([by, "doc_id", "paragraph"], kind="stable", ignore_index=True)
    return units.astype({"paragraph": int})


def unit_labels(units: pd.DataFrame, *, by: str = "source") -> pd.Series:
    """Give the label of each group ("documents", "within this article", ...), by group.

    Parameters
    ----------
    units : DataFrame
        As `resampling_units` returns it, with the same `by`.

    Returns
    -------
    Series
        Indexed by group.
    """
    return units.drop_duplicates(by).set_index(by)["unit"]


def unit_of(units: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """Give the number of the unit that each row of a table belongs to.

    Parameters
    ----------
    units : DataFrame
        As `resampling_units` returns it.
    rows : DataFrame
        With doc_id, and paragraph where paragraphs are the units.

    Returns
    -------
    ndarray of int (rows,)
        Row numbers of `units`; -1 where a row belongs to none (such as a phrase, which is counted
        by document only, where paragraphs are drawn).
    """
    by_document = units["paragraph"] == 0
    whole = pd.Series(units.index[by_document], index=units["doc_id"][by_document])
    found = rows["doc_id"].map(whole).fillna(-1).to_numpy(dtype=np.int64)
    if by_document.all() or "paragraph" not in rows:
        return found
    keys = pd.MultiIndex.from_frame(units[["doc_id", "paragraph"]])
    exact = keys.get_indexer(pd.MultiIndex.from_frame(rows[["doc_id", "paragraph"]]))
    return np.where(found >= 0, found, exact)


def check_by(documents: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the documents if `by` is one of their columns, else raise ValueError."""
    if by not in documents.columns:
        raise ValueError(
            f"by {by!r} is not a column of documents; choose from {list(documents.columns)}"
        )
    return documents


def check_options(level, resamples):
    """Raise ValueError for a level or a number of resamples that cannot be."""
    if not 0 < level < 1:
        raise ValueError(f"level {level!r} is not between 0 and 1, such as 0.95")
    if isinstance(resamples, bool) or resamples != int(resamples) or resamples < 100:
        raise ValueError(f"resamples {resamples!r} is not a whole number of at least 100")


def _check_ratio(numerators, denominators):
    """Return numerators (units, k), denominators (units, 1 or k) and whether k was left out."""
    top, bottom = np.asarray(numerators, dtype=float), np.asarray(denominators, dtype=float)
    flat = top.ndim == 1
    top = top[:, None] if flat else top
    bottom = bottom[:, None] if bottom.ndim == 1 else bottom
    if top.ndim != 2 or bottom.ndim != 2 or len(top) != len(bottom):
        raise ValueError(
            f"numerators {np.shape(numerators)} and denominators {np.shape(denominators)} "
            "do not go together; give (units,) or (units, k)"
        )
    if bottom.shape[1] not in (1, top.shape[1]):
        raise ValueError(
            f"denominators have {bottom.shape[1]} columns, numerators {top.shape[1]}; "
            "give one or as many"
        )
    if np.isnan(top).any() or np.isnan(bottom).any():
        raise ValueError("numerators or denominators hold missing values; leave such units out")
    if (bottom < 0).any():
        raise ValueError("denominators hold negative values; a size is 0 or more")
    return top, bottom, flat
