"""Measures: tables worked out by hand, stored and read again, and what makes them go stale."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import corpus_folder, equal

from crosscurrents import measure, measure_tone, read_corpus, read_measures
from crosscurrents.codebook import Codebook
from crosscurrents.corpus.files import COLUMNS, RESERVED, user_column
from crosscurrents.measures import TABLES, TONE, Measures, in_period
from crosscurrents.storage import MEASURES_VERSION

TEXT = (
    "# Rain\n\nThe long rain fell. “We like the long rain here,” she said.\n\n"
    "The long rain, so long, fell on Karsia's US mill - and the long rain fell."
)
BOOK = "themes: {rain: [rain, long rain], law: [court]}"


def table_of(**texts: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"doc_id": list(texts), "source": list(texts), "text": list(texts.values())}
    )


def measured(book: Codebook | None = None, **texts: str) -> Measures:
    return measure(read_corpus(table_of(**texts)), codebook=book or Codebook(), reuse=False)


# --- by hand


def test_documents(book):
    documents = measured(book, a=TEXT, b="Home\n\nMenu").documents
    assert documents.columns.tolist()[: len(COLUMNS)] == COLUMNS
    sizes = ["paragraphs", "sentences", "words", "quoted_words"]
    assert documents[sizes].values.tolist() == [[2, 3, 27, 6], [0, 0, 0, 0]]
    assert documents.loc[0, "sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()
    prose = read_corpus(table_of(a=TEXT)).text("a")
    assert documents.loc[0, "cleaned_sha256"] == hashlib.sha256(prose.encode()).hexdigest()


def test_single_words_are_counted_by_paragraph(book):
    terms = measured(book, a=TEXT).terms
    one = terms[terms["n"] == 1]
    assert one["count"].sum() == 27
    counts = {(p, t): c for p, t, c in zip(one["paragraph"], one["term"], one["count"])}
    assert counts[1, "rain"] == 2
    assert counts[2, "rain"] == 2
    assert counts[2, "karsia"] == 1
    assert counts[2, "US"] == 1
    assert (2, "us") not in counts


def test_phrases_are_counted_by_document_if_they_recur(book):
    terms = measured(book, a=TEXT, b="It was the long rain. It was so.").terms
    phrases = terms[terms["n"] > 1]
    assert (phrases["paragraph"] == 0).all()
    found = {(d, t): c for d, t, c in zip(phrases["doc_id"], phrases["term"], phrases["count"])}
    assert found == {
        ("a", "the long"): 4, ("a", "long rain"): 4, ("a", "rain fell"): 2,
        ("a", "the long rain"): 4, ("a", "long rain fell"): 2,
        ("b", "the long"): 1, ("b", "long rain"): 1, ("b", "the long rain"): 1, ("b", "it was"): 2,
    }  # fmt: skip


def test_no_phrase_crosses_punctuation_a_sentence_or_a_paragraph(book):
    text = "Rain fell, rain. Fell rain; fell (rain) fell. Rain — fell.\n\nRain.\n\n"
    text += "Fell. Mr. Rek, Mr. Rek."
    terms = measured(book, a=text).terms
    assert terms.loc[terms["n"] > 1, "term"].tolist() == ["mr rek"]


def test_sentences(book):
    sentences = measured(book, a=TEXT, b="Home").sentences
    assert sentences.columns.tolist() == TABLES["sentences"]
    assert sentences[["doc_id", "paragraph", "sentence", "words"]].values.tolist() == [
        ["a", 1, 1, 4], ["a", 1, 2, 8], ["a", 2, 3, 15],
    ]  # fmt: skip
    assert sentences["quoted"].tolist() == pytest.approx([0, 6 / 8, 0])
    assert sentences["vader"].between(-1, 1).all()
    assert sentences["vader_coverage"].tolist() == pytest.approx([0, 1 / 8, 0])  # like


def test_themes(book):
    themes = measured(book, a=TEXT).themes
    assert themes.values.tolist() == [
        ["a", 1, 1, "rain", "long rain", 1], ["a", 1, 2, "rain", "long rain", 1],
        ["a", 2, 3, "rain", "long rain", 2],
    ]  # fmt: skip


def test_what_was_excluded(book):
    aside = measured(book, a=TEXT).excluded
    assert aside.values.tolist() == [["a", 1, "headline", 1]]


def test_the_record_says_what_it_was_measured_with(book):
    record = measured(book, a=TEXT).record
    assert record["codebook"]["sha256"] == book.sha256
    assert list(record["codebook"]["themes"]) == ["rain", "law"]
    assert len(record["lexicons"]["vader"]) == 64
    assert record["chronology"] is False


def test_our_own_corpus_counts_as_a_careful_reader_counts(own):
    documents = measure(read_corpus(own), reuse=False).documents
    expected = pd.read_csv(own.parent / "expected" / "counts.csv").set_index("doc_id")
    found = documents.set_index("doc_id")[expected.columns].loc[expected.index]
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_tables_hold_none_of_the_prose(own):
    measures = measure(read_corpus(own), reuse=False)
    assert measures.terms["n"].max() == 3
    assert measures.terms["term"].str.count(" ").max() == 2
    texts = {c for name in TABLES for c in getattr(measures, name).columns} - {*COLUMNS, "country"}
    assert "text" not in texts
    assert "passage" not in texts


# --- laws

TEXTS = st.lists(
    st.sampled_from(["Rain fell.", "The long rain fell on us.", "“No,” he said.", "US, us!", "—",
                     "\n\n", "A court met.", "Home"]),
    min_size=1, max_size=8,
).map(" ".join).filter(lambda t: any(c.isalnum() for c in t))  # fmt: skip


@settings(max_examples=25)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_numbers_of_words_agree_in_all_tables(texts):
    measures = measured(**{f"d{i}": t for i, t in enumerate(texts)})
    documents = measures.documents.set_index("doc_id")
    one = measures.terms[measures.terms["n"] == 1]
    for table, column in ((one, "count"), (measures.sentences, "words")):
        total = table.groupby("doc_id")[column].sum().reindex(documents.index, fill_value=0)
        assert total.tolist() == documents["words"].tolist()
    sizes = measures.sentences.groupby("doc_id").size().reindex(documents.index, fill_value=0)
    assert sizes.tolist() == documents["sentences"].tolist()
    quoted = measures.sentences["quoted"] * measures.sentences["words"]
    quoted = quoted.groupby(measures.sentences["doc_id"]).sum()
    quoted = quoted.reindex(documents.index, fill_value=0)
    assert quoted.tolist() == pytest.approx(documents["quoted_words"].tolist())


@settings(max_examples=15)
@given(st.lists(TEXTS, min_size=1, max_size=3), TEXTS)
def test_a_further_document_changes_no_row_of_the_others(texts, further):
    names = {f"d{i}": t for i, t in enumerate(texts)}
    alone, more = measured(**names), measured(**names, z=further)
    for name in TABLES:
        one, two = getattr(alone, name), getattr(more, name)
        two = two[two["doc_id"] != "z"].reset_index(drop=True)
        if name == "terms":  # a phrase may recur now that did not
            one, two = (t[t["n"] == 1].reset_index(drop=True) for t in (one, two))
        pd.testing.assert_frame_equal(one, two, check_dtype=False)


def test_tables_stand_in_the_order_of_the_catalogue_and_of_the_text(own):
    measures = measure(read_corpus(own), reuse=False)
    order = {d: i for i, d in enumerate(measures.documents["doc_id"])}
    for name in ("sentences", "themes", "excluded", "terms"):
        assert getattr(measures, name)["doc_id"].map(order).is_monotonic_increasing, name
    place = measures.sentences[["doc_id", "sentence"]]
    assert (place.groupby("doc_id")["sentence"].diff().dropna() == 1).all()


def test_no_document_with_words_gives_empty_tables():
    measures = measured(a="Home", b="Menu")
    for name in ("terms", "sentences", "themes"):
        table = getattr(measures, name)
        assert table.empty
        assert table.columns.tolist() == TABLES[name]
    assert measures.documents["words"].tolist() == [0, 0]


# --- selecting


@pytest.fixture
def dated() -> Measures:
    table = pd.DataFrame(
        {"doc_id": list("abcd"), "source": ["Mail", "Star", "Mail", "Sun"],
         "date": ["2016", "2016-05", "2016-05-04", ""], "text": "It rained."}
    )  # fmt: skip
    return measure(read_corpus(table), codebook=Codebook(), reuse=False)


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({}, "abcd"),
        ({"sources": ["Mail"]}, "ac"),
        ({"since": "2016"}, "abc"),
        ({"since": "2016-05"}, "abc"),
        ({"since": "2016-05-04"}, "abc"),
        ({"since": "2016-05-05"}, "ab"),
        ({"until": "2016-05-03"}, "ab"),
        ({"until": "2016-04"}, "a"),
        ({"since": "2016-05-05", "until": "2016-05"}, "ab"),
        ({"sources": ["Sun"]}, "d"),
    ],
)
def test_sources_and_periods(dated, options, kept):
    chosen = dated.select(**options)
    assert chosen.documents["doc_id"].tolist() == list(kept)
    for name in ("terms", "sentences"):
        assert set(getattr(chosen, name)["doc_id"]) == set(kept)
    assert chosen.record == dated.record
    assert len(dated.documents) == 4


def test_periods():
    dates = pd.Series(["2015", "2016-09", "2016-09-30", "2017", ""])
    assert in_period(dates, since="2016-09-15").tolist() == [False, True, True, True, False]
    assert in_period(dates, until="2016").tolist() == [True, True, True, False, False]
    assert in_period(dates).tolist() == [True] * 5
    assert in_period(pd.Series([], dtype=str), since="2016").tolist() == []


# --- storing


def test_measures_are_stored_and_read_again(own, tmp_path):
    book = own.parent.parent / "seeds" / "alliance" / "codebook.yml"
    measures = measure(read_corpus(own), codebook=book)
    path = measures.save(tmp_path / "deep" / "measures")
    again = read_measures(path)
    equal(again, measures)
    assert again.record == json.loads(json.dumps(measures.record))
    assert not [f.name for f in path.iterdir() if f.name.startswith(".") or "part" in f.name]


def test_measures_that_cannot_be_read(own, tmp_path):
    with pytest.raises(ValueError, match=r"lack \['documents\.parquet'.*measure the corpus again"):
        read_measures(tmp_path)
    path = measured(a=TEXT).save(tmp_path / "m")
    (path / "terms.parquet").write_bytes(b"nonsense")
    with pytest.raises(ValueError, match=r"terms.parquet' were altered after they were stored"):
        read_measures(path)
    with pytest.raises(ValueError, match=r"terms.*cannot be read"):
        read_measures(sign_again(path))
    pd.DataFrame({"a": [1]}).to_parquet(path / "terms.parquet")
    with pytest.raises(ValueError, match=r"terms.*lack.*'doc_id'"):
        read_measures(sign_again(path))


def sign_again(path: Path) -> Path:
    """Give stored measures the hashes of their tables, as somebody may who altered them."""
    record = json.loads((path / "record.json").read_text())
    record["tables"] = {
        name: hashlib.sha256((path / f"{name}.parquet").read_bytes()).hexdigest() for name in TABLES
    }
    (path / "record.json").write_text(json.dumps(record))
    return path


def test_tables_of_a_large_corpus_may_be_larger_than_any_text(book, tmp_path, monkeypatch):
    """A million articles have 5 GB of terms; the limit of a text is no limit of a table."""
    monkeypatch.setattr("crosscurrents.storage.LARGEST", 100)
    made = measured(book, a=TEXT)
    stored = read_measures(made.save(tmp_path / "m"))
    pd.testing.assert_frame_equal(stored.terms, made.terms, check_dtype=False)


def test_altered_measures_do_not_stand_in_for_texts(tmp_path):
    path = catalogued(tmp_path, a=TEXT, b="The court met.")
    measure(read_corpus(path)).save(path / "measures")
    (path / "texts" / "a.txt").unlink()
    file = path / "measures" / "documents.parquet"
    pd.read_parquet(file).assign(words=-25).to_parquet(file)
    with pytest.raises(ValueError, match="altered after they were stored"):
        measure(read_corpus(path))


@pytest.mark.parametrize(
    "text", ["[" * 200_000, "{", "\xff", "[]", '{"codebook": []}', '{"version": "2"}', None]
)
def test_records_that_are_none(tmp_path, text):
    path = measured(a=TEXT).save(tmp_path / "m")
    record = json.loads((path / "record.json").read_text())
    del record["tables"]
    text = json.dumps(record) if text is None else text
    (path / "record.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(ValueError, match=r"record.json' cannot be read, or an earlier version"):
        read_measures(path)


def test_a_pipe_among_stored_measures_is_not_waited_for(tmp_path):
    path = measured(a=TEXT).save(tmp_path / "m")
    (path / "terms.parquet").unlink()
    os.mkfifo(path / "terms.parquet")
    with pytest.raises(ValueError, match=r"lack \['terms.parquet'\]"):
        read_measures(path)


# --- the version of the measures


FROZEN = Path(__file__).parent / "frozen"
AGAIN = (
    "a stored number is another now: if that is meant, raise MEASURES_VERSION in storage.py and "
    "store these tables with crosscurrents measure --corpus tests/corpus --out tests/frozen --tone"
)


def assert_as_stored(name, one, two, **options) -> None:
    try:
        pd.testing.assert_frame_equal(one, two, check_exact=True, **options)
    except AssertionError as error:
        raise AssertionError(f"{AGAIN}: {name}: {error}") from None


def test_what_a_version_measures_stays_the_same(own):
    stored = read_measures(FROZEN)
    assert stored.record["version"] == MEASURES_VERSION, AGAIN
    fresh = measure(read_corpus(own), reuse=False, cache=False)
    for name in TABLES:
        one = getattr(fresh, name)
        assert_as_stored(name, one, getattr(stored, name)[one.columns])


def test_what_a_version_measures_of_tone_stays_the_same(own):
    corpus = read_corpus(own)
    fresh = measure_tone(corpus, measure(corpus, reuse=False, cache=False), reuse=False)
    stored = read_measures(FROZEN)
    for name in ("sentences", *TONE):  # AFINN is not installed everywhere
        one, two = getattr(fresh, name), getattr(stored, name)
        columns = [c for c in two if not c.startswith("afinn")]
        if name == "valences":
            one, two = (table[table["lexicon"] != "afinn"] for table in (one, two))
        one, two = (table[columns].reset_index(drop=True) for table in (one, two))
        assert_as_stored(name, one, two, check_dtype=False)


# --- names of a catalogue's own columns


def test_every_name_of_ours_may_be_a_column_of_the_user(tmp_path):
    results = {c for columns in TABLES.values() for c in columns} - {*COLUMNS}
    assert {*TABLES["documents"]} - {*COLUMNS} <= RESERVED
    names = [*sorted(RESERVED | results), "catalogue:words", "catalogue:a", "_order", "country"]
    path = catalogued(tmp_path, a=TEXT, b="The court met.")
    table = pd.read_csv(path / "catalogue.csv")
    for k, name in enumerate(names):
        table[name] = [f"{k} first", f"{k} second"]
    table.to_csv(path / "catalogue.csv", index=False)
    plain = measure(read_corpus(catalogued(tmp_path / "plain", a=TEXT, b="The court met.")))
    fresh = measure(read_corpus(path))
    fresh.save(path / "measures")
    (path / "texts" / "a.txt").unlink()
    absent = measure(read_corpus(path)).select(sources=["a", "b"])
    for measures in (fresh, read_measures(path / "measures"), absent):
        documents = measures.documents
        assert documents.columns.is_unique
        assert documents["words"].tolist() == plain.documents["words"].tolist()
        equal(measures, plain, tables=[name for name in TABLES if name != "documents"])
        for k, name in enumerate(names):
            assert documents[user_column(documents, name)].tolist() == [f"{k} first", f"{k} second"]
    one = absent.select(sources=["b"])
    assert one.documents[user_column(one.documents, "group")].tolist() == [
        f"{names.index('group')} second"
    ]
    assert user_column(plain.documents, "words") == "words"
    with pytest.raises(
        ValueError, match=r"by 'x' is no column of the documents; choose from \['doc"
    ):
        user_column(documents, "x")


def catalogued(tmp_path: Path, **texts: str) -> Path:
    """A corpus folder with a catalogue, a codebook and texts."""
    hashes = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
    rows = [f"{name},{name},{name}.txt,{sha256}" for name, sha256 in hashes.items()]
    catalogue = "\n".join(["doc_id,source,file,sha256", *rows])
    return corpus_folder(tmp_path / "corpus", texts, BOOK, catalogue)


def test_a_text_that_is_not_at_hand_takes_part_through_its_stored_measures(tmp_path):
    path = catalogued(tmp_path, a=TEXT, b="The court met. It rained on the court.")
    before = measure(read_corpus(path))
    before.save(path / "measures")
    (path / "texts" / "a.txt").unlink()
    after = measure(read_corpus(path))
    equal(after, before)
    with pytest.raises(ValueError, match="not available"):
        read_corpus(path).text("a")


def test_stored_measures_of_another_codebook_do_not_stand_in(tmp_path):
    path = catalogued(tmp_path, a=TEXT, b="The court met.")
    measure(read_corpus(path)).save(path / "measures")
    (path / "texts" / "a.txt").unlink()
    (path / "codebook.yml").write_text("themes: {snow: [snow]}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"'a' \(a\.txt\) is not available.*with this codebook"):
        measure(read_corpus(path))
    with pytest.raises(ValueError, match="this codebook, lexicon, chronology"):
        measure(read_corpus(path, chronology=True), codebook=Codebook())


def test_what_changed_is_measured_again(tmp_path):
    path = catalogued(tmp_path, a=TEXT, b="The court met. It rained on the court.")
    measure(read_corpus(path)).save(path / "measures")
    (path / "codebook.yml").write_text("themes: {law: [court, met]}", encoding="utf-8")
    equal(measure(read_corpus(path)), measure(read_corpus(path), reuse=False))
    assert set(measure(read_corpus(path)).themes["pattern"]) == {"court", "met"}
    (path / "texts" / "b.txt").write_text("The treaty holds.", encoding="utf-8")
    text = (path / "catalogue.csv").read_text().rsplit(",", 1)[0] + ","
    (path / "catalogue.csv").write_text(text, encoding="utf-8")
    changed = measure(read_corpus(path))
    assert changed.documents.set_index("doc_id").loc["b", "words"] == 3
    equal(changed, measure(read_corpus(path), reuse=False))


def test_documents_added_later_measure_as_if_all_were_new(tmp_path):
    path = catalogued(tmp_path, a="It was the long rain. We left.")
    measure(read_corpus(path)).save(path / "measures")
    folder = catalogued(
        tmp_path / "more", a="It was the long rain. We left.", b="The long rain fell."
    )
    (folder / "measures").mkdir()
    for file in (path / "measures").iterdir():
        (folder / "measures" / file.name).write_bytes(file.read_bytes())
    equal(measure(read_corpus(folder)), measure(read_corpus(folder), reuse=False))


def test_the_codebook_of_the_folder_is_used_unless_another_is_named(tmp_path):
    path = catalogued(tmp_path, a=TEXT)
    assert set(measure(read_corpus(path), reuse=False).themes["theme"]) == {"rain"}
    other = tmp_path / "other.yml"
    other.write_text("themes: {mill: [mill]}", encoding="utf-8")
    found = measure(read_corpus(path), codebook=other, reuse=False)
    assert set(found.themes["theme"]) == {"mill"}
    assert measure(read_corpus(path), codebook=Codebook(), reuse=False).themes.empty
    with pytest.raises(ValueError, match="is not there; name a YAML file"):
        measure(read_corpus(path), codebook=tmp_path / "none.yml")


def test_what_a_document_was_measured_with_follows_its_tools(tmp_path):
    path = catalogued(tmp_path, a=TEXT)

    def key(**options) -> str:
        chronology = options.pop("chronology", False)
        corpus = read_corpus(path, chronology=chronology)
        return measure(corpus, reuse=False, **options).documents.loc[0, "measured_with"]

    keys = [key(), key(codebook=Codebook()), key(chronology=True)]
    (path / "catalogue.csv").write_text(
        "doc_id,source,file,language,corrections\na,a,a.txt,de,1: prose", encoding="utf-8"
    )
    keys.append(key())
    assert len(set(keys)) == 4
    assert key() == keys[-1]


def test_numbers_are_kept_small(own):
    measures = measure(read_corpus(own), reuse=False)
    for name in TABLES:
        for column, kind in getattr(measures, name).dtypes.items():
            if column in ("count", "words", "n", "paragraph", "sentence", "line"):
                assert np.issubdtype(kind, np.integer), (name, column)


def test_a_label_is_the_form_that_the_corpus_writes_most_often():
    table = pd.DataFrame(
        {
            "source": ["A", "B"],
            "text": [
                "Russia's envoy spoke. The party met the Party. Trade rose. Trade with Karsia fell "
                "in the trade. Ties of iPhone and US-Karsia grew. Then US-Karsia ties fell.",
                "Allies met in Russia, and allies left the South Sea. Yet the US and we told us.",
            ],
        }
    )
    measures = measure(read_corpus(table), cache=False)
    words = "russia party trade karsia US-karsia iphone allies US us the".split()
    expected = "Russia party trade Karsia US-Karsia iPhone allies US us the".split()
    assert [measures.label(word) for word in words] == expected
    assert measures.label("south sea") == "South Sea"
    assert measures.label("yet") == "Yet"  # it stands nowhere but at the beginning
    assert measures.label("never used") == "never used"
    assert "party" not in measures.labels  # of equally frequent forms the counted one


def test_labels_are_the_same_however_documents_were_measured(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSCURRENTS_CACHE", str(tmp_path / "cache"))
    texts = [f"The Mill of Karsia stood. The mill in Karsia fell, {k} Mills." for k in range(6)]
    table = pd.DataFrame({"doc_id": list("abcdef"), "source": "one", "text": texts})
    measure(read_corpus(table[:3]))
    measure(read_corpus(table.iloc[[5, 1, 3]]))
    measures = measure(read_corpus(table))
    alone = measure(read_corpus(table), cache=False)
    pd.testing.assert_frame_equal(measures.forms, alone.forms)
    assert (
        measures.labels
        == alone.labels
        == {
            "karsia": "Karsia",
            "mills": "Mills",
            "the": "The",  # it stands nowhere but at the beginning of sentences
        }
    )
    stored = read_measures(measures.save(tmp_path / "stored"))
    assert stored.labels == measures.labels
