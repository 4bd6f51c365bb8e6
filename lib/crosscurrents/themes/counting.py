"""The hits of a scale's two poles, and the ways to count them.

A way to count takes a table of hits (see `scale_hits`) and returns one of the same columns. To add
one, write such a function and name it in COUNTS.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from crosscurrents.measures.tables import PLACE
from crosscurrents.themes.names import Scale, check_theme, theme_names
from crosscurrents.voice import VOICES

QUOTED = 0.5  # a sentence is quoted if half of its words are (DEFINITIONS, voice)


class Way(NamedTuple):
    """A way to count the hits of a scale."""

    says: str  # what counts, for tables and charts
    source: str
    hits: Callable[[pd.DataFrame], pd.DataFrame]


def _once(*columns: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Count the first hit of each combination of some columns, and only that."""
    return lambda hits: hits.drop_duplicates([*columns, "pole"]).assign(count=1)


def _stronger(hits: pd.DataFrame) -> pd.DataFrame:
    """Count a sentence once, for the pole that it has more hits of; for none if as many."""
    net = hits["count"] * np.where(hits["pole"] == 0, 1, -1)
    net = net.groupby([hits["doc_id"], hits["sentence"]]).transform("sum")
    won = np.where(hits["pole"] == 0, net > 0, net < 0)
    return hits[won].drop_duplicates(["doc_id", "sentence"]).assign(count=1)


COUNTS = {
    "hits": Way("every hit", "Lowe, Benoit, Mikhaylov & Laver 2011", lambda hits: hits),
    "sentences": Way(
        "a sentence once a pole", "sentences as the unit, as in Budge et al. 2001",
        _once("doc_id", "sentence"),
    ),
    "stronger": Way(
        "a sentence for its stronger pole", "one code a sentence, as in Budge et al. 2001",
        _stronger,
    ),
    "paragraphs": Way(
        "a paragraph once a pole", "document frequency, as in Church & Gale 1995",
        _once("doc_id", "paragraph"),
    ),
    "patterns": Way(
        "a pattern once a paragraph", "against bursts of one word, Church & Gale 1995",
        _once("doc_id", "paragraph", "pattern"),
    ),
}  # fmt: skip
# Which pole each kind of hit counts for (0 near, 1 far); "hardly any closer" is a denied one.
DENIED = {
    "reverse": {"positive": 0, "negative": 1, "positive_denied": 1, "negative_denied": 0},
    "drop": {"positive": 0, "negative": 1},
    "count": {"positive": 0, "negative": 1, "positive_denied": 0, "negative_denied": 1},
}
SAYS_DENIED = {
    "reverse": "denied hits count for the other pole",  # Young & Soroka 2012
    "drop": "denied hits left out",
    "count": "denied hits counted as they stand",
}


def scale_hits(
    measures,
    scale: Scale,
    *,
    count: str = "hits",
    denied: str = "reverse",
    voice: str = "all",
    sides: Sequence | None = None,
    about: str = "",
    without: Sequence[str] = (),
) -> pd.DataFrame:
    """List the hits of a scale's poles that count.

    Parameters
    ----------
    measures : Measures or Tone
    scale : Scale
    count : str
        One of COUNTS.
    denied : {"reverse", "drop", "count"}
        What hits count for that the codebook's cues deny: the other pole (Young & Soroka 2012),
        nothing, or their own.
    voice : {"all", "own", "quoted"}
        Sentences of which half the words are quotation are the quoted voice.
    sides : pair, optional
        Only sentences that name both. Each is a theme, a target of a Tone, or a table of places
        with doc_id and sentence, such as `concordance` returns.
    about : str
        Only sentences that this theme touches.
    without : sequence of str
        Patterns whose hits are left out. What a shorter pattern would then find is not added.

    Returns
    -------
    DataFrame
        doc_id, paragraph, sentence, pole (that it counts for, 0 the nearer, 1 the other), home (the
        pole that the pattern belongs to), pattern, count.

    Raises
    ------
    ValueError
        If an option, a side or a theme is none that there is.
    """
    check_options(count=(count, COUNTS), voice=(voice, VOICES))
    entry = measures.record["codebook"]["scales"][scale.name]
    codes, homes = pole_of(entry, denied), pole_of(entry, "count")
    rows = measures.themes[measures.themes["theme"].isin(list(codes))]
    rows = rows[~rows["pattern"].isin(list(without))]
    pole, home = (rows["theme"].map(each).to_numpy(dtype=int) for each in (codes, homes))
    hits = rows[[*PLACE, "pattern", "count"]].assign(pole=pole, home=home)
    for places in _limits(measures, voice, sides, about):
        hits = hits.merge(places[["doc_id", "sentence"]].drop_duplicates())
    return COUNTS[count].hits(hits)[[*PLACE, "pole", "home", "pattern", "count"]]


def pole_of(scale: dict[str, str], denied: str = "reverse") -> dict[str, int]:
    """Say of a scale's record for which pole (0 near, 1 far) the hits of each theme count.

    Raises ValueError if `denied` is none of DENIED.

    >>> pole_of({"positive": "a/up", "negative": "a/down", "positive_denied": "a/up denied"})
    {'a/up': 0, 'a/down': 1, 'a/up denied': 1}
    """
    check_options(denied=(denied, DENIED))
    return {scale[key]: pole for key, pole in DENIED[denied].items() if key in scale}


def check_options(**options) -> None:
    """Raise ValueError for an option (value, choices) that is none of its choices."""
    for name, (value, choices) in options.items():
        if value not in choices:
            raise ValueError(f"{name} {value!r} is not known; choose from {list(choices)}")


def _limits(measures, voice: str, sides, about: str) -> list[pd.DataFrame]:
    """Tables of places, in all of which a hit must lie."""
    places = []
    if voice != "all":
        own = measures.sentences["quoted"] < QUOTED
        places.append(measures.sentences[own == (voice == "own")])
    if sides is not None:
        if isinstance(sides, str) or len(sides) != 2:
            raise ValueError(f"sides {sides!r} are not two; name two themes or targets")
        places += [_naming(measures, side) for side in sides]
    if about:
        themes = measures.themes
        places.append(themes[themes["theme"] == check_theme(measures, about)])
    return places


def _naming(measures, side) -> pd.DataFrame:
    """The sentences that name a side."""
    if isinstance(side, pd.DataFrame):
        if missing := [c for c in ("doc_id", "sentence") if c not in side]:
            raise ValueError(f"sides: a table of places lacks the columns {missing}")
        return side
    themes, targets = measures.themes, getattr(measures, "targets", None)
    if targets is not None and side in target_names(measures):
        return targets[targets["target"] == side]
    known = theme_names(measures, subthemes=True)
    if side not in known:
        raise ValueError(
            f"side {side!r} is neither a theme nor a target; choose from "
            f"{known + target_names(measures)}"
        )
    return themes[themes["theme"] == side]


def target_names(measures) -> list[str]:
    """The named targets of a Tone, in the order of their file; none of Measures."""
    return list(measures.record.get("tone", {}).get("names", []))


def target_pair(measures) -> list[str] | None:
    """The first two targets of a Tone, the sides that a scale may be asked between; else none."""
    return target_names(measures)[:2] if len(target_names(measures)) > 1 else None
