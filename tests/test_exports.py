"""Exports of news databases, each article a document, its figures checked (all texts are ours)."""

from __future__ import annotations

import re
import time

import files
import pandas as pd
import pytest
from made import TESTS

import crosscurrents as cc
from crosscurrents.readers import read_document_file

RAIN = "It rained on the hills of Brae for a week, and nobody went out of the house."


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


def test_figures_of_the_file_are_checked(tmp_path):
    articles, text = printed("nexis_plain")
    text = text.replace("of 2", "of 120").replace("Length: 34", "Length: 512")
    (tmp_path / "dam.txt").write_text(text)
    corpus = cc.read_corpus(tmp_path)
    assert corpus.documents["doc_id"].tolist() == ["dam#1", "dam#2"]
    assert corpus.documents["source"].tolist() == ["The Mail (Brae)", "Star on Sunday"]
    assert corpus.documents["inferred"][0].startswith("date: the labels of the Nexis export")
    assert corpus.doubts.values.tolist() == [
        ["dam", "dam.txt", "says that it holds 120 documents; 2 were read"],
        ["dam", "dam.txt", "document 1 has 34 words, but the export says 512"],
    ]
    assert " ".join(corpus.paragraphs("dam#1")) == articles[0]
    assert int(cc.measure(corpus).documents["words"].sum()) == 34 + 17


def test_titles_without_a_label_and_texts_that_are_missing():
    _, text = printed("proquest_plain")
    text = text.replace("Title: Rain holds up the dam", "").replace("holds up", "holds", 1)
    first, line, second = text.rpartition("_" * 60)
    missing = re.sub(r"(?s)Full text: .*?\n\n", "Full text: Not available.\n\n", second, count=1)
    reading = read_document_file(f"{first}{line}{missing}".encode())
    assert [document.facts["title"] for document in reading.documents] == ["Rain holds the dam"]
    assert reading.doubts == ("holds no text of “Minister leaves the room”",)
    with pytest.raises(ValueError, match="is a ProQuest export without the text of any article"):
        read_document_file(f"{line}{missing}".encode())


def test_a_list_of_contents_without_search_details():
    _, text = printed("nexis_cover")
    more = "".join(f"\n\n{k}. An article on the dam and\nwhat it cost" for k in range(2, 30))
    listed = re.sub(r"(?s)\n\n2\. .*?\n\nAbout LexisNexis[^\n]*", f"{more}\n\n30. Snow", text)
    assert listed.count("Client/Matter") == 1
    reading = read_document_file(listed.encode())
    assert reading.documents == read_document_file(text.encode()).documents


@pytest.mark.parametrize("text", ["Page 1 of 2", "It rained.\n\nDocument 1 of 2\n\nNothing.", ""])
def test_a_text_that_is_no_export(text):
    reading = read_document_file(f"{RAIN}\n\n{text}\n\nIt snowed.".encode())
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

CODES = ("factiva_codes", "factiva_english")  # the export with a code before each field
FACTS = pd.read_csv(TESTS / "exports" / "facts.tsv", sep="\t", dtype=str, keep_default_na=False)
PRINTED = {name: part.iloc[:, 1:] for name, part in FACTS.groupby("export", sort=False)}


def printed(name: str) -> tuple[list[str], str]:
    """The articles that are marked in a sample, and the sample without the marks."""
    text = (TESTS / "exports" / f"{name}.txt").read_text(encoding="utf-8")
    marked = [re.sub(r"(?m)^TD\s+", "", each) for each in re.findall("⟦(.*?)⟧", text, re.S)]
    return [" ".join(each.split()) for each in marked], re.sub("[⟦⟧]", "", text)


def escaped(text: str) -> str:
    return "".join(c if c.isascii() else f"\\u{ord(c)}?" for c in text)


FORMS = [(name, form) for form in ("text", "RTF", "Word") for name in PRINTED]


@pytest.mark.parametrize(("name", "form"), [*FORMS, *((name, "page") for name in CODES)])
def test_exports_as_they_are_printed(name, form):
    articles, text = printed(name)
    if form == "Word" and name in CODES:
        text = text.replace("  ", "\n", 100)  # there they are in a table, a cell each
    data = {"text": text.encode(), "RTF": rtf(escaped(text)).encode(),
            "Word": files.docx(*filter(str.strip, text.split("\n"))),
            "page": table(text).encode()}[form]  # fmt: skip
    reading = read_document_file(data, "a")
    assert [" ".join(d.text.split()) for d in reading.documents] == articles
    facts = [[d.facts.get(n, "") for n in PRINTED[name]] for d in reading.documents]
    assert facts == PRINTED[name].to_numpy().tolist()
    assert reading.doubts == ()


def test_a_line_of_commas_is_read_in_time():
    start = time.process_time()
    read_document_file(f"Rain\n{',' * 5000}\nSnow\nEnd of document\nRecord: 1\n".encode(), "a.txt")
    assert time.process_time() - start < 10  # seconds; it takes some hundredths


@pytest.mark.parametrize("name", PRINTED)
def test_an_export_with_many_blank_lines_is_read_in_time(name):
    """Found by breaking files: time grew with the square of the blank lines."""
    start = time.process_time()
    _, text = printed(name)
    read_document_file(text.replace("\n\n", "\n" * 20_000, 8).encode(), "a")
    assert time.process_time() - start < 10  # seconds; it takes a tenth of one
