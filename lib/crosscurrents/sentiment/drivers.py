"""Which words moved a score, what it is without them, and what the guard takes away."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.checks import check_whole
from crosscurrents.comparison import Comparison
from crosscurrents.frequency import term_counts
from crosscurrents.lexicon import read_lexicon
from crosscurrents.scoring.scored import recombined
from crosscurrents.sentiment.rows import Units, scored_sentences
from crosscurrents.statistics.units import check_by, sized

COLUMNS = ["count", "docfreq", "value", "contribution", "words", "mean", "mean_without", "topic"]


@sized
def sentiment_drivers(
    measures,
    *,
    by: str = "source",
    lexicon: str = "vader",
    guard: bool = False,
    top_n: int = 10,
) -> pd.DataFrame:
    """Give the words that weigh most in the tone of each group, and the tone without them.

    contribution = value / sum of |value| over all terms of the group

    Parameters
    ----------
    measures : Measures or Tone
        Of a Tone, a value is what a term added to its sentences after all rules of the lexicon.
        Measures know words alone: there a value is count x valence, before any rule has acted.
    by : str
        Column of `measures.documents`.
    lexicon : str or Path
        As `read_lexicon` takes it.
    guard : bool
        Leave out the guard's terms (of a Tone).
    top_n : int
        Terms of each group, the largest values of either sign first.

    Returns
    -------
    DataFrame
        `by`, term, count, docfreq, value, contribution (-1 to 1), words (of the group), mean (of
        its sentence scores), mean_without (the same without all the terms listed for the group;
        both missing where a term's sentences are not known), topic (it is one of the guard's terms
        in most of these places); by group, then by falling size of the value, then by term.

    Raises
    ------
    ValueError
        If `by`, top_n or the lexicon is none that there is.
    """
    check_whole(top_n=top_n)
    columns = list(dict.fromkeys([by, "term", *COLUMNS]))
    valences = getattr(measures, "valences", None)
    if valences is None or not (valences["lexicon"] == lexicon).any():
        valences, table = None, _known_words(measures, by, lexicon)
    else:
        table = _added(measures, _own_valences(measures, by, lexicon, guard), by)
    table["size"] = table["value"].abs()
    table = table[table["size"] > 0]
    table["contribution"] = table["value"] / table.groupby(by)["size"].transform("sum")
    table = table.sort_values([by, "size", "term"], ascending=[True, False, True])
    table = table.groupby(by, sort=False).head(top_n).reset_index(drop=True)
    if valences is None:
        table = table.assign(mean=np.nan, mean_without=np.nan)
    else:
        means = without_terms(measures, table[[by, "term"]], by=by, lexicon=lexicon, guard=guard)
        table = table.merge(means[[by, "mean", "mean_without"]], on=by, how="left")
    return table[columns]


def _own_valences(tone, by: str, lexicon: str, guard: bool) -> pd.DataFrame:
    """The words behind the scores of a lexicon, with their group; ValueError for another."""
    scored_sentences(tone, by, lexicon, guard=guard)  # refuses what there is none of
    names = check_by(tone.documents, by).set_index("doc_id", drop=False)[by]
    rows = tone.valences[tone.valences["lexicon"] == lexicon]
    rows = rows[~rows["guarded"].astype(bool)] if guard else rows
    rows = rows.assign(group=rows["doc_id"].map(names))
    return rows[rows["group"].notna()]


def _added(tone, rows: pd.DataFrame, by: str) -> pd.DataFrame:
    rows = rows.assign(hidden=rows["guarded"].astype(int) * rows["count"])
    table = rows.groupby(["group", "term"], as_index=False).agg(
        count=("count", "sum"), docfreq=("doc_id", "nunique"), value=("value", "sum"),
        hidden=("hidden", "sum"),
    )  # fmt: skip
    table["topic"] = table["hidden"] * 2 > table["count"]
    documents = check_by(tone.documents, by)
    words = documents.assign(group=documents[by]).groupby("group")["words"]
    table["words"] = table["group"].map(words.sum())
    table[by] = table["group"]
    return table


def without_terms(
    tone, terms: pd.DataFrame, *, by: str = "source", lexicon: str = "vader", guard: bool = False
) -> pd.DataFrame:
    """Give the mean of each group with some terms taken out of its sentences.

    Parameters
    ----------
    tone : Tone
    terms : DataFrame
        `by` and term: which terms to take out of which group.

    Returns
    -------
    DataFrame
        `by`, sentences, mean, mean_without (missing where no term is named).  What the other words
        add stays as it was.
    """
    rows = scored_sentences(tone, by, lexicon, guard=guard)
    added = _own_valences(tone, by, lexicon, guard)
    keys = pd.MultiIndex.from_frame(terms[[by, "term"]])
    out = pd.MultiIndex.from_frame(added[["group", "term"]]).isin(keys)
    places = ["doc_id", "sentence"]
    sums = added.assign(
        gone=np.where(out, added["value"], 0.0), fewer=np.where(out, added["count"], 0)
    )
    sums = sums.groupby(places, as_index=False)[["value", "count", "gone", "fewer"]].sum()
    rows = rows.merge(sums, on=places, how="left").fillna(
        {"value": 0.0, "count": 0, "gone": 0.0, "fewer": 0}
    )
    before = recombined(lexicon, rows["value"], rows["count"])
    after = recombined(lexicon, rows["value"] - rows["gone"], rows["count"] - rows["fewer"])
    # Marks of emphasis and rounding stay as they are.
    rows["without"] = np.where(rows["fewer"] > 0, rows["score"] - before + after, rows["score"])
    table = rows.groupby("group").agg(
        sentences=("score", "size"), mean=("score", "mean"), mean_without=("without", "mean")
    )
    table["mean_without"] = table["mean_without"].where(table.index.isin(terms[by]))
    return table.rename_axis(by).reset_index()


def without_drivers(
    tone, *, by: str = "source", lexicons: list[str] | None = None, top_n: int = 10
) -> pd.DataFrame:
    """Give the mean of each group by each lexicon, and what it is without its strongest terms.

    Parameters
    ----------
    tone : Tone
    lexicons : list of str, optional
        All that scored it by default.
    top_n : int
        Terms of each group that are taken out.

    Returns
    -------
    DataFrame
        lexicon, `by`, sentences, mean, terms (taken out, the strongest first), share (of all
        |value| that is theirs), topics (how many of them are the guard's), mean_without.
    """
    tables = []
    for lexicon in lexicons or tone.lexicons:
        if not (tone.valences["lexicon"] == lexicon).any():
            continue
        top = sentiment_drivers(tone, by=by, lexicon=lexicon, top_n=top_n)
        named = top.groupby(by).agg(
            terms=("term", ", ".join),
            share=("contribution", lambda c: c.abs().sum()),
            topics=("topic", "sum"),
        )
        means = without_terms(tone, top[[by, "term"]], by=by, lexicon=lexicon).set_index(by)
        table = means.join(named).reset_index()
        table.insert(0, "lexicon", lexicon)
        tables.append(table)
    columns = ["lexicon", by, "sentences", "mean", "terms", "share", "topics", "mean_without"]
    return (
        pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
    )


@sized
def guard_effect(
    tone, *, by: str = "source", lexicons: list[str] | None = None, **options
) -> pd.DataFrame:
    """Give the mean of each group before and after the guard's terms are taken out.

    Parameters
    ----------
    tone : Tone
    lexicons : list of str, optional
        All that scored it by default.
    options
        level, resamples, seed of `sentiment`.

    Returns
    -------
    DataFrame
        lexicon, `by`, sentences, changed (sentences whose score changes), hits (occurrences of
        terms that are taken out), before, after, difference, low, high (interval of the
        difference); by lexicon, then by group.  Without a list of terms a table without rows.
    """
    tables = []
    for lexicon in (lexicons or tone.lexicons) if tone.record["tone"]["guard"] else []:
        after = scored_sentences(tone, by, lexicon, guard=True)
        before = scored_sentences(tone, by, lexicon)
        places = ["doc_id", "sentence"]  # only what has both scores can be compared
        before = after[places].merge(before, on=places, how="left")
        means = before.groupby("group")["score"].mean(), after.groupby("group")["score"].mean()
        moved = after.assign(score=after["score"] - before["score"])
        intervals = Units(tone, by).intervals(moved, bounded=False, **options)
        hidden = tone.valences[(tone.valences["lexicon"] == lexicon) & tone.valences["guarded"]]
        names = tone.documents.set_index("doc_id", drop=False)[by]
        hits = hidden.groupby(hidden["doc_id"].map(names))["count"].sum()
        table = pd.DataFrame(
            {
                "sentences": before.groupby("group").size(),
                "changed": (moved["score"] != 0).groupby(moved["group"]).sum(),
                "before": means[0], "after": means[1], "difference": means[1] - means[0],
            }
        )  # fmt: skip
        table["hits"] = hits.reindex(table.index).fillna(0).astype(int)
        table = table.join(intervals[["low", "high"]]).rename_axis(by).reset_index()
        table.insert(0, "lexicon", lexicon)
        tables.append(table)
    columns = ["lexicon", by, "sentences", "changed", "hits", "before", "after", "difference"]
    columns += ["low", "high"]
    return (
        pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
    )


def _known_words(measures, by: str, lexicon: str) -> pd.DataFrame:
    """The words of each group that the lexicon knows, each with count x valence."""
    counted = term_counts(Comparison(measures, by=by))
    known = getattr(measures, "read", {}).get(lexicon) or read_lexicon(lexicon)
    valence = known.valence(counted.terms)
    counts, docfreq = counted.counts.tocoo(), counted.docfreq.tocoo()
    row, column = counts.coords
    table = pd.DataFrame(
        {
            by: counted.groups.index[row],
            "term": counted.terms[column],
            "count": counts.data.astype(int),
            "docfreq": docfreq.data.astype(int),
            "words": counted.groups["words"].to_numpy()[row],
            "topic": False,
        }
    )
    table["value"] = table["count"] * valence[column]
    return table[table["value"].notna()]
