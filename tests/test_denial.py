"""Denied hits of a scale's poles: by hand, and against a plain reference."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import expected_rows

from crosscurrents import read_codebook, tokenise
from crosscurrents.core.patterns import REACH

BOOK = """
scales:
  closeness:
    poles:
      near: [closer, friend*, eye to eye]
      far: [rival*, apart]
    denied by:
      before: [not, "no", hardly, far from]
      behind: [premature, is a myth]
      not: [no doubt, not only]
"""
THEMES = ["closeness/near", "closeness/far", "closeness/near denied", "closeness/far denied"]


def book(folder: Path, text: str = BOOK):
    file = folder / "codebook.yml"
    file.write_text(textwrap.dedent(text), encoding="utf-8")
    return read_codebook(file)


@pytest.fixture(scope="module")
def codebook(tmp_path_factory):
    return book(tmp_path_factory.mktemp("book"))


def found(codebook, *sentences: str) -> list[tuple[str, str]]:
    """Theme and pattern of each match, in the order of the themes."""
    matches = codebook.match(tokenise([[" ".join(sentences)]]))
    themes = [codebook.themes[k] for k in matches.theme]
    return [(t.name, t.patterns[k].text) for t, k in zip(themes, matches.pattern)]


# expected/denial.tsv: a sentence, and the poles that are hit, with bars between.
@pytest.mark.parametrize(("sentence", "expected"), expected_rows("denial"))
def test_by_hand(codebook, sentence, expected):
    names = [f"closeness/{name}" for name in expected.split("|") if name]
    assert [theme for theme, _ in found(codebook, sentence)] == names


def test_a_denied_hit_keeps_its_pattern(codebook):
    assert found(codebook, "No friends, no rivals.") == [
        ("closeness/near denied", "friend*"),
        ("closeness/far denied", "rival*"),
    ]


WORDS = ["closer", "friends", "rival", "not", "hardly", "premature", "they", "two", "x,", "y;"]
WORDS += ["“closer”", "“not", "two”", "y,”"]


def reference(words: list[str]) -> list[tuple[str, int]]:
    """Theme and place of each hit, word by word."""
    kinds = {"closer": "near", "friends": "near", "rival": "far"}

    def parted(a: int, b: int) -> bool:
        return any(word.strip("“”").endswith((",", ";")) for word in words[a:b])

    words, hits = [word.strip("“”") for word in words], []
    for i, word in enumerate(words):
        if word not in kinds:
            continue
        before = [
            k
            for k in range(max(0, i - REACH - 1), i)
            if words[k] in ("not", "hardly") and not parted(k, i)
        ]
        behind = [
            k
            for k in range(i + 1, min(len(words), i + REACH + 2))
            if words[k] == "premature" and not parted(i, k)
        ]
        denied = " denied" if before or behind else ""
        hits.append((f"closeness/{kinds[word]}{denied}", i))
    return sorted(hits, key=lambda hit: (THEMES.index(hit[0]), hit[1]))


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=60))
def test_equals_the_reference(codebook, words):
    matches = codebook.match(tokenise([[" ".join(words)]]))
    names = [codebook.themes[k].name for k in matches.theme]
    assert list(zip(names, matches.first.tolist())) == reference(words)


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=60))
def test_denial_moves_hits_and_loses_none(codebook, tmp_path_factory, words):
    plain = book(tmp_path_factory.mktemp("plain"), BOOK.partition("    denied by")[0])
    text = tokenise([[" ".join(words)]])
    assert sorted(codebook.match(text).first) == sorted(plain.match(text).first)


def test_the_record_names_the_denied(codebook):
    assert codebook.record()["themes"] == {}
    scale = codebook.record()["scales"]["closeness"]
    keys = ["positive", "negative", "positive_denied", "negative_denied"]
    assert [scale[key] for key in keys] == THEMES


def test_the_hash_changes_with_a_cue(codebook, tmp_path):
    other = book(tmp_path, BOOK.replace("hardly, ", ""))
    assert other.sha256 != codebook.sha256


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("denied by: {}", "line 7: 'denied by' of scale 'closeness' needs 'before' or 'behind'"),
        ("denied by: {not: [no doubt]}", "line 7: 'denied by' .* needs 'before' or 'behind'"),
        ("denied by: [not]", "must be a mapping of names, not a list"),
        ("denied by: {after: [not]}", "unknown key 'after'; choose from"),
        ("denied by: {before: not}", "needs a list of patterns"),
        ("denied by: {before: ['*']}", "can match everything"),
    ],
)
def test_mistakes_are_named(tmp_path, wrong, message):
    text = BOOK.partition("    denied by")[0] + f"    {wrong}\n"
    with pytest.raises(ValueError, match=message):
        book(tmp_path, text)
