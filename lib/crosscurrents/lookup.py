"""What is found of a pattern or a theme: how often, when, in what tone, and the paragraph itself.

A pattern is looked up in the texts, so that wildcards, phrases of any length and whole themes have
the same numbers as words do; `term_frequency` answers the same for one word from stored measures.
"""

from __future__ import annotations

import pandas as pd

from crosscurrents.codebook import Codebook, Theme
from crosscurrents.collocation import node_of
from crosscurrents.comparison import GROUP, Comparison, rename_groups
from crosscurrents.corpus import Corpus
from crosscurrents.frequency import RATES, group_rates
from crosscurrents.passages import Passage, mark_matches, occurrences
from crosscurrents.ratios import over_time
from crosscurrents.tone import score_intervals, scored_sentences

TONE = ["pattern", "sentences", "mean", "low", "high", "others", "others_mean", "unit"]


def pattern_frequency(
    comparison: Comparison, pattern: str | Theme, *, period: str = ""
) -> pd.DataFrame:
    """Give the rate of a pattern or theme in each group, counted in the texts.

    Parameters
    ----------
    comparison : Comparison
        With its corpus. Documents whose text is not available are left out.
    pattern : str or Theme
        As `concordance` takes it.
    period : {"decade", "year", "quarter", "month"}, optional
        Each group in each period that it has documents of. Documents without such a date are left
        out.

    Returns
    -------
    DataFrame
        A row a group: the group, period (if asked for), pattern, count, words, rate, low, high
        (bootstrap over the units), docfreq (documents with a hit), documents, unit; the highest
        rate first, or by group and period.

    Raises
    ------
    ValueError
        If the pattern cannot be read, the comparison has no corpus, or the period is unknown.
    """
    found, searched = found_places(comparison, pattern)
    rows = found.assign(count=1)
    known = comparison.group_of.index.isin(searched)
    own = comparison.regrouped(comparison.group_of.where(known))
    if period:
        table = over_time(own, period, lambda dated: group_rates(dated, rows))
    else:
        table = group_rates(own, rows)
        table = table.sort_values(["rate", GROUP], ascending=[False, True], ignore_index=True)
    table.insert(len(table.columns) - len(RATES), "pattern", _name(pattern))
    table = table.astype({"pattern": "str"})
    return rename_groups(table, comparison.by, comparison.by_size)


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


def found_places(comparison: Comparison, pattern: str | Theme) -> tuple[pd.DataFrame, list[str]]:
    """The places of a pattern (see `occurrences`) and the documents that were searched.

    A comparison looks for them once.
    """

    def make() -> tuple[pd.DataFrame, list[str]]:
        found = occurrences(comparison, pattern)
        return found, [document["doc_id"] for document in found.attrs.pop("documents")]

    return comparison.once(("occurrences", pattern), make)


def _name(pattern: str | Theme) -> str:
    return pattern.name if isinstance(pattern, Theme) else pattern
