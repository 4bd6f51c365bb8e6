"""Files of a corpus: finding every one of a folder, and giving the text of a document."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from crosscurrents.readers.files import check_text, on_disk, read_bytes, unreadable
from crosscurrents.readers.formats import Document, Reading, read_document_file

CATALOGUE = "catalogue.csv"
# What lies in a corpus folder and is no document.
LISTS = {
    CATALOGUE, "codebook.yml", "topic_words.txt", "targets.yml", "variants.csv", "reports.toml",
    "feeds.toml", "collected.json", "columns.json", "abbreviations.txt",
}  # fmt: skip
# These lie in any folder; forms for coding by hand are written by us.
NOTES = re.compile(
    r"(?i:readme|licen[cs]e)(\.\w+)*|(README|LICEN[CS]E)[-_].*|.*\.coding\.csv|.*\.columns\.json"
)
STORED = re.compile(r"measures/(tone/)?\w+\.(parquet|json)")  # what is measured and stored
LINK_OUT = "is a link that leads out of the corpus folder"
UNKNOWN = 4_000  # bytes that a document is taken for whose size cannot be had
PARTS = re.compile(r"(.+)(?:_files|-Dateien|_fichiers|_archivos)\Z")  # beside a saved page


@dataclass(frozen=True)
class Texts:
    """Give the text of a document: from its file, or from memory where it was checked already."""

    paths: dict[str, str]  # whole ones: a worker of a cluster need not work in the same folder
    texts: dict[str, str] = field(default_factory=dict)

    def __call__(self, doc_id: str, digest: str = "") -> str:
        """The text of a document; raises ValueError if its file has another hash by now."""
        if doc_id in self.texts:
            return self.texts[doc_id]
        found, document, reason = read_file(self.paths[doc_id])
        if reason:
            raise ValueError(f"document {doc_id!r} {reason}")
        if digest and found != digest:
            raise ValueError(
                f"document {doc_id!r} has changed since the corpus was read; read it again"
            )
        return document.documents[0].text

    def only(self, doc_ids: list[str]) -> Texts:
        """The same for some documents only."""
        paths = {d: self.paths[d] for d in doc_ids if d in self.paths}
        return Texts(paths, {d: self.texts[d] for d in doc_ids if d in self.texts})

    def size(self, doc_id: str) -> int:
        """About how many bytes of text a document has."""
        if doc_id in self.texts:
            return len(self.texts[doc_id])
        try:
            return os.path.getsize(self.paths[doc_id])  # noqa: PTH202 - a Path for each takes longer
        except OSError:  # whoever reads the file will say what is wrong
            return UNKNOWN


def read_file(
    file: str, columns: Mapping[str, str] | None = None
) -> tuple[str, Reading | None, str]:
    """Hash of a file, what it holds, and why it is no document; "" where nothing is wrong."""
    digest = ""
    try:
        data = read_bytes(file)
        digest = hashlib.sha256(data).hexdigest()
        return digest, read_document_file(data, file, columns=columns), ""
    except OSError as error:
        return digest, None, unreadable(error)
    except ValueError as error:
        return digest, None, str(error)


def text_problem(document: Document) -> str:
    """Why the text of a document cannot be counted; "" where nothing is wrong."""
    try:
        check_text(document.text)
    except ValueError as error:
        return str(error)
    return ""


def text_sha256(text: str) -> str:
    """The hash of a text that has no file of its own."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Folder:
    """A corpus folder. Its files have names below it, in UTF-8 whatever the locale says."""

    path: str

    @cached_property
    def _root(self) -> str:
        return os.path.join(os.path.realpath(self.path), "")  # noqa: PTH118

    def full(self, name: str) -> str:
        """The path of a file by its name below the folder."""
        return f"{self.path}{os.sep}{on_disk(name)}"

    def leads_out(self, name: str) -> bool:
        """Whether a file, or a folder on the way to it, is a link to somewhere outside."""
        return not f"{os.path.realpath(self.full(name))}{os.sep}".startswith(self._root)

    def refusal(self, name: str) -> str:
        """Why a file must not be opened; "" if it may."""
        try:
            found = os.stat(self.full(name))  # noqa: PTH116
        except OSError as error:
            return unreadable(error)
        if self.leads_out(name):
            return LINK_OUT
        return "" if stat.S_ISREG(found.st_mode) else "is no regular file"

    def scan(self) -> dict[str, str]:
        """Every file below the folder that may be a document or is left out.

        Passed over are hidden files and what belongs to a corpus (LISTS, NOTES, stored measures).

        Returns
        -------
        dict
            By name below the folder, in order, why a file must not be opened, "" for one that may;
            the name of a folder that is left out whole ends in a slash.
        """
        found: dict[str, str] = {}

        def refuse(error: OSError) -> None:
            found[f"{os.path.relpath(error.filename, self.path)}/"] = unreadable(error)

        for place, folders, names in os.walk(self.path, onerror=refuse):
            below = os.path.relpath(place, self.path).replace(os.sep, "/")
            below = "" if below == "." else f"{below}/"
            if below and CATALOGUE in names:
                found[below] = f"is a corpus of its own (it has a {CATALOGUE})"
                folders.clear()
                continue
            folders[:] = [n for n in sorted(folders) if not n.startswith(".")]
            for name in list(folders):
                if reason := self._passed(below + name, name, names):
                    folders.remove(name)
                    found[f"{below}{name}/"] = reason
            for name in names:
                if not self._belongs(below + name, name):
                    found[below + name] = self.refusal(below + name)
        known = {}
        for name, reason in sorted(found.items()):
            shown = os.fsencode(name).decode("utf-8", "backslashreplace")
            bad = on_disk(shown) != name
            known[shown] = "has a name that is not UTF-8; rename it" if bad else reason
        return known

    def _passed(self, place: str, name: str, names: list[str]) -> str:
        """Why a folder is left out whole; "" for one that is looked into."""
        page = PARTS.fullmatch(name)
        if page and any(page[1] + end in names for end in (".html", ".htm", ".xhtml")):
            return "holds the pictures and scripts of a saved page"
        link = os.path.islink(self.full(place))  # noqa: PTH114
        return "is a link to a folder, which is not followed" if link else ""

    def _belongs(self, place: str, name: str) -> bool:
        """Whether a file is part of a corpus without being a document."""
        if name.startswith(".") or place in LISTS or NOTES.fullmatch(name):
            return True
        stored = STORED.fullmatch(place)
        return bool(stored) and os.path.exists(self.full("measures/record.json"))  # noqa: PTH110
