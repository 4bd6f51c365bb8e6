"""The documentation: every example runs, every link leads somewhere, the reference is whole."""

from __future__ import annotations

import doctest
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from golden import run

import crosscurrents as cc
from crosscurrents import read_codebook

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
LINK = re.compile(r"(?<!`)!?\[[^\]]*\]\(([^)\s]+)\)")
LINES = 200  # of the README (issue: one sitting)
COMMAND = re.compile(r"^(crosscurrents .*)\n", re.M)
# Stand-ins for what a test must not do: set-up, services.
STUBS = {
    "make": 'grep -q "^$1:" "$ROOT/Makefile"',
    "python": 'exec "$PYTHON" "$@"',
    "systemctl": 'test "$1" = --user',
    "loginctl": "true",
}


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of one language of a page."""
    return [text for name, text in FENCE.findall(page.read_text("utf-8")) if name == language]


def with_blocks(language: str) -> list[Path]:
    return [page for page in PAGES if blocks(page, language)]


def test_every_block_is_of_a_kind_that_is_run():
    kinds = {name for page in PAGES for name, _ in FENCE.findall(page.read_text("utf-8"))}
    assert kinds <= {"python", "sh", "toml", "yaml"}


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> str:
    """What one page measures the others find."""
    return str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def project(tmp_path, monkeypatch, cache) -> Path:
    """A folder like the clone's top, in which examples may write."""
    monkeypatch.setenv("CROSSCURRENTS_CACHE", cache)
    for name in ["notebooks", "lib"]:
        (tmp_path / name).symlink_to(ROOT / name)
    subprocess.run(["cp", "-R", ROOT / "seeds", tmp_path / "seeds"], check=True)
    (tmp_path / "reports.toml").write_bytes((ROOT / "reports.toml").read_bytes())
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "activate").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", with_blocks("python"), ids=lambda p: p.stem)
def test_python_examples_print_what_the_page_says(page, project):
    text = "\n".join(blocks(page, "python"))
    case = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    assert case.examples
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    said: list[str] = []
    doctest.DocTestRunner(optionflags=flags, verbose=False).run(case, out=said.append)
    assert not said, "".join(said)


def run_command(line: str) -> None:
    """A command of ours, in this process.

    `report` is a dry run unless it is the tutorial's first: whole reports have tests of their own.
    """
    arguments = shlex.split(line.replace(" ~/", f" {Path.home()}/"))[1:]
    if arguments[0] == "report" and not {"--notebooks", "--list", "--dry-run"} & {*arguments}:
        arguments.append("--dry-run")
    code, said, wrong = run(*arguments)
    assert code == 0, f"{line}\n{said}\n{wrong}"


@pytest.mark.parametrize("page", with_blocks("sh"), ids=lambda p: p.stem)
def test_commands_of_a_page_run_one_after_the_other(here, page, project, monkeypatch):
    stubs = project / "stubs"
    stubs.mkdir()
    for name, script in STUBS.items():
        (stubs / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        (stubs / name).chmod(0o755)
    for name, value in {
        "PATH": f"{stubs}:{os.environ['PATH']}", "HOME": project / "home",
        "PYTHON": sys.executable, "ROOT": ROOT, "PYTHONPATH": ROOT / "lib",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, str(value))
    text = "\n".join(blocks(page, "sh")).replace("source .venv", ". .venv")
    for part in COMMAND.split(text):
        if COMMAND.match(f"{part}\n"):
            run_command(part)
        else:  # what is left to the shell: files, folders, loops
            done = subprocess.run(["sh", "-ec", part], capture_output=True, text=True, timeout=600)
            assert done.returncode == 0, f"{part}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"


def test_settings_on_pages_are_valid(tmp_path):
    for page in PAGES:
        for text in blocks(page, "toml"):
            assert tomllib.loads(text)["reports"], page.name
        for text in blocks(page, "yaml"):
            (tmp_path / "codebook.yml").write_text(text, encoding="utf-8")
            assert read_codebook(tmp_path / "codebook.yml").themes, page.name


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_links_lead_somewhere(page):
    targets = LINK.findall(page.read_text("utf-8"))
    local = [t.partition("#")[0] for t in targets if "://" not in t]
    assert not [t for t in local if t and not (page.parent / t).exists()]


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem)
def test_notebooks_are_a_course(path):
    """Each says what to try, and leads to others; its links lead somewhere."""
    cells = json.loads(path.read_text("utf-8"))["cells"]
    text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    targets = LINK.findall(text)
    assert "**Try this" in text
    assert targets or path.stem == "explore"  # the last one
    assert not [t for t in targets if not (path.parent / t).exists()]


def test_the_readme_is_one_sitting_and_leads_to_every_page():
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) <= LINES
    missing = [p.name for p in PAGES[1:] if f"docs/{p.name}" not in text]
    assert missing == ["index.md", "reference.md"]  # built from docstrings, on the site


def test_the_site_has_every_page():
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    listed = [name for entry in config["nav"] for name in _names(entry)]
    assert sorted(listed) == sorted(p.name for p in PAGES[1:])


def _names(entry) -> list[str]:
    return [entry] if isinstance(entry, str) else [n for names in entry.values() for n in names]


def test_the_reference_has_every_public_name_once():
    names = [name for group in cc._by_task().values() for name in group]
    assert sorted(names) == sorted(cc.__all__)


@pytest.mark.slow
def test_the_site_builds_and_asks_nobody_outside(tmp_path):
    pytest.importorskip("mkdocs")
    pytest.importorskip("mkdocstrings")
    pytest.importorskip("material")
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", tmp_path / "site"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=300,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )
    loads = re.compile(r"<(?:script|img|iframe)[^>]+src=\"?https?:|<link[^>]+stylesheet[^>]+http")
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 15
    assert not [p.name for p in pages if loads.search(p.read_text("utf-8"))]
