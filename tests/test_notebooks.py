"""The notebooks themselves: thin, without outputs, and run with their defaults and with others."""

from __future__ import annotations

import ast
import io
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from golden import OWN, outputs_of

from crosscurrents.storage import read_record

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "seeds" / "harbour"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PAGES = {path.stem for path in NOTEBOOKS} - {"explore"}  # which is for a person at a screen


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
def test_a_cell_is_short_and_a_page_asks_a_question(path):
    for cell in cells(path):
        if cell["cell_type"] == "code" and "parameters" not in cell["metadata"].get("tags", []):
            assert len("".join(cell["source"]).splitlines()) <= 12
    title = "".join(cells(path)[0]["source"]).splitlines()[0]
    assert title.startswith("# ") and ":" in title and title.endswith("?")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_notebook_speaks_of_a_topic(path):
    tags = [cell["metadata"].get("tags", []) for cell in cells(path)]
    free = [c for c, own in zip(cells(path), tags, strict=True) if "parameters" not in own]
    text = "".join("".join(cell["source"]) for cell in free)  # parameters name the corpus's path
    for word in ("Russia", "China", "Moscow", "Essay", "harbour", "Pellmouth", "alliance"):
        assert word.lower() not in text.lower()


def test_the_main_job_on_the_embedded_corpus(whole_report):
    folder = whole_report(ROOT / "seeds" / "alliance")
    made = read_record(folder)
    assert set(made["notebooks"]) == PAGES
    assert {n["outcome"] for n in made["notebooks"].values()} == {"good"}
    brief = pd.read_csv(folder / "tables" / "brief_side_by_side.csv")
    assert dead_links(folder) == []
    assert len(brief) == 5 and brief["words"].between(700, 7000).all()
    assert "distinctive_words" not in brief  # one article a source: no test, no claim
    pages = [page.read_text(encoding="utf-8") for page in folder.glob("*.html")]
    assert sum(page.count("<img ") for page in pages) <= 17
    assert sum(map(len, pages)) < 3_000_000 and max(map(len, pages)) < 1_000_000
    assert sorted(c.suffix for c in (folder / "charts").iterdir()) == [".svg"] * sum(
        page.count("<img ") for page in pages
    )
    for page in pages:
        assert "Try this" not in page  # is for who runs the notebook
        assert not re.search(r"<h[23][^>]*></h|>set apart|at hand", page)


def test_a_brief_hands_its_headline_to_the_runner(whole_report):
    folder = whole_report(DEMO)
    outputs = [o for c in cells(folder / "notebooks" / "brief.ipynb") for o in c.get("outputs", [])]
    said = [o["metadata"].get("crosscurrents", {}).get("headline") for o in outputs]
    assert len(list(filter(None, said))) == 1
    assert 3 < len(next(filter(None, said)).split()) <= 20


def dead_links(folder: Path) -> list[str]:
    """Links of sentences and cells that lead to no table."""
    pages = {page.name: page.read_text(encoding="utf-8") for page in folder.glob("*.html")}
    links = {
        link
        for page in pages.values()
        for link in re.findall(r'class="cc-(?:to|row)" href="([^"#]+)#([^"=]+)', page)
    }
    assert links
    return [f"{page}#{place}" for page, place in links if f' id="{place}"' not in pages[page]]


def test_a_report_on_one_topic_knows_nothing_of_another(whole_report):
    for page in whole_report(DEMO).glob("*.html"):
        text = re.sub(r"<script.*?</script>", "", page.read_text(encoding="utf-8"), flags=re.S)
        found = re.findall("Russia|China|Moscow|United States|Communist|Velland|Karsia", text)
        assert not found, (page.name, found)


def tables_of(page: str, corpus: str, sets: dict) -> dict[str, pd.DataFrame]:
    """The tables of a page by name."""
    values = [v for bundle, _ in outputs_of(page, corpus, sets) for v in bundle.values()]
    shown = [value for value in values if isinstance(value, dict) and "csv" in value]
    return {value["name"]: pd.read_csv(io.StringIO(value["csv"])) for value in shown}


def test_other_parameters():
    common = {"since": "2023-03", "level": 0.9, "resamples": 200, "seed": 7, "sources": "first two"}
    settings = {
        "*": common,
        "term_frequency": {
            "n": 2, "top_n": 5, "min_count": 2, "target": "first", "reference": "second",
        },
        "themes": {
            "theme": "water", "scale": "peace", "passages": 2, "by": "genre", "period": "month",
            "topics": 2,
        },
    }  # fmt: skip
    words = tables_of("term_frequency", OWN, settings)
    assert set(words["term_frequency"]["term"].str.count(" ")) == {1}
    assert set(words["keyness"]["source"]) == {"Basin Policy Review"}
    evidence = tables_of("themes", OWN, settings)["evidence"]
    assert set(evidence["theme"]) == {"water"}
    assert {"genre", "doc_id"} <= set(evidence)
    assert set(evidence["doc_id"].str.partition("-")[0]) == {"herald", "review"}


def test_a_folder_of_one_plain_file_without_catalogue_or_codebook(tmp_path):
    (tmp_path / "mail.txt").write_text("It rained. We did not mind.", encoding="utf-8")
    shown = {page: tables_of(page, str(tmp_path), {}) for page in PAGES}
    assert all(shown.values())
    assert shown["corpus"]["documents"][["source", "words"]].values.tolist() == [["mail", 6]]


def test_without_a_score_the_tone_page_does_not_say_how_to_read_its_chart(tmp_path):
    columns = {"source": ["Blatt", "Bote"], "language": ["de", "de"]}
    table = pd.DataFrame(columns).assign(text="Die Kohle lag am Fluss, und es regnete.")
    (tmp_path / "corpus").mkdir()
    table.to_csv(tmp_path / "corpus" / "articles.csv", index=False)
    outputs = outputs_of("sentiment", str(tmp_path / "corpus"), {})
    said = [bundle.get("text/plain", "") for bundle, _ in outputs]
    assert any("no tone is measured" in line for line in said)
    assert not any("A dot is the mean score" in line for line in said)
