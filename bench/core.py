"""Jobs of the bench on texts in memory: words, VADER, codebook, five articles, import."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter

import numpy as np
import pandas as pd
import peers
from timing import LIB, SKLEARN, Row, race, rows


def counting(texts: list[str], name: str, repeats: int, asked: str, few: bool) -> list[Row]:
    """Words counted by document."""
    from crosscurrents.core.tokens import count_words

    contenders = peers.counters(texts)
    if not few:
        contenders["NLTK tokenizer + FreqDist"] = peers.nltk_counter(texts)
    contenders["ours, one thread"] = lambda: count_words(texts, threads=1)
    contenders["ours"] = lambda: count_words(texts)
    slow = ("re + Counter", "NLTK tokenizer + FreqDist")
    times = race(contenders, repeats, few=slow)
    return rows(f"tokenise + count per document, {name}", times, reference=SKLEARN,
                asked={"ours": asked})  # fmt: skip


def tone(texts: list[str], number: int, repeats: int) -> list[Row]:
    """VADER, from text and with tokens known; NLTK's scores of the sample are compared."""
    from made import nltk_vader, seen_by_vader
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    from crosscurrents.core import tokenise
    from crosscurrents.lexicon import score_sentences, score_tokens

    sentences = _sentences(texts, number)
    length = sum(len(s.split()) for s in sentences) / len(sentences)
    sample = sentences[:: max(number // 5_000, 1)]
    straight = [seen_by_vader(s) for s in sample]
    oracle, package = nltk_vader(), SentimentIntensityAnalyzer()
    tokens = tokenise([[s] for s in sentences])
    times = race(
        {
            "NLTK": lambda: [oracle.polarity_scores(s) for s in straight],
            "vaderSentiment (not equal)": lambda: [package.polarity_scores(s) for s in straight],
            "ours, from text": lambda: score_sentences(sentences),
            "ours, tokens known": lambda: score_tokens(tokens),
        },
        repeats, few=("NLTK", "vaderSentiment (not equal)"),
    )  # fmt: skip
    theirs = pd.DataFrame([oracle.polarity_scores(s) for s in straight])
    mine = score_sentences(sample)[theirs.columns]
    equal = f"all four scores equal NLTK's on {int((theirs == mine).all(axis=1).sum()):,}"
    part = len(sentences) / len(sample)
    sampled = f"timed on {len(sample):,}"
    job = f"VADER, {len(sentences):,} sentences of {length:.0f} words on average"
    return rows(job, times, reference="NLTK",
                factor={"NLTK": part, "vaderSentiment (not equal)": part},
                asked={"ours, from text": "30, then 40", "ours, tokens known": "120, then 150"},
                notes={"NLTK": sampled, "vaderSentiment (not equal)": sampled,
                       "ours, from text": f"{equal} of {len(sample):,}",
                       "ours, tokens known": f"of {len(tokens.pieces):,} pieces"})  # fmt: skip


def codebook(texts: list[str], number: int, repeats: int) -> list[Row]:
    """Ten themes of twenty patterns in sentences."""
    from crosscurrents.codebook import Pattern, Theme
    from crosscurrents.core import tokenise
    from crosscurrents.core.patterns import match

    sentences = _sentences(texts, number)
    themes = _themes(sentences)
    book = tuple(
        Theme(str(k), "", tuple(map(Pattern.parse, patterns))) for k, patterns in enumerate(themes)
    )
    tokens = tokenise([[s] for s in sentences])
    tokens.words  # noqa: B018 - known means: cut, and the words looked up
    contenders = peers.matchers(themes, sentences)
    contenders["ours, tokens known"] = lambda: match(book, tokens)
    contenders["ours, from text"] = lambda: match(book, tokenise([[s] for s in sentences]))
    times = race(contenders, repeats, few=("a regex a theme",))
    return rows(f"codebook 10 x 20 patterns, {len(sentences):,} sentences", times,
                reference="a regex a theme", asked={"ours, tokens known": "100"})  # fmt: skip


def _sentences(texts: list[str], number: int) -> list[str]:
    from crosscurrents.core import split_sentences

    found: list[str] = []
    for text in texts:
        for paragraph in text.split("\n\n"):
            found += split_sentences(paragraph)
        if len(found) >= number:
            break
    return found[:number]


def _themes(sentences: list[str]) -> list[list[str]]:
    """Patterns of common and rare words: three in five words, one globs, one phrases."""
    rng = np.random.default_rng(3)
    counts = Counter(w for s in sentences for w in re.findall(r"[a-z]{3,}", s.lower()))
    common = [word for word, _ in counts.most_common()]
    themes = []
    for _ in range(10):
        patterns: dict[str, None] = {}
        while len(patterns) < 20:
            word = common[int(len(common) ** rng.uniform(0.45, 0.95))]
            other = common[int(len(common) ** rng.uniform(0.1, 0.6))]
            kind = rng.random()
            pattern = word if kind < 0.6 else f"{word[:5]}*" if kind < 0.8 else f"{word} {other}"
            patterns[pattern] = None
        themes.append(list(patterns))
    return themes


def five(texts: list[str], repeats: int) -> list[Row]:
    """All work on the text of five articles of some 17 kB."""
    from made import nltk_vader
    from nltk.tokenize.punkt import PunktSentenceTokenizer
    from sklearn.feature_extraction.text import CountVectorizer

    from crosscurrents.core import tokenise
    from crosscurrents.corpus import read_corpus
    from crosscurrents.lexicon import score_tokens
    from crosscurrents.measures import measure

    articles = ["\n\n".join(texts[6 * k : 6 * k + 6]) for k in range(5)]
    splitter, oracle = PunktSentenceTokenizer(), nltk_vader()
    corpus = read_corpus(pd.DataFrame({"source": list("abcde"), "text": articles}))

    def others() -> None:
        CountVectorizer().fit_transform(articles)
        for article in articles:
            for sentence in splitter.tokenize(article):
                oracle.polarity_scores(sentence)

    def ours() -> None:
        tokens = tokenise([article.split("\n\n") for article in articles])
        tokens.words  # noqa: B018 - words and sentences, quotations known
        score_tokens(tokens)

    name = "scikit-learn + NLTK's Punkt and VADER"
    times = race(
        {
            name: others,
            "ours, the same and quotations": ours,
            "ours, measure: cleaning and all tables": lambda: measure(corpus, cache=False),
        },
        repeats,
    )
    return rows("five articles", times, reference=name,
                asked={"ours, the same and quotations": "16, then 20"})  # fmt: skip


def imports(repeats: int) -> list[Row]:
    """What importing costs beside an interpreter that does nothing."""
    codes = {
        "pandas, seaborn, nltk, sklearn": "import pandas, seaborn, nltk, sklearn",
        "crosscurrents": "import crosscurrents",
        "crosscurrents.measure, read_corpus": "from crosscurrents import measure, read_corpus",
    }
    environment = {**os.environ, "PYTHONPATH": str(LIB)}

    def start(code: str):
        return lambda: subprocess.run([sys.executable, "-c", code], check=True, env=environment)

    times = race({"": start("pass")} | {n: start(c) for n, c in codes.items()}, repeats)
    idle = min(times.pop(""))
    net = {name: [max(t - idle, 1e-4) for t in own] for name, own in times.items()}
    return rows("import", net, reference="pandas, seaborn, nltk, sklearn",
                asked={"crosscurrents": "3"})  # fmt: skip


def memory_of_tokens(texts: list[str]) -> str:
    """Bytes a token of Tokens, of about a million."""
    from crosscurrents.core import tokenise

    tokens = tokenise([t.split("\n\n") for t in texts])
    arrays = [v.nbytes for v in vars(tokens).values()]
    return (
        f"Tokens take {sum(arrays) / len(tokens.ids):.2f} MB a million (of {len(tokens.ids):,} "
        f"tokens with {len(tokens.pieces):,} distinct pieces; asked: at most 6).\n"
    )
