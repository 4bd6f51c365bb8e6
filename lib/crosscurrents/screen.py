"""What the parts of the workbench are made of: tables, texts, charts and code on the screen."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from pathlib import Path

import anywidget
import ipywidgets as widgets
import pandas as pd
import traitlets
from itables.widget import ITable

from crosscurrents.display import png_of
from crosscurrents.plots.style import NOTHING
from crosscurrents.tables_html import column_of
from crosscurrents.workbench import Workbench
from crosscurrents.writing import escape

SHOWN, STROKES = 12, 400  # sources and uses in the table of rates: more is not seen
STYLE = """<style>
.cc-rates { border-collapse: collapse; line-height: 1.4 }
.cc-rates th, .cc-rates td { padding: .1em .8em .1em 0; text-align: left; font-weight: normal }
.cc-box { position: relative; width: 11em; height: 1.1em; background: rgb(128 128 128 / .12) }
.cc-box i { position: absolute; bottom: 0 }
.cc-bar { height: 100%; background: #4c78a8 }
.cc-line { height: 2px; bottom: 45% !important; background: #222 }
.cc-place { width: 1px; height: 100%; background: #a33 }
.cc-course { display: flex } .cc-course b { position: relative; flex: 1; min-width: 1px }
.cc-course i { left: 0; right: 1px; background: #4c78a8 }
</style>"""
PAUSE = 0.25  # seconds without a keystroke after which a question is asked
WIDE, HALF = widgets.Layout(width="100%"), widgets.Layout(width="49%")
FIXED = widgets.Layout(flex="0 0 auto")  # keeps its width beside what is longer
TABLE = {  # of itables: filter above, pages below, a click marks a row
    "select": "single", "pageLength": 8, "showIndex": False, "maxBytes": 0,
    "classes": "display compact", "style": "width:100%", "autoWidth": False,
    "layout": {"topStart": "info", "topEnd": "search", "bottomStart": None, "bottomEnd": "paging"},
}  # fmt: skip
HELP = {
    "words": "Log ratio: +1 is twice the rate of the other source, -1 half of it. Only where p is "
    "below 0.05 is the difference more than chance. Click a word to read its sentences.",
    "themes": "Only where p is below 0.05 is the difference more than chance. Click a theme to "
    "read its sentences.",
    "tone": "Mean score of all sentences by the word list VADER, whatever they are about. The "
    "notebook sentiment.ipynb shows the words that make the score.",
    "passages": "The sentences of each source; click a line to read its paragraph.",
}
COLUMNS = {  # of the tables on the screen; their headings are in columns.toml
    "lines": ["source", "left", "node", "right"],
    "near": ["source", "term", "count", "term_count", "log_dice"],
    "tone": ["source", "sentences", "mean", "low", "high", "others", "others_mean"],
    "patterns": ["pattern", "matches", "documents", "shared"],
    "missed": ["word", "sentences"],
}


def side_by_side(table: pd.DataFrame, what: str, pair: tuple[str, str]) -> pd.DataFrame:
    """A comparison of two sources (see `Workbench.compare`) as a reader looks through it."""
    if table.empty or what == "passages":
        return pd.DataFrame()
    table = table.assign(p_adjusted=table["p_adjusted"].round(3))
    if what == "words":
        uses = {c: f"uses: {s}" for c, s in zip(("count", "reference_count"), pair)}
        names = {"term": "word", **uses, "log_ratio": "log ratio", "p_adjusted": "p (all words)"}
        return table[[*names]].round({"log_ratio": 2}).rename(columns=names)
    if what == "themes":
        shares = table.pivot_table("share", "theme", table.attrs["by"])
        shares = shares.mul(100).round(1).reindex(table["theme"].unique())[[*pair]]
        p = table.groupby("theme")["p_adjusted"].min()
        shares.columns = [f"% of sentences: {source}" for source in pair]
        return shares.assign(**{"p (all themes)": p}).reset_index()
    names = {
        table.attrs["by"]: "source", "sentences": "sentences", "mean": "mean score", "low": "low",
        "high": "high", "positive": "% positive", "negative": "% negative",
        "p_adjusted": "p (all lexicons)",
    }  # fmt: skip
    percent = {name: (100 * table[name]).round(1) for name in ("positive", "negative")}
    return table.assign(**percent)[[*names]].round(3).rename(columns=names)


def rates_html(rates: pd.DataFrame, over_time: pd.DataFrame, places: pd.DataFrame) -> str:
    """The rates of the sources, where in their articles and when, as one table of HTML.

    Parameters
    ----------
    rates, over_time, places : DataFrame
        As `pattern_frequency`, the same by period, and `occurrences` return them.
    """
    by, top = rates.attrs["by"], float(rates["high"].fillna(rates["rate"]).max()) or 1.0
    periods = sorted(over_time["period"].unique())
    highest = float(over_time["rate"].max()) if len(over_time) else 0.0
    rows = []
    for row in rates.head(SHOWN).to_dict("records"):
        own = over_time[over_time[by] == row[by]].set_index("period")["rate"]
        spots = places.loc[places[by] == row[by], "share"].head(STROKES)
        limits, line = "", ""
        if pd.notna(row["low"]):
            limits = f" ({row['low']:.2f} to {row['high']:.2f})"
            line = _stroke("line", row["low"] / top, (row["high"] - row["low"]) / top)
        rows.append(
            f"<tr><th scope='row'>{escape(row[by])}</th>"
            f"<td>{row['count']:,} in {row['words']:,} words</td><td>{row['rate']:.2f}{limits}</td>"
            f"<td><div class='cc-box'>{_stroke('bar', 0, row['rate'] / top)}{line}</div></td>"
            f"<td><div class='cc-box'>{''.join(_stroke('place', s) for s in spots)}</div></td>"
            f"<td>{_course(own, periods, highest)}</td></tr>"
        )
    rest = len(rates) - SHOWN
    more = f"<p>and {rest:,} more sources; the call below lists all</p>" if rest > 0 else ""
    when = f"{periods[0]} to {periods[-1]}" if periods else ""
    heads = ["", "uses", "per 1,000 words", "and 95% interval", "place in the article", when]
    said = "".join(f"<th scope='col'>{escape(head)}</th>" for head in heads)
    body = f"<thead><tr>{said}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f"{STYLE}<table class='cc-rates'>{body}</table>{more}"


def _stroke(kind: str, at: float, wide: float | None = None) -> str:
    """A bar, a line or a stroke in a box, its place and width as shares of the box."""
    width = "" if wide is None else f";width:{wide:.1%}"
    return f"<i class='cc-{kind}' style='left:{at:.1%}{width}'></i>"


def _course(rates: pd.Series, periods: list[str], highest: float) -> str:
    """A column for each period, in parts of the highest rate; none where there is no article."""
    columns = []
    for period in periods:
        rate = rates.get(period)
        tall = 0 if rate is None or not highest else rate / highest
        said = "no article" if rate is None else f"{rate:.2f}"
        columns.append(f"<b title='{escape(period)}: {said}'><i style='height:{tall:.0%}'></i></b>")
    return f"<div class='cc-box cc-course'>{''.join(columns)}</div>"


def paragraph_html(bench: Workbench, text: str, line: pd.Series) -> str:
    """The paragraph of a line of a concordance as HTML."""
    answer = bench.paragraph(text, line["doc_id"], line["paragraph"])
    if answer.message:
        return status_html(answer.message)
    passage = answer.tables["paragraph"]["passage"].iloc[0]
    where = f"{line['source']}, {line['doc_id']}, paragraph {line['paragraph']}"
    return (
        f'<figure class="cc-reader" style="margin:.5em 0;line-height:1.5;max-width:60em">'
        f"<blockquote>{passage.__html__()}</blockquote>"
        f"<figcaption>{escape(where)}</figcaption></figure>"
    )


class Table(ITable):
    """A table that sorts and filters; a click on a row calls `read` with its number."""

    def __init__(self, read: Callable[[int], object] = int):
        super().__init__(pd.DataFrame(), **TABLE)
        self.observe(lambda change: change["new"] and read(int(change["new"][0])), "selected_rows")

    def fill(self, table: pd.DataFrame, name: str = "", *, but: str = "") -> None:
        """Show a table with the columns of COLUMNS, nothing marked."""
        if name and len(table):
            shown = {c: column_of(c).label for c in COLUMNS[name] if c in table and c != but}
            table = table[[*shown]].rename(columns=shown).round(3).reset_index(drop=True)
        table = table.copy()
        table.attrs = {}
        self.selected_rows = []
        before = [k for k, column in enumerate(table) if column == "before"]
        aligned = [{"className": "dt-right", "targets": before}] if before else []
        self.update(table, selected_rows=[], columnDefs=aligned, **TABLE)


def delayed(ask: Callable[[], None]) -> Callable[[object], None]:
    """Ask once the typing pauses; at once where no event loop runs."""
    waiting: list = []

    def changed(_change) -> None:
        while waiting:
            waiting.pop().cancel()
        try:
            waiting.append(asyncio.get_running_loop().call_later(PAUSE, ask))
        except RuntimeError:
            ask()

    return changed


def picture_html(axes) -> str:
    """A chart as an image with its alternative text; "" where there is nothing to draw."""
    import matplotlib.pyplot as plt

    figure = axes.figure
    plt.close(figure)
    if figure.get_gid() == NOTHING:
        return ""
    data = base64.b64encode(png_of(figure)).decode("ascii")
    said = escape(figure.get_label())
    return f'<img alt="{said}" src="data:image/png;base64,{data}" style="max-width:100%">'


def status_html(text: str) -> str:
    return (
        f'<p role="status" style="line-height:1.4;margin:.3em">{escape(text)}</p>' if text else ""
    )


def sentence_widget(text: str = "") -> widgets.HTML:
    return widgets.HTML(status_html(text), layout=widgets.Layout(max_width="100%"))


class Calls(anywidget.AnyWidget):
    """The calls behind what is shown, with a button that copies them; nothing without calls."""

    _esm = Path(__file__).with_name("calls.js")
    text = traitlets.Unicode("").tag(sync=True)
