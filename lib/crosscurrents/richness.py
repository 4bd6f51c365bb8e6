"""How rich the vocabulary of one document is: measures that do not depend on its length.

Plain functions on the words of one document, in their order, as integer ids or as text.
"""

from __future__ import annotations

import numpy as np

WINDOW = 100  # words of MATTR (DEFINITIONS, variety)
THRESHOLD = 0.72  # type-token ratio below which a factor of MTLD is full (McCarthy & Jarvis 2010)
LEAST = 10  # words of a factor
ORDERED = ("mattr", "mtld")  # what needs the order of the words


def mattr(words, *, window: int = WINDOW) -> float:
    """Give the moving-average type-token ratio (Covington & McFall 2010).

    The mean, over all windows of so many words, of distinct words / words.

    Parameters
    ----------
    words : array (words,)
        In text order, as ids or as text.
    window : int
        At least 1.

    Returns
    -------
    float
        Missing for a text shorter than the window.

    Raises
    ------
    ValueError
        If the window is no whole number above 0.

    Examples
    --------
    >>> mattr(list("ababcdca"), window=4)
    0.75
    """
    if isinstance(window, bool) or window != int(window) or window < 1:
        raise ValueError(f"window {window!r} is not a whole number of at least 1")
    window = int(window)
    ids = _ids(words)
    windows = len(ids) - window + 1
    if windows < 1:
        return np.nan
    # A word is a new type in every window that holds it but begins after it stood before.
    place = np.arange(len(ids))
    first = np.maximum(np.maximum(_before(ids) + 1, place - window + 1), 0)
    last = np.minimum(place, windows - 1)
    kept = first <= last
    steps = np.bincount(first[kept], minlength=windows + 1).astype(float)
    steps -= np.bincount(last[kept] + 1, minlength=windows + 1)
    return float(np.cumsum(steps)[:windows].mean() / window)


def mtld(words, *, threshold: float = THRESHOLD, least: int = LEAST) -> float:
    """Give the measure of textual lexical diversity (McCarthy & Jarvis 2010).

    The mean length of factors: a factor is full once its type-token ratio is below the threshold
    and it has at least ten words; the rest at the end counts as (1 - its ratio) / (1 - threshold).
    The text is read forward and backward, and both results are averaged.

    Parameters
    ----------
    words : array (words,)
        In text order, as ids or as text.
    threshold : float
        Between 0 and 1.
    least : int
        Fewest words of a factor.

    Returns
    -------
    float
        Missing where either direction has not one full factor.

    Raises
    ------
    ValueError
        If the threshold is not between 0 and 1, or `least` no whole number above 0.

    Examples
    --------
    >>> mtld(["a", "b"] * 10)
    10.0
    """
    if not 0 < threshold < 1:
        raise ValueError(f"threshold {threshold!r} is not between 0 and 1, such as 0.72")
    if isinstance(least, bool) or least != int(least) or least < 1:
        raise ValueError(f"least {least!r} is not a whole number of at least 1")
    ids = _ids(words)
    factors = [_factors(part, threshold, least) for part in (ids, ids[::-1])]
    if min(full for full, _ in factors) < 1:
        return np.nan
    return float(np.mean([len(ids) / (full + rest) for full, rest in factors]))


def _factors(ids, threshold, least):
    """Give the number of full factors, and the rest as a part of one."""
    before = _before(ids).tolist()
    full = start = types = 0
    for k, earlier in enumerate(before):
        types += earlier < start
        size = k + 1 - start
        if size >= least and types / size < threshold:
            full, start, types = full + 1, k + 1, 0
    size = len(before) - start
    return full, (1 - types / size) / (1 - threshold) if size else 0.0


def yule_k(counts) -> float:
    """Give Yule's K, how much a text repeats its words: 10,000 (sum of count^2 - N) / N^2.

    Yule (1944): the chance, times 10,000, that two words drawn without regard to order are one and
    the same word; high where the vocabulary is poor, and independent of length.

    Parameters
    ----------
    counts : array (types,)
        How often each word occurs.

    Returns
    -------
    float
        Missing for a text without words.

    Examples
    --------
    >>> yule_k([4, 3, 2, 1])
    2000.0
    """
    counts = np.asarray(counts, dtype=float)
    size = counts.sum()
    return float(10_000 * ((counts**2).sum() - size) / size**2) if size else np.nan


def word_order_measures(words) -> dict[str, float]:
    """Give what needs the order of a document's words, by name: mattr and mtld.

    Parameters
    ----------
    words : array (words,)
        Of one document, as ids or as text.
    """
    return {"mattr": mattr(words), "mtld": mtld(words)}


def _before(ids):
    """Give the place at which each word stood before, -1 for the first time."""
    order = np.argsort(ids, kind="stable")
    before = np.full(len(ids), -1)
    same = ids[order[1:]] == ids[order[:-1]]
    before[order[1:][same]] = order[:-1][same]
    return before


def _ids(words):
    """Return words as integers, the same word as the same number."""
    words = np.asarray(words)
    if words.ndim != 1:
        raise ValueError(f"words {words.shape} are not one document; give an array (words,)")
    return words if words.dtype.kind in "iu" else np.unique(words, return_inverse=True)[1]
