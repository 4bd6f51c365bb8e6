"""Texts in which there is nothing to clean, told in bulk from their bytes: most of most corpora.

A text is plain if each of its lines is prose whatever stands around it: parted by blank lines,
without marks and ended like a sentence, one of them at least too long for a heading. A headline
may stand on top. `clean` finds the same, ten times slower.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from crosscurrents.cleaning.inline import ENTITY, SPECIAL, straight
from crosscurrents.cleaning.lines import LONG_PIECE
from crosscurrents.cleaning.places import AUTHOR_NOTE, WRITES, is_menu
from crosscurrents.cleaning.rules import LEAD, SHORT, edge_reason, line_reason
from crosscurrents.cleaning.sections import MONTHS, REPEATED, is_dated

LARGE = 8_000_000  # characters of a text: what is larger has its bytes not looked at at once
# 1 for bytes of no plain text, and for those that begin a character of none beyond ASCII.
SPECIAL_BYTES = bytes(
    code in (0xC2, 0xE1, 0xE2, 0xE3, 0xEF)
    or (code < 128 and chr(code) not in "\n!&" and SPECIAL.match(chr(code)) is not None)
    for code in range(256)
)
OPENING = np.array([int.from_bytes(c.encode()) for c in "“‘„"])
CLOSING = np.array([int.from_bytes(c.encode()) for c in "”’"])
HEADS = np.array([int.from_bytes(month.encode()) for month in sorted(MONTHS)])
DOTS = int.from_bytes("…".encode())


class PlainPage(NamedTuple):
    """The paragraphs of a plain text, all of kind "text", and its headline or ""."""

    paragraphs: list[str]
    headline: str
    line: int  # of the headline, from 1


def begins_plain(text: str) -> bool:
    """Whether a text surely begins with a paragraph of prose, so that it has no headline.

    >>> begins_plain(f"It rained{' and rained' * 7}.\\n\\nRain again"), begins_plain("Rain again")
    (True, False)
    """
    line, _, rest = text.partition("\n")
    words = line.count(" ") + 1
    if rest[:1] != "\n" or words <= SHORT or len(line) >= LONG_PIECE * words or "  " in line:
        return False
    letter = line[0].isascii() and line[0].isalpha() and line[1] not in ".)"
    if not (letter or line[0] in '"“') or line.rstrip('"”')[-1:] not in (".", "!", "?"):
        return False
    if any(map(line.__contains__, "&*<[\\_")) or not (line.isascii() and line.isprintable()):
        if SPECIAL.search(line.replace("!", "")):  # which is a mark before a bracket only
            return False
    line = straight(line)
    if words <= LEAD and (line_reason(line, words) or edge_reason(line, words)):
        return False
    return not is_dated(line)


def plain_pages(texts: Sequence[str]) -> list[PlainPage | None]:
    """The paragraphs of those texts that are plain; None for the others.

    >>> rained = "It rained for a week on the hills of Brae, and the river rose by a yard and more."
    >>> [page and page.paragraphs == [rained] for page in plain_pages([rained, f"- {rained}"])]
    [True, None]
    """
    found: list[PlainPage | None] = [None] * len(texts)
    some = [k for k, text in enumerate(texts) if len(text) <= LARGE]
    for k, facts in zip(some, _facts([texts[k] for k in some])):
        if facts is not None:
            found[k] = _page(texts[k], *facts)
    return found


def _facts(texts: Sequence[str]) -> list[tuple[list[int], bool] | None]:
    """Of texts with the bytes of plain ones: words of each line, and whether one may be dated."""
    coded = [text.encode("utf-8", "surrogatepass") for text in texts]
    joined = b"\n\n".join([b"", *coded, b""])
    data = np.frombuffer(joined, np.uint8)
    begins = 2 + np.cumsum([0, *(len(c) + 2 for c in coded)])
    breaks = np.flatnonzero(data == ord("\n"))
    inside = np.flatnonzero(np.diff(breaks) > 1)
    if not len(inside):
        return [None] * len(texts)
    starts, ends = breaks[inside] + 1, breaks[inside + 1]
    blanks = np.flatnonzero(data == ord(" "))
    words = np.searchsorted(blanks, ends) - np.searchsorted(blanks, starts) + 1
    first = np.searchsorted(starts, begins)  # line of each text; the last is none
    head = _code(data, starts)
    odd = _odd(data, head, starts, ends, words, first)
    wrong = [_special(joined, data), blanks[:-1][np.diff(blanks) == 1]]
    texts_of = np.searchsorted(begins, np.concatenate([starts[odd], *wrong]), side="right") - 1
    plain = np.diff(np.append(0, np.cumsum(words > SHORT))[first]) > 0
    plain[texts_of] = False
    months = np.append(0, np.cumsum(np.isin(head | 0x202020, HEADS)))[first]
    dated = (np.diff(months) > 0).tolist()
    words, bounds = words.tolist(), first.tolist()
    return [
        (words[a:b], d) if p else None
        for p, d, a, b in zip(plain.tolist(), dated, bounds, bounds[1:])
    ]


def _special(joined: bytes, data: np.ndarray) -> np.ndarray:
    """Places of characters that cleaning looks at."""
    place = np.flatnonzero(np.frombuffer(joined.translate(SPECIAL_BYTES), bool))
    sure = data[place] < 0x80
    maybe = place[~sure]
    if not len(maybe):
        return place
    code = _code(data, maybe)
    wide = data[maybe] >= 0xE0
    distinct, which = np.unique(np.where(wide, code, code >> 8), return_inverse=True)
    special = [
        SPECIAL.match(int(c).to_bytes(2 + (c > 0xFFFF)).decode("utf-8", "replace")) is not None
        for c in distinct.tolist()
    ]
    return np.concatenate([place[sure], maybe[np.array(special)[which]]])


def _code(data: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Three bytes from each place on, as a number."""
    code = data.take(place, mode="clip").astype(np.int64)
    for k in (1, 2):
        code = code << 8 | data.take(place + k, mode="clip")
    return code


def _odd(data, head, starts, ends, words, first) -> np.ndarray:
    """Which lines are none of a plain text, as far as a line, its length and its place tell."""
    low = head >> 16 | 0x20
    letter = (low >= ord("a")) & (low <= ord("z"))
    small = letter & (head >> 16 >= ord("a"))
    letter &= ~small | (head >> 8 & 0xFF != ord(".")) & (head >> 8 & 0xFF != ord(")"))
    quote = (head >> 16 == ord('"')) | np.isin(head, OPENING)
    begins = letter | (quote & (words > SHORT))
    apart = (data[starts - 2] == ord("\n")) & (data[ends - 1] != ord(" "))
    last, final = _code(data, ends - 3), data[ends - 1]
    closed = np.where(np.isin(last, CLOSING), 3, (final == ord('"')) | (final == ord("'")))
    final = data[ends - 1 - closed]
    ended = (final == ord(".")) | (final == ord("!")) | (final == ord("?")) | (last == DOTS)
    long = words > SHORT
    ended &= long | (final != ord("?")) | (closed > 0)
    ended &= ends - starts < LONG_PIECE * words
    odd = ~(begins & apart & ended)
    top = first[:-1][np.diff(first) > 1]  # where a headline may stand, upon a line in capitals
    final = data[ends[top] - 1]
    sure = letter & ~small & apart & ~long & (ends - starts < LONG_PIECE * words)
    sure = sure[top] & (((final | 0x20) - np.uint8(ord("a")) < 26) | (final - np.uint8(48) < 10))
    odd[top[sure & long[top + 1] & ~small[top + 1]]] = False
    return odd


def _page(text: str, words: list[int], dated: bool) -> PlainPage | None:
    """The page, where no rule of cleaning speaks against one of the lines."""
    if "&" in text and re.search(ENTITY, text):
        return None
    text = straight(text)
    lines = [line for line in text.split("\n") if line]
    if dated and any(map(is_dated, lines)):
        return None
    headed = lines[0][-1].isalnum()
    seen = []
    for line, number in zip(lines, words):
        if number <= LEAD:
            if line_reason(line, number):
                return None
            if number <= REPEATED:
                seen.append(line.casefold())
    if len(seen) > 1 and len(set(seen)) < len(seen):
        return None
    long = [k for k, number in enumerate(words) if number > SHORT]
    if any(map(_opens_oddly, lines[headed : long[0] + 1], words[headed:])):
        return None
    if any(map(_closes_oddly, lines[long[-1] :], words[long[-1] :])):
        return None
    if not headed:
        return PlainPage(lines, "", 0)
    if "/" in lines[0] or is_menu(lines[0]):
        return None
    return PlainPage(lines[1:], lines[0], text.count("\n", 0, text.index(lines[0])) + 1)


def _opens_oddly(line: str, words: int) -> bool:
    """Whether a line up to the first long one may be something else than prose."""
    if words > LEAD:
        return False
    return bool(edge_reason(line, words) or WRITES.fullmatch(line)) or is_menu(line)


def _closes_oddly(line: str, words: int) -> bool:
    """Whether a line from the last long one on may be something else than prose."""
    if words > LEAD:
        return False
    return bool(edge_reason(line, words, tail=True) or AUTHOR_NOTE.match(line))
