"""AFINN's package is an extra: without it everything else works, and says so."""

import pandas as pd
import pytest

import crosscurrents as cc
from crosscurrents import lexicon
from crosscurrents.lexicon import installed, lexicon_hashes, read_lexicon
from crosscurrents.measures.tone import measure_tone


@pytest.fixture
def without_afinn(monkeypatch):
    find = lexicon.find_spec
    monkeypatch.setattr(lexicon, "find_spec", lambda name: None if name == "afinn" else find(name))


@pytest.fixture
def texts():
    rows = [("Mail", "A good day. A bad war."), ("Star", "A sad day. A great plan.")]
    return cc.read_corpus(pd.DataFrame(rows, columns=["source", "text"]))


def test_the_names_and_hashes_of_what_is_installed():
    assert installed() == ["vader", "afinn", "pattern"]
    assert lexicon_hashes() == {name: read_lexicon(name).sha256 for name in installed()}


def test_without_its_package_afinn_is_refused_by_name(without_afinn):
    assert list(lexicon_hashes()) == ["vader", "pattern"]
    match = r"lexicon 'afinn' is not installed; run pip install 'crosscurrents\[afinn\]' or choose"
    with pytest.raises(ValueError, match=match):
        read_lexicon("afinn")


def test_without_it_two_lexicons_are_compared_and_the_page_says_so(without_afinn, texts):
    tone = measure_tone(texts, cc.measure(texts))
    assert [*tone.record["tone"]["lexicons"]] == ["vader", "pattern"]
    assert tone.record["tone"]["limits"] == [
        "The lexicon AFINN is not installed here (pip install 'crosscurrents[afinn]'): "
        "the lexicons are vader, pattern."
    ]
    assert set(cc.sentiment_robustness(tone, resamples=100)["lexicon"]) == {"vader", "pattern"}


def test_with_it_nothing_is_said(texts):
    assert measure_tone(texts, cc.measure(texts)).record["tone"]["limits"] == []
