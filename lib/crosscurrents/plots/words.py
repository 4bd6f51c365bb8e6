"""Charts of words: how many, how often, and which tell sources apart."""

from __future__ import annotations

import pandas as pd

from crosscurrents.plots.canvas import (
    INK,
    REST,
    canvas,
    finish,
    first_rows,
    groups_of,
    nothing,
    panels,
    rows_of,
    say_below,
    source_colours,
    styled,
    write_below,
)
from crosscurrents.plots.marks import (
    interval_dots,
    interval_lines,
    panel_head,
    rows_from_top,
    side_notes,
)
from crosscurrents.plots.wording import (
    as_sentence,
    counted,
    fold,
    number,
    plain,
    said,
    scope,
    span,
    wrap,
)

BARS = 30  # of a chart at most


@styled
def plot_corpus(documents: pd.DataFrame, *, by: str = "source", ax=None):
    """Draw how many words each source has.

    Parameters
    ----------
    documents : DataFrame
        A row a document, with `by` and words: the documents of Measures.
    by : str
        Column of the bars.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    import seaborn as sns

    table = documents.groupby(by)["words"].agg(["size", "sum"]).reset_index()
    if table.empty:
        return nothing(ax, "Words by source")
    table = table.sort_values(["sum", by], ascending=[False, True], ignore_index=True)
    table, rest = table.head(BARS), len(table)
    ax = canvas(ax, 0.8 + 0.42 * len(table))
    colours = source_colours(table[by])
    names = table[by].map(str)
    palette = {str(name): colour for name, colour in colours.items()}
    sns.barplot(
        x=table["sum"], y=names, hue=names, palette=palette, legend=False, saturation=1, ax=ax
    )
    place = rows_from_top(ax, [wrap(name, 28, 2) for name in table[by]])
    notes = [f"{number(w)} ({counted(d, 'document')})" for w, d in zip(table["sum"], table["size"])]
    side_notes(ax, place, notes, "words")
    ax.set(xlabel="words of clean prose", ylabel="")
    _thousands(ax)
    told = [f"{said(s)} {note}" for s, note in zip(table[by], notes)]
    finish(ax, f"Bar chart of words by {by}, most first: {'; '.join(told)}.")
    return say_below(ax, f"the {BARS} with most words of {rest:,} shown") if rest > BARS else ax


@styled
def plot_term_rates(table: pd.DataFrame, *, top_n: int = 15, ax=None):
    """Draw the rates of each source's terms as ranked dots with intervals, a panel a source.

    Parameters
    ----------
    table : DataFrame
        As `term_frequency` returns it.
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
        return nothing(ax, "Rates of terms")
    first = table.iloc[0]
    per = number(round(first["rate"] * first["words"] / first["count"]))
    most = min(table[["rate", "high"]].max().max(), 2 * table["rate"].max())
    tallest = max(len(rows) for _, rows in groups)
    places = panels(ax, len(groups), 2, 0.9 + 0.23 * tallest)
    told = []
    for panel, (group, rows) in zip(places, groups, strict=True):
        place = rows_from_top(panel, [plain(term, 20) for term in rows["term"]], tallest)
        look, signs = [colours[group]] * len(rows), [markers[group]] * len(rows)
        interval_dots(panel, place, rows, "rate", look, signs, limits=(0, most))
        side_notes(panel, place, rows["count"].map(number), "count")
        panel.set_xlim(0, most * 1.05)
        size = f"{number(rows['words'].iloc[0])} words, "
        size += counted(rows["documents"].iloc[0], "document")
        panel_head(panel, group, colours[group], size)
        named = [f"{said(r.term)} {number(r.rate)} ({r.count})" for r in rows_of(rows.head(5))]
        told.append(f"{said(group)} ({size}): {', '.join(named)}")
    write_below(places, f"occurrences per {per} words; {scope(table)}{rest}")
    return finish(
        ax or places[0],
        f"Ranked dot charts of the most frequent terms per {per} words, with counts. "
        f"{'; '.join(told)}. {as_sentence(scope(table))}",
    )


@styled
def plot_keyness(table: pd.DataFrame, *, top_n: int = 15, ax=None):
    """Draw what sets a source apart: bars of the log ratio in both directions, with intervals.

    Parameters
    ----------
    table : DataFrame
        As `keyness` returns it.
    top_n : int
        Rows of either direction that are drawn at most.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = table.columns[0]
    table = table[table["direction"] != 0].groupby("direction").head(top_n)
    if table.empty:
        return nothing(ax, "Terms that set a source apart")
    table = table.sort_values(["log_ratio", "term"], ascending=[False, True], ignore_index=True)
    target, reference = said(table[by].iloc[0]), said(table["reference"].iloc[0])
    colour = source_colours(groups_of(table, by))[table[by].iloc[0]]
    ax = canvas(ax, 1.4 + 0.24 * len(table))
    place = rows_from_top(ax, [plain(term, 32) for term in table["term"]])
    for at, row in zip(place, rows_of(table), strict=True):
        ax.barh(
            at, row.log_ratio, height=0.62, color=colour if row.log_ratio > 0 else REST, zorder=1.5,
            hatch="////" if row.smoothed else None, edgecolor="white", linewidth=0,
        )  # fmt: skip
    reach = 1.6 * table["log_ratio"].abs().max()
    sides = table["log_ratio"].to_numpy()
    limits = (-reach if (sides < 0).any() else -0.35 * reach, reach if (sides > 0).any() else 0)
    interval_lines(
        ax, place, table["low"], table["high"], [INK] * len(table), limits=limits, width=1
    )
    ax.set_xlim(1.04 * limits[0], 1.04 * limits[1])
    ax.axvline(0, color=INK, linewidth=1)
    _times(ax)
    counts = [f"{number(r.count)} : {number(r.reference_count)}" for r in rows_of(table)]
    side_notes(ax, place, counts, "counts")
    ax.set_title(f"{wrap(target, 40, 2)} against {wrap(reference, 40, 2)}")
    hatched = "hatched: zero on one side, taken as 0.5; " if table["smoothed"].any() else ""
    ax.set_xlabel(
        f"← less often        rate in {wrap(target, 30, 1)} over rate in {wrap(reference, 30, 1)}"
        f"        more often →\n{fold(hatched + scope(table))}"
    )
    up = table[table["log_ratio"] > 0].head(5)
    down = table[table["log_ratio"] < 0].iloc[::-1].head(5)
    sizes = f"{number(table['words'].iloc[0])} against {number(table['reference_words'].iloc[0])}"
    return finish(
        ax,
        f"Bar chart of the log ratio of terms in {target} against {reference} ({sizes} words). "
        f"More often: {_ratios(up)}. Less often: {_ratios(down)}. {as_sentence(scope(table))}",
    )


def _ratios(rows):
    """Tell terms with their log ratio, interval and counts."""
    told = [
        f"{said(r.term)} {number(r.log_ratio, 1)} ({span(r.low, r.high, 1)}; "
        f"{r.count} against {r.reference_count})"
        for r in rows_of(rows)
    ]
    return ", ".join(told) or "none"


def _thousands(ax):
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def _times(ax):
    """Label a log2 axis by how many times the rate: 4×, or 1/4×."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    def label(value, _):
        return f"{2**value:,.0f}×" if value >= 0 else f"1/{2**-value:,.0f}×"

    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(label))
