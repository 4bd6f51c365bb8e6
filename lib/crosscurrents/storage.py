"""Files: what may be opened, text in any encoding, what is written whole, cache, records."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any, BinaryIO

# Raised by hand when a stored number would be another for the same text and tools; what was stored
# under an earlier version is then measured again. tests/test_measures.py fails if it was forgotten.
MEASURES_VERSION = 14
FOLDER = "CROSSCURRENTS_CACHE"  # names the folder of the cache; "off" for none
# Set by report runs: a further folder of measures to look into, the folder of the last good run,
# and a folder where the notebooks of the run share the tables that they work out.
STORE, PREVIOUS = "CROSSCURRENTS_MEASURES", "CROSSCURRENTS_PREVIOUS"
RESULTS = "CROSSCURRENTS_RESULTS"
OWN = "crosscurrents-cache"  # the sub-folder that holds all cache files and nothing else
MADE = "made.sqlite"  # results of slow steps, by what they were made from
MEASURES = "measures"  # folder of measures in a run, and beside a corpus
RECORD, LATEST = "run.json", "latest"
LARGEST_RECORD = 100_000_000  # bytes; one that names 100,000 files left out has some 10 MB
KEY = json.JSONEncoder(default=dict)  # of what was made; a mapping is an object, too
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
    """What `make` makes, from the cache where this version made it before of the same key.

    Key and result are what JSON can hold. Without a cache it only takes longer.
    """
    store = _made_before(os.getpid(), *map(os.environ.get, (FOLDER, "HOME", "XDG_CACHE_HOME")))
    if store is None:
        return make()
    digest = hashlib.sha256(KEY.encode([kind, key]).encode()).digest()
    with contextlib.suppress(sqlite3.Error, ValueError):
        for (text,) in store.execute("SELECT result FROM made WHERE key = ?", [digest]):
            return json.loads(text)
    found = make()
    with contextlib.suppress(sqlite3.Error):  # a full disk, or another process writes for long
        store.execute("INSERT OR REPLACE INTO made VALUES (?, ?)", [digest, json.dumps(found)])
    return found


@lru_cache(maxsize=1)
def _made_before(process: int, *_: str | None) -> sqlite3.Connection | None:
    """What was made before, a row a key; None where nothing can be kept.

    A connection must not live on in the child of a `process`, nor where the cache is another one.
    Nothing waits for the disk: what a power cut damages is made again.
    """
    folder = cache_folder()
    if folder is None:
        return None
    file = folder / MADE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _opened(file)
    except (OSError, sqlite3.OperationalError):
        return None
    except sqlite3.DatabaseError:  # it is damaged, or something else
        if not is_regular(file):
            return None
        for part in folder.glob(f"{MADE}*"):  # what SQLite keeps beside it belongs to it
            part.unlink()
        return _opened(file)


def _opened(file: Path) -> sqlite3.Connection:
    """The file of what was made before, without what another version made."""
    store = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    store.execute("PRAGMA synchronous = OFF")
    store.execute("PRAGMA journal_mode = WAL")
    columns = "key BLOB PRIMARY KEY, result TEXT"
    store.execute(f"CREATE TABLE IF NOT EXISTS made ({columns}) WITHOUT ROWID")
    if store.execute("PRAGMA user_version").fetchone() != (MEASURES_VERSION,):
        store.execute("DELETE FROM made")
        store.execute(f"PRAGMA user_version = {MEASURES_VERSION}")
    return store


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
        content = json.loads(read_bytes(file, LARGEST_RECORD)) if is_regular(file) else None
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def read_record(run: Path) -> dict[str, Any]:
    """Read what run.json of a run says; empty where it is not a record that a report wrote."""
    record = read_object(run / RECORD)
    numbered = isinstance(record.get("number", 0), int)
    return record if numbered and record.get("outcome") in OUTCOMES else {}


def last_good(folder: Path) -> Path | None:
    """Find the run that a report's `latest` points to; None before the first one."""
    link = folder / LATEST
    if not link.is_symlink():
        return None
    run = folder / link.readlink().name
    return run if read_record(run).get("outcome") == "good" else None


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


# --- regular files -> bytes -> text: nothing else is opened

CONTROL = bytes([*range(9), *range(14, 27), *range(28, 32)])  # signs of no text file
LETTER = re.compile(r"[^\W_]")  # or a digit
MANY = 0.01  # share of such signs that a text with a slip or two does not reach
HEAD = 65_536  # signs of a text in which they are sought
# Bytes of a file, and of a table in memory: 20 times the largest corpus that this was tried with,
# and what a machine of 16 GB still measures. A Parquet file of some kilobytes may hold far more.
LARGEST = 2_000_000_000
# Encodings in which texts are still saved; of all 90 that Python knows, many fit any bytes.
ENCODINGS = [
    "cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "shift_jis",
    "gb18030", "big5", "euc_kr", "euc_jp", "mac_roman",
]  # fmt: skip
SYMBOLS = re.compile(
    "[^\\W\\d_]{2}[³¹¿£¥¼¾±¶§]"
)  # at the end of a word: it is not Western European
SAME_CHAOS = 0.01  # of charset-normalizer's measure: within it, two encodings fit equally well


def open_regular(file: str | Path) -> BinaryIO:
    """Open a regular file to read; never waits for a pipe or reads a device.

    Raises OSError as `open` does, ValueError for anything but a regular file.
    """
    stream = open(file, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK))  # noqa: SIM115
    if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        return stream
    stream.close()
    raise ValueError("is no regular file")


def read_bytes(file: str | Path, most: int = LARGEST) -> bytes:
    """Content of a regular file; raises ValueError where it cannot be read, or is too large."""
    try:
        with open_regular(file) as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > most:
                raise ValueError(f"is too large ({size:,} bytes, at most {most:,} are read)")
            return stream.read(size)  # and no more: some files of /proc never end
    except OSError as error:
        raise ValueError(unreadable(error)) from None


def file_sha256(file: str | Path) -> str:
    """SHA-256 of a regular file; raises as `open_regular` does."""
    with open_regular(file) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def unreadable(error: OSError) -> str:
    """Why a file cannot be read, in a few words."""
    return f"cannot be read ({(error.strerror or type(error).__name__).lower()})"


def decoded(data: bytes) -> tuple[str, str]:
    r"""Bytes of a text file as text with plain line ends, and the name of the encoding.

    UTF-8 where it fits, UTF-16 and UTF-32 by their mark or their zero bytes, else the encoding that
    charset-normalizer finds most likely.

    >>> decoded("Le café d’été".encode("cp1252"))
    ('Le café d’été', 'cp1252')
    """
    marks = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16",
             b"\xfe\xff": "utf-16"}  # fmt: skip
    wide = next((name for mark, name in marks.items() if data.startswith(mark)), "")
    if not wide and b"\0" in data:
        wide = _unmarked(data[:HEAD])
    try:
        return plain_ends(data.decode(wide or "utf-8")), wide or "utf-8"
    except UnicodeDecodeError as error:
        if wide:
            sign = f"byte {error.start} is 0x{data[error.start]:02x}"
            raise ValueError(f"is not {wide.upper()} text ({sign}); save it as UTF-8") from None
    name = _likely(data)
    return plain_ends(data.decode(name, "replace")), name


def _unmarked(data: bytes) -> str:
    """UTF-16 without its mark: nearly every other byte of Western text is zero."""
    half = len(data) // 2
    for name, zeros in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
        if half > 8 and zeros.count(0) > 0.8 * half and data.count(0) == zeros.count(0):
            return name
    raise ValueError("is not a text file (it holds zero bytes)")


def _likely(data: bytes) -> str:
    """The encoding of bytes that are not UTF-8: Windows-1252 where another fits no better."""
    from charset_normalizer import from_bytes

    high = data
    if len(data) > HEAD:  # of a long text only the words that tell: all of it would take minutes
        high = b" ".join(word for word in data.split() if not word.isascii())[:HEAD]
    found: dict[str, float] = {}  # best first
    for match in from_bytes(high, cp_isolation=ENCODINGS):
        for name in (match.encoding, *match.could_be_from_charset):
            found.setdefault(name, match.chaos)
    western = high.decode("cp1252", "replace")
    if SYMBOLS.search(western):
        found = {name: chaos for name, chaos in found.items()
                 if high.decode(name, "replace") != western}  # fmt: skip
    least = min(found.values(), default=0)
    if not found or found.get("cp1252", 1) <= least + SAME_CHAOS:
        return "cp1252"
    return min(found, key=found.get)


def plain_ends(text: str) -> str:
    """A text with plain line ends and without a byte-order mark."""
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def check_text(text: str) -> str:
    """The same text; raises ValueError where it holds nothing to read."""
    if not LETTER.search(text):
        raise ValueError("holds no letter and no digit" if text.strip() else "is empty")
    head = text[:HEAD].encode("utf-8", "surrogatepass")
    kept = head.translate(None, CONTROL)
    if len(head) - len(kept) > MANY * len(text[:HEAD]):
        raise ValueError("is not a text file (it holds control characters)")
    return text
