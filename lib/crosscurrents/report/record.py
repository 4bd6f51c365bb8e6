"""What a report was made from and with: hashes, versions, the commit; and one hash of them all."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosscurrents.report.names import Names, files_in

if TYPE_CHECKING:
    import pandas as pd

    from crosscurrents.corpus import Corpus
    from crosscurrents.measures import Measures

# Parts of a record that decide what a report shows; the rest is when, where and how long.
DECIDING = (
    "corpus", "codebook_sha256", "lexicons", "parameters", "files", "notebooks", "code_sha256",
    "lock_sha256", "versions",
)  # fmt: skip
PACKAGE = Path(__file__).resolve().parents[1]
# The libraries whose versions can change a number or a picture.
LIBRARIES = [
    "crosscurrents", "ipykernel", "matplotlib", "nbconvert", "nltk", "numpy", "pandas", "papermill",
    "pyarrow", "scipy", "seaborn", "sentencex", "vaderSentiment",
]  # fmt: skip


def corpus_sha256(documents: pd.DataFrame) -> str:
    """Hash of a corpus: of its catalogue, which has the hash of each document.

    >>> import pandas as pd
    >>> a = pd.DataFrame({"doc_id": ["1"], "sha256": ["aa"]})
    >>> corpus_sha256(a) == corpus_sha256(a.assign(sha256="ab"))
    False
    """
    rows = documents.drop(columns=["at_hand"], errors="ignore").astype(str)
    content = json.dumps([list(rows.columns), *rows.to_numpy().tolist()], ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def file_sha256(path: Path) -> str:
    """Hash of a file; empty if there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def versions() -> dict[str, str]:
    """Versions of Python and of LIBRARIES; empty for one that is not installed."""
    return {"python": platform.python_version(), **{name: _version(name) for name in LIBRARIES}}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def commit(folder: Path) -> str:
    """The commit of a folder's repository, `-dirty` if files differ from it; empty if none."""
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=40"]
    try:
        done = subprocess.run(
            [*command, "--exclude=*"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()


def made_from(corpus: Corpus, measures: Measures) -> dict[str, Any]:
    """The part of a run's record that says what was measured, with what.

    `corpus.files` has the hashes of the files that lie beside the catalogue (lists, codebook).
    """
    from crosscurrents.lexicon import lexicon_hashes

    return {
        "corpus": {
            "sha256": corpus_sha256(corpus.documents),
            "documents": len(corpus.documents),
            "texts_at_hand": int(corpus.documents["at_hand"].sum()),
            "words": int(measures.documents["words"].sum()),
            "rejected": corpus.rejected.to_dict("records"),
            "files": _files_beside(corpus),
        },
        "codebook_sha256": measures.record["codebook"]["sha256"],
        "lexicons": lexicon_hashes(),
    }


def _files_beside(corpus: Corpus) -> dict[str, str]:
    """Hashes of the files of a corpus folder that are none of its documents."""
    if corpus.path is None or not corpus.path.is_dir():
        return {}
    stored = [corpus.path / "measures" / name for name in ("record.json", "tone/record.json")]
    texts = {*corpus.documents["file"], *corpus.rejected["file"]}
    files = [f for f in sorted(corpus.path.iterdir()) if f.name not in texts]
    files = [f for f in [*files, *stored] if f.is_file() and not f.name.startswith(".")]
    return {f.relative_to(corpus.path).as_posix(): file_sha256(f) for f in files}


def made_with(project: Path) -> dict[str, Any]:
    """The part of a run's record that says which code it was."""
    return {
        "versions": versions(),
        "code_sha256": code_sha256(),
        "lock_sha256": file_sha256(project / "requirements.lock"),
        "commit": commit(project),
    }


@cache
def code_sha256() -> str:
    """Hash of this library's own files: code, templates, word lists."""
    files = sorted(f for f in PACKAGE.rglob("*") if f.is_file() and "__pycache__" not in f.parts)
    content = [(f.relative_to(PACKAGE).as_posix(), file_sha256(f)) for f in files]
    return hashlib.sha256(repr(content).encode()).hexdigest()


def named_files(parameters: dict[str, dict[str, Any]], names: Names) -> dict[str, str]:
    """Hashes of the files that parameters of notebooks name (codebooks, lexicons, lists).

    By the names that they are shown by; several files of one name share an entry.
    """
    paths = sorted({file for values in parameters.values() for file in files_in(values)})
    found: dict[str, str] = {}
    for path in filter(os.path.isfile, paths):
        name, digest = names.of(path), file_sha256(Path(path))
        found[name] = f"{found[name]} {digest}" if name in found else digest
    return found


def fingerprint(record: dict[str, Any]) -> str:
    """One hash of all that decides what a report shows: the same if a new run could not differ.

    Parameters
    ----------
    record
        What `made_from` and `made_with` give, with parameters, files (`named_files`) and notebooks
        (name -> {"sha256": ...}).
    """
    parts = {part: record.get(part) for part in DECIDING}
    parts["notebooks"] = {name: entry["sha256"] for name, entry in record["notebooks"].items()}
    content = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def foot_of(record: dict[str, Any]) -> list[str]:
    """The record in short, for the foot of a page."""
    corpus, library = record["corpus"], record["versions"]
    made = f"Made by crosscurrents {library['crosscurrents'] or '(not installed)'}"
    if record["commit"]:
        made += f", commit {record['commit'][:12]}{'*' * record['commit'].endswith('-dirty')}"
    lexicons = ", ".join(f"{name} {sha[:12]}" for name, sha in record["lexicons"].items())
    return [
        f"{made}, with Python {library['python']}, pandas {library['pandas']}; code "
        f"{record['code_sha256'][:12]}, lock {record['lock_sha256'][:12] or 'none'}.",
        f"Corpus {corpus['sha256'][:12]}; codebook {record['codebook_sha256'][:12]}; lexicons "
        f"{lexicons}.",
    ]


def page_notes(parameters: dict[str, Any], seconds: float) -> list[str]:
    """What the foot of one page says beside: its notebook's parameters, and how long it took.

    >>> page_notes({"corpus": "/somewhere", "level": 0.95, "sources": []}, 7.25)
    ['Parameters: level 0.95. Its notebook ran for 7.2 s.']
    """
    given = {k: v for k, v in parameters.items() if k != "corpus" and v not in ("", [])}
    said = {k: Path(v).name if Path(str(v)).is_absolute() else v for k, v in given.items()}
    named = ", ".join(f"{name} {value}" for name, value in said.items())
    return [f"Parameters: {named or 'none'}. Its notebook ran for {seconds:.1f} s."]
