"""The opening page's sentences, from tables made by hand: every number can be checked by eye."""

import pandas as pd
import pytest

import crosscurrents as cc
from crosscurrents.findings import Finding

NAN = float("nan")


@pytest.fixture(scope="module")
def measures():
    texts = [
        ("Mail", "2019", "The river rose again. We saw it."),
        ("Star", "2021-05", "It rained."),
    ]
    table = pd.DataFrame(texts, columns=["source", "date", "text"])
    return cc.measure(cc.read_corpus(table))


def scale(mail=(1.0, 0.5, 1.5), star=(-1.0, -2.0, -0.5)):
    rows = [("Mail", 9, 3, *mail), ("Star", 3, 9, *star)]
    table = pd.DataFrame(
        rows, columns=["source", "positive", "negative", "position", "low", "high"]
    )
    table.insert(0, "scale", "peace")
    return table.assign(near="trust", far="quarrel", unit="within this article")


SHARES = pd.DataFrame(
    [("water", "Mail", 50, 100, 0.5, 0.4, 0.6), ("law", "Mail", 30, 100, 0.3, 0.2, 0.4),
     ("water", "Star", 90, 200, 0.45, NAN, NAN), ("law", "Star", 10, 200, 0.05, 0.0, 0.1)],
    columns=["theme", "source", "sentences", "of", "share", "low", "high"],
)  # fmt: skip
CONTRAST = pd.DataFrame(
    [("water", "Mail", 100, 0.5, 200, 0.45, 0.15, -0.5, 0.8, 0.4),
     ("law", "Mail", 100, 0.3, 200, 0.05, 2.58, 1.0, 4.0, 0.01),
     ("water", "Star", 200, 0.45, 100, 0.5, -0.15, NAN, NAN, 0.4),
     ("law", "Star", 200, 0.05, 100, 0.3, -2.58, -4.0, -1.0, 0.01)],
    columns="theme source of share rest_of rest_share log_ratio low high p_adjusted".split(),
).assign(tests=4)  # fmt: skip
TONE = pd.DataFrame(
    [("Mail", 0.3, 0.1, 0.4, 1200), ("Star", NAN, NAN, NAN, 0)],
    columns=["source", "mean", "low", "high", "sentences"],
)
WORDS = pd.DataFrame(
    [("Mail", "dam", 1, 8, 2, 4.0, 1.0, 6.0, 0.01), ("Mail", "weir", 1, 4, 0, 5.0, 1.0, 7.0, 0.04),
     ("Mail", "rain", 1, 4, 2, 0.3, 1.0, 7.0, 0.3),
     ("Star", "dam", -1, 2, 8, -4.0, -6.0, -1.0, 0.01)],
    columns="source term direction count reference_count log_ratio low high p_adjusted".split(),
).assign(tests=12)  # fmt: skip


def test_the_answer_in_a_few_sentences(measures):
    links = [("brief", "changes_documents", "documents")]
    news = [Finding("Nothing was added.", links=links), "B.", "C."]
    found = cc.brief_lead(measures, scale=scale(), verdict="Do not order them.", news=news)
    assert [f.label for f in found] == [
        "The question.", "What was read.", "Where they stand on peace.",
        "Whether tone tells them apart.", "What is new.", "How sure.",
    ]  # fmt: skip
    assert found[1] == "2 articles from 2 sources, 2019 to 2021: 9 words."
    assert found[2] == (
        "Mail is nearest to trust, +1.00 (+0.50\xa0to\xa0+1.50): 9 phrases of trust to 3 of "
        "quarrel. Star is nearest to quarrel, −1.00 (−2.00\xa0to\xa0−0.50): 3 to 9. Their "
        "intervals keep apart."
    )
    assert found[4] == "Nothing was added. B."
    assert found[4].links == (("brief", "changes_documents", "documents"),)
    assert "95% intervals" in found[5] and "within these articles" in found[5]


def test_overlap_is_said(measures):
    found = cc.brief_lead(
        measures, scale=scale(star=(-1.0, -2.0, 0.6)), firm="Mail is first.", level=0.9
    )
    assert found[2].endswith("Their intervals overlap, so even this may be chance.")
    assert (found[3].label, found[3]) == ("How far that holds.", "Mail is first.")
    assert "90% intervals" in found[-1]


def test_what_distinguishes_each_source(measures):
    mail, star = cc.source_findings(
        measures, tone=TONE, scale=scale(star=(-0.2, -1.0, 0.5)), contrast=CONTRAST, words=WORDS
    )
    assert (mail.label, star.label) == ("Mail.", "Star.")
    assert mail == (
        "1 article, 7 words. Speaks more of law than the others: 30% of 100 sentences (elsewhere "
        "5%; 6.0 times, 2.0 to 16). Its own words: “dam” (8 times; 16 times the rate elsewhere, "
        "2.0 to 64) and “weir” (4 times; never elsewhere). Leans to trust: "
        "+1.00 (+0.50\xa0to\xa0+1.50), 9 phrases of trust against 3 of quarrel. "
        "Tone +0.30 (+0.10\xa0to\xa0+0.40) over 1,200 sentences."
    )
    assert star == (
        "1 article, 2 words. No theme sets it apart beyond chance (4 tests); it speaks most of "
        "water: 45% of 200 sentences (elsewhere 50%). "
        "No word sets it apart beyond chance (12 terms tested). Between trust and quarrel: "
        "−0.20 (−1.00\xa0to\xa0+0.50), 3 phrases of trust against 9 of quarrel."
    )
    assert [table for _, table, _ in mail.links] == [
        "theme_contrast",
        "keyness",
        "scale",
        "sentiment",
    ]
    assert [table for _, table, _ in star.links] == ["theme_contrast", "keyness", "scale"]


def test_side_by_side(measures):
    table = cc.brief_table(measures, tone=TONE, scale=scale(), shares=SHARES, words=WORDS)
    assert table["dates"].tolist() == ["2019", "2021-05"]
    assert table["speaks most of"].tolist() == ["water (50%)", "water (45%)"]
    assert table["set apart by"].tolist() == ["dam, weir", ""]
    assert table["tone"].tolist() == ["+0.30 (+0.10\xa0to\xa0+0.40)", "–"]


def test_without_codebook_there_is_no_stance(measures):
    empty = cc.scale_position(measures), cc.theme_contrast(measures)
    found = cc.source_findings(measures, tone=TONE, scale=empty[0], contrast=empty[1], words=WORDS)
    assert found[0].startswith("1 article, 7 words. Its own words: ")
    lead = cc.brief_lead(measures, scale=empty[0])
    assert [f.label for f in lead] == ["The question.", "What was read.", "How sure."]
    assert lead[0] == "How do these sources differ?"


def test_of_many_sources_those_with_most_words_are_told_and_come_first():
    rows = [(f"s{k:02}", "It rained" + " and rained" * k + ".") for k in range(13)]
    table = pd.DataFrame(rows, columns=["source", "text"])
    tables = {"tone": TONE, "scale": scale()[:0], "words": WORDS[:0]}
    measures = cc.measure(cc.read_corpus(table))
    found = cc.source_findings(measures, contrast=CONTRAST[:0], **tables)
    assert [item.label for item in found[:-1]] == [f"s{k:02}." for k in range(5, 13)]
    assert found[-1] == "These are the 8 with most words of 13; the table has all."
    tables["shares"] = SHARES[:0]
    beside = cc.brief_table(measures, **tables)
    assert beside["source"].tolist() == [f"s{k:02}" for k in range(12, -1, -1)]
    assert beside.attrs["note"] == "most words first"
    tables["words"] = pd.concat([WORDS.assign(source=f"s{k}") for k in (10, 11, 12)])
    note = "most words first; only the first 3 are set apart from the others"
    assert cc.brief_table(measures, **tables).attrs["note"] == note
