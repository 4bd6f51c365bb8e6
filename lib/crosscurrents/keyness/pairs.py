"""Every source against every other, and the two that are furthest apart."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from crosscurrents.frequency import check_limits, term_counts
from crosscurrents.intervals import adjust_p
from crosscurrents.keyness import COLUMNS, keyness
from crosscurrents.keyness.sides import largest_groups
from crosscurrents.statistics.remembered import Remembered


def compare_pairs(
    measures,
    *,
    by: str = "source",
    most: int | None = None,
    method: str = "bh",
    top_n: int | None = None,
    **options,
) -> pd.DataFrame:
    """Compare every source with every other, term by term.

    Every test counts: p is adjusted over all terms of all pairs.

    Parameters
    ----------
    measures : Measures
    by, method, top_n
        See `keyness`; top_n is for each pair.
    most : int, optional
        Pairs only of so many groups, those with most words; `attrs["note"]` says so.
    options
        Further options of `keyness`, except target and reference.

    Returns
    -------
    DataFrame
        The tables of `keyness`, one below the other, pairs in the order of the groups; tests,
        p_adjusted and welch_p_adjusted are those of all pairs together.

    Raises
    ------
    ValueError
        If an option is none that there is.
    """
    measures = Remembered(measures)
    check_limits(most=most)
    groups = term_counts(measures, by=by).groups
    full, note = largest_groups(groups["words"], most, by)
    tables = [pd.DataFrame(columns=[by, "reference", *COLUMNS])]
    for one, other in combinations(full, 2):
        sides = {"target": one, "reference": [other], "by": by, "method": method}
        tables.append(keyness(measures, **sides, **options, top_n=None))
    table = pd.concat(tables[1:] or tables, ignore_index=True)
    for name in ("p", "welch_p"):
        table[f"{name}_adjusted"] = adjust_p(table[name], method)
    table["tests"] = len(table)
    if top_n is not None:
        check_limits(top_n=top_n)
        table = table.groupby([by, "reference", "direction"], sort=False).head(int(top_n))
    table = table.reset_index(drop=True)
    table.attrs = {"groups": list(groups.index), "note": note}
    return table


def furthest_pair(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the pair of sources in which the most terms differ beyond chance.

    Parameters
    ----------
    pairs : DataFrame
        As `compare_pairs` returns it.

    Returns
    -------
    DataFrame
        Those rows of it; of pairs that are alike, the first.
    """
    if pairs.empty:
        return pairs
    by = pairs.columns[0]
    sure = (pairs["p_adjusted"] < 0.05).groupby([pairs[by], pairs["reference"]], sort=False).sum()
    one, other = sure.idxmax()
    rows = pairs[(pairs[by] == one) & (pairs["reference"] == other)].reset_index(drop=True)
    rows.attrs = dict(pairs.attrs)
    return rows
