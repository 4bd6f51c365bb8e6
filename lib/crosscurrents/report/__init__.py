"""Runs the notebooks of a report headless and publishes their pages, all of them or none."""

from __future__ import annotations

import contextlib
import datetime
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosscurrents.parameters import check_choices
from crosscurrents.report.definition import PROJECT, TIME_LIMIT, Definition, define_report
from crosscurrents.report.pages import (
    Failure,
    Site,
    find_failures,
    last_started,
    read_executed,
    title_of,
    warnings_of,
)
from crosscurrents.report.publishing import keep_failed, locked, publish, work_folder
from crosscurrents.report.record import file_sha256, foot_of, made_from, made_with
from crosscurrents.report.runner import Runner

if TYPE_CHECKING:  # loaded late: the runner starts first, and then both import side by side
    from crosscurrents.corpus import Corpus
    from crosscurrents.measures import Measures

WORKERS = 2  # a third notebook at a time gains nothing on two cores, and memory is not free


class ReportError(RuntimeError):
    """A report that could not be made; nothing was published. `failures` says why, `kept` where."""

    def __init__(self, name: str, failures: list[Failure], kept: Path) -> None:
        self.failures, self.kept = failures, kept
        lines = [f"report {name!r} failed, nothing was published"]
        lines += [f"  {failure}" for failure in failures]
        super().__init__("\n".join([*lines, f"  the notebooks as far as they ran: {kept}"]))


def run_report(
    corpus: str | Path,
    *,
    name: str | None = None,
    out: str | Path = "reports",
    notebooks: list[str] | None = None,
    parameters: dict[str, Any] | None = None,
    folder: str | Path | None = None,
    time_limit: float = TIME_LIMIT,
    quiet: bool = False,
) -> Path:
    """Run notebooks on a corpus and publish their pages, tables and record in a folder.

    The folder is `out/name/time`; `out/name/latest` then points to it. If anything goes wrong,
    nothing is published, and what was published before stays.

    Parameters
    ----------
    corpus
        A folder of documents, or a table file.
    name
        The report's name; by default that of the corpus.
    notebooks
        Names of notebooks; by default all in `folder`. The first becomes index.html.
    parameters
        Values by 'notebook.parameter', or by 'parameter' for all notebooks that have it; text is
        read as the parameter's type.
    folder
        Where the notebooks are; by default this project's.
    time_limit
        Seconds that one notebook may take.
    quiet
        Whether to do without a progress bar, as is done anyway where there is no terminal.

    Returns
    -------
    Path
        The folder of this run.

    Raises
    ------
    ValueError
        Bad input: found before any notebook runs.
    ReportError
        A notebook failed.
    ReportBusy
        Another run of this report is under way.
    """
    definition = define_report(
        corpus, name=name, out=out, notebooks=notebooks, parameters=parameters, folder=folder,
        time_limit=time_limit,
    )  # fmt: skip
    run = _Run(definition)
    with Runner() as runner:  # it imports what notebooks need while the corpus is read
        with run.timed("corpus"):
            corpora = _read_corpora(definition)
        with locked(definition.folder), work_folder(definition.folder) as work:
            run.begin(corpora, work)
            with run.timed("notebooks and pages"):
                runner.send(run.jobs(), WORKERS, definition.time_limit, work)
                run.site.prepare()
                for name, result in _follow(runner, definition, quiet):
                    run.finish(name, result)
            return run.end()


# What a notebook is given depends on these of its parameters: (codebook, chronology).
_Variant = tuple[str, bool]


def _variant(parameters: dict[str, Any]) -> _Variant:
    return parameters.get("codebook", ""), parameters.get("chronology", False)


def _read_corpora(definition: Definition) -> dict[_Variant, tuple[Corpus, Measures]]:
    """The corpus, measured once for each codebook and setting; all choices checked against it."""
    from crosscurrents.corpus import read_corpus
    from crosscurrents.measures import measure

    result = {}
    for codebook, chronology in dict.fromkeys(map(_variant, definition.parameters.values())):
        corpus = read_corpus(definition.corpus, chronology=chronology)
        result[codebook, chronology] = corpus, measure(corpus, codebook=codebook or None)
    mistakes = []
    for notebook, values in definition.parameters.items():
        try:
            _check_against(notebook, values, result[_variant(values)][1])
        except ValueError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ValueError("; ".join(dict.fromkeys(mistakes)))
    return result


def _check_against(notebook: str, values: dict[str, Any], measures: Measures) -> None:
    book = measures.record["codebook"]
    choices = {
        "source": sorted(measures.documents["source"].unique()),
        "theme": sorted(book["themes"]),
        "scale": sorted(book["scales"]),
    }
    check_choices(notebook, values, choices)
    left = _selected(measures, values).documents["source"].unique()
    check_choices(notebook, {**values, "sources": []}, {**choices, "source": sorted(left)})


def _selected(measures: Measures, parameters: dict[str, Any]) -> Measures:
    names = ("sources", "since", "until")
    given = {name: parameters[name] for name in names if parameters.get(name)}
    return measures.select(**given) if given else measures


@dataclass
class _Run:
    """One run of a report: what it is given, and what has become of it so far."""

    definition: Definition
    started: datetime.datetime = field(
        default_factory=lambda: datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    )
    clock: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    record: dict[str, Any] = field(default_factory=dict)  # becomes run.json
    stores: dict[_Variant, Path] = field(default_factory=dict)  # of measures

    @contextlib.contextmanager
    def timed(self, step: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.seconds[step] = round(time.monotonic() - start, 3)

    def begin(self, corpora: dict[_Variant, tuple[Corpus, Measures]], work: Path) -> None:
        """Put down what is known before the first notebook runs."""
        definition = self.definition
        self.work, self.pages = work.resolve(), work.resolve() / "pages"
        (self.pages / "notebooks").mkdir(parents=True)
        for number, (variant, (_, measures)) in enumerate(corpora.items()):
            self.stores[variant] = measures.save(self.work / f"measures{number}")
        first = next(iter(definition.parameters.values()))
        corpus, measures = corpora[_variant(first)]
        self.record = {
            "started": self.started.isoformat(),
            **made_from(corpus, measures),
            "parameters": definition.parameters,
            "notebooks": {n: {"sha256": file_sha256(p)} for n, p in definition.notebooks.items()},
            **made_with(PROJECT),
        }
        labels = {name: title_of(path) for name, path in definition.notebooks.items()}
        facts = f"{_size(_selected(measures, first))} · {_moment(self.started)}"
        title = measures.record["codebook"].get("title") or definition.name
        self.site = Site(title, labels, facts, foot_of(self.record))

    def jobs(self) -> list[dict[str, Any]]:
        """What the runner is to run, the longest notebooks first."""
        from crosscurrents.measures import STORE

        notebooks = sorted(self.definition.notebooks.items(), key=lambda n: -_code_cells(n[1]))
        return [
            {
                "name": name,
                "input": str(path.resolve()),
                "output": str(self.pages / "notebooks" / f"{name}.ipynb"),
                "log": str(self.work / f"{name}.log"),
                "parameters": self.definition.parameters[name],
                "cwd": str(path.resolve().parent),
                "environment": {
                    STORE: str(self.stores[_variant(self.definition.parameters[name])])
                },
            }
            for name, path in notebooks
        ]

    def finish(self, name: str, result: dict[str, Any]) -> None:
        """Check an executed notebook and, as long as all is well, write its page."""
        entry = self.record["notebooks"][name]
        try:
            notebook = read_executed(self.pages / "notebooks" / f"{name}.ipynb")
            failures = find_failures(name, notebook)
        except Exception as error:  # an unfinished file can be broken in any way
            notebook, failures = None, [Failure(name, "", f"no executed notebook: {error}")]
        if result["exitcode"] != 0 and not (failures and failures[0].lines):
            place = last_started(notebook) if notebook else ""
            failures = [Failure(name, place, self._why_it_ended(name, result["exitcode"]))]
        entry |= {"seconds": result["seconds"], "outcome": "failed" if failures else "good"}
        self.failures += failures
        if not self.failures:
            entry |= {"page": self.site.file(name), "warnings": warnings_of(notebook)}
            entry["tables"] = self.site.write(name, notebook, self.pages)

    def _why_it_ended(self, name: str, exitcode: int | None) -> str:
        if exitcode is None:
            return f"took longer than {self.definition.time_limit:g} s"
        log = self.work / f"{name}.log"
        said = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
        return (said.strip().splitlines() or [f"its process ended with code {exitcode}"])[-1]

    def end(self) -> Path:
        """Publish the pages, or keep what there is of them and raise ReportError."""
        definition = self.definition
        self.seconds["total"] = round(time.monotonic() - self.clock, 3)
        content = {
            "report": definition.name,
            "outcome": "failed" if self.failures else "good",
            **self.record,
            "failures": [str(failure) for failure in self.failures],
            "seconds": self.seconds,
        }
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        (self.pages / "run.json").write_text(text, encoding="utf-8")
        if self.failures:
            kept = keep_failed(self.pages, definition.folder, self.started)
            raise ReportError(definition.name, self.failures, kept)
        return publish(self.pages, definition.folder, self.started)


def _follow(runner: Runner, definition: Definition, quiet: bool) -> Iterator[tuple[str, dict]]:
    """Show progress; yield the name and result of each notebook as it ends."""
    from tqdm import tqdm

    total, done = len(definition.notebooks), 0
    bar = tqdm(
        total=sum(_code_cells(path) + 1 for path in definition.notebooks.values()),  # parameters
        leave=False, disable=quiet or None, bar_format="{desc} |{bar}| {elapsed}",
    )  # fmt: skip
    with bar:
        for event in runner.events():
            bar.set_description(f"{definition.name}: {done} of {total} notebooks", refresh=False)
            bar.update()
            if "notebook" in event:
                done += 1
                yield event["notebook"], event


def _code_cells(path: Path) -> int:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return sum(cell["cell_type"] == "code" and bool(cell["source"]) for cell in cells)


def _size(measures: Measures) -> str:
    documents = measures.documents
    counts = {"document": len(documents), "source": documents["source"].nunique()}
    named = [f"{n:,} {noun}{'s' * (n != 1)}" for noun, n in counts.items()]
    return f"{' from '.join(named)}, {int(documents['words'].sum()):,} words"


def _moment(time: datetime.datetime) -> str:
    return f"{time.day} {time:%B %Y, %H:%M} UTC"
