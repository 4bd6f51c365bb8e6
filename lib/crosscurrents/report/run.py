"""One run of a report: read the corpus, run and check notebooks, write and publish pages."""

from __future__ import annotations

import contextlib
import datetime
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crosscurrents.kept import PREVIOUS, RESULTS, STORE
from crosscurrents.report.checks import (
    Failure,
    check_page,
    code_cells,
    find_failures,
    headline_of,
    last_started,
    read_executed,
    warnings_of,
)
from crosscurrents.report.definition import PROJECT, Definition
from crosscurrents.report.files import changed_files, hash_files, stat_files
from crosscurrents.report.names import Names, names_of
from crosscurrents.report.pages import Site, title_of
from crosscurrents.report.processes import Program
from crosscurrents.report.publishing import (
    check_latest,
    forget_measures,
    keep_failed,
    keep_measures,
    locked,
    next_number,
    prune,
    publish,
    runs,
    work_folder,
)
from crosscurrents.report.reading import Reading, Variant, reading_of, variant
from crosscurrents.report.record import (
    file_sha256,
    fingerprint,
    foot_of,
    made_with,
    named_files,
    page_notes,
)
from crosscurrents.runs import RECORD, is_same_corpus, last_good, read_record

WORKERS = 2  # a third notebook at a time gains nothing on two cores, and memory is not free
WAIT = 0.05  # seconds between looks at whether a notebook is done
RUNS_A_NOTEBOOK = "crosscurrents.report.notebook"


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
    check_place(definition)
    run = Run(definition, quiet)
    with contextlib.ExitStack() as stack:
        before = stat_files(definition)
        with run.timed("corpus"):
            run.tell(f"report {definition.name}: reading the corpus")
            reading = stack.enter_context(reading_of(definition))
        stack.enter_context(locked(definition.folder))
        run.look(reading.found)
        if not force and run.previous and run.is_nothing_new():
            return Made(run.previous, run.last, new=False)
        work = stack.enter_context(work_folder(definition.folder))
        content = hash_files(before)
        run.prepare(reading, work)
        try:
            run.notebooks()
        except BaseException as error:  # a signal, too, leaves what ran and a record
            run.end_early(error)
            raise
        run.compare()
        run.failures += changed_files(before, content, definition)
        folder = run.publish()
        return Made(folder, read_record(folder), new=True, before=left_out(run.last))


def check_place(definition: Definition) -> None:
    """Raise ValueError where the folder of a report holds one on another corpus, or no link."""
    folder = definition.folder
    check_latest(folder)
    last = last_good(folder)
    record = read_record(last) if last else {}
    if record and not is_same_corpus(record, definition.identity):
        shown = record.get("corpus", {}).get("path", "")
        raise ValueError(
            f"report {definition.name!r} in {str(folder)!r} is on another corpus ({shown!r}), not "
            f"on {str(definition.corpus)!r}; give this one a name of its own (--name, or a table "
            "in reports.toml), or move that folder away if its corpus has moved here"
        )


def left_out(record: dict[str, Any]) -> list[dict[str, str]]:
    """The files that a run did not read, each with doc_id, file and reason."""
    rows = record.get("corpus", {}).get("rejected", [])
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


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
    last: dict[str, Any] = field(default_factory=dict)  # and its record

    @contextlib.contextmanager
    def timed(self, step: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.seconds[step] = round(time.monotonic() - start, 3)

    def tell(self, line: str) -> None:
        """Show progress, a line at a time, where somebody watches a terminal."""
        if not self.quiet and sys.stderr is not None and sys.stderr.isatty():
            with contextlib.suppress(OSError):
                print(line, file=sys.stderr, flush=True)

    def look(self, found: dict[str, Any]) -> None:
        """Record what the run is made from and with, and find the last good one."""
        definition, self.names = self.definition, names_of(self.definition)
        self.previous = last_good(definition.folder)
        self.last = read_record(self.previous) if self.previous else {}
        self.found = found
        parts = {part: found[part] for part in ("corpus", "codebook_sha256", "lexicons")}
        parts["corpus"] = {"path": self.names.of(definition.corpus), **parts["corpus"]}
        self.record = {
            "number": next_number(definition.folder),
            "started": self.started.isoformat(),
            "previous": self.previous.name if self.previous else "",
            "title": definition.title,
            "corpus_identity": definition.identity,
            "limits": {"seconds": definition.time_limit, "bytes": definition.memory_limit},
            **parts,
            "parameters": self.names.hide(_named(definition.parameters, self.names)),
            "files": named_files(definition.parameters, self.names),
            "notebooks": {
                name: {"file": self.names.of(path), "sha256": file_sha256(path)}
                for name, path in definition.notebooks.items()
            },
            **made_with(PROJECT),
        }
        self.record["fingerprint"] = fingerprint(self.record)

    def is_nothing_new(self) -> bool:
        """Whether the last good run was made from and with the very same."""
        return all(self.last.get(part) == self.record[part] for part in ("fingerprint", "title"))

    def prepare(self, reading: Reading, work: Path) -> None:
        """Store what notebooks need before the first one runs."""
        definition = self.definition
        self.work, self.pages = work.resolve(), work.resolve() / "pages"
        (self.pages / "notebooks").mkdir(parents=True)
        (self.work / "results").mkdir()
        self.stores = reading.store(self.work)
        labels = {name: title_of(path) for name, path in definition.notebooks.items()}
        facts = f"{reading.found['size']} · {_moment(self.started)}"
        title = definition.title or reading.found["codebook_title"] or definition.name
        self.site = Site(title, labels, facts, foot_of(self.record))

    def notebooks(self) -> None:
        """Run the notebooks, the longest first; check each and write its page while others run."""
        waiting = sorted(self.definition.notebooks, key=self._length)
        running: dict[str, Program] = {}
        with self.timed("notebooks and pages"), contextlib.ExitStack() as stack:
            while waiting or running:
                while waiting and len(running) < WORKERS:
                    name = waiting.pop()
                    self.tell(f"  running {name}")
                    running[name] = stack.enter_context(self.start(name))
                self.site.prepare()  # the first time, while notebooks start
                for name in [name for name, program in running.items() if program.has_ended()]:
                    program = running.pop(name)
                    notebook = self.check(name, program)
                    outcome = "finished" if notebook else "failed"
                    self.tell(f"  {name} {outcome} after {program.seconds:.0f} s")
                    if notebook:
                        self.write(name, notebook)
                time.sleep(WAIT)

    def _length(self, name: str) -> int:
        return code_cells(self.definition.notebooks[name])

    def start(self, name: str) -> Program:
        """Start the program that runs one notebook."""
        definition = self.definition
        path, parameters = definition.notebooks[name].resolve(), definition.parameters[name]
        order = {
            "input": str(path),
            "output": str(self.pages / "notebooks" / f"{name}.ipynb"),
            "parameters": parameters,
            "cwd": str(path.parent),
        }
        environment = {
            STORE: str(self.stores[variant(parameters)]),
            PREVIOUS: str(self.previous.resolve()) if self.previous else "",
            RESULTS: str(self.work / "results"),
            "IPYTHONDIR": str(self.work / "ipython"),  # without a user's own start-up files
            "JUPYTER_PREFER_ENV_PATH": "1",  # nor a kernel of the same name in the home folder
        }
        return Program(
            RUNS_A_NOTEBOOK,
            order,
            log=self.work / f"{name}.log",
            time_limit=definition.time_limit,
            memory_limit=definition.memory_limit,
            environment=environment,
        )

    def check(self, name: str, program: Program):
        """The executed notebook; None if anything is wrong with it, which is recorded."""
        notebook = None
        try:
            notebook = self._without_paths(self.pages / "notebooks" / f"{name}.ipynb")
            failures = find_failures(name, notebook)
        except Exception as error:  # an unfinished file can be broken in any way
            failures = [Failure(name, "", f"no executed notebook: {error}")]
        if (program.why or program.exit_code != 0) and not (failures and failures[0].lines):
            place = last_started(notebook) if notebook else ""
            ended = program.said() or f"its process ended with code {program.exit_code}"
            failures = [Failure(name, place, program.why or ended)]
        self.record["notebooks"][name] |= {
            "seconds": program.seconds, "outcome": "failed" if failures else "good",
        }  # fmt: skip
        self.failures += failures
        return None if failures else notebook

    def _without_paths(self, file: Path):
        """An executed notebook; it shows the names of files instead of paths from now on."""
        import nbformat

        names = self.names.hide(read_executed(file))
        notebook = nbformat.from_dict(names)
        nbformat.write(notebook, file)
        return notebook

    def write(self, name: str, notebook) -> None:
        """Write and check the page and the tables of a good notebook, as long as all is well."""
        if not self.failures:
            entry = self.record["notebooks"][name]
            entry |= {"page": self.site.file(name), "warnings": warnings_of(notebook)}
            self.record["headline"] = self.record.get("headline") or headline_of(notebook)
            notes = page_notes(self.definition.parameters[name], entry["seconds"])
            entry["tables"] = self.site.write(name, notebook, self.pages, notes)
            if wrong := check_page(self.pages / self.site.file(name), notebook):
                self.failures.append(Failure(name, "", wrong))

    def compare(self) -> None:
        """Keep what the next run is to be compared with: the measures of the opening page."""
        if not self.failures:
            first = next(iter(self.definition.parameters.values()))
            keep_measures(self.stores[variant(first)], self.pages)

    def publish(self) -> Path:
        """Publish the pages, or keep what there is of them and raise ReportError."""
        definition, text = self.definition, self._text()
        if self.failures:
            raise ReportError(definition.name, self.failures, self._keep(text))
        (self.pages / RECORD).write_text(text, encoding="utf-8")
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
        return json.dumps(self.names.hide(content), indent=2, ensure_ascii=False) + "\n"

    def _keep(self, record: str) -> Path | None:
        """Keep what ran of a failed run; None where that fails, too, as on a full disk."""
        try:
            (self.pages / RECORD).write_text(record, encoding="utf-8")
            kept = keep_failed(self.pages, self.definition.folder, self.started)
            prune(self.definition.folder, self.definition.keep)
        except OSError:
            return None
        return kept


def describe(definition: Definition) -> tuple[list[str], list[dict[str, str]]]:
    """What a run would read and do, in lines, and the files that it would leave out.

    Reads and measures the corpus, and writes nothing. Raises ValueError for all that would keep the
    run from starting.
    """
    from crosscurrents.parameters import read_parameters

    check_place(definition)
    run = Run(definition, quiet=True)
    with reading_of(definition) as reading:
        run.look(reading.found)
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
        defaults = read_parameters(path)
        values = definition.parameters[name].items()
        own = [f"{k}={v!r}" for k, v in values if k != "corpus" and v != defaults.get(k)]
        lines.append(f"  {name}: {', '.join(own) or 'with its defaults'}")
    return lines, left_out(run.record)


def age(definition: Definition, now: float) -> float | None:
    """Seconds from the start of the last good run to `now`; None without one."""
    last = last_good(definition.folder)
    started = read_record(last).get("started") if last else ""
    return now - datetime.datetime.fromisoformat(started).timestamp() if started else None


def _named(parameters: dict[str, dict[str, Any]], names: Names) -> dict[str, dict[str, Any]]:
    """Parameters with the shown names of the files that they name."""

    def shown(value: Any) -> Any:
        if isinstance(value, list):
            return [shown(part) for part in value]
        is_path = isinstance(value, str) and value and Path(value).is_absolute()
        return names.of(value) if is_path else value

    return {
        notebook: {key: shown(value) for key, value in values.items()}
        for notebook, values in parameters.items()
    }


def _moment(time: datetime.datetime) -> str:
    return f"{time.day} {time:%B %Y, %H:%M} UTC"
