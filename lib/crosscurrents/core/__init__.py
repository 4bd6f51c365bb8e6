"""Text -> arrays: words, sentences, quotations, patterns, VADER, over one structure, `Tokens`.

Knows no corpus, no file and no table of pandas, and imports nothing of the rest of the package.
"""

from crosscurrents.core.scoring import Scored, Vader
from crosscurrents.core.sentences import split_sentences
from crosscurrents.core.tokens import Stream, Tokens, split_pieces, tokenise
from crosscurrents.core.words import BLANK, SIGN

__all__ = [
    "BLANK", "SIGN", "Scored", "Stream", "Tokens", "Vader", "split_pieces", "split_sentences",
    "tokenise",
]  # fmt: skip
