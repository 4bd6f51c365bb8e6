"""What a corpus holds, what to be careful about, and what a report was made from."""

from __future__ import annotations

import pandas as pd

from crosscurrents.comparison import GROUP, Comparison, compared
from crosscurrents.corpus import Corpus
from crosscurrents.doubts import copies_findings, doubt_findings, doubts, language_findings
from crosscurrents.findings import listed
from crosscurrents.lexicon import lexicon_hashes
from crosscurrents.measures import Measures
from crosscurrents.passages import concordance
from crosscurrents.significance import MIN_DOCUMENTS
from crosscurrents.writing import counted

HEAVY = 0.4  # share of all words from which on one source weighs in every comparison with the rest
UNCOVERED = 0.5  # share of sentences without a theme that a reader should know of
CAUTIONS = 5  # that a page shows, of which ...
DOUBTS = 2  # are about articles that look wrong
GRAVE = ("no words", "broken encoding", "markup", "much excluded")
NAMED = 5  # articles that a sentence names


def corpus_findings(comparison: Comparison) -> list[str]:
    """Say what was left out and what looks wrong with the corpus, or that nothing does."""
    found = [f"Not read: {line}" for line in _left_out(comparison.corpus)]
    found += copies_findings(comparison)
    table = documents_table(plain_measures(comparison))
    marked = table[table["remarks"] != ""]
    if named := [f"{row.doc_id} ({row.remarks})" for row in marked.itertuples()]:
        found.append(f"Look at {listed(named, NAMED)}.")
    left = comparison.excluded["words"].sum()
    share = left / max(left + table["words"].sum(), 1)
    found.append(f"{share:.1%} of all words are not prose and are left out of every count.")
    return found


def plain_measures(comparison: Comparison) -> Measures:
    """The Measures of a comparison, also where it is one of a Tone."""
    return getattr(comparison.measures, "measures", comparison.measures)


def documents_table(measures: Measures) -> pd.DataFrame:
    """List the documents with their main facts and sizes, and what looks wrong with them.

    Returns
    -------
    DataFrame
        A row a document: doc_id, source, title, author, date, genre, words, sentences, quoted
        (share of words that are quotation), excluded_share (share of all words that is not prose),
        remarks, inferred (what the document does not say itself, as the catalogue has it).
    """
    documents = measures.documents
    words = documents["words"]
    left = documents["doc_id"].map(measures.excluded.groupby("doc_id")["words"].sum())
    left = left.fillna(0).astype(int)
    facts = [c for c in ("doc_id", "source", "title", "author", "date", "genre") if c in documents]
    table = documents[facts].assign(
        words=words,
        sentences=documents["sentences"],
        quoted=documents["quoted_words"] / words.clip(lower=1),
        excluded_share=left / (words + left).clip(lower=1),
    )
    known = doubts(measures).groupby("doc_id", sort=False)["detail"].agg("; ".join)
    remarks = table["doc_id"].map(known).astype(object).fillna("")
    undated = table["date"] == ""
    remarks = remarks.where(~undated, remarks + "; no date").str.removeprefix("; ")
    return table.assign(remarks=remarks, inferred=documents.get("inferred", ""))


@compared
def source_sizes(comparison: Comparison) -> pd.DataFrame:
    """Count the documents, words and sentences of each group, those with most words first."""
    table = comparison.groups.reset_index()
    return table.sort_values(["words", GROUP], ascending=[False, True], ignore_index=True)


@compared
def excluded_shares(comparison: Comparison) -> pd.DataFrame:
    """Give the words that cleaning left out, by group and reason, as a share of all words.

    Returns
    -------
    DataFrame
        group, reason, words, excluded_share; the groups and, in each of them, the reasons with most
        words first. Marks and escapes are single signs within the prose and hold no words.
    """
    rows = comparison.excluded.assign(group=comparison.excluded["doc_id"].map(comparison.group_of))
    rows = rows[rows["words"] > 0].dropna(subset=[GROUP])
    if rows.empty:
        return pd.DataFrame(columns=[GROUP, "reason", "words", "excluded_share"])
    counts = rows.pivot_table(
        index="reason", columns=GROUP, values="words", aggfunc="sum", fill_value=0
    ).reindex(columns=comparison.by_size, fill_value=0)
    counts = counts.loc[counts.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    table = counts.reset_index().melt("reason", var_name=GROUP, value_name="words")
    every = table[GROUP].map(comparison.groups["words"] + counts.sum())
    table = table.assign(words=table["words"].astype(int), excluded_share=table["words"] / every)
    return table[[GROUP, "reason", "words", "excluded_share"]]


def excluded_lines(measures: Measures, corpus: Corpus) -> pd.DataFrame:
    """List what cleaning left out line by line, with the text where a document is available.

    Returns
    -------
    DataFrame
        doc_id, line, reason, words, text; in the order of the documents. Single signs (marks,
        escapes) are not listed.
    """
    lines = measures.excluded[measures.excluded["words"] > 0]
    known = {(r.doc_id, r.line, r.reason, r.words): r.text for r in corpus.excluded.itertuples()}
    keys = zip(*(lines[c] for c in ("doc_id", "line", "reason", "words")))
    return lines.assign(text=[known.get(key, "") for key in keys]).reset_index(drop=True)


def focus_term(comparison: Comparison, rates: pd.DataFrame, *, term: str = "") -> str:
    """The word to look at more closely: one that most groups use, and all of them often.

    Words of the codebook come first, since they belong to the question. A `term` that is given is
    the answer, as it is counted.

    Parameters
    ----------
    comparison : Comparison
    rates : DataFrame
        As `term_frequency` returns it, with stop words hidden; empty for an empty one.
    """
    if term:
        return comparison.counted_as(term)
    used = rates[rates["rate"] > 0]
    if used.empty:
        return ""
    named = used[used["term"].isin(set(comparison.themes["pattern"]))]
    used = named if len(named) else used
    by = rates.attrs.get("by", comparison.by)
    spread = used.groupby("term").agg(groups=(by, "nunique"), least=("rate", "min")).reset_index()
    spread = spread.sort_values(["groups", "least", "term"], ascending=[False, False, True])
    return str(spread["term"].iloc[0])


def typical_words(table: pd.DataFrame) -> pd.DataFrame:
    """The terms of a `keyness_by_source` table that each group uses more than the rest, in turn.

    The first term of every group comes first, then the second of every group, and so on.

    Examples
    --------
    >>> rows = [("Mail", "dam", 1), ("Mail", "weir", 1), ("Star", "dam", -1), ("Star", "rain", 1)]
    >>> table = pd.DataFrame(rows, columns=["source", "term", "direction"])
    >>> typical_words(table)["term"].tolist()
    ['dam', 'rain', 'weir']
    """
    more = table[table["direction"] > 0]
    turn = more.groupby(table.attrs.get("by", "source")).cumcount()
    found = more.loc[turn.sort_values(kind="stable").index].reset_index(drop=True)
    found.attrs = dict(table.attrs)
    return found


def with_dispersion(rates: pd.DataFrame, spread: pd.DataFrame) -> pd.DataFrame:
    """A table of `term_frequency` with range, parts and dp of `dispersion`, most uses first."""
    by = rates.attrs.get("by", rates.columns[0])
    columns = [by, "term", "range", "parts", "dp"]
    table = rates.merge(spread[columns], on=[by, "term"], how="inner")
    table = table.sort_values(["count", "term"], ascending=[False, True], ignore_index=True)
    table.attrs = dict(rates.attrs)
    return table


def key_passages(
    comparison: Comparison, table: pd.DataFrame, *, terms: int = 3, lines: int = 3
) -> pd.DataFrame:
    """Show the first terms that each group uses more than the rest, in their surroundings.

    Parameters
    ----------
    comparison : Comparison
        With its corpus; without texts there are no rows.
    table : DataFrame
        As `keyness_by_source` returns it.
    terms, lines : int
        Terms a group, and lines a term, in text order.

    Returns
    -------
    DataFrame
        The group, term, left, node, right, doc_id, paragraph.
    """
    by = table.attrs.get("by", comparison.by)
    columns = [by, "term", "left", "node", "right", "doc_id", "paragraph"]
    found = []
    if comparison.corpus is not None and len(table):
        for group, own in table[table["direction"] > 0].groupby(by, sort=True):
            found += [_lines(comparison, group, term, lines) for term in own["term"].head(terms)]
    found = [part.rename(columns={GROUP: by})[columns] for part in found if len(part)]
    rows = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)
    rows.attrs = {
        name: table.attrs[name] for name in ("by", "groups", "labels") if name in table.attrs
    }
    return rows


def _lines(comparison: Comparison, group, term: str, lines: int) -> pd.DataFrame:
    own = comparison.group_of[comparison.group_of == group].index
    sources = comparison.documents.loc[comparison.documents["doc_id"].isin(own), "source"].unique()
    forms = comparison.forms_of(term)
    hits = concordance(comparison, [f"={form}" for form in forms], sources=sorted(sources))
    hits = hits if len(hits) else concordance(comparison, forms, sources=sorted(sources))
    hits = hits[hits["doc_id"].isin(own)].head(lines)
    return hits.drop(columns="source").assign(term=term, **{GROUP: group})


# --- cautions and provenance


def cautions(comparison: Comparison) -> list[str]:
    """Say what to be careful about before quoting a report, the gravest first; at most five.

    Returns
    -------
    list of str
        A sentence each on: files left out; copies; articles in a language that the lexicons or the
        codebook do not know; articles that look wrong (see `doubts`); sources of few articles; a
        source that outweighs the rest; texts that are not available; sentences without a theme, or
        no codebook; and that words are counted, not meanings.
    """
    corpus = comparison.corpus
    found = [f"Left out: {line}" for line in _left_out(corpus)]
    found += copies_findings(comparison)
    found += language_findings(comparison)
    found += doubt_findings(plain_measures(comparison), kinds=GRAVE)[:DOUBTS]
    found += [*_few(comparison), *_weight(comparison)]
    unavailable = _unavailable(comparison, corpus) if corpus is not None else []
    found += [*unavailable, *_uncovered(comparison)]
    where = "in the original article" if unavailable else "behind a number"
    counts = f"Words are counted, not meanings: read the passages {where} before quoting them."
    return [*found[: CAUTIONS - 1], counts]


def _left_out(corpus: Corpus | None) -> list[str]:
    if corpus is None or not len(corpus.rejected):
        return []
    lines = [line.rstrip(".") for line in corpus.left_out()]
    more = [f"and {counted(len(lines) - 2, 'further kind')} of files"] if len(lines) > 2 else []
    return ["; ".join([*lines[:2], *more]) + " (listed on the corpus page)."]


def _few(comparison: Comparison) -> list[str]:
    sizes = comparison.groups["documents"]
    few = sizes[sizes < MIN_DOCUMENTS]
    if few.empty:
        return []
    if len(few) == len(sizes):
        each = "is a single article" if (sizes == 1).all() else "has fewer than five articles"
        return [
            f"Each {comparison.by} {each}: the numbers describe these articles and say nothing "
            "about what the outlets or authors write elsewhere."
        ]
    names = listed([str(name) for name in few.index], 3)
    return [f"Fewer than five articles, so not tested: {names}."]


def _weight(comparison: Comparison) -> list[str]:
    words = comparison.groups["words"]
    share = words / max(words.sum(), 1)
    if len(share) < 3 or share.max() < HEAVY:
        return []
    return [
        f"{share.idxmax()} holds {share.max():.0%} of all words, so for the other sources “the "
        "rest” is mostly this one; compare rates and shares, not counts."
    ]


def _unavailable(comparison: Comparison, corpus: Corpus) -> list[str]:
    chosen = corpus.documents["doc_id"].isin(comparison.documents["doc_id"])
    absent = int((chosen & ~corpus.documents["at_hand"]).sum())
    if not absent:
        return []
    return [
        f"The texts of {absent:,} of {counted(len(comparison.documents), 'article')} are not "
        "available: numbers come from stored measures, and passages are named by place only."
    ]


def _uncovered(comparison: Comparison) -> list[str]:
    names = comparison.record["codebook"]["themes"]
    if not names:
        return ["There is no codebook, so themes and positions are not compared."]
    coded = comparison.coded.group_of.dropna().index  # in a language that the codebook is in
    sentences, hits = (
        table[table["doc_id"].isin(coded)] for table in (comparison.sentences, comparison.themes)
    )
    hits = hits[hits["theme"].isin(names)]
    none = 1 - len(hits[["doc_id", "sentence"]].drop_duplicates()) / max(len(sentences), 1)
    if not len(sentences) or none < UNCOVERED:
        return []
    number = counted(len(sentences), "sentence")
    return [f"{none:.0%} of the {number} match no theme: what themes say concerns the others."]


def provenance(measures) -> pd.DataFrame:
    """Say what the numbers of a notebook were made from, as a table: made_from, which.

    `measures` are a Comparison, which also says its options, or Measures or a Tone.
    """
    comparison = measures if isinstance(measures, Comparison) else Comparison(measures)
    record, documents = plain_measures(comparison).record, comparison.documents
    book, dates = record["codebook"], sorted(d for d in documents["date"] if d)
    span = " to ".join(dict.fromkeys([dates[0], dates[-1]])) if dates else ""
    undated = f"{len(documents) - len(dates):,} undated" if len(dates) < len(documents) else ""
    span = ", ".join(filter(None, [span, undated]))
    lexicons = {**lexicon_hashes(), **record["lexicons"]}
    subs = sum("/" in name for name in book["themes"])
    parts = {"theme": len(book["themes"]) - subs, "sub-theme": subs, "scale": len(book["scales"])}
    themes = ", ".join(counted(n, noun) for noun, n in parts.items() if n or noun == "theme")
    version = record.get("version", record.get("code", ""))
    options = (
        f"{comparison.level:.0%} intervals, {comparison.resamples:,} resamples, "
        f"seed {comparison.seed}, words {comparison.forms}"
    )
    rows = [
        ("articles", f"{len(documents):,}, compared by {comparison.by}, {span}"),
        ("words", f"{documents['words'].sum():,}"),
        ("options", options),
        ("library", f"crosscurrents {record['library']}, version of measures {str(version)[:12]}"),
        ("codebook", f"{themes}, sha256 {book['sha256'][:12]}"),
        *((f"lexicon {name}", f"sha256 {sha[:12]}") for name, sha in lexicons.items()),
        ("chronology", "counted as prose" if record["chronology"] else "left out"),
    ]
    return pd.DataFrame(rows, columns=["made_from", "which"])
