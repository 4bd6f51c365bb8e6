"""Topics that no codebook names: words that recur together in paragraphs, found by NMF."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from crosscurrents.comparison import Comparison, compared
from crosscurrents.frequency import term_matrix
from crosscurrents.texts import hidden_words
from crosscurrents.writing import check_whole, say

LEAST = 3  # paragraphs with a word: one in fewer recurs together with nothing
COMMON = 0.5  # of the paragraphs: a word in more of them distinguishes none
WORDS = 5_000  # commonest words kept: the topics are the same, the time is not
FEWEST = 4  # distinct kept words of a paragraph: a shorter one says nothing of its topic
TOP = 10  # words that a topic is judged by (Lau, Newman & Baldwin 2014)
EACH = 8  # paragraphs that a topic needs at least
GRID = (*range(2, 13), 15, 20, 25, 30)  # numbers of topics that are tried
JUDGED = 5  # numbers of highest coherence that are also tried on samples
STARTS = 5  # of which the one with the least error is kept
SAMPLES = 6  # of the documents, for stability
PART = 0.8  # of the documents in each sample (Greene, O'Callaghan & Cunningham 2014)
FITTED, TRIED = 30_000, 3_000  # paragraphs that topics are fitted to, and tried on, at most
FEW_DOCUMENTS, FEW_PARAGRAPHS = 50, 500  # below either, topics are hints and no findings


@compared
def topics(comparison: Comparison, *, number: int = 0) -> pd.DataFrame:
    """Find topics in the words of paragraphs, by non-negative factors of their tf-idf weights.

    Parameters
    ----------
    comparison : Measures or Comparison
        The texts are not needed: words are counted by paragraph.
    number : int
        How many; 0: the number whose topics have the highest coherence (NPMI of ten top words)
        times stability. Text full of near copies gives few; name a number then.

    Returns
    -------
    DataFrame
        topic (number and three top words), terms, share (of the text, by words), paragraphs (that
        it leads), coherence (-1 to 1; Aletras & Stevenson 2013), stability (0 to 1: how far its top
        words are found again in samples of the documents); by falling share. `attrs["note"]` says
        what the topics rest on. Empty where the text is too short.

    Raises
    ------
    ValueError
        If an option is out of its range, or more topics are asked for than there is text for.
    """
    check_whole(0, number=number)
    seed = comparison.seed
    paragraphs, terms, values, row, left_out = _weights(comparison)
    most = min(values.shape) // 2
    if number > most:
        raise ValueError(
            f"number {number!r} is too many topics for {values.shape[0]} paragraphs and "
            f"{values.shape[1]} words; choose up to {most}"
        )
    document = pd.factorize(paragraphs["doc_id"])[0][np.unique(row, return_index=True)[1]]
    loads, shapes = np.zeros((values.shape[0], 0)), np.zeros((0, len(terms)))
    if number or min(values.shape[0] // EACH, values.shape[1] // TOP) >= 2:
        with threadpool_limits(1):  # these matrices are small: more threads wait for each other
            number = number or _choose_number(values, document, seed)
            loads, shapes = _fit(values, number, seed)
    words, loads = paragraphs["words"].to_numpy(float), loads[row]
    total = loads.sum(axis=1, keepdims=True)
    shares, known = loads / np.where(total > 0, total, 1), total[:, 0] > 0
    order = np.argsort(-(words @ shares), kind="stable")
    shares, tops = shares[:, order], _top_words(shapes[order])
    leads = shares[known].argmax(axis=1) if len(order) else np.zeros(0, int)
    table = pd.DataFrame(
        {
            "topic": [f"{k} {', '.join(terms[top[:3]])}" for k, top in enumerate(tops, start=1)],
            "terms": [", ".join(terms[top]) for top in tops],
            "share": words @ shares / max(words[known].sum(), 1),
            "paragraphs": np.bincount(leads, minlength=len(order)),
            "coherence": _coherence(values, tops),
            "stability": _stability(values, document, tops, seed),
        }
    )
    table.attrs["note"] = _note(paragraphs, len(terms), left_out, found=len(order) > 0)
    return table


def _weights(measures) -> tuple:
    """Weigh the words of each paragraph by tf-idf: (1 + ln count) x (ln((1 + N) / (1 + df)) + 1).

    Left out are stop words, what holds no letter, words in fewer than three paragraphs or in one of
    several documents only, and words in more than half of the paragraphs. A paragraph that recurs
    word for word counts once, or boilerplate would be the topic.
    """
    from scipy.sparse import csr_array
    from sklearn.feature_extraction.text import TfidfTransformer

    paragraphs = measures.sentences.groupby(["doc_id", "paragraph"], sort=False, as_index=False)
    paragraphs = paragraphs["words"].sum()
    terms, counts = term_matrix(measures, paragraphs)
    ends = zip(counts.indptr[:-1], counts.indptr[1:])
    same = [(counts.indices[a:b].tobytes(), counts.data[a:b].tobytes()) for a, b in ends]
    row = pd.factorize(pd.Series(same, dtype=object))[0]
    first = np.unique(row, return_index=True)[1]
    counts = counts[first]
    document, hidden = paragraphs["doc_id"].to_numpy(object), hidden_words(measures)
    kept = _kept(counts, np.asarray(terms, object), document[first], hidden)
    counts = counts[:, kept].tocsr()
    long = np.diff(counts.indptr) >= FEWEST
    used, values = long[row], counts[np.flatnonzero(long)]
    if min(values.shape):
        values = csr_array(TfidfTransformer(sublinear_tf=True).fit_transform(values))
    row, terms = (np.cumsum(long) - 1)[row[used]], np.asarray(terms, str)[kept]
    return paragraphs[used].reset_index(drop=True), terms, values, row, int((~used).sum())


def _kept(counts, terms: np.ndarray, document: np.ndarray, hidden: frozenset) -> np.ndarray:
    """The columns that are kept, ascending; `hidden` are the stop words."""
    cells = counts.tocoo()
    row, column = cells.coords
    docfreq = np.bincount(column, minlength=len(terms))
    pairs = pd.DataFrame({"term": column, "document": document[row]}).drop_duplicates()
    spread = np.bincount(pairs["term"], minlength=len(terms))
    said = np.array([t not in hidden and any(map(str.isalpha, t)) for t in terms], bool)
    several = min(len(set(document)), 2)
    keep = said & (docfreq >= LEAST) & (docfreq <= COMMON * counts.shape[0]) & (spread >= several)
    found = np.flatnonzero(keep)
    return np.sort(found[np.argsort(-docfreq[found], kind="stable")[:WORDS]])


def _factorise(values, number: int, seed: int, init: str, max_iter: int = 50, tol: float = 1e-3):
    """Split weights into topics (NMF, Lee & Seung 1999): the fitted model."""
    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    model = NMF(number, init=init, random_state=seed, max_iter=max_iter, tol=tol)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # starts are compared by their error
        return model.fit(values)


def _fit(values, number: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Loads of all paragraphs and shapes of the topics (rows of length 1), of the best start."""
    part = values[_some(values, FITTED, seed)]
    kinds = enumerate(["nndsvd", *["random"] * (STARTS - 1)])
    models = [_factorise(part, number, seed + k, kind, 200, 1e-4) for k, kind in kinds]
    best = min(models, key=lambda model: model.reconstruction_err_)
    length = np.linalg.norm(best.components_, axis=1)
    shapes = best.components_ / np.where(length > 0, length, 1)[:, None]
    return best.transform(values) * length, shapes


def _some(values, most: int, seed: int) -> np.ndarray:
    """Numbers of rows, at most so many, drawn at random."""
    rows = values.shape[0]
    if rows <= most:
        return np.arange(rows)
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def _choose_number(values, document: np.ndarray, seed: int) -> int:
    """The number of topics with the highest coherence x stability.

    Coherence is asked first, and stability only of the five best numbers. On planted topics
    coherence finds the number more often than stability does, which prefers two or three; together
    they are best (tests/test_topics.py).
    """
    part = _some(values, TRIED, seed)
    values, document = values[part], document[part]
    most = max(min(values.shape[0] // EACH, values.shape[1] // TOP), 2)
    shapes = {n: _factorise(values, n, seed, "nndsvd").components_ for n in GRID if n <= most}
    tops = {n: _top_words(shape) for n, shape in shapes.items()}
    worth = {n: _coherence(values, top).mean() for n, top in tops.items()}
    judged = sorted(tops, key=lambda n: -worth[n])[:JUDGED]
    for n in judged:
        worth[n] = max(worth[n], 0) * _stability(values, document, tops[n], seed).mean()
    return max(sorted(judged), key=worth.get)


def _top_words(shapes: np.ndarray, top_n: int = TOP) -> np.ndarray:
    """The heaviest words of each topic (topics, words), ties by their order."""
    return np.argsort(-shapes, axis=1, kind="stable")[:, :top_n]


def _coherence(values, tops: np.ndarray) -> np.ndarray:
    """Mean NPMI of the pairs of top words of each topic (Bouma 2009; Aletras & Stevenson 2013).

    ln(p_xy / (p_x p_y)) / -ln p_xy over paragraphs: -1 for words that never meet, 1 for words that
    never part.
    """
    number, columns, found = values.shape[0], values.tocsc(), []
    for words in tops:
        part = columns[:, words].toarray() > 0
        both = part.T.astype(float) @ part / number
        alone = np.diag(both)
        pairs = np.triu_indices(len(words), 1)
        joint, apart = both[pairs], (alone[:, None] * alone)[pairs]
        with np.errstate(divide="ignore", invalid="ignore"):
            npmi = np.log(joint / apart) / -np.log(joint)
        found.append(np.where(joint == 0, -1.0, np.where(joint == 1, 1.0, npmi)).mean())
    return np.array(found, dtype=float)


def _stability(values, document: np.ndarray, tops: np.ndarray, seed: int) -> np.ndarray:
    """Mean agreement of each topic's top words with those found in samples, from random starts.

    The documents are sampled, 80% without replacement; of fewer than ten, their paragraphs.
    """
    found, units = np.zeros(len(tops)), np.unique(document)
    if len(units) < 10:
        units = document = np.arange(len(document))
    for k in range(SAMPLES if len(tops) else 0):
        rng = np.random.default_rng((seed, k))
        drawn = rng.choice(units, max(int(PART * len(units)), 1), replace=False)
        part = values[np.flatnonzero(np.isin(document, drawn))]
        if part.shape[0] >= len(tops):
            shapes = _factorise(part, len(tops), seed + k, "random").components_
            found += _agreement(tops, _top_words(shapes, tops.shape[1])) / SAMPLES
    return found


def _agreement(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Match two sets of topics by their top words; how far each of the first agrees with its match.

    The average over depths d of the share of common words among the first d of both (average
    Jaccard; Greene, O'Callaghan & Cunningham 2014), matched so that the sum is largest.

    >>> _agreement(np.array([[1, 2], [3, 4]]), np.array([[3, 5], [1, 2]])).round(3).tolist()
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


def _note(paragraphs: pd.DataFrame, words: int, left_out: int, *, found: bool) -> str:
    """What the topics rest on."""
    number, documents = len(paragraphs), paragraphs["doc_id"].nunique()
    few = documents < FEW_DOCUMENTS or number < FEW_PARAGRAPHS
    sentence = "topics.hints" if few else "topics.size"
    facts = {"paragraphs": number, "documents": documents, "words": words, "left_out": left_out}
    return say(sentence if found else "topics.none", **facts)
