"""Passages: a word or phrase in its contexts, and the sentences behind the numbers of a theme."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from crosscurrents.codebook import Codebook, Pattern, Theme, read_codebook
from crosscurrents.comparison import GROUP, Comparison, compared, rename_groups
from crosscurrents.core import Tokens, split_sentences, tokenise
from crosscurrents.core.patterns import match
from crosscurrents.core.words import APOSTROPHES, WORD, words_of
from crosscurrents.corpus import Corpus
from crosscurrents.corpus.files import user_column
from crosscurrents.texts import at_hand, token_batches, word_places
from crosscurrents.themes import check_theme, pole_names, theme_names
from crosscurrents.tone import driver_places
from crosscurrents.writing import check_sources, check_whole

ORDERS = ("left", "right", "node", "text")
DEPTH = 3  # words of context that decide the order
COLUMNS = ["doc_id", "source", "paragraph", "sentence", "left", "node", "right"]
PLACE = ["doc_id", "paragraph", "sentence"]
FEW = 8  # words: what is shorter is not denser than a sentence


def concordance(
    corpus: Corpus | Comparison,
    pattern: str | list[str] | Theme,
    *,
    sources: list[str] | None = None,
    width: int = 8,
    top_n: int | None = None,
    order: str = "text",
) -> pd.DataFrame:
    """List every hit of a pattern with the text left and right of it.

    Parameters
    ----------
    corpus
        The texts; of a Comparison, the texts that its measures cover. Documents
        whose text is not available are left out (`corpus.documents["at_hand"]`).
    pattern
        As in a codebook: words, a glob, a phrase, an acronym, `=` for whole words spelled so; a
        list of these; or a theme of a codebook (`codebook["energy"]`), all of whose patterns count.
    sources
        Only these sources; all by default.
    width
        Words of context on either side, at least 1.
    top_n
        Only so many hits, the first in the texts; all by default.
    order : {"text", "right", "left", "node"}
        In text order; or by the words after the node, the nearest first; by those before it, the
        nearest first; or by the node. Words count as they are folded, without punctuation, and ties
        are in text order.

    Returns
    -------
    DataFrame
        doc_id, source, paragraph, sentence, left, node, right. Contexts keep their
        punctuation, run over sentence ends, and stop at the paragraph.

    Raises
    ------
    ValueError
        A pattern that cannot be read, an unknown source or order, a width or a top_n below 1.

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
    for names, tokens in token_batches(corpus):
        wanted = np.array([name in source_of for name in names])
        most = None if top_n is None else top_n - len(rows)
        for document, paragraph, sentence, *texts in _lines(tokens, theme, width, wanted, most):
            doc_id = names[document]
            if "".join(texts).islower() and corpus.paragraphs(doc_id)[paragraph - 1].isupper():
                texts = [text.upper() for text in texts]  # a line in capitals is cut in small ones
            rows.append((doc_id, source_of[doc_id], paragraph, sentence, *texts))
        if len(rows) == top_n:
            break
    table = pd.DataFrame(rows, columns=COLUMNS)
    texts = [c for c in COLUMNS if c not in ("paragraph", "sentence")]
    return sort_concordance(table.astype(dict.fromkeys(texts, "str")), order=order)


def _lines(
    tokens: Tokens, theme: tuple[Theme, ...], width: int, wanted: np.ndarray, most: int | None
) -> Iterator[tuple]:
    """Document, paragraph, sentence, left, node and right of the first hits in wanted documents."""
    found, place = match(theme, tokens), word_places(tokens)
    hits = np.flatnonzero(wanted[place.document[found.first]])[:most]
    shown = -1
    pieces = tokens.sentences[tokens.paragraphs].tolist()  # where each paragraph begins
    words = tokens.words.sentences[tokens.paragraphs].tolist()
    for word, last in zip(found.first[hits].tolist(), found.last[hits].tolist()):
        paragraph = int(place.paragraph[word])
        if paragraph != shown:
            text, spans = _laid_out(tokens, *pieces[paragraph : paragraph + 2])
            shown, low = paragraph, words[paragraph]
        first, end = word - low, last - low + 1
        node = slice(spans[first].begin, spans[end - 1].end)
        left = spans[first - width].head if first > width else 0
        right = spans[end + width - 1].tail if end + width < len(spans) else len(text)
        texts = text[left : node.start], text[node], text[node.stop : right]
        where = (int(numbers[word]) for numbers in (place.document, place.within, place.number))
        yield (*where, *(part.strip(" ") for part in texts))


class Span(NamedTuple):
    """Where a word begins and ends in a text; head and tail with the signs at a piece's ends."""

    begin: int
    end: int
    head: int
    tail: int


def _laid_out(tokens: Tokens, first: int, last: int) -> tuple[str, list[Span]]:
    """The text of some pieces, with a blank between two, and where its words are."""
    text, spans = "", []
    for piece in tokens.pieces.take(tokens.ids[first:last]).to_pylist():
        at, found = len(text), _spans(piece)
        for k, (begin, end) in enumerate(found):
            head = 0 if k == 0 else begin
            tail = len(piece) if k == len(found) - 1 else end
            spans.append(Span(at + begin, at + end, at + head, at + tail))
        text += f"{piece} "
    return text[:-1], spans


@lru_cache(maxsize=4096)
def _spans(piece: str) -> list[tuple[int, int]]:
    """Where each word of a piece stands in it; where that is not clear, the whole piece."""
    found = [m.span() for m in WORD.finditer(piece.translate(APOSTROPHES))]
    words = len(words_of(piece)[0])
    return found if len(found) == words else [(0, len(piece))] * words


def texts_by_group(corpus, by: str | None = None) -> tuple:
    """The corpus of what a function was given, the column of groups, and each document's group.

    Raises ValueError if a Comparison has no corpus or `by` is not a column.
    """
    if isinstance(corpus, Comparison):
        by = by or corpus.by
        corpus = corpus.texts
    if not hasattr(corpus, "paragraphs"):
        raise ValueError(
            "this looks into the texts, which measures do not hold: give the corpus, or a "
            "Comparison(measures, corpus=corpus)"
        )
    by = by or "source"
    documents = corpus.documents
    groups = documents.set_index("doc_id", drop=False)[user_column(documents, by)]
    return corpus, by, groups.mask(groups.astype(object) == "").rename(GROUP)


def node_of(pattern: str | list[str] | Theme) -> tuple[Theme, ...]:
    """What is searched for, as `match` takes it: a pattern, several, or a theme with all of its."""
    if isinstance(pattern, Theme):
        return (pattern,)
    texts = [pattern] if isinstance(pattern, str) else pattern
    return (Theme("node", "", tuple(map(Pattern.parse, texts))),)


def passages(corpus: Corpus, places: pd.DataFrame) -> pd.DataFrame:
    """Add the text of sentences to a table of places.

    Parameters
    ----------
    places
        With doc_id and sentence (from 1 within the document).

    Returns
    -------
    DataFrame
        The same rows and a column `passage`, empty where the text is not available.
    """
    documents = corpus.documents[corpus.documents["doc_id"].isin(places["doc_id"])]
    at_hand = documents[documents["at_hand"]]
    texts = {}
    for doc_id in at_hand["doc_id"]:
        found = sentence_texts(corpus, doc_id)
        texts |= {(doc_id, i): text for i, text in enumerate(found, start=1)}
    found = [texts.get((d, int(s)), "") for d, s in zip(places["doc_id"], places["sentence"])]
    return places.assign(passage=found)


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


def sort_concordance(table: pd.DataFrame, *, order: str) -> pd.DataFrame:
    """Sort the lines of a concordance, which are in text order, by what is beside the node.

    Raises ValueError if the order is unknown.

    >>> lines = pd.DataFrame({"left": ["of the", "a"], "node": ["gas", "gas"],
    ...                       "right": [", we say", "and oil"]})
    >>> sort_concordance(lines, order="right")["right"].tolist()
    ['and oil', ', we say']
    >>> sort_concordance(lines, order="left")["left"].tolist()
    ['a', 'of the']
    """
    if order not in ORDERS:
        raise ValueError(f"order {order!r} is not known; choose from {list(ORDERS)}")
    texts = [""] * len(table) if order == "text" else table[order]
    words = [_folded(text) for text in texts]
    keys = [(w[::-1] if order == "left" else w)[:DEPTH] for w in words]
    number = sorted(range(len(keys)), key=keys.__getitem__)
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
            "sentence": place.number[first],
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


def evidence(measures, *, theme: str = "", top_n: int = 3, **options) -> pd.DataFrame:
    """List the passages behind the numbers of one theme, or of every theme and pole.

    The best come first: sentences in which most different patterns match; among these, those with
    most matches, then those with most matches a word (of at least 8), then the first in the text.

    Parameters
    ----------
    measures : Measures or Comparison
        Of a Comparison with its corpus the text of each sentence is in `passage`; what matched is
        marked where the table is shown; it is empty where the text is not available.
    theme : str
        A theme of the codebook, a sub-theme, a pole of a scale ("closeness/warmth"), or the negated
        matches of one ("closeness/warmth denied"); all of them but sub-themes by default.
    top_n : int
        Sentences of each theme and group; 0 lists none.
    options
        Of a Comparison: by, level, resamples, seed.

    Returns
    -------
    DataFrame
        theme, group, doc_id, paragraph, sentence, patterns (what matched), matches, words, and
        passage with a corpus; by theme in codebook order, then by group, the best first.

    Raises
    ------
    ValueError
        If the theme is not in the codebook.
    """
    comparison = Comparison(measures, **options)
    found = evidence_places(comparison, theme=theme, top_n=top_n)
    return found if comparison.corpus is None else _with_passages(comparison, found)


@compared
def evidence_places(comparison: Comparison, *, theme: str = "", top_n: int = 3) -> pd.DataFrame:
    """List the places that `evidence` lists, without their text."""
    check_whole(0, top_n=top_n)
    every = theme_names(comparison) + pole_names(comparison)
    themes = [check_theme(comparison, theme)] if theme else every
    rows = comparison.themes[comparison.themes["theme"].isin(themes)]
    found = rows.groupby(["theme", *PLACE], as_index=False, sort=False).agg(
        patterns=("pattern", ", ".join), different=("pattern", "nunique"), matches=("count", "sum")
    )
    sentences = comparison.sentences[["doc_id", "sentence", "words"]]
    found = found.merge(sentences, on=["doc_id", "sentence"])
    found = found.assign(
        group=found["doc_id"].map(comparison.group_of),
        _density=found["matches"] / found["words"].clip(lower=FEW),
        _order=pd.Index(themes, dtype=object).get_indexer(found["theme"]),
    ).dropna(subset=GROUP)
    order = {"_order": True, GROUP: True, "different": False, "matches": False, "_density": False}
    order |= dict.fromkeys(PLACE, True)
    found = found.sort_values([*order], ascending=[*order.values()])
    found = found.groupby(["_order", GROUP], sort=False).head(top_n).reset_index(drop=True)
    return found[["theme", GROUP, *PLACE, "patterns", "matches", "words"]]


@compared
def pattern_matches(comparison: Comparison) -> pd.DataFrame:
    """Count the matches of each pattern in each group.

    Returns
    -------
    DataFrame
        theme, pattern, group, matches, documents (in which it matches); by theme in codebook order,
        then by falling matches of all groups together, then by pattern and group.
    """
    rows = comparison.themes.assign(group=comparison.themes["doc_id"].map(comparison.group_of))
    key = ["theme", "pattern"]
    table = rows.groupby([*key, GROUP], as_index=False).agg(
        matches=("count", "sum"), documents=("doc_id", "nunique")
    )
    order = {name: k for k, name in enumerate(theme_names(comparison))}
    table = table.assign(
        _rank=table["theme"].map(order).astype(float).fillna(len(order)),
        _total=-table.groupby(key)["matches"].transform("sum"),
    )
    table = table.sort_values(["_rank", "theme", "_total", "pattern", GROUP], ignore_index=True)
    return table[[*key, GROUP, "matches", "documents"]]


class Passage(str):
    """A text that knows which stretches of it are marked; plain wherever a text is wanted.

    >>> passage = Passage("Oil & gas, AT&T.", [(0, 3), (11, 15)])
    >>> passage.__html__()
    '<mark>Oil</mark> &amp; gas, <mark>AT&amp;T</mark>.'
    """

    marks: tuple[tuple[int, int], ...]

    def __new__(cls, text: str, marks: Sequence[tuple[int, int]] = ()) -> Passage:
        made = super().__new__(cls, text)
        made.marks = tuple(marks)
        return made

    def __html__(self) -> str:
        """The text as HTML, escaped, with its marks."""
        done, parts = 0, []
        for start, end in self.marks:
            marked = html.escape(self[start:end])
            parts += [html.escape(self[done:start]), f"<mark>{marked}</mark>"]
            done = end
        return "".join(parts) + html.escape(self[done:])


def mark_matches(texts: Sequence[str], codebook: Codebook, themes: Sequence[str]) -> list[Passage]:
    """Mark in each text what a theme of a codebook matches; white space is folded.

    Parameters
    ----------
    texts : sequence of str
        Sentences, say.
    codebook : Codebook
    themes : sequence of str
        For each text the name of a theme, a sub-theme or a pole of the codebook.

    Examples
    --------
    >>> energy = Theme("energy", "", (Pattern.parse("gas field*"),))
    >>> book = Codebook((energy,))
    >>> found = mark_matches(["The  gas fields.", "Gas."], book, ["energy", "energy"])
    >>> found, [passage.marks for passage in found]
    (['The gas fields.', 'Gas.'], [((4, 14),), ()])
    """
    tokens = tokenise([[text] for text in texts])
    found = codebook.match(tokens)
    code = pd.Index([theme.name for theme in codebook.themes]).get_indexer(themes)
    bounds = tokens.sentences[tokens.paragraphs[tokens.documents]].tolist()
    starts = tokens.words.sentences[tokens.paragraphs[tokens.documents]]
    number = np.searchsorted(starts, found.first, side="right") - 1  # of the text
    marked = []
    for k, text in enumerate(texts):
        joined, spans = _laid_out(tokens, *bounds[k : k + 2])
        own = (number == k) & (found.theme == code[k])
        hits = zip(found.first[own] - starts[k], found.last[own] - starts[k])
        marks = sorted((spans[first].begin, spans[last].end) for first, last in hits)
        folded = " ".join(text.split())
        same = len(folded) == len(joined)  # a line in capitals is cut in small ones
        marked.append(Passage(folded, marks if same else ()))
    return marked


def driver_sentences(measures, **options) -> pd.DataFrame:
    """List the sentences that each driver of `sentiment_drivers` moved most.

    Parameters
    ----------
    measures : Tone or Comparison
        Of a Comparison with its corpus the text of each sentence is in `passage`, the term marked;
        it is empty where the text is not available.
    options
        lexicon and top_n of `sentiment_drivers`, most (sentences of each term and group, 3), and
        the options of a Comparison.

    Returns
    -------
    DataFrame
        group, term, doc_id, paragraph, sentence, value (what the term added), score (of the whole
        sentence), and passage with a corpus; by group, then in the order of the drivers, the
        largest values first.
    """
    places, corpus = driver_places(measures, **options), getattr(measures, "corpus", None)
    return places if corpus is None else term_passages(corpus, places)


def term_passages(corpus: Corpus, places: pd.DataFrame) -> pd.DataFrame:
    """Add the text of sentences to a table of places with a column term, the term marked in it."""
    texts = passages(corpus, places)["passage"]
    marked = [_marked(text, term) for text, term in zip(texts, places["term"])]
    return places.assign(passage=pd.Series(marked, index=places.index, dtype=object))


def _marked(text: str, term: str) -> Passage:
    """A text with a term marked, in capitals and in parts of compounds too."""
    text = " ".join(text.split())
    found = re.finditer(rf"(?<!\w){re.escape(term)}(?!\w)", text, re.IGNORECASE)
    return Passage(text, [match.span() for match in found])


def _with_passages(comparison: Comparison, found: pd.DataFrame) -> pd.DataFrame:
    """Add the text of the places, with what matched marked.

    By the corpus's own codebook, if the measures were made with it; else by what matched anywhere,
    which does not say what a theme leaves out.
    """
    corpus, table = comparison.corpus, passages(comparison.corpus, found)
    book = None
    if corpus.codebook_file:
        with suppress(ValueError):  # it was spoilt since
            book = read_codebook(corpus.codebook_file)
    if book is None or book.sha256 != comparison.record["codebook"]["sha256"]:
        rows = comparison.themes[comparison.themes["theme"].isin(table["theme"])]
        rows = rows.drop_duplicates(["theme", "pattern"]).groupby("theme")["pattern"]
        themes = [Theme(name, "", tuple(map(Pattern.parse, texts))) for name, texts in rows]
        book = Codebook(tuple(themes))
    marked = mark_matches(table["passage"].tolist(), book, table["theme"].tolist())
    return table.assign(passage=pd.Series(marked, index=table.index, dtype=object))
