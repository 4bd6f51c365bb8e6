"""Measures whose documents have a column of periods."""

from __future__ import annotations

from dataclasses import is_dataclass, replace
from types import SimpleNamespace

import numpy as np
import pandas as pd

from crosscurrents.statistics.remembered import Remembered
from crosscurrents.statistics.units import check_by

PERIODS = {"decade": 4, "year": 4, "quarter": 7, "month": 7}  # signs of a date that each needs


def with_tables(measures, **tables):
    """Return the measures with some tables in place of their own."""
    measures = measures.measures if isinstance(measures, Remembered) else measures
    if is_dataclass(measures):
        return replace(measures, **tables)
    return SimpleNamespace(**{**vars(measures), **tables})


def add_period(measures, *, period: str = "year"):
    """Return measures whose documents have a column `period`, to compare by.

    A document whose date is less exact than the period is left out of every period: its value is
    missing.

    Parameters
    ----------
    measures : Measures
    period : {"decade", "year", "quarter", "month"}
        Written 2010s, 2016, 2016-Q2, 2016-05.

    Returns
    -------
    Measures

    Raises
    ------
    ValueError
        If the period is unknown.
    """
    if period not in PERIODS:
        raise ValueError(f"period {period!r} is not known; choose from {list(PERIODS)}")
    dates = measures.documents["date"].fillna("").astype(str)
    named = [_period(date, period) if len(date) >= PERIODS[period] else None for date in dates]
    documents = measures.documents.assign(period=pd.array(named, dtype="str"))
    return with_tables(measures, documents=documents)


def _period(date, period):
    """Name the period of an ISO date."""
    if period == "decade":
        return f"{date[:3]}0s"
    if period == "quarter":
        return f"{date[:4]}-Q{(int(date[5:7]) + 2) // 3}"
    return date[: PERIODS[period]]


def period_cells(measures, by: str, *, period: str, worded: bool = False):
    """Return measures whose documents have a column `_cell`, the number of their group and period.

    Parameters
    ----------
    measures : Measures
    by : str
        Column of the groups.
    period
        See `add_period`.
    worded : bool
        Leave out documents without words.

    Returns
    -------
    measures : Measures
        `_cell` is missing where a document has no group or no period.
    cells : MultiIndex
        Group and period of each cell, in their order.
    """
    dated = add_period(measures, period=period)
    documents = check_by(dated.documents, by)
    known = documents[by].notna() & documents["period"].notna()
    if worded:
        known &= documents["words"] > 0
    keys = pd.DataFrame({by: documents[by], "period": documents["period"]})[known]
    number, cells = pd.factorize(pd.MultiIndex.from_frame(keys), sort=True)
    code = np.full(len(documents), np.nan)
    code[known.to_numpy()] = number
    return with_tables(dated, documents=dated.documents.assign(_cell=code)), cells.set_names(
        [by, "period"]
    )
