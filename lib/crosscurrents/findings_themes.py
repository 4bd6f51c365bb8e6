"""Result tables of tone, themes and scales -> the sentences that answer a page's question.

A difference is claimed only where its adjusted p is below ALPHA; everything else is description.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from crosscurrents.core.languages import language_name
from crosscurrents.findings import leans, listed
from crosscurrents.plots.pages import lexicon_name
from crosscurrents.significance import ALPHA, MIN_DOCUMENTS
from crosscurrents.tables_html import linked
from crosscurrents.themes import scale_order
from crosscurrents.tone import tone_separates
from crosscurrents.writing import counted, signed

NAMED = 3  # sources, themes or words that one sentence or cell names
CHANCE = f"p below {ALPHA} after {{}}"
FEW = f"it takes at least {MIN_DOCUMENTS} articles of a source and {MIN_DOCUMENTS} of the others"
NO_TEST = f"No difference is tested ({FEW}), so this describes these articles and claims no more."

NO_THEMES = (
    "There is no codebook, so themes are not compared: that takes a file codebook.yml beside the "
    "texts."
)


def tone_answer(table: pd.DataFrame) -> list[str]:
    """Say whether tone separates the sources, and which one scores highest and lowest.

    `table` is one of `sentiment_robustness`. The brief and the tone page both begin with this.
    """
    other = [language_name(code) for code in table.attrs.get("other_languages", [])]
    if table.empty:
        said = "The articles are in {}, and the lexicons know English only: no tone is measured."
        return [said.format(listed(other))] if other else []
    by, found = table.attrs["by"], tone_separates(table)
    if not found.possible:
        return ["There is one source, and nothing to compare its tone with."]
    ways = f"{counted(found.scorings, 'scoring')} ({_scorings(table)})"
    agree = (
        f"the {ways} put {found.agreeing:,} of {counted(found.possible, 'pair')} of sources in the "
        "same order"
        if found.scorings > 1
        else "there is one scoring only"
    )
    if not found.tested:
        lead = f"This corpus cannot say: {FEW} to test a difference. {agree[0].upper()}{agree[1:]}."
    elif found.pairs:
        pairs = listed([f"{high} above {low}" for high, low in found.pairs], NAMED)
        lead = (
            f"For {counted(len(found.pairs), 'pair')} of {found.possible:,}: {pairs}. By "
            f"every scoring the first is more positive than the others together and the second "
            f"more negative ({_chance(table)})."
        )
    elif found.higher or found.lower:
        sides = [("positive", found.higher), ("negative", found.lower)]
        told = [f"{listed(list(names)[:NAMED])} more {how}" for how, names in sides if names]
        lead = (
            f"Only in part: by every scoring, {' and '.join(told)} than the others together "
            f"({_chance(table)}), but no pair of sources can be put in order; {agree}."
        )
    else:
        lead = (
            "No: no source differs from the others together beyond chance by every scoring "
            f"({_tests(table)}), and {agree}."
        )
    first = table[table["lexicon"] == table["lexicon"].iloc[0]]
    first = first[~first["without_topic_words"].astype(bool)]
    rows = first.sort_values("mean", ascending=False, kind="stable").to_dict("records")
    ends = [f"{row[by]} ({signed(row['mean'])}{interval(row)})" for row in (rows[0], rows[-1])]
    return [
        lead,
        f"By {lexicon_name(rows[0]['lexicon'])} the mean score of a sentence is highest in "
        f"{ends[0]} and lowest in {ends[1]}.",
        *(f"Articles in {name} are left out: the lexicons know English only." for name in other),
    ]


def lexicon_findings(table: pd.DataFrame) -> list[str]:
    """Say how many words the lexicons know and how often they agree.

    `table` is one of `lexicon_agreement`; the first lexicon is the one that others are set beside.
    """
    rows = table.dropna(subset=["coverage"]).to_dict("records")
    if not rows:
        return []
    first, *others = rows
    known = listed([f"{lexicon_name(r['lexicon'])} {r['coverage']:.0%}" for r in rows])
    said = f"Share of the words that a lexicon knows: {known}; all other words count as nothing."
    told = [
        f"{lexicon_name(r['lexicon'])} agrees in {r['same']:.0%} and says the opposite in "
        f"{r['opposite']:.0%}"
        for r in others
        if pd.notna(r["same"])
    ]
    if not told:
        return [said]
    name = lexicon_name(first["lexicon"])
    return [said, f"Of the sentences that {name} scores as positive or negative, {listed(told)}."]


def driver_table(drivers: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    """Put the words that move each source's score side by side, each linked to its sentences.

    Parameters
    ----------
    drivers : DataFrame
        As `sentiment_drivers` returns it.
    passages : DataFrame
        The sentences, on the page "sentiment" in the table "driver_sentences"; without any text
        there are no links.

    Returns
    -------
    DataFrame
        group, mean, raised_by, lowered_by (words with their share of all that moved the score; a
        star marks topic words), mean_without (the mean without these words).
    """
    by = drivers.attrs.get("by", "source")
    labels = drivers.attrs.get("labels", {})
    rows = []
    for group, own in drivers.groupby(by, sort=True):
        sides = (own[own["contribution"] > 0], own[own["contribution"] < 0])
        words = [
            [
                (labels.get(r.term, r.term), f"{'*' * r.topic} {signed(100 * r.contribution, 0)}%")
                for r in side.itertuples()
            ]
            for side in sides
        ]
        cells = _cells(words, "sentiment", "driver_sentences", passages)
        rows.append((group, own["mean"].iloc[0], *cells, own["mean_without"].iloc[0]))
    columns = [by, "mean", "raised_by", "lowered_by", "mean_without"]
    return _table_of_cells(rows, columns, drivers.attrs, mean=float, mean_without=float)


def passages_missing(table: pd.DataFrame) -> str:
    """Say of how many articles there are no passages, and which files would bring them.

    `table` has doc_id and passage, which is empty where the text is not available.
    """
    missing = table.loc[table["passage"] == "", "doc_id"].nunique()
    if not missing:
        return ""
    what = table.attrs.get("note", "").rpartition(": ")[2]
    texts = "The text of 1 article is" if missing == 1 else f"The texts of {missing:,} articles are"
    return f"{texts} not available, so passages are missing here" + (f": {what}." if what else ".")


def driver_findings(drivers: pd.DataFrame) -> str:
    """Say how many of the words that move the scores are topic words."""
    topic = int(drivers["topic"].sum()) if len(drivers) else 0
    if not topic:
        return ""
    return (
        f"{topic:,} of these {len(drivers):,} entries are topic words (marked *): they carry a "
        "score but name the topic, not a feeling."
    )


def theme_answer(table: pd.DataFrame, shares: pd.DataFrame) -> list[str]:
    """Say on which theme the sources differ most, and how many differences exceed chance.

    `table` is one of `theme_contrast`, `shares` of `theme_share`, which is empty without themes.
    """
    if shares.empty:
        return [NO_THEMES]
    if table.empty:
        return ["There is one source, and nothing to compare its themes with."]
    by = table.attrs["by"]
    table = table.assign(gap=(table["share"] - table["rest_share"]).abs())
    known, sure = table["p_adjusted"].notna(), table["p_adjusted"] < ALPHA
    top = table[sure if sure.any() else table["gap"] > -1].sort_values(
        "gap", ascending=False, kind="stable"
    )
    row = top.iloc[0].to_dict()
    others = table[by].nunique() - 1
    rest = f"the other {others} together" if others > 1 else "the other"
    largest = (
        f"“{row['theme']}”: {row['share']:.0%} of the {row['of']:,} sentences of {row[by]}, "
        f"against {row['rest_share']:.0%} in {rest}"
    )
    if not known.any():
        return [f"The largest difference is in {largest}.", NO_TEST]
    tests = _tests(table)
    if not sure.any():
        return [
            f"No source gives a theme more or less space than the others beyond chance ({tests}).",
            f"The largest difference is in {largest}.",
        ]
    differ = "difference is" if sure.sum() == 1 else "differences are"
    return [
        f"{sure.sum():,} {differ} larger than chance explains ({CHANCE.format(tests)}); the "
        f"largest is in {largest}."
    ]


def theme_profile(table: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    """Put side by side to what each source gives most space, and more or less than the rest.

    Where a source could be tested, only differences with p below 0.05 are listed as more or less;
    else the largest ones.

    Parameters
    ----------
    table : DataFrame
        As `theme_contrast` returns it.
    passages : DataFrame
        As `evidence` returns it, on the page "themes"; without any text there are no links.

    Returns
    -------
    DataFrame
        group, of (sentences), most_space, above_rest, below_rest (themes with their share, the
        share of the rest in brackets; each linked to its passages).
    """
    by = table.attrs.get("by", "source")
    rows = []
    for group, own in table.groupby(by, sort=True):
        own = own.assign(gap=own["share"] - own["rest_share"])
        tested = own["p_adjusted"].notna().any()
        named = own[own["p_adjusted"] < ALPHA] if tested else own
        sides = (
            own[own["share"] > 0].sort_values("share", ascending=False, kind="stable"),
            named[named["gap"] > 0].sort_values("gap", ascending=False, kind="stable"),
            named[named["gap"] < 0].sort_values("gap", kind="stable"),
        )
        named = [
            [
                (r.theme, f" {r.share:.0%}" + f" ({r.rest_share:.0%})" * (place > 0))
                for r in side.head(NAMED).itertuples()
            ]
            for place, side in enumerate(sides)
        ]
        cells = _cells(named, "themes", "evidence", passages)
        rows.append((group, own["of"].iloc[0], *cells))
    columns = [by, "of", "most_space", "above_rest", "below_rest"]
    return _table_of_cells(rows, columns, table.attrs, of=int)


def scale_answer(positions: pd.DataFrame, robustness: pd.DataFrame) -> list[str]:
    """Say which source leans most to either pole, what is beyond chance, and what order is robust.

    `positions` is a table of `scale_position`, `robustness` one of `scale_robustness`.
    """
    known = positions.dropna(subset=["position"]).sort_values("position", ascending=False)
    if len(known) < 2:
        return []
    by, near, far = positions.attrs["by"], known["near"].iloc[0], known["far"].iloc[0]
    ends = [
        f"{r[by]} ({r['positive']:,} of {r['positive'] + r['negative']:,}, "
        f"{r['positive'] / (r['positive'] + r['negative']):.0%})"
        for r in (known.iloc[0], known.iloc[-1])
    ]
    lead = (
        f"Of the phrases of “{near}” or “{far}”, the share of “{near}” is highest in {ends[0]} and "
        f"lowest in {ends[1]}."
    )
    return [lead, *_scale_test(known, by, near, far), *_scale_order(robustness)]


def _scale_test(known: pd.DataFrame, by: str, near: str, far: str) -> list[str]:
    if not known["p_adjusted"].notna().any():
        return ["This difference is not tested either, for the same reason."]
    sure = known[known["p_adjusted"] < ALPHA]
    tests = _tests(known)
    if sure.empty:
        return [f"No source differs from the others together beyond chance ({tests})."]
    above = np.array(leans(sure, known), bool)
    sides = [(near, sure.loc[above, by]), (far, sure.loc[~above, by])]
    told = [f"{listed(names.tolist())} to “{pole}”" for pole, names in sides if len(names)]
    lean = "leans" if len(sure) == 1 else "lean"
    return [
        f"Against the others together, {' and '.join(told)} {lean} more than chance explains "
        f"({CHANCE.format(tests)})."
    ]


def _scale_order(robustness: pd.DataFrame) -> list[str]:
    found = scale_order(robustness)
    if found.possible < 1:
        return []
    return [
        f"{found.order[0]} ranks first under {found.first} of {found.methods} counting methods and "
        f"{found.order[-1]} last under {found.last}; {found.agreeing:,} of "
        f"{counted(found.possible, 'pair')} of sources are in the same order under every method."
    ]


def cooccurrence_findings(table: pd.DataFrame) -> str:
    """Name the pair of themes that shares a sentence most often against the expected number.

    `table` is one of `theme_cooccurrence`; of the pairs whose interval is above 1 the one with the
    highest lift, of at least five sentences.
    """
    seen = table[(table["observed"] >= MIN_DOCUMENTS) & (table["low"] > 1)]
    if seen.empty:
        return ""
    row = seen.iloc[0].to_dict()
    return (
        f"“{row['theme']}” and “{row['other']}” share {row['observed']:,} sentences, "
        f"{row['lift']:.1f} times the {row['expected']:.1f} expected"
        f"{interval(row, '{:.1f}'.format)}."
    )


def interval(row: dict, write: Callable[[float], str] = signed) -> str:
    """ ", 95% interval +0.14 to +0.24", with what was resampled; nothing where there is none."""
    if pd.isna(row["low"]):
        return ""
    unit = str(row.get("unit", ""))
    within = f" {unit}" if unit.startswith("within") else ""
    return f", 95% interval{within} {write(row['low'])} to {write(row['high'])}"


def _cells(
    lists: list[list[tuple[str, str]]], page: str, table: str, passages: pd.DataFrame
) -> list[str]:
    """Lists of words as cells, linked to their passages where any text is available."""
    to = (page, table) if (passages["passage"] != "").any() else None
    return [linked(items, to) if items else "none" for items in lists]


def _table_of_cells(rows: list[tuple], columns: list[str], attrs: dict, **kinds) -> pd.DataFrame:
    """A table whose cells keep their links, which a column of type str would lose."""
    table = pd.DataFrame(rows, columns=columns, dtype=object).astype(kinds)
    table.attrs = dict(attrs)
    return table


def _tests(table: pd.DataFrame) -> str:
    tests = table["tests"].dropna()
    return counted(int(tests.max()) if len(tests) else 0, "test")


def _chance(table: pd.DataFrame) -> str:
    return CHANCE.format(_tests(table))


def _scorings(table: pd.DataFrame) -> str:
    lexicons = counted(table["lexicon"].nunique(), "lexicon")
    both = table["without_topic_words"].astype(bool).any()
    return f"{lexicons}, each with and without topic words" if both else lexicons
