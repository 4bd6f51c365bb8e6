"""What each source gives most and least space to, over time, and what recurs together: by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from made import exchanged_p, measured

from crosscurrents import (
    bootstrap_log_ratio,
    bootstrap_ratio,
    theme_contrast,
    theme_cooccurrence,
    theme_share,
)
from crosscurrents.themes import MOST, _random_groups

BOOK = """
themes:
  water:
    patterns: [river, dam*]
    themes:
      floods: [flood*]
  law: [treaty, court]
  fire: [ember*]
"""
WET, DRY, LAW, BOTH = "The river rose.", "Nobody slept.", "A court met.", "A court saw the river."


def paragraphs(*texts):
    return "\n\n".join(texts)


@pytest.fixture(scope="module")
def two(book):
    mail = paragraphs(WET, WET, f"{WET} {DRY}", DRY)
    star = paragraphs(DRY, f"{LAW} {DRY}", f"{LAW} {WET}", DRY, DRY)
    return measured(book, ("Mail", mail), ("Star", star))


def cell(table, theme, group):
    (found,) = table[(table["theme"] == theme) & (table.iloc[:, 1] == group)].to_dict("records")
    return found


# --- against the others


def test_a_theme_is_compared_with_all_the_others(two):
    table = theme_contrast(two, resamples=100)
    mail = cell(table, "water", "Mail")
    assert (mail["sentences"], mail["of"], mail["share"]) == (3, 5, 0.6)
    assert (mail["rest_sentences"], mail["rest_of"]) == (1, 7)
    assert mail["log_ratio"] == pytest.approx(math.log2((3 / 5) / (1 / 7)))
    assert mail["low"] < mail["log_ratio"] < mail["high"]
    assert mail["unit"] == "within these articles"
    assert mail["direction"] == 1 and mail["distinctive"] is False
    law = cell(table, "law", "Mail")  # a zero is replaced by a half
    assert law["log_ratio"] == pytest.approx(math.log2((0.5 / 5) / (2 / 7)))
    assert cell(table, "law", "Star")["log_ratio"] == pytest.approx(-law["log_ratio"])


def test_with_fewer_than_five_documents_nothing_is_tested(two):
    table = theme_contrast(two, resamples=100)
    assert table["p"].isna().all() and table["p_adjusted"].isna().all()
    assert (table["tests"] == 0).all() and not table["distinctive"].any()
    assert table[table["theme"] == "fire"]["log_ratio"].isna().all()


def test_of_two_groups_each_is_the_other_turned_round(six):
    table = theme_contrast(six, resamples=100).dropna(subset=["p"])
    for _, pair in table.groupby("theme"):
        assert np.ptp(pair["p"]) == 0
        assert pair["log_ratio"].sum() == pytest.approx(0)
        assert pair["direction"].sum() == 0


@pytest.fixture(scope="module")
def six(book):
    """Six documents of eight sentences from either source, and how many of them are wet."""
    rng = np.random.default_rng(2)
    rows = []
    for source, wet in (("Mail", 0.7), ("Star", 0.2)):
        for _ in range(6):
            drawn = rng.random(8) < wet
            rows.append((source, " ".join(WET if hit else DRY for hit in drawn)))
    return measured(book, *rows)


def test_documents_are_exchanged_where_both_sides_have_five(six):
    table = theme_contrast(six, resamples=100)
    mail = cell(table, "water", "Mail")
    assert mail["unit"] == "documents"
    wet = six.themes[six.themes["theme"] == "water"].groupby("doc_id").size()
    wet = wet.reindex(six.documents["doc_id"]).fillna(0).to_numpy()
    own = (six.documents["source"] == "Mail").to_numpy()
    rest = wet - 8 * wet.sum() / 96
    exact = exchanged_p(rest, own, n_resamples=np.inf)
    assert mail["p"] == pytest.approx(exact, abs=0.01)
    assert mail["distinctive"] and not cell(table, "water", "Star")["distinctive"]
    assert cell(table, "water", "Star")["p_adjusted"] == mail["p_adjusted"] < 0.05
    assert (table.dropna(subset="p")["tests"] == 2).all()  # no other theme varies


def test_a_share_has_the_test_of_its_contrast(six):
    key = ["theme", "source"]
    both = theme_share(six, resamples=100).merge(theme_contrast(six, resamples=100), on=key)
    for column in ("p", "p_adjusted", "tests", "share"):
        np.testing.assert_array_equal(both[f"{column}_x"], both[f"{column}_y"])


def test_by_chance_no_theme_is_distinctive(book):
    """40 corpora of two sources with six documents of one kind each: at 5% two are expected."""
    rng, named = np.random.default_rng(3), 0
    for _ in range(40):
        rows = []
        for source in ("Mail", "Star"):
            for _ in range(6):
                wet, law = rng.beta(0.5, 1.5), rng.beta(0.5, 1.5)
                said = [
                    BOTH if a and b else WET if a else LAW if b else DRY
                    for a, b in zip(rng.random(9) < wet, rng.random(9) < law)
                ]
                rows.append((source, " ".join(said)))
        named += theme_contrast(measured(book, *rows), resamples=100)["distinctive"].any()
    assert named <= 5


def test_large_sides_are_put_together_by_chance():
    rng = np.random.default_rng(7)
    every = rng.integers(1, 9, 3000)
    hits = rng.binomial(every[:, None], rng.beta(0.5, 4, (3000, 2)))
    grouped, sizes = _random_groups(hits, every, 0)
    assert grouped.shape == (MOST, 2) and sizes.shape == (MOST,)
    assert (grouped.sum(axis=0) == hits.sum(axis=0)).all() and sizes.sum() == every.sum()
    target = hits[:60], every[:60]
    wide, narrow = (
        bootstrap_log_ratio(target[0], top, target[1], below)
        for top, below in ((hits[60:], every[60:]), _random_groups(hits[60:], every[60:], 0))
    )
    np.testing.assert_allclose(wide[0], narrow[0])
    np.testing.assert_allclose(wide[1:], narrow[1:], atol=0.1)


def test_fewer_than_two_groups_give_an_empty_table(book):
    table = theme_contrast(measured(book, ("Mail", WET)))
    assert table.empty
    assert {"theme", "source", "p_adjusted", "distinctive", "unit"} <= set(table.columns)


# --- sub-themes, missing values, words


def test_subthemes_are_listed_when_asked_for(book):
    measures = measured(book, ("Mail", f"{WET} The floods came. {DRY}"))
    assert theme_share(measures, resamples=100)["theme"].tolist() == ["water", "law", "fire"]
    chosen = theme_share(measures, themes=["law", "water/floods", "law"], resamples=100)
    assert chosen["theme"].tolist() == ["law", "water/floods"]
    assert chosen["sentences"].tolist() == [0, 1]


def test_a_date_without_a_month_is_in_no_month(book):
    measures = measured(
        book, ("Mail", "2016-02-01", WET), ("Mail", "2016", LAW), ("Star", "2017-03", DRY),
        columns=["source", "date", "text"],
    )  # fmt: skip
    table = theme_share(measures, period="month", resamples=100)
    water = table[table["theme"] == "water"]
    assert water[["source", "period", "sentences", "of"]].values.tolist() == [
        ["Mail", "2016-02", 1, 1], ["Star", "2017-03", 0, 1],
    ]  # fmt: skip


# --- over time and together


def together(book, *rows):
    """The pair of water and law."""
    table = theme_cooccurrence(measured(book, *rows))
    (found,) = table[(table["theme"] == "water") & (table["other"] == "law")].to_dict("records")
    return found


def test_joint_sentences_by_hand(book):
    pair = together(book, ("Mail", f"{BOTH} {BOTH} {WET} {LAW} {DRY} {DRY} {DRY}"))
    assert (pair["observed"], pair["count"], pair["other_count"], pair["of"]) == (2, 3, 3, 7)
    assert pair["expected"] == pytest.approx(3 * 3 / 7)
    assert pair["lift"] == pytest.approx(2 / (9 / 7))
    assert pair["documents"] == 1 and np.isnan(pair["low"])  # one document has no interval


def test_an_article_about_both_connects_nothing(book):
    both, apart = " ".join([BOTH] * 6), " ".join([DRY] * 6)
    assert together(book, ("Mail", both), ("Star", apart))["lift"] == 1.0  # six, and all within it


def test_the_interval_of_a_lift_resamples_documents(book):
    rng = np.random.default_rng(5)
    texts = [" ".join(rng.choice([BOTH, WET, LAW, DRY, DRY], 6)) for _ in range(9)]
    pair = together(book, *(("Mail", text) for text in texts))
    counts = [[text.count(part) for part in (BOTH, WET, LAW)] for text in texts]
    joint = np.array([both for both, _, _ in counts], float)
    expected = np.array([(both + wet) * (both + law) / 6 for both, wet, law in counts])
    lift, low, high = bootstrap_ratio(1000 * joint, expected)
    assert [pair["lift"], pair["low"], pair["high"]] == pytest.approx(
        [lift / 1000, low / 1000, high / 1000]
    )
    assert pair["low"] < pair["lift"] < pair["high"] and pair["unit"] == "documents"
    assert pair["documents"] == (expected > 0).sum()


def test_pairs_that_never_meet_and_that_cannot(book):
    pair = together(book, ("Mail", f"{WET} {DRY} {LAW} {DRY}"))
    assert (pair["observed"], pair["lift"]) == (0, 0)
    assert np.isnan(together(book, ("Mail", f"{WET} {DRY}"))["lift"])  # no law anywhere
    table = theme_cooccurrence(measured(book, ("Mail", f"{BOTH} {DRY}")))
    assert table[["theme", "other"]].values.tolist()[0] == ["water", "law"]  # the only known lift
    assert len(table) == 3
