"""Result tables -> what pages say: the headline, the sources side by side, changes, vocabulary.

A difference is claimed only where its adjusted p is below 0.05; otherwise a sentence describes.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import numpy as np
import pandas as pd

from crosscurrents.comparison import GROUP, Comparison
from crosscurrents.display import Markup, linked
from crosscurrents.frequency import term_frequency
from crosscurrents.keywords import characteristic
from crosscurrents.passages import evidence
from crosscurrents.plots import group_column, source_colours
from crosscurrents.resampling import ALPHA, FEW
from crosscurrents.themes import SUB, leaning, same_order, verb_for, with_position
from crosscurrents.writing import MISSING, counted, escape, listed, number, percent, say, signed

MANY = 12  # sources that have a sentence each
NAMED = 3  # words, changes or files that a sentence names
MEASURES = {  # units of numbers that changed, by kind
    "word": " uses per 1,000 words",
    "tone": ", the mean score of a sentence",
    "theme": " of the sentences",
    "scale": ", the position between its poles",
}


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
    names = [str(group) for group in comparison.groups.index]
    if len(names) < 2:
        said = say("headline.one_source", name=listed(names or ["No source"]))
    else:
        said = _scale_headline(scale) or _theme_headline(contrast) or _word_headline(words)
    return Finding(said or say("headline.none", number=len(names)), headline=True)


def _scale_headline(scale: pd.DataFrame) -> str:
    ranked = with_position(scale)
    if len(ranked) < 2:
        return ""
    near, far = (f"“{ranked[pole].iloc[0]}”" for pole in ("near", "far"))
    if not ranked["p_adjusted"].notna().any():
        return _described(ranked, near, far)
    parts = []
    for names, pole in leaning(ranked, near, far):
        verb, rest = ("", "") if parts else (f" {verb_for(names, 'lean')}", " than the rest")
        parts.append(f"{listed(names)}{verb} more to {pole}{rest}")
    return f"{', '.join(parts)}." if parts else ""


def _described(ranked: pd.DataFrame, near: str, far: str) -> str:
    """The two ends of an order that was not tested, each with its phrases."""
    first, last = ranked.iloc[0], ranked.iloc[-1]
    other = last["negative"] > last["positive"]
    parts = [
        f"in {row[group_column(ranked)]} ({row[side]:,} of its "
        f"{counted(row['positive'] + row['negative'], 'phrase')})"
        for row, side in ((first, "positive"), (last, "negative" if other else "positive"))
    ]
    said = f"“{near[1].upper()}{near[2:]} is strongest {parts[0]}"
    return f"{said}, {far if other else 'weakest'} {parts[1]}."


def _theme_headline(contrast: pd.DataFrame) -> str:
    by, own = group_column(contrast), contrast[contrast["distinctive"].astype(bool)]
    own = own.sort_values("p_adjusted", kind="stable").drop_duplicates(by).head(2)
    rows = own.rename(columns={by: "group"}).to_dict("records")
    sides = "; by ".join(say("headline.theme", **row) for row in rows)
    return say("headline.themes", sides=sides) if sides else ""


def _word_headline(words: pd.DataFrame) -> str:
    own, tested = characteristic(words)
    groups = own.groupby(group_column(words), sort=False)
    parts = [f"{group} ({', '.join(quoted(rows, 2))})" for group, rows in groups][:NAMED]
    lead = "Distinctive vocabulary" if tested else "Most characteristic vocabulary"
    return f"{lead}: {', '.join(parts)}." if parts else ""


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
    tested = any(table["p_adjusted"].notna().any() for table in (scale, words))
    found = [_tested(scale) if tested else say("headline.description", few=FEW)]
    if scale["position"].notna().sum() > 1 and robust is not None and len(robust):
        found.append(same_order(robust))
    links = [("themes", "scale", "how positions are counted")] * (len(scale) > 0)
    links += [("term_frequency", "keyness", "all words compared")] * (len(words) > 0)
    return Finding(" ".join(found), links=links)


def _tested(scale: pd.DataFrame) -> str:
    """How sure the differences are that the headline names, and who has none."""
    known = scale.dropna(subset="p_adjusted")
    sure, rare = known["p_adjusted"] < ALPHA, f"fewer than {100 * ALPHA:.0f} of 100 such corpora"
    if not sure.any():
        return say("headline.rule", rare=rare)
    what = "a difference this large" if sure.sum() == 1 else "differences this large"
    names = known.loc[~sure, group_column(scale)].astype(str).tolist()
    said = say("headline.sure", what=what, rare=rare)
    if 0 < len(names) <= MANY:
        said += say("headline.neither", names=listed(names), lean=verb_for(names, "lean"))
    return said


# --- the opening page: sources side by side

THEMES = 2  # that exceed the rest, and are named of a source
WORDS = 4  # of its vocabulary that are named of a source
TOGETHER = 0.75  # share of two words' uses that stand side by side: then they are one phrase
SOURCES = 12  # rows of the page: the sources with most words; the CSV file has all
# Words of the sentence that speaks for a source, where there is one of this length.
SHORTEST, LONGEST = 12, 32
CANDIDATES = 12  # passages of a theme among which it is chosen
# What a sentence begins with that only makes sense behind another one.
DEPENDENT = re.compile(
    r"[\"“‘«(]*(?:it|they|he|she|this|that|these|those|one|such|both|but|and|yet|so|still|then|also"
    r"|instead|however|moreover|in addition|the (?:former|latter|same))\b",
    re.I,
)


def side_by_side(
    comparison: Comparison, *, scale: pd.DataFrame, contrast: pd.DataFrame, words: pd.DataFrame
) -> pd.DataFrame:
    """Put the main facts of each source side by side.

    Parameters
    ----------
    comparison : Comparison
        With its corpus, for the sentences.
    scale, contrast, words : DataFrame
        Of `scale_position`, `theme_contrast` and `keyness_by_source`.

    Returns
    -------
    DataFrame
        A row a group, from the near pole on, else those with most words first: the group, shown
        with its articles and words; articles (title, author, outlet and date of a single one, else
        number and span), words; position (with low and high in the text), covers_more (the theme
        that exceeds its share of the rest most, with both shares of sentences; of a group that
        could be tested only one with p below 0.05), distinctive_words
        or, without a test, characteristic_words, and example (its
        sentence with most matches of its pole or theme), each as far as there are any.
        `attrs["headings"]` names the poles.
    """
    by, groups = comparison.by, comparison.by_size
    if len(groups) <= SOURCES:
        ranked = with_position(scale)[group_column(scale)].tolist()
        groups = [*ranked, *(group for group in groups if group not in ranked)]
    documents, sizes = dict(iter(comparison.grouped.groupby(GROUP))), comparison.groups["words"]
    articles = {group: _articles(documents[group]) for group in groups}
    columns = {
        by: {group: _name(group, *articles[group], sizes[group]) for group in groups},
        "articles": {group: ", ".join(filter(None, articles[group])) for group in groups},
        "words": sizes.to_dict(),
    }
    headings = {}
    if len(scale):
        columns["position"] = _positions(scale, groups)
        ends = f"← {scale['far'].iloc[0]}", f"{scale['near'].iloc[0]} →"
        headings["position"] = " | ".join(end.replace(" ", "\N{NO-BREAK SPACE}") for end in ends)
    if main := _main_themes(contrast):
        columns["covers_more"] = {group: said for group, (_, said) in main.items()}
    if len(words):
        named, tested = characteristic(words)
        name = "distinctive_words" if tested else "characteristic_words"
        none = dict.fromkeys(groups, "none" if tested else "")
        columns[name] = none | _vocabulary(comparison, named)
    subjects = {group: theme for group, (theme, _) in main.items()} | _poles(scale)
    if sentences := _sentences(comparison, subjects):
        columns["example"] = sentences
    table = pd.DataFrame(
        {name: pd.Series([found.get(g, "") for g in groups], dtype=object)
         for name, found in columns.items()}
    ).astype({"words": int})  # fmt: skip
    table.attrs = {"by": by, "groups": groups, "headings": headings}
    if len(groups) > SOURCES:
        table.attrs["note"] = "most words first"
    return table


def _vocabulary(comparison: Comparison, named: pd.DataFrame) -> dict:
    """The first words of each group, two that mostly stand together as one phrase ("Big Dig")."""
    pairs = term_frequency(comparison, n=2, intervals=False)
    found = {}
    for group, rows in named.groupby(group_column(named)):
        rows = rows.head(WORDS + 2)
        counts = dict(zip(rows["term"], rows["count"]))
        own = pairs[pairs[group_column(pairs)] == group]
        for term, count in zip(own["term"], own["count"]):
            one, other = term.split(" ")
            both = counts.get(one, 0), counts.get(other, 0)
            if min(both) and count >= TOGETHER * max(both):
                rows = rows[rows["term"] != other].replace({"term": {one: term}})
        rows.attrs["labels"] = {term: comparison.label(term) for term in rows["term"]}
        found[group] = ", ".join(quoted(rows, WORDS))
    return found


def _articles(documents: pd.DataFrame) -> tuple[str, str]:
    """Title, and author, outlet and date, of a single article; number and span of several."""
    dates = sorted(filter(None, documents["date"]))
    if len(documents) > 1:
        ends = dict.fromkeys(plain_date(d[:7]) for d in [*dates[:1], *dates[-1:]])
        undated = f", {len(documents) - len(dates)} undated" if len(dates) < len(documents) else ""
        return " to ".join(ends), counted(len(documents), "article") + undated
    own = documents.iloc[0].to_dict()
    facts = dict.fromkeys([own.get("author"), own.get("outlet"), plain_date(own["date"])])
    rest = [fact for fact in facts if fact and fact != str(own[GROUP])]
    return own.get("title") or "", ", ".join(rest)


def plain_date(date: str) -> str:
    """An ISO date as people write it.

    >>> plain_date("2019-01-09"), plain_date("2016-09"), plain_date("2015")
    ('9 January 2019', 'September 2016', '2015')
    """
    if not re.fullmatch(r"\d{4}-\d{2}(?:-\d{2})?", date):
        return date
    day = datetime.date.fromisoformat(date if len(date) == 10 else f"{date}-01")
    return f"{day.day} {day:%B %Y}" if len(date) == 10 else f"{day:%B %Y}"


def _name(group: object, title: str, rest: str, words: int) -> Markup:
    """The name of a group, and in small letters its articles and words."""
    size = counted(int(words), "word").replace(" ", "\N{NO-BREAK SPACE}")
    facts = [escape(part) for part in (title, ", ".join(filter(None, [rest, size]))) if part]
    markup = f"<strong>{escape(group)}</strong><br><small>{'<br>'.join(facts)}</small>"
    return Markup(str(group), markup)


def _main_themes(contrast: pd.DataFrame) -> dict:
    """The theme of each group that exceeds its share in the rest most, and what the table says.

    Of a group that could be tested it is named only if the test says so; else the largest theme is.
    """
    found = {}
    order = contrast[contrast["share"] > 0].assign(more=lambda t: t["share"] - t["rest_share"])
    order = order.sort_values(["more", "theme"], ascending=[False, True])
    for group, own in order.groupby(group_column(contrast)):
        tested = own["p_adjusted"].notna().any()
        named = own[own["distinctive"]].head(THEMES) if tested else own[own["more"] > 0].head(1)
        largest = own.loc[[own["share"].idxmax()]]
        told = [
            say("theme.more" if len(named) else "theme.no_more", **row)
            for row in (named if len(named) else largest).to_dict("records")
        ]
        found[group] = pd.concat([named, largest])["theme"].iloc[0], ", ".join(told)
    return found


def _poles(scale: pd.DataFrame) -> dict:
    """The pole of which each group has more matches, as the codebook names it."""
    known = scale.dropna(subset="position")
    poles = known["near"].where(known["position"] >= 0, known["far"])
    return dict(zip(known[group_column(scale)], known["scale"] + SUB + poles))


def _sentences(comparison: Comparison, themes: dict) -> dict:
    """For each group one sentence with most matches of its theme, a short one where there is."""
    found = {}
    for theme in sorted({*themes.values()}) if comparison.corpus is not None else ():
        passages = evidence(comparison, theme=theme, top_n=CANDIDATES)
        passages = passages[passages["passage"].astype(str) != ""]
        passages = passages.assign(
            other=~passages["words"].between(SHORTEST, LONGEST),
            dependent=[bool(DEPENDENT.match(str(text))) for text in passages["passage"]],
        )
        by = group_column(passages)
        passages = passages.sort_values(["other", "dependent"], kind="stable").drop_duplicates(by)
        texts = dict(zip(passages[by], passages["passage"]))
        found |= {group: texts[group] for group in texts if themes.get(group) == theme}
    return found


def _positions(scale: pd.DataFrame, groups: list) -> dict[object, Markup]:
    """A dot and an interval for each group on one axis, which marks zero in the middle."""
    drawing = Path(__file__).with_name("assets").joinpath("position.svg").read_text("utf-8")
    reach = np.nanmax(scale[["position", "low", "high"]].astype(float).abs(), initial=0.5) * 1.05
    colours = source_colours(scale.attrs.get("groups", groups))
    found = dict.fromkeys(groups, Markup(MISSING, MISSING))
    for row in scale.dropna(subset="position").to_dict("records"):
        ends = [row["position"], row["low"], row["high"]]
        text, *limits = (f"{end:+.2f}".replace("-", "−") for end in ends)
        at, low, high = (80 * (1 + end / reach) for end in ends)
        if np.isfinite(low):
            text += f" ({' to '.join(limits)})"
        else:  # nothing to draw but the dot
            low = high = at
        counts = f"{row['positive']:,} {row['near']}, {row['negative']:,} {row['far']}"
        colour = colours[row[group_column(scale)]]
        places = {"at": at, "low": low, "high": high, "colour": colour}
        markup = drawing.format(text=escape(text), counts=escape(counts), **places)
        found[row[group_column(scale)]] = Markup(text, markup)
    return found


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
        return [Finding(say("change.unreadable", error=previous.error))]
    since = "earlier run"
    if previous.started:
        time = datetime.datetime.fromisoformat(previous.started)
        since = f"run of {time.day} {time:%B %Y, %H:%M}"
    verbs = {"added": "added", "changed": "changed", "gone": "removed", "renamed": "renamed"}
    kinds = [(documents[documents["change"] == change], verb) for change, verb in verbs.items()]
    parts = [f"{counted(len(d), 'article')} {verb}{_where(d)}" for d, verb in kinds if len(d)]
    links = [("brief", "changes_documents", "articles")] * (len(documents) > 0)
    new = listed(parts or ["no article is new"])
    found = [Finding(say("change.documents", run=since, what=new), links=links)]
    if table.empty:
        return found
    tests, changed = int(table["tests"].max()), table[table["changed"]]
    some = f"{len(changed) or 'None'} of {counted(tests, 'number')}"
    said = say("change.numbers", some=some) if tests else say("change.too_few")
    found.append(Finding(said, links=[("brief", "changes", "changes")]))
    for row in changed.head(NAMED * (tests > 0)).to_dict("records"):
        share = row["kind"] == "theme"
        row |= {c: percent(row[c]) if share else number(row[c], 2) for c in ("before", "now")}
        row["measure"] = MEASURES[row["kind"]]
        found.append(Finding(say("change.number", **row), label=f"{row[group_column(table)]}:"))
    return found


def _where(documents: pd.DataFrame) -> str:
    """Where articles are from, by number: " (2 Mail, 1 Star)"."""
    counts = documents["source"].value_counts()
    parts = [f"{n:,} {name}" for name, n in counts.items()]
    return f" ({', '.join(parts)})" if len(parts) <= MANY else ""


# --- vocabulary, and words in cells


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
    number = drivers["topic"].sum()
    name = "tone.driver" if number == 1 else "tone.drivers"
    return say(name, number=number, of=len(drivers)) if number else ""


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
    for name, own in cells.items():
        cells[name] = own.sort_values("gap", ascending=False, kind="stable").groupby(by).head(NAMED)
    return _profile(table, "of", cells, passages, ("themes", "evidence"))


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
