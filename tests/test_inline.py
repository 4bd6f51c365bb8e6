"""Inside a line: marks, links, escapes, notes, odd white space, apostrophes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import expected_rows

from crosscurrents.cleaning.markup import clean_inline, emphasis


# expected/inline.tsv: a line as it is written, and without its marks.
@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        *expected_rows("inline"),
        # white space and what cannot be seen
        ("a\u00a0b\u2009c\u3000d\te", "a b c d e"),
        ("techni\u00adcian", "technician"),
        ("\ufeffAt\u2060 last\u200c", "At last"),
        ("left\u200fright", "leftright"),
        ("zero\u200bwidth", "zero width"),
        ("a\n  b", "a b"),
        ("co-\noperate", "cooperate"),
        ("techni\u00ad\ncian", "technician"),
        ("Karsia-\nVelland", "Karsia-Velland"),
        ("2014-\n2019", "2014-2019"),
        ("a dash -\nhere", "a dash - here"),
        ("", ""),
    ],
)
def test_a_line_without_its_marks(raw, clean):
    assert clean_inline(raw)[0] == clean


def test_a_compound_keeps_its_hyphen_where_a_line_break_parts_it():
    assert clean_inline("long-\nterm", known={"long-term"})[0] == "long-term"
    assert clean_inline("long-\nterm")[0] == "longterm"


def test_every_character_has_a_reason():
    pieces = clean_inline("It **cost** \\$5, [he](#) said.[1]", 100)[1]
    assert pieces == [
        (100, 103, "prose"), (103, 105, "emphasis mark"), (105, 109, "prose"),
        (109, 111, "emphasis mark"), (111, 112, "prose"), (112, 113, "escape"),
        (113, 117, "prose"), (117, 118, "link target"), (118, 120, "prose"),
        (120, 124, "link target"), (124, 130, "prose"), (130, 133, "footnote marker"),
    ]  # fmt: skip


def test_emphasis_leaves_deep_nesting_alone():
    assert len(emphasis("*a " * 1000 + "b* " * 1000)) <= 22  # ten pairs, the first and the last


@given(st.text(st.sampled_from("ab *_[]()!<>\\&;#1’-\n\u00ad\u200b."), max_size=40))
def test_pieces_cover_a_text_once_and_in_order(text):
    clean, pieces = clean_inline(text)
    assert [p[0] for p in pieces[1:]] == [p[1] for p in pieces[:-1]]
    assert not text or (pieces[0][0], pieces[-1][1]) == (0, len(text))
    assert clean == " ".join(clean.split())


@given(st.text(st.characters(codec="utf-8", exclude_characters="*_[]()!<>\\&-\u2010\u00ad")))
def test_text_without_marks_keeps_every_letter(text):
    dropped = "\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e"
    dropped += "\u2066\u2067\u2068\u2069¹²³⁴⁵⁶⁷⁸⁹⁰"
    kept = "".join(c for c in text.replace("\u200b", " ") if c not in dropped)
    clean = "".join(c for c in clean_inline(text)[0] if c not in dropped)
    alike = str.maketrans(dict.fromkeys("’‘ʼ´`", "'"))  # which of them is straight, tests above say
    assert clean.translate(alike).split() == kept.translate(alike).split()
