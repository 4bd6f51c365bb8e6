"""The last good run of a report, as far as a new one is compared with it."""

from __future__ import annotations

import json
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crosscurrents.kept import MEASURES, PREVIOUS
from crosscurrents.measures import Measures, in_period, read_measures

# Kinds of numbers, in the order of a table.
KINDS = ("word", "tone", "theme", "scale")


@dataclass(frozen=True)
class Previous:
    """An earlier run: its measures, when it began (ISO; empty if not known), its parameters."""

    measures: Measures
    started: str = ""
    parameters: dict[str, Any] | None = None

    def select(self, sources: list[str], since: str, until: str) -> Previous | None:
        """The same selection as of the measures now; None if nothing of it was there before."""
        documents = self.measures.documents
        keep = documents["source"].isin(sources or documents["source"])
        keep &= in_period(documents["date"], since, until)
        if not keep.any():
            return None
        chosen = self.measures.of(documents[keep].reset_index(drop=True))
        return Previous(chosen, self.started, self.parameters)


def read_previous(
    path: str | Path = "", *, sources: list[str] | None = None, since: str = "", until: str = ""
) -> Previous | None:
    """Read the run that a new one is to be compared with.

    Parameters
    ----------
    path
        Folder of a published run, or of measures; by default the last good run of the report that
        is being made.
    sources, since, until
        The selection that is looked at, see `Measures.select`.

    Returns
    -------
    Previous or None
        None where there is no earlier run, or nothing of this selection in it. Where the last
        good run kept nothing that can be read, a warning says so.

    Raises
    ------
    ValueError
        If a path is given and holds no measures.
    """
    if not (path or os.environ.get(PREVIOUS)):
        return None
    folder = Path(path or os.environ[PREVIOUS])
    try:
        earlier = _read(folder)
    except ValueError as error:
        if path:
            raise
        warnings.warn(f"the last run cannot be compared with: {error}", stacklevel=2)
        return None
    return earlier.select(sources or [], since, until)


def _read(folder: Path) -> Previous:
    place = folder / MEASURES if (folder / MEASURES).is_dir() else folder
    if not (place / "record.json").is_file():
        raise ValueError(f"previous {str(folder)!r} holds no measures; name the folder of a run")
    run = {}
    if (folder / "run.json").is_file():
        run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return Previous(read_measures(place), run.get("started", ""), run.get("parameters"))


def not_comparable(previous: Previous, measures: Measures) -> dict[str, str]:
    """Say which kinds of numbers cannot be compared, and in a sentence why.

    What was measured with another codebook, lexicon, version of the code or setting is another
    number: its change would say nothing of the texts.

    Returns
    -------
    dict
        Sentences by kind (KINDS); empty where all can be compared.
    """
    old, new = previous.measures.record, measures.record
    found: dict[str, str] = {}
    if (old["code"], old["library"]) != (new["code"], new["library"]):
        reason = (
            f"The measuring code is another than in the last run (crosscurrents {old['library']}, "
            f"{old['code'][:8]}, now {new['library']}, {new['code'][:8]})"
        )
        return dict.fromkeys(KINDS, f"{reason}: no number is compared with it.")
    if old["chronology"] != new["chronology"]:
        reason = "Whether chronologies count as prose was set otherwise in the last run"
        return dict.fromkeys(KINDS, f"{reason}: no number is compared with it.")
    if old["codebook"]["sha256"] != new["codebook"]["sha256"]:
        reason = "The codebook has changed since the last run: themes and scales are not compared."
        found |= {"theme": reason, "scale": reason}
    if old["lexicons"].get("vader") != new["lexicons"].get("vader"):
        found["tone"] = "The lexicon has changed since the last run: tone is not compared."
    return found


def parameters_changed(previous: Previous, notebook: str, values: dict[str, Any]) -> list[str]:
    """Name the parameters of a notebook that had another value in the earlier run.

    >>> parameters_changed(Previous(None, "", {"brief": {"level": 0.9}}), "brief", {"level": 0.95})
    ['level (0.9, now 0.95)']
    """
    old = (previous.parameters or {}).get(notebook, {})
    return [f"{k} ({old[k]!r}, now {v!r})" for k, v in values.items() if old.get(k, v) != v]
