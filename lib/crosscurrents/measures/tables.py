"""Measures: the tidy tables that all comparison works on, read from files or shards when asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from crosscurrents.checks import check_sources
from crosscurrents.corpus.catalogue import COLUMNS
from crosscurrents.tokens.richness import ORDERED

MEASURED = [
    "paragraphs", "sentences", "words", "quoted_words", "cleaned_sha256", "measured_with",
    *ORDERED,
]  # fmt: skip
PLACE = ["doc_id", "paragraph", "sentence"]  # of a row, where it stands
TABLES = {
    "documents": COLUMNS + MEASURED,
    "terms": ["doc_id", "paragraph", "term", "n", "count"],
    "sentences": [*PLACE, "words", "quoted", "vader", "vader_coverage"],
    "themes": [*PLACE, "theme", "pattern", "count"],
    "set_aside": ["doc_id", "line", "reason", "words"],
}
RECORD = "record.json"
SMALL = 300_000  # words of a corpus whose tables take some hundredths of a second


@dataclass(frozen=True, eq=False)
class Measures:
    """All that a comparison needs: five tidy tables (TABLES) and a record of how they were made.

    Tables that are large may be made when they are first asked for.
    """

    documents: pd.DataFrame
    terms: pd.DataFrame
    sentences: pd.DataFrame
    themes: pd.DataFrame
    set_aside: pd.DataFrame
    record: dict

    @classmethod
    def lazy(
        cls,
        documents: pd.DataFrame,
        record: dict,
        load: Callable[[str], pd.DataFrame],
        pieces: Callable[[], Iterator[pa.Table]] | None = None,
        *,
        small: int = SMALL,
    ) -> Measures:
        """Measures whose other tables are made by `load` when they are first asked for.

        `pieces` gives the table of terms piece by piece, where it may be too large for memory.
        Tables of fewer words than `small` are made at once.
        """
        if documents["words"].sum() < small:
            return cls(documents, *(load(name) for name in [*TABLES][1:]), record)
        measures = object.__new__(cls)
        vars(measures).update(documents=documents, record=record, _load=load, _pieces=pieces)
        return measures

    def __getattr__(self, name: str) -> Any:
        load = vars(self).get("_load")
        if name not in TABLES or load is None:
            raise AttributeError(f"Measures have no {name!r}; choose from {[*TABLES, 'record']}")
        vars(self)[name] = load(name)
        return vars(self)[name]

    def select(
        self, *, sources: list[str] | None = None, since: str = "", until: str = ""
    ) -> Measures:
        """The measures of some sources (all by default) and of a period.

        `since` and `until` are dates of any precision, both inclusive; a document without a date
        is left out of every period. Raises ValueError for a source that is not there, a date that
        is none, or when no document is left.
        """
        documents = self.documents
        known = check_sources(documents, sources)
        keep = documents["source"].isin(sources or known)
        keep &= in_period(documents["date"], since, until)
        if not keep.any():
            raise ValueError(
                f"no document is left with sources {sources or known}, since {since!r}, "
                f"until {until!r}"
            )
        return self.of(documents[keep].reset_index(drop=True))

    def of(self, documents: pd.DataFrame) -> Measures:
        """The measures of some documents, rows of a table of them."""
        if len(documents) == len(self.documents):
            return self.again(documents, self.record)

        def load(name: str) -> pd.DataFrame:
            table = getattr(self, name)
            return table[table["doc_id"].isin(documents["doc_id"])].reset_index(drop=True)

        return Measures.lazy(documents, self.record, load)

    def again(self, documents: pd.DataFrame, record: dict) -> Measures:
        """The same measures with another table of the same documents, and another record."""
        known = {n: t for n, t in vars(self).items() if n in TABLES and n != "documents"}
        pieces = vars(self).get("_pieces")
        found = Measures.lazy(documents, record, lambda name: getattr(self, name), pieces)
        vars(found).update(known)
        return found

    def __getstate__(self) -> dict:
        return {name: getattr(self, name) for name in [*TABLES, "record"]}

    def save(self, path: str | Path) -> Path:
        """Write the tables as Parquet and the record as JSON into a folder, whole or not at all."""
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        partial = {f"{name}.parquet": path / f".{name}.parquet.part" for name in TABLES}
        partial[RECORD] = path / f".{RECORD}.part"
        try:
            for name in TABLES:
                self._write(name, partial[f"{name}.parquet"])
            record = json.dumps(self.record, indent=2, ensure_ascii=False)
            partial[RECORD].write_text(record + "\n", encoding="utf-8")
            for name, file in partial.items():
                file.replace(path / name)
        finally:
            for file in partial.values():
                file.unlink(missing_ok=True)
        return path

    def _write(self, name: str, file: Path) -> None:
        pieces = vars(self).get("_pieces")
        if name != "terms" or pieces is None or name in vars(self):
            table = vars(self)[name] if name in vars(self) else self._load(name)  # not to be kept
            table.to_parquet(file, index=False, compression="zstd")
            return
        schema, coded = None, []
        with ExitStack() as stack:
            for piece in ahead_of(pieces()):
                if schema is None:
                    schema = piece.schema
                    coded = [f.name for f in schema if pa.types.is_dictionary(f.type)]
                    writer = stack.enter_context(
                        pq.ParquetWriter(file, schema, compression="zstd", use_dictionary=coded)
                    )
                writer.write_table(piece)


def ahead_of(items: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The items of an iterator, each made by a thread while the one before is in use."""
    nothing = object()
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, items, nothing)
        while (item := coming.result()) is not nothing:
            coming = pool.submit(next, items, nothing)
            yield item


def in_period(dates: pd.Series, since: str = "", until: str = "") -> pd.Series:
    """Which dates (ISO, cut to their precision) lie in a period, both ends inclusive.

    >>> in_period(pd.Series(["2016-09", "2019", ""]), since="2016", until="2016-12").tolist()
    [True, False, False]
    """
    since, until = (str(day) if day else "" for day in (since, until))  # a year may be a number
    for name, value in {"since": since, "until": until}.items():
        if value and (
            len(value) not in (4, 7, 10) or pd.isna(pd.to_datetime(value, errors="coerce"))
        ):
            raise ValueError(f"{name} {value!r} is not a date; write YYYY, YYYY-MM or YYYY-MM-DD")
    if since and until and until[: len(since)] < since[: len(until)]:
        raise ValueError(f"until {until!r} lies before since {since!r}")
    keep = pd.Series(True, index=dates.index)
    if since:
        later = (dates.str[: len(since)] >= since) | dates.map(since.startswith).astype(bool)
        keep &= (dates != "") & later
    if until:
        keep &= (dates != "") & (dates.str[: len(until)] <= until)
    return keep


def read_measures(path: str | Path, *, small: int = SMALL) -> Measures:
    """Read measures that `Measures.save` wrote.

    Of a corpus of at least `small` words a table is read when it is first asked for.

    Raises ValueError where a table is missing or foreign.
    """
    path = Path(path)
    names = [*(f"{name}.parquet" for name in TABLES), RECORD]
    missing = [name for name in names if not (path / name).is_file()]
    if missing:
        raise ValueError(f"measures {str(path)!r} lack {missing}; measure the corpus again")
    files = {name: _open(path / f"{name}.parquet", TABLES[name]) for name in TABLES}

    def load(name: str) -> pd.DataFrame:
        try:
            return frame(files[name].read())
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(path / f"{name}.parquet", error) from None

    try:
        record = json.loads((path / RECORD).read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise _unreadable(path / RECORD, error) from None
    return Measures.lazy(load("documents"), record, load, small=small)


def _open(file: Path, columns: list[str]) -> pq.ParquetFile:
    """A table's file, kept open: what replaces it later does not mix with what was read before."""
    try:
        found = pq.ParquetFile(file)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(file, error) from None
    lacking = [c for c in columns if c not in found.schema_arrow.names]
    if lacking:
        raise ValueError(
            f"measures {str(file)!r} lack the columns {lacking}; measure the corpus again"
        )
    return found


def _unreadable(file: Path, error: Exception) -> ValueError:
    first = str(error).strip().split("\n")[0]
    return ValueError(f"measures {str(file)!r} cannot be read: {first}; measure the corpus again")


def frame(table: pa.Table) -> pd.DataFrame:
    """A pandas table whose text is text, however it was coded."""
    for place, column in enumerate(table.columns):
        if pa.types.is_dictionary(column.type):
            name = table.schema.names[place]
            table = table.set_column(place, name, column.cast(pa.large_string()))
    return table.to_pandas()
