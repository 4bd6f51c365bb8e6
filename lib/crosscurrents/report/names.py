"""How files are named in what is published: as seen from the project, never by a path of a home."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PICTURES = ("image/png", "image/jpeg")  # base64: no names in there, though it may look so


class Names:
    """Shown names of files, and a way to put them in place of the paths in any text.

    Parameters
    ----------
    files
        The files and folders that may be named: corpus, notebooks, codebooks, lists.
    folders
        What names are seen from: one inside of the first of these is shown by its way from there,
        any other by its last part. A folder that holds home folders is left out.

    >>> names = Names(["/data/ann/work/seeds", "/data/ann/private/own.yml"], ["/data/ann/work"])
    >>> names.of("/data/ann/work/seeds"), names.of("/data/ann/private/own.yml")
    ('seeds', 'own.yml')
    >>> names.hide({"said": "/data/ann/work/seeds/a.txt is no text, in /data/ann/work"})
    {'said': 'seeds/a.txt is no text, in .'}
    """

    def __init__(self, files: Iterable[str | Path], folders: Iterable[str | Path]) -> None:
        home = Path.home()
        self._folders = [
            folder
            for given in folders
            for folder in dict.fromkeys([Path(given).absolute(), Path(given).resolve()])
            if not home.is_relative_to(folder)
        ]
        known = {
            str(path): self.of(path)
            for given in files
            for path in (Path(given).absolute(), Path(given).resolve())
        }
        known |= {f"{folder}/": "" for folder in self._folders}
        known |= {str(folder): "." for folder in self._folders} | {str(home): "~"}
        self._known = {path: name for path, name in known.items() if path.strip("/")}
        longest = sorted(self._known, key=len, reverse=True)
        whole = [re.escape(path) + ("" if path.endswith("/") else r"(?![\w-])") for path in longest]
        self._pattern = re.compile(r"(?<!\w)(?:" + "|".join(whole) + ")")

    def of(self, path: str | Path) -> str:
        """The name that a file is shown by."""
        for place in (Path(path).absolute(), Path(path).resolve()):
            for folder in self._folders:
                if place.is_relative_to(folder):
                    return place.relative_to(folder).as_posix()
        return Path(path).name

    def hide(self, value: Any) -> Any:
        """The same text, list or dict with shown names in place of all paths in it."""
        if isinstance(value, str):
            return self._pattern.sub(lambda found: self._known[found[0]], value)
        if isinstance(value, dict):
            return {
                self.hide(key): part if key in PICTURES else self.hide(part)
                for key, part in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.hide(part) for part in value]
        return value


def names_of(definition: Any) -> Names:
    """The names of a report's files, as seen from its project, else from this one."""
    from crosscurrents.report.definition import PROJECT

    files = [definition.corpus, *definition.notebooks.values()]
    files += [file for values in definition.parameters.values() for file in files_in(values)]
    return Names(files, [definition.home, PROJECT, sys.prefix])


def files_in(parameters: dict[str, Any]) -> list[str]:
    """The values of parameters that are absolute paths."""
    lists = [value if isinstance(value, list) else [value] for value in parameters.values()]
    values = [value for values in lists for value in values]
    return [v for v in values if isinstance(v, str) and Path(v).is_absolute()]
