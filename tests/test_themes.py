"""Shares of themes, positions on scales and the passages behind them, worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import corpus_folder, measured, row

from crosscurrents import (
    Comparison,
    evidence,
    measure,
    not_at_hand,
    pattern_matches,
    read_codebook,
    read_corpus,
    scale_position,
    theme_share,
)
from crosscurrents.themes import theme_names

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
CATALOGUE = "doc_id,source,file\na,Mail,a.txt\n"
STAR = "The foe is a threat to us. Threats and threats again. The treaty holds."


def of_sources(book, texts: dict[str, str | list[str]]):
    """Measures of texts by source."""
    rows = [
        (source, text)
        for source, many in texts.items()
        for text in ([many] if isinstance(many, str) else many)
    ]
    return measured(book, *rows)


@pytest.fixture(scope="module")
def measures(book):
    return of_sources(book, {"Mail": MAIL, "Star": STAR})


def test_share_of_sentences_and_of_words(measures):
    table = theme_share(measures, resamples=100)
    assert table.columns.tolist() == [
        "theme", "source", "sentences", "of", "share", "low", "high", "words", "of_words",
        "word_share", "word_low", "word_high", "docfreq", "documents", "unit", "p", "p_adjusted",
        "tests",
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
    assert mail["word_low"] < mail["word_share"] < mail["word_high"]


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
        "documents", "unit", "p", "p_adjusted", "tests",
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
    table = scale_position(of_sources(book, {"Mail": "It rained.", "Star": STAR}))
    mail = row(table, source="Mail")
    assert (mail["positive"], mail["negative"]) == (0, 0)
    assert np.isnan(mail["position"])
    assert np.isnan(mail["se"])


def test_without_a_codebook_tables_are_empty():
    bare = measure(read_corpus(pd.DataFrame({"source": ["Mail"], "text": [MAIL]})), reuse=False)
    assert scale_position(bare).empty
    assert theme_share(bare, resamples=100).empty
    assert pattern_matches(bare).empty


@settings(max_examples=15)
@given(
    st.lists(
        st.sampled_from([MAIL, STAR, "It rained.", "Our friends sign."]), min_size=1, max_size=4
    )
)
def test_other_documents_change_no_share_and_no_position(book, others):
    alone = of_sources(book, {"Mail": MAIL, "Star": STAR})
    more = of_sources(book, {"Mail": MAIL, "Star": STAR, "Sun": others})
    for function in (theme_share, scale_position):
        one, two = (function(m, resamples=100) for m in (alone, more))
        two = two[two["source"] != "Sun"].reset_index(drop=True)
        pd.testing.assert_frame_equal(one, two.astype(one.dtypes.to_dict()))


def test_from_five_documents_on_documents_are_drawn(book):
    measures = of_sources(book, {"Mail": [MAIL] * 5, "Star": [STAR] * 2})
    table = theme_share(measures, resamples=100)
    assert row(table, theme="law", source="Mail")["unit"] == "documents"
    assert row(table, theme="law", source="Star")["unit"] == "within these articles"
    assert row(table, theme="water", source="Mail")["share"] == 0.5
    assert row(table, theme="water", source="Mail")["documents"] == 5


# --- evidence


def test_evidence_leads_to_the_sentences_with_most_hits(measures):
    table = evidence(measures, theme="water", top_n=2)
    assert table.columns.tolist() == [
        "theme", "source", "doc_id", "paragraph", "sentence", "patterns", "matches", "words",
    ]  # fmt: skip
    assert table.values.tolist() == [
        ["water", "Mail", "1", 1, 1, "dam*, river, water", 3, 8],
        ["water", "Mail", "1", 1, 3, "river bank", 1, 4],
    ]


def test_evidence_with_a_corpus_shows_the_passages(book):
    corpus = read_corpus(pd.DataFrame({"source": ["Mail", "Star"], "text": [MAIL, STAR]}))
    measures = measure(corpus, codebook=book, reuse=False)
    table = evidence(Comparison(measures, corpus=corpus), theme="tone/cold", top_n=1)
    assert table["passage"].tolist() == [
        "A court met on the river, and our friends trust the friendly foe.",
        "The foe is a threat to us.",
    ]
    every = evidence(Comparison(measures, corpus=corpus), top_n=1)
    assert every["theme"].unique().tolist() == ["water", "law", "tone/warm", "tone/cold"]
    assert evidence(Comparison(measures, corpus=corpus), theme="law")["source"].tolist() == [
        "Mail",
        "Star",
    ]
    assert evidence(Comparison(measures, corpus=corpus), top_n=0).empty


def test_matches_of_each_pattern(measures):
    table = pattern_matches(measures)
    assert table.columns.tolist() == ["theme", "pattern", "source", "matches", "documents"]
    assert table[table["theme"] == "water"].values.tolist() == [
        ["water", "river", "Mail", 2, 1], ["water", "dam*", "Mail", 1, 1],
        ["water", "river bank", "Mail", 1, 1], ["water", "water", "Mail", 1, 1],
    ]  # fmt: skip
    cold = table[table["theme"] == "tone/cold"]
    assert cold[["pattern", "source", "matches", "documents"]].values.tolist() == [
        ["threat*", "Star", 3, 1], ["foe", "Mail", 1, 1], ["foe", "Star", 1, 1],
    ]  # fmt: skip


def test_sources_without_words_break_nothing(book):
    measures = of_sources(book, {"Mail": MAIL, "Star": "Home\n\nMenu"})
    assert theme_share(measures, resamples=100)["source"].unique().tolist() == ["Mail"]
    assert scale_position(measures)["source"].tolist() == ["Mail"]


# --- best first, marks, places


def test_most_different_patterns_come_before_most_hits(book):
    text = "The river, the river and the river. A dam leaked water. Water."
    table = evidence(of_sources(book, {"Mail": text}), theme="water")
    assert table[["sentence", "patterns", "matches"]].values.tolist() == [
        [2, "dam*, water", 2], [1, "river", 3], [3, "water", 1],
    ]  # fmt: skip


def test_what_matched_is_marked_and_all_else_escaped(tmp_path):
    text = "A river bank < a pond &  a water colour by the dam-builders.\n\nTHE DAM.\n"
    corpus = read_corpus(corpus_folder(tmp_path / "a", {"a": text}))
    (tmp_path / "codebook.yml").write_text(BOOK, encoding="utf-8")
    measures = measure(corpus, codebook=tmp_path / "codebook.yml", reuse=False)
    table = evidence(Comparison(measures, corpus=corpus), theme="water", by="doc_id")
    passage = table["passage"].iloc[0]
    assert passage == "A river bank < a pond & a water colour by the dam-builders."
    # Here the codebook is not the folder's own: what hit is known, and what is left out is not.
    assert passage.__html__() == (
        "A <mark>river bank</mark> &lt; a pond &amp; a water colour by the "
        "<mark>dam-builders</mark>."
    )
    assert table["passage"].iloc[1].__html__() == "THE <mark>DAM</mark>."


def test_a_corpus_with_its_own_codebook_marks_no_exclusion(tmp_path):
    texts = {"a": "Water is no water colour.\n"}
    corpus = read_corpus(corpus_folder(tmp_path / "corpus", texts, BOOK, CATALOGUE))
    measures = measure(corpus, reuse=False)
    (passage,) = evidence(Comparison(measures, corpus=corpus), theme="water")["passage"]
    assert passage.__html__() == "<mark>Water</mark> is no water colour."
    (corpus.path / "codebook.yml").write_text("themes: nonsense")  # spoilt since
    (passage,) = evidence(Comparison(measures, corpus=corpus), theme="water")["passage"]
    assert passage.__html__() == "<mark>Water</mark> is no <mark>water</mark> colour."


def test_where_a_text_is_not_at_hand_the_file_and_its_folder_are_named(tmp_path):
    path = corpus_folder(tmp_path / "press", {"a": "The river rose.\n"}, BOOK, CATALOGUE)
    corpus = read_corpus(path)
    measure(corpus, reuse=False).save(path / "measures")
    digest = corpus.documents["sha256"].iloc[0]
    catalogue = f"doc_id,source,file,sha256\na,Mail,a.txt,{digest}\n"
    (path / "catalogue.csv").write_text(catalogue, encoding="utf-8")
    (path / "texts" / "a.txt").unlink()
    corpus = read_corpus(path)
    table = evidence(measure(corpus), theme="water", corpus=corpus)
    assert table[["doc_id", "paragraph", "sentence"]].values.tolist() == [["a", 1, 1]]
    assert table["passage"].tolist() == [""]
    assert not_at_hand(corpus) == [
        "The text of 1 article is not available, so passages are missing: put a.txt into "
        "press/texts."
    ]


def test_passages_of_a_source_without_a_name_of_the_group_are_left_out(measures):
    measures = measures.of(measures.documents)
    measures.documents["desk"] = pd.array([None, "city"], dtype="str")
    table = evidence(measures, theme="law", by="desk")
    assert table[["desk", "doc_id"]].values.tolist() == [["city", "2"]]


# --- a plain reference, and what must not matter


def plain_shares(texts: dict[str, str], patterns: dict[str, str]) -> dict:
    """Shares of sentences by a regular expression a theme, with nothing of ours but the rules."""
    import re

    found = {}
    for source, text in texts.items():
        sentences = [s for s in re.split(r"(?<=[.]) +|\n\n", text) if s]
        for theme, pattern in patterns.items():
            hits = sum(bool(re.search(pattern, s, re.I)) for s in sentences)
            found[theme, source] = (hits, len(sentences))
    return found


WORDS = ["river", "dam", "dams", "treaty", "court", "damp", "trust", "nobody", "slept"]
SENTENCES = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), min_size=1)


@settings(max_examples=25)
@given(SENTENCES, SENTENCES)
def test_shares_equal_a_plain_reference(tmp_path_factory, mail, star):
    texts = {
        name: " ".join(f"{' '.join(words).capitalize()}." for words in sentences)
        for name, sentences in (("Mail", mail), ("Star", star))
    }
    path = tmp_path_factory.mktemp("plain") / "codebook.yml"
    path.write_text("themes: {water: [river, dam*], law: [treaty, court]}", encoding="utf-8")
    table = theme_share(of_sources(read_codebook(path), texts), resamples=100)
    found = {(r["theme"], r["source"]): (r["sentences"], r["of"]) for r in table.to_dict("records")}
    assert found == plain_shares(texts, {"water": r"\b(river\b|dam)", "law": r"\b(treaty|court)\b"})
