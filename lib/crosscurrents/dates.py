"""Dates as people, spreadsheets and databases write them -> YYYY, YYYY-MM or YYYY-MM-DD."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable

ORDERS = ("day-first", "month-first")
# The first letters of the months, without accents, in English, German, French, Spanish, Italian,
# Portuguese, Dutch and Polish; a longer beginning is looked up before a shorter one.
MONTHS = {
    1: "jan ene gen sty", 2: "feb fev lut", 3: "mar maa mrz", 4: "apr avr abr kwi",
    5: "may mai mag mei maj", 6: "jun juin giu cze", 7: "jul juil lug lip", 8: "aug aou ago sie",
    9: "sep set wrz", 10: "oct okt out ott paz", 11: "nov lis", 12: "dec dez dic gru",
}  # fmt: skip
MONTH_OF = {name: number for number, names in MONTHS.items() for name in names.split()}
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?")
BASIC = re.compile(r"(\d{4})(\d{2})(\d{2})")
NUMBERS = re.compile(r"(\d{1,2})([-/. ])\s?(\d{1,2})\2\s?(\d{4}|\d{2})")
OF = r"(?:\s*de)?[\s-]+"  # "4 de mayo de 2016"
DAY, MONTH = r"(?P<day>\d{1,2})", r"(?P<month>[^\W\d_]{3,})\.?"
NAMED = [  # with the name of a month: day first, month first, without a day
    re.compile(rf"{DAY}(?:st|nd|rd|th|er|º|\.)?{OF}{MONTH},?{OF}(?P<year>\d{{4}}|\d{{2}})"),
    re.compile(rf"{MONTH}\s+{DAY}(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})"),
    re.compile(rf"{MONTH},?(?:\s+de)?[\s-]+(?P<year>\d{{4}})"),
]
DAY_NAME = re.compile(
    r"(?i)\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun|(?:mon|diens|donners|frei|sams|sonn)"
    r")(?:day|tag)?\b\.?,?|\b(?:mittwoch|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|"
    r"martes|miercoles|jueves|viernes|sabado|domingo)\b,?"
)
TIME = re.compile(
    r"(?i)(?:(?<=\d)t|,?\s+(?:at\s+)?|\s+um\s+)\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:[.,]\d+)?\s*(?:[ap]\.?m\.?)?"
    r"\s*(?:z|utc|gmt|[a-z]{2,4}t|[+-]\d{2}:?\d{2}(?:\s*\([a-z]+\))?|uhr)?(?:\[[\w/]+\])?\Z"
)
# Excel counts days from 30 December 1899; these are 1940 to 2099, which no year and no count is.
SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
EXCEL, SERIALS = datetime.date(1899, 12, 30), range(14611, 73051)
PIVOT = 69  # a year of two digits below it is of this century (as POSIX has it)


def read_date(text: str) -> str | tuple[str, str] | None:
    """A date in ISO form; both readings where day and month can be exchanged; None for no date.

    A time of day and its zone are dropped: the day is the one that is written. Numbers with stops
    between them are day, month, year, since no country writes them otherwise.

    >>> read_date("Tuesday, March 5, 2019"), read_date("16 Jan 2024"), read_date("45307")
    ('2019-03-05', '2024-01-16', '2024-01-16')
    >>> read_date("2024-01-16T23:30:00-05:00"), read_date("03/04/2020"), read_date("soon")
    ('2024-01-16', ('2020-04-03', '2020-03-04'), None)
    """
    text = " ".join(text.split())
    if re.fullmatch(r"(?:\d{4}(?:-\d\d){0,2})?", text, re.ASCII):
        return _iso(*text.split("-")) if text else ""
    text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    if not re.search(r"[0-9]", text) or len(text) > 80:
        return None
    text = " ".join(DAY_NAME.sub(" ", TIME.sub("", text)).split()).strip(" ,")
    if found := ISO.fullmatch(text) or BASIC.fullmatch(text):
        return _iso(*found.groups())
    if (found := SERIAL.fullmatch(text)) and int(found[1]) in SERIALS:
        return (EXCEL + datetime.timedelta(int(found[1]))).isoformat()
    if found := NUMBERS.fullmatch(text):
        year = _year(found[4])
        by_day, by_month = _iso(year, found[3], found[1]), _iso(year, found[1], found[3])
        if by_day and by_month and by_day != by_month and found[2] not in ". ":
            return by_day, by_month
        return by_day or by_month
    for pattern in NAMED:
        if found := pattern.fullmatch(text):
            parts = found.groupdict()
            return _iso(_year(parts["year"]), _month(parts["month"]), parts.get("day"))
    return None


def _month(name: str) -> int:
    """The number of a month by its name, 0 for another word."""
    name = name.lower()
    return MONTH_OF.get(name[:4]) or MONTH_OF.get(name[:3], 0)


def _year(digits: str) -> str:
    return digits if len(digits) == 4 else f"{20 if int(digits) < PIVOT else 19}{digits}"


def _iso(year, month=None, day=None) -> str | None:
    """Parts of a date in ISO form; None where there is no such day."""
    try:
        datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    parts = [f"{int(year):04}"] + [f"{int(part):02}" for part in (month, day) if part is not None]
    return "-".join(parts) if "00" not in parts[1:] else None


def read_dates(values: Iterable[str], *, order: str = "") -> dict[str, str | None]:
    """The dates of a column in ISO form, by what is written; None where it is no date.

    One date that can be read in one way only ("16/01/2024") decides for the column; `order` where
    none does, or dates of the column decide differently.

    Raises
    ------
    ValueError
        Where nothing decides which number is the day.

    >>> read_dates(["16/01/2024", "03/04/2024"])
    {'16/01/2024': '2024-01-16', '03/04/2024': '2024-04-03'}
    """
    if order and order not in ORDERS:
        raise ValueError(f"dates {order!r} is unknown; choose from {list(ORDERS)}")
    read = {value: read_date(value) for value in dict.fromkeys(values)}
    open_ones = {value: both for value, both in read.items() if isinstance(both, tuple)}
    if not open_ones:
        return read
    orders = {found for value in read if (found := _decides(value))}
    example, (by_day, by_month) = next(iter(open_ones.items()))
    if len(orders) != 1 and order:
        orders = {order}
    elif len(orders) != 1:
        why = "other dates are written both ways" if orders else "no other date tells which"
        raise ValueError(
            f"date {example!r} can be {by_day} (day first) or {by_month} (month first), and {why}; "
            f"say it: dates='day-first' or 'month-first' (--dates on the command line)"
        )
    return read | {value: both[orders == {"month-first"}] for value, both in open_ones.items()}


def _decides(value: str) -> str:
    """The order of a date with slashes or hyphens that can be read in one way only."""
    found = NUMBERS.match(value.strip())
    if not found or found[2] in ". ":
        return ""
    first, second = int(found[1]), int(found[3])
    if second <= 12 < first <= 31:
        return "day-first"
    return "month-first" if first <= 12 < second <= 31 else ""
