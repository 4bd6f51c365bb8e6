"""One notebook run by papermill; then its page and tables, and whether the page is whole."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import re
import sys
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from crosscurrents.process import end_children
from crosscurrents.writing import CHART_MIME, TABLE_MIME, TURNING

START = 180  # seconds until a kernel answers: with eight reports at once 60 were too few
DRAWS = re.compile(r"\bplot_\w+\(")  # by house style what draws is called so
# A port that Jupyter has chosen for a kernel may be taken by another program before the kernel has
# it. No cell has run then, so the notebook is begun again.
NO_KERNEL, TRIES = "Kernel died before replying", 3
TEMPLATE = Path(__file__).with_name("template")
SCRIPT = (TEMPLATE / "table.js").read_text(encoding="utf-8")
SCRIPT_HASH = base64.b64encode(hashlib.sha256(f"\n{SCRIPT}\n".encode()).digest()).decode()
# Nothing is fetched and no script but ours runs, whatever a corpus or a notebook puts into a page.
POLICY = (
    f"default-src 'none'; script-src 'sha256-{SCRIPT_HASH}'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)
# What a sentence or a cell links to (see display): a table of a page, and there what to look up.
LINK = re.compile(
    r'<span class="cc-to"( hidden)? data-page="([a-z0-9_-]+)" data-table="([a-z0-9_-]+)" '
    r'data-row="([^"]*)">([^<]*)</span>'
)
LAB = "lab"  # tag of a cell that speaks to who changes the notebook, not to who reads the page
LARGE = 3_000_000  # characters of a page, beyond which it goes without the rows that are not seen
CONTENTS = 4  # sections of a page that need no list of them
PRINTED = 20_000  # characters of printed text that a page shows; the executed notebook has them all
# Formats of an output in the order of preference; scripts and widgets mean nothing here.
FORMATS = [
    "text/html", "text/markdown", "image/svg+xml", "image/png", "image/jpeg", "text/latex",
    "text/plain",
]  # fmt: skip


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
                start_timeout=START,
                iopub_timeout=START,  # for what a busy kernel has still to say of a cell
                # Other users of this machine read nothing that passes to and from the kernel.
                config=Config({"KernelManager": {"transport_encryption": "required"}}),
            )
            return
        except RuntimeError as error:
            if NO_KERNEL not in str(error) or attempt == TRIES:
                raise
            print(error, file=sys.stderr)
        finally:
            end_children(os.getpid())  # what a cell has left running


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
        if DRAWS.search(cell.source) and not cell.outputs:  # what is empty says so
            return [Failure(name, place, "the figure of this cell is missing")]
    return []


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
    """The end of a traceback."""
    from nbconvert.filters import strip_ansi

    lines = strip_ansi("\n".join(traceback)).splitlines()
    return [line for line in lines if line.strip()][-12:]


def outputs(notebook) -> Iterator[Any]:
    """The outputs of all code cells."""
    for cell in notebook.cells:
        yield from cell.get("outputs", [])


def own_metadata(output) -> dict[str, Any]:
    """What `show` says of an output to the pages of a report."""
    ours = output.get("metadata", {}).get("crosscurrents")
    return ours if isinstance(ours, dict) else {}


def headline_of(notebook) -> str:
    """The headline that an output of a notebook carries in its metadata; empty without one."""
    said = (own_metadata(output).get("headline") for output in outputs(notebook))
    return next((" ".join(text.split()) for text in said if isinstance(text, str) and text), "")


def title_of(path: Path) -> str:
    """The title of a notebook file: its first heading up to a colon, else its name in words."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        found = re.search(r"^# +(.+)$", "".join(cell["source"]), re.M)
        if cell["cell_type"] == "markdown" and found:
            return re.sub(r"[*_`]", "", found[1]).split(":")[0].strip()
    return path.stem.replace("_", " ").capitalize()


@dataclass
class Site:
    """The pages of one report, which link to each other.

    `labels` gives the pages in their order, from name to title; the first is index.html.
    `facts` stands under the report's name; what matters of the run's `record` ends each page.
    """

    report: str
    labels: dict[str, str]
    facts: str
    record: dict[str, Any]

    def file(self, name: str) -> str:
        return "index.html" if name == next(iter(self.labels)) else f"{name}.html"

    def prepare(self) -> None:
        """Load what writing needs, ahead of the first page."""
        self._exporter.environment.get_template(self._exporter.template_file)

    def write(self, name: str, notebook, folder: Path) -> list[str]:
        """Write the page of an executed notebook and its tables into a folder.

        Returns the names of the tables' files. The notebook node is used up.
        """
        tables = _take(name, notebook, TABLE_MIME, "csv")
        charts = _take(name, notebook, CHART_MIME, "svg")
        for part, files in (("tables", tables), ("charts", charts)):
            for file, text in files.items():
                (folder / part).mkdir(exist_ok=True)
                (folder / part / file).write_text(text, encoding="utf-8", newline="")
        _shorten_printed(notebook)
        tags = [cell.metadata.get("tags", []) for cell in notebook.cells]
        notebook.cells = [c for c, own in zip(notebook.cells, tags) if LAB not in own]
        page = {
            "name": name,
            "report": self.report.translate(TURNING),
            "title": self.labels[name],
            "facts": self.facts.translate(TURNING),
            "record": self.record,
            "policy": POLICY,
            "script": SCRIPT,
            "sections": _mark_sections(notebook),
            "links": [
                {"file": self.file(other), "label": label, "here": other == name}
                for other, label in self.labels.items()
            ],
        }
        markup = self._markup(notebook, page)
        markup = LINK.sub(self._link, markup)
        if len(markup) > LARGE:
            markup = re.sub(r"<tr hidden>.*?</tr>", "", markup, flags=re.S)
        (folder / self.file(name)).write_text(markup, encoding="utf-8")
        return list(tables)

    def _markup(self, notebook, page: dict) -> str:
        """The page as HTML: by the template alone, as nbconvert's HTMLExporter would then parse it
        all and write it anew, in a third of the runner's time, for classes that it does not have.
        """
        from nbconvert.exporters import TemplateExporter

        return TemplateExporter.from_notebook_node(self._exporter, notebook, {"page": page})[0]

    def _link(self, found: re.Match) -> str:
        """A link to a table of a page of this report, its rows filtered; without the page, text."""
        hidden, page, table, row, text = found.groups()
        if page not in self.labels:
            return "" if hidden else text
        rows = f"={urllib.parse.quote(html.unescape(row))}" if row else ""
        kind = "cc-to" if hidden else "cc-row"
        return f'<a class="{kind}" href="{self.file(page)}#{page}_{table}{rows}">{text}</a>'

    @cached_property
    def _exporter(self):
        from nbconvert.exporters import HTMLExporter
        from traitlets.config import Config

        return HTMLExporter(
            template_name=TEMPLATE.name,
            extra_template_basedirs=[str(TEMPLATE.parent)],
            exclude_anchor_links=True,
            config=Config({"NbConvertBase": {"display_data_priority": FORMATS}}),
        )


def _take(page: str, notebook, kind: str, ending: str) -> dict[str, str]:
    """The content of files by their names, taken out of the outputs; a table links to its file."""
    files: dict[str, str] = {}
    for output in outputs(notebook):
        data = output.get("data", {}).pop(kind, None)
        if data is None:
            continue
        stem = f"{page}_{re.sub(r'[^a-z0-9_-]', '_', str(data['name']).lower())}"
        names = (f"{stem}.{ending}", *(f"{stem}_{number}.{ending}" for number in range(2, 1000)))
        file = next(name for name in names if name not in files)
        files[file] = data[ending]
        if kind == TABLE_MIME:
            link = f'<a download="" href="tables/{file}">{html.escape(file)}</a>'
            body, mark, note = output.data.get("text/html", "").rpartition('<p class="cc-note">')
            body = body.replace("<div ", f'<div id="{file[:-4]}" ', 1) + mark
            output.data["text/html"] = f"{body}{note.removesuffix('</p>')}; as CSV: {link}</p>"
    return files


def _shorten_printed(notebook) -> None:
    for output in outputs(notebook):
        if output.output_type == "stream" and len(output.text) > PRINTED:
            rest = len(output.text) - PRINTED
            output.text = f"{output.text[:PRINTED]}\n… and {rest:,} characters more"


def _mark_sections(notebook) -> list[dict[str, str]]:
    """Sections of a page: headings of the second level, of text and of what is shown, unfolded."""
    sections: list[dict[str, str]] = []
    for cell in notebook.cells:
        found = re.match(r"\s*## +(.+)", cell.source) if cell.cell_type == "markdown" else None
        if found:
            label = re.sub(r"[*_`]", "", found[1]).strip()
            slug = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")
            cell.metadata["section"] = f"{slug}-{len(sections) + 1}"
            sections.append({"id": cell.metadata["section"], "label": label})
        for own in map(own_metadata, cell.get("outputs", [])):
            if "section" in own and not own.get("folded"):
                sections.append({"id": own["id"], "label": own["section"]})
    titles = [c for c in notebook.cells if c.cell_type == "markdown" and c.source[:2] == "# "]
    if titles and len(sections) > CONTENTS:
        titles[0].metadata["contents"] = True
    return sections


def check_page(page: Path, notebook) -> str:
    """What is wrong with a page as it lies on the disk: empty if it is whole and fits its notebook.

    The page must end, have one title and one main part, show every figure of the notebook, and
    find every table that it links to. All text is escaped, so that a tag is one.
    """
    text = page.read_text(encoding="utf-8")
    tags = Counter(re.findall(r"<(main|title|img)\b", text))
    figures = sum("image/png" in output.get("data", {}) for output in outputs(notebook))
    if not text.rstrip().endswith("</html>"):
        return "its page breaks off"
    if tags["main"] != 1 or not tags["title"]:
        return "its page has no title or no content"
    if tags["img"] < figures:
        return f"its page shows {tags['img']} of {figures} figures"
    linked = re.findall(r'<a [^>]*href="(tables/[\w-]+\.csv)"', text)
    lost = [file for file in linked if not (page.parent / file).is_file()]
    return f"its page links to tables that are not there: {lost}" if lost else ""
