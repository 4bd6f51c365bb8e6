"""How rich the vocabulary of a text is, and how easy it reads, whatever its length.

The plain functions take the words of one document, in their order, as integer ids or as text.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .readability import flesch_kincaid_grade, flesch_reading_ease, syllables
from .units import check_by

WINDOW = 100  # words of MATTR (DEFINITIONS, variety)
THRESHOLD = 0.72  # type-token ratio below which a factor of MTLD is full (McCarthy & Jarvis 2010)
LEAST = 10  # words of a factor
ORDERED = ("mattr", "mtld")  # what needs the order of the words


def mattr(words, *, window: int = WINDOW) -> float:
    """Give the moving-average type-token ratio (Covington & McFall 2010).

    The mean, over all windows of so many words, of distinct words / words.

    Parameters
    ----------
    words : array (words,)
        In text order, as ids or as text.
    window : int
        At least 1.

    Returns
    -------
    float
        Missing for a text shorter than the window.

    Raises
    ------
    ValueError
        If the window is no whole number above 0.

    Examples
    --------
    >>> mattr(list("ababcdca"), window=4)
    0.75
    """
    if isinstance(window, bool) or window != int(window) or window < 1:
        raise ValueError(f"window {window!r} is not a whole number of at least 1")
    window = int(window)
    ids = _ids(words)
    windows = len(ids) - window + 1
    if windows < 1:
        return np.nan
    # A word is a new type in every window that holds it but begins after it stood before.
    place = np.arange(len(ids))
    first = np.maximum(np.maximum(_before(ids) + 1, place - window + 1), 0)
    last = np.minimum(place, windows - 1)
    kept = first <= last
    steps = np.bincount(first[kept], minlength=windows + 1).astype(float)
    steps -= np.bincount(last[kept] + 1, minlength=windows + 1)
    return float(np.cumsum(steps)[:windows].mean() / window)


def mtld(words, *, threshold: float = THRESHOLD, least: int = LEAST) -> float:
    """Give the measure of textual lexical diversity (McCarthy & Jarvis 2010).

    The mean length of factors: a factor is full once its type-token ratio is below the threshold
    and it has at least ten words; the rest at the end counts as (1 - its ratio) / (1 - threshold).
    The text is read forward and backward, and both results are averaged.

    Parameters
    ----------
    words : array (words,)
        In text order, as ids or as text.
    threshold : float
        Between 0 and 1.
    least : int
        Fewest words of a factor.

    Returns
    -------
    float
        Missing where either direction has not one full factor.

    Raises
    ------
    ValueError
        If the threshold is not between 0 and 1, or `least` no whole number above 0.

    Examples
    --------
    >>> mtld(["a", "b"] * 10)
    10.0
    """
    if not 0 < threshold < 1:
        raise ValueError(f"threshold {threshold!r} is not between 0 and 1, such as 0.72")
    if isinstance(least, bool) or least != int(least) or least < 1:
        raise ValueError(f"least {least!r} is not a whole number of at least 1")
    ids = _ids(words)
    factors = [_factors(part, threshold, least) for part in (ids, ids[::-1])]
    if min(full for full, _ in factors) < 1:
        return np.nan
    return float(np.mean([len(ids) / (full + rest) for full, rest in factors]))


def _factors(ids, threshold, least):
    """Give the number of full factors, and the rest as a part of one."""
    before = _before(ids).tolist()
    full = start = types = 0
    for k, earlier in enumerate(before):
        types += earlier < start
        size = k + 1 - start
        if size >= least and types / size < threshold:
            full, start, types = full + 1, k + 1, 0
    size = len(before) - start
    return full, (1 - types / size) / (1 - threshold) if size else 0.0


def yule_k(counts) -> float:
    """Give Yule's K, how much a text repeats its words: 10,000 (sum of count^2 - N) / N^2.

    Yule (1944): the chance, times 10,000, that two words drawn without regard to order are one and
    the same word; high where the vocabulary is poor, and independent of length.

    Parameters
    ----------
    counts : array (types,)
        How often each word occurs.

    Returns
    -------
    float
        Missing for a text without words.

    Examples
    --------
    >>> yule_k([4, 3, 2, 1])
    2000.0
    """
    counts = np.asarray(counts, dtype=float)
    size = counts.sum()
    return float(10_000 * ((counts**2).sum() - size) / size**2) if size else np.nan


def word_order_measures(words) -> dict[str, float]:
    """Give what needs the order of a document's words, by name: mattr and mtld.

    Parameters
    ----------
    words : array (words,)
        Of one document, as ids or as text.
    """
    return {"mattr": mattr(words), "mtld": mtld(words)}


def variety(measures, *, by: str = "source", corpus=None) -> pd.DataFrame:
    """Say how rich each group's vocabulary is and how easy it reads.

    MATTR, MTLD and Yule's K are those of single documents, averaged by their words. MATTR and MTLD
    need the order of the words: they come from columns of the documents where they were measured,
    else from the texts of `corpus` that are at hand, else they are missing.

    Parameters
    ----------
    measures : Measures
    by : str
        Column of `measures.documents`; doc_id gives a row a document.
    corpus : Corpus, optional

    Returns
    -------
    DataFrame
        By group: `by`, documents, words, sentences, types (distinct words), ttr (types / words, not
        to be compared between groups of unlike length), mattr, mtld, ordered (documents behind
        mattr), yule_k, words_per_sentence, syllables_per_word, flesch (reading ease, high is easy),
        grade (Flesch-Kincaid).

    Raises
    ------
    ValueError
        If `by` is no column of the documents.
    """
    documents = check_by(measures.documents, by)
    sizes = measures.sentences.groupby("doc_id")["words"].agg(["size", "sum"])
    facts = _facts(measures, corpus).join(sizes, on="doc_id")
    facts["group"] = facts["doc_id"].map(documents.set_index("doc_id", drop=False)[by])
    kept = facts["group"].notna() & (facts["sum"] > 0)
    rows = [_row(group, part, measures) for group, part in facts[kept].groupby("group")]
    names = [by, "documents", "words", "sentences", "types", "ttr", *ORDERED, "ordered", "yule_k"]
    names += ["words_per_sentence", "syllables_per_word", "flesch", "grade"]
    whole = dict.fromkeys(["documents", "words", "sentences", "types", "ordered"], int)
    parts = dict.fromkeys([n for n in names[1:] if n not in whole], float)
    return pd.DataFrame(rows, columns=names).astype(whole | parts)


def _facts(measures, corpus):
    """Give yule_k, syllables, mattr and mtld of each document."""
    words = measures.terms[measures.terms["n"] == 1]
    counts = words.groupby(["doc_id", "term"], as_index=False)["count"].sum()
    spoken = {term: syllables(term) for term in counts["term"].unique()}
    counts["syllables"] = counts["count"] * counts["term"].map(spoken).astype(float)
    facts = measures.documents[["doc_id"]].copy()
    by_document = counts.groupby("doc_id")
    facts["yule_k"] = facts["doc_id"].map(by_document["count"].agg(yule_k)).astype(float)
    facts["syllables"] = facts["doc_id"].map(by_document["syllables"].sum()).astype(float)
    stored = [name for name in ORDERED if name in measures.documents]
    for name in ORDERED:
        facts[name] = measures.documents[name].to_numpy(float) if name in stored else np.nan
    if corpus is not None and len(stored) < len(ORDERED):
        from .texts import document_words

        found = {d: word_order_measures(w) for d, w in document_words(corpus, facts["doc_id"])}
        for name in ORDERED:
            new = facts["doc_id"].map({d: values[name] for d, values in found.items()})
            facts[name] = facts[name].fillna(new.astype(float))
    return facts


def _row(group, part, measures):
    words, sentences = part["sum"].sum(), part["size"].sum()
    terms = measures.terms[measures.terms["doc_id"].isin(part["doc_id"])]
    terms = terms[terms["n"] == 1]
    types, listed = terms["term"].nunique(), terms["count"].sum()
    spoken = part["syllables"].sum()
    means = [_weighted(part[name], part["sum"]) for name in (*ORDERED, "yule_k")]
    reading = [
        words / sentences,
        spoken / listed if listed else np.nan,
        flesch_reading_ease(words, sentences, spoken * words / listed if listed else np.nan),
        flesch_kincaid_grade(words, sentences, spoken * words / listed if listed else np.nan),
    ]
    first = [group, len(part), words, sentences, types, types / words]
    return (*first, *means[:2], part["mattr"].notna().sum(), means[2], *reading)


def _weighted(values, weights):
    """Give the mean of the values that are there, by weights."""
    known = values.notna()
    return np.average(values[known], weights=weights[known]) if known.any() else np.nan


def _before(ids):
    """Give the place at which each word stood before, -1 for the first time."""
    order = np.argsort(ids, kind="stable")
    before = np.full(len(ids), -1)
    same = ids[order[1:]] == ids[order[:-1]]
    before[order[1:][same]] = order[:-1][same]
    return before


def _ids(words):
    """Return words as integers, the same word as the same number."""
    words = np.asarray(words)
    if words.ndim != 1:
        raise ValueError(f"words {words.shape} are not one document; give an array (words,)")
    return words if words.dtype.kind in "iu" else np.unique(words, return_inverse=True)[1]
