"""Measures: the tidy tables of a comparison, read from files or made when they are asked for."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crosscurrents.checks import check_sources, sizes_html
from crosscurrents.corpus.catalogue import COLUMNS, MEASURED
from crosscurrents.kept import read_object
from crosscurrents.measures.rows import frame_of
from crosscurrents.readers.files import file_sha256, open_regular, stream_sha256

PLACE = ["doc_id", "paragraph", "sentence"]  # of a row, where it stands
TABLES = {
    "documents": COLUMNS + MEASURED,
    "terms": ["doc_id", "paragraph", "term", "n", "count"],
    "sentences": [*PLACE, "words", "quoted", "vader", "vader_coverage"],
    "themes": [*PLACE, "theme", "pattern", "count"],
    "excluded": ["doc_id", "line", "reason", "words"],
    "forms": ["doc_id", "term", "form", "within", "first"],
}
RECORD = "record.json"
Pieces = Callable[[str], Iterable[pa.Table]]  # of a table, by its name
SMALL = 300_000  # words of a corpus whose tables take some hundredths of a second


@dataclass(frozen=True, eq=False, repr=False)
class Measures:
    """All that a comparison needs: tidy tables (TABLES) and a record of how they were made.

    Tables that are large may be made when they are first asked for.
    """

    documents: pd.DataFrame
    terms: pd.DataFrame
    sentences: pd.DataFrame
    themes: pd.DataFrame
    excluded: pd.DataFrame
    forms: pd.DataFrame
    record: dict

    @classmethod
    def lazy(
        cls, documents: pd.DataFrame, record: dict, pieces: Pieces, *, small: int = SMALL
    ) -> Measures:
        """Measures whose other tables are made when they are first asked for.

        `pieces` gives a table piece by piece, as it may be too large for memory.
        Tables of fewer words than `small` are made at once.
        """
        measures = object.__new__(cls)
        vars(measures).update(documents=documents, record=record, _pieces=pieces)
        if documents["words"].sum() < small:
            for name in [*TABLES][1:]:
                getattr(measures, name)
            del vars(measures)["_pieces"]
        return measures

    def __getattr__(self, name: str) -> Any:
        if name not in TABLES or "_pieces" not in vars(self):
            raise AttributeError(f"Measures have no {name!r}; choose from {[*TABLES, 'record']}")
        vars(self)[name] = frame_of(self._pieces(name))
        return vars(self)[name]

    def pieces(self, name: str) -> Iterable[pa.Table]:
        """A table piece by piece; one that was not yet asked for is not kept in memory."""
        if name in vars(self):
            return [pa.Table.from_pandas(vars(self)[name], preserve_index=False)]
        return self._pieces(name)

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

        def pieces(name: str) -> Iterator[pa.Table]:
            table = getattr(self, name)
            table = table[table["doc_id"].isin(documents["doc_id"])]
            yield pa.Table.from_pandas(table, preserve_index=False)

        return Measures.lazy(documents, self.record, pieces)

    def again(self, documents: pd.DataFrame, record: dict) -> Measures:
        """The same measures with another table of the same documents, and another record."""
        found = object.__new__(Measures)
        vars(found).update(vars(self) | {"documents": documents, "record": record})
        return found

    @cached_property
    def labels(self) -> dict[str, str]:
        """How the corpus writes each term most often, where that is not as it is counted.

        Beginnings of sentences count only for a term that stands nowhere else (DEFINITIONS, label).
        Of equally frequent forms it is the counted one, else the first in the order of code points.
        A phrase is written as its words are.
        """
        forms = self.forms.groupby(["term", "form"], as_index=False)[["within", "first"]].sum()
        single = self.terms[self.terms["n"] == 1]
        single = single[single["term"].isin(forms["term"])]
        counts = single.groupby("term")["count"].sum()
        told = forms.groupby("term")[["within", "first"]].sum().sum(axis=1)
        rest = (counts - told).reindex(told.index).fillna(0).astype(int)
        rest = pd.DataFrame({"term": rest.index, "form": rest.index, "within": rest.to_numpy()})
        forms = pd.concat([forms, rest.assign(first=0)]).groupby(["term", "form"]).sum()
        alone = forms["within"].groupby("term").transform("sum") == 0
        forms["times"] = forms["within"].where(~alone, forms["first"])
        forms = forms.reset_index()
        forms["other"] = forms["form"] != forms["term"]
        forms = forms.sort_values(["term", "times", "other", "form"], ascending=[1, 0, 1, 1])
        forms = forms.drop_duplicates("term")
        return dict(forms.loc[forms["other"], ["term", "form"]].itertuples(index=False))

    def label(self, term: str) -> str:
        """A term, or phrase, as the corpus writes it most often."""
        return " ".join(self.labels.get(word, word) for word in term.split(" "))

    def __repr__(self) -> str:
        words, themes = self.documents["words"].sum(), self.record.get("codebook", {})
        named = len(themes.get("themes", {}))
        return (
            f"Measures of {len(self.documents):,} documents, {words:,} words, "
            f"{self.documents['source'].nunique():,} sources, {named} themes"
        )

    def _repr_html_(self) -> str:
        sizes = self.documents.groupby("source").agg(
            documents=("doc_id", "size"), words=("words", "sum"), sentences=("sentences", "sum")
        )
        return sizes_html(repr(self), sizes.sort_values("words", ascending=False))

    def save(self, path: str | Path, *, phrases: bool = True) -> Path:
        """Write the tables as Parquet and the record as JSON into a folder, whole or not at all.

        The record holds the hash of each table, by which `read_measures` knows altered ones.
        Without phrases, the larger part by far, `changes` can still compare all that it compares.
        """
        tables = {name: self.pieces(name) for name in TABLES}
        if not phrases:
            tables["terms"] = (part.filter(pc.field("n") == 1) for part in tables["terms"])
        return write_tables(Path(path), tables, self.record)


def write_tables(path: Path, tables: dict[str, Iterable[pa.Table]], record: dict) -> Path:
    """Write tables, each in pieces, as Parquet and a record with their hashes: all or none."""
    path.mkdir(parents=True, exist_ok=True)
    parts = {path / f".{name}.parquet.part": pieces for name, pieces in tables.items()}
    last = path / f".{RECORD}.part"
    try:
        for part, pieces in parts.items():
            _write(part, iter(pieces))
        hashes = dict(zip(tables, map(file_sha256, parts)))
        text = json.dumps(record | {"tables": hashes}, indent=2, ensure_ascii=False)
        last.write_text(text + "\n", encoding="utf-8")
        for part in (*parts, last):
            part.replace(part.with_name(part.name.removeprefix(".").removesuffix(".part")))
    finally:
        for part in (*parts, last):
            part.unlink(missing_ok=True)
    return path


def _write(file: Path, pieces: Iterator[pa.Table]) -> None:
    first = next(pieces)
    coded = [f.name for f in first.schema if pa.types.is_dictionary(f.type)]
    options = {"compression": "zstd", "use_dictionary": coded or True}
    with pq.ParquetWriter(file, first.schema, **options) as writer:
        for piece in itertools.chain([first], pieces):
            writer.write_table(piece)


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

    Raises ValueError where a table is missing, is another than was stored, or holds what cannot be.
    """
    path = Path(path)
    names = [*(f"{name}.parquet" for name in TABLES), RECORD]
    missing = [name for name in names if not (path / name).is_file()]
    if missing:
        raise ValueError(f"measures {str(path)!r} lack {missing}; measure the corpus again")
    record = _checked_record(path / RECORD)
    hashes = record.pop("tables")
    files = {name: _open(path / f"{name}.parquet", TABLES[name], hashes[name]) for name in TABLES}
    known = []

    def pieces(name: str) -> list[pa.Table]:
        try:
            table = files[name].read()
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(path / f"{name}.parquet", error) from None
        frame = frame_of([table])
        if wrong := impossible(name, frame, known[0] if known else frame):
            raise ValueError(
                f"measures {str(path / name)!r} hold what cannot be ({wrong}); measure the corpus "
                "again"
            )
        return [table]

    known.append(frame_of(pieces("documents")))
    return Measures.lazy(known[0], record, pieces, small=small)


# What a record of measures holds, by its kinds, and what it says of its codebook.
RECORD_KINDS = {
    "library": str, "version": int, "codebook": dict, "lexicons": dict, "chronology": bool,
    "tables": dict,
}  # fmt: skip
CODEBOOK_KINDS = {"sha256": str, "themes": dict, "scales": dict}


def _checked_record(file: Path) -> dict:
    record = read_object(file)
    if not record:
        raise ValueError(f"measures {str(file)!r} cannot be read; measure the corpus again")
    book = record.get("codebook")
    parts = (record, RECORD_KINDS), (book if isinstance(book, dict) else {}, CODEBOOK_KINDS)
    wrong = [n for part, kinds in parts for n, k in kinds.items() if not isinstance(part.get(n), k)]
    if not wrong:
        wrong = [n for n in TABLES if not isinstance(record["tables"].get(n), str)]
    if wrong:
        raise ValueError(
            f"measures {str(file)!r} lack {wrong}, or an earlier version stored them; measure the "
            "corpus again"
        )
    return record


def _open(file: Path, columns: list[str], digest: str) -> pq.ParquetFile:
    """A table's file, kept open: what replaces it later does not mix with what was read before."""
    try:
        stream = open_regular(file)
        found = stream_sha256(stream)
        if found != digest:
            raise ValueError(
                f"measures {str(file)!r} were altered after they were stored (sha256 {found[:12]}…,"
                f" not {digest[:12]}…); measure the corpus again"
            )
        table = pq.ParquetFile(stream)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(file, error) from None
    lacking = [c for c in columns if c not in table.schema_arrow.names]
    if lacking:
        raise ValueError(
            f"measures {str(file)!r} lack the columns {lacking}; measure the corpus again"
        )
    return table


# Bounds of what is stored, both inclusive.
MANY = float("inf")
BOUNDS = {
    "documents": dict.fromkeys(("paragraphs", "sentences", "words", "quoted_words"), (0, MANY)),
    "terms": {"paragraph": (0, MANY), "n": (1, 3), "count": (1, MANY)},
    "sentences": {
        "paragraph": (1, MANY), "sentence": (1, MANY), "words": (1, MANY), "quoted": (0, 1),
        "vader": (-1, 1), "vader_coverage": (0, 1),
    },
    "themes": {"paragraph": (1, MANY), "sentence": (1, MANY), "count": (1, MANY)},
    "excluded": {"line": (1, MANY), "words": (0, MANY)},
    "forms": {"within": (0, MANY), "first": (0, MANY)},
}  # fmt: skip


def impossible(name: str, table: pd.DataFrame, documents: pd.DataFrame) -> str:
    """What cannot be in a table of measures, by its bounds and sums; "" where nothing is wrong.

    >>> documents = pd.DataFrame({"doc_id": ["a"], "words": [3]})
    >>> impossible("excluded", pd.DataFrame({"doc_id": ["a"], "line": [0]}), documents)
    'line 0'
    """
    for column, (low, high) in BOUNDS[name].items():
        if column not in table:
            continue
        values = table[column]
        if not pd.api.types.is_numeric_dtype(values):
            return f"{column} is no number"
        if not values.between(low, high).all():
            return f"{column} {values[~values.between(low, high)].iloc[0]}"
    if name == "documents":
        more = (table["quoted_words"] > table["words"]).any()
        return "more quoted words than words" if more else ""
    if not set(table["doc_id"].unique()) <= set(documents["doc_id"]):
        return "a document that is not listed"
    counts = {"terms": "count", "sentences": "words"}.get(name)
    if counts:
        found = table.loc[table["n"] == 1, counts] if name == "terms" else table[counts]
        if found.sum() != documents["words"].sum():
            return f"{found.sum():,} words, where the documents have {documents['words'].sum():,}"
    return ""


def _unreadable(file: Path, error: Exception) -> ValueError:
    first = str(error).strip().split("\n")[0]
    return ValueError(f"measures {str(file)!r} cannot be read: {first}; measure the corpus again")
