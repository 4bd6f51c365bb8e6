"""A concordance in the order that shows its patterns, and where in each text a word stands."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.codebook import Pattern, Theme, match
from crosscurrents.statistics.units import check_by
from crosscurrents.tokens.texts import at_hand, token_batches, word_places
from crosscurrents.tokens.words import words_of

ORDERS = ("left", "right", "node", "text")
DEPTH = 3  # words of context that decide the order


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


def occurrences(corpus, pattern: str, *, by: str = "source") -> pd.DataFrame:
    """Say where in each text a pattern stands, for a dispersion strip.

    Parameters
    ----------
    corpus : Corpus
        Documents whose text is not at hand are passed over (`not_at_hand` names them).
    pattern : str
        As in a codebook.
    by : str
        Column of `corpus.documents`.

    Returns
    -------
    DataFrame
        A row a hit, in text order: `by`, doc_id, pattern, word (its first word's number in the
        document, from 1), words (of the document), share (of the document that lies before it),
        paragraph. `attrs["documents"]` lists all documents looked through, hit or not, with
        their words.

    Raises
    ------
    ValueError
        If the pattern cannot be read, or `by` is no column.
    """
    groups = check_by(corpus.documents, by).set_index("doc_id", drop=False)[by]
    theme = (Theme("node", "", (Pattern.parse(pattern),)),)
    parts, sizes = [], {}
    for names, tokens in token_batches(corpus):
        place = word_places(tokens)
        starts = np.searchsorted(place.document, np.arange(len(names) + 1))
        words = np.diff(starts)
        sizes |= dict(zip(names, words.tolist(), strict=True))
        first = match(theme, tokens).first
        document = place.document[first]
        word = first - starts[document]
        table = pd.DataFrame(
            {
                "doc_id": np.array(names, dtype=object)[document],
                "word": word + 1,
                "words": words[document],
                "share": word / words[document],
                "paragraph": place.within[first],
            }
        )
        parts.append(table)
    names = ["doc_id", "word", "words", "share", "paragraph"]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)
    table = table.assign(pattern=pattern)
    if by != "doc_id":
        table = table.assign(**{by: table["doc_id"].map(groups)})
    columns = list(dict.fromkeys([by, "doc_id", "pattern", *names[1:]]))
    table = table[columns].astype({"doc_id": "str", "pattern": "str"})
    looked = pd.DataFrame({"doc_id": at_hand(corpus)})
    looked = looked.assign(words=looked["doc_id"].map(sizes))
    looked = looked if by == "doc_id" else looked.assign(**{by: looked["doc_id"].map(groups)})
    table.attrs["documents"] = looked.to_dict("records")
    table.attrs["groups"] = sorted({*groups.dropna()}, key=str)
    return table
