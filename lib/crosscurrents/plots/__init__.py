"""Result tables -> charts: each takes a table, draws it, and returns the Axes; none computes.

Every chart says what its lines stand for ("within this article" where they do no more), shows how
much lies behind a number, and carries an alternative text with its main numbers.
"""

from crosscurrents.plots.canvas import source_colours
from crosscurrents.plots.themes import plot_theme_heatmap, plot_theme_shares
from crosscurrents.plots.tone import plot_drivers, plot_scale, plot_sentiment, plot_sentiment_course
from crosscurrents.plots.words import plot_corpus, plot_keyness, plot_term_rates

__all__ = [
    "plot_corpus",
    "plot_drivers",
    "plot_keyness",
    "plot_scale",
    "plot_sentiment",
    "plot_sentiment_course",
    "plot_term_rates",
    "plot_theme_heatmap",
    "plot_theme_shares",
    "source_colours",
]
