"""Words that occur together: near a term more often than by chance, and in recurring phrases.

The window of a collocate is a number of words on each side within the sentence. The four cells of
every statistic: words in the windows (their union, nodes left out) against all other words (nodes
left out).

Measures hold phrases of two and three words. Longer ones would begin to give a text away, so they
are counted in the texts where these are available. No phrase crosses punctuation or a sentence.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.codebook import Pattern, Theme
from crosscurrents.comparison import (
    GROUP,
    Comparison,
    compared,
    rename_groups,
    user_column,
    with_labels,
)
from crosscurrents.core import BLANK
from crosscurrents.core.matching import match
from crosscurrents.effect_sizes import log_likelihood
from crosscurrents.frequency import (
    LENGTHS,
    check_limits,
    content_terms,
    stop_languages,
    term_frequency,
)
from crosscurrents.texts import folded_words, narrow, token_batches, word_places

WINDOW = 5  # words each side (DEFINITIONS, collocation)
BINS = 1_000_000  # counts that are cheaper to hold than to sort for
JOINT = 5  # fewest joint occurrences
COLUMNS = (
    *("term", "count", "node_count", "term_count", "window_words", "words", "docfreq"),
    *("expected", "log_dice", "pmi", "g2"),
)
LONGEST = 5  # words; longer phrases are quotations
DEEP = 40  # phrases looked at first for each that is listed: most of them are part of another
PHRASE_COLUMNS = ("term", "n", "count", "words", "rate", "docfreq", "documents")


def log_dice(joint, node_count, term_count) -> np.ndarray:
    """Give logDice: 14 + log2(2 f_xy / (f_x + f_y)) (Rychlý 2008).

    Parameters
    ----------
    joint, node_count, term_count : array of counts

    Returns
    -------
    ndarray
        At most 14; one less is half as strong; missing where they never occur together.

    Examples
    --------
    >>> log_dice([10, 0], [20, 20], [60, 60]).tolist()
    [12.0, nan]
    """
    joint = np.asarray(joint, dtype=float)
    both = np.asarray(node_count, dtype=float) + term_count
    share = np.divide(2 * joint, both, out=np.full(both.shape, np.nan), where=joint > 0)
    return 14 + np.log2(share)


def pmi(joint, window_words, term_count, words) -> np.ndarray:
    """Give pointwise mutual information in bits: log2(seen / expected) (Church & Hanks 1990).

    Expected are term_count x window_words / words, the term's share of the windows by chance.

    Parameters
    ----------
    joint, window_words, term_count, words : array of counts

    Returns
    -------
    ndarray
        Missing where they never occur together.

    Examples
    --------
    >>> pmi([8, 0], 100, 20, 1000).tolist()
    [2.0, nan]
    """
    joint = np.asarray(joint, dtype=float)
    expected = np.asarray(term_count, dtype=float) * window_words / words
    known = (joint > 0) & (expected > 0)
    return np.log2(np.divide(joint, expected, out=np.full(known.shape, np.nan), where=known))


def collocates(
    corpus,
    term: str | Theme,
    *,
    by: str | None = None,
    window: int = WINDOW,
    min_count: int = JOINT,
    hide_stopwords: bool = False,
    top_n: int | None = None,
) -> pd.DataFrame:
    """List the words near a node in each group.

    Parameters
    ----------
    corpus : Corpus or Comparison
        The texts; of a Comparison, those of its corpus that belong to its measures. Documents
        whose text is not available are left out (`not_at_hand` names them).
    term : str or Theme
        The node: a pattern as in a codebook, or a theme of one.
    by : str, optional
        Column of the documents: by default that of the comparison, else source.
    window : int
        Words on each side of the node, within its sentence.
    min_count : int
        Fewest joint occurrences.
    hide_stopwords : bool
        Leave out stop words; sizes stay.
    top_n : int, optional
        Only so many of each group.

    Returns
    -------
    DataFrame
        By group, then falling logDice, then term: the group, term, count (of the term within reach
        of a node, each once), node_count, term_count, window_words, words (all but nodes), docfreq
        (documents with both together), expected (count by chance), log_dice, pmi, g2 (four cells,
        unsigned: compare `count` with `expected`). `attrs`: "by", "groups", and "limits", which
        states window and least count.

    Raises
    ------
    ValueError
        If the pattern cannot be read, `by` is not a column, or a number is out of its range.
    """
    check_limits(window=window, min_count=min_count, top_n=top_n)
    comparison = corpus if isinstance(corpus, Comparison) else None
    corpus, by, groups = texts_by_group(corpus, by)
    near, listed, every, nodes = _counts(corpus, groups, term, int(window))
    table = near.groupby([GROUP, "term"], as_index=False).agg(
        count=("count", "sum"), docfreq=("docfreq", "sum")
    )
    table = table[table["count"] >= min_count]
    if hide_stopwords:
        table = table[content_terms(pd.Index(table["term"]), stop_languages(corpus))]
    listed = listed.groupby([GROUP, "term"])["count"].sum().rename("term_count")
    table = table.merge(listed.reset_index(), on=[GROUP, "term"], how="left")
    for name, counts in {"node_count": nodes, "window_words": near, "words": every}.items():
        table[name] = table[GROUP].map(counts.groupby(GROUP)["count"].sum())
    table = _statistics(table)
    table = table.sort_values([GROUP, "log_dice", "term"], ascending=[True, False, True])
    table = table if top_n is None else table.groupby(GROUP, sort=False).head(int(top_n))
    sizes = every.groupby(GROUP)["count"].sum().sort_values(ascending=False, kind="stable")
    table = rename_groups(table[[GROUP, *COLUMNS]].reset_index(drop=True), by, sizes.index.tolist())
    limits = f"window {int(window)} words each side, at least {int(min_count)} together"
    table.attrs["limits"] = limits
    return table if comparison is None else with_labels(table, comparison)


def texts_by_group(corpus, by: str | None = None) -> tuple:
    """The corpus of what a function was given, the column of groups, and each document's group.

    Raises ValueError if a Comparison has no corpus or `by` is not a column.
    """
    if isinstance(corpus, Comparison):
        by = by or corpus.by
        if corpus.corpus is None:
            raise ValueError("the comparison has no corpus; give one: Comparison(..., corpus=...)")
        comparison = corpus
        corpus = comparison.once("narrow", lambda: narrow(comparison.corpus, comparison))
    if not hasattr(corpus, "paragraphs"):
        raise ValueError(
            "this looks into the texts, which measures do not hold: give the corpus, or a "
            "Comparison(measures, corpus=corpus)"
        )
    by = by or "source"
    documents = corpus.documents
    groups = documents.set_index("doc_id", drop=False)[user_column(documents, by)]
    return corpus, by, groups.mask(groups.astype(object) == "").rename(GROUP)


def node_of(pattern: str | Theme) -> tuple[Theme, ...]:
    """What is searched for, as `match` takes it: a pattern, or a theme with all of its patterns."""
    if isinstance(pattern, Theme):
        return (pattern,)
    return (Theme("node", "", (Pattern.parse(pattern),)),)


def _counts(corpus, groups: pd.Series, term: str | Theme, window: int) -> list[pd.DataFrame]:
    """Words within reach of a node, the same words anywhere, all words but nodes, and nodes.

    Tables near (group, term, count, docfreq), listed (group, term, count), every and nodes (group,
    count).
    """
    number = dict(zip(groups.index, pd.factorize(groups)[0], strict=True))
    names = pd.factorize(groups)[1]
    theme, near, every, nodes, seen = node_of(term), [], [], [], []
    for doc_ids, tokens in token_batches(corpus):
        ids, vocabulary = folded_words(tokens)
        document = word_places(tokens).document
        found = match(theme, tokens)
        node, reach = within_reach(found.first, found.last, tokens.words.sentences, window)
        code = np.array([number[doc_id] for doc_id in doc_ids])
        at, word, count = _counted_pairs(document, ids, reach & ~node, len(vocabulary))
        near.append(_by_group(code[at], word, count, vocabulary))
        for parts, places in ((every, document[~node]), (nodes, document[found.first])):
            sizes = np.bincount(places, minlength=len(code))
            parts.append(pd.DataFrame({GROUP: code, "count": sizes}))
        seen.append((code[document], ids, ~node, vocabulary))
    empty = {GROUP: int, "term": "str", "count": int, "docfreq": int}
    empty = pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in empty.items()})
    near = pd.concat(near or [empty], ignore_index=True)
    listed = [empty] if not seen else [_everywhere(set(near["term"]), *batch) for batch in seen]
    tables = []
    for table in (near, pd.concat(listed), *(pd.concat(t or [empty]) for t in (every, nodes))):
        table = table[table[GROUP] >= 0]
        tables.append(table.assign(**{GROUP: names[table[GROUP].to_numpy()]}))
    return tables


def _by_group(group, word, count, vocabulary) -> pd.DataFrame:
    """Counts by document as those of groups: group, term, count, docfreq."""
    known = group >= 0
    keys = group[known].astype(np.int64) * max(len(vocabulary), 1) + word[known]
    keys, place, docfreq = np.unique(keys, return_inverse=True, return_counts=True)
    at, term = np.divmod(keys, max(len(vocabulary), 1))
    count = np.bincount(place.ravel(), count[known], minlength=len(keys)).astype(int)
    columns = {GROUP: at, "term": vocabulary[term], "count": count, "docfreq": docfreq}
    return pd.DataFrame(columns)


def _everywhere(terms: set[str], group, ids, kept, vocabulary) -> pd.DataFrame:
    """How often some terms occur among the kept words of a batch: group, term, count."""
    wanted = np.array([term in terms for term in vocabulary.tolist()], bool)
    at, word, count = _counted_pairs(group, ids, kept & wanted[ids] & (group >= 0), len(vocabulary))
    return pd.DataFrame({GROUP: at, "term": vocabulary[word], "count": count})


def _counted_pairs(owner, ids, kept, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How often each owner has each of the kept words: owner, word, count."""
    keys = owner[kept].astype(np.int64) * size + ids[kept]
    if len(keys) and keys.max() < 4 * len(keys) + BINS:
        count = np.bincount(keys)
        keys = np.flatnonzero(count)
        count = count[keys]
    else:
        keys, count = np.unique(keys, return_counts=True)
    return (*np.divmod(keys, max(size, 1)), count)


def within_reach(first, last, sentences, window):
    """Say which words belong to a node, and which lie within its reach, the nodes themselves too.

    Parameters
    ----------
    first, last : array of int (nodes,)
        Each node's first and last word.
    sentences : array of int (sentences + 1,)
        Offsets into words.
    window : int

    Returns
    -------
    node, reach : ndarray of bool (words,)

    Examples
    --------
    >>> node, reach = within_reach(np.array([3]), np.array([3]), np.array([0, 2, 6]), 2)
    >>> node.nonzero()[0].tolist(), reach.nonzero()[0].tolist()
    ([3], [2, 3, 4, 5])
    """
    size = int(sentences[-1])
    sentence = np.searchsorted(sentences, first, side="right") - 1
    low = np.maximum(first - window, sentences[sentence])
    high = np.minimum(last + window + 1, sentences[np.minimum(sentence + 1, len(sentences) - 1)])
    masks = []
    for start, end in ((first, last + 1), (low, high)):
        steps = np.bincount(start, minlength=size + 1) - np.bincount(end, minlength=size + 1)
        masks.append(np.cumsum(steps)[:size] > 0)
    return masks


def _statistics(table):
    """Add the statistics of a table of counts."""
    joint, size, total, words = (
        table[name].to_numpy(float) for name in ("count", "window_words", "term_count", "words")
    )
    whole = dict.fromkeys(COLUMNS[1:7], int)
    return table.assign(
        expected=np.divide(total * size, words, out=np.zeros(len(table)), where=words > 0),
        log_dice=log_dice(joint, table["node_count"], total),
        pmi=pmi(joint, size, total, np.maximum(words, 1)),
        g2=log_likelihood(joint, total - joint, size, words - size),
    ).astype({**whole, "term": "str"})


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
        tables.append(table[[GROUP, *PHRASE_COLUMNS]])
    if corpus is not None and longest > max(LENGTHS):
        found = _counted(comparison, narrow(corpus, comparison), range(4, longest + 1), min_count)
        found["rate"] = found["count"] / found["words"].clip(lower=1) * per
        tables.append(found[[GROUP, *PHRASE_COLUMNS]])
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
    batches = [(ids, tokens, *folded_words(tokens)) for ids, tokens in token_batches(corpus)]
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
