"""crosscurrents check: read a corpus whole and say what is wrong."""

from __future__ import annotations

import argparse
import sys

WHAT = "read a corpus whole and say what is wrong, if anything"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--corpus", default="seeds", help="folder or table (default: %(default)s)")
    parser.add_argument("--codebook", help="themes (default: the corpus's codebook.yml)")


def run(options) -> int:
    from crosscurrents.corpus import read_corpus
    from crosscurrents.measures import measure

    corpus = read_corpus(options.corpus)
    measures = measure(corpus, codebook=options.codebook)
    documents, book = measures.documents, measures.record["codebook"]
    texts = int(corpus.documents["at_hand"].sum())
    print(
        f"{len(documents):,} documents from {documents['source'].nunique():,} sources, "
        f"{int(documents['words'].sum()):,} words; {texts:,} texts at hand; "
        f"{len(book['themes']):,} themes, {len(book['scales']):,} scales"
    )
    problems = [
        f"{r.file or r.doc_id}: set aside, {r.reason}" for r in corpus.rejected.itertuples()
    ]
    empty = documents.loc[documents["words"] == 0, "doc_id"]
    problems += [f"{doc_id}: no prose is left of it" for doc_id in empty]
    print("\n".join(problems), file=sys.stderr, end="\n" * bool(problems))
    return 1 if problems else 0
