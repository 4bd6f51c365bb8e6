"""How much faster the statistics of words are than plain Python, and resampling than comparing.

Prints ratios, medians of several runs: `python bench/words.py`.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from types import SimpleNamespace

import numpy as np
import pandas as pd

SOURCES = 5


def measures(documents: int, terms: int, words: int, *, seed: int = 0) -> SimpleNamespace:
    """Measures of made-up documents of five sources, words by Zipf's law over so many terms."""
    rng = np.random.default_rng(seed)
    weights = 1 / (np.arange(terms) + 2.7)
    weights /= weights.sum()
    names = np.array([f"word{k}" for k in range(terms)])
    tables = []
    for number in range(documents):
        code, count = np.unique(rng.choice(terms, words, p=weights), return_counts=True)
        doc_id = f"d{number}"
        tables.append(pd.DataFrame({"doc_id": doc_id, "term": names[code], "count": count}))
    table = pd.concat(tables, ignore_index=True).assign(paragraph=1, n=1)
    ids = [f"d{k}" for k in range(documents)]
    groups = [f"source {k % SOURCES}" for k in range(documents)]
    facts = pd.DataFrame({"doc_id": ids, "source": groups, "words": words, "sentences": 1})
    sentences = pd.DataFrame({"doc_id": ids, "paragraph": 1, "sentence": 1, "words": words})
    return SimpleNamespace(documents=facts, terms=table, sentences=sentences)


def plain_keyness(counts: list[list[int]], sizes: list[int]) -> list[tuple]:
    """All variants for every term and source against the others, one number at a time."""
    rows = []
    whole = sum(sizes)
    for target, size in enumerate(sizes):
        rest = whole - size
        for column in counts:
            a, total = column[target], sum(column)
            b = total - a
            rows.append(_plain(a, b, size, rest, a + b, whole))
    return rows


def _plain(a, b, c, d, both, whole):
    """Both G2, both log ratios and log-odds z of one term."""

    def cell(seen, expected):
        return seen * math.log(seen / expected) if seen and expected else 0.0

    rayson = 2 * (cell(a, c * both / whole) + cell(b, d * both / whole))
    rest = whole - both
    dunning = rayson + 2 * (cell(c - a, c * rest / whole) + cell(d - b, d * rest / whole))
    if not both:
        return (dunning, rayson) + (math.nan,) * 3
    hardie = math.log2((a or 0.5) / c / ((b or 0.5) / d))
    walter = math.log2((a + 0.5) / (c + 0.5) / ((b + 0.5) / (d + 0.5)))
    prior = 1000 * both / whole
    delta = math.log((a + prior) / (c + 1000 - a - prior))
    delta -= math.log((b + prior) / (d + 1000 - b - prior))
    z = delta / math.sqrt(1 / (a + prior) + 1 / (b + prior))
    return dunning, rayson, hardie, walter, z


def all_variants(counts: np.ndarray, sizes: np.ndarray) -> list[np.ndarray]:
    """The same by the library: counts (sources, terms) and sizes (sources,)."""
    from crosscurrents.effect_sizes import log_likelihood, log_odds_z, log_ratio

    rest = sizes.sum() - sizes
    four = (counts, counts.sum(axis=0) - counts, sizes[:, None], rest[:, None])
    return [
        log_likelihood(*four),
        log_likelihood(*four, variant="rayson"),
        log_ratio(*four),
        log_ratio(*four, smoothing="walter"),
        log_odds_z(*four),
    ]


def seconds(call, runs: int = 5) -> float:
    """Median time of a call, after one to warm up."""
    call()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Print the ratios."""
    from crosscurrents.comparison import Comparison
    from crosscurrents.frequency import term_counts, term_matrix
    from crosscurrents.keywords import compare_terms
    from crosscurrents.resampling import bootstrap_ratio

    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--terms", type=int, default=13_000)
    options.add_argument("--documents", type=int, default=100)
    chosen = options.parse_args()
    made = measures(chosen.documents, chosen.terms, 3_000)
    comparison = Comparison(made)
    counted = term_counts(comparison, 1)
    counts, sizes = counted.counts.toarray(), counted.groups["words"].to_numpy(float)
    ours, plain = all_variants(counts, sizes), plain_keyness(counts.T.tolist(), sizes.tolist())
    for k, found in enumerate(ours):
        np.testing.assert_allclose(found.ravel(), [row[k] for row in plain], rtol=1e-6, atol=1e-6)
    columns = counts.T.tolist()
    slow = seconds(lambda: plain_keyness(columns, sizes.tolist()), 3)
    fast = seconds(lambda: all_variants(counts, sizes))
    size = f"{counts.shape[1]:,} terms, {SOURCES} sources"
    print(f"keyness, all variants, {size}: {1000 * fast:.1f} ms, {slow / fast:.0f} x plain Python")
    units = made.documents[["doc_id"]].assign(paragraph=0)
    _, matrix = term_matrix(comparison, units)
    words = made.documents["words"].to_numpy(float)
    once = seconds(lambda: compare_terms(made, hide_stopwords=False, min_count=1))
    again = seconds(lambda: bootstrap_ratio(matrix, words, resamples=1000), 3)
    print(
        f"1,000 resamples of the matrix of {chosen.documents} documents: {1000 * again:.0f} ms, "
        f"{again / once:.1f} x one comparison of all sources ({1000 * once:.0f} ms)"
    )
    full = seconds(lambda: compare_terms(made, hide_stopwords=False, min_count=1), 3)
    print(f"all sources, with intervals: {1000 * full:.0f} ms, {full / once:.1f} x without")


if __name__ == "__main__":
    main()
