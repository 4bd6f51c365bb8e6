"""A word, phrase or theme in the texts: its passages, the words around it, its rate and its tone.

A pattern is looked up in the texts, so that wildcards, phrases of any length and whole themes have
the same numbers as words do. The window of a collocate is a number of words on each side within the
sentence. The four cells of every statistic: words in the windows (their union, nodes left out)
against all other words (nodes left out).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import chain, islice, pairwise
from types import SimpleNamespace

import numpy as np
import pandas as pd

from crosscurrents.codebook import Codebook, Pattern, Theme, read_codebook
from crosscurrents.comparison import GROUP, RATES, Comparison, compared, remembered
from crosscurrents.core import Tokens, split_sentences, tokenise
from crosscurrents.core.arrays import covered, owners
from crosscurrents.core.patterns import match
from crosscurrents.core.words import APOSTROPHES, WORD, words_of
from crosscurrents.corpus import Corpus
from crosscurrents.effect_sizes import log_likelihood
from crosscurrents.texts import at_hand, content_terms, folded_words, token_batches, word_places
from crosscurrents.themes import chosen_themes, pole_names, theme_names
from crosscurrents.tone import driver_places, group_scores, scored_sentences
from crosscurrents.writing import check_choice, check_sources, check_whole

ORDERS = ("left", "right", "node", "text")
DEPTH = 3  # words of context that decide the order
COLUMNS = ["doc_id", "source", "paragraph", "sentence", "left", "node", "right"]
PLACE = ["doc_id", "paragraph", "sentence"]
FEW = 8  # words: what is shorter is not denser than a sentence
TONE = ["pattern", "sentences", "mean", "low", "high", "others", "others_mean", "unit"]
WINDOW = 5  # words each side (DEFINITIONS, collocation)
JOINT = 5  # fewest joint occurrences
WHOLE = ["count", "node_count", "term_count", "window_words", "words", "docfreq"]
NEAR = ["term", *WHOLE, "expected", "log_dice", "pmi", "g2"]


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
    check_whole(width=width, top_n=top_n)
    corpus = with_texts(corpus).texts
    documents = corpus.documents
    known = check_sources(documents, sources)
    chosen = documents[documents["source"].isin(sources or known)]
    source_of = dict(zip(chosen["doc_id"], chosen["source"]))
    rows = islice(_lines(corpus, node_of(pattern), width, source_of), top_n)
    table = pd.DataFrame(rows, columns=COLUMNS)
    texts = [c for c in COLUMNS if c not in ("paragraph", "sentence")]
    return sort_concordance(table.astype(dict.fromkeys(texts, "str")), order=order)


def _lines(
    corpus: Corpus, theme: tuple[Theme, ...], width: int, source_of: dict[str, str]
) -> Iterator[tuple]:
    """The COLUMNS of each hit in the documents that have a source, in text order."""
    for doc_ids, tokens in token_batches(corpus):
        found, place, shown = match(theme, tokens), word_places(tokens), -1
        pieces = tokens.sentences[tokens.paragraphs].tolist()  # where each paragraph begins
        words = tokens.words.sentences[tokens.paragraphs].tolist()
        for word, last in zip(found.first.tolist(), found.last.tolist()):
            doc_id, paragraph = doc_ids[place.document[word]], int(place.paragraph[word])
            if doc_id not in source_of:
                continue
            within, number = int(place.within[word]), int(place.number[word])
            if paragraph != shown:
                shown, low = paragraph, words[paragraph]
                text, spans = _laid_out(tokens, *pieces[paragraph : paragraph + 2])
                # A line in capitals is cut in small letters.
                capitals = text.islower() and corpus.paragraphs(doc_id)[within - 1].isupper()
            first, end = word - low, last - low + 1
            begin, stop = spans[first][0], spans[end - 1][1]
            left = spans[first - width][2] if first > width else 0
            right = spans[end + width - 1][3] if end + width < len(spans) else len(text)
            texts = text[left:begin].strip(" "), text[begin:stop], text[stop:right].strip(" ")
            texts = [part.upper() for part in texts] if capitals else texts
            yield (doc_id, source_of[doc_id], within, number, *texts)


def _laid_out(tokens: Tokens, first: int, last: int) -> tuple[str, list[tuple]]:
    """The text of some pieces, with a blank between two, and where its words are."""
    text, spans = "", []
    for piece in tokens.pieces.take(tokens.ids[first:last]).to_pylist():
        at = len(text)
        spans += [(at + a, at + b, at + c, at + d) for a, b, c, d in _spans(piece)]
        text += f"{piece} "
    return text[:-1], spans


@lru_cache(maxsize=2**15)
def _spans(piece: str) -> list[tuple[int, int, int, int]]:
    """Where each word of a piece begins and ends in it, and the same with the signs at its ends.

    Where that is not clear, the whole piece.
    """
    found = [m.span() for m in WORD.finditer(piece.translate(APOSTROPHES))]
    words = len(words_of(piece)[0])
    found = found if len(found) == words else [(0, len(piece))] * words
    heads = [0, *(begin for begin, _ in found[1:])]
    tails = [*(end for _, end in found[:-1]), len(piece)]
    return [(*span, head, tail) for span, head, tail in zip(found, heads, tails)]


def with_texts(corpus: Corpus | Comparison, by: str | None = None) -> Comparison:
    """A comparison that has texts, of what a function was given.

    Raises ValueError for measures, and if `by` is not a column.
    """
    if isinstance(corpus, Comparison):
        return Comparison(corpus, by=by)
    if not hasattr(corpus, "paragraphs"):
        raise ValueError(
            "this looks into the texts, which measures do not hold: give the corpus, or a "
            "Comparison(measures, corpus=corpus)"
        )
    return Comparison(SimpleNamespace(documents=corpus.documents), corpus=corpus, by=by)


def node_of(pattern: str | list[str] | Theme, name: str = "node") -> tuple[Theme, ...]:
    """What is searched for, as `match` takes it: a pattern, several, or a theme with all of its."""
    if isinstance(pattern, Theme):
        return (pattern,)
    texts = [pattern] if isinstance(pattern, str) else pattern
    return (Theme(name, "", tuple(map(Pattern.parse, texts))),)


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
    there = {*at_hand(corpus)} & {*places["doc_id"]}
    texts = {d: dict(enumerate(sentence_texts(corpus, d), start=1)) for d in there}
    rows = zip(places["doc_id"], places["sentence"])
    return places.assign(passage=[texts.get(d, {}).get(int(number), "") for d, number in rows])


def sentence_texts(corpus: Corpus, doc_id: str) -> list[str]:
    """The sentences of a document that hold a word, in their order."""
    options = {"language": corpus.language(doc_id), "abbreviations": corpus.abbreviations}
    sentences = (split_sentences(text, **options) for text in corpus.paragraphs(doc_id))
    return [s for s in chain.from_iterable(sentences) if any(words_of(p)[0] for p in s.split())]


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
    check_choice("order", order, ORDERS)
    texts = table[order] if order != "text" else pd.Series("", table.index)
    words = [[w.folded.lower() for piece in t.split() for w in words_of(piece)[0]] for t in texts]
    keys = [(w[::-1] if order == "left" else w)[:DEPTH] for w in words]
    return table.iloc[sorted(range(len(keys)), key=keys.__getitem__)].reset_index(drop=True)


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
        paragraph, sentence (from 1 within the document).

    Raises
    ------
    ValueError
        If the pattern cannot be read, or `by` is not a column.
    """
    comparison, node = with_texts(corpus, by), node_of(pattern)
    whole = ["word", "words", "paragraph", "sentence"]
    parts = [pd.DataFrame(columns=["doc_id", *whole])]
    for doc_ids, tokens in token_batches(comparison.texts):
        place, first = word_places(tokens), match(node, tokens).first
        starts = np.searchsorted(place.document, np.arange(len(doc_ids) + 1))
        document = place.document[first]
        numbers = first - starts[document] + 1, np.diff(starts)[document]
        own = pd.DataFrame(dict(zip(whole, (*numbers, place.within[first], place.number[first]))))
        parts.append(own.assign(doc_id=np.array(doc_ids, dtype=object)[document]))
    table = pd.concat(parts[1:] or parts, ignore_index=True).astype(dict.fromkeys(whole, int))
    table = table.assign(
        pattern=_name(pattern), share=(table["word"] - 1) / table["words"],
        group=table["doc_id"].map(comparison.group_of),
    )  # fmt: skip
    table = table[[GROUP, "doc_id", "pattern", *whole[:2], "share", *whole[2:]]]
    table = table.astype({"doc_id": "str", "pattern": "str", "share": float})
    return comparison.name_groups(table, sorted({*comparison.group_of.dropna()}, key=str))


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
    themes = chosen_themes(comparison, theme or every)
    rows = comparison.themes[comparison.themes["theme"].isin(themes)]
    found = rows.groupby(["theme", *PLACE], as_index=False, sort=False).agg(
        patterns=("pattern", ", ".join), different=("pattern", "nunique"), matches=("count", "sum")
    )
    sentences = comparison.sentences[["doc_id", "sentence", "words"]]
    found = comparison.with_group(found.merge(sentences, on=["doc_id", "sentence"]))
    found = found.assign(
        number=pd.Index(themes, dtype=object).get_indexer(found["theme"]),
        density=found["matches"] / found["words"].clip(lower=FEW),
    )
    best = found[["different", "matches", "density"]].mul(-1).add_prefix("_")
    found = found.join(best).sort_values(["number", GROUP, *best, *PLACE])
    found = found.groupby(["theme", GROUP], sort=False).head(top_n).reset_index(drop=True)
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
    key, rows = ["theme", "pattern"], comparison.with_group(comparison.themes)
    table = rows.groupby([*key, GROUP], as_index=False).agg(
        matches=("count", "sum"), documents=("doc_id", "nunique")
    )
    rank = {name: k for k, name in enumerate(theme_names(comparison))}
    table["rank"] = table["theme"].map(rank).fillna(len(rank))
    table["total"] = -table.groupby(key)["matches"].transform("sum")
    table = table.sort_values(["rank", "theme", "total", "pattern", GROUP], ignore_index=True)
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
        edges = [0, *chain.from_iterable(self.marks), len(self)]
        texts = [html.escape(self[start:end]) for start, end in pairwise(edges)]
        return "".join(f"<mark>{t}</mark>" if k % 2 else t for k, t in enumerate(texts))


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
        marks = sorted((spans[first][0], spans[last][1]) for first, last in hits)
        folded = " ".join(text.split())
        same = len(folded) == len(joined)  # a line in capitals is cut in small ones
        marked.append(Passage(folded, marks if same else ()))
    return marked


def driver_sentences(measures, **options) -> pd.DataFrame:
    """List the sentences that each driver of `sentiment_drivers` moved most.

    Parameters
    ----------
    measures : Measures or Comparison
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
    corpus, table, book = comparison.corpus, passages(comparison.corpus, found), Codebook()
    if corpus.codebook_file:
        with suppress(ValueError):  # it was spoilt since
            book = read_codebook(corpus.codebook_file)
    if book.sha256 != comparison.record["codebook"]["sha256"]:
        rows = comparison.themes[comparison.themes["theme"].isin(table["theme"])]
        rows = rows.drop_duplicates(["theme", "pattern"]).groupby("theme")["pattern"]
        book = Codebook(tuple(node_of(texts.tolist(), name)[0] for name, texts in rows))
    marked = mark_matches(table["passage"].tolist(), book, table["theme"].tolist())
    return table.assign(passage=pd.Series(marked, index=table.index, dtype=object))


# ---- the words around it ------------------------------------------------------------------------


def collocates(
    corpus,
    term: str | list[str] | Theme,
    *,
    by: str | None = None,
    window: int = WINDOW,
    min_count: int = JOINT,
    hide_stopwords: bool = False,
    top_n: int | None = None,
) -> pd.DataFrame:
    """List the words near a node in each group.

    Parameters
    ----------
    corpus : Corpus or Comparison
        The texts; of a Comparison, the texts that its measures cover. Documents
        whose text is not available are left out (`not_at_hand` names them).
    term : str, list of str or Theme
        The node: a pattern as in a codebook, several of them (`comparison.forms_of("ally")`), or a
        theme of one.
    by : str, optional
        Column of the documents: by default the column of the comparison, else source.
    window : int
        Words on each side of the node, within its sentence.
    min_count : int
        Fewest joint occurrences.
    hide_stopwords : bool
        Leave out stop words; sizes stay.
    top_n : int, optional
        Only so many of each group.

    Returns
    -------
    DataFrame
        By group, then falling logDice, then term: the group, term, count (of the term within reach
        of a node, each once), node_count, term_count, window_words, words (all but nodes), docfreq
        (documents with both together), expected (count by chance: term_count x window_words /
        words), log_dice (14 + log2(2 count / (node_count + term_count)), at most 14, one less is
        half as strong; Rychlý 2008), pmi (pointwise mutual information in bits: log2(count /
        expected); Church & Hanks 1990), g2 (four cells, unsigned: compare `count` with `expected`).

    Raises
    ------
    ValueError
        If the pattern cannot be read, `by` is not a column, or a number is out of its range.
    """
    check_whole(window=window, min_count=min_count, top_n=top_n)
    comparison = with_texts(corpus, by)
    table, sizes = _counts(comparison, term, int(window), min_count)
    if hide_stopwords:
        table = table[content_terms(pd.Index(table["term"]), comparison.texts)]
    table = _statistics(table.join(sizes, on=GROUP))
    table = table.sort_values([GROUP, "log_dice", "term"], ascending=[True, False, True])
    table = table if top_n is None else table.groupby(GROUP, sort=False).head(int(top_n))
    order = sizes["words"].sort_values(ascending=False, kind="stable").index.tolist()
    return comparison.name_groups(table[[GROUP, *NEAR]].reset_index(drop=True), order)


def _counts(comparison: Comparison, term, window: int, min_count: int):
    """Words often enough within reach of a node, and the sizes of the groups.

    Tables near (group, term, count, docfreq, term_count) and sizes (node_count, window_words,
    words: all but nodes), indexed by group.
    """
    groups, forms, vocabulary = comparison.group_of, comparison.word_forms, {}
    codes, names = pd.factorize(groups, sort=True)
    number, keys, nodes = dict(zip(groups.index, codes)), [GROUP, "word"], np.zeros(len(names), int)
    parts = [pd.DataFrame(columns=[*keys, "document", "near"], dtype=int)]
    for doc_ids, tokens in token_batches(comparison.texts):
        ids, own = forms.words(doc_ids, tokens) if forms else folded_words(tokens)
        own = np.array([vocabulary.setdefault(word, len(vocabulary)) for word in own], int)
        found, document = match(node_of(term), tokens), word_places(tokens).document
        node, reach = within_reach(found.first, found.last, tokens.words.sentences, window)
        owner = np.array([number[doc_id] for doc_id in doc_ids])[document]
        nodes += np.bincount(owner[found.first] + 1, minlength=len(nodes) + 1)[1:]
        document = document + len(number) * len(parts)  # of all batches
        rows = {GROUP: owner, "word": own[ids], "document": document, "near": reach.astype(int)}
        parts.append(pd.DataFrame(rows)[~node & (owner >= 0)])
    rows = pd.concat(parts)
    sizes = rows.groupby(GROUP)["near"].agg(window_words="sum", words="size")
    sizes = sizes.reindex(range(len(names)), fill_value=0).assign(node_count=nodes)
    near = rows[rows["near"] > 0].groupby(keys)["document"].agg(count="size", docfreq="nunique")
    table = near[near["count"] >= min_count].reset_index()
    every = rows[rows["word"].isin(table["word"])].groupby(keys).size()
    table = table.join(every.rename("term_count"), on=keys)
    table["term"] = np.array([*vocabulary], dtype=object)[table["word"]]
    table[GROUP] = names[table[GROUP]]
    return table, sizes.set_axis(names)


def within_reach(first, last, sentences, window):
    """Say which words belong to a node, and which lie within its reach, the nodes themselves too.

    Parameters
    ----------
    first, last : array of int (nodes,)
        Each node's first and last word.
    sentences : array of int (sentences + 1,)
        Offsets into words.
    window : int

    Returns
    -------
    node, reach : ndarray of bool (words,)

    Examples
    --------
    >>> node, reach = within_reach(np.array([3]), np.array([3]), np.array([0, 2, 6]), 2)
    >>> node.nonzero()[0].tolist(), reach.nonzero()[0].tolist()
    ([3], [2, 3, 4, 5])
    """
    size = int(sentences[-1])
    sentence = owners(sentences, first)
    low = np.maximum(first - window, sentences[sentence])
    high = np.minimum(last + window + 1, sentences[np.minimum(sentence + 1, len(sentences) - 1)])
    return covered(first, last + 1, size), covered(low, high, size)


def _statistics(table):
    """Add the statistics of a table of counts; in every row the count is above 0."""
    joint, size, total, words = (
        table[name].to_numpy(float) for name in ("count", "window_words", "term_count", "words")
    )
    expected = total * size / words
    return table.assign(
        expected=expected,
        log_dice=14 + np.log2(2 * joint / (table["node_count"] + total)),
        pmi=np.log2(joint / expected),
        g2=log_likelihood(joint, total - joint, size, words - size),
    ).astype({**dict.fromkeys(WHOLE, int), "term": "str"})


# ---- rate and tone of a pattern -----------------------------------------------------------------


def pattern_frequency(
    comparison: Comparison, pattern: str | Theme, *, period: str = ""
) -> pd.DataFrame:
    """Give the rate of a pattern or theme in each group, counted in the texts.

    Parameters
    ----------
    comparison : Comparison
        With its corpus. Documents whose text is not available are left out.
    pattern : str or Theme
        As `concordance` takes it.
    period : {"decade", "year", "quarter", "month"}, optional
        Each group in each period that it has documents of. Documents without such a date are left
        out.

    Returns
    -------
    DataFrame
        A row a group: the group, period (if asked for), pattern, count, words, rate, low, high
        (bootstrap over the units), docfreq (documents with a hit), documents, unit; the highest
        rate first, or by group and period.

    Raises
    ------
    ValueError
        If the pattern cannot be read, the comparison has no corpus, or the period is unknown.
    """
    rows = found_places(comparison, pattern).assign(count=1)
    searched = comparison.group_of.index.isin(at_hand(comparison.texts))
    own = comparison.regrouped(comparison.group_of.where(searched))
    if period:
        table = own.over_time(period, lambda dated: dated.group_rates(rows))
    else:
        rates = own.group_rates(rows)
        table = rates.sort_values(["rate", GROUP], ascending=[False, True], ignore_index=True)
    table.insert(len(table.columns) - len(RATES), "pattern", _name(pattern))
    return comparison.name_groups(table.astype({"pattern": "str"}))


def pattern_tone(comparison: Comparison, pattern: str | Theme) -> pd.DataFrame:
    """Give the mean score, by VADER, of the sentences of each group that a pattern occurs in.

    This describes the surroundings of a word, and tests nothing: what a sentence says of the word
    is for its reader to see.

    Parameters
    ----------
    comparison, pattern
        As `pattern_frequency`.

    Returns
    -------
    DataFrame
        A row a group with such sentences: the group, pattern, sentences, mean, low, high, others
        (sentences without the pattern), others_mean, unit.
    """
    places, rows = found_places(comparison, pattern), scored_sentences(comparison)
    index = pd.MultiIndex.from_frame(places[["doc_id", "sentence"]])
    hit = pd.MultiIndex.from_frame(rows[["doc_id", "sentence"]]).isin(index)
    others = rows[~hit].groupby(GROUP)["score"].agg(others="size", others_mean="mean")
    table = group_scores(comparison, rows[hit], "vader").join(others).fillna({"others": 0})
    table = table.rename_axis(GROUP).reset_index().assign(pattern=_name(pattern))
    table = table.astype({"others": int})
    return comparison.name_groups(table[[GROUP, *TONE]])


def read_paragraph(
    corpus: Corpus | Comparison, doc_id: str, paragraph: int, *, pattern: str | Theme = ""
) -> Passage:
    """Read a paragraph of a document, with what a pattern or theme matches marked.

    Raises
    ------
    ValueError
        If the document is unknown or its text not available, or it has no such paragraph.

    >>> from crosscurrents.corpus import read_corpus
    >>> corpus = read_corpus(pd.DataFrame({"text": ["It rained.\\n\\nRain fell again."]}))
    >>> read_paragraph(corpus, "1", 2, pattern="rain").marks
    ((0, 4),)
    """
    corpus = corpus.corpus if isinstance(corpus, Comparison) else corpus
    texts = corpus.paragraphs(doc_id)
    if not 1 <= paragraph <= len(texts):
        raise ValueError(
            f"paragraph {paragraph} is not in document {doc_id!r}; choose from 1 to {len(texts)}"
        )
    text = texts[paragraph - 1]
    if not pattern:
        return Passage(" ".join(text.split()))
    (theme,) = node_of(pattern)
    return mark_matches([text], Codebook((theme,)), [theme.name])[0]


@remembered
def found_places(comparison: Comparison, pattern: str | Theme) -> pd.DataFrame:
    """The places of a pattern, see `occurrences`; a comparison looks for them once."""
    return occurrences(comparison, pattern)


def _name(pattern: str | list[str] | Theme) -> str:
    if isinstance(pattern, Theme):
        return pattern.name
    return pattern if isinstance(pattern, str) else ", ".join(pattern)
