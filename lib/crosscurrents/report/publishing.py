"""The folder of a report: one run at a time in it, published whole or not at all."""

from __future__ import annotations

import contextlib
import datetime
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

LATEST = "latest"


class ReportBusy(RuntimeError):
    """Another run of the same report is under way."""


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a report's folder, made if need be.

    Raises ReportBusy where another run holds it, ValueError where the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock", timeout=0)
        lock.acquire()
    except Timeout:
        raise ReportBusy(f"report {folder.name!r} is being made by another run") from None
    except OSError as error:
        raise ValueError(f"folder {str(folder)!r} cannot be written: {error.strerror}") from None
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def work_folder(folder: Path) -> Iterator[Path]:
    """A folder on the same disk as the published ones; under the lock, so old ones are stale."""
    for stale in folder.glob(".run-*"):
        shutil.rmtree(stale, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=".run-", dir=folder))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def last_good(folder: Path) -> Path | None:
    """The run that a report's `latest` points to; None before the first one."""
    link, named = folder / LATEST, folder / f"{LATEST}.txt"
    name = link.readlink() if link.is_symlink() else ""
    if not name and named.is_file():
        name = named.read_text(encoding="utf-8").strip()
    run = folder / name
    return run if name and (run / "run.json").is_file() else None


def free_folder(parent: Path, started: datetime.datetime) -> Path:
    """A name for a run's folder that is not taken, whatever the clock does."""
    stem = f"{started:%Y-%m-%dT%H%M%SZ}"
    names = [stem, *(f"{stem}-{i}" for i in range(2, 1000))]
    return next(parent / name for name in names if not (parent / name).exists())


def publish(pages: Path, folder: Path, started: datetime.datetime) -> Path:
    """Put finished pages in their place, then point `latest` to them; each in one step."""
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


def keep_failed(pages: Path, folder: Path, started: datetime.datetime) -> Path:
    """Keep what ran of a failed run, without the pages and tables that did come out."""
    for done in [*pages.glob("*.html"), pages / "tables"]:
        shutil.rmtree(done) if done.is_dir() else done.unlink(missing_ok=True)
    target = free_folder(folder / "failed", started)
    target.parent.mkdir(exist_ok=True)
    pages.replace(target)
    return target
