"""Raw pages -> paragraphs of prose: what goes, what must stay, and that nothing is lost."""

from __future__ import annotations

import html
import re
import textwrap
import time

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import TESTS, expected_rows, marked_documents

from crosscurrents import clean
from crosscurrents.cleaning import parse_corrections
from crosscurrents.cleaning.lines import split_units
from crosscurrents.cleaning.markup import clean_inline, straight
from crosscurrents.cleaning.places import classify
from crosscurrents.cleaning.rules import PLACES, line_reason

FIRST = (
    "The ministers met for two hours in the capital on Monday and agreed on nothing at all, "
    "officials said."
)
SECOND = (
    "Nobody in the valley was surprised, because nobody had expected anything from the talks in "
    "the first place."
)
THIRD = (
    "The mill at Sedge has stood still since March, and its owner has sold two of the three stones "
    "that his father bought."
)


def page(*lines: str) -> str:
    return "\n\n".join(["# The talks", FIRST, *lines, SECOND, THIRD])


def prose(raw: str, **options) -> list[str]:
    return [p.text for p in clean(raw, **options).paragraphs]


def reasons(raw: str, **options) -> dict[str, str]:
    """What was left out -> why."""
    spans = clean(raw, **options).spans
    return {
        raw[s.start : s.end]: s.reason for s in spans if s.reason not in ("prose", "white space")
    }


# --- our own corpus: what a careful reader keeps

CLEAN = TESTS / "expected" / "clean"
NAMES = sorted(file.stem for file in CLEAN.glob("*.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_our_own_corpus_is_kept_as_a_careful_reader_keeps_it(own, name):
    raw = (own / "texts" / f"{name}.txt").read_text("utf-8")
    kept = (CLEAN / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert prose(raw) == [straight(line) for line in kept if line.strip()]


def test_every_document_of_our_own_corpus_is_tested(own):
    assert sorted(NAMES) == sorted(pd.read_csv(own / "catalogue.csv")["doc_id"])


def test_headlines_are_found(own):
    raw = (own / "texts" / "review-01.txt").read_text("utf-8")
    assert clean(raw).headline == "The Talvar After Hesk Gap: Rules Without a Referee"
    assert clean(page()).headline == "The talks"
    assert clean("It rained.").headline == ""
    speech = BY_NAME["lines cut by applause stay and applause is no headline"]
    assert clean(speech.raw).headline == ""
    export = BY_NAME["headings of a database export go and say what it is"]
    assert clean(export.raw).headline == "The keeper goes to town"


# --- lines that are no prose wherever they stand


# expected/lines.tsv: what a line is (why it goes, or prose), and the line.
LINES = expected_rows("lines")


@pytest.mark.parametrize(("reason", "line"), [row for row in LINES if row[0] != "no rule"])
def test_a_line_between_paragraphs_is_what_a_reader_takes_it_for(reason, line):
    raw = page(line)
    if reason == "prose":
        assert prose(raw) == [FIRST, line, SECOND, THIRD]
    else:
        assert prose(raw) == [FIRST, SECOND, THIRD]
        assert reasons(raw)[line] == reason


@pytest.mark.parametrize("line", [line for reason, line in LINES if reason == "no rule"])
def test_no_rule_takes_a_sentence_for_furniture(line):
    words = len(line.split())
    assert not any(line_reason(line, words, where) for where in PLACES)


# --- small documents, each marked by hand

# expected/documents.txt: see `marked_documents`; C01 to C13 are kinds that others read wrongly.
DOCUMENTS = marked_documents("documents")
BY_NAME = {document.name: document for document in DOCUMENTS}


@pytest.mark.parametrize("name", BY_NAME)
def test_what_is_prose_stays_and_the_rest_goes(name):
    assert prose(BY_NAME[name].raw) == [straight(text) for text in BY_NAME[name].prose]


@pytest.mark.parametrize("name", [d.name for d in DOCUMENTS if d.reasons])
def test_what_goes_has_its_reason(name):
    spans = clean(BY_NAME[name].raw).spans
    for place, reason in BY_NAME[name].reasons.items():
        assert next(s.reason for s in spans if s.start <= place < s.end) == reason


@pytest.mark.parametrize("name", [d.name for d in DOCUMENTS if d.facts is not None])
def test_title_author_and_date_with_their_lines(name):
    assert clean(BY_NAME[name].raw).facts == BY_NAME[name].facts


def test_a_paragraph_has_the_lines_where_it_begins_and_ends():
    raw = BY_NAME["a sentence cut by a page is joined again"].raw
    assert clean(raw).paragraphs[1].lines == (5, 11)


def test_wrapped_lines_are_joined(own):
    for name in NAMES:
        kept = (CLEAN / f"{name}.txt").read_text(encoding="utf-8").splitlines()
        kept = [straight(line) for line in kept if len(line) > 80]
        wrapped = [textwrap.fill(line, 72, break_on_hyphens=False) for line in kept]
        assert prose("\n\n".join(wrapped)) == kept, name
        assert prose("\n\n".join(wrapped).replace("\n", "\r\n")) == kept, name


# --- bullets, quotations, transcripts


def test_bullets_are_paragraphs_of_their_own():
    raw = page("They agreed on:", "- trade\n- more trade\n- water, if any is left")
    found = clean(raw).paragraphs
    assert [p.text for p in found[2:5]] == ["trade", "more trade", "water, if any is left"]
    assert [p.kind for p in found] == ["text", "text", "bullet", "bullet", "bullet", "text", "text"]


def test_block_quotations_are_marked():
    raw = page("> We ask for ninety days of warning.\n> We got none.")
    found = clean(raw).paragraphs
    assert [p.kind for p in found[1:3]] == ["quotation", "quotation"]
    assert found[1].text == "We ask for ninety days of warning."


# --- footnotes and chronologies


CHRONOLOGY = "\n\n".join(
    ["Chronology of the talks", "May 4-6, 2016: The ministers meet.", "June 1, 2016: They part."]
)


def test_a_chronology_is_a_section_of_its_own():
    raw = page() + "\n\n" + CHRONOLOGY
    assert prose(raw) == [FIRST, SECOND, THIRD]
    assert list(reasons(raw).values())[-3:] == ["section heading", "chronology", "chronology"]
    found = clean(raw, chronology=True).paragraphs
    assert [p.section for p in found] == ["body"] * 3 + ["chronology"] * 2
    assert found[-1].text == "June 1, 2016: They part."


# --- any text at all


@pytest.mark.parametrize(
    "raw", ["It rained.", "It rained", "Ministers meet in Oldmere", "大坝", "Why?", "a", "1. Rain"]
)
def test_a_text_of_one_line_is_prose(raw):
    assert prose(raw) == [raw.removeprefix("1. ")]


@pytest.mark.parametrize("raw", ["", "\n \n", "* * *", "\ufeff", "Home", "Page 2\n\nMenu"])
def test_a_text_may_hold_no_prose(raw):
    assert prose(raw) == []


def test_texts_without_blank_lines_or_with_windows_line_ends():
    lines = ["# The talks", FIRST, "Advertisement", SECOND, THIRD]
    for end in ("\n", "\r\n", "\n\n", "\n\t\n", "\n\u00a0\n", "\n\f"):
        assert prose(end.join(lines)) == [FIRST, SECOND, THIRD], repr(end)


def test_entities_and_escapes_are_read():
    raw = page("It&#8217;s \\$5 &amp; more, R&amp;D said.")
    assert prose(raw)[1] == "It's $5 & more, R&D said."


# --- corrections


def test_corrections_overrule_the_rules():
    raw = page("At the mill")  # line 5
    assert prose(raw, corrections="5: prose") == [FIRST, "At the mill", SECOND, THIRD]
    assert prose(raw, corrections="5-9: caption") == [FIRST]
    assert reasons(raw, corrections="5-9: caption")[SECOND] == "caption"
    assert parse_corrections("5: caption; 7-8: prose", lines=9) == {
        5: "caption", 7: "prose", 8: "prose",
    }  # fmt: skip


def test_corrections_part_wrapped_lines():
    raw = textwrap.fill(f"{FIRST} {SECOND} {THIRD}", 60)
    assert prose(raw, corrections="2: caption")[0].startswith("The ministers met")
    assert reasons(raw, corrections="2: caption")[raw.split("\n")[1]] == "caption"


@pytest.mark.parametrize(
    "text", ["5", "five: caption", "5:", "7-5: prose", "0: prose", "99: prose"]
)
def test_corrections_that_cannot_be_read(text):
    with pytest.raises(ValueError, match="correction"):
        clean(page(), corrections=text)


# --- nothing is lost

ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
LINES = st.sampled_from(
    [
        "", "", "", FIRST, SECOND, THIRD, FIRST[:60], "the rest of it.", "Home", "A heading",
        "Why?", "- a bullet", "1. one", "2. two", "> a quotation.", "# Heading", "**Bold** it’s.",
        "[a](b) link.", "[1] A note.", "¹ A note.", "2014: It began.", "| a | b |", "* * *", "---",
        "By Ann Bo", "&amp;", "\\$5.", "\u00a0", "\u200b", "\ufeffx", "techni\u00ad", "cian.",
        "long-", "term.", "Photo: Bo", "*All of it.*", "Q: Yes?", "He said:",
        "Ann Bo is a professor.", "~",
    ]
)  # fmt: skip
SIGNS = "aA .,?!:“”’'\"*_[](){}<>#-–•1¹\n\r\t\u00a0\u00ad\u200b&;|/\\©"
TEXTS = st.one_of(
    st.lists(LINES, max_size=12).map("\n".join),
    st.text(st.sampled_from(SIGNS), max_size=80),
    st.text(max_size=40),
)


@settings(max_examples=500)
@given(TEXTS, st.booleans())
def test_every_character_ends_in_one_span_and_prose_spans_make_the_paragraphs(raw, chronology):
    found = clean(raw, chronology=chronology)
    assert "".join(raw[s.start : s.end] for s in found.spans) == raw
    assert all(s.start < s.end for s in found.spans)
    texts = [""] * (len(found.paragraphs) + 1)
    number = 0
    for span in found.spans:
        text = raw[span.start : span.end]
        if span.reason == "white space":
            assert not re.sub(r"[\ufeff\u200b\u200e\u200f\u2060\s]", "", text)
            texts[number] += " "
        elif span.reason == "prose":
            number = span.paragraph
            texts[number] += ENTITY.sub(lambda m: html.unescape(m[0]), text)
    invisible = re.compile(r"[\u00ad\u200c-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
    for paragraph, text in zip(found.paragraphs, texts[1:]):
        text = invisible.sub("", text.replace("\u200b", " "))
        assert straight(" ".join(text.split())) == paragraph.text
        assert paragraph.text


@pytest.mark.parametrize(
    "sign",
    ["![", "[", "](", "[x](", "*a ", "a* ", "<http://", "(A ", "A ", "-\na", "- x\n", "[1] x\n",
     "x?\n", "**x\n", "¹", "Q: y?\n", "The views expressed ", "2014: x\n", "(Reuters) ", "> ",
     "<p ", "<p>", "</b>x", "<!--", "<![", "<a b=\"", "<script>", "***\n", "x abc.1 ", "From: x\n",
     "\f1\n", "“a b c d e”\n", "(APPLAUSE)\n", ". . . ", "a | b\n", "TOM\n", "ENDS\n", "Rain 1\n",
     "Most read\n", "a@b ", "a\n\nB\n\n", "Why x?\n\n", "BRAE, x (AP) - ", "---\nx: [", "A B\n",
     "(SOUNDBITE OF AN OLD ARCHIVED RECORDING)\n"],
)  # fmt: skip
def test_hostile_texts_take_no_time(sign):
    start = time.process_time()
    clean(sign * (20_000 // len(sign)))
    assert time.process_time() - start < 2  # seconds; a quadratic rule would take minutes


class Counted(list):
    """A list that counts what is taken out of it."""

    taken = 0

    def __getitem__(self, place):
        found = super().__getitem__(place)
        self.taken += len(found) if isinstance(place, slice) else 1
        return found


def test_many_short_lines_cost_no_more_than_their_number():
    def taken(lines: int) -> int:
        units = Counted(split_units("\n\n".join(f"Rain {k} fell" for k in range(lines))))
        classify(units)
        return units.taken

    assert taken(2_000) < 2.2 * taken(1_000)


def test_a_long_run_of_note_markers_is_looked_at_once():
    assert clean_inline("It rained.¹²³ Then")[0] == "It rained. Then"
    marks = "¹" * 50_000  # marker by marker this takes minutes
    assert clean_inline(f"{marks}a")[0] == f"{marks}a"
