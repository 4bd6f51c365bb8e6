"""What was measured before: batches in a folder of the user, each named by the hash of its bytes.

Batches measured with the same tools (version, codebook, lexicons) lie in one folder. Files are
written beside their place and moved there whole, so that two runs at a time do no harm. A file
whose hash is not its name is damaged or somebody else's: it is neither used nor deleted.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.core.arrays import cores, in_threads, offsets_of
from crosscurrents.kept import cache_folder, write_whole
from crosscurrents.measures.batches import SCHEMA, check_batch, from_bytes

SUFFIX = ".arrow"
KEPT = 60 * 86_400  # seconds that the batches of other tools (an older library) are kept unused


@dataclass
class Cache:
    """The batches of one set of tools; without a folder in memory only."""

    folder: Path | None
    batches: list[pa.Table] = field(default_factory=list)

    @classmethod
    def open(cls, tools: str, *, patterns: int = 0, use: bool = True) -> Cache:
        """Read the batches that were measured with some tools (their hash); ignore broken ones.

        `patterns` is how many the codebook among these tools has.
        """
        root = cache_folder() if use else None
        cache = cls(root / tools[:32] if root else None)

        def read(file: Path) -> pa.Table | None:
            try:  # another run may have removed it
                content = _map(file)
                if hashlib.sha256(content).hexdigest() == file.stem:
                    return check_batch(from_bytes(content), patterns)
            except (OSError, ValueError):
                pass
            return None

        files = sorted(cache.folder.glob(f"*{SUFFIX}")) if cache.folder else []
        found = in_threads(read, files, cores())
        cache.batches += [batch for batch in found if batch is not None]
        return cache

    def find(self, keys: Iterable[str]) -> np.ndarray:
        """The row of each document among the rows of all batches, -1 where it is in none.

        `keys` are in hexadecimal digits, as `measured_with` of the documents.
        """
        wanted = pa.array(map(bytes.fromhex, keys), pa.binary(32))
        found = pc.index_in(wanted, value_set=self._table().column("key"))
        return found.fill_null(-1).to_numpy().astype(np.int64)

    def sizes(self, column: str) -> np.ndarray:
        """How many items each document has, in the order of the batches."""
        return pc.list_value_length(self._table().column(column)).to_numpy()

    def take(self, places: np.ndarray, columns: list[str] | None = None) -> pa.Table:
        """The rows of documents, in this order, all columns or some; of one vocabulary.

        A batch at a time: Arrow would copy all of them to take some rows.
        """
        ends = offsets_of(np.array([len(batch) for batch in self.batches], np.int64))
        batch = np.searchsorted(ends, places, side="right") - 1
        tables = [table.select(columns or SCHEMA.names) for table in self.batches]
        parts = [tables[k].take(pa.array(places[batch == k] - ends[k])) for k in np.unique(batch)]
        found = pa.concat_tables([SCHEMA.empty_table().select(columns or SCHEMA.names), *parts])
        order = np.argsort(batch, kind="stable")
        if (np.diff(order) < 0).any():
            found = found.combine_chunks().take(pa.array(np.argsort(order)))
        return found.combine_chunks()

    def _table(self) -> pa.Table:
        return pa.concat_tables([SCHEMA.empty_table(), *self.batches])

    def add(self, data: bytes) -> None:
        """Take a batch up, and into the folder where there is one and it can be written."""
        if self.folder:
            path = self.folder / f"{hashlib.sha256(data).hexdigest()}{SUFFIX}"
            try:
                self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                write_whole(path, data)
                data = _map(path)
            except OSError as error:
                warnings.warn(f"what is measured is not kept in the cache: {error}", stacklevel=2)
                self.folder = None
        self.batches.append(from_bytes(data))

    def tidy(self) -> None:
        """Remove the batches of tools that were not used for long: our own files, no others."""
        if self.folder is None or not self.folder.is_dir():
            return
        with contextlib.suppress(OSError):  # another run was faster, or nothing can be written
            os.utime(self.folder)
            for folder in self.folder.parent.glob("[0-9a-f]" * len(self.folder.name)):
                if time.time() - folder.lstat().st_mtime > KEPT and not folder.is_symlink():
                    _delete(folder)


def _map(path: Path) -> pa.Buffer:
    """The content of a file, which takes memory only where it is looked at."""
    with pa.memory_map(str(path)) as file:
        return file.read_buffer()


def _delete(folder: Path) -> None:
    """Delete the batches in a folder, whose names are the hashes of their content; and it."""
    for file in folder.glob(f"*{SUFFIX}"):
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as stream:
                ours = hashlib.file_digest(stream, "sha256").hexdigest() == file.stem
            if ours:
                file.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # files of somebody else: the folder stays
        folder.rmdir()
