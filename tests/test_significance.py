"""The one test: an example worked out by hand, SciPy, laws, and its error rate by simulation."""

import importlib.util
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse, stats

import crosscurrents as cc
from crosscurrents.resampling import Sample, permutation_test

LABELS = ["A"] * 5 + ["B"] * 5
# Ten documents of ten words: 15 uses in 100 words, so 1.5 are expected of each document.
VALUES = [3, 1, 2, 2, 2, 0, 1, 1, 0, 3]


def drawn(seed=0, documents=24, columns=8):
    rng = np.random.default_rng(seed)
    weights = rng.integers(50, 400, documents)
    values = rng.poisson(rng.gamma(1, 1, (documents, columns)) * weights[:, None] / 100)
    return values, weights, ["ABC"[k % 3] for k in range(documents)]


def test_two_groups_of_five_by_hand():
    (found,) = permutation_test(Sample(np.array(VALUES)[:, None], [10] * 10, LABELS))
    # Residuals of A: 1.5, -0.5, 0.5, 0.5, 0.5, together 2.5; all squares add up to 10.5. A sum of 5
    # of 10 residuals varies by 10.5 x 25 / 90 over all exchanges.
    expected = 2.5 / np.sqrt(10.5 * 25 / 90)
    np.testing.assert_allclose(found["statistic"], [expected, -expected])
    residuals = np.array(VALUES) - 1.5
    sums = [residuals[list(own)].sum() for own in combinations(range(10), 5)]
    exact = np.mean(np.abs(sums) >= 2.5 - 1e-9)  # of all 252 exchanges
    error = 4 * np.sqrt(exact * (1 - exact) / 999)
    np.testing.assert_allclose(found["p"], exact, atol=error)
    np.testing.assert_allclose(found["p_adjusted"], found["p"])  # two sides of one comparison
    assert set(found["tests"]) == {2}


def test_p_of_one_column_equals_scipy():
    values, weights, labels = drawn(3, 16)
    target = np.array(labels) == "A"
    (found,) = permutation_test(Sample(values, weights, labels, ["A"]), draws=4999)
    for column in range(values.shape[1]):
        count = values[:, column]
        residual = count - weights * count.sum() / weights.sum()
        expected = stats.permutation_test(
            (residual[target], residual[~target]),
            lambda here, there, axis: here.sum(axis=axis),
            permutation_type="independent",
            n_resamples=np.inf,
            vectorized=True,
        )
        # SciPy doubles the smaller tail; ours counts what is as far from 0 on either side.
        null = expected.null_distribution
        exact = np.mean(np.abs(null) >= abs(residual[target].sum()) - 1e-9)
        error = 4 * np.sqrt(exact * (1 - exact) / 4999) + 1 / 5000
        assert found["p"][column] == pytest.approx(exact, abs=error)


def test_adjusted_p_compares_with_the_largest_of_the_family():
    values, weights, labels = drawn(1)
    (found,) = permutation_test(Sample(values, weights, labels))
    assert (found["p_adjusted"] >= found["p"]).all()
    order = np.argsort(np.abs(found["statistic"]))
    assert (np.diff(found["p_adjusted"].to_numpy()[order]) <= 0).all()
    (alone,) = permutation_test(Sample(values[:, :1], weights, labels))
    first = found[found["number"] == 0].reset_index()
    assert (alone["p_adjusted"] <= first["p_adjusted"]).all()
    both = permutation_test(Sample(values, weights, labels), Sample(values, weights, labels))
    assert set(pd.concat(both)["tests"]) == {2 * found["tests"][0]}
    assert (both[0]["p_adjusted"] >= found["p_adjusted"] - 1e-12).all()
    np.testing.assert_allclose(both[0]["p"], found["p"])


def test_sparse_values_and_a_weight_for_each_column():
    values, weights, labels = drawn(2)
    (full,) = permutation_test(Sample(values, weights, labels))
    (thin,) = permutation_test(Sample(sparse.csr_array(values), weights, labels))
    wide = np.repeat(weights[:, None], values.shape[1], axis=1)
    (each,) = permutation_test(Sample(values, wide, labels))
    for other in (thin, each):
        np.testing.assert_allclose(other["statistic"], full["statistic"])
        np.testing.assert_array_equal(other["p_adjusted"], full["p_adjusted"])


@settings(max_examples=20)
@given(st.integers(0, 50), st.sampled_from([0.5, 3, 1000]))
def test_units_of_measurement_do_not_matter(seed, factor):
    values, weights, labels = drawn(seed, 12, 3)
    (plain,) = permutation_test(Sample(values, weights, labels), draws=99)
    (scaled,) = permutation_test(Sample(values * factor, weights * 7, labels), draws=99)
    np.testing.assert_allclose(scaled["statistic"], plain["statistic"], atol=1e-9)
    np.testing.assert_array_equal(scaled["p_adjusted"], plain["p_adjusted"])


def test_too_few_documents_and_what_never_varies_have_no_p():
    values, weights = np.array(VALUES)[:, None], np.full(10, 10)
    labels = ["A"] * 4 + ["B"] * 6
    (found,) = permutation_test(Sample(values, weights, labels))
    assert np.isnan(found["p"]).all()
    assert set(found["tests"]) == {0}
    empty = np.array([0, *[10] * 9])  # a document without a word is none
    (found,) = permutation_test(Sample(values * (empty > 0)[:, None], empty, LABELS))
    assert np.isnan(found["p_adjusted"]).all()
    (flat,) = permutation_test(Sample(np.full((10, 1), 2), weights, LABELS))
    assert np.isnan(flat["p"]).all()
    (none,) = permutation_test(Sample(np.zeros((10, 0)), weights, LABELS))
    assert none.empty


def test_the_same_seed_gives_the_same_p():
    sample = Sample(*drawn(4))
    (one,), (same,) = permutation_test(sample, seed=5), permutation_test(sample, seed=5)
    np.testing.assert_array_equal(one["p"], same["p"])
    (other,) = permutation_test(sample, seed=6)
    assert (one["p"] != other["p"]).any()


# ---- error rates ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def calibration():
    """bench/calibration.py, which runs larger simulations."""
    file = Path(__file__).parents[1] / "bench" / "calibration.py"
    spec = importlib.util.spec_from_file_location("calibration", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize("shape", [2.0, 0.5])
def test_words_are_claimed_in_few_corpora_without_a_difference(calibration, shape):
    rng, corpora, claimed = np.random.default_rng(11), 60, 0
    for number in range(corpora):
        measures = calibration.draw_measures(rng, 3, 6, shape)
        table = cc.keyness_by_source(measures, seed=number, resamples=100)
        claimed += (table["p_adjusted"] < 0.05).any()
    assert claimed <= stats.binom.ppf(0.99, corpora, 0.05)  # 8 of 60


@pytest.mark.slow
def test_a_tripled_rate_is_found(calibration):
    rng, found = np.random.default_rng(12), 0
    for number in range(5):
        measures = calibration.draw_measures(rng, 5, 30, 2.0, times=3)
        table = cc.keyness_by_source(measures, seed=number, resamples=100)
        found += calibration.found_in_first("words", table[table["distinctive"]])
    assert found >= 4


def test_each_number_needs_five_documents_that_have_a_part_in_it():
    """Ten documents a side, but only two of B's have any sentence that the second number is of."""
    labels = ["A"] * 10 + ["B"] * 10
    weights = np.ones((20, 2))
    weights[12:, 1] = 0
    values = np.zeros((20, 2))
    values[:10] = 1
    (found,) = permutation_test(Sample(values, weights, labels))
    first, second = (found.loc[found["number"] == k, "p"] for k in (0, 1))
    assert np.isfinite(first).all() and np.isnan(second).all()
    assert set(found["tests"]) == {2}
    (alone,) = permutation_test(Sample(values[:, :1], weights[:, :1], labels))
    assert alone["p_adjusted"].tolist() == found.loc[found["number"] == 0, "p_adjusted"].tolist()
