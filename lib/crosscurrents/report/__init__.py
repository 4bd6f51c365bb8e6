"""Runs the notebooks of a report headless and publishes their pages, all of them or none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crosscurrents.report.definition import MEMORY_LIMIT, TIME_LIMIT, define_report
from crosscurrents.report.publishing import KEEP
from crosscurrents.report.run import ReportError, make_report


def run_report(
    corpus: str | Path,
    *,
    name: str | None = None,
    out: str | Path = "reports",
    notebooks: list[str] | None = None,
    parameters: dict[str, Any] | None = None,
    folder: str | Path | None = None,
    title: str = "",
    keep: int = KEEP,
    time_limit: float = TIME_LIMIT,
    memory_limit: int = MEMORY_LIMIT,
    quiet: bool = False,
    force: bool = False,
) -> Path:
    """Run notebooks on a corpus and publish their pages, tables and record in a folder.

    The folder is `out/name/time`; `out/name/latest` then points to it. If anything goes wrong,
    nothing is published, and what was published before stays. If corpus, codebook,
    parameters, notebooks and code are those of the last good run, nothing is run.

    Parameters
    ----------
    corpus
        A folder of documents, or a table file.
    name
        The report's name; by default that of the corpus.
    notebooks
        Names of notebooks; by default all in `folder`. The first becomes index.html.
    parameters
        Values by 'notebook.parameter', or by 'parameter' for all notebooks that have it; text is
        read as the parameter's type.
    folder
        Where the notebooks are; by default this project's.
    title
        The report's title; by default that of the codebook, or the name.
    keep
        Runs to keep, good and failed ones each; the last good one always stays.
    time_limit, memory_limit
        Seconds that one notebook may take; bytes that it may hold, with all that it starts.
    quiet
        Whether to say nothing of the progress, as anyway where there is no terminal.
    force
        Whether to run even if nothing is new.

    Returns
    -------
    Path
        The folder of this run, or of the last good one if nothing is new.

    Raises
    ------
    ValueError
        Bad input, found before any notebook runs; a report of this name on another corpus.
    ReportError
        A notebook failed.
    ReportBusy
        Another run of this report is under way.
    """
    definition = define_report(
        corpus, name=name, out=out, notebooks=notebooks, parameters=parameters, folder=folder,
        title=title, keep=keep, time_limit=time_limit, memory_limit=memory_limit,
    )  # fmt: skip
    return make_report(definition, quiet=quiet, force=force).folder


__all__ = ["ReportError", "run_report"]
