"""Each rule of cleaning by its example, and kinds of text that are hard to read."""

from __future__ import annotations

import difflib
import re
import textwrap
from pathlib import Path

import pytest

import crosscurrents as cc
from crosscurrents.cleaning.lines import iso_date
from crosscurrents.cleaning.markup import straight
from crosscurrents.cleaning.rules import KNOWN, LEAD, RULES

FIRST = (
    "The keeper of the lock at Hollin has gone on foot to the capital, where he means to ask the "
    "minister for a new gate."
)
SECOND = (
    "Nobody on the canal believes that he will be let in, because nobody on the canal has ever "
    "been let in anywhere."
)
THIRD = (
    "He has taken a loaf, a lantern and the old gate's hinge, which weighs eleven pounds and will "
    "not fit into any bag."
)


def prose(raw: str) -> list[str]:
    return [p.text for p in cc.clean(raw).paragraphs]


def reason(raw: str, line: str) -> str:
    """Why a line was left out: the reason of the span that holds its first sign."""
    place = raw.index(line)
    return next(s.reason for s in cc.clean(raw).spans if s.start <= place < s.end)


# --- the table of rules


@pytest.mark.parametrize("rule", RULES, ids=[f"{r.reason}: {r.example[:30]}" for r in RULES])
def test_the_example_of_a_rule_goes_and_the_text_about_it_stays(rule):
    blocks = ["# The lock", FIRST, SECOND, THIRD]
    place = {"anywhere": 2, "head": 1, "tail": 4, "edge": 4, "closing": 4}[rule.where]
    blocks.insert(place, rule.example)
    raw = "\n\n".join(blocks)
    assert prose(raw) == [FIRST, SECOND, THIRD]
    assert reason(raw, rule.example) == rule.reason


def test_rules_say_what_they_rest_on_with_a_known_reason_for_no_long_paragraph():
    assert all(r.why and r.words <= LEAD and r.reason in KNOWN["reasons"] for r in RULES)
    assert len({(r.pattern, r.where) for r in RULES}) == len(RULES)


# --- in doubt it is prose


def test_verse_beside_a_long_sentence_stays():
    verse = [
        "The lock was shut at half past nine", "And nobody was there",
        "A lantern stood upon the sign", "The moon was in the weir",
    ]  # fmt: skip
    raw = f"{FIRST}\n\n" + "\n".join(verse[:2]) + "\n\n" + "\n".join(verse[2:]) + "\n"
    assert prose(raw) == [FIRST, *verse]


def test_lines_cut_by_applause_stay_and_applause_is_no_headline():
    lines = [
        "My friends, my neighbours, my fellow people of the canal —", "(APPLAUSE)",
        f"— {FIRST}", "We will have a gate in the spring", "(APPLAUSE)", "So thank you, all —",
    ]  # fmt: skip
    raw = "\n\n".join(lines)
    assert prose(raw) == lines
    assert cc.clean(raw).headline == ""


def test_pledges_without_a_stop_stay():
    pledges = ["We will hang four new gates", "Tolls will not rise", "No boat will wait for a day"]
    assert prose("\n\n".join(["Our plan for Hollin", FIRST, *pledges])) == [FIRST, *pledges]


def test_speakers_on_lines_of_their_own_stay_each_time():
    lines = ["TOM", "Is it shut", "ANN", "It was", "TOM", "Then it is open", "ANN", "Go and see."]
    assert prose("\n".join(["The lock", "ACT I", "", *lines])) == lines


def test_refrains_stay():
    lines = ["Haul away the gate", "And the water runs", "Haul away the gate", "And the water goes"]
    assert prose("\n".join(lines)) == lines


def test_questions_of_an_interview_stay_and_questions_that_head_a_section_go():
    asked = ["How did you come to the canal?", "By boat. " + SECOND, "And your wife?", THIRD]
    assert prose("\n\n".join(["The keeper speaks", *asked])) == asked
    heads = ["What is wrong with the gate?", "Where will it end?", "Will it not simply rot?"]
    raw = ["Why the lock is shut", FIRST]
    for question, answer in zip(heads, (SECOND, THIRD, FIRST.replace("foot", "skates"))):
        raw += [question, answer]
    assert prose("\n\n".join(raw)) == [FIRST, SECOND, THIRD, FIRST.replace("foot", "skates")]


def test_a_document_that_is_a_time_line_stays():
    lines = [f"{year}: The gate is mended." for year in range(1911, 1917)]
    assert prose("\n".join(lines)) == lines


def test_list_items_stay_wherever_they_stand():
    raw = f"# The lock\n\n{FIRST}\n\n{SECOND}\n\n* a loaf\n* a lantern\n"
    assert prose(raw) == [FIRST, SECOND, "a loaf", "a lantern"]


def test_captions_keep_their_words_without_their_times():
    times = ("00:00:01,000 --> 00:00:03,000", "00:00:03,100 --> 00:00:05,000")
    raw = f"1\n{times[0]}\nso this is the lock\n\n2\n{times[1]}\nIt is shut\n"
    assert prose(raw) == ["so this is the lock", "It is shut"]


# --- pages


def test_a_page_break_inside_a_sentence_with_head_and_number():
    cut = FIRST.index("to the capital")
    raw = f"{SECOND}\n\n{FIRST[:cut]}\n4\n\fTHE CANAL REPORT      5\n{FIRST[cut:]}\n\n{THIRD}"
    assert prose(raw) == [SECOND, FIRST, THIRD]
    assert reason(raw, "THE CANAL") == "running head"


def test_heads_that_differ_by_their_number_go_without_page_breaks():
    raw = "\n\n".join([FIRST, "The Canal Report 12", SECOND, "The Canal Report 13", THIRD])
    assert prose(raw) == [FIRST, SECOND, THIRD]


def test_note_digits_and_their_notes_go():
    raw = f"{FIRST}1\n\n{SECOND}2\n\n{THIRD}3\n\n1 Bo, Locks (1999), p. 5.\n2 Ibid.\n3 Own count.\n"
    assert prose(raw) == [FIRST, SECOND, THIRD]
    assert reason(raw, "1 Bo") == "footnote"
    assert reason(raw, "1\n\nNobody") == "footnote marker"


def test_notes_at_the_foot_of_a_page_go_where_the_text_bears_their_marker():
    raw = f"{FIRST}[1] Thus.\n\n[1] Own count.\n\n{SECOND}\n\n{THIRD}"
    assert prose(raw) == [f"{FIRST} Thus.", SECOND, THIRD]


@pytest.mark.parametrize("text", ["It is version 2.1 of fig.3 here", "He paid 3.50 and no.1 more"])
def test_other_digits_behind_stops_are_no_notes(text):
    assert prose(f"{FIRST} {text}.") == [f"{FIRST} {text}."]


def test_narrow_columns_are_joined():
    text = f"{FIRST} {SECOND}"
    column = textwrap.fill(text, 28).replace("minister", "minis-\nter")
    column = column.replace("believes", "be-\nlieves")
    assert prose(column) == [text]
    blank_behind = "\n".join(f"{line} " for line in column.split("\n"))
    assert prose(blank_behind) == [text]


def test_numbers_and_compounds_keep_their_hyphen():
    raw = (
        "The keepers of the canal have waited for a new gate ever since the long winter of 1914-\n"
        "1918, and the mid- and late-\nseventies were no better, said a man from the lower vil-\n"
        "lage who had seen all of it and who had not been asked for his opin-\nion since then."
    )
    (text,) = prose(raw)
    assert "1914-1918" in text and "late-seventies" in text and "opinion since" in text


# --- what is around a text


def test_a_licence_of_an_e_book_goes_by_its_marks():
    raw = (
        "The Project Gutenberg eBook of The Lock\n\nYou may copy it.\n\nTitle: The Lock\n\n"
        "Author: Ann Bo\n\n*** START OF THE PROJECT GUTENBERG EBOOK THE LOCK ***\n\nCHAPTER I.\n\n"
        f"{FIRST}\n\n{SECOND}\n\n*** END OF THE PROJECT GUTENBERG EBOOK THE LOCK ***\n\n{THIRD}"
    )
    assert prose(raw) == [FIRST, SECOND]
    assert cc.clean(raw).facts == {"title": ("The Lock", 5), "author": ("Ann Bo", 7)}


def test_front_matter_becomes_facts():
    fields = "title: 'The lock: a walk'\nauthor: [Ann Bo, Cy Em]\ndate: 2019-03-05\ntags: [lock]"
    expected = {"title": ("The lock: a walk", 2), "author": ("Ann Bo, Cy Em", 3),
                "date": ("2019-03-05", 4)}  # fmt: skip
    raw = f"---\n{fields}\n---\n\n{FIRST}\n\n{SECOND}"
    assert prose(raw) == [FIRST, SECOND]
    assert cc.clean(raw).facts == expected
    toml = f'+++\ntitle = "The lock"\ndate = 2019-03-05\n+++\n{FIRST}'
    assert prose(toml) == [FIRST]
    assert cc.clean(toml).facts == {"title": ("The lock", 2), "date": ("2019-03-05", 3)}


@pytest.mark.parametrize("head", ["---\n\n", "---\nno: [\n---\n", "---\nIt rained.\n---\n", "---"])
def test_what_is_no_front_matter_stays(head):
    assert prose(f"{head}{FIRST}")[-1].endswith(FIRST[-20:])
    assert ("rained" in " ".join(prose(f"{head}{FIRST}"))) == ("rained" in head)


EXPORT = f"""Document 3 of 120

The Dale Courier (Scotland)

March 5, 2019 Tuesday

The keeper goes to town

BYLINE: ANN BO

SECTION: NEWS; Pg. 5

LENGTH: 74 words

HIGHLIGHT: He has taken a loaf.

BODY:

{FIRST}

{SECOND}

LOAD-DATE: March 6, 2019

Copyright 2019 The Dale Courier Ltd.

End of Document
"""


def test_headings_of_a_database_export_go_and_say_what_it_is():
    found = cc.clean(EXPORT)
    assert prose(EXPORT) == [FIRST, SECOND]
    assert found.headline == "The keeper goes to town"
    assert found.facts == {
        "title": ("The keeper goes to town", 7), "author": ("ANN BO", 9), "date": ("2019-03-05", 5),
    }  # fmt: skip
    assert reason(EXPORT, "HIGHLIGHT") == "standfirst"


def test_one_label_is_no_export():
    assert prose(f"# The lock\n\n{FIRST}\n\nLength: it took all day.\n\n{SECOND}")[1] == (
        "Length: it took all day."
    )


def test_html_goes_and_what_it_shows_stays():
    raw = (
        "<html><head><title>Lock</title><style>p {color: red}</style></head><body>\n"
        f"<h1>The lock</h1>\n<p>{FIRST}</p>"
        "<p>He <b>will not</b> say&nbsp;why,<br/>nor to whom.</p>\n"
        f"<script>var x = 1;</script><ul><li>a loaf</li></ul><p>{THIRD}</p></body></html>"
    )
    found = cc.clean(raw)
    assert [p.text for p in found.paragraphs] == [
        FIRST, "He will not say why, nor to whom.", "a loaf", THIRD,
    ]  # fmt: skip
    assert found.headline == "The lock"
    assert "".join(raw[s.start : s.end] for s in found.spans) == raw
    kept = "".join(raw[s.start : s.end] for s in found.spans if s.reason == "prose")
    assert "<" not in kept


def test_a_sign_of_less_is_no_markup():
    line = "A gate of oak < a gate of iron > a gate of straw, as the keeper has it."
    assert prose(line) == [line]


@pytest.mark.parametrize(
    "dateline",
    ["BRAE, Scotland (AP) — ", "BRAE, March 5 (Reuters) - ", "PELLMOUTH, 22 January (Coastwire) – ",
     "Paris, March 5, 2019 (AFP) - "],
)  # fmt: skip
def test_the_place_and_date_of_a_wire_story_go(dateline):
    raw = f"The keeper goes to town\n\n{dateline}{FIRST}\n\n{SECOND}"
    assert prose(raw) == [FIRST, SECOND]
    assert reason(raw, dateline) == "date line"


@pytest.mark.parametrize("opening", ["HOLLIN — ", "NATO - ", "BRAE, Scotland: "])
def test_a_place_alone_stays(opening):
    assert prose(f"{opening}{FIRST}") == [opening + FIRST]


# --- title, author, date


@pytest.mark.parametrize(
    ("head", "facts"),
    [
        ("The Dale Courier\n\nKeeper walks to town\n\nBy Dave Brennan\n\n14 January 2024",
         {"title": ("Keeper walks to town", 3), "author": ("Dave Brennan", 5),
          "date": ("2024-01-14", 7)}),
        ("Can a keeper walk so far?\n\nMara Quill\n\nMay 3, 2021",
         {"title": ("Can a keeper walk so far?", 1), "author": ("Mara Quill", 3),
          "date": ("2021-05-03", 5)}),
        ("OPINION\n\n# The gate\n\nTarsk, 3. Mai 2021",
         {"title": ("The gate", 3), "date": ("2021-05-03", 5)}),
        ("By Ann Bo, our man on the canal", {"author": ("Ann Bo", 1)}),
    ],
)  # fmt: skip
def test_title_author_and_date_with_their_lines(head, facts):
    raw = f"{head}\n\n{FIRST}\n\n{SECOND}"
    assert prose(raw) == [FIRST, SECOND]
    assert cc.clean(raw).facts == facts


def test_nothing_is_inferred_from_prose():
    assert cc.clean(f"{FIRST}\n\nOn 3 May 2021 he came back. {SECOND}").facts == {}


# --- lines that no rule decides

NOTICE = "Read by 4,210 members"


def test_a_notice_that_no_rule_knows_goes_below_a_page_and_stays_in_a_text_without_furniture():
    foot = [NOTICE, "Share this article", "© 2020 Hollin Media"]
    assert prose("\n\n".join(["# The lock", FIRST, SECOND, *foot])) == [FIRST, SECOND]
    assert prose("\n\n".join([FIRST, SECOND, NOTICE])) == [FIRST, SECOND, NOTICE]


def test_sentences_between_paragraphs_are_not_weighed():
    raw = "\n\n".join(["# The lock", "By Ann Bo", FIRST, SECOND, "He went on.", THIRD])
    assert prose(raw) == [FIRST, SECOND, "He went on.", THIRD]


# --- whole documents of twelve kinds, as a person marked them

FOLDER = Path(__file__).parent / "kinds"
KINDS = sorted(file.with_suffix(".txt") for file in FOLDER.glob("*.clean"))
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def read_pages(file: Path) -> list[tuple[str, str, str, list[str]]]:
    """Name, text, prose, and title, author and date of each page of a marked file."""
    pages = []
    for block in re.split("^@@ ", file.read_text(encoding="utf-8"), flags=re.M)[1:]:
        head, body = block.split("\n", 1)
        name, *facts = (part.strip() for part in head.split("|"))
        raw = re.sub("^~|[⟦⟧]", "", body, flags=re.M)
        kept = re.sub("^~.*$|⟦-⟧\n|⟦.*?⟧", "", body, flags=re.M)
        pages.append((name, raw, kept.replace("*", ""), facts))
    return pages


FILES = sorted(FOLDER.glob("pages-*.txt"), key=lambda file: int(file.stem.removeprefix("pages-")))
PAGES = [page for file in FILES for page in read_pages(file)]
RULED = 216  # of pages-1 to pages-8, which the rules were written for
FORMER = 336  # of pages-1 to pages-11; later ones have other outlets, older prints, harder layouts


def differences(raw: str, clean: str) -> tuple[int, int, int, int]:
    """Words of prose, those lost, words of furniture, those left."""
    right = WORD.findall(straight(clean))
    found = WORD.findall(" ".join(prose(raw)))
    steps = difflib.SequenceMatcher(None, right, found, autojunk=False).get_opcodes()
    lost = sum(b - a for op, a, b, _, _ in steps if op != "equal")
    left = sum(d - c for op, _, _, c, d in steps if op != "equal")
    return len(right), lost, len(WORD.findall(raw)) - len(right), left


def test_documents_of_twelve_kinds_lose_no_prose_and_keep_little_furniture():
    pairs = [(f.read_bytes().decode(), f.with_suffix(".clean").read_text("utf-8")) for f in KINDS]
    prose_words, lost, furniture, left = map(sum, zip(*(differences(*pair) for pair in pairs)))
    assert len(KINDS) >= 60
    assert lost < 0.005 * prose_words
    assert left < 0.025 * furniture


@pytest.mark.parametrize("file", KINDS, ids=[f.stem for f in KINDS])
def test_no_document_loses_a_twentieth_of_its_prose(file):
    raw, clean = file.read_bytes().decode(), file.with_suffix(".clean").read_text("utf-8")
    words, lost, _, _ = differences(raw, clean)
    assert lost < 0.05 * words


def test_pages_with_all_that_stands_about_a_text_lose_no_prose_and_keep_little_furniture():
    found = [differences(raw, clean) for _, raw, clean, _ in PAGES]
    assert len(PAGES) == 720
    prose_words, lost, furniture, left = map(sum, zip(*found[:FORMER]))
    assert lost < 0.001 * prose_words
    assert left < 0.035 * furniture
    _, _, furniture, left = map(sum, zip(*found[:RULED]))
    assert left < 0.025 * furniture
    prose_words, lost, furniture, left = map(sum, zip(*found[FORMER:]))
    assert lost < 0.006 * prose_words
    assert left < 0.11 * furniture
    pages = zip((name for name, *_ in PAGES), found[:FORMER])
    worst = {name for name, (words, lost, _, _) in pages if lost >= 0.05 * words}
    # A library's times, figures in a box, the name of who speaks only twice.
    assert worst <= {"newsletter-7d", "pdf-9b", "captions-9e"}


def facts_found(raw: str, facts: list[str]) -> list[bool]:
    """Whether title, author and date of a document are as it says them."""
    known, found = cc.clean(raw).facts, []
    for fact, key in zip(facts, ("title", "author", "date")):
        value = known.get(key, ("-", 0))[0]
        value = (iso_date(value) or value) if key == "date" else value
        said = {straight(text).casefold().replace(" and ", ", ") for text in (value, fact)}
        found.append(len(said) == 1)
    return found


def test_title_author_and_date_of_most_pages_are_found():
    right = [facts_found(raw, facts) for _, raw, _, facts in PAGES]
    assert min(map(sum, zip(*right[:FORMER]))) > 0.75 * FORMER  # 0.8 of those before pages-9
    assert min(map(sum, zip(*right))) > 0.72 * len(PAGES)


def test_title_author_and_date_of_most_plain_heads_are_found():
    """Sixty heads of articles without the menus of a page; the weights of titles know them."""
    right = [facts_found(raw, facts) for _, raw, _, facts in read_pages(FOLDER / "heads-1.txt")]
    assert len(right) == 60
    assert min(map(sum, zip(*right))) >= 45


def test_who_was_at_a_meeting_is_told_and_what_follows_is_judged_as_ever():
    opened = "The meeting opened at seven, and the clerk read what the board had sent her in May."
    lines = [
        "MINUTES", "", "Present: Mrs J. Coles (Chair)", "Mr R. Anand, Treasurer",
        "In attendance: the clerk", opened, "Subscribe to our newsletter", "Share this page",
    ]  # fmt: skip
    page = "\n".join(lines)
    assert prose(page) == lines[2:6]
    corrected = cc.clean(page, corrections="3: caption")
    assert {p.text for p in corrected.paragraphs} & {*lines[2:6:2]} == {lines[4]}
    assert corrected.spans[2].reason == "caption"


def test_no_line_that_somebody_corrected_is_the_title():
    page = f"The gate at Brae\n\nBy Ann Bo\n\n{FIRST}\n\n{SECOND}\n"
    assert cc.clean(page).facts["title"][0] == "The gate at Brae"
    found = cc.clean(page, corrections="1: caption")
    assert "title" not in found.facts
    assert found.spans[0].reason == "caption"
