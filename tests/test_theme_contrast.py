"""Which source stands out for which theme, where in the text, what goes together: by hand."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import measured
from scipy import stats

from crosscurrents.intervals import bootstrap_log_ratio
from crosscurrents.statistics.clustered import clustered_error, student
from crosscurrents.statistics.permutation import ratio_test
from crosscurrents.statistics.places import part_of_text
from crosscurrents.statistics.together import hypergeometric, joint_p, shifted
from crosscurrents.themes import (
    theme_contrast,
    theme_course,
    theme_over_time,
    theme_pairs,
    theme_profile,
    theme_share,
)
from crosscurrents.themes.standing import MOST, _lumped

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


# --- standing out


def test_a_theme_is_set_against_all_the_others(two):
    table = theme_contrast(two, resamples=100)
    mail = cell(table, "water", "Mail")
    assert (mail["sentences"], mail["of"], mail["share"]) == (3, 5, 0.6)
    assert (mail["rest_sentences"], mail["rest_of"]) == (1, 7)
    assert mail["log_ratio"] == pytest.approx(math.log2((3 / 5) / (1 / 7)))
    assert mail["low"] < mail["log_ratio"] < mail["high"]
    assert mail["unit"] == "within these articles"
    assert mail["test"] == "paragraphs, shuffled"
    law = cell(table, "law", "Mail")  # a zero is replaced by a half
    assert law["log_ratio"] == pytest.approx(math.log2((0.5 / 5) / (2 / 7)))
    assert cell(table, "law", "Star")["log_ratio"] == pytest.approx(-law["log_ratio"])


def test_a_theme_that_nobody_touches_is_no_test(two):
    table = theme_contrast(two, resamples=100)
    fire = table[table["theme"] == "fire"]
    assert fire["p"].isna().all() and fire["log_ratio"].isna().all()
    assert set(table["tests"]) == {4}
    made = table.dropna(subset=["p"])
    assert (made["p_adjusted"] >= made["p"]).all()


def test_of_two_groups_each_is_the_other_turned_round(two):
    table = theme_contrast(two, resamples=100).dropna(subset=["p"])
    for _, pair in table.groupby("theme"):
        assert np.ptp(pair["p"]) < 0.03  # each has shuffles of its own
        assert pair["log_ratio"].sum() == pytest.approx(0)


def test_documents_are_compared_where_both_sides_have_five(book):
    rng = np.random.default_rng(2)
    rows = []
    for source, wet in (("Mail", 0.7), ("Star", 0.2)):
        for _ in range(6):
            drawn = rng.random(8) < wet
            rows.append((source, " ".join(WET if hit else DRY for hit in drawn)))
    measures = measured(book, *rows)
    table = theme_contrast(measures, resamples=100)
    mail = cell(table, "water", "Mail")
    assert (mail["test"], mail["unit"]) == ("documents, Welch's t", "documents")
    shares = [
        measures.themes[measures.themes["theme"] == "water"]
        .groupby("doc_id").size().reindex(own["doc_id"]).fillna(0).to_numpy() / 8
        for _, own in measures.documents.groupby("source")
    ]  # fmt: skip
    assert mail["p"] == pytest.approx(stats.ttest_ind(*shares, equal_var=False).pvalue)


def test_large_sides_are_put_together_by_chance():
    rng = np.random.default_rng(7)
    every = rng.integers(1, 9, 3000)
    hits = rng.binomial(every[:, None], rng.beta(0.5, 4, (3000, 2)))
    lumped, sizes = _lumped(hits, every, 0)
    assert lumped.shape == (MOST, 2) and sizes.shape == (MOST,)
    assert (lumped.sum(axis=0) == hits.sum(axis=0)).all() and sizes.sum() == every.sum()
    target = hits[:60], every[:60]
    wide, narrow = (
        bootstrap_log_ratio(target[0], top, target[1], below)
        for top, below in ((hits[60:], every[60:]), _lumped(hits[60:], every[60:], 0))
    )
    np.testing.assert_allclose(wide[0], narrow[0])
    np.testing.assert_allclose(wide[1:], narrow[1:], atol=0.1)


def test_fewer_than_two_groups_give_an_empty_table(book):
    table = theme_contrast(measured(book, ("Mail", WET)))
    assert table.empty
    assert {"theme", "source", "p_adjusted", "unit"} <= set(table.columns)
    assert theme_profile(table).empty


def test_profiles_name_what_is_sure(two):
    table = theme_contrast(two, resamples=100)
    table["p_adjusted"] = np.where(table["theme"] == "water", 0.01, 0.5)
    profile = theme_profile(table).set_index("source")
    assert profile.loc["Mail", "speaks most of"] == "water 60%"
    assert profile.loc["Mail", "more than the others"] == "water (60% : 14%)"
    assert profile.loc["Star", "less than the others"] == "water (14% : 60%)"
    assert profile.loc["Star", "more than the others"] == ""


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by": "outlet"}, "by 'outlet' is not a column"),
        ({"themes": "tide"}, r"theme 'tide' is not in the codebook; choose from \['water'"),
        ({"method": "none"}, "method 'none' is not known"),
        ({"level": 2}, "level 2 is not between"),
    ],
)
def test_contrasts_of_what_is_not_there(two, options, message):
    with pytest.raises(ValueError, match=message):
        theme_contrast(two, **options)


# --- sub-themes, missing values, words


def test_subthemes_stand_beside_their_theme_when_asked_for(book):
    measures = measured(book, ("Mail", f"{WET} The floods came. {DRY}"))
    assert theme_share(measures, resamples=100)["theme"].tolist() == ["water", "law", "fire"]
    table = theme_share(measures, resamples=100, subthemes=True)
    assert table["theme"].tolist() == ["water", "water/floods", "law", "fire"]
    assert table["sentences"].tolist() == [2, 1, 0, 0]
    chosen = theme_share(measures, themes=["law", "water/floods", "law"], resamples=100)
    assert chosen["theme"].tolist() == ["law", "water/floods"]


def test_a_missing_value_of_by_is_left_out(book):
    measures = measured(
        book, ("Mail", "2016-02-01", WET), ("Mail", "2016", LAW), ("Star", "2017-03", DRY),
        columns=["source", "date", "text"],
    )  # fmt: skip
    table = theme_over_time(measures, period="month", resamples=100)
    water = table[table["theme"] == "water"]
    assert water[["source", "period", "sentences", "of"]].values.tolist() == [
        ["Mail", "2016-02", 1, 1], ["Star", "2017-03", 0, 1],
    ]  # fmt: skip
    empty = measured(
        book, ("Mail", "", WET), ("Star", "city", LAW), columns=["source", "desk", "text"]
    )
    for function in (theme_share, theme_course):
        assert function(empty, by="desk", resamples=100)["desk"].unique().tolist() == ["city"]
    nobody = measured(book, ("Mail", WET), ("Star", LAW))
    nobody.documents["desk"] = pd.array([None, None], dtype="str")
    for function in (theme_share, theme_contrast, theme_course):
        assert function(nobody, by="desk", resamples=100).empty
    assert theme_pairs(nobody, by="desk").empty


def test_shares_of_words_have_their_interval(two):
    table = theme_share(two, resamples=100)
    mail = cell(table, "water", "Mail")
    assert (mail["words"], mail["of_words"]) == (9, 13)
    assert mail["word_low"] < mail["word_share"] < mail["word_high"]
    assert (mail["docfreq"], mail["documents"]) == (1, 1)


# --- courses


def test_a_sentence_belongs_to_the_part_of_its_middle_word(book):
    measures = measured(book, ("Mail", f"{WET} {DRY} {DRY} {LAW} {WET}"))  # 3, 2, 2, 3, 3 words
    assert part_of_text(measures.sentences, 2).tolist() == [1, 1, 1, 2, 2]
    assert part_of_text(measures.sentences, 4).tolist() == [1, 2, 2, 3, 4]  # middles 1.5, 4, 6, 8.5
    table = theme_course(measures, bins=2, resamples=100)
    water = table[table["theme"] == "water"]
    assert water[["bin", "sentences", "of"]].values.tolist() == [[1, 1, 3], [2, 1, 2]]
    assert table["theme"].unique().tolist() == ["water", "law", "fire"]


def test_parts_hold_all_sentences_of_a_share(two):
    course, share = theme_course(two, bins=3, resamples=100), theme_share(two, resamples=100)
    sums = course.groupby(["theme", "source"])[["sentences", "of"]].sum()
    every = share.set_index(["theme", "source"])[["sentences", "of"]]
    pd.testing.assert_frame_equal(sums, every.loc[sums.index], check_dtype=False)


@pytest.mark.parametrize("bins", [0, 2.5, True])
def test_a_course_needs_whole_parts(two, bins):
    with pytest.raises(ValueError, match=r"bins .* is not a whole number of at least 1"):
        theme_course(two, bins=bins)


def test_a_course_over_time_refuses_an_unknown_period(two):
    with pytest.raises(ValueError, match="period 'week' is not known; choose from"):
        theme_over_time(two, period="week")


# --- what goes together


def test_joint_places_by_hand(book):
    text = paragraphs(f"{BOTH} {BOTH} {WET}", f"{LAW} {DRY} {DRY} {DRY}")
    (pair,) = theme_pairs(measured(book, ("Mail", text)), themes=["water", "law"]).to_dict(
        "records"
    )
    assert (pair["joint"], pair["count"], pair["other_count"], pair["of"]) == (2, 3, 3, 7)
    assert pair["expected"] == pytest.approx(3 * 3 / 7)
    assert pair["lift"] == pytest.approx(2 / (9 / 7))
    assert pair["low"] < pair["lift"] < pair["high"]
    assert pair["p_independent"] == pytest.approx(2 * stats.hypergeom(7, 3, 3).sf(1))


def test_the_limits_of_a_lift_are_those_of_its_derivatives(book):
    rows = [
        ("Mail", paragraphs(f"{BOTH} {BOTH} {WET}", f"{LAW} {DRY}", f"{DRY} {BOTH}")),
        ("Mail", paragraphs(f"{WET} {LAW}", f"{BOTH} {DRY} {DRY}")),
    ]
    (pair,) = theme_pairs(measured(book, *rows), themes=["water", "law"]).to_dict("records")
    units = [(0, 3, 2, 2, 3), (0, 0, 1, 0, 2), (0, 1, 1, 1, 2), (1, 1, 1, 0, 2), (1, 1, 1, 1, 3)]
    # A paragraph a row: document; sentences on water, on law, on both, all.
    units = np.array(units, dtype=float)

    def log_lift(weight):
        joint, expected = (units[:, 3] * weight).sum(), 0.0
        for document in (0, 1):
            _, a, b, _, n = (units * weight[:, None])[units[:, 0] == document].sum(axis=0)
            expected += a * b / n
        return math.log(joint / expected)

    slopes = []
    for k in range(5):
        step = np.zeros(5)
        step[k] = 1e-6
        slopes.append((log_lift(1 + step) - log_lift(1 - step)) / 2e-6)
    error = math.sqrt(np.sum(np.square(slopes)) * 5 / 4)
    assert pair["lift"] == pytest.approx(math.exp(log_lift(np.ones(5))))
    reach = stats.t.ppf(0.975, 4) * error
    assert pair["high"] == pytest.approx(pair["lift"] * math.exp(reach), rel=1e-5)


def test_an_article_about_both_makes_no_tie(book):
    both = " ".join([BOTH] * 6)
    apart = " ".join([DRY] * 6)
    table = theme_pairs(measured(book, ("Mail", both), ("Star", apart)), themes=["water", "law"])
    assert table["lift"].tolist() == [1.0]  # 6 joint places, and within the article all are
    assert table["p"].isna().all()


def test_pairs_in_paragraphs_and_by_group(book):
    text = paragraphs(f"{WET} {LAW}", DRY, DRY)
    measures = measured(book, ("Mail", text), ("Star", text))
    assert theme_pairs(measures, themes=["water", "law"])["joint"].tolist() == [0]
    table = theme_pairs(measures, within="paragraph", by="source", themes=["water", "law"])
    assert table[["source", "joint", "of"]].values.tolist() == [["Mail", 1, 3], ["Star", 1, 3]]
    with pytest.raises(ValueError, match=r"within 'page' is not known; choose from \['sentence'"):
        theme_pairs(measures, within="page")


def test_a_pair_that_never_meets_reaches_up_to_what_was_not_seen(book):
    text = " ".join([WET, DRY, LAW, DRY, WET, DRY, LAW, DRY])
    (pair,) = theme_pairs(measured(book, ("Mail", text)), themes=["water", "law"]).to_dict(
        "records"
    )
    assert (pair["lift"], pair["low"]) == (0, 0)
    assert pair["high"] == pytest.approx(-math.log(0.025) / 0.5)


def test_many_documents_are_tested_by_their_sums(book):
    rng = np.random.default_rng(5)
    texts = [BOTH, WET, LAW, DRY, DRY]
    rows = [("Mail", " ".join(rng.choice(texts, 6))) for _ in range(230)]
    (pair,) = theme_pairs(measured(book, *rows), themes=["water", "law"]).to_dict("records")
    assert np.isnan(pair["p_independent"])
    assert 0 < pair["p"] < 1
    assert pair["low"] < pair["lift"] < pair["high"]


# --- the statistics behind


@settings(max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=9))
def test_turning_a_row_is_what_it_says(rows):
    one, other = (np.array(column) for column in zip(*rows))
    n = len(one)
    turned = [int((one & np.roll(other, k)).sum()) for k in range(n)]
    wanted = np.bincount(turned, minlength=max(turned) + 1) / n
    np.testing.assert_allclose(shifted(one, other), wanted)
    chance = hypergeometric(one, other)
    law = stats.hypergeom(n, int(one.sum()), int(other.sum()))
    np.testing.assert_allclose(chance, law.pmf(np.arange(len(chance))), atol=1e-12)


def test_rows_of_documents_are_folded_together():
    rng = np.random.default_rng(1)
    rows = [(rng.random(n) < 0.4, rng.random(n) < 0.5) for n in (5, 7, 4)]
    joint = sum(int((a & b).sum()) for a, b in rows)
    sums = [
        sum(int((a & np.roll(b, k)).sum()) for (a, b), k in zip(rows, turn))
        for turn in itertools.product(*(range(len(a)) for a, _ in rows))
    ]
    tails = np.mean(np.array(sums) <= joint), np.mean(np.array(sums) >= joint)
    assert joint_p(rows) == pytest.approx(min(1, 2 * min(tails)))


def test_independent_places_give_the_p_of_fisher():
    rng = np.random.default_rng(3)
    one, other = rng.random(60) < 0.3, rng.random(60) < 0.3
    law = stats.hypergeom(60, one.sum(), other.sum())
    joint = (one & other).sum()
    wanted = 2 * min(law.cdf(joint), law.sf(joint - 1))
    assert joint_p([(one, other)], hypergeometric) == pytest.approx(min(1, wanted))


def test_clumps_make_p_larger():
    one = np.repeat([True, False] * 2, 10)
    assert joint_p([(one, one)]) > 50 * joint_p([(one, one)], hypergeometric)


def test_shuffling_agrees_with_all_ways_to_deal():
    top, bottom = np.array([3, 1, 0, 2, 0, 1, 4]), np.array([4, 3, 5, 4, 2, 3, 4])
    target = np.array([True, False, False, False, False, True, True])

    def t_of(side):
        ratios, variances = [], []
        for rows in (side, ~side):
            x, s, n = top[rows], bottom[rows], rows.sum()
            ratios.append(x.sum() / s.sum())
            variances.append(((x - ratios[-1] * s) ** 2).sum() / s.sum() ** 2 * n / (n - 1))
        return (ratios[0] - ratios[1]) / math.sqrt(sum(variances))

    ways = [np.isin(np.arange(7), chosen) for chosen in itertools.combinations(range(7), 3)]
    every = np.array([t_of(side) for side in ways])
    t, p = ratio_test(top[:, None], bottom, target, draws=4000)
    assert t[0] == pytest.approx(t_of(target))
    tails = np.mean(every >= t[0] - 1e-9), np.mean(every <= t[0] + 1e-9)
    assert p[0] == pytest.approx(2 * min(tails), abs=0.03)


def test_many_units_take_students_t():
    rng = np.random.default_rng(4)
    bottom = np.ones(2400)
    top = (rng.random((2400, 2)) < [0.3, 0.31]).astype(float)
    target = np.arange(2400) < 1000
    _, p = ratio_test(top, bottom, target)
    for k in range(2):
        wanted = stats.ttest_ind(top[target, k], top[~target, k], equal_var=False).pvalue
        assert p[k] == pytest.approx(wanted, rel=1e-6)


def test_the_level_of_shuffling_holds_with_clumps():
    """Under no difference about one in twenty is told apart at 5%; sizes and clumps are unlike."""
    rng, told, made = np.random.default_rng(6), 0, 0
    for _ in range(60):
        bottom = rng.integers(1, 9, 80)
        top = rng.binomial(bottom[:, None], rng.beta(0.6, 2.4, size=(80, 6)))
        _, p = ratio_test(top, bottom, np.arange(80) < 22, draws=399)
        told, made = told + (p <= 0.05).sum(), made + (~np.isnan(p)).sum()
    assert told / made < 0.09


def test_one_unit_on_a_side_is_no_test():
    t, p = ratio_test([[1], [2], [3]], [4, 4, 4], [True, False, False])
    assert np.isnan(t[0]) and np.isnan(p[0])


def test_clustered_errors():
    values = np.array([1.0, 2.0, 6.0, 3.0])
    error = clustered_error((values - values.mean()) / len(values))
    assert error == pytest.approx(values.std(ddof=1) / math.sqrt(4))
    assert np.isnan(clustered_error([1.0]))
    assert student(5, 0.9) == pytest.approx(stats.t.ppf(0.95, 4))
    assert np.isnan(student(1, 0.95))
