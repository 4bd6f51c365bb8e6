"""The warning before any number: what the lexicons know, whether they agree, what drives them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.sentiment.drivers import sentiment_drivers
from crosscurrents.sentiment.robustness import sentiment_robustness
from crosscurrents.sentiment.rows import CLEAR
from crosscurrents.sentiment.verdict import order_verdict

NAMED = 4  # groups and words that a sentence names at most
NAMES = {"vader": "VADER", "afinn": "AFINN", "pattern": "pattern"}


def name_of(lexicon: str) -> str:
    """A lexicon's name as it is written."""
    return NAMES.get(lexicon, lexicon)


def tone_warning(
    tone,
    *,
    by: str = "source",
    lexicon: str = "vader",
    top_n: int = 10,
    ranks: pd.DataFrame | None = None,
    seed: int = 0,
) -> list[str]:
    """Say what to know before reading a number; whether the sources can be ordered comes first.

    Parameters
    ----------
    tone : Tone
    by, lexicon, seed
        See `sentiment`.
    top_n : int
        Words of each group that are looked at for topic words.
    ranks : DataFrame, optional
        As `sentiment_robustness` returns it; made here by default.

    Returns
    -------
    list of str
        Sentences, all computed: whether the sources can be ordered, agreement of the lexicons by
        sentence, coverage, what zero means, topic words among the drivers, texts that are not at
        hand.
    """
    if not tone.sentences["words"].sum():
        return ["No sentence was scored."]
    if ranks is None:
        ranks = sentiment_robustness(tone, by=by, resamples=100, seed=seed)
    return [
        order_verdict(ranks),
        *_agreement(tone, lexicon),
        _coverage(tone),
        *_zero(ranks, lexicon),
        *_topics(tone, by, lexicon, top_n),
        *tone.limits,
    ]


def _coverage(tone) -> str:
    sentences = tone.sentences
    words = sentences["words"].sum()
    parts = []
    for name in _scored(tone):
        known = (sentences[f"{name}_coverage"] * sentences["words"]).sum() / words
        none = (sentences[f"{name}_coverage"] == 0).mean()
        parts.append(f"{name_of(name)} knows {known:.1%} of the words and none in {none:.0%}")
    return (
        f"Of {words:,} words in {len(sentences):,} sentences, {'; '.join(parts)} of the sentences. "
        "What a lexicon does not know counts as nothing."
    )


def _scored(tone) -> list[str]:
    return [name for name in tone.lexicons if tone.sentences[name].notna().any()]


def _agreement(tone, lexicon: str) -> list[str]:
    """How often all lexicons hear the same in a sentence, and each of them beside the first."""
    names = _scored(tone)
    if len(names) < 2 or lexicon not in names:
        return []
    scores = tone.sentences[names].dropna()
    sign = np.sign(scores).where(scores.abs() >= CLEAR, 0)
    alike = sign.nunique(axis=1).eq(1).mean()
    clash = ((sign.max(axis=1) > 0) & (sign.min(axis=1) < 0)).mean()
    found = (
        f"All {len(names)} lexicons hear the same (positive, neutral or negative) in {alike:.0%} "
        f"of the sentences; in {clash:.0%} one hears good where another hears bad"
    )
    heard = sign[sign[lexicon] != 0]
    parts = [
        f"{name_of(name)} agrees in {(heard[name] == heard[lexicon]).mean():.0%} and says the "
        f"contrary in {(heard[name] == -heard[lexicon]).mean():.0%}"
        for name in names
        if name != lexicon and len(heard)
    ]
    told = f". Where {name_of(lexicon)} hears a feeling, {'; '.join(parts)}" if parts else ""
    return [f"{found}{told}."]


def _zero(ranks: pd.DataFrame, lexicon: str) -> list[str]:
    """Where the means lie beside zero, and why that is no verdict."""
    means = ranks.loc[(ranks["lexicon"] == lexicon) & ~ranks["guard"].astype(bool), "mean"]
    if means.empty:
        return []
    return [
        f"{int((means > 0).sum()):,} of {len(means):,} means are above 0 by {name_of(lexicon)}. "
        "Zero is not neutral: English uses more positive words than negative ones, whatever it "
        "speaks of (Dodds and others 2015). Compare sources; do not read the sign."
    ]


def _topics(tone, by: str, lexicon: str, top_n: int) -> list[str]:
    """How many of the strongest driver words of each group are topic words."""
    if not tone.record["tone"]["guard"]:
        return [
            "No topic words are listed for this corpus (topic_words.txt): a word that names what "
            "the texts are about counts as a feeling if a lexicon has it."
        ]
    drivers = sentiment_drivers(tone, by=by, lexicon=lexicon, top_n=top_n)
    if drivers.empty:
        return []
    topics = drivers["topic"].astype(bool)
    groups = topics.groupby(drivers[by]).agg(["sum", "size"])
    most = groups.sort_values("sum", ascending=False, kind="stable").head(NAMED)
    named = drivers.loc[topics].groupby("term")["contribution"].agg(lambda c: c.abs().sum())
    named = named.sort_values(ascending=False, kind="stable").index[:NAMED]
    which = f", above all {', '.join(f'“{term}”' for term in named)}" if len(named) else ""
    parts = ", ".join(f"{hit} of {size} in {group}" for group, hit, size in most.itertuples())
    return [
        f"Of the words that moved {name_of(lexicon)} most, {int(groups['sum'].sum())} of "
        f"{int(groups['size'].sum())} are topic words{which}: {parts}."
    ]
