"""How far a run of notebooks has come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from crosscurrents.report.definition import Definition
from crosscurrents.report.runner import Runner


def follow(runner: Runner, definition: Definition, quiet: bool) -> Iterator[dict]:
    """Show progress; yield what became of each notebook as it ends, with its error if it said one.

    See `Runner.events`. Nothing is shown where there is no terminal.
    """
    from tqdm import tqdm

    paths, done, errors = definition.notebooks.values(), 0, {}
    bar = tqdm(
        total=sum(code_cells(path) + 1 for path in paths),  # a cell of parameters is added
        leave=False, disable=quiet or None, bar_format="{desc} |{bar}| {elapsed}",
    )  # fmt: skip
    with bar:
        for event in runner.events():
            if "error_of" in event:
                errors[event["error_of"]] = {"error": event["error"]}
                continue
            bar.set_description(
                f"{definition.name}: {done} of {len(paths)} notebooks", refresh=False
            )
            bar.update()
            if "notebook" in event:
                done += 1
                yield event | errors.get(event["notebook"], {})


def code_cells(path: Path) -> int:
    """How many cells of a notebook file have code."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return sum(cell["cell_type"] == "code" and bool(cell["source"]) for cell in cells)
