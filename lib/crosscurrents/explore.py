"""The workbench on the screen: ipywidgets over `Workbench`, which knows what to ask and to answer.

Needs the extra `explore` (ipywidgets, itables); nothing else of the library imports this module.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from pathlib import Path

import ipywidgets as widgets
import pandas as pd
from itables.widget import ITable

from crosscurrents.comparison import PERIODS
from crosscurrents.concordance import ORDERS, sort_concordance
from crosscurrents.pictures import png_of
from crosscurrents.plots.words import plot_term_over_time
from crosscurrents.report.settings import find_settings
from crosscurrents.workbench import COMPARED, Answer, Workbench

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
HELP = {
    "words": "Log ratio: +1 is twice the rate of the other source, -1 half of it. Only where p is "
    "below 0.05 is the difference more than chance. Click a word to read its sentences.",
    "themes": "Only where p is below 0.05 is the difference more than chance. Click a theme to "
    "read its sentences.",
    "tone": "Mean score of all sentences by the word list VADER, whatever they are about.",
    "passages": "The sentences of each source; click a line to read its paragraph.",
}
COLUMNS = {  # of the tables on the screen, in the words of a reader
    "lines": {"source": "source", "left": "before", "node": "match", "right": "after"},
    "near": {"source": "source", "term": "word", "count": "near it", "term_count": "anywhere",
             "log_dice": "strength (logDice)"},
    "tone": {"source": "source", "sentences": "sentences", "mean": "mean score", "low": "low",
             "high": "high", "others": "other sentences", "others_mean": "their mean"},
    "patterns": {"pattern": "pattern", "matches": "matches", "documents": "articles",
                 "shared": "also found by"},
    "missed": {"word": "word", "sentences": "in sentences"},
}  # fmt: skip


def explore(
    corpus,
    *,
    codebook: str | Path = "",
    sources: Sequence[str] = (),
    since: str = "",
    until: str = "",
    definitions: str | Path = "",
) -> widgets.Widget:
    """Open the workbench on a corpus: look up, compare two sources, edit the codebook.

    Parameters
    ----------
    corpus : str, Path, DataFrame or Corpus
        As `read_corpus` takes it.
    codebook : str or Path
        The corpus's own by default.
    sources, since, until
        The sources and the period to begin with; all by default.
    definitions : str or Path
        The reports.toml into which "Save as report" writes; by default the one here, else the
        project's.

    Returns
    -------
    Widget
        Shown by JupyterLab where it is the last value of a cell.
    """
    if not definitions:
        try:
            definitions = find_settings()
        except ValueError:
            definitions = "reports.toml"
    bench = Workbench(corpus, codebook=codebook, definitions=definitions)
    if bench.trouble:
        return _said(bench.trouble)
    parts = {
        "Look up": LookUp(bench), "Compare": Compare(bench), "Codebook": Bench(bench),
        "Report": Report(bench),
    }  # fmt: skip
    tabs = widgets.Tab([part.box for part in parts.values()], layout=WIDE)
    tabs.titles = list(parts)
    parts["Report"].lookup, parts["Report"].compare = parts["Look up"], parts["Compare"]
    choice = Choice(bench, lambda: [part.refresh() for part in parts.values()])
    choice.start(sources, since, until)
    notes = [_said(note) for note in bench.notes]
    return widgets.VBox([*notes, choice.box, tabs], layout=WIDE)


class Choice:
    """The sources and the period that all questions are about."""

    def __init__(self, bench: Workbench, chosen: Callable[[], object]):
        self.bench, self.chosen = bench, chosen
        self.sources = widgets.SelectMultiple(
            options=bench.sources, rows=min(3, len(bench.sources)), description="Sources"
        )
        self.since, self.until = (
            widgets.Text(description=said, placeholder="2023-05", continuous_update=False)
            for said in ("From", "To")
        )
        self.said = _said("No source marked: all of them.")
        for widget in (self.sources, self.since, self.until):
            widget.observe(self.choose, "value")
        dates = widgets.VBox([self.since, self.until])
        self.box = widgets.HBox([self.sources, dates, self.said])

    def start(self, sources: Sequence[str], since: str, until: str) -> None:
        """Choose what the caller named, as far as it is there."""
        self.since.value, self.until.value = str(since), str(until)
        self.sources.value = [name for name in sources if name in self.sources.options]

    def choose(self, _change=None) -> None:
        """Choose, or say what is wrong and keep the choice before."""
        period = {"since": self.since.value, "until": self.until.value}
        wrong = self.bench.choose(sources=self.sources.value, **period)
        self.said.value = _paragraph(wrong or f"{self.bench.comparison!r}")
        if not wrong:
            self.chosen()


class LookUp:
    """One word, phrase, pattern or theme: rates, places, concordance, collocates and tone."""

    def __init__(self, bench: Workbench):
        self.bench = bench
        self.text = widgets.Combobox(
            placeholder="word, wild*, a phrase, or a theme", options=bench.themes,
            description="Look up", layout=widgets.Layout(width="24em"), continuous_update=True,
        )  # fmt: skip
        self.period = widgets.Dropdown(options=list(PERIODS), value="quarter", description="Step")
        self.order = widgets.Dropdown(options=list(ORDERS), value="right", description="Sort by")
        self.said, self.code, self.reader = _said(), _code(), _said()
        self.rates, self.time = widgets.HTML(layout=WIDE), widgets.HTML()
        self.tables = {name: _table() for name in ("lines", "near", "tone")}
        self.tabs = widgets.Tab([*self.tables.values(), self.time], layout=WIDE)
        self.tabs.titles = ["In context", "Near it", "Its tone", "Over time"]
        self.lines, self.asked = pd.DataFrame(), {}
        _on_click(self.tables["lines"], self.read)
        self.text.observe(_delayed(self.refresh), "value")
        for widget, trait in ((self.period, "value"), (self.order, "value")):
            widget.observe(self.refresh, trait)
        self.tabs.observe(self.fill, "selected_index")
        self.box = widgets.VBox(
            [
                widgets.HBox([self.text, self.order, self.period]),
                self.said,
                self.rates,
                self.tabs,
                self.reader,
                self.code,
            ]
        )

    def refresh(self, _change=None) -> None:
        """Ask anew."""
        self.asked, self.reader.value, self.time.value = {}, "", ""
        answer = self.bench.rates(self.text.value, period=self.period.value)
        self.said.value = _paragraph(answer.message)
        self.asked["rates"] = answer
        self.rates.value = rates_html(**answer.tables) if answer.tables else ""
        self.fill()

    def fill(self, _change=None) -> None:
        """Ask what the open tab shows, if it is not answered yet."""
        name = ["lines", "near", "tone", "time"][self.tabs.selected_index or 0]
        found = self.asked["rates"].tables if "rates" in self.asked else {}
        if name == "time":
            chart = plot_term_over_time(found["over_time"]) if found else None
            self.time.value = _picture(chart) or _paragraph("Too few dates for a line over time.")
        elif name not in self.asked:
            question = getattr(self.bench, name)
            answer = question(self.text.value) if found else Answer()
            self.asked[name] = answer
            table = answer.tables.get(name, pd.DataFrame())
            if name == "lines" and len(table):
                table = sort_concordance(table, order=self.order.value)
                self.lines = table
            _fill(self.tables[name], table, name)
            if found:
                self.said.value = _paragraph(answer.message)
        calls = [answer.code for answer in self.asked.values() if answer.code]
        self.code.children[0].value = "\n".join([self.bench.setup(), *calls]) if calls else ""

    def read(self, row: int) -> None:
        """Show the paragraph of a line."""
        self.reader.value = _read(self.bench, self.text.value, self.lines.iloc[row])


class Compare:
    """Two sources side by side; a click on a word or theme shows the sentences of both."""

    def __init__(self, bench: Workbench):
        self.bench = bench
        names = bench.sources
        self.first, self.second = (
            widgets.Dropdown(options=names, value=names[min(k, len(names) - 1)], description=said)
            for k, said in enumerate(("Source", "against"))
        )
        self.what = widgets.ToggleButtons(options=COMPARED, layout=widgets.Layout(width="auto"))
        self.word = widgets.Text(placeholder="word or theme", description="Passages")
        self.said, self.code, self.reader, self.table = _said(), _code(), _said(), _table()
        self.sides, self.lines = [_table(), _table()], [pd.DataFrame(), pd.DataFrame()]
        self.shown = pd.DataFrame()
        _on_click(self.table, self.pick)
        for side in (0, 1):
            _on_click(self.sides[side], partial(self.read, side))
        for widget in (self.first, self.second, self.what):
            widget.observe(self.refresh, "value")
        self.word.observe(_delayed(self.passages), "value")
        self.heads = [_said(), _said()]
        self.box = widgets.VBox(
            [
                widgets.HBox([self.first, self.second, self.word]), self.what, self.said,
                self.table,
                widgets.HBox(
                    [widgets.VBox(pair, layout=HALF) for pair in zip(self.heads, self.sides)]
                ),
                self.reader, self.code,
            ]
        )  # fmt: skip
        self.refresh()

    def refresh(self, _change=None) -> None:
        """Ask anew."""
        what, pair = self.what.value, (self.first.value, self.second.value)
        answer = self.bench.compare(*pair, what=what, word=self.word.value)
        self.said.value = _paragraph(f"{answer.message} {HELP[what] if answer.code else ''}")
        self.code.children[0].value = f"{self.bench.setup()}\n{answer.code}" if answer.code else ""
        table = answer.tables.get(what, pd.DataFrame())
        self.shown = _side_by_side(table, what, pair)
        self.table.layout.display = "none" if what == "passages" else ""
        _fill(self.table, self.shown)
        if what == "passages" and not answer.message:
            self.passages()

    def pick(self, row: int) -> None:
        """Show the sentences of both sources with the word or theme of a row."""
        if self.what.value in ("words", "themes"):
            self.word.value = str(self.shown.iloc[row, 0])
            self.passages()

    def passages(self, _change=None) -> None:
        """Fill both sides with the lines of the word, and say what one side lacks."""
        self.reader.value, missing = "", []
        for side, source in enumerate((self.first.value, self.second.value)):
            answer = self.bench.lines(self.word.value, sources=[source])
            self.lines[side] = answer.tables.get("lines", pd.DataFrame())
            _fill(self.sides[side], self.lines[side], "lines", but="source")
            self.heads[side].value = _paragraph(str(source) if self.word.value else "")
            missing += [f"{source}: {answer.message}"] if answer.message else []
        if self.word.value and missing:
            self.said.value = _paragraph(" ".join(missing))

    def read(self, side: int, row: int) -> None:
        """Show the paragraph of a line."""
        self.reader.value = _read(self.bench, self.word.value, self.lines[side].iloc[row])


class Bench:
    """A theme as it is written: what it matches, misses and shares, and the way into the file."""

    def __init__(self, bench: Workbench):
        self.bench = bench
        self.name = widgets.Combobox(
            options=bench.themes, placeholder="theme, or a new name", description="Theme"
        )
        tall = widgets.Layout(width="24em", height="9em")
        self.patterns = widgets.Textarea(
            description="Patterns", placeholder="one a line", layout=tall
        )
        self.exclusions = widgets.Textarea(
            description="Not", placeholder="what does not count, one a line", layout=tall
        )
        self.path = widgets.Text(value=bench.codebook_path, description="File")
        self.save = widgets.Button(description="Save theme", button_style="primary")
        self.said, self.code, self.reader = _said(), _code(), _said()
        self.tables = {name: _table() for name in ("patterns", "sentences", "missed")}
        self.tabs = widgets.Tab(list(self.tables.values()), layout=WIDE)
        self.tabs.titles = ["What it finds", "Its sentences", "What it may miss"]
        self.answer = Answer()
        self.name.observe(self.load, "value")
        for widget in (self.patterns, self.exclusions):
            widget.observe(_delayed(self.refresh), "value")
        self.save.on_click(self.write)
        _on_click(self.tables["sentences"], self.read)
        _on_click(self.tables["missed"], self.take)
        left = widgets.VBox(
            [self.name, self.patterns, self.exclusions, self.path, self.save],
            layout=widgets.Layout(flex="0 0 26em"),
        )
        self.box = widgets.VBox(
            [widgets.HBox([left, self.tabs], layout=WIDE), self.said, self.reader, self.code]
        )

    def load(self, _change=None) -> None:
        """Show the patterns of a theme of the codebook."""
        if self.name.value in self.bench.themes:
            self.patterns.value, self.exclusions.value = self.bench.theme_text(self.name.value)
        self.refresh()

    def refresh(self, _change=None) -> None:
        """Ask what the draft finds."""
        drawn = (self.name.value or "draft", self.patterns.value, self.exclusions.value)
        self.answer = self.bench.draft(*drawn) if self.patterns.value.strip() else Answer()
        self.said.value, self.reader.value = _paragraph(self.answer.message), ""
        for name, table in self.tables.items():
            kind = "lines" if name == "sentences" else name
            _fill(table, self.answer.tables.get(name, pd.DataFrame()), kind)
        calls = self.answer.code
        self.code.children[0].value = f"{self.bench.setup()}\n{calls}" if calls else ""

    def read(self, row: int) -> None:
        """Show the paragraph of a line."""
        line = self.answer.tables["sentences"].iloc[row]
        self.reader.value = _read(self.bench, str(line["node"]), line)

    def take(self, row: int) -> None:
        """Add a word that the draft misses to its patterns."""
        word = self.answer.tables["missed"]["word"].iloc[row]
        self.patterns.value = f"{self.patterns.value.rstrip()}\n{word}"

    def write(self, _button=None) -> None:
        """Save the draft into the codebook's file."""
        drawn = (self.name.value, self.patterns.value, self.exclusions.value)
        self.said.value = _paragraph(self.bench.save_theme(*drawn, path=self.path.value))
        self.name.options, self.path.value = self.bench.themes, self.bench.codebook_path


class Report:
    """The choice as a report of reports.toml."""

    lookup: LookUp
    compare: Compare

    def __init__(self, bench: Workbench):
        self.bench = bench
        self.name = widgets.Text(description="Name", placeholder="monday")
        self.pair = widgets.Checkbox(description="with the two sources compared", value=False)
        self.save = widgets.Button(description="Save as report", button_style="primary")
        self.said = _said(
            "The sources and the period chosen, the word looked up and the codebook become a "
            f"report of {bench.definitions.name}, which one command makes."
        )
        self.save.on_click(self.write)
        self.box = widgets.VBox([widgets.HBox([self.name, self.pair, self.save]), self.said])

    def refresh(self) -> None:
        """Nothing here depends on the choice until it is saved."""

    def write(self, _button=None) -> None:
        """Save, and say what was saved or what is wrong."""
        pair = (
            (self.compare.first.value, self.compare.second.value) if self.pair.value else ("",) * 2
        )
        said = self.bench.save_report(
            self.name.value, term=self.lookup.text.value, target=pair[0], reference=pair[1]
        )
        self.said.value = _paragraph(said)


# ---- what all parts share -----------------------------------------------------------------------


def _side_by_side(table: pd.DataFrame, what: str, pair: tuple[str, str]) -> pd.DataFrame:
    """A comparison as a reader looks through it, the two sources in columns."""
    if table.empty or what == "passages":
        return pd.DataFrame()
    first, second = pair
    if what == "words":
        return pd.DataFrame(
            {
                "word": table["term"],
                f"uses: {first}": table["count"],
                f"uses: {second}": table["reference_count"],
                "log ratio": table["log_ratio"].round(2),
                "p (all words)": table["p_adjusted"].round(3),
            }
        )
    if what == "themes":
        shares = table.pivot_table("share", "theme", table.attrs["by"]).mul(100)
        shares = shares.reindex(table["theme"].unique()).round(1).reset_index()
        p = table.groupby("theme")["p_adjusted"].min()
        names = {source: f"% of sentences: {source}" for source in pair}
        return shares[["theme", *pair]].rename(columns=names).assign(
            **{"p (all themes)": shares["theme"].map(p).round(3).to_numpy()}
        )  # fmt: skip
    percent = {f"% {name}": (100 * table[name]).round(1) for name in ("positive", "negative")}
    mean = {f"{k} score" if k == "mean" else k: table[k].round(3) for k in ("mean", "low", "high")}
    return pd.DataFrame(
        {"source": table[table.attrs["by"]], "sentences": table["sentences"], **mean, **percent,
         "p (all lexicons)": table["p_adjusted"].round(3)}
    )  # fmt: skip


def rates_html(rates: pd.DataFrame, over_time: pd.DataFrame, places: pd.DataFrame) -> str:
    """The rates of the sources, where in their articles and when, as one table of HTML.

    Parameters
    ----------
    rates, over_time, places : DataFrame
        As `pattern_frequency`, `pattern_over_time` and `occurrences` return them.
    """
    by, top = rates.attrs["by"], float(rates["high"].fillna(rates["rate"]).max()) or 1.0
    periods = sorted(over_time["period"].unique())
    highest = float(over_time["rate"].max()) if len(over_time) else 0.0
    rows = []
    for row in rates.head(SHOWN).to_dict("records"):
        own = over_time[over_time[by] == row[by]].set_index("period")["rate"]
        spots = places.loc[places[by] == row[by], "share"].head(STROKES)
        rows.append(
            f"<tr><th scope='row'>{escape(str(row[by]))}</th>"
            f"<td>{row['count']:,} in {row['words']:,} words</td>"
            f"<td>{row['rate']:.2f}{_limits(row)}</td><td>{_bar(row, top)}</td>"
            f"<td>{_strip(spots)}</td><td>{_course(own, periods, highest)}</td></tr>"
        )
    rest = len(rates) - SHOWN
    more = f"<p>and {rest:,} more sources; the call below lists all</p>" if rest > 0 else ""
    when = f"{periods[0]} to {periods[-1]}" if periods else ""
    heads = ["", "uses", "per 1,000 words", "and 95% interval", "place in the article", when]
    said = "".join(f"<th scope='col'>{escape(head)}</th>" for head in heads)
    body = f"<thead><tr>{said}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f"{STYLE}<table class='cc-rates'>{body}</table>{more}"


def _limits(row: dict) -> str:
    known = pd.notna(row["low"]) and pd.notna(row["high"])
    return f" ({row['low']:.2f} to {row['high']:.2f})" if known else ""


def _bar(row: dict, top: float) -> str:
    """A rate as a bar with its interval as a line, in parts of the highest."""
    part = 100 / top
    line = ""
    if pd.notna(row["low"]) and pd.notna(row["high"]):
        wide = (row["high"] - row["low"]) * part
        line = f"<i class='cc-line' style='left:{row['low'] * part:.1f}%;width:{wide:.1f}%'></i>"
    bar = f"<i class='cc-bar' style='width:{row['rate'] * part:.1f}%'></i>"
    return f"<div class='cc-box'>{bar}{line}</div>"


def _strip(shares: pd.Series) -> str:
    """A stroke for each use, from the beginning of an article to its end."""
    strokes = "".join(f"<i class='cc-place' style='left:{100 * s:.1f}%'></i>" for s in shares)
    return f"<div class='cc-box'>{strokes}</div>"


def _course(rates: pd.Series, periods: list[str], highest: float) -> str:
    """A column for each period, in parts of the highest rate; none where there is no article."""
    columns = []
    for period in periods:
        rate = rates.get(period)
        tall = 0 if rate is None or not highest else 100 * rate / highest
        said = "no article" if rate is None else f"{rate:.2f}"
        columns.append(
            f"<b title='{escape(period)}: {said}'><i style='height:{tall:.0f}%'></i></b>"
        )
    return f"<div class='cc-box cc-course'>{''.join(columns)}</div>"


def _read(bench: Workbench, text: str, line: pd.Series) -> str:
    """The paragraph of a line of a concordance as HTML."""
    answer = bench.paragraph(text, line["doc_id"], line["paragraph"])
    if answer.message:
        return _paragraph(answer.message)
    passage = answer.tables["paragraph"]["passage"].iloc[0]
    where = f"{line['source']}, {line['doc_id']}, paragraph {line['paragraph']}"
    return (
        f'<figure class="cc-reader" style="margin:.5em 0;line-height:1.5;max-width:60em">'
        f"<blockquote>{passage.__html__()}</blockquote>"
        f"<figcaption>{escape(where)}</figcaption></figure>"
    )


def _table() -> ITable:
    return ITable(
        pd.DataFrame(), select="single", pageLength=8, showIndex=False, maxBytes=0,
        classes="display compact", style="width:100%", autoWidth=False,
        layout={"topStart": "info", "topEnd": "search", "bottomStart": None, "bottomEnd": "paging"},
    )  # fmt: skip


def _fill(widget: ITable, table: pd.DataFrame, name: str = "", *, but: str = "") -> None:
    """Show a table with the columns of COLUMNS, nothing marked."""
    if name and len(table):
        shown = {c: said for c, said in COLUMNS[name].items() if c in table and c != but}
        table = table[[*shown]].rename(columns=shown)
        table = table.round(3).reset_index(drop=True)
    table = table.copy()
    table.attrs = {}
    widget.selected_rows = []
    before = [k for k, column in enumerate(table) if column == "before"]
    aligned = [{"className": "dt-right", "targets": before}] if before else []
    widget.update(table, selected_rows=[], columnDefs=aligned)


def _on_click(widget: ITable, read: Callable[[int], None]) -> None:
    def clicked(change) -> None:
        if change["new"]:
            read(int(change["new"][0]))

    widget.observe(clicked, "selected_rows")


def _delayed(ask: Callable[[], None]) -> Callable[[object], None]:
    """Ask once the typing pauses; at once where no event loop runs."""
    waiting: list = []

    def changed(_change) -> None:
        for handle in waiting:
            handle.cancel()
        waiting.clear()
        try:
            waiting.append(asyncio.get_running_loop().call_later(PAUSE, ask))
        except RuntimeError:
            ask()

    return changed


def _picture(axes) -> str:
    """A chart as an image with its alternative text; "" where there is nothing to draw."""
    import matplotlib.pyplot as plt

    from crosscurrents.plots.style import NOTHING

    figure = getattr(axes, "figure", None)
    if figure is None:
        return ""
    data = "" if figure.get_gid() == NOTHING else base64.b64encode(png_of(figure)).decode("ascii")
    said = escape(str(figure.get_label()), quote=True)
    plt.close(figure)
    image = f'<img alt="{said}" src="data:image/png;base64,{data}" style="max-width:100%">'
    return image if data else ""


def _paragraph(text: str) -> str:
    return (
        f'<p role="status" style="line-height:1.4;margin:.3em">{escape(text)}</p>' if text else ""
    )


def _said(text: str = "") -> widgets.HTML:
    return widgets.HTML(_paragraph(text), layout=widgets.Layout(max_width="100%"))


def _code() -> widgets.Accordion:
    """The calls behind what is shown, ready to copy."""
    text = widgets.Textarea(layout=widgets.Layout(width="100%", height="11em"))
    return widgets.Accordion([text], titles=["The calls behind this, to copy"], layout=WIDE)


__all__ = ["explore"]
