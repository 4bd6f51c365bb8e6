"""The folder of a report: one run at a time in it, published whole or not at all."""

from __future__ import annotations

import contextlib
import datetime
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from crosscurrents.kept import MEASURES
from crosscurrents.runs import LATEST, is_regular, last_good, read_record

KEEP = 30  # runs: a month of nights
# Runs whose measures stay: the last one, and the one that it was compared with (for `verify`).
KEPT = 2
TEMPORARY = ".run-"  # begins the names of folders that are being made, or removed


class ReportBusy(RuntimeError):
    """Another run of the same report is under way."""


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a report's folder, made if need be.

    Raises ReportBusy where another run holds it, ValueError where the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    place = folder / ".lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.path.lexists(place) and not is_regular(place):
            raise ValueError(f"{str(place)!r} is no file of ours; move it away")
        lock = FileLock(place, timeout=0)
        lock.acquire()
    except Timeout:
        raise ReportBusy(f"report {folder.name!r} is being made by another run") from None
    except OSError as error:
        raise ValueError(f"folder {str(folder)!r} cannot be written: {error.strerror}") from None
    try:
        yield
    finally:
        lock.release()


def check_latest(folder: Path) -> None:
    """Raise ValueError where something else is in the place of the link to the last good run."""
    place = folder / LATEST
    if os.path.lexists(place) and not place.is_symlink():
        kind = "a folder" if place.is_dir() else "a file"
        raise ValueError(
            f"{str(place)!r} is {kind}, not the link to the last good run; move it away"
        )


@contextlib.contextmanager
def work_folder(folder: Path) -> Iterator[Path]:
    """A folder on the same disk as the published ones; under the lock, so old ones are stale."""
    for stale in folder.glob(f"{TEMPORARY}*"):
        shutil.rmtree(stale, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=folder))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def runs(folder: Path) -> list[Path]:
    """The runs in a folder in the order they were made in, by number: clocks jump."""
    there = folder.iterdir() if folder.is_dir() else []
    numbered = [
        (record.get("number", 0), path)
        for path in there
        if path.is_dir() and not path.is_symlink() and not path.name.startswith(".")
        if (record := read_record(path))
    ]
    return [path for _, path in sorted(numbered)]


def next_number(folder: Path) -> int:
    """One more than any run of a report has, good or failed."""
    made = [*runs(folder), *runs(folder / "failed")]
    return 1 + max((read_record(run).get("number", 0) for run in made), default=0)


def free_folder(parent: Path, started: datetime.datetime) -> Path:
    """A name for a run's folder that is not taken, whatever the clock does."""
    stem = f"{started:%Y-%m-%dT%H%M%SZ}"
    names = [stem, *(f"{stem}-{i}" for i in range(2, 1000))]
    return next(parent / name for name in names if not (parent / name).exists())


def publish(pages: Path, folder: Path, started: datetime.datetime) -> Path:
    """Put finished pages in their place, then point `latest` to them; each in one step."""
    _to_disk(pages)
    target = free_folder(folder, started)
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


def _to_disk(pages: Path) -> None:
    """Have the system write all files: with a power cut the new name must not come before them."""
    for path in [*pages.rglob("*"), pages]:
        if path.is_file() or os.name == "posix":
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def keep_failed(pages: Path, folder: Path, started: datetime.datetime) -> Path:
    """Keep what ran of a failed run, without the pages and tables that did come out."""
    for done in [*pages.glob("*.html"), *map(pages.joinpath, ["tables", MEASURES])]:
        shutil.rmtree(done) if done.is_dir() else done.unlink(missing_ok=True)
    target = free_folder(folder / "failed", started)
    target.parent.mkdir(exist_ok=True)
    pages.replace(target)
    return target


def prune(folder: Path, keep: int) -> None:
    """Remove all but the newest `keep` good and failed runs, and never the last good one."""
    last = last_good(folder)
    for old in [*runs(folder)[:-keep], *runs(folder / "failed")[:-keep]]:
        if last is None or not old.samefile(last):
            gone = folder / f"{TEMPORARY}{old.name}"  # no half of it is ever seen under its name
            shutil.rmtree(gone, ignore_errors=True)
            with contextlib.suppress(OSError):
                old.replace(gone)
            shutil.rmtree(gone, ignore_errors=True)


def keep_measures(store: Path, pages: Path) -> Path:
    """Move what a comparison needs from a folder of measures into a run: no phrases, no lines.

    Single words are all that `changes` compares; phrases are the larger part by far.
    """
    from crosscurrents.measures.tables import drop_phrases  # not before a report is run

    target = pages / MEASURES
    store.replace(target)
    drop_phrases(target)
    return target


def forget_measures(runs: list[Path]) -> None:
    """Remove the measures of all but the newest of some runs, given from the oldest on."""
    for run in runs[:-KEPT]:
        shutil.rmtree(run / MEASURES, ignore_errors=True)
