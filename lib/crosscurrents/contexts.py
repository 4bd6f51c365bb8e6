"""Where a pattern stands in the texts, and the text of a place: the way back to the passages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import pandas as pd

from crosscurrents.checks import check_sources, check_whole
from crosscurrents.codebook import Theme
from crosscurrents.collocation import node_of, texts_by_group
from crosscurrents.comparison import GROUP, Comparison, rename_groups
from crosscurrents.core import Tokens, split_sentences
from crosscurrents.core.matching import match
from crosscurrents.core.words import APOSTROPHES, WORD, words_of
from crosscurrents.corpus import Corpus
from crosscurrents.corpus.catalogue import TEXTS
from crosscurrents.texts import at_hand, token_batches, word_places

ORDERS = ("left", "right", "node", "text")
DEPTH = 3  # words of context that decide the order
NAMED = 3  # missing files that a note names
COLUMNS = ["doc_id", "source", "paragraph", "sentence", "left", "node", "right"]


def concordance(
    corpus: Corpus | Comparison,
    pattern: str | list[str] | Theme,
    *,
    sources: list[str] | None = None,
    width: int = 8,
    top_n: int | None = None,
) -> pd.DataFrame:
    """List every hit of a pattern with the text left and right of it.

    Parameters
    ----------
    corpus
        The texts; of a Comparison, those of its corpus that belong to its measures. Documents
        whose text is not available are left out (`corpus.documents["at_hand"]`).
    pattern
        As in a codebook: words, a glob, a phrase, an acronym, `=` for whole words spelled so; a
        list of these; or a theme of a codebook (`codebook["energy"]`), all of whose patterns count.
    sources
        Only these sources; all by default.
    width
        Words of context on either side, at least 1.
    top_n
        Only so many hits, the first; all by default.

    Returns
    -------
    DataFrame
        doc_id, source, paragraph, sentence, left, node, right; in text order. Contexts keep their
        punctuation, run over sentence ends, and stop at the paragraph.

    Raises
    ------
    ValueError
        A pattern that cannot be read, an unknown source, a width or a top_n below 1.

    >>> from crosscurrents.corpus import read_corpus
    >>> table = pd.DataFrame({"source": ["Mail"], "text": ["Rain fell. More rain, they say."]})
    >>> lines = concordance(read_corpus(table), "rain", width=1)
    >>> lines[["sentence", "left", "node", "right"]].values.tolist()
    [[1, '', 'Rain', 'fell.'], [2, 'More', 'rain', ', they']]
    """
    check_whole(width=width, **({} if top_n is None else {"top_n": top_n}))
    theme = node_of(pattern)
    corpus, *_ = texts_by_group(corpus, "source")
    documents = corpus.documents
    known = check_sources(documents, sources)
    chosen = documents[documents["source"].isin(sources or known)]
    source_of = dict(zip(chosen["doc_id"], chosen["source"]))
    rows = []
    for names, tokens in token_batches(corpus, list(source_of), beside=True):
        wanted = np.array([name in source_of for name in names])
        most = None if top_n is None else top_n - len(rows)
        for document, paragraph, sentence, *texts in _lines(tokens, theme, width, wanted, most):
            doc_id = names[document]
            if "".join(texts).islower() and corpus.paragraphs(doc_id)[paragraph - 1].isupper():
                texts = [text.upper() for text in texts]  # a line in capitals is cut in small ones
            rows.append((doc_id, source_of[doc_id], paragraph, sentence, *texts))
        if len(rows) == top_n:
            break
    return pd.DataFrame(rows, columns=COLUMNS).astype(
        {c: "str" for c in COLUMNS if c not in ("paragraph", "sentence")}
    )


def _lines(
    tokens: Tokens, theme: tuple[Theme, ...], width: int, wanted: np.ndarray, most: int | None
) -> list[tuple]:
    """Document, paragraph, sentence, left, node and right of the first hits in wanted documents."""
    words, found = tokens.words, match(theme, tokens)
    if not len(found.first):
        return []
    place = word_places(tokens)
    hits = np.flatnonzero(wanted[place.document[found.first]])[:most]
    sentence_of = _sentence_numbers(tokens)
    edges = tokens.sentences[tokens.paragraphs]  # of the paragraphs, in pieces
    word_edges = words.sentences[tokens.paragraphs]
    lines = []
    for first, last in zip(found.first[hits].tolist(), found.last[hits].tolist()):
        paragraph, document = int(place.paragraph[first]), int(place.document[first])
        low, high = word_edges[paragraph], word_edges[paragraph + 1]
        # Where the context begins and ends: a word, or the edge of the paragraph.
        start = _before(tokens, first - width) if first - width > low else (edges[paragraph], 0)
        end = _behind(tokens, last + width) if last + width + 1 < high else None
        end = end or (edges[paragraph + 1], 0)
        node = (edge(tokens, first, 0), edge(tokens, last, 1))
        sentence = int(sentence_of[place.sentence[first]])
        texts = (_text(tokens, *ends) for ends in ((start, node[0]), node, (node[1], end)))
        lines.append((document, int(place.within[first]), sentence, *texts))
    return lines


def _sentence_numbers(tokens: Tokens) -> np.ndarray:
    """The number of each sentence in its document, from 1; one without a word is none."""
    numbers = np.cumsum(np.diff(tokens.words.sentences) > 0)
    starts = tokens.paragraphs[tokens.documents]
    before = np.concatenate([[0], numbers])[starts[:-1]]
    return numbers - np.repeat(before, np.diff(starts))


Spot = tuple[int, int]  # a piece, and a character in it


def edge(tokens: Tokens, word: int, side: int) -> Spot:
    """Where a word begins (side 0) or ends (side 1)."""
    piece = int(tokens.words.piece[word])
    wanted = tokens.words.piece.dtype.type(piece)  # another type would copy all places first
    within = int(word - np.searchsorted(tokens.words.piece, wanted))
    return piece, _spans(piece_text(tokens, piece))[within][side]


def _before(tokens: Tokens, word: int) -> Spot:
    """Where a word begins with the signs at the head of its piece."""
    piece, start = edge(tokens, word, 0)
    return piece, 0 if start == _spans(piece_text(tokens, piece))[0][0] else start


def _behind(tokens: Tokens, word: int) -> Spot:
    """Where a word ends with the signs at the end of its piece."""
    piece, end = edge(tokens, word, 1)
    text = piece_text(tokens, piece)
    return piece, len(text) if end == _spans(text)[-1][1] else end


def piece_text(tokens: Tokens, place: int) -> str:
    """The text of a piece."""
    return tokens.pieces[int(tokens.ids[place])].as_py()


@lru_cache(maxsize=4096)
def _spans(piece: str) -> list[Spot]:
    """Where each word of a piece stands in it; where that cannot be told, the whole piece."""
    found = [m.span() for m in WORD.finditer(piece.translate(APOSTROPHES))]
    words = len(words_of(piece)[0])
    return found if len(found) == words else [(0, len(piece))] * words


def _text(tokens: Tokens, start: Spot, end: Spot) -> str:
    """The text between two places, a blank between pieces."""
    if start[0] == end[0]:
        return piece_text(tokens, start[0])[start[1] : end[1]]
    pieces = [piece_text(tokens, k) for k in range(start[0], end[0])]
    pieces[0] = pieces[0][start[1] :]
    rest = piece_text(tokens, end[0])[: end[1]] if end[1] else ""
    return " ".join(filter(None, [*pieces, rest]))


def passages(corpus: Corpus, places: pd.DataFrame) -> pd.DataFrame:
    """Add the text of sentences to a table of places.

    Parameters
    ----------
    places
        With doc_id and sentence (from 1 within the document).

    Returns
    -------
    DataFrame
        The same rows and a column `passage`, empty where the text is not at hand;
        `attrs["note"]` says which files are missing.
    """
    documents = corpus.documents[corpus.documents["doc_id"].isin(places["doc_id"])]
    at_hand = documents[documents["at_hand"]]
    texts = {}
    for doc_id in at_hand["doc_id"]:
        found = sentence_texts(corpus, doc_id)
        texts |= {(doc_id, i): text for i, text in enumerate(found, start=1)}
    found = [texts.get((d, int(s)), "") for d, s in zip(places["doc_id"], places["sentence"])]
    table = places.assign(passage=found)
    table.attrs["note"] = texts_missing(corpus, places["doc_id"])
    return table


def texts_missing(corpus: Corpus, doc_ids: Iterable[str]) -> str:
    """Say below a table which files the passages of documents are in, if any is not at hand."""
    documents = corpus.documents[corpus.documents["doc_id"].isin(set(doc_ids))]
    files = [str(file or "").removeprefix(f"{TEXTS}/") for file in
             documents.loc[~documents["at_hand"], "file"].fillna("")]  # fmt: skip
    if not files:
        return ""
    more = f" and {len(files) - NAMED:,} more" if len(files) > NAMED else ""
    where = f" into {corpus.path.absolute().name}/{TEXTS}" if corpus.path else ""
    return f"– for a text that is not available: put {', '.join(files[:NAMED])}{more}{where}"


def sentence_texts(corpus: Corpus, doc_id: str) -> list[str]:
    """The sentences of a document that hold a word, in their order."""
    found = [
        sentence
        for paragraph in corpus.paragraphs(doc_id)
        for sentence in split_sentences(
            paragraph, corpus.language(doc_id), abbreviations=corpus.abbreviations
        )
    ]
    return [s for s in found if any(words_of(piece)[0] for piece in s.split())]


def sort_concordance(
    table: pd.DataFrame, *, order: str = "right", within: str | None = None
) -> pd.DataFrame:
    """Sort the lines of a concordance by what stands beside the node.

    Parameters
    ----------
    table : DataFrame
        As `concordance` returns it.
    order : {"right", "left", "node", "text"}
        By the words after the node, the nearest first; by those before it, the nearest first; by
        the node; or in text order. Words count as they are folded, without punctuation.
    within : str, optional
        Column whose values stay together, such as source, in the order in which they come.

    Returns
    -------
    DataFrame
        The same rows and columns; ties in text order.

    Raises
    ------
    ValueError
        If the order is unknown, or `within` is no column.

    Examples
    --------
    >>> lines = pd.DataFrame({"left": ["of the", "a"], "node": ["gas", "gas"],
    ...                       "right": [", we say", "and oil"]})
    >>> sort_concordance(lines)["right"].tolist()
    ['and oil', ', we say']
    >>> sort_concordance(lines, order="left")["left"].tolist()
    ['a', 'of the']
    """
    if order not in ORDERS:
        raise ValueError(f"order {order!r} is not known; choose from {list(ORDERS)}")
    if within is not None and within not in table:
        raise ValueError(f"within {within!r} is not a column; choose from {list(table.columns)}")
    texts = [""] * len(table) if order == "text" else table[order]
    words = [_folded(text) for text in texts]
    group = pd.factorize(table[within])[0] if within else np.zeros(len(table), dtype=int)
    keys = [(w[::-1] if order == "left" else w)[:DEPTH] for w in words]
    number = sorted(range(len(keys)), key=lambda k: (group[k], keys[k]))
    return table.iloc[number].reset_index(drop=True)


def _folded(text):
    return [word.folded.lower() for piece in str(text).split() for word in words_of(piece)[0]]


def occurrences(
    corpus: Corpus | Comparison, pattern: str | list[str] | Theme, *, by: str | None = None
) -> pd.DataFrame:
    """Say where in each text a pattern occurs, for a dispersion strip.

    Parameters
    ----------
    corpus, by
        See `collocates`.
    pattern
        As `concordance` takes it.

    Returns
    -------
    DataFrame
        A row a hit, in text order: the group, doc_id, pattern, word (its first word's number in the
        document, from 1), words (of the document), share (of the document that is before it),
        paragraph, sentence (from 1 within the document). `attrs`: "by", "groups", and "documents",
        all documents searched, with or without a hit: doc_id, words and group.

    Raises
    ------
    ValueError
        If the pattern cannot be read, or `by` is not a column.
    """
    corpus, by, groups = texts_by_group(corpus, by)
    theme = node_of(pattern)
    names = ["doc_id", "word", "words", "share", "paragraph", "sentence"]
    parts, sizes = [pd.DataFrame({name: [] for name in names})], {}
    for doc_ids, tokens in token_batches(corpus):
        place = word_places(tokens)
        starts = np.searchsorted(place.document, np.arange(len(doc_ids) + 1))
        words = np.diff(starts)
        sizes |= dict(zip(doc_ids, words.tolist(), strict=True))
        first = match(theme, tokens).first
        document = place.document[first]
        word = first - starts[document]
        found = {
            "doc_id": np.array(doc_ids, dtype=object)[document],
            "word": word + 1,
            "words": words[document],
            "share": word / words[document],
            "paragraph": place.within[first],
            "sentence": _sentence_numbers(tokens)[place.sentence[first]],
        }
        parts.append(pd.DataFrame(found))
    table = pd.concat(parts[1:] or parts, ignore_index=True)
    named = pattern.name if isinstance(pattern, Theme) else pattern
    name = named if isinstance(named, str) else ", ".join(named)
    table = table.assign(pattern=name, **{GROUP: table["doc_id"].map(groups)})
    table = table[[GROUP, "doc_id", "pattern", *names[1:]]]
    whole = dict.fromkeys(["word", "words", "paragraph", "sentence"], int)
    table = table.astype({"doc_id": "str", "pattern": "str", "share": float} | whole)
    group_of = dict(zip(groups.index, groups))
    searched = [
        {"doc_id": doc_id, "words": sizes[doc_id], GROUP: group_of[doc_id]}
        for doc_id in at_hand(corpus)
    ]
    table = rename_groups(table, by, sorted({*groups.dropna()}, key=str))
    table.attrs["documents"] = searched
    return table
