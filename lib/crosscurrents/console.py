"""What commands of the command line share: their registry, exit codes, and what they print."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

# 75 is EX_TEMPFAIL: try again later. UNSAID: the report is made, but could not be printed about.
GOOD, FAILED, BAD_INPUT, UNSAID, BUSY = 0, 1, 2, 3, 75
COMMANDS: dict[str, tuple[str, list[tuple], Callable[[Any], int]]] = {}


class Once(argparse.Action):
    """An option that may be given once: a second value would silently replace the first one."""

    def __call__(self, parser, namespace, value, option=None) -> None:
        first = getattr(namespace, f"_{self.dest}", None)
        if first is not None:
            parser.error(f"{option} is given twice, {first!r} and {value!r}; choose one")
        setattr(namespace, f"_{self.dest}", value)
        setattr(namespace, self.dest, value)


def argument(*names: str, **options) -> tuple[tuple[str, ...], dict[str, Any]]:
    """An argument of a command, as `ArgumentParser.add_argument` takes it."""
    return names, options


def switch(name: str, told: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """An option without a value."""
    return argument(name, action="store_true", help=told)


def command(what: str, *arguments: tuple) -> Callable:
    """Make a function a command of its name; `what` says in the help what it does."""

    def register(function: Callable[[Any], int]) -> Callable[[Any], int]:
        COMMANDS[function.__name__] = what, list(arguments), function
        return function

    return register


def say_error(error: Exception) -> int:
    """Say what is wrong, never with a traceback; return the exit code."""
    code = {"ReportBusy": BUSY, "ReportError": FAILED}.get(type(error).__name__)
    if code is not None:
        print(error, file=sys.stderr)
        return code
    bad_input = isinstance(error, ValueError | FileNotFoundError | NotADirectoryError)
    if isinstance(error, OSError) and error.strerror:
        message = f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    elif bad_input:
        message = str(error)
    else:
        message = f"{type(error).__name__}: {error} (with --debug it shows where)"
    print(f"crosscurrents: {message}", file=sys.stderr)
    return BAD_INPUT if bad_input else FAILED


def worst(codes: list[int]) -> int:
    """The exit code of several: a failure comes before bad input, bad input before a busy report.

    >>> worst([0, 75, 1])
    1
    """
    return next((code for code in (FAILED, BAD_INPUT, BUSY, UNSAID) if code in codes), GOOD)


def warn(lines: Iterable[str]) -> None:
    """Print lines on standard error."""
    for line in lines:
        print(line, file=sys.stderr)


def say(lines: Iterable[str] = ()) -> int:
    """Print lines, all that was printed before too; UNSAID where that fails, as on a full disk."""
    try:
        for line in lines:
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        with contextlib.suppress(OSError):
            print(f"crosscurrents: all is done, but not printed: {error.strerror}", file=sys.stderr)
        return UNSAID
    return GOOD


def open_streams() -> None:
    """Put /dev/null in the place of standard streams that are closed.

    Otherwise the next files that are opened take their numbers, and get what is printed.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(number)
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
