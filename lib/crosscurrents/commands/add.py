"""crosscurrents add: bring the texts of a catalogue in."""

from __future__ import annotations

import argparse

from crosscurrents.commands.console import Once

WHAT = "bring the texts of a catalogue in, found by their hash"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", help="where the texts are")
    parser.add_argument(
        "--corpus", action=Once, default="seeds/alliance", help="folder (default: %(default)s)"
    )


def run(options) -> int:
    from crosscurrents.corpus import add_texts

    outcomes = add_texts(options.corpus, options.folder)
    for row in outcomes.itertuples():
        print(f"{row.file}: {row.outcome}")
    missing = outcomes.loc[outcomes["outcome"] == "not found", "file"].tolist()
    if missing:
        raise ValueError(f"folder {options.folder!r} does not hold {missing}, as their hashes say")
    return 0
