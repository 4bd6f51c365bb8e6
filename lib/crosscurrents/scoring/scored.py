"""What a score would be with some of its words left out."""

from __future__ import annotations

import numpy as np

from crosscurrents.core.pieces import Pieces, Stream
from crosscurrents.core.sums import Scored

ALPHA = 15  # of VADER's normalisation (Hutto & Gilbert 2014); tests hold it to NLTK's


def recombined(lexicon: str, total: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Scores from the sums of what words add, as the lexicon normalises them.

    Parameters
    ----------
    lexicon : str
        Its name.
    total, number : arrays
        Sum and number of the values of each sentence.

    Examples
    --------
    >>> recombined("pattern", np.array([0.6]), np.array([2])).tolist()
    [0.3]
    """
    if lexicon == "vader":
        return total / np.sqrt(total * total + ALPHA)
    if lexicon == "pattern":
        return total / np.maximum(number, 1)
    return total


__all__ = ["ALPHA", "Pieces", "Scored", "Stream", "recombined"]
