"""Readers: bytes to text, tables of any format, and what cannot be read says why."""

from __future__ import annotations

import datetime
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import crosscurrents as cc
from crosscurrents.readers.tables import as_strings, guess_columns, parse_columns, read_table
from crosscurrents.storage import check_text, decoded


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
    assert decoded(data)[0] == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b" \n\t\r\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"--- ... !", "holds no letter and no digit"),
        (b"\xff\xfeR\0a", "is not UTF-16 text (byte 4 is 0x61); save it as UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "is not a text file (it holds zero bytes)"),
        (b"Rain\0", "is not a text file (it holds zero bytes)"),
        (b"\x01\x02\x03 Rain", "is not a text file (it holds control characters)"),
    ],
)
def test_bytes_that_are_no_text(data, reason):
    with pytest.raises(ValueError) as error:
        check_text(decoded(data)[0])
    assert str(error.value) == reason


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])))
def test_any_text_survives_its_encoding(text):
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        try:
            assert check_text(decoded(text.encode(encoding))[0]) == check_text(
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
        ("a.csv", 'doc_id|text\n1|It rained, and "how".\n2|\n'),
        ("a.txt", 'doc_id\ttext\n1\t"It rained, and ""how""."\n2\t\n'),
        ("a.csv", 'doc_id,text,,\n1,"It rained, and ""how"".",,\n2,,,\n'),
        ("a.json", '[{"doc_id": 1, "text": "It rained, and \\"how\\"."}, {"doc_id": 2}]'),
        ("a.json", '{"of": [{"doc_id": 1, "text": "It rained, and \\"how\\"."}, {"doc_id": 2}]}'),
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
        ("a.csv", "doc_id,doc_id\n1,2\n", "column 'doc_id' is there twice"),
        ("a.jsonl", '{"a": 1}\n{"a": \n', "line 2 is not JSON"),
        ("a.jsonl", "[1, 2]\n", "line 1 is no object"),
        ("a.parquet", b"not parquet at all", r"a\.parquet.*cannot be read"),
        (
            "a.jsonl",
            '{"a": 1}\n{"a": ' + "[" * 200_000 + "]" * 200_000 + "}",
            "line 2 is nested too",
        ),
        ("a.jsonl", '{"a": ' + "9" * 5000 + "}", r"a\.jsonl.*cannot be read"),
    ],
)
def test_tables_that_cannot_be_read(tmp_path, name, data, message):
    with pytest.raises(ValueError, match=message) as error:
        read_table(write(tmp_path, name, data))
    assert len(str(error.value).splitlines()) == 1


# --- Parquet files that are not what they seem


def parquet(path, table: pa.Table, **options):
    pq.write_table(table, path, **options)
    return path


def test_a_text_in_every_row_is_too_large_before_it_is_read(tmp_path):
    """98 kB that would be 8 GB: one long text, stored once and named by every row."""
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 100, pa.int32()), ["rain " * 16_000_000])
    path = parquet(tmp_path / "a.parquet", pa.table({"text": text}), compression="zstd")
    assert path.stat().st_size < 100_000
    with pytest.raises(ValueError, match=r"too large \(some 8\.0 GB in memory, at most 2 GB"):
        read_table(path)


def test_rows_are_counted_before_they_are_read(tmp_path):
    """Some thousand bytes that would be a hundred million values."""
    nothing = pa.nulls(1_000_000, pa.int8())
    path = tmp_path / "a.parquet"
    with pq.ParquetWriter(path, pa.schema([("text", pa.int8())]), compression="zstd") as writer:
        for _ in range(100):
            writer.write_table(pa.table({"text": nothing}))
    assert path.stat().st_size < 300_000
    with pytest.raises(ValueError, match=r"too large \(some 6\.0 GB in memory"):
        read_table(path)
    long = pa.array([[0] * 50_000_000], pa.list_(pa.int8()))
    parquet(path, pa.table({"text": long}), compression="zstd")
    with pytest.raises(ValueError, match=r"too large \(some 3\.0 GB in memory"):
        read_table(path)


def test_every_byte_of_the_end_of_a_parquet_file_may_be_wrong(tmp_path):
    """Numbers in the metadata that promise too much end as a ValueError, or do no harm."""
    data = parquet(tmp_path / "a.parquet", pa.table({"text": ["It rained.", "It snowed."]}))
    whole = data.read_bytes()
    path = tmp_path / "b.parquet"
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            assert len(read_table(path).columns) < 3
        except ValueError as error:
            assert "b.parquet" in str(error)


@pytest.mark.parametrize(
    "values",
    [
        pa.array([2**60], pa.timestamp("us")),
        pa.array([2**50], pa.timestamp("s")),
        pa.array([2**30], pa.date32()),
        pa.array([0], pa.timestamp("us", tz="Nowhere/At_all")),
    ],
)
def test_dates_out_of_range(tmp_path, values):
    path = parquet(tmp_path / "a.parquet", pa.table({"date": values}))
    with pytest.raises(ValueError, match=r"table 'a\.parquet' cannot be read"):
        read_table(path)


def test_what_pandas_noted_in_a_parquet_file_is_not_trusted(tmp_path):
    table = pa.table({"a": ["x", "y"]})
    expected = [["x"], ["y"]]
    for note in (b"", b"{", b'{"columns": 7}', b'{"index_columns": [["a"]], "columns": []}'):
        path = parquet(tmp_path / "a.parquet", table.replace_schema_metadata({b"pandas": note}))
        assert read_table(path).values.tolist() == expected
    pd.DataFrame({"a": ["x", "y"]}, index=[4, 7]).to_parquet(tmp_path / "b.parquet")
    assert read_table(tmp_path / "b.parquet").values.tolist() == expected


def test_a_parquet_file_of_any_kind_of_value(tmp_path):
    table = pa.table(
        {
            "text": pa.array(["x", None, "y"]).dictionary_encode(),
            "day": pa.array([datetime.date(2016, 5, 4), None, datetime.date(1, 1, 1)]),
            "moment": pa.array([datetime.datetime(2016, 5, 4, 23), None, None], pa.timestamp("ns")),
            "number": pa.array([1, None, 3]),
            "share": pa.array([1.0, 2.5, None]),
            "list": pa.array([["a"], [], None]),
        }
    )
    path = parquet(tmp_path / "a.parquet", table)
    assert read_table(path).T.values.tolist() == [
        ["x", "", "y"], ["2016-05-04", "", "0001-01-01"], ["2016-05-04", "", ""],
        ["1", "", "3"], ["1", "2.5", ""], ["a", "", ""],
    ]  # fmt: skip


def test_lists_of_names_and_of_paragraphs(tmp_path):
    paragraphs = [
        "It rained on the hills of Brae for a week, and nobody there went out of the house."
    ] * 2
    row = {"authors": [{"name": "Ann Bo"}, {"name": "Jo Ly"}], "tags": [], "text": paragraphs}
    path = write(tmp_path, "a.json", json.dumps([row]))
    assert read_table(path).values.tolist() == [["Ann Bo, Jo Ly", "", "\n\n".join(paragraphs)]]


@pytest.mark.parametrize("how", ["frame", "number and text", "parquet"])
def test_two_columns_of_one_name(tmp_path, how):
    with pytest.raises(ValueError, match="column '1' is there twice"):
        if how == "parquet":
            table = pa.Table.from_arrays([pa.array(["a"])] * 2, names=["1", "1"])
            read_table(parquet(tmp_path / "a.parquet", table))
        else:
            names = ["1", "1"] if how == "frame" else [1, "1"]
            as_strings(pd.DataFrame([["a", "b"]], columns=names))


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(3_000_000_000)  # a hole: it takes no room
    with pytest.raises(ValueError, match=r"is too large \(3,000,000,000 bytes"):
        read_table(path)


def test_every_value_becomes_text():
    table = pd.DataFrame(
        {
            "a": ["x", None, pd.NA],
            "b": [1.0, 2.5, np.nan],
            "c": [datetime.date(2016, 5, 4), datetime.datetime(2016, 5, 4, 10), pd.NaT],
            "d": [True, 3, b"x"],
        }
    ).assign(
        e=pd.Series(["half \ud800 a sign", "ü", ""], dtype=object),
        f=pd.Series([{"id": None, "name": "Mail"}, {"title": "Star"}, {"a": 1}], dtype=object),
    )
    assert as_strings(table).T.values.tolist() == [
        ["x", "", ""], ["1", "2.5", ""], ["2016-05-04", "2016-05-04", ""], ["True", "3", "b'x'"],
        ["half ? a sign", "ü", ""], ["Mail", "Star", "{'a': 1}"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "The minister’s “bridge” will cost £5 million – a café owner said so."),
        ("cp1252", "L’été dernier, le ministre a déclaré que la sécheresse était « finie »."),
        ("cp1250", "Minister powiedział, że żaden most nie został zbudowany w Łodzi."),
        ("cp1251", "Министр заявил, что мост через реку не будет построен в этом году."),
        ("koi8_r", "Министр заявил, что мост через реку не будет построен в этом году."),
        ("cp1253", "Ο υπουργός είπε ότι η γέφυρα δεν θα χτιστεί φέτος στον ποταμό."),
        ("utf-16-le", "The minister’s bridge"),
        ("utf-16-be", "The minister’s bridge"),
        ("utf-32", "The minister’s bridge"),
    ],
)
def test_text_in_any_encoding(encoding, text):
    assert decoded(text.encode(encoding))[0] == text


def test_the_encoding_of_a_long_text_is_found_without_reading_all_of_it():
    text = "The minister left. " * 100_000 + "Le café d’été fermé.\n" + "It rained. " * 100_000
    assert decoded(text.encode("cp1252"))[0] == text


def test_a_workbook(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["nothing but a head"])
    sheet = book.create_sheet("articles")
    sheet.append(["Headline", None, "Date", "Words"])
    sheet.append(["Rain", None, datetime.datetime(2016, 5, 4, 23, 30), 7.0])
    sheet.append([None, None, None, None])
    sheet.append(["Snow", None, datetime.date(2016, 5, 5), None])
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx")
    assert table.columns.tolist() == ["Headline", "Date", "Words"]
    assert table.values.tolist() == [["Rain", "2016-05-04", "7"], ["Snow", "2016-05-05", ""]]
    sheet.append(["Hail", "unnamed", None, None])
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(ValueError, match="has values in a column without a name"):
        read_table(tmp_path / "a.xlsx")
    (tmp_path / "a.xlsx").write_bytes((tmp_path / "a.xlsx").read_bytes()[:-200])
    with pytest.raises(ValueError, match=r"a\.xlsx.*is damaged"):
        read_table(tmp_path / "a.xlsx")


def test_all_sheets_of_a_workbook_that_have_texts(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Outlet", "Body", "Desk"])
    book.active.append(["Mail", "It rained.", "north"])
    for name, rows in {
        "notes": [["made by hand"], ["in May"]],
        "more": [["text", "source", "Shift"], ["It snowed.", "Star", "night"]],
        "free": [["Total", None], [3, 7]],
        "empty": [],
    }.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    doubts = [
        "sheet 'notes' was not read (has no column of texts)",
        "sheet 'free' was not read (has values in a column without a name)",
    ]
    for corpus in (cc.read_corpus(tmp_path), cc.read_corpus(tmp_path / "a.xlsx")):
        assert corpus.documents["source"].tolist() == ["Mail", "Star"]
        assert [corpus.raw(d) for d in corpus.documents["doc_id"]] == ["It rained.", "It snowed."]
        assert corpus.doubts["doubt"].tolist() == doubts
    assert corpus.documents[["Desk", "Shift"]].values.tolist() == [["north", ""], ["", "night"]]
    with pytest.raises(ValueError, match=r"columns \['Story'\] are not in the table"):
        cc.read_corpus(tmp_path / "a.xlsx", columns={"text": "Story"})


# --- which column is which: guessed by its name, said by a person, and reported

RAIN = "It rained on the hills of Brae for a week, and nobody went out of the house."


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["Headline", "Publication", "Body", "Date", "Byline", "URL"],
         {"text": "Body", "source": "Publication", "title": "Headline", "date": "Date",
          "author": "Byline", "url": "URL"}),
        (["FULL_TEXT", "Media Name", "publish-date"],
         {"text": "FULL_TEXT", "source": "Media Name", "date": "publish-date"}),
        (["Volltext", "Quelle", "Überschrift", "Erscheinungsdatum", "Autor"],
         {"text": "Volltext", "source": "Quelle", "title": "Überschrift",
          "date": "Erscheinungsdatum", "author": "Autor"}),
        (["Texte", "Média", "Titre", "Auteur"],
         {"text": "Texte", "title": "Titre", "author": "Auteur", "source": "Média"}),
        (["texto", "fuente", "fecha"], {"text": "texto", "source": "fuente", "date": "fecha"}),
        (["text", "Body", "content"], {"text": "text"}),
        (["words", "country"], {}),
    ],
)  # fmt: skip
def test_names_are_guessed(names, found):
    assert guess_columns(names) == found


def test_what_a_person_says_comes_first():
    said = {"text": "Abstract", "source": "Body"}
    assert guess_columns(["Body", "Abstract", "Source"], said) == said
    with pytest.raises(ValueError, match=r"columns \['Boddy'\] are not in the table; choose from"):
        guess_columns(["Body"], {"text": "Boddy"})
    with pytest.raises(ValueError, match="name one column twice"):
        guess_columns(["Body"], {"text": "Body", "title": "Body"})
    assert parse_columns("text=Body, source=Publication") == {
        "text": "Body",
        "source": "Publication",
    }
    with pytest.raises(ValueError, match="write text=Body,source=Publication"):
        parse_columns("Body")


def test_a_table_with_other_names():
    table = pd.DataFrame({"Body": [RAIN, RAIN + " So."], "Publication": ["Mail", "Star"],
                          "Headline": ["Rain", "Rain"], "country": ["Karsia", "Brae"]})  # fmt: skip
    corpus = cc.read_corpus(table)
    assert corpus.columns == {"text": "Body", "source": "Publication", "title": "Headline"}
    assert corpus.documents[["source", "title", "country"]].values.tolist() == [
        ["Mail", "Rain", "Karsia"], ["Star", "Rain", "Brae"],
    ]  # fmt: skip
    corpus = cc.read_corpus(table, columns={"source": "country"})
    assert corpus.documents["source"].tolist() == ["Karsia", "Brae"]
    assert corpus.documents["Publication"].tolist() == ["Mail", "Star"]


def test_a_guess_that_what_the_column_holds_belies():
    table = pd.DataFrame({"text": [RAIN, RAIN], "id": ["7", "7"], "data": ["x", "16 Jan 2024"]})
    documents = cc.read_corpus(table).documents
    assert documents["doc_id"].tolist() == ["1", "2"]
    assert documents["date"].tolist() == ["", ""]
    assert documents["id"].tolist() == ["7", "7"]
    with pytest.raises(ValueError, match="date 'x' of '1' is no date"):
        cc.read_corpus(table, columns={"date": "data"})


def test_the_column_of_texts_must_be_known():
    with pytest.raises(
        ValueError, match=r"the table has no column of texts; say which it is.*'prose'"
    ):
        cc.read_corpus(pd.DataFrame({"prose": [RAIN]}))
    assert (
        cc.read_corpus(pd.DataFrame({"prose": [RAIN]}), columns={"text": "prose"}).text("1") == RAIN
    )
