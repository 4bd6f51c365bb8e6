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


# --- pages


def test_a_page_break_inside_a_sentence_with_head_and_number():
    cut = FIRST.index("to the capital")
    raw = f"{SECOND}\n\n{FIRST[:cut]}\n4\n\fTHE CANAL REPORT      5\n{FIRST[cut:]}\n\n{THIRD}"
    assert prose(raw) == [SECOND, FIRST, THIRD]
    assert reason(raw, "THE CANAL") == "running head"


def test_narrow_columns_with_a_blank_behind_each_line_are_joined():
    text = f"{FIRST} {SECOND}"
    column = textwrap.fill(text, 28).replace("minister", "minis-\nter")
    column = column.replace("believes", "be-\nlieves")
    assert prose("\n".join(f"{line} " for line in column.split("\n"))) == [text]


# --- what is around a text


@pytest.mark.parametrize("head", ["---\n\n", "---\nno: [\n---\n", "---\nIt rained.\n---\n", "---"])
def test_what_is_no_front_matter_stays(head):
    assert prose(f"{head}{FIRST}")[-1].endswith(FIRST[-20:])
    assert ("rained" in " ".join(prose(f"{head}{FIRST}"))) == ("rained" in head)


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
