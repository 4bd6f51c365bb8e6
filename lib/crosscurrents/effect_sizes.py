"""Statistics on the counts of a term in a target and a reference: plain functions on arrays.

All take the same four numbers, single or as arrays that broadcast: how often the term occurs in the
target and in the reference, and all words of either. They know nothing of measures or documents.
"""

from __future__ import annotations

import numpy as np

from crosscurrents.writing import check_choice


def log_likelihood(
    target, reference, target_words, reference_words, *, variant: str = "dunning"
) -> np.ndarray:
    """Give the log-likelihood ratio G2 of a term in target and reference.

    "dunning" sums 2 O ln(O / E) over four cells, the term and all other words on either side
    (Dunning 1993); "rayson" over the two cells of the term alone (Rayson & Garside 2000). Natural
    logarithm, no correction, empty cells contribute 0. G2 has no sign.

    Parameters
    ----------
    target, reference : array of counts
    target_words, reference_words : array of sizes
    variant : {"dunning", "rayson"}

    Returns
    -------
    ndarray
        0 or more; missing where a side has no words.

    Raises
    ------
    ValueError
        If a count is negative or above its size, or the variant is unknown.

    Examples
    --------
    >>> round(float(log_likelihood(10, 5, 1000, 2000)), 4)
    6.9692
    >>> round(float(log_likelihood(10, 5, 1000, 2000, variant="rayson")), 4)
    6.9315
    """
    check_choice("variant", variant, ["dunning", "rayson"])
    numbers = check_counts(target, reference, target_words, reference_words)
    counts, words = np.stack(numbers[:2]), np.stack(numbers[2:])
    return np.where((words > 0).all(axis=0), _g2(counts, words, rest=variant == "dunning"), np.nan)


def overall_log_likelihood(counts, words) -> np.ndarray:
    """Give G2 of a term over any number of groups, from the full 2 x k table (Dunning 1993).

    Parameters
    ----------
    counts : array (groups, terms)
    words : array (groups,)
        All above 0.

    Returns
    -------
    ndarray (terms,)
        To be read with k - 1 degrees of freedom.

    Examples
    --------
    >>> overall_log_likelihood([[10], [5]], [1000, 2000]).round(4).tolist()
    [6.9692]
    """
    return _g2(np.asarray(counts, dtype=float), np.asarray(words, dtype=float)[:, None])


def log_ratio(
    target, reference, target_words, reference_words, *, smoothing: str = "hardie"
) -> np.ndarray:
    """Give the binary logarithm of how many times more often the target uses a term.

    log2 of the target's rate over the reference's. "hardie" replaces only a zero count, by 0.5
    (Hardie 2014); "walter" adds 0.5 to all counts and sizes (Walter 1975).

    Parameters
    ----------
    target, reference : array of counts
    target_words, reference_words : array of sizes
    smoothing : {"hardie", "walter"}

    Returns
    -------
    ndarray
        1 is twice the rate, -1 half of it; missing where both counts are 0 or a side has no words.

    Raises
    ------
    ValueError
        If a count is negative or above its size, or the smoothing is unknown.

    Examples
    --------
    >>> log_ratio([8, 2, 0], [4, 4, 4], 1000, 1000).tolist()
    [1.0, -1.0, -3.0]
    """
    check_choice("smoothing", smoothing, ["hardie", "walter"])
    a, b, c, d = check_counts(target, reference, target_words, reference_words)
    known = (a + b > 0) & (c > 0) & (d > 0)
    if smoothing == "walter":
        a, b, c, d = a + 0.5, b + 0.5, c + 0.5, d + 0.5
    else:
        a, b = np.where(a == 0, 0.5, a), np.where(b == 0, 0.5, b)
    # Multiplied crosswise, so that equal rates give exactly 0.
    above, below = a * d, b * c
    return np.log2(np.divide(above, below, out=np.full(known.shape, np.nan), where=known))


def log_odds_z(
    target, reference, target_words, reference_words, *, prior_words: float = 1000
) -> np.ndarray:
    """Give the z score of the log-odds ratio with an informative prior ("Fightin' Words").

    Monroe, Colaresi & Quinn (2008). The Dirichlet prior of a term is its share in target and
    reference together, scaled to `prior_words` words and the same on both sides; the variance is
    1 / (count + prior) summed over the two sides.

    Parameters
    ----------
    target, reference : array of counts
    target_words, reference_words : array of sizes
    prior_words : float
        Weight of the prior, in words.

    Returns
    -------
    ndarray
        Above 0 for the target's words; missing where both counts are 0, where a side has no words
        or where a side consists of this term alone.

    Raises
    ------
    ValueError
        If a count is negative or above its size, or the prior is not above 0.

    Examples
    --------
    >>> round(float(log_odds_z(10, 5, 1000, 2000)), 4)
    1.9966
    """
    if not 0 < prior_words < np.inf:
        raise ValueError(f"prior_words {prior_words!r} is not a number above 0")
    a, b, c, d = check_counts(target, reference, target_words, reference_words)
    known = (a + b > 0) & (a + b < c + d) & (c > 0) & (d > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        prior = prior_words * (a + b) / (c + d)
        odds = (a + prior) / (c + prior_words - a - prior)
        reference_odds = (b + prior) / (d + prior_words - b - prior)
        z = np.log(odds / reference_odds) / np.sqrt(1 / (a + prior) + 1 / (b + prior))
    return np.where(known, z, np.nan)


def _g2(counts: np.ndarray, words: np.ndarray, *, rest: bool = True) -> np.ndarray:
    """Give 2 x the sum of seen x ln(seen / expected) over groups, and over all other words, too."""
    expected = counts.sum(axis=0) * words / np.maximum(words.sum(axis=0), 1)
    g2 = _times_log(counts, expected)
    g2 = g2 + _times_log(words - counts, words - expected) if rest else g2
    return np.maximum(2 * g2.sum(axis=0), 0)


def _times_log(seen, expected):
    """Give seen x ln(seen / expected), 0 where nothing was seen."""
    ratio = np.divide(seen, expected, out=np.ones_like(expected), where=(seen > 0) & (expected > 0))
    return seen * np.log(ratio)


def check_counts(target, reference, target_words, reference_words):
    """Return the four numbers as float arrays of one shape, or raise ValueError."""
    four = target, reference, target_words, reference_words
    numbers = np.broadcast_arrays(*(np.asarray(number, dtype=float) for number in four))
    for name, count, size in zip(("target", "reference"), numbers[:2], numbers[2:]):
        if (count < 0).any():
            raise ValueError(f"{name} holds negative counts")
        if (count > size).any():
            raise ValueError(f"{name} holds counts above {name}_words")
    return numbers
