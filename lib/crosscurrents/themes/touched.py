"""Which sentences each theme touches, summed over documents or paragraphs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from crosscurrents.statistics.units import unit_of

PLACE = ["doc_id", "sentence"]


class Touched(NamedTuple):
    """Sums by unit: what each theme touches, and all there is."""

    hits: np.ndarray  # (units, themes): sentences touched
    hit_words: np.ndarray  # (units, themes): their words
    sentences: np.ndarray  # (units,)
    words: np.ndarray  # (units,)


def touched(measures, units: pd.DataFrame, themes: list[str]) -> Touched:
    """Count sentences and words by unit, those that each theme touches and all of them.

    Parameters
    ----------
    measures : Measures
    units : DataFrame
        As `resampling_units` returns it.
    themes : list of str
        Names of themes, sub-themes or poles.

    Returns
    -------
    Touched
    """
    sentences = measures.sentences.assign(_unit=unit_of(units, measures.sentences))
    sentences = sentences.loc[sentences["_unit"] >= 0, [*PLACE, "words", "_unit"]]
    rows = touched_sentences(measures, themes).merge(sentences, on=PLACE)
    cell = rows["_unit"].to_numpy() * len(themes) + rows["code"].to_numpy()
    shape = (len(units), len(themes))
    hits, hit_words = (
        np.bincount(cell, weights, minlength=shape[0] * shape[1]).astype(float).reshape(shape)
        for weights in (None, rows["words"].to_numpy())
    )
    every, words = (
        np.bincount(sentences["_unit"], weights, minlength=len(units)).astype(float)
        for weights in (None, sentences["words"].to_numpy())
    )
    return Touched(hits, hit_words, every, words)


def touched_sentences(measures, themes: list[str]) -> pd.DataFrame:
    """List each sentence that a theme touches once: doc_id, sentence, code (place in `themes`)."""
    rows = measures.themes[[*PLACE, "theme"]]
    code = pd.Index(themes).get_indexer(rows["theme"])
    rows = rows[PLACE].assign(code=code)[code >= 0]
    return rows.drop_duplicates(ignore_index=True)
