"""Discovered themes: how long they take, and whether planted ones are found. Beside it: plain NMF.

    python bench/discovery.py [PARAGRAPHS THEMES]

Prints processor seconds (other work on the machine hardly changes them), the number of themes that
was chosen, and the adjusted Rand index of the paragraphs' themes against those planted.
"""

from __future__ import annotations

import sys
import time
import warnings
from pathlib import Path

from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics import adjusted_rand_score

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from test_discovery import found_labels, measures_of, planted

from crosscurrents.discovery import discover_themes


def main(paragraphs: int = 20_000, themes: int = 12) -> None:
    warnings.simplefilter("ignore")
    counts, theme = planted(paragraphs, themes)
    measures = measures_of(counts)
    for name, asked in (("number chosen", None), ("number given", themes)):
        start, clock = time.process_time(), time.perf_counter()
        found = discover_themes(measures, themes=asked)
        spent, passed = time.process_time() - start, time.perf_counter() - clock
        rows, labels = found_labels(found)
        rand = adjusted_rand_score(theme[rows], labels)
        print(
            f"{paragraphs:,} paragraphs, {themes} planted, {name}: {len(found.themes)} themes, "
            f"Rand {rand:.3f}, {spent:.1f} s processor, {passed:.1f} s clock"
        )
    start = time.process_time()
    weights = TfidfTransformer().fit_transform(counts[:, (counts > 0).sum(axis=0) >= 2])
    plain = NMF(themes, random_state=0).fit_transform(weights).argmax(axis=1)
    spent = time.process_time() - start
    rand = adjusted_rand_score(theme, plain)
    print(f"scikit-learn's tf-idf and NMF, number given: Rand {rand:.3f}, {spent:.1f} s processor")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
