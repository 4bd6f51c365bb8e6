"""Sentiment tables from small measures whose numbers are worked out by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import exchanged_p

import crosscurrents as cc
from crosscurrents import bootstrap_ratio, sentiment, sentiment_by_voice, sentiment_robustness
from crosscurrents.tone import tone_separates

TABLES = [sentiment, sentiment_by_voice, sentiment_robustness]


def measures(sentences, sources=None, **columns):
    """Of sentences (doc_id, paragraph, words, score, coverage)."""
    rows = pd.DataFrame(
        sentences, columns=["doc_id", "paragraph", "words", "vader", "vader_coverage"]
    ).astype({"doc_id": "str", "paragraph": int, "words": int, "vader": float})
    rows["sentence"] = rows.groupby("doc_id").cumcount() + 1
    rows["quoted"] = 0.0
    sources = sources or {d: d.split("-")[0] for d in dict.fromkeys(rows["doc_id"])}
    documents = pd.DataFrame(
        {"doc_id": list(sources), "source": list(sources.values())}, dtype="str"
    )
    for column, total in (("words", "sum"), ("sentences", "size")):
        number = documents["doc_id"].map(rows.groupby("doc_id")["words"].agg(total))
        documents[column] = number.fillna(0).astype(int)
    return SimpleNamespace(documents=documents.assign(**columns), sentences=rows, record={})


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
    assert table.loc["C"].drop(["documents", "sentences", "words", "unit", "tests"]).isna().all()
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


def test_interval_is_wider_where_sentences_of_a_document_are_alike():
    """Sentences of a document alike: the interval is that of documents, not of sentences."""
    rng = np.random.default_rng(1)
    tone = rng.normal(0, 0.3, 12)
    alike = measures([(f"A-{d}", 1, 9, tone[d], 0.1) for d in range(12) for _ in range(20)])
    mixed = measures([(f"A-{d}", 1, 9, t, 0.1) for d in range(12) for t in rng.choice(tone, 20)])
    widths = [(t["high"] - t["low"])[0] for t in map(sentiment, (alike, mixed))]
    assert widths[0] > 2.5 * widths[1]  # sqrt(20) = 4.5 in expectation


# Three sources of six documents of two sentences each; C's are lower by every lexicon.
RNG = np.random.default_rng(4)
SCORES = {f"{s}-{d}": RNG.normal(0.0 - (s == "C"), 0.2, 2) for s in "ABC" for d in range(6)}


def test_the_test_exchanges_documents():
    """p is that of SciPy's test of the same statistic, for one lexicon."""
    found = measures([(d, 1, 9, s / 2, 0.1) for d, pair in SCORES.items() for s in pair])
    table = sentiment(found).set_index("source")
    sums = np.array([pair.sum() / 2 for pair in SCORES.values()])
    label = np.array([d[0] for d in SCORES])
    rest = sums - 2 * sums.sum() / 36
    for source in "ABC":
        exact = exchanged_p(rest, label == source, n_resamples=4000, rng=1)
        assert table.loc[source, "p"] == pytest.approx(exact, abs=0.04)
    assert (table["tests"] == 3).all()
    assert table.loc["C", "p_adjusted"] < 0.01
    assert (table["p_adjusted"] >= table["p"]).all()


def test_no_test_with_fewer_than_five_documents():
    few = [(d, 1, 9, s / 2, 0.1) for d, pair in SCORES.items() for s in pair if d < "C-4"]
    table = sentiment(measures(few)).set_index("source")
    assert table["p_adjusted"].isna().tolist() == [False, False, True]
    assert table["tests"].tolist() == [2, 2, 2]


def by_lexicon(*scores):
    """Measures of SCORES by two lexicons: the second as a function of the first."""
    found = measures([(d, 1, 9, s / 2, 0.1) for d, pair in SCORES.items() for s in pair])
    for number, score in enumerate(scores):
        found.sentences[f"own{number}"] = score(found.sentences["vader"])
        found.sentences[f"own{number}_coverage"] = 0.1
    return found


def test_robustness_has_the_numbers_of_sentiment():
    found = by_lexicon(lambda s: 3 * s)
    table = sentiment_robustness(found)
    for lexicon, part in table.groupby("lexicon"):
        own = sentiment(found, lexicon=lexicon).set_index("source").loc[part["source"]]
        columns = ["mean", "low", "high", "p", "p_adjusted", "tests"]
        np.testing.assert_array_equal(part[columns].to_numpy(float), own[columns].to_numpy(float))
        assert part["rank"].tolist() == [1, 2, 3]
        assert part["source"].tolist()[-1] == "C"
    assert (table["tests"] == 6).all()
    first = table.iloc[0]
    rest = found.sentences[~found.sentences["doc_id"].str.startswith(first["source"])]
    assert first["rest_mean"] == pytest.approx(rest["vader"].mean())


def test_equal_means_share_the_better_rank():
    rows = [(f"{source}-1", 1, 9, score, 0.1) for source, score in zip("ABC", (0.1, 0.1, 0.5))]
    table = sentiment_robustness(measures(rows)).set_index("source")
    assert table["rank"].to_dict() == {"C": 1, "A": 2, "B": 2}


def test_tone_separates_only_what_every_lexicon_does():
    same = tone_separates(sentiment_robustness(by_lexicon(lambda s: 2 * s)))
    assert (same.lower, same.higher, same.possible) == (["C"], [], 3)
    turned = tone_separates(sentiment_robustness(by_lexicon(lambda s: -s)))
    assert (turned.lower, turned.agreeing) == ([], 0)
    flat = tone_separates(sentiment_robustness(by_lexicon(lambda s: s * 0)))
    assert flat.lower == []


def verdict_table(*rows):
    columns = ["lexicon", "source", "mean", "rest_mean", "p_adjusted"]
    return pd.DataFrame(rows, columns=columns).assign(without_topic_words=False)


def test_a_pair_is_ordered_if_one_is_above_and_one_below_all_others():
    table = verdict_table(
        ("a", "X", 0.9, 0.2, 0.01), ("a", "Y", 0.3, 0.5, 0.30), ("a", "Z", 0.1, 0.6, 0.01),
        ("b", "X", 0.8, 0.1, 0.02), ("b", "Y", 0.1, 0.4, 0.40), ("b", "Z", 0.0, 0.5, 0.04),
    )  # fmt: skip
    found = tone_separates(table)
    assert found == (["X"], ["Z"], 3, 3)
    assert tone_separates(table.assign(p_adjusted=np.nan))[:2] == ([], [])
    assert tone_separates(table.iloc[:0]) == ([], [], 0, 0)


def test_by_chance_nothing_is_separated():
    """Sources of one kind: 40 corpora of three sources with seven documents each."""
    rng, named = np.random.default_rng(8), 0
    for _ in range(40):
        rows = []
        for source in "ABC":
            for d in range(7):
                tone = rng.normal(0, 0.3)
                scores = np.clip(tone + rng.normal(0, 0.2, rng.integers(3, 12)), -1, 1)
                rows += [(f"{source}-{d}", 1, 9, s, 0.1) for s in scores]
        named += (sentiment(measures(rows), resamples=100)["p_adjusted"] < 0.05).any()
    assert named <= 5  # 5% of 40 are 2


@pytest.mark.parametrize("table", TABLES)
def test_measures_without_a_word(table):
    assert table(measures([], sources={"A-1": "A"}))["source"].isin(["A"]).all()


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


def test_intervals_cover_the_true_mean():
    """Sentences alike within documents, of a mean of 0.1: 95% intervals hold it in about 95%."""
    rng, runs, rows = np.random.default_rng(11), 200, []
    for run in range(runs):
        tone = np.clip(0.1 + rng.normal(0, 0.15, 15), -0.6, 0.8)
        size = rng.integers(5, 25, 15)
        score = np.repeat(tone, size) + rng.uniform(-0.2, 0.2, size.sum())
        names = np.repeat([f"{run:03}-{d}" for d in range(15)], size)
        rows += [(name, 1, 9, s, 0.1) for name, s in zip(names, score)]
    table = sentiment_by_voice(measures(rows), resamples=200)  # without tests of 200 sources
    table = table[table["voice"] == "own"]
    held = ((table["low"] <= 0.1) & (table["high"] >= 0.1)).sum()
    assert len(table) == runs and 0.90 <= held / runs <= 0.99


def test_limits_of_a_few_positive_sentences_reach_below_nothing():
    """Scores may be negative even where none seen is, so a limit is not cut at 0."""
    rows = [("A-1", p, 9, s, 0.1) for p, s in enumerate([0.0, 0.0, 0.9], start=1)]
    table = sentiment(measures(rows))
    assert table.loc[0, "low"] < 0


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ("She wrote “we will not sign” to old Karl.", "own"),  # 4 of 9 words
        ("She wrote “we will not sign” to Karl.", "quoted"),  # 4 of 8: half is quoted
        ("She wrote “we will never sign it”, and left.", "quoted"),  # 6 of 10
    ],
)
def test_a_sentence_is_quoted_if_half_its_words_are(text, voice):
    measures = cc.measure(cc.read_corpus(pd.DataFrame({"source": ["Mail"], "text": [text]})))
    table = cc.sentiment_by_voice(measures).set_index("voice")
    assert table["sentences"].to_dict() == {
        "own": int(voice == "own"),
        "quoted": int(voice != "own"),
    }
    assert table["share"].to_dict() == {"own": voice == "own", "quoted": voice != "own"}
