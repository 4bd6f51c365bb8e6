"""Contenders side by side in one process: interleaved repeats, ratios with their spread."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIB = HERE.parent / "lib"
sys.path.append(str(HERE.parent / "tests"))  # for NLTK's own VADER, which the tests make, too
OWN = HERE.parent / "tests" / "corpus"
SKLEARN = "scikit-learn CountVectorizer"


@dataclass(frozen=True)
class Row:
    """One contender at one job: best time, and how often it is faster than the reference."""

    job: str
    name: str
    seconds: float
    ratio: float  # of best times
    low: float  # of the repeats, side by side
    high: float
    asked: str = ""
    note: str = ""


def race(
    contenders: dict[str, Callable[[], object]], repeats: int, *, few: tuple[str, ...] = ()
) -> dict[str, list[float]]:
    """Seconds of each contender in each repeat, one after the other; `few` run three times only."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for repeat in range(repeats):
        for name, call in contenders.items():
            if name in few and repeat >= 3:
                continue
            gc.collect()
            start = time.perf_counter()
            call()
            times[name].append(time.perf_counter() - start)
    return times


def rows(
    job: str,
    times: dict[str, list[float]],
    *,
    reference: str,
    asked: dict[str, str] | None = None,
    notes: dict[str, str] | None = None,
    factor: dict[str, float] | None = None,
) -> list[Row]:
    """A row a contender; `factor` scales the times of one that did a part of the job only."""
    asked, notes, factor = asked or {}, notes or {}, factor or {}
    scaled = {n: [t * factor.get(n, 1) for t in ts] for n, ts in times.items() if ts}
    base = scaled[reference]
    found = []
    for name, own in scaled.items():
        pairs = [base[min(i, len(base) - 1)] / t for i, t in enumerate(own)]
        found.append(
            Row(job, name, min(own), min(base) / min(own), min(pairs), max(pairs),
                asked.get(name, ""), notes.get(name, ""))
        )  # fmt: skip
    return found


def table(found: list[Row]) -> str:
    """Rows as a Markdown table."""
    lines = [
        "| job | contender | best time | times the reference | spread | asked | note |",
        "|---|---|---:|---:|---|---|---|",
    ]
    before = ""
    for row in found:
        job = row.job if row.job != before else ""
        before = row.job
        spread = f"{row.low:.3g} to {row.high:.3g}"
        lines.append(
            f"| {job} | {row.name} | {spell(row.seconds)} | {row.ratio:.3g} | {spread} "
            f"| {row.asked} | {row.note} |"
        )
    return "\n".join(lines) + "\n"


def spell(seconds: float) -> str:
    """A time with its unit.

    >>> spell(0.0123), spell(2.5)
    ('12.3 ms', '2.50 s')
    """
    return f"{seconds:.2f} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"
