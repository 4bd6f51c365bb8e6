"""What holds for every function that compares groups: any column, no documents, shared results."""

from __future__ import annotations

from itertools import cycle

import numpy as np
import pandas as pd
import pytest

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
# Public functions that compare groups, each with what it needs: extend it with every new one.
FUNCTIONS = {
    "term_frequency": {"top_n": 3},
    "recurring_phrases": {"top_n": 3},
    "keyness": {"target": "Mail", "min_count": 1, "top_n": 3},
    "keyness_by_source": {"min_count": 1},
    "compare_terms": {"min_count": 1},
    "dispersion": {},
    "vocabulary_measures": {},
    "sentiment": {},
    "sentiment_robustness": {},
    "sentiment_by_voice": {},
    "target_tone": {},
    "sentiment_drivers": {},
    "driver_sentences": {},
    "theme_share": {},
    "theme_contrast": {},
    "theme_cooccurrence": {},
    "scale_position": {},
    "scale_robustness": {},
    "evidence": {},
    "pattern_matches": {},
    "topics": {"number": 2},
    "changes": {},
}
OF_TEXTS = {"collocates": {"min_count": 1}, "occurrences": {}}
EVERY = FUNCTIONS | OF_TEXTS
PLAIN = {"theme_cooccurrence", "topics"}  # not by group
ALWAYS = {"group", "_order"}  # beside a function's own columns: names that code uses for itself


def called(name, tone, corpus=None, **options):
    """The result of a function on measures with tone, or on a Comparison of them."""
    options = {"resamples": 100} | options
    if name == "changes":
        return cc.changes(Previous(earlier(tone)), tone, **options)
    if name in OF_TEXTS:
        whole = cc.Comparison(tone, corpus=corpus, **options)
        return getattr(cc, name)(whole, "river", **OF_TEXTS[name])
    return getattr(cc, name)(tone, **FUNCTIONS[name], **options)


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
        return corpus, cc.measure_tone(corpus, measures, targets=folder / "targets.yml")

    return made


@pytest.fixture(scope="module")
def whole(make, rows):
    return make(rows)


@pytest.fixture(scope="module")
def plain(whole):
    """The result of every function by source; none changes what it is given."""
    corpus, tone = whole
    before = {name: getattr(tone, name).copy() for name in tone.tables}
    tables = {name: called(name, tone, corpus) for name in EVERY}
    for name, table in before.items():
        pd.testing.assert_frame_equal(table, getattr(tone, name), obj=name)
    return tables


@pytest.fixture(scope="module")
def named(make, rows, plain):
    """Tone of a catalogue with a column of the sources under the name of every result column."""
    names = {c for table in plain.values() for c in table.columns} | {"group", "index", "_order"}
    names |= {"paragraphs", "mattr", "vader", "quoted", "at_hand", "words", "n"}
    names = sorted(names - {"source", "doc_id", "date", "text", "title"})
    return *make(rows.assign(**dict.fromkeys(names, rows["source"]))), names


@pytest.mark.parametrize("name", EVERY)
def test_any_column_may_be_compared_by(name, plain, named):
    corpus, tone, columns = named
    wanted = plain[name].drop(columns="source", errors="ignore")
    own = sorted({*wanted.columns} & {*columns})
    # The decorator renames whatever the function is: every other name of its own will do.
    for by in sorted(ALWAYS | {*own[::3]}):
        table = called(name, tone, corpus, by=by)
        assert table.columns.is_unique
        group = table.attrs.get("by", by)
        assert (group in table.columns) is ("source" in plain[name])
        if "source" in plain[name]:
            assert group == (f"{by}_group" if by in wanted.columns else by)
        found = table.drop(columns=group, errors="ignore")
        pd.testing.assert_frame_equal(found, wanted[found.columns.tolist()], check_exact=False)
        if name in PLAIN:
            break


@pytest.mark.parametrize("name", [name for name in EVERY if name != "keyness"])  # of a source
def test_a_document_may_be_a_group(name, plain, whole):
    table = called(name, whole[1], whole[0], by="doc_id")
    assert table.columns.is_unique
    assert table.attrs["by"] == "doc_id" and ("doc_id" in table or "source" not in plain[name])


def test_every_name_works_with_the_plainest_result(named):
    _, tone, columns = named
    for by in columns:
        groups = cc.Comparison(tone, by=by).groups
        assert groups["documents"].tolist() == [12, 12], by
        assert (groups["words"] > 0).all()


def test_an_unknown_column_is_refused_by_every_function(whole):
    for name in EVERY:
        with pytest.raises(ValueError, match="by 'outlet' is no column of the documents; choose"):
            called(name, whole[1], whole[0], by="outlet")


@pytest.mark.parametrize("name", [n for n in FUNCTIONS if n not in PLAIN | {"keyness", "changes"}])
def test_no_documents_give_an_empty_table_with_the_columns(name, whole, plain):
    corpus, tone = whole
    empty = tone.of(tone.documents.iloc[:0])
    found = called(name, empty, corpus)
    assert len(found) == 0
    wanted = [c for c in plain[name] if not c.endswith(("_Mail", "_Star"))]
    assert list(found) == wanted


@pytest.mark.parametrize("name", FUNCTIONS)
def test_notebooks_of_a_run_share_results(name, make, rows, plain, tmp_path, monkeypatch):
    """The second notebook reads what the first one worked out, with everything it carries."""
    monkeypatch.setenv(comparison_module.RESULTS, str(tmp_path))
    _, tone = make(rows)
    first = called(name, cc.Comparison(tone, resamples=100))
    assert list(tmp_path.glob("*.parquet"))
    monkeypatch.setattr(
        comparison_module, "rename_groups", lambda *_: pytest.fail("worked out twice")
    )
    second = called(name, cc.Comparison(tone, resamples=100))
    pd.testing.assert_frame_equal(first, second, check_exact=True)
    assert first.attrs == second.attrs
    pd.testing.assert_frame_equal(first, plain[name], check_dtype=False)
