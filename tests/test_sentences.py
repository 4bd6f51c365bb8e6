"""Difficult sentences, each with its right division: a bar stands where a sentence ends."""

from __future__ import annotations

import pandas as pd
import pytest
from made import expected_rows

import crosscurrents as cc
from crosscurrents.core.sentences import abbreviations_of, read_abbreviations, split_sentences


# expected/sentences.tsv: the language, and the text with a bar where a sentence ends.
@pytest.mark.parametrize(("language", "marked"), expected_rows("sentences"))
def test_sentences_end_where_a_reader_ends_them(language, marked):
    expected = [part.strip() for part in marked.split("|")]
    assert split_sentences(marked.replace("|", ""), language) == expected


# --- abbreviations that a corpus adds

TEXT = "The Abt. Rek of the mill met. See Beil. Rek and Beil. 3 of it. They left."
OWN = "# of the mill\n[en]\nabt.\n[en, before a number]\nBeil  # supplement\n[de]\nRek\n"


def test_a_list_adds_abbreviations_to_one_language():
    plain = ["The Abt.", "Rek of the mill met.", "See Beil.", "Rek and Beil.", "3 of it.",
             "They left."]  # fmt: skip
    assert split_sentences(TEXT) == plain
    found = split_sentences(TEXT, abbreviations=OWN)
    assert found == ["The Abt. Rek of the mill met.", "See Beil.", "Rek and Beil. 3 of it.",
                     "They left."]  # fmt: skip
    assert split_sentences("Wir sahen Rek. Otto kam.", "de", abbreviations=OWN) == [
        "Wir sahen Rek. Otto kam."
    ]


def test_the_list_of_a_corpus_is_part_of_what_it_is_measured_with(tmp_path):
    pd.DataFrame({"source": ["A"], "text": [TEXT]}).to_csv(tmp_path / "t.csv", index=False)
    plain = cc.measure(cc.read_corpus(tmp_path / "t.csv"), cache=False).documents.iloc[0]
    (tmp_path / "abbreviations.txt").write_text(OWN, encoding="utf-8")
    corpus = cc.read_corpus(tmp_path / "t.csv")
    measures = cc.measure(corpus, cache=False)
    own = measures.documents.iloc[0]
    assert (plain["sentences"], own["sentences"]) == (6, 4)
    assert plain["measured_with"] != own["measured_with"]
    assert plain["words"] == own["words"]
    line = cc.concordance(corpus, "abt").iloc[0]
    assert (line["sentence"], cc.concordance(corpus, "left")["sentence"].iloc[0]) == (1, 4)
    assert cc.measure_tone(corpus, measures).sentences["sentence"].max() == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [("Abt\n", "line 1: 'Abt' has no heading above it"),
     ("[en]\nAbt\n[klingon]\n", r"line 3: '\[klingon\]' is no heading; write a language"),
     ("[en, in front]\n", "line 1")],
)  # fmt: skip
def test_a_list_of_another_form_is_an_error_with_its_line(tmp_path, text, message):
    pd.DataFrame({"source": ["A"], "text": [TEXT]}).to_csv(tmp_path / "t.csv", index=False)
    (tmp_path / "abbreviations.txt").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message) as error:
        cc.measure(cc.read_corpus(tmp_path / "t.csv"), cache=False)
    assert "abbreviations.txt" in str(error.value)


def test_our_own_list_has_no_word_twice_and_nothing_that_sentencex_knows():
    import sentencex

    from crosscurrents.core import sentences

    file = sentences.Path(sentences.__file__).with_name("abbreviations.txt")
    rows = read_abbreviations(file.read_text(encoding="utf-8"))
    assert len(rows) == len(set(rows)) > 100
    for code, numbered, word in rows:
        if code == "any":
            continue
        latin = word in ("ca", "cf", "e.g", "i.e", "viz")  # sentencex ends them before `The`
        behind = "5" if numbered else "The" if latin else "Rekmann"
        texts = (f"Abc {word}. {behind} ghi.", f"Abc L'{word}. {behind} ghi.")
        assert any(len([*sentencex.segment(code, text)]) > 1 for text in texts), (code, word)
        found = abbreviations_of(code)
        assert word in (found.numbered if numbered else found.always)
