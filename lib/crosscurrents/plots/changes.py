"""What changed since the last run: how far numbers moved, with their intervals."""

from __future__ import annotations

import numpy as np

from crosscurrents.plots.canvas import INK, QUIET, finish, look_of, nothing, panels, rows_of, styled
from crosscurrents.plots.marks import dots, interval_lines, rows_from_top, side_notes
from crosscurrents.plots.wording import as_sentence, number, said, scope, wrap

KINDS = {
    "word": "Words: occurrences per 1,000 words",
    "tone": "Tone: mean score of a sentence",
    "theme": "Themes: points of the share of sentences",
    "scale": "Position on a scale",
}
TIMES = {"theme": 100.0}  # shares are drawn in points
DECIMALS = {"word": 1, "tone": 2, "theme": 0, "scale": 2}


@styled
def plot_changes(table, *, top_n: int = 6, ax=None):
    """Draw the tested changes of each kind that stand out most, as dots with their intervals.

    Parameters
    ----------
    table : DataFrame
        As `changes` returns it.
    top_n : int
        Changes a kind: first those beyond noise, then the largest beside their intervals.
    ax : Axes, optional

    Returns
    -------
    Axes
        Those of the first kind; a filled dot moved beyond noise, a hollow one did not.
    """
    drawn = table.dropna(subset=["p", "low", "high"])
    kinds = [kind for kind in KINDS if (drawn["kind"] == kind).any()]
    if not kinds:
        return nothing(ax, "Changes since the last run")
    parts = [drawn[drawn["kind"] == kind].head(top_n) for kind in kinds]
    places = panels(ax, len(kinds), 1, [0.75 + 0.34 * len(part) for part in parts])
    colours, markers = look_of(table, "source")
    told = [
        _panel(place, kind, part, colours, markers)
        for place, kind, part in zip(places, kinds, parts, strict=True)
    ]
    last = "line: interval of the change; filled: beyond noise, over all tests; hollow: not"
    places[-1].set_xlabel(last)
    moved, tests = int(table["moved"].sum()), int(table["tests"].iloc[0])
    return finish(
        places[0],
        f"Changes since the last run; {moved} of {tests:,} moved beyond noise. "
        f"{' '.join(told)} {as_sentence(scope(drawn))}",
    )


def _panel(ax, kind, part, colours, markers) -> str:
    """Draw the changes of one kind; return what they are, for the alternative text."""
    times = TIMES.get(kind, 1.0)
    values = part.assign(**{c: part[c] * times for c in ("change", "low", "high", "before", "now")})
    rows = rows_of(values)
    at = rows_from_top(ax, [f"{wrap(r.source, 26, 1)}: {wrap(r.item, 22, 1)}" for r in rows])
    most = 1.05 * np.nanmax(np.abs(values[["low", "high"]].to_numpy()))
    look = [colours[r.source] for r in rows]
    interval_lines(ax, at, values["low"], values["high"], look, limits=(-most, most))
    signs = [markers[r.source] for r in rows]
    dots(ax, values["change"], at, look, signs, [r.moved for r in rows])
    digits = DECIMALS[kind]
    notes = [f"{number(r.before, digits)} → {number(r.now, digits)}" for r in rows]
    side_notes(ax, at, notes, "before → now")
    ax.axvline(0, color=INK, linewidth=1.2, zorder=1)
    ax.set_xlim(-most, most)
    ax.set_title(KINDS[kind], color=QUIET, fontsize=9.5)
    named = [f"{said(r.source)}, {said(r.item)} {number(r.change, digits)}" for r in rows[:3]]
    return f"{KINDS[kind]}: {'; '.join(named)}."
