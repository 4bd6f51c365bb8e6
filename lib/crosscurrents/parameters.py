"""The parameters of a notebook: read from its annotated cell, checked before a kernel starts.

papermill runs a notebook with its defaults when a parameter's name is misspelt, and with text where
a number belongs; so names, types, ranges and choices are checked here.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, create_model

from crosscurrents.dates import read_date
from crosscurrents.lexicon import NAMED

if TYPE_CHECKING:
    from crosscurrents.corpus import Corpus
    from crosscurrents.measures import Measures


def _day(text: str) -> str:
    if read_date(text) != text:
        raise ValueError
    return text


def _path(fits: Callable[[Path], bool]) -> Callable[[str], str]:
    """A check of a path, which becomes absolute, since a notebook may run in another folder."""

    def check(text: str) -> str:
        path = Path(text).expanduser().resolve()
        if not fits(path):
            raise ValueError
        return str(path)

    return check


_file = _path(Path.is_file)
_new_file = _path(lambda path: path.parent.is_dir() and not path.is_dir())
# Types by what the cell's annotation says, and how the message about another value ends.
TYPES = {
    "bool": (bool, "true or false"),
    "int": (int, "an integer"),
    "float": (float, "a number"),
    "str": (str, "text"),
    "list": (list, "a list"),
    "list[str]": (list[str], "a list of text"),
}
# The comment of a parameter may end in brackets that narrow it: a range of numbers, choices
# ("keep | first"), or one of these checks of what is not empty.
RANGES = {"≥": ("ge",), "from": ("ge", "le"), "between": ("gt", "lt")}
CHECKS = {
    "date": ("a year, month or day such as '2016', '2016-05' or '2016-05-04'", _day),
    "file": ("the path of a file that is there", _file),
    "files": ("a list of paths of files that are there", lambda names: list(map(_file, names))),
    "new file": ("the path of a file, in a folder that is there", _new_file),
    "lexicon": (
        f"one of {list(NAMED)} or the path of a CSV file",
        lambda text: text if text in NAMED else _file(text),
    ),
}


def kind(annotation: str, narrowed: str = "") -> Any:
    """The kind of a parameter by its annotation, and what its comment says in brackets."""
    base, needed = TYPES[annotation]
    first, checks, limits = narrowed.split(" ")[0], [], {}
    if narrowed in CHECKS:
        needed, check = CHECKS[narrowed]
        checks = [AfterValidator(lambda value: value and check(value))]
    elif first in RANGES:
        needed = f"{needed} {narrowed}"
        limits = dict(zip(RANGES[first], map(float, re.findall(r"[0-9.]+", narrowed))))
    elif "|" in narrowed:
        choices = [choice.strip() for choice in narrowed.split("|")]
        base, needed = Literal[tuple(choices)], f"one of {choices}"
    elif narrowed:
        known = [
            f"[{name}]" for name in (*CHECKS, "≥ 1", "from 1 to 3", "between 0 and 1", "a | b")
        ]
        raise ValueError(
            f"a comment ends in [{narrowed}], which narrows nothing; choose from {known}"
        )
    return Annotated[(base, *checks, Field(description=needed, **limits))]


def read_schema(path: str | Path) -> type[BaseModel]:
    """The parameters of a notebook file as a model that has the notebook's name.

    Names, types, defaults and their order come from the cell tagged `parameters`; what narrows a
    type stands in brackets at the end of its comment: `n: int = 1  # words [from 1 to 3]`.

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
    try:
        text = "".join(tagged[0]["source"])
        lines = text.splitlines()
        fields = dict(_field(node, lines[node.end_lineno - 1]) for node in ast.parse(text).body)
    except (SyntaxError, ValueError) as error:
        raise ValueError(
            f"the parameters cell of notebook {path.name!r} must hold only 'name: type = literal': "
            f"{error}"
        ) from None
    config = ConfigDict(strict=True, extra="forbid", validate_default=True)
    return create_model(path.stem, __config__=config, **fields)


def _field(node: ast.stmt, line: str) -> tuple[str, tuple[Any, Any]]:
    """Name, kind and default of an assignment; `line` has its comment."""
    match node:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=said, value=ast.expr() as value):
            annotation = ast.unparse(said)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            annotation = ""
        case _:
            raise ValueError(ast.unparse(node))
    try:
        default = ast.literal_eval(value)
    except ValueError:
        raise ValueError(ast.unparse(node)) from None
    if annotation not in TYPES:
        annotation = type(default).__name__
    narrowed = re.search(r"#.*\[([^\[\]]+)\]\s*$", line)
    known = kind(annotation, narrowed[1] if narrowed else "") if annotation in TYPES else Any
    return name, (known, default)


def check_parameters(schema: type[BaseModel], values: dict[str, Any]) -> dict[str, Any]:
    """All parameters of a notebook, the given values in place of its defaults.

    Parameters
    ----------
    schema
        That of the notebook, see `read_schema`.
    values
        Values by name.

    Raises
    ------
    ValueError
        One message for all names that are unknown and all values of a wrong type or out of range.

    Examples
    --------
    >>> schema = create_model("words", top_n=(kind("int", "≥ 1"), 15))
    >>> check_parameters(schema, {"top_n": 5})
    {'top_n': 5}
    >>> check_parameters(schema, {"top_n": "abc"})
    Traceback (most recent call last):
    ValueError: parameter 'top_n' of notebook 'words' is 'abc', an integer ≥ 1 is needed
    """
    try:
        return schema.model_validate(values).model_dump()
    except ValidationError as error:
        wrong = dict.fromkeys(str(e["loc"][0]) for e in error.errors(include_url=False))
        raise ValueError("; ".join(_message(schema, name, values) for name in wrong)) from None


def _message(schema: type[BaseModel], name: str, values: dict[str, Any]) -> str:
    notebook, fields = schema.__name__, schema.model_fields
    if name not in fields:
        choices = sorted(fields)
        return f"parameter {name!r} is unknown to notebook {notebook!r}; choose from {choices}"
    value = values.get(name, fields[name].default)
    needed = fields[name].description
    return f"parameter {name!r} of notebook {notebook!r} is {value!r}, {needed} is needed"


def one_message(mistakes: list[str]) -> str:
    """Messages of several notebooks as one; what is wrong in several of them is said of the first.

    >>> one_message(["parameter 'n' of notebook 'a' is 0", "parameter 'n' of notebook 'b' is 0"])
    "parameter 'n' of notebook 'a' is 0"
    """
    said: dict[str, str] = {}
    for part in (p for mistake in mistakes for p in re.split(r"; (?=parameter ')", mistake)):
        said.setdefault(re.sub(r" of notebook '[^']*'", "", part), part)
    return "; ".join(said.values())


def parse_parameter(text: str, schema: type[BaseModel], name: str) -> Any:
    """The value that a command line's text means for a parameter; the text itself if it fits none.

    >>> schema = create_model("words", top_n=(int, 15), sources=(list[str], []))
    >>> parse_parameter("5", schema, "top_n")
    5
    >>> parse_parameter("Mail, Star", schema, "sources")
    ['Mail', 'Star']
    >>> parse_parameter('["The Mail, London"]', schema, "sources")
    ['The Mail, London']
    """
    own = type(schema.model_fields[name].default) if name in schema.model_fields else str
    if own is list and not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    if own is bool:
        return {"true": True, "false": False}.get(text.lower(), text)
    try:
        return json.loads(text) if own is list else own(text) if own in (int, float) else text
    except ValueError:
        return text


def choices_of(corpus: Corpus, measures: Measures, values: dict[str, Any]) -> dict[str, list[str]]:
    """What there is to choose from in a corpus and its codebook, by parameter.

    Raises
    ------
    ValueError
        If a lexicon or a list that the parameters name cannot be read.
    """
    from crosscurrents.codebook import read_codebook
    from crosscurrents.corpus.files import user_columns
    from crosscurrents.lexicon import read_lexicon
    from crosscurrents.measures.tone import targets_of, topic_words_of

    lists = {"topic_words": topic_words_of, "targets": targets_of}
    for name in values.keys() & lists:
        lists[name](corpus, values[name] or None)
    if "lexicon" in values:
        read_lexicon(values["lexicon"])
    documents, book = measures.documents, measures.record["codebook"]
    if values.get("codebook"):
        book = read_codebook(values["codebook"]).record()
    sources = sorted(documents["source"].unique())
    return {
        **dict.fromkeys(["sources", "target", "reference"], sources),
        "theme": sorted(book["themes"]),
        "scale": sorted(book["scales"]),
        "by": user_columns(documents),
    }


def check_choices(notebook: str, values: dict[str, Any], choices: dict[str, list[str]]) -> None:
    """Raise one ValueError for all values that name what the corpus or the codebook does not hold.

    Parameters
    ----------
    choices
        What there is to choose from, as `choices_of` gives it.

    >>> check_choices("themes", {"theme": "trade"}, {"theme": ["energy", "war"]})
    Traceback (most recent call last):
    ValueError: parameter 'theme' of notebook 'themes' is 'trade'; choose from ['energy', 'war']
    """
    wrong = [
        f"parameter {name!r} of notebook {notebook!r} is {item!r}; choose from {choices[name]}"
        for name in values
        if name in choices and values[name]
        for item in (values[name] if isinstance(values[name], list) else [values[name]])
        if item not in choices[name]
    ]
    both = values.get("target")
    if both and both == values.get("reference"):
        known = [source for source in choices.get("target", []) if source != both]
        wrong.append(
            f"parameter 'reference' of notebook {notebook!r} is its target, {both!r}; "
            f"choose from {known}"
        )
    if wrong:
        raise ValueError("; ".join(wrong))
