"""Ranks with ties, pairs that keep apart in some scorings only, and sentences half quoted."""

import numpy as np
import pandas as pd
import pytest

import crosscurrents as cc
from crosscurrents.sentiment import robustness
from crosscurrents.sentiment.robustness import _ranks


def scored(rows):
    """A table of ranks from (scoring, source, mean, low, high)."""
    table = pd.DataFrame(rows, columns=["scoring", "source", "mean", "low", "high"])
    table.insert(1, "lexicon", table["scoring"])
    table.insert(2, "guard", False)
    table.insert(4, "sentences", 9)
    return table


def test_equal_means_share_the_better_rank():
    means = np.array([[0.1, 0.3], [0.1, 0.2], [0.5, 0.1]])
    assert _ranks(means).tolist() == [[2, 1], [2, 2], [1, 3]]


def test_ranks_are_the_same_compared_one_by_one_or_sorted(monkeypatch):
    means = np.random.default_rng(5).integers(0, 4, (7, 50)) / 4
    whole = _ranks(means)
    monkeypatch.setattr(robustness, "FEW", 6)
    assert (_ranks(means) == whole).all()


def test_pairs_are_of_the_sources_with_most_words_and_the_verdict_of_all():
    table = scored(
        [(lexicon, source, mean, mean - 0.01, mean + 0.01)
         for lexicon in "ab" for source, mean in (("X", 0.1), ("Y", 0.2), ("Z", 0.3))]
    )  # fmt: skip
    table.attrs["groups"] = ["Z", "X", "Y"]
    pairs = cc.rank_changes(table, most=2)
    assert pairs[["higher", "lower"]].values.tolist() == [["Z", "X"]]
    assert pairs.attrs["note"] == "pairs of the 2 with most words of 3"
    assert len(cc.rank_changes(table)) == 3
    assert cc.rank_changes(table).attrs["note"] == ""
    assert "Y above X" in cc.robustness_verdict(table)


def test_a_pair_is_ordered_only_if_it_keeps_apart_in_every_scoring():
    table = scored(
        [("a", "X", 0.5, 0.4, 0.6), ("a", "Y", 0.1, 0.0, 0.2),
         ("b", "X", 0.5, 0.1, 0.9), ("b", "Y", 0.2, 0.0, 0.4)]
    )  # fmt: skip
    pair = cc.rank_changes(table).iloc[0]
    assert (pair["above"], pair["apart"], pair["changes"]) == (2, 1, False)
    verdict = cc.robustness_verdict(table)
    assert verdict.startswith("Do not order these sources by tone: no pair has intervals that")
    assert "overlap: X above Y." in verdict


def test_intervals_that_only_touch_are_not_apart():
    table = scored(
        [(s, *row) for s in "ab" for row in [("X", 0.5, 0.2, 0.6), ("Y", 0.1, 0.0, 0.2)]]
    )
    assert cc.rank_changes(table).loc[0, "apart"] == 0


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
    assert cc.voice_share(measures).loc[0, "quoted_sentences"] == int(voice == "quoted")


def test_a_guard_that_was_not_measured_is_refused_everywhere():
    texts = cc.read_corpus(pd.DataFrame({"source": ["Mail"], "text": ["A good war. A bad day."]}))
    tone = cc.measure_tone(texts, cc.measure(texts))
    for ask in (cc.sentiment, cc.sentence_scores, cc.sentiment_drivers, cc.sentiment_passages,
                cc.target_tone, cc.sentiment_course, cc.sentiment_by_theme):  # fmt: skip
        with pytest.raises(ValueError, match="guard True: no list of terms was measured"):
            ask(tone, guard=True)
    assert cc.guard_effect(tone).empty


def test_ranks_of_many_sources_stand_side_by_side_for_those_with_most_words():
    names = [f"s{k:02}" for k in range(25)]
    table = scored([("a", name, 0.1, 0.0, 0.2) for name in names])
    table = table.assign(rank=1, rank_low=1, rank_high=2)
    table.attrs["groups"] = names[::-1]
    wide = cc.rank_table(table)
    assert wide.columns.tolist() == ["scoring", *names[5:]]
    assert wide.attrs["note"] == "columns of the 20 with most words of 25"
    assert cc.rank_table(table[:20]).attrs["note"] == ""
