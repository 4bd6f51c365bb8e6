"""The one bootstrap and the one test: how certain a number is, and whether groups differ in it.

Words are used in bursts: an article that says *pipeline* once says it five times. So documents or
paragraphs are resampled (`Comparison.units`), never single words, and every claim that a word,
theme, tone, position or change is distinctive rests on `permutation_test`, which exchanges
documents. All resamples of many columns are a few matrix products: numbers are (units, k), draws
are (units, resamples).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from crosscurrents.writing import LEVEL, check_options, counted

# How far a studentised quantile may lie beyond Student's t. With a handful of units some samples
# hold hardly any spread and their t runs away; twice t keeps the coverage (tests/test_intervals).
LIMIT = 2.0
BLOCK = 2_000_000  # numbers in one block of columns x resamples (16 MB): few, large products
FEWEST = 5  # units: four give only 35 different samples, two give 3

SMOOTHING = 0.5  # added to both counts (Lowe, Benoit, Mikhaylov & Laver 2011)


def bootstrap_ratio(
    numerators, denominators, *, level: float = LEVEL, resamples: int = 1000, seed: int = 0
):
    """Give a ratio of sums over units with its studentised bootstrap interval.

    A mean is the ratio of sums of values and of ones; a rate the ratio of counts and words. Units
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
        0 or more. The same units and seed give the same interval, whatever other columns there are.

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
    top, bottom = check_units(numerators, denominators)
    low, high = np.full((2, top.shape[1]), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = np.asarray(top.sum(axis=0)) / bottom.sum(axis=0)
    if len(bottom) >= 2:
        counts = draw_counts(len(bottom), resamples, int(seed))
        for block in blocks(top.shape[1], counts):
            below = bottom if bottom.shape[1] == 1 else bottom[:, block]
            low[block], high[block] = ratio_limits(dense(top[:, block]), below, counts, level)
    found = estimate, low, high
    return tuple(part[0] for part in found) if np.ndim(numerators) == 1 else found


def bootstrap_log_ratio(
    target,
    reference,
    target_words,
    reference_words,
    *,
    listed: bool = False,
    level: float = LEVEL,
    resamples: int = 1000,
    seed: int = 0,
):
    """Give the log ratio of two rates, all terms at once, with its studentised bootstrap interval.

    log2 of the rate in the target over the rate in the reference; a zero count is replaced by 0.5
    (Hardie 2014). The units of either side are drawn with replacement, as in `bootstrap_ratio`; the
    square of a side's standard error is never less than 1 / count, the variance of a word that is
    spread by chance. The quantiles are kept between once and twice Student's t with the degrees of
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
        the one of words spread by chance.
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
    sides = [check_units(target, target_words), check_units(reference, reference_words)]
    terms, other = (counts.shape[1] for counts, _ in sides)
    if terms != other:
        raise ValueError(f"target has {terms} terms and reference {other}; give the same terms")
    log_ratio, low, high = np.full((3, terms), np.nan)
    sizes = [len(words) for _, words in sides]
    fewest = sizes[0] if listed else min(sizes)
    drawn = [draw_counts(n, resamples, int(seed), side) for side, n in enumerate(sizes) if n]
    if len(drawn) == 2:
        for block in blocks(terms, *drawn):
            parts = [
                _log_rate(dense(counts[:, block]), words, again)
                for (counts, words), again in zip(sides, drawn)
            ]
            log_ratio[block], low[block], high[block] = log_limits(parts, fewest, level)
    return log_ratio, low, high


def log_position(hits, *, level: float = LEVEL, resamples: int = 1000, seed: int = 0):
    """Give ln((a + 0.5) / (b + 0.5)), its standard error and its studentised bootstrap interval.

    The standard error, sqrt(1 / (a + 0.5) + 1 / (b + 0.5)), takes matches as independent (Lowe,
    Benoit, Mikhaylov & Laver 2011). For the interval units are resampled with all their matches;
    the distance of each resample is divided by its own linearised error, which is never taken as
    less than Lowe's, and its quantiles are kept between once and twice Student's t.

    Parameters
    ----------
    hits : array (units, 2)
        Matches of the two poles in each unit.
    level, resamples, seed
        See `bootstrap_ratio`.

    Returns
    -------
    position, se, low, high : float
        All missing without a match; the interval is missing with fewer than two units.

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
    position, lowe = _smoothed_log_ratio(*total)
    if len(hits) < 2:
        return float(position), float(lowe), np.nan, np.nan
    counts = draw_counts(len(hits), resamples, int(seed))
    error = _error(hits, np.ones((len(hits), 1)))[0]
    again, _ = _smoothed_log_ratio(*(hits.T @ counts))
    t = (again - position) / _error(hits, counts)
    down, up = (limit[0] for limit in t_limits(t[None, :], len(hits), level))
    least = _student(len(hits), level)
    low, high = position - max(up, least) * error, position - min(down, -least) * error
    return float(position), float(lowe), float(low), float(high)


def _smoothed_log_ratio(a, b):
    """Give ln((a + 0.5) / (b + 0.5)) and its standard error for independent matches."""
    a, b = a + SMOOTHING, b + SMOOTHING
    return np.log(a / b), np.sqrt(1 / a + 1 / b)


def _error(hits: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The linearised error of resampled positions (counts: units, resamples), Lowe's at least."""
    n = len(hits)
    a, b = hits.T
    above, below = a @ counts + SMOOTHING, b @ counts + SMOOTHING
    squares = (a * a) @ counts / above**2 + (b * b) @ counts / below**2
    squares -= 2 * ((a * b) @ counts) / (above * below)
    mean = ((a @ counts) / above - (b @ counts) / below) / n
    spread = np.sqrt(np.maximum(squares - n * mean**2, 0) * n / (n - 1))
    return np.maximum(spread, np.sqrt(1 / above + 1 / below))


def draw_counts(units: int, resamples: int, *seed: int) -> np.ndarray:
    """Say how often each unit is drawn in each resample, as floats for matrix products.

    The same units and seed give the same draws.

    Parameters
    ----------
    units, resamples : int
    seed : int or more
        Sides that are drawn independently of each other need different ones.

    Returns
    -------
    ndarray (units, resamples)
        Every column sums to `units`.
    """
    drawn = np.random.default_rng(seed).integers(0, units, (resamples, units))
    drawn += units * np.arange(resamples)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=resamples * units).reshape(resamples, units)
    return np.ascontiguousarray(counts.T, dtype=float)


def _spread(top, bottom, counts):
    """Multiply the units' numbers with how often each is drawn.

    Returns
    -------
    ratio, variance : array (k,)
        Of sums over the units; variance of the numerator, linearised.
    away, size, variances : array (k, resamples)
        Of every resample how far its ratio is from the sample's, the sum of denominators
        ((1, resamples) where one serves all columns), and the variance.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = top.sum(axis=0) / bottom.sum(axis=0)
        rest, scale = top - ratio * bottom, len(top) / max(len(top) - 1, 1)
        parts = rest, rest**2, rest * bottom, bottom, bottom**2
        residual, squares, mixed, size, size_squares = (part.T @ counts for part in parts)
        away = residual / size
        variances = squares - 2 * away * mixed + away**2 * size_squares
        variance = scale * (rest**2).sum(axis=0)
        return ratio, variance, away, size, scale * np.maximum(variances, 0)


def ratio_limits(top, bottom, counts, level):
    """Give the limits of top / bottom for one block of columns."""
    ratio, variance, away, size, variances = _spread(top, bottom, counts)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(variance) / bottom.sum(axis=0)
        error[error <= 1e-9 * np.abs(ratio)] = np.nan  # all units agree, but for rounding
        # A resample with the ratio of the sample is at no distance from it, whatever rounding says.
        away = np.where(np.abs(away) > 1e-12 * np.abs(ratio)[:, None], away, 0)
        t = away * size / np.sqrt(variances)
    down, up = t_limits(t, len(top), level)
    low, high = ratio - up * error, ratio - down * error
    low[(top >= 0).all(axis=0) & (low < 0)] = 0
    bounded = (np.abs(top) <= bottom).all(axis=0)
    low, high = np.where(bounded, np.clip([low, high], -1, 1), [low, high])
    return np.where(error > 0, low, np.nan), np.where(error > 0, high, np.nan)


def _log_rate(top, words, counts):
    """Give log2 rate of one side and its variance, of the sample (k,) and of each resample.

    And first how often each column occurs.
    """
    ratio, variance, away, size, variances = _spread(top, words, counts)
    total = top.sum(axis=0)
    # Counts are whole numbers, so what is below 0.5 is a zero with a trace of rounding.
    count = np.maximum(total, 0.5)
    drawn = np.maximum((ratio[:, None] + away) * size, 0.5)
    spread = np.maximum(variance / count**2, 1 / count)
    spreads = np.maximum(variances / drawn**2, 1 / drawn)
    return total, np.log2(count / words.sum()), spread, np.log2(drawn / size), spreads


def log_limits(sides, units, level):
    """Give log2 ratio and its limits from the `_log_rate` of both sides."""
    total, rate, variance, rates, variances = zip(*sides)
    zero, nought = total[0] == 0, total[1] == 0
    ratio = rate[0] - rate[1]
    error, errors = np.sqrt(sum(variance)) / np.log(2), np.sqrt(sum(variances)) / np.log(2)
    down, up = t_limits((rates[0] - rates[1] - ratio[:, None]) / errors, units, level)
    student = _student(units, level)
    plain = zero | nought
    down = np.where(plain, -student, np.minimum(down, -student))
    up = np.where(plain, student, np.maximum(up, student))
    low, high = ratio - up * error, ratio - down * error
    # Towards equality a zero reaches as far as the upper limit of a rate of which nothing was seen,
    # -ln(tail) occurrences, combined with the other side's error (MOVER, Zou & Donner 2008).
    seen = student * np.sqrt(np.where(zero, variance[1], variance[0])) / np.log(2)
    reach = np.hypot(seen, _wider(units, level) * np.log2(-np.log((1 - level) / 2) / 0.5))
    low, high = np.where(nought, ratio - reach, low), np.where(zero, ratio + reach, high)
    return np.where(zero & nought, np.nan, [ratio, low, high])


def _student(units, level):
    """Give the upper quantile of Student's t, missing for a single unit."""
    from scipy.special import stdtrit

    return stdtrit(units - 1, (1 + level) / 2) if units > 1 else np.nan


def _wider(units, level):
    """Give Student's t over the normal quantile, 1 and a little more unless units are few."""
    from scipy.special import ndtri

    return _student(units, level) / ndtri((1 + level) / 2)


def t_limits(t, units, level):
    """Give lower and upper quantile (k,) of studentised resamples (k, resamples), held to t.

    They are widened by Student's t over the normal quantile: resamples of a few units vary less
    than fresh samples would (the argument of Hesterberg 2015 for percentiles).
    """
    student = _student(units, level)
    if not units >= FEWEST:
        return np.full(len(t), -student), np.full(len(t), student)
    limit = LIMIT * student
    held = np.clip(np.nan_to_num(t, nan=0.0), -limit, limit)
    low, high = np.quantile(held, [(1 - level) / 2, (1 + level) / 2], axis=1)
    wider = _wider(units, level)
    return np.maximum(low * wider, -limit), np.minimum(high * wider, limit)


def blocks(columns, *counts):
    """Cut columns into slices for which a block of columns x units or resamples stays small."""
    step = max(1, BLOCK // max(max(part.shape) for part in counts))
    return [slice(start, start + step) for start in range(0, columns, step)]


def dense(block):
    """Return a block of columns as an ordinary array of floats."""
    return np.asarray(block.toarray() if hasattr(block, "toarray") else block, dtype=float)


def check_units(numbers, sizes):
    """Return numbers (units, k) and sizes (units, 1 or k); units without a size are left out."""
    top = numbers.tocsr() if hasattr(numbers, "tocsr") else np.asarray(numbers, dtype=float)
    bottom = np.asarray(sizes, dtype=float)
    top, bottom = (part[:, None] if part.ndim == 1 else part for part in (top, bottom))
    if bottom.shape not in ((top.shape[0], 1), top.shape):
        raise ValueError(
            f"numbers {np.shape(numbers)} and sizes {np.shape(sizes)} do not go together; "
            "give (units, k) and (units,)"
        )
    if np.isnan(top.sum()) or not (bottom >= 0).all():
        raise ValueError("numbers hold missing values, or sizes negative ones")
    kept = slice(None) if bottom.shape[1] > 1 else bottom[:, 0] > 0
    return top[kept], bottom[kept]


# ---- the test ---------------------------------------------------------------------------------

MIN_DOCUMENTS = 5  # on either side; with fewer there is no test and no claim (DEFINITIONS, test)
DRAWS = 999  # permutations: the smallest p is 1 / 1,000
ALPHA = 0.05  # adjusted p below which something is called distinctive
BELOW = f"p below {ALPHA}"  # the same as pages say it
CELLS = 8_000_000  # statistics of a block of draws (64 MB)
ROUNDING = 1e-9  # what is equal but for rounding counts as equal


def permutation_test(*samples: Sample, draws: int = DRAWS, seed: int = 0) -> list[pd.DataFrame]:
    """Test whether groups differ in ratios of sums, by exchanging documents between them.

    The residual of a document is value - weight x (sum of values / sum of weights). The residuals
    of the target's documents are summed and divided by their standard deviation over all
    permutations, sqrt(sum of squared residuals x n (N - n) / (N (N - 1))), so that small and large
    groups are on one scale. Labels of documents are drawn again `draws` times; p is the share of
    the draws with a statistic at least as far from 0 (Phipson & Smyth 2010), and the adjusted p
    compares with the largest statistic of a draw over the whole family (max T, Westfall & Young
    1993): all numbers of all targets of all samples.

    Parameters
    ----------
    samples : Sample
        One family. Each sample's documents are exchanged among themselves only.
    draws, seed : int

    Returns
    -------
    list of DataFrame
        One a sample, a row a target and number: group (the target), number (0 to k - 1), statistic
        (above 0 where the target's ratio is the higher one), p, p_adjusted, tests (of the whole
        family). The first three are missing where a side has too few documents with a weight in
        the number, or where the number never varies.

    Examples
    --------
    >>> labels = ["A"] * 5 + ["B"] * 5
    >>> (found,) = permutation_test(Sample([[2]] * 5 + [[0]] * 5, [10] * 10, labels, ["A"]))
    >>> found["statistic"].round(2).tolist(), bool(found["p_adjusted"][0] < 0.02)
    ([3.0], True)
    """
    most = np.zeros(draws)  # the largest statistic of each draw, over the family
    beyond = [
        sample.exchange(np.random.default_rng([int(seed), number]), most)
        for number, sample in enumerate(samples)
    ]
    tests = sum(int(np.isfinite(sample.statistic).sum()) for sample in samples)
    results, most = [], np.sort(most)
    for sample, count in zip(samples, beyond):
        missing = np.where(np.isfinite(sample.statistic), 0, np.nan)
        higher = draws - np.searchsorted(most, sample.seen, "left")
        p, adjusted = ((1 + number) / (draws + 1) + missing for number in (count, higher))
        targets, numbers = p.shape
        columns = {
            "group": np.repeat(np.array(sample.targets, object), numbers),
            "number": np.tile(np.arange(numbers), targets),
            "statistic": sample.statistic.ravel(), "p": p.ravel(), "p_adjusted": adjusted.ravel(),
        }  # fmt: skip
        results.append(pd.DataFrame(columns).assign(tests=tests))
    return results


class Sample:
    """Documents of several groups, k numbers of each document, and how far its targets differ.

    Parameters
    ----------
    values : array or scipy.sparse array (documents, k)
        What is summed above the line: counts of k words, scores, hits of one pole.
    weights : array (documents,) or (documents, k)
        What is summed below it: words, sentences, hits of both poles.
    labels : sequence (documents,)
        The group of each document.
    targets : sequence, optional
        The groups that are each compared with all others together; all of them by default.

    Attributes
    ----------
    statistic, seen : array (targets, k)
        The statistic, missing without a test, and its size, less what may be rounding.
    """

    def __init__(
        self, values: Any, weights: Any, labels: Sequence[Hashable], targets: Any = None
    ) -> None:
        from scipy.sparse import csr_array, issparse

        labels = np.array(labels, object)
        self.targets = list(dict.fromkeys(labels.tolist()) if targets is None else targets)
        self.values = csr_array(values.T) if issparse(values) else np.asarray(values, float).T
        self.weights = np.atleast_2d(np.asarray(weights, float).T)
        shape = len(self.targets), len(labels)
        self.member = np.array([labels == t for t in self.targets], bool).reshape(shape)
        self.rate, self.norm = _moments(self.values, self.weights)
        total, size = len(labels), self.member.sum(axis=1)
        spread = np.sqrt(size * (total - size) / max(total * (total - 1), 1))
        self.spread = np.where(spread > 0, spread, np.nan)  # over all permutations
        weighty = (self.weights > 0).T.astype(int)  # documents that have a part in each number
        self.enough = np.minimum(self.member @ weighty, ~self.member @ weighty) >= MIN_DOCUMENTS
        self.statistic = np.where(self.enough, self._statistics(self.member[None])[0], np.nan)
        self.seen = np.abs(self.statistic) * (1 - ROUNDING)

    def _statistics(self, members: np.ndarray) -> np.ndarray:
        """The statistics of draws (draws, targets, documents): (draws, targets, k)."""
        member = members.reshape(-1, members.shape[2]).T
        residual = self.values @ member.astype(float) - self.rate[:, None] * (self.weights @ member)
        with np.errstate(invalid="ignore", divide="ignore"):
            scaled = (residual / self.norm[:, None]).T.reshape(*members.shape[:2], -1)
            return scaled / self.spread[:, None]

    def exchange(self, rng: np.random.Generator, most: np.ndarray) -> np.ndarray:
        """Draw labels again: raises `most`, returns how many draws lie as far out (targets, k)."""
        beyond = np.zeros(self.statistic.shape, int)
        if not np.isfinite(self.statistic).any():
            return beyond
        at_once = max(1, CELLS // max(self.member.size, self.statistic.size))
        for first in range(0, len(most), at_once):
            some = most[first : first + at_once]
            orders = [rng.permutation(self.member.shape[1]) for _ in some]
            drawn = self._statistics(np.stack([self.member[:, order] for order in orders]))
            drawn = np.abs(np.nan_to_num(drawn)) * self.enough
            beyond += (drawn >= self.seen).sum(axis=0)
            np.maximum(some, drawn.max(axis=(1, 2)), out=some)
        return beyond


def _moments(values: Any, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rate of all documents, and the root of the sum of squared residuals, by number."""
    total, below = np.asarray(values.sum(axis=1)), weights.sum(axis=1)
    rate = np.divide(total, below, out=np.zeros(len(total)), where=below > 0)
    squares = np.asarray((values * values).sum(axis=1))
    # Of sparse values only the products with what is there.
    both = values.multiply(weights) if hasattr(values, "multiply") else values * weights
    both = np.asarray(both.sum(axis=1)).reshape(-1)
    found = squares - 2 * rate * both + rate**2 * (weights**2).sum(axis=1)
    norm = np.sqrt(np.where(found > ROUNDING * np.maximum(squares, 1), found, np.nan))
    return rate, norm


# ---- what pages say of it ---------------------------------------------------------------------

FEW = f"it takes at least {MIN_DOCUMENTS} articles of a source and {MIN_DOCUMENTS} of the others"


def tested(table: pd.DataFrame) -> dict[str, str]:
    """What a sentence may say of a table's tests: how many, what is beyond chance, what it takes.

    >>> tested(pd.DataFrame({"tests": [6, 6]}))["chance"]
    'p below 0.05 after 6 tests'
    """
    tests = counted(int(np.nan_to_num(table["tests"].max())), "test")
    return {"tests": tests, "chance": f"{BELOW} after {tests}", "few": FEW}
