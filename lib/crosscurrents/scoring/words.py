"""VADER's scores in the form that all lexicons share."""

from __future__ import annotations

from crosscurrents.scoring.scored import Scored, Stream, unified
from crosscurrents.vader import score_words


def score_vader(stream: Stream) -> Scored:
    """VADER's compound score of each sentence, and the valences after all rules behind it."""
    found = score_words(stream)
    entry, entries = unified(found.entry, found.entries)
    return Scored(found.scores[:, 3], found.piece, found.sentence, found.valence, entry, entries)
