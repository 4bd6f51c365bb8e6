"""Corpus -> Measures: the one pass over text, for what was not measured before; and its tables."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from crosscurrents import storage
from crosscurrents.codebook import Codebook, read_codebook
from crosscurrents.corpus import Corpus
from crosscurrents.corpus.files import COLUMNS, MEASURED
from crosscurrents.dates import read_date
from crosscurrents.lexicon import read_lexicon
from crosscurrents.measures.batches import Cache, batches_of, paying_workers, run_batches
from crosscurrents.measures.tables import Stretches, frame_of
from crosscurrents.writing import check_sources, check_whole, sizes_html

PLACE = ["doc_id", "paragraph", "sentence"]  # of a row, where it stands
TABLES = {
    "documents": COLUMNS + MEASURED,
    "terms": ["doc_id", "paragraph", "term", "n", "count"],
    "sentences": [*PLACE, "words", "quoted", "vader", "vader_coverage"],
    "themes": [*PLACE, "theme", "pattern", "count"],
    "excluded": ["doc_id", "line", "reason", "words"],
    "forms": ["doc_id", "term", "form", "within", "first"],
}
TONE = {
    "valences": [*PLACE, "lexicon", "term", "topic_word", "count", "value"],
    "targets": [*PLACE, "target", "mentions", "window"],
}
RECORD = "record.json"
Pieces = Callable[[str], Iterable[pa.Table]]  # of a table, by its name


class Measures:
    """All that a comparison needs: tidy tables and a record of how they were made.

    The tables are those of TABLES, and with tone (see `measure_tone`) those of TONE. A table other
    than `documents` may be made when it is first asked for.

    Parameters
    ----------
    documents : DataFrame
    record : dict
    pieces : callable
        Gives a table by its name, piece by piece, as it may be too large for memory.
    """

    def __init__(self, documents: pd.DataFrame, record: dict, pieces: Pieces) -> None:
        self.documents, self.record, self._pieces = documents, record, pieces

    @property
    def tables(self) -> list[str]:
        """The names of the tables."""
        return [*TABLES, *(TONE if "tone" in self.record else ())]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "record":  # of an object that is being made
            raise AttributeError(name)
        if name not in self.tables:
            choices = [*self.tables, "record"]
            raise AttributeError(f"Measures have no {name!r}; choose from {choices}")
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

        return Measures(documents, self.record, pieces)

    def again(self, documents: pd.DataFrame, record: dict, **tables: pd.DataFrame) -> Measures:
        """The same measures with other tables, of the same documents, and another record."""
        found = object.__new__(Measures)
        vars(found).update(vars(self) | tables | {"documents": documents, "record": record})
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
        path = Path(path)
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=path) as place:
            files = {name: Path(place, f"{name}.parquet") for name in self.tables}
            for name, file in files.items():
                pieces = iter(self.pieces(name))
                if name == "terms" and not phrases:
                    pieces = (piece.filter(pc.field("n") == 1) for piece in pieces)
                _write(file, pieces)
            hashes = {name: storage.file_sha256(file) for name, file in files.items()}
            text = json.dumps(self.record | {"tables": hashes}, indent=2, ensure_ascii=False)
            Path(place, RECORD).write_text(text + "\n", encoding="utf-8")
            for file in (*files.values(), Path(place, RECORD)):  # the record last
                file.replace(path / file.name)
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
        if value and read_date(value) != value:
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


def read_measures(path: str | Path, *, tone: bool = True) -> Measures:
    """Read measures that `Measures.save` wrote, with their `tone` or without.

    A table is read when it is first asked for.

    Raises ValueError where a table is missing, or is another than was stored.
    """
    path = Path(path)
    record = _checked_record(path)
    hashes = record.pop("tables")
    if not tone:
        record.pop("tone", None)
    tables = TABLES | (TONE if "tone" in record else {})
    files = {name: _open(path / f"{name}.parquet", tables[name], hashes[name]) for name in tables}

    def pieces(name: str) -> list[pa.Table]:
        own = TABLES["sentences"] if name == "sentences" and not tone else None
        try:
            return [files[name].read(columns=own)]
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(path / f"{name}.parquet", error) from None

    return Measures(frame_of(pieces("documents")), record, pieces)


def _checked_record(path: Path) -> dict:
    """The record in a folder of measures, whose tables are all there."""
    record = storage.read_object(path / RECORD)
    tables = [*TABLES, *(TONE if "tone" in record else ())]
    missing = [n for n in [*(f"{t}.parquet" for t in tables), RECORD] if not (path / n).is_file()]
    if missing:
        raise ValueError(f"measures {str(path)!r} lack {missing}; measure the corpus again")
    tone = record.get("tone", {"lexicons": {}, "without": []})
    kinds = {"lexicons": dict, "without": list}
    sound = isinstance(tone, dict) and all(isinstance(tone.get(k), t) for k, t in kinds.items())
    if not sound or not {*tables} <= {*record.get("tables", {})}:
        raise ValueError(
            f"measures {str(path / RECORD)!r} cannot be read, or an earlier version stored them; "
            "measure the corpus again"
        )
    return record


def _open(file: Path, columns: list[str], digest: str) -> pq.ParquetFile:
    """A table's file, kept open: what replaces it later does not mix with what was read before."""
    try:
        stream = storage.open_regular(file)
        found = hashlib.file_digest(stream, "sha256").hexdigest()
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


def _unreadable(file: Path, error: Exception) -> ValueError:
    first = str(error).strip().split("\n")[0]
    return ValueError(f"measures {str(file)!r} cannot be read: {first}; measure the corpus again")


UNORDERED = {"count", "words", "quoted", "vader", "vader_coverage", "reason"}


def measure(
    corpus: Corpus,
    *,
    codebook: Codebook | str | Path | None = None,
    workers: int = 1,
    client: Any = None,
    cache: bool = True,
    reuse: bool = True,
) -> Measures:
    """Measure a corpus; what was measured before with the same text and tools is not done again.

    Parameters
    ----------
    corpus
        As `read_corpus` gives it. A document whose text is not available takes part through the
        measures stored in the corpus folder.
    codebook
        A Codebook or the path of one; by default the corpus folder's `codebook.yml`, if any.
    workers
        Processes to measure with; 0 is one a processor, where there is text enough to pay for that.
        The result is the same to the bit. A script that asks for more than one has to do so under
        `if __name__ == "__main__":`.
    client : dask.distributed.Client, optional
        Measures on a cluster instead. Its workers read the files themselves, at the same paths.
    cache
        Whether to look up what was measured before in the user's cache, and to keep there what
        is measured (the environment variable CROSSCURRENTS_CACHE names its folder).
    reuse
        Whether what was measured before may replace the measuring of available documents.

    Raises
    ------
    ValueError
        A codebook that cannot be read; a document not available that was not measured before, or
        was measured with another codebook or lexicon; stored measures that cannot be read or were
        altered; workers below 0.
    """
    check_whole(0, workers=workers)
    if not hasattr(corpus, "paragraphs"):
        raise ValueError(
            f"{type(corpus).__name__} is no corpus; read it first: cc.read_corpus(FOLDER)"
        )
    book = codebook_of(corpus, codebook)
    record = _record(book, corpus)
    tools = _tools_sha256(record)
    documents = corpus.documents.assign(measured_with=_keys(corpus, tools))
    stores = _stores(corpus) if reuse or not documents["at_hand"].all() else []
    store = _stored(stores, documents, record, reuse)
    rest = documents[store < 0]
    found = Cache.open(tools, use=cache and reuse and len(rest) > 0)
    new = rest[found.find(rest["measured_with"]) < 0]
    workers = 1 if client is not None else workers or paying_workers(corpus, new)
    batches = batches_of(corpus, new, book, workers=workers)
    for result in run_batches(batches, workers=workers, client=client):
        found.add(result)
    pa.default_memory_pool().release_unused()
    names = pa.array(rest["doc_id"].tolist(), pa.string())
    measured = Stretches(found, found.find(rest["measured_with"]), names, book)
    found.tidy()
    return Parts(documents.drop(columns="at_hand"), store, stores, measured).measures(record)


@dataclass(frozen=True, eq=False)
class Parts:
    """Where the measures of each document are: measured now, or in a store."""

    documents: pd.DataFrame
    store: np.ndarray  # int (documents): number of the store, or -1 for what is measured now
    stores: list[Measures]
    measured: Stretches

    def measures(self, record: dict) -> Measures:
        """The measures of all documents; tables are made when they are first asked for."""
        documents = self._with_figures()
        if not self.stores or (self.store < 0).all():
            return Measures(documents, record, self.measured.pieces)
        whole = self.stores[self.store[0]]
        if (self.store == self.store[0]).all():
            if whole.documents["doc_id"].tolist() == documents["doc_id"].tolist():
                return whole.again(documents, record)
        return Measures(documents, record, self._merged)

    def _with_figures(self) -> pd.DataFrame:
        """The documents with the figures of each."""
        names = [name for name in MEASURED if name not in self.documents] + ["language"]
        frames = [self.measured.figures()[names].set_axis(np.flatnonzero(self.store < 0))]
        for number, store in enumerate(self.stores):
            mine = np.flatnonzero(self.store == number)
            there = store.documents.set_index("doc_id")
            there = there.loc[self.documents["doc_id"].iloc[mine], names]
            frames.append(there.set_axis(mine))
        figures = pd.concat([frame for frame in frames if len(frame)] or frames[:1]).sort_index()
        documents = self.documents.assign(**{name: figures[name].to_numpy() for name in names})
        documents = documents.astype(figures.dtypes.to_dict())
        return _with_inferred(documents, self.documents["language"] == "")

    def _merged(self, name: str) -> Iterator[pa.Table]:
        """A table from all parts, in the order of the catalogue and of the text."""
        frames = []
        for number, store in enumerate(self.stores):
            mine = self.documents["doc_id"][self.store == number]
            part = store.documents[store.documents["doc_id"].isin(mine)]
            frames += [getattr(store.of(part), name)] if len(part) else []
        if (self.store < 0).any():  # a phrase that occurs once here may recur in a store
            frames.append(frame_of(self.measured.pieces(name, least=1)))
        found = pd.concat(frames, ignore_index=True)
        if name == "terms":
            total = found.groupby(["n", "term"])["count"].transform("sum")
            found = found[(found["n"] == 1) | (total > 1)]
        by = [c for c in TABLES[name] if c not in UNORDERED]
        found = in_order(found, self.documents, by)[TABLES[name]]
        yield pa.Table.from_pandas(found, preserve_index=False)


def in_order(table: pd.DataFrame, documents: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The rows of a table by some columns, of them `doc_id` in the order of some documents."""
    place = dict(zip(documents["doc_id"], range(len(documents))))

    def key(column: pd.Series) -> pd.Series:
        return column.map(place) if column.name == "doc_id" else column

    return table.sort_values(by, key=key, kind="stable", ignore_index=True)


def _with_inferred(documents: pd.DataFrame, silent: pd.Series) -> pd.DataFrame:
    """The documents, saying of which the text, and not the catalogue, tells the language."""
    told = silent & (documents["language"] != "")
    known = documents["inferred"] if "inferred" in documents else pd.Series("", documents.index)
    new = known.where(known == "", known + "; ") + "language: told by the text"
    new = known.where(~told | known.str.contains("language:", regex=False), new)
    return documents.assign(inferred=new.astype("str"))


def codebook_of(corpus: Corpus, codebook: Codebook | str | Path | None = None) -> Codebook:
    """The codebook that is meant: a given one, else the corpus's own, else an empty one."""
    if isinstance(codebook, Codebook):
        return codebook
    if codebook:
        return read_codebook(codebook)
    return read_codebook(corpus.codebook_file) if corpus.codebook_file else Codebook()


def _record(book: Codebook, corpus: Corpus) -> dict:
    own = corpus.abbreviations
    return {
        "library": storage.version("crosscurrents"),
        "version": storage.MEASURES_VERSION,
        "codebook": book.record(),
        "lexicons": {"vader": read_lexicon("vader").sha256},
        "chronology": corpus.chronology,
        "abbreviations": hashlib.sha256(own.encode()).hexdigest() if own else "",
    }


def _tools_sha256(record: dict) -> str:
    tools = [record["version"], *_tools(record)]
    tools += [storage.version("jieba")] if find_spec("jieba") else []  # cuts Chinese into words
    return hashlib.sha256(json.dumps(tools).encode()).hexdigest()


def _tools(record: dict) -> list:
    own = record.get("abbreviations", "")  # earlier measures knew none
    return [record["codebook"]["sha256"], record["lexicons"], record["chronology"], own]


def _keys(corpus: Corpus, tools: str) -> list[str]:
    """Per document, a hash of the text and all that it is measured with.

    The hash of the text and the hash of all else, bit against bit: nobody finds a text that makes
    another pair of them the same.
    """
    texts = corpus.documents["sha256"]
    names = [name for name in ("language", "corrections") if name in corpus.documents]
    others = zip(*(corpus.documents[name] for name in names))

    @lru_cache
    def of_tools(other: tuple[str, ...]) -> int:
        return int(hashlib.sha256("\0".join([tools, *other]).encode()).hexdigest(), 16)

    return [f"{int(text, 16) ^ of_tools(other):064x}" for text, other in zip(texts, others)]


def _stores(corpus: Corpus) -> list[Measures]:
    """Measures that are stored already: of this report run, and beside the corpus."""
    own = corpus.path / storage.MEASURES if corpus.path else ""
    folders = [os.environ.get(storage.STORE, ""), own]
    found = [Path(f) for f in folders if f and (Path(f) / "record.json").is_file()]
    return [read_measures(folder, tone=False) for folder in found]


def _stored(
    stores: list[Measures], documents: pd.DataFrame, record: dict, reuse: bool
) -> np.ndarray:
    """The number of the store that holds each document as it would be measured now; else -1.

    A text that is not available keeps what an earlier version of the code measured of it.
    """
    found = np.full(len(documents), -1)
    at_hand = documents["at_hand"].to_numpy(bool)
    for number, store in enumerate(stores):
        known = store.documents
        row = pd.Index(known["doc_id"]).get_indexer(documents["doc_id"])
        there = known.take(np.maximum(row, 0))
        mine = (row >= 0) & (there["sha256"].to_numpy() == documents["sha256"].to_numpy())
        same = there["measured_with"].to_numpy() == documents["measured_with"].to_numpy()
        fits = mine & np.where(at_hand, same & reuse, _tools(store.record) == _tools(record))
        if fits.all():
            return np.full(len(documents), number)
        # A store has the phrases that recur in it: with further documents others may recur, too.
        found[(found < 0) & fits & ~at_hand] = number
    lost = np.flatnonzero((found < 0) & ~at_hand)
    if len(lost):
        row = documents.iloc[lost[0]]
        raise ValueError(
            f"the text of document {row['doc_id']!r} ({row['file']}) is not available, and was "
            "not measured before with this codebook, lexicon, chronology setting and list of "
            "abbreviations; bring the text in, or measure with the ones that were used"
        )
    return found


__all__ = ["TABLES", "TONE", "Measures", "in_period", "measure", "read_measures"]
