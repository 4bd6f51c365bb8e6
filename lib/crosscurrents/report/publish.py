"""The folder of a report: one run at a time in it, published whole or not at all, with its record.

The record says what a report was made from and with: hashes, versions, the commit; and one hash of
them all. Files are named as seen from the project, never by a path of somebody's home.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from crosscurrents import storage
from crosscurrents.report.definitions import PACKAGE, PROJECT, Definition
from crosscurrents.writing import counted, free_name

# Parts of a record that decide what a report shows: what it is made from, and what with. The rest
# is when, where and how long.
INPUTS = {
    "corpus": "the corpus",
    "codebook_sha256": "the codebook",
    "lexicons": "the lexicons",
    "parameters": "the parameters",
    "files": "the files that parameters name",
    "notebooks": "the notebooks",
}
TOOLS = {
    "code_sha256": "the library's code",
    "lock_sha256": "requirements.lock",
    "versions": "installed libraries",
}
# The libraries whose versions can change a text that is read, a number or a picture.
LIBRARIES = [
    "crosscurrents", "afinn", "charset-normalizer", "datasketch", "ipykernel", "jieba", "lxml",
    "mammoth", "matplotlib", "nbconvert", "nltk", "numpy", "openpyxl", "pandas", "papermill",
    "py3langid", "pyarrow", "pypdf", "regex", "scikit-learn", "scipy", "seaborn", "sentencex",
    "stopwordsiso", "striprtf", "textblob", "trafilatura", "vaderSentiment",
]  # fmt: skip
PICTURES = ("image/png", "image/jpeg")  # base64: no names in there, though it may look so
# Runs whose measures stay: the last one, and the one before, which `previous` may still name.
KEPT = 2
TEMPORARY = ".run-"  # begins the names of folders that are being made, or removed


class Names:
    """Shown names of files, and a way to put them in place of the paths in any text.

    Parameters
    ----------
    files
        The files and folders that may be named: corpus, notebooks, codebooks, lists.
    folders
        What names are seen from: one inside of the first of these is shown by its way from there,
        any other by its last part. A folder that holds home folders is left out.

    >>> names = Names(["/data/ann/work/seeds", "/data/ann/private/own.yml"], ["/data/ann/work"])
    >>> names.of("/data/ann/work/seeds"), names.of("/data/ann/private/own.yml")
    ('seeds', 'own.yml')
    >>> names.hide({"said": "/data/ann/work/seeds/a.txt is no text, in /data/ann/work"})
    {'said': 'seeds/a.txt is no text, in .'}
    """

    def __init__(self, files: Iterable[str | Path], folders: Iterable[str | Path]) -> None:
        home = Path.home()
        places = [place for folder in folders for place in _places(folder)]
        self._folders = [place for place in places if not home.is_relative_to(place)]
        known = {str(place): self.of(file) for file in files for place in _places(file)}
        known |= {f"{folder}/": "" for folder in self._folders}
        known |= {str(folder): "." for folder in self._folders} | {str(home): "~"}
        self._known = {path: name for path, name in known.items() if path.strip("/")}
        longest = sorted(self._known, key=len, reverse=True)
        whole = [re.escape(path) + ("" if path.endswith("/") else r"(?![\w-])") for path in longest]
        self._pattern = re.compile(r"(?<!\w)(?:" + "|".join(whole) + ")")

    def of(self, path: str | Path) -> str:
        """The name that a file is shown by."""
        for place in _places(path):
            for folder in self._folders:
                if place.is_relative_to(folder):
                    return place.relative_to(folder).as_posix()
        return Path(path).name

    def hide(self, value: Any) -> Any:
        """The same text, list or dict with shown names in place of all paths in it."""
        if isinstance(value, str):
            return self._pattern.sub(lambda found: self._known[found[0]], value)
        if isinstance(value, dict):
            return {
                self.hide(key): part if key in PICTURES else self.hide(part)
                for key, part in value.items()
            }
        return [self.hide(part) for part in value] if isinstance(value, list | tuple) else value


def _places(path: str | Path) -> list[Path]:
    """A path as it is given, and with its links followed."""
    return list(dict.fromkeys([Path(path).absolute(), Path(path).resolve()]))


def names_of(definition: Definition) -> Names:
    """The names of a report's files, as seen from its project, else from this one."""
    files = [definition.corpus, *definition.notebooks.values(), *files_named(definition)]
    return Names(files, [definition.home, PROJECT, sys.prefix])


def files_named(definition: Definition) -> list[str]:
    """The absolute paths among the values of a report's parameters."""
    values = [value for given in definition.parameters.values() for value in given.values()]
    flat = [part for value in values for part in (value if isinstance(value, list) else [value])]
    return sorted({text for text in flat if isinstance(text, str) and Path(text).is_absolute()})


def record_of(definition: Definition, found: dict[str, Any], names: Names) -> dict[str, Any]:
    """What a run of a report is made from and with; `found` is what a `Run` has found."""
    files: dict[str, str] = {}
    for path in filter(os.path.isfile, files_named(definition)):
        digests = [files.get(names.of(path), ""), storage.file_sha256(path)]
        files[names.of(path)] = " ".join(digests).strip()  # several files of one name share it
    lock = PROJECT / "requirements.lock"
    record = {
        "title": definition.title,
        "corpus_identity": definition.identity,
        "limits": {"seconds": definition.time_limit, "bytes": definition.memory_limit},
        "corpus": {"path": names.of(definition.corpus), **found["corpus"]},
        "codebook_sha256": found["codebook_sha256"],
        "lexicons": found["lexicons"],
        "parameters": names.hide(definition.parameters),
        "files": files,
        "notebooks": {
            name: {"file": names.of(path), "sha256": storage.file_sha256(path)}
            for name, path in definition.notebooks.items()
        },
        "versions": {
            "python": platform.python_version(),
            **{n: storage.version(n) for n in LIBRARIES},
        },
        "code_sha256": code_sha256(),
        "lock_sha256": storage.file_sha256(lock) if lock.is_file() else "",
        "commit": commit(PROJECT),
    }
    return record | {"fingerprint": fingerprint(record)}


def commit(folder: Path) -> str:
    """The commit of a folder's repository, `-dirty` if files differ from it; empty if none."""
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=40"]
    try:
        done = subprocess.run(
            [*command, "--exclude=*"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


@cache
def code_sha256() -> str:
    """Hash of this library's own files: code, templates, word lists."""
    files = sorted(f for f in PACKAGE.rglob("*") if f.is_file() and "__pycache__" not in f.parts)
    return _sha256([(f.relative_to(PACKAGE).as_posix(), storage.file_sha256(f)) for f in files])


def corpus_sha256(documents) -> str:
    """Hash of a corpus: of its catalogue, which has the hash of each document.

    >>> import pandas as pd
    >>> a = pd.DataFrame({"doc_id": ["1"], "sha256": ["aa"]})
    >>> corpus_sha256(a) == corpus_sha256(a.assign(sha256="ab"))
    False
    """
    rows = documents.drop(columns=["at_hand"], errors="ignore").astype(str)
    return _sha256([list(rows.columns), *rows.to_numpy().tolist()])


def fingerprint(record: dict[str, Any]) -> str:
    """One hash of all that decides what a report shows: the same if a new run could not differ."""
    hashes = {name: entry["sha256"] for name, entry in record["notebooks"].items()}
    return _sha256({p: record.get(p) for p in [*INPUTS, *TOOLS]} | {"notebooks": hashes})


def _sha256(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


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
        if os.path.lexists(place) and not storage.is_regular(place):
            raise ValueError(f"{str(place)!r} is no file of ours; move it away")
        held = FileLock(place, timeout=0).acquire()
    except Timeout:
        raise ReportBusy(f"report {folder.name!r} is being made by another run") from None
    except OSError as error:
        raise ValueError(f"folder {str(folder)!r} cannot be written: {error.strerror}") from None
    with held:
        yield


def check_latest(folder: Path) -> None:
    """Raise ValueError where something else is in the place of the link to the last good run."""
    place = folder / storage.LATEST
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
    place = {"prefix": TEMPORARY, "dir": folder, "ignore_cleanup_errors": True}
    with tempfile.TemporaryDirectory(**place) as work:
        yield Path(work).resolve()


def runs(folder: Path) -> list[Path]:
    """The runs in a folder in the order they were made in, by number: clocks jump."""
    numbered = [
        (record.get("number", 0), path)
        for path in (folder.iterdir() if folder.is_dir() else [])
        if path.is_dir() and not path.is_symlink() and not path.name.startswith(".")
        if (record := storage.read_record(path))
    ]
    return [path for _, path in sorted(numbered)]


def next_number(folder: Path) -> int:
    """One more than any run of a report has, good or failed."""
    made = [*runs(folder), *runs(folder / "failed")]
    return 1 + max((storage.read_record(run).get("number", 0) for run in made), default=0)


def free_folder(parent: Path, started: datetime.datetime) -> Path:
    """A name for a run's folder that is not taken, whatever the clock does."""
    stem = f"{started:%Y-%m-%dT%H%M%SZ}"
    return parent / free_name(stem, "", lambda name: (parent / name).exists())


def publish(pages: Path, folder: Path, started: datetime.datetime) -> Path:
    """Put finished pages in their place, then point `latest` to them; each in one step."""
    _to_disk(pages)
    target = free_folder(folder, started)
    pages.replace(target)
    link = folder / f".{storage.LATEST}"
    link.unlink(missing_ok=True)
    link.symlink_to(target.name, target_is_directory=True)
    link.replace(folder / storage.LATEST)
    return target


def _to_disk(pages: Path) -> None:
    """Have the system write all files: with a power cut the new name must not come before them."""
    for path in [*pages.rglob("*"), pages]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def keep_failed(pages: Path, folder: Path, started: datetime.datetime) -> Path:
    """Keep what ran of a failed run, without the pages and tables that did come out."""
    for page in pages.glob("*.html"):
        page.unlink()
    for part in ("tables", storage.MEASURES):
        shutil.rmtree(pages / part, ignore_errors=True)
    target = free_folder(folder / "failed", started)
    target.parent.mkdir(exist_ok=True)
    return pages.replace(target)


def prune(folder: Path, keep: int) -> None:
    """Remove all but the newest `keep` good and failed runs, and never the last good one; of older
    runs that stay the measures."""
    last = storage.last_good(folder)
    for old in [*runs(folder)[:-keep], *runs(folder / "failed")[:-keep]]:
        if last is None or not old.samefile(last):
            gone = folder / f"{TEMPORARY}{old.name}"  # no half of it is ever seen under its name
            shutil.rmtree(gone, ignore_errors=True)
            with contextlib.suppress(OSError):
                old.replace(gone)
            shutil.rmtree(gone, ignore_errors=True)
    for old in runs(folder)[:-KEPT]:
        shutil.rmtree(old / storage.MEASURES, ignore_errors=True)


def files_of(corpus: Path, out: Path) -> dict[str, str]:
    """The hash of each file of a corpus by its path; the folder `out` is none of it.

    No page may rest on a text that was changed while it was made; see `changed_files`.
    """
    found = {}
    tops = os.walk(corpus) if corpus.is_dir() else [(corpus.parent, [], [corpus.name])]
    for folder, folders, names in tops:
        folders[:] = [n for n in folders if n[0] != "." and Path(folder, n).resolve() != out]
        for file in (Path(folder, name) for name in names):
            with contextlib.suppress(OSError, ValueError):  # no regular file
                found[str(file)] = storage.file_sha256(file)
    return found


def changed_files(before: dict[str, str], now: dict[str, str]) -> str:
    """Say which files changed between two looks by `files_of`; empty if none did."""
    changed = sorted(name for name in before | now if before.get(name) != now.get(name))
    if not changed:
        return ""
    first = changed[0]
    what = "appeared" if first not in before else "changed" if first in now else "disappeared"
    more = f", and {counted(len(changed) - 1, 'more file')} changed" if len(changed) > 1 else ""
    return f"the corpus changed while the report was made: {first} {what}{more}"
