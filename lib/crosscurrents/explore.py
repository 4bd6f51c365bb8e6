"""The workbench on the screen: ipywidgets over `Workbench`, which knows what to ask and to answer.

Needs the extra `explore` (ipywidgets, itables); nothing else of the library imports this module.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path

import ipywidgets as widgets
import pandas as pd
from itables.widget import ITable

from crosscurrents.comparison import PERIODS
from crosscurrents.concordance import ORDERS, sort_concordance
from crosscurrents.pictures import png_of
from crosscurrents.plots.words import plot_term, plot_term_over_time
from crosscurrents.report.settings import find_settings
from crosscurrents.workbench import COMPARED, Answer, Workbench

PAUSE = 0.25  # seconds without a keystroke after which a question is asked
WIDE, HALF = widgets.Layout(width="100%"), widgets.Layout(width="49%")
COLUMNS = {  # of the tables on the screen, in the words of a reader
    "lines": {"source": "source", "left": "before", "node": "match", "right": "after",
              "doc_id": "article"},
    "near": {"source": "source", "term": "word", "count": "near it", "term_count": "anywhere",
             "log_dice": "strength (logDice)"},
    "tone": {"source": "source", "sentences": "sentences", "mean": "mean score", "low": "low",
             "high": "high", "others": "other sentences", "others_mean": "their mean"},
    "patterns": {"pattern": "pattern", "matches": "matches", "documents": "articles",
                 "shared": "also found by"},
    "missed": {"word": "word", "sentences": "in sentences"},
}  # fmt: skip


def explore(corpus, *, codebook: str | Path = "", definitions: str | Path = "") -> widgets.Widget:
    """Open the workbench on a corpus: look up, compare two sources, edit the codebook.

    Parameters
    ----------
    corpus : str, Path, DataFrame or Corpus
        As `read_corpus` takes it.
    codebook : str or Path
        The corpus's own by default.
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
        "Look up": LookUp(bench), "Compare two sources": Compare(bench),
        "Codebook bench": Bench(bench), "Save as report": Report(bench),
    }  # fmt: skip
    tabs = widgets.Tab([part.box for part in parts.values()], layout=WIDE)
    tabs.titles = list(parts)
    lookup = parts["Look up"]
    parts["Save as report"].lookup, parts["Save as report"].compare = lookup, parts[tabs.titles[1]]
    choice = _choice(bench, lambda: [part.refresh() for part in parts.values()])
    notes = [_said(note) for note in bench.notes]
    return widgets.VBox([*notes, choice, tabs], layout=WIDE)


def _choice(bench: Workbench, chosen: Callable[[], object]) -> widgets.Widget:
    """The sources and the period that all questions are about."""
    sources = widgets.SelectMultiple(
        options=bench.sources, rows=min(4, len(bench.sources)), description="Sources"
    )
    since = widgets.Text(description="From", placeholder="2023 or 2023-05", continuous_update=False)
    until = widgets.Text(description="To", placeholder="2024-08", continuous_update=False)
    said = _said("No source marked: all of them.")

    def choose(_change) -> None:
        wrong = bench.choose(sources=sources.value, since=since.value, until=until.value)
        said.value = _paragraph(wrong or f"{bench.comparison!r}")
        if not wrong:
            chosen()

    for widget in (sources, since, until):
        widget.observe(choose, "value")
    return widgets.HBox([sources, widgets.VBox([since, until]), said])


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
        self.rates, self.time = widgets.HTML(layout=HALF), widgets.HTML()
        self.tables = {name: _table() for name in ("lines", "near", "tone")}
        self.tabs = widgets.Tab([*self.tables.values(), self.time], layout=HALF)
        self.tabs.titles = ["In context", "Near it", "Tone around it", "Over time"]
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
                widgets.HBox([self.rates, self.tabs], layout=WIDE),
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
        self.rates.value = self._rates(answer.tables)
        self.fill()

    def _rates(self, tables: dict[str, pd.DataFrame]) -> str:
        if not tables:
            return ""
        rates = tables["rates"]
        named = rates.rename(columns={"pattern": "term"})
        named.attrs = rates.attrs
        return _picture(plot_term(named, tables["places"]))

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
        for side in self.sides:
            side.layout = HALF
        self.box = widgets.VBox(
            [
                widgets.HBox([self.first, self.second, self.word]), self.what, self.said,
                self.table, widgets.HBox(self.sides, layout=WIDE), self.reader, self.code,
            ]
        )  # fmt: skip
        self.refresh()

    def refresh(self, _change=None) -> None:
        """Ask anew."""
        what, pair = self.what.value, (self.first.value, self.second.value)
        answer = self.bench.compare(*pair, what=what, word=self.word.value)
        self.said.value = _paragraph(answer.message)
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
            _fill(self.sides[side], self.lines[side], "lines", but="source", caption=source)
            missing += [f"{source}: {answer.message}"] if answer.message else []
        if self.word.value:
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
        tall = widgets.Layout(width="24em", height="11em")
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
            [self.name, self.patterns, self.exclusions, widgets.HBox([self.path, self.save])]
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
        pair = (self.compare.first.value, self.compare.second.value) if self.pair.value else ("",) * 2
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
                f"uses in {first}": table["count"],
                f"uses in {second}": table["reference_count"],
                f"per 1,000 words in {first}": table["rate"].round(2),
                f"per 1,000 words in {second}": table["reference_rate"].round(2),
                "p (all words)": table["p_adjusted"].round(3),
            }
        )
    if what == "themes":
        shares = table.pivot(index="theme", columns=table.attrs["by"], values="share").mul(100)
        shares = shares.reindex(table["theme"].unique()).round(1).reset_index()
        p = table.groupby("theme")["p_adjusted"].min()
        names = {source: f"% of sentences in {source}" for source in pair}
        return shares[["theme", *pair]].rename(columns=names).assign(
            **{"p (all themes)": shares["theme"].map(p).round(3).to_numpy()}
        )  # fmt: skip
    percent = {f"% {name}": (100 * table[name]).round(1) for name in ("positive", "negative")}
    mean = {f"{k} score" if k == "mean" else k: table[k].round(3) for k in ("mean", "low", "high")}
    return pd.DataFrame(
        {"source": table[table.attrs["by"]], "sentences": table["sentences"], **mean, **percent,
         "p (all lexicons)": table["p_adjusted"].round(3)}
    )  # fmt: skip


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
        pd.DataFrame(), select="single", scrollY="16em", scrollCollapse=True, paging=False,
        showIndex=False, maxBytes=0,
    )  # fmt: skip


def _fill(
    widget: ITable, table: pd.DataFrame, name: str = "", *, but: str = "", caption: str = ""
) -> None:
    """Show a table with the columns of COLUMNS, nothing marked."""
    if name and len(table):
        shown = {c: said for c, said in COLUMNS[name].items() if c in table and c != but}
        table = table[[*shown]].rename(columns=shown)
        table = table.round(3).reset_index(drop=True)
    table = table.copy()
    table.attrs = {}
    widget.selected_rows = []
    widget.update(table, caption=caption, selected_rows=[])


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
    return f'<p role="status" style="line-height:1.4;margin:.3em">{escape(text)}</p>' if text else ""


def _said(text: str = "") -> widgets.HTML:
    return widgets.HTML(_paragraph(text), layout=widgets.Layout(max_width="100%"))


def _code() -> widgets.Accordion:
    """The calls behind what is shown, ready to copy."""
    text = widgets.Textarea(layout=widgets.Layout(width="100%", height="11em"))
    return widgets.Accordion([text], titles=["The calls behind this, to copy"], layout=WIDE)


__all__ = ["explore"]
