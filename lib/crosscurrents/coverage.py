"""What a codebook finds in a corpus and what it misses; a theme that is being written."""

from __future__ import annotations

import math
import tempfile
import textwrap
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from crosscurrents.codebook import Codebook, Theme, compose, decoded, listed_patterns, read_codebook
from crosscurrents.comparison import Comparison
from crosscurrents.core import tokenise
from crosscurrents.core.arrays import covered, owners
from crosscurrents.core.patterns import match
from crosscurrents.corpus import Corpus, read_corpus
from crosscurrents.measures import Measures, measure
from crosscurrents.passages import passages, pattern_matches
from crosscurrents.storage import write_whole
from crosscurrents.texts import content_terms, folded_words, token_batches, word_places
from crosscurrents.themes import matched_sentences, theme_names, theme_share
from crosscurrents.topic_model import topics
from crosscurrents.writing import counted

WIDTH = 100  # columns of a terminal
NAME = 20  # of them for the name of a source
SHOWN = 6  # patterns of a theme
COLUMNS = 5  # sources
WORDS, SENTENCES = 60, 10  # that no theme covers


def uncovered_words(measures, codebook: Codebook) -> pd.Series:
    """Count the content words that no pattern of a theme finds, the most frequent first.

    Stop words and numbers are no content; poles of scales cover nothing.

    Parameters
    ----------
    measures : Measures
        Made with this codebook; the texts are not needed.
    codebook : Codebook

    Returns
    -------
    Series
        Occurrences, indexed by term; by falling count, then by term.
    """
    counts = measures.terms[measures.terms["n"] == 1].groupby("term")["count"].sum()
    counts = counts[[any(map(str.isalpha, term)) for term in counts.index]]
    counts = counts[content_terms(counts.index, measures)]
    themes = tuple(t for t in codebook.themes if t.name in measures.record["codebook"]["themes"])
    tokens = tokenise([[term] for term in counts.index])
    found = np.zeros(len(counts), bool)
    found[word_places(tokens).document[match(themes, tokens).first]] = True
    return counts[~found].sort_values(ascending=False, kind="stable")


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


def coverage_lines(
    book: Codebook, corpus: Corpus, measures: Measures, *, every: bool = False
) -> list[str]:
    """Say in lines what a codebook finds and what it misses: shares, matches, words, sentences.

    Of each theme the most frequent patterns are shown and of sentences a sample, or all of them if
    `every` is true.
    """
    lines = []
    shares = theme_share(measures, themes=theme_names(measures, subthemes=True))
    if len(shares):
        lines += ["", "Share of the sentences of each source with each theme", ""]
        table = shares.pivot_table("share", "theme", "source", sort=False)
        coded = [name for name in shares.attrs["groups"] if name in table]  # in its language
        table = table[coded[:COLUMNS]].rename_axis(index=None, columns=None)
        table = table.rename(columns=lambda name: name[:NAME])
        lines += table.to_string(float_format="{:.0%}".format).splitlines()
    twins = {d: p for denial in book.denials for p, d in zip(denial.poles, denial.denied)}
    hits = pattern_matches(measures).replace({"theme": twins})  # negated ones are with their pole
    hits = hits.groupby(["theme", "pattern"], as_index=False)["matches"].sum()
    hits = hits.sort_values("matches", ascending=False, kind="stable")
    lines += ["", "Uses of each pattern" + ("" if every else ", the most frequent"), ""]
    for theme in [theme for theme in book.themes if theme.name not in twins]:
        own = hits[hits["theme"] == theme.name]
        told = _frequencies(own.set_index("pattern")["matches"], len(own) if every else SHOWN)
        lines += _wrapped(f"{theme.name} ({counted(int(own['matches'].sum()), 'use')}): {told}")
        if never := [p.text for p in theme.patterns if p.text not in {*own["pattern"]}]:
            lines += _wrapped(f"  without a use: {', '.join(never)}")
    told = _frequencies(uncovered_words(measures, book).head(WORDS), WORDS)
    lines += ["", "Words that no theme covers, with their frequency", *_wrapped(told)]
    sentences = uncovered_sentences(measures)
    lines += ["", f"Sentences that no theme covers: {len(sentences):,}"]
    sentences = passages(corpus, sentences)
    sentences = sentences[sentences["passage"] != ""]
    if len(sentences) > SENTENCES and not every:  # a sample, evenly over the corpus
        sentences = sentences.iloc[np.arange(SENTENCES) * len(sentences) // SENTENCES]
        lines[-1] += f", of which {SENTENCES} (--all shows the others)"
    texts = (f"  {row.doc_id}, {row.paragraph}: {row.passage}" for row in sentences.itertuples())
    lines += [text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…" for text in texts]
    return [*lines, ""]


def _frequencies(counts: pd.Series, most: int) -> str:
    """What occurs most, with its counts, and how many others do."""
    told = [f"{what} {count:,}" for what, count in counts.items()]
    told[most:] = [f"and {len(told) - most} more"] * (len(told) > most)
    return ", ".join(told) or "none"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
    )


LOOKED = 2_000  # words of a batch among which the missed ones are
MISSED = 30  # words that a draft does not find


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
    lists = [listed_patterns(text) for text in (patterns, exclusions)]
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
    others = tuple(t for t in codebook.themes if "/" not in t.name and t.name != theme.name)
    hits, near = [pd.DataFrame(columns=["pattern", "document", "other"], dtype=int)], []
    for doc_ids, tokens in token_batches(comparison.texts):
        found, rivals, place = match((theme,), tokens), match(others, tokens), word_places(tokens)
        document = np.array(doc_ids, dtype=object)[place.document[found.first]]
        own = pd.DataFrame({"pattern": found.pattern, "document": document})
        owner = dict(zip(rivals.first.tolist(), rivals.theme.tolist()))
        hits.append(own.assign(other=[owner.get(first, -1) for first in found.first.tolist()]))
        near.append(_words_near(tokens, found, rivals))
    table = pd.concat(hits[1:] or hits)
    pairs = table[table["other"] >= 0].value_counts(["pattern", "other"]).reset_index()
    pairs["shared"] = [f"{others[o].name} ({n})" for o, n in zip(pairs["other"], pairs["count"])]
    patterns = table.groupby("pattern")["document"].agg(matches="size", documents="nunique")
    patterns = patterns.reindex(range(len(theme.patterns)), fill_value=0)
    shared = pairs.groupby("pattern")["shared"].agg(", ".join)
    patterns["shared"] = [shared.get(k, "") for k in patterns.index]
    patterns.insert(0, "pattern", [pattern.text for pattern in theme.patterns])
    words = pd.concat(near or [pd.Series(dtype=int)]).groupby(level=0).sum()
    words = words.sort_values(ascending=False, kind="stable").head(LOOKED)
    words = words[content_terms(words.index, comparison)].head(MISSED)
    missed = pd.DataFrame({"word": words.index.astype("str"), "sentences": words.to_numpy()})
    patterns = patterns.sort_values("matches", ascending=False, kind="stable")
    return patterns.rename_axis(index=None), missed


def _words_near(tokens, found, rivals) -> pd.Series:
    """In how many sentences with a match each word occurs that no theme finds."""
    ids, vocabulary = folded_words(tokens)
    sentence = owners(tokens.words.sentences, np.arange(len(ids)))
    kept = np.isin(sentence, sentence[found.first])
    for hits in (found, rivals):
        kept &= ~covered(hits.first, hits.last + 1, len(ids))
    rows = pd.DataFrame({"word": ids[kept], "sentence": sentence[kept]}).drop_duplicates()
    counts = rows["word"].value_counts().head(LOOKED)
    return counts.set_axis(vocabulary[counts.index])


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
    root = compose(file, text)
    top = root.value if isinstance(root, yaml.MappingNode) else []
    themes = {key.value: value for key, value in top}.get("themes")
    entries = {key.value: (key, value) for key, value in getattr(themes, "value", None) or []}
    if entries and themes.flow_style:
        raise ValueError(f"codebook {file}: its themes are in braces; write a line for each")
    known = ((yaml.load(text, Loader=yaml.BaseLoader) or {}).get("themes") or {}).get(theme)
    entry = dict(known) if isinstance(known, dict) else {}
    if "themes" in entry:
        raise ValueError(f"theme {theme!r} has sub-themes; edit it in the file itself")
    entry |= {"patterns": patterns, "not": exclusions}
    entry = {theme: {name: value for name, value in entry.items() if value}}
    how = {"allow_unicode": True, "sort_keys": False, "width": math.inf}
    block = yaml.safe_dump(entry, default_flow_style=None, **how)
    block = textwrap.indent(block, " " * (themes.start_mark.column if entries else 2))
    if not entries:
        text = f"themes:\n{text}" if themes is None else text
        start = text.index("\n", text.index("themes:")) + 1
        return text[:start] + block + text[start:]
    key, value = entries.get(theme, (themes, None))
    start = key.start_mark.index - key.start_mark.column
    if value is None:  # a theme more, before the others
        return text[:start] + block + text[start:]
    return text[:start] + block.rstrip() + text[_end(value) :]


def _end(node: yaml.Node) -> int:
    """Where the text of a node ends; YAML says it of blocks by what follows, comments included."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        node = node.value[-1]
        node = node[1] if isinstance(node, tuple) else node
    return node.end_mark.index


def write_codebook(folder: str | Path, *, themes: int = 0) -> Path:
    """Write a skeleton of a codebook from the topics and the frequent words of a corpus.

    Raises ValueError if there is a codebook already, and as `read_corpus` does.
    """
    folder = Path(folder).expanduser()
    file = folder / "codebook.yml"
    if file.exists():
        raise ValueError(f"{str(file)!r} is there already; rename it to begin anew")
    measures = measure(read_corpus(folder), codebook=Codebook())
    frequent = [t for t in uncovered_words(measures, Codebook()).index if len(t) > 2][:100]
    book = {}
    for row in topics(Comparison(measures), number=themes).itertuples():
        about = f"found in {row.share:.0%} of the text; say what it is about"
        book[row.topic] = {"description": about, "patterns": row.terms.split(", ")}
    book = book or {"theme": {"description": "say what it is about", "patterns": frequent[:5]}}
    text = yaml.safe_dump({"themes": book}, allow_unicode=True, sort_keys=False, width=100)
    mark = {"initial_indent": "#   ", "subsequent_indent": "#   "}
    words = textwrap.fill(", ".join(frequent), WIDTH, **mark)
    head = "# A skeleton: topics were found by their words. Name them, move words, delete the rest."
    write_whole(file, f"{head}\n# The most frequent words:\n{words}\n{text}")
    return file
