"""One run of a report: read the corpus, run and check notebooks, write and publish pages."""

from __future__ import annotations

import contextlib
import datetime
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crosscurrents.kept import (
    PREVIOUS,
    RECORD,
    RESULTS,
    STORE,
    is_same_corpus,
    last_good,
    read_record,
)
from crosscurrents.parameters import defaults_of, read_schema
from crosscurrents.report import publish
from crosscurrents.report.definitions import Definition
from crosscurrents.report.notebook import (
    Failure,
    find_failures,
    headline_of,
    last_started,
    number_of_cells,
    read_executed,
    warnings_of,
)
from crosscurrents.report.pages import Site, check_page, title_of
from crosscurrents.report.process import Process
from crosscurrents.report.reading import Reading, reading_of, variant
from crosscurrents.report.record import foot_of, names_of, page_notes, record_of

WORKERS = 2  # a third notebook at a time gains nothing on two cores, and memory is not free
WAIT = 0.05  # seconds between looks at whether a notebook is done


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
    """A report's last good run: its folder and record, and whether it was made just now.

    `before` are the files that the run before it left out.
    """

    folder: Path
    record: dict[str, Any]
    new: bool
    before: list[dict[str, str]] = field(default_factory=list)


def make_report(definition: Definition, *, quiet: bool = False, force: bool = False) -> Made:
    """Run the notebooks of a checked definition and publish them; see `run_report`."""
    run = Run(definition, quiet)
    corpus, out = definition.corpus, definition.out.resolve()
    with contextlib.ExitStack() as stack:
        before = publish.files_of(corpus, out)
        run.tell(f"report {definition.name}: reading the corpus")
        reading = stack.enter_context(reading_of(definition))
        stack.enter_context(publish.locked(definition.folder))
        run.look(reading)
        if not force and run.previous and run.is_nothing_new():
            return Made(run.previous, run.last, new=False)
        run.prepare(stack.enter_context(publish.work_folder(definition.folder)))
        try:
            run.notebooks()
        except BaseException as error:  # a signal, too, leaves what ran and a record
            ended = isinstance(error, (SystemExit, KeyboardInterrupt))
            run.failures.append(Failure("", "", "ended by a signal" if ended else str(error)))
            run.keep()
            raise
        if not run.failures:  # the next run is compared with the measures of the opening page
            first = next(iter(definition.parameters.values()))
            publish.keep_measures(reading.stores[variant(first)], run.pages)
        if changed := publish.changed_files(before, publish.files_of(corpus, out)):
            run.failures.append(Failure("", "", changed))
        if run.failures:
            raise ReportError(definition.name, run.failures, run.keep())
        folder = run.publish()
        return Made(folder, read_record(folder), new=True, before=left_out(run.last))


def left_out(record: dict[str, Any]) -> list[dict[str, str]]:
    """The files that a run did not read, each with doc_id, file and reason."""
    rows = record.get("corpus", {}).get("rejected", [])
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


@dataclass
class Run:
    """One run of a report: what it is given, and what has become of it so far.

    Raises ValueError where the folder of the report holds one on another corpus, or no link.
    """

    definition: Definition
    quiet: bool = False
    started: datetime.datetime = field(
        default_factory=lambda: datetime.datetime.fromtimestamp(int(time.time()), datetime.UTC)
    )
    clock: float = field(default_factory=time.monotonic)
    failures: list[Failure] = field(default_factory=list)
    record: dict[str, Any] = field(default_factory=dict)  # becomes run.json

    def __post_init__(self) -> None:
        definition = self.definition
        publish.check_latest(definition.folder)
        self.previous = last_good(definition.folder)
        self.last = read_record(self.previous) if self.previous else {}
        if self.last and not is_same_corpus(self.last, definition.identity):
            shown = self.last.get("corpus", {}).get("path", "")
            raise ValueError(
                f"report {definition.name!r} in {str(definition.folder)!r} is on another corpus "
                f"({shown!r}), not on {str(definition.corpus)!r}; give this one a name of its own "
                "(--name, or a table in reports.toml), or move that folder away if its corpus has "
                "moved here"
            )

    def tell(self, line: str) -> None:
        """Show progress, a line at a time, where somebody watches a terminal."""
        if not self.quiet and sys.stderr is not None and sys.stderr.isatty():
            with contextlib.suppress(OSError):
                print(line, file=sys.stderr, flush=True)

    def look(self, reading: Reading) -> None:
        """Record what the run is made from and with, and find the last good one."""
        folder, self.reading = self.definition.folder, reading
        self.names = names_of(self.definition)
        self.previous = last_good(folder)  # another run may have ended since
        self.last = read_record(self.previous) if self.previous else {}
        self.record = {
            "number": publish.next_number(folder),
            "started": self.started.isoformat(),
            "previous": self.previous.name if self.previous else "",
            **record_of(self.definition, reading.found, self.names),
        }

    def is_nothing_new(self) -> bool:
        """Whether the last good run was made from and with the very same."""
        return all(self.last.get(part) == self.record[part] for part in ("fingerprint", "title"))

    def prepare(self, work: Path) -> None:
        """Make what notebooks and pages need before the first one runs."""
        definition, found = self.definition, self.reading.found
        self.work, self.pages = work, work / "pages"
        (self.pages / "notebooks").mkdir(parents=True)
        (work / "results").mkdir()
        labels = {name: title_of(path) for name, path in definition.notebooks.items()}
        moment = f"{self.started.day} {self.started:%B %Y, %H:%M} UTC"
        title = definition.title or found["codebook_title"] or definition.name
        self.site = Site(title, labels, f"{found['size']} · {moment}", foot_of(self.record))

    def notebooks(self) -> None:
        """Run the notebooks, the longest first; check each and write its page while others run."""
        files = self.definition.notebooks
        waiting = sorted(files, key=lambda name: number_of_cells(files[name]))
        running: dict[str, Process] = {}
        with contextlib.ExitStack() as stack:
            while waiting or running:
                while waiting and len(running) < WORKERS:
                    name = waiting.pop()
                    self.tell(f"  running {name}")
                    running[name] = stack.enter_context(self.start(name))
                self.site.prepare()  # the first time, while notebooks start
                for name in [name for name, process in running.items() if process.has_ended()]:
                    process = running.pop(name)
                    notebook = self.check(name, process)
                    outcome = "finished" if notebook else "failed"
                    self.tell(f"  {name} {outcome} after {process.seconds:.0f} s")
                    if notebook and not self.failures:
                        self.write(name, notebook)
                time.sleep(WAIT)

    def executed(self, name: str) -> Path:
        """The file that papermill writes a notebook into."""
        return self.pages / "notebooks" / f"{name}.ipynb"

    def start(self, name: str) -> Process:
        """Start the process that runs one notebook."""
        definition, path = self.definition, self.definition.notebooks[name].resolve()
        parameters = definition.parameters[name]
        arguments = {
            "source": str(path),
            "target": str(self.executed(name)),
            "parameters": parameters,
            "folder": str(path.parent),
        }
        environment = {
            STORE: str(self.reading.stores[variant(parameters)]),
            PREVIOUS: str(self.previous.resolve()) if self.previous else "",
            RESULTS: str(self.work / "results"),
            "IPYTHONDIR": str(self.work / "ipython"),  # without a user's own start-up files
            "JUPYTER_PREFER_ENV_PATH": "1",  # nor a kernel of the same name in the home folder
        }
        return Process(
            "crosscurrents.report.notebook:execute",
            arguments,
            log=self.work / f"{name}.log",
            time_limit=definition.time_limit,
            memory_limit=definition.memory_limit,
            environment=environment,
        )

    def check(self, name: str, process: Process):
        """The executed notebook; None if anything is wrong with it, which is recorded."""
        notebook = None
        try:
            notebook = self._without_paths(self.executed(name))
            failures = find_failures(name, notebook)
        except Exception as error:  # an unfinished file can be broken in any way
            failures = [Failure(name, "", f"no executed notebook: {error}")]
        if not process.is_good and not (failures and failures[0].lines):
            place = last_started(notebook) if notebook else ""
            failures = [Failure(name, place, process.said())]
        self.record["notebooks"][name] |= {
            "seconds": process.seconds, "outcome": "failed" if failures else "good",
        }  # fmt: skip
        self.failures += failures
        return None if failures else notebook

    def _without_paths(self, file: Path):
        """An executed notebook; it shows the names of files instead of paths from now on."""
        import nbformat

        notebook = nbformat.from_dict(self.names.hide(read_executed(file)))
        nbformat.write(notebook, file)
        return notebook

    def write(self, name: str, notebook) -> None:
        """Write and check the page and the tables of a good notebook."""
        entry = self.record["notebooks"][name]
        entry |= {"page": self.site.file(name), "warnings": warnings_of(notebook)}
        self.record["headline"] = self.record.get("headline") or headline_of(notebook)
        notes = page_notes(self.definition.parameters[name], entry["seconds"])
        entry["tables"] = self.site.write(name, notebook, self.pages, notes)
        if wrong := check_page(self.pages / self.site.file(name), notebook):
            self.failures.append(Failure(name, "", wrong))

    def save(self) -> None:
        """Write run.json."""
        content = {
            "report": self.definition.name,
            "outcome": "failed" if self.failures else "good",
            **self.record,
            "failures": [str(failure) for failure in self.failures],
            "seconds": {"total": round(time.monotonic() - self.clock, 3)},
        }
        text = json.dumps(self.names.hide(content), indent=2, ensure_ascii=False) + "\n"
        (self.pages / RECORD).write_text(text, encoding="utf-8")

    def publish(self) -> Path:
        """Publish the pages; old runs go."""
        folder = self.definition.folder
        self.save()
        target = publish.publish(self.pages, folder, self.started)
        publish.prune(folder, self.definition.keep)
        publish.forget_measures(publish.runs(folder))
        return target

    def keep(self) -> Path | None:
        """Keep what ran of a failed run; None where that fails, too, as on a full disk."""
        try:
            self.save()
            kept = publish.keep_failed(self.pages, self.definition.folder, self.started)
            publish.prune(self.definition.folder, self.definition.keep)
        except OSError:
            return None
        return kept


def describe(definition: Definition) -> tuple[list[str], list[dict[str, str]]]:
    """What a run would read and do, in lines, and the files that it would leave out.

    Reads and measures the corpus, and writes nothing. Raises ValueError for all that would keep the
    run from starting.
    """
    run = Run(definition, quiet=True)
    with reading_of(definition) as reading:
        run.look(reading)
    corpus = run.record["corpus"]
    if run.previous is None:
        what = "would be run for the first time"
    elif run.is_nothing_new():
        what = f"nothing new since {run.previous.name}, would not be run"
    else:
        what = f"would be run, and compared with {run.previous.name}"
    lines = [
        f"report {definition.name!r}: {what}",
        f"  corpus {definition.corpus}: {corpus['documents']:,} documents, "
        f"{corpus['texts_at_hand']:,} texts available, {corpus['words']:,} words",
        f"  into {definition.folder}, the last {definition.keep} runs are kept",
        f"  a notebook may take {definition.time_limit:g} s "
        f"and {definition.memory_limit / 1e6:,.0f} MB",
    ]
    for name, path in definition.notebooks.items():
        defaults = defaults_of(read_schema(path))
        values = definition.parameters[name].items()
        own = [f"{k}={v!r}" for k, v in values if k != "corpus" and v != defaults.get(k)]
        lines.append(f"  {name}: {', '.join(own) or 'with its defaults'}")
    return lines, left_out(run.record)


def age(definition: Definition, now: float) -> float | None:
    """Seconds from the start of the last good run to `now`; None without one."""
    last = last_good(definition.folder)
    started = read_record(last).get("started") if last else ""
    return now - datetime.datetime.fromisoformat(started).timestamp() if started else None
