"""Keyness: which words distinguish one source from the others, or from a frequency list."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pandas as pd

from crosscurrents.comparison import GROUP, PER, Comparison, compared
from crosscurrents.effect_sizes import log_likelihood, log_odds_z, log_ratio, overall_log_likelihood
from crosscurrents.frequency import document_matrix, term_counts, unit_matrix
from crosscurrents.passages import concordance
from crosscurrents.readers.tables import read_table
from crosscurrents.resampling import ALPHA, DRAWS, Sample, bootstrap_log_ratio, permutation_test
from crosscurrents.texts import FORMS, content_terms, folded_term
from crosscurrents.writing import check_choice, check_columns, check_whole

SIDE = ("count", "words", "rate", "docfreq", "documents")
# What is computed of a term from its counts here and there and the words here and there; to add a
# statistic, write its function in effect_sizes.py and add a line.
STATISTICS = {"g2": log_likelihood, "log_ratio": log_ratio, "log_odds_z": log_odds_z}
COLUMNS = (
    *("reference", "term", "direction", *SIDE, *(f"reference_{name}" for name in SIDE)),
    *("g2", "p", "p_adjusted", "tests", "log_ratio", "low", "high", "smoothed"),
    *(name for name in STATISTICS if name not in ("g2", "log_ratio")),
    "unit",
)
TARGETS = 20  # sources that are compared with the others: more, nobody reads
ROWS = 50_000  # of the table of all targets: some 15 MB as CSV
SHOWN = 30  # sources with columns of their own in one table of all
INTERVALS = 1_000_000_000  # terms x units x resamples of one call: about half a second
ALWAYS = 40  # terms of highest G2 that have an interval however large the corpus
TESTED = 15_000_000_000  # counts above 0 x targets x draws of one family: some ten seconds
CELLS = 2_000_000  # counts of groups x terms at a time (16 MB)
BEHIND = ["p", "p_adjusted", "tests", "standout", "log_ratio"]  # last in `compare_terms`


class Sides(NamedTuple):
    """Targets and what each is compared with."""

    comparison: Comparison
    targets: list
    reference: object = None  # one group; None: all others together
    name: str = "all others"  # of the reference
    listed: bool = False  # it is a frequency list, without documents

    def others(self, target) -> pd.Index:
        """The groups that a target is compared with."""
        groups = self.comparison.groups.index
        return groups.drop(target) if self.reference is None else pd.Index([self.reference])


@compared
def keyness(
    comparison: Comparison,
    *,
    target: str | None = None,
    reference: str | Path | None = None,
    n: int = 1,
    min_count: int = 2,
    hide_stopwords: bool = False,
    top_n: int | None = None,
    tests: bool = True,
) -> pd.DataFrame:
    """Compare the vocabulary of one source with the others, term by term.

    Terms that only the reference uses count too (negative keyness, direction -1). Sizes are always
    all words, whatever is hidden. p and p_adjusted come from `permutation_test`, which exchanges
    documents; all tested terms are one family. Each statistic's formula is with its function.

    Parameters
    ----------
    comparison : Comparison or Measures
    target : str
        The group that is described; `keyness_by_source` describes each in turn.
    reference : str or Path, optional
        Another group; all others by default. Or from outside the corpus: the path of a frequency
        list (CSV with term and count). Text is a path if it ends in .csv or .tsv or has a path
        separator in it.
    n : int
        Words in a term.
    min_count : int
        Fewest occurrences in target and reference together.
    hide_stopwords : bool
        Leave out stop words, and phrases that begin or end with one.
    top_n : int, optional
        Only so many terms of either direction, the first; all are tested.
    tests : bool
        Whether terms are tested and low and high are computed (see `bootstrap_log_ratio`; in a
        large corpus of the first terms only, `attrs["note"]` says of how many). Without, which
        saves most of the time, the table describes, and p, low and high are missing.

    Returns
    -------
    DataFrame
        By falling G2, then term: the group (the target), reference, term, direction (1 the target
        uses it more, -1 less, 0 alike, by the rates themselves); of the target count, words, rate,
        docfreq, documents, and the same with `reference_` before it; g2, p and p_adjusted (missing
        where a side has fewer than five documents), tests (size of the family), log_ratio with low
        and high, smoothed (a zero count was replaced), log_odds_z, unit (what was resampled). What
        a frequency list, without documents, cannot give is missing.

    Raises
    ------
    ValueError
        If the target or a reference is no group, if nothing is left to compare with, if an outside
        reference cannot be read, or if an option is out of its range.
    """
    check_whole(min_count=min_count, top_n=top_n)
    if target is None:
        raise ValueError(
            f"name a target, one of {comparison.by_size}; keyness_by_source compares each in turn"
        )
    sides, asked = _sides(comparison, [target], reference, n), (n, min_count, hide_stopwords)
    return _tables(sides, *asked, tests=tests, top_n=top_n)


@compared
def keyness_by_source(
    comparison: Comparison,
    *,
    target: str = "",
    reference: str = "",
    n: int = 1,
    min_count: int = 3,
    hide_stopwords: bool = False,
) -> pd.DataFrame:
    """Compare each group with the others, or one `target` with one `reference`.

    The tests of all targets are one family. Of more groups than TARGETS those with most words are
    targets; another is named by `target`.

    Parameters
    ----------
    comparison : Comparison or Measures
    target : str
        One group; all with words by default.
    reference : str
        As in `keyness`; all others by default.
    n, min_count, hide_stopwords
        See `keyness`.

    Returns
    -------
    DataFrame
        The tables of `keyness`, one below the other in the order of the groups, and `distinctive`:
        the target uses the term more and p_adjusted is below 0.05. Where no test is possible, the
        terms of a target are in the order of their absolute log_odds_z. Without rows where there is
        a single group and nothing else to compare it with. `attrs["note"]` says what was left out.

    Raises
    ------
    ValueError
        See `keyness`.
    """
    check_whole(min_count=min_count)
    target, reference = (None if name == "" else name for name in (target, reference))
    sizes = comparison.groups["words"]
    full = sizes.index[sizes > 0].tolist()
    targets = [group for group in full if group != reference] if target is None else [target]
    if not targets or (len(full) < 2 and reference is None and {*targets} <= {*full}):
        return pd.DataFrame(columns=[GROUP, *COLUMNS, "distinctive"])
    note = ""
    if len(targets) > TARGETS:
        note = f"targets are the {TARGETS} with most words of {len(targets):,} groups"
        first = [group for group in comparison.by_size if group in targets][:TARGETS]
        targets = [group for group in targets if group in first]
    sides, asked = _sides(comparison, targets, reference, n), (n, min_count, hide_stopwords)
    table = _tables(sides, *asked, room=max(ROWS // len(targets), 1))
    table["distinctive"] = (table["direction"] > 0) & (table["p_adjusted"] < ALPHA)
    table.attrs["note"] = "; ".join(filter(None, [note, table.attrs["note"]]))
    return table


@compared
def compare_terms(
    comparison: Comparison, *, n: int = 1, min_count: int = 3, hide_stopwords: bool = False
) -> pd.DataFrame:
    """Compare the vocabularies of all groups in one table, a row a term.

    The overall G2 runs over the full 2 x k table with k - 1 degrees of freedom; it orders the
    terms. The group that stands out is the one with the highest log ratio against all others
    together; p and p_adjusted are its own in `keyness_by_source`, with the same options.

    Parameters
    ----------
    comparison : Comparison or Measures
    n, min_count, hide_stopwords
        See `keyness`; min_count is over all groups together.

    Returns
    -------
    DataFrame
        By falling G2, then term: term; for each group with words count_<group>, words_<group>,
        rate_<group>, docfreq_<group>, documents_<group>; g2, df, p, p_adjusted, tests, standout,
        log_ratio of the standout against all others. Fewer than two groups with words give an empty
        table. Of more than SHOWN groups those with most words have columns (all are compared);
        `attrs["note"]` says so.

    Raises
    ------
    ValueError
        If an option is out of its range.
    """
    check_whole(min_count=min_count)
    counted = term_counts(comparison, n)
    sizes = counted.groups["words"]
    full = np.flatnonzero(sizes > 0)
    groups, counts, words = sizes.index[full], counted.counts[full], sizes.to_numpy(float)[full]
    total = np.asarray(counts.sum(axis=0))
    kept = _kept(comparison, counted.terms, total, min_count, hide_stopwords)
    columns = np.flatnonzero(kept & (len(full) > 1))
    shown = [group for group in comparison.by_size if group in groups][:SHOWN]
    table = {"term": pd.Series(counted.terms[columns], dtype="str")}
    for group in groups[groups.isin(shown)]:
        side = _side(counted, [group]).iloc[columns]
        table |= {f"{name}_{group}": side[name].to_numpy() for name in SIDE}
    table = pd.DataFrame(table)
    table["g2"], standout, ratio = _across(counts[:, columns], words)
    table = table.assign(df=max(len(full) - 1, 0), standout=groups[standout], log_ratio=ratio)
    sides = Sides(comparison, sorted(shown[:TARGETS], key=groups.get_loc))
    found, tests, untested = _tests(sides, [table["term"]], n)
    found = found.rename(columns={GROUP: "standout"})
    table = table.merge(found, on=["standout", "term"], how="left").assign(tests=tests)
    table = table[[*(c for c in table if c not in BEHIND), *BEHIND]]
    table = table.sort_values(["g2", "term"], ascending=[False, True], ignore_index=True)
    note = f"columns of the {SHOWN} groups with most words" if len(shown) < len(full) else ""
    table.attrs = {"note": "; ".join(filter(None, [note, untested]))}
    return table


def characteristic(table: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """The terms of a `keyness_by_source` table that may be named of a group, and if by a test.

    Where there was a test they are the distinctive ones; else all that the group uses more.
    """
    tested = bool(table["p_adjusted"].notna().any())
    return table[(table["distinctive"] if tested else table["direction"] > 0).astype(bool)], tested


def _across(counts, words: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The overall G2 of each term, the row of its standout, and that one's log ratio.

    `counts` is sparse (groups, terms); of many groups a part of the terms is taken at a time.
    """
    found = np.zeros((3, counts.shape[1]))
    step = max(CELLS // max(len(words), 1), 1)
    for first in range(0, counts.shape[1], step):
        part = slice(first, first + step)
        cells = counts[:, part].toarray()
        others = cells.sum(axis=0) - cells
        ratios = log_ratio(cells, others, words[:, None], (words.sum() - words)[:, None])
        # A group that never uses the term cannot stand out by it, though 0.5 in few words is a rate
        ratios[cells == 0] = -np.inf
        g2 = overall_log_likelihood(cells, words)
        found[:, part] = g2, ratios.argmax(axis=0), ratios.max(axis=0)
    g2, standout, ratio = found
    return g2, standout.astype(int), ratio


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
    return more.loc[turn.sort_values(kind="stable").index].reset_index(drop=True)


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
    columns = [GROUP, "term", "left", "node", "right", "doc_id", "paragraph"]
    found = [pd.DataFrame(columns=columns)]
    more = table[table["direction"] > 0] if comparison.corpus is not None else table[:0]
    more = more.groupby(by).head(terms).sort_values(by, kind="stable")
    for group, term in zip(more[by], more["term"]):
        documents = comparison.grouped[comparison.grouped[GROUP] == group]
        sources, forms = sorted(documents["source"].unique()), comparison.forms_of(term)
        for nodes in ([f"={form}" for form in forms], forms):  # also inside of compounds
            hits = concordance(comparison, nodes, sources=sources)
            hits = hits[hits["doc_id"].isin(documents["doc_id"])].head(lines)
            if len(hits):
                break
        found.append(hits.assign(**{"term": term, GROUP: group})[columns])
    return comparison.name_groups(pd.concat(found[1:] or found, ignore_index=True))


# ---- the two sides --------------------------------------------------------------------------


def _sides(comparison: Comparison, targets: list, reference, n: int) -> Sides:
    """The targets with their reference, or ValueError."""
    for target in targets:
        comparison.check_group("target", target)
    groups = comparison.groups.index
    if is_list(reference, groups):
        both, name = with_list(comparison, Path(reference), n)
        return Sides(both, targets, name, name, listed=True)
    if reference is not None:
        more = ", or name a frequency list (CSV) by its path"
        comparison.check_group("reference", reference, more)
        check_choice("reference", reference, groups.drop(targets), "is the target")
        return Sides(comparison, targets, reference, str(reference))
    if len(groups) < 2:
        raise ValueError(
            f"target {targets[0]!r} has nothing to be compared with: it is the only {comparison.by}"
        )
    return Sides(comparison, targets)


def _kept(
    comparison: Comparison, terms: pd.Index, counts: np.ndarray, min_count: int, hidden: bool
) -> np.ndarray:
    """Which terms are compared; `hidden`: without stop words."""
    kept = counts >= min_count
    if hidden:
        kept[kept] = content_terms(terms[kept], comparison)
    return kept


def _side(counted, groups) -> pd.DataFrame:
    """Count, words, rate, docfreq and documents of all terms in some groups together."""
    rows = counted.groups.index.get_indexer(groups)
    sizes = counted.groups.iloc[rows].sum()
    count, docfreq = (
        np.asarray(cells[rows].sum(axis=0)).astype(int)
        for cells in (counted.counts, counted.docfreq)
    )
    table = pd.DataFrame({"count": count, "words": int(sizes["words"])})
    table["rate"] = count / (sizes["words"] or np.nan) * PER
    return table.assign(docfreq=docfreq, documents=int(sizes["documents"]))


def _compare(sides: Sides, target, n: int, min_count: int, hide_stopwords: bool) -> pd.DataFrame:
    """All that a target's table says without a test or a resample."""
    counted = term_counts(sides.comparison, n)
    here, there = (_side(counted, groups) for groups in ([target], sides.others(target)))
    total = (here["count"] + there["count"]).to_numpy()
    kept = _kept(sides.comparison, counted.terms, total, min_count, hide_stopwords)
    kept &= bool(counted.groups["words"].reindex([target]).all() and there["words"].any())
    table = pd.concat([here, there.add_prefix("reference_")], axis=1)[kept]
    table = table.reset_index(drop=True)
    four = [table[name] for name in ("count", "reference_count", "words", "reference_words")]
    table = table.assign(
        **{GROUP: target, "reference": sides.name, "term": counted.terms[kept]},
        direction=np.sign(four[0] * four[3] - four[1] * four[2]).astype(int),
        smoothed=(four[0] == 0) | (four[1] == 0),
        **{name: statistic(*four) for name, statistic in STATISTICS.items()},
    )
    if sides.listed:
        unknown = pd.array([pd.NA] * len(table), dtype="Int64")
        table = table.assign(reference_docfreq=unknown, reference_documents=unknown)
    return table.astype({"term": "str", "reference": "str"})


def _tables(
    sides: Sides, n: int, *asked, tests: bool = True, top_n: int | None = None, room: int = 0
) -> pd.DataFrame:
    """The terms of each target, tested as one family; `attrs["note"]` says what was left out.

    By G2; where each target has room for so many rows, and no test, by log-odds z of either sign.
    """
    tables = [_compare(sides, target, n, *asked) for target in sides.targets]
    terms = [table["term"] for table in tables]
    found, number, untested = _tests(sides, terms if tests else [], n)
    short = ""
    for k, table in enumerate(tables):
        table = table.merge(found, on=[GROUP, "term"], how="left")
        by_z = room and not table["p"].notna().any()
        table["order"] = -(table["log_odds_z"].abs() if by_z else table["g2"])
        table = table.sort_values(["order", "term"])
        table = table if top_n is None else table.groupby("direction", sort=False).head(int(top_n))
        table = table.head(room or len(table)).reset_index(drop=True)
        tables[k], cut = _with_intervals(sides, sides.targets[k], table, n if tests else 0)
        short = cut or short
    full = room and any(len(table) == room for table in tables)
    rows = f"rows are the first {room:,} terms of each target" if full else ""
    table = pd.concat(tables, ignore_index=True).assign(tests=number)[[GROUP, *COLUMNS]]
    notes = [untested if tests else "not tested", short, rows]
    table.attrs = {"note": "; ".join(filter(None, notes))}
    return table


# ---- the test -------------------------------------------------------------------------------


def _tests(sides: Sides, terms: list[pd.Series], n: int) -> tuple[pd.DataFrame, int, str]:
    """group, term, p and p_adjusted of the terms of each target, their number, what was left out.

    All are one family. Targets that are set against all others share the documents and the terms.
    """
    families = [] if sides.listed else list(zip([[t] for t in sides.targets], terms))
    if sides.reference is None:
        families = [(sides.targets, own) for _, own in families[:1]]
    samples, asked, note = [], [], ""
    for targets, every in families:
        if len(every):
            sample, tested = _sample(sides, targets, every, n)
            if len(tested) < len(every):
                note = f"tests only of the {len(tested):,} terms in most documents"
            samples.append(sample)
            asked.append(tested.to_numpy())
    results = permutation_test(*samples, seed=sides.comparison.seed)
    columns = {GROUP: object, "term": object, "p": float, "p_adjusted": float, "tests": int}
    tables = [pd.DataFrame(columns=[*columns]).astype(columns)]
    tables += [own.assign(term=tested[own["number"]]) for own, tested in zip(results, asked)]
    found = pd.concat(tables[1:] or tables)
    return found[[*columns][:-1]].infer_objects(), int(found["tests"].max()) if samples else 0, note


def _sample(sides: Sides, targets: list, terms: pd.Series, n: int) -> tuple[Sample, pd.Series]:
    """The documents of targets and others with the counts of terms, as many as time allows."""
    known, counts = document_matrix(sides.comparison, n)
    documents = sides.comparison.grouped
    groups = [targets[0], *sides.others(targets[0])]
    rows = np.flatnonzero(documents[GROUP].isin(groups) & (documents["words"] > 0))
    counts = counts[rows][:, known.get_indexer(terms)]
    docfreq = np.bincount(counts.indices, minlength=len(terms))
    first = np.argsort(-docfreq, kind="stable")
    afforded = np.cumsum(docfreq[first]) <= TESTED / (DRAWS * len(sides.targets))
    kept = np.sort(first[afforded])
    words, labels = documents["words"].to_numpy()[rows], documents[GROUP].to_numpy()[rows]
    return Sample(counts[:, kept], words, labels, targets), terms.iloc[kept]


# ---- intervals ------------------------------------------------------------------------------


def _with_intervals(sides: Sides, target, table: pd.DataFrame, n: int) -> tuple[pd.DataFrame, str]:
    """Add low, high (missing where n is 0) and unit; of a large corpus only to the first rows.

    The units of both sides are resampled; a frequency list is taken as it is.
    """
    comparison, units = sides.comparison, sides.comparison.units
    both = [np.flatnonzero(units[GROUP].isin(side)) for side in ([target], sides.others(target))]
    drawn = both[0] if sides.listed else np.concatenate(both)
    labels = set(units["unit"].iloc[drawn])
    unit = "documents" if labels <= {"documents"} else "within these articles"
    unit = labels.pop() if sides.listed and len(labels) == 1 else unit
    table = table.assign(low=np.nan, high=np.nan, unit=unit)
    if not n or table.empty or (n > 1 and unit != "documents"):
        return table, ""
    room = max(ALWAYS, INTERVALS // (len(drawn) * comparison.resamples))
    terms, counts = unit_matrix(comparison, n)
    columns = terms.get_indexer(table["term"].head(room))
    parts = [counts[rows][:, columns] for rows in both]
    sizes = [comparison.unit_words[rows] for rows in both]
    options = comparison.interval_options | {"listed": sides.listed}
    limits = bootstrap_log_ratio(*parts, *sizes, **options)[1:]
    table.loc[: room - 1, ["low", "high"]] = np.transpose(limits)
    return table, f"intervals only of the first {room:,} terms" if len(table) > room else ""


# ---- a frequency list as the reference --------------------------------------------------------

NAMES = {"term": ("term", "word"), "count": ("count", "frequency", "freq")}


def read_frequency_list(path: str | Path) -> tuple[pd.Series, int]:
    """Read a frequency list: a table, such as a CSV file, with term and count.

    Terms are folded as words are (`China's` and `china` are one term, `US` is not `us`) and their
    counts added up; what holds no word is left out.

    Parameters
    ----------
    path : str or Path
        Columns: term (or word) and count (or frequency, freq); others are passed over. The counts
        of single words add up to all words: of a list that was cut off all rates are too high.

    Returns
    -------
    counts : Series of int, by term
    words : int
        All words of the text that was counted.

    Raises
    ------
    ValueError
        If the file is not there, holds no table, lacks a column, has a count that is not a whole
        number of at least 0, or no term.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"reference {str(path)!r} is not there; name a CSV file")
    table = read_table(path).rename(columns=str.lower)
    columns = [next((c for c in also if c in table), name) for name, also in NAMES.items()]
    check_columns(f"reference {path.name!r}", table, columns)
    counts: Counter[str] = Counter()
    rows = zip(*(table[column].str.strip() for column in columns))
    for number, (term, count) in enumerate(rows, start=2):
        if not count.isascii() or not count.isdigit():
            raise ValueError(
                f"reference {path.name!r}, line {number}: count {count!r} of term {term!r} is not "
                "a whole number of at least 0; a list of rates cannot be tested"
            )
        with suppress(ValueError):  # what holds no word
            counts[folded_term(term)] += int(count)
    total = sum(count for term, count in counts.items() if " " not in term)
    if not total:
        what = "phrases only; it needs single words, too" if +counts else "no term that occurs"
        raise ValueError(f"reference {path.name!r} holds {what}")
    return pd.Series(counts, dtype="int64").rename_axis("term"), total


def is_list(reference, groups) -> bool:
    """Whether a reference is a frequency list: a Path, or text that is no group but a path.

    A path ends in .csv or .tsv or has a separator in it; any other text is the name of a group.
    """
    if not isinstance(reference, str) or reference in groups:
        return isinstance(reference, Path)
    ending = Path(reference).suffix.lower() in (".csv", ".tsv")
    return ending or bool({os.sep, os.altsep or os.sep} & set(reference))


def with_list(comparison: Comparison, path: Path, n: int) -> tuple[Comparison, str]:
    """Add a frequency list to a comparison of terms of n words, as a group of its own.

    It is a single document of one paragraph, which is one unit. Returns the new comparison and the
    name of the list among its groups.
    """
    counts, words = read_frequency_list(path)
    names = (path.stem, *(f"{path.stem} ({k})" for k in range(2, 99)))
    name = next(c for c in names if c not in comparison.groups.index)
    place = {"doc_id": "reference/list", "paragraph": 1}
    document = {"doc_id": place["doc_id"], "words": words, "sentences": 0, GROUP: name}
    terms = counts[counts.index.str.count(" ") == n - 1].rename("count").reset_index()
    if comparison.word_forms:
        terms["term"] = [comparison.word_forms.term(term) for term in terms["term"]]
    sentences = comparison.sentences[[*place, "words"]]
    tables = SimpleNamespace(
        documents=pd.concat([comparison.grouped[[*document]], pd.DataFrame([document])]),
        terms=pd.concat([comparison.counted_terms(n), terms.assign(**place, n=n)]),
        sentences=pd.concat([sentences, pd.DataFrame([place | {"words": words}])]),
    )
    options = comparison.options | {"by": GROUP, "forms": FORMS[0]}  # stemmed already
    return Comparison(tables, **options), name
