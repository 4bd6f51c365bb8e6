"""Runs a published report again from its record, and says whether the tables are the same."""

from __future__ import annotations

import csv
import filecmp
import itertools
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crosscurrents.report.definitions import PROJECT, Definition
from crosscurrents.report.publish import INPUTS, TOOLS
from crosscurrents.report.run import Run, make_report
from crosscurrents.storage import RECORD, last_good, read_record

FEW = 5  # differences, or cells of a table, that are named
# Parts of an entry that the others imply, or that do not matter, such as where a corpus is.
UNSAID = {
    *("path", "words", "rejected", "corpus"),
    *("file", "page", "tables", "seconds", "outcome"),
}


@dataclass(frozen=True)
class Verification:
    """What came of running a report again.

    `tools` says which code, lock or library is another than in the record: the tables are compared
    all the same, but nobody promises that they agree. `same` and `not_compared` are names of
    tables, `different` says of the others what differs first.
    """

    run: Path
    tools: list[str]
    same: list[str]
    different: dict[str, str]
    not_compared: list[str]

    def __str__(self) -> str:
        tables, why = len(self.same) + len(self.different), "it depends on the run before"
        number = f"{len(self.same)} of {tables}" if self.different else f"all {tables}"
        lines = [f"{self.run}: {number} tables are the same to the bit"]
        lines += [f"  other than then: {line}" for line in self.tools]
        lines += [f"  {table} was not compared: {why}" for table in self.not_compared]
        lines += [f"  {table} differs: {what}" for table, what in self.different.items()]
        return "\n".join(lines)


def verify_run(run: str | Path, *, corpus: str | Path = "") -> Verification:
    """Run a published report again from its record, in a temporary folder, and compare the tables.

    Parameters
    ----------
    run
        Folder of a run, or of a report: then its last good one.
    corpus
        Where the corpus is; by default where it was, as seen from the folder that holds the
        reports, from this project, or from here. Files that parameters name are looked for there,
        too, and beside it.

    Raises
    ------
    ValueError
        If there is no good run in the folder, if what it was made from is not found or cannot be
        read, or if it is not as in the record; nothing is run then.
    ReportError
        If a notebook fails now.
    """
    run = find_run(run)
    record = read_record(run)
    with tempfile.TemporaryDirectory(prefix="crosscurrents-") as temporary:
        definition = definition_of(record, run, Path(temporary), corpus)
        now = Run(definition, quiet=True)
        with now.reading():
            now.look()
        if changed := changed_parts(record, now.record, INPUTS):
            raise ValueError("\n  ".join([f"{run}: cannot be run again as it was", *changed]))
        named = [entry.get("tables", []) for entry in record["notebooks"].values()]
        not_compared = [table for tables in named for table in dependent(tables)]
        made = make_report(definition, quiet=True, force=True).folder
        same, different = compare_tables(run / "tables", made / "tables", not_compared)
        tools = changed_parts(record, now.record, TOOLS)
        return Verification(run, tools, same, different, not_compared)


def dependent(tables: list[str]) -> list[str]:
    """The tables of a page that say what changed since another run, and its glossary then.

    >>> dependent(["brief_themes.csv", "brief_changes.csv", "brief_columns.csv"])
    ['brief_changes.csv', 'brief_columns.csv']
    """
    changes = [table for table in tables if "_changes" in table]
    return [*changes, *(t for t in tables if changes and t.endswith("_columns.csv"))]


def find_run(folder: str | Path) -> Path:
    """The folder of a good run: the given one, or the last good one of a report's folder.

    Raises ValueError if there is none.
    """
    folder = Path(folder)
    run = folder if (folder / RECORD).is_file() else last_good(folder)
    if run is None or read_record(run).get("outcome") != "good":
        raise ValueError(f"{str(folder)!r} is no good run of a report; name its folder")
    return run.resolve()


def definition_of(
    record: dict[str, Any], run: Path, out: Path, corpus: str | Path = ""
) -> Definition:
    """What a run was made of, by its record, with its limits; to be made again in another folder.

    Raises ValueError where the record does not say it, or what it names is not found.
    """
    home = run.parents[2]
    places = [home, PROJECT, Path()]
    try:
        files = {name: str(entry["file"]) for name, entry in record["notebooks"].items()}
        shown, name, parameters = record["corpus"]["path"], record["report"], record["parameters"]
        seconds, size = float(record["limits"]["seconds"]), int(record["limits"]["bytes"])
    except (KeyError, TypeError, ValueError):
        raise ValueError("run.json does not say what the run was made of") from None
    found = Path(corpus).absolute() if corpus else _find(shown, places)
    if found is None:
        raise ValueError(
            f"corpus {shown!r} is not in {[str(place) for place in places]}; name it by --corpus"
        )
    places += [found, found.parent]
    runs = [given["previous"] for given in parameters.values() if given.get("previous")]
    wanted = [*files.values(), *record.get("files", {}), *runs]
    paths = {file: _find(file, places) for file in wanted}
    if missing := [file for file, path in paths.items() if path is None]:
        raise ValueError(
            f"notebooks or files {missing} are not in {[str(place) for place in places]}; of files "
            "outside of its project a run keeps only the name, so put a copy into one of these"
        )

    def path_of(value: Any) -> Any:
        """The value of a parameter with the paths of the files that it names."""
        if isinstance(value, list):
            return [path_of(part) for part in value]
        return str(paths[value]) if isinstance(value, str) and value in paths else value

    values = {
        notebook: {key: path_of(value) for key, value in given.items()} | {"corpus": str(found)}
        for notebook, given in parameters.items()
    }
    return Definition(
        name, found, out, {notebook: paths[file] for notebook, file in files.items()}, values,
        record.get("title", ""), time_limit=seconds, memory_limit=size, home=home,
    )  # fmt: skip


def _find(name: str, places: list[Path]) -> Path | None:
    """The file or folder of a shown name, in the first place that has it."""
    paths = [(place / name).absolute() for place in places]
    return next((path for path in paths if name and path.exists()), None)


def changed_parts(then: dict[str, Any], now: dict[str, Any], parts: dict[str, str]) -> list[str]:
    """Name those parts of a record that are not what they were, with what changed in them.

    >>> changed_parts({"lock_sha256": "aa"}, {"lock_sha256": "bb"}, {"lock_sha256": "the lock"})
    ['the lock (aa, now bb)']
    """
    found = []
    for part, name in parts.items():
        old, new = (_flat(record.get(part)) for record in (then, now))
        changed = [
            f"{key} {_short(old.get(key))}, now {_short(new.get(key))}".strip()
            for key in old | new
            if old.get(key) != new.get(key) and key.split(": ")[-1] not in UNSAID
        ]
        found += [f"{name} ({'; '.join(changed[:FEW])})"] if changed else []
    return found


def _flat(value: Any, name: str = "") -> dict[str, Any]:
    """The values of a part of a record by their names; a colon comes before nested names.

    >>> _flat({"files": {"a.csv": "xx"}, "documents": 3})
    {'files: a.csv': 'xx', 'documents': 3}
    """
    if not isinstance(value, dict):
        return {name: value}
    lead = f"{name}: " if name else ""
    return {k: v for key, part in value.items() for k, v in _flat(part, f"{lead}{key}").items()}


def _short(value: Any) -> str:
    text = "none" if value in (None, "") else str(value)
    return text[:12] if len(text) == 64 else text  # of a hash


def compare_tables(then: Path, now: Path, left_out: list[str]) -> tuple[list[str], dict[str, str]]:
    """Names of the CSV files that are the same to the bit in two folders; of others what differs.

    Returns
    -------
    same, different
        Names; by name the first difference, a cell by its row and column and both values.
    """
    names = sorted({file.name for folder in (then, now) for file in folder.glob("*.csv")})
    wanted = [name for name in names if name not in left_out]
    same, others, lost = filecmp.cmpfiles(then, now, wanted, shallow=False)
    different = {name: _first_difference(then / name, now / name) for name in others}
    for name in lost:
        when = "now" if (then / name).is_file() else "then"
        different[name] = f"there was no such table {when}"
    return same, different


def _first_difference(old: Path, new: Path) -> str:
    """What differs first between two tables."""
    lines_of = (file.read_text(encoding="utf-8").splitlines(keepends=True) for file in (old, new))
    tables = [list(csv.reader(lines)) for lines in lines_of]
    for row, lines in enumerate(itertools.zip_longest(*tables, fillvalue=())):
        for column, (then, now) in enumerate(itertools.zip_longest(*lines)):
            if then != now:
                name = tables[0][0][column] if row and column < len(tables[0][0]) else "heading"
                return f"row {row}, {name}: {then!r} then, {now!r} now"
    return "its line ends or its quoting differ"
