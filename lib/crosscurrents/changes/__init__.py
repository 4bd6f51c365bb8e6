"""What changed since an earlier run: documents, and the numbers of each source with their noise."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.changes.documents import document_changes, statuses
from crosscurrents.changes.numbers import LEAST, MOST, PLACES, Numbers, comparison_units, numbers_of
from crosscurrents.changes.previous import KINDS, Previous, not_comparable, read_previous
from crosscurrents.changes.sentences import change_findings
from crosscurrents.findings import SURE
from crosscurrents.intervals import check_options
from crosscurrents.measures import Measures
from crosscurrents.statistics.difference import (
    CHANGED,
    GONE,
    KEPT,
    Sums,
    change_interval,
    change_parts,
    family_p,
    relabelled_changes,
    relabellings,
)

__all__ = [
    "Previous",
    "change_findings",
    "changes",
    "document_changes",
    "not_comparable",
    "read_previous",
]

COLUMNS = [
    "kind", "item", "source", "before", "now", "change", "low", "high", "added", "gone", "changed",
    "p", "p_adjusted", "tests", "moved", "n_before", "n", "unit",
]  # fmt: skip
DRAWS, NUMBERS = 1999, 20_000_000  # relabellings, fewer where they would be so many numbers
FEWEST_DRAWS = 499


def changes(
    previous: Previous | None, measures: Measures, *, level: float = 0.95, seed: int = 0
) -> pd.DataFrame:
    """Say how far the numbers of each source moved since an earlier run, and whether beyond noise.

    The noise is that of which documents happen to be new: p is that of dealing anew which of them
    came, went and stayed (see `relabelled_changes`), adjusted over all numbers of a kind and over
    the kinds. Sources of fewer than five documents are compared by paragraphs, "within these
    articles". A source is not tested where so few documents are new that no p could be small.

    Parameters
    ----------
    previous
        As `read_previous` gives it; None for a first run.
    measures
        The same selection, measured now.
    level, seed
        Of the intervals; of the relabellings.

    Returns
    -------
    DataFrame
        kind ("word": rate per 1,000 words, "tone": mean VADER score of a sentence, "theme": share
        of sentences, "scale": position), item, source, before, now, change, low, high (its
        interval), added, gone, changed (what these documents contributed to it; they add up), p,
        p_adjusted, tests (all that were made), moved (p_adjusted < 0.05), n_before, n (words,
        sentences or hits below the line), unit; by kind, then the surest and largest change first.
        Only sources that have other documents than before, and were there before.
    """
    check_options(level, 100, seed)
    if not previous:
        return pd.DataFrame(columns=COLUMNS)
    documents = statuses(previous, measures)
    units = comparison_units(previous, measures, _touched(documents))
    kinds = [k for k in KINDS if k not in not_comparable(previous, measures)] if len(units) else []
    tables = [_kind_table(kind, previous, measures, units, level, seed) for kind in kinds]
    tables = [table for table in tables if len(table)]
    if not tables:
        return pd.DataFrame(columns=COLUMNS)
    families = sum(table["p"].notna().any() for table in tables)
    table = pd.concat(tables, ignore_index=True)
    adjusted = (table["p_adjusted"] * max(families, 1)).clip(upper=1)
    table = table.assign(p_adjusted=adjusted, tests=int(table["p"].notna().sum()))
    table = table.assign(moved=table["p_adjusted"] < SURE, _kind=table["kind"].map(KINDS.index))
    size = (table["change"] / (table["high"] - table["low"])).abs()
    order = ["_kind", "p_adjusted", "p", "_size", "item", "source"]
    table = table.assign(_size=-size).sort_values(order, kind="stable", ignore_index=True)
    return table[COLUMNS]


def _touched(documents: pd.DataFrame) -> pd.DataFrame:
    """The documents of sources that were there before, are there now, and have other documents."""
    there = documents.groupby("source")["status"].agg(
        before=lambda s: s.isin([KEPT, GONE, CHANGED]).any(),
        now=lambda s: (s != GONE).any(),
        other=lambda s: (s != KEPT).any(),
    )
    chosen = there.index[there.all(axis=1)] if len(there) else []
    return documents[documents["source"].isin(chosen)].reset_index(drop=True)


def _kind_table(
    kind: str, previous: Previous, measures: Measures, units: pd.DataFrame, level: float, seed: int
) -> pd.DataFrame:
    """The changes of one kind in all sources; p_adjusted within the kind."""
    rows, dealt, draws = [], [], _draws(units)
    for numbers in numbers_of(kind, previous, measures, units):
        for place, (source, own) in enumerate(units.groupby("source", sort=True)):
            part = _of_source(numbers, own.index.to_numpy(), kind)
            table = _rows(part, level, own["fate"].to_numpy()).assign(
                kind=kind, source=source, unit=own["unit"].iloc[0]
            )
            rows.append(table)
            sums = part.sums
            if np.exp(-relabellings(sums.status)) * len(KINDS) < SURE:
                anew = relabelled_changes(sums, part.form, draws=draws, seed=[seed, place])
            else:
                anew = np.full((draws, len(table)), np.nan)
            dealt.append(anew * part.per)
    if not rows:
        return pd.DataFrame(columns=COLUMNS)
    table = pd.concat(rows, ignore_index=True)
    p, adjusted = family_p(table["change"].to_numpy(float), np.hstack(dealt))
    return table.assign(p=p, p_adjusted=adjusted)


def _draws(units: pd.DataFrame) -> int:
    most = int(units.groupby("source").size().max())
    return int(np.clip(NUMBERS // most, FEWEST_DRAWS, DRAWS))


def _of_source(numbers: Numbers, at: np.ndarray, kind: str) -> Numbers:
    """The numbers of one source; of words, those that occur often enough in it."""
    sums = Sums(*(part[at] for part in numbers.sums))
    if kind != "word":
        return numbers._replace(sums=sums)
    former = np.flatnonzero(np.isin(sums.status, (GONE, CHANGED)))
    versions = sums.now, sums.before[former]  # each text once
    often = sum(v.sum(axis=0) for v in versions) >= LEAST
    wide = sum((v > 0).sum(axis=0) for v in versions) >= PLACES
    kept = np.flatnonzero(often & wide)[:MOST]
    sums = sums._replace(before=sums.before[:, kept].toarray(), now=sums.now[:, kept].toarray())
    return numbers._replace(names=[numbers.names[k] for k in kept], sums=sums)


def _rows(numbers: Numbers, level: float, fate: np.ndarray) -> pd.DataFrame:
    """Numbers as rows; the parts of a change by the fate of documents, not of their paragraphs."""
    sums, per = numbers.sums, numbers.per
    before, now, gone, changed, added = change_parts(sums._replace(status=fate), numbers.form)
    change, low, high = change_interval(sums, numbers.form, level=level)
    columns = {
        "before": before, "now": now, "change": change, "low": low, "high": high,
        "added": added, "gone": gone, "changed": changed,
    }  # fmt: skip
    sizes = {"n_before": (sums.before, sums.before_size), "n": (sums.now, sums.now_size)}
    for name, (top, size) in sizes.items():
        total = size.sum(axis=0) + (top.sum(axis=0) if numbers.form == "log" else 0)
        sizes[name] = np.broadcast_to(total, now.shape).astype(int)
    values = {name: column * per for name, column in columns.items()}
    return pd.DataFrame({"item": np.array(numbers.names, object), **values, **sizes})
