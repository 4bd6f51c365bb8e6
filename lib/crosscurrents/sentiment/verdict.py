"""The verdict on an order of sources by tone: what of it holds in every way of scoring."""

from __future__ import annotations

import pandas as pd

from crosscurrents.sentiment.robustness import rank_agreement, rank_changes

NAMED = 4  # pairs that are named in a sentence; more are counted


def robustness_verdict(table: pd.DataFrame) -> str:
    """Say first whether the sources may be ordered by tone, then which pairs, and why.

    A pair may be ordered if every scoring puts the same one higher and the two intervals keep apart
    in each.

    Parameters
    ----------
    table : DataFrame
        As `sentiment_robustness` returns it.

    Returns
    -------
    str
        Two to four sentences, all computed.
    """
    pairs, scorings = rank_changes(table, most=None), table["scoring"].nunique()
    found = [order_verdict(table)]
    if pairs.empty or scorings < 2:
        return found[0]
    moved, _, steady = _sorted_out(pairs)
    if len(moved):
        named = [f"{r.higher} and {r.lower} ({r.above} of {r.scorings})" for r in _first(moved)]
        found.append(
            f"The order does not hold for {_listed(named, len(moved))}; in brackets, in how many "
            "scorings the first one stands higher."
        )
    if len(steady):
        named = [f"{r.higher} above {r.lower}" for r in _first(steady)]
        found.append(
            f"Alike in every scoring, but with intervals that overlap: "
            f"{_listed(named, len(steady))}."
        )
    return " ".join([*found, _taus(table, scorings)]).strip()


def order_verdict(table: pd.DataFrame) -> str:
    """Say in one sentence whether the sources may be ordered by tone: the verdict's first.

    `table` is one of `sentiment_robustness`.
    """
    pairs, scorings = rank_changes(table, most=None), table["scoring"].nunique()
    if pairs.empty or scorings < 2:
        return "There is no order to test: it takes two sources and two ways of scoring."
    moved, sure, _ = _sorted_out(pairs)
    return _lead(len(pairs), moved, sure, scorings)


def _sorted_out(pairs: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Pairs that change places, pairs that may be ordered, and those alike but too close."""
    moved = pairs[pairs["changes"]].sort_values(["above", "higher"], kind="stable")
    sure = pairs[~pairs["changes"] & (pairs["apart"] == pairs["scorings"])]
    steady = pairs[~pairs["changes"] & (pairs["apart"] < pairs["scorings"])]
    return moved, sure, steady


def _lead(pairs: int, moved: pd.DataFrame, sure: pd.DataFrame, scorings: int) -> str:
    """The first sentence: may the sources be ordered?"""
    of = f"{pairs:,} pairs of sources"
    if sure.empty:
        which = f"{len(moved):,} of {of}" if pairs > 1 else "them"
        why = f"the lexicons disagree on {which}, and no" if len(moved) else "no"
        return (
            f"Do not order these sources by tone: {why} pair has intervals that keep apart in all "
            f"{scorings} scorings."
        )
    named = _listed([f"{r.higher} above {r.lower}" for r in _first(sure)], len(sure))
    if len(sure) == pairs:
        return f"The order of the sources holds in all {scorings} scorings: {named}."
    return (
        f"Of {of} only {len(sure):,} can be ordered by tone, with intervals that keep apart in all "
        f"{scorings} scorings: {named}."
    )


def _taus(table: pd.DataFrame, scorings: int) -> str:
    tau = rank_agreement(table)["tau"].dropna()
    if tau.empty:
        return ""
    low, middle, high = (f"{v:.2f}".replace("-", "−") for v in tau.quantile([0, 0.5, 1]))
    return (
        f"Kendall's tau between the orders of the {scorings} scorings runs from {low} to {high} "
        f"(median {middle}; 1 is the same order, −1 the reverse)."
    )


def _first(pairs: pd.DataFrame) -> list:
    return list(pairs.head(NAMED).itertuples())


def _listed(named: list[str], number: int) -> str:
    more = f"; and {number - len(named):,} more" if number > len(named) else ""
    return "; ".join(named) + more
