"""What all charts share: colours, style, panels, the rows that are drawn, how a chart ends."""

from __future__ import annotations

from functools import wraps

import numpy as np
import pandas as pd

from crosscurrents.plots.wording import NOTHING, fold, fonts
from crosscurrents.statistics.units import largest_first

# Okabe and Ito's colours in an order in which neighbours differ for every kind of colour vision;
# their yellow and light orange, too faint on white, are replaced by darker ones.
PALETTE = (
    *("#0072B2", "#D55E00", "#009E73", "#B65B9B"),
    *("#8C6D1F", "#3F97CE", "#5B3F99", "#4A4A4A"),
)
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "h")  # a second sign beside the colour
INK, QUIET, RULE, REST = "#222222", "#5F5F5F", "#DDDDDD", "#9A9A9A"
SHADES = "#0B4F8A"  # the darkest of a heat map
SURE = 0.05  # adjusted p below which a difference takes colour
PANELS = 12  # groups with a panel of their own at most: more would make a page of metres
WIDTH = 7.8  # inches: the width of a report's column at 96 pixels an inch
STYLE = {
    "figure.constrained_layout.use": True,
    "font.size": 10,
    "text.parse_math": False,  # a $ in a name is a dollar
    "text.color": INK,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # else Matplotlib measures all ticks to place it
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


def finish(ax, alternative: str):
    """Give the figure its alternative text and return the Axes.

    Room is made for texts; lines and areas stay where the axes are and are not measured for it.
    """
    for axes in ax.figure.axes:
        for artist in (*axes.lines, *axes.patches, *axes.collections, *axes.spines.values()):
            artist.set_in_layout(False)
    ax.figure.set_label(alternative)
    return ax


def nothing(ax, what: str):
    """Say in place of a chart that there is nothing to draw."""
    alone, ax = ax is None, canvas(ax, 1.2)
    if alone:
        ax.figure.set_gid(NOTHING)
    ax.set_axis_off()
    ax.text(0.5, 0.5, f"{what}: nothing to show", ha="center", va="center", color=QUIET)
    return finish(ax, f"{what}: nothing to show.")


def look_of(table, by):
    """Give the colour and the sign of each group of a table."""
    groups = groups_of(table, by)
    return source_colours(groups), source_markers(groups)


def largest(table: pd.DataFrame, by: str, most: int = PANELS) -> tuple[pd.DataFrame, str]:
    """Keep the groups that a chart has room for, those with most words, and say of how many."""
    names = largest_first(table, by)
    if len(names) <= most:
        return table, ""
    kept = table[table[by].isin(names[:most])]
    # Eight colours cannot tell all of them apart, but those that are shown.
    kept.attrs = {**table.attrs, "groups": names[:most]}
    return kept, f"; the {most} with most words of {len(names):,} shown, the table has all"


def of_largest(place: int, most: int = PANELS):
    """Draw the largest groups of a table, by the column at a place, and say so below the chart."""

    def limited(draw):
        @wraps(draw)
        def drawing(table, *args, **kwargs):
            if table.empty or len(table.columns) <= place:
                return draw(table, *args, **kwargs)
            kept, rest = largest(table, table.columns[place], most)
            axes = draw(kept, *args, **kwargs)
            return say_below(axes, rest) if rest else axes

        return drawing

    return limited


def say_below(ax, rest: str):
    """Add what a chart leaves out to the text below it and to its alternative text."""
    figure, said = ax.figure, rest.removeprefix("; ")
    if below := figure.get_supxlabel():
        figure.supxlabel(f"{below}\n{said}", fontsize=9.5, color=QUIET)
    else:
        ax.set_xlabel(f"{ax.get_xlabel()}\n{said}")
    figure.set_label(f"{figure.get_label()} {said[0].upper()}{said[1:]}.")
    return ax


def first_rows(table: pd.DataFrame, top_n: int):
    """Give the first rows of each of the largest groups: a table, by group, looks, what is left.

    The looks are colours and signs by group; what is left out is a note for the chart.
    """
    by = table.columns[0]
    table, rest = largest(table, by)
    table = table.groupby(by, sort=True).head(top_n)
    return table, list(table.groupby(by, sort=True)), *look_of(table, by), rest


def rows_of(table):
    """Give the rows as objects with a field a column; count and index stay fields."""
    from types import SimpleNamespace

    return [SimpleNamespace(**row) for row in table.to_dict("records")]


def write_below(places, text):
    """Write what all panels have in common under them."""
    places[0].figure.supxlabel(fold(text), fontsize=9.5, color=QUIET)
