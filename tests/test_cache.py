"""The cache: nothing is measured twice, nothing wrong is ever taken from it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from made import identical

from crosscurrents import measure, read_corpus
from crosscurrents.codebook import Codebook, Pattern, Theme
from crosscurrents.measures import batches
from crosscurrents.measures.batches import Batch, batches_of, from_bytes
from crosscurrents.storage import FOLDER, MEASURES_VERSION, OWN, cache_folder

BOOK = Codebook((Theme("rain", "", (Pattern.parse("rain"), Pattern.parse("long rain"))),))
WORDS = "the long rain fell on Karsia's mill and we like it so “much” US us dam-gate".split()


def texts(number: int, seed: int = 0) -> list[str]:
    rng = random.Random(seed)
    return [
        "# A headline\n\n"
        + "\n\n".join(
            f"It was so on day {rng.randrange(99)}. "
            + " ".join(rng.choice(WORDS) for _ in range(20))
            + ", we think."
            for _ in range(3)
        )
        for _ in range(number)
    ]


def corpus_of(found: list[str]):
    names = [f"d{k}" for k in range(len(found))]
    return read_corpus(pd.DataFrame({"doc_id": names, "source": "one", "text": found}))


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """An empty cache of its own."""
    path = tmp_path / "cache"
    monkeypatch.setenv(FOLDER, str(path))
    return path


@pytest.fixture
def done(monkeypatch) -> list[str]:
    """The documents that were measured, as they are."""
    names: list[str] = []
    run = Batch.run

    def noted(self):
        names.extend(self.documents["doc_id"])
        return run(self)

    monkeypatch.setattr(Batch, "run", noted)
    return names


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob(f"*{batches.SUFFIX}"))


# --- what is measured again


def test_a_second_run_measures_nothing(folder, done):
    corpus = corpus_of(texts(5))
    first = measure(corpus, codebook=BOOK)
    assert done == corpus.documents["doc_id"].tolist()
    done.clear()
    identical(measure(corpus, codebook=BOOK), first)
    identical(measure(corpus_of(texts(5)), codebook=BOOK), first)
    assert done == []


def test_only_what_is_new_or_changed_is_measured(folder, done):
    before = texts(6)
    measure(corpus_of(before), codebook=BOOK)
    done.clear()
    after = [*before[:2], before[2] + " One more.", *before[3:], *texts(2, seed=5)]
    found = measure(corpus_of(after), codebook=BOOK)
    assert done == ["d2", "d6", "d7"]
    identical(found, measure(corpus_of(after), codebook=BOOK, cache=False))


def test_one_text_twice_is_measured_for_each(folder, done):
    twice = [texts(1)[0]] * 3
    found = measure(corpus_of(twice), codebook=BOOK)
    assert len(set(found.documents["words"])) == 1
    identical(measure(corpus_of(twice), codebook=BOOK), found)


@pytest.mark.parametrize("change", ["codebook", "chronology", "language", "corrections", "version"])
def test_other_tools_measure_again(folder, done, monkeypatch, change):
    table = pd.DataFrame({"source": "one", "text": texts(3)}).assign(language="", corrections="")
    measure(read_corpus(table), codebook=BOOK)
    done.clear()
    book, options = BOOK, {}
    if change == "codebook":
        book = Codebook((Theme("rain", "", (Pattern.parse("rain"),)),))
    elif change == "chronology":
        options = {"chronology": True}
    elif change == "version":
        monkeypatch.setattr("crosscurrents.storage.MEASURES_VERSION", MEASURES_VERSION + 1)
    else:
        table[change] = {"language": "de", "corrections": "1: prose"}[change]
    measure(read_corpus(table, **options), codebook=book)
    assert len(done) == 3


def test_the_cache_can_be_left_aside(folder, done, monkeypatch):
    corpus = corpus_of(texts(2))
    measure(corpus, codebook=BOOK, cache=False)
    assert not folder.exists()
    measure(corpus, codebook=BOOK)
    done.clear()
    measure(corpus, codebook=BOOK, reuse=False)
    assert len(done) == 2
    monkeypatch.setenv(FOLDER, "off")
    measure(corpus, codebook=BOOK)
    assert len(done) == 4


def test_without_a_name_the_cache_lies_where_the_system_keeps_caches(monkeypatch, tmp_path):
    monkeypatch.delenv(FOLDER)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "crosscurrents" / OWN


def test_a_relative_cache_is_one_folder_wherever_a_notebook_runs(monkeypatch, tmp_path):
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv(FOLDER, "cache")
    places = set()
    for folder in (tmp_path, tmp_path / "notebooks"):
        monkeypatch.chdir(folder)
        measure(corpus_of(texts(1)), codebook=BOOK)
        places.add(cache_folder())
    assert places == {tmp_path / "home" / "cache" / OWN}
    assert {f.name for f in tmp_path.iterdir()} == {"notebooks", "home"}


# --- what is broken


def measured_alone(found: list[str]) -> bytes:
    corpus = corpus_of(found)
    (batch,) = batches_of(corpus, corpus.documents.assign(measured_with="00" * 32), BOOK)
    return batch.run()


def changed(content: bytes) -> bytes:
    """Another bit in the middle."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


BROKEN = {
    "cut": lambda content: content[: len(content) // 2],
    "empty": lambda _: b"",
    "changed": changed,
    "no batch": lambda _: b"rain " * 1000,
    "another's": lambda _: measured_alone(texts(1, seed=9)),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_entry_is_noticed_and_measured_again(folder, done, how):
    corpus = corpus_of(texts(4))
    first = measure(corpus, codebook=BOOK, cache=False)
    measure(corpus, codebook=BOOK)
    (file,) = files(folder)
    file.write_bytes(BROKEN[how](file.read_bytes()))
    done.clear()
    identical(measure(corpus, codebook=BOOK), first)
    assert len(done) == 4
    done.clear()
    identical(measure(corpus, codebook=BOOK), first)
    assert done == []


def test_a_folder_where_a_file_should_be_stays_and_only_warns(folder, done):
    corpus = corpus_of(texts(4))
    first = measure(corpus, codebook=BOOK)
    (file,) = files(folder)
    file.unlink()
    file.mkdir()
    with pytest.warns(UserWarning, match="not kept in the cache"):
        identical(measure(corpus, codebook=BOOK), first)
    assert file.is_dir()


def test_a_foreign_entry_under_a_right_name_is_ignored(folder, done):
    corpus = corpus_of(texts(2))
    first = measure(corpus, codebook=BOOK)
    (file,) = files(folder)
    strange = b"not a batch"
    file.with_name(hashlib.sha256(strange).hexdigest() + batches.SUFFIX).write_bytes(strange)
    table = pa.BufferOutputStream()
    batch = pa.record_batch({"keys": [1]})
    with pa.ipc.new_file(table, batch.schema) as writer:
        writer.write_batch(batch)
    strange = table.getvalue().to_pybytes()
    file.with_name(hashlib.sha256(strange).hexdigest() + batches.SUFFIX).write_bytes(strange)
    done.clear()
    identical(measure(corpus, codebook=BOOK), first)
    assert done == []
    assert len(files(folder)) == 3


def test_a_folder_that_cannot_be_written_only_warns(tmp_path, monkeypatch, done):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    monkeypatch.setenv(FOLDER, str(blocked))
    corpus = corpus_of(texts(2))
    with pytest.warns(UserWarning, match="not kept in the cache"):
        found = measure(corpus, codebook=BOOK)
    identical(found, measure(corpus, codebook=BOOK, cache=False))


def test_a_file_that_changes_after_it_was_read_is_refused(folder, tmp_path):
    for k, text in enumerate(texts(2)):
        (tmp_path / f"{k}.txt").write_text(text)
    corpus = read_corpus(tmp_path)
    (tmp_path / "1.txt").write_text("Something else.")
    with pytest.raises(ValueError, match="document '1' has changed since the corpus was read"):
        measure(corpus, codebook=BOOK)
    (tmp_path / "1.txt").unlink()
    with pytest.raises(ValueError, match="document '1' cannot be read"):
        measure(corpus, codebook=BOOK)


# --- many batches, many runs


def test_a_document_a_run_is_measured_once(folder, done):
    found = texts(9)
    for k in range(1, len(found) + 1):
        measure(corpus_of(found[:k]), codebook=BOOK)
    assert len(done) == len(found)  # each once
    done.clear()
    identical(
        measure(corpus_of(found[::-1]), codebook=BOOK),
        measure(corpus_of(found[::-1]), codebook=BOOK, cache=False),
    )
    assert len(done) == len(found)  # of the second alone


def test_a_batch_survives_its_bytes_with_nothing_in_it():
    batch = from_bytes(measured_alone(["Home"]))
    assert batch["terms"].to_pylist() == batch["vader"].to_pylist() == [[]]
    with pytest.raises(ValueError, match="is no batch"):
        from_bytes(b"rain")


def long_ago(*places: Path) -> None:
    then = time.time() - batches.KEPT - 100
    for place in places:
        os.utime(place, (then, then))


def test_what_other_tools_left_long_ago_is_removed(folder):
    measure(corpus_of(texts(1)), codebook=BOOK)
    (ours,) = files(folder)
    old, young = (ours.parent.with_name(digit * 32) for digit in "ab")
    for place in (old, young):
        place.mkdir()
        (place / ours.name).write_bytes(ours.read_bytes())
        long_ago(*place.iterdir())
    long_ago(old)
    measure(corpus_of(texts(1)), codebook=BOOK)
    assert not old.exists()
    assert len(list(young.iterdir())) == 1
    assert ours.exists()


def test_files_of_others_are_never_deleted_or_changed(folder):
    """Old ones beside the cache, inside it, in folders named like ours, and behind links."""
    corpus = corpus_of(texts(1))
    first = measure(corpus, codebook=BOOK)
    (ours,) = files(folder)
    own = ours.parent.parent
    likewise = own / ("c" * 32)
    elsewhere = folder.with_name("elsewhere") / ours.name
    foreign = [
        folder / "thesis" / "chapter-1.md",
        folder / f"{'d' * 64}{batches.SUFFIX}",
        folder / ("e" * 32) / f"{'d' * 64}{batches.SUFFIX}",
        own / "notes.txt",
        own / "thesis" / "chapter-2.md",
        likewise / "photo.jpg",
        likewise / "deep" / ours.name,
        ours.parent / "chapter-3.md",
        ours.parent / "x.part",
        elsewhere,
    ]
    for file in foreign:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("the work of three years")
    elsewhere.write_bytes(ours.read_bytes())
    (own / ("f" * 32)).symlink_to(elsewhere.parent)
    before = {file: file.read_bytes() for file in foreign}
    for file in foreign:
        long_ago(file, *(p for p in file.parents if p.is_relative_to(folder.parent)))
    for _ in range(2):
        identical(measure(corpus, codebook=BOOK), first)
        measure(corpus_of(texts(2, seed=3)), codebook=BOOK)
    assert {file: file.read_bytes() for file in foreign} == before


RUN = """
import sys, pandas as pd
from crosscurrents.corpus import read_corpus

from crosscurrents.measures import measure
corpus = read_corpus(pd.read_parquet(sys.argv[1]))
for _ in range(3):
    measures = measure(corpus)
print(int(measures.documents["words"].sum()), len(measures.terms))
"""


def test_two_runs_at_a_time_do_no_harm(folder, tmp_path):
    table = pd.DataFrame({"source": "one", "text": texts(40)})
    table.to_parquet(tmp_path / "corpus.parquet")
    command = [sys.executable, "-c", RUN, str(tmp_path / "corpus.parquet")]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent / "lib")}
    runs = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        for _ in range(2)
    ]
    results = {run.communicate()[0] for run in runs}
    assert [run.returncode for run in runs] == [0, 0]
    assert len(results) == 1
    assert list(folder.rglob("*.part")) == []
    found = measure(read_corpus(table))
    words, terms = map(int, results.pop().split())
    assert (found.documents["words"].sum(), len(found.terms)) == (words, terms)


# --- what is known of a file without reading its text again


@pytest.fixture
def story(tmp_path) -> Path:
    place = tmp_path / "stories" / "Mail"
    place.mkdir(parents=True)
    (place / "a.txt").write_text("# A long rain\n\nBy Ann Bo\n\n14 January 2024\n\nIt rained.")
    (place / "b.txt").write_text("source,text\nMail,It snowed.\nMail,It hailed.\n")
    return place.parent


def test_a_text_is_not_searched_for_its_title_twice(folder, story, monkeypatch):
    first = read_corpus(story)
    assert first.documents["title"].tolist()[0] == "A long rain"
    looked: list[str] = []
    clean = sys.modules["crosscurrents.corpus.reading"].clean
    monkeypatch.setattr(
        "crosscurrents.corpus.reading.clean", lambda text: looked.append(text) or clean(text)
    )
    again = read_corpus(story)
    pd.testing.assert_frame_equal(again.documents, first.documents)
    assert looked == []
    assert [again.text(d) for d in again.documents["doc_id"]] == [
        first.text(d) for d in first.documents["doc_id"]
    ]
    (story / "Mail" / "a.txt").write_text("# A dry year\n\nIt did not rain.")
    assert read_corpus(story).documents["title"].tolist()[0] == "A dry year"
    assert len(looked) == 1


@pytest.mark.parametrize("wrong", [b"", b"rain " * 999, None])
def test_a_damaged_store_of_what_was_made_is_begun_anew(folder, story, wrong, monkeypatch):
    store = folder / OWN / "made.sqlite"
    if wrong is None:
        store.mkdir(parents=True)
    else:
        store.parent.mkdir(parents=True)
        store.write_bytes(wrong)
    first = read_corpus(story)
    assert first.documents["title"].tolist()[0] == "A long rain"
    if wrong is not None:
        monkeypatch.setattr("crosscurrents.corpus.reading.clean", None)  # nothing is made again
    pd.testing.assert_frame_equal(read_corpus(story).documents, first.documents)


def test_what_another_version_made_goes(folder, story, monkeypatch):
    def kept() -> set[bytes]:
        with contextlib.closing(sqlite3.connect(folder / OWN / "made.sqlite")) as made:
            return {key for (key,) in made.execute("SELECT key FROM made")}

    read_corpus(story)
    first = kept()
    (story / "Mail" / "a.txt").write_text("# A dry year\n\nIt did not rain.")
    monkeypatch.setattr("crosscurrents.storage.MEASURES_VERSION", MEASURES_VERSION + 1)
    monkeypatch.setenv(FOLDER, f"{folder}/.")  # the same, opened anew
    read_corpus(story)
    assert kept()
    assert first - kept()
