"""What reports are made of, by arguments or by reports.toml; checked before anything starts.

[reports.alliance]
corpus = "seeds/alliance"         # like all paths, as seen from this file
title = "Is there an alliance?"   # none: the title of the codebook
notebooks = ["brief", "themes"]   # none: all; the first opens the report
keep = 30                         # runs
time_limit = "10 min"             # a notebook's
memory_limit = "4 GB"             # a notebook's

[reports.alliance.parameters]
since = "2015"                    # of all notebooks that have it
term_frequency.top_n = 20         # of one
"""

from __future__ import annotations

import json
import math
import re
import shlex
import shutil
import sys
import tomllib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from crosscurrents.parameters import check_parameters, one_message, parse_parameter, read_schema
from crosscurrents.storage import LATEST, corpus_identity, write_whole

PROJECT = Path(__file__).resolve().parents[3]
STARTER = Path(__file__).parents[1] / "starter"  # what a new project begins with, to be edited
ORDER = ["brief", "corpus", "term_frequency", "sentiment", "themes"]  # of the pages; others after
INTERACTIVE = {"explore"}  # for a person at a screen; in a report only if it is named
TIME_LIMIT = 600.0  # seconds a notebook may take
LONGEST = 100  # bytes of a report's name; file systems take 255, and the names of units are longer
MEMORY_LIMIT = 4 * 10**9  # bytes a notebook may hold, its kernel and what that starts
WORKERS = 2  # a third notebook at a time gains nothing on two cores, and memory is not free
KEEP = 30  # runs: a month of nights
FILE = "reports.toml"
SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
BYTES = {"MB": 10**6, "GB": 10**9, "MiB": 2**20, "GiB": 2**30}
BESIDE = 2 * 10**9  # bytes for the runner itself, which reads and measures the corpus
READING = 1800  # seconds for the same, and for publishing
BUSY = 75  # exit code of a run that found another one under way
UNITS = Path(__file__).with_name("units")  # a service, its timer, and what follows its failure
PACKAGE = Path(__file__).resolve().parents[1]
# What the wheel holds as data/NAME, by where it lies in a checkout (see pyproject.toml).
NAMES = {"notebooks": "notebooks", "harbour": "seeds/harbour"}


@dataclass(frozen=True)
class Definition:
    """A report, checked as far as can be without reading the corpus.

    `notebooks` maps names to files in the order of the pages, `parameters` names to all their
    parameters; names of files are shown as seen from the project, `home`.
    """

    name: str
    corpus: Path
    out: Path
    notebooks: dict[str, Path]
    parameters: dict[str, dict[str, Any]]
    title: str = ""  # none: the title of the codebook
    keep: int = KEEP
    time_limit: float = TIME_LIMIT
    memory_limit: int = MEMORY_LIMIT
    home: Path = Path()

    @property
    def folder(self) -> Path:
        return self.out / self.name

    @property
    def identity(self) -> list[str]:
        """Which corpus it is, whatever its documents are; see `corpus_identity`."""
        return corpus_identity(self.corpus, self.home)


def define_report(
    corpus: str | Path,
    *,
    name: str | None = None,
    out: str | Path = "reports",
    notebooks: list[str] | None = None,
    parameters: dict[str, Any] | None = None,
    folder: str | Path | None = None,
    **others,
) -> Definition:
    """Check the arguments of `run_report`, apart from the corpus itself.

    `others` are fields of a Definition: title, keep, time_limit and memory_limit.

    Raises
    ------
    ValueError
        One message for all mistakes in notebooks and parameters.
    """
    corpus, out = Path(corpus).expanduser(), Path(out)
    name = name or re.sub(r"[^\w.-]+", "-", corpus.resolve().stem).strip("-.") or "report"
    if not re.fullmatch(r"\w[\w.-]*", name) or name in (LATEST, "failed"):
        raise ValueError(f"name {name!r} is no folder name; use letters, digits, '-', '_' and '.'")
    if len(name.encode()) > LONGEST:
        raise ValueError(f"name {name[:20]!r}... has {len(name)} characters; at most {LONGEST}")
    files = _find_notebooks(Path(folder or shipped("notebooks")), notebooks)
    values = _distribute(files, parameters or {}, corpus.resolve())
    return Definition(name, corpus, out, files, values, home=out.absolute().parent, **others)


def _find_notebooks(folder: Path, names: list[str] | None) -> dict[str, Path]:
    there = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    if not there:
        raise ValueError(f"folder {str(folder)!r} holds no notebooks")
    unknown = [name for name in names or [] if name not in there]
    if unknown:
        raise ValueError(f"notebooks {unknown} are not there; choose from {list(there)}")
    ranked = [n for n in (*ORDER, *there) if n in there and n not in INTERACTIVE]
    return {name: there[name] for name in dict.fromkeys(names or ranked)}


def _distribute(files: dict[str, Path], given: dict[str, Any], corpus: Path) -> dict[str, dict]:
    """All parameters of each notebook, from values named 'notebook.parameter' or 'parameter'."""
    schemas = {name: read_schema(path) for name, path in files.items()}
    known = {name: list(schema.model_fields) for name, schema in schemas.items()}
    mistakes = [mistake for key in given if (mistake := _misnamed(key, known))]
    result = {}
    for name, schema in schemas.items():
        mine = {key: value for key, value in given.items() if key in known[name]}
        lead = f"{name}."
        mine |= {k.removeprefix(lead): v for k, v in given.items() if k.startswith(lead)}
        for key, value in mine.items():
            mine[key] = parse_parameter(value, schema, key) if isinstance(value, str) else value
        try:
            result[name] = values = check_parameters(schema, mine)
        except ValueError as error:
            mistakes.append(str(error))
            continue
        if "corpus" in values:
            values["corpus"] = str(corpus)
        form = values.get("coding_form")
        if form and corpus.is_dir() and Path(form).is_relative_to(corpus):
            mistakes.append(
                f"parameter 'coding_form' of notebook {name!r} is {form!r}, in the corpus "
                "folder, where it would be read as part of the corpus; name a file outside of it"
            )
    if mistakes:
        raise ValueError(one_message(mistakes))
    return result


def _misnamed(key: str, known: dict[str, list[str]]) -> str:
    """What is wrong with the name of a value, apart from what its notebook's schema will say."""
    notebook, _, parameter = key.rpartition(".")
    choices = sorted({name for names in known.values() for name in names})
    if parameter == "corpus":
        return f"parameter {key!r} cannot be set; the corpus is the report's own"
    if notebook and notebook not in known:
        return f"parameter {key!r} is of no notebook here; choose from {list(known)}"
    if not notebook and parameter not in choices:
        return f"parameter {key!r} is unknown to all notebooks; choose from {choices}"
    return ""


def seconds(value: str | float) -> float:
    """A length of time such as '20h' or '10 min' in seconds, which a bare number is already.

    >>> seconds("20h"), seconds("1.5 min"), seconds(30)
    (72000.0, 90.0, 30.0)
    """
    return _measured(value, SECONDS, "s", "a length of time such as '10 min' or '20h'")


def size(value: str | float) -> int:
    """A size such as '4 GB' in bytes.

    >>> size("4 GB"), size("0.5 GiB")
    (4000000000, 536870912)
    """
    return int(_measured(value, BYTES, "", "a size such as '500 MB' or '4 GB'"))


def _measured(value: str | float, units: dict[str, int], bare: str, needed: str) -> float:
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)", str(value).strip())
    number = float(found[1]) * units.get(found[2] or bare, 0) if found else 0
    if isinstance(value, bool) or not number:
        raise ValueError(f"{value!r} is not {needed} (units {list(units)})")
    return number


def _key(kind: Any, needed: str, *more: Any, **limits: Any) -> Any:
    """A kind of key of reports.toml; `needed` ends the message about a value that does not fit."""
    return Annotated[(kind, *more, Field(description=needed, **limits))]


class Settings(BaseModel):
    """The keys of a table [reports.NAME]."""

    model_config = ConfigDict(strict=True, extra="forbid")

    corpus: _key(str, "the path of a folder or table", min_length=1)
    title: _key(str, "text") = ""
    notebooks: _key(list[str], "a list of names") = []
    notebooks_dir: _key(str, "text") = ""
    out: _key(str, "text") = "reports"
    keep: _key(int, "an integer ≥ 1", ge=1) = KEEP
    time_limit: _key(
        float, "a length of time such as '10 min', or seconds,", BeforeValidator(seconds)
    ) = TIME_LIMIT
    memory_limit: _key(int, "a size such as '4 GB'", BeforeValidator(size)) = MEMORY_LIMIT
    parameters: _key(dict[str, Any], "a table") = {}

    def arguments(self, name: str, home: Path) -> dict[str, Any]:
        """Those of `define_report`, with paths as seen from a folder."""
        values = {}
        for key, value in self.parameters.items():
            nested = isinstance(value, dict)
            inner = {f"{key}.{k}": v for k, v in value.items()} if nested else {key: value}
            values |= {k: _beside(v, home) for k, v in inner.items()}
        return self.model_dump(exclude={"notebooks_dir"}) | {
            "name": name,
            "corpus": home / Path(self.corpus).expanduser(),
            "out": home / Path(self.out).expanduser(),
            "parameters": values,
            "folder": self.notebooks_dir and home / Path(self.notebooks_dir).expanduser(),
        }


def _beside(value: Any, folder: Path) -> Any:
    """A value that names a file beside reports.toml as the path of that file."""
    there = isinstance(value, str) and value and (folder / value).is_file()
    return str((folder / value).resolve()) if there else value


def find_settings(given: str | Path | None = None) -> Path:
    """The reports.toml that is meant: the given file, or one in the given folder, else the one
    here, else this project's.

    Raises ValueError if there is none.
    """
    places = [Path(given)] if given else [Path(), PROJECT]
    files = [place / FILE if place.is_dir() else place for place in places]
    for file in files:
        if file.is_file():
            return file.resolve()
    raise ValueError(f"{FILE} is not there; looked for {[str(file) for file in files]}")


def read_settings(file: Path, text: str = "") -> dict[str, dict[str, Any]]:
    """The arguments of `define_report` for each report of a reports.toml, or of a `text` for it.

    Raises
    ------
    ValueError
        One message with a line for each mistake: file, key, value and choices.
    """
    try:
        content = tomllib.loads(text or file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: {error}") from None
    tables = content.pop("reports", None) or {}
    mistakes = [f"{key} is unknown; choose from ['reports']" for key in content]
    if not isinstance(tables, dict) or not tables:
        mistakes.append("no report is defined; begin one with [reports.NAME]")
        tables = {}
    result = {}
    for name, table in tables.items():
        try:
            result[name] = Settings.model_validate(table).arguments(name, file.parent)
            define_report(**result[name])
        except ValidationError as error:
            mistakes += [_mistake(name, e) for e in error.errors(include_url=False)]
        except ValueError as error:
            mistakes.append(f"reports.{name}: {error}")
    if mistakes:
        raise ValueError("\n".join(f"{file}: {mistake}" for mistake in mistakes))
    return result


def add_report(file: Path, name: str, *, corpus: str, parameters: dict[str, Any]) -> None:
    """Write one more report at the end of a reports.toml, which is made if it is not there.

    Parameters
    ----------
    file : Path
    name : str
    corpus : str
        As seen from the file, as are paths among the parameters.
    parameters : dict
        Texts, numbers and lists of texts, by "parameter" or "notebook.parameter".

    Raises
    ------
    ValueError
        If the name is taken or the file with the new report would have mistakes; it is then left
        as it was.
    """
    if not name:
        raise ValueError("give the report a name, such as monday")
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    if text and name in (known := read_settings(file)):
        raise ValueError(f"report {name!r} is in {file.name} already; take a name but {[*known]}")
    toml = partial(json.dumps, ensure_ascii=False)  # texts, numbers, lists: TOML writes them so
    lines = ["", f"[reports.{toml(name)}]", f"corpus = {toml(corpus)}"]
    if parameters:
        lines += ["", f"[reports.{toml(name)}.parameters]"]
        lines += [f"{key} = {toml(value)}" for key, value in parameters.items()]
    text = "\n".join([text.rstrip("\n"), *lines, ""]).lstrip("\n")
    read_settings(file, text)
    write_whole(file, text)


def _mistake(name: str, error) -> str:
    """What is wrong with a key, its value, and what is needed."""
    key = ".".join(["reports", name, *map(str, error["loc"])])
    if not error["loc"]:
        return f"{key} is {error['input']!r}, a table [{key}] is needed"
    field = Settings.model_fields.get(str(error["loc"][0]))
    if error["type"] == "missing":
        return f"{key} is missing, {field.description} is needed"
    if field is None:
        return f"{key} is unknown; choose from {sorted(Settings.model_fields)}"
    return f"{key} is {error['input']!r}, {field.description} is needed"


def defined(file: Path, names: list[str], **changes: Any) -> list[Definition]:
    """The named reports of a reports.toml, or all, with other values in place of those in the file.

    Raises ValueError for mistakes anywhere in the file, and for names that are not in it.
    """
    settings, found = read_settings(file), []
    unknown = [name for name in names if name not in settings]
    if unknown:
        raise ValueError(f"reports {unknown} are not in {file}; choose from {list(settings)}")
    for report in (settings[name] for name in dict.fromkeys(names or settings)):
        parameters = report["parameters"] | changes.get("parameters", {})
        found.append(define_report(**report | changes | {"parameters": parameters}))
    return found


def command_of(name: str, settings: Path) -> list[str]:
    """The command that makes a report of a reports.toml, by paths that hold anywhere."""
    command = [sys.executable, "-m", "crosscurrents", "report", name, "--quiet"]
    return [*command, "--definitions", str(settings.resolve())]


def systemd_units(definition: Definition, settings: Path, at: str = "03:15") -> dict[str, str]:
    """Unit files by their names: a service, its timer, and what runs when the service fails.

    Raises ValueError if the report's name cannot name a unit.
    """
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", definition.name):
        raise ValueError(f"name {definition.name!r} is no unit's; use letters a-z, digits, '-'")
    turns = math.ceil(len(definition.notebooks) / WORKERS)
    unit = f"crosscurrents-{definition.name}"
    values = {
        "name": definition.name,
        "unit": unit,
        "at": at,
        "folder": str(settings.resolve().parent).replace("%", "%%"),
        "command": " ".join(map(_quoted, command_of(definition.name, settings))),
        "busy": BUSY,
        "seconds": math.ceil(turns * definition.time_limit) + READING,
        "memory": WORKERS * definition.memory_limit + BESIDE,
    }
    texts = {file.name: file.read_text(encoding="utf-8") for file in sorted(UNITS.iterdir())}
    return {
        name.replace("crosscurrents", unit): text.format(**values) for name, text in texts.items()
    }


def _quoted(argument: str) -> str:
    """One argument of ExecStart, where $ and % mean something and blanks part.

    >>> print(_quoted("a b%"))
    "a b%%"
    """
    text = argument
    for sign, written in {"\\": "\\\\", '"': '\\"', "$": "$$", "%": "%%"}.items():
        text = text.replace(sign, written)
    return f'"{text}"' if re.search(r"[^\w@+=:,./$-]", argument) else text


def cron_line(definition: Definition, settings: Path, at: str = "03:15") -> str:
    """A line for a crontab; % begins a new line there unless a backslash stands before it."""
    hours, minutes = map(int, at.split(":"))
    folder = shlex.quote(str(settings.resolve().parent))
    command = f"cd {folder} && {shlex.join(command_of(definition.name, settings))}"
    return f"{minutes} {hours} * * *  {command}".replace("%", r"\%") + "\n"


def shipped(name: str) -> Path:
    """The folder of some files that come with the library.

    Raises ValueError where an installation lacks them.

    >>> sorted(path.suffix for path in shipped("notebooks").glob("brief.*"))
    ['.ipynb']
    """
    for folder in (PACKAGE / "data" / name, PROJECT / NAMES[name]):
        if folder.is_dir():
            return folder
    raise ValueError(
        f"this installation of crosscurrents lacks its {name}; install it from its wheel, or from "
        "a checkout with 'pip install -e .'"
    )


def new_project(folder: str | Path, *, demo: bool = False) -> list[str]:
    """Write a project into a folder that is new or empty; give the names of its files.

    Raises ValueError for a folder that holds something, and for a file of that name.
    """
    folder = Path(folder).expanduser()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"folder {str(folder)!r} is there and not empty; name a new one")
    originals = sorted(shipped("notebooks").glob("*.ipynb"))
    shutil.copytree(STARTER, folder, dirs_exist_ok=True)
    if demo:
        ignored = shutil.ignore_patterns("measures")
        shutil.copytree(shipped("harbour"), folder / "corpus", ignore=ignored, dirs_exist_ok=True)
        reports = folder / "reports.toml"
        named = reports.read_text(encoding="utf-8").replace("[reports.articles]", "[reports.demo]")
        write_whole(reports, named)
    for original in originals:
        text = re.sub(r"\.\./seeds/\w+", "../corpus", original.read_text(encoding="utf-8"))
        write_whole(folder / "notebooks" / original.name, text)
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
