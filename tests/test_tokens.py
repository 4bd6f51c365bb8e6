"""Paragraphs -> Tokens: sentences as DEFINITIONS say, pieces as they stand, offsets that hold."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from crosscurrents import tokenise
from crosscurrents.core import split_sentences
from crosscurrents.core.words import words_of


def test_a_paragraph_ends_a_sentence_and_a_bullet_is_one():
    tokens = tokenise([["It rained and", "we left"], ["trade", "more trade"]])
    assert tokens.sentences.tolist() == [0, 3, 5, 6, 8]
    assert tokens.paragraphs.tolist() == [0, 1, 2, 3, 4]
    assert tokens.documents.tolist() == [0, 2, 4]


def test_pieces_stand_as_in_the_text():
    tokens = tokenise([["“Rain,” it’s  said—twice."]])
    pieces = tokens.pieces.to_pylist()
    assert [pieces[i] for i in tokens.ids] == ["“Rain,”", "it’s", "said—twice."]
    assert tokens.ids.dtype == np.int32


def test_a_line_in_capitals_is_folded_and_a_single_acronym_is_not():
    def folded(text):
        tokens = tokenise([[text]])
        table = list(tokens.table.folded.to_pylist())
        return [table[i] for i in tokens.words.ids]

    assert folded("US TROOPS LEAVE") == ["us", "troops", "leave"]
    assert folded("US") == ["US"]
    assert folded("US troops LEAVE") == ["US", "troops", "leave"]


def test_empty_documents_and_paragraphs_break_nothing():
    tokens = tokenise([[], [""], ["..."], ["It rained.", "", "We left."]])
    assert tokens.documents.tolist() == [0, 0, 1, 2, 5]
    assert np.diff(tokens.words.sentences).sum() == 4
    empty = tokenise([])
    assert len(empty.ids) == 0
    assert len(empty.words.ids) == 0
    assert split_sentences("") == []


def test_which_pieces_are_quoted():
    tokens = tokenise([["He said: “We sign it here,” and left.", "It rained."]])
    assert np.flatnonzero(tokens.quoted_pieces).tolist() == [2, 3, 4, 5]
    tokens = tokenise([["It rained.", "We sign."]], kinds=[["text", "quotation"]])
    assert np.flatnonzero(tokens.quoted_pieces).tolist() == [2, 3]


TEXTS = st.lists(
    st.one_of(
        st.text(st.sampled_from("aB9.'’“”\"(),:;!?-–—&é中 \u00a0\u00ad\u200b"), max_size=40),
        st.lists(
            st.sampled_from(
                ["Rain", "fell.", "“It", "stopped.”", "Mr.", "U.S.", "(no", "yes)", "—", "why?",
                 "allies'", "3.5bn", "US-led", "...", "“No,”", "he", "said:", "中文。", "end!"]
            ),
            max_size=15,
        ).map(" ".join),
    ),
    max_size=4,
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(TEXTS, max_size=3))
def test_words_agree_with_the_pieces_one_by_one(documents):
    tokens = tokenise(documents)
    pieces, words = tokens.pieces.to_pylist(), tokens.words
    spelled, folded = tokens.table.spelled.to_pylist(), tokens.table.folded.to_pylist()
    expected = [
        (w.spelled, w.folded, place)
        for place, i in enumerate(tokens.ids.tolist())
        for w in words_of(pieces[i])[0]
    ]
    ids = words.ids.tolist()
    assert [(spelled[i], folded[i], p) for i, p in zip(ids, words.piece.tolist())] == expected
    assert words.sentences[0] == 0
    assert words.sentences[-1] == len(expected)


def test_the_number_of_a_note_is_no_word():
    tokens = tokenise([["The mill is old.1 See Fig.2 and 1936.", "It fell.”23"]])
    folded = tokens.table.folded.to_pylist()
    words = "the mill is old see fig 2 and 1936 it fell".split()
    assert [folded[i] for i in tokens.words.ids] == words
