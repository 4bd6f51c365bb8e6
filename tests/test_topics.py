"""Topics: planted ones are found again, the same every time; little text says so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics import adjusted_rand_score

from crosscurrents import Comparison, measure, read_corpus, topics
from crosscurrents.codebook import Codebook
from crosscurrents.measures import Measures
from crosscurrents.topic_model import _agreement, _coherence, _fit, _stability, _weights

PER = 8  # paragraphs of a document


FORMS = pd.DataFrame(columns=["doc_id", "term", "form", "within", "first"])


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
    sizes = sentences.groupby("doc_id")["words"].agg(["sum", "size"])
    documents = pd.DataFrame({"doc_id": sizes.index, "words": sizes["sum"].to_numpy()})
    documents["sentences"] = sizes["size"].to_numpy()
    documents["source"] = [sources[k % len(sources)] for k in range(len(documents))]
    themes = pd.DataFrame(columns=["doc_id", "paragraph", "sentence", "theme", "pattern", "count"])
    record = {"codebook": {"themes": {}, "scales": {}}}
    tables = {"terms": terms, "sentences": sentences, "themes": themes, "forms": FORMS}
    tables["excluded"] = pd.DataFrame()
    return Measures(documents, record, lambda name: [pa.Table.from_pandas(tables[name])])


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


def found_labels(measures, number: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Row of each paragraph that has a topic, and the topic that leads it."""
    comparison = measures if isinstance(measures, Comparison) else Comparison(measures)
    paragraphs, _, values, row, _ = _weights(comparison)
    loads = _fit(values, number or len(topics(comparison)), comparison.seed)[0][row]
    rows = paragraphs["doc_id"].str[1:].astype(int) * PER + paragraphs["paragraph"] - 1
    known = loads.any(axis=1)
    return rows.to_numpy()[known], loads.argmax(axis=1)[known]


@pytest.fixture(scope="module")
def five():
    counts, theme = planted(500, 5)
    return Comparison(measures_of(counts)), theme, counts


def test_planted_topics_are_found_and_counted(five):
    table = topics(five[0])
    rows, labels = found_labels(five[0])
    assert len(table) == 5
    assert adjusted_rand_score(five[1][rows], labels) > 0.95
    assert table["stability"].min() > 0.7
    assert table["share"].sum() == pytest.approx(1)
    assert table["paragraphs"].sum() == len(rows)
    assert table["share"].is_monotonic_decreasing


def test_the_top_words_are_those_that_were_planted(five):
    owners = []
    for terms in topics(five[0])["terms"]:
        words = [int("".join(filter(str.isdigit, term))) for term in terms.split(", ")]
        owner = pd.Series((np.array(words) - 500) // 40)
        assert owner.value_counts().iloc[0] >= 9  # of ten
        owners.append(owner.median())
    assert sorted(owners) == [0, 1, 2, 3, 4]


def test_no_worse_than_the_plain_pipeline(five):
    """scikit-learn's tf-idf and NMF as they come, told the number."""
    counts = five[2]
    weights = TfidfTransformer().fit_transform(counts[:, (counts > 0).sum(axis=0) >= 2])
    plain = NMF(5, random_state=0, max_iter=500).fit_transform(weights).argmax(axis=1)
    rows, labels = found_labels(five[0], number=5)
    ours, theirs = five[1][rows], five[1]
    assert adjusted_rand_score(ours, labels) >= adjusted_rand_score(theirs, plain) - 0.01


def test_the_same_seed_gives_the_same_topics_to_the_bit(five):
    fresh = Comparison(five[0].measures)
    pd.testing.assert_frame_equal(topics(fresh), topics(five[0]), check_exact=True)


def test_another_seed_gives_much_the_same(five):
    labels = [
        found_labels(measures)[1] for measures in (five[0], Comparison(five[0].measures, seed=7))
    ]
    assert adjusted_rand_score(*labels) > 0.95


def test_text_without_topics_is_not_stable():
    rng = np.random.default_rng(0)
    zipf = 1 / np.arange(1, 601)
    counts = np.array([rng.multinomial(60, zipf / zipf.sum()) for _ in range(300)])
    assert topics(measures_of(counts), number=5)["stability"].mean() < 0.4


def test_weights_are_those_of_scikit_learn():
    counts, _ = planted(60, 2)
    paragraphs, terms, values, row, left_out = _weights(Comparison(measures_of(counts)))
    column = pd.Series(terms).str.extract(r"(\d+)$")[0].astype(int).to_numpy()
    expected = TfidfTransformer(sublinear_tf=True).fit_transform(counts[:, column]).toarray()
    assert (len(paragraphs), left_out) == (60, 0)
    np.testing.assert_allclose(values[row].toarray(), expected)


def test_what_is_left_out():
    texts = [
        "The rain and the rivers rise in spring 2019.\n\nRivers and rain and dams rise.",
        "Rain makes rivers rise over dams.\n\nUnique words only here.",
        "When rivers rise, rain fills dams 2019 times; 2019.",
    ]
    table = pd.DataFrame({"source": list("abc"), "text": texts})
    measures = measure(read_corpus(table), codebook=Codebook(), cache=False)
    # "the", "2019" are none; "spring" is too rare; the others are in more than half of the five.
    found = _weights(Comparison(measures))
    assert found[1].tolist() == [] and found[4] == 5
    table = topics(measures)
    assert table.empty and table.attrs["note"].startswith("No topics were sought: too little text")


def test_a_paragraph_that_recurs_everywhere_counts_once():
    counts = planted(300, 3)[0]
    plain = topics(measures_of(counts), number=3)
    again = measures_of(np.concatenate([counts, np.repeat(counts[:1], 300, axis=0)]))
    table = topics(again, number=3)
    assert sorted(table["terms"]) == sorted(plain["terms"])
    assert table["paragraphs"].sum() == 600
    rows, labels = found_labels(again, number=3)
    assert len(set(labels[rows >= 300])) == 1


def test_coherence_by_hand():
    from scipy.sparse import csr_array

    #               together, never together, together in half
    values = csr_array(np.array([[1, 1, 0, 1], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 0]]) * 1.0)
    found = _coherence(values, np.array([[0, 1], [0, 2], [0, 3]]))
    # p = 1/2 each: together ln(2)/ln(2) = 1; never -1; p_xy 1/4 = 1/2 * 1/2: 0
    assert found.tolist() == [1.0, -1.0, 0.0]


def test_agreement_of_top_words_by_hand():
    one = np.array([[0, 1, 2], [5, 6, 7]])
    assert _agreement(one, one).tolist() == [1.0, 1.0]
    assert _agreement(one, one[::-1]).tolist() == [1.0, 1.0]  # the order of themes is none
    # depths 1, 2, 3: 0/2, 2/2, 2/4 in common
    assert _agreement(one[:1], np.array([[1, 0, 9]]))[0] == pytest.approx((0 + 1 + 0.5) / 3)
    assert _agreement(one, one[1:]).tolist() == [0.0, 1.0]  # one has no match


def test_stability_of_few_documents_samples_paragraphs(five):
    values = _weights(Comparison(five[0]))[2]
    tops = np.arange(20).reshape(2, 10)
    found = _stability(values, np.zeros(values.shape[0], int), tops, 0)
    assert found.shape == (2,) and (found >= 0).all() and (found <= 1).all()


def test_little_text_says_how_little(five):
    note = topics(five[0]).attrs["note"]
    assert note.startswith("500 paragraphs of 63 documents, ") and "hints" not in note
    few = topics(measures_of(planted(80, 2)[0])).attrs["note"]
    assert few.startswith("80 paragraphs of 10 documents, ")
    assert "so little text gives hints of what a codebook may lack, not findings" in few


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"number": -1}, "number -1 is not a whole number of at least 0"),
        ({"number": True}, "number True is not"),
        ({"number": 2.5}, "number 2.5 is not"),
        ({"number": 251}, "number 251 is too many topics for 500 paragraphs .* up to 250"),
        ({"seed": -1}, "seed -1 is not"),
    ],
)
def test_options_that_cannot_be(five, options, message):
    with pytest.raises(ValueError, match=message):
        topics(five[0], **options)


def test_a_text_too_short_for_topics_has_none():
    texts = [f"The dam builders asked for more time and the rock was soft, {k}." for k in range(6)]
    table = pd.DataFrame({"source": ["Mail", "Star"] * 3, "text": texts})
    comparison = Comparison(measure(read_corpus(table)))
    found = topics(comparison)
    assert found.empty and list(found.columns[:3]) == ["topic", "terms", "share"]
