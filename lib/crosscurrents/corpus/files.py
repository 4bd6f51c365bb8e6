"""Files of a corpus: finding them in a folder, looking into one, giving a document's text."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from crosscurrents.readers import OTHER_SUFFIXES, TEXT_SUFFIXES, check_text, decode

KNOWN_ENDS = (*TEXT_SUFFIXES, *OTHER_SUFFIXES)
NO_DOCUMENT = {"readme", "license", "licence", "requirements", "codebook"}  # names without ending


@dataclass(frozen=True)
class FileTexts:
    """Read the text of a document from its file."""

    paths: dict[str, str]  # whole ones: a worker of a cluster need not stand in the same folder

    def __call__(self, doc_id: str) -> str:
        try:
            return check_text(decode(read_bytes(self.paths[doc_id])))
        except (OSError, ValueError) as error:
            reason = unreadable(error) if isinstance(error, OSError) else error
            raise ValueError(f"document {doc_id!r} ({self.paths[doc_id]}) {reason}") from None


@dataclass(frozen=True)
class TableTexts:
    """Give the text of a document from memory, where it was checked already."""

    texts: dict[str, str]

    def __call__(self, doc_id: str) -> str:
        return self.texts[doc_id]


def look(file: str) -> tuple[str, str, str]:
    """Hash of a file, its text, and what is wrong with it; "" where nothing is."""
    try:
        if not stat.S_ISREG(os.stat(file).st_mode):  # noqa: PTH116 - a Path for each takes longer
            return "", "", "is no file"  # a pipe or a device, which may never end
        data = read_bytes(file)
    except OSError as error:
        return "", "", unreadable(error)
    digest = hashlib.sha256(data).hexdigest()
    try:
        return digest, check_text(decode(data)), ""
    except ValueError as error:
        return digest, "", str(error)


def read_bytes(file: str) -> bytes:
    """What a file holds, read at once."""
    with open(file, "rb", buffering=0) as stream:
        return stream.read()


def unreadable(error: OSError) -> str:
    return f"cannot be read ({(error.strerror or type(error).__name__).lower()})"


def walk(path: Path) -> tuple[list[str], list[tuple[str, str, str]]]:
    """List the text files below a folder, and (doc_id, file, reason) of what is left out.

    Left out are documents of other formats, what cannot be read, and links to folders; hidden
    files and folders are passed over.
    """
    files, others = [], []

    def leave_out(name: str, reason: str) -> None:
        others.append((name, name, reason))

    def refuse(error: OSError) -> None:
        leave_out(Path(error.filename).relative_to(path).as_posix(), unreadable(error))

    for folder, folders, names in os.walk(path, onerror=refuse):
        below = Path(folder).relative_to(path).as_posix()
        below = "" if below == "." else f"{below}/"
        folders[:] = sorted(n for n in folders if not n.startswith("."))
        for name in folders:
            if (path / below / name).is_symlink():
                leave_out(below + name, "is a link to a folder, which is not followed")
        for name in names:
            lower = name.lower()
            if not lower.endswith(KNOWN_ENDS) or lower[0] == ".":
                continue
            stem, _, kind = lower.rpartition(".")
            if f".{kind}" in TEXT_SUFFIXES and stem not in NO_DOCUMENT:
                files.append(below + name)
            elif stem not in NO_DOCUMENT:
                leave_out(below + name, "is no plain text; save it as .txt")
    return sorted(files), sorted(others)
