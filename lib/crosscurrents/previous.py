"""The last good run of a report, and what changed since: documents, and numbers with their test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from crosscurrents.comparison import GROUP, PER, TESTED, Comparison, name_groups
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
from crosscurrents.storage import (
    MEASURES,
    PREVIOUS,
    corpus_identity,
    is_same_corpus,
    last_run_of,
    read_record,
)
from crosscurrents.texts import WordForms, content_terms
from crosscurrents.themes import pole_counts, scale_matches, theme_names, theme_sums
from crosscurrents.tone import score_sums, scored_sentences

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
FEW = 5  # documents of a kind; the spread of fewer among themselves is not known


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

    def select(self, sources: list[str], since: str, until: str) -> Previous | None:
        """The same selection as of the measures now; None if nothing of it was there before."""
        documents = self.measures.documents
        keep = documents["source"].isin(sources or documents["source"])
        keep &= in_period(documents["date"], since, until)
        if not keep.any():
            return None
        chosen = self.measures.of(documents[keep].reset_index(drop=True))
        return Previous(chosen, self.started)


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
    folder = path or os.environ.get(PREVIOUS)
    if not folder and corpus and PREVIOUS not in os.environ:  # in JupyterLab
        folder = last_run_of(corpus, [Path("reports"), Path("..") / "reports"])
    if not folder:
        return None
    folder = Path(folder)
    try:
        earlier = _read(folder, corpus)
    except ValueError as error:
        if path:
            raise
        return Previous(None, read_record(folder).get("started", ""), error=str(error))
    return earlier.select(sources or [], since, until)


def _read(folder: Path, corpus: str | Path) -> Previous:
    place = folder / MEASURES if (folder / MEASURES).is_dir() else folder
    if not (place / "record.json").is_file():
        raise ValueError(f"previous {str(folder)!r} holds no measures; name the folder of a run")
    run = read_record(folder)
    home = folder.resolve().parent.parent.parent
    if corpus and run and not is_same_corpus(run, corpus_identity(corpus, home)):
        raise ValueError(
            f"previous {str(folder)!r} is a run on another corpus, not on {str(corpus)!r}; "
            "name a run on this one"
        )
    try:
        measures = read_measures(place)
    except (RecursionError, TypeError, KeyError, OSError) as error:
        raise ValueError(f"measures {str(place)!r} cannot be read: {error}") from None
    return Previous(measures, run.get("started", ""))


def not_comparable(previous: Previous, measures: Measures) -> dict[str, str]:
    """Say which kinds of numbers cannot be compared, and in a sentence why.

    What was measured with another codebook, lexicon, version of the code or setting is another
    number: its change would say nothing of the texts.

    Returns
    -------
    dict
        Sentences by kind (KINDS); empty where all can be compared.
    """
    old, new = previous.measures.record, measures.record
    settings = {
        "version": "The version of the measures is another than in the last run "
        f"({old['version']}, now {new['version']})",
        "chronology": "Whether chronologies count as prose was set otherwise in the last run",
        "abbreviations": "The corpus had another list of abbreviations in the last run",
    }
    for name, reason in settings.items():
        if old.get(name, "") != new.get(name, ""):
            return dict.fromkeys(KINDS, f"{reason}: no number is compared with it.")
    found = {}
    if old["codebook"]["sha256"] != new["codebook"]["sha256"]:
        reason = "The codebook has changed since the last run: themes and scales are not compared."
        found = {"theme": reason, "scale": reason}
    if old["lexicons"].get("vader") != new["lexicons"].get("vader"):
        found["tone"] = "The lexicon has changed since the last run: tone is not compared."
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
    comparison = Comparison(measures, **options)
    if not previous:
        return name_groups(pd.DataFrame(columns=COLUMNS), comparison)
    asked = {"previous": previous.measures}
    return comparison.result(
        "changes", asked, lambda: name_groups(_changes(previous, comparison), comparison)
    )


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
    both = match_documents(previous, measures)
    old, new = both["_merge"] != "right_only", both["_merge"] != "left_only"
    facts = [
        ", ".join(f for f in FACTS if row[f"{f}_before"] != row[f])
        for row in both.to_dict("records")
    ]
    former = (both["former"] != "") & (both["former"] != both["doc_id"])
    other = both["text_before"] != both["text"]
    kinds = [~old, ~new, other, former, np.array(facts, object) != ""]  # the first that is true
    change = np.select(kinds, ["added", "gone", "changed", "renamed", "facts"], "")
    what = np.where(former, "was " + both["former"], np.where(old & new, facts, ""))
    shown = {f: both[f].where(new, both[f"{f}_before"]) for f in ("source", "title", "date")}
    sizes = {c: both[c].fillna(0).astype(int) for c in ("words_before", "words")}
    table = pd.DataFrame({"change": change, "doc_id": both["doc_id"], **shown, **sizes})
    table = table.assign(what=what)[change != ""]
    rank = table["change"].map(ORDER.index)
    table = table.assign(_rank=rank).sort_values(["_rank", "source", "doc_id"])
    return table[DOCUMENTS].reset_index(drop=True)


def match_documents(previous: Previous, measures) -> pd.DataFrame:
    """Put the documents before and now side by side: a row a document, `_merge` says where it is.

    A text that is found again under another name keeps its row; `former` is the name before. A text
    is recognised by the hash of its prose, or of its file where another version has cleaned it.
    """
    old, new = previous.measures.documents, measures.documents
    same_code = previous.measures.record["version"] == measures.record["version"]
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
    """What each document adds to some numbers of one kind, in one of two runs.

    `top` (documents, k) is summed above the line and `size` (documents,) below it; of a scale they
    are the matches of the two poles.
    """

    top: np.ndarray
    size: np.ndarray

    def of(self, rows: np.ndarray) -> Numbers:
        """Those of some documents."""
        return Numbers(self.top[rows], self.size[rows])


class Pairing(NamedTuple):
    """The documents of one group in both runs.

    `before` and `now` are rows of the documents with words of either run; `same` are the places in
    `before` of the documents now (-1: it was not there), `new` says which are added or changed.
    """

    before: np.ndarray
    now: np.ndarray
    same: np.ndarray
    new: np.ndarray


def change_interval(
    before: Numbers,
    now: Numbers,
    pairing: Pairing,
    form: str,
    *,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
):
    """Give the numbers before and now, and the interval of their difference.

    Linearised (Cochran 1977, 6.3): each document pulls at the number now and at the number before,
    and it is the difference of its two pulls that varies, so that a document in both all but
    cancels. Pulls vary within what became of the documents (kept, added, changed, gone), around the
    mean of five or more, widened by Student's t for so few; of fewer, around 0. They are resampled
    by `bootstrap_ratio`.

    Parameters
    ----------
    before, now : Numbers
        Of the group's documents only.
    form : {"ratio", "log"}
        Ratio of sums; or the position ln((top + 0.5) / (size + 0.5)).
    level, resamples, seed
        See `bootstrap_ratio`.

    Returns
    -------
    before, now, low, high : each (k,)
        The interval is missing where nothing varies; of a position also where a pole has no match.
    """
    values = [_value(part, form) for part in (before, now)]
    pull = _centred(*(_pull(part, form) for part in (before, now)), pairing, level)
    options = {"level": level, "resamples": resamples, "seed": seed}
    limits = bootstrap_ratio(pull, np.ones(len(pull)), **options)
    middle, low, high = np.multiply(limits, len(pull))
    if form == "log":
        sums = np.broadcast_arrays(*(part[k].sum(axis=0) for part in (before, now) for k in (0, 1)))
        low, high = np.where(np.min(sums, axis=0) > 0, (low, high), np.nan)
    change = values[1] - values[0]
    return *values, change + low - middle, change + high - middle


def _centred(before: np.ndarray, now: np.ndarray, pairing: Pairing, level: float) -> np.ndarray:
    """The difference of each document's two pulls, around the mean of what became alike."""
    from scipy.special import stdtrit

    known = pairing.same >= 0
    pull, fate = -before, np.full(len(before), "removed")
    np.add.at(pull, pairing.same[known], now[known])
    fate[pairing.same[known]] = np.where(pairing.new[known], "changed", "kept")
    pull = np.concatenate([pull, now[~known]])
    fate = np.append(fate, np.full((~known).sum(), "added"))
    tail = (1 + level) / 2
    for kind in np.unique(fate):
        own = fate == kind
        if (n := own.sum()) >= FEW:
            wider = stdtrit(n - 1, tail) / stdtrit(len(pull) - 1, tail) * np.sqrt(n / (n - 1))
            pull[own] = (pull[own] - pull[own].mean(axis=0)) * wider
    return pull


def _value(numbers: Numbers, form: str) -> np.ndarray:
    """The number that sums make; missing where there is nothing below the line."""
    top, size = numbers.top.sum(axis=0), numbers.size.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        if form == "ratio":
            return np.where(size > 0, top / size, np.nan)
        return np.where(top + size > 0, np.log((top + SMOOTHING) / (size + SMOOTHING)), np.nan)


def _pull(numbers: Numbers, form: str) -> np.ndarray:
    """How far each document pulls the number, (documents, k): the derivative along its part."""
    top, size = numbers.top, numbers.size[:, None]
    total, below = top.sum(axis=0), size.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        if form == "ratio":
            return np.nan_to_num((top - total / below * size) / below)
        return top / (total + SMOOTHING) - size / (below + SMOOTHING)


def _changes(previous: Previous, comparison: Comparison) -> pd.DataFrame:
    before = Comparison(previous.measures, **comparison.options)
    before._known[WordForms] = comparison.word_forms  # a term has one name in both runs
    sides = [(before, before.parts(1)), (comparison, comparison.parts(1))]
    pairings = dict(_pairings(previous, comparison, *(units for _, units in sides)))
    skipped, rows, samples = not_comparable(previous, comparison), [], []
    for kind in [kind for kind in KINDS if kind not in skipped and pairings]:
        for names, form, *both in _numbers(kind, sides):
            for group, pairing in pairings.items():
                items, *own = _of_group(kind, names, both, pairing)
                table = _rows(*own, pairing, form, comparison)
                rows.append(table.assign(kind=kind, item=items, group=group))
                samples.append(_sample(*own, pairing, form))
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


def _pairings(previous, comparison, old_units, units) -> Iterator[tuple[object, Pairing]]:
    """The groups that are in both runs and have other documents than before."""
    both = match_documents(previous, comparison)
    same = both["text_before"].eq(both["text"]) & both["language_before"].eq(both["language"])
    former = both.loc[both["former"] != "", ["doc_id", "former"]].set_index("doc_id")["former"]
    unchanged = set(both.loc[same, "doc_id"])
    for group in sorted(set(old_units[GROUP]) & set(units[GROUP])):
        rows = np.flatnonzero(old_units[GROUP] == group), np.flatnonzero(units[GROUP] == group)
        names = units["doc_id"].iloc[rows[1]]
        place = pd.Index(old_units["doc_id"].iloc[rows[0]]).get_indexer(names.map(former))
        new = (place < 0) | ~names.isin(unchanged).to_numpy()
        if new.any() or len(rows[0]) > (place >= 0).sum():
            yield group, Pairing(*rows, place, new)


def _numbers(kind: str, sides: list[tuple[Comparison, pd.DataFrame]]) -> Iterator[tuple]:
    """Names, form and the Numbers of either run, for all numbers of a kind.

    `sides` are the comparison of either run with its documents.
    """
    _, (now, _) = sides
    if kind == "word":
        yield _words(sides)
    elif kind == "theme" and (names := theme_names(now)):
        yield names, "ratio", *(Numbers(*theme_sums(*side, names)) for side in sides)
    elif kind == "tone":
        sums = [score_sums(units, scored_sentences(side)) for side, units in sides]
        yield ["vader"], "ratio", *(Numbers(*part) for part in sums)
    elif kind == "scale":
        for name in now.record["codebook"]["scales"]:
            matches = [scale_matches(side, name) for side, _ in sides]
            both = [pole_counts(rows, units) for rows, (_, units) in zip(matches, sides)]
            yield [name], "log", *(Numbers(poles[:, :1], poles[:, 1]) for poles in both)


def _words(sides: list[tuple[Comparison, pd.DataFrame]]) -> tuple:
    """The words that may be compared, most frequent first, and their counts (sparse)."""
    found = [term_matrix(side, units) for side, units in sides]
    totals = [pd.Series(counts.sum(axis=0), terms) for terms, counts in found]
    total = totals[0].add(totals[1], fill_value=0)
    total = total[total >= LEAST].sort_index().sort_values(ascending=False, kind="stable")
    lettered = np.array([any(map(str.isalpha, term)) for term in total.index], bool)
    names = total.index[content_terms(total.index, sides[1][0]) & lettered]
    numbers = []
    for (terms, counts), (side, units) in zip(found, sides):
        at = terms.get_indexer(names)
        known = counts[:, np.maximum(at, 0)].multiply((at >= 0)[None, :]) if len(terms) else counts
        numbers.append(Numbers(known.tocsr(), side.words_of(units)))
    return list(names), "ratio", *numbers


def _of_group(kind: str, names: list[str], sides: list[Numbers], pairing: Pairing) -> tuple:
    """The numbers of one group; of words, the ones that occur often enough in it."""
    own = [side.of(rows) for side, rows in zip(sides, (pairing.before, pairing.now))]
    if kind == "word":
        each = own[0].top, own[1].top[np.flatnonzero(pairing.new)]  # each text once
        often = sum(part.sum(axis=0) for part in each) >= LEAST
        wide = sum((part > 0).sum(axis=0) for part in each) >= PLACES
        kept = np.flatnonzero(np.asarray(often & wide).ravel())[:MOST]
        names = [names[k] for k in kept]
        own = [Numbers(part.top[:, kept].toarray(), part.size) for part in own]
    return names, *own


def _rows(before: Numbers, now: Numbers, pairing: Pairing, form: str, comparison) -> pd.DataFrame:
    """before, now, low, high and the documents they rest on, a row a number."""
    numbers = change_interval(before, now, pairing, form, **comparison.interval_options)
    table = pd.DataFrame(dict(zip(["before", "now", "low", "high"], numbers)))
    old, new = len(pairing.before), int(pairing.new.sum())
    enough = min(old, new) >= MIN_DOCUMENTS
    if not enough:
        table[["low", "high"]] = np.nan
    unit = "documents" if enough else "within these articles"
    return table.assign(documents_before=old, documents_new=new, unit=unit)


def _sample(before: Numbers, now: Numbers, pairing: Pairing, form: str) -> Sample:
    """The documents of before, and the new ones."""
    top = np.concatenate([before.top, now.top[pairing.new]])
    size = np.concatenate([before.size, now.size[pairing.new]])
    weights = size + top[:, 0] if form == "log" else size
    labels = ["old"] * len(before.size) + ["new"] * int(pairing.new.sum())
    return Sample(top, weights, labels, labels[-1:])
