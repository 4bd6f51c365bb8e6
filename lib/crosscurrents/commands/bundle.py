"""crosscurrents bundle: one file with all that a report rests on but the texts."""

from __future__ import annotations

import argparse

WHAT = "put all that a published report rests on into one file, without the texts"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("report", help="folder of a report, or of one of its runs")
    parser.add_argument("--out", metavar="FILE", help="the zip file (default: NAME.zip, here)")


def run(options) -> int:
    from crosscurrents.report.bundle import make_bundle

    print(make_bundle(options.report, options.out))
    return 0
