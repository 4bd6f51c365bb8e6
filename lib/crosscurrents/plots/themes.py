"""Charts of the themes page: shares, positions on a scale, periods, themes that share sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.plots.charts import dots_with_intervals, heat_map, lines, ranks, times_axis
from crosscurrents.plots.style import (
    finish,
    group_column,
    largest,
    nothing,
    panels,
    plain,
    scope,
    source_colours,
    styled,
    wrap,
)
from crosscurrents.plots.tone import has_course
from crosscurrents.significance import ALPHA
from crosscurrents.writing import counted, number, percent

MOST = 8  # sources of a chart with a line for each
PANELS = 6  # themes that have a panel over time
PAIRS = 10  # pairs of themes in a chart
SEEN = 5  # sentences with both themes, counted or expected, below which a pair is left out


@styled
def plot_themes(table: pd.DataFrame, *, ax=None):
    """Draw the share of each source's sentences that belongs to each theme, as a heat map.

    Parameters
    ----------
    table : DataFrame
        As `theme_share` or `theme_contrast` returns it.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = group_column(table)
    table, rest = largest(table, by)
    if table.empty:
        return nothing(ax, "shares of themes")
    few = table[by].nunique() <= 8
    made = table.assign(
        writing=[
            percent(share) + (f" ({number(n)})" if few else "")
            for share, n in zip(table["share"], table["sentences"])
        ],
        sure=table["p_adjusted"] < ALPHA,
        total=table.groupby("theme")["share"].transform("mean"),
    ).sort_values(["total", "theme", by], ascending=[False, True, True], kind="stable")
    size = table.groupby(by)["of"].max()
    ax = heat_map(
        made, value="share", row="theme", column=by, text="writing", strong="sure", share=True,
        heads={group: f"n = {number(n)}" for group, n in size.items()},
        what="the share of sentences on each theme", ax=ax,
    )  # fmt: skip
    note = "share of the source's sentences" + (" (their number)" if few else "")
    note += "; n: all its sentences"
    note += "; framed: differs from the rest, p below 0.05" if made["sure"].any() else ""
    return finish(ax, "", "; ".join(filter(None, [note, rest])))


@styled
def plot_scale(table: pd.DataFrame, *, documents: pd.DataFrame | None = None, ax=None):
    """Draw the position of each source between the two poles of a scale, with its interval.

    Parameters
    ----------
    table : DataFrame
        As `scale_position` returns it.
    documents : DataFrame, optional
        As `document_positions` returns it: a faint dot for each article.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = group_column(table)
    table, rest = largest(table.dropna(subset=["position"]), by, 20)
    if table.empty:
        return nothing(ax, "positions on a scale")
    near, far = table["near"].iloc[0], table["far"].iloc[0]
    made = table.assign(
        note=[f"{number(a)} : {number(b)}" for a, b in zip(table["positive"], table["negative"])]
    ).sort_values(["position", by], ascending=[False, True], kind="stable")
    ax = dots_with_intervals(
        made, value="position", label=by, by=by, notes="note", zero=True,
        what=f"the position of each {by} between “{far}” and “{near}”",
        axis=f"← “{far}” · position · “{near}” →", ax=ax,
    )  # fmt: skip
    if documents is not None and documents.groupby(by).size().max() > 1:
        _faint_dots(ax, made, documents.dropna(subset=["position"]), by)
    note = f"right: phrases of “{near}” : phrases of “{far}”\n{scope(table)}"
    return finish(ax, "", "; ".join(filter(None, [note, rest])))


def _faint_dots(ax, table: pd.DataFrame, documents: pd.DataFrame, by: str) -> None:
    """Draw the articles of each source behind its dot."""
    order = table[by].tolist()
    documents = documents[documents[by].isin(order)]
    colours = source_colours(table.attrs.get("groups", order))
    least, most = ax.get_xlim()
    ax.scatter(
        documents["position"].clip(least, most), documents[by].map(order.index), s=20,
        c=documents[by].map(colours), alpha=0.3, linewidths=0, zorder=1.5,
    )  # fmt: skip


@styled
def plot_scale_robustness(table: pd.DataFrame, *, ax=None):
    """Draw the rank of each source on a scale under every counting method.

    Parameters
    ----------
    table : DataFrame
        As `scale_robustness` returns it.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = group_column(table)
    table, rest = largest(table, by, MOST)
    if table.empty or table[by].nunique() < 2:
        return nothing(ax, "order on a scale")
    ax = ranks(
        table, method="label", rank="rank", by=by, what="sources on the scale by counting method",
        axis="rank", ax=ax,
    )  # fmt: skip
    return finish(ax, "", rest)


@styled
def plot_themes_over_time(table: pd.DataFrame, *, ax=None):
    """Draw the share of sentences on the largest themes by period, a panel for each theme.

    Parameters
    ----------
    table : DataFrame
        As `theme_over_time` returns it; with fewer than three periods of
        any source nothing is drawn.
    ax : Axes, optional
        Of a table with a single theme.

    Returns
    -------
    Axes
        The first panel.
    """
    by = group_column(table)
    table, rest = largest(table, by, MOST)
    if not has_course(table, by):
        return nothing(ax, "themes over time")
    size = table.groupby("theme")["sentences"].sum().sort_values(ascending=False, kind="stable")
    themes, periods = size.index[:PANELS].tolist(), sorted(table["period"].unique())
    places = [ax] if ax else panels([1.75] * len(themes), 2)
    for panel, theme in zip(places, themes):
        lines(
            table[table["theme"] == theme].drop(columns=["low", "high"]), x="period",
            value="share", by=by, order=periods, share=True,
            what=f"the share of sentences on “{theme}”", ax=panel,
        )  # fmt: skip
        panel.set_title(wrap(theme, 40, 1))
        panel.tick_params(axis="x", labelsize=7.5)
        panel.set_xticks(panel.get_xticks()[:: -(-len(panel.get_xticks()) // 6)])
    _one_legend(places)
    left = len(size) - len(themes)
    note = "share of the source's sentences in the period"
    note += f"; the {len(themes)} largest of {len(size)} themes" if left else ""
    return finish(places[0], "", "; ".join(filter(None, [note, rest])))


def _one_legend(places) -> None:
    """Name the sources once above all panels."""
    signs = {}
    for panel in places:
        legend = panel.get_legend()
        signs |= zip((text.get_text() for text in legend.get_texts()), legend.legend_handles)
        legend.remove()
    places[0].figure.legend(
        signs.values(), signs, loc="outside upper left", ncols=min(len(signs), 4), fontsize=8.5
    )


@styled
def plot_scale_over_time(table: pd.DataFrame, *, ax=None):
    """Draw the position of each source on a scale by period.

    Parameters
    ----------
    table : DataFrame
        As `scale_over_time` returns it; with fewer than three periods of
        any source nothing is drawn.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = group_column(table)
    table, rest = largest(table.dropna(subset=["position"]), by, MOST)
    if not has_course(table, by):
        return nothing(ax, "positions over time")
    near, far = table["near"].iloc[0], table["far"].iloc[0]
    ax = lines(
        table.drop(columns=["low", "high"]), x="period", value="position", by=by, zero=True,
        axis=f"← “{plain(far)}” · “{plain(near)}” →", what="positions on the scale by period",
        ax=ax,
    )  # fmt: skip
    return finish(ax, "", rest)


@styled
def plot_cooccurrence(table: pd.DataFrame, *, ax=None):
    """Draw how many times as often as expected pairs of themes share a sentence.

    Parameters
    ----------
    table : DataFrame
        As `theme_cooccurrence` returns it.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    seen = (table["observed"] >= SEEN) | (table["expected"] >= SEEN)
    table = table[seen & (table["observed"] > 0)]
    if table.empty:
        return nothing(ax, "themes in one sentence")
    table = table.sort_values("lift", ascending=False, kind="stable")
    half = PAIRS // 2
    shown = table if len(table) <= PAIRS else pd.concat([table.head(half), table.tail(half)])
    made = shown.assign(
        pair=[f"{a} + {b}" for a, b in zip(shown["theme"], shown["other"])],
        note=[
            f"{counted(n, 'sentence')}, {number(e, 1)} expected"
            for n, e in zip(shown["observed"], shown["expected"])
        ],
        lift=np.log2(shown["lift"]),
        low=np.log2(shown["low"].clip(lower=1 / 16)), high=np.log2(shown["high"]),
    )  # fmt: skip
    ax = dots_with_intervals(
        made, value="lift", label="pair", notes="note", zero=True,
        axis="times as often as expected",
        what="how often pairs of themes share a sentence, as the log2 of times the expected number",
        ax=ax,
    )  # fmt: skip
    times_axis(ax)
    left = f"the {half} highest and {half} lowest of {len(table)} pairs of {SEEN} sentences or more"
    below = [scope(shown)] if shown["low"].notna().any() else []
    return finish(ax, "", "; ".join(below + ([left] if len(table) > PAIRS else [])))
