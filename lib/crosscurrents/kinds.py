"""Kinds of parameters: what a value may be, and what the message about another one asks for."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from crosscurrents.lexicon import NAMED

FULL_DATE = "2016-01-01"  # its tail completes a year or a month to a date


def _day(text: str) -> str:
    if text:
        if len(text) not in (4, 7, 10):
            raise ValueError
        datetime.date.fromisoformat(text + FULL_DATE[len(text) :])
    return text


def _file(text: str) -> str:
    """An absolute path, since a notebook may run in another folder; nothing stays nothing."""
    if not text:
        return text
    path = Path(text).expanduser()
    if not path.is_file():
        raise ValueError
    return str(path.resolve())


def _there(text: str) -> str:
    """An absolute path of a file or a folder that is there."""
    if text and not Path(text).expanduser().exists():
        raise ValueError
    return str(Path(text).expanduser().resolve()) if text else text


def _files(names: list[str]) -> list[str]:
    return [_file(name or "?") for name in names]


def _place(text: str) -> str:
    """An absolute path of a file that may not be there yet, in a folder that is."""
    if not text:
        return text
    path = Path(text).expanduser().absolute()
    if not path.parent.is_dir() or path.is_dir():
        raise ValueError
    return str(path)


# A field's description says what is needed; it ends the message about a value that does not fit.
Text = Annotated[str, Field(description="text")]
Day = Annotated[
    str,
    AfterValidator(_day),
    Field(description="a year, month or day such as '2016', '2016-05' or '2016-05-04'"),
]
Flag = Annotated[bool, Field(description="true or false")]
Count = Annotated[int, Field(ge=1, description="an integer ≥ 1")]
Natural = Annotated[int, Field(ge=0, description="an integer ≥ 0")]
Phrase = Annotated[int, Field(ge=1, le=3, description="an integer from 1 to 3")]
Period = Annotated[
    Literal["decade", "year", "quarter", "month"],
    Field(description="one of ['decade', 'year', 'quarter', 'month']"),
]
Level = Annotated[float, Field(gt=0, lt=1, description="a number between 0 and 1")]
Names = Annotated[list[str], Field(description="a list of text")]
Lexicon = Annotated[
    str,
    AfterValidator(lambda text: text if text in NAMED else _file(text or "?")),
    Field(description=f"one of {list(NAMED)} or the path of a CSV file"),
]
File = Annotated[str, AfterValidator(_file), Field(description="the path of a file that is there")]
Reference = Annotated[
    str, AfterValidator(_there), Field(description="the path of a file or folder that is there")
]
Files = Annotated[
    list[str], AfterValidator(_files), Field(description="a list of paths of files that are there")
]
NewFile = Annotated[
    str, AfterValidator(_place), Field(description="the path of a file, in a folder that is there")
]
