"""Measures -> the weights of words in paragraphs that themes are discovered in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crosscurrents.frequency import stop_words

LEAST = 3  # paragraphs and occurrences: a word in fewer goes together with nothing
COMMON = 0.5  # of the paragraphs: a word in more of them tells none from the others
TERMS = 5_000  # commonest words kept: the themes stay the same, the time does not
FEWEST = 4  # distinct kept words of a paragraph: a shorter one says nothing of its theme


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights of words (columns) in paragraphs (rows), a repeated paragraph once."""

    paragraphs: pd.DataFrame  # doc_id, paragraph, words, document (its number): those of use
    terms: pd.Index
    values: object  # scipy.sparse.csr_array (distinct paragraphs, terms), rows of length 1
    row: np.ndarray  # int64 (paragraphs): the row of each in values
    left_out: int  # paragraphs with too few words of use

    @property
    def document(self) -> np.ndarray:
        """The document of each row, where its paragraph stands first: int64."""
        first = np.unique(self.row, return_index=True)[1]
        return self.paragraphs["document"].to_numpy()[first]


def term_weights(measures, without: tuple[str, ...] = ()) -> Weights:
    """Weigh the words of each paragraph: (1 + ln count) x (ln((1 + N) / (1 + docfreq)) + 1).

    Rows are scaled to length 1, so that a long paragraph weighs no more than a short one. Left out
    are stop words, what holds no letter, words in fewer than three paragraphs or in a single one
    of several documents, and words in more than half of the paragraphs; the 5,000 in the most
    paragraphs are kept. A paragraph needs four words that are kept; one that stands in the corpus
    several times, word for word, weighs and counts once: else boilerplate would be the theme.

    Parameters
    ----------
    measures : Measures
    without : tuple of str
        Further words to leave out.

    Returns
    -------
    Weights
    """
    from scipy.sparse import csr_array

    paragraphs = _paragraphs(measures)
    rows = measures.terms
    rows = rows[(rows["n"].to_numpy() == 1) & (rows["paragraph"].to_numpy() > 0)]
    code, terms = pd.factorize(rows["term"], sort=True)
    documents = pd.Index(measures.documents["doc_id"])
    # A paragraph as one number: its document's, times the most paragraphs, and its own.
    width = int(max(rows["paragraph"].max() if len(rows) else 0, paragraphs["paragraph"].max()
                    if len(paragraphs) else 0)) + 1  # fmt: skip
    key = _numbers(documents, rows["doc_id"]) * width + rows["paragraph"].to_numpy()
    known = paragraphs["document"].to_numpy() * width + paragraphs["paragraph"].to_numpy()
    place = np.searchsorted(known, key)  # both are in the order of the documents
    shape = (len(paragraphs), len(terms))
    there = np.append(known, -1)[place] == key
    count = rows["count"].to_numpy(float)[there]
    counts = csr_array((count, (place[there], code[there])), shape=shape)
    first, row = _distinct(counts)
    counts, document = counts[first], paragraphs["document"].to_numpy()[first]
    kept = _kept(counts, terms, document, without)
    counts = counts[:, kept].tocsr()
    long = np.diff(counts.indptr) >= FEWEST
    used = np.flatnonzero(long[row])
    number = np.cumsum(long) - 1
    left_out = len(paragraphs) - len(used)
    paragraphs = paragraphs.iloc[used].reset_index(drop=True)
    values = _tf_idf(counts[np.flatnonzero(long)])
    return Weights(paragraphs, pd.Index(terms[kept]), values, number[row[used]], left_out)


def _distinct(counts) -> tuple[np.ndarray, np.ndarray]:
    """The first row of each kind of equal rows, and of each row the number of its kind."""
    counts.sum_duplicates()
    code = np.random.default_rng(0).integers(2**63, size=counts.shape[1], dtype=np.uint64)
    cells = code[counts.indices] * counts.data.astype(np.uint64)  # sums of them, modulo 2 ** 64
    before = np.concatenate([np.zeros(1, np.uint64), np.cumsum(cells, dtype=np.uint64)])
    kind = before[counts.indptr[1:]] - before[counts.indptr[:-1]]
    _, first, number = np.unique(kind, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return first[order], rank[number.reshape(-1)]


def _paragraphs(measures) -> pd.DataFrame:
    """The paragraphs in the order of the documents: doc_id, paragraph, words, document."""
    table = measures.sentences.groupby(["doc_id", "paragraph"], sort=False, as_index=False)
    table = table["words"].sum()
    number = _numbers(pd.Index(measures.documents["doc_id"]), table["doc_id"])
    table = table.assign(document=number)
    return table.sort_values(["document", "paragraph"], kind="stable", ignore_index=True)


def _numbers(documents: pd.Index, names: pd.Series) -> np.ndarray:
    code, distinct = pd.factorize(names)
    return documents.get_indexer(distinct)[code]


def _kept(counts, terms: pd.Index, document: np.ndarray, without: tuple[str, ...]) -> np.ndarray:
    """The columns that are kept, ascending."""
    number, docfreq = counts.shape[0], np.diff(counts.tocsc().indptr)
    cells = counts.tocoo()
    row, column = cells.coords
    pairs = np.unique(column.astype(np.int64) * (document.max(initial=0) + 1) + document[row])
    spread = np.bincount(pairs // (document.max(initial=0) + 1), minlength=len(terms))
    hidden = stop_words() | {w.lower() for w in without} | set(without)
    said = np.array([t not in hidden and any(map(str.isalpha, t)) for t in terms], bool)
    several = min(len(np.unique(document)), 2)
    keep = said & (docfreq >= LEAST) & (docfreq <= COMMON * number) & (spread >= several)
    found = np.flatnonzero(keep)
    return np.sort(found[np.argsort(-docfreq[found], kind="stable")[:TERMS]])


def _tf_idf(counts):
    """Counts as weights, each row of length 1."""
    from scipy.sparse import csr_array

    docfreq = np.bincount(counts.indices, minlength=counts.shape[1])
    weight = np.log((1 + counts.shape[0]) / (1 + docfreq)) + 1
    values = (1 + np.log(counts.data)) * weight[counts.indices]
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    length = np.sqrt(np.bincount(row, values**2, minlength=counts.shape[0]))
    return csr_array((values / length[row], counts.indices, counts.indptr), shape=counts.shape)
