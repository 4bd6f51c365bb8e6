"""A theme that is being written: what it finds and may miss, and how it gets into its file."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from crosscurrents.codebook import Codebook, Pattern, Theme, compose, decoded, read_codebook
from crosscurrents.comparison import Comparison
from crosscurrents.core.matching import match
from crosscurrents.frequency import content_terms
from crosscurrents.texts import folded_words, narrow, token_batches, word_places

LOOKED = 2_000  # words of a batch among which the missed ones are
MISSED = 30  # words that a draft does not find
LONGEST = 200  # characters of what is looked up
PLAIN = re.compile(r"[^\W\d_][\w*'’-]*(?: [^\W_][\w*'’-]*)*")  # no sign that YAML gives a meaning
NOTHING = ("null",)


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


def save_theme(
    path: str | Path, theme: str, *, patterns: Sequence[str], exclusions: Sequence[str] = ()
) -> Path:
    """Write the patterns of one theme into a codebook's file, which is made if it is not there.

    The new file is checked as `read_codebook` does before it takes the place of the old one.
    Comments inside of the two lists are lost; everything else stays as it was written.

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
    handle, partial = tempfile.mkstemp(suffix=".yml", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        try:
            read_codebook(partial)
        except ValueError as error:
            raise ValueError(str(error).replace(Path(partial).name, path.name)) from None
        if path.is_file():
            Path(partial).chmod(path.stat().st_mode)
        Path(partial).replace(path)
    finally:
        Path(partial).unlink(missing_ok=True)
    return path


def _with_theme(text: str, file: str, theme: str, patterns: list, exclusions: list) -> str:
    """The text of a codebook with one theme's lists replaced, or with a theme more."""
    if "/" in theme:
        raise ValueError(f"theme {theme!r} is a sub-theme or a pole; edit it in the file itself")
    root = compose(file, text)
    top = dict(_pairs(root))
    themes = top.get("themes")
    if themes is None:
        return f"themes:\n{_entry(theme, patterns, exclusions)}{text}"
    found = dict(_pairs(themes)).get(theme)
    if found is None:
        at = themes.start_mark.index - themes.start_mark.column
        if not isinstance(themes, yaml.MappingNode):  # "themes:" and nothing behind it
            at = text.index("\n", text.index("themes:")) + 1
        elif themes.flow_style:
            raise ValueError(f"codebook {file}: its themes stand in braces; write a line for each")
        indent = themes.start_mark.column if isinstance(themes, yaml.MappingNode) else 2
        return text[:at] + _entry(theme, patterns, exclusions, indent) + text[at:]
    if isinstance(found, yaml.SequenceNode):
        if exclusions:
            inner = " " * (themes.start_mark.column + 2)
            block = f"\n{inner}patterns: {_list(patterns)}\n{inner}not: {_list(exclusions)}"
            return _replaced(text, found, block)
        return _replaced(text, found, _list(patterns))
    parts = dict(_pairs(found))
    if "themes" in parts:
        raise ValueError(f"theme {theme!r} has sub-themes; edit it in the file itself")
    wanted = {"patterns": patterns, "not": exclusions}
    changes = []
    inner = " " * found.start_mark.column
    behind = parts["patterns"]
    for key, items in wanted.items():
        if key in parts:
            changes.append((parts[key], _list(items) if items else "[]"))
    if exclusions and "not" not in parts:
        changes = [(behind, f"{_list(patterns)}\n{inner}not: {_list(exclusions)}")]
    for node, block in sorted(changes, key=lambda change: -change[0].start_mark.index):
        text = _replaced(text, node, block)
    return text if exclusions or "not" not in parts else _without_empty(text, inner)


def _without_empty(text: str, inner: str) -> str:
    """The text without the list of exclusions that has become empty."""
    return text.replace(f"\n{inner}not: []", "", 1)


def _replaced(text: str, node, block: str) -> str:
    start, end = node.start_mark.index, node.end_mark.index
    found = text[start:end]
    tail = found[len(found.rstrip()) :] if not node.flow_style else ""  # a block ends a line late
    if not node.flow_style and node.start_mark.column:
        line = text.rfind("\n", 0, start)
        start = len(text[:line].rstrip()) if not text[line:start].strip() else start
        block = f" {block}"
    return text[:start] + block + tail + text[end:]


def _entry(theme: str, patterns: list, exclusions: list, indent: int = 2) -> str:
    outer, inner = " " * indent, " " * (indent + 2)
    lines = [f"{outer}{_scalar(theme)}:", f"{inner}patterns: {_list(patterns)}"]
    if exclusions:
        lines.append(f"{inner}not: {_list(exclusions)}")
    return "\n".join(lines) + "\n"


def _list(items: list) -> str:
    return f"[{', '.join(map(_scalar, items))}]"


def _scalar(item: str) -> str:
    """A text as YAML reads it: words as they are, all else in double quotes."""
    if PLAIN.fullmatch(item) and item.lower() not in NOTHING:
        return item
    escaped = str(item).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _pairs(node) -> list:
    if not isinstance(node, yaml.MappingNode):
        return []
    return [(key.value, value) for key, value in node.value]
