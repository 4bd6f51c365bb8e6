"""How each source sounds when it speaks of a theme, against how it sounds otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crosscurrents.checks import check_whole
from crosscurrents.intervals import check_options
from crosscurrents.sentiment.means import CELL, cell_means
from crosscurrents.sentiment.rows import BOUNDED, Units, scored_sentences
from crosscurrents.statistics.clustered import clustered_error, student
from crosscurrents.statistics.units import sized
from crosscurrents.themes.names import chosen_themes
from crosscurrents.themes.touched import PLACE, touched_sentences

REST = ["rest_sentences", "rest_mean", "difference", "difference_low", "difference_high"]


@sized
def theme_tone(
    measures,
    *,
    by: str = "source",
    lexicons: str | Sequence[str] | None = None,
    guard: bool = False,
    themes: str | Sequence[str] | None = None,
    subthemes: bool = False,
    fewest: int = 10,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Give the mean score of the sentences of each theme, and of the group's other sentences.

    Parameters
    ----------
    measures : Measures or Tone
    by, themes, subthemes
        See `theme_share`.
    lexicons : str or list of str, optional
        Those that scored the sentences; all of them by default.
    guard : bool
        Whether the guard's terms do not count (of a Tone, see `measure_tone`).
    fewest : int
        Sentences of the theme, and of the others, below which a cell holds too little to go by.
    level, resamples, seed
        See `sentiment`.

    Returns
    -------
    DataFrame
        theme, `by`, lexicon, sentences, documents, mean, low, high, unit, enough (bool);
        rest_sentences and rest_mean (of the group's sentences without the theme), difference of the
        two means with difference_low and difference_high (Student's t, its error clustered by
        unit); by lexicon, theme in codebook order, group.

    Raises
    ------
    ValueError
        If `by`, a lexicon, a theme or an option is none that there is.
    """
    check_options(level, resamples, seed)
    check_whole(fewest=fewest)
    names = chosen_themes(measures, themes, subthemes)
    known = [c for c in measures.sentences if f"{c}_coverage" in measures.sentences]
    chosen = [lexicons] if isinstance(lexicons, str) else list(lexicons or known)
    hits, units = touched_sentences(measures, names), Units(measures, by)
    tables = []
    for lexicon in chosen:
        every = scored_sentences(measures, by, lexicon, guard=guard)
        rows = every.merge(hits, on=PLACE)
        rows = rows.assign(theme=np.array(names, object)[rows["code"]])
        options = {"level": level, "resamples": resamples, "seed": seed}
        options["bounded"] = lexicon in BOUNDED
        table = cell_means(measures, by, rows, "theme", names, units, fewest, options)
        rest = _against_rest(units, every, rows, names, by, level)
        table = table.merge(rest, on=["theme", by], how="left").assign(lexicon=lexicon)
        table["rest_sentences"] = table["rest_sentences"].fillna(0).astype(int)
        table["enough"] &= table["rest_sentences"] >= fewest
        tables.append(table)
    columns = ["theme", by, "lexicon", *CELL, *REST]
    return pd.concat(tables, ignore_index=True)[columns]


def _against_rest(units: Units, every, rows, names: list[str], by: str, level) -> pd.DataFrame:
    """The mean of each group's sentences without a theme, and how far the theme's lies from it."""
    total, number = units.sums(rows, rows["code"].to_numpy(), max(len(names), 1))
    rest_total, rest_number = (part - own for part, own in zip(units.sums(every), (total, number)))
    tables = [pd.DataFrame(columns=["theme", by, *REST])]
    for group, part in units.units.groupby(by, sort=True) if names else ():
        at = part.index.to_numpy()
        sides = [(total[at], number[at]), (rest_total[at], rest_number[at])]
        with np.errstate(invalid="ignore", divide="ignore"):
            means = [top.sum(axis=0) / below.sum(axis=0) for top, below in sides]
            pulls = [
                (top - mean * below) / below.sum(axis=0) for (top, below), mean in zip(sides, means)
            ]
        fewest = np.min([(below > 0).sum(axis=0) for _, below in sides], axis=0)
        reach = clustered_error(pulls[0] - pulls[1]) * [student(int(n), level) for n in fewest]
        away = means[0] - means[1]
        columns = [sides[1][1].sum(axis=0).astype(int), means[1], away, away - reach, away + reach]
        table = pd.DataFrame(dict(zip(REST, columns)))
        tables.append(table.iloc[: len(names)].assign(theme=names, **{by: group}))
    return pd.concat([t for t in tables if len(t)] or tables, ignore_index=True)
