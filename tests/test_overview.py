"""What notebooks ask of a corpus as a whole, on texts that can be counted by eye."""

import sys

import pandas as pd
import pytest

import crosscurrents as cc
from crosscurrents.codebook import Codebook, Pattern, Theme

WATER = Codebook((Theme("water", "", (Pattern.parse("river"),)),))


def corpus(*rows):
    return cc.read_corpus(pd.DataFrame(rows, columns=["source", "text"]))


@pytest.fixture
def mail_and_star():
    mail = "The river rose again. The river is a good friend of ours and of all our neighbours."
    return corpus(("Mail", mail), ("Star", "Nobody came to the meeting in the old town hall."))


def test_cautions_are_computed(mail_and_star):
    measures = cc.measure(mail_and_star, codebook=WATER)
    found = cc.cautions(measures, mail_and_star)
    assert found[0].startswith("Each of the 2 sources is a single article")
    assert any(line.startswith("33% of the 3 sentences touch no theme") for line in found)
    assert not any("at hand" in line or "left out" in line for line in found)


def test_cautions_name_the_source_that_outweighs_the_rest():
    texts = corpus(("Mail", "word " * 300 + "ends."), ("Star", "A short one."))
    assert any("Mail holds 99% of all words" in line for line in cc.cautions(cc.measure(texts)))


def test_cautions_count_documents_left_out():
    texts = corpus(("Mail", "It rained."), ("Star", " "), ("Star", "It snowed."))
    found = cc.cautions(cc.measure(texts), texts)
    assert found[-1].startswith("1 document could not be read and is left out")


def test_documents_table_has_sizes(mail_and_star):
    table = cc.documents_table(cc.measure(mail_and_star))
    assert table["words"].tolist() == [17, 10]
    assert table["share"].tolist() == pytest.approx([17 / 27, 10 / 27])
    assert table["sentences"].tolist() == [2, 1]


def test_set_aside_is_counted_and_listed():
    page = (
        "A big headline here\n\nBy Ann Bo\n\n"
        + "It rained for a week on all of the green hills of the north. " * 2
    )
    texts = corpus(("Mail", page))
    measures = cc.measure(texts)
    assert cc.set_aside_table(measures)[["reason", "times", "words"]].values.tolist() == [
        ["headline", 1, 4],
        ["byline", 1, 3],
    ]
    lines = cc.set_aside_lines(measures, texts)
    assert lines[["line", "text"]].values.tolist() == [[1, "A big headline here"], [3, "By Ann Bo"]]


def test_keyness_by_source_needs_two(mail_and_star):
    measures = cc.measure(mail_and_star)
    both = cc.keyness_by_source(measures, min_count=1, intervals=False)
    assert both["source"].unique().tolist() == ["Mail", "Star"]
    one = cc.keyness_by_source(measures.select(sources=["Mail"]))
    assert one.empty and list(one) == list(both)
    with pytest.raises(ValueError, match=r"'Globe'.*choose from"):
        cc.keyness_by_source(measures, target="Globe")


def test_tests_of_all_targets_are_one_family(mail_and_star):
    measures = cc.measure(mail_and_star)
    table = cc.keyness_by_source(measures, min_count=1, hide_stopwords=False, intervals=False)
    single = cc.keyness(measures, target="Mail", min_count=1, hide_stopwords=False, intervals=False)
    assert set(table["tests"]) == {2 * len(single)} == {len(table)}
    assert table["p_adjusted"].tolist() == cc.adjust_p(table["p"]).tolist()


def test_key_passages_stand_in_their_source(mail_and_star):
    table = cc.keyness_by_source(cc.measure(mail_and_star), min_count=2, intervals=False)
    found = cc.key_passages(mail_and_star, table)
    assert set(found["term"]) == {"river"}
    assert found["node"].tolist() == ["river", "river"]
    assert cc.key_passages(mail_and_star, table[:0]).empty


def test_provenance_names_the_tools(mail_and_star):
    table = cc.provenance(cc.measure(mail_and_star, codebook=WATER)).set_index("item")["value"]
    assert table["words"] == "27"
    assert table["codebook"].startswith("1 theme, 0 scales, sha256 " + WATER.sha256[:12])


def many_sources(number):
    rows = [
        {"source": f"s{k:02}", "text": f"Gas prices rose. Coal {'fell ' * (k + 1)}."}
        for k in range(number)
    ]
    return cc.measure(cc.read_corpus(pd.DataFrame(rows)))


def test_of_many_sources_the_largest_are_targets():
    measures = many_sources(5)
    table = cc.keyness_by_source(measures, most=2, min_count=1, intervals=False)
    assert sorted(table["source"].unique()) == ["s03", "s04"]
    assert table.attrs["note"] == "targets are the 2 with most words of 5 sources"
    assert [t["source"].iloc[0] for t in cc.largest_targets(table, most=1)] == ["s04"]
    every = cc.keyness_by_source(measures, min_count=1, intervals=False)
    assert every["source"].nunique() == 5
    assert not every.attrs["note"]


def test_of_many_sources_the_largest_make_pairs_and_columns(monkeypatch):
    measures = many_sources(5)
    pairs = cc.compare_pairs(measures, most=2, min_count=1, intervals=False)
    assert set(pairs["source"]) | set(pairs["reference"]) == {"s03", "s04"}
    assert pairs.attrs["note"] == "the 2 with most words of 5 groups by source"
    monkeypatch.setattr(sys.modules["crosscurrents.keyness.comparison"], "COLUMNS", 3)
    table = cc.compare_terms(measures, min_count=1, intervals=False)
    assert [c for c in table if c.startswith("rate_")] == ["rate_s02", "rate_s03", "rate_s04"]
    assert set(table["df"]) == {4}  # all are compared
    assert table.attrs["note"] == "columns of the 3 with most words of 5 groups by source"


def test_of_many_terms_the_first_have_an_interval(monkeypatch, mail_and_star):
    measures = cc.measure(mail_and_star)
    whole = cc.keyness(measures, target="Mail", min_count=1)
    monkeypatch.setattr(sys.modules["crosscurrents.keyness.sides"], "WORK", 1)
    monkeypatch.setattr(sys.modules["crosscurrents.keyness.sides"], "ALWAYS", 2)
    table = cc.keyness(measures, target="Mail", min_count=1)
    assert table["low"].iloc[2:].isna().all()
    assert table["low"].iloc[:2].tolist() == pytest.approx(
        whole["low"].iloc[:2].tolist(), nan_ok=True
    )
    assert table.attrs["note"] == "intervals only of the 2 terms of highest G2"


def test_rows_of_all_targets_are_limited_alike(monkeypatch):
    measures = many_sources(5)
    every = cc.keyness_by_source(measures, min_count=1, intervals=False)
    monkeypatch.setattr(sys.modules["crosscurrents.overview"], "ROWS", 11)
    table = cc.keyness_by_source(measures, min_count=1, intervals=False)
    assert table.groupby("source").size().tolist() == [2] * 5
    assert table.attrs["note"] == "rows are the 2 terms of highest G2 of each target"
    assert set(table["tests"]) == set(every["tests"])  # all are tested
    first = every.groupby("source").head(2).reset_index(drop=True)
    pd.testing.assert_frame_equal(table, first)


def test_counts_of_many_sources_are_compared_a_part_at_a_time(monkeypatch):
    measures = many_sources(5)
    whole = cc.compare_terms(measures, min_count=1)
    monkeypatch.setattr(sys.modules["crosscurrents.keyness.comparison"], "CELLS", 5)
    pd.testing.assert_frame_equal(cc.compare_terms(measures, min_count=1), whole)


def test_one_of_many_sources_weighs_only_if_it_weighs_in_the_others():
    rows = [("Mail", "word " * 30), *((f"s{k:02}", "word " * 10) for k in range(60))]
    assert "holds" not in str(cc.cautions(cc.measure(corpus(*rows))))
    assert "Mail holds 33%" in str(cc.cautions(cc.measure(corpus(*rows[:7]))))
