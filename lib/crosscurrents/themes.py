"""How much space each group gives to each theme, what it gives most and least, and what recurs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from crosscurrents.comparison import GROUP, Comparison, compared
from crosscurrents.intervals import bootstrap_log_ratio, bootstrap_ratio, unit_of
from crosscurrents.significance import ALPHA, MIN_DOCUMENTS, Sample, permutation_test

SUB = "/"  # between the name of a theme and that of its sub-theme, and a scale's and its pole's
PLACE = ["doc_id", "sentence"]
BY_SENTENCE = ["sentences", "of", "share", "low", "high"]
BY_WORD = ["words", "of_words", "word_share", "word_low", "word_high"]
SHARES = [*BY_SENTENCE, *BY_WORD, "docfreq", "documents", "unit"]
TESTED = ["p", "p_adjusted", "tests"]
CONTRAST = [
    "sentences", "of", "share", "rest_sentences", "rest_of", "rest_share", "direction",
    "log_ratio", "low", "high", *TESTED, "distinctive", "unit",
]  # fmt: skip
COOCCURRENCE = [
    "theme", "other", "observed", "expected", "lift", "low", "high", "count", "other_count", "of",
    "documents", "unit",
]  # fmt: skip
MOST = 500  # units of a side that are resampled: the spread of 500 is known well enough
UNBOUNDED = 1000.0  # a lift may exceed 1; the bootstrap keeps ratios that look like shares below it


@compared
def theme_share(
    comparison: Comparison,
    *,
    themes: str | Sequence[str] | None = None,
) -> pd.DataFrame:
    """Give the share of each group's sentences that each theme matches, with interval and test.

    Sentences without any theme stay in the denominator, and one sentence may match many themes.

    Parameters
    ----------
    comparison : Measures or Comparison
    themes : str or list of str, optional
        Only these themes, sub-themes or poles, in this order; all themes by default.

    Returns
    -------
    DataFrame
        theme, group; sentences (matched), of (all sentences), share, low, high; words (of the
        matched sentences), of_words (all words), word_share, word_low, word_high; docfreq
        (documents matched), documents, unit, p, p_adjusted, tests (of the share of sentences
        against all other groups; the family is every theme of every group); by theme in codebook
        order, then by group.

    Raises
    ------
    ValueError
        If a theme is not in the codebook.
    """
    comparison = comparison.coded
    names = chosen_themes(comparison, themes)
    table = _shares(comparison, names)
    return table.merge(_tested(comparison, names), on=["theme", GROUP], how="left")


@compared
def theme_contrast(comparison: Comparison) -> pd.DataFrame:
    """Compare each group's share of every theme with that of all the other groups together.

    Returns
    -------
    DataFrame
        theme, group; sentences (matched), of (all), share; rest_sentences, rest_of, rest_share (of
        the others); direction (1: more than the others, -1: less, 0), log_ratio (log2 of share over
        rest_share; a zero count is replaced by 0.5) with low and high; p, p_adjusted, tests (as in
        `theme_share`), distinctive (bool: direction 1 and p_adjusted below 0.05), unit; by theme in
        codebook order, then by group.
    """
    comparison = comparison.coded
    names = theme_names(comparison)
    documents = comparison.parts(1)
    groups = documents[GROUP].value_counts(sort=False).sort_index()
    if len(groups) < 2 or not names:
        return pd.DataFrame(columns=["theme", GROUP, *CONTRAST])
    sums, tables = {}, []
    for group, number in groups.items():
        # Both sides are resampled by documents where either has enough, else by paragraphs.
        many = min(number, len(documents) - number) >= MIN_DOCUMENTS
        if many not in sums:
            units = documents if many else comparison.parts(len(documents) + 1)
            sums[many] = matched_sums(comparison, units, names), units[GROUP].to_numpy()
        found, member = sums[many]
        table = _contrast(found, member == group, comparison.interval_options)
        unit = "documents" if many else "within these articles"
        tables.append(table.assign(theme=names, _order=range(len(names)), unit=unit, group=group))
    table = pd.concat(tables).sort_values(["_order", GROUP], kind="stable", ignore_index=True)
    table = table.merge(_tested(comparison, names), on=["theme", GROUP], how="left")
    distinctive = (table["direction"] > 0) & (table["p_adjusted"] < ALPHA)
    return table.assign(distinctive=distinctive)[["theme", GROUP, *CONTRAST]]


@compared
def theme_over_time(comparison: Comparison, *, period: str = "quarter") -> pd.DataFrame:
    """Give the share of sentences that each theme matches in each group, period by period.

    Parameters
    ----------
    period : {"decade", "year", "quarter", "month"}
        Documents without such a date are left out.

    Returns
    -------
    DataFrame
        theme, group, period, sentences, of, share, low, high, documents, unit; by theme in codebook
        order, then by group and period. Periods without a document have no row.
    """
    comparison = comparison.coded
    columns = ["theme", GROUP, "period", *BY_SENTENCE, "documents", "unit"]
    dated, cells = comparison.by_period(period)
    table = _shares(dated, theme_names(comparison))
    if table.empty:
        return pd.DataFrame(columns=columns)
    named = cells.iloc[table.pop(GROUP).astype(int)].reset_index(drop=True)
    return pd.concat([named, table], axis=1)[columns]


@compared
def theme_cooccurrence(comparison: Comparison) -> pd.DataFrame:
    """Say of every two themes how often they share a sentence, and how often they would by chance.

    Chance is that of each document: the expected number is the sum over documents of (sentences of
    the one x sentences of the other / all sentences), so that a document about both does not
    connect them. lift = observed / expected: 2 is twice as often as by chance.

    Returns
    -------
    DataFrame
        theme, other, observed (sentences that match both), expected, lift with low and high (a
        bootstrap over documents; missing with fewer than five), count, other_count (sentences of
        either), of (all), documents (in which both occur), unit; by falling lift, then by theme.
        A pair that no document has both of has no lift.
    """
    comparison = comparison.coded
    names, documents = theme_names(comparison), comparison.parts(1)
    sentences = comparison.sentences
    sentences = sentences[sentences["doc_id"].isin(documents["doc_id"])]
    places = pd.MultiIndex.from_frame(sentences[PLACE])
    rows = matched_sentences(comparison, names)
    at = places.get_indexer(pd.MultiIndex.from_frame(rows[PLACE]))
    matches = np.zeros((len(places), len(names)))
    matches[at[at >= 0], rows["code"].to_numpy()[at >= 0]] = 1
    document = pd.Index(documents["doc_id"]).get_indexer(sentences["doc_id"])
    size = np.bincount(document, minlength=len(documents)).astype(float)
    each = _by_unit(document, matches, len(documents))
    pairs = list(combinations(range(len(names)), 2))
    one, other = np.array(pairs, dtype=int).reshape(-1, 2).T
    joint = _by_unit(document, matches[:, one] * matches[:, other], len(documents))
    expected = each[:, one] * each[:, other] / np.maximum(size, 1)[:, None]
    names = np.array(names, dtype=object)
    table = pd.DataFrame(
        {
            "theme": names[one], "other": names[other],
            "observed": joint.sum(axis=0).astype(int), "expected": expected.sum(axis=0),
            "count": each.sum(axis=0)[one].astype(int),
            "other_count": each.sum(axis=0)[other].astype(int), "of": len(places),
            "documents": (expected > 0).sum(axis=0), "low": np.nan, "high": np.nan, "unit": "",
        }
    )  # fmt: skip
    table["lift"] = table["observed"] / table["expected"].where(table["expected"] > 0)
    if len(documents) >= MIN_DOCUMENTS and pairs:
        _, *limits = bootstrap_ratio(joint * UNBOUNDED, expected, **comparison.interval_options)
        low, high = np.divide(limits, UNBOUNDED)
        table = table.assign(low=low, high=high, unit="documents")
    order = ["lift", "observed", "theme", "other"]
    table = table.sort_values(order, ascending=[False, False, True, True], ignore_index=True)
    return table[COOCCURRENCE]


# --- sums of sentences


class ThemeSums(NamedTuple):
    """Sums by unit: what each theme matches, and all there is."""

    hits: np.ndarray  # (units, themes): sentences matched
    hit_words: np.ndarray  # (units, themes): their words
    sentences: np.ndarray  # (units,)
    words: np.ndarray  # (units,)


def matched_sums(measures, units: pd.DataFrame, themes: list[str]) -> ThemeSums:
    """Count sentences and words by unit, those that each theme matches and all of them.

    `units` is as `Comparison.units`, `themes` holds names of themes, sub-themes or poles.
    """
    sentences = measures.sentences.assign(_unit=unit_of(units, measures.sentences))
    sentences = sentences.loc[sentences["_unit"] >= 0, [*PLACE, "words", "_unit"]]
    rows = matched_sentences(measures, themes).merge(sentences, on=PLACE)
    cell = rows["_unit"].to_numpy() * len(themes) + rows["code"].to_numpy()
    shape = (len(units), len(themes))
    hits, hit_words = (
        np.bincount(cell, weights, minlength=shape[0] * shape[1]).astype(float).reshape(shape)
        for weights in (None, rows["words"].to_numpy())
    )
    every, words = (
        np.bincount(sentences["_unit"], weights, minlength=len(units)).astype(float)
        for weights in (None, sentences["words"].to_numpy())
    )
    return ThemeSums(hits, hit_words, every, words)


def matched_sentences(measures, themes: list[str]) -> pd.DataFrame:
    """List each sentence that a theme matches once: doc_id, sentence, code (place in `themes`)."""
    rows = measures.themes[[*PLACE, "theme"]]
    code = pd.Index(themes, dtype=object).get_indexer(rows["theme"])
    return rows[PLACE].assign(code=code)[code >= 0].drop_duplicates(ignore_index=True)


def _shares(comparison: Comparison, names: list[str]) -> pd.DataFrame:
    """theme, group and SHARES."""
    units, options = comparison.units, comparison.interval_options
    if units.empty or not names:
        return pd.DataFrame(columns=["theme", GROUP, *SHARES])
    found, tables = matched_sums(comparison, units, names), []
    for group, part in units.groupby(GROUP, sort=True):
        at = part.index.to_numpy()
        own = ThemeSums(*(numbers[at] for numbers in found))
        columns = _ratios(own.hits, own.sentences, BY_SENTENCE, options)
        columns |= _ratios(own.hit_words, own.words, BY_WORD, options)
        codes, documents = pd.factorize(part["doc_id"])
        columns["docfreq"] = (_by_unit(codes, own.hits, len(documents)) > 0).sum(axis=0)
        table = pd.DataFrame({"_order": range(len(names)), "theme": names, GROUP: group} | columns)
        unit = comparison.unit_labels[group]
        tables.append(table.assign(documents=len(documents), unit=unit))
    table = pd.concat(tables).sort_values(["_order", GROUP], kind="stable", ignore_index=True)
    return table[["theme", GROUP, *SHARES]]


def _ratios(top: np.ndarray, bottom: np.ndarray, names: list[str], options: dict) -> dict:
    """Sums (units, themes) over sums (units,): both, their ratio and its limits by theme."""
    ratio, low, high = bootstrap_ratio(top, bottom, **options)
    counts = top.sum(axis=0).astype(int), np.full(top.shape[1], int(bottom.sum()))
    return dict(zip(names, (*counts, ratio, low, high)))


def _by_unit(unit: np.ndarray, values: np.ndarray, units: int) -> np.ndarray:
    """Sums of columns by unit, (units, k)."""
    found = np.zeros((units, values.shape[1]))
    np.add.at(found, unit, values)
    return found


def _tested(comparison: Comparison, names: list[str]) -> pd.DataFrame:
    """theme, group and TESTED: every theme of every group, one family."""

    def make() -> pd.DataFrame:
        documents = comparison.parts(1)
        if documents.empty or not names:
            return pd.DataFrame(columns=["theme", GROUP, *TESTED])
        sums = matched_sums(comparison, documents, names)
        sample = Sample(sums.hits, sums.sentences, documents[GROUP].tolist())
        (found,) = permutation_test(sample, seed=comparison.seed)
        return found.table(theme=names)

    return comparison.once(("theme test", *names), make)


def _contrast(found: ThemeSums, target: np.ndarray, options: dict) -> pd.DataFrame:
    """Compare the units of the target with all others, a row a theme."""
    sides = [(found.hits[side], found.sentences[side]) for side in (target, ~target)]
    count, rest = (hits.sum(axis=0).astype(int) for hits, _ in sides)
    of, rest_of = (int(every.sum()) for _, every in sides)
    counts, sizes = zip(*(_lumped(*side, options["seed"]) for side in sides))
    log_ratio, low, high = bootstrap_log_ratio(*counts, *sizes, **options)
    share, rest_share = count / max(of, 1), rest / max(rest_of, 1)
    return pd.DataFrame(
        {
            "sentences": count, "of": of, "share": share,
            "rest_sentences": rest, "rest_of": rest_of, "rest_share": rest_share,
            "direction": np.sign(share - rest_share).astype(int),
            "log_ratio": log_ratio, "low": low, "high": high,
        }
    )  # fmt: skip


def _lumped(hits: np.ndarray, every: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Put the units of a large side together at random (random groups: Wolter 2007, ch. 2).

    As many groups show as much of the spread, and the others of every source need not be
    resampled for each source.
    """
    if len(every) <= MOST:
        return hits, every
    number = np.random.default_rng(seed).permutation(len(every)) % MOST
    return _by_unit(number, hits, MOST), np.bincount(number, every, MOST)


# --- names in the codebook


class Scale(NamedTuple):
    """A scale of the codebook: its name, and what its two poles are called in the measures."""

    name: str
    positive: str
    negative: str

    @property
    def ends(self) -> tuple[str, str]:
        """The poles' own names, the positive one first."""
        return tuple(pole.split(SUB, 1)[1] for pole in (self.positive, self.negative))


def theme_names(measures, *, subthemes: bool = False) -> list[str]:
    """The themes of the codebook that the measures were made with; poles of scales are none.

    Sub-themes, named "theme/sub-theme", come with them if `subthemes` is true.
    """
    names = list(measures.record["codebook"]["themes"])
    return [name for name in names if subthemes or SUB not in name]


def scale_names(measures) -> list[str]:
    """The scales of the codebook that the measures were made with."""
    return list(measures.record["codebook"]["scales"])


def find_scale(measures, scale: str = "") -> Scale | None:
    """Give a scale by its name, the codebook's first by default; None if it has none at all.

    Raises ValueError if the scale is not in the codebook.
    """
    scales = measures.record["codebook"]["scales"]
    if scale and scale not in scales:
        raise ValueError(f"scale {scale!r} is not in the codebook; choose from {list(scales)}")
    if not scales:
        return None
    name = scale or next(iter(scales))
    return Scale(name, scales[name]["positive"], scales[name]["negative"])


def pole_names(measures, scale: str) -> list[str]:
    """What the poles of a scale are called in the measures, then those of their negated matches."""
    entry = measures.record["codebook"]["scales"].get(scale, {})
    ends = ("positive", "negative", "positive_denied", "negative_denied")
    return [entry[end] for end in ends if end in entry]


def check_theme(measures, theme: str) -> str:
    """Return the name of a theme, sub-theme, pole or its negated matches, or raise ValueError."""
    poles = [pole for name in scale_names(measures) for pole in pole_names(measures, name)]
    known = theme_names(measures, subthemes=True) + poles
    if theme not in known:
        raise ValueError(f"theme {theme!r} is not in the codebook; choose from {known}")
    return theme


def chosen_themes(measures, themes: str | Sequence[str] | None) -> list[str]:
    """Return the themes that were asked for, each once; all of the codebook by default."""
    if themes is None:
        return theme_names(measures)
    names = [themes] if isinstance(themes, str) else list(themes)
    return list(dict.fromkeys(check_theme(measures, name) for name in names))
