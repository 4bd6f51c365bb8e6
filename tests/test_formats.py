"""Documents of every format by content; damaged, encrypted and hostile files end as a reason."""

from __future__ import annotations

import os
import time
import unicodedata

import files
import pytest

import crosscurrents as cc
from crosscurrents import readers
from crosscurrents.process import Process
from crosscurrents.readers import format_of, read_document_file
from crosscurrents.readers.documents import UNPACKED

PROSE = [
    "It rained on the hills of Brae for a week, and nobody went out of the house.",
    "The minister of the river said nothing at all about the cost of the dam, and left the room.",
]
PAGE = """<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">
<title>Rain | The Mail</title>
<meta name="author" content="Ann Bo"><meta property="og:title" content="Rain">
<meta property="og:site_name" content="The Mail">
<meta property="article:published_time" content="2024-01-16T23:30:00-05:00"></head><body>
<nav><a href="/">Home</a><a href="/news">News</a></nav><article><h1>Rain</h1>
<p>{}</p><h2>What is next</h2><p>{}</p><ul><li>Sandbags, boats and patience</li></ul>
<p>Q: Will it go on for another week, do you think?</p></article>
<footer>Contact us</footer></body></html>"""


def one(data: bytes, name: str = "a"):
    reading = read_document_file(data, name)
    assert len(reading.documents) == 1
    return reading.documents[0]


def test_a_page_gives_its_article_and_its_facts():
    document = one(PAGE.format(*PROSE).encode())
    assert document.text.split("\n\n") == [
        PROSE[0], "What is next", PROSE[1], "- Sandbags, boats and patience",
        "Q: Will it go on for another week, do you think?",
    ]  # fmt: skip
    assert dict(document.facts) == {
        "title": "Rain", "author": "Ann Bo", "date": "2024-01-16", "source": "The Mail",
        "language": "en-GB",
    }  # fmt: skip


def test_what_the_extractor_calls_article_stays(tmp_path):
    """Its headings, list items and questions are no furniture (0.958 against 0.940 of words)."""
    (tmp_path / "rain.html").write_text(PAGE.format(*PROSE))
    corpus = cc.read_corpus(tmp_path)
    assert "What is next" in corpus.paragraphs("rain")
    row = corpus.documents.iloc[0]
    assert (row["title"], row["source"], row["date"]) == ("Rain", "The Mail", "2024-01-16")
    assert row["inferred"].startswith("title: the page's metadata; author: the page's metadata;")
    assert int(cc.measure(corpus).documents["words"][0]) == 17 + 3 + 19 + 4 + 11


def test_rows_of_a_table_on_a_page_are_no_prose_and_are_listed(tmp_path):
    table = (
        "<table><tr><th>Year</th><th>Rain</th></tr><tr><td>2021</td><td>640 mm</td></tr></table>"
    )
    page = f"<html><body><article><p>{PROSE[0]}</p>{table}<p>{PROSE[1]}</p></article></body></html>"
    (tmp_path / "rain.html").write_text(page)
    corpus = cc.read_corpus(tmp_path)
    assert corpus.paragraphs("rain") == [PROSE[0], PROSE[1]]
    assert set(cc.measure(corpus).excluded["reason"]) == {"table"}


def test_a_table_by_which_an_old_page_is_laid_out_holds_its_article():
    paragraphs = [" ".join(PROSE), " ".join(PROSE[::-1])]
    article = f"<b>Rain</b><br>By Ann Bo<br><br>{'<br><br>'.join(paragraphs)}"
    cells = f'<td><a href="/">Home</a><br><a href="/n">News</a></td><td>{article}</td>'
    page = (
        f"<html><head><title>Rain</title></head><body><table><tr>{cells}</tr></table></body></html>"
    )
    assert one(page.encode()).text.split("\n\n") == paragraphs


def test_a_saved_page_and_its_pictures(tmp_path):
    (tmp_path / "rain.html").write_text(PAGE.format(*PROSE))
    (tmp_path / "rain_files").mkdir()
    (tmp_path / "rain_files" / "ad.html").write_text(PAGE.format(*PROSE))
    corpus = cc.read_corpus(tmp_path)
    assert len(corpus.documents) == 1
    assert corpus.rejected.values.tolist() == [
        ["", "rain_files/", "holds the pictures and scripts of a saved page"]
    ]


def test_a_word_document():
    heading = '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Rain</w:t></w:r></w:p>'
    text = "<w:p><w:r><w:t>It </w:t></w:r><w:r><w:b/><w:t>rained.</w:t></w:r></w:p>"
    document = one(files.docx(body=heading + text, title="Rain & more", author="Ann Bo"))
    assert document.text == "# Rain\n\nIt rained." or document.text == "Rain\n\nIt rained."
    assert dict(document.facts) == {"title": "Rain & more", "author": "Ann Bo"}


def test_an_opendocument_text():
    document = one(
        files.odt(
            '<text:h text:outline-level="2">Rain</text:h>',
            "<text:p>It<text:s/>rained<text:note><text:p>As ever.</text:p></text:note>.</text:p>",
            "<text:list><text:list-item><text:p>Twice.</text:p></text:list-item></text:list>",
        )
    )
    assert document.text == "## Rain\n\nIt rained.\n\n- Twice."
    assert dict(document.facts) == {"title": "Rain", "author": "Ann Bo"}


def test_an_e_book():
    document = one(files.epub("<h1>Rain</h1><p>It rained.</p>", "<p>It <i>snowed</i>.</p>"))
    assert document.text == "# Rain\n\nIt rained.\n\nIt snowed."
    assert dict(document.facts) == {"title": "Rain", "author": "Ann Bo", "language": "en"}


def test_rtf():
    data = (
        rb"{\rtf1\ansi{\info{\title Rain}{\author Ann B\'f6}}It\'92s wet.\par\pard It {\b snowed}.}"
    )
    document = one(data)
    assert document.text == "It’s wet.\n\nIt snowed."
    assert dict(document.facts) == {"title": "Rain", "author": "Ann Bö"}


def test_a_pdf():
    document = one(
        files.pdf(
            "It rained on the hills of Brae\nfor a week.",
            "It snowed, too, they said.",
            title="Rain",
        )
    )
    assert document.text.split("\f")[1].strip() == "It snowed, too, they said."
    assert dict(document.facts) == {"title": "Rain", "author": "Ann Bo"}


def test_a_message():
    data = (
        b"From: Ann Bo <ann@mail.example>\r\nTo: b@star.example\r\n"
        b"Subject: =?utf-8?q?R=C3=A4in?=\r\n"
        b"Date: Tue, 16 Jan 2024 23:30:00 -0500\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        b"<p>It rained.</p><p>It snowed.</p>"
    )
    document = one(data)
    assert document.text == "It rained.\n\nIt snowed."
    assert dict(document.facts) == {"title": "Räin", "author": "Ann Bo", "date": "2024-01-16"}


NOTES = '<w:notes {}><w:{} w:id="0" w:type="separator"/><w:{} w:id="1"/><w:{} w:id="2"/></w:notes>'
NOTES = {
    f"word/{kind}s.xml": NOTES.format(files.W, kind, kind, kind) for kind in ("endnote", "footnote")
}
MAIL = """From: Ann Bo <ann@mail.example>
Subject: Rain
Date: Tue, 16 Jan 2024 23:30:00 -0500
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain

It rained.

>From then on it snowed.
--x
Content-Type: application/pdf
Content-Disposition: attachment; filename=a.pdf

--x
Content-Type: message/rfc822

Subject: Hail

It hailed.
--x
Content-Type: image/png
Content-Disposition: attachment; filename=logo.png

--x--
"""


@pytest.mark.parametrize(
    ("data", "doubt"),
    [
        (files.docx("Rain.", more=NOTES), "2 footnotes and 2 endnotes"),
        (
            files.odt("<text:p>Rain<text:note/>.<office:annotation>No.</office:annotation></text:p>"),
            "1 note and 1 comment",
        ),
        (
            rb"{\rtf1 Rain{\footnote No.}{\*\footnote No.}{\*\annotation So?}.}",
            "2 notes and 1 comment",
        ),
        (MAIL.encode(), "2 attachments: a.pdf and message/rfc822"),
    ],
)  # fmt: skip
def test_what_is_not_read_of_a_document_is_named(data, doubt):
    reading = read_document_file(data)
    assert reading.doubts == (f"was read without {doubt}",)
    assert "No" not in reading.documents[0].text and "hail" not in reading.documents[0].text


EMPTY = "From: a\nSubject: b\nDate: c\nContent-Type: application/pdf\n\n%PDF\n"
MAILBOX = f"From a@b Tue Jan 16 23:30:00 2024\n{MAIL}\nFrom -\n{EMPTY}\nFrom \n{MAIL}"


def test_a_mailbox():
    for data in (MAILBOX.encode(), MAILBOX.replace("\n", "\r\n").encode()):
        assert format_of(data) == "mbox"
        reading = read_document_file(data)
        texts = [document.text.split() for document in reading.documents]
        assert texts == ["It rained. From then on it snowed.".split(), [], texts[0]]
        assert reading.documents[2].facts["author"] == "Ann Bo"
        assert [doubt[:31] for doubt in reading.doubts] == [
            "document 1 was read without 2 a", "document 3 was read without 2 a",
        ]  # fmt: skip
    assert format_of(b"From here\nTo: us\n\nIt rained.") == "text"


def test_what_is_not_read_is_named_with_a_catalogue_too(tmp_path):
    (tmp_path / "a.mbox").write_text(f"From a\n{MAIL}\nFrom b\n{MAIL}")
    rows = "".join(f"{name},Mail,a.mbox,{k}\n" for k, name in enumerate("xy", 1))
    (tmp_path / "catalogue.csv").write_text(f"doc_id,source,file,part\n{rows}")
    doubts = [
        f"document {k} was read without 2 attachments: a.pdf and message/rfc822" for k in (1, 2)
    ]
    assert cc.read_corpus(tmp_path).doubts["doubt"].tolist() == doubts


def test_a_page_saved_as_one_file():
    head = (
        "From: <Saved by Blink>\nSnapshot-Content-Location: https://mail.example/rain\n"
        "Subject: Rain\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=X\n\n--X\n"
        "Content-Type: text/html; charset=utf-8\n\n"
    )
    document = one((head + PAGE.format(*PROSE) + "\n--X--\n").encode())
    assert document.text.startswith(PROSE[0])
    assert document.facts["source"] == "The Mail"
    assert document.article


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PAGE.encode(), "html"), (b"It rained.", "text"), (b"<p>no page</p>", "text"),
        (b"From here: no mail\nTo: us\n\nIt rained.", "text"), (files.docx("a"), "docx"),
        (b"source,text\nMail,It rained.\n", "csv"), (b"Rain, snow, text\nand more.", "text"),
        (b'{"text": "It rained."}', "json"), (b"{It rained.}", "text"), (b"[1] It rained.", "text"),
        (files.odt(), "odt"), (files.epub(), "epub"), (files.pdf("a"), "pdf"),
        (b"{\\rtf1 a}", "rtf"),
    ],
)  # fmt: skip
def test_formats_are_told_by_content(data, kind):
    assert format_of(data) == kind


def bomb() -> bytes:
    """300 MB of blanks in a Word document of 300 kB."""
    parts = {"[Content_Types].xml": files.TYPES, "_rels/.rels": files.RELATIONS}
    return files.archive(parts | {"word/document.xml": " " * (UNPACKED + 1)})


def entities() -> bytes:
    names = "".join(f'<!ENTITY a{k} "{f"&a{k - 1};" * 10}">' for k in range(1, 10))
    return files.archive(
        {"mimetype": "application/vnd.oasis.opendocument.text",
         "content.xml": f'<!DOCTYPE a [<!ENTITY a0 "rain">{names}]><a><p>&a9;</p></a>'}
    )  # fmt: skip


DEEP = b"<html><body>" + b"<div>" * 100_000 + b"It rained." + b"</div>" * 100_000


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (files.pdf("It rained on the hills.", password="x"), "is encrypted; save it without"),
        (files.pdf("", ""), "is a PDF of pictures without text; run character recognition first"),
        (files.pdf("It rained.")[:200], "is a damaged PDF"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 20, "is a damaged PDF"),
        (files.docx("It rained.")[:-30], "is damaged .the archive is cut off or broken"),
        (files.archive({"a.txt": "a"}), "is an archive of another kind; unpack it"),
        (entities(), "is empty|holds no letter"),
        (b"<html><body>" + b"<p>It rained.</p>" * 3_000_000, "is a page of 5.,...,... bytes"),
        (DEEP, "is a page"),
        (b"<html></html>", "is a page"),
        (b"<html><body><script>" + b"x" * 1000 + b"</script></body></html>", "is a page"),
        (b"{\\rtf1 " + b"{" * 100_000, "is empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is an old or encrypted Word or"),
        (b"MIME-Version: 1.0\nFrom: a\nSubject: b\n\n", "is empty"),
        (files.epub(), "is empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why_in_time(data, reason):
    start = time.monotonic()
    with pytest.raises(ValueError, match=reason):
        read_document_file(data, "a")
    assert time.monotonic() - start < 60  # seconds, most of them the machine's own


def test_any_file_may_be_cut_or_broken_anywhere():
    """Every twentieth byte turned, and every file cut: a document or a reason, nothing else."""
    whole = [
        files.docx(*PROSE),
        files.odt("<text:p>It rained.</text:p>"),
        files.epub("<p>Rain</p>"),
        files.pdf(PROSE[0]),
        PAGE.format(*PROSE).encode(),
        rb"{\rtf1\ansi It rained.\par So.}",
    ]
    for data in whole:
        step = max(len(data) // 25, 1)
        for place in range(0, len(data), step):
            for broken in (
                data[:place],
                data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :],
            ):
                try:
                    assert read_document_file(broken, "a").documents
                except ValueError as error:
                    assert str(error)


def test_a_mixed_folder_in_one_go(tmp_path):
    """What an analyst has: each is read, or named with the reason."""
    (tmp_path / "a.txt").write_bytes("It’s raining in the café.".encode("cp1252"))
    (tmp_path / "b.html").write_text(PAGE.format(*PROSE))
    (tmp_path / "c.docx").write_bytes(files.docx(*PROSE))
    (tmp_path / "d.pdf").write_bytes(files.pdf(PROSE[0]))
    (tmp_path / "e.csv").write_text(
        f"Headline;Body;Publication\nRain;{PROSE[0]};Mail\nSnow;{PROSE[1]};Star\n"
    )
    (tmp_path / "f.pdf").write_bytes(files.pdf(PROSE[0], password="x"))
    (tmp_path / "wrong.txt").write_bytes(files.odt(f"<text:p>{PROSE[1]}</text:p>"))
    corpus = cc.read_corpus(tmp_path)
    assert corpus.documents["doc_id"].tolist() == ["a", "b", "c", "d", "e#1", "e#2", "wrong"]
    assert corpus.documents["source"].tolist()[4:6] == ["Mail", "Star"]
    assert corpus.rejected["file"].tolist() == ["f.pdf"]
    assert corpus.doubts.values.tolist() == [["a", "a.txt", "was read as cp1252, which is a guess"]]
    assert corpus.columns == {"text": "Body", "source": "Publication", "title": "Headline"}
    measures = cc.measure(corpus)
    assert measures.documents["words"].min() > 4


def test_a_catalogue_names_a_document_of_a_file_by_its_number(tmp_path):
    (tmp_path / "e.csv").write_text(
        f"source,text\nMail,{PROSE[0]}\n".replace("Brae for a week,", "Brae")
    )
    rows = "e1,Mail,e.csv,1\ne2,Mail,e.csv,2\ne,Mail,e.csv,\nf,Mail,f.txt,\n"
    (tmp_path / "f.txt").write_text(PROSE[1])
    (tmp_path / "catalogue.csv").write_text("doc_id,source,file,part\n" + rows)
    (tmp_path / "e.csv").write_text(
        f'source,text\nMail,"{PROSE[0]}"\nStar,"{PROSE[1]}"\nSun,"{PROSE[0]}"\n'
    )
    corpus = cc.read_corpus(tmp_path)
    assert corpus.documents["doc_id"].tolist() == ["e1", "e2", "f"]
    assert corpus.raw("e2") == PROSE[1]
    assert corpus.rejected["reason"].str[:21].tolist() == ["holds 3 documents; li"]


def test_a_text_that_was_converted_comes_from_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSCURRENTS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "c.docx").write_bytes(files.docx(*PROSE))
    first = cc.read_corpus(tmp_path / "corpus")
    monkeypatch.setattr("crosscurrents.readers._reader", None)
    assert cc.read_corpus(tmp_path / "corpus").raw("c") == first.raw("c")


# --- what a library does with a file is bounded


def endless() -> bytes:
    """A page of PDF that draws two million times: a minute, and no page ends before it."""
    page = files.pdf("It rained.")
    head, rest = page.split(b"stream\n", 1)
    content = b"BT /F1 12 Tf (a) Tj ET\n" * 2_000_000
    head = head[: head.rindex(b"/Length")] + b"/Length %d\n>>\n" % len(content)
    return head + b"stream\n" + content + rest[rest.index(b"endstream") :]


def test_a_file_that_takes_for_ever_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(readers, "SECONDS", 3)
    (tmp_path / "a.pdf").write_bytes(endless())
    (tmp_path / "b.pdf").write_bytes(files.pdf(PROSE[0]))
    corpus = cc.read_corpus(tmp_path)
    assert corpus.rejected[["file", "reason"]].values.tolist() == [
        ["a.pdf", "takes more than 3 seconds to read"]
    ]
    assert corpus.documents["doc_id"].tolist() == ["b"]


def test_a_file_that_takes_all_memory_is_left_out(monkeypatch):
    monkeypatch.setattr(readers, "MEMORY", 2**30)
    many = b"<p>" + b"<b>a</b>" * 1_200_000
    page = b"<html><body><article>" + many + b"</article></body></html>"
    with pytest.raises(ValueError, match=r"more memory|ended the program|is damaged"):
        read_document_file(page, "a")
    monkeypatch.undo()
    assert one(files.pdf(PROSE[0])).text.startswith(PROSE[0])


def test_a_file_that_ends_the_reader_is_left_out(monkeypatch):
    monkeypatch.setattr(readers, "cached", lambda kind, key, make: make())
    assert one(files.docx(*PROSE)).text.startswith(PROSE[0])
    process = readers._reader(os.getpid())
    process.end()
    assert one(files.docx(*PROSE)).text.startswith(PROSE[0])  # a new one
    call = Process.call
    monkeypatch.setattr(Process, "call", lambda self, *_: call(self, "os:abort", {}))
    with pytest.raises(ValueError, match="ended the program that read it"):
        read_document_file(files.docx(*PROSE), "a")


def test_the_answer_that_nobody_waited_for_is_not_that_of_the_next_file(monkeypatch):
    monkeypatch.setattr(readers, "cached", lambda kind, key, make: make())

    def interrupted(self):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Process, "result", interrupted)
        with pytest.raises(KeyboardInterrupt):
            read_document_file(files.docx(PROSE[1]), "a")
    assert one(files.docx(PROSE[0])).text.startswith(PROSE[0])


def test_a_text_for_which_there_is_no_memory_is_left_out(monkeypatch):
    """Found by breaking files: half a gigabyte of blank lines where 4 GB were allowed."""
    monkeypatch.setattr("crosscurrents.readers.decoded", lambda data: [0] * 10**18)
    with pytest.raises(ValueError, match="needs more memory than there is"):
        read_document_file(b"It rained.")


# --- a folder of bad files through the commands: nothing is lost

BAD = {
    "bomb.docx": "unpacks to 200,000,614 bytes", "cut.pdf": "is a damaged PDF",
    "deep.html": "is a page", "empty.txt": "is empty", "encrypted.pdf": "is encrypted",
    "link.txt": "is a link that leads out", "picture.txt": "is not a text file",
    "pipe.txt": "is no regular file", "quotes.csv": "is a table that cannot be read (line 3",
    "scan.pdf": "is a PDF of pictures",
}  # fmt: skip
# Names that shells, spreadsheets and other systems stumble over, with a text of as many words.
NAMES = [
    "a name.txt", "quo\"ted 'name'.txt", "line\nbreak.txt", " lead.txt", "tab\t.txt", "-rf.txt",
    "%s{0}.txt", "\x1b[31mred.txt", unicodedata.normalize("NFD", "né.txt"),
    unicodedata.normalize("NFC", "né.txt"), "right.pdf",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "in"
    place.mkdir()
    data = {
        "bomb.docx": bomb(), "cut.pdf": files.pdf(PROSE[0])[:300], "deep.html": DEEP,
        "empty.txt": b"", "encrypted.pdf": files.pdf(PROSE[0], password="x"),
        "picture.txt": b"\x89PNG\r\n" + bytes(range(256)), "scan.pdf": files.pdf("", ""),
        "quotes.csv": b'source,text\nMail,"It rained\nStar,It snowed.\n',
    }  # fmt: skip
    for k, name in enumerate(NAMES):
        data[name] = f"It rained {'again ' * k}.".encode()
    data["right.pdf"] = PAGE.format(*PROSE).encode()  # a page, whatever its name says
    for name, content in data.items():
        (place / name).write_bytes(content)
    (tmp_path / "out.txt").write_text("It hailed.")
    (place / "link.txt").symlink_to(tmp_path / "out.txt")
    os.mkfifo(place / "pipe.txt")
    return place


def test_added_checked_and_reported(folder, run_main, tmp_path):
    code, said, _ = run_main("add", "corpus", str(folder))
    assert code == 1  # something was left out
    outcomes = dict(line.split(": ", 1) for line in said.splitlines())
    assert {n: o for n, o in outcomes.items() if o.startswith("left out")}.keys() == BAD.keys()
    assert all(outcomes[name].startswith(f"left out: {reason}") for name, reason in BAD.items())
    assert len(outcomes) == len(BAD) + len(NAMES)
    assert "\x1b" not in said
    added = cc.read_corpus(tmp_path / "corpus")
    assert len(added.documents) == len(NAMES)
    assert cc.measure(added, cache=False).documents["words"].min() >= 2
    code, said, warned = run_main("check", "--corpus", str(folder))
    assert f"{len(NAMES)} documents from" in said
    assert all(reason in said + warned for reason in BAD.values())
    code, said, warned = run_main("report", "--corpus", str(folder), "--dry-run")
    assert code == 0
    assert all(reason in said + warned for reason in BAD.values())
