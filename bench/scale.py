"""Many documents: 100,000 small ones added and checked, a million measured by processes and Dask.

    python bench/scale.py make FOLDER --documents 1000000
    python bench/scale.py make SMALL --documents 100000 --small
    python bench/scale.py add SMALL CORPUS
    python bench/scale.py measure FOLDER OUT

Each step is a command of its own, as a person would give it; time is by the clock, and memory is
that of all processes of the step at one moment (PSS: what they share counts once).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.parquet as pq
from corpus import documents

OWN = Path(__file__).resolve().parent.parent
PART = 50_000_000  # bytes of text that are made at a time
FOLDER_SIZE = 1_000  # files of a folder
SOURCES = 20
PARAGRAPHS = 2  # of a small document
EVERY = 0.5  # seconds between two looks at the memory


def make(folder: Path, number: int, *, small: bool = False) -> None:
    """Write so many documents, a sub-folder a source; the same number gives the same files."""
    written, seed = 0, 0
    while written < number:
        for text in documents(PART, seed=seed):
            pieces = [text]
            if small:
                paragraphs = text.split("\n\n")
                starts = range(0, len(paragraphs), PARAGRAPHS)
                pieces = ["\n\n".join(paragraphs[k : k + PARAGRAPHS]) for k in starts]
            for piece in pieces[: number - written]:
                block = written // FOLDER_SIZE
                place = folder / f"source {block % SOURCES}" / f"{block:04d}"
                if written % FOLDER_SIZE == 0:
                    place.mkdir(parents=True, exist_ok=True)
                (place / f"{written:07d}.txt").write_text(piece, encoding="utf-8")
                written += 1
        seed += 1
    shutil.copy(OWN / "tests" / "corpus" / "codebook.yml", folder)


def add(folder: Path, corpus: Path) -> None:
    """Add a folder to a corpus, add it again, and check the corpus."""
    shutil.rmtree(corpus, ignore_errors=True)
    with _cache(corpus.with_name(f"{corpus.name}-cache")):
        _timed("add", "add", str(corpus), str(folder))
        _timed("add again", "add", str(corpus), str(folder))
        _timed("check", "check", "--corpus", str(corpus))


def measure(folder: Path, out: Path) -> int:
    """Measure with two processes and with a cluster; 1 where a table is not the same."""
    from distributed import LocalCluster

    command = ["measure", "--corpus", str(folder), "--out"]
    with _cache(out / "cache-processes"):
        _timed("two processes", *command, str(out / "processes"), "--workers", "2")
    with (
        _cache(out / "cache-dask"),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
    ):
        address = cluster.scheduler_address
        _timed("Dask, two workers", *command, str(out / "dask"), "--dask", address)
    files = sorted((out / "processes").glob("*.parquet"))
    other = [file.name for file in files if not _same(file, out / "dask" / file.name)]
    print("tables:", f"not the same: {other}" if other else "the same in every value")
    return 1 if other else 0


def _same(one: Path, other: Path) -> bool:
    """Whether two tables hold the same rows in the same order.

    Their files may differ: zstd does not always make the same bytes of the same values.
    """
    tables = [pq.ParquetFile(file) for file in (one, other)]
    groups = [table.num_row_groups for table in tables]
    if groups[0] != groups[1]:
        return False
    for k in range(groups[0]):
        first, second = (table.read_row_group(k) for table in tables)
        if not all(map(_equal, first.columns, second.columns)):
            return False
    return True


def _equal(one: pa.ChunkedArray, other: pa.ChunkedArray) -> bool:
    """Whether two columns hold the same, in whatever order their values have codes."""
    plain = [
        column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
        for column in (one, other)
    ]
    return plain[0].equals(plain[1])


@contextlib.contextmanager
def _cache(folder: Path):
    """An empty cache, gone afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    os.environ["CROSSCURRENTS_CACHE"] = str(folder)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(OWN / "lib"), os.environ.get("PYTHONPATH", "")])
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _timed(name: str, *arguments: str) -> None:
    """Run a command; print its time, the most memory in use at a time, and the machine's load."""
    most, done = [0, 0], threading.Event()
    watch = threading.Thread(target=_watch, args=(done, most), daemon=True)
    watch.start()
    start = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-m", "crosscurrents", *arguments], stdout=subprocess.PIPE, text=True
    )
    seconds = time.perf_counter() - start
    done.set()
    watch.join()
    lines = ran.stdout.splitlines()
    print(
        f"{name:<20}{seconds:>8.0f} s {most[0] / 1e9:>6.2f} GB, {most[1] / 1e9:.2f} of it not of "
        f"files; load {os.getloadavg()[1]:.1f}; exit {ran.returncode}, {len(lines):,} lines: "
        f"{lines[-1] if lines else ''}",
        flush=True,
    )


def _watch(done: threading.Event, most: list[int]) -> None:
    """Note, until done, the most memory that this process and all below it had at one time."""
    me = psutil.Process()
    while not done.wait(EVERY):
        sizes = [_memory(p.pid) for p in [me, *me.children(recursive=True)]]
        for k, size in enumerate(map(sum, zip(*sizes))):
            most[k] = max(most[k], size)


def _memory(pid: int) -> tuple[int, int]:
    """Bytes of a process: its share of all that it has mapped, and of what lies in no file."""
    found = {"Pss": 0, "Pss_File": 0}
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            name = line.split(":")[0]
            if name in found:
                found[name] = 1024 * int(line.split()[1])
    return found["Pss"], found["Pss"] - found["Pss_File"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("step", choices=["make", "add", "measure"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--small", action="store_true")
    options = parser.parse_args()
    if options.step == "make":
        make(options.folder, options.documents, small=options.small)
        return 0
    if options.out is None:
        parser.error("name the folder of what is made")
    if options.step == "add":
        add(options.folder, options.out)
        return 0
    return measure(options.folder, options.out)


if __name__ == "__main__":
    sys.exit(main())
