"""Themes and scales: the space that each group gives to a theme, its place between two poles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from crosscurrents.comparison import GROUP, TESTED, Comparison, compared, remembered, unit_sums
from crosscurrents.core.languages import language_name
from crosscurrents.resampling import (
    ALPHA,
    MIN_DOCUMENTS,
    bootstrap_log_ratio,
    bootstrap_ratio,
    log_position,
    tested,
)
from crosscurrents.writing import check_choice, counted, interval_name, listed, say

NAMED = 3  # pairs of sources that a sentence names
SUB = "/"  # between the names of a theme and its sub-theme, of a scale and its pole
PLACE = ["doc_id", "sentence"]
BY_SENTENCE = ["sentences", "of", "share", "low", "high"]
BY_WORD = ["words", "of_words", "word_share", "word_low", "word_high"]
SHARES = ["theme", GROUP, *BY_SENTENCE, *BY_WORD, "docfreq", "documents", "unit"]
CONTRAST = [
    "theme", GROUP, "sentences", "of", "share", "rest_sentences", "rest_of", "rest_share",
    "direction", "log_ratio", "low", "high", *TESTED, "distinctive", "unit",
]  # fmt: skip
COOCCURRENCE = (
    "theme other observed expected lift low high count other_count of documents unit".split()
)
UNITS = ("within these articles", "documents")
MOST = 500  # units of a side that are resampled: the spread of 500 is known well enough
UNBOUNDED = 1000.0  # a lift may exceed 1; the bootstrap keeps ratios that look like shares below it
HALF = 0.5  # a sentence is quoted if half of its words are (DEFINITIONS, voice)
POSITIONS = "near far positive negative position se low high documents unit".split()
# For which pole the matches of each kind count: 0 near, 1 far. A negated match ("hardly close")
# speaks for the other pole (Young & Soroka 2012).
REVERSED = {"positive": 0, "negative": 1, "positive_denied": 1, "negative_denied": 0}
AS_WRITTEN = {"positive": 0, "negative": 1, "positive_denied": 0, "negative_denied": 1}


class Method(NamedTuple):
    """A method of counting: what it says, for which pole kinds of matches count, what is kept."""

    label: str
    poles: dict[str, int]
    keep: Callable[[pd.DataFrame], pd.DataFrame]


def _once(*columns: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Count the first match of each combination of some columns, and only that."""
    return lambda rows: rows.drop_duplicates([*columns, "pole"]).assign(count=1)


# The methods of counting; to add one, add a line. Each removes one thing that could make the order:
# the rule for negations; long lists of matches in one sentence; a single word that one article
# repeats; and the people that a source quotes, who may not speak for it.
METHODS = {
    "matches": Method("every match, negated ones reversed", REVERSED, lambda rows: rows),
    "as_written": Method("every match, negated ones as written", AS_WRITTEN, lambda rows: rows),
    "sentences": Method("each sentence once per pole", REVERSED, _once("doc_id", "sentence")),
    "patterns": Method("each pattern once per document", REVERSED, _once("doc_id", "pattern")),
    "own": Method("own speech only", REVERSED, lambda rows: rows[rows["quoted"] < HALF]),
}


@compared
def theme_share(
    comparison: Comparison, *, themes: str | Sequence[str] | None = None, period: str = ""
) -> pd.DataFrame:
    """Give the share of each group's sentences that each theme matches, with interval and test.

    Sentences without any theme stay in the denominator, and one sentence may match many themes.

    Parameters
    ----------
    comparison : Measures or Comparison
    themes : str or list of str, optional
        Only these themes, sub-themes or poles, in this order; all themes by default.
    period : {"decade", "year", "quarter", "month"}, optional
        Each group in each period that it has documents of: only the columns up to high, documents
        and unit then, no test, and documents without such a date are left out.

    Returns
    -------
    DataFrame
        theme, group, period (if asked for); sentences (matched), of (all sentences), share, low,
        high; words (of the matched sentences), of_words (all words), word_share, word_low,
        word_high; docfreq (documents matched), documents, unit, p, p_adjusted, tests (of the share
        of sentences against all other groups; the family is every theme of every group); by theme
        in codebook order, then by group.

    Raises
    ------
    ValueError
        If a theme is not in the codebook, or the period is unknown.
    """
    known, others = comparison.codebook_languages, set(comparison.languages) - {""}
    comparison = comparison.coded
    names = chosen_themes(comparison, themes)
    if period:
        table = comparison.over_time(period, lambda dated: _shares(dated, *names))
        return table.drop(columns=[*BY_WORD, "docfreq"])
    table = _shares(comparison, *names)
    table = table.merge(_tested(comparison, *names), on=["theme", GROUP], how="left")
    table.attrs["languages"] = [known, sorted(others.difference(known))]
    return table


@compared
def theme_contrast(comparison: Comparison) -> pd.DataFrame:
    """Compare each group's share of every theme with the share in all other groups together.

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
    names, documents = theme_names(comparison), comparison.parts(1)
    groups = documents[GROUP].value_counts(sort=False)
    if len(groups) < 2 or not names:
        return pd.DataFrame(columns=CONTRAST)
    sides = [
        (*theme_sums(comparison, units, names), units[GROUP].to_numpy())
        for units in (comparison.parts(len(documents) + 1), documents)
    ]
    ratios = []
    for group, number in groups.items():
        # Both sides are resampled by documents where either has enough, else by paragraphs.
        many = min(number, len(documents) - number) >= MIN_DOCUMENTS
        hits, every, member = sides[many]
        both = [
            _random_groups(hits[side], every[side], comparison.seed)
            for side in (member == group, member != group)
        ]
        tops, sizes = zip(*both)
        limits = bootstrap_log_ratio(*tops, *sizes, **comparison.interval_options)
        columns = {"theme": names, GROUP: group, "unit": UNITS[many]}
        ratios.append(pd.DataFrame(columns | dict(zip(["log_ratio", "low", "high"], limits))))
    table = theme_share.__wrapped__(comparison).drop(columns=["low", "high", "unit"])
    rest = table.groupby("theme")[["sentences", "of"]].transform("sum") - table[["sentences", "of"]]
    table[["rest_sentences", "rest_of"]] = rest
    table["rest_share"] = rest["sentences"] / rest["of"].clip(lower=1)
    table["direction"] = np.sign(table["share"] - table["rest_share"]).astype(int)
    table["distinctive"] = (table["direction"] > 0) & (table["p_adjusted"] < ALPHA)
    return table.merge(pd.concat(ratios), on=["theme", GROUP])[CONTRAST]


@compared
def theme_cooccurrence(comparison: Comparison) -> pd.DataFrame:
    """Say of every two themes how often they share a sentence, and how often they would by chance.

    Chance is taken within each document: the expected number is the sum over documents of
    (sentences of the one x sentences of the other / all sentences), so that a document about both
    does not connect them. lift = observed / expected: 2 is twice as often as by chance.

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
    one, other = np.triu_indices(len(names), 1)
    each, size = theme_sums(comparison, documents, names)
    rows = matched_sentences(comparison, names)
    both = rows.merge(rows, on=PLACE, suffixes=("", "_other"))
    code = both["code"] * len(names) + both["code_other"]
    joint = unit_sums(documents, both, codes=code, number=max(len(names), 1) ** 2)
    joint = joint.take(one * len(names) + other, axis=1)
    expected = each[:, one] * each[:, other] / np.maximum(size, 1)[:, None]
    names = np.array(names, dtype=object)
    table = pd.DataFrame(
        {
            "theme": names[one], "other": names[other],
            "observed": joint.sum(axis=0).astype(int), "expected": expected.sum(axis=0),
            "count": each.sum(axis=0)[one].astype(int),
            "other_count": each.sum(axis=0)[other].astype(int), "of": int(size.sum()),
            "documents": (expected > 0).sum(axis=0), "low": np.nan, "high": np.nan, "unit": "",
        }
    )  # fmt: skip
    table["lift"] = table["observed"] / table["expected"].where(table["expected"] > 0)
    if len(documents) >= MIN_DOCUMENTS and len(one):
        _, *limits = bootstrap_ratio(joint * UNBOUNDED, expected, **comparison.interval_options)
        low, high = np.divide(limits, UNBOUNDED)
        table = table.assign(low=low, high=high, unit="documents")
    order = ["lift", "observed", "theme", "other"]
    table = table.sort_values(order, ascending=[False, False, True, True], ignore_index=True)
    return table[COOCCURRENCE]


# --- sums of sentences


def theme_sums(
    measures, units: pd.DataFrame, themes: Sequence[str], *, words: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Count by unit the sentences, or their words, that each theme matches, and all there are.

    `units` is as `Comparison.units`, `themes` holds names of themes, sub-themes or poles.

    Returns
    -------
    matched : ndarray (units, themes)
    every : ndarray (units,)
    """
    sentences = measures.sentences
    rows = matched_sentences(measures, themes)
    rows = rows.merge(sentences[[*PLACE, "paragraph", "words"]], on=PLACE)
    top, every = (table["words"] if words else None for table in (rows, sentences))
    matched = unit_sums(units, rows, top, rows["code"], len(themes))
    return matched, unit_sums(units, sentences, every)[:, 0]


def matched_sentences(measures, themes: Sequence[str]) -> pd.DataFrame:
    """List each sentence that a theme matches once: doc_id, sentence, code (place in `themes`)."""
    rows = measures.themes[[*PLACE, "theme"]]
    code = pd.Index(themes, dtype=object).get_indexer(rows["theme"])
    return rows[PLACE].assign(code=code)[code >= 0].drop_duplicates(ignore_index=True)


@remembered
def _shares(comparison: Comparison, *names: str) -> pd.DataFrame:
    """The columns SHARES."""
    units, documents = comparison.units, comparison.parts(1)
    if units.empty or not names:
        return pd.DataFrame(columns=SHARES)
    table, words = (
        comparison.group_ratios(*theme_sums(comparison, units, names, words=words))
        for words in (False, True)
    )
    ratio = ["top", "size", "ratio", "low", "high"]
    table = table.rename(columns=dict(zip(ratio, BY_SENTENCE)))
    table[BY_WORD] = words[ratio]
    found = pd.DataFrame(theme_sums(comparison, documents, names)[0] > 0).groupby(documents[GROUP])
    table["docfreq"] = found.sum().to_numpy().T.ravel()
    table["documents"] = table[GROUP].map(found.size())
    table["theme"] = np.array(names, dtype=object)[table["item"]]
    whole = dict.fromkeys(["sentences", "of", "words", "of_words"], int)
    return table.astype(whole | {"theme": "str"})[SHARES]


@remembered
def _tested(comparison: Comparison, *names: str) -> pd.DataFrame:
    """theme, group and TESTED: every theme of every group, one family."""
    documents = comparison.parts(1)
    return comparison.exchange(documents, *theme_sums(comparison, documents, names), theme=names)


def _random_groups(hits: np.ndarray, every: np.ndarray, seed: int) -> tuple:
    """Put the units of a large side together at random (random groups: Wolter 2007, ch. 2).

    As many groups show as much of the spread, and the others of every source need not be
    resampled for each source.
    """
    if len(every) <= MOST:
        return hits, every
    number = np.random.default_rng(seed).permutation(len(every)) % MOST
    top = np.zeros((MOST, hits.shape[1]))
    np.add.at(top, number, hits)
    return top, np.bincount(number, every, MOST)


# --- scales


@compared
def scale_position(
    comparison: Comparison, *, scale: str = "", method: str = "matches", period: str = ""
) -> pd.DataFrame:
    """Place each group on a scale between two poles of a codebook.

    position = ln((a + 0.5) / (b + 0.5)), a and b the matches of the poles, with its standard error
    sqrt(1 / (a + 0.5) + 1 / (b + 0.5)) (Lowe, Benoit, Mikhaylov & Laver 2011). That error takes
    matches as independent; the interval resamples documents or paragraphs (see `log_position`), and
    the test exchanges documents.

    Parameters
    ----------
    comparison : Measures or Comparison
    scale : str
        Its name in the codebook; the only or first one by default.
    method : {"matches", "as_written", "sentences", "patterns", "own"}
        What counts, see METHODS.
    period : {"decade", "year", "quarter", "month"}, optional
        Each group in each period that it has documents of; nothing is tested then, and documents
        without such a date are left out.

    Returns
    -------
    DataFrame
        scale, group, period (if asked for), near, far (names of the poles), positive, negative
        (their matches), position, se, low, high, documents, unit, p, p_adjusted, tests (of the
        share of the near pole against all other groups; the family is every group); by group. A
        group without any match has no position.

    Raises
    ------
    ValueError
        If the scale is not in the codebook or the method or period is unknown.
    """
    comparison = comparison.coded
    scale = find_scale(comparison, scale)
    rows = scale_matches(comparison, scale, method)
    if period:
        return comparison.over_time(period, lambda dated: _positions(dated, scale, rows))
    table, documents = _positions(comparison, scale, rows), comparison.parts(1)
    counts = pole_counts(rows, documents)  # share of the near pole in the matches of both
    tests = comparison.exchange(documents, counts[:, :1], counts.sum(axis=1))
    return table.merge(tests, on=GROUP, how="left")


@compared
def scale_robustness(comparison: Comparison, *, scale: str = "") -> pd.DataFrame:
    """Place the groups by five methods of counting.

    Each method takes away one thing that could make the order alone: the rule that negated matches
    count for the other pole, sentences full of matches, one pattern repeated within a document, and
    quotations. METHODS names them.

    Returns
    -------
    DataFrame
        method, label (in words), scale, group, near, far, positive, negative, position, rank (1 =
        nearest to the near pole; equal positions share the better rank; missing without a match);
        by method in the order of METHODS, then by rank.
    """
    comparison = comparison.coded
    scale, tables = find_scale(comparison, scale), []
    for name, method in METHODS.items():
        rows = scale_matches(comparison, scale, name)
        table = _positions(comparison, scale, rows, intervals=False)
        rank = table["position"].round(12).rank(ascending=False, method="min")
        table = table.assign(method=name, label=method.label, rank=rank)
        tables.append(table.sort_values(["rank", GROUP], kind="stable"))
    columns = ["method", "label", "scale", GROUP, "near", "far", "positive", "negative"]
    return pd.concat(tables, ignore_index=True)[[*columns, "position", "rank"]]


def scale_matches(measures, scale: str, method: str = "matches") -> pd.DataFrame:
    """List the matches of a scale's poles that count.

    Returns
    -------
    DataFrame
        doc_id, paragraph, sentence, pattern, pole (that it counts for, 0 near, 1 far), quoted
        (share of the sentence's words), count. Empty without a scale.

    Raises
    ------
    ValueError
        If the method is unknown.
    """
    check_choice("method", method, METHODS)
    way, record = METHODS[method], scale_record(measures, scale)
    codes = {record[kind]: pole for kind, pole in way.poles.items() if kind in record}
    rows = measures.themes[measures.themes["theme"].isin(list(codes))]
    rows = rows.assign(pole=rows["theme"].map(codes).to_numpy(dtype=int)).drop(columns="theme")
    quoted = measures.sentences[["doc_id", "sentence", "quoted"]]
    return way.keep(rows.merge(quoted, on=["doc_id", "sentence"], how="left"))


def _positions(
    comparison: Comparison, scale: str, rows: pd.DataFrame, *, intervals: bool = True
) -> pd.DataFrame:
    """scale, group and POSITIONS; empty without a scale."""
    units, record = comparison.units, scale_record(comparison, scale)
    ends = [record[end].split(SUB, 1)[1] for end in ("positive", "negative") if record]
    counts, found = pole_counts(rows, units), []
    for group, part in units.groupby(GROUP, sort=True) if scale else ():
        own = counts[part.index]
        a, b = own.sum(axis=0).astype(int)
        drawn = own if intervals else own.sum(axis=0, keepdims=True)
        numbers = log_position(drawn, **comparison.interval_options)
        unit, documents = comparison.unit_labels[group], part["doc_id"].nunique()
        found.append((scale, group, *ends, int(a), int(b), *numbers, documents, unit))
    return pd.DataFrame(found, columns=["scale", GROUP, *POSITIONS])


def pole_counts(rows: pd.DataFrame, units: pd.DataFrame) -> np.ndarray:
    """Count the matches of the two poles in each unit: (units, 2)."""
    return unit_sums(units, rows, rows["count"], rows["pole"], 2)


# --- what may be said


def theme_answer(table: pd.DataFrame, shares: pd.DataFrame) -> list[str]:
    """Say on which theme the sources differ most, and how many differences exceed chance.

    `table` is one of `theme_contrast`, `shares` of `theme_share`, which is empty without themes.
    """
    if shares.empty:
        return [say("theme.no_codebook")]
    found = [say("theme.one_source")] if table.empty else _differences(table)
    languages = shares.attrs.get("languages", [[], []])  # of the codebook, and all others
    known, others = (listed([*map(language_name, codes)]) for codes in languages)
    return [*found, say("theme.language", others=others, languages=known)] if others else found


def _differences(table: pd.DataFrame) -> list[str]:
    """The largest difference of a table of `theme_contrast`, and how many exceed chance."""
    by, sure = table.attrs["by"], table["p_adjusted"] < ALPHA
    gaps = (table["share"] - table["rest_share"]).abs()[sure if sure.any() else sure | True]
    row = table.loc[gaps.idxmax()].to_dict()
    others = table[by].nunique() - 1
    rest = f"the other {others} together" if others > 1 else "the other"
    gap = say("theme.gap", **(row | {"group": row[by], "rest": rest}))
    if sure.any():
        differ = "difference is" if sure.sum() == 1 else "differences are"
        facts = tested(table) | {"number": sure.sum(), "differences": differ}
        return [say("theme.differ", **facts, largest=gap)]
    largest = say("theme.largest", largest=gap)
    if table["p_adjusted"].isna().all():
        return [largest, say("theme.not_tested", **tested(table))]
    return [say("theme.none", **tested(table)), largest]


def scale_answer(positions: pd.DataFrame, robustness: pd.DataFrame) -> list[str]:
    """Say which source leans most to either pole, what is beyond chance, and what order is robust.

    `positions` is a table of `scale_position`, `robustness` one of `scale_robustness`.
    """
    known = with_position(positions)
    if len(known) < 2:
        return []
    by, near, far = positions.attrs["by"], known["near"].iloc[0], known["far"].iloc[0]
    both = known["positive"] + known["negative"]
    ends = [
        f"{row[by]} ({row['positive']:,} of {of:,}, {row['positive'] / of:.0%})"
        for row, of in ((known.iloc[k], both.iloc[k]) for k in (0, -1))
    ]
    lead = say("scale.ends", near=near, far=far, first=ends[0], last=ends[1])
    if known["p_adjusted"].isna().all():
        test = say("scale.not_tested")
    elif sides := leaning(known, near, far):
        told = " and ".join(f"{listed(names)} to “{pole}”" for names, pole in sides)
        lean = verb_for([name for names, _ in sides for name in names], "lean")
        test = say("scale.lean", **tested(known), sides=told, lean=lean)
    else:
        test = say("scale.none", **tested(known))
    return [lead, test, same_order(robustness)]


def position_note(scale: pd.DataFrame) -> str:
    """How to read the drawing of positions; empty without a scale."""
    if scale.empty:
        return ""
    within = bool(scale["unit"].astype(str).str.startswith("within").all())
    interval = interval_name(scale) + " (for these articles only)" * within
    return say("scale.drawing", **scale.iloc[0][["near", "far"]], interval=interval)


def with_position(scale: pd.DataFrame) -> pd.DataFrame:
    """The groups that have a position, from the near pole on."""
    known = scale.dropna(subset="position")
    return known.sort_values("position", ascending=False, kind="stable")


def leaning(known: pd.DataFrame, near: str, far: str) -> list[tuple[list[str], str]]:
    """The groups that clearly lean to the one pole or the other, and the pole.

    They have a larger, or smaller, share of its matches than all others together, and p below 0.05.
    """
    plus, minus = known["positive"].sum(), known["negative"].sum()
    sure = known[known["p_adjusted"] < ALPHA]
    here, there = sure["positive"], sure["negative"]
    more = here * (minus - there) > (plus - here) * there
    names = sure[known.attrs.get("by", "source")].astype(str)
    sides = [(names[more].tolist(), near), (names[~more].tolist(), far)]
    return [side for side in sides if side[0]]


def same_order(robustness: pd.DataFrame) -> str:
    """How far the order of the groups is the same by every method of counting.

    `robustness` is a table of `scale_robustness` in which two groups or more have a position. A
    pair that is level by some method is not in the same order.

    >>> rows = [("matches", "Mail", 1), ("matches", "Star", 2),
    ...         ("own", "Star", 1), ("own", "Mail", 2)]
    >>> same_order(pd.DataFrame(rows, columns=["method", "source", "rank"]))
    'The order of the sources is the same under all 2 methods of counting, except between Mail and
    Star.'
    """
    by, first = robustness.attrs.get("by", "source"), robustness["method"].iloc[0]
    ranks = robustness.pivot_table(index=by, columns="method", values="rank")
    ranks = ranks.dropna(subset=first).sort_values(first, kind="stable")
    values, pairs = ranks.to_numpy(), list(combinations(range(len(ranks)), 2))
    before = (values[:, None] < values[None, :]).all(axis=2)
    swapped = [ranks.index[[one, other]] for one, other in pairs if not before[one, other]]
    ways = f"all {ranks.shape[1]} methods of counting"
    if not swapped:
        return say("scale.same_order", number=len(ranks), ways=ways)
    if len(swapped) <= NAMED:
        names = listed([f"{one} and {other}" for one, other in swapped])
        return say("scale.same_except", ways=ways, pairs=names)
    same, pairs = len(pairs) - len(swapped), counted(len(pairs), "pair")
    return say("scale.same_partly", ways=ways, number=same, pairs=pairs)


def verb_for(names: list[str], verb: str) -> str:
    return verb if len(names) > 1 else f"{verb}s"


# --- names in the codebook


def theme_names(measures, *, subthemes: bool = False) -> list[str]:
    """The themes of the codebook that the measures were made with; poles of scales are none.

    Sub-themes, named "theme/sub-theme", come with them if `subthemes` is true.
    """
    names = list(measures.record["codebook"]["themes"])
    return [name for name in names if subthemes or SUB not in name]


def find_scale(measures, scale: str = "") -> str:
    """Give the name of a scale, the codebook's first by default; "" if it has none at all.

    Raises ValueError if the scale is not in the codebook.
    """
    scales = measures.record["codebook"]["scales"]
    check_choice("scale", scale, scales if scale else [""], "is not in the codebook")
    return scale or next(iter(scales), "")


def scale_record(measures, scale: str) -> dict[str, str]:
    """What the poles of a scale, and their negated matches, are called in the measures."""
    return measures.record["codebook"]["scales"].get(scale, {})


def pole_names(measures) -> list[str]:
    """The names of the poles of all scales in the measures, and of their negated matches."""
    scales = measures.record["codebook"]["scales"].values()
    return [scale[end] for scale in scales for end in REVERSED if end in scale]


def chosen_themes(measures, themes: str | Sequence[str] | None) -> list[str]:
    """Return the themes that were asked for, each once; all of the codebook by default.

    Raises ValueError for a name that is no theme, sub-theme, pole or its negated matches.
    """
    if themes is None:
        return theme_names(measures)
    names = [themes] if isinstance(themes, str) else list(dict.fromkeys(themes))
    known = theme_names(measures, subthemes=True) + pole_names(measures)
    for theme in names:
        check_choice("theme", theme, known, "is not in the codebook")
    return names
