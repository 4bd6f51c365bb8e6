"""Charts of tone: means around a zero line, their course, and what moved them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.plots.canvas import (
    INK,
    QUIET,
    REST,
    canvas,
    finish,
    first_rows,
    largest,
    look_of,
    nothing,
    of_largest,
    panels,
    rows_of,
    styled,
    write_below,
)
from crosscurrents.plots.marks import (
    interval_dots,
    percent_axis,
    reach_of,
    rows_from_top,
    side_notes,
    zero_axis,
)
from crosscurrents.plots.wording import (
    as_sentence,
    counted,
    number,
    percent,
    plain,
    said,
    scope,
    span,
    wrap,
)

# What the score of a sentence is, by lexicon; any other list is added up as AFINN is.
UNITS = {
    "vader": "score of a sentence, from −1 to +1",
    "pattern": "polarity of a sentence, from −1 to +1",
    "afinn": "score of a sentence, the sum of its words' −5 to +5",
}
OTHER_UNIT = "score of a sentence, the sum of its terms"


def unit_of_score(lexicon: str) -> str:
    """Say what the scores of a lexicon are, for an axis."""
    return UNITS.get(lexicon, OTHER_UNIT)


@styled
@of_largest(0)
def plot_sentiment(table: pd.DataFrame, *, lexicon: str = "vader", ax=None):
    """Draw the mean sentence score of each source with its interval, most positive first.

    Parameters
    ----------
    table : DataFrame
        As `sentiment` returns it.
    lexicon : str
        By which it was made; the axis says so.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = table.columns[0]
    shares = [
        f"{percent(r.positive)} / {percent(r.neutral)} / {percent(r.negative)}"
        for r in rows_of(table)
    ]
    table = table.assign(
        note=shares, amount=[counted(n, "sentence") for n in table["sentences"]]
    ).dropna(subset=["mean"])
    return ranked_dots(
        table, by, "mean", ax, what="Mean sentence score", ends=("more negative", "more positive"),
        unit=f"mean {unit_of_score(lexicon)}", head="positive /\nneutral / negative",
    )  # fmt: skip


def ranked_dots(table, by, value, ax, *, what, unit, ends, head, faint=None):
    """Draw one dot a source, the highest on top, around a zero line.

    `faint` is a table of smaller values with the same columns, such as those of documents.
    """
    if table.empty:
        return nothing(ax, what)
    table = table.sort_values([value, by], ascending=[False, True], ignore_index=True)
    colours, markers = look_of(table, by)
    ax = canvas(ax, 1.5 + 0.5 * len(table))
    names = [f"{wrap(r[by], 26, 2)}\n({r['amount']})" for r in table.to_dict("records")]
    place = rows_from_top(ax, names)
    reach = reach_of(table, value)
    look, signs = table[by].map(colours), table[by].map(markers)
    interval_dots(ax, place, table, value, look, signs, limits=(-reach, reach), width=2.5)
    if faint is not None:
        at = faint[by].map(dict(zip(table[by], place, strict=True)))
        tint = faint[by].map(colours)
        shown = np.clip(faint[value], -reach, reach)
        ax.scatter(shown, at, s=22, c=tint, alpha=0.35, linewidths=0, zorder=1.5)
    zero_axis(ax, reach)
    side_notes(ax, place, table["note"], head)
    ax.set_xlabel(f"← {ends[0]}        {unit}        {ends[1]} →\n{scope(table)}")
    told = [
        f"{said(r[by])} {number(r[value], 2)} ({span(r['low'], r['high'], 2)}; {r['amount']})"
        for r in table.to_dict("records")
    ]
    return finish(
        ax,
        f"Dot chart. {what} by {by}, highest first: {'; '.join(told)}. {as_sentence(scope(table))}",
    )


@styled
def plot_sentiment_course(table: pd.DataFrame, *, lexicon: str = "vader", ax=None):
    """Draw how the mean sentence score runs through the texts, a panel a source.

    Parameters
    ----------
    table : DataFrame
        As `sentiment_course` returns it.
    lexicon : str
        By which it was made.
    ax : Axes, optional
        Its place is taken by the panels.

    Returns
    -------
    Axes
        Those given, or the first panel.
    """
    by = table.columns[0]
    table, rest = largest(table[table.groupby(by)["mean"].transform("count") > 0], by)
    if table.empty:
        return nothing(ax, "Course of the sentence score")
    groups = list(table.groupby(by, sort=True))
    colours, markers = look_of(table, by)
    reach = 1.15 * table["mean"].abs().max() or 1.0
    bins = int(table["bin"].max())
    places = panels(ax, len(groups), 2, 1.75)
    told = []
    for panel, (group, rows) in zip(places, groups, strict=True):
        panel.axhline(0, color=INK, linewidth=1, zorder=1)
        panel.plot(
            rows["bin"], rows["mean"], marker=markers[group], markersize=4.5, color=colours[group]
        )
        panel.set(xlim=(0.5, bins + 0.5), ylim=(-reach, reach))
        panel.set_xticks(np.unique([1, (bins + 1) // 2, bins]))
        panel.set_yticks([tick for tick in panel.get_yticks() if abs(tick) <= reach])
        panel.grid(True, axis="y")
        n = rows["sentences"]
        panel.set_title(wrap(group, 27, 2), color=colours[group])
        panel.annotate(
            f"{number(n.min())} to {number(n.max())} sentences a point", (0.99, 0.02),
            xycoords="axes fraction", ha="right", fontsize=8, color=QUIET,
        )  # fmt: skip
        ends = [number(value, 2) for value in rows["mean"].dropna().iloc[[0, -1]]]
        told.append(f"{said(group)} from {ends[0]} at the beginning to {ends[1]} at the end")
    write_below(
        places, f"part of the text, 1 to {bins}; height: mean {unit_of_score(lexicon)}{rest}"
    )
    return finish(
        ax or places[0],
        f"Line charts of the mean sentence score in {bins} parts of the text. {'; '.join(told)}.",
    )


@styled
def plot_drivers(table: pd.DataFrame, *, top_n: int = 10, ax=None):
    """Draw the words that moved each source's score, a panel a source.

    Parameters
    ----------
    table : DataFrame
        As `sentiment_drivers` returns it.
    top_n : int
        Rows of a source that are drawn at most.
    ax : Axes, optional
        Its place is taken by the panels.

    Returns
    -------
    Axes
        Those given, or the first panel.
    """
    table, groups, colours, _, rest = first_rows(table, top_n)
    if not groups:
        return nothing(ax, "Words that moved the score")
    reach = 1.08 * table["contribution"].abs().max()
    tallest = max(len(rows) for _, rows in groups)
    places = panels(ax, len(groups), 2, 0.75 + 0.23 * tallest)
    told = []
    for panel, (group, rows) in zip(places, groups, strict=True):
        rows = rows.sort_values(["contribution", "term"], ascending=[False, True])
        place = rows_from_top(panel, [plain(term, 20) for term in rows["term"]], tallest)
        look = np.where(rows["contribution"] > 0, colours[group], REST)
        topic = rows["topic"] if "topic" in rows else np.zeros(len(rows), bool)
        bars = panel.barh(place, rows["contribution"], height=0.62, color=look, zorder=1.5)
        for bar, listed in zip(bars, topic, strict=True):
            if listed:
                bar.set(facecolor="white", edgecolor=bar.get_facecolor(), hatch="////")
        panel.axvline(0, color=INK, linewidth=1)
        panel.set_xlim(-reach if (table["contribution"] < 0).any() else 0, reach)
        percent_axis(panel)
        side_notes(panel, place, rows["count"].map(number), "count")
        panel.set_title(wrap(group, 27, 2), color=colours[group])
        most = rows.loc[rows["contribution"].abs().sort_values(ascending=False).index].head(5)
        named = [f"{_called(r)} {percent(r.contribution, True)}" for r in rows_of(most)]
        told.append(f"{said(group)}: {', '.join(named)}")
    listed = "topic" in table and table["topic"].any()
    write_below(
        places,
        "share of all word valence in the source; left of 0: negative words"
        + ("; hatched: topic words" if listed else "")
        + rest,
    )
    return finish(
        ax or places[0],
        f"Bar charts of the words that moved the score, as shares of all valence. "
        f"{'; '.join(told)}.",
    )


def _called(row) -> str:
    """Name a driver, and that it is a topic word."""
    return f"{said(row.term)} (topic word)" if getattr(row, "topic", False) else said(row.term)
