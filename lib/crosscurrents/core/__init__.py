"""Text -> arrays: words, sentences, quotations, patterns, VADER, over one structure, `Tokens`.

Knows no corpus, no file and no table of pandas, and imports nothing of the rest of the package.
"""

from crosscurrents.core.matching import Matches, match
from crosscurrents.core.patterns import Pattern, Theme
from crosscurrents.core.sentences import split_sentences
from crosscurrents.core.sums import Scored
from crosscurrents.core.tokens import Stream, Tokens, split_pieces, tokenise
from crosscurrents.core.vader import Vader
from crosscurrents.core.words import BLANK, SIGN

__all__ = [
    "BLANK", "SIGN", "Matches", "Pattern", "Scored", "Stream", "Theme", "Tokens", "Vader",
    "match", "split_pieces", "split_sentences", "tokenise",
]  # fmt: skip
