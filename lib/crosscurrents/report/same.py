"""Whether the tables and charts of two runs are the same, and if not, where they differ."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

CELLS = 5  # cells of a table that are named


def compare_tables(
    then: Path, now: Path, left_out: list[str]
) -> tuple[list[str], dict[str, list[str]]]:
    """Names of the CSV files that are the same to the bit in two folders; of others what differs.

    Returns
    -------
    same, different
        Names; for each other name lines that name row, column and both values.
    """
    names = sorted({f.name for folder in (then, now) for f in folder.glob("*.csv")})
    same, different = [], {}
    for name in names:
        if name in left_out:
            continue
        missing = [
            w for w, folder in (("then", then), ("now", now)) if not (folder / name).is_file()
        ]
        if missing:
            different[name] = [f"there was no such table {missing[0]}"]
        elif (then / name).read_bytes() == (now / name).read_bytes():
            same.append(name)
        else:
            different[name] = _cells(then / name, now / name)
    return same, different


def _cells(then: Path, now: Path) -> list[str]:
    """The first cells that differ between two tables, and how many there are."""
    old, new = (list(csv.reader(f.read_text(encoding="utf-8").splitlines())) for f in (then, now))
    found = []
    if len(old) != len(new):
        found.append(f"{len(old) - 1} rows then, {len(new) - 1} now")
    head = old[0] if old else []
    if new and new[0] != head:
        return [*found, f"columns {head} then, {new[0]} now"]
    cells = [
        f"row {number}, {head[k] if k < len(head) else k}: {a!r} then, {b!r} now"
        for number, (left, right) in enumerate(zip(old[1:], new[1:], strict=False), start=1)
        for k, (a, b) in enumerate(zip(left, right, strict=False))
        if a != b
    ]
    more = [f"and {len(cells) - CELLS} more cells"] if len(cells) > CELLS else []
    return [*found, *cells[:CELLS], *more] or ["its line ends or its quoting differ"]


def charts_alike(then: dict[str, list[str]], now: dict[str, list[str]]) -> tuple[int, int]:
    """How many charts of two runs (see `charts_of`) are the same to the bit, and of how many.

    >>> charts_alike({"brief": ["a", "b"]}, {"brief": ["a", "c"]})
    (1, 2)
    """
    alike = total = 0
    for name, old in then.items():
        new = now.get(name, [])
        total += max(len(old), len(new))
        alike += sum(a == b for a, b in zip(old, new, strict=False))
    return alike, total


def charts_of(run: Path) -> dict[str, list[str]]:
    """Hashes of the pictures in the executed notebooks of a run, in their order, by notebook."""
    return {file.stem: _charts(file) for file in sorted((run / "notebooks").glob("*.ipynb"))}


def _charts(notebook: Path) -> list[str]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    pictures = [output.get("data", {}).get("image/png", "") for output in outputs]
    texts = ["".join(picture).strip() for picture in pictures if picture]
    return [hashlib.sha256(text.encode()).hexdigest() for text in texts]
