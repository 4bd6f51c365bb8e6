"""What is kept from run to run: the folder for it, and the hash of the code that made it."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path

FOLDER = "CROSSCURRENTS_CACHE"  # names the folder of the cache; "off" for none
# Set by report runs: a further folder of measures to look into, that of the last good run, and a
# folder where the notebooks of the run share the tables that they work out.
STORE, PREVIOUS = "CROSSCURRENTS_MEASURES", "CROSSCURRENTS_PREVIOUS"
RESULTS = "CROSSCURRENTS_RESULTS"
OWN = "crosscurrents-cache"  # the sub-folder that holds all cache files and nothing else
MEASURES = "measures"  # folder of measures in a run, and beside a corpus


def cache_folder() -> Path | None:
    """The cache's own sub-folder of CROSSCURRENTS_CACHE, or of the user's; None if switched off.

    Nothing outside of it is ever written or deleted. A relative path is relative to the home
    folder, so that it names one folder wherever a notebook runs.
    """
    named = os.environ.get(FOLDER, "")
    if named.lower() in ("0", "off"):
        return None
    if named:
        return Path.home() / Path(named).expanduser() / OWN
    from platformdirs import user_cache_path

    return user_cache_path("crosscurrents", appauthor=False) / OWN


@cache
def code_sha256(modules: tuple[str, ...], libraries: tuple[str, ...] = ()) -> str:
    """Hash of the source of some modules of ours, of all of ours that they import, and versions.

    >>> len(code_sha256(("readers",), ("pandas",)))
    64
    """
    versions = [unicodedata.unidata_version, *map(version, libraries)]
    return hashlib.sha256(repr([sorted(sources(modules).items()), versions]).encode()).hexdigest()


def sources(modules: tuple[str, ...]) -> dict[str, str]:
    """The text of some modules of ours and of all of ours that they import, by name."""
    found: dict[str, str] = {}
    names = set(modules)
    while names:
        name = names.pop()
        path = Path(__file__).parent.joinpath(*name.split("."))
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        found[name] = path.read_text(encoding="utf-8")
        names |= set(re.findall(r"from crosscurrents\.([\w.]+) import", found[name]))
        names -= found.keys()
    return found


def version(library: str) -> str:
    """The version of an installed library, "unknown" of others."""
    try:
        return installed(library)
    except PackageNotFoundError:
        return "unknown"
