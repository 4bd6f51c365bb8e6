"""The general charts: dots with intervals, bars, heat map, lines, strips, ranks.

Each takes a table with a number in every row, and the names of its columns, draws into the given
Axes or a new figure, writes the main numbers into the alternative text, and returns the Axes. It
computes nothing.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from crosscurrents import plots
from crosscurrents.writing import MISSING, number, percent

TOLD = 12  # numbers of a chart that its alternative text tells at most
LONG = 30  # signs of the name of a line, beyond which it takes two
# Colours of the fields of a heat map, from the lowest to the highest value: so light that dark
# letters have a contrast of 4.5 or more on them.
SHADES = ("#CD8B59", "#FFFFFF", "#608DB3")
CUT = 4.0  # times the largest value: an interval beyond is cut, with an arrow head


def dots_with_intervals(
    table: pd.DataFrame,
    *,
    value: str,
    label: str,
    by: str = "",
    what: str,
    axis: str = "",
    notes: str = "",
    filled: str = "",
    zero: bool = False,
    ax=None,
):
    """Draw a dot and an interval for each row of a table, one below the other.

    Parameters
    ----------
    table : DataFrame
        With `value`, `label` and, if there are intervals, low and high.
    value, label
        Columns of the number and of the name of a row.
    by : str, optional
        Column of groups, which gives the colours; without one the dots are dark.
    what : str
        What the chart shows, for the alternative text.
    axis : str
        Title of the axis, with the unit.
    notes : str, optional
        Column of texts at the right of the rows.
    filled : str, optional
        Column that says whether a dot is filled; without one it is where there is an interval.
    zero : bool
        Whether to draw a line at 0, around which the axis is even.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    looks, labels = looks_of(table, by), [plots.label_of(table, name) for name in table[label]]
    room = 0.38 if max(len(str(name)) for name in labels) > LONG else 0.29
    ax = plots.canvas(ax, 0.9 + room * len(table))
    limits = _limits(table, value, zero, CUT)
    for at, row in enumerate(table.to_dict("records")):
        colour, marker = looks.get(row.get(by), (plots.INK, "o"))
        known = _interval(ax, at, row, colour, limits)
        full = bool(row[filled]) if filled else known or "low" not in row
        ax.plot(
            row[value], at, marker, color=colour, markersize=6.5, zorder=3,
            markerfacecolor=colour if full else "white", markeredgewidth=1.3, clip_on=False,
        )  # fmt: skip
    _name_rows(ax, labels, table[notes] if notes else (), limits, axis)
    if zero:
        ax.axvline(0, color=plots.INK, linewidth=1, zorder=1)
    return plots.finish(ax, _told(f"Dot chart of {what}", table, value, [label, by]))


def bars(
    table: pd.DataFrame,
    *,
    value: str,
    label: str,
    by: str = "",
    what: str,
    axis: str = "",
    notes: str = "",
    limits: tuple[float, float] | None = None,
    ax=None,
):
    """Draw a bar for each row of a table, to the left where the value is below zero.

    Parameters
    ----------
    table, value, label, what, axis, notes, ax
        As `dots_with_intervals` takes them; an interval is a thin line over the bar.
    by : str, optional
        Column of groups, which gives the colours; without one the bars are dark.
    limits : two numbers, optional
        Ends of the axis, where several charts share one.

    Returns
    -------
    Axes
    """
    ax = plots.canvas(ax, 0.9 + 0.27 * len(table))
    looks = looks_of(table, by)
    low, high = limits or _limits(table, value, False, 2.0)
    limits = limits or (min(low, 0), max(high, 0))
    for at, row in enumerate(table.to_dict("records")):
        colour, _ = looks.get(row.get(by), (plots.INK, ""))
        ax.barh(at, row[value], height=0.66, color=colour, zorder=1.5)
        _interval(ax, at, row, plots.INK, limits, width=1)
    labels = [plots.label_of(table, name) for name in table[label]]
    _name_rows(ax, labels, table[notes] if notes else (), limits, axis)
    ax.axvline(0, color=plots.INK, linewidth=1)
    return plots.finish(ax, _told(f"Bar chart of {what}", table, value, [label]))


def heat_map(
    table: pd.DataFrame,
    *,
    value: str,
    row: str,
    column: str,
    what: str,
    axis: str = "",
    text: str = "",
    strong: str = "",
    heads: dict | None = None,
    share: bool = False,
    even: bool = False,
    ax=None,
):
    """Draw a field for each row and column of a long table, the darker the higher the value.

    Parameters
    ----------
    table : DataFrame
        A row for each field: `row`, `column`, `value`.
    what, axis, ax
        As `dots_with_intervals` takes them.
    text : str, optional
        Column of the text of a field; without one it is the value.
    strong : str, optional
        Column that says which fields are set in bold, with a frame: the tested differences.
    heads : dict, optional
        Notes below the names of columns.
    share, even : bool
        Whether values are shares; whether they lie on either side of zero, which takes two colours.

    Returns
    -------
    Axes
    """
    import seaborn as sns
    from matplotlib.colors import LinearSegmentedColormap
    from matplotlib.patches import Rectangle

    rows, columns = list(dict.fromkeys(table[row])), list(dict.fromkeys(table[column]))

    def grid(name: str) -> pd.DataFrame:
        found = table.pivot_table(name, row, column, aggfunc="first")
        return found.reindex(index=rows, columns=columns)

    sizes, crowded = grid(value).astype(float), len(columns) > 8
    ax = plots.canvas(ax, 1.0 + (0.23 if len(rows) > 8 else 0.29) * len(rows) + 0.9 * crowded)
    if text:
        writing = grid(text).fillna(MISSING).map(plots.plain)
    else:
        writing = sizes.map(lambda size: plots.plain(percent(size) if share else number(size, 1)))
    largest = sizes.abs().max(axis=None) or 1.0
    depth = np.sqrt((sizes.abs() / largest).fillna(0))  # keeps small ones apart
    depth *= np.where(even & (sizes < 0), -1, 1)
    names = [
        plots.wrap(plots.label_of(table, name), max(10, 66 // len(columns)), 4) for name in columns
    ]
    if heads:
        names = [f"{n}\n{plots.plain(heads.get(c, ''))}" for n, c in zip(names, columns)]
    sns.heatmap(
        depth.to_numpy(), vmin=-1, vmax=1, fmt="", ax=ax, cbar=False, linewidths=1,
        linecolor="white", annot=writing.to_numpy(),
        yticklabels=[plots.wrap(plots.label_of(table, name), 28, 2) for name in rows],
        cmap=LinearSegmentedColormap.from_list("shades", SHADES),
        annot_kws={"fontsize": 6.5 if crowded else 8.5, "color": plots.INK, "in_layout": False},
    )  # fmt: skip
    bold = np.argwhere(grid(strong).eq(True).to_numpy()) if strong else ()
    for y, x in bold:
        ax.texts[y * len(columns) + x].set_fontweight("bold")
        frame = (x + 0.03, y + 0.06), 0.94, 0.88
        ax.add_patch(Rectangle(*frame, fill=False, edgecolor=plots.INK, linewidth=1.2))
    ax.set_xticks(ax.get_xticks(), names, rotation=90 if crowded else 0, fontsize=8)
    ax.tick_params(axis="x", labeltop=True, labelbottom=False, colors=plots.INK)
    ax.tick_params(axis="y", labelrotation=0)
    ax.set(xlabel=plots.plain(axis, 400), ylabel="")
    ax.grid(False)
    ax.spines[:].set_visible(False)
    lead = f"Heat map of {what}; {'highest and lowest' if even else 'highest'}"
    known = table.dropna(subset=[value]).sort_values(value, ascending=False, kind="stable")
    if even and len(known) > TOLD:
        known = pd.concat([known.head(TOLD // 2), known.tail(TOLD // 2)])
    return plots.finish(ax, _told(lead, known, value, [row, column], share))


def lines(
    table: pd.DataFrame,
    *,
    x: str,
    value: str,
    by: str,
    what: str,
    axis: str = "",
    order: list | None = None,
    share: bool = False,
    zero: bool = False,
    legend: bool = True,
    ax=None,
):
    """Draw a line for each group over periods, with its interval as a band.

    Parameters
    ----------
    table : DataFrame
        A row for each period and group: `x`, `value`, `by` and, if there are intervals, low, high.
    order : list, optional
        All periods in their order; by default the periods of the table, sorted. Lines have gaps
        where a group has no value.
    legend : bool
        Whether the groups are named above the chart.
    what, axis, share, zero, ax
        As `dots_with_intervals` takes them; the axis is the upright one.

    Returns
    -------
    Axes
    """
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    ax, looks = plots.canvas(ax, 3.2), looks_of(table, by)
    periods = order or sorted(set(table[x]), key=str)
    at, step = np.arange(len(periods)), -(-len(periods) // 12)
    for group, (colour, marker) in looks.items():
        own = table[table[by] == group].drop_duplicates(x).set_index(x).reindex(periods)
        own = own.reindex(columns=[value, "low", "high"]).astype(float)
        ax.fill_between(at, own["low"], own["high"], color=colour, alpha=0.13, linewidth=0)
        ax.plot(at, own[value], marker=marker, color=colour, markersize=5, linewidth=1.8)
    ax.set_xticks(at[::step], [plots.plain(period, 12) for period in periods[::step]])
    ax.grid(axis="y")
    ax.set(xlabel="", ylabel=plots.plain(axis, 200))
    if zero:
        ax.axhline(0, color=plots.INK, linewidth=1, zorder=1)
    elif table[value].min() >= 0:
        ax.set_ylim(bottom=0)
    if share:
        ax.yaxis.set_major_locator(MaxNLocator(6))
        ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    if legend:
        name_groups(ax, looks, loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2)
    return plots.finish(ax, _told(f"Line chart of {what}", table, value, [by, x], share))


def strips(table: pd.DataFrame, *, at: str, by: str, what: str, axis: str = "", ax=None):
    """Draw a line for each group and on it a stroke for each row, from 0 to 1.

    Parameters
    ----------
    table : DataFrame
        `at` is the place of a stroke, between 0 and 1; `by` the group.
    what, axis, ax
        As `dots_with_intervals` takes them.

    Returns
    -------
    Axes
    """
    groups = plots.groups_of(table, by)
    ax = plots.canvas(ax, 0.8 + 0.34 * len(groups))
    colours, counts = plots.source_colours(groups), table[by].value_counts()
    for k, group in enumerate(groups):
        own = table.loc[table[by] == group, at]
        ax.axhline(k, color=plots.RULE, linewidth=0.8, zorder=1)
        ax.vlines(own, k - 0.32, k + 0.32, color=colours[group], linewidth=1.6, zorder=2)
    notes = [number(counts.get(group, 0)) for group in groups]
    _name_rows(ax, groups, notes, (-0.01, 1.01), axis)
    ax.set_xticks([0, 0.5, 1], ["beginning", "middle", "end"])
    told = "; ".join(f"{plots.said(group)} {note}" for group, note in zip(groups, notes))
    return plots.finish(ax, f"Strip chart of {what}: {told}.")


def ranks(table: pd.DataFrame, *, method: str, rank: str, by: str, what: str, ax=None):
    """Draw the rank of each group under each method, a line for each group; the first on top.

    Parameters
    ----------
    table : DataFrame
        A row for each method and group: `method`, `rank` (1 is the first), `by`.
    what, ax
        As `dots_with_intervals` takes them.

    Returns
    -------
    Axes
    """
    methods, looks = list(dict.fromkeys(table[method])), looks_of(table, by)
    ax, at = plots.canvas(ax, 1.0 + 0.36 * len(looks)), np.arange(len(methods))
    for group, (colour, marker) in looks.items():
        own = table[table[by] == group].drop_duplicates(method).set_index(method)[rank]
        own = own.reindex(methods).to_numpy(float)
        ax.plot(at, own, marker=marker, color=colour, markersize=7, linewidth=2.2)
        last = np.flatnonzero(np.isfinite(own))[-1]
        ax.annotate(
            plots.wrap(group, 28, 2), (last, own[last]), xytext=(9, 0), va="center",
            textcoords="offset points", color=colour, fontsize=9, annotation_clip=False,
        )  # fmt: skip
    ax.set_xticks(at, [plots.wrap(name, 14, 3) for name in methods], color=plots.INK)
    ax.set_yticks(range(1, len(looks) + 1))
    ax.set(xlim=(-0.2, len(methods) - 0.8), ylim=(len(looks) + 0.5, 0.5), xlabel="", ylabel="rank")
    ax.grid(False)
    order = [
        f"{plots.said(name)}: {', '.join(map(plots.said, own.sort_values(rank)[by]))}"
        for name, own in table.groupby(method, sort=False)
    ]
    return plots.finish(ax, f"Ranks of {what}, the first first. {'; '.join(order)}.")


# Parts


def _name_rows(ax, labels: list, notes, limits: tuple[float, float], axis: str) -> None:
    """Set rows with their labels, the first on top, a small note at the right of each, and the axis
    below them."""
    ax.set(xlim=limits, xlabel=plots.plain(axis, 400), ylabel="")
    ax.set_yticks(
        np.arange(len(labels), dtype=float), [plots.wrap(name, LONG, 2) for name in labels]
    )
    ax.set_ylim(len(labels) - 0.4, -0.6)
    for at, note in enumerate(notes):
        ax.text(
            1.01, at, plots.plain(note), transform=ax.get_yaxis_transform(), va="center", ha="left",
            fontsize=8, color=plots.QUIET,
        )  # fmt: skip


def times_axis(ax) -> None:
    """Label a log2 axis by how many times the rate: 4×, or 1/4×."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    def label(value, _):
        return f"{2**value:,.0f}×" if value >= 0 else f"1/{2**-value:,.0f}×"

    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(label))


def name_groups(place, looks: dict, **where) -> None:
    """Name groups beside a chart or in a figure, each with its colour and marker."""
    from matplotlib.lines import Line2D

    signs = [
        Line2D([], [], color=colour, marker=marker, markersize=6, linewidth=2)
        for colour, marker in looks.values()
    ]
    # A label that begins with an underscore would be left out of a legend.
    names = [re.sub("^_", " _", plots.wrap(group, 34, 2)) for group in looks]
    longest = max(len(line) for name in names for line in name.split("\n"))
    place.legend(signs, names, ncols=max(1, min(len(names), 78 // (longest + 6))), **where)


def looks_of(table: pd.DataFrame, by: str) -> dict:
    """The colour and the marker of each group of a table that is drawn, by its name."""
    looks = plots.source_looks(plots.groups_of(table, by)) if by else {}
    return {group: look for group, look in looks.items() if group in set(table[by])}


def _limits(table: pd.DataFrame, value: str, zero: bool, cut: float) -> tuple[float, float]:
    """How far an axis reaches: the values and intervals, those far beyond the values cut."""
    values = table[value].to_numpy(float)
    ends = table[[c for c in ("low", "high") if c in table]].to_numpy(float)
    ends = ends[np.isfinite(ends)]
    reach = cut * np.abs(values).max() or 1.0
    low = max(min([values.min(), *ends]), -reach) if len(ends) else values.min()
    high = min(max([values.max(), *ends]), reach) if len(ends) else values.max()
    if zero:
        high = max(abs(low), abs(high))
        low = -high
    elif low >= 0:
        return -0.01 * high, 1.04 * high or 1.0
    room = 0.04 * (high - low) or 0.5
    return low - room, high + room


def _interval(ax, at, row: dict, colour, limits, width: float = 2.0) -> bool:
    """Draw a row's interval as a line, if it has one; where it leaves the chart it has an arrow."""
    if not _has_interval(row):
        return False
    least, most = limits
    ax.plot(
        np.clip([row["low"], row["high"]], least, most), [at, at], color=colour, linewidth=width,
        solid_capstyle="butt", zorder=2, clip_on=False,
    )  # fmt: skip
    for beyond, edge, sign in ((row["low"] < least, least, "<"), (row["high"] > most, most, ">")):
        if beyond:
            ax.plot(edge, at, sign, color=colour, markersize=4, zorder=2, clip_on=False)
    return True


def _has_interval(row: dict) -> bool:
    return bool(np.isfinite([row.get("low", np.nan), row.get("high", np.nan)]).all())


def _told(lead: str, table: pd.DataFrame, value: str, names: list[str], share: bool = False) -> str:
    """The alternative text: what a chart shows and its first numbers with their intervals."""
    told, write = [], percent if share else number
    for row in table.head(TOLD).to_dict("records"):
        text = write(row[value])
        if _has_interval(row):
            text += f" ({write(row['low'])} to {write(row['high'])})"
        said_of = dict.fromkeys(
            plots.said(plots.label_of(table, row[name])) for name in filter(None, names)
        )
        told.append(f"{', '.join(said_of)} {text}")
    more = f"; and {len(table) - TOLD:,} more" if len(table) > TOLD else ""
    return f"{lead}: {'; '.join(told)}{more}."
