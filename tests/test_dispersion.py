"""Dispersion against Gries' worked example, the plain formulas, and laws."""

import math

import numpy as np
import pytest
from crosscurrents.frequency.dispersion import (
    carroll_d2,
    deviation_of_proportions,
    juilland_d,
    kl_divergence,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

ALL = [deviation_of_proportions, juilland_d, carroll_d2, kl_divergence]
# The example that Gries works through: five parts of 9, 10, 10, 10 and 11 words.
COUNTS, WORDS = [1, 2, 3, 4, 5], [9, 10, 10, 10, 11]


def test_the_published_example():
    # Shares of the term 1/15 ... 5/15 against 0.18, 0.2, 0.2, 0.2, 0.22.
    gaps = [abs(c / 15 - w / 50) for c, w in zip(COUNTS, WORDS)]
    assert deviation_of_proportions(COUNTS, WORDS) == pytest.approx(sum(gaps) / 2)
    assert deviation_of_proportions(COUNTS, WORDS) == pytest.approx(0.18, abs=5e-4)
    norm = deviation_of_proportions(COUNTS, WORDS, norm=True)
    assert norm == pytest.approx(0.18 / 0.82, abs=1e-12)
    assert juilland_d(COUNTS, WORDS) == pytest.approx(0.785, abs=5e-4)
    assert carroll_d2(COUNTS, WORDS) == pytest.approx(0.938, abs=5e-4)
    assert kl_divergence(COUNTS, WORDS) == pytest.approx(0.137, abs=5e-4)


def test_the_ends_of_the_scales():
    words = [100, 200, 700]
    even = [1, 2, 7]
    assert [f(even, words) for f in ALL] == pytest.approx([0, 1, 1, 0], abs=1e-12)
    # All in the part of 100 words: DP 1 - 0.1, D and D2 0, KL log2(1 / 0.1).
    lone = [5, 0, 0]
    assert [f(lone, words) for f in ALL] == pytest.approx([0.9, 0, 0, math.log2(10)], abs=1e-12)
    assert deviation_of_proportions(lone, words, norm=True) == pytest.approx(1)


@pytest.mark.parametrize("function", ALL)
def test_absent_terms_and_single_parts_are_missing(function):
    assert np.isnan(function([0, 0], [10, 10]))
    assert np.isnan(function([3], [10]))
    assert np.isnan(function([3, 0], [10, 0]))  # the second part is empty
    assert np.isnan(function([], []))
    found = function([[1, 0], [2, 0]], [10, 20])
    assert found.shape == (2,)
    assert np.isnan(found).tolist() == [False, True]
    assert function(np.zeros((0, 3)), []).shape == (3,)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(9, 60)), min_size=2, max_size=9))
def test_any_parts_equal_the_plain_formulas(parts):
    counts, words = map(np.array, zip(*parts))
    empty = [f(np.append(counts, 0), np.append(words, 0)) for f in ALL]
    thin = [f(sparse.csr_array(counts[:, None]), words)[0] for f in ALL]
    found = [f(counts, words) for f in ALL]
    np.testing.assert_array_equal(found, empty)
    np.testing.assert_array_equal(found, thin)
    if counts.sum() == 0:
        assert np.isnan(found).all()
        return
    v, s, p = counts / counts.sum(), words / words.sum(), counts / words
    share = p / p.sum()
    plain = [
        np.abs(v - s).sum() / 2,
        1 - p.std() / p.mean() / math.sqrt(len(p) - 1),
        -sum(x * math.log2(x) for x in share if x) / math.log2(len(p)),
        sum(x * math.log2(x / y) for x, y in zip(v, s) if x),
    ]
    assert found == pytest.approx(plain, abs=1e-9)
    twice = [f(2 * counts, 2 * words) for f in ALL]
    assert twice == pytest.approx(found, abs=1e-9)


@pytest.mark.parametrize(
    ("counts", "words", "message"),
    [
        ([1, 2], [3], "do not go together"),
        ([[[1]]], [3], "do not go together"),
        ([4, 1], [3, 3], "above words"),
        ([-1, 1], [3, 3], "negative"),
        ([1, 1], [3, -3], "negative or missing sizes"),
        ([1, 1], [3, float("nan")], "negative or missing sizes"),
    ],
)
def test_errors(counts, words, message):
    with pytest.raises(ValueError, match=message):
        deviation_of_proportions(counts, words)
