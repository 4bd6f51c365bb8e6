"""Functions of ours in a process of its own: started, limited, ended with all that they started.

The process runs in a session of its own, and calls one function after another. Its standard input
stays open as long as its starter lives: when the starter ends, for whatever reason, the process
ends what it started, and itself.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import math
import os
import pickle
import queue
import select
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

LOOK = 0.5  # seconds between looks at the memory of a process; a look costs some milliseconds
PATIENCE = 5  # seconds that a process is given to end what it started
SAID = 100_000  # bytes of what it printed that are read for its last line
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of Linux
PACKAGES = str(Path(__file__).resolve().parents[1])
# Processes share the cores: threads of linear algebra would only wait for each other.
ONE_THREAD = dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1")


class Process:
    """A process that calls functions of ours; a context that ends it on leaving.

    Parameters
    ----------
    memory_limit
        Bytes that it may hold with all that it starts.
    load
        A module that it loads before it is called.

    Attributes
    ----------
    why
        Why it was ended: the call took too much; empty otherwise.
    is_good, seconds
        Of the call that ended last: whether it did its work, and how long it took.
    """

    def __init__(self, memory_limit: float = math.inf, load: str = "") -> None:
        self.why, self.is_good, self.seconds = "", False, 0.0
        self._memory_limit, self._answer = memory_limit, {}
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - all that it prints; closed on leaving
        paths = [PACKAGES, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        self._process = subprocess.Popen(
            # -P: nothing in the folder that somebody works in is taken for a module.
            [sys.executable, "-P", "-m", __name__, *filter(None, [load])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            start_new_session=True,  # a Ctrl-C is for us, and we end it in order
            env={**ONE_THREAD, **os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_) -> None:
        self.end()
        self._process.stdout.close()
        self._log.close()

    def call(
        self,
        function: str,
        arguments: dict[str, Any],
        *,
        time_limit: float = math.inf,
        environment: dict[str, str] | None = None,
    ) -> None:
        """Call a function, named such as 'crosscurrents.report.pages:execute'.

        It gives what JSON can hold. Its time is limited in seconds; `environment` are variables in
        addition to ours.
        """
        self._time_limit, self._began = time_limit, time.monotonic()
        self._looked = self._began
        if self.is_alive:  # else what it said when it ended is the reason
            self._log.seek(0)  # it prints where we are, as we share the open file
            self._log.truncate()
        with contextlib.suppress(BrokenPipeError):  # it has ended, and its log says why
            pickle.dump((function, arguments, environment or {}), self._process.stdin)
            self._process.stdin.flush()

    def has_ended(self) -> bool:
        """Whether the call has ended; if it took too much, the process is ended."""
        now = time.monotonic()
        if select.select([self._process.stdout], [], [], 0)[0]:
            line = self._process.stdout.readline()
            self._answer = json.loads(line) if line else {}
            if not line:  # it has ended
                self.end()
        elif self._takes_too_much(now):
            self._answer = {}
            self.end()
        else:
            return False
        self.is_good = "result" in self._answer
        self.seconds = round(now - self._began, 3)
        return True

    def _takes_too_much(self, now: float) -> bool:
        if now - self._began >= self._time_limit:
            self.why = f"took longer than {self._time_limit:g} s"
        elif now - self._looked >= LOOK and self._memory_limit < math.inf:
            self._looked = now
            if _memory(self._process.pid, self._memory_limit) > self._memory_limit:
                self.why = f"took more memory than {self._memory_limit / 1e6:,.0f} MB"
        return bool(self.why)

    def result(self) -> Any:
        """Wait for the end of the call, and give what it gave.

        Raises ValueError and OSError as the function did, RuntimeError for all else, and where the
        process has ended.
        """
        while not self.has_ended():
            select.select([self._process.stdout], [], [], LOOK)
        if not self._answer:
            raise RuntimeError(self.said())
        if not self.is_good:
            kind, *said = self._answer["error"]
            raise {"ValueError": ValueError, "OSError": OSError}.get(kind, RuntimeError)(*said)
        return self._answer["result"]

    @property
    def is_alive(self) -> bool:
        """Whether it can be called."""
        return self._process.poll() is None

    @property
    def code(self) -> int | None:
        """What it ended with; None if it has not."""
        return self._process.poll()

    def said(self) -> str:
        """Why it was ended, or else the last line that the call printed."""
        size = os.fstat(self._log.fileno()).st_size
        printed = os.pread(self._log.fileno(), SAID, max(size - SAID, 0))
        lines = printed.decode("utf-8", "replace").strip().splitlines()
        return self.why or (lines[-1] if lines else f"its process ended with code {self.code}")

    def end(self) -> None:
        """End it with all that it started; a second time does nothing."""
        with contextlib.suppress(OSError):
            self._process.stdin.close()  # it ends what it started, and itself
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            end_children(self._process.pid)
            self._process.kill()
            self._process.wait()


def _memory(pid: int, limit: float) -> int:
    """Bytes that a process holds with all that it started.

    A plain count has shared pages several times; only if it is above the limit they are shared out,
    which takes longer.
    """
    import psutil

    total = 0
    with contextlib.suppress(psutil.Error):  # one of them has ended: the next look counts
        own = psutil.Process(pid)
        family = [own, *own.children(recursive=True)]
        plain = sum(process.memory_info().rss for process in family)
        infos = [process.memory_full_info() for process in family] if plain > limit else []
        total = sum(getattr(info, "pss", info.rss) for info in infos) if infos else plain
    return total


def end_children(pid: int) -> None:
    """Kill all that a process has started, again and again: one may just have started another."""
    import psutil

    for _ in range(20):
        family = []
        with contextlib.suppress(psutil.Error):
            family = psutil.Process(pid).children(recursive=True)
        for process in family:
            with contextlib.suppress(psutil.Error):
                process.kill()
        if not family:
            break
        psutil.wait_procs(family, timeout=1)


def main() -> None:
    """In the process: answer calls; why one failed is the last line that is printed."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if sys.platform == "linux":  # what leaves its session is still found
        import ctypes

        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    calls: queue.SimpleQueue = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(calls,), daemon=True).start()
    for module in sys.argv[1:]:
        importlib.import_module(module)
    while True:
        name, arguments, environment = calls.get()
        os.environ.update(environment)
        module, _, function = name.partition(":")
        try:
            found = getattr(importlib.import_module(module), function)(**arguments)
            answer = {"result": found}
        except Exception as error:
            first = (str(error).strip().splitlines() or [""])[0]
            print(f"\n{type(error).__name__}: {first}", file=sys.stderr)
            answer = {"error": _described(error)}
        sys.stderr.flush()
        answers.write(json.dumps(answer, default=dict).encode() + b"\n")
        answers.flush()


def _described(error: Exception) -> list:
    """An error as JSON can hold it: its kind, and what it is made of."""
    if isinstance(error, OSError):
        return ["OSError", error.errno, error.strerror, error.filename]
    known = isinstance(error, ValueError)
    return ["ValueError", str(error)] if known else ["", f"{type(error).__name__}: {error}"]


def _receive(calls: queue.SimpleQueue) -> None:
    """In the process: take calls; leave when the starter has closed our input, or has ended."""
    asked = os.fdopen(os.dup(0), "rb")  # what waits at sys.stdin would disturb its end
    with contextlib.suppress(EOFError):
        while True:
            calls.put(pickle.load(asked))
    end_children(os.getpid())
    sys.stderr.flush()
    os._exit(1)  # nothing here is worth waiting for


if __name__ == "__main__":
    main()
