"""What all charts share: colours, panels, interval lines, dots, notes."""

from __future__ import annotations

from functools import wraps

import numpy as np
import pandas as pd

from crosscurrents.plots.wording import fold, fonts, percent, wrap

# Okabe and Ito's colours in an order in which neighbours differ for every kind of colour vision;
# their yellow and light orange, too faint on white, are replaced by darker ones.
PALETTE = (
    *("#0072B2", "#D55E00", "#009E73", "#B65B9B"),
    *("#8C6D1F", "#3F97CE", "#5B3F99", "#4A4A4A"),
)
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "h")  # a second sign beside the colour
INK, QUIET, RULE, REST = "#222222", "#5F5F5F", "#DDDDDD", "#9A9A9A"
PALE = "#F1F1F1"  # of a cell with too little to go by
PANELS = 16  # groups with a panel of their own at most: more would make a page of metres
WIDTH = 7.8  # inches: the width of a report's column at 96 pixels an inch
STYLE = {
    "figure.constrained_layout.use": True,
    "font.size": 10,
    "text.parse_math": False,  # a $ in a name is a dollar
    "text.color": INK,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9.5,
    "axes.labelcolor": QUIET,
    "axes.edgecolor": RULE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "x",
    "grid.color": "#EAEAEA",
    "grid.linewidth": 0.8,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9.5,
    "xtick.color": QUIET,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "hatch.linewidth": 0.6,
}


def source_colours(sources) -> dict:
    """Give each source its colour: the same sources get the same colours in every chart.

    Parameters
    ----------
    sources : iterable
        Names, in any order and as often as they come.

    Returns
    -------
    dict
        Colours by name, in the order of the names; with more than eight sources they begin again.

    Examples
    --------
    >>> source_colours(["Star", "Mail", "Star"])
    {'Mail': '#0072B2', 'Star': '#D55E00'}
    """
    names = sorted(set(sources), key=str)
    return {name: PALETTE[k % len(PALETTE)] for k, name in enumerate(names)}


def source_markers(sources) -> dict:
    """Give each source the sign of its dots, in the order of `source_colours`."""
    names = sorted(set(sources), key=str)
    return {name: MARKERS[(k + k // 8) % len(MARKERS)] for k, name in enumerate(names)}


def groups_of(table: pd.DataFrame, by: str) -> list:
    """Name all groups that take part in a comparison, also those that a table does not list."""
    return sorted({*table.attrs.get("groups", []), *table[by].dropna()}, key=str)


def styled(draw):
    """Draw within the house style, which ends with the drawing."""

    @wraps(draw)
    def drawing(*args, **kwargs):
        import matplotlib as mpl

        with mpl.rc_context({**STYLE, "font.family": list(fonts())}):
            return draw(*args, **kwargs)

    return drawing


def canvas(ax, height: float):
    """Return the given Axes, or those of a new figure as wide as a report's column."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(WIDTH, height))[1]


def panels(ax, number: int, columns: int, height: float | list[float]) -> list:
    """Return Axes for a number of panels, in a new figure or in the place of the given Axes.

    `height` in inches is that of every panel, or a list with that of each.
    """
    columns = max(1, min(columns, number))
    rows = -(-number // columns)
    heights = [height] * number if np.isscalar(height) else list(height)
    heights = [max(heights[k * columns : (k + 1) * columns]) for k in range(rows)]
    if ax is None:
        import matplotlib.pyplot as plt

        figure = plt.figure(figsize=(WIDTH, sum(heights) + 0.3))
        grid = figure.add_gridspec(rows, columns, height_ratios=heights)
    else:
        from matplotlib.gridspec import GridSpec

        figure, place = ax.figure, ax.get_subplotspec()
        box = ax.get_position()
        edges = {"left": box.x0, "right": box.x1, "bottom": box.y0, "top": box.y1}
        if place is not None:
            grid = place.subgridspec(rows, columns, height_ratios=heights)
        else:
            grid = GridSpec(rows, columns, figure=figure, height_ratios=heights, **edges)
        ax.set_axis_off()
    return [figure.add_subplot(grid[k // columns, k % columns]) for k in range(number)]


def interval_lines(ax, place, low, high, colours, *, limits, width: float = 2.0) -> None:
    """Draw intervals as lines; where one leaves the chart an arrow head says so."""
    least, most = limits
    for at, start, end, colour in zip(place, low, high, colours, strict=True):
        if not np.isfinite([start, end]).all():
            continue
        ax.plot(
            np.clip([start, end], least, most), [at, at], color=colour, linewidth=width,
            solid_capstyle="butt", zorder=2, clip_on=False,
        )  # fmt: skip
        for beyond, edge, sign in ((start < least, least, "<"), (end > most, most, ">")):
            if beyond:
                ax.plot(edge, at, sign, color=colour, markersize=4, zorder=2, clip_on=False)


def dots(ax, values, place, colours, markers, known) -> None:
    """Draw a dot a row, filled where there is an interval and hollow where there is none."""
    for value, at, colour, marker, full in zip(values, place, colours, markers, known, strict=True):
        ax.plot(
            value, at, marker, color=colour, markersize=6.5, zorder=3, clip_on=False,
            markerfacecolor=colour if full else "white", markeredgewidth=1.3,
        )  # fmt: skip


def side_notes(ax, place, notes, head: str = "") -> None:
    """Write a small note at the right of each row, and what the notes are above them."""
    for at, note in zip(place, notes, strict=True):
        ax.text(
            1.01, at, note, transform=ax.get_yaxis_transform(), va="center", ha="left",
            fontsize=8, color=QUIET,
        )  # fmt: skip
    if head:
        ax.text(
            1.01, 1.005, head, transform=ax.transAxes, va="bottom", ha="left", fontsize=8,
            color=QUIET,
        )  # fmt: skip


def rows_from_top(ax, labels) -> np.ndarray:
    """Set rows with their labels, the first on top, and return their places."""
    place = np.arange(len(labels), dtype=float)
    ax.set_yticks(place, labels)
    ax.set_ylim(len(labels) - 0.4, -0.6)
    return place


def source_legend(ax, labels, colours, markers):
    """Set the sources above the chart, each with its colour and sign."""
    from matplotlib.lines import Line2D

    lines = [
        Line2D([], [], color=colours[g], marker=markers[g], markersize=6.5, linewidth=2)
        for g in labels
    ]
    # A label that begins with an underscore would be left out of a legend.
    ax.legend(
        lines, [f" {t}" if t.startswith("_") else t for t in labels.values()], loc="lower left",
        bbox_to_anchor=(0, 1), ncols=2 if len(labels) > 1 else 1, borderaxespad=0.2,
    )  # fmt: skip


def legend_above(figure, groups, colours, markers):
    """Name the sources above all panels."""
    from matplotlib.lines import Line2D

    lines = [
        Line2D([], [], color=colours[g], marker=markers[g], label=wrap(g, 30, 2)) for g in groups
    ]
    columns = 3 if max(len(str(g)) for g in groups) < 30 else 2
    figure.legend(handles=lines, loc="outside upper left", ncols=columns, fontsize=8.5)


def course_line(ax, at, rows, value: str, most: float, colour, marker) -> None:
    """Draw numbers with their intervals from period to period, hollow where there is none."""
    limits = rows["low"].clip(upper=most), rows["high"].clip(upper=most)
    ax.vlines(at, *limits, color=colour, linewidth=1.6, zorder=2)
    ax.plot(at, rows[value], color=colour, linewidth=1, alpha=0.5, zorder=1.8)
    for x, y, low in zip(at, rows[value], rows["low"], strict=True):
        ax.plot(
            x, y, marker, color=colour, markersize=6, zorder=3, clip_on=False,
            markerfacecolor=colour if np.isfinite(low) else "white",
        )  # fmt: skip


def tinted_cell(ax, x, y, text: str, *, lean: float, faint: bool, size: float) -> None:
    """Draw a cell of a matrix: blue for a lean above 0, orange below, pale where it is faint."""
    from matplotlib.patches import Rectangle

    end = np.array([0, 114, 178] if lean > 0 else [213, 94, 0]) / 255
    colour = PALE if faint else 1 - (1 - end) * 0.75 * min(abs(lean), 1)
    ax.add_patch(Rectangle((x, y), 1, 1, facecolor=colour, edgecolor=RULE))
    ax.text(
        x + 0.5, y + 0.5, text, ha="center", va="center", fontsize=size,
        color=REST if text == "–" else QUIET if faint else INK,
    )  # fmt: skip


def finish(ax, alternative: str):
    """Give the figure its alternative text and return the Axes."""
    ax.figure.set_label(alternative)
    return ax


def nothing(ax, what: str):
    """Say in place of a chart that there is nothing to draw."""
    ax = canvas(ax, 1.2)
    ax.set_axis_off()
    ax.text(0.5, 0.5, f"{what}: nothing to show", ha="center", va="center", color=QUIET)
    return finish(ax, f"{what}: nothing to show.")


def look_of(table, by):
    """Give the colour and the sign of each group of a table."""
    groups = groups_of(table, by)
    return source_colours(groups), source_markers(groups)


def largest(table: pd.DataFrame, by: str) -> tuple[pd.DataFrame, str]:
    """Keep the groups that panels have room for, those with most words, and say how many they are.

    A table without words keeps the groups that come first.
    """
    names = table[by].drop_duplicates()
    if len(names) <= PANELS:
        return table, ""
    if "words" in table:
        words = table.groupby(by)["words"].max().reindex(names)
        names = words.sort_values(ascending=False, kind="stable").index
    kept = table[table[by].isin(list(names[:PANELS]))]
    kept.attrs = {**table.attrs, "groups": groups_of(table, by)}
    return kept, f"; {PANELS} of {len(names)} shown, the table has all"


def first_rows(table: pd.DataFrame, top_n: int):
    """Give the first rows of each group, as a table and by group, and the groups' looks."""
    by = table.columns[0]
    table = table.groupby(by, sort=True).head(top_n)
    return table, list(table.groupby(by, sort=True)), *look_of(table, by)


def rows_of(table):
    """Give the rows as objects with a field a column; count and index stay fields."""
    from types import SimpleNamespace

    return [SimpleNamespace(**row) for row in table.to_dict("records")]


def write_below(places, text):
    """Write what all panels have in common under them."""
    places[0].figure.supxlabel(fold(text), fontsize=9.5, color=QUIET)


def percent_axis(ax, *, upright: bool = False):
    """Label the horizontal axis in per cent, or the upright one; the side of 0 says the sign."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis = ax.yaxis if upright else ax.xaxis
    axis.set_major_locator(MaxNLocator(6))
    axis.set_major_formatter(FuncFormatter(lambda value, _: percent(abs(value))))
