"""How rich the vocabulary of each source is, and how easy it reads, whatever its length."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.frequency.readability import flesch_kincaid_grade, flesch_reading_ease, syllables
from crosscurrents.statistics.units import check_by
from crosscurrents.tokens.richness import ORDERED, word_order_measures, yule_k
from crosscurrents.tokens.texts import document_words


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
        By group: `by`, documents, words, sentences, types (distinct words), hapaxes (those that
        occur once), ttr (types / words, not to be compared between groups of unlike length),
        mattr, mtld, ordered (documents behind mattr), yule_k, words_per_sentence,
        syllables_per_word, flesch (reading ease, high is easy), grade (Flesch-Kincaid).

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
    types = _types(measures, facts.set_index("doc_id", drop=False)["group"])
    rows = [_row(group, part, types) for group, part in facts[kept].groupby("group")]
    names = [
        by,
        "documents",
        "words",
        "sentences",
        "types",
        "hapaxes",
        "ttr",
        *ORDERED,
        "ordered",
        "yule_k",
    ]
    names += ["words_per_sentence", "syllables_per_word", "flesch", "grade"]
    whole = dict.fromkeys(["documents", "words", "sentences", "types", "hapaxes", "ordered"], int)
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
    for name in ORDERED:
        stored = measures.documents.get(name, pd.Series(np.nan, index=facts.index))
        facts[name] = stored.to_numpy(float)
    unknown = facts.loc[facts[list(ORDERED)].isna().all(axis=1), "doc_id"]
    if corpus is not None and len(unknown):
        found = {d: word_order_measures(w) for d, w in document_words(corpus, unknown)}
        for name in ORDERED:
            new = facts["doc_id"].map({d: values[name] for d, values in found.items()})
            facts[name] = facts[name].fillna(new.astype(float))
    return facts


def _types(measures, groups):
    """Count the distinct words of each group, all that are listed, and those that occur once."""
    terms = measures.terms.loc[measures.terms["n"] == 1, ["doc_id", "term", "count"]]
    counts = terms.assign(group=terms["doc_id"].map(groups)).groupby(["group", "term"])["count"]
    counts = counts.sum().rename("listed").reset_index()
    counts["once"] = counts["listed"] == 1
    return counts.groupby("group").agg(
        types=("term", "size"), listed=("listed", "sum"), once=("once", "sum")
    )


def _row(group, part, types):
    words, sentences = part["sum"].sum(), part["size"].sum()
    found = group in types.index
    types, listed, once = types.loc[group, ["types", "listed", "once"]] if found else (0, 0, 0)
    spoken = part["syllables"].sum()
    means = [_weighted(part[name], part["sum"]) for name in (*ORDERED, "yule_k")]
    reading = [
        words / sentences,
        spoken / listed if listed else np.nan,
        flesch_reading_ease(words, sentences, spoken * words / listed if listed else np.nan),
        flesch_kincaid_grade(words, sentences, spoken * words / listed if listed else np.nan),
    ]
    first = [group, len(part), words, sentences, types, once, types / words]
    return (*first, *means[:2], part["mattr"].notna().sum(), means[2], *reading)


def _weighted(values, weights):
    """Give the mean of the values that are there, by weights."""
    known = values.notna()
    return np.average(values[known], weights=weights[known]) if known.any() else np.nan
