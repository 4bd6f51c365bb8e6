"""Files that come with the library, installed or in a checkout: notebooks and the demo corpus."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parents[1]  # lib/crosscurrents lies in it
# What the wheel holds as data/NAME, by where it lies in a checkout (see pyproject.toml).
NAMES = {"notebooks": "notebooks", "harbour": "seeds/harbour"}


def shipped(name: str) -> Path:
    """The folder of some files that come with the library.

    Raises ValueError for another name, and where an installation lacks them.

    >>> sorted(path.suffix for path in shipped("notebooks").glob("brief.*"))
    ['.ipynb']
    """
    if name not in NAMES:
        raise ValueError(f"folder {name!r} is not shipped; choose from {list(NAMES)}")
    for folder in (PACKAGE / "data" / name, CHECKOUT / NAMES[name]):
        if folder.is_dir():
            return folder
    raise ValueError(
        f"this installation of crosscurrents lacks its {name}; install it from its wheel, or from "
        "a checkout with 'pip install -e .'"
    )
