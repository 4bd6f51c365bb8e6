"""Small inputs of 33 kinds that tools like this one read wrongly: two or three of each kind.

Each has the number of its kind (C01 to C33), so that a failure says which kind is broken. Documents
of most of the first thirteen are in expected/documents.txt, sentences of C14 to C22 in
expected/sentences.tsv, and C23, C25, C28, C29, C30 and C33 are with the tests of words, languages,
codebooks and copies.
"""

from __future__ import annotations

import pandas as pd
import pytest

import crosscurrents as cc
from crosscurrents.overview import doubts

OPENING = (
    "The keepers of the lighthouse at Orla asked on Tuesday for a second boat, and said that the "
    "first one had been leaking since the autumn storms."
)
ANSWER = (
    "The harbour board refused to discuss the price of a boat, which has risen by a third since "
    "the spring, and closed the meeting early."
)
DOUBT = (
    "The fishmonger, who has rowed to the rock every week for eleven years, has never trusted the "
    "timetable on the pier."
)


@pytest.mark.parametrize(
    "raw",
    [
        f"<html><head><title>Boat</title><style>b {{top:0}}</style></head><body><h1>A boat</h1>\n"
        f"<p>{OPENING}</p>\n<p>{ANSWER.replace('price', '<em>price</em>')}</p>\n"
        "<script>let y = 2;</script></body></html>",
        f"<div class=story><p>{OPENING.replace(' and ', '&nbsp;and ')}</p>\n\n"
        f"<p>{ANSWER.replace(', ', ',<br>', 1)}</p></div>",
    ],
)
def test_c05_markup_goes_and_its_text_stays(raw):
    assert [p.text for p in cc.clean(raw).paragraphs] == [OPENING, ANSWER]


@pytest.mark.parametrize(
    ("raw", "whole"),
    [
        # a blank behind the hyphen, as text recognition writes it
        ("The keepers of the lighthouse at Orla asked on Tuesday for a second boat, and the atten- "
         "\ntion of the board was else- \nwhere, as the fish- \nmonger had said since 1954- \n1956 "
         "of every well- \nmeant re- \nquest from the mid- and late- \nwinter talks on the rock.",
         "attention elsewhere fishmonger 1954-1956 well-meant request mid- and late-winter"),
        ("The board of the harbour met on Friday, and its chair- \nwoman told everyone who had "
         "\nrowed over from the main- \nland that no boat would be bought.",
         "chairwoman mainland"),
    ],
)  # fmt: skip
def test_c10_words_broken_before_a_blank_are_joined(raw, whole):
    text = " ".join(p.text for p in cc.clean(raw).paragraphs)
    words = text.replace(",", "").replace(".", "").split()
    assert [w for w in whole.replace("mid- and ", "").split() if w not in words] == []
    assert not any(w.endswith("-") and w != "mid-" for w in words)


def test_c11_a_narrow_column_is_joined_to_sentences():
    raw = (
        "A BOAT FOR ORLA.\nThe keepers of the lighthouse\nat Orla asked on Tuesday for\na second "
        "boat, and said that\nthe first one had been leak-\ning since the autumn storms.\nThe "
        "har-bour board refused to\ndis-\ncuss the price, to the aston-\nishment of the fish-\n"
        "mongers who had come.\nMrs. Rek, who keeps the lamp,\nsaid that nobody was sur-\nprised.\n"
    )
    text = " ".join(p.text for p in cc.clean(raw).paragraphs)
    assert text.startswith("A BOAT FOR ORLA. The keepers of the lighthouse at Orla asked")
    for word in ("leaking", "discuss", "astonishment", "fishmongers", "surprised"):
        assert f" {word}" in text


def test_c13_a_document_without_words_is_named():
    table = pd.DataFrame(
        {"source": ["A", "B"], "text": [f"{OPENING}\n\n{ANSWER}", "Share on Facebook\n\nTweet\n"]}
    )
    corpus = cc.read_corpus(table)
    comparison = cc.Comparison(cc.measure(corpus), corpus=corpus)
    found = doubts(comparison)
    assert ("B", "no words") in list(zip(found["source"], found["doubt"]))


# --- words


def counted(text: str, **columns) -> dict[str, int]:
    """How often each word of a text is counted."""
    corpus = cc.read_corpus(pd.DataFrame({"source": ["A"], "text": [text]} | columns))
    table = cc.term_frequency(cc.measure(corpus))
    return dict(zip(table["term"], table["count"]))


def test_c24_names_in_capitals_count_as_names_whatever_their_length():
    text = "REK. I saw Rek and Sandoval, and Bo saw BO and SANDOVAL.\n\n"
    text += "SANDOVAL. Who saw NATO or Nato?"
    found = counted(text)
    assert {name: found[name] for name in ("rek", "bo", "sandoval", "nato")} == {
        "rek": 2, "bo": 2, "sandoval": 3, "nato": 2,
    }  # fmt: skip
    assert not any(term.isupper() for term in found)


# --- tone


@pytest.mark.parametrize(
    ("marked", "plain"),
    [("“The voyage was terrible,” she said.", "The voyage was terrible, she said."),
     ("He called it \"great\", 'brave' and «lovely».", "He called it great, brave and lovely."),
     ("“Row!” he cried. “We are doomed!!!”", "Row! he cried. We are doomed !!!")],
)  # fmt: skip
def test_c26_a_quotation_has_the_tone_of_its_words(marked, plain):
    first, second = cc.score_sentences([marked, plain])["compound"]
    assert first == second != 0


def test_c27_emoji_are_read():
    bad, good, plain = cc.score_sentences(["The boat is here 😭", "The boat is here 😀",
                                           "The boat is here"])["compound"]  # fmt: skip
    assert bad < 0 < good and plain == 0


# --- tables


@pytest.mark.parametrize("header", ['source;"name, full";text', "source;text;name, full"])
def test_c31_a_comma_in_the_header_is_not_the_separator(tmp_path, header):
    text_last = header.endswith("text")
    rows = [f'A;b;"{OPENING}"', f'C;d;"{ANSWER}"'] if text_last else [
        f'A;"{OPENING}";b', f'C;"{ANSWER}";d']  # fmt: skip
    (tmp_path / "t.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    corpus = cc.read_corpus(tmp_path / "t.csv")
    assert corpus.documents["source"].tolist() == ["A", "C"]
    assert [corpus.text(doc_id) for doc_id in corpus.documents["doc_id"]] == [OPENING, ANSWER]


def test_c32_a_date_may_have_a_time(tmp_path):
    times = ["2021-06-09T08:15:00Z", "2021-12-24 00:00:00", "2021-06-09T23:59:59+02:00"]
    rows = [f'A,"{OPENING} {k}",{time}' for k, time in enumerate(times)]
    (tmp_path / "t.csv").write_text("\n".join(["source,text,date", *rows]), encoding="utf-8")
    documents = cc.read_corpus(tmp_path / "t.csv").documents
    assert documents["date"].tolist() == ["2021-06-09", "2021-12-24", "2021-06-09"]
    assert documents["date_precision"].tolist() == ["day"] * 3
