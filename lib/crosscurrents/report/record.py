"""What a report was made from and with: hashes, versions, the commit."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from crosscurrents.corpus import Corpus
    from crosscurrents.measures import Measures

# The libraries whose versions can change a number or a picture.
LIBRARIES = [
    "crosscurrents", "ipykernel", "matplotlib", "nbconvert", "nltk", "numpy", "pandas", "papermill",
    "pyarrow", "scipy", "seaborn", "sentencex", "vaderSentiment",
]  # fmt: skip


def corpus_sha256(documents: pd.DataFrame) -> str:
    """Hash of a corpus: of its catalogue, in which each document stands with its own hash.

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
    """The part of a run's record that says what was measured, with what."""
    return {
        "corpus": {
            "sha256": corpus_sha256(corpus.documents),
            "documents": len(corpus.documents),
            "texts_at_hand": int(corpus.documents["at_hand"].sum()),
            "words": int(measures.documents["words"].sum()),
            "rejected": corpus.rejected.to_dict("records"),
        },
        "codebook_sha256": measures.record["codebook"]["sha256"],
        "lexicons": measures.record["lexicons"],
    }


def made_with(project: Path) -> dict[str, Any]:
    """The part of a run's record that says which code it was."""
    return {
        "versions": versions(),
        "lock_sha256": file_sha256(project / "requirements.lock"),
        "commit": commit(project),
    }


def foot_of(record: dict[str, Any]) -> list[str]:
    """The record in short, for the foot of a page."""
    corpus, library = record["corpus"], record["versions"]
    made = f"Made by crosscurrents {library['crosscurrents'] or '(not installed)'}"
    if record["commit"]:
        made += f", commit {record['commit'][:12]}{'*' * record['commit'].endswith('-dirty')}"
    lexicons = "".join(f"; lexicon {name} {sha[:12]}" for name, sha in record["lexicons"].items())
    return [
        f"{made}, with Python {library['python']}, pandas {library['pandas']}.",
        f"Corpus {corpus['sha256'][:12]}; codebook {record['codebook_sha256'][:12]}{lexicons}",
    ]
