"""Charts of what tone rests on: spread of the sentences, ranks by lexicon, tone towards targets."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.plots.canvas import (
    INK,
    canvas,
    finish,
    look_of,
    nothing,
    of_largest,
    styled,
)
from crosscurrents.plots.cells import matrix_axes, signed, tinted_cell
from crosscurrents.plots.marks import rows_from_top, side_by_side
from crosscurrents.plots.tone import unit_of_score
from crosscurrents.plots.wording import as_sentence, counted, number, said, scope, span, wrap

GOLDEN = (5**0.5 - 1) / 2  # spreads any number of points evenly, always in the same way


@styled
@of_largest(0)
def plot_sentence_scores(table: pd.DataFrame, *, lexicon: str = "vader", ax=None):
    """Draw the score of every sentence, a row a source, with the middle half and the mean.

    Parameters
    ----------
    table : DataFrame
        As `sentence_scores` returns it.
    lexicon : str
        By which it was made.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = table.columns[0]
    if table.empty:
        return nothing(ax, "Scores of sentences")
    groups = list(table.groupby(by, sort=True)["score"])
    colours, markers = look_of(table, by)
    ax = canvas(ax, 1.2 + 0.62 * len(groups))
    names = [f"{wrap(g, 26, 2)}\n({counted(len(s), 'sentence')})" for g, s in groups]
    told = []
    for place, (group, scores) in zip(rows_from_top(ax, names), groups, strict=True):
        jitter = (np.arange(len(scores)) * GOLDEN % 1 - 0.5) * 0.6
        faint = float(np.clip(30 / len(scores), 0.12, 0.6))
        ax.plot(scores, place + jitter, "o", color=colours[group], markersize=3, alpha=faint,
                markeredgewidth=0, zorder=1.5)  # fmt: skip
        low, middle, high = scores.quantile([0.25, 0.5, 0.75])
        ax.plot([low, high], [place, place], color=INK, linewidth=2, zorder=2.5)
        ax.plot(scores.mean(), place, markers[group], color=colours[group], markersize=8,
                markeredgecolor="white", zorder=3)  # fmt: skip
        told.append(
            f"{said(group)} mean {number(scores.mean(), 2)}, middle half {span(low, high, 2)}, "
            f"median {number(middle, 2)} ({counted(len(scores), 'sentence')})"
        )
    ax.axvline(0, color=INK, linewidth=1, zorder=1)
    ax.set_xlabel(f"{unit_of_score(lexicon)}\nfaint: a sentence; line: the middle half; sign: mean")
    return finish(ax, f"Strip chart of the scores of all sentences by {by}. {'; '.join(told)}.")


@styled
@of_largest(3, 8)
def plot_robustness(table: pd.DataFrame, *, ax=None):
    """Draw the ranks of the sources by each way of scoring, with their intervals; lines that cross.

    Parameters
    ----------
    table : DataFrame
        As `sentiment_robustness` returns it.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    by = table.columns[3] if len(table.columns) > 3 else "source"
    if table.empty:
        return nothing(ax, "Ranks by lexicon")
    scorings = list(dict.fromkeys(table["scoring"]))
    groups = sorted(table[by].unique(), key=str)
    colours, markers = look_of(table, by)
    ax = canvas(ax, 1.4 + 0.55 * len(groups))
    shift = side_by_side(groups, 0.5)
    last = table[table["scoring"] == scorings[-1]].set_index(by)["rank"]
    place = {scoring: k for k, scoring in enumerate(scorings)}
    told = []
    for group in groups:
        rows = table[table[by] == group]
        at = rows["scoring"].map(place) + shift[group]
        ax.vlines(at, rows["rank_low"], rows["rank_high"], color=colours[group], alpha=0.35,
                  linewidth=4, zorder=1.5)  # fmt: skip
        ax.plot(at, rows["rank"], marker=markers[group], color=colours[group], markersize=8,
                linewidth=2, zorder=2.5)  # fmt: skip
        ranks = ", ".join(number(rank) for rank in rows["rank"])
        told.append(f"{said(group)} {ranks}")
    lowest = max(len(groups), int(table["rank_high"].max()))  # ranks are among all groups
    for group, at in _label_places(last, groups, lowest).items():
        ax.text(len(scorings) - 0.6, at, wrap(group, 24, 2), va="center",
                color=colours[group], fontsize=9)  # fmt: skip
    labels = [scoring.replace(" without ", "\nwithout\n") for scoring in scorings]
    ax.set_xticks(range(len(scorings)), labels)
    ax.set_xlim(-0.5, len(scorings) - 0.5)
    ax.set_ylim(lowest + 0.5, 0.5)
    ax.set_yticks(range(1, lowest + 1, -(-lowest // 30) if lowest < 60 else -(-lowest // 60) * 10))
    ax.set_ylabel("rank, 1 = most positive")
    note = scope(table).replace("line: interval", "bar: interval of the rank", 1)
    ax.set_xlabel(note)
    ax.grid(False)
    return finish(
        ax,
        f"Slope chart of the ranks of {len(groups)} groups by {len(scorings)} ways of scoring "
        f"({', '.join(scorings)}), 1 the most positive. {'; '.join(told)}. {as_sentence(note)}",
    )


def _label_places(last, groups, lowest):
    """Give the height of each group's name: at its rank, ties apart, never on another name."""
    if lowest == len(groups):
        ties = {g: [h for h in groups if last.get(h) == last[g]] for g in groups if g in last}
        return {g: last[g] + (t.index(g) - (len(t) - 1) / 2) * 0.3 for g, t in ties.items()}
    order = last[[g for g in groups if g in last]].sort_values(kind="stable")
    gap, places = lowest / (len(order) + 1), []
    for rank in order:
        places.append(max(rank, places[-1] + gap) if places else rank)
    places[-1:] = [min(place, lowest) for place in places[-1:]]
    for k in range(len(places) - 2, -1, -1):  # what ran over the end moves up again
        places[k] = min(places[k], places[k + 1] - gap)
    return dict(zip(order.index, places, strict=True))


@styled
@of_largest(1, 8)
def plot_target_tone(table: pd.DataFrame, *, lexicon: str = "vader", ax=None):
    """Draw the tone towards each target in each source as a matrix, n in every cell.

    Cells with too little evidence are grey.

    Parameters
    ----------
    table : DataFrame
        As `target_tone` or `sentiment_by_theme` returns it, or `theme_tone` by one lexicon.
    lexicon : str
        By which it was made.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    row, column = table.columns[:2]
    if table.empty or not table["sentences"].sum():
        return nothing(ax, f"Tone by {row}")
    rows = list(dict.fromkeys(table[row]))
    columns = sorted(table[column].unique(), key=str)
    ax = canvas(ax, 1.3 + 0.42 * len(rows))
    reach = table.loc[table["enough"], "mean"].abs().max()
    reach = reach if reach > 0 else 1.0
    told, crowded = [], len(columns) > 6
    for cell in table.to_dict("records"):
        at = columns.index(cell[column]), rows.index(cell[row])
        _draw_cell(ax, at, cell, reach, crowded=crowded)
        if cell["enough"]:
            told.append(
                f"{said(cell[row])} in {said(cell[column])} {signed(cell['mean'])} "
                f"({span(cell['low'], cell['high'], 2)}; n = {number(cell['sentences'])})"
            )
    matrix_axes(ax, rows, columns, crowded=crowded, room=16)
    ax.set_xlabel(
        f"mean {unit_of_score(lexicon)} (number of sentences)\n"
        "blue: more positive, orange: more negative; grey: too little to go by"
    )
    few = int((~table["enough"]).sum())
    return finish(
        ax,
        f"Matrix of tone by {row} and {column}. {'; '.join(told) or 'No cell holds enough'}. "
        f"{counted(few, 'cell')} of {len(table)} hold too little to go by and are grey.",
    )


def _draw_cell(ax, at, cell, reach, *, crowded):
    """Draw one cell: its colour says the mean, grey that there is too little."""
    mean, n = cell["mean"], cell["sentences"]
    text = f"{signed(mean)}{chr(10) if crowded else ' '}({number(n)})" if n else "–"
    lean = mean / reach if n else 0.0
    tinted_cell(ax, *at, text, lean=lean, faint=not cell["enough"], size=7 if crowded else 9)
