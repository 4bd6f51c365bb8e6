"""Tone towards named targets: sentences that mention them, and the words around the mention."""

from __future__ import annotations

import pandas as pd

from crosscurrents.checks import check_whole
from crosscurrents.intervals import check_options
from crosscurrents.sentiment.means import cell_means
from crosscurrents.sentiment.passages import named_drivers
from crosscurrents.sentiment.rows import BOUNDED, CLEAR, Units, check_guard
from crosscurrents.statistics.units import check_by, sized

SCOPES = ("window", "sentence", "alone")


@sized
def target_tone(
    tone,
    *,
    by: str = "source",
    lexicon: str = "vader",
    scope: str = "window",
    guard: bool = False,
    fewest: int = 10,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Give the mean tone of each group where it mentions each target, the target's name left out.

    Parameters
    ----------
    tone : Tone
    by : str
        Column of `tone.documents`.
    lexicon : str
        One that scored the sentences.
    scope : {"window", "sentence", "alone"}
        The words around the mentions (inside the sentence, `tone.record["tone"]["window"]` words on
        either side); all sentences that mention the target; those that mention no other target.
    guard : bool
        Whether the guard's terms do not count.
    fewest : int
        Sentences below which a cell holds too little to go by.
    level, resamples, seed
        See `sentiment`.

    Returns
    -------
    DataFrame
        target, `by`, sentences, documents, mean, low, high, unit, enough (bool); by target in the
        order of their file, then by group; every group of every target, also of one that never
        occurs.

    Raises
    ------
    ValueError
        If `by`, the lexicon, the scope or an option is none that there is.
    """
    check_options(level, resamples, seed)
    check_whole(fewest=fewest)
    rows = _mentions(tone, by, lexicon, scope, guard)
    units, options = (
        Units(tone, by),
        {"level": level, "resamples": resamples, "seed": seed, "bounded": lexicon in BOUNDED},
    )
    names = list(tone.record["tone"]["names"])
    return cell_means(tone, by, rows, "target", names, units, fewest, options)


def target_passages(
    tone,
    *,
    target: str,
    by: str = "source",
    lexicon: str = "vader",
    guard: bool = False,
    top_n: int = 2,
) -> pd.DataFrame:
    """Give the places where a target stands in the most positive and most negative words.

    Parameters
    ----------
    tone : Tone
    target : str
        Its name.
    by, lexicon, guard
        See `target_tone`.
    top_n : int
        Places of each kind and group, if clearly so.

    Returns
    -------
    DataFrame
        target, `by`, tone, doc_id, paragraph, sentence, score (of the window), drivers (of the
        whole sentence).

    Raises
    ------
    ValueError
        A target that is not in the list; it names those that are.
    """
    check_whole(top_n=top_n)
    known = tone.record["tone"]["names"]
    if target not in known:
        raise ValueError(f"target {target!r} is not in the list of targets; choose from {known}")
    rows = _mentions(tone, by, lexicon, "window", guard)
    rows = rows[(rows["target"] == target) & (rows["score"].abs() >= CLEAR)]
    rows = rows.assign(
        tone=(rows["score"] > 0).map({True: "positive", False: "negative"}),
        size=-rows["score"].abs(),
    )
    rows = rows.sort_values(["group", "tone", "size", "doc_id", "sentence"],
                            ascending=[True, False, True, True, True])  # fmt: skip
    rows = rows.groupby(["group", "tone"], sort=False).head(top_n)
    rows = rows.assign(**{by: rows["group"]})
    columns = ["target", by, "tone", "doc_id", "paragraph", "sentence", "score"]
    places = rows[list(dict.fromkeys(columns))].reset_index(drop=True)
    return named_drivers(tone, places, lexicon, guard=guard)


def _mentions(tone, by: str, lexicon: str, scope: str, guard: bool) -> pd.DataFrame:
    """Mentions with group and score, as a scope has them."""
    if scope not in SCOPES:
        raise ValueError(f"scope {scope!r} is not known; choose from {list(SCOPES)}")
    if lexicon not in tone.lexicons:
        raise ValueError(
            f"lexicon {lexicon!r} did not score these measures; choose from {tone.lexicons}"
        )
    if guard:
        check_guard(tone)
    names = check_by(tone.documents, by).set_index("doc_id", drop=False)[by]
    column = f"{lexicon}_window" if scope == "window" else lexicon
    column += "_guarded" if guard else ""
    rows = tone.targets
    if column not in rows:  # nothing was mentioned anywhere
        rows = rows.iloc[:0].assign(**{column: 0.0})
    rows = rows[rows["others"] == 0] if scope == "alone" else rows
    places = ["doc_id", "paragraph", "sentence", "target", "mentions"]
    rows = rows[places].assign(group=rows["doc_id"].map(names), score=rows[column].astype(float))
    return rows[rows["group"].notna() & rows["score"].notna()]
