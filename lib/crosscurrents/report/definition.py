"""What a report is made of: a corpus, notebooks, their parameters; checked before anything runs."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crosscurrents.parameters import (
    check_parameters,
    model_of,
    one_message,
    parse_parameter,
    read_parameters,
)
from crosscurrents.report.publishing import KEEP
from crosscurrents.runs import LATEST, corpus_identity

PROJECT = Path(__file__).resolve().parents[3]
NOTEBOOKS = PROJECT / "notebooks"
ORDER = ["brief", "corpus", "term_frequency", "sentiment", "themes"]  # of the pages; others after
INTERACTIVE = {"explore"}  # for a person at a screen; in a report only if it is named
TIME_LIMIT = 600.0  # seconds a notebook may take
LONGEST = 100  # bytes of a report's name; file systems take 255, and the names of units are longer
MEMORY_LIMIT = 4 * 10**9  # bytes a notebook may hold, its kernel and what that starts


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
    title: str = ""  # none: that of the codebook
    keep: int = KEEP
    time_limit: float = TIME_LIMIT
    memory_limit: int = MEMORY_LIMIT

    home: Path = Path()  # the project: what names of files are shown as seen from

    @property
    def folder(self) -> Path:
        return self.out / self.name

    @property
    def identity(self) -> list[str]:
        """Which corpus it is, whatever its documents are; see `corpus_identity`."""
        return corpus_identity(self.corpus, self.home)


def define_report(
    corpus, *, name=None, out="reports", notebooks=None, parameters=None, folder=None, title="",
    keep=KEEP, time_limit=TIME_LIMIT, memory_limit=MEMORY_LIMIT,
) -> Definition:  # fmt: skip
    """Check the arguments of `run_report`, apart from the corpus itself.

    Raises
    ------
    ValueError
        One message for all mistakes in notebooks and parameters.
    """
    corpus = Path(corpus).expanduser()
    name = name or re.sub(r"[^\w.-]+", "-", corpus.resolve().stem).strip("-.") or "report"
    if not re.fullmatch(r"\w[\w.-]*", name) or name in (LATEST, "failed"):
        raise ValueError(f"name {name!r} is no folder name; use letters, digits, '-', '_' and '.'")
    if len(name.encode()) > LONGEST:
        raise ValueError(f"name {name[:20]!r}... has {len(name)} characters; at most {LONGEST}")
    _check_encoding(corpus)
    files = _find_notebooks(Path(folder) if folder else NOTEBOOKS, notebooks)
    values = _distribute(files, dict(parameters or {}), corpus)
    _check_forms(values, corpus.resolve())
    out = Path(out)
    return Definition(
        name, corpus, out, files, values, title, keep, time_limit, memory_limit,
        home=out.absolute().parent,
    )  # fmt: skip


def _check_encoding(path: Path) -> None:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise ValueError(
            f"corpus {os.fsencode(path)!r}: Python reads names of files as ASCII here; set the "
            "environment variable PYTHONUTF8=1, or a locale such as C.UTF-8"
        ) from None


def _check_forms(values: dict[str, dict[str, Any]], corpus: Path) -> None:
    """Raise ValueError for a coding form that would be written among the documents."""
    for notebook, parameters in values.items():
        form = parameters.get("coding_form")
        if form and corpus.is_dir() and Path(form).resolve().is_relative_to(corpus):
            raise ValueError(
                f"parameter 'coding_form' of notebook {notebook!r} is {form!r}, in the corpus "
                "folder, where it would be read as part of the corpus; name a file outside of it"
            )


def _find_notebooks(folder: Path, names: list[str] | None) -> dict[str, Path]:
    there = {path.stem: path for path in sorted(folder.glob("*.ipynb"))}
    if not there:
        raise ValueError(f"folder {str(folder)!r} holds no notebooks")
    unknown = [name for name in names or [] if name not in there]
    if unknown:
        raise ValueError(f"notebooks {unknown} are not there; choose from {list(there)}")
    ranked = [name for name in there if name not in INTERACTIVE]
    ranked = sorted(ranked, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER))
    return {name: there[name] for name in dict.fromkeys(names or ranked)}


def _distribute(files: dict[str, Path], given: dict[str, Any], corpus: Path) -> dict[str, dict]:
    """All parameters of each notebook, from values named 'notebook.parameter' or 'parameter'."""
    defaults = {name: read_parameters(path) for name, path in files.items()}
    mistakes = [m for key in given if (m := _misnamed(key, defaults))]
    result = {}
    for name, known in defaults.items():
        prefix, model = f"{name}.", model_of(name, known)
        mine = {key: value for key, value in given.items() if key in known}
        mine |= {k.removeprefix(prefix): v for k, v in given.items() if k.startswith(prefix)}
        for key, value in mine.items():
            mine[key] = parse_parameter(value, model, key) if isinstance(value, str) else value
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
        raise ValueError(one_message(mistakes))
    return result


def _misnamed(key: str, defaults: dict[str, dict]) -> str:
    """What is wrong with the name of a value, apart from what its notebook's model will say."""
    notebook, _, parameter = key.rpartition(".")
    if parameter == "corpus":
        return f"parameter {key!r} cannot be set; the corpus is the report's own"
    if notebook and notebook not in defaults:
        return f"parameter {key!r} is of no notebook here; choose from {list(defaults)}"
    if not notebook and not any(parameter in known for known in defaults.values()):
        choices = sorted({name for known in defaults.values() for name in known})
        return f"parameter {key!r} is unknown to all notebooks; choose from {choices}"
    return ""
