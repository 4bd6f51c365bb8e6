"""Files whose size and times are those of the last time are not read again, all others are."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from crosscurrents.corpus import looks, read_corpus
from crosscurrents.kept import FOLDER

AGES = 1_500_000_000  # seconds: a time long ago


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv(FOLDER, str(tmp_path / "cache"))
    monkeypatch.setattr(looks, "LEAST", 1)
    return tmp_path / "cache"


@pytest.fixture
def settled(monkeypatch):
    """Time has passed since the files were changed."""
    now = time.time_ns
    monkeypatch.setattr(looks.time, "time_ns", lambda: now() + 10 * looks.RACY)


@pytest.fixture
def read(monkeypatch) -> list[str]:
    """The names of the files that were read."""
    names: list[str] = []
    whole = looks.look
    monkeypatch.setattr(looks, "look", lambda file: (names.append(Path(file).name), whole(file))[1])
    return names


def folder_of(path: Path, **texts: str) -> Path:
    path.mkdir(exist_ok=True)
    for name, text in texts.items():
        (path / f"{name}.txt").write_text(text, encoding="utf-8")
    return path


def texts_of(path: Path, **options) -> dict[str, str]:
    corpus = read_corpus(path, **options)
    assert corpus.documents["sha256"].str.len().eq(64).all()
    return {d: corpus.text(d) for d in corpus.documents["doc_id"]}


def test_what_did_not_change_is_not_read_again(tmp_path, cache, settled, read):
    path = folder_of(tmp_path / "c", a="# Rain\n\nIt rained.", b="...", c="It snowed.")
    first = read_corpus(path)
    assert sorted(read) == ["a.txt", "b.txt", "c.txt"]
    read.clear()
    second = read_corpus(path)
    assert read == []
    pd.testing.assert_frame_equal(first.documents, second.documents)
    pd.testing.assert_frame_equal(first.rejected, second.rejected)
    assert second.documents["title"].tolist() == ["Rain", ""]
    assert second.rejected["reason"].tolist() == ["holds no letter and no digit"]


def test_only_what_changed_is_read(tmp_path, cache, settled, read):
    path = folder_of(tmp_path / "c", a="It rained.", b="It hailed.", c="It snowed.")
    read_corpus(path)
    read.clear()
    folder_of(path, b="It thawed at last.", d="It froze.")
    (path / "c.txt").unlink()
    assert texts_of(path) == {"a": "It rained.", "b": "It thawed at last.", "d": "It froze."}
    assert sorted(read) == ["b.txt", "d.txt"]
    read.clear()
    read_corpus(path)
    assert read == []


def test_a_catalogue_is_held_to_its_hashes_without_reading(tmp_path, cache, settled, read):
    path = folder_of(tmp_path / "c", a="It rained.", b="...")
    digest = looks.look(str(path / "a.txt"))[0]
    rows = f"doc_id,source,file,sha256\n1,Mail,a.txt,{digest}\n2,Star,b.txt,\n"
    (path / "catalogue.csv").write_text(rows)
    first = read_corpus(path)
    read.clear()
    second = read_corpus(path)
    assert read == []
    pd.testing.assert_frame_equal(first.documents, second.documents)
    assert second.rejected["doc_id"].tolist() == ["2"]
    (path / "catalogue.csv").write_text(rows.replace(digest, "0" * 64))
    with pytest.raises(ValueError, match="files with another sha256 than it says"):
        read_corpus(path)


def test_what_was_changed_just_now_is_read_again(tmp_path, cache, read):
    path = folder_of(tmp_path / "c", a="It rained.", b="It snowed.")
    read_corpus(path)
    read.clear()
    read_corpus(path)
    assert sorted(read) == ["a.txt", "b.txt"]  # within a tick of the disk it may change unseen


def test_the_same_size_and_time_are_found_out_by_the_other_time(tmp_path, cache, settled, read):
    path = folder_of(tmp_path / "c", a="It rained.", b="It snowed.")
    os.utime(path / "a.txt", (AGES, AGES))
    read_corpus(path)
    read.clear()
    before = (path / "a.txt").stat().st_ctime_ns
    (path / "a.txt").write_text("It hailed.")
    while (path / "a.txt").stat().st_ctime_ns == before:  # within one tick of the disk
        os.utime(path / "a.txt", (AGES, AGES))
    os.utime(path / "a.txt", (AGES, AGES))
    assert texts_of(path)["a"] == "It hailed."
    assert read == ["a.txt"]


def test_times_need_not_be_trusted(tmp_path, cache, settled, read, monkeypatch):
    path = folder_of(tmp_path / "c", a="It rained.", b="It snowed.")
    frozen = looks.stat_files(path, ["a.txt", "b.txt"])
    monkeypatch.setattr(looks, "stat_files", lambda *_: frozen)
    monkeypatch.setattr("crosscurrents.corpus.stat_files", lambda *_: frozen)
    old = read_corpus(path).documents["sha256"].tolist()
    folder_of(path, a="It hailed.")  # no time tells
    assert read_corpus(path).documents["sha256"].tolist() == old
    new = read_corpus(path, trust_times=False).documents["sha256"].tolist()
    assert new[0] != old[0] and new[1] == old[1]


def test_few_bytes_are_read_and_nothing_is_kept(tmp_path, monkeypatch, settled):
    monkeypatch.setenv(FOLDER, str(tmp_path / "cache"))
    texts_of(folder_of(tmp_path / "c", a="It rained."))
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("how", ["cut", "flipped", "foreign", "empty", "folder", "other table"])
def test_what_is_broken_is_noticed(tmp_path, cache, settled, read, how):
    path = folder_of(tmp_path / "c", a="It rained.", b="It snowed.")
    first = texts_of(path)
    (file,) = cache.rglob("*.looks")
    data = file.read_bytes()
    if how == "folder":
        file.unlink()
        file.mkdir()
    elif how == "other table":
        looks._write(file, looks.SCHEMA.empty_table())
        whole = file.read_bytes()[looks.CHECK :].replace(b"inode", b"wrong")
        file.write_bytes(looks.hashlib.sha256(whole).digest() + whole)
    else:
        middle = len(data) // 2
        broken = {"cut": data[:middle], "foreign": b"It rained." * 9, "empty": b""}
        broken["flipped"] = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
        file.write_bytes(broken[how])
    read.clear()
    assert texts_of(path) == first
    assert sorted(read) == ["a.txt", "b.txt"]


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path, cache, settled):
    cache.write_text("a file where the folder should be")
    path = folder_of(tmp_path / "c", a="It rained.")
    assert texts_of(path) == texts_of(path) == {"a": "It rained."}


def test_what_could_not_be_read_is_tried_again(tmp_path, cache, settled, read, monkeypatch):
    path = folder_of(tmp_path / "c", a="It rained.", b="It snowed.")
    whole = looks.look
    lost = ("", "", "cannot be read (input/output error)")
    monkeypatch.setattr(looks, "look", lambda f: lost if f.endswith("b.txt") else whole(f))
    assert len(read_corpus(path).rejected) == 1
    monkeypatch.setattr(looks, "look", whole)
    assert len(read_corpus(path).rejected) == 0


RUN = """
import sys
from crosscurrents.corpus import looks, read_corpus
looks.LEAST, looks.RACY = 1, 0
for _ in range(5):
    hashes = read_corpus(sys.argv[1]).documents["sha256"].tolist()
print(*hashes)
"""


def test_two_runs_at_a_time_do_no_harm(tmp_path, cache):
    path = folder_of(tmp_path / "c", **{f"d{k}": f"It rained {k} days." for k in range(40)})
    command = [sys.executable, "-c", RUN, str(path)]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0]
    assert len(set(said)) == 1 and len(said[0].split()) == 40
    assert [f.suffix for f in cache.rglob("*.looks")] == [".looks"]
