"""Numbers as people write them: thousands apart, a true minus, a noun in the plural."""

from __future__ import annotations

import math


def number(value: float, decimals: int | None = None) -> str:
    """Write a number for a label: thousands apart, a true minus, three digits unless told.

    Examples
    --------
    >>> number(1234), number(-0.0314), number(12.345), number(0.5, 2)
    ('1,234', '−0.0314', '12.3', '0.50')
    """
    if not math.isfinite(value):
        return "–"
    if decimals is None:
        size = abs(value)
        whole = size >= 100 or value == int(value)
        decimals = 0 if whole else 2 - math.floor(math.log10(size))
    return f"{value:,.{decimals}f}".replace("-", "−")


def counted(n: int, noun: str) -> str:
    """Write a number of things.

    >>> counted(1, "article"), counted(1200, "word")
    ('1 article', '1,200 words')
    """
    return f"{number(n)} {noun}" + ("" if n == 1 else "s")


def percent(share: float) -> str:
    """Write a share in whole per cent, with a true minus."""
    return f"{share:.0%}".replace("-", "−")


def signed(value: float, decimals: int = 2) -> str:
    """Write a number with its sign, a true minus; none where it rounds to 0.

    >>> signed(0.194), signed(-0.5), signed(-0.001)
    ('+0.19', '−0.50', '0.00')
    """
    text = f"{value:+.{decimals}f}"
    return text.replace("-", "−") if float(text) else text[1:]
