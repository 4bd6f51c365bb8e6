"""One place for each kind of thing: a copy of the library gets one of each, by one entry.

A new lexicon, format, cleaning rule, column, kind of chart, notebook or method of counting must
work after an entry in one table. Here the entries are written into a copy, which is then used.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENTRIES = {  # file: what the entry is put behind ("" for its end), and the entry
    "lexicon.py": (
        "LEXICONS = {\n",
        '    "mine": Entry(read=lambda: (b"rain -1", {"rain": -1.0, "sun": 2.0})),\n',
    ),
    "readers/__init__.py": (
        "FORMATS = {\n",
        '    "stars": Format(\n'
        '        "star file", lambda data, _: Reading((Document(data[5:].decode()),)),\n'
        '        lambda data, _: data.startswith(b"*****"), apart=False,\n'
        "    ),\n",
    ),
    "cleaning/rules.toml": (
        "",
        '\n[[rule]]\nreason = "weather"\nwhy = "A box."\nexample = "Weather today: wet"\n'
        "begins = 'weather today:'\npattern = ['weather today: \\w+']\n",
    ),
    "columns.toml": ("", '\nwetness = { label = "how wet", meaning = "Litres an hour." }\n'),
    "core/abbreviations.txt": ("[en]\n", "Wthr\n"),
    "themes.py": (
        "METHODS = {\n",
        '    "nothing": Method("no match", AS_WRITTEN, lambda rows: rows.iloc[:0]),\n',
    ),
    "keywords.py": ("STATISTICS = {", '"difference": lambda a, b, c, d: a / c - b / d, '),
    "plots/pages.py": (
        "",
        '\n\n@plots.chart("wetness")\ndef plot_wetness(table):\n    """Draw how wet it is."""\n'
        '    return charts.bars(table, value="wetness", label="source", what="wetness"), ""\n',
    ),
}
USE = """
import json, sys
import pandas as pd
import crosscurrents as cc
from crosscurrents.plots.pages import plot_wetness

folder = sys.argv[1]
corpus = cc.read_corpus(folder)
measures = cc.measure(corpus, codebook=folder + "/codebook.yml", reuse=False)
wet = pd.DataFrame({"source": ["Mail"], "wetness": [3.0]})
cc.show(wet, name="wet")
found = {
    "format": sorted(corpus.documents["doc_id"]),
    "rule": measures.excluded["reason"].tolist(),
    "abbreviation": int(measures.documents.set_index("doc_id").loc["page", "sentences"]),
    "lexicon": cc.score_sentences(["Sun, not rain."], lexicon="mine")["score"].tolist(),
    "column": cc.glossary().set_index("column").loc["how wet", "meaning"],
    "method": sorted(cc.scale_robustness(measures)["method"].unique()),
    "statistic": cc.keyness(measures, target=measures.documents["source"][0])["difference"].name,
    "chart": plot_wetness(wet).figure.get_label(),
}
print(json.dumps(found))
"""
PAGE = """The river rose for hours

The river rose for hours while the whole town watched it, as Wthr. Smith had said it would.

Weather today: wet

The rain stopped at last, and the sun came out over the fields and the trust of the farmers."""
BOOK = "scales:\n  warmth:\n    poles: {near: [trust], far: [rain]}\n"


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict:
    """What the changed copy of the library says."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "lib", folder / "lib", ignore=shutil.ignore_patterns("__pycache__"))
    for name, (behind, entry) in ENTRIES.items():
        file = folder / "lib" / "crosscurrents" / name
        text = file.read_text(encoding="utf-8")
        assert not behind or text.count(behind) == 1, f"{name} has no table {behind!r}"
        place = text.index(behind) + len(behind) if behind else len(text)
        file.write_text(text[:place] + entry + text[place:], encoding="utf-8")
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, text in {
        "page.txt": PAGE,
        "codebook.yml": BOOK,
        "night.sky": "*****A star fell.",
    }.items():
        (corpus / name).write_text(text, encoding="utf-8")
    own = {"PYTHONPATH": str(folder / "lib"), "CROSSCURRENTS_CACHE": "off", "MPLBACKEND": "agg"}
    ran = subprocess.run(
        [sys.executable, "-c", USE, str(corpus)],
        env={**os.environ, **own}, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("format", ["night", "page"]),
        ("lexicon", [1.0]),
        ("abbreviation", 2),
        ("column", "Litres an hour."),
        ("statistic", "difference"),
    ],
)
def test_one_entry_makes_one_more(found, kind, expected):
    assert found[kind] == expected


def test_one_entry_makes_one_more_rule_method_and_chart(found):
    assert "weather" in found["rule"]
    assert "nothing" in found["method"]
    assert "wetness" in found["chart"]


def test_a_notebook_in_the_folder_is_a_page(here, tmp_path):
    """A file is the entry: the report runs what the folder holds, and a name opens it."""
    from made import CORPUS, TINY

    from crosscurrents import run_report

    shutil.copy(TINY / "good.ipynb", tmp_path / "tides.ipynb")
    made = run_report(
        CORPUS, name="tiny", out=tmp_path / "out", folder=tmp_path, notebooks=["tides"], quiet=True
    )
    assert (made / "notebooks" / "tides.ipynb").is_file() and list(made.glob("*.html"))
