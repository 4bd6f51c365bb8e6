"""The command line: crosscurrents COMMAND, each a module of `crosscurrents.commands`."""

from __future__ import annotations

import argparse
import importlib
import os
import signal
import sys

from crosscurrents.commands.console import GOOD, open_streams, say, say_error

COMMANDS = [
    "new", "add", "collect", "catalogue", "codebook", "check", "measure", "report", "schedule",
    "verify",
]  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Run a command; errors are one message on standard error, never a traceback.

    Returns the exit code: 0 good, 1 a notebook failed, 2 bad input, 3 all done but it could not be
    printed, 75 another run is under way.
    """
    open_streams()
    if arguments is None and sys.getfilesystemencoding() != "utf-8":
        # Names of files are UTF-8 whatever the locale says; Python decides that when it starts.
        command = [sys.executable, "-X", "utf8", "-m", "crosscurrents", *sys.argv[1:]]
        os.execve(sys.executable, command, {**os.environ, "PYTHONUTF8": "1"})
    options = _parser().parse_args(arguments)
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM)
    )  # in order, not at once
    try:
        code = options.command(options)
        return say([]) or code
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 128 + signal.SIGINT
    except BrokenPipeError:  # whoever read our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD
    except Exception as error:
        if options.debug:
            raise
        return say_error(error)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="crosscurrents", description="How sources differ on the same story."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name in COMMANDS:
        module = importlib.import_module(f"crosscurrents.commands.{name}")
        what = module.WHAT
        command = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
        module.add_arguments(command)
        command.add_argument("--debug", action="store_true", help="show a traceback of an error")
        command.set_defaults(command=module.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
