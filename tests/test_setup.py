"""The set-up: one dependency list, a lock of hashes, commands that exist, licences that fit."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
RUNTIME = [Requirement(line) for line in PROJECT["dependencies"]]
EXPLORE = [Requirement(line) for line in PROJECT["optional-dependencies"]["explore"]]
TEST = [Requirement(line) for line in PROJECT["optional-dependencies"]["test"]]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")


def locked() -> dict[str, list[Requirement]]:
    """The lock's entries by name; a name may stand there once a Python version."""
    entries: dict[str, list[Requirement]] = {}
    for line in LOCK.splitlines():
        if line and not line.startswith(" "):
            requirement = Requirement(line.removesuffix("\\").strip())
            entries.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return entries


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git clone")
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    ).stdout.split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


# the dependency list and its two renderings


@pytest.mark.parametrize("wanted", RUNTIME + EXPLORE + TEST, ids=lambda r: r.name)
def test_lock_holds_a_version_that_pyproject_allows(wanted):
    entries = locked()[canonicalize_name(wanted.name)]
    versions = [str(e.specifier).removeprefix("==") for e in entries]
    assert versions
    assert all(v in wanted.specifier for v in versions)


def test_lock_names_the_extras_that_its_libraries_ask_for():
    """Without them pip takes the newest release of such a library, and then refuses its hash."""
    asked: dict[str, set[str]] = {}
    for name in locked():
        try:
            lines = metadata.distribution(name).requires or []
        except metadata.PackageNotFoundError:  # of another system
            continue
        for wanted in map(Requirement, lines):
            if wanted.extras and (not wanted.marker or wanted.marker.evaluate({"extra": ""})):
                asked.setdefault(canonicalize_name(wanted.name), set()).update(wanted.extras)
    missing = {
        name: extras
        for name, extras in asked.items()
        for entry in locked()[name]
        if {canonicalize_name(e) for e in extras} - {canonicalize_name(e) for e in entry.extras}
    }
    assert asked and missing == {}


def test_lock_pins_every_entry_by_hash_and_names_no_registry():
    entries = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(entries) > 50
    for entry in entries:
        name = r"[a-z0-9.-]+(?:\[[a-z0-9_,-]+\])?"
        assert re.match(rf"{name}==[\w.!]+( ; [^\\]+)? \\\n", entry), entry[:80]
        assert re.fullmatch(r"(    --hash=sha256:[0-9a-f]{64}( \\)?\n?)+", entry.split("\n", 1)[1])
    assert "://" not in LOCK
    assert not re.search(r"^\s*--(index|extra-index|find-links|trusted)", LOCK, re.M)


def test_conda_environment_follows_pyproject():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    python, pip, by_pip = environment["dependencies"]
    assert environment["name"] == PROJECT["name"]
    assert python.replace(" ", "") == "python" + PROJECT["requires-python"]
    assert pip == "pip"
    assert by_pip == {"pip": ["-r requirements.lock"]}


def imported(files) -> set[str]:
    """Names of top-level modules that Python files and notebooks import, wherever in them."""
    found = set()
    for path in files:
        text = path.read_text("utf-8")
        if path.suffix == ".ipynb":
            cells = [c for c in json.loads(text)["cells"] if c["cell_type"] == "code"]
            text = "\n".join("".join(c["source"]) for c in cells)
            text = re.sub(r"^\s*[%!].*$", "", text, flags=re.M)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {"crosscurrents"}


@pytest.mark.parametrize(
    ("patterns", "extras"),
    [
        (["lib/**/*.py", "notebooks/*.ipynb"], ["chinese", "dask", "explore"]),
        (["tests/**/*.py", "tests/notebooks/*.ipynb"], ["dask", "test"]),
    ],
    ids=["library", "tests"],
)
def test_what_is_imported_is_declared(patterns, extras):
    declared = {canonicalize_name(r.name) for r in RUNTIME}
    for extra in extras:
        lines = PROJECT["optional-dependencies"][extra]
        declared |= {canonicalize_name(Requirement(line).name) for line in lines}
    files = [path for pattern in patterns for path in ROOT.glob(pattern)]
    local = {path.stem for part in ("tests", "bench") for path in (ROOT / part).glob("*.py")}
    homes = metadata.packages_distributions()
    undeclared = {
        module
        for module in imported(files) - local
        if not {canonicalize_name(d) for d in homes.get(module, [module])} & declared
    }
    assert not undeclared


# the commands


def make(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["make", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        env={k: v for k, v in os.environ.items() if not k.startswith("MAKE")} | environment,
    )


@pytest.fixture
def clone(tmp_path) -> Path:
    """The files that set-up reads, in a folder whose name has a blank."""
    folder = tmp_path / "a clone"
    (folder / "scripts").mkdir(parents=True)
    for name in ["Makefile", "pyproject.toml", "requirements.lock", "scripts/setup.sh"]:
        shutil.copy(ROOT / name, folder / name)
    return folder


def test_help_is_the_default_and_lists_every_target():
    out = make().stdout
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.M)[1].split()
    assert set(targets) >= {"help", "reports", "test", "lab", "check", "bench", "seeds", "clean"}
    assert re.findall(r"^  make (\w+) ", out, re.M) == targets


def test_a_second_call_does_no_set_up(clone):
    assert "setup.sh" in make("-n", "reports", cwd=clone).stdout
    (clone / ".venv").mkdir()
    (clone / ".venv" / ".ready").touch()
    assert "setup.sh" not in make("-n", "reports", cwd=clone).stdout
    later = (clone / ".venv" / ".ready").stat().st_mtime + 5
    os.utime(clone / "requirements.lock", (later, later))
    assert "setup.sh" in make("-n", "reports", cwd=clone).stdout


def fake(folder: Path, name: str, script: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ("-V) echo Python 3.9.2;; *) exit 1;;", "needs Python 3.11 or newer"),
        ("-c) exit 0;; *) exit 1;;", "install python3-venv"),
    ],
    ids=["old", "without ensurepip and pip"],
)
def test_a_python_that_will_not_do_gets_a_clear_message(tmp_path, clone, answers, said):
    python = fake(tmp_path, "python3", f'case "$1" in {answers} esac')
    done = make("reports", cwd=clone, PYTHON=python, UV="no-such-uv")
    assert done.returncode != 0
    assert said in done.stderr
    assert not (clone / ".venv").exists()


def test_set_up_takes_uv_first_and_python_when_uv_fails(tmp_path_factory, clone):
    folder = tmp_path_factory.mktemp("bin")
    calls = folder / "calls"
    uv = fake(folder, "uv", f'echo uv "$@" >> "{calls}"; exit 1')
    python = fake(
        folder, "python3", f'[ "$1" = -c ] || echo python "$@" >> "{calls}"; [ "$1" = -c ]'
    )
    make("reports", cwd=clone, PYTHON=python, UV=uv)
    first, second, *_ = calls.read_text().splitlines()
    assert first.startswith("uv venv")
    assert second.startswith("python -m venv --clear .venv")


def test_seeds_asks_where_from():
    done = make("--old-file=.venv/.ready", "seeds")
    assert done.returncode != 0
    assert "make seeds FROM=folder" in done.stderr


# what may be passed on

PERMISSIVE = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|ISC|PSF|Python Software Foundation|HPND|Unlicense|CC0|Zlib|MIT-CMU)\b",
    re.I,
)
COPYLEFT = re.compile(r"\b[AL]?GPL|\bMPL|Mozilla|\bEPL|\bCDDL|\bEUPL", re.I)
# Mozilla's licence binds changes to those files themselves; we change none and pass none on.
EXCEPTIONS = dict.fromkeys(["certifi", "fqdn", "hypothesis", "pathspec", "tqdm"], "MPL")
# Offers three licences, of which we take this one; trafilatura needs it.
EXCEPTIONS["tld"] = "MPL"
# An extra that the tests install. Its author has put the code under Apache 2.0 since this release
# (fnielsen/afinn, issue 21), whose label still says GPL. We read its list (ODbL), run none of it.
EXCEPTIONS["afinn"] = "GPL"
# Says so in its LICENSE file alone: MIT, and for axe-core, which it carries unchanged, MPL.
EXCEPTIONS["axe-playwright-python"] = ""


def licence(distribution: metadata.Distribution) -> str:
    """What a distribution says of its licence: expression, classifiers, or the short field."""
    said = distribution.metadata
    classifiers = [c for c in said.get_all("Classifier") or [] if c.startswith("License ::")]
    short = (said.get("License") or "").strip().partition("\n")[0]
    return " | ".join(filter(None, [said.get("License-Expression"), *classifiers, short]))


def test_licences_of_all_that_the_lock_installs_allow_our_use():
    strange = {}
    for name in locked():
        try:
            found = licence(metadata.distribution(name))
        except metadata.PackageNotFoundError:
            continue  # for another operating system or Python
        fits = PERMISSIVE.search(found) and not COPYLEFT.search(found)
        if not fits and EXCEPTIONS.get(name, "none") not in found:
            strange[name] = found
    assert not strange


def test_nothing_that_the_library_needs_is_under_a_licence_that_binds_others():
    """AFINN's package is an extra, so that installing the library brings no GPL label along."""
    assert not {r.name for r in RUNTIME} & {n for n, kind in EXCEPTIONS.items() if kind == "GPL"}


def test_our_own_licence():
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert text.startswith("MIT License\n\nCopyright (c) 2026 The Crosscurrents authors")
    assert PROJECT["license"] == "MIT"


# what a tracked file may not name; written in parts, so that this file does not name it either
REGISTRIES = "|".join(
    a + r"\." + b
    for a, b in [("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("deb.debian", "org")]
)
MACHINE_PATH = re.compile(r"(?<![\w./}~$-])/(?:work|root|home|Users)/(?!you\b|user\b)\w")


def test_no_tracked_file_names_a_registry_or_a_path_of_one_machine():
    found = []
    for path in tracked():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        for pattern in [re.compile(REGISTRIES, re.I), MACHINE_PATH]:
            if match := pattern.search(text):
                found.append(f"{path.relative_to(ROOT)}: {match.group()}")
    assert not found


def test_machine_path_is_seen():
    assert MACHINE_PATH.search('open("/ho' + 'me/ann/texts")')
    assert not MACHINE_PATH.search("https://example.org/home/page")
