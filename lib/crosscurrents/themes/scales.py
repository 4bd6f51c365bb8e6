"""Where each source stands between the two poles of a scale."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.measures import Measures
from crosscurrents.statistics.units import resampling_units, unit_labels, unit_of
from crosscurrents.uncertainty import check_options

# What a denied hit ("hardly any closer") counts for: the other pole, nothing, or its own pole all
# the same. Column of each kind of hit: 0 the near pole, 1 the far one.
DENIED = {
    "reverse": {"positive": 0, "negative": 1, "positive_denied": 1, "negative_denied": 0},
    "drop": {"positive": 0, "negative": 1},
    "count": {"positive": 0, "negative": 1, "positive_denied": 0, "negative_denied": 1},
}


def pole_of(scale: dict[str, str], denied: str = "reverse") -> dict[str, int]:
    """Of a scale in the record, the pole (0 near, 1 far) that the hits of a theme count for.

    Raises ValueError if `denied` is none of DENIED.

    >>> pole_of({"positive": "a/up", "negative": "a/down", "positive_denied": "a/up denied"})
    {'a/up': 0, 'a/down': 1, 'a/up denied': 1}
    """
    if denied not in DENIED:
        raise ValueError(f"denied {denied!r} is unknown; choose from {list(DENIED)}")
    return {scale[key]: pole for key, pole in DENIED[denied].items() if key in scale}


def scale_position(
    measures: Measures,
    scale: str = "",
    *,
    by: str = "source",
    denied: str = "reverse",
    level: float = 0.95,
) -> pd.DataFrame:
    """Place each group on a scale between two poles of a codebook.

    position = ln((a + 0.5) / (b + 0.5)), a and b the hits of the poles, with its standard error
    sqrt(1 / (a + 0.5) + 1 / (b + 0.5)) (Lowe, Benoit, Mikhaylov & Laver 2011). That error takes
    hits as independent; the interval is Student's t with the error clustered by document or
    paragraph (linearised), and never less than it.

    Parameters
    ----------
    measures
    scale
        Its name in the codebook; the only or first one by default.
    by
        Column of `measures.documents`.
    denied
        What hits count for that the codebook's cues deny: "reverse" the other pole (Young & Soroka
        2012), "drop" nothing, "count" their own.
    level
        Confidence level of the interval.

    Returns
    -------
    DataFrame
        scale, `by`, near, far (names of the poles), positive, negative (their hits), position, se,
        low, high, unit; by group. A group without any hit has no position.

    Raises
    ------
    ValueError
        If the scale or `by` is not there, or `denied` is none of the three.
    """
    from scipy.special import stdtrit

    check_options(level, 100)
    scales = measures.record["codebook"]["scales"]
    if scale and scale not in scales:
        raise ValueError(f"scale {scale!r} is not in the codebook; choose from {list(scales)}")
    columns = ["near", "far", "positive", "negative", "position", "se", "low", "high", "unit"]
    columns = ["scale", by, *columns]
    units = resampling_units(measures, by=by)
    if not scales:
        return pd.DataFrame(columns=columns)
    name = scale or next(iter(scales))
    names = [scales[name][pole].split("/", 1)[1] for pole in ("positive", "negative")]
    pole = measures.themes["theme"].map(pole_of(scales[name], denied))
    hits = measures.themes[pole.notna()]
    unit, which = unit_of(units, hits), pole[pole.notna()].to_numpy(int)
    counts = np.zeros((len(units), 2))
    np.add.at(counts, (unit[unit >= 0], which[unit >= 0]), hits["count"].to_numpy()[unit >= 0])
    labels, rows = unit_labels(units, by=by), []
    for group, part in units.groupby(by, sort=True):
        own = counts[part.index]
        a, b = own.sum(axis=0)
        position, se, reach = _position(own, level, stdtrit)
        figures = (int(a), int(b), position, se, position - reach, position + reach)
        rows.append((name, group, *names, *figures, labels[group]))
    return pd.DataFrame(rows, columns=columns)


def _position(hits: np.ndarray, level: float, stdtrit) -> tuple[float, float, float]:
    """Position, its standard error and half its interval, from the hits of both poles by unit."""
    a, b = hits.sum(axis=0)
    if not a + b:
        return np.nan, np.nan, np.nan
    position = np.log((a + 0.5) / (b + 0.5))
    se = np.sqrt(1 / (a + 0.5) + 1 / (b + 0.5))
    n = len(hits)
    if n < 2:
        return position, se, np.nan
    pull = hits[:, 0] / (a + 0.5) - hits[:, 1] / (b + 0.5)
    clustered = np.sqrt(((pull - pull.mean()) ** 2).sum() * n / (n - 1))
    return position, se, stdtrit(n - 1, (1 + level) / 2) * max(se, clustered)
