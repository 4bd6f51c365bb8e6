"""Looking into files once: hash, headline and what is wrong, kept by their size and times.

As git and make do it, a file whose size, times and number on the disk are those of the last look
is taken for unchanged. Times are only as fine as a disk keeps them, so what was changed shortly
before it was looked into is not kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.cleaning import clean
from crosscurrents.corpus.files import look
from crosscurrents.kept import cache_folder, code_sha256

RACY = 2_000_000_000  # nanoseconds: the coarsest times of a disk in use (FAT)
LEAST = 2_000_000  # bytes of files that are read in no time
TOP = 2_000  # signs: a headline stands within these
SUFFIX = ".looks"
CHECK = 32  # bytes of a hash before the table that is kept
FACTS = ("size", "changed", "touched", "inode")
FOUND = ("sha256", "reason", "headline")
SCHEMA = pa.schema(
    [("name", pa.binary()), *((n, pa.int64()) for n in FACTS), *((n, pa.string()) for n in FOUND)]
)


def stat_files(folder: Path, names: Sequence[str]) -> np.ndarray:
    """Size, times and number on the disk of each file, and whether it has settled.

    Returns
    -------
    int64 array (files, 5)
        Bytes (-1 where there is no file), time of the last change of the content and of anything
        (nanoseconds), number, and 1 where these tell of any later change.
    """
    flat, base, now = [], f"{folder}{os.sep}", time.time_ns()
    for name in names:
        try:
            found = os.stat(base + name)  # noqa: PTH116 - a Path for each takes longer
        except (OSError, ValueError):
            flat += (-1, 0, 0, 0)
            continue
        size = found.st_size if stat.S_ISREG(found.st_mode) else -1
        flat += (size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino & 2**63 - 1)
    facts = np.array(flat, np.int64).reshape(-1, len(FACTS))
    settled = (facts[:, 0] >= 0) & (facts[:, 1:3].max(axis=1, initial=0) < now - RACY)
    return np.column_stack([facts, settled])


def look_into(
    folder: Path, names: Sequence[str], facts: np.ndarray, *, headlines: bool, trust: bool = True
) -> pa.Table:
    """Look into files of a folder, or remember what was found there the last time.

    Parameters
    ----------
    names
        Of the files, below the folder.
    facts
        What `stat_files` says of them, asked before.
    headlines
        Whether these are wanted.
    trust
        Whether size and times may stand for the content of a file.

    Returns
    -------
    Table
        sha256, reason (why a file is no document) and headline of each; "" for nothing.
    """
    root = cache_folder() if trust and facts[:, 0].sum() >= LEAST else None
    place = root / _name(folder, headlines) if root else None
    known = _read(place) if place else SCHEMA.empty_table()
    coded = pa.array(os.fsencode("\0".join(names)).split(b"\0") if names else [], pa.binary())
    row = pc.index_in(coded, value_set=known["name"].combine_chunks())
    row = row.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    same = row >= 0
    old = np.column_stack([known[name].to_numpy() for name in FACTS])
    same[same] = (old[row[same]] == facts[same, : len(FACTS)]).all(axis=1)
    new = np.flatnonzero(~same)
    rows = [_look(folder, names[k], headlines) for k in new.tolist()]
    fresh = pa.table(
        [
            coded.take(pa.array(new)),
            *facts[new, : len(FACTS)].T,
            *(zip(*rows) if rows else [[]] * 3),
        ],
        schema=SCHEMA,
    )
    row[new] = len(known) + np.arange(len(new))
    found = pa.concat_tables([known, fresh]).take(pa.array(row))
    if place:
        hashed = pc.not_equal(found["sha256"], "").to_numpy()
        keep = (facts[:, -1] > 0) & hashed
        if keep[new].any() or keep.sum() != len(known):
            _write(place, found.filter(pa.array(keep)))
        else:
            _touch(place)
    return found.select(FOUND).combine_chunks()


def _look(folder: Path, name: str, headlines: bool) -> tuple[str, str, str]:
    digest, text, reason = look(f"{folder}{os.sep}{name}")
    head = text[:TOP] if headlines else ""
    return digest, reason, clean(head).headline if head else ""


def _name(folder: Path, headlines: bool) -> str:
    """One file a folder and version of our code."""
    what = repr([code_sha256(("corpus.looks",)), str(folder.resolve()), headlines])
    return hashlib.sha256(what.encode("utf-8", "surrogateescape")).hexdigest()[:32] + SUFFIX


def _read(place: Path) -> pa.Table:
    """What was kept; nothing where that is broken, foreign or not there."""
    try:
        data = place.read_bytes()
        if hashlib.sha256(data[CHECK:]).digest() == data[:CHECK]:
            table = pa.ipc.open_file(pa.py_buffer(data[CHECK:])).read_all()
            if table.schema == SCHEMA:
                return table
    except (OSError, pa.ArrowInvalid):
        pass
    return SCHEMA.empty_table()


def _write(place: Path, table: pa.Table) -> None:
    """Keep a table: written beside its place and moved there whole. Without it all works, too."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, SCHEMA) as writer:
        writer.write_table(table)
    data = sink.getvalue().to_pybytes()
    partial = None
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=place.parent, suffix=".part", delete=False) as partial:
            partial.write(hashlib.sha256(data).digest() + data)
        Path(partial.name).replace(place)
    except OSError:
        if partial:
            Path(partial.name).unlink(missing_ok=True)


def _touch(place: Path) -> None:
    """What is in use is not tidied away."""
    with contextlib.suppress(OSError):
        os.utime(place)
