"""Whose words are whose: used by one source alone, shared by all, used once."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.frequency import check_limits, content_terms, term_counts
from crosscurrents.intervals import adjust_p
from crosscurrents.statistics.units import by_size


def own_terms(
    measures,
    *,
    by: str = "source",
    n: int = 1,
    min_count: int = 2,
    top_n: int | None = None,
    hide_stopwords: bool = True,
    per: float = 1000,
    method: str = "bh",
) -> pd.DataFrame:
    """List the terms that one group alone uses, those least likely by chance first.

    A rare term is always somebody's alone. If its occurrences fell on the words of all groups at
    random, all would fall into a group that holds the share s of the words with probability
    s^count: this is p.

    Parameters
    ----------
    measures : Measures
    by, n, per, hide_stopwords, method
        See `keyness`.
    min_count : int
        Fewest occurrences.
    top_n : int, optional
        Only so many terms of each group; all are tested.

    Returns
    -------
    DataFrame
        By group, then p, then term: `by`, term, count, words, rate, docfreq, documents, p,
        p_adjusted (over all terms of that count or more, whoever uses them), tests. Fewer than two
        groups with words give an empty table.

    Raises
    ------
    ValueError
        If an option is none that there is.
    """
    check_limits(per=per, min_count=min_count, top_n=top_n)
    counted = _with_words(measures, n, by)
    total, users = _totals(counted)
    kept = _kept(counted.terms, total, min_count, hide_stopwords, len(counted.groups) > 1)
    alone = np.flatnonzero(kept & (users == 1))
    by_term = counted.counts.tocsc()
    group = by_term.indices[by_term.indptr[alone]]  # that of the only cell
    words = counted.groups["words"].to_numpy()
    count = total[alone]
    p = np.ones(len(kept))
    p[alone] = (words[group] / max(words.sum(), 1)) ** count
    adjusted = p.copy()
    adjusted[kept] = adjust_p(p[kept], method)
    table = pd.DataFrame(
        {
            by: counted.groups.index[group],
            "term": counted.terms[alone],
            "count": count.astype(int),
            "words": words[group],
            "rate": count / np.maximum(words[group], 1) * per,
            "docfreq": _sum(counted.docfreq[:, alone]).astype(int),
            "documents": counted.groups["documents"].to_numpy()[group],
            "p": p[alone],
            "p_adjusted": adjusted[alone],
            "tests": int(kept.sum()),
        }
    )
    table = table.sort_values([by, "p", "term"], ignore_index=True).astype({"term": "str"})
    if top_n is not None:
        table = table.groupby(by, sort=False).head(int(top_n)).reset_index(drop=True)
    table.attrs["groups"] = by_size(counted.groups["words"])
    return table


def shared_terms(
    measures,
    *,
    by: str = "source",
    n: int = 1,
    per: float = 1000,
    min_count: int = 1,
    hide_stopwords: bool = True,
    top_n: int | None = None,
) -> pd.DataFrame:
    """List the terms that all groups use, those first that even the most sparing uses often.

    Parameters
    ----------
    measures : Measures
    by, n, per, hide_stopwords
        See `keyness`.
    min_count : int
        Fewest occurrences in every group.
    top_n : int, optional
        Only so many terms.

    Returns
    -------
    DataFrame
        By falling least_rate, then term: term, count (in all), docfreq, least_rate (the lowest of
        the rates), times (the highest rate over the lowest), and count_<group> and rate_<group>
        for each group with words. Fewer than two groups with words give an empty table.

    Raises
    ------
    ValueError
        If an option is none that there is.
    """
    check_limits(per=per, min_count=min_count, top_n=top_n)
    counted = _with_words(measures, n, by)
    number = len(counted.groups)
    shared = np.flatnonzero((_totals(counted)[1] == number) & (number > 1))
    counts = counted.counts[:, shared].toarray()
    least = counts.min(axis=0, initial=np.inf)
    kept = _kept(counted.terms[shared], least, min_count, hide_stopwords, True)
    shared, counts = shared[kept], counts[:, kept]
    rates = counts / counted.groups["words"].to_numpy()[:, None] * per
    low = rates.min(axis=0, initial=np.inf)
    columns = {
        "term": counted.terms[shared],
        "count": counts.sum(axis=0).astype(int),
        "docfreq": _sum(counted.docfreq[:, shared]).astype(int),
        "least_rate": low,
        "times": rates.max(axis=0, initial=0) / low,
    }
    for k, group in enumerate(counted.groups.index):
        columns[f"count_{group}"] = counts[k].astype(int)
        columns[f"rate_{group}"] = rates[k]
    table = pd.DataFrame(columns).astype({"term": "str"})
    table = table.sort_values(["least_rate", "term"], ascending=[False, True], ignore_index=True)
    return table if top_n is None else table.head(int(top_n))


def hapaxes(
    measures, *, by: str = "source", n: int = 1, hide_stopwords: bool = False
) -> pd.DataFrame:
    """List the terms that occur just once in a group.

    Parameters
    ----------
    measures : Measures
    by, n, hide_stopwords
        See `keyness`. Phrases are those that recur in the corpus, so that a phrase occurs once in
        a group only if another has it too.

    Returns
    -------
    DataFrame
        By group, then term: `by`, term, elsewhere (occurrences in all other groups), doc_id (where
        it stands).

    Raises
    ------
    ValueError
        If an option is none that there is.
    """
    counted = _with_words(measures, n, by)
    total, _ = _totals(counted)
    shown = _kept(counted.terms, total, 1, hide_stopwords, True)
    cells = counted.counts.tocoo()
    group, column = (at[(cells.data == 1) & shown[cells.coords[1]]] for at in cells.coords)
    table = pd.DataFrame(
        {
            by: counted.groups.index[group],
            "term": counted.terms[column],
            "elsewhere": (total[column] - 1).astype(int),
        }
    ).astype({"term": "str"})
    rows = measures.terms[(measures.terms["n"] == n) & (measures.terms["count"] == 1)]
    if by == "doc_id":
        return table
    groups = measures.documents.set_index("doc_id")[by]
    rows = rows[["doc_id", "term"]].assign(**{by: rows["doc_id"].map(groups)})
    return table.merge(rows.drop_duplicates([by, "term"]), on=[by, "term"], how="left")


def first_term(*tables: pd.DataFrame) -> str:
    """Return the first term of the first table that has rows; "the" where all are empty.

    Parameters
    ----------
    tables : DataFrame
        With a column term.

    Examples
    --------
    >>> first_term(pd.DataFrame({"term": []}), pd.DataFrame({"term": ["gas", "oil"]}))
    'gas'
    """
    return next((str(table["term"].iloc[0]) for table in tables if len(table)), "the")


def _with_words(measures, n, by):
    """Give the TermCounts of the groups with words."""
    counted = term_counts(measures, n=n, by=by)
    full = np.flatnonzero(counted.groups["words"] > 0)
    tables = counted.counts[full], counted.docfreq[full]
    return counted._replace(groups=counted.groups.iloc[full], counts=tables[0], docfreq=tables[1])


def _totals(counted):
    """Give how often each term occurs in all groups, and how many of them use it."""
    return _sum(counted.counts), _sum(counted.counts > 0)


def _sum(table):
    return np.asarray(table.sum(axis=0)).ravel()


def _kept(terms, counts, min_count, hide_stopwords, enough):
    """Say which terms take part."""
    kept = (counts >= min_count) & enough
    return kept & content_terms(terms) if hide_stopwords else kept
