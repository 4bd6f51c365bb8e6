"""Text -> arrays: words, sentences, quotations, patterns, VADER, over one structure, `Tokens`.

Knows no corpus, no file and no table of pandas, and imports nothing of the rest of the package.
"""

from crosscurrents.core.matching import Matches, match
from crosscurrents.core.patterns import Pattern, Theme
from crosscurrents.core.pieces import Stream, split_pieces
from crosscurrents.core.sentences import split_sentences
from crosscurrents.core.sums import Scored
from crosscurrents.core.tokens import Tokens, tokenise
from crosscurrents.core.vader import Vader
from crosscurrents.core.vocabulary import BLANK, SIGN

__all__ = [
    "BLANK", "SIGN", "Matches", "Pattern", "Scored", "Stream", "Theme", "Tokens", "Vader",
    "match", "split_pieces", "split_sentences", "tokenise",
]  # fmt: skip
