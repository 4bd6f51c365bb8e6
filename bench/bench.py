"""Times the fast core beside its peers, in one process, and writes bench/results.md.

`make bench`, or `python bench/bench.py --quick` for a tenth of it. Peers are the extra `bench`.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]

import corpus as made  # noqa: E402 - of this folder
import peers  # noqa: E402
from timing import Row, race, rows, spell, table  # noqa: E402

SKLEARN = "scikit-learn CountVectorizer"
OWN = HERE.parent / "tests" / "corpus"
LIBRARIES = (
    "numpy pandas pyarrow sentencex nltk scikit-learn polars pyahocorasick hyperscan".split()
)


def counting(texts: list[str], name: str, repeats: int, asked: str, few: bool) -> list[Row]:
    """Words counted by document."""
    from crosscurrents.measures.counting import count_words

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
    """VADER, from text and with tokens at hand; NLTK's scores of the sample are compared."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    from crosscurrents.lexicon import nltk_vader
    from crosscurrents.tokens import tokenise
    from crosscurrents.vader import score_sentences, score_tokens

    sentences = _sentences(texts, number)
    sample = sentences[:: max(number // 5_000, 1)]
    straight = [s.translate(str.maketrans("’‘“”", "''\"\"")) for s in sample]
    oracle, package = nltk_vader(), SentimentIntensityAnalyzer()
    tokens = tokenise([[s] for s in sentences])
    times = race(
        {
            "NLTK": lambda: [oracle.polarity_scores(s) for s in straight],
            "vaderSentiment (not equal)": lambda: [package.polarity_scores(s) for s in straight],
            "ours, from text": lambda: score_sentences(sentences),
            "ours, tokens at hand": lambda: score_tokens(tokens),
        },
        repeats, few=("NLTK", "vaderSentiment (not equal)"),
    )  # fmt: skip
    theirs = pd.DataFrame([oracle.polarity_scores(s) for s in straight])
    mine = score_sentences(sample)[theirs.columns]
    equal = f"all four scores equal NLTK's on {int((theirs == mine).all(axis=1).sum()):,}"
    part = len(sentences) / len(sample)
    sampled = f"timed on {len(sample):,}"
    return rows(f"VADER, {len(sentences):,} sentences", times, reference="NLTK",
                factor={"NLTK": part, "vaderSentiment (not equal)": part},
                asked={"ours, from text": "30, then 40", "ours, tokens at hand": "120, then 150"},
                notes={"NLTK": sampled, "vaderSentiment (not equal)": sampled,
                       "ours, from text": f"{equal} of {len(sample):,}"})  # fmt: skip


def codebook(texts: list[str], number: int, repeats: int) -> list[Row]:
    """Ten themes of twenty patterns in sentences."""
    from crosscurrents.codebook import Pattern, Theme, match
    from crosscurrents.tokens import tokenise

    sentences = _sentences(texts, number)
    themes = _themes(sentences)
    book = tuple(
        Theme(str(k), "", tuple(map(Pattern.parse, patterns))) for k, patterns in enumerate(themes)
    )
    tokens = tokenise([[s] for s in sentences])
    tokens.words  # noqa: B018 - at hand means: cut, and the words known
    contenders = peers.matchers(themes, sentences)
    contenders["ours, tokens at hand"] = lambda: match(book, tokens)
    contenders["ours, from text"] = lambda: match(book, tokenise([[s] for s in sentences]))
    times = race(contenders, repeats, few=("a regex a theme",))
    return rows(f"codebook 10 x 20 patterns, {len(sentences):,} sentences", times,
                reference="a regex a theme", asked={"ours, tokens at hand": "100"})  # fmt: skip


def _sentences(texts: list[str], number: int) -> list[str]:
    from crosscurrents.tokens import split_sentences

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
    from nltk.tokenize.punkt import PunktSentenceTokenizer
    from sklearn.feature_extraction.text import CountVectorizer

    from crosscurrents.corpus import read_corpus
    from crosscurrents.lexicon import nltk_vader
    from crosscurrents.measures import measure
    from crosscurrents.tokens import tokenise
    from crosscurrents.vader import score_tokens

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


def whole(texts: list[str], name: str, folder: Path, repeats: int) -> list[Row]:
    """Everything of a corpus of files: read, clean, cut, score, match, count."""
    from sklearn.feature_extraction.text import CountVectorizer

    from crosscurrents.corpus import read_corpus
    from crosscurrents.measures import measure

    corpus, book = read_corpus(folder), OWN / "codebook.yml"
    kept = {}

    def run(workers: int) -> None:
        kept["measures"] = measure(corpus, codebook=book, workers=workers, cache=False)
        kept["sizes"] = [len(getattr(kept["measures"], t)) for t in ("sentences", "themes")]

    times = race(
        {
            SKLEARN: lambda: CountVectorizer().fit_transform(texts),
            "measure, one process": lambda: run(1),
            "measure, two processes": lambda: run(2),
            "all tables then saved as Parquet": lambda: kept["measures"].save(folder / ".saved"),
        },
        repeats,
    )
    one, two = times["measure, one process"], times["measure, two processes"]
    size = sum(len(t.encode()) for t in texts)
    peak = {n: _peak("measure", folder, n) / size for n in (1, 2)}
    terms = (folder / ".saved" / "terms.parquet").stat().st_size / 1e6
    return rows(f"whole measure, {name}", times, reference=SKLEARN, asked={
        "measure, one process": "", "measure, two processes": "1, and 1.7 x one process",
    }, notes={
        "measure, one process": f"peak of memory {peak[1]:.1f} x the text (asked: below 8)",
        "measure, two processes": f"{min(one) / min(two):.2f} x one process; "
                                  f"peak of both {peak[2]:.1f} x the text",
        "all tables then saved as Parquet": f"terms.parquet has {terms:.0f} MB",
    })  # fmt: skip


def nightly(texts: list[str], number: int, repeats: int) -> list[Row]:
    """A second run over a corpus of which one document in a hundred is new."""
    from crosscurrents.corpus import read_corpus
    from crosscurrents.measures import measure

    texts = [texts[k % len(texts)] + f"\n\nNote {k}." for k in range(number)]
    table = pd.DataFrame({"doc_id": [f"d{k}" for k in range(number)], "source": "one"})
    table["text"] = texts
    later = table.assign(text=[t + " New." if k % 100 == 0 else t for k, t in enumerate(texts)])
    first, second = read_corpus(table), read_corpus(later)
    book, times = OWN / "codebook.yml", {"first run": [], "1% new": [], "nothing new": []}
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as cache:
            os.environ["CROSSCURRENTS_CACHE"] = cache
            for name, corpus in zip(times, (first, second, second)):
                run = {name: lambda corpus=corpus: measure(corpus, codebook=book)}
                times[name] += race(run, 1)[name]
    os.environ["CROSSCURRENTS_CACHE"] = "off"
    reading = min(race({"read": lambda: read_corpus(later)}, 2)["read"])
    return rows(f"nightly run, {number:,} documents", times, reference="first run", asked={
        "1% new": "30",
    }, notes={"1% new": f"before it: {spell(reading)} to read and hash the corpus"})  # fmt: skip


def imports(repeats: int) -> list[Row]:
    """What importing costs beside an interpreter that does nothing."""
    codes = {
        "pandas, seaborn, nltk, sklearn": "import pandas, seaborn, nltk, sklearn",
        "crosscurrents": "import crosscurrents",
        "crosscurrents.measure, read_corpus": "from crosscurrents import measure, read_corpus",
    }
    environment = {**os.environ, "PYTHONPATH": str(HERE.parent / "lib")}

    def start(code: str):
        return lambda: subprocess.run([sys.executable, "-c", code], check=True, env=environment)

    times = race({"": start("pass")} | {n: start(c) for n, c in codes.items()}, repeats)
    idle = min(times.pop(""))
    net = {name: [max(t - idle, 1e-4) for t in own] for name, own in times.items()}
    return rows("import", net, reference="pandas, seaborn, nltk, sklearn",
                asked={"crosscurrents": "3"})  # fmt: skip


def memory_of_tokens(texts: list[str]) -> str:
    """Bytes a token of Tokens, of about a million."""
    from crosscurrents.tokens import tokenise

    tokens = tokenise([t.split("\n\n") for t in texts])
    arrays = [v.nbytes for v in vars(tokens).values()]
    return (
        f"Tokens take {sum(arrays) / len(tokens.ids):.2f} MB a million (of {len(tokens.ids):,} "
        f"tokens with {len(tokens.pieces):,} distinct pieces; asked: at most 6).\n"
    )


def _files(texts: list[str], folder: Path) -> Path:
    for k, text in enumerate(texts):
        place = folder / f"source {k % 5}"
        place.mkdir(exist_ok=True)
        (place / f"{k:06d}.txt").write_text(text, encoding="utf-8")
    return folder


def _peak(what: str, folder: Path, workers: int) -> int:
    """Most bytes that a process of its own, and its workers, had in memory."""
    command = [sys.executable, __file__, "--peak", str(workers), "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1])


def _report_peak(folder: Path, workers: int) -> None:
    from crosscurrents.corpus import read_corpus
    from crosscurrents.measures import measure

    measures = measure(
        read_corpus(folder), codebook=OWN / "codebook.yml", workers=workers, cache=False
    )
    measures.save(folder / ".peak")
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    print(1024 * sum(resource.getrusage(w).ru_maxrss for w in who))


def main() -> None:
    """Run all jobs and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10 MB instead of 100, fewer repeats")
    parser.add_argument("--repeats", type=int, default=0, help="5, or 3 if quick")
    parser.add_argument("--only", default="", help="jobs, by the beginning of their names")
    parser.add_argument("--out", type=Path, default=HERE / "results.md")
    parser.add_argument("--peak", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ["CROSSCURRENTS_CACHE"] = "off"
    if options.peak:
        _report_peak(options.folder, options.peak)
        return
    repeats = options.repeats or (3 if options.quick else 5)
    large = 10_000_000 if options.quick else 100_000_000
    texts = made.documents(large)
    small = texts[: int(np.searchsorted(np.cumsum([len(t) for t in texts]), 2_000_000))]
    size = f"{large // 1_000_000} MB"
    number = 10_000 if options.quick else 100_000
    jobs = {
        "count large": lambda: counting(texts, size, repeats, "4.5, then 6", few=True),
        "count small": lambda: counting(small, "2 MB", 3 * repeats, "3.5, then 5", few=False),
        "five": lambda: five(texts, 3 * repeats),
        "vader": lambda: tone(texts, number, repeats),
        "codebook": lambda: codebook(texts, 20_000, 2 * repeats),
        "measure": lambda: _with_files(texts, size, min(repeats, 3)),
        "nightly": lambda: nightly(texts, number // 5, min(repeats, 3)),
        "import": lambda: imports(2 * repeats),
    }
    found: list[Row] = []
    for name, job in jobs.items():
        if any(name.startswith(o) for o in options.only.split(",")):
            print(f"{name} ...", file=sys.stderr, flush=True)
            found += job()
            print(table([r for r in found if r.job == found[-1].job]), flush=True)
    text = _header(texts, large) + memory_of_tokens(texts[: len(texts) * 6_500_000 // large])
    options.out.write_text(text + "\n" + table(found), encoding="utf-8")
    print(f"written: {options.out}")


def _with_files(texts: list[str], size: str, repeats: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        return whole(texts, size, _files(texts, Path(folder)), repeats)


def _header(texts: list[str], size: int) -> str:
    words = len({w for t in texts for w in t.split()})
    installed = [n for n in LIBRARIES if n not in peers.missing()]
    versions = ", ".join(f"{n} {version(n)}" for n in installed)
    left_out = f"\nLeft out, as not installed: {', '.join(peers.missing())}.\n" * bool(
        peers.missing()
    )
    return (
        "# Bench\n\n"
        "Made by `make bench`; contenders run in one process, one after the other, several times. "
        "A ratio is that of the best times; the spread is that of the repeats side by side, on a "
        "machine that others may be using too.\n\n"
        f"{os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}; "
        f"{versions}.\n{left_out}\n"
        f"The corpus is made by bench/corpus.py: {len(texts):,} documents, "
        f"{sum(map(len, texts)) / 1e6:.0f} million characters, {words:,} distinct pieces.\n\n"
    )


if __name__ == "__main__":
    main()
