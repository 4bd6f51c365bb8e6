"""The tables of a corpus, put together from shards and from measures that were stored before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa

from crosscurrents.corpus.catalogue import MEASURED
from crosscurrents.measures.rows import Stream
from crosscurrents.measures.tables import TABLES, Measures, frame
from crosscurrents.measures.terms import TermRows, Terms
from crosscurrents.tokens.richness import ORDERED

PIECE = 1_000_000  # rows of the table of terms that are written at a time
UNORDERED = {"count", "words", "quoted", "vader", "vader_coverage", "reason"}


@dataclass(frozen=True, eq=False)
class Parts:
    """Where each document's measures are: in the stream of shards, or in a store."""

    documents: pd.DataFrame
    store: np.ndarray  # int (documents): number of the store, or -1 for the stream
    stores: list[Measures]
    rows: np.ndarray  # int: the rows of documents that the stream holds, in its order
    stream: Stream

    def measures(self, record: dict) -> Measures:
        """The measures of all documents; tables are made when they are first asked for."""
        documents = self._with_figures()
        if len(self.rows) == len(documents):
            return Measures.lazy(documents, record, self._from_stream, self._pieces)
        whole = self.stores[self.store[0]]
        if (self.store == self.store[0]).all():
            if whole.documents["doc_id"].tolist() == documents["doc_id"].tolist():
                return whole.again(documents, record)
        return Measures.lazy(documents, record, self._merged)

    def _with_figures(self) -> pd.DataFrame:
        """The documents with what was measured of each."""
        names = [name for name in MEASURED if name not in self.documents] + ["language"]
        columns = {name: np.zeros(len(self.documents), object) for name in names}
        if len(self.rows):
            for name, values in self.stream.figures().items():
                columns[name][self.rows] = values
        for number, store in enumerate(self.stores):
            mine = np.flatnonzero(self.store == number)
            if len(mine):
                there = store.documents.set_index("doc_id")[names]
                there = there.loc[self.documents["doc_id"].iloc[mine]]
                for name in names:
                    columns[name][mine] = there[name].to_numpy()
        kinds = {name: "str" if name.endswith("sha256") else np.int64 for name in names}
        kinds |= dict.fromkeys(ORDERED, float) | {"language": "str"}
        documents = self.documents.assign(
            **{name: pd.Series(column, dtype=kinds[name]) for name, column in columns.items()}
        )
        return _with_inferred(documents, self.documents["language"] == "")

    @cached_property
    def _terms(self) -> Terms:
        return Terms(self.stream)

    def _from_stream(self, name: str) -> pd.DataFrame:
        if name == "terms":
            return frame(terms_table(self._terms, list(self._terms.chunks())))
        return getattr(self.stream, name)()

    def _pieces(self) -> Iterator[pa.Table]:
        """The table of terms piece by piece."""
        rows: list[TermRows] = []
        for chunk in self._terms.chunks():
            rows.append(chunk)
            if sum(len(r.term) for r in rows) >= PIECE:
                yield terms_table(self._terms, rows)
                rows = []
        yield terms_table(self._terms, rows)

    def _merged(self, name: str) -> pd.DataFrame:
        """A table from the stream and stores, in the order of the catalogue and of the text."""
        frames = []
        for number, store in enumerate(self.stores):
            mine = self.documents["doc_id"].iloc[np.flatnonzero(self.store == number)]
            if len(mine):
                part = store.documents[store.documents["doc_id"].isin(mine)]
                frames.append(getattr(store.of(part), name))
        if len(self.rows) and name == "terms":  # what occurs once may recur in a store
            terms = Terms(self.stream, least=1)
            frames.append(frame(terms_table(terms, list(terms.chunks()))))
        elif len(self.rows):
            frames.append(getattr(self.stream, name)())
        found = pd.concat(frames, ignore_index=True)
        if name == "terms":
            total = found.groupby(["n", "term"])["count"].transform("sum")
            found = found[(found["n"] == 1) | (total > 1)]
        order = {doc_id: i for i, doc_id in enumerate(self.documents["doc_id"])}
        by = [c for c in TABLES[name] if c not in UNORDERED][1:]
        found = found.assign(_order=found["doc_id"].map(order).astype(int))
        found = found.sort_values(["_order", *by], kind="stable", ignore_index=True)
        return found[TABLES[name]]


def _with_inferred(documents: pd.DataFrame, silent: pd.Series) -> pd.DataFrame:
    """The documents, saying of which the text, and not the catalogue, tells the language."""
    told = silent & (documents["language"] != "")
    known = documents["inferred"] if "inferred" in documents else pd.Series("", documents.index)
    new = known.where(known == "", known + "; ") + "language: told by the text"
    new = known.where(~told | known.str.contains("language:", regex=False), new)
    return documents.assign(inferred=new.astype("str"))


def terms_table(terms: Terms, rows: list[TermRows]) -> pa.Table:
    """Rows of terms as an Arrow table: doc_id (coded), paragraph, term, n, count."""
    names = ("document", "paragraph", "term", "count")
    nothing = [np.zeros(0, np.int32)]
    columns = {n: np.concatenate(nothing + [getattr(r, n) for r in rows]) for n in names}
    term, texts = _renumbered(columns["term"], terms.size)
    texts, words = terms.texts(texts)
    document, known = _renumbered(columns["document"], len(terms.stream.names))
    doc_id = terms.stream.names.take(pa.array(known))
    return pa.table(
        {
            "doc_id": pa.DictionaryArray.from_arrays(document, doc_id),
            "paragraph": columns["paragraph"],
            "term": texts.take(pa.array(term)),  # as strings: quicker to write than a dictionary
            "n": words[term],
            "count": columns["count"],
        }
    )


def _renumbered(codes: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Codes below a size as codes into those that occur, and these in their order."""
    used = np.zeros(size, bool)
    used[codes] = True
    return (np.cumsum(used, dtype=np.int32) - np.int32(1))[codes], np.flatnonzero(used)
