"""What a notebook shows: a chart, a table, or a computed sentence, in JupyterLab and in a report.

All text may come from a corpus and is escaped. A table carries itself as CSV beside its HTML and a
chart itself as SVG, so that the report runner can write both to files without knowing anything of
the notebook. What has no content is not shown, and neither is its heading. Headings of tables,
their hover text, the glossary at the end of each page and docs/columns.md come from columns.toml.
"""

from __future__ import annotations

import base64
import io
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.api import types

from crosscurrents.plots import NOTHING, UNREADABLE
from crosscurrents.storage import on_screen
from crosscurrents.writing import (
    CHART_MIME,
    LEVEL,
    MISSING,
    TABLE_MIME,
    TURNING,
    check_whole,
    counted,
    escape,
    guarded,
    level_name,
    number,
    percent,
    signed,
)

NO_LETTERS = (
    "No installed font has all letters of this chart, so the table shows its numbers. "
    "A font of the family Noto Sans for the script adds the chart."
)
_columns: dict[str, Column] = {}  # of the tables shown so far, for the glossary of a page
DPI = 144  # 1.5 device pixels a CSS pixel: sharp on most screens at half the bytes of "retina"
# Letters keep their shape, as at this resolution they can: fitting them to pixels takes a third of
# the time of all text. In an SVG letters are letters, and the same chart gives the same text.
DRAWING = {"text.hinting": "no_hinting", "svg.fonttype": "none", "svg.hashsalt": "crosscurrents"}


def show(
    *things,
    name: str = "",
    caption: str = "",
    rows: int = 15,
    columns: list[str] | None = None,
    heading: str = "",
    note: str = "",
    folded: bool = False,
    links: dict[str, tuple[str, str]] | None = None,
) -> None:
    """Show charts, tables and sentences as the output of a notebook cell, if there are any.

    Parameters
    ----------
    *things
        An Axes or Figure (its label is the alternative text), a DataFrame, a string, or a list of
        strings. What is empty is left out: a table without rows, a chart without data, no text.
    name
        Name of the file of a table (CSV) or chart (SVG), without its ending; "table" or "chart"
        without one.
    caption
        What a table shows, with its units.
    rows
        Rows of a table to show; its CSV file holds them all.
    columns
        Columns of a table to show, as far as they have values; its CSV file holds all.
    heading
        Stands above, unless all things are empty.
    note
        How to read it: shown below, unless all things are empty.
    folded
        Whether a report shows the heading only, and the rest when it is opened.
    links
        By column of a table, the page and the table that its values lead to, where their rows are
        looked up: {"term": ("term_frequency", "passages")}.

    Raises
    ------
    ValueError
        If a chart has neither label nor title, or for rows below 1.
    TypeError
        If a thing is none of these.
    """
    check_whole(rows=rows)
    outputs: list[tuple[dict, dict]] = []
    for thing in things:
        figure = getattr(thing, "figure", thing)
        several = isinstance(thing, list | tuple)
        if hasattr(figure, "savefig"):
            outputs += _figure(figure, name or "chart", rows)
        elif isinstance(thing, pd.DataFrame):
            how = {"caption": caption, "rows": rows, "links": links}
            outputs += _table(thing, name or "table", columns, **how)
        elif all(isinstance(item, str) for item in (thing if several else [thing])):
            outputs += _sentences(thing)
        elif thing is not None:
            raise TypeError(
                f"thing is a {type(thing).__name__}; choose from "
                "['Axes', 'Figure', 'DataFrame', 'str', 'list of str']"
            )
    _publish(outputs, heading, note, folded)


def glossary() -> pd.DataFrame:
    """What the columns of the tables shown so far say: column, meaning, from."""
    return describe(_columns.values())


def _output(markup: str, plain: str, **own) -> tuple[dict, dict]:
    """An output of HTML and text; `own` is what the pages of a report need to know of it."""
    return {"text/html": markup, "text/plain": plain}, {"crosscurrents": own} if own else {}


def _sentences(said) -> list[tuple[dict, dict]]:
    """A sentence as a paragraph, a list of sentences as a list."""
    if not said:
        return []
    if isinstance(said, str):
        own = {"headline": str(said)} if getattr(said, "headline", False) else {}
        kind = "cc-headline" if own else "cc-text"
        return [_output(f'<p class="{kind}">{sentence(said)}</p>', str(said), **own)]
    items = "".join(f"<li>{sentence(item)}</li>" for item in said)
    return [_output(f'<ul class="cc-text">{items}</ul>', "\n".join(f"- {item}" for item in said))]


def sentence(text: str) -> str:
    """A sentence as HTML; one with a label and links (see findings.Finding) shows them.

    A report makes links of these spans, which elsewhere lead nowhere and are hidden.
    """
    label, links = getattr(text, "label", ""), getattr(text, "links", ())
    lead = f"<strong>{escape(label)}</strong> " if label else ""
    spans = "".join(
        f' <span class="cc-to" hidden data-page="{escape(page)}" data-table="{escape(table)}"'
        f' data-row="{escape(row[0]) if row else ""}">{escape(said)}</span>'
        for page, table, said, *row in links
    )
    return lead + escape(str(text)) + spans


def _table(
    table: pd.DataFrame, name: str, columns: list[str] | None = None, **how
) -> list[tuple[dict, dict]]:
    """A table as its HTML, made as `table_html` takes it, and its CSV; nothing without rows."""
    if table.empty:
        return []
    csv = guarded(with_index(table)).to_csv(index=False, lineterminator="\n")
    if columns is not None:
        columns = dict.fromkeys(columns)  # one that is compared by may be named twice
        table = table[[c for c in columns if c in table and table[c].notna().any()]]
    ends = {"low", "high"} <= set(table.columns)  # shown as one column
    names = ("interval" if ends and c in ("low", "high") else str(c) for c in table.columns)
    _columns.update((name, _column_at(name, table.attrs)) for name in names)
    data = {
        "text/html": table_html(table, **how),
        "text/plain": table.head(how["rows"]).to_string(),
        TABLE_MIME: {"name": name, "csv": csv},
    }
    return [(data, {})]


def _figure(figure, name: str, rows: int) -> list[tuple[dict, dict]]:
    import matplotlib.pyplot as plt

    titles = filter(None, (axes.get_title() for axes in figure.axes))
    alt = str(figure.get_label() or figure.get_suptitle() or "; ".join(titles)).translate(TURNING)
    if not alt.strip():
        raise ValueError("the chart has no alternative text; set it by ax.figure.set_label(text)")
    plt.close(figure)  # it can be drawn all the same
    if figure.get_gid() == NOTHING:
        return []
    if figure.get_gid() == UNREADABLE:
        return _sentences(NO_LETTERS) + _table(figure.table, name, caption=alt[:200], rows=rows)
    data, svg = png_of(figure), svg_of(figure)
    width = int.from_bytes(data[16:20], "big")  # of the PNG header
    picture = {"image/png": base64.b64encode(data).decode("ascii"), "text/plain": alt}
    size = {"alt": alt, "width": round(width * 96 / DPI)}
    return [({**picture, CHART_MIME: {"name": name, "svg": svg}}, {"image/png": size})]


def _sorting() -> str:
    """The script of report pages, by which tables sort and filter in JupyterLab, too."""
    script = Path(__file__).parent / "report" / "template" / "table.js"
    return f"{style('lab')}<script>(() => {{{script.read_text(encoding='utf-8')}}})()</script>"


@cache
def style(name: str) -> str:
    """A style sheet of the library, without its remarks, as an element of a page."""
    text = Path(__file__).with_name("assets").joinpath(f"{name}.css").read_text(encoding="utf-8")
    return f"<style>{' '.join(re.sub(r'(?s)/[*].*?[*]/', '', text).split())}</style>"


def _publish(outputs: list[tuple[dict, dict]], heading: str, note: str, folded: bool) -> None:
    """Publish outputs one below the other; what pages need to know is in their metadata."""
    from IPython.display import display

    if not outputs:  # the runner asks whether a cell that draws has shown something
        said = f"{heading}: nothing to show.".removeprefix(": ") if on_screen() else ""
        display({"text/plain": said}, metadata={"crosscurrents": {"empty": True}}, raw=True)
        return
    if heading:
        slug = re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-") or "section"
        level = "h3" if folded else "h2"
        markup = f'<{level} class="cc-heading" id="{slug}">{escape(heading)}</{level}>'
        head = _output(markup, heading, section=heading, id=slug, folded=folded)
        outputs = [head, *outputs]
    if note:
        outputs = [*outputs, _output(f'<p class="cc-how">{escape(note)}</p>', note)]
    if on_screen() and any(TABLE_MIME in bundle for bundle, _ in outputs):
        outputs = [*outputs, _output(_sorting(), "")]
    if folded:
        outputs[-1][1].setdefault("crosscurrents", {})["ends"] = True
    for bundle, metadata in outputs:
        display(bundle, metadata=metadata, raw=True)


def png_of(figure) -> bytes:
    """The figure as PNG without an alpha channel, which would make a page larger by a tenth.

    It is drawn once, which lays it out, too; `savefig` would draw it twice.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas, dpi, content = figure.canvas, figure.dpi, io.BytesIO()
    with mpl.rc_context(DRAWING):
        try:
            figure.set_dpi(DPI)
            drawn = FigureCanvasAgg(figure)
            drawn.draw()
            pixels = Image.fromarray(np.asarray(drawn.buffer_rgba()))
        finally:
            figure.set_canvas(canvas)
            figure.set_dpi(dpi)
    picture = Image.new("RGB", pixels.size, "white")
    picture.paste(pixels, mask=pixels)
    picture.save(content, "png", dpi=(DPI, DPI))
    return content.getvalue()


def svg_of(figure) -> str:
    """The figure as SVG, laid out as it was drawn last."""
    import matplotlib as mpl

    content = io.BytesIO()
    with mpl.rc_context(DRAWING):
        figure.set_layout_engine(None)  # with "none", savefig would still draw it twice
        figure.savefig(content, format="svg", facecolor="white", metadata={"Date": None})
    return content.getvalue().decode()


# ---- tables as HTML ---------------------------------------------------------------------------

INSIDE = 200  # rows that a page holds of a table; those out of sight can be sorted and filtered
SHORT, LONG = 28, 80  # characters: text up to SHORT stays on one line, beyond LONG it needs room


@dataclass(frozen=True)
class Column:
    """A column: the heading that people read, what it says, how its values are written.

    `form` is one of FORMS, or none: as it is, a number by the largest of its column. `source` is
    where the measure comes from, if somebody introduced it.
    """

    label: str
    meaning: str = ""
    form: str = ""
    source: str = ""

    @property
    def hover(self) -> str:
        """What it says, with its source."""
        return f"{self.meaning} {self.source}." if self.source else self.meaning


_DICTIONARY = tomllib.loads(Path(__file__).with_name("columns.toml").read_text(encoding="utf-8"))
COLUMNS = {name: Column(**entry) for name, entry in _DICTIONARY.items()}


def column_of(name: str, level: float = LEVEL) -> Column:
    """A column of the dictionary; one that is not in it has its name in words.

    An interval is called by its level.

    >>> column_of("docfreq").label, column_of("press_group").label
    ('in articles', 'press group')
    >>> column_of("interval", 0.9).label
    '90% interval'
    """
    column = COLUMNS.get(name) or Column(str(name).replace("_", " ").strip() or MISSING)
    if name not in ("interval", "low", "high"):
        return column
    label = column.label.replace("95%", level_name(level))
    meaning = column.meaning.replace("95 of 100", f"{100 * level:g} of 100")
    return replace(column, label=label, meaning=meaning)


def _column_at(name: str, attrs: dict) -> Column:
    """A column of a table as its `attrs` say: its heading, the level of its intervals."""
    heading = attrs.get("headings", {}).get(name)
    return Column(heading) if heading else column_of(name, attrs.get("level", LEVEL))


def describe(columns: Iterable[Column]) -> pd.DataFrame:
    """A glossary of columns, as far as they have a meaning: column, meaning, from.

    >>> describe(map(column_of, ["dp", "press"]))["meaning"].tolist()
    ['Deviation of proportions: 0 is evenly spread, near 1 is all in one place.']
    """
    rows = {each.label: (each.label, each.meaning, each.source) for each in columns if each.meaning}
    return pd.DataFrame(list(rows.values()), columns=["column", "meaning", "from"])


class Markup(str):
    """A text that tables show with markup of its own; plain wherever a text is wanted.

    `breaks` says that it is a list, whose line may break anywhere.
    """

    def __new__(cls, text: str, markup: str, *, breaks: bool = False) -> Markup:
        found = super().__new__(cls, text)
        found.markup, found.breaks = markup, breaks
        return found

    def __html__(self) -> str:
        return self.markup


def linked(items: list[tuple[str, str]], to: tuple[str, str] | None = None) -> Markup:
    """Words in one cell, each a link to the rows of another table that contain it, if there is one.

    >>> linked([("war", " −4%"), ("best", " +2%")], ("sentiment", "sentences"))
    'war −4%, best +2%'
    """
    text = ", ".join(f"{word}{more}" for word, more in items)
    words = [_link(escape(word), *to) if to else escape(word) for word, _ in items]
    links = [f"{word}{escape(more)}" for word, (_, more) in zip(words, items)]
    return Markup(text, ", ".join(links), breaks=True)


def table_html(
    table: pd.DataFrame,
    *,
    caption: str = "",
    rows: int = 15,
    links: dict[str, tuple[str, str]] | None = None,
) -> str:
    """HTML of a table's first rows, in a box that scrolls sideways.

    Headings come from the dictionary of columns or `attrs["headings"]`, with their meaning
    as hover text; low and high are one column. A table's `attrs["note"]`, what it leaves out, is
    below it. Further rows, up to INSIDE in all, are hidden; the script of a page shows them. A
    missing value is an en dash.

    >>> table = pd.DataFrame({"source": ["Mail"], "words": [1234], "share": [0.5]})
    >>> html = table_html(table, caption="Words")
    >>> '<td class="cc-n">1,234</td><td class="cc-n">50%</td>' in html
    True
    """
    attrs, table = table.attrs, with_index(table)
    note = f"; {attrs['note']}" if attrs.get("note") else ""
    head, both = table.head(max(rows, INSIDE)), {"low", "high"} <= {*table.columns}
    names, kinds, cells = [], [], []
    for i, name in enumerate(table.columns):
        if name == "high" and both:
            continue
        if name == "low" and both:
            name, kind, written = "interval", "s", _intervals(table, head)
        else:
            labels = attrs.get("labels", {}) if name == "term" else {}
            kind, written = _column(name, table.iloc[:, i], head.iloc[:, i], labels)
        if name in (links or {}):
            written = [_link(text, *links[name]) for text in written]
        names.append(name), kinds.append(kind), cells.append(written)
    if "l" in kinds:  # the room is needed there
        kinds = ["" if kind == "s" else kind for kind in kinds]
    body = "".join(
        f"<tr{' hidden' * (i >= rows)}>{''.join(map(_cell, row, kinds, range(len(row))))}</tr>"
        for i, row in enumerate(zip(*cells, strict=True))
    )
    shown = counted(len(table), "row") if len(table) else "No rows"
    shown = f"{rows:,} of {shown}" if rows < len(table) else shown
    label = escape(caption or "Table")
    title = f"<caption><span>{escape(caption)}</span></caption>" if caption else ""
    heads = [_heading(name, kind, attrs) for name, kind in zip(names, kinds)]
    return (
        f'{style("table")}<div class="cc-table" role="region" tabindex="0" aria-label="{label}">'
        f"<table>{title}<thead><tr>{''.join(heads)}</tr></thead><tbody>{body}</tbody></table></div>"
        f'<p class="cc-note"><span>{shown}</span>{escape(note)}</p>'
    )


def format_numbers(values: pd.Series, like: pd.Series | None = None, form: str = "") -> list[str]:
    """Numbers as text: by a form of FORMS, else thousands apart, decimals by the largest of `like`.

    Whole numbers stay whole. A value too small for the decimals shown is marked, never shown as 0.

    >>> format_numbers(pd.Series([-1234, 5]))
    ['−1,234', '5']
    >>> format_numbers(pd.Series([0.25, 0.00001, 0.0, None]))
    ['0.250', '<0.001', '0.000', '–']
    """
    whole = types.is_integer_dtype(values.dtype)
    plain = partial(_decimal, decimals=0 if whole else _decimals(values if like is None else like))
    write = plain if whole and form == "signed" else FORMS.get(form, plain)
    return [write(value) for value in values.to_numpy(dtype=float, na_value=np.nan)]


def _decimals(like: pd.Series) -> int:
    sizes = np.abs(like.to_numpy(dtype=float, na_value=np.nan))
    sizes = sizes[np.isfinite(sizes)]
    return 3 - int(np.searchsorted([1, 100, 1000], sizes.max(), side="right")) if sizes.size else 3


def _decimal(value: float, decimals: int) -> str:
    """A number with so many decimals; one too small for them is marked, never shown as 0."""
    least = 10.0**-decimals
    if 0 < abs(value) <= least / 2:
        return f"<{least:.{decimals}f}" if value > 0 else f">−{least:.{decimals}f}"
    return number(value, decimals)


FORMS = {  # how numbers are written, by the form of their column
    "share": percent,
    "signed": signed,
    "p": partial(_decimal, decimals=3),
}


def _intervals(table: pd.DataFrame, head: pd.DataFrame) -> list[str]:
    """The column of intervals, written as the number they belong to."""
    numbers = [c for c in ("position", "mean", "log_ratio", "share", "rate") if c in table]
    form, ends = column_of(numbers[0]).form if numbers else "", head[["low", "high"]].astype(float)
    like = table[["low", "high"]].melt()["value"]
    low, high = (format_numbers(ends[end], like, form) for end in ends)
    known = ends.notna().all(axis=1)
    return [escape(f"{a} to {b}") if there else MISSING for a, b, there in zip(low, high, known)]


def _path(name: str) -> str:
    """A name of the codebook as people read it.

    >>> _path("support/in favour denied"), _path("nature/birds"), _path("nature")
    ('support: in favour, negated', 'nature: birds', 'nature')
    """
    return re.sub(r" denied$", ", negated", name.replace("/", ": ")) if "/" in name else name


def _column(name, whole: pd.Series, head: pd.Series, labels: dict) -> tuple[str, list[str]]:
    """Kind of a column, n(umber), s(hort), l(ong) or r(ight) text, or none; its cells, escaped."""
    if whole.isna().all():
        return "n", [MISSING] * len(head)
    if types.is_bool_dtype(whole.dtype):
        return "s", [MISSING if pd.isna(v) else ("yes" if v else "no") for v in head]
    form = column_of(name).form
    if types.is_numeric_dtype(whole.dtype):
        return "n", list(map(escape, format_numbers(head, whole, form)))
    texts = ["" if types.is_scalar(v) and pd.isna(v) else str(v) for v in head]
    texts = [labels.get(t, _path(t) if form == "path" else t) or MISSING for t in texts]
    longest = max(map(len, texts), default=0)
    broken = any(getattr(v, "breaks", False) for v in head)
    kind = "s" if longest <= SHORT else "l" if longest > LONG and not broken else ""
    kind = "r" if form == "right" else kind  # words before a word end where it begins
    # What brings its own HTML, such as a passage with marks, has escaped the rest itself.
    return kind, [
        v.__html__().translate(TURNING) if text and hasattr(v, "__html__") else escape(text)
        for v, text in zip(head, texts, strict=True)
    ]


def _link(text: str, page: str, target: str) -> str:
    """A cell that leads to the rows of another table that contain it; a report makes it a link."""
    return (
        f'<span class="cc-to" data-page="{escape(page)}" data-table="{escape(target)}" '
        f'data-row="{text}">{text}</span>'
    )


def _cell(text: str, kind: str, position: int) -> str:
    own = f' class="cc-{kind}"' if kind else ""
    if position == 0 and kind != "n":
        return f'<th scope="row"{own}>{text}</th>'
    return f"<td{own}>{text}</td>"


def _heading(name, kind: str, attrs: dict) -> str:
    column = _column_at(name, attrs)
    told = column.hover
    own = f' class="cc-{kind}"' * bool(kind) + f' title="{escape(told)}"' * bool(told)
    return f'<th scope="col"{own}>{escape(column.label)}</th>'


def with_index(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a meaningful index as its first columns."""
    plain = isinstance(table.index, pd.RangeIndex) or table.index.names == [None]
    return table if plain else table.reset_index()
