"""Who talks about what, and where each source stands: shares, scale positions, evidence."""

from crosscurrents.themes.evidence import evidence, pattern_hits, theme_evidence
from crosscurrents.themes.names import theme_names
from crosscurrents.themes.scales import scale_position
from crosscurrents.themes.shares import theme_share
from crosscurrents.themes.standing import theme_contrast, theme_profile

__all__ = [
    "evidence",
    "pattern_hits",
    "scale_position",
    "theme_contrast",
    "theme_evidence",
    "theme_names",
    "theme_profile",
    "theme_share",
]
