"""The corpus of a report, measured for each of its settings, and its notebooks' choices checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crosscurrents.choices import check_choices, choices_of

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
        raise ValueError("; ".join(dict.fromkeys(mistakes)))
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
