"""VADER over pieces, against NLTK's own analyser on generated, mutated and hand-picked text."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import TESTS, expected_rows, nltk_vader, seen_by_vader
from nltk.sentiment.vader import VaderConstants

from crosscurrents import read_lexicon, score_sentences, tokenise
from crosscurrents.core import split_sentences
from crosscurrents.core.scoring import STRAIGHT, rounded
from crosscurrents.core.sentences import SURROGATES
from crosscurrents.core.tokens import split_pieces
from crosscurrents.lexicon import score_tokens, vader_emoji

COLUMNS = ["neg", "neu", "pos", "compound"]
# Our own writing, in the tone of a policy article.
PROSE = (TESTS / "expected" / "policy.txt").read_text(encoding="utf-8").splitlines()
TRAPS = """
but But BUT least Least at very AT most never Never NEVER so so this This kind Kind of of OF sort
just enough kind-of kinda n't don't Don't can't won't ISN'T isn't, 'not not NOT not, without
nothing cannot a I - – ! ? !! !!! ??? ?!? ... the The shit bomb bad ass yeah right cut mustard kiss
death hand to mouth very, VERY extremely hardly HARDLY GOOD Good good good, good. 'good
"good" (good) good's goods BAD bad bad! !bad -bad bad- bad's U.S. US WHO :) :( :-) :D :d ;) <3 </3
xD XD :P :'( d: d= 8-D ok no No NO! great GREAT great. great? awful AWFUL,
""".split()
CHUNKS = [
    "kiss of death", "cut the mustard", "hand to mouth", "the bomb", "the shit", "bad ass",
    "yeah right", "Yeah right", "kind of", "sort of", "just enough", "never so good",
    "never this bad", "was never so very good", "at least", "very least", "the least", "least good",
    "at least good", "so GOOD", "not so bad", "the bomb,", "kiss of death.", "death hand to mouth",
]  # fmt: skip
ODD = [
    "naïve", "ÉLAN", "Straße", "İYİ", "\u212aind", "good\u200b", "don’t", "isn’t", "“good”",
    "‘bad’", "„good“", "good’s", "хорошо", "ПЛОХО", "ὈΔΥΣΣΕΎΣ", "好", "很好", "ﬁne", "Ⅷ", "ª",
    "e\u0301", "😀", "❤", "\ufffd", "\x00", "\x1c", "\x85", "\xa0", "\u2003", "\u2028",
    "good\xa0bad", "\tno\n", "#good", "@good", "good/bad", "good—bad", "—good", "good…", "x" * 300,
    "n’t", ":Þ", ":þ",
]  # fmt: skip
AROUND = [*VaderConstants.PUNC_LIST, "...", "(", ")", "!?", "…", "”", "’", "--", "!!!!", "'\""]


@pytest.fixture(scope="module")
def oracle():
    return nltk_vader()


def reference(oracle, texts):
    """NLTK's scores of the texts that VADER is to see, an array (texts, 4)."""
    scores = (oracle.polarity_scores(seen_by_vader(t)) for t in texts)
    return np.array([[s[c] for c in COLUMNS] for s in scores]).reshape(-1, 4)


def assert_equal(oracle, texts):
    ours, theirs = score_sentences(texts).to_numpy(), reference(oracle, texts)
    wrong = np.flatnonzero((ours != theirs).any(axis=1))
    assert not len(wrong), [(texts[i], ours[i], theirs[i]) for i in wrong[:5]]


def mutate(rng, words):
    """Each word unchanged, or in another case, or with marks before or behind it."""
    kind = rng.random(len(words))
    marks = rng.choice(np.array(AROUND, object), len(words))
    return np.array([
        w if k < 0.5 else w.title() if k < 0.57 else w.upper() if k < 0.65
        else w + m if k < 0.85 else m + w if k < 0.92 else m + w + m
        for w, k, m in zip(words, kind, marks, strict=True)
    ], object)  # fmt: skip


def generated(number, seed):
    """Sentences from prose, lexicon, boosters, negations and traps in changing proportions."""
    rng = np.random.default_rng(seed)
    pools = [
        " ".join(PROSE).split(), list(read_lexicon("vader").scores),
        list(VaderConstants.BOOSTER_DICT), sorted(VaderConstants.NEGATE), TRAPS, CHUNKS, ODD,
    ]  # fmt: skip
    lengths = rng.integers(1, 22, number)
    pool = rng.choice(len(pools), lengths.sum(), p=[0.3, 0.2, 0.12, 0.1, 0.15, 0.1, 0.03])
    words = np.empty(len(pool), object)
    for n, choices in enumerate(pools):
        at = np.flatnonzero(pool == n)
        words[at] = mutate(rng, rng.choice(np.array(choices, object), len(at)))
    again = np.flatnonzero(rng.random(len(words)) < 0.05)
    words[again] = words[np.maximum(again - rng.integers(1, 6, len(again)), 0)]
    ends = np.cumsum(lengths)
    return [" ".join(words[a:b]) for a, b in zip(ends - lengths, ends, strict=True)]


def mutated(number, seed):
    """Sentences of the prose with some words replaced, dropped or put elsewhere."""
    rng = np.random.default_rng(seed)
    strange = generated(number, seed + 1)
    texts = []
    for other in strange:
        words, others = PROSE[rng.integers(len(PROSE))].split(), other.split(" ")
        for place in rng.integers(0, len(words), 4):
            words[place] = others[place % len(others)]
        cut = rng.integers(len(words))
        texts.append(" ".join(words[cut:] + words[:cut] if cut % 3 == 0 else words[cut % 5 :]))
    return texts


# What each rule acts on; sentences that hold it are counted.
RULES = {
    "booster": r"\b(very|extremely|hardly)\b", "negation": r"\b(not|never|without)\b|n't\b",
    "least": r"(?<!at )(?<!very )\bleast\b", "at least": r"\b(at|very) least\b",
    "never so": r"\bnever (so|this)\b", "so before a word": r"\b(so|this) \w+ \w+ \w+",
    "kind of": r"\b(kind|sort) of\b", "but": r"\bbut\b", "capitals": r"\b[A-Z]{3,}\b.*[a-z]{2}",
    "idiom": r"\b(the bomb|bad ass|yeah right|cut the mustard|kiss of death|hand to mouth)\b",
    "one mark": r"(?<![!?])!(?![!?])", "marks": r"!.*!.*!.*!.*!", "questions": r"\?.*\?.*\?.*\?",
    "one of a pair": r"\b(\w{4,})\b.*\b\1\b", "mark before": r"(^| )['\"(]\w",
    "foreign": r"[\u0400-\u9fff]",
}  # fmt: skip


def test_equals_nltk_on_20000_sentences_that_meet_every_rule_often(oracle):
    texts = generated(14_000, seed=20_180_904) + mutated(6_000, seed=8)
    assert_equal(oracle, texts)
    flags = dict.fromkeys(RULES, re.I) | {"capitals": 0}
    met = {name: sum(map(bool, map(re.compile(rule, flags[name]).search, texts)))
           for name, rule in RULES.items()}  # fmt: skip
    assert min(met.values()) >= 100, met


# expected/vader.tsv: texts in which a rule begins or ends to act.
@pytest.mark.parametrize("text", [
    *(text for (text,) in expected_rows("vader")),
    "", " ", "\n\t", "x\x1fy", "\ud800 good", "good\ud800", "\x00good", "good\x00",
    "good\x85bad", "good\u200bbad", "good\ufeff", "\u3000good\u3000", "good\x1cbad",
])  # fmt: skip
def test_traps(oracle, text):
    assert_equal(oracle, [text])


def test_figures_worked_by_hand():
    # good is 1.9: 1.9 / sqrt(1.9² + 15) = 0.4404; "not" makes it 1.9 × -0.74 = -1.406, whose
    # share is 2.406 of 2.406 + 1 neutral word; "very" makes it 1.9 + 0.293 = 2.193.
    scores = score_sentences(["good", "not good", "very good", "no news here, sadly none"])
    assert scores["compound"].tolist()[:3] == [0.4404, -0.3412, 0.4927]
    assert scores.loc[1, ["neg", "neu", "pos"]].tolist() == [0.706, 0.294, 0.0]
    assert list(scores.columns) == COLUMNS


def test_sentences_do_not_see_each_other(oracle):
    # Boundaries where a rule would reach over: a negation, an idiom, "but", capitals.
    texts = [
        "we were not",
        "good at all, but",
        "",
        "BAD",
        "x y z yeah",
        "right the",
        "bomb kind",
        "of",
    ]
    assert_equal(oracle, texts)


pieces = st.one_of(
    st.sampled_from([*TRAPS, *CHUNKS, *ODD, *AROUND]),
    st.sampled_from(list(read_lexicon("vader").scores)),
    st.text(max_size=8),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(pieces, max_size=12).map(" ".join), min_size=1, max_size=4))
def test_equals_nltk_on_any_text(oracle, texts):
    assert_equal(oracle, texts)


def test_splits_at_all_that_python_takes_for_white_space():
    texts = [f"a{chr(code)}b" for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    split = split_pieces(texts)
    counts = np.diff(split.sentences)
    assert counts.tolist() == [len(text.split()) for text in texts]


@given(st.lists(st.text()))
def test_split_pieces_is_str_split(texts):
    split = split_pieces(texts)
    words = split.pieces.to_pylist()
    for text, start, end in zip(texts, split.sentences, split.sentences[1:], strict=False):
        text = SURROGATES.sub("\ufffd", text)
        assert [words[i] for i in split.ids[start:end]] == text.split()


@pytest.mark.parametrize("last", ["õé\n\u2003  ", ""])
def test_the_last_text_is_split_like_the_others(last):
    """Arrow's function reads beyond the last text; what lies there changes from call to call."""
    for size in range(3000):
        beyond = b"\xa0" * (size % 300)
        split = split_pieces(["one two\u2003", "õõ\x1f漢b\xa0\n\u2003 ", last])
        found = split.pieces.take(pa.array(split.ids)).to_pylist()
        assert found == ["one", "two", "õõ", "漢b", *last.split()], beyond


@given(st.lists(pieces, max_size=20))
def test_marks_and_spaces_around_do_not_matter(words):
    one = score_sentences([" ".join(words)])
    other = score_sentences(["  " + " \t ".join(words) + "\n"])
    pd.testing.assert_frame_equal(one, other)


def test_scores_tokens_of_a_paragraph(oracle):
    text = "The pact was “good”. They didn’t like it! Was it never so bad? Prices rose."
    scores = score_tokens(tokenise([[text]]))
    assert scores.tolist() == reference(oracle, split_sentences(text)).tolist()


def test_empty_input_gives_the_columns():
    assert list(score_sentences([]).columns) == COLUMNS
    assert score_sentences([]).shape == (0, 4)
    assert score_tokens(tokenise([])).shape == (0, 4)
    assert score_tokens(tokenise([[]])).shape == (0, 4)


def test_keeps_the_index_of_a_series():
    texts = pd.Series(["good", "bad"], index=["x", "y"])
    assert score_sentences(texts).index.tolist() == ["x", "y"]


def test_rounds_as_python_does():
    values = np.array([0.0625, 0.3125, 2.675, 1.0005, 0.00005, 0.12345, -0.12345, 0.5])
    for digits in (2, 3, 4):
        expected = [round(v, digits) for v in values.tolist()]
        assert rounded(values, digits).tolist() == expected


# The text that VADER sees


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("“It was a disaster,” he said.", "It was a disaster, he said."),
        ('"Good," she said, "and «fair»."', "Good, she said, and fair."),
        ("‘good’ and 'bad', don’t", "good and bad, don't"),
        ("Great!!! Why?! It ended... So good…", "Great !!! Why ?! It ended ... So good …"),
        ("One mark! One stop. U.S. trade", "One mark! One stop. U.S. trade"),
        ("The dam is late😡", "The dam is late pouting face"),
        ("I love it ❤️ so", "I love it red heart so"),
        ("so sad :'( and 'tis the allies' dam", "so sad :'( and tis the allies dam"),
        (" “ ” ", ""),
    ],
)
def test_marks_are_kept_off_words(text, shown):
    assert seen_by_vader(text) == shown


# A word beside marks, and what NLTK's class is to see of it.
MARKED = [
    ("“{}”", "{}"), ('"{},"', "{},"), ("‘{}’", "{}"), ("«{}»", "{}"), ("„{}“", "{}"), ("“{}", "{}"),
    ("{}.”", "{}."), ("{}!!!", "{} !!!"), ("{}…", "{} …"), ("{}?!", "{} ?!"),
    ("“‘{}!!’”", "{} !!"), ("{}{emoji}", "{} {name}"), ("{emoji}{emoji} {}", "{name} {name} {}"),
]  # fmt: skip


def test_what_stands_beside_marks_scores_as_nltk_scores_the_words(oracle):
    rng = np.random.default_rng(20)
    emoji = [(sign, name) for sign, name in vader_emoji().items() if len(sign) == 1]
    emoji = [pair for pair in emoji if pair[1].translate(STRAIGHT).replace(" ", "").isalpha()]
    marked, plain = [], []
    for text in generated(3000, seed=29):
        words = [word for word in text.split(" ") if word.isalpha()] or ["good"]
        both = [*words], [*words]
        for place in rng.permutation(len(words))[: 1 + len(words) // 3]:
            sign, name = emoji[rng.integers(len(emoji))]
            for side, form in zip(both, MARKED[rng.integers(len(MARKED))]):
                side[place] = form.format(words[place], emoji=sign, name=name)
        marked.append(" ".join(both[0]))
        plain.append(" ".join(both[1]))
    expected = [[oracle.polarity_scores(text)[name] for name in COLUMNS] for text in plain]
    found = score_sentences(marked).to_numpy()
    assert np.abs(found - expected).max() < 1e-9 and len({*marked}) > 2900
