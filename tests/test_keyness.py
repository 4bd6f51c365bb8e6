"""Keyness: numbers worked out by hand, SciPy, NLTK's association measures, laws, and its test."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from made import by_white_space
from nltk.metrics import BigramAssocMeasures
from scipy import stats

import crosscurrents as cc
from crosscurrents.effect_sizes import overall_log_likelihood
from crosscurrents.resampling import Sample, permutation_test

counts = st.integers(0, 60)
sizes = st.integers(61, 3000)


TEXTS = {
    "m1": ("Mail", "the gas flows and gas is cheap\n\ngas for all"),
    "s1": ("Star", "the oil flows\n\noil and gas"),
    "t1": ("Tide", "the wind turns\n\nwind flows on\n\nthe wind"),
    "v1": ("Void", ""),
}


def corpus(seed=0, documents=18, words=60):
    """A made-up corpus of three sources, six documents each, one of which loves the word `key`."""
    rng = np.random.default_rng(seed)
    texts = {}
    for k in range(documents):
        source = "ABC"[k % 3]
        drawn = [f"w{i}" for i in rng.integers(0, 25, words)]
        texts[f"d{k}"] = (source, " ".join(drawn + ["key"] * (9 if source == "A" else 1)))
    return by_white_space(texts)


# ---- the plain functions --------------------------------------------------------------------


def test_g2_by_hand():
    # 10 of 1000 against 5 of 2000: 5 and 10 expected; of the rest 995 and 1990.
    rayson = 2 * (10 * math.log(10 / 5) + 5 * math.log(5 / 10))
    dunning = rayson + 2 * (990 * math.log(990 / 995) + 1995 * math.log(1995 / 1990))
    assert cc.log_likelihood(10, 5, 1000, 2000, variant="rayson") == pytest.approx(rayson)
    assert cc.log_likelihood(10, 5, 1000, 2000) == pytest.approx(dunning)
    # A zero cell adds nothing: 8 of 100 against 0 of 300, 2 and 6 expected.
    zero = cc.log_likelihood(8, 0, 100, 300, variant="rayson")
    assert zero == pytest.approx(2 * 8 * math.log(4))


@settings(deadline=None)
@given(counts, counts, sizes, sizes)
def test_g2_equals_scipy_and_nltk(a, b, c, d):
    assume(a + b > 0)
    table = [[a, b], [c - a, d - b]]
    ours = cc.log_likelihood(a, b, c, d)
    expected = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
    assert ours == pytest.approx(expected, abs=1e-9)
    nltk = BigramAssocMeasures.likelihood_ratio(a, (a + b, c), c + d)
    assert ours == pytest.approx(nltk, rel=1e-6, abs=1e-6)


@settings(deadline=None)
@given(st.lists(st.tuples(counts, sizes), min_size=2, max_size=6))
def test_overall_g2_equals_scipy(groups):
    here, words = map(np.array, zip(*groups))
    assume(here.sum() > 0)
    expected = stats.chi2_contingency([here, words - here], lambda_="log-likelihood").statistic
    if len(groups) == 2:
        expected = cc.log_likelihood(*here, *words)
    assert overall_log_likelihood(here[:, None], words)[0] == pytest.approx(expected, abs=1e-9)


@settings(deadline=None)
@given(counts, counts, sizes, sizes)
def test_swapping_turns_the_sign_and_doubling_doubles(a, b, c, d):
    assume(a + b > 0)
    for variant in ("dunning", "rayson"):
        g2 = cc.log_likelihood(a, b, c, d, variant=variant)
        assert cc.log_likelihood(b, a, d, c, variant=variant) == pytest.approx(g2, abs=1e-9)
        double = cc.log_likelihood(2 * a, 2 * b, 2 * c, 2 * d, variant=variant)
        assert double == pytest.approx(2 * g2, abs=1e-9)
    for smoothing in ("hardie", "walter"):
        ratio = cc.log_ratio(a, b, c, d, smoothing=smoothing)
        assert cc.log_ratio(b, a, d, c, smoothing=smoothing) == pytest.approx(-ratio, abs=1e-12)
    assert cc.log_odds_z(b, a, d, c) == pytest.approx(-cc.log_odds_z(a, b, c, d), abs=1e-9)


def test_log_ratio_and_its_rules_for_zeros():
    assert cc.log_ratio(8, 1, 1000, 1000) == 3
    assert cc.log_ratio(8, 0, 1000, 500) == 3  # 8 / 1000 over 0.5 / 500
    assert cc.log_ratio(0, 4, 100, 100) == -3
    assert np.isnan(cc.log_ratio(0, 0, 10, 10))
    walter = cc.log_ratio(7, 0, 99, 199, smoothing="walter")
    assert walter == pytest.approx(math.log2((7.5 / 99.5) / (0.5 / 199.5)))
    assert np.isnan(cc.log_ratio(0, 0, 10, 10, smoothing="walter"))


@settings(deadline=None)
@given(counts, counts, sizes, sizes, st.sampled_from([100, 1000]))
def test_log_odds_equals_the_formula_of_monroe_and_others(a, b, c, d, total):
    assume(a + b > 0)
    prior = total * (a + b) / (c + d)
    delta = math.log((a + prior) / (c + total - a - prior))
    delta -= math.log((b + prior) / (d + total - b - prior))
    z = delta / math.sqrt(1 / (a + prior) + 1 / (b + prior))
    assert cc.log_odds_z(a, b, c, d, prior_words=total) == pytest.approx(z, abs=1e-9)


def test_sides_without_words_are_missing():
    for function in (cc.log_likelihood, cc.log_ratio, cc.log_odds_z):
        assert np.isnan(function(0, 3, 0, 100))
        assert np.isnan(function([3, 0], [0, 0], [100, 0], [0, 0])).all()
    assert np.isnan(cc.log_odds_z(5, 7, 5, 7))  # all words are this one


# ---- the tables -----------------------------------------------------------------------------


def test_keyness_by_hand():
    options = {"target": "Mail", "min_count": 1, "hide_stopwords": True}
    table = cc.keyness(by_white_space(TEXTS), **options).set_index("term")
    gas = table.loc["gas"]
    assert gas[["count", "words", "docfreq", "documents"]].tolist() == [3, 10, 1, 1]
    assert gas["reference_count"] == 1
    assert gas["reference_words"] == 14
    assert gas["reference_docfreq"] == 1
    assert gas["reference_documents"] == 3
    assert gas["rate"] == pytest.approx(300)
    assert gas["g2"] == pytest.approx(cc.log_likelihood(3, 1, 10, 14))
    assert np.isnan(gas["p"])  # fewer than five documents: no test, no claim
    assert gas["log_ratio"] == pytest.approx(math.log2((3 / 10) / (1 / 14)))
    assert gas["direction"] == 1
    assert gas["unit"] == "within these articles"
    assert not gas["smoothed"]
    wind = table.loc["wind"]  # only the reference has it
    assert (wind["count"], wind["direction"], wind["smoothed"]) == (0, -1, True)
    assert wind["log_ratio"] == pytest.approx(math.log2((0.5 / 10) / (3 / 14)))
    assert set(table.index) == {"gas", "flows", "cheap", "oil", "wind", "turns"}
    assert (table["tests"] == 0).all()
    assert (table["reference"] == "all others").all()


def test_keyness_with_a_named_reference():
    table = cc.keyness(by_white_space(TEXTS), target="Mail", reference="Star", min_count=1)
    assert set(table["reference_words"]) == {6}
    assert set(table["reference"]) == {"Star"}


def test_phrases_have_intervals_only_where_documents_are_drawn():
    assert cc.keyness(by_white_space(TEXTS), target="Mail", n=2, min_count=1)["low"].isna().all()
    assert cc.keyness(corpus(), target="A", n=2)["low"].notna().any()


@pytest.mark.parametrize("target", ["Mail", "Void"])
def test_sides_without_words_give_an_empty_table(target):
    measures = by_white_space({k: v for k, v in TEXTS.items() if k in ("m1", "v1")})
    table = cc.keyness(measures, target=target, min_count=1)
    assert len(table) == 0
    assert list(table) == list(cc.keyness(by_white_space(TEXTS), target="Mail"))


def test_groups_need_not_be_text():
    measures = by_white_space(TEXTS)
    measures.documents["year"] = [2015, 2016, 2016, 2017]
    table = cc.keyness(measures, target=2015, reference=2016, by="year", min_count=1)
    assert set(table["reference"]) == {"2016"}
    assert set(table["reference_words"]) == {14}
    assert cc.compare_terms(measures, by="year", min_count=1)["standout"].isin([2015, 2016]).all()


def test_all_sources_in_one_table():
    table = cc.compare_terms(by_white_space(TEXTS), min_count=1).set_index("term")
    gas = table.loc["gas"]
    assert [gas[f"count_{s}"] for s in ("Mail", "Star", "Tide")] == [3, 1, 0]
    assert [gas[f"words_{s}"] for s in ("Mail", "Star", "Tide")] == [10, 6, 8]
    assert [gas[f"docfreq_{s}"] for s in ("Mail", "Star", "Tide")] == [1, 1, 0]
    assert gas["rate_Star"] == pytest.approx(1000 / 6)
    observed = [[3, 1, 0], [7, 5, 8]]
    expected = stats.chi2_contingency(observed, lambda_="log-likelihood")
    assert gas["g2"] == pytest.approx(expected.statistic)
    assert gas["df"] == expected.dof == 2
    assert gas["standout"] == "Mail"
    assert gas["log_ratio"] == pytest.approx(math.log2((3 / 10) / (1 / 14)))
    assert table.loc["wind", "standout"] == "Tide"
    assert table.loc["oil", "standout"] == "Star"
    assert table["p"].isna().all()
    assert "count_Void" not in table


def test_a_source_without_the_term_never_stands_out():
    # 0.5 in Tiny's two words is a higher rate than 1 in a hundred, but Tiny never says it.
    texts = {"a": ("Big", "gas " + "oil " * 99), "b": ("Other", "oil " * 100), "c": ("Tiny", "a b")}
    table = cc.compare_terms(by_white_space(texts), min_count=1).set_index("term")
    assert table.loc["gas", "standout"] == "Big"


def test_comparing_nothing():
    columns = ["term", "g2", "df", "p", "p_adjusted", "tests", "standout", "log_ratio"]
    for texts in ({}, {"v1": TEXTS["v1"]}):
        table = cc.compare_terms(by_white_space(texts))
        assert len(table) == 0
        assert list(table) == columns
    assert len(cc.compare_terms(by_white_space({"m1": TEXTS["m1"]}), min_count=1)) == 0
    assert len(cc.compare_terms(by_white_space(TEXTS), min_count=99)) == 0
    alone = cc.keyness_by_source(by_white_space({"m1": TEXTS["m1"]}))
    assert len(alone) == 0
    assert list(alone) == list(cc.keyness_by_source(by_white_space(TEXTS)))


@settings(deadline=None, max_examples=20)
@example([["gas"] * 5 + ["tea"], ["gas", "oil", "oil"]])
@given(st.lists(st.lists(st.sampled_from(["gas", "oil", "tea", "the"]), max_size=12), max_size=6))
def test_any_corpus_gives_finite_or_missing_numbers(parts):
    texts = {f"d{k}": ("AB"[k % 2], " ".join(part)) for k, part in enumerate(parts)}
    options = {"min_count": 1, "hide_stopwords": False, "resamples": 100}
    table = cc.compare_terms(by_white_space(texts), **options)
    assert np.isfinite(table[["g2", "log_ratio"]].to_numpy(dtype=float)).all()
    assert table["p_adjusted"].isna().all()
    seen = {word for part in parts for word in part}
    assert len(table) in (0, len(seen))


# ---- the test and the claim -----------------------------------------------------------------


def test_p_is_that_of_the_permutation_test_of_documents():
    measures = corpus()
    table = cc.keyness(measures, target="A").set_index("term")
    counts = measures.terms.query("n == 1").pivot_table(
        index="doc_id", columns="term", values="count", fill_value=0
    )
    documents = measures.documents
    counts = counts.loc[documents["doc_id"], sorted(table.index)].to_numpy()
    sample = Sample(counts, documents["words"], documents["source"], ["A"])
    (expected,) = permutation_test(sample)
    table = table.sort_index()
    np.testing.assert_allclose(table["p"], expected["p"])
    np.testing.assert_allclose(table["p_adjusted"], expected["p_adjusted"])
    assert set(table["tests"]) == {len(table)}
    key = table.loc["key"]
    assert key["p_adjusted"] < 0.01
    assert key["unit"] == "documents"
    assert 1 < key["low"] < key["log_ratio"] < key["high"]


def test_all_targets_are_one_family():
    measures = corpus()
    table = cc.keyness_by_source(measures)
    alone = cc.keyness(measures, target="A", min_count=3).set_index("term")
    own = table[table["source"] == "A"].set_index("term").loc[alone.index]
    assert set(table["tests"]) == {3 * len(alone)}
    np.testing.assert_allclose(own["p"], alone["p"], atol=0.06)  # other draws of the labels
    assert (own["p_adjusted"] >= alone["p_adjusted"] - 0.02).all()
    for name in ("g2", "log_ratio", "low", "high", "log_odds_z"):
        np.testing.assert_allclose(own[name], alone[name])
    distinctive = table[table["distinctive"]]
    assert distinctive[["source", "term"]].values.tolist() == [["A", "key"]]
    less = table[(table["term"] == "key") & (table["source"] != "A")]
    assert not less["distinctive"].any()  # used less: significant or not


def test_one_table_of_all_sources_has_the_p_of_the_standout():
    measures = corpus()
    table = cc.compare_terms(measures).head(5).set_index("term")
    assert table.loc["key", "standout"] == "A"
    each = cc.keyness_by_source(measures).set_index(["source", "term"])
    for term, row in table.iterrows():
        same = each.loc[(row["standout"], term)]
        for name in ("p", "p_adjusted", "tests", "log_ratio"):
            assert row[name] == pytest.approx(same[name])


def test_a_named_reference_leaves_the_others_out():
    measures = corpus()
    table = cc.keyness_by_source(measures, reference="C")
    assert table["source"].drop_duplicates().tolist() == ["A", "B"]
    assert set(table["reference"]) == {"C"}
    # B and C use "key" once in every document: nothing varies, nothing to test.
    assert table.loc[table["p"].isna(), ["source", "term"]].values.tolist() == [["B", "key"]]
    assert set(table["tests"]) == {len(table) - 1}
    one = cc.keyness_by_source(measures, target="A", reference="C")
    pair = cc.keyness(measures, target="A", reference="C", min_count=3)
    pd.testing.assert_frame_equal(one.drop(columns="distinctive"), pair)
    swapped = cc.keyness(measures, target="C", reference="A", min_count=3)
    both = pair.merge(swapped, on="term")
    np.testing.assert_allclose(both["p_x"], both["p_y"])


def test_without_a_test_the_order_is_that_of_the_log_odds():
    table = cc.keyness_by_source(by_white_space(TEXTS), min_count=1)
    assert not table["distinctive"].any()
    for _, part in table.groupby("source"):
        assert (part["log_odds_z"].abs().diff().dropna() <= 1e-12).all()
    tested = cc.keyness_by_source(corpus())
    for _, part in tested.groupby("source"):
        assert (part["g2"].diff().dropna() <= 1e-12).all()


def test_a_word_that_the_target_never_uses_is_not_used_more():
    # 0.5 in ten words of Mail is a higher rate than 1 in a hundred of Star: direction is -1.
    texts = {"m": ("Mail", "oil " * 10), "s": ("Star", "gas " + "oil " * 99)}
    table = cc.keyness(by_white_space(texts), target="Mail", min_count=1).set_index("term")
    assert table.loc["gas", "log_ratio"] > 0
    assert table.loc["gas", "direction"] == -1


def test_top_n_leaves_the_tests_alone():
    full = cc.keyness(corpus(), target="A")
    best = cc.keyness(corpus(), target="A", top_n=2)
    assert best["direction"].value_counts().to_dict() == {1: 2, -1: 2}
    assert set(best["tests"]) == {len(full)}
    merged = best.merge(full, on="term")
    np.testing.assert_allclose(merged["p_adjusted_x"], merged["p_adjusted_y"])
    np.testing.assert_allclose(merged["low_x"], merged["low_y"])
    bare = cc.keyness(corpus(), target="A", tests=False)
    assert bare[["low", "high"]].isna().all(axis=None)


def test_targets_are_the_largest_of_many(monkeypatch):
    monkeypatch.setattr("crosscurrents.keywords.TARGETS", 2)
    table = cc.keyness_by_source(corpus())
    assert len(set(table["source"])) == 2
    assert table.attrs["note"] == "targets are the 2 with most words of 3 groups"
    assert table.attrs["groups"][0] == "A"


def test_of_very_many_terms_those_in_most_documents_are_tested(monkeypatch):
    import sys

    whole = cc.keyness(corpus(), target="A")
    monkeypatch.setattr(sys.modules["crosscurrents.keywords"], "TESTED", 999 * 100)
    table = cc.keyness(corpus(), target="A")
    tested = table[table["p"].notna()]
    assert 0 < len(tested) < len(table) == len(whole)
    docfreq = (table["docfreq"] + table["reference_docfreq"]).where(table["p"].notna())
    assert docfreq.min() >= 17
    assert table.attrs["note"].startswith("tests only of the")
    assert set(table["tests"]) == {len(tested)}
