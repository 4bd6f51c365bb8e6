"""What is doubtful about the documents of a corpus, and what is left out for their language."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

import pandas as pd

from crosscurrents.comparison import Comparison
from crosscurrents.core.languages import WITHOUT_BLANKS, language_name
from crosscurrents.duplicates import copies
from crosscurrents.findings import article_names, listed
from crosscurrents.writing import counted

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
