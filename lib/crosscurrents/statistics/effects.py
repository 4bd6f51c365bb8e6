"""How large a difference of two rates is, beside contrast.py: the odds ratio, and a log ratio
that claims no more than chance leaves of it.

Both take the four numbers of contrast.py, single or as arrays that broadcast.
"""

from __future__ import annotations

import numpy as np

from crosscurrents.effect_sizes import check_counts


def odds_ratio(target, reference, target_words, reference_words) -> np.ndarray:
    """Give the odds of a term in the target over its odds in the reference.

    a (d - b) / (b (c - a)), with a and b the counts and c and d the sizes (Pojanapunya & Watson
    Todd 2018 for its use in keyness).

    Parameters
    ----------
    target, reference : array of counts
    target_words, reference_words : array of sizes

    Returns
    -------
    ndarray
        Above 1 for the target's words; missing where it would be infinite (the reference never
        uses the term, or the target consists of it), or a side has no words.

    Raises
    ------
    ValueError
        If a count is negative or above its size.

    Examples
    --------
    >>> odds_ratio([10, 10, 0], [5, 0, 5], 100, 100).round(4).tolist()
    [2.1111, nan, 0.0]
    """
    a, b, c, d = check_counts(target, reference, target_words, reference_words)
    known = (b > 0) & (a < c)
    above, below = a * (d - b), b * (c - a)
    return np.divide(above, below, out=np.full(known.shape, np.nan), where=known)


def conservative_log_ratio(
    target, reference, target_words, reference_words, *, level: float = 0.95, tests: int = 1
) -> np.ndarray:
    """Give the end nearer to 0 of an exact interval of the log ratio (LRC, Evert 2022).

    Given a + b occurrences, those in the target are binomial with share
    r c / (r c + d) for a ratio of rates r; the interval of that share is Clopper & Pearson's
    (1934), two-sided, its level held over all `tests` (Bonferroni). It takes words to be
    independent, so that it is conservative about chance but not about clumping.

    Parameters
    ----------
    target, reference : array of counts
    target_words, reference_words : array of sizes
    level : float
        Confidence level, between 0 and 1.
    tests : int
        How many terms are compared.

    Returns
    -------
    ndarray
        0 where the interval holds equality; missing where both counts are 0 or a side has no
        words.

    Raises
    ------
    ValueError
        If a count is negative or above its size, or an option is out of its range.

    Examples
    --------
    >>> conservative_log_ratio([60, 6, 2], [10, 10, 30], 1000, 1000).round(3).tolist()
    [1.608, 0.0, -1.928]
    """
    from scipy.special import betaincinv

    if not 0 < level < 1:
        raise ValueError(f"level {level!r} is not between 0 and 1, such as 0.95")
    if isinstance(tests, bool) or tests != int(tests) or tests < 1:
        raise ValueError(f"tests {tests!r} is not a whole number of at least 1")
    a, b, c, d = check_counts(target, reference, target_words, reference_words)
    known = (a + b > 0) & (c > 0) & (d > 0)
    tail = (1 - level) / tests / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        low = np.where(a > 0, betaincinv(a, b + 1, tail), 0.0)
        high = np.where(b > 0, betaincinv(a + 1, b, 1 - tail), 1.0)
        low, high = (np.log2(d / c) + np.log2(x / (1 - x)) for x in (low, high))
    nearer = np.where(low > 0, low, np.where(high < 0, high, 0.0))
    return np.where(known, nearer, np.nan)
