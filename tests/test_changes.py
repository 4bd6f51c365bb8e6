"""What changed since an earlier run, on corpora that can be counted by eye and on drawn ones."""

import json

import numpy as np
import pandas as pd
import pytest

import crosscurrents as cc
from crosscurrents.changes import Previous, not_comparable
from crosscurrents.report.publishing import forget_measures, keep_measures

BOOK = """\
themes:
  water: [river, dam]
  law: [court, treaty]
scales:
  peace:
    poles:
      friendly: [friend*, trust]
      hostile: [quarrel, anger]
"""
STARTED = "2026-11-20T04:00:00+00:00"
WORDS = "river dam field harvest court treaty market road bridge winter village council".split()
KIND, SOUR = ["friend", "trust", "welcome"], ["quarrel", "anger", "failure"]


def document(doc_id, source, text, **facts):
    return {"doc_id": doc_id, "source": source, "text": text, **facts}


def measured(book, *rows):
    return cc.measure(cc.read_corpus(pd.DataFrame(rows)), codebook=book)


A = document("a", "Mail", "The river rose. A friend came.")
B = document("b", "Mail", "The court met. There was a quarrel and anger.")


def drawn(rng, number, source, *, first=0, shift=0.0, kind=0.5):
    """Articles of drawn words; `shift` makes river and dam more frequent, `kind` the tone."""
    rows = []
    for k in range(first, first + number):
        weights = rng.gamma(2, 1, len(WORDS))
        weights[:2] *= 1 + shift
        sentences = []
        for _ in range(rng.integers(8, 14)):
            words = [*rng.choice(WORDS, 8, p=weights / weights.sum())]
            words.append(rng.choice(KIND if rng.random() < kind else SOUR))
            sentences.append(" ".join(words).capitalize() + ".")
        rows.append(document(f"{source.lower()}-{k:03}", source, " ".join(sentences)))
    return rows


@pytest.fixture(scope="module")
def two_sources(book):
    """Measures before and now: Mail gets ten other articles, Star ten of its kind, Post nothing."""
    rng = np.random.default_rng(2)
    old = drawn(rng, 25, "Mail") + drawn(rng, 25, "Star") + drawn(rng, 5, "Post")
    new = drawn(rng, 10, "Mail", first=50, shift=3, kind=0.05) + drawn(rng, 10, "Star", first=50)
    return measured(book, *old), measured(book, *old, *new)


@pytest.fixture(scope="module")
def moved(two_sources):
    before, now = two_sources
    return cc.changes(Previous(before, STARTED), now)


def row(table, kind, item, source):
    found = table[(table[["kind", "item", "source"]] == [kind, item, source]).all(axis=1)]
    assert len(found) == 1
    return found.iloc[0]


def test_documents_are_matched_by_name_and_text(book):
    gone = document("gone", "Star", "It snowed for days.")
    named = document("old-name", "Star", "A long winter came over all of us.", title="Winter")
    before = measured(book, A, B, gone, named, document("facts", "Post", "Nothing new.", title="x"))
    corrected = {**B, "text": "The court met. There was a quarrel."}
    now = measured(
        book, A, corrected, {**named, "doc_id": "new-name"}, document("new", "Post", "It rains."),
        document("facts", "Post", "Nothing new.", title="y", author="Bo"),
    )  # fmt: skip
    table = cc.document_changes(Previous(before), now)
    assert table[["change", "doc_id", "words_before", "words", "what"]].values.tolist() == [
        ["added", "new", 0, 2, ""],
        ["changed", "b", 9, 7, ""],
        ["gone", "gone", 4, 0, ""],
        ["renamed", "new-name", 8, 8, "was old-name"],
        ["facts", "facts", 2, 2, "title, author"],
    ]


def test_a_document_that_changes_its_source_goes_from_one_to_the_other(book):
    before = measured(book, A, B, document("c", "Star", "The dam broke."))
    now = measured(book, A, {**B, "source": "Star"}, document("c", "Star", "The dam broke."))
    table = cc.changes(Previous(before), now)
    assert row(table, "theme", "law", "Mail")[["before", "now", "gone"]].tolist() == [
        0.25, 0, -0.25,
    ]  # fmt: skip
    assert row(table, "theme", "law", "Star")[["before", "now"]].tolist() == [
        0,
        pytest.approx(1 / 3),
    ]


def test_numbers_by_hand_within_an_article(book):
    before, now = measured(book, A), measured(book, A, B)
    table = cc.changes(Previous(before), now)
    law = row(table, "theme", "law", "Mail")
    assert law[["before", "now", "added", "n_before", "n"]].tolist() == [0, 0.25, 0.25, 2, 4]
    assert law["unit"] == "within these articles" and not law["moved"]
    peace = row(table, "scale", "peace", "Mail")
    assert peace["before"] == pytest.approx(np.log(1.5 / 0.5))
    assert peace["now"] == pytest.approx(np.log(1.5 / 2.5))
    assert peace["n"] == 3  # hits
    assert np.isnan(peace["p"])  # two paragraphs can be dealt in two ways only
    assert "word" not in set(table["kind"])  # none occurs ten times


def test_a_corrected_article_is_compared_by_its_paragraphs(book):
    """Nobody says which paragraph became which: the old ones are gone, the new ones added."""
    before = measured(book, document("a", "Mail", "The court met.\n\nThe dam broke."))
    now = measured(book, document("a", "Mail", "The court met.\n\nThe dam held.\n\nIt rained."))
    law = row(cc.changes(Previous(before), now), "theme", "law", "Mail")
    assert law[["before", "now", "n_before", "n"]].tolist() == [0.5, pytest.approx(1 / 3), 2, 3]
    assert law[["added", "gone", "changed"]].tolist() == [0, 0, pytest.approx(1 / 3 - 1 / 2)]
    assert law["unit"] == "within this article"


def test_numbers_now_are_those_of_the_other_pages(two_sources, moved):
    _, now = two_sources
    rates = cc.term_frequency(now).set_index(["source", "term"])["rate"]
    words = moved[moved["kind"] == "word"]
    assert len(words) > 20
    there = [rates[r.source, r.item] for r in words.itertuples()]
    assert words["now"].tolist() == pytest.approx(there)
    shares = cc.theme_share(now).set_index(["source", "theme"])["share"]
    tone = cc.sentiment(now).set_index("source")["mean"]
    place = cc.scale_position(now).set_index("source")["position"]
    for source in ("Mail", "Star"):
        assert row(moved, "theme", "water", source)["now"] == shares[source, "water"]
        assert row(moved, "tone", "vader", source)["now"] == pytest.approx(tone[source])
        assert row(moved, "scale", "peace", source)["now"] == pytest.approx(place[source])


def test_what_moved_is_found_and_what_did_not_is_not(moved):
    found = moved[moved["moved"]]
    assert set(found["source"]) == {"Mail"}
    assert {"water", "vader", "peace"} <= set(found["item"])
    assert row(moved, "word", "river", "Mail")["p"] < 0.05
    assert row(moved, "tone", "vader", "Mail")["high"] < 0
    assert (moved["p_adjusted"] >= moved["p"]).all()
    assert set(moved["tests"]) == {len(moved)}
    assert "Post" not in set(moved["source"])  # nothing new there
    assert moved["added"].tolist() == pytest.approx(moved["change"].tolist())


def test_the_same_seed_gives_the_same_table(two_sources, moved):
    before, now = two_sources
    again = cc.changes(Previous(before, STARTED), now)
    pd.testing.assert_frame_equal(again, moved)


def test_sentences_name_what_moved_and_what_it_comes_from(two_sources, moved):
    before, now = two_sources
    found = cc.change_findings(Previous(before, STARTED), now, moved)
    assert found[0] == (
        "Since the run of 20 November 2026, 04:00 UTC: 20 documents added (Mail 10, Star 10)."
    )
    assert found[0].links == (("brief", "changes_documents", "documents"),)
    assert found[1].startswith(f"{moved['moved'].sum()} of {len(moved)} numbers of 2 sources moved")
    water = row(moved, "theme", "water", "Mail")
    text = next(f for f in found if f.startswith("water, "))
    assert text.label == "Mail:"
    points = f"{100 * water['added']:+.0f} points"
    assert f"added documents {points}" in text and f"over {len(moved)} tests" in text


def test_nothing_moved_is_a_finding(book):
    rng = np.random.default_rng(8)
    old, new = drawn(rng, 20, "Star"), drawn(rng, 6, "Star", first=40)
    previous, now = Previous(measured(book, *old)), measured(book, *old, *new)
    table = cc.changes(previous, now)
    assert not table["moved"].any()
    found = cc.change_findings(previous, now, table)
    least = table["p_adjusted"].min()
    assert found[1].startswith(f"Nothing moved beyond noise: of {len(table)} numbers of 1 source")
    assert found[1].endswith(f"(smallest adjusted p {least:.2f}).")


def test_one_new_article_is_not_tested(book):
    rng = np.random.default_rng(8)
    old, new = drawn(rng, 20, "Star"), drawn(rng, 1, "Star", first=40, shift=50)
    previous, now = Previous(measured(book, *old)), measured(book, *old, *new)
    table = cc.changes(previous, now)
    assert table["p"].isna().all() and not table["moved"].any() and set(table["tests"]) == {0}
    assert table["added"].notna().all()
    found = cc.change_findings(previous, now, table)
    assert found[1].startswith("So few documents are new that no change could be told from chance")


def test_no_change_and_no_earlier_run(book):
    now = measured(book, A, B)
    same = cc.changes(Previous(now, STARTED), now)
    first = cc.changes(None, now)
    assert same.empty and first.empty and list(same) == list(first)
    assert cc.document_changes(None, now).empty
    found = cc.change_findings(Previous(now, STARTED), now, same)
    assert found == [
        "Since the run of 20 November 2026, 04:00 UTC nothing was added, changed or removed: "
        "the same 2 documents."
    ]
    assert cc.change_findings(None, now, first)[0].startswith("This is the first run")


@pytest.mark.parametrize(
    ("part", "kinds"),
    [
        ({"version": 1}, {"word", "tone", "theme", "scale"}),
        ({"chronology": True}, {"word", "tone", "theme", "scale"}),
        ({"codebook": {"sha256": "0" * 64, "themes": {}, "scales": {}}}, {"theme", "scale"}),
        ({"lexicons": {"vader": "0" * 64}}, {"tone"}),
    ],
)
def test_what_was_measured_otherwise_is_never_news(two_sources, part, kinds):
    before, now = two_sources
    other = Previous(before.again(before.documents, {**before.record, **part}), STARTED)
    reasons = not_comparable(other, now)
    assert set(reasons) == kinds
    table = cc.changes(other, now)
    assert not set(table["kind"]) & kinds
    found = cc.change_findings(other, now, table)
    assert set(reasons.values()) <= set(found)
    assert found[0].startswith("Since the run")  # documents are told all the same


def test_parameters_set_otherwise_are_named(two_sources, moved):
    before, now = two_sources
    previous = Previous(before, STARTED, {"brief": {"level": 0.9, "seed": 0}})
    found = cc.change_findings(previous, now, moved, {"level": 0.95, "seed": 0})
    assert (
        "Set otherwise than in that run: level (0.9, now 0.95); both are read as set now." in found
    )


def test_read_previous(book, tmp_path, monkeypatch):
    now = measured(book, {**A, "date": "2020"}, {**B, "source": "Star", "date": "2021"})
    now.save(tmp_path / "run" / "measures")
    record = {"outcome": "good", "started": STARTED, "parameters": {"brief": {}}}
    (tmp_path / "run" / "run.json").write_text(json.dumps(record), encoding="utf-8")
    monkeypatch.setenv("CROSSCURRENTS_PREVIOUS", str(tmp_path / "run"))
    whole = cc.read_previous()
    assert (whole.started, len(whole.measures.documents)) == (STARTED, 2)
    assert len(cc.read_previous(since="2021").measures.documents) == 1
    assert cc.read_previous(sources=["Post"]) is None
    monkeypatch.setenv("CROSSCURRENTS_PREVIOUS", "")
    assert cc.read_previous() is None
    assert len(cc.read_previous(tmp_path / "run" / "measures").measures.documents) == 2
    with pytest.raises(ValueError, match="holds no measures; name the folder of a run"):
        cc.read_previous(tmp_path)
    monkeypatch.setenv("CROSSCURRENTS_PREVIOUS", str(tmp_path / "run"))
    (tmp_path / "run" / "measures" / "terms.parquet").write_bytes(b"broken")
    unreadable = cc.read_previous()
    assert not unreadable and "cannot be read" in unreadable.error
    assert cc.changes(unreadable, now).empty and cc.document_changes(unreadable, now).empty
    (said,) = cc.change_findings(unreadable, now, cc.changes(unreadable, now))
    assert said.startswith("The earlier run of 20 November 2026, 04:00 UTC cannot be read, so ")


def test_what_is_kept_of_a_run_compares_as_the_whole_would(two_sources, moved, tmp_path):
    before, now = two_sources
    (tmp_path / "run").mkdir()
    keep_measures(before.save(tmp_path / "work"), tmp_path / "run")
    kept = cc.read_previous(tmp_path / "run")
    assert set(kept.measures.terms["n"]) == {1} < set(before.terms["n"])
    pd.testing.assert_frame_equal(cc.changes(kept, now), moved)
    for name in ("1", "2", "3"):
        before.save(tmp_path / name / "measures")
    forget_measures([tmp_path / name for name in ("1", "2", "3")])
    assert [(tmp_path / n / "measures").is_dir() for n in ("1", "2", "3")] == [False, True, True]


def test_chart_of_changes(moved):
    ax = cc.plot_changes(moved)
    label = ax.figure.get_label()
    assert label.startswith(f"Changes since the last run; {moved['moved'].sum()} of {len(moved)}")
    assert len(ax.figure.axes) == 4
    assert cc.plot_changes(moved[:0]).figure.get_label().endswith("nothing to show.")
