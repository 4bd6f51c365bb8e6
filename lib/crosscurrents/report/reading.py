"""Reads and measures the corpus of a report, in a process of its own with the memory limit.

A corpus that is far larger than it looks cannot take the memory of the machine then. All that
parameters name is checked against the corpus.
"""

from __future__ import annotations

import contextlib
import math
import pickle
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosscurrents.numerals import counted
from crosscurrents.parameters import check_choices, choices_of, one_message
from crosscurrents.report.definitions import Definition
from crosscurrents.report.process import Process
from crosscurrents.report.publish import file_sha256

if TYPE_CHECKING:
    from crosscurrents.corpus import Corpus
    from crosscurrents.measures import Measures

# What a notebook is given depends on these of its parameters: (codebook, chronology).
Variant = tuple[str, bool]
OUTCOME = "outcome"  # file: a Reading or an exception, and what was warned of
WAIT = 0.02  # seconds between looks at whether it is done


@dataclass(frozen=True)
class Reading:
    """The corpus of a report as it was read.

    `found` has corpus, codebook_sha256 and lexicons as a record has them, size (documents, sources
    and words in a line), and title (of the codebook); `stores` the folder of each variant's
    measures.
    """

    found: dict[str, Any]
    stores: dict[Variant, Path]


@contextlib.contextmanager
def reading_of(definition: Definition) -> Iterator[Reading]:
    """Read and measure the corpus of a report; the measures are stored as long as the context.

    Raises ValueError for a corpus or codebook that cannot be read, in one message for all
    parameters that name what is not there, and if it takes too much memory.
    """
    with tempfile.TemporaryDirectory(prefix="crosscurrents-") as temporary:
        place = Path(temporary)
        arguments = {
            "corpus": str(definition.corpus.absolute()),
            "parameters": definition.parameters,
            "place": temporary,
        }
        with Process(
            f"{__name__}:read_and_measure", arguments, log=place / "log",
            time_limit=math.inf, memory_limit=definition.memory_limit,
        ) as process:  # fmt: skip
            while not process.has_ended():
                time.sleep(WAIT)
        if process.why:
            raise ValueError(f"reading the corpus {process.why}; see memory_limit")
        if not process.is_good:
            raise RuntimeError(f"reading the corpus ended early: {process.said()}")
        outcome, said = pickle.loads((place / OUTCOME).read_bytes())
        for text in said:
            warnings.warn(text, stacklevel=4)
        if isinstance(outcome, Exception):
            raise outcome
        yield outcome


def variant(parameters: dict[str, Any]) -> Variant:
    """Which of the measures a notebook with these parameters works on."""
    return parameters.get("codebook", ""), parameters.get("chronology", False)


def read_and_measure(corpus: str, parameters: dict[str, dict[str, Any]], place: str) -> None:
    """In the process: write what was found, or the error, and the measures into a folder."""
    outcome: Reading | Exception
    with warnings.catch_warnings(record=True) as said:
        try:
            corpora = _read_corpora(Path(corpus), parameters)
            stores = {
                name: measures.save(Path(place, f"measures{number}"))
                for number, (name, (_, measures)) in enumerate(corpora.items())
            }
            first = next(iter(parameters.values()))
            outcome = Reading(_found(*corpora[variant(first)], first), stores)
        except OSError as error:
            outcome = error
        except ValueError as error:
            outcome = ValueError(str(error))
        except Exception as error:
            traceback.print_exc()
            outcome = RuntimeError(f"{type(error).__name__}: {error}")
    texts = list(dict.fromkeys(str(warning.message) for warning in said))
    Path(place, OUTCOME).write_bytes(pickle.dumps((outcome, texts)))


def _read_corpora(
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
        corpus, measures = result[variant(values)]
        try:
            choices = choices_of(corpus, measures, values)
            check_choices(notebook, values, choices)
            left = sorted(_selected(measures, values).documents["source"].unique())
            check_choices(notebook, values, choices | {"target": left, "reference": left})
        except ValueError as error:
            mistakes.append(str(error))
    if mistakes:
        raise ValueError(one_message(mistakes))
    return result


def _selected(measures: Measures, parameters: dict[str, Any]) -> Measures:
    """The part of the measures that a notebook with these parameters looks at."""
    names = ("sources", "since", "until")
    given = {name: parameters[name] for name in names if parameters.get(name)}
    return measures.select(**given) if given else measures


def _found(corpus: Corpus, measures: Measures, first: dict[str, Any]) -> dict[str, Any]:
    """What `Reading.found` says; `first` are the parameters of the opening page."""
    from crosscurrents.lexicon import lexicon_hashes
    from crosscurrents.report.record import corpus_sha256

    documents, book = _selected(measures, first).documents, measures.record["codebook"]
    articles = counted(len(documents), "document")
    sources = counted(documents["source"].nunique(), "source")
    return {
        "corpus": {
            "sha256": corpus_sha256(corpus.documents),
            "documents": len(corpus.documents),
            "texts_at_hand": int(corpus.documents["at_hand"].sum()),
            "words": int(measures.documents["words"].sum()),
            "rejected": corpus.rejected.to_dict("records"),
            "files": _files_beside(corpus),
        },
        "codebook_sha256": book["sha256"],
        "lexicons": lexicon_hashes(),
        "size": f"{articles} from {sources}, {documents['words'].sum():,} words",
        "codebook_title": book.get("title", ""),
    }


def _files_beside(corpus: Corpus) -> dict[str, str]:
    """Hashes of the files of a corpus folder that are none of its documents: lists, codebook."""
    if corpus.path is None or not corpus.path.is_dir():
        return {}
    stored = [corpus.path / "measures" / name for name in ("record.json", "tone/record.json")]
    texts = {*corpus.documents["file"], *corpus.rejected["file"]}
    files = [f for f in sorted(corpus.path.iterdir()) if f.name not in texts]
    files = [f for f in [*files, *stored] if f.is_file() and not f.name.startswith(".")]
    return {f.relative_to(corpus.path).as_posix(): file_sha256(f) for f in files}
