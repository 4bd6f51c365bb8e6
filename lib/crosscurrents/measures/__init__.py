"""Corpus -> Measures: the one pass over text, for what was not measured before."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from crosscurrents.checks import check_whole
from crosscurrents.codebook import Codebook, read_codebook
from crosscurrents.corpus import Corpus
from crosscurrents.corpus.catalogue import MEASURED
from crosscurrents.kept import MEASURES, MEASURES_VERSION, STORE, version
from crosscurrents.lexicon import read_lexicon
from crosscurrents.measures.batches import batches_of, paying_workers, run_batches
from crosscurrents.measures.cache import Cache
from crosscurrents.measures.rows import Stretches, frame_of
from crosscurrents.measures.tables import TABLES, Measures, in_period, read_measures
from crosscurrents.measures.terms import Terms

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
    book = _codebook(corpus, codebook)
    record = _record(book, corpus)
    tools = _tools_sha256(record)
    documents = corpus.documents.assign(measured_with=_keys(corpus, tools))
    stores = _stores(corpus) if reuse or not documents["at_hand"].all() else []
    store = _stored(stores, documents, record, reuse)
    rest = documents[store < 0]
    patterns = sum(len(theme.patterns) for theme in book.themes)
    found = Cache.open(tools, patterns=patterns, use=cache and reuse and len(rest) > 0)
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
            return Measures.lazy(documents, record, self.pieces)
        whole = self.stores[self.store[0]]
        if (self.store == self.store[0]).all():
            if whole.documents["doc_id"].tolist() == documents["doc_id"].tolist():
                return whole.again(documents, record)
        return Measures.lazy(documents, record, self._merged)

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

    def pieces(self, name: str, least: int = 2) -> Iterator[pa.Table]:
        """A table of what is measured now, piece by piece."""
        if name == "terms":
            return Terms(self.measured, least).pieces()
        return self.measured.pieces(name)

    def _merged(self, name: str) -> Iterator[pa.Table]:
        """A table from all parts, in the order of the catalogue and of the text."""
        frames = []
        for number, store in enumerate(self.stores):
            mine = self.documents["doc_id"][self.store == number]
            part = store.documents[store.documents["doc_id"].isin(mine)]
            frames += [getattr(store.of(part), name)] if len(part) else []
        if (self.store < 0).any():  # a phrase that occurs once here may recur in a store
            frames.append(frame_of(self.pieces(name, least=1)))
        found = pd.concat(frames, ignore_index=True)
        if name == "terms":
            total = found.groupby(["n", "term"])["count"].transform("sum")
            found = found[(found["n"] == 1) | (total > 1)]
        order = {doc_id: i for i, doc_id in enumerate(self.documents["doc_id"])}
        by = [c for c in TABLES[name] if c not in UNORDERED][1:]
        found = found.assign(_order=found["doc_id"].map(order).astype(int))
        found = found.sort_values(["_order", *by], kind="stable")[TABLES[name]]
        yield pa.Table.from_pandas(found, preserve_index=False)


def _with_inferred(documents: pd.DataFrame, silent: pd.Series) -> pd.DataFrame:
    """The documents, saying of which the text, and not the catalogue, tells the language."""
    told = silent & (documents["language"] != "")
    known = documents["inferred"] if "inferred" in documents else pd.Series("", documents.index)
    new = known.where(known == "", known + "; ") + "language: told by the text"
    new = known.where(~told | known.str.contains("language:", regex=False), new)
    return documents.assign(inferred=new.astype("str"))


def _codebook(corpus: Corpus, codebook: Codebook | str | Path | None) -> Codebook:
    if isinstance(codebook, Codebook):
        return codebook
    if codebook:
        return read_codebook(codebook)
    return read_codebook(corpus.codebook_file) if corpus.codebook_file else Codebook()


def _record(book: Codebook, corpus: Corpus) -> dict:
    own = corpus.abbreviations
    return {
        "library": version("crosscurrents"),
        "version": MEASURES_VERSION,
        "codebook": book.record(),
        "lexicons": {"vader": read_lexicon("vader").sha256},
        "chronology": corpus.chronology,
        "abbreviations": hashlib.sha256(own.encode()).hexdigest() if own else "",
    }


def _tools_sha256(record: dict) -> str:
    tools = [record["version"], *_tools(record)]
    tools += [version("jieba")] if find_spec("jieba") else []  # cuts Chinese into words
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
    folders = [os.environ.get(STORE, ""), corpus.path / MEASURES if corpus.path else ""]
    found = [Path(f) for f in folders if f and (Path(f) / "record.json").is_file()]
    return [read_measures(folder, small=0) for folder in found]


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
            f"the text of document {row['doc_id']!r} ({row['file']}) is not available, and "
            + (
                "what is stored of it was measured with another codebook, lexicon or chronology "
                "setting, or list of abbreviations; bring the text in, or use the stored ones"
                if stores
                else "was not measured before"
            )
        )
    return found


__all__ = ["TABLES", "Measures", "in_period", "measure", "read_measures"]
