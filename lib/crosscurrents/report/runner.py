"""Starts the program that runs notebooks, hands it the jobs, shows what becomes of them."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from crosscurrents.report.definition import Definition

# Notebooks share the cores: threads of linear algebra would only wait for those of another one.
ONE_THREAD = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]
# Bytes, for glibc: what one chart has used the next one uses again, without asking the system.
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "33554432", "MALLOC_TRIM_THRESHOLD_": "268435456"}


class Runner:
    """The program `crosscurrents.report.worker`, started ahead of its jobs and ended on leaving.

    >>> with Runner() as runner:
    ...     runner.send([], workers=2, time_limit=60, memory_limit=10**9, folder=".")
    ...     list(runner.events())
    []
    """

    def __init__(self) -> None:
        package = str(Path(__file__).resolve().parents[2])
        paths = [package, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        self._errors = tempfile.TemporaryFile("w+b")  # noqa: SIM115, closed on leaving
        self._missing = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "crosscurrents.report.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,  # a Ctrl-C is for the starter, which then ends this in order
            env={
                **dict.fromkeys(ONE_THREAD, "1"),
                **KEEP_MEMORY,
                **os.environ,
                "PYTHONPATH": os.pathsep.join(paths),
            },
        )

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def stop(self) -> None:
        """End the program with all that it runs; a second time does nothing."""
        if self._process.stdout.closed:
            return
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()  # makes it kill what it runs, and end
        try:
            self._process.wait(5 if self._missing else 0.1)
        except subprocess.TimeoutExpired:  # it has nothing to kill: it is still importing
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._errors.close()

    def send(
        self, jobs: list[dict], workers: int, time_limit: float, memory_limit: int, folder: Path
    ) -> None:
        """Have notebooks run, `workers` at a time, each within so many seconds and bytes.

        A job has name, input, output, log, parameters, cwd and environment. IPython's profile goes
        to `folder`.
        """
        order = {"jobs": jobs, "workers": workers, "time_limit": time_limit}
        order["memory_limit"] = memory_limit
        order["environment"] = {"IPYTHONDIR": str(Path(folder).resolve() / "ipython")}
        self._missing = len(jobs)
        with contextlib.suppress(BrokenPipeError):  # `events` raises what it said at its end
            self._process.stdin.write((json.dumps(order) + "\n").encode())
            self._process.stdin.flush()

    def events(self) -> Iterator[dict]:
        """{"cell_of": name} for each cell done; {"error_of": name, "error": ...}; and for each
        notebook done {"notebook": name, "exitcode": 0 if it ran to its end, None if it was ended,
        "why": ..., "seconds": ...}.

        Raises RuntimeError if the program ends before all notebooks have.
        """
        for line in self._process.stdout:
            event = json.loads(line)
            self._missing -= "notebook" in event
            yield event
        if self._missing:
            self._errors.seek(0)
            said = self._errors.read().decode(errors="replace").strip()
            raise RuntimeError(f"the runner of notebooks ended early: {said or 'killed'}")


def follow(runner: Runner, definition: Definition, quiet: bool) -> Iterator[dict]:
    """Show progress; yield what became of each notebook as it ends, with its error if it said one.

    See `Runner.events`. Nothing is shown where there is no terminal.
    """
    from tqdm import tqdm

    paths, done, errors = definition.notebooks.values(), 0, {}
    bar = tqdm(
        total=sum(code_cells(path) + 1 for path in paths),  # a cell of parameters is added
        leave=False, disable=quiet or None, bar_format="{desc} |{bar}| {elapsed}",
    )  # fmt: skip
    with bar:
        for event in runner.events():
            if "error_of" in event:
                errors[event["error_of"]] = {"error": event["error"]}
                continue
            bar.set_description(
                f"{definition.name}: {done} of {len(paths)} notebooks", refresh=False
            )
            bar.update()
            if "notebook" in event:
                done += 1
                yield event | errors.get(event["notebook"], {})


def code_cells(path: Path) -> int:
    """How many cells of a notebook file have code."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return sum(cell["cell_type"] == "code" and bool(cell["source"]) for cell in cells)
