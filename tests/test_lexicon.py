"""Lexicons and VADER's rules: read where they are installed, looked up, and refused."""

import hashlib
import math
from importlib.resources import files

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from made import nltk_vader

import crosscurrents as cc
from crosscurrents import lexicon as lexicon_module
from crosscurrents import measure_tone, read_lexicon
from crosscurrents.lexicon import LEXICONS, Entry, installed, lexicon_hashes


@pytest.fixture
def csv(tmp_path):
    def write(text, name="own.csv"):
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


def test_vader_is_the_lexicon_that_nltk_scores_with():
    lexicon = read_lexicon("vader")
    assert lexicon.scores == nltk_vader().lexicon
    content = (files("vaderSentiment") / "vader_lexicon.txt").read_bytes()
    assert lexicon.sha256 == hashlib.sha256(content).hexdigest()
    assert lexicon.name == "vader"


def test_nltk_vader_leaves_nothing_behind():
    import nltk.data

    before = list(nltk.data.path)
    assert nltk_vader().polarity_scores("good")["compound"] == 0.4404  # 1.9 / sqrt(1.9² + 15)
    assert nltk.data.path == before


@pytest.mark.parametrize("container", [list, np.array, pd.Series, pa.array, pa.chunked_array])
def test_valence_of_words(container):
    words = ["good", "GOOD", "river", "don't", ""]
    words = [words] if container is pa.chunked_array else words
    valence = read_lexicon("vader").valence(container(words))
    assert valence.dtype == np.float64
    assert valence[:2].tolist() == [1.9, 1.9]
    assert np.isnan(valence[2:]).all()


def test_valence_of_nothing_and_of_missing_words():
    assert read_lexicon("vader").valence([]).shape == (0,)
    assert np.isnan(read_lexicon("vader").valence(pd.Series(["good", None]))).tolist() == [
        False,
        True,
    ]


def test_reads_a_csv_of_terms_and_scores(csv):
    path = csv("score,note,term\n-1.5,x,Bleak\n2,y,bright\n")
    lexicon = read_lexicon(path)
    assert lexicon.name == "own.csv"
    assert lexicon.scores == {"bleak": -1.5, "bright": 2.0}
    assert lexicon.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert lexicon.valence(["BRIGHT"]).tolist() == [2.0]
    assert read_lexicon(str(csv("\ufeffterm,score\nfair,1\n"))).scores == {"fair": 1.0}
    assert math.isnan(read_lexicon(csv("term,score\n")).valence(["fair"])[0])


@pytest.mark.parametrize("text, message", [
    ("term,value\nfair,1\n", r"lacks the columns \['score'\]; it has \['term', 'value'\]"),
    ("", r"lacks the columns \['score', 'term'\]; it has \[\]"),
    ("term,score\nfair,1\nfoul,bad\n", "line 3: score 'bad' is not a number"),
    ("term,score\nfair,nan\n", "line 2: score 'nan' is not a number"),
    ("term,score\nfair\n", "line 2: score '' is not a number"),
    ("term,score\nfair,1\nFair,2\n", "line 3: term 'fair' stands twice"),
    ("term,score\n ,1\n", "line 2: term '' is empty"),
])  # fmt: skip
def test_refuses_a_broken_csv(csv, text, message):
    with pytest.raises(ValueError, match=message):
        read_lexicon(csv(text))


@pytest.mark.parametrize("name", ["vader.csv", "pattern.csv", "vader", "pattern"])
def test_a_path_is_always_a_file(csv, tmp_path, monkeypatch, name):
    """Also one that is named like a lexicon of ours: its own words score, under another name."""
    path = csv("term,score\ngood,-3\n", name)
    monkeypatch.chdir(tmp_path)
    spellings = [path, str(path), f"./{name}", type(path)(name)]
    for spelling in [*spellings, *([name] if name.endswith(".csv") else [])]:
        assert read_lexicon(spelling).scores == {"good": -3.0}
        assert read_lexicon(spelling).name not in ("vader", "pattern", "afinn")
        assert cc.score_sentences(["A good day."], lexicon=spelling)["score"].tolist() == [-3.0]
    assert read_lexicon("vader").scores["good"] == 1.9


def test_refuses_an_unknown_name():
    choices = r"choose from \['vader', 'afinn', 'pattern'\]"
    with pytest.raises(ValueError, match=rf"lexicon 'vadar' is neither .*{choices}"):
        read_lexicon("vadar")


def test_a_lexicon_is_added_by_one_entry(monkeypatch):
    def read():
        return b"the file", {"fine": 2.0, "rough sea": -3.0}

    monkeypatch.setitem(LEXICONS, "tiny", Entry("crosscurrents", read, language="en"))
    assert installed() == ["vader", "afinn", "pattern", "tiny"]
    assert read_lexicon("tiny").sha256 == hashlib.sha256(b"the file").hexdigest()
    texts = ["A fine day.", "A rough sea, and fine."]
    assert cc.score_sentences(texts, lexicon="tiny")["score"].tolist() == [2.0, -1.0]
    corpus = cc.read_corpus(pd.DataFrame({"source": ["Mail"], "text": [" ".join(texts)]}))
    tone = cc.measure_tone(corpus, cc.measure(corpus, cache=False))
    assert tone.sentences["tiny"].tolist() == [2.0, -1.0]
    assert cc.sentiment(tone, lexicon="tiny")["mean"].tolist() == [0.5]


def test_the_pattern_lexicon_is_that_of_textblob():
    from textblob.en import sentiment

    sentiment.load()
    theirs = {term: senses[None][0] for term, senses in dict.items(sentiment)}
    assert cc.read_lexicon("pattern").scores == theirs


# --- AFINN is an extra: without it all else works, and says so


@pytest.fixture
def without_afinn(monkeypatch):
    find = lexicon_module.find_spec
    monkeypatch.setattr(
        lexicon_module, "find_spec", lambda name: None if name == "afinn" else find(name)
    )


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
