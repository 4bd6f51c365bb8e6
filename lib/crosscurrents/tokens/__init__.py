"""Batches of a corpus as Tokens (texts.py), and measures of variety (richness.py)."""

from crosscurrents.core import BLANK, HYPHEN, SIGN, Tokens, Words, split_sentences, tokenise

__all__ = ["BLANK", "HYPHEN", "SIGN", "Tokens", "Words", "split_sentences", "tokenise"]
