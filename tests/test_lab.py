"""A notebook in a real JupyterLab, in a real browser."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PROJECT = Path(__file__).parents[1]
CORPUS = PROJECT / "tests" / "corpus"
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on a copy of the notebooks and our own corpus: its address, token and API."""
    home = tmp_path_factory.mktemp("lab")
    shutil.copytree(PROJECT / "notebooks", home / "notebooks")
    shutil.copytree(CORPUS, home / "seeds" / "alliance")  # where the notebooks look by default
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
        yield address, token, ask
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


def test_a_notebook_runs_in_jupyterlab(lab, chromium):
    address, token, ask = lab
    page = chromium.new_page(viewport=DESKTOP)
    page.goto(f"{address}/lab/tree/notebooks/term_frequency.ipynb?token={token}&reset")
    page.locator(".jp-NotebookPanel .jp-Notebook").wait_for(timeout=60_000)
    wait_for(lambda: is_ready(ask("sessions")), 60, "no kernel got ready")
    command = "name => jupyterapp.commands.execute(name)"
    ran = page.evaluate(command, "notebook:run-all-cells")
    page.evaluate(command, "docmanager:save")
    cells = ask("contents/notebooks/term_frequency.ipynb")["content"]["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    outputs = [output for cell in code for output in cell["outputs"]]
    assert [o["evalue"] for o in outputs if o["output_type"] == "error"] == []
    assert ran is True
    assert all(cell["execution_count"] for cell in code)
    pictures = page.locator(".jp-OutputArea img").all()
    assert len(pictures) > 1
    assert all(p.evaluate("image => image.naturalWidth") > 0 for p in pictures)
    assert page.locator(".jp-OutputArea .cc-table table").count() > 3
    side = "cell => getComputedStyle(cell).textAlign"
    assert page.locator(".cc-table tbody .cc-s").first.evaluate(side) == "left"
    assert page.locator(".cc-table tbody .cc-n").first.evaluate(side) == "right"
    page.close()
