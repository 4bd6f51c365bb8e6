"""Tone of small texts of our own: targets, topic words, drivers, ranks, and without the texts."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

import crosscurrents as cc
import crosscurrents.measures.tone as tone_module
from crosscurrents import measure_tone, score_sentences
from crosscurrents.measures import TONE
from crosscurrents.measures.tone import read_terms
from crosscurrents.report.run import read_and_measure
from crosscurrents.tone import tone_separates

MAIL = (
    "The united council praised a good trade deal with Velland. The trade war was a disaster.",
    "Karsia is a great friend of Velland. Karsia, a terrible neighbour, sent no water.",
    "“A brilliant plan, and a happy day for us all,” said Anna Ferro. It rained in Velland.",
)
STAR = ("The war was awful. Nobody in Karsia was happy.", "A good end of a bad war is good news.")
TARGETS = """
themes:
  Velland: {description: a state, patterns: [velland]}
  Karsia: {description: a state, patterns: [karsia, great friend]}
  Nowhere: {description: never named, patterns: [nowhere]}
"""


@pytest.fixture
def folder(tmp_path):
    rows = [("mail-1", "Mail", "\n\n".join(MAIL)), ("star-1", "Star", "\n\n".join(STAR))]
    (tmp_path / "texts").mkdir()
    table = pd.DataFrame(rows, columns=["doc_id", "source", "text"])
    for doc_id, text in zip(table["doc_id"], table["text"]):
        (tmp_path / "texts" / f"{doc_id}.txt").write_text(text + "\n", encoding="utf-8")
    table = table.assign(file=table["doc_id"] + ".txt", sha256="", date="2020").drop(columns="text")
    table["sha256"] = [cc.read_corpus(tmp_path / "texts").documents["sha256"][k] for k in (0, 1)]
    table.to_csv(tmp_path / "catalogue.csv", index=False)
    (tmp_path / "topic_words.txt").write_text("# topics\ntrade war\nunited council  # a body\n")
    (tmp_path / "targets.yml").write_text(TARGETS)
    return tmp_path


@pytest.fixture
def tone(folder):
    texts = cc.read_corpus(folder)
    return measure_tone(texts, cc.measure(texts))


def sentences(*texts):
    return [s for text in texts for s in text.replace(". ", ".|").split("|")]


def test_scores_are_those_of_the_sentences(tone):
    mine = tone.sentences[tone.sentences["doc_id"] == "mail-1"]
    texts = [MAIL[0].split(". ")[0] + ".", MAIL[0].split(". ")[1]]
    for lexicon, column in (("vader", "compound"), ("afinn", "score"), ("pattern", "score")):
        expected = score_sentences(texts, lexicon=lexicon)[column]
        assert mine[lexicon].head(2).tolist() == pytest.approx(expected.tolist())
    hidden = ["The vvvvvv vvvvvvv praised a good trade deal with Velland.",
              "The vvvvv vvv was a disaster."]  # fmt: skip
    expected = score_sentences(hidden)["compound"].tolist()
    assert mine["vader_without_topic_words"].head(2).tolist() == pytest.approx(expected)
    assert mine["vader_without_topic_words"].tolist()[2:] == mine["vader"].tolist()[2:]


def test_coverage_by_hand(tone):
    # "The war was awful.": war and awful of four words, by VADER and by AFINN.
    star = tone.sentences[tone.sentences["doc_id"] == "star-1"].iloc[0]
    assert (star["vader_coverage"], star["afinn_coverage"]) == (0.5, 0.5)


def test_the_mean_without_topic_words_by_hand(tone):
    plain, without = (
        cc.sentiment(tone, lexicon="afinn", without_topic_words=way).set_index("source")["mean"]
        for way in (False, True)
    )
    # "trade war": AFINN's war is -2; united (1) council. Six sentences.
    assert without["Mail"] - plain["Mail"] == pytest.approx((2 - 1) / 6)
    assert without["Star"] == plain["Star"]  # war alone is no trade war


def test_drivers_by_hand(tone):
    table = cc.sentiment_drivers(tone, lexicon="afinn", top_n=3)
    star = table[table["source"] == "Star"].set_index("term")
    # war -2 twice, happy 3, awful -3, good 3 twice, bad -3: 19 in all, and news 0.
    assert star["value"].to_dict() == {"good": 6, "war": -4, "awful": -3}
    assert star.loc["good", "contribution"] == pytest.approx(6 / 19)
    # Sentences: -5, 3, 1.
    assert star["mean"].tolist() == pytest.approx([-1 / 3] * 3)
    mail = table[table["source"] == "Mail"].set_index("term")
    assert not mail.loc["brilliant", "topic"]


def test_the_sentences_behind_each_driver(tone):
    table = cc.driver_sentences(tone, lexicon="afinn", top_n=2, most=1)
    star = table[table["source"] == "Star"]
    # good 3 in the last sentence; war -2 in the first and the last, the first one first.
    columns = ["term", "doc_id", "paragraph", "sentence", "value", "score"]
    assert star[columns].to_numpy().tolist() == [
        ["good", "star-1", 2, 3, 6.0, 1.0], ["war", "star-1", 1, 1, -2.0, -5.0],
    ]  # fmt: skip
    drivers = cc.sentiment_drivers(tone, lexicon="afinn", top_n=2)
    assert table[["source", "term"]].equals(drivers[["source", "term"]])
    assert len(cc.driver_sentences(tone, lexicon="afinn", top_n=2, most=2)) > len(table)


def test_targets_by_hand(tone):
    rows = tone.targets.set_index(["target", "sentence"])
    assert tone.targets.groupby("target").size().to_dict() == {"Karsia": 3, "Velland": 3}
    # Its words within eight of the mention, without its own: "Karsia is a great friend of ...".
    assert rows.loc[("Karsia", 3), "afinn_window"] == 0
    both = rows.loc[("Velland", 3)]
    assert (both["mentions"], both["afinn_window"]) == (1, 4)  # great 3, friend 1


def test_target_matrix(tone, monkeypatch):
    monkeypatch.setattr("crosscurrents.tone.MIN_SENTENCES", 2)
    table = cc.target_tone(tone, lexicon="afinn")
    assert table["target"].unique().tolist() == ["Velland", "Karsia", "Nowhere"]
    cells = table.set_index(["target", "source"])
    assert cells["sentences"].to_dict() == {
        ("Velland", "Mail"): 3, ("Velland", "Star"): 0, ("Karsia", "Mail"): 2,
        ("Karsia", "Star"): 1, ("Nowhere", "Mail"): 0, ("Nowhere", "Star"): 0,
    }  # fmt: skip
    assert cells["enough"].sum() == 2
    assert np.isnan(cells.loc[("Nowhere", "Mail"), "mean"])
    assert np.isnan(cells.loc[("Karsia", "Star"), "low"])  # a single sentence
    assert cells["p_adjusted"].isna().all()


def test_windows_end_with_the_sentence_and_after_eight_words(folder):
    far = "awful " + "word " * 8 + "Velland " + "word " * 7 + "good bad. An awful day."
    (folder / "targets.yml").write_text("themes: {Velland: {description: x, patterns: [velland]}}")
    texts = cc.read_corpus(pd.DataFrame({"source": ["Mail"], "text": [far]}))
    measures = cc.measure(texts)
    tone = measure_tone(texts, measures, targets=folder / "targets.yml")
    row = tone.targets.iloc[0]
    assert row["window"] == 17
    assert row["afinn_window"] == 3


def test_voices_by_hand(tone):
    table = cc.sentiment_by_voice(tone, lexicon="afinn").set_index(["source", "voice"])
    assert table.loc[("Mail", "quoted"), "mean"] == 7  # brilliant 4, happy 3
    assert table.loc[("Mail", "quoted"), "words"] == 13  # of the sentence: ten are quoted
    assert table.loc[("Mail", "own"), "sentences"] == 5
    assert table.loc[("Star", "quoted"), "share"] == 0


def test_robustness_is_by_every_scoring(tone):
    table = cc.sentiment_robustness(tone, resamples=200)
    ways = table[["lexicon", "without_topic_words"]].drop_duplicates().to_numpy().tolist()
    assert ways == [[name, way] for name in ("vader", "afinn", "pattern") for way in (False, True)]
    first = table.groupby(["lexicon", "without_topic_words"])["mean"].idxmax()
    assert (table.loc[first, "rank"] == 1).all()
    found = tone_separates(table)
    assert (found.higher, found.lower, found.possible) == ([], [], 1)


# texts that are not available


def limits(tone):
    return tone.record["tone"]["limits"]


def stored(folder):
    texts = cc.read_corpus(folder)
    tone = measure_tone(texts, cc.measure(texts))
    tone.save(folder / "measures")
    shutil.rmtree(folder / "texts")
    again = cc.read_corpus(folder)
    return tone, again, cc.measure(again)


def test_without_the_texts_all_is_as_it_was_stored(folder):
    before, texts, measures = stored(folder)
    after = measure_tone(texts, measures)
    assert limits(after) == []
    for name in ("sentences", "valences", "targets"):
        pd.testing.assert_frame_equal(
            getattr(before, name), getattr(after, name), check_dtype=False
        )
    pd.testing.assert_frame_equal(cc.sentiment_drivers(before), cc.sentiment_drivers(after))


def test_without_the_texts_another_list_is_said_to_be_missing(folder):
    _, texts, measures = stored(folder)
    (folder / "topic_words.txt").write_text("war\n")
    tone = measure_tone(texts, measures)
    assert limits(tone)[0].startswith("The texts of 2 documents are not available and their tone")
    assert cc.sentiment(tone, without_topic_words=True)["sentences"].tolist() == [0, 0]
    assert cc.sentiment(tone)["sentences"].tolist() == [6, 3]
    own = folder / "own.csv"
    own.write_text("term,score\nwar,-1\n")
    other = measure_tone(texts, measures, lexicons=[own])
    assert "not stored with these lexicons, topic words and targets" in limits(other)[0]
    assert cc.sentiment_drivers(other, lexicon="own.csv").empty
    assert cc.sentiment(other, lexicon="own.csv")["sentences"].tolist() == [0, 0]


def test_without_texts_and_store_vader_is_left(folder):
    _, texts, measures = stored(folder)
    measures.save(folder / "measures")
    tone = measure_tone(texts, measures)
    assert limits(tone)[0].startswith("The texts of 2 documents are not available")
    assert cc.sentiment(tone)["sentences"].tolist() == [6, 3]
    assert cc.target_tone(tone).dropna(subset="mean").empty
    assert cc.sentiment_drivers(tone).empty and cc.driver_sentences(tone).empty
    assert cc.sentiment_robustness(tone)["lexicon"].unique().tolist() == ["vader"]


def test_nothing_that_is_stored_gives_a_sentence_away(tone):
    for name in ("valences", "targets"):
        table = getattr(tone, name)
        words = table.select_dtypes("str").drop(columns=["doc_id"])
        assert not words.apply(lambda c: c.str.contains(r"\w+ \w+ \w+ \w+")).to_numpy().any()
    order = tone.valences.groupby(["doc_id", "sentence", "lexicon"])["term"]
    assert order.apply(lambda terms: terms.is_monotonic_increasing).all()


@pytest.mark.parametrize("about", [{}, [], {"lexicons": {}}, {"lexicons": [], "without": []}])
def test_a_record_of_tone_that_is_none_is_a_clear_error(tone, tmp_path, monkeypatch, about):
    path = tone.save(tmp_path / "run" / "measures")
    record = json.loads((path / "record.json").read_text(encoding="utf-8"))
    (path / "record.json").write_text(json.dumps(record | {"tone": about}), encoding="utf-8")
    with pytest.raises(ValueError, match=r"record.json' cannot be read, or an earlier version"):
        cc.read_measures(path)
    table = pd.DataFrame({"doc_id": ["mail-1"], "source": ["Mail"], "text": [MAIL[0]]})
    texts = cc.read_corpus(table)
    monkeypatch.setenv("CROSSCURRENTS_PREVIOUS", str(path.parent))
    assert len(measure_tone(texts, cc.measure(texts)).valences) > 0


# bad input


@pytest.mark.parametrize("name", ["own.csv", "vader.csv", "pattern.csv", "quoted.csv", "words.csv"])
def test_an_own_lexicon_takes_part_and_may_have_any_name(folder, name):
    """A file named like a lexicon of ours scores by its own words, under its own name."""
    (folder / name).write_text("term,score\nrained,-2\ngood,1\n")
    texts = cc.read_corpus(folder)
    tone = measure_tone(texts, cc.measure(texts), lexicons=[folder / name])
    assert [*tone.record["tone"]["lexicons"]] == ["vader", "afinn", "pattern", name]
    assert cc.sentiment(tone, lexicon=name).set_index("source")["mean"].to_dict() == {
        "Mail": pytest.approx(-1 / 6), "Star": pytest.approx(2 / 3),
    }  # fmt: skip


def test_a_lexicon_with_an_underscore_in_its_name_is_refused(folder):
    name = "my_words.csv"
    (folder / name).write_text("term,score\ngood,1\n")
    texts = cc.read_corpus(folder)
    with pytest.raises(ValueError, match="rename it"):
        measure_tone(texts, cc.measure(texts), lexicons=[folder / name])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("war\n*\n", "line 2: pattern '\\*' can match everything"),
        ("# nothing\n", "holds no term"),
        (b"w\xe4r\n", "is not UTF-8"),
    ],
)
def test_refuses_a_broken_list_of_terms(tmp_path, content, message):
    path = tmp_path / "terms.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError, match=message):
        read_terms(path)
    with pytest.raises(ValueError, match="is not there"):
        read_terms(tmp_path / "none.txt")


def test_a_source_of_one_sentence_and_one_without_words():
    table = pd.DataFrame({"source": ["A", "B"], "text": ["A good day.", "..."]})
    texts = cc.read_corpus(table)
    tone = measure_tone(texts, cc.measure(texts))
    found = cc.sentiment(tone).set_index("source")
    assert np.isnan(found.loc["A", "low"])
    ranks = cc.sentiment_robustness(tone)
    assert ranks["source"].unique().tolist() == ["A"]
    assert tone_separates(ranks).possible == 0


def test_a_run_measures_tone_once_and_the_next_run_what_is_new(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(tone_module, "_measured", counting := Counting(tone_module._measured))
    texts = cc.read_corpus(folder)
    measures = cc.measure(texts)
    mail = measures.select(sources=["Mail"])
    first = measure_tone(texts, mail)
    run = tmp_path / "run" / "measures"
    monkeypatch.setenv("CROSSCURRENTS_MEASURES", str(first.save(run)))
    second = measure_tone(texts, mail)
    assert counting.documents == ["mail-1"]
    for name in ("sentences", *TONE):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))
    assert limits(second) == limits(first) == []

    monkeypatch.setenv("CROSSCURRENTS_MEASURES", "")
    monkeypatch.setenv("CROSSCURRENTS_PREVIOUS", str(run.parent))
    both = measure_tone(texts, measures)
    assert counting.documents == ["mail-1", "star-1"]
    fresh = measure_tone(texts, measures, reuse=False)
    pd.testing.assert_frame_equal(both.sentences, fresh.sentences)
    pd.testing.assert_frame_equal(both.valences, fresh.valences)


def test_stored_tone_of_another_reading_is_measured_again(folder, tmp_path, monkeypatch):
    texts = cc.read_corpus(folder)
    measures = cc.measure(texts)
    measure_tone(texts, measures).save(tmp_path / "measures")
    monkeypatch.setenv("CROSSCURRENTS_MEASURES", str(tmp_path / "measures"))
    monkeypatch.setattr(tone_module, "_measured", counting := Counting(tone_module._measured))
    measure_tone(texts, measures)
    assert counting.documents == []
    again = cc.read_corpus(folder, chronology=True)
    measure_tone(again, cc.measure(again))
    assert counting.documents == ["mail-1", "star-1"]
    (folder / "topic_words.txt").write_text("war\n")
    other = measure_tone(texts, measures)
    assert counting.documents == ["mail-1", "star-1"] * 2
    assert other.record["tone"]["terms"] == ["war"]


def test_what_was_not_measured_whole_does_not_pass_for_it(folder, tmp_path):
    _, texts, measures = stored(folder)
    (folder / "topic_words.txt").write_text("war\n")
    tone = measure_tone(texts, measures)
    tone.save(folder / "measures")
    again = measure_tone(texts, cc.measure(texts))
    assert "2 documents" in limits(again)[0] and "not stored" in limits(again)[0]
    assert again.valences.empty and again.sentences["afinn"].isna().all()


class Counting:
    """Notes the documents that are measured."""

    def __init__(self, measured):
        self.measured, self.documents = measured, []

    def __call__(self, corpus, doc_ids, tools):
        self.documents += doc_ids
        return self.measured(corpus, doc_ids, tools)


def test_a_report_measures_tone_once_for_all_pages_and_keeps_it_for_the_next(
    folder, tmp_path, monkeypatch
):
    monkeypatch.setattr(tone_module, "_measured", counting := Counting(tone_module._measured))
    parameters = {"brief": {}, "sentiment": {"lexicon": "vader"}}
    for run in ("first", "next"):
        place = tmp_path / run
        place.mkdir()
        read_and_measure(str(folder), parameters, str(place))
        (place / "page").mkdir()
        (place / "kept").rename(place / "page" / "measures")  # as it is published
        monkeypatch.setenv("CROSSCURRENTS_PREVIOUS", str(place / "page"))
    assert counting.documents == ["mail-1", "star-1"]
    kept = cc.read_measures(tmp_path / "next" / "page" / "measures")
    assert kept.tables == cc.read_measures(tmp_path / "next" / "measures").tables
    assert len(kept.valences) > 0
