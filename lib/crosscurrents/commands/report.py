"""crosscurrents report: run the notebooks headless and publish their pages."""

from __future__ import annotations

import argparse

WHAT = "run the notebooks on a corpus, publish their pages"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", default="seeds", help="folder or table (default: %(default)s)")
    parser.add_argument("--name", help="of the report (default: that of the corpus)")
    parser.add_argument("--out", default="reports", help="folder (default: %(default)s)")
    parser.add_argument(
        "--notebooks", help="some only, parted by commas; the first opens the report"
    )
    parser.add_argument("--notebooks-dir", help="where they are (default: this project's)")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", dest="settings",
        help="a parameter of all notebooks that have it, or of one: NOTEBOOK.NAME=VALUE",
    )  # fmt: skip
    parser.add_argument("--time-limit", type=float, default=600, help="seconds a notebook may take")
    parser.add_argument("--quiet", action="store_true", help="no progress, say only what is wrong")


def run(options) -> int:
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
    return 0
