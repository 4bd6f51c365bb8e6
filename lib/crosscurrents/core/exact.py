"""What only few patterns ask: whole words in their own spelling, and signs between parts.

Looked at hit by hit, in the text as it stands.
"""

from __future__ import annotations

import pyarrow as pa

from crosscurrents.core.arrays import owners
from crosscurrents.core.patterns import Pattern
from crosscurrents.core.tokens import Tokens
from crosscurrents.core.vocabulary import read_piece

PLAIN_GAPS = ("", " ", "-")  # others are signs, compared letter by letter


def exact(pattern: Pattern, begin: tuple[int, int], end: tuple[int, int], tokens: Tokens) -> bool:
    """What only few patterns ask of a hit: whole words spelled so, and signs between parts.

    `begin` and `end` are the first and the last word of the hit, each with the part within it.
    """
    words, table = tokens.words, tokens.table
    (first, within), (last, at) = begin, end
    sentence = int(owners(words.sentences, first))
    opens = int(words.sentences[sentence])
    signs = _signs(sentence, tokens)
    ends_word = at == _size(last, tokens) - 1
    if pattern.tail and not (ends_word and signs[last + 1 - opens].startswith(pattern.tail)):
        return False
    if pattern.whole:
        text = " ".join(table.spelled.take(pa.array(words.ids[first : last + 1])).to_pylist())
        want = "".join(gap + part for gap, part in zip(pattern.gaps, pattern.parts))
        same = text == want or (first == opens and _uncapped(text) == _uncapped(want))
        if within or not ends_word or not same:
            return False
    place = first
    for k, gap in enumerate(pattern.gaps):
        if k:
            inside = within + 1 < _size(place, tokens)
            place, within = (place, within + 1) if inside else (place + 1, 0)
        if gap not in PLAIN_GAPS:
            crosses = place - opens == len(signs) - 1  # into the next sentence
            if crosses or not signs[place - opens].endswith(gap):
                return False
    return True


def _size(word: int, tokens: Tokens) -> int:
    """How many parts a word of the text has."""
    offsets, number = tokens.table.parts.offsets, tokens.words.ids[word]
    return int(offsets[number + 1] - offsets[number])


def _signs(sentence: int, tokens: Tokens) -> list[str]:
    """The signs, without blanks, before each word of a sentence, and those behind the last."""
    signs, rest = [], ""
    for piece in tokens.ids[slice(*tokens.sentences[sentence : sentence + 2])].tolist():
        found, after = read_piece(tokens.pieces[piece].as_py())
        for word in found:
            signs.append(rest + word.before)
            rest = ""
        rest += after
    return [*signs, rest]


def _uncapped(text: str) -> str:
    return text[:1].lower() + text[1:]
