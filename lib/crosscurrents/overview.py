"""What a corpus holds, what a report rests on, and what the notebooks ask of every source."""

from __future__ import annotations

import pandas as pd

from crosscurrents.concordance import COLUMNS as LINES
from crosscurrents.concordance import concordance, texts_missing
from crosscurrents.corpus import Corpus
from crosscurrents.findings import counted
from crosscurrents.intervals import adjust_p
from crosscurrents.keyness import COLUMNS as KEYNESS
from crosscurrents.keyness import keyness
from crosscurrents.lexicon import lexicon_hashes
from crosscurrents.measures import Measures
from crosscurrents.statistics.remembered import Remembered
from crosscurrents.statistics.units import by_size

TARGETS = 20  # sources that are compared with the others: more, nobody reads
HEAVY = 0.1  # share of all words from which on one source weighs in the others' comparison
ROWS = 50_000  # of the table of all targets: some 15 MB as CSV


def documents_table(measures: Measures) -> pd.DataFrame:
    """List the documents with their main facts and sizes.

    Returns
    -------
    DataFrame
        A row a document: doc_id, source, title, author, date, genre, words, share (of all words),
        sentences, paragraphs, quoted (share of words that are quotation), inferred (what the
        document does not say itself, as the catalogue has it).
    """
    documents = measures.documents
    words = documents["words"]
    facts = ["doc_id", "source", "title", "author", "date", "genre", "words"]
    table = documents[facts].assign(
        share=words / max(words.sum(), 1),
        sentences=documents["sentences"],
        paragraphs=documents["paragraphs"],
        quoted=documents["quoted_words"] / words.clip(lower=1),
    )
    return table.assign(inferred=documents.get("inferred", ""))


def set_aside_table(measures: Measures) -> pd.DataFrame:
    """Count what cleaning set aside, by document and reason.

    Returns
    -------
    DataFrame
        doc_id, reason, times, words; in the order of the documents, then by falling words. Marks
        and escapes are single signs within the prose and hold no words.
    """
    table = measures.set_aside.groupby(["doc_id", "reason"], as_index=False).agg(
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
        doc_id, line, reason, words, text; in the order of the documents. `attrs["note"]` says
        which texts are missing.
    """
    lines = measures.set_aside[measures.set_aside["words"] > 0]
    known = {(r.doc_id, r.line, r.reason, r.words): r.text for r in corpus.set_aside.itertuples()}
    keys = zip(*(lines[c] for c in ("doc_id", "line", "reason", "words")))
    table = lines.assign(text=[known.get(key, "") for key in keys]).reset_index(drop=True)
    table.attrs["note"] = texts_missing(corpus, lines["doc_id"])
    return table


def keyness_by_source(
    measures: Measures,
    *,
    target: str = "",
    reference: str = "",
    most: int = TARGETS,
    **options,
) -> pd.DataFrame:
    """Compare each source with the others, or one `target` with one `reference`.

    `reference` may also be a frequency list, as `keyness` takes it; `options` go to `keyness`. Of
    more sources than `most` those with most words are targets; name another by `target`.
    The tests of all targets are one family: p is adjusted over all of them, and tests says how
    many they are.

    Returns
    -------
    DataFrame
        The tables of `keyness`, one below the other in the order of the sources; without rows
        where there is a single source and nothing else to compare it with. `attrs["note"]` says
        what was left out.
    """
    documents = measures.documents
    sizes = documents.groupby("source")["words"].sum()
    sources = sorted(sizes.index[sizes > 0])
    if len(sources) < 2 and not reference and target in ("", *sources):
        return pd.DataFrame(columns=["source", "reference", *KEYNESS])
    targets = [target] if target else [s for s in sources if s != reference]
    note, number = "", len(targets)
    if number > most:
        targets = sorted(by_size(sizes[targets])[:most])
        note = f"targets are the {most} with most words of {number:,} sources"
    top_n, method = options.pop("top_n", None), options.get("method", "bh")
    once = Remembered(measures)
    tables = [keyness(once, target=t, reference=reference or None, **options) for t in targets]
    table = pd.concat(tables, ignore_index=True)
    adjusted = {f"{p}_adjusted": adjust_p(table[p], method) for p in ("p", "welch_p")}
    table = table.assign(**adjusted, tests=int(table["p"].notna().sum()))
    table = table if top_n is None else table.groupby(["source", "direction"]).head(top_n)
    notes = [note, tables[0].attrs["note"]]
    if len(table) > ROWS:
        table = table.groupby("source").head(ROWS // len(targets)).reset_index(drop=True)
        notes.append(f"rows are the {ROWS // len(targets):,} terms of highest G2 of each target")
    note = "; ".join(filter(None, notes))
    table.attrs = {**tables[0].attrs, "note": note}
    return table


def largest_targets(table: pd.DataFrame, most: int = 5) -> list[pd.DataFrame]:
    """Part a `keyness_by_source` table by target, of many targets those with most words.

    >>> table = pd.DataFrame({"source": ["Mail", "Post", "Star"], "words": [10, 30, 20]})
    >>> [part["source"].iloc[0] for part in largest_targets(table, most=2)]
    ['Post', 'Star']
    """
    sizes = table.groupby("source")["words"].max()
    kept = by_size(sizes)[:most]
    return [part for target, part in table.groupby("source") if target in kept]


def key_passages(corpus: Corpus, table: pd.DataFrame, *, lines: int = 3) -> pd.DataFrame:
    """Show the first term that sets each target apart, where it stands in that source.

    Parameters
    ----------
    table
        As `keyness_by_source` returns it.
    lines
        Lines a source, in text order.

    Returns
    -------
    DataFrame
        term, and the columns of `concordance`.
    """
    found = []
    for row in table[table["direction"] > 0].drop_duplicates("source").itertuples():
        hits = concordance(corpus, row.term, sources=[row.source], top_n=lines)
        found.append(hits.assign(term=row.term)[["term", *LINES]])
    empty = pd.DataFrame(columns=["term", *LINES])
    return pd.concat(found, ignore_index=True) if found else empty


def cautions(measures: Measures, corpus: Corpus | None = None) -> list[str]:
    """Say what to be careful about with this corpus, computed from it.

    Returns
    -------
    list of str
        A sentence each on: articles a source, a source that outweighs the rest, what the lexicon
        knows, sentences that no theme touches or that there is no codebook, texts not at hand,
        documents left out.
    """
    found = _balance(measures.documents)
    sentences, names = measures.sentences, measures.record["codebook"]["themes"]
    if sentences["words"].sum():
        words = sentences["words"]
        known = (sentences["vader_coverage"] * words).sum() / words.sum()
        found.append(
            f"The sentiment lexicon knows {known:.1%} of the words and takes each for a feeling, "
            "even where it names a thing: read a difference in tone only with what drives it."
        )
    if names and len(sentences):
        hits = measures.themes[measures.themes["theme"].isin(names)]
        untouched = 1 - len(hits[["doc_id", "sentence"]].drop_duplicates()) / len(sentences)
        found.append(
            f"{untouched:.0%} of the {len(sentences):,} sentences touch no theme of the codebook; "
            "they stay in every denominator."
        )
    if not names:
        found.append(
            "There is no codebook: what the sources speak of and where they stand is not compared."
        )
    return found + (_absent(measures, corpus) if corpus is not None else [])


def _balance(documents: pd.DataFrame) -> list[str]:
    sizes = documents.groupby("source")["words"].agg(["size", "sum"])
    share = sizes["sum"] / max(sizes["sum"].sum(), 1)
    lone = int((sizes["size"] == 1).sum())
    found = []
    if lone == len(sizes):
        each = "The only source" if lone == 1 else f"Each of the {lone:,} sources"
        found.append(
            f"{each} is a single article: the intervals speak of these "
            "articles, not of outlets or authors at large."
        )
    elif lone:
        found.append(
            f"{lone:,} of {len(sizes):,} sources are a single article; their intervals speak of "
            "that article only."
        )
    if len(share) > 1 and share.max() > max(1.5 / len(share), HEAVY):
        found.append(
            f"{share.idxmax()} holds {share.max():.0%} of all words: compare rates and shares, "
            "never counts; for the other sources “elsewhere” is mostly this one."
        )
    return found


def _absent(measures: Measures, corpus: Corpus) -> list[str]:
    chosen = corpus.documents["doc_id"].isin(measures.documents["doc_id"])
    absent = int((chosen & ~corpus.documents["at_hand"]).sum())
    found = []
    if absent:
        found.append(
            f"The texts of {absent:,} of {len(measures.documents):,} documents are not at hand: "
            "their numbers are those measured before, their passages are named by place only."
        )
    if len(corpus.rejected):
        found.append(
            f"{counted(len(corpus.rejected), 'document')} could not be read and "
            f"{'is' if len(corpus.rejected) == 1 else 'are'} left out; the corpus page lists them."
        )
    return found


def provenance(measures: Measures) -> pd.DataFrame:
    """Say what the numbers of a notebook were made from, as a table of item and value."""
    record, documents = measures.record, measures.documents
    book, dates = record["codebook"], sorted(d for d in documents["date"] if d)
    span = " to ".join(dict.fromkeys([dates[0], dates[-1]])) if dates else "no dates"
    lexicons = {**lexicon_hashes(), **record["lexicons"]}
    themes = f"{counted(len(book['themes']), 'theme')}, {counted(len(book['scales']), 'scale')}"
    rows = [
        ("documents", f"{len(documents):,} of {documents['source'].nunique():,} sources, {span}"),
        ("words", f"{documents['words'].sum():,}"),
        ("library", f"crosscurrents {record['library']}, measures version {record['version']}"),
        ("codebook", f"{themes}, sha256 {book['sha256'][:12]}"),
        *((f"lexicon {name}", f"sha256 {sha[:12]}") for name, sha in lexicons.items()),
        ("chronology", "counted as prose" if record["chronology"] else "set aside"),
    ]
    return pd.DataFrame(rows, columns=["item", "value"])
