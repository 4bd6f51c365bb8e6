"""Names that are written in several ways, folded into one term on request."""

from __future__ import annotations

from dataclasses import is_dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

from crosscurrents.checks import check_columns
from crosscurrents.frequency import LONGEST
from crosscurrents.frequency.phrases import count_runs, runs
from crosscurrents.statistics.remembered import Remembered
from crosscurrents.statistics.units import by_paragraph
from crosscurrents.tokens.texts import at_hand, folded_words, token_batches, word_places
from crosscurrents.tokens.words import words_of

FILE = "variants.csv"
COLUMNS = ["term", "variant"]


def read_variants(source) -> pd.DataFrame:
    """Read name variants: a CSV file or a table with term and variant, or a corpus that has one.

    Parameters
    ----------
    source : str, Path, DataFrame or Corpus
        Of a folder or a Corpus, the `variants.csv` in its folder; where there is none, no variants.

    Returns
    -------
    DataFrame
        term, variant: as words are counted, a row a variant; without rows that change nothing.

    Raises
    ------
    ValueError
        If the file is not there or lacks a column; if a row has no word, a variant more words than
        five, or two terms; if a term is itself a variant of another.
    """
    table, name = _table(source)
    check_columns(name, table, COLUMNS)
    found: dict[str, str] = {}
    for number, (term, variant) in enumerate(table[COLUMNS].itertuples(index=False), start=1):
        folded = [_folded(text) for text in (term, variant)]
        if not all(folded) or max(map(len, folded)) > LONGEST:
            raise ValueError(
                f"{name}, row {number}: {term!r} and {variant!r} need 1 to {LONGEST} words each"
            )
        term, variant = (" ".join(words) for words in folded)
        if found.setdefault(variant, term) != term:
            raise ValueError(f"{name}: {variant!r} is a variant of {found[variant]!r} and {term!r}")
    found = {variant: term for variant, term in found.items() if variant != term}
    chained = sorted(set(found.values()) & found.keys())
    if chained:
        raise ValueError(f"{name}: {chained} are terms, and variants of other terms; name one only")
    return pd.DataFrame([(t, v) for v, t in found.items()], columns=COLUMNS, dtype="str")


def fold_variants(measures, variants, *, corpus=None):
    """Return measures in which every variant of a name counts as the one term.

    Where variants overlap, the longest counts. Sizes stay: N is all words of the text, so that a
    long form is one occurrence of its term among as many words as before.

    Parameters
    ----------
    measures : Measures
    variants : DataFrame, str, Path or Corpus
        See `read_variants`.
    corpus : Corpus, optional
        Documents at hand are counted again from their text, exactly. The others are folded by
        their counts: a long form must recur in the corpus to be known, its occurrences are laid
        into the paragraphs that hold all its words, and phrases that hold a part of it only stay.

    Returns
    -------
    Measures
        With other terms; documents, sentences and themes stay.

    Raises
    ------
    ValueError
        For what `read_variants` refuses.
    """
    known = read_variants(variants)
    if known.empty:
        return measures
    names = dict(zip(known["variant"], known["term"], strict=True))
    lengths = sorted(set(measures.terms["n"].unique().tolist()) | {1})
    here = at_hand(corpus, measures.documents["doc_id"]) if corpus is not None else []
    parted = {n: by_paragraph(measures, n) for n in lengths}
    parts = [_recounted(corpus, here, names, parted)] if here else []
    rest = measures.terms[~measures.terms["doc_id"].isin(here)]
    terms = pd.concat([*parts, _fold_rows(rest, names)], ignore_index=True)
    keys = ["doc_id", "paragraph", "term", "n"]
    terms = terms.groupby(keys, as_index=False, sort=False)["count"].sum()
    total = terms.groupby(["n", "term"])["count"].transform("sum")
    terms = terms[(terms["count"] > 0) & ((terms["n"] == 1) | (total > 1))]
    terms = terms.astype({name: measures.terms[name].dtype for name in terms})
    return with_tables(measures, terms=terms[measures.terms.columns].reset_index(drop=True))


def with_tables(measures, **tables):
    """Return the measures with some tables in place of their own."""
    measures = measures.measures if isinstance(measures, Remembered) else measures
    if is_dataclass(measures):
        return replace(measures, **tables)
    return SimpleNamespace(**{**vars(measures), **tables})


def _table(source):
    """Return the rows of a source of variants as text, and what to call it."""
    if isinstance(source, pd.DataFrame):
        return source, "variants"
    path = getattr(source, "path", None) if hasattr(source, "documents") else Path(source)
    if path is None:
        return pd.DataFrame(columns=COLUMNS), "variants"
    if path.is_dir():
        path = path / FILE
        if not path.is_file():
            return pd.DataFrame(columns=COLUMNS), FILE
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False), path.name
    except FileNotFoundError:
        raise ValueError(f"variants {str(path)!r} is not there; name a CSV file") from None
    except (ValueError, pd.errors.ParserError) as error:
        raise ValueError(f"variants {path.name!r} cannot be read as CSV: {error}") from None


def _folded(text):
    return [word.folded for piece in str(text).split() for word in words_of(piece)[0]]


def _recounted(corpus, doc_ids, names, parted):
    """Count the terms of documents at hand again, by paragraph or not, variants as their terms."""
    parts = []
    for batch, tokens in token_batches(corpus, doc_ids):
        ids, vocabulary = folded_words(tokens)
        places = word_places(tokens)
        ids, gap, kept, vocabulary = _replace(ids, tokens.words.gap, vocabulary, names)
        document, paragraph = places.document[kept], places.within[kept]
        doc = np.array(batch, dtype=object)
        for n, by_place in parted.items():
            start = np.flatnonzero(runs(gap, n))
            where = document.astype(np.int64) * PARAGRAPHS + paragraph * by_place
            rows, count = count_runs(ids, where, start, n)
            table = pd.DataFrame({"doc_id": doc[rows[:, 0] // PARAGRAPHS], "n": n, "count": count})
            table["paragraph"] = rows[:, 0] % PARAGRAPHS
            table["term"] = [" ".join(vocabulary[row[1:]]) for row in rows]
            parts.append(table)
    return pd.concat(parts, ignore_index=True)


PARAGRAPHS = 1_000_000  # more than any document has: keys of (document, paragraph)


def _replace(ids, gap, vocabulary, names):
    """Put terms in place of their variants; say which words are kept."""
    code = {word: k for k, word in enumerate(vocabulary.tolist())}
    more = [term for term in dict.fromkeys(names.values()) if term not in code]
    code |= {term: len(vocabulary) + k for k, term in enumerate(more)}
    vocabulary = np.array([*vocabulary.tolist(), *more], dtype=object)
    ids, kept = ids.copy(), np.ones(len(ids), dtype=bool)
    taken = np.zeros(len(ids), dtype=bool)
    for variant in sorted(names, key=lambda v: (-v.count(" "), v)):
        words = [code.get(word, -1) for word in variant.split(" ")]
        if -1 in words:
            continue
        size = len(words)
        found = runs(gap, size) if len(ids) else np.zeros(0, dtype=bool)
        for k, word in enumerate(words):
            found = found & (ids[k : k + len(found)] == word) & ~taken[k : k + len(found)]
        for start in np.flatnonzero(found).tolist():
            if not taken[start : start + size].any():
                taken[start : start + size] = True
                ids[start] = code[names[variant]]
                kept[start + 1 : start + size] = False
    # Terms of several words take one place, so that a run of n places may hold more than n words.
    return ids[kept], gap[kept], kept, vocabulary


def _fold_rows(terms, names):
    """Fold the rows of terms without their texts."""
    long = sorted(names, key=lambda v: (-v.count(" "), v))
    distinct = terms[["term", "n"]].drop_duplicates()
    folded = {}
    for term, n in distinct.itertuples(index=False):
        new, places = _folded_term(term, long, names)
        if new != term:
            folded[term] = (new, int(n) - places)
    rows = terms[terms["term"].isin(folded.keys())]
    if rows.empty:
        return terms
    changed = rows.assign(
        n=[folded[term][1] for term in rows["term"]],
        term=[folded[term][0] for term in rows["term"]],
    )
    spread = (changed["n"] == 1) & (rows["n"] > 1)
    placed = _placed(terms, rows[spread], changed[spread])
    return pd.concat([terms.drop(rows.index), changed[~spread], *placed], ignore_index=True)


def _folded_term(term, long, names):
    """Return a term with its variants replaced, and by how many words it became shorter."""
    padded, lost = f" {term} ", 0
    for variant in long:
        hits = padded.count(f" {variant} ")
        if hits:
            padded = padded.replace(f" {variant} ", f"\0{names[variant]}\0")
            lost += hits * variant.count(" ")
    return padded.replace("\0", " ").strip(), lost


def _placed(terms, rows, changed):
    """Lay occurrences of long forms into paragraphs that hold their words, and take these away."""
    single = terms[terms["n"] == 1]
    count = single.set_index(["doc_id", "term", "paragraph"])["count"].sort_index()
    left = count.to_dict()
    added = []
    for row, new in zip(rows.itertuples(), changed["term"], strict=True):
        words, rest = row.term.split(" "), row.count
        try:
            paragraphs = count.loc[(row.doc_id, words[0])].index
        except KeyError:
            continue
        for paragraph in paragraphs:
            here = min(rest, *(left.get((row.doc_id, w, paragraph), 0) for w in words))
            if here > 0:
                rest -= here
                added.append((row.doc_id, paragraph, new, 1, here))
                for word in words:
                    left[row.doc_id, word, paragraph] -= here
                    added.append((row.doc_id, paragraph, word, 1, -here))
    return [pd.DataFrame(added, columns=["doc_id", "paragraph", "term", "n", "count"])]
