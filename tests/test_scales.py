"""Positions on a scale by every method of counting, and how robust the order is: by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from made import exchanged_p, measured

from crosscurrents import measure, read_corpus, scale_position, scale_robustness
from crosscurrents.resampling import log_position
from crosscurrents.themes import METHODS, find_scale, same_order, scale_matches

BOOK = """
themes:
  trade: [trade, tariff*]
  north: [velland]
  south: [karsia]
scales:
  closeness:
    poles:
      warmth: [friend*, trust, ally]
      friction: [foe, quarrel*]
    denied by: {before: [hardly, no]}
  empty:
    poles: {near: [unheardof], far: [foe]}
"""
MAIL = """Velland and Karsia are friends, friends and friends. They trust trade.

Velland calls them a foe. "Karsia is a foe, a foe," said one. They are hardly friends."""
STAR = "The foe quarrels. No foe is a friend. Karsia and Velland quarrel, quarrel and trust."
SUN = "Friends trust friends."


@pytest.fixture(scope="module")
def measures(book):
    return measured(book, ("Mail", MAIL), ("Star", STAR), ("Sun", SUN))


def hits(measures, **options):
    """Matches of both poles by source."""
    table = scale_position(measures, scale="closeness", resamples=100, **options)
    return {r["source"]: (r["positive"], r["negative"]) for r in table.to_dict("records")}


@pytest.mark.parametrize(
    ("options", "mail", "star"),
    [
        # Mail: friends x 3 and trust; foe; foe x 2; friends, denied. Star: foe and quarrels;
        # foe, denied, and friend, denied; quarrel x 2 and trust.
        ({}, (4, 4), (2, 5)),
        ({"method": "as_written"}, (5, 3), (2, 5)),
        ({"method": "sentences"}, (2, 3), (2, 3)),
        # Mail: friend* and trust; foe, and friend* once negated. Star: friend*, trust and foe once.
        ({"method": "patterns"}, (2, 2), (2, 3)),
        ({"method": "own"}, (4, 2), (2, 5)),
    ],
)
def test_methods_of_counting_by_hand(measures, options, mail, star):
    found = hits(measures, **options)
    assert (found["Mail"], found["Star"]) == (mail, star)


def test_positions_and_errors_follow_from_the_hits(measures):
    table = scale_position(measures, resamples=100).set_index("source")
    mail = table.loc["Mail"]
    assert mail["position"] == pytest.approx(0)
    assert mail["se"] == pytest.approx(math.sqrt(2 / 4.5))
    assert (mail["low"] < 0) and (mail["high"] > 0)
    assert (mail["near"], mail["far"], mail["documents"]) == ("warmth", "friction", 1)
    assert table.loc["Sun", "position"] == pytest.approx(math.log(3.5 / 0.5))
    assert np.isnan(table.loc["Sun", "low"])  # one paragraph cannot be drawn again


def test_a_method_of_counting_keeps_the_columns_of_matches(measures):
    scale = find_scale(measures)
    every = scale_matches(measures, scale)
    for name, method in METHODS.items():
        kept = scale_matches(measures, scale, name)
        assert kept.columns.tolist() == every.columns.tolist()
        assert kept["count"].sum() <= every["count"].sum()
        assert method.label


def test_a_scale_with_a_pole_that_nothing_hits(measures):
    table = scale_position(measures, scale="empty", resamples=100).set_index("source")
    assert table["positive"].tolist() == [0, 0, 0]
    assert table.loc["Star", "position"] == pytest.approx(math.log(0.5 / (2 + 0.5)))
    assert np.isnan(table.loc["Sun", "position"])
    said = same_order(scale_robustness(measures, scale="empty"))
    assert said.endswith("except between Star and Mail.")  # Sun has no position


def test_documents_and_periods_have_positions(book):
    rows = [("Mail", "2016-02-01", MAIL), ("Mail", "2017", STAR), ("Sun", "", SUN)]
    measures = measured(book, *rows, columns=["source", "date", "text"])
    documents = scale_position(measures, by="doc_id", resamples=100)
    assert documents[["doc_id", "positive", "negative"]].values.tolist() == [
        ["1", 4, 4], ["2", 2, 5], ["3", 3, 0],
    ]  # fmt: skip
    time = scale_position(measures, period="year", resamples=100)
    assert time[["source", "period", "positive"]].values.tolist() == [
        ["Mail", "2016", 4], ["Mail", "2017", 2],
    ]  # fmt: skip


def test_no_scale_gives_empty_tables():
    bare = measure(read_corpus(pd.DataFrame({"source": ["Mail"], "text": [MAIL]})), reuse=False)
    dated = scale_position(bare, period="year")
    for table in (scale_position(bare), dated, scale_robustness(bare)):
        assert table.empty
        assert "position" in table


def test_the_test_compares_the_share_of_the_near_pole(book):
    """Eight documents a source: p is that of SciPy's test of the same statistic."""
    said = {
        "Mail": "A friend and a foe. Trust and trust.",
        "Star": "A foe and a friend. No quarrel.",
    }
    rows = [("Mail", said["Mail"])] * 6 + [("Star", said["Star"])] * 7
    rows += [("Mail", said["Star"])] * 2 + [("Star", said["Mail"])]
    table = scale_position(measured(book, *rows), scale="closeness").set_index("source")
    near = np.array([3] * 6 + [2] * 2 + [2] * 7 + [3])  # "no quarrel" counts for the near pole
    both = np.array([4] * 6 + [3] * 2 + [3] * 7 + [4])
    rest = near - both * near.sum() / both.sum()
    exact = exchanged_p(rest, np.arange(16) < 8, n_resamples=20_000, rng=1)
    assert table.loc["Mail", "p"] == pytest.approx(exact, abs=0.04)
    assert table.loc["Mail", "p"] == table.loc["Star", "p"]
    assert table["tests"].tolist() == [2, 2]


def test_fewer_than_five_documents_are_not_tested(measures):
    table = scale_position(measures)
    assert table["p_adjusted"].isna().all() and (table["tests"] == 0).all()


# --- does the order depend on the method


def test_the_order_by_every_method(measures):
    table = scale_robustness(measures, scale="closeness")
    assert table["method"].unique().tolist() == [*METHODS]
    first = table[table["method"] == "matches"]
    assert first["source"].tolist() == ["Sun", "Mail", "Star"]
    assert first["rank"].tolist() == [1, 2, 3]
    for name, part in table.groupby("method"):
        own = scale_position(measures, scale="closeness", method=name).set_index("source")
        assert part["position"].tolist() == own["position"].loc[part["source"]].tolist()
    # Mail and Star are equal by "sentences": (2, 3) and (2, 3).
    equal = table[table["method"] == "sentences"].set_index("source")["rank"]
    assert equal.to_dict() == {"Sun": 1, "Mail": 2, "Star": 2}
    # Sun is before either by each method; Mail and Star may tie.
    assert same_order(table) == (
        "The order of the sources is the same under all 5 methods of counting, except between Mail "
        "and Star."
    )


def test_an_order_that_a_method_turns():
    ranks = {
        "matches": (1, 2, 3, 4), "sentences": (1, 3, 2, 4), "own": (2, 3, np.nan, 1),
    }  # fmt: skip
    rows = [
        (method, source, rank)
        for method, each in ranks.items()
        for source, rank in zip(("Mail", "Star", "Sun", "Bell"), each, strict=True)
    ]
    # Mail before Star by each; Sun has no rank by own; Bell is last by two and first by one.
    assert same_order(pd.DataFrame(rows, columns=["method", "source", "rank"])) == (
        "Under all 3 methods of counting, 1 of 6 pairs of sources stay in the same order."
    )


# --- the statistic behind


def test_the_interval_covers_where_hits_are_uneven():
    """95% intervals of uneven hits hold the truth in at least nine of ten samples."""
    rng, held, plain, samples = np.random.default_rng(9), 0, 0, 120
    truth = math.log(2)
    for _ in range(samples):
        counts = rng.poisson(rng.gamma(0.7, 1 / 0.7, (24, 2)) * [1.2, 0.6])
        position, se, low, high = log_position(counts, resamples=300)
        held += low <= truth <= high
        plain += abs(position - truth) <= 1.96 * se
    assert held / samples > 0.9
    assert held >= plain


def test_an_interval_is_never_shorter_than_that_of_independent_hits():
    even = np.tile([2, 1], (12, 1))
    position, se, low, high = log_position(even, resamples=200)
    assert position == pytest.approx(math.log(24.5 / 12.5))
    assert high - low >= 2 * 1.96 * se
    assert np.isnan(log_position([[0, 0], [0, 0]])).all()
    lone = log_position([[3, 1]])
    assert lone[0] == pytest.approx(math.log(3.5 / 1.5)) and np.isnan(lone[2:]).all()
