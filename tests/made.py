"""What several test modules make: measures of small texts, reports of tiny notebooks."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd

TESTS = Path(__file__).parent
CORPUS, TINY = TESTS / "corpus", TESTS / "notebooks"


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


def measured(book, *rows, columns=("source", "text")):
    """Measures of documents, a row each; the paragraphs of a text are parted by blank lines."""
    from crosscurrents.corpus import read_corpus
    from crosscurrents.measures import measure

    table = pd.DataFrame(rows, columns=list(columns))
    return measure(read_corpus(table), codebook=book, reuse=False)


def row(table, **keys):
    """The one row of a table with these values."""
    for column, value in keys.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def run_tiny(out, *notebooks, corpus=CORPUS, **options):
    """Run a report of tiny notebooks."""
    from crosscurrents.report import run_report

    return run_report(
        corpus, name="tiny", out=out, folder=TINY, notebooks=list(notebooks), quiet=True, **options
    )


def files(folder: Path) -> dict[str, bytes]:
    """All files of a folder, with what they hold."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
