"""Concordance: a line a hit, so many words of the text, unchanged; and the way to passages."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import corpus_of

from crosscurrents import concordance, measure, not_at_hand, occurrences, read_corpus
from crosscurrents.core.words import words_of
from crosscurrents.passages import COLUMNS, passages, sentence_texts


def lines(text: str, pattern: str, width: int = 2) -> list[list[str]]:
    corpus = corpus_of(("Mail", text))
    return concordance(corpus, pattern, width=width)[["left", "node", "right"]].values.tolist()


REST = "\n\nAnd so the ministers went home to their wives and to their cows, and nobody spoke."


@pytest.mark.parametrize(
    ("text", "pattern", "width", "expected"),
    [
        ("Rain fell on us.", "rain", 2, [["", "Rain", "fell on"]]),
        ("It fell on us.", "us", 2, [["fell on", "us", "."]]),
        # over sentence ends, not over the paragraph
        ("We left. Rain fell.", "rain", 2, [["We left.", "Rain", "fell."]]),
        ("We left.\n\nRain fell. They stayed on.", "rain", 3, [["", "Rain", "fell. They stayed"]]),
        # punctuation kept, white space folded, words and not pieces counted
        ("He said: “Rain,  it fell.”", "rain", 2, [["He said: “", "Rain", ", it fell.”"]]),
        ("So — or so — rain — it fell.", "rain", 2, [["or so —", "rain", "— it fell."]]),
        ("a well—known rain—soaked place.", "rain", 1, [["known", "rain", "—soaked"]]),
        ("so (a) [b] rain (c) [d].", "rain", 1, [["[b]", "rain", "(c)"]]),
        # the node is the whole word or words
        ("of China’s rise.", "china", 1, [["of", "China's", "rise."]]),
        ("the China-Russia pact.", "russia", 1, [["the", "China-Russia", "pact."]]),
        ("bank-to-bank loans.", "bank", 1, [["", "bank-to-bank", "loans."]] * 2),
        ("the Silk Road’s end.", "silk road", 1, [["the", "Silk Road's", "end."]]),
        ("an anti-U.S. act.", "US", 1, [["an", "anti-U.S.", "act."]]),
        ("in the U.S. army.", "US", 1, [["the", "U.S.", "army."]]),
        ("at 90% of it.", "90%", 1, [["at", "90", "% of"]]),
        ("THE RAIN FELL HERE.", "rain", 1, [["THE", "RAIN", "FELL"]]),
        ("Hu (胡锡进), who.", "胡锡进", 1, [["Hu (", "胡锡进", "), who."]]),
        ("Nothing here.", "rain", 1, []),
    ],
)
def test_lines_by_hand(text, pattern, width, expected):
    assert lines(text + REST, pattern, width) == expected


def test_lines_stand_in_text_order_with_their_places():
    star = "It rained. The rain fell all day long on the hills.\n\nRain! We like the rain."
    corpus = corpus_of(("Star", star), ("Mail", "No rain at all."))
    found = concordance(corpus, "rain", width=1)
    assert list(found.columns) == COLUMNS
    assert found[["doc_id", "source", "paragraph", "sentence"]].values.tolist() == [
        ["1", "Star", 1, 2], ["1", "Star", 2, 3], ["1", "Star", 2, 4], ["2", "Mail", 1, 1],
    ]  # fmt: skip
    assert concordance(corpus, "rain", sources=["Mail"])["doc_id"].tolist() == ["2"]
    assert concordance(corpus, "rain", width=1, top_n=2).equals(found.head(2))
    occurrences(corpus, "rain")  # cuts all texts, which stay with the corpus
    assert concordance(corpus, "rain", width=1).equals(found)
    assert concordance(corpus, "rain", sources=["Mail"], top_n=1)["doc_id"].tolist() == ["2"]
    assert len(concordance(corpus, "rain", top_n=9)) == 4
    with pytest.raises(ValueError, match="top_n 0"):
        concordance(corpus, "rain", top_n=0)


def test_no_hit_gives_an_empty_table():
    corpus = corpus_of(("Mail", "It rained."))
    found = concordance(corpus, "snow")
    assert list(found.columns) == COLUMNS
    assert found.empty


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(["rain", "Rain,", "“rain”", "fell.", "—", "a-rain", "us"]), min_size=1
    ),
    st.integers(1, 9),
)
def test_every_line_holds_so_many_words_of_the_text(pieces, width):
    text = " ".join(pieces) + " indeed."
    corpus = corpus_of(("Mail", text + REST))
    words = [w.spelled for p in text.split() for w in words_of(p)[0]]
    paragraph = corpus.paragraphs("1")[0]
    hits = [i for i, w in enumerate(words) for part in w.split("-") if part.lower() == "rain"]
    found = concordance(corpus, "rain", width=width)
    assert len(found) == len(hits)
    for i, (left, node, right) in zip(hits, found[["left", "node", "right"]].values.tolist()):
        assert node == words[i]
        count = [len([w for p in t.split() for w in words_of(p)[0]]) for t in (left, right)]
        assert count == [min(i, width), min(len(words) - i - 1, width)]
        whole = left + node + right
        assert "".join(whole.split()) in "".join(paragraph.split())


def test_sentences_are_numbered_as_measures_number_them(own):
    corpus = read_corpus(own)
    documents = measure(corpus, reuse=False).documents
    for doc_id, number in zip(documents["doc_id"], documents["sentences"]):
        assert len(sentence_texts(corpus, doc_id)) == number


def test_concordance_and_themes_count_the_same(own, tmp_path):
    (tmp_path / "book.yml").write_text("themes: {water: [water, river*, dam]}", encoding="utf-8")
    corpus = read_corpus(own)
    themes = measure(corpus, codebook=tmp_path / "book.yml", reuse=False).themes
    for pattern in ("water", "river*", "dam"):
        mine = concordance(corpus, pattern)
        theirs = themes[themes["pattern"] == pattern]
        assert len(mine) == theirs["count"].sum()
        place = ["doc_id", "paragraph", "sentence"]
        counted = mine.groupby(place).size()
        assert counted.to_dict() == theirs.set_index(place)["count"].to_dict()


def test_passages_are_the_sentences_of_a_place(own):
    corpus = read_corpus(own)
    places = pd.DataFrame({"doc_id": ["courier-04", "herald-03"], "sentence": [2, 1]})
    found = passages(corpus, places)
    assert found["passage"].tolist() == [
        "By noon half the town had voted.",
        "I have walked along the Talvar since I was a boy.",
    ]
    assert list(places.columns) == ["doc_id", "sentence"]


def test_the_table_says_once_which_texts_are_not_at_hand(own):
    corpus = read_corpus(own)
    documents = corpus.documents.assign(at_hand=corpus.documents["doc_id"] != "ferry-01")
    absent = replace(corpus, documents=documents)
    places = pd.DataFrame({"doc_id": ["ferry-01", "nowhere"], "sentence": [1, 1]})
    table = passages(absent, places)
    assert table["passage"].tolist() == ["", ""]
    where = "corpus/texts"
    assert not_at_hand(corpus) == []
    assert not_at_hand(absent)[0].endswith(f": put ferry-01.txt into {where}.")
    none = replace(corpus, documents=corpus.documents.assign(at_hand=False))
    assert f" and {len(documents) - 3} more into {where}." in not_at_hand(none)[0]
    assert not_at_hand(replace(none, path=None))[0].endswith(" more.")
    assert "ferry-01" not in concordance(absent, "river")["doc_id"].tolist()
