"""Result tables -> sentences: what sets each source apart, each number with its n and interval."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.measures import Measures

WITHIN = "within "  # begins the label of units that are paragraphs
SURE = 0.05  # adjusted p below which a word is named


def word_findings(tables: list[pd.DataFrame], *, words: int = 3) -> list[str]:
    """Say which words set each target apart, one sentence a `keyness` table.

    A word is named if the target uses it more, its adjusted p is below SURE, and the interval of
    its log ratio, where there is one, leaves 0 out.
    """
    return [_word_sentence(table, words) for table in tables if len(table)]


def tone_findings(table: pd.DataFrame) -> list[str]:
    """Say how each group of a `sentiment` table sounds, and whether their intervals keep apart."""
    name = table.columns[0]
    ranked = table.dropna(subset=["mean"]).sort_values("mean", ascending=False)
    parts = [
        f"{row[name]} {_number(row, 'mean')}, n = {row['sentences']:,}"
        for row in ranked.to_dict("records")
    ]
    lead = "Mean score of a sentence (−1 to +1), from the most positive down"
    return _ranking(lead, parts, ranked, "mean", name)


def scale_findings(table: pd.DataFrame) -> list[str]:
    """Say where each group of a `scale_position` table stands between the poles."""
    if table.empty:
        return []
    scale, near, far = (table[column].iloc[0] for column in ("scale", "near", "far"))
    name = table.columns[1]
    ranked = table.dropna(subset=["position"]).sort_values("position", ascending=False)
    parts = [
        f"{row[name]} {_number(row, 'position')}, hits {row['positive']:,} : {row['negative']:,}"
        for row in ranked.to_dict("records")
    ]
    lead = f"On {scale}, from {near} (above 0) to {far} (below 0)"
    return _ranking(lead, parts, ranked, "position", name)


def theme_findings(table: pd.DataFrame) -> list[str]:
    """Say of which theme each group speaks most, and of which it speaks more than the others do.

    More than the others: the lower end of its share's interval lies above the share of all the
    others together.
    """
    if table.empty:
        return []
    name = table.columns[1]
    known = table.dropna(subset=["share"])
    return [
        _theme_sentence(group, own, known[known[name] != group])
        for group, own in known.groupby(name, sort=True)
    ]


def brief_table(
    measures: Measures,
    *,
    tone: pd.DataFrame,
    scale: pd.DataFrame,
    shares: pd.DataFrame,
    words: list[pd.DataFrame],
) -> pd.DataFrame:
    """Put the main numbers of each source side by side, for the opening page.

    Parameters
    ----------
    tone, scale, shares, words
        Tables of `sentiment`, `scale_position`, `theme_share` and `keyness`, by source.

    Returns
    -------
    DataFrame
        source, documents, words, sentences; as text with intervals: tone, the scale by its name,
        speaks_most_of, set_apart_by.
    """
    table = measures.documents.groupby("source", as_index=False).agg(
        documents=("doc_id", "size"), words=("words", "sum"), sentences=("sentences", "sum")
    )
    columns = {"tone": {r["source"]: _number(r, "mean") for r in tone.to_dict("records")}}
    if len(scale):
        places = {r["source"]: _number(r, "position") for r in scale.to_dict("records")}
        columns[scale["scale"].iloc[0]] = places
    most = shares.sort_values(["share", "theme"], ascending=[False, True]).drop_duplicates("source")
    if len(most):
        columns["speaks_most_of"] = {
            r["source"]: f"{r['theme']} ({r['share']:.0%})" for r in most.to_dict("records")
        }
    columns["set_apart_by"] = {
        t.iloc[0, 0]: ", ".join(_named(t)["term"].head(4)) for t in words if len(t)
    }
    texts = {name: table["source"].map(values).fillna("") for name, values in columns.items()}
    return table.assign(**texts)


def _named(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a keyness table that may be named."""
    kept = (table["direction"] > 0) & (table["p_adjusted"] < SURE) & ~(table["low"] <= 0)
    return table[kept]


def _word_sentence(table: pd.DataFrame, words: int) -> str:
    target, own = table.iloc[0, 0], _named(table)
    tests = f"{table['tests'].iloc[0]:,} terms tested"
    if own.empty:
        return f"{target}: no term stands out against the rest beyond chance ({tests})."
    named = [_word(row) for row in own.head(words).to_dict("records")]
    more = f", and {len(own) - words} more" if len(own) > words else ""
    return f"{target} is set apart by {_list(named)}{more} ({tests}{_scope(own)})."


def _word(row: dict) -> str:
    here = f"“{row['term']}” ({row['count']:,} of {row['words']:,} words"
    if row["smoothed"]:  # a ratio to nothing would say more than is known
        return f"{here}, not once in {row['reference_words']:,} elsewhere)"
    text = f"{here}, {row['reference_count']:,} of {row['reference_words']:,} elsewhere"
    if np.isfinite(row["low"]):
        times = [_power(row[name]) for name in ("log_ratio", "low", "high")]
        text += "; {} times the rate, {} to {}".format(*times)
    return text + ")"


def _power(value: float) -> str:
    times = 2.0**value
    return f"{times:,.0f}" if times >= 9.95 else f"{times:.1f}"


def _ranking(
    lead: str, parts: list[str], ranked: pd.DataFrame, column: str, name: str
) -> list[str]:
    if not parts:
        return []
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
        below = _list(apart)
        other = "" if len(apart) == len(rest) else "; of the others that cannot be said"
        return f"The interval of {first[name]} lies wholly above that of {below}{other}."
    return (
        f"The intervals of the first ({first[name]}) and the last ({last[name]}) overlap: "
        "this order may not hold."
    )


def _theme_sentence(group: str, own: pd.DataFrame, others: pd.DataFrame) -> str:
    most = own.sort_values(["share", "theme"], ascending=[False, True]).iloc[0]
    text = f"{group} speaks most of {most['theme']} ({_share(most)})"
    sums = others.groupby("theme")[["sentences", "of"]].sum()
    ahead = own.assign(elsewhere=own["theme"].map(sums["sentences"] / sums["of"]))
    ahead = ahead[ahead["low"] > ahead["elsewhere"]]
    if ahead.empty:
        return text + "."
    lead = ahead.loc[(ahead["share"] - ahead["elsewhere"]).idxmax()]
    what = "of it" if lead["theme"] == most["theme"] else f"of {lead['theme']} ({_share(lead)})"
    return f"{text}, and more than the others do {what}, against {lead['elsewhere']:.0%} elsewhere."


def _share(row: pd.Series) -> str:
    interval = ""
    if np.isfinite(row["low"]):
        interval = f", interval {100 * row['low']:.0f} to {row['high']:.0%}"
    return f"{row['share']:.0%} of {int(row['of']):,} sentences{interval}"


def _number(row: dict, column: str) -> str:
    """A number with its interval, "+0.19 (+0.12 to +0.26)"; without one where it is missing."""
    if not np.isfinite(row[column]):
        return "–"
    text = f"{row[column]:+.2f}"
    if np.isfinite(row["low"]):
        text += f" ({row['low']:+.2f} to {row['high']:+.2f})"
    return text.replace("-", "−")


def _scope(table: pd.DataFrame) -> str:
    inside = table["unit"].str.startswith(WITHIN).any()
    return "; intervals hold within these articles" if inside else ""


def _list(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
