"""What the tests share: our own small corpus, reports made once, Hypothesis without a watch."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

ROOT = Path(__file__).parents[1]
BROWSERS = ["chromium", "chromium-browser", "google-chrome"]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

# The files that take longest, first: no process is left with one when the others have ended.
LONGEST = (
    "test_browser test_lab test_golden test_hostile test_notebooks test_faults "
    "test_report test_trust test_docs test_wheel test_vader test_intervals test_cache test_parallel"
).split()

settings.register_profile("ours", deadline=None)  # a shared machine stalls now and then
settings.load_profile("ours")
os.environ["CROSSCURRENTS_CACHE"] = "off"  # a test that is about the cache names a folder


def pytest_xdist_auto_num_workers(config):
    """One process more than processors: many tests wait for a browser, a kernel or a clock."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items):
    place = {name: k for k, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


@pytest.fixture(scope="session")
def own() -> Path:
    """The folder of our own small corpus (see its README)."""
    return Path(__file__).parent / "corpus"


@pytest.fixture(scope="session")
def once(tmp_path_factory):
    """A folder that is filled once, whichever process asks first; not to be changed."""
    root = tmp_path_factory.getbasetemp()
    root = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / "once"
    root.mkdir(exist_ok=True)

    def once(name, fill) -> Path:
        with FileLock(root / f"{name}.lock"):
            if not (root / f"{name}.done").exists():
                shutil.rmtree(root / name, ignore_errors=True)
                fill(root / name)
                (root / f"{name}.done").touch()
        return root / name

    return once


@pytest.fixture(scope="session")
def whole_report(once):
    """The report on a corpus with all its defaults: its last run, which nobody may change.

    What `make reports` has made is taken if it is a first run that this very code would make again.
    """
    from crosscurrents import run_report
    from crosscurrents.report.definitions import define_report
    from crosscurrents.report.publish import code_sha256
    from crosscurrents.storage import is_same_corpus, last_good, read_record

    def fill(corpus: Path, out: Path) -> None:
        made = last_good(ROOT / "reports" / corpus.name)
        record = read_record(made) if made else {}
        is_first = record.get("code_sha256") == code_sha256() and not record["previous"]
        if is_first and is_same_corpus(record, define_report(corpus, out=out).identity):
            shutil.copytree(made, out / corpus.name / made.name)
            (out / corpus.name / "latest").symlink_to(made.name)
        if read_record(run_report(corpus, out=out, quiet=True))["previous"]:
            shutil.rmtree(out)  # a library, a parameter or a text is another now
            run_report(corpus, out=out, quiet=True)

    def whole_report(corpus: Path) -> Path:
        made = once(corpus.name, lambda out: fill(corpus, out))
        return (made / corpus.name / "latest").resolve()

    return whole_report


@pytest.fixture(scope="session")
def tiny_report(once):
    """A run of tiny notebooks, each odd in its way, none of which may fail; not to be changed."""
    from made import GOOD, run_tiny

    parameters = {"good.top_n": 7, "marker": f"left-over-{os.getpid()}"}
    made = once("tiny", lambda out: run_tiny(out, *GOOD, parameters=parameters))
    return (made / "tiny" / "latest").resolve()


@pytest.fixture(scope="session")
def first_run(once):
    """Put a run of a tiny notebook, made once and copied, into a folder of reports."""
    from made import run_tiny

    def first_run(out: Path, notebook: str) -> Path:
        made = once(f"first-{notebook}", lambda place: run_tiny(place, notebook))
        shutil.copytree(made / "tiny", out / "tiny", symlinks=True)
        return out / "tiny" / (out / "tiny" / "latest").readlink()

    return first_run


@pytest.fixture
def here(monkeypatch):
    """Reports are made in this process, but for their kernels."""
    from made import Here

    monkeypatch.setattr("crosscurrents.report.run.Process", Here)
    # This process has started more than a kernel: a browser.
    monkeypatch.setattr("crosscurrents.report.pages.end_children", lambda pid: None)


@pytest.fixture(scope="module")
def book(request, tmp_path_factory):
    """The codebook that a module of tests writes out as BOOK."""
    from crosscurrents import read_codebook

    path = tmp_path_factory.mktemp("book") / "codebook.yml"
    path.write_text(request.module.BOOK, encoding="utf-8")
    return read_codebook(path)


@pytest.fixture
def run_main(monkeypatch, tmp_path, capsys):
    """The command line in this process: exit code, standard output, standard error."""
    from crosscurrents.cli import main

    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        code = main([str(a) for a in arguments])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def command(tmp_path):
    """The command line in a process of its own, in an empty folder; it ends with the test."""
    started = []

    def start(*arguments, **environment) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-m", "crosscurrents", *map(str, arguments)],
            cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT / "lib"), **environment},
            # In the background a shell starts all that it starts deaf to SIGINT.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")  # its event loop is in the way of other tests
def chromium():
    """A browser; without one its tests skip, or fail where CI demands them."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        reason = f"no Chromium on the path (looked for {BROWSERS})"
        if os.environ.get("CROSSCURRENTS_DEMAND_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()
