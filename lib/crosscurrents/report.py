"""Runs the notebooks of a report headless and publishes their pages, all of them or none."""

from __future__ import annotations

import contextlib
import datetime
import json
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosscurrents.pages import (
    Failure,
    Site,
    find_failures,
    read_executed,
    title_of,
    warnings_of,
)
from crosscurrents.parameters import (
    check_choices,
    check_parameters,
    model_of,
    parse_parameter,
    read_parameters,
)
from crosscurrents.record import commit, corpus_sha256, file_sha256, versions
from crosscurrents.runner import Runner

if TYPE_CHECKING:  # loaded late: the runner starts first, and then both import side by side
    from crosscurrents.corpus import Corpus
    from crosscurrents.measures import Measures

PROJECT = Path(__file__).resolve().parents[2]
NOTEBOOKS = PROJECT / "notebooks"
ORDER = ["brief", "corpus", "term_frequency", "sentiment", "themes"]  # of the pages; others after
LATEST = "latest"
WORKERS = 2  # a third notebook at a time gains nothing on two cores, and memory is not free
TIME_LIMIT = 600.0  # seconds a notebook may take


class ReportError(RuntimeError):
    """A report that could not be made; nothing was published. `failures` says why, `kept` where."""

    def __init__(self, name: str, failures: list[Failure], kept: Path) -> None:
        self.failures, self.kept = failures, kept
        lines = [f"report {name!r} failed, nothing was published"]
        lines += [f"  {failure}" for failure in failures]
        super().__init__("\n".join([*lines, f"  the notebooks as far as they ran: {kept}"]))


class ReportBusy(RuntimeError):
    """Another run of the same report is under way."""


@dataclass(frozen=True)
class Definition:
    """A report, checked as far as can be without reading the corpus.

    `notebooks` maps names to files in the order of the pages, `parameters` names to all their
    parameters.
    """

    name: str
    corpus: Path
    out: Path
    notebooks: dict[str, Path]
    parameters: dict[str, dict[str, Any]]
    time_limit: float = TIME_LIMIT

    @property
    def folder(self) -> Path:
        return self.out / self.name


@dataclass
class _Run:
    """What one run has come to; it becomes run.json."""

    definition: Definition
    started: datetime.datetime = field(
        default_factory=lambda: datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    )
    clock: float = field(default_factory=time.monotonic)
    record: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    @contextlib.contextmanager
    def timed(self, step: str) -> Iterator[None]:
        start = time.monotonic()
        yield
        self.seconds[step] = round(time.monotonic() - start, 3)

    def write(self, folder: Path, outcome: str) -> None:
        self.seconds["total"] = round(time.monotonic() - self.clock, 3)
        content = {"report": self.definition.name, "outcome": outcome, **self.record}
        content |= {"failures": [str(f) for f in self.failures], "seconds": self.seconds}
        text = json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n"
        (folder / "run.json").write_text(text, encoding="utf-8")


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
        with _locked(definition), _work_folder(definition) as work:
            return _make(run, corpora, runner, work, quiet)


def define_report(
    corpus, *, name=None, out="reports", notebooks=None, parameters=None, folder=None,
    time_limit=TIME_LIMIT,
) -> Definition:  # fmt: skip
    """Check the arguments of `run_report`, apart from the corpus itself.

    Raises
    ------
    ValueError
        One message for all mistakes in notebooks and parameters.
    """
    corpus = Path(corpus).expanduser()
    name = name or re.sub(r"[^\w.-]+", "-", corpus.resolve().stem).strip("-.") or "report"
    if not re.fullmatch(r"\w[\w.-]*", name):
        raise ValueError(f"name {name!r} is no folder name; use letters, digits, '-', '_' and '.'")
    files = _find_notebooks(Path(folder) if folder else NOTEBOOKS, notebooks)
    values = _distribute(files, dict(parameters or {}), corpus)
    return Definition(name, corpus, Path(out), files, values, time_limit)


def _find_notebooks(folder: Path, names: list[str] | None) -> dict[str, Path]:
    there = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    if not there:
        raise ValueError(f"folder {str(folder)!r} holds no notebooks")
    unknown = [name for name in names or [] if name not in there]
    if unknown:
        raise ValueError(f"notebooks {unknown} are not there; choose from {list(there)}")
    ranked = sorted(there, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))
    return {name: there[name] for name in dict.fromkeys(names or ranked)}


def _distribute(files: dict[str, Path], given: dict[str, Any], corpus: Path) -> dict[str, dict]:
    """All parameters of each notebook, from values named 'notebook.parameter' or 'parameter'."""
    defaults = {name: read_parameters(path) for name, path in files.items()}
    mistakes = []
    for key in given:
        notebook, _, parameter = key.rpartition(".")
        if parameter == "corpus" or (notebook and notebook not in files):
            choices = (
                "is the report's own" if parameter == "corpus" else f"choose from {list(files)}"
            )
            mistakes.append(f"parameter {key!r} cannot be set; {choices}")
        elif not notebook and not any(parameter in known for known in defaults.values()):
            choices = sorted({p for known in defaults.values() for p in known})
            mistakes.append(f"parameter {key!r} is unknown to all notebooks; choose from {choices}")
    result = {}
    for name, known in defaults.items():
        model = model_of(name, known)
        mine = {key: value for key, value in given.items() if key in known}
        mine |= {
            k.removeprefix(f"{name}."): v for k, v in given.items() if k.startswith(f"{name}.")
        }
        mine = {
            k: parse_parameter(v, model, k) if isinstance(v, str) else v for k, v in mine.items()
        }
        try:
            result[name] = check_parameters(name, {**known, **mine}, defaults=known)
        except ValueError as error:
            mistakes.append(str(error))
            continue
        if "corpus" in known:
            result[name]["corpus"] = str(corpus.resolve())
        if result[name].get("codebook"):
            result[name]["codebook"] = str(Path(result[name]["codebook"]).expanduser().resolve())
    if mistakes:
        raise ValueError("; ".join(mistakes))
    return result


# A notebook's corpus and measures depend on these two parameters: (codebook, chronology).
_Variant = tuple[str, bool]


def _variant(parameters: dict[str, Any]) -> _Variant:
    return parameters.get("codebook", ""), parameters.get("chronology", False)


def _read_corpora(definition: Definition) -> dict[_Variant, tuple[Corpus, Measures]]:
    """The corpus, measured once for each codebook and setting; all choices checked against it."""
    from crosscurrents.corpus import read_corpus
    from crosscurrents.measures import measure

    result: dict[_Variant, tuple[Corpus, Measures]] = {("", False): None}
    result |= {_variant(p): None for p in definition.parameters.values()}
    for codebook, chronology in result:
        corpus = read_corpus(definition.corpus, chronology=chronology)
        result[codebook, chronology] = corpus, measure(corpus, codebook=codebook or None)
    mistakes = []
    for notebook, values in definition.parameters.items():
        _, measures = result[_variant(values)]
        try:
            _check_against(notebook, values, measures)
        except ValueError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ValueError("; ".join(dict.fromkeys(mistakes)))
    return result


def _check_against(notebook: str, values: dict[str, Any], measures: Measures) -> None:
    book = measures.record.get("codebook", {})
    choices = {
        "source": sorted(measures.documents["source"].unique()),
        "theme": sorted(book.get("themes", {})),
        "scale": sorted(book.get("scales", {})),
    }
    check_choices(notebook, values, choices)
    period = {key: values[key] for key in ("sources", "since", "until") if values.get(key)}
    if period:
        left = sorted(measures.select(**period).documents["source"].unique())
        check_choices(notebook, {**values, "sources": []}, {**choices, "source": left})


@contextlib.contextmanager
def _locked(definition: Definition) -> Iterator[None]:
    from filelock import FileLock, Timeout

    try:
        definition.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(definition.folder / ".lock", timeout=0)
        lock.acquire()
    except Timeout:
        raise ReportBusy(f"report {definition.name!r} is being made by another run") from None
    except OSError as error:
        raise ValueError(
            f"folder {str(definition.folder)!r} cannot be written: {error.strerror}"
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _work_folder(definition: Definition) -> Iterator[Path]:
    """A folder on the same disk as the published ones; under the lock, so old ones are stale."""
    for stale in definition.folder.glob(".run-*"):
        shutil.rmtree(stale, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=".run-", dir=definition.folder))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _make(run: _Run, corpora: dict, runner: Runner, work: Path, quiet: bool) -> Path:
    """Run the notebooks, write the pages, and publish them if nothing went wrong."""
    definition = run.definition
    corpus, measures = corpora["", False]
    run.record = _provenance(definition, corpus, measures, run.started)
    pages = work / "pages"
    (pages / "notebooks").mkdir(parents=True)
    labels = {name: title_of(path) for name, path in definition.notebooks.items()}
    site = Site(definition.name, labels, _facts(measures, run.started), _foot(run.record))
    stores = {
        variant: str(measured.save(work.resolve() / f"measures{i}"))
        for i, (variant, (_, measured)) in enumerate(corpora.items())
    }
    with run.timed("notebooks and pages"):
        longest_first = sorted(
            definition.notebooks, key=lambda n: -_code_cells(definition.notebooks[n])
        )
        jobs = [_job(definition, name, pages, work, stores) for name in longest_first]
        runner.send(jobs, workers=WORKERS, time_limit=definition.time_limit, folder=work)
        site.prepare()
        for name, result in _follow(runner, definition, quiet):
            _finish(run, site, name, result, pages, work)
    if run.failures:
        raise ReportError(definition.name, run.failures, _keep_failed(run, pages))
    return _publish(run, pages)


def _job(definition: Definition, name: str, pages: Path, work: Path, stores: dict) -> dict:
    from crosscurrents.measures import STORE

    notebook = definition.notebooks[name].resolve()
    return {
        "name": name,
        "input": str(notebook),
        "output": str(pages.resolve() / "notebooks" / f"{name}.ipynb"),
        "log": str(work.resolve() / f"{name}.log"),
        "parameters": definition.parameters[name],
        "cwd": str(notebook.parent),
        "environment": {STORE: stores[_variant(definition.parameters[name])]},
    }


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


def _finish(run: _Run, site: Site, name: str, result: dict, pages: Path, work: Path) -> None:
    """Check one executed notebook and, as long as all is well, write its page."""
    path = pages / "notebooks" / f"{name}.ipynb"
    log = work / f"{name}.log"
    said = log.read_text(encoding="utf-8", errors="replace").strip() if log.is_file() else ""
    try:
        notebook = read_executed(path)
        failures = find_failures(name, notebook)
    except Exception as error:  # an unfinished file can be broken in any way
        notebook, failures = None, [Failure(name, "", f"no executed notebook: {error}")]
    if result["exitcode"] is None:
        place = failures[0].place if failures else ""
        failures = [Failure(name, place, f"took longer than {run.definition.time_limit:g} s")]
    elif result["exitcode"] != 0 and not (failures and failures[0].lines):
        place = failures[0].place if failures else ""
        last = said.splitlines()[-1:] or [f"ended with exit code {result['exitcode']}"]
        failures = [Failure(name, place, last[0])]
    entry = {"seconds": result["seconds"], "outcome": "failed" if failures else "good"}
    run.record["notebooks"][name] |= entry
    run.failures += failures
    if not run.failures:
        entry = {"page": site.file(name), "warnings": warnings_of(notebook)}
        run.record["notebooks"][name] |= {**entry, "tables": site.write(name, notebook, pages)}


def _provenance(definition, corpus: Corpus, measures: Measures, started) -> dict[str, Any]:
    record = measures.record
    return {
        "started": started.isoformat(timespec="seconds"),
        "corpus": {
            "path": str(definition.corpus),
            "sha256": corpus_sha256(corpus.documents),
            "documents": len(measures.documents),
            "texts_at_hand": int(corpus.documents["at_hand"].sum()),
            "words": int(measures.documents["words"].sum()),
            "rejected": corpus.rejected.to_dict("records"),
        },
        "codebook_sha256": record.get("codebook", {}).get("sha256", ""),
        "lexicons": record.get("lexicons", {}),
        "parameters": definition.parameters,
        "notebooks": {
            name: {"sha256": file_sha256(path)} for name, path in definition.notebooks.items()
        },
        "versions": versions(),
        "lock_sha256": file_sha256(PROJECT / "requirements.lock"),
        "commit": commit(PROJECT),
    }


def _facts(measures: Measures, started: datetime.datetime) -> str:
    documents = measures.documents
    sources = documents["source"].nunique()
    return (
        f"{len(documents):,} {'document' if len(documents) == 1 else 'documents'} from "
        f"{sources:,} {'source' if sources == 1 else 'sources'}, "
        f"{int(documents['words'].sum()):,} words · {started:%-d %B %Y, %H:%M} UTC"
    )


def _foot(record: dict[str, Any]) -> list[str]:
    corpus, library = record["corpus"], record["versions"]
    made = f"Made by crosscurrents {library['crosscurrents'] or '(not installed)'}"
    if record["commit"]:
        made += f", commit {record['commit'][:12]}{'*' * record['commit'].endswith('-dirty')}"
    return [
        f"{made}, with Python {library['python']}, pandas {library['pandas']}.",
        f"Corpus {corpus['sha256'][:12]}; codebook {record['codebook_sha256'][:12] or 'none'}; "
        + "; ".join(f"lexicon {name} {sha[:12]}" for name, sha in record["lexicons"].items()),
    ]


def _free_folder(parent: Path, started: datetime.datetime) -> Path:
    """A name for a run's folder that is not taken, whatever the clock does."""
    stem = f"{started:%Y-%m-%dT%H%M%SZ}"
    names = [stem, *(f"{stem}-{i}" for i in range(2, 1000))]
    return next(parent / name for name in names if not (parent / name).exists())


def _publish(run: _Run, pages: Path) -> Path:
    """Put the finished folder in its place, then point `latest` to it; each in one step."""
    folder = run.definition.folder
    target = _free_folder(folder, run.started)
    run.write(pages, "good")
    pages.chmod(0o755)
    pages.replace(target)
    link = folder / f".{LATEST}"
    try:
        link.unlink(missing_ok=True)
        link.symlink_to(target.name, target_is_directory=True)
        link.replace(folder / LATEST)
    except (OSError, NotImplementedError):  # no symbolic links here
        link.write_text(target.name + "\n", encoding="utf-8")
        link.replace(folder / f"{LATEST}.txt")
    return target


def _keep_failed(run: _Run, pages: Path) -> Path:
    target = _free_folder(run.definition.folder / "failed", run.started)
    run.write(pages, "failed")
    for page in [*pages.glob("*.html"), pages / "tables"]:  # the half of a report that did succeed
        shutil.rmtree(page) if page.is_dir() else page.unlink(missing_ok=True)
    target.parent.mkdir(exist_ok=True)
    pages.replace(target)
    return target
