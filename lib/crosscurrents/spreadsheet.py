"""Tables that a spreadsheet opens without computing anything."""

from __future__ import annotations

import re

import pandas as pd
from pandas.api import types

FORMULA = re.compile(r"[=+@\t\r-](?![0-9.]+$)")  # begins what a spreadsheet would compute


def guarded(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before text that a spreadsheet would take for a formula.

    Numbers, also negative ones and such as are written as text, stay what they are.

    >>> guarded(pd.DataFrame({"term": ["=A1", "-5"], "count": [-5, 3]}))
       term  count
    0  '=A1     -5
    1    -5      3
    """

    def guard(value):
        return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value

    table = table.rename(columns=guard)
    texts = [i for i, kind in enumerate(table.dtypes) if not types.is_numeric_dtype(kind)]
    for i in texts:
        table.isetitem(i, table.iloc[:, i].map(guard))
    return table
