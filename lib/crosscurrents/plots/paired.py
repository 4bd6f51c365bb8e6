"""Charts of two means a source: own and quoted voice, with and without the topic's words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.plots.canvas import (
    canvas,
    finish,
    look_of,
    nothing,
    of_largest,
    panels,
    rows_of,
    styled,
    write_below,
)
from crosscurrents.plots.marks import (
    dots,
    interval_lines,
    part_rows,
    reach_of,
    rows_from_top,
    side_notes,
    zero_axis,
)
from crosscurrents.plots.tone import unit_of_score
from crosscurrents.plots.wording import as_sentence, counted, number, said, scope, span, wrap

APART = 0.19  # of a row, from its middle to either of its two dots


@styled
@of_largest(0)
def plot_voices(table: pd.DataFrame, *, lexicon: str = "vader", ax=None):
    """Draw the mean score of each source's own voice and of the voices it quotes.

    Parameters
    ----------
    table : DataFrame
        As `sentiment_by_voice` returns it.
    lexicon : str
        By which it was made.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = table.columns[0]
    known = table.dropna(subset=["mean"])
    if known.empty:
        return nothing(ax, "Own and quoted voice")
    groups = sorted(known[by].unique(), key=str)
    ax = canvas(ax, 1.3 + 0.62 * len(groups))
    place = pd.Series(rows_from_top(ax, [wrap(g, 26, 2) for g in groups]), index=groups)
    reach = reach_of(known, "mean")
    for voice, shift, width in (("own", -APART, 2.8), ("quoted", APART, 1.2)):
        rows = known[known["voice"] == voice]
        at = rows[by].map(place).astype(float) + shift  # also where there are none
        _draw(ax, rows, by, at, look_of(table, by), reach, width)
        size = rows.set_index(by)["sentences"].reindex(groups)
        notes = [f"{voice}: {counted(n, 'sentence') if n > 0 else 'none'}" for n in size]
        side_notes(ax, place + shift, notes)
    zero_axis(ax, reach)
    part_rows(ax, len(groups))
    ax.set_xlabel(
        f"mean {unit_of_score(lexicon)}\nthick: own voice; thin: quoted voice\n{scope(known)}"
    )
    told = [
        f"{said(getattr(r, by))} {r.voice} {number(r.mean, 2)} ({span(r.low, r.high, 2)}; "
        f"{counted(r.sentences, 'sentence')})"
        for r in rows_of(known)
    ]
    return finish(
        ax,
        f"Dot chart of the mean score of own and quoted voice by {by}: {'; '.join(told)}. "
        f"{as_sentence(scope(known))}",
    )


@styled
@of_largest(3)
def plot_guard(table: pd.DataFrame, *, ax=None):
    """Draw the mean of each source with all words and without the topic words, a panel a lexicon.

    Parameters
    ----------
    table : DataFrame
        As `sentiment_robustness` returns it.
    ax : Axes, optional
        Its place is taken by the panels.

    Returns
    -------
    Axes
        Those given, or the first panel.
    """
    from matplotlib.ticker import MaxNLocator

    by = table.columns[3]
    if table.empty:
        return nothing(ax, "Means by lexicon")
    groups = sorted(table[by].unique(), key=str)
    lexicons = list(dict.fromkeys(table["lexicon"]))
    looks = look_of(table, by)
    places = panels(ax, len(lexicons), 3, 1.0 + 0.5 * len(groups))
    told = []
    for k, (panel, lexicon) in enumerate(zip(places, lexicons, strict=True)):
        own = table[table["lexicon"] == lexicon]
        names = [wrap(g, 20, 2) for g in groups] if k % 3 == 0 else [""] * len(groups)
        place = pd.Series(rows_from_top(panel, names), index=groups)
        reach = reach_of(own, "mean")
        for guard, shift in ((False, -APART), (True, APART)):
            rows = own[own["guard"].astype(bool) == guard]
            at = rows[by].map(place).astype(float) + shift  # also where there are none
            _draw(panel, rows, by, at, looks, reach, 1.2 if guard else 2.8, hollow=guard)
            means = [f"{said(getattr(r, by))} {number(r.mean, 2)}" for r in rows_of(rows)]
            told += [f"{rows['scoring'].iloc[0]}: {', '.join(means)}"] if len(rows) else []
        zero_axis(panel, reach)
        part_rows(panel, len(groups))
        panel.set_title(lexicon)
        panel.xaxis.set_major_locator(MaxNLocator(4, prune="both"))
    both = "thick: all words; thin and open: without topic words; "
    note = (both if table["guard"].any() else "") + scope(table).partition("; hollow")[0]
    write_below(places, f"mean score of a sentence, each lexicon on its own scale\n{note}")
    return finish(
        ax or places[0],
        f"Dot charts of the mean score by {by}, a panel a lexicon: {'; '.join(told)}. "
        f"{as_sentence(note)}",
    )


def _draw(ax, rows, by, at, looks, reach, width, *, hollow=False):
    """Draw means with their intervals; hollow also where there is no interval."""
    colours, markers = looks
    look = rows[by].map(colours)
    interval_lines(ax, at, rows["low"], rows["high"], look, limits=(-reach, reach), width=width)
    filled = rows["low"].notna() & ~np.bool_(hollow)
    dots(ax, rows["mean"], at, look, rows[by].map(markers), filled)
