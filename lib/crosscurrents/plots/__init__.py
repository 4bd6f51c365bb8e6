"""Result tables -> charts: each takes a table, draws it, and returns the Axes; none computes.

Every chart says what its lines stand for ("within this article" where they do no more), shows how
much lies behind a number, and carries an alternative text with its main numbers.
"""

from crosscurrents.plots.canvas import source_colours
from crosscurrents.plots.changes import plot_changes
from crosscurrents.plots.compare import plot_rate_heatmap, plot_rate_scatter
from crosscurrents.plots.course import plot_collocates, plot_strips, plot_term_course
from crosscurrents.plots.discovery import plot_discovered
from crosscurrents.plots.paired import plot_guard, plot_voices
from crosscurrents.plots.scales import plot_scale, plot_scale_by_theme, plot_scale_sensitivity
from crosscurrents.plots.theme_courses import plot_theme_course, plot_theme_over_time
from crosscurrents.plots.theme_tests import plot_theme_contrast, plot_theme_pairs
from crosscurrents.plots.themes import plot_theme_heatmap, plot_theme_shares
from crosscurrents.plots.tone import plot_drivers, plot_sentiment, plot_sentiment_course
from crosscurrents.plots.tone_checks import (
    plot_robustness,
    plot_sentence_scores,
    plot_target_tone,
)
from crosscurrents.plots.words import plot_corpus, plot_keyness, plot_term_rates

__all__ = [
    "plot_changes",
    "plot_collocates",
    "plot_corpus",
    "plot_discovered",
    "plot_drivers",
    "plot_guard",
    "plot_keyness",
    "plot_rate_heatmap",
    "plot_rate_scatter",
    "plot_robustness",
    "plot_scale",
    "plot_scale_by_theme",
    "plot_scale_sensitivity",
    "plot_sentence_scores",
    "plot_sentiment",
    "plot_sentiment_course",
    "plot_strips",
    "plot_target_tone",
    "plot_term_course",
    "plot_term_rates",
    "plot_theme_contrast",
    "plot_theme_course",
    "plot_theme_heatmap",
    "plot_theme_over_time",
    "plot_theme_pairs",
    "plot_theme_shares",
    "plot_voices",
    "source_colours",
]
