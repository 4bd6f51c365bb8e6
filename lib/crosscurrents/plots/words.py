"""Charts of the corpus and words pages: sizes, distinctive vocabulary, rates, one word in focus."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.plots.charts import (
    bars,
    dots_with_intervals,
    heat_map,
    lines,
    scatter,
    strips,
    times_axis,
)
from crosscurrents.plots.style import (
    QUIET,
    finish,
    group_column,
    groups_of,
    largest,
    nothing,
    panel_title,
    panels,
    scope,
    source_colours,
    styled,
    wrap,
)
from crosscurrents.significance import ALPHA
from crosscurrents.writing import counted, number

SOURCES = 8  # that have a panel of their own


@styled
def plot_sizes(table: pd.DataFrame, *, ax=None):
    """Draw how many words each source has.

    Parameters
    ----------
    table : DataFrame
        As `source_sizes` returns it: the group, documents, words.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = group_column(table)
    table, rest = largest(table, by, 30)
    notes = [
        f"{number(w)} ({counted(d, 'article')})" for w, d in zip(table["words"], table["documents"])
    ]
    ax = bars(
        table.assign(note=notes), value="words", label=by, by=by, notes="note",
        what="the words of each source", axis="words of prose (articles)", ax=ax,
    )  # fmt: skip
    return finish(ax, "", rest) if rest else ax


@styled
def plot_excluded(table: pd.DataFrame, *, ax=None):
    """Draw the share of each source's text that is not counted, by kind, as a heat map.

    Parameters
    ----------
    table : DataFrame
        As `excluded_shares` returns it: the group, reason, words, excluded_share.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = group_column(table)
    table, rest = largest(table, by)
    ax = heat_map(
        table, value="excluded_share", row="reason", column=by, share=True,
        what="the share of all words that is left out", ax=ax,
        axis="words left out, as a share of all words of the source",
    )  # fmt: skip
    return finish(ax, "", rest) if rest else ax


@styled
def plot_keyness(table: pd.DataFrame, *, top_n: int = 7):
    """Draw the vocabulary of each source that is used more than in the rest, a panel a source.

    Where there is a test, only terms with an adjusted p below 0.05 are drawn; without one, those
    of highest log-odds z, which the note says.

    Parameters
    ----------
    table : DataFrame
        As `keyness_by_source` returns it.
    top_n : int
        Terms of a source that are drawn at most.

    Returns
    -------
    Axes
        Of the first panel.
    """
    by = group_column(table)
    table, rest = largest(table, by, SOURCES)
    tested = bool(len(table)) and table["p_adjusted"].notna().any()
    shown = table[table["direction"] > 0]
    shown = shown[shown["p_adjusted"] < ALPHA] if tested else shown
    shown = shown.groupby(by, sort=True).head(top_n)
    if shown.empty:
        return nothing(None, "vocabulary of each source")
    colours = source_colours(groups_of(table, by))
    parts = [(group, own) for group, own in shown.groupby(by, sort=True)]
    places = panels([0.75 + 0.24 * len(own) for _, own in parts])
    limits = (min(0, shown["low"].min() if shown["low"].notna().any() else 0), 0)
    limits = (max(limits[0], -shown["log_ratio"].max()), 1.6 * shown["log_ratio"].max())
    for panel, (group, own) in zip(places, parts, strict=True):
        own = own.sort_values(["log_ratio", "term"], ascending=[False, True])
        notes = [f"{number(c)} : {number(r)}" for c, r in zip(own["count"], own["reference_count"])]
        own = own.assign(note=notes)
        bars(
            own, value="log_ratio", label="term", by=by, notes="note", limits=limits, ax=panel,
            what=f"how many times as often as the rest {group} uses each term (log ratio)",
        )  # fmt: skip
        panel_title(panel, group, colours[group], f"{number(own['words'].iloc[0])} words")
        times_axis(panel)
    what = "rate in the source over the rate in the rest; at the right: uses here : in the rest"
    kind = "distinctive: p below 0.05" if tested else "no test, ordered by log-odds z"
    return finish(places[0], "", "; ".join(filter(None, [what, kind, scope(shown), rest])))


@styled
def plot_rates(table: pd.DataFrame, *, top_n: int = 15, ax=None):
    """Draw the rates of terms in all sources as a heat map, a row a term.

    Parameters
    ----------
    table : DataFrame
        As `compare_terms` returns it.
    top_n : int
        Terms that are drawn at most.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    groups = [name.removeprefix("rate_") for name in table if name.startswith("rate_")][:12]
    rows = []
    for row in table.head(top_n).to_dict("records"):
        for group in groups:
            rate, count = row[f"rate_{group}"], row[f"count_{group}"]
            field = f"{number(rate, 1)} ({number(count)})" if count else "0"
            sure = row["standout"] == group and row["p_adjusted"] < ALPHA
            rows.append((row["term"], group, rate, field, sure))
    names = ["term", "group", "rate", "field", "sure"]
    long = pd.DataFrame(rows, columns=names)
    long.attrs = dict(table.attrs)
    sizes = {g: f"{number(table[f'words_{g}'].iloc[0])} words" for g in groups if len(table)}
    note = "; frame: p below 0.05" if len(long) and long["sure"].any() else ""
    return heat_map(
        long, value="rate", row="term", column="group", text="field", strong="sure", heads=sizes,
        what="the rate of terms in each source", axis=f"uses per 1,000 words (uses){note}", ax=ax,
    )  # fmt: skip


@styled
def plot_term(rates: pd.DataFrame, places: pd.DataFrame | None = None):
    """Draw how often each source uses one term and, beside it, where in its texts.

    Parameters
    ----------
    rates : DataFrame
        Rows of `term_frequency` for one term.
    places : DataFrame, optional
        As `occurrences` returns it.

    Returns
    -------
    Axes
    """
    by = group_column(rates)
    rates, rest = largest(rates, by)
    if rates.empty:
        return nothing(None, "one word")
    term = rates["term"].iloc[0]
    shown = rates.sort_values(by, key=lambda names: names.map(str))  # as the strips beside it
    notes = [f"{number(c)} of {number(w)}" for c, w in zip(shown["count"], shown["words"])]
    shown = shown.assign(note=notes)
    where = places is not None and len(places)
    axes = panels([0.9 + 0.34 * shown[by].nunique()] * (2 if where else 1), share_x=False)
    dots_with_intervals(
        shown, value="rate", label=by, by=by, notes="note", ax=axes[0],
        what=f"the rate of “{rates.attrs.get('labels', {}).get(term, term)}”",
        axis="uses per 1,000 words",
    )  # fmt: skip
    if where:
        order = [group for group in shown[by] if group in set(places[by])]
        own = places[places[by].isin(order)].copy()
        own[by] = pd.Categorical(own[by], order)
        own = own.sort_values(by).astype({by: object})
        own.attrs = {"by": by, "groups": order}
        strips(
            own, at="share", by=by, ax=axes[1], what="where it occurs in the texts",
            axis="place in the article",
        )  # fmt: skip
    return finish(axes[0], "", "; ".join(filter(None, [scope(rates), rest])))


@styled
def plot_term_over_time(table: pd.DataFrame, *, ax=None):
    """Draw the rate of one term in each period, if a source has articles in three of them.

    Parameters
    ----------
    table : DataFrame
        As `term_over_time` returns it.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = group_column(table)
    if table.empty or table.groupby(by)["period"].nunique().max() < 3:
        return nothing(ax, "one word over time")
    table, rest = largest(table, by, SOURCES)
    ax = lines(
        table, x="period", value="rate", by=by, what="the rate of one word over time",
        axis="uses per 1,000 words", ax=ax,
    )  # fmt: skip
    return finish(ax, "", rest) if rest else ax


@styled
def plot_two_sources(table: pd.DataFrame, *, ax=None):
    """Draw the rates of all terms in a target and its reference; those with p below 0.05 in colour.

    Parameters
    ----------
    table : DataFrame
        As `keyness` returns it, of one target and one reference.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = group_column(table)
    if table.empty or len(table[by].unique()) > 1:
        return nothing(ax, "two sources")
    target, reference = table[by].iloc[0], table["reference"].iloc[0]
    colours = source_colours(groups_of(table, by))
    side = {1: colours[target], -1: colours.get(reference, QUIET), 0: ""}
    sure = table["p_adjusted"] < ALPHA
    tint = np.where(sure, table["direction"].map(side), "")
    shown = table.assign(tint=tint).sort_values("g2", ascending=False, kind="stable")
    ax = scatter(
        shown, x="reference_rate", y="rate", label="term", colour="tint", ax=ax,
        what=f"the rates of terms in {target} and {reference}",
        axes=(f"per 1,000 words in {wrap(reference, 60, 1)}", f"in {wrap(target, 60, 1)}"),
    )  # fmt: skip
    return finish(ax, "", "coloured: p below 0.05" if sure.any() else "no difference is tested")
