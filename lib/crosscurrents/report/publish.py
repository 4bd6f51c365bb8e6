"""The folder of a report: one run at a time in it, published whole or not at all."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from crosscurrents.kept import LATEST, MEASURES, is_regular, last_good, read_record

# Runs whose measures stay: the last one, and the one that it was compared with (for `verify`).
KEPT = 2
TEMPORARY = ".run-"  # begins the names of folders that are being made, or removed
LARGE = 10**9  # bytes of a file from which on size and time must do: hashing it takes seconds


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
        yield work.resolve()
    finally:
        shutil.rmtree(work, ignore_errors=True)


def runs(folder: Path) -> list[Path]:
    """The runs in a folder in the order they were made in, by number: clocks jump."""
    numbered = [
        (record.get("number", 0), path)
        for path in (folder.iterdir() if folder.is_dir() else [])
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
    for page in pages.glob("*.html"):
        page.unlink()
    for part in ("tables", MEASURES):
        shutil.rmtree(pages / part, ignore_errors=True)
    target = free_folder(folder / "failed", started)
    target.parent.mkdir(exist_ok=True)
    return pages.replace(target)


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

    drop_phrases(store)
    return Path(shutil.move(store, pages / MEASURES))


def forget_measures(runs: list[Path]) -> None:
    """Remove the measures of all but the newest of some runs, given from the oldest on."""
    for run in runs[:-KEPT]:
        shutil.rmtree(run / MEASURES, ignore_errors=True)


def file_sha256(path: str | Path) -> str:
    """Hash of a file; empty if there is none."""
    if not Path(path).is_file():
        return ""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def files_of(corpus: Path, out: Path) -> dict[str, str]:
    """The hash of each file of a corpus by its path, of large ones size and time; `out` is none.

    No page may rest on a text that was changed while it was made; see `changed_files`.
    """
    found = {}
    tops = os.walk(corpus) if corpus.is_dir() else [(corpus.parent, [], [corpus.name])]
    for folder, folders, names in tops:
        folders[:] = [n for n in folders if n[0] != "." and Path(folder, n).resolve() != out]
        for file in (Path(folder, name) for name in names):
            with contextlib.suppress(OSError):
                state = file.stat()
                large = state.st_size >= LARGE
                if stat.S_ISREG(state.st_mode):
                    time = f"{state.st_size} {state.st_mtime_ns}"
                    found[str(file)] = time if large else file_sha256(file)
    return found


def changed_files(before: dict[str, str], now: dict[str, str]) -> str:
    """Say which files changed between two looks by `files_of`; empty if none did."""
    changed = sorted(name for name in before | now if before.get(name) != now.get(name))
    if not changed:
        return ""
    first = changed[0]
    what = "appeared" if first not in before else "changed" if first in now else "disappeared"
    more = f", and {len(changed) - 1} more files changed" if len(changed) > 1 else ""
    return f"the corpus changed while the report was made: {first} {what}{more}"
