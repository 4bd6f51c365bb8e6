"""Dispersion against Gries' worked example, the plain formulas, and laws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

import crosscurrents as cc
from crosscurrents.frequency import deviation_of_proportions

# The example that Gries works through: five parts of 9, 10, 10, 10 and 11 words.
COUNTS, WORDS = [1, 2, 3, 4, 5], [9, 10, 10, 10, 11]


def dp(counts, words):
    """Of a single term."""
    (found,) = deviation_of_proportions(np.array(counts)[:, None], words)
    return found


def test_the_published_example():
    # Shares of the term 1/15 ... 5/15 against 0.18, 0.2, 0.2, 0.2, 0.22.
    gaps = [abs(c / 15 - w / 50) for c, w in zip(COUNTS, WORDS)]
    assert dp(COUNTS, WORDS) == pytest.approx(sum(gaps) / 2)
    assert dp(COUNTS, WORDS) == pytest.approx(0.18, abs=5e-4)
    texts = ["gas " * c + "oil " * (w - c) for c, w in zip(COUNTS, WORDS)]
    measures = cc.measure(cc.read_corpus(pd.DataFrame({"source": "Mail", "text": texts})))
    table = cc.dispersion(measures).set_index("term")
    assert table.loc["gas", "dpnorm"] == pytest.approx(0.18 / 0.82, abs=1e-12)


def test_the_ends_of_the_scale():
    words = [100, 200, 700]
    assert dp([1, 2, 7], words) == pytest.approx(0, abs=1e-12)
    assert dp([5, 0, 0], words) == pytest.approx(0.9)  # all in the part of 100 words: 1 - 0.1


def test_absent_terms_and_single_parts_are_missing():
    assert np.isnan(dp([0, 0], [10, 10]))
    assert np.isnan(dp([3], [10]))
    found = deviation_of_proportions(np.array([[1, 0], [2, 0]]), [10, 20])
    assert np.isnan(found).tolist() == [False, True]
    assert deviation_of_proportions(np.zeros((0, 3)), []).shape == (3,)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(9, 60)), min_size=2, max_size=9))
def test_any_parts_equal_the_plain_formula(parts):
    counts, words = map(np.array, zip(*parts))
    found = dp(counts, words)
    np.testing.assert_array_equal(
        found, deviation_of_proportions(sparse.csr_array(counts[:, None]), words)[0]
    )
    if counts.sum() == 0:
        assert np.isnan(found)
        return
    plain = np.abs(counts / counts.sum() - words / words.sum()).sum() / 2
    assert found == pytest.approx(plain, abs=1e-9)
    assert dp(2 * counts, 2 * words) == pytest.approx(found, abs=1e-9)
