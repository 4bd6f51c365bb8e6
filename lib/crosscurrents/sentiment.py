"""How sources sound: means of sentence scores, their course, what drives them, where they peak."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crosscurrents.frequency import term_counts
from crosscurrents.lexicon import read_lexicon
from crosscurrents.uncertainty import bootstrap_ratio, check_options
from crosscurrents.units import check_by, resampling_units, unit_labels, unit_of
from crosscurrents.vader import score_sentences, score_tokens

if TYPE_CHECKING:
    from crosscurrents.measures import Measures

__all__ = [
    "score_sentences",
    "score_tokens",
    "sentiment",
    "sentiment_course",
    "sentiment_drivers",
    "sentiment_passages",
]

# A sentence is positive from here on, negative from -CLEAR on (Hutto & Gilbert 2014).
CLEAR = 0.05


def sentiment(
    measures: Measures,
    *,
    by: str = "source",
    lexicon: str = "vader",
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Give the mean sentence score of each group, with its interval, spread and shares.

    Sentences are scored one by one and averaged, each with the same weight: a score of a longer
    text would saturate (Hutto & Gilbert 2014 made VADER for short texts).

    Parameters
    ----------
    measures : Measures
    by : str
        Column of `measures.documents`; documents where it is missing are left out.
    lexicon : str
        One that the sentences were scored with.
    level, resamples, seed
        See `bootstrap_ratio`; documents are drawn, or paragraphs where a group has few.

    Returns
    -------
    DataFrame
        `by`, documents, sentences, words, mean, low, high, sd (of sentences), positive, neutral,
        negative (shares of the sentences: score >= 0.05, between, <= -0.05), coverage (share of
        the words that the lexicon knows), unit (what was drawn again); by group.  What cannot be
        said of a group without sentences, or with too few, is missing.

    Raises
    ------
    ValueError
        If `by`, the lexicon or an option is none that there is.
    """
    check_options(level, resamples)
    rows = _scored_sentences(measures, by, lexicon)
    groups = _groups(measures, by).join(_described(rows))
    units = resampling_units(measures, by=by)
    unit = unit_of(units, rows)
    drawn, scores = unit[unit >= 0], rows["score"][unit >= 0]
    total = np.bincount(drawn, scores, minlength=len(units)).astype(float)
    number = np.bincount(drawn, minlength=len(units)).astype(float)
    for group, part in units.groupby(by):
        _, low, high = bootstrap_ratio(
            total[part.index], number[part.index], level=level, resamples=resamples, seed=seed
        )
        groups.loc[group, ["low", "high"]] = low, high
    labels = unit_labels(units, by=by)
    groups["unit"] = pd.array([labels.get(group, "") for group in groups.index], dtype="str")
    columns = [
        "documents",
        "sentences",
        "words",
        "mean",
        "low",
        "high",
        "sd",
        "positive",
        "neutral",
    ]
    groups["sentences"] = groups["sentences"].fillna(0).astype(int)
    return groups.rename_axis(by)[[*columns, "negative", "coverage", "unit"]].reset_index()


def sentiment_course(
    measures: Measures, *, by: str = "source", bins: int = 10, lexicon: str = "vader"
) -> pd.DataFrame:
    """Give the mean sentence score along the texts of each group, by tenths of their words.

    A sentence belongs to the tenth of its document in which its middle word stands.

    Parameters
    ----------
    measures : Measures
    by, lexicon
        See `sentiment`.
    bins : int
        How many parts a text is cut into.

    Returns
    -------
    DataFrame
        `by`, bin (from 1), documents and sentences (that have a part in it), mean (missing where
        there is no sentence); every bin of every group, in their order.

    Raises
    ------
    ValueError
        If `by`, bins or the lexicon is none that there is.
    """
    _check_whole(bins=bins)
    rows = _scored_sentences(measures, by, lexicon)
    rows = rows[rows["words"] > 0].sort_values(["doc_id", "sentence"])
    words = rows.groupby("doc_id")["words"]
    middle = words.cumsum() - rows["words"] / 2
    rows["bin"] = np.floor(middle / words.transform("sum") * bins).astype(int) + 1
    parts = rows.groupby(["group", "bin"]).agg(
        documents=("doc_id", "nunique"), sentences=("score", "size"), mean=("score", "mean")
    )
    groups = _groups(measures, by).index
    every = pd.MultiIndex.from_product([groups, range(1, bins + 1)], names=[by, "bin"])
    table = parts.reindex(every).reset_index()
    counts = ["documents", "sentences"]
    table[counts] = table[counts].fillna(0).astype(int)
    return table


def sentiment_drivers(
    measures: Measures, *, by: str = "source", lexicon: str = "vader", top_n: int = 10
) -> pd.DataFrame:
    """Give the words that weigh most in the tone of each group, and the tone without them.

    These are the valences of single words, before any rule of VADER (negation, boosters, *but*)
    has acted on them: they say what a score rests on, not what it is.  A lexicon knows nothing of
    a topic; a driver such as *united* or *security* need not be sentiment.

    contribution = count x valence / sum of |count x valence| over all words of the group

    Parameters
    ----------
    measures : Measures
    by : str
        Column of `measures.documents`.
    lexicon : str or Path
        As `read_lexicon` takes it.
    top_n : int
        Terms of each group, the largest contributions of either sign first.

    Returns
    -------
    DataFrame
        `by`, term, count, docfreq, valence, contribution (-1 to 1), words (of the group), mean
        (valence of the words that the lexicon knows), mean_without (the same without the terms
        listed; missing if no other is left); by group, then by falling size of the contribution,
        then by term.

    Raises
    ------
    ValueError
        If `by`, top_n or the lexicon is none that there is.
    """
    _check_whole(top_n=top_n)
    table = _known_words(measures, by, lexicon)
    table["size"] = table["weight"].abs()
    table["contribution"] = table["weight"] / table.groupby(by)["size"].transform("sum")
    totals = table.groupby(by)[["weight", "count"]].sum()
    table = table.sort_values([by, "size", "term"], ascending=[True, False, True])
    table = table.groupby(by, sort=False).head(top_n)
    rest = totals - table.groupby(by)[["weight", "count"]].sum()
    table["mean"] = table[by].map(totals["weight"] / totals["count"])
    table["mean_without"] = table[by].map(rest["weight"] / rest["count"].where(rest["count"] > 0))
    columns = [by, "term", "count", "docfreq", "valence", "contribution", "words", "mean"]
    return table[[*columns, "mean_without"]].reset_index(drop=True)


def sentiment_passages(
    measures: Measures, *, by: str = "source", lexicon: str = "vader", top_n: int = 3
) -> pd.DataFrame:
    """Give the places of the most positive and the most negative sentences of each group.

    Parameters
    ----------
    measures : Measures
    by, lexicon
        See `sentiment`.
    top_n : int
        Sentences of each kind and group; fewer where fewer are clearly so (score beyond 0.05).

    Returns
    -------
    DataFrame
        `by`, tone ("positive" or "negative"), doc_id, paragraph, sentence, words, score; by group,
        the positive before the negative, the strongest first, then by place in the text.

    Raises
    ------
    ValueError
        If `by`, top_n or the lexicon is none that there is.
    """
    _check_whole(top_n=top_n)
    rows = _scored_sentences(measures, by, lexicon)
    rows = rows[rows["score"].abs() >= CLEAR]
    rows["tone"] = np.where(rows["score"] > 0, "positive", "negative")
    rows["size"], rows["order"] = -rows["score"].abs(), rows["score"] < 0
    rows = rows.sort_values(["group", "order", "size", "doc_id", "sentence"])
    rows = rows.groupby(["group", "tone"], sort=False).head(top_n)
    rows[by] = rows["group"]
    columns = [by, "tone", "doc_id", "paragraph", "sentence", "words", "score"]
    return rows[list(dict.fromkeys(columns))].reset_index(drop=True)


def _scored_sentences(measures: Measures, by: str, lexicon: str) -> pd.DataFrame:
    """The sentences that belong to a group: group, place, words, score, coverage."""
    table = measures.sentences
    scored = [c for c in table.columns if f"{c}_coverage" in table.columns]
    if lexicon not in scored:
        raise ValueError(f"lexicon {lexicon!r} did not score these measures; choose from {scored}")
    documents = check_by(measures.documents, by).set_index("doc_id", drop=False)
    rows = table[["doc_id", "paragraph", "sentence", "words"]].assign(
        group=table["doc_id"].map(documents[by]),
        score=table[lexicon],
        coverage=table[f"{lexicon}_coverage"],
    )
    return rows[rows["group"].notna()].reset_index(drop=True)


def _known_words(measures: Measures, by: str, lexicon: str) -> pd.DataFrame:
    """The words of each group that the lexicon knows: term, count, docfreq, valence, weight."""
    counted = term_counts(measures, by=by)
    valence = read_lexicon(lexicon).valence(counted.terms)
    counts, docfreq = counted.counts.tocoo(), counted.docfreq.tocoo()
    row, column = counts.coords
    table = pd.DataFrame(
        {
            by: counted.groups.index[row],
            "term": counted.terms[column],
            "count": counts.data.astype(int),
            "docfreq": docfreq.data.astype(int),
            "valence": valence[column],
            "words": counted.groups["words"].to_numpy()[row],
        }
    )
    table["weight"] = table["count"] * table["valence"]
    return table[table["valence"].notna()]


def _check_whole(**numbers: int) -> None:
    for name, value in numbers.items():
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if not whole or value < 1:
            raise ValueError(f"{name} {value!r} is not a whole number above 0")


def _groups(measures: Measures, by: str) -> pd.DataFrame:
    """Documents and words of each group, also of one without words; indexed by group."""
    documents = check_by(measures.documents, by)
    groups = documents.assign(group=documents[by]).groupby("group", sort=True)
    return groups.agg(documents=("doc_id", "size"), words=("words", "sum"))


def _described(rows: pd.DataFrame) -> pd.DataFrame:
    """Sentences, mean, spread, shares and coverage by group."""
    rows = rows.assign(
        positive=rows["score"] >= CLEAR,
        negative=rows["score"] <= -CLEAR,
        neutral=rows["score"].abs() < CLEAR,
        known=rows["words"] * rows["coverage"],
    )
    groups = rows.groupby("group")
    shares = groups[["positive", "neutral", "negative"]].mean()
    table = groups["score"].agg(sentences="size", mean="mean", sd="std").join(shares)
    words = groups["words"].sum()
    return table.assign(
        coverage=groups["known"].sum() / words.where(words > 0), low=np.nan, high=np.nan
    )
