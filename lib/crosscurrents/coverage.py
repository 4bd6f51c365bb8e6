"""What a codebook finds in a corpus, what it finds twice, and what it misses; also as lines."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crosscurrents.codebook import Codebook, Theme
from crosscurrents.comparison import Comparison
from crosscurrents.core import tokenise
from crosscurrents.core.matching import match
from crosscurrents.frequency import content_terms
from crosscurrents.passages import passages
from crosscurrents.texts import token_batches, word_places
from crosscurrents.themes import matched_sentences, theme_names

if TYPE_CHECKING:
    from crosscurrents.corpus import Corpus
    from crosscurrents.measures import Measures

NONE = "(no theme)"
WIDTH = 100  # columns of a terminal
FIGURE = 11  # of them for a figure
SHOWN = 6  # patterns of a theme
COLUMNS = 5  # sources beside the whole
PAIRS = 12  # patterns that hit the same words
WORDS, SENTENCES = 60, 10  # that no theme covers


def pattern_coverage(measures, codebook: Codebook) -> pd.DataFrame:
    """Count the hits of each pattern, in all and in each source, with or without hits.

    Parameters
    ----------
    measures : Measures
        Made with this codebook; the texts are not needed.
    codebook : Codebook

    Returns
    -------
    DataFrame
        theme (or scale/pole), pattern, hits, sentences, documents, and the three of each source
        (hits_<source>, ...); in the order of the codebook. Negated hits count with
        their pole.

    Raises
    ------
    ValueError
        If the measures were made with another codebook.
    """
    _check_codebook(measures, codebook)
    groups = Comparison(measures).group_of
    twins = {d: p for denial in codebook.denials for p, d in zip(denial.poles, denial.denied)}
    listed = [(t.name, p.text) for t in codebook.themes if t.name not in twins for p in t.patterns]
    rows = measures.themes
    rows = rows.assign(
        theme=rows["theme"].replace(twins),
        _group=rows["doc_id"].map(groups),
        _sentence=rows.groupby(["doc_id", "sentence"], sort=False).ngroup(),
    )
    parts = {"": rows} | {f"_{name}": rows[rows["_group"] == name] for name in _names(groups)}
    index = pd.MultiIndex.from_tuples(listed, names=["theme", "pattern"])
    tables = [
        part.groupby(index.names).agg(
            hits=("count", "sum"), sentences=("_sentence", "nunique"),
            documents=("doc_id", "nunique"),
        ).reindex(index, fill_value=0).add_suffix(end)
        for end, part in parts.items()
    ]  # fmt: skip
    return pd.concat(tables, axis=1).astype(int).reset_index()


def _names(groups: pd.Series) -> list:
    return sorted(groups.dropna().unique())


def theme_reach(measures) -> pd.DataFrame:
    """Give the share of each source's sentences that each theme matches, and that none does.

    Returns
    -------
    DataFrame
        theme ("theme/sub-theme" behind its theme; "(no theme)" at the end), share (of all
        sentences), and share_<source> of each source.
    """
    groups, names = Comparison(measures).group_of, theme_names(measures, subthemes=True)
    places = pd.MultiIndex.from_frame(measures.sentences[["doc_id", "sentence"]])
    rows = matched_sentences(measures, names)
    row = places.get_indexer(pd.MultiIndex.from_frame(rows[["doc_id", "sentence"]]))
    matched = np.zeros((len(places), len(names) + 1))
    matched[row, rows["code"]] = 1
    matched[:, -1] = ~matched.any(axis=1)
    shares = pd.DataFrame(matched)
    table = pd.DataFrame({"theme": [*names, NONE], "share": shares.mean()})
    by = shares.groupby(measures.sentences["doc_id"].map(groups).to_numpy()).mean()
    for name in _names(groups):
        table[f"share_{name}"] = by.loc[name] if name in by.index else np.nan
    return table


def shared_hits(codebook: Codebook, corpus) -> pd.DataFrame:
    """Count where patterns of two themes, or of both poles of a scale, hit the same words.

    Parameters
    ----------
    codebook : Codebook
    corpus : Corpus
        Documents whose text is not available are left out.

    Returns
    -------
    DataFrame
        theme, pattern, other, other_pattern, hits, documents; by falling hits.
    """
    names = [theme.name for theme in codebook.themes]
    allowed = {(names.index(a.name), names.index(b.name)) for a, b in _rivals(codebook)}
    found: dict[tuple, list] = {}
    for batch, (_, tokens) in enumerate(token_batches(corpus)):
        matches, document = codebook.match(tokens), word_places(tokens).document
        spans = zip(matches.first.tolist(), matches.last.tolist())
        words = [range(first, last + 1) for first, last in spans]
        pairs = pd.DataFrame({"word": words, "hit": range(len(words))}).explode("word")
        pairs = pairs.merge(pairs, on="word")
        pairs = pairs[pairs["hit_x"] < pairs["hit_y"]].drop_duplicates(["hit_x", "hit_y"])
        for x, y in zip(pairs["hit_x"], pairs["hit_y"]):
            key = tuple(int(n) for k in (x, y) for n in (matches.theme[k], matches.pattern[k]))
            if (key[0], key[2]) in allowed:
                found.setdefault(key, []).append((batch, int(document[matches.first[x]])))
    themes = codebook.themes
    rows = [
        (names[a], themes[a].patterns[p].text, names[b], themes[b].patterns[q].text, len(places),
         len(set(places))) for (a, p, b, q), places in sorted(found.items())
    ]  # fmt: skip
    columns = ["theme", "pattern", "other", "other_pattern", "hits", "documents"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("hits", ascending=False, kind="stable", ignore_index=True)


def uncovered_words(measures, codebook: Codebook) -> pd.DataFrame:
    """List the content words that no theme of the codebook covers, the most frequent first.

    A word that a pattern finds is covered; of a word inside a phrase the hits of the phrase
    are taken off. Stop words and numbers are no content; poles of scales cover nothing.

    Parameters
    ----------
    measures : Measures
        Made with this codebook; the texts are not needed.
    codebook : Codebook

    Returns
    -------
    DataFrame
        term, uncovered (occurrences that no theme finds), count (all), docfreq, documents; by
        falling uncovered, then by term.
    """
    _check_codebook(measures, codebook)
    rows = measures.terms[measures.terms["n"] == 1]
    table = rows.groupby("term").agg(count=("count", "sum"), docfreq=("doc_id", "nunique"))
    table = table.reset_index()
    word = content_terms(pd.Index(table["term"]), measures)
    word &= np.array([any(map(str.isalpha, term)) for term in table["term"]], bool)
    table = table[word].reset_index(drop=True)
    themes = tuple(t for t in codebook.themes if t.name in measures.record["codebook"]["themes"])
    table = table[~_found(table["term"].tolist(), themes)]
    taken = _in_phrases(measures, themes)
    inside = table["term"].map(taken).fillna(0).astype(int)
    table["uncovered"] = (table["count"] - inside).clip(lower=0)
    table["documents"] = len(measures.documents)
    table = table[table["uncovered"] > 0]
    table = table.sort_values(["uncovered", "docfreq", "term"], ascending=[False, False, True])
    columns = ["term", "uncovered", "count", "docfreq", "documents"]
    return table[columns].reset_index(drop=True)


def uncovered_sentences(measures) -> pd.DataFrame:
    """List the sentences in which no theme of the codebook has a match.

    Returns
    -------
    DataFrame
        doc_id, paragraph, sentence, words; in the order of the text. Poles of scales cover nothing.
    """
    found = matched_sentences(measures, theme_names(measures, subthemes=True))
    place = ["doc_id", "sentence"]
    covered = pd.MultiIndex.from_frame(found[place])
    table = measures.sentences[["doc_id", "paragraph", "sentence", "words"]]
    return table[~pd.MultiIndex.from_frame(table[place]).isin(covered)].reset_index(drop=True)


def _found(terms: list[str], themes: tuple[Theme, ...]) -> np.ndarray:
    """Which words some theme finds by themselves."""
    tokens = tokenise([[term] for term in terms])
    hits = match(themes, tokens)
    found = np.zeros(len(terms), bool)
    if len(hits.first):
        found[word_places(tokens).document[hits.first]] = True
    return found


def _in_phrases(measures, themes: tuple[Theme, ...]) -> dict[str, int]:
    """How often each word is part of a phrase that some theme finds."""
    hits = measures.themes.groupby(["theme", "pattern"])["count"].sum()
    found: dict[str, int] = {}
    for theme in themes:
        mine: dict[str, int] = {}
        for pattern in theme.patterns:
            for part in pattern.meaning[0] if len(pattern.parts) > 1 else ():
                number = int(hits.get((theme.name, pattern.text), 0))
                mine[part] = mine.get(part, 0) + number
        for part, number in mine.items():  # themes may find the same phrase
            found[part] = max(found.get(part, 0), number)
    return found


def _rivals(codebook: Codebook) -> list[tuple[Theme, Theme]]:
    """Pairs of themes that should not find the same: of one theme, of one scale, or at the top."""
    twins = {name for denial in codebook.denials for name in denial.denied}
    themes = [theme for theme in codebook.themes if theme.name not in twins]
    pairs = combinations([(theme, theme.name.rpartition("/")[0]) for theme in themes], 2)
    return [(one, other) for (one, family), (other, same) in pairs if family == same]


def _check_codebook(measures, codebook: Codebook) -> None:
    made = measures.record["codebook"]["sha256"]
    if made != codebook.sha256:
        raise ValueError(
            f"codebook {codebook.title or codebook.sha256[:12]!r} is not the one that the measures "
            f"were made with ({made[:12]}…); measure the corpus with it"
        )


def coverage_tables(book: Codebook, corpus: Corpus, measures: Measures) -> dict[str, pd.DataFrame]:
    """The tables that `coverage_lines` shows, by name."""
    return {
        "themes": theme_reach(measures),
        "patterns": pattern_coverage(measures, book),
        "shared_hits": shared_hits(book, corpus),
        "uncovered_words": uncovered_words(measures, book),
        "uncovered_sentences": passages(corpus, uncovered_sentences(measures)),
    }


def coverage_lines(
    tables: dict[str, pd.DataFrame], corpus: Corpus, *, every: bool = False
) -> list[str]:
    """The tables in lines; of each theme the most frequent patterns, or every one with hits."""
    number = corpus.documents["source"].value_counts(sort=False).sort_index()
    sources = number.sort_values(ascending=False, kind="stable").index[:COLUMNS].tolist()
    patterns = tables["patterns"]
    lines = ["", "Share of sentences with each theme", ""]
    lines += _grid(tables["themes"], "theme", "share", sources, lambda share: f"{share:.0%}")
    lines += ["", f"Hits of {len(patterns):,} patterns" + ("" if every else ", the most frequent")]
    for theme, rows in patterns.groupby("theme", sort=False):
        rows = rows[rows["hits"] > 0].sort_values("hits", ascending=False, kind="stable")
        lines += ["", f"{theme}: {int(rows['hits'].sum()):,} hits of {len(rows):,} patterns"]
        shown = rows if every else rows.head(SHOWN)
        lines += _grid(shown, "pattern", "hits", sources, lambda hits: f"{int(hits):,}")
    never = patterns[patterns["hits"] == 0]
    lines += ["", f"Patterns without a hit: {len(never) or 'none'}"]
    for theme, rows in never.groupby("theme", sort=False):
        lines += _wrapped(f"{theme}: {', '.join(rows['pattern'])}")
    lines += ["", *_same_words(tables["shared_hits"], corpus.documents["at_hand"].any())]
    words = tables["uncovered_words"].head(WORDS).itertuples()
    told = ", ".join(f"{row.term} {row.uncovered:,}" for row in words)
    lines += ["", "Words that no theme covers, with their frequency", *_wrapped(told or "none")]
    return [*lines, "", *_sentences(tables["uncovered_sentences"], every), ""]


def _sentences(table: pd.DataFrame, every: bool) -> list[str]:
    """The sentences that no theme covers: a sample, evenly over the corpus, or all of them."""
    lines = [f"Sentences that no theme covers: {len(table):,}"]
    table = table[table["passage"] != ""]
    if len(table) > SENTENCES and not every:
        table = table.iloc[[k * len(table) // SENTENCES for k in range(SENTENCES)]]
        lines[0] += f", of which {SENTENCES} (--all shows the others)"
    return lines + [_cut(f"  {r.doc_id}, {r.paragraph}: {r.passage}", WIDTH)
                    for r in table.itertuples()]  # fmt: skip


def _same_words(table: pd.DataFrame, with_texts: bool) -> list[str]:
    if not with_texts:
        return ["Same words, two themes: not known without the texts"]
    lines = [f"Same words, two themes: {int(table['hits'].sum()):,} hits"]
    for row in table.head(PAIRS).itertuples():
        pair = f"{row.theme} ({row.pattern}) | {row.other} ({row.other_pattern})"
        lines.append(_cut(f"{row.hits:6,}  {pair}", WIDTH))
    more = len(table) - PAIRS
    return lines + ([f"        and {more:,} more pairs of patterns"] if more > 0 else [])


def _grid(
    table: pd.DataFrame, label: str, value: str, names: list[str], write: Callable
) -> list[str]:
    """Rows of a table with a figure in all and of each source, flush right."""
    if table.empty:
        return []
    room = WIDTH - FIGURE * (len(names) + 1)
    rows = [("", ["all", *names])]
    for _, row in table.iterrows():
        figures = [row[value], *(row[f"{value}_{name}"] for name in names)]
        rows.append((str(row[label]), ["-" if pd.isna(f) else write(f) for f in figures]))
    return [
        "  "
        + _cut(name, room - 3).ljust(room - 2)
        + "".join(_cut(figure, FIGURE - 1).rjust(FIGURE) for figure in figures)
        for name, figures in rows
    ]


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
    )


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
