"""A reference from outside the corpus: a frequency list."""

import numpy as np
import pandas as pd
import pytest
from made import measured

import crosscurrents as cc
from crosscurrents.keywords import read_frequency_list


@pytest.fixture(scope="module")
def measures():
    rng = np.random.default_rng(3)
    texts = {
        s: [" ".join([*rng.choice(list("bcdefgh"), 60), *["gas"] * k]) for k in range(2, 8)]
        for s in ("Mail", "Star", "Tide")
    }
    texts["Mail"] = [text + " wind wind wind" for text in texts["Mail"]]
    return measured(None, *((source, text) for source, own in texts.items() for text in own))


def written(folder, text, name="list.csv"):
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


# ---- frequency lists ------------------------------------------------------------------------


def test_terms_are_folded_and_added_up(tmp_path):
    text = "Word,Frequency,rank\nGas,7,1\ngas,3,2\nChina’s,2,3\nUS,4,4\n–,99,5\ngas price,1,6\n"
    counts, words = read_frequency_list(written(tmp_path, text))
    assert counts.to_dict() == {"gas": 10, "china": 2, "US": 4, "gas price": 1}
    assert words == 16
    tabs, _ = read_frequency_list(written(tmp_path, "term\tcount\nnull\t3\nNA\t2\n", "list.tsv"))
    assert tabs.to_dict() == {"null": 3, "na": 2}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("term,count\ngas,many\n", "line 2: count 'many' of term 'gas' is not a whole number"),
        ("term,count\ngas,2\noil,3.5\n", "line 3: count '3.5'"),
        ("term,count\ngas,-1\n", "count '-1'"),
        ("term,count\ngas,\n", "count ''"),
        ("term,count\ngas\n", "line 2: count '' of term 'gas'"),
        ("term,rate\ngas,2\n", r"lacks the columns \['count'\]; it has \['term', 'rate'\]"),
        ("", r"lacks the columns \['term', 'count'\]"),
        ("term,count\n", "holds no term that occurs"),
        ("term,count\n–,4\n", "holds no term that occurs"),
        ("term,count\ngas price,4\n", "holds phrases only"),
    ],
)
def test_errors_of_lists(tmp_path, text, message):
    with pytest.raises(ValueError, match=message):
        read_frequency_list(written(tmp_path, text))


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(ValueError, match="is not there; name a CSV file"):
        read_frequency_list(tmp_path / "none.csv")
    file = tmp_path / "binary.csv"
    file.write_bytes(b"term,count\ncaf\0,2\n")
    with pytest.raises(ValueError, match=r"table 'binary\.csv' cannot be read"):
        read_frequency_list(file)


# ---- keyness against them -------------------------------------------------------------------


def test_keyness_against_a_list(tmp_path, measures):
    file = written(tmp_path, "term,count\ngas,5\nunseen,40\nthe,955\n")
    table = cc.keyness(measures, target="Mail", reference=str(file)).set_index("term")
    gas = table.loc["gas"]
    words = measures.documents.query("source == 'Mail'")["words"].sum()
    assert gas[["count", "words", "reference_count", "reference_words"]].tolist() == [
        27, words, 5, 1000,
    ]  # fmt: skip
    assert gas["reference"] == "list"
    assert gas["g2"] == pytest.approx(cc.log_likelihood(27, 5, words, 1000))
    assert (table.loc["unseen", "direction"], table.loc["unseen", "count"]) == (-1, 0)
    assert table[["reference_docfreq", "reference_documents"]].isna().all(axis=None)
    assert table["p"].isna().all()  # a list has no documents to exchange
    assert table.loc["gas", "unit"] == "documents"
    assert table.loc["gas", "low"] < gas["log_ratio"] < table.loc["gas", "high"]
    assert sorted(table.attrs["groups"]) == ["Mail", "Star", "Tide"]
    again = cc.keyness(measures, target="Mail", reference=file).set_index("term")
    pd.testing.assert_frame_equal(again, table)


def test_a_corpus_of_one_source_can_be_compared_with_a_list(tmp_path, measures):
    alone = measures.select(sources=["Mail"])
    listed = written(tmp_path, "term,count\ngas,5\nb,60\nthe,935\n", "English.csv")
    assert cc.keyness(alone, target="Mail", reference=listed)["reference"].unique() == ["English"]
    with pytest.raises(ValueError, match="has nothing to be compared with"):
        cc.keyness(alone, target="Mail")
    with pytest.raises(ValueError, match="target 'Star' is no source of the corpus"):
        cc.keyness(alone, target="Star", reference=listed)


def test_a_name_is_a_source_and_a_path_is_a_path(tmp_path, measures, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Globe").mkdir()  # a folder of the working directory is no source
    for wrong in ("Globe", "Sta", ""):
        message = rf"reference '{wrong}' is no source of the corpus; choose from \['Mail'.* or name"
        with pytest.raises(ValueError, match=message):
            cc.keyness(measures, target="Mail", reference=wrong)
    with pytest.raises(ValueError, match=r"reference Measures of .* is no source of the corpus"):
        cc.keyness(measures, target="Mail", reference=measures)
    with pytest.raises(ValueError, match=r"'none.csv' is not there"):
        cc.keyness(measures, target="Mail", reference="none.csv")
    with pytest.raises(ValueError, match="reference 'Globe' is not there"):
        cc.keyness(measures, target="Mail", reference="./Globe")
    written(tmp_path, "term,count\ngas,5\n")
    for name in ("list.csv", str(tmp_path / "list.csv"), tmp_path / "list.csv"):
        assert set(cc.keyness(measures, target="Mail", reference=name)["reference"]) == {"list"}


def test_a_list_has_the_error_of_words_that_are_evenly_spread():
    counts, words = np.array([[4.0], [6], [5], [7], [3], [5]]), np.full(6, 100.0)
    _, low, high = cc.bootstrap_log_ratio(counts, [[30.0]], words, [1000.0], listed=True)
    _, low_more, high_more = cc.bootstrap_log_ratio(counts, [[3000.0]], words, [1e5], listed=True)
    assert low < low_more < high_more < high  # a longer list is surer
    assert np.isnan(cc.bootstrap_log_ratio(counts, [[30.0]], words, [1000.0])[1]).all()
