"""Where each group is placed between the two poles of a scale, and how robust the order is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from crosscurrents.comparison import GROUP, Comparison, compared
from crosscurrents.intervals import draw_counts, t_limits
from crosscurrents.ratios import exchange, over_time, unit_sums
from crosscurrents.themes import Scale, find_scale

SMOOTHING = 0.5  # added to both counts (Lowe, Benoit, Mikhaylov & Laver 2011)
HALF = 0.5  # a sentence is quoted if half of its words are (DEFINITIONS, voice)
POSITIONS = [
    "near", "far", "positive", "negative", "position", "se", "low", "high", "documents", "unit",
]  # fmt: skip
# For which pole the matches of each kind count: 0 near, 1 far. A negated match ("hardly close")
# speaks for the other pole (Young & Soroka 2012).
REVERSED = {"positive": 0, "negative": 1, "positive_denied": 1, "negative_denied": 0}
AS_WRITTEN = {"positive": 0, "negative": 1, "positive_denied": 0, "negative_denied": 1}


class Method(NamedTuple):
    """A method of counting: what it says, for which pole kinds of matches count, what is kept."""

    label: str
    poles: dict[str, int]
    keep: Callable[[pd.DataFrame], pd.DataFrame]


def _once(*columns: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Count the first match of each combination of some columns, and only that."""
    return lambda rows: rows.drop_duplicates([*columns, "pole"]).assign(count=1)


# The methods of counting; to add one, add a line. Each removes one thing that could make the order:
# the rule for negations; long lists of matches in one sentence; a single word that one article
# repeats; and the people that a source quotes, who may not speak for it.
METHODS = {
    "matches": Method("every match, negated ones reversed", REVERSED, lambda rows: rows),
    "as_written": Method("every match, negated ones as written", AS_WRITTEN, lambda rows: rows),
    "sentences": Method("each sentence once per pole", REVERSED, _once("doc_id", "sentence")),
    "patterns": Method("each pattern once per document", REVERSED, _once("doc_id", "pattern")),
    "own": Method("own speech only", REVERSED, lambda rows: rows[rows["quoted"] < HALF]),
}


@compared
def scale_position(
    comparison: Comparison, *, scale: str = "", method: str = "matches", period: str = ""
) -> pd.DataFrame:
    """Place each group on a scale between two poles of a codebook.

    position = ln((a + 0.5) / (b + 0.5)), a and b the matches of the poles, with its standard error
    sqrt(1 / (a + 0.5) + 1 / (b + 0.5)) (Lowe, Benoit, Mikhaylov & Laver 2011). That error takes
    matches as independent; the interval resamples documents or paragraphs (see `log_position`), and
    the test exchanges documents.

    Parameters
    ----------
    comparison : Measures, Tone or Comparison
    scale : str
        Its name in the codebook; the only or first one by default.
    method : {"matches", "as_written", "sentences", "patterns", "own"}
        What counts, see METHODS.
    period : {"decade", "year", "quarter", "month"}, optional
        Each group in each period that it has documents of; nothing is tested then, and documents
        without such a date are left out.

    Returns
    -------
    DataFrame
        scale, group, period (if asked for), near, far (names of the poles), positive, negative
        (their matches), position, se, low, high, documents, unit, p, p_adjusted, tests (of the
        share of the near pole against all other groups; the family is every group); by group. A
        group without any match has no position.

    Raises
    ------
    ValueError
        If the scale is not in the codebook or the method or period is unknown.
    """
    comparison = comparison.coded
    found = find_scale(comparison, scale)
    rows = scale_matches(comparison, found, method)
    if period:
        return over_time(comparison, period, lambda dated: _positions(dated, found, rows))
    table, documents = _positions(comparison, found, rows), comparison.parts(1)
    counts = pole_counts(rows, documents)  # of the matches of both poles those of the near one
    tested = exchange(documents, counts[:, :1], counts.sum(axis=1), seed=comparison.seed)
    return table.merge(tested, on=GROUP, how="left")


@compared
def document_positions(comparison: Comparison, *, scale: str = "") -> pd.DataFrame:
    """Place every document on a scale, for the dots behind the position of its group.

    Returns
    -------
    DataFrame
        group, doc_id, positive, negative, position (missing without a match); by both.
    """
    comparison = comparison.coded
    units = comparison.parts(1)
    counts = pole_counts(scale_matches(comparison, find_scale(comparison, scale)), units)
    position, _ = _position(*counts.T)
    return units[[GROUP, "doc_id"]].assign(
        positive=counts[:, 0].astype(int), negative=counts[:, 1].astype(int),
        position=np.where(counts.any(axis=1), position, np.nan),
    )  # fmt: skip


@compared
def scale_robustness(comparison: Comparison, *, scale: str = "") -> pd.DataFrame:
    """Place the groups by five methods of counting.

    Each method takes away one thing that could make the order alone: the rule that negated matches
    count for the other pole, sentences full of matches, one pattern repeated within a document, and
    quotations. METHODS names them.

    Returns
    -------
    DataFrame
        method, label (in words), scale, group, near, far, positive, negative, position, rank (1 =
        nearest to the near pole; equal positions share the better rank; missing without a match);
        by method in the order of METHODS, then by rank.
    """
    comparison = comparison.coded
    found, tables = find_scale(comparison, scale), []
    for name, method in METHODS.items():
        rows = scale_matches(comparison, found, name)
        table = _positions(comparison, found, rows, intervals=False)
        rank = table["position"].round(12).rank(ascending=False, method="min")
        table = table.assign(method=name, label=method.label, rank=rank)
        tables.append(table.sort_values(["rank", GROUP], kind="stable"))
    columns = ["method", "label", "scale", GROUP, "near", "far", "positive", "negative"]
    return pd.concat(tables, ignore_index=True)[[*columns, "position", "rank"]]


@dataclass(frozen=True)
class ScaleOrder:
    """How far the order of groups on a scale depends on the method of counting.

    Attributes
    ----------
    order : tuple
        The groups by the first method, from the near pole on.
    methods : int
    first, last : int
        Methods by which the first group is first, and the last one last.
    agreeing, possible : int
        Pairs of groups that every method orders the same; all pairs.
    swapped : tuple
        The pairs that change places, or are level, by some method.
    """

    order: tuple
    methods: int
    first: int
    last: int
    agreeing: int
    possible: int
    swapped: tuple = ()


def scale_order(table: pd.DataFrame) -> ScaleOrder:
    """Say what of the order of the groups is the same by every method of counting.

    Parameters
    ----------
    table : DataFrame
        As `scale_robustness` returns it.

    Examples
    --------
    >>> rows = [("matches", "Mail", 1), ("matches", "Star", 2),
    ...         ("own", "Star", 1), ("own", "Mail", 2)]
    >>> scale_order(pd.DataFrame(rows, columns=["method", "source", "rank"]))
    ScaleOrder(order=('Mail', 'Star'), methods=2, first=1, last=1, agreeing=0, possible=1,
               swapped=(('Mail', 'Star'),))
    """
    by = table.attrs.get("by", "source")
    ranks = table.pivot_table(index=by, columns="method", values="rank", sort=False)
    if ranks.empty:
        return ScaleOrder((), 0, 0, 0, 0, 0)
    ranks = ranks[list(dict.fromkeys(table["method"]))].sort_values(table["method"].iloc[0])
    ranks = ranks[ranks.iloc[:, 0].notna()]
    values = ranks.to_numpy()
    before = (values[:, None] < values[None, :]).all(axis=2)
    return ScaleOrder(
        order=tuple(ranks.index),
        methods=values.shape[1],
        first=int((values[0] == 1).sum()),
        last=int((values[-1] == np.nanmax(values, axis=0)).sum()),
        agreeing=int(before.sum()),
        possible=len(values) * (len(values) - 1) // 2,
        swapped=tuple(
            (ranks.index[i], ranks.index[k])
            for i, k in zip(*np.triu_indices(len(values), 1))
            if not before[i, k]
        ),
    )


def scale_matches(measures, scale: Scale | None, method: str = "matches") -> pd.DataFrame:
    """List the matches of a scale's poles that count.

    Returns
    -------
    DataFrame
        doc_id, paragraph, sentence, pattern, pole (that it counts for, 0 near, 1 far), quoted
        (share of the sentence's words), count. Empty without a scale.

    Raises
    ------
    ValueError
        If the method is unknown.
    """
    if method not in METHODS:
        raise ValueError(f"method {method!r} is not known; choose from {list(METHODS)}")
    way = METHODS[method]
    codes = pole_of(measures.record["codebook"]["scales"][scale.name] if scale else {}, way.poles)
    rows = measures.themes[measures.themes["theme"].isin(list(codes))]
    rows = rows.assign(pole=rows["theme"].map(codes).to_numpy(dtype=int)).drop(columns="theme")
    quoted = measures.sentences[["doc_id", "sentence", "quoted"]]
    return way.keep(rows.merge(quoted, on=["doc_id", "sentence"], how="left"))


def pole_of(scale: dict[str, str], poles: dict[str, int] = REVERSED) -> dict[str, int]:
    """Say of a scale's record for which pole (0 near, 1 far) the matches of each theme count.

    >>> pole_of({"positive": "a/up", "negative": "a/down", "positive_denied": "a/up denied"})
    {'a/up': 0, 'a/down': 1, 'a/up denied': 1}
    """
    return {scale[key]: pole for key, pole in poles.items() if key in scale}


def log_position(hits, *, level: float = 0.95, resamples: int = 1000, seed: int = 0):
    """Give ln((a + 0.5) / (b + 0.5)), its standard error and its studentised bootstrap interval.

    The standard error, sqrt(1 / (a + 0.5) + 1 / (b + 0.5)), takes matches as independent (Lowe,
    Benoit, Mikhaylov & Laver 2011). For the interval units are resampled with all their matches;
    the distance of each resample is divided by its own linearised error, which is never taken as
    less than Lowe's, and its quantiles are kept between once and twice Student's t.

    Parameters
    ----------
    hits : array (units, 2)
        Matches of the two poles in each unit.
    level, resamples, seed
        See `bootstrap_ratio`.

    Returns
    -------
    position, se, low, high : float
        All missing without a match; the interval is missing with fewer than two units.

    Examples
    --------
    >>> position, se, low, high = log_position([[3, 0], [2, 1], [1, 0], [2, 2]])
    >>> round(position, 4), round(se, 4), bool(low < position < high)
    (0.8873, 0.6351, True)
    """
    from scipy.special import stdtrit

    hits = np.asarray(hits, dtype=float)
    total = hits.sum(axis=0)
    if not total.sum():
        return (np.nan,) * 4
    position, lowe = _position(*total)
    if len(hits) < 2:
        return float(position), float(lowe), np.nan, np.nan
    counts = draw_counts(len(hits), resamples, int(seed))
    error = _error(hits, np.ones((len(hits), 1)))[0]
    again, _ = _position(*(hits.T @ counts))
    t = (again - position) / _error(hits, counts)
    down, up = (limit[0] for limit in t_limits(t[None, :], len(hits), level))
    least = stdtrit(len(hits) - 1, (1 + level) / 2)
    low, high = position - max(up, least) * error, position - min(down, -least) * error
    return float(position), float(lowe), float(low), float(high)


def _position(a, b):
    """Position and Lowe's standard error."""
    a, b = a + SMOOTHING, b + SMOOTHING
    return np.log(a / b), np.sqrt(1 / a + 1 / b)


def _error(hits: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """The linearised error of resampled positions (counts: units, resamples), Lowe's at least."""
    n = len(hits)
    a, b = hits.T
    above, below = a @ counts + SMOOTHING, b @ counts + SMOOTHING
    squares = (a * a) @ counts / above**2 + (b * b) @ counts / below**2
    squares -= 2 * ((a * b) @ counts) / (above * below)
    mean = ((a @ counts) / above - (b @ counts) / below) / n
    clumped = np.sqrt(np.maximum(squares - n * mean**2, 0) * n / (n - 1))
    return np.maximum(clumped, np.sqrt(1 / above + 1 / below))


def _positions(
    comparison: Comparison, scale: Scale | None, rows: pd.DataFrame, *, intervals: bool = True
) -> pd.DataFrame:
    """scale, group and POSITIONS; empty without a scale."""
    units = comparison.units
    counts, found = pole_counts(rows, units), []
    for group, part in units.groupby(GROUP, sort=True) if scale else ():
        own = counts[part.index]
        a, b = own.sum(axis=0).astype(int)
        drawn = own if intervals else own.sum(axis=0, keepdims=True)
        numbers = log_position(drawn, **comparison.interval_options)
        unit, documents = comparison.unit_labels[group], part["doc_id"].nunique()
        found.append((scale.name, group, *scale.ends, int(a), int(b), *numbers, documents, unit))
    return pd.DataFrame(found, columns=["scale", GROUP, *POSITIONS])


def pole_counts(rows: pd.DataFrame, units: pd.DataFrame) -> np.ndarray:
    """Count the matches of the two poles in each unit: (units, 2)."""
    return unit_sums(units, rows, rows["count"], rows["pole"], 2)
