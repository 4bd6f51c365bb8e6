"""Charts that set sources against each other: a heat map of rates, a scatter of two."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.plots.canvas import (
    INK,
    PANELS,
    QUIET,
    REST,
    RULE,
    SHADES,
    SURE,
    canvas,
    finish,
    groups_of,
    nothing,
    rows_of,
    say_below,
    source_colours,
    styled,
)
from crosscurrents.plots.cells import column_heads, write_cell
from crosscurrents.plots.wording import number, plain, said, wrap

STEPS = [(1, 0), (-1, 0), (0, 1), (0, -1), (0.8, 0.8), (-0.8, 0.8), (0.8, -0.8), (-0.8, -0.8)]
REACH = (5, 10, 17)  # points between a dot and its label


@styled
def plot_rate_heatmap(table: pd.DataFrame, *, top_n: int = 20, ax=None):
    """Draw the rates of terms in all sources as a heat map, a row a term.

    Parameters
    ----------
    table : DataFrame
        As `compare_terms` or `compare_collocates` returns it.
    top_n : int
        Rows that are drawn at most.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    import seaborn as sns
    from matplotlib.colors import PowerNorm

    groups = [name.removeprefix("rate_") for name in table if name.startswith("rate_")]
    known = groups
    if len(groups) > PANELS and len(table):
        groups = sorted(groups, key=lambda g: -table[f"words_{g}"].iloc[0])[:PANELS]
        groups = [group for group in known if group in groups]
    table = table.head(top_n)
    if table.empty or not groups:
        return nothing(ax, "Rates of terms by source")
    rates = table[[f"rate_{group}" for group in groups]].to_numpy(float)
    counts = table[[f"count_{group}" for group in groups]].to_numpy(int)
    sizes = [int(table[f"words_{group}"].iloc[0]) for group in groups]
    at = tuple(np.argwhere(counts > 0)[0])
    per = number(round(rates[at] * sizes[at[1]] / counts[at]))
    crowded = len(groups) > 8
    ax = canvas(ax, 1.6 + 0.27 * len(table) + 1.3 * crowded)
    colours = sns.light_palette(SHADES, as_cmap=True)
    norm = PowerNorm(0.5, 0, max(rates.max(), 1e-9))  # the root keeps small rates apart
    sns.heatmap(
        rates, cmap=colours, norm=norm, cbar=False, linewidths=1.5, ax=ax, xticklabels=False,
        yticklabels=False,
    )  # fmt: skip
    for (row, column), rate in np.ndenumerate(rates):
        text = number(rate, 1) if rate else "0"
        text = text if crowded else f"{text} ({number(counts[row, column])})"
        dark = norm(rate) > 0.55
        colour = "white" if dark else (INK if rate else REST)
        write_cell(ax, column, row, text, size=6.5 if crowded else 8, colour=colour)
    column_heads(ax, groups, [f"{number(n)} words" for n in sizes], crowded=crowded, size=8.5)
    ax.set_yticks(np.arange(len(table)) + 0.5, [plain(t, 26) for t in table["term"]], rotation=0)
    ax.set(xlabel=f"occurrences per {per} words" + " (their number)" * (not crowded), ylabel="")
    told = []
    for column, group in enumerate(groups):
        best = np.argsort(-rates[:, column], kind="stable")[:3]
        named = [f"{said(table['term'].iloc[k])} {number(rates[k, column], 1)}" for k in best]
        told.append(f"{said(group)}: {', '.join(named)}")
    finish(
        ax,
        f"Heat map of the rates of {len(table)} terms per {per} words by source. "
        f"Highest: {'; '.join(told)}.",
    )
    number_of = len(table.attrs.get("groups", known))
    rest = f"the {len(groups)} with most words of {number_of:,} shown"
    return say_below(ax, rest) if len(groups) < len(known) else ax


@styled
def plot_rate_scatter(table: pd.DataFrame, *, top_n: int = 12, ax=None):
    """Draw every term by its rate in one source and in another, those that differ most with names.

    Parameters
    ----------
    table : DataFrame
        As `keyness` returns it, of one target and one reference.
    top_n : int
        Terms of either direction that are named at most; a name that finds no room is left out.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = table.columns[0]
    if table.empty:
        return nothing(ax, "Rates in two sources")
    target, reference = table[by].iloc[0], table["reference"].iloc[0]
    colours = source_colours(groups_of(table, by))
    look = {1: colours[target], -1: colours.get(reference, "#4A4A4A"), 0: REST}
    ax = canvas(ax, 6.2)
    sides = [table["reference_rate"].to_numpy(float), table["rate"].to_numpy(float)]
    seen = np.concatenate([side[side > 0] for side in sides])
    floor, most = seen.min() / 2.2, seen.max() * 1.5
    x, y = (np.where(side > 0, side, floor) for side in sides)
    sure = (table["p_adjusted"] < SURE).to_numpy()
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set(xlim=(floor / 1.4, most), ylim=(floor / 1.4, most))
    ax.plot([floor, most], [floor, most], color=RULE, linewidth=1, zorder=1)
    shades = [look[d] if s else REST for d, s in zip(table["direction"], sure, strict=True)]
    ax.scatter(x, y, s=np.where(sure, 26, 12), c=shades, linewidths=0, alpha=0.75, zorder=2)
    _rate_axes(ax, floor, seen, bool((sides[0] == 0).any()), bool((sides[1] == 0).any()))
    first = table.iloc[0]
    side, size = (
        ("", first["words"]) if first["count"] else ("reference_", first["reference_words"])
    )
    per = number(round(first[f"{side}rate"] * size / first[f"{side}count"]))
    names = [f"{wrap(name, 40, 1)}" for name in (reference, target)]
    sizes = [number(first["reference_words"]), number(first["words"])]
    ax.set_xlabel(f"per {per} words in {names[0]} ({sizes[0]} words)")
    ax.set_ylabel(f"per {per} words in {names[1]} ({sizes[1]} words)")
    ax.set_title("Above the line: more often in " + names[1], fontsize=9.5, color=QUIET, pad=8)
    ax.grid(True, axis="both")
    named = table.assign(_x=x, _y=y)[table["direction"] != 0].groupby("direction").head(top_n)
    _name_dots(ax, named, look, np.column_stack([x, y]))
    told = []
    for direction, name in ((1, target), (-1, reference)):
        rows = rows_of(table[table["direction"] == direction].head(5))
        terms = ", ".join(f"{said(r.term)} ({r.count} : {r.reference_count})" for r in rows)
        told.append(f"more often in {said(name)}: {terms or 'none'}")
    finish(
        ax,
        f"Scatter chart of {number(len(table))} terms by their rate in {said(reference)} and in "
        f"{said(target)}, on logarithmic axes; {'; '.join(told)} (counts in {said(target)} and "
        f"{said(reference)}). Grey: not told from chance.",
    )
    note = table.attrs.get("note", "")
    return say_below(ax, f"chosen among {note}") if note.startswith("the ") else ax


def _rate_axes(ax, floor, seen, zero_x, zero_y):
    """Write rates as plain numbers, and 0 where terms lie that one side never uses."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    powers = np.arange(np.floor(np.log10(seen.min())), np.ceil(np.log10(seen.max())) + 1)
    marks = [m * 10.0**p for p in powers for m in (1, 3)]
    marks = [mark for mark in marks if 1.3 * floor < mark <= 1.4 * seen.max()]
    for axis, zero in ((ax.xaxis, zero_x), (ax.yaxis, zero_y)):
        axis.set_major_locator(FixedLocator([floor] * zero + marks))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(
            FuncFormatter(lambda value, _: "0" if value <= 1.001 * floor else f"{value:,g}")
        )


def _name_dots(ax, rows, look, dots):
    """Write the names of dots beside them where they cover no other name."""
    figure = ax.figure
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    frame, scale = ax.get_window_extent(renderer), figure.dpi / 72
    dots = ax.transData.transform(dots)
    taken: list = []
    for row in rows.sort_values("g2", ascending=False, kind="stable").to_dict("records"):
        label = ax.annotate(
            plain(row["term"], 24), (row["_x"], row["_y"]), xytext=(0, 0), fontsize=8.5,
            textcoords="offset points", color=look[row["direction"]], zorder=4,
            annotation_clip=False,
        )  # fmt: skip
        label.set_in_layout(False)
        best = None
        for reach in REACH:
            for right, up in STEPS:
                label.set(
                    ha="left" if right > 0 else "right" if right < 0 else "center",
                    va="bottom" if up > 0 else "top" if up < 0 else "center",
                )
                label.xyann = (right * reach, up * reach)
                box = label.get_window_extent(renderer).padded(1.5 * scale)
                inside = frame.x0 < box.x0 and box.x1 < frame.x1
                inside = inside and frame.y0 < box.y0 and box.y1 < frame.y1
                if not inside or any(box.overlaps(other) for other in taken):
                    continue
                within = (dots > [box.x0, box.y0]).all(1) & (dots < [box.x1, box.y1]).all(1)
                cost = within.sum() + 0.02 * reach
                if best is None or cost < best[0]:
                    best = cost, right * reach, up * reach, label.get_ha(), label.get_va(), box
            if best is not None and best[0] < 1:
                break
        if best is None or best[0] >= 1:  # a name over other dots would seem to be theirs
            label.remove()
            continue
        label.xyann = best[1:3]
        label.set(ha=best[3], va=best[4])
        taken.append(best[5])
        if np.hypot(*best[1:3]) > REACH[1]:
            ax.annotate(
                "", (row["_x"], row["_y"]), xytext=best[1:3], textcoords="offset points",
                arrowprops={"arrowstyle": "-", "color": REST, "linewidth": 0.6, "shrinkB": 3},
                annotation_clip=False, zorder=1.6,
            ).set_in_layout(False)  # fmt: skip
