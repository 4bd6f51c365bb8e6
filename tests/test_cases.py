"""Small inputs of 33 kinds that tools like this one read wrongly: two or three of each kind.

Each has the number of its kind (C01 to C33), so that a failure says which kind is broken.
"""

from __future__ import annotations

import re

import pandas as pd
import pytest

import crosscurrents as cc
from crosscurrents.core.languages import detect_language
from crosscurrents.core.sentences import split_sentences
from crosscurrents.overview import doubts

# --- documents. A line after "~" must be excluded, all others are one paragraph of prose each.

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
COPYRIGHT = (
    "Copyright 2021 The Associated Press. All rights reserved. This material may not be published, "
    "broadcast, rewritten or redistributed without permission."
)
CONSENT = (
    "© 2022 Harbour Media Group Ltd. All rights reserved. No part of this article may be copied, "
    "stored or passed on without the written consent of the publisher."
)
DOCUMENTS = [
    ("C01", f"""
{OPENING}

We hauled the nets at break of day
And none of us could see
The gulls that cried above the bay
Or boats upon the lee

The tide had carried off the oar
The lamp was burning low
"""),
    ("C01", """
The crew still hums an older tune, as everybody knows, when the nets come up empty.

O carry me home to the island
O carry me home to the shore
The wind on the water is colder
Than ever it blew before
"""),
    ("C02", """
Friends, neighbours, rowers of this island —

(LAUGHTER)

— I stand before you because the second boat will come, and it will come before the winter storms.

And nobody on that board will stop us, not this year and not —

(CHEERS AND APPLAUSE)

So I say thank you, people of Orla —
"""),
    ("C02", """
My friends, tonight we have won the boat that they told us we could never win —

[APPLAUSE]

And we have won it without the board, without a loan and without one word of help from the capital.

We will row together —

[APPLAUSE]

Good night to all of you, and thank you
"""),
    ("C03", f"""
~Our plan for Orla

{OPENING}

We will buy a second boat this year

We will keep both schools open through the winter

Fees at the harbour will not go up
"""),
    ("C03", """
~What we will do

Every island will have a doctor on call, and nobody will have to pay for the crossing.

A ferry on every working day

A nurse in every village

No more forms in three copies
"""),
    ("C04", f"""
{OPENING}{{[1]}}

{ANSWER}{{[2]}}

{DOUBT}

~[1] Rek, The Rock (1988), p. 14.

~[2] Sand, Boats and Boards (2003), pp. 7-9.
"""),
    ("C08", f"""
~Lighthouse keepers ask for a second boat

~By ILA REK and TOM SAND, Associated Press

{{BRAE, Scotland (AP) — }}{OPENING}

~ADVERTISEMENT

{ANSWER}

~Story continues below

{DOUBT}

~___

~Associated Press writer Mia Dorn in Inverness contributed to this report.

~{COPYRIGHT}
"""),
    ("C08", f"""
{OPENING}

{ANSWER}

~Agence France-Presse correspondents Jo Lind and Ana Perez contributed reporting from Lisbon.

~{CONSENT}
"""),
    ("C09", f"""
{OPENING}

~FILE PHOTO: The lighthouse at Orla, May 2, 2020. REUTERS/Ila Rek/File Photo

{ANSWER}

~(Reporting by Ila Rek in Orla; additional reporting by Tom Sand; Editing by Mia Dorn)

~Our Standards: The Thomson Reuters Trust Principles.
"""),
    ("C13", """
1871: The rock is charted.
1902: The first lamp is lit.
1954: The keepers get a telephone.
1987: The telephone is taken away.
2020: The keepers ask for a second boat, and the board says that it will think.
"""),
    ("C13", """
3 May 1902: The first lamp is lit.
11 June 1954: The keepers get a telephone.
2 July 1987: The telephone is taken away.
9 June 2020: The keepers ask for a second boat.
1 July 2020: The board says no.
"""),
    ("C13", """
3 May 1902 - The first lamp is lit
11 June 1954 - The keepers get a telephone
2 July 1987 - The telephone is taken away
"""),
]  # fmt: skip


# Whether the stage directions of a speech count is no part of these kinds.
STAGE = ["(LAUGHTER)", "(CHEERS AND APPLAUSE)", "[APPLAUSE]"]


def document(marked: str) -> tuple[str, list[str]]:
    """The text of a document, and what of it is prose; "{...}" marks what goes within a line."""
    lines = [re.sub(r"{.*?}", "", line) for line in marked.strip().split("\n") if line]
    prose = [line for line in lines if not line.startswith("~") and line not in STAGE]
    return re.sub("[{}~]", "", marked), prose


@pytest.mark.parametrize(("case", "marked"), DOCUMENTS)
def test_what_is_prose_stays_and_the_rest_goes(case, marked):
    raw, prose = document(marked)
    found = cc.clean(raw)
    assert [p.text for p in found.paragraphs if p.text not in STAGE] == prose, case
    assert found.headline not in STAGE


def facts(cleaned) -> dict[str, str]:
    return {name: value for name, (value, _) in cleaned.facts.items()}


def test_c04_endnotes_go_with_their_digits():
    raw = f"{OPENING}1\n\n{ANSWER}2\n\n{DOUBT}3\n\n1 Rek, The Rock (1988), p. 14.\n2 Sand, Boats "
    raw += "(2003), pp. 7-9.\n3 Ibid., p. 12.\n"
    assert [p.text for p in cc.clean(raw).paragraphs] == [OPENING, ANSWER, DOUBT]


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


def test_c06_the_licence_of_an_ebook_goes():
    raw = f"""The Project Gutenberg eBook of The Rock, by Ila Rek

This ebook is for the use of anyone anywhere in the United States and
most other parts of the world at no cost and with almost no restrictions
whatsoever.

Title: The Rock

Author: Ila Rek

Release date: June 9, 2011 [eBook #99998]

*** START OF THE PROJECT GUTENBERG EBOOK THE ROCK ***

Produced by two rowers

THE ROCK

CHAPTER I

{OPENING}

[Illustration: THE LAMP]

{ANSWER}

*** END OF THE PROJECT GUTENBERG EBOOK THE ROCK ***

Updated editions will replace the previous one--the old editions will
be renamed.

Creating the works from print editions not protected by U.S. copyright
law means that no one owns a United States copyright in these works.
"""
    found = cc.clean(raw)
    assert [p.text for p in found.paragraphs] == [OPENING, ANSWER]
    assert facts(found) == {"title": "The Rock", "author": "Ila Rek", "date": "2011-06-09"}


@pytest.mark.parametrize(
    ("head", "tail", "told"),
    [
        ("Document 17 of 40\n\nThe Orla Messenger\n\nJune 9, 2021 Wednesday\nFirst Edition\n\n"
         "Keepers ask for a second boat\n\nBYLINE: ILA REK\n\nSECTION: LOCAL; Pg. 2\n\n"
         "LENGTH: 61 words\n\nHIGHLIGHT: The first boat leaks.\n\nBODY:",
         "LOAD-DATE: June 10, 2021\n\nLANGUAGE: ENGLISH\n\nEnd of Document",
         {"title": "Keepers ask for a second boat", "author": "ILA REK", "date": "2021-06-09"}),
        ("1 of 9 DOCUMENTS\n\nThe Orla Messenger\n\nJune 9, 2021\n\nA second boat for Orla, please"
         "\n\nBYLINE: Ila Rek\n\nSECTION: LOCAL\n\nLENGTH: 61 words",
         "Copyright 2021 Orla Messenger Ltd.\nAll Rights Reserved",
         {"title": "A second boat for Orla, please", "author": "Ila Rek", "date": "2021-06-09"}),
    ],
)  # fmt: skip
def test_c07_the_headings_of_a_database_are_facts_and_no_prose(head, tail, told):
    found = cc.clean(f"{head}\n\n{OPENING}\n\n{ANSWER}\n\n{tail}\n")
    assert [p.text for p in found.paragraphs] == [OPENING, ANSWER]
    assert facts(found) == told


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


@pytest.mark.parametrize(
    ("front", "told"),
    [
        ('---\ntitle: "Keepers ask for a boat"\nauthor: Ila Rek\ndate: 2021-06-09\ntags: [boat]\n'
         "---\n\n", {"title": "Keepers ask for a boat", "author": "Ila Rek", "date": "2021-06-09"}),
        ("---\nlayout: post\ntitle: 'A boat: at last'\ndate: 2021-06-09 10:00:00\n---\n",
         {"title": "A boat: at last", "date": "2021-06-09"}),
    ],
)  # fmt: skip
def test_c12_front_matter_is_facts_and_no_prose(front, told):
    found = cc.clean(f"{front}{OPENING}\n\n{ANSWER}\n")
    assert [p.text for p in found.paragraphs] == [OPENING, ANSWER]
    assert facts(found) == told


def test_c13_a_document_without_words_is_named():
    table = pd.DataFrame(
        {"source": ["A", "B"], "text": [f"{OPENING}\n\n{ANSWER}", "Share on Facebook\n\nTweet\n"]}
    )
    corpus = cc.read_corpus(table)
    comparison = cc.Comparison(cc.measure(corpus), corpus=corpus)
    found = doubts(comparison)
    assert ("B", "no words") in list(zip(found["source"], found["doubt"]))


# --- sentences: a bar stands where one ends

SENTENCES = [
    ("C14", "en", "She waited…| Nothing came.| “He knew…” |Then it rained."),
    ("C14", "de", "Er ging…| Niemand wusste es."),
    ("C15", "en", "“Row!” he shouted.| “The tide turns.”"),
    ("C15", "en", "“Where is the boat?” asked the keeper, who had waited.| Nobody answered."),
    ("C16", "en", "The fee fell 1.5 per cent. in June, said Rep. Rek (D-Mass.) and two others."),
    ("C16", "en", "About 30 ft. of rope, approx. two lamps etc. were lost."),
    ("C17", "en", "The ferry leaves at 7 a.m. Tuesday from Orla."),
    ("C17", "en", "It was 11 p.m. London time.| It closed at 11 p.m.| The lamp was out."),
    ("C18", "fr", "Le gardien et MM. Rek et Sand ont ramé.| Ils rentrent."),
    ("C18", "fr", "Selon M. Sand, la barque coule.| Mme Rek est d'accord."),
    ("C19", "zh", "“船会来的。”她说。|我们等着。"),
    ("C19", "zh", "他问：“船在哪里？”没有人回答。"),
    ("C20", "de-AT", "Am 9. Juni kam Dr. Rek.| Es regnete."),
    ("C20", "DEU", "Die Lampe vom 1. Mai brennt.| Gut."),
    ("C20", "german", "Sie kam am 12. Januar.| Schluss."),
    ("C21", "en", "The lamp is old.3| The boat leaks.14| Nobody rows."),
    ("C21", "en", "“The lamp is old.”3| The boat leaks."),
    ("C22", "ru", "Лодка, т. е. шлюпка, стоит 2 тыс. рублей.| Конец."),
    ("C22", "ru", "Он живёт на ул. Морской, д. 5, и т. д. и т. п. в городе.| Всё."),
]


@pytest.mark.parametrize(("case", "language", "marked"), SENTENCES)
def test_sentences_end_where_a_reader_ends_them(case, language, marked):
    expected = [part.strip() for part in marked.split("|")]
    assert split_sentences(marked.replace("|", ""), language) == expected


# --- words


def counted(text: str, **columns) -> dict[str, int]:
    """How often each word of a text is counted."""
    corpus = cc.read_corpus(pd.DataFrame({"source": ["A"], "text": [text]} | columns))
    table = cc.term_frequency(cc.measure(corpus))
    return dict(zip(table["term"], table["count"]))


@pytest.mark.parametrize("text", ["We row ☀️ and sing ✌️.", "We ❤️ row 🏳️‍🌈 and 👍🏽 sing ️."])
def test_c23_signs_beside_emoji_are_no_words(text):
    assert counted(text) == dict.fromkeys(["we", "row", "and", "sing"], 1)


def test_c24_names_in_capitals_count_as_names_whatever_their_length():
    text = "REK. I saw Rek and Sandoval, and Bo saw BO and SANDOVAL.\n\n"
    text += "SANDOVAL. Who saw NATO or Nato?"
    found = counted(text)
    assert {name: found[name] for name in ("rek", "bo", "sandoval", "nato")} == {
        "rek": 2, "bo": 2, "sandoval": 3, "nato": 2,
    }  # fmt: skip
    assert not any(term.isupper() for term in found)


@pytest.mark.parametrize(
    ("text", "language"),
    [("灯塔的船漏水了。我们等着。", "zh"), ("灯台の船は古い。誰も来なかった。", "ja"),
     ("เรือเก่ามากและไม่มีใครมา", "th")],
)  # fmt: skip
def test_c25_a_clause_is_no_word_and_its_document_is_named(text, language):
    import importlib.util

    if language == "zh" and importlib.util.find_spec("jieba"):
        pytest.skip("a library cuts Chinese into words here")
    corpus = cc.read_corpus(pd.DataFrame({"source": ["A", "B"], "text": [text, OPENING]}))
    comparison = cc.Comparison(cc.measure(corpus), corpus=corpus)
    assert comparison.documents["words"].iloc[0] == 0
    assert detect_language(text) == language
    assert "is written without blanks" in doubts(comparison)["detail"].iloc[0]
    assert "without blanks" in " ".join(cc.cautions(comparison))


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


@pytest.mark.parametrize(
    "text",
    ["Die Boote, die Lampe und die Taue sind da, und die Leute freuen sich, sagte die Frau.",
     "Le gardien a perdu la barque, et personne ne sait si le pain arrivera demain sur le rocher."],
)  # fmt: skip
def test_c28_no_tone_in_a_language_that_the_lexicon_does_not_know(text):
    corpus = cc.read_corpus(pd.DataFrame({"source": ["A", "B"], "text": [text, text + " Bon."]}))
    comparison = cc.Comparison(cc.measure(corpus), corpus=corpus)
    assert cc.sentiment(comparison)["mean"].isna().all()
    assert "lexicons know English only" in " ".join(cc.cautions(comparison))


# --- codebook


def matches(tmp_path, text: str, book: str) -> dict[str, int]:
    (tmp_path / "book.yml").write_text(f"themes:\n{book}", encoding="utf-8")
    corpus = cc.read_corpus(pd.DataFrame({"source": ["A"], "text": [text]}))
    measures = cc.measure(corpus, codebook=cc.read_codebook(tmp_path / "book.yml"))
    found = measures.themes.groupby(["theme", "pattern"], observed=True)["count"].sum()
    return {f"{theme}:{pattern}": int(count) for (theme, pattern), count in found.items()}


@pytest.mark.parametrize(
    ("text", "book", "found"),
    [("The US told us so. It gave us US wheat, and the U.S. fleet left us.",
      "  we: [us]\n  america: [US]\n", {"we:us": 3, "america:US": 3}),
     ("The WHO says who is ill, and who is not. IT runs it.",
      "  health: [WHO]\n  people: [who]\n  computers: [IT]\n",
      {"health:WHO": 1, "people:who": 2, "computers:IT": 1})],
)  # fmt: skip
def test_c29_an_acronym_is_not_the_pronoun(tmp_path, text, book, found):
    assert matches(tmp_path, text, book) == found


@pytest.mark.parametrize("pattern", ["row?r", "boat|ship", "(boat)", "boat OR ship", "[bc]oat"])
def test_c30_signs_of_other_tools_are_refused(tmp_path, pattern):
    with pytest.raises(ValueError, match="line 2"):
        matches(tmp_path, OPENING, f"  w: ['{pattern}']\n")


# --- tables


@pytest.mark.parametrize("header", ['source;"name, full";text', "source;text;name, full"])
def test_c31_a_comma_in_the_header_is_not_the_separator(tmp_path, header):
    text_last = header.endswith("text")
    rows = [f'A;b;"{OPENING}"', f'C;d;"{ANSWER}"'] if text_last else [
        f'A;"{OPENING}";b', f'C;"{ANSWER}";d']  # fmt: skip
    (tmp_path / "t.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    assert cc.read_corpus(tmp_path / "t.csv").documents["source"].tolist() == ["A", "C"]


def test_c32_a_date_may_have_a_time(tmp_path):
    times = ["2021-06-09T08:15:00Z", "2021-12-24 00:00:00", "2021-06-09T23:59:59+02:00"]
    rows = [f'A,"{OPENING} {k}",{time}' for k, time in enumerate(times)]
    (tmp_path / "t.csv").write_text("\n".join(["source,text,date", *rows]), encoding="utf-8")
    documents = cc.read_corpus(tmp_path / "t.csv").documents
    assert documents["date"].tolist() == ["2021-06-09", "2021-12-24", "2021-06-09"]
    assert documents["date_precision"].tolist() == ["day"] * 3


def test_c33_copies_are_named():
    wire = f"{OPENING} {ANSWER} {DOUBT}"
    texts = [wire, wire, f"{wire} It rained.", f"{DOUBT} {OPENING}"]
    table = pd.DataFrame({"source": ["A", "B", "B", "A"], "text": texts})
    corpus = cc.read_corpus(table)
    comparison = cc.Comparison(cc.measure(corpus), corpus=corpus)
    assert len(cc.copies(corpus)) == 2
    for said in (cc.cautions(comparison), cc.corpus_findings(comparison)):
        assert "copies" in " ".join(said)
