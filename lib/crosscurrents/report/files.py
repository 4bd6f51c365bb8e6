"""The files of a corpus before and after a run: no page rests on a text that was changed."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from crosscurrents.report.checks import Failure

if TYPE_CHECKING:
    from crosscurrents.report.definition import Definition

LARGE = 10**9  # bytes of a file from which on size and time must do: hashing it takes seconds
State = dict[str, tuple[int, int]]  # size and time of change (nanoseconds) by path


def stat_files(definition: Definition) -> State:
    """Size and time of change of each file of a corpus."""
    corpus, out = definition.corpus, definition.out.resolve()
    result = {}
    tops = os.walk(corpus) if corpus.is_dir() else [(corpus.parent, [], [corpus.name])]
    for folder, folders, names in tops:
        folders[:] = [n for n in folders if n[0] != "." and Path(folder, n).resolve() != out]
        for name in names:
            try:
                state = Path(folder, name).stat()
            except OSError:
                continue
            if stat.S_ISREG(state.st_mode):
                result[str(Path(folder, name))] = state.st_size, state.st_mtime_ns
    return result


def hash_files(files: State) -> dict[str, str]:
    """The hash of each file that can be read and is not very large."""
    found = {}
    for name, (size, _) in files.items():
        try:
            if size < LARGE:
                with open(name, "rb") as stream:
                    found[name] = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            continue
    return found


def changed_files(before: State, content: dict[str, str], definition: Definition) -> list[Failure]:
    """A failure if files of a corpus changed since: notebooks may have read different ones.

    `before` and `content` are what `stat_files` and `hash_files` said. A file that was rewritten
    with the same size and time is noticed by its hash.
    """
    now = stat_files(definition)
    changed = sorted(name for name in before | now if before.get(name) != now.get(name))
    if not changed:
        after = hash_files(before)
        changed = sorted(name for name in content | after if content.get(name) != after.get(name))
    if not changed:
        return []
    what = "appeared" if changed[0] not in before else "changed"
    what = "disappeared" if changed[0] not in now else what
    more = f", and {len(changed) - 1} more files changed" if len(changed) > 1 else ""
    error = f"the corpus changed while the report was made: {changed[0]} {what}{more}"
    return [Failure("", "", error)]
