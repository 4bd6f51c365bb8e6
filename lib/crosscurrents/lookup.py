"""What is found of a pattern or a theme: how often, when, in what tone, and the paragraph itself.

A pattern is looked up in the texts, so that wildcards, phrases of any length and whole themes have
the same numbers as words do; `term_frequency` answers the same for one word from stored measures.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.codebook import Codebook, Theme
from crosscurrents.collocation import node_of
from crosscurrents.comparison import GROUP, Comparison, rename_groups
from crosscurrents.corpus import Corpus
from crosscurrents.frequency import PER
from crosscurrents.intervals import bootstrap_ratio, unit_of
from crosscurrents.passages import Passage, mark_matches, occurrences
from crosscurrents.tone import score_intervals, scored_sentences

RATES = ["pattern", "count", "words", "rate", "low", "high", "docfreq", "documents", "unit"]
TONE = ["pattern", "sentences", "mean", "low", "high", "others", "others_mean", "unit"]


def pattern_frequency(comparison: Comparison, pattern: str | Theme) -> pd.DataFrame:
    """Give the rate of a pattern or theme in each group, counted in the texts.

    Parameters
    ----------
    comparison : Comparison
        With its corpus. Documents whose text is not available are left out.
    pattern : str or Theme
        As `concordance` takes it.

    Returns
    -------
    DataFrame
        A row a group: the group, pattern, count, words, rate, low, high (bootstrap over the units),
        docfreq (documents with a hit), documents, unit; the highest rate first.

    Raises
    ------
    ValueError
        If the pattern cannot be read or the comparison has no corpus.
    """
    table = _rates(comparison, comparison, pattern)
    order = {"rate": False, GROUP: True}
    table = table.sort_values([*order], ascending=[*order.values()], ignore_index=True)
    return rename_groups(table, comparison.by, comparison.by_size)


def pattern_over_time(
    comparison: Comparison, pattern: str | Theme, *, period: str = "quarter"
) -> pd.DataFrame:
    """Give the rate of a pattern or theme in each group from period to period.

    Parameters
    ----------
    comparison, pattern
        As `pattern_frequency`.
    period : {"decade", "year", "quarter", "month"}

    Returns
    -------
    DataFrame
        The columns of `pattern_frequency` and period, by group, then period. Periods without a
        document have no row; documents with a less exact date are left out.
    """
    cells, names = comparison.once(("cells", period), lambda: comparison.by_period(period))
    table = _rates(comparison, cells, pattern)
    own = names.iloc[table[GROUP].astype(int)].reset_index(drop=True)
    table = table.assign(**{GROUP: own[GROUP], "period": own["period"]})
    return rename_groups(table[[GROUP, "period", *RATES]], comparison.by, comparison.by_size)


def pattern_tone(
    comparison: Comparison, pattern: str | Theme, *, lexicon: str = "vader"
) -> pd.DataFrame:
    """Give the mean score of the sentences that a pattern or theme occurs in, for each group.

    This describes the surroundings of a word, and tests nothing: what a sentence says of the word
    is for its reader to see.

    Parameters
    ----------
    comparison, pattern
        As `pattern_frequency`.
    lexicon : str
        One that the sentences were scored with.

    Returns
    -------
    DataFrame
        A row a group with such sentences: the group, pattern, sentences, mean, low, high, others
        (sentences without the pattern), others_mean, unit.
    """
    places, _ = found_places(comparison, pattern)
    rows = scored_sentences(comparison, lexicon)
    index = pd.MultiIndex.from_frame(places[["doc_id", "sentence"]])
    hit = pd.MultiIndex.from_frame(rows[["doc_id", "sentence"]]).isin(index)
    scores = rows[hit].groupby(GROUP)["score"].agg(sentences="size", mean="mean")
    others = rows[~hit].groupby(GROUP)["score"].agg(others="size", others_mean="mean")
    table = scores.join(others).join(score_intervals(comparison, rows[hit], lexicon))
    table = table.rename_axis(GROUP).reset_index().assign(pattern=_name(pattern))
    table["others"] = table["others"].fillna(0).astype(int)
    return rename_groups(table[[GROUP, *TONE]], comparison.by, comparison.by_size)


def read_paragraph(
    corpus: Corpus | Comparison, doc_id: str, paragraph: int, *, pattern: str | Theme = ""
) -> Passage:
    """Read a paragraph of a document, with what a pattern or theme matches marked.

    Raises
    ------
    ValueError
        If the document is unknown or its text not available, or it has no such paragraph.

    >>> from crosscurrents.corpus import read_corpus
    >>> corpus = read_corpus(pd.DataFrame({"text": ["It rained.\\n\\nRain fell again."]}))
    >>> read_paragraph(corpus, "1", 2, pattern="rain").marks
    ((0, 4),)
    """
    corpus = corpus.corpus if isinstance(corpus, Comparison) else corpus
    texts = corpus.paragraphs(doc_id)
    if not 1 <= paragraph <= len(texts):
        raise ValueError(
            f"paragraph {paragraph} is not in document {doc_id!r}; choose from 1 to {len(texts)}"
        )
    text = texts[paragraph - 1]
    if not pattern:
        return Passage(" ".join(text.split()))
    (theme,) = node_of(pattern)
    return mark_matches([text], Codebook((theme,)), [theme.name])[0]


def found_places(comparison: Comparison, pattern: str | Theme) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The places of a pattern (see `occurrences`) and the documents searched (doc_id, words).

    A comparison looks for them once.
    """

    def make() -> tuple[pd.DataFrame, pd.DataFrame]:
        found = occurrences(comparison, pattern)
        searched = pd.DataFrame(found.attrs.pop("documents"), columns=["doc_id", "words"])
        return found, searched

    return comparison.once(("occurrences", pattern), make)


def _name(pattern: str | Theme) -> str:
    return pattern.name if isinstance(pattern, Theme) else pattern


def _rates(whole: Comparison, comparison: Comparison, pattern: str | Theme) -> pd.DataFrame:
    """The rates of the groups of a comparison over the documents searched: group, RATES.

    The places are those of the whole, which other groupings of it share.
    """
    found, searched = found_places(whole, pattern)
    hits = searched["doc_id"].map(found["doc_id"].value_counts()).fillna(0).astype(int)
    group = searched["doc_id"].map(comparison.group_of)
    searched = searched.assign(**{GROUP: group, "hits": hits, "with_hit": hits > 0})
    searched = searched[searched[GROUP].notna() & (searched["words"] > 0)]
    table = searched.groupby(GROUP, sort=True).agg(
        count=("hits", "sum"), words=("words", "sum"), docfreq=("with_hit", "sum"),
        documents=("doc_id", "size"),
    ).reset_index()  # fmt: skip
    table = table.assign(pattern=_name(pattern), rate=table["count"] * PER / table["words"])
    units = comparison.units
    number = unit_of(units, found)
    counts = np.bincount(number[number >= 0], minlength=len(units)).astype(float)
    there = np.flatnonzero(units["doc_id"].isin(searched["doc_id"]))
    drawn = {group: there[at] for group, at in units.iloc[there].groupby(GROUP).indices.items()}
    limits = [
        bootstrap_ratio(counts[at], comparison.unit_words[at], **comparison.interval_options)[1:]
        for at in (drawn[group] for group in table[GROUP])
    ]
    table[["low", "high"]] = np.array(limits, float).reshape(-1, 2) * PER
    table["unit"] = table[GROUP].map(comparison.unit_labels)
    kinds = {"pattern": "str", "unit": "str"} | dict.fromkeys(["count", "words", "docfreq"], int)
    return table.astype(kinds)[[GROUP, *RATES]]
