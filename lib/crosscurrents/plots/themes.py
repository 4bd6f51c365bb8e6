"""Charts of themes: the shares of all of them, and how sure these are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.plots.canvas import (
    INK,
    SHADES,
    canvas,
    finish,
    look_of,
    nothing,
    of_largest,
    styled,
)
from crosscurrents.plots.cells import column_heads, write_cell
from crosscurrents.plots.marks import (
    interval_dots,
    part_rows,
    percent_axis,
    rows_from_top,
    side_by_side,
    source_legend,
)
from crosscurrents.plots.wording import as_sentence, number, percent, said, scope, wrap


@styled
@of_largest(1)
def plot_theme_heatmap(table: pd.DataFrame, *, ax=None):
    """Draw the share of sentences that touch each theme in each source as a heat map.

    Parameters
    ----------
    table : DataFrame
        As `theme_share` returns it.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    if table.empty:
        return nothing(ax, "Shares of themes")
    by, themes = table.columns[1], ranked_themes(table)
    ax, share = draw_heatmap(table, themes, "sentences", ax)
    note = "" if share.shape[1] > 8 else " (their number)"
    ax.set_xlabel(f"share of the sentences that touch the theme{note}; n: all sentences")
    return finish(
        ax,
        f"Heat map of {len(themes)} themes by {by}, the share of sentences that touch each. "
        f"Largest: {largest(share)}.",
    )


def draw_heatmap(table, themes, of: str, ax):
    """Draw the shares of a table as a heat map, each cell with the number it stands for.

    `of` is the column of that number; cells of more than eight groups hold the share alone.
    Returns the Axes and the shares, (themes, groups).
    """
    import seaborn as sns

    by = table.columns[1]
    groups, size = sorted(table[by].unique(), key=str), table.groupby(by)["of"].max()
    cells = table.pivot_table(index="theme", columns=by, values=["share", of])
    share, number_of = (cells[n].reindex(index=themes, columns=groups) for n in ("share", of))
    crowded = len(groups) > 8
    ax = canvas(ax, 1.5 + 0.34 * len(themes) + 1.3 * crowded)
    sns.heatmap(
        share, cmap=sns.light_palette(SHADES, as_cmap=True), vmin=0,
        vmax=max(share.max().max(), 0.01), cbar=False, linewidths=1.5, ax=ax,
        xticklabels=False, yticklabels=False,
    )  # fmt: skip
    _write_cells(ax, share, number_of, crowded)
    column_heads(ax, groups, [f"n = {number(size[g])}" for g in groups], crowded=crowded)
    ax.set_yticks(np.arange(len(themes)) + 0.5, [wrap(t, 26, 2) for t in themes], rotation=0)
    ax.set(xlabel="", ylabel="")
    return ax, share


def largest(share) -> str:
    """Name the three largest shares of each group, for the alternative text."""
    told = []
    for group in share.columns:
        best = share[group].dropna().sort_values(ascending=False, kind="stable").head(3)
        named = ", ".join(f"{said(t)} {percent(v)}" for t, v in best.items())
        told.append(f"{said(group)}: {named}")
    return "; ".join(told)


@styled
@of_largest(1, 8)
def plot_theme_shares(table: pd.DataFrame, *, ax=None):
    """Draw the share of sentences that touch each theme as dots with intervals, a colour a source.

    Parameters
    ----------
    table : DataFrame
        As `theme_share` returns it.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    if table.empty:
        return nothing(ax, "Shares of themes")
    by, themes = table.columns[1], ranked_themes(table)
    groups, size = sorted(table[by].unique(), key=str), table.groupby(by)["of"].max()
    colours, markers = look_of(table, by)
    ax = canvas(ax, 1.6 + len(themes) * (0.2 + 0.13 * len(groups)))
    place = pd.Series(rows_from_top(ax, [wrap(theme, 26, 2) for theme in themes]), index=themes)
    at = table["theme"].map(place) + table[by].map(side_by_side(groups, 0.78))
    most = min(1.0, table[["share", "high"]].max().max(), 2.5 * table["share"].max() or 1.0)
    look, signs = table[by].map(colours), table[by].map(markers)
    interval_dots(ax, at, table, "share", look, signs, limits=(0, most))
    part_rows(ax, len(themes))
    ax.set_xlim(0, most * 1.02)
    percent_axis(ax)
    ax.set_xlabel(f"share of the source's sentences that touch the theme\n{scope(table)}")
    names = {g: f"{wrap(g, 30, 2)} (n = {number(size[g])})" for g in groups}
    source_legend(ax, names, colours, markers)
    told = []
    for theme in themes[:6]:
        rows = table[table["theme"] == theme].to_dict("records")
        named = [f"{said(r[by])} {percent(r['share'])}" for r in rows]
        told.append(f"{said(theme)}: {', '.join(named)}")
    return finish(
        ax,
        f"Dot chart of the share of sentences that touch each of {len(themes)} themes, by {by}. "
        f"{'; '.join(told)}. {as_sentence(scope(table))}",
    )


def ranked_themes(table):
    """Name the themes, the one that most sentences touch first."""
    total = table.groupby("theme", sort=False)[["sentences", "of"]].sum()
    return list(
        (total["sentences"] / total["of"]).sort_values(ascending=False, kind="stable").index
    )


def _write_cells(ax, share, hits, crowded):
    """Write into the cells of the heat map: the share, and how many sentences it stands for."""
    colours = ax.collections[0].get_facecolors().reshape(*share.shape, 4)[..., :3]
    light = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    light = light @ [0.2126, 0.7152, 0.0722]  # relative luminance; at 0.2 black and white tie
    size = 6.5 if crowded else 9 if share.shape[1] < 7 else 8
    for (row, column), value in np.ndenumerate(share.to_numpy()):
        n = "" if crowded else f" ({number(hits.iloc[row, column])})"
        text = "–" if pd.isna(value) else f"{percent(value)}{n}"
        colour = INK if light[row, column] > 0.2 else "white"
        write_cell(ax, column, row, text, size=size, colour=colour)
