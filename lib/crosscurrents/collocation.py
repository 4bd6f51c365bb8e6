"""A word, phrase or theme in the texts: the words around it, its rate, the tone of its sentences.

A pattern is looked up in the texts, so that wildcards, phrases of any length and whole themes have
the same numbers as words do. The window of a collocate is a number of words on each side within the
sentence. The four cells of every statistic: words in the windows (their union, nodes left out)
against all other words (nodes left out).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.codebook import Codebook, Theme
from crosscurrents.comparison import GROUP, Comparison, over_time, rename_groups, with_labels
from crosscurrents.core.arrays import covered, owners
from crosscurrents.core.patterns import match
from crosscurrents.corpus import Corpus
from crosscurrents.effect_sizes import log_likelihood
from crosscurrents.frequency import RATES, content_terms, group_rates
from crosscurrents.passages import Passage, mark_matches, node_of, occurrences, texts_by_group
from crosscurrents.texts import WordForms, folded_words, token_batches, word_places
from crosscurrents.tone import score_intervals, scored_sentences
from crosscurrents.writing import check_whole

TONE = ["pattern", "sentences", "mean", "low", "high", "others", "others_mean", "unit"]
WINDOW = 5  # words each side (DEFINITIONS, collocation)
JOINT = 5  # fewest joint occurrences
COLUMNS = (
    *("term", "count", "node_count", "term_count", "window_words", "words", "docfreq"),
    *("expected", "log_dice", "pmi", "g2"),
)


def log_dice(joint, node_count, term_count) -> np.ndarray:
    """Give logDice: 14 + log2(2 f_xy / (f_x + f_y)) (Rychlý 2008).

    Parameters
    ----------
    joint, node_count, term_count : array of counts

    Returns
    -------
    ndarray
        At most 14; one less is half as strong; missing where they never occur together.

    Examples
    --------
    >>> log_dice([10, 0], [20, 20], [60, 60]).tolist()
    [12.0, nan]
    """
    joint = np.asarray(joint, dtype=float)
    both = np.asarray(node_count, dtype=float) + term_count
    share = np.divide(2 * joint, both, out=np.full(both.shape, np.nan), where=joint > 0)
    return 14 + np.log2(share)


def pmi(joint, window_words, term_count, words) -> np.ndarray:
    """Give pointwise mutual information in bits: log2(seen / expected) (Church & Hanks 1990).

    Expected are term_count x window_words / words, the term's share of the windows by chance.

    Parameters
    ----------
    joint, window_words, term_count, words : array of counts

    Returns
    -------
    ndarray
        Missing where they never occur together.

    Examples
    --------
    >>> pmi([8, 0], 100, 20, 1000).tolist()
    [2.0, nan]
    """
    joint = np.asarray(joint, dtype=float)
    expected = np.asarray(term_count, dtype=float) * window_words / words
    known = (joint > 0) & (expected > 0)
    return np.log2(np.divide(joint, expected, out=np.full(known.shape, np.nan), where=known))


def collocates(
    corpus,
    term: str | list[str] | Theme,
    *,
    by: str | None = None,
    window: int = WINDOW,
    min_count: int = JOINT,
    hide_stopwords: bool = False,
    top_n: int | None = None,
) -> pd.DataFrame:
    """List the words near a node in each group.

    Parameters
    ----------
    corpus : Corpus or Comparison
        The texts; of a Comparison, the texts that its measures cover. Documents
        whose text is not available are left out (`not_at_hand` names them).
    term : str, list of str or Theme
        The node: a pattern as in a codebook, several of them (`comparison.forms_of("ally")`), or a
        theme of one.
    by : str, optional
        Column of the documents: by default the column of the comparison, else source.
    window : int
        Words on each side of the node, within its sentence.
    min_count : int
        Fewest joint occurrences.
    hide_stopwords : bool
        Leave out stop words; sizes stay.
    top_n : int, optional
        Only so many of each group.

    Returns
    -------
    DataFrame
        By group, then falling logDice, then term: the group, term, count (of the term within reach
        of a node, each once), node_count, term_count, window_words, words (all but nodes), docfreq
        (documents with both together), expected (count by chance), log_dice, pmi, g2 (four cells,
        unsigned: compare `count` with `expected`).

    Raises
    ------
    ValueError
        If the pattern cannot be read, `by` is not a column, or a number is out of its range.
    """
    check_whole(window=window, min_count=min_count, top_n=top_n)
    comparison = corpus if isinstance(corpus, Comparison) else None
    corpus, by, groups = texts_by_group(corpus, by)
    forms = comparison.word_forms if comparison else None
    table, sizes = _counts(corpus, groups, term, int(window), min_count, forms)
    if hide_stopwords:
        table = table[content_terms(pd.Index(table["term"]), corpus)]
    table = table.join(sizes, on=GROUP)
    table = _statistics(table)
    table = table.sort_values([GROUP, "log_dice", "term"], ascending=[True, False, True])
    table = table if top_n is None else table.groupby(GROUP, sort=False).head(int(top_n))
    order = sizes["words"].sort_values(ascending=False, kind="stable").index.tolist()
    table = rename_groups(table[[GROUP, *COLUMNS]].reset_index(drop=True), by, order)
    return table if comparison is None else with_labels(table, comparison)


def _counts(corpus, groups: pd.Series, term, window: int, min_count: int, forms: WordForms | None):
    """Words often enough within reach of a node, and the sizes of the groups.

    Tables near (group, term, count, docfreq, term_count) and sizes (node_count, window_words,
    words: all but nodes), indexed by group.
    """
    codes, names = pd.factorize(groups, sort=True)
    number, vocabulary = dict(zip(groups.index, codes, strict=True)), {}
    sizes, keys = np.zeros((3, len(names)), int), [GROUP, "word"]
    near, every = [pd.DataFrame(columns=[*keys, "document"], dtype=int)], []
    for doc_ids, tokens in token_batches(corpus):
        ids, own = forms.words(doc_ids, tokens) if forms else folded_words(tokens)
        own = np.array([vocabulary.setdefault(word, len(vocabulary)) for word in own], int)
        found, document = match(node_of(term), tokens), word_places(tokens).document
        node, reach = within_reach(found.first, found.last, tokens.words.sentences, window)
        owner = np.array([number[doc_id] for doc_id in doc_ids])[document]
        for size, places in zip(sizes, (owner[found.first], owner[reach & ~node], owner[~node])):
            size += np.bincount(places + 1, minlength=len(names) + 1)[1:]
        rows = pd.DataFrame({GROUP: owner, "word": own[ids], "document": document})
        near.append(rows[reach & ~node].assign(document=rows["document"] + len(number) * len(near)))
        every.append(rows.loc[~node, keys])
    table = pd.concat(near).groupby(keys, as_index=False).agg(
        count=("document", "size"), docfreq=("document", "nunique")
    ).astype(int)  # fmt: skip
    table = table[(table[GROUP] >= 0) & (table["count"] >= min_count)]
    wanted = np.zeros(len(vocabulary), bool)
    wanted[table["word"]] = True
    every = pd.concat([rows[wanted[rows["word"]]] for rows in every] or near)
    table = table.join(every.groupby(keys).size().rename("term_count"), on=keys)
    table["term"] = np.array([*vocabulary], dtype=object)[table["word"]]
    table[GROUP] = names[table[GROUP]]
    columns = ["node_count", "window_words", "words"]
    return table, pd.DataFrame(dict(zip(columns, sizes)), index=names)


def within_reach(first, last, sentences, window):
    """Say which words belong to a node, and which lie within its reach, the nodes themselves too.

    Parameters
    ----------
    first, last : array of int (nodes,)
        Each node's first and last word.
    sentences : array of int (sentences + 1,)
        Offsets into words.
    window : int

    Returns
    -------
    node, reach : ndarray of bool (words,)

    Examples
    --------
    >>> node, reach = within_reach(np.array([3]), np.array([3]), np.array([0, 2, 6]), 2)
    >>> node.nonzero()[0].tolist(), reach.nonzero()[0].tolist()
    ([3], [2, 3, 4, 5])
    """
    size = int(sentences[-1])
    sentence = owners(sentences, first)
    low = np.maximum(first - window, sentences[sentence])
    high = np.minimum(last + window + 1, sentences[np.minimum(sentence + 1, len(sentences) - 1)])
    return covered(first, last + 1, size), covered(low, high, size)


def _statistics(table):
    """Add the statistics of a table of counts."""
    joint, size, total, words = (
        table[name].to_numpy(float) for name in ("count", "window_words", "term_count", "words")
    )
    return table.assign(
        expected=np.divide(total * size, words, out=np.zeros(len(table)), where=words > 0),
        log_dice=log_dice(joint, table["node_count"], total),
        pmi=pmi(joint, size, total, np.maximum(words, 1)),
        g2=log_likelihood(joint, total - joint, size, words - size),
    ).astype({**dict.fromkeys(COLUMNS[1:7], int), "term": "str"})


# ---- rate and tone of a pattern -----------------------------------------------------------------


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
