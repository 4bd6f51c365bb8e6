"""Tables of tone beside a corpus, so that a report without the texts has them too."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

PLACE = {"doc_id": "str", "paragraph": "int64", "sentence": "int64"}
# Columns that every table has, also an empty one; further ones are named after lexicons.
TABLES = {
    "sentences": PLACE,
    "valences": PLACE
    | {"lexicon": "str", "term": "str", "guarded": "bool", "count": "int64", "value": "float64"},
    "targets": PLACE | {"target": "str", "mentions": "int64", "others": "int64", "window": "int64"},
    "quotations": PLACE | {"words": "int64", "speaker": "str"},
}
FOLDER = "tone"  # inside the folder of measures


def empty_table(name: str) -> pd.DataFrame:
    """A table without rows."""
    return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in TABLES[name].items()})


def save_tables(folder: Path, tables: dict[str, pd.DataFrame], record: dict) -> Path:
    """Write tables and record into a folder of measures; each file whole or not at all."""
    folder = folder / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        partial = folder / f".{name}.parquet.part"
        tables[name].to_parquet(partial, index=False, compression="zstd")
        partial.replace(folder / f"{name}.parquet")
    partial = folder / ".record.json.part"
    text = json.dumps(record, indent=2, ensure_ascii=False, sort_keys=True)
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(folder / "record.json")
    return folder


def read_record(folder: Path) -> dict:
    """Read the record of what `save_tables` wrote; empty where a file of it is missing."""
    folder = folder / FOLDER
    if not all((folder / f"{name}.parquet").is_file() for name in TABLES):
        return {}
    try:
        return json.loads((folder / "record.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Read the tables that `save_tables` wrote."""
    return {name: pd.read_parquet(folder / FOLDER / f"{name}.parquet") for name in TABLES}
