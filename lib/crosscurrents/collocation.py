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
    table, sizes = _counts(corpus, groups, term, int(window), min_count, forms)
    if hide_stopwords:
        table = table[content_terms(pd.Index(table["term"]), corpus)]
    table = table.join(sizes, on=GROUP)
    table = _statistics(table)
    table = table.sort_values([GROUP, "log_dice", "term"], ascending=[True, False, True])
    table = table if top_n is None else table.groupby(GROUP, sort=False).head(int(top_n))
    order = sizes["words"].sort_values(ascending=False, kind="stable").index.tolist()
    table = rename_groups(table[[GROUP, *COLUMNS]].reset_index(drop=True), by, order)
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


def _counts(corpus, groups: pd.Series, term, window: int, min_count: int, forms: WordForms | None):
    """Words often enough within reach of a node, and the sizes of the groups.

    Tables near (group, term, count, docfreq, term_count), sorted by group, and sizes (node_count,
    window_words, words: all but nodes), indexed by group.
    """
    codes, names = pd.factorize(groups, sort=True)
    number, vocabulary = dict(zip(groups.index, codes, strict=True)), {}
    theme, near, batches = node_of(term), [], []
    sizes = np.zeros((3, len(names)), int)
    for doc_ids, tokens in token_batches(corpus):
        ids, own = forms.words(doc_ids, tokens) if forms else folded_words(tokens)
        own = np.array([vocabulary.setdefault(word, len(vocabulary)) for word in own], int)
        found, document = match(theme, tokens), word_places(tokens).document
        node, reach = within_reach(found.first, found.last, tokens.words.sentences, window)
        code = np.array([number[doc_id] for doc_id in doc_ids])
        at, word, count = _counted_pairs(document, ids, reach & ~node, len(own))
        near.append(_summed(code[at], own[word], count))
        owner = code[document]
        for size, places in zip(sizes, (owner[found.first], owner[reach & ~node], owner[~node])):
            size += np.bincount(places + 1, minlength=len(names) + 1)[1:]
        batches.append((owner, ids, ~node & (owner >= 0), own))
    table = _summed(*np.concatenate(near, axis=1)) if near else np.zeros((4, 0), int)
    table = table[:, (table[0] >= 0) & (table[2] >= min_count)]
    listed = _everywhere(table[1], len(vocabulary), batches)
    table = pd.DataFrame(dict(zip([GROUP, "term", "count", "docfreq"], table)))
    table = table.merge(listed, on=[GROUP, "term"], how="left")
    known = np.array([*vocabulary], dtype=object)
    table["term"] = known[table["term"]]
    table[GROUP] = names[table[GROUP]]
    columns = ["node_count", "window_words", "words"]
    return table, pd.DataFrame(dict(zip(columns, sizes)), index=names)


def _summed(group, word, count, documents=None) -> np.ndarray:
    """Counts of words by document as those of groups: rows group, word, count, documents."""
    size = int(word.max(initial=0)) + 1
    keys, place = np.unique(group.astype(np.int64) * size + word, return_inverse=True)
    sums = [np.bincount(place, weights, len(keys)) for weights in (count, documents)]
    return np.array([*np.divmod(keys, size), *sums], int)


def _everywhere(words: np.ndarray, size: int, batches: list[tuple]) -> pd.DataFrame:
    """How often some words occur in each group, nodes left out: group, term, term_count."""
    wanted, parts = np.zeros(size, bool), [np.zeros((3, 0), int)]
    wanted[words] = True
    for owner, ids, kept, own in batches:
        at, word, count = _counted_pairs(owner, ids, kept & wanted[own][ids], len(own))
        parts.append(np.array([at, own[word], count]))
    columns = dict(zip([GROUP, "term", "term_count"], np.concatenate(parts, axis=1)))
    return pd.DataFrame(columns).groupby([GROUP, "term"], as_index=False).sum()


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
