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
    for form, order in (("%d/%m/%Y", "day-first"), ("%m/%d/%Y", "month-first")):
        written = day.strftime(form)
        assert read_dates([written], order=order) == {written: day.isoformat()}


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_none(text):
    found = read_date(text)
    assert found is None or isinstance(found, tuple) or found == "" or found[:4].isdigit()


def test_one_date_decides_for_its_column():
    assert read_dates(["03/04/2024", "01/16/2024"])["03/04/2024"] == "2024-03-04"
    assert read_dates(["03/04/2024", "16/01/2024"])["03/04/2024"] == "2024-04-03"
    assert read_dates(["03/04/2024"], order="month-first")["03/04/2024"] == "2024-03-04"
    decided = read_dates(["03/04/2024", "16/01/2024"], order="month-first")
    assert decided["03/04/2024"] == "2024-04-03"
    both = read_dates(["03/04/2024", "16/01/2024", "01/16/2024"], order="month-first")
    assert both["03/04/2024"] == "2024-03-04"


def test_a_table_does_not_decide_for_another_file(tmp_path):
    for name, dates in {"us": ["03/25/2021", "03/04/2021"], "uk": ["03/04/2021", "05/04/2021"],
                        "de": ["25/03/2021", "03/04/2021"]}.items():  # fmt: skip
        rows = [f"{name} {RAIN} {k},{date}\n" for k, date in enumerate(dates)]
        (tmp_path / f"{name}.csv").write_text("".join(["text,date\n", *rows]).replace(", ", " "))
    with pytest.raises(ValueError, match=r"'03/04/2021' can be .* no other date tells which"):
        cc.read_corpus(tmp_path)
    documents = cc.read_corpus(tmp_path, dates="day-first").documents.set_index("doc_id")
    assert documents["date"].to_dict() == {
        "de#1": "2021-03-25", "de#2": "2021-04-03", "uk#1": "2021-04-03", "uk#2": "2021-04-05",
        "us#1": "2021-03-25", "us#2": "2021-03-04",
    }  # fmt: skip
    listed = "doc_id,source,file,part\na,UK,uk.csv,1\nb,US,us.csv,2\n"
    (tmp_path / "catalogue.csv").write_text(listed)
    with pytest.raises(ValueError, match=r"catalogue.csv: date '03/04/2021' can be"):
        cc.read_corpus(tmp_path)
    documents = cc.read_corpus(tmp_path, dates="day-first").documents
    assert documents["date"].tolist() == ["2021-04-03", "2021-03-04"]


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
