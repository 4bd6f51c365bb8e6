"""Charts of what stands out: themes of each source against the others, themes that go together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.plots.canvas import (
    INK,
    REST,
    SURE,
    canvas,
    finish,
    look_of,
    nothing,
    of_largest,
    panels,
    styled,
    write_below,
)
from crosscurrents.plots.cells import tinted_cell
from crosscurrents.plots.marks import interval_dots, rows_from_top, side_notes
from crosscurrents.plots.themes import ranked_themes
from crosscurrents.plots.wording import (
    as_sentence,
    counted,
    number,
    percent,
    plain,
    said,
    scope,
    wrap,
)

FAR = 4.0  # log2, 16 times: the chart ends there and arrow heads say that a line goes on


@styled
@of_largest(1, 8)
def plot_theme_contrast(table: pd.DataFrame, *, ax=None):
    """Draw how many times as often as the others each source speaks of each theme.

    Parameters
    ----------
    table : DataFrame
        As `theme_contrast` returns it.
    ax : Axes, optional
        Its place is taken by the panels.

    Returns
    -------
    Axes
        Those given, or the first panel.
    """
    by = table.columns[1]
    if table.empty or table["log_ratio"].isna().all():
        return nothing(ax, "Themes against the others")
    themes, groups = ranked_themes(table), sorted(table[by].unique(), key=str)
    colours, markers = look_of(table, by)
    places = panels(ax, len(groups), 2, 1.0 + 0.22 * len(themes))
    reach = min(FAR, np.nanmax(table[["log_ratio", "low", "high"]].abs().to_numpy()))
    told = []
    for k, (panel, group) in enumerate(zip(places, groups, strict=True)):
        rows = table[table[by] == group].set_index("theme").reindex(themes)
        at = rows_from_top(panel, [plain(t, 24) for t in themes] if k % 2 == 0 else themes)
        if k % 2:
            panel.set_yticklabels([])
        panel.tick_params(axis="y", labelsize=8.5)
        sure = (rows["p_adjusted"] < SURE).to_numpy()
        look = np.where(sure, colours[group], REST)
        shown = rows.assign(log_ratio=rows["log_ratio"].clip(-reach, reach))
        signs = [markers[group]] * len(at)
        interval_dots(panel, at, shown, "log_ratio", look, signs, limits=(-reach, reach))
        panel.axvline(0, color=INK, linewidth=1, zorder=1)
        panel.set_xlim(-1.05 * reach, 1.05 * reach)
        step = 2 if reach >= 2 else 1
        ticks = np.arange(-int(reach) // step * step, int(reach) + 1, step)
        ticks = ticks[np.abs(ticks) <= reach]
        panel.set_xticks(ticks, [_times(tick) for tick in ticks])
        notes = [
            f"{percent(a)} : {percent(b)}"
            for a, b in zip(rows["share"], rows["rest_share"], strict=True)
        ]
        side_notes(panel, at, notes)
        panel.set_title(wrap(group, 30, 2), color=colours[group], fontsize=10)
        named = rows[sure].sort_values("p_adjusted", kind="stable").head(4)
        said_rows = [
            f"{said(t)} {percent(r['share'])} against {percent(r['rest_share'])}"
            for t, r in named.iterrows()
        ]
        told.append(f"{said(group)}: {', '.join(said_rows) or 'nothing beyond chance'}")
    write_below(
        places,
        "times the share of the others; right: share here : share of the others\n"
        f"grey: not told from chance after {number(table['tests'].iloc[0])} tests; {scope(table)}",
    )
    return finish(
        ax or places[0],
        f"Dot charts of the share of each theme by {by} against all others together. Beyond "
        f"chance: {'; '.join(told)}. {as_sentence(scope(table))}",
    )


def _times(power: int) -> str:
    """Write 2 to a power as times: 4×, same, 1/4."""
    return f"{2**power}×" if power > 0 else "same" if power == 0 else f"1/{2**-power}"


@styled
def plot_theme_pairs(table: pd.DataFrame, *, ax=None):
    """Draw how often two themes share a place against chance, as half a matrix.

    Parameters
    ----------
    table : DataFrame
        As `theme_pairs` returns it, without groups.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    table = table.dropna(subset=["lift"])
    if table.empty:
        return nothing(ax, "Themes that go together")
    themes = _in_order(table)
    ax = canvas(ax, 1.9 + 0.36 * len(themes))
    told = []
    for row in table.to_dict("records"):
        x, y = sorted((themes.index(row["theme"]), themes.index(row["other"])))
        sure = row["p"] < SURE
        mark = "*" if row["p_adjusted"] < SURE else ""
        lean = np.log2(max(row["lift"], 0.25)) / 2  # at four times, or a quarter, it is full
        text = f"{number(row['lift'], 1)}{mark}\n({number(row['joint'])})"
        tinted_cell(ax, x, y, text, lean=lean, faint=not sure, size=7.5)
        if sure:
            told.append(
                f"{said(row['theme'])} and {said(row['other'])} {number(row['lift'], 1)} times "
                f"({counted(row['joint'], 'place')}, {number(row['expected'], 1)} expected)"
            )
    ax.set(xlim=(0, len(themes) - 1), ylim=(len(themes), 1))
    columns, rows = themes[:-1], themes[1:]
    ax.set_xticks(np.arange(len(columns)) + 0.5, [plain(t, 24) for t in columns], rotation=90)
    ax.set_yticks(np.arange(len(rows)) + 1.5, [plain(t, 26) for t in rows])
    ax.tick_params(axis="x", labelsize=8.5, colors=INK)
    ax.grid(False)
    tests = number(table["tests"].iloc[0])
    ax.set_xlabel(
        "times as often as by chance (places that both touch)\n"
        "blue: more often, orange: less often, pale: p is not below 0.05\n"
        f"*: p is below 0.05 also after {tests} tests"
    )
    return finish(
        ax,
        f"Matrix of {counted(len(table), 'pair')} of themes, how many times as often as by chance "
        f"they share a place. p below 0.05 by itself: {'; '.join(told[:10]) or 'none'}. "
        f"{counted(int((table['p_adjusted'] < SURE).sum()), 'pair')} also after {tests} tests.",
    )


def _in_order(table) -> list[str]:
    """Name the themes, the one that touches most places first."""
    sides = [table[["theme", "count"]], table[["other", "other_count"]]]
    sizes = pd.concat([side.set_axis(["theme", "count"], axis=1) for side in sides])
    return list(sizes.groupby("theme")["count"].max().sort_values(ascending=False).index)
