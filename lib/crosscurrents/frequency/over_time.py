"""How often terms occur from period to period, in each source, with the interval of each rate."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crosscurrents.frequency import check_limits, term_matrix
from crosscurrents.frequency.variants import with_tables
from crosscurrents.intervals import bootstrap_ratio, check_options
from crosscurrents.statistics.units import (
    by_paragraph,
    by_size,
    check_by,
    resampling_units,
    unit_labels,
    unit_words,
)
from crosscurrents.tokens.words import words_of

PERIODS = {"decade": 4, "year": 4, "quarter": 7, "month": 7}  # signs of a date that each needs
COLUMNS = ("count", "words", "rate", "low", "high", "docfreq", "documents", "unit")


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


def term_course(
    measures,
    terms: str | Sequence[str],
    *,
    period: str = "year",
    by: str = "source",
    per: float = 1000,
    intervals: bool = True,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Follow the rates of terms from period to period in each group.

    Parameters
    ----------
    measures : Measures
    terms : str or list of str
        Words or phrases, as they are counted; any case.
    period : {"decade", "year", "quarter", "month"}
    by : str
        Column of `measures.documents`.
    per, intervals, level, resamples, seed
        See `term_frequency`.

    Returns
    -------
    DataFrame
        By term (in the order given), group, then period: term, `by`, period, count, words (N of the
        group in the period), rate, low, high, docfreq, documents, unit. A term that does not occur
        has the rate 0 and no interval; periods without a document have no row.

    Raises
    ------
    ValueError
        If an option is none that there is, or a term holds no word.
    """
    check_options(level, resamples, seed)
    check_limits(per=per)
    names = [terms] if isinstance(terms, str) else list(terms)
    dated, keys = period_cells(measures, by, period=period, worded=True)
    groups = check_by(dated.documents, by)[by]
    folded = {name: _folded(name) for name in names}
    options = {"level": level, "resamples": resamples, "seed": seed} if intervals else None
    rows = [
        (name, *keys[cell], *numbers)
        for name in names
        for cell, *numbers in _rates(dated, folded[name], per, options)
    ]
    table = pd.DataFrame(rows, columns=["term", by, "period", *COLUMNS])
    table.attrs["groups"] = by_size(dated.documents.groupby(groups)["words"].sum())
    whole = dict.fromkeys(["count", "words", "docfreq", "documents"], int)
    parts = dict.fromkeys(["rate", "low", "high"], float)
    return table.astype({"term": "str", "period": "str", "unit": "str"} | whole | parts)


def _rates(measures, term, per, options):
    """Give cell, count, words, rate, low, high, docfreq, documents and unit of one term."""
    n = term.count(" ") + 1
    units = resampling_units(measures, by="_cell")
    whole = measures.documents.loc[
        measures.documents["_cell"].notna(), ["doc_id", "_cell", "words"]
    ]
    whole = whole.reset_index(drop=True)
    known, counts = term_matrix(measures, whole[["doc_id"]].assign(paragraph=0), n=n)
    column = known.get_indexer([term])
    there = column[0] >= 0
    count = counts[:, column].toarray().ravel() if there else np.zeros(len(whole))
    labels, words = unit_labels(units, by="_cell"), unit_words(measures, units)
    drawn = term_matrix(measures, units, n=n)[1][:, column].toarray().ravel() if there else None
    for cell, part in whole.groupby("_cell"):
        total, size = count[part.index].sum(), part["words"].sum()
        limits = (np.nan, np.nan)
        rows = np.flatnonzero(units["_cell"] == cell)
        by_document = (units["paragraph"].iloc[rows] == 0).all()
        if options and there and (by_document or by_paragraph(measures, n)):
            limits = bootstrap_ratio(drawn[rows], words[rows], **options)[1:]
        low, high = (limit * per for limit in limits)
        docfreq = (count[part.index] > 0).sum()
        yield (
            int(cell),
            total,
            size,
            total / size * per,
            low,
            high,
            docfreq,
            len(part),
            labels[cell],
        )


def _folded(term):
    """Return a term as it is counted, or raise ValueError."""
    words = [word.folded for piece in str(term).split() for word in words_of(piece)[0]]
    if not words:
        raise ValueError(f"term {term!r} holds no word")
    return " ".join(words)
