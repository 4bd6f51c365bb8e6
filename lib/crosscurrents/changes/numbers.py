"""What each document or paragraph adds to the numbers of its source, before and now."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from crosscurrents.changes.previous import Previous
from crosscurrents.frequency import content_terms, term_matrix
from crosscurrents.measures import Measures
from crosscurrents.sentiment.rows import scored_sentences
from crosscurrents.statistics.difference import ADDED, CHANGED, GONE, KEPT, Sums
from crosscurrents.statistics.units import FEWEST, unit_of, unit_words
from crosscurrents.themes.counting import pole_of
from crosscurrents.themes.names import scale_names, theme_names
from crosscurrents.themes.touched import touched

PER = 1000  # words, of a rate
# A word is compared if it occurs so often, in so many documents or paragraphs, before and now
# together: the normal theory behind an interval needs a few of both. The most frequent come first.
LEAST, PLACES, MOST = 10, 5, 500
BEFORE, NOW = (KEPT, GONE, CHANGED), (KEPT, ADDED, CHANGED)


class Numbers(NamedTuple):
    """The sums behind some numbers of one kind: names (k,) and Sums over all units."""

    names: list[str]
    sums: Sums
    form: str = "ratio"
    per: float = 1.0


def comparison_units(
    previous: Previous, measures: Measures, documents: pd.DataFrame
) -> pd.DataFrame:
    """Say what is dealt anew in each source: documents from five on, else their paragraphs.

    A changed document counts as one unit; cut to paragraphs, its old ones are gone and its new ones
    added, since nobody says which became which.

    Parameters
    ----------
    documents : DataFrame
        As `statuses` returns it.

    Returns
    -------
    DataFrame
        source, doc_id, former, status, unit, paragraph (0 = the whole document), fate (the status
        of the document).
    """
    number = documents.groupby("source")["doc_id"].transform("size")
    label = np.where(number == 1, "within this article", "within these articles")
    documents = documents.assign(
        unit=np.where(number >= FEWEST, "documents", label), paragraph=0, fate=documents["status"]
    )
    many = documents["unit"] == "documents"
    few = documents[~many].drop(columns="paragraph")
    parts = [documents[many]]
    for side, kinds, name, become in (
        (previous.measures, (GONE, CHANGED), "former", GONE),
        (measures, (KEPT, ADDED, CHANGED), "doc_id", ADDED),
    ):
        own = few[few["status"].isin(kinds)]
        own = own.assign(status=own["status"].replace(CHANGED, become))
        places = side.sentences[["doc_id", "paragraph"]].drop_duplicates()
        parts.append(own.merge(places.rename(columns={"doc_id": name}), on=name))
    table = pd.concat(parts, ignore_index=True)[[*documents.columns]]
    order = ["source", "doc_id", "paragraph", "status"]
    return table.sort_values(order, ignore_index=True).astype({"paragraph": int})


def numbers_of(
    kind: str, previous: Previous, measures: Measures, units: pd.DataFrame
) -> list[Numbers]:
    """The sums behind all numbers of a kind (see KINDS), over all units."""
    sides = _Sides(previous.measures, measures, units)
    if kind == "word":
        return [_words(sides)]
    if kind == "theme":
        names = theme_names(measures)
        return [_shares(sides, names)] if names else []
    if kind == "tone":
        return [_tone(sides)]
    scales = measures.record["codebook"]["scales"]
    return [_position(sides, name, pole_of(scales[name])) for name in scale_names(measures)]


class _Sides(NamedTuple):
    """Measures before and now, and the units that both are summed over."""

    before: Measures
    now: Measures
    units: pd.DataFrame

    def each(self, count: Callable) -> list:
        """What `count(measures, units)` gives of either side, in the rows of all units."""
        found = []
        for measures, kinds, name in ((self.before, BEFORE, "former"), (self.now, NOW, "doc_id")):
            at = np.flatnonzero(self.units["status"].isin(kinds))
            own = self.units.iloc[at].assign(doc_id=self.units[name].iloc[at])
            part = count(measures, own.reset_index(drop=True))
            place = csr_array(
                (np.ones(len(at)), (at, np.arange(len(at)))), shape=(len(self.units), len(at))
            )
            found.append(place @ part)  # sparse, as words are, or not
        return found

    def sums(self, tops: list[np.ndarray], sizes: list[np.ndarray]) -> Sums:
        status = self.units["status"].to_numpy()
        return Sums(tops[0], sizes[0], tops[1], sizes[1], status)


def _words(sides: _Sides) -> Numbers:
    names = _frequent(sides)

    def counts(measures: Measures, units: pd.DataFrame):
        terms, matrix = term_matrix(measures, units)
        place = pd.Index(names).get_indexer(terms)
        found = matrix.tocoo()
        known = place[found.col] >= 0
        cells = found.row[known], place[found.col[known]]
        return csr_array((found.data[known], cells), shape=(len(units), len(names)))

    sizes = sides.each(lambda measures, units: unit_words(measures, units)[:, None])
    return Numbers(names, sides.sums(sides.each(counts), sizes), per=PER)


def _frequent(sides: _Sides) -> list[str]:
    """Words that some source may be asked about, most frequent first."""
    docs = [sides.units["former"], sides.units["doc_id"]]
    total: pd.Series | int = 0
    for measures, names in zip(sides[:2], docs, strict=True):
        rows = measures.terms
        rows = rows[(rows["n"] == 1) & rows["doc_id"].isin(names)]
        total = rows.groupby("term")["count"].sum().add(total, fill_value=0)
    total = total[total >= LEAST].sort_index().sort_values(ascending=False, kind="stable")
    lettered = np.array([any(map(str.isalpha, term)) for term in total.index], bool)
    return list(total.index[content_terms(total.index) & lettered])


def _shares(sides: _Sides, names: list[str]) -> Numbers:
    found = {}

    def hits(measures: Measures, units: pd.DataFrame) -> np.ndarray:
        found[id(measures)] = touched(measures, units, names)
        return found[id(measures)].hits

    tops = sides.each(hits)
    sizes = sides.each(lambda measures, units: found[id(measures)].sentences[:, None])
    return Numbers(names, sides.sums(tops, sizes))


def _tone(sides: _Sides) -> Numbers:
    def scores(measures: Measures, units: pd.DataFrame, weigh: bool) -> np.ndarray:
        rows = scored_sentences(measures, "source")
        unit = unit_of(units, rows)
        weights = rows["score"].to_numpy()[unit >= 0] if weigh else None
        return np.bincount(unit[unit >= 0], weights, minlength=len(units))[:, None].astype(float)

    parts = [sides.each(lambda m, u, w=weigh: scores(m, u, w)) for weigh in (True, False)]
    return Numbers(["vader"], sides.sums(*parts))


def _position(sides: _Sides, name: str, poles: dict[str, int]) -> Numbers:
    def hits(measures: Measures, units: pd.DataFrame, pole: int) -> np.ndarray:
        chosen = measures.themes["theme"].map(poles) == pole
        rows = measures.themes[chosen]
        unit = unit_of(units, rows)
        weights = rows["count"].to_numpy(float)[unit >= 0]
        return np.bincount(unit[unit >= 0], weights, minlength=len(units))[:, None]

    parts = [sides.each(lambda m, u, p=pole: hits(m, u, p)) for pole in (0, 1)]
    return Numbers([name], sides.sums(*parts), form="log")
