"""What an argument must be; the errors name it, its value and the choices."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from numbers import Integral

import pandas as pd


def check_whole(least: int = 1, /, **numbers: int | None) -> None:
    """Raise ValueError for a number that is not whole, or below the least; None is let be.

    >>> check_whole(top_n=0)
    Traceback (most recent call last):
    ValueError: top_n 0 is not a whole number of at least 1
    """
    for name, value in numbers.items():
        whole = isinstance(value, Integral) and not isinstance(value, bool)
        if value is not None and not (whole and value >= least):
            raise ValueError(f"{name} {value!r} is not a whole number of at least {least}")


def check_columns(name: str, table: pd.DataFrame, wanted: Iterable[str]) -> None:
    """Raise ValueError naming all columns that a table lacks."""
    missing = [column for column in wanted if column not in table]
    if missing:
        raise ValueError(f"{name} lacks the columns {missing}; it has {list(table.columns)}")


def check_sources(documents: pd.DataFrame, sources: Iterable[str] | None) -> list[str]:
    """Name the sources of some documents, or raise ValueError for one that is not among them."""
    known = sorted(documents["source"].unique())
    if isinstance(sources, str):
        raise ValueError(f"sources {sources!r} is not a list; write [{sources!r}]")
    for source in sources or []:
        if source not in known:
            raise ValueError(f"source {source!r} is not in the corpus; choose from {known}")
    return known


def sizes_html(said: str, sizes, *, rows: int = 12) -> str:
    """What a corpus or its measures show in a notebook: a sentence and a table of sizes."""
    rest = len(sizes) - rows
    more = f"<p>and {rest:,} more</p>" if rest > 0 else ""
    table = sizes.head(rows).reset_index().to_html(index=False, border=0)
    return f"<p>{escape(said)}</p>{table}{more}"
