"""Charts of the pages: each takes a result table, and returns the Axes that it is drawn in.

`chart` of this package adds what all of them need: the house style, a limit of groups, what to say
where there is nothing to draw. A function returns its Axes and the notes below the chart.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents import plots
from crosscurrents.comparison import periods_between
from crosscurrents.lexicon import entry_of, lexicon_title
from crosscurrents.plots import charts
from crosscurrents.resampling import ALPHA, BELOW
from crosscurrents.writing import counted, number, percent, signed

MOST = 8  # sources of a chart that has a line or a panel for each
THEMES = 6  # that have a panel over time
PAIRS = 10  # pairs of themes in a chart
SEEN = 5  # sentences with both themes, counted or expected, below which a pair is left out
PERIODS = 3  # of a source; with fewer there is no course over time to see
FRAMED = f"framed: differs from the rest, {BELOW}"
# What is drawn over time, by the column of its values: what it is, and the title of the axis.
COURSES = {
    "rate": ("the rate of one word over time", "uses per 1,000 words"),
    "mean": ("the mean score of sentences by period", "mean score of a sentence"),
    "position": ("positions on the scale by period", "← “{far}” · “{near}” →"),
}


# The corpus page


@plots.chart("the words of each source", most=30)
def plot_sizes(table: pd.DataFrame):
    """Draw how many words each source has.

    `table` is as `source_sizes` returns it: the group, documents, words.
    """
    by, sizes = plots.group_column(table), zip(table["words"], table["documents"])
    notes = [f"{number(words)} ({counted(n, 'article')})" for words, n in sizes]
    return charts.bars(
        table.assign(note=notes), value="words", label=by, by=by, notes="note",
        what="the words of each source", axis="words of prose (articles)",
    ), ""  # fmt: skip


@plots.chart("the share of all words that is left out")
def plot_excluded(table: pd.DataFrame):
    """Draw the share of each source's text that is not counted, by kind, as a heat map.

    `table` is as `excluded_shares` returns it: the group, reason, words, excluded_share.
    """
    return charts.heat_map(
        table, value="excluded_share", row="reason", column=plots.group_column(table), share=True,
        what="the share of all words that is left out",
        axis="words left out, as a share of all words of the source",
    ), ""  # fmt: skip


# The words page


@plots.chart("vocabulary of each source", most=MOST)
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
    by = plots.group_column(table)
    tested = table["p_adjusted"].notna().any()
    shown = table[table["direction"] > 0]
    shown = shown[shown["p_adjusted"] < ALPHA] if tested else shown
    shown = shown.groupby(by, sort=True).head(top_n)
    if shown.empty:
        return None
    parts = list(shown.groupby(by, sort=True))
    colours = plots.source_colours(plots.groups_of(table, by))
    places = plots.panels([0.75 + 0.24 * len(own) for _, own in parts])
    most = shown["log_ratio"].max()
    limits = (max(np.nanmin([0, shown["low"].min()]), -most), 1.6 * most)
    for panel, (group, own) in zip(places, parts, strict=True):
        own = own.sort_values(["log_ratio", "term"], ascending=[False, True])
        notes = [f"{number(c)} : {number(r)}" for c, r in zip(own["count"], own["reference_count"])]
        charts.bars(
            own.assign(note=notes), value="log_ratio", label="term", by=by, notes="note",
            what=f"how many times as often as the rest {group} uses each term (log ratio)",
            limits=limits, ax=panel,
        )  # fmt: skip
        plots.panel_title(panel, group, colours[group], f"{number(own['words'].iloc[0])} words")
        charts.times_axis(panel)
    what = "rate in the source over the rate in the rest; at the right: uses here : in the rest"
    kind = f"distinctive: {BELOW}" if tested else "no test, ordered by log-odds z"
    return places[0], what, kind, plots.scope(shown)


@plots.chart("the rate of terms in each source")
def plot_rates(table: pd.DataFrame, *, top_n: int = 15):
    """Draw the rates of terms in all sources as a heat map, a row a term.

    Parameters
    ----------
    table : DataFrame
        As `compare_terms` returns it.
    top_n : int
        Terms that are drawn at most.

    Returns
    -------
    Axes
    """
    names, table = ["term", "group"], table.head(top_n)
    groups = [name.removeprefix("rate_") for name in table if name.startswith("rate_")][:12]
    fields = pd.MultiIndex.from_product([table["term"], groups], names=names)
    long = pd.wide_to_long(table, ["rate", "count", "words"], *names, "_", ".+").reindex(fields)
    long = long.reset_index()
    rates = zip(long["rate"], long["count"])
    long = long.assign(
        field=[f"{number(rate, 1)} ({number(count)})" if count else "0" for rate, count in rates],
        sure=(long["standout"] == long["group"]) & (long["p_adjusted"] < ALPHA),
    )
    long.attrs = dict(table.attrs)
    sizes = {group: f"{number(words)} words" for group, words in zip(long["group"], long["words"])}
    note = f"; frame: {BELOW}" if long["sure"].any() else ""
    return charts.heat_map(
        long, value="rate", row="term", column="group", text="field", strong="sure", heads=sizes,
        what="the rate of terms in each source", axis=f"uses per 1,000 words (uses){note}",
    ), ""  # fmt: skip


@plots.chart("one word", values=("rate",))
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
    by, term = plots.group_column(rates), rates["term"].iloc[0]
    shown = rates.sort_values(by, key=lambda names: names.map(str))  # as the strips beside it
    notes = [f"{number(c)} of {number(w)}" for c, w in zip(shown["count"], shown["words"])]
    where = places is not None and len(places)
    axes = plots.panels([0.9 + 0.34 * shown[by].nunique()] * (2 if where else 1), share_x=False)
    charts.dots_with_intervals(
        shown.assign(note=notes), value="rate", label=by, by=by, notes="note", ax=axes[0],
        what=f"the rate of “{rates.attrs.get('labels', {}).get(term, term)}”",
        axis="uses per 1,000 words",
    )  # fmt: skip
    if where:
        order = [group for group in shown[by] if group in set(places[by])]
        own = places[places[by].isin(order)]
        own.attrs = {"by": by, "groups": order}
        charts.strips(
            own, at="share", by=by, ax=axes[1], what="where it occurs in the texts",
            axis="place in the article",
        )  # fmt: skip
    return axes[0], plots.scope(rates)


# The themes page


@plots.chart("shares of themes")
def plot_themes(table: pd.DataFrame, *, order=()):
    """Draw the share of each source's sentences that belongs to each theme, as a heat map.

    Parameters
    ----------
    table : DataFrame
        As `theme_share` or `theme_contrast` returns it.
    order : list of str
        Sources from left to right; the others follow by name.

    Returns
    -------
    Axes
    """
    by, sizes = plots.group_column(table), zip(table["share"], table["sentences"])
    few = table[by].nunique() <= 8
    made = table.assign(
        writing=[percent(share) + f" ({number(n)})" * few for share, n in sizes],
        sure=table["p_adjusted"] < ALPHA,
        total=-table.groupby("theme")["share"].transform("mean"),
        place=[list(order).index(group) if group in order else len(order) for group in table[by]],
    ).sort_values(["total", "theme", "place", by], kind="stable")
    heads = {group: f"n = {number(n)}" for group, n in table.groupby(by)["of"].max().items()}
    ax = charts.heat_map(
        made, value="share", row="theme", column=by, text="writing", strong="sure", share=True,
        heads=heads, what="the share of sentences on each theme",
    )  # fmt: skip
    note = "share of the source's sentences" + (" (their number)" if few else "")
    return ax, note, "n: all its sentences", FRAMED if made["sure"].any() else ""


@plots.chart("positions on a scale", most=20, values=("position",))
def plot_scale(table: pd.DataFrame):
    """Draw the position of each source between the two poles of a scale, with its interval.

    `table` is as `scale_position` returns it.
    """
    by, counts = plots.group_column(table), zip(table["positive"], table["negative"])
    near, far = table["near"].iloc[0], table["far"].iloc[0]
    made = table.assign(note=[f"{number(a)} : {number(b)}" for a, b in counts])
    made = made.sort_values(["position", by], ascending=[False, True], kind="stable")
    ax = charts.dots_with_intervals(
        made, value="position", label=by, by=by, notes="note", zero=True,
        what=f"the position of each {by} between “{far}” and “{near}”",
        axis=f"← “{far}” · position · “{near}” →",
    )  # fmt: skip
    return ax, f"right: phrases of “{near}” : phrases of “{far}”\n{plots.scope(table)}"


@plots.chart("order on a scale", most=MOST)
def plot_scale_robustness(table: pd.DataFrame):
    """Draw the rank of each source on a scale under every counting method.

    `table` is as `scale_robustness` returns it.
    """
    by, table = plots.group_column(table), table.dropna(subset="rank")
    if table[by].nunique() < 2:
        return None
    what = "sources on the scale by counting method"
    return charts.ranks(table, method="label", rank="rank", by=by, what=what), ""


@plots.chart("themes in one sentence")
def plot_cooccurrence(table: pd.DataFrame):
    """Draw how many times as often as expected pairs of themes share a sentence.

    `table` is as `theme_cooccurrence` returns it.
    """
    seen = (table["observed"] >= SEEN) | (table["expected"] >= SEEN)
    table = table[seen & (table["observed"] > 0)]
    if table.empty:
        return None
    table = table.sort_values("lift", ascending=False, kind="stable")
    half, many = PAIRS // 2, len(table) > PAIRS
    shown = pd.concat([table.head(half), table.tail(half)]) if many else table
    both = zip(shown["observed"], shown["expected"])
    made = shown.assign(
        pair=shown["theme"] + " + " + shown["other"],
        note=[f"{counted(n, 'sentence')}, {number(e, 1)} expected" for n, e in both],
        lift=np.log2(shown["lift"]),
        low=np.log2(shown["low"].clip(lower=1 / 16)), high=np.log2(shown["high"]),
    )  # fmt: skip
    ax = charts.dots_with_intervals(
        made, value="lift", label="pair", notes="note", zero=True,
        axis="times as often as expected",
        what="how often pairs of themes share a sentence, as the log2 of times the expected number",
    )  # fmt: skip
    charts.times_axis(ax)
    left = (
        f"the {half} highest and {half} lowest of {len(table)} pairs that share {SEEN} sentences "
        "or should by chance"
    )
    return ax, plots.scope(shown) if shown["low"].notna().any() else "", left if many else ""


# The tone page


@plots.chart("tone by lexicon", most=MOST, values=("mean",))
def plot_tone(table: pd.DataFrame):
    """Draw the mean sentence score of each source by every lexicon, a panel for each lexicon.

    `table` is as `sentiment_robustness` returns it. A filled dot counts all words, a hollow one
    leaves topic words out.

    Returns
    -------
    Axes
        The first panel.
    """
    from matplotlib.ticker import MaxNLocator

    by = plots.group_column(table)
    order = table.groupby(by, sort=False)["mean"].first().index.tolist()
    without = table["without_topic_words"].astype(bool)
    table = table.assign(
        place=table[by].map(order.index),
        filled=~without,
        line=_second_lines(table, by, without, "without topic words"),
    ).sort_values(["place", "without_topic_words"], kind="stable")
    lexicons = list(dict.fromkeys(table["lexicon"]))
    high = 0.9 + 0.25 * len(order) * (2 if without.any() else 1)
    places = plots.panels([high] * len(lexicons), 3, share_x=False)
    for panel, lexicon in zip(places, lexicons):
        charts.dots_with_intervals(
            table[table["lexicon"] == lexicon], value="mean", label="line", by=by, filled="filled",
            what=f"the mean score of sentences by {lexicon_title(lexicon)}", zero=True, ax=panel,
        )  # fmt: skip
        panel.set_title(lexicon_title(lexicon))
        panel.set_xlabel(entry_of(lexicon).scale)
        panel.xaxis.set_major_locator(MaxNLocator(4))
        if panel is not places[0] and len(places) <= 3:
            panel.set_yticklabels([])
    note = "score of a sentence, left: more negative, right: more positive"
    hollow = "hollow: without topic words" if without.any() else ""
    return places[0], note, hollow, plots.scope(table)


def _second_lines(table: pd.DataFrame, by: str, second: pd.Series, name: str) -> np.ndarray:
    """Names of lines; spaces, which are not drawn, tell second lines of groups from each other."""
    spaces = table[by].map({group: " " * k for k, group in enumerate(table[by].unique())})
    return np.where(second, name + spaces, table[by].astype(str))


@plots.chart("own and quoted speech", most=MOST, values=("mean",))
def plot_voices(table: pd.DataFrame):
    """Draw the mean sentence score of each source in its own speech and in its quotations.

    `table` is as `sentiment_by_voice` returns it.
    """
    by = plots.group_column(table)
    quoted = table["voice"] == "quoted"
    if not quoted.any():
        return None
    sizes = zip(table["sentences"], table["share"])
    notes = [f"{counted(n, 'sentence')}, {percent(share)} of words" for n, share in sizes]
    lines_of = _second_lines(table, by, quoted, "in quotations")
    ax = charts.dots_with_intervals(
        table.assign(line=lines_of, note=notes, filled=~quoted), value="mean", label="line", by=by,
        filled="filled", notes="note", zero=True, axis="mean score of a sentence",
        what="the mean score of sentences, own speech and quotations",
    )  # fmt: skip
    return ax, "filled: own speech; hollow: quotations", plots.scope(table)


@plots.chart("tone around targets")
def plot_targets(table: pd.DataFrame):
    """Draw how each source scores around the mentions of each target, as a heat map.

    `table` is as `target_tone` returns it; where it holds too few sentences the field is empty.
    """
    table = table[table.groupby("target")["enough"].transform("any")]
    if table.empty:
        return None
    table = table.assign(shown=table["mean"].where(table["enough"]))
    known = table["shown"].notna()
    means = zip(table["mean"], table["sentences"], known)
    writing = [f"{signed(m)} ({number(n)})" if enough else "–" for m, n, enough in means]
    made = table.assign(writing=writing, sure=table["p_adjusted"] < ALPHA)
    ax = charts.heat_map(
        made, value="shown", row="target", column=plots.group_column(table), text="writing",
        strong="sure", even=True, what="the mean score of the words around each target",
    )  # fmt: skip
    note = "mean score (sentences); blue: positive, orange: negative"
    return ax, note, FRAMED if made["sure"].any() else ""


# Over time, on several pages


@plots.chart("over time", most=MOST, values=(*COURSES, "share"))
def plot_over_time(table: pd.DataFrame):
    """Draw a number of each source by period, if a source has articles in three of them.

    `table` is as `term_frequency`, `sentiment`, `scale_position` or `theme_share` returns it by
    period; of themes the largest have a panel each.

    Returns
    -------
    Axes
        The first panel.
    """
    by = plots.group_column(table)
    value = next(column for column in (*COURSES, "share") if column in table)
    if table.groupby(by)["period"].nunique().max() < PERIODS:
        return None
    if "theme" in table:
        return _themes_over_time(table, by)
    what, axis = COURSES[value]
    band = plots.scope(table, "band", "no band") if value == "mean" else ""
    if value == "position":
        poles = {name: plots.plain(table[name].iloc[0]) for name in ("far", "near")}
        axis = axis.format(**poles)
        table = table.drop(columns=["low", "high"])
    return charts.lines(
        table, x="period", value=value, by=by, order=periods_between(table["period"]),
        zero=value != "rate", axis=axis, what=what,
    ), band  # fmt: skip


def _themes_over_time(table: pd.DataFrame, by: str):
    """Draw the shares of the largest themes, with one legend for all panels."""
    size = table.groupby("theme")["sentences"].sum().sort_values(ascending=False, kind="stable")
    themes, periods = size.index[:THEMES].tolist(), periods_between(table["period"])
    places = plots.panels([1.75] * len(themes), 2)
    for panel, theme in zip(places, themes):
        charts.lines(
            table[table["theme"] == theme].drop(columns=["low", "high"]), x="period",
            value="share", by=by, order=periods, share=True, legend=False,
            what=f"the share of sentences on “{theme}”", ax=panel,
        )  # fmt: skip
        panel.set_title(plots.wrap(theme, 40, 1))
        panel.tick_params(axis="x", labelsize=7.5)
        panel.set_xticks(panel.get_xticks()[:: -(-len(panel.get_xticks()) // 6)])
    looks = charts.looks_of(table[table["theme"].isin(themes)], by)
    charts.name_groups(places[0].figure, looks, loc="outside upper left", fontsize=8.5)
    note = "share of the source's sentences in the period"
    some = f"the {len(themes)} largest of {len(size)} themes" if len(size) > len(themes) else ""
    return places[0], note, some
