"""How often a term occurs in each source, overall and over time: counts, rates, documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from crosscurrents.checks import check_whole
from crosscurrents.comparison import GROUP, Comparison, compared, counted_terms
from crosscurrents.core.languages import language_code
from crosscurrents.intervals import bootstrap_ratio, unit_of
from crosscurrents.word_forms import stop_words

if TYPE_CHECKING:
    from scipy.sparse import csr_array

RARE = 0.05  # share of the articles below which stop words of their language are not hidden
PER = 1000  # words, of a rate
LENGTHS = (1, 2, 3)  # of terms, in words: what Measures hold
FREQUENCY = (
    *("term", "count", "words", "rate", "low", "high", "docfreq", "documents", "unit"),
)  # columns of term_frequency beside the group
OVER_TIME = (
    *("period", "term", "count", "words", "rate", "low", "high", "docfreq", "documents", "unit"),
)


class TermCounts(NamedTuple):
    """Counts of every term in every group of documents."""

    groups: pd.DataFrame  # indexed by group, sorted: documents, words
    terms: pd.Index  # sorted
    counts: csr_array  # groups x terms
    docfreq: csr_array  # groups x terms: documents in which the term occurs


def content_terms(terms: pd.Index, measures=None) -> np.ndarray:
    """Say which terms remain when stop words are hidden.

    A phrase is hidden if its first or its last word is a stop word: of *of the pipeline* nothing
    would be left to read, while *ministry of defence* stays.

    Parameters
    ----------
    terms : Index of str
    measures : Measures, Comparison or Corpus, optional
        Whose articles say the languages of the stop words (see `hidden_words`); English by
        default.

    Returns
    -------
    ndarray of bool (terms,)

    Examples
    --------
    >>> content_terms(pd.Index(["the", "gas", "of gas", "state of play"])).tolist()
    [False, True, False, True]
    """
    stop = hidden_words(measures)
    ends = (term.split(" ") for term in terms)
    kept = [words[0] not in stop and words[-1] not in stop for words in ends]
    return np.array(kept, dtype=bool)


def hidden_words(measures=None) -> frozenset[str]:
    """The stop words of some measures: those of the languages that their articles are written in.

    Those of a language of less than a twentieth of the articles would hide words of the others
    (*die* and *war* are German function words), so of them only what no other article uses.
    """
    documents = getattr(measures, "documents", None)
    if documents is None or "language" not in documents or documents.empty:
        return stop_words()
    codes = documents["language"].fillna("").astype("str").map(language_code)
    share = codes.value_counts(normalize=True)
    stop = stop_words(*share.index[share >= RARE])
    for language in share.index[share < RARE]:
        own = stop_words(language)
        if hasattr(measures, "terms"):
            others = measures.terms["doc_id"].isin(documents.loc[codes != language, "doc_id"])
            used = measures.terms["term"].isin(own) & others
            stop |= own - set(measures.terms.loc[used, "term"])
    return stop


def term_matrix(measures, units: pd.DataFrame, *, n: int = 1):
    """Count every term of n words in every unit: the sparse matrix that resampling works on.

    Parameters
    ----------
    measures : Measures or Comparison
    units : DataFrame
        With doc_id and paragraph (0 = the whole document), as `Comparison.units`.
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
        If n is not one of these lengths.
    """
    from scipy.sparse import csr_array

    if n not in LENGTHS or isinstance(n, bool):
        raise ValueError(f"n {n!r} is not a length of terms; choose from {list(LENGTHS)}")
    rows = counted_terms(measures, n)
    number = unit_of(units, rows)
    code, terms = pd.factorize(rows["term"], sort=True)
    kept = number >= 0
    count = rows["count"].to_numpy(dtype=float)[kept]
    counts = csr_array((count, (number[kept], code[kept])), shape=(len(units), len(terms)))
    counts.eliminate_zeros()
    return pd.Index(terms, name="term"), counts


def document_matrix(comparison: Comparison, n: int):
    """Count every term of n words in every document of `comparison.grouped`: terms and counts."""
    documents = comparison.grouped[["doc_id"]].assign(paragraph=0)
    return comparison.once(("documents", n), lambda: term_matrix(comparison, documents, n=n))


def unit_matrix(comparison: Comparison, n: int):
    """Count every term of n words in every unit of `comparison.units`: terms and counts."""
    units = comparison.units
    return comparison.once(("units", n), lambda: term_matrix(comparison, units, n=n))


def term_counts(comparison: Comparison, n: int = 1) -> TermCounts:
    """Count every term of n words in every group, and the documents in which it occurs.

    Raises ValueError if n is not a length of terms.
    """
    return comparison.once(("counts", n), lambda: _term_counts(comparison, n))


def _term_counts(comparison: Comparison, n: int) -> TermCounts:
    from scipy.sparse import csr_array

    terms, counts = document_matrix(comparison, n)
    groups, documents = comparison.groups, comparison.grouped
    place = groups.index.get_indexer(documents[GROUP]), np.arange(len(documents))
    member = csr_array((np.ones(len(documents)), place), shape=(len(groups), len(documents)))
    tables = [member @ counts, member @ (counts > 0).astype(float)]
    for table in tables:
        table.sort_indices()  # so that the cells of both have the same order
    return TermCounts(groups[["documents", "words"]], terms, *tables)


@compared
def term_frequency(
    comparison: Comparison,
    *,
    n: int = 1,
    hide_stopwords: bool = False,
    min_count: int = 1,
    top_n: int | None = None,
    intervals: bool = True,
) -> pd.DataFrame:
    """Count the terms of each group, with their rate and the interval of the rate.

    rate = count / N x 1,000, where N is all words of the group: hiding stop words or rare terms
    never changes it, for single words and for phrases alike.

    Parameters
    ----------
    comparison : Comparison or Measures
    n : int
        Words in a term: 1, 2 or 3. Phrases are those that recur in the corpus, and cross neither
        punctuation nor a sentence's end.
    hide_stopwords : bool
        Leave out stop words, and phrases that begin or end with one.
    min_count : int
        Fewest occurrences of a term in a group for its row to be listed.
    top_n : int, optional
        Only so many terms of each group, the most frequent first.
    intervals : bool
        Without them low and high are missing, which saves the time of resampling.

    Returns
    -------
    DataFrame
        The group, term, count, words (N), rate, low, high, docfreq (documents with the term),
        documents, unit (what was resampled); by group, then by falling count, then by term. The
        interval is missing for phrases where paragraphs are resampled.

    Raises
    ------
    ValueError
        If an option is out of its range.
    """
    check_whole(min_count=min_count, top_n=top_n)
    counted = term_counts(comparison, n)
    table = _long_table(counted, min_count)
    if hide_stopwords:
        table = table[content_terms(counted.terms, comparison)[table["column"]]]
    table = most_frequent(table, top_n)
    table = table.join(_rate_limits(comparison, table if intervals else table[:0], n))
    table["rate"] = table["count"] / table["words"] * PER
    table[["low", "high"]] *= PER
    table["unit"] = table[GROUP].map(comparison.unit_labels).astype(str)
    table = table[[GROUP, *FREQUENCY]].reset_index(drop=True)
    return table.astype({"term": "str", "words": int, "rate": float, "documents": int})


def _long_table(counted: TermCounts, min_count: int) -> pd.DataFrame:
    """The counts as a table with a row for each group and each term that it uses so often."""
    counts, docfreq = counted.counts.tocoo(), counted.docfreq.tocoo()
    kept = counts.data >= min_count
    row, column = (at[kept] for at in counts.coords)
    return pd.DataFrame(
        {
            GROUP: counted.groups.index[row],
            "term": counted.terms[column],
            "count": counts.data[kept].astype(int),
            "docfreq": docfreq.data[kept].astype(int),
            "column": column,
            "documents": counted.groups["documents"].to_numpy()[row],
            "words": counted.groups["words"].to_numpy()[row],
        }
    )


def _rate_limits(comparison: Comparison, table: pd.DataFrame, n: int) -> pd.DataFrame:
    """Low and high of the rate of each row, per word, indexed as the table."""
    limits = pd.DataFrame({"low": np.nan, "high": np.nan}, index=table.index)
    if table.empty:
        return limits
    _, counts = unit_matrix(comparison, n)
    for group, rows in table.groupby(GROUP):
        drawn = np.flatnonzero(comparison.units[GROUP] == group)
        if n > 1 and comparison.unit_labels[group] != "documents":
            continue  # phrases are counted by document: there are no paragraphs to resample
        parts = counts[drawn][:, rows["column"].to_numpy()], comparison.unit_words[drawn]
        _, low, high = bootstrap_ratio(*parts, **comparison.interval_options)
        limits.loc[rows.index, "low"], limits.loc[rows.index, "high"] = low, high
    return limits


@compared
def term_over_time(comparison: Comparison, *, term: str, period: str = "quarter") -> pd.DataFrame:
    """Give the rate of a term in each group from period to period.

    Parameters
    ----------
    comparison : Comparison or Measures
    term : str
        A word or phrase of up to three words; any case.
    period : {"decade", "year", "quarter", "month"}

    Returns
    -------
    DataFrame
        By group, then period: the group, period, term, count, words (N of the group in the period),
        rate, low, high, docfreq, documents, unit. A term that does not occur has the rate 0 and no
        interval; periods without a document have no row.

    Raises
    ------
    ValueError
        If an option is out of its range, or the term has no word in it.
    """
    folded = comparison.counted_as(term)
    n = folded.count(" ") + 1
    cells, names = comparison.by_period(period)
    documents, units = cells.grouped, cells.units
    matrices = [
        term_matrix(cells, table, n=n)
        for table in (documents[["doc_id"]].assign(paragraph=0), units)
    ]
    counts = [_column(known, matrix, folded) for known, matrix in matrices]
    rows = []
    for cell in names.index:
        own, drawn = documents[GROUP] == cell, np.flatnonzero(units[GROUP] == cell)
        label = units["unit"].iloc[drawn[0]]
        low = high = np.nan
        if n == 1 or label == "documents":
            sizes = cells.unit_words[drawn]
            low, high = bootstrap_ratio(counts[1][drawn], sizes, **comparison.interval_options)[1:]
        count, words = counts[0][own], documents.loc[own, "words"].sum()
        rate = count.sum() / words * PER
        found = (count.sum(), words, rate, low * PER, high * PER, (count > 0).sum(), own.sum())
        rows.append((*names.loc[cell], term, *found, label))
    table = pd.DataFrame(rows, columns=[GROUP, *OVER_TIME])
    whole = dict.fromkeys(["count", "words", "docfreq", "documents"], int)
    parts = dict.fromkeys(["rate", "low", "high"], float)
    return table.astype({"term": "str", "period": "str", "unit": "str"} | whole | parts)


def _column(terms: pd.Index, counts, term: str) -> np.ndarray:
    """The counts of one term, 0 where it is unknown."""
    place = terms.get_indexer([term])[0]
    return counts[:, [place]].toarray().ravel() if place >= 0 else np.zeros(counts.shape[0])


def most_frequent(table: pd.DataFrame, top_n: int | None) -> pd.DataFrame:
    """Give the rows by group, the highest count first, and of each group the first top_n."""
    table = table.sort_values([GROUP, "count", "term"], ascending=[True, False, True])
    return table if top_n is None else table.groupby(GROUP, sort=False).head(int(top_n))
