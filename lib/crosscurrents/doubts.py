"""What looks wrong about the documents of a corpus: copies, no words, another language, and more.

To count a copy again makes intervals narrow and p values small without any new text.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from crosscurrents.comparison import Comparison
from crosscurrents.core.languages import WITHOUT_BLANKS, language_name
from crosscurrents.core.words import words_of
from crosscurrents.storage import cached
from crosscurrents.writing import counted, listed

COLUMNS = ["doc_id", "copy_of", "jaccard", "kind"]
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
    corpus = getattr(source, "corpus", None)
    corpus = corpus if corpus is not None else source if hasattr(source, "paragraphs") else None
    documents, near = source.documents, False
    if corpus is not None:
        known = corpus.documents.set_index("doc_id")["at_hand"]
        there = documents["doc_id"].map(known).fillna(False).astype(bool)
        near = 0 < there.sum() <= MANY
    if near:
        documents = documents.loc[there, ["doc_id", "source", "date", "sha256"]]
        facts = [SHINGLE, THRESHOLD, documents.to_numpy().tolist()]
        rows = cached("copies", facts, lambda: _copies(documents, corpus.text))
    else:
        rows = _copies(documents) if "cleaned_sha256" in documents else []
    return pd.DataFrame(rows, columns=COLUMNS).astype({"jaccard": float})


def _copies(documents: pd.DataFrame, text: Any = None) -> list[tuple]:
    """Each document against the originals before it; a copy is never an original.

    `text` gives the prose of a document; without it, copies are the same to the letter.
    """
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=CANDIDATES, num_perm=HASHES)

    @lru_cache(maxsize=2_000)  # originals are compared again and again, but not all fit in memory
    def shingled(doc_id: str) -> np.ndarray:
        return shingles(text(doc_id))

    undated = documents["date"].eq("")  # the earliest first; those without a date last
    order = pd.DataFrame({"undated": undated, "date": documents["date"]})
    order = order.sort_values(["undated", "date"], kind="stable").index
    same: dict[Any, str] = {}
    sources, rows = dict(zip(documents["doc_id"], documents["source"])), []
    for row in documents.loc[order].itertuples():
        mine = shingled(row.doc_id) if text else None
        key = mine.tobytes() if text else row.words and row.cleaned_sha256
        if not key:
            continue
        other, overlap = same.get(key, ""), 1.0
        if text and not other:
            sketch = MinHash(num_perm=HASHES, hashfunc=int)
            sketch.update_batch((mine & np.uint64(0xFFFFFFFF)).tolist())
            overlaps = {each: jaccard(mine, shingled(each)) for each in sorted(index.query(sketch))}
            other = max(overlaps, key=overlaps.get, default="")
            overlap = overlaps.get(other, 0.0)
        if other and overlap >= THRESHOLD:
            kind = "exact" if overlap == 1 else "near"
            kind = kind if sources[other] == row.source else "syndicated"
            rows.append((row.doc_id, other, float(overlap), kind))
            continue
        same[key] = row.doc_id
        if text:
            index.insert(row.doc_id, sketch)
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
    if choice not in CHOICES:
        raise ValueError(f"copies {choice!r} is unknown; choose from {list(CHOICES)}")
    if choice == "keep":
        return measures
    documents = measures.documents
    left = documents["doc_id"].isin(
        copies(SimpleNamespace(documents=documents, corpus=corpus))["doc_id"]
    )
    if not left.any():
        return measures
    chosen = measures.of(documents[~left].reset_index(drop=True))
    sizes = documents.groupby("source")["doc_id"].size()
    kept = chosen.documents.groupby("source")["doc_id"].size()
    both = {name: [int(kept.get(name, 0)), int(size)] for name, size in sizes.items()}
    changed = {name: pair for name, pair in both.items() if pair[0] < pair[1]}
    found = {"left_out": int(left.sum()), "documents": len(documents), "sources": changed}
    return chosen.again(chosen.documents, chosen.record | {"copies": found})


MUCH = 0.2  # share of a document's words left out from which on it is named
SHORT = 50  # words: what is shorter is hardly an article
UNUSUAL = 10  # times the median length, or a tenth of it
NAMED = 3  # documents, or sources, that a sentence names
ENOUGH = 5  # documents from which on a length can be unusual
BROKEN, TAGGED = 1, 3  # signs of broken encoding, of markup, from which on a document is named
# Of measures that do not have it: nothing is doubtful.
UNKNOWN = {"language": "", "broken_signs": 0, "markup_signs": 0}
# Kinds of doubts, the gravest first, and how a sentence about several documents begins.
KINDS = {
    "no words": "No words are left of",
    "broken encoding": "The encoding is broken in",
    "markup": "Markup stands among the words of",
    "much excluded": "More than a fifth was taken for page furniture, and left out, in",
    "language": "In another language than most:",
    "length": "Of unusual length:",
}


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
    >>> documents = {"doc_id": ["a", "b"], "source": ["Mail", "Star"], "words": [0, 800]}
    >>> from types import SimpleNamespace
    >>> doubts(SimpleNamespace(documents=pd.DataFrame(documents)))["detail"].tolist()
    ['no words']
    """
    documents, words = measures.documents, measures.documents["words"]
    left = pd.Series(dtype=float)
    if hasattr(measures, "excluded"):
        left = measures.excluded.groupby("doc_id")["words"].sum()
    left = documents["doc_id"].map(left).fillna(0).tolist()
    usual = words[words > 0].median() if (words > 0).sum() >= ENOUGH else math.nan
    table = documents.assign(**{n: v for n, v in UNKNOWN.items() if n not in documents})
    main = table.loc[table["language"] != "", "language"].mode().tolist()[:1]
    found = [
        (row.doc_id, row.source, *doubt)
        for row, excluded in zip(table.itertuples(), left)
        for doubt in _doubts_of(row, excluded, usual, main)
    ]
    found.sort(key=lambda row: list(KINDS).index(row[2]))
    return pd.DataFrame(found, columns=["doc_id", "source", "doubt", "detail"], dtype="str")


def _doubts_of(row, excluded: float, usual: float, main: list[str]) -> Iterator[tuple[str, str]]:
    """What looks wrong about a document: kind and detail; `usual` is the median length."""
    words, language = row.words, language_name(row.language)
    if not words:
        library = WITHOUT_BLANKS.get(row.language)
        unspaced = f": {language} is written without blanks{library}" if library is not None else ""
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


def doubt_findings(measures, *, kinds=tuple(KINDS)) -> list[str]:
    """Say which documents look wrong, a sentence a kind of doubt, the gravest first."""
    found = []
    table = doubts(measures)
    for kind, rows in table[table["doubt"].isin(kinds)].groupby("doubt", sort=False):
        names = article_names(measures.documents, rows["doc_id"])
        shown = names[:NAMED]
        shown += [f"{len(names) - NAMED:,} more"] if len(names) > NAMED else []
        reasons = [r for r in rows["detail"].str.partition(": ")[2].unique() if r]
        because = f" ({'; '.join(reasons)})" if reasons else ""
        found.append(f"{KINDS[kind]} {listed(shown)}{because}.")
    return found


def copies_findings(comparison) -> list[str]:
    """Say which articles are copies of others, and what the choice changes; [] without any."""
    record = getattr(comparison, "record", None) or {}
    found = []
    if left := record.get("copies"):
        most = sorted(left["sources"].items(), key=lambda item: item[1][0] - item[1][1])[:NAMED]
        sizes = "; ".join(f"{name}: {n:,} articles instead of {of:,}" for name, (n, of) in most)
        found.append(
            f"{left['left_out']:,} of {left['documents']:,} articles are copies of others "
            f"and are left out ({sizes})."
        )
    table = copies(comparison)
    if len(table):
        kinds, one = Counter(table["kind"]), len(table) == 1
        kind = next(iter(kinds))
        what = f"{'an' if kind == 'exact' else 'a'} {kind} copy" if one else f"{kind} copies"
        if len(kinds) > 1:
            said = (f"{kinds[k]:,} {k}" for k in ("exact", "near", "syndicated") if kinds[k])
            what = f"copies ({', '.join(said)})"
        names = ", ".join(article_names(comparison.documents, table["doc_id"][:NAMED]))
        more = f" and {len(table) - NAMED:,} more" if len(table) > NAMED else ""
        found.append(
            f"{len(table):,} of {len(comparison.documents):,} articles {'is' if one else 'are'} "
            f"{what} of {'another' if one else 'others'}: {names}{more}. To count a text again "
            "makes intervals too narrow and p values too small; the parameter copies = “first” "
            "counts each once."
        )
    return found


def language_findings(comparison: Comparison) -> list[str]:
    """Say what is left out of the analysis because of the language it is written in."""
    own = comparison.languages.reindex(comparison.grouped["doc_id"])
    missing = [(["en"], "no tone (the lexicons know English only)")]
    codes = comparison.codebook_languages
    if codes and _has_codebook(comparison):
        spoken = listed([language_name(code) for code in codes])
        missing.append((codes, f"no themes and positions (the codebook is in {spoken})"))
    found: dict[tuple, list[str]] = {}
    for codes, what in missing:
        others = own.index[~own.isin([*codes, ""])]
        found.setdefault(tuple(others), []).append(what)
    documents = comparison.documents
    return [
        f"{_these(own[list(others)], len(own), documents)}: {' and '.join(what)}."
        for others, what in found.items()
        if others
    ]


def _has_codebook(comparison: Comparison) -> bool:
    book = getattr(comparison.measures, "record", {}).get("codebook", {})
    return bool(book.get("themes") or book.get("scales"))


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
    facts = documents.set_index("doc_id").loc[doc_ids]
    titles = facts["title"].fillna("") if "title" in facts else pd.Series("", facts.index)
    return [
        f"“{title}” ({source})" if title else str(doc_id)
        for doc_id, title, source in zip(facts.index, titles, facts["source"])
    ]
