"""Where in its text a sentence stands."""

from __future__ import annotations

import numpy as np
import pandas as pd


def part_of_text(sentences: pd.DataFrame, bins: int) -> np.ndarray:
    """Say in which part of its document each sentence stands, by the place of its middle word.

    Parameters
    ----------
    sentences : DataFrame
        All sentences of some documents: doc_id, sentence, words.
    bins : int
        Parts of equal numbers of words that a text is cut into.

    Returns
    -------
    ndarray of int (sentences,)
        From 1 to `bins`.

    Examples
    --------
    >>> table = pd.DataFrame({"doc_id": "a", "sentence": [1, 2, 3], "words": [4, 4, 2]})
    >>> part_of_text(table, 2).tolist()
    [1, 2, 2]
    """
    ordered = sentences.sort_values(["doc_id", "sentence"])
    words = ordered.groupby("doc_id")["words"]
    middle = words.cumsum() - ordered["words"] / 2
    part = np.floor(middle / words.transform("sum").clip(lower=1) * bins) + 1
    return part.reindex(sentences.index).clip(upper=bins).to_numpy(dtype=int)
