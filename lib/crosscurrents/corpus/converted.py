"""Texts of files that take long to convert, stored in the cache by the hash of the file."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from crosscurrents.kept import cache_folder, write_whole
from crosscurrents.readers import Document, Reading, format_of, read_document_file

VERSION = 1  # raised by hand when readers give another text for the same file
SLOW = {
    "html",
    "pdf",
    "docx",
    "odt",
    "epub",
    "rtf",
    "eml",
}  # a page takes 20 ms, a long PDF minutes


def read_converted(
    data: bytes, digest: str, name: str, columns: Mapping[str, str] | None = None
) -> Reading:
    """What a file holds (see `read_document_file`); raises ValueError as it does."""
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122 - a Path for each takes longer
    folder = cache_folder() if format_of(data, suffix) in SLOW else None
    if folder is None:
        return read_document_file(data, name, columns=columns)
    file = Path(folder) / "converted" / f"{digest}-{VERSION}.json"
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        found = json.loads(file.read_text(encoding="utf-8"))
        found["documents"] = tuple(Document(*row) for row in found["documents"])
        return Reading(**found | {"doubts": tuple(found["doubts"])})
    reading = read_document_file(data, name, columns=columns)
    with contextlib.suppress(OSError):  # without a cache it only takes longer
        write_whole(file, json.dumps(vars(reading), default=dict))
    return reading
