"""Result tables -> sentences: what sets each source apart, each number with its n and interval."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.concordance import COLUMNS as LINES
from crosscurrents.concordance import concordance
from crosscurrents.corpus import Corpus
from crosscurrents.keyness import keyness
from crosscurrents.measures import Measures
from crosscurrents.sentiment import sentiment_drivers

WITHIN = "within "  # begins the label of units that are paragraphs


def keyness_by_source(
    measures: Measures, *, target: str = "", reference: str = "", **options
) -> list[pd.DataFrame]:
    """Compare each source with the others (or one `target` with one `reference`), a table each.

    `options` go to `keyness`. With a single source there is nothing to compare: an empty list.
    """
    sources = sorted(measures.documents.loc[measures.documents["words"] > 0, "source"].unique())
    targets = [target] if target else [s for s in sources if s != reference]
    if len(sources) < 2 and target in ("", *sources):
        return []
    return [keyness(measures, target=t, reference=reference or None, **options) for t in targets]


def key_passages(corpus: Corpus, tables: list[pd.DataFrame], *, lines: int = 3) -> pd.DataFrame:
    """Show the first term that sets each source apart where it stands in that source.

    Returns
    -------
    DataFrame
        term, and the columns of `concordance`; so many lines a source.
    """
    found = [pd.DataFrame(columns=["term", *LINES])]
    for table in tables:
        own = table[table["direction"] > 0]
        if len(own):
            term, source = own["term"].iloc[0], own.iloc[0, 0]
            hits = concordance(corpus, term, sources=[source]).head(lines)
            found.append(hits.assign(term=term)[["term", *LINES]])
    return pd.concat(found, ignore_index=True)


def tone_cautions(measures: Measures, *, lexicon: str = "vader") -> list[str]:
    """Say how much of the text a lexicon knows, and how few words carry the score of each source."""
    sentences, found = measures.sentences, []
    words = sentences["words"].sum()
    if not words:
        return ["No sentence was scored."]
    known = (sentences[f"{lexicon}_coverage"] * sentences["words"]).sum() / words
    empty = float((sentences[f"{lexicon}_coverage"] == 0).mean())
    found.append(
        f"{lexicon.upper()} knows {known:.1%} of the {words:,} words; in {empty:.0%} of the {len(sentences):,} "
        "sentences it knows none, and these count as neutral."
    )
    drivers = sentiment_drivers(measures, lexicon=lexicon, top_n=10)
    for source, own in drivers.groupby("source", sort=True):
        named = ", ".join(f"“{term}”" for term in own["term"].head(5))
        share = own["contribution"].abs().sum()
        found.append(f"{source}: ten words carry {share:.0%} of all valence, first of all {named}.")
    return found


def word_findings(tables: list[pd.DataFrame], *, words: int = 3, level: float = 0.05) -> list[str]:
    """Say which words set each target apart, one sentence a `keyness` table.

    A word is named if the target uses it more, its adjusted p is below `level`, and the interval
    of its log ratio, where there is one, leaves 0 out.
    """
    return [_word_sentence(table, words, level) for table in tables if len(table)]


def _word_sentence(table: pd.DataFrame, words: int, level: float) -> str:
    target, tests = table.iloc[0, 0], int(table["tests"].iloc[0])
    own = table[(table["direction"] > 0) & (table["p_adjusted"] < level) & ~(table["low"] <= 0)]
    if own.empty:
        return (
            f"{target}: no word stands out against the rest beyond chance ({tests:,} words tested)."
        )
    named = [_word(r) for r in own.head(words).to_dict("records")]
    more = len(own) - len(named)
    tail = f", and {more} more" if more > 0 else ""
    return f"{target} is set apart by {_list(named)}{tail} ({tests:,} words tested{_scope(own)})."


def _word(row: dict) -> str:
    here = f"“{row['term']}” ({row['count']:,} of {row['words']:,} words"
    if row["smoothed"]:
        return f"{here}, not once in {row['reference_words']:,} elsewhere)"
    text = f"{here}, {row['reference_count']:,} of {row['reference_words']:,} elsewhere"
    if np.isfinite(row["low"]):
        times = [_power(row[name]) for name in ("log_ratio", "low", "high")]
        text += "; {} times the rate, {} to {}".format(*times)
    return text + ")"


def _power(value: float) -> str:
    times = 2.0**value
    return f"{times:,.0f}" if times >= 9.95 else f"{times:.1f}"


def tone_findings(table: pd.DataFrame, *, lexicon: str = "VADER") -> list[str]:
    """Say which source sounds most and least positive, and whether their intervals keep apart."""
    table = table.dropna(subset=["mean"])
    if table.empty:
        return []
    name = table.columns[0]
    ranked = table.sort_values("mean", ascending=False)
    parts = [f"{r[name]} {_interval(r['mean'], r['low'], r['high'], signed=True)}, n = {int(r['sentences']):,}"
             for r in ranked.to_dict("records")]  # fmt: skip
    sentences = [
        f"Mean {lexicon} score of a sentence (−1 to +1), from the most positive down: {'; '.join(parts)}{_scope(table)}."
    ]
    if len(ranked) > 1:
        sentences.append(_order(ranked, "mean", name))
    return sentences


def scale_findings(table: pd.DataFrame) -> list[str]:
    """Say where each source stands between the poles of a scale."""
    table = table.dropna(subset=["position"])
    if table.empty:
        return []
    name, near, far = table.columns[1], table["near"].iloc[0], table["far"].iloc[0]
    ranked = table.sort_values("position", ascending=False)
    parts = [
        f"{r[name]} {_interval(r['position'], r['low'], r['high'], signed=True)}, {int(r['positive'])} : {int(r['negative'])} hits"
        for r in ranked.to_dict("records")
    ]
    sentences = [
        f"On {table['scale'].iloc[0]}, from {near} (above 0) to {far} (below 0): {'; '.join(parts)}{_scope(table)}."
    ]
    if len(ranked) > 1:
        sentences.append(_order(ranked, "position", name))
    return sentences


def theme_findings(table: pd.DataFrame) -> list[str]:
    """Say of which theme each source speaks most, and of which it speaks more than the others do."""
    name, sentences = table.columns[1] if len(table) else "source", []
    for group in table[name].unique() if len(table) else []:
        own = table[table[name] == group].dropna(subset=["share"])
        if own.empty:
            continue
        most = own.sort_values(["share", "theme"], ascending=[False, True]).iloc[0]
        text = f"{group} speaks most of {most['theme']} ({_share(most)})"
        others = table[table[name] != group].groupby("theme")[["sentences", "of"]].sum()
        elsewhere = own["theme"].map(others["sentences"] / others["of"])
        ahead = own.assign(elsewhere=elsewhere, lead=own["share"] - elsewhere)
        ahead = ahead[ahead["low"] > ahead["elsewhere"]].sort_values("lead", ascending=False)
        if len(ahead):
            lead = ahead.iloc[0]
            what = (
                "of it"
                if lead["theme"] == most["theme"]
                else f"of {lead['theme']} ({_share(lead)})"
            )
            text += (
                f" and more than the others do {what}, against {lead['elsewhere']:.0%} elsewhere"
            )
        sentences.append(text + ".")
    return sentences


def brief_table(
    measures: Measures,
    *,
    tone: pd.DataFrame,
    scale: pd.DataFrame,
    shares: pd.DataFrame,
    words: list[pd.DataFrame],
) -> pd.DataFrame:
    """Put the main numbers of each source side by side, for the opening page.

    Returns
    -------
    DataFrame
        source, documents, words, sentences, tone and position with their intervals, theme (most
        spoken of, with its share), words that set it apart.
    """
    sizes = measures.documents.groupby("source").agg(
        documents=("doc_id", "size"), words=("words", "sum"), sentences=("sentences", "sum")
    )
    table = sizes.reset_index()
    tones = {
        r["source"]: _interval(r["mean"], r["low"], r["high"], signed=True)
        for r in tone.to_dict("records")
    }
    table["tone"] = table["source"].map(tones).fillna("")
    if len(scale):
        places = {
            r["source"]: _interval(r["position"], r["low"], r["high"], signed=True)
            for r in scale.to_dict("records")
        }
        table[scale["scale"].iloc[0]] = table["source"].map(places).fillna("")
    if len(shares):
        most = shares.sort_values(["share", "theme"], ascending=[False, True]).drop_duplicates(
            "source"
        )
        table["speaks_most_of"] = table["source"].map(
            {r["source"]: f"{r['theme']} ({r['share']:.0%})" for r in most.to_dict("records")}
        )
    own = {t.iloc[0, 0]: ", ".join(_key_words(t)) for t in words if len(t)}
    table["set_apart_by"] = table["source"].map(own).fillna("")
    return table


def _key_words(table: pd.DataFrame, words: int = 4, level: float = 0.05) -> list[str]:
    kept = table[(table["direction"] > 0) & (table["p_adjusted"] < level) & ~(table["low"] <= 0)]
    return kept["term"].head(words).tolist()


def _share(row) -> str:
    return f"{_interval(row['share'], row['low'], row['high'], percent=True)}, {int(row['sentences'])} of {int(row['of']):,} sentences"


def _interval(
    value: float, low: float, high: float, *, signed: bool = False, percent: bool = False
) -> str:
    """A number with its interval, "0.19 (0.12 to 0.26)"; without one where it is missing."""
    if not np.isfinite(value):
        return "–"
    form = (lambda v: f"{v:.0%}") if percent else (lambda v: f"{v:+.2f}" if signed else f"{v:.2f}")
    text = form(value).replace("-", "−")
    return f"{text} ({form(low)} to {form(high)})".replace("-", "−") if np.isfinite(low) else text


def _order(ranked: pd.DataFrame, column: str, name: str) -> str:
    """Whether the first and the last of an order can be told apart, and which neighbours cannot."""
    first, last = ranked.iloc[0], ranked.iloc[-1]
    if not (np.isfinite(first["low"]) and np.isfinite(last["high"])):
        return "Without intervals for all of them, the order is that of the numbers only."
    if first["low"] > last["high"]:
        apart = [r[name] for r in ranked.iloc[1:].to_dict("records") if first["low"] > r["high"]]
        return f"The interval of {first[name]} lies wholly above that of {_list(apart)}; the other differences are within their uncertainty."
    return f"The intervals of the first ({first[name]}) and the last ({last[name]}) overlap: this order may not hold."


def _scope(table: pd.DataFrame) -> str:
    units = set(table["unit"])
    return (
        "; intervals hold within these articles" if any(u.startswith(WITHIN) for u in units) else ""
    )


def _list(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
