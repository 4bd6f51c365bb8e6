"""A codebook's file -> YAML nodes, each with its line; what is no YAML is told in plain words."""

from __future__ import annotations

from pathlib import Path

import yaml

LARGEST = 5_000_000  # bytes: what a person writes is a hundredth of it
DEEPEST = 12  # lists and mappings in each other: a codebook has seven
CORE = "tag:yaml.org,2002:"


def decoded(path: Path) -> str:
    """The text of a codebook's file; raises ValueError for anything but UTF-8 of some size."""
    size = path.stat().st_size
    if size > LARGEST:
        raise ValueError(
            f"codebook {path.name} has {size:,} bytes; at most {LARGEST:,} are read. Is it one?"
        )
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValueError(f"codebook {path.name} is UTF-16, not UTF-8 text; save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"codebook {path.name}, line {line}: byte {data[error.start]:#04x} is not UTF-8 text; "
            "save the file as UTF-8"
        ) from None


def compose(name: str, text: str) -> yaml.Node | None:
    """The nodes of a YAML text; raises ValueError naming the file, the line and what to do."""
    fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _check_depth(name, text, fast)
        return yaml.compose(text, Loader=fast)
    except yaml.YAMLError:
        pass
    try:  # what is wrong is told better by the plain parser
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        what = f"character U+{error.character:04X} may not stand in YAML; remove it"
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = mark.line + 1 if mark else 1
        what = f"{error.problem}{_hint(text, error, mark)}"
        if bare := _without_colon(text, error, line):
            line, row = bare
            what = f"{row!r} has no colon behind its name; write 'name:'"
    raise ValueError(f"codebook {name}, line {line}: {what}") from None


def _check_depth(name: str, text: str, loader: type) -> None:
    """Raise ValueError for lists in lists in lists, which would overrun the parser's stack."""
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise ValueError(
                f"codebook {name}, line {event.start_mark.line + 1}: {depth} lists or mappings "
                "stand in each other; look for a bracket too many"
            )


def _without_colon(text: str, error, line: int) -> tuple[int, str] | None:
    """The line, and its text, of a name whose colon is missing, if that is what is wrong.

    `line` is where YAML noticed it: that of the name, or the one behind.
    """
    problem, rows = error.problem or "", text.splitlines()
    if "could not find expected ':'" in problem and error.context_mark:
        line = error.context_mark.line + 2
    elif "mapping values" not in problem and "'<block mapping start>'" not in problem:
        return None
    for number in range(min(line - 1, len(rows)), 0, -1):
        row = rows[number - 1].partition(" #")[0].strip()
        if row and not row.startswith("#"):
            return None if ":" in row or row.startswith("-") else (number, row)
    return None


def _hint(text: str, error: yaml.YAMLError, mark) -> str:
    """What most likely causes an error of YAML's, and what to do about it."""
    rows = text.splitlines()
    row = rows[mark.line] if mark and mark.line < len(rows) else ""
    problem = error.problem or ""
    if row[: len(row) - len(row.lstrip())].count("\t"):
        return "; the line begins with a tab: indent with blanks"
    if "alias" in problem or "alias" in str(getattr(error, "context", "")):
        return "; a pattern that begins with * needs quotes, such as '*ism'"
    if "cannot start any token" in problem:
        return "; put a text that begins with such a sign in quotes"
    if "single document" in str(getattr(error, "context", "")):
        return "; only one line --- may stand there, at the top"
    if "mapping values" in problem:
        return "; put a text that holds a colon in quotes, and indent keys alike"
    return "; look for a missing bracket, quote or comma here or above"


def nothing(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == f"{CORE}null" and not node.style


def kind(node: yaml.Node) -> str:
    """What a node is, in the words of a message."""
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    if isinstance(node, yaml.MappingNode):
        return "a mapping"
    return "nothing" if nothing(node) else repr(node.value)[:40]
