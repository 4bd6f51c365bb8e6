"""The workbench on the screen: ipywidgets over `Workbench`, which knows what to ask and to answer.

Needs the extra `explore` (ipywidgets, itables); nothing else of the library imports this module.
"""

from __future__ import annotations

import asyncio
import base64
import tomllib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import anywidget
import ipywidgets as widgets
import pandas as pd
import traitlets
from IPython.display import display
from itables.widget import ITable

from crosscurrents.comparison import PERIODS
from crosscurrents.display import column_of, png_of
from crosscurrents.passages import ORDERS, sort_concordance
from crosscurrents.plots import NOTHING
from crosscurrents.plots.pages import plot_over_time
from crosscurrents.report.definitions import FILE, find_settings
from crosscurrents.storage import on_screen
from crosscurrents.workbench import COMPARED, Answer, Workbench, rates_html
from crosscurrents.writing import escape


def explore(
    corpus,
    *,
    codebook: str | Path | None = None,
    sources: Sequence[str] | None = None,
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
    waiting = sentence_widget()
    if on_screen():
        display(waiting)
    bench = Workbench(
        corpus,
        codebook=codebook or "",
        definitions=definitions or _definitions(),
        progress=lambda said: setattr(waiting, "value", status_html(said)),
    )
    waiting.close()
    if bench.trouble:
        return sentence_widget(bench.trouble)
    sources = [sources] if isinstance(sources, str) else sources or []
    wrong = bench.choose(sources=sources, since=str(since), until=str(until))
    parts = [LookUp(bench), Compare(bench), Bench(bench)]
    tabs = field("workbench", children=[*(p.box for p in parts), Report(bench, *parts[:2]).box])
    choice = Choice(bench, lambda: [part.refresh() for part in parts])
    notes = [sentence_widget(note) for note in [*filter(None, [wrong]), *bench.notes]]
    return widgets.VBox([*notes, choice.box, tabs], layout=WIDE)


def _definitions() -> Path:
    """The reports.toml here, else the project's; a new one where there is none."""
    try:
        return find_settings()
    except ValueError:
        return Path(FILE)


class Choice:
    """The sources and the period that all questions are about."""

    def __init__(self, bench: Workbench, chosen: Callable[[], object]):
        self.bench, self.chosen = bench, chosen
        names, values = bench.sources, bench.chosen
        shown = {"options": names, "rows": min(3, len(names)), "value": values["sources"]}
        self.sources = field("sources", self.choose, **shown)
        self.since = field("since", self.choose, value=values["since"])
        self.until = field("until", self.choose, value=values["until"])
        self.said = sentence_widget(bench.size())
        dates = widgets.VBox([self.since, self.until], layout=FIXED)
        self.box = widgets.HBox([self.sources, dates, self.said])

    def choose(self, _change=None) -> None:
        """Choose, or say what is wrong and keep the choice before."""
        period = {"since": self.since.value, "until": self.until.value}
        wrong = self.bench.choose(sources=self.sources.value, **period)
        self.said.value = status_html(wrong or self.bench.size())
        if not wrong:
            self.chosen()


class Part:
    """A tab: what it says, the calls behind it, and a paragraph that is read."""

    def __init__(self, bench: Workbench):
        self.bench = bench
        self.said, self.code, self.reader = sentence_widget(), Calls(), sentence_widget()
        self.tables: dict[str, Table] = {}

    def show(self, answer: Answer, said: str = "") -> None:
        """Show an answer: what it says, the calls behind it, its tables."""
        self.said.value = status_html(said or answer.message)
        self.show_calls(answer.code)
        for name, table in self.tables.items():
            table.fill(answer.tables.get(name, pd.DataFrame()), name)

    def show_calls(self, calls: str) -> None:
        """Show calls behind the ones that they need."""
        self.code.text = f"{self.bench.setup()}\n{calls}" if calls else ""

    def show_paragraph(self, text: str, line: pd.Series) -> None:
        """Show the paragraph of a line of a concordance, what matches a text marked."""
        answer = self.bench.paragraph(text, line["doc_id"], line["paragraph"])
        if answer.message:
            self.reader.value = status_html(answer.message)
            return
        passage = answer.tables["paragraph"]["passage"].iloc[0]
        where = f"{line['source']}, {line['doc_id']}, paragraph {line['paragraph']}"
        self.reader.value = HTML["paragraph"].format(passage.__html__(), escape(where))


class LookUp(Part):
    """One word, phrase, pattern or theme: rates, places, concordance, collocates and tone."""

    def __init__(self, bench: Workbench):
        super().__init__(bench)
        self.text = field("text", delayed(self.refresh), options=bench.themes)
        self.period = field("period", self.refresh, options=list(PERIODS))
        self.order = field("order", self.refresh, options=list(ORDERS))
        self.rates, self.time = widgets.HTML(layout=WIDE), widgets.HTML()
        self.tables = {"lines": Table(self.read), "near": Table(), "tone": Table()}
        self.lines, self.asked = pd.DataFrame(), {}
        self.tabs = field("found", children=[*self.tables.values(), self.time])
        self.tabs.observe(self.fill, "selected_index")
        choice = widgets.HBox([self.text, self.order, self.period])
        self.box = widgets.VBox([choice, self.said, self.rates, self.tabs, self.reader, self.code])

    def refresh(self, _change=None) -> None:
        """Ask anew."""
        self.reader.value, self.time.value = "", ""
        answer = self.bench.rates(self.text.value, period=self.period.value)
        self.asked = {"rates": answer}
        self.said.value = status_html(answer.message)
        self.rates.value = rates_html(**answer.tables) if answer.tables else ""
        self.tabs.layout.display = "" if answer.tables else "none"
        self.fill()

    def fill(self, _change=None) -> None:
        """Ask what the open tab shows, if it is not answered yet."""
        name = [*self.tables, "time"][self.tabs.selected_index or 0]
        found = self.asked["rates"].tables if self.asked else {}
        if name == "time":
            chart = picture_html(plot_over_time(found["over_time"])) if found else ""
            self.time.value = chart or status_html("Too few dates for a line over time.")
        elif name not in self.asked:
            answer = getattr(self.bench, name)(self.text.value) if found else Answer()
            self.asked[name] = answer
            table = answer.tables.get(name, pd.DataFrame())
            if name == "lines" and len(table):
                table = self.lines = sort_concordance(table, order=self.order.value)
            self.tables[name].fill(table, name)
            if found:
                self.said.value = status_html(answer.message)
        self.show_calls("\n".join(answer.code for answer in self.asked.values() if answer.code))

    def read(self, row: int) -> None:
        """Show the paragraph of a line."""
        self.show_paragraph(self.text.value, self.lines.iloc[row])


class Compare(Part):
    """Two sources side by side; a click on a word or theme shows the sentences of both."""

    def __init__(self, bench: Workbench):
        super().__init__(bench)
        names = bench.sources
        self.first = field("first", self.refresh, options=names, value=names[0])
        self.second = field("second", self.refresh, options=names, value=names[:2][-1])
        self.what = field("what", self.refresh, options=COMPARED)
        self.word = field("word", delayed(self.passages))
        self.table, self.shown = Table(self.pick), pd.DataFrame()
        self.sides = [Table(partial(self.read, side)) for side in (0, 1)]
        self.lines = [pd.DataFrame(), pd.DataFrame()]
        self.heads = [sentence_widget(), sentence_widget()]
        choice = widgets.HBox([self.first, self.second, self.word])
        sides = [widgets.VBox(pair, layout=HALF) for pair in zip(self.heads, self.sides)]
        self.box = widgets.VBox(
            [choice, self.what, self.said, self.table, widgets.HBox(sides), self.reader, self.code]
        )
        self.refresh()

    def refresh(self, _change=None) -> None:
        """Ask anew."""
        what, pair = self.what.value, (self.first.value, self.second.value)
        answer = self.bench.compare(*pair, what=what, word=self.word.value)
        self.show(answer, f"{answer.message} {SHOWN['help'][what] if answer.code else ''}")
        self.shown = side_by_side(answer.tables.get(what, pd.DataFrame()), what, pair)
        self.table.layout.display = "none" if what == "passages" else ""
        self.table.fill(self.shown)
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
            self.sides[side].fill(self.lines[side], "lines", but="source")
            self.heads[side].value = status_html(str(source) if self.word.value else "")
            missing += [f"{source}: {answer.message}"] if answer.message else []
        if self.word.value and missing:
            self.said.value = status_html(" ".join(missing))

    def read(self, side: int, row: int) -> None:
        """Show the paragraph of a line."""
        self.show_paragraph(self.word.value, self.lines[side].iloc[row])


class Bench(Part):
    """A theme as it is written: what it matches, misses and shares, and the way into the file."""

    def __init__(self, bench: Workbench):
        super().__init__(bench)
        self.name = field("theme", self.load, options=bench.themes)
        self.patterns = field("patterns", delayed(self.refresh))
        self.exclusions = field("exclusions", delayed(self.refresh))
        self.path, self.save = field("path", value=bench.codebook_path), field("save_theme")
        self.tables = {
            "patterns": Table(), "sentences": Table(self.read), "missed": Table(self.take)
        }  # fmt: skip
        self.tabs = field("draft", children=[*self.tables.values()])
        self.answer = Answer()
        self.save.on_click(self.write)
        fields = [self.name, self.patterns, self.exclusions, self.path, self.save]
        both = widgets.HBox(
            [widgets.VBox(fields, layout={"flex": "0 0 26em"}), self.tabs], layout=WIDE
        )
        self.box = widgets.VBox([both, self.said, self.reader, self.code])

    def load(self, _change=None) -> None:
        """Show the patterns of a theme of the codebook."""
        if self.name.value in self.bench.themes:
            self.patterns.value, self.exclusions.value = self.bench.theme_text(self.name.value)
        self.refresh()

    def refresh(self, _change=None) -> None:
        """Ask what the draft finds."""
        drawn = (self.name.value or "draft", self.patterns.value, self.exclusions.value)
        self.answer = self.bench.draft(*drawn) if self.patterns.value.strip() else Answer()
        self.reader.value = ""
        self.show(self.answer)

    def read(self, row: int) -> None:
        """Show the paragraph of a line."""
        line = self.answer.tables["sentences"].iloc[row]
        self.show_paragraph(str(line["node"]), line)

    def take(self, row: int) -> None:
        """Add a word that the draft misses to its patterns."""
        word = self.answer.tables["missed"]["word"].iloc[row]
        self.patterns.value = f"{self.patterns.value.rstrip()}\n{word}"

    def write(self, _button=None) -> None:
        """Save the draft into the codebook's file."""
        drawn = (self.name.value, self.patterns.value, self.exclusions.value)
        self.said.value = status_html(self.bench.save_theme(*drawn, path=self.path.value))
        self.name.options, self.path.value = self.bench.themes, self.bench.codebook_path


class Report(Part):
    """The choice as a report of reports.toml."""

    def __init__(self, bench: Workbench, lookup: LookUp, compare: Compare):
        super().__init__(bench)
        self.lookup, self.compare = lookup, compare
        self.name, self.pair, self.save = map(field, ("report", "pair", "save_report"))
        self.said.value = status_html(SHOWN["help"]["report"].format(bench.definitions.name))
        self.save.on_click(self.write)
        self.box = widgets.VBox([widgets.HBox([self.name, self.pair, self.save]), self.said])

    def write(self, _button=None) -> None:
        """Save, and say what was saved or what is wrong."""
        pair = {"target": self.compare.first.value, "reference": self.compare.second.value}
        pair = pair if self.pair.value else {}
        said = self.bench.save_report(self.name.value, term=self.lookup.text.value, **pair)
        self.said.value = status_html(said)


PAUSE = 0.25  # seconds without a keystroke after which a question is asked
WIDE, HALF = widgets.Layout(width="100%"), widgets.Layout(width="49%")
FIXED = widgets.Layout(flex="0 0 auto")  # keeps its width beside what is longer
ASSETS = Path(__file__).with_name("assets")
SHOWN = tomllib.loads((ASSETS / "explorer.toml").read_text(encoding="utf-8"))
SHOWN["table"]["layout"]["bottomStart"] = None
HTML = SHOWN["html"]


# ---- what the parts are made of ---------------------------------------------------------------


def field(name: str, ask: Callable | None = None, **options) -> widgets.Widget:
    """A field of explorer.toml; `ask` is called where its value changes."""
    facts = SHOWN["fields"][name] | options
    made = getattr(widgets, facts.pop("kind"))(**facts)
    if ask is not None:
        made.observe(ask, "value")
    return made


def side_by_side(table: pd.DataFrame, what: str, pair: tuple[str, str]) -> pd.DataFrame:
    """A comparison of two sources (see `Workbench.compare`) as a reader looks through it."""
    if table.empty or what == "passages":
        return pd.DataFrame()
    shares = [name for name in ("share", "positive", "negative") if name in table]
    table = table.assign(**{name: (100 * table[name]).round(1) for name in shares}).round(3)
    if what == "themes":
        p = table.groupby("theme")["p_adjusted"].min()
        table = table.pivot_table("share", "theme", "source").reindex(table["theme"].unique())
        table = table[[*pair]].set_axis(["first", "second"], axis=1)
        table = table.assign(p_adjusted=p).reset_index()
    names = {c: said.format(*pair) for c, said in SHOWN["compared"][what].items()}
    return table[[*names]].round({"log_ratio": 2}).rename(columns=names)


class Table(ITable):
    """A table that sorts and filters; a click on a row calls `read` with its number."""

    def __init__(self, read: Callable[[int], object] = int):
        super().__init__(pd.DataFrame(), **SHOWN["table"])
        self.observe(lambda change: change["new"] and read(int(change["new"][0])), "selected_rows")

    def fill(self, table: pd.DataFrame, name: str = "", *, but: str = "") -> None:
        """Show a table with the columns of explorer.toml, nothing marked."""
        if name and len(table):
            shown = {
                c: column_of(c).label for c in SHOWN["columns"][name] if c in table and c != but
            }
            table = table[[*shown]].rename(columns=shown).round(3).reset_index(drop=True)
        table = table.copy()
        table.attrs = {}
        self.selected_rows = []
        before = [k for k, column in enumerate(table) if column == "before"]
        aligned = [{"className": "dt-right", "targets": before}] if before else []
        self.update(table, selected_rows=[], columnDefs=aligned, **SHOWN["table"])


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
    return HTML["picture"].format(escape(figure.get_label()), data)


def status_html(text: str) -> str:
    return HTML["status"].format(escape(text)) if text else ""


def sentence_widget(text: str = "") -> widgets.HTML:
    return widgets.HTML(status_html(text), layout=widgets.Layout(max_width="100%"))


class Calls(anywidget.AnyWidget):
    """The calls behind what is shown, with a button that copies them; nothing without calls."""

    _esm = ASSETS / "calls.js"
    text = traitlets.Unicode("").tag(sync=True)
