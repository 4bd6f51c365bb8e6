"""crosscurrents check, and the tables behind it: what a codebook finds and passes over."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from crosscurrents.cli import main
from crosscurrents.codebook import Codebook, read_codebook
from crosscurrents.corpus import read_corpus
from crosscurrents.coverage import (
    pattern_coverage,
    theme_reach,
    uncovered_sentences,
    uncovered_words,
)
from crosscurrents.measures import measure

BOOK = """
themes:
  water:
    patterns: [river, flood*, river bank, weir]
    themes:
      damage: [flood damage]
  money:
    patterns: [bank, price*]
    not: [price list]
scales:
  mood:
    poles:
      warm: [friend*, fair]
      cold: [foe, unfair]
    denied by: {before: ["no"]}
"""
TEXTS = {
    "ann": "The river bank gave way. Flood damage rose and the price of gravel doubled.\n\n"
    "Gravel is no friend of the river. Gravel trucks came on Monday.",
    "ben": "A bank sold the price list. Friends of gravel cheered.",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("corpus")
    (path / "codebook.yml").write_text(BOOK, encoding="utf-8")
    for name, text in TEXTS.items():
        (path / f"{name}.txt").write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def all_of_it(folder):
    book, corpus = read_codebook(folder / "codebook.yml"), read_corpus(folder)
    return book, corpus, measure(corpus, cache=False)


def test_hits_of_each_pattern(all_of_it):
    book, _, measures = all_of_it
    table = pattern_coverage(measures, book)
    assert table.columns.tolist()[:5] == ["theme", "pattern", "hits", "sentences", "documents"]
    assert table.columns.tolist()[5:8] == ["hits_ann", "sentences_ann", "documents_ann"]
    figures = ["hits", "sentences", "documents", "hits_ann", "hits_ben"]
    found = table.set_index(["theme", "pattern"])[figures].T.to_dict("list")
    assert found == {
        ("water", "river"): [1, 1, 1, 1, 0],
        ("water", "flood*"): [0, 0, 0, 0, 0],  # "flood damage" is longer
        ("water", "river bank"): [1, 1, 1, 1, 0],
        ("water", "weir"): [0, 0, 0, 0, 0],
        ("water", "flood damage"): [1, 1, 1, 1, 0],
        ("water/damage", "flood damage"): [1, 1, 1, 1, 0],
        ("money", "bank"): [2, 2, 2, 1, 1],
        ("money", "price*"): [1, 1, 1, 1, 0],
        ("mood/warm", "friend*"): [2, 2, 2, 1, 1],  # the denied one, too
        ("mood/warm", "fair"): [0, 0, 0, 0, 0],
        ("mood/cold", "foe"): [0, 0, 0, 0, 0],
        ("mood/cold", "unfair"): [0, 0, 0, 0, 0],
    }


def test_reach_of_each_theme(all_of_it):
    table = theme_reach(all_of_it[2]).set_index("theme")
    # Sentences: four of ann's (bank; damage and price; river; none), two of ben's (bank; none).
    assert table.index.tolist() == ["water", "water/damage", "money", "(no theme)"]
    assert table["share"].tolist() == [3 / 6, 1 / 6, 3 / 6, 2 / 6]
    assert table["share_ann"].tolist() == [3 / 4, 1 / 4, 2 / 4, 1 / 4]
    assert table["share_ben"].tolist() == [0, 0, 1 / 2, 1 / 2]


def test_words_that_no_theme_covers(all_of_it):
    book, _, measures = all_of_it
    table = uncovered_words(measures, book)
    assert table.iloc[0].tolist() == ["gravel", 4, 4, 2, 2]
    words = set(table["term"])
    # A word of a phrase that hit, of a pattern, and a stop word are none; a pole covers nothing.
    assert not words & {"damage", "river", "bank", "flood", "price", "the"}
    assert {"list", "friend", "friends", "trucks"} <= words


def test_nothing_to_cover(all_of_it):
    measures = measure(all_of_it[1], codebook=Codebook(), cache=False)
    assert pattern_coverage(measures, Codebook()).empty
    assert theme_reach(measures)["share"].tolist() == [1.0]
    assert uncovered_words(measures, Codebook())["term"].iloc[0] == "gravel"


def test_another_codebook_is_refused(all_of_it):
    measures = all_of_it[2]
    for ask in (pattern_coverage, uncovered_words):
        with pytest.raises(ValueError, match="is not the one that the measures were made with"):
            ask(measures, Codebook())


# --- the command


def test_a_codebook_can_be_named(folder, tmp_path, capsys):
    path = tmp_path / "own.yml"
    path.write_text("themes: {snow: [snow]}", encoding="utf-8")
    assert main(["check", str(path), "--corpus", str(folder)]) == 0
    assert "snow: 0 hits of 0 patterns" in capsys.readouterr().out
    path.write_text("themes: {snow: [snow, Snow]}", encoding="utf-8")
    assert main(["check", str(path), "--corpus", str(folder)]) == 2
    assert "own.yml, line 1: theme 'snow' has pattern 'Snow' twice" in capsys.readouterr().err


def test_a_table_is_written(folder, tmp_path, all_of_it):
    file = tmp_path / "a.csv"
    assert main(["check", "--corpus", str(folder), "--all", "--csv", str(file)]) == 0
    expected = pattern_coverage(all_of_it[2], all_of_it[0])
    pd.testing.assert_frame_equal(pd.read_csv(file), expected, check_dtype=False)


def test_stored_measures_are_enough(folder, tmp_path, capsys):
    import shutil

    path = tmp_path / "stored"
    shutil.copytree(folder, path)
    documents = read_corpus(path).documents
    columns = ["doc_id", "source", "file", "sha256"]
    documents[columns].to_csv(path / "catalogue.csv", index=False)
    measure(read_corpus(path), cache=False).save(path / "measures")
    for name in documents["file"]:
        (path / name).unlink()
    assert main(["check", "--corpus", str(path)]) == 0
    said = capsys.readouterr().out
    assert "0 texts available" in said and "money: 3 hits of 2 patterns" in said


def test_sentences_that_no_theme_covers_are_listed(folder, all_of_it, capsys):
    found = uncovered_sentences(all_of_it[2])
    assert found[["doc_id", "sentence"]].values.tolist() == [["ann", 4], ["ben", 2]]
    main(["check", "--corpus", str(folder)])
    said = capsys.readouterr().out
    assert "Sentences that no theme covers: 2\n" in said
    assert "ann, 2: Gravel trucks came on Monday." in said


def test_copies_are_named_and_are_no_failure(tmp_path, run_main):
    """A wire report that two sources print is news of the corpus, not a mistake in its files."""
    words = "The storm tore a gap of forty metres into the breakwater on Monday and sank a boat."
    for source in ("Mail", "Star"):
        (tmp_path / "wire" / source).mkdir(parents=True)
        (tmp_path / "wire" / source / "storm.txt").write_text(words * 4, encoding="utf-8")
    code, out, err = run_main("check", "--corpus", tmp_path / "wire")
    assert code == 0 and err == ""
    assert "1 of 2 articles is" in out and "copy of" in out
