"""Quoted voice: which stretches of a paragraph are somebody else's words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import expected_rows

from crosscurrents.core.quotations import _begins_anew, quoted_spans


def quoted(text: str) -> list[str]:
    return [text[a:b] for a, b in quoted_spans([text])[0]]


# expected/quotations.tsv: paragraphs in which ⟦ ⟧ are about what is quoted.
@pytest.mark.parametrize("marked", ["", *(text for (text,) in expected_rows("quotations"))])
def test_what_is_quoted(marked):
    assert quoted(re.sub("[⟦⟧]", "", marked)) == re.findall("⟦(.*?)⟧", marked)


def test_a_quotation_goes_on_in_a_paragraph_that_opens_with_a_mark():
    first, second, third = "“I showed them the map.", "“Nobody laughs any more.”", "He left us."
    assert quoted_spans([first, second, third]) == [[(1, len(first))], [(1, len(second) - 1)], []]


def test_a_block_quotation_is_quoted_whole():
    text = "Each party shall admit inspectors."
    assert quoted_spans([text], ["quotation"]) == [[(0, len(text))]]
    assert quoted_spans(["", text], ["quotation", "bullet"]) == [[], []]


@pytest.mark.parametrize(
    "before",
    ["Article 4 states:", "The letter reads:", "Sand wrote:", "The rule runs as follows:",
     "In a letter to the court the minister wrote of the dam:"],
)  # fmt: skip
def test_a_paragraph_introduced_as_said_is_a_block_quotation(before):
    text = "The 'proof' is that nobody has seen the letter."
    assert quoted_spans([before, text]) == [[], [(0, len(text))]]


@pytest.mark.parametrize(
    "before",
    ["The reasons are these:", "He saw the sea:", "She wrote.", "They said it was so: no."],
)
def test_a_colon_alone_introduces_nobody(before):
    assert quoted_spans([before, "It rains on the hills."]) == [[], []]


QUOTED = "The “rift” is “not new,” said the paper. The causes of the “rift” are that:"


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("The declaration states:", True),
        ("The two sides said as follows:", True),
        (QUOTED, True),
        ("The paper said so. The causes are these:", False),
        ("The rift is old. The “causes” are these:", False),
        ("The reasons are these:", False),
        ("He said the gates were open.", False),
    ],
)
def test_bullets_without_marks_are_quoted_where_somebody_says_them(before, said):
    bullets = ["open the gates at noon", "close the dam at night"]
    kinds = ["text", "bullet", "bullet", "text"]
    found = quoted_spans([before, *bullets, "It rains."], kinds)
    assert found[1:] == [[(0, len(b))] if said else [] for b in bullets] + [[]]


def test_a_bullet_with_marks_is_quoted_between_them():
    found = quoted_spans(["He said:", "“Open the gates at noon,” twice"], ["text", "bullet"])
    assert found == [[], [(1, 24)]]


@given(st.lists(st.text(st.sampled_from("aB .,\"“”'‘’«»„6—("), max_size=30), max_size=4))
def test_spans_lie_in_order_within_their_paragraph(paragraphs):
    for text, spans in zip(paragraphs, quoted_spans(paragraphs), strict=True):
        places = [p for span in spans for p in span]
        assert places == sorted(places)
        assert all(0 <= a < b <= len(text) for a, b in spans)


class Counted(str):
    """A text that counts the characters that are taken out of it."""

    taken = 0

    def __getitem__(self, place):
        found = super().__getitem__(place)
        self.taken += len(found)
        return found


@pytest.mark.parametrize(
    "mark", ["“a ", "'a ", "a' ", '"a ', "‘a ", "« ", "”", "‘a' ", "“It rained.” ", "a, “No.” "]
)
def test_many_marks_cost_no_more_than_their_number(mark):
    one, two = (Counted(mark * n) for n in (2_000, 4_000))
    quoted_spans([one]), quoted_spans([two])
    assert two.taken < 2.1 * one.taken + 10_000


@given(st.text(st.sampled_from('a_1.,—–! \n“"’(\u3000'), max_size=9))
def test_a_clause_begins_where_a_search_through_all_before_it_says(text):
    plain = re.search(r"(?:\A|[.,:;!?—–]\s*)\W{0,3}\Z", text) is not None
    assert _begins_anew(text + "Rain", len(text)) == plain
