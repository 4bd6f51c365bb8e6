"""The notebooks themselves: thin, without outputs, and run with their defaults and with others."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from crosscurrents.report import run_report
from crosscurrents.runs import read_record

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def cells(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_thin_and_without_outputs(path):
    code = [c for c in cells(path) if c["cell_type"] == "code"]
    tree = ast.parse("\n".join("".join(c["source"]) for c in code))
    made = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.Try)
    assert not [node for node in ast.walk(tree) if isinstance(node, made)]
    assert not [c for c in code if c["outputs"] or c["execution_count"]]
    assert sum("parameters" in c["metadata"].get("tags", []) for c in code) == 1


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_prose_says_how_to_read_and_no_number_of_a_corpus(path):
    prose = ["".join(c["source"]) for c in cells(path) if c["cell_type"] == "markdown"]
    assert prose[0].startswith("# ") and len(prose[0].splitlines()) > 1
    for word in ("Russia", "China", "Moscow", "Essay"):
        assert not any(word in text for text in prose)


def test_the_main_job_on_the_embedded_corpus(tmp_path):
    folder = run_report(ROOT / "seeds", out=tmp_path, quiet=True)
    made = read_record(folder)
    assert set(made["notebooks"]) == {path.stem for path in NOTEBOOKS}
    assert {n["outcome"] for n in made["notebooks"].values()} == {"good"}
    assert (tmp_path / "seeds" / "latest").resolve() == folder.resolve()
    brief = pd.read_csv(folder / "tables" / "brief_brief.csv")
    assert dead_links(folder) == []
    assert len(brief) == 5 and brief["words"].between(700, 7000).all()


def dead_links(folder: Path) -> list[str]:
    """Links of the brief's sentences that lead to no table."""
    pages = {page.name: page.read_text(encoding="utf-8") for page in folder.glob("*.html")}
    links = re.findall(r'class="cc-to" href="([^"#]+)#([^"]+)"', pages["index.html"])
    assert len(links) > 20
    return [f"{page}#{place}" for page, place in links if f' id="{place}"' not in pages[page]]


def test_other_parameters(own, tmp_path):
    settings = {
        "since": "2023-03", "level": "0.9", "resamples": "200", "seed": "7",
        "sources": "Velland Courier,Basin Policy Review,Tarsk Herald",
        "term_frequency.n": "2", "term_frequency.top_n": "5", "term_frequency.min_count": "2",
        "term_frequency.target": "Velland Courier", "term_frequency.reference": "Tarsk Herald",
        "sentiment.lexicon": "pattern", "sentiment.bins": "4", "themes.theme": "water",
        "themes.scale": "peace", "themes.passages": "2", "corpus.chronology": "true",
        "themes.by": "genre", "themes.period": "month", "themes.bins": "3", "themes.fewest": "2",
        "themes.sides": "water,law",
    }  # fmt: skip
    folder = run_report(own, out=tmp_path, parameters=settings, quiet=True)
    terms = pd.read_csv(folder / "tables" / "term_frequency_term_frequency.csv")
    assert set(terms["term"].str.count(" ")) == {1}
    keyness = pd.read_csv(folder / "tables" / "term_frequency_keyness.csv")
    assert set(keyness["source"]) == {"Velland Courier"}
    evidence = pd.read_csv(folder / "tables" / "themes_evidence.csv")
    assert set(evidence["theme"]) == {"water"}
    assert {"genre", "doc_id"} <= set(evidence) and not evidence["doc_id"].str.match("ferry").any()


def test_a_folder_of_one_plain_file_without_catalogue_or_codebook(tmp_path):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "mail.txt").write_text("It rained. We did not mind.", encoding="utf-8")
    folder = run_report(tmp_path / "texts", out=tmp_path / "out", quiet=True)
    assert read_record(folder)["notebooks"].keys() == {path.stem for path in NOTEBOOKS}
    documents = pd.read_csv(folder / "tables" / "corpus_documents.csv")
    assert documents[["source", "words"]].values.tolist() == [["mail", 6]]
