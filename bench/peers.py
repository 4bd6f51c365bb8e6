"""What others need for the same jobs. A peer that is not installed is left out, and named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec

PEERS = {"sklearn": "scikit-learn", "polars": "polars", "ahocorasick": "pyahocorasick",
         "hyperscan": "hyperscan", "vaderSentiment": "vaderSentiment", "nltk": "nltk"}  # fmt: skip


def missing() -> list[str]:
    """Packages of peers that are not installed."""
    return [package for module, package in PEERS.items() if find_spec(module) is None]


def counters(texts: list[str]) -> dict[str, Callable[[], object]]:
    """Words counted by document."""
    found: dict[str, Callable[[], object]] = {}
    if find_spec("sklearn"):
        from sklearn.feature_extraction.text import CountVectorizer

        found["scikit-learn CountVectorizer"] = lambda: CountVectorizer().fit_transform(texts)
    word = re.compile(r"\b\w\w+\b")
    found["re + Counter"] = lambda: [Counter(word.findall(t.lower())) for t in texts]
    if find_spec("polars"):
        found["polars, words"] = lambda: _polars_words(texts)
        found["polars, blanks only"] = lambda: _polars_blanks(texts)
    return found


def _polars_words(texts: list[str]):
    import polars as pl

    frame = pl.DataFrame({"document": range(len(texts)), "text": texts})
    words = pl.col("text").str.to_lowercase().str.replace_all(r"[^\w]", " ").str.split(" ")
    frame = frame.select("document", words.alias("word")).explode("word")
    return frame.filter(pl.col("word") != "").group_by("document", "word").len()


def _polars_blanks(texts: list[str]):
    """An easier job: pieces between blanks, neither folded nor parted from their signs."""
    import polars as pl

    frame = pl.DataFrame({"document": range(len(texts)), "text": texts})
    frame = frame.select("document", pl.col("text").str.split(" ").alias("piece"))
    return frame.explode("piece").group_by("document", "piece").len()


def nltk_counter(texts: list[str]) -> Callable[[], object]:
    """NLTK's word tokenizer and frequency distribution."""
    from nltk.probability import FreqDist
    from nltk.tokenize import NLTKWordTokenizer

    tokenizer = NLTKWordTokenizer()
    return lambda: [FreqDist(tokenizer.tokenize(t.lower())) for t in texts]


def matchers(themes: list[list[str]], sentences: list[str]) -> dict[str, Callable[[], object]]:
    """Hits of themes in sentences; patterns are words, words with a last `*`, and phrases."""
    rules = [re.compile(_alternatives(patterns, r"\w*"), re.I) for patterns in themes]
    found: dict[str, Callable[[], object]] = {
        "a regex a theme": lambda: [sum(len(r.findall(s)) for s in sentences) for r in rules]
    }
    if find_spec("polars"):
        import polars as pl

        column = pl.Series(sentences)
        bare = [[p.rstrip("*") for p in patterns] for patterns in themes]
        found["polars, many patterns at once"] = lambda: [
            column.str.extract_many(b, ascii_case_insensitive=True).list.len().sum() for b in bare
        ]
    if find_spec("ahocorasick"):
        found["pyahocorasick"] = _ahocorasick(themes, sentences)
    if find_spec("hyperscan"):
        found["hyperscan"] = _hyperscan(themes, sentences)
    return found


def _alternatives(patterns: list[str], star: str) -> str:
    longest_first = sorted(patterns, key=len, reverse=True)
    parts = [re.escape(p).replace(r"\*", star).replace(r"\ ", r"\s+") for p in longest_first]
    return rf"\b(?:{'|'.join(parts)})\b"


def _ahocorasick(themes: list[list[str]], sentences: list[str]) -> Callable[[], int]:
    import ahocorasick

    automaton = ahocorasick.Automaton()
    for number, patterns in enumerate(themes):
        for pattern in patterns:
            word = pattern.rstrip("*")
            automaton.add_word(word, (number, pattern.endswith("*"), len(word)))
    automaton.make_automaton()

    def count() -> int:
        hits = 0
        for sentence in sentences:
            text = f" {sentence.lower()} "
            for end, (_, open_ended, size) in automaton.iter(text):
                if not text[end - size].isalnum() and (open_ended or not text[end + 1].isalnum()):
                    hits += 1
        return hits

    return count


def _hyperscan(themes: list[list[str]], sentences: list[str]) -> Callable[[], int]:
    import hyperscan

    database = hyperscan.Database()
    rules = [_alternatives(patterns, r"\w*").encode() for patterns in themes]
    flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_UTF8
    database.compile(
        expressions=rules, ids=list(range(len(rules))), elements=len(rules),
        flags=[flags] * len(rules),
    )  # fmt: skip
    encoded = [s.encode() for s in sentences]

    def count() -> int:
        hits: list[int] = []
        for text in encoded:
            database.scan(text, match_event_handler=lambda number, *_: hits.append(number))
        return len(hits)

    return count
