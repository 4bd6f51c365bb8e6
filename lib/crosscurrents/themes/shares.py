"""What share of its sentences, and of its words, each source gives to each theme."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from crosscurrents.intervals import bootstrap_ratio, check_options
from crosscurrents.measures import Measures
from crosscurrents.statistics.units import resampling_units, sized, unit_labels
from crosscurrents.themes.names import chosen_themes
from crosscurrents.themes.touched import touched

BY_SENTENCE = ["sentences", "of", "share", "low", "high"]
BY_WORD = ["words", "of_words", "word_share", "word_low", "word_high"]
COLUMNS = [*BY_SENTENCE, *BY_WORD, "docfreq", "documents", "unit"]


@sized
def theme_share(
    measures: Measures,
    *,
    by: str = "source",
    themes: str | Sequence[str] | None = None,
    subthemes: bool = False,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Give the share of each group's sentences that each theme touches, with its interval.

    Sentences without any theme stay in the denominator, and one sentence can touch many themes.

    Parameters
    ----------
    measures
    by
        Column of `measures.documents`; documents where it is missing are left out.
    themes
        Only these themes, sub-themes or poles, in this order; all themes by default.
    subthemes
        Whether sub-themes stand beside the themes they belong to.
    level, resamples, seed
        See `bootstrap_ratio`.

    Returns
    -------
    DataFrame
        theme, `by`; sentences (touched), of (all sentences), share, low, high; words (of the
        touched sentences), of_words (all words), word_share, word_low, word_high; docfreq
        (documents touched), documents, unit; by theme in codebook order, then by group.

    Raises
    ------
    ValueError
        If `by` is no column of the documents, or a theme is not in the codebook.
    """
    check_options(level, resamples, seed)
    names = chosen_themes(measures, themes, subthemes)
    units = resampling_units(measures, by=by)
    if units.empty or not names:
        return pd.DataFrame(columns=["theme", by, *COLUMNS])
    labels, found = unit_labels(units, by=by), touched(measures, units, names)
    options = {"level": level, "resamples": resamples, "seed": seed}
    tables = []
    for group, part in units.groupby(by, sort=True):
        at = part.index.to_numpy()
        own = type(found)(*(numbers[at] for numbers in found))
        columns = _columns(own.hits, own.sentences, BY_SENTENCE, options)
        columns |= _columns(own.hit_words, own.words, BY_WORD, options)
        codes, documents = pd.factorize(part["doc_id"])
        spread = np.zeros((len(documents), len(names)))
        np.add.at(spread, codes, own.hits)
        columns["docfreq"] = (spread > 0).sum(axis=0)
        table = pd.DataFrame({"_order": range(len(names)), "theme": names, by: group} | columns)
        tables.append(table.assign(documents=len(documents), unit=labels[group]))
    table = pd.concat(tables).sort_values(["_order", by], kind="stable", ignore_index=True)
    return table[["theme", by, *COLUMNS]]


def _columns(top: np.ndarray, bottom: np.ndarray, names: list[str], options: dict) -> dict:
    """Sums (units, themes) over sums (units,): both, their ratio and its limits by theme."""
    ratio, low, high = bootstrap_ratio(top, bottom, **options)
    counts = top.sum(axis=0).astype(int), np.full(top.shape[1], int(bottom.sum()))
    return dict(zip(names, (*counts, ratio, low, high)))
