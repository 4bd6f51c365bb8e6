"""What a report was made with: hashes, versions, the commit."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

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
