"""Readers: bytes to text, tables of four formats, and what cannot be read says why."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosscurrents.readers import as_strings, check_text, decode, read_table, text_column


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Rain", "Rain"),
        ("Regen fällt – “hier”".encode(), "Regen fällt – “hier”"),
        (b"\xef\xbb\xbfRain", "Rain"),
        ("Rain".encode("utf-16"), "Rain"),
        (b"\xff\xfeR\0a\0", "Ra"),
        (b"\xfe\xff\0R\0a", "Ra"),
        (b"a\r\nb\rc\nd", "a\nb\nc\nd"),
        (b"a\x0cb\x1b[0m", "a\x0cb\x1b[0m"),  # a form feed or two are no harm
    ],
)
def test_text_of_a_file(data, text):
    assert decode(data) == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b" \n\t\r\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"--- ... !", "holds no letter and no digit"),
        (b"Rain \xe9", "is not UTF-8 text (byte 5 is 0xe9); save it as UTF-8"),
        (b"\xff\xfeR\0a", "is not UTF-16 text (byte 4 is 0x61); save it as UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "is not a text file (it holds zero bytes)"),
        (b"Rain\0", "is not a text file (it holds zero bytes)"),
        (b"\x01\x02\x03 Rain", "is not a text file (it holds control characters)"),
    ],
)
def test_bytes_that_are_no_text(data, reason):
    with pytest.raises(ValueError) as error:
        check_text(decode(data))
    assert str(error.value) == reason


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])))
def test_any_text_survives_its_encoding(text):
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        try:
            assert check_text(decode(text.encode(encoding))) == check_text(
                text.removeprefix("\ufeff")
            )
        except ValueError as error:
            assert "is empty" in str(error) or "holds no letter" in str(error)


def write(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", 'doc_id,text\n1,"It rained, and ""how""."\n\n2,\n'),
        ("a.csv", '\ufeffdoc_id , text\r\n1,"It rained, and ""how""."\r\n2\r\n'),
        ("a.csv", 'doc_id;text\n1;It rained, and "how".\n2;\n'),
        ("a.tsv", 'doc_id\ttext\n1\t"It rained, and ""how""."\n2\t\n'),
        ("a.jsonl", '{"doc_id": 1, "text": "It rained, and \\"how\\"."}\n\n{"doc_id": 2}\n'),
        (
            "a.jsonl",
            '{"doc_id": 1, "text": "It rained, and \\"how\\"."}\n{"doc_id": 2, "text": null}\n',
        ),
        ("a.ndjson", '{"doc_id": "1", "text": "It rained, and \\"how\\"."}\n{"doc_id": 2.0}'),
    ],
)
def test_tables_of_text(tmp_path, name, data):
    table = read_table(write(tmp_path, name, data))
    assert table.columns.tolist() == ["doc_id", "text"]
    assert table.values.tolist() == [["1", 'It rained, and "how".'], ["2", ""]]
    assert (table.dtypes == "str").all()


def test_a_field_may_hold_an_article_of_many_lines(tmp_path):
    article = "It rained.\n\nWe left.\u2028 And so on. " * 10_000
    path = write(tmp_path, "a.csv", f'doc_id,text\n1,"{article}"\n')
    assert read_table(path)["text"].tolist() == [article]


def test_half_a_sign_is_none(tmp_path):
    path = write(tmp_path, "a.jsonl", '{"text": "Rain \\ud83d fell."}')
    assert read_table(path)["text"].tolist() == ["Rain ? fell."]


def test_parquet(tmp_path):
    table = pd.DataFrame({"doc_id": [1, 2], "date": pd.to_datetime(["2016-05-04", None])})
    table.to_parquet(tmp_path / "a.parquet")
    assert read_table(tmp_path / "a.parquet").values.tolist() == [["1", "2016-05-04"], ["2", ""]]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.csv", "doc_id,text\n1,It rained, and how\n", r"a\.csv.*line 2 has 3 fields, not 2"),
        ("a.csv", 'doc_id,text\n1,"It rained\n', r"a\.csv.*cannot be read"),
        ("a.csv", 'doc_id,text\n1,"It" rained\n', r"a\.csv.*line 2"),
        ("a.csv", "doc_id,doc_id\n1,2\n", "column 'doc_id' stands there twice"),
        ("a.csv", b"doc_id,text\n1,\xe9\n", r"a\.csv.*is not UTF-8 text \(byte 14\)"),
        ("a.jsonl", '{"a": 1}\n{"a": \n', "line 2 is not JSON"),
        ("a.jsonl", "[1, 2]\n", "line 1 is no object"),
        ("a.parquet", b"not parquet at all", r"a\.parquet.*cannot be read"),
    ],
)
def test_tables_that_cannot_be_read(tmp_path, name, data, message):
    with pytest.raises(ValueError, match=message) as error:
        read_table(write(tmp_path, name, data))
    assert len(str(error.value).splitlines()) == 1


def test_every_value_becomes_text():
    table = pd.DataFrame(
        {
            "a": ["x", None, pd.NA],
            "b": [1.0, 2.5, np.nan],
            "c": [datetime.date(2016, 5, 4), datetime.datetime(2016, 5, 4, 10), pd.NaT],
            "d": [True, 3, b"x"],
        }
    ).assign(e=pd.Series(["half \ud800 a sign", "ü", ""], dtype=object))
    assert as_strings(table).T.values.tolist() == [
        ["x", "", ""], ["1", "2.5", ""], ["2016-05-04", "2016-05-04", ""], ["True", "3", "b'x'"],
        ["half ? a sign", "ü", ""],
    ]  # fmt: skip


def test_the_column_of_texts():
    table = pd.DataFrame(columns=["source", "article", "body"])
    assert text_column(table, "it") == "body"
    with pytest.raises(ValueError, match=r"it has no column of texts; name one .*'text'.*'source'"):
        text_column(table[["source"]], "it")
