"""Which words tell one source from others, or from a reference outside the corpus."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from crosscurrents.effect_sizes import (
    bic,
    log_likelihood,
    log_odds_z,
    log_ratio,
    overall_log_likelihood,
    percent_difference,
)
from crosscurrents.frequency import check_limits, term_counts
from crosscurrents.intervals import adjust_p, check_options
from crosscurrents.keyness.comparison import compare_terms
from crosscurrents.keyness.reference import FrequencyList, read_reference, with_reference
from crosscurrents.keyness.sides import (
    SIDE,
    kept_terms,
    log_ratio_limits,
    side,
    welch_columns,
)
from crosscurrents.statistics.effects import conservative_log_ratio, odds_ratio
from crosscurrents.statistics.remembered import Remembered

__all__ = [
    "bic",
    "compare_terms",
    "conservative_log_ratio",
    "keyness",
    "log_likelihood",
    "log_odds_z",
    "log_ratio",
    "odds_ratio",
    "overall_log_likelihood",
    "percent_difference",
]
COLUMNS = (
    *("term", "direction", *SIDE, *(f"reference_{name}" for name in SIDE)),
    *("g2", "p", "p_adjusted", "tests", "bic", "log_ratio", "low", "high", "smoothed"),
    *("conservative_log_ratio", "percent_difference", "odds_ratio", "log_odds_z"),
    *("welch_t", "welch_p", "welch_p_adjusted", "unit"),
)
UNLISTED = ("reference_docfreq", "reference_documents")  # what a frequency list does not say


def keyness(
    measures,
    *,
    target: str,
    reference: str | Path | Sequence[str] | FrequencyList | None = None,
    by: str = "source",
    n: int = 1,
    per: float = 1000,
    min_count: int = 2,
    hide_stopwords: bool = True,
    top_n: int | None = None,
    variant: str = "dunning",
    smoothing: str = "hardie",
    prior_words: float = 1000,
    method: str = "bh",
    intervals: bool = True,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare the vocabulary of one source with that of the others, term by term.

    Terms that only the reference uses count too (negative keyness, direction -1). Sizes are always
    all words, whatever is hidden. Each statistic's formula and source stand with its function.

    Parameters
    ----------
    measures : Measures
    target : str
        A value of the column `by`.
    reference : str, list of str, Path, FrequencyList or Measures, optional
        Other values of that column; all others by default. Or from outside the corpus: the path of
        a frequency list (CSV with term and count) or of a folder of measures, or either as read.
    by : str
        Column of `measures.documents`.
    n : int
        Words in a term.
    per : float
        Base of the rates, in words.
    min_count : int
        Fewest occurrences in target and reference together.
    hide_stopwords : bool
        Leave out stop words, and phrases that begin or end with one.
    top_n : int, optional
        Only so many terms of either direction, those with the highest G2; all are tested.
    variant, smoothing, prior_words
        See `log_likelihood`, `log_ratio` and `log_odds_z`.
    method : {"bh", "holm"}
        See `adjust_p`; G2 and Welch are each a family of as many tests as there are terms.
    intervals, level, resamples, seed
        See `term_frequency` and `bootstrap_log_ratio`; the interval is that of smoothing "hardie".
        In a large corpus only the terms of highest G2 have one; `attrs["note"]` says how many.

    Returns
    -------
    DataFrame
        By falling G2, then term: `by` (the target), reference, term, direction (1 the target uses
        it more, -1 less, 0 alike); of the target count, words, rate, docfreq, documents, and the
        same with `reference_` before it; g2, p, p_adjusted, tests (how many p was adjusted for),
        bic, log_ratio with low and high, smoothed (a zero count was replaced),
        conservative_log_ratio, percent_difference, odds_ratio, log_odds_z, welch_t, welch_p,
        welch_p_adjusted (on rates by document, missing with fewer than five on a side), unit (what
        was drawn again for the interval). A frequency list has no documents: what would need them
        is missing, and its counts are taken as they are, not drawn again.

    Raises
    ------
    ValueError
        If the target or a reference is no value of `by`, if nothing is left to compare with, if an
        outside reference cannot be read, or if an option is none that there is.
    """
    check_options(level, resamples, seed)
    check_limits(per=per, min_count=min_count, top_n=top_n)
    counted = term_counts(measures, n=n, by=by)
    known = list(counted.groups.index)  # so that a chart knows all colours
    outside = _outside(reference, known)
    name = _name(reference)
    if outside is not None:
        _check_group("target", target, known, by)
        whole = measures.measures if isinstance(measures, Remembered) else measures
        measures, name = with_reference(whole, outside, by=by, n=n)
        counted, reference = term_counts(measures, n=n, by=by), name
    here, there = _sides(counted.groups.index, target, reference, by)
    sides = [side(counted, groups, per) for groups in (here, there)]
    kept = kept_terms(
        counted.terms, sides[0]["count"] + sides[1]["count"], min_count, hide_stopwords
    )
    if not (sides[0]["words"].any() and sides[1]["words"].any()):
        kept[:] = False
    sides = [part[kept].reset_index(drop=True) for part in sides]
    table = pd.concat([sides[0], sides[1].add_prefix("reference_")], axis=1)
    table.insert(0, "term", counted.terms[kept])
    table.insert(0, "reference", name)
    table.insert(0, by, target)
    table = _statistics(table, variant, smoothing, prior_words, method, level)
    names = [counted.groups.index[groups] for groups in (here, there)]
    table = table.join(welch_columns(measures, by, n, names, table["term"], method))
    table = table.sort_values(["g2", "term"], ascending=[False, True], ignore_index=True)
    if top_n is not None:
        table = table.groupby("direction", sort=False).head(int(top_n)).reset_index(drop=True)
    options = {"level": level, "resamples": resamples, "seed": seed} if intervals else None
    listed = isinstance(outside, FrequencyList)
    limits = log_ratio_limits(measures, by, n, names, table["term"], options, listed)
    table = table.join(limits)
    if listed:
        unknown = {name: pd.array([pd.NA] * len(table), dtype="Int64") for name in UNLISTED}
        table = table.assign(**unknown)
    table = table[[by, "reference", *COLUMNS]].astype({"term": "str", "reference": "str"})
    table.attrs = {"groups": known, "note": limits.attrs.get("note", "")}
    return table


def _outside(reference, groups):
    """Return the reference if it comes from outside the corpus, read if it is a path, or None."""
    if isinstance(reference, Path):
        return read_reference(reference)
    if isinstance(reference, str):
        inside = reference in groups or not Path(reference).exists()
        return None if inside else read_reference(reference)
    listed = isinstance(reference, FrequencyList) or hasattr(reference, "documents")
    return read_reference(reference) if listed else None


def _sides(groups, target, reference, by):
    """Return the row numbers of target and reference among the groups, or raise ValueError."""
    wanted = [reference] if np.isscalar(reference) else reference
    _check_group("target", target, groups, by)
    for value in wanted or []:
        _check_group("reference", value, groups, by)
    others = groups.drop(target) if wanted is None else pd.Index(list(wanted)).unique()
    if target in others:
        raise ValueError(
            f"reference {target!r} is the target; choose from {list(groups.drop(target))}"
        )
    if others.empty:
        raise ValueError(f"target {target!r} has nothing to be compared with: it is the only {by}")
    return groups.get_indexer([target]), groups.get_indexer(others)


def _check_group(name, value, groups, by):
    """Raise ValueError if a value is no group."""
    if value not in groups:
        more = ", or name a frequency list (CSV) or a folder of measures"
        raise ValueError(
            f"{name} {value!r} is no {by} of the corpus; choose from {list(groups)}"
            + more * (name == "reference")
        )


def _name(reference):
    """Name the reference for the table."""
    if reference is None:
        return "all others"
    if np.isscalar(reference):
        return str(reference)
    return ", ".join(map(str, reference)) if isinstance(reference, Sequence | pd.Index) else ""


def _statistics(table, variant, smoothing, prior_words, method, level):
    """Add the statistics that need nothing but the four counts."""
    from scipy.special import chdtrc

    four = [table[name] for name in ("count", "reference_count", "words", "reference_words")]
    g2 = log_likelihood(*four, variant=variant)
    p = chdtrc(1, g2)
    return table.assign(
        direction=np.sign(four[0] * four[3] - four[1] * four[2]).astype(int),
        g2=g2,
        p=p,
        p_adjusted=adjust_p(p, method),
        tests=len(table),
        bic=bic(g2, four[2] + four[3]),
        log_ratio=log_ratio(*four, smoothing=smoothing),
        smoothed=(four[0] == 0) | (four[1] == 0),
        conservative_log_ratio=conservative_log_ratio(*four, level=level, tests=max(len(table), 1)),
        percent_difference=percent_difference(*four),
        odds_ratio=odds_ratio(*four),
        log_odds_z=log_odds_z(*four, prior_words=prior_words),
    )
