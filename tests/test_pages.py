"""Articles of news pages with marked words: F1, and what a page says about itself.

The pages (all invented) are in `pages/`; the article's words are between ⟦ and ⟧, which are taken
out before a page is read.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from made import TESTS

from crosscurrents.readers import read_document_file

PAGES = sorted((TESTS / "pages").glob("*.html"))
F1 = 0.958  # that the extractor reaches with 181 real pages marked by hand
FACTS = pd.read_csv(TESTS / "pages" / "facts.tsv", sep="\t", dtype=str, keep_default_na=False)
FACTS = FACTS.set_index("page")


def words(text: str) -> Counter:
    return Counter(re.findall(r"\w+", text))


def read(page: Path):
    text = page.read_text(encoding="utf-8")
    wanted = html.unescape(re.sub("<[^>]+>", " ", " ".join(re.findall("⟦(.*?)⟧", text, re.S))))
    encoding = "iso-8859-1" if "iso-8859-1" in text else "utf-8"
    found = read_document_file(re.sub("[⟦⟧]", "", text).encode(encoding), page.name)
    return words(wanted), found.documents[0]


def f1(wanted: Counter, found: Counter) -> float:
    return 2 * (wanted & found).total() / (wanted.total() + found.total())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_article_of_a_page_and_its_facts(page):
    wanted, document = read(page)
    assert (wanted - words(document.text)).total() == 0  # no word of the article is lost
    assert f1(wanted, words(document.text)) >= F1
    facts = FACTS.loc[page.stem]
    assert [document.facts.get(name, "") for name in FACTS] == facts.tolist()


def test_words_that_are_right_over_all_pages():
    scores = [f1(wanted, words(document.text)) for wanted, document in map(read, PAGES)]
    assert sum(scores) / len(scores) > 0.99


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["Rain in Brae", "By Ann Bo", "5 March 2024", "It rained."], "It rained."),
        (["News", "Rain in Brae", "It rained.", "See also: Snow"], "It rained."),
        # Nothing is left out for being short, a question or a name.
        (["Ann Bo", "It rained.", "And you?", "Yes."], "Ann Bo\n\nIt rained.\n\nAnd you?\n\nYes."),
        (["By the river it rained.", "It snowed."], "By the river it rained.\n\nIt snowed."),
    ],
)
def test_lines_around_an_article(lines, text):
    body = "".join(f"<p>{line}</p>" for line in lines)
    page = f"<html><head><title>Rain in Brae</title></head><body><article>{body}</article></body>"
    assert read_document_file(page.encode(), "a").documents[0].text == text
