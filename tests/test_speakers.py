"""Who is quoted, where the text says so plainly."""

import pytest

from crosscurrents.tokens import tokenise
from crosscurrents.tone.speakers import quotation_table, speaker
from crosscurrents.voice import quoted_spans


def speakers(*paragraphs, kinds=None):
    kinds = list(kinds or ["text"] * len(paragraphs))
    tokens = tokenise([list(paragraphs)], kinds=[kinds])
    return quotation_table(tokens, ["d"], [list(paragraphs)], [kinds])


SAID = "“We will not sign this treaty”"


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("“We will not sign this,” said Minister Anna Ferro on Monday.", "Minister Anna Ferro"),
        ("“We will not sign this,” Anna Ferro said.", "Anna Ferro"),
        ('"We will not sign this," Anna Ferro told reporters.', "Anna Ferro"),
        ("«We will not sign this», said Anna Ferro.", "Anna Ferro"),
        ("“We will not sign this,” said J. P. Ferro.", "J. P. Ferro"),
        ("“We will not sign this,” said the council.", "the council"),
        ("“We will not sign this,” the foreign ministry said.", "the foreign ministry"),
        ("“We will not sign this,” said a Karsian spokesman in May.", "a Karsian spokesman"),
        ("“We will not sign this,” said an editorial of the Daily Reed.", "an editorial"),
        ("“We will not sign this,” according to Anna Ferro.", "Anna Ferro"),
        ("“We will not sign this,” noted Anna Ferro and Karl Brandis.",
         "Anna Ferro and Karl Brandis"),
        ("“We will not sign this,” Anna Ferro, head of the council, said.", "Anna Ferro"),
        ("Anna Ferro said: “We will not sign this treaty.”", "Anna Ferro"),
        ("Anna Ferro, who leads the council, said “We will not sign this treaty.”", "Anna Ferro"),
        ("In May Ferro insisted that “we will not sign this treaty.”", "Ferro"),
        ("According to Anna Ferro, “we will not sign this treaty.”", "Anna Ferro"),
        ("In Ferro’s words, “we will not sign this treaty.”", "Ferro"),
        ("The statement said that “we will not sign this treaty.”", "the statement"),
        ("They held “very long and open talks” (Ferro’s words).", "Ferro"),
        # not plain
        (f"{SAID}, she said.", ""),
        (f"He said: {SAID}.", ""),
        (f"The mood was bad. {SAID} was on all the walls.", ""),
        (f"They called it {SAID}.", ""),
        (f"Finally, {SAID} stood there.", ""),
        (f"{SAID}. Ferro came home. She said nothing.", ""),
    ],
)  # fmt: skip
def test_who_is_quoted(text, who):
    assert speakers(text)["speaker"].tolist() == [who]


def test_a_quotation_that_goes_on_keeps_its_speaker():
    table = speakers("“We will not sign this,” said Anna Ferro. “We go home now.” It rained.")
    assert table["speaker"].tolist() == ["Anna Ferro"] * 2
    assert table["words"].tolist() == [5, 4]
    assert table["sentence"].tolist() == [1, 2]


def test_who_introduces_a_block_quotation():
    table = speakers(
        "It rained.", "In a letter Anna Ferro wrote:", "Nobody may pass the dam.",
        kinds=["text", "text", "quotation"],
    )  # fmt: skip
    row = table.iloc[0]
    assert (row["speaker"], row["paragraph"], row["sentence"]) == ("Anna Ferro", 3, 3)


def test_a_text_without_quotations():
    assert speakers("It rained.").empty
    assert speakers("").columns.tolist() == ["doc_id", "paragraph", "sentence", "words", "speaker"]


def test_speaker_at_the_ends_of_a_text():
    text = "“We go home now.”"
    ((start, end),) = quoted_spans([text])[0]
    assert speaker(text, start, end) == ""
