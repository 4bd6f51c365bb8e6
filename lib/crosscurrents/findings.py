"""Result tables -> sentences: the headline, how certain it is, and what each page answers.

A difference is claimed only where its adjusted p is below 0.05; otherwise a sentence describes.
"""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from crosscurrents.core.languages import language_name
from crosscurrents.display import linked
from crosscurrents.lexicon import lexicon_title
from crosscurrents.significance import ALPHA, MIN_DOCUMENTS
from crosscurrents.themes import scale_order
from crosscurrents.tone import tone_separates
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


# --- the headline


def headline(
    comparison, *, scale: pd.DataFrame, contrast: pd.DataFrame, words: pd.DataFrame
) -> Finding:
    """State the main finding in at most some twenty words.

    The first of these that there is: positions on the scale, distinctive themes, distinctive words;
    without tests what the numbers show of these documents; else that there is no difference.

    Parameters
    ----------
    comparison : Comparison
    scale, contrast, words : DataFrame
        Of `scale_position`, `theme_contrast` and `keyness_by_source`.
    """
    number = len(comparison.groups)
    if number < 2:
        name = listed([str(g) for g in comparison.groups.index]) if number else "No source"
        return Finding(f"{name}: with one source there is nothing to compare.", headline=True)
    parts = (_scale_headline(scale), _theme_headline(contrast), _word_headline(words))
    if said := next(filter(None, parts), ""):
        return Finding(said, headline=True)
    return Finding(
        f"No difference between the {number} sources is larger than chance could make.",
        headline=True,
    )


def _scale_headline(scale: pd.DataFrame) -> str:
    ranked = scale.dropna(subset=["position"]) if len(scale) else scale
    if len(ranked) < 2:
        return ""
    by = ranked.attrs.get("by", "source")
    ranked = ranked.sort_values("position", ascending=False, kind="stable")
    near, far = (f"“{ranked[pole].iloc[0]}”" for pole in ("near", "far"))
    if not ranked["p_adjusted"].notna().any():
        rows = ranked.to_dict("records")
        return _described(rows[0], rows[-1], by, near, far)
    (names, pole), *other = leaning(ranked, near, far) or [([], "")]
    if not names:
        return ""
    said = f"{listed(names)} {_verb(names, 'lean')} more to {pole} than the rest"
    return f"{said}, {listed(other[0][0])} more to {other[0][1]}." if other else f"{said}."


def _described(first: dict, last: dict, by: str, near: str, far: str) -> str:
    """The two ends of an order that was not tested, each with its phrases."""

    def part(row: dict, side: str) -> str:
        total = row["positive"] + row["negative"]
        return f"{row[side]:,} of its {counted(total, 'phrase')}"

    said = f"“{near[1].upper()}{near[2:]} is strongest in {first[by]} ({part(first, 'positive')})"
    if last["negative"] > last["positive"]:
        return f"{said}, {far} in {last[by]} ({part(last, 'negative')})."
    return f"{said}, weakest in {last[by]} ({part(last, 'positive')})."


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


def _theme_headline(contrast: pd.DataFrame) -> str:
    if contrast.empty:
        return ""
    by = contrast.attrs.get("by", "source")
    tested = contrast["p_adjusted"].notna().any()
    if not tested:
        return ""
    own = contrast[contrast["distinctive"]]
    own = own.sort_values("p_adjusted", kind="stable").drop_duplicates(by).head(2)
    parts = [
        f"{row[by]} to “{row['theme']}” ({row['share']:.0%} of sentences, {row['rest_share']:.0%} "
        "elsewhere)"
        for row in own.to_dict("records")
    ]
    return f"More space than elsewhere is given by {'; by '.join(parts)}." if parts else ""


def _word_headline(words: pd.DataFrame) -> str:
    if words.empty:
        return ""
    by = words.attrs.get("by", "source")
    tested = words["p_adjusted"].notna().any()
    own = words[words["distinctive"]] if tested else words[words["direction"] > 0]
    parts = [
        f"{group} ({', '.join(quoted(rows, 2))})" for group, rows in own.groupby(by, sort=False)
    ][:NAMED]
    if not parts:
        return ""
    lead = "Distinctive vocabulary" if tested else "Most characteristic vocabulary"
    return f"{lead}: {', '.join(parts)}."


def certainty(
    comparison, *, scale: pd.DataFrame, words: pd.DataFrame, robust: pd.DataFrame | None = None
) -> Finding:
    """Say in two or three sentences how certain the headline is, and what it rests on.

    Parameters
    ----------
    comparison : Comparison
    scale, words : DataFrame
        As `headline` takes them.
    robust : DataFrame, optional
        Of `scale_robustness`.
    """
    sizes = comparison.groups["documents"]
    tables = [table for table in (scale, words) if len(table)]
    tested = any(table["p_adjusted"].notna().any() for table in tables)
    if not tested:
        each = "one article" if sizes.max() == 1 else "so few articles"
        what = (
            f"This is a description, not proof: with {each} from each source, no difference can be "
            "tested (that takes five articles from each)."
        )
    else:
        what = _tested(scale)
    found = [what]
    if len(scale.dropna(subset=["position"])) > 1 and robust is not None and len(robust):
        found.append(_same_order(scale_order(robust)))
    links = [("themes", "scale", "how positions are counted")] if len(scale) else []
    if len(words):
        links.append(("term_frequency", "keyness", "all words compared"))
    return Finding(" ".join(found), links=links)


def _tested(scale: pd.DataFrame) -> str:
    """How sure the differences are that the headline names, and who has none."""
    known = scale[scale["p_adjusted"].notna()] if len(scale) else scale
    sure = known["p_adjusted"] < ALPHA if len(known) else np.zeros(0, bool)
    if not sure.any():
        return (
            "A difference is named only if chance alone would make one as large in fewer than 5 of "
            "100 such corpora."
        )
    what = "a difference this large" if sure.sum() == 1 else "differences this large"
    by = scale.attrs.get("by", "source")
    names = [str(name) for name in known.loc[~sure, by]]
    said = f"Chance alone would make {what} in fewer than 5 of 100 such corpora."
    if 0 < len(names) <= MANY:
        said += f" {listed(names)} {_verb(names, 'lean')} to no side clearly more than the rest."
    return said


def _same_order(robust) -> str:
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


# --- vocabulary


def word_findings(table: pd.DataFrame) -> list[Finding]:
    """Name the distinctive vocabulary of each source, or describe it where there is no test.

    Parameters
    ----------
    table : DataFrame
        As `keyness_by_source` returns it.
    """
    if table.empty:
        return []
    by = table.attrs.get("by", "source")
    tested = table["p_adjusted"].notna().any()
    found, none = [], []
    for group, own in table.groupby(by, sort=True):
        named = own[own["distinctive"]] if tested else own[own["direction"] > 0]
        if named.empty:
            none.append(str(group))
            continue
        told = [uses(row, named) for row in named.head(NAMED).to_dict("records")]
        more = f", and {len(named) - NAMED} more" if tested and len(named) > NAMED else ""
        links = [("term_frequency", "keyness", "table", str(group))]
        found.append(Finding(f"{listed(told)}{more}.", label=f"{group}:", links=links))
    found = found[:MANY]
    if none and tested:
        verb = "has" if len(none) == 1 else "have"
        found.append(Finding(f"{listed(none[:MANY])} {verb} no distinctive word."))
    return found


def uses(row: dict, table: pd.DataFrame) -> str:
    """A term with its uses here and in the rest: "“levee” (8 uses, 15 in the rest)"."""
    term = table.attrs.get("labels", {}).get(row["term"], row["term"])
    rest = row["reference_count"]
    there = f"{rest:,} in the rest" if rest else "none elsewhere"
    return f"“{term}” ({counted(row['count'], 'use')}, {there})"


def quoted(rows: pd.DataFrame, number: int) -> list[str]:
    """The first terms of a table as the corpus writes them, in quotation marks."""
    labels = rows.attrs.get("labels", {})
    return [f"“{labels.get(term, term)}”" for term in rows["term"].head(number)]


# --- what changed


def change_findings(previous, documents: pd.DataFrame, table: pd.DataFrame) -> list[Finding]:
    """Say what is new since the earlier run; nothing where there is none.

    Parameters
    ----------
    previous : Previous or None
        As `read_previous` returns it; one that cannot be read says why.
    documents, table : DataFrame
        Of `document_changes` and `changes`.
    """
    if previous is None:
        return []
    if not previous:
        why = f"The earlier run cannot be read, so nothing is compared: {previous.error}"
        return [Finding(why)]
    moment = f" of {_moment(previous.started)}" if previous.started else ""
    since = f"Since the run{moment}" if moment else "Since the earlier run"
    counts = documents["change"].value_counts() if len(documents) else {}
    verbs = {"added": "added", "changed": "changed", "gone": "removed", "renamed": "renamed"}
    parts = [
        f"{counted(counts[c], 'article')} {verb}{_where(documents[documents['change'] == c])}"
        for c, verb in verbs.items()
        if c in counts
    ]
    links = [("brief", "changes_documents", "articles")] if len(documents) else []
    found = [Finding(f"{since}: {listed(parts) if parts else 'no article is new'}.", links=links)]
    if table.empty:
        return found
    links, by = [("brief", "changes", "changes")], table.attrs.get("by", "source")
    tests, changed = int(table["tests"].max()), table[table["changed"]]
    if not tests:
        said = (
            "Too few articles are new to test whether anything changed; “Numbers before and now”, "
            "under More, describes what they add."
        )
        return [*found, Finding(said, links=links)]
    if changed.empty:
        said = f"None of {counted(tests, 'number')} changed more than chance alone explains."
        return [*found, Finding(said, links=links)]
    said = f"{len(changed)} of {counted(tests, 'number')} changed more than chance alone explains."
    found.append(Finding(said, links=links))
    for row in changed.head(NAMED).to_dict("records"):
        before, now = (f"{row[c]:.2f}".replace("-", "−") for c in ("before", "now"))
        what, p = f"{row['kind']} “{row['item']}”", row["p_adjusted"]
        text = f"{what} was {before} and is {now} (p = {p:.3f})."
        found.append(Finding(text, label=f"{row[by]}:"))
    return found


def _where(documents: pd.DataFrame) -> str:
    """Where articles are from, by number: " (2 Mail, 1 Star)"."""
    counts = documents["source"].value_counts() if "source" in documents else []
    parts = [f"{n:,} {name}" for name, n in counts.items()] if 0 < len(counts) <= MANY else []
    return f" ({', '.join(parts)})" if parts else ""


def _moment(started: str) -> str:
    time = datetime.datetime.fromisoformat(started)
    return f"{time.day} {time:%B %Y, %H:%M}"


def _verb(names: list[str], verb: str) -> str:
    return verb if len(names) > 1 else f"{verb}s"


CHANCE = f"p below {ALPHA} after {{}}"
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
    ends = [
        f"{row[by]} ({signed(row['mean'])}{interval(row, table)})" for row in (rows[0], rows[-1])
    ]
    return [
        lead,
        f"By {lexicon_title(rows[0]['lexicon'])} the mean score of a sentence is highest in "
        f"{ends[0]} and lowest in {ends[1]}.",
        *(f"Articles in {name} are left out: the lexicons know English only." for name in other),
    ]


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
        rows.append((group, own["mean"].iloc[0], *cells))
    columns = [by, "mean", "raised_by", "lowered_by"]
    return _table_of_cells(rows, columns, drivers.attrs, mean=float)


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
    return [lead, *_scale_test(known, near, far), _same_order(scale_order(robustness))]


def _scale_test(known: pd.DataFrame, near: str, far: str) -> list[str]:
    if not known["p_adjusted"].notna().any():
        return ["This difference is not tested either, for the same reason."]
    sides, tests = leaning(known, near, far), _tests(known)
    if not sides:
        return [f"No source differs from the others together beyond chance ({tests})."]
    told = " and ".join(f"{listed(names)} to “{pole}”" for names, pole in sides)
    lean = _verb([name for names, _ in sides for name in names], "lean")
    return [
        f"Against the others together, {told} {lean} more than chance explains "
        f"({CHANCE.format(tests)})."
    ]


def interval(row: dict, table: pd.DataFrame) -> str:
    """ ", 95% interval +0.14 to +0.24", with what was resampled; nothing where there is none."""
    if pd.isna(row["low"]):
        return ""
    unit = str(row.get("unit", ""))
    within = f" {unit}" if unit.startswith("within") else ""
    return f", {interval_name(table)}{within} {signed(row['low'])} to {signed(row['high'])}"


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
