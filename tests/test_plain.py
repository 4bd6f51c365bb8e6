"""What is told of texts in bulk is what cleaning finds line by line, and what voice finds by mark.

Texts are put together at random from paragraphs of our own and from lines that are hard to tell.
"""

from __future__ import annotations

import os
import random
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import CORPUS

from crosscurrents.cleaning import clean, rules
from crosscurrents.cleaning.inline import SPECIAL
from crosscurrents.cleaning.plain import SPECIAL_BYTES, begins_plain, plain_pages
from crosscurrents.corpus import set_aside_rows
from crosscurrents.tokens.pieces import as_bytes, find_blanks
from crosscurrents.tokens.quotations import find_quotations
from crosscurrents.tokens.sentences import BREAK
from crosscurrents.voice import quoted_spans

PARAGRAPHS = [p for f in sorted(CORPUS.rglob("*.txt")) for p in f.read_text("utf-8").split("\n\n")]
PROSE = [p for p in PARAGRAPHS if p.count(" ") > 20 and "\n" not in p and p[-1] == "."]
PROSE += [
    "The council of Brae met on Tuesday to hear what engineers had found below the dam.",
    "Nobody who lives beside the river was asked, and nobody who was asked lives there.",
    "“We will mend it by the spring,” she said, “or we will not mend it at all.” So it is.",
    "He asked the people of the lower town to wait; they have waited since the flood of '36.",
    "O’Neil's brother—who had read the review—did not think that the mill’s wheel would turn.",
    "Why should anybody pay for a bridge to an island on which nobody has lived for ninety years?",
]
ODD = (
    "Rain over Brae|Notes|By Ann Bo|Published in 1936 by the Meadow Press.|Related: Two rivers"
    "|The author is a professor of rain at Brae.|Ann Bo is a fellow of the Meadow Institute."
    "|- a bullet|1. one|a) thing is|A. Bo said so.|U.S. troops left.|&amp; more|AT&T said so."
    "|AT&T said so; it is.|He asked: why?|Why not?|Why Does Brae Wait?|“Rain,” he said."
    "|‘Rain,’ he said.|'Tis so.|É tu."
    "|It rained\u00a0on.|It rained  twice.|It\u2009rained.|a note.² Then|[1] A note.|*Rain*"
    "|Rain_man.|The views expressed here are those of the author alone.|It rained. (AP)"
    "|Reuters / Ann Bo"
    "|Ann Bo writes.|x|Rain…|Rain.”|Rain?”|Rain!|Rain.'|It rained.)|https://brae.example/c|Brae.org"
    "|One, Two, Three|Home|it went on|References|12 May 1936|May 1936|Sign up for our newsletter"
    "|Share this article.|This article was first published in Rain.|Copyright 1936 Rain.|Chronology"
    "|3 min read|World Cup 1936|May 1936: the dam was built.|June 1936: the dam broke.|RAIN AGAIN"
    "|May 3: rain.|May 4: rain.|May 5: rain.|Mar 6 – rain.|7 Dec: rain.|A photo by Ann Bo|漢字。"
    "|do not necessarily reflect the views of Brae|Interview by Ann Bo!|...|—|===|---|\x0c|\u200b"
).split("|")
SIGNS = [*'!&[*_’“"²é/—\\<\t\n\u00a0', "  "]


def texts(seed: int, number: int) -> list[str]:
    """Texts of a few paragraphs, some of them hard."""
    rng = random.Random(seed)
    found = []
    for _ in range(number):
        odd = rng.choice([0.0, 0.0, 0.1, 0.4])
        lines = [rng.choice(ODD if rng.random() < odd else PROSE) for _ in range(rng.randrange(6))]
        for k, line in enumerate(lines):
            if rng.random() < odd:
                lines[k] = rng.choice([f"{line} {rng.choice(ODD)}", f"{rng.choice(ODD)} {line}"])
            if rng.random() < odd / 4:
                at = rng.randrange(len(line) + 1)
                lines[k] = line[:at] + rng.choice(SIGNS) + line[at:]
        if rng.random() < 0.3:
            lines.insert(0, rng.choice(["Rain over Brae", "The Dam", "Brae in 1936", "Why Brae?"]))
        between = rng.choice(["\n\n", "\n\n\n"] if rng.random() < 0.9 else ["\n", "\n\n"])
        found.append(between.join(lines) + rng.choice(["", "\n", "\n\n"]))
    return found


def assert_as_cleaned(raws: list[str]) -> tuple[int, int]:
    """How many texts are plain, and how many of these have a headline."""
    assert not any(clean(raw).headline for raw in raws if begins_plain(raw))
    pages = plain_pages(raws)
    for raw, page in zip(raws, pages, strict=True):
        if page is not None:
            found = clean(raw)
            assert [(p.text, p.kind) for p in found.paragraphs] == [
                (text, "text") for text in page.paragraphs
            ]
            assert found.headline == page.headline
            headline = [(page.line, "headline", page.headline)] * bool(page.headline)
            aside = [(row[1], row[2], row[4]) for row in set_aside_rows("", raw, found)]
            assert [(a, b, c.replace("’", "'")) for a, b, c in aside] == headline
    return sum(p is not None for p in pages), sum(bool(p and p.headline) for p in pages)


@pytest.mark.parametrize("seed", range(6))
def test_plain_texts_are_those_that_cleaning_leaves_as_they_are(seed):
    plain, headed = assert_as_cleaned(texts(seed, 600))
    assert plain > 100 and headed > 20


def test_articles_as_they_come():
    folder = Path(os.environ.get("CROSSCURRENTS_TEXTS", CORPUS))
    files = [f for f in folder.rglob("*") if f.suffix in (".txt", ".md")]
    whole = [f.read_text("utf-8") for f in sorted(files)]
    assert_as_cleaned(whole)
    assert_as_cleaned([part for text in whole for part in text.split("\n\n")])


@given(st.lists(st.one_of(st.text(), st.lists(st.sampled_from(PROSE + ODD)).map("\n\n".join))))
def test_any_text(raws):
    assert_as_cleaned(raws)


def test_no_special_character_is_overlooked():
    special = [c for c in map(chr, range(0x110000)) if SPECIAL.match(c) and c not in "\n!&"]
    assert all(SPECIAL_BYTES[c.encode("utf-8", "surrogatepass")[0]] for c in special)
    line = PROSE[-1]
    for sign in special:
        assert plain_pages([f"{line}\n\n{line[:20]}{sign}{line[20:]}\n\n{line}"]) == [None]


WORDS = (
    "the views view opinions expressed here are those of authors alone solely own not do"
    " necessarily NECESSARILY reflect Review interview by photo Photo by Ann Bo (AP) (Reuters) / ©"
    " picture image this article is adapted from related: see also source: credit: Getty"
    " REUTERS/Ann v\u0131ews"
    " op\u0130nions tho\u017fe doe\u017f does editor's note: pages entirely belong to him . !"
).split(" ")


def test_a_line_that_needs_no_closer_look_would_not_have_been_set_aside_by_one():
    rng = random.Random(3)
    found = 0
    for _ in range(20_000):
        line = " ".join(rng.choices(WORDS, k=rng.randrange(1, 25)))
        line = rng.choice([line, line, line.upper(), line.capitalize()])
        reason = rules._reason(rules.INSIDE_RULES.match(line)) if rules.hinted(line) else ""
        assert reason == rules.line_reason(line, rules.LEAD)
        found += bool(reason)
    assert found > 500


# --- quotations

MARKED = (
    "“ ” \" ' ’ ‘ „ « » 's s' '36 said: said 5\" ( ) [ . , ? ! — a The river rose again he said it"
    ' “The “yes, yes” it.” .” ," "It it” ("so so") é É ” ”é漢 x“y a"b : don\'t l’été ’90s'
).split(" ")


@pytest.mark.parametrize("seed", range(8))
def test_quotations_of_many_paragraphs_are_those_of_each_document(seed):
    rng = random.Random(seed)
    documents = [
        [" ".join(rng.choices(MARKED, k=rng.randrange(30))) for _ in range(rng.randrange(5))]
        + rng.choices(PROSE, k=rng.randrange(3))
        for _ in range(150)
    ]
    kinds = [[rng.choice(["text"] * 9 + ["bullet", "quotation"]) for _ in d] for d in documents]
    data, sizes, flat = as_bytes([*chain.from_iterable(documents), ""], BREAK)
    ends = np.cumsum(sizes[:-1] + len(BREAK)) - len(BREAK)
    paragraphs = np.stack([ends - sizes[:-1], ends], axis=1)
    bounds = np.cumsum([0, *map(len, documents)])
    found = find_quotations(data, flat[:-1], paragraphs, bounds, kinds, find_blanks(data))
    expected = []
    spans = [s for d, kind in zip(documents, kinds) for s in quoted_spans(d, kind)]
    for text, begin, inside in zip(flat, paragraphs[:, 0].tolist(), spans):
        for span in inside:
            expected.append([begin + len(text[:place].encode()) for place in span])
    assert found.tolist() == expected
