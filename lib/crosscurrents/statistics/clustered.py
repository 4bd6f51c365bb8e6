"""Standard errors of any smooth number by linearisation, where observations come in clumps.

The influence of a unit (a document, a paragraph) on a number is what it would add to it; the
variance of the number is that of the sum of the influences (Binder 1983).
"""

from __future__ import annotations

import numpy as np


def clustered_error(influence) -> np.ndarray:
    """Give the standard error of numbers from the influence of each unit on them (Binder 1983).

    Parameters
    ----------
    influence : array (units,) or (units, k)

    Returns
    -------
    ndarray, () or (k,)
        Missing with fewer than two units; 0 where all units agree.

    Examples
    --------
    The mean of 1, 2 and 6: each unit's influence is its distance from the mean over their number.

    >>> import numpy as np
    >>> clustered_error((np.array([1, 2, 6]) - 3) / 3).round(4).tolist()
    1.5275
    """
    influence = np.asarray(influence, dtype=float)
    units = len(influence)
    if units < 2:
        return np.full(influence.shape[1:], np.nan)
    away = influence - influence.mean(axis=0)
    return np.sqrt((away**2).sum(axis=0) * units / (units - 1))


def student(units: int, level: float) -> float:
    """Give the upper quantile of Student's t for a number of units, missing for a single one.

    >>> round(student(11, 0.95), 3)
    2.228
    """
    from scipy.special import stdtrit

    return float(stdtrit(units - 1, (1 + level) / 2)) if units > 1 else np.nan
