"""Exports of news databases, each article a document, its figures checked (all texts are ours)."""

from __future__ import annotations

import re
import time
from pathlib import Path

import files
import pytest

import crosscurrents as cc
from crosscurrents.readers.formats import read_document_file

RAIN = "It rained on the hills of Brae for a week, and nobody went out of the house."
SNOW = "The minister of the river said nothing about the cost of the dam, and left the room."

NEXIS = """Document 1 of 2

Rain holds up the dam

The Mail (Brae)

January 16, 2024 Tuesday

Copyright 2024 Mail Newspapers All Rights Reserved

Section: NEWS; Pg. 5

Length: 34 words

Byline: By Ann Bo

Dateline: BRAE

Body

RAIN

SNOW

Load-Date: January 17, 2024

End of Document

Document 2 of 2

Minister leaves the room

Star on Sunday

5 February 2024

Copyright 2024 Star Group

Length: 17 words

Body

SNOW

Classification

Language: ENGLISH

Load-Date: February 6, 2024

End of Document
"""
ACADEMIC = """                               1 of 2 DOCUMENTS

                                  The Mail

                          January 16, 2024 Tuesday
                                Final Edition

Rain holds up the dam

BYLINE: Ann Bo

SECTION: NEWS; Pg. 5

LENGTH: 34 words

RAIN

SNOW

LOAD-DATE: January 17, 2024

LANGUAGE: ENGLISH

                      Copyright 2024 Mail Newspapers

                               2 of 2 DOCUMENTS

                                Star on Sunday

                            February 5, 2024 Monday

Minister leaves the room

LENGTH: 17 words

SNOW

LOAD-DATE: February 6, 2024
"""
FACTIVA = """News
Rain holds up the dam for another week
By Ann Bo
34 words
16 January 2024
The Mail
MAILBR
English
Copyright 2024. Mail Newspapers.

RAIN

SNOW

Document MAILBR0020240117ek1g0005p

Minister leaves the room without a word
17 words
5 February 2024
Star on Sunday
STARSU
English
(c) 2024 Star Group

SNOW

Document STARSU0020240206ek250001q
"""
CODES = """SE
News
HD
Rain holds up the dam for another week
BY
By Ann Bo
WC
34 words
PD
16 January 2024
SN
The Mail
SC
MAILBR
LA
English
CY
Copyright 2024. Mail Newspapers.

LP

RAIN

TD

SNOW

AN
Document MAILBR0020240117ek1g0005p

HD  Minister leaves the room without a word
WC  17 words
PD  5 February 2024
SN  Star on Sunday
LA  English

LP  SNOW

AN  Document STARSU0020240206ek250001q
"""
PROQUEST = """____________________________________________________________

Document 1 of 2

Rain holds up the dam

Author: Bo, Ann

Publication info: The Mail ; Brae (UK) [Brae (UK)]. 16 Jan 2024: 5.

Full text: RAIN

SNOW

Subject: Dams; Rain

Location: Brae

Title: Rain holds up the dam

Publication title: The Mail; Brae (UK)

Pages: 5

Publication year: 2024

Publication date: Jan 16, 2024

Section: News

Language of publication: English

ProQuest document ID: 123456789

Document URL: https://proquest.example/docview/123456789

Last updated: 2024-01-17

____________________________________________________________

Title: Minister leaves the room

Publication title: Star on Sunday

Publication date: Feb 5, 2024

Full text: SNOW

ProQuest document ID: 123456790
"""


def filled(export: str) -> str:
    return export.replace("RAIN\n", RAIN + "\n").replace("SNOW\n", SNOW + "\n")


def rtf(text: str) -> str:
    return r"{\rtf1\ansi " + text.replace("\n", "\\par\n") + "}"


def table(text: str) -> str:
    """Factiva's page: a table with a code beside each value."""
    cells, code = [], ""
    for line in filter(None, text.split("\n")):
        head, _, rest = line.partition("  ")
        if head.isupper() and len(head) == 2:
            code = head
            if not rest:
                continue
            line = rest
        cells.append(f"<tr><td><b>{code}</b></td><td><p>{line}</p></td></tr>")
    head = "<!DOCTYPE html><html><head><title>Factiva</title></head><body>"
    return f"{head}{''.join(cells)}</body></html>"


FORMS = {
    "Nexis, text": filled(NEXIS), "Nexis, RTF": rtf(filled(NEXIS)),
    "Nexis, Word": files.docx(*filter(None, filled(NEXIS).split("\n"))),
    "Lexis Academic": filled(ACADEMIC), "Factiva, text": filled(FACTIVA),
    "Factiva, RTF": rtf(filled(FACTIVA)), "Factiva, codes": filled(CODES),
    "Factiva, page": table(filled(CODES)), "ProQuest": filled(PROQUEST),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_each_article_is_a_document(form):
    data = FORMS[form]
    reading = read_document_file(data if isinstance(data, bytes) else data.encode(), "a")
    first, second = reading.documents
    assert first.text == f"{RAIN}\n\n{SNOW}"
    assert second.text == SNOW
    title = first.facts["title"]
    assert title in ("Rain holds up the dam", "Rain holds up the dam for another week")
    assert second.facts["title"].startswith("Minister leaves the room")
    assert (first.facts["date"], second.facts["date"]) == ("2024-01-16", "2024-02-05")
    assert first.facts["author"] == "Ann Bo"
    assert first.facts["source"].startswith("The Mail")
    assert second.facts["source"] == "Star on Sunday"
    assert reading.doubts == ()


def test_the_cover_of_an_export_is_no_article():
    cover = (
        "User Name: Ann\nDate and Time: Tuesday\nJob Number: 7\nDocuments (2)\n1. Rain holds up\n"
    )
    cover += "Client/Matter: -None-\nSearch Terms: dam\nNarrowed by: Content Type: News\n\n"
    reading = read_document_file((cover + filled(NEXIS)).encode())
    assert [d.facts["title"] for d in reading.documents] == [
        "Rain holds up the dam", "Minister leaves the room",
    ]  # fmt: skip


def test_figures_of_the_file_are_checked(tmp_path):
    text = filled(NEXIS).replace("of 2", "of 120").replace("Length: 34", "Length: 512")
    (tmp_path / "dam.txt").write_text(text)
    corpus = cc.read_corpus(tmp_path)
    assert corpus.documents["doc_id"].tolist() == ["dam#1", "dam#2"]
    assert corpus.documents["source"].tolist() == ["The Mail (Brae)", "Star on Sunday"]
    assert corpus.documents["inferred"][0].startswith("date: the labels of the Nexis export")
    assert corpus.doubts.values.tolist() == [
        ["dam", "dam.txt", "says that it holds 120 documents; 2 were read"],
        ["dam", "dam.txt", "document 1 has 34 words, but the export says 512"],
    ]
    assert corpus.paragraphs("dam#1") == [RAIN, SNOW]
    assert int(cc.measure(corpus).documents["words"].sum()) == 34 + 17


@pytest.mark.parametrize("text", ["Page 1 of 2", "It rained.\n\nDocument 1 of 2\n\nNothing.", ""])
def test_a_text_that_is_no_export(text):
    reading = read_document_file(f"{RAIN}\n\n{text}\n\n{SNOW}".encode())
    assert len(reading.documents) == 1


def test_a_list_of_stories_without_texts_says_how_to_get_them(tmp_path):
    """As Media Cloud gives them: addresses of pages."""
    path = tmp_path / "stories.csv"
    path.write_text(
        "id,publish_date,title,url,media_name\n1,2024-01-16,Rain,https://m.example/1,Mail\n"
    )
    with pytest.raises(
        ValueError, match=r"stories\.csv has no column of texts.*the pages of 'url' are"
    ):
        cc.read_corpus(path)
    path.write_text(f"id,publish_date,title,url,media_name,text\n1,2024-01-16,Rain,http://a,Mail,{RAIN!r}\n"
                    .replace("'It", '"It').replace(".'", '."'))  # fmt: skip
    corpus = cc.read_corpus(path)
    assert corpus.documents.iloc[0][["doc_id", "source", "date"]].tolist() == [
        "1",
        "Mail",
        "2024-01-16",
    ]


# --- as the databases print them: covers, tables of contents, other languages

NAMES = ("source", "date", "title", "author", "section")
DAM = "Minister clings on as dam inquiry hears of"
CULTURE = f"{DAM} 'culture of delay' at water board"
OPEN, ROW = "Dam inquiry: the questions that remain", "Stadtrat streitet über neue Brücke"
VOTE, SHOP = "Brücke: Die Stadt stimmt ab", "La dernière librairie baisse le rideau"
WALLS = "Valbrune achète les murs de la librairie"
PRINTED = {
    "nexis_cover": [
        ("The Northern Chronicle (Brae)", "2023-01-16", CULTURE, "Ann Bo and Carl Dee", "UK NEWS"),
        ("The Sunday Beacon", "2023-02-05", OPEN, "", "NEWS"),
        ("The Northern Chronicle (Brae)", "2023-03-02", "LETTERS", "readers", "LETTERS"),
    ],
    "nexis_german": [
        ("Talbote", "2023-05-16", ROW, "Jürgen Weiß", "LOKALES"),
        ("Walder Anzeiger", "2023-06-03", VOTE, "", "POLITIK"),
    ],
    "nexis_french": [
        ("Le Courrier du Val", "2020-02-29", SHOP, "Élise Maréchal", "CULTURE"),
        ("Le Courrier du Val", "2020-04-15", WALLS, "", "RÉGION"),
    ],
    "factiva_contents": [
        ("The Northern Chronicle", "2023-01-16", f"{DAM} delay", "Ann Bo", "UK news"),
        ("The Sunday Beacon", "2023-02-05", OPEN, "", "News"),
    ],
    "factiva_codes": [
        ("Metallbote", "2019-07-11", "Kupferpreis fällt auf den tiefsten Stand seit März",
         "Petra Lind", "Wirtschaft"),
        ("Metallbote", "2019-07-12", "Zinn wenig verändert", "", ""),
    ],
    "factiva_french": [
        ("Le Courrier du Val", "2020-02-29", SHOP, "Élise Maréchal", "Culture"),
        ("Le Courrier du Val", "2020-04-15", f"{WALLS} du centre", "", ""),
    ],
    "proquest_contents": [
        ("The Northern Chronicle", "2023-01-16", f"{DAM} delay", "Ann Bo, Carl Dee", "UK News"),
        ("The Sunday Beacon", "2023-02-05", OPEN, "", "News"),
    ],
    "proquest_german": [
        ("Talbote", "2023-05-16", ROW, "Jürgen Weiß", "Lokales"),
        ("Walder Anzeiger", "2023-06-03", VOTE, "", ""),
    ],
    "proquest_french": [
        ("Le Courrier du Val", "2020-02-29", SHOP, "Élise Maréchal", "Culture"),
        ("Le Courrier du Val", "2020-04-15", WALLS, "", ""),
    ],
}  # fmt: skip


def printed(name: str) -> tuple[list[str], str]:
    """The articles that are marked in a sample, and the sample without the marks."""
    text = (Path(__file__).parent / "exports" / f"{name}.txt").read_text(encoding="utf-8")
    marked = [re.sub(r"(?m)^TD\s+", "", each) for each in re.findall("⟦(.*?)⟧", text, re.S)]
    return [" ".join(each.split()) for each in marked], re.sub("[⟦⟧]", "", text)


def escaped(text: str) -> str:
    return "".join(c if c.isascii() else f"\\u{ord(c)}?" for c in text)


@pytest.mark.parametrize("form", ["text", "RTF", "Word"])
@pytest.mark.parametrize("name", PRINTED)
def test_exports_as_they_are_printed(name, form):
    articles, text = printed(name)
    if form == "Word" and name == "factiva_codes":
        text = text.replace("  ", "\n", 100)  # there they are in a table, a cell each
    data = {"text": text.encode(), "RTF": rtf(escaped(text)).encode(),
            "Word": files.docx(*filter(str.strip, text.split("\n")))}[form]  # fmt: skip
    reading = read_document_file(data, "a")
    assert [" ".join(d.text.split()) for d in reading.documents] == articles
    facts = [tuple(d.facts.get(n, "") for n in NAMES) for d in reading.documents]
    assert facts == PRINTED[name]
    assert reading.doubts == ()


@pytest.mark.parametrize("name", PRINTED)
def test_an_export_with_many_blank_lines_is_read_in_time(name):
    """Found by breaking files: time grew with the square of the blank lines."""
    start = time.process_time()
    _, text = printed(name)
    read_document_file(text.replace("\n\n", "\n" * 20_000, 8).encode(), "a")
    assert time.process_time() - start < 10  # seconds; it takes a tenth of one
