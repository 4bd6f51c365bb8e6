"""Times the fast core beside its peers, in one process, and writes bench/results.md.

`make bench`, or `python bench/bench.py --quick` for a tenth of it. Jobs can be run one by one
(`--only vader,codebook`): what each found is kept in bench/out and put together with the rest.
Peers are the extra `bench`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]

import core  # noqa: E402 - of this folder
import corpus as made  # noqa: E402
import peers  # noqa: E402
import whole  # noqa: E402
from timing import Row, table  # noqa: E402

LIBRARIES = (
    "numpy pandas pyarrow sentencex nltk scikit-learn polars pyahocorasick hyperscan".split()
)
SMALL = 2_000_000  # characters


def main() -> None:
    """Run the jobs that were asked for and write the table of all that are known."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10 MB instead of 100, fewer repeats")
    parser.add_argument("--repeats", type=int, default=0, help="5, or 3 if quick")
    parser.add_argument("--only", default="", help="jobs, by the beginning of their names")
    parser.add_argument("--out", type=Path, default=HERE / "results.md")
    options = parser.parse_args()
    os.environ["CROSSCURRENTS_CACHE"] = "off"
    repeats = options.repeats or (3 if options.quick else 5)
    size = 10_000_000 if options.quick else 100_000_000
    texts = made.documents(size)
    jobs = jobs_of(texts, size, repeats)
    chosen = [n for n in jobs if any(n.startswith(o) for o in options.only.split(","))]
    if not chosen:
        parser.error(f"--only {options.only!r} names no job; choose from {[*jobs]}")
    kept = HERE / "out" / ("quick" if options.quick else "full")
    kept.mkdir(parents=True, exist_ok=True)
    for name in chosen:
        print(f"{name} ...", file=sys.stderr, flush=True)
        found = jobs[name]()
        print(table(found), flush=True)
        (kept / f"{name}.json").write_text(json.dumps([asdict(row) for row in found]))
    files = [kept / f"{name}.json" for name in jobs]
    found = [Row(**row) for f in files if f.is_file() for row in json.loads(f.read_text())]
    text = header(texts) + core.memory_of_tokens(texts[: len(texts) * 6_500_000 // size])
    options.out.write_text(text + "\n" + table(found), encoding="utf-8")
    print(f"written: {options.out}")


def jobs_of(texts: list[str], size: int, repeats: int) -> dict[str, Callable[[], list[Row]]]:
    """All jobs by name."""
    small = texts[: int(np.searchsorted(np.cumsum([len(t) for t in texts]), SMALL))]
    large, number = f"{size // 1_000_000} MB", size // 1_000
    few = min(repeats, 3)
    return {
        "count large": lambda: core.counting(texts, large, repeats, "4.5, then 6", few=True),
        "count small": lambda: core.counting(small, "2 MB", 3 * repeats, "3.5, then 5", few=False),
        "five": lambda: core.five(texts, 3 * repeats),
        "vader": lambda: core.tone(texts, number, repeats),
        "codebook": lambda: core.codebook(texts, 20_000, 2 * repeats),
        "measure": lambda: whole.with_files(texts, large, few),
        "nightly": lambda: whole.nightly(texts, number // 5, few),
        "import": lambda: core.imports(2 * repeats),
    }


def header(texts: list[str]) -> str:
    """On what machine, with which libraries and of what texts the table is."""
    words = len({w for t in texts for w in t.split()})
    installed = [n for n in LIBRARIES if n not in peers.missing()]
    versions = ", ".join(f"{n} {version(n)}" for n in installed)
    left_out = f"\nLeft out, as not installed: {', '.join(peers.missing())}.\n" * bool(
        peers.missing()
    )
    return (
        "# Bench\n\n"
        "Made by `make bench`; contenders run in one process, one after the other, several times. "
        "A ratio is that of the best times; the spread is that of the repeats side by side, on a "
        "machine that others may be using too.\n\n"
        f"{machine()}, {platform.system()}, Python {platform.python_version()}; "
        f"{versions}.\n{left_out}\n"
        f"The corpus is made by bench/corpus.py: {len(texts):,} documents, "
        f"{sum(map(len, texts)) / 1e6:.0f} million characters, {words:,} distinct pieces.\n\n"
    )


def machine() -> str:
    """Processors and memory in words."""
    found = f"{os.cpu_count()} processors"
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    if names:
        found += f" ({names[0]})"
    if "SC_PHYS_PAGES" in getattr(os, "sysconf_names", {}):
        found += f", {os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1e9:.0f} GB"
    return found


if __name__ == "__main__":
    main()
