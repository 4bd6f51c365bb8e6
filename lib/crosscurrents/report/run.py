"""One run of a report: prepare, run and check its notebooks, write its pages, publish them."""

from __future__ import annotations

import contextlib
import datetime
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosscurrents.kept import PREVIOUS, STORE
from crosscurrents.report.checks import (
    Failure,
    check_page,
    find_failures,
    last_started,
    read_executed,
    warnings_of,
)
from crosscurrents.report.corpora import (
    Corpora,
    Variant,
    changed_files,
    files_of,
    read_corpora,
    selected,
    variant,
)
from crosscurrents.report.definition import PROJECT, Definition
from crosscurrents.report.pages import Site, title_of
from crosscurrents.report.publishing import (
    forget_measures,
    keep_failed,
    keep_measures,
    last_good,
    locked,
    next_number,
    prune,
    publish,
    read_record,
    runs,
    work_folder,
)
from crosscurrents.report.record import (
    file_sha256,
    fingerprint,
    foot_of,
    made_from,
    made_with,
    named_files,
    page_notes,
)
from crosscurrents.report.runner import Runner, code_cells, follow

if TYPE_CHECKING:
    from crosscurrents.measures import Measures

WORKERS = 2  # a third notebook at a time gains nothing on two cores, and memory is not free


class ReportError(RuntimeError):
    """A report that could not be made; nothing was published. `failures` says why, `kept` where."""

    def __init__(self, name: str, failures: list[Failure], kept: Path | None) -> None:
        self.failures, self.kept = failures, kept
        lines = [f"report {name!r} failed, nothing was published"]
        lines += [f"  {failure}" for failure in failures]
        where = f": {kept}" if kept else " could not be kept"
        super().__init__("\n".join([*lines, f"  the notebooks as far as they ran{where}"]))


@dataclass(frozen=True)
class Made:
    """A report's last good run: its folder, and whether it was made just now."""

    folder: Path
    new: bool


def make_report(definition: Definition, *, quiet: bool = False, force: bool = False) -> Made:
    """Run the notebooks of a checked definition and publish them; see `run_report`."""
    run = Run(definition, quiet)
    with contextlib.ExitStack() as stack:
        runner = None
        if force or last_good(definition.folder) is None:  # else there may be nothing to do
            runner = stack.enter_context(Runner())  # imports while the corpus is read
        before = files_of(definition)
        with run.timed("corpus"):
            corpora = read_corpora(definition)
        stack.enter_context(locked(definition.folder))
        run.look(corpora)
        if not force and run.previous and run.is_nothing_new():
            return Made(run.previous, new=False)
        runner = runner or stack.enter_context(Runner())
        work = stack.enter_context(work_folder(definition.folder))
        stack.callback(runner.stop)  # before its folder and the lock go
        run.prepare(corpora, work)
        try:
            run.notebooks(runner)
        except BaseException as error:  # a signal, too, leaves what ran and a record
            runner.stop()
            run.end_early(error)
            raise
        run.compare()
        run.failures += changed_files(before, definition)
        return Made(run.publish(), new=True)


@dataclass
class Run:
    """One run of a report: what it is given, and what has become of it so far."""

    definition: Definition
    quiet: bool = False
    started: datetime.datetime = field(
        default_factory=lambda: datetime.datetime.fromtimestamp(int(time.time()), datetime.UTC)
    )
    clock: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    record: dict[str, Any] = field(default_factory=dict)  # becomes run.json
    stores: dict[Variant, Path] = field(default_factory=dict)  # of measures
    previous: Path | None = None  # the last good run

    @contextlib.contextmanager
    def timed(self, step: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.seconds[step] = round(time.monotonic() - start, 3)

    def look(self, corpora: Corpora) -> None:
        """Put down what is run with what, and what was published last."""
        definition = self.definition
        self.previous = last_good(definition.folder)
        corpus, measures = corpora[self._opening()]
        self.record = {
            "number": next_number(definition.folder),
            "started": self.started.isoformat(),
            "previous": self.previous.name if self.previous else "",
            "title": definition.title,
            **made_from(corpus, measures),
            "parameters": definition.parameters,
            "files": named_files(definition.parameters),
            "notebooks": {
                name: {"file": str(path.resolve()), "sha256": file_sha256(path)}
                for name, path in definition.notebooks.items()
            },
            **made_with(PROJECT),
        }
        self.record["fingerprint"] = fingerprint(self.record)

    def is_nothing_new(self) -> bool:
        """Whether the last good run was made from and with the very same."""
        last = read_record(self.previous)
        return all(last.get(part) == self.record[part] for part in ("fingerprint", "title"))

    def prepare(self, corpora: Corpora, work: Path) -> None:
        """Store what notebooks need before the first one runs."""
        definition = self.definition
        self.work, self.pages = work.resolve(), work.resolve() / "pages"
        (self.pages / "notebooks").mkdir(parents=True)
        for number, (name, (_, measures)) in enumerate(corpora.items()):
            self.stores[name] = measures.save(self.work / f"measures{number}")
        first = next(iter(definition.parameters.values()))
        measures = corpora[self._opening()][1]
        labels = {name: title_of(path) for name, path in definition.notebooks.items()}
        facts = f"{_size(selected(measures, first))} · {_moment(self.started)}"
        title = definition.title or measures.record["codebook"].get("title") or definition.name
        self.site = Site(title, labels, facts, foot_of(self.record))

    def _opening(self) -> Variant:
        return variant(next(iter(self.definition.parameters.values())))

    def notebooks(self, runner: Runner) -> None:
        """Run the notebooks, the longest first; check each and write its page while others run."""
        books = sorted(self.definition.notebooks.items(), key=lambda n: -code_cells(n[1]))
        jobs = [
            {
                "name": name,
                "input": str(path.resolve()),
                "output": str(self.pages / "notebooks" / f"{name}.ipynb"),
                "log": str(self.work / f"{name}.log"),
                "parameters": self.definition.parameters[name],
                "cwd": str(path.resolve().parent),
                "environment": {
                    STORE: str(self.stores[variant(self.definition.parameters[name])]),
                    PREVIOUS: str(self.previous.resolve()) if self.previous else "",
                },
            }
            for name, path in books
        ]
        limits = self.definition.time_limit, self.definition.memory_limit
        with self.timed("notebooks and pages"):
            runner.send(jobs, WORKERS, *limits, self.work)
            self.site.prepare()
            for event in follow(runner, self.definition, self.quiet):
                if notebook := self.check(event["notebook"], event):
                    self.write(event["notebook"], notebook)

    def check(self, name: str, result: dict[str, Any]):
        """The executed notebook; None if anything is wrong with it, which is put down."""
        notebook = None
        try:
            notebook = read_executed(self.pages / "notebooks" / f"{name}.ipynb")
            failures = find_failures(name, notebook)
        except Exception as error:  # an unfinished file can be broken in any way
            failures = [Failure(name, "", f"no executed notebook: {error}")]
        if result["exitcode"] != 0 and not (failures and failures[0].lines):
            place = last_started(notebook) if notebook else ""
            failures = [Failure(name, place, self._why_it_ended(name, result))]
        self.record["notebooks"][name] |= {
            "seconds": result["seconds"], "outcome": "failed" if failures else "good",
        }  # fmt: skip
        self.failures += failures
        return None if failures else notebook

    def write(self, name: str, notebook) -> None:
        """Write and check the page and the tables of a good notebook, as long as all is well."""
        if not self.failures:
            entry = self.record["notebooks"][name]
            entry |= {"page": self.site.file(name), "warnings": warnings_of(notebook)}
            notes = page_notes(self.definition.parameters[name], entry["seconds"])
            entry["tables"] = self.site.write(name, notebook, self.pages, notes)
            if wrong := check_page(self.pages / self.site.file(name), notebook):
                self.failures.append(Failure(name, "", wrong))

    def compare(self) -> None:
        """Keep what the next run is to be compared with: the measures of the opening page."""
        if not self.failures:
            keep_measures(self.stores[self._opening()], self.pages)

    def publish(self) -> Path:
        """Publish the pages, or keep what there is of them and raise ReportError."""
        definition, text = self.definition, self._text()
        if self.failures:
            raise ReportError(definition.name, self.failures, self._keep(text))
        (self.pages / "run.json").write_text(text, encoding="utf-8")
        target = publish(self.pages, definition.folder, self.started)
        prune(definition.folder, definition.keep)
        forget_measures(runs(definition.folder))
        return target

    def end_early(self, error: BaseException) -> None:
        """Keep what ran of a run that an error or a signal has ended."""
        ended = isinstance(error, (SystemExit, KeyboardInterrupt))
        self.failures.append(Failure("", "", "ended by a signal" if ended else str(error)))
        self._keep(self._text())

    def _text(self) -> str:
        """What becomes run.json."""
        self.seconds["total"] = round(time.monotonic() - self.clock, 3)
        content = {
            "report": self.definition.name,
            "outcome": "failed" if self.failures else "good",
            **self.record,
            "failures": [str(failure) for failure in self.failures],
            "seconds": self.seconds,
        }
        return json.dumps(content, indent=2, ensure_ascii=False) + "\n"

    def _keep(self, record: str) -> Path | None:
        """Keep what ran of a failed run; None where that fails, too, as on a full disk."""
        try:
            (self.pages / "run.json").write_text(record, encoding="utf-8")
            kept = keep_failed(self.pages, self.definition.folder, self.started)
            prune(self.definition.folder, self.definition.keep)
        except OSError:
            return None
        return kept

    def _why_it_ended(self, name: str, result: dict[str, Any]) -> str:
        log = self.work / f"{name}.log"
        said = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ""
        lines = [
            *said.strip().splitlines()[-1:],
            f"its process ended with code {result['exitcode']}",
        ]
        return result["why"] or result.get("error") or lines[0]


def _size(measures: Measures) -> str:
    documents = measures.documents
    counts = {"document": len(documents), "source": documents["source"].nunique()}
    named = [f"{n:,} {noun}{'s' * (n != 1)}" for noun, n in counts.items()]
    return f"{' from '.join(named)}, {int(documents['words'].sum()):,} words"


def _moment(time: datetime.datetime) -> str:
    return f"{time.day} {time:%B %Y, %H:%M} UTC"
