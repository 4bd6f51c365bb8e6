"""Charts of where words stand: strips over each text, rates over time, and what stands beside."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.plots.canvas import (
    QUIET,
    RULE,
    course_line,
    dots,
    finish,
    first_rows,
    largest,
    legend_above,
    look_of,
    nothing,
    panels,
    rows_from_top,
    side_notes,
    styled,
    write_below,
)
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
    some = len(rows) < _documents(table, by)["doc_id"].nunique()
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
    terms, periods = list(dict.fromkeys(table["term"])), sorted(table["period"].unique())
    groups = sorted(table[by].unique(), key=str)
    colours, markers = look_of(table, by)
    first = table[table["count"] > 0].head(1)
    per = number(round(float((first["rate"] * first["words"] / first["count"]).sum())) or 1000)
    places = panels(ax, len(terms), 2 if len(periods) < 7 else 1, 2.7)
    step = 0.5 / max(len(groups), 1)
    told = []
    for panel, term in zip(places, terms, strict=True):
        own = table[table["term"] == term]
        most = min(own[["rate", "high"]].max().max(), 2.5 * own["rate"].max()) or 1.0
        for k, group in enumerate(groups):
            rows = own[own[by] == group]
            at = np.array([periods.index(p) for p in rows["period"]], dtype=float)
            at += (k - (len(groups) - 1) / 2) * step
            course_line(panel, at, rows, "rate", most, colours[group], markers[group])
            last = rows.iloc[-1:] if len(rows) else rows
            told += [f"{said(term)} in {said(group)} {number(r)} ({c})"
                     for r, c in zip(last["rate"], last["count"])]  # fmt: skip
        panel.set(xlim=(-0.5, len(periods) - 0.5), ylim=(0, 1.05 * most))
        shown = range(0, len(periods), -(-len(periods) // (12 if len(terms) == 1 else 6)))
        panel.set_xticks(list(shown), [periods[k] for k in shown])
        panel.grid(True, axis="y")
        panel.grid(False, axis="x")
        panel.set_title(plain(term, 34))
    legend_above(places[0].figure, groups, colours, markers)
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
    table, rest = largest(table, table.columns[0])
    table, groups, colours, markers = first_rows(table, top_n)
    if not groups:
        return nothing(ax, "Collocates")
    least = table["log_dice"].min()
    sizes = [len(rows) for _, rows in groups]
    sizes = [max(sizes[k // 2 * 2 : k // 2 * 2 + 2]) for k in range(len(sizes))]
    places = panels(ax, len(groups), 2, [0.9 + 0.23 * size for size in sizes])
    told = []
    for panel, size, (group, rows) in zip(places, sizes, groups, strict=True):
        at = rows_from_top(panel, [plain(term, 20) for term in rows["term"]])
        panel.set_ylim(size - 0.4, -0.6)
        look = [colours[group]] * len(rows)
        panel.hlines(at, least - 0.5, rows["log_dice"], color=RULE, linewidth=1.2, zorder=1)
        dots(panel, rows["log_dice"], at, look, [markers[group]] * len(rows), [True] * len(rows))
        notes = [f"{c} of {t}" for c, t in zip(rows["count"], rows["term_count"], strict=True)]
        side_notes(panel, at, notes, "near")
        panel.set_xlim(least - 0.5, 14.1)
        panel.set_title(wrap(group, 27, 2), color=colours[group], pad=18)
        panel.annotate(
            f"{counted(rows['node_count'].iloc[0], 'node')}", (0, 1), xytext=(0, 5),
            textcoords="offset points", xycoords="axes fraction", fontsize=8.5, color=QUIET,
        )  # fmt: skip
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
