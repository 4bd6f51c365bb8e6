"""Comparison: groups, units, periods, results computed once, and columns of any name."""

import pandas as pd
import pytest
from made import by_white_space

import crosscurrents as cc
from crosscurrents.comparison import RESULTS, compared, unit_of

SOURCES = {"A": 6, "B": 1, "C": 2, "D": 1}


@pytest.fixture
def measures():
    """Source A: six documents of two paragraphs; B: one; C: two; D: one without words."""
    texts = {
        f"{source}{k}": (source, "" if source == "D" else "gas gas\n\ngas oil oil")
        for source, number in SOURCES.items()
        for k in range(number)
    }
    return by_white_space(texts)


def test_groups_are_counted_and_ordered_by_size(measures):
    comparison = cc.Comparison(measures)
    assert comparison.groups["documents"].to_dict() == SOURCES
    assert comparison.groups["words"].to_dict() == {"A": 30, "B": 5, "C": 10, "D": 0}
    assert comparison.by_size == ["A", "C", "B", "D"]
    assert repr(comparison).startswith("Comparison of 10 documents by source (A, B, C, D), 95%")


def test_units_are_documents_or_paragraphs(measures):
    comparison = cc.Comparison(measures)
    units = comparison.units
    assert comparison.unit_labels.to_dict() == {
        "A": "documents", "B": "within this article", "C": "within these articles",
    }  # fmt: skip
    assert units.groupby("group").size().to_dict() == {"A": 6, "B": 2, "C": 4}
    assert comparison.unit_words.tolist() == [5] * 6 + [2, 3] * 3
    number = unit_of(units, measures.terms)
    rows = measures.terms[number >= 0]
    assert (units["doc_id"].to_numpy()[number[number >= 0]] == rows["doc_id"]).all()
    phrases = measures.terms[(measures.terms["n"] == 2) & (number >= 0)]
    assert set(phrases["doc_id"].str[0]) == {"A"}  # paragraphs have no phrases
    assert set(cc.Comparison(measures, by="doc_id").unit_labels) == {"within this article"}
    assert comparison.parts(2)["paragraph"].groupby(comparison.parts(2)["group"]).max().to_dict() \
        == {"A": 0, "B": 2, "C": 0}  # fmt: skip
    measures.documents = measures.documents[:0]
    assert cc.Comparison(measures).units.empty


def test_what_a_column_leaves_empty_is_no_group(measures):
    measures.documents["land"] = ["x", "", None, *["y"] * 7]
    comparison = cc.Comparison(measures, by="land")
    assert comparison.groups["documents"].to_dict() == {"x": 1, "y": 7}
    assert comparison.group_of.isna().sum() == 2
    assert measures.documents["land"].tolist()[1] == ""


def test_periods_are_groups_of_groups(measures):
    dates = ["2015-03-01", "2016-05", "2016", "", "2016-04-30", None, *["2016-06-02"] * 4]
    measures.documents["date"] = dates

    def sizes(dated):
        return dated.groups.reset_index()[["group", "documents"]]

    quarters = cc.Comparison(measures).over_time("quarter", sizes)  # D has no words
    assert quarters.values.tolist() == [
        ["A", "2015-Q1", 1], ["A", "2016-Q2", 2], ["B", "2016-Q2", 1], ["C", "2016-Q2", 2],
    ]  # fmt: skip
    decades = cc.Comparison(measures).over_time("decade", sizes)
    assert decades["period"].unique().tolist() == ["2010s"]


def test_options_are_inherited(measures):
    whole = cc.Comparison(measures, level=0.9, seed=3)
    other = cc.Comparison(whole, by="doc_id")
    assert other.options == {
        "by": "doc_id", "level": 0.9, "resamples": 1000, "seed": 3, "forms": "as written",
    }  # fmt: skip


CALLS = []


@compared
def words_of_groups(comparison, *, per: int = 1) -> pd.DataFrame:
    """A result, for these tests."""
    CALLS.append(per)
    return comparison.groups[["words"]].reset_index() * 1


def test_a_result_is_computed_once_and_nobody_can_change_it(measures):
    CALLS.clear()
    comparison = cc.Comparison(measures)
    first = words_of_groups(comparison)
    first["words"] = 0
    again = words_of_groups(comparison)
    assert again["words"].tolist() == [30, 5, 10, 0]
    assert CALLS == [1]
    words_of_groups(comparison, per=2)
    words_of_groups(comparison, seed=1)
    assert CALLS == [1, 2, 1]
    assert again.attrs["by"] == "source"
    assert again.attrs["groups"] == ["A", "C", "B", "D"]
    texts = cc.read_corpus(pd.DataFrame({"source": ["Mail"], "text": ["It rained."]}))
    words_of_groups(cc.Comparison(comparison, corpus=texts))  # with texts, another result
    assert len(CALLS) == 4


def test_notebooks_of_one_run_share_their_results_on_disk(tmp_path, monkeypatch):
    monkeypatch.setenv(RESULTS, str(tmp_path))
    table = pd.DataFrame({"source": ["Mail", "Star"], "text": ["It rained.", "Snow fell on it."]})
    measures = cc.measure(cc.read_corpus(table), cache=False)
    CALLS.clear()
    one, two = (words_of_groups(cc.Comparison(measures)) for _ in range(2))
    assert CALLS == [1]
    pd.testing.assert_frame_equal(one, two)
    assert two.attrs["groups"] == ["Star", "Mail"]
    words_of_groups(cc.Comparison(measures.select(sources=["Mail"])))
    assert CALLS == [1, 1]  # other documents, another result
    assert len(list(tmp_path.glob("*.parquet"))) == 2
