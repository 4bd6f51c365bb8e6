"""Jobs run here, by processes of this machine, or by a Dask cluster; results as they come.

Workers read the files themselves and send back what they measured. A job says all that it needs,
so that it can be done again elsewhere when a worker dies.
"""

from __future__ import annotations

import multiprocessing
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

Run = Callable[[], bytes]
ATTEMPTS = 3  # times that workers may die without a result in between
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
        Processes to share the jobs between; 1: this one does them.
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
        results = _on_processes(jobs, workers)
    else:
        results = (job() for job in jobs)
    if len(jobs) < 2 or not sys.stderr.isatty():
        return results
    from tqdm import tqdm

    return iter(tqdm(results, total=len(jobs), desc="measuring", unit="batch", leave=False))


def _run(job: Run) -> bytes:
    return job()


def _on_processes(jobs: Sequence[Run], workers: int) -> Iterator[bytes]:
    """By processes of this machine; what a dead worker leaves is begun again by new ones."""
    # Not a fork: threads of Arrow and NumPy do not live on in the child.
    context = multiprocessing.get_context("spawn")
    left, died = list(jobs), 0
    while left:
        if died == ATTEMPTS:
            raise RuntimeError(DIED)
        died += 1
        waiting, left, running = deque(left), [], {}
        pool = ProcessPoolExecutor(min(workers, len(waiting)), mp_context=context)
        try:
            while running or (waiting and not left):
                while waiting and not left and len(running) <= workers:  # one is always ready
                    job = waiting.popleft()
                    try:
                        running[pool.submit(_run, job)] = job
                    except BrokenProcessPool:
                        left.append(job)
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    job = running.pop(future)
                    try:
                        result = future.result()
                    except BrokenProcessPool:
                        left.append(job)
                        continue
                    died = 0
                    yield result
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        left += waiting


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
