"""Odds ratio, conservative log ratio, and the tests by document, against SciPy and by hand."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import sparse, stats

from crosscurrents.effect_sizes import log_ratio
from crosscurrents.statistics.by_document import welch, welch_anova
from crosscurrents.statistics.effects import conservative_log_ratio, odds_ratio

counts, sizes = st.integers(0, 60), st.integers(61, 3000)


def test_odds_ratio_by_hand():
    assert odds_ratio(10, 5, 100, 100) == pytest.approx((10 / 90) / (5 / 95))
    assert odds_ratio(0, 5, 100, 100) == 0
    assert np.isnan(odds_ratio(5, 0, 100, 100))
    assert np.isnan(odds_ratio(5, 5, 5, 100))  # the target is nothing but this term
    assert np.isnan(odds_ratio([0, 0], [3, 0], [0, 0], [9, 9])).all()


@settings(deadline=None, max_examples=50)
@given(counts, counts, sizes, sizes)
def test_odds_ratio_turns_over_when_the_sides_are_swapped(a, b, c, d):
    assume(a and b)
    assert odds_ratio(a, b, c, d) * odds_ratio(b, a, d, c) == pytest.approx(1)
    table = [[a, c - a], [b, d - b]]
    assert odds_ratio(a, b, c, d) == pytest.approx(
        stats.contingency.odds_ratio(table, kind="sample").statistic
    )


@settings(deadline=None, max_examples=50)
@given(counts, counts, sizes, sizes, st.sampled_from([1, 40]))
def test_conservative_log_ratio_equals_an_exact_binomial_interval(a, b, c, d, tests):
    assume(a + b)
    exact = stats.binomtest(a, a + b).proportion_ci(1 - 0.05 / tests, method="exact")
    low, high = (
        math.log2(x / (1 - x) * d / c) if 0 < x < 1 else math.copysign(math.inf, x - 0.5)
        for x in exact
    )
    expected = low if low > 0 else high if high < 0 else 0
    found = conservative_log_ratio(a, b, c, d, tests=tests)
    assert found == pytest.approx(expected, abs=1e-6)
    assert conservative_log_ratio(b, a, d, c, tests=tests) == pytest.approx(-expected, abs=1e-6)
    if a and b:
        assert abs(found) <= abs(log_ratio(a, b, c, d)) + 1e-9


def test_conservative_log_ratio_of_nothing():
    assert np.isnan(conservative_log_ratio(0, 0, 10, 10))
    assert np.isnan(conservative_log_ratio(0, 3, 0, 10))
    with pytest.raises(ValueError, match="level 1 is not between"):
        conservative_log_ratio(1, 1, 9, 9, level=1)
    with pytest.raises(ValueError, match="tests 0 is not a whole number"):
        conservative_log_ratio(1, 1, 9, 9, tests=0)


@pytest.mark.parametrize("thin", [np.asarray, sparse.csr_array])
def test_welch_of_several_groups_equals_scipy(thin):
    rng = np.random.default_rng(1)
    groups = [rng.poisson(k + 1, (5 + k, 12)) / 90 for k in range(3)]
    f, p = welch_anova([thin(group) for group in groups])
    expected = stats.f_oneway(*groups, equal_var=False)
    np.testing.assert_allclose(f, expected.statistic)
    np.testing.assert_allclose(p, expected.pvalue)


def test_welch_of_two_groups_is_the_t_test():
    rng = np.random.default_rng(2)
    one, two = rng.poisson(2, (6, 9)) / 100, rng.poisson(3, (8, 9)) / 100
    f, p = welch_anova([one, two])
    t, p_t = welch(one, two)
    np.testing.assert_allclose(f, t**2)
    np.testing.assert_allclose(p, p_t)


def test_too_little_is_missing():
    assert welch_anova([])[0].shape == (0,)
    assert np.isnan(welch_anova([np.ones((5, 2))])[0]).all()
    assert np.isnan(welch_anova([np.ones((1, 2)), np.eye(2)])[1]).all()
    still = [np.full((5, 1), 0.1), np.arange(5.0)[:, None]]
    assert np.isnan(welch_anova(still)[1]).all()  # a group's rate does not vary
