"""The passages behind the numbers of a theme, and which patterns hit."""

from __future__ import annotations

import pandas as pd

from crosscurrents.concordance import passages
from crosscurrents.corpus import Corpus
from crosscurrents.measures import Measures
from crosscurrents.statistics.units import check_by
from crosscurrents.themes.names import theme_names

FEW = 8  # words: what is shorter is not denser than a sentence


def theme_evidence(
    measures: Measures,
    theme: str,
    *,
    corpus: Corpus | None = None,
    by: str = "source",
    top_n: int = 3,
) -> pd.DataFrame:
    """List the passages behind a theme's numbers, those with most of it first.

    Parameters
    ----------
    measures
    theme
        A theme of the codebook, or a pole of a scale ("closeness/warmth").
    corpus
        With it the text of each sentence stands in `passage`, where it is at hand.
    by
        Column of `measures.documents`.
    top_n
        Sentences a group, at least 1.

    Returns
    -------
    DataFrame
        `by`, doc_id, paragraph, sentence, patterns (what matched), hits, words, and passage with
        a corpus; by group, then by hits.

    Raises
    ------
    ValueError
        If the theme or `by` is not there, or top_n is below 1.
    """
    scales = measures.record["codebook"]["scales"].values()
    poles = [pole for s in scales for pole in (s["positive"], s["negative"])]
    known = theme_names(measures) + poles
    if theme not in known:
        raise ValueError(f"theme {theme!r} is not in the codebook; choose from {known}")
    groups = check_by(measures.documents, by).set_index("doc_id", drop=False)[by]
    if isinstance(top_n, bool) or not isinstance(top_n, int) or top_n < 1:
        raise ValueError(f"top_n {top_n!r} is not a whole number of at least 1")
    place = ["doc_id", "paragraph", "sentence"]
    rows = measures.themes[measures.themes["theme"] == theme]
    found = rows.groupby(place, as_index=False, sort=False).agg(
        patterns=("pattern", ", ".join), hits=("count", "sum")
    )
    sentences = measures.sentences[["doc_id", "sentence", "words"]]
    found = found.merge(sentences, on=["doc_id", "sentence"])
    found = found.assign(
        _group=found["doc_id"].map(groups), _density=found["hits"] / found["words"].clip(lower=FEW)
    )
    order = ["_group", "hits", "_density", *place]
    found = found.sort_values(order, ascending=[True, False, False, True, True, True])
    found = found.groupby("_group", sort=False).head(top_n).reset_index(drop=True)
    columns = [c for c in found.columns if not c.startswith("_")]
    if by not in columns:
        found, columns = found.assign(**{by: found["_group"]}), [by, *columns]
    return passages(corpus, found[columns]) if corpus is not None else found[columns]


def evidence(
    measures: Measures, corpus: Corpus, *, theme: str = "", scale: str = "", top_n: int = 3
) -> pd.DataFrame:
    """List passages for one theme, or for every theme and both poles of a scale.

    Parameters
    ----------
    measures, corpus, top_n
        See `theme_evidence`; top_n 0 lists none.
    theme
        One theme; all of them and the poles by default.
    scale
        The scale whose poles are listed; the codebook's first by default.

    Returns
    -------
    DataFrame
        theme, and the columns of `theme_evidence` with passage.
    """
    scales = measures.record["codebook"]["scales"]
    chosen = scales.get(scale or next(iter(scales), ""), {})
    poles = [chosen[k] for k in ("positive", "negative") if k in chosen]
    names = [theme] if theme else theme_names(measures) + poles
    columns = ["theme", "source", "doc_id", "paragraph", "sentence", "patterns", "hits", "words"]
    columns = [*columns, "passage"]
    tables = [
        theme_evidence(measures, name, corpus=corpus, top_n=top_n).assign(theme=name)
        for name in names
        if top_n
    ]
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
    return table[columns]


def pattern_hits(measures: Measures, *, by: str = "source") -> pd.DataFrame:
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
