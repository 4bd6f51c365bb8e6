"""Programs that run beside ours: started, watched, and ended with all that they started.

Each runs in a session of its own and gets its orders as lines of JSON on its standard input, which
stays open as long as its starter lives: when it ends, for whatever reason, the program ends what
it started, and itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

LOOK = 0.25  # seconds between looks at the memory of a program; a look costs some milliseconds
PATIENCE = 5  # seconds that a program is given to end what it started
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of Linux
PACKAGES = str(Path(__file__).resolve().parents[2])
# Programs share the cores: threads of linear algebra would only wait for those of another one.
ONE_THREAD = dict.fromkeys(["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"], "1")


class Program:
    """A module of ours that runs as a program; a context that ends it on leaving.

    Parameters
    ----------
    module
        Its name.
    order
        What it is to do.
    log
        File for all that it prints.
    time_limit, memory_limit
        Seconds, and bytes that it may hold with all that it starts.
    environment
        Variables in addition to ours.
    """

    def __init__(
        self,
        module: str,
        order: dict[str, Any],
        *,
        log: Path,
        time_limit: float,
        memory_limit: int,
        environment: dict[str, str] | None = None,
    ) -> None:
        self.why = ""  # it was ended
        self._log, self._time_limit, self._memory_limit = log, time_limit, memory_limit
        self._started = self._looked = time.monotonic()
        self._family: dict[int, Any] = {}  # all that it was seen to have started
        paths = [PACKAGES, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,  # a Ctrl-C is for us, and we end it in order
                env={
                    **ONE_THREAD,
                    **os.environ,
                    **(environment or {}),
                    "PYTHONPATH": os.pathsep.join(paths),
                },
            )
        self.tell(order)

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_) -> None:
        self.end()

    def tell(self, order: dict[str, Any]) -> None:
        """Give it a further order."""
        with contextlib.suppress(BrokenPipeError):  # it has ended, and its log says why
            self._process.stdin.write((json.dumps(order) + "\n").encode())
            self._process.stdin.flush()

    def has_ended(self) -> bool:
        """Whether it has ended; it is ended, and `why` says so, if it took too much."""
        if self._process.poll() is None:
            now = time.monotonic()
            if now - self._started >= self._time_limit:
                self.why = f"took longer than {self._time_limit:g} s"
            elif now - self._looked >= LOOK:
                self._looked = now
                if self._memory() > self._memory_limit:
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
    def exit_code(self) -> int | None:
        return self._process.poll()

    def said(self) -> str:
        """The last line of its log."""
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def end(self) -> None:
        """End it with all that it started; a second time does nothing."""
        if self._process.stdin.closed:
            return
        with contextlib.suppress(OSError):
            self._process.stdin.close()  # it ends what it started, and itself
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        kill(self._family.values())

    def _memory(self) -> int:
        """Bytes that it holds with all that it started, shared pages shared out.

        As long as a plainer count, which counts shared pages several times, is below the limit,
        that is good enough.
        """
        import psutil

        with contextlib.suppress(psutil.Error):
            own = psutil.Process(self._process.pid)
            family = [own, *own.children(recursive=True)]
            self._family.update({process.pid: process for process in family[1:]})
            plain = sum(_bytes(process, "rss") for process in family)
            shared = plain > self._memory_limit and sys.platform == "linux"
            return sum(_bytes(process, "pss") for process in family) if shared else plain
        return 0


def _bytes(process: Any, kind: str) -> int:
    import psutil

    with contextlib.suppress(psutil.Error):
        info = process.memory_info() if kind == "rss" else process.memory_full_info()
        return getattr(info, kind)
    return 0


def kill(processes) -> None:
    """Kill processes (of psutil), those that are still the ones they were."""
    import psutil

    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()


def orders() -> queue.Queue:
    """In a program: its orders as they come. It ends with its starter, and all that it started."""
    if sys.platform == "linux":  # what leaves its session is still found
        import ctypes

        ctypes.CDLL(None).prctl(SUBREAPER, 1, 0, 0, 0)
    found: queue.Queue = queue.Queue()

    def listen() -> None:
        for line in sys.stdin:
            found.put(json.loads(line))
        leave(1)

    threading.Thread(target=listen, daemon=True).start()
    return found


def leave(code: int) -> None:
    """In a program: end it with all that it started, with an exit code."""
    import psutil

    for _ in range(20):  # one that is killed may just have started another
        family = psutil.Process().children(recursive=True)
        if not family:
            break
        kill(family)
        psutil.wait_procs(family, timeout=1)
    sys.stderr.flush()
    os._exit(code)  # nothing here is worth waiting for
