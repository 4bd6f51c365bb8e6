"""Themes that no codebook names: words that go together in paragraphs, found by NMF."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crosscurrents.checks import check_whole
from crosscurrents.discovery.factors import (
    EACH,
    TOP,
    best_of,
    choose_number,
    coherence,
    stability,
    top_words,
)
from crosscurrents.discovery.matrix import Weights, term_weights
from crosscurrents.intervals import check_options

CHOICE = ["number", "coherence", "stability", "chosen"]
STARTS = 5  # of which the one with the least error is kept
FITTED = 30_000  # paragraphs that the themes are found in, at most; the others are then placed
FEW_DOCUMENTS, FEW_PARAGRAPHS = 50, 500  # below either, what is found hints and does not show
SHAKY = 0.5  # mean agreement of top words below which a theme is another one in another sample


@dataclass(frozen=True, eq=False)
class Discovered:
    """Themes that were found, by falling share of the text.

    `themes`: theme (number and three top words), terms (ten), share (of all loads, by words),
    paragraphs (that it leads), coherence, stability. `terms`: theme, rank, term, weight.
    `paragraphs`: doc_id, paragraph, words, theme (that leads it), strength (how much of the
    paragraph it explains). `shares`: array (paragraphs, themes) of each theme's part of a
    paragraph. `choice`: number, coherence, stability, chosen. `notes`: what can be said of them.
    """

    themes: pd.DataFrame
    terms: pd.DataFrame
    paragraphs: pd.DataFrame
    shares: np.ndarray
    choice: pd.DataFrame
    notes: list[str]


def discover_themes(
    measures,
    *,
    themes: int | None = None,
    without: tuple[str, ...] = (),
    top_n: int = TOP,
    seed: int = 0,
) -> Discovered:
    """Find themes in the words of paragraphs, by non-negative factors of their tf-idf weights.

    Parameters
    ----------
    measures : Measures
        The texts are not needed: words are counted by paragraph.
    themes : int, optional
        How many; chosen by default: the number whose themes have the highest coherence (NPMI of ten
        top words) times stability (the same words in samples of the documents). Text
        full of near copies (templates, agency reports) gives few; name a number then.
    without : tuple of str
        Words to leave out, such as the names of the sources.
    top_n : int
        Words that are listed of a theme, at least 3.
    seed : int
        The same seed gives the same themes.

    Returns
    -------
    Discovered
        Without themes, and with a note that says why, where the text is too short.

    Raises
    ------
    ValueError
        If an option is out of its range, or more themes are asked for than there is text for.
    """
    from threadpoolctl import threadpool_limits

    check_options(0.95, 100, seed)
    check_whole(3, top_n=top_n)
    without = (without,) if isinstance(without, str) else tuple(without)
    weights = term_weights(measures, without)
    paragraphs, words = weights.values.shape
    if themes is not None:
        check_whole(themes=themes)
        if themes > min(paragraphs, words) // 2:
            raise ValueError(
                f"themes {themes!r} are too many for {paragraphs} paragraphs and {words} words of "
                f"use; choose up to {min(paragraphs, words) // 2}"
            )
    elif min(paragraphs // EACH, words // TOP) < 2:
        return _nothing(weights)
    with threadpool_limits(1):  # these matrices are small: more threads wait for each other
        choice = pd.DataFrame(columns=CHOICE)
        if themes is None:
            choice = choose_number(weights.values, weights.document, seed)
            themes = choice.loc[choice["chosen"], "number"].iloc[0]
        loads, shapes = _fit(weights.values, int(themes), seed)
        return _tables(weights, loads[weights.row], shapes, choice, top_n, seed)


def _fit(values, number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Loads of all paragraphs and shapes of the themes."""
    if values.shape[0] <= FITTED:
        return best_of(values, number, seed, STARTS)
    from sklearn.decomposition import non_negative_factorization

    rows = np.random.default_rng(seed).choice(values.shape[0], FITTED, replace=False)
    shapes = best_of(values[np.sort(rows)], number, seed, STARTS)[1]
    loads, _, _ = non_negative_factorization(
        values, H=shapes, n_components=number, init="custom", update_H=False, random_state=seed
    )
    return loads, shapes


def _tables(weights: Weights, loads, shapes, choice, top_n: int, seed: int) -> Discovered:
    total = loads.sum(axis=1, keepdims=True)
    shares = loads / np.where(total > 0, total, 1)
    words = weights.paragraphs["words"].to_numpy(float)
    order = np.argsort(-(words @ shares), kind="stable")
    loads, shares, shapes = loads[:, order], shares[:, order], shapes[order]
    tops = top_words(shapes, top_n)
    listed = [weights.terms[row].tolist() for row in tops]
    names = [f"{k} {', '.join(row[:3])}" for k, row in enumerate(listed, start=1)]
    leading, theme = shares.argmax(axis=1), np.array(names, dtype=object)
    judged = tops[:, :TOP]
    table = pd.DataFrame(
        {
            "theme": names,
            "terms": [", ".join(row) for row in listed],
            "share": words @ shares / max((words * (total[:, 0] > 0)).sum(), 1),
            "paragraphs": np.bincount(leading[total[:, 0] > 0], minlength=len(names)),
            "coherence": coherence(weights.values, judged),
            "stability": stability(weights.values, weights.document, judged, seed),
        }
    )
    rank = np.tile(np.arange(1, tops.shape[1] + 1), len(names))
    terms = pd.DataFrame(
        {
            "theme": np.repeat(theme, tops.shape[1]),
            "rank": rank,
            "term": [term for row in listed for term in row],
            "weight": np.take_along_axis(shapes, tops, axis=1).ravel(),
        }
    )
    places = weights.paragraphs[["doc_id", "paragraph", "words"]].assign(
        theme=np.where(total[:, 0] > 0, theme[leading], ""),
        strength=np.take_along_axis(loads, leading[:, None], axis=1)[:, 0],
    )
    notes = _notes(table, weights)
    return Discovered(table, terms, places, shares, choice, notes)


def _notes(table: pd.DataFrame, weights: Weights) -> list[str]:
    """What the themes rest on, how sure they are, and how little that can carry where it is."""
    paragraphs = len(weights.paragraphs)
    again = paragraphs - weights.values.shape[0]
    documents = weights.paragraphs["document"].nunique()
    mean, shaky = table["stability"].mean(), table.loc[table["stability"] < SHAKY, "theme"]
    notes = [
        f"{_counted(len(table), 'theme')} in {_counted(paragraphs, 'paragraph')} of "
        f"{_counted(documents, 'document')}, from {_counted(len(weights.terms), 'word')}; "
        f"{_counted(weights.left_out, 'paragraph')} with too few words left out"
        + (f"; {_counted(again, 'paragraph')} that repeat others count once." if again else "."),
        f"Found again in samples of the text, the top words of a theme agree to {mean:.0%} on "
        "average"
        + (f"; below {SHAKY:.0%}: {'; '.join(shaky)}." if len(shaky) else ", of none below half."),
    ]
    if documents < FEW_DOCUMENTS or paragraphs < FEW_PARAGRAPHS:
        notes.append(
            f"So little text ({_counted(documents, 'document')}, "
            f"{_counted(paragraphs, 'paragraph')}) can carry no finding: take these themes as "
            "hints of what a codebook may lack, and read the passages."
        )
    return notes


def _nothing(weights: Weights) -> Discovered:
    columns = ["theme", "terms", "share", "paragraphs", "coherence", "stability"]
    places = pd.DataFrame(columns=["doc_id", "paragraph", "words", "theme", "strength"])
    note = (
        f"No themes were sought: {_counted(len(weights.paragraphs), 'paragraph')} with "
        f"{_counted(len(weights.terms), 'word')} that return in other paragraphs are too few."
    )
    return Discovered(
        pd.DataFrame(columns=columns),
        pd.DataFrame(columns=["theme", "rank", "term", "weight"]),
        places,
        np.zeros((0, 0)),
        pd.DataFrame(columns=CHOICE),
        [note],
    )


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
