"""Which themes go together, in the same sentence or in the same paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from crosscurrents.frequency.variants import with_tables
from crosscurrents.intervals import adjust_p, check_options
from crosscurrents.statistics.clustered import clustered_error, student
from crosscurrents.statistics.together import hypergeometric, joint_p, shifted
from crosscurrents.statistics.units import check_by, resampling_units, unit_labels, unit_of
from crosscurrents.themes.names import chosen_themes

PLACES = {"sentence": ["doc_id", "sentence"], "paragraph": ["doc_id", "paragraph"]}
COLUMNS = ["theme", "other", "joint", "expected", "lift", "low", "high", "count", "other_count"]
COLUMNS += ["of", "p", "p_adjusted", "tests", "p_independent", "unit"]
MANY = 200  # documents from which on the sums over them are near enough to normal
ALL = "_all"


def theme_pairs(
    measures,
    *,
    within: str = "sentence",
    by: str | None = None,
    themes: str | Sequence[str] | None = None,
    subthemes: bool = False,
    method: str = "bh",
    level: float = 0.95,
) -> pd.DataFrame:
    """Say of every two themes how often they share a place, and how often they would by chance.

    By chance is within each document: joint places are expected to be the sum over documents of
    (places of the one x places of the other / all places), so that a document which is about both
    makes no tie. p is exact: one theme's row of places is turned against the other's, and both keep
    their clumps (see `statistics.together`). From 200 documents on it is that of the logarithm of
    the lift over its clustered error.

    Parameters
    ----------
    measures : Measures
    within : {"sentence", "paragraph"}
        What a place is.
    by : str, optional
        Column of `measures.documents`, for pairs in each group; by default all documents together.
    themes, subthemes
        See `theme_share`.
    method : {"bh", "holm"}
        See `adjust_p`; all pairs of all groups are one family.
    level : float

    Returns
    -------
    DataFrame
        `by` (if given), theme, other, joint (places that both touch), expected, lift (joint over
        expected: 2 is twice as often as by chance) with low and high (Student's t with the
        linearised error of its logarithm), count, other_count (places of
        either), of (all places), p, p_adjusted, tests, p_independent (Fisher's within documents:
        takes places as independent, which they are not), unit; by group, then by p, falling lift
        and theme. A pair that no document touches both of has no lift.

    Raises
    ------
    ValueError
        If `by` is no column of the documents, a theme is not in the codebook, or an option is none
        that there is.
    """
    check_options(level, 100)
    adjust_p([], method)
    if within not in PLACES:
        raise ValueError(f"within {within!r} is not known; choose from {list(PLACES)}")
    names = chosen_themes(measures, themes, subthemes)
    if by is None:
        documents = measures.documents.assign(**{ALL: "all"})
        measures = with_tables(measures, documents=documents)
    groups = check_by(measures.documents, by or ALL).set_index("doc_id", drop=False)[by or ALL]
    units = resampling_units(measures, by=by or ALL)
    labels = unit_labels(units, by=by or ALL)
    grid = _Grid.of(measures, units, PLACES[within], names)
    owner = grid.places["doc_id"].map(groups)
    rows = [
        {by or ALL: group, "unit": labels[group], **row}
        for group in labels.index
        for row in _pairs(grid.take((owner == group).to_numpy()), names, level)
    ]
    if not rows:
        return pd.DataFrame(columns=[by, *COLUMNS] if by else COLUMNS)
    table = pd.DataFrame(rows)
    table["p_adjusted"] = adjust_p(table["p"], method)
    table["tests"] = int(table["p"].notna().sum())
    order = [by or ALL, "p", "lift", "theme", "other"]
    table = table.sort_values(order, ascending=[True, True, False, True, True], ignore_index=True)
    return table[[by, *COLUMNS] if by else COLUMNS]


class _Grid(NamedTuple):
    """Places in text order, the unit of each, and which themes touch it (places, themes)."""

    places: pd.DataFrame
    unit: np.ndarray
    touched: np.ndarray

    @classmethod
    def of(cls, measures, units, place: list[str], names: list[str]) -> _Grid:
        columns = list(dict.fromkeys([*place, "paragraph"]))
        places = measures.sentences[columns].drop_duplicates(place).sort_values(place)
        unit = unit_of(units, places)
        rows = measures.themes
        code = pd.Index(names).get_indexer(rows["theme"])
        keys = pd.MultiIndex.from_frame(places[place])
        at = keys.get_indexer(pd.MultiIndex.from_frame(rows.loc[code >= 0, place]))
        touched = np.zeros((len(places), len(names)), bool)
        touched[at[at >= 0], code[code >= 0][at >= 0]] = True
        return cls(places, unit, touched).take(unit >= 0)

    def take(self, kept: np.ndarray) -> _Grid:
        """Some of the places."""
        return _Grid(self.places[kept], self.unit[kept], self.touched[kept])


def _pairs(grid: _Grid, names: list[str], level: float) -> list[dict]:
    """Compare every two themes in one group."""
    document, documents = pd.factorize(grid.places["doc_id"])
    levels = grid.unit, pd.MultiIndex.from_frame(grid.places[["doc_id", "paragraph"]])
    clumps = [pd.factorize(level)[0] for level in levels]
    sizes = np.bincount(document, minlength=len(documents))
    edges = np.append(0, np.cumsum(sizes))
    counts = grid.touched.sum(axis=0)
    found = []
    for i, j in combinations(range(len(names)), 2):
        one, other = grid.touched[:, i], grid.touched[:, j]
        lift = _lift(one, other, document, clumps, sizes, level)
        row = {"theme": names[i], "other": names[j], "count": counts[i], "other_count": counts[j]}
        row |= {"of": len(one), **lift, "p": np.nan, "p_independent": np.nan}
        if row["expected"] > 0 and len(documents) < MANY:
            both = [(one[a:b], other[a:b]) for a, b in zip(edges[:-1], edges[1:])]
            both = [(a, b) for a, b in both if a.any() and b.any()]
            row |= {"p": joint_p(both, shifted), "p_independent": joint_p(both, hypergeometric)}
        elif row["expected"] > 0:
            row["p"] = row["p_large"]
        row.pop("p_large")
        found.append(row)
    return found


def _lift(one, other, document, clumps, sizes, level) -> dict:
    """Joint and expected places, their ratio and its limits.

    The error is the larger one of that by unit and that by paragraph: by a handful of documents
    alone it may come out far too small.
    """
    from scipy.special import stdtr

    a, b = (np.bincount(document, x, len(sizes)) for x in (one, other))
    joint, expected = int((one & other).sum()), float((a * b / sizes).sum())
    row = {"joint": joint, "expected": expected, "lift": np.nan, "low": np.nan, "high": np.nan}
    if not expected:
        return row | {"p_large": np.nan}
    lift, tail = joint / expected, (1 - level) / 2
    if not joint:  # as far as the upper limit of a count of which nothing was seen
        return row | {"lift": 0.0, "low": 0.0, "high": -np.log(tail) / expected, "p_large": np.nan}
    # What each place adds to the logarithms of joint and of expected places (delta method).
    share_a, share_b = (a / sizes)[document], (b / sizes)[document]
    pull = (one & other) / joint
    pull = pull - (one * share_b + other * share_a - share_a * share_b) / expected
    error = max(float(clustered_error(np.bincount(clump, pull))) for clump in clumps)
    units = clumps[0].max() + 1
    reach = student(units, level) * error
    limits = lift * np.exp([-reach, reach])
    p = 2 * stdtr(max(units - 1, 1), -abs(np.log(lift)) / error) if error > 0 else np.nan
    low, high = limits if error > 0 else (np.nan, np.nan)
    return row | {"lift": lift, "low": low, "high": high, "p_large": p}
