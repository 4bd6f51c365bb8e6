"""A theme of a codebook's file, written anew: the rest of the file stays as it is."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import yaml

from crosscurrents.codebook import compose, decoded, read_codebook

PLAIN = re.compile(r"[^\W\d_][\w*'’-]*(?: [^\W_][\w*'’-]*)*")  # no sign that YAML gives a meaning
NOTHING = ("null",)


def save_theme(
    path: str | Path, theme: str, *, patterns: Sequence[str], exclusions: Sequence[str] = ()
) -> Path:
    """Write the patterns of one theme into a codebook's file, which is made if it is not there.

    The new file is checked as `read_codebook` does before it takes the place of the old one.
    Comments inside of the two lists are lost; everything else stays as it was written.

    Parameters
    ----------
    path : str or Path
    theme : str
        One of the file's themes (not a sub-theme or a pole), or a new one.
    patterns, exclusions : sequence of str
        What the theme finds, and what does not count ("not").

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ValueError
        If a pattern cannot be read, there is none, or the theme has sub-themes or is a scale.
    OSError
        If the file cannot be written; the old one is then as it was.
    """
    path = Path(path)
    text = decoded(path) if path.is_file() else "themes:\n"
    text = _with_theme(text, path.name, theme, list(patterns), list(exclusions))
    handle, partial = tempfile.mkstemp(suffix=".yml", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        try:
            read_codebook(partial)
        except ValueError as error:
            raise ValueError(str(error).replace(Path(partial).name, path.name)) from None
        if path.is_file():
            Path(partial).chmod(path.stat().st_mode)
        Path(partial).replace(path)
    finally:
        Path(partial).unlink(missing_ok=True)
    return path


def _with_theme(text: str, file: str, theme: str, patterns: list, exclusions: list) -> str:
    """The text of a codebook with one theme's lists replaced, or with a theme more."""
    if "/" in theme:
        raise ValueError(f"theme {theme!r} is a sub-theme or a pole; edit it in the file itself")
    root = compose(file, text)
    top = dict(_pairs(root))
    themes = top.get("themes")
    if themes is None:
        return f"themes:\n{_entry(theme, patterns, exclusions)}{text}"
    found = dict(_pairs(themes)).get(theme)
    if found is None:
        at = themes.start_mark.index - themes.start_mark.column
        if not isinstance(themes, yaml.MappingNode):  # "themes:" and nothing behind it
            at = text.index("\n", text.index("themes:")) + 1
        elif themes.flow_style:
            raise ValueError(f"codebook {file}: its themes stand in braces; write a line for each")
        indent = themes.start_mark.column if isinstance(themes, yaml.MappingNode) else 2
        return text[:at] + _entry(theme, patterns, exclusions, indent) + text[at:]
    if isinstance(found, yaml.SequenceNode):
        if exclusions:
            inner = " " * (themes.start_mark.column + 2)
            block = f"\n{inner}patterns: {_list(patterns)}\n{inner}not: {_list(exclusions)}"
            return _replaced(text, found, block)
        return _replaced(text, found, _list(patterns))
    parts = dict(_pairs(found))
    if "themes" in parts:
        raise ValueError(f"theme {theme!r} has sub-themes; edit it in the file itself")
    wanted = {"patterns": patterns, "not": exclusions}
    changes = []
    inner = " " * found.start_mark.column
    behind = parts["patterns"]
    for key, items in wanted.items():
        if key in parts:
            changes.append((parts[key], _list(items) if items else "[]"))
    if exclusions and "not" not in parts:
        changes = [(behind, f"{_list(patterns)}\n{inner}not: {_list(exclusions)}")]
    for node, block in sorted(changes, key=lambda change: -change[0].start_mark.index):
        text = _replaced(text, node, block)
    return text if exclusions or "not" not in parts else _without_empty(text, inner)


def _without_empty(text: str, inner: str) -> str:
    """The text without the list of exclusions that has become empty."""
    return text.replace(f"\n{inner}not: []", "", 1)


def _replaced(text: str, node, block: str) -> str:
    start, end = node.start_mark.index, node.end_mark.index
    found = text[start:end]
    tail = found[len(found.rstrip()) :] if not node.flow_style else ""  # a block ends a line late
    if not node.flow_style and node.start_mark.column:
        line = text.rfind("\n", 0, start)
        start = len(text[:line].rstrip()) if not text[line:start].strip() else start
        block = f" {block}"
    return text[:start] + block + tail + text[end:]


def _entry(theme: str, patterns: list, exclusions: list, indent: int = 2) -> str:
    outer, inner = " " * indent, " " * (indent + 2)
    lines = [f"{outer}{_scalar(theme)}:", f"{inner}patterns: {_list(patterns)}"]
    if exclusions:
        lines.append(f"{inner}not: {_list(exclusions)}")
    return "\n".join(lines) + "\n"


def _list(items: list) -> str:
    return f"[{', '.join(map(_scalar, items))}]"


def _scalar(item: str) -> str:
    """A text as YAML reads it: words as they are, all else in double quotes."""
    if PLAIN.fullmatch(item) and item.lower() not in NOTHING:
        return item
    escaped = str(item).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _pairs(node) -> list:
    if not isinstance(node, yaml.MappingNode):
        return []
    return [(key.value, value) for key, value in node.value]
