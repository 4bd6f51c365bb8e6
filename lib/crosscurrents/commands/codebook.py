"""crosscurrents codebook: the skeleton of a codebook from a corpus's own words."""

from __future__ import annotations

import argparse

WHAT = "write a skeleton of codebook.yml from topics and frequent words"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", help="the corpus folder")
    parser.add_argument("--themes", type=int, default=0, help="how many (default: by coherence)")


def run(options) -> int:
    from crosscurrents.project import write_codebook

    print(write_codebook(options.folder, themes=options.themes))
    return 0
