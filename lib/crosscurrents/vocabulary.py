"""Vocabulary: recurring phrases, how evenly a term is spread, how rich the words are, reading ease.

Measures hold phrases of two and three words. Longer ones would begin to give a text away, so they
are counted in the texts where these are available. No phrase crosses punctuation or a sentence.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from crosscurrents.checks import check_whole
from crosscurrents.comparison import GROUP, Comparison, compared
from crosscurrents.core import BLANK
from crosscurrents.frequency import (
    LENGTHS,
    PER,
    content_terms,
    term_frequency,
    term_matrix,
)
from crosscurrents.measures.rows import ORDERED, word_order_measures, yule_k
from crosscurrents.passages import concordance
from crosscurrents.texts import document_words, folded_words, narrow, token_batches, word_places

LONGEST = 5  # words; longer phrases are quotations
SPELLED, LONG = 60, 1_000_000  # phrases, and words of a corpus, up to which texts say the spelling
DEEP = 40  # phrases looked at first for each that is listed: most of them are part of another
PHRASE_COLUMNS = ("term", "n", "count", "words", "rate", "docfreq", "documents")
DISPERSION = ("term", "count", "range", "parts", "dp", "dpnorm", "unit")
MEASURES = (
    *("documents", "words", "sentences", "types", "mattr", "mtld", "yule_k"),
    *("flesch_reading_ease", "flesch_kincaid_grade"),
)
VOWELS = re.compile(r"[aeiouy]+")
# Written and not spoken: a last e, es or ed; e before an ending or between the parts of a word.
SILENT = re.compile(
    r"(?<=[^aeiouy])(?<![^aeiouy]l)e$"
    r"|(?<=[^aeiouycgsxz])(?<![cs]h)(?<![^aeiouy]l)es$"
    r"|(?<=[aeiou]g)ues?$|(?<=q)ues?$"
    r"|(?<=[^aeiouytd])(?<![^aeiouylr]l)ed$"
    r"|(?<=[^aeiouyl])e(?=ments?$|ful|less|ness|ly$)"
    r"|(?<=^som|^her|^mor|^bas|^pip|^lif|^hom|^for)e(?=[b-df-hj-np-rtvwxz])"
    r"|(?<=^ther|^wher|^stat)e(?=[b-df-hj-np-tvwxz])"
)
# One group of vowels, spoken apart: In-di-a, nego-ti-ate, pe-ri-od, mu-tu-al, so-ci-ety, be-ing.
APART = re.compile(
    r"(?<![cgstx])ia|[ct]iat|(?<![cglnstx])io|iu|(?<![gq])ua|uou|(?<![gp])eo|^geo(?!r)"
    r"|(?<=[aeiou][^aeiouc])ea(?=n?s?$)|creat|react|reali|(?<![ct])ie(?=t|nt|nc)|scie|ciet"
    r"|[aeouy]ing|ao|^coop|^coord"
)
PLAIN = str.maketrans("àáâãäåçèéêëìíîïñòóôõöùúûüýÿ", "aaaaaaceeeeiiiinooooouuuuyy")


@compared
def recurring_phrases(
    comparison: Comparison,
    *,
    corpus=None,
    hide_stopwords: bool = False,
    min_count: int = 2,
    top_n: int | None = None,
) -> pd.DataFrame:
    """List the phrases of two to five words that a group repeats.

    A phrase that occurs only inside a longer one of the list is left out. Phrases of two and three
    words come from the measures, longer ones from the texts that are available.

    Parameters
    ----------
    comparison : Comparison or Measures
    corpus : Corpus, optional
        That of the comparison by default; without one phrases end at three words.
    hide_stopwords : bool
        Leave out phrases that begin or end with a stop word.
    min_count : int
        Fewest occurrences in a group.
    top_n : int, optional
        Only so many of each group.

    Returns
    -------
    DataFrame
        By group, then falling count, then falling n, then term: the group, term, n, count, words
        (N of the group), rate, docfreq, documents.

    Raises
    ------
    ValueError
        If an option is out of its range.
    """
    check_whole(min_count=min_count, top_n=top_n)
    every = _all_phrases(comparison, corpus, int(min_count))
    rank = every.groupby(GROUP)["count"].rank(method="min", ascending=False)
    depth = len(every) if top_n is None else DEEP * int(top_n)
    while True:
        # A phrase and the longer one around it have one count: all of a count stay together.
        table = _outermost(every[rank <= depth])
        if hide_stopwords:
            table = table[content_terms(pd.Index(table["term"]), comparison)]
        found = table.groupby(GROUP).size().reindex(every[GROUP].unique(), fill_value=0)
        if depth >= len(every) or found.min() >= int(top_n):
            break
        depth *= 10
    order = [GROUP, "count", "n", "term"]
    table = table.sort_values(order, ascending=[True, False, False, True])
    if top_n is not None:
        table = table.groupby(GROUP, sort=False).head(int(top_n))
    table = table.reset_index(drop=True)
    if corpus is not None and len(table) <= SPELLED and comparison.documents["words"].sum() < LONG:
        table.attrs["labels"] = _as_written(corpus, table["term"].unique().tolist())
    return table


def _as_written(corpus, terms: list[str]) -> dict[str, str]:
    """The commonest spelling of each phrase: counting drops what "Widow's Walk" needs."""
    found = {}
    for term in terms:
        nodes = concordance(corpus, term)["node"]
        if len(nodes):
            found[term] = str(nodes.value_counts(sort=True).index[0])
    return found


def _all_phrases(comparison: Comparison, corpus, min_count: int):
    """Phrases of two words up to LONGEST, those inside of others too."""
    tables, short = [], {"min_count": min_count, "intervals": False}
    for n in LENGTHS[1:]:
        table = term_frequency.__wrapped__(comparison, n=n, **short).assign(n=n)
        tables.append(table[[GROUP, *PHRASE_COLUMNS]])
    if corpus is not None:
        longer = range(max(LENGTHS) + 1, LONGEST + 1)
        found = _counted(comparison, narrow(corpus, comparison), longer, min_count)
        found["rate"] = found["count"] / found["words"].clip(lower=1) * PER
        tables.append(found[[GROUP, *PHRASE_COLUMNS]])
    whole = dict.fromkeys(["n", "count", "words", "docfreq", "documents"], int)
    every = pd.concat(tables, ignore_index=True)
    return every.astype({"term": "str", "rate": float} | whole)


def _outermost(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out phrases that occur only inside a longer one of the table."""
    inside: set[tuple] = set()
    for group, term, count in zip(table[GROUP], table["term"], table["count"], strict=True):
        words = term.split(" ")
        inside |= {(group, " ".join(part), count) for part in (words[1:], words[:-1])}
    keys = zip(table[GROUP], table["term"], table["count"], strict=True)
    return table[np.array([key not in inside for key in keys], dtype=bool)]


def _counted(comparison: Comparison, corpus, lengths, min_count: int) -> pd.DataFrame:
    """Phrases of some lengths by group: term, n, count, docfreq, and the group's size.

    The sizes are of the documents whose text is available. What the corpus says only once is left
    out before a string is made of it, unless `min_count` is 1.
    """
    forms = comparison.word_forms
    batches = [
        (ids, tokens, *(forms.words(ids, tokens) if forms else folded_words(tokens)))
        for ids, tokens in token_batches(corpus)
    ]
    parts, sizes = [], []
    for doc_ids, tokens, *_ in batches:
        document = word_places(tokens).document
        sizes.append(pd.Series(np.bincount(document, minlength=len(doc_ids)), index=doc_ids))
    for n in lengths:
        starts = [np.flatnonzero(phrase_starts(batch[1].words.gap, n)) for batch in batches]
        starts = _recurring(batches, starts, n) if min_count > 1 else starts
        for (doc_ids, tokens, ids, vocabulary), start in zip(batches, starts, strict=True):
            rows, count = _distinct(ids, word_places(tokens).document, start, n)
            parts.append(
                pd.DataFrame(
                    {
                        "doc_id": np.array(doc_ids, dtype=object)[rows[:, 0]],
                        "term": [" ".join(vocabulary[row[1:]]) for row in rows],
                        "n": n,
                        "count": count,
                    }
                )
            )
    empty = pd.DataFrame({"doc_id": [], "term": [], "n": [], "count": []})
    table = pd.concat(parts, ignore_index=True) if parts else empty
    table[GROUP] = table["doc_id"].map(comparison.group_of)
    table = table.groupby([GROUP, "term", "n"], as_index=False).agg(
        count=("count", "sum"), docfreq=("doc_id", "nunique")
    )
    table = table[table["count"] >= min_count]
    words = pd.concat(sizes) if sizes else pd.Series(dtype=int)
    sizes = pd.DataFrame({"words": words, GROUP: comparison.group_of.reindex(words.index)})
    sizes = sizes.groupby(GROUP)["words"].agg(words="sum", documents="size")
    for name in sizes:  # not by join: pandas 3.0 cannot join on an empty column of text
        table[name] = sizes[name].reindex(table[GROUP]).to_numpy()
    return table


def _recurring(batches: list, starts: list, n: int) -> list:
    """Of each batch the phrases that occur more than once in all batches together.

    Phrases are compared by 64 bits of their words; two that are alike by chance are both kept.
    """
    hashes = []
    for (_, _, ids, vocabulary), start in zip(batches, starts, strict=True):
        words = pd.util.hash_array(np.asarray(vocabulary, dtype=object))[ids]
        found = np.zeros(len(start), dtype=np.uint64)
        for k in range(n):
            found = found * np.uint64(0x9E3779B97F4A7C15) + words[start + k]
        hashes.append(found)
    if not hashes:
        return starts
    _, place, count = np.unique(np.concatenate(hashes), return_inverse=True, return_counts=True)
    again = np.split(count[place] > 1, np.cumsum([len(part) for part in hashes])[:-1])
    return [start[kept] for start, kept in zip(starts, again, strict=True)]


def phrase_starts(gap: np.ndarray, n: int) -> np.ndarray:
    """Say at which words a phrase of n words begins: only blanks between its words."""
    joined = gap[1:] == BLANK
    size = max(len(gap) - n + 1, 0)
    starts = np.ones(size, dtype=bool)
    for k in range(n - 1):
        starts &= joined[k : k + size]
    return starts


def _distinct(ids, document, start, n):
    """The distinct (document, word, ...) of phrases and how often each occurs."""
    found = np.column_stack([document[start], *(ids[start + k] for k in range(n))])
    return np.unique(found, axis=0, return_counts=True)


# ---- dispersion -----------------------------------------------------------------------------


class Spread(NamedTuple):
    """Counts of terms in parts as a list of cells, and what all measures need of them."""

    part: np.ndarray  # of each cell with a count above 0
    column: np.ndarray  # its term
    count: np.ndarray
    words: np.ndarray  # (parts,) all above 0
    total: np.ndarray  # (terms,) missing where a term is absent, and with a single part

    def sum(self, values) -> np.ndarray:
        """Add values of the cells up by term, missing where `total` is."""
        added = np.bincount(self.column, values, minlength=len(self.total))
        return np.where(np.isnan(self.total), np.nan, added)

    @property
    def share(self) -> np.ndarray:
        """The share of its term that a cell holds."""
        return self.count / self.total[self.column]

    @property
    def size(self) -> np.ndarray:
        """The share of all words that the part of a cell holds."""
        return self.words[self.part] / self.words.sum()


def deviation_of_proportions(counts, words, *, norm: bool = False) -> np.ndarray:
    """Give DP, how far a term's spread over parts is from that of all words (Gries 2008).

    Half the sum over parts of |share of the term - share of the words|: 0 = as even as can be.
    `norm` divides by its greatest value, 1 - smallest share of the words (Lijffijt & Gries 2012).

    Parameters
    ----------
    counts : array or scipy.sparse array (parts,) or (parts, terms)
    words : array (parts,)
        All words of each part.
    norm : bool

    Returns
    -------
    ndarray (terms,), or () for counts of one term
        Missing for an absent term and for a single part.

    Raises
    ------
    ValueError
        If shapes disagree, or a count is negative or above its part's words.

    Examples
    --------
    >>> dp = deviation_of_proportions([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])
    >>> norm = deviation_of_proportions([1, 2, 3, 4, 5], [9, 10, 10, 10, 11], norm=True)
    >>> round(float(dp), 2), round(float(norm), 4)
    (0.18, 0.2195)
    """
    spread, flat = _spread(counts, words)
    # Every part without the term adds its share of words, and all these shares together make 1.
    dp = (1 + spread.sum(np.abs(spread.share - spread.size) - spread.size)) / 2
    dp = np.where(dp < 1e-15, np.maximum(dp, 0), dp)
    if norm and len(spread.words) > 1:
        dp = dp / (1 - spread.words.min() / spread.words.sum())
    return dp[0] if flat else dp


@compared
def dispersion(
    comparison: Comparison,
    *,
    n: int = 1,
    hide_stopwords: bool = False,
    min_count: int = 1,
) -> pd.DataFrame:
    """Say how evenly each term is spread over the parts of its group.

    The parts are documents; paragraphs where a group has a single document. Parts without words
    are left out.

    Parameters
    ----------
    comparison : Comparison or Measures
    n, hide_stopwords, min_count
        See `term_frequency`.

    Returns
    -------
    DataFrame
        The group, term, count, range (parts with the term), parts, dp, dpnorm (0 = even), unit; by
        group, then by term. dp is missing where a group has a single part, and so for phrases of a
        single document, which are not counted by paragraph.

    Raises
    ------
    ValueError
        If an option is out of its range.
    """
    check_whole(min_count=min_count)
    parts = comparison.parts(2 if n == 1 else 1)
    terms, counts = term_matrix(comparison, parts, n=n)
    words = comparison.words_of(parts)
    shown = np.ones(len(terms), dtype=bool)
    if hide_stopwords:
        shown = content_terms(terms, comparison)
    tables = [_dispersion_of(counts[:0], words[:0], terms)[:0].assign(**{GROUP: "", "unit": ""})]
    for group, rows in parts[words > 0].groupby(GROUP):
        own = counts[rows.index]
        kept = np.flatnonzero(shown & (np.asarray(own.sum(axis=0)).ravel() >= min_count))
        table = _dispersion_of(own[:, kept], words[rows.index], terms[kept])
        tables.append(table.assign(**{GROUP: group, "unit": rows["unit"].iloc[0]}))
    table = pd.concat(tables[1:] or tables, ignore_index=True)
    return table[[GROUP, *DISPERSION]].astype({"term": "str"})


def _dispersion_of(counts, words: np.ndarray, terms: pd.Index) -> pd.DataFrame:
    """Count, range and dispersion of all terms over the parts of one group."""
    counts = counts.tocoo()
    column = counts.coords[1]
    return pd.DataFrame(
        {
            "term": terms,
            "count": np.bincount(column, counts.data, minlength=len(terms)).astype(int),
            "range": np.bincount(column, minlength=len(terms)),
            "parts": len(words),
            "dp": deviation_of_proportions(counts, words),
            "dpnorm": deviation_of_proportions(counts, words, norm=True),
        }
    )


def _spread(counts, words):
    """Return the Spread of counts (parts,) or (parts, terms), and whether it is of one term."""
    words = np.asarray(words, dtype=float)
    flat = np.ndim(counts) == 1
    if hasattr(counts, "tocoo"):
        cells = counts.tocoo()
        (part, column), count, shape = cells.coords, cells.data, cells.shape
    else:
        full = np.asarray(counts, dtype=float)
        full = full[:, None] if flat else full
        part, column = np.nonzero(full) if full.ndim == 2 else ([], [])
        count, shape = full[part, column] if full.ndim == 2 else [], full.shape
    if len(shape) != 2 or words.shape != shape[:1]:
        raise ValueError(
            f"counts {np.shape(counts)} and words {words.shape} do not go together; "
            "give (parts,) or (parts, terms) and (parts,)"
        )
    if not (words >= 0).all():
        raise ValueError("words holds negative or missing sizes; a size is 0 or more")
    if not ((count >= 0) & (count <= words[part])).all():
        raise ValueError("counts holds counts that are negative, missing or above words")
    place = np.cumsum(words > 0) - 1
    kept = np.asarray(count) > 0
    part, column, count = place[part[kept]], column[kept], count[kept].astype(float)
    words = words[words > 0]
    total = np.bincount(column, count, minlength=shape[1]).astype(float)  # int where empty
    total[(total == 0) | (len(words) < 2)] = np.nan
    return Spread(part, column, count, words, total), flat


# ---- richness and reading ease --------------------------------------------------------------


@compared
def vocabulary_measures(comparison: Comparison, *, corpus=None) -> pd.DataFrame:
    """Say how rich each group's vocabulary is and how easy it reads.

    MATTR, MTLD and Yule's K are those of single documents, averaged by their words. MATTR and MTLD
    need the order of the words: they come from columns of the documents where they were measured,
    else from the texts that are available, else they are missing.

    Parameters
    ----------
    comparison : Comparison or Measures
    corpus : Corpus, optional
        That of the comparison by default.

    Returns
    -------
    DataFrame
        By group: the group, documents, words, sentences, types (distinct words, which grow with the
        length), mattr, mtld, yule_k (high where words repeat), flesch_reading_ease (high is easy),
        flesch_kincaid_grade (years of school); these two of the articles in English, for which
        they were made.
    """
    facts = _facts(comparison, corpus)
    terms = comparison.terms.loc[comparison.terms["n"] == 1, ["doc_id", "term"]]
    groups = terms["doc_id"].map(comparison.group_of)
    types = terms.groupby(groups.rename(GROUP))["term"].nunique()
    rows = []
    for group, part in facts[facts["words"] > 0].groupby(GROUP):
        words, sentences = part["words"].sum(), part["sentences"].sum()
        means = [_weighted(part[name], part["words"]) for name in (*ORDERED, "yule_k")]
        english = part.loc[part["english"], ["words", "sentences", "syllables"]].sum()
        three = english.tolist()
        reading = flesch_reading_ease(*three), flesch_kincaid_grade(*three)
        rows.append(
            (group, len(part), words, sentences, types.get(group, 0), *means, *map(float, reading))
        )
    whole = dict.fromkeys(MEASURES[:4], int)
    parts = dict.fromkeys(MEASURES[4:], float)
    return pd.DataFrame(rows, columns=[GROUP, *MEASURES]).astype(whole | parts)


def _facts(comparison: Comparison, corpus) -> pd.DataFrame:
    """group, doc_id, words, sentences, yule_k, syllables, mattr and mtld of each document."""
    words = comparison.terms[comparison.terms["n"] == 1]
    counts = words.groupby(["doc_id", "term"], as_index=False)["count"].sum()
    number = {term: syllables(term) for term in counts["term"].unique()}
    counts["syllables"] = counts["count"] * counts["term"].map(number).astype(float)
    by_document = counts.groupby("doc_id")
    documents = comparison.grouped
    facts = documents[[GROUP, "doc_id"]].copy()
    facts["english"] = facts["doc_id"].map(comparison.languages).fillna("").isin(["en", ""])
    sizes = comparison.sentences.groupby("doc_id")["words"].agg(words="sum", sentences="size")
    for name in sizes:
        facts[name] = facts["doc_id"].map(sizes[name]).fillna(0).astype(int)
    facts["yule_k"] = facts["doc_id"].map(by_document["count"].agg(yule_k)).astype(float)
    facts["syllables"] = facts["doc_id"].map(by_document["syllables"].sum()).astype(float)
    for name in ORDERED:
        stored = documents.get(name, pd.Series(np.nan, index=facts.index))
        facts[name] = stored.to_numpy(float)
    unknown = facts.loc[facts[list(ORDERED)].isna().all(axis=1), "doc_id"]
    if corpus is not None and len(unknown):
        found = {d: word_order_measures(w) for d, w in document_words(corpus, unknown)}
        for name in ORDERED:
            new = facts["doc_id"].map({d: values[name] for d, values in found.items()})
            facts[name] = facts[name].fillna(new.astype(float))
    return facts


def _weighted(values: pd.Series, weights: pd.Series) -> float:
    """The mean of the values that are known, by weights."""
    known = values.notna()
    return np.average(values[known], weights=weights[known]) if known.any() else np.nan


def flesch_reading_ease(words, sentences, syllables_):
    """Give Flesch's reading ease: 206.835 - 1.015 words/sentence - 84.6 syllables/word (1948).

    Parameters
    ----------
    words, sentences, syllables_ : array or number
        How many there are.

    Returns
    -------
    ndarray or float
        About 100 is very easy, 30 and below very hard; missing where there are none.

    Examples
    --------
    >>> round(float(flesch_reading_ease(100, 5, 150)), 3)
    59.635
    """
    words, sentences = _above_0(words), _above_0(sentences)
    return 206.835 - 1.015 * (words / sentences) - 84.6 * (np.asarray(syllables_) / words)


def flesch_kincaid_grade(words, sentences, syllables_):
    """Give the Flesch-Kincaid grade: 0.39 words/sentence + 11.8 syllables/word - 15.59.

    Kincaid, Fishburne, Rogers & Chissom (1975): the years of (American) school that a text needs.

    Parameters
    ----------
    words, sentences, syllables_ : array or number
        How many there are.

    Returns
    -------
    ndarray or float
        Missing where there are none.

    Examples
    --------
    >>> round(float(flesch_kincaid_grade(100, 5, 150)), 2)
    9.91
    """
    words, sentences = _above_0(words), _above_0(sentences)
    return 0.39 * (words / sentences) + 11.8 * (np.asarray(syllables_) / words) - 15.59


def _above_0(number):
    number = np.asarray(number, dtype=float)
    return np.where(number > 0, number, np.nan)


@lru_cache(maxsize=200_000)
def syllables(word: str) -> int:
    """Count the syllables of an English word by rules of spelling; a few in a hundred are off.

    A group of vowels is a syllable; what is silent goes, and vowels that are spoken apart count
    apart. The parts of a compound are added up; an acronym is spelled out, and of a number every
    digit counts as one syllable.

    Examples
    --------
    >>> [syllables(w) for w in ("gas", "pipeline", "alliance", "signed", "created", "little")]
    [1, 2, 3, 1, 3, 2]
    >>> syllables("US"), syllables("2014"), syllables("anti-western"), syllables("don't")
    (2, 4, 4, 1)
    """
    return sum(_part(part) for part in re.split(r"[-\s]+", word) if part) or 1


def _part(part: str) -> int:
    """Count the syllables of a word without hyphens."""
    if part.isupper() and part.isalpha() and len(part) > 1:
        return len(part) + 2 * part.count("W")
    digits = sum(sign.isdigit() for sign in part)
    letters = re.sub("[^a-z]", "", part.lower().translate(PLAIN))
    if not letters:
        return digits
    spoken = SILENT.sub("", letters)
    groups = len(VOWELS.findall(spoken)) + len(APART.findall(spoken))
    groups += bool(re.search("(?:sm|thm)s?$|[ds]nt$", letters))
    return digits + max(groups, 1)
