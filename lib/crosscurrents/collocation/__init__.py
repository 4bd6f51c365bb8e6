"""What goes together: the words around a node, in each source, and how sources differ in them.

The window is a number of words on each side within the sentence. The four cells of every statistic:
words in the windows (their union, nodes left out) against all other words (nodes left out).
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd

from crosscurrents.codebook import Pattern, Theme, match
from crosscurrents.effect_sizes import log_likelihood
from crosscurrents.frequency import check_limits, content_terms
from crosscurrents.keyness.comparison import compare_terms
from crosscurrents.statistics.units import by_size, check_by
from crosscurrents.tokens.texts import folded_words, token_batches, word_places

WINDOW = 5  # words each side (DEFINITIONS, collocation)
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
    term: str,
    *,
    by: str = "source",
    window: int = WINDOW,
    min_count: int = JOINT,
    hide_stopwords: bool = False,
    top_n: int | None = None,
) -> pd.DataFrame:
    """List the words that stand near a node in each group.

    Parameters
    ----------
    corpus : Corpus
        Documents whose text is not at hand are passed over (`not_at_hand` names them).
    term : str
        The node: a pattern as in a codebook.
    by : str
        Column of `corpus.documents`.
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
        By group, then falling logDice, then term: `by`, term, count (of the term within reach of a
        node, each once), node_count, term_count, window_words, words (all but nodes), docfreq
        (documents with both together), expected (count by chance), log_dice, pmi, g2 (four cells,
        unsigned: `count` against `expected` tells attraction from avoidance). `attrs["limits"]`
        states window and least count.

    Raises
    ------
    ValueError
        If the pattern cannot be read, `by` is no column, or a number is out of its range.
    """
    check_limits(window=window, min_count=min_count, top_n=top_n)
    near, all_words, nodes = _counts(corpus, term, by, int(window))
    table = near.groupby([by, "term"], as_index=False).agg(
        count=("count", "sum"), docfreq=("doc_id", "nunique")
    )
    table = table[table["count"] >= min_count]
    if hide_stopwords:
        table = table[content_terms(pd.Index(table["term"]))]
    listed = all_words[all_words["term"].isin(table["term"])]
    listed = listed.groupby([by, "term"])["count"].sum().rename("term_count")
    table = table.merge(listed.reset_index(), on=[by, "term"], how="left")
    sums = {"node_count": nodes, "window_words": near, "words": all_words}
    for name, counts in sums.items():
        table[name] = table[by].map(counts.groupby(by)["count"].sum())
    table = _statistics(table)
    table = table.sort_values([by, "log_dice", "term"], ascending=[True, False, True])
    table = table if top_n is None else table.groupby(by, sort=False).head(int(top_n))
    table = table.reset_index(drop=True)
    table.attrs["groups"] = by_size(all_words.groupby(by)["count"].sum())
    table.attrs["limits"] = (
        f"window {int(window)} words each side, at least {int(min_count)} together"
    )
    return table[[by, *COLUMNS]]


def compare_collocates(
    corpus,
    term: str,
    *,
    by: str = "source",
    window: int = WINDOW,
    min_count: int = JOINT,
    **options,
) -> pd.DataFrame:
    """Compare what stands near a node across all groups: which words differ, and whose they are.

    The words in the windows of each group are compared as vocabularies are: rates per 1,000 words
    in the windows, G2 over all groups, interval by resampling documents or paragraphs.

    Parameters
    ----------
    corpus, term, by, window
        See `collocates`.
    min_count : int
        Fewest joint occurrences in all groups together.
    options
        Further options of `compare_terms`.

    Returns
    -------
    DataFrame
        As `compare_terms` returns it, with counts and sizes of the windows alone.

    Raises
    ------
    ValueError
        If an option is none that there is.
    """
    measures = window_measures(corpus, term, window=window)
    return compare_terms(measures, by=by, min_count=min_count, **options)


def window_measures(corpus, term: str, *, window: int = WINDOW) -> SimpleNamespace:
    """Measure the words near a node as if they were all the text there is.

    What compares vocabularies (`keyness`, `compare_terms`) then compares what stands near the node.

    Parameters
    ----------
    corpus, term, window
        See `collocates`.

    Returns
    -------
    SimpleNamespace
        documents, terms and sentences as in Measures; `words` are words in the windows.

    Raises
    ------
    ValueError
        If the pattern cannot be read or the window is no whole number above 0.
    """
    check_limits(window=window)
    near = _counts(corpus, term, "source", int(window))[0]
    documents = corpus.documents[corpus.documents["at_hand"]]
    words = near.groupby("doc_id")["count"].sum()
    places = near.groupby(["doc_id", "paragraph"], as_index=False)["count"].sum()
    return SimpleNamespace(
        documents=documents.assign(words=documents["doc_id"].map(words).fillna(0).astype(int)),
        terms=near[["doc_id", "paragraph", "term", "count"]].assign(n=1),
        sentences=places.rename(columns={"count": "words"}).assign(sentence=1),
    )


def _counts(corpus, term, by, window):
    """Count words within reach of a node, all words but nodes, and nodes.

    Tables near (doc_id, `by`, paragraph, term, count), all (`by`, term, count) and nodes
    (`by`, count).
    """
    documents = check_by(corpus.documents, by)
    code, groups = pd.factorize(documents[by])
    code = dict(zip(documents["doc_id"], code, strict=True))
    theme = (Theme("node", "", (Pattern.parse(term),)),)
    near, every, nodes = [], [], []
    for names, tokens in token_batches(corpus):
        ids, vocabulary = folded_words(tokens)
        place = word_places(tokens)
        found = match(theme, tokens)
        node, reach = within_reach(found.first, found.last, tokens.words.sentences, window)
        doc = np.array(names, dtype=object)
        where = np.flatnonzero(reach & ~node)
        keys = {"document": place.document, "paragraph": place.within, "term": ids}
        table = pd.DataFrame({name: key[where] for name, key in keys.items()})
        table = table.groupby(list(keys), as_index=False).size().rename(columns={"size": "count"})
        near.append(table.assign(doc_id=doc[table["document"]], term=vocabulary[table["term"]]))
        number = np.array([code[name] for name in names])
        rest = number[place.document[~node]] * len(vocabulary) + ids[~node]
        rest, count = np.unique(rest[rest >= 0], return_counts=True)
        at, word = np.divmod(rest, len(vocabulary))
        every.append(pd.DataFrame({"group": at, "term": vocabulary[word], "count": count}))
        hits = np.bincount(place.document[found.first], minlength=len(names))
        nodes.append(pd.DataFrame({"group": number, "doc_id": doc, "count": hits}))
        near[-1]["group"] = number[near[-1]["document"]]
    columns = [["doc_id", "paragraph", "term", "count"], ["term", "count"], ["count"]]
    tables = []
    for parts, wanted in zip((near, every, nodes), columns, strict=True):
        empty = pd.DataFrame({name: pd.Series(dtype="int64") for name in ["group", *wanted]})
        table = pd.concat(parts, ignore_index=True) if parts else empty
        table = table[table["group"] >= 0]
        tables.append(table[wanted].assign(**{by: groups[table["group"]]}))
    return tables


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
