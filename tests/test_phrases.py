"""Phrases to five words, whose words are whose, name variants, courses over time, concordances."""

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from crosscurrents.collocation.context import occurrences, sort_concordance
from crosscurrents.frequency.dispersion import dispersion
from crosscurrents.frequency.over_time import add_period, term_course
from crosscurrents.frequency.phrases import add_phrases, phrases, recurring_phrases
from crosscurrents.frequency.sharing import hapaxes, own_terms, shared_terms
from crosscurrents.frequency.variants import fold_variants, read_variants
from crosscurrents.frequency.variety import variety
from made import row

from crosscurrents.collocation import collocates, compare_collocates
from crosscurrents.concordance import concordance
from crosscurrents.corpus import read_corpus
from crosscurrents.frequency import term_frequency
from crosscurrents.keyness import keyness
from crosscurrents.measures import measure
from crosscurrents.tokens.texts import narrow, not_at_hand

ROWS = [
    ("m1", "Mail", "2015-03-01", "The gas goes east by pipe, each day. The gas goes east by pipe."),
    ("m2", "Mail", "2016-05", "The gas goes east by ship. Nobody minds the gas."),
    ("s1", "Star", "2016", "Oil and gas. Oil (and gas) go east.\n\nThe E.U. buys oil."),
    ("t1", "Tide", "", "The European Union buys wind. The EU likes wind."),
]


@pytest.fixture(scope="module")
def corpus():
    return read_corpus(pd.DataFrame(ROWS, columns=["doc_id", "source", "date", "text"]))


@pytest.fixture(scope="module")
def measures(corpus):
    return measure(corpus)


# ---- phrases --------------------------------------------------------------------------------


def test_phrases_cross_no_punctuation(corpus):
    table = phrases(corpus, n=5, min_count=1)
    assert row(table, term="gas goes east by pipe")[["count", "docfreq"]].tolist() == [2, 1]
    assert row(table, term="the gas goes east by")[["count", "docfreq"]].tolist() == [3, 2]
    assert not table["term"].str.contains("pipe each").any()
    assert set(phrases(corpus, n=3, min_count=1).query("source == 'Star'")["term"]) == {
        "oil and gas",
        "gas go east",
        "the EU buys",
        "EU buys oil",
    } - {"gas go east"}  # a bracket stands between gas and go
    found = row(table, source="Mail", term="the gas goes east by")
    assert found[["words", "documents"]].tolist() == [24, 2]
    assert found["rate"] == pytest.approx(3 / 24 * 1000)


def test_phrases_equal_a_plain_count(corpus):
    for n in (2, 3, 4):
        runs = [
            part.lower().split()
            for text in (ROWS[0][3], ROWS[1][3])
            for part in text.replace(",", ".").split(".")
        ]
        expected = Counter(
            " ".join(run[k : k + n]) for run in runs for k in range(len(run) - n + 1)
        )
        table = phrases(corpus, n=n, min_count=1).query("source == 'Mail'")
        assert dict(zip(table["term"], table["count"])) == dict(expected)


def test_long_phrases_join_the_measures(corpus, measures):
    with pytest.raises(ValueError, match=r"n 5 is not a length of terms; .* by add_phrases"):
        term_frequency(measures, n=5)
    longer = add_phrases(measures, corpus)
    table = term_frequency(longer, n=5)
    assert row(table, term="the gas goes east by")["count"] == 3
    assert term_frequency(longer, n=4)["count"].min() >= 2
    assert "the gas goes east by" in set(
        keyness(longer, target="Mail", n=5, hide_stopwords=False)["term"]
    )
    pd.testing.assert_frame_equal(
        term_frequency(longer, intervals=False), term_frequency(measures, intervals=False)
    )
    short = term_frequency(measures, n=3)
    again = term_frequency(add_phrases(measures, corpus, n=3), n=3)
    limits = ["low", "high"]
    pd.testing.assert_frame_equal(again.drop(columns=limits), short.drop(columns=limits))
    assert short["low"].isna().all()  # by document only: there are no paragraphs to draw
    pairs = add_phrases(measures, corpus, n=2).terms.query("n == 2 and term == 'oil and'")
    assert pairs[["doc_id", "paragraph", "count"]].values.tolist() == [["s1", 1, 2]] * len(pairs)


def test_recurring_phrases_leave_out_what_stands_in_longer_ones_only(corpus, measures):
    table = recurring_phrases(measures, corpus=corpus).query("source == 'Mail'")
    assert table[["term", "count"]].values.tolist() == [
        ["the gas", 4],
        ["the gas goes east by", 3],
        ["gas goes east by pipe", 2],
    ]
    short = recurring_phrases(measures).query("source == 'Mail'")
    assert short["n"].max() == 3
    assert recurring_phrases(measures, top_n=1)["source"].value_counts().max() == 1


@pytest.mark.parametrize("n", [0, 1, 6, 2.5, True])
def test_errors_of_phrases(corpus, n):
    with pytest.raises(ValueError, match=r"is not a length of phrases; choose from \[2, 3, 4, 5\]"):
        phrases(corpus, n=n)


# ---- documents whose text is not at hand ----------------------------------------------------


def test_what_needs_the_text_passes_over_what_is_not_at_hand(corpus, measures):
    away = narrow(corpus, measures)
    away.documents["at_hand"] = away.documents["doc_id"] != "m1"
    away.documents["file"] = "some.txt"
    assert not_at_hand(corpus) == []
    assert "Passed over here: 1 document, whose text is not" in not_at_hand(away)[0]
    assert "some.txt" in not_at_hand(away)[0]
    table = phrases(away, n=5, min_count=1)
    assert row(table, term="the gas goes east by")["words"] == 10
    assert add_phrases(measures, away).documents["doc_id"].tolist() == ["m2", "s1", "t1"]
    away.documents["at_hand"] = False
    for found, full in [
        (phrases(away, n=2), phrases(corpus, n=2)),
        (collocates(away, "gas"), collocates(corpus, "gas", min_count=1)),
        (compare_collocates(away, "gas"), compare_collocates(away, "coal")),
        (occurrences(away, "gas"), occurrences(corpus, "gas")),
        (recurring_phrases(measures, corpus=away), recurring_phrases(measures)),
    ]:
        assert list(found) == list(full)
    assert len(occurrences(away, "gas")) == len(phrases(away)) == len(collocates(away, "gas")) == 0
    chosen = measures.select(sources=["Star"])
    assert narrow(corpus, chosen).documents["doc_id"].tolist() == ["s1"]


# ---- whose words ----------------------------------------------------------------------------


def test_own_and_shared_terms_by_hand(measures):
    own = own_terms(measures)
    # Mail, Star, Tide have 24, 12 and 9 words; "wind" twice in Tide: (9 / 45)^2.
    wind = row(own, term="wind")
    assert (wind["source"], wind["count"], wind["words"]) == ("Tide", 2, 9)
    assert wind["p"] == pytest.approx((9 / 45) ** 2)
    assert wind["tests"] == len({"gas", "goes", "east", "pipe", "oil", "buys", "EU", "wind"})
    assert "gas" not in set(own["term"])
    assert set(own_terms(measures, min_count=1, top_n=1)["source"]) == {"Mail", "Star", "Tide"}
    shared = shared_terms(measures, hide_stopwords=False)
    assert shared["term"].tolist() == ["the"]
    assert shared["least_rate"].iloc[0] == pytest.approx(1 / 12 * 1000)
    assert shared["times"].iloc[0] == pytest.approx((2 / 9) / (1 / 12))
    assert list(shared_terms(measures)) == list(shared)
    assert len(shared_terms(measures)) == 0


def test_hapaxes(measures):
    table = hapaxes(measures)
    east = row(table, source="Star", term="east")
    assert (east["elsewhere"], east["doc_id"]) == (3, "s1")
    assert "gas" not in set(table.query("source == 'Mail'")["term"])
    assert len(hapaxes(measures, by="doc_id").query("doc_id == 's1' and term == 'buys'")) == 1


def test_nobody_to_share_with(measures):
    alone = measures.select(sources=["Star"])
    assert len(own_terms(alone)) == len(shared_terms(alone)) == 0
    assert len(hapaxes(alone)) > 0
    for function in (own_terms, shared_terms, hapaxes):
        with pytest.raises(ValueError, match="by 'outlet' is not a column"):
            function(measures, by="outlet")


def test_no_documents_give_empty_tables(measures):
    parts = ("documents", "terms", "sentences", "themes", "set_aside")
    none = replace(measures, **{part: getattr(measures, part)[:0] for part in parts})
    calls = [term_frequency, dispersion, own_terms, hapaxes, variety, recurring_phrases]
    calls += [lambda m: term_course(m, "gas"), lambda m: fold_variants(m, VARIANTS).terms]
    for call in calls:
        found, full = call(none), call(measures)
        assert len(found) == 0
        assert list(found) == list(full)


# ---- name variants --------------------------------------------------------------------------

VARIANTS = pd.DataFrame({"term": ["EU", "EU"], "variant": ["European Union", "EEC"]})


@pytest.mark.parametrize("from_texts", [True, False])
def test_a_long_form_counts_as_its_term(corpus, from_texts):
    rows = [(d, s, "", t + " The European Union waits." * (d == "t1")) for d, s, _, t in ROWS]
    texts = read_corpus(pd.DataFrame(rows, columns=["doc_id", "source", "date", "text"]))
    measures = measure(texts)
    folded = fold_variants(measures, VARIANTS, corpus=texts if from_texts else None)
    table = term_frequency(folded, intervals=False)
    tide = row(table, source="Tide", term="EU")
    assert (tide["count"], tide["words"]) == (3, 13)  # sizes stay
    assert not {"european", "union"} & set(table["term"])
    assert row(table, source="Star", term="EU")["count"] == 1
    pairs = term_frequency(folded, n=2, intervals=False)
    assert row(pairs, source="Tide", term="the EU")["count"] == 3
    before = term_frequency(measures, intervals=False).query("source == 'Mail'")
    after = table.query("source == 'Mail'")
    pd.testing.assert_frame_equal(before.reset_index(drop=True), after.reset_index(drop=True))


def test_the_longest_variant_counts():
    forms = ["belt and road", "belt and road plan"]
    names = pd.DataFrame({"term": ["BRI", "BRI"], "variant": forms})
    texts = read_corpus(
        pd.DataFrame({"source": ["Mail"], "text": ["The Belt and Road Plan. A belt and road."]})
    )
    measures = measure(texts)
    found = fold_variants(measures, names, corpus=texts).terms.query("n == 1")
    assert dict(zip(found["term"], found["count"])) == {"the": 1, "BRI": 2, "a": 1}


def test_the_names_of_the_seed_corpus_can_be_read():
    names = read_variants(Path(__file__).parents[1] / "seeds")
    assert ["EAEU", "eurasian economic union"] in names.values.tolist()
    assert ["US", "united states"] in names.values.tolist()


def test_variants_of_a_folder_a_file_and_none(tmp_path, measures):
    file = tmp_path / "variants.csv"
    file.write_text("term,variant\nEU,European Union\nEU,EU\n", encoding="utf-8")
    expected = [["EU", "european union"]]
    assert read_variants(tmp_path).values.tolist() == expected
    assert read_variants(str(file)).values.tolist() == expected
    file.unlink()
    assert len(read_variants(tmp_path)) == 0
    assert fold_variants(measures, tmp_path) is measures


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"term": ["EU"]}, r"lacks the columns \['variant'\]"),
        ({"term": ["EU"], "variant": [""]}, "row 1: 'EU' and '' need 1 to 5 words"),
        ({"term": ["EU"], "variant": ["a b c d e f"]}, "need 1 to 5 words"),
        ({"term": ["EU", "EEC"], "variant": ["the union", "the union"]}, "is a variant of 'EU'"),
        ({"term": ["EU", "EEC"], "variant": ["EEC", "the six"]}, "are terms, and variants"),
    ],
)
def test_errors_of_variants(rows, message):
    with pytest.raises(ValueError, match=message):
        read_variants(pd.DataFrame(rows))
    with pytest.raises(ValueError, match="is not there"):
        read_variants("nowhere.csv")


# ---- over time ------------------------------------------------------------------------------


def test_periods():
    documents = pd.DataFrame({"date": ["2015-03-01", "2016-05", "2016", ""]})
    table = type("Table", (), {})()
    table.documents = documents
    named = {p: add_period(table, period=p).documents["period"].tolist() for p in ("year", "month")}
    assert named["year"][:3] == ["2015", "2016", "2016"]
    assert named["month"][:2] == ["2015-03", "2016-05"]
    assert pd.isna(named["month"][2])
    assert pd.isna(named["year"][3])
    assert add_period(table, period="quarter").documents["period"][1] == "2016-Q2"
    assert add_period(table, period="decade").documents["period"][0] == "2010s"
    with pytest.raises(ValueError, match="period 'week' is not known; choose from"):
        add_period(table, period="week")


def test_course_by_hand(measures):
    table = term_course(measures, ["Gas", "coal"])
    gas = table[table["term"] == "Gas"]
    assert gas[["source", "period", "count", "words"]].values.tolist() == [
        ["Mail", "2015", 2, 14],
        ["Mail", "2016", 2, 10],
        ["Star", "2016", 2, 12],
    ]
    assert gas["rate"].iloc[1] == pytest.approx(2 / 10 * 1000)
    coal = table[table["term"] == "coal"]
    assert coal["count"].tolist() == [0, 0, 0]
    assert coal["low"].isna().all()
    assert list(term_course(measures, [])) == list(table)
    with pytest.raises(ValueError, match="term '–' holds no word"):
        term_course(measures, "–")


def test_intervals_of_a_course_draw_documents():
    rows = [
        (f"d{k}", "Mail", "2016", "gas " * (k % 4) + "oil and coal and wind are words too.")
        for k in range(8)
    ]
    measures = measure(
        read_corpus(pd.DataFrame(rows, columns=["doc_id", "source", "date", "text"]))
    )
    found = term_course(measures, "gas").iloc[0]
    whole = row(term_frequency(measures), term="gas")
    for name in ("rate", "low", "high"):
        assert found[name] == pytest.approx(whole[name])
    assert found["unit"] == "documents"


# ---- places ---------------------------------------------------------------------------------


def test_occurrences_by_hand(corpus):
    table = occurrences(corpus, "gas")
    assert table[["doc_id", "word", "words"]].values.tolist() == [
        ["m1", 2, 14], ["m1", 10, 14], ["m2", 2, 10], ["m2", 10, 10], ["s1", 3, 12], ["s1", 6, 12],
    ]  # fmt: skip
    assert table["share"].iloc[1] == pytest.approx(9 / 14)
    assert [d["doc_id"] for d in table.attrs["documents"]] == ["m1", "m2", "s1", "t1"]
    assert len(occurrences(corpus, "coal")) == 0
    assert list(occurrences(corpus, "coal")) == list(table)
    assert occurrences(corpus, "gas", by="doc_id").columns[0] == "doc_id"


def test_sorted_lines(corpus):
    lines = concordance(corpus, "gas", width=3)
    after = sort_concordance(lines)
    first = [text.strip(".,() ").split(" ")[0].lower() for text in after["right"]]
    assert first == ["", "go", "goes", "goes", "goes", "oil"]
    kept = sort_concordance(lines, within="source")
    assert kept["source"].tolist() == ["Mail"] * 4 + ["Star"] * 2
    before = sort_concordance(lines, order="left")
    assert before["left"].str.split().str[-1].str.lower().str.strip("(").tolist() == sorted(
        before["left"].str.split().str[-1].str.lower().str.strip("(")
    )
    pd.testing.assert_frame_equal(sort_concordance(lines, order="text"), lines)
    with pytest.raises(ValueError, match="order 'size' is not known"):
        sort_concordance(lines, order="size")
    with pytest.raises(ValueError, match="within 'outlet' is not a column"):
        sort_concordance(lines, within="outlet")
    assert len(sort_concordance(lines[:0])) == 0


def test_the_first_phrases_are_the_same_however_deep_one_looks_at_first(
    corpus, measures, monkeypatch
):
    options = {"corpus": corpus, "hide_stopwords": True}
    every = recurring_phrases(measures, **options)
    for deep in (1, 40):
        monkeypatch.setattr(sys.modules["crosscurrents.frequency.phrases"], "DEEP", deep)
        for top_n in (1, 3):
            first = every.groupby("source").head(top_n).reset_index(drop=True)
            found = recurring_phrases(measures, **options, top_n=top_n)
            pd.testing.assert_frame_equal(found, first)
