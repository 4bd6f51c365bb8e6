"""Recurring phrases, occurrences, sorted concordances, texts that are missing."""

import pandas as pd
import pytest
from made import row

import crosscurrents as cc
from crosscurrents.passages import sort_concordance
from crosscurrents.texts import narrow

ROWS = [
    ("m1", "Mail", "2015-03-01", "The gas goes east by pipe, each day. The gas goes east by pipe."),
    ("m2", "Mail", "2016-05", "The gas goes east by ship. Nobody minds the gas."),
    ("s1", "Star", "2016", "Oil and gas. Oil (and gas) go east.\n\nThe E.U. buys oil."),
    ("t1", "Tide", "", "The European Union buys wind. The EU likes wind."),
]


@pytest.fixture(scope="module")
def corpus():
    return cc.read_corpus(pd.DataFrame(ROWS, columns=["doc_id", "source", "date", "text"]))


@pytest.fixture(scope="module")
def measures(corpus):
    return cc.measure(corpus)


# ---- phrases --------------------------------------------------------------------------------


def test_phrases_cross_no_punctuation(corpus, measures):
    table = cc.recurring_phrases(cc.Comparison(measures, corpus=corpus), min_count=1)
    mail = table[table["source"] == "Mail"]
    assert row(mail, term="east by pipe")[["count", "docfreq"]].tolist() == [2, 1]
    assert row(mail, term="gas goes east")[["count", "docfreq"]].tolist() == [3, 2]
    assert not table["term"].str.contains("pipe each").any()
    assert not table["term"].str.contains("gas go ").any()  # a bracket is between gas and go
    found = row(mail, term="gas goes east")
    assert found[["words", "documents"]].tolist() == [24, 2]
    assert found["rate"] == pytest.approx(3 / 24 * 1000)


def test_texts_that_are_not_available_are_left_out(corpus, measures):
    away = narrow(corpus, measures)
    away.documents["at_hand"] = away.documents["doc_id"] != "m1"
    away.documents["file"] = "some.txt"
    assert cc.not_at_hand(corpus) == []
    assert "some.txt" in cc.not_at_hand(away)[0]
    away.documents["at_hand"] = False
    for found, full in [
        (cc.collocates(away, "gas"), cc.collocates(corpus, "gas", min_count=1)),
        (cc.occurrences(away, "gas"), cc.occurrences(corpus, "gas")),
    ]:
        assert list(found) == list(full)
    assert len(cc.occurrences(away, "gas")) == len(cc.collocates(away, "gas")) == 0
    chosen = measures.select(sources=["Star"])
    assert narrow(corpus, chosen).documents["doc_id"].tolist() == ["s1"]
    own = cc.Comparison(chosen, corpus=corpus)  # its measures say which texts count
    assert set(cc.occurrences(own, "gas")["doc_id"]) == {"s1"}
    assert set(cc.concordance(own, "gas")["doc_id"]) == {"s1"}
    assert set(cc.collocates(own, "gas", min_count=1)["source"]) == {"Star"}
    for function in (cc.occurrences, cc.concordance, cc.collocates):
        with pytest.raises(ValueError, match="the comparison has no corpus"):
            function(cc.Comparison(chosen), "gas")


def test_recurring_phrases_leave_out_what_stands_in_longer_ones_only(corpus, measures):
    table = cc.recurring_phrases(cc.Comparison(measures, corpus=corpus)).query("source == 'Mail'")
    assert table[["term", "count"]].values.tolist() == [
        ["the gas", 4],
        ["gas goes east", 3],
        ["goes east by", 3],
        ["the gas goes", 3],
        ["east by pipe", 2],
    ]
    assert cc.recurring_phrases(measures, top_n=1)["source"].value_counts().max() == 1


# ---- places ---------------------------------------------------------------------------------


def test_occurrences_by_hand(corpus):
    table = cc.occurrences(corpus, "gas")
    assert table[["doc_id", "word", "words"]].values.tolist() == [
        ["m1", 2, 14], ["m1", 10, 14], ["m2", 2, 10], ["m2", 10, 10], ["s1", 3, 12], ["s1", 6, 12],
    ]  # fmt: skip
    assert table["share"].iloc[1] == pytest.approx(9 / 14)
    assert len(cc.occurrences(corpus, "coal")) == 0
    assert list(cc.occurrences(corpus, "coal")) == list(table)
    assert cc.occurrences(corpus, "gas", by="doc_id").columns[0] == "doc_id"


def test_sorted_lines(corpus):
    lines = cc.concordance(corpus, "gas", width=3)
    after = sort_concordance(lines, order="right")
    first = [text.strip(".,() ").split(" ")[0].lower() for text in after["right"]]
    assert first == ["", "go", "goes", "goes", "goes", "oil"]
    before = sort_concordance(lines, order="left")
    assert before["left"].str.split().str[-1].str.lower().str.strip("(").tolist() == sorted(
        before["left"].str.split().str[-1].str.lower().str.strip("(")
    )
    pd.testing.assert_frame_equal(sort_concordance(lines, order="text"), lines)
    with pytest.raises(ValueError, match="order 'size' is not known"):
        sort_concordance(lines, order="size")
    assert len(sort_concordance(lines[:0], order="left")) == 0
    pd.testing.assert_frame_equal(cc.concordance(corpus, "gas", width=3, order="right"), after)


def test_the_first_phrases_are_the_first_of_all(corpus, measures):
    both, options = cc.Comparison(measures, corpus=corpus), {"hide_stopwords": True}
    every = cc.recurring_phrases(both, **options)
    for top_n in (1, 3):
        first = every.groupby("source").head(top_n).reset_index(drop=True)
        pd.testing.assert_frame_equal(cc.recurring_phrases(both, **options, top_n=top_n), first)
