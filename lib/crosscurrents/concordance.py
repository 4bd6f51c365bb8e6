"""Where a pattern stands in the texts, and the text of a place: the way back to the passages."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.codebook import Pattern, Theme, match
from crosscurrents.corpus import Corpus
from crosscurrents.tokens import split_sentences, tokenise
from crosscurrents.words import APOSTROPHES, WORD, words_of

COLUMNS = ["doc_id", "source", "paragraph", "sentence", "left", "node", "right"]


def concordance(corpus: Corpus, pattern: str, *, sources: list[str] | None = None, width: int = 8) -> pd.DataFrame:
    """List every hit of a pattern with the text left and right of it.

    Parameters
    ----------
    corpus
        Documents whose text is not at hand are passed over (`corpus.documents["at_hand"]`).
    pattern
        As in a codebook: words, a glob, a phrase, an acronym, `=` for whole words spelled so.
    sources
        Only these sources; all by default.
    width
        Words of context on either side, at least 1.

    Returns
    -------
    DataFrame
        doc_id, source, paragraph, sentence, left, node, right; in text order. Contexts keep their
        punctuation, run over sentence ends, and stop at the paragraph.

    Raises
    ------
    ValueError
        A pattern that cannot be read, an unknown source, a width below 1.

    >>> from crosscurrents.corpus import read_corpus
    >>> mail = read_corpus(pd.DataFrame({"source": ["Mail"], "text": ["Rain fell. More rain, they say."]}))
    >>> concordance(mail, "rain", width=1)[["sentence", "left", "node", "right"]].values.tolist()
    [[1, '', 'Rain', 'fell.'], [2, 'More', 'rain', ', they']]
    """
    if isinstance(width, bool) or not isinstance(width, int) or width < 1:
        raise ValueError(f"width {width!r} is not a whole number of at least 1")
    theme = (Theme("node", "", (Pattern.parse(pattern),)),)
    documents = corpus.documents
    known = sorted(documents["source"].unique())
    for source in sources or []:
        if source not in known:
            raise ValueError(f"source {source!r} is not in the corpus; choose from {known}")
    chosen = documents[documents["at_hand"] & documents["source"].isin(sources or known)]
    rows = []
    for row in chosen.itertuples():
        rows += [(row.doc_id, row.source, *hit) for hit in _hits(corpus, row.doc_id, row.language, theme, width)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _hits(corpus: Corpus, doc_id: str, language: str, theme: tuple[Theme, ...], width: int) -> list[tuple]:
    tokens = tokenise([corpus.paragraphs(doc_id)], language=language[:2])
    words, found = tokens.words, match(theme, tokens)
    pieces = [tokens.pieces[i].as_py() for i in tokens.ids]
    starts = tokens.sentences[tokens.paragraphs]  # of the paragraphs, in pieces
    counted = np.cumsum(np.diff(words.sentences) > 0)
    hits = []
    for first, last in zip(found.first.tolist(), found.last.tolist()):
        begin, end = int(words.piece[first]), int(words.piece[last])
        paragraph = int(np.searchsorted(starts, begin, "right")) - 1
        sentence = int(counted[np.searchsorted(words.sentences, first, "right") - 1])
        lead, node, rest = _cut(pieces[begin : end + 1], _within(words, first), _within(words, last))
        left = pieces[max(begin - width, starts[paragraph]) : begin]
        right = pieces[end + 1 : min(end + 1 + width, starts[paragraph + 1])]
        hits.append((paragraph + 1, sentence, " ".join([*left, lead]).strip(), node, _join(rest, right)))
    return hits


def _within(words, word: int) -> int:
    """The number of a word within its piece."""
    return int(word - np.searchsorted(words.piece, words.piece[word]))


def _cut(pieces: list[str], first: int, last: int) -> tuple[str, str, str]:
    """Signs and words before, the node, and what follows it in the same pieces."""
    spans = [[m.span() for m in WORD.finditer(p.translate(APOSTROPHES))] for p in (pieces[0], pieces[-1])]
    sure = [len(s) == len(words_of(p)[0]) for s, p in zip(spans, (pieces[0], pieces[-1]))]
    start = spans[0][first][0] if sure[0] else 0
    end = spans[1][last][1] if sure[1] else len(pieces[-1])
    if len(pieces) == 1:
        return pieces[0][:start], pieces[0][start:end], pieces[0][end:]
    return pieces[0][:start], " ".join([pieces[0][start:], *pieces[1:-1], pieces[-1][:end]]), pieces[-1][end:]


def _join(rest: str, right: list[str]) -> str:
    return " ".join(([rest] if rest else []) + right)


def passages(corpus: Corpus, places: pd.DataFrame) -> pd.DataFrame:
    """Add the text of sentences to a table of places.

    Parameters
    ----------
    places
        With doc_id and sentence (from 1 within the document).

    Returns
    -------
    DataFrame
        The same rows with a column `passage`; where the text is not at hand, the file that is missing.
    """
    texts = {}
    for row in corpus.documents[corpus.documents["doc_id"].isin(places["doc_id"])].itertuples():
        if row.at_hand:
            found = sentence_texts(corpus.paragraphs(row.doc_id), row.language[:2])
            texts |= {(row.doc_id, i): text for i, text in enumerate(found, start=1)}
    files = corpus.documents.set_index("doc_id")["file"]
    return places.assign(
        passage=[
            texts.get((d, int(s)), f"(not at hand: {files.get(d, d)})")
            for d, s in zip(places["doc_id"], places["sentence"])
        ]
    )


def sentence_texts(paragraphs: list[str], language: str = "en") -> list[str]:
    """The sentences of a document that hold a word, in their order.

    >>> sentence_texts(["It rained. ...", "We left."])
    ['It rained. ...', 'We left.']
    """
    found = [s for p in paragraphs for s in split_sentences(p, language or "en")]
    return [s for s in found if any(words_of(piece)[0] for piece in s.split())]
