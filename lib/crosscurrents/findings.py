"""Result tables -> sentences: what sets each source apart, each number with its n and interval."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.statistics.units import largest_first

WITHIN = "within "  # begins the label of units that are paragraphs
MANY = 12  # sources that are told of one by one
SURE = 0.05  # adjusted p below which a word is named
NO_THEMES = (
    "There are no themes to compare: that takes two sources and a codebook, a file codebook.yml "
    "beside the texts or the parameter codebook. Themes that the words alone suggest stand further "
    "down."
)


class Finding(str):
    """A computed sentence with a label in front of it and links to the tables it rests on.

    `links` holds a notebook's name, a table's (as `show` is given it), and what the link says.

    >>> found = Finding("It rained.", label="Mail", links=[("corpus", "documents", "sizes")])
    >>> found, found.label
    ('It rained.', 'Mail')
    """

    label: str
    links: tuple[tuple[str, str, str], ...]

    def __new__(cls, text: str, *, label: str = "", links=()) -> Finding:
        found = super().__new__(cls, text)
        found.label, found.links = label, tuple(links)
        return found


def word_findings(table: pd.DataFrame, *, words: int = 3) -> list[str]:
    """Say which words set each target of a `keyness_by_source` table apart, a sentence each.

    A word is named if the target uses it more, its adjusted p is below SURE, and the interval of
    its log ratio, where there is one, leaves 0 out.
    """
    targets = list(table.groupby("source"))
    found = {target: _word_sentence(target, own, words) for target, own in targets}
    none = [target for target, own in targets if set_apart(own).empty]
    if len(targets) <= MANY or len(none) < 2:
        return list(found.values())
    told = [text for target, text in found.items() if target not in none]
    tests = table["tests"].iloc[0]
    return [*told, f"No term stands out beyond chance in {listed(none)} ({tests:,} terms tested)."]


def tone_findings(table: pd.DataFrame, *, lexicon: str = "vader") -> list[str]:
    """Say how each group of a `sentiment` table sounds, and whether their intervals keep apart.

    `lexicon` is the one that it was made by.
    """
    name = table.columns[0]
    ranked = table.dropna(subset=["mean"]).sort_values("mean", ascending=False)
    parts = [
        f"{row[name]} {with_interval(row, 'mean')}, n = {row['sentences']:,}"
        for row in ranked.to_dict("records")
    ]
    range_ = " (−1 to +1)" if lexicon in ("vader", "pattern") else ""
    lead = f"Mean score of a sentence{range_}, from the most positive down"
    return _ranking(lead, parts, ranked, "mean", name)


def scale_findings(table: pd.DataFrame) -> list[str]:
    """Say where each group of a `scale_position` table stands between the poles."""
    if table.empty:
        return []
    scale, near, far = (table[column].iloc[0] for column in ("scale", "near", "far"))
    name = table.columns[1]
    ranked = table.dropna(subset=["position"]).sort_values("position", ascending=False)
    parts = [
        f"{row[name]} {with_interval(row, 'position')}, "
        f"hits {row['positive']:,} : {row['negative']:,}"
        for row in ranked.to_dict("records")
    ]
    lead = f"On {scale}, from {near} (above 0) to {far} (below 0)"
    return _ranking(lead, parts, ranked, "position", name)


def theme_findings(table: pd.DataFrame) -> list[str]:
    """Say of which theme each group speaks most, and of which more or less than the others.

    `table` is one of `theme_contrast`; more or less is said only where the adjusted p is below
    SURE. Without themes it is said what they take.
    """
    if table.empty:
        return [NO_THEMES]
    by = table.columns[1]
    named = largest_first(table, by)
    told = table[table[by].isin(named[:MANY])]
    found = [_theme_sentence(group, own) for group, own in told.groupby(by, sort=True)]
    if len(named) > MANY:
        found.append(f"These are the {MANY} with most words of {len(named):,}; the table has all.")
    tests, inside = table["tests"].iloc[0], table["unit"].str.startswith(WITHIN).any()
    scope = " within these articles" if inside else ""
    how = f"More and less: beyond chance{scope}, p adjusted for {counted(tests, 'test')}."
    return [*found, how]


def pair_findings(table: pd.DataFrame) -> str:
    """Say which pairs of a `theme_pairs` table share more or fewer places than by chance."""
    known = table.dropna(subset=["p"])
    if known.empty:
        return "There is no pair of themes to test."
    sure = known[known["p_adjusted"] < SURE]
    what = f"Of {counted(known['tests'].iloc[0], 'pair')} of themes"
    if sure.empty:
        first = _pair(known.sort_values("p", kind="stable").iloc[0])
        return f"{what} none goes together or keeps apart beyond chance; nearest to it is {first}."
    named = "; ".join(_pair(row) for _, row in sure.head(4).iterrows())
    more = f"; and {len(sure) - 4} more" if len(sure) > 4 else ""
    return f"{what} {len(sure)} go together or keep apart beyond chance: {named}{more}."


def _pair(row: pd.Series) -> str:
    return (
        f"{row['theme']} with {row['other']} ({counted(int(row['joint']), 'place')} where "
        f"{row['expected']:.1f} would be chance, p = {row['p_adjusted']:.2g} after all tests)"
    )


def set_apart(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a keyness table that may be named."""
    kept = (table["direction"] > 0) & (table["p_adjusted"] < SURE) & ~(table["low"] <= 0)
    return table[kept]


def with_interval(row: dict, column: str) -> str:
    """A number with its interval, "+0.19 (+0.12 to +0.26)"; without one where it is missing."""
    if not np.isfinite(row[column]):
        return "–"
    text, low, high = (
        f"{row[name]:+.2f}".replace("-", "−").replace("−0.00", "0.00").replace("+0.00", "0.00")
        for name in (column, "low", "high")
    )
    if not np.isfinite(row["low"]):
        return text
    return f"{text} ({low}\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}{high})"


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it is one.

    >>> counted(1, "article"), counted(1200, "word")
    ('1 article', '1,200 words')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(items: list[str]) -> str:
    """Items with commas between them and "and" before the last.

    >>> listed(["Mail", "Star", "Post"])
    'Mail, Star and Post'
    """
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def power(value: float) -> str:
    """A log2 ratio as how many times one rate is of another.

    >>> power(1.0), power(5.0)
    ('2.0', '32')
    """
    times = 2.0**value
    return f"{times:,.0f}" if times >= 9.95 else f"{times:.1f}"


def _word_sentence(target: str, table: pd.DataFrame, words: int) -> str:
    own = set_apart(table)
    tests = f"{table['tests'].iloc[0]:,} terms tested"
    if own.empty:
        return f"{target}: no term stands out against the rest beyond chance ({tests})."
    named = [_word(row) for row in own.head(words).to_dict("records")]
    more = f", and {len(own) - words} more" if len(own) > words else ""
    return f"{target} is set apart by {listed(named)}{more} ({tests}{_scope(own)})."


def _word(row: dict) -> str:
    here = f"“{row['term']}” ({row['count']:,} of {row['words']:,} words"
    if row["smoothed"]:  # a ratio to nothing would say more than is known
        return f"{here}, not once in {row['reference_words']:,} elsewhere)"
    text = f"{here}, {row['reference_count']:,} of {row['reference_words']:,} elsewhere"
    if np.isfinite(row["low"]):
        times = [power(row[name]) for name in ("log_ratio", "low", "high")]
        text += "; {} times the rate, {} to {}".format(*times)
    return text + ")"


def _ranking(
    lead: str, parts: list[str], ranked: pd.DataFrame, column: str, name: str
) -> list[str]:
    if not parts:
        return []
    if len(parts) > MANY:
        ends = MANY // 3
        left = f"{len(parts) - 2 * ends:,} others, see the table"
        parts = [*parts[:ends], left, *parts[-ends:]]
    found = [f"{lead}: {'; '.join(parts)}{_scope(ranked)}."]
    return [*found, _order(ranked, name)] if len(parts) > 1 else found


def _order(ranked: pd.DataFrame, name: str) -> str:
    """Whether the first of an order can be told from the others by the intervals."""
    first, rest = ranked.iloc[0], ranked.iloc[1:]
    if not np.isfinite(first["low"]) or rest["high"].isna().any():
        return "Not every number has an interval, so the order is that of the numbers only."
    apart = rest.loc[rest["high"] < first["low"], name].tolist()
    last = rest.iloc[-1]
    if apart:
        below = listed(apart) if len(apart) <= MANY else f"{len(apart):,} others"
        other = "" if len(apart) == len(rest) else "; of the others that cannot be said"
        return f"The interval of {first[name]} lies wholly above that of {below}{other}."
    return (
        f"The intervals of the first ({first[name]}) and the last ({last[name]}) overlap: "
        "this order may not hold."
    )


def _theme_sentence(group: str, own: pd.DataFrame) -> str:
    most = own.sort_values(["share", "theme"], ascending=[False, True]).iloc[0]
    share = f"{most['share']:.0%} of {counted(int(most['of']), 'sentence')}"
    parts = [f"{group} speaks most of {most['theme']} ({share})"]
    sure = own[own["p_adjusted"] < SURE].sort_values("p_adjusted", kind="stable")
    for word, rows in (("more", sure["log_ratio"] > 0), ("less", sure["log_ratio"] < 0)):
        named = [
            f"{r['theme']} ({r['share']:.0%}, the others {r['rest_share']:.0%})"
            for r in sure[rows].head(3).to_dict("records")
        ]
        parts += [f"{word} than the others of {listed(named)}"] if named else []
    return "; ".join(parts) + ("." if len(parts) > 1 else "; nothing sets it apart.")


def _scope(table: pd.DataFrame) -> str:
    inside = table["unit"].str.startswith(WITHIN).any()
    return "; intervals hold within these articles" if inside else ""
