"""Words as DEFINITIONS say: what is one word, what parts it, in which case it is counted."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import expected_rows

from crosscurrents.core.words import fold, words_of


def folded(text: str) -> list[str]:
    return [w.folded for piece in text.split() for w in words_of(piece)[0]]


# expected/words.tsv: a text, and its words as they are counted.
@pytest.mark.parametrize(
    ("text", "words"),
    [
        *expected_rows("words"),
        # invisible signs, and those that look like others
        ("nai\u0308ve", "naïve"),  # a combining mark belongs to its letter
        ("one\u00a0two", "one two"),
        ("techni\u00adcian a\u2060b c\u200dd \ufeffe", "technician ab cd e"),
        ("zero\u200bwidth", "zero width"),
        ("bank\u2010to\u2011bank", "bank-to-bank"),
        ("We row ☀\ufe0f and sing ✌\ufe0f.", "we row and sing"),
        ("We ❤\ufe0f row 🏳\ufe0f\u200d🌈 and 👍🏽 sing \ufe0f.", "we row and sing"),
        ("love ❤\ufe0f so ☎\ufe0f x\ufe0f 1\ufe0f\u20e3", "love so x 1"),  # selectors
        # of scripts without blanks a long run is a clause, no word without a library
        ("ひらがなカタカナ漢字", ""),
        ("เรือเก่ามากและไม่มีใครมา", ""),
        ("... — ” &", ""),
        ("", ""),
    ],
)
def test_words_of_a_text(text, words):
    assert folded(text) == words.split()


@pytest.mark.parametrize(
    ("piece", "before", "after"),
    [
        ("(China’s", ["("], ""),
        ("“well—known”", ["“", "—"], "”"),
        ("Baikal.”", [""], ".”"),
        ("allies'", [""], "'"),
        ("U.S.", [""], ""),  # the stop is its own
        ("etc.", [""], "."),
        ("—", [], "—"),
        ("90%", [""], "%"),
        ("$84", ["$"], ""),
    ],
)
def test_the_signs_between_words(piece, before, after):
    words, rest = words_of(piece)
    assert [w.before for w in words] == before
    assert rest == after


def test_words_keep_their_spelling_beside_the_form_that_is_counted():
    assert [(w.spelled, w.folded) for w in words_of("U.S.-Led")[0]] == [("US-Led", "US-led")]
    assert [(w.spelled, w.folded) for w in words_of("China’s")[0]] == [("China", "china")]


@given(st.text(max_size=20).filter(lambda t: "." not in unicodedata.normalize("NFKC", t)))
def test_folding_once_is_enough(text):
    for word in folded(text):
        assert [fold(p) for p in word.split("-")] == word.split("-") or not word.isascii()


@given(st.text(st.sampled_from("aB9.'’-–&,:@/#é中я“”_ \u00ad\u200b"), max_size=15))
def test_words_and_signs_together_are_the_piece(text):
    for piece in text.split():
        words, rest = words_of(piece)
        letters = [c for c in piece if c.isalnum()]
        kept = "".join(w.spelled for w in words)
        assert sum(c.isalnum() for c in kept) <= len(letters)
        assert not any(c.isalnum() for w in words for c in w.before)
        assert not any(c.isalnum() for c in rest)
