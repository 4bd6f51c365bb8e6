"""How often a term occurs in each source, overall and over time: counts, rates, documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from crosscurrents.checks import check_whole
from crosscurrents.comparison import (
    GROUP,
    Comparison,
    compared,
    counted_terms,
    group_ratios,
    over_time,
    unit_sums,
)
from crosscurrents.core.languages import language_code
from crosscurrents.intervals import bootstrap_ratio, unit_of
from crosscurrents.texts import stop_words

if TYPE_CHECKING:
    from scipy.sparse import csr_array

RARE = 0.05  # share of the articles below which stop words of their language are not hidden
PER = 1000  # words, of a rate
LENGTHS = (1, 2, 3)  # of terms, in words: what Measures hold
RATES = ["count", "words", "rate", "low", "high", "docfreq", "documents", "unit"]


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
    """The stop words of the languages that the articles of some measures are written in.

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
    term: str = "",
    period: str = "",
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
        Words in a term: 1, 2 or 3. Phrases recur in the corpus, and cross neither
        punctuation nor a sentence's end.
    term : str, optional
        Only this word or phrase of up to three words, in any case, with a row also where it does
        not occur; the options on terms are then not used.
    period : {"decade", "year", "quarter", "month"}, optional
        Each group in each period that it has documents of. Documents without such a date are left
        out.
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
        The group, period (if asked for), term, count, words (N), rate, low, high, docfreq
        (documents with the term), documents, unit (what was resampled); by group, then by falling
        count, then by term. The interval is missing for phrases where paragraphs are resampled, and
        for a term that does not occur.

    Raises
    ------
    ValueError
        If an option is out of its range, or the term has no word in it.
    """
    check_whole(min_count=min_count, top_n=top_n)
    if term:
        folded = comparison.counted_as(term)

        def make(own: Comparison) -> pd.DataFrame:
            rows = counted_terms(own, folded.count(" ") + 1)
            table = group_rates(own, rows[rows["term"] == folded])
            return table.assign(term=term)[[GROUP, "term", *RATES]].astype({"term": "str"})
    else:

        def make(own: Comparison) -> pd.DataFrame:
            table = _listed(own, n, hide_stopwords, min_count, top_n)
            return _with_rates(own, table, n, intervals)

    return over_time(comparison, period, make) if period else make(comparison)


def _listed(
    comparison: Comparison, n: int, hide_stopwords: bool, min_count: int, top_n: int | None
) -> pd.DataFrame:
    """group, term, count, docfreq and its number among all terms; a row a listed term."""
    counted = term_counts(comparison, n)
    counts, docfreq = counted.counts.tocoo(), counted.docfreq.tocoo()
    row, column = counts.coords
    table = pd.DataFrame({GROUP: counted.groups.index[row], "term": counted.terms[column]})
    table = table.assign(count=counts.data.astype(int), docfreq=docfreq.data.astype(int))
    table = table.assign(column=column)[table["count"] >= min_count]
    if hide_stopwords:
        table = table[content_terms(counted.terms, comparison)[table["column"]]]
    return most_frequent(table, top_n).reset_index(drop=True)


def _with_rates(
    comparison: Comparison, table: pd.DataFrame, n: int, intervals: bool
) -> pd.DataFrame:
    """The columns of `term_frequency`."""
    table = table.join(comparison.groups[["words", "documents"]], on=GROUP)
    table = table.assign(low=np.nan, high=np.nan, unit=table[GROUP].map(comparison.unit_labels))
    drawn = table["unit"] == "documents" if n > 1 else table["unit"].notna()
    for group, rows in table[drawn & intervals].groupby(GROUP):
        units = np.flatnonzero(comparison.units[GROUP] == group)
        counts = unit_matrix(comparison, n)[1][units][:, rows["column"].to_numpy()]
        words = comparison.unit_words[units]
        _, low, high = bootstrap_ratio(counts, words, **comparison.interval_options)
        table.loc[rows.index, "low"], table.loc[rows.index, "high"] = low * PER, high * PER
    table["rate"] = table["count"] / table["words"] * PER
    whole = dict.fromkeys(["words", "documents"], int)
    texts = dict.fromkeys(["term", "unit"], "str")
    return table[[GROUP, "term", *RATES]].astype(texts | whole | {"rate": float})


def group_rates(comparison: Comparison, rows: pd.DataFrame) -> pd.DataFrame:
    """Give the rate of what some rows count in each group, with its interval.

    Parameters
    ----------
    comparison : Comparison
    rows : DataFrame
        doc_id, paragraph (0: counted by document only), count.

    Returns
    -------
    DataFrame
        group, count, words, rate, low, high, docfreq, documents, unit; by group.
    """
    hits = rows.groupby("doc_id")["count"].sum()
    documents = comparison.grouped[comparison.grouped["words"] > 0]
    documents = documents.assign(count=documents["doc_id"].map(hits).fillna(0).astype(int))
    documents["hit"] = documents["count"] > 0
    table = documents.groupby(GROUP).agg(
        count=("count", "sum"), words=("words", "sum"), docfreq=("hit", "sum"),
        documents=("doc_id", "size"),
    )  # fmt: skip
    top = unit_sums(comparison.units, rows, rows["count"])
    limits = group_ratios(comparison, top, comparison.unit_words).set_index(GROUP)
    table = table.join(limits[["low", "high", "unit"]]).rename_axis(GROUP).reset_index()
    table["rate"] = table["count"] / table["words"] * PER
    table[["low", "high"]] = table[["low", "high"]].astype(float) * PER
    return table[[GROUP, *RATES]].astype({"unit": "str", "rate": float})


def most_frequent(table: pd.DataFrame, top_n: int | None) -> pd.DataFrame:
    """Give the rows by group, the highest count first, and of each group the first top_n."""
    table = table.sort_values([GROUP, "count", "term"], ascending=[True, False, True])
    return table if top_n is None else table.groupby(GROUP, sort=False).head(int(top_n))
