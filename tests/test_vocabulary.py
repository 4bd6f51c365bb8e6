"""Variety and reading ease against plain loops, published formulas and words counted by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crosscurrents as cc
from crosscurrents.frequency import reading_ease, syllables
from crosscurrents.measures import tables
from crosscurrents.measures.tables import mattr, mtld, yule_k

words = st.lists(st.sampled_from("abcdefghijklmnop"), max_size=160)
few = st.lists(st.sampled_from("abc"), max_size=60)


def plain_mtld(text):
    """Read one way, word by word, as the measure is described."""
    full, run = 0.0, []
    for word in text:
        run.append(word)
        if len(run) >= 10 and len(set(run)) / len(run) < 0.72:
            full, run = full + 1, []
    rest = (1 - len(set(run)) / len(run)) / 0.28 if run else 0
    return len(text) / (full + rest) if full else math.nan


@settings(deadline=None, max_examples=60)
@given(st.one_of(words, few))
def test_mtld_equals_a_plain_loop(text):
    both = (plain_mtld(text) + plain_mtld(text[::-1])) / 2
    assert mtld(text) == pytest.approx(both, nan_ok=True)
    assert mtld([ord(word) for word in text]) == pytest.approx(both, nan_ok=True)


@settings(deadline=None, max_examples=60)
@given(words, st.integers(1, 30))
def test_mattr_equals_a_plain_loop(text, window):
    windows = [text[k : k + window] for k in range(len(text) - window + 1)]
    expected = np.mean([len(set(part)) / window for part in windows]) if windows else math.nan
    assert mattr(text, window=window) == pytest.approx(expected, nan_ok=True)


def test_by_hand():
    assert mattr(list("abcabd"), window=3) == pytest.approx((3 + 3 + 3 + 3) / 12)
    assert mattr(["a"] * 100) == 0.01
    assert math.isnan(mattr(["a"] * 99))
    # Ten words a factor, nothing left over; 25 leave 5 of one word: (1 - 0.2) / 0.28 more.
    assert mtld(["a"] * 30) == 10
    assert mtld(["a"] * 25) == pytest.approx(25 / (2 + 0.8 / 0.28))
    assert math.isnan(mtld([str(k) for k in range(500)]))  # never a full factor
    assert math.isnan(mtld([]))
    # Counts 4, 3, 2, 1: (16 + 9 + 4 + 1 - 10) / 100.
    assert yule_k([4, 3, 2, 1]) == pytest.approx(2000)
    assert yule_k([1, 1, 1]) == 0
    assert math.isnan(yule_k([]))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(1, 30), min_size=1))
def test_yule_equals_the_sum_over_classes_of_frequency(counts):
    size, classes = sum(counts), {i: counts.count(i) for i in counts}
    expected = 1e4 * (sum(i * i * v for i, v in classes.items()) - size) / size**2
    assert yule_k(counts) == pytest.approx(expected)


def test_reading_ease_of_the_published_formulas():
    ease, grade = reading_ease(100, 10, 130)
    assert ease == pytest.approx(206.835 - 10.15 - 109.98)
    assert grade == pytest.approx(3.9 + 15.34 - 15.59)


COUNTED = {
    1: "the gas one used more there signed called states makes rules don't sea league years",
    2: "pipeline china russian table people settled wanted statement couldn't science million "
    "equal changes something therefore western being argue technique language nation",
    3: "alliance period created official government agreement principle relation idea korean",
    4: "january ukrainian material society experience situation military evaluate european",
}


def test_syllables_of_common_words():
    pairs = [(word, n) for n, line in COUNTED.items() for word in line.split()]
    assert [(word, syllables(word)) for word, _ in pairs] == pairs
    assert syllables("US") == 2
    assert syllables("WHO") == 5  # double-u
    assert syllables("2019") == 4
    assert syllables("bank-to-bank") == 3
    assert syllables("–") == 1
    assert syllables("façade") == 2


def corpus():
    rng = np.random.default_rng(0)
    made = [
        " ".join(rng.choice(["gas", "oil", "wind", "rain", "coal", "sun"], 130)).capitalize() + "."
        for _ in range(2)
    ]
    texts = [*made, "Rain fell. Gas flows."]
    return cc.read_corpus(pd.DataFrame({"source": ["Mail", "Mail", "Star"], "text": texts}))


def test_vocabulary_by_source():
    texts = corpus()
    measures = cc.measure(texts)
    table = cc.vocabulary_measures(cc.Comparison(measures, corpus=texts)).set_index("source")
    mail, star = table.loc["Mail"], table.loc["Star"]
    assert (mail["documents"], mail["words"], mail["types"]) == (2, 260, 6)
    documents = [texts.text(d).lower().rstrip(".").split() for d in ("1", "2")]
    assert mail["mattr"] == pytest.approx(np.mean([mattr(d) for d in documents]))
    assert mail["mtld"] == pytest.approx(np.mean([mtld(d) for d in documents]))
    assert (star["types"], star["sentences"]) == (4, 2)
    assert np.isnan(star["mattr"])
    assert star["flesch_reading_ease"] == pytest.approx(206.835 - 1.015 * 2 - 84.6)
    assert star["flesch_kincaid_grade"] == pytest.approx(0.39 * 2 + 11.8 - 15.59)
    by_document = cc.vocabulary_measures(cc.Comparison(measures, corpus=texts), by="doc_id")
    assert by_document["doc_id"].tolist() == ["1", "2", "3"]
    expected = np.average(by_document["yule_k"][:2], weights=by_document["words"][:2])
    assert mail["yule_k"] == pytest.approx(expected)


def test_what_needs_the_order_of_words_is_measured_with_the_documents(tmp_path, monkeypatch):
    texts = corpus()
    measures = cc.measure(texts)
    documents = measures.documents.set_index("doc_id")
    for doc_id in documents.index:
        words = texts.text(doc_id).lower().replace(".", "").split()
        assert documents.loc[doc_id, "mattr"] == pytest.approx(mattr(words), nan_ok=True)
        assert documents.loc[doc_id, "mtld"] == pytest.approx(mtld(words), nan_ok=True)
    measures.save(tmp_path)
    expected = cc.vocabulary_measures(measures)
    pd.testing.assert_frame_equal(cc.vocabulary_measures(cc.read_measures(tmp_path)), expected)
    # A large corpus is not held up: there the texts are read when the measures are asked for.
    monkeypatch.setattr(tables, "AT_ONCE", 100)
    large = cc.measure(texts)
    assert large.documents[["mattr", "mtld"]].isna().all(axis=None)
    whole = cc.Comparison(large, corpus=texts)
    pd.testing.assert_frame_equal(cc.vocabulary_measures(whole), expected)
    bare = cc.vocabulary_measures(large).set_index("source")
    assert bare[["mattr", "mtld"]].isna().all(axis=None)
    assert bare["yule_k"].notna().all()


def test_a_group_without_words():
    measures = cc.measure(corpus())
    nothing = measures.select(sources=["Star"])
    nothing.documents["words"] = 0
    bare = nothing.again(nothing.documents, nothing.record, sentences=nothing.sentences[:0])
    empty = cc.vocabulary_measures(bare)
    assert len(empty) == 0
    assert list(empty) == list(cc.vocabulary_measures(measures))
