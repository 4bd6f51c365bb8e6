"""Files of a corpus: finding every one of a folder, and giving the text of a document."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from dataclasses import dataclass, field

from crosscurrents.readers import (
    OTHER_SUFFIXES,
    TABLE_SUFFIXES,
    TEXT_SUFFIXES,
    check_text,
    decode,
    read_bytes,
    unreadable,
)

CATALOGUE = "catalogue.csv"
# What lies in a corpus folder and is no document.
LISTS = {
    CATALOGUE, "codebook.yml", "topic_words.txt", "targets.yml", "variants.csv", "reports.toml",
    "feeds.toml",
}  # fmt: skip
# These stand in any folder; forms for coding by hand are written by us.
NOTES = re.compile(r"(?i:readme|licen[cs]e)(\.\w+)*|(README|LICEN[CS]E)[-_].*|.*\.coding\.csv")
STORED = re.compile(r"measures/(tone/)?\w+\.(parquet|json)")  # what is measured and stored
LINK_OUT = "is a link that leads out of the corpus folder"


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


def read_file(file: str) -> tuple[str, str, str]:
    """Hash of a file, its text, and why it is no document; "" where nothing is wrong."""
    digest = ""
    try:
        data = read_bytes(file)
        digest = hashlib.sha256(data).hexdigest()
        return digest, check_text(decode(data)), ""
    except OSError as error:
        return digest, "", unreadable(error)
    except ValueError as error:
        return digest, "", str(error)


@dataclass(frozen=True)
class Folder:
    """A corpus folder, and whether links that lead out of it are followed."""

    path: str
    follow: bool = False
    _within: dict[str, bool] = field(default_factory=dict)  # by folder, as paths take time

    def full(self, name: str) -> str:
        """The path of a file by its name below the folder."""
        return f"{self.path}{os.sep}{name}"

    def leads_out(self, name: str) -> bool:
        """Whether a file, or a folder on the way to it, is a link to somewhere outside."""
        above = os.path.dirname(name)  # noqa: PTH120 - a Path for each takes longer
        if above not in self._within:
            self._within[above] = self._inside(self.full(above))
        link = os.path.islink(self.full(name))  # noqa: PTH114
        return not self._within[above] or (link and not self._inside(self.full(name)))

    def _inside(self, path: str) -> bool:
        root = os.path.realpath(self.path)
        return f"{os.path.realpath(path)}{os.sep}".startswith(root.rstrip(os.sep) + os.sep)

    def refusal(self, name: str) -> str:
        """Why a file must not be opened; "" if it may."""
        try:
            found = os.stat(self.full(name))  # noqa: PTH116
        except OSError as error:
            return unreadable(error)
        if not self.follow and self.leads_out(name):
            return LINK_OUT
        return "" if stat.S_ISREG(found.st_mode) else "is no regular file"

    def scan(self) -> dict[str, str]:
        """Every file below the folder that may be a document or is left out.

        Passed over are hidden files and what belongs to a corpus (LISTS, NOTES, stored measures).

        Returns
        -------
        dict
            By name below the folder, in order, why a file is no document, "" for a text file;
            the name of a folder that is left out whole ends in a slash.
        """
        found: dict[str, str] = {}
        seen: set[str] = set()

        def refuse(error: OSError) -> None:
            found[f"{os.path.relpath(error.filename, self.path)}/"] = unreadable(error)

        for place, folders, names in os.walk(self.path, onerror=refuse, followlinks=self.follow):
            below = os.path.relpath(place, self.path).replace(os.sep, "/")
            below = "" if below == "." else f"{below}/"
            if below and CATALOGUE in names:
                found[below] = f"is a corpus of its own (it has a {CATALOGUE})"
                folders.clear()
                continue
            folders[:] = [n for n in sorted(folders) if not n.startswith(".")]
            for name in [n for n in folders if os.path.islink(self.full(below + n))]:  # noqa: PTH114
                real = os.path.realpath(self.full(below + name))
                if self.follow and not self._inside(real) and real not in seen:
                    seen.add(real)
                    continue
                folders.remove(name)
                found[f"{below}{name}/"] = "is a link to a folder, which is not followed"
            for name in names:
                if not self._belongs(below + name, name):
                    found[below + name] = self.refusal(below + name) or _no_text(name)
        return dict(sorted(found.items()))

    def _belongs(self, place: str, name: str) -> bool:
        """Whether a file is part of a corpus without being a document."""
        if name.startswith(".") or place in LISTS or NOTES.fullmatch(name):
            return True
        stored = STORED.fullmatch(place)
        return bool(stored) and os.path.exists(self.full("measures/record.json"))  # noqa: PTH110


def _no_text(name: str) -> str:
    """Why a file of this name is no text; "" for one that may be."""
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122
    if suffix in TEXT_SUFFIXES:
        return ""
    if suffix in TABLE_SUFFIXES:
        return "is a table inside a folder of texts; name it as the corpus to read it"
    if suffix in OTHER_SUFFIXES:
        return "is no plain text; save it as .txt"
    return f"is of no kind that is read ({suffix or 'no ending'}); name it .txt if it is text"
