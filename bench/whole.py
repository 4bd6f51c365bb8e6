"""Jobs of the bench on folders of files: the whole of `measure`, nightly runs, memory."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
from timing import LIB, OWN, SKLEARN, Row, race, rows

SETTLE = 2.5  # seconds after which the time of a file tells of any later change
SAVED = "all tables then saved as Parquet"


def with_files(texts: list[str], size: str, repeats: int) -> list[Row]:
    """The job `whole` on texts written to files."""
    with tempfile.TemporaryDirectory() as folder:
        return whole(texts, size, _files(texts, Path(folder)), repeats)


def whole(texts: list[str], name: str, folder: Path, repeats: int) -> list[Row]:
    """Everything of a corpus of files: read, clean, cut, score, match, count."""
    from sklearn.feature_extraction.text import CountVectorizer

    from crosscurrents.corpus import read_corpus
    from crosscurrents.measures import measure

    corpus, book = read_corpus(folder), OWN / "codebook.yml"
    kept = {}

    def run(workers: int) -> None:
        kept["measures"] = measure(corpus, codebook=book, workers=workers, cache=False)
        kept["sizes"] = [len(getattr(kept["measures"], t)) for t in ("sentences", "themes")]

    times = race(
        {
            SKLEARN: lambda: CountVectorizer().fit_transform(texts),
            "measure, one process": lambda: run(1),
            "measure, two processes": lambda: run(2),
            SAVED: lambda: kept["measures"].save(folder / ".saved"),
        },
        repeats,
    )
    one, two = times["measure, one process"], times["measure, two processes"]
    size = sum(len(t.encode()) for t in texts)
    peak = {n: _peak("measure", folder, n) / size for n in (1, 2)}
    terms = (folder / ".saved" / "terms.parquet").stat().st_size / 1e6
    return rows(f"whole measure, {name}", times, reference=SKLEARN, asked={
        "measure, one process": "1", "measure, two processes": "1, and 1.7 x one process",
    }, notes={
        "measure, one process": f"peak of memory {peak[1]:.1f} x the text (asked: below 8)",
        "measure, two processes": f"{min(one) / min(two):.2f} x one process; "
                                  f"peak of both {peak[2]:.1f} x the text",
        SAVED: f"terms.parquet has {terms:.0f} MB",
    })  # fmt: skip


def nightly(texts: list[str], number: int, repeats: int) -> list[Row]:
    """Reading and measuring a folder of which one document in a hundred is new."""
    from crosscurrents.corpus import read_corpus
    from crosscurrents.measures import measure

    times: dict[str, list[float]] = {}
    book = OWN / "codebook.yml"

    def run(name: str, folder: Path) -> None:
        found, kept = {}, {}
        found["read"] = race({"": lambda: kept.update(c=read_corpus(folder))}, 1)[""][0]
        found["measure"] = race({"": lambda: kept.update(m=measure(kept["c"], codebook=book))}, 1)[
            ""
        ][0]
        times.setdefault(name, []).append(found["read"] + found["measure"])
        for part, seconds in found.items():
            times.setdefault(f"{name}, of it {part}", []).append(seconds)
        if name == "1% new":
            times.setdefault(SAVED, []).extend(
                race({"": lambda: kept["m"].save(folder / ".saved")}, 1)[""]
            )

    with tempfile.TemporaryDirectory() as place:
        folder = _files(_repeated(texts, number), Path(place))
        for _ in range(repeats):
            with tempfile.TemporaryDirectory() as cache:
                os.environ["CROSSCURRENTS_CACHE"] = cache
                time.sleep(SETTLE)
                run("first run", folder)
                new = _files(_repeated(texts, number // 100, "New"), folder / "new")
                time.sleep(SETTLE)
                run("1% new", folder)
                run("nothing new", folder)
                shutil.rmtree(new)
    os.environ["CROSSCURRENTS_CACHE"] = "off"
    return rows(f"nightly run, {number:,} documents in files", times, reference="first run", asked={
        "1% new": "12",
    }, notes={SAVED: "every table anew: one new phrase may make an old one recur"})  # fmt: skip


def _repeated(texts: list[str], number: int, word: str = "Note") -> list[str]:
    """So many texts, each unlike all others."""
    return [texts[k % len(texts)] + f"\n\n{word} {k}." for k in range(number)]


def _files(texts: list[str], folder: Path) -> Path:
    for k, text in enumerate(texts):
        place = folder / f"source {k % 5}"
        place.mkdir(exist_ok=True, parents=True)
        (place / f"{k:06d}.txt").write_text(text, encoding="utf-8")
    return folder


def _peak(what: str, folder: Path, workers: int) -> int:
    """Most bytes that a process of its own, and its workers, had in memory."""
    command = [sys.executable, __file__, str(folder), str(workers)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1])


def _report_peak(folder: Path, workers: int) -> None:
    most: list[int] = [0]
    done = threading.Event()
    watch = threading.Thread(target=_watch, args=(done, most), daemon=True)
    watch.start()
    from crosscurrents.corpus import read_corpus
    from crosscurrents.measures import measure

    measures = measure(
        read_corpus(folder), codebook=OWN / "codebook.yml", workers=workers, cache=False
    )
    measures.save(folder / ".peak")
    done.set()
    watch.join()
    print(max(most))


def _watch(done: threading.Event, most: list[int]) -> None:
    """Note, until done, the most memory that this process and its children had, all together.

    Of each that is there its own peak counts, which is too much rather than too little. Not
    getrusage: of a process just started that counts the memory of the one that started it.
    """
    me = psutil.Process()
    while not done.wait(0.1):
        size = 0
        for process in [me, *me.children(recursive=True)]:
            with contextlib.suppress(OSError, ValueError, psutil.Error):
                size += _most_memory(process)
        most.append(size)


def _most_memory(process: psutil.Process) -> int:
    """Bytes: the peak so far where the system tells it (Linux), else those of now."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.is_file():
        return process.memory_info().rss
    lines = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    return 1024 * int(lines[0].split()[1]) if lines else 0


if __name__ == "__main__":
    sys.path.insert(0, str(LIB))
    os.environ["CROSSCURRENTS_CACHE"] = "off"
    _report_peak(Path(sys.argv[1]), int(sys.argv[2]))
