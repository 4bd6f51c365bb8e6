"""What changed since an earlier run, on corpora that can be counted by eye and on drawn ones."""

import json

import numpy as np
import pandas as pd
import pytest
from made import exchanged_p

import crosscurrents as cc
from crosscurrents.previous import Numbers, Previous, change_interval, not_comparable
from crosscurrents.report.publish import prune

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
    assert row(table, "theme", "law", "Mail")[["before", "now"]].tolist() == [0.25, 0]
    assert row(table, "theme", "law", "Star")[["before", "now"]].tolist() == [
        0,
        pytest.approx(1 / 3),
    ]


def test_numbers_by_hand_within_an_article(book):
    before, now = measured(book, A), measured(book, A, B)
    table = cc.changes(Previous(before), now)
    law = row(table, "theme", "law", "Mail")
    assert law[["before", "now", "change"]].tolist() == [0, 0.25, 0.25]
    assert law[["documents_before", "documents_new"]].tolist() == [1, 1]
    assert law["unit"] == "within these articles" and not law["changed"]
    peace = row(table, "scale", "peace", "Mail")
    assert peace["before"] == pytest.approx(np.log(1.5 / 0.5))
    assert peace["now"] == pytest.approx(np.log(1.5 / 2.5))
    assert table[["p", "p_adjusted", "low", "high"]].isna().all(axis=None)
    assert "word" not in set(table["kind"])  # none occurs ten times


def test_a_corrected_article_is_new(book):
    before = measured(book, document("a", "Mail", "The court met.\n\nThe dam broke."))
    now = measured(book, document("a", "Mail", "The court met.\n\nThe dam held.\n\nIt rained."))
    law = row(cc.changes(Previous(before), now), "theme", "law", "Mail")
    assert law[["before", "now"]].tolist() == [0.5, pytest.approx(1 / 3)]
    assert law[["documents_before", "documents_new"]].tolist() == [1, 1]


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


def test_what_changed_is_found_and_what_did_not_is_not(moved):
    found = moved[moved["changed"]]
    assert set(found["source"]) == {"Mail"}
    assert {"water", "vader", "peace"} <= set(found["item"])
    assert row(moved, "word", "river", "Mail")["p"] < 0.05
    tone = row(moved, "tone", "vader", "Mail")
    assert tone["low"] < tone["change"] < tone["high"] < 0
    assert (moved["p_adjusted"] >= moved["p"]).all()
    assert set(moved["tests"]) == {len(moved)}
    assert "Post" not in set(moved["source"])  # nothing new there
    assert moved["change"].tolist() == pytest.approx((moved["now"] - moved["before"]).tolist())


def test_p_is_that_of_exchanging_new_and_old_documents(two_sources, moved):
    before, now = two_sources
    own = [n for n in now.documents["doc_id"] if n.startswith("star")]
    hits = now.themes[now.themes["theme"] == "water"].drop_duplicates(["doc_id", "sentence"])
    hits = hits.groupby("doc_id").size().reindex(own).fillna(0).to_numpy()
    size = now.sentences.groupby("doc_id").size().reindex(own).to_numpy()
    new = np.array([n not in set(before.documents["doc_id"]) for n in own])
    assert new.sum() == 10 and len(own) == 35
    rest = hits - size * hits.sum() / size.sum()
    exact = exchanged_p(rest, new, n_resamples=9999, rng=1)
    assert row(moved, "theme", "water", "Star")["p"] == pytest.approx(exact, abs=0.05)


def test_by_chance_nothing_changed(book):
    """16 corpora whose new documents are like the old ones: at 5% one is expected."""
    rng, named = np.random.default_rng(6), 0
    for _ in range(16):
        old, new = drawn(rng, 12, "Star"), drawn(rng, 6, "Star", first=40)
        table = cc.changes(Previous(measured(book, *old)), measured(book, *old, *new))
        named += table["changed"].any()
    assert named <= 3


def test_four_new_articles_are_not_tested(book):
    rng = np.random.default_rng(8)
    old, new = drawn(rng, 20, "Star"), drawn(rng, 4, "Star", first=40, shift=50)
    table = cc.changes(Previous(measured(book, *old)), measured(book, *old, *new))
    assert table["p"].isna().all() and not table["changed"].any() and set(table["tests"]) == {0}
    assert table["change"].notna().all() and table["low"].isna().all()


def test_gone_articles_alone_are_not_tested(book):
    old = drawn(np.random.default_rng(8), 20, "Star")
    table = cc.changes(Previous(measured(book, *old)), measured(book, *old[:12]))
    assert len(table) and table["p"].isna().all() and set(table["documents_new"]) == {0}


def test_no_change_and_no_earlier_run(book):
    now = measured(book, A, B)
    same = cc.changes(Previous(now, STARTED), now)
    first = cc.changes(None, now)
    assert same.empty and first.empty and list(same) == list(first)
    assert cc.document_changes(None, now).empty


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
    reasons = not_comparable(other.measures, now)
    assert set(reasons) == kinds
    table = cc.changes(other, now)
    assert not set(table["kind"]) & kinds
    assert len(cc.document_changes(other, now)) == 20  # documents are listed all the same


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
    assert not unreadable and "terms.parquet" in unreadable.error
    assert cc.changes(unreadable, now).empty and cc.document_changes(unreadable, now).empty
    (said,) = cc.change_findings(unreadable, now, cc.changes(unreadable, now))
    assert said.startswith("The earlier run") and "cannot be read, so " in said


def test_what_is_kept_of_a_run_compares_as_the_whole_would(two_sources, moved, tmp_path):
    before, now = two_sources
    before.save(tmp_path / "run" / "measures", phrases=False)
    kept = cc.read_previous(tmp_path / "run")
    assert set(kept.measures.terms["n"]) == {1} < set(before.terms["n"])
    pd.testing.assert_frame_equal(cc.changes(kept, now), moved)
    runs = [tmp_path / "runs" / str(number) for number in (1, 2, 3)]
    for number, run in enumerate(runs):
        before.save(run / "measures")
        (run / "run.json").write_text(json.dumps({"number": number, "outcome": "good"}))
    prune(tmp_path / "runs", keep=3)
    assert [(run / "measures").is_dir() for run in runs] == [False, True, True]


# --- the interval of a change


def run(top, size, new):
    """Numbers before and now: the documents `new` were not there before."""
    top, size, new = np.array(top, float)[:, None], np.array(size, float), np.array(new, bool)
    fate = np.where(new, "added", "kept")
    return Numbers(np.array([top * ~new[:, None], top]), np.array([size * ~new, size]), fate)


def test_the_numbers_by_hand():
    parts = run([2, 1, 6], [10, 10, 30], new=[False, False, True])
    before, now, *_ = change_interval(parts, "ratio")
    assert (before[0], now[0]) == (3 / 20, 9 / 50)
    before, now, *_ = change_interval(run([3, 1], [1, 3], new=[False, True]), "log")
    assert before[0] == pytest.approx(np.log(3.5 / 1.5)) and now[0] == pytest.approx(0)


def test_half_a_match_has_no_interval():
    parts = run(np.ones(11), [0] * 6 + [1] * 5, new=[False] * 6 + [True] * 5)
    assert np.isnan(change_interval(parts, "log")[2:]).all()
    parts = run(np.arange(11) + 1, [1] * 11, new=[False] * 6 + [True] * 5)
    assert np.isfinite(change_interval(parts, "log")).all()


def test_kept_documents_cancel():
    """However much the kept documents differ among themselves, few new ones change little."""
    rng = np.random.default_rng(0)
    top = np.r_[rng.poisson(1000, 50) + rng.choice([0, 5000], 50), rng.normal(3500, 100, 5)]
    numbers = run(top, [1e4] * 55, new=[False] * 50 + [True] * 5)
    _, _, low, high = change_interval(numbers, "ratio")
    # The same numbers, of documents that were all removed, and others that were all added.
    none, fate = np.zeros_like(numbers.top), np.repeat(["removed", "added"], 55)
    tops = np.concatenate([[numbers.top[0], none[0]], [none[1], numbers.top[1]]], axis=1)
    sizes = [np.r_[numbers.size[0], np.zeros(55)], np.r_[np.zeros(55), numbers.size[1]]]
    _, _, least, most = change_interval(Numbers(tops, np.array(sizes), fate), "ratio")
    assert high[0] - low[0] < (most[0] - least[0]) / 5


@pytest.mark.parametrize("kept, added", [(40, 10), (40, 6), (20, 20), (8, 5)])
@pytest.mark.parametrize("shift", [1.0, 2.0])
def test_coverage(kept, added, shift):
    """95% intervals hold the true change of an uneven word in at least nine of ten corpora."""
    rng, held, units = np.random.default_rng(11), 0, kept + added
    true = 0.005 * (kept + added * shift) / units - 0.005
    new = np.arange(units) >= kept
    for _ in range(300):
        size = rng.integers(300, 1200, units).astype(float)
        rate = np.where(new, 0.005 * shift, 0.005) * rng.gamma(2.0, 0.5, units)
        parts = run(rng.poisson(size * rate), size, new=new)
        _, _, low, high = change_interval(parts, "ratio", resamples=200)
        held += low[0] <= true <= high[0]
    assert held / 300 >= 0.90
