"""Where each source stands between the two poles of a scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crosscurrents.checks import check_whole
from crosscurrents.intervals import check_options
from crosscurrents.statistics.positions import log_position
from crosscurrents.statistics.remembered import Remembered
from crosscurrents.statistics.units import resampling_units, sized, unit_labels, unit_of
from crosscurrents.themes.counting import scale_hits
from crosscurrents.themes.courses import CELL, group_periods, named_cells
from crosscurrents.themes.names import chosen_themes, find_scale

COLUMNS = ["near", "far", "positive", "negative", "position", "se", "low", "high", "documents"]
COLUMNS = [*COLUMNS, "unit"]


@sized
def scale_position(
    measures,
    scale: str = "",
    *,
    by: str = "source",
    count: str = "hits",
    denied: str = "reverse",
    voice: str = "all",
    sides: Sequence | None = None,
    about: str = "",
    without: Sequence[str] = (),
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Place each group on a scale between two poles of a codebook.

    position = ln((a + 0.5) / (b + 0.5)), a and b the hits of the poles, with its standard error
    sqrt(1 / (a + 0.5) + 1 / (b + 0.5)) (Lowe, Benoit, Mikhaylov & Laver 2011). That error takes
    hits as independent; the interval draws documents or paragraphs again (see `log_position`).

    Parameters
    ----------
    measures : Measures or Tone
    scale : str
        Its name in the codebook; the only or first one by default.
    by : str
        Column of `measures.documents`, also "doc_id"; documents where it is missing are left out.
    count : {"hits", "sentences", "stronger", "paragraphs", "patterns"}
        What counts: every hit, a sentence once a pole, a sentence for its stronger pole, a
        paragraph once a pole, a pattern once a paragraph.
    denied, voice, sides, about, without
        Which hits count, see `scale_hits`.
    level, resamples, seed
        See `bootstrap_ratio`.

    Returns
    -------
    DataFrame
        scale, `by`, near, far (names of the poles), positive, negative (their hits), position, se,
        low, high, documents, unit; by group. A group without any hit has no position.

    Raises
    ------
    ValueError
        If the scale, `by` or an option is none that there is.
    """
    check_options(level, resamples, seed)
    found = find_scale(measures, scale)
    units = resampling_units(measures, by=by)
    if found is None:
        return pd.DataFrame(columns=["scale", by, *COLUMNS])
    hits = scale_hits(
        measures, found, count=count, denied=denied, voice=voice, sides=sides, about=about,
        without=without,
    )  # fmt: skip
    counts = pole_counts(hits, units)
    labels, rows = unit_labels(units, by=by), []
    for group, part in units.groupby(by, sort=True):
        own = counts[part.index]
        a, b = own.sum(axis=0).astype(int)
        numbers = log_position(own, level=level, resamples=resamples, seed=seed)
        rows.append((found.name, group, *found.ends, int(a), int(b), *numbers,
                     part["doc_id"].nunique(), labels[group]))  # fmt: skip
    return pd.DataFrame(rows, columns=["scale", by, *COLUMNS])


@sized
def document_positions(measures, scale: str = "", *, by: str = "source", **which) -> pd.DataFrame:
    """Place every document on a scale, for the dots behind the position of its group.

    Parameters
    ----------
    measures : Measures or Tone
    scale, by
        See `scale_position`.
    which
        Which hits count, see `scale_hits`.

    Returns
    -------
    DataFrame
        `by`, doc_id, positive, negative, position (missing without a hit); by group and document.

    Raises
    ------
    ValueError
        If the scale, `by` or an option is none that there is.
    """
    found = find_scale(measures, scale)
    units = resampling_units(measures, by=by, fewest=1)
    table = units[list(dict.fromkeys([by, "doc_id"]))]
    hits = np.zeros((len(units), 2))
    if found is not None:
        hits = pole_counts(scale_hits(measures, found, **which), units)
    position = np.log((hits[:, 0] + 0.5) / (hits[:, 1] + 0.5))
    return table.assign(
        positive=hits[:, 0].astype(int), negative=hits[:, 1].astype(int),
        position=np.where(hits.any(axis=1), position, np.nan),
    )  # fmt: skip


def pole_counts(hits: pd.DataFrame, units: pd.DataFrame) -> np.ndarray:
    """Count the hits of the two poles in each unit: (units, 2)."""
    unit = unit_of(units, hits)
    kept = unit >= 0
    cell = unit[kept] * 2 + hits["pole"].to_numpy()[kept]
    counts = np.bincount(cell, hits["count"].to_numpy()[kept], minlength=2 * len(units))
    return counts.astype(float).reshape(len(units), 2)


@sized
def scale_over_time(
    measures, scale: str = "", *, period: str = "year", by: str = "source", **options
) -> pd.DataFrame:
    """Place each group on a scale in each period that it has documents of.

    Parameters
    ----------
    measures : Measures or Tone
    period : {"decade", "year", "quarter", "month"}
        See `add_period`; documents without such a date are left out.
    scale, by, options
        See `scale_position`.

    Returns
    -------
    DataFrame
        scale, `by`, period, and the further columns of `scale_position`; by group, then period.

    Raises
    ------
    ValueError
        If `by`, the period or an option of `scale_position` is none that there is.
    """
    cells, keys = group_periods(measures, by=by, period=period)
    table = named_cells(scale_position(cells, scale, by=CELL, **options), keys, by)
    return table[["scale", by, "period", *COLUMNS]]


@sized
def scale_by_theme(
    measures,
    scale: str = "",
    *,
    themes: str | Sequence[str] | None = None,
    subthemes: bool = False,
    by: str = "source",
    fewest: int = 5,
    **options,
) -> pd.DataFrame:
    """Place each group on a scale by the sentences of each theme alone.

    Parameters
    ----------
    measures : Measures or Tone
    themes, subthemes
        See `theme_share`.
    fewest : int
        Hits of both poles together below which a position is too little to go by.
    scale, by, options
        See `scale_position`.

    Returns
    -------
    DataFrame
        theme, scale, `by`, the further columns of `scale_position`, enough (bool); by theme in
        codebook order, then by group.

    Raises
    ------
    ValueError
        If a theme or an option of `scale_position` is none that there is.
    """
    check_whole(fewest=fewest)
    names = chosen_themes(measures, themes, subthemes)
    measures = Remembered(measures)
    tables = [
        scale_position(measures, scale, by=by, about=name, **options).assign(theme=name)
        for name in names
    ]
    columns = ["theme", "scale", by, *COLUMNS]
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
    return table[columns].assign(enough=table["positive"] + table["negative"] >= fewest)
