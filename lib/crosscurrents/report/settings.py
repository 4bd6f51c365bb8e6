"""reports.toml: the reports of a project or of a corpus, checked before anything starts.

[reports.alliance]
corpus = "seeds/alliance"                  # like all paths, as seen from this file
title = "Is there an alliance?"   # none: that of the codebook
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
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from crosscurrents.report.definition import (
    MEMORY_LIMIT,
    PROJECT,
    TIME_LIMIT,
    Definition,
    define_report,
)
from crosscurrents.report.publishing import KEEP

FILE = "reports.toml"
SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
BYTES = {"MB": 10**6, "GB": 10**9, "MiB": 2**20, "GiB": 2**30}


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


Text = Annotated[str, Field(description="text")]


class Settings(BaseModel):
    """The keys of a table [reports.NAME]."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    corpus: Annotated[str, Field(min_length=1, description="the path of a folder or table")]
    title: Text = ""
    notebooks: Annotated[list[str], Field(description="a list of names")] = []
    notebooks_dir: Text = ""
    out: Text = "reports"
    keep: Annotated[int, Field(ge=1, description="an integer ≥ 1")] = KEEP
    time_limit: Annotated[
        float,
        BeforeValidator(seconds),
        Field(description="a length of time such as '10 min', or seconds,"),
    ] = TIME_LIMIT
    memory_limit: Annotated[
        int, BeforeValidator(size), Field(description="a size such as '4 GB'")
    ] = MEMORY_LIMIT
    parameters: Annotated[dict[str, Any], Field(description="a table")] = {}

    def arguments(self, name: str, folder: Path) -> dict[str, Any]:
        """Those of `define_report`, with paths as seen from a folder."""
        values = {}
        for key, value in self.parameters.items():
            nested = isinstance(value, dict)
            inner = {f"{key}.{k}": v for k, v in value.items()} if nested else {key: value}
            values |= {k: _beside(v, folder) for k, v in inner.items()}
        given = self.model_dump(exclude={"notebooks_dir", "parameters"})
        return given | {
            "name": name,
            "corpus": folder / Path(self.corpus).expanduser(),
            "out": folder / Path(self.out).expanduser(),
            "notebooks": self.notebooks or None,
            "parameters": values,
            "folder": folder / Path(self.notebooks_dir).expanduser()
            if self.notebooks_dir
            else None,
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


def read_settings(file: Path) -> dict[str, dict[str, Any]]:
    """The arguments of `define_report` for each report of a reports.toml.

    Raises
    ------
    ValueError
        One message with a line for each mistake: file, key, value and choices.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: {error}") from None
    tables = content.pop("reports", {})
    mistakes = [f"{key} is unknown; choose from ['reports']" for key in content]
    if not isinstance(tables, dict) or not tables:
        mistakes.append("no report is defined; begin one with [reports.NAME]")
        tables = {}
    result = {}
    for name, table in tables.items():
        try:
            settings = Settings.model_validate(table)
            result[name] = settings.arguments(name, file.parent)
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
    lines = ["", f"[reports.{json.dumps(name)}]", f"corpus = {_toml(corpus)}"]
    if parameters:
        lines += ["", f"[reports.{json.dumps(name)}.parameters]"]
        lines += [f"{key} = {_toml(value)}" for key, value in parameters.items()]
    partial = file.with_name(f".{file.name}.part")
    try:
        partial.write_text("\n".join([text.rstrip("\n"), *lines, ""]).lstrip("\n"), "utf-8")
        read_settings(partial)
        partial.replace(file)
    except ValueError as error:
        raise ValueError(str(error).replace(str(partial), file.name)) from None
    finally:
        partial.unlink(missing_ok=True)


def _toml(value: Any) -> str:
    """A text, number or list of texts as TOML writes it; JSON writes these the same."""
    return json.dumps(value, ensure_ascii=False)


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
    """The named reports of a reports.toml, with other values in place of those in the file.

    Raises ValueError for mistakes anywhere in the file, and for names that are not in it.
    """
    settings = read_settings(file)
    unknown = [name for name in names if name not in settings]
    if unknown:
        raise ValueError(f"reports {unknown} are not in {file}; choose from {list(settings)}")
    result = []
    for name in dict.fromkeys(names):
        arguments = settings[name] | {k: v for k, v in changes.items() if v is not None}
        arguments["parameters"] = settings[name]["parameters"] | (changes.get("parameters") or {})
        result.append(define_report(**arguments))
    return result
