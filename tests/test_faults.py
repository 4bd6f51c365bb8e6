"""Reports when things go wrong: the last good one stays whole, nothing is left running."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
from made import CORPUS, TINY, files, run_tiny, tiny_arguments, wait_until

from crosscurrents import run_report
from crosscurrents.process import Process
from crosscurrents.report.pages import check_page, find_failures, read_executed
from crosscurrents.report.publish import ReportBusy, keep_failed, next_number, prune, publish, runs
from crosscurrents.report.run import ReportError, Run
from crosscurrents.storage import last_good, read_record

MARK = "CROSSCURRENTS_TEST_MARK"  # in the environment of all that a test starts


def is_whole(run: Path) -> bool:
    """Whether all that its record names is there and sound."""
    record = read_record(run)
    return record["outcome"] == "good" and all(
        not find_failures(name, book := read_executed(run / "notebooks" / f"{name}.ipynb"))
        and not check_page(run / entry["page"], book)
        and all((run / "tables" / table).is_file() for table in entry["tables"])
        for name, entry in record["notebooks"].items()
    )


def marked(mark: str) -> list[psutil.Process]:
    """All that runs and was started with a mark in its environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.fixture
def start(command, tmp_path):
    """Start `crosscurrents report` on tiny notebooks, with a mark; all of it ends with the test."""
    started = []

    def start(notebooks, *arguments, name="tiny"):
        mark = f"{os.getpid()}-{tmp_path.name}-{len(started)}"
        process = command(*tiny_arguments(notebooks, name), "--quiet", *arguments, **{MARK: mark})
        process.mark = mark
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        for left in marked(process.mark):
            with contextlib.suppress(psutil.NoSuchProcess):  # it may end in this moment
                left.kill()


# What a notebook can do


@pytest.mark.slow
def test_a_notebook_that_eats_memory_is_ended(tmp_path):
    with pytest.raises(ReportError) as error:
        run_tiny(tmp_path, "eats_memory", memory_limit=900_000_000)
    (failure,) = error.value.failures
    assert failure.error == "took more memory than 900 MB"
    assert failure.place.startswith("cell [*] ")


def test_what_left_its_group_and_session_is_ended_too(tmp_path):
    mark = f"daemon-{os.getpid()}"
    run_tiny(tmp_path, "leaves_daemon", parameters={"marker": mark})
    running = [p for p in psutil.process_iter(["cmdline"]) if mark in (p.info["cmdline"] or [])]
    assert running == []


def test_a_corpus_that_changes_during_the_run_is_a_failure(here, tmp_path):
    corpus = tmp_path / "corpus"
    shutil.copytree(CORPUS, corpus)
    lost = min(file for file in (corpus / "texts").rglob("*") if file.is_file())
    with pytest.raises(ReportError) as error:
        run_tiny(tmp_path / "reports", "loses_file", corpus=corpus, parameters={"lost": str(lost)})
    assert f"the corpus changed while the report was made: {lost} disappeared" in str(error.value)
    assert last_good(tmp_path / "reports" / "tiny") is None


def test_a_cell_that_draws_nothing_is_a_failure(tiny_report):
    notebook = read_executed(tiny_report / "notebooks" / "good.ipynb")
    cell = next(c for c in notebook.cells if "plot.bar" in c.source)
    cell.source = "cc.show(cc.plot_words(table))"
    assert find_failures("good", notebook) == []
    cell.outputs = []
    assert find_failures("good", notebook)[0].error == "the figure of this cell is missing"


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("</html>", "", "its page breaks off"),
        ("<main", "<div", "its page has no title or no content"),
        ("<img", "<b", "its page shows 0 of 1 figures"),
        ("tables/good_words.csv", "tables/gone.csv", "that are not there: ['tables/gone.csv']"),
    ],
)
def test_a_page_that_is_not_whole_is_noticed(tiny_report, tmp_path, old, new, wrong):
    notebook = read_executed(tiny_report / "notebooks" / "good.ipynb")
    shutil.copytree(tiny_report, tmp_path / "run")
    page = tmp_path / "run" / "index.html"
    assert check_page(page, notebook) == ""
    page.write_text(page.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    assert wrong in check_page(page, notebook)


def test_a_process_that_cannot_begin_says_why():
    with Process(10**9, load="no_such_module") as process:
        assert wait_until(lambda: not process.is_alive)
        process.call("crosscurrents.report.pages:execute", {})
        assert wait_until(process.has_ended)
        assert not process.is_good
        assert process.said() == "ModuleNotFoundError: No module named 'no_such_module'"


# Nothing new, pruning, clocks


def test_nothing_new_is_not_run_and_anything_new_is(here, tmp_path, monkeypatch):
    corpus, books, out = (tmp_path / name for name in ("corpus", "notebooks", "reports"))
    shutil.copytree(CORPUS, corpus, ignore=shutil.ignore_patterns("catalogue.csv"))
    books.mkdir()
    book = Path(shutil.copy(TINY / "warns.ipynb", books))

    def run(**options):
        return run_report(corpus, out=out, folder=books, quiet=True, **options)

    def has_news(**options):
        """Whether the next run would start a notebook; none is started here."""
        with monkeypatch.context() as patch, contextlib.suppress(Started):
            patch.setattr(Run, "new_process", lambda _: None)
            patch.setattr(Run, "start", refuse)
            return run(**options) != first
        return True

    first = run()
    before = files(out)
    assert not has_news()
    assert files(out) == before  # nothing is published either
    assert has_news(force=True)
    assert has_news(title="Another")
    assert has_news(parameters={"top_n": 5})
    assert not has_news()
    (corpus / "texts" / "new.txt").write_text("The dam was opened on Monday.\n")
    assert has_news()
    (corpus / "texts" / "new.txt").unlink()
    assert not has_news()
    (corpus / "codebook.yml").write_text("themes:\n  water:\n    patterns: [river]\n")
    assert has_news()
    shutil.copy(CORPUS / "codebook.yml", corpus)
    book.write_text(book.read_text().replace("river is low", "river is high"))
    assert run() != first
    assert last_good(out / "corpus") != first


class Started(Exception):
    """A notebook would be run now."""


def refuse(*_):
    raise Started


def pages(folder: Path, number: int) -> Path:
    made = folder / f".run-{number}"
    made.mkdir(parents=True)
    (made / "run.json").write_text(json.dumps({"number": number, "outcome": "good"}))
    return made


def test_runs_are_kept_in_the_order_they_were_made_whatever_the_clock_says(tmp_path):
    folder, names = tmp_path / "tiny", []
    for number, year in enumerate([2026, 2031, 1970, 2026, 1999], 1):
        assert next_number(folder) == number
        run = publish(pages(folder, number), folder, datetime(year, 1, 1, tzinfo=UTC))
        assert last_good(folder) == run
        names.append(run.name)
    assert [run.name for run in runs(folder)] == names
    prune(folder, 2)
    assert [run.name for run in runs(folder)] == names[-2:]
    assert last_good(folder).name == names[-1]


def test_the_last_good_run_is_never_pruned_nor_what_is_no_run(tmp_path):
    folder = tmp_path / "tiny"
    good = publish(pages(folder, 1), folder, datetime(2026, 1, 1, tzinfo=UTC))
    for number in (2, 3):  # published, and yet `latest` was not turned to them
        pages(folder, number).rename(folder / f"later-{number}")
    (folder / "notes").mkdir()
    prune(folder, 1)
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        [good.name, "later-3", "latest", "notes"]
    )


def test_old_runs_go_and_failed_ones_too(here, tmp_path):
    folder = tmp_path / "tiny"
    for number in (1, 2):
        publish(pages(folder, number), folder, datetime(2026, 1, number, tzinfo=UTC))
        keep_failed(pages(folder, number + 2), folder, datetime(2026, 2, number, tzinfo=UTC))
    made = run_tiny(tmp_path, "warns", keep=2)
    with pytest.raises(ReportError) as error:
        run_tiny(tmp_path, "raises_last", keep=2)
    assert [run.name for run in runs(folder)] == ["2026-01-02T000000Z", made.name]
    assert [run.name for run in runs(folder / "failed")] == [
        "2026-02-02T000000Z", error.value.kept.name,
    ]  # fmt: skip
    assert last_good(folder) == made
    assert read_record(error.value.kept)["number"] == 6


def test_a_clock_that_jumps_during_a_run_does_no_harm(first_run, tmp_path, monkeypatch):
    first = first_run(tmp_path, "warns")
    jumps = iter([1e6, 4e9, 3e9])
    monkeypatch.setattr("crosscurrents.report.run.time.time", lambda: next(jumps, 2e6))
    second = run_tiny(tmp_path, "warns", force=True, time_limit=60)
    assert second.name == "1970-01-12T134640Z" < first.name
    assert runs(tmp_path / "tiny") == [first, second]
    assert last_good(tmp_path / "tiny") == second


# The disk


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 6 MB, which only root can make; its folder and a way to mount it again."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(options):
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can mount a small disk")
    done = mount("size=6m")
    if done.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    yield folder, mount
    subprocess.run(["umount", "-l", str(folder)], check=False)


@pytest.mark.parametrize("left", [0, 20_000, 100_000])
def test_a_full_disk_costs_the_new_run_alone(here, small_disk, first_run, left):
    disk, _ = small_disk
    first = first_run(disk, "good")
    before = files(first)
    free = os.statvfs(disk)
    (disk / "filler").write_bytes(b"x" * (free.f_bavail * free.f_frsize - left))
    with pytest.raises((OSError, ReportError), match=r"[Nn]o space|could not be kept|No space"):
        run_tiny(disk, "good", force=True)
    assert last_good(disk / "tiny") == first
    assert files(first) == before
    assert list((disk / "tiny").glob(".run-*")) == []
    (disk / "filler").unlink()
    if not left:  # where least could be written the most may be left over
        assert is_whole(run_tiny(disk, "good", force=True))


def test_a_disk_that_cannot_be_written_is_bad_input(here, small_disk, first_run):
    disk, mount = small_disk
    first = first_run(disk, "warns")
    before = files(first)
    assert mount("remount,ro").returncode == 0
    with pytest.raises(ValueError, match="cannot be written: Read-only file system"):
        run_tiny(disk, "warns", force=True)
    assert mount("remount,rw").returncode == 0
    assert files(first) == before


# Several at once, and the end of the runner


def test_of_two_runs_at_once_the_second_says_so_and_does_no_harm(here, start, tmp_path):
    first = start("hangs")
    folder = tmp_path / "reports" / "tiny"
    assert wait_until(lambda: list(folder.glob(".run-*/results")))
    with pytest.raises(ReportBusy, match="report 'tiny' is being made by another run"):
        run_tiny(tmp_path / "reports", "warns")
    assert first.poll() is None
    assert list(folder.glob(".run-*/results"))  # what it needs is still there


@pytest.mark.slow
def test_three_runs_in_parallel(start, tmp_path):
    started = [start("warns", name=f"report{i % 2}") for i in range(3)]  # two of one name
    ended = [process.communicate(timeout=300)[1] for process in started]
    codes = [process.returncode for process in started]
    assert set(codes) <= {0, 75}, ended
    assert codes[1] == 0
    assert 0 in (codes[0], codes[2])
    for i in range(2):
        assert is_whole(last_good(tmp_path / "reports" / f"report{i}"))
    assert wait_until(lambda: not any(marked(process.mark) for process in started))


# The stages of a run: the file of its work folder by which one is known, and the signal that ends
# the runner then. While a notebook runs: see test_report, with three signals.
STAGES = {
    "the corpus is read": ("", signal.SIGKILL),
    "a kernel starts": ("pages/notebooks", signal.SIGKILL),
    "a page is written": ("pages/index.html", signal.SIGTERM),
    "a page is checked": ("pages/index.html", signal.SIGKILL),
    "the run is published": ("pages/run.json", signal.SIGKILL),
}


def has_come(file: str, runner: int, folder: Path, stale: set[Path]) -> bool:
    """Whether a run has a file in its work folder, or a process that reads the corpus."""
    if not file:
        return bool(psutil.Process(runner).children())
    return any((work / file).exists() for work in set(folder.glob(".run-*")) - stale)


@pytest.mark.slow
def test_a_runner_that_is_killed_at_any_stage_leaves_the_last_good_report(
    here, start, first_run, tmp_path
):
    """SIGTERM and SIGKILL; after each the report is whole, nothing runs on, the next run works."""
    first = first_run(tmp_path / "reports", "warns")
    folder, before = first.parent, files(first)
    for stage, (file, with_what) in STAGES.items():
        runner, stale = start("warns", "--force"), set(folder.glob(".run-*"))
        while runner.poll() is None and not has_come(file, runner.pid, folder, stale):
            time.sleep(0.001)
        runner.send_signal(with_what)
        code = runner.wait(60)
        ended = stage == "the run is published" and code == 0  # it may have been too fast
        assert ended or code in (143, -with_what), stage
        assert wait_until(lambda runner=runner: not marked(runner.mark)), stage
        assert files(first) == before
        assert is_whole(last_good(folder))
    last = last_good(folder)
    assert list(folder.glob(".run-*"))
    assert run_tiny(tmp_path / "reports", "warns", force=True) != last
    assert list(folder.glob(".run-*")) == []
    assert all(is_whole(run) for run in runs(folder))
