"""Who talks about what, and where each source stands: shares, scale positions, evidence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.concordance import passages
from crosscurrents.corpus import Corpus
from crosscurrents.measures import Measures
from crosscurrents.statistics.units import check_by, resampling_units, unit_labels, unit_of
from crosscurrents.uncertainty import bootstrap_ratio, check_options

FEW = 8  # words: what is shorter is not denser than a sentence


def theme_names(measures: Measures) -> list[str]:
    """The themes of the codebook that the measures were made with; poles of scales are none."""
    return list(measures.record["codebook"]["themes"])


def theme_share(
    measures: Measures,
    *,
    by: str = "source",
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Give the share of each group's sentences that each theme touches, with its interval.

    Sentences without any theme stay in the denominator, and one sentence can touch many themes.

    Parameters
    ----------
    measures
    by
        Column of `measures.documents`.
    level, resamples, seed
        See `bootstrap_ratio`.

    Returns
    -------
    DataFrame
        theme, `by`, sentences (touched), of (all sentences), share, low, high, word_share (words in
        touched sentences / all words), documents, unit; by theme in codebook order, then by group.

    Raises
    ------
    ValueError
        If `by` is no column of the documents.
    """
    check_options(level, resamples)
    units = resampling_units(measures, by=by)
    labels, themes = unit_labels(units, by=by), theme_names(measures)
    hit, hit_words, every, words = _touched(measures, units, themes)
    rows = []
    for group, part in units.groupby(by, sort=True):
        at = part.index.to_numpy()
        share, low, high = bootstrap_ratio(
            hit[at], every[at], level=level, resamples=resamples, seed=seed
        )
        of, size, documents = every[at].sum(), words[at].sum(), part["doc_id"].nunique()
        for k, theme in enumerate(themes):
            touched, touched_words = int(hit[at, k].sum()), hit_words[at, k].sum()
            word_share = touched_words / size if size else np.nan
            figures = (touched, int(of), share[k], low[k], high[k], word_share)
            rows.append((k, theme, group, *figures, documents, labels[group]))
    figures = ["sentences", "of", "share", "low", "high", "word_share", "documents", "unit"]
    table = pd.DataFrame(rows, columns=["_order", "theme", by, *figures])
    table = table.sort_values(["_order", by], kind="stable", ignore_index=True)
    return table.drop(columns="_order")


def _touched(
    measures: Measures, units: pd.DataFrame, themes: list[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Per unit and theme: sentences touched, their words; per unit all sentences, all words."""
    sentences = measures.sentences.assign(_unit=unit_of(units, measures.sentences))
    sentences = sentences[sentences["_unit"] >= 0]
    place = ["doc_id", "sentence"]
    touched = measures.themes[[*place, "theme"]].drop_duplicates()
    touched = touched.merge(sentences[[*place, "words", "_unit"]], on=place)
    code = pd.Index(themes).get_indexer(touched["theme"])
    touched, code = touched[code >= 0], code[code >= 0]  # poles of scales are no themes
    shape = (len(units), len(themes))
    cell = touched["_unit"].to_numpy() * len(themes) + code
    hit, hit_words = (
        np.bincount(cell, weights, minlength=shape[0] * shape[1]).astype(float).reshape(shape)
        for weights in (None, touched["words"].to_numpy())
    )
    every, words = (
        np.bincount(sentences["_unit"], weights, minlength=len(units)).astype(float)
        for weights in (None, sentences["words"].to_numpy())
    )
    return hit, hit_words, every, words


def scale_position(
    measures: Measures, scale: str = "", *, by: str = "source", level: float = 0.95
) -> pd.DataFrame:
    """Place each group on a scale between two poles of a codebook.

    position = ln((a + 0.5) / (b + 0.5)), a and b the hits of the poles, with its standard error
    sqrt(1 / (a + 0.5) + 1 / (b + 0.5)) (Lowe, Benoit, Mikhaylov & Laver 2011). That error takes
    hits as independent; the interval is Student's t with the error clustered by document or
    paragraph (linearised), and never less than it.

    Parameters
    ----------
    measures
    scale
        Its name in the codebook; the only or first one by default.
    by
        Column of `measures.documents`.
    level
        Confidence level of the interval.

    Returns
    -------
    DataFrame
        scale, `by`, near, far (names of the poles), positive, negative (their hits), position, se,
        low, high, unit; by group. A group without any hit has no position.

    Raises
    ------
    ValueError
        If the scale or `by` is not there.
    """
    from scipy.special import stdtrit

    check_options(level, 100)
    scales = measures.record["codebook"]["scales"]
    if scale and scale not in scales:
        raise ValueError(f"scale {scale!r} is not in the codebook; choose from {list(scales)}")
    columns = ["near", "far", "positive", "negative", "position", "se", "low", "high", "unit"]
    columns = ["scale", by, *columns]
    units = resampling_units(measures, by=by)
    if not scales:
        return pd.DataFrame(columns=columns)
    name = scale or next(iter(scales))
    poles = [scales[name]["positive"], scales[name]["negative"]]
    names = [pole.split("/", 1)[1] for pole in poles]
    hits = measures.themes[measures.themes["theme"].isin(poles)]
    unit, which = unit_of(units, hits), hits["theme"].eq(poles[1]).to_numpy(int)
    counts = np.zeros((len(units), 2))
    np.add.at(counts, (unit[unit >= 0], which[unit >= 0]), hits["count"].to_numpy()[unit >= 0])
    labels, rows = unit_labels(units, by=by), []
    for group, part in units.groupby(by, sort=True):
        own = counts[part.index]
        a, b = own.sum(axis=0)
        position, se, reach = _position(own, level, stdtrit)
        figures = (int(a), int(b), position, se, position - reach, position + reach)
        rows.append((name, group, *names, *figures, labels[group]))
    return pd.DataFrame(rows, columns=columns)


def _position(hits: np.ndarray, level: float, stdtrit) -> tuple[float, float, float]:
    """Position, its standard error and half its interval, from the hits of both poles by unit."""
    a, b = hits.sum(axis=0)
    if not a + b:
        return np.nan, np.nan, np.nan
    position = np.log((a + 0.5) / (b + 0.5))
    se = np.sqrt(1 / (a + 0.5) + 1 / (b + 0.5))
    n = len(hits)
    if n < 2:
        return position, se, np.nan
    pull = hits[:, 0] / (a + 0.5) - hits[:, 1] / (b + 0.5)
    clustered = np.sqrt(((pull - pull.mean()) ** 2).sum() * n / (n - 1))
    return position, se, stdtrit(n - 1, (1 + level) / 2) * max(se, clustered)


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
