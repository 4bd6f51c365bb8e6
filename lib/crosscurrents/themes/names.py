"""The names of the themes and scales that measures were made with."""

from __future__ import annotations

from crosscurrents.measures import Measures


def theme_names(measures: Measures) -> list[str]:
    """The themes of the codebook that the measures were made with; poles of scales are none."""
    return list(measures.record["codebook"]["themes"])
