"""The table side by side, on texts that can be read at a glance."""

import re

import pandas as pd
import pytest

import crosscurrents as cc
from crosscurrents.display import table_html

BOOK = """
title: Should the dam be built?
themes:
  water: {patterns: [river, rain]}
  money: {patterns: [price, loan]}
scales:
  support:
    poles:
      for: [good, useful]
      against: [bad, useless]
"""
MAIL = "The river is a good and useful friend of the town that we live in. A good river it is."
STAR = "The price of the dam is bad. A loan is bad for all of us who live in the valley here."


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "codebook.yml"
    path.write_text(BOOK, encoding="utf-8")
    rows = [("Mail", "Good <river>", "2019", MAIL), ("Star", "Bad dam", "2021-05", STAR)]
    texts = cc.read_corpus(pd.DataFrame(rows, columns=["source", "title", "date", "text"]))
    return cc.Comparison(cc.measure(texts, codebook=path), corpus=texts, resamples=100)


@pytest.fixture(scope="module")
def table(compared):
    scale, contrast = cc.scale_position(compared), cc.theme_contrast(compared)
    words = cc.keyness_by_source(compared, min_count=1)
    return cc.side_by_side(compared, scale=scale, contrast=contrast, words=words)


def test_a_row_for_each_source_with_its_facts(table):
    rows = table.set_index("source").to_dict("index")
    assert list(rows) == ["Mail", "Star"]  # from the near pole on
    assert rows["Mail"]["articles"] == "Good <river>, 2019"
    assert rows["Mail"]["words"] == 20
    assert rows["Mail"]["covers_more"] == "water (100%; 0% in the rest)"  # two of its two sentences
    assert rows["Star"]["covers_more"] == "money (100%; 0% in the rest)"


def test_the_sentence_has_most_matches_of_the_pole_that_the_source_leans_to(table):
    rows = table.set_index("source")["example"]
    assert rows["Mail"].startswith("The river is a good and useful friend")
    assert rows["Star"] == "A loan is bad for all of us who live in the valley here."
    assert "<mark>good</mark>" in rows["Mail"].__html__()


def test_one_article_a_source_is_described_and_not_called_distinctive(table):
    assert "distinctive_words" not in table
    assert "“river”" in table.set_index("source").loc["Mail", "characteristic_words"]


def test_a_position_is_drawn_on_one_axis_with_zero_in_the_middle(table):
    markup = table_html(table)
    drawings = re.findall(r"<svg.*?</svg>", markup)
    assert len(drawings) == 2
    mail, star = (float(re.search(r'cx="([\d.]+)"', d)[1]) for d in drawings)
    width = float(re.search(r'width="(\d+)"', drawings[0])[1])
    # ln(3.5 / 0.5) to the right, ln(0.5 / 2.5) to the left of the middle.
    assert (mail - width / 2) / (width / 2 - star) == pytest.approx(1.9459 / 1.6094, rel=0.01)
    assert all('role="img" aria-label="' in d and f"M{width / 2} 2V24" in d for d in drawings)
    assert "←\xa0against | for\xa0→" in markup
    assert "&lt;river&gt;" in markup and "<river>" not in markup


def test_the_csv_has_words_in_place_of_drawings(table):
    text = table.to_csv(index=False)
    assert "<svg" not in text and "+1.95" in text


def test_without_codebook_and_texts_there_are_fewer_columns():
    texts = cc.read_corpus(pd.DataFrame({"source": ["Mail", "Star"], "text": [MAIL, STAR]}))
    compared = cc.Comparison(cc.measure(texts), resamples=100)
    empty = cc.scale_position(compared), cc.theme_contrast(compared)
    found = cc.side_by_side(
        compared, scale=empty[0], contrast=empty[1], words=cc.keyness_by_source(compared)
    )
    assert not {"position", "covers_more", "example"} & set(found)
    assert cc.position_note(empty[0]) == ""
