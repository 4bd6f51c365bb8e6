"""What a corpus holds, what looks wrong with it, cautions, and what a report was made from.

Copies make everything look more certain; they are found by the runs of words that two texts share.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from crosscurrents.comparison import GROUP, Comparison, compared
from crosscurrents.core.languages import WITHOUT_BLANKS, language_name
from crosscurrents.core.words import words_of
from crosscurrents.corpus import Corpus
from crosscurrents.lexicon import lexicon_hashes
from crosscurrents.measures import Measures
from crosscurrents.resampling import MIN_DOCUMENTS
from crosscurrents.storage import cached
from crosscurrents.texts import at_hand
from crosscurrents.writing import check_choice, counted, level_name, listed, say

HEAVY = 0.4  # share of all words from which on one source weighs in every comparison with the rest
UNCOVERED = 0.5  # share of sentences without a theme that a reader should know of
CAUTIONS = 5  # that a page shows, of which ...
DOUBTS = 2  # are about articles that look wrong
LISTED = 5  # articles with remarks that the corpus page begins with


# --- the corpus page


def corpus_findings(comparison: Comparison) -> list[str]:
    """Say what was left out and what looks wrong with the corpus, or that nothing does."""
    found = [*_left_out(comparison, "corpus.not_read"), *copies_findings(comparison)]
    table = documents_table(comparison.measures)
    marked = table[table["remarks"] != ""]
    if named := [f"{row.doc_id} ({row.remarks})" for row in marked.itertuples()]:
        found.append(say("corpus.look_at", documents=listed(named, LISTED)))
    left = comparison.excluded["words"].sum()
    share = left / max(left + table["words"].sum(), 1)
    shown = "Less than 0.1%" if share < 0.001 else f"{share:.1%}"
    return [*found, say("corpus.excluded", share=shown) if left else say("corpus.all_prose")]


def documents_table(measures: Measures) -> pd.DataFrame:
    """List the documents with their main facts and sizes, and what looks wrong with them.

    Returns
    -------
    DataFrame
        A row a document: doc_id, source, title, author, date, genre, words, sentences, quoted
        (share of words that are quotation), excluded_share (share of all words that is not prose),
        remarks, inferred (what the document does not say itself, as the catalogue has it).
    """
    documents, left = measures.documents, excluded_words(measures)
    facts = [c for c in ("doc_id", "source", "title", "author", "date", "genre") if c in documents]
    known = doubts(measures).groupby("doc_id", sort=False)["detail"].agg("; ".join)
    undated = np.where(documents["date"] == "", "; no date", "")
    remarks = documents["doc_id"].map(known).astype(object).fillna("") + undated
    return documents[facts].assign(
        words=documents["words"],
        sentences=documents["sentences"],
        quoted=documents["quoted_words"] / documents["words"].clip(lower=1),
        excluded_share=left / (documents["words"] + left).clip(lower=1),
        remarks=remarks.str.removeprefix("; "),
        inferred=documents.get("inferred", ""),
    )


def excluded_words(measures: Measures) -> pd.Series:
    """The words of each document that cleaning left out, in the order of the documents."""
    words = measures.excluded.groupby("doc_id")["words"].sum()
    return measures.documents["doc_id"].map(words).fillna(0).astype(int)


@compared
def source_sizes(comparison: Comparison) -> pd.DataFrame:
    """Count the documents, words and sentences of each group, those with most words first."""
    return comparison.groups.loc[comparison.by_size].reset_index()


@compared
def excluded_shares(comparison: Comparison) -> pd.DataFrame:
    """Give the words that cleaning left out, by group and reason, as a share of all words.

    Returns
    -------
    DataFrame
        group, reason, words, excluded_share; the groups and, in each of them, the reasons with most
        words first. Marks and escapes are single signs within the prose and hold no words.
    """
    rows = comparison.with_group(comparison.excluded[comparison.excluded["words"] > 0])
    counts = rows.pivot_table("words", GROUP, "reason", aggfunc="sum", fill_value=0)
    counts = counts.reindex(comparison.by_size, fill_value=0)
    counts = counts[counts.sum().sort_values(ascending=False, kind="stable").index]
    table = counts.T.astype(int).melt(ignore_index=False, value_name="words").reset_index()
    sizes = comparison.groups["words"] + counts.sum(axis=1)
    table["excluded_share"] = table["words"] / table[GROUP].map(sizes).astype(float)
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


# --- cautions and provenance


def cautions(comparison: Comparison) -> list[str]:
    """Say what to be careful about before quoting a report, the gravest first; at most five.

    Returns
    -------
    list of str
        A sentence each on: files left out; copies; articles in a language that the lexicons or the
        codebook do not know; articles that belong to no group; articles that look wrong (see
        `doubts`); sources of few articles; a source that outweighs the rest; texts that are not
        available; sentences without a theme, or no codebook; and that words are counted, not
        meanings.
    """
    unavailable = _unavailable(comparison)
    found = [
        *_left_out(comparison, "corpus.left_out"), *copies_findings(comparison),
        *language_findings(comparison), *comparison.not_compared,
        *doubt_findings(comparison)[:DOUBTS],
        *_few(comparison), *_weight(comparison), *unavailable, *_uncovered(comparison),
    ]  # fmt: skip
    where = "in the original article" if unavailable else "behind a number"
    return [*found[: CAUTIONS - 1], say("caution.meanings", where=where)]


def _left_out(comparison: Comparison, sentence: str) -> list[str]:
    corpus = comparison.corpus
    lines = [line.rstrip(".") for line in corpus.left_out()] if corpus is not None else []
    if len(lines) > 2:
        lines[2:] = [f"and {counted(len(lines) - 2, 'further kind')} of files"]
    return [say(sentence, files="; ".join(lines))] if lines else []


def _few(comparison: Comparison) -> list[str]:
    sizes = comparison.groups["documents"]
    few = sizes[sizes < MIN_DOCUMENTS]
    if len(few) == len(sizes) > 0:
        each = "one_each" if (sizes == 1).all() else "few_each"
        return [say(f"caution.{each}", by=comparison.by)]
    names = listed([str(name) for name in few.index], NAMED)
    return [say("caution.few", names=names)] if names else []


def _weight(comparison: Comparison) -> list[str]:
    words = comparison.groups["words"]
    share = words / max(words.sum(), 1)
    heavy = len(share) >= 3 and share.max() >= HEAVY
    return [say("caution.weight", name=share.idxmax(), share=share.max())] if heavy else []


def _unavailable(comparison: Comparison) -> list[str]:
    if comparison.corpus is None:
        return []
    absent = int((~comparison.texts.documents["at_hand"]).sum())
    of = counted(len(comparison.documents), "article")
    return [say("caution.unavailable", number=absent, of=of)] if absent else []


def _uncovered(comparison: Comparison) -> list[str]:
    names = comparison.record["codebook"]["themes"]
    if not names:
        return [say("caution.no_codebook")]
    coded = comparison.coded  # in a language that the codebook is in
    sentences, hits = coded.with_group(coded.sentences), coded.with_group(coded.themes)
    hits = hits[hits["theme"].isin(names)]
    none = 1 - len(hits[["doc_id", "sentence"]].drop_duplicates()) / max(len(sentences), 1)
    if not len(sentences) or none < UNCOVERED:
        return []
    return [say("caution.uncovered", share=none, sentences=counted(len(sentences), "sentence"))]


def provenance(measures) -> pd.DataFrame:
    """Say what the numbers of a notebook were made from, as a table: made_from, which.

    `measures` are a Comparison, which also says its options, or Measures.
    """
    comparison = Comparison(measures)
    record, documents = comparison.record, comparison.grouped
    book, dates = record["codebook"], sorted(filter(None, documents["date"]))
    span = [" to ".join(dict.fromkeys([*dates[:1], *dates[-1:]]))]
    span += [f"{len(documents) - len(dates):,} undated"] * (len(dates) < len(documents))
    others = len(comparison.documents) - len(documents)
    span += [f"{others:,} more have no {comparison.by}"] * (others > 0)
    subs = sum("/" in name for name in book["themes"])
    parts = {"theme": len(book["themes"]) - subs, "sub-theme": subs, "scale": len(book["scales"])}
    facts = comparison.options | record | {
        "articles": len(documents), "words": documents["words"].sum(),
        "span": ", ".join(filter(None, span)), "sha256": book["sha256"],
        "level": level_name(comparison.level),
        "themes": ", ".join(counted(n, noun) for noun, n in parts.items() if n or noun == "theme"),
    }  # fmt: skip
    named = ["articles", "words", "options", "library", "codebook"]
    if not isinstance(measures, Comparison):
        named.remove("options")
    rows = {name: say(f"provenance.{name}", **facts) for name in named}
    lexicons = lexicon_hashes() | record["lexicons"]
    rows |= {f"lexicon {name}": f"sha256 {sha[:12]}" for name, sha in lexicons.items()}
    rows["chronology"] = say(f"provenance.{'prose' if record['chronology'] else 'left_out'}")
    return pd.DataFrame(rows.items(), columns=["made_from", "which"])


# --- copies

CHOICES = ("keep", "first")
SHINGLE = 5  # words: as DEFINITIONS has it; fewer make any two articles on one subject alike
THRESHOLD = 0.8  # of Jaccard's index, from which two documents are copies
# A pair at the threshold is a candidate with probability 0.9999 (128 hashes; bands for 0.6); the
# exact index finds out what is no copy, so a low value costs only time.
CANDIDATES, HASHES = 0.6, 128
MANY = 20_000  # documents: a millisecond and some kilobytes each; beyond, exact copies only


def copies(source: Any) -> pd.DataFrame:
    """Find the documents that are copies of an earlier one.

    Two documents are copies if the sets of their shingles of five words overlap by 0.8 or more
    (Jaccard's index). Candidates are found by MinHash with locality-sensitive hashing (Broder 1997;
    datasketch), and verified by the exact index.

    Parameters
    ----------
    source : Corpus, Measures or Comparison
        Of Measures without texts, and of more than 20,000 documents, only copies whose text is the
        same are found.

    Returns
    -------
    DataFrame
        A row a copy: doc_id, copy_of (the first of its group: by date, then in the order of the
        catalogue), jaccard (0.8 to 1), kind ("exact": the same words; "near"; "syndicated": of
        another source).

    >>> from crosscurrents.corpus import read_corpus
    >>> table = pd.DataFrame({"source": ["Mail", "Star"], "text": ["It rained for a week."] * 2})
    >>> copies(read_corpus(table))
      doc_id copy_of  jaccard        kind
    0      2       1      1.0  syndicated
    """
    corpus = getattr(source, "corpus", source if hasattr(source, "paragraphs") else None)
    documents, there = source.documents, []
    if corpus is not None:
        there = documents[documents["doc_id"].isin(at_hand(corpus))]
    # The earliest first; those without a date last.
    rows, dates = [], documents["date"].where(documents["date"] != "", "\uffff")
    documents = documents.loc[dates.sort_values(kind="stable").index]
    if 0 < len(there) <= MANY:
        documents = documents[documents["doc_id"].isin(there["doc_id"])]
        facts = [SHINGLE, THRESHOLD, documents[["doc_id", "date", "sha256"]].to_numpy().tolist()]
        rows = cached("shared shingles", facts, lambda: _copies(documents["doc_id"], corpus.text))
    elif "cleaned_sha256" in documents:
        wordy = documents[documents["words"] > 0]
        first = wordy.groupby("cleaned_sha256")["doc_id"].transform("first")
        rows = [(copy, of, 1.0) for copy, of in zip(wordy["doc_id"], first) if copy != of]
    table = pd.DataFrame(rows, columns=["doc_id", "copy_of", "jaccard"]).astype({"jaccard": float})
    sources = documents.set_index("doc_id")["source"]
    one, other = (sources.reindex(table[name]).to_numpy() for name in ("doc_id", "copy_of"))
    same = np.where(table["jaccard"] == 1, "exact", "near")
    return table.assign(kind=np.where(one == other, same, "syndicated"))


def _copies(doc_ids: Iterable[str], text: Callable[[str], str]) -> list[tuple]:
    """Each document that is a copy of one before it, that one, and their Jaccard index.

    A copy is never an original.
    """
    from datasketch import MinHash, MinHashLSH

    index, rows = MinHashLSH(threshold=CANDIDATES, num_perm=HASHES), []

    @lru_cache(maxsize=2_000)  # originals are compared again and again, but not all fit in memory
    def shingled(doc_id: str) -> np.ndarray:
        return shingles(text(doc_id))

    for doc_id in doc_ids:
        mine = shingled(doc_id)
        sketch = MinHash(num_perm=HASHES, hashfunc=int)
        sketch.update_batch((mine & np.uint64(0xFFFFFFFF)).tolist())
        overlaps = {each: jaccard(mine, shingled(each)) for each in sorted(index.query(sketch))}
        other = max(overlaps, key=overlaps.get, default="")
        if overlaps.get(other, 0) >= THRESHOLD:
            rows.append((doc_id, other, overlaps[other]))
        elif len(mine):  # a text without words has no copy
            index.insert(doc_id, sketch)
    return rows


def shingles(text: str) -> np.ndarray:
    """The set of a text's runs of five words as ascending hashes; of a shorter text, all of it.

    >>> len(shingles("It rained for a week, it rained for a week."))
    5
    """
    words = [word for piece in text.split() for word in _words(piece)]
    starts = range(max(len(words) - SHINGLE + 1, min(len(words), 1)))
    runs = [" ".join(words[k : k + SHINGLE]) for k in starts]
    return np.unique(pd.util.hash_array(np.array(runs, object), categorize=False))


@lru_cache(maxsize=500_000)  # the pieces between blanks of a large corpus
def _words(piece: str) -> tuple[str, ...]:
    return tuple(word.folded for word in words_of(piece)[0])


def jaccard(one: np.ndarray, other: np.ndarray) -> float:
    """Size of the intersection of two ascending sets, divided by the size of their union.

    >>> jaccard(np.array([1, 2, 3]), np.array([2, 3, 4]))
    0.5
    """
    both = len(np.intersect1d(one, other, assume_unique=True))
    return both / max(len(one) + len(other) - both, 1)


def choose_copies(measures, corpus=None, choice: str = "keep"):
    """The measures with all documents ("keep"), or without the copies of others ("first").

    `record["copies"]` says what is left out, and how much of each source.

    Raises ValueError for another choice.
    """
    check_choice("copies", choice, CHOICES)
    if choice == "keep":
        return measures
    documents = measures.documents
    found = copies(SimpleNamespace(documents=documents, corpus=corpus))
    left = documents["doc_id"].isin(found["doc_id"])
    if not left.any():
        return measures
    chosen = measures.of(documents[~left].reset_index(drop=True))
    sizes = left.groupby(documents["source"]).agg(["sum", "size"])
    rows = sizes[sizes["sum"] > 0].itertuples()
    changed = {name: [int(of - out), int(of)] for name, out, of in rows}
    said = {"left_out": int(left.sum()), "documents": len(documents), "sources": changed}
    return chosen.again(chosen.documents, chosen.record | {"copies": said})


# --- what looks wrong

MUCH = 0.2  # share of a document's words left out from which on it is named
SHORT = 50  # words: what is shorter is hardly an article
UNUSUAL = 10  # times the median length, or a tenth of it
NAMED = 3  # documents, or sources, that a sentence names
ENOUGH = 5  # documents from which on a length can be unusual
BROKEN, TAGGED = 1, 3  # signs of broken encoding, of markup, from which on a document is named
GRAVE = ("no words", "broken encoding", "markup", "much excluded")  # doubts that a page warns of
KINDS = (*GRAVE, "language", "length")  # the gravest first


def doubts(measures) -> pd.DataFrame:
    """List the documents that look wrong, and why; of copies see `copies`.

    Parameters
    ----------
    measures : Measures or Comparison

    Returns
    -------
    DataFrame
        doc_id, source, doubt (one of KINDS), detail (in words); the gravest first, then in the
        order of the catalogue. A document has a row for each of its doubts.

    Examples
    --------
    >>> from crosscurrents.corpus import read_corpus
    >>> from crosscurrents.measures import measure
    >>> corpus = read_corpus(pd.DataFrame({"source": ["Mail"], "text": ["It rained."]}))
    >>> doubts(measure(corpus, cache=False))["detail"].tolist()
    ['only 2 words']
    """
    documents, words = measures.documents, measures.documents["words"]
    usual = words[words > 0].median() if (words > 0).sum() >= ENOUGH else math.nan
    main = documents.loc[documents["language"] != "", "language"].mode().tolist()[:1]
    found = [
        (row.doc_id, row.source, *doubt)
        for row, excluded in zip(documents.itertuples(), excluded_words(measures))
        for doubt in _doubts_of(row, excluded, usual, main)
    ]
    found.sort(key=lambda row: KINDS.index(row[2]))
    return pd.DataFrame(found, columns=["doc_id", "source", "doubt", "detail"], dtype="str")


def _doubts_of(row, excluded: float, usual: float, main: list[str]) -> Iterator[tuple[str, str]]:
    """What looks wrong about a document: kind and detail; `usual` is the median length."""
    words, language = row.words, language_name(row.language)
    if not words:
        library = WITHOUT_BLANKS.get(row.language)
        unspaced = "" if library is None else f": {language} is written without blanks{library}"
        yield "no words", f"no words{unspaced}"
    if row.broken_signs >= BROKEN:
        yield "broken encoding", counted(int(row.broken_signs), "broken character")
    if row.markup_signs >= TAGGED:
        yield "markup", counted(int(row.markup_signs), "markup sign")
    if (share := excluded / max(words + excluded, 1)) > MUCH:
        yield "much excluded", f"{share:.0%} of its words left out"
    if row.language and row.language not in main:
        yield "language", f"in {language}"
    if 0 < words < SHORT:
        yield "length", f"only {counted(words, 'word')}"
    elif words and not usual / UNUSUAL <= words <= usual * UNUSUAL and usual == usual:
        yield "length", f"{words:,} words, where half of the articles have at most {usual:,.0f}"


def doubt_findings(measures) -> list[str]:
    """Say which documents look gravely wrong, a sentence a kind of doubt, the gravest first."""
    found, table = [], doubts(measures)
    for kind, rows in table[table["doubt"].isin(GRAVE)].groupby("doubt", sort=False):
        names = listed(article_names(measures.documents, rows["doc_id"]), NAMED)
        reasons = "; ".join(filter(None, rows["detail"].str.partition(": ")[2].unique()))
        names += f" ({reasons})" if reasons else ""
        found.append(say(f"doubt.{kind}", names=names))
    return found


def copies_findings(comparison) -> list[str]:
    """Say which articles are copies of others, and what the choice changes; [] without any."""
    found, table = [], copies(comparison)
    if left := comparison.record.get("copies"):
        most = sorted(left["sources"].items(), key=lambda item: item[1][0] - item[1][1])[:NAMED]
        sizes = [f"{name}: {counted(n, 'article')} instead of {of:,}" for name, (n, of) in most]
        facts = {"number": left["left_out"], "of": left["documents"], "sources": "; ".join(sizes)}
        one = facts["number"] == 1
        facts["are"] = "is a copy of another and is" if one else "are copies of others and are"
        found.append(say("corpus.copies_left_out", **facts))
    if len(table):
        kinds = Counter(table["kind"].sort_values())
        (kind, number), *others = kinds.items()
        what = f"are {kind} copies of others"
        if others:
            said = ", ".join(f"{number:,} {kind}" for kind, number in kinds.items())
            what = f"are copies ({said}) of others"
        elif number == 1:
            what = f"is {'an' if kind == 'exact' else 'a'} {kind} copy of another"
        names = ", ".join(article_names(comparison.documents, table["doc_id"][:NAMED]))
        names += f" and {len(table) - NAMED:,} more" if len(table) > NAMED else ""
        facts = {"number": len(table), "of": len(comparison.documents)}
        found.append(say("corpus.copies", **facts, what=what, names=names))
    return found


def language_findings(comparison: Comparison) -> list[str]:
    """Say what is left out of the analysis because of the language it is written in."""
    own = comparison.languages.reindex(comparison.grouped["doc_id"])
    missing = [(["en"], say("corpus.tone_language"))]
    codes, book = comparison.codebook_languages, comparison.record["codebook"]
    if codes and (book["themes"] or book["scales"]):
        spoken = listed([language_name(code) for code in codes])
        missing.append((codes, say("corpus.theme_language", languages=spoken)))
    found: dict[tuple, list[str]] = {}
    for codes, what in missing:
        others = own.index[~own.isin([*codes, ""])]
        found.setdefault(tuple(others), []).append(what)
    return [
        f"{_these(own[[*others]], len(own), comparison.documents)}: {' and '.join(what)}."
        for others, what in found.items()
        if others
    ]


def _these(other: pd.Series, number: int, documents: pd.DataFrame) -> str:
    names = [language_name(code) for code in other.value_counts().index[:3]]
    if len(other) == number:
        return f"All articles are in {listed(names)}"
    if len(other) == 1:
        name = article_names(documents, other.index)[0]
        return f"{name if name.startswith('“') else f'The article {name}'} is in {names[0]}"
    return f"{len(other):,} of {counted(number, 'article')} are in {listed(names)}"


def article_names(documents: pd.DataFrame, doc_ids) -> list[str]:
    """Articles as a sentence names them: by title and source, by name without a title."""
    facts = documents.set_index("doc_id").reindex(columns=["title", "source"]).loc[doc_ids]
    return [
        f"“{title}” ({source})" if title else str(doc_id)
        for doc_id, title, source in facts.fillna("").itertuples()
    ]
