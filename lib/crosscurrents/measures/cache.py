"""What was measured before: batches in a folder of the user, each named by the hash of its bytes.

Batches measured with the same tools (version, codebook, lexicons) lie in one folder. Files are
written beside their place and moved there whole, so that two runs at a time do no harm. A file
whose hash is not its name is damaged or somebody else's: it is neither used nor deleted.
"""

from __future__ import annotations

import contextlib
import hashlib
import mmap
import os
import re
import tempfile
import time
import warnings
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.core.arrays import cores, in_threads, offsets_of
from crosscurrents.kept import cache_folder
from crosscurrents.measures.batches import SCHEMA, check_batch, from_bytes

SUFFIX = ".arrow"
MAGIC = b"ARROW1"  # how an Arrow file begins
KEPT = 60 * 86_400  # seconds that the batches of other tools (an older library) are kept unused


@dataclass
class Cache:
    """The batches of one set of tools; without a folder in memory only."""

    folder: Path | None
    batches: list[pa.Table] = field(default_factory=list)
    _mapped: list[mmap.mmap] = field(default_factory=list)  # the files of batches

    @classmethod
    def open(cls, tools: str, *, patterns: int = 0, use: bool = True) -> Cache:
        """Read the batches that were measured with some tools (their hash); ignore broken ones.

        `patterns` is how many the codebook among these tools has.
        """
        root = cache_folder() if use else None
        if root is None:
            return cls(None)
        folder = root / tools[:32]
        files = sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []
        found = in_threads(partial(_read, patterns=patterns), files, cores())
        batches = [each for each in found if each is not None]
        return cls(folder, [table for table, _ in batches], [content for _, content in batches])

    def find(self, keys: np.ndarray) -> np.ndarray:
        """The row of each document among those of all batches, -1 where it is in none.

        `keys` are uint8 (documents, 32).
        """
        known = self._table().column("key")
        wanted = pa.Array.from_buffers(
            pa.binary(32), len(keys), [None, pa.py_buffer(np.ascontiguousarray(keys))]
        )
        return pc.index_in(wanted, value_set=known).fill_null(-1).to_numpy().astype(np.int64)

    def sizes(self, column: str) -> np.ndarray:
        """How many items each document has, in the order of the batches."""
        return pc.list_value_length(self._table().column(column)).to_numpy()

    def take(self, places: np.ndarray, columns: list[str] | None = None) -> pa.Table:
        """The rows of documents, in this order, all columns or some; of one vocabulary.

        A batch at a time: Arrow would copy all of them to take some rows.
        """
        ends = offsets_of(np.array([len(batch) for batch in self.batches], np.int64))
        batch = np.searchsorted(ends, places, side="right") - 1
        tables = [SCHEMA.empty_table(), *self.batches]
        tables = [table.select(columns) for table in tables] if columns else tables
        used = np.unique(batch)
        parts = [tables[k + 1].take(pa.array(places[batch == k] - ends[k])) for k in used]
        found = pa.concat_tables([tables[0], *parts])
        if (np.diff(batch) < 0).any():
            order = np.argsort(batch, kind="stable")
            back = np.empty(len(order), np.int64)
            back[order] = np.arange(len(order))
            found = found.combine_chunks().take(pa.array(back))
        found = found.combine_chunks()
        self._release()
        return found

    def _release(self) -> None:
        """Let the system have the pages of files that were looked at."""
        if hasattr(mmap, "MADV_DONTNEED"):
            for content in self._mapped:
                content.madvise(mmap.MADV_DONTNEED)

    def _table(self) -> pa.Table:
        return pa.concat_tables([SCHEMA.empty_table(), *self.batches])

    def add(self, data: bytes) -> None:
        """Take a batch up, and into the folder where there is one and it can be written."""
        try:
            path = self._write(data) if self.folder else None
        except OSError as error:
            warnings.warn(f"what is measured is not kept in the cache: {error}", stacklevel=2)
            self.folder = path = None
        if path:
            data = _map(path)
            self._mapped.append(data)
        self.batches.append(from_bytes(data))

    def _write(self, data: bytes) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{hashlib.sha256(data).hexdigest()}{SUFFIX}"
        name = {"prefix": f"{path.stem}-", "suffix": ".part"}
        with tempfile.NamedTemporaryFile(dir=self.folder, **name, delete=False) as part:
            try:
                part.write(data)
                part.close()
                Path(part.name).replace(path)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
        return path

    def tidy(self) -> None:
        """Remove the batches of tools that were not used for long."""
        if self.folder is None or not self.folder.is_dir():
            return
        with contextlib.suppress(OSError):  # another run was faster, or nothing can be written
            os.utime(self.folder)
            for folder in self.folder.parent.iterdir():
                if re.fullmatch("[0-9a-f]{32}", folder.name) and not folder.is_symlink():
                    _delete_unused(folder, keep=folder == self.folder)


def _map(path: Path) -> mmap.mmap:
    """The content of a file, which takes memory only where it is looked at."""
    with path.open("rb") as stream:
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)


def _read(path: Path, patterns: int) -> tuple[pa.Table, mmap.mmap] | None:
    """The batch in a file; None for a damaged or foreign one, and where another run removed it."""
    try:
        content = _map(path)
        if hashlib.sha256(content).hexdigest() == path.stem:
            batch = check_batch(from_bytes(content), patterns)
            if hasattr(mmap, "MADV_DONTNEED"):
                content.madvise(mmap.MADV_DONTNEED)
            return batch, content
    except (OSError, ValueError):
        pass
    return None


def _delete_unused(folder: Path, *, keep: bool) -> None:
    """Delete our own files that no run has used for long, and the folder if that empties it."""
    if not folder.is_dir() or (not keep and _age(folder) < KEPT):
        return
    deleted = False
    for file in folder.iterdir():
        if (not keep or file.suffix == ".part") and _age(file) > KEPT and _is_ours(file):
            file.unlink(missing_ok=True)
            deleted = True
    if deleted and not keep:
        with contextlib.suppress(OSError):  # files of somebody else: the folder stays
            folder.rmdir()


def _age(path: Path) -> float:
    return time.time() - path.lstat().st_mtime


def _is_ours(file: Path) -> bool:
    """Whether this module wrote a file: its name is the hash of its content.

    Of a half-written file, which a killed run leaves, only the form of its name and its first
    bytes can be known.
    """
    if file.is_symlink() or not file.is_file():
        return False
    if re.fullmatch("[0-9a-f]{64}-.{8}[.]part", file.name):
        with file.open("rb") as stream:
            return stream.read(len(MAGIC)) in (MAGIC, b"")
    if not re.fullmatch(f"[0-9a-f]{{64}}[.]{SUFFIX[1:]}", file.name):
        return False
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == file.stem
