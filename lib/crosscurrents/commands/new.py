"""crosscurrents new: a project to start from."""

from __future__ import annotations

import argparse

WHAT = "write a project: notebooks, a corpus folder, reports.toml, codebook and topic words"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", help="a new folder")
    parser.add_argument("--demo", action="store_true", help="with the demo corpus")


def run(options) -> int:
    from crosscurrents.project import new_project

    files = new_project(options.folder, demo=options.demo)
    print(f"{options.folder}: {len(files)} files")
    step = "" if options.demo else ", put documents into corpus/"
    print(f"next: cd {options.folder}{step}, then: crosscurrents report")
    return 0
