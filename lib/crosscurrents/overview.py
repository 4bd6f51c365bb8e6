"""What a corpus holds and what a report rests on: documents, what was set aside, cautions."""

from __future__ import annotations

import pandas as pd

from crosscurrents.corpus import Corpus
from crosscurrents.measures import Measures

SHOWN = ["source", "title", "author", "date", "genre"]


def documents_table(measures: Measures) -> pd.DataFrame:
    """List the documents with their main facts and sizes.

    Returns
    -------
    DataFrame
        A row a document: doc_id, source, title, author, date, genre, words, share (of all words),
        sentences, paragraphs, quoted (share of words that are quotation), and, where the catalogue
        has it, inferred (what the document does not say itself).
    """
    documents = measures.documents
    words = documents["words"]
    table = documents[["doc_id", *SHOWN, "words"]].assign(
        share=words / max(words.sum(), 1),
        sentences=documents["sentences"],
        paragraphs=documents["paragraphs"],
        quoted=documents["quoted_words"] / words.clip(lower=1),
    )
    return table.assign(inferred=documents["inferred"]) if "inferred" in documents else table


def set_aside_table(measures: Measures) -> pd.DataFrame:
    """Count what cleaning set aside, by document and reason.

    Returns
    -------
    DataFrame
        doc_id, reason, times, words; by document, then by falling words. Marks and escapes are
        single signs within the prose and hold no words.
    """
    aside = measures.set_aside
    table = aside.groupby(["doc_id", "reason"], as_index=False).agg(
        times=("line", "size"), words=("words", "sum")
    )
    order = {d: i for i, d in enumerate(measures.documents["doc_id"])}
    table = table.assign(_order=table["doc_id"].map(order))
    table = table.sort_values(["_order", "words", "reason"], ascending=[True, False, True])
    return table.drop(columns="_order").reset_index(drop=True)


def set_aside_lines(measures: Measures, corpus: Corpus) -> pd.DataFrame:
    """List what was set aside line by line, with the text where a document is at hand.

    Single signs (marks, escapes) are left out; `set_aside_table` counts them.

    Returns
    -------
    DataFrame
        doc_id, line, reason, words, text; in the order of the documents.
    """
    lines = measures.set_aside[measures.set_aside["words"] > 0]
    at_hand = corpus.set_aside
    known = {(r.doc_id, r.line, r.reason, r.words): r.text for r in at_hand.itertuples()}
    keys = zip(lines["doc_id"], lines["line"], lines["reason"], lines["words"])
    return lines.assign(text=[known.get(key, "") for key in keys]).reset_index(drop=True)


def cautions(measures: Measures, corpus: Corpus | None = None) -> list[str]:
    """Say what to be careful about with this corpus, computed from it.

    Returns
    -------
    list of str
        One sentence each: articles a source, a source that outweighs the rest, what the lexicon
        knows, sentences that no theme touches, texts not at hand, documents set aside.
    """
    documents = measures.documents
    sizes = documents.groupby("source")["words"].agg(["size", "sum"])
    found = []
    lone = int((sizes["size"] == 1).sum())
    if lone == len(sizes):
        found.append(
            f"Each of the {len(sizes)} sources is a single article: every interval speaks of what stands "
            "within these articles, none of the outlets or authors at large."
        )
    elif lone:
        found.append(
            f"{lone} of {len(sizes)} sources are a single article; their intervals speak of these articles only."
        )
    share = sizes["sum"] / max(sizes["sum"].sum(), 1)
    if len(share) > 1 and share.max() > 1.5 / len(share):
        found.append(
            f"{share.idxmax()} holds {share.max():.0%} of all words, so what is said of “all” is mostly said of it; "
            "compare rates and shares, never counts."
        )
    sentences = measures.sentences
    if len(sentences) and sentences["words"].sum():
        known = (sentences["vader_coverage"] * sentences["words"]).sum() / sentences["words"].sum()
        found.append(
            f"The sentiment lexicon knows {known:.1%} of the words; many of these name things (“united”, "
            "“security”, “interest”) rather than feelings. Read a difference in tone only with its drivers."
        )
    if measures.record["codebook"]["themes"] and len(sentences):
        names = measures.record["codebook"]["themes"]
        themed = measures.themes[measures.themes["theme"].isin(names)]
        touched = len(themed[["doc_id", "sentence"]].drop_duplicates())
        found.append(
            f"{1 - touched / len(sentences):.0%} of the {len(sentences):,} sentences touch no theme of the codebook; "
            "they stay in every denominator."
        )
    if corpus is not None:
        absent = corpus.documents[
            ~corpus.documents["at_hand"] & corpus.documents["doc_id"].isin(documents["doc_id"])
        ]
        if len(absent):
            found.append(
                f"The texts of {len(absent)} of {len(documents)} documents are not at hand: their numbers are those "
                "measured before, and their passages are named by place only."
            )
        if len(corpus.rejected):
            found.append(
                f"{len(corpus.rejected)} documents could not be read and are left out; the corpus page lists them."
            )
    return found


def provenance(measures: Measures) -> pd.DataFrame:
    """Say what the numbers of a notebook were made from, as a table of item and value."""
    record, documents = measures.record, measures.documents
    dates = sorted(d for d in documents["date"] if d)
    span = f"{dates[0]} to {dates[-1]}" if dates else "no dates"
    rows = [
        ("documents", f"{len(documents)} from {documents['source'].nunique()} sources, {span}"),
        ("words", f"{documents['words'].sum():,}"),
        ("library", f"crosscurrents {record['library']}, measuring code {record['code'][:12]}"),
        ("codebook", f"{len(record['codebook']['themes'])} themes, {len(record['codebook']['scales'])} scales, "
                     f"sha256 {record['codebook']['sha256'][:12]}"),
        *((f"lexicon {name}", f"sha256 {sha[:12]}") for name, sha in record["lexicons"].items()),
        ("chronology", "counted as prose" if record["chronology"] else "set aside"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["item", "value"])
