"""One notebook: run by papermill in a process of its own, and what became of it."""

from __future__ import annotations

import base64
import binascii
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PNG = (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82")  # how a whole picture begins and ends
DRAWS = re.compile(r"\bplot_\w+\(")  # by house style what draws is called so
# A port that Jupyter has chosen for a kernel may be taken by another program before the kernel has
# it. No cell has run then, so the notebook is begun again.
NO_KERNEL, TRIES = "Kernel died before replying", 3


def execute(source: str, target: str, parameters: dict[str, Any], folder: str) -> None:
    """Run a notebook file in a folder, and write what came of it into another file."""
    import papermill
    from traitlets.config import Config

    for attempt in range(1, TRIES + 1):
        try:
            papermill.execute_notebook(
                source,
                target,
                parameters=parameters,
                cwd=folder,
                kernel_name="python3",
                progress_bar=False,
                # Other users of this machine read nothing that passes to and from the kernel.
                config=Config({"KernelManager": {"transport_encryption": "required"}}),
            )
            return
        except RuntimeError as error:
            if NO_KERNEL not in str(error) or attempt == TRIES:
                raise
            print(error, file=sys.stderr)


@dataclass(frozen=True)
class Failure:
    """Why a report is none: the notebook, unless it is all of them, the place, and the error."""

    notebook: str
    place: str
    error: str
    lines: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        names = [f"notebook {self.notebook!r}" if self.notebook else "", self.place]
        where = ", ".join(filter(None, names))
        return "\n    ".join([f"{where}: {self.error}" if where else self.error, *self.lines])


def read_executed(path: Path):
    """The notebook that papermill wrote, as a notebook node."""
    import nbformat

    return nbformat.read(path, as_version=4)


def find_failures(name: str, notebook) -> list[Failure]:
    """What went wrong in an executed notebook: an error in a cell, or a cell that did not run.

    papermill's own record of a cell is not asked: it calls cells completed that a dead kernel left.
    """
    for cell in _code_cells(notebook):
        place = _place(cell, str(cell.execution_count or " "))
        for output in cell.outputs:
            if output.output_type == "error":
                error = f"{output.ename}: {output.evalue}".strip().splitlines()[0]
                return [Failure(name, place, error, _frames(output.traceback))]
        if cell.execution_count is None:
            return [Failure(name, place, "this cell did not run")]
        if missing := _missing_picture(cell):
            return [Failure(name, place, missing)]
    return []


def number_of_cells(path: Path) -> int:
    """How many cells of a notebook file have code."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return sum(cell["cell_type"] == "code" and bool(cell["source"]) for cell in cells)


def last_started(notebook) -> str:
    """The place of the cell that ran when the notebook ended early; empty if none had begun.

    Whether such a cell has got its number is a matter of luck: it gets a star, as in Jupyter.
    """
    cells = [c for c in _code_cells(notebook) if c.metadata.get("papermill", {}).get("start_time")]
    return _place(cells[-1], "*") if cells else ""


def _code_cells(notebook) -> list:
    return [c for c in notebook.cells if c.cell_type == "code" and c.source.strip()]


def _place(cell, number: str) -> str:
    lines = [line.strip() for line in cell.source.splitlines()]
    first = next((line for line in lines if line and not line.startswith("#")), lines[0])
    return f"cell [{number}] {first[:60]!r}"


def _frames(traceback: list[str]) -> list[str]:
    """Of a traceback, the lines of the notebook's cell and of where it was raised, shortened."""
    from nbconvert.filters import strip_ansi

    frames = [strip_ansi(frame).strip("\n") for frame in traceback]
    own = [frame for frame in frames if frame.startswith(("Cell In[", "  Cell In["))]
    raised = frames[-2:-1] if len(frames) > 1 and frames[-2] not in own else []
    lines = [line for frame in [*own[:1], *raised, *frames[-1:]] for line in frame.splitlines()]
    return [line for line in lines if line.strip()][-12:]


def outputs(notebook) -> Iterator[Any]:
    """The outputs of all code cells."""
    for cell in notebook.cells:
        yield from cell.get("outputs", [])


def warnings_of(notebook) -> list[str]:
    """What the cells of a notebook wrote to standard error, which pages do not show."""
    from nbconvert.filters import strip_ansi

    said = [o.text for o in outputs(notebook) if o.output_type == "stream" and o.name == "stderr"]
    return [strip_ansi(text).strip()[:2000] for text in said]


def own_metadata(output) -> dict[str, Any]:
    """What `show` says of an output to the pages of a report."""
    ours = output.get("metadata", {}).get("crosscurrents")
    return ours if isinstance(ours, dict) else {}


def headline_of(notebook) -> str:
    """The headline that an output of a notebook carries in its metadata; empty without one."""
    said = (own_metadata(output).get("headline") for output in outputs(notebook))
    return next((" ".join(text.split()) for text in said if isinstance(text, str) and text), "")


def pictures(shown) -> list[str]:
    """The pictures that some outputs show, in base64."""
    found = [output.get("data", {}).get("image/png") for output in shown]
    return [picture for picture in found if picture is not None]


def _missing_picture(cell) -> str:
    """Why a cell that is to draw has not drawn; one that says something instead is let be."""
    if not all(map(_is_whole, pictures(cell.outputs))):
        return "a figure of this cell is broken"
    if DRAWS.search(cell.source) and not cell.outputs:
        return "the figure of this cell is missing"
    return ""


def _is_whole(picture: str) -> bool:
    try:
        data = base64.b64decode(picture)
    except (binascii.Error, ValueError):
        return False
    return data.startswith(PNG[0]) and data.endswith(PNG[1])
