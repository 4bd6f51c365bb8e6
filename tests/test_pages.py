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
    found = read_document_file(re.sub("[⟦⟧]", "", text).encode(encoding), page.name).documents[0]
    prose = [line for line in found.text.split("\n") if not line.startswith("|")]  # no table
    return words(wanted), found._replace(text="\n".join(prose))


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


LEAD = "The river rose by a metre in one night, and nobody in Brae had seen the like of it."
REST = ["The mayor said that the dam would hold, if it did not rain again.", "It rained again."]


def article_of(*blocks, head="", above="", title="Rain in Brae"):
    """The document of a page with these paragraphs in its article."""
    body = "".join(f"<p>{block}</p>" for block in blocks)
    page = f"<html><head><title>{title}</title>{head}</head><body><h1>Rain in Brae</h1>{above}"
    return read_document_file(
        f"{page}<article>{body}</article></body></html>".encode(), "a"
    ).documents[0]


def described(text):
    return f'<meta name="description" content="{text}">'


def test_what_describes_a_page_is_left_out_above_the_article_and_stays_as_its_lead():
    lead = article_of(LEAD, *REST, head=described(LEAD))
    assert lead.text.split("\n\n") == [LEAD, *REST]
    inside = f'<div class="deck"><p>{LEAD}</p></div>'
    page = f"<html><head><title>Rain</title>{described(LEAD)}</head><body><article>{inside}<div>"
    page += "".join(f"<p>{block}</p>" for block in REST) + "</div></article></body></html>"
    apart = read_document_file(page.encode(), "a").documents[0]
    assert apart.text.split("\n\n") == REST


def test_a_list_that_sums_up_and_notes_below_are_no_article():
    points = "</p><ul><li>One metre</li><li>No dam</li></ul><p>"
    notes = [
        "Ann Bo is a reporter in Brae.",
        "Jo Ly contributed research.",
        "A correction was made on",
    ]
    author = '<meta name="author" content="Ann Bo">'
    document = article_of("Key takeaways" + points, LEAD, *REST, *notes, head=author)
    assert document.text.split("\n\n") == [LEAD, *REST]


def test_a_passage_in_large_print_is_there_once():
    part = "nobody in Brae had seen the like of it"
    document = article_of(LEAD, part, *REST)
    assert document.text.split("\n\n") == [LEAD, *REST]


MODIFIED = '<meta property="article:modified_time" content="2024-03-09T10:00:00Z">'
PUBLISHED = '<meta property="article:published_time" content="2024-03-05T23:30:00-05:00">'
TIME = '<time class="entry-date published" datetime="2019-05-06">6 May</time>'
LINE = "<div>By Ann Bo (Brae Daily Online) 08:41, October 26, 2021</div>"
TWO = "<div>Commentary by <a>Ann Bo</a> and <a>Jo Ly</a></div>"


@pytest.mark.parametrize(
    ("head", "above", "facts"),
    [
        (MODIFIED + PUBLISHED, "", {"date": "2024-03-05"}),
        ("", TIME, {"date": "2019-05-06"}),
        ("", LINE, {"author": "Ann Bo"}),
        ("", TWO, {"author": "Ann Bo, Jo Ly"}),
        ("", "<div>By the river</div>", {"author": ""}),
    ],
)
def test_date_and_author_where_pages_say_them(head, above, facts):
    document = article_of(LEAD, *REST, head=head, above=above)
    assert {name: document.facts.get(name, "") for name in facts} == facts


def test_the_outlet_stands_behind_the_title():
    assert (
        article_of(LEAD, *REST, title="Rain in Brae -- Brae Daily").facts["source"] == "Brae Daily"
    )


def test_the_lead_stays_where_each_paragraph_has_a_block_of_its_own():
    blocks = "".join(
        f"<div><div><p>{text}</p><i>{k}</i></div></div>"
        for k, text in enumerate(["5 March 2024", LEAD, *REST])
    )
    page = (
        f"<html><head><title>Rain</title>{described(LEAD)}</head><body><article>{blocks}</article>"
    )
    text = read_document_file(f"{page}</body></html>".encode(), "a").documents[0].text
    assert LEAD in text


def test_a_form_within_a_form_is_counted_once_and_a_list_of_articles_stays():
    letter = "Friday letters come from four people of Brae."
    form = f'<div class="newsletter"><div class="signup-box"><p>{letter}</p></div></div>'
    document = article_of(form, LEAD, *REST, form, form)
    assert "Friday" not in document.text and LEAD in document.text
    posts = "".join(
        f"<article><h2><a>Post {k}</a></h2><p>{k} {LEAD}</p></article>" for k in range(9)
    )
    page = f"<html><body>{posts}</body></html>"
    assert read_document_file(page.encode(), "a").documents[0].text.count("The river rose") > 1
