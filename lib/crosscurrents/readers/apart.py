"""Files that anybody may have made are read in a process of its own, with limits.

A damaged or hostile PDF, page or archive may keep a library busy for hours, eat all memory or end
the interpreter. So one process, started when the first such file is read, reads all of them; where
it dies, that file is left out with the reason, and the next one gets a new process.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

SECONDS = 120  # of processor time that a file may take: 3,000 ordinary pages of PDF take 90
MEMORY = 4 * 2**30  # bytes of addresses: the libraries take 1, the largest file that was seen 1.5
START = """import sys
sys.path[:] = {path!r}
from crosscurrents.readers import apart, formats
apart.serve(formats.read_here)
"""


class Apart:
    """The process that reads, and what it is asked; it ends with the one that started it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process: subprocess.Popen | None = None
        self.owner = 0

    def read(self, kind: str, data: bytes, context: tuple) -> dict[str, Any]:
        """What `Reading` is made of; raises ValueError with the reason."""
        with self.lock:
            process = self._running()
            try:
                pickle.dump((kind, data, tuple(context), SECONDS, MEMORY), process.stdin)
                process.stdin.flush()
                answer = json.loads(process.stdout.readline())
            except (OSError, json.JSONDecodeError):  # it has ended
                self.process = None
                raise ValueError(_why_dead(process.wait())) from None
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer

    def _running(self) -> subprocess.Popen:
        if self.process is None or self.process.poll() is not None or self.owner != os.getpid():
            # -I: nothing in the folder that somebody works in is taken for a module.
            code = START.format(path=[place for place in sys.path if place])
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )  # fmt: skip
            self.owner = os.getpid()
        return self.process


def _why_dead(code: int) -> str:
    if code == -getattr(signal, "SIGPROF", 0):
        return f"takes more than {SECONDS} seconds to read"
    return "is damaged (it ended the program that read it)"


def serve(read: Callable[[str, bytes, tuple], Any]) -> None:
    """Read what is asked for until nobody asks any more; what libraries print goes nowhere.

    `read` gives something whose fields JSON can hold; a ValueError of it is the reason.
    """
    asked, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # stderr is the null device
    while True:
        try:
            kind, data, context, seconds, memory = pickle.load(asked)
        except EOFError:
            return
        _limit(seconds, memory)
        try:
            answer = vars(read(kind, data, context))
        except ValueError as error:
            answer = {"error": str(error)}
        except MemoryError:
            answer = {"error": f"needs more than {memory / 2**30:.0f} GB of memory to be read"}
        answers.write(json.dumps(answer, default=dict).encode() + b"\n")
        answers.flush()
        _limit(0, memory)


def _limit(seconds: float, memory: int) -> None:
    """Where the system has such limits; the end of the time ends the process, also in a library."""
    try:
        import resource

        signal.setitimer(signal.ITIMER_PROF, seconds)
        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.getrlimit(resource.RLIMIT_AS)[1]))
    except (ImportError, ValueError, OSError):
        pass
