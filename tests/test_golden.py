"""What a user sees is what it was (golden.py freezes it), and what two pages show is the same."""

from __future__ import annotations

import io
import json
import os
import re

import numpy as np
import pandas as pd
import pytest
from golden import CASES, DEMO, PAGES, ROOT, SEEDS, compare, default_page

# Tables that show the same thing: by which columns a row is found, and what must be equal.
SAME = [
    ("brief_side_by_side", "term_frequency_vocabulary", ["source"], ["words"]),
    ("term_frequency_keyness", "term_frequency_vocabulary", ["source"], ["words", "documents"]),
    ("term_frequency_keyness", "term_frequency_term_frequency", ["source", "term"],
     ["count", "words", "rate", "docfreq", "documents"]),
    ("themes_theme_share", "themes_profile", ["source"], ["of"]),
    ("sentiment_tone", "sentiment_drivers", ["source"], ["mean"]),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_a_user_sees_is_as_it_was(case):
    if case == "measures-five" and not os.environ.get("CROSSCURRENTS_TEXTS"):
        pytest.skip("CROSSCURRENTS_TEXTS names no folder with the five texts")
    found = compare(case)
    assert not found, "\n".join(found[:20])


# One number, one place


@pytest.fixture(scope="module", params=[SEEDS, DEMO])
def corpus(request):
    return request.param


@pytest.fixture(scope="module")
def found(corpus) -> dict[str, pd.DataFrame]:
    """The tables of all pages by page and name."""
    tables = {}
    for page in PAGES:
        for data, _ in default_page(page, corpus):
            own = next((value for value in data.values() if isinstance(value, dict)), {})
            if "csv" in own:
                tables[f"{page}_{own['name']}"] = pd.read_csv(io.StringIO(own["csv"]))
    if "sentiment_tone" in tables:  # the words that make the score are those of the first lexicon
        tone = tables["sentiment_tone"]
        plain = (tone["lexicon"] == "vader") & ~tone["without_topic_words"]
        tables["sentiment_tone"] = tone[plain]
    return tables


@pytest.mark.parametrize(("one", "other", "keys", "columns"), SAME)
def test_numbers_of_the_same_thing_are_the_same_in_both_tables(found, one, other, keys, columns):
    both = [found[name].drop_duplicates(keys).set_index(keys)[columns] for name in (one, other)]
    shared = both[0].index.intersection(both[1].index)
    assert len(shared) > 3
    pd.testing.assert_frame_equal(both[0].loc[shared], both[1].loc[shared], check_dtype=False)


def test_what_the_brief_says_is_what_the_pages_say(found):
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


def test_no_page_orders_by_tone_what_another_does_not(corpus):
    """A verdict has one wording and one origin: the tone page; no other page names tone."""
    verdict = re.compile(r"every scoring|more (?:positive|negative) than")
    said = {}
    for page in PAGES:
        notebook = (ROOT / "notebooks" / f"{page}.ipynb").read_text(encoding="utf-8")
        cells = [c["source"] for c in json.loads(notebook)["cells"] if c["cell_type"] == "markdown"]
        shown = [data.get("text/html", "") for data, _ in default_page(page, corpus)]
        text = re.sub(r"<[^>]+>", "", "".join(["".join(cell) for cell in cells] + shown))
        said[page] = verdict.findall(text)
    assert {page for page, found in said.items() if found} <= {"sentiment"}
