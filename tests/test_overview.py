"""What notebooks ask of a corpus as a whole, on texts that can be counted by eye."""

import pytest
from made import corpus_of

import crosscurrents as cc
from crosscurrents.codebook import Codebook, Pattern, Theme

WATER = Codebook((Theme("water", "", (Pattern.parse("river"),)),))
NEWS = "It rained for a week on all of the green hills of the north and in every valley. "


def compared(texts, **options):
    return cc.Comparison(cc.measure(texts, **options), corpus=texts, resamples=100)


@pytest.fixture
def mail_and_star():
    mail = "The river rose again. The river is a good friend of ours and of all our neighbours."
    return corpus_of(("Mail", mail), ("Star", "Nobody came to the meeting in the old town hall."))


# Cautions


def test_files_that_were_not_read_come_first():
    texts = corpus_of(("Mail", "It rained."), ("Star", " "), ("Star", "It snowed."))
    found = cc.cautions(compared(texts))
    assert found[0].startswith("Left out: ") and "corpus page" in found[0]
    said = cc.corpus_findings(compared(texts))
    assert said[0].startswith("Not read: ") and said[0].endswith(" (listed below).")
    assert said[-1] == "All words are prose, and all are counted."


def test_a_source_that_outweighs_two_others_is_named():
    rows = [("Mail", "word " * 300 + "ends."), ("Star", "A short one."), ("Post", "A short one.")]
    assert "Mail holds 98% of all words" in str(cc.cautions(compared(corpus_of(*rows))))
    assert "holds" not in str(cc.cautions(compared(corpus_of(*rows[:2]))))


def test_an_article_in_another_language_is_counted_and_named():
    rows = [("Mail", "It rained."), ("Mail", "It snowed."), ("Star", "Es regnete.")]
    texts = corpus_of(*rows, language=["en", "en-GB", "de"])
    said = "The article 3 is in German: no tone (the lexicons know English only)."
    assert said in str(cc.cautions(compared(texts)))


def test_articles_without_a_value_take_part_in_no_comparison_by_it():
    texts = corpus_of(*[("Mail", "It rained.")] * 4, author=["Ann", "", "Ben", ""])
    whole = compared(texts)
    part = cc.Comparison(whole, by="author")
    said = "2 of 4 articles have no author and take part in no comparison by it."
    assert part.not_compared == [said] and said in cc.cautions(part)
    assert repr(part).startswith("Comparison of 2 of 4 documents by author (Ann, Ben), ")
    assert whole.not_compared == []
    made = cc.provenance(part).set_index("made_from")["which"]
    assert made["articles"] == "2, compared by author, 2 undated, 2 more have no author"
    assert made["words"] == "4"


def test_never_more_than_five():
    rows = [("Mail", "word " * 300), ("Star", "Es regnete."), ("Post", "A short one."), ("X", " ")]
    found = cc.cautions(compared(corpus_of(*rows, language=["en", "de", "en", "en"])))
    assert len(found) <= 5 and found[-1].startswith("Words are counted")


# The corpus page


def test_documents_have_sizes_and_remarks():
    page = "A big headline of the day here\n\nBy Ann Bo\n\n" + NEWS * 2
    texts = corpus_of(("Mail", page), ("Star", "Short."), date=["2020-01-01", ""])
    table = cc.documents_table(cc.measure(texts))
    assert table["words"].tolist() == [36, 1]
    assert table["excluded_share"].tolist() == pytest.approx([10 / 46, 0])
    assert "21.3% of all words are not prose" in cc.corpus_findings(compared(texts))[-1]
    long = cc.corpus_findings(compared(corpus_of(("Mail", page + NEWS * 700))))
    assert long[-1].startswith("Less than 0.1% of all words are not prose")
    assert table["remarks"].tolist() == [
        "22% of its words left out; only 36 words", "only 1 word; no date"
    ]  # fmt: skip


def test_what_was_left_out_by_source_and_kind_and_line():
    page = "A big headline of the day here\n\nBy Ann Bo\n\n" + NEWS * 2
    texts = corpus_of(("Mail", page), ("Star", NEWS * 2))
    comparison = compared(texts)
    table = cc.excluded_shares(comparison)
    assert table[["source", "reason", "words"]].values.tolist() == [
        ["Mail", "headline", 7], ["Mail", "byline", 3], ["Star", "headline", 0],
        ["Star", "byline", 0],
    ]  # fmt: skip
    assert table["excluded_share"].tolist() == pytest.approx([7 / 46, 3 / 46, 0, 0])
    nothing = cc.excluded_shares(compared(corpus_of(("Star", "Rain fell."))))
    assert nothing.empty and list(nothing) == list(table)
    lines = cc.excluded_lines(comparison.measures, texts)
    assert lines[["line", "text"]].values.tolist() == [
        [1, "A big headline of the day here"], [3, "By Ann Bo"]
    ]  # fmt: skip


# The words page


def test_the_word_in_focus_is_one_that_most_sources_use():
    texts = corpus_of(("Mail", "Dam and rain and rain."), ("Star", "Dam, dam."), ("Post", "A dam."))
    comparison = compared(texts)
    rates = cc.term_frequency(comparison, hide_stopwords=True)
    assert cc.focus_term(comparison, rates) == "dam"
    book = Codebook((Theme("weather", "", (Pattern.parse("rain"),)),))
    comparison = compared(texts, codebook=book)
    assert cc.focus_term(comparison, rates) == "rain"  # the codebook's words come first
    assert cc.focus_term(comparison, rates[:0]) == ""


def test_passages_of_typical_words_come_from_their_source(mail_and_star):
    comparison = compared(mail_and_star)
    words = cc.keyness_by_source(comparison, hide_stopwords=True, min_count=1)
    found = cc.key_passages(comparison, words, terms=1)
    assert list(found) == ["source", "term", "left", "node", "right", "doc_id", "paragraph"]
    assert found.loc[found["source"] == "Mail", "node"].tolist() == ["river", "river"]
    assert cc.key_passages(comparison, words[:0]).empty
    comparison = cc.Comparison(comparison, by="doc_id")
    found = cc.key_passages(comparison, cc.keyness_by_source(comparison, min_count=1))
    assert list(found) == ["doc_id", "term", "left", "node", "right", "paragraph"]


def test_frequencies_with_their_dispersion():
    texts = corpus_of(("Mail", "Dam. Dam."), ("Mail", "Dam here."), ("Star", "Rain falls."))
    comparison = compared(texts)
    table = cc.with_dispersion(cc.term_frequency(comparison), cc.dispersion(comparison))
    assert table.iloc[0][["term", "count", "range", "parts"]].tolist() == ["dam", 3, 2, 2]


def test_provenance_names_tools_and_options(mail_and_star):
    table = cc.provenance(compared(mail_and_star, codebook=WATER)).set_index("made_from")["which"]
    assert table["words"] == "27"
    assert table["options"] == "95% intervals, 100 resamples, seed 0, words as written"
    assert table["codebook"].startswith("1 theme, sha256 " + WATER.sha256[:12])
    plain = cc.provenance(cc.measure(mail_and_star, codebook=WATER)).set_index("made_from")["which"]
    assert plain.equals(table.drop("options"))  # which are of a comparison
