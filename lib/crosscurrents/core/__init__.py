"""Text -> arrays: words, sentences, quotations, patterns, VADER, over one structure, `Tokens`.

Knows no corpus, no file and no table of pandas, and imports nothing of the rest of the package.
"""

from crosscurrents.core.matching import Matches, match
from crosscurrents.core.negation import Denial, match_with_denials
from crosscurrents.core.patterns import Pattern, Theme
from crosscurrents.core.pieces import Pieces, Stream, split_pieces
from crosscurrents.core.sentences import split_sentences
from crosscurrents.core.sums import Scored
from crosscurrents.core.tokens import Tokens, Words, tokenise
from crosscurrents.core.vader import Vader
from crosscurrents.core.vocabulary import BLANK, HYPHEN, SIGN, PieceTable

__all__ = [
    "BLANK", "HYPHEN", "SIGN", "Denial", "Matches", "Pattern", "PieceTable", "Pieces", "Scored",
    "Stream", "Theme", "Tokens", "Vader", "Words", "match", "match_with_denials", "split_pieces",
    "split_sentences", "tokenise",
]  # fmt: skip
