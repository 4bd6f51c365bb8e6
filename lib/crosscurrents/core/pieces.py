"""Text -> pieces (runs without white space, as `str.split` has them), as ids into a vocabulary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SURROGATES = re.compile("[\ud800-\udfff]")


class Stream(Protocol):
    """What can be scored: `Tokens`, `Pieces`, or anything with these three."""

    pieces: pa.StringArray
    ids: np.ndarray
    sentences: np.ndarray


class Pieces(NamedTuple):
    """Texts as ids into their distinct pieces."""

    pieces: pa.StringArray  # distinct
    ids: np.ndarray  # int32 (pieces of the texts), into pieces
    sentences: np.ndarray  # int64 (texts + 1), offsets into ids


def split_pieces(texts: Sequence[str]) -> Pieces:
    """Texts cut at white space as `str.split` does it; half a character pair becomes U+FFFD.

    Raises
    ------
    ValueError
        Texts that are not all strings.

    Examples
    --------
    >>> split_pieces(["no news", "no"]).ids.tolist()
    [0, 1, 0]
    """
    if kinds := sorted(kind.__name__ for kind in {*map(type, texts)} if not issubclass(kind, str)):
        raise ValueError(f"texts holds values of type {kinds}; give strings only")
    # Arrow 26 looks beyond the last text, so that white space at its end may stay: one text more.
    texts = [*texts, "."]
    try:
        values = pa.array(texts, pa.large_string())
    except UnicodeEncodeError:
        values = pa.array([SURROGATES.sub("\ufffd", t) for t in texts], pa.large_string())
    cut = pc.utf8_split_whitespace(values)
    offsets = cut.offsets.to_numpy()[:-1].astype(np.int64)
    coded = cut.values.slice(0, offsets[-1]).dictionary_encode()
    pieces, ids = coded.dictionary.cast(pa.string()), coded.indices.to_numpy()
    # White space at an end of a text, and a text of nothing else, leave an empty piece.
    empty = pc.index(pieces, "").as_py()
    if empty >= 0:
        full = np.flatnonzero(ids != empty)
        offsets, ids = np.searchsorted(full, offsets), ids[full]
        ids = ids - (ids > empty).astype(np.int32)
        pieces = pieces.filter(pa.array(np.arange(len(pieces)) != empty))
    return Pieces(pieces, ids, offsets)
