"""The passages behind the numbers of a theme, with what matched marked, and matches by pattern."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from crosscurrents.checks import check_whole
from crosscurrents.codebook import Codebook, Pattern, Theme, read_codebook
from crosscurrents.comparison import GROUP, Comparison, compared
from crosscurrents.contexts import edge, passages, piece_text
from crosscurrents.core import tokenise
from crosscurrents.corpus import Corpus
from crosscurrents.themes import check_theme, pole_names, scale_names, theme_names

PLACE = ["doc_id", "paragraph", "sentence"]
FEW = 8  # words: what is shorter is not denser than a sentence


def evidence(measures, *, theme: str = "", top_n: int = 3, corpus=None, **options) -> pd.DataFrame:
    """List the passages behind the numbers of one theme, or of every theme and pole.

    The best come first: sentences in which most different patterns match; among these, those with
    most matches, then those with most matches a word (of at least 8), then the first in the text.

    Parameters
    ----------
    measures : Measures or Comparison
    theme : str
        A theme of the codebook, a sub-theme, a pole of a scale ("closeness/warmth"), or the negated
        matches of one ("closeness/warmth denied"); all of them but sub-themes by default.
    top_n : int
        Sentences of each theme and group; 0 lists none.
    corpus : Corpus, optional
        That of the Comparison by default. With it the text of each sentence is in `passage`; what
        matched is marked where the table is shown; it is empty where the text is not available, and
        `attrs["note"]` says which file is missing.
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
    comparison = Comparison(measures, corpus=corpus, **options)
    found = evidence_places(comparison, theme=theme, top_n=top_n)
    return found if comparison.corpus is None else _with_passages(comparison, found)


@compared
def evidence_places(comparison: Comparison, *, theme: str = "", top_n: int = 3) -> pd.DataFrame:
    """List the places that `evidence` lists, without their text."""
    check_whole(0, top_n=top_n)
    poles = [pole for name in scale_names(comparison) for pole in pole_names(comparison, name)]
    themes = [check_theme(comparison, theme)] if theme else theme_names(comparison) + poles
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
    bounds = np.asarray(tokens.sentences)[np.asarray(tokens.paragraphs)[tokens.documents]]
    text = np.searchsorted(bounds, np.asarray(tokens.words.piece)[found.first], side="right") - 1
    matches: dict[int, list] = {}
    for k in np.flatnonzero(found.theme == code[text]).tolist():
        matches.setdefault(int(text[k]), []).append((int(found.first[k]), int(found.last[k])))
    marked = []
    for k, (text, begin, end) in enumerate(zip(texts, bounds[:-1].tolist(), bounds[1:].tolist())):
        pieces = [piece_text(tokens, place) for place in range(begin, end)]
        starts = np.cumsum([0, *(len(piece) + 1 for piece in pieces)])
        marks = []
        for first, last in matches.get(k, []):
            ends = edge(tokens, first, 0), edge(tokens, last, 1)
            marks.append(tuple(int(starts[piece - begin]) + at for piece, at in ends))
        folded, joined = " ".join(text.split()), " ".join(pieces)
        same = len(folded) == len(joined)  # a line in capitals is cut in small ones
        marked.append(Passage(folded, sorted(marks) if same else ()))
    return marked


def term_passages(comparison: Comparison, places: pd.DataFrame) -> pd.DataFrame:
    """Add the text of sentences to a table of places with a column term, the term marked in it.

    Parameters
    ----------
    comparison : Comparison
        With its corpus.
    places : DataFrame
        term, doc_id, sentence.

    Returns
    -------
    DataFrame
        The same rows and passage, empty where the text is not available; `attrs["note"]` says
        which files are missing.
    """
    table = passages(comparison.corpus, places)
    marked = [_marked(text, term) for text, term in zip(table["passage"], table["term"])]
    attrs = {**places.attrs, **table.attrs}
    table = table.assign(passage=pd.Series(marked, index=table.index, dtype=object))
    table.attrs = attrs
    return table


def _marked(text: str, term: str) -> Passage:
    """A text with a term marked, in capitals and in parts of compounds too."""
    text = " ".join(text.split())
    found = re.finditer(rf"(?<!\w){re.escape(term)}(?!\w)", text, re.IGNORECASE)
    return Passage(text, [match.span() for match in found])


def _with_passages(comparison: Comparison, found: pd.DataFrame) -> pd.DataFrame:
    """Add the text of the places, with what matched marked."""
    corpus = comparison.corpus
    table = passages(corpus, found)
    texts = table["passage"].to_numpy(dtype=object)
    there = corpus.documents.set_index("doc_id")["at_hand"]
    there = there.reindex(table["doc_id"]).fillna(False).to_numpy(dtype=bool)
    if there.any():
        rows = comparison.themes[comparison.themes["theme"].isin(table["theme"])]
        book = _codebook_of(corpus, comparison, rows)
        made = np.empty(there.sum(), dtype=object)
        made[:] = mark_matches(list(texts[there]), book, table["theme"][there].tolist())
        texts[there] = made
    return table.assign(passage=pd.Series(texts, index=table.index, dtype=object))


def _codebook_of(corpus: Corpus, measures, rows: pd.DataFrame) -> Codebook:
    """Give the codebook that measures were made with, or one of the patterns that matched.

    The corpus folder's own, if it is the same. Else what matched is all that is known, and not what
    a theme leaves out. `rows` holds theme and pattern.
    """
    own = corpus.path / "codebook.yml" if corpus.path else None
    if own and own.is_file():
        try:
            book = read_codebook(own)
        except ValueError:  # it was spoilt since
            book = Codebook()
        if book.sha256 == measures.record["codebook"]["sha256"]:
            return book
    patterns = rows.drop_duplicates(["theme", "pattern"]).groupby("theme", sort=True)["pattern"]
    return Codebook(
        tuple(Theme(name, "", tuple(map(Pattern.parse, texts))) for name, texts in patterns)
    )
