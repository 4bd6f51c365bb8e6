"""Charts of what is counted by sentence: themes, scales and tone, by source and over time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.plots.charts import dots_with_intervals, heat_map, lines, ranks, times_axis
from crosscurrents.plots.style import (
    finish,
    group_column,
    largest,
    nothing,
    panels,
    plain,
    scope,
    source_colours,
    styled,
    wrap,
)
from crosscurrents.significance import ALPHA
from crosscurrents.writing import counted, number, percent, signed

MOST = 8  # sources of a chart with a line for each
PANELS = 6  # themes that have a panel over time
PAIRS = 10  # pairs of themes in a chart
SEEN = 5  # sentences with both themes, counted or expected, below which a pair is left out
PERIODS = 3  # of a source; with fewer there is no course over time to see
NAMES = {"vader": "VADER", "afinn": "AFINN", "pattern": "Pattern"}
# What the score of a sentence is, by lexicon; any other list is added up as AFINN is.
SCALES = {"vader": "−1 to +1", "pattern": "−1 to +1", "afinn": "sum of −5 to +5 a word"}
OTHER_SCALE = "sum of the scores of its terms"


@styled
def plot_themes(table: pd.DataFrame, *, order=(), ax=None):
    """Draw the share of each source's sentences that belongs to each theme, as a heat map.

    Parameters
    ----------
    table : DataFrame
        As `theme_share` or `theme_contrast` returns it.
    order : list of str
        Sources from left to right; the others follow by name.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = group_column(table)
    table, rest = largest(table, by)
    if table.empty:
        return nothing(ax, "shares of themes")
    place = {group: k for k, group in enumerate(order)}
    few = table[by].nunique() <= 8
    made = table.assign(
        writing=[
            percent(share) + (f" ({number(n)})" if few else "")
            for share, n in zip(table["share"], table["sentences"])
        ],
        sure=table["p_adjusted"] < ALPHA,
        total=table.groupby("theme")["share"].transform("mean"),
        place=table[by].map(place).fillna(len(place)),
    ).sort_values(
        ["total", "theme", "place", by], ascending=[False, True, True, True], kind="stable"
    )
    size = table.groupby(by)["of"].max()
    ax = heat_map(
        made, value="share", row="theme", column=by, text="writing", strong="sure", share=True,
        heads={group: f"n = {number(n)}" for group, n in size.items()},
        what="the share of sentences on each theme", ax=ax,
    )  # fmt: skip
    note = "share of the source's sentences" + (" (their number)" if few else "")
    note += "; n: all its sentences"
    note += "; framed: differs from the rest, p below 0.05" if made["sure"].any() else ""
    return finish(ax, "", "; ".join(filter(None, [note, rest])))


@styled
def plot_scale(table: pd.DataFrame, *, documents: pd.DataFrame | None = None, ax=None):
    """Draw the position of each source between the two poles of a scale, with its interval.

    Parameters
    ----------
    table : DataFrame
        As `scale_position` returns it.
    documents : DataFrame, optional
        As `document_positions` returns it: a faint dot for each article.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = group_column(table)
    table, rest = largest(table.dropna(subset=["position"]), by, 20)
    if table.empty:
        return nothing(ax, "positions on a scale")
    near, far = table["near"].iloc[0], table["far"].iloc[0]
    made = table.assign(
        note=[f"{number(a)} : {number(b)}" for a, b in zip(table["positive"], table["negative"])]
    ).sort_values(["position", by], ascending=[False, True], kind="stable")
    ax = dots_with_intervals(
        made, value="position", label=by, by=by, notes="note", zero=True,
        what=f"the position of each {by} between “{far}” and “{near}”",
        axis=f"← “{far}” · position · “{near}” →", ax=ax,
    )  # fmt: skip
    if documents is not None and documents.groupby(by).size().max() > 1:
        _faint_dots(ax, made, documents.dropna(subset=["position"]), by)
    note = f"right: phrases of “{near}” : phrases of “{far}”\n{scope(table)}"
    return finish(ax, "", "; ".join(filter(None, [note, rest])))


def _faint_dots(ax, table: pd.DataFrame, documents: pd.DataFrame, by: str) -> None:
    """Draw the articles of each source behind its dot."""
    order = table[by].tolist()
    documents = documents[documents[by].isin(order)]
    colours = source_colours(table.attrs.get("groups", order))
    least, most = ax.get_xlim()
    ax.scatter(
        documents["position"].clip(least, most), documents[by].map(order.index), s=20,
        c=documents[by].map(colours), alpha=0.3, linewidths=0, zorder=1.5,
    )  # fmt: skip


@styled
def plot_scale_robustness(table: pd.DataFrame, *, ax=None):
    """Draw the rank of each source on a scale under every counting method.

    Parameters
    ----------
    table : DataFrame
        As `scale_robustness` returns it.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = group_column(table)
    table, rest = largest(table, by, MOST)
    if table.empty or table[by].nunique() < 2:
        return nothing(ax, "order on a scale")
    ax = ranks(
        table, method="label", rank="rank", by=by, what="sources on the scale by counting method",
        axis="rank", ax=ax,
    )  # fmt: skip
    return finish(ax, "", rest)


@styled
def plot_themes_over_time(table: pd.DataFrame, *, ax=None):
    """Draw the share of sentences on the largest themes by period, a panel for each theme.

    Parameters
    ----------
    table : DataFrame
        As `theme_over_time` returns it; with fewer than three periods of
        any source nothing is drawn.
    ax : Axes, optional
        Of a table with a single theme.

    Returns
    -------
    Axes
        The first panel.
    """
    by = group_column(table)
    table, rest = largest(table, by, MOST)
    if not has_course(table, by):
        return nothing(ax, "themes over time")
    size = table.groupby("theme")["sentences"].sum().sort_values(ascending=False, kind="stable")
    themes, periods = size.index[:PANELS].tolist(), sorted(table["period"].unique())
    places = [ax] if ax else panels([1.75] * len(themes), 2)
    for panel, theme in zip(places, themes):
        lines(
            table[table["theme"] == theme].drop(columns=["low", "high"]), x="period",
            value="share", by=by, order=periods, share=True,
            what=f"the share of sentences on “{theme}”", ax=panel,
        )  # fmt: skip
        panel.set_title(wrap(theme, 40, 1))
        panel.tick_params(axis="x", labelsize=7.5)
        panel.set_xticks(panel.get_xticks()[:: -(-len(panel.get_xticks()) // 6)])
    _one_legend(places)
    left = len(size) - len(themes)
    note = "share of the source's sentences in the period"
    note += f"; the {len(themes)} largest of {len(size)} themes" if left else ""
    return finish(places[0], "", "; ".join(filter(None, [note, rest])))


def _one_legend(places) -> None:
    """Name the sources once above all panels."""
    signs = {}
    for panel in places:
        legend = panel.get_legend()
        signs |= zip((text.get_text() for text in legend.get_texts()), legend.legend_handles)
        legend.remove()
    places[0].figure.legend(
        signs.values(), signs, loc="outside upper left", ncols=min(len(signs), 4), fontsize=8.5
    )


@styled
def plot_scale_over_time(table: pd.DataFrame, *, ax=None):
    """Draw the position of each source on a scale by period.

    Parameters
    ----------
    table : DataFrame
        As `scale_over_time` returns it; with fewer than three periods of
        any source nothing is drawn.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = group_column(table)
    table, rest = largest(table.dropna(subset=["position"]), by, MOST)
    if not has_course(table, by):
        return nothing(ax, "positions over time")
    near, far = table["near"].iloc[0], table["far"].iloc[0]
    ax = lines(
        table.drop(columns=["low", "high"]), x="period", value="position", by=by, zero=True,
        axis=f"← “{plain(far)}” · “{plain(near)}” →", what="positions on the scale by period",
        ax=ax,
    )  # fmt: skip
    return finish(ax, "", rest)


@styled
def plot_cooccurrence(table: pd.DataFrame, *, ax=None):
    """Draw how many times as often as expected pairs of themes share a sentence.

    Parameters
    ----------
    table : DataFrame
        As `theme_cooccurrence` returns it.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    seen = (table["observed"] >= SEEN) | (table["expected"] >= SEEN)
    table = table[seen & (table["observed"] > 0)]
    if table.empty:
        return nothing(ax, "themes in one sentence")
    table = table.sort_values("lift", ascending=False, kind="stable")
    half = PAIRS // 2
    shown = table if len(table) <= PAIRS else pd.concat([table.head(half), table.tail(half)])
    made = shown.assign(
        pair=[f"{a} + {b}" for a, b in zip(shown["theme"], shown["other"])],
        note=[
            f"{counted(n, 'sentence')}, {number(e, 1)} expected"
            for n, e in zip(shown["observed"], shown["expected"])
        ],
        lift=np.log2(shown["lift"]),
        low=np.log2(shown["low"].clip(lower=1 / 16)), high=np.log2(shown["high"]),
    )  # fmt: skip
    ax = dots_with_intervals(
        made, value="lift", label="pair", notes="note", zero=True,
        axis="times as often as expected",
        what="how often pairs of themes share a sentence, as the log2 of times the expected number",
        ax=ax,
    )  # fmt: skip
    times_axis(ax)
    left = (
        f"the {half} highest and {half} lowest of {len(table)} pairs that share {SEEN} sentences "
        "or should by chance"
    )
    below = [scope(shown)] if shown["low"].notna().any() else []
    return finish(ax, "", "; ".join(below + ([left] if len(table) > PAIRS else [])))


def lexicon_name(lexicon: str) -> str:
    """A lexicon's name as it is written.

    >>> lexicon_name("vader"), lexicon_name("mine")
    ('VADER', 'mine')
    """
    return NAMES.get(lexicon, lexicon)


@styled
def plot_tone(table: pd.DataFrame, *, ax=None):
    """Draw the mean sentence score of each source by every lexicon, a panel for each lexicon.

    Parameters
    ----------
    table : DataFrame
        As `sentiment_robustness` returns it. A filled dot counts all words, a hollow one leaves
        topic words out.
    ax : Axes, optional
        Of a table with a single lexicon.

    Returns
    -------
    Axes
        The first panel.
    """
    if table.empty:
        return nothing(ax, "tone by lexicon")
    by = group_column(table)
    table, rest = largest(table, by, MOST)
    order = table.groupby(by, sort=False)["mean"].first().index.tolist()
    both = table["without_topic_words"].any()
    lexicons = list(dict.fromkeys(table["lexicon"]))
    lines_of = len(order) * (2 if both else 1)
    places = [ax] if ax else panels([0.9 + 0.25 * lines_of] * len(lexicons), 3, share_x=False)
    for panel, lexicon in zip(places, lexicons):
        own = _two_lines(table[table["lexicon"] == lexicon], by, order)
        dots_with_intervals(
            own, value="mean", label="line", by=by, filled="filled", zero=True, legend=False,
            what=f"the mean score of sentences by {lexicon_name(lexicon)}", ax=panel,
        )  # fmt: skip
        panel.set_title(lexicon_name(lexicon))
        panel.set_xlabel(SCALES.get(lexicon, OTHER_SCALE))
        panel.xaxis.set_major_locator(_few_ticks())
        if panel is not places[0] and len(places) <= 3:
            panel.set_yticklabels([])
    note = "score of a sentence, left: more negative, right: more positive"
    note += "; hollow: without topic words" if both else ""
    return finish(places[0], "", "; ".join(filter(None, [note, scope(table), rest])))


def _two_lines(table: pd.DataFrame, by: str, order: list) -> pd.DataFrame:
    """The rows in the order of the sources, each with the name of its line."""
    table = table.assign(_place=table[by].map(order.index)).sort_values(
        ["_place", "without_topic_words"], kind="stable"
    )
    # Spaces that are not drawn keep lines apart that are called the same.
    names = [
        "without topic words" + " " * place if without else name
        for name, without, place in zip(table[by], table["without_topic_words"], table["_place"])
    ]
    made = table.assign(line=names, filled=~table["without_topic_words"].astype(bool))
    return made


def _few_ticks():
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(4)


@styled
def plot_voices(table: pd.DataFrame, *, ax=None):
    """Draw the mean sentence score of each source in its own speech and in its quotations.

    Parameters
    ----------
    table : DataFrame
        As `sentiment_by_voice` returns it.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = group_column(table)
    table, rest = largest(table[table["sentences"] > 0], by, MOST)
    if not (table["voice"] == "quoted").any():
        return nothing(ax, "own and quoted speech")
    own = table["voice"] == "own"
    notes = [
        f"{counted(n, 'sentence')}, {percent(share)} of words"
        for n, share in zip(table["sentences"], table["share"])
    ]
    spaces = table[by].map({group: " " * k for k, group in enumerate(dict.fromkeys(table[by]))})
    made = table.assign(
        line=np.where(own, table[by].astype(str), "in quotations" + spaces), note=notes, filled=own
    )
    ax = dots_with_intervals(
        made, value="mean", label="line", by=by, filled="filled", notes="note", zero=True,
        legend=False, what="the mean score of sentences, own speech and quotations",
        axis="mean score of a sentence", ax=ax,
    )  # fmt: skip
    note = f"filled: own speech; hollow: quotations; {scope(table)}"
    return finish(ax, "", "; ".join(filter(None, [note, rest])))


@styled
def plot_targets(table: pd.DataFrame, *, ax=None):
    """Draw how each source scores around the mentions of each target, as a heat map.

    Parameters
    ----------
    table : DataFrame
        As `target_tone` returns it; where it holds too few sentences the field is empty.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = group_column(table)
    table, rest = largest(table, by)
    if table.empty or not table["enough"].any():
        return nothing(ax, "tone around targets")
    used = table.groupby("target")["enough"].transform("any")
    table = table[used]
    made = table.assign(
        shown=table["mean"].where(table["enough"]),
        writing=[
            f"{signed(mean)} ({number(n)})" if enough else "–"
            for mean, n, enough in zip(table["mean"], table["sentences"], table["enough"])
        ],
        sure=table["p_adjusted"] < ALPHA,
    )
    ax = heat_map(
        made, value="shown", row="target", column=by, text="writing", strong="sure", even=True,
        what="the mean score of the words around each target", ax=ax,
    )  # fmt: skip
    note = "mean score (sentences); blue: positive, orange: negative"
    note += "; framed: differs from the rest, p below 0.05" if made["sure"].any() else ""
    return finish(ax, "", "; ".join(filter(None, [note, rest])))


@styled
def plot_tone_over_time(table: pd.DataFrame, *, ax=None):
    """Draw the mean sentence score of each source by period.

    Parameters
    ----------
    table : DataFrame
        As `sentiment_over_time` returns it; with fewer than three periods of
        any source nothing is drawn.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = group_column(table)
    table, rest = largest(table, by, MOST)
    if not has_course(table, by):
        return nothing(ax, "tone over time")
    ax = lines(
        table, x="period", value="mean", by=by, zero=True, axis="mean score of a sentence",
        what="the mean score of sentences by period", ax=ax,
    )  # fmt: skip
    return finish(ax, "", "; ".join(filter(None, [f"band: {scope(table)[6:]}", rest])))


def has_course(table: pd.DataFrame, by: str) -> bool:
    """Whether any source has articles in enough periods to see a course."""
    return bool(table.groupby(by)["period"].nunique().max() >= PERIODS) if len(table) else False
