"""What is behind a group's tone: the words that move it, their sentences, and tone by target."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.checks import check_whole
from crosscurrents.comparison import GROUP, Comparison, compared
from crosscurrents.scoring import recombined
from crosscurrents.sentiment import (
    CLEAR,
    TESTED,
    check_lexicon,
    exchange_documents,
    score_intervals,
    scored_groups,
    scored_sentences,
)

PLACES = ["doc_id", "sentence"]
COLUMNS = [
    GROUP, "term", "count", "docfreq", "value", "contribution", "words", "mean", "mean_without",
    "topic",
]  # fmt: skip


@compared
def sentiment_drivers(
    comparison: Comparison,
    *,
    lexicon: str = "vader",
    without_topic_words: bool = False,
    top_n: int = 10,
) -> pd.DataFrame:
    """Give the words that weigh most in the tone of each group, and the tone without them.

    contribution = value / sum of |value| over all terms of the group

    Parameters
    ----------
    comparison : Tone or Comparison
        A value is what a term added to its sentences after all rules of the lexicon.
    lexicon, without_topic_words
        See `sentiment`.
    top_n : int
        Terms of each group, the largest values of either sign first.

    Returns
    -------
    DataFrame
        group, term, count, docfreq, value, contribution (-1 to 1), words (of the group), mean (of
        its sentence scores), mean_without (the same without all the terms listed for the group),
        topic (it is a topic word in most of these places); by group, then by falling size of the
        value, then by term. Empty where the words behind the scores are not known.

    Raises
    ------
    ValueError
        If top_n or the lexicon is out of its range.
    """
    check_whole(top_n=top_n)
    rows = _valences(comparison, lexicon, without_topic_words)
    rows = rows.assign(hidden=rows["topic_word"].astype(int) * rows["count"])
    table = rows.groupby([GROUP, "term"], as_index=False).agg(
        count=("count", "sum"), docfreq=("doc_id", "nunique"), value=("value", "sum"),
        hidden=("hidden", "sum"),
    )  # fmt: skip
    table["topic"] = table["hidden"] * 2 > table["count"]
    table["words"] = table[GROUP].map(comparison.groups["words"])
    table["size"] = table["value"].abs()
    table = table[table["size"] > 0]
    table["contribution"] = table["value"] / table.groupby(GROUP)["size"].transform("sum")
    table = table.sort_values([GROUP, "size", "term"], ascending=[True, False, True])
    table = table.groupby(GROUP, sort=False).head(top_n).reset_index(drop=True)
    means = means_without(comparison, table[[GROUP, "term"]], lexicon, without_topic_words)
    return table.merge(means, on=GROUP, how="left")[COLUMNS]


@compared
def driver_sentences(
    comparison: Comparison,
    *,
    lexicon: str = "vader",
    without_topic_words: bool = False,
    top_n: int = 10,
    most: int = 3,
) -> pd.DataFrame:
    """Give the sentences behind each driver: those that it moved most.

    Parameters
    ----------
    comparison, lexicon, without_topic_words, top_n
        See `sentiment_drivers`, whose terms these are.
    most : int
        Sentences of each term and group.

    Returns
    -------
    DataFrame
        group, term, doc_id, paragraph, sentence, value (what the term added), score (of the whole
        sentence); by group, then in the order of the drivers, the largest values first.
    """
    check_whole(most=most)
    chosen = {"lexicon": lexicon, "without_topic_words": without_topic_words}
    drivers = sentiment_drivers.__wrapped__(comparison, **chosen, top_n=top_n)
    drivers = drivers[[GROUP, "term"]].assign(_order=range(len(drivers)))
    scores = scored_sentences(comparison, lexicon, without_topic_words)[[*PLACES, "score"]]
    rows = _valences(comparison, lexicon, without_topic_words)
    rows = rows[rows["value"] != 0].merge(drivers, on=[GROUP, "term"]).merge(scores, on=PLACES)
    rows = rows.assign(_size=-rows["value"].abs()).sort_values(["_order", "_size", *PLACES])
    rows = rows.groupby("_order", sort=False).head(most).reset_index(drop=True)
    return rows[[GROUP, "term", "doc_id", "paragraph", "sentence", "value", "score"]]


@compared
def lexicon_agreement(comparison: Comparison, *, lexicon: str = "vader") -> pd.DataFrame:
    """Say how much each lexicon knows, and how often it hears the same as one of them.

    Returns
    -------
    DataFrame
        lexicon, sentences, coverage (share of the words it knows), unknown (share of the sentences
        in which it knows no word), same and opposite (of the sentences that `lexicon` finds
        positive or negative, the share that this one finds so, too, or the contrary); the order is
        that of the columns of the sentences.
    """
    check_lexicon(comparison, lexicon, False)
    spoken = comparison.sentences["doc_id"].map(scored_groups(comparison, lexicon)).notna()
    sentences = comparison.sentences[spoken]
    names = [c for c in sentences if f"{c}_coverage" in sentences and sentences[c].notna().any()]
    scores = sentences[names].dropna()
    sign = np.sign(scores).where(scores.abs() >= CLEAR, 0)
    heard = sign[sign[lexicon] != 0] if lexicon in sign else sign[:0]
    rows = []
    for name in names:
        known = sentences[f"{name}_coverage"]
        words = sentences["words"].sum()
        rows.append(
            {
                "lexicon": name,
                "sentences": len(scores),
                "coverage": (known * sentences["words"]).sum() / words if words else np.nan,
                "unknown": (known == 0).mean(),
                "same": (heard[name] == heard[lexicon]).mean(),
                "opposite": (heard[name] == -heard[lexicon]).mean(),
            }
        )
    columns = ["lexicon", "sentences", "coverage", "unknown", "same", "opposite"]
    return pd.DataFrame(rows, columns=columns)


@compared
def target_tone(
    comparison: Comparison,
    *,
    lexicon: str = "vader",
    without_topic_words: bool = False,
    min_sentences: int = 10,
) -> pd.DataFrame:
    """Give the mean score of the words around each target in each group, its own name left out.

    The words are those on either side inside the sentence, as many as
    `tone.record["tone"]["window"]` says.

    Parameters
    ----------
    comparison : Tone or Comparison
    lexicon, without_topic_words
        See `sentiment`.
    min_sentences : int
        Sentences below which a cell holds too little to go by.

    Returns
    -------
    DataFrame
        target, group, sentences, documents, mean, low, high, unit, enough (bool), p, p_adjusted,
        tests (every target of every group is one family); by target in the order of their file,
        then by group; every group of every target, also of one that never occurs.

    Raises
    ------
    ValueError
        If the lexicon or an option is out of its range.
    """
    check_whole(min_sentences=min_sentences)
    rows = _mentions(comparison, lexicon, without_topic_words)
    names = comparison.record.get("tone", {}).get("names", [])
    tested = exchange_documents(comparison, [rows[rows["target"] == name] for name in names])
    tables = []
    for number, name in enumerate(names):
        own = rows[rows["target"] == name]
        table = own.groupby(GROUP).agg(
            sentences=("score", "size"), documents=("doc_id", "nunique"), mean=("score", "mean")
        )
        table = table.join(score_intervals(comparison, own, lexicon))
        table = (
            table.reindex(comparison.groups.index)
            .rename_axis(GROUP)
            .reset_index()
            .assign(target=name)
        )
        tables.append(table.merge(tested[number], on=GROUP, how="left"))
    columns = ["target", GROUP, "sentences", "documents", "mean", "low", "high", "unit", "enough"]
    if not tables:
        return pd.DataFrame(columns=[*columns, *TESTED])
    table = pd.concat(tables, ignore_index=True)
    counts = table[["sentences", "documents"]].fillna(0).astype(int)
    table = table.assign(**counts, unit=table["unit"].fillna("").astype("str"))
    return table.assign(enough=table["sentences"] >= min_sentences)[[*columns, *TESTED]]


def means_without(
    comparison: Comparison, terms: pd.DataFrame, lexicon: str, without_topic_words: bool = False
) -> pd.DataFrame:
    """Give the mean of each group with some terms taken out of its sentences.

    Parameters
    ----------
    terms : DataFrame
        group and term: which terms to take out of which group.

    Returns
    -------
    DataFrame
        group, mean, mean_without (missing where no term is named). What the other words add stays
        as it was.
    """
    rows = scored_sentences(comparison, lexicon, without_topic_words)
    added = _valences(comparison, lexicon, without_topic_words)
    keys = pd.MultiIndex.from_frame(terms[[GROUP, "term"]])
    out = pd.MultiIndex.from_frame(added[[GROUP, "term"]]).isin(keys)
    sums = added.assign(
        gone=np.where(out, added["value"], 0.0), fewer=np.where(out, added["count"], 0)
    )
    sums = sums.groupby(PLACES, as_index=False)[["value", "count", "gone", "fewer"]].sum()
    rows = rows.merge(sums, on=PLACES, how="left").fillna(
        {"value": 0.0, "count": 0, "gone": 0.0, "fewer": 0}
    )
    before = recombined(lexicon, rows["value"], rows["count"])
    after = recombined(lexicon, rows["value"] - rows["gone"], rows["count"] - rows["fewer"])
    # Marks of emphasis and rounding stay as they are.
    rows["without"] = np.where(rows["fewer"] > 0, rows["score"] - before + after, rows["score"])
    table = rows.groupby(GROUP).agg(mean=("score", "mean"), mean_without=("without", "mean"))
    table["mean_without"] = table["mean_without"].where(table.index.isin(terms[GROUP]))
    return table.reset_index()


def _valences(comparison: Comparison, lexicon: str, without_topic_words: bool) -> pd.DataFrame:
    """The words behind the scores of a lexicon, with their group."""
    check_lexicon(comparison, lexicon, without_topic_words)
    rows = getattr(comparison.measures, "valences", None)
    if rows is None:
        raise ValueError(
            "measures without the words behind their scores; give a Tone: "
            "cc.measure_tone(corpus, measures)"
        )
    rows = rows[rows["lexicon"] == lexicon]
    rows = rows[~rows["topic_word"].astype(bool)] if without_topic_words else rows
    rows = rows.assign(**{GROUP: rows["doc_id"].map(scored_groups(comparison, lexicon))})
    return rows[rows[GROUP].notna()].reset_index(drop=True)


def _mentions(comparison: Comparison, lexicon: str, without_topic_words: bool) -> pd.DataFrame:
    """Sentences that mention a target, with the group and the score of the words around."""
    check_lexicon(comparison, lexicon, without_topic_words)
    column = f"{lexicon}_window" + ("_without_topic_words" if without_topic_words else "")
    rows = getattr(comparison.measures, "targets", pd.DataFrame(columns=["doc_id", "target"]))
    if column not in rows:  # nothing was mentioned anywhere
        rows = rows.iloc[:0].reindex(columns=["doc_id", "paragraph", "sentence", "target", column])
    rows = rows[["doc_id", "paragraph", "sentence", "target"]].assign(
        **{GROUP: rows["doc_id"].map(scored_groups(comparison, lexicon))},
        score=rows[column].astype(float),
    )
    return rows[rows[GROUP].notna() & rows["score"].notna()].reset_index(drop=True)
