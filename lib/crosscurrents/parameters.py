"""What may stand in the parameters cell of each notebook, checked before a kernel starts.

papermill runs a notebook with its defaults when a parameter's name is misspelt, and with text where
a number belongs; so names, types and ranges are checked here.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from crosscurrents.kinds import (
    Count,
    Day,
    File,
    Files,
    Flag,
    Level,
    Lexicon,
    Names,
    Natural,
    NewFile,
    Period,
    Phrase,
    Reference,
    Text,
)

NEEDED = {int: "an integer", float: "a number", str: "text", bool: "true or false", list: "a list"}


class Parameters(BaseModel):
    """What every notebook takes: the corpus, which part of it, and the codebook."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    corpus: Text = "../seeds/alliance"
    sources: Names = []  # none: all of them
    since: Day = ""
    until: Day = ""
    codebook: Text = ""  # none: the corpus's own


class Resampling(BaseModel):
    """How intervals are made."""

    level: Level = 0.95
    resamples: Count = 1000
    seed: Natural = 0


class Brief(Resampling, Parameters):
    """The opening page."""

    previous: Text = ""  # none: the last good run


class Corpus(Parameters):
    """What was read, and what was left out."""

    chronology: Flag = False


class TermFrequency(Resampling, Parameters):
    """Which vocabulary is typical of each source."""

    n: Phrase = 1
    top_n: Count = 15
    min_count: Count = 3
    target: Text = ""  # none: each source in turn
    reference: Text = ""  # none: all the others together
    reference_list: Reference = ""  # none: the corpus's own sources
    by: Text = "source"
    term: Text = ""  # none: one that most sources use often
    window: Count = 5
    period: Period = "quarter"
    hide_stopwords: Flag = True


class Sentiment(Resampling, Parameters):
    """How the sources sound."""

    by: Text = "source"
    lexicon: Lexicon = "vader"
    topic_words: File = ""  # none: the corpus's own
    targets: File = ""  # none: the corpus's own
    period: Period = "quarter"
    top_n: Count = 8


class Themes(Resampling, Parameters):
    """What the sources write about, and their position on a scale."""

    by: Text = "source"
    theme: Text = ""  # none: all of them
    scale: Text = ""
    period: Period = "quarter"
    passages: Natural = 1
    topics: Natural = 0  # 0: the number that is most coherent
    coding_form: NewFile = ""
    codings: Files = []


class Explore(Parameters):
    """The workbench."""

    corpus: Text = "../seeds/harbour"


MODELS: dict[str, type[BaseModel]] = {
    "brief": Brief,
    "corpus": Corpus,
    "term_frequency": TermFrequency,
    "sentiment": Sentiment,
    "themes": Themes,
    "explore": Explore,
}


def read_parameters(path: str | Path) -> dict[str, Any]:
    """Names and defaults in the parameters cell of a notebook file, in their order.

    Raises
    ------
    ValueError
        If no cell, or more than one, is tagged `parameters`, or one holds more than literals.
    """
    path = Path(path)
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"notebook {path.name!r} is not a notebook file: {error}") from None
    tagged = [c for c in cells if "parameters" in c.get("metadata", {}).get("tags", [])]
    if len(tagged) != 1:
        raise ValueError(
            f"notebook {path.name!r} has {len(tagged)} cells tagged 'parameters', one is needed"
        )
    source = "".join(tagged[0]["source"])
    try:
        return dict(_assignment(node) for node in ast.parse(source).body)
    except (SyntaxError, ValueError) as error:
        raise ValueError(
            f"the parameters cell of notebook {path.name!r} must hold only 'name: type = literal': "
            f"{error}"
        ) from None


def _assignment(node: ast.stmt) -> tuple[str, Any]:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    if len(targets) != 1 or not isinstance(targets[0], ast.Name) or not getattr(node, "value", 0):
        raise ValueError(ast.unparse(node))
    try:
        return targets[0].id, ast.literal_eval(node.value)
    except ValueError:
        raise ValueError(ast.unparse(node)) from None


def model_of(notebook: str, defaults: dict[str, Any] | None = None) -> type[BaseModel]:
    """The model of a notebook; made from its own defaults for one that is none of MODELS."""
    model = MODELS.get(notebook)
    if model and (defaults is None or set(defaults) == set(model.model_fields)):
        return model
    common = get_type_hints(Resampling, include_extras=True)
    common |= get_type_hints(Parameters, include_extras=True)
    fields = {
        name: (common.get(name, type(value)), value) for name, value in (defaults or {}).items()
    }
    return create_model(notebook, __config__=Parameters.model_config, **fields)


def check_parameters(
    notebook: str, values: dict[str, Any], *, defaults: dict[str, Any] | None = None
) -> dict[str, Any]:
    """All parameters of a notebook, the given values in place of its defaults.

    Parameters
    ----------
    notebook
        Name of a notebook, such as 'term_frequency'.
    values
        Values by name.
    defaults
        Names and defaults of a notebook that has no model here.

    Raises
    ------
    ValueError
        One message for all names that are unknown and all values of a wrong type or out of range.

    Examples
    --------
    >>> check_parameters("term_frequency", {"top_n": 5})["top_n"]
    5
    >>> check_parameters("term_frequency", {"top_n": "abc"})
    Traceback (most recent call last):
    ValueError: parameter 'top_n' of notebook 'term_frequency' is 'abc', an integer ≥ 1 is needed
    """
    model = model_of(notebook, defaults)
    try:
        checked = model.model_validate(values).model_dump()
    except ValidationError as error:
        wrong = dict.fromkeys(str(e["loc"][0]) for e in error.errors(include_url=False))
        raise ValueError("; ".join(_message(notebook, model, n, values) for n in wrong)) from None
    since, until = checked.get("since", ""), checked.get("until", "")
    if since and until and since[: len(until)] > until:
        raise ValueError(
            f"parameter 'since' of notebook {notebook!r} is {since!r}, a day not after "
            f"until, {until!r}, is needed"
        )
    return checked


def _message(notebook: str, model: type[BaseModel], name: str, values: dict[str, Any]) -> str:
    if name not in model.model_fields:
        choices = sorted(model.model_fields)
        return f"parameter {name!r} is unknown to notebook {notebook!r}; choose from {choices}"
    field = model.model_fields[name]
    needed = field.description or NEEDED.get(field.annotation, field.annotation)
    return f"parameter {name!r} of notebook {notebook!r} is {values[name]!r}, {needed} is needed"


def one_message(mistakes: list[str]) -> str:
    """Messages of several notebooks as one; what is wrong in several of them is said once.

    >>> one_message(["parameter 'n' of notebook 'a' is 0", "parameter 'n' of notebook 'b' is 0"])
    "parameter 'n' of notebooks ['a', 'b'] is 0"
    """
    said: dict[str, list[str]] = {}
    for message in mistakes:
        for part in re.split(r"; (?=parameter ')", message):
            found = re.search(r" of notebook '([^']+)'", part)
            names = said.setdefault(part.replace(found[0], "", 1) if found else part, [])
            names += [found[1]] if found else []
    whole = []
    for text, names in said.items():
        of = f" of notebook {names[0]!r}" if len(names) == 1 else f" of notebooks {names}"
        head = re.match(r"parameter '[^']+'", text) if names else None
        whole.append(f"{head[0]}{of}{text[head.end() :]}" if head else text)
    return "; ".join(whole)


def parse_parameter(text: str, model: type[BaseModel], name: str) -> Any:
    """The value that a command line's text means for a parameter; the text itself if it fits none.

    >>> parse_parameter("5", TermFrequency, "top_n")
    5
    >>> parse_parameter("Mail, Star", TermFrequency, "sources")
    ['Mail', 'Star']
    >>> parse_parameter('["The Mail, London"]', TermFrequency, "sources")
    ['The Mail, London']
    >>> parse_parameter("2016", TermFrequency, "since")
    '2016'
    """
    annotation = model.model_fields[name].annotation if name in model.model_fields else str
    if annotation is list or get_origin(annotation) is list:
        if text.lstrip().startswith("["):
            try:
                return json.loads(text)
            except ValueError:
                return text
        return [part.strip() for part in text.split(",") if part.strip()]
    if annotation is bool:
        return {"true": True, "false": False}.get(text.lower(), text)
    if annotation in (int, float):
        try:
            return annotation(text)
        except ValueError:
            return text
    return text
