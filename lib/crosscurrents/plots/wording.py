"""How charts write: names that are safe to draw, numbers, shares, what an interval stands for."""

from __future__ import annotations

import textwrap
from functools import cache

import numpy as np
import pandas as pd

NOTHING = "cc-nothing"  # gid of a figure that shows nothing but the sentence that says so
FONT = "DejaVu Sans"  # comes with Matplotlib; the others lend the letters that it lacks
FURTHER_FONTS = (
    *("Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans", "WenQuanYi Zen Hei"),
    *("Microsoft YaHei", "PingFang SC", "Hiragino Sans", "Arial Unicode MS"),
)


@cache
def fonts() -> tuple[str, ...]:
    """Name the fonts to draw with that are installed."""
    from matplotlib.font_manager import get_font_names

    installed = set(get_font_names())
    return FONT, *(name for name in FURTHER_FONTS if name in installed)


@cache
def letters() -> frozenset[int]:
    """Return the code points that can be drawn."""
    from matplotlib.font_manager import findfont, get_font

    return frozenset(code for name in fonts() for code in get_font(findfont(name)).get_charmap())


def said(name, width: int = 200) -> str:
    """Make a name safe to put into a sentence: one line, not too long, no control characters.

    Examples
    --------
    >>> said("Daily \\n Mail\\x00"), said("abcdefgh", 5)
    ('Daily Mail', 'abcd…')
    """
    text = "".join(sign for sign in " ".join(str(name).split()) if sign.isprintable())
    return text if len(text) <= width else f"{text[: width - 1]}…"


def plain(name, width: int = 200) -> str:
    """Make a name safe to draw: what no font has becomes a box, without a warning for each sign."""
    return "".join(sign if ord(sign) in letters() else "\u25af" for sign in said(name, width))


def wrap(name, width: int = 24, lines: int = 3) -> str:
    """Break a name into lines of at most `width` signs, and cut what is longer than `lines`.

    Examples
    --------
    >>> wrap("The Quarterly Review of Borders", 16)
    'The Quarterly\\nReview of\\nBorders'
    """
    return "\n".join(textwrap.wrap(plain(name), width, max_lines=lines, placeholder=" …")) or "–"


def fold(text: str, width: int = 96) -> str:
    """Break each line of a note that is too long for a chart, between words.

    Examples
    --------
    >>> fold("line: interval, documents drawn again; hollow: no interval", 40)
    'line: interval, documents drawn again;\\nhollow: no interval'
    """
    return "\n".join(textwrap.fill(line, width) for line in text.split("\n"))


def number(value: float, decimals: int | None = None) -> str:
    """Write a number for a label: thousands apart, a true minus, three digits unless told.

    Examples
    --------
    >>> number(1234), number(-0.0314), number(12.345), number(0.5, 2)
    ('1,234', '−0.0314', '12.3', '0.50')
    """
    if decimals is None:
        size = abs(value)
        decimals = 0 if size >= 100 or value == int(value) else int(2 - np.floor(np.log10(size)))
    return f"{value:,.{decimals}f}".replace("-", "−")


def span(low: float, high: float, decimals: int | None = None) -> str:
    """Write an interval for the alternative text, or that there is none."""
    if not np.isfinite([low, high]).all():
        return "no interval"
    return f"{number(low, decimals)} to {number(high, decimals)}"


def counted(n, noun):
    """Write a number of things: "1 hit", "1,200 hits"."""
    return f"{number(n)} {noun}" + ("" if n == 1 else "s")


def percent(share, signed=False):
    """Write a share in whole per cent, with a true minus."""
    text = f"{share:+.0%}" if signed else f"{share:.0%}"
    return text.replace("-", "−")


def as_sentence(text):
    """Turn a note into a sentence of the alternative text."""
    return text[:1].upper() + text[1:] + "."


def scope(table: pd.DataFrame) -> str:
    """Say what the intervals of a table stand for: "within this article" where they do no more."""
    if not table[["low", "high"]].notna().all(axis=1).any():
        return "no interval: too few documents or paragraphs to draw again"
    known = table["low"].notna()
    units = sorted({str(unit) for unit in table.loc[known, "unit"]})
    within = " or ".join(unit for unit in units if unit.startswith("within"))
    if not within:
        line = "line: interval, documents drawn again"
    elif "documents" not in units:
        line = f"line: interval {within}, paragraphs drawn again"
    else:
        line = f"line: interval, documents drawn again; {within}, paragraphs"
    return line if known.all() else f"{line}; hollow: no interval"
