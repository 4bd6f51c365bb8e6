"""What was measured before: shards in a folder of the user, each named by the hash of its bytes.

Shards measured with the same tools (code, codebook, lexicons) lie in one folder. Files are written
beside their place and moved there whole, so that two runs at a time do no harm. A file whose hash
is not its name is damaged or somebody else's: it is neither used nor deleted.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import time
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.core.arrays import cores, in_threads
from crosscurrents.kept import cache_folder
from crosscurrents.measures.shard import Shard, join_shards

SUFFIX = ".arrow"
MAGIC = b"ARROW1"  # how an Arrow file begins
SMALL, MANY = 2_000_000, 16  # bytes and number of small shards that are then put together
KEPT = 60 * 86_400  # seconds that the shards of other tools (an older library) are kept unused


@dataclass
class Cache:
    """The shards of one set of tools, by file (None: in memory only)."""

    folder: Path | None
    shards: list[tuple[Path | None, Shard]] = field(default_factory=list)

    @classmethod
    def open(cls, tools: str, patterns: int, *, use: bool = True) -> Cache:
        """Read the shards that were measured with some tools (their hash); ignore broken ones.

        `patterns` is how many the codebook has.
        """
        root = cache_folder() if use else None
        if root is None:
            return cls(None)
        folder = root / tools[:32]
        files = sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []
        shards = in_threads(lambda file: _read(file, patterns), files, cores())
        found = cls(folder)
        for file, shard in zip(files, shards):
            if shard is not None:
                found._take_up(file, shard)
        return found

    def _take_up(self, path: Path | None, shard: Shard) -> None:
        self.shards.append((path, shard))

    def find(self, keys: np.ndarray) -> np.ndarray:
        """Where documents stand: number of the shard and of the document in it; -1 where nowhere.

        Parameters
        ----------
        keys : uint8 array (documents, 32)

        Returns
        -------
        int64 array (documents, 2)
        """
        known = [shard.keys for _, shard in self.shards] or [keys[:0]]
        place = pc.index_in(_binary(keys), value_set=_binary(np.concatenate(known)))
        place = place.fill_null(-1).to_numpy().astype(np.int64)
        ends = np.cumsum([len(k) for k in known])
        shard = np.searchsorted(ends, place, side="right")
        within = place - np.append(0, ends)[shard]
        return np.where(place[:, None] < 0, -1, np.stack([shard, within], axis=1))

    def add(self, data: bytes) -> None:
        """Take a shard up, and into the folder where there is one and it can be written."""
        try:
            path = self._write(data) if self.folder else None
        except OSError as error:
            warnings.warn(f"what is measured is not kept in the cache: {error}", stacklevel=2)
            self.folder = path = None
        self._take_up(path, _map(path) if path else Shard.from_bytes(data))

    def tidy(self) -> None:
        """Put many small shards together, and remove those of tools not used for long."""
        if self.folder is None or not self.folder.is_dir():
            return
        try:
            os.utime(self.folder)
            small = [(f, s) for f, s in self.shards if f and f.stat().st_size < SMALL]
            if len(small) >= MANY:
                self._write(join_shards([s for _, s in small]))
                for file, _ in small:
                    file.unlink(missing_ok=True)
            for folder in self.folder.parent.iterdir():
                if re.fullmatch("[0-9a-f]{32}", folder.name) and not folder.is_symlink():
                    _delete_unused(folder, keep=folder == self.folder)
        except OSError:
            return  # another run was faster, or the folder can only be read: next time

    def _write(self, data: bytes) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{hashlib.sha256(data).hexdigest()}{SUFFIX}"
        name = {"prefix": f"{path.stem}-", "suffix": ".part"}
        with tempfile.NamedTemporaryFile(dir=self.folder, **name, delete=False) as partial:
            try:
                partial.write(data)
                partial.close()
                Path(partial.name).replace(path)
            except BaseException:
                Path(partial.name).unlink(missing_ok=True)
                raise
        return path


def _read(path: Path, patterns: int) -> Shard | None:
    """The shard in a file; None for a damaged or foreign one, and where another run removed it."""
    try:
        content = np.memmap(path, np.uint8, "r")
        if hashlib.sha256(content).hexdigest() == path.stem:
            return Shard.from_bytes(content).checked(patterns)
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


def _map(path: Path) -> Shard:
    return Shard.from_bytes(np.memmap(path, np.uint8, "r"))


def _binary(keys: np.ndarray) -> pa.Array:
    """Rows of bytes as values of Arrow."""
    buffers = [None, pa.py_buffer(np.ascontiguousarray(keys))]
    return pa.Array.from_buffers(pa.binary(keys.shape[1]), len(keys), buffers)
