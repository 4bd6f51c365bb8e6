"""Sentences from tables made by hand: every number in them can be checked by eye."""

import tomllib
from pathlib import Path
from types import SimpleNamespace

import pandas as pd

import crosscurrents as cc
from crosscurrents.findings import Finding
from crosscurrents.writing import counted, listed

NAN = float("nan")


def comparison(**documents):
    """What sentences ask of a Comparison: how many documents its groups have."""
    groups = pd.DataFrame({"documents": documents})
    return SimpleNamespace(groups=groups, by="source")


TWO = comparison(Mail=6, Star=5)


def scale(*rows):
    """Positions of groups: name, matches of the near and far pole, position, adjusted p."""
    names = ["source", "positive", "negative", "position", "p_adjusted"]
    table = pd.DataFrame(rows, columns=names)
    table = table.assign(scale="peace", near="trust", far="quarrel", tests=len(rows))
    table.attrs["by"] = "source"
    return table


def words(*rows):
    """Keyness of terms: group, term, direction, uses, uses in the rest, adjusted p."""
    names = ["source", "term", "direction", "count", "reference_count", "p_adjusted"]
    table = pd.DataFrame(rows, columns=names)
    table["distinctive"] = (table["direction"] > 0) & (table["p_adjusted"] < 0.05)
    table = table.assign(tests=len(rows))
    table.attrs = {"by": "source", "labels": {"dam": "Dam"}}
    return table


def contrast(*rows):
    names = ["theme", "source", "share", "rest_share", "direction", "p_adjusted"]
    table = pd.DataFrame(rows, columns=names)
    table["distinctive"] = (table["direction"] > 0) & (table["p_adjusted"] < 0.05)
    table.attrs["by"] = "source"
    return table


NO_SCALE, NO_THEMES, NO_WORDS = scale(), contrast(), words()


def headline(scale=NO_SCALE, contrast=NO_THEMES, words=NO_WORDS, of=TWO):
    found = cc.headline(of, scale=scale, contrast=contrast, words=words)
    assert found.headline
    assert len(found.split()) <= 20
    return str(found)


def test_a_headline_names_those_who_lean_beyond_chance():
    both = scale(("Mail", 9, 3, 1.0, 0.01), ("Star", 2, 8, -1.2, 0.02), ("Post", 5, 5, 0.0, 0.9))
    assert headline(both) == "Mail leans more to “trust” than the rest, Star more to “quarrel”."
    one = scale(("Mail", 9, 3, 1.0, 0.2), ("Star", 2, 8, -1.2, 0.02))
    assert headline(one) == "Star leans more to “quarrel” than the rest."


def test_which_way_a_group_leans_is_its_share_against_the_rest_and_not_its_sign():
    # All lean to trust; Mail with 6 of 9 less than the others with 18 of 19.
    table = scale(("Mail", 6, 3, 0.6, 0.01), ("Star", 18, 1, 2.5, 0.3))
    assert headline(table) == "Mail leans more to “quarrel” than the rest."


def test_without_a_difference_in_position_themes_come_next_and_then_words():
    even = scale(("Mail", 5, 5, 0.0, 0.8), ("Star", 5, 5, 0.0, 0.8))
    themes = contrast(
        ("water", "Mail", 0.34, 0.16, 1, 0.01), ("water", "Star", 0.16, 0.34, -1, 0.01)
    )
    assert headline(even, themes) == (
        "More space than elsewhere is given by Mail to “water” (34% of sentences, 16% elsewhere)."
    )
    vocabulary = words(("Mail", "dam", 1, 8, 0, 0.01), ("Star", "rain", 1, 4, 3, 0.6))
    assert headline(even, words=vocabulary) == "Distinctive vocabulary: Mail (“Dam”)."


def test_no_difference_beyond_chance_is_said():
    vocabulary = words(("Mail", "dam", 1, 8, 7, 0.7))
    assert headline(words=vocabulary) == (
        "No difference between the 2 sources is larger than chance could make."
    )


def test_one_source_has_nothing_to_be_compared_with():
    assert headline(of=comparison(Mail=3)).startswith("Mail: with one source")
    said = cc.certainty(comparison(Mail=8), scale=NO_SCALE, words=NO_WORDS)
    assert "it takes at least 5 articles of a source and 5 of the others" in said


def test_certainty_says_that_nothing_is_tested_or_how_it_is():
    few = scale(("Mail", 9, 3, 1.0, NAN), ("Star", 2, 8, -1.2, NAN))
    ranks = [(f"m{k}", name, rank) for k in range(5) for rank, name in enumerate(("Mail", "Star"))]
    robust = pd.DataFrame(ranks, columns=["method", "source", "rank"])
    options = {"scale": few, "words": NO_WORDS}
    found = cc.certainty(comparison(Mail=1, Star=1), **options, robust=robust)
    assert found == (
        "This is a description, not proof: it takes at least 5 articles of a source and 5 of the "
        "others to test a difference. The order of the 2 sources is the same under all 5 methods "
        "of counting."
    )
    robust.loc[8:9, "rank"] = [1, 0]  # the last method turns the two round
    found = cc.certainty(comparison(Mail=1, Star=1), **options, robust=robust)
    assert "under all 5 methods of counting, except between Mail and Star." in found
    tested = words(("Mail", "dam", 1, 8, 0, 0.01))
    found = cc.certainty(TWO, scale=NO_SCALE, words=tested)
    assert "in fewer than 5 of 100 such corpora" in found
    sure = scale(("Mail", 9, 3, 1.0, 0.01), ("Star", 2, 8, -1.2, 0.02), ("Post", 5, 5, 0.0, 0.9))
    found = cc.certainty(TWO, scale=sure, words=tested)
    assert found.startswith("Chance alone would make differences this large in fewer than 5 of 100")
    assert "Post leans to no side clearly more than the rest." in found
    assert [table for _, table, _ in found.links] == ["scale", "keyness"]


def test_distinctive_words_are_named_as_the_corpus_writes_them():
    table = words(
        ("Mail", "dam", 1, 8, 2, 0.01), ("Mail", "weir", 1, 1, 0, 0.04),
        ("Mail", "rain", 1, 4, 2, 0.3), ("Star", "dam", -1, 2, 8, 0.01),
    )  # fmt: skip
    mail, rest = cc.word_findings(table)
    assert (mail.label, mail) == (
        "Mail:", "“Dam” (8 uses, 2 in the rest) and “weir” (1 use, none elsewhere)."
    )  # fmt: skip
    assert mail.links == (("term_frequency", "keyness", "table", "Mail"),)
    assert rest == "Star has no distinctive word."


def test_without_a_test_words_describe_and_no_source_is_said_to_have_none():
    table = words(("Mail", "dam", 1, 8, 2, NAN), ("Star", "dam", -1, 2, 8, NAN))
    assert cc.word_findings(table) == ["“Dam” (8 uses, 2 in the rest)."]
    assert cc.word_findings(words()) == []


# What changed


class Earlier(SimpleNamespace):
    def __bool__(self):
        return not self.error


DOCUMENTS = pd.DataFrame(
    [("added", "a", "Mail"), ("added", "b", "Star"), ("gone", "c", "Mail")],
    columns=["change", "doc_id", "source"],
)


def changes(*rows):
    names = ["kind", "item", "source", "before", "now", "p_adjusted", "changed"]
    table = pd.DataFrame(rows, columns=names).assign(tests=len(rows))
    table.attrs["by"] = "source"
    return table


def test_a_first_run_has_nothing_to_say_and_an_unreadable_one_says_why():
    assert cc.change_findings(None, DOCUMENTS[:0], changes()) == []
    broken = Earlier(started="", error="no measures")
    assert cc.change_findings(broken, DOCUMENTS[:0], changes()) == [
        "The earlier run cannot be read, so nothing is compared: no measures"
    ]


def test_changes_beyond_chance_are_named():
    earlier = Earlier(started="2026-11-02T10:00:00+00:00", error="")
    table = changes(("word", "dam", "Mail", 1.0, 4.0, 0.003, True),
                    ("tone", "vader", "Mail", 0.1, 0.2, 0.4, False))  # fmt: skip
    first, verdict, row = cc.change_findings(earlier, DOCUMENTS, table)
    assert first == (
        "Since the run of 2 November 2026, 10:00: 2 articles added (1 Mail, 1 Star) and 1 article "
        "removed (1 Mail)."
    )
    assert verdict == "1 of 2 numbers changed more than chance alone explains."
    said = "word “dam” was 1.00 and is 4.00 uses per 1,000 words (p = 0.003)."
    assert (row.label, row) == ("Mail:", said)
    others = changes(("theme", "water", "Mail", 0.1, 0.204, 0.003, True),
                     ("tone", "vader", "Mail", 0.1, 0.2, 0.004, True))  # fmt: skip
    theme, tone = cc.change_findings(earlier, DOCUMENTS, others)[2:]
    assert theme == "theme “water” was 10% and is 20% of the sentences (p = 0.003)."
    assert tone == "tone “vader” was 0.10 and is 0.20, the mean score of a sentence (p = 0.004)."
    none = table.assign(changed=False)
    assert cc.change_findings(earlier, DOCUMENTS, none)[1].startswith("None of 2 numbers changed")
    untested = table.assign(tests=0)
    assert cc.change_findings(earlier, DOCUMENTS[:0], untested)[1].startswith("Too few articles")


def test_small_words():
    assert counted(1, "word") == "1 word" and listed(["a", "b", "c"]) == "a, b and c"
    assert Finding("x").links == ()


def test_every_sentence_of_the_file_is_said_somewhere():
    package = Path(cc.__file__).parent
    code = "".join(file.read_text(encoding="utf-8") for file in package.rglob("*.py"))
    sections = tomllib.loads((package / "sentences.toml").read_text(encoding="utf-8"))
    for section, sentences in sections.items():
        for name in sentences:
            assert f'{section}.{name}"' in code or f'"{name}"' in code, (section, name)
