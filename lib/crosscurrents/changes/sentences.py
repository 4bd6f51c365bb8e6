"""What changed, in sentences that an editor can read."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd

from crosscurrents.changes.documents import document_changes
from crosscurrents.changes.previous import Previous, not_comparable, parameters_changed
from crosscurrents.findings import Finding, counted, listed
from crosscurrents.measures import Measures

NAMED = 5  # changes that get a sentence; all are in the table
# Where the numbers stand: notebook, table, and what the link says.
TABLE, DOCUMENTS = ("brief", "changes", "changes"), ("brief", "changes_documents", "documents")
KIND = {"word": "“{}”", "tone": "tone", "theme": "{}", "scale": "position on {}"}
UNIT = {"word": "per 1,000 words", "tone": "", "theme": "of its sentences", "scale": ""}


def change_findings(
    previous: Previous | None,
    measures: Measures,
    table: pd.DataFrame,
    parameters: dict[str, Any] | None = None,
) -> list[Finding]:
    """Say what is new since an earlier run, and that nothing moved where nothing did.

    Parameters
    ----------
    previous, measures
        As `changes` was given them.
    table
        What it returned.
    parameters
        Those of the brief, by name: what was set otherwise in the earlier run is named.

    Returns
    -------
    list of Finding
    """
    if previous is None:
        return [Finding("This is the first run: nothing before it can be compared with it.")]
    if not previous:
        of = f" of {_moment(previous.started)}" if previous.started else ""
        return [Finding(f"The earlier run{of} cannot be read, so nothing is compared with it.")]
    found = [_documents(previous, measures)]
    found += map(Finding, dict.fromkeys(not_comparable(previous, measures).values()))
    if other := parameters_changed(previous, "brief", parameters or {}):
        found.append(
            Finding(f"Set otherwise than in that run: {listed(other)}; both are read as set now.")
        )
    if len(table):
        found += [_verdict(table), *_moved(table), *_limits(table)]
    return found


def _documents(previous: Previous, measures: Measures) -> Finding:
    """How many documents came, went and changed, and in which sources."""
    found = document_changes(previous, measures)
    since = f"Since the run of {_moment(previous.started)}" if previous.started else "Since then"
    parts = []
    for change, verb in (
        ("added", "added"), ("changed", "changed"), ("gone", "gone"), ("renamed", "renamed"),
        ("facts", "with another entry in the catalogue"),
    ):  # fmt: skip
        own = found[found["change"] == change]
        if len(own):
            sources = own["source"].value_counts().sort_index()
            where = ", ".join(f"{source} {n:,}" for source, n in sources.head(NAMED).items())
            more = f" and {len(sources) - NAMED} more" if len(sources) > NAMED else ""
            parts.append(f"{counted(len(own), 'document')} {verb} ({where}{more})")
    if not parts:
        number = counted(len(measures.documents), "document")
        return Finding(f"{since} nothing was added, changed or removed: the same {number}.")
    return Finding(f"{since}: {'; '.join(parts)}.", links=[DOCUMENTS])


def _verdict(table: pd.DataFrame) -> Finding:
    """Whether anything moved beyond noise."""
    tests, moved = int(table["tests"].iloc[0]), int(table["moved"].sum())
    sources = table.loc[table["p"].notna(), "source"].nunique()
    compared = f"{counted(tests, 'number')} of {counted(sources, 'source')}"
    if not tests:
        return Finding(
            "So few documents are new that no change could be told from chance; what they "
            "contributed to each number stands in the table.", links=[TABLE],
        )  # fmt: skip
    chance = "than the chance of which documents are new explains"
    if moved:
        return Finding(f"{moved} of {compared} moved further {chance}.", links=[TABLE])
    least = table["p_adjusted"].min()
    return Finding(
        f"Nothing moved beyond noise: of {compared} (words, tone, themes, scales) none moved "
        f"further {chance} (smallest adjusted p {least:.2f}).", links=[TABLE],
    )  # fmt: skip


def _moved(table: pd.DataFrame) -> list[Finding]:
    rows = table[table["moved"]]
    rows = rows.assign(_turn=rows.groupby("kind").cumcount())  # a kind after the other, in turns
    rows = rows.sort_values("_turn", kind="stable")
    found = [_sentence(row) for row in rows.head(NAMED).to_dict("records")]
    if len(rows) > NAMED:
        found.append(Finding(f"{len(rows) - NAMED} more moved; see the table.", links=[TABLE]))
    return found


def _sentence(row: dict) -> Finding:
    """One change: before, now, by how much, and what added, gone and changed documents did."""
    kind = row["kind"]
    what = KIND[kind].format(row["item"])
    before, now = (_value(kind, row[c], signed=False) for c in ("before", "now"))
    size = f" {UNIT[kind]}" if UNIT[kind] else ""
    change = _value(kind, row["change"])
    if np.isfinite(row["low"]):
        low = _value(kind, row["low"]).removesuffix(" points")
        change += f", interval {low} to {_value(kind, row['high'])}"
    parts = [
        f"{name} documents {_value(kind, row[name])}"
        for name in ("added", "gone", "changed")
        if np.isfinite(row[name]) and abs(row[name]) > 1e-12
    ]
    due = f"; {', '.join(parts)}" if parts else ""
    inside = "" if row["unit"] == "documents" else f"; {row['unit']}"
    p = f"p {row['p_adjusted']:.3f} over {row['tests']:,} tests"
    text = f"{what}, {before} before, is {now} now{size} ({change}{due}; {p}{inside})."
    return Finding(text, label=f"{row['source']}:")


def _limits(table: pd.DataFrame) -> list[Finding]:
    """What could not be tested, and what holds within the articles only."""
    found = []
    tested = table.groupby("source")["p"].agg(lambda p: p.notna().any())
    if tested.any() and not tested.all():
        names = listed([str(name) for name in tested.index[~tested]][:NAMED])
        found.append(
            Finding(
                f"Too few documents are new to tell a change from chance: {names}; what they "
                "contributed stands in the table.",
                links=[TABLE],
            )
        )
    within = sorted(table.loc[table["unit"] != "documents", "source"].unique())
    if within:
        found.append(
            Finding(
                f"Fewer than five articles: {listed(within[:NAMED])}. There paragraphs are "
                "compared, which says how these articles differ and nothing of the source."
            )
        )
    return found


def _value(kind: str, value: float, *, signed: bool = True) -> str:
    """A number of a kind as it is written; a change with its sign, shares in points."""
    sign = "+" if signed or kind in ("tone", "scale") else ""
    if kind == "theme":
        text = f"{100 * value:{sign}.0f}" + (" points" if signed else "%")
    else:
        text = f"{value:{sign}.{1 if kind == 'word' else 2}f}"
    return text.replace("-", "−")


def _moment(started: str) -> str:
    time = datetime.datetime.fromisoformat(started)
    return f"{time.day} {time:%B %Y, %H:%M} UTC"
