"""Sentences from tables made by hand: every number in them can be checked by eye."""

import pandas as pd
import pytest

import crosscurrents as cc

NAN = float("nan")


def tone(*rows):
    table = pd.DataFrame(rows, columns=["source", "mean", "low", "high", "sentences"])
    return table.assign(unit="within this article")


def test_tone_says_where_intervals_keep_apart():
    found = cc.tone_findings(tone(("Star", -0.2, -0.3, -0.1, 40), ("Mail", 0.3, 0.1, 0.4, 1200)))
    assert found == [
        "Mean score of a sentence (−1 to +1), from the most positive down: "
        "Mail +0.30 (+0.10\xa0to\xa0+0.40), n = 1,200; Star −0.20 (−0.30\xa0to\xa0−0.10), n = 40"
        "; intervals hold within these articles.",
        "The interval of Mail lies wholly above that of Star.",
    ]


def test_tone_says_that_an_order_may_not_hold():
    found = cc.tone_findings(tone(("Star", 0.1, -0.3, 0.3, 40), ("Mail", 0.2, 0.1, 0.4, 9)))
    assert found[1].startswith("The intervals of the first (Mail) and the last (Star) overlap")


def test_tone_without_intervals_or_sources():
    found = cc.tone_findings(tone(("Star", 0.1, NAN, NAN, 1), ("Mail", 0.2, 0.1, 0.4, 9)))
    assert "Star +0.10, n = 1" in found[0]
    assert found[1] == "Not every number has an interval, so the order is that of the numbers only."
    assert cc.tone_findings(tone()) == []


def keyness(**columns):
    row = {
        "source": "Mail", "reference": "all others", "term": "dam", "direction": 1, "count": 8,
        "words": 1000, "reference_count": 2, "reference_words": 4000, "p_adjusted": 0.001,
        "tests": 12, "log_ratio": 4.0, "low": 1.0, "high": 6.0, "smoothed": False,
        "unit": "documents",
    }  # fmt: skip
    return pd.DataFrame([row | columns])


def test_words_are_named_with_counts_and_times():
    assert cc.word_findings(keyness()) == [
        "Mail is set apart by “dam” (8 of 1,000 words, 2 of 4,000 elsewhere; 16 times the rate, "
        "2.0 to 64) (12 terms tested)."
    ]


def test_a_word_used_by_one_source_only_gets_no_ratio():
    found = cc.word_findings(keyness(reference_count=0, smoothed=True))[0]
    assert "“dam” (8 of 1,000 words, not once in 4,000 elsewhere)" in found


@pytest.mark.parametrize("change", [{"p_adjusted": 0.2}, {"low": -0.1}, {"direction": -1}])
def test_a_word_is_not_named_when_it_may_be_chance(change):
    assert cc.word_findings(keyness(**change)) == [
        "Mail: no term stands out against the rest beyond chance (12 terms tested)."
    ]


def contrasts(*rows):
    names = ["theme", "source", "share", "of", "rest_share", "log_ratio", "p_adjusted"]
    return pd.DataFrame(rows, columns=names).assign(unit="within these articles", tests=4)


def test_themes_name_the_most_and_what_sets_apart():
    table = contrasts(
        ("water", "Mail", 0.5, 100, 0.45, 0.2, 0.6), ("law", "Mail", 0.3, 100, 0.05, 2.6, 0.01),
        ("water", "Star", 0.45, 200, 0.5, -0.2, 0.6), ("law", "Star", 0.05, 200, 0.3, -2.6, 0.01),
        ("water", "Sun", 0.2, 1, 0.1, 1.0, NAN),
    )  # fmt: skip
    assert cc.theme_findings(table) == [
        "Mail speaks most of water (50% of 100 sentences); more than the others of law (30%, the "
        "others 5%).",
        "Star speaks most of water (45% of 200 sentences); less than the others of law (5%, the "
        "others 30%).",
        "Sun speaks most of water (20% of 1 sentence); nothing sets it apart.",
        "More and less: beyond chance within these articles, p adjusted for 4 tests.",
    ]
    assert "takes two sources and a codebook" in cc.theme_findings(table[:0])[0]


def test_pairs_say_what_goes_together_beyond_chance():
    names = ["theme", "other", "joint", "expected", "p", "p_adjusted"]
    rows = [("water", "law", 12, 5.25, 0.001, 0.003), ("law", "war", 1, 3.0, 0.2, 0.3)]
    table = pd.DataFrame(rows, columns=names).assign(tests=3)
    assert cc.pair_findings(table) == (
        "Of 3 pairs of themes 1 go together or keep apart beyond chance: water with law (12 places "
        "where 5.2 would be chance, p = 0.003 after all tests)."
    )
    assert cc.pair_findings(table[1:]) == (
        "Of 3 pairs of themes none goes together or keeps apart beyond chance; nearest to it is "
        "law with war (1 place where 3.0 would be chance, p = 0.3 after all tests)."
    )
    assert cc.pair_findings(table[:0]) == "There is no pair of themes to test."


def test_scale_names_its_poles():
    table = pd.DataFrame(
        {
            "scale": "peace", "source": ["Mail", "Star"], "near": "trust", "far": "quarrel",
            "positive": [3, 9], "negative": [9, 3], "position": [-1.0, 1.0], "se": 0.5,
            "low": [-2.0, 0.5], "high": [-0.5, 2.0], "unit": "documents",
        }
    )  # fmt: skip
    found = cc.scale_findings(table)
    assert found[0].startswith("On peace, from trust (above 0) to quarrel (below 0): Star +1.00")
    assert "hits 9 : 3; Mail −1.00" in found[0]
    assert found[1] == "The interval of Star lies wholly above that of Mail."
    assert cc.scale_findings(table[:0]) == []


def test_of_many_sources_the_first_and_last_are_told():
    table = pd.DataFrame(
        {
            "source": [f"s{k:02}" for k in range(20)],
            "sentences": 9,
            "mean": [0.5 - k / 100 for k in range(20)],
            "low": 0.0,
            "high": 0.6,
            "unit": "documents",
        }
    )
    told = cc.tone_findings(table)[0]
    assert "s03" in told
    assert "s04" not in told
    assert "; 12 others, see the table; s16" in told


def test_of_many_sources_the_themes_of_those_with_most_words_are_told():
    names = [f"s{k:02}" for k in range(14)]
    table = contrasts(*(("water", name, 0.5, 100, 0.4, 0.2, 0.6) for name in names))
    table.attrs["groups"] = names[::-1]
    found = cc.theme_findings(table)
    assert [text.split()[0] for text in found[:12]] == names[2:]
    assert found[12] == "These are the 12 with most words of 14; the table has all."
    assert len(found) == 14
    assert len(cc.theme_findings(table[table["source"] != "s00"])) == 14
    assert "These are" not in str(cc.theme_findings(table[table["source"] > "s01"]))


def test_of_many_targets_those_without_a_word_are_told_in_one_sentence():
    rows = [keyness(source=f"s{k:02}", p_adjusted=0.001 if k == 5 else 0.2) for k in range(13)]
    found = cc.word_findings(pd.concat(rows))
    assert len(found) == 2
    assert found[0].startswith("s05 is set apart by “dam”")
    assert found[1].startswith("No term stands out beyond chance in s00, s01, s02, s03, s04, s06,")
    assert found[1].endswith("s11 and s12 (12 terms tested).")
    assert len(cc.word_findings(pd.concat(rows[:12]))) == 12
