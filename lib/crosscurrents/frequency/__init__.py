"""How often a term occurs in each source, and how evenly: counts, rates, document frequency."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from crosscurrents.intervals import bootstrap_ratio, check_options
from crosscurrents.statistics.remembered import once
from crosscurrents.statistics.units import (
    by_paragraph,
    by_size,
    check_by,
    resampling_units,
    unit_labels,
    unit_of,
    unit_words,
)

if TYPE_CHECKING:
    from scipy.sparse import csr_array

LENGTHS = (1, 2, 3)  # of terms, in words: what Measures hold
LONGEST = 5  # words; longer phrases are quotations


class TermCounts(NamedTuple):
    """Counts of every term in every group of documents."""

    groups: pd.DataFrame  # indexed by group: documents, words
    terms: pd.Index
    counts: csr_array  # groups x terms
    docfreq: csr_array  # groups x terms: documents in which the term occurs


@cache
def stop_words() -> frozenset[str]:
    """Return the English function words that a comparison of topics can do without.

    Closed classes only (articles, pronouns, prepositions, conjunctions, auxiliaries and their
    short forms, adverbs that link), in lower case: the country is `US`, so `us` may stand here.

    Examples
    --------
    >>> "us" in stop_words(), "US" in stop_words()
    (True, False)
    """
    text = Path(__file__).with_name("stopwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


def content_terms(terms: pd.Index) -> np.ndarray:
    """Say which terms remain when stop words are hidden.

    A phrase is hidden if its first or its last word is a stop word: of *of the pipeline* nothing
    would be left to read, while *ministry of defence* stays.

    Parameters
    ----------
    terms : Index of str

    Returns
    -------
    ndarray of bool (terms,)

    Examples
    --------
    >>> content_terms(pd.Index(["the", "gas", "of gas", "state of play"])).tolist()
    [False, True, False, True]
    """
    stop = stop_words()
    ends = (term.split(" ") for term in terms)
    kept = [words[0] not in stop and words[-1] not in stop for words in ends]
    return np.array(kept, dtype=bool)


def term_matrix(measures, units: pd.DataFrame, *, n: int = 1):
    """Count every term of n words in every unit, the sparse matrix that resampling works on.

    Parameters
    ----------
    measures : Measures
    units : DataFrame
        With doc_id and paragraph (0 = the whole document), as `resampling_units` returns it.
    n : int
        Words in a term: 1, 2 or 3. Phrases are counted by document only, so that units which are
        paragraphs have none.

    Returns
    -------
    terms : Index (k,)
        All terms of the measures, sorted.
    counts : scipy.sparse.csr_array (units, k)

    Raises
    ------
    ValueError
        If n is none that there is.
    """
    from scipy.sparse import csr_array

    rows = measures.terms[check_n(measures.terms, n)]
    number = unit_of(units, rows)
    code, terms = pd.factorize(rows["term"], sort=True)
    kept = number >= 0
    count = rows["count"].to_numpy(dtype=float)[kept]
    counts = csr_array((count, (number[kept], code[kept])), shape=(len(units), len(terms)))
    counts.eliminate_zeros()
    return pd.Index(terms, name="term"), counts


def term_counts(measures, *, n: int = 1, by: str = "source") -> TermCounts:
    """Count every term of n words in every group, and the documents in which it occurs.

    Parameters
    ----------
    measures : Measures
    n : int
        Words in a term: 1, 2 or 3.
    by : str
        Column of `measures.documents`; documents where it is missing are left out.

    Returns
    -------
    TermCounts
        groups (DataFrame indexed by group, sorted: documents, words), terms (sorted), counts and
        docfreq (both sparse: groups x terms).

    Raises
    ------
    ValueError
        If n or `by` is none that there is.
    """
    return once(measures, ("counts", n, by), lambda: _term_counts(measures, n, by))


def _term_counts(measures, n: int, by: str) -> TermCounts:
    from scipy.sparse import csr_array

    documents = check_by(measures.documents, by)
    documents = documents[documents[by].notna()].reset_index(drop=True)
    groups = documents.groupby(by, sort=True).agg(
        documents=("doc_id", "size"), words=("words", "sum")
    )
    terms, counts = term_matrix(measures, documents[["doc_id"]].assign(paragraph=0), n=n)
    member = csr_array(
        (np.ones(len(documents)), (groups.index.get_indexer(documents[by]), documents.index)),
        shape=(len(groups), len(documents)),
    )
    tables = [member @ counts, member @ (counts > 0).astype(float)]
    for table in tables:
        table.sort_indices()  # so that the cells of both stand in the same order
    return TermCounts(groups, terms, *tables)


def term_frequency(
    measures,
    *,
    n: int = 1,
    by: str = "source",
    per: float = 1000,
    hide_stopwords: bool = False,
    min_count: int = 1,
    top_n: int | None = None,
    intervals: bool = True,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Count the terms of each group, with their rate and the interval of the rate.

    rate = count / N x per, where N is all words of the group: hiding stop words or rare terms
    never changes it, for single words and for phrases alike.

    Parameters
    ----------
    measures : Measures
    n : int
        Words in a term: 1, 2 or 3; 4 or 5 after `add_phrases`. Phrases are those that recur in the
        corpus, and cross neither punctuation nor a sentence's end.
    by : str
        Column of `measures.documents`.
    per : float
        Base of the rate, in words.
    hide_stopwords : bool
        Leave out stop words, and phrases that begin or end with one.
    min_count : int
        Fewest occurrences of a term in a group for its row to be listed.
    top_n : int, optional
        Only so many terms of each group, the most frequent first.
    intervals : bool
        Without them low and high are missing, which saves the time of resampling.
    level, resamples, seed
        See `bootstrap_ratio`.

    Returns
    -------
    DataFrame
        `by`, term, count, words (N), rate, low, high, docfreq (documents with the term), documents,
        unit (what was drawn again); by group, then by falling count, then by term. The interval is
        missing for phrases where paragraphs would be drawn, unless `add_phrases` counted them.

    Raises
    ------
    ValueError
        If an option is none that there is.
    """
    check_options(level, resamples, seed)
    check_limits(per=per, min_count=min_count, top_n=top_n)
    counted = term_counts(measures, n=n, by=by)
    table = _long_table(counted, by, min_count)
    if hide_stopwords:
        table = table[content_terms(counted.terms)[table["column"]]]
    table = most_frequent(table, by, top_n)
    units = resampling_units(measures, by=by)
    options = {"level": level, "resamples": resamples, "seed": seed}
    limits = _rate_limits(measures, table if intervals else table[:0], units, n, by, options)
    table = table.join(limits)
    table["rate"] = table["count"] / table["words"] * per
    table[["low", "high"]] *= per
    table["unit"] = table[by].map(unit_labels(units, by=by)).astype(str)
    columns = [by, "term", "count", "words", "rate", "low", "high", "docfreq", "documents", "unit"]
    table = table[columns].reset_index(drop=True)
    table.attrs["groups"] = by_size(counted.groups["words"])  # so that a chart knows all colours
    return table.astype({"term": "str", "words": int, "rate": float, "documents": int})


def _long_table(counted, by, least):
    """Turn the counts into a table with a row for each group and each term that it has so often."""
    counts, docfreq = counted.counts.tocoo(), counted.docfreq.tocoo()
    kept = counts.data >= least
    row, column = (at[kept] for at in counts.coords)
    return pd.DataFrame(
        {
            by: counted.groups.index[row],
            "term": counted.terms[column],
            "count": counts.data[kept].astype(int),
            "docfreq": docfreq.data[kept].astype(int),
            "column": column,
            "documents": counted.groups["documents"].to_numpy()[row],
            "words": counted.groups["words"].to_numpy()[row],
        }
    )


def _rate_limits(measures, table, units, n, by, options):
    """Give low and high of the rate of each row, per word, indexed as the table."""
    limits = pd.DataFrame({"low": np.nan, "high": np.nan}, index=table.index)
    if table.empty:
        return limits
    _, counts = once(measures, ("matrix", by, n), lambda: term_matrix(measures, units, n=n))
    words, parted = unit_words(measures, units), by_paragraph(measures, n)
    for group, rows in table.groupby(by):
        drawn = np.flatnonzero(units[by] == group)
        if not parted and (units["paragraph"].iloc[drawn] > 0).any():
            continue
        _, low, high = bootstrap_ratio(
            counts[drawn][:, rows["column"].to_numpy()], words[drawn], **options
        )
        limits.loc[rows.index, "low"], limits.loc[rows.index, "high"] = low, high
    return limits


def check_n(terms: pd.DataFrame, n) -> pd.Series:
    """Return which rows hold terms of n words, or raise ValueError."""
    lengths = sorted({*LENGTHS, *terms["n"].unique().tolist()})
    if n not in lengths or isinstance(n, bool):
        more = f" (phrases of up to {LONGEST} words are had from the texts, by add_phrases)"
        raise ValueError(
            f"n {n!r} is not a length of terms; choose from {lengths}" + more * (lengths[-1] == 3)
        )
    return terms["n"] == n


def most_frequent(table: pd.DataFrame, by: str, top_n: int | None) -> pd.DataFrame:
    """Give the rows by group, the highest count first, and of each group the first top_n."""
    table = table.sort_values([by, "count", "term"], ascending=[True, False, True])
    return table if top_n is None else table.groupby(by, sort=False).head(int(top_n))


def check_limits(**limits):
    """Raise ValueError for a base that is not above 0, or a number of rows that is not whole."""
    for name, value in limits.items():
        if value is None:
            continue
        number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
        if not (number and 0 < value < np.inf):
            raise ValueError(f"{name} {value!r} is not a number above 0")
        if name != "per" and value != int(value):
            raise ValueError(f"{name} {value!r} is not a whole number")
