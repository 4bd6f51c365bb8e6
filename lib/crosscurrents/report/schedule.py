"""Files that have a report made at a time of day: systemd units, or a line for cron."""

from __future__ import annotations

import math
import re
import shlex
import sys
from pathlib import Path

from crosscurrents.report.definitions import Definition
from crosscurrents.report.run import WORKERS

BESIDE = 2 * 10**9  # bytes for the runner itself, which reads and measures the corpus
READING = 1800  # seconds for the same, and for publishing
BUSY = 75  # exit code of a run that found another one under way

UNITS = Path(__file__).with_name("units")  # a service, its timer, and what follows its failure


def command_of(name: str, settings: Path) -> list[str]:
    """The command that makes a report of a reports.toml, by paths that hold anywhere."""
    command = [sys.executable, "-m", "crosscurrents", "report", name, "--quiet"]
    return [*command, "--definitions", str(settings.resolve())]


def systemd_units(definition: Definition, settings: Path, at: str = "03:15") -> dict[str, str]:
    """Unit files by their names: a service, its timer, and what runs when the service fails.

    Raises
    ------
    ValueError
        If `at` is no time of day, or the report's name cannot be that of a unit.
    """
    hours, minutes = _hours_and_minutes(at)
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", definition.name):
        raise ValueError(f"name {definition.name!r} is no unit's; use letters a-z, digits, '-'")
    turns = math.ceil(len(definition.notebooks) / WORKERS)
    unit = f"crosscurrents-{definition.name}"
    values = {
        "name": definition.name,
        "unit": unit,
        "at": f"{hours:02}:{minutes:02}",
        "folder": _specified(str(settings.resolve().parent)),
        "command": " ".join(map(_quoted, command_of(definition.name, settings))),
        "busy": BUSY,
        "seconds": math.ceil(turns * definition.time_limit) + READING,
        "memory": WORKERS * definition.memory_limit + BESIDE,
    }
    texts = {file.name: file.read_text(encoding="utf-8") for file in sorted(UNITS.iterdir())}
    return {
        name.replace("crosscurrents", unit): text.format(**values) for name, text in texts.items()
    }


def _specified(text: str) -> str:
    """Text in which no % begins one of systemd's specifiers."""
    return text.replace("%", "%%")


def _quoted(argument: str) -> str:
    """One argument of ExecStart, where $ and % mean something and blanks part.

    >>> print(_quoted("a b%"))
    "a b%%"
    """
    text = argument.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{_specified(text)}"' if re.search(r"[^\w@+=:,./$-]", argument) else text


def cron_line(definition: Definition, settings: Path, at: str = "03:15") -> str:
    """A line for a crontab; % begins a new line there unless a backslash stands before it.

    Raises ValueError if `at` is no time of day.
    """
    hours, minutes = _hours_and_minutes(at)
    folder = shlex.quote(str(settings.resolve().parent))
    command = f"cd {folder} && {shlex.join(command_of(definition.name, settings))}"
    return f"{minutes} {hours} * * *  {command}".replace("%", r"\%") + "\n"


def _hours_and_minutes(at: str) -> tuple[int, int]:
    found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", at)
    if not found:
        raise ValueError(f"at {at!r} is no time of day; give hours and minutes such as '03:15'")
    return int(found[1]), int(found[2])
