"""The last good run of a report, as far as a new one is compared with it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crosscurrents.kept import MEASURES, PREVIOUS
from crosscurrents.measures import Measures, in_period, read_measures
from crosscurrents.runs import corpus_identity, is_same_corpus, last_run_of, read_record

# Kinds of numbers, in the order of a table.
KINDS = ("word", "tone", "theme", "scale")


@dataclass(frozen=True)
class Previous:
    """An earlier run: its measures, when it began (ISO; empty if not known), its parameters.

    One whose measures cannot be read has none; `error` says why, and it counts as false.
    """

    measures: Measures | None
    started: str = ""
    parameters: dict[str, Any] | None = None
    error: str = ""

    def __bool__(self) -> bool:
        return self.measures is not None

    def select(self, sources: list[str], since: str, until: str) -> Previous | None:
        """The same selection as of the measures now; None if nothing of it was there before."""
        if self.measures is None:
            return self
        documents = self.measures.documents
        keep = documents["source"].isin(sources or documents["source"])
        keep &= in_period(documents["date"], since, until)
        if not keep.any():
            return None
        chosen = self.measures.of(documents[keep].reset_index(drop=True))
        return Previous(chosen, self.started, self.parameters)


def read_previous(
    path: str | Path = "",
    *,
    corpus: str | Path = "",
    sources: list[str] | None = None,
    since: str = "",
    until: str = "",
) -> Previous | None:
    """Read the run that a new one is to be compared with.

    Parameters
    ----------
    path
        Folder of a published run, or of measures; by default the last good run of the report that
        is being made, or else the newest report on the same corpus in `reports/`.
    corpus
        Path of the corpus: a run of another one is refused.
    sources, since, until
        The selection that is looked at, see `Measures.select`.

    Returns
    -------
    Previous or None
        None where there is no earlier run, or nothing of this selection in it. Where the last
        good run cannot be read, one without measures, whose `error` says why.

    Raises
    ------
    ValueError
        If a path is given and holds no measures, or those of another corpus.
    """
    folder = path or os.environ.get(PREVIOUS)
    if not folder and corpus and PREVIOUS not in os.environ:  # in JupyterLab
        folder = last_run_of(corpus, [Path("reports"), Path("..") / "reports"])
    if not folder:
        return None
    folder = Path(folder)
    try:
        earlier = _read(folder, corpus)
    except ValueError as error:
        if path:
            raise
        return Previous(None, read_record(folder).get("started", ""), error=str(error))
    return earlier.select(sources or [], since, until)


def _read(folder: Path, corpus: str | Path) -> Previous:
    place = folder / MEASURES if (folder / MEASURES).is_dir() else folder
    if not (place / "record.json").is_file():
        raise ValueError(f"previous {str(folder)!r} holds no measures; name the folder of a run")
    run = read_record(folder)
    home = folder.resolve().parent.parent.parent
    if corpus and run and not is_same_corpus(run, corpus_identity(corpus, home)):
        raise ValueError(
            f"previous {str(folder)!r} is a run on another corpus, not on {str(corpus)!r}; "
            "name a run on this one"
        )
    try:
        measures = read_measures(place)
    except (RecursionError, TypeError, KeyError, OSError) as error:
        raise ValueError(f"measures {str(place)!r} cannot be read: {error}") from None
    return Previous(measures, run.get("started", ""), run.get("parameters"))


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
    if old["version"] != new["version"]:
        reason = (
            f"The version of the measures is another than in the last run ({old['version']}, now "
            f"{new['version']})"
        )
        return dict.fromkeys(KINDS, f"{reason}: no number is compared with it.")
    settings = {
        "chronology": "Whether chronologies count as prose was set otherwise in the last run",
        "abbreviations": "The corpus had another list of abbreviations in the last run",
    }
    for name, reason in settings.items():
        if old.get(name, "") != new.get(name, ""):
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
