"""The two sides of a comparison of terms: their counts, and what needs their documents."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.frequency import content_terms, term_matrix
from crosscurrents.intervals import adjust_p, bootstrap_log_ratio
from crosscurrents.statistics.by_document import welch, welch_anova
from crosscurrents.statistics.remembered import once
from crosscurrents.statistics.units import (
    FEWEST,
    by_paragraph,
    by_size,
    resampling_units,
    unit_words,
)

SIDE = ("count", "words", "rate", "docfreq", "documents")
WORK = 1_000_000_000  # terms x units x resamples of one call: about half a second
ALWAYS = 40  # terms of highest G2 that have an interval however large the corpus


def kept_terms(terms, counts, min_count, hide_stopwords):
    """Say which terms are tested."""
    kept = counts >= max(min_count, 1)
    if hide_stopwords:
        kept[kept] = content_terms(terms[kept])
    return kept


def largest_groups(words, most, by):
    """Give the groups with words in their order, at most so many, and say how many they are of."""
    full = words[words > 0]
    if most is None or len(full) <= most:
        return full.index, ""
    kept = by_size(full)[:most]
    return full.index[full.index.isin(kept)], (
        f"the {most} with most words of {len(full):,} groups by {by}"
    )


def side(counted, groups, per):
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


def welch_columns(measures, by, n, names, terms, method):
    """Test the rates by document on two sides where both have documents enough."""
    rates = _document_rates(measures, by, n, names, terms)
    t, p = welch(*rates) if rates else np.full((2, len(terms)), np.nan)
    columns = {"welch_t": t, "welch_p": p, "welch_p_adjusted": adjust_p(p, method)}
    return pd.DataFrame(columns, index=terms.index)


def anova_columns(measures, by, n, groups, terms, method):
    """Test the rates by document over all groups where all have documents enough."""
    rates = _document_rates(measures, by, n, [[group] for group in groups], terms)
    f, p = welch_anova(rates) if rates else np.full((2, len(terms)), np.nan)
    columns = {"welch_f": f, "welch_p": p, "welch_p_adjusted": adjust_p(p, method)}
    return pd.DataFrame(columns, index=terms.index)


def _document_rates(measures, by, n, sides, terms):
    """Give the rates (documents, terms) of each side, or nothing where documents are too few."""
    documents = measures.documents[measures.documents["words"] > 0]
    documents = documents.loc[:, list(dict.fromkeys([by, "doc_id", "words"]))]
    rows = [np.flatnonzero(documents[by].isin(side)) for side in sides]
    if not len(terms) or min(map(len, rows)) < FEWEST:
        return []
    units = documents[["doc_id"]].assign(paragraph=0).reset_index(drop=True)
    key = ("matrix by document", by, n)
    known, counts = once(measures, key, lambda: term_matrix(measures, units, n=n))
    rates = counts[:, known.get_indexer(terms)].multiply(1 / documents["words"].to_numpy()[:, None])
    rates = rates.tocsr()
    return [rates[side] for side in rows]


def log_ratio_limits(measures, by, n, names, terms, options, listed=False):
    """Draw documents or paragraphs of both sides again for the interval of the log ratio.

    A reference that is `listed` has no units: its counts are taken as they are. Of many terms
    in a large corpus only the first have an interval, as many as `affordable`.
    """
    units = resampling_units(measures, by=by)
    rows = [np.flatnonzero(units[by].isin(side)) for side in names]
    drawn = rows[0] if listed else np.concatenate(rows)
    labels = set(units["unit"].iloc[drawn])
    unit = unit_label(labels)
    if listed and len(labels) == 1:
        unit = labels.pop()
    limits = pd.DataFrame({"low": np.nan, "high": np.nan, "unit": unit}, index=terms.index)
    if options is None or terms.empty or (unit != "documents" and not by_paragraph(measures, n)):
        return limits
    if len(terms) > (most := affordable(len(drawn), options["resamples"])):
        terms = terms.iloc[:most]
        limits.attrs["note"] = f"intervals only of the {most:,} terms of highest G2"
    known, counts = once(measures, ("matrix", by, n), lambda: term_matrix(measures, units, n=n))
    words = once(measures, ("words", by), lambda: unit_words(measures, units))
    columns = known.get_indexer(terms)
    parts, sizes = [counts[k][:, columns] for k in rows], [words[k] for k in rows]
    if listed:
        there = measures.documents.loc[measures.documents[by].isin(names[1]), ["doc_id", "words"]]
        whole = there[["doc_id"]].assign(paragraph=0).reset_index(drop=True)
        parts[1] = term_matrix(measures, whole, n=n)[1][:, columns]
        sizes[1] = there["words"].to_numpy()
    found = bootstrap_log_ratio(*parts, *sizes, listed=listed, **options)
    limits.loc[terms.index, ["low", "high"]] = np.column_stack(found[1:])
    return limits


def unit_label(labels) -> str:
    """Name what is drawn again on two sides together."""
    return "documents" if set(labels) <= {"documents"} else "within these articles"


def affordable(units: int, resamples: int) -> int:
    """Say of how many terms the interval is worth its time, with so many units to draw again.

    >>> affordable(250, 1000), affordable(20_000, 1000)
    (4000, 50)
    """
    return max(ALWAYS, WORK // max(units * resamples, 1))
