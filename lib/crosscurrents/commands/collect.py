"""crosscurrents collect: fetch the feeds and pages of a corpus's feeds.toml."""

from __future__ import annotations

import argparse

WHAT = "fetch the feeds and pages that feeds.toml of a corpus lists"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("corpus", help="the corpus folder")
    parser.add_argument("--wait", type=float, default=2.0, metavar="SECONDS",
                        help="between two requests to a host (default: %(default)s)")  # fmt: skip
    parser.add_argument("--allow-local", action="store_true",
                        help="fetch from this machine and private networks, too")  # fmt: skip


def run(options) -> int:
    from crosscurrents.collect import Fetcher, collect

    if options.wait < 0:
        raise ValueError(f"--wait {options.wait} is not a number of seconds")
    fetcher = Fetcher(allow_local=options.allow_local, wait=options.wait)
    outcomes = collect(options.corpus, fetcher=fetcher)
    for url, outcome in outcomes:
        print(f"{url}: {outcome}")
    return 1 if any(outcome.startswith("failed") for _, outcome in outcomes) else 0
