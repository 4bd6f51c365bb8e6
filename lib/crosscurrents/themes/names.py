"""The names of the themes and scales that measures were made with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

SUB = "/"  # parts the name of a theme from that of its sub-theme, and a scale's from its pole's


class Scale(NamedTuple):
    """A scale of the codebook: its name, and what its two poles are called in the measures."""

    name: str
    positive: str
    negative: str

    @property
    def ends(self) -> tuple[str, str]:
        """The poles' own names, the nearer one first."""
        return tuple(pole.split(SUB, 1)[1] for pole in (self.positive, self.negative))


def theme_names(measures, *, subthemes: bool = False) -> list[str]:
    """The themes of the codebook that the measures were made with; poles of scales are none.

    Sub-themes, named "theme/sub-theme", come with them if `subthemes` is true.
    """
    names = list(measures.record["codebook"]["themes"])
    return [name for name in names if subthemes or SUB not in name]


def scale_names(measures) -> list[str]:
    """The scales of the codebook that the measures were made with."""
    return list(measures.record["codebook"]["scales"])


def find_scale(measures, scale: str = "") -> Scale | None:
    """Give a scale by its name, the codebook's first by default; None if it has none at all.

    Raises
    ------
    ValueError
        If the scale is not in the codebook.
    """
    scales = measures.record["codebook"]["scales"]
    if scale and scale not in scales:
        raise ValueError(f"scale {scale!r} is not in the codebook; choose from {list(scales)}")
    if not scales:
        return None
    name = scale or next(iter(scales))
    return Scale(name, scales[name]["positive"], scales[name]["negative"])


def pole_names(measures, scale: str) -> list[str]:
    """What the poles of a scale are called in the measures, those of their denied hits behind."""
    entry = measures.record["codebook"]["scales"].get(scale, {})
    ends = ("positive", "negative", "positive_denied", "negative_denied")
    return [entry[end] for end in ends if end in entry]


def check_theme(measures, theme: str) -> str:
    """Return the name of a theme, a sub-theme, a pole or its denied hits, or raise ValueError."""
    poles = [pole for name in scale_names(measures) for pole in pole_names(measures, name)]
    known = theme_names(measures, subthemes=True) + poles
    if theme not in known:
        raise ValueError(f"theme {theme!r} is not in the codebook; choose from {known}")
    return theme


def chosen_themes(measures, themes: str | Sequence[str] | None, subthemes: bool) -> list[str]:
    """Return the themes that were asked for, each once; all of the codebook by default.

    Raises
    ------
    ValueError
        If one is not in the codebook.
    """
    if themes is None:
        return theme_names(measures, subthemes=subthemes)
    names = [themes] if isinstance(themes, str) else list(themes)
    return list(dict.fromkeys(check_theme(measures, name) for name in names))
