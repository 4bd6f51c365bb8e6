"""The chart of discovered themes: the share of each source's text that each takes."""

from __future__ import annotations

import pandas as pd

from crosscurrents.plots.canvas import finish, nothing, of_largest, styled
from crosscurrents.plots.themes import draw_heatmap, largest
from crosscurrents.plots.wording import as_sentence, scope


@styled
@of_largest(1)
def plot_discovered(table: pd.DataFrame, *, ax=None):
    """Draw the share of text that each discovered theme takes in each source as a heat map.

    Parameters
    ----------
    table : DataFrame
        As `discovered_share` returns it.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    if table.empty:
        return nothing(ax, "Discovered themes")
    by, themes = table.columns[1], list(dict.fromkeys(table["theme"]))
    ax, share = draw_heatmap(table, themes, "paragraphs", ax)
    note = "" if share.shape[1] > 8 else " (paragraphs that it leads)"
    ax.set_xlabel(f"share of the text that the theme takes{note}; n: paragraphs")
    return finish(
        ax,
        f"Heat map of {len(themes)} discovered themes by {by}, the share of the text that each "
        f"takes. Largest: {largest(share)}. {as_sentence(scope(table))}",
    )
