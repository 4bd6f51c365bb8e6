"""Comparison: measures, what they are compared by, and every result computed once.

Themes, tone, positions and patterns are all ratios of sums: counted by unit (documents or
paragraphs), divided by what there is, resampled by unit and tested by exchanging documents.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import os
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cached_property, wraps
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from crosscurrents.core.languages import language_code
from crosscurrents.corpus.files import user_column
from crosscurrents.resampling import MIN_DOCUMENTS, Sample, bootstrap_ratio, permutation_test
from crosscurrents.storage import RESULTS, write_whole
from crosscurrents.texts import FORMS, WordForms, folded_term, narrow
from crosscurrents.writing import LEVEL, check_choice, check_options, level_name, say, sizes_html

GROUP = "group"  # the column of groups while a result is worked out
PERIODS = {  # signs of a date that each needs, and the period's name
    "decade": (4, lambda date: f"{date[:3]}0s"),
    "year": (4, lambda date: date[:4]),
    "quarter": (7, lambda date: f"{date[:4]}-Q{(int(date[5:7]) + 2) // 3}"),
    "month": (7, lambda date: date[:7]),
}
DEFAULTS = {"by": "source", "level": LEVEL, "resamples": 1000, "seed": 0, "forms": FORMS[0]}


class Comparison:
    """Measures with the options of a comparison, the one object that a notebook works with.

    Every function of a comparison takes it in the place of Measures; it then brings its own `by`,
    `level`, `resamples`, `seed` and `forms`, and a result is computed once, however many pages
    show it.

    Parameters
    ----------
    measures : Measures or Comparison
        Of a Comparison, its measures and what it has already computed.
    by : str
        Column of the catalogue whose values are compared; documents where it is empty are left out.
    level : float
        Confidence level of the intervals.
    resamples : int
        Draws of the bootstrap, at least 100.
    seed : int
        Of the random numbers.
    forms : {"as written", "stemmed"}
        Whether words of one stem (*ally, allies, allied*) are counted as one term, known by its
        commonest form. Patterns, themes and tone go by the words as written.
    corpus : Corpus, optional
        The texts, for passages and whatever else needs them.

    Raises
    ------
    ValueError
        If `by` is no column of the documents or an option is out of its range.

    Examples
    --------
    >>> from crosscurrents.corpus import read_corpus
    >>> from crosscurrents.measures import measure
    >>> table = pd.DataFrame({"source": ["Mail", "Star"], "text": ["It rained.", "Snow fell."]})
    >>> comparison = Comparison(measure(read_corpus(table), cache=False), seed=1)
    >>> comparison
    Comparison of 2 documents by source (Mail, Star), 95% intervals, seed 1
    """

    def __init__(self, measures, *, corpus=None, **options) -> None:
        if unknown := [name for name in options if name not in DEFAULTS]:
            raise TypeError(f"options {unknown} are not known; choose from {list(DEFAULTS)}")
        own = isinstance(measures, Comparison)
        options = {k: v for k, v in options.items() if v is not None}
        chosen = (measures.options if own else DEFAULTS) | options
        self.measures = measures.measures if own else measures
        self.corpus = corpus if corpus is not None else (measures.corpus if own else None)
        self.by, self.level, self.resamples, self.seed, self.forms = chosen.values()
        check_options(self.level, self.resamples, self.seed)
        check_choice("forms", self.forms, FORMS)
        same = own and self.corpus is measures.corpus  # with other texts, other results
        self._known: dict[Hashable, Any] = measures._known if same else {}
        self._column = self._column_of(self.by)

    def _column_of(self, by: str) -> str:
        """The column that is compared by; raises ValueError that says what to write instead."""
        if hasattr(self.measures, "paragraphs") or not hasattr(self.measures, "documents"):
            raise ValueError(
                f"{type(self.measures).__name__} is nothing measured; measure it first: "
                "cc.measure(corpus), or begin with cc.measure(cc.read_corpus(FOLDER))"
            )
        try:
            return user_column(self.documents, by)
        except ValueError as error:
            option = f"; a step of time is an option: sentiment(comparison, period={by!r})"
            raise ValueError(f"{error}{option if by in PERIODS else ''}") from None

    @property
    def texts(self):
        """The corpus with the documents of these measures only."""
        if self.corpus is None:
            raise ValueError("the comparison has no corpus; give one: Comparison(..., corpus=...)")
        return self.once("texts", lambda: narrow(self.corpus, self))

    @property
    def options(self) -> dict[str, Any]:
        """`by`, `level`, `resamples`, `seed` and `forms`."""
        return {name: getattr(self, name) for name in DEFAULTS}

    @property
    def interval_options(self) -> dict[str, Any]:
        """`level`, `resamples` and `seed`, as the bootstrap takes them."""
        return {name: getattr(self, name) for name in ("level", "resamples", "seed")}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name == "measures":
            raise AttributeError(name)
        return getattr(self.measures, name)

    @cached_property
    def group_of(self) -> pd.Series:
        """The group of each document, missing where the catalogue says nothing, by doc_id."""
        groups = self.documents.set_index("doc_id", drop=False)[self._column]
        return groups.mask(groups.astype(object) == "").rename(GROUP)

    def with_group(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows of documents that belong to a group, with its name in the column `group`."""
        rows = rows.assign(**{GROUP: self.group_of.reindex(rows["doc_id"]).to_numpy()})
        return rows[rows[GROUP].notna()].reset_index(drop=True)

    @cached_property
    def grouped(self) -> pd.DataFrame:
        """The documents that belong to a group, with its name in the column `group`."""
        return self.with_group(self.documents)

    @property
    def not_compared(self) -> list[str]:
        """How many documents belong to no group, in a sentence; none where all do."""
        of, number = len(self.documents), len(self.documents) - len(self.grouped)
        have, take = ("has", "takes") if number == 1 else ("have", "take")
        facts = {"number": number, "of": of, "have": have, "take": take, "by": self.by}
        return [say("caution.not_compared", **facts)] if number else []

    @cached_property
    def groups(self) -> pd.DataFrame:
        """documents, words and sentences of each group, indexed by group, sorted."""
        return self.grouped.groupby(GROUP, sort=True).agg(
            documents=("doc_id", "size"), words=("words", "sum"), sentences=("sentences", "sum")
        )

    @property
    def by_size(self) -> list:
        """The groups, those with most words first: the order in which colours are given."""
        return self.groups["words"].sort_values(ascending=False, kind="stable").index.tolist()

    @property
    def word_forms(self) -> WordForms | None:
        """Which terms are counted as one; None where they are counted as written."""
        if self.forms == FORMS[0]:
            return None
        if WordForms not in self._known:
            self._known[WordForms] = WordForms(self.terms, self.languages)
        return self._known[WordForms]

    def counted_as(self, term: str) -> str:
        """The term that a word or phrase is counted as; ValueError if it has no word in it."""
        folded = folded_term(term)
        return self.word_forms.term(folded) if self.word_forms else folded

    def forms_of(self, term: str) -> list[str]:
        """The words or phrases that are counted as a term, sorted: as written, itself alone."""
        return self.word_forms.of(self.counted_as(term)) if self.word_forms and term else [term]

    def counted_terms(self, n: int) -> pd.DataFrame:
        """The rows of terms of n words, as `forms` says that they are counted.

        With stems several rows of one document and paragraph may have the same term.
        """
        rows = self.terms[self.terms["n"] == n]
        return self.word_forms.counted(rows) if self.word_forms else rows

    @cached_property
    def units(self) -> pd.DataFrame:
        """What is resampled, a row a unit: group, doc_id, paragraph (0 = the document), unit.

        Documents where a group has at least five with words, else its paragraphs, because one
        article cannot speak for an outlet; `unit` says which: "documents", "within this article",
        "within these articles".
        """
        return self.parts(MIN_DOCUMENTS)

    def parts(self, min_documents: int) -> pd.DataFrame:
        """As `units`, with documents as units where a group has at least so many."""
        documents = self.grouped.loc[self.grouped["words"] > 0, [GROUP, "doc_id"]]
        number = documents.groupby(GROUP)["doc_id"].transform("size")
        label = np.where(number == 1, "within this article", "within these articles")
        documents = documents.assign(unit=np.where(number >= min_documents, "documents", label))
        few = documents[documents["unit"] != "documents"]
        places = self.sentences.loc[self.sentences["doc_id"].isin(few["doc_id"]), PLACE]
        units = documents.merge(places.drop_duplicates(), how="left").fillna({"paragraph": 0})
        units = units.sort_values([GROUP, *PLACE], kind="stable", ignore_index=True)
        return units[[GROUP, *PLACE, "unit"]].astype({"paragraph": int})

    @cached_property
    def unit_labels(self) -> pd.Series:
        """The label of the units of each group ("documents", "within this article", ...)."""
        return self.units.drop_duplicates(GROUP).set_index(GROUP)["unit"]

    @cached_property
    def unit_words(self) -> np.ndarray:
        """The words of each unit, as floats."""
        return self.words_of(self.units)

    def words_of(self, units: pd.DataFrame) -> np.ndarray:
        """The words of each row of a table of units, as floats: all words of its sentences."""
        return unit_sums(units, self.sentences, self.sentences["words"])[:, 0]

    @cached_property
    def languages(self) -> pd.Series:
        """The code of each document's language, "" where it is not known, by doc_id."""
        documents = self.documents.set_index("doc_id").reindex(columns=["language"])
        tags = documents["language"].astype(object).fillna("").astype("str")
        return tags.map({tag: language_code(tag) if tag else "" for tag in tags.unique()})

    @property
    def codebook_languages(self) -> list[str]:
        """The codes of the languages that the codebook is written in, as far as they are known."""
        record = getattr(self.measures, "record", {}).get("codebook", {})
        known = self.languages[self.languages != ""]
        return record.get("languages") or known.mode().head(1).tolist()

    @cached_property
    def coded(self) -> Comparison:
        """The same comparison without the documents in a language that the codebook is not in."""
        return self.in_languages(self.codebook_languages)

    def in_languages(self, codes: Sequence[str]) -> Comparison:
        """The same comparison without the documents in other languages; of no codes, with all."""
        other = ~self.languages.isin([*codes, ""])
        if not codes or not other.any():
            return self
        return self.regrouped(self.group_of.mask(other.to_numpy()))

    def regrouped(self, groups: pd.Series) -> Comparison:
        """The same documents in other groups: values by doc_id, missing for none.

        It remembers nothing of this comparison, nor this one of it.
        """
        other = Comparison(self)
        other._known = {key: known for key, known in self._known.items() if key is WordForms}
        vars(other)["group_of"] = groups.reindex(self.group_of.index).rename(GROUP)
        return other

    def over_time(self, period: str, make: Callable[[Comparison], pd.DataFrame]) -> pd.DataFrame:
        """Work out a table for each group in each period that it has documents of.

        Parameters
        ----------
        period : {"decade", "year", "quarter", "month"}
            Documents with a date that is less exact, or without words or group, are left out.
        make : callable
            Gives the table of a comparison, by group last; its groups are numbers of the groups in
            periods.

        Returns
        -------
        DataFrame
            The table, with period behind group.
        """
        documents = self.grouped[self.grouped["words"] > 0]
        documents = documents.assign(period=period_names(documents["date"], period))
        documents, keys = documents.dropna(subset="period"), [GROUP, "period"]
        cells = documents[keys].drop_duplicates().sort_values(keys, ignore_index=True)
        numbers = documents.groupby(keys, sort=True).ngroup().to_numpy()
        table = make(self.regrouped(pd.Series(numbers, documents["doc_id"].to_numpy())))
        own = cells.iloc[table[GROUP].astype(int)].reset_index(drop=True)
        table = table.assign(**{GROUP: own[GROUP]})
        table.insert(table.columns.get_loc(GROUP) + 1, "period", own["period"])
        return table

    def check_group(self, name: str, value: object, more: str = "") -> None:
        """Raise ValueError, naming the argument and the choices, if a value is no group."""
        check_choice(name, value, self.groups.index, f"is no {self.by} of the corpus", more)

    # ---- ratios of sums by group

    def group_ratios(self, top: np.ndarray, size: np.ndarray) -> pd.DataFrame:
        """Give the ratio of sums in each group, with its interval.

        Parameters
        ----------
        top : array (units, k)
            k numbers of each of `units`, or of the first axis of any table like it.
        size : array (units,)
            What they are divided by.

        Returns
        -------
        DataFrame
            item (0 to k - 1), group, top, size (sums), ratio, low, high, unit; by item, then by
            group.
        """
        tables = [pd.DataFrame(columns=["item", GROUP, "top", "size", *LIMITS, "unit"])]
        for group, at in self.units.groupby(GROUP).indices.items():
            limits = bootstrap_ratio(top[at], size[at], **self.interval_options)
            own = {GROUP: group, "top": top[at].sum(axis=0), "size": size[at].sum()}
            own |= dict(zip(LIMITS, limits)) | {"unit": self.unit_labels[group]}
            tables.append(pd.DataFrame(own).rename_axis("item").reset_index())
        table = pd.concat(tables[1:] or tables)
        return table.sort_values(["item", GROUP], kind="stable", ignore_index=True)

    def group_rates(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Give the rate of what some rows count in each group, with its interval.

        Parameters
        ----------
        rows : DataFrame
            doc_id, paragraph (0: counted by document only), count.

        Returns
        -------
        DataFrame
            group, count, words, rate, low, high, docfreq, documents, unit; by group.
        """
        documents = self.parts(1)
        hits = unit_sums(documents, rows, rows["count"])[:, 0].astype(int)
        columns = {"count": hits, "words": self.words_of(documents).astype(int)}
        columns |= {"docfreq": hits > 0, "documents": 1}
        table = pd.DataFrame(columns).groupby(documents[GROUP]).sum()
        top = unit_sums(self.units, rows, rows["count"])
        limits = self.group_ratios(top, self.unit_words).set_index(GROUP)
        table = table.join(limits[["low", "high", "unit"]]).reset_index()
        table["rate"] = table["count"] / table["words"] * PER
        table[["low", "high"]] = table[["low", "high"]].astype(float) * PER
        return table[[GROUP, *RATES]].astype({"unit": "str", "rate": float})

    def exchange(
        self, documents: pd.DataFrame, top: np.ndarray, size: np.ndarray, **names: Sequence
    ) -> pd.DataFrame:
        """Test each group against all others by exchanging documents; all numbers are one family.

        Parameters
        ----------
        documents : DataFrame
            With group, a row a document.
        top : array (documents, k)
            k numbers of each document.
        size : array (documents,) or (documents, k)
            What they are divided by.
        names : sequence of k
            Columns that name the numbers.

        Returns
        -------
        DataFrame
            The columns of `names`, group, p, p_adjusted, tests.
        """
        if not len(documents) or not top.shape[1]:
            return pd.DataFrame(columns=[*names, GROUP, *TESTED])
        (found,) = permutation_test(Sample(top, size, documents[GROUP]), seed=self.seed)
        own = {name: np.array(each, object)[found["number"]] for name, each in names.items()}
        return found.assign(**own)[[*names, GROUP, *TESTED]]

    # ---- results

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` makes, of the same key only the first time."""
        key = (*self.options.values(), key)
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def result(self, name: str, options: dict, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """A result table: from memory, from another notebook of the same run, or made now."""
        asked = {"name": name, "own": self.options, "options": options}
        asked["texts"] = self.corpus is not None
        key = json.dumps(asked, sort_keys=True, default=_plain)
        return self.once(key, lambda: self._shared(key, make)).copy()

    def name_groups(self, table: pd.DataFrame, groups: list | None = None) -> pd.DataFrame:
        """Name the column of groups as the reader calls it, and all groups in `attrs`.

        A table of terms says in `attrs["labels"]` how the corpus writes them; labels that it has
        already stay.
        """
        table = rename_groups(table, self.by, self.by_size if groups is None else groups)
        if "low" in table:
            table.attrs["level"] = self.level
        if "term" in table:
            label, terms = getattr(self.measures, "label", str), table["term"].unique().tolist()
            labels = {term: said for term in terms if (said := label(term)) != term}
            table.attrs["labels"] = Labels(labels | table.attrs.get("labels", {}))
        return table

    def _shared(self, key: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        folder = os.environ.get(RESULTS, "")
        if not folder:
            return make()
        from filelock import FileLock

        digest = hashlib.sha256(f"{self._fingerprint}{key}".encode()).hexdigest()
        file = Path(folder) / f"{digest}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(file.with_suffix(".lock")):  # one computes, the others wait for it
            if not file.is_file():
                write_whole(file, make().to_parquet())
            found = pd.read_parquet(file)  # the same for all, also in its types
        if "labels" in found.attrs:
            found.attrs["labels"] = Labels(found.attrs["labels"])
        return found

    @cached_property
    def _fingerprint(self) -> str:
        """What the results rest on: documents, how they were measured, and their tone."""
        return fingerprint(self.measures)

    def _repr_html_(self) -> str:
        return sizes_html(repr(self), self.groups.loc[self.by_size])

    def __repr__(self) -> str:
        names = ", ".join(map(str, self.groups.index[:6]))
        more = f" and {len(self.groups) - 6} more" if len(self.groups) > 6 else ""
        forms = ", word forms stemmed" if self.word_forms else ""
        part = f"{len(self.grouped):,} of " * (len(self.grouped) < len(self.documents))
        return (
            f"Comparison of {part}{len(self.documents):,} documents by {self.by} ({names}{more}), "
            f"{level_name(self.level)} intervals, seed {self.seed}{forms}"
        )


class Labels(dict):
    """How the corpus writes terms; pandas would copy it, term by term, with each step of a table.

    Nobody changes it, so tables share it.
    """

    def __deepcopy__(self, memo: dict) -> Labels:
        return self


def period_names(dates: pd.Series, period: str) -> pd.Series:
    """Name the period of each date (ISO), missing where a date is less exact than the period.

    Raises ValueError if the period is not one of PERIODS.

    >>> period_names(pd.Series(["2016-05-01", "2019"]), "quarter").tolist()
    ['2016-Q2', None]
    """
    check_choice("period", period, PERIODS)
    signs, name = PERIODS[period]
    names = [name(date) if len(date) >= signs else None for date in dates.fillna("").astype(str)]
    return pd.Series(names, dates.index, dtype=object)


def periods_between(names: Iterable[str]) -> list[str]:
    """All periods from the first of some to the last, also where there is no document.

    >>> periods_between(["2016-Q4", "2017-Q2"]), periods_between(["1980s", "2000s"])
    (['2016-Q4', '2017-Q1', '2017-Q2'], ['1980s', '1990s', '2000s'])
    """
    first, last = min(names), max(names)
    years = range(int(first[:4]), int(last[:4]) + 10)
    months = pd.Series([f"{year}-{month:02}" for year in years for month in range(1, 13)])
    for period in PERIODS:
        known = period_names(months, period).drop_duplicates()
        if known.isin([first]).any():
            return known[known.between(first, last)].tolist()
    raise ValueError(f"{first!r} is no period; choose from {[*PERIODS]}")


# What the docstring of a function of a Comparison says of the options that it takes besides.
RETURNS = "\n\n    Returns\n"
OPTIONS = "\n    by, level, resamples, seed\n        See `Comparison`, whose own are the default."


def compared(function: Callable[..., pd.DataFrame]) -> Callable[..., pd.DataFrame]:
    """Let a function of a Comparison take Measures, too, and compute each result once.

    The function works with the column `group`; its result names that column after `by`, or, where
    another column of the result has this name, "<by>_group". `attrs` of the result: "by" (the
    column of groups), "groups" (all groups, those with most words first) and, of a table of terms,
    "labels" (how the corpus writes terms that it writes otherwise than they are counted).
    """
    own = inspect.signature(function)

    @wraps(function)
    def called(measures, **options):
        chosen = {name: options.pop(name) for name in DEFAULTS if name in options}
        plain = not chosen and isinstance(measures, Comparison)
        comparison = measures if plain else Comparison(measures, **chosen)
        try:
            bound = own.bind(comparison, **options)
        except TypeError as error:
            known = [*list(own.parameters)[1:], *DEFAULTS]
            raise TypeError(f"{function.__name__} {error}; choose from {known}") from None
        bound.apply_defaults()
        asked = dict(list(bound.arguments.items())[1:])
        name = f"{function.__module__}.{function.__qualname__}"
        return comparison.result(
            name, asked, lambda: comparison.name_groups(function(comparison, **asked))
        )

    extra = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None) for name in DEFAULTS
    ]
    called.__doc__ = (function.__doc__ or "").replace(RETURNS, f"{OPTIONS}{RETURNS}", 1)
    called.__signature__ = own.replace(parameters=[*own.parameters.values(), *extra])
    return called


def remembered(function: Callable) -> Callable:
    """Let a comparison remember what a function makes of it, for each set of other arguments."""

    @wraps(function)
    def called(comparison, *arguments):
        key = (function.__module__, function.__qualname__, *arguments)
        return comparison.once(key, lambda: function(comparison, *arguments))

    return called


def fingerprint(measured: Any) -> str:
    """A hash of what Measures or a Corpus rest on: their documents and their record."""
    documents = measured.documents
    kinds = documents.dtypes.astype(str)
    plain = documents.astype(dict.fromkeys(kinds.index[kinds == "object"], "str"))
    rows = pd.util.hash_pandas_object(plain, index=False).to_numpy()
    record = json.dumps(getattr(measured, "record", {}), sort_keys=True, default=str)
    names = ",".join(map(str, documents.columns))
    return hashlib.sha256(rows.tobytes() + (names + record).encode()).hexdigest()


def rename_groups(table: pd.DataFrame, by: str, groups: list) -> pd.DataFrame:
    """Name the column `group` "<by>", or "<by>_group" where another column has this name."""
    others = [c for c in table.columns if c != GROUP]
    if by == "doc_id" and by in others:  # the same column twice
        table, others = table.drop(columns=by), [c for c in others if c != by]
    name = f"{by}_group" if by in others else by
    attrs = {"by": name, "groups": groups, **table.attrs}
    table = table.rename(columns={GROUP: name})
    table.attrs = attrs
    return table


def _plain(value: object) -> str:
    """An option in a form that tells it from others."""
    return fingerprint(value) if hasattr(value, "documents") else repr(value)


TESTED = ["p", "p_adjusted", "tests"]
PER = 1000  # words, of a rate
RATES = ["count", "words", "rate", "low", "high", "docfreq", "documents", "unit"]
LIMITS = ["ratio", "low", "high"]
PLACE = ["doc_id", "paragraph"]


def unit_of(units: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """Give the number of the unit that each row of a table belongs to.

    Parameters
    ----------
    units : DataFrame
        As `Comparison.units`.
    rows : DataFrame
        With doc_id, and paragraph where paragraphs are the units.

    Returns
    -------
    ndarray of int (rows,)
        Row numbers of `units`; -1 where a row belongs to none (such as a phrase, which is counted
        by document only, where paragraphs are drawn).
    """
    by_document = units["paragraph"] == 0
    whole = pd.Series(units.index[by_document], index=units["doc_id"][by_document])
    code, names = pd.factorize(rows["doc_id"])  # a document once, not a row once
    found = np.append(whole.reindex(names).fillna(-1).to_numpy(dtype=np.int64), -1)[code]
    if by_document.all() or "paragraph" not in rows:
        return found
    keys = pd.MultiIndex.from_frame(units[["doc_id", "paragraph"]])
    exact = keys.get_indexer(pd.MultiIndex.from_frame(rows[["doc_id", "paragraph"]]))
    return np.where(found >= 0, found, exact)


def unit_sums(units: pd.DataFrame, rows: pd.DataFrame, values=None, codes=None, number: int = 1):
    """Add up rows of a table by unit and code.

    Parameters
    ----------
    units : DataFrame
        As `Comparison.units`.
    rows : DataFrame
        With doc_id, and paragraph where paragraphs are units; rows of no unit are left out.
    values : array (rows,), optional
        What is added up; the rows are counted by default.
    codes : array of int (rows,), optional
        The column of each row; one column by default.
    number : int
        Columns.

    Returns
    -------
    ndarray (units, number)
    """
    unit = unit_of(units, rows)
    kept = unit >= 0
    cell = unit[kept] * number + (0 if codes is None else np.asarray(codes)[kept])
    values = None if values is None else np.asarray(values, float)[kept]
    found = np.bincount(cell, values, minlength=len(units) * number)
    return found.astype(float).reshape(len(units), number)
