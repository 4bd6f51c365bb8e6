"""Several processes and a cluster: the same to the bit, whoever dies on the way."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import distributed
import numpy as np
import pandas as pd
import psutil
import pytest
from made import identical, wait_until

from crosscurrents import measure, read_corpus, read_measures
from crosscurrents.codebook import Codebook, Pattern, Theme
from crosscurrents.measures import Measures, batches
from crosscurrents.measures.batches import run_batches

BOOK = Codebook((Theme("rain", "", (Pattern.parse("rain"), Pattern.parse("the dam"))),))
LIB = Path(__file__).parent.parent / "lib"


@pytest.fixture(autouse=True)
def workers_find_the_library(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(LIB))


@pytest.fixture
def small_jobs(monkeypatch):
    """Jobs of a few documents, so that there is something to share."""
    monkeypatch.setattr(batches, "LARGE", 20_000)
    monkeypatch.setattr(batches, "LEAST", 5_000)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A folder of 120 documents of some 2 kB from two sources."""
    rng = np.random.default_rng(1)
    words = "the long rain fell on Karsia's mill and we like it so “much” US dam".split()
    path = tmp_path_factory.mktemp("corpus")
    for k in range(120):
        paragraphs = [" ".join(rng.choice(words, 60)) + f". Day {k}, we think." for _ in range(6)]
        place = path / ("Mail" if k % 3 else "Star")
        place.mkdir(exist_ok=True)
        (place / f"{k}.txt").write_text("\n\n".join(paragraphs), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def alone(folder) -> Measures:
    return measure(read_corpus(folder), codebook=BOOK, cache=False)


def test_workers_are_taken_where_they_pay(folder, alone, small_jobs, monkeypatch):
    corpus = read_corpus(folder)
    asked: list[int] = []
    monkeypatch.setattr("crosscurrents.measures.run_batches", lambda jobs, workers, **_: (
        asked.append(workers), run_batches(jobs))[1])  # fmt: skip
    monkeypatch.setattr(batches, "cores", lambda: 3)
    size = sum(f.stat().st_size for f in folder.rglob("*.txt"))
    for pays, number in ((size, 1), (size // 2, 2), (size // 9, 3)):
        monkeypatch.setattr(batches, "PAYS", pays)
        identical(measure(corpus, codebook=BOOK, workers=0, cache=False), alone)
        assert asked.pop() == number


# --- batches


class Numbered:
    """A job that can be sent to another process."""

    def __init__(self, value: int, *, marker: str = "", wait: float = 0.0) -> None:
        self.value, self.marker, self.wait, self.home = value, marker, wait, os.getpid()

    def run(self) -> bytes:
        if self.value < 0:
            raise ValueError(f"number {self.value} is below 0")
        if self.marker and os.getpid() != self.home:  # dies where it is sent to
            with open(self.marker, "a") as file:
                file.write("x")
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(self.wait)
        return b"%d" % self.value


def test_jobs_here():
    assert list(run_batches([Numbered(k) for k in range(3)])) == [b"0", b"1", b"2"]
    assert list(run_batches([])) == []


def test_a_mistake_in_a_job_is_told_as_it_is():
    for workers in (1, 3):
        with pytest.raises(ValueError, match="number -1 is below 0"):
            list(run_batches([Numbered(k) for k in (1, -1, 2, 3)], workers=workers))


def test_results_can_be_left_unread():
    found = run_batches([Numbered(k, wait=0.05) for k in range(10)], workers=2)
    assert next(found)
    found.close()
    assert wait_until(lambda: not workers())


def workers() -> list[int]:
    family = psutil.Process().children(recursive=True)
    return [process.pid for process in family if "spawn_main" in cmd(process)]


def cmd(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def test_a_job_whose_worker_dies_is_done_again(tmp_path):
    marker = str(tmp_path / "died")
    todo = [Numbered(0, marker=marker, wait=0.2), *(Numbered(k, wait=0.05) for k in range(1, 12))]
    assert sorted(map(int, run_batches(todo, workers=2))) == list(range(12))


def test_progress_is_shown_to_a_person_only(monkeypatch, capsys):
    list(run_batches([Numbered(k) for k in range(3)]))
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    list(run_batches([Numbered(k) for k in range(3)]))
    assert "measuring" in capsys.readouterr().err


# --- measuring


def test_texts_of_a_table_are_sent_to_workers(small_jobs):
    texts = [f"The rain fell on day {k}. " * 200 for k in range(30)]
    corpus = read_corpus(pd.DataFrame({"source": "one", "text": texts}))
    one = measure(corpus, codebook=BOOK, cache=False)
    identical(measure(corpus, codebook=BOOK, workers=2, cache=False), one)


def test_jobs_cover_all_documents_once_and_get_smaller(folder, small_jobs):
    corpus = read_corpus(folder)
    documents = corpus.documents.assign(measured_with="00" * 32)
    made = batches.batches_of(corpus, documents, BOOK, workers=2)
    assert [d for job in made for d in job.documents["doc_id"]] == [*corpus.documents["doc_id"]]
    sizes = [len(job.documents) for job in made]
    assert len(made) > 4
    assert sizes[0] >= sizes[-1]
    assert all(set(job.read.paths) == set(job.documents["doc_id"]) for job in made)


def kill_a_worker(pids, after: float) -> threading.Thread:
    def kill():
        time.sleep(after)
        wait_until(pids, 10)
        for pid in pids()[:1]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    return thread


def test_a_worker_killed_in_the_middle_changes_nothing(folder, alone, small_jobs):
    thread = kill_a_worker(workers, after=0.3)
    found = measure(read_corpus(folder), codebook=BOOK, workers=3, cache=False)
    thread.join()
    identical(found, alone)


SCRIPT = """
import pandas as pd
from crosscurrents.corpus import read_corpus
from crosscurrents.measures import batches, measure
batches.LARGE = batches.LEAST = 1000
corpus = read_corpus(pd.DataFrame({"source": "one", "text": ["It rained. " * 200] * 20}))
print(measure(corpus, workers=2, cache=False).documents["words"].sum())
"""


def test_a_script_without_a_guard_ends(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "script.py")], capture_output=True, text=True, timeout=120,
        env={**os.environ, "CROSSCURRENTS_CACHE": "off"},
    )  # fmt: skip
    assert done.stdout.split()[-1] == "8000"


# --- a cluster


@pytest.fixture(scope="module")
def cluster():
    os.environ["PYTHONPATH"] = str(LIB)
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as found:
        yield found


def test_a_cluster_changes_nothing(folder, alone, small_jobs, cluster):
    with cluster.get_client() as client:
        found = measure(read_corpus(folder), codebook=BOOK, client=client, cache=False)
    identical(found, alone)


def test_a_worker_of_a_cluster_killed_in_the_middle_changes_nothing(
    folder, alone, small_jobs, cluster
):
    with cluster.get_client() as client:
        thread = kill_a_worker(lambda: [w.pid for w in cluster.workers.values()], after=0.05)
        found = measure(read_corpus(folder), codebook=BOOK, client=client, cache=False)
        thread.join()
    identical(found, alone)


def test_what_a_cluster_measures_is_kept(folder, alone, small_jobs, cluster, tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSCURRENTS_CACHE", str(tmp_path))
    with cluster.get_client() as client:
        measure(read_corpus(folder), codebook=BOOK, client=client)
    monkeypatch.setattr(batches.Batch, "run", None)
    identical(measure(read_corpus(folder), codebook=BOOK), alone)


# --- more documents than fit into memory


def test_stretches_of_documents_change_nothing(folder, alone, monkeypatch, tmp_path):
    """Documents a few at a time, in another order than they were measured, phrases in parts."""
    small = {"STRETCH": (2_000, 2_000), "CHUNK": 500, "SORTED": (1_500, 1_500)}
    monkeypatch.setenv("CROSSCURRENTS_CACHE", str(tmp_path / "cache"))
    whole = measure(read_corpus(folder), codebook=BOOK)
    whole.save(tmp_path / "whole")
    for name, value in small.items():
        monkeypatch.setattr(f"crosscurrents.measures.tables.{name}", value)
    corpus = read_corpus(folder)
    monkeypatch.setattr(Measures.__init__, "__kwdefaults__", {"small": 0})
    stretched = measure(corpus, codebook=BOOK)
    assert len(list(stretched.pieces("terms"))) > 5
    stretched.save(tmp_path / "parts")
    monkeypatch.undo()
    identical(read_measures(tmp_path / "parts"), whole)
    identical(stretched, alone)
