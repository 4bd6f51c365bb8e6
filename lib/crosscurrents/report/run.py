"""One run of a report: read the corpus, run and check notebooks, write and publish pages.

The corpus is read and measured in a process of its own with the memory limit: one that is far
larger than it looks cannot take the memory of the machine then. All that parameters name is
checked against it.
"""

from __future__ import annotations

import contextlib
import datetime
import importlib
import json
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosscurrents import storage
from crosscurrents.parameters import check_choices, choices_of, one_message, read_schema
from crosscurrents.process import Process
from crosscurrents.report import pages, publish
from crosscurrents.report.definitions import WORKERS, Definition, define_report
from crosscurrents.writing import counted

if TYPE_CHECKING:
    from crosscurrents.corpus import Corpus
    from crosscurrents.measures import Measures

WAIT = 0.02  # seconds between looks at whether a process is done


def read_and_measure(
    corpus: str, parameters: dict[str, dict[str, Any]], place: str
) -> dict[str, Any]:
    """In the process: write the measures into a folder; give what was found, and warnings.

    It is measured as the opening page asks for; a page with another codebook measures for itself.
    """
    from crosscurrents.corpus import read_corpus
    from crosscurrents.measures import measure

    first = next(iter(parameters.values()))
    with warnings.catch_warnings(record=True) as said:
        texts = read_corpus(corpus, chronology=first.get("chronology", False))
        measures = measure(texts, codebook=first.get("codebook") or None)
        _check(texts, measures, parameters)
        measures = _with_tone(texts, measures, parameters)
        measures.save(Path(place, "measures"))
        measures.save(Path(place, "kept"), phrases=False)
        found = _found(texts, measures, first)
    return found | {"warnings": list(dict.fromkeys(str(warning.message) for warning in said))}


def _check(corpus: Corpus, measures: Measures, parameters: dict[str, dict[str, Any]]) -> None:
    """Raise ValueError for all parameters that name what the corpus does not hold."""
    from crosscurrents.corpus.files import user_columns

    mistakes = []
    for notebook, values in parameters.items():
        try:
            choices = choices_of(corpus, measures, values)
            check_choices(notebook, values, choices)
            documents = _selected(measures, values).documents
            left = sorted(documents["source"].unique())
            more = {"target": left, "reference": left, "by": user_columns(documents)}
            check_choices(notebook, values, choices | more)
        except ValueError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ValueError(one_message(mistakes))


def _with_tone(
    corpus: Corpus, measures: Measures, parameters: dict[str, dict[str, Any]]
) -> Measures:
    """The measures with the tone that the first page asks for that has a lexicon."""
    from crosscurrents.measures.tone import measure_tone

    for values in parameters.values():
        if "lexicon" in values:
            lists = {name: values.get(name) or None for name in ("topic_words", "targets")}
            return measure_tone(corpus, measures, lexicons=[values["lexicon"]], **lists)
    return measures


def _selected(measures: Measures, parameters: dict[str, Any]) -> Measures:
    """The part of the measures that a notebook with these parameters looks at."""
    names = ("sources", "since", "until")
    given = {name: parameters[name] for name in names if parameters.get(name)}
    return measures.select(**given) if given else measures


def _found(corpus: Corpus, measures: Measures, first: dict[str, Any]) -> dict[str, Any]:
    """What `Run.found` says; `first` are the parameters of the opening page."""
    from crosscurrents.lexicon import lexicon_hashes

    documents, book = _selected(measures, first).documents, measures.record["codebook"]
    articles = counted(len(documents), "document")
    sources = counted(documents["source"].nunique(), "source")
    return {
        "corpus": {
            "sha256": publish.corpus_sha256(corpus.documents),
            "documents": len(corpus.documents),
            "texts_at_hand": int(corpus.documents["at_hand"].sum()),
            "words": int(measures.documents["words"].sum()),
            "rejected": corpus.rejected.to_dict("records"),
            "files": _files_beside(corpus),
        },
        "codebook_sha256": book["sha256"],
        "lexicons": lexicon_hashes(),
        "size": f"{articles} from {sources}, {documents['words'].sum():,} words",
        "codebook_title": book.get("title", ""),
    }


def _files_beside(corpus: Corpus) -> dict[str, str]:
    """Hashes of the files of a corpus folder that are none of its documents: lists, codebook."""
    if corpus.path is None or not corpus.path.is_dir():
        return {}
    stored = corpus.path / storage.MEASURES / "record.json"
    texts = {*corpus.documents["file"], *corpus.rejected["file"]}
    files = [f for f in sorted(corpus.path.iterdir()) if f.name not in texts]
    files = [f for f in [*files, stored] if f.is_file() and not f.name.startswith(".")]
    return {f.relative_to(corpus.path).as_posix(): storage.file_sha256(f) for f in files}


class ReportError(RuntimeError):
    """A report that could not be made; nothing was published. `failures` says why, `kept` where."""

    def __init__(self, name: str, failures: list[pages.Failure], kept: Path | None) -> None:
        self.failures, self.kept = failures, kept
        lines = [f"report {name!r} failed, nothing was published"]
        lines += [f"  {failure}" for failure in failures]
        where = f": {kept}" if kept else " could not be kept"
        super().__init__("\n".join([*lines, f"  the notebooks as far as they ran{where}"]))


def make_report(definition: Definition, *, quiet: bool = False, force: bool = False) -> Run:
    """Run the notebooks of a checked definition and publish them; as `run_report` does.

    The run that is returned has the folder and the record of the last good one, which it is itself
    if `is_new`.
    """
    run = Run(definition, quiet)
    files = definition.corpus, definition.out.resolve()
    before = publish.files_of(*files)
    run.tell(f"report {definition.name}: reading the corpus")
    with run.stack, run.reading(run.prepare), publish.locked(definition.folder):
        run.look()
        if run.is_nothing_new() and not force:
            run.folder, run.record = run.previous, run.last
            return run
        with publish.work_folder(definition.folder) as work:
            try:
                run.notebooks(work)
            except BaseException as error:  # a signal, too, leaves what ran and a record
                ended = isinstance(error, (SystemExit, KeyboardInterrupt))
                run.failures.append(
                    pages.Failure("", "", "ended by a signal" if ended else str(error))
                )
                run.keep()
                raise
            if not run.failures:
                shutil.move(run.store.with_name("kept"), run.pages / storage.MEASURES)
            if changed := publish.changed_files(before, publish.files_of(*files)):
                run.failures.append(pages.Failure("", "", changed))
            if run.failures:
                raise ReportError(definition.name, run.failures, run.keep())
            run.folder, run.is_new = run.publish(), True
    run.record = storage.read_record(run.folder)
    return run


def run_report(
    corpus: str | Path, *, quiet: bool = False, force: bool = False, **definition
) -> Path:
    """Run notebooks on a corpus and publish their pages, tables and record in a folder.

    The folder is `out/name/time`; `out/name/latest` then points to it. If anything goes wrong,
    nothing is published, and what was published before stays. If corpus, codebook,
    parameters, notebooks and code are as in the last good run, nothing is run.

    Parameters
    ----------
    corpus : str or Path
        A folder of documents, or a table file.
    name : str
        The report's name; by default the name of the corpus.
    out : str or Path
        The folder of all reports, by default "reports".
    notebooks : list of str
        Names of notebooks; by default all in `folder`. The first becomes index.html.
    parameters : dict
        Values by 'notebook.parameter', or by 'parameter' for all notebooks that have it; text is
        read as the parameter's type.
    folder : str or Path
        Where the notebooks are; by default this project's.
    title : str
        The report's title; by default the title of the codebook, or the name.
    keep : int
        Runs to keep, good and failed ones each, by default 30; the last good one always stays.
    time_limit : float
        Seconds that one notebook may take, by default 600.
    memory_limit : int
        Bytes that it may hold, with all that it starts, by default 4 GB.
    quiet : bool
        Whether to say nothing of the progress, as anyway where there is no terminal.
    force : bool
        Whether to run even if nothing is new.

    Returns
    -------
    Path
        The folder of this run, or of the last good one if nothing is new.

    Raises
    ------
    ValueError
        Bad input, found before any notebook runs; a report of this name on another corpus.
    ReportError
        A notebook failed.
    ReportBusy
        Another run of this report is under way.
    """
    return make_report(define_report(corpus, **definition), quiet=quiet, force=force).folder


def left_out(record: dict[str, Any]) -> list[dict[str, str]]:
    """The files that a run did not read, each with doc_id, file and reason."""
    return record.get("corpus", {}).get("rejected", [])


class Run:
    """One run of a report: its definition, and its state.

    `found` has corpus, codebook_sha256 and lexicons as a record has them, size (documents, sources
    and words in a line), and codebook_title; `store` is the folder of the measures, and beside it
    is "kept", the part that the next run is compared with; `record` becomes run.json.

    Raises ValueError where the folder of the report holds one on another corpus, or no link.
    """

    def __init__(self, definition: Definition, quiet: bool = False) -> None:
        self.definition, self.quiet, self.clock = definition, quiet, time.monotonic()
        self.started = datetime.datetime.fromtimestamp(int(time.time()), datetime.UTC)
        self.failures: list[pages.Failure] = []
        self.stack = contextlib.ExitStack()
        self.idle: list[Process] = []  # processes that wait for a notebook
        self.is_new = False
        publish.check_latest(definition.folder)
        self._find_previous()
        if self.last and not storage.is_same_corpus(self.last, definition.identity):
            shown = self.last.get("corpus", {}).get("path", "")
            raise ValueError(
                f"report {definition.name!r} in {str(definition.folder)!r} is on another corpus "
                f"({shown!r}), not on {str(definition.corpus)!r}; give this one a name of its own "
                "(--name, or a table in reports.toml), or move that folder away if its corpus has "
                "moved here"
            )

    @contextlib.contextmanager
    def reading(self, meanwhile: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Read and measure the corpus; the measures are stored as long as the context.

        `meanwhile` is called while a core is free. Raises ValueError for a corpus or codebook that
        cannot be read, in one message for all parameters that name what is not there, and if it
        takes too much memory.
        """
        corpus, parameters = str(self.definition.corpus.absolute()), self.definition.parameters
        with tempfile.TemporaryDirectory(prefix="crosscurrents-") as place:
            arguments = {"corpus": corpus, "parameters": parameters, "place": place}
            with Process(self.definition.memory_limit) as process:
                where = {storage.PREVIOUS: self._place_of_previous()}
                process.call(f"{__name__}:read_and_measure", arguments, environment=where)
                meanwhile()
                try:
                    self.found = process.result()
                except RuntimeError as error:
                    if process.why:
                        why = f"reading the corpus {process.why}; see memory_limit"
                        raise ValueError(why) from None
                    raise RuntimeError(f"reading the corpus ended early: {error}") from None
            for text in self.found.pop("warnings"):
                warnings.warn(text, stacklevel=4)
            self.store = Path(place, "measures")
            yield

    def _find_previous(self) -> None:
        self.previous = storage.last_good(self.definition.folder)
        self.last = storage.read_record(self.previous) if self.previous else {}

    def _place_of_previous(self) -> str:
        return str(self.previous.resolve()) if self.previous else ""

    def tell(self, line: str) -> None:
        """Show progress, a line at a time, where somebody watches a terminal."""
        if not self.quiet and sys.stderr is not None and sys.stderr.isatty():
            with contextlib.suppress(OSError):
                print(line, file=sys.stderr, flush=True)

    def look(self) -> None:
        """Record what the run is made from and with, and find the last good one."""
        self.names = publish.names_of(self.definition)
        self._find_previous()  # another run may have ended since
        self.record = {
            "number": publish.next_number(self.definition.folder),
            "started": self.started.isoformat(),
            "previous": self.previous.name if self.previous else "",
            **publish.record_of(self.definition, self.found, self.names),
        }

    def is_nothing_new(self) -> bool:
        """Whether the last good run was made from and with the very same."""
        same = (self.last.get(part) == self.record[part] for part in ("fingerprint", "title"))
        return bool(self.last) and all(same)

    def prepare(self) -> None:
        """Load what pages need, and start the processes that run notebooks."""
        importlib.import_module("nbconvert")
        number = min(WORKERS, len(self.definition.notebooks))
        self.idle = [self.new_process() for _ in range(number)]

    def new_process(self) -> Process:
        """A process that runs notebooks, one after another."""
        return self.stack.enter_context(Process(self.definition.memory_limit, load="papermill"))

    def notebooks(self, work: Path) -> None:
        """Run the notebooks, the largest first; check each and write its page while others run."""
        definition, found = self.definition, self.found
        self.work, self.pages = work, work / "pages"
        (self.pages / "notebooks").mkdir(parents=True)
        (work / "results").mkdir()
        labels = {name: pages.title_of(path) for name, path in definition.notebooks.items()}
        moment = f"{self.started.day} {self.started:%B %Y, %H:%M} UTC"
        title = definition.title or found["codebook_title"] or definition.name
        site = pages.Site(title, labels, f"{found['size']} · {moment}", self.record)
        sizes = {name: path.stat().st_size for name, path in definition.notebooks.items()}
        waiting, running = sorted(sizes, key=sizes.get), {}
        while waiting or running:
            while waiting and len(running) < WORKERS:
                name = waiting.pop()
                self.tell(f"  running {name}")
                running[name] = self.idle.pop() if self.idle else self.new_process()
                self.start(name, running[name])
            site.prepare()  # the first time, while notebooks start
            for name in [name for name, process in running.items() if process.has_ended()]:
                process = running.pop(name)
                notebook = self.check(name, process)
                outcome = "finished" if notebook else "failed"
                self.tell(f"  {name} {outcome} after {process.seconds:.0f} s")
                if process.is_alive:
                    self.idle.append(process)
                if notebook and not self.failures:
                    self.write(site, name, notebook)
            time.sleep(WAIT)

    def executed(self, name: str) -> Path:
        """The file that papermill writes a notebook into."""
        return self.pages / "notebooks" / f"{name}.ipynb"

    def start(self, name: str, process: Process) -> None:
        """Let a process run a notebook."""
        path = self.definition.notebooks[name].resolve()
        arguments = {
            "source": str(path),
            "target": str(self.executed(name)),
            "parameters": self.definition.parameters[name],
            "folder": str(path.parent),
        }
        environment = {
            storage.STORE: str(self.store),
            storage.PREVIOUS: self._place_of_previous(),
            storage.RESULTS: str(self.work / "results"),
            "IPYTHONDIR": str(self.work / "ipython"),  # without a user's own start-up files
            "JUPYTER_PREFER_ENV_PATH": "1",  # nor a kernel of the same name in the home folder
        }
        process.call(
            "crosscurrents.report.pages:execute", arguments,
            time_limit=self.definition.time_limit, environment=environment,
        )  # fmt: skip

    def check(self, name: str, process: Process):
        """The executed notebook; None if anything is wrong with it, which is recorded."""
        import nbformat

        notebook = None
        try:  # it shows the names of files instead of paths from now on
            notebook = nbformat.from_dict(self.names.hide(pages.read_executed(self.executed(name))))
            nbformat.write(notebook, self.executed(name))
            failures = pages.find_failures(name, notebook)
        except Exception as error:  # an unfinished file can be broken in any way
            failures = [pages.Failure(name, "", f"no executed notebook: {error}")]
        if not process.is_good and not (failures and failures[0].lines):
            place = pages.last_started(notebook) if notebook else ""
            failures = [pages.Failure(name, place, process.said())]
        self.record["notebooks"][name] |= {
            "seconds": process.seconds, "outcome": "failed" if failures else "good",
        }  # fmt: skip
        self.failures += failures
        return None if failures else notebook

    def write(self, site: pages.Site, name: str, notebook) -> None:
        """Write and check the page and the tables of a good notebook."""
        entry = self.record["notebooks"][name]
        entry["page"] = site.file(name)
        self.record["headline"] = self.record.get("headline") or pages.headline_of(notebook)
        entry["tables"] = site.write(name, notebook, self.pages)
        if wrong := pages.check_page(self.pages / site.file(name), notebook):
            self.failures.append(pages.Failure(name, "", wrong))

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
        (self.pages / storage.RECORD).write_text(text, encoding="utf-8")

    def publish(self) -> Path:
        """Publish the pages; old runs go."""
        folder = self.definition.folder
        self.save()
        target = publish.publish(self.pages, folder, self.started)
        publish.prune(folder, self.definition.keep)
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
    with run.reading():
        run.look()
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
        defaults = read_schema(path)().model_dump()
        values = definition.parameters[name].items()
        own = [f"{k}={v!r}" for k, v in values if k != "corpus" and v != defaults.get(k)]
        lines.append(f"  {name}: {', '.join(own) or 'with its defaults'}")
    return lines, left_out(run.record)
