"""How much faster the tone of a corpus is than the lexicons' own packages, and than measuring it.

`python bench/tone.py --size 5` makes five million characters by bench/corpus.py; times are those of
the processor, so that another job on the machine does not count.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import pandas as pd
from corpus import documents

GUARD = "war\ntrade war\nsecurity\nunited states\nminister*\n"
TARGETS = "themes:\n  water: {patterns: [river, dam, water]}\n  state: {patterns: [minister*]}\n"


def seconds(work: Callable[[], object]) -> float:
    """Seconds of the processor that some work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def packages(sentences: list[str]) -> dict[str, float]:
    """Seconds that each package takes to score the sentences one by one."""
    import timing  # noqa: F401 - it names the folder of the tests
    from afinn import Afinn
    from made import nltk_vader
    from textblob import TextBlob

    vader, afinn = nltk_vader(), Afinn()
    return {
        "NLTK's VADER": seconds(lambda: [vader.polarity_scores(s) for s in sentences]),
        "afinn": seconds(lambda: [afinn.score(s) for s in sentences]),
        "TextBlob": seconds(lambda: [TextBlob(s).sentiment for s in sentences]),
    }


def main() -> None:
    """Print seconds and ratios."""
    import tempfile
    from pathlib import Path

    import crosscurrents as cc

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=float, default=5, help="million characters")
    texts = documents(int(parser.parse_args().size * 1e6))
    table = pd.DataFrame({"source": [f"s{k % 5}" for k in range(len(texts))], "text": texts})
    corpus = cc.read_corpus(table)
    found: list = []
    measuring = seconds(lambda: found.append(cc.measure(corpus, cache=False)))
    with tempfile.TemporaryDirectory() as folder:
        (guard := Path(folder, "guard.txt")).write_text(GUARD)
        (targets := Path(folder, "targets.yml")).write_text(TARGETS)
        tone = seconds(
            lambda: found.append(
                cc.measure_tone(corpus, found[0], topic_words=guard, targets=targets, reuse=False)
            )
        )
    words, scored = found[0].documents["words"].sum(), len(found[1].sentences)
    print(f"{words:,} words, {scored:,} sentences: measure {measuring:.1f} s of the processor")
    print(f"tone, 3 lexicons, topic words, targets: {tone:.1f} s, {tone / measuring:.1f} times")
    sample = [s for text in texts[:200] for s in text.replace("\n\n", " ").split(". ")]
    others = packages(sample)
    for name, taken in others.items():
        print(f"{name}: {taken / len(sample) * scored:.1f} s for as many sentences, scores alone")
    total = sum(others.values()) / len(sample) * scored
    print(f"tone is {total / tone:.1f} times as fast as the three packages together")


if __name__ == "__main__":
    main()
