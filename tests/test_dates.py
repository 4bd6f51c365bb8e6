"""Dates as people write them, and columns of dates in which day and month may be exchanged."""

from __future__ import annotations

import datetime

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import expected_rows

import crosscurrents as cc
from crosscurrents.dates import read_date, read_dates

RAIN = "It rained on the hills of Brae for a week, and nobody went out of the house."


# expected/dates.tsv: what is written, and the date, or "-" where it is none.
@pytest.mark.parametrize(("written", "iso"), [("", ""), *expected_rows("dates")])
def test_a_date(written, iso):
    assert read_date(written) == (None if iso == "-" else iso)


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
