"""One number, one place: what two pages of a report show of the same thing is the same."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crosscurrents import run_report

ROOT = Path(__file__).parent.parent
# Tables that show the same thing: by which columns a row is found, and what must be equal.
SAME = [
    ("brief_side_by_side", "term_frequency_vocabulary", ["source"], ["words"]),
    ("term_frequency_keyness", "term_frequency_vocabulary", ["source"], ["words", "documents"]),
    ("term_frequency_keyness", "term_frequency_term_frequency", ["source", "term"],
     ["count", "words", "rate", "docfreq", "documents"]),
    ("themes_theme_share", "themes_profile", ["source"], ["of"]),
    ("sentiment_tone", "sentiment_drivers", ["source"], ["mean"]),
]  # fmt: skip


def tables(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables of a report by name, those that are not about the report itself."""
    found = {}
    for file in sorted((folder / "tables").glob("*.csv")):
        if not file.stem.endswith(("_columns", "_provenance")):
            found[file.stem] = pd.read_csv(file)
    if "sentiment_tone" in found:  # the words that make the score are those of the first lexicon
        tone = found["sentiment_tone"]
        plain = (tone["lexicon"] == "vader") & ~tone["without_topic_words"]
        found["sentiment_tone"] = tone[plain]
    return found


@pytest.fixture(scope="module", params=["alliance", "harbour"])
def report(request, tmp_path_factory):
    corpus = ROOT / "seeds" / request.param
    return run_report(corpus, out=tmp_path_factory.mktemp("out"), quiet=True)


@pytest.mark.parametrize(("one", "other", "keys", "columns"), SAME)
def test_numbers_of_the_same_thing_are_the_same_in_both_tables(report, one, other, keys, columns):
    found = tables(report)
    both = [found[name].drop_duplicates(keys).set_index(keys)[columns] for name in (one, other)]
    shared = both[0].index.intersection(both[1].index)
    assert len(shared) > 3
    pd.testing.assert_frame_equal(both[0].loc[shared], both[1].loc[shared], check_dtype=False)


def test_what_the_brief_says_is_what_the_pages_say(report):
    found = tables(report)
    brief = found["brief_side_by_side"].set_index("source")
    sizes = found["corpus_documents"].groupby("source")["words"].sum()
    assert (brief["words"] == sizes.reindex(brief.index)).all()
    if "themes_scale" in found:
        scale = found["themes_scale"].set_index("source")["position"]
        # A spreadsheet takes a leading sign for a formula, so the file has an apostrophe before it.
        said = brief["position"].str.extract(r"^'?([−+]?[\d.]+)", expand=False)
        said = said.str.replace("−", "-").astype(float)
        assert np.allclose(said, scale.reindex(brief.index).round(2), atol=0.0051)
    if "themes_theme_share" in found:
        share = found["themes_theme_share"].set_index(["source", "theme"])["share"]
        for source, text in brief["covers_more"].dropna().items():
            said = re.findall(r"(?:^|\), |largest: )([^(:]+?)(?: \(|, )(\d+)%", text)
            assert said, text
            for theme, percent in said:
                assert round(100 * share[source, theme]) == int(percent)
    words = found["term_frequency_keyness"]
    named = brief.get("distinctive_words", pd.Series("", brief.index))
    tested = words["p_adjusted"].notna().any()
    assert ("distinctive_words" in brief) == tested
    for source, text in named.items():
        sure = words[(words["source"] == source) & (words["p_adjusted"] < 0.05)]
        own = set(sure.loc[sure["direction"] > 0, "term"])
        said = re.findall("“(.*?)”", text)
        assert {part.lower() for term in said for part in term.split()} <= {t.lower() for t in own}


def test_no_page_orders_by_tone_what_another_does_not(report):
    """A verdict has one wording and one origin: the tone page; no other page names tone."""
    pages = {p.stem: p.read_text(encoding="utf-8") for p in report.glob("*.html")}
    verdict = re.compile(r"every scoring|more (?:positive|negative) than")
    said = defaultdict(list)
    for name, page in pages.items():
        for text in verdict.findall(re.sub(r"<[^>]+>", "", page)):
            said[text].append(name)
    assert {name for names in said.values() for name in names} <= {"sentiment"}
