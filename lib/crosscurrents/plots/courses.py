"""What charts over time are made of: a number of each source from period to period."""

from __future__ import annotations

import numpy as np

from crosscurrents.plots.canvas import look_of, panels, rows_of
from crosscurrents.plots.marks import legend_above, side_by_side
from crosscurrents.plots.wording import plain


def draw_courses(ax, table, items, value: str, *, height: float, least: float, ticks: int):
    """Draw a number with its interval from period to period, a line a source, a panel an item.

    The first column names the item, the second the source. `height` is that of a panel, `least`
    the top of one where all is 0, `ticks` the most periods that are named below it. Returns the
    panels, the periods, and the last row of each line.
    """
    item, by = table.columns[:2]
    periods, groups = sorted(table["period"].unique()), sorted(table[by].unique(), key=str)
    colours, markers = look_of(table, by)
    shift, last = side_by_side(groups, 0.5), []
    places = panels(ax, len(items), 2 if len(periods) < 7 else 1, height)
    for panel, name in zip(places, items, strict=True):
        own = table[table[item] == name]
        most = min(own[[value, "high"]].max().max(), 2.5 * own[value].max()) or least
        for group in groups:
            rows = own[own[by] == group]
            at = np.array([periods.index(p) for p in rows["period"]], dtype=float) + shift[group]
            _course_line(panel, at, rows, value, most, colours[group], markers[group])
            last += rows_of(rows.iloc[-1:])
        panel.set(xlim=(-0.5, len(periods) - 0.5), ylim=(0, 1.05 * most))
        shown = range(0, len(periods), -(-len(periods) // ticks))
        panel.set_xticks(list(shown), [periods[k] for k in shown])
        panel.grid(True, axis="y")
        panel.grid(False, axis="x")
        panel.set_title(plain(name, 34))
    legend_above(places[0].figure, groups, colours, markers)
    return places, periods, last


def _course_line(ax, at, rows, value: str, most: float, colour, marker) -> None:
    """Draw numbers with their intervals from period to period, hollow where there is none."""
    limits = rows["low"].clip(upper=most), rows["high"].clip(upper=most)
    ax.vlines(at, *limits, color=colour, linewidth=1.6, zorder=2)
    ax.plot(at, rows[value], color=colour, linewidth=1, alpha=0.5, zorder=1.8)
    for x, y, low in zip(at, rows[value], rows["low"], strict=True):
        ax.plot(
            x, y, marker, color=colour, markersize=6, zorder=3, clip_on=False,
            markerfacecolor=colour if np.isfinite(low) else "white",
        )  # fmt: skip
