"""Collocates against counts by hand, NLTK's association measures, and a plain loop."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import corpus_of, row
from nltk.metrics import BigramAssocMeasures

import crosscurrents as cc
from crosscurrents.passages import within_reach


def corpus(**texts):
    """A corpus of {source: text}, or {source: [texts]}."""
    rows = [(s, t) for s, own in texts.items() for t in ([own] if isinstance(own, str) else own)]
    return corpus_of(*rows)


MAIL = "Cheap gas flows east. The gas deal is a big deal, they say. Nobody likes gas or gas prices."
STAR = "Dear gas stays here. Oil flows east."


def test_by_hand():
    table = cc.collocates(corpus(Mail=MAIL, Star=STAR), "gas", window=2, min_count=1)
    mail = table[table["source"] == "Mail"]
    # Mail has 19 words, 4 of them nodes. Within two words of a node, in its sentence: cheap flows
    # east; the deal is; nobody likes or prices. The word "or" lies near two nodes and counts once.
    near = "cheap flows east the deal is nobody likes or prices".split()
    assert sorted(mail["term"]) == sorted(near)
    deal = row(mail, term="deal")
    sizes = ["count", "term_count", "node_count", "window_words", "words", "docfreq"]
    assert deal[sizes].tolist() == [1, 2, 4, 10, 15, 1]
    assert deal["expected"] == pytest.approx(2 * 10 / 15)
    assert deal["log_dice"] == pytest.approx(14 + math.log2(2 / 6))
    assert deal["pmi"] == pytest.approx(math.log2(1 / (20 / 15)))
    star = table[table["source"] == "Star"]
    assert sorted(star["term"]) == ["dear", "here", "stays"]


def test_statistics_equal_nltk(own):
    tables = [cc.collocates(corpus(Mail=MAIL), "gas", window=2, min_count=1)]
    tables += [cc.collocates(cc.read_corpus(own), "the", min_count=2)]
    assert min(map(len, tables)) > 8
    for found in pd.concat(tables).to_dict("records"):
        cells = (found["count"], (found["window_words"], found["term_count"]), found["words"])
        assert found["pmi"] == pytest.approx(BigramAssocMeasures.pmi(*cells))
        assert found["g2"] == pytest.approx(BigramAssocMeasures.likelihood_ratio(*cells), abs=1e-3)
        both = found["count"], (found["node_count"], found["term_count"]), found["words"]
        dice = BigramAssocMeasures.dice(*both)
        assert found["log_dice"] == pytest.approx(14 + math.log2(dice))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.booleans(), max_size=12), max_size=5), st.integers(1, 6))
def test_reach_equals_a_plain_loop(sentences, window):
    flat = [node for sentence in sentences for node in sentence]
    offsets = np.cumsum([0, *map(len, sentences)])
    expected = []
    for sentence in sentences:
        at = [k for k, node in enumerate(sentence) if node]
        expected += [any(abs(k - j) <= window for j in at) for k in range(len(sentence))]
    first = np.flatnonzero(flat)
    node, reach = within_reach(first, first, offsets, window)
    assert node.tolist() == flat
    assert reach.tolist() == expected


def test_patterns_phrases_and_compounds_are_nodes():
    texts = corpus(Mail="The South China Sea is wide. The China-Russia axis holds.")
    table = cc.collocates(texts, "south china sea", window=1, min_count=1)
    assert table["term"].tolist() == ["is", "the"]
    assert table["node_count"].unique().tolist() == [1]
    assert table["words"].unique().tolist() == [10 - 3]
    table = cc.collocates(texts, "china", window=1, min_count=1)
    assert set(table["term"]) == {"south", "sea", "the", "axis"}


def test_the_least_count_and_stop_words_only_hide():
    texts = corpus(Mail=MAIL)
    full = cc.collocates(texts, "gas", window=5, min_count=1)
    assert set(cc.collocates(texts, "gas", window=5, min_count=2)["term"]) == {"deal"} & set(
        full.loc[full["count"] >= 2, "term"]
    )
    hidden = cc.collocates(texts, "gas", window=5, min_count=1, hide_stopwords=True)
    assert not {"the", "is", "or"} & set(hidden["term"])
    both = hidden.merge(full, on="term")
    assert (both["words_x"] == both["words_y"]).all()
    np.testing.assert_allclose(both["log_dice_x"], both["log_dice_y"])
    assert len(cc.collocates(texts, "gas", min_count=1, top_n=3)) == 3


def test_a_node_that_does_not_occur_gives_an_empty_table():
    texts = corpus(Mail=MAIL)
    table = cc.collocates(texts, "coal")
    assert len(table) == 0
    assert list(table) == list(cc.collocates(texts, "gas", min_count=1))
