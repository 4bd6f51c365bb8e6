"""crosscurrents verify: run a published report again and compare its tables."""

from __future__ import annotations

import argparse

from crosscurrents.commands.console import Once

WHAT = "run a published report again from its record, say whether its tables are the same"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", help="folder of a run, or of a report: its last good run")
    parser.add_argument("--corpus", action=Once, help="where the corpus is (default: where it was)")


def run(options) -> int:
    from crosscurrents.report.verify import verify_run

    found = verify_run(options.run, corpus=options.corpus or "")
    if found.changed:
        raise ValueError(str(found))
    print(found)
    return 1 if found.different else 0
