"""Which words tell sources apart: plain statistics on counts, and the tables made of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .by_document import welch, welch_anova
from .contrast import (
    bic,
    log_likelihood,
    log_odds_z,
    log_ratio,
    overall_log_likelihood,
    percent_difference,
)
from .frequency import check_limits, content_terms, term_counts, term_matrix
from .uncertainty import adjust_p, bootstrap_log_ratio, check_options
from .units import FEWEST, resampling_units, unit_words

__all__ = [
    "bic",
    "compare_terms",
    "keyness",
    "log_likelihood",
    "log_odds_z",
    "log_ratio",
    "percent_difference",
]
SIDE = ("count", "words", "rate", "docfreq", "documents")
COLUMNS = (
    *("term", "direction", *SIDE, *(f"reference_{name}" for name in SIDE)),
    *("g2", "p", "p_adjusted", "tests", "bic", "log_ratio", "low", "high", "smoothed"),
    *("percent_difference", "log_odds_z", "welch_t", "welch_p", "welch_p_adjusted", "unit"),
)


def keyness(
    measures,
    *,
    target: str,
    reference: str | Sequence[str] | None = None,
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
    reference : str or list of str, optional
        Other values of that column; all others by default.
    by : str
        Column of `measures.documents`.
    n : int
        Words in a term: 1, 2 or 3.
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

    Returns
    -------
    DataFrame
        By falling G2, then term: `by` (the target), reference, term, direction (1 the target uses
        it more, -1 less, 0 alike); of the target count, words, rate, docfreq, documents, and the
        same with `reference_` before it; g2, p, p_adjusted, tests (how many p was adjusted for),
        bic, log_ratio with low and high, smoothed (a zero count was replaced),
        percent_difference, log_odds_z, welch_t, welch_p, welch_p_adjusted (on rates by document,
        missing with fewer than five on a side), unit (what was drawn again for the interval).

    Raises
    ------
    ValueError
        If the target or a reference is no value of `by`, if nothing is left to compare with, or if
        an option is none that there is.
    """
    check_options(level, resamples, seed)
    check_limits(per=per, min_count=min_count, top_n=top_n)
    counted = term_counts(measures, n=n, by=by)
    here, there = _sides(counted.groups.index, target, reference, by)
    sides = [_side(counted, groups, per) for groups in (here, there)]
    kept = _tested(counted.terms, sides[0]["count"] + sides[1]["count"], min_count, hide_stopwords)
    if not (sides[0]["words"].any() and sides[1]["words"].any()):
        kept[:] = False
    sides = [side[kept].reset_index(drop=True) for side in sides]
    table = pd.concat([sides[0], sides[1].add_prefix("reference_")], axis=1)
    table.insert(0, "term", counted.terms[kept])
    table.insert(0, "reference", _name(reference))
    table.insert(0, by, target)
    table = _statistics(table, variant, smoothing, prior_words, method)
    names = [counted.groups.index[groups] for groups in (here, there)]
    table = table.join(_welch_columns(measures, by, n, names, table["term"], method))
    table = table.sort_values(["g2", "term"], ascending=[False, True], ignore_index=True)
    if top_n is not None:
        table = table.groupby("direction", sort=False).head(int(top_n)).reset_index(drop=True)
    options = {"level": level, "resamples": resamples, "seed": seed} if intervals else None
    table = table.join(_log_ratio_limits(measures, by, n, names, table["term"], options))
    table = table[[by, "reference", *COLUMNS]].astype({"term": "str", "reference": "str"})
    table.attrs["groups"] = list(counted.groups.index)  # so that a chart knows all colours
    return table


def compare_terms(
    measures,
    *,
    by: str = "source",
    n: int = 1,
    per: float = 1000,
    min_count: int = 2,
    hide_stopwords: bool = True,
    top_n: int | None = None,
    method: str = "bh",
    intervals: bool = True,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare the vocabularies of all sources in one table, a row a term, a column group a source.

    The overall G2 runs over the full 2 x k table with k - 1 degrees of freedom. The source that
    stands out is the one with the highest log ratio against all others together; its interval
    says how sure the size of that difference is, not how sure it is that this source leads.

    Parameters
    ----------
    measures : Measures
    by, n, per, min_count, hide_stopwords, method, intervals, level, resamples, seed
        See `keyness`; min_count is over all sources together.
    top_n : int, optional
        Only the terms with the highest G2; all are tested.

    Returns
    -------
    DataFrame
        By falling G2, then term: term; for each source with words count_<source>, words_<source>,
        rate_<source>, docfreq_<source>, documents_<source>; g2, df, p, p_adjusted, tests (how many
        p was adjusted for), standout (source), log_ratio of the standout against all others with
        low and high, smoothed (a zero count was replaced), unit. Fewer than two sources with words
        give an empty table.

    Raises
    ------
    ValueError
        If an option is none that there is.
    """
    from scipy.special import chdtrc

    check_options(level, resamples, seed)
    check_limits(per=per, min_count=min_count, top_n=top_n)
    counted = term_counts(measures, n=n, by=by)
    full = (counted.groups["words"] > 0).to_numpy()
    groups, words = counted.groups.index[full], counted.groups["words"].to_numpy()[full]
    counts = counted.counts[np.flatnonzero(full)].toarray()
    kept = _tested(counted.terms, counts.sum(axis=0), min_count, hide_stopwords) & (len(groups) > 1)
    counts, columns = counts[:, kept], np.flatnonzero(kept)
    table = _column_groups(counted, groups, columns, per)
    table["g2"] = overall_log_likelihood(counts, words)
    table["df"] = max(len(groups) - 1, 0)
    table["p"] = chdtrc(table["df"], table["g2"])
    table["p_adjusted"], table["tests"] = adjust_p(table["p"], method), len(table)
    table = table.join(_standout(counts, words, groups))
    table = table.sort_values(["g2", "term"], ascending=[False, True], ignore_index=True)
    table = table if top_n is None else table.head(int(top_n))
    limits = pd.DataFrame({"low": np.nan, "high": np.nan, "unit": ""}, index=table.index)
    for group, rows in table.groupby("standout"):
        names = [groups[groups == group], groups[groups != group]]
        options = {"level": level, "resamples": resamples, "seed": seed} if intervals else None
        found = _log_ratio_limits(measures, by, n, names, rows["term"], options)
        limits.loc[rows.index] = found
    table = table.join(limits)
    smoothed = table.pop("smoothed")
    unit = table.pop("unit")
    return table.assign(smoothed=smoothed, unit=unit).astype({"term": "str"})


def _sides(groups, target, reference, by):
    """Return the row numbers of target and reference among the groups, or raise ValueError."""
    wanted = [reference] if np.isscalar(reference) else reference
    for name, values in [("target", [target]), ("reference", wanted or [])]:
        for value in values:
            if value not in groups:
                raise ValueError(
                    f"{name} {value!r} is no {by} of the corpus; choose from {list(groups)}"
                )
    others = groups.drop(target) if wanted is None else pd.Index(list(wanted)).unique()
    if target in others:
        raise ValueError(
            f"reference {target!r} is the target; choose from {list(groups.drop(target))}"
        )
    if others.empty:
        raise ValueError(f"target {target!r} has nothing to be compared with: it is the only {by}")
    return groups.get_indexer([target]), groups.get_indexer(others)


def _name(reference):
    """Name the reference for the table."""
    if reference is None:
        return "all others"
    return str(reference) if np.isscalar(reference) else ", ".join(map(str, reference))


def _tested(terms, counts, min_count, hide_stopwords):
    """Say which terms are tested."""
    kept = counts >= max(min_count, 1)
    return kept & content_terms(terms) if hide_stopwords else kept


def _side(counted, groups, per):
    """Give count, words, rate, docfreq and documents of all terms in some groups together."""
    sizes = counted.groups.iloc[groups].sum()
    count = np.asarray(counted.counts[groups].sum(axis=0)).astype(int)
    docfreq = np.asarray(counted.docfreq[groups].sum(axis=0)).astype(int)
    rate = count * (per / sizes["words"]) if sizes["words"] else np.nan
    return pd.DataFrame(
        {
            "count": count,
            "words": int(sizes["words"]),
            "rate": rate,
            "docfreq": docfreq,
            "documents": int(sizes["documents"]),
        }
    )


def _statistics(table, variant, smoothing, prior_words, method):
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
        percent_difference=percent_difference(*four),
        log_odds_z=log_odds_z(*four, prior_words=prior_words),
    )


def _welch_columns(measures, by, n, names, terms, method):
    """Test the rates by document where both sides have documents enough."""
    documents = measures.documents[measures.documents["words"] > 0]
    sides = [documents.loc[documents[by].isin(side), ["doc_id", "words"]] for side in names]
    t, p = np.full((2, len(terms)), np.nan)
    if len(terms) and min(map(len, sides)) >= FEWEST:
        rates = []
        for side in sides:
            known, counts = term_matrix(
                measures, side[["doc_id"]].assign(paragraph=0).reset_index(), n=n
            )
            counts = counts[:, known.get_indexer(terms)]
            rates.append(counts.multiply(1 / side["words"].to_numpy()[:, None]).tocsr())
        t, p = welch(*rates)
    columns = {"welch_t": t, "welch_p": p, "welch_p_adjusted": adjust_p(p, method)}
    return pd.DataFrame(columns, index=terms.index)


def _log_ratio_limits(measures, by, n, names, terms, options):
    """Draw documents or paragraphs of both sides again for the interval of the log ratio."""
    units = resampling_units(measures, by=by)
    rows = [np.flatnonzero(units[by].isin(side)) for side in names]
    labels = set(units["unit"].iloc[np.concatenate(rows)])
    unit = "documents" if labels <= {"documents"} else "within these articles"
    limits = pd.DataFrame({"low": np.nan, "high": np.nan, "unit": unit}, index=terms.index)
    if options is None or terms.empty or (n > 1 and unit != "documents"):
        return limits  # phrases are counted by document: there are no paragraphs to draw
    known, counts = term_matrix(measures, units, n=n)
    words = unit_words(measures, units)
    columns = known.get_indexer(terms)
    parts = [counts[side][:, columns] for side in rows]
    _, limits["low"], limits["high"] = bootstrap_log_ratio(
        *parts, *(words[k] for k in rows), **options
    )
    return limits


def _column_groups(counted, groups, columns, per):
    """Give the table of all terms with a group of columns for each source."""
    table = {"term": counted.terms[columns]}
    for group in groups:
        side = _side(counted, counted.groups.index.get_indexer([group]), per).iloc[columns]
        for name in SIDE:
            table[f"{name}_{group}"] = side[name].to_numpy()
    return pd.DataFrame(table)


def _standout(counts, words, groups):
    """Say which group has the highest log ratio against all others together."""
    others = counts.sum(axis=0) - counts
    ratios = log_ratio(counts, others, words[:, None], (words.sum() - words)[:, None])
    # A source that never uses the term cannot stand out by it, though 0.5 in few words is a rate.
    ratios[counts == 0] = -np.inf
    first = ratios.argmax(axis=0) if len(groups) else np.zeros(0, dtype=int)
    place = first, np.arange(counts.shape[1])
    return pd.DataFrame(
        {
            "standout": groups[first],
            "log_ratio": ratios[place],
            "smoothed": (counts[place] == 0) | (others[place] == 0),
        }
    )
