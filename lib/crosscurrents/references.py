"""References from outside the corpus: a frequency list in a CSV file, or stored measures."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pandas as pd

from crosscurrents.comparison import GROUP, Comparison, counted_terms
from crosscurrents.core.words import words_of
from crosscurrents.readers.tables import read_table
from crosscurrents.texts import FORMS

NAMES = {"term": ("term", "word"), "count": ("count", "frequency", "freq")}
PARTS = ("documents", "terms", "sentences")  # the tables of Measures that a comparison needs


@dataclass(frozen=True, eq=False)
class FrequencyList:
    """Counts of terms in some body of text that is known by its counts alone."""

    name: str
    counts: pd.Series  # int, indexed by term (folded)
    words: int  # all words of the text

    @property
    def sha256(self) -> str:
        """A hash of name, counts and size."""
        rows = pd.util.hash_pandas_object(self.counts).to_numpy().tobytes()
        return hashlib.sha256(rows + f"{self.name},{self.words}".encode()).hexdigest()


def read_frequency_list(path: str | Path) -> FrequencyList:
    """Read a frequency list: a table, such as a CSV file, with term and count.

    Terms are folded as words are (`China's` and `china` are one term, `US` is not `us`) and their
    counts added up; what holds no word is left out.

    Parameters
    ----------
    path : str or Path
        Columns: term (or word) and count (or frequency, freq); others are passed over. The counts
        of single words add up to all words: of a list that was cut off all rates are too high.

    Raises
    ------
    ValueError
        If the file is not there, holds no table, lacks a column, has a count that is not a whole
        number of at least 0, or no term.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(
            f"reference {str(path)!r} is not there; name a CSV file or a folder of measures"
        )
    table = read_table(path)
    known = {name.lower(): name for name in table}
    place = {n: next((known[c] for c in also if c in known), "") for n, also in NAMES.items()}
    if lacking := [name for name, column in place.items() if not column]:
        raise ValueError(
            f"reference {path.name!r} lacks the columns {lacking}; it has {list(table)}"
        )
    counts: Counter[str] = Counter()
    terms = (table[column].str.strip() for column in place.values())
    for number, (term, count) in enumerate(zip(*terms), start=2):
        if not count.isascii() or not count.isdigit():
            raise ValueError(
                f"reference {path.name!r}, line {number}: count {count!r} of term {term!r} is not "
                "a whole number of at least 0; a list of rates cannot be tested"
            )
        folded = [word.folded for piece in term.split() for word in words_of(piece)[0]]
        if folded:
            counts[" ".join(folded)] += int(count)
    total = sum(count for term, count in counts.items() if " " not in term)
    if not any(counts.values()):
        raise ValueError(f"reference {path.name!r} holds no term that occurs")
    if not total:
        raise ValueError(f"reference {path.name!r} holds phrases only; it needs single words, too")
    series = pd.Series(counts, dtype="int64").rename_axis("term")
    return FrequencyList(path.stem, series, total)


def read_reference(reference):
    """Return an outside reference as FrequencyList or Measures, read from disk if it is a path.

    Raises
    ------
    ValueError
        If there is nothing of that name, or it cannot be read.
    """
    if isinstance(reference, FrequencyList) or all(hasattr(reference, part) for part in PARTS):
        return reference
    if Path(reference).is_dir():
        from crosscurrents.measures import read_measures

        return read_measures(reference)
    return read_frequency_list(reference)


def outside_reference(reference, groups):
    """Return the reference, read from disk if need be, where it is not from the corpus; else None.

    A path is a Path, or text that is not a group and ends in .csv or .tsv or has a path separator
    in it; any other text is the name of a group.
    """
    separators = {os.sep, os.altsep or os.sep}
    if isinstance(reference, str):
        path = Path(reference).suffix.lower() in (".csv", ".tsv") or separators & set(reference)
        return read_reference(reference) if path and reference not in groups else None
    outside = isinstance(reference, (Path, FrequencyList)) or hasattr(reference, "documents")
    return read_reference(reference) if outside else None


def with_reference(comparison: Comparison, reference, n: int) -> tuple[Comparison, str]:
    """Add an outside reference to a comparison, as a group of its own.

    A frequency list becomes a single document without sentences, which has no units to resample.

    Parameters
    ----------
    comparison : Comparison
    reference : FrequencyList or Measures
    n : int
        Words in the terms that are compared.

    Returns
    -------
    comparison : Comparison
        Of documents (doc_id, group, words, sentences), terms and sentences.
    name : str
        The name of the reference among the groups.
    """
    if isinstance(reference, FrequencyList):
        name, added = reference.name, _list_as_measures(reference, n)
    else:
        name, added = "reference", reference
    known = set(comparison.groups.index)
    name = next(c for c in (name, *(f"{name} ({k})" for k in range(2, 99))) if c not in known)
    sizes = ["doc_id", "words", "sentences"]
    tables = {}
    for part in PARTS:
        own = comparison.grouped if part == "documents" else getattr(comparison, part)
        more = getattr(added, part)
        if part == "terms" and comparison.word_forms:
            own, more = counted_terms(comparison, n), _counted_alike(comparison, more, n)
        more = more.assign(doc_id="reference/" + more["doc_id"].astype(str))
        if part == "documents":
            own, more = own[[*sizes, GROUP]], more[sizes].assign(**{GROUP: name})
        columns = [column for column in own if column in more]
        tables[part] = pd.concat([own, more[columns]], ignore_index=True) if len(more) else own
    options = comparison.options | {"by": GROUP, "forms": FORMS[0]}  # stemmed already
    return Comparison(SimpleNamespace(**tables), **options), name


def _counted_alike(comparison: Comparison, rows: pd.DataFrame, n: int) -> pd.DataFrame:
    """The terms of a reference as the comparison counts them."""
    rows = rows[rows["n"] == n]
    named = {term: comparison.word_forms.term(term) for term in rows["term"].unique()}
    return rows.assign(term=rows["term"].map(named))


def _list_as_measures(reference: FrequencyList, n: int) -> SimpleNamespace:
    terms = reference.counts.rename("count").rename_axis("term").reset_index()
    terms = terms[terms["term"].str.count(" ") == n - 1]
    return SimpleNamespace(
        documents=pd.DataFrame({"doc_id": ["list"], "words": [reference.words], "sentences": [0]}),
        terms=terms.assign(doc_id="list", paragraph=0, n=n),
        sentences=pd.DataFrame({"doc_id": [], "paragraph": [], "words": []}),
    )
