"""Word forms: words of one stem are counted as one term, known by its commonest form."""

from __future__ import annotations

import itertools

import pytest
from made import corpus_of

import crosscurrents as cc
from crosscurrents.passages import pattern_frequency
from crosscurrents.texts import stemmer, stop_words

MAIL = (
    "The allies met. An ally spoke to the allies. The allied fleet is in Allied hands. Being an "
    "Ally, the US told us so. Allies of allies were willing, and Rek will pay. We will see."
)
STAR = (
    "One ally left. The ally was no ally of dams. The dam of the dams leaks; a key ally spoke. A "
    "key ally left."
)
OTHER = "Rain fell on the mill and on the boats. A boat sank. Boats sink in the rain, says Rek."


@pytest.fixture(scope="module")
def corpus():
    return corpus_of(("Mail", MAIL), ("Star", STAR), ("Post", OTHER))


@pytest.fixture(scope="module")
def measures(corpus):
    return cc.measure(corpus, cache=False)


@pytest.fixture(scope="module")
def stemmed(measures, corpus):
    return cc.Comparison(measures, corpus=corpus, forms="stemmed", resamples=100)


def compared(*rows):
    return cc.Comparison(cc.measure(corpus_of(*rows), cache=False), forms="stemmed")


def counts(comparison, **options):
    table = cc.term_frequency(comparison, **options)
    return {(r.source, r.term): r.count for r in table.itertuples(index=False)}, table


def test_forms_of_a_word_are_one_term_known_by_its_commonest_form(stemmed):
    # Mail: allies 4, ally 2, allied 2; Star: ally 5. The corpus has ally 7 times, allies 4.
    found, table = counts(stemmed)
    assert found["Mail", "ally"] == 8
    assert found["Star", "ally"] == 5
    assert not {"allies", "allied"} & {*table["term"]}
    row = table[(table["source"] == "Mail") & (table["term"] == "ally")].iloc[0]
    assert row["rate"] == pytest.approx(8 / 36 * 1000)
    assert found["Post", "boats"] == 3  # boats 2, boat 1
    assert found["Star", "dams"] == 3  # dams 2, dam 1


def test_n_is_what_it_was(stemmed, measures):
    words = cc.term_frequency(measures).groupby("source")["words"].first()
    found = cc.term_frequency(stemmed).groupby("source")
    assert found["words"].first().to_dict() == words.to_dict()
    assert found["count"].sum().to_dict() == words.to_dict()


def test_stop_words_and_acronyms_are_forms_of_nothing(stemmed):
    found, _ = counts(stemmed)
    mail = {term: n for (source, term), n in found.items() if source == "Mail"}
    assert mail["US"] == mail["us"] == mail["being"] == mail["willing"] == 1
    assert mail["will"] == 2
    hidden, _ = counts(stemmed, hide_stopwords=True)
    assert ("Mail", "willing") in hidden and ("Mail", "will") not in hidden


def test_terms_are_those_of_snowball_for_all_words_that_are_no_stop_words(measures, stemmed):
    from nltk.stem.snowball import SnowballStemmer

    stem = SnowballStemmer("english").stem
    words = measures.terms.loc[measures.terms["n"] == 1, "term"].unique()
    words = [w for w in words if w.islower() and w not in stop_words()]
    for first, second in itertools.combinations(words, 2):
        alike = stemmed.counted_as(first) == stemmed.counted_as(second)
        assert alike == (stem(first) == stem(second)), (first, second)


def test_fifteen_languages_are_stemmed_each_by_its_own_rules():
    forms = {
        "ar": ("كتاب", "الكتاب"), "da": ("båd", "båden"), "nl": ("boot", "boten"),
        "en": ("boat", "boats"), "fi": ("vene", "veneet"), "fr": ("bateau", "bateaux"),
        "de": ("schiff", "schiffe"), "hu": ("hajó", "hajók"), "it": ("barca", "barche"),
        "no": ("båt", "båten"), "pt": ("barco", "barcos"), "ro": ("barcă", "barca"),
        "ru": ("лодка", "лодки"), "es": ("barco", "barcos"), "sv": ("båt", "båten"),
    }  # fmt: skip
    alike = [
        code for code, (one, more) in forms.items() if stemmer(code)(one) == stemmer(code)(more)
    ]
    assert len(forms) == 15 and len(alike) >= 13
    assert stemmer("pl")("łodzie") == "łodzie"  # Snowball does not know Polish


def test_the_language_of_the_document_decides():
    german = "Die Schiffe kamen an, und das Schiff der Leute war da. Viele Schiffe sanken."
    english = "The ship sank and the ships of the men came. The schiffe of old are ships."
    comparison = compared(("A", german), ("B", english), ("C", "Ships."))
    assert comparison.languages.tolist() == ["de", "en", ""]
    found, _ = counts(comparison)
    assert found["A", "schiffe"] == 3 and found["B", "ships"] == 3 and found["B", "schiffe"] == 1
    assert found["C", "ships"] == 1  # of no known language: taken for one of the commonest


def test_phrases_are_known_by_their_commonest_form():
    text = "A key ally left. A key ally spoke. The key allies met. The key allies met. Key allies."
    comparison = compared(("A", text))
    found, _ = counts(comparison, n=2)
    assert found["A", "key allies"] == 5 and ("A", "key ally") not in found
    assert comparison.forms_of("key ally") == ["key allies", "key ally"]


def test_every_comparison_of_words_counts_alike(stemmed, corpus):
    words = cc.keyness(stemmed, target="Mail", hide_stopwords=False)
    row = words.set_index("term").loc["ally"]
    assert (row["count"], row["reference_count"]) == (8, 5)
    assert "ally" in set(cc.keyness_by_source(stemmed, min_count=1)["term"])
    assert "allies" not in set(cc.compare_terms(stemmed)["term"])
    spread = cc.dispersion(stemmed, hide_stopwords=False).set_index(["source", "term"])
    assert ("Mail", "ally") in spread.index
    near = cc.collocates(stemmed, "the", min_count=1).set_index(["source", "term"])
    plain = cc.collocates(corpus, "the", min_count=1).set_index(["source", "term"])
    own = [plain["count"].get(("Mail", form), 0) for form in ("ally", "allies", "allied")]
    assert near.loc[("Mail", "ally"), "count"] == sum(own) > 0
    assert near.loc[("Mail", "ally"), "words"] == plain["words"]["Mail"].iloc[0]


def test_a_term_leads_to_all_of_its_forms_and_a_pattern_to_itself(stemmed):
    assert stemmed.counted_as("Allied") == "ally"
    assert stemmed.forms_of("allies") == ["allied", "allies", "ally"]
    lines = cc.concordance(stemmed, stemmed.forms_of("ally"))
    assert len(lines) == 13 and {*lines["node"].str.lower()} == {"ally", "allies", "allied"}
    assert {*cc.concordance(stemmed, "ally")["node"].str.lower()} == {"ally"}
    passages = cc.key_passages(stemmed, cc.keyness_by_source(stemmed, min_count=1), terms=9)
    assert "allies" in set(passages["node"].str.lower())
    assert pattern_frequency(stemmed, "ally")["count"].sum() == 7


def test_a_reference_from_outside_is_counted_alike(stemmed, tmp_path):
    (tmp_path / "list.csv").write_text("term,count\nallies,5\nallied,2\nallying,1\nsea,9\n")
    words = cc.keyness(stemmed, target="Mail", reference=tmp_path / "list.csv")
    assert words.set_index("term").loc["ally", "reference_count"] == 8


def test_labels_are_those_of_the_commonest_form():
    text = "He met Rekians in Rek. The Rekians and one Rekian left, and rain fell."
    comparison = compared(("A", text))
    found = cc.term_frequency(comparison)
    assert found.attrs["labels"]["rekians"] == "Rekians"
