"""What a codebook finds in a corpus and what it misses, as lines for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from crosscurrents import coverage
from crosscurrents.concordance import passages

if TYPE_CHECKING:
    from crosscurrents.codebook import Codebook
    from crosscurrents.corpus import Corpus
    from crosscurrents.measures import Measures

WIDTH = 100  # columns of a terminal
FIGURE = 11  # of them for a figure
SHOWN = 6  # patterns of a theme
COLUMNS = 5  # sources beside the whole
PAIRS = 12  # patterns that hit the same words
WORDS, SENTENCES = 60, 10  # that no theme covers


def coverage_tables(book: Codebook, corpus: Corpus, measures: Measures) -> dict[str, pd.DataFrame]:
    """The tables that `coverage_lines` shows, by name."""
    return {
        "themes": coverage.theme_reach(measures),
        "patterns": coverage.pattern_coverage(measures, book),
        "shared_patterns": coverage.shared_patterns(book),
        "shared_hits": coverage.shared_hits(book, corpus),
        "uncovered_words": coverage.uncovered_words(measures, book),
        "uncovered_sentences": passages(corpus, coverage.uncovered_sentences(measures)),
    }


def coverage_lines(
    tables: dict[str, pd.DataFrame], corpus: Corpus, *, every: bool = False
) -> list[str]:
    """The tables in lines; of each theme the most frequent patterns, or every one with hits."""
    number = corpus.documents["source"].value_counts(sort=False).sort_index()
    sources = number.sort_values(ascending=False, kind="stable").index[:COLUMNS].tolist()
    patterns, both = tables["patterns"], tables["shared_patterns"]
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
    lines += ["", f"Patterns in two themes: {len(both) or 'none'}"]
    lines += [_cut(f"  {r.pattern}: {r.theme} | {r.other}", WIDTH) for r in both.itertuples()]
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
