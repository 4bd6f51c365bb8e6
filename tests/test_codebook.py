"""Codebooks: reading them, and matching against a plain reference that is obviously right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import expected_blocks, expected_rows

from crosscurrents import read_codebook, tokenise
from crosscurrents.codebook import Codebook, Pattern, Theme
from crosscurrents.core import split_sentences
from crosscurrents.core.words import words_of

# --- the reference: one part after the other, letter by letter


@dataclass
class Part:
    """A part of a word in a text: folded, as spelled, what is before it, and its word."""

    folded: str
    spelled: str
    gap: str  # " " a blank, "~" a hyphen, "|" a sentence's start, else the signs
    signs: str  # all signs before its word, without blanks
    word: int


def parts_of(document: list[str]) -> list[Part]:
    found: list[Part] = []
    word = -1
    signs = ""
    for paragraph in document:
        loud = paragraph.isupper() and " " in paragraph  # a line wholly in capitals is folded
        for sentence in split_sentences(paragraph):
            sentence, start = sentence.lower() if loud else sentence, True
            rest = ""  # signs between the last word of the sentence and here
            for piece in sentence.split():
                words, after = words_of(piece)
                for item in words:
                    word += 1
                    rest += item.before
                    signs += item.before
                    # the stop of an abbreviation, the apostrophe of a possessive
                    quiet = rest == "." or (rest == "'" and found[-1].folded.endswith("s"))
                    gap = "|" if start else " " if not rest or quiet else rest
                    for k, (a, b) in enumerate(
                        zip(item.folded.split("-"), item.spelled.split("-"))
                    ):
                        found.append(Part(a, b, gap if k == 0 else "~", signs, word))
                    start, rest, signs = False, "", ""
                rest += after
                signs += after
    return found


def fits(wanted: str, part: str) -> bool:
    if wanted in ("US", "us"):  # the acronym and the pronoun are two words
        return part == wanted
    rule = "".join(".*" if c == "*" else re.escape(c) for c in wanted.lower())
    return re.fullmatch(rule, part.lower()) is not None


def hits_of(pattern: str, parts: list[Part]) -> list[tuple[int, int]]:
    """Where a pattern of words, blanks, hyphens and ` & ` begins, and where it has ended."""
    whole, body = pattern.startswith("="), pattern.removeprefix("=")
    wanted = re.split(r" & | |-", body)
    gaps = ["", *(g.strip() or " " for g in re.findall(r" & | |-", body))]
    found = []
    for i in range(len(parts) - len(wanted) + 1):
        run = parts[i : i + len(wanted)]
        same = all(fits(w, p.folded) for w, p in zip(wanted, run))
        for gap, part in zip(gaps[1:], run[1:]):
            if gap == " ":
                same = same and part.gap in (" ", "~")
            elif gap == "-":
                same = same and part.gap == "~"
            else:
                same = same and part.gap not in (" ", "~", "|") and part.signs.endswith(gap)
        if whole:
            opens = i == 0 or parts[i - 1].word != run[0].word
            after = i + len(wanted)
            closes = after == len(parts) or parts[after].word != run[-1].word
            text = "".join(p.gap + p.spelled for p in run)[len(run[0].gap) :].replace("~", "-")
            spelled = text == body or (
                run[0].gap == "|" and text[0].lower() + text[1:] == body[0].lower() + body[1:]
            )
            same = same and opens and closes and spelled
        if same:
            found.append((i, i + len(wanted)))
    return found


def reference(patterns: list[str], exclusions: list[str], document: list[str]) -> list[tuple]:
    """Pattern, first word and last word of the matches of a theme."""
    parts = parts_of(document)
    shut = [hit for e in exclusions for hit in hits_of(e, parts)]
    hits = [(a, b, k) for k, p in enumerate(patterns) for a, b in hits_of(p, parts)]
    hits = [h for h in hits if not any(a <= h[0] and h[1] <= b for a, b in shut)]
    found, at = [], 0
    while True:
        later = [h for h in hits if h[0] >= at]
        if not later:
            return found
        first = min(h[0] for h in later)
        longest = max(h[1] for h in later if h[0] == first)
        k = min(h[2] for h in later if h[:2] == (first, longest))
        found.append((k, parts[first].word, parts[longest - 1].word))
        at = longest


def theme(patterns: list[str], exclusions: list[str] = (), name: str = "theme") -> Theme:
    return Theme(
        name, "", tuple(map(Pattern.parse, patterns)), tuple(map(Pattern.parse, exclusions))
    )


def matches(patterns: list[str], exclusions: list[str], document: list[str]) -> list[tuple]:
    found = Codebook((theme(patterns, exclusions),)).match(tokenise([document]))
    return list(zip(found.pattern.tolist(), found.first.tolist(), found.last.tolist()))


WORDS = st.sampled_from(
    ["gas", "Gas", "GAS", "oil", "US", "us", "U.S.", "field", "fields", "gas-oil", "Oil-Gas",
     "us-US", "gas's", "allies'", "allies", "Mr.", "&", "—", "(gas)", "gas,", "oil.", "gas.",
     "“Oil", "field”", "oil-gas-field", "12", "G7", "oil;", "-", "...", "gas!"]
)  # fmt: skip
DOCUMENTS = st.lists(st.lists(WORDS, min_size=1, max_size=12).map(" ".join), min_size=1, max_size=3)
ELEMENTS = st.sampled_from("gas Gas oil US us field fields field* *s * g*s allies 12 G7".split())
GAPS = st.sampled_from([" ", " ", " ", "-", " & "])


@st.composite
def pattern_texts(draw) -> str:
    size = draw(st.integers(1, 3))
    text = draw(ELEMENTS)
    for _ in range(size - 1):
        text += draw(GAPS) + draw(ELEMENTS)
    if set(text) <= set("* -&"):
        text += "gas"
    return text if "*" in text else draw(st.sampled_from(["", "", "="])) + text


def test_a_sign_of_a_pattern_crosses_no_paragraph():
    assert matches(["gas & oil"], [], ["gas &", "oil"]) == []
    assert matches(["gas & oil"], [], ["gas & oil"]) == [(0, 0, 1)]


@settings(max_examples=600)
@given(
    st.lists(pattern_texts(), min_size=1, max_size=5, unique=True),
    st.lists(pattern_texts(), max_size=2),
    DOCUMENTS,
)
def test_matching_agrees_with_the_reference(patterns, exclusions, document):
    assert matches(patterns, exclusions, document) == reference(patterns, exclusions, document)


@settings(max_examples=50)
@given(
    st.lists(DOCUMENTS, min_size=1, max_size=3), st.lists(pattern_texts(), min_size=2, max_size=2)
)
def test_themes_and_documents_do_not_see_each_other(documents, patterns):
    both = Codebook((theme(patterns[:1], name="a"), theme(patterns[1:], name="b")))
    tokens = tokenise(documents)
    found = both.match(tokens)
    starts = tokens.words.sentences[tokens.paragraphs[tokens.documents]].tolist()
    for t, pattern in enumerate(patterns):
        expected = [
            (first + start, last + start)
            for document, start in zip(documents, starts)
            for _, first, last in reference([pattern], [], document)
        ]
        mine = found.theme == t
        assert list(zip(found.first[mine].tolist(), found.last[mine].tolist())) == expected


# --- cases by hand


def found(pattern: str, text: str) -> list[str]:
    """What a pattern matches, as the words in their spelling."""
    tokens = tokenise([[text]])
    hits = Codebook((theme([pattern]),)).match(tokens)
    spelled = [w.spelled for p in text.split() for w in words_of(p)[0]]
    return [" ".join(spelled[a : b + 1]) for a, b in zip(hits.first.tolist(), hits.last.tolist())]


# expected/patterns.tsv: a pattern, a text, and what matches with bars between.
@pytest.mark.parametrize(("pattern", "text", "hits"), expected_rows("patterns"))
def test_patterns_by_hand(pattern, text, hits):
    assert found(pattern, text) == (hits.split("|") if hits else [])


def test_the_longest_wins_and_matching_goes_on_behind_it():
    patterns = ["silk road", "road", "silk road economic belt", "belt", "economic belt"]
    text = ["The Silk Road Economic Belt is a belt on the Silk Road Economic zone road."]
    assert matches(patterns, [], text) == [(2, 1, 4), (3, 7, 7), (0, 10, 11), (1, 14, 14)]


def test_of_two_of_one_length_the_one_written_first_wins():
    assert [k for k, _, _ in matches(["gas", "g*"], [], ["gas"])] == [0]
    assert [k for k, _, _ in matches(["g*", "gas"], [], ["gas"])] == [0]


def test_a_hit_inside_an_exclusion_does_not_count():
    patterns, exclusions = ["trade", "war"], ["trade war"]
    text = ["A trade war is no trade, and war is war on trade wars."]
    assert [f for _, f, _ in matches(patterns, exclusions, text)] == [5, 7, 9, 11]


def test_a_hit_longer_than_an_exclusion_counts():
    assert matches(["trade war talks"], ["trade war"], ["trade war talks"]) == [(0, 0, 2)]


def test_a_line_in_capitals_holds_no_acronym():
    assert matches(["US"], [], ["US TROOPS LEAVE"]) == []
    assert matches(["us"], [], ["US TROOPS LEAVE"]) == [(0, 0, 0)]


def test_nothing_to_match():
    assert matches(["gas"], [], []) == []
    assert matches(["gas"], [], ["", "... — !"]) == []
    assert Codebook().match(tokenise([["gas"]])).theme.tolist() == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not a text"),
        ("  ", "is not a text"),
        (None, "is not a text"),
        (2014, "is not a text"),
        ("*", "can match everything"),
        ("* *", "can match everything"),
        ("&", "has no word in it"),
        ("=", "has no word in it"),
        ("=econom*", "choose one"),
        (" ".join(["gas"] * 13), "13 parts; at most 12"),
    ],
)
def test_patterns_that_cannot_be_read(text, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        Pattern.parse(text)


# --- sub-themes

FAMILY = """
themes:
  trade:
    patterns: [trade, market]
    not: [market town]
    themes:
      war: {patterns: [tariff, trade war], not: [no trade war]}
      goods:
        description: What is traded
        patterns: [steel, Market stall, steel tariff]
"""


@pytest.fixture(scope="module")
def family(tmp_path_factory):
    return read_codebook(write(tmp_path_factory.mktemp("family"), FAMILY))


def family_hits(book: Codebook, text: str) -> list[tuple[str, str]]:
    found = book.match(tokenise([[text]]))
    themes = [book.themes[t] for t in found.theme.tolist()]
    return [(t.name, t.patterns[k].text) for t, k in zip(themes, found.pattern.tolist())]


def test_a_theme_holds_the_patterns_of_its_sub_themes(family):
    assert [t.name for t in family.themes] == ["trade", "trade/war", "trade/goods"]
    texts = [[p.text for p in t.patterns] for t in family.themes]
    assert texts[0] == ["trade", "market", *texts[1], *texts[2]]
    assert family.record()["themes"] == {
        "trade": "", "trade/war": "", "trade/goods": "What is traded",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        # the longest wins within the theme, and each sub-theme finds its own
        ("A steel tariff.", "trade: steel tariff|war: tariff|goods: steel tariff"),
        ("A trade war.", "trade: trade war|war: trade war"),
        # what a sub-theme leaves out the theme may have: "trade" stays
        ("There is no trade war.", "trade: trade"),
        # what the theme leaves out its sub-themes leave out, too
        ("A market town, a market stall.", "trade: Market stall|goods: Market stall"),
    ],
)
def test_sub_themes_by_hand(family, text, hits):
    expected = [tuple(hit.split(": ")) for hit in hits.split("|")]
    names = {"trade": "trade", "war": "trade/war", "goods": "trade/goods"}
    assert family_hits(family, text) == [(names[theme], pattern) for theme, pattern in expected]


def test_the_same_pattern_in_two_sub_themes_counts_once_in_the_theme(tmp_path):
    text = "themes: {a: {themes: {b: {patterns: [gas], not: [gas mask]}, c: [Gas]}}}"
    book = read_codebook(write(tmp_path, text))
    assert [p.text for p in book.themes[0].patterns] == ["gas"]
    assert family_hits(book, "Gas, gas mask.") == [
        ("a", "gas"), ("a", "gas"), ("a/b", "gas"), ("a/c", "Gas"), ("a/c", "Gas"),
    ]  # fmt: skip


@settings(max_examples=200)
@given(
    st.lists(pattern_texts(), max_size=2, unique=True),
    st.lists(
        st.lists(pattern_texts(), min_size=1, max_size=2, unique=True), min_size=1, max_size=3
    ),
    st.lists(pattern_texts(), max_size=1),
    DOCUMENTS,
)
def test_what_a_sub_theme_finds_its_theme_finds(own, inner, exclusions, document):
    parent = theme(own, exclusions, "a")
    subs = tuple(theme(p, [], f"a/{k}").within(parent) for k, p in enumerate(inner))
    found = Codebook((parent.with_subs(subs), *subs)).match(tokenise([document]))
    hits = list(zip(found.theme.tolist(), found.first.tolist(), found.last.tolist()))
    mine = [(a, b) for t, a, b in hits if t == 0]
    # Its own longest match may begin earlier, but none of theirs lies where it finds nothing.
    assert all(any(a <= d and c <= b for a, b in mine) for t, c, d in hits if t)


def test_the_hash_knows_whose_a_pattern_is(tmp_path, family):
    assert family.sha256 == read_codebook(write(tmp_path, FAMILY)).sha256
    moved = FAMILY.replace("[trade, market]", "[trade, market, steel]")
    assert read_codebook(write(tmp_path, moved)).sha256 != family.sha256


# --- codebook files


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "codebook.yml"
    path.write_text(text, encoding="utf-8")
    return path


BOOK = """\
title: Water
themes:
  water:
    description: The river and what is done with it
    patterns: [river, dam*, 2014, "90%", =Turkey]
    not: [river bank]
  law: [treaty, court]
scales:
  tone:
    description: Warm against cold
    poles:
      warm: [friend]
      cold:
        patterns: [foe]
        not: [foe of none]
"""


def test_a_codebook_is_read(tmp_path):
    book = read_codebook(write(tmp_path, BOOK))
    assert [t.name for t in book.themes] == ["water", "law", "tone/warm", "tone/cold"]
    water = book.themes[0]
    assert water.description == "The river and what is done with it"
    assert [p.text for p in water.patterns] == ["river", "dam*", "2014", "90%", "=Turkey"]
    assert [p.text for p in water.exclusions] == ["river bank"]
    assert book.scales == {
        "tone": {
            "description": "Warm against cold", "positive": "tone/warm", "negative": "tone/cold",
        }
    }  # fmt: skip
    record = book.record()
    assert list(record["themes"]) == ["water", "law"]
    assert record["sha256"] == book.sha256


def test_the_hash_follows_what_matches(tmp_path):
    book = read_codebook(write(tmp_path, BOOK))
    same = read_codebook(write(tmp_path, BOOK.replace("Warm against cold", "Warm or cold")))
    other = read_codebook(write(tmp_path, BOOK.replace("river bank", "river banks")))
    assert book.sha256 == same.sha256 != other.sha256


def test_anchors_and_comments_are_yaml(tmp_path):
    text = "themes:\n  a: &one [gas, oil]  # both\n  b: *one\n"
    book = read_codebook(write(tmp_path, text))
    assert [[p.text for p in t.patterns] for t in book.themes] == [["gas", "oil"]] * 2


# expected/codebooks.txt: the line of a mistake and its message, above a codebook.
@pytest.mark.parametrize(
    ("said", "text"),
    [
        *expected_blocks("codebooks"),
        ("2: cannot start any token", "themes: {a: [gas]}\n\ttab"),
        ("2: begins with a tab: indent with blanks", "themes:\n\ta: [gas]"),
        ("1: character U+0007 is not allowed in YAML", "themes: {a: [g\x07as]}"),
        ("1: too many lists inside each other", "themes: " + "[" * 100_000),
    ],
)
def test_mistakes_name_their_line(tmp_path, said, text):
    line, _, message = said.partition(": ")
    with pytest.raises(ValueError, match=re.escape(message)) as error:
        read_codebook(write(tmp_path, text))
    assert f"line {line}" in str(error.value)
    assert "codebook.yml" in str(error.value)


def test_all_mistakes_are_told_at_once(tmp_path):
    with pytest.raises(ValueError) as error:
        read_codebook(write(tmp_path, "themes:\n  a: ['*']\n  b: gas\n  c: [oil, oil]"))
    assert [f"line {n}" in str(error.value) for n in (2, 3, 4)] == [True] * 3


def test_a_file_that_is_no_codebook(tmp_path):
    with pytest.raises(ValueError, match=r"codebook\.yml.* is empty"):
        read_codebook(write(tmp_path, ""))
    for path in (tmp_path / "none.yml", tmp_path):
        with pytest.raises(ValueError, match="is not there; name a YAML file"):
            read_codebook(path)
    path = tmp_path / "codebook.yml"
    path.write_bytes("themes: {a: [gas]}".encode("utf-16"))
    with pytest.raises(ValueError, match="is not UTF-8 text; save the file as UTF-8"):
        read_codebook(path)
    path.write_bytes("# ok\nthemes: {a: [café]}".encode("latin-1"))
    with pytest.raises(ValueError, match=r"codebook\.yml, line 2: byte 0xe9 is not UTF-8"):
        read_codebook(path)
    path.write_bytes("themes: {a: [café]}".encode("utf-8-sig"))  # as some editors save
    assert read_codebook(path).themes[0].patterns[0].text == "café"


def test_a_file_that_is_far_too_large(tmp_path):
    with pytest.raises(ValueError, match="has 6,000,000 bytes; at most 5,000,000"):
        read_codebook(write(tmp_path, "x" * 6_000_000))
    aliases = "".join(f"  t{k}: *w\n" for k in range(400))
    words = ", ".join(f"w{k}" for k in range(300))
    with pytest.raises(ValueError, match="more than 100,000 patterns"):
        read_codebook(write(tmp_path, f"themes:\n  t: &w [{words}]\n{aliases}"))


def test_words_that_yaml_takes_for_something_else_are_words(tmp_path):
    text = "themes:\n  no: [no, on, 1999, 2014-05-01, 1.5, null, 10:30, 0x1A]\n  2014: [yes]"
    book = read_codebook(write(tmp_path, text))
    assert [t.name for t in book.themes] == ["no", "2014"]
    assert [p.text for p in book.themes[0].patterns] == [
        "no", "on", "1999", "2014-05-01", "1.5", "null", "10:30", "0x1A",
    ]  # fmt: skip
    assert family_hits(book, "No, on 2014-05-01 at 10:30.")[0] == ("no", "no")


def test_a_codebook_may_not_run_anything(tmp_path):
    with pytest.raises(ValueError, match="codebook"):
        read_codebook(write(tmp_path, "themes: !!python/object/apply:os.getcwd []"))


def test_a_large_codebook_is_read_and_matched(tmp_path):
    lines = [f"  t{i}: [{', '.join(f'w{i}x{k}' for k in range(50))}]" for i in range(200)]
    book = read_codebook(write(tmp_path, "themes:\n" + "\n".join(lines)))
    found = book.match(tokenise([["w3x7 and W199x49, w200x1."]]))
    assert list(zip(found.theme.tolist(), found.pattern.tolist())) == [(3, 7), (199, 49)]


@pytest.mark.parametrize("key", ["title", "question"])
def test_the_question_of_a_codebook(tmp_path, key):
    book = read_codebook(write(tmp_path, f"{key}: Why so dear?\nthemes: {{a: [dam]}}"))
    assert book.title == "Why so dear?"
