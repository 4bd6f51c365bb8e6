"""Scored sentences as rows, and the mean of any of them with its interval."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.intervals import bootstrap_ratio
from crosscurrents.statistics.units import check_by, resampling_units, unit_labels, unit_of
from crosscurrents.voice import VOICES

# A sentence is positive from here on, negative from -CLEAR on (Hutto & Gilbert 2014).
CLEAR = 0.05
FAR = 100.0  # below 0, where limits are computed
BOUNDED = ("vader", "pattern")  # lexicons whose scores keep to -1 to 1
HALF = 0.5  # a sentence is quoted if half of its words are (DEFINITIONS, voice)
DESCRIBED = ["mean", "low", "high", "sd", "positive", "neutral", "negative", "coverage"]


def scored_sentences(
    measures, by: str, lexicon: str = "vader", *, guard: bool = False, voice: str = "all"
) -> pd.DataFrame:
    """The sentences that belong to a group and have a score: group, place, words, score, coverage.

    Raises
    ------
    ValueError
        If `by` is no column of the documents, the lexicon scored nothing, no guard was measured,
        or the voice is none of VOICES.
    """
    table = measures.sentences
    if guard:
        check_guard(measures)
    column = score_column(table, lexicon, guard)
    if voice not in VOICES:
        raise ValueError(f"voice {voice!r} is not known; choose from {list(VOICES)}")
    documents = check_by(measures.documents, by).set_index("doc_id", drop=False)
    places = ["doc_id", "paragraph", "sentence", "words"]
    rows = table[places].assign(
        group=table["doc_id"].map(documents[by]),
        score=table[column],
        coverage=table[f"{lexicon}_coverage"],
    )
    kept = rows["group"].notna() & rows["score"].notna()
    if voice != "all":
        kept &= (table["quoted"] >= HALF) == (voice == "quoted")
    return rows[kept].reset_index(drop=True)


def check_guard(measures) -> None:
    """Raise ValueError if no list of terms that must not count was measured."""
    if not getattr(measures, "record", {}).get("tone", {}).get("guard"):
        raise ValueError("guard True: no list of terms was measured; see measure_tone")


def score_column(table: pd.DataFrame, lexicon: str, guard: bool) -> str:
    """The column of sentences that holds a lexicon's score, plain or guarded."""
    scored = [c for c in table.columns if f"{c}_coverage" in table.columns]
    if lexicon not in scored:
        raise ValueError(f"lexicon {lexicon!r} did not score these measures; choose from {scored}")
    return f"{lexicon}_guarded" if guard else lexicon


def group_sizes(measures, by: str) -> pd.DataFrame:
    """Documents and words of each group, also of one without words; indexed by group."""
    documents = check_by(measures.documents, by)
    groups = documents.assign(group=documents[by]).groupby("group", sort=True)
    return groups.agg(documents=("doc_id", "size"), words=("words", "sum"))


class Units:
    """What is drawn again in each group, and sums of sentence scores over it."""

    def __init__(self, measures, by: str) -> None:
        self.units = resampling_units(measures, by=by)
        self.by, self.labels = by, unit_labels(self.units, by=by)

    def sums(self, rows: pd.DataFrame, cell=None, cells: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """Sum and number of the scores in each unit, by cell: float64 (units, cells)."""
        unit = unit_of(self.units, rows)
        drawn = unit >= 0
        at = unit[drawn] * cells + (0 if cell is None else np.asarray(cell)[drawn])
        shape, size = (len(self.units), cells), len(self.units) * cells
        total = np.bincount(at, rows["score"].to_numpy()[drawn], minlength=size).astype(float)
        return total.reshape(shape), np.bincount(at, minlength=size).reshape(shape).astype(float)

    def intervals(
        self, rows: pd.DataFrame, *, bounded: bool = True, cell=None, names=None, **options
    ) -> pd.DataFrame:
        """low, high and unit of the mean score, by group, or by group and cell.

        `bounded` says that scores keep to -1 to 1; `cell` gives the number of each row's cell and
        `names` names the cells, such as themes.
        """
        cells = 1 if names is None else len(names)
        total, number = self.sums(rows, cell, cells)
        # Scores may lie on either side of 0 although those seen do not: far below it, the limits
        # are not cut at 0 as those of a rate.
        total = total - FAR * number
        ends = (-1.0, 1.0) if bounded else (-np.inf, np.inf)
        groups, limits, labels = [], [np.empty((2, 0))], []
        for group, at in self.units.groupby(self.by).indices.items():
            top, bottom = total[at], number[at]
            if names is None:  # units without a sentence have no part in a single mean
                top, bottom = top[bottom[:, 0] > 0], bottom[bottom[:, 0] > 0]
            _, low, high = bootstrap_ratio(top, bottom, **options)
            single = (bottom > 0).sum(axis=0) < 2
            limits.append(np.clip(np.where(single, np.nan, np.add([low, high], FAR)), *ends))
            labels += np.where(single, "", self.labels[group]).tolist()
            groups.append(group)
        index = groups if names is None else pd.MultiIndex.from_product([groups, names])
        low, high = np.concatenate(limits, axis=1)
        table = pd.DataFrame({"low": low, "high": high, "unit": labels}, index=index)
        return table.astype({"low": float, "high": float, "unit": "str"})


def described(rows: pd.DataFrame) -> pd.DataFrame:
    """Sentences, mean, spread, shares and coverage by group."""
    rows = rows.assign(
        positive=rows["score"] >= CLEAR,
        negative=rows["score"] <= -CLEAR,
        neutral=rows["score"].abs() < CLEAR,
        known=rows["words"] * rows["coverage"],
    )
    groups = rows.groupby("group")
    shares = groups[["positive", "neutral", "negative"]].mean()
    table = groups["score"].agg(sentences="size", mean="mean", sd="std").join(shares)
    words = groups["words"].sum()
    return table.assign(coverage=groups["known"].sum() / words.where(words > 0))
