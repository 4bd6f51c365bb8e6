"""What people read: numbers and lists, text that is safe, and errors about an argument."""

from __future__ import annotations

import itertools
import math
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from functools import cache
from html import escape as escape_html
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

TABLE_MIME = "application/vnd.crosscurrents.table+json"
CHART_MIME = "application/vnd.crosscurrents.chart+json"
MISSING = "–"
LEVEL = 0.95  # of intervals, where nothing else is asked for
# Signs that turn the direction of the text after them, also of text that is not theirs.
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
FORMULA = re.compile(r"[=+@\t\r-](?![0-9.]+$)")  # begins what a spreadsheet would compute

NAMED = 3  # files that a line about what was not read names
# How a reason for one file reads for several.
PLURAL = {"is": "are", "has": "have", "holds": "hold"}


def say(name: str, /, **facts: object) -> str:
    """A sentence of sentences.toml with these facts in it.

    >>> say("caution.few", names="Mail")
    'Fewer than five articles, so not tested: Mail.'
    """
    section, key = name.split(".")
    return _sentences()[section][key].format(**facts)


@cache
def _sentences() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8"))


def number(value: float, decimals: int | None = None) -> str:
    """Write a number for a label: thousands apart, a true minus, three digits unless told.

    Examples
    --------
    >>> number(1234), number(-0.0314), number(12.345), number(0.5, 2), number(math.nan)
    ('1,234', '−0.0314', '12.3', '0.50', '–')
    """
    if not math.isfinite(value):
        return MISSING if math.isnan(value) else "∞" if value > 0 else "−∞"
    if decimals is None:
        size = abs(value)
        whole = size >= 100 or value == int(value)
        decimals = 0 if whole else 2 - math.floor(math.log10(size))
    return f"{value:,.{decimals}f}".replace("-", "−")


def counted(n: int, noun: str) -> str:
    """Write a number of things.

    >>> counted(1, "article"), counted(1200, "word")
    ('1 article', '1,200 words')
    """
    return f"{number(n)} {noun}" + ("" if n == 1 else "s")


def listed(items: list[str], most: int = 0) -> str:
    """Items with commas between them and "and" before the last; of many, the first and how many.

    >>> listed(["Mail", "Star", "Post"]), listed(["Mail", "Star", "Post"], 1)
    ('Mail, Star and Post', 'Mail and 2 more')
    """
    if 0 < most < len(items):
        items = [*items[:most], f"{len(items) - most:,} more"]
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def left_out_lines(rows: Iterable[dict[str, str]]) -> list[str]:
    """What was not read (doc_id, file, reason) in lines, one for each reason.

    Documents of a file that holds several, such as "table#3", go by their own names.

    >>> left_out_lines([{"file": f"{name}.pdf", "reason": "is no plain text"} for name in "abcd"])
    ['4 files are no plain text: a.pdf, b.pdf, c.pdf and 1 more']
    """
    names: dict[tuple[str, str], list[str]] = {}
    rows = list(rows)
    times = Counter(row.get("file", "") for row in rows)
    for row in rows:
        file, doc_id = row.get("file", ""), row.get("doc_id", "")
        if doc_id and (times[file] > 1 or "#" in doc_id):
            file = ""
        noun = "folder" if file.endswith("/") else "file" if file else "document"
        name = file or doc_id
        names.setdefault((noun, row.get("reason", "")), []).append(name)
    lines = []
    for (noun, reason), found in names.items():
        if len(found) > 1:
            verb, _, rest = reason.partition(" ")
            reason = f"{PLURAL.get(verb, verb)} {rest}"
        more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
        lines.append(f"{counted(len(found), noun)} {reason}: {', '.join(found[:NAMED])}{more}")
    return lines


def free_name(stem: str, end: str, is_taken: Callable[[str], bool]) -> str:
    """A name that is not taken: the first of stem, stem-2, stem-3 and so on, with its end.

    >>> free_name("rain", ".txt", {"rain.txt", "rain-2.txt"}.__contains__)
    'rain-3.txt'
    """
    names = (f"{stem}-{number}{end}" for number in itertools.count(2))
    return next(name for name in itertools.chain([stem + end], names) if not is_taken(name))


def interval_name(table: pd.DataFrame) -> str:
    """What the intervals of a table are called, by the level in its attrs.

    >>> import pandas as pd
    >>> interval_name(pd.DataFrame())
    '95% interval'
    """
    return f"{level_name(table.attrs.get('level', LEVEL))} interval"


def level_name(level: float) -> str:
    """Write a confidence level, whole or not.

    >>> level_name(0.9), level_name(0.975)
    ('90%', '97.5%')
    """
    return f"{100 * level:g}%"


def percent(share: float) -> str:
    """Write a share in whole per cent, with a true minus; one below a half is never shown as 0.

    >>> percent(0.184), percent(0.004), percent(0.0)
    ('18%', '<1%', '0%')
    """
    if 0 < share < 0.005:
        return "<1%"
    return f"{share:.0%}".replace("-", "−") if math.isfinite(share) else MISSING


def signed(value: float, decimals: int = 2) -> str:
    """Write a number with its sign, a true minus; none where it rounds to 0.

    >>> signed(0.194), signed(-0.5), signed(-0.001)
    ('+0.19', '−0.50', '0.00')
    """
    if not math.isfinite(value):
        return number(value)
    text = f"{value:+.{decimals}f}"
    return text.replace("-", "−") if float(text) else text[1:]


def as_sentence(text: str) -> str:
    """Write a text as a sentence.

    >>> as_sentence("no file is there"), as_sentence("Why?")
    ('No file is there.', 'Why?')
    """
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")


def guarded(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before text that a spreadsheet would take for a formula.

    Numbers, also negative ones and such as are written as text, stay what they are.

    >>> import pandas as pd
    >>> guarded(pd.DataFrame({"term": ["=A1", "-5"], "count": [-5, 3]}))
       term  count
    0  '=A1     -5
    1    -5      3
    """

    def guard(value):
        return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value

    table = table.rename(columns=guard)
    texts = table.select_dtypes(exclude="number").columns
    table[texts] = table[texts].map(guard)
    return table


def escape(text: str) -> str:
    """Text as HTML that is nothing but that text, and turns nothing around it.

    >>> escape("<b>\u202e")
    '&lt;b&gt;'
    """
    return without_turning(escape_html(str(text), quote=True))


def without_turning(value: Any) -> Any:
    """A text without signs that turn the direction of what follows; anything else as it is."""
    return value.translate(TURNING) if isinstance(value, str) else value


def sizes_html(said: str, sizes, *, rows: int = 12) -> str:
    """What a corpus or its measures show in a notebook: a sentence and a table of sizes."""
    rest = len(sizes) - rows
    more = f"<p>and {rest:,} more</p>" if rest > 0 else ""
    table = sizes.head(rows).reset_index().to_html(index=False, border=0)
    return f"<p>{escape(said)}</p>{table}{more}"


# --- what an argument must be; the errors name it, its value and the choices


def check_whole(least: int = 1, /, **numbers: int | None) -> None:
    """Raise ValueError for a number that is not whole, or below the least; None is let be.

    >>> check_whole(top_n=0)
    Traceback (most recent call last):
    ValueError: top_n 0 is not a whole number of at least 1
    """
    for name, value in numbers.items():
        whole = isinstance(value, Integral) and not isinstance(value, bool)
        if value is not None and not (whole and value >= least):
            raise ValueError(f"{name} {value!r} is not a whole number of at least {least}")


def check_options(level, resamples, seed=0):
    """Raise ValueError for a level, a number of resamples or a seed that cannot be."""
    if not 0 < level < 1:
        raise ValueError(f"level {level!r} is not between 0 and 1, such as 0.95")
    check_whole(100, resamples=resamples)
    check_whole(0, seed=seed)


def check_choice(
    name: str, value: object, choices: Collection, what: str = "is not known", more: str = ""
) -> None:
    """Raise ValueError naming the choices for a value that is none of them.

    >>> check_choice("order", "up", ["left", "right"])
    Traceback (most recent call last):
    ValueError: order 'up' is not known; choose from ['left', 'right']
    """
    if value not in choices:
        raise ValueError(f"{name} {value!r} {what}; choose from {[*choices]}{more}")


def check_columns(name: str, table: pd.DataFrame, wanted: Iterable[str]) -> None:
    """Raise ValueError naming all columns that a table lacks."""
    missing = [column for column in wanted if column not in table]
    if missing:
        raise ValueError(f"{name} lacks the columns {missing}; it has {list(table.columns)}")


def check_sources(documents: pd.DataFrame, sources: Iterable[str] | None) -> list[str]:
    """Name the sources of some documents, or raise ValueError for one that is not among them."""
    known = sorted(documents["source"].unique())
    if isinstance(sources, str):
        raise ValueError(f"sources {sources!r} is not a list; write [{sources!r}]")
    for source in sources or []:
        check_choice("source", source, known, "is not in the corpus")
    return known
