"""Measures: the tidy tables of a comparison, read from files or made when they are asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crosscurrents.checks import check_sources, sizes_html
from crosscurrents.corpus.catalogue import COLUMNS, MEASURED
from crosscurrents.measures.rows import frame
from crosscurrents.readers.files import file_sha256, open_regular, read_bytes, stream_sha256

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
        cls,
        documents: pd.DataFrame,
        record: dict,
        load: Callable[[str], pd.DataFrame],
        pieces: Callable[[str], Iterator[pa.Table]] | None = None,
        *,
        small: int = SMALL,
    ) -> Measures:
        """Measures whose other tables are made by `load` when they are first asked for.

        `pieces` gives a table piece by piece, where it may be too large for memory.
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

    def __getstate__(self) -> dict:
        return {name: getattr(self, name) for name in [*TABLES, "record"]}

    def save(self, path: str | Path) -> Path:
        """Write the tables as Parquet and the record as JSON into a folder, whole or not at all.

        The record holds the hash of each table, by which `read_measures` knows altered ones.
        """
        writers = {name: partial(self._write, name) for name in TABLES}
        return write_tables(Path(path), writers, self.record)

    def _write(self, name: str, file: Path) -> None:
        pieces = vars(self).get("_pieces")
        if pieces is None or name in vars(self):
            table = vars(self)[name] if name in vars(self) else self._load(name)  # not to be kept
            table.to_parquet(file, index=False, compression="zstd")
            return
        schema, coded = None, []
        with ExitStack() as stack:
            for piece in pieces(name):
                if schema is None:
                    schema = piece.schema
                    coded = [f.name for f in schema if pa.types.is_dictionary(f.type)]
                    writer = stack.enter_context(
                        pq.ParquetWriter(file, schema, compression="zstd", use_dictionary=coded)
                    )
                writer.write_table(piece)


def write_tables(path: Path, writers: dict[str, Callable[[Path], object]], record: dict) -> Path:
    """Write tables as Parquet, and a record with their hashes, into a folder: all or none."""
    path.mkdir(parents=True, exist_ok=True)
    files = {path / f".{name}.part": path / f"{name}.parquet" for name in writers}
    try:
        for part, write in zip(files, writers.values()):
            write(part)
        hashes = dict(zip(writers, map(file_sha256, files)))
        text = json.dumps(record | {"tables": hashes}, indent=2, ensure_ascii=False)
        files[path / f".{RECORD}.part"] = path / RECORD
        (path / f".{RECORD}.part").write_text(text + "\n", encoding="utf-8")
        for part, file in files.items():
            part.replace(file)
    finally:
        for part in files:
            part.unlink(missing_ok=True)
    return path


def drop_phrases(path: str | Path) -> None:
    """Remove the phrases, the larger part by far, from stored measures; single words stay."""
    terms, record = Path(path) / "terms.parquet", Path(path) / RECORD
    known = json.loads(record.read_text(encoding="utf-8"))
    part = terms.with_name(".terms.parquet.part")
    with (
        pq.ParquetFile(terms) as file,
        pq.ParquetWriter(part, file.schema_arrow, compression="zstd") as writer,
    ):
        for number in range(file.num_row_groups):  # a group at a time: bounds memory
            rows = file.read_row_group(number)
            writer.write_table(rows.filter(pc.equal(rows["n"], 1)))
    known["tables"]["terms"] = file_sha256(part)
    part.replace(terms)
    record.write_text(json.dumps(known, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


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
    record = _read_record(path / RECORD)
    hashes = record.pop("tables")
    files = {name: _open(path / f"{name}.parquet", TABLES[name], hashes[name]) for name in TABLES}

    def load(name: str) -> pd.DataFrame:
        try:
            return frame(files[name].read())
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(path / f"{name}.parquet", error) from None

    documents = load("documents")

    def checked(name: str) -> pd.DataFrame:
        table = load(name) if name != "documents" else documents
        if wrong := impossible(name, table, documents):
            raise ValueError(
                f"measures {str(path / name)!r} hold what cannot be ({wrong}); measure the corpus "
                "again"
            )
        return table

    return Measures.lazy(checked("documents"), record, checked, small=small)


# What a record of measures holds, by its kinds.
RECORD_KINDS = {
    "library": str, "version": int, "codebook": dict, "lexicons": dict, "chronology": bool,
    "tables": dict,
}  # fmt: skip


def _read_record(file: Path) -> dict:
    try:
        record = json.loads(read_bytes(file))
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(file, error) from None
    kinds = RECORD_KINDS if isinstance(record, dict) else {"a record": dict}
    wrong = [n for n, kind in kinds.items() if not isinstance(record, dict)
             or not isinstance(record.get(n), kind)]  # fmt: skip
    if not wrong:
        wrong = [n for n in TABLES if not isinstance(record["tables"].get(n), str)]
        book = record["codebook"]
        kinds = {"sha256": str, "themes": dict, "scales": dict}
        wrong += [n for n, kind in kinds.items() if not isinstance(book.get(n), kind)]
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
        stream.seek(0)
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
        if not documents["doc_id"].is_unique:
            return "two documents of one doc_id"
        return "more quoted words than words" * bool(
            (documents["quoted_words"] > documents["words"]).any()
        )
    if not set(table["doc_id"].unique()) <= set(documents["doc_id"]):
        return "a document that is not listed"
    counted = {
        "terms": lambda: table.loc[table["n"] == 1, "count"],
        "sentences": lambda: table["words"],
    }
    words = int(documents["words"].sum())
    if name in counted and (found := int(counted[name]().sum())) != words:
        return f"{found:,} words, where the documents have {words:,}"
    return ""


def _unreadable(file: Path, error: Exception) -> ValueError:
    first = str(error).strip().split("\n")[0]
    return ValueError(f"measures {str(file)!r} cannot be read: {first}; measure the corpus again")
