"""Copies: found, named, and left out on request, so that they cannot make anything look certain."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import made
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import crosscurrents as cc
from crosscurrents.overview import copies_findings, jaccard, shingles

WORDS = "rain snow hail wind hill river dam road mill farm door week year house town bridge".split()


def article(number: int, words: int = 200) -> str:
    chance = random.Random(number)
    text = [chance.choice(WORDS) + chance.choice(["", "s", "y", "er"]) for _ in range(words)]
    return " ".join(text).capitalize() + "."


def corpus_of(*rows):
    return made.corpus_of(*rows, columns=["source", "text", "date"])


def changed(text: str, number: int) -> str:
    """Other words at the end: the last `number` of them."""
    return " ".join([*text.split()[:-number], *(f"other{k}" for k in range(number))])


def test_jaccard_by_hand():
    """Of 12 words in a row, and the same with the last replaced: 7 shared runs of 9."""
    one = shingles("a1 b1 c1 d1 e1 f1 g1 h1 i1 j1 k1 l1")
    other = shingles("a1 b1 c1 d1 e1 f1 g1 h1 i1 j1 k1 m1")
    assert (len(one), len(other)) == (8, 8)
    assert jaccard(one, other) == 7 / 9
    assert len(shingles("only four words here")) == 1
    assert len(shingles("")) == 0


@given(
    st.lists(st.sampled_from("abcdefg"), max_size=40),
    st.lists(st.sampled_from("abcdefg"), max_size=40),
)
def test_jaccard_equals_that_of_sets(one, other):
    """Against Python's sets of five words in a row."""
    one, other = [f"{w}x" for w in one], [f"{w}x" for w in other]

    def runs(words):
        size = min(5, len(words))
        return (
            {tuple(words[k : k + size]) for k in range(len(words) - size + 1)} if words else set()
        )

    both, either = runs(one) & runs(other), runs(one) | runs(other)
    found = jaccard(shingles(" ".join(one)), shingles(" ".join(other)))
    assert found == pytest.approx(len(both) / max(len(either), 1))


def test_exact_near_and_syndicated():
    first, second = article(1), article(2)
    corpus = corpus_of(
        ("Mail", first, "2024-01-02"), ("Star", first, "2024-01-01"), ("Star", first, ""),
        ("Mail", second, "2024-01-03"), ("Mail", changed(second, 10), "2024-01-04"),
        ("Mail", changed(second, 60), "2024-01-05"), ("Sun", article(3), "2024-01-06"),
    )  # fmt: skip
    table = cc.copies(corpus)
    assert table[["doc_id", "copy_of", "kind"]].values.tolist() == [
        ["1", "2", "syndicated"], ["5", "4", "near"], ["3", "2", "exact"],
    ]  # fmt: skip
    assert table["jaccard"].iloc[0] == 1
    assert 0.8 <= table["jaccard"].iloc[1] < 1
    assert cc.copies(corpus_of(("Mail", first, ""), ("Star", second, ""))).empty


def test_pairs_on_both_sides_of_the_threshold_are_told_apart():
    """196 runs each; the last n words replaced, with n runs more lost: (196 - n) / (196 + n)."""
    for number, share in ((20, 176 / 216), (24, 172 / 220)):
        rows = []
        for k in range(15):
            text = article(100 * number + k)
            rows += [("Mail", text, ""), ("Star", changed(text, number), "")]
        table = cc.copies(corpus_of(*rows))
        assert len(table) == (15 if share >= 0.8 else 0)
        if share >= 0.8:
            assert table["jaccard"].tolist() == pytest.approx([share] * 15, abs=0.01)


def test_a_copy_of_a_copy_is_none_of_the_original():
    """Each is compared with originals only, so a chain of small changes does not swallow all."""
    first = article(1)
    chain = [first, changed(first, 16), changed(first, 32)]
    table = cc.copies(
        corpus_of(*(("Mail", text, f"2024-01-0{k}") for k, text in enumerate(chain, 1)))
    )
    assert table[["doc_id", "copy_of"]].values.tolist() == [["2", "1"]]


def repeated():
    rows = [(source, article(10 * (source == "Mail") + k), f"2024-01-{k + 1:02}")
            for source in ("Mail", "Star") for k in range(10)]  # fmt: skip
    return rows, corpus_of(*(rows + [row for row in rows if row[0] == "Mail"] * 3))


def test_copies_do_not_shrink_an_interval_unnoticed():
    """Case C33: ten articles four times give no new evidence."""
    rows, corpus = repeated()
    measures, plain = cc.measure(corpus), cc.measure(corpus_of(*rows))
    said = copies_findings(cc.Comparison(measures, corpus=corpus))
    assert len(said) == 1
    assert said[0].startswith("30 of 50 articles are exact copies of others: ")
    assert "makes intervals too narrow" in said[0]
    first = cc.choose_copies(measures, corpus, "first")
    assert first.documents["words"].tolist() == plain.documents["words"].tolist()
    said = copies_findings(cc.Comparison(first, corpus=corpus))
    assert said == [
        "30 of 50 articles are copies of others and are left out (Mail: 10 articles instead of 40)."
    ]
    one = first.again(first.documents, first.record | {"copies": {
        "left_out": 1, "documents": 3, "sources": {"Mail": [1, 2]},
    }})  # fmt: skip
    assert copies_findings(cc.Comparison(one, corpus=corpus)) == [
        "1 of 3 articles is a copy of another and is left out (Mail: 1 article instead of 2)."
    ]
    assert any("copies" in line for line in cc.cautions(cc.Comparison(measures, corpus=corpus)))
    assert any(
        "copies" in line for line in cc.corpus_findings(cc.Comparison(measures, corpus=corpus))
    )


def test_without_the_copies_numbers_are_those_of_the_ten_articles():
    rows, corpus = repeated()
    first = cc.Comparison(cc.choose_copies(cc.measure(corpus), corpus, "first"))
    plain = cc.Comparison(cc.measure(corpus_of(*rows)))
    pd.testing.assert_frame_equal(cc.keyness_by_source(first), cc.keyness_by_source(plain))


def test_a_source_of_nothing_but_copies_is_gone_and_named():
    corpus = corpus_of(("Mail", article(1), ""), ("Star", article(1), ""), ("Sun", article(2), ""))
    measures = cc.choose_copies(cc.measure(corpus), corpus, "first")
    assert measures.documents["source"].tolist() == ["Mail", "Sun"]
    said = copies_findings(cc.Comparison(measures, corpus=corpus))
    assert said[0].endswith("(Star: 0 articles instead of 1).")


def test_by_default_copies_are_kept():
    _, corpus = repeated()
    measures = cc.measure(corpus)
    assert cc.choose_copies(measures, corpus) is measures


def test_without_the_texts_exact_copies_are_found():
    _, corpus = repeated()
    table = cc.copies(cc.measure(corpus))
    assert len(table) == 30


def test_copies_are_looked_for_once(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSCURRENTS_CACHE", str(tmp_path))
    _, corpus = repeated()
    found = cc.copies(corpus)
    monkeypatch.setattr(sys.modules["crosscurrents.overview"], "_copies", None)
    pd.testing.assert_frame_equal(cc.copies(corpus), found)


def test_a_wire_story_that_two_papers_end_in_their_own_words():
    """It is syndicated until one of them adds enough of its own."""
    corpus = cc.read_corpus(Path(__file__).parents[1] / "seeds" / "harbour")
    cargo, courier = (d for d in corpus.documents["doc_id"] if "storm-wire" in d)
    assert jaccard(*(shingles(corpus.text(d)) for d in (cargo, courier))) > 0.8
    assert cc.copies(corpus)[["doc_id", "copy_of", "kind"]].values.tolist() == [
        [courier, cargo, "syndicated"]
    ]
    own = "The quay has been shut since, and nobody at the office would say how long it will be. "
    tables = [{"source": "Cargo", "text": corpus.text(cargo)}]
    text = corpus.text(courier) + own + own.replace("quay", "pier")
    tables += [{"source": "Courier", "text": text}]
    longer = cc.read_corpus(pd.DataFrame(tables))
    assert jaccard(*map(shingles, (row["text"] for row in tables))) < 0.8
    assert cc.copies(longer).empty
