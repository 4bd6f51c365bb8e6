"""Charts of where words stand: strips over each text, rates over time, and what stands beside."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.plots.canvas import (
    RULE,
    finish,
    first_rows,
    look_of,
    nothing,
    of_largest,
    panels,
    styled,
    write_below,
)
from crosscurrents.plots.courses import draw_courses
from crosscurrents.plots.marks import dots, panel_head, rows_from_top, side_notes
from crosscurrents.plots.wording import as_sentence, counted, number, plain, said, scope, wrap

MOST = 24  # documents in a chart of strips


@styled
def plot_strips(table: pd.DataFrame, *, ax=None):
    """Draw where a pattern stands in each text, a strip a document, a line a hit.

    Parameters
    ----------
    table : DataFrame
        As `occurrences` returns it; of several patterns, one table below the other, a panel each.
    ax : Axes, optional
        Its place is taken by the panels.

    Returns
    -------
    Axes
        Those given, or the first panel.
    """
    by = table.columns[0]
    if table.empty:
        return nothing(ax, "Where the pattern stands")
    rows = _strips(table, by)
    colours, _ = look_of(table, by)
    patterns = list(dict.fromkeys(table["pattern"]))
    some = len(rows) < _documents(table, by)["doc_id"].nunique()
    table = table[table["doc_id"].isin(rows["doc_id"])]
    table.attrs = {}  # pandas copies the list of all documents with every part of a table
    places = panels(ax, len(patterns), 1, 0.75 + 0.3 * len(rows))
    told = []
    for panel, pattern in zip(places, patterns, strict=True):
        hits = table[table["pattern"] == pattern].groupby("doc_id")["share"].apply(list)
        at = rows_from_top(panel, rows["label"])
        notes = []
        for height, row in zip(at, rows.to_dict("records"), strict=True):
            found = hits.get(row["doc_id"], [])
            panel.barh(height, 100, height=0.62, color="#F3F3F3", zorder=0.5)
            panel.vlines(
                100 * np.array(found), height - 0.31, height + 0.31, color=colours[row[by]],
                linewidth=1.5, zorder=2,
            )  # fmt: skip
            notes.append(f"{number(len(found))} in {number(row['words'])}")
            told.append(f"{said(pattern)} in {said(row['label'])} {counted(len(found), 'time')}")
        side_notes(panel, at, notes, "hits in words")
        panel.set_title(plain(pattern, 60))
        panel.set(xlim=(0, 100), ylabel="")
        panel.set_xticks([0, 25, 50, 75, 100], ["start", "25%", "50%", "75%", "end"])
        panel.grid(False)
    write_below(
        places,
        "place in the text" + f"; the {len(rows)} documents with most hits" * some,
    )
    return finish(
        ax or places[0],
        f"Dispersion strips, a line a hit: {'; '.join(told[:12])}.",
    )


def _documents(table, by):
    """Give all documents that were looked through, those without a hit too."""
    known = table.attrs.get("documents")
    found = pd.DataFrame(known) if known else table.drop_duplicates("doc_id")
    return found.assign(hits=found["doc_id"].map(table["doc_id"].value_counts()).fillna(0))


def _strips(table, by):
    """Choose the documents of the strips, with their labels."""
    rows = _documents(table, by)
    rows = rows[rows[by].notna()]
    chosen = rows.sort_values("hits", ascending=False, kind="stable").head(MOST).index
    rows = rows.loc[sorted(chosen)].sort_values(by, kind="stable", key=lambda s: s.astype(str))
    lone = rows[by].map(rows[by].value_counts()) == 1
    source, doc_id = rows[by].astype(str), rows["doc_id"].astype(str)
    names = np.where(lone | (source == doc_id), source, source + ": " + doc_id)
    return rows.assign(label=[wrap(name, 26, 2) for name in names])


@styled
@of_largest(1, 8)
def plot_term_course(table: pd.DataFrame, *, ax=None):
    """Draw the rates of terms from period to period, a line a source, a panel a term.

    Parameters
    ----------
    table : DataFrame
        As `term_course` returns it.
    ax : Axes, optional
        Its place is taken by the panels.

    Returns
    -------
    Axes
        Those given, or the first panel.
    """
    by = table.columns[1]
    if table.empty:
        return nothing(ax, "Rates over time")
    terms = list(dict.fromkeys(table["term"]))
    first = table[table["count"] > 0].head(1)
    per = number(round(float((first["rate"] * first["words"] / first["count"]).sum())) or 1000)
    ticks = 12 if len(terms) == 1 else 6
    places, periods, last = draw_courses(
        ax, table, terms, "rate", height=2.7, least=1.0, ticks=ticks
    )
    told = [f"{said(r.term)} in {said(getattr(r, by))} {number(r.rate)} ({r.count})" for r in last]
    write_below(places, f"occurrences per {per} words; {scope(table)}")
    return finish(
        ax or places[0],
        f"Rates per {per} words by period, {periods[0]} to {periods[-1]}. At the end: "
        f"{', '.join(told[:12])}. {as_sentence(scope(table))}",
    )


@styled
def plot_collocates(table: pd.DataFrame, *, top_n: int = 12, ax=None):
    """Draw the strongest collocates of a node by logDice, a panel a source.

    Parameters
    ----------
    table : DataFrame
        As `collocates` returns it.
    top_n : int
        Rows of a source that are drawn at most.
    ax : Axes, optional
        Its place is taken by the panels.

    Returns
    -------
    Axes
        Those given, or the first panel.
    """
    table, groups, colours, markers, rest = first_rows(table, top_n)
    if not groups:
        return nothing(ax, "Collocates")
    least = table["log_dice"].min()
    sizes = [len(rows) for _, rows in groups]
    sizes = [max(sizes[k // 2 * 2 : k // 2 * 2 + 2]) for k in range(len(sizes))]
    places = panels(ax, len(groups), 2, [0.9 + 0.23 * size for size in sizes])
    told = []
    for panel, size, (group, rows) in zip(places, sizes, groups, strict=True):
        at = rows_from_top(panel, [plain(term, 20) for term in rows["term"]], size)
        look = [colours[group]] * len(rows)
        panel.hlines(at, least - 0.5, rows["log_dice"], color=RULE, linewidth=1.2, zorder=1)
        dots(panel, rows["log_dice"], at, look, [markers[group]] * len(rows), [True] * len(rows))
        notes = [f"{c} of {t}" for c, t in zip(rows["count"], rows["term_count"], strict=True)]
        side_notes(panel, at, notes, "near")
        panel.set_xlim(least - 0.5, 14.1)
        panel_head(panel, group, colours[group], counted(rows["node_count"].iloc[0], "node"))
        named = rows.head(5)
        pairs = zip(named["term"], named["log_dice"], named["count"], strict=True)
        told.append(
            f"{said(group)}: " + ", ".join(f"{said(t)} {number(d, 1)} ({c})" for t, d, c in pairs)
        )
    limits = table.attrs.get("limits", "")
    note = f"logDice, 14 at most; near: how many of the word stand near the node{rest}"
    write_below(places, f"{note}\n{limits}" if limits else note)
    return finish(
        ax or places[0],
        f"Ranked dot charts of collocates by logDice, with joint counts. {'; '.join(told)}. "
        f"{as_sentence(limits) if limits else ''}".strip(),
    )
