"""Which column is which: guessed by its name, said by a person, and reported."""

from __future__ import annotations

import pandas as pd
import pytest

import crosscurrents as cc
from crosscurrents.readers.tables import guess_columns, parse_columns

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
