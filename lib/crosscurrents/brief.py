"""The opening page: the sources side by side, each with a sentence of its own."""

from __future__ import annotations

import datetime
import re

import numpy as np
import pandas as pd

from crosscurrents.comparison import GROUP, Comparison
from crosscurrents.findings import quoted
from crosscurrents.frequency import term_frequency
from crosscurrents.passages import evidence
from crosscurrents.plots.style import source_colours
from crosscurrents.tables_html import Markup
from crosscurrents.writing import counted, escape

THEMES = 2  # that exceed the rest, and are named of a source
WORDS = 4  # of its vocabulary that are named of a source
TOGETHER = 0.75  # share of two words' uses that stand side by side: then they are one phrase
SOURCES = 12  # rows of the page: the sources with most words; the CSV file has all
# Words of the sentence that speaks for a source, where there is one of this length.
SHORTEST, LONGEST = 12, 32
CANDIDATES = 12  # passages of a theme among which it is chosen
FACTS = ("author", "outlet", "date")  # of a single article
# What a sentence begins with that only makes sense behind another one.
DEPENDENT = re.compile(
    r"[\"“‘«(]*(?:it|they|he|she|this|that|these|those|one|such|both|but|and|yet|so|still|then|also"
    r"|instead|however|moreover|in addition|the (?:former|latter|same))\b",
    re.I,
)
WIDTH, HEIGHT = 160, 26  # of the drawing of a position, in pixels


def side_by_side(
    comparison: Comparison,
    *,
    scale: pd.DataFrame,
    contrast: pd.DataFrame,
    words: pd.DataFrame,
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
    by, groups = comparison.by, _order(comparison, scale)
    if comparison.groups.empty:
        return pd.DataFrame(columns=[by, "articles", "words"])
    documents = dict(iter(comparison.grouped.groupby(GROUP)))
    words_of = comparison.groups["words"]
    articles = [_articles(documents[g]) for g in groups]
    names = [_name(g, parts, words_of[g]) for g, parts in zip(groups, articles)]
    table = pd.DataFrame({by: pd.Series(names, dtype=object)})
    table["articles"] = [", ".join(filter(None, parts)) for parts in articles]
    table["words"] = words_of.reindex(groups).to_numpy()
    headings = {}
    if len(scale):
        table["position"] = pd.Series(_positions(scale, groups), dtype=object)
        ends = f"← {scale['far'].iloc[0]}", f"{scale['near'].iloc[0]} →"
        headings["position"] = " | ".join(end.replace(" ", "\N{NO-BREAK SPACE}") for end in ends)
    main = _main_themes(contrast)
    if main:
        table["covers_more"] = [main[g][1] if g in main else "" for g in groups]
    if len(words):
        tested = words["p_adjusted"].notna().any()
        named = words[words["distinctive"]] if tested else words[words["direction"] > 0]
        own = _vocabulary(comparison, named)
        name = "distinctive_words" if tested else "characteristic_words"
        table[name] = [own.get(g, "none" if tested else "") for g in groups]
    poles = _poles(scale)
    sentences = _sentences(comparison, {g: poles.get(g) or main.get(g, ("",))[0] for g in groups})
    if any(sentences.values()):
        table["example"] = pd.Series([sentences.get(g, "") for g in groups], dtype=object)
    table.attrs = {"by": by, "groups": groups, "headings": headings}
    if len(groups) > SOURCES:
        table.attrs["note"] = "most words first"
    return table


def _vocabulary(comparison: Comparison, named: pd.DataFrame) -> dict:
    """The first words of each group, two that mostly stand together as one phrase ("Big Dig")."""
    pairs = term_frequency(comparison, n=2, intervals=False)
    found = {}
    for group, rows in named.groupby(_by(named)):
        rows = rows.head(WORDS + 2)
        counts = dict(zip(rows["term"], rows["count"]))
        own = pairs[pairs[_by(pairs)] == group]
        for term, count in zip(own["term"], own["count"]):
            one, other = term.split(" ")
            least = min(counts.get(one, 0), counts.get(other, 0))
            if least and count >= TOGETHER * max(counts[one], counts[other]):
                rows = rows[rows["term"] != other]
                rows = rows.assign(term=rows["term"].replace(one, term))
        rows.attrs["labels"] = {term: comparison.label(term) for term in rows["term"]}
        found[group] = ", ".join(quoted(rows, WORDS))
    return found


def position_note(scale: pd.DataFrame) -> str:
    """How to read the drawing of positions; empty without a scale."""
    if scale.empty:
        return ""
    near, far = scale["near"].iloc[0], scale["far"].iloc[0]
    within = scale["unit"].astype(str).str.startswith("within").all()
    of = " (for these articles only)" if within else ""
    return (
        f"Dot: position between “{far}” (left) and “{near}” (right); coloured line: 95% interval"
        f"{of}; upright line: as many phrases of one as of the other."
    )


def _by(table: pd.DataFrame) -> str:
    return table.attrs.get("by", "source")


def _articles(documents: pd.DataFrame) -> tuple[str, str]:
    """Title, and author, outlet and date, of a single article; number and span of several."""
    dates = sorted(d for d in documents["date"].astype(str) if d)
    if len(documents) > 1:
        ends = dict.fromkeys(plain_date(d[:7]) for d in [*dates[:1], *dates[-1:]])
        undated = f", {len(documents) - len(dates)} undated" if len(dates) < len(documents) else ""
        return " to ".join(ends), counted(len(documents), "article") + undated
    own = str(documents[GROUP].iloc[0])
    facts = [str(documents[name].iloc[0] or "") for name in FACTS if name in documents]
    facts[-1:] = [plain_date(facts[-1])] if facts else []
    rest = ", ".join(fact for fact in facts if fact and fact != own)
    return str(documents["title"].iloc[0] or "") if "title" in documents else "", rest


def plain_date(date: str) -> str:
    """An ISO date as people write it.

    >>> plain_date("2019-01-09"), plain_date("2016-09"), plain_date("2015")
    ('9 January 2019', 'September 2016', '2015')
    """
    if not re.fullmatch(r"\d{4}-\d{2}(?:-\d{2})?", date):
        return date
    day = datetime.date.fromisoformat(date if len(date) == 10 else f"{date}-01")
    return f"{day.day} {day:%B %Y}" if len(date) == 10 else f"{day:%B %Y}"


def _order(comparison: Comparison, scale: pd.DataFrame) -> list:
    """The groups from the near pole on, those without a position behind; else by their words."""
    known = scale.dropna(subset=["position"]) if len(scale) else scale
    if known.empty or len(comparison.by_size) > SOURCES:
        return comparison.by_size
    ranked = known.sort_values("position", ascending=False, kind="stable")[_by(scale)].tolist()
    return [*ranked, *(g for g in comparison.by_size if g not in ranked)]


def _name(group: object, articles: tuple[str, str], words: int) -> Markup:
    """The name of a group, and in small letters its articles and words."""
    title, rest = articles
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
    for group, own in order.groupby(_by(contrast)):
        tested = own["p_adjusted"].notna().any()
        named = own[own["distinctive"]].head(THEMES) if tested else own[own["more"] > 0].head(1)
        said = [
            f"{row['theme']} ({row['share']:.0%}; {row['rest_share']:.0%} in the rest)"
            for row in named.to_dict("records")
        ]
        largest = own.loc[own["share"].idxmax()]
        none = f"none clearly (its largest: {largest['theme']}, {largest['share']:.0%})"
        first = named.iloc[0] if len(named) else largest
        found[group] = first["theme"], ", ".join(said) or none
    return found


def _poles(scale: pd.DataFrame) -> dict:
    """The pole of which each group has more matches, as the codebook names it."""
    return {
        row[_by(scale)]: f"{row['scale']}/{row['near' if row['position'] >= 0 else 'far']}"
        for row in scale.to_dict("records")
        if np.isfinite(row["position"])
    }


def _sentences(comparison: Comparison, themes: dict) -> dict:
    """For each group one sentence with most matches of its theme, a short one where there is."""
    if comparison.corpus is None:
        return {}
    found = {}
    for theme in sorted({t for t in themes.values() if t}):
        passages = evidence(comparison, theme=theme, top_n=CANDIDATES)
        if "passage" not in passages:
            return {}
        passages = passages[passages["passage"].astype(str) != ""]
        passages = passages.assign(
            other=~passages["words"].between(SHORTEST, LONGEST),
            dependent=[bool(DEPENDENT.match(str(text))) for text in passages["passage"]],
        )
        passages = passages.sort_values(["other", "dependent"], kind="stable")
        passages = passages.drop_duplicates(_by(passages))
        for group, text in zip(passages[_by(passages)], passages["passage"]):
            if themes.get(group) == theme:
                found[group] = text
    return found


# --- the drawing of a position


def _positions(scale: pd.DataFrame, groups: list) -> list[Markup]:
    """A dot and an interval for each group on one axis, which marks zero."""
    rows = {row[_by(scale)]: row for row in scale.to_dict("records")}
    ends = np.abs(scale[["position", "low", "high"]].to_numpy(float))
    reach = np.nanmax(ends, initial=0.5) * 1.05
    colours = source_colours(scale.attrs.get("groups", groups))
    return [
        _drawing(rows.get(group), reach, colours.get(group, "currentColor")) for group in groups
    ]


def _drawing(row: dict | None, reach: float, colour: str) -> Markup:
    if row is None or not np.isfinite(row["position"]):
        return Markup("–", "–")
    text = f"{row['position']:+.2f}".replace("-", "−")
    ends = f"{row['low']:+.2f} to {row['high']:+.2f}".replace("-", "−")
    known = np.isfinite([row["low"], row["high"]]).all()
    text = f"{text} ({ends})" if known else text
    counts = f"{row['positive']:,} {row['near']}, {row['negative']:,} {row['far']}"
    x, low, high = (WIDTH / 2 * (1 + row[k] / reach) for k in ("position", "low", "high"))
    middle = HEIGHT / 2
    line = (
        f'<path d="M{low:.1f} {middle}H{high:.1f}" stroke="{colour}" stroke-width="2"/>'
        if known
        else ""
    )
    markup = (
        f'<svg class="cc-mark" role="img" aria-label="{escape(text)}" width="{WIDTH}" '
        f'height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"><path d="M0 {middle}H{WIDTH}" '
        f'stroke="currentColor" stroke-opacity=".2"/><path d="M{WIDTH / 2} 2V{HEIGHT - 2}" '
        f'stroke="currentColor" stroke-opacity=".6"/>{line}'
        f'<circle cx="{x:.1f}" cy="{middle}" r="5" fill="{colour}"/></svg>'
        f"<small>{escape(counts)}</small>"
    )
    return Markup(text, markup)
