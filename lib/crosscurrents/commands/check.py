"""crosscurrents check: read a corpus whole, say what is wrong, and what its codebook finds."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from pathlib import Path

from crosscurrents.commands.console import Once, left_out_lines

WHAT = "read a corpus whole, say what is wrong, and what its codebook finds and misses"
WIDTH = 100  # columns of a terminal
SHOWN = 6  # patterns of a theme; --all shows the others, too
COLUMNS = 5  # sources beside the whole
PAIRS = 12  # patterns that hit the same words
WORDS = 60  # that no theme covers


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("codebook", nargs="?", help="themes (default: the corpus's codebook.yml)")
    parser.add_argument(
        "--corpus", action=Once, default="seeds/alliance",
        help="folder or table (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument("--all", action="store_true", help="show every pattern and its hits")
    parser.add_argument("--csv", metavar="FILE", help="write the hits of every pattern by source")
    parser.add_argument("--json", metavar="FILE", help="write all that was found, as tables")


def run(options) -> int:
    from crosscurrents.codebook import read_codebook
    from crosscurrents.corpus import read_corpus
    from crosscurrents.doubts import doubts
    from crosscurrents.measures import measure

    given = Path(options.codebook) if options.codebook else None
    book = read_codebook(given) if given else None
    corpus = read_corpus(options.corpus)
    own = corpus.path / "codebook.yml" if corpus.path else None
    if book is None and own and own.is_file():
        book = read_codebook(own)
    files = [name for name in ("csv", "json") if getattr(options, name)]
    if book is None and files:
        raise ValueError(
            f"--{files[0]} writes what a codebook finds, and corpus {options.corpus!r} has none; "
            "name one, or put codebook.yml into the corpus folder"
        )
    measures = measure(corpus, codebook=book)
    documents, record = measures.documents, measures.record["codebook"]
    texts = int(corpus.documents["at_hand"].sum())
    print(
        f"{len(documents):,} documents from {documents['source'].nunique():,} sources, "
        f"{int(documents['words'].sum()):,} words; {texts:,} texts available; "
        f"{_counted(record['themes'], 'theme')}, {_counted(record['scales'], 'scale')}"
    )
    if book is not None:
        tables = _tables(book, corpus, measures)
        print("\n".join(_report(tables, corpus, texts, options.all)))
        _write(tables, options)
    problems = left_out_lines(corpus.rejected.to_dict("records"))
    found = doubts(measures)
    if len(found):
        print("\nDocuments to look at\n")
        print("\n".join(f"  {row.doc_id}: {row.detail}" for row in found.itertuples()))
    empty = found[found["doubt"] == "no words"]
    problems += [f"{row.doc_id}: no prose is left of it" for row in empty.itertuples()]
    print("\n".join(problems), file=sys.stderr, end="\n" * bool(problems))
    return 1 if problems else 0


def _tables(book, corpus, measures) -> dict:
    from crosscurrents import coverage

    return {
        "themes": coverage.theme_reach(measures),
        "patterns": coverage.pattern_coverage(measures, book),
        "shared_patterns": coverage.shared_patterns(book),
        "shared_hits": coverage.shared_hits(book, corpus),
        "uncovered_words": coverage.uncovered_words(measures, book),
    }


def _write(tables: dict, options) -> None:
    """Write what was asked for, each file whole or not at all."""
    from crosscurrents.spreadsheet import guarded

    if options.csv:
        _replace(options.csv, guarded(tables["patterns"]).to_csv(index=False))
    if options.json:
        found = {name: json.loads(t.to_json(orient="records")) for name, t in tables.items()}
        _replace(options.json, json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def _replace(name: str, text: str) -> None:
    path = Path(name)
    if not path.absolute().parent.is_dir():
        raise ValueError(f"{name!r}: there is no folder {str(path.parent)!r} to write into")
    partial = path.with_name(f".{path.name}.part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _report(tables: dict, corpus, texts: int, every: bool) -> list[str]:
    """The lines of the report."""
    patterns = tables["patterns"]
    names = _largest(corpus)
    lines = ["", "Share of sentences with each theme", ""]
    lines += _grid(tables["themes"], "theme", "share", names, lambda share: f"{share:.0%}")
    lines += ["", f"Hits of {len(patterns):,} patterns" + ("" if every else ", the most frequent")]
    for theme, rows in patterns.groupby("theme", sort=False):
        rows = rows[rows["hits"] > 0].sort_values("hits", ascending=False, kind="stable")
        shown = rows if every else rows.head(SHOWN)
        lines += ["", f"{theme}: {int(rows['hits'].sum()):,} hits of {len(rows):,} patterns"]
        lines += _grid(shown, "pattern", "hits", names, lambda hits: f"{int(hits):,}")
    never = patterns[patterns["hits"] == 0]
    lines += ["", f"Patterns without a hit: {len(never) or 'none'}"]
    for theme, rows in never.groupby("theme", sort=False):
        lines += _wrapped(f"{theme}: ", ", ".join(rows["pattern"]))
    both = tables["shared_patterns"]
    lines += ["", f"Patterns in two themes: {len(both) or 'none'}"]
    lines += [_cut(f"  {r.pattern}: {r.theme} | {r.other}", WIDTH) for r in both.itertuples()]
    lines += ["", *_same_words(tables["shared_hits"], texts)]
    words = tables["uncovered_words"].head(WORDS)
    lines += ["", "Words that no theme covers, with their frequency"]
    told = ", ".join(f"{r.term} {r.uncovered:,}" for r in words.itertuples())
    return [*lines, *_wrapped("", told or "none"), ""]


def _same_words(table, texts: int) -> list[str]:
    if not texts:
        return ["Same words, two themes: not known without the texts"]
    lines = [f"Same words, two themes: {int(table['hits'].sum()):,} hits"]
    for row in table.head(PAIRS).itertuples():
        pair = f"{row.theme} ({row.pattern}) | {row.other} ({row.other_pattern})"
        lines.append(_cut(f"{row.hits:6,}  {pair}", WIDTH))
    more = len(table) - PAIRS
    return lines + ([f"        and {more:,} more pairs of patterns"] if more > 0 else [])


def _largest(corpus) -> list[str]:
    """The sources with the most documents."""
    number = corpus.documents["source"].value_counts(sort=False).sort_index()
    return number.sort_values(ascending=False, kind="stable").index[:COLUMNS].tolist()


def _grid(table, label: str, value: str, names: list[str], write) -> list[str]:
    """Rows of a table with a figure in all and of each source, flush right."""
    size = 11
    room = WIDTH - size * (len(names) + 1)
    heads = ["all", *(_cut(name, size - 1) for name in names)]
    lines = ["  " + " " * (room - 2) + "".join(head.rjust(size) for head in heads)]
    for _, row in table.iterrows():
        cells = [row[value], *(row[f"{value}_{name}"] for name in names)]
        name = _cut(str(row[label]), room - 3).ljust(room - 2)
        lines.append("  " + name + "".join(_figure(c, write).rjust(size) for c in cells))
    return lines if len(table) else []


def _figure(value, write) -> str:
    return "-" if value != value else write(value)


def _counted(names, noun: str) -> str:
    return f"{len(names):,} {noun}{'s' * (len(names) != 1)}"


def _wrapped(head: str, text: str) -> list[str]:
    return textwrap.wrap(
        head + text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
    )


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
