"""papermill's engine and Jupyter's client, without saving and waiting that a report can spare."""

from __future__ import annotations

import contextlib
import json
import math
import time
from pathlib import Path
from queue import Empty

from jupyter_client.asynchronous import AsyncKernelClient
from papermill.engines import NBClientEngine

ANSWER, OUTPUTS, AGAIN = 1, 0.2, 20  # seconds, seconds, milliseconds


class Sparing(NBClientEngine):
    """papermill's engine, but it saves the notebook when code starts, and plainly.

    That is enough to see where a notebook stopped that was killed. papermill itself saves it twice
    a cell, prose as well, each time checked and laid out, which takes as long as all that the
    notebook shows so far is large.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, **options):
        """Run the notebook of a manager, which no longer saves it itself."""
        started, output = nb_man.cell_start, Path(nb_man.output_path)

        def start(cell, *args, **more):
            started(cell, *args, **more)
            if cell.cell_type == "code":
                output.write_text(json.dumps(nb_man.nb), encoding="utf-8")

        nb_man.cell_start, nb_man.output_path = start, None
        return super().execute_managed_notebook(nb_man, kernel_name, **options)


class Client(AsyncKernelClient):
    """Jupyter's client, but it is ready as soon as the kernel answers and its outputs arrive.

    The original then waits a fifth of a second, so that no message of before is left; what has no
    cell that asked for it is passed over anyway.
    """

    def _context_default(self):
        context = super()._context_default()
        context.reconnect_ivl = AGAIN  # the kernel may not listen yet
        return context

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait for an answer; RuntimeError if the kernel dies before, or takes too many seconds."""
        until = time.monotonic() + (math.inf if timeout is None else timeout)
        while True:
            with contextlib.suppress(Empty, TimeoutError):
                await self.kernel_info(reply=True, timeout=ANSWER)
                await self.get_iopub_msg(timeout=OUTPUTS)
                return
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > until:
                raise RuntimeError(f"Kernel didn't respond in {timeout:g} seconds")
