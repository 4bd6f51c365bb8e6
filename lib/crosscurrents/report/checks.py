"""What is wrong with an executed notebook or its page, if anything."""

from __future__ import annotations

import base64
import binascii
import html.parser
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

PNG = (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82")  # how a whole picture begins and ends
DRAWS = re.compile(r"\bplot_\w+\(")  # by house style what draws is called so


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


def code_cells(path: Path) -> int:
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
    frames = [strip_ansi(frame).strip("\n") for frame in traceback]
    own = [frame for frame in frames if frame.startswith(("Cell In[", "  Cell In["))]
    raised = frames[-2:-1] if len(frames) > 1 and frames[-2] not in own else []
    lines = [line for frame in [*own[:1], *raised, *frames[-1:]] for line in frame.splitlines()]
    return [line for line in lines if line.strip()][-12:]


def warnings_of(notebook) -> list[str]:
    """What the cells of a notebook wrote to standard error, which pages do not show."""
    said = [o.text for o in outputs(notebook) if o.output_type == "stream" and o.name == "stderr"]
    return [strip_ansi(text).strip()[:2000] for text in said]


def strip_ansi(text: str) -> str:
    """Text without the codes that colour it in a terminal.

    >>> strip_ansi("\\x1b[31mValueError\\x1b[0m")
    'ValueError'
    """
    return re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text)


def headline_of(notebook) -> str:
    """The headline that an output of a notebook carries in its metadata; empty without one."""
    for output in outputs(notebook):
        ours = output.get("metadata", {}).get("crosscurrents")
        headline = ours.get("headline") if isinstance(ours, dict) else None
        if isinstance(headline, str) and headline.strip():
            return " ".join(headline.split())
    return ""


def outputs(notebook):
    """The outputs of all code cells."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield from cell.outputs


def _missing_picture(cell) -> str:
    """Why a cell that is to draw has not drawn; one that says something instead is let be."""
    pictures = [o["data"]["image/png"] for o in cell.outputs if "image/png" in o.get("data", {})]
    if any(not _is_whole(picture) for picture in pictures):
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


def check_page(page: Path, notebook) -> str:
    """What is wrong with a page as it lies on the disk: empty if it is whole and fits its notebook.

    The page must parse, end, have one title and one main part, show every figure of the notebook,
    and find every table that it links to.
    """
    text = page.read_text(encoding="utf-8")
    found = _Elements()
    found.feed(text)
    found.close()
    figures = sum("image/png" in o.get("data", {}) for o in outputs(notebook))
    if not text.rstrip().endswith("</html>"):
        return "its page breaks off"
    if found.counts.get("main") != 1 or not found.counts.get("title"):
        return "its page has no title or no content"
    if found.counts.get("img", 0) < figures:
        return f"its page shows {found.counts.get('img', 0)} of {figures} figures"
    lost = [file for file in found.tables if not (page.parent / file).is_file()]
    return f"its page links to tables that are not there: {lost}" if lost else ""


class _Elements(html.parser.HTMLParser):
    """Counts the elements of a page, and gathers the tables that it links to."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}
        self.tables: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.counts[tag] = self.counts.get(tag, 0) + 1
        address = dict(attrs).get("href") or ""
        if tag == "a" and re.fullmatch(r"tables/[\w-]+\.csv", address):
            self.tables.append(address)
