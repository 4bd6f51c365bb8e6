"""The corpus of a report, measured for each of its settings, and its notebooks' choices checked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosscurrents.choices import check_choices, choices_of
from crosscurrents.parameters import one_message
from crosscurrents.report.checks import Failure

if TYPE_CHECKING:
    from crosscurrents.corpus import Corpus
    from crosscurrents.measures import Measures
    from crosscurrents.report.definition import Definition

# What a notebook is given depends on these of its parameters: (codebook, chronology).
Variant = tuple[str, bool]
Corpora = dict[Variant, "tuple[Corpus, Measures]"]


def variant(parameters: dict[str, Any]) -> Variant:
    """Which of the corpora a notebook with these parameters works on."""
    return parameters.get("codebook", ""), parameters.get("chronology", False)


def read_corpora(definition: Definition) -> Corpora:
    """The corpus, measured once for each codebook and setting; all choices checked against it.

    Raises ValueError for a corpus or codebook that cannot be read, and in one message for all
    parameters that name what is not there.
    """
    from crosscurrents.corpus import read_corpus
    from crosscurrents.measures import measure

    result = {}
    for codebook, chronology in dict.fromkeys(map(variant, definition.parameters.values())):
        corpus = read_corpus(definition.corpus, chronology=chronology)
        result[codebook, chronology] = corpus, measure(corpus, codebook=codebook or None)
    mistakes = []
    for notebook, values in definition.parameters.items():
        try:
            _check_against(notebook, values, *result[variant(values)])
        except ValueError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ValueError(one_message(mistakes))
    return result


def _check_against(
    notebook: str, values: dict[str, Any], corpus: Corpus, measures: Measures
) -> None:
    choices = choices_of(corpus, measures, values)
    check_choices(notebook, values, choices)
    left = selected(measures, values).documents["source"].unique()
    check_choices(notebook, {**values, "sources": []}, {**choices, "source": sorted(left)})


def selected(measures: Measures, parameters: dict[str, Any]) -> Measures:
    """The part of the measures that a notebook with these parameters looks at."""
    names = ("sources", "since", "until")
    given = {name: parameters[name] for name in names if parameters.get(name)}
    return measures.select(**given) if given else measures


def files_of(definition: Definition) -> dict[str, tuple[int, int]]:
    """Size and time of change of each file of a corpus: its state, as far as a look can tell."""
    corpus, out = definition.corpus, definition.out.resolve()
    result = {}
    tops = os.walk(corpus) if corpus.is_dir() else [(corpus.parent, [], [corpus.name])]
    for folder, folders, names in tops:
        folders[:] = [n for n in folders if n[0] != "." and Path(folder, n).resolve() != out]
        for name in names:
            try:
                state = Path(folder, name).stat()
            except OSError:
                continue
            result[str(Path(folder, name))] = state.st_size, state.st_mtime_ns
    return result


def changed_files(before: dict[str, tuple[int, int]], definition: Definition) -> list[Failure]:
    """A failure if files of a corpus changed since: notebooks may have read different ones."""
    now = files_of(definition)
    changed = sorted(name for name in before | now if before.get(name) != now.get(name))
    if not changed:
        return []
    what = "appeared" if changed[0] not in before else "changed"
    what = "disappeared" if changed[0] not in now else what
    more = f", and {len(changed) - 1} more files changed" if len(changed) > 1 else ""
    error = f"the corpus changed while the report was made: {changed[0]} {what}{more}"
    return [Failure("", "", error)]
