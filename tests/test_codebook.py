"""Codebooks: reading them, and matching against a plain reference that is obviously right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import expected_rows

from crosscurrents.codebook import Codebook, Pattern, Theme, read_codebook
from crosscurrents.core import split_sentences, tokenise
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


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", None, "is empty"),
        ("themes: [", 1, "expected"),
        ("themes: {a: [gas]}\n\ttab", 2, "cannot start any token"),
        ("- gas", 1, "a codebook must be a mapping"),
        ("themes:\n  - gas", 2, "themes must be a mapping of names, not a list"),
        ("themes: {s/a: [x]}", 1, "name 's/a' of themes holds '/'"),
        ("themes: {s: [x]}\nscales: {s: {poles: {a: [x], b: [y]}}}", 2, "'s' is the name of"),
        ("themes:\n  a: gas", 2, "theme 'a' must be a mapping"),
        ("themes:\n  a:", 2, "theme 'a' must be a mapping"),
        ("themes:\n  a: []", 2, "theme 'a' needs a list of patterns"),
        ("themes:\n  a:\n    patterns: gas", 3, "theme 'a' needs a list of patterns"),
        ("themes:\n  a:\n    description: b", 3, "theme 'a' has no patterns"),
        ("themes:\n  a:\n    pattern: [gas]", 3, "unknown key 'pattern'"),
        ("themes:\n  a:\n    - gas\n    - '*'", 4, "can match everything"),
        ("themes:\n  a:\n    - gas\n    - [oil]", 4, "a pattern that is no text"),
        ("themes:\n  a:\n    - gas\n    - gas", 4, "pattern 'gas' twice"),
        ("themes:\n  a: [gas]\n  a: [oil]", 3, "themes has 'a' twice"),
        ("thems:\n  a: [gas]", 1, "unknown key 'thems'; did you mean 'themes'? choose from"),
        ("title: x", 1, "at least one theme or scale"),
        ("scales:\n  s: [gas]", 2, "scale 's' must be a mapping"),
        (
            "scales:\n  s:\n    poles: {a: [gas]}",
            3,
            "scale 's' needs 'poles' with two names, not 1",
        ),
        ("scales:\n  s:\n    pols: {a: [x], b: [y]}", 3, "unknown key 'pols'"),
        ("themes:\n  a: [gas]\n  b: *none", 3, "undefined alias"),
        # what YAML itself does not take, and what to do
        ("themes:\n\ta: [gas]", 2, "begins with a tab: indent with blanks"),
        ("themes:\n  a:\n    - *ism", 3, "begins with * needs quotes"),
        ("themes:\n  a:\n    - @home", 3, "begins with such a sign in quotes"),
        ("themes:\n  a:\n    - to: be: or", 3, "holds a colon in quotes"),
        ("themes:\n  a: [gas, oil\n  b: [x]", 3, "missing bracket, quote or comma here or above"),
        ("themes: {a: [x]}\n---\nthemes: {b: [x]}", 2, "only one line ---"),
        ("themes: {a: [g\x07as]}", 1, "character U+0007 is not allowed in YAML"),
        ("themes: " + "[" * 100_000, 1, "too many lists inside each other"),
        # names
        ("themes:\n  Gas: [a]\n  gas : [b]", 3, "'gas' and 'Gas', which read the same"),
        ("themes:\n  '': [x]", 2, "name '' of themes is not 1 to 80 characters"),
        ("themes:\n  " + "x" * 81 + ": [x]", 2, "is not 1 to 80 characters"),
        ("themes:\n  ? [a]\n  : [x]", 2, "themes has a list as a name"),
        ("themes:\n  - a\n", 2, "themes must be a mapping of names"),
        ("themes:", 1, "themes must be a mapping of names, not nothing"),
        ("title: [x]\nthemes: {a: [x]}", 1, "title must be a text, not a list"),
        (
            "themes:\n  a:\n    description: {x: y}\n    patterns: [x]",
            3,
            "must be a text, not a map",
        ),
        ("b: &b {patterns: [x]}\nthemes:\n  a:\n    <<: *b", 4, "merge key '<<'"),
        ("themes:\n  a:\n    xyzzy: [x]\n    patterns: [y]", 3, "'xyzzy'; choose from"),
        # patterns
        ("themes:\n  a:\n    - gas\n    -", 4, "an empty pattern"),
        ("themes:\n  a:\n    - #MeToo\n    - b", 3, "begins with # needs quotes"),
        ("themes:\n  a:\n    - gas: oil", 3, "one with ': ' in quotes"),
        ("themes:\n  a: [about 1,000 men]", 2, "'about 1,000 men' in brackets"),
        ("themes:\n  a: [!gas oil]", 2, "the tag '!gas'"),
        ("themes:\n  a: [gas,\n   Gas]", 3, "'Gas' twice ('gas' means the same)"),
        ("themes:\n  a:\n    patterns: [gas]\n    not: [Gas]", 3, "it could never hit"),
        ("themes:\n  a:\n    patterns: [gas]\n    not: []", 4, "'not' of theme 'a' needs a list"),
        ("themes:\n  a: ['gas *', '* *']", 2, "can match everything"),
        # sub-themes
        ("themes:\n  a:\n    themes: {}", 3, "sub-themes of theme 'a' holds no name"),
        ("themes:\n  a:\n    themes:\n      b: []", 4, "theme 'a/b' needs a list of patterns"),
        ("themes:\n  a:\n    themes:\n      b: {not: [x]}", 4, "theme 'a/b' has no patterns"),
        (
            "themes:\n  a:\n    themes:\n      b:\n        patterns: [x]\n        themes: {c: [x]}",
            6,
            "theme 'a/b' has an unknown key 'themes'",
        ),
        # scales
        ("scales:\n  s:\n    poles:\n      a: [x]\n      b: []", 5, "pole 's/b' needs a list"),
        ("scales:\n  s:\n    poles:\n      a: [x]\n      b:", 5, "pole 's/b' must be a mapping"),
        ("scales:\n  s:\n    poles: [a, b]", 3, "poles of scale 's' must be a mapping"),
        ("scales:\n  s:\n    poles: {a: [x], b: [x], c: [x]}", 3, "two names, not 3"),
        # a missing colon is told on its own line
        ("themes\n  water: [a]\n", 1, "'themes' has no colon behind its name"),
        ("themes:\n  water\n  fire: [x]\n", 2, "'water' has no colon"),
        ("themes:\n  a:\n    patterns [a]\n    not: [b]\n", 3, "'patterns [a]' has no colon"),
        ("themes:\n  water: [a]\n  fire [b]\n", 3, "'fire [b]' has no colon"),
        ("themes:\n  water: [a]\n  fire\n", 3, "'fire' has no colon"),
        ("themes:\n\n  # a: b\n  water\n  # more\n  fire: [x]\n", 4, "'water' has no colon"),
        # what other tools read and this one does not
        ("themes:\n  a:\n    - 'wom?n'", 3, "has ?, "),
        ("themes:\n  a:\n    - 'wom?n'", 3, "write * for any letters"),
        ("themes:\n  a:\n    - 'gas|oil'", 3, "write each alternative as a pattern of its own"),
        ("themes:\n  a:\n    - '(gas)'", 3, "has brackets, "),
        ("themes:\n  a:\n    - '[gs]as'", 3, "has brackets"),
        ("themes:\n  a:\n    - 'gas OR oil'", 3, "has OR, "),
        ("themes:\n  a:\n    - 'gas AND oil'", 3, "has AND, "),
        ("themes:\n  a:\n    - 'gas NEAR oil'", 3, "has NEAR or NOT, "),
        ("themes:\n  a:\n    - 'gas/oil'", 3, "has /, "),
    ],
)
def test_mistakes_name_their_line(tmp_path, text, line, message):
    with pytest.raises(ValueError, match=re.escape(message)) as error:
        read_codebook(write(tmp_path, text))
    if line:
        assert f"line {line}" in str(error.value)
    assert "codebook.yml" in str(error.value)


def test_all_mistakes_are_told_at_once(tmp_path):
    with pytest.raises(ValueError) as error:
        read_codebook(write(tmp_path, "themes:\n  a: ['*']\n  b: gas\n  c: [oil, oil]"))
    assert [f"line {n}" in str(error.value) for n in (2, 3, 4)] == [True] * 3


def test_a_file_that_is_no_codebook(tmp_path):
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
