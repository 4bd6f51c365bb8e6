"""Error rates of the one test: how often is anything claimed where the sources do not differ?

    python bench/calibration.py [--corpora 60] [--seed 0]

Corpora are drawn in which all sources are alike, 2 to 5 sources of 5 to 30 documents, words, themes
and poles unevenly, in three strengths, and put through the public functions of the library. A row
of the printed table is a kind of result: the share of corpora in which any claim was made (the test
promises 5%), and how often a rate that is three times as high in one source is found.
"""

from __future__ import annotations

import argparse
import time
from types import SimpleNamespace

import numpy as np
import pandas as pd

import crosscurrents as cc

TERMS, THEMES, POLES = 100, 6, ("scale/near", "scale/far")
SHAPES = (2.0, 1.0, 0.5)  # shape of the gamma of a document's rates: from mild to very strong
SOURCES, DOCUMENTS = (2, 3, 5), (5, 12, 30)
WORDS = 25  # in a sentence
# Of the terms, per word; the first, which may be raised, is used once in a document on average.
RATES = np.append(1 / 600, np.geomspace(0.001, 0.005, TERMS - 1))
RECORD = {
    "codebook": {
        "themes": {f"theme {k}": "" for k in range(THEMES)},
        "scales": {"scale": dict(zip(("positive", "negative"), POLES, strict=True))},
    }
}


def draw_measures(
    rng: np.random.Generator, sources: int, documents: int, shape: float, *, times: float = 1.0
) -> SimpleNamespace:
    """Measures of sources that do not differ, but for what the first has `times` as often.

    That is the term `w0`, the theme `theme 0` and the near pole; its sentences score higher too.
    """
    size = sources * documents
    names = [f"d{k:03d}" for k in range(size)]
    source = np.repeat([f"source {k}" for k in range(sources)], documents)
    raised = np.where(source == "source 0", times, 1.0)
    number = np.maximum(4, rng.gamma(4, 6, size)).round().astype(int)  # sentences of a document
    table = pd.DataFrame({"doc_id": names, "source": source, "words": number * WORDS})
    table = table.assign(sentences=number, date="", language="en")
    terms = _counts(rng, RATES, number * WORDS, shape, raised)
    row, column = terms.nonzero()
    listed = {"doc_id": np.array(names)[row], "paragraph": 1, "n": 1, "count": terms[row, column]}
    sentences = pd.DataFrame({"doc_id": np.repeat(names, number), "paragraph": 1, "words": WORDS})
    sentences["sentence"] = sentences.groupby("doc_id").cumcount() + 1
    mood = rng.normal(0, 0.3 / shape, size) + 0.5 * np.log(raised)
    score = np.repeat(mood, number) + rng.normal(0, 0.4, len(sentences))
    sentences = sentences.assign(quoted=0, vader=np.tanh(score), vader_coverage=0.1)
    return SimpleNamespace(
        documents=table,
        terms=pd.DataFrame(listed | {"term": [f"w{k}" for k in column]}),
        sentences=sentences,
        themes=_matches(rng, sentences, names, number, shape, raised),
        excluded=pd.DataFrame(columns=["doc_id", "line", "reason", "words"]),
        record=RECORD,
    )


def _counts(rng, rates, sizes, shape, raised) -> np.ndarray:
    """Counts (documents, k) whose rates vary by document; the first column's are raised."""
    rate = rng.gamma(shape, 1 / shape, (len(sizes), len(rates))) * rates
    rate[:, 0] *= raised
    return rng.poisson(rate * sizes[:, None])


def _matches(rng, sentences, names, number, shape, raised) -> pd.DataFrame:
    """Sentences that match themes and poles, whose shares vary by document."""
    kinds = [*RECORD["codebook"]["themes"], *POLES]
    share = rng.gamma(shape, 1 / shape, (len(names), len(kinds))) * 0.1
    share[:, [0, THEMES]] *= raised[:, None]
    found = rng.random((len(sentences), len(kinds))) < np.repeat(share, number, axis=0)
    row, kind = found.nonzero()
    table = sentences.iloc[row][["doc_id", "paragraph", "sentence"]].reset_index(drop=True)
    return table.assign(theme=[kinds[k] for k in kind], pattern="p", count=1)


def claims(measures, seed: int = 0) -> dict[str, pd.DataFrame]:
    """The rows of each kind of result that claim a difference."""
    comparison = cc.Comparison(measures, resamples=100, seed=seed)
    tables = {
        "words": cc.keyness_by_source(comparison, hide_stopwords=True),
        "themes": cc.theme_contrast(comparison),
        "tone": cc.sentiment(comparison),
        "positions": cc.scale_position(comparison),
    }
    return {kind: table[table["p_adjusted"] < 0.05] for kind, table in tables.items()}


def found_in_first(kind: str, table: pd.DataFrame) -> bool:
    """Whether what was raised in the first source is among the claims about it."""
    first = table[table["source"] == "source 0"]
    raised = {"words": ("term", "w0"), "themes": ("theme", "theme 0")}
    return bool((first[raised[kind][0]] == raised[kind][1]).any() if kind in raised else len(first))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpora", type=int, default=60, help="of each of 27 designs")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng, start, rows = np.random.default_rng(options.seed), time.monotonic(), []
    for sources in SOURCES:
        for documents in DOCUMENTS:
            for shape in SHAPES:
                design = {"sources": sources, "documents": documents, "shape": shape}
                for number in range(options.corpora):
                    for kind, table in claims(draw_measures(rng, **design), number).items():
                        rows.append({**design, "kind": kind, "claim": len(table) > 0})
    for shape in SHAPES:
        for number in range(options.corpora):
            measures = draw_measures(rng, 5, 30, shape, times=3)
            for kind, table in claims(measures, number).items():
                hit = found_in_first(kind, table)
                rows.append({"sources": 5, "documents": 30, "shape": shape, "kind": kind,
                             "found": hit})  # fmt: skip
    table = pd.DataFrame(rows)
    whole = table.groupby("kind")[["claim", "found"]].agg(lambda part: part.dropna().mean())
    print(f"{options.corpora} corpora a design, {time.monotonic() - start:.0f} s")
    print("\nAny claim where nothing differs; a tripled rate found at 5 x 30 documents:")
    print(whole.map("{:.1%}".format).to_string())
    for name in ("sources", "documents", "shape"):
        part = table.dropna(subset="claim").astype({"claim": float})
        print(f"\nAny claim, by {name}:")
        by = part.pivot_table(index="kind", columns=name, values="claim")
        print(by.map("{:.1%}".format).to_string())
    part = table.dropna(subset="found").astype({"found": float})
    print("\nFound, by shape:")
    by = part.pivot_table(index="kind", columns="shape", values="found")
    print(by.map("{:.0%}".format).to_string())


if __name__ == "__main__":
    main()
