"""Runs notebooks with papermill, each in a process of its own, forked from a parent that is warm.

Most of the time of a headless notebook goes into imports: of papermill, of the kernel, of pandas
and seaborn in the kernel. This program imports them once and then forks: a worker a notebook, and
from the worker the kernel, otherwise an ordinary ipykernel that papermill talks to over TCP. Where
processes cannot be forked safely (macOS, Windows), kernels start the usual, slower way.

It is started by `runner` as `python -m crosscurrents.report.worker`. It reads one line of JSON, the
jobs, and writes a line of JSON whenever a cell or a notebook is done. When its input ends, its
starter is gone, and it ends with all that it started.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import json
import multiprocessing
import os
import sys
import threading
import time
from dataclasses import dataclass
from multiprocessing import connection

import crosscurrents
from crosscurrents.report.kernels import WarmProcess, warm_provisioner
from crosscurrents.report.processes import (
    adopt_orphans,
    end_descendants,
    end_group,
    memory_of,
)

CAN_FORK = sys.platform == "linux" and os.environ.get("CROSSCURRENTS_FORK") != "0"
WARM = [
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "jupyter_client.manager",
    "matplotlib_inline.backend_inline",
    "papermill",
    "psutil",
    "pyarrow.dataset",
    "pyarrow.pandas_compat",
    "pyarrow.parquet",
    "regex",
    "sentencex",
]
SLOW = "seaborn"  # imported while the first notebook starts, which has a processor to itself then
# jsonschema builds them in a second, for formats that no notebook has.
GRAMMARS = ("rfc3986_validator", "rfc3987_syntax")
WATCH = 0.5  # seconds between looks at the memory of notebooks; a look costs some milliseconds
SAID = 500  # characters of an error that are passed on, so that they are one short write
FATAL = 70  # exit code of a worker whose notebook did not run to its end (EX_SOFTWARE)
# A port that Jupyter has chosen for a kernel may be taken by another program before the kernel has
# it. No cell has run then, so the notebook is begun again.
NOT_STARTED, NO_KERNEL, TRIES = 71, "Kernel died before replying to kernel_info", 3


def main() -> None:
    """Read the jobs from standard input, run them, report on standard output."""
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    if CAN_FORK:
        _import_what_notebooks_use()
    order = json.loads(sys.stdin.readline() or "null")
    if order is None:
        return
    os.environ.update(order["environment"])
    adopt_orphans()
    _supervise(order)
    os._exit(0)  # tearing down all that was imported takes half a second


@contextlib.contextmanager
def without(*modules: str):
    """Let imports go without these modules, which their importers expect and allow."""
    blocked = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(blocked))  # None there makes an import fail
    try:
        yield
    finally:
        for name in blocked:
            del sys.modules[name]


def _import_what_notebooks_use() -> None:
    with _imports(), without(*GRAMMARS, "debugpy"):  # nobody debugs a kernel without a screen
        for name in WARM:
            importlib.import_module(name)
        with contextlib.suppress(Exception):  # a notebook that needs what fails here will say so
            for name in crosscurrents.__all__:
                getattr(crosscurrents, name)
            crosscurrents.lexicon.lexicon_hashes()  # which reads them
            _draw_a_chart()


def _import_what_some_use() -> None:
    with _imports(), contextlib.suppress(ImportError):
        importlib.import_module(SLOW)
        importlib.import_module("nbformat.validator").get_validator(4, 5)  # makes it


@contextlib.contextmanager
def _imports():
    """Import without looking for garbage, of which there is none: it takes a sixth of the time."""
    gc.disable()
    yield
    gc.set_threshold(20_000)  # a notebook ends soon: look for cycles less often
    gc.freeze()  # else the first collection in each child would copy all of it
    gc.enable()


def _draw_a_chart() -> None:
    """Load what the first chart of a process loads: fonts, their letters, writers of pictures."""
    from matplotlib.figure import Figure

    figure = Figure(layout="constrained")
    figure.add_subplot().set_title("Warm", fontweight="bold")
    figure.savefig(io.BytesIO(), format="png")


@dataclass
class _Running:
    """A notebook that runs: its job, the process it runs in, since when, for which time."""

    job: dict
    worker: multiprocessing.Process
    started: float
    tries: int


def _supervise(order: dict) -> None:
    """Run the jobs, so many at a time; kill what takes too much, and all if the starter ends."""
    context = multiprocessing.get_context("fork" if CAN_FORK else "spawn")
    jobs = order["jobs"]
    # The longest one, which is the first, can wait until all is imported: the second begins.
    waiting = [(job, 1) for job in reversed([*jobs[1:2], *jobs[:1], *jobs[2:]])]
    running = {}
    time_limit, memory_limit = order["time_limit"], order["memory_limit"]
    starter = [sys.stdin.fileno()] if os.name == "posix" else []
    while waiting or running:
        while waiting and len(running) < order["workers"]:
            job, tries = waiting.pop()
            worker = context.Process(target=_work, args=(job,))
            worker.start()
            running[worker.sentinel] = _Running(job, worker, time.monotonic(), tries)
            if CAN_FORK and SLOW not in sys.modules:
                _import_what_some_use()
        left = min(one.started for one in running.values()) + time_limit - time.monotonic()
        ready = connection.wait([*running, *starter], min(max(0, left), WATCH))
        if starter and starter[0] in ready:
            for one in running.values():
                end_group(one.worker.pid)
            end_descendants()
            return
        for sentinel, one in list(running.items()):
            seconds = time.monotonic() - one.started
            why = "" if sentinel in ready else _too_much(one, seconds, time_limit, memory_limit)
            if sentinel in ready or why:
                del running[sentinel]
                end_group(one.worker.pid)
                one.worker.join()
                end_descendants(spare={other.worker.pid for other in running.values()})
                code = None if why else one.worker.exitcode
                if code == NOT_STARTED and one.tries < TRIES:
                    waiting.append((one.job, one.tries + 1))
                    continue
                _say(
                    notebook=one.job["name"], exitcode=code, why=why, seconds=round(seconds, 3)
                )  # fmt: skip


def _too_much(one: _Running, seconds: float, time_limit: float, memory_limit: int) -> str:
    if seconds >= time_limit:
        return f"took longer than {time_limit:g} s"
    if memory_of(one.worker.pid, memory_limit) > memory_limit:
        return f"took more memory than {memory_limit / 1e6:,.0f} MB"
    return ""


def _say(**what) -> None:
    os.write(1, (json.dumps(what) + "\n").encode())  # one short write is never torn


def _work(job: dict) -> None:
    """Run one notebook, in a process group that can be killed as a whole."""
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
    adopt_orphans()
    os.environ.update(job["environment"])
    os.chdir(job["cwd"])
    out = os.dup(1)
    with open(job["log"], "ab") as log:
        os.dup2(log.fileno(), 2)
    kernel = WarmProcess() if CAN_FORK else None
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        _run_notebook(job, kernel, out)
        code = 0
    except Exception as error:
        said = f"{type(error).__name__}: {error}".strip()[-SAID:]
        os.write(out, (json.dumps({"error_of": job["name"], "error": said}) + "\n").encode())
        code = NOT_STARTED if NO_KERNEL in said else FATAL
    end_descendants()  # the kernel and all that its cells started
    os._exit(code)  # nothing here is worth waiting for


def _end_with_parent() -> None:
    multiprocessing.parent_process().join()
    end_descendants()
    end_group(os.getpid())


def _run_notebook(job: dict, kernel: WarmProcess | None, out: int) -> None:
    with without(*GRAMMARS):
        import papermill.engines
        from jupyter_client.manager import AsyncKernelManager
        from traitlets.config import Config

        from crosscurrents.report.sparing import Client, Sparing

    def cell_done(**_):
        os.write(out, (json.dumps({"cell_of": job["name"]}) + "\n").encode())

    # Plain TCP makes ipykernel warn; sockets of files fail when kernels run side by side.
    config = Config({"KernelManager": {"transport_encryption": "required"}})
    options = {"config": config}
    if kernel:
        connection_file = job["log"] + ".json"
        manager = AsyncKernelManager(
            kernel_name="python3", connection_file=connection_file, config=config,
            client_factory=Client,
        )  # fmt: skip
        manager.provisioner = warm_provisioner(manager, kernel)
        options["km"] = manager
    papermill.engines.papermill_engines.register("sparing", Sparing)
    papermill.execute_notebook(
        job["input"],
        job["output"],
        parameters=job["parameters"],
        engine_name="sparing",
        progress_bar=False,
        kernel_name="python3",
        on_cell_executed=cell_done,
        **options,
    )


if __name__ == "__main__":
    main()
