"""Ratios of sums by group: shares, rates and mean scores with their interval, test and periods.

Themes, tone, positions and patterns are all counted by unit (documents or paragraphs), divided by
what there is, resampled by unit and tested by exchanging documents.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from crosscurrents.comparison import GROUP, Comparison
from crosscurrents.intervals import bootstrap_ratio, unit_of
from crosscurrents.significance import Sample, permutation_test

TESTED = ["p", "p_adjusted", "tests"]
RATIO = ["item", GROUP, "top", "size", "ratio", "low", "high", "unit"]


def unit_sums(units: pd.DataFrame, rows: pd.DataFrame, values=None, codes=None, number: int = 1):
    """Add up rows of a table by unit and code.

    Parameters
    ----------
    units : DataFrame
        As `Comparison.units`.
    rows : DataFrame
        With doc_id, and paragraph where paragraphs are units; rows of no unit are left out.
    values : array (rows,), optional
        What is added up; the rows are counted by default.
    codes : array of int (rows,), optional
        The column of each row; one column by default.
    number : int
        Columns.

    Returns
    -------
    ndarray (units, number)
    """
    unit = unit_of(units, rows)
    kept = unit >= 0
    cell = unit[kept] * number + (0 if codes is None else np.asarray(codes)[kept])
    values = None if values is None else np.asarray(values, float)[kept]
    found = np.bincount(cell, values, minlength=len(units) * number)
    return found.astype(float).reshape(len(units), number)


def group_ratios(comparison: Comparison, top: np.ndarray, size: np.ndarray) -> pd.DataFrame:
    """Give the ratio of sums in each group, with its interval.

    Parameters
    ----------
    comparison : Comparison
    top : array (units, k)
        k numbers of each of `comparison.units`, or of the first axis of any table like it.
    size : array (units,)
        What they are divided by.

    Returns
    -------
    DataFrame
        item (0 to k - 1), group, top, size (sums), ratio, low, high, unit; by item, then by group.
    """
    tables = []
    for group, at in comparison.units.groupby(GROUP).indices.items():
        ratio, low, high = bootstrap_ratio(top[at], size[at], **comparison.interval_options)
        columns = {"item": np.arange(top.shape[1]), GROUP: group, "top": top[at].sum(axis=0)}
        columns |= {"size": size[at].sum(), "ratio": ratio, "low": low, "high": high}
        tables.append(pd.DataFrame(columns).assign(unit=comparison.unit_labels[group]))
    if not tables:
        return pd.DataFrame(columns=RATIO)
    table = pd.concat(tables, ignore_index=True)
    return table.sort_values(["item", GROUP], kind="stable", ignore_index=True)


def exchange(
    documents: pd.DataFrame, top: np.ndarray, size: np.ndarray, *, seed: int, **names: Sequence
) -> pd.DataFrame:
    """Test each group against all others by exchanging documents; all numbers are one family.

    Parameters
    ----------
    documents : DataFrame
        With group, a row a document.
    top : array (documents, k)
        k numbers of each document.
    size : array (documents,) or (documents, k)
        What they are divided by.
    seed : int
    names : sequence of k
        Columns that name the numbers.

    Returns
    -------
    DataFrame
        The columns of `names`, group, p, p_adjusted, tests.
    """
    if not len(documents) or not top.shape[1]:
        return pd.DataFrame(columns=[*names, GROUP, *TESTED])
    (found,) = permutation_test(Sample(top, size, documents[GROUP].tolist()), seed=seed)
    return found.table(**names)


def over_time(
    comparison: Comparison, period: str, make: Callable[[Comparison], pd.DataFrame]
) -> pd.DataFrame:
    """Work out a table for each group in each period that it has documents of.

    Parameters
    ----------
    period : {"decade", "year", "quarter", "month"}
        Documents without such a date are left out.
    make : callable
        Gives the table of a comparison, by group last.

    Returns
    -------
    DataFrame
        The table, with period behind group.
    """
    dated, cells = comparison.by_period(period)
    table = make(dated)
    own = cells.iloc[table[GROUP].astype(int)].reset_index(drop=True)
    table = table.assign(**{GROUP: own[GROUP]})
    table.insert(table.columns.get_loc(GROUP) + 1, "period", own["period"])
    return table
