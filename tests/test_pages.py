"""Articles of news pages with marked words: F1, and what a page says about itself.

The pages (all invented) are in `pages/`; the article's words are between ⟦ and ⟧, which are taken
out before a page is read.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from pathlib import Path

import pytest

from crosscurrents.readers import read_document_file

PAGES = sorted((Path(__file__).parent / "pages").glob("*.html"))
F1 = 0.958  # that the extractor reaches with 181 real pages marked by hand
NAMES = ("title", "author", "date", "source", "language")
FACTS = {
    "breaks": ("School wins prize for its wetland", "Hal Burns", "2016-10-21", "Fenland Post", ""),
    "cms": ("Ferry company to cut winter sailings to Holm", "Moira Tulloch", "2024-01-16",
            "The Skerry Herald", "en-GB"),
    "french": ("À Valbrune, la dernière librairie baisse le rideau", "Élise Maréchal", "2020-02-29",
               "Le Courrier du Val", "fr"),
    "german": ("Stadtrat streitet über neue Brücke", "Jürgen Weiß", "2023-05-16", "Talbote", "de"),
    "interview": ("“I never wanted to be a judge”: an interview with Amara Oye", "Petra Lind",
                  "2022-09-05", "Bench & Bar Review", "en"),
    "list": ("5 things to know before the recycling rules change", "Dwight Osgood", "2021-03-29",
             "Plainsboro Ledger", "en-US"),
    "live": ("Storm Wanda live: bridges closed as wind reaches 90mph", "Ravi Menon, Jo Bright",
             "2023-11-02", "Coast Today", "en"),
    "opinion": ("Let the children be bored", "Ines Falk", "2018-08-03",
                "The Evening Clarion", "en"),
    "results": ("Referendum: island votes to keep its own police", "Lena Foss, Tor Dahl",
                "2017-06-12", "Isle Gazette", "en"),
    "short": ("Man rescued from cliff at Ness Point", "", "2024-02-05", "Coast Today", "en"),
    "table_layout": ("Mill fire leaves forty without work", "Arthur Pym", "1998-10-09",
                     "The Weekly Gazette", ""),
    "wire": ("Copper price falls to lowest since March", "Northern Press Agency", "2019-07-11",
             "Metals Daily", "en"),
}  # fmt: skip


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
    assert tuple(document.facts.get(name, "") for name in NAMES) == FACTS[page.stem]


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
