"""Ending processes together with all that they started, and watching how much memory they hold."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Collection

SUBREAPER, PARENT_DEATH = 36, 1  # PR_SET_CHILD_SUBREAPER, PR_SET_PDEATHSIG of Linux


def adopt_orphans() -> None:
    """Become the parent of what descendants leave behind, so that `end_descendants` finds it."""
    _prctl(SUBREAPER, 1)


def die_with_parent() -> None:
    """Have the system kill this process when the one that forked it ends, however it ends."""
    parent = os.getppid()
    _prctl(PARENT_DEATH, signal.SIGKILL)
    if os.getppid() != parent:  # it ended just before
        os._exit(1)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(option, int(value), 0, 0, 0)


def end_group(pid: int) -> None:
    """Kill a process and its group."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    else:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGTERM)


def end_descendants(spare: Collection[int] = ()) -> None:
    """Kill all that this process and its children started, but for the children in `spare`.

    What leaves its process group or session is found, too, if this process adopts orphans.
    """
    import psutil

    me = psutil.Process()
    for _ in range(20):  # one that is killed may just have started another
        children = [child for child in me.children() if child.pid not in spare]
        family = [p for child in children for p in [child, *_descendants(child)]]
        if not family:
            return
        for process in family:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(family, timeout=1)


def memory_of(pid: int, enough: int) -> int:
    """Bytes that a process and its descendants hold in memory, shared pages shared out.

    As long as it is below `enough` by a plainer count, which counts shared pages several times,
    that is good enough.
    """
    import psutil

    with contextlib.suppress(psutil.Error):
        family = [psutil.Process(pid), *_descendants(psutil.Process(pid))]
        plain = sum(_memory(process, "rss") for process in family)
        if plain < enough or sys.platform != "linux":
            return plain
        return sum(_memory(process, "pss") for process in family)
    return 0


def _descendants(process) -> list:
    import psutil

    with contextlib.suppress(psutil.Error):
        return process.children(recursive=True)
    return []


def _memory(process, kind: str) -> int:
    import psutil

    with contextlib.suppress(psutil.Error):
        info = process.memory_info() if kind == "rss" else process.memory_full_info()
        return getattr(info, kind)
    return 0
