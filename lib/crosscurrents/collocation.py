"""Collocation: the words around a node, in each source.

The window is a number of words on each side within the sentence. The four cells of every statistic:
words in the windows (their union, nodes left out) against all other words (nodes left out).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.checks import check_whole
from crosscurrents.codebook import Pattern, Theme
from crosscurrents.comparison import (
    GROUP,
    Comparison,
    rename_groups,
    user_column,
    with_labels,
)
from crosscurrents.core.matching import match
from crosscurrents.effect_sizes import log_likelihood
from crosscurrents.frequency import content_terms
from crosscurrents.texts import folded_words, narrow, token_batches, word_places
from crosscurrents.word_forms import WordForms

WINDOW = 5  # words each side (DEFINITIONS, collocation)
BINS = 1_000_000  # counts that are cheaper to hold than to sort for
JOINT = 5  # fewest joint occurrences
COLUMNS = (
    *("term", "count", "node_count", "term_count", "window_words", "words", "docfreq"),
    *("expected", "log_dice", "pmi", "g2"),
)


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
    term: str | list[str] | Theme,
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
    term : str, list of str or Theme
        The node: a pattern as in a codebook, several of them (`comparison.forms_of("ally")`), or a
        theme of one.
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
    check_whole(window=window, min_count=min_count, top_n=top_n)
    comparison = corpus if isinstance(corpus, Comparison) else None
    corpus, by, groups = texts_by_group(corpus, by)
    forms = comparison.word_forms if comparison else None
    near, listed, every, nodes = _counts(corpus, groups, term, int(window), forms)
    table = near.groupby([GROUP, "term"], as_index=False).agg(
        count=("count", "sum"), docfreq=("docfreq", "sum")
    )
    table = table[table["count"] >= min_count]
    if hide_stopwords:
        table = table[content_terms(pd.Index(table["term"]), corpus)]
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


def node_of(pattern: str | list[str] | Theme) -> tuple[Theme, ...]:
    """What is searched for, as `match` takes it: a pattern, several, or a theme with all of its."""
    if isinstance(pattern, Theme):
        return (pattern,)
    texts = [pattern] if isinstance(pattern, str) else pattern
    return (Theme("node", "", tuple(map(Pattern.parse, texts))),)


def _counts(
    corpus, groups: pd.Series, term: str | list[str] | Theme, window: int, forms: WordForms | None
) -> list[pd.DataFrame]:
    """Words within reach of a node, the same words anywhere, all words but nodes, and nodes.

    Tables near (group, term, count, docfreq), listed (group, term, count), every and nodes (group,
    count).
    """
    number = dict(zip(groups.index, pd.factorize(groups)[0], strict=True))
    names = pd.factorize(groups)[1]
    theme, near, every, nodes, seen = node_of(term), [], [], [], []
    for doc_ids, tokens in token_batches(corpus):
        ids, vocabulary = forms.words(doc_ids, tokens) if forms else folded_words(tokens)
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
