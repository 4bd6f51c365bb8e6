"""Recurring phrases of up to five words: what a source says again in the same words.

Measures hold phrases of two and three words. Longer ones would begin to give a text away, so they
are counted in the texts where these are available. No phrase crosses punctuation or a sentence.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.comparison import GROUP, Comparison, compared
from crosscurrents.frequency import (
    LENGTHS,
    check_limits,
    content_terms,
    stop_languages,
    term_frequency,
)
from crosscurrents.texts import folded_words, narrow, token_batches, word_places

LONGEST = 5  # words; longer phrases are quotations
BLANK = 0  # the gap before a word that only a blank separates from the one before
DEEP = 40  # phrases looked at first for each that is listed: most of them are part of another
COLUMNS = ("term", "n", "count", "words", "rate", "docfreq", "documents")


@compared
def recurring_phrases(
    comparison: Comparison,
    *,
    corpus=None,
    longest: int = LONGEST,
    per: float = 1000,
    hide_stopwords: bool = False,
    min_count: int = 2,
    top_n: int | None = None,
) -> pd.DataFrame:
    """List the phrases of two words up to the longest that a group repeats.

    A phrase that occurs only inside a longer one of the list is left out. Phrases of two and three
    words come from the measures, longer ones from the texts that are available.

    Parameters
    ----------
    comparison : Comparison or Measures
    corpus : Corpus, optional
        That of the comparison by default; without one phrases end at three words.
    longest : int
        Words in the longest phrase: 2 to 5.
    per : float
        Base of the rate, in words.
    hide_stopwords : bool
        Leave out phrases that begin or end with a stop word.
    min_count : int
        Fewest occurrences in a group.
    top_n : int, optional
        Only so many of each group.

    Returns
    -------
    DataFrame
        By group, then falling count, then falling n, then term: the group, term, n, count, words
        (N of the group), rate, docfreq, documents.

    Raises
    ------
    ValueError
        If an option is out of its range.
    """
    check_limits(min_count=min_count, per=per, top_n=top_n)
    every = _all_phrases(comparison, corpus, _length(longest), int(min_count), per)
    rank = every.groupby(GROUP)["count"].rank(method="min", ascending=False)
    depth = len(every) if top_n is None else DEEP * int(top_n)
    while True:
        # A phrase and the longer one around it have one count: all of a count stay together.
        table = _outermost(every[rank <= depth])
        if hide_stopwords:
            table = table[content_terms(table["term"], stop_languages(comparison))]
        found = table.groupby(GROUP).size().reindex(every[GROUP].unique(), fill_value=0)
        if depth >= len(every) or found.min() >= int(top_n):
            break
        depth *= 10
    order = [GROUP, "count", "n", "term"]
    table = table.sort_values(order, ascending=[True, False, False, True])
    if top_n is not None:
        table = table.groupby(GROUP, sort=False).head(int(top_n))
    return table.reset_index(drop=True)


def _all_phrases(comparison: Comparison, corpus, longest: int, min_count: int, per: float):
    """Phrases of two words up to the longest, those inside of others too."""
    tables, short = [], {"min_count": min_count, "per": per, "intervals": False}
    for n in (n for n in LENGTHS if 1 < n <= longest):
        table = term_frequency.__wrapped__(comparison, n=n, **short).assign(n=n)
        tables.append(table[[GROUP, *COLUMNS]])
    if corpus is not None and longest > max(LENGTHS):
        found = _counted(comparison, narrow(corpus, comparison), range(4, longest + 1), min_count)
        found["rate"] = found["count"] / found["words"].clip(lower=1) * per
        tables.append(found[[GROUP, *COLUMNS]])
    whole = dict.fromkeys(["n", "count", "words", "docfreq", "documents"], int)
    every = pd.concat(tables, ignore_index=True)
    return every.astype({"term": "str", "rate": float} | whole)


def _outermost(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out phrases that occur only inside a longer one of the table."""
    inside: set[tuple] = set()
    for group, term, count in zip(table[GROUP], table["term"], table["count"], strict=True):
        words = term.split(" ")
        inside |= {(group, " ".join(part), count) for part in (words[1:], words[:-1])}
    keys = zip(table[GROUP], table["term"], table["count"], strict=True)
    return table[np.array([key not in inside for key in keys], dtype=bool)]


def _counted(comparison: Comparison, corpus, lengths, min_count: int) -> pd.DataFrame:
    """Phrases of some lengths by group: term, n, count, docfreq, and the group's size.

    The sizes are of the documents whose text is available. What the corpus says only once is left
    out before a string is made of it, unless `min_count` is 1.
    """
    forms = comparison.word_forms
    batches = [
        (ids, tokens, *(forms.words(ids, tokens) if forms else folded_words(tokens)))
        for ids, tokens in token_batches(corpus)
    ]
    parts, sizes = [], []
    for doc_ids, tokens, *_ in batches:
        document = word_places(tokens).document
        sizes.append(pd.Series(np.bincount(document, minlength=len(doc_ids)), index=doc_ids))
    for n in lengths:
        starts = [np.flatnonzero(phrase_starts(batch[1].words.gap, n)) for batch in batches]
        starts = _recurring(batches, starts, n) if min_count > 1 else starts
        for (doc_ids, tokens, ids, vocabulary), start in zip(batches, starts, strict=True):
            rows, count = _distinct(ids, word_places(tokens).document, start, n)
            parts.append(
                pd.DataFrame(
                    {
                        "doc_id": np.array(doc_ids, dtype=object)[rows[:, 0]],
                        "term": [" ".join(vocabulary[row[1:]]) for row in rows],
                        "n": n,
                        "count": count,
                    }
                )
            )
    empty = pd.DataFrame({"doc_id": [], "term": [], "n": [], "count": []})
    table = pd.concat(parts, ignore_index=True) if parts else empty
    table[GROUP] = table["doc_id"].map(comparison.group_of)
    table = table.groupby([GROUP, "term", "n"], as_index=False).agg(
        count=("count", "sum"), docfreq=("doc_id", "nunique")
    )
    table = table[table["count"] >= min_count]
    words = pd.concat(sizes) if sizes else pd.Series(dtype=int)
    sizes = pd.DataFrame({"words": words, GROUP: comparison.group_of.reindex(words.index)})
    sizes = sizes.groupby(GROUP)["words"].agg(words="sum", documents="size")
    for name in sizes:  # not by join: pandas 3.0 cannot join on an empty column of text
        table[name] = sizes[name].reindex(table[GROUP]).to_numpy()
    return table


def _recurring(batches: list, starts: list, n: int) -> list:
    """Of each batch the phrases that occur more than once in all batches together.

    Phrases are compared by 64 bits of their words; two that are alike by chance are both kept.
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


def phrase_starts(gap: np.ndarray, n: int) -> np.ndarray:
    """Say at which words a phrase of n words begins: only blanks between its words."""
    joined = gap[1:] == BLANK
    size = max(len(gap) - n + 1, 0)
    starts = np.ones(size, dtype=bool)
    for k in range(n - 1):
        starts &= joined[k : k + size]
    return starts


def _distinct(ids, document, start, n):
    """The distinct (document, word, ...) of phrases and how often each occurs."""
    found = np.column_stack([document[start], *(ids[start + k] for k in range(n))])
    return np.unique(found, axis=0, return_counts=True)


def _length(n) -> int:
    choices = list(range(2, LONGEST + 1))
    if n not in choices or isinstance(n, bool):
        raise ValueError(f"longest {n!r} is not a length of phrases; choose from {choices}")
    return int(n)
