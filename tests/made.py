"""What several test modules make: measures of small texts, reports of tiny notebooks."""

import importlib
import math
import os
import re
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
import pandas as pd

TESTS = Path(__file__).parent
CORPUS, TINY = TESTS / "corpus", TESTS / "notebooks"
GOOD = ["good", "measured", "prints_much", "warns", "leaves_child", "hostile"]


def by_white_space(texts):
    """Measure {doc_id: (source, text)} by white space; a blank line parts paragraphs."""
    documents, terms, sentences = [], [], []
    for doc_id, (source, text) in texts.items():
        paragraphs = [p.split() for p in text.split("\n\n") if p]
        documents.append((doc_id, source, sum(map(len, paragraphs)), len(paragraphs)))
        for k, words in enumerate(paragraphs, 1):
            sentences.append((doc_id, k, k, len(words)))
            terms += [(doc_id, k, word, 1, 1) for word in words]
            for n in (2, 3):
                grams = zip(*(words[i:] for i in range(n)), strict=False)
                terms += [(doc_id, 0, " ".join(gram), n, 1) for gram in grams]
    keys = ["doc_id", "paragraph", "term", "n"]
    terms = pd.DataFrame(terms, columns=[*keys, "count"])
    return SimpleNamespace(
        documents=pd.DataFrame(documents, columns=["doc_id", "source", "words", "sentences"]),
        terms=terms.groupby(keys, as_index=False)["count"].sum(),
        sentences=pd.DataFrame(sentences, columns=["doc_id", "paragraph", "sentence", "words"]),
    )


def corpus_of(*rows, columns=("source", "text"), **more):
    """A corpus of documents, a row each; further columns have a value for each."""
    from crosscurrents import read_corpus

    return read_corpus(pd.DataFrame(rows, columns=list(columns)).assign(**more))


def corpus_folder(folder: Path, texts: dict[str, str], book: str = "", catalogue: str = "") -> Path:
    """A corpus on the disk: its texts by name, in a folder of their own below the catalogue."""
    place = folder / "texts" if catalogue else folder
    place.mkdir(parents=True)
    for name, text in texts.items():
        (place / f"{name}.txt").write_text(text, encoding="utf-8")
    for name, content in (("codebook.yml", book), ("catalogue.csv", catalogue)):
        if content:
            (folder / name).write_text(content, encoding="utf-8")
    return folder


def measured(book, *rows, columns=("source", "text")):
    """Measures of documents, a row each; the paragraphs of a text have blank lines between them."""
    from crosscurrents import measure

    return measure(corpus_of(*rows, columns=columns), codebook=book, reuse=False)


def exchanged_p(rest, own, **options) -> float:
    """SciPy's p of how far from 0 the residuals of one side are together, by permutation."""
    from scipy.stats import permutation_test

    found = permutation_test(
        (rest[own], rest[~own]), lambda a, b, axis: np.abs(a.sum(axis=axis)),
        alternative="greater", **options,
    )  # fmt: skip
    return found.pvalue


def expected_rows(name: str) -> list[list[str]]:
    """The rows of a table of examples in expected/, without comments."""
    text = (TESTS / "expected" / f"{name}.tsv").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("# ")]


def expected_blocks(name: str) -> list[list[str]]:
    """The head and the body of each example of a file in expected/, below a line "@@ head"."""
    text = (TESTS / "expected" / f"{name}.txt").read_text(encoding="utf-8")
    blocks = re.split("^@@ ", text, flags=re.M)[1:]
    return [block.rstrip("\n").split("\n", 1) for block in blocks]


def equal(one, two, *, tables=None, **how) -> None:
    """Assert that measures are the same, table by table, whatever the width of their numbers."""
    from crosscurrents.measures import TABLES

    for name in tables or TABLES:
        options = {"check_dtype": False, "obj": name} | how
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name), **options)


def identical(one, two) -> None:
    """Assert that measures are the same to the bit, and made with the same."""
    equal(one, two, check_dtype=True, check_exact=True)
    assert one.record == two.record


def notebook(folder: Path, name: str, *cells: str) -> Path:
    """Write a notebook whose first cell holds its parameters; gives the folder."""
    import nbformat

    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    made = [nbformat.v4.new_code_cell(cell) for cell in cells]
    made[0].metadata["tags"] = ["parameters"]
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata=kernel), folder / f"{name}.ipynb")
    return folder


def row(table, **keys):
    """The one row of a table with these values."""
    for column, value in keys.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def run_tiny(out, *notebooks, corpus=CORPUS, **options):
    """Run a report of tiny notebooks."""
    from crosscurrents import run_report

    return run_report(
        corpus, name="tiny", out=out, folder=TINY, notebooks=list(notebooks), quiet=True, **options
    )


class Here:
    """A stand-in for a process of a report: what it is called for is done in this process.

    For tests that are not about processes: libraries are loaded once, and kernels are real.
    """

    why, is_alive = "", True

    def __init__(self, memory_limit: int, load: str = "") -> None:
        self.is_good, self.seconds, self._said = False, 0.0, ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def call(self, function, arguments, *, time_limit=math.inf, environment=None):
        module, _, name = function.partition(":")
        begun = time.monotonic()
        known = {"PYTHONPATH": str(TESTS.parent / "lib"), **(environment or {})}
        self._error, self.is_good = None, True
        with mock.patch.dict(os.environ, known):
            try:
                self._result = getattr(importlib.import_module(module), name)(**arguments)
            except Exception as error:
                first = (str(error).strip().splitlines() or [""])[0]
                self.is_good, self._said = False, f"{type(error).__name__}: {first}"
                self._error = error
        self.seconds = round(time.monotonic() - begun, 3)

    def has_ended(self) -> bool:
        return True

    def result(self):
        if self._error:
            raise self._error
        return self._result

    def said(self) -> str:
        return self._said


def tiny_arguments(notebooks, name="tiny"):
    """The command that makes a report of tiny notebooks."""
    return ["report", "--corpus", CORPUS, "--name", name, "--notebooks-dir", TINY,
            "--notebooks", notebooks]  # fmt: skip


def wait_until(condition, seconds=60):
    """Wait for a condition, generously; say whether it came to be."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def files(folder: Path) -> dict[str, bytes]:
    """All files of a folder, with what they hold."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def seen_by_vader(text: str) -> str:
    """A text as VADER is to see it (DEFINITIONS, tone), piece by piece."""
    from crosscurrents import read_lexicon
    from crosscurrents.core.scoring import vader_piece
    from crosscurrents.lexicon import vader_emoji

    emoji, known = vader_emoji(), read_lexicon("vader").scores
    return " ".join(word for piece in text.split() for word in vader_piece(piece, emoji, known))


def nltk_vader() -> Any:
    """NLTK's own SentimentIntensityAnalyzer, over the lexicon of vaderSentiment, offline.

    Slow and of record: what this library computes is held to it by the tests.
    """
    import nltk.data
    from nltk.sentiment.vader import SentimentIntensityAnalyzer

    from crosscurrents.lexicon import vader_file

    name = "sentiment/vader_lexicon/vader_lexicon.txt"
    # NLTK reads only from its own roots and takes no linked file (installers link): a real copy.
    with tempfile.TemporaryDirectory() as root:
        copy = Path(root, name)
        copy.parent.mkdir(parents=True)
        copy.write_bytes(vader_file().read_bytes().rstrip(b"\r\n"))
        nltk.data.path.insert(0, root)
        try:
            return SentimentIntensityAnalyzer(lexicon_file=name)
        finally:
            nltk.data.path.remove(root)


class Marked(NamedTuple):
    """A document in which a person marked what is no prose."""

    name: str
    raw: str
    prose: list[str]
    reasons: dict[int, str]  # of what goes: the place where it begins, and why
    facts: dict[str, tuple[str, int]] | None  # with their lines; None if the marks say nothing


def marked_documents(name: str) -> list[Marked]:
    """The documents of a file in expected/, each below a line "@@ name".

    What goes has "~" before its line, or ⟦ ⟧ about it within a line, and may have its reason before
    it: "byline~By Ann Bo". A line "| " goes on with the paragraph above, any other line is one.
    "= title 3: The gate" says a fact and its line; "= nothing" that there is none.
    """
    return [marked_document(head, body) for head, body in expected_blocks(name)]


def marked_document(name: str, body: str) -> Marked:
    lines = body.split("\n")
    said = [line.removeprefix("= ") for line in lines if line.startswith("= ")]
    known = [re.fullmatch(r"(\w+) (\d+): (.*)", fact) for fact in said if fact != "nothing"]
    facts = {fact[1]: (fact[3], int(fact[2])) for fact in known if fact}
    raw, prose, reasons, before = "", [], {}, ""
    for line in lines[len(said) :]:
        goes = re.fullmatch("([a-z ]*)~(.*)", line)
        text = f"⟦{line}⟧" if goes else line.removeprefix("| ")
        kept = ""
        for part in re.split("(⟦.*?⟧)", text):
            mark = re.fullmatch("⟦(?:([a-z ]*)~)?(.*)⟧", part)
            if mark and mark[1]:
                reasons[len(raw)] = mark[1]
            raw += mark[2] if mark else part
            kept += "" if mark else part
        raw += "\n"
        if line.startswith("| "):
            blank = "" if before.endswith(("-", "-⟧")) else " "
            prose[-1] += blank + kept
        elif kept:
            prose.append(kept)
        before = text
    prose = [" ".join(text.split()) for text in prose]
    return Marked(name, raw, prose, reasons, facts if said else None)
