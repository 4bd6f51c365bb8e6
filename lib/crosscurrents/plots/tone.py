"""Charts of the tone page: every lexicon side by side, both voices, targets, periods."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.plots.charts import dots_with_intervals, heat_map, lines
from crosscurrents.plots.style import finish, group_column, largest, nothing, panels, scope, styled
from crosscurrents.significance import ALPHA
from crosscurrents.writing import counted, number, percent, signed

PERIODS = 3  # of a source; with fewer there is no course over time to see
MOST = 8  # sources of a chart: each has two lines
NAMES = {"vader": "VADER", "afinn": "AFINN", "pattern": "Pattern"}
# What the score of a sentence is, by lexicon; any other list is added up as AFINN is.
SCALES = {"vader": "−1 to +1", "pattern": "−1 to +1", "afinn": "sum of −5 to +5 a word"}
OTHER_SCALE = "sum of the scores of its terms"


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
