"""The warning before any number: what the lexicons know, whether they agree, what drives them."""

from __future__ import annotations

import numpy as np

from crosscurrents.sentiment.drivers import sentiment_drivers
from crosscurrents.sentiment.robustness import kendall_tau, sentiment_robustness
from crosscurrents.sentiment.rows import CLEAR

NAMES = {"vader": "VADER", "afinn": "AFINN", "pattern": "pattern"}


def name_of(lexicon: str) -> str:
    """A lexicon's name as it is written."""
    return NAMES.get(lexicon, lexicon)


def tone_warning(
    tone, *, by: str = "source", lexicon: str = "vader", top_n: int = 10, seed: int = 0
) -> list[str]:
    """Say what to know before reading a number: coverage, agreement, topic words among the drivers.

    Returns
    -------
    list of str
        Sentences, all computed; the last ones name texts that are not at hand.
    """
    sentences = tone.sentences
    words = sentences["words"].sum()
    if not words:
        return ["No sentence was scored."]
    return [
        *_coverage(tone, lexicon, words),
        *_agreement(tone, by, lexicon, seed),
        *_topics(tone, by, lexicon, top_n),
        *tone.limits,
    ]


def _coverage(tone, lexicon: str, words: int) -> list[str]:
    sentences = tone.sentences
    parts = []
    for name in tone.lexicons:
        if sentences[name].isna().all():
            continue
        known = (sentences[f"{name}_coverage"] * sentences["words"]).sum() / words
        none = (sentences[f"{name}_coverage"] == 0).mean()
        parts.append(f"{name_of(name)} knows {known:.1%} of the words and none in {none:.0%}")
    return [
        f"Of {words:,} words in {len(sentences):,} sentences, {'; '.join(parts)} of the sentences. "
        "What a lexicon does not know counts as nothing."
    ]


def _agreement(tone, by: str, lexicon: str, seed: int) -> list[str]:
    """How often other lexicons see the same sign in a sentence, and order the sources alike."""
    sentences = tone.sentences
    others = [name for name in tone.lexicons if name != lexicon]
    if not others or lexicon not in tone.lexicons:
        return []
    sign = {
        n: np.where(sentences[n].abs() < CLEAR, 0, np.sign(sentences[n])) for n in tone.lexicons
    }
    means = sentiment_robustness(tone, by=by, resamples=100, seed=seed)
    means = means[~means["guard"]].pivot_table(index=by, columns="lexicon", values="mean")
    parts = []
    for name in others:
        both = sentences[name].notna() & sentences[lexicon].notna() & (sign[lexicon] != 0)
        if not both.any():
            continue
        same = (sign[name] == sign[lexicon])[both].mean()
        against = (sign[name] == -sign[lexicon])[both].mean()
        tau = kendall_tau(means[name], means[lexicon]) if name in means else np.nan
        order = f", Kendall's tau of the sources' order {tau:.2f}" if np.isfinite(tau) else ""
        parts.append(
            f"{name_of(name)} agrees on the sign in {same:.0%} and says the contrary in "
            f"{against:.0%}{order.replace('-', '−')}"
        )
    if not parts:
        return []
    return [f"Where {name_of(lexicon)} hears a feeling in a sentence, {'; '.join(parts)}."]


def _topics(tone, by: str, lexicon: str, top_n: int) -> list[str]:
    """How many of the strongest driver words are topic words, in each group."""
    drivers = sentiment_drivers(tone, by=by, lexicon=lexicon, top_n=top_n)
    found = []
    for group, own in drivers.groupby(by):
        named = ", ".join(f"“{term}”" for term in own.loc[own["topic"], "term"].head(5))
        topics = f"{int(own['topic'].sum())} of the {len(own)} words that moved it most"
        which = f"are topic words ({named})" if named else "are listed as topic words"
        share = own["contribution"].abs().sum()
        mean, without = own["mean"].iloc[0], own["mean_without"].iloc[0]
        found.append(
            f"{group}: {topics} {which}; these {len(own)} carry {share:.0%} of all valence, and "
            f"without them the mean would be {without:+.3f} instead of {mean:+.3f}.".replace(
                "-", "−"
            )
            if np.isfinite(without)
            else f"{group}: {topics} {which}; these {len(own)} carry {share:.0%} of all valence."
        )
    return found
