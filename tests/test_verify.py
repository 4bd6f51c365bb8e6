"""A published run made again: the same to the bit, or what differs is named."""

import json
import shutil
from pathlib import Path
from unittest import mock

import pandas as pd
import pytest
from made import Here, notebook

from crosscurrents import run_report
from crosscurrents.cli import main
from crosscurrents.report.publish import fingerprint
from crosscurrents.report.verify import (
    changed_parts,
    compare_tables,
    definition_of,
    find_run,
    verify_run,
)
from crosscurrents.storage import read_record

CELLS = """\
corpus: str = "../corpus"
---
import crosscurrents as cc
measures = cc.measure(cc.read_corpus(corpus))
before = cc.read_previous()
---
cc.show(measures.documents[["doc_id", "words"]], name="sizes")
cc.show(cc.changes(before, measures), name="changes")
cc.show(cc.document_changes(before, measures), name="changes_documents")
---
cc.show(cc.plot_sizes(cc.source_sizes(cc.Comparison(measures))))
cc.show(cc.glossary(), name="columns")
"""


def make(home: Path) -> Path:
    return run_report(
        home / "corpus", name="mine", out=home / "reports", folder=home / "notebooks", quiet=True
    )


def change(home: Path) -> None:
    """Correct a text of the corpus, which then has no hash in the catalogue."""
    text = home / "corpus" / "texts" / "courier-03.txt"
    words = text.read_text(encoding="utf-8")
    text.write_text(words.replace("the only subject left", "nearly the only one"), encoding="utf-8")
    catalogue = home / "corpus" / "catalogue.csv"
    table = pd.read_csv(catalogue, dtype=str)
    table.drop(columns="sha256", errors="ignore").to_csv(catalogue, index=False)


@pytest.fixture(scope="module")
def home(own, tmp_path_factory):
    """A corpus with two runs of a report on it, the second after a text was corrected."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(own, home / "corpus")
    notebook(home / "notebooks", "counts", *map(str.strip, CELLS.split("---\n")))
    with mock.patch("crosscurrents.report.run.Process", Here):  # what verifies has processes
        make(home)
        change(home)
        make(home)
    return home


@pytest.fixture
def copied(home, tmp_path):
    """The same, moved as a whole, for a test that breaks something of the last run."""
    shutil.copytree(home, tmp_path, symlinks=True, dirs_exist_ok=True)
    return find_run(tmp_path / "reports" / "mine")


def test_the_same_to_the_bit(home, capsys):
    assert main(["verify", str(home / "reports" / "mine")]) == 0
    said = capsys.readouterr().out
    assert "all 1 tables are the same to the bit" in said
    for name in ("changes", "changes_documents", "columns"):  # which lists those of the others
        assert f"counts_{name}.csv was not compared: it depends on the run before" in said
    tables = home / "reports" / "mine" / "latest" / "tables"  # compared with the run before
    changed = (tables / "counts_changes_documents.csv").read_text(encoding="utf-8")
    assert changed.splitlines()[1].startswith("changed,courier-03,")


def test_a_table_that_is_not_the_same_names_the_cell_and_another_lock_is_named(here, copied):
    table = copied / "tables" / "counts_sizes.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    doc_id, words = lines[2].split(",")
    lines[2] = f"{doc_id},7"
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    made = read_record(copied) | {"lock_sha256": "0" * 64}
    (copied / "run.json").write_text(json.dumps(made), encoding="utf-8")
    found = verify_run(copied)
    assert found.different == {"counts_sizes.csv": f"row 2, words: '7' then, '{words}' now"}
    assert "0 of 1 tables are the same" in str(found)
    assert found.tools[0].startswith("requirements.lock (000000000000, now ")


def test_a_corpus_that_changed_since_stops_it(here, home, capsys):
    first = sorted(p for p in (home / "reports" / "mine").iterdir() if (p / "run.json").is_file())[
        0
    ]
    assert main(["verify", str(first)]) == 2
    said = capsys.readouterr().err
    assert "cannot be run again as it was" in said
    assert "the corpus (sha256" in said


def test_a_corpus_that_lies_elsewhere_now_is_named(here, copied, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "press"
    shutil.move(copied.parents[2] / "corpus", elsewhere)
    with pytest.raises(ValueError, match=r"corpus 'corpus' is not in .* name it by --corpus"):
        verify_run(copied)
    found = verify_run(copied, corpus=elsewhere)
    assert len(found.same) == 1 and not found.different


def test_a_file_beside_the_corpus_and_an_earlier_run_are_found(copied, tmp_path_factory):
    corpus = copied.parents[2] / "corpus"
    elsewhere = shutil.move(corpus, tmp_path_factory.mktemp("elsewhere") / "press")
    (elsewhere.parent / "own.csv").write_text("term,score\nfine,1\n", encoding="utf-8")
    made = read_record(copied) | {"files": {"own.csv": "0"}}
    before = f"reports/mine/{made['previous']}"
    made["parameters"]["counts"] |= {"lexicon": "own.csv", "previous": before}
    found = definition_of(made, copied, copied.parent, elsewhere)
    assert found.parameters["counts"]["lexicon"] == str(elsewhere.parent / "own.csv")
    assert found.parameters["counts"]["previous"] == str(copied.parent / made["previous"])


def test_parts_that_changed_are_named():
    then = {"codebook_sha256": "a" * 64, "files": {"/x.csv": "b" * 64}, "lexicons": {}}
    now = then | {"files": {"/x.csv": "c" * 64}, "codebook_sha256": ""}
    parts = {"codebook_sha256": "the codebook", "files": "the files", "lexicons": "lexicons"}
    assert changed_parts(then, now, parts) == [
        "the codebook (aaaaaaaaaaaa, now none)",
        "the files (/x.csv bbbbbbbbbbbb, now cccccccccccc)",
    ]


def test_a_notebook_that_is_gone_or_a_record_that_says_nothing(copied):
    made = read_record(copied)
    made["notebooks"]["counts"]["file"] += ".gone"
    (copied / "run.json").write_text(json.dumps(made), encoding="utf-8")
    with pytest.raises(ValueError, match=r"counts\.ipynb\.gone.* are not in .*put a copy into"):
        verify_run(copied)
    (copied / "run.json").write_text('{"outcome": "good"}', encoding="utf-8")
    with pytest.raises(ValueError, match="does not say what the run was made of"):
        verify_run(copied)


def test_only_good_runs_are_verified(tmp_path):
    with pytest.raises(ValueError, match="is no good run of a report"):
        verify_run(tmp_path)


def test_tables_that_are_not_in_both_or_have_other_rows(tmp_path):
    then = {"a": "x\n1\n", "b": "x\n1\n2\n", "c": "x\n1\n", "e": "x\n1\n"}
    now = {"b": "x\n1\n", "c": "y\n1\n", "d": "x\n", "e": "x\r\n1\r\n"}
    for side, files in (("then", then), ("now", now)):
        (tmp_path / side).mkdir()
        for name, text in files.items():
            (tmp_path / side / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    same, different = compare_tables(tmp_path / "then", tmp_path / "now", [])
    assert same == []
    assert different == {
        "a.csv": "there was no such table now",
        "b.csv": "row 2, x: '2' then, None now",
        "c.csv": "row 0, heading: 'x' then, 'y' now",
        "d.csv": "there was no such table then",
        "e.csv": "its line ends or its quoting differ",
    }


def test_the_fingerprint_is_of_what_decides(home):
    made = read_record(find_run(home / "reports" / "mine"))
    assert fingerprint(made) == made["fingerprint"]
    assert fingerprint(made | {"started": "", "commit": "", "seconds": {}}) == made["fingerprint"]
    parts = ["codebook_sha256", "lexicons", "parameters", "files", "code_sha256", "lock_sha256",
             "versions", "corpus"]  # fmt: skip
    others = {fingerprint(made | {part: {"other": 1}}) for part in parts}
    other = {"counts": made["notebooks"]["counts"] | {"sha256": "0"}}
    others.add(fingerprint(made | {"notebooks": other}))
    assert len(others | {made["fingerprint"]}) == 10


def test_the_record_names_all_that_a_run_was_made_from(home):
    made = read_record(find_run(home / "reports" / "mine"))
    assert {"vader", "pattern"} <= set(made["lexicons"])
    assert "codebook.yml" in made["corpus"]["files"]
    assert made["notebooks"]["counts"]["seconds"] > 0 and made["seconds"]["total"] > 0
    page = (home / "reports" / "mine" / "latest" / "index.html").read_text(encoding="utf-8")
    for digest in (made["corpus"]["sha256"], made["codebook_sha256"], made["lock_sha256"]):
        assert digest[:12] in page
    assert "Its notebook ran for" in page
