"""Batches of a corpus as Tokens (texts.py), and measures of variety (richness.py)."""

from crosscurrents.core import BLANK, SIGN, Tokens, split_sentences, tokenise

__all__ = ["BLANK", "SIGN", "Tokens", "split_sentences", "tokenise"]
