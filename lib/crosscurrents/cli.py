"""The command line: crosscurrents COMMAND, a function each, which returns the exit code.

A command raises ValueError on bad input. Exit codes: 0 good, 1 a notebook failed or a check found
something, 2 bad input, 3 all is done but could not be printed, 75 another run is under way.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import crosscurrents as cc
from crosscurrents.storage import write_whole
from crosscurrents.writing import counted, left_out_lines

# 75 is EX_TEMPFAIL: try again later. UNSAID: the report is made, but could not be printed about.
GOOD, FAILED, BAD_INPUT, UNSAID, BUSY = 0, 1, 2, 3, 75
DOUBTS = 6  # doubts about files that are said
PARSER = argparse.ArgumentParser(
    prog="crosscurrents", description="How sources differ on the same story."
)
COMMANDS = PARSER.add_subparsers(required=True, metavar="COMMAND")


# --- the registry of commands


class Once(argparse.Action):
    """An option that may be given once: a second value would silently replace the first one."""

    def __call__(self, parser, namespace, value, option=None) -> None:
        first = getattr(namespace, f"_{self.dest}", None)
        if first is not None:
            parser.error(f"{option} is given twice, {first!r} and {value!r}; choose one")
        setattr(namespace, f"_{self.dest}", value)
        setattr(namespace, self.dest, value)


def argument(*names: str, **options) -> tuple[tuple[str, ...], dict[str, Any]]:
    """An argument of a command, as `ArgumentParser.add_argument` takes it."""
    return names, options


def switch(name: str, told: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """An option without a value."""
    return argument(name, action="store_true", help=told)


def command(*arguments: tuple) -> Callable:
    """Make a function a command of its name, whose help is its docstring."""

    def register(function: Callable[[Any], int]) -> Callable[[Any], int]:
        told = function.__doc__
        short = told[0].lower() + told[1:].rstrip(".")
        parser = COMMANDS.add_parser(function.__name__, help=short, description=told)
        for names, options in [*arguments, switch("--debug", "show a traceback of an error")]:
            parser.add_argument(*names, **options)
        parser.set_defaults(command=function)
        return function

    return register


CORPUS = argument(
    "--corpus", action=Once, default="seeds/alliance", help="folder or table (default: %(default)s)"
)
DATES = argument(
    "--dates", choices=["day-first", "month-first"], action=Once, default="",
    help="what 03/04/2024 is, where nothing tells; stored",
)  # fmt: skip
LOCAL = switch("--allow-local", "fetch from this machine and private networks, too")
DEFINITIONS = argument("--definitions", metavar="FILE", help="reports.toml, or its folder")


@command(argument("folder", help="a new folder"), switch("--demo", "with the demo corpus"))
def new(options) -> int:
    """Write a project: notebooks, a corpus folder, reports.toml, codebook and topic words."""
    from crosscurrents.report.definitions import new_project

    files = new_project(options.folder, demo=options.demo)
    print(f"{options.folder}: {len(files)} files")
    step = "" if options.demo else ", put documents into corpus/"
    print(f"next: cd {options.folder}{step}, then: crosscurrents report")
    return GOOD


@command(
    argument("corpus", help="the corpus folder; made where it is missing"),
    argument("sources", nargs="+", metavar="FILE|FOLDER|URL"),
    switch("--dry-run", "say what would be done"),
    switch("--listed", "only texts that the catalogue lists, found by their hash"),
    argument("--source", default="", help="their outlet or author; else sub-folders name it"),
    LOCAL,
)
def add(options) -> int:
    """Copy files, folders and pages of the web into a corpus."""
    from crosscurrents.collect import Fetcher, add_pages
    from crosscurrents.corpus.adding import Additions, add_files

    urls = [source for source in options.sources if "://" in source]
    files = [source for source in options.sources if "://" not in source]
    additions = Additions(options.corpus, dry_run=options.dry_run)
    outcomes = add_files(additions, files, source=options.source, listed=options.listed)
    fetcher = Fetcher(allow_local=options.allow_local)
    outcomes += add_pages(additions, urls, fetcher=fetcher, source=options.source)
    additions.finish()
    return _say_outcomes(outcomes)


def _say_outcomes(outcomes: list[tuple[str, str]]) -> int:
    """Print what became of each file or page; FAILED if one is not in the corpus."""
    for name, outcome in outcomes:
        line = f"{name}: {outcome}"  # names may hold line breaks, and what terminals obey
        print("".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line))
    bad = ("left out", "failed")
    return FAILED if any(outcome.startswith(bad) for _, outcome in outcomes) else GOOD


@command(
    argument("corpus", help="the corpus folder"),
    argument(
        "--pages", metavar="FILE", default="",
        help="a table of addresses, such as Media Cloud gives: its pages, too",
    ),
    LOCAL,
)  # fmt: skip
def collect(options) -> int:
    """Fetch the feeds and pages that feeds.toml of a corpus lists."""
    from crosscurrents.collect import Fetcher, collect

    fetcher = Fetcher(allow_local=options.allow_local)
    return _say_outcomes(collect(options.corpus, fetcher=fetcher, pages=options.pages))


@command(argument("folder", help="the corpus folder"), DATES)
def catalogue(options) -> int:
    """Write catalogue.csv of a folder with guessed facts and where each was found."""
    from crosscurrents.corpus.adding import write_catalogue

    print(write_catalogue(options.folder, dates=options.dates))
    return GOOD


@command(
    argument("folder", help="the corpus folder"),
    argument("--themes", type=int, default=0, help="how many (default: by coherence)"),
)
def codebook(options) -> int:
    """Write a skeleton of codebook.yml from topics and frequent words."""
    from crosscurrents.coverage import write_codebook

    print(write_codebook(options.folder, themes=options.themes))
    return GOOD


@command(
    argument("codebook", nargs="?", help="themes (default: the corpus's codebook.yml)"),
    CORPUS,
    argument(
        "--columns", metavar="OURS=THEIRS,...", action=Once,
        help="which column of a table is which: text=Body; stored beside it",
    ),
    DATES,
    switch("--all", "show every pattern and every sentence that no theme covers"),
)  # fmt: skip
def check(options) -> int:
    """Read a corpus whole, say what is wrong, and what its codebook finds and misses."""
    from crosscurrents.corpus.reading import Options, store_options
    from crosscurrents.coverage import coverage_lines
    from crosscurrents.measures import codebook_of
    from crosscurrents.overview import copies_findings, doubts
    from crosscurrents.readers.tables import parse_columns

    columns = parse_columns(options.columns) if options.columns else None
    book = cc.read_codebook(options.codebook) if options.codebook else None
    corpus = cc.read_corpus(options.corpus, columns=columns, dates=options.dates)
    if columns or options.dates:
        print(store_options(Path(options.corpus), Options(columns, options.dates)))
    if corpus.columns:
        guess = ", ".join(f"{ours} = {theirs!r}" for ours, theirs in corpus.columns.items())
        print(f"columns: {guess} (--columns says otherwise)")
    book = codebook_of(corpus, book)
    measures = cc.measure(corpus, codebook=book)
    documents, record = measures.documents, measures.record["codebook"]
    texts = counted(int(corpus.documents["at_hand"].sum()), "text")
    print(
        f"{counted(len(documents), 'document')} from "
        f"{counted(documents['source'].nunique(), 'source')}, "
        f"{counted(int(documents['words'].sum()), 'word')}; {texts} available; "
        f"{counted(len(record['themes']), 'theme')}, {counted(len(record['scales']), 'scale')}"
    )
    if book.themes:
        print("\n".join(coverage_lines(book, corpus, measures, every=options.all)))
    found = [f"  {row.doc_id}: {row.detail}" for row in doubts(measures).itertuples()]
    found += [f"  {line}" for line in copies_findings(cc.Comparison(measures, corpus=corpus))]
    if found:
        print("\nDocuments to look at\n", *found, sep="\n")
    empty = documents.loc[documents["words"] == 0, "doc_id"]
    problems = _left_out(corpus.rejected.to_dict("records"))
    problems += [f"{doc_id}: no prose is left of it" for doc_id in empty]
    unsure = [f"doubtful: {row.file}: {row.doubt}" for row in corpus.doubts.itertuples()]
    unsure[DOUBTS:] = [f"and {len(unsure) - DOUBTS:,} more doubts"] * (len(unsure) > DOUBTS)
    return warn([*problems, *unsure])


def _left_out(rows: list[dict[str, str]]) -> list[str]:
    """What was not read (doc_id, file, reason), a line for each reason."""
    return [f"left out: {line}" for line in left_out_lines(rows)]


@command(
    CORPUS,
    switch("--tone", "store the tone too, for reports without the texts"),
    argument("--codebook", help="themes (default: the corpus's codebook.yml)"),
    argument("--out", help="folder (default: measures/ in the corpus)"),
    argument(
        "--workers", type=int, default=0,
        help="processes (default: one a processor, where there is text enough)",
    ),
    argument("--dask", metavar="ADDRESS", help="a Dask scheduler: tcp://host:8786"),
)  # fmt: skip
def measure(options) -> int:
    """Measure a corpus and store what was measured."""
    from crosscurrents.measures.batches import cluster

    corpus = cc.read_corpus(options.corpus)
    if not options.out and not Path(options.corpus).is_dir():
        raise ValueError(f"corpus {options.corpus!r} is no folder; name a folder with --out")
    folder = options.out or Path(options.corpus) / "measures"
    with cluster(options.dask) as client:
        how = {"workers": options.workers, "client": client}
        measures = cc.measure(corpus, codebook=options.codebook, **how)
        measures = cc.measure_tone(corpus, measures) if options.tone else measures
        print(measures.save(folder))
    warn(_left_out(corpus.rejected.to_dict("records")))
    return GOOD


@command(
    argument("names", nargs="*", metavar="NAME", help="reports of reports.toml"),
    DEFINITIONS,
    argument("--corpus", action=Once, help="in place of a NAME: folder or table of documents"),
    argument("--name", help="of the report on it (default: the name of the corpus)"),
    argument("--out", help="folder (default: reports)"),
    argument("--notebooks", help="some only, separated by commas; the first opens the report"),
    argument("--notebooks-dir", help="where they are (default: this project's)"),
    argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", dest="settings",
        help="a parameter of all notebooks that have it, or of one: NOTEBOOK.NAME=VALUE",
    ),
    argument("--keep", type=int, metavar="N", help="runs to keep (default: 30)"),
    argument("--time-limit", metavar="TIME", help="of a notebook (default: 10 min)"),
    argument("--memory-limit", metavar="SIZE", help="of a notebook (default: 4 GB)"),
    switch("--force", "run even if nothing is new"),
    switch("--dry-run", "check all, say what would be run"),
    switch("--list", "what reports.toml defines"),
    switch("--quiet", "no progress, say only what is wrong"),
)  # fmt: skip
def report(options) -> int:
    """Run the notebooks on a corpus, publish their pages."""
    from crosscurrents.storage import last_good

    definitions = _definitions(options)
    if options.list:
        for definition in definitions:
            last = last_good(definition.folder)
            print(f"{definition.name}\t{definition.corpus}\t{last.name if last else 'never run'}")
        return GOOD
    codes = []
    for definition in definitions:  # one that fails does not keep the others from being made
        try:
            codes.append(_make(definition, options))
        except Exception as error:
            if options.debug or isinstance(error, BrokenPipeError):
                raise
            codes.append(say_error(error))
    return worst(codes)


def _definitions(options) -> list:
    """The reports that are meant, checked."""
    from crosscurrents.report import definitions as of

    for setting in options.settings:
        if "=" not in setting:
            raise ValueError(f"--set {setting!r} is not of the form NAME=VALUE")
    if options.keep is not None and options.keep < 1:
        raise ValueError(f"--keep {options.keep} is not an integer ≥ 1")
    pairs = [setting.split("=", 1) for setting in options.settings]
    given = {
        "out": options.out,
        "notebooks": [n.strip() for n in (options.notebooks or "").split(",") if n.strip()],
        "folder": options.notebooks_dir,
        "keep": options.keep,
        "parameters": {name.strip(): value for name, value in pairs},
        "time_limit": options.time_limit and of.seconds(options.time_limit),
        "memory_limit": options.memory_limit and of.size(options.memory_limit),
    }
    given = {name: value for name, value in given.items() if value}
    if options.corpus:
        if options.names:
            raise ValueError(f"--corpus and {options.names}: choose one, a corpus or reports")
        return [of.define_report(options.corpus, name=options.name, **given)]
    if options.name:
        raise ValueError("--name goes with --corpus; a report of reports.toml has its name there")
    found = of.defined(of.find_settings(options.definitions), options.names, **given)
    if not options.names and not options.list and len(found) > 1:
        names = [definition.name for definition in found]
        raise ValueError(f"no report is named; choose from {names}, or give --corpus FOLDER")
    return found


def _make(definition, options) -> int:
    """Make a report, or say what would be done."""
    from crosscurrents.report.run import describe, left_out, make_report

    if options.dry_run:
        lines, rejected = describe(definition)
        return say([*lines, *(f"  {line}" for line in _left_out(rejected))])
    made = make_report(definition, quiet=options.quiet, force=options.force)
    rejected, page = left_out(made.record), made.folder / "index.html"
    if options.quiet:  # what is left out every night is no news
        before = left_out(made.last)
        warn(_left_out([row for row in rejected if made.is_new and row not in before]))
        return GOOD
    lines = [*filter(None, [made.record.get("headline")]), *_left_out(rejected)]
    if not made.is_new:
        news = f"report {definition.name!r}: nothing new since the last run: {page}"
        return say([*lines, news])
    number, total = len(made.record["notebooks"]), made.record["seconds"]["total"]
    return say([*lines, f"{counted(number, 'notebook')} in {total:.0f} s", str(page)])


@command(
    argument("name", metavar="NAME", help="a report of reports.toml"),
    DEFINITIONS,
    switch("--systemd", "a service, its timer, its failure"),
    switch("--cron", "a line for crontab -e"),
    argument("--at", default="03:15", metavar="HH:MM", help="default: %(default)s"),
    argument("--write", metavar="FOLDER", help="unit files, into such as ~/.config/systemd/user"),
)
def schedule(options) -> int:
    """Write what has a report made every night: systemd units, or a line for cron."""
    from crosscurrents.report.definitions import cron_line, defined, find_settings, systemd_units

    if options.systemd == options.cron:
        raise ValueError("choose one, --systemd or --cron")
    if not re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", options.at):
        at = f"at {options.at!r}"
        raise ValueError(f"{at} is no time of day; give hours and minutes such as '03:15'")
    if options.cron and options.write:
        raise ValueError("--write goes with --systemd; a line for cron is for crontab -e")
    settings = find_settings(options.definitions)
    (definition,) = defined(settings, [options.name])
    units = {} if options.cron else systemd_units(definition, settings, options.at)
    if not options.write:
        texts = [f"# {name}\n{text}" for name, text in units.items()]
        texts = texts or [cron_line(definition, settings, options.at)]
        print("\n".join(texts), end="")
        return GOOD
    folder = Path(options.write).expanduser()
    for name, text in units.items():
        write_whole(folder / name, text)
        print(folder / name)
    user = " --user" if "user" in folder.parts else ""
    timer = next(name for name in units if name.endswith(".timer"))
    print(f"now: systemctl{user} daemon-reload && systemctl{user} enable --now {timer}")
    return GOOD


@command(
    argument("run", help="folder of a run, or of a report: its last good run"),
    argument("--corpus", action=Once, help="where the corpus is (default: where it was)"),
)
def verify(options) -> int:
    """Run a published report again from its record, say whether its tables are the same."""
    from crosscurrents.report.verify import verify_run

    found = verify_run(options.run, corpus=options.corpus or "")
    print(found)
    return FAILED if found.different else GOOD


# --- what is said, and the end of a command


def say_error(error: Exception) -> int:
    """Say what is wrong, never with a traceback; return the exit code."""
    kind = type(error).__name__
    code = {"ReportBusy": BUSY, "ReportError": FAILED}.get(kind)
    if code is not None:
        print(error, file=sys.stderr)
        return code
    bad_input = isinstance(error, ValueError | FileNotFoundError | NotADirectoryError)
    message = str(error) if bad_input else f"{kind}: {error} (with --debug it shows where)"
    if isinstance(error, OSError) and error.strerror:
        message = ": ".join(map(str, filter(None, [error.strerror, error.filename])))
    print(f"crosscurrents: {message}", file=sys.stderr)
    return BAD_INPUT if bad_input else FAILED


def worst(codes: list[int]) -> int:
    """The exit code of several: a failure comes before bad input, bad input before a busy report.

    >>> worst([0, 75, 1])
    1
    """
    return next((code for code in (FAILED, BAD_INPUT, BUSY, UNSAID) if code in codes), GOOD)


def warn(lines: list[str]) -> int:
    """Print lines on standard error; FAILED if there are any."""
    for line in lines:
        print(line, file=sys.stderr)
    return FAILED if lines else GOOD


def say(lines: Iterable[str] = ()) -> int:
    """Print lines, all that was printed before too; UNSAID where that fails, as on a full disk."""
    try:
        for line in lines:
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        with contextlib.suppress(OSError):
            print(f"crosscurrents: all is done, but not printed: {error.strerror}", file=sys.stderr)
        return UNSAID
    return GOOD


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code; errors are one message, never a traceback."""
    options = PARSER.parse_args(arguments)
    # In order, not at once:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        code = options.command(options)
        return say() or code
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 128 + signal.SIGINT
    except BrokenPipeError:  # whoever read our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD
    except Exception as error:
        if options.debug:
            raise
        return say_error(error)
