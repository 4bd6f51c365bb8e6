"""How evenly a term is spread over the parts of a source: documents, or paragraphs of one document.

The plain functions take the counts of terms in parts and the sizes of the parts. Parts without
words are left out. A term that is absent, and any term where there is a single part, is missing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from crosscurrents.frequency import check_limits, content_terms, term_matrix
from crosscurrents.statistics.units import by_paragraph, resampling_units, unit_words


class Spread(NamedTuple):
    """Counts of terms in parts as a list of cells, and what all measures need of them."""

    part: np.ndarray  # of each cell with a count above 0
    column: np.ndarray  # its term
    count: np.ndarray
    words: np.ndarray  # (parts,) all above 0
    total: np.ndarray  # (terms,) missing where a term is absent, and with a single part

    def sum(self, values) -> np.ndarray:
        """Add values of the cells up by term, missing where `total` is."""
        added = np.bincount(self.column, values, minlength=len(self.total))
        return np.where(np.isnan(self.total), np.nan, added)

    @property
    def share(self) -> np.ndarray:
        """The share of its term that a cell holds."""
        return self.count / self.total[self.column]

    @property
    def size(self) -> np.ndarray:
        """The share of all words that the part of a cell holds."""
        return self.words[self.part] / self.words.sum()


def deviation_of_proportions(counts, words, *, norm: bool = False) -> np.ndarray:
    """Give DP, how far a term's spread over parts is from that of all words (Gries 2008).

    Half the sum over parts of |share of the term - share of the words|: 0 = as even as can be.
    `norm` divides by its greatest value, 1 - smallest share of the words (Lijffijt & Gries 2012).

    Parameters
    ----------
    counts : array or scipy.sparse array (parts,) or (parts, terms)
    words : array (parts,)
        All words of each part.
    norm : bool

    Returns
    -------
    ndarray (terms,), or () for counts of one term
        Missing for an absent term and for a single part.

    Raises
    ------
    ValueError
        If shapes disagree, or a count is negative or above its part's words.

    Examples
    --------
    >>> dp = deviation_of_proportions([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])
    >>> norm = deviation_of_proportions([1, 2, 3, 4, 5], [9, 10, 10, 10, 11], norm=True)
    >>> round(float(dp), 2), round(float(norm), 4)
    (0.18, 0.2195)
    """
    spread, flat = _spread(counts, words)
    # Every part without the term adds its share of words, and all these shares together make 1.
    dp = (1 + spread.sum(np.abs(spread.share - spread.size) - spread.size)) / 2
    dp = np.where(dp < 1e-15, np.maximum(dp, 0), dp)
    if norm and len(spread.words) > 1:
        dp = dp / (1 - spread.words.min() / spread.words.sum())
    return dp[0] if flat else dp


def juilland_d(counts, words) -> np.ndarray:
    """Give Juilland's D: 1 - V / sqrt(parts - 1), V the variation of the rates by part.

    V is their standard deviation (of the population) over their mean (Juilland & Chang-Rodriguez
    1964, on rates as in Gries 2008): 1 = even, 0 = all in one part.

    Parameters and result are those of `deviation_of_proportions`.

    Examples
    --------
    >>> round(float(juilland_d([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])), 3)
    0.785
    """
    spread, flat = _spread(counts, words)
    parts = len(spread.words)
    rate = spread.count / spread.words[spread.part]
    mean, square = spread.sum(rate) / max(parts, 1), spread.sum(rate**2) / max(parts, 1)
    # A variance of nothing but rounding is none.
    variance = np.where(square - mean**2 <= 1e-14 * square, 0, square - mean**2)
    variance[np.isnan(mean)] = np.nan
    d = 1 - np.sqrt(variance) / mean / np.sqrt(max(parts - 1, 1))
    d = np.maximum(d, 0)
    return d[0] if flat else d


def carroll_d2(counts, words) -> np.ndarray:
    """Give Carroll's D2: the entropy of the rates by part over its greatest value (Carroll 1970).

    1 = even, 0 = all in one part; parameters and result are those of `deviation_of_proportions`.

    Examples
    --------
    >>> round(float(carroll_d2([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])), 3)
    0.938
    """
    spread, flat = _spread(counts, words)
    rate = spread.count / spread.words[spread.part]
    share = rate / spread.sum(rate)[spread.column]
    d2 = -spread.sum(share * np.log2(share)) / np.log2(max(len(spread.words), 2))
    d2 = np.clip(d2, 0, 1)
    return d2[0] if flat else d2


def kl_divergence(counts, words) -> np.ndarray:
    """Give the Kullback-Leibler divergence of a term's spread from that of all words, in bits.

    The sum over parts of share of the term x log2(share of the term / share of the words) (Gries
    2020): 0 = even, without upper limit.

    Parameters and result are those of `deviation_of_proportions`.

    Examples
    --------
    >>> round(float(kl_divergence([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])), 3)
    0.137
    """
    spread, flat = _spread(counts, words)
    kl = spread.sum(spread.share * np.log2(spread.share / spread.size))
    kl = np.maximum(kl, 0)
    return kl[0] if flat else kl


def dispersion(
    measures,
    *,
    n: int = 1,
    by: str = "source",
    hide_stopwords: bool = False,
    min_count: int = 1,
) -> pd.DataFrame:
    """Say how evenly each term is spread over the parts of its group.

    The parts are documents; paragraphs where a group has a single document. Parts without words
    are left out.

    Parameters
    ----------
    measures : Measures
    n, by, hide_stopwords, min_count
        See `term_frequency`.

    Returns
    -------
    DataFrame
        `by`, term, count, range (parts with the term), parts, dp, dpnorm, juilland_d, carroll_d2,
        kl (bits), unit; by group, then by term. Where a group has a single part the measures are
        missing: so they are for phrases of a single document, unless `add_phrases` counted them.

    Raises
    ------
    ValueError
        If an option is none that there is.
    """
    check_limits(min_count=min_count)
    parts = resampling_units(measures, by=by, fewest=2 if by_paragraph(measures, n) else 1)
    terms, counts = term_matrix(measures, parts, n=n)
    words = unit_words(measures, parts)
    shown = content_terms(terms) if hide_stopwords else np.ones(len(terms), dtype=bool)
    tables = []
    for group, rows in parts[words > 0].groupby(by):
        own = counts[rows.index]
        kept = np.flatnonzero(shown & (np.asarray(own.sum(axis=0)).ravel() >= min_count))
        table = _dispersion_of(own[:, kept], words[rows.index], terms[kept])
        table.insert(0, by, group)
        tables.append(table.assign(unit=rows["unit"].iloc[0]))
    if not tables:
        table = _dispersion_of(counts[:0], words[:0], terms)[:0].assign(unit="")
        table.insert(0, by, parts[by].iloc[:0])
        tables = [table]
    return pd.concat(tables, ignore_index=True).astype({"term": "str"})


def _dispersion_of(counts, words, terms):
    """Give count, range and all measures of all terms over the parts of one group."""
    counts = counts.tocoo()
    column = counts.coords[1]
    return pd.DataFrame(
        {
            "term": terms,
            "count": np.bincount(column, counts.data, minlength=len(terms)).astype(int),
            "range": np.bincount(column, minlength=len(terms)),
            "parts": len(words),
            "dp": deviation_of_proportions(counts, words),
            "dpnorm": deviation_of_proportions(counts, words, norm=True),
            "juilland_d": juilland_d(counts, words),
            "carroll_d2": carroll_d2(counts, words),
            "kl": kl_divergence(counts, words),
        }
    )


def _spread(counts, words):
    """Return the Spread of counts (parts,) or (parts, terms), and whether it is of one term."""
    words = np.asarray(words, dtype=float)
    flat = np.ndim(counts) == 1
    if hasattr(counts, "tocoo"):
        cells = counts.tocoo()
        (part, column), count, shape = cells.coords, cells.data, cells.shape
    else:
        full = np.asarray(counts, dtype=float)
        full = full[:, None] if flat else full
        part, column = np.nonzero(full) if full.ndim == 2 else ([], [])
        count, shape = full[part, column] if full.ndim == 2 else [], full.shape
    if len(shape) != 2 or words.shape != shape[:1]:
        raise ValueError(
            f"counts {np.shape(counts)} and words {words.shape} do not go together; "
            "give (parts,) or (parts, terms) and (parts,)"
        )
    if not (words >= 0).all():
        raise ValueError("words holds negative or missing sizes; a size is 0 or more")
    if not ((count >= 0) & (count <= words[part])).all():
        raise ValueError("counts holds counts that are negative, missing or above words")
    place = np.cumsum(words > 0) - 1
    kept = np.asarray(count) > 0
    part, column, count = place[part[kept]], column[kept], count[kept].astype(float)
    words = words[words > 0]
    total = np.bincount(column, count, minlength=shape[1]).astype(float)  # int where empty
    total[(total == 0) | (len(words) < 2)] = np.nan
    return Spread(part, column, count, words, total), flat
