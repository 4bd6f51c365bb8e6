"""Runs a published report again from its record, and says whether the tables are the same."""

from __future__ import annotations

import csv
import itertools
import json
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crosscurrents.kept import LATEST, MEASURES, RECORD, last_good, read_record
from crosscurrents.report.definitions import MEMORY_LIMIT, PROJECT, TIME_LIMIT, Definition
from crosscurrents.report.pages import outputs, pictures, read_executed
from crosscurrents.report.publish import INPUTS, TOOLS
from crosscurrents.report.run import Run, make_report, reading_of

FEW = 5  # differences, or cells of a table, that are named
UNSAID = ("path", "words", "rejected")  # parts of a corpus' entry that the others imply


@dataclass(frozen=True)
class Verification:
    """What came of running a report again.

    `changed` says which inputs are not those of the record (then nothing was run), `tools` which
    code, lock or library is another: the tables are compared all the same, but nobody promises that
    they agree. `same` are names of tables, `different` says of the others what differs,
    `not_compared` why some were not compared; `charts` counts those alike and all.
    """

    run: Path
    changed: list[str] = field(default_factory=list)
    tools: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    different: dict[str, list[str]] = field(default_factory=dict)
    not_compared: dict[str, str] = field(default_factory=dict)
    charts: tuple[int, int] = (0, 0)

    def __str__(self) -> str:
        if self.changed:
            head = f"{self.run}: cannot be run again as it was"
            return "\n".join([head, *(f"  {line}" for line in self.changed)])
        tables = len(self.same) + len(self.different)
        number = f"{len(self.same)} of {tables}" if self.different else f"all {tables}"
        lines = [f"{self.run}: {number} tables are the same to the bit"]
        lines.append(f"  charts the same to the bit: {self.charts[0]} of {self.charts[1]}")
        lines += [f"  other than then: {line}" for line in self.tools]
        lines += [f"  {table} was not compared: {why}" for table, why in self.not_compared.items()]
        for table, cells in self.different.items():
            lines += [f"  {table} differs", *(f"    {cell}" for cell in cells)]
        return "\n".join(lines)


def verify_run(run: str | Path, *, corpus: str | Path = "") -> Verification:
    """Run a published report again from its record, in a temporary folder, and compare the tables.

    Parameters
    ----------
    run
        Folder of a run, or of a report: then its last good one.
    corpus
        Where the corpus is; by default where it was, as seen from the folder that holds the
        reports, from this project, or from here.

    Raises
    ------
    ValueError
        If there is no good run in the folder, or what it was made from is not found.
    ReportError
        If a notebook fails now.
    """
    run = find_run(run)
    record = read_record(run)
    with tempfile.TemporaryDirectory(prefix="crosscurrents-") as temporary:
        definition = definition_of(record, run, Path(temporary), corpus)
        now = Run(definition, quiet=True)
        try:
            with reading_of(definition) as reading:
                now.look(reading)
        except (ValueError, OSError) as error:
            return Verification(run, [f"what it was made from cannot be read now: {error}"])
        if changed := changed_parts(record, now.record, INPUTS):
            return Verification(run, changed + _documents_changed(run, definition.corpus))
        not_compared = _as_it_was(run, record, definition)
        made = make_report(definition, quiet=True, force=True).folder
        same, different = compare_tables(run / "tables", made / "tables", [*not_compared])
        tools = changed_parts(record, now.record, TOOLS)
        return Verification(
            run, [], tools, same, different, not_compared, _charts_alike(run, made)
        )


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
    places = [run.parents[2], PROJECT, Path()]
    try:
        parameters, title = record["parameters"], record.get("title", "")
        files = {name: str(entry["file"]) for name, entry in record["notebooks"].items()}
        shown = str(record["corpus"]["path"])
        name = record["report"]
        limits = record.get("limits", {})
        seconds = float(limits.get("seconds", TIME_LIMIT))
        size = int(limits.get("bytes", MEMORY_LIMIT))
    except (KeyError, TypeError, ValueError):
        raise ValueError("run.json does not say what the run was made of") from None
    found = Path(corpus).absolute() if corpus else _find(shown, places)
    if found is None:
        raise ValueError(
            f"corpus {shown!r} is not in {[str(place) for place in places]}; name it by --corpus"
        )
    places.append(found if found.is_dir() else found.parent)
    notebooks = {name: _find(file, places) for name, file in files.items()}
    named = {name: _find(name, places) for name in record.get("files", {})}
    missing = [files[name] for name, path in notebooks.items() if path is None]
    missing += [name for name, path in named.items() if path is None]
    if missing:
        raise ValueError(f"notebooks or files {missing} are not there any more")

    def path_of(value: Any) -> Any:
        """The value of a parameter with the paths of the files that it names."""
        if isinstance(value, list):
            return [path_of(part) for part in value]
        return str(named[value]) if isinstance(value, str) and value in named else value

    values = {
        notebook: {k: str(found) if k == "corpus" else path_of(v) for k, v in given.items()}
        for notebook, given in parameters.items()
    }
    return Definition(
        name, found, out, notebooks, values, title, time_limit=seconds, memory_limit=size,
        home=run.parents[2],
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
    pairs = {part: (_compared(part, then), _compared(part, now)) for part in parts}
    return [
        f"{parts[part]} ({_what_changed(old, new)})"
        for part, (old, new) in pairs.items()
        if old != new
    ]


def _compared(part: str, record: dict[str, Any]) -> Any:
    """What matters of a part of a record."""
    value = record.get(part)
    if part == "corpus":
        return {k: v for k, v in (value or {}).items() if k not in UNSAID}
    if part == "parameters":  # where the corpus is does not matter, its hash says what it is
        return {n: {**given, "corpus": ""} for n, given in (value or {}).items()}
    if part == "notebooks":
        return {n: entry.get("sha256") for n, entry in (value or {}).items()}
    return value


def _what_changed(old: Any, new: Any) -> str:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return f"{_short(old)}, now {_short(new)}"
    keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    parts = [
        f"{key}: {_what_changed(old.get(key), new.get(key))}"
        if isinstance(old.get(key), dict)
        else f"{key} {_short(old.get(key))}, now {_short(new.get(key))}"
        for key in keys
    ]
    return "; ".join(parts[:FEW])


def _short(value: Any) -> str:
    text = "none" if value in (None, "") else str(value)
    return text[:12] if len(text) == 64 else text  # of a hash


def _documents_changed(run: Path, corpus: Path) -> list[str]:
    """Name the documents that are not those of a run, where it has kept its list of them."""
    import pandas as pd

    from crosscurrents.corpus import read_corpus

    try:
        old = pd.read_parquet(run / MEASURES / "documents.parquet").set_index("doc_id")["sha256"]
    except (OSError, ValueError, KeyError):
        return []
    new = read_corpus(corpus).documents.set_index("doc_id")["sha256"]
    both = pd.concat([old, new], axis=1, keys=["old", "new"])
    names = both.index[both["old"].ne(both["new"])].tolist()
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return [f"documents with another text, new or gone: {names[:FEW]}{more}"] if names else []


def _as_it_was(run: Path, record: dict[str, Any], definition: Definition) -> dict[str, str]:
    """Put the run that this one was compared with in place; say which tables need it if it is gone.

    Only what a comparison reads is copied: its measures and its record.
    """
    if not record.get("previous"):
        return {}
    before = run.parent / Path(record["previous"]).name
    said = read_record(before)
    if not said or not (before / MEASURES / "record.json").is_file():
        named = [t for e in record["notebooks"].values() for t in e.get("tables", [])]
        why = f"the measures of the run before, {before.name}, are not kept any more"
        return {table: why for table in named if "_changes" in table}
    copy = definition.folder / before.name
    shutil.copytree(before / MEASURES, copy / MEASURES)
    said = said | {"corpus_identity": definition.identity}
    (copy / RECORD).write_text(json.dumps(said), encoding="utf-8")
    (definition.folder / f"{LATEST}.txt").write_text(copy.name + "\n", encoding="utf-8")
    return {}


def compare_tables(
    then: Path, now: Path, left_out: list[str]
) -> tuple[list[str], dict[str, list[str]]]:
    """Names of the CSV files that are the same to the bit in two folders; of others what differs.

    Returns
    -------
    same, different
        Names; for each other name lines that name row, column and both values.
    """
    same, different = [], {}
    for name in sorted({file.name for folder in (then, now) for file in folder.glob("*.csv")}):
        old, new = (f.read_bytes() if (f := p / name).is_file() else None for p in (then, now))
        if name in left_out:
            continue
        if old == new:
            same.append(name)
        elif old is None or new is None:
            different[name] = [f"there was no such table {'then' if old is None else 'now'}"]
        else:
            different[name] = _cells(old, new)
    return same, different


def _cells(then: bytes, now: bytes) -> list[str]:
    """The first cells that differ between two tables, and how many there are."""
    old, new = (list(csv.reader(text.decode().splitlines())) for text in (then, now))
    found = [f"{len(old) - 1} rows then, {len(new) - 1} now"] * (len(old) != len(new))
    head = old[0] if old else []
    if new and new[0] != head:
        return [*found, f"columns {head} then, {new[0]} now"]
    cells = [
        f"row {number}, {column}: {a!r} then, {b!r} now"
        for number, (left, right) in enumerate(zip(old[1:], new[1:]), start=1)
        for column, a, b in zip(head, left, right)
        if a != b
    ]
    more = [f"and {len(cells) - FEW} more cells"] if len(cells) > FEW else []
    return [*found, *cells[:FEW], *more] or ["its line ends or its quoting differ"]


def _charts_alike(then: Path, now: Path) -> tuple[int, int]:
    """How many charts of two runs, in their order, are the same to the bit, and of how many."""
    old, new = (
        {f.stem: pictures(outputs(read_executed(f))) for f in (run / "notebooks").glob("*.ipynb")}
        for run in (then, now)
    )
    pairs = [p for name in old for p in itertools.zip_longest(old[name], new.get(name, []))]
    return sum(a == b for a, b in pairs), len(pairs)
