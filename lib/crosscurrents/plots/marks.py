"""What charts are made of: interval lines, dots, rows with notes, axes around 0, legends."""

from __future__ import annotations

import numpy as np

from crosscurrents.plots.canvas import INK, QUIET
from crosscurrents.plots.wording import percent, wrap


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


def interval_dots(ax, at, rows, value: str, colours, markers, *, limits, width: float = 2.0):
    """Draw a dot a row with its interval, hollow where there is none; looks are one a row."""
    interval_lines(ax, at, rows["low"], rows["high"], colours, limits=limits, width=width)
    dots(ax, rows[value], at, colours, markers, rows["low"].notna())


def side_by_side(groups, room: float) -> dict:
    """Say how far each group stands from the middle where all of them share so much room."""
    step = room / max(len(groups), 1)
    return {group: (k - (len(groups) - 1) / 2) * step for k, group in enumerate(groups)}


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


def rows_from_top(ax, labels, room: int = 0) -> np.ndarray:
    """Set rows with their labels, the first on top, and return their places.

    `room` is that of the panel beside it with most rows.
    """
    place = np.arange(len(labels), dtype=float)
    ax.set_yticks(place, labels)
    ax.set_ylim(max(len(labels), room) - 0.4, -0.6)
    return place


def part_rows(ax, rows: int):
    """Draw a faint line between rows."""
    for edge in np.arange(1, rows) - 0.5:
        ax.axhline(edge, color="#E2E2E2", linewidth=0.8, zorder=0.5)


def panel_head(panel, group, colour, size: str):
    """Name the source of a panel, and below it how much it rests on."""
    panel.set_title(wrap(group, 27, 2), color=colour, pad=18)
    panel.annotate(
        size, (0, 1), xytext=(0, 5), textcoords="offset points", xycoords="axes fraction",
        fontsize=8.5, color=QUIET,
    )  # fmt: skip


def reach_of(table, value: str) -> float:
    """Say how far a chart reaches on either side of 0; intervals far beyond the values are cut."""
    limits = np.nanmax(table[[value, "low", "high"]].abs().to_numpy())
    return min(1.1 * limits, 4 * table[value].abs().max()) or 1.0


def zero_axis(ax, reach: float):
    """Set an axis that reaches as far on either side of a zero line."""
    ax.set_xlim(-1.04 * reach, 1.04 * reach)
    ax.axvline(0, color=INK, linewidth=1, zorder=1)


def percent_axis(ax, *, upright: bool = False):
    """Label the horizontal axis in per cent, or the upright one; the side of 0 says the sign."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis = ax.yaxis if upright else ax.xaxis
    axis.set_major_locator(MaxNLocator(6))
    axis.set_major_formatter(FuncFormatter(lambda value, _: percent(abs(value))))


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
