"""Result tables -> charts: each takes a table, draws it, and returns the Axes; none computes.

Every chart says what its lines stand for ("within this article" where they do no more), shows how
much lies behind a number, and carries an alternative text with its main numbers.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .canvas import (
    INK,
    QUIET,
    REST,
    canvas,
    dots,
    finish,
    groups_of,
    interval_lines,
    nothing,
    number,
    panels,
    plain,
    rows_from_top,
    said,
    scope,
    side_notes,
    source_colours,
    source_markers,
    span,
    styled,
    wrap,
)

__all__ = [
    "plot_corpus",
    "plot_drivers",
    "plot_keyness",
    "plot_scale",
    "plot_sentiment",
    "plot_sentiment_course",
    "plot_term_rates",
    "plot_theme_heatmap",
    "plot_theme_shares",
    "source_colours",
]


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
    ax = canvas(ax, 0.8 + 0.42 * len(table))
    colours = source_colours(table[by])
    names = table[by].map(str)
    palette = {str(name): colour for name, colour in colours.items()}
    sns.barplot(
        x=table["sum"], y=names, hue=names, palette=palette, legend=False, saturation=1, ax=ax
    )
    place = rows_from_top(ax, [wrap(name, 28, 2) for name in table[by]])
    notes = [f"{number(w)} ({_count(d, 'document')})" for w, d in zip(table["sum"], table["size"])]
    side_notes(ax, place, notes, "words")
    ax.set(xlabel="words of clean prose", ylabel="")
    _thousands(ax)
    told = [f"{said(s)} {note}" for s, note in zip(table[by], notes)]
    return finish(ax, f"Bar chart of words by {by}, most first: {'; '.join(told)}.")


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
    by = table.columns[0]
    table = table.groupby(by, sort=True).head(top_n)
    if table.empty:
        return nothing(ax, "Rates of terms")
    groups = list(table.groupby(by, sort=True))
    colours, markers = _look(table, by)
    first = table.iloc[0]
    per = number(round(first["rate"] * first["words"] / first["count"]))
    most = min(table[["rate", "high"]].max().max(), 2 * table["rate"].max())
    tallest = max(len(rows) for _, rows in groups)
    places = panels(ax, len(groups), 2, 0.9 + 0.23 * tallest)
    told = []
    for panel, (group, rows) in zip(places, groups, strict=True):
        place = rows_from_top(panel, [plain(term, 20) for term in rows["term"]])
        panel.set_ylim(tallest - 0.4, -0.6)
        look = [colours[group]] * len(rows)
        interval_lines(panel, place, rows["low"], rows["high"], look, limits=(0, most))
        dots(panel, rows["rate"], place, look, [markers[group]] * len(rows), rows["low"].notna())
        side_notes(panel, place, rows["count"].map(number), "count")
        panel.set_xlim(0, most * 1.05)
        size = f"{number(rows['words'].iloc[0])} words, "
        size += _count(rows["documents"].iloc[0], "document")
        panel.set_title(wrap(group, 34, 2), color=colours[group], pad=18)
        panel.annotate(
            size, (0, 1), xytext=(0, 5), textcoords="offset points", xycoords="axes fraction",
            fontsize=8.5, color=QUIET,
        )  # fmt: skip
        named = [f"{said(r.term)} {number(r.rate)} ({r.count})" for r in _rows(rows.head(5))]
        told.append(f"{said(group)} ({size}): {', '.join(named)}")
    _below(places, f"occurrences per {per} words; {scope(table)}")
    return finish(
        ax or places[0],
        f"Ranked dot charts of the most frequent terms per {per} words, with counts. "
        f"{'; '.join(told)}. {_sentence(scope(table))}",
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
    for at, row in zip(place, _rows(table), strict=True):
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
    counts = [f"{number(r.count)} : {number(r.reference_count)}" for r in _rows(table)]
    side_notes(ax, place, counts, "counts")
    ax.set_title(f"{wrap(target, 40, 2)} against {wrap(reference, 40, 2)}")
    hatched = "hatched: zero on one side, taken as 0.5; " if table["smoothed"].any() else ""
    ax.set_xlabel(
        f"← less often        rate in {wrap(target, 30, 1)} over rate in {wrap(reference, 30, 1)}"
        f"        more often →\n{hatched}{scope(table)}"
    )
    up = table[table["log_ratio"] > 0].head(5)
    down = table[table["log_ratio"] < 0].iloc[::-1].head(5)
    sizes = f"{number(table['words'].iloc[0])} against {number(table['reference_words'].iloc[0])}"
    return finish(
        ax,
        f"Bar chart of the log ratio of terms in {target} against {reference} ({sizes} words). "
        f"More often: {_ratios(up)}. Less often: {_ratios(down)}. {_sentence(scope(table))}",
    )


@styled
def plot_sentiment(table: pd.DataFrame, *, ax=None):
    """Draw the mean sentence score of each source with its interval, most positive first.

    Parameters
    ----------
    table : DataFrame
        As `sentiment` returns it.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = table.columns[0]
    shares = [
        f"{_percent(r.positive)} / {_percent(r.neutral)} / {_percent(r.negative)}"
        for r in _rows(table)
    ]
    table = table.assign(
        note=shares, amount=[_count(n, "sentence") for n in table["sentences"]]
    ).dropna(subset=["mean"])
    return _ranked_dots(
        table, by, "mean", ax, what="Mean sentence score", ends=("more negative", "more positive"),
        unit="mean score of a sentence, from −1 to +1", head="positive /\nneutral / negative",
    )  # fmt: skip


@styled
def plot_scale(table: pd.DataFrame, *, ax=None):
    """Draw where each source stands between the two poles of a scale, with its interval.

    Parameters
    ----------
    table : DataFrame
        As `scale_position` returns it.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = table.columns[1]
    table = table.assign(
        amount=[_count(r.positive + r.negative, "hit") for r in _rows(table)],
        note=[f"{number(r.positive)} : {number(r.negative)}" for r in _rows(table)],
    ).dropna(subset=["position"])
    scale = plain(table["scale"].iloc[0]) if len(table) else "scale"
    poles = ("negative", "positive")
    if len(table) and {"near", "far"} <= set(table.columns):
        poles = (plain(table["far"].iloc[0]), plain(table["near"].iloc[0]))
    return _ranked_dots(
        table, by, "position", ax, what=f"Position on {scale}", ends=poles,
        unit=f"{scale}: ln of {poles[1]} over {poles[0]}", head=f"{poles[1]} :\n{poles[0]}",
    )  # fmt: skip


def _ranked_dots(table, by, value, ax, *, what, unit, ends, head):
    """Draw one dot a source, the highest on top, around a zero line."""
    if table.empty:
        return nothing(ax, what)
    table = table.sort_values([value, by], ascending=[False, True], ignore_index=True)
    colours, markers = _look(table, by)
    ax = canvas(ax, 1.5 + 0.5 * len(table))
    names = [f"{wrap(r[by], 26, 2)}\n({r['amount']})" for r in table.to_dict("records")]
    place = rows_from_top(ax, names)
    reach = 1.1 * np.nanmax(table[[value, "low", "high"]].abs().to_numpy())
    reach = min(reach, 4 * table[value].abs().max()) or 1.0
    look = table[by].map(colours)
    interval_lines(ax, place, table["low"], table["high"], look, limits=(-reach, reach), width=2.5)
    dots(ax, table[value], place, look, table[by].map(markers), table["low"].notna())
    ax.set_xlim(-1.04 * reach, 1.04 * reach)
    ax.axvline(0, color=INK, linewidth=1, zorder=1)
    side_notes(ax, place, table["note"], head)
    ax.set_xlabel(f"← {ends[0]}        {unit}        {ends[1]} →\n{scope(table)}")
    told = [
        f"{said(r[by])} {number(r[value], 2)} ({span(r['low'], r['high'], 2)}; {r['amount']})"
        for r in table.to_dict("records")
    ]
    return finish(
        ax,
        f"Dot chart. {what} by {by}, highest first: {'; '.join(told)}. {_sentence(scope(table))}",
    )


@styled
def plot_sentiment_course(table: pd.DataFrame, *, ax=None):
    """Draw how the mean sentence score runs through the texts, a panel a source.

    Parameters
    ----------
    table : DataFrame
        As `sentiment_course` returns it.
    ax : Axes, optional
        Its place is taken by the panels.

    Returns
    -------
    Axes
        Those given, or the first panel.
    """
    by = table.columns[0]
    table = table[table.groupby(by)["mean"].transform("count") > 0]
    if table.empty:
        return nothing(ax, "Course of the sentence score")
    groups = list(table.groupby(by, sort=True))
    colours, markers = _look(table, by)
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
        panel.set_title(wrap(group, 36, 2), color=colours[group])
        panel.annotate(
            f"{number(n.min())} to {number(n.max())} sentences a point", (0.99, 0.02),
            xycoords="axes fraction", ha="right", fontsize=8, color=QUIET,
        )  # fmt: skip
        ends = [number(value, 2) for value in rows["mean"].dropna().iloc[[0, -1]]]
        told.append(f"{said(group)} from {ends[0]} at the beginning to {ends[1]} at the end")
    _below(
        places, f"part of the text, 1 to {bins}; height: mean score of a sentence, from −1 to +1"
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
    by = table.columns[0]
    table = table.groupby(by, sort=True).head(top_n)
    if table.empty:
        return nothing(ax, "Words that moved the score")
    groups = list(table.groupby(by, sort=True))
    colours, _ = _look(table, by)
    reach = 1.08 * table["contribution"].abs().max()
    tallest = max(len(rows) for _, rows in groups)
    places = panels(ax, len(groups), 2, 0.75 + 0.23 * tallest)
    told = []
    for panel, (group, rows) in zip(places, groups, strict=True):
        rows = rows.sort_values(["contribution", "term"], ascending=[False, True])
        place = rows_from_top(panel, [plain(term, 20) for term in rows["term"]])
        panel.set_ylim(tallest - 0.4, -0.6)
        look = np.where(rows["contribution"] > 0, colours[group], REST)
        panel.barh(place, rows["contribution"], height=0.62, color=look, zorder=1.5)
        panel.axvline(0, color=INK, linewidth=1)
        panel.set_xlim(-reach if (table["contribution"] < 0).any() else 0, reach)
        _as_percent(panel)
        side_notes(panel, place, rows["count"].map(number), "count")
        panel.set_title(wrap(group, 36, 2), color=colours[group])
        most = rows.loc[rows["contribution"].abs().sort_values(ascending=False).index].head(5)
        named = [f"{said(r.term)} {_percent(r.contribution, True)}" for r in _rows(most)]
        told.append(f"{said(group)}: {', '.join(named)}")
    _below(places, "share of all word valence in the source; left of 0: negative words")
    return finish(
        ax or places[0],
        f"Bar charts of the words that moved the score, as shares of all valence. "
        f"{'; '.join(told)}.",
    )


@styled
def plot_theme_heatmap(table: pd.DataFrame, *, ax=None):
    """Draw the share of sentences that touch each theme in each source as a heat map.

    Parameters
    ----------
    table : DataFrame
        As `theme_share` returns it.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    import seaborn as sns

    by = table.columns[1]
    if table.empty:
        return nothing(ax, "Shares of themes")
    themes, groups = _ranked_themes(table), sorted(table[by].unique(), key=str)
    cells = table.pivot_table(index="theme", columns=by, values=["share", "sentences"])
    share, hits = (
        cells[name].reindex(index=themes, columns=groups) for name in ("share", "sentences")
    )
    size = table.groupby(by)["of"].max()
    crowded = len(groups) > 8
    ax = canvas(ax, 1.5 + 0.34 * len(themes) + 1.3 * crowded)
    sns.heatmap(
        share, cmap=sns.light_palette("#0B4F8A", as_cmap=True), vmin=0,
        vmax=max(share.max().max(), 0.01), cbar=False, linewidths=1.5, ax=ax,
        xticklabels=False, yticklabels=False,
    )  # fmt: skip
    _write_cells(ax, share, hits, crowded)
    labels = [f"{wrap(g, max(9, 62 // len(groups)), 4)}\nn = {number(size[g])}" for g in groups]
    turned = {"rotation": 0}
    if crowded:
        labels = [f"{plain(g, 28)} (n = {number(size[g])})" for g in groups]
        turned = {"rotation": 90, "fontsize": 8}
    ax.set_xticks(np.arange(len(groups)) + 0.5, labels, **turned)
    ax.set_yticks(np.arange(len(themes)) + 0.5, [wrap(t, 26, 2) for t in themes], rotation=0)
    ax.tick_params(axis="x", labeltop=True, labelbottom=False, colors=INK)
    note = "" if crowded else " (their number)"
    ax.set(xlabel=f"share of the sentences that touch the theme{note}; n: all sentences")
    ax.set_ylabel("")
    told = []
    for group in groups:
        best = share[group].dropna().sort_values(ascending=False, kind="stable").head(3)
        told.append(
            f"{said(group)}: " + ", ".join(f"{said(t)} {_percent(v)}" for t, v in best.items())
        )
    return finish(
        ax,
        f"Heat map of {len(themes)} themes by {by}, the share of sentences that touch each. "
        f"Largest: {'; '.join(told)}.",
    )


@styled
def plot_theme_shares(table: pd.DataFrame, *, ax=None):
    """Draw the share of sentences that touch each theme as dots with intervals, a colour a source.

    Parameters
    ----------
    table : DataFrame
        As `theme_share` returns it.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = table.columns[1]
    if table.empty:
        return nothing(ax, "Shares of themes")
    themes, groups = _ranked_themes(table), sorted(table[by].unique(), key=str)
    colours, markers = _look(table, by)
    ax = canvas(ax, 1.6 + len(themes) * (0.2 + 0.13 * len(groups)))
    place = pd.Series(rows_from_top(ax, [wrap(theme, 26, 2) for theme in themes]), index=themes)
    step = 0.78 / max(len(groups), 1)
    shift = {g: (k - (len(groups) - 1) / 2) * step for k, g in enumerate(groups)}
    at = table["theme"].map(place) + table[by].map(shift)
    most = min(1.0, table[["share", "high"]].max().max(), 2.5 * table["share"].max() or 1.0)
    look = table[by].map(colours)
    interval_lines(ax, at, table["low"], table["high"], look, limits=(0, most))
    dots(ax, table["share"], at, look, table[by].map(markers), table["low"].notna())
    for edge in np.arange(1, len(themes)) - 0.5:
        ax.axhline(edge, color="#E2E2E2", linewidth=0.8, zorder=0.5)
    ax.set_xlim(0, most * 1.02)
    _as_percent(ax)
    ax.set_xlabel(f"share of the source's sentences that touch the theme\n{scope(table)}")
    size = table.groupby(by)["of"].max()
    _legend(ax, {g: f"{wrap(g, 30, 2)} (n = {number(size[g])})" for g in groups}, colours, markers)
    told = []
    for theme in themes[:6]:
        rows = table[table["theme"] == theme].to_dict("records")
        named = [f"{said(r[by])} {_percent(r['share'])}" for r in rows]
        told.append(f"{said(theme)}: {', '.join(named)}")
    return finish(
        ax,
        f"Dot chart of the share of sentences that touch each of {len(themes)} themes, by {by}. "
        f"{'; '.join(told)}. {_sentence(scope(table))}",
    )


def _look(table, by):
    """Give the colour and the sign of each group of a table."""
    groups = groups_of(table, by)
    return source_colours(groups), source_markers(groups)


def _rows(table):
    """Give the rows as objects with a field a column; count and index stay fields."""
    from types import SimpleNamespace

    return [SimpleNamespace(**row) for row in table.to_dict("records")]


def _ranked_themes(table):
    """Name the themes, the one that most sentences touch first."""
    total = table.groupby("theme", sort=False)[["sentences", "of"]].sum()
    return list(
        (total["sentences"] / total["of"]).sort_values(ascending=False, kind="stable").index
    )


def _write_cells(ax, share, hits, crowded):
    """Write into the cells of the heat map: the share, and how many sentences it stands for."""
    colours = ax.collections[0].get_facecolors().reshape(*share.shape, 4)[..., :3]
    light = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    light = light @ [0.2126, 0.7152, 0.0722]  # relative luminance; at 0.2 black and white tie
    size = 6.5 if crowded else 9 if share.shape[1] < 7 else 8
    for (row, column), value in np.ndenumerate(share.to_numpy()):
        n = "" if crowded else f" ({number(hits.iloc[row, column])})"
        ax.text(
            column + 0.5, row + 0.5, "–" if pd.isna(value) else f"{_percent(value)}{n}",
            ha="center", va="center", fontsize=size,
            color=INK if light[row, column] > 0.2 else "white",
        )  # fmt: skip


def _legend(ax, labels, colours, markers):
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


def _ratios(rows):
    """Tell terms with their log ratio, interval and counts."""
    told = [
        f"{said(r.term)} {number(r.log_ratio, 1)} ({span(r.low, r.high, 1)}; "
        f"{r.count} against {r.reference_count})"
        for r in _rows(rows)
    ]
    return ", ".join(told) or "none"


def _count(n, noun):
    return f"{number(n)} {noun}" + ("" if n == 1 else "s")


def _percent(share, signed=False):
    text = f"{share:+.0%}" if signed else f"{share:.0%}"
    return text.replace("-", "−")


def _sentence(text):
    return text[:1].upper() + text[1:] + "."


def _below(places, text):
    """Write what all panels have in common under them."""
    places[0].figure.supxlabel(text, fontsize=9.5, color=QUIET)


def _thousands(ax):
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def _as_percent(ax):
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(6))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _percent(abs(value))))


def _times(ax):
    """Label a log2 axis by how many times the rate: 4×, or 1/4×."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    def label(value, _):
        return f"{2**value:,.0f}×" if value >= 0 else f"1/{2**-value:,.0f}×"

    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(label))
