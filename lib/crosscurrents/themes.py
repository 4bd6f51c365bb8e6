"""Who talks about what, and where each source stands: shares, scale positions, evidence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.concordance import passages
from crosscurrents.corpus import Corpus
from crosscurrents.measures import Measures
from crosscurrents.uncertainty import bootstrap_ratio, check_options
from crosscurrents.units import resampling_units, unit_labels, unit_of


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
    columns = ["theme", by, "sentences", "of", "share", "low", "high", "word_share", "documents", "unit"]
    units = resampling_units(measures, by=by)
    labels, themes = unit_labels(units, by=by), theme_names(measures)
    sentences = measures.sentences.assign(_unit=unit_of(units, measures.sentences))
    touched = measures.themes[["doc_id", "sentence", "theme"]].drop_duplicates()
    touched = touched.merge(sentences[["doc_id", "sentence", "words", "_unit"]], on=["doc_id", "sentence"])
    size = len(units)
    all_sentences = np.bincount(sentences["_unit"], minlength=size).astype(float)
    all_words = np.bincount(sentences["_unit"], sentences["words"], minlength=size)
    code = pd.Index(themes).get_indexer(touched["theme"])
    kept = (code >= 0) & (touched["_unit"] >= 0)
    cell = touched["_unit"].to_numpy()[kept] * max(len(themes), 1) + code[kept]
    shape = (size, len(themes))
    hit = np.bincount(cell, minlength=size * len(themes)).astype(float).reshape(shape)
    hit_words = np.bincount(cell, touched["words"].to_numpy()[kept], minlength=size * len(themes)).reshape(shape)
    rows = []
    for group, part in units.groupby(by, sort=True):
        at = part.index.to_numpy()
        share, low, high = bootstrap_ratio(
            hit[at], all_sentences[at], level=level, resamples=resamples, seed=seed
        )
        of, words, documents = all_sentences[at].sum(), all_words[at].sum(), part["doc_id"].nunique()
        for k, theme in enumerate(themes):
            words_share = hit_words[at, k].sum() / words if words else np.nan
            touched_here = int(hit[at, k].sum())
            rows.append(
                (theme, group, touched_here, int(of), share[k], low[k], high[k], words_share, documents, labels[group])
            )
    table = pd.DataFrame(rows, columns=columns)
    order = table["theme"].map({t: i for i, t in enumerate(themes)})
    return table.iloc[np.lexsort((table[by].to_numpy(), order.to_numpy()))].reset_index(drop=True)


def scale_position(measures: Measures, scale: str = "", *, by: str = "source", level: float = 0.95) -> pd.DataFrame:
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
    columns = ["scale", by, "near", "far", "positive", "negative", "position", "se", "low", "high", "unit"]
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
        position = np.log((a + 0.5) / (b + 0.5)) if a + b else np.nan
        se = np.sqrt(1 / (a + 0.5) + 1 / (b + 0.5)) if a + b else np.nan
        pull = own[:, 0] / (a + 0.5) - own[:, 1] / (b + 0.5)
        n = len(own)
        clustered = np.sqrt(((pull - pull.mean()) ** 2).sum() * n / (n - 1)) if n > 1 else np.nan
        reach = stdtrit(n - 1, (1 + level) / 2) * max(se, clustered) if n > 1 else np.nan
        rows.append((name, group, *names, int(a), int(b), position, se, position - reach, position + reach, labels[group]))
    return pd.DataFrame(rows, columns=columns)


def theme_evidence(
    measures: Measures, theme: str, *, corpus: Corpus | None = None, by: str = "source", top_n: int = 3
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
    known = theme_names(measures) + [pole for s in scales for pole in (s["positive"], s["negative"])]
    if theme not in known:
        raise ValueError(f"theme {theme!r} is not in the codebook; choose from {known}")
    if by not in measures.documents:
        raise ValueError(f"by {by!r} is not a column of documents; choose from {list(measures.documents)}")
    if isinstance(top_n, bool) or not isinstance(top_n, int) or top_n < 1:
        raise ValueError(f"top_n {top_n!r} is not a whole number of at least 1")
    place = ["doc_id", "paragraph", "sentence"]
    rows = measures.themes[measures.themes["theme"] == theme]
    found = rows.groupby(place, as_index=False, sort=False).agg(patterns=("pattern", ", ".join), hits=("count", "sum"))
    found = found.merge(measures.sentences[["doc_id", "sentence", "words"]], on=["doc_id", "sentence"])
    found.insert(0, by, found["doc_id"].map(measures.documents.set_index("doc_id")[by]))
    found = found.assign(_density=found["hits"] / found["words"].clip(lower=8))
    found = found.sort_values([by, "hits", "_density", *place], ascending=[True, False, False, True, True, True])
    found = found.groupby(by, sort=False).head(top_n).drop(columns="_density").reset_index(drop=True)
    return passages(corpus, found) if corpus is not None else found


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
    tables = [
        theme_evidence(measures, name, corpus=corpus, top_n=max(top_n, 1)).assign(theme=name).head(None if top_n else 0)
        for name in names
    ]
    columns = ["theme", "source", "doc_id", "paragraph", "sentence", "patterns", "hits", "words", "passage"]
    return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)


def pattern_hits(measures: Measures, *, by: str = "source") -> pd.DataFrame:
    """Count the hits of each pattern in each group.

    Returns
    -------
    DataFrame
        theme, pattern, hits, documents (that it hits), and a column of hits a group; by theme in
        codebook order, then by falling hits.
    """
    table = measures.themes.assign(_by=measures.themes["doc_id"].map(measures.documents.set_index("doc_id")[by]))
    key = ["theme", "pattern"]
    total = table.groupby(key).agg(hits=("count", "sum"), documents=("doc_id", "nunique"))
    groups = table.pivot_table(index=key, columns="_by", values="count", aggfunc="sum", fill_value=0)
    joined = total.join(groups.astype(int)).reset_index()
    order = {name: i for i, name in enumerate(theme_names(measures))}
    rank = joined["theme"].map(order).fillna(len(order))
    joined = joined.assign(_rank=rank).sort_values(["_rank", "theme", "hits", "pattern"], ascending=[True, True, False, True])
    return joined.drop(columns="_rank").reset_index(drop=True)
