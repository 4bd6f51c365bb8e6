"""What is doubtful about the documents of a corpus, and what is left out for their language."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from crosscurrents.comparison import Comparison
from crosscurrents.core.languages import WITHOUT_BLANKS, language_name
from crosscurrents.duplicates import copies
from crosscurrents.findings import article_names, listed
from crosscurrents.writing import counted

MUCH = 0.2  # share of a document's words left out from which on it is named
SHORT = 50  # words: what is shorter is hardly an article
UNUSUAL = 10  # times the median length, or a tenth of it
NAMED = 3  # copies, or sources, that a sentence names
ENOUGH = 5  # documents from which on a length can be unusual
BROKEN, TAGGED = 1, 3  # signs of broken encoding, of markup, from which on a document is named
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
    documents = measures.documents
    tests = {
        "no words": _without_words(documents),
        "broken encoding": _signs(documents, "broken_signs", BROKEN, "broken character"),
        "markup": _signs(documents, "markup_signs", TAGGED, "markup sign"),
        "much excluded": _excluded(measures),
        "language": _other_language(documents),
        "length": _length(documents),
    }
    parts = []
    for kind in KINDS:
        detail = tests[kind].to_numpy(object)
        rows = documents.loc[detail != "", ["doc_id", "source"]]
        parts.append(rows.assign(doubt=kind, detail=detail[detail != ""]))
    table = pd.concat(parts, ignore_index=True)
    return table.astype({"doubt": "str", "detail": "str"})


def doubt_findings(measures, *, kinds=tuple(KINDS), named: int = 3) -> list[str]:
    """Say which documents look wrong, a sentence a kind of doubt, the gravest first."""
    found = []
    table = doubts(measures)
    for kind, rows in table[table["doubt"].isin(kinds)].groupby("doubt", sort=False):
        names = article_names(measures.documents, rows["doc_id"])
        shown = names[:named]
        shown += [f"{len(names) - named:,} more"] if len(names) > named else []
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
        kinds = Counter(table["kind"])
        said = ", ".join(f"{kinds[k]:,} {k}" for k in ("exact", "near", "syndicated") if kinds[k])
        one = len(table) == 1
        what = "a copy" if one else "copies"
        if len(kinds) == 1:
            what = f"a {next(iter(kinds))} copy" if one else f"{next(iter(kinds))} copies"
            what = what.replace("a exact", "an exact")
        else:
            what += f" ({said})"
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


def _without_words(documents: pd.DataFrame) -> pd.Series:
    detail = pd.Series("", documents.index, dtype=object)
    none = documents["words"] == 0
    detail[none] = "no words"
    if "language" in documents:
        for code, library in WITHOUT_BLANKS.items():
            rows = none & (documents["language"] == code)
            detail[rows] = f"no words: {language_name(code)} is written without blanks{library}"
    return detail


def _signs(documents: pd.DataFrame, column: str, least: int, what: str) -> pd.Series:
    if column not in documents:
        return pd.Series("", documents.index, dtype=object)
    number = documents[column]
    return number.map(lambda n: counted(n, what) if n >= least else "").astype(object)


def _excluded(measures) -> pd.Series:
    documents = measures.documents
    if not hasattr(measures, "excluded"):
        return pd.Series("", documents.index, dtype=object)
    left = documents["doc_id"].map(measures.excluded.groupby("doc_id")["words"].sum()).fillna(0)
    share = left / (documents["words"] + left).clip(lower=1)
    return share.map(lambda s: f"{s:.0%} of its words left out" if s > MUCH else "").astype(object)


def _other_language(documents: pd.DataFrame) -> pd.Series:
    if "language" not in documents:
        return pd.Series("", documents.index, dtype=object)
    known = documents["language"].fillna("")
    main = known[known != ""].mode()
    other = (known != "") & ~known.isin(main.head(1))
    return known.map(lambda code: f"in {language_name(code)}").where(other, "").astype(object)


def _length(documents: pd.DataFrame) -> pd.Series:
    words = documents["words"]
    median = words[words > 0].median() if (words > 0).sum() >= ENOUGH else np.nan
    detail = pd.Series("", documents.index, dtype=object)
    for row, number in words[words > 0].items():
        if number < SHORT:
            detail[row] = f"only {counted(number, 'word')}"
        elif not median / UNUSUAL <= number <= median * UNUSUAL and median == median:
            detail[row] = f"{number:,} words, where half of the articles have at most {median:,.0f}"
    return detail
