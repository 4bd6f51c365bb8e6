"""crosscurrents catalogue: what is known of the documents of a folder, to be corrected."""

from __future__ import annotations

import argparse

WHAT = "write catalogue.csv of a folder with guessed facts and where each was found"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", help="the corpus folder")
    parser.add_argument("--dates", choices=["day-first", "month-first"], default="",
                        help="what 03/04/2024 is, where nothing tells")  # fmt: skip


def run(options) -> int:
    from crosscurrents.project import write_catalogue

    print(write_catalogue(options.folder, dates=options.dates))
    return 0
