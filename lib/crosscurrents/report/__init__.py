"""Runs the notebooks of a report headless and publishes their pages, all of them or none."""

from __future__ import annotations

from pathlib import Path

from crosscurrents.report.definitions import define_report
from crosscurrents.report.run import ReportError, make_report


def run_report(
    corpus: str | Path, *, quiet: bool = False, force: bool = False, **definition
) -> Path:
    """Run notebooks on a corpus and publish their pages, tables and record in a folder.

    The folder is `out/name/time`; `out/name/latest` then points to it. If anything goes wrong,
    nothing is published, and what was published before stays. If corpus, codebook,
    parameters, notebooks and code are as in the last good run, nothing is run.

    Parameters
    ----------
    corpus : str or Path
        A folder of documents, or a table file.
    name : str
        The report's name; by default the name of the corpus.
    out : str or Path
        The folder of all reports, by default "reports".
    notebooks : list of str
        Names of notebooks; by default all in `folder`. The first becomes index.html.
    parameters : dict
        Values by 'notebook.parameter', or by 'parameter' for all notebooks that have it; text is
        read as the parameter's type.
    folder : str or Path
        Where the notebooks are; by default this project's.
    title : str
        The report's title; by default the title of the codebook, or the name.
    keep : int
        Runs to keep, good and failed ones each, by default 30; the last good one always stays.
    time_limit : float
        Seconds that one notebook may take, by default 600.
    memory_limit : int
        Bytes that it may hold, with all that it starts, by default 4 GB.
    quiet : bool
        Whether to say nothing of the progress, as anyway where there is no terminal.
    force : bool
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
    return make_report(define_report(corpus, **definition), quiet=quiet, force=force).folder


__all__ = ["ReportError", "run_report"]
