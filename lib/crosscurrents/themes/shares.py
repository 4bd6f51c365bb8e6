"""What share of its sentences each source gives to each theme."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.measures import Measures
from crosscurrents.statistics.units import resampling_units, unit_labels, unit_of
from crosscurrents.themes.names import theme_names
from crosscurrents.uncertainty import bootstrap_ratio, check_options


def theme_share(
    measures: Measures,
    *,
    by: str = "source",
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
        Column of `measures.documents`.
    level, resamples, seed
        See `bootstrap_ratio`.

    Returns
    -------
    DataFrame
        theme, `by`, sentences (touched), of (all sentences), share, low, high, word_share (words in
        touched sentences / all words), documents, unit; by theme in codebook order, then by group.

    Raises
    ------
    ValueError
        If `by` is no column of the documents.
    """
    check_options(level, resamples)
    units = resampling_units(measures, by=by)
    labels, themes = unit_labels(units, by=by), theme_names(measures)
    hit, hit_words, every, words = _touched(measures, units, themes)
    rows = []
    for group, part in units.groupby(by, sort=True):
        at = part.index.to_numpy()
        share, low, high = bootstrap_ratio(
            hit[at], every[at], level=level, resamples=resamples, seed=seed
        )
        of, size, documents = every[at].sum(), words[at].sum(), part["doc_id"].nunique()
        for k, theme in enumerate(themes):
            touched, touched_words = int(hit[at, k].sum()), hit_words[at, k].sum()
            word_share = touched_words / size if size else np.nan
            figures = (touched, int(of), share[k], low[k], high[k], word_share)
            rows.append((k, theme, group, *figures, documents, labels[group]))
    figures = ["sentences", "of", "share", "low", "high", "word_share", "documents", "unit"]
    table = pd.DataFrame(rows, columns=["_order", "theme", by, *figures])
    table = table.sort_values(["_order", by], kind="stable", ignore_index=True)
    return table.drop(columns="_order")


def _touched(
    measures: Measures, units: pd.DataFrame, themes: list[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Per unit and theme: sentences touched, their words; per unit all sentences, all words."""
    sentences = measures.sentences.assign(_unit=unit_of(units, measures.sentences))
    sentences = sentences[sentences["_unit"] >= 0]
    place = ["doc_id", "sentence"]
    touched = measures.themes[[*place, "theme"]].drop_duplicates()
    touched = touched.merge(sentences[[*place, "words", "_unit"]], on=place)
    code = pd.Index(themes).get_indexer(touched["theme"])
    touched, code = touched[code >= 0], code[code >= 0]  # poles of scales are no themes
    shape = (len(units), len(themes))
    cell = touched["_unit"].to_numpy() * len(themes) + code
    hit, hit_words = (
        np.bincount(cell, weights, minlength=shape[0] * shape[1]).astype(float).reshape(shape)
        for weights in (None, touched["words"].to_numpy())
    )
    every, words = (
        np.bincount(sentences["_unit"], weights, minlength=len(units)).astype(float)
        for weights in (None, sentences["words"].to_numpy())
    )
    return hit, hit_words, every, words
