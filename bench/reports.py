"""How long a report takes against bare papermill on as many trivial notebooks, two at a time.

The bare notebooks only import pandas and seaborn and draw one chart each. Both sides run in turn,
several times; what is printed is the ratio of their medians with its range.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ATTEMPTS = 3  # at a notebook whose kernel does not start
PROJECT = Path(__file__).resolve().parents[1]
CHART = """import pandas as pd
import seaborn as sns

sns.barplot(pd.DataFrame({"source": ["Mail", "Star"], "words": [3, 5]}), x="source", y="words")"""


def trivial(path: Path) -> Path:
    """Write a notebook that draws one chart."""
    cell = {"cell_type": "code", "id": "chart", "metadata": {}, "source": CHART}
    cell |= {"execution_count": None, "outputs": []}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(book), encoding="utf-8")
    return path


def execute(path: Path) -> None:
    """Run a notebook by papermill's API, in place; again if its kernel does not start.

    Two kernels that start at a time may be given one port, and the second then dies.
    """
    import papermill

    for attempt in range(1, ATTEMPTS + 1):
        try:
            papermill.execute_notebook(path, path, progress_bar=False, log_output=False)
            return
        except RuntimeError:
            if attempt == ATTEMPTS:
                raise


def quiet(log: Path) -> None:
    """Let what this process and its kernels have to say go to a file."""
    with log.open("ab") as file:
        os.dup2(file.fileno(), sys.stderr.fileno())


def bare(notebooks: int) -> float:
    """Seconds that papermill needs, two notebooks at a time."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [trivial(Path(folder) / f"{i}.ipynb") for i in range(notebooks)]
        log = Path(folder) / "stderr.txt"
        start = time.perf_counter()
        try:
            with ProcessPoolExecutor(2, initializer=quiet, initargs=(log,)) as pool:
                list(pool.map(execute, paths))
        except Exception:
            print(log.read_text(encoding="utf-8", errors="replace"), file=sys.stderr)
            raise
        return time.perf_counter() - start


def report() -> float:
    """Seconds that `make reports` needs on the seed corpus, set up already."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "crosscurrents", "report", "--quiet"]
        command += ["--corpus", str(PROJECT / "seeds" / "alliance"), "--out", folder]
        start = time.perf_counter()
        subprocess.run(command, check=True, cwd=PROJECT)
        return time.perf_counter() - start


def main() -> None:
    """Print both times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    notebooks = len([p for p in (PROJECT / "notebooks").glob("*.ipynb") if p.stem != "explore"])
    pairs = [(report(), bare(notebooks)) for _ in range(repeats)]
    ours, theirs = (statistics.median(side) for side in zip(*pairs))
    ratios = [a / b for a, b in pairs]
    print(
        f"a report of {notebooks} notebooks {ours:.1f} s, bare papermill on {notebooks} trivial "
        f"ones {theirs:.1f} s: {ours / theirs:.2f} times ({min(ratios):.2f} to {max(ratios):.2f}, "
        f"{repeats} pairs)"
    )


if __name__ == "__main__":
    main()
