"""Phrases of up to five words, from the texts: they cross no punctuation and no sentence.

Measures hold phrases of two and three words. Longer ones would begin to give a text away, so they
are had from the texts where these are at hand.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from crosscurrents.frequency import (
    LENGTHS,
    LONGEST,
    check_limits,
    content_terms,
    most_frequent,
    term_frequency,
)
from crosscurrents.statistics.units import by_size, check_by
from crosscurrents.tokens.texts import at_hand, folded_words, narrow, token_batches, word_places

JOINED = 0  # the gap before a word that nothing but a blank parts from the one before
DEEP = 40  # phrases looked at first for each that is listed: most of them stand inside another
COLUMNS = ("term", "n", "count", "words", "rate", "docfreq", "documents")


def phrases(
    corpus,
    *,
    n: int = 4,
    by: str = "source",
    min_count: int = 2,
    per: float = 1000,
    hide_stopwords: bool = False,
    top_n: int | None = None,
) -> pd.DataFrame:
    """Count the phrases of n words in each group.

    Parameters
    ----------
    corpus : Corpus
        Documents whose text is not at hand are passed over, also in N (`not_at_hand` names them).
    n : int
        Words in a phrase: 2 to 5.
    by : str
        Column of `corpus.documents`.
    min_count : int
        Fewest occurrences in a group.
    per : float
        Base of the rate, in words.
    hide_stopwords : bool
        Leave out phrases that begin or end with a stop word.
    top_n : int, optional
        Only so many of each group.

    Returns
    -------
    DataFrame
        By group, then falling count, then term: `by`, term, n, count, words (N of the group, all
        its words), rate, docfreq, documents.

    Raises
    ------
    ValueError
        If an option is none that there is.
    """
    check_limits(min_count=min_count, per=per, top_n=top_n)
    table = _phrases(corpus, [_length(n)], by, min_count, per)
    if hide_stopwords:
        table = table[content_terms(table["term"])]
    groups = table.attrs["groups"]
    table = most_frequent(table, by, top_n)
    table = table[[by, *COLUMNS]].reset_index(drop=True)
    table.attrs["groups"] = groups
    return table.astype({"term": "str", "words": int, "documents": int, "rate": float})


def _phrases(corpus, lengths, by, min_count, per):
    """Count the phrases of some lengths in each group, with their rates, in one pass."""
    table, sizes = _counted(corpus, lengths, by, recurring=min_count > 1)
    table = table.groupby([by, "term", "n"], as_index=False).agg(
        count=("count", "sum"), docfreq=("doc_id", "nunique")
    )
    table = table[table["count"] >= min_count]
    for name in sizes:  # not by join: pandas 3.0 cannot join on an empty column of text
        table[name] = sizes[name].reindex(table[by]).to_numpy()
    table["rate"] = table["count"] / table["words"].clip(lower=1) * per
    table.attrs["groups"] = by_size(sizes["words"])
    return table


def recurring_phrases(
    measures,
    *,
    corpus=None,
    longest: int = LONGEST,
    by: str = "source",
    min_count: int = 2,
    per: float = 1000,
    hide_stopwords: bool = False,
    top_n: int | None = None,
) -> pd.DataFrame:
    """List what a group says again in the same words: its phrases of two words up to the longest.

    A phrase that occurs only inside a longer one of the list is left out. Phrases of two and three
    words come from the measures, longer ones from the texts of `corpus` that are at hand.

    Parameters
    ----------
    measures : Measures
    corpus : Corpus, optional
        Without it phrases end at three words.
    longest : int
        Words in the longest phrase: 2 to 5.
    by, min_count, per, hide_stopwords, top_n
        See `phrases`.

    Returns
    -------
    DataFrame
        As `phrases` returns it, by group, then falling count, then falling n, then term.

    Raises
    ------
    ValueError
        If an option is none that there is.
    """
    check_limits(min_count=min_count, per=per, top_n=top_n)
    longest = _length(longest)
    short, lengths = {"by": by, "min_count": int(min_count), "per": per}, range(2, longest + 1)
    tables = []
    for n in (n for n in lengths if n <= max(LENGTHS)):
        table = term_frequency(measures, n=n, intervals=False, **short).assign(n=n)
        tables.append(table[[by, *COLUMNS]])
    longer = [n for n in lengths if n > max(LENGTHS)]
    if corpus is not None and longer:
        table = _phrases(narrow(corpus, measures), longer, **short)
        whole = dict.fromkeys(["words", "documents"], int)
        tables.append(table[[by, *COLUMNS]].astype({"term": "str", "rate": float} | whole))
    every = pd.concat(tables, ignore_index=True)
    rank = every.groupby(by)["count"].rank(method="min", ascending=False)
    depth = len(every) if top_n is None else DEEP * int(top_n)
    while True:
        # A phrase and the longer one around it have one count: all of a count stay together.
        table = _outermost(every[rank <= depth], by)
        if hide_stopwords:
            table = table[content_terms(table["term"])]
        found = table.groupby(by).size().reindex(every[by].unique(), fill_value=0)
        if depth >= len(every) or found.min() >= int(top_n):
            break
        depth *= 10
    order = [by, "count", "n", "term"]
    table = table.sort_values(order, ascending=[True, False, False, True])
    if top_n is not None:
        table = table.groupby(by, sort=False).head(int(top_n))
    return table.reset_index(drop=True)


def _outermost(table, by):
    """Leave out phrases that occur only inside a longer one of the table."""
    inside: set[tuple] = set()
    for group, term, count in zip(table[by], table["term"], table["count"], strict=True):
        words = term.split(" ")
        inside |= {(group, " ".join(part), count) for part in (words[1:], words[:-1])}
    keys = zip(table[by], table["term"], table["count"], strict=True)
    return table[np.array([key not in inside for key in keys], dtype=bool)]


def add_phrases(measures, corpus, *, n: int = 5):
    """Return measures that hold phrases of up to n words by paragraph, for all comparisons.

    Measures hold phrases of two and three words by document. From the texts come longer ones too,
    and the paragraphs, which a source of few documents needs for its intervals.

    Parameters
    ----------
    measures : Measures
    corpus : Corpus
    n : int
        2 to 5.

    Returns
    -------
    Measures
        With the documents whose text is at hand (`not_at_hand` names the others); phrases are those
        that recur.

    Raises
    ------
    ValueError
        If n is none that there is.
    """
    names = at_hand(corpus, measures.documents["doc_id"])
    table, _ = _counted(corpus, range(2, _length(n) + 1), "doc_id", names, recurring=True)
    total = table.groupby(["n", "term"])["count"].transform("sum")
    added = table[total > 1][measures.terms.columns]
    parts = {"documents", "terms", "sentences", "themes", "set_aside"} & vars(measures).keys()
    tables = {part: getattr(measures, part) for part in parts}
    tables = {part: table[table["doc_id"].isin(names)] for part, table in tables.items()}
    own = tables["terms"][~tables["terms"]["n"].between(2, n)]
    tables["terms"] = pd.concat([own, added.astype(own.dtypes.to_dict())])
    return replace(measures, **{p: table.reset_index(drop=True) for p, table in tables.items()})


def _counted(corpus, lengths, by, names=None, *, recurring=False):
    """Count phrases (doc_id, `by`, paragraph, term, n, count); give the words of each group.

    `recurring` leaves out what the corpus says only once, before a string is made of it.
    """
    groups = check_by(corpus.documents, by).set_index("doc_id", drop=False)[by]
    parts, sizes = [], []
    batches = [
        (doc_ids, tokens, *folded_words(tokens)) for doc_ids, tokens in token_batches(corpus, names)
    ]
    starts = {n: [np.flatnonzero(runs(b[1].words.gap, n)) for b in batches] for n in lengths}
    if recurring:
        starts = {n: _recurring(batches, found, n) for n, found in starts.items()}
    for k, (doc_ids, tokens, ids, vocabulary) in enumerate(batches):
        places = word_places(tokens)
        sizes.append(pd.Series(np.bincount(places.document, minlength=len(doc_ids)), index=doc_ids))
        for n in lengths:
            rows, count = count_runs(ids, places.paragraph, starts[n][k], n)
            document = np.searchsorted(tokens.documents, rows[:, 0], side="right") - 1
            table = {
                "doc_id": np.array(doc_ids, dtype=object)[document],
                "paragraph": rows[:, 0] - tokens.documents[document] + 1,
                "term": [" ".join(vocabulary[row[1:]]) for row in rows],
                "n": n,
                "count": count,
            }
            parts.append(pd.DataFrame(table))
    table = pd.DataFrame({name: [] for name in ("doc_id", "paragraph", "term", "n", "count")})
    table = pd.concat(parts, ignore_index=True) if parts else table
    table = table.astype({"doc_id": "str", "paragraph": int, "term": "str", "n": int, "count": int})
    if by != "doc_id":
        table = table.assign(**{by: table["doc_id"].map(groups)})
    words = pd.concat(sizes) if sizes else pd.Series(dtype=int)
    sizes = pd.DataFrame({"words": words, by: groups.reindex(words.index)})
    return table[table[by].notna()], sizes.groupby(by)["words"].agg(words="sum", documents="size")


def _recurring(batches, starts, n):
    """Keep of each batch the runs that occur more than once in all batches together.

    Runs are told apart by 64 bits of their words; two that fall together by chance are both kept.
    """
    hashes = []
    for (_, _, ids, vocabulary), start in zip(batches, starts, strict=True):
        words = pd.util.hash_array(np.asarray(vocabulary, dtype=object))[ids]
        found = np.zeros(len(start), dtype=np.uint64)
        for k in range(n):
            found = found * np.uint64(0x9E3779B97F4A7C15) + words[start + k]
        hashes.append(found)
    if not hashes:
        return starts
    _, place, count = np.unique(np.concatenate(hashes), return_inverse=True, return_counts=True)
    again = np.split(count[place] > 1, np.cumsum([len(part) for part in hashes])[:-1])
    return [start[kept] for start, kept in zip(starts, again, strict=True)]


def runs(gap, n):
    """Say at which words a run of n begins that nothing but blanks parts."""
    joined = gap[1:] == JOINED
    size = max(len(gap) - n + 1, 0)
    starts = np.ones(size, dtype=bool)
    for k in range(n - 1):
        starts &= joined[k : k + size]
    return starts


def count_runs(ids, document, start, n):
    """Give the distinct (document, word, ...) of runs and how often each occurs."""
    runs = np.column_stack([document[start], *(ids[start + k] for k in range(n))])
    return np.unique(runs, axis=0, return_counts=True)


def _length(n):
    """Return n, or raise ValueError."""
    choices = list(range(2, LONGEST + 1))
    if n not in choices or isinstance(n, bool):
        raise ValueError(f"n {n!r} is not a length of phrases; choose from {choices}")
    return int(n)
