"""Jobs run here, by processes of this machine, or by a Dask cluster; results as they come.

Workers read the files themselves and send back what they measured. A job says all that it needs,
so that it can be done again elsewhere when a worker dies.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from queue import SimpleQueue
from threading import RLock
from typing import Any

Run = Callable[[], bytes]
ATTEMPTS = 3  # at a job whose worker died: one that kills workers is not tried for ever
DIED = (
    "workers of `measure` died again and again, of memory perhaps; fewer workers need less of it "
    'and a script that uses workers has to begin them under `if __name__ == "__main__":`'
)


def run_jobs(jobs: Sequence[Run], *, workers: int = 1, client: Any = None) -> Iterator[bytes]:
    """The results of jobs, in no order, with a progress bar where a person looks on.

    Parameters
    ----------
    jobs
        What to call; for processes and clusters it has to be picklable.
    workers
        Processes; this one is one of them and works too.
    client : dask.distributed.Client, optional
        Has the jobs done by its cluster instead.

    Raises
    ------
    RuntimeError
        If workers die on a job again and again; whatever a job raises.

    >>> sorted(run_jobs([lambda: b"one", lambda: b"two"]))
    [b'one', b'two']
    """
    if client is not None:
        results = _on_cluster(jobs, client)
    elif workers > 1 and len(jobs) > 1:
        results = _Processes(jobs, workers - 1).results()
    else:
        results = (job() for job in jobs)
    if len(jobs) < 2 or not sys.stderr.isatty():
        return results
    from tqdm import tqdm

    return iter(tqdm(results, total=len(jobs), desc="measuring", unit="batch", leave=False))


def _run(job: Run) -> bytes:
    return job()


class _Processes:
    """Further processes, each given its next job as soon as it is done with one."""

    def __init__(self, jobs: Sequence[Run], number: int) -> None:
        self.left = deque((job, 1) for job in jobs)
        self.number = number
        self.running = 0
        self.done: SimpleQueue[bytes | BaseException | None] = SimpleQueue()
        self.lock = RLock()
        self.pool: ProcessPoolExecutor | None = None

    def results(self) -> Iterator[bytes]:
        try:
            while True:
                self._begin()
                job = self._take() if self.done.empty() else None
                if job:
                    yield job[0]()
                elif self.running or not self.done.empty():
                    found = self.done.get()
                    if isinstance(found, BaseException):
                        raise found
                    if found is not None:
                        yield found
                elif not self.left:
                    return
        finally:
            self.left.clear()
            if self.pool:
                self.pool.shutdown(wait=True, cancel_futures=True)

    def _take(self) -> tuple[Run, int] | None:
        with self.lock:
            return self.left.popleft() if self.left else None

    def _begin(self) -> None:
        """Start processes, at first and again when one has died, which breaks its pool."""
        if self.pool is None and self.left:
            # Not a fork: threads of Arrow and NumPy do not live on in the child.
            context = multiprocessing.get_context("spawn")
            pool = ProcessPoolExecutor(self.number, mp_context=context)
            self.pool = pool
            for _ in range(self.number):
                self._hand_out(pool)

    def _hand_out(self, pool: ProcessPoolExecutor) -> None:
        item = self._take() if pool is self.pool else None
        if item is None:
            return
        with self.lock:
            self.running += 1
        try:
            future = pool.submit(_run, item[0])
        except (BrokenProcessPool, RuntimeError):
            self._lost(pool, item)
            return
        future.add_done_callback(lambda future: self._end(pool, item, future))

    def _end(self, pool: ProcessPoolExecutor, item: tuple[Run, int], future: Future) -> None:
        """What follows on the end of a job: the next job, its result, or another attempt."""
        if future.cancelled():
            return
        error = future.exception()
        if isinstance(error, BrokenProcessPool):
            self._lost(pool, item)
            return
        self._hand_out(pool)
        self.done.put(error or future.result())
        with self.lock:
            self.running -= 1

    def _lost(self, pool: ProcessPoolExecutor, item: tuple[Run, int]) -> None:
        job, attempt = item
        with self.lock:
            if self.pool is pool:
                self.pool = None
            if attempt < ATTEMPTS:
                self.left.appendleft((job, attempt + 1))
            self.done.put(None if attempt < ATTEMPTS else RuntimeError(DIED))  # wakes `results`
            self.running -= 1


def _on_cluster(jobs: Sequence[Run], client: Any) -> Iterator[bytes]:
    from distributed import KilledWorker, as_completed

    futures = [client.submit(_run, job, pure=False) for job in jobs]
    try:
        for future in as_completed(futures):
            try:
                yield future.result()
            except KilledWorker as error:
                raise RuntimeError(DIED) from error
            future.release()
    finally:
        client.cancel([f for f in futures if not f.done()])
