"""What a run would do, and how old the last good one is."""

from __future__ import annotations

import datetime

from crosscurrents.parameters import read_parameters
from crosscurrents.report.corpora import read_corpora
from crosscurrents.report.definition import Definition
from crosscurrents.report.publishing import last_good, read_record
from crosscurrents.report.run import Run


def age(definition: Definition, now: float) -> float | None:
    """Seconds from the start of the last good run to `now`; None without one."""
    last = last_good(definition.folder)
    if last is None:
        return None
    try:
        started = datetime.datetime.fromisoformat(read_record(last)["started"])
    except (KeyError, TypeError, ValueError):
        return None
    return now - started.timestamp()


def describe(definition: Definition) -> list[str]:
    """What a run would read and do, in lines; reads and measures the corpus, writes nothing.

    Raises ValueError for all that would keep the run from starting.
    """
    run = Run(definition)
    run.look(read_corpora(definition))
    corpus = run.record["corpus"]
    if run.previous is None:
        what = "would be run for the first time"
    elif run.is_nothing_new():
        what = f"nothing new since {run.previous.name}, would not be run"
    else:
        what = f"would be run, and compared with {run.previous.name}"
    lines = [
        f"report {definition.name!r}: {what}",
        f"  corpus {definition.corpus}: {corpus['documents']:,} documents, "
        f"{corpus['texts_at_hand']:,} texts at hand, {corpus['words']:,} words",
        f"  into {definition.folder}, the last {definition.keep} runs are kept",
        f"  a notebook may take {definition.time_limit:g} s "
        f"and {definition.memory_limit / 1e6:,.0f} MB",
    ]
    for name, path in definition.notebooks.items():
        defaults = read_parameters(path)
        values = definition.parameters[name].items()
        own = [f"{k}={v!r}" for k, v in values if k != "corpus" and v != defaults.get(k)]
        lines.append(f"  {name}: {', '.join(own) or 'as it stands'}")
    return lines
