"""The package as it is installed: the wheel holds all that a report needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLACES = {
    "lib/crosscurrents": "crosscurrents",
    "notebooks": "crosscurrents/data/notebooks",
    "seeds/harbour": "crosscurrents/data/harbour",
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """Programs of a new environment with our wheel; it sees the libraries of this one."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    venv.create(folder / "env", symlinks=True)
    programs = folder / "env" / "bin"
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "--quiet"]
    wheel = next(folder.glob("*.whl"))
    subprocess.run([*pip, "install", "--no-deps", "--no-index", str(wheel)], check=True)
    site = next((folder / "env" / "lib").glob("python*/site-packages"))
    (site / "others.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return programs


def test_every_file_of_the_package_is_installed(installed):
    """Modules, templates and word lists, the notebooks and the demo corpus, and nothing else."""
    there = set()
    for folder, place in PLACES.items():
        files = [p for p in (ROOT / folder).rglob("*") if p.is_file() and p.suffix != ".pyc"]
        there |= {f"{place}/{p.relative_to(ROOT / folder).as_posix()}" for p in files}
    with zipfile.ZipFile(next(installed.parents[1].glob("*.whl"))) as wheel:
        held = {name for name in wheel.namelist() if name.startswith("crosscurrents/")}
    assert held == there


def run(programs: Path, folder: Path, *command: str) -> subprocess.CompletedProcess:
    known = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "CROSSCURRENTS_CACHE")}
    # Installed as a user does it, these lie in the new environment, too.
    known["JUPYTER_PATH"] = str(Path(sys.prefix) / "share" / "jupyter")
    known |= {
        "CROSSCURRENTS_CACHE": str(folder / "cache"),
        "PATH": f"{programs}:{os.environ['PATH']}",
    }
    return subprocess.run(
        [str(programs / command[0]), *command[1:]], cwd=folder, env=known, capture_output=True,
        text=True, timeout=600,
    )  # fmt: skip


@pytest.mark.slow
def test_a_demo_report_from_the_wheel(installed, tmp_path):
    made = run(installed, tmp_path, "crosscurrents", "new", "demo", "--demo")
    assert made.returncode == 0, made.stderr
    where = "import crosscurrents; print(crosscurrents.__file__)"
    assert str(installed.parent) in run(installed, tmp_path, "python", "-c", where).stdout
    made = run(installed, tmp_path / "demo", "crosscurrents", "report", "--notebooks=brief")
    assert made.returncode == 0, made.stderr
    page = tmp_path / "demo" / "reports" / "demo" / "latest" / "index.html"
    assert "Pell" in page.read_text(encoding="utf-8")


@pytest.mark.slow
def test_jupyterlab_finds_the_kernel_and_the_notebooks(installed, tmp_path):
    run(installed, tmp_path, "crosscurrents", "new", "demo")
    kernels = run(
        installed, tmp_path, "python", "-m", "jupyter_client.kernelspecapp", "list", "--json"
    )
    assert "python3" in json.loads(kernels.stdout)["kernelspecs"]
    for notebook in (tmp_path / "demo" / "notebooks").glob("*.ipynb"):
        found = json.loads(notebook.read_text(encoding="utf-8"))
        assert found["metadata"]["kernelspec"]["name"] == "python3"
        assert "../corpus" in notebook.read_text(encoding="utf-8")
