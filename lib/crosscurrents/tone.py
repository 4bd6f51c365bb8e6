"""Tone of each group by every lexicon, whether it separates sources, and the words behind it."""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd

from crosscurrents.comparison import GROUP, TESTED, Comparison, compared, remembered, unit_sums
from crosscurrents.core.languages import language_name
from crosscurrents.lexicon import entry_of, lexicon_title
from crosscurrents.resampling import ALPHA, tested
from crosscurrents.writing import check_whole, counted, interval_name, listed, say, signed

# A sentence is positive from here on, negative from -CLEAR on (Hutto & Gilbert 2014).
CLEAR = 0.05
HALF = 0.5  # a sentence is quoted if half of its words are (DEFINITIONS, voice)
MIN_SENTENCES = 10  # of a cell that says something of a target
NAMED = 3  # sources that a sentence names
FAR = 100.0  # scores are moved this far below 0 for the bootstrap, which cuts rates at 0
MEANS = "documents sentences words mean low high sd positive neutral negative coverage unit".split()
TOWARDS = ["sentences", "documents", "mean", "low", "high", "unit"]
PLACES = ["doc_id", "sentence"]
SCORING = ["lexicon", "without_topic_words"]
COLUMNS = [GROUP, *"term count docfreq value contribution words mean topic".split()]


@compared
def sentiment(
    comparison: Comparison,
    *,
    lexicon: str = "vader",
    without_topic_words: bool = False,
    period: str = "",
) -> pd.DataFrame:
    """Give the mean sentence score of each group, with its interval, shares and test.

    Sentences are scored one by one and averaged, each with the same weight, because the score of a
    longer text saturates (Hutto & Gilbert 2014 made VADER for short texts).

    Parameters
    ----------
    comparison : Measures or Comparison
    lexicon : str
        One that the sentences were scored with.
    without_topic_words : bool
        Whether topic words do not count (see `measure_tone`).
    period : {"decade", "year", "quarter", "month"}, optional
        Each group in each period that it has documents of; nothing is tested then, and documents
        without such a date are left out.

    Returns
    -------
    DataFrame
        group, period (if asked for), documents, sentences, words, mean, low, high, sd (of
        sentences), positive, neutral, negative (shares of the sentences: score >= 0.05, between,
        <= -0.05), coverage (share of the words that the lexicon knows), unit (what was resampled),
        p, p_adjusted, tests (against all other groups; the family is every group by every lexicon);
        by group. What cannot be known of a group without sentences, or with too few, is missing.

    Raises
    ------
    ValueError
        If the lexicon did not score the sentences, no topic words were measured, or the period is
        unknown.
    """
    way = lexicon, without_topic_words
    if period:
        return comparison.over_time(period, lambda dated: _means(dated, *way))
    table, tests = _means(comparison, *way), _tested(comparison)
    tests = tests.loc[(tests[SCORING] == list(way)).all(axis=1), [GROUP, *TESTED]]
    return table.merge(tests, on=GROUP, how="left")


@compared
def sentiment_robustness(comparison: Comparison) -> pd.DataFrame:
    """Give the mean and rank of each group by every lexicon, with and without topic words.

    Returns
    -------
    DataFrame
        lexicon, without_topic_words, group, sentences, coverage (share of the words that the
        lexicon knows), mean, low, high, rest_mean (of the sentences of all other groups), rank (1 =
        the most positive; equal means share the better rank), p, p_adjusted, tests, unit; by
        lexicon, then by rank. Groups without sentences are left out.

    Notes
    -----
    The numbers are the same as in `sentiment`; `tone_separates` says what may be concluded.
    """
    key = [*SCORING, GROUP]
    columns = [*key, "sentences", "coverage", "mean", "low", "high", "rest_mean", "rank"]
    columns = [*columns, *TESTED, "unit"]
    tables = [pd.DataFrame(columns=columns)]
    for lexicon, without in scorings(comparison):
        table = _means(comparison, lexicon, without).dropna(subset="mean")
        rank = table["mean"].round(12).rank(ascending=False, method="min").astype(int)
        number, total = table["sentences"], table["mean"] * table["sentences"]
        others = number.sum() - number
        table = table.assign(
            lexicon=lexicon, without_topic_words=without, rank=rank,
            rest_mean=(total.sum() - total) / others.where(others > 0),
        )  # fmt: skip
        table = table.sort_values(["rank", GROUP], kind="stable")
        tables.append(table.merge(_tested(comparison), on=key, how="left")[columns])
    table = pd.concat(tables[1:] or tables, ignore_index=True)
    table.attrs["other_languages"] = sorted(set(comparison.languages) - {"en", ""})
    return table


class Separated(NamedTuple):
    """Groups that every scoring puts above, and below, the rest; pairs in the same order, and all.

    The agreeing pairs need not be significant.
    """

    higher: list
    lower: list
    agreeing: int
    possible: int


def tone_separates(table: pd.DataFrame) -> Separated:
    """Say which groups are more positive, or more negative, than all others by every scoring.

    Each time with an adjusted p below 0.05. A group above the rest may be put before one below it;
    two groups that are both above are never ordered, nor is a pair that one lexicon turns round.

    Parameters
    ----------
    table : DataFrame
        As `sentiment_robustness` returns it.

    Examples
    --------
    >>> rows = [("vader", "Mail", 0.2, -0.1, 0.01), ("vader", "Star", -0.1, 0.2, 0.01),
    ...         ("afinn", "Mail", 0.9, 0.1, 0.01), ("afinn", "Star", 0.1, 0.9, 0.20)]
    >>> columns = ["lexicon", "source", "mean", "rest_mean", "p_adjusted"]
    >>> table = pd.DataFrame(rows, columns=columns).assign(without_topic_words=False)
    >>> tone_separates(table)
    Separated(higher=['Mail'], lower=[], agreeing=1, possible=1)
    """
    by = table.attrs.get("by", "source")
    above = (table["mean"] > table["rest_mean"]).groupby(table[by]).agg(["all", "any"])
    sure = (table["p_adjusted"] < ALPHA).groupby(table[by]).all()
    means = table.pivot_table(index=by, columns=SCORING, values="mean").to_numpy()
    first = (means[:, None] > means[None, :]).all(axis=2)
    sides = (above.index[side & sure].tolist() for side in (above["all"], ~above["any"]))
    return Separated(*sides, int(first.sum()), len(means) * (len(means) - 1) // 2)


def tone_answer(table: pd.DataFrame, *, lexicon: str = "vader") -> list[str]:
    """Say whether tone separates the sources, and which one scores highest and lowest.

    `table` is one of `sentiment_robustness`; the highest and the lowest are by a lexicon of it, or
    by its first.
    """
    other = [language_name(code) for code in table.attrs.get("other_languages", [])]
    if table.empty:
        return [say("tone.no_language", languages=listed(other))] if other else []
    by, found = table.attrs["by"], tone_separates(table)
    if not found.possible:
        return [say("tone.one_source")]
    lexicon = lexicon if lexicon in [*table["lexicon"]] else table["lexicon"].iloc[0]
    rows = table[(table["lexicon"] == lexicon) & ~table["without_topic_words"].astype(bool)]
    rows = rows.sort_values("mean", ascending=False, kind="stable").to_dict("records")
    first, last = (
        f"{r[by]} ({signed(r['mean'])}{_interval(r, table)})" for r in (rows[0], rows[-1])
    )
    same = signed(rows[0]["mean"]) == signed(rows[-1]["mean"])  # as far as it is shown
    facts = {"lexicon": lexicon_title(lexicon), "first": first, "last": last}
    ends = say("tone.same" if same else "tone.ends", **facts, mean=signed(rows[0]["mean"]))
    return [_verdict(found, table), ends, *(say("tone.language", language=o) for o in other)]


def _verdict(found: Separated, table: pd.DataFrame) -> str:
    """What may be concluded of a table of `sentiment_robustness`."""
    number = len(table[SCORING].drop_duplicates())
    ways = counted(table["lexicon"].nunique(), "lexicon")
    ways += ", each with and without topic words" * bool(table["without_topic_words"].any())
    facts = {"of": counted(found.possible, "pair"), "scorings": counted(number, "scoring")}
    facts |= {"agreeing": found.agreeing, "ways": ways}
    facts["put"] = "put" if found.agreeing else "do not all put"
    several = "tone.agree_pair" if found.possible == 1 else "tone.agree"
    agree = say(several if number > 1 else "tone.one_scoring", **facts)
    if not table["p_adjusted"].notna().any():
        return say("tone.untested", **tested(table), agree=agree.capitalize())
    tests = tested(table) | {"agree": agree}
    if pairs := [f"{high} above {low}" for high, low in product(found.higher, found.lower)]:
        tests |= {"number": counted(len(pairs), "pair"), "of": found.possible}
        name = "tone.pair" if found.possible == 1 else "tone.pairs"
        return say(name, **tests, pairs=listed(pairs, NAMED))
    sides = [("positive", found.higher), ("negative", found.lower)]
    if told := [f"{listed(names[:NAMED])} more {how}" for how, names in sides if names]:
        return say("tone.partly", **tests, sides=" and ".join(told))
    return say("tone.none", **tests)


def _interval(row: dict, table: pd.DataFrame) -> str:
    """ ", 95% interval +0.14 to +0.24", with what was resampled; nothing where there is none."""
    if pd.isna(row["low"]):
        return ""
    unit = str(row.get("unit", ""))
    within = f" {unit}" if unit.startswith("within") else ""
    return f", {interval_name(table)}{within} {signed(row['low'])} to {signed(row['high'])}"


@compared
def sentiment_by_voice(comparison: Comparison, *, lexicon: str = "vader") -> pd.DataFrame:
    """Give the mean sentence score of each group, own speech and quotations apart.

    A sentence is quoted if half of its words are.

    Returns
    -------
    DataFrame
        group, voice ("own", "quoted"), share (of the words of the group), and the further columns
        of `sentiment` without its test; by group. Reported speech without quotation marks counts
        as own.
    """
    voices = ("own", "quoted")
    tables = [_means(comparison, lexicon, voice=voice).assign(voice=voice) for voice in voices]
    table = pd.concat(tables, ignore_index=True)
    whole = table.groupby(GROUP)["words"].transform("sum")
    table["share"] = table["words"] / whole.where(whole > 0)
    table = table.sort_values([GROUP, "voice"], kind="stable", ignore_index=True)
    return table[[GROUP, "voice", "share", *MEANS]]


def scorings(comparison: Comparison) -> list[tuple[str, bool]]:
    """Every lexicon that scored the sentences, and each again without topic words if known."""
    known = comparison.sentences.notna().any()
    ways = product(lexicons_of(comparison), [False, True][: 1 + has_topic_words(comparison)])
    return [way for way in ways if known.get(_column(*way), False)]


def lexicons_of(comparison: Comparison) -> list[str]:
    """The lexicons that the sentences were scored with."""
    return [c for c in comparison.sentences if f"{c}_coverage" in comparison.sentences]


def has_topic_words(measures) -> bool:
    """Whether a list of topic words was measured."""
    return bool(measures.record.get("tone", {}).get("topic_words"))


def scored_sentences(
    comparison: Comparison,
    lexicon: str = "vader",
    without_topic_words: bool = False,
    voice: str = "all",
) -> pd.DataFrame:
    """The sentences that have a group and a score, in a language of the lexicon.

    Returns
    -------
    DataFrame
        group, doc_id, paragraph, sentence, words, score, coverage.

    Raises
    ------
    ValueError
        As `sentiment`.
    """
    own, table = spoken(comparison, lexicon), comparison.sentences
    if without_topic_words and not has_topic_words(comparison):
        raise ValueError("without_topic_words True: no topic words were measured; see measure_tone")
    names = {_column(lexicon, without_topic_words): "score", f"{lexicon}_coverage": "coverage"}
    rows = table[["doc_id", "paragraph", "sentence", "words", *names]].rename(columns=names)
    if voice != "all":
        rows = rows[(table["quoted"] >= HALF) == (voice == "quoted")]
    return own.with_group(rows.dropna(subset="score"))


def spoken(comparison: Comparison, lexicon: str) -> Comparison:
    """The same comparison without the documents in a language that a lexicon does not speak.

    A list of the user's own speaks every language. Raises ValueError if a lexicon did not score the
    sentences.
    """
    if lexicon not in (known := lexicons_of(comparison)):
        raise ValueError(
            f"lexicon {lexicon!r} did not score these measures; choose from {known}, or score with "
            "others: cc.measure_tone(corpus, measures)"
        )
    language = entry_of(lexicon).language
    return comparison.in_languages([language] if language else [])


def _column(lexicon: str, without_topic_words: bool) -> str:
    """The column of sentences that holds a lexicon's score."""
    return f"{lexicon}_without_topic_words" if without_topic_words else lexicon


def _means(comparison, lexicon, without_topic_words=False, voice="all") -> pd.DataFrame:
    """group and MEANS of every group."""
    rows = scored_sentences(comparison, lexicon, without_topic_words, voice)
    rows = rows.assign(
        positive=rows["score"] >= CLEAR,
        negative=rows["score"] <= -CLEAR,
        neutral=rows["score"].abs() < CLEAR,
        known=rows["words"] * rows["coverage"],
    )
    groups = rows.groupby(GROUP)
    words = groups["words"].sum()
    described = group_scores(comparison, rows, lexicon).drop(columns="documents")
    described = described.join(groups[["positive", "neutral", "negative"]].mean())
    described["coverage"] = groups["known"].sum() / words.where(words > 0)
    # The size of a group is all that its documents in the lexicon's language hold.
    table = spoken(comparison, lexicon).groups[["documents", "words"]]
    table = table.reindex(comparison.groups.index, fill_value=0).join(described)
    table = table if voice == "all" else table.assign(words=words)
    return _filled(table, MEANS)


def _filled(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """A table by group without gaps where there were no sentences."""
    table = table.fillna(dict.fromkeys(["sentences", "documents", "words"], 0) | {"unit": ""})
    whole = [name for name in ("sentences", "documents", "words") if name in table]
    table = table.astype(dict.fromkeys(whole, int) | {"unit": "str"})
    return table.rename_axis(GROUP)[columns].reset_index()


def score_sums(units: pd.DataFrame, rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The sum of the scores in each unit, (units, 1), and the number of sentences, (units,)."""
    return unit_sums(units, rows, rows["score"]), unit_sums(units, rows)[:, 0]


def group_scores(comparison: Comparison, rows: pd.DataFrame, lexicon: str) -> pd.DataFrame:
    """sentences, documents, mean, sd, low, high and unit of scored sentences, by group."""
    total, number = score_sums(comparison.units, rows)
    table = comparison.group_ratios(total - FAR * number[:, None], number).set_index(GROUP)
    limit = entry_of(lexicon).limit
    limits = (table[["low", "high"]].astype(float) + FAR).clip(-limit, limit)
    # With sentences in a single unit nothing was resampled.
    several = comparison.units[number > 0].groupby(GROUP).size().reindex(table.index) > 1
    limits["unit"] = table["unit"].where(several, "")
    groups = rows.groupby(GROUP)
    scores = groups["score"].agg(sentences="size", mean="mean", sd="std")
    return scores.assign(documents=groups["doc_id"].nunique()).join(limits)


@remembered
def _tested(comparison: Comparison) -> pd.DataFrame:
    """lexicon, without_topic_words, group and TESTED: every group by every scoring, one family."""
    ways = scorings(comparison)
    scored = [scored_sentences(comparison, *way) for way in ways]
    names = {"lexicon": [w[0] for w in ways], "without_topic_words": [w[1] for w in ways]}
    return exchange_scores(comparison, scored, **names).astype({"without_topic_words": bool})


def exchange_scores(comparison: Comparison, scored: list[pd.DataFrame], **names) -> pd.DataFrame:
    """Test the mean score of several tables of scored sentences; `names` are columns for them."""
    documents = comparison.grouped.assign(paragraph=0)
    sums = [score_sums(documents, rows) for rows in scored]
    if not sums:
        return pd.DataFrame(columns=[*names, GROUP, *TESTED])
    top, size = (np.column_stack(part) for part in zip(*sums))
    return comparison.exchange(documents, top, size, **names)


@compared
def sentiment_drivers(
    comparison: Comparison, *, lexicon: str = "vader", top_n: int = 10
) -> pd.DataFrame:
    """Give the words that weigh most in the tone of each group.

    contribution = value / sum of |value| over all terms of the group

    Parameters
    ----------
    comparison : Measures or Comparison
        A value is what a term added to its sentences after all rules of the lexicon.
    lexicon : str
        See `sentiment`.
    top_n : int
        Terms of each group, the largest values of either sign first.

    Returns
    -------
    DataFrame
        group, term, count, docfreq, value, contribution (-1 to 1), words (of the group), mean (of
        its sentence scores), topic (it is a topic word in most of these places); by group, then by
        falling size of the value, then by term. Empty where the words behind the scores are not
        known.

    Raises
    ------
    ValueError
        If top_n or the lexicon is out of its range.
    """
    check_whole(top_n=top_n)
    rows = _valences(comparison, lexicon)
    rows = rows.assign(hidden=rows["topic_word"].astype(int) * rows["count"])
    sums = ["count", "value", "hidden"]
    terms = rows.groupby([GROUP, "term"])
    table = terms[sums].sum().assign(docfreq=terms["doc_id"].nunique()).reset_index()
    table = table.assign(
        topic=table["hidden"] * 2 > table["count"], size=table["value"].abs(),
        words=table[GROUP].map(comparison.groups["words"]),
    )  # fmt: skip
    table = table[table["size"] > 0]
    table["contribution"] = table["value"] / table.groupby(GROUP)["size"].transform("sum")
    table = table.sort_values([GROUP, "size", "term"], ascending=[True, False, True])
    table = table.groupby(GROUP, sort=False).head(top_n).reset_index(drop=True)
    means = scored_sentences(comparison, lexicon).groupby(GROUP)["score"].mean()
    return table.assign(mean=table[GROUP].map(means).astype(float))[COLUMNS]


@compared
def driver_places(
    comparison: Comparison, *, lexicon: str = "vader", top_n: int = 10, most: int = 3
) -> pd.DataFrame:
    """List the sentences that `driver_sentences` lists, without their text."""
    check_whole(most=most)
    drivers = sentiment_drivers.__wrapped__(comparison, lexicon=lexicon, top_n=top_n)
    drivers = drivers[[GROUP, "term"]].assign(_order=range(len(drivers)))
    scores = scored_sentences(comparison, lexicon)[[*PLACES, "score"]]
    rows = _valences(comparison, lexicon)
    rows = rows[rows["value"] != 0].merge(drivers, on=[GROUP, "term"]).merge(scores, on=PLACES)
    rows = rows.assign(_size=-rows["value"].abs()).sort_values(["_order", "_size", *PLACES])
    rows = rows.groupby("_order", sort=False).head(most).reset_index(drop=True)
    return rows[[GROUP, "term", "doc_id", "paragraph", "sentence", "value", "score"]]


@compared
def target_tone(comparison: Comparison, *, lexicon: str = "vader") -> pd.DataFrame:
    """Give the mean score of the words around each target in each group, its own name left out.

    The words are those on either side inside the sentence, as many as
    `tone.record["tone"]["window"]` says.

    Parameters
    ----------
    comparison : Measures or Comparison
    lexicon : str
        See `sentiment`.

    Returns
    -------
    DataFrame
        target, group, sentences, documents, mean, low, high, unit, enough (bool: ten sentences or
        more; a cell with fewer holds too little to go by), p, p_adjusted,
        tests (every target of every group is one family); by target in the order of their file,
        then by group; every group of every target, also of one that never occurs.

    Raises
    ------
    ValueError
        If the lexicon is unknown.
    """
    rows = _mentions(comparison, lexicon)
    names = comparison.record.get("tone", {}).get("names", [])
    around = [rows[rows["target"] == name] for name in names]
    tables = [pd.DataFrame(columns=["target", GROUP, *TOWARDS])]
    for name, own in zip(names, around):
        table = group_scores(comparison, own, lexicon).reindex(comparison.groups.index)
        tables.append(_filled(table, TOWARDS).assign(target=name))
    table = pd.concat(tables[1:] or tables, ignore_index=True)
    table["enough"] = table["sentences"] >= MIN_SENTENCES
    tests = exchange_scores(comparison, around, target=names)
    table = table.merge(tests, on=["target", GROUP], how="left")
    return table[["target", GROUP, *TOWARDS, "enough", *TESTED]]


def _valences(comparison: Comparison, lexicon: str) -> pd.DataFrame:
    """The words behind the scores of a lexicon, with their group."""
    rows = getattr(comparison.measures, "valences", None)
    if rows is None:
        raise ValueError(
            "measures without the words behind their scores; measure these, too: "
            "cc.measure_tone(corpus, measures)"
        )
    return spoken(comparison, lexicon).with_group(rows[rows["lexicon"] == lexicon])


def _mentions(comparison: Comparison, lexicon: str) -> pd.DataFrame:
    """Sentences that mention a target, with the group and the score of the words around."""
    columns = ["doc_id", "paragraph", "sentence", "target", f"{lexicon}_window"]
    rows = getattr(comparison.measures, "targets", pd.DataFrame(columns=columns))
    rows = rows.reindex(columns=columns)  # without the score where nothing was mentioned anywhere
    rows = rows.rename(columns={columns[-1]: "score"}).astype({"score": float})
    return spoken(comparison, lexicon).with_group(rows.dropna(subset="score"))
