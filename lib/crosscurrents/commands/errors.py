"""How a command ends: its exit code, and one message on standard error where something is wrong."""

from __future__ import annotations

import sys

GOOD, FAILED, BAD_INPUT, BUSY = 0, 1, 2, 75  # 75 is EX_TEMPFAIL: try again later


def say_error(error: Exception) -> int:
    """Say what is wrong, never with a traceback; return the exit code."""
    if type(error).__name__ == "ReportBusy":
        print(error, file=sys.stderr)
        return BUSY
    if type(error).__name__ == "ReportError":
        print(error, file=sys.stderr)
        return FAILED
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
    """The exit code of several: that of a failure before bad input before one that was busy.

    >>> worst([0, 75, 1])
    1
    """
    return next((code for code in (FAILED, BAD_INPUT, BUSY) if code in codes), GOOD)
