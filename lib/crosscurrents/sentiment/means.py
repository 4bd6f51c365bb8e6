"""How sources sound: means of sentence scores, their course, their change, by theme."""

from __future__ import annotations

import pandas as pd

from crosscurrents.checks import check_whole
from crosscurrents.frequency.over_time import period_cells
from crosscurrents.intervals import check_options
from crosscurrents.sentiment.rows import (
    BOUNDED,
    DESCRIBED,
    Units,
    described,
    group_sizes,
    scored_sentences,
)
from crosscurrents.statistics.places import part_of_text
from crosscurrents.statistics.units import sized

COLUMNS = ["documents", "sentences", "words", *DESCRIBED, "unit"]


@sized
def sentiment(
    measures,
    *,
    by: str = "source",
    lexicon: str = "vader",
    guard: bool = False,
    voice: str = "all",
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Give the mean sentence score of each group, with its interval, spread and shares.

    Sentences are scored one by one and averaged, each with the same weight: a score of a longer
    text would saturate (Hutto & Gilbert 2014 made VADER for short texts).

    Parameters
    ----------
    measures : Measures or Tone
    by : str
        Column of `measures.documents`; documents where it is missing are left out.
    lexicon : str
        One that the sentences were scored with.
    guard : bool
        Whether the guard's terms do not count (of a Tone, see `measure_tone`).
    voice : {"all", "own", "quoted"}
        Sentences of which half the words are quotation are the quoted voice.
    level, resamples, seed
        See `bootstrap_ratio`; documents are drawn, or paragraphs where a group has few.

    Returns
    -------
    DataFrame
        `by`, documents, sentences, words (of the voice), mean, low, high, sd (of sentences),
        positive, neutral, negative (shares of the sentences: score >= 0.05, between, <= -0.05),
        coverage (share of the words that the lexicon knows), unit (what was drawn again); by group.
        What cannot be said of a group without sentences, or with too few, is missing.

    Raises
    ------
    ValueError
        If `by`, the lexicon, the voice or an option is none that there is.
    """
    check_options(level, resamples, seed)
    rows = scored_sentences(measures, by, lexicon, guard=guard, voice=voice)
    options = {"level": level, "resamples": resamples, "seed": seed, "bounded": lexicon in BOUNDED}
    table = _mean_table(measures, by, rows, Units(measures, by), options)
    if voice != "all":
        words = rows.groupby("group")["words"].sum()
        table["words"] = table[by].map(words).fillna(0).astype(int)
    return table


def _mean_table(measures, by: str, rows: pd.DataFrame, units: Units, options: dict) -> pd.DataFrame:
    table = group_sizes(measures, by).join(described(rows)).join(units.intervals(rows, **options))
    table["sentences"] = table["sentences"].fillna(0).astype(int)
    table["unit"] = table["unit"].fillna("").astype("str")
    return table.rename_axis(by)[COLUMNS].reset_index()


@sized
def sentence_scores(
    measures, *, by: str = "source", lexicon: str = "vader", guard: bool = False
) -> pd.DataFrame:
    """Give the score of every sentence of each group, for a chart of their distribution.

    Returns
    -------
    DataFrame
        `by`, doc_id, paragraph, sentence, words, score; by group and place.
    """
    rows = scored_sentences(measures, by, lexicon, guard=guard)
    rows = rows.assign(**{by: rows["group"]}).sort_values("group", kind="stable")
    columns = dict.fromkeys([by, "doc_id", "paragraph", "sentence", "words", "score"])
    return rows[list(columns)].reset_index(drop=True)


@sized
def sentiment_course(
    measures,
    *,
    by: str = "source",
    bins: int = 10,
    lexicon: str = "vader",
    guard: bool = False,
) -> pd.DataFrame:
    """Give the mean sentence score along the texts of each group, by tenths of their words.

    A sentence belongs to the tenth of its document in which its middle word stands.

    Parameters
    ----------
    measures : Measures or Tone
    by, lexicon, guard
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
    check_whole(bins=bins)
    rows = scored_sentences(measures, by, lexicon, guard=guard)
    rows = rows[rows["words"] > 0].reset_index(drop=True)
    rows["bin"] = part_of_text(rows, bins)
    parts = rows.groupby(["group", "bin"]).agg(
        documents=("doc_id", "nunique"), sentences=("score", "size"), mean=("score", "mean")
    )
    groups = group_sizes(measures, by).index
    every = pd.MultiIndex.from_product([groups, range(1, bins + 1)], names=[by, "bin"])
    table = parts.reindex(every).reset_index()
    counts = ["documents", "sentences"]
    table[counts] = table[counts].fillna(0).astype(int)
    return table


@sized
def sentiment_over_time(
    measures, *, period: str = "year", by: str = "source", lexicon: str = "vader", **options
) -> pd.DataFrame:
    """Give the mean sentence score of each group in each period that it has documents of.

    Parameters
    ----------
    measures : Measures or Tone
    period : {"decade", "year", "quarter", "month"}
        See `add_period`; documents without such a date are left out.
    by, lexicon, options
        See `sentiment`.

    Returns
    -------
    DataFrame
        `by`, period, and the further columns of `sentiment`; by group, then by period.
    """
    dated, cells = period_cells(measures, by, period=period)
    table = sentiment(dated, by="_cell", lexicon=lexicon, **options)
    named = cells.take(table.pop("_cell").astype(int)).to_frame(index=False)
    return pd.concat([named, table], axis=1)


@sized
def sentiment_by_theme(
    measures,
    *,
    by: str = "source",
    lexicon: str = "vader",
    guard: bool = False,
    fewest: int = 10,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Give the mean score of the sentences that each theme touches, in each group.

    Parameters
    ----------
    measures : Measures or Tone
    by, lexicon, guard, level, resamples, seed
        See `sentiment`.
    fewest : int
        Sentences below which a cell is marked as too little to go by.

    Returns
    -------
    DataFrame
        theme, `by`, sentences, documents, mean, low, high, unit, enough (bool); by theme in
        codebook order, then by group; every group of every theme.
    """
    check_options(level, resamples, seed)
    check_whole(fewest=fewest)
    rows, units = scored_sentences(measures, by, lexicon, guard=guard), Units(measures, by)
    options = {"level": level, "resamples": resamples, "seed": seed, "bounded": lexicon in BOUNDED}
    themes = [name for name in measures.record["codebook"]["themes"] if "/" not in name]
    touched = measures.themes[["doc_id", "sentence", "theme"]].drop_duplicates()
    rows = rows.merge(touched[touched["theme"].isin(themes)], on=["doc_id", "sentence"])
    return cell_means(measures, by, rows, "theme", themes, units, fewest, options)


CELL = ["sentences", "documents", "mean", "low", "high", "unit", "enough"]


def cell_means(measures, by, rows, what: str, names: list, units: Units, fewest, options):
    """The mean of the rows of every name in every group: what, `by` and CELL."""
    groups = group_sizes(measures, by).index
    every = pd.MultiIndex.from_product([names, groups])
    found = rows.groupby([what, "group"]).agg(
        sentences=("score", "size"), documents=("doc_id", "nunique"), mean=("score", "mean")
    )
    number = pd.Index(names).get_indexer(rows[what])
    if names:
        limits = units.intervals(rows, cell=number, names=names, **options).swaplevel()
    else:
        limits = pd.DataFrame(columns=["low", "high", "unit"])
    table = found.reindex(every).join(limits.reindex(every))
    counts = ["sentences", "documents"]
    table[counts] = table[counts].fillna(0).astype(int)
    table["unit"] = table["unit"].fillna("").astype("str")
    table["enough"] = table["sentences"] >= fewest
    table.index.names = [what, by]
    return table.reset_index()[[what, by, *CELL]]
