"""What a published run keeps so that the next one can be compared with it: measures, no prose."""

from __future__ import annotations

import shutil
from pathlib import Path

from crosscurrents.kept import MEASURES

# Runs whose measures stay: the last one, and the one that it was compared with (for `verify`).
KEPT = 2


def keep_measures(store: Path, pages: Path) -> Path:
    """Move what a comparison needs from a folder of measures into a run: no phrases, no lines.

    Single words are all that `changes` compares; phrases are the larger part by far.
    """
    target = pages / MEASURES
    store.replace(target)
    terms, part = target / "terms.parquet", target / ".terms.part"
    _single_words(terms, part)
    part.replace(terms)
    return target


def _single_words(source: Path, target: Path) -> None:
    """Copy a table of terms without its phrases, a group of rows at a time."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    with (
        pq.ParquetFile(source) as file,
        pq.ParquetWriter(target, file.schema_arrow, compression="zstd") as writer,
    ):
        for number in range(file.num_row_groups):
            rows = file.read_row_group(number)
            writer.write_table(rows.filter(pc.equal(rows["n"], 1)))


def forget_measures(runs: list[Path]) -> None:
    """Remove the measures of all but the newest of some runs, given from the oldest on."""
    for run in runs[:-KEPT]:
        shutil.rmtree(run / MEASURES, ignore_errors=True)
