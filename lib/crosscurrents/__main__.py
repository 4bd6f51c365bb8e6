"""The command line: crosscurrents report | measure | add | check."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from pathlib import Path

GOOD, FAILED, BAD_INPUT, BUSY = 0, 1, 2, 75  # 75 is EX_TEMPFAIL: try again later


def main(arguments: list[str] | None = None) -> int:
    """Run a command; errors are one message on standard error, never a traceback.

    Returns the exit code: 0 good, 1 a notebook failed, 2 bad input, 75 another run is under way.
    """
    options = _parser().parse_args(arguments)
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM)
    )  # in order, not at once
    try:
        return options.command(options)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 128 + signal.SIGINT
    except BrokenPipeError:  # whoever read our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD
    except Exception as error:
        if options.debug:
            raise
        return _say_error(error)


def _say_error(error: Exception) -> int:
    if type(error).__name__ == "ReportBusy":
        print(error, file=sys.stderr)
        return BUSY
    if type(error).__name__ == "ReportError":
        print(error, file=sys.stderr)
        return FAILED
    bad_input = isinstance(error, ValueError | FileNotFoundError | NotADirectoryError)
    if isinstance(error, OSError) and error.strerror:
        message = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    elif bad_input:
        message = str(error)
    else:
        message = f"{type(error).__name__}: {error} (with --debug it shows where)"
    print(f"crosscurrents: {message}", file=sys.stderr)
    return BAD_INPUT if bad_input else FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="crosscurrents", description="How sources differ on the same story."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    report = _add(commands, "report", _report, "run the notebooks on a corpus, publish their pages")
    report.add_argument("--corpus", default="seeds", help="folder or table (default: %(default)s)")
    report.add_argument("--name", help="of the report (default: that of the corpus)")
    report.add_argument("--out", default="reports", help="folder (default: %(default)s)")
    report.add_argument(
        "--notebooks", help="some only, parted by commas; the first opens the report"
    )
    report.add_argument("--notebooks-dir", help="where they are (default: this project's)")
    report.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", dest="settings",
        help="a parameter of all notebooks that have it, or of one: NOTEBOOK.NAME=VALUE",
    )  # fmt: skip
    report.add_argument("--time-limit", type=float, default=600, help="seconds a notebook may take")
    report.add_argument("--quiet", action="store_true", help="no progress, say only what is wrong")

    measure = _add(commands, "measure", _measure, "measure a corpus and store what was measured")
    measure.add_argument("--corpus", default="seeds", help="folder or table (default: %(default)s)")
    measure.add_argument(
        "--tone", action="store_true", help="store the tone too, for reports without the texts"
    )
    measure.add_argument("--codebook", help="themes (default: the corpus's codebook.yml)")
    measure.add_argument("--out", help="folder (default: measures/ in the corpus)")
    measure.add_argument("--workers", type=int, default=1, help="processes (default: %(default)s)")
    measure.add_argument("--dask", metavar="ADDRESS", help="a Dask scheduler: tcp://host:8786")
    measure.add_argument(
        "--no-cache", action="store_true", help="measure all anew, and keep nothing in the cache"
    )

    add = _add(
        commands, "add", _add_texts, "bring the texts of a catalogue in, found by their hash"
    )
    add.add_argument("folder", help="where the texts are")
    add.add_argument("--corpus", default="seeds", help="folder (default: %(default)s)")

    check = _add(
        commands, "check", _check, "read a corpus whole and say what is wrong, if anything"
    )
    check.add_argument("--corpus", default="seeds", help="folder or table (default: %(default)s)")
    check.add_argument("--codebook", help="themes (default: the corpus's codebook.yml)")
    return parser


def _add(commands, name: str, command, what: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
    parser.add_argument("--debug", action="store_true", help="show a traceback of an error")
    parser.set_defaults(command=command)
    return parser


def _report(options) -> int:
    from crosscurrents.report import run_report

    settings = {}
    for setting in options.settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise ValueError(f"--set {setting!r} is not of the form NAME=VALUE")
        settings[name.strip()] = value
    names = [n.strip() for n in (options.notebooks or "").split(",") if n.strip()]
    folder = run_report(
        options.corpus, name=options.name, out=options.out, notebooks=names or None,
        parameters=settings, folder=options.notebooks_dir, time_limit=options.time_limit,
        quiet=options.quiet,
    )  # fmt: skip
    if not options.quiet:
        print(folder / "index.html")
    return GOOD


def _measure(options) -> int:
    from crosscurrents.corpus import read_corpus
    from crosscurrents.measures import measure

    corpus = read_corpus(options.corpus)
    if not options.out and not Path(options.corpus).is_dir():
        raise ValueError(f"corpus {options.corpus!r} is no folder; name a folder with --out")
    with _cluster(options.dask) as client:
        measures = measure(
            corpus, codebook=options.codebook, workers=options.workers, client=client,
            cache=not options.no_cache, reuse=not options.no_cache,
        )  # fmt: skip
        folder = options.out or Path(options.corpus) / "measures"
        print(measures.save(folder))
        if options.tone:
            from crosscurrents.tone import measure_tone

            print(measure_tone(corpus, measures, reuse=not options.no_cache).save(folder))
    return GOOD


@contextlib.contextmanager
def _cluster(address: str | None):
    """A client of a Dask scheduler, or None."""
    if not address:
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        raise ValueError("--dask needs the extra: pip install 'crosscurrents[dask]'") from None
    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise ValueError(f"no Dask scheduler answers at {address!r}: {error}") from None
    with client:
        yield client


def _add_texts(options) -> int:
    from crosscurrents.corpus import add_texts

    outcomes = add_texts(options.corpus, options.folder)
    for row in outcomes.itertuples():
        print(f"{row.file}: {row.outcome}")
    missing = outcomes.loc[outcomes["outcome"] == "not found", "file"].tolist()
    if missing:
        raise ValueError(f"folder {options.folder!r} does not hold {missing}, as their hashes say")
    return GOOD


def _check(options) -> int:
    from crosscurrents.corpus import read_corpus
    from crosscurrents.measures import measure

    corpus = read_corpus(options.corpus)
    measures = measure(corpus, codebook=options.codebook)
    documents, book = measures.documents, measures.record["codebook"]
    texts = int(corpus.documents["at_hand"].sum())
    print(
        f"{len(documents):,} documents from {documents['source'].nunique():,} sources, "
        f"{int(documents['words'].sum()):,} words; {texts:,} texts at hand; "
        f"{len(book['themes']):,} themes, {len(book['scales']):,} scales"
    )
    problems = [
        f"{r.file or r.doc_id}: set aside, {r.reason}" for r in corpus.rejected.itertuples()
    ]
    empty = documents.loc[documents["words"] == 0, "doc_id"]
    problems += [f"{doc_id}: no prose is left of it" for doc_id in empty]
    print("\n".join(problems), file=sys.stderr, end="\n" * bool(problems))
    return FAILED if problems else GOOD


if __name__ == "__main__":
    sys.exit(main())
