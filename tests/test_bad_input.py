"""A folder of bad files through the commands: each is left out with its reason, nothing is lost."""

from __future__ import annotations

import os
import unicodedata

import files
import pytest
from test_formats import DEEP, PAGE, PROSE, bomb

import crosscurrents as cc

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
