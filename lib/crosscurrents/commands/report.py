"""crosscurrents report: run the notebooks headless and publish their pages."""

from __future__ import annotations

import argparse
import time
from typing import Any

from crosscurrents.commands.console import (
    GOOD,
    Once,
    left_out_lines,
    say,
    say_error,
    say_left_out,
    worst,
)

WHAT = "run the notebooks on a corpus, publish their pages"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help="reports of reports.toml")
    parser.add_argument("--definitions", metavar="FILE", help="reports.toml, or its folder")
    parser.add_argument(
        "--corpus", action=Once, help="in place of a NAME: folder or table of documents"
    )
    parser.add_argument("--name", help="of the report on it (default: that of the corpus)")
    parser.add_argument("--out", help="folder (default: reports)")
    parser.add_argument(
        "--notebooks", help="some only, separated by commas; the first opens the report"
    )
    parser.add_argument("--notebooks-dir", help="where they are (default: this project's)")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", dest="settings",
        help="a parameter of all notebooks that have it, or of one: NOTEBOOK.NAME=VALUE",
    )  # fmt: skip
    parser.add_argument("--keep", type=int, metavar="N", help="runs to keep (default: 30)")
    parser.add_argument("--time-limit", metavar="TIME", help="of a notebook (default: 10 min)")
    parser.add_argument("--memory-limit", metavar="SIZE", help="of a notebook (default: 4 GB)")
    parser.add_argument("--if-stale", metavar="TIME", help="only if the last run is older: 20h")
    parser.add_argument("--force", action="store_true", help="run even if nothing is new")
    parser.add_argument("--dry-run", action="store_true", help="check all, say what would be run")
    parser.add_argument("--list", action="store_true", help="what reports.toml defines")
    parser.add_argument("--quiet", action="store_true", help="no progress, say only what is wrong")


def run(options) -> int:
    from crosscurrents.report.settings import seconds

    if (options.if_stale or "").replace(".", "").isdigit():
        raise ValueError(f"--if-stale {options.if_stale!r} has no unit; write 30min, 20h or 2d")
    stale = seconds(options.if_stale) if options.if_stale else None
    definitions = _definitions(options)
    if options.list:
        return _list(definitions)
    if len(definitions) == 1:
        return _make(definitions[0], options, stale)
    codes = []
    for definition in definitions:  # one that fails does not keep the others from being made
        try:
            codes.append(_make(definition, options, stale))
        except Exception as error:
            if options.debug:
                raise
            codes.append(say_error(error))
    return worst(codes)


def _definitions(options) -> list:
    """The reports that are meant, checked."""
    from crosscurrents.report.definition import define_report
    from crosscurrents.report.settings import defined, find_settings, read_settings

    given = _given(options)
    if options.corpus:
        if options.names:
            raise ValueError(f"--corpus and {options.names}: choose one, a corpus or reports")
        return [define_report(options.corpus, name=options.name, **given)]
    file = find_settings(options.definitions)
    names = list(read_settings(file))
    if not options.names and not options.list and len(names) > 1:
        raise ValueError(f"no report is named; choose from {names}, or give --corpus FOLDER")
    if options.name:
        raise ValueError("--name goes with --corpus; a report of reports.toml has its name there")
    return defined(file, options.names or names, **given)


def _given(options) -> dict[str, Any]:
    """What the command line says of a definition."""
    from crosscurrents.report.settings import seconds, size

    parameters = {}
    for setting in options.settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise ValueError(f"--set {setting!r} is not of the form NAME=VALUE")
        parameters[name.strip()] = value
    if options.keep is not None and options.keep < 1:
        raise ValueError(f"--keep {options.keep} is not an integer ≥ 1")
    names = [n.strip() for n in (options.notebooks or "").split(",") if n.strip()]
    given = {
        "out": options.out, "notebooks": names, "folder": options.notebooks_dir,
        "keep": options.keep, "parameters": parameters,
        "time_limit": seconds(options.time_limit) if options.time_limit else None,
        "memory_limit": size(options.memory_limit) if options.memory_limit else None,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value}


def _make(definition, options, stale: float | None) -> int:
    from crosscurrents.report.run import age, describe, make_report

    if options.dry_run:
        lines, rejected = describe(definition)
        print("\n".join([*lines, *("  " + line for line in left_out_lines(rejected))]))
        return GOOD
    old = age(definition, time.time())
    if stale is not None and old is not None and 0 <= old < stale:  # a clock can have jumped
        if not options.quiet:
            print(f"report {definition.name!r} is {old / 3600:.1f} hours old: not run")
        return GOOD
    made = make_report(definition, quiet=options.quiet, force=options.force)
    return say(_ending(made, definition.name, options.quiet))


def _ending(made, name: str, quiet: bool) -> list[str]:
    """The end of a run: its headline, what was left out, how long it took, and what to open."""
    from crosscurrents.report.run import left_out

    rejected = left_out(made.record)
    if quiet:  # what is left out every night is no news
        say_left_out([row for row in rejected if made.new and row not in made.before])
        return []
    headline = made.record.get("headline")
    lines = [*([headline] if headline else []), *left_out_lines(rejected)]
    if made.new:
        number, total = len(made.record["notebooks"]), made.record["seconds"]["total"]
        lines.append(f"{number} notebook{'s' * (number != 1)} in {total:.0f} s")
    news = "" if made.new else f"report {name!r}: nothing new since the last run: "
    return [*lines, f"{news}{made.folder / 'index.html'}"]


def _list(definitions: list) -> int:
    from crosscurrents.runs import last_good

    for definition in definitions:
        last = last_good(definition.folder)
        print(f"{definition.name}\t{definition.corpus}\t{last.name if last else 'never run'}")
    return GOOD
