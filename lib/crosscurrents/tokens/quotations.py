"""Where quotations stand in many paragraphs at once: pairs of double marks are told in bulk.

All else (single marks, nested or unclosed ones, mentions, block quotations) goes through `voice`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from crosscurrents.tokens.sentences import find_characters
from crosscurrents.voice import marked_spans, quoted_spans

PLAIN, OPENING, CLOSING, SINGLE, OTHER = range(1, 6)  # kinds of marks
KINDS = {
    '"': PLAIN, "“": OPENING, "”": CLOSING, "'": SINGLE, "’": SINGLE,
    **dict.fromkeys("„‟«»‹›‘‚", OTHER),
}  # fmt: skip
LETTER, DIGIT, BEYOND, BLANK, BRACKET = (1 << n for n in range(5))
NEAR = np.zeros(256, np.uint8)  # what may stand beside a mark, one bit each
for bit, signs in (
    (LETTER, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
    (DIGIT, "0123456789"),
    (BLANK, " "),
    (BRACKET, "("),
):
    NEAR[[ord(sign) for sign in signs]] |= bit
NEAR[128:] = BEYOND


def find_quotations(
    data: np.ndarray,
    texts: Sequence[str],
    paragraphs: np.ndarray,
    bounds: np.ndarray,
    kinds: Sequence[Sequence[str]] | None,
    blanks: np.ndarray,
) -> np.ndarray:
    """Where quotations begin and end, as bytes of the joined texts, ascending.

    Parameters
    ----------
    data : uint8 array
        The texts as UTF-8, all white space in it blanks.
    paragraphs : int64 array (paragraphs, 2)
        Where in data each text begins and ends.
    bounds : int64 array (documents + 1)
        Offsets of documents into paragraphs.
    kinds
        Of the paragraphs of each document; all "text" by default.
    blanks : int array
        Places of blanks, ascending.
    """
    whole = _in_turn(data, paragraphs, bounds, kinds)
    pairs, doubtful = _pairs(data, paragraphs, blanks)
    doubtful[np.repeat(whole, np.diff(bounds))] = False
    spans = []
    for k in np.flatnonzero(doubtful).tolist():
        spans += _as_bytes(texts[k], paragraphs[k], marked_spans(texts[k]))
    doubtful[np.repeat(whole, np.diff(bounds))] = True
    for number in np.flatnonzero(whole).tolist():
        mine = slice(*bounds[number : number + 2].tolist())
        found = quoted_spans(texts[mine], kinds[number] if kinds else None)
        for text, place, inside in zip(texts[mine], paragraphs[mine], found):
            spans += _as_bytes(text, place, inside)
    at = np.searchsorted(paragraphs[:, 0], pairs[:, 0], side="right") - 1
    found = np.concatenate([pairs[~doubtful[at]], np.array(spans, np.int64).reshape(-1, 2)])
    return found[np.argsort(found[:, 0], kind="stable")]


def _in_turn(data, paragraphs, bounds, kinds) -> np.ndarray:
    """Which documents are read paragraph by paragraph: one may say what the next one is."""
    if not len(paragraphs):
        return np.zeros(len(bounds) - 1, bool)
    colon = data.take(paragraphs[:, 1] - 1, mode="clip") == ord(":")
    before = np.concatenate([[0], np.cumsum(colon)])
    found = before[bounds[1:]] > before[bounds[:-1]]
    if kinds:
        found |= np.array([mine.count("text") < len(mine) for mine in kinds], bool)
    return found


def _pairs(
    data: np.ndarray, paragraphs: np.ndarray, blanks: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Stretches between double marks in turn, and which paragraphs hold marks of other kinds."""
    place, size, kind = _marks(data)
    owner = np.searchsorted(paragraphs[:, 0], place, side="right") - 1
    before, behind = (NEAR[data.take(at, mode="clip")] for at in (place - 1, place + size))
    before[place == paragraphs[owner, 0]] = BLANK
    keep = (kind != SINGLE) | (before & behind & LETTER == 0)  # no apostrophes
    place, size, kind, owner = place[keep], size[keep], kind[keep], owner[keep]
    before, behind = before[keep], behind[keep]
    number = np.arange(len(owner)) - np.searchsorted(owner, owner)  # in its paragraph
    opens = (kind == OPENING) | ((kind == PLAIN) & (before & (BLANK | BRACKET) > 0))
    closes = (kind == CLOSING) | ((kind == PLAIN) & (before & (DIGIT | BEYOND) == 0))
    fine = np.where(number % 2 == 0, opens & (behind & LETTER > 0), closes & (before & BLANK == 0))
    doubtful = np.zeros(len(paragraphs), bool)
    doubtful[owner[~fine]] = True
    doubtful[np.bincount(owner, minlength=len(paragraphs)) % 2 == 1] = True
    sure = ~doubtful[owner]
    opening = sure & (number % 2 == 0)
    pairs = np.stack([(place + size)[opening], place[sure & (number % 2 == 1)]], axis=1)
    doubtful[owner[opening][~_many_words(pairs, blanks)]] = True
    return pairs, doubtful


def _marks(data: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places, sizes and kinds of all marks."""
    place, size, code = find_characters(data, "".join(KINDS))
    kind = np.full(len(place), OTHER)
    for sign, what in KINDS.items():
        kind[code == int.from_bytes(sign.encode())] = what
    return place, size, kind


def _many_words(pairs: np.ndarray, blanks: np.ndarray) -> np.ndarray:
    """Which stretches surely hold four words or more: three blanks, each alone."""
    if len(blanks) < 4:
        return np.zeros(len(pairs), bool)
    first = np.searchsorted(blanks, pairs[:, 0])
    one, two, three, four = (blanks.take(first + k, mode="clip") for k in range(4))
    return (two - one > 1) & (three - two > 1) & (four - three > 1) & (three < pairs[:, 1] - 1)


def _as_bytes(text: str, place: np.ndarray, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of characters of a text as bytes of all; `place` is where it begins and ends."""
    begin, end = place.tolist()
    if end - begin == len(text):  # in ASCII
        return [(begin + a, begin + b) for a, b in spans]
    return [(begin + len(text[:a].encode()), begin + len(text[:b].encode())) for a, b in spans]
