"""Starting points: a project, a starter catalogue, a skeleton of a codebook, documents added."""

from __future__ import annotations

import files
import pandas as pd
import pytest
from made import files as made_files

import crosscurrents as cc

RAIN = (
    "# Rain\n\nBy Ann Bo\n\n5 March 2019\n\nIt rained on the hills of Brae for a week, they said.\n"
)
SNOW = "It snowed on the hills of Brae for a week, and everybody went out to see it.\n"


def test_a_project_is_ready_to_run(run_main, tmp_path):
    code, said, _ = run_main("new", "work")
    assert code == 0
    assert "next: cd work, put documents into corpus/" in said
    (tmp_path / "work" / "corpus" / "a.txt").write_text(RAIN)
    corpus = cc.read_corpus(tmp_path / "work" / "corpus")
    assert corpus.documents["file"].tolist() == ["a.txt"]
    assert corpus.rejected.empty
    assert cc.measure(corpus).record["codebook"]["themes"]
    code, said, wrong = run_main("report", "--definitions", "work", "--list")
    assert (code, said.split("\t")[0]) == (0, "articles"), wrong
    code, _, wrong = run_main("new", "work")
    assert code == 2
    assert "is there and not empty" in wrong


def test_a_starter_catalogue(run_main, tmp_path):
    folder = tmp_path / "mail"
    (folder / "mail").mkdir(parents=True)
    (folder / "mail" / "a.txt").write_text(RAIN)
    (folder / "b.csv").write_text(
        f"Headline,Body,Publication\nSnow,{SNOW.strip().replace(',', '')},Star\n"
    )
    before = cc.read_corpus(folder)
    code, _, wrong = run_main("catalogue", folder)
    assert code == 0, wrong
    table = pd.read_csv(folder / "catalogue.csv", dtype=str).fillna("")
    row = table[table["file"] == "mail/a.txt"].iloc[0]
    assert row[["source", "title", "author", "date"]].tolist() == [
        "mail",
        "Rain",
        "Ann Bo",
        "2019-03-05",
    ]
    assert row["inferred"] == "title: line 1; author: line 3; date: line 5"
    after = cc.read_corpus(folder)
    assert after.documents["doc_id"].tolist() == before.documents["doc_id"].tolist()
    assert [after.text(d) for d in after.documents["doc_id"]] == [
        before.text(d) for d in before.documents["doc_id"]
    ]
    assert after.rejected.empty
    code, _, wrong = run_main("catalogue", folder)
    assert code == 2
    assert "is there already" in wrong


def test_a_skeleton_of_a_codebook(run_main, tmp_path):
    (tmp_path / "c").mkdir()
    for k, line in enumerate([RAIN, SNOW, "The court met about the dam and the river.\n"]):
        (tmp_path / "c" / f"{k}.txt").write_text(line * 8)
    code, _, wrong = run_main("codebook", "c")
    assert code == 0, wrong
    text = (tmp_path / "c" / "codebook.yml").read_text()
    assert "# The most frequent words:" in text
    assert "hills" in text
    assert cc.read_codebook(tmp_path / "c" / "codebook.yml").themes
    assert run_main("codebook", "c")[0] == 2


def test_documents_are_added_once(run_main, tmp_path):
    (tmp_path / "in" / "star").mkdir(parents=True)
    (tmp_path / "in" / "star" / "a.txt").write_text(RAIN)
    (tmp_path / "in" / "b:c.txt").write_text(SNOW)
    (tmp_path / "in" / "again.txt").write_text(SNOW)
    (tmp_path / "in" / "broken.pdf").write_bytes(b"%PDF-1.7")
    code, said, _ = run_main("add", "corpus", "in", "--dry-run")
    assert code == 1
    assert not (tmp_path / "corpus").exists()
    assert run_main("add", "corpus", "in")[1] == said
    assert "broken.pdf: left out: is a damaged PDF" in said
    assert "there already (again.txt)" in said
    corpus = cc.read_corpus(tmp_path / "corpus")
    assert corpus.documents[["source", "file"]].values.tolist() == [
        ["again", "again.txt"], ["star", "star/a.txt"],
    ]  # fmt: skip
    before = made_files(tmp_path / "corpus")
    said = run_main("add", "corpus", "in")[1]
    assert said.count("there already") == 3
    assert made_files(tmp_path / "corpus") == before


def test_documents_are_added_under_the_source_that_is_named(run_main, tmp_path):
    (tmp_path / "bell").mkdir()
    for name in ("a", "b"):
        (tmp_path / "bell" / f"{name}.txt").write_text(f"The dam {name} is high.", encoding="utf-8")
    corpus = tmp_path / "corpus"
    code, _, _ = run_main("add", corpus, tmp_path / "bell", "--source", "Daily Bell")
    assert code == 0
    assert cc.read_corpus(corpus).documents["source"].tolist() == ["Daily Bell"] * 2


def test_each_of_several_folders_is_a_source(run_main, tmp_path):
    """As sub-folders of one folder are; a single folder's own name is none."""
    for name in ("mail", "star/2024"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "a.txt").write_text(f"The dam of the {name} is high.")
    (tmp_path / "own.txt").write_text("The dam is mine.")
    assert run_main("add", "corpus", "mail", "star", "own.txt")[0] == 0
    documents = cc.read_corpus(tmp_path / "corpus").documents
    assert documents[["source", "file"]].values.tolist() == [
        ["mail", "mail/a.txt"], ["own", "own.txt"], ["star", "star/a.txt"],
    ]  # fmt: skip
    assert run_main("add", "other", "mail")[0] == 0
    assert cc.read_corpus(tmp_path / "other").documents["source"].tolist() == ["a"]


def test_documents_are_added_to_a_catalogue(run_main, tmp_path):
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text(SNOW)
    run_main("catalogue", "corpus")
    (tmp_path / "a.txt").write_text(RAIN)
    (tmp_path / "d.docx").write_bytes(files.docx(SNOW * 2, title="More snow"))
    assert run_main("add", "corpus", "a.txt", "d.docx")[0] == 0
    documents = cc.read_corpus(tmp_path / "corpus").documents
    assert documents["doc_id"].tolist() == ["a", "a-2", "d"]
    assert documents["title"].tolist() == ["", "Rain", "More snow"]
    before = made_files(tmp_path / "corpus")
    run_main("add", "corpus", "a.txt", "d.docx")
    assert made_files(tmp_path / "corpus") == before


def test_columns_are_printed_and_stored(run_main, tmp_path):
    (tmp_path / "t.csv").write_text(
        f"Body,Prose,Paper,Date\nx,{SNOW.strip()!r},Mail,03/04/2024\n".replace("'", '"')
    )
    options = ["--columns", "text=Prose,source=Paper", "--dates", "day-first"]
    code, said, wrong = run_main("check", "--corpus", "t.csv", *options)
    assert code == 0, wrong
    assert "columns: text = 'Prose', source = 'Paper', date = 'Date'" in said
    corpus = cc.read_corpus(tmp_path / "t.csv")
    assert corpus.text("1") == SNOW.strip()
    assert corpus.documents["date"].tolist() == ["2024-04-03"]
    with pytest.raises(ValueError, match=r"columns \['Nowhere'\] are not in the table"):
        cc.read_corpus(tmp_path / "t.csv", columns={"text": "Nowhere"})
