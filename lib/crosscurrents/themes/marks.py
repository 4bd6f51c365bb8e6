"""Passages with the words marked that a theme's patterns matched."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
import pandas as pd

from crosscurrents.codebook import Codebook, Pattern, Theme, read_codebook
from crosscurrents.concordance import edge, piece_text
from crosscurrents.corpus import Corpus
from crosscurrents.tokens import tokenise


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


def marked(texts: Sequence[str], codebook: Codebook, themes: Sequence[str]) -> list[Passage]:
    """Mark in each text what a theme of a codebook matches; white space is folded.

    Parameters
    ----------
    texts : sequence of str
        Sentences, say.
    codebook : Codebook
    themes : sequence of str
        For each text the name of a theme, a sub-theme or a pole of the codebook.

    Returns
    -------
    list of Passage

    Examples
    --------
    >>> energy = Theme("energy", "", (Pattern.parse("gas field*"),))
    >>> found = marked(["The  gas fields.", "Gas."], Codebook((energy,)), ["energy", "energy"])
    >>> found, [passage.marks for passage in found]
    (['The gas fields.', 'Gas.'], [((4, 14),), ()])
    """
    tokens = tokenise([[text] for text in texts])
    found = codebook.match(tokens)
    code = pd.Index([theme.name for theme in codebook.themes]).get_indexer(themes)
    bounds = np.asarray(tokens.sentences)[np.asarray(tokens.paragraphs)[tokens.documents]]
    text = np.searchsorted(bounds, np.asarray(tokens.words.piece)[found.first], side="right") - 1
    hits: dict[int, list] = {}
    for k in np.flatnonzero(found.theme == code[text]).tolist():
        hits.setdefault(int(text[k]), []).append((int(found.first[k]), int(found.last[k])))
    passages = []
    for k, (text, begin, end) in enumerate(zip(texts, bounds[:-1].tolist(), bounds[1:].tolist())):
        pieces = [piece_text(tokens, place) for place in range(begin, end)]
        starts = np.cumsum([0, *(len(piece) + 1 for piece in pieces)])
        marks = []
        for first, last in hits.get(k, []):
            ends = edge(tokens, first, 0), edge(tokens, last, 1)
            marks.append(tuple(int(starts[piece - begin]) + at for piece, at in ends))
        folded, joined = " ".join(text.split()), " ".join(pieces)
        same = len(folded) == len(joined)  # a line in capitals is cut in small ones
        passages.append(Passage(folded, sorted(marks) if same else ()))
    return passages


def codebook_of(corpus: Corpus, measures, hits: pd.DataFrame) -> Codebook:
    """Give the codebook that measures were made with, or one of the patterns that hit.

    The corpus folder's own, if it is the same. Else what hit is all that is known, and not what a
    theme leaves out. `hits` holds theme and pattern.
    """
    own = corpus.path / "codebook.yml" if corpus.path else None
    if own and own.is_file():
        try:
            book = read_codebook(own)
        except ValueError:  # it was spoilt since
            book = Codebook()
        if book.sha256 == measures.record["codebook"]["sha256"]:
            return book
    patterns = hits.drop_duplicates(["theme", "pattern"]).groupby("theme", sort=True)["pattern"]
    return Codebook(
        tuple(Theme(name, "", tuple(map(Pattern.parse, texts))) for name, texts in patterns)
    )
