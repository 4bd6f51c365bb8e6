"""Inside a line: marks, links, escapes, notes, odd white space, apostrophes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosscurrents.cleaning.markup import clean_inline, emphasis


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        # emphasis opens and closes
        ("*Every* Sunday", "Every Sunday"),
        ("the **24 hours in Tarsk** passed", "the 24 hours in Tarsk passed"),
        ("a “**hurricane visit**,” they said", "a “hurricane visit,” they said"),
        ("***both*** of them", "both of them"),
        ("**bold with *italics* in it**", "bold with italics in it"),
        ("the _Great Flood_ of 1998", "the Great Flood of 1998"),
        ("__init__", "init"),
        ("**Cut by a page", "Cut by a page"),
        ("and its other half**", "and its other half"),
        # and is no emphasis elsewhere
        ("f**k the s***-storm", "f**k the s***-storm"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("5*3*2", "5*3*2"),
        ("snake_case_name", "snake_case_name"),
        ("prices* and wages*", "prices* and wages*"),
        (r"\*not emphasis\*", "*not emphasis*"),
        # links and images
        ("the [mediator](https://lis.example/a_b), who", "the mediator, who"),
        ("[said](#) he", "said he"),
        ("he[ said](#) so", "he said so"),
        ("[a (b) c](https://x.example/p_(q))", "a (b) c"),
        ('[title](/x "of the link") here', "title here"),
        ("[*A Book*](#) of his", "A Book of his"),
        ("before ![a dam](dam.png) after", "before after"),
        ("[![a dam](dam.png)](https://x.example) after", "after"),
        ("see <https://x.example/a> now", "see https://x.example/a now"),
        ("[sic](as he put it)", "[sic](as he put it)"),
        ("factors in [its] history", "factors in [its] history"),
        ("coordinat[e] it", "coordinat[e] it"),
        ("a < b > c", "a < b > c"),
        ("<script>alert('dry')</script>", "<script>alert('dry')</script>"),
        # notes
        ("a technical question again.[1] It", "a technical question again. It"),
        ("multipolarity[^2], he", "multipolarity, he"),
        ("in Port Ansel.³ The", "in Port Ansel. The"),
        ("trust¹ and war²", "trust and war"),
        ("40 km² and 3 m³", "40 km² and 3 m³"),
        ("in [2019] and [12a]", "in [2019] and [12a]"),
        # escapes and entities
        (r"\$30 million \[sic\]", "$30 million [sic]"),
        (r"C:\dams", r"C:\dams"),
        ("R&amp;D &lt;b&gt; &quot;x&quot;", 'R&D <b> "x"'),
        ("it&#8217;s the ministers&#39;", "it's the ministers'"),
        ("AT&T; and R&D", "AT&T; and R&D"),
        ("one&nbsp;&nbsp;two", "one two"),
        ("&nosuchthing; here", "&nosuchthing; here"),
        ("techni&shy;cian", "technician"),
        # white space and what cannot be seen
        ("a\u00a0b\u2009c\u3000d\te", "a b c d e"),
        ("a   b", "a b"),
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
        # apostrophes within words are straight, quotation marks stay
        ("Velland’s own ‘flow’", "Velland's own ‘flow’"),
        ("the farmers’ union", "the farmers’ union"),
        ("o‘clock rock`n`roll l’eau", "o'clock rock'n'roll l'eau"),
        ("China’**s**", "China's"),
        ("", ""),
        ("中文，没有空格。", "中文，没有空格。"),
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
