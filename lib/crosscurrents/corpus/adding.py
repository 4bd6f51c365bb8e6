"""Documents into a corpus: checked, copied once, listed in its catalogue, which is begun here."""

from __future__ import annotations

import contextlib
import hashlib
import posixpath
import re
from pathlib import Path

import pandas as pd

from crosscurrents.corpus.files import CATALOGUE, COLUMNS, LINK_OUT, TEXTS, Folder
from crosscurrents.corpus.reading import Options, document_rows, read_catalogue, with_stored
from crosscurrents.readers import read_document_file
from crosscurrents.readers.tables import read_table
from crosscurrents.storage import file_sha256, read_bytes, write_whole
from crosscurrents.writing import free_name, guarded

NAME_MAX = 120  # characters of a file's name that is made from a title or an address


class Additions:
    """What a corpus folder holds, and what is put into it.

    Parameters
    ----------
    folder
        The corpus folder; made where it is missing.
    dry_run
        Whether nothing is written.

    Raises ValueError where the folder is a file, or its catalogue has mistakes.
    """

    def __init__(self, folder: str | Path, *, dry_run: bool = False) -> None:
        path = Path(folder).expanduser()
        if path.exists() and not path.is_dir():
            raise ValueError(f"corpus {str(folder)!r} is a file; name a folder")
        self.path, self.dry_run = path, dry_run
        self.folder = Folder(str(path.absolute()))
        self.catalogue = path / CATALOGUE if (path / CATALOGUE).is_file() else None
        self.place = f"{TEXTS}/" if self.catalogue is not None else ""  # of new files
        self.known: dict[str, str] = {}  # hash of a file -> its name below the folder
        for name, reason in self.folder.scan().items() if path.is_dir() else ():
            if not reason:
                with contextlib.suppress(OSError, ValueError):
                    self.known[file_sha256(self.folder.full(name))] = name
        self.taken = {name.removeprefix(f"{TEXTS}/") for name in self.known.values()}
        self.listed: dict[str, str] = {}  # hash of a text that the catalogue lists -> its file
        if self.catalogue is not None:
            table = read_catalogue(path, with_stored(path, Options()))
            self.listed = dict(zip(table["sha256"], table["file"]))
            self.listed.pop("", None)
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
        target = self.place + file
        if self.folder.leads_out(posixpath.dirname(target)):
            raise ValueError(f"{posixpath.dirname(target)} {LINK_OUT}; make it a folder")
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
            write_whole(Path(self.folder.full(target)), data)
        many = f", {len(reading.documents):,} documents" if reading.several else ""
        return f"added as {target}{many}"

    def finish(self) -> None:
        """Write the new rows of the catalogue."""
        if self.rows and not self.dry_run:
            _append_rows(self.catalogue, self.rows)
        self.rows = []

    def _free(self, name: str, source: str) -> str:
        """A name that no other file has; a source is a sub-folder where no catalogue says it."""
        below = f"{_plain_name(source)}/" if source and self.catalogue is None else ""
        stem, end = posixpath.splitext(name)

        def is_taken(name: str) -> bool:
            return name in self.taken or Path(self.folder.full(self.place + name)).exists()

        return free_name(below + stem, end, is_taken)


def add_files(
    additions: Additions, sources: list[str], *, source: str = "", listed: bool = False
) -> list[tuple[str, str]]:
    """Copy files, or all files of folders, into a corpus; (name, outcome) of each, safe to repeat.

    Parameters
    ----------
    additions
        The corpus.
    sources
        Files and folders.
    source
        The outlet or author of all of them. Without one, a sub-folder names the source of its
        files; so does each folder where `sources` has several folders.
    listed
        Whether only texts are copied that the catalogue lists by their hash; a text that is not
        found has an outcome, too.

    Raises ValueError for a file or folder that is not there, and with `listed` for a corpus whose
    catalogue has no hashes.
    """
    paths = [Path(name).expanduser() for name in sources]
    gone = [name for name, path in zip(sources, paths) if not path.exists()]
    if gone:
        raise ValueError(f"{gone} are not there; name files, folders or addresses (https://...)")
    if listed and not additions.listed:
        raise ValueError(
            f"corpus {str(additions.path)!r} has no {CATALOGUE} with hashes (sha256), by which "
            "texts are found"
        )
    several = sum(path.is_dir() for path in paths) > 1
    outcomes = []
    for path in paths:
        if not path.is_dir():
            outcomes.append(_file(additions, path, source, listed))
            continue
        own = source or (path.resolve().name if several else "")
        folder = Folder(str(path.absolute()))
        for file, reason in folder.scan().items():
            if reason:
                outcomes.append((file, "" if listed else f"left out: {reason}"))
                continue
            outlet = own or (file.split("/")[0] if "/" in file else "")
            outcomes.append(_file(additions, Path(folder.full(file)), outlet, listed))
    if listed:
        found = additions.listed.items()
        missing = [file for digest, file in found if digest not in additions.known]
        outcomes += [(file, "left out: no file has its hash") for file in missing]
    return [(name, outcome) for name, outcome in outcomes if outcome]


def _file(additions: Additions, file: Path, source: str, listed: bool) -> tuple[str, str]:
    """What became of a file; "" of one that is not listed, where only listed ones are wanted."""
    try:
        data = read_bytes(file)
        if listed and hashlib.sha256(data).hexdigest() not in additions.listed:
            return file.name, ""
        return file.name, additions.put(data, file.name, source=source)
    except ValueError as error:
        return file.name, f"left out: {error}"


def _plain_name(name: str) -> str:
    """A name of a file without what shells and other systems stumble over."""
    name = re.sub(r"[\x00-\x1f/\\:*?\"<>|]+", "-", name).strip(" .-")
    stem, dot, end = name.rpartition(".")
    if not dot or len(end) > 10:
        return name[:NAME_MAX] or "document"
    return f"{stem[:NAME_MAX] or 'document'}.{end}"


def _append_rows(file: Path, rows: list[dict[str, str]]) -> None:
    """Add rows to a catalogue; columns that it does not have stay out of it, all else as it is."""
    table = read_table(file)
    taken = set(table["doc_id"])
    for row in rows:
        row["doc_id"] = free_name(row["doc_id"], "", taken.__contains__)
        taken.add(row["doc_id"])
    needed = [c for c in ("part", "inferred") if any(row.get(c) for row in rows)]
    table = table.assign(**{column: "" for column in needed if column not in table})
    added = pd.DataFrame(rows, dtype="str").fillna("").reindex(columns=table.columns, fill_value="")
    write_whole(file, pd.concat([table, added]).to_csv(index=False))


def write_catalogue(folder: str | Path, *, dates: str = "") -> Path:
    """Write the known facts of each document of a folder into catalogue.csv, to be corrected.

    Facts are guessed from files and documents; the column `inferred` says where each was found.
    Raises ValueError if there is a catalogue already, and as `read_corpus` does.
    """
    folder = Path(folder).expanduser()
    file = folder / CATALOGUE
    if file.exists():
        raise ValueError(f"{str(file)!r} is there already; edit it, or rename it to begin anew")
    from crosscurrents.corpus import read_corpus

    documents = read_corpus(folder, dates=dates).documents
    further = [c for c in ("section", "part") if c in documents and documents[c].ne("").any()]
    columns = [c for c in COLUMNS if c != "date_precision"] + further
    write_whole(file, guarded(documents[columns]).to_csv(index=False))
    return file
