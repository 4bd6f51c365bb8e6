"""Languages: told by the text, and what is not said of a document in another one."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest
from made import expected_rows

import crosscurrents as cc
from crosscurrents.core.languages import detect_language, language_code
from crosscurrents.overview import doubts

SEEDS = Path(__file__).parent.parent / "seeds"
TEXTS = dict(expected_rows("languages"))  # by language
BOOK = "themes:\n  dam: [dam*, turbine*]\n"


def compared(*texts, book="", tmp_path=None, **columns):
    table = pd.DataFrame({"source": [f"S{k}" for k in range(len(texts))], "text": texts} | columns)
    codebook = None
    if book:
        (tmp_path / "book.yml").write_text(book, encoding="utf-8")
        codebook = cc.read_codebook(tmp_path / "book.yml")
    corpus = cc.read_corpus(table)
    return cc.Comparison(cc.measure(corpus, codebook=codebook, cache=False), corpus=corpus)


@pytest.mark.parametrize("code", TEXTS)
def test_the_language_is_told_by_the_text(code):
    assert detect_language(TEXTS[code]) == code
    assert detect_language(f"{TEXTS[code]} " * 50) == code


@pytest.mark.parametrize("text", ["", "3 4 5", "Moscow, Beijing", "grain ship port"])
def test_names_and_numbers_tell_no_language(text):
    assert detect_language(text) == ""


def test_english_without_the_model_is_english_by_the_model():
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    for code, text in TEXTS.items():
        assert (identifier.classify(text)[0] == "en") == (detect_language(text) == "en"), code


@pytest.mark.parametrize(
    ("tag", "code"),
    [("de", "de"), ("de-DE", "de"), ("de_AT", "de"), ("deu", "de"), ("ger", "de"), ("DE", "de"),
     ("German", "de"), ("Deutsch", "de"), ("zh-Hans-CN", "zh"), ("nob", "no"), ("", "en")],
)  # fmt: skip
def test_any_tag_names_a_language(tag, code):
    assert language_code(tag) == code


def test_the_language_is_stored_and_marked_as_inferred():
    found = compared(TEXTS["de"], TEXTS["de"], "3 4 5", language=["", "German", ""]).documents
    assert found["language"].tolist() == ["de", "de", ""]
    assert found["inferred"].tolist() == ["language: told by the text", "", ""]


def test_german_has_words_and_themes_but_no_tone(tmp_path):
    comparison = compared(TEXTS["de"], TEXTS["de"] + " Gut.", book=BOOK, tmp_path=tmp_path)
    rates = cc.term_frequency(comparison, hide_stopwords=True)
    assert {"kosten", "felder", "turbinen"} <= {*rates["term"]}
    assert not {"die", "und", "sind"} & {*rates["term"]}
    assert cc.theme_share(comparison)["share"].tolist() == [1.0, 0.5]
    assert cc.sentiment(comparison)["mean"].isna().all()  # and not -0.9, of "to die"
    table = cc.sentiment_robustness(comparison)
    assert table.empty
    assert cc.tone_answer(table) == [
        "The articles are in German, and the lexicons know English only: no tone is measured."
    ]
    assert "All articles are in German: no tone (the lexicons know English only)" in str(
        cc.cautions(comparison)
    )


def test_a_rare_language_hides_no_words_of_the_others():
    war = "The war is over, and nobody will die in the war, said the man in the town."
    assert "war" in cc.term_frequency(compared(war, war), hide_stopwords=True)["term"].tolist()
    both = compared(*[war] * 20, TEXTS["de"])
    terms = cc.term_frequency(both, hide_stopwords=True)["term"].tolist()
    assert "war" in terms and "und" not in terms
    assert "und" not in cc.term_frequency(compared(war, TEXTS["de"]), hide_stopwords=True)["term"]


def test_a_codebook_speaks_the_language_of_most_documents(tmp_path):
    texts = [TEXTS["en"], TEXTS["en"], TEXTS["de"]]
    comparison = compared(*texts, book=BOOK, tmp_path=tmp_path)
    shares = cc.theme_share(comparison)
    assert shares["source"].tolist() == ["S0", "S1"]
    assert cc.theme_answer(cc.theme_contrast(comparison), shares)[-1] == (
        "Articles in German are left out: the codebook is in English (its entry “language” can "
        "name others)."
    )
    assert "no themes and positions (the codebook is in English)" in str(cc.cautions(comparison))


@pytest.mark.parametrize(("tag", "sources"), [("de", ["S2"]), ("[en, German]", ["S0", "S1", "S2"])])
def test_a_codebook_may_say_its_languages(tmp_path, tag, sources):
    texts = [TEXTS["en"], TEXTS["en"], TEXTS["de"]]
    comparison = compared(*texts, book=f"language: {tag}\n{BOOK}", tmp_path=tmp_path)
    assert cc.theme_share(comparison)["source"].tolist() == sources


def test_a_language_that_is_none_is_an_error(tmp_path):
    (tmp_path / "b.yml").write_text(f"language: klingon\n{BOOK}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"line 1: language 'klingon' is not known; choose from"):
        cc.read_codebook(tmp_path / "b.yml")


def test_doubts_name_what_looks_wrong():
    plain = TEXTS["en"] + " " + " ".join(f"word{k}" for k in range(60)) + "."
    other = [plain.replace("dam", name) for name in ("weir", "lock", "quay")]
    texts = [
        plain, *other, plain, TEXTS["de"] * 5, plain + " It wasnâ€™t.",
        plain + " {{one}} {{two}} {{three}}", " ".join([plain] * 20), TEXTS["zh"],
    ]  # fmt: skip
    found = doubts(compared(*texts))
    told = list(zip(found["source"], found["doubt"], found["detail"]))
    assert told[0][:2] == ("S9", "no words")
    assert ("S7", "markup", "3 markup signs") in told
    assert ("S6", "broken encoding", "1 broken character") in told
    assert ("S5", "language", "in German") in told
    assert [row[0] for row in told if row[1] == "length"] == ["S8"]
    assert not {"S0", "S1", "S2", "S3", "S4"} & {row[0] for row in told}


def test_without_a_library_chinese_has_no_words_and_is_named():
    comparison = compared(TEXTS["zh"] + " 3 年 2019", TEXTS["ja"], TEXTS["en"])
    assert comparison.documents["words"].tolist() == [0, 0, 17]
    assert "without blanks" in " ".join(cc.cautions(comparison))
    details = doubts(comparison)["detail"].tolist()
    assert details[0].startswith("no words: Chinese is written without blanks; to count it, pip")
    assert details[1] == "no words: Japanese is written without blanks"


@pytest.mark.parametrize(
    ("text", "code"),
    [("ខ្ញុំស្រឡាញ់ប្រទេសកម្ពុជា", "km"), ("ຂ້ອຍຮັກປະເທດລາວ", "lo"), ("မြန်မာနိုင်ငံ", "my"),
     ("เรือเก่ามากและไม่มีใครมา", "th"), ("灯台の船は古い。誰も来なかった。", "ja"),
     ("灯塔的船漏水了。我们等着。", "zh"), ("He wrote 大坝再次延期因为大坝很大 in the note.", "")],
)  # fmt: skip
def test_a_script_tells_its_language_only_of_most_letters(text, code):
    assert detect_language(text) == code


def test_with_a_library_chinese_is_cut_into_words(tmp_path, monkeypatch):
    from crosscurrents.core import words

    code = "def lcut(text): return [text[k : k + 2] for k in range(0, len(text), 2)]\n"
    (tmp_path / "jieba.py").write_text(code + "def setLogLevel(level): pass\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    kept = words.chinese_cutter, words.read_piece
    try:
        [cached.cache_clear() for cached in kept]
        comparison = compared(TEXTS["zh"])
        found = cc.term_frequency(comparison)["term"].tolist()
        assert found == ["大坝", "再次", "布雷", "延期", "很大"]
    finally:
        [cached.cache_clear() for cached in kept]
        sys.modules.pop("jieba", None)


def test_a_document_that_is_left_out_is_in_no_count(tmp_path):
    english = "The river is low and the town was calm. " + TEXTS["en"]
    comparison = compared(english, english, TEXTS["de"], book=BOOK, tmp_path=tmp_path,
                          outlet=["Mail", "Star", "Star"])  # fmt: skip
    tone = cc.sentiment(cc.Comparison(comparison, by="outlet")).set_index("outlet")
    assert tone["documents"].tolist() == [1, 1]  # and not the German one of Star
    assert tone["words"].nunique() == tone["sentences"].nunique() == 1
