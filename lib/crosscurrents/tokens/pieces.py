"""Text -> pieces (runs without white space) as ids into their distinct forms, in Arrow and NumPy.

A piece keeps the blank behind it until it is a vocabulary entry: then the bytes of the text are
an Arrow array of strings as they stand, with the places of the blanks as its offsets.
"""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# White space beyond ASCII, as str.split has it, and what no text should hold.
WIDE_SPACES = re.compile("[\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
SURROGATES = re.compile("[\ud800-\udfff]")
CAPITALS = 40  # bytes of a line that are looked at before it may be one wholly in capitals
BLOCK = 200_000  # bytes looked at together: what is made of them stays near the processor
LONG = 2**31 - 1  # bytes that Arrow's small offsets reach


def as_bytes(texts: list[str], between: str = "") -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Texts joined as UTF-8 that can be changed in place, the bytes of each, and the texts.

    White space beyond ASCII becomes a blank, a lone surrogate a replacement character.
    """
    try:
        coded = [text.encode() for text in texts]
    except UnicodeEncodeError:
        return as_bytes([SURROGATES.sub("\ufffd", t) for t in texts], between)
    found = np.frombuffer(bytearray(between.encode()).join(coded), np.uint8)
    if not all(map(str.isascii, texts)) and _has_wide_space(found):
        return as_bytes([WIDE_SPACES.sub(" ", t) for t in texts], between)
    return found, np.fromiter(map(len, coded), np.int64, len(coded)), texts


def _has_wide_space(data: np.ndarray) -> bool:
    """Whether one of WIDE_SPACES may be there, from the bytes of each character beyond ASCII."""
    lead = np.flatnonzero(data >= 0xC2)
    second, third = (data[np.minimum(lead + k, len(data) - 1)] for k in (1, 2))
    lead = data[lead]
    general = (third <= 0x8A) | (third == 0xA8) | (third == 0xA9) | (third == 0xAF)
    found = (lead == 0xE2) & (second == 0x80) & general  # U+2000 to 200A, 2028, 2029, 202F
    found |= (lead == 0xE2) & (second == 0x81) & (third == 0x9F)
    found |= (lead == 0xC2) & ((second == 0x85) | (second == 0xA0))
    found |= (lead == 0xE1) & (second == 0x9A) & (third == 0x80)
    found |= (lead == 0xE3) & (second == 0x80) & (third == 0x80)
    return bool(found.any())


def find_blanks(data: np.ndarray) -> np.ndarray:
    """Places of white space (int32 where that reaches), each of which then holds a blank."""
    width = np.int32 if len(data) < LONG else np.int64
    found = [np.zeros(0, width)]
    for start in range(0, len(data), BLOCK):
        block = data[start : start + BLOCK]
        blank = np.flatnonzero((block - np.uint8(9) < 5) | (block - np.uint8(28) < 5))
        other = blank[block[blank] != ord(" ")]
        block[other] = ord(" ")
        found.append(blank.astype(width) + width(start))
    return np.concatenate(found)


def merged(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """All that stands in two ascending arrays, once, ascending."""
    both = np.sort(np.concatenate([one, other]), kind="stable")  # which merges runs
    return both[np.append(True, both[1:] != both[:-1])] if len(both) else both


def encode(data: np.ndarray, ends: np.ndarray) -> tuple[pa.StringArray, np.ndarray]:
    """Distinct pieces, and the id of each piece that ends (with its blank) before `ends`.

    Empty pieces have an id of their own, that of "" in the vocabulary.
    """
    kind, width = (pa.string(), np.int32) if len(data) < LONG else (pa.large_string(), np.int64)
    offsets = np.empty(len(ends) + 1, width)
    offsets[0], offsets[1:] = 0, ends
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    flat = pa.Array.from_buffers(kind, len(ends), buffers).dictionary_encode()
    vocabulary = pc.ascii_rtrim(flat.dictionary, " ").cast(pa.string())
    return vocabulary, flat.indices.to_numpy()


def without_empty(pieces: pa.StringArray, ids: np.ndarray) -> tuple[pa.StringArray, np.ndarray]:
    """A vocabulary without "" and with each piece once, and the ids that go with it."""
    coded = pieces.dictionary_encode()
    if len(coded.dictionary) < len(pieces):
        pieces, ids = coded.dictionary, coded.indices.to_numpy()[ids]
    empty = pc.index(pieces, "").as_py()
    if empty < 0:
        return pieces, ids
    keep = np.arange(len(pieces)) != empty
    return pieces.filter(pa.array(keep)), ids - (ids > empty).astype(ids.dtype)


def lower_capital_lines(data: np.ndarray) -> None:
    """Put lines wholly in capitals into lower case, in place; a line of one word stays."""
    ends = np.append(np.flatnonzero(data == ord("\n")), len(data))
    starts = np.concatenate([[0], ends[:-1] + 1])
    left = np.flatnonzero(ends > starts)
    for step in range(CAPITALS):
        place = starts[left] + step
        inside = place < ends[left]
        lower = data[np.minimum(place, len(data) - 1)] - np.uint8(ord("a")) < 26
        left = left[~(lower & inside)]
    for start, end in zip(starts[left].tolist(), ends[left].tolist()):
        line = data[start:end].tobytes().decode(errors="replace")
        if line.isupper() and " " in line.strip():
            data[start:end] = np.frombuffer(lower_in_place(line).encode(), np.uint8)


def lower_in_place(text: str) -> str:
    """A text in lower case, but for letters that would change their length by it."""
    lower = text.lower()
    if len(lower.encode()) == len(text.encode()) and len(lower) == len(text):
        return lower
    return "".join(c.lower() if len(c.lower().encode()) == len(c.encode()) else c for c in text)


def unify(vocabularies: list[pa.StringArray]) -> tuple[pa.StringArray, list[np.ndarray]]:
    """One vocabulary for several, and of each the new ids of its entries."""
    if len(vocabularies) == 1:
        return vocabularies[0], [np.arange(len(vocabularies[0]), dtype=np.int32)]
    whole = pa.concat_arrays(vocabularies).dictionary_encode()
    ends = np.cumsum([len(v) for v in vocabularies])
    return whole.dictionary, np.split(whole.indices.to_numpy(), ends[:-1])


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_threads(function: Callable, items: Iterable, threads: int) -> list:
    """The results of a function that leaves the interpreter free (NumPy, Arrow), in order."""
    items = list(items)
    if threads < 2 or len(items) < 2:
        return [function(item) for item in items]
    with ThreadPoolExecutor(min(threads, len(items))) as pool:
        return list(pool.map(function, items))


def ahead(function: Callable, items: list, threads: int) -> Iterator:
    """The results of a function one by one, in order, while threads work on the next few."""
    if threads < 2 or len(items) < 2:
        yield from map(function, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting = deque(pool.submit(function, item) for item in items[: 2 * threads])
        try:
            for item in [*items[2 * threads :], *[None] * len(waiting)]:
                result = waiting.popleft().result()
                if item is not None:
                    waiting.append(pool.submit(function, item))
                yield result
        finally:
            for future in waiting:
                future.cancel()


def as_mask(values: pa.BooleanArray) -> np.ndarray:
    """An Arrow array of truth values as a NumPy array that can be written to."""
    return values.to_numpy(zero_copy_only=False)
