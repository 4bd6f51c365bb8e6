"""A function of ours in a process of its own: started, limited, and ended with all that it started.

The process runs in a session of its own. Its standard input stays open as long as its starter
lives: when the starter ends, for whatever reason, the process ends what it started, and itself.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

LOOK = 0.25  # seconds between looks at the memory of a process; a look costs some milliseconds
PATIENCE = 5  # seconds that a process is given to end what it started
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of Linux
PACKAGES = str(Path(__file__).resolve().parents[2])
# Processes share the cores: threads of linear algebra would only wait for each other.
ONE_THREAD = dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1")


class Process:
    """A function of a module of ours in a process; a context that ends it on leaving.

    Parameters
    ----------
    function
        Its name, such as 'crosscurrents.report.pages:execute'.
    arguments
        Its arguments by name, of the types that JSON knows.
    log
        File for all that it prints.
    time_limit, memory_limit
        Seconds, and bytes that it may hold with all that it starts.
    environment
        Variables in addition to ours.
    """

    def __init__(
        self,
        function: str,
        arguments: dict[str, Any],
        *,
        log: Path,
        time_limit: float,
        memory_limit: int,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.why = ""  # it was ended
        self._log, self._time_limit, self._memory_limit = log, time_limit, memory_limit
        self._started = self._looked = time.monotonic()
        paths = [PACKAGES, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        ours = {**(environment or {}), "PYTHONPATH": os.pathsep.join(paths)}
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, function],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,  # a Ctrl-C is for us, and we end it in order
                env={**ONE_THREAD, **os.environ, **ours},
            )
        with contextlib.suppress(BrokenPipeError):  # it has ended, and its log says why
            self._process.stdin.write((json.dumps(arguments) + "\n").encode())
            self._process.stdin.flush()

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_) -> None:
        self.end()

    def has_ended(self) -> bool:
        """Whether it has ended; it is ended, and `why` says so, if it took too much."""
        if self._process.poll() is None:
            now = time.monotonic()
            if now - self._started >= self._time_limit:
                self.why = f"took longer than {self._time_limit:g} s"
            elif now - self._looked >= LOOK:
                self._looked = now
                if _memory(self._process.pid, self._memory_limit) > self._memory_limit:
                    self.why = f"took more memory than {self._memory_limit / 1e6:,.0f} MB"
            if not self.why:
                return False
        self.end()
        return True

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return round(time.monotonic() - self._started, 3)

    @property
    def is_good(self) -> bool:
        """Whether it has done its work."""
        return not self.why and self._process.poll() == 0

    def said(self) -> str:
        """Why it was ended, or else the last line of its log."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        ended = f"its process ended with code {self._process.poll()}"
        return self.why or (lines[-1] if lines else ended)

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


def _memory(pid: int, limit: int) -> int:
    """Bytes that a process holds with all that it started.

    A plain count has shared pages several times; only if it is above the limit they are shared out,
    which takes longer.
    """
    import psutil

    total = 0
    with contextlib.suppress(psutil.Error):
        own = psutil.Process(pid)
        family = [own, *own.children(recursive=True)]
        for count in ("memory_info", "memory_full_info"):
            total = 0
            for process in family:
                with contextlib.suppress(psutil.Error):
                    info = getattr(process, count)()
                    total += getattr(info, "pss", info.rss)
            if total <= limit:
                break
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
    """In the process: call the function; why it failed is the last line of the log."""
    arguments = json.loads(sys.stdin.readline())
    if sys.platform == "linux":  # what leaves its session is still found
        import ctypes

        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    threading.Thread(target=_outlive_nobody, daemon=True).start()
    module, _, function = sys.argv[1].partition(":")
    try:
        getattr(importlib.import_module(module), function)(**arguments)
    except Exception as error:
        first = (str(error).strip().splitlines() or [""])[0]
        print(f"\n{type(error).__name__}: {first}", file=sys.stderr)
        _leave(1)
    _leave(0)


def _outlive_nobody() -> None:
    """In the process: leave when the starter has closed our standard input, or has ended."""
    sys.stdin.read()
    _leave(1)


def _leave(code: int) -> None:
    """In the process: end it with all that it started, with an exit code."""
    end_children(os.getpid())
    sys.stderr.flush()
    os._exit(code)  # nothing here is worth waiting for


if __name__ == "__main__":
    main()
