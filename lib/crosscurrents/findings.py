"""Result tables -> sentences: what each page answers.

A difference is claimed only where its adjusted p is below 0.05; otherwise a sentence describes.
"""

from __future__ import annotations

import pandas as pd

from crosscurrents.core.languages import language_name
from crosscurrents.display import linked
from crosscurrents.keywords import characteristic
from crosscurrents.lexicon import lexicon_title
from crosscurrents.plots import group_column
from crosscurrents.significance import ALPHA, BELOW, MIN_DOCUMENTS
from crosscurrents.themes import scale_order
from crosscurrents.tone import ToneVerdict, tone_separates
from crosscurrents.writing import counted, interval_name, listed, signed

MANY = 12  # sources that have a sentence each
NAMED = 3  # words, changes or files that a sentence names


class Finding(str):
    """A computed sentence with a label in front of it and links to the tables it rests on.

    `links` holds a notebook's name, a table's (as `show` is given it), what the link says and, if
    only some rows matter, the text that they contain. A `headline` is what a report says first.

    >>> found = Finding("It rained.", label="Mail", links=[("corpus", "documents", "sizes")])
    >>> found, found.label
    ('It rained.', 'Mail')
    """

    label: str
    links: tuple[tuple[str, ...], ...]
    headline: bool

    def __new__(cls, text: str, *, label: str = "", links=(), headline: bool = False) -> Finding:
        found = super().__new__(cls, text)
        found.label, found.links, found.headline = label, tuple(links), headline
        return found


# --- vocabulary


def word_findings(table: pd.DataFrame) -> list[Finding]:
    """Name the distinctive vocabulary of each source, or describe it where there is no test.

    Parameters
    ----------
    table : DataFrame
        As `keyness_by_source` returns it.
    """
    by, found = group_column(table), []
    own, tested = characteristic(table)
    for group, named in own.groupby(by, sort=True):
        told = [uses(row, named) for row in named.head(NAMED).to_dict("records")]
        more = f", and {len(named) - NAMED} more" if tested and len(named) > NAMED else ""
        links = [("term_frequency", "keyness", "table", str(group))]
        found.append(Finding(f"{listed(told)}{more}.", label=f"{group}:", links=links))
    found = found[:MANY]
    none = sorted({*table[by]} - {*own[by]}, key=str)
    if none and tested:
        verb = "has" if len(none) == 1 else "have"
        found.append(Finding(f"{listed([*map(str, none[:MANY])])} {verb} no distinctive word."))
    return found


def uses(row: dict, table: pd.DataFrame) -> str:
    """A term with its uses here and in the rest: "“levee” (8 uses, 15 in the rest)"."""
    term = table.attrs.get("labels", {}).get(row["term"], row["term"])
    rest = row["reference_count"]
    there = f"{rest:,} in the rest" if rest else "none elsewhere"
    return f"“{term}” ({counted(row['count'], 'use')}, {there})"


def quoted(rows: pd.DataFrame, most: int) -> list[str]:
    """The first terms of a table as the corpus writes them, in quotation marks."""
    labels = rows.attrs.get("labels", {})
    return [f"“{labels.get(term, term)}”" for term in rows["term"].head(most)]


FEW = f"it takes at least {MIN_DOCUMENTS} articles of a source and {MIN_DOCUMENTS} of the others"
NO_TEST = f"No difference is tested ({FEW}), so this describes these articles and claims no more."

NO_THEMES = (
    "There is no codebook, so themes are not compared: that takes a file codebook.yml beside the "
    "texts."
)


# --- tone, themes and scales


def tone_answer(table: pd.DataFrame) -> list[str]:
    """Say whether tone separates the sources, and which one scores highest and lowest.

    `table` is one of `sentiment_robustness`. The brief and the tone page both begin with this.
    """
    other = [language_name(code) for code in table.attrs.get("other_languages", [])]
    if table.empty:
        said = f"The articles are in {listed(other)}, and the lexicons know English only: no tone "
        return [f"{said}is measured."] if other else []
    by, found = table.attrs["by"], tone_separates(table)
    if not found.possible:
        return ["There is one source, and nothing to compare its tone with."]
    rows = table[table["lexicon"] == table["lexicon"].iloc[0]]
    rows = rows[~rows["without_topic_words"].astype(bool)]
    rows = rows.sort_values("mean", ascending=False, kind="stable").to_dict("records")
    ends = [f"{r[by]} ({signed(r['mean'])}{interval(r, table)})" for r in (rows[0], rows[-1])]
    return [
        _verdict(found, table),
        f"By {lexicon_title(rows[0]['lexicon'])} the mean score of a sentence is highest in "
        f"{ends[0]} and lowest in {ends[1]}.",
        *(f"Articles in {name} are left out: the lexicons know English only." for name in other),
    ]


def _verdict(found: ToneVerdict, table: pd.DataFrame) -> str:
    """What may be concluded of a table of `sentiment_robustness`."""
    ways = counted(table["lexicon"].nunique(), "lexicon")
    if table["without_topic_words"].astype(bool).any():
        ways += ", each with and without topic words"
    ways = f"the {counted(found.scorings, 'scoring')} ({ways})"
    pairs = f"{found.agreeing:,} of {counted(found.possible, 'pair')} of sources"
    agree = f"{ways} put {pairs} in the same order"
    agree = agree if found.scorings > 1 else "there is one scoring only"
    if not found.tested:
        return f"This corpus cannot say: {FEW} to test a difference. {agree[0].upper()}{agree[1:]}."
    if found.pairs:
        pairs = listed([f"{high} above {low}" for high, low in found.pairs], NAMED)
        return (
            f"For {counted(len(found.pairs), 'pair')} of {found.possible:,}: {pairs}. By "
            f"every scoring the first is more positive than the others together and the second "
            f"more negative ({_chance(table)})."
        )
    sides = [("positive", found.higher), ("negative", found.lower)]
    if told := [f"{listed(list(names)[:NAMED])} more {how}" for how, names in sides if names]:
        return (
            f"Only in part: by every scoring, {' and '.join(told)} than the others together "
            f"({_chance(table)}), but no pair of sources can be put in order; {agree}."
        )
    none = "No: no source differs from the others together beyond chance by every scoring"
    return f"{none} ({_tests(table)}), and {agree}."


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
        star marks topic words).
    """
    labels, weight = drivers.attrs.get("labels", {}), drivers["contribution"]
    shares = [f"{'*' * topic} {signed(100 * w, 0)}%" for topic, w in zip(drivers["topic"], weight)]
    words = drivers.assign(name=drivers["term"].map(lambda t: labels.get(t, t)), more=shares)
    cells = {"raised_by": words[weight > 0], "lowered_by": words[weight < 0]}
    return _profile(drivers, "mean", cells, passages, ("sentiment", "driver_sentences"))


def driver_findings(drivers: pd.DataFrame) -> str:
    """Say how many of the words that move the scores are topic words."""
    topic = f"{drivers['topic'].sum():,} of these {len(drivers):,} entries are topic words"
    said = "they carry a score but name the topic, not a feeling."
    return f"{topic} (marked *): {said}" if drivers["topic"].any() else ""


def theme_answer(table: pd.DataFrame, shares: pd.DataFrame) -> list[str]:
    """Say on which theme the sources differ most, and how many differences exceed chance.

    `table` is one of `theme_contrast`, `shares` of `theme_share`, which is empty without themes.
    """
    if shares.empty:
        return [NO_THEMES]
    if table.empty:
        return ["There is one source, and nothing to compare its themes with."]
    by, sure = table.attrs["by"], table["p_adjusted"] < ALPHA
    gaps = (table["share"] - table["rest_share"]).abs()[sure if sure.any() else sure | True]
    row = table.loc[gaps.idxmax()].to_dict()
    others = table[by].nunique() - 1
    rest = f"the other {others} together" if others > 1 else "the other"
    largest = (
        f"“{row['theme']}”: {row['share']:.0%} of the {row['of']:,} sentences of {row[by]}, "
        f"against {row['rest_share']:.0%} in {rest}"
    )
    if sure.any():
        differ = "difference is" if sure.sum() == 1 else "differences are"
        said = f"{sure.sum():,} {differ} larger than chance explains ({_chance(table)})"
        return [f"{said}; the largest is in {largest}."]
    largest = f"The largest difference is in {largest}."
    if table["p_adjusted"].isna().all():
        return [largest, NO_TEST]
    none = "No source gives a theme more or less space than the others beyond chance"
    return [f"{none} ({_tests(table)}).", largest]


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
    by, gap = group_column(table), table["share"] - table["rest_share"]
    tested = table["p_adjusted"].notna().groupby(table[by]).transform("any")
    named = (table["p_adjusted"] < ALPHA) | ~tested.astype(bool)
    shares, rest = (table[name].map("{:.0%}".format) for name in ("share", "rest_share"))
    words = table.assign(name=table["theme"], more=" " + shares + " (" + rest + ")", gap=gap)
    cells = {
        "most_space": words.assign(more=" " + shares, gap=words["share"])[words["share"] > 0],
        "above_rest": words[named & (gap > 0)],
        "below_rest": words.assign(gap=-gap)[named & (gap < 0)],
    }
    cells = {
        name: own.sort_values("gap", ascending=False, kind="stable") for name, own in cells.items()
    }
    cells = {name: own.groupby(by).head(NAMED) for name, own in cells.items()}
    return _profile(table, "of", cells, passages, ("themes", "evidence"))


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
    lead = (
        f"Of the phrases of “{near}” or “{far}”, the share of “{near}” is highest in {ends[0]} and "
        f"lowest in {ends[1]}."
    )
    if known["p_adjusted"].isna().all():
        test = "This difference is not tested either, for the same reason."
    elif sides := leaning(known, near, far):
        told = " and ".join(f"{listed(names)} to “{pole}”" for names, pole in sides)
        lean = verb_for([name for names, _ in sides for name in names], "lean")
        test = f"Against the others together, {told} {lean} more than chance explains "
        test += f"({_chance(known)})."
    else:
        test = f"No source differs from the others together beyond chance ({_tests(known)})."
    return [lead, test, same_order(scale_order(robustness))]


def interval(row: dict, table: pd.DataFrame) -> str:
    """ ", 95% interval +0.14 to +0.24", with what was resampled; nothing where there is none."""
    if pd.isna(row["low"]):
        return ""
    unit = str(row.get("unit", ""))
    within = f" {unit}" if unit.startswith("within") else ""
    return f", {interval_name(table)}{within} {signed(row['low'])} to {signed(row['high'])}"


def _profile(
    table: pd.DataFrame, fact: str, cells: dict[str, pd.DataFrame], passages: pd.DataFrame, to
) -> pd.DataFrame:
    """A row a group: a fact of it, and in each cell its words (name, more) or "none".

    Words lead to the table `to` of a page where any text is available.
    """
    by, to = group_column(table), to if (passages["passage"] != "").any() else None
    made = table.groupby(by, sort=True)[fact].first().reset_index()
    for name, words in cells.items():
        lists = {group: list(zip(own["name"], own["more"])) for group, own in words.groupby(by)}
        told = [linked(lists[group], to) if group in lists else "none" for group in made[by]]
        made[name] = pd.Series(told, dtype=object)  # type str would lose the links
    made.attrs = dict(table.attrs)
    return made


def _tests(table: pd.DataFrame) -> str:
    tests = table["tests"].dropna()
    return counted(int(tests.max()) if len(tests) else 0, "test")


def _chance(table: pd.DataFrame) -> str:
    return f"{BELOW} after {_tests(table)}"


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
    names = sure[group_column(known)].astype(str)
    sides = [(names[more].tolist(), near), (names[~more].tolist(), far)]
    return [side for side in sides if side[0]]


def same_order(robust) -> str:
    """How far the order of the groups is the same by every method of counting."""
    ways = f"all {robust.methods} methods of counting"
    if robust.agreeing == robust.possible:
        return f"The order of the {len(robust.order)} sources is the same under {ways}."
    if len(robust.swapped) <= NAMED:
        pairs = listed([f"{one} and {other}" for one, other in robust.swapped])
        return f"The order of the sources is the same under {ways}, except between {pairs}."
    return (
        f"Under {ways}, {robust.agreeing} of {counted(robust.possible, 'pair')} of sources stay in "
        "the same order."
    )


def verb_for(names: list[str], verb: str) -> str:
    return verb if len(names) > 1 else f"{verb}s"
