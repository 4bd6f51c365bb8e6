"""Tables of tone in a folder of measures: for a report without the texts, and for the next run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from crosscurrents.readers import file_sha256, read_bytes

PLACE = {"doc_id": "str", "paragraph": "int64", "sentence": "int64"}
# Columns that every table has, also an empty one; further ones are named after lexicons.
TABLES = {
    "sentences": PLACE,
    "valences": PLACE
    | {"lexicon": "str", "term": "str", "guarded": "bool", "count": "int64", "value": "float64"},
    "targets": PLACE | {"target": "str", "mentions": "int64", "window": "int64"},
}
DOCUMENTS = ("doc_id", "sha256", "measured_with")
FOLDER = "tone"  # inside the folder of measures
RECORD = "record.json"  # written last, with the hashes of the tables
STORED = (*TABLES, "documents")


def empty_table(name: str) -> pd.DataFrame:
    """A table without rows."""
    return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in TABLES[name].items()})


@dataclass(frozen=True)
class Stored:
    """Tone in a folder of measures: of which documents, and with what it was measured."""

    folder: Path
    record: dict
    documents: pd.DataFrame  # doc_id, sha256, measured_with

    def tables(self, doc_ids: list[str]) -> dict[str, pd.DataFrame]:
        """The tables of some documents."""
        tables = {name: pd.read_parquet(self.folder / f"{name}.parquet") for name in TABLES}
        return {name: table[table["doc_id"].isin(doc_ids)] for name, table in tables.items()}


def save_tone(
    folder: Path, tables: dict[str, pd.DataFrame], record: dict, documents: pd.DataFrame
) -> Path:
    """Write the tone of some documents into a folder of measures; each file whole or not at all."""
    folder = folder / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / RECORD).unlink(missing_ok=True)  # what is half new is not there
    ids = documents["doc_id"]
    for name, table in [*tables.items(), ("documents", documents[[*DOCUMENTS]])]:
        partial = folder / f".{name}.parquet.part"
        table[table["doc_id"].isin(ids)].to_parquet(partial, index=False, compression="zstd")
        partial.replace(folder / f"{name}.parquet")
    partial = folder / f".{RECORD}.part"
    record = record | {"tables": {n: file_sha256(folder / f"{n}.parquet") for n in STORED}}
    text = json.dumps(record, indent=2, ensure_ascii=False, sort_keys=True)
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(folder / RECORD)
    return folder


def read_tone(folder: Path) -> Stored | None:
    """Find what `save_tone` wrote; nothing where a file is missing, altered or cannot be read."""
    folder = folder / FOLDER
    try:
        record = json.loads(read_bytes(folder / RECORD))
        hashes = {name: file_sha256(folder / f"{name}.parquet") for name in STORED}
        if not isinstance(record, dict) or record.pop("tables", None) != hashes:
            return None
        return Stored(folder, record, pd.read_parquet(folder / "documents.parquet"))
    except (OSError, ValueError, RecursionError):  # pyarrow's errors are kinds of these
        return None
