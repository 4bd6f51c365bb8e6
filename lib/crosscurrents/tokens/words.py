"""The old home of `core.words`."""

from crosscurrents.core.words import APOSTROPHES, WORD, words_of

__all__ = ["APOSTROPHES", "WORD", "words_of"]
