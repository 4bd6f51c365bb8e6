"""Lists that come with a corpus: words that must not count as feeling, and named targets."""

from __future__ import annotations

from pathlib import Path

from crosscurrents.codebook import Pattern, Theme, read_codebook
from crosscurrents.corpus import Corpus

TOPIC_WORDS, TARGETS = "topic_words.txt", "targets.yml"  # files of a corpus folder


def topic_words_of(corpus: Corpus, path: str | Path | None = None) -> tuple[Theme, ...]:
    """The terms that must not count: of a file, by default the corpus's own, none for ""."""
    path = _own(corpus, TOPIC_WORDS) if path is None else path
    return (read_terms(path),) if str(path) else ()


def targets_of(corpus: Corpus, path: str | Path | None = None) -> tuple[Theme, ...]:
    """The named targets: of a file, by default the corpus's own, none for ""."""
    path = _own(corpus, TARGETS) if path is None else path
    return tuple(read_codebook(path).themes) if str(path) else ()


def _own(corpus: Corpus, name: str) -> str | Path:
    there = corpus.path is not None and (corpus.path / name).is_file()
    return corpus.path / name if there else ""


def read_terms(path: str | Path) -> Theme:
    """Read a list of terms that must not count: a pattern a line, `#` begins a remark.

    Raises
    ------
    ValueError
        A file that is not there or no UTF-8 text, a line that is no pattern, a term that stands
        twice, a file without terms; names file and line.
    """
    path = Path(path)
    if not path.is_file():
        raise ValueError(f"list of terms {str(path)!r} is not there; name a text file")
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"list of terms {path.name!r} is not UTF-8 text ({error})") from None
    patterns: dict[str, Pattern] = {}
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        try:
            pattern = Pattern.parse(text)
        except ValueError as error:
            raise ValueError(f"list of terms {path.name!r}, line {number}: {error}") from None
        if text in patterns:
            raise ValueError(f"list of terms {path.name!r}, line {number}: {text!r} stands twice")
        patterns[text] = pattern
    if not patterns:
        raise ValueError(f"list of terms {path.name!r} holds no term; write one a line")
    return Theme(path.stem, "terms that do not count", tuple(patterns.values()))
