"""How much of a theme there is from part to part of the texts, and from period to period."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crosscurrents.checks import check_whole
from crosscurrents.frequency.over_time import add_period
from crosscurrents.frequency.variants import with_tables
from crosscurrents.intervals import bootstrap_ratio, check_options
from crosscurrents.statistics.places import part_of_text
from crosscurrents.statistics.units import check_by, resampling_units, sized, unit_labels, unit_of
from crosscurrents.themes.names import chosen_themes
from crosscurrents.themes.shares import BY_SENTENCE, theme_share
from crosscurrents.themes.touched import PLACE, touched_sentences

COLUMNS = [*BY_SENTENCE, "documents", "unit"]
CELL = "_cell"  # column of documents that numbers the pairs of group and period


@sized
def theme_course(
    measures,
    *,
    by: str = "source",
    themes: str | Sequence[str] | None = None,
    subthemes: bool = False,
    bins: int = 10,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Give the share of sentences that each theme touches along the texts, by tenths of the words.

    A sentence belongs to the part of its document in which its middle word stands.

    Parameters
    ----------
    measures : Measures
    by, themes, subthemes
        See `theme_share`.
    bins : int
        How many parts a text is cut into.
    level, resamples, seed
        See `bootstrap_ratio`; drawn are documents, or the paragraphs that reach into the part.

    Returns
    -------
    DataFrame
        theme, `by`, bin (from 1), sentences, of, share, low, high, documents (that have a sentence
        there), unit; every bin of every group of every theme, in codebook order. A bin without a
        sentence has no share.

    Raises
    ------
    ValueError
        If `by` is no column of the documents, a theme is not in the codebook, or bins is not a
        whole number above 0.
    """
    check_options(level, resamples, seed)
    check_whole(bins=bins)
    names = chosen_themes(measures, themes, subthemes)
    units = resampling_units(measures, by=by)
    if units.empty or not names:
        return pd.DataFrame(columns=["theme", by, "bin", *COLUMNS])
    labels, places = unit_labels(units, by=by), _places(measures, units, bins)
    rows = touched_sentences(measures, names).merge(places, on=PLACE)
    shape = (len(units), bins, len(names))
    at = (rows["_unit"] * bins + rows["bin"] - 1) * len(names) + rows["code"]
    hits = np.bincount(at.to_numpy(dtype=int), minlength=np.prod(shape)).reshape(shape)
    at = (places["_unit"] * bins + places["bin"] - 1).to_numpy(dtype=int)
    every = np.bincount(at, minlength=shape[0] * bins).reshape(shape[:2])
    options = {"level": level, "resamples": resamples, "seed": seed}
    tables = []
    for group, part in units.groupby(by, sort=True):
        for k in range(bins):
            kept = part.index[every[part.index, k] > 0].to_numpy()
            ratios = bootstrap_ratio(hits[kept, k], every[kept, k], **options)
            numbers = [hits[kept, k].sum(axis=0), every[kept, k].sum(), *ratios]
            columns = {"theme": names, by: group, "bin": k + 1} | dict(zip(BY_SENTENCE, numbers))
            columns |= {"documents": units["doc_id"][kept].nunique(), "unit": labels[group]}
            tables.append(pd.DataFrame(columns | {"_order": range(len(names))}))
    table = pd.concat(tables).sort_values(["_order", by, "bin"], ignore_index=True)
    return table[["theme", by, "bin", *COLUMNS]]


def _places(measures, units: pd.DataFrame, bins: int) -> pd.DataFrame:
    """Each sentence that belongs to a unit: doc_id, sentence, bin, _unit."""
    sentences = measures.sentences
    table = sentences[PLACE].assign(
        bin=part_of_text(sentences, bins), _unit=unit_of(units, sentences)
    )
    return table[table["_unit"] >= 0]


@sized
def theme_over_time(
    measures, *, period: str = "year", by: str = "source", **options
) -> pd.DataFrame:
    """Give the share of sentences that each theme touches in each group, period by period.

    Parameters
    ----------
    measures : Measures
    period : {"decade", "year", "quarter", "month"}
        See `add_period`; documents without such a date are left out.
    by, options
        See `theme_share`.

    Returns
    -------
    DataFrame
        theme, `by`, period, sentences, of, share, low, high, documents, unit; by theme in codebook
        order, then by group and period. Periods without a document have no row.

    Raises
    ------
    ValueError
        If `by`, the period or an option of `theme_share` is none that there is.
    """
    cells, keys = group_periods(measures, by=by, period=period)
    table = theme_share(cells, by=CELL, **options)
    return named_cells(table, keys, by)[["theme", by, "period", *COLUMNS]]


def group_periods(measures, *, by: str, period: str) -> tuple:
    """Number the pairs of group and period: measures to compare by CELL, and what each stands for.

    Raises
    ------
    ValueError
        If `by` or the period is none that there is.
    """
    dated = add_period(measures, period=period)
    documents = check_by(dated.documents, by)
    known = documents[by].notna() & documents["period"].notna()
    pairs = pd.MultiIndex.from_frame(documents.loc[known, [by, "period"]])
    number, keys = pd.factorize(pairs, sort=True)
    cell = np.full(len(documents), np.nan)
    cell[known.to_numpy()] = number
    return with_tables(dated, documents=documents.assign(**{CELL: cell})), keys


def named_cells(table: pd.DataFrame, keys: pd.MultiIndex, by: str) -> pd.DataFrame:
    """Put group and period in the place of the numbers of `group_periods`."""
    number = table.pop(CELL).astype(int)
    return table.assign(**{by: keys.get_level_values(0).take(number),
                           "period": keys.get_level_values(1).take(number)})  # fmt: skip
