"""What is drawn again when a comparison asks how sure it is: documents or paragraphs.

Words come in clumps: an article that says *pipeline* once says it five times. So it is never the
single word that is drawn again but the unit that words clump in.
"""

from __future__ import annotations

from functools import wraps

import numpy as np
import pandas as pd

from crosscurrents.statistics.remembered import once

FEWEST = 5  # documents that may speak for a source (DEFINITIONS, keyness: interval)


def resampling_units(measures, *, by: str = "source", fewest: int = FEWEST) -> pd.DataFrame:
    """Say what is drawn again in each group: its documents, or paragraphs where these are few.

    A group with at least five documents (that have words) is resampled by documents. Otherwise its
    paragraphs are drawn, and the label says so: one article cannot speak for an outlet.

    Parameters
    ----------
    measures : Measures
    by : str
        Column of `measures.documents`; documents where it is missing are left out.
    fewest : int
        Documents from which on documents are the units.

    Returns
    -------
    DataFrame
        A row a unit, numbered from 0: `by`, doc_id, paragraph (0 = the whole document), unit
        ("documents", "within this article" or "within these articles").

    Raises
    ------
    ValueError
        If `by` is no column of the documents.
    """
    return once(measures, ("units", by, fewest), lambda: _units(measures, by, fewest))


def _units(measures, by: str, fewest: int) -> pd.DataFrame:
    documents = check_by(measures.documents, by)
    columns = list(dict.fromkeys([by, "doc_id"]))
    documents = documents.loc[(documents["words"] > 0) & documents[by].notna(), columns]
    number = documents.groupby(by)["doc_id"].transform("size")
    label = np.where(number == 1, "within this article", "within these articles")
    documents = documents.assign(unit=np.where(number >= fewest, "documents", label))
    many = documents["unit"] == "documents"
    places = measures.sentences.loc[
        measures.sentences["doc_id"].isin(documents.loc[~many, "doc_id"]), ["doc_id", "paragraph"]
    ].drop_duplicates()
    parts = documents[~many].merge(places, on="doc_id")
    units = pd.concat([documents[many].assign(paragraph=0), parts])
    order = [*columns, "paragraph"]
    units = units[[*order, "unit"]].sort_values(order, kind="stable", ignore_index=True)
    return units.astype({"paragraph": int})


def unit_words(measures, units: pd.DataFrame) -> np.ndarray:
    """Count the words of each unit.

    Parameters
    ----------
    measures : Measures
    units : DataFrame
        As `resampling_units` returns it.

    Returns
    -------
    ndarray of float (units,)
    """
    # Sentences hold all words, also those that name variants fold into one term.
    number = unit_of(units, measures.sentences)
    count = measures.sentences["words"].to_numpy(dtype=float)
    return np.bincount(number[number >= 0], count[number >= 0], minlength=len(units))


def unit_labels(units: pd.DataFrame, *, by: str = "source") -> pd.Series:
    """Give the label of each group ("documents", "within this article", ...), by group.

    Parameters
    ----------
    units : DataFrame
        As `resampling_units` returns it, with the same `by`.

    Returns
    -------
    Series
        Indexed by group.
    """
    return units.drop_duplicates(by).set_index(by)["unit"]


def unit_of(units: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """Give the number of the unit that each row of a table belongs to.

    Parameters
    ----------
    units : DataFrame
        As `resampling_units` returns it.
    rows : DataFrame
        With doc_id, and paragraph where paragraphs are the units.

    Returns
    -------
    ndarray of int (rows,)
        Row numbers of `units`; -1 where a row belongs to none (such as a phrase, which is counted
        by document only, where paragraphs are drawn).
    """
    by_document = units["paragraph"] == 0
    whole = pd.Series(units.index[by_document], index=units["doc_id"][by_document])
    code, names = pd.factorize(rows["doc_id"])  # a document once, not a row once
    found = np.append(whole.reindex(names).fillna(-1).to_numpy(dtype=np.int64), -1)[code]
    if by_document.all() or "paragraph" not in rows:
        return found
    keys = pd.MultiIndex.from_frame(units[["doc_id", "paragraph"]])
    exact = keys.get_indexer(pd.MultiIndex.from_frame(rows[["doc_id", "paragraph"]]))
    return np.where(found >= 0, found, exact)


def by_paragraph(measures, n: int) -> bool:
    """Say whether terms of n words are counted by paragraph: single words are, phrases may be.

    Where they are not, there are no paragraphs to draw again.
    """
    return n == 1 or bool((measures.terms.loc[measures.terms["n"] == n, "paragraph"] > 0).all())


def check_by(documents: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the documents, what `by` leaves empty missing; ValueError if it is none of them."""
    if by not in documents.columns:
        raise ValueError(
            f"by {by!r} is not a column of documents; choose from {list(documents.columns)}"
        )
    empty = documents[by].astype(object) == ""
    return documents.assign(**{by: documents[by].mask(empty)}) if empty.any() else documents


class Names(list):
    """Names that a table carries: pandas copies what a table carries with every part of it."""

    def __deepcopy__(self, memo) -> Names:
        return self


def by_size(words: pd.Series) -> Names:
    """Name the groups of a Series of their words, those with most first, else in its order.

    Where there is no room for all groups, in a table, chart or sentence, the first are shown.
    """
    return Names(words.sort_values(ascending=False, kind="stable").index)


def sized(make):
    """Let a table say in `attrs["groups"]` of which groups it is one, see `by_size`."""

    @wraps(make)
    def made(*args, by: str = "source", **options):
        table = make(*args, by=by, **options)
        measures = args[0] if args else options.get("measures", options.get("tone"))
        documents = check_by(measures.documents, by)
        table.attrs["groups"] = by_size(documents.groupby(by, sort=True)["words"].sum())
        return table

    return made


def largest_first(table: pd.DataFrame, by: str) -> list:
    """Name the groups of a table, those with most words first.

    The table says which these are (`attrs["groups"]`), else its own numbers do: words, sentences,
    or rows.

    >>> table = pd.DataFrame({"source": ["Mail", "Star", "Mail"], "words": [10, 30, 10]})
    >>> largest_first(table, "source")
    ['Star', 'Mail']
    """
    names = table[by].dropna().drop_duplicates()
    if known := table.attrs.get("groups"):
        place = {name: k for k, name in enumerate(known)}
        return sorted(names, key=lambda name: place.get(name, len(place)))
    grouped = table.groupby(by)
    column = next((c for c in ("words", "of", "sentences") if c in table), None)
    return by_size((grouped[column].max() if column else grouped.size()).reindex(names))
