"""The last good run of a report, and what changed since: documents, and numbers with their test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from crosscurrents import storage
from crosscurrents.comparison import GROUP, PER, TESTED, Comparison, compared
from crosscurrents.frequency import term_matrix
from crosscurrents.measures import Measures, in_period, read_measures
from crosscurrents.resampling import (
    ALPHA,
    MIN_DOCUMENTS,
    SMOOTHING,
    Sample,
    bootstrap_ratio,
    permutation_test,
)
from crosscurrents.texts import WordForms, content_terms
from crosscurrents.themes import pole_counts, scale_matches, theme_names, theme_sums
from crosscurrents.tone import score_sums, scored_sentences
from crosscurrents.writing import LEVEL, say

# Kinds of numbers, in the order of a table.
KINDS = ("word", "tone", "theme", "scale")
COLUMNS = [
    "kind", "item", GROUP, "before", "now", "change", "low", "high", "p", "p_adjusted", "tests",
    "changed", "documents_before", "documents_new", "unit",
]  # fmt: skip
DOCUMENTS = ["change", "doc_id", "source", "title", "date", "words_before", "words", "what"]
FACTS = ["source", "title", "author", "date", "genre", "language"]
ORDER = ["added", "changed", "gone", "renamed", "facts"]
# A word is compared if it occurs so often, in so many documents, before and now together: with less
# no change could be shown. Of many words the most frequent are compared.
LEAST, PLACES, MOST = 10, 5, 500


@dataclass(frozen=True)
class Previous:
    """An earlier run: its measures, and when it began (ISO; empty if not known).

    One whose measures cannot be read has none; `error` says why, and it counts as false.
    """

    measures: Measures | None
    started: str = ""
    error: str = ""

    def __bool__(self) -> bool:
        return self.measures is not None


def read_previous(
    path: str | Path = "",
    *,
    corpus: str | Path = "",
    sources: list[str] | None = None,
    since: str = "",
    until: str = "",
) -> Previous | None:
    """Read the run that a new one is to be compared with.

    Parameters
    ----------
    path
        Folder of a published run, or of measures; by default the last good run of the report that
        is being made, or else the newest report on the same corpus in `reports/`.
    corpus
        Path of the corpus: a run of another one is refused.
    sources, since, until
        The selection that is looked at, see `Measures.select`.

    Returns
    -------
    Previous or None
        None where there is no earlier run, or nothing of this selection in it. Where the last
        good run cannot be read, one without measures, whose `error` says why.

    Raises
    ------
    ValueError
        If a path is given and holds no measures, or measures of another corpus.
    """
    folder = path or os.environ.get(storage.PREVIOUS)
    if not folder and corpus and storage.PREVIOUS not in os.environ:  # in JupyterLab
        folder = storage.last_run_of(corpus, [Path("reports"), Path("..") / "reports"])
    if not folder:
        return None
    folder = Path(folder)
    try:
        earlier = _read(folder, corpus)
    except ValueError as error:
        if path:
            raise
        return Previous(None, storage.read_record(folder).get("started", ""), error=str(error))
    documents = earlier.measures.documents
    keep = documents["source"].isin(sources or documents["source"])
    chosen = documents[keep & in_period(documents["date"], since, until)].reset_index(drop=True)
    return replace(earlier, measures=earlier.measures.of(chosen)) if len(chosen) else None


def _read(folder: Path, corpus: str | Path) -> Previous:
    place = folder / storage.MEASURES if (folder / storage.MEASURES).is_dir() else folder
    if not (place / "record.json").is_file():
        raise ValueError(f"previous {str(folder)!r} holds no measures; name the folder of a run")
    run = storage.read_record(folder)
    home = folder.resolve().parent.parent.parent
    if corpus and run and not storage.is_same_corpus(run, storage.corpus_identity(corpus, home)):
        raise ValueError(
            f"previous {str(folder)!r} is a run on another corpus, not on {str(corpus)!r}; "
            "name a run on this one"
        )
    try:
        measures = read_measures(place)
    except (RecursionError, TypeError, KeyError, OSError) as error:
        raise ValueError(f"measures {str(place)!r} cannot be read: {error}") from None
    return Previous(measures, run.get("started", ""))


def not_comparable(before: Measures, measures: Measures) -> dict[str, str]:
    """Say which kinds of numbers cannot be compared, and in a sentence why.

    What was measured with another codebook, lexicon, version of the code or setting is another
    number: its change would say nothing of the texts.

    Returns
    -------
    dict
        Sentences by kind (KINDS); empty where all can be compared.
    """
    old, new = before.record, measures.record
    for name in ("version", "chronology", "abbreviations"):
        both = {"old": old.get(name, ""), "now": new.get(name, "")}
        if both["old"] != both["now"]:
            return dict.fromkeys(KINDS, say(f"change.{name}", **both))
    found = {}
    if old["codebook"]["sha256"] != new["codebook"]["sha256"]:
        found = dict.fromkeys(["theme", "scale"], say("change.codebook"))
    if old["lexicons"].get("vader") != new["lexicons"].get("vader"):
        found["tone"] = say("change.lexicon")
    return found


def changes(previous: Previous | None, measures, **options) -> pd.DataFrame:
    """Say how far the numbers of each group changed since an earlier run, and whether by chance.

    The documents that were added or changed are compared with all documents of before, in the same
    group: the test exchanges them (see `permutation_test`). It is made where either side has five
    or more; else the change is described only.

    Parameters
    ----------
    previous : Previous or None
        As `read_previous` gives it; None for a first run.
    measures : Measures or Comparison
        The same selection, measured now.
    options
        Of a Comparison: by, level, resamples, seed.

    Returns
    -------
    DataFrame
        kind ("word": rate per 1,000 words, "tone": mean VADER score of a sentence, "theme": share
        of sentences, "scale": position), item, group, before, now, change with low and high, p,
        p_adjusted, tests (one family over all kinds, items and groups), changed (bool: p_adjusted
        below 0.05), documents_before, documents_new (added or changed), unit; by kind, then the
        smallest p and largest change first. Only groups that have other documents than before, and
        were there before.
    """
    if not previous:
        return Comparison(measures, **options).name_groups(pd.DataFrame(columns=COLUMNS))
    return _changes(measures, before=previous.measures, **options)


def document_changes(previous: Previous | None, measures) -> pd.DataFrame:
    """List the documents that are not as they were in an earlier run.

    Returns
    -------
    DataFrame
        change ("added", "changed", "gone", "renamed": the same text under another name, "facts":
        the same text, another entry in the catalogue), doc_id, source, title, date, words_before,
        words (0 where it was not or is not there), what (which facts, or the former name).
    """
    if not previous:
        return pd.DataFrame(columns=DOCUMENTS)
    both = match_documents(previous.measures, measures)
    old, new = both["_merge"] != "right_only", both["_merge"] != "left_only"
    facts = [
        ", ".join(f for f in FACTS if row[f"{f}_before"] != row[f])
        for row in both.to_dict("records")
    ]
    facts = pd.Series(facts, both.index, dtype=object)
    former = (both["former"] != "") & (both["former"] != both["doc_id"])
    kinds = {"added": ~old, "gone": ~new, "changed": both["text_before"] != both["text"]}
    kinds |= {"renamed": former, "facts": facts != ""}  # the first that is true
    shown = {f: both[f].where(new, both[f"{f}_before"]) for f in ("source", "title", "date")}
    table = both.assign(
        **shown, **both[["words_before", "words"]].fillna(0).astype(int),
        change=np.select([*kinds.values()], [*kinds], ""),
        what=np.where(former, "was " + both["former"], facts.where(old & new, "")),
    )  # fmt: skip
    table = table[table["change"] != ""].assign(rank=lambda rows: rows["change"].map(ORDER.index))
    return table.sort_values(["rank", "source", "doc_id"], ignore_index=True)[DOCUMENTS]


def match_documents(before: Measures, measures) -> pd.DataFrame:
    """Put the documents before and now side by side: a row a document, `_merge` says where it is.

    A text that is found again under another name keeps its row; `former` is the name before. A text
    is recognised by the hash of its prose, or of its file where another version has cleaned it.
    """
    old, new = before.documents, measures.documents
    same_code = before.record["version"] == measures.record["version"]
    text = "cleaned_sha256" if same_code else "sha256"
    old, new = (table[["doc_id", *FACTS, "words", text]] for table in (old, new))
    old = old.rename(columns={text: "text"}).assign(former=old["doc_id"])
    new = new.rename(columns={text: "text"})
    lost = old[~old["doc_id"].isin(new["doc_id"])].drop_duplicates("text", keep=False)
    found = new[~new["doc_id"].isin(old["doc_id"])].drop_duplicates("text", keep=False)
    pairs = lost.merge(found, on="text")
    names = dict(zip(pairs["doc_id_x"], pairs["doc_id_y"], strict=True))
    old = old.assign(doc_id=[names.get(d, d) for d in old["doc_id"]])
    both = old.merge(
        new, on="doc_id", how="outer", suffixes=("_before", ""), indicator=True, sort=True
    )
    texts = {c: both[c].fillna("") for c in both if c not in ("words", "words_before", "_merge")}
    return both.assign(**texts)


class Numbers(NamedTuple):
    """What each document of a group adds to some numbers of one kind, before and now.

    `top` (2, documents, k) is summed above the line and `size` (2, documents) below it; of a scale
    they are the matches of the two poles. Both are 0 in a run without the document. `fate` says
    what became of each: "kept", "changed", "removed" or "added".
    """

    top: np.ndarray
    size: np.ndarray
    fate: np.ndarray

    @property
    def new(self) -> np.ndarray:
        """Which documents are added or changed."""
        return np.isin(self.fate, ["added", "changed"])


def change_interval(numbers: Numbers, form: str, *, level: float = LEVEL, **options):
    """Give the numbers before and now, and the interval of their difference.

    Linearised (Cochran 1977, 6.3): each document pulls at the number now and at the number before,
    and it is the difference of its two pulls that varies, so that a document in both all but
    cancels. Pulls vary within what became of the documents (kept, added, changed, removed), around
    the mean of five or more, widened by Student's t for so few; of fewer, around 0. They are
    resampled by `bootstrap_ratio`.

    Parameters
    ----------
    numbers : Numbers
    form : {"ratio", "log"}
        Ratio of sums; or the position ln((top + 0.5) / (size + 0.5)).
    level, options
        See `bootstrap_ratio`.

    Returns
    -------
    before, now, low, high : each (k,)
        The interval is missing where nothing varies; of a position also where a pole has no match.
    """
    runs = [(top, size[:, None]) for top, size in zip(numbers.top, numbers.size)]
    before, now = (_value(*run, form) for run in runs)
    old, new = (_pull(*run, form) for run in runs)
    pull = _centred(new - old, numbers.fate, level)
    limits = bootstrap_ratio(pull, np.ones(len(pull)), level=level, **options)
    middle, low, high = np.multiply(limits, len(pull))
    if form == "log":
        poles = np.min([[part.sum(axis=0) for part in run] for run in runs], axis=(0, 1))
        low, high = np.where(poles > 0, (low, high), np.nan)
    return before, now, now - before + low - middle, now - before + high - middle


def _centred(pull: np.ndarray, fate: np.ndarray, level: float) -> np.ndarray:
    """The difference of each document's two pulls, around the mean of what became alike."""
    from scipy.special import stdtrit

    tail, pull = (1 + level) / 2, pull.copy()
    for kind in np.unique(fate):
        own = fate == kind
        if (n := own.sum()) >= MIN_DOCUMENTS:  # the spread of fewer among themselves is not known
            wider = stdtrit(n - 1, tail) / stdtrit(len(pull) - 1, tail) * np.sqrt(n / (n - 1))
            pull[own] = (pull[own] - pull[own].mean(axis=0)) * wider
    return pull


def _value(top: np.ndarray, size: np.ndarray, form: str) -> np.ndarray:
    """The number that sums make; missing where there is nothing below the line."""
    top, size = top.sum(axis=0), size.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        if form == "ratio":
            return np.where(size > 0, top / size, np.nan)
        return np.where(top + size > 0, np.log((top + SMOOTHING) / (size + SMOOTHING)), np.nan)


def _pull(top: np.ndarray, size: np.ndarray, form: str) -> np.ndarray:
    """How far each document pulls the number, (documents, k): the derivative along its part."""
    total, below = top.sum(axis=0), size.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        if form == "ratio":
            return np.nan_to_num((top - total / below * size) / below)
        return top / (total + SMOOTHING) - size / (below + SMOOTHING)


@compared
def _changes(comparison: Comparison, *, before: Measures) -> pd.DataFrame:
    """The table of `changes`."""
    earlier = Comparison(before, **comparison.options)
    earlier._known[WordForms] = comparison.word_forms  # a term has one name in both runs
    sides = [(side, _documents(side)) for side in (earlier, comparison)]
    documents = _paired(before, comparison, *(units for _, units in sides))
    skipped, rows, samples = not_comparable(before, comparison), [], []
    for kind in [kind for kind in KINDS if kind not in skipped and len(documents)]:
        for names, form, *both in _numbers(kind, sides):
            for group, own in documents.groupby(GROUP):
                items, numbers = _of_group(kind, names, both, own)
                table = _rows(numbers, form, comparison)
                rows.append(table.assign(kind=kind, item=items, group=group))
                samples.append(_sample(numbers, form))
    if not rows:
        return pd.DataFrame(columns=COLUMNS)
    tests = permutation_test(*samples, seed=comparison.seed)
    table = pd.concat(rows, ignore_index=True)
    table[TESTED] = pd.concat(tests, ignore_index=True)[TESTED]
    scale = np.where(table["kind"] == "word", PER, 1)
    columns = ["before", "now", "low", "high"]
    table[columns] = table[columns].mul(scale, axis=0)
    table = table.assign(change=table["now"] - table["before"], changed=table["p_adjusted"] < ALPHA)
    order = ["_kind", "p_adjusted", "p", "_size", "item", GROUP]
    table = table.assign(_kind=table["kind"].map(KINDS.index), _size=-table["change"].abs())
    return table.sort_values(order, kind="stable", ignore_index=True)[COLUMNS]


def _documents(side: Comparison) -> pd.DataFrame:
    """The documents of a run as units; an empty one more, the last, stands for any other."""
    units = side.parts(1)
    return units.reindex(range(len(units) + 1)).fillna({"doc_id": "", "paragraph": 0})


def _paired(before: Measures, comparison, old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """The documents of either run of the groups that are in both and have others than before.

    group, before, now (its row in the units of either run, -1: it is not there), fate.
    """
    both = match_documents(before, comparison)
    names = both[both["former"] != ""].set_index("former")["doc_id"]
    same = both["text_before"].eq(both["text"]) & both["language_before"].eq(both["language"])
    old, new = (
        units[:-1].rename_axis(name).reset_index()[[GROUP, "doc_id", name]]
        for name, units in (("before", old), ("now", new))
    )
    table = old.assign(doc_id=old["doc_id"].map(names)).merge(new, how="outer")
    table = table.sort_values(["before", "now"], ignore_index=True)
    fates = {
        "removed": table["now"].isna(), "added": table["before"].isna(),
        "kept": table["doc_id"].isin(both.loc[same, "doc_id"]),
    }  # fmt: skip
    table["fate"] = np.select(list(fates.values()), list(fates), "changed")
    groups = {*old[GROUP]} & {*new[GROUP]} & {*table.loc[table["fate"] != "kept", GROUP]}
    return table[table[GROUP].isin(groups)].fillna(-1).astype({"before": int, "now": int})


def _numbers(kind: str, sides: list[tuple[Comparison, pd.DataFrame]]) -> Iterator[tuple]:
    """Names, form, and of either run top and size of its documents, for all numbers of a kind.

    `sides` are the comparison of either run with its documents.
    """
    _, (now, _) = sides
    if kind == "word":
        yield _words(sides)
    elif kind == "theme" and (names := theme_names(now)):
        yield names, "ratio", *(theme_sums(*side, names) for side in sides)
    elif kind == "tone":
        yield ["vader"], "ratio", *(score_sums(units, scored_sentences(s)) for s, units in sides)
    elif kind == "scale":
        for name in now.record["codebook"]["scales"]:
            both = [pole_counts(scale_matches(side, name), units) for side, units in sides]
            yield [name], "log", *((poles[:, :1], poles[:, 1]) for poles in both)


def _words(sides: list[tuple[Comparison, pd.DataFrame]]) -> tuple:
    """The words that may be compared, most frequent first, and their counts (sparse)."""
    from scipy.sparse import csr_array, hstack

    found = [term_matrix(side, units) for side, units in sides]
    totals = [pd.Series(counts.sum(axis=0), terms) for terms, counts in found]
    total = totals[0].add(totals[1], fill_value=0)
    total = total[total >= LEAST].sort_index().sort_values(ascending=False, kind="stable")
    lettered = np.array([any(map(str.isalpha, term)) for term in total.index], bool)
    names, numbers = total.index[content_terms(total.index, sides[1][0]) & lettered], []
    for (terms, counts), (side, units) in zip(found, sides):
        # A column more, of zeros, for words that the run does not have.
        counts = hstack([counts, csr_array((len(units), 1))], format="csr")
        numbers.append((counts[:, terms.get_indexer(names)], side.words_of(units)))
    return list(names), "ratio", *numbers


def _of_group(kind: str, names: list[str], sides: list, own: pd.DataFrame) -> tuple:
    """Names and Numbers of one group; of words, the ones that occur often enough in it."""
    places = own["before"].to_numpy(), own["now"].to_numpy()
    tops, sizes = zip(*((top[rows], size[rows]) for (top, size), rows in zip(sides, places)))
    if kind == "word":
        each = tops[0], tops[1][own["fate"].isin(["added", "changed"]).to_numpy()]  # each text once
        often = sum(part.sum(axis=0) for part in each) >= LEAST
        wide = sum((part > 0).sum(axis=0) for part in each) >= PLACES
        kept = np.flatnonzero(often & wide)[:MOST]
        names = [names[k] for k in kept]
        tops = [top[:, kept].toarray() for top in tops]
    return names, Numbers(np.array(tops), np.array(sizes), own["fate"].to_numpy())


def _rows(numbers: Numbers, form: str, comparison: Comparison) -> pd.DataFrame:
    """before, now, low, high and the documents they rest on, a row a number."""
    found = change_interval(numbers, form, **comparison.interval_options)
    table = pd.DataFrame(dict(zip(["before", "now", "low", "high"], found)))
    old, new = int((numbers.fate != "added").sum()), int(numbers.new.sum())
    enough = min(old, new) >= MIN_DOCUMENTS
    if not enough:
        table[["low", "high"]] = np.nan
    unit = "documents" if enough else "within these articles"
    return table.assign(documents_before=old, documents_new=new, unit=unit)


def _sample(numbers: Numbers, form: str) -> Sample:
    """The documents of before, and the new ones."""
    rows = numbers.fate != "added", numbers.new
    top, size = (np.concatenate([run[own] for run, own in zip(part, rows)]) for part in numbers[:2])
    weights = size + top[:, 0] if form == "log" else size
    return Sample(top, weights, np.repeat(["old", "new"], [own.sum() for own in rows]), ["new"])
