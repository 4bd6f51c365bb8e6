"""The sentences that score highest and lowest, with the words that drove them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.checks import check_whole
from crosscurrents.sentiment.rows import CLEAR, scored_sentences

DRIVERS = 4  # words named a sentence


def sentiment_passages(
    measures, *, by: str = "source", lexicon: str = "vader", guard: bool = False, top_n: int = 3
) -> pd.DataFrame:
    """Give the places of the most positive and the most negative sentences of each group.

    Parameters
    ----------
    measures : Measures or Tone
    by, lexicon, guard
        See `sentiment`.
    top_n : int
        Sentences of each kind and group; fewer where fewer are clearly so (score beyond 0.05).

    Returns
    -------
    DataFrame
        `by`, tone ("positive" or "negative"), doc_id, paragraph, sentence, words, score, and of a
        Tone drivers (the words that moved the score, with what each added); by group, the positive
        before the negative, the strongest first, then by place in the text.

    Raises
    ------
    ValueError
        If `by`, top_n or the lexicon is none that there is.
    """
    check_whole(top_n=top_n)
    rows = scored_sentences(measures, by, lexicon, guard=guard)
    rows = rows[rows["score"].abs() >= CLEAR]
    rows["tone"] = np.where(rows["score"] > 0, "positive", "negative")
    rows["size"], rows["order"] = -rows["score"].abs(), rows["score"] < 0
    rows = rows.sort_values(["group", "order", "size", "doc_id", "sentence"])
    rows = rows.groupby(["group", "tone"], sort=False).head(top_n)
    rows[by] = rows["group"]
    columns = [by, "tone", "doc_id", "paragraph", "sentence", "words", "score"]
    rows = rows[list(dict.fromkeys(columns))].reset_index(drop=True)
    return named_drivers(measures, rows, lexicon, guard=guard)


def named_drivers(measures, places: pd.DataFrame, lexicon: str, *, guard: bool = False):
    """Add to places a column of the words that moved the score; as they are without valences."""
    valences = getattr(measures, "valences", None)
    if valences is None:
        return places
    own = valences[(valences["lexicon"] == lexicon) & (valences["value"] != 0)]
    own = own[~own["guarded"]] if guard else own
    own = own.merge(places[["doc_id", "sentence"]].drop_duplicates(), on=["doc_id", "sentence"])
    own = own.assign(size=own["value"].abs()).sort_values(["size", "term"], ascending=[False, True])
    said = [f"{r.term}\u00a0{r.value:+.1f}".replace("-", "−") for r in own.itertuples()]
    named = own.assign(said=said).groupby(["doc_id", "sentence"])["said"]
    text = named.agg(lambda words: ", ".join(words.head(DRIVERS)))
    keys = pd.MultiIndex.from_frame(places[["doc_id", "sentence"]])
    return places.assign(drivers=text.reindex(keys).fillna("").to_numpy())
