"""A theme that is being written: what it finds, shares with other themes, and may miss."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crosscurrents.codebook import Codebook, Pattern, Theme
from crosscurrents.comparison import Comparison
from crosscurrents.core.matching import match
from crosscurrents.frequency import content_terms
from crosscurrents.texts import folded_words, narrow, token_batches, word_places

LOOKED = 2_000  # words of a batch among which the missed ones are
MISSED = 30  # words that a draft does not find
LONGEST = 200  # characters of what is looked up


def draft_theme(name: str, patterns: str, exclusions: str = "") -> Theme:
    """A theme from two texts with a pattern a line.

    Raises
    ------
    ValueError
        For a theme without a name or patterns, and patterns that cannot be read.

    >>> draft_theme("energy", "gas field*\\noil\\n").patterns[0].text
    'gas field*'
    """
    name = " ".join(name.split())
    if not name:
        raise ValueError("give the theme a name")
    lists = []
    for text in (patterns, exclusions):
        found = {}
        for line in filter(None, map(str.strip, text.splitlines())):
            if len(line) > LONGEST:
                raise ValueError(
                    f"a pattern has {len(line)} characters; write at most {LONGEST} in a line"
                )
            pattern = Pattern.parse(line)
            found.setdefault(pattern.meaning, pattern)
        lists.append(tuple(found.values()))
    if not lists[0]:
        raise ValueError("write at least one pattern, one a line")
    return Theme(name, "", *lists)


def draft_counts(
    comparison: Comparison, codebook: Codebook, theme: Theme
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count what a draft of a theme matches in the texts, and the words beside it.

    Returns
    -------
    patterns : DataFrame
        pattern, matches, documents, shared (other themes that find the same words, and how often);
        most matches first.
    missed : DataFrame
        word, sentences (with a match, in which the word occurs): words that no theme finds.
    """
    others = tuple(t for t in codebook.themes if _is_other(t.name, theme.name))
    hits, near = [pd.DataFrame({"pattern": [], "document": [], "other": []})], {}
    corpus = comparison.once("narrow", lambda: narrow(comparison.corpus, comparison))
    for doc_ids, tokens in token_batches(corpus):
        found, place = match((theme,), tokens), word_places(tokens)
        rivals = match(others, tokens) if others else None
        owner = dict(zip(rivals.first.tolist(), rivals.theme.tolist())) if others else {}
        document = np.array(doc_ids, dtype=object)[place.document[found.first]]
        other = [owner.get(first, -1) for first in found.first.tolist()]
        hits.append(pd.DataFrame({"pattern": found.pattern, "document": document, "other": other}))
        _add_near(near, tokens, place.sentence, found, rivals)
    table = pd.concat(hits[1:] or hits)
    shared: dict[int, list[str]] = {}
    pairs = table[table["other"] >= 0].value_counts(["pattern", "other"])
    for (pattern, other), count in pairs.items():
        shared.setdefault(pattern, []).append(f"{others[int(other)].name} ({count})")
    number = range(len(theme.patterns))
    by = table.groupby("pattern")["document"].agg(["size", "nunique"])
    by = by.reindex(number, fill_value=0)
    patterns = pd.DataFrame(
        {
            "pattern": [p.text for p in theme.patterns],
            "matches": by["size"].to_numpy(),
            "documents": by["nunique"].to_numpy(),
            "shared": [", ".join(shared.get(k, [])) for k in number],
        }
    )
    words = pd.Series(near, dtype=int).sort_values(ascending=False, kind="stable").head(LOOKED)
    words = words[content_terms(pd.Index(words.index.astype("str")), comparison)].head(MISSED)
    missed = pd.DataFrame({"word": words.index.astype("str"), "sentences": words.to_numpy()})
    return patterns.sort_values("matches", ascending=False, kind="stable"), missed


def _is_other(name: str, theme: str) -> bool:
    """Whether a theme is not the one at hand, nor its sub-theme, nor a pole of a scale."""
    return name != theme and not name.startswith(f"{theme}/") and "/" not in name


def _add_near(near: dict[str, int], tokens, sentence_of, found, rivals) -> None:
    """Add to `near` in how many sentences with a match each word occurs that no theme finds."""
    ids, vocabulary = folded_words(tokens)
    inside = np.zeros(int(sentence_of[-1]) + 1 if len(sentence_of) else 0, bool)
    inside[sentence_of[found.first]] = True
    kept = inside[sentence_of]
    for hits in filter(None, (found, rivals)):
        turns = np.bincount(hits.first, minlength=len(ids) + 1)
        turns = turns - np.bincount(hits.last + 1, minlength=len(ids) + 1)
        kept &= np.cumsum(turns)[: len(ids)] == 0
    keys = np.sort(sentence_of[kept].astype(np.int64) * len(vocabulary) + ids[kept])
    first = np.append(True, keys[1:] != keys[:-1])[: len(keys)]  # a word counts once a sentence
    counts = np.bincount(keys[first] % max(len(vocabulary), 1), minlength=len(vocabulary))
    for word in np.argsort(-counts, kind="stable")[:LOOKED].tolist():
        if counts[word]:
            near[vocabulary[word]] = near.get(vocabulary[word], 0) + int(counts[word])
