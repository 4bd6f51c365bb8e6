"""All sources in one table: which terms tell them apart, and which source uses each most."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.effect_sizes import log_ratio, overall_log_likelihood
from crosscurrents.frequency import check_limits, term_counts
from crosscurrents.intervals import adjust_p, check_options
from crosscurrents.keyness.sides import (
    ALWAYS,
    SIDE,
    affordable,
    anova_columns,
    kept_terms,
    largest_groups,
    log_ratio_limits,
    side,
    unit_label,
)
from crosscurrents.statistics.remembered import Remembered
from crosscurrents.statistics.units import by_size, resampling_units

SIDES = 20  # terms whose intervals take as long as to draw the two sides of one source
CELLS = 2_000_000  # counts of groups x terms at a time (16 MB)
COLUMNS = 30  # groups with columns of their own: a table of thousands nobody reads, nor holds


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
        p was adjusted for), welch_f, welch_p, welch_p_adjusted (on rates by document, missing
        where a source has fewer than five), standout (source), log_ratio of the standout against
        all others with low and high, smoothed (a zero count was replaced), unit. Fewer than two
        sources with words give an empty table. Of more than COLUMNS sources those with most words
        have columns (all are compared), and in a large corpus only the first terms an interval;
        `attrs["note"]` says so.

    Raises
    ------
    ValueError
        If an option is none that there is.
    """
    from scipy.special import chdtrc

    check_options(level, resamples, seed)
    check_limits(per=per, min_count=min_count, top_n=top_n)
    measures = Remembered(measures)
    counted = term_counts(measures, n=n, by=by)
    full = (counted.groups["words"] > 0).to_numpy()
    groups, words = counted.groups.index[full], counted.groups["words"].to_numpy()[full]
    counts = counted.counts[np.flatnonzero(full)]
    total = np.asarray(counts.sum(axis=0))
    kept = kept_terms(counted.terms, total, min_count, hide_stopwords) & (len(groups) > 1)
    columns = np.flatnonzero(kept)
    counts = counts[:, columns]
    shown, note = largest_groups(counted.groups["words"], COLUMNS, by)
    table = _column_groups(counted, shown, columns, per)
    table["g2"], standout = _overall(counts, words, groups)
    table["df"] = max(len(groups) - 1, 0)
    table["p"] = chdtrc(table["df"], table["g2"])
    table["p_adjusted"], table["tests"] = adjust_p(table["p"], method), len(table)
    table = table.join(anova_columns(measures, by, n, groups, table["term"], method))
    table = table.join(standout)
    table = table.sort_values(["g2", "term"], ascending=[False, True], ignore_index=True)
    table = table if top_n is None else table.head(int(top_n))
    options = {"level": level, "resamples": resamples, "seed": seed} if intervals else None
    limits, cut = _standout_limits(measures, by, n, groups, table, options)
    table = table.join(limits)
    smoothed = table.pop("smoothed")
    unit = table.pop("unit")
    table = table.assign(smoothed=smoothed, unit=unit).astype({"term": "str"})
    note = f"columns of {note}" if note else ""
    table.attrs["groups"] = by_size(counted.groups["words"])  # so that a chart knows all colours
    table.attrs["note"] = "; ".join(filter(None, [note, cut]))
    return table


def _standout_limits(measures, by, n, groups, table, options):
    """Give the interval of each term's standout, of many terms the first, and say how many."""
    limits = pd.DataFrame({"low": np.nan, "high": np.nan, "unit": ""}, index=table.index)
    if options is None or table.empty:
        return limits, ""
    units = resampling_units(measures, by=by)
    cost = np.arange(1, len(table) + 1) + SIDES * (~table["standout"].duplicated()).cumsum()
    room = affordable(len(units), options["resamples"])
    most = max(ALWAYS // 2, int((cost <= room).sum()))
    limits["unit"] = unit_label(units["unit"])  # all groups stand on one of the two sides
    for group, rows in table.head(most).groupby("standout"):
        names = [groups[groups == group], groups[groups != group]]
        limits.loc[rows.index] = log_ratio_limits(measures, by, n, names, rows["term"], options)
    return limits, f"intervals only of the first {most:,} terms" if most < len(table) else ""


def _column_groups(counted, groups, columns, per):
    """Give the table of all terms with a group of columns for each source."""
    table = {"term": counted.terms[columns]}
    for group in groups:
        here = side(counted, counted.groups.index.get_indexer([group]), per).iloc[columns]
        for name in SIDE:
            table[f"{name}_{group}"] = here[name].to_numpy()
    return pd.DataFrame(table)


def _overall(counts, words, groups):
    """Give the overall G2 of each term, and its standout; of many groups a part at a time."""
    step = max(CELLS // max(len(groups), 1), 1)
    g2, standout = [], []
    for first in range(0, max(counts.shape[1], 1), step):
        part = counts[:, first : first + step].toarray()
        g2.append(overall_log_likelihood(part, words))
        standout.append(_standout(part, words, groups))
    return np.concatenate(g2), pd.concat(standout, ignore_index=True)


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
