"""Charts of scales: where sources stand, and whether their order holds."""

from __future__ import annotations

import pandas as pd

from crosscurrents.plots.canvas import (
    INK,
    RULE,
    canvas,
    finish,
    look_of,
    nothing,
    of_largest,
    rows_of,
    styled,
)
from crosscurrents.plots.cells import matrix_axes, signed, tinted_cell
from crosscurrents.plots.marks import rows_from_top, side_notes, source_legend
from crosscurrents.plots.tone import ranked_dots
from crosscurrents.plots.wording import counted, number, plain, said, wrap


@styled
@of_largest(1)
def plot_scale(table: pd.DataFrame, *, documents: pd.DataFrame | None = None, ax=None):
    """Draw where each source stands between the two poles of a scale, with its interval.

    Parameters
    ----------
    table : DataFrame
        As `scale_position` returns it.
    documents : DataFrame, optional
        The positions of single documents, as `document_positions` returns them: a faint dot each.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = table.columns[1]
    table = table.assign(
        amount=[counted(r.positive + r.negative, "hit") for r in rows_of(table)],
        note=[f"{number(r.positive)} : {number(r.negative)}" for r in rows_of(table)],
    ).dropna(subset=["position"])
    scale = plain(table["scale"].iloc[0]) if len(table) else "scale"
    faint = None
    if documents is not None:
        faint = documents[documents[by].isin(table[by])].dropna(subset=["position"])
    poles = ("negative", "positive")
    if len(table) and {"near", "far"} <= set(table.columns):
        poles = (plain(table["far"].iloc[0]), plain(table["near"].iloc[0]))
    return ranked_dots(
        table, by, "position", ax, what=f"Position on {scale}", ends=poles,
        unit=f"{scale}: ln of {poles[1]} over {poles[0]}", head=f"{poles[1]} :\n{poles[0]}",
        faint=faint,
    )  # fmt: skip


@styled
@of_largest(2, 8)
def plot_scale_sensitivity(table: pd.DataFrame, *, ax=None):
    """Draw where each source stands by every way to count, and how far single patterns move it.

    Parameters
    ----------
    table : DataFrame
        As `scale_sensitivity` returns it.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = table.columns[2] if len(table.columns) > 2 else "source"
    table = table.dropna(subset=["position"])
    if table.empty:
        return nothing(ax, "Order on the scale")
    ways, alone = (table[table["kind"] == kind] for kind in ("counting", "pattern"))
    names = list(dict.fromkeys(ways["variant"]))
    colours, markers = look_of(table, by)
    ax = canvas(ax, 1.5 + 0.42 * (len(names) + bool(len(alone))))
    left_out = alone["variant"].nunique()
    last = [f"one pattern left out ({number(left_out)} in turn)"] * bool(left_out)
    place = rows_from_top(ax, [wrap(name, 34, 3) for name in names + last])
    at = ways["variant"].map(dict(zip(names, place)))
    for group, rows in ways.groupby(by, sort=True):
        look = {"color": colours[group], "marker": markers[group], "markersize": 7, "zorder": 3}
        ax.plot(rows["position"], at[rows.index], linewidth=1, alpha=0.9, clip_on=False, **look)
    for group, rows in alone.groupby(by, sort=True):
        ends = [rows["position"].min(), rows["position"].max()]
        ax.plot(ends, [place[-1]] * 2, color=colours[group], linewidth=5, alpha=0.6, zorder=2)
    tau = ways.groupby("variant")["tau"].first()
    notes = ["–" if pd.isna(tau[name]) else number(tau[name], 2) for name in names]
    moved = alone.groupby("variant")["moved"].any().sum()
    side_notes(ax, place, notes + [f"{number(moved)} change\nthe order"] * len(last), "tau")
    ax.axvline(0, color=INK, linewidth=1, zorder=1)
    for edge in place[:-1] + 0.5:
        ax.axhline(edge, color=RULE, linewidth=0.6, zorder=0.5)
    near, far = plain(table["near"].iloc[0]), plain(table["far"].iloc[0])
    note = "\nbar: from the lowest to the highest position" * bool(left_out)
    ax.set_xlabel(f"← {far}        position        {near} →{note}")
    source_legend(ax, {g: wrap(g, 30, 2) for g in sorted(ways[by].unique(), key=str)}, colours,
                  markers)  # fmt: skip
    told = []
    for name in names:
        rows = rows_of(ways[ways["variant"] == name].sort_values("rank"))
        told.append(f"{name}: " + ", ".join(f"{said(getattr(r, by))} {number(r.position, 2)}"
                                            for r in rows))  # fmt: skip
    return finish(
        ax,
        f"Line chart of positions by {counted(len(names), 'way')} to count, each way from the "
        f"highest down. {'; '.join(told)}. Of {counted(left_out, 'pattern')} left out in turn "
        f"{number(moved)} change the order.",
    )


@styled
@of_largest(2, 8)
def plot_scale_by_theme(table: pd.DataFrame, *, ax=None):
    """Draw the position of each source by the sentences of each theme alone, as a matrix.

    Parameters
    ----------
    table : DataFrame
        As `scale_by_theme` returns it.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = table.columns[2]
    if table.empty or table["position"].isna().all():
        return nothing(ax, "Position by theme")
    themes, groups = list(dict.fromkeys(table["theme"])), sorted(table[by].unique(), key=str)
    ax = canvas(ax, 1.5 + 0.36 * len(themes))
    crowded, told = len(groups) > 6, []
    reach = table.loc[table["enough"], "position"].abs().max()
    reach = reach if reach > 0 else 1.0
    for r in rows_of(table):
        at = groups.index(getattr(r, by)), themes.index(r.theme)
        hits = f"({number(r.positive)} : {number(r.negative)})"
        none = pd.isna(r.position)
        position = "" if none else signed(r.position)
        text = "–" if none else f"{position}{chr(10) if crowded else ' '}{hits}"
        lean = 0.0 if none else r.position / reach
        tinted_cell(ax, *at, text, lean=lean, faint=not r.enough, size=6.5 if crowded else 8.5)
        if r.enough:
            told.append(f"{said(r.theme)} in {said(getattr(r, by))} {position} {hits}")
    matrix_axes(ax, themes, groups, crowded=crowded, room=14)
    near, far = plain(table["near"].iloc[0]), plain(table["far"].iloc[0])
    ax.set_xlabel(
        f"position (hits of {near} : {far})\n"
        f"blue: nearer to {near}, orange: nearer to {far}; grey: too few hits to go by"
    )
    few = int((~table["enough"]).sum())
    return finish(
        ax,
        f"Matrix of positions on a scale by theme and {by}, with the hits of {said(near)} : "
        f"{said(far)}. {'; '.join(told) or 'No cell holds enough'}. {counted(few, 'cell')} of "
        f"{len(table)} hold too few hits to go by and are grey.",
    )
