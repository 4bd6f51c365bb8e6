"""What the tests share: our own small corpus, and Hypothesis without a stop-watch."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

BROWSERS = ["chromium", "chromium-browser", "google-chrome"]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

settings.register_profile("ours", deadline=None)  # a shared machine stalls now and then
settings.load_profile("ours")
os.environ["CROSSCURRENTS_CACHE"] = "off"  # a test that is about the cache names a folder


@pytest.fixture(scope="session")
def own() -> Path:
    """The folder of our own small corpus (see its README)."""
    return Path(__file__).parent / "corpus"


@pytest.fixture(scope="module")
def book(request, tmp_path_factory):
    """The codebook that a module of tests writes out as BOOK."""
    from crosscurrents.codebook import read_codebook

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
