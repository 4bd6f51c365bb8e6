"""A bundle -> the same report: its measures unpacked, its notebooks run, its tables compared."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crosscurrents.report.alike import charts_alike, charts_of
from crosscurrents.report.archive import read_archive, sha256_of
from crosscurrents.report.definition import PROJECT, Definition, define_report
from crosscurrents.report.record import code_sha256, file_sha256, versions
from crosscurrents.report.run import make_report

FORMAT = 1


@dataclass(frozen=True)
class Reproduction:
    """What came of a bundle: the run, what is not as in the bundle's making, tables by outcome.

    `of_texts` are tables that rest on the texts themselves, which a bundle cannot hold; `charts`
    counts those alike and all.
    """

    folder: Path
    other: list[str]
    same: list[str]
    different: list[str]
    of_texts: list[str]
    charts: tuple[int, int]

    def __str__(self) -> str:
        lines = [
            f"{len(self.same)} tables and {self.charts[0]} of {self.charts[1]} charts are the same "
            "to the bit as in the bundle's report"
        ]
        if self.of_texts:
            lines.append(
                f"{len(self.of_texts)} rest on the texts themselves; those of them that quote none "
                "lie in the bundle as they were, under tables/"
            )
        lines += [f"other than there: {what}" for what in self.other]
        lines += [f"{table} is not the same" for table in self.different]
        return "\n".join(lines)


def report_bundle(
    file: str | Path,
    *,
    out: str | Path = "reports",
    name: str | None = None,
    folder: str | Path | None = None,
    quiet: bool = False,
) -> Reproduction:
    """Make the report of a bundle again, from its measures.

    A bundle holds data, never code: the notebooks are those of this installation.

    Parameters
    ----------
    file
        What `make_bundle` wrote.
    out, name
        Where the report goes: `out/name`, by default named as it was.
    folder
        Where the notebooks are; by default this project's.

    Raises
    ------
    ValueError
        If the bundle is broken, holds what it must not, or names notebooks that are not here.
    ReportError
        If a notebook fails.
    """
    file = Path(file)
    if not file.is_file():
        raise ValueError(f"bundle {str(file)!r} is not there")
    home = Path(out) / ".bundles" / sha256_of(file)[:16]
    if not home.is_dir():
        read_archive(file, home)
    content = _manifest(file, home)
    definition = _definition(content, home, Path(out), name, folder)
    made = make_report(definition, quiet=quiet).folder
    return _compared(content, definition, made)


def _manifest(file: Path, home: Path) -> dict[str, Any]:
    """bundle.json, and that every member is the one that it names."""
    try:
        content = json.loads((home / "bundle.json").read_text(encoding="utf-8"))
        members, form = content["members"], content["format"]
        names = {p.relative_to(home).as_posix() for p in home.rglob("*") if p.is_file()}
        wrong = sorted(names - {"bundle.json"} ^ members.keys())
        wrong += [
            n for n, digest in members.items() if n in names and sha256_of(home / n) != digest
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"bundle {str(file)!r} has no sound bundle.json: {error!r}") from None
    if form != FORMAT:
        raise ValueError(f"bundle {str(file)!r} has format {form!r}; this version reads {FORMAT}")
    if wrong:
        raise ValueError(f"bundle {str(file)!r} is broken: {wrong[:5]} are not as bundle.json says")
    return content


def _definition(
    content: dict[str, Any], home: Path, out: Path, name: str | None, folder: str | Path | None
) -> Definition:
    """The report, its parameters checked as any others; files can only be the bundle's own."""
    values: dict[str, Any] = {}
    for notebook, parameters in content["parameters"].items():
        for key, value in parameters.items():
            if isinstance(value, dict):
                place = str(value.get("file", ""))
                if place not in content["members"]:
                    raise ValueError(
                        f"parameter {notebook}.{key} names {place!r}, not in the bundle"
                    )
                value = str((home / place).resolve())
            elif isinstance(value, str) and (Path(value).is_absolute() or ".." in value):
                raise ValueError(
                    f"parameter {notebook}.{key} of a bundle leads elsewhere: {value!r}"
                )
            values[f"{notebook}.{key}"] = value
    return define_report(
        home / "corpus", name=name or content["report"], out=out, parameters=values,
        notebooks=list(content["notebooks"]), folder=folder, title=content["title"],
    )  # fmt: skip


def _compared(content: dict[str, Any], definition: Definition, made: Path) -> Reproduction:
    here = {
        "the library's code": (content["code_sha256"], code_sha256()),
        "requirements.lock": (content["lock_sha256"], file_sha256(PROJECT / "requirements.lock")),
        "installed libraries": (content["versions"], versions()),
    }
    for notebook, path in definition.notebooks.items():
        here[f"notebook {notebook}"] = content["notebooks"][notebook], file_sha256(path)
    other = [name for name, (then, now) in here.items() if then != now]
    tables = {f.name: sha256_of(f) for f in sorted((made / "tables").glob("*.csv"))}
    of_texts = content["tables_of_texts"]
    names = [n for n in sorted({*tables, *content["tables"]}) if n not in of_texts]
    same = [n for n in names if tables.get(n) == content["tables"].get(n)]
    different = [n for n in names if n not in same]
    charts = charts_alike(content["charts"], charts_of(made))
    return Reproduction(made, other, same, different, of_texts, charts)
