"""A notebook in a real JupyterLab, in a real browser."""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PROJECT = Path(__file__).parents[1]
CORPUS = PROJECT / "tests" / "corpus"
DEMO = PROJECT / "seeds" / "harbour"
DESKTOP = {"width": 1366, "height": 768}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on a copy of the notebooks and our own corpus: its address, token and API."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(PROJECT / "notebooks", home / "notebooks")
    shutil.copytree(CORPUS, home / "seeds" / "alliance")  # where the notebooks look by default
    shutil.copytree(DEMO, home / "seeds" / "harbour")
    (home / "notebooks" / "reports.toml").write_text(
        '[reports.demo]\ncorpus = "../seeds/harbour"\n', encoding="utf-8"
    )
    settings = home / "settings" / "@jupyterlab"
    for plugin, content in {
        "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
        "notebook-extension/tracker": {"windowingMode": "none"},  # every cell stays in the page
    }.items():
        file = settings / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(content))
    folders = {
        "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime", "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "IPYTHONDIR": "ipython",
    }  # fmt: skip
    environment = {**os.environ, **{name: str(home / folder) for name, folder in folders.items()}}
    environment["PYTHONPATH"] = str(PROJECT / "lib")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token, address = secrets.token_hex(16), f"http://127.0.0.1:{port}"
    with (home / "log.txt").open("wb") as log:
        server = subprocess.Popen(
            [
                sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
                f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
                f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={home}",
                "--LabApp.expose_app_in_browser=True",
            ],
            cwd=home, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        ask = asker(address, token)
        wait_for(lambda: ask("status"), 60, "JupyterLab did not start")
        yield Lab(address, token, ask, home)
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def asker(address, token):
    def ask(path):
        request = urllib.request.Request(
            f"{address}/api/{path}", headers={"Authorization": f"token {token}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.load(answer)
        except OSError:
            return None

    return ask


def wait_for(condition, seconds, message):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.2)
    pytest.fail(message)


def is_ready(sessions):
    """Whether a kernel is idle and the page is connected to it; the toolbar says so too early."""
    kernels = [session["kernel"] for session in sessions or []]
    return any(k["execution_state"] == "idle" and k["connections"] for k in kernels)


class Lab(NamedTuple):
    """A running JupyterLab: its address, token, API and folder."""

    address: str
    token: str
    ask: Callable
    home: Path

    def run(self, chromium, name: str):
        """Open a notebook, run all of its cells, and give the page and the code cells."""
        for session in self.ask("sessions") or []:
            self.close(session["id"])
        page = chromium.new_page(viewport=DESKTOP)
        page.goto(f"{self.address}/lab/tree/notebooks/{name}.ipynb?token={self.token}&reset")
        page.locator(".jp-NotebookPanel .jp-Notebook").wait_for(timeout=90_000)
        wait_for(lambda: is_ready(self.ask("sessions")), 90, "no kernel got ready")
        command = "name => jupyterapp.commands.execute(name)"
        assert page.evaluate(command, "notebook:run-all-cells") is True
        page.evaluate(command, "docmanager:save")
        cells = self.ask(f"contents/notebooks/{name}.ipynb")["content"]["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        outputs = [output for cell in code for output in cell["outputs"]]
        assert [o["evalue"] for o in outputs if o["output_type"] == "error"] == []
        assert [o["text"] for o in outputs if o.get("name") == "stderr"] == []
        assert all(cell["execution_count"] for cell in code)
        return page

    def close(self, session: str) -> None:
        request = urllib.request.Request(
            f"{self.address}/api/sessions/{session}", method="DELETE",
            headers={"Authorization": f"token {self.token}"},
        )  # fmt: skip
        urllib.request.urlopen(request, timeout=20).close()


def test_a_notebook_runs_and_its_tables_sort_and_filter_in_jupyterlab(lab, chromium):
    page = lab.run(chromium, "term_frequency")  # the others have nothing more to show
    assert page.locator(".jp-RenderedHTMLCommon a[href='#']").count() == 0
    pictures = page.locator(".jp-OutputArea img").all()
    assert len(pictures) > 1
    assert all(p.evaluate("image => image.naturalWidth") > 0 for p in pictures)
    assert page.locator(".jp-OutputArea .cc-table table").count() > 3
    names = page.locator(".cc-table").filter(has=page.locator("th button"))
    assert names.count() > 3  # they sort, and long ones filter
    field = page.locator(".cc-tools input").first
    before = page.locator(".cc-table tbody tr:visible").count()
    field.fill("zzzz")
    assert page.locator(".cc-table tbody tr:visible").count() < before
    side = "cell => getComputedStyle(cell).textAlign"
    assert page.locator(".cc-table tbody .cc-s").first.evaluate(side) == "left"
    assert page.locator(".cc-table tbody .cc-n").first.evaluate(side) == "right"
    page.close()


@pytest.fixture(scope="module")
def bench(lab, chromium):
    """The page of the workbench, run."""
    page = lab.run(chromium, "explore")
    page.get_by_placeholder("word, wild*, a phrase, or a theme").wait_for(timeout=60_000)
    yield page
    page.close()


def open_tab(page, name: str) -> None:
    page.locator(".lm-TabBar-tab, .p-TabBar-tab").filter(has_text=name).last.click()


def test_a_word_is_looked_up_and_a_line_leads_to_its_paragraph(bench):
    bench.get_by_placeholder("word, wild*, a phrase, or a theme").fill("breakwater*")
    lines = bench.locator(".jp-OutputArea table tbody tr", has_text="breakwater")
    lines.nth(5).wait_for(timeout=60_000)
    rates = bench.locator("table.cc-rates tbody tr")
    assert rates.count() == 4 and rates.locator(".cc-place").count() > 10
    lines.nth(2).locator("td").nth(2).click()
    marked = bench.locator(".cc-reader mark")
    marked.first.wait_for(timeout=60_000)
    assert marked.first.inner_text().lower().startswith("breakwater")
    open_tab(bench, "Near it")
    bench.locator("th", has_text="logDice").first.wait_for(timeout=60_000)


def test_the_calls_are_copied_by_a_button(bench):
    bench.context.grant_permissions(["clipboard-read", "clipboard-write"])
    bench.get_by_role("button", name="Copy the calls").first.click()
    bench.get_by_role("button", name="Copied").first.wait_for(timeout=60_000)
    calls = bench.evaluate("navigator.clipboard.readText()")
    assert calls.startswith("import crosscurrents as cc\n")
    assert "cc.concordance(comparison, 'breakwater*'" in calls


def test_nonsense_is_answered_by_a_sentence(bench):
    field = bench.get_by_placeholder("word, wild*, a phrase, or a theme")
    answers = {"***": "can match everything", "qqqq": "does not occur", "": "type a"}
    for typed, said in answers.items():
        field.fill(typed)
        bench.get_by_role("status").filter(has_text=re.compile(said, re.I)).first.wait_for()
    assert bench.locator(".jp-OutputArea-output", has_text="Traceback").count() == 0


def test_two_sources_are_compared(bench):
    open_tab(bench, "Compare")
    rows = bench.locator(".jp-OutputArea table:visible tbody tr")
    rows.nth(3).wait_for(timeout=60_000)
    rows.first.locator("td").first.click()
    word = bench.get_by_placeholder("word or theme").input_value()
    sides = bench.locator("table:visible td", has_text=word)
    sides.nth(2).wait_for(timeout=60_000)
    bench.get_by_role("button", name="themes").click()
    bench.locator("th", has_text="p (all themes)").first.wait_for(timeout=60_000)


def test_a_theme_is_edited_and_saved_and_the_choice_becomes_a_report(lab, bench):
    open_tab(bench, "Codebook")
    bench.get_by_placeholder("theme, or a new name").fill("weather")
    bench.get_by_placeholder("one a line").first.fill("storm*\nwind")
    bench.locator("td", has_text="storm*").first.wait_for(timeout=60_000)
    bench.get_by_role("button", name="Save theme").click()
    bench.get_by_text("Saved: weather has 2 patterns").wait_for(timeout=60_000)
    book = (lab.home / "seeds" / "harbour" / "codebook.yml").read_text(encoding="utf-8")
    assert "  weather:\n    patterns: [storm*, wind]\n" in book
    open_tab(bench, "Report")
    bench.get_by_placeholder("monday").fill("friday")
    bench.get_by_role("button", name="Save as report").click()
    bench.get_by_text("Saved as report").wait_for(timeout=60_000)
    reports = tomllib.loads((lab.home / "notebooks" / "reports.toml").read_text(encoding="utf-8"))
    assert set(reports["reports"]) == {"demo", "friday"}
