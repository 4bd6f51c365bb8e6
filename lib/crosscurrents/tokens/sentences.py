"""Where sentences begin, for many paragraphs at once: sentencex, and what it does not see.

sentencex keeps a quotation or a bracket in one sentence. Here the sentences inside count one by
one: marks are hidden from it as blanks, and a mark goes with the sentence that it opens.
"""

from __future__ import annotations

import re

import numpy as np
import sentencex

from crosscurrents.tokens.pieces import as_bytes, merged

# Marks that a sentence may begin or end under. Both of a pair: sentencex takes what follows an
# opening bracket that never closes for one sentence.
SOFT = '"“”„«»()[]'
SINGLE = "'’"  # hidden only behind what ends a sentence
ENDS = ".!?…"
ENDS_WITHOUT_BLANK = "。！？｡．…"  # elsewhere a cut inside a piece (`anti-U.S.`) is a mistake
DASHED = re.compile(rb"[\s\x1c-\x1f]*(?:-|\xe2\x80[\x93\x94])+[\s\x1c-\x1f]*[a-z]")  # as UTF-8
BREAK = "\n\n"  # between paragraphs; sentencex gives it back as an item of its own


def split_sentences(text: str, language: str = "en") -> list[str]:
    """The sentences of a paragraph as sentencex sees it, and those inside quotations one by one.

    >>> split_sentences('He said: "It works. It is good." Then Mr. Smith left.')
    ['He said: "It works.', 'It is good."', 'Then Mr. Smith left.']
    """
    data, _, _ = as_bytes([text])
    starts = sentence_starts(data, np.array([[0, len(data)]]), language)
    parts = np.split(data, starts[1:])
    return [s for part in parts if (s := part.tobytes().decode().strip())]


def sentence_starts(data: np.ndarray, paragraphs: np.ndarray, language: str = "en") -> np.ndarray:
    """Where sentences begin, ascending; every paragraph begins one.

    Parameters
    ----------
    data : uint8 array
        Paragraphs as UTF-8, BREAK between them.
    paragraphs : int64 array (paragraphs, 2)
        Where in data each begins and ends.
    language
        Code of two letters.
    """
    hidden = _hidden(data)
    masked = data.copy()
    masked[hidden] = ord(" ")
    cuts = _cuts(masked, paragraphs, language)
    cuts = _before_marks(cuts, hidden)
    cuts = cuts[_between_pieces(data, cuts)]
    ends = paragraphs[np.searchsorted(paragraphs[:, 0], cuts, side="right") - 1, 1]
    cuts = cuts[~_dashed(data, cuts, ends)]
    return merged(paragraphs[:, 0], cuts)


def find_characters(data: np.ndarray, chars: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places of characters in UTF-8, ascending, their lengths in bytes, and these as a number."""
    lead = np.zeros(len(data), bool)
    for byte in {c.encode()[0] for c in chars}:
        lead |= data == byte
    place = np.flatnonzero(lead)
    code = data[place].astype(np.uint32)
    for k in (1, 2):
        code = code << 8 | data.take(place + k, mode="clip")
    size = np.zeros(len(place), np.int8)
    for char in chars:
        width = len(char.encode())
        size[code >> 8 * (3 - width) == int.from_bytes(char.encode())] = width
    place, code, size = place[size > 0], code[size > 0], size[size > 0]
    return place, size, code >> (8 * (3 - size)).astype(np.uint32)


def _hidden(data: np.ndarray) -> np.ndarray:
    """Places of all bytes of the marks that sentencex does not see, ascending."""
    place, size, _ = find_characters(data, SOFT)
    single, width, _ = find_characters(data, SINGLE)
    first = np.append(True, single[1:] != (single + width)[:-1])[: len(single)]  # of a run of them
    behind = _ends_with(data, single[first], ENDS)[np.cumsum(first) - 1]
    place, size = np.append(place, single[behind]), np.append(size, width[behind])
    order = np.argsort(place, kind="stable")
    place, size = place[order], size[order]
    flags = np.zeros(len(data) + 2, bool)
    for k in (0, 1, 2):
        flags[place[size > k] + k] = True
    return np.flatnonzero(flags)


def _ends_with(data: np.ndarray, places: np.ndarray, chars: str) -> np.ndarray:
    """Before which places one of some characters stands."""
    found = np.zeros(len(places), bool)
    last = data.take(places - 1, mode="clip")
    for char in chars:
        *lead, final = char.encode()
        same = np.flatnonzero((last == final) & (places > len(lead)))
        for k, byte in enumerate(reversed(lead), start=2):
            same = same[data[places[same] - k] == byte]
        found[same] = True
    return found


def _cuts(masked: np.ndarray, paragraphs: np.ndarray, language: str) -> np.ndarray:
    """Where sentencex cuts inside paragraphs."""
    parts = [p for p in sentencex.segment(language, masked.tobytes().decode()) if p != BREAK]
    before = len(BREAK) * np.arange(len(paragraphs))  # bytes of breaks before each paragraph
    ends = _ends(parts, masked, paragraphs[:, 0], before)
    borders = paragraphs[:, 1] - before
    at = np.searchsorted(ends, borders)
    if len(ends) and ends[-1] == borders[-1] and (ends.take(at, mode="clip") == borders).all():
        inner = np.ones(len(ends), bool)
        inner[at] = False
        ends = ends[inner]
        return ends + len(BREAK) * np.searchsorted(borders, ends)
    cuts, none = [], np.zeros(1, np.int64)  # paragraphs that hold breaks themselves, or nothing
    for start, end in paragraphs.tolist():
        parts = sentencex.segment(language, masked[start:end].tobytes().decode())
        cuts.append(start + _ends(parts, masked[start:end], none, none)[:-1])
    return np.concatenate(cuts) if cuts else np.zeros(0, np.int64)


def _ends(parts: list[str], data: np.ndarray, starts: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Where parts end in the bytes of the paragraphs that they make, breaks left out."""
    ends = np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts)))
    inside = np.flatnonzero(data.view(np.int8) < -64)  # bytes that begin no character
    inside = inside - before[np.searchsorted(starts, inside, side="right") - 1]
    # So many characters begin before each of them.
    return ends + np.searchsorted(inside - np.arange(len(inside)), ends, side="right")


def _before_marks(cuts: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    """Cuts put before the marks that they stand behind: these open the next sentence."""
    if not len(hidden):
        return cuts
    opens = np.concatenate([[True], np.diff(hidden) > 1])
    first = hidden[opens][np.cumsum(opens) - 1]  # of the run that each place is in
    at = np.searchsorted(hidden, cuts - 1)
    behind = hidden.take(at, mode="clip") == cuts - 1
    return np.where(behind, first.take(at, mode="clip"), cuts)


def _between_pieces(data: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """Which cuts stand behind a blank, or behind a sign that ends a sentence without one."""
    last = data.take(cuts - 1, mode="clip")
    fine = (last - np.uint8(9) < 5) | (last - np.uint8(28) < 5)
    other = np.flatnonzero(~fine)
    fine[other] = _ends_with(data, cuts[other], ENDS_WITHOUT_BLANK)
    return fine


def _dashed(data: np.ndarray, cuts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Which cuts stand before a dash and a word in lower case: there the sentence goes on."""
    first = data.take(cuts, mode="clip")
    maybe = (first == ord("-")) | (first == "—".encode()[0]) | (first <= ord(" "))
    found = np.zeros(len(cuts), bool)
    content = memoryview(data)
    for k in np.flatnonzero(maybe).tolist():
        found[k] = DASHED.match(content, int(cuts[k]), int(ends[k])) is not None
    return found
