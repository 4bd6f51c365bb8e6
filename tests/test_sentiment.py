"""Sentiment tables from small measures whose numbers are worked out by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosscurrents.intervals import bootstrap_ratio
from crosscurrents.sentiment import (
    sentiment,
    sentiment_course,
    sentiment_drivers,
    sentiment_passages,
)

TABLES = [sentiment, sentiment_course, sentiment_drivers, sentiment_passages]


def measures(sentences, words=(), sources=None, **columns):
    """Of sentences (doc_id, paragraph, words, score, coverage) and words (doc_id, term, count)."""
    rows = pd.DataFrame(
        sentences, columns=["doc_id", "paragraph", "words", "vader", "vader_coverage"]
    ).astype({"doc_id": "str", "paragraph": int, "words": int, "vader": float})
    rows["sentence"] = rows.groupby("doc_id").cumcount() + 1
    terms = pd.DataFrame(words, columns=["doc_id", "term", "count"]).assign(paragraph=1, n=1)
    sources = sources or {
        d: d.split("-")[0] for d in dict.fromkeys([*rows["doc_id"], *terms["doc_id"]])
    }
    documents = pd.DataFrame(
        {"doc_id": list(sources), "source": list(sources.values())}, dtype="str"
    )
    total = (
        rows.groupby("doc_id")["words"].sum()
        if len(rows)
        else terms.groupby("doc_id")["count"].sum()
    )
    documents["words"] = documents["doc_id"].map(total).fillna(0).astype(int)
    return SimpleNamespace(
        documents=documents.assign(**columns), terms=terms, sentences=rows, themes=None, record={}
    )


# Source A: one document of two paragraphs; source B: two documents; source C: one without words.
SMALL = measures(
    [
        ("A-1", 1, 10, 0.5, 0.2), ("A-1", 1, 10, 0.1, 0.1), ("A-1", 2, 20, -0.3, 0.0),
        ("B-1", 1, 5, 0.05, 0.4), ("B-1", 2, 5, -0.05, 0.2), ("B-2", 1, 10, 0.04, 0.1),
    ],
    sources={"A-1": "A", "B-1": "B", "B-2": "B", "C-1": "C"},
)  # fmt: skip


def test_means_shares_and_coverage_by_hand():
    table = sentiment(SMALL).set_index("source")
    assert table.index.tolist() == ["A", "B", "C"]
    assert table["documents"].tolist() == [1, 2, 1]
    assert table["sentences"].tolist() == [3, 3, 0]
    assert table["words"].tolist() == [40, 20, 0]
    # A: (0.5 + 0.1 - 0.3) / 3; deviations 0.4, 0, -0.4: sd = sqrt(0.32 / 2) = 0.4.
    a = table.loc["A"]
    assert (a["mean"], a["sd"]) == pytest.approx((0.1, 0.4))
    # Coverage by words: (10 x 0.2 + 10 x 0.1 + 0) / 40.
    assert a["coverage"] == pytest.approx(3 / 40)
    assert a[["positive", "neutral", "negative"]].tolist() == pytest.approx([2 / 3, 0, 1 / 3])
    # B: the thresholds belong to positive and negative.
    b = table.loc["B", ["positive", "neutral", "negative"]]
    assert b.tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3])
    assert table.loc["C"].drop(["documents", "sentences", "words", "unit"]).isna().all()
    assert table["unit"].tolist() == ["within this article", "within these articles", ""]


def test_interval_draws_paragraphs_of_one_article():
    # A's paragraphs: sums 0.6 of two sentences, -0.3 of one.
    table = sentiment(SMALL, level=0.9, resamples=200, seed=3).set_index("source")
    _, low, high = bootstrap_ratio([0.6, -0.3], [2, 1], level=0.9, resamples=200, seed=3)
    assert table.loc["A", ["low", "high"]].tolist() == pytest.approx([low, high])
    assert low < 0.1 < high


def test_interval_draws_documents_where_there_are_five():
    scores = [0.4, 0.2, -0.1, 0.3, 0.0]
    rows = [(f"A-{i}", p, 8, s, 0.1) for i, s in enumerate(scores) for p in (1, 2)]
    table = sentiment(measures(rows))
    _, low, high = bootstrap_ratio([2 * s for s in scores], [2] * 5)
    assert table.loc[0, ["low", "high"]].tolist() == pytest.approx([low, high])
    assert table.loc[0, "unit"] == "documents"


def test_a_source_of_one_sentence_has_a_mean_and_no_interval():
    table = sentiment(measures([("A-1", 1, 4, 0.3, 0.5)]))
    assert table.loc[0, "mean"] == 0.3
    assert table.loc[0, ["low", "high", "sd"]].isna().all()


def test_interval_is_wider_where_sentences_clump():
    """Sentences of a document alike: the interval is that of documents, not of sentences."""
    rng = np.random.default_rng(1)
    tone = rng.normal(0, 0.3, 12)
    clumped = measures([(f"A-{d}", 1, 9, tone[d], 0.1) for d in range(12) for _ in range(20)])
    mixed = measures([(f"A-{d}", 1, 9, t, 0.1) for d in range(12) for t in rng.choice(tone, 20)])
    widths = [(t["high"] - t["low"])[0] for t in map(sentiment, (clumped, mixed))]
    assert widths[0] > 2.5 * widths[1]  # sqrt(20) = 4.5 in expectation


def test_course_by_hand():
    # Middles of A's sentences: 5, 15 and 30 of 40 words; of B-1's: 2.5 and 7.5 of 10; of B-2's 5.
    table = sentiment_course(SMALL, bins=4)
    assert table.columns.tolist() == ["source", "bin", "documents", "sentences", "mean"]
    a, b, c = (part for _, part in table.groupby("source"))
    assert a["sentences"].tolist() == [1, 1, 0, 1]
    assert a["mean"].tolist() == pytest.approx([0.5, 0.1, np.nan, -0.3], nan_ok=True)
    assert b["sentences"].tolist() == [0, 1, 1, 1]
    assert b["documents"].tolist() == [0, 1, 1, 1]
    assert c["sentences"].sum() == 0
    assert table["bin"].tolist() == [1, 2, 3, 4] * 3
    whole = sentiment_course(SMALL, bins=1).set_index("source")["mean"]
    assert whole["A"] == pytest.approx(0.1)


WORDS = measures(
    [],
    [("A-1", "good", 3), ("A-1", "bad", 2), ("A-1", "river", 95), ("A-1", "US", 5),
     ("B-1", "good", 1), ("B-1", "river", 9), ("C-1", "river", 4)],
)  # fmt: skip


def test_drivers_by_hand():
    # good 1.9, bad -2.5: 3 x 1.9 = 5.7 and 2 x -2.5 = -5 of 10.7.
    table = sentiment_drivers(WORDS)
    assert table["source"].tolist() == ["A", "A", "B"]
    assert table["term"].tolist() == ["good", "bad", "good"]
    assert table["contribution"].tolist() == pytest.approx([5.7 / 10.7, -5 / 10.7, 1])
    assert table["value"].tolist() == pytest.approx([5.7, -5, 1.9])
    assert table["words"].tolist() == [105, 105, 10]
    assert table[["mean", "mean_without"]].isna().all(axis=None)  # sentences are not known
    top = sentiment_drivers(WORDS, top_n=1).set_index("source")
    assert top["term"].tolist() == ["good", "good"]


def test_drivers_with_a_lexicon_of_ones_own(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("term,score\nriver,-1\n")
    assert sentiment_drivers(WORDS, lexicon=path)["count"].tolist() == [95, 9, 4]


def test_passages_by_hand():
    table = sentiment_passages(SMALL, top_n=1)
    assert table.columns.tolist() == [
        "source", "tone", "doc_id", "paragraph", "sentence", "words", "score"
    ]  # fmt: skip
    assert table[["source", "tone", "sentence", "score"]].to_numpy().tolist() == [
        ["A", "positive", 1, 0.5], ["A", "negative", 3, -0.3],
        ["B", "positive", 1, 0.05], ["B", "negative", 2, -0.05],
    ]  # fmt: skip
    assert len(sentiment_passages(SMALL, top_n=9)) == 5  # 0.04 is neither


def test_passages_of_equal_score_stand_in_their_order():
    table = sentiment_passages(measures([("A-2", 1, 5, 0.5, 0.1)] * 3 + [("A-1", 1, 5, 0.5, 0.1)]))
    assert table[["doc_id", "sentence"]].to_numpy().tolist() == [["A-1", 1], ["A-2", 1], ["A-2", 2]]


@pytest.mark.parametrize("table", TABLES)
def test_groups_by_any_column(table):
    by_genre = measures(
        [("A-1", 1, 9, 0.5, 0.1), ("B-1", 1, 9, -0.5, 0.1)],
        [("A-1", "good", 9), ("B-1", "bad", 9)],
        genre=["essay", None],
    )
    assert table(by_genre, by="genre")["genre"].unique().tolist() == ["essay"]
    assert table(by_genre, by="doc_id")["doc_id"].unique().tolist() == ["A-1", "B-1"]


@pytest.mark.parametrize("table", TABLES)
def test_empty_measures_give_an_empty_table_with_the_columns(table):
    empty = table(measures([], sources={}))
    full = table(measures([("A-1", 1, 9, 0.5, 0.1)], [("A-1", "good", 9)]))
    assert empty.empty
    assert empty.columns.tolist() == full.columns.tolist()


@pytest.mark.parametrize("table", TABLES)
def test_measures_without_a_word(table):
    assert table(measures([], sources={"A-1": "A"}))["source"].isin(["A"]).all()


@pytest.mark.parametrize("table", TABLES)
def test_arguments_stay_as_they_are(table):
    given_ = measures([("A-1", 1, 9, 0.5, 0.1)], [("A-1", "good", 9)])
    before = [given_.documents.copy(), given_.sentences.copy(), given_.terms.copy()]
    table(given_)
    for one, other in zip(before, (given_.documents, given_.sentences, given_.terms), strict=True):
        pd.testing.assert_frame_equal(one, other)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["A-1", "A-2", "B-1"]), st.integers(1, 3), st.integers(1, 30),
            st.floats(-1, 1), st.floats(0, 1),
        ),
        min_size=1,
    )
)  # fmt: skip
def test_laws(rows):
    tables = measures(sorted(rows, key=lambda r: (r[0], r[1])))
    table = sentiment(tables, resamples=100)
    assert np.allclose(table[["positive", "neutral", "negative"]].sum(axis=1), 1)
    assert table["sentences"].sum() == len(rows)
    inside = table["low"].isna() | table["low"].between(-1, table["high"])
    assert inside.all()
    course = sentiment_course(tables)
    assert course["sentences"].sum() == len(rows)
    weighted = (course["mean"].fillna(0) * course["sentences"]).groupby(course["source"]).sum()
    assert np.allclose(
        weighted, table.set_index("source")["mean"] * table.set_index("source")["sentences"]
    )


@pytest.mark.parametrize("table", TABLES)
def test_refuses_an_unknown_column(table):
    with pytest.raises(ValueError, match=r"by 'outlet' is not a column of documents; choose from"):
        table(SMALL, by="outlet")


@pytest.mark.parametrize("table", [sentiment, sentiment_course, sentiment_passages])
def test_refuses_a_lexicon_that_scored_nothing(table):
    with pytest.raises(ValueError, match=r"lexicon 'afinn' did not .*choose from \['vader'\]"):
        table(SMALL, lexicon="afinn")


def test_refuses_options_out_of_range():
    with pytest.raises(ValueError, match=r"level 95 is not between 0 and 1"):
        sentiment(SMALL, level=95)
    for number in (0, -1, 2.5, True, "10", None):
        with pytest.raises(ValueError, match=r"bins .* is not a whole number of at least 1"):
            sentiment_course(SMALL, bins=number)
        with pytest.raises(ValueError, match=r"top_n .* is not a whole number of at least 1"):
            sentiment_drivers(SMALL, top_n=number)
        with pytest.raises(ValueError, match=r"top_n .* is not a whole number of at least 1"):
            sentiment_passages(SMALL, top_n=number)
    with pytest.raises(ValueError, match="lexicon 'afin' is neither a known lexicon nor a file"):
        sentiment_drivers(SMALL, lexicon="afin")


def test_intervals_cover_the_true_mean():
    """Sentences clumped within documents, of a mean of 0.1: 95% intervals hold it in about 95%."""
    rng, runs, held = np.random.default_rng(11), 200, 0
    for _ in range(runs):
        tone = np.clip(0.1 + rng.normal(0, 0.15, 15), -0.6, 0.8)
        size = rng.integers(5, 25, 15)
        score = np.repeat(tone, size) + rng.uniform(-0.2, 0.2, size.sum())
        names = np.repeat([f"A-{d}" for d in range(15)], size)
        rows = [(name, 1, 9, s, 0.1) for name, s in zip(names, score)]
        table = sentiment(measures(rows), resamples=200)
        held += table.loc[0, "low"] <= 0.1 <= table.loc[0, "high"]
    assert 0.90 <= held / runs <= 0.99


def test_limits_of_a_few_positive_sentences_reach_below_nothing():
    """Scores may be negative even where none seen is, so a limit is not cut at 0."""
    rows = [("A-1", p, 9, s, 0.1) for p, s in enumerate([0.0, 0.0, 0.9], start=1)]
    table = sentiment(measures(rows))
    assert table.loc[0, "low"] < 0
