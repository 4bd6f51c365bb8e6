"""Time every answer of the workbench on a corpus of a million words: python bench/explore.py

An answer may take 0.3 s (processor time, which another program's work does not lengthen).
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))
os.environ.setdefault("CROSSCURRENTS_CACHE", "off")

import pandas as pd
from corpus import documents
from timing import OWN

LIMIT = 0.3  # seconds: what is answered by then feels like an answer to what was typed
BYTES = 6_350_000  # a million words, as `corpus.documents` makes them
WORDS = ("river", "riv*", "the river", "of", "qqqq")
PERIODS = 8  # years


def make(size: int):
    """The workbench on a made corpus of five sources, and the seconds that opening it took."""
    from crosscurrents.workbench import Workbench

    texts = documents(size)
    table = pd.DataFrame({"text": texts})
    table["source"] = [f"Source {k % 5}" for k in range(len(texts))]
    table["date"] = [f"{2010 + k % PERIODS}-{1 + k % 12:02d}" for k in range(len(texts))]
    start = time.process_time()
    bench = Workbench(table, codebook=OWN / "codebook.yml")
    return bench, time.process_time() - start


def answers(bench) -> dict[str, list[float]]:
    """Processor seconds of each question, once for every word; what is asked first counts, too."""
    first, second = bench.sources[:2]
    theme = bench.themes[0]
    asked = {
        "rates, places and time": bench.rates,
        "concordance": bench.lines,
        "collocates": bench.near,
        "tone of its sentences": bench.tone,
        "passages of two sources": lambda word: bench.compare(
            first, second, what="passages", word=word
        ),
    }
    seconds = {name: [timed(ask, word) for word in WORDS] for name, ask in asked.items()}
    for what in ("words", "themes", "tone"):
        pairs = zip(bench.sources, bench.sources[1:])
        seconds[f"two sources: {what}"] = [
            timed(lambda pair=pair, what=what: bench.compare(*pair, what=what)) for pair in pairs
        ]
    patterns = bench.theme_text(theme)
    seconds["draft of a theme"] = [timed(bench.draft, theme, *patterns) for _ in range(3)]
    return seconds


def timed(ask, *arguments) -> float:
    start = time.process_time()
    ask(*arguments)
    return time.process_time() - start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=BYTES, help="bytes of the corpus")
    bench, opened = make(parser.parse_args().size)
    print(f"{bench.size()} Opened in {opened:.1f} s.\n")
    print("| answer | median, s | slowest, s | within 0.3 s |\n|---|---:|---:|---|")
    slow = 0
    for name, seconds in answers(bench).items():
        slow += max(seconds) > LIMIT
        said = "yes" if max(seconds) <= LIMIT else "no"
        print(f"| {name} | {statistics.median(seconds):.2f} | {max(seconds):.2f} | {said} |")
    return int(slow > 0)


if __name__ == "__main__":
    sys.exit(main())
