"""Weights split into themes; how well a theme's words go together, and whether it comes again.

Top words are arrays of ints (themes, words): columns of the weights, the heaviest first.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

TOP = 10  # words that a theme is judged by (Lau, Newman & Baldwin 2014)
GRID = (*range(2, 13), 15, 20, 25, 30, 40)  # numbers of themes that are tried first
JUDGED = 5  # of the numbers tried, those that hang together best are also tried on samples
SAMPLES = 6  # a number of themes is tried on
PART = 0.8  # of the units, in each sample (Greene, O'Callaghan & Cunningham 2014)
EACH = 8  # paragraphs a theme needs at least
CHOOSING = 3_000  # paragraphs that the number is chosen by, at most
WORDS = 2_000  # commonest words that it is chosen by
TESTED = 10_000  # paragraphs that stability is asked of, at most


def factorise(values, number: int, seed: int, *, start: str = "nndsvd"):
    """Split weights into themes by NMF (Lee & Seung 1999), by coordinate descent, near enough.

    Returns
    -------
    loads : ndarray (paragraphs, number), shapes : ndarray (number, terms)
    error : float
        Length of what is left.
    """
    return _nmf(values, number, seed, start, steps=50, tolerance=1e-3)


def _nmf(values, number, seed, start, *, steps, tolerance, loads=None, shapes=None):
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    model = NMF(number, init=start, random_state=seed, max_iter=steps, tol=tolerance)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", ConvergenceWarning
        )  # the starts are compared by their error
        loads = model.fit_transform(values, W=loads, H=shapes)
    return loads, model.components_, float(model.reconstruction_err_)


def best_of(values, number: int, seed: int, starts: int):
    """The factors with the least error of several starts, one by SVD, the others at random.

    Returns
    -------
    loads : ndarray (paragraphs, number), shapes : ndarray (number, terms) with rows of length 1
    """
    kinds = ["nndsvd", *["random"] * (starts - 1)]
    found = [factorise(values, number, seed + k, start=kind) for k, kind in enumerate(kinds)]
    loads, shapes, _ = min(found, key=lambda factors: factors[2])
    loads, shapes, _ = _nmf(
        values, number, seed, "custom", steps=200, tolerance=1e-4, loads=loads, shapes=shapes
    )
    length = np.linalg.norm(shapes, axis=1)
    return loads * length, shapes / np.where(length > 0, length, 1)[:, None]


def top_words(shapes: np.ndarray, top_n: int = TOP) -> np.ndarray:
    """The heaviest words of each theme, ties by their order."""
    return np.argsort(-shapes, axis=1, kind="stable")[:, :top_n]


def coherence(values, tops: np.ndarray) -> np.ndarray:
    """Say how well the top words of each theme go together: mean NPMI of their pairs.

    ln(p_xy / (p_x p_y)) / -ln p_xy over paragraphs, -1 for words that never meet, 1 for words that
    never part (Bouma 2009; Aletras & Stevenson 2013).
    """
    number = values.shape[0]
    there = values.tocsc()
    found = []
    for words in tops:
        part = there[:, words].toarray() > 0
        both = part.T.astype(float) @ part / number
        alone = np.diag(both)
        pairs = np.triu_indices(len(words), 1)
        joint, apart = both[pairs], (alone[:, None] * alone)[pairs]
        with np.errstate(divide="ignore", invalid="ignore"):
            npmi = np.log(joint / apart) / -np.log(joint)
        npmi = np.where(joint == 0, -1.0, np.where(joint == 1, 1.0, npmi))
        found.append(npmi.mean())
    return np.array(found)


def agreement_of_tops(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Match two sets of themes by their top words; how far each of the first agrees with its match.

    The average over depths d of the share of common words among the first d of both (average
    Jaccard; Greene, O'Callaghan & Cunningham 2014), matched so that the sum is largest.

    >>> agreement_of_tops(np.array([[1, 2], [3, 4]]), np.array([[3, 5], [1, 2]])).round(3).tolist()
    [1.0, 0.667]
    """
    from scipy.optimize import linear_sum_assignment

    depth = one.shape[1]
    same = one[:, None, :, None] == two[None, :, None, :]
    behind = np.maximum.outer(np.arange(depth), np.arange(depth))
    score = np.zeros((len(one), len(two)))
    for d in range(1, depth + 1):
        common = (same & (behind < d)).sum(axis=(2, 3))
        score += common / (2 * d - common) / depth
    rows, columns = linear_sum_assignment(score, maximize=True)
    found = np.zeros(len(one))
    found[rows] = score[rows, columns]
    return found


def stability(values, document: np.ndarray, tops: np.ndarray, seed: int) -> np.ndarray:
    """Say how far each theme comes again in samples of the documents, from starts at random.

    Parameters
    ----------
    values : csr_array (paragraphs, terms)
    document : int array (paragraphs,)
        The documents are drawn, 80% without replacement; of fewer than ten, their paragraphs.
    tops : int array (themes, words)
    seed : int

    Returns
    -------
    ndarray (themes,)
        Mean agreement of the top words over the samples, 0 to 1.
    """
    values, document = _some(values, document, TESTED, seed)
    found = np.zeros(len(tops))
    units = np.unique(document)
    if len(units) < 10:
        units = document = np.arange(len(document))
    for k in range(SAMPLES):
        rng = np.random.default_rng((seed, k))
        drawn = rng.choice(units, max(int(PART * len(units)), 1), replace=False)
        part = values[np.flatnonzero(np.isin(document, drawn))]
        if part.shape[0] < len(tops):
            continue
        shapes = factorise(part, len(tops), seed + k, start="random")[1]
        found += agreement_of_tops(tops, top_words(shapes, tops.shape[1])) / SAMPLES
    return found


def _some(values, document: np.ndarray, most: int, seed: int):
    """The rows of so many paragraphs at most, drawn at random, and their documents."""
    if values.shape[0] <= most:
        return values, document
    rows = np.sort(np.random.default_rng(seed).choice(values.shape[0], most, replace=False))
    return values[rows], document[rows]


def choose_number(values, document: np.ndarray, seed: int) -> pd.DataFrame:
    """Try numbers of themes; the best is the one with the highest coherence x stability.

    Themes whose words hang together and that come again in samples of the text. Coherence alone is
    asked first; of the five best numbers, and of those between its neighbours on the grid for the
    best of all, stability too. By planted themes (tests/test_discovery.py) coherence finds the
    number more often than stability does, which likes two or three; together they are best.

    Returns
    -------
    DataFrame
        number, coherence, stability (missing where it was not asked), chosen; by number.
    """
    values, document = _some(values, document, CHOOSING, seed)
    if values.shape[1] > WORDS:
        docfreq = np.bincount(values.indices, minlength=values.shape[1])
        values = values[:, np.sort(np.argsort(-docfreq, kind="stable")[:WORDS])].tocsr()
    most = max(min(values.shape[0] // EACH, values.shape[1] // TOP), 1)
    grid = [n for n in GRID if n <= most] or [min(most, 2)]
    tried: dict[int, list] = {}

    def judge(numbers: list[int]) -> int:
        for n in numbers:
            if n not in tried:
                tops = top_words(factorise(values, n, seed)[1])
                tried[n] = [coherence(values, tops).mean(), np.nan, tops]
        for n in sorted(numbers, key=lambda n: -tried[n][0])[:JUDGED]:
            if np.isnan(tried[n][1]):
                tried[n][1] = stability(values, document, tried[n][2], seed).mean()
        worth = {n: max(c, 0) * s for n, (c, s, _) in tried.items() if not np.isnan(s)}
        return max(sorted(worth), key=worth.get)

    best = judge(grid)
    near = grid.index(best)
    between = range(grid[max(near - 1, 0)], grid[min(near + 1, len(grid) - 1)] + 1)
    best = judge(list(between)) if len(between) > 3 else best
    rows = [(n, c, s, n == best) for n, (c, s, _) in sorted(tried.items())]
    return pd.DataFrame(rows, columns=["number", "coherence", "stability", "chosen"])
