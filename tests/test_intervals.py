"""Resampling: coverage by simulation, limits by hand, and properties."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import sparse, stats

from crosscurrents import bootstrap_log_ratio, bootstrap_ratio
from crosscurrents.resampling import draw_counts


def uneven_counts(rng, documents, corpora, mean, shape, size=600):
    """Counts whose rate varies by document (gamma), in documents of varying length."""
    words = np.maximum(1, rng.gamma(4, size / 4, documents)).round()
    rate = rng.gamma(shape, 1 / shape, (documents, corpora)) * mean / size
    return rng.poisson(rate * words[:, None]).astype(float), words, mean / size


def covered(interval, truth, seen):
    low, high = interval
    return 100 * ((low <= truth) & (truth <= high))[seen].mean()


# Expected count a document, and how uneven: shape 2 mildly, 0.5 heavily (variance 1 / shape).
CLUMPS = [(1, 1), (3, 2), (2, 1), (2, 0.5), (8, 2), (8, 0.5)]


@pytest.mark.parametrize(
    ("mean", "shape", "documents"),
    [*((*clump, 20) for clump in CLUMPS), (*CLUMPS[0], 40), (*CLUMPS[-1], 40)],
)
def test_interval_of_a_rate_covers_on_uneven_counts_where_a_binomial_does_not(
    mean, shape, documents
):
    rng = np.random.default_rng(20)
    ours, binomial = [], []
    for k in range(60):
        counts, words, truth = uneven_counts(rng, documents, 50, mean, shape)
        seen = counts.any(axis=0)
        rate, low, high = bootstrap_ratio(counts, words, seed=k)
        ours.append(covered((low, high), truth, seen))
        reach = 1.96 * np.sqrt(rate * (1 - rate) / words.sum())
        binomial.append(covered((rate - reach, rate + reach), truth, seen))
    assert 93 <= np.mean(ours) <= 97
    assert np.mean(binomial) < 82


@pytest.mark.parametrize(
    ("mean", "shape", "documents"),
    [*((*clump, (20, 20)) for clump in CLUMPS),
     *((*clump, sizes) for clump in (CLUMPS[0], CLUMPS[-1]) for sizes in ((20, 80), (40, 40)))],
)  # fmt: skip
def test_interval_of_a_log_ratio_covers_where_a_token_level_one_does_not(mean, shape, documents):
    rng = np.random.default_rng(21)
    ours, token = [], []
    for k in range(30):
        target, target_words, rate = uneven_counts(rng, documents[0], 50, mean, shape)
        reference, reference_words, base = uneven_counts(rng, documents[1], 50, 2, 1)
        truth, seen = np.log2(rate / base), target.any(axis=0) & reference.any(axis=0)
        ratio, low, high = bootstrap_log_ratio(
            target, reference, target_words, reference_words, seed=k
        )
        ours.append(covered((low, high), truth, seen))
        a, b = target.sum(axis=0)[seen], reference.sum(axis=0)[seen]
        reach = 1.96 * np.sqrt(1 / a + 1 / b) / np.log(2)
        token.append(covered((ratio[seen] - reach, ratio[seen] + reach), truth, slice(None)))
    assert 93 <= np.mean(ours) <= 97
    assert np.mean(token) < 86


@pytest.mark.parametrize("rare", [(0.1, 0.3), (0.1, 1), (0.02, 1)])
def test_interval_of_a_log_ratio_covers_where_a_side_may_be_0(rare):
    # Paragraphs of 60 words: a word common in the target and rare, often unseen, in the reference.
    rng = np.random.default_rng(23)
    ours, zeros = [], 0
    for k in range(40):
        target, target_words, rate = uneven_counts(rng, 30, 50, 0.5, 1, size=60)
        reference, reference_words, base = uneven_counts(rng, 30, 50, *rare, size=60)
        _, low, high = bootstrap_log_ratio(target, reference, target_words, reference_words, seed=k)
        ours.append(covered((low, high), np.log2(rate / base), target.any(axis=0)))
        zeros += (~reference.any(axis=0)).sum()
    assert zeros > 20
    assert 94 <= np.mean(ours) <= 99


def test_interval_of_a_mean_covers_with_eight_units():
    rng = np.random.default_rng(22)
    ours = []
    for k in range(40):
        sentences = rng.poisson(4, 8) + 1.0
        mood = 0.1 + 0.2 * rng.standard_normal((8, 50))
        sums = mood * sentences[:, None] + 0.4 * rng.standard_normal((8, 50))
        _, low, high = bootstrap_ratio(sums, sentences, seed=k)
        ours.append(covered((low, high), 0.1, slice(None)))
    assert 93 <= np.mean(ours) <= 98


def test_limits_equal_a_plain_loop():
    top, bottom = np.array([3.0, 0, 1, 7, 2, 4]), np.array([100.0, 80, 90, 300, 120, 100])
    counts = draw_counts(6, 400, 5).T
    estimate = top.sum() / bottom.sum()

    def error(x, y):
        ratio = x.sum() / y.sum()
        return np.sqrt(6 / 5 * ((x - ratio * y) ** 2).sum()) / y.sum()

    distances = []
    for row in counts.astype(int):
        x, y = np.repeat(top, row), np.repeat(bottom, row)
        distances.append((x.sum() / y.sum() - estimate) / error(x, y))
    t = stats.t.ppf(0.95, 5)
    down, up = np.quantile(np.clip(distances, -2 * t, 2 * t), [0.05, 0.95])
    down, up = np.clip(np.array([down, up]) * t / stats.norm.ppf(0.95), -2 * t, 2 * t)
    expected = estimate - np.array([up, down]) * error(top, bottom)
    got = bootstrap_ratio(top, bottom, level=0.9, resamples=400, seed=5)
    np.testing.assert_allclose(got, [estimate, *expected], rtol=1e-12)


def test_two_units_give_students_t():
    # Mean 3 of 1 and 5: standard error 2, t with one degree of freedom 12.7062.
    estimate, low, high = bootstrap_ratio([10, 50], [10, 10])
    assert estimate == 3
    assert low == 0  # no numerator is negative, so the mean is not
    assert high == pytest.approx(3 + 12.7062 * 2, abs=1e-3)


def test_shares_stay_between_0_and_1():
    _, low, high = bootstrap_ratio([9, 10, 1], [10, 10, 10])
    assert (low, high) == (0, 1)


@pytest.mark.parametrize(
    ("top", "bottom"), [([3], [10]), ([], []), ([3, 4], [10, 0]), ([0, 0, 0], [5, 6, 7])]
)
def test_interval_is_missing_where_resampling_shows_nothing(top, bottom):
    estimate, low, high = bootstrap_ratio(top, bottom)
    assert np.isnan(low)
    assert np.isnan(high)
    assert np.isnan(estimate) == (sum(bottom) == 0)


def test_columns_do_not_touch_each_other_and_may_be_sparse():
    rng = np.random.default_rng(1)
    top, bottom = rng.poisson(1, (12, 30)), rng.poisson(100, 12)
    together = bootstrap_ratio(top, bottom)
    alone = bootstrap_ratio(top[:, 7], bottom)
    np.testing.assert_allclose([x[7] for x in together], alone)
    thin = bootstrap_ratio(sparse.csr_array(top), bottom)
    np.testing.assert_allclose(thin, together)
    each = bootstrap_ratio(top, np.repeat(bottom[:, None], 30, axis=1))
    np.testing.assert_allclose(each, together)


@settings(deadline=None, max_examples=30)
@example([4, 7, 7, 8, 9])  # one resample is five times 7, the mean: no distance, no spread
@given(st.lists(st.integers(0, 9), min_size=5, max_size=12).filter(lambda x: len(set(x)) > 1))
def test_scale_and_seed(counts):
    words = np.full(len(counts), 50)
    estimate, low, high = bootstrap_ratio(counts, words, resamples=200)
    assert low <= estimate <= high
    again = bootstrap_ratio(np.array(counts) * 2.5, words * 2.5, resamples=200)
    np.testing.assert_allclose(again, (estimate, low, high), rtol=1e-9, atol=1e-12)


def test_log_ratio_of_swapped_sides_turns_round():
    rng = np.random.default_rng(3)
    here, words, _ = uneven_counts(rng, 10, 40, 2, 1)
    ratio, low, high = bootstrap_log_ratio(here, here[:, ::-1], words, words)
    assert np.isfinite([ratio, low, high]).all()
    assert (low < ratio).all()
    assert (ratio < high).all()
    back, *_ = bootstrap_log_ratio(here[:, ::-1], here, words, words)
    np.testing.assert_allclose(back, -ratio, atol=1e-12)


def test_log_ratio_with_a_zero_is_that_of_one_half_with_a_wide_interval():
    words = np.full(6, 100)
    ratio, low, high = bootstrap_log_ratio(np.full((6, 1), 2), np.zeros((6, 1)), words, words)
    assert ratio == pytest.approx(np.log2(12 / 0.5))
    # Variance of the logarithm: 1/12 for twelve words spread evenly, 1/0.5 for what was not seen;
    # and 3.689 occurrences, not 0.5, are the most that 0 leaves possible at 95%.
    t = stats.t.ppf(0.975, 5)
    up = t * np.sqrt(1 / 12 + 2) / np.log(2)
    down = np.hypot(t * np.sqrt(1 / 12) / np.log(2), t / 1.959964 * np.log2(3.688879 / 0.5))
    np.testing.assert_allclose([low[0], high[0]], [ratio[0] - down, ratio[0] + up], rtol=1e-5)
    other = bootstrap_log_ratio(np.zeros((6, 1)), np.full((6, 1), 2), words, words)
    np.testing.assert_allclose(np.ravel(other), [-ratio[0], -high[0], -low[0]])
    nothing = bootstrap_log_ratio(np.zeros((6, 1)), np.zeros((6, 1)), words, words)
    assert np.isnan(nothing).all()
    lone = bootstrap_log_ratio([[2]], np.ones((6, 1)), [100], words)
    assert np.isfinite(lone[0]).all()
    assert np.isnan(lone[1:]).all()
    assert np.isnan(bootstrap_log_ratio([[0]], [[2]], [0], [9])).all()
