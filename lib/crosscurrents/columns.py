"""The one dictionary of columns: what the columns of result tables are called, and what they say.

It gives the headings of tables and their hover text, the glossary at the end of each page, and
docs/columns.md. CSV files keep the identifiers. The entries are in columns.toml.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd


@dataclass(frozen=True)
class Column:
    """A column: the heading that people read, how its values are written, what it says.

    `form` is one of FORMS. `source` is where the measure comes from, if somebody introduced it.
    """

    label: str
    meaning: str
    form: str = ""
    source: str = ""


FORMS = {
    "": "as it is: text, or a number rounded by the largest of its column",
    "share": "a share, in per cent",
    "signed": "a number with its sign",
    "p": "a p value, three decimals",
    "date": "a day, month or year",
    "path": "a name of the codebook, its parts after a colon",
}

COLUMNS = {
    name: Column(**entry)
    for name, entry in tomllib.loads(
        Path(__file__).with_name("columns.toml").read_text(encoding="utf-8")
    ).items()
}


def label(name: str) -> str:
    """The heading of a column; of one that is not in the dictionary, its name in words.

    >>> label("docfreq"), label("press_group")
    ('in articles', 'press group')
    """
    return COLUMNS[name].label if name in COLUMNS else str(name).replace("_", " ").strip() or "–"


def hover(name: str) -> str:
    """What a column says, in one sentence, with its source; empty for an unknown one."""
    if name not in COLUMNS:
        return ""
    column = COLUMNS[name]
    return f"{column.meaning} {column.source}." if column.source else column.meaning


def describe(names: list[str]) -> pd.DataFrame:
    """A glossary of those of the columns that are in the dictionary: column, meaning, source.

    >>> describe(["dp", "press"])["meaning"].tolist()
    ['Deviation of proportions: 0 is evenly spread, near 1 is all in one place.']
    """
    known = [COLUMNS[name] for name in dict.fromkeys(names) if name in COLUMNS]
    rows = {column.label: (column.label, column.meaning, column.source) for column in known}
    return pd.DataFrame(list(rows.values()), columns=["column", "meaning", "from"])


def as_markdown() -> str:
    """The dictionary as a table in Markdown: docs/columns.md."""
    lines = [
        "# Columns", "",
        "What the columns of tables and CSV files say. Pages show the heading, CSV files the name.",
        "", "| name | heading | what it says | from |", "|---|---|---|---|",
    ]  # fmt: skip
    for name, column in COLUMNS.items():
        lines.append(f"| `{name}` | {column.label} | {column.meaning} | {column.source} |")
    return "\n".join([*lines, ""])

