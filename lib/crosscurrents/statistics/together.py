"""Do two things stand in the same places more than by chance, if each keeps to its own clumps?

A document is a row of places (sentences, paragraphs), each with or without a thing. What is by
chance is asked within every document, so that an article that is about both of two things makes no
tie between them.
"""

from __future__ import annotations

import numpy as np

LEAST = 1e-12  # probabilities below it are rounding


def shifted(one, other) -> np.ndarray:
    """Give the chance of each number of joint places if one row is turned against the other.

    Every turn of the row, its end joined to its beginning, is equally likely; so both keep their
    clumps (torus translation: Harms, Condit, Hubbell & Foster 2001).

    Parameters
    ----------
    one, other : array of bool (places,)

    Returns
    -------
    ndarray
        Probabilities of 0, 1, 2, ... joint places.

    Examples
    --------
    >>> shifted([1, 1, 0, 0], [1, 1, 0, 0]).tolist()  # turned by 0, 1, 2, 3: 2, 1, 0, 1 joint
    [0.25, 0.5, 0.25]
    """
    one, other = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    turns = np.fft.irfft(np.conj(np.fft.rfft(one)) * np.fft.rfft(other), len(one))
    return np.bincount(np.rint(turns).astype(int)) / len(one)


def hypergeometric(one, other) -> np.ndarray:
    """Give the chance of each number of joint places if every place is dealt by itself (Fisher).

    Parameters
    ----------
    one, other : array of bool (places,)

    Returns
    -------
    ndarray
        Probabilities of 0, 1, 2, ... joint places.

    Examples
    --------
    >>> hypergeometric([1, 1, 0, 0], [1, 1, 0, 0]).round(4).tolist()
    [0.1667, 0.6667, 0.1667]
    """
    from scipy.special import gammaln

    n, a, b = len(one), int(np.sum(one)), int(np.sum(other))
    joint = np.arange(max(0, a + b - n), min(a, b) + 1)

    def choose(of, k):
        return gammaln(of + 1) - gammaln(np.asarray(k) + 1) - gammaln(of - np.asarray(k) + 1)

    chance = np.exp(choose(a, joint) + choose(n - a, b - joint) - choose(n, b))
    return np.concatenate([np.zeros(joint[0]), chance])


def joint_p(rows, chance=shifted) -> float:
    """Give the p of the joint places of two things over all documents, two-sided.

    Twice the smaller tail of the sum over documents, whose distributions are folded together.

    Parameters
    ----------
    rows : list of (one, other)
        A pair of arrays of bool a document.
    chance : {shifted, hypergeometric}

    Returns
    -------
    float
        Missing where no other number of joint places could have been.

    Examples
    --------
    >>> joint_p([([1, 1, 0, 0], [1, 1, 0, 0])])
    0.5
    """
    folded, joint = np.ones(1), 0
    for one, other in rows:
        folded = np.convolve(folded, chance(one, other))
        joint += int(np.sum(np.asarray(one, bool) & np.asarray(other, bool)))
    if np.count_nonzero(folded > LEAST) < 2:
        return float("nan")
    tails = folded[: joint + 1].sum(), folded[joint:].sum()
    return float(min(1.0, 2 * max(min(tails), LEAST)))
