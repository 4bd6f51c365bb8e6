"""What matrices and heat maps are made of: tinted cells, the heads of rows and columns."""

from __future__ import annotations

import numpy as np

from crosscurrents.plots.canvas import INK, QUIET, REST, RULE
from crosscurrents.plots.wording import number, plain, wrap

PALE = "#F1F1F1"  # of a cell with too little to go by


def tinted_cell(ax, x, y, text: str, *, lean: float, faint: bool, size: float) -> None:
    """Draw a cell of a matrix: blue for a lean above 0, orange below, pale where it is faint."""
    from matplotlib.patches import Rectangle

    end = np.array([0, 114, 178] if lean > 0 else [213, 94, 0]) / 255
    colour = PALE if faint else 1 - (1 - end) * 0.75 * min(abs(lean), 1)
    ax.add_patch(Rectangle((x, y), 1, 1, facecolor=colour, edgecolor=RULE))
    write_cell(ax, x, y, text, size=size, colour=REST if text == "–" else QUIET if faint else INK)


def write_cell(ax, x, y, text: str, *, size: float, colour) -> None:
    """Write into the middle of a cell; no room need be made for it."""
    ax.text(
        x + 0.5, y + 0.5, text, ha="center", va="center", fontsize=size, color=colour,
        in_layout=False,
    )  # fmt: skip


def signed(value: float) -> str:
    """Write a number of a cell with its sign, none where it is about 0."""
    return ("+" if value > 0.005 else "") + number(value, 2)


def matrix_axes(ax, rows, columns, *, crowded: bool, room: int):
    """Set the rows and, on top, the columns of a matrix of cells; a head has `room` signs."""
    ax.set(xlim=(0, len(columns)), ylim=(len(rows), 0))
    heads = [wrap(name, 10 if crowded else room, 4) for name in columns]
    ax.set_xticks(np.arange(len(columns)) + 0.5, heads, fontsize=7.5 if crowded else 9)
    ax.set_yticks(np.arange(len(rows)) + 0.5, [wrap(name, 26, 2) for name in rows])
    ax.xaxis.tick_top()
    ax.grid(False)


def column_heads(ax, groups, notes, *, crowded: bool, size: float = 9):
    """Name the columns of a heat map above it, with a note each; upright where it is crowded."""
    at = np.arange(len(groups)) + 0.5
    if crowded:
        labels = [f"{plain(g, 28)} ({note})" for g, note in zip(groups, notes, strict=True)]
        ax.set_xticks(at, labels, rotation=90, fontsize=8)
    else:
        width = max(9, 62 // len(groups))
        labels = [f"{wrap(g, width, 4)}\n{note}" for g, note in zip(groups, notes, strict=True)]
        ax.set_xticks(at, labels, rotation=0, fontsize=size)
    ax.tick_params(axis="x", labeltop=True, labelbottom=False, colors=INK)
