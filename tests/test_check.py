"""crosscurrents check, and the tables behind it: what a codebook finds and passes over."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest
from made import TESTS

from crosscurrents import measure, read_codebook, read_corpus
from crosscurrents.cli import main
from crosscurrents.codebook import Codebook
from crosscurrents.coverage import coverage_lines, uncovered_sentences, uncovered_words

FOLDER = TESTS / "weir"  # a codebook, and two texts that can be counted by eye


@pytest.fixture(scope="module")
def all_of_it():
    book, corpus = read_codebook(FOLDER / "codebook.yml"), read_corpus(FOLDER)
    return book, corpus, measure(corpus, cache=False)


def test_words_that_no_theme_covers(all_of_it):
    book, _, measures = all_of_it
    words = uncovered_words(measures, book)
    assert (words.index[0], words.iloc[0]) == ("gravel", 4)
    # A word that a pattern finds and a stop word are none; a pole covers nothing.
    assert not {*words.index} & {"river", "bank", "flood", "price", "the"}
    assert {"list", "friend", "friends", "trucks"} <= {*words.index}


def test_shares_and_uses_by_hand(all_of_it):
    lines = coverage_lines(*all_of_it)
    # Sentences: four of ann's (bank; damage and price; river; none), two of ben's (bank; none).
    shares = [line.split() for line in lines[3:7]]
    assert shares == [
        ["ann", "ben"], ["water", "75%", "0%"], ["water/damage", "25%", "0%"],
        ["money", "50%", "50%"],
    ]  # fmt: skip
    assert "  water (3 uses): flood damage 1, river 1, river bank 1" in lines
    assert "    without a use: flood*, weir" in lines  # "flood damage" is longer
    assert "  money (3 uses): bank 2, price* 1" in lines
    assert "  mood/warm (2 uses): friend* 2" in lines  # the negated one, too


def test_a_source_in_another_language_has_no_shares(tmp_path):
    texts = {
        "post": "The coal trains did not run, and the sheep were out on the hill again.",
        "blatt": "Die Kohle lag am Fluss, und die Schafe standen wieder auf dem Deich.",
    }
    rows = [{"source": name, "text": text} for name, text in texts.items()]
    corpus = read_corpus(pd.DataFrame(rows).assign(language=["en", "de"]))
    path = tmp_path / "codebook.yml"
    path.write_text("language: en\nthemes: {coal: [coal, sheep]}", encoding="utf-8")
    coal = read_codebook(path)
    lines = coverage_lines(coal, corpus, measure(corpus, codebook=coal, cache=False))
    assert [line.split() for line in lines[3:5]] == [["post"], ["coal", "100%"]]


def test_nothing_to_cover(all_of_it):
    _, corpus, _ = all_of_it
    measures = measure(corpus, codebook=Codebook(), cache=False)
    assert uncovered_words(measures, Codebook()).index[0] == "gravel"
    lines = coverage_lines(Codebook(), corpus, measures)
    assert "Sentences that no theme covers: 6" in lines
    assert not [line for line in lines if line.startswith("Share of")]


# --- the command


def test_a_codebook_can_be_named(tmp_path, capsys):
    path = tmp_path / "own.yml"
    path.write_text("themes: {snow: [snow]}", encoding="utf-8")
    assert main(["check", str(path), "--corpus", str(FOLDER)]) == 0
    assert "snow (0 uses): none" in capsys.readouterr().out
    path.write_text("themes: {snow: [snow, Snow]}", encoding="utf-8")
    assert main(["check", str(path), "--corpus", str(FOLDER)]) == 2
    assert "own.yml, line 1: theme 'snow' has pattern 'Snow' twice" in capsys.readouterr().err


def test_stored_measures_are_enough(tmp_path, capsys):
    path = tmp_path / "stored"
    shutil.copytree(FOLDER, path)
    documents = read_corpus(path).documents
    columns = ["doc_id", "source", "file", "sha256"]
    documents[columns].to_csv(path / "catalogue.csv", index=False)
    measure(read_corpus(path), cache=False).save(path / "measures")
    for name in documents["file"]:
        (path / name).unlink()
    assert main(["check", "--corpus", str(path)]) == 0
    said = capsys.readouterr().out
    assert "0 texts available" in said and "money (3 uses): bank 2, price* 1" in said


def test_sentences_that_no_theme_covers_are_listed(all_of_it, capsys):
    found = uncovered_sentences(all_of_it[2])
    assert found[["doc_id", "sentence"]].values.tolist() == [["ann", 4], ["ben", 2]]
    main(["check", "--corpus", str(FOLDER)])
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
