"""Counts, rates, document frequency and dispersion, with numbers worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import by_white_space, measured, row
from scipy import sparse

import crosscurrents as cc
from crosscurrents.frequency import deviation_of_proportions
from crosscurrents.texts import stop_words

TEXTS = {
    "a1": ("Mail", "the gas flows\n\nthe gas is gas"),
    "a2": ("Mail", "oil and the US"),
    "b1": ("Star", "the oil of us\n\noil"),
    "c1": ("Void", ""),
}


def test_counts_and_rates_by_hand():
    table = cc.term_frequency(by_white_space(TEXTS))
    gas = row(table, source="Mail", term="gas")
    assert (gas["count"], gas["words"], gas["docfreq"], gas["documents"]) == (3, 11, 1, 2)
    assert gas["rate"] == pytest.approx(3 / 11 * 1000)
    assert gas["unit"] == "within these articles"
    the = row(table, source="Mail", term="the")
    assert (the["count"], the["docfreq"]) == (3, 2)
    assert row(table, source="Star", term="oil")["rate"] == pytest.approx(2 / 5 * 1000)
    assert row(table, source="Star", term="oil")["unit"] == "within this article"
    assert row(table, source="Star", term="of")["rate"] == 200
    assert "Void" not in set(table["source"])
    assert table.groupby("source")["count"].sum().to_dict() == {"Mail": 11, "Star": 5}


def test_order_is_by_source_count_and_term():
    table = cc.term_frequency(by_white_space(TEXTS), top_n=3)
    assert table["term"].tolist() == ["gas", "the", "US", "oil", "of", "the"]
    assert table["source"].tolist() == ["Mail"] * 3 + ["Star"] * 3


def test_phrases():
    table = cc.term_frequency(by_white_space(TEXTS), n=2)
    assert row(table, source="Mail", term="the gas")[["count", "words"]].tolist() == [2, 11]
    assert table["low"].isna().all()  # two documents: paragraphs would be drawn, and have none
    assert row(cc.term_frequency(by_white_space(TEXTS), n=3), term="the gas is")["count"] == 1


def test_hiding_never_changes_sizes():
    plain = cc.term_frequency(by_white_space(TEXTS))
    hidden = cc.term_frequency(by_white_space(TEXTS), hide_stopwords=True)
    assert set(hidden["term"]) == {"gas", "flows", "oil", "US"}
    merged = hidden.merge(plain, on=["source", "term"], suffixes=("", "_plain"))
    assert len(merged) == len(hidden)
    for name in ("words", "rate", "low", "high"):
        pd.testing.assert_series_equal(merged[name], merged[f"{name}_plain"], check_names=False)
    pairs = cc.term_frequency(by_white_space(TEXTS), n=2, hide_stopwords=True)
    assert "the gas" not in set(pairs["term"])
    assert set(cc.term_frequency(by_white_space(TEXTS), min_count=3)["term"]) == {"gas", "the"}


def test_stop_words_are_lower_case_and_leave_the_country_alone():
    words = stop_words()
    assert {"the", "us", "don't", "it's", "myself", "whereas"} <= words
    assert not {"US", "china", "trade", "war", "good"} & words
    assert all(word == word.lower() for word in words)


def test_interval_is_that_of_the_units():
    texts = {f"d{k}": ("Mail", "gas " * k + "oil oil oil") for k in range(6)}
    gas = row(cc.term_frequency(by_white_space(texts)), term="gas")
    expected = cc.bootstrap_ratio(range(6), [k + 3 for k in range(6)])
    np.testing.assert_allclose([gas["rate"], gas["low"], gas["high"]], np.array(expected) * 1000)
    assert gas["unit"] == "documents"
    bare = cc.term_frequency(by_white_space(texts), intervals=False)
    assert bare[["low", "high"]].isna().all(axis=None)


def test_dispersion_by_hand():
    texts = {
        "a": ("Mail", "gas gas oil oil oil oil"),  # 6 of 10 words
        "b": ("Mail", "gas gas"),  # 2
        "c": ("Mail", "oil tea"),  # 2
        "d": ("Mail", ""),
        "e": ("Star", "gas oil\n\ngas gas"),
    }
    table = cc.dispersion(by_white_space(texts))
    gas = row(table, source="Mail", term="gas")
    # Shares of the term 2/4, 2/4, 0 against 0.6, 0.2, 0.2: half of 0.1 + 0.3 + 0.2.
    assert gas["dp"] == pytest.approx(0.3)
    assert gas["dpnorm"] == pytest.approx(0.3 / 0.8)
    assert (gas["range"], gas["parts"], gas["count"], gas["unit"]) == (2, 3, 4, "documents")
    assert row(table, source="Mail", term="tea")["dp"] == pytest.approx(0.8)
    # One document: its paragraphs. Shares 1/3, 2/3 against 1/2, 1/2.
    star = row(table, source="Star", term="gas")
    assert star["dp"] == pytest.approx(1 / 6)
    assert star["dpnorm"] == pytest.approx(1 / 3)
    assert star["unit"] == "within this article"


def test_dispersion_of_a_single_part_is_missing():
    table = cc.dispersion(by_white_space({"a": ("Mail", "gas oil gas")}))
    assert table["range"].tolist() == [1, 1]
    assert table[["dp", "dpnorm"]].isna().all(axis=None)
    assert cc.dispersion(by_white_space({"a": ("Mail", "gas oil gas")}), n=2)["dp"].isna().all()


# ---- over time ------------------------------------------------------------------------------


def dated(*rows):
    return measured(None, *rows, columns=["source", "date", "text"])


def test_a_term_over_time_by_hand():
    measures = dated(
        ("Mail", "2015-03-01", "The gas goes east by pipe, each day. The gas goes east by pipe."),
        ("Mail", "2016-05", "The gas goes east by ship. Nobody minds the gas."),
        ("Star", "2016", "Oil and gas. Oil (and gas) go east.\n\nThe E.U. buys oil."),
        ("Tide", "", "The European Union buys gas."),
    )
    table = cc.term_frequency(measures, term="Gas", period="year")
    assert table[["source", "period", "count", "words"]].values.tolist() == [
        ["Mail", "2015", 2, 14],
        ["Mail", "2016", 2, 10],
        ["Star", "2016", 2, 12],
    ]
    assert table["rate"].iloc[1] == pytest.approx(2 / 10 * 1000)
    quarters = cc.term_frequency(measures, term="gas", period="quarter")
    assert quarters["period"].tolist() == ["2015-Q1", "2016-Q2"]  # 2016 alone is no quarter
    coal = cc.term_frequency(measures, term="coal", period="decade")
    assert coal[["source", "period", "count"]].values.tolist() == [
        ["Mail", "2010s", 0], ["Star", "2010s", 0],
    ]  # fmt: skip
    assert coal["low"].isna().all()
    pair = cc.term_frequency(measures, term="the gas", period="year")
    assert pair["count"].tolist() == [2, 2, 0]
    assert len(cc.term_frequency(dated(("Mail", "", "Gas.")), term="gas", period="quarter")) == 0


def test_intervals_over_time_resample_documents():
    rest = "oil and coal and wind are words too."
    measures = dated(*(("Mail", "2016", "gas " * (k % 4) + rest) for k in range(8)))
    found = cc.term_frequency(measures, term="gas", period="year").iloc[0]
    whole = row(cc.term_frequency(measures), term="gas")
    for name in ("rate", "low", "high", "docfreq", "documents"):
        assert found[name] == pytest.approx(whole[name])
    assert found["unit"] == "documents"


# ---- dispersion: the plain formulas, and laws ------------------------------------------------

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
