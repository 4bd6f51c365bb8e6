"""The program that runs one notebook with papermill: `python -m crosscurrents.report.notebook`."""

from __future__ import annotations

import sys
from typing import Any

from crosscurrents.report.processes import leave, orders

# A port that Jupyter has chosen for a kernel may be taken by another program before the kernel has
# it. No cell has run then, so the notebook is begun again.
NO_KERNEL, TRIES = "Kernel died before replying", 3


def main() -> None:
    """Run the notebook of the order on standard input; what failed is the last line of the log."""
    order = orders().get()
    for _ in range(TRIES):
        try:
            execute(order)
            leave(0)
        except Exception as error:
            first = (str(error).strip().splitlines() or [""])[0]
            print(f"\n{type(error).__name__}: {first}", file=sys.stderr)
            if NO_KERNEL not in first:
                break
    leave(1)


def execute(order: dict[str, Any]) -> None:
    """Run a notebook from `input` to `output` with `parameters`, in the folder `cwd`."""
    import papermill
    from traitlets.config import Config

    papermill.execute_notebook(
        order["input"],
        order["output"],
        parameters=order["parameters"],
        cwd=order["cwd"],
        kernel_name="python3",
        progress_bar=False,
        # Other users of this machine read nothing of what passes between papermill and the kernel.
        config=Config({"KernelManager": {"transport_encryption": "required"}}),
    )


if __name__ == "__main__":
    main()
