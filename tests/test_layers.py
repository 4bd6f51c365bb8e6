"""Imports go downward only, reports know no analysis, and importing costs next to nothing."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "lib" / "crosscurrents"

# From the bottom up; a module imports from its own layer or from those below. A folder stands
# for all of its modules.
LAYERS = {
    "core": "core",
    "texts": "storage writing dates process cleaning readers corpus collect",
    "words": "texts",
    "codes": "codebook lexicon",
    "measures": "measures",
    "sampling": "resampling effect_sizes comparison",
    "analysis": ("frequency keywords tone themes passages topic_model previous coding"),
    "plots": "plots",
    "pages": "findings overview display",
    "report": "parameters report coverage cli __main__",
    "screen": "workbench explorer",
}
LAYER = {module: layer for layer, modules in LAYERS.items() for module in modules.split()}
# Never loaded before they are needed; each costs more than all of ours.
HEAVY = (
    "ipywidgets itables nltk py3langid scipy sklearn seaborn matplotlib IPython papermill "
    "nbconvert vaderSentiment"
).split()


def modules() -> dict[str, Path]:
    """Every module of the package by its name below it."""
    found = {}
    for file in PACKAGE.rglob("*.py"):
        parts = file.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name:
            found[name] = file
    return found


def imports(name: str, known: dict[str, Path]) -> set[str]:
    """Modules of ours that a module imports, at its top or inside of functions."""
    file = known[name]
    inside = list(file.parent.relative_to(PACKAGE).parts)
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            ours = [a.name for a in node.names if a.name.startswith("crosscurrents.")]
            found |= {a.removeprefix("crosscurrents.") for a in ours}
        elif isinstance(node, ast.ImportFrom):
            parts = (node.module or "").split(".") if node.module else []
            if node.level:
                parts = inside[: len(inside) - node.level + 1] + parts
            elif parts[0] == "crosscurrents":
                parts = parts[1:]
            else:
                continue
            for alias in node.names:
                full = ".".join([*parts, alias.name])
                found.add(full if full in known else ".".join(parts))
    return {f for f in found if f in known and f != name}


KNOWN = modules()
GRAPH = {name: imports(name, KNOWN) for name in KNOWN}


def layer_of(name: str) -> str:
    return LAYER.get(name) or LAYER.get(name.split(".")[0], "")


def test_every_module_is_in_a_layer_and_in_the_picture():
    assert sorted(name for name in KNOWN if not layer_of(name)) == []
    picture = (PACKAGE.parents[1] / "docs" / "modules.svg").read_text(encoding="utf-8")
    shown = set(re.findall(r"\w+", picture))
    assert {name.split(".")[0] for name in KNOWN} - {"__main__"} - shown == set()


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_imports_go_downward(name):
    order = list(LAYERS)
    upward = {
        other for other in GRAPH[name] if order.index(layer_of(other)) > order.index(layer_of(name))
    }
    assert not upward


@pytest.mark.parametrize("name", sorted(name for name in KNOWN if name.startswith("core")))
def test_core_imports_nothing_of_the_rest(name):
    assert {other for other in GRAPH[name] if not other.startswith("core")} == set()
    assert not re.search(r"^(import|from) pandas|open\(", KNOWN[name].read_text("utf-8"), re.M)


def test_imports_make_no_circle():
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> None:
        assert name not in path, f"a circle of imports: {' -> '.join([*path, name])}"
        if name not in done:
            for other in sorted(GRAPH[name]):
                # A package's __init__ gathers its modules; they may not ask it back.
                visit(other, [*path, name])
            done.add(name)

    for name in sorted(GRAPH):
        visit(name, [])


def test_reports_run_notebooks_and_know_no_analysis():
    """`report` and what it uses, down to where measures begin."""
    seen, todo = set(), ["report", "report.run"]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += GRAPH[name]
    assert {name for name in seen if layer_of(name) in ("analysis", "plots")} == set()


def loaded_after(statement: str) -> set[str]:
    """Top-level modules that a statement loads in a fresh interpreter."""
    code = f"import sys; sys.path.insert(0, {str(PACKAGE.parent)!r}); {statement}; "
    code += "print(*{m.split('.')[0] for m in sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


LARGE = {*HEAVY, "numpy", "pandas", "pyarrow"}


@pytest.mark.parametrize(
    ("statement", "late"),
    [
        ("import crosscurrents", LARGE | {"yaml"}),
        ("import crosscurrents.corpus, crosscurrents.measures, crosscurrents.frequency, "
         "crosscurrents.themes, crosscurrents.passages", HEAVY),
        ("import crosscurrents as cc; cc.read_corpus, cc.measure, cc.term_frequency", HEAVY),
        # a report starts its runner before anything large is loaded
        ("import crosscurrents.cli, crosscurrents.report.run", LARGE),
    ],
)  # fmt: skip
def test_nothing_heavy_is_loaded_before_it_is_needed(statement, late):
    assert loaded_after(statement) & {*late} == set()


def test_no_module_has_the_name_of_a_function():
    import crosscurrents

    # To import such a module would put it in the place of the function.
    assert {name for name in KNOWN if "." not in name} & {*crosscurrents.__all__} == set()


def test_every_public_name_is_there():
    code = "import crosscurrents as cc\nfor name in cc.__all__: getattr(cc, name)"
    assert "crosscurrents" in loaded_after(f"exec({code!r})")
