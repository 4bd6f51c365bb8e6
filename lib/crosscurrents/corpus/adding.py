"""Documents into a corpus: checked, copied once, and listed where there is a catalogue."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pandas as pd

from crosscurrents.corpus.catalogue import TEXTS, digest_of
from crosscurrents.corpus.files import CATALOGUE, Folder
from crosscurrents.corpus.reading import document_rows
from crosscurrents.kept import write_whole
from crosscurrents.readers.files import on_disk, read_bytes, unreadable
from crosscurrents.readers.formats import read_document_file
from crosscurrents.readers.tables import read_table

NAME_MAX = 120  # characters of a file's name that is made from a title or an address


class Additions:
    """What a corpus folder holds, and what is put into it.

    Parameters
    ----------
    folder
        The corpus folder; made where it is missing.
    dry_run
        Whether nothing is written.

    Raises ValueError where the folder is a file.
    """

    def __init__(self, folder: str | Path, *, dry_run: bool = False) -> None:
        self.folder, self.dry_run = Path(folder).expanduser(), dry_run
        if self.folder.exists() and not self.folder.is_dir():
            raise ValueError(f"corpus {str(folder)!r} is a file; name a folder")
        catalogue = self.folder / CATALOGUE
        self.catalogue = catalogue if catalogue.is_file() else None
        self.known: dict[str, str] = {}  # hash of a file -> its name below the folder
        if self.folder.is_dir():
            for name, reason in Folder(str(self.folder.absolute())).scan().items():
                if not reason:
                    self.known[digest_of(self.folder / on_disk(name))] = name
        self.taken = {name.removeprefix(f"{TEXTS}/") for name in self.known.values()}
        self.listed: dict[str, str] = {}  # hash of a text that the catalogue lists -> its file
        if self.catalogue is not None:
            table = read_table(self.catalogue)
            if {"sha256", "file"} <= set(table):
                self.listed = dict(zip(table["sha256"].str.lower(), table["file"]))
        self.rows: list[dict[str, str]] = []

    def put(
        self, data: bytes, name: str, *, source: str = "", url: str = "",
        facts: dict[str, str] | None = None,
    ) -> str:  # fmt: skip
        """Put a file into the corpus; say what became of it.

        Raises ValueError with the reason, where it holds no document.
        """
        digest = hashlib.sha256(data).hexdigest()
        if digest in self.known:
            return f"there already ({self.known[digest]})"
        reading = read_document_file(data, name, url=url)
        file = self.listed.get(digest) or self._free(_plain_name(name), source)
        target = f"{TEXTS}/{file}" if self.catalogue is not None else file
        self.known[digest] = target
        self.taken.add(file)
        if self.catalogue is not None and digest not in self.listed:
            stem = file.rsplit(".", 1)[0]
            for row in document_rows(file, stem, digest, reading):
                given = {k: v for k, v in (facts or {}).items() if v and not row.get(k)}
                if source:
                    given["source"] = source
                self.rows.append(row | {"url": url or row.get("url", "")} | given)
        if not self.dry_run:
            write_whole(self.folder / on_disk(target), data)
        many = f", {len(reading.documents):,} documents" if reading.several else ""
        return f"added as {target}{many}"

    def finish(self) -> None:
        """Write the new rows of the catalogue."""
        if self.rows and not self.dry_run:
            append_to_catalogue(self.catalogue, self.rows)
        self.rows = []

    def _free(self, name: str, source: str) -> str:
        """A name that no other file has; a source is a sub-folder where no catalogue says it."""
        below = f"{_plain_name(source)}/" if source and self.catalogue is None else ""
        stem, dot, end = name.rpartition(".")
        stem, end = (stem, f".{end}") if dot else (end, "")
        number, free = 1, f"{below}{name}"
        place = self.folder / (TEXTS if self.catalogue is not None else "")
        while free in self.taken or (place / on_disk(free)).exists():
            number += 1
            free = f"{below}{stem}-{number}{end}"
        return free


def add_files(
    folder: str | Path, sources: list[str], *, source: str = "", dry_run: bool = False
) -> list[tuple]:
    """Copy files, or all files of folders, into a corpus.

    `source` is the outlet or author of all of them; without one, the name of a sub-folder is.
    Returns (name, outcome) of each; safe to repeat. Raises ValueError for a file or folder that is
    not there.
    """
    gone = [name for name in sources if not Path(on_disk(name)).expanduser().exists()]
    if gone:
        raise ValueError(f"{gone} are not there; name files, folders or addresses (https://...)")
    additions = Additions(folder, dry_run=dry_run)
    outcomes = []
    for name in sources:
        path = Path(on_disk(name)).expanduser()
        if path.is_dir():
            outcomes += _folder(additions, path, source)
        else:
            outcomes.append(_file(additions, path, source))
    additions.finish()
    return outcomes


def _folder(additions: Additions, path: Path, source: str) -> list[tuple[str, str]]:
    outcomes = []
    for name, reason in Folder(str(path.absolute())).scan().items():
        own = source or (name.split("/")[0] if "/" in name and not reason else "")
        file = path / on_disk(name)
        outcomes.append((name, f"left out: {reason}") if reason else _file(additions, file, own))
    return outcomes


def _file(additions: Additions, file: Path, source: str) -> tuple[str, str]:
    try:
        return file.name, additions.put(read_bytes(file), file.name, source=source)
    except OSError as error:
        return file.name, f"left out: {unreadable(error)}"
    except ValueError as error:
        return file.name, f"left out: {error}"


def _plain_name(name: str) -> str:
    """A name of a file without what shells and other systems stumble over."""
    name = re.sub(r"[\x00-\x1f/\\:*?\"<>|]+", "-", name).strip(" .-")
    stem, dot, end = name.rpartition(".")
    if not dot or len(end) > 10:
        return name[:NAME_MAX] or "document"
    return f"{stem[:NAME_MAX] or 'document'}.{end}"


def append_to_catalogue(file: Path, rows: list[dict[str, str]]) -> None:
    """Add rows to a catalogue; columns that it does not have stay out of it, all else as it is."""
    table = read_table(file)
    taken = set(table["doc_id"])
    for row in rows:
        number, doc_id = 1, row["doc_id"]
        while row["doc_id"] in taken:
            number += 1
            row["doc_id"] = f"{doc_id}-{number}"
        taken.add(row["doc_id"])
    needed = [c for c in ("part", "inferred") if any(row.get(c) for row in rows)]
    for column in needed:
        if column not in table:
            table[column] = ""
    added = pd.DataFrame([{c: row.get(c, "") for c in table.columns} for row in rows], dtype="str")
    text = pd.concat([table, added[table.columns]]).to_csv(index=False)
    write_whole(file, text)
