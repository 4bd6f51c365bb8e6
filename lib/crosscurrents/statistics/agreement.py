"""Agreement of coders beyond chance, for codes without an order."""

from __future__ import annotations

import numpy as np


def cohen_kappa(one, two) -> float:
    """Give Cohen's kappa of two coders: (p_o - p_e) / (1 - p_e) (Cohen 1960).

    p_o is the share of units with the same code, p_e the share that two coders with these totals
    would reach by chance. Units that either left out (NaN) do not count.

    Parameters
    ----------
    one, two : array (units,)
        Codes, as numbers.

    Returns
    -------
    float
        -1 to 1; NaN without units, and where both gave all of them one and the same code.

    Raises
    ------
    ValueError
        If the lengths differ.

    >>> cohen_kappa([1, 1, 0, 0], [1, 0, 0, 0])
    0.5
    """
    one, two = np.asarray(one, float), np.asarray(two, float)
    if one.shape != two.shape or one.ndim != 1:
        raise ValueError(f"one has {one.shape} codes and two {two.shape}; give one each a unit")
    both = ~np.isnan(one) & ~np.isnan(two)
    codes, place = np.unique(np.concatenate([one[both], two[both]]), return_inverse=True)
    if not both.any():
        return np.nan
    pairs = np.zeros((len(codes), len(codes)))
    np.add.at(pairs, tuple(place.reshape(2, -1)), 1)
    return float(kappa_of(pairs[None])[0])


def kappa_of(pairs: np.ndarray) -> np.ndarray:
    """Cohen's kappa of tables of pairs of codes, (..., codes, codes)."""
    total = pairs.sum(axis=(-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        seen = np.trace(pairs, axis1=-2, axis2=-1) / total
        chance = (pairs.sum(axis=-1) * pairs.sum(axis=-2)).sum(axis=-1) / total**2
        return np.where(chance < 1, (seen - chance) / (1 - chance), np.nan)


def krippendorff_alpha(codes) -> float:
    """Give Krippendorff's alpha of nominal codes: 1 - D_o / D_e (Krippendorff 2011).

    Any number of coders, any of whom may have left units out (NaN). A unit that fewer than two
    coders coded pairs with nothing and does not count.

    Parameters
    ----------
    codes : array (coders, units)
        As numbers.

    Returns
    -------
    float
        1 for full agreement, 0 for that of chance; NaN where no unit pairs, and where all codes
        that pair are the same: without variation nothing can be told.

    Raises
    ------
    ValueError
        If codes is no table.

    >>> round(krippendorff_alpha([[0, 1, 1, np.nan], [0, 1, 0, 1]]), 3)
    0.444
    """
    return float(alpha_of(coincidences(codes).sum(axis=0)[None])[0])


def coincidences(codes) -> np.ndarray:
    """What each unit adds to the coincidences of codes, (units, codes, codes).

    A pair of values of a unit counts 1 / (number of its values - 1).
    """
    codes = np.asarray(codes, float)
    if codes.ndim != 2:
        raise ValueError(f"codes has {codes.ndim} dimensions; give rows of coders, a code a unit")
    values = np.unique(codes[~np.isnan(codes)])
    counts = (codes[:, :, None] == values).sum(axis=0).astype(float)  # units x values
    number = counts.sum(axis=1)
    pairs = counts[:, :, None] * counts[:, None, :]
    pairs -= np.eye(len(values)) * counts[:, None, :]
    weight = np.where(number > 1, 1 / np.where(number > 1, number - 1, 1), 0)
    return pairs * weight[:, None, None]


def alpha_of(pairs: np.ndarray) -> np.ndarray:
    """Krippendorff's alpha of tables of coincidences, (..., codes, codes)."""
    totals = pairs.sum(axis=-1)
    number = totals.sum(axis=-1)
    apart = number - np.trace(pairs, axis1=-2, axis2=-1)
    chance = number**2 - (totals**2).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(chance > 1e-9, 1 - (number - 1) * apart / chance, np.nan)
