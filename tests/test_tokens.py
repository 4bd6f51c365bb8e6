"""Paragraphs -> Tokens: sentences as DEFINITIONS say, pieces as they stand, offsets that hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosscurrents.core import split_sentences, tokenise
from crosscurrents.core.quotations import quoted_spans
from crosscurrents.core.words import words_of


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It rained. We left.", ["It rained.", "We left."]),
        ("It rained", ["It rained"]),
        ("", []),
        # abbreviations end none
        ("Mr. Sand met Mrs. Rek of the U.S. army.", ["Mr. Sand met Mrs. Rek of the U.S. army."]),
        ("It rose by 6.5% to 1.2bn. Then it fell.", ["It rose by 6.5% to 1.2bn.", "Then it fell."]),
        ("On Aug. 11, Lt. Gen. Sand spoke.", ["On Aug. 11, Lt. Gen. Sand spoke."]),
        ("Anti-U.S. talk and anti-U.S. acts.", ["Anti-U.S. talk and anti-U.S. acts."]),
        # inside a quotation they count one by one
        (
            "He said: “It works. It is good.” Then he left.",
            ["He said: “It works.", "It is good.”", "Then he left."],
        ),
        (
            '"Why? Because it rains," he said. "It always rains."',
            ['"Why?', 'Because it rains," he said.', '"It always rains."'],
        ),
        ("(It rained. We left.) Then it snowed.", ["(It rained.", "We left.)", "Then it snowed."]),
        ("It [the dam] leaks. We know.", ["It [the dam] leaks.", "We know."]),
        # a colon and a semicolon never end one
        ("Three things: rain, snow and hail.", ["Three things: rain, snow and hail."]),
        ("He wrote: The dam leaks.", ["He wrote: The dam leaks."]),
        ("It rained; We left.", ["It rained; We left."]),
        # questions, cries, ellipses
        ("Rain? Snow! Hail.", ["Rain?", "Snow!", "Hail."]),
        ("Will it rain — is it sure? — or snow?", ["Will it rain — is it sure? — or snow?"]),
        ("It rained... We left.", ["It rained...", "We left."]),
        # other scripts
        ("下雨了。我们走了。", ["下雨了。", "我们走了。"]),
        ("Il pleut. On part.", ["Il pleut.", "On part."]),
    ],
)
def test_sentences_of_a_paragraph(text, sentences):
    assert split_sentences(text) == sentences


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


def test_which_pieces_are_quoted():
    tokens = tokenise([["He said: “We sign it here,” and left.", "It rained."]])
    assert np.flatnonzero(tokens.quoted_pieces).tolist() == [2, 3, 4, 5]
    tokens = tokenise([["It rained.", "We sign."]], kinds=[["text", "quotation"]])
    assert np.flatnonzero(tokens.quoted_pieces).tolist() == [2, 3]


def test_a_document_may_have_its_own_language():
    text = "Am 3. Mai z. B. regnete es."
    tokens = tokenise([[text], [text]], language=["en", "de"])
    assert tokens.documents.tolist() == [0, 1, 2]
    assert len(tokenise([[text]], language="de").sentences) - 1 == 1


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


@settings(max_examples=300)
@given(st.lists(TEXTS, max_size=3))
def test_tokens_agree_with_the_text_piece_by_piece(documents):
    tokens = tokenise(documents)
    pieces = tokens.pieces.to_pylist()
    assert len(set(pieces)) == len(pieces)
    paragraphs = [text for document in documents for text in document]
    assert tokens.documents.tolist() == np.cumsum([0, *map(len, documents)]).tolist()
    assert len(tokens.paragraphs) == len(paragraphs) + 1
    for k, text in enumerate(paragraphs):
        loud = text.isupper() and any(c.isspace() for c in text)
        first, last = tokens.paragraphs[k : k + 2]
        found = [
            [pieces[i] for i in tokens.ids[a:b]]
            for a, b in zip(tokens.sentences[first:last], tokens.sentences[first + 1 : last + 1])
        ]
        sentences = [s.lower() if loud else s for s in split_sentences(text)]
        assert [p for s in found for p in s] == [p for s in sentences for p in s.split()]
        assert [len(s) for s in found] == [len(s.split()) for s in sentences]


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


@settings(max_examples=200)
@given(TEXTS)
def test_quoted_pieces_agree_with_the_spans(paragraphs):
    expected = []
    for text, spans in zip(paragraphs, quoted_spans(paragraphs)):
        at = 0
        for sentence in split_sentences(text):
            for piece in sentence.split():
                at = text.index(piece, at)
                first = at + next((i for i, c in enumerate(piece) if c.isalnum()), 0)
                expected.append(any(a <= first < b for a, b in spans))
                at += len(piece)
    assert tokenise([paragraphs]).quoted_pieces.tolist() == expected


@pytest.mark.parametrize(
    ("text", "language", "sentences"),
    [
        # a closing mark belongs to the sentence it closes; a reporting clause to its quotation
        ("“Stay!” he called. “We are late.”", "en", ["“Stay!” he called.", "“We are late.”"]),
        ("« Non. » « Oui, il part. » Rien.", "fr", ["« Non. »", "« Oui, il part. »", "Rien."]),
        ("“好的。”他说。他走了。", "zh", ["“好的。”他说。", "他走了。"]),
        # never before a small letter
        ("It fell 2 per cent. in June (said Mr. Bo).", "en",
         ["It fell 2 per cent. in June (said Mr. Bo)."]),
        ("Мост, т. е. дорога. Всё.", "ru", ["Мост, т. е. дорога.", "Всё."]),
        # what ends one before a capital
        ("She paused… Nobody spoke.", "en", ["She paused…", "Nobody spoke."]),
        ("She paused… then spoke.", "en", ["She paused… then spoke."]),
        ("What?! Never. Really?! he asked.", "en", ["What?!", "Never.", "Really?! he asked."]),
        # abbreviations
        ("It shuts at 9 p.m. Friday in Lis.", "en", ["It shuts at 9 p.m. Friday in Lis."]),
        ("It shuts at 9 p.m. The mill stays.", "en", ["It shuts at 9 p.m.", "The mill stays."]),
        ("See Vol. 3 of it. It ends.", "en", ["See Vol. 3 of it.", "It ends."]),
        ("Puis M. Bo parle. Il part.", "fr", ["Puis M. Bo parle.", "Il part."]),
        ("Es war am 7. Mai. Ende.", "de-DE", ["Es war am 7. Mai.", "Ende."]),
        ("Es war am 7. Mai. Ende.", "German", ["Es war am 7. Mai.", "Ende."]),
        # numbers of notes
        ("The mill is old.1 The road fell.12 It rained.", "en",
         ["The mill is old.1", "The road fell.12", "It rained."]),
    ],
)  # fmt: skip
def test_repairs_of_sentence_ends(text, language, sentences):
    assert split_sentences(text, language) == sentences


def test_the_number_of_a_note_is_no_word():
    tokens = tokenise([["The mill is old.1 See Fig.2 and 1936.", "It fell.”23"]])
    folded = tokens.table.folded.to_pylist()
    words = "the mill is old see fig 2 and 1936 it fell".split()
    assert [folded[i] for i in tokens.words.ids] == words
