"""The program that reads and measures the corpus of a report, within the report's memory limit.

It is a process of its own so that a corpus which is far larger than it looks cannot take the
memory of the machine, and it checks all that parameters name against the corpus.
"""

from __future__ import annotations

import contextlib
import json
import math
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosscurrents.choices import check_choices, choices_of
from crosscurrents.parameters import one_message
from crosscurrents.report.processes import Program, leave, orders

if TYPE_CHECKING:
    from crosscurrents.corpus import Corpus
    from crosscurrents.measures import Measures
    from crosscurrents.report.definition import Definition

# What a notebook is given depends on these of its parameters: (codebook, chronology).
Variant = tuple[str, bool]
ERRORS = {"bad input": ValueError, "disk": OSError, "other": RuntimeError}
WAIT = 0.02  # seconds between looks at whether it is done


class Reading:
    """The corpus of a report as the program has read it.

    `found` has corpus, codebook_sha256 and lexicons as a record has them, size (documents, sources
    and words in a line), and title (of the codebook).
    """

    def __init__(self, program: Program, place: Path) -> None:
        self._program, self._place = program, place
        self.found = self._answer("found")

    def store(self, folder: Path) -> dict[Variant, Path]:
        """Have the measures of each variant stored below a folder."""
        self._program.tell({"store": str(folder)})
        places = self._answer("stored")["places"]
        return {(codebook, chronology): Path(path) for codebook, chronology, path in places}

    def _answer(self, name: str) -> dict[str, Any]:
        """What the program writes into a file; raises the error that it says."""
        file = self._place / f"{name}.json"
        while not file.is_file() and not self._program.has_ended():
            time.sleep(WAIT)
        if not file.is_file():
            program = self._program
            if program.why:
                raise ValueError(f"reading the corpus {program.why}; see memory_limit")
            raise RuntimeError(f"reading the corpus ended early: {program.said() or 'killed'}")
        answer = json.loads(file.read_text(encoding="utf-8"))
        for said in answer.get("warnings", []):
            warnings.warn(said, stacklevel=4)
        if "error" in answer:
            raise ERRORS[answer["kind"]](answer["error"])
        return answer


@contextlib.contextmanager
def reading_of(definition: Definition) -> Iterator[Reading]:
    """Read and measure the corpus of a report.

    Raises ValueError for a corpus or codebook that cannot be read, in one message for all
    parameters that name what is not there, and if it takes too much memory.
    """
    with tempfile.TemporaryDirectory(prefix="crosscurrents-") as temporary:
        place = Path(temporary)
        order = {
            "corpus": str(definition.corpus.absolute()),
            "parameters": definition.parameters,
            "place": temporary,
        }
        limits = {"time_limit": math.inf, "memory_limit": definition.memory_limit}
        with Program(__name__, order, log=place / "log", **limits) as program:
            yield Reading(program, place)


def variant(parameters: dict[str, Any]) -> Variant:
    """Which of the measures a notebook with these parameters works on."""
    return parameters.get("codebook", ""), parameters.get("chronology", False)


def main() -> None:
    """Read and measure; write what was found; store the measures when that is ordered."""
    waiting = orders()
    order = waiting.get()
    place = Path(order["place"])
    with warnings.catch_warnings(record=True) as said:
        try:
            corpora = read_corpora(Path(order["corpus"]), order["parameters"])
            first = next(iter(order["parameters"].values()))
            answer = _found(corpora, first)
        except Exception as error:
            traceback.print_exc()
            answer = _error_of(error)
    answer["warnings"] = list(dict.fromkeys(str(w.message) for w in said))
    _write(place / "found.json", answer)
    if "error" in answer:
        leave(1)
    folder = Path(waiting.get()["store"])
    try:
        places = [
            [*name, str(measures.save(folder / f"measures{number}"))]
            for number, (name, (_, measures)) in enumerate(corpora.items())
        ]
        answer = {"places": places}
    except Exception as error:
        answer = _error_of(error)
    _write(place / "stored.json", answer)
    leave(0)


def _error_of(error: Exception) -> dict[str, Any]:
    """What is wrong, in words that the starter can raise it with."""
    if isinstance(error, ValueError | FileNotFoundError | NotADirectoryError):
        return {"error": _said(error), "kind": "bad input"}
    if isinstance(error, OSError):
        return {"error": _said(error), "kind": "disk"}
    return {"error": f"{type(error).__name__}: {error}", "kind": "other"}


def _said(error: Exception) -> str:
    if not isinstance(error, OSError) or not error.strerror:
        return str(error)
    return f"{error.strerror}: {error.filename}" if error.filename else error.strerror


def _write(file: Path, content: dict[str, Any]) -> None:
    partial = file.with_suffix(".part")
    partial.write_text(json.dumps(content), encoding="utf-8")
    partial.replace(file)


def read_corpora(
    path: Path, parameters: dict[str, dict[str, Any]]
) -> dict[Variant, tuple[Corpus, Measures]]:
    """The corpus, measured once for each codebook and setting; all choices checked against it."""
    from crosscurrents.corpus import read_corpus
    from crosscurrents.measures import measure

    result = {}
    for codebook, chronology in dict.fromkeys(map(variant, parameters.values())):
        corpus = read_corpus(path, chronology=chronology)
        result[codebook, chronology] = corpus, measure(corpus, codebook=codebook or None)
    mistakes = []
    for notebook, values in parameters.items():
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
    left = _selected(measures, values).documents["source"].unique()
    check_choices(notebook, {**values, "sources": []}, {**choices, "source": sorted(left)})


def _selected(measures: Measures, parameters: dict[str, Any]) -> Measures:
    """The part of the measures that a notebook with these parameters looks at."""
    names = ("sources", "since", "until")
    given = {name: parameters[name] for name in names if parameters.get(name)}
    return measures.select(**given) if given else measures


def _found(
    corpora: dict[Variant, tuple[Corpus, Measures]], first: dict[str, Any]
) -> dict[str, Any]:
    """What `Reading.found` says; `first` are the parameters of the opening page."""
    from crosscurrents.report.record import made_from

    corpus, measures = corpora[variant(first)]
    documents = _selected(measures, first).documents
    counts = {"document": len(documents), "source": documents["source"].nunique()}
    named = [f"{n:,} {noun}{'s' * (n != 1)}" for noun, n in counts.items()]
    return {
        **made_from(corpus, measures),
        "size": f"{' from '.join(named)}, {int(documents['words'].sum()):,} words",
        "codebook_title": measures.record["codebook"].get("title", ""),
    }


if __name__ == "__main__":
    sys.exit(main())
