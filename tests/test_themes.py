"""Shares of themes, positions on scales and the passages behind them, worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosscurrents.codebook import read_codebook
from crosscurrents.corpus import read_corpus
from crosscurrents.measures import measure
from crosscurrents.themes import (
    evidence,
    pattern_hits,
    scale_position,
    theme_evidence,
    theme_names,
    theme_share,
)

BOOK = """
themes:
  water:
    description: rivers and dams
    patterns: [river, river bank, dam*, water]
    not: [water colour]
  law: [treaty, court]
scales:
  tone:
    description: warm against cold
    poles: {warm: [friend*, trust], cold: [foe, threat*]}
"""
MAIL = (
    "The river rose and the dam leaked water. Nobody slept. The river bank broke. "
    "A court met on the river, and our friends trust the friendly foe.\n\n"
    "It rained. The water colour sold."
)
STAR = "The foe is a threat to us. Threats and threats again. The treaty holds."


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "codebook.yml"
    path.write_text(BOOK, encoding="utf-8")
    return read_codebook(path)


def measured(book, texts: dict[str, str | list[str]]):
    """Measures of texts by source."""
    rows = [
        (source, text)
        for source, many in texts.items()
        for text in ([many] if isinstance(many, str) else many)
    ]
    table = pd.DataFrame(rows, columns=["source", "text"])
    return measure(read_corpus(table), codebook=book, reuse=False)


@pytest.fixture(scope="module")
def measures(book):
    return measured(book, {"Mail": MAIL, "Star": STAR})


def row(table: pd.DataFrame, **where) -> pd.Series:
    for column, value in where.items():
        table = table[table[column] == value]
    (found,) = [r for _, r in table.iterrows()]
    return found


def test_share_of_sentences_and_of_words(measures):
    table = theme_share(measures, resamples=100)
    assert table.columns.tolist() == [
        "theme", "source", "sentences", "of", "share", "low", "high", "words", "of_words",
        "word_share", "word_low", "word_high", "docfreq", "documents", "unit",
    ]  # fmt: skip
    assert table[["theme", "source"]].values.tolist() == [
        ["water", "Mail"], ["water", "Star"], ["law", "Mail"], ["law", "Star"],
    ]  # fmt: skip
    mail = row(table, theme="water", source="Mail")
    assert (mail["sentences"], mail["of"], mail["share"]) == (3, 6, 0.5)  # 1, 3 and 4 of six
    assert mail["word_share"] == pytest.approx((8 + 4 + 13) / (8 + 2 + 4 + 13 + 2 + 4))
    assert mail["unit"] == "within this article"
    star = row(table, theme="law", source="Star")
    assert (star["sentences"], star["of"]) == (1, 3)
    assert star["word_share"] == pytest.approx(3 / 14)
    assert row(table, theme="water", source="Star")["share"] == 0
    assert (table["low"].fillna(0) <= table["share"]).all()
    assert (table["high"].fillna(1) >= table["share"]).all()


def test_poles_are_no_themes(measures):
    assert theme_names(measures) == ["water", "law"]
    assert set(measures.themes["theme"]) == {"water", "law", "tone/warm", "tone/cold"}


def test_overlaps_count_once_and_exclusions_not_at_all(measures):
    themes = measures.themes[measures.themes["doc_id"] == "1"]
    water = themes[themes["theme"] == "water"]
    assert water[["sentence", "pattern", "count"]].values.tolist() == [
        [1, "dam*", 1], [1, "river", 1], [1, "water", 1], [3, "river bank", 1], [4, "river", 1],
    ]  # fmt: skip


def test_position_on_a_scale(measures):
    table = scale_position(measures)
    assert table.columns.tolist() == [
        "scale", "source", "near", "far", "positive", "negative", "position", "se", "low", "high",
        "documents", "unit",
    ]  # fmt: skip
    mail, star = row(table, source="Mail"), row(table, source="Star")
    assert (mail["near"], mail["far"]) == ("warm", "cold")
    assert (mail["positive"], mail["negative"]) == (3, 1)
    assert mail["position"] == pytest.approx(math.log(3.5 / 1.5))
    assert mail["se"] == pytest.approx(math.sqrt(1 / 3.5 + 1 / 1.5))
    assert (star["positive"], star["negative"]) == (0, 4)
    assert star["position"] == pytest.approx(math.log(0.5 / 4.5))
    assert mail["low"] <= mail["position"] <= mail["high"]


def test_a_group_without_a_hit_has_no_position(book):
    table = scale_position(measured(book, {"Mail": "It rained.", "Star": STAR}))
    mail = row(table, source="Mail")
    assert (mail["positive"], mail["negative"]) == (0, 0)
    assert np.isnan(mail["position"])
    assert np.isnan(mail["se"])


def test_a_scale_that_is_not_there(measures, book):
    with pytest.raises(
        ValueError, match=r"scale 'heat' is not in the codebook; choose from \['tone'"
    ):
        scale_position(measures, "heat")
    with pytest.raises(ValueError, match="'outlet' is not a column"):
        scale_position(measures, by="outlet")
    bare = measure(read_corpus(pd.DataFrame({"source": ["Mail"], "text": [MAIL]})), reuse=False)
    assert scale_position(bare).empty
    assert theme_share(bare, resamples=100).empty
    assert pattern_hits(bare).empty


@settings(max_examples=15)
@given(
    st.lists(
        st.sampled_from([MAIL, STAR, "It rained.", "Our friends sign."]), min_size=1, max_size=4
    )
)
def test_other_documents_change_no_share_and_no_position(book, others):
    alone = measured(book, {"Mail": MAIL, "Star": STAR})
    more = measured(book, {"Mail": MAIL, "Star": STAR, "Sun": others})
    for function, options in ((theme_share, {"resamples": 100}), (scale_position, {})):
        one, two = (function(m, **options) for m in (alone, more))
        two = two[two["source"] != "Sun"].reset_index(drop=True)
        pd.testing.assert_frame_equal(one, two.astype(one.dtypes.to_dict()))


def test_from_five_documents_on_documents_are_drawn(book):
    measures = measured(book, {"Mail": [MAIL] * 5, "Star": [STAR] * 2})
    table = theme_share(measures, resamples=100)
    assert row(table, theme="law", source="Mail")["unit"] == "documents"
    assert row(table, theme="law", source="Star")["unit"] == "within these articles"
    assert row(table, theme="water", source="Mail")["share"] == 0.5
    assert row(table, theme="water", source="Mail")["documents"] == 5


def test_groups_may_be_any_column(book):
    table = pd.DataFrame({"source": ["a", "b", "c"], "genre": ["news", "news", "essay"],
                          "text": [MAIL, STAR, STAR]})  # fmt: skip
    measures = measure(read_corpus(table), codebook=book, reuse=False)
    shares = theme_share(measures, by="genre", resamples=100)
    assert row(shares, theme="law", genre="news")["of"] == 9
    assert scale_position(measures, by="genre")["genre"].tolist() == ["essay", "news"]
    assert theme_evidence(measures, "law", by="doc_id")["doc_id"].tolist() == ["1", "2", "3"]
    assert pattern_hits(measures, by="genre").columns.tolist()[-2:] == ["essay", "news"]
    with pytest.raises(ValueError, match="'outlet' is not a column of documents"):
        pattern_hits(measures, by="outlet")


# --- evidence


def test_evidence_leads_to_the_sentences_with_most_hits(measures):
    table = theme_evidence(measures, "water", top_n=2)
    assert table.columns.tolist() == [
        "source", "doc_id", "paragraph", "sentence", "patterns", "hits", "words",
    ]  # fmt: skip
    assert table.values.tolist() == [
        ["Mail", "1", 1, 1, "dam*, river, water", 3, 8],
        ["Mail", "1", 1, 3, "river bank", 1, 4],
    ]


def test_evidence_with_a_corpus_shows_the_passages(book):
    corpus = read_corpus(pd.DataFrame({"source": ["Mail", "Star"], "text": [MAIL, STAR]}))
    measures = measure(corpus, codebook=book, reuse=False)
    table = theme_evidence(measures, "tone/cold", corpus=corpus, top_n=1)
    assert table["passage"].tolist() == [
        "A court met on the river, and our friends trust the friendly foe.",
        "The foe is a threat to us.",
    ]
    every = evidence(measures, corpus, top_n=1)
    assert every["theme"].unique().tolist() == ["water", "law", "tone/warm", "tone/cold"]
    assert evidence(measures, corpus, theme="law")["source"].tolist() == ["Mail", "Star"]
    assert evidence(measures, corpus, top_n=0).empty


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"theme": "fire"}, "theme 'fire' is not in the codebook; choose from .*'tone/cold'"),
        ({"theme": "law", "by": "outlet"}, "by 'outlet' is not a column of documents"),
        ({"theme": "law", "top_n": 0}, "top_n 0 is not a whole number of at least 1"),
        ({"theme": "law", "top_n": 1.5}, "top_n 1.5"),
    ],
)
def test_evidence_of_what_is_not_there(measures, options, message):
    with pytest.raises(ValueError, match=message):
        theme_evidence(measures, **options)


def test_hits_of_each_pattern(measures):
    table = pattern_hits(measures)
    assert table.columns.tolist() == ["theme", "pattern", "hits", "documents", "Mail", "Star"]
    assert table[table["theme"] == "water"].values.tolist() == [
        ["water", "river", 2, 1, 2, 0], ["water", "dam*", 1, 1, 1, 0],
        ["water", "river bank", 1, 1, 1, 0], ["water", "water", 1, 1, 1, 0],
    ]  # fmt: skip
    cold = table[table["theme"] == "tone/cold"]
    assert cold[["pattern", "hits", "documents"]].values.tolist() == [
        ["threat*", 3, 1], ["foe", 2, 2],
    ]  # fmt: skip


def test_sources_without_words_break_nothing(book):
    measures = measured(book, {"Mail": MAIL, "Star": "Home\n\nMenu"})
    assert theme_share(measures, resamples=100)["source"].unique().tolist() == ["Mail"]
    assert scale_position(measures)["source"].tolist() == ["Mail"]
