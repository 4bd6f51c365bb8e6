"""Texts of files that take long to convert, stored in the cache by the hash of the file."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from crosscurrents.kept import cache_folder, write_whole
from crosscurrents.readers import APART, Context, Reading, format_of, read_as, reading_of

VERSION = 2  # raised by hand when readers give another text for the same file


def read_converted(
    data: bytes, digest: str, name: str, columns: Mapping[str, str] | None = None
) -> Reading:
    """What a file holds (see `read_document_file`); raises ValueError as it does."""
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - a Path for each takes longer
    kind, context = format_of(data, suffix), Context(suffix, columns=columns)
    folder = cache_folder() if kind in APART else None  # a page takes 20 ms, a long PDF minutes
    if folder is None:
        return read_as(kind, data, context)
    file = Path(folder) / "converted" / f"{digest}-{VERSION}.json"
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        return reading_of(json.loads(file.read_text(encoding="utf-8")))
    reading = read_as(kind, data, context)
    with contextlib.suppress(OSError):  # without a cache it only takes longer
        write_whole(file, json.dumps(vars(reading), default=dict))
    return reading
