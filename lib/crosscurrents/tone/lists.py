"""Lists that come with a corpus: words that must not count, and named targets."""

from __future__ import annotations

from pathlib import Path

from crosscurrents.codebook import Pattern, Theme, read_codebook
from crosscurrents.corpus import Corpus
from crosscurrents.lexicon import Lexicon, read_lexicon
from crosscurrents.tone.tables import PLACE, Tools

LEXICONS = ("vader", "afinn", "pattern")
GUARD, TARGETS = "topic_words.txt", "targets.yml"  # files of a corpus folder


def tools_of(corpus: Corpus, lexicons, guard, targets) -> tuple[Tools, str]:
    """The lexicons and lists to measure a corpus with, and the lexicon that was asked for first."""
    wanted = [read_lexicon(lexicon) for lexicon in dict.fromkeys([*lexicons, *LEXICONS])]
    _check_names(wanted)
    tools = Tools(
        tuple(sorted(wanted, key=lambda lexicon: [*LEXICONS, lexicon.name].index(lexicon.name))),
        _themes(corpus, guard, GUARD, lambda path: (read_terms(path),)),
        _themes(corpus, targets, TARGETS, lambda path: read_codebook(path).themes),
    )
    return tools, wanted[0].name


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


def _check_names(lexicons: list[Lexicon]) -> None:
    """Raise ValueError for a lexicon whose name is that of another, or of a column."""
    names = [lexicon.name for lexicon in lexicons]
    taken = [*PLACE, "words", "quoted", "target", "mentions", "others", "window", "guarded"]
    for name in names:
        if names.count(name) > 1 or name in taken or "_" in name:
            raise ValueError(
                f"lexicon {name!r}: a file's name must have no underscore and differ from {names} "
                f"and {taken}; rename it"
            )


def _themes(corpus: Corpus, path, own: str, read) -> tuple[Theme, ...]:
    if path is None:
        path = corpus.path / own if corpus.path and (corpus.path / own).is_file() else ""
    return tuple(read(path)) if str(path) else ()
