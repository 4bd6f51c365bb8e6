"""The five articles: what is stored of them is what measuring their texts gives.

The texts are not part of the repository. CROSSCURRENTS_TEXTS names a folder that holds them (in
any order, under any name: they are known by their hashes); without it these tests are skipped.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from crosscurrents import measure, measure_tone, read_corpus, read_measures
from crosscurrents.corpus.adding import Additions, add_files
from crosscurrents.measures import TABLES, TONE, Measures

SEEDS = Path(__file__).parent.parent / "seeds" / "alliance"
LISTS = ("codebook.yml", "topic_words.txt", "targets.yml")
FOLDER = os.environ.get("CROSSCURRENTS_TEXTS", "")


@pytest.fixture(scope="module")
def texts() -> Path:
    if not FOLDER:
        pytest.skip("CROSSCURRENTS_TEXTS does not name the folder that holds the five texts")
    path = Path(FOLDER)
    assert path.is_dir(), f"CROSSCURRENTS_TEXTS names {FOLDER!r}, which is no folder"
    return path


@pytest.fixture(scope="module")
def stored() -> Measures:
    return read_measures(SEEDS / "measures", tone=False)


def corpus_folder(path: Path, *names: str) -> Path:
    """A corpus of the catalogue and some more of the seeds, without texts."""
    path.mkdir(parents=True)
    for name in ("catalogue.csv", *names):
        source = SEEDS / name
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, path / name)
    return path


@pytest.fixture(scope="module")
def fresh(texts, tmp_path_factory) -> tuple[Path, Measures]:
    """The corpus with its texts and without anything stored, and what measuring it gives."""
    folder = corpus_folder(tmp_path_factory.mktemp("seeds") / "corpus", *LISTS)
    outcomes = add_files(Additions(folder), [str(texts)], listed=True)
    assert all(outcome.startswith("added as texts/") for _, outcome in outcomes)
    return folder, measure(read_corpus(folder), reuse=False)


def equal(one: Measures, two: Measures) -> None:
    for name in TABLES:
        a, b = getattr(one, name), getattr(two, name)
        if name == "documents":  # the code may have changed without a change of any number
            a, b = a.drop(columns="measured_with"), b.drop(columns="measured_with")
        pd.testing.assert_frame_equal(a, b, check_dtype=False, obj=name)


def test_the_catalogue_knows_the_texts_by_their_hashes(texts):
    catalogue = pd.read_csv(SEEDS / "catalogue.csv", dtype=str, keep_default_na=False)
    assert len(catalogue) == 5
    found = {hashlib.sha256(f.read_bytes()).hexdigest() for f in texts.rglob("*") if f.is_file()}
    assert set(catalogue["sha256"]) <= found


def test_measuring_the_texts_gives_what_is_stored(fresh, stored):
    equal(fresh[1], stored)
    for part in ("codebook", "lexicons", "chronology"):
        assert json.loads(json.dumps(fresh[1].record[part])) == stored.record[part]


def test_measuring_the_tone_of_the_texts_gives_what_is_stored(fresh):
    corpus = read_corpus(fresh[0])
    tone = measure_tone(corpus, fresh[1], reuse=False)
    stored = read_measures(SEEDS / "measures")
    assert stored.record["tone"] == tone.record["tone"]
    assert stored.documents["measured_with"].tolist() == tone.documents["measured_with"].tolist()
    for name in ("sentences", *TONE):
        table = getattr(stored, name)
        pd.testing.assert_frame_equal(getattr(tone, name)[table.columns], table, check_dtype=False)


def test_without_the_texts_the_corpus_measures_the_same(stored, tmp_path):
    folder = corpus_folder(tmp_path / "corpus", "codebook.yml", "measures")
    corpus = read_corpus(folder)
    assert not corpus.documents["at_hand"].any()
    equal(measure(corpus), stored)


def test_the_five_are_cleaned_to_prose(fresh):
    """Sizes that a reader finds in each, and that nothing but prose is left."""
    corpus = read_corpus(fresh[0])
    documents = fresh[1].documents.set_index("doc_id")
    assert corpus.rejected.empty
    assert documents[["paragraphs", "sentences", "words"]].gt(0).all(axis=None)
    reasons = corpus.excluded.groupby("doc_id")["reason"].agg(set)
    for doc_id in documents.index:
        paragraphs = corpus.cleaned(doc_id).paragraphs
        assert {p.section for p in paragraphs} == {"body"}
        assert all(p.text[-1] in '.!?:”’")' for p in paragraphs), doc_id
        assert not any("](" in p.text or "**" in p.text or "\u00a0" in p.text for p in paragraphs)
    assert "chronology" in reasons["comparative-connections-2016"]
    assert "footnote" in reasons["commentary-2015"]
    assert "disclaimer" in reasons["moscow-times-2019"]
    assert "navigation" in reasons["policy-note-2019"]
    assert "caption" in reasons["essay-2019"]


def test_every_character_of_the_texts_has_a_reason(fresh):
    corpus = read_corpus(fresh[0])
    for doc_id in corpus.documents["doc_id"]:
        raw, spans = corpus.raw(doc_id), corpus.cleaned(doc_id).spans
        assert "".join(raw[s.start : s.end] for s in spans) == raw


def test_the_stored_measures_hold_no_prose(stored):
    """Words, and phrases of three words at most that recur: no sentence can be put together."""
    terms = stored.terms
    assert terms["n"].max() <= 3
    phrases = terms[terms["n"] > 1]
    assert (phrases.groupby(["n", "term"])["count"].sum() > 1).all()
    assert (phrases["paragraph"] == 0).all()
    assert "text" not in stored.excluded
