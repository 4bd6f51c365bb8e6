"""The opening page: the question answered in a paragraph, and what distinguishes each source."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.findings import (
    MANY,
    SURE,
    Finding,
    counted,
    listed,
    power,
    set_apart,
    with_interval,
)
from crosscurrents.measures import Measures
from crosscurrents.statistics.units import FEWEST, by_size

WORDS = 3  # that are named of a source
LARGEST = 8  # sources that get a sentence; all are in the table

# Where the numbers of the answer stand: notebook, table, and what the link says.
DOCUMENTS, KEYNESS = ("corpus", "documents", "documents"), ("term_frequency", "keyness", "words")
CONTRAST, SCALE = ("themes", "theme_contrast", "themes"), ("themes", "scale", "stance")
RANKED = ("themes", "scale_ranks", "every way to count")
TONE, RANKS = ("sentiment", "sentiment", "tone"), ("sentiment", "rank_changes", "every pair")


def brief_lead(
    measures: Measures,
    *,
    scale: pd.DataFrame,
    firm: str = "",
    verdict: str = "",
    news: list[str] | None = None,
    level: float = 0.95,
) -> list[Finding]:
    """Answer in a few sentences: what was compared, who stands where, what tone can tell.

    Parameters
    ----------
    measures
    scale
        Table of `scale_position`, by source.
    firm
        What of the order on the scale holds, see `scale_ends`.
    verdict
        What may be said of the order by tone, see `order_verdict`.
    news
        What changed, see `change_findings`; the first two sentences are taken.
    level
        Of the intervals.

    Returns
    -------
    list of Finding
    """
    documents = measures.documents
    sizes = documents.groupby("source")["words"].agg(["size", "sum"])
    number = f"{counted(len(documents), 'article')} from {counted(len(sizes), 'source')}"
    title = measures.record["codebook"].get("title") or "How do these sources differ?"
    found = [
        Finding(title, label="The question." if title.endswith("?") else "The story."),
        Finding(
            f"{number}{_span(documents['date'])}: {sizes['sum'].sum():,} words.",
            label="What was read.", links=[DOCUMENTS],
        )
    ]  # fmt: skip
    if stance := _ends(scale):
        found.append(
            Finding(stance, label=f"Where they stand on {scale['scale'].iloc[0]}.", links=[SCALE])
        )
    if firm:
        found.append(Finding(firm, label="How far that holds.", links=[RANKED]))
    if verdict:
        found.append(Finding(verdict, label="Whether tone tells them apart.", links=[RANKS, TONE]))
    if news:
        links = dict.fromkeys(link for item in news[:2] for link in getattr(item, "links", ()))
        found.append(Finding(" ".join(news[:2]), label="What is new.", links=links))
    found.append(
        Finding(
            f"Numbers in brackets are {level:.0%} intervals{_reach(sizes['size'])}.",
            label="How sure.",
        )
    )
    return found


def _reach(articles: pd.Series) -> str:
    """What the intervals speak of: these articles only, where a source has few."""
    few = articles < FEWEST
    if few.all():
        return (
            ": they say how far a number may be off within these articles, not what the outlets "
            "would write elsewhere"
        )
    if few.any():
        return (
            ", for further articles of the same kind; of a source with fewer than five articles "
            "they speak of these articles only"
        )
    return ": they say how far a number may be off for further articles of the same kind"


def source_findings(
    measures: Measures,
    *,
    tone: pd.DataFrame,
    scale: pd.DataFrame,
    contrast: pd.DataFrame,
    words: pd.DataFrame,
) -> list[Finding]:
    """Say what distinguishes each source, a paragraph each: themes, words, stance, tone.

    Parameters
    ----------
    measures
    tone, scale, contrast, words
        Tables of `sentiment`, `scale_position`, `theme_contrast` and `keyness_by_source`, by
        source.

    Returns
    -------
    list of Finding
        Of the LARGEST sources, by name, and that there are more.
    """
    sizes = measures.documents.groupby("source")["words"].agg(["size", "sum"])
    found = []
    for source in sorted(by_size(sizes["sum"])[:LARGEST]):
        own = [t[t["source"] == source] for t in (contrast, words, scale, tone)]
        size = f"{counted(int(sizes['size'][source]), 'article')}, {sizes['sum'][source]:,} words."
        parts = [_theme(own[0]), _own_words(own[1]), _stance(own[2]), _tone(own[3])]
        links = [CONTRAST, KEYNESS, SCALE, TONE]
        links = [link for link, part in zip(links, parts, strict=True) if part]
        text = " ".join([size, *filter(None, parts)])
        found.append(Finding(text, label=f"{source}.", links=links))
    if len(sizes) > LARGEST:
        which = f"These are the {LARGEST} with most words of {len(sizes):,}"
        found.append(Finding(f"{which}; the table has all."))
    return found


def brief_table(
    measures: Measures,
    *,
    tone: pd.DataFrame,
    scale: pd.DataFrame,
    shares: pd.DataFrame,
    words: pd.DataFrame,
) -> pd.DataFrame:
    """Put the main numbers of each source side by side, for the opening page.

    Parameters
    ----------
    tone, scale, shares, words
        Tables of `sentiment`, `scale_position`, `theme_share` and `keyness_by_source`.

    Returns
    -------
    DataFrame
        source, documents, dates (first to last), words, sentences; as text: tone and position on
        the scale with their intervals, "speaks most of", "set apart by". By name; of more than
        MANY sources those with most words first, and `attrs["note"]` says so.
    """
    table = measures.documents.groupby("source", as_index=False).agg(
        documents=("doc_id", "size"), dates=("date", _dates), words=("words", "sum"),
        sentences=("sentences", "sum"),
    )  # fmt: skip
    columns = {"tone": {r["source"]: with_interval(r, "mean") for r in tone.to_dict("records")}}
    if len(scale):
        places = {r["source"]: with_interval(r, "position") for r in scale.to_dict("records")}
        columns[scale["scale"].iloc[0]] = places
    most = shares.sort_values(["share", "theme"], ascending=[False, True]).drop_duplicates("source")
    if len(most):
        columns["speaks most of"] = {
            r["source"]: f"{r['theme']} ({r['share']:.0%})" for r in most.to_dict("records")
        }
    columns["set apart by"] = {
        source: ", ".join(set_apart(own)["term"].head(4)) for source, own in words.groupby("source")
    }
    texts = {name: [values.get(s, "") for s in table["source"]] for name, values in columns.items()}
    table = table.assign(**texts)
    if len(table) > MANY:
        table = table.sort_values(["words", "source"], ascending=[False, True], ignore_index=True)
        table.attrs["note"] = "most words first"
        compared = words["source"].nunique()
        if 0 < compared < len(table):
            table.attrs["note"] += f"; only the first {compared} are set apart from the others"
    return table


def _dates(dates: pd.Series) -> str:
    known = sorted(d for d in dates if d)
    if not known:
        return ""
    return known[0] if known[0] == known[-1] else f"{known[0]} to {known[-1]}"


def _span(dates: pd.Series) -> str:
    years = sorted({date[:4] for date in dates if date})
    return f", {years[0]}" + (f" to {years[-1]}" if len(years) > 1 else "") if years else ""


def _ends(table: pd.DataFrame) -> str:
    """Which sources stand at the ends of a scale, and whether their intervals keep apart."""
    ranked = table.dropna(subset=["position"]) if len(table) else table
    if len(ranked) < 2:
        return ""
    ranked = ranked.sort_values("position", ascending=False).to_dict("records")
    first, last = ranked[0], ranked[-1]
    apart = first["low"] > last["high"]
    sure = "keep apart" if apart else "overlap, so even this may be chance"
    return (
        f"{first['source']} is nearest to {first['near']}, {with_interval(first, 'position')}: "
        f"{counted(first['positive'], 'phrase')} of {first['near']} to {first['negative']:,} of "
        f"{first['far']}. {last['source']} is nearest to {last['far']}, "
        f"{with_interval(last, 'position')}: {last['positive']:,} to {last['negative']:,}. Their "
        f"intervals {sure}."
    )


def _theme(own: pd.DataFrame) -> str:
    """The theme that sets a source apart; where none does, the one that it speaks of most."""
    own = own.dropna(subset=["share"]).sort_values("theme", kind="stable")
    if own.empty:
        return ""
    apart = own[(own["p_adjusted"] < SURE) & (own["log_ratio"] > 0)]
    apart = apart.assign(more=apart["share"] - apart["rest_share"])
    if len(apart):
        row = apart.sort_values("more", ascending=False, kind="stable").iloc[0]
        text = f"Speaks more of {row['theme']} than the others"
    else:
        row = own.sort_values("share", ascending=False, kind="stable").iloc[0]
        text = f"No theme sets it apart beyond chance ({counted(row['tests'], 'test')}); it speaks "
        text += f"most of {row['theme']}"
    here = f"{text}: {row['share']:.0%} of {counted(row['of'], 'sentence')}"
    if not row["rest_of"]:
        return f"{here}."
    here += f" (elsewhere {row['rest_share']:.0%}"
    if np.isfinite(row["low"]):
        here += "; " if len(apart) else "; taken alone "
        here += f"{power(row['log_ratio'])} times, {power(row['low'])} to {power(row['high'])}"
    return f"{here})."


def _own_words(own: pd.DataFrame) -> str:
    """The words that set a source apart, with their counts here and elsewhere."""
    if own.empty:
        return ""
    named = set_apart(own).head(WORDS).to_dict("records")
    if not named:
        return f"No word sets it apart beyond chance ({own['tests'].iloc[0]:,} terms tested)."
    return f"Its own words: {listed([_word(row) for row in named])}."


def _word(row: dict) -> str:
    here = f"“{row['term']}” ({counted(row['count'], 'time')}; "
    if not row["reference_count"]:
        return f"{here}never elsewhere)"
    here += f"{power(row['log_ratio'])} times the rate elsewhere"
    if np.isfinite(row["low"]):
        here += f", {power(row['low'])} to {power(row['high'])}"
    return f"{here})"


def _stance(own: pd.DataFrame) -> str:
    """Where a source stands on the scale, and whether the middle lies in its interval."""
    row = own.to_dict("records")[0] if len(own) else None
    if row is None or not np.isfinite(row["position"]):
        return ""
    near, far = row["near"], row["far"]
    hits = f"{counted(row['positive'], 'phrase')} of {near} against {row['negative']:,} of {far}"
    place = with_interval(row, "position")
    if not np.isfinite(row["low"]) or row["low"] <= 0 <= row["high"]:
        return f"Between {near} and {far}: {place}, {hits}."
    return f"Leans to {near if row['low'] > 0 else far}: {place}, {hits}."


def _tone(own: pd.DataFrame) -> str:
    row = own.to_dict("records")[0] if len(own) else None
    if row is None or not np.isfinite(row["mean"]):
        return ""
    return f"Tone {with_interval(row, 'mean')} over {counted(row['sentences'], 'sentence')}."
