"""A user's column may have any name, and notebooks of a run share results: tone and themes."""

from __future__ import annotations

from itertools import cycle

import numpy as np
import pandas as pd
import pytest
from test_comparison import FUNCTIONS as THERE

import crosscurrents as cc
from crosscurrents import comparison as comparison_module
from crosscurrents.previous import Previous

BOOK = """
themes:
  water: [river, dam]
  law: [court, treaty]
scales:
  peace:
    poles: {friendly: [friend*, trust], hostile: [quarrel, anger]}
"""
TARGETS = "themes: {Mill: {description: x, patterns: [mill]}}"
WORDS = "river dam court treaty friend trust quarrel anger good bad happy awful mill".split()
WORDS += "bridge winter village council harvest market road barn lamp stone meadow orchard".split()
WORDS += "window letter garden kettle ladder pencil saddle basket copper timber anchor".split()
# The functions of tone, themes, scales, topics and changes; to test another one, add it.
FUNCTIONS = {
    "sentiment": cc.sentiment,
    "sentiment_robustness": cc.sentiment_robustness,
    "sentiment_by_voice": cc.sentiment_by_voice,
    "target_tone": cc.target_tone,
    "sentiment_drivers": cc.sentiment_drivers,
    "driver_sentences": cc.driver_sentences,
    "lexicon_agreement": cc.lexicon_agreement,
    "theme_share": cc.theme_share,
    "theme_contrast": cc.theme_contrast,
    "theme_cooccurrence": cc.theme_cooccurrence,
    "scale_position": cc.scale_position,
    "document_positions": cc.document_positions,
    "scale_robustness": cc.scale_robustness,
    "evidence": cc.evidence,
    "pattern_matches": cc.pattern_matches,
    "topics": lambda measures, **options: cc.topics(measures, number=2, **options),
    "changes": lambda measures, **options: cc.changes(
        Previous(earlier(measures)), measures, **options
    ),
}
PLAIN = {"lexicon_agreement", "theme_cooccurrence", "topics"}  # not by group
ALWAYS = {"group", "_order"}  # beside a function's own columns: names that code uses for itself


def earlier(measures):
    """The measures of all documents but the last six of each source: an earlier run."""
    found = measures.measures if hasattr(measures, "measures") else measures
    found = found.measures if hasattr(found, "measures") else found
    number = found.documents.groupby("source").cumcount()
    return found.of(found.documents[number < 6].reset_index(drop=True))


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    """Two sources of twelve documents, dated, of drawn words."""
    rng, texts = np.random.default_rng(7), []
    for _ in range(24):
        paragraphs = [
            " ".join(" ".join(rng.choice(WORDS, 6)).capitalize() + "." for _ in range(3))
            for _ in range(2)
        ]
        texts.append("\n\n".join(paragraphs))
    dates = cycle(["2020-01", "2020-05", "2021-02"])
    sources = cycle(["Mail", "Star"])
    table = {"source": sources, "date": dates, "text": texts}
    return pd.DataFrame(list(zip(*table.values())), columns=[*table])


@pytest.fixture(scope="module")
def make(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lists")
    for name, text in (("codebook.yml", BOOK), ("targets.yml", TARGETS)):
        (folder / name).write_text(text, encoding="utf-8")

    def made(table: pd.DataFrame):
        corpus = cc.read_corpus(table)
        measures = cc.measure(corpus, codebook=cc.read_codebook(folder / "codebook.yml"))
        return cc.measure_tone(corpus, measures, targets=folder / "targets.yml")

    return made


@pytest.fixture(scope="module")
def plain(make, rows):
    """The result of every function by source."""
    tone = make(rows)
    return {name: function(tone, resamples=100) for name, function in FUNCTIONS.items()}


@pytest.fixture(scope="module")
def named(make, rows, plain):
    """Tone of a catalogue with a column of the sources under the name of every result column."""
    names = {c for table in plain.values() for c in table.columns} | {"group", "index", "_order"}
    names = sorted(names - {"source", "doc_id", "date", "text", "title"})
    return make(rows.assign(**dict.fromkeys(names, rows["source"]))), names


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in THERE])
def test_any_column_may_be_compared_by(name, plain, named):
    tone, columns = named
    wanted = plain[name].drop(columns="source", errors="ignore")
    for by in sorted((ALWAYS | {*wanted.columns}) & {*columns}):
        table = FUNCTIONS[name](tone, by=by, resamples=100)
        assert table.columns.is_unique
        group = table.attrs.get("by", by)
        assert group == (f"{by}_group" if by in wanted.columns else by)
        assert (group in table.columns) is (name not in PLAIN)
        found = table.drop(columns=group, errors="ignore")
        pd.testing.assert_frame_equal(found, wanted[found.columns.tolist()], check_exact=False)
        if name in PLAIN:
            break


@pytest.mark.parametrize("name", FUNCTIONS)
def test_notebooks_of_a_run_share_results(name, make, rows, plain, tmp_path, monkeypatch):
    """The second notebook reads what the first one worked out, with everything it carries."""
    monkeypatch.setenv(comparison_module.RESULTS, str(tmp_path))
    tone = make(rows)
    first = FUNCTIONS[name](cc.Comparison(tone, resamples=100))
    assert list(tmp_path.glob("*.parquet"))
    monkeypatch.setattr(
        comparison_module, "rename_groups", lambda *_: pytest.fail("worked out twice")
    )
    second = FUNCTIONS[name](cc.Comparison(tone, resamples=100))
    pd.testing.assert_frame_equal(first, second, check_exact=True)
    assert first.attrs == second.attrs
    pd.testing.assert_frame_equal(first, plain[name], check_dtype=False)
