"""What a notebook shows: a chart, a table, or a computed sentence, in JupyterLab and in a report.

All text may come from a corpus and is escaped. A table carries itself as CSV beside its HTML and a
chart itself as SVG, so that the report runner can write both to files without knowing anything of
the notebook. What has no content is not shown, and neither is its heading.
"""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import pandas as pd

from crosscurrents.kept import on_screen
from crosscurrents.plots.style import NOTHING, UNREADABLE
from crosscurrents.tables_html import describe, table_html, with_index
from crosscurrents.writing import CHART_MIME, TABLE_MIME, TURNING, escape, guarded

NO_LETTERS = (
    "No installed font has all letters of this chart, so the table shows its numbers. "
    "A font of the family Noto Sans for the script adds the chart."
)
_columns: list[str] = []  # of the tables shown so far, for the glossary at the end of a page
# Heads that sort look like heads in JupyterLab; a report's page has a style of its own.
HEADS = (
    "<style>.cc-table thead button{all:unset;cursor:pointer}"
    ".cc-table thead button:is(:hover,:focus-visible){text-decoration:underline}"
    '.cc-table [aria-sort="descending"] button::after{content:"\\a0\\2193"}'
    '.cc-table [aria-sort="ascending"] button::after{content:"\\a0\\2191"}</style>'
)
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
        If a chart has neither label nor title, or `name` or `rows` is of no use.
    TypeError
        If a thing is none of these.
    """
    if name and not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
        raise ValueError(f"name {name!r} is no file name; use a-z, 0-9, '-' and '_'")
    if rows < 1:
        raise ValueError(f"rows is {rows}, an integer ≥ 1 is needed")
    outputs: list[tuple[dict, dict]] = []
    for thing in things:
        figure = getattr(thing, "figure", thing)
        if hasattr(figure, "savefig"):
            outputs += _figure(figure, name or "chart", rows)
        elif isinstance(thing, pd.DataFrame):
            outputs += _table(thing, name or "table", caption, rows, columns, links or {})
        elif isinstance(thing, str):
            outputs += _text(thing)
        elif isinstance(thing, list | tuple) and all(isinstance(item, str) for item in thing):
            outputs += _list(thing)
        elif thing is not None:
            raise TypeError(
                f"thing is a {type(thing).__name__}; choose from "
                "['Axes', 'Figure', 'DataFrame', 'str', 'list of str']"
            )
    _publish(outputs, heading, note, folded)


def glossary() -> pd.DataFrame:
    """What the columns of the tables shown so far say: column, meaning, from."""
    return describe(_columns)


def _text(text: str) -> list[tuple[dict, dict]]:
    if not text:
        return []
    own = {"crosscurrents": {"headline": str(text)}} if getattr(text, "headline", False) else {}
    kind = "cc-headline" if own else "cc-text"
    markup = f'<p class="{kind}">{sentence(text)}</p>'
    return [({"text/html": markup, "text/plain": str(text)}, own)]


def _list(items) -> list[tuple[dict, dict]]:
    if not items:
        return []
    listed = "".join(f"<li>{sentence(item)}</li>" for item in items)
    plain = "\n".join(f"- {item}" for item in items)
    return [({"text/html": f'<ul class="cc-text">{listed}</ul>', "text/plain": plain}, {})]


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
    table: pd.DataFrame,
    name: str,
    caption: str,
    rows: int,
    columns: list[str] | None,
    links: dict[str, tuple[str, str]],
) -> list[tuple[dict, dict]]:
    if table.empty:
        return []
    csv = guarded(with_index(table)).to_csv(index=False, lineterminator="\n")
    if columns is not None:
        attrs = table.attrs
        table = table[[c for c in columns if c in table and table[c].notna().any()]]
        table.attrs = attrs
    ends = {"low", "high"} <= set(table.columns)  # shown as one column
    names = ("interval" if ends and c in ("low", "high") else str(c) for c in table.columns)
    _columns.extend(names)
    markup = table_html(table, caption=caption, rows=rows, links=links)
    data = {"text/html": markup, "text/plain": table.head(rows).to_string()}
    return [({**data, TABLE_MIME: {"name": name, "csv": csv}}, {})]


def _figure(figure, name: str, rows: int) -> list[tuple[dict, dict]]:
    import matplotlib.pyplot as plt

    figure = figure.get_figure() if hasattr(figure, "get_figure") else figure
    alt = _alternative_text(figure)
    if figure.get_gid() == NOTHING:
        plt.close(figure)
        return []
    if figure.get_gid() == UNREADABLE:
        plt.close(figure)
        return _text(NO_LETTERS) + _table(figure.table, name, alt[:200], rows, None, {})
    data = png_of(figure)
    svg = drawing_of(figure, format="svg", metadata={"Date": None}).decode()
    plt.close(figure)
    width = int.from_bytes(data[16:20], "big")  # of the PNG header
    picture = {"image/png": base64.b64encode(data).decode("ascii"), "text/plain": alt}
    size = {"alt": alt, "width": round(width * 96 / DPI)}
    return [({**picture, CHART_MIME: {"name": name, "svg": svg}}, {"image/png": size})]


def _alternative_text(figure) -> str:
    titles = [axes.get_title() for axes in figure.axes]
    alt = figure.get_label() or figure.get_suptitle() or "; ".join(filter(None, titles))
    if not str(alt).strip():
        raise ValueError("the chart has no alternative text; set it by ax.figure.set_label(text)")
    return str(alt).translate(TURNING)


def _sorting() -> str:
    """The script of report pages, by which tables sort and filter in JupyterLab, too."""
    script = Path(__file__).parent / "report" / "template" / "table.js"
    return f"{HEADS}<script>(() => {{{script.read_text(encoding='utf-8')}}})()</script>"


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
        own = {"crosscurrents": {"section": heading, "id": slug, "folded": folded}}
        outputs = [({"text/html": markup, "text/plain": heading}, own), *outputs]
    if note:
        markup = f'<p class="cc-how">{escape(note)}</p>'
        outputs = [*outputs, ({"text/html": markup, "text/plain": note}, {})]
    if on_screen() and any(TABLE_MIME in bundle for bundle, _ in outputs):
        outputs = [*outputs, ({"text/html": _sorting(), "text/plain": ""}, {})]
    if folded:
        outputs[-1][1].setdefault("crosscurrents", {})["ends"] = True
    for bundle, metadata in outputs:
        display(bundle, metadata=metadata, raw=True)


def drawing_of(figure, **options) -> bytes:
    """The figure as a file, by options of `savefig`."""
    import matplotlib as mpl

    content = io.BytesIO()
    with mpl.rc_context(DRAWING):
        figure.savefig(content, facecolor="white", **options)
    return content.getvalue()


def png_of(figure) -> bytes:
    """The figure as PNG without the alpha channel, which would make a page larger by a tenth."""
    from PIL import Image

    size, content = (figure.get_size_inches() * DPI).astype(int).tolist(), io.BytesIO()
    pixels = drawing_of(figure, format="rgba", dpi=DPI)
    Image.frombytes("RGBA", size, pixels).convert("RGB").save(content, "png", dpi=(DPI, DPI))
    return content.getvalue()
