"""What discovered themes are worth: shares by source, passages, and what a codebook calls them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.checks import check_whole
from crosscurrents.concordance import texts_missing
from crosscurrents.discovery import Discovered
from crosscurrents.intervals import bootstrap_ratio, check_options
from crosscurrents.statistics.units import by_size, check_by, resampling_units, unit_labels, unit_of
from crosscurrents.themes.names import theme_names


def discovered_share(
    discovered: Discovered,
    measures,
    *,
    by: str = "source",
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Give each group's share of text that each discovered theme takes, with its interval.

    A paragraph is parted among themes by how much of it each explains, and weighs by its words.
    Paragraphs with too few words of use are left out.

    Parameters
    ----------
    discovered : Discovered
        Of the same measures.
    measures : Measures
    by : str
        Column of `measures.documents`.
    level, resamples, seed
        See `bootstrap_ratio`.

    Returns
    -------
    DataFrame
        theme, `by`, paragraphs (that it leads), of (all), share (of words), low, high, documents,
        unit; by theme, then by group.

    Raises
    ------
    ValueError
        If `by` is no column of the documents, or an option is out of its range.
    """
    check_options(level, resamples, seed)
    units = resampling_units(measures, by=by)
    labels, names = unit_labels(units, by=by), discovered.themes["theme"].tolist()
    places = discovered.paragraphs
    unit = unit_of(units, places)
    mine = unit >= 0
    words = places["words"].to_numpy(float)[mine]
    led = places["theme"].to_numpy()[mine, None] == np.array(names, dtype=object)
    hits, parts = (
        _sums(unit[mine], values, len(units))
        for values in (led.astype(float), discovered.shares[mine] * words[:, None])
    )
    every, size = (
        _sums(unit[mine], values[:, None], len(units))[:, 0]
        for values in (np.ones(len(words)), words)
    )
    rows = []
    for group, part in units.groupby(by, sort=True):
        at = part.index.to_numpy()
        options = {"level": level, "resamples": resamples, "seed": seed}
        share, low, high = bootstrap_ratio(parts[at], size[at], **options)
        documents = part["doc_id"].nunique()
        for k, theme in enumerate(names):
            figures = (int(hits[at, k].sum()), int(every[at].sum()), share[k], low[k], high[k])
            rows.append((k, theme, group, *figures, documents, labels[group]))
    columns = ["paragraphs", "of", "share", "low", "high", "documents", "unit"]
    table = pd.DataFrame(rows, columns=["_order", "theme", by, *columns])
    table = table.sort_values(["_order", by], kind="stable", ignore_index=True)
    table = table.drop(columns="_order")
    table.attrs["groups"] = by_size(measures.documents.groupby(by)["words"].sum())
    return table


def _sums(unit: np.ndarray, values: np.ndarray, units: int) -> np.ndarray:
    """Sums of columns by unit, (units, k)."""
    found = np.zeros((units, values.shape[1]))
    np.add.at(found, unit, values)
    return found


def discovered_passages(
    discovered: Discovered, measures, *, corpus=None, by: str = "source", top_n: int = 2
) -> pd.DataFrame:
    """List the paragraphs that each discovered theme explains best.

    Parameters
    ----------
    discovered : Discovered
    measures : Measures
    corpus : Corpus, optional
        With it the text stands in `passage`, where it is at hand.
    by : str
        Column of `measures.documents`, listed beside the place.
    top_n : int
        Paragraphs of each theme, at least 1; those that it leads, the strongest first.

    Returns
    -------
    DataFrame
        theme, `by`, doc_id, paragraph, words, strength (part of the paragraph's weights that the
        theme explains, 0 to 1), and passage with a corpus.
    """
    check_whole(top_n=top_n)
    documents = check_by(measures.documents, by).set_index("doc_id", drop=False)
    rank = {theme: k for k, theme in enumerate(discovered.themes["theme"])}
    table = discovered.paragraphs
    table = table.assign(_rank=table["theme"].map(rank).astype(float)).dropna(subset="_rank")
    order = ["_rank", "strength", "doc_id", "paragraph"]
    table = table.sort_values(order, ascending=[True, False, True, True], kind="stable")
    table = table.groupby("_rank", sort=False).head(top_n).reset_index(drop=True)
    group = table["doc_id"].map(documents[by])
    columns = list(dict.fromkeys(["theme", by, "doc_id", "paragraph", "words", "strength"]))
    table = table.assign(**{by: group})[columns]
    if corpus is not None:
        table = table.assign(passage=_texts(corpus, table))
        table.attrs["note"] = texts_missing(corpus, table["doc_id"])
    return table


def _texts(corpus, places: pd.DataFrame) -> list[str]:
    """The text of paragraphs, empty where it is not at hand."""
    there = corpus.documents.set_index("doc_id")["at_hand"]
    return [
        corpus.paragraphs(doc_id)[paragraph - 1] if there[doc_id] else ""
        for doc_id, paragraph in zip(places["doc_id"], places["paragraph"])
    ]


def map_discovered(discovered: Discovered, measures) -> pd.DataFrame:
    """Say which themes of the codebook stand where a discovered theme leads.

    Parameters
    ----------
    discovered : Discovered
    measures : Measures

    Returns
    -------
    DataFrame
        theme (discovered), codebook (theme), paragraphs (led by the one and touched by the other),
        expected (were the two independent), lift (paragraphs / expected), phi (correlation, -1 to
        1; missing where one is everywhere or nowhere); by theme, then by falling phi.
    """
    columns = ["theme", "codebook", "paragraphs", "expected", "lift", "phi"]
    places = discovered.paragraphs
    book = theme_names(measures)
    names = discovered.themes["theme"].tolist()
    if not names or not book:
        return pd.DataFrame(columns=columns)
    keys = pd.MultiIndex.from_frame(places[["doc_id", "paragraph"]])
    rows = measures.themes[["doc_id", "paragraph", "theme"]].drop_duplicates()
    row = keys.get_indexer(pd.MultiIndex.from_frame(rows[["doc_id", "paragraph"]]))
    column = pd.Index(book).get_indexer(rows["theme"])
    touched = np.zeros((len(places), len(book)))
    kept = (row >= 0) & (column >= 0)
    touched[row[kept], column[kept]] = 1
    led = (places["theme"].to_numpy()[:, None] == np.array(names, dtype=object)).astype(float)
    number, both = len(places), led.T @ touched
    a, b = led.sum(axis=0)[:, None], touched.sum(axis=0)[None, :]
    expected = a * b / number
    with np.errstate(divide="ignore", invalid="ignore"):
        lift = np.where(expected > 0, both / expected, np.nan)
        spread = np.sqrt(a * (number - a) * b * (number - b))
        phi = np.where(spread > 0, (number * both - a * b) / spread, np.nan)
    grid = np.indices(both.shape).reshape(2, -1)
    table = pd.DataFrame(
        {
            "theme": np.array(names, dtype=object)[grid[0]],
            "codebook": np.array(book, dtype=object)[grid[1]],
            "paragraphs": both.ravel().astype(int),
            "expected": expected.ravel(),
            "lift": lift.ravel(),
            "phi": phi.ravel(),
            "_order": grid[0],
        }
    )
    table = table.sort_values(["_order", "phi"], ascending=[True, False], kind="stable")
    return table[columns].reset_index(drop=True)
