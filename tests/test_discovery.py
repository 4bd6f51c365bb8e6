"""Discovered themes: planted ones are found again, the same every time; little text says so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import TfidfTransformer, TfidfVectorizer
from sklearn.metrics import adjusted_rand_score

from crosscurrents.codebook import Codebook, Pattern, Theme
from crosscurrents.corpus import read_corpus
from crosscurrents.discovery import discover_themes
from crosscurrents.discovery.factors import agreement_of_tops, coherence, stability
from crosscurrents.discovery.matrix import term_weights
from crosscurrents.discovery.tables import discovered_passages, discovered_share, map_discovered
from crosscurrents.measures import Measures, measure

PER = 8  # paragraphs of a document


def measures_of(counts: np.ndarray, sources: str = "AB") -> Measures:
    """Measures of paragraphs (rows) and words (columns), without any text."""
    number = len(counts)
    names = np.array([f"d{i // PER:04}" for i in range(number)], dtype=object)
    place = np.arange(number) % PER + 1
    row, column = np.nonzero(counts)
    words = np.array([f"w{chr(97 + k // 26 % 26)}{chr(97 + k % 26)}{k}" for k in range(5000)])
    terms = pd.DataFrame(
        {"doc_id": names[row], "paragraph": place[row], "term": words[column], "n": 1,
         "count": counts[row, column]}
    )  # fmt: skip
    sentences = pd.DataFrame(
        {"doc_id": names, "paragraph": place, "sentence": place, "words": counts.sum(axis=1)}
    )
    sizes = sentences.groupby("doc_id")["words"].sum()
    documents = pd.DataFrame({"doc_id": sizes.index, "words": sizes.to_numpy()})
    documents["source"] = [sources[k % len(sources)] for k in range(len(documents))]
    themes = pd.DataFrame(columns=["doc_id", "paragraph", "sentence", "theme", "pattern", "count"])
    record = {"codebook": {"themes": {}, "scales": {}}}
    return Measures(documents, terms, sentences, themes, pd.DataFrame(), record)


def planted(paragraphs: int, themes: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Counts of words in paragraphs that each have a theme, and the themes.

    Each word of a paragraph is its theme's with 40%, else one of a common stock; both follow
    Zipf's law. The words of theme k are 500 + 40 k and the 39 behind.
    """
    rng = np.random.default_rng(seed)
    stock = 1 / np.arange(1, 2001)
    own = 1 / np.arange(1, 41) ** 0.8
    theme = rng.integers(0, themes, paragraphs)
    counts = np.zeros((paragraphs, 2500), int)
    for row, k in enumerate(theme):
        size = rng.integers(40, 90)
        mine = rng.binomial(size, 0.4)
        np.add.at(counts[row], rng.choice(2000, size - mine, p=stock / stock.sum()), 1)
        np.add.at(counts[row], 500 + 40 * k + rng.choice(40, mine, p=own / own.sum()), 1)
    return counts, theme


def found_labels(discovered) -> tuple[np.ndarray, np.ndarray]:
    """Row of each paragraph, and the number of the theme that leads it."""
    places = discovered.paragraphs
    rows = places["doc_id"].str[1:].astype(int) * PER + places["paragraph"] - 1
    return rows.to_numpy(), pd.factorize(places["theme"])[0]


@pytest.fixture(scope="module")
def five():
    counts, theme = planted(500, 5)
    return measures_of(counts), theme, counts


@pytest.fixture(scope="module")
def discovered(five):
    return discover_themes(five[0])


def test_planted_themes_are_found_and_counted(five, discovered):
    rows, labels = found_labels(discovered)
    assert len(discovered.themes) == 5
    assert discovered.choice.loc[discovered.choice["chosen"], "number"].tolist() == [5]
    assert adjusted_rand_score(five[1][rows], labels) > 0.95
    assert discovered.themes["stability"].min() > 0.7
    assert discovered.themes["share"].sum() == pytest.approx(1)


def test_the_top_words_are_those_that_were_planted(discovered):
    planted_of = discovered.terms["term"].str.extract(r"(\d+)$")[0].astype(int)
    owner = (planted_of - 500) // 40
    own = owner.groupby(discovered.terms["theme"]).agg(lambda k: k.value_counts().iloc[0])
    assert (own >= 9).all()  # of ten
    assert sorted(owner.groupby(discovered.terms["theme"]).median()) == [0, 1, 2, 3, 4]


def test_no_worse_than_the_plain_pipeline(five):
    """scikit-learn's tf-idf and NMF as they come, told the number."""
    counts = five[2]
    weights = TfidfTransformer().fit_transform(counts[:, (counts > 0).sum(axis=0) >= 2])
    plain = NMF(5, random_state=0, max_iter=500).fit_transform(weights).argmax(axis=1)
    rows, labels = found_labels(discover_themes(five[0], themes=5))
    ours, theirs = five[1][rows], five[1]
    assert adjusted_rand_score(ours, labels) >= adjusted_rand_score(theirs, plain) - 0.01


def test_the_same_seed_gives_the_same_themes_to_the_bit(five, discovered):
    again = discover_themes(five[0])
    for name in ("themes", "terms", "paragraphs", "choice"):
        pd.testing.assert_frame_equal(
            getattr(again, name), getattr(discovered, name), check_exact=True
        )
    assert (again.shares == discovered.shares).all()
    assert again.notes == discovered.notes


def test_another_seed_gives_much_the_same(five, discovered):
    labels = found_labels(discovered)[1]
    _, other = found_labels(discover_themes(five[0], seed=7))
    assert adjusted_rand_score(labels, other) > 0.95


def test_text_without_themes_is_not_stable():
    rng = np.random.default_rng(0)
    zipf = 1 / np.arange(1, 601)
    counts = np.array([rng.multinomial(60, zipf / zipf.sum()) for _ in range(300)])
    found = discover_themes(measures_of(counts), themes=5)
    assert found.themes["stability"].mean() < 0.4
    assert "below 50%" in found.notes[1]


def test_weights_are_those_of_scikit_learn():
    counts, _ = planted(60, 2)
    weights = term_weights(measures_of(counts))
    column = weights.terms.str.extract(r"(\d+)$")[0].astype(int).to_numpy()
    expected = TfidfTransformer(sublinear_tf=True).fit_transform(counts[:, column]).toarray()
    assert len(weights.paragraphs) == 60
    np.testing.assert_allclose(weights.values.toarray(), expected)
    assert TfidfVectorizer().smooth_idf  # the same form of idf


def test_what_is_left_out():
    texts = [
        "The rain and the rivers rise in spring 2019.\n\nRivers and rain and dams rise.",
        "Rain makes rivers rise over dams.\n\nUnique words only here.",
        "When rivers rise, rain fills dams 2019 times; 2019.",
    ]
    table = pd.DataFrame({"source": list("abc"), "text": texts})
    measures = measure(read_corpus(table), codebook=Codebook(), cache=False)
    weights = term_weights(measures)
    # "the", "2019" are none; "spring" is too rare; the others are in more than half of the five.
    assert weights.terms.tolist() == []
    assert weights.left_out == 5
    found = discover_themes(measures)
    assert found.themes.empty
    assert found.notes == [
        "No themes were sought: 0 paragraphs with 0 words that return in other paragraphs are too "
        "few."
    ]
    assert discovered_share(found, measures).empty
    assert discovered_passages(found, measures).empty
    assert map_discovered(found, measures).empty


def test_a_paragraph_that_stands_everywhere_counts_once():
    counts = planted(300, 3)[0]
    plain = discover_themes(measures_of(counts), themes=3)
    again = np.concatenate([counts, np.repeat(counts[:1], 300, axis=0)])
    found = discover_themes(measures_of(again), themes=3)
    assert len(found.paragraphs) == 600
    assert "300 paragraphs that repeat others count once" in found.notes[0]
    assert sorted(found.themes["terms"]) == sorted(plain.themes["terms"])
    assert len(set(found.paragraphs["theme"].iloc[300:])) == 1
    np.testing.assert_allclose(found.shares[:300].max(axis=1), plain.shares.max(axis=1))


def test_words_can_be_left_out(five):
    shown = discover_themes(five[0], themes=5).terms["term"].iloc[0]
    assert shown not in discover_themes(five[0], themes=5, without=(shown,)).terms["term"].tolist()


def test_coherence_by_hand():
    from scipy.sparse import csr_array

    #               together, never together, together in half
    values = csr_array(np.array([[1, 1, 0, 1], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 0]]) * 1.0)
    found = coherence(values, np.array([[0, 1], [0, 2], [0, 3]]))
    # p = 1/2 each: together ln(2)/ln(2) = 1; never -1; p_xy 1/4 = 1/2 * 1/2: 0
    assert found.tolist() == [1.0, -1.0, 0.0]


def test_agreement_of_top_words_by_hand():
    one = np.array([[0, 1, 2], [5, 6, 7]])
    assert agreement_of_tops(one, one).tolist() == [1.0, 1.0]
    assert agreement_of_tops(one, one[::-1]).tolist() == [1.0, 1.0]  # the order of themes is none
    # depths 1, 2, 3: 0/2, 2/2, 2/4 in common
    assert agreement_of_tops(one[:1], np.array([[1, 0, 9]]))[0] == pytest.approx((0 + 1 + 0.5) / 3)
    assert agreement_of_tops(one, one[1:]).tolist() == [0.0, 1.0]  # one has no match


def test_stability_of_few_documents_draws_paragraphs(five):
    weights = term_weights(five[0])
    found = stability(weights.values, np.zeros(weights.values.shape[0], int), np.arange(20)
                      .reshape(2, 10), 0)  # fmt: skip
    assert found.shape == (2,) and (found >= 0).all() and (found <= 1).all()


def test_shares_by_source(five, discovered):
    shares = discovered_share(discovered, five[0], resamples=200)
    assert shares.columns.tolist() == [
        "theme", "source", "paragraphs", "of", "share", "low", "high", "documents", "unit",
    ]  # fmt: skip
    assert shares.groupby("source")["share"].sum().tolist() == pytest.approx([1, 1])
    led, every = (shares.groupby("source")[c] for c in ("paragraphs", "of"))
    assert led.sum().tolist() == every.first().tolist()
    assert (shares["low"] <= shares["share"]).all() and (shares["share"] <= shares["high"]).all()
    with pytest.raises(ValueError, match="by 'colour' is not a column"):
        discovered_share(discovered, five[0], by="colour")


def test_shares_are_drawn(five, discovered):
    import matplotlib.pyplot as plt

    from crosscurrents.plots import plot_discovered

    shares = discovered_share(discovered, five[0], resamples=200)
    ax = plot_discovered(shares)
    cells = [text.get_text() for text in ax.texts]
    first = shares.iloc[0]
    assert f"{first['share']:.0%} ({first['paragraphs']})" in cells
    assert "5 discovered themes by source" in ax.figure.get_label()
    assert plot_discovered(shares[:0]).figure.get_label()
    plt.close("all")


def test_shares_tell_sources_apart():
    counts, theme = planted(400, 2)
    order = np.argsort(theme, kind="stable")  # the documents of one theme first
    measures = measures_of(counts[order], sources="A")
    half = (theme == 0).sum() // PER
    measures.documents["source"] = ["A" if k <= half else "B" for k in range(50)]
    shares = discovered_share(discover_themes(measures, themes=2), measures, resamples=200)
    wide = shares.set_index(["theme", "source"])["share"].unstack()  # noqa: PD010
    assert sorted(wide["A"].round() - wide["B"].round()) == [-1, 1]


def test_little_text_says_how_little(discovered):
    assert discovered.notes[0].startswith("5 themes in 500 paragraphs of 63 documents, from ")
    assert len(discovered.notes) == 2
    few = discover_themes(measures_of(planted(80, 2)[0]))
    assert "So little text (10 documents, 80 paragraphs) can carry no finding" in few.notes[2]


WATER = "river flood valley dam upstream gates spring bridge".split()
COURT = "judge court lawyer verdict jury appeal trial witness".split()


def prose(words: list[str], k: int) -> str:
    """A paragraph of its own: some of the words, the first of them always."""
    mixed = [words[0], *np.random.default_rng(k).permutation(words[1:])[:5].tolist()]
    return f"The {mixed[0]} and the {mixed[1]} are here with {', '.join(mixed[2:])}."


def test_passages_and_the_codebook():
    kinds = [WATER, COURT, WATER] * 3 + [COURT, WATER, COURT] * 3
    paragraphs = [prose(kind, k) for k, kind in enumerate(kinds)]
    texts = ["\n\n".join(paragraphs[:9]), "\n\n".join(paragraphs[9:])]
    corpus = read_corpus(pd.DataFrame({"source": ["a", "b"], "text": texts}))
    law = Theme("law", "", (Pattern.parse("judge"), Pattern.parse("jury")))
    book = Codebook((Theme("water", "", (Pattern.parse("river"),)), law))
    measures = measure(corpus, codebook=book, cache=False)
    found = discover_themes(measures, themes=2)
    passages = discovered_passages(found, measures, corpus=corpus, top_n=1)
    for words, passage in zip(found.themes["terms"], passages["passage"]):
        assert ("river" in words) == ("river" in passage)
        assert passage in paragraphs
    assert discovered_passages(found, measures, top_n=4).shape == (8, 6)
    table = map_discovered(found, measures)
    first = table.drop_duplicates("theme")
    # 9 of 18 paragraphs each: together 9 where 4.5 would be by chance
    assert first[["paragraphs", "expected", "lift"]].to_numpy().tolist() == [[9, 4.5, 2.0]] * 2
    assert first["phi"].tolist() == [1.0, 1.0]
    assert set(table["codebook"]) == {"water", "law"}
    with pytest.raises(ValueError, match="top_n 0 is not a whole number"):
        discovered_passages(found, measures, top_n=0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"themes": 0}, "themes 0 is not a whole number of at least 1"),
        ({"themes": True}, "themes True is not"),
        ({"themes": 2.5}, "themes 2.5 is not"),
        ({"themes": 251}, "themes 251 are too many for 500 paragraphs .* choose up to 250"),
        ({"top_n": 2}, "top_n 2 is not a whole number of at least 3"),
        ({"seed": -1}, "seed -1 is not"),
    ],
)
def test_options_that_cannot_be(five, options, message):
    with pytest.raises(ValueError, match=message):
        discover_themes(five[0], **options)
