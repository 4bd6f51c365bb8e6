"""Dates as people write them, and columns of dates in which day and month may be exchanged."""

from __future__ import annotations

import datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import crosscurrents as cc
from crosscurrents.dates import read_date, read_dates

RAIN = "It rained on the hills of Brae for a week, and nobody went out of the house."


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("", ""), ("2016", "2016"), ("2016-05", "2016-05"), ("2016-05-04", "2016-05-04"),
        ("2016-02-29", "2016-02-29"), ("2015-02-29", None), ("2016-13", None), ("0000", None),
        ("16", None), ("2016-5-4", "2016-05-04"), ("4 May 2016", "2016-05-04"),
        ("16 Jan 2024", "2024-01-16"), ("March 5, 2019 Tuesday", "2019-03-05"),
        ("Tuesday, March 5, 2019", "2019-03-05"), ("Tue, 05 Mar 2019 23:59:00 -0500", "2019-03-05"),
        ("2019-03-05T10:00:00Z", "2019-03-05"), ("2019-12-31 00:00:00", "2019-12-31"),
        ("2024-01-16T23:30:00.000-05:00", "2024-01-16"), ("2024-01-16T00:30+11:00", "2024-01-16"),
        ("Jan 16, 2024 11:30 PM EST", "2024-01-16"), ("5th March 2019", "2019-03-05"),
        ("20240116", "2024-01-16"), ("2024/01/16", "2024-01-16"), ("45307", "2024-01-16"),
        ("45307.75", "2024-01-16"), ("3.4.2020", "2020-04-03"), ("03.04.20", "2020-04-03"),
        ("16/01/2024", "2024-01-16"), ("01/16/2024", "2024-01-16"), ("16-Jan-24", "2024-01-16"),
        ("5. März 2019", "2019-03-05"), ("Dienstag, 5. März 2019, 10:30 Uhr", "2019-03-05"),
        ("5 mars 2019", "2019-03-05"), ("mardi 5 mars 2019", "2019-03-05"),
        ("1er août 2019", "2019-08-01"), ("5 de marzo de 2019", "2019-03-05"),
        ("2 juillet 2019", "2019-07-02"), ("2 juin 2019", "2019-06-02"), ("3/3/2020", "2020-03-03"),
        ("January 2024", "2024-01"), ("Sept. 3, 2021", "2021-09-03"), ("99/99/2020", None),
        ("yesterday", None), ("31 February 2020", None), ("4 Foo 2016", None), ("12345678", None),
        ("00/00/2020", None), ("May", None), ("1705363200", None),
    ],
)  # fmt: skip
def test_a_date(written, iso):
    assert read_date(written) == iso


@given(st.dates(datetime.date(1940, 1, 1), datetime.date(2068, 12, 31)))
def test_any_day_however_it_is_written(day):
    for form in ("%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%A, %d %b %Y", "%d.%m.%Y", "%Y%m%d",
                 "%Y-%m-%dT23:59:59+02:00"):  # fmt: skip
        assert read_date(day.strftime(form)) == day.isoformat()
    assert read_date(day.strftime("%d/%m/%Y"), "day-first") == day.isoformat()
    assert read_date(day.strftime("%m/%d/%Y"), "month-first") == day.isoformat()


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_none(text):
    found = read_date(text)
    assert found is None or isinstance(found, tuple) or found == "" or found[:4].isdigit()


def test_one_date_decides_for_its_column():
    assert read_dates(["03/04/2024", "01/16/2024"])["03/04/2024"] == "2024-03-04"
    assert read_dates(["03/04/2024", "16/01/2024"])["03/04/2024"] == "2024-04-03"
    assert read_dates(["03/04/2024"], order="month-first")["03/04/2024"] == "2024-03-04"


@pytest.mark.parametrize(
    ("dates", "why"),
    [(["03/04/2024", "3.3.2024"], "no other date tells which"),
     (["03/04/2024", "16/01/2024", "01/16/2024"], "other dates are written both ways")],
)  # fmt: skip
def test_nothing_decides(dates, why):
    message = (
        rf"'03/04/2024' can be 2024-04-03 \(day first\) or 2024-03-04 .month first., and {why}"
    )
    with pytest.raises(ValueError, match=message + r"; say it: dates='day-first' or 'month-first'"):
        read_dates(dates)
    with pytest.raises(ValueError, match="dates 'us' is unknown; choose from"):
        read_dates(dates, order="us")


def test_the_dates_of_a_table():
    table = pd.DataFrame({"text": [RAIN, RAIN + " So."], "date": ["03/04/2024", "4 May 2024"]})
    with pytest.raises(ValueError, match="can be 2024-04-03"):
        cc.read_corpus(table)
    documents = cc.read_corpus(table, dates="month-first").documents
    assert documents["date"].tolist() == ["2024-03-04", "2024-05-04"]
    assert documents["date_precision"].tolist() == ["day", "day"]
