"""Who talks about what, and where each source stands: shares, scale positions, evidence."""

from crosscurrents.themes.counting import target_pair
from crosscurrents.themes.courses import theme_course, theme_over_time
from crosscurrents.themes.evidence import evidence, pattern_hits, theme_evidence
from crosscurrents.themes.names import theme_names
from crosscurrents.themes.scales import (
    document_positions,
    scale_by_theme,
    scale_over_time,
    scale_position,
)
from crosscurrents.themes.sensitivity import (
    scale_ends,
    scale_ranks,
    scale_sensitivity,
    scale_verdict,
)
from crosscurrents.themes.shares import theme_share
from crosscurrents.themes.standing import theme_contrast, theme_profile
from crosscurrents.themes.together import theme_pairs
from crosscurrents.themes.tone import theme_tone

__all__ = [
    "document_positions",
    "evidence",
    "pattern_hits",
    "scale_by_theme",
    "scale_ends",
    "scale_over_time",
    "scale_position",
    "scale_ranks",
    "scale_sensitivity",
    "scale_verdict",
    "target_pair",
    "theme_contrast",
    "theme_course",
    "theme_evidence",
    "theme_names",
    "theme_over_time",
    "theme_pairs",
    "theme_profile",
    "theme_share",
    "theme_tone",
]
