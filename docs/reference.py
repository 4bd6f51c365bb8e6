"""Reference pages from the docstrings of the public names, a page for each task.

MkDocs calls `on_config` and `on_files` (mkdocs.yml, hooks). Which module has a name is read from
the package, so a name that moves to another module needs no change here; a test holds that each
name has one task.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))

import crosscurrents as cc


def page(task: str, names: list[str]) -> str:
    """The Markdown of one page: a list of the names, then a docstring each."""
    links = ", ".join(f"[{name}][{_path(name)}]" for name in names)
    blocks = "\n\n".join(f"::: {_path(name)}" for name in names)
    return f"# {task}\n\n{links}\n\n{blocks}\n"


def on_config(config):
    """Add the pages to the navigation."""
    pages = [{task: f"reference/{_file(task)}"} for task in cc._by_task()]
    for entry in config["nav"]:
        if isinstance(entry, dict) and "Reference" in entry:
            entry["Reference"] = ["reference.md", *pages]
    return config


def on_files(files, config):
    """Write the pages, in memory only."""
    from mkdocs.structure.files import File

    for task, names in cc._by_task().items():
        path = f"reference/{_file(task)}"
        files.append(File.generated(config, path, content=page(task, names)))
    return files


def _path(name: str) -> str:
    """Where the object is defined, which may be below the module that offers it."""
    found = getattr(cc, name)
    module = getattr(found, "__module__", "") or cc._HOME[name]
    return f"{module}.{name}"


def _file(task: str) -> str:
    return task.lower().replace(",", "").replace(" ", "-") + ".md"
