"""Batches of a corpus as Tokens (texts.py), and measures of variety (richness.py)."""
