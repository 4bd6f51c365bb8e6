"""Charts of themes along the texts and over time."""

from __future__ import annotations

import pandas as pd

from crosscurrents.plots.canvas import (
    QUIET,
    SHADES,
    finish,
    look_of,
    nothing,
    of_largest,
    panels,
    say_below,
    styled,
    write_below,
)
from crosscurrents.plots.courses import draw_courses
from crosscurrents.plots.marks import percent_axis
from crosscurrents.plots.themes import ranked_themes
from crosscurrents.plots.wording import as_sentence, number, percent, plain, said, scope, wrap


@styled
@of_largest(1)
def plot_theme_course(table: pd.DataFrame, *, ax=None):
    """Draw how much of each theme stands in which part of the texts, a panel a source.

    Parameters
    ----------
    table : DataFrame
        As `theme_course` returns it.
    ax : Axes, optional
        Its place is taken by the panels.

    Returns
    -------
    Axes
        Those given, or the first panel.
    """
    import seaborn as sns

    by = table.columns[1]
    if table.empty or not table["sentences"].sum():
        return nothing(ax, "Themes along the texts")
    themes, groups = ranked_themes(table), sorted(table[by].unique(), key=str)
    colours, _ = look_of(table, by)
    shades = sns.light_palette(SHADES, as_cmap=True)
    bins, most = int(table["bin"].max()), max(table["share"].max(), 0.01)
    places = panels(ax, len(groups), 2, 0.95 + 0.21 * len(themes))
    told = []
    for k, (panel, group) in enumerate(zip(places, groups, strict=True)):
        rows = table[table[by] == group]
        cells = rows.pivot_table(index="theme", columns="bin", values="share")
        cells = cells.reindex(index=themes, columns=range(1, bins + 1))
        panel.pcolormesh(cells, cmap=shades, vmin=0, vmax=most, edgecolor="white", linewidth=1)
        panel.invert_yaxis()
        panel.grid(False)
        panel.set(xlabel="", ylabel="")
        shown = sorted({1, (bins + 1) // 2, bins})
        panel.set_xticks([b - 0.5 for b in shown], shown, rotation=0)
        names = [plain(theme, 24) for theme in themes] if k % 2 == 0 else []
        panel.set_yticks([n + 0.5 for n in range(len(names))], names, rotation=0, fontsize=8.5)
        sentences = rows.groupby("bin")["of"].first()
        least, largest = number(sentences.min()), number(sentences.max())
        n = least if least == largest else f"{least} to {largest}"
        panel.set_title(wrap(group, 30, 2), color=colours[group], fontsize=10)
        panel.annotate(
            f"n = {n}", (1, 1), xytext=(0, 4), xycoords="axes fraction", ha="right",
            textcoords="offset points", fontsize=8, color=QUIET,
        )  # fmt: skip
        top = rows.sort_values(["share", "bin"], ascending=[False, True], kind="stable").iloc[0]
        told.append(
            f"{said(group)}: most of {said(top['theme'])} in part {top['bin']} "
            f"({percent(top['share'])} of {number(top['of'])} sentences)"
        )
    write_below(
        places,
        f"part of the text, 1 to {bins}; n: its sentences\n"
        f"palest: none of them touches the theme, darkest: {percent(most)} do",
    )
    return finish(
        ax or places[0],
        f"Heat maps of the share of sentences that touch each of {len(themes)} themes in {bins} "
        f"parts of the text. {'; '.join(told)}.",
    )


@styled
@of_largest(1, 8)
def plot_theme_over_time(table: pd.DataFrame, *, top_n: int = 6, ax=None):
    """Draw the share of sentences that touch each theme from period to period, a panel a theme.

    Parameters
    ----------
    table : DataFrame
        As `theme_over_time` returns it.
    top_n : int
        Themes that are drawn at most, those that most sentences touch.
    ax : Axes, optional
        Its place is taken by the panels.

    Returns
    -------
    Axes
        Those given, or the first panel.
    """
    by = table.columns[1]
    if table.empty or not table["sentences"].sum():
        return nothing(ax, "Themes over time")
    every = ranked_themes(table)
    themes = every[:top_n]
    places, periods, last = draw_courses(
        ax, table, themes, "share", height=2.2, least=0.01, ticks=8
    )
    for panel in places:
        percent_axis(panel, upright=True)
    told = [
        f"{said(r.theme)} in {said(getattr(r, by))} {r.period} {percent(r.share)} "
        f"(of {number(r.of)})"
        for r in last
    ]
    write_below(places, f"share of the sentences of the period\n{scope(table)}")
    axes = finish(
        ax or places[0],
        f"Shares of sentences that touch {len(themes)} themes, by period from {periods[0]} to "
        f"{periods[-1]}. Last: {', '.join(told[:15])}. {as_sentence(scope(table))}",
    )
    rest = f"the {top_n} themes that most sentences touch, of {len(every)}"
    return say_below(axes, rest) if len(every) > top_n else axes
