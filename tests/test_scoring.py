"""Scores of every lexicon against the package that brings it, and words that must not count."""

import random
import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import TESTS, nltk_vader

from crosscurrents import read_lexicon, score_sentences, tokenise
from crosscurrents.codebook import Pattern, Theme
from crosscurrents.core import split_pieces
from crosscurrents.core.scoring import STRAIGHT, vader_piece
from crosscurrents.lexicon import score_stream, vader_emoji
from crosscurrents.measures.tone import hide, neutral

LEXICONS = ["vader", "afinn", "pattern"]
PROSE = (TESTS / "expected" / "policy.txt").read_text(encoding="utf-8").splitlines()
TRAPS = """
very really not no never good bad ! !! (!) extremely hardly n't don't can't stand : ) 3 (8) 8)
:) ( is a not-good working cashing in right direction U.S. Mr. a. I e.g. “good” ‘bad’ 'good'
good! tax x D _O o O :s : >:[ >: ^) ♥ Fox 2008 great. only much most kind of some Not NOT Good
BAD war-torn anti-war crisis's “war” (crisis) no, good—bad good/bad 10:30 8 x-D <3 :-( the river
of it to a naïve élan – … 好 e.g., vs. fun don’t
""".split()


def oracle(lexicon):
    """The package's own score of a text; VADER sees it without marks around words."""
    if lexicon == "vader":
        analyser, emoji, known = nltk_vader(), vader_emoji(), read_lexicon("vader").scores

        def shown(text):
            return " ".join(w for piece in text.split() for w in vader_piece(piece, emoji, known))

        return lambda text: analyser.polarity_scores(shown(text))["compound"]
    if lexicon == "afinn":
        from afinn import Afinn

        return Afinn().score
    from textblob import TextBlob

    return lambda text: TextBlob(text).sentiment.polarity


def score(texts, lexicon):
    table = score_sentences(texts, lexicon=lexicon)
    return table.iloc[:, -1].to_numpy()


@pytest.mark.parametrize("lexicon", LEXICONS[1:])  # of VADER see test_vader.py
def test_scores_are_those_of_the_package(lexicon):
    rng = random.Random(5)
    words = [w for line in PROSE for w in line.split()]
    known = sorted(read_lexicon(lexicon).scores)
    texts = [
        " ".join(rng.choice(rng.choice((words, TRAPS, TRAPS, known))) for _ in range(k % 13 + 1))
        for k in range(3000)
    ]
    theirs = oracle(lexicon)
    expected = [theirs(text.translate(STRAIGHT)) for text in texts + PROSE]
    assert np.abs(score(texts + PROSE, lexicon) - expected).max() < 1e-9


@pytest.mark.parametrize("lexicon", LEXICONS[1:])
@settings(max_examples=150, deadline=None)
@given(text=st.text(st.sampled_from("goodbanrt nev!:;)(3-'’.,“”8D \u2009"), max_size=40))
def test_scores_of_any_signs_are_those_of_the_package(lexicon, text):
    theirs = oracles()[lexicon]
    assert score([text], lexicon)[0] == pytest.approx(theirs(text.translate(STRAIGHT)), abs=1e-9)


def oracles(made={}):  # noqa: B006 (kept on purpose: NLTK's takes long to make)
    return made or made.update({name: oracle(name) for name in LEXICONS}) or made


@pytest.mark.parametrize("lexicon", LEXICONS)
def test_the_words_behind_a_score_make_it(lexicon):
    texts = [re.sub("[!?]", ".", text) for text in PROSE]  # for each mark VADER adds to a score
    stream = split_pieces(texts)
    scored = score_stream(stream, read_lexicon(lexicon))
    total = np.bincount(scored.sentence, scored.value, minlength=len(texts))
    number = np.bincount(scored.sentence, minlength=len(texts))
    whole = {
        "vader": total / np.sqrt(total**2 + 15),  # NLTK's normalisation
        "afinn": total,
        "pattern": total / np.maximum(number, 1),
    }[lexicon]
    assert np.allclose(whole, scored.score, atol=1e-4)
    for place, term in zip(scored.place, scored.term):
        piece = stream.pieces[int(stream.ids[place])].as_py().lower()
        assert term.split()[0].split("-")[0] in piece


def test_a_csv_lexicon_is_scored_as_afinn_scores(tmp_path):
    afinn = read_lexicon("afinn").scores
    path = tmp_path / "copy.csv"
    path.write_text("term,score\n" + "".join(f"{term},{s}\n" for term, s in afinn.items()))
    texts = [*PROSE, "Not good, does not work. Can’t stand it."]
    assert score(texts, path).tolist() == score(texts, "afinn").tolist()


def test_terms_of_a_csv_by_hand(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("term,score\ncold,-1\ncold war,-4\nice-cold,2\nwar,-2\n")
    texts = ["A cold war.", "Cold, war", "ICE-COLD war-room", "colder", "cold  war cold", ""]
    assert score(texts, path).tolist() == [-4, -3, 0, 0, -5, 0]


# words that must not count


def topic(*terms):
    return (Theme("topic", "", tuple(map(Pattern.parse, terms))),)


def text_of(stream):
    found = stream.pieces.take(pa.array(stream.ids)).to_pylist()
    bounds = stream.sentences.tolist()
    return [" ".join(found[a:b]) for a, b in zip(bounds, bounds[1:])]


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("The United States, united.", "The Vvvvvv Vvvvvv, united."),
        ("“Trade war,” they said: trade.", "“Vvvvv vvv,” they said: trade."),
        ("A post-war war-torn warlike war's end.", "A post-vvv vvv-torn warlike vvv'v end."),
        ("a trade-war", "a vvvvv-vvv"),
        ("The WAR (war)/war.", "The VVV (vvv)/vvv."),
    ],
)
def test_what_is_hidden(text, hidden):
    terms = topic("united states", "trade war", "war")
    assert text_of(hide(tokenise([[text]]), terms)) == [hidden]


def test_nothing_is_hidden_where_no_term_stands():
    tokens = tokenise([["A united front."]])
    stream = hide(tokens, topic("united states"))
    assert stream.ids.tolist() == tokens.ids.tolist()


@pytest.mark.parametrize("lexicon", LEXICONS)
def test_what_hides_a_word_is_in_no_lexicon(lexicon):
    known = read_lexicon(lexicon).scores
    assert not [term for term in known if re.fullmatch(r"v+(['’ -]?v+)*", term)]
    assert neutral("Éire’s 5G") == "Vvvv’v 5V"


WORDS = ["united", "United", "States", "states", "war", "good", "not", "very", "crisis", "but",
         "the", "trade-war", "security", "security,", "bad!", "GREAT", "strong", "no"]  # fmt: skip


@pytest.mark.parametrize("lexicon", LEXICONS)
@settings(max_examples=120, deadline=None)
@given(
    sentences=st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8), max_size=5),
    terms=st.sets(st.sampled_from(["united states", "war", "security", "trade war"]), min_size=1),
)
def test_the_guard_changes_nothing_but_its_terms(lexicon, sentences, terms):
    """Sentences without a term keep their score; the others score as if it were any other word."""
    texts = [" ".join(words) for words in sentences]
    tokens = tokenise([[text] for text in texts])
    stream = hide(tokens, topic(*terms))
    valences = read_lexicon(lexicon)
    before, after = score_stream(tokens, valences), score_stream(stream, valences)
    rule = re.compile(rf"\b(?:{'|'.join(terms).replace(' ', '[ -]')})\b", re.I)
    for k, text in enumerate(text_of(tokens)):
        if not rule.search(text):
            assert after.score[k] == before.score[k]
        replaced = rule.sub(lambda m: neutral(m[0]), text)
        assert after.score[k] == pytest.approx(oracles()[lexicon](replaced), abs=1e-9)
