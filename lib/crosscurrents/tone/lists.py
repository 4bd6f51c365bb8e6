"""What tone is measured with: lexicons by name or file, the corpus's lists."""

from __future__ import annotations

from crosscurrents.codebook.lists import guard_of, targets_of
from crosscurrents.corpus import Corpus
from crosscurrents.lexicon import Lexicon, installed, read_lexicon
from crosscurrents.tone.tables import PLACE, Tools


def tools_of(corpus: Corpus, lexicons, guard, targets) -> tuple[Tools, str]:
    """The lexicons and lists to measure a corpus with, and the lexicon that was asked for first."""
    known = installed()
    wanted = [read_lexicon(lexicon) for lexicon in dict.fromkeys([*lexicons, *known])]
    _check_names(wanted)
    ordered = sorted(wanted, key=lambda lexicon: [*known, lexicon.name].index(lexicon.name))
    tools = Tools(tuple(ordered), guard_of(corpus, guard), targets_of(corpus, targets))
    return tools, wanted[0].name


def _check_names(lexicons: list[Lexicon]) -> None:
    """Raise ValueError for a lexicon whose name is that of another, or of a column."""
    names = [lexicon.name for lexicon in lexicons]
    taken = [*PLACE, "words", "quoted", "target", "mentions", "window", "guarded"]
    for name in names:
        if names.count(name) > 1 or name in taken or "_" in name:
            raise ValueError(
                f"lexicon {name!r}: a file's name must have no underscore and differ from {names} "
                f"and {taken}; rename it"
            )
