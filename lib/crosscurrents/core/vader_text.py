"""The text that VADER's rules see: words without the marks that keep NLTK's class off them."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crosscurrents.core.arrays import as_mask, offsets_of, runs
from crosscurrents.core.pieces import Pieces, Stream

STRAIGHT = str.maketrans(dict.fromkeys("‘’‚‛ʼ", "'") | dict.fromkeys("“”„‟", '"'))
QUOTATION = re.compile('["«»‹›]')
# Single marks at the edge of a word: those inside (`don't`) are apostrophes.
SINGLE = re.compile(r"(?<![\w'])'+(?=\w)|(?<=[\w.,!?…])'+(?!\w)")
RUNS = re.compile(r"(?<=[^\W_])((?:[.!?…]{2,}|…)+)")
JOINERS = str.maketrans(dict.fromkeys("\ufe0e\ufe0f\u200d"))  # within and behind emoji
# Pieces that may have to change: any of these marks, runs, or signs from the blocks of emoji.
LIKELY = "[\"'‘’‚‛ʼ“”„‟«»‹›…©®]|[.!?]{2}|[\\x{203C}-\\x{10FFFF}]"


def vader_piece(piece: str, emoji: Mapping[str, str], known: Mapping[str, float]) -> list[str]:
    """What VADER's rules see of a piece of text.

    Quotation marks go, apostrophes become straight, runs of `!`, `?` and stops are parted from the
    word before, and emoji are replaced by their names. Emoticons and what else is `known` stay.

    >>> vader_piece("“disaster!!”", {}, {}), vader_piece("late😡", {"😡": "pouting face"}, {})
    (['disaster', '!!'], ['late', 'pouting', 'face'])
    """
    text = piece.translate(STRAIGHT)
    if text.lower() in known:
        return [text]
    if not text.isascii():  # emoji first: some of their names hold quotation marks
        text = "".join(f" {emoji[char]} " if char in emoji else char for char in text)
        text = text.translate(STRAIGHT | JOINERS)
    text = SINGLE.sub("", QUOTATION.sub("", text))
    return RUNS.sub(r" \1 ", text).split()


def vader_text(text: str, emoji: Mapping[str, str], known: Mapping[str, float]) -> str:
    """A text as VADER's rules see it: pieces with a blank between them."""
    return " ".join(word for piece in text.split() for word in vader_piece(piece, emoji, known))


def vader_stream(
    stream: Stream, emoji: Mapping[str, str], known: Mapping[str, float]
) -> tuple[Pieces, np.ndarray]:
    """A stream as VADER's rules see it, and of each of its places the place it comes from."""
    pieces = stream.pieces
    if isinstance(pieces, pa.ChunkedArray):
        pieces = pieces.combine_chunks()
    pieces = pieces.cast(pa.string())
    likely = np.flatnonzero(as_mask(pc.match_substring_regex(pieces, LIKELY)))
    texts = pieces.take(pa.array(likely)).to_pylist()
    seen = [vader_piece(text, emoji, known) for text in texts]
    changed = [k for k, (text, words) in enumerate(zip(texts, seen)) if words != [text]]
    ids, bounds = np.asarray(stream.ids), np.asarray(stream.sentences)
    if not changed:
        return Pieces(pieces, ids, bounds), np.arange(len(ids))
    added = [word for k in changed for word in seen[k]]
    counts, first = np.ones(len(pieces), np.int64), np.arange(len(pieces))
    counts[likely[changed]] = [len(seen[k]) for k in changed]
    first[likely[changed]] = len(pieces) + offsets_of(counts[likely[changed]])[:-1]
    number = counts[ids]
    pieces = pa.concat_arrays([pieces, pa.array(added, pa.string())])
    origin = np.repeat(np.arange(len(ids)), number)
    return Pieces(pieces, runs(first[ids], number), offsets_of(number)[bounds]), origin
