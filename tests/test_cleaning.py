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
from made import TESTS

from crosscurrents.cleaning import clean, parse_corrections
from crosscurrents.cleaning.lines import split_units
from crosscurrents.cleaning.markup import clean_inline, straight
from crosscurrents.cleaning.places import classify
from crosscurrents.cleaning.rules import LEAD, PLACES, line_reason

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

NAMES = [
    *(f"courier-0{i}" for i in range(1, 7)), *(f"herald-0{i}" for i in range(1, 4)),
    "review-01", "review-02", "ferry-01",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_our_own_corpus_is_kept_as_a_careful_reader_keeps_it(own, name):
    raw = (own / "texts" / f"{name}.txt").read_text("utf-8")
    path = own.parent / "expected" / "clean" / f"{name}.txt"
    kept = path.read_text(encoding="utf-8").splitlines()
    assert prose(raw) == [straight(line) for line in kept if line.strip()]


def test_every_document_of_our_own_corpus_is_tested(own):
    assert sorted(NAMES) == sorted(pd.read_csv(own / "catalogue.csv")["doc_id"])


def test_headlines_are_found(own):
    raw = (own / "texts" / "review-01.txt").read_text("utf-8")
    assert clean(raw).headline == "The Talvar After Hesk Gap: Rules Without a Referee"
    assert clean(page()).headline == "The talks"
    assert clean("It rained.").headline == ""


# --- lines that are no prose wherever they stand


# expected/lines.tsv: what a line is (why it goes, or prose), and the line.
LINES = [
    line.split("\t")
    for line in (TESTS / "expected" / "lines.tsv").read_text(encoding="utf-8").splitlines()
]


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


def test_long_lines_of_furniture_go():
    lines = [
        "This article was originally published by The Ferry and is printed here with the consent "
        "of its author and of its editor",
        "The dam at dawn, seen from the roof of the town hall of Sedge by our photographer. "
        "(Ole Brandt/Courier)",
        "Photo: the dam at dawn, seen from the roof of the town hall of Sedge by our own "
        "photographer on a Monday",
        "An earlier version of this article was amended because it said that the mill at Sedge "
        "had four stones, not three.",
        "The dam at dawn, seen from the roof of the town hall of Sedge on the third of March, a "
        "picture by Ole Brandt",
    ]
    for line in lines:
        assert 14 < len(line.split()) <= LEAD
        assert prose(page(line)) == [FIRST, SECOND, THIRD], line


# --- what a line is by where it stands


def test_headline_standfirst_byline_and_date_above_the_text():
    raw = "\n\n".join(
        [
            "The ministers met in the capital",
            "A day that changed nothing",
            "Mara Quill",
            "14 March 2023",
            FIRST,
            SECOND,
        ]
    )
    assert prose(raw) == [FIRST, SECOND]
    assert list(reasons(raw).values()) == ["headline", "standfirst", "byline", "date"]


@pytest.mark.parametrize(
    "lead",
    [
        "**The ministers talked for two hours, and neither of them would say afterwards what it "
        "had been about.**",
        "The ministers talked for two hours, but neither would say what it had been about, and the "
        "talks go on, Mara Quill writes.",
        "Two ministers talked for two hours and neither of them would say what it had been about. "
        "By Mara Quill",
        "The ministers talked for two hours but relations between the two towns have not been "
        "worse for thirty years",  # no stop at its end
    ],
)
def test_a_standfirst_goes(lead):
    raw = "\n\n".join(["# The talks", lead, FIRST, SECOND])
    assert prose(raw) == [FIRST, SECOND]
    assert reasons(raw)[lead] == "standfirst"


@pytest.mark.parametrize(
    "lead",
    [
        "The ministers talked for two hours, but neither of them would say what it had been about, "
        "Mara Quill said.",
        "Nobody had expected the talks to fail so early. By Monday it was over.",
        "“I have nothing to say to you or to anybody else in this town,” the minister writes in "
        "her letter.",
    ],
)
def test_a_news_lead_stays(lead):
    assert prose("\n\n".join(["# The talks", lead, FIRST, SECOND])) == [lead, FIRST, SECOND]


def test_a_line_of_topics_and_breadcrumbs_go():
    raw = "\n\n".join(["Karsia, Velland, Water, Law | The Region", FIRST, SECOND])
    assert prose(raw) == [FIRST, SECOND]
    raw = "\n\n".join(["Home > Letters > The river", "The river", FIRST, SECOND])
    assert prose(raw) == [FIRST, SECOND]


def test_section_headings_go():
    raw = page("South of the river", "What Went Wrong?", "## A place of quarrels", "1. The mill")
    assert prose(raw) == [FIRST, SECOND, THIRD]
    assert set(list(reasons(raw).values())[1:]) == {"section heading"}


def test_a_bare_question_is_a_heading_where_there_are_others():
    assert prose(page("Growing pains?")) == [FIRST, "Growing pains?", SECOND, THIRD]
    assert prose(page("South of the river", "Growing pains?")) == [FIRST, SECOND, THIRD]
    assert prose(page("The dam: to be or not to be?", "At the mill")) == [FIRST, SECOND, THIRD]


def test_underlined_headings_go():
    raw = f"The talks\n=========\n\n{FIRST}\n\nAt the mill\n-----------\n\n{SECOND}"
    assert prose(raw) == [FIRST, SECOND]


def test_a_heading_in_capitals_goes_and_a_sentence_in_capitals_stays():
    loud = "THE MINISTERS HAVE AGREED."
    assert prose(page("AT THE MILL", loud)) == [FIRST, loud, SECOND, THIRD]


def test_a_repeated_headline_goes_and_a_refrain_stays():
    raw = "\n\n".join(["The talks", FIRST, "The talks", "We wait.", SECOND, "We wait.", THIRD])
    assert prose(raw) == [FIRST, "We wait.", SECOND, "We wait.", THIRD]
    assert [s.reason for s in clean(raw).spans].count("repeated headline") == 1


def test_captions_without_credit_go_by_being_repeated():
    caption = "The lake behind the dam at dawn"
    assert prose(page(caption, caption)) == [FIRST, SECOND, THIRD]


def test_an_agency_ends_the_last_paragraph_and_credits_a_picture():
    last = f"{THIRD} (Reuters)"
    raw = "\n\n".join(["# The talks", FIRST, "The dam at dawn on Monday. (Reuters)", SECOND, last])
    assert prose(raw) == [FIRST, SECOND, last]


def test_what_stands_behind_the_text_goes():
    raw = "\n\n".join(
        [
            "# The talks", "By Mara Quill", FIRST, SECOND, THIRD,
            "*Mara Quill is the Courier's correspondent in Tarsk.*",
            "Published in 2023 by the Meadow Press.", "Follow us on X.",
            "This piece is based on the author’s article in the Basin Review.",
            "(Reporting by Jonas Ferre; editing by Edda Marsh)",
            "Most read", "1. Ten dishes with trout", "2. First turbine brings light",
        ]
    )  # fmt: skip
    assert prose(raw) == [FIRST, SECOND, THIRD]


def test_a_note_about_the_author_goes_and_a_last_paragraph_about_somebody_stays():
    note = "Mara Quill is a professor at the Institute of Rivers and the author of two books on it."
    raw = "\n\n".join(["# The talks", "By Mara Quill", FIRST, SECOND, note])
    assert prose(raw) == [FIRST, SECOND]
    assert reasons(raw)[note] == "author note"
    raw = "\n\n".join(["# The talks", FIRST, f"Mara Quill was there. {SECOND}", note])
    assert prose(raw)[-1] == note


def test_an_essay_may_begin_with_what_it_rests_on():
    start = "This article is based on talks with forty millers, none of whom wanted to be named."
    assert prose("\n\n".join(["# The mills", start, FIRST, SECOND]))[0] == start


def test_short_sentences_behind_the_text_stay():
    assert prose(page() + "\n\nThat is all.\n\nAnd so it goes.")[-2:] == [
        "That is all.",
        "And so it goes.",
    ]


# --- sentences that a page cut


def test_a_sentence_cut_by_a_page_is_joined_again():
    cut = FIRST.split(" on Monday")[0]
    raw = "\n\n".join(["# T", SECOND, cut, "31", "Extracted from Basin Review, Vol. 7.",
                       "on Monday, officials said.", THIRD])  # fmt: skip
    assert prose(raw) == [SECOND, f"{cut} on Monday, officials said.", THIRD]
    assert clean(raw).paragraphs[1].lines == (5, 11)


def test_before_a_capital_it_is_joined_on_pages_that_cut_elsewhere_too():
    name = "They were led by Minister"
    cut = f"{SECOND} {name}"
    elsewhere = "\n\n".join(["It went on until the sun had gone down behind", "the hills of Brae."])
    raw = "\n\n".join(["# T", FIRST, elsewhere, cut, "12", "Sand and her deputy.", THIRD])
    assert prose(raw)[2] == f"{cut} Sand and her deputy."
    raw = "\n\n".join(["# T", FIRST, cut, "12", "Sand and her deputy.", THIRD])
    assert prose(raw)[1:3] == [cut, "Sand and her deputy."]


def test_paragraphs_without_stops_stay_apart():
    lines = ["ศาลาว่าการ " * 20, "แม่น้ำสายนี้ " * 20]
    assert prose("\n\n".join(lines)) == [line.strip() for line in lines]


def test_wrapped_lines_are_joined(own):
    for name in NAMES:
        path = own.parent / "expected" / "clean" / f"{name}.txt"
        kept = path.read_text(encoding="utf-8").splitlines()
        kept = [straight(line) for line in kept if len(line) > 80]
        wrapped = [textwrap.fill(line, 72, break_on_hyphens=False) for line in kept]
        assert prose("\n\n".join(wrapped)) == kept, name
        assert prose("\n\n".join(wrapped).replace("\n", "\r\n")) == kept, name


def test_wrapped_lines_without_blank_lines_are_cut_at_short_lines():
    assert prose("\n".join(textwrap.fill(t, 60) for t in (FIRST, SECOND, THIRD))) == [
        FIRST, SECOND, THIRD,
    ]  # fmt: skip


def test_indents_begin_paragraphs_of_wrapped_text():
    wrapped = [textwrap.fill(t, 60, initial_indent="   ") for t in (FIRST, SECOND, THIRD)]
    assert prose("\n".join(wrapped)) == [FIRST, SECOND, THIRD]


def test_a_hyphen_at_the_end_of_a_wrapped_line():
    raw = (
        "The ministers met for two long hours in the capital, and not\n"
        "one of them would say afterwards what had been agreed in so\n"
        "short a time; they spoke of a long-term arrangement, of coop-\n"
        "eration between the mills, and once more of some such long-\n"
        "term thing, and nobody in the whole of the valley believed\n"
        "them."
    )
    (text,) = prose(raw)
    assert "of cooperation between the mills" in text
    assert "such long-term thing" in text


def test_a_list_of_lines_is_not_taken_for_wrapped_text():
    lines = [f"{s} went down to the river to look at the gauges" for s in ("Ann", "Bo", "Cy", "Di")]
    assert prose("\n".join(lines)) == lines


# --- bullets, quotations, transcripts


def test_bullets_are_paragraphs_of_their_own():
    raw = page("They agreed on:", "- trade\n- more trade\n- water, if any is left")
    found = clean(raw).paragraphs
    assert [p.text for p in found[2:5]] == ["trade", "more trade", "water, if any is left"]
    assert [p.kind for p in found] == ["text", "text", "bullet", "bullet", "bullet", "text", "text"]


def test_a_list_may_end_the_text():
    raw = "\n\n".join(["# T", FIRST, SECOND, f"{THIRD} They wish for:", "- peace\n- quiet"])
    assert prose(raw)[-2:] == ["peace", "quiet"]


def test_numbers_are_bullets_only_in_their_order():
    assert prose(page("1. Open the gates.", "2. Close them."))[1:3] == [
        "Open the gates.",
        "Close them.",
    ]
    day = "5. Mai 2023 war der Tag, an dem sich alles änderte."
    assert prose(page(day))[1] == day
    assert prose(page("e. g. in the mill it rained."))[1] == "e. g. in the mill it rained."


def test_block_quotations_are_marked():
    raw = page("> We ask for ninety days of warning.\n> We got none.")
    found = clean(raw).paragraphs
    assert [p.kind for p in found[1:3]] == ["quotation", "quotation"]
    assert found[1].text == "We ask for ninety days of warning."


def test_transcripts_stay():
    lines = ["HOST: The dam?", "GUEST: Yes.", f"HOST: {FIRST}", "GUEST: Growing pains?"]
    lines += ["HOST: Growing.", "GUEST: Yes."]
    assert prose("\n\n".join(lines)) == lines
    assert prose("Q: The dam?\nA: It leaks.\nQ: The mill?\nA: It stands still, all of it.") == [
        "Q: The dam?", "A: It leaks.", "Q: The mill?", "A: It stands still, all of it.",
    ]  # fmt: skip


def test_verbs_of_saying_before_a_quotation_are_no_heading():
    assert prose(page("She wrote:", "> Open the gates."))[1] == "She wrote:"
    assert "Background:" not in prose(page("Background:"))


# --- footnotes and chronologies


def test_footnotes_go_with_or_without_a_heading():
    notes = "[1]  Own calculation from data of the grid operator.\n[2]  See the annex."
    assert prose(page() + "\n\n" + notes) == [FIRST, SECOND, THIRD]
    assert prose(page() + "\n\n¹ Order of the court.\n\n² Own calculation.") == [
        FIRST, SECOND, THIRD,
    ]  # fmt: skip
    assert prose(page() + "\n\nNotes\n\n1. Own calculation.\n\n2. See the annex.") == [
        FIRST, SECOND, THIRD,
    ]  # fmt: skip


def test_numbered_paragraphs_are_no_footnotes():
    raw = f"[1] {FIRST}\n\n[2] {SECOND}\n\n[3] {THIRD}"
    assert prose(raw) == [FIRST, SECOND, THIRD]


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


def test_a_chronology_without_a_heading_needs_five_entries():
    entries = [f"{year} – The ministers meet again." for year in range(2010, 2015)]
    assert prose(page(*entries[:4])) == [FIRST, *entries[:4], SECOND, THIRD]
    assert prose(page(*entries)) == [FIRST, SECOND, THIRD]


# --- any text at all


@pytest.mark.parametrize(
    "raw",
    [
        "It rained.",
        "It rained",
        "Ministers meet in Oldmere",
        "Regen",
        "大坝",
        "Why?",
        "a",
        "1. Rain",
    ],
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


def test_other_languages():
    german = (
        "Die Minister trafen sich am Montag für zwei Stunden, und sie einigten sich auf nichts."
    )
    raw = "\n\n".join(["Der Damm", german, "Warum nur?", "»Nein«, sagte er.", german + " Ach."])
    assert prose(raw) == [german, "Warum nur?", "»Nein«, sagte er.", german + " Ach."]
    chinese = [
        "部长们星期一在首都会谈了两个小时，没有达成任何协议。",
        "为什么？",
        "没有人感到惊讶。",
    ]
    assert prose("\n\n".join(["大坝", *chinese])) == chinese
    arabic = (
        "اجتمع الوزراء يوم الاثنين لمدة ساعتين في العاصمة ولم يتفقوا على شيء كما قالوا للصحافة."
    )
    assert prose("\n\n".join(["السد", arabic, "لماذا؟"])) == [arabic, "لماذا؟"]


def test_entities_and_escapes_are_read():
    assert (
        prose(page("It&#8217;s \\$5 &amp; more, R&amp;D said."))[1] == "It's $5 & more, R&D said."
    )


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


def test_a_last_line_without_a_stop_is_prose():
    """Found by breaking files: a heading, and a paragraph that is cut off."""
    cut = FIRST.rstrip(".") + " before they left the hotel by the back door one by one"
    assert prose(f"Rain in Brae\n\n{cut}") == [cut]
