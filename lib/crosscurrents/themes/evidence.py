"""The passages behind the numbers of a theme, and which patterns hit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.checks import check_whole
from crosscurrents.concordance import passages
from crosscurrents.corpus import Corpus
from crosscurrents.measures.tables import PLACE
from crosscurrents.statistics.units import check_by
from crosscurrents.themes.marks import codebook_of, marked
from crosscurrents.themes.names import check_theme, pole_names, theme_names

FEW = 8  # words: what is shorter is not denser than a sentence


def theme_evidence(
    measures,
    theme: str,
    *,
    corpus: Corpus | None = None,
    by: str = "source",
    top_n: int = 3,
) -> pd.DataFrame:
    """List the passages behind a theme's numbers, the best first.

    The best are those in which most different patterns of the theme match; among these, those with
    most hits, then those with most hits a word (of at least 8), then the first in the text.

    Parameters
    ----------
    measures : Measures
    theme : str
        A theme of the codebook, a sub-theme, a pole of a scale ("closeness/warmth"), or the denied
        hits of one ("closeness/warmth denied").
    corpus : Corpus, optional
        With it the text of each sentence stands in `passage`, what matched is marked where the
        table is shown, empty where the text is not at hand; `attrs["note"]` says which file.
    by : str
        Column of `measures.documents`; documents where it is missing are left out.
    top_n : int
        Sentences a group, at least 1.

    Returns
    -------
    DataFrame
        `by`, doc_id, paragraph, sentence, patterns (what matched), hits, words, and passage with
        a corpus; by group, the best first.

    Raises
    ------
    ValueError
        If the theme or `by` is not there, or top_n is below 1.
    """
    check_theme(measures, theme)
    check_whole(top_n=top_n)
    found = _best(measures, [theme], by, top_n)
    found = found if corpus is None else _with_passages(measures, corpus, found)
    return found.drop(columns="theme")


def evidence(
    measures,
    corpus: Corpus,
    *,
    theme: str = "",
    scale: str = "",
    by: str = "source",
    top_n: int = 3,
) -> pd.DataFrame:
    """List passages for one theme, or for every theme and both poles of a scale.

    Parameters
    ----------
    measures, corpus, by, top_n
        See `theme_evidence`; top_n 0 lists none.
    theme : str
        One theme; all of them and the poles by default.
    scale : str
        The scale whose poles, and their denied hits, are listed; the codebook's first by default.

    Returns
    -------
    DataFrame
        theme, and the columns of `theme_evidence` with passage; by theme in codebook order.

    Raises
    ------
    ValueError
        If the theme or `by` is not there.
    """
    scales = measures.record["codebook"]["scales"]
    poles = pole_names(measures, scale or next(iter(scales), ""))
    names = [check_theme(measures, theme)] if theme else theme_names(measures) + poles
    return _with_passages(measures, corpus, _best(measures, names, by, top_n))


def _best(measures, themes: list[str], by: str, top_n: int) -> pd.DataFrame:
    """The best places of each theme in each group."""
    groups = check_by(measures.documents, by).set_index("doc_id", drop=False)[by]
    rows = measures.themes[measures.themes["theme"].isin(themes)]
    found = rows.groupby(["theme", *PLACE], as_index=False, sort=False).agg(
        patterns=("pattern", ", ".join), different=("pattern", "nunique"), hits=("count", "sum")
    )
    sentences = measures.sentences[["doc_id", "sentence", "words"]]
    found = found.merge(sentences, on=["doc_id", "sentence"])
    found = found.assign(
        _group=found["doc_id"].map(groups),
        _density=found["hits"] / found["words"].clip(lower=FEW),
        _order=pd.Index(themes).get_indexer(found["theme"]),
    ).dropna(subset="_group")
    order = {"_order": True, "_group": True, "different": False, "hits": False, "_density": False}
    order |= dict.fromkeys(PLACE, True)
    found = found.sort_values([*order], ascending=[*order.values()])
    found = found.groupby(["_order", "_group"], sort=False).head(top_n).reset_index(drop=True)
    found[by] = found["_group"]
    columns = dict.fromkeys(["theme", by, *PLACE, "patterns", "hits", "words"])
    return found[list(columns)]


def _with_passages(measures, corpus: Corpus, found: pd.DataFrame) -> pd.DataFrame:
    """Add the text of the places, with what matched marked."""
    table = passages(corpus, found)
    texts = table["passage"].to_numpy(dtype=object)
    there = corpus.documents.set_index("doc_id")["at_hand"]
    there = there.reindex(table["doc_id"]).fillna(False).to_numpy(dtype=bool)
    if there.any():
        hits = measures.themes[measures.themes["theme"].isin(table["theme"])]
        book = codebook_of(corpus, measures, hits)
        made = np.empty(there.sum(), dtype=object)
        made[:] = marked(list(texts[there]), book, table["theme"][there].tolist())
        texts[there] = made
    return table.assign(passage=pd.Series(texts, index=table.index, dtype=object))


def pattern_hits(measures, *, by: str = "source") -> pd.DataFrame:
    """Count the hits of each pattern in each group.

    Returns
    -------
    DataFrame
        theme, pattern, hits, documents (that it hits), and a column of hits a group; by theme in
        codebook order, then by falling hits.

    Raises
    ------
    ValueError
        If `by` is no column of the documents.
    """
    groups = check_by(measures.documents, by).set_index("doc_id", drop=False)[by]
    table = measures.themes.assign(_by=measures.themes["doc_id"].map(groups))
    key = ["theme", "pattern"]
    total = table.groupby(key).agg(hits=("count", "sum"), documents=("doc_id", "nunique"))
    hits = table.pivot_table(
        index=key, columns="_by", values="count", aggfunc="sum", fill_value=0
    ).astype(int)
    joined = total.join(hits).reset_index()
    order = {name: i for i, name in enumerate(theme_names(measures))}
    joined = joined.assign(_rank=joined["theme"].map(order).fillna(len(order)))
    columns = ["_rank", "theme", "hits", "pattern"]
    joined = joined.sort_values(columns, ascending=[True, True, False, True], ignore_index=True)
    return joined.drop(columns="_rank")
