"""The words of documents in their order, for what cannot be had from Measures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from crosscurrents.core import Tokens, tokenise

BATCH = 4_000_000  # signs of prose cut at a time: bounds memory, large enough for NumPy
# Batches that stay with a corpus for the next question; all of them, or none (100 MB of prose
# make some 400 MB).
KEPT, CUT = 25, "_token_batches"
FOLDED = "_folded_words"  # kept with Tokens


def at_hand(corpus, doc_ids: Iterable[str] | None = None) -> list[str]:
    """Name the documents whose text is at hand, in the order of the catalogue.

    Parameters
    ----------
    corpus : Corpus
    doc_ids : iterable of str, optional
        Only these; all by default.
    """
    documents = corpus.documents[corpus.documents["at_hand"]]
    if doc_ids is not None:
        documents = documents[documents["doc_id"].isin(set(doc_ids))]
    return documents["doc_id"].tolist()


def not_at_hand(corpus) -> list[str]:
    """Say which texts are not available, so that there are no passages of them; or nothing."""
    documents = corpus.documents[~corpus.documents["at_hand"]]
    if documents.empty:
        return []
    named = ", ".join(documents["file"].head(5))
    more = f" and {len(documents) - 5} more" if len(documents) > 5 else ""
    number = len(documents)
    texts = f"texts of {number:,} articles are" if number > 1 else "text of 1 article is"
    return [f"The {texts} not available, so there are no passages ({named}{more})."]


def narrow(corpus, measures):
    """Return the corpus with the documents of some measures only, so that both speak of the same.

    Parameters
    ----------
    corpus : Corpus
    measures : Measures
        As `select` returns them.
    """
    kept = corpus.documents["doc_id"].isin(measures.documents["doc_id"])
    narrower = replace(corpus, documents=corpus.documents[kept].reset_index(drop=True))
    vars(narrower)[CUT] = vars(corpus).setdefault(CUT, {})
    return narrower


def token_batches(
    corpus, doc_ids: Iterable[str] | None = None, *, beside: bool = False
) -> Iterator[tuple[list, Tokens]]:
    """Cut the documents at hand into Tokens, as measuring does, some millions of signs at a time.

    What a question to all documents cut stays with the corpus, if it is not too much.

    Parameters
    ----------
    corpus : Corpus
    doc_ids : iterable of str, optional
        Only these; all by default.
    beside : bool
        Others too, if they are cut already.

    Yields
    ------
    doc_ids : list of str
    tokens : Tokens
    """
    known, names = vars(corpus).setdefault(CUT, {}), tuple(at_hand(corpus))
    if names in known and (doc_ids is None or beside):
        yield from known[names]
        return
    batches = []
    for batch in _cut(corpus, doc_ids):
        if doc_ids is None and len(batches) <= KEPT:
            batches.append(batch)
        yield batch
    if doc_ids is None and len(batches) <= KEPT:
        known.clear()
        known[names] = batches


def _cut(corpus, doc_ids):
    batch, size = [], 0
    for doc_id in at_hand(corpus, doc_ids):
        paragraphs = corpus.cleaned(doc_id).paragraphs
        batch.append((doc_id, paragraphs))
        size += sum(len(p.text) for p in paragraphs)
        if size > BATCH:
            yield _tokens(batch, corpus)
            batch, size = [], 0
    if batch:
        yield _tokens(batch, corpus)


def _tokens(batch, corpus):
    """Give the ids of some documents and their Tokens."""
    tokens = tokenise(
        [[p.text for p in paragraphs] for _, paragraphs in batch],
        kinds=[[p.kind for p in paragraphs] for _, paragraphs in batch],
        language=[corpus.language(doc_id) for doc_id, _ in batch],
        abbreviations=corpus.abbreviations,
    )
    return [doc_id for doc_id, _ in batch], tokens


class Places(NamedTuple):
    """Where each word stands: the number of its sentence, paragraph and document in the Tokens."""

    sentence: np.ndarray
    paragraph: np.ndarray
    document: np.ndarray
    within: np.ndarray  # its paragraph's number in the document, from 1


def word_places(tokens: Tokens) -> Places:
    """Say where each word stands."""
    sentence = _owners(tokens.words.sentences)
    paragraph = _owners(tokens.paragraphs)[sentence]
    document = _owners(tokens.documents)[paragraph]
    return Places(sentence, paragraph, document, paragraph - tokens.documents[document] + 1)


def _owners(offsets):
    return np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))


def folded_words(tokens: Tokens) -> tuple[np.ndarray, np.ndarray]:
    """Give the words of tokens as they are counted.

    Returns
    -------
    ids : ndarray of int (words,)
        In text order, into the vocabulary.
    vocabulary : ndarray of str (k,)
        Distinct and sorted.
    """
    number, vocabulary = _folded(tokens)
    return number[tokens.words.ids], vocabulary


def _folded(tokens: Tokens) -> tuple[np.ndarray, np.ndarray]:
    """The place of each distinct word in the vocabulary, and that; worked out once a Tokens."""
    if FOLDED not in vars(tokens):
        folded = tokens.table.folded
        folded = folded.to_pylist() if hasattr(folded, "to_pylist") else folded
        vocabulary, number = np.unique(np.asarray(folded, dtype=str), return_inverse=True)
        vars(tokens)[FOLDED] = number.ravel(), vocabulary.astype(object)
    return vars(tokens)[FOLDED]


def document_words(corpus, doc_ids: Iterable[str]) -> Iterator[tuple[str, np.ndarray]]:
    """Give each document at hand with its words as ids, in their order; ids hold within a batch."""
    wanted = set(doc_ids)
    for names, tokens in token_batches(corpus, wanted, beside=True):
        ids, place = folded_words(tokens)[0], word_places(tokens).document
        ends = np.searchsorted(place, np.arange(len(names) + 1))
        for k, doc_id in enumerate(names):
            if doc_id in wanted:
                yield doc_id, ids[ends[k] : ends[k + 1]]
