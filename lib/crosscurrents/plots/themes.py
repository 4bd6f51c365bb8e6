"""Charts of themes: the shares of all of them, and how sure these are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.plots.canvas import (
    INK,
    canvas,
    dots,
    finish,
    interval_lines,
    look_of,
    nothing,
    percent_axis,
    rows_from_top,
    source_legend,
    styled,
)
from crosscurrents.plots.wording import as_sentence, number, percent, plain, said, scope, wrap


@styled
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
    by, themes, groups, size = _axes_of(table)
    cells = table.pivot_table(index="theme", columns=by, values=["share", "sentences"])
    share, hits = (
        cells[name].reindex(index=themes, columns=groups) for name in ("share", "sentences")
    )
    ax = draw_heatmap(share, hits, size, ax)
    note = "" if len(groups) > 8 else " (their number)"
    ax.set_xlabel(f"share of the sentences that touch the theme{note}; n: all sentences")
    return finish(
        ax,
        f"Heat map of {len(themes)} themes by {by}, the share of sentences that touch each. "
        f"Largest: {largest(share)}.",
    )


def draw_heatmap(share, number_of, size, ax):
    """Draw shares, (themes, groups), as a heat map, each cell with the number it stands for.

    `size` gives the n of each group; cells of more than eight groups hold the share alone.
    """
    import seaborn as sns

    themes, groups = share.index, share.columns
    crowded = len(groups) > 8
    ax = canvas(ax, 1.5 + 0.34 * len(themes) + 1.3 * crowded)
    sns.heatmap(
        share, cmap=sns.light_palette("#0B4F8A", as_cmap=True), vmin=0,
        vmax=max(share.max().max(), 0.01), cbar=False, linewidths=1.5, ax=ax,
        xticklabels=False, yticklabels=False,
    )  # fmt: skip
    _write_cells(ax, share, number_of, crowded)
    labels = [f"{wrap(g, max(9, 62 // len(groups)), 4)}\nn = {number(size[g])}" for g in groups]
    turned = {"rotation": 0}
    if crowded:
        labels = [f"{plain(g, 28)} (n = {number(size[g])})" for g in groups]
        turned = {"rotation": 90, "fontsize": 8}
    ax.set_xticks(np.arange(len(groups)) + 0.5, labels, **turned)
    ax.set_yticks(np.arange(len(themes)) + 0.5, [wrap(t, 26, 2) for t in themes], rotation=0)
    ax.tick_params(axis="x", labeltop=True, labelbottom=False, colors=INK)
    ax.set(xlabel="", ylabel="")
    return ax


def largest(share) -> str:
    """Name the three largest shares of each group, for the alternative text."""
    told = []
    for group in share.columns:
        best = share[group].dropna().sort_values(ascending=False, kind="stable").head(3)
        named = ", ".join(f"{said(t)} {percent(v)}" for t, v in best.items())
        told.append(f"{said(group)}: {named}")
    return "; ".join(told)


@styled
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
    by, themes, groups, size = _axes_of(table)
    colours, markers = look_of(table, by)
    ax = canvas(ax, 1.6 + len(themes) * (0.2 + 0.13 * len(groups)))
    place = pd.Series(rows_from_top(ax, [wrap(theme, 26, 2) for theme in themes]), index=themes)
    step = 0.78 / max(len(groups), 1)
    shift = {g: (k - (len(groups) - 1) / 2) * step for k, g in enumerate(groups)}
    at = table["theme"].map(place) + table[by].map(shift)
    most = min(1.0, table[["share", "high"]].max().max(), 2.5 * table["share"].max() or 1.0)
    look = table[by].map(colours)
    interval_lines(ax, at, table["low"], table["high"], look, limits=(0, most))
    dots(ax, table["share"], at, look, table[by].map(markers), table["low"].notna())
    for edge in np.arange(1, len(themes)) - 0.5:
        ax.axhline(edge, color="#E2E2E2", linewidth=0.8, zorder=0.5)
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


def _axes_of(table):
    """Name the groups' column, the themes, the groups, and give the sentences of each group."""
    by = table.columns[1]
    return (
        by, ranked_themes(table), sorted(table[by].unique(), key=str), table.groupby(by)["of"].max()
    )  # fmt: skip


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
        ax.text(
            column + 0.5, row + 0.5, "–" if pd.isna(value) else f"{percent(value)}{n}",
            ha="center", va="center", fontsize=size,
            color=INK if light[row, column] > 0.2 else "white",
        )  # fmt: skip
