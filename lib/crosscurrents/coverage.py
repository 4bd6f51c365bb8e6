"""What a codebook finds in a corpus and what it misses; a theme that is being written."""

from __future__ import annotations

import math
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import yaml

from crosscurrents.codebook import Codebook, Pattern, Theme, compose, decoded, read_codebook
from crosscurrents.comparison import Comparison
from crosscurrents.core import tokenise
from crosscurrents.core.patterns import match
from crosscurrents.frequency import content_terms
from crosscurrents.kept import write_whole
from crosscurrents.passages import passages
from crosscurrents.texts import folded_words, narrow, stop_words, token_batches, word_places
from crosscurrents.themes import matched_sentences, theme_names

if TYPE_CHECKING:
    from crosscurrents.corpus import Corpus
    from crosscurrents.measures import Measures

NONE = "(no theme)"
WIDTH = 100  # columns of a terminal
FIGURE = 11  # of them for a figure
SHOWN = 6  # patterns of a theme
COLUMNS = 5  # sources beside the whole
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


LOOKED = 2_000  # words of a batch among which the missed ones are
MISSED = 30  # words that a draft does not find
LONGEST = 200  # characters of what is looked up


# ---- a theme that is being written ------------------------------------------------------------


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
    """Whether a theme is another one: not the draft, nor its sub-theme, nor a pole of a scale."""
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


def save_theme(
    path: str | Path, theme: str, *, patterns: Sequence[str], exclusions: Sequence[str] = ()
) -> Path:
    """Write the patterns of one theme into a codebook's file, which is made if it is not there.

    The new file is checked as `read_codebook` does before it takes the place of the old one.
    Comments inside of the theme are lost; everything else stays as it was written.

    Parameters
    ----------
    path : str or Path
    theme : str
        One of the file's themes (not a sub-theme or a pole), or a new one.
    patterns, exclusions : sequence of str
        What the theme finds, and what does not count ("not").

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ValueError
        If a pattern cannot be read, there is none, or the theme has sub-themes or is a scale.
    OSError
        If the file cannot be written; the old one is then as it was.
    """
    path = Path(path)
    text = decoded(path) if path.is_file() else "themes:\n"
    text = _with_theme(text, path.name, theme, list(patterns), list(exclusions))
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / path.name
        draft.write_text(text, encoding="utf-8")
        read_codebook(draft)
    write_whole(path, text)
    return path


def _with_theme(text: str, file: str, theme: str, patterns: list, exclusions: list) -> str:
    """The text of a codebook with one theme written anew, or with a theme more."""
    if "/" in theme:
        raise ValueError(f"theme {theme!r} is a sub-theme or a pole; edit it in the file itself")
    themes = dict(_pairs(compose(file, text))).get("themes")
    entries = {key.value: (key, value) for key, value in getattr(themes, "value", None) or []}
    if entries and themes.flow_style:
        raise ValueError(f"codebook {file}: its themes are in braces; write a line for each")
    known = ((yaml.load(text, Loader=yaml.BaseLoader) or {}).get("themes") or {}).get(theme)
    entry = dict(known) if isinstance(known, dict) else {}
    if "themes" in entry:
        raise ValueError(f"theme {theme!r} has sub-themes; edit it in the file itself")
    entry |= {"patterns": patterns, "not": exclusions}
    entry = {name: value for name, value in entry.items() if value}
    block = yaml.safe_dump(
        {theme: entry}, default_flow_style=None, allow_unicode=True, sort_keys=False, width=math.inf
    )
    block = textwrap.indent(block, " " * (themes.start_mark.column if entries else 2))
    if theme in entries:
        key, value = entries[theme]
        start = key.start_mark.index - key.start_mark.column
        return text[:start] + block.rstrip() + text[_end(value) :]
    if entries:
        start = themes.start_mark.index - themes.start_mark.column
    elif themes is not None:  # "themes:" and nothing behind it
        start = text.index("\n", text.index("themes:")) + 1
    else:
        text, start = f"themes:\n{text}", len("themes:\n")
    return text[:start] + block + text[start:]


def _end(node: yaml.Node) -> int:
    """Where the text of a node ends; YAML says it of blocks by what follows, comments included."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        node = node.value[-1]
        node = node[1] if isinstance(node, tuple) else node
    return node.end_mark.index


def _pairs(node) -> list:
    if not isinstance(node, yaml.MappingNode):
        return []
    return [(key.value, value) for key, value in node.value]


def write_codebook(folder: str | Path, *, themes: int = 0) -> Path:
    """Write a skeleton of a codebook from the topics and the frequent words of a corpus.

    Raises ValueError if there is a codebook already, and as `read_corpus` does.
    """
    from crosscurrents.corpus import read_corpus
    from crosscurrents.measures import measure
    from crosscurrents.topic_model import topics

    folder = Path(folder).expanduser()
    file = folder / "codebook.yml"
    if file.exists():
        raise ValueError(f"{str(file)!r} is there already; rename it to begin anew")
    measures = measure(read_corpus(folder), codebook=Codebook())
    terms = measures.terms[measures.terms["n"] == 1]
    counts = terms.groupby("term")["count"].sum().sort_values(ascending=False, kind="stable")
    frequent = [t for t in counts.index if t not in stop_words() and len(t) > 2][:100]
    found = topics(Comparison(measures), number=themes)
    book = {
        row.topic: {"description": f"found in {row.share:.0%} of the text; say what it is about",
                    "patterns": row.terms.split(", ")}
        for row in found.itertuples()
    }  # fmt: skip
    if not book:
        book = {"theme": {"description": "say what it is about", "patterns": frequent[:5]}}
    text = yaml.safe_dump({"themes": book}, allow_unicode=True, sort_keys=False, width=100)
    head = (
        "# A skeleton: topics were found by their words. Name them, move words, delete the rest.\n"
    )
    listed = "".join(
        f"#   {', '.join(frequent[k : k + 10])}\n" for k in range(0, len(frequent), 10)
    )
    write_whole(file, f"{head}# The most frequent words:\n{listed}{text}")
    return file
