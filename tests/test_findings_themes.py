"""Sentences of tone and themes: what they say by hand-made tables, and what they may not claim."""

import numpy as np
import pandas as pd
import pytest

import crosscurrents as cc
from crosscurrents.display import linked
from crosscurrents.passages import term_passages
from crosscurrents.writing import say


def scores(rows, tests=np.nan):
    """A table of sentiment_robustness: lexicon, source, mean, rest_mean, p_adjusted."""
    columns = ["lexicon", "source", "mean", "rest_mean", "p_adjusted"]
    table = pd.DataFrame(rows, columns=columns).assign(
        without_topic_words=False, low=np.nan, high=np.nan, unit="", tests=tests
    )
    table.attrs = {"by": "source", "groups": ["Mail", "Star"]}
    return table


@pytest.mark.parametrize(
    ("p", "says"),
    [
        ((0.01, 0.01, 0.01, 0.01), "Yes: Mail above Star, by every scoring ("),
        ((0.01, 0.2, 0.01, 0.2), "Only in part: by every scoring, Mail more positive"),
        ((0.01, 0.01, 0.2, 0.01), "Only in part: by every scoring, Star more negative"),
        ((0.2, 0.2, 0.2, 0.2), "No: no source differs from the others together beyond chance"),
    ],
)
def test_a_claim_needs_every_scoring(p, says):
    rows = [("vader", "Mail", 0.2, -0.1), ("vader", "Star", -0.1, 0.2)]
    rows += [("afinn", "Mail", 0.9, 0.1), ("afinn", "Star", 0.1, 0.9)]
    table = scores([(*row, value) for row, value in zip(rows, p)], tests=4)
    lead = cc.tone_answer(table)[0]
    assert lead.startswith(says)
    assert "4 tests" in lead
    assert ("put the two sources in the same order" in lead) is not says.startswith("Yes")


def test_two_sources_are_one_pair():
    rows = [("vader", "Mail", 0.2), ("vader", "Star", -0.1), ("afinn", "Mail", 0.1)]
    for other, put in ((-0.1, "put"), (0.9, "do not all put")):
        table = scores([(*row, 0.0, np.nan) for row in [*rows, ("afinn", "Star", other)]])
        said = f"2 scorings (2 lexicons) {put} the two sources in the same order."
        assert cc.tone_answer(table)[0].endswith(said)


def test_the_ends_are_by_the_lexicon_asked_for_and_only_where_they_differ():
    rows = [
        ("vader", "Mail", 0.2),
        ("vader", "Star", -0.1),
        ("afinn", "Mail", 0.1),
        ("afinn", "Star", 0.1),
    ]
    table = scores([(*row, 0.0, np.nan) for row in rows])
    assert cc.tone_answer(table)[1].startswith(
        "By VADER the mean score of a sentence is highest in"
    )
    assert cc.tone_answer(table, lexicon="afinn")[1] == (
        "By AFINN the mean score of a sentence is +0.10 in every source."
    )


def test_one_source_has_nothing_to_compare():
    assert cc.tone_answer(scores([("vader", "Mail", 0.2, np.nan, np.nan)])) == [
        "There is one source, and nothing to compare its tone with."
    ]
    assert cc.tone_answer(scores([])) == []


def contrast(p=np.nan, tests=np.nan):
    """Two themes in two sources: water 30% against 10%, law 20% against 20%."""
    rows = [("water", "Mail", 30, 0.3, 0.1), ("water", "Star", 10, 0.1, 0.3)]
    rows += [("law", "Mail", 20, 0.2, 0.2), ("law", "Star", 20, 0.2, 0.2)]
    table = pd.DataFrame(rows, columns=["theme", "source", "sentences", "share", "rest_share"])
    table = table.assign(of=100, p_adjusted=p, tests=tests)
    table.attrs = {"by": "source", "groups": ["Mail", "Star"]}
    return table


def test_differences_of_themes_are_claimed_only_below_the_threshold():
    none = cc.theme_answer(contrast(0.05, 4), contrast())
    assert none[0] == (
        "No source gives a theme more or less space than the others beyond chance (4 tests)."
    )
    some = cc.theme_answer(contrast([0.04, 0.2, 0.9, 0.9], 4), contrast())
    assert some[0].startswith(
        "1 difference is larger than chance explains (p below 0.05 after 4 tests)"
    )
    assert len(some) == 1


def test_without_codebook_or_second_source_that_is_said():
    empty = contrast().iloc[:0]
    assert cc.theme_answer(empty, empty) == [say("theme.no_codebook")]
    assert cc.theme_answer(empty, contrast())[0].startswith("There is one source")


def test_a_profile_lists_only_what_the_test_finds_of_tested_sources():
    texts = pd.DataFrame({"passage": ["Water."]})
    described = cc.theme_profile(contrast(), texts).set_index("source")
    assert described.loc["Mail", "above_rest"] == "water 30% (10%)"
    assert described.loc["Star", "below_rest"] == "water 10% (30%)"
    tested = cc.theme_profile(contrast([0.2, 0.04, 0.9, 0.9], 4), texts).set_index("source")
    assert tested.loc["Mail", "above_rest"] == "none"
    assert tested.loc["Star", "below_rest"] == "water 10% (30%)"
    assert tested.loc["Mail", "most_space"] == "water 30%, law 20%"


def test_words_in_cells_lead_to_their_passages_if_there_are_any():
    drivers = pd.DataFrame(
        {
            "source": "Mail", "term": ["best", "war"], "contribution": [0.3, -0.7],
            "topic": [False, True], "mean": 0.1,
        }
    )  # fmt: skip
    drivers.attrs = {"by": "source", "labels": {"war": "War"}}
    with_texts = cc.driver_table(drivers, pd.DataFrame({"passage": ["A War."]}))
    assert with_texts.loc[0, "raised_by"] == "best +30%"
    assert with_texts.loc[0, "lowered_by"] == "War* −70%"
    assert 'data-row="War"' in with_texts.loc[0, "lowered_by"].__html__()
    without = cc.driver_table(drivers, pd.DataFrame({"passage": [""]}))
    assert without.loc[0, "lowered_by"].__html__() == "War* −70%"
    assert cc.driver_findings(drivers).startswith("One of these 2 entries is a topic word")
    assert cc.driver_findings(drivers.assign(topic=False)) == ""


def test_cells_with_links_escape_what_they_hold():
    cell = linked([("<b>", " & more")], ("themes", "evidence"))
    assert "&lt;b&gt;</span> &amp; more" in cell.__html__()
    assert "<b>" not in cell.__html__()


def positions(p=np.nan, tests=np.nan):
    table = pd.DataFrame(
        {
            "scale": "peace", "source": ["Mail", "Star"], "near": "calm", "far": "anger",
            "positive": [30, 8], "negative": [10, 18], "position": [1.07, -0.78],
            "p_adjusted": p, "tests": tests,
        }
    )  # fmt: skip
    table.attrs = {"by": "source", "groups": ["Mail", "Star"]}
    return table


def methods():
    rows = [("a", "Mail", 1), ("a", "Star", 2), ("b", "Star", 1), ("b", "Mail", 2)]
    table = pd.DataFrame(rows, columns=["method", "source", "rank"])
    table.attrs = {"by": "source"}
    return table


def test_a_lean_is_claimed_only_below_the_threshold():
    assert "No source differs" in cc.scale_answer(positions(0.05, 2), methods())[1]
    claimed = cc.scale_answer(positions([0.01, 0.2], 2), methods())[1]
    assert claimed.startswith("Against the others together, Mail to “calm” leans more than chance")
    assert "Star" not in claimed
    assert cc.scale_answer(positions().iloc[:1], methods()) == []


def test_a_term_is_marked_however_it_is_written():
    corpus = cc.read_corpus(
        pd.DataFrame({"source": ["Mail"], "text": ["The WAR, a war-like war. It’s wart."]})
    )
    measures = cc.measure(corpus, cache=False)
    doc_id = measures.documents["doc_id"].iloc[0]
    places = pd.DataFrame({"doc_id": doc_id, "sentence": [1, 2], "term": ["war", "it's"]})
    first, second = term_passages(corpus, places)["passage"]
    assert [first[a:b] for a, b in first.marks] == ["WAR", "war", "war"]
    assert [second[a:b] for a, b in second.marks] == ["It's"]
