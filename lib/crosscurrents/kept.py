"""What is kept from run to run: the folders for it, and the version of the code that made it."""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from pathlib import Path

# Raised by hand when a stored number would be another for the same text and tools; what was stored
# under an earlier version is then measured again. tests/test_measures.py fails if it was forgotten.
MEASURES_VERSION = 6
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


def version(library: str) -> str:
    """The version of an installed library, "unknown" of others."""
    try:
        return installed(library)
    except PackageNotFoundError:
        return "unknown"
