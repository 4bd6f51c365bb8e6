"""A process that is forked with all imports done, and becomes the kernel of a notebook."""

from __future__ import annotations

import multiprocessing
import os
import sys

from crosscurrents.report.processes import die_with_parent


class WarmProcess:
    """A process forked before anything asynchronous runs, that becomes a kernel when it is told to.

    It has the part of `subprocess.Popen` that a kernel provisioner uses.
    """

    stdin = stdout = stderr = None

    def __init__(self) -> None:
        context = multiprocessing.get_context("fork")
        receiver, self._sender = context.Pipe(duplex=False)
        self._process = context.Process(target=_become_kernel, args=(receiver,))
        self._process.start()
        receiver.close()
        self.pid = self._process.pid

    def become_kernel(self, arguments: list[str]) -> None:
        self._sender.send(arguments)

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        self._process.join(timeout)
        return self.poll()

    def send_signal(self, signum: int) -> None:
        os.kill(self.pid, signum)

    def kill(self) -> None:
        self._process.kill()

    def terminate(self) -> None:
        self._process.terminate()


def _become_kernel(receiver) -> None:
    die_with_parent()
    arguments = [*receiver.recv(), f"--IPKernelApp.parent_handle={os.getppid()}"]
    os.dup2(2, 1)  # what the kernel itself says goes to the log
    os.closerange(3, 4096)  # with the worker's pipes open here, nobody would see the worker end
    from ipykernel.kernelapp import IPKernelApp

    sys.argv = ["ipykernel_launcher", *arguments]
    IPKernelApp.launch_instance(argv=arguments)


def warm_provisioner(manager, process: WarmProcess):
    """What gives a kernel manager that process for its kernel."""
    from jupyter_client.provisioning import LocalProvisioner

    class Provisioner(LocalProvisioner):
        async def launch_kernel(self, cmd, **_):
            process.become_kernel(cmd[cmd.index("-f") :])
            self.process, self.pid = process, process.pid
            return self.connection_info

    return Provisioner(kernel_id=manager.kernel_id, kernel_spec=manager.kernel_spec, parent=manager)
