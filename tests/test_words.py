"""Words as DEFINITIONS say: what is one word, what parts it, in which case it is counted."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosscurrents.core.words import fold, words_of


def folded(text: str) -> list[str]:
    return [w.folded for piece in text.split() for w in words_of(piece)[0]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # letters, digits, case
        ("Rain fell.", ["rain", "fell"]),
        ("(Rain) [fell] “twice”…", ["rain", "fell", "twice"]),
        ("naïve Ångström Ünter", ["naïve", "ångström", "ünter"]),
        ("nai\u0308ve", ["naïve"]),  # a combining mark belongs to its letter
        ("ﬁnance ｆｕｌｌ", ["finance", "full"]),  # NFKC
        ("3.5bn 1,000 10:30 2.5", ["3.5bn", "1,000", "10:30", "2.5"]),
        ("5, 6. 7:", ["5", "6", "7"]),
        ("a,b a.b2 x:y", ["a", "b", "a", "b2", "x", "y"]),  # only between digits
        # white space and what cannot be seen
        ("one\u00a0two", ["one", "two"]),
        ("techni\u00adcian a\u2060b c\u200dd \ufeffe", ["technician", "ab", "cd", "e"]),
        ("zero\u200bwidth", ["zero", "width"]),
        # apostrophes
        ("don't don’t donʼt", ["don't", "don't", "don't"]),
        ("China's China’s KARSIA'S", ["china", "china", "karsia"]),
        ("allies' allies’ 'allies'", ["allies", "allies", "allies"]),
        ("it's It’s he's that's let's who's", ["it's", "it's", "he's", "that's", "let's", "who's"]),
        ("there's here's what's where's how's she's", [
            "there's", "here's", "what's", "where's", "how's", "she's"]),
        ("o'clock rock'n'roll l'eau", ["o'clock", "rock'n'roll", "l'eau"]),
        ("'90s 'twas", ["90s", "twas"]),
        # hyphens and dashes
        ("pseudo-alliance S-400 2014-2019", ["pseudo-alliance", "s-400", "2014-2019"]),
        ("bank\u2010to\u2011bank", ["bank-to-bank"]),
        ("well—known 2014–2019 so--called", ["well", "known", "2014", "2019", "so", "called"]),
        ("-5 e-mail- -", ["5", "e-mail"]),
        ("snake_case", ["snake", "case"]),
        ("and/or", ["and", "or"]),
        # acronyms
        ("US us Us WHO who", ["US", "us", "us", "WHO", "who"]),
        ("U.S. U.S U.K. a.m. e.g.", ["US", "US", "uk", "a.m.", "eg"]),
        ("U.S.-led US-China anti-U.S.", ["US-led", "US-china", "anti-US"]),
        ("US's U.S.'s NATO’s", ["US", "US", "nato"]),
        ("UNESCO UNICEFS SHANGHAI", ["unesco", "unicefs", "shanghai"]),
        ("NGOs NGO I A", ["ngos", "ngo", "i", "a"]),
        ("COVID19 G7 3D", ["covid19", "g7", "3d"]),
        ("ЕС ес ООН", ["ес", "ес", "оон"]),
        ("AT&T R&D B&Q Tom&Jerry x&y", ["at&t", "r&d", "b&q", "tom", "jerry", "x", "y"]),
        ("IT it WHO IS OR", ["IT", "it", "WHO", "IS", "OR"]),  # lower case would be grammar
        ("BRUTUS CASSIUS TRUMP", ["brutus", "cassius", "trump"]),  # whatever their length
        ("Ph.D. a.m a.m. A.M. i.e. U.S.A.", ["phd", "a.m.", "a.m.", "AM", "ie", "usa"]),
        ("love ❤\ufe0f so ☎\ufe0f x\ufe0f 1\ufe0f\u20e3", ["love", "so", "x", "1"]),  # selectors
        ("B.Sc. M.Phil. Ph.D.-level J.Rek.", ["bsc", "mphil", "phd-level", "j", "rek"]),
        ("İstanbul istanbul", ["istanbul", "istanbul"]),
        # addresses, tags
        ("see https://Herald.example/A_b?c=1.", ["see", "https://herald.example/a_b?c=1"]),
        ("(www.lis.example)", ["www.lis.example"]),
        ("to Desk@courier.example, please", ["to", "desk@courier.example", "please"]),
        ("#Water @courier", ["water", "courier"]),
        ("$5 40% §3 c++", ["5", "40", "3", "c"]),
        # scripts; of those without blanks a long run is a clause, no word without a library
        ("胡锡进 (单仁平)", ["胡锡进", "单仁平"]),
        ("ひらがなカタカナ漢字", []),
        ("中文abc русскийenglish", ["中文", "abc", "русский", "english"]),
        ("... — ” &", []),
        ("", []),
    ],
)  # fmt: skip
def test_words_of_a_text(text, words):
    assert folded(text) == words


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
