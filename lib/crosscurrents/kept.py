"""What is kept from run to run: folders, the version of the measuring code, records of runs."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import stat
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

# Raised by hand when a stored number would be another for the same text and tools; what was stored
# under an earlier version is then measured again. tests/test_measures.py fails if it was forgotten.
MEASURES_VERSION = 8
FOLDER = "CROSSCURRENTS_CACHE"  # names the folder of the cache; "off" for none
# Set by report runs: a further folder of measures to look into, the folder of the last good run,
# and a folder where the notebooks of the run share the tables that they work out.
STORE, PREVIOUS = "CROSSCURRENTS_MEASURES", "CROSSCURRENTS_PREVIOUS"
RESULTS = "CROSSCURRENTS_RESULTS"
OWN = "crosscurrents-cache"  # the sub-folder that holds all cache files and nothing else
MEASURES = "measures"  # folder of measures in a run, and beside a corpus
RECORD, LATEST = "run.json", "latest"
LARGEST = 100_000_000  # bytes of a record; one that names 100,000 files left out has some 10 MB
# What a record of ours says, as far as anything relies on its type.
TYPES = {
    "number": int, "outcome": str, "report": str, "started": str, "previous": str, "title": str,
    "fingerprint": str, "headline": str, "corpus": dict, "corpus_identity": list, "limits": dict,
    "parameters": dict, "notebooks": dict, "files": dict, "lexicons": dict, "versions": dict,
}  # fmt: skip
OUTCOMES = ("good", "failed")


def cache_folder() -> Path | None:
    """The cache's own sub-folder of CROSSCURRENTS_CACHE, or of the user's; None if switched off.

    Nothing outside of it is ever written or deleted. A relative path is relative to the home
    folder, so that it names one folder wherever a notebook runs.
    """
    named = os.environ.get(FOLDER, "")
    if named.lower() in ("0", "off"):
        return None
    if named:
        return Path.home() / Path(named).expanduser() / OWN
    from platformdirs import user_cache_path

    return user_cache_path("crosscurrents", appauthor=False) / OWN


def cached(kind: str, key: object, make: Callable[[], Any]) -> Any:
    """What `make` makes, from the cache where it was made before of the same key.

    Key and result are what JSON can hold. Without a cache it only takes longer.
    """
    folder = cache_folder()
    if folder is None:
        return make()
    digest = hashlib.sha256(json.dumps(key, default=dict).encode()).hexdigest()
    file = folder / kind / f"{digest}.json"
    with contextlib.suppress(OSError, ValueError):
        return json.loads(file.read_text(encoding="utf-8"))
    found = make()
    with contextlib.suppress(OSError):
        write_whole(file, json.dumps(found))
    return found


def on_screen() -> bool:
    """Whether a person looks at the notebook: in a kernel, and not in the run of a report."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return RESULTS not in os.environ and hasattr(shell, "kernel")


def write_whole(file: Path, content: str | bytes) -> None:
    """Write a file beside its place and move it there whole: nobody ever reads half of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{os.getpid()}.part")
    partial.unlink(missing_ok=True)
    try:
        with partial.open("xb") as stream:  # a new file: never through a link that waits there
            stream.write(content.encode() if isinstance(content, str) else content)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def version(library: str) -> str:
    """The version of an installed library, "unknown" of others."""
    try:
        return installed(library)
    except PackageNotFoundError:
        return "unknown"


def is_regular(file: Path) -> bool:
    """Whether there is a file proper: no folder, no link, no pipe or device that may never end."""
    try:
        return stat.S_ISREG(file.lstat().st_mode)
    except (OSError, ValueError):
        return False


def read_object(file: Path) -> dict[str, Any]:
    """Read the object of a JSON file; empty for anything else, such as a pipe or a broken file."""
    try:
        if not is_regular(file) or file.stat().st_size > LARGEST:
            return {}
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def read_record(run: Path) -> dict[str, Any]:
    """Read what run.json of a run says; empty where it is not a record that a report wrote."""
    record = read_object(run / RECORD)
    typed = all(isinstance(record[key], kind) for key, kind in TYPES.items() if key in record)
    nested = [record.get(key, {}) for key in ("parameters", "notebooks")]
    sound = (
        typed
        and record.get("outcome") in OUTCOMES
        and _is_moment(record.get("started", ""))
        and all(isinstance(value, dict) for part in nested for value in part.values())
    )
    return record if sound else {}


def _is_moment(text: str) -> bool:
    try:
        return not text or bool(datetime.datetime.fromisoformat(text))
    except ValueError:
        return False


def last_good(folder: Path) -> Path | None:
    """Find the run that a report's `latest` points to; None before the first one."""
    link, named = folder / LATEST, folder / f"{LATEST}.txt"
    name = link.readlink().name if link.is_symlink() else ""
    if not name and is_regular(named):
        name = named.read_text(encoding="utf-8", errors="replace").strip()[:255]
    if not name or "/" in name or "\0" in name:
        return None
    return folder / name if read_record(folder / name).get("outcome") == "good" else None


def corpus_identity(corpus: str | Path, home: str | Path) -> list[str]:
    """Hash where a corpus lies: by its whole path, and as seen from the folder of a project.

    Neither hash tells the path. Two runs are of one corpus if they share either: a project that
    is moved as a whole keeps the second.

    >>> here, moved = corpus_identity("/a/seeds", "/a"), corpus_identity("/b/seeds", "/b")
    >>> [one == other for one, other in zip(here, moved)]
    [False, True]
    """
    path = Path(corpus).expanduser().resolve()
    return [_hash(str(path)), _hash(os.path.relpath(path, Path(home).resolve()))]


def is_same_corpus(record: dict[str, Any], identity: list[str]) -> bool:
    """Whether the run of a record was made from the corpus of this identity."""
    known = record.get("corpus_identity") or []
    return not known or any(digest in known for digest in identity)


def last_run_of(corpus: str | Path, folders: Iterable[Path]) -> Path | None:
    """Find the newest last good run of a corpus among the reports in some folders."""
    found = []
    for folder in folders:
        identity = corpus_identity(corpus, folder.resolve().parent)
        for report in sorted(folder.iterdir()) if folder.is_dir() else []:
            run = last_good(report)
            record = read_record(run) if run else {}
            if run and is_same_corpus(record, identity):
                found.append((record.get("started", ""), run))
    return max(found)[1] if found else None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]
