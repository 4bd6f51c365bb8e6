"""What a notebook shows: a chart, a table, or a computed sentence, in JupyterLab and in a report.

All text may come from a corpus and is escaped. A table carries itself as CSV beside its HTML, so
that the report runner can write the whole table to a file without knowing anything of the notebook.
"""

from __future__ import annotations

import base64
import html
import re

import numpy as np
import pandas as pd
from pandas.api import types

from crosscurrents.pictures import DPI, TABLE_MIME, TURNING, png_of
from crosscurrents.plots.wording import NOTHING
from crosscurrents.spreadsheet import guarded

MISSING = "–"
INSIDE = 100  # rows that a page holds of a table; those out of sight can be sorted and filtered
WIDE = 24  # columns that a page shows
SHORT, LONG = 28, 80  # characters: text up to SHORT stays on one line, beyond LONG it needs room

# JupyterLab sets every cell flush right, by a rule that only a class named twice outweighs; a
# report's page brings its own, fuller style.
STYLE = (
    "<style>.cc-table{overflow-x:auto}.cc-table caption{text-align:left}"
    ".cc-table.cc-table :is(td,th){text-align:left;vertical-align:top}"
    ".cc-table.cc-table .cc-n{text-align:right;font-variant-numeric:tabular-nums}"
    ".cc-table :is(.cc-n,.cc-s){white-space:nowrap}.cc-table .cc-l{min-width:24rem}</style>"
)


def show(
    thing,
    *,
    name: str = "table",
    caption: str = "",
    rows: int = 15,
    columns: list[str] | None = None,
) -> None:
    """Show a chart, a table, a sentence, or a list of sentences as the output of a notebook cell.

    Parameters
    ----------
    thing
        An Axes or Figure (its label is the alternative text), a DataFrame, a string, or a list of
        strings.
    name
        Name of a table's CSV file, without its ending.
    caption
        What a table shows, with its units.
    rows
        Rows of a table to show; its CSV file holds them all.
    columns
        Columns of a table to show, those of them that it has; its CSV file holds them all.

    Raises
    ------
    ValueError
        If a chart has neither label nor title, or `name` or `rows` is of no use.
    TypeError
        If `thing` is none of these.
    """
    figure = getattr(thing, "figure", thing)
    if hasattr(figure, "savefig"):
        _show_figure(figure)
    elif isinstance(thing, pd.DataFrame):
        _show_table(thing, name, caption, rows, columns)
    elif isinstance(thing, str):
        _publish(f'<p class="cc-text">{_sentence(thing)}</p>', thing)
    elif isinstance(thing, list | tuple) and all(isinstance(item, str) for item in thing):
        items = "".join(f"<li>{_sentence(item)}</li>" for item in thing)
        _publish(f'<ul class="cc-text">{items}</ul>', "\n".join(f"- {item}" for item in thing))
    else:
        raise TypeError(
            f"thing is a {type(thing).__name__}; choose from "
            "['Axes', 'Figure', 'DataFrame', 'str', 'list of str']"
        )


def escape(text: str) -> str:
    """Text as HTML that is nothing but that text, and turns nothing around it.

    >>> escape("<b>\u202e")
    '&lt;b&gt;'
    """
    return html.escape(text, quote=True).translate(TURNING)


def _sentence(text: str) -> str:
    """A sentence as HTML; one with a label and links (see findings.Finding) shows them.

    Where a link leads to is known to a report alone, which makes links of these spans.
    """
    label, links = getattr(text, "label", ""), getattr(text, "links", ())
    lead = f"<strong>{escape(label)}</strong> " if label else ""
    spans = "".join(
        f' <span class="cc-to" data-page="{escape(page)}" data-table="{escape(table)}">'
        f"{escape(said)}</span>"
        for page, table, said in links
    )
    return lead + escape(str(text)) + spans


def table_html(table: pd.DataFrame, *, caption: str = "", rows: int = 15) -> str:
    """HTML of a table's first rows, escaped, numbers flush right, in a box that scrolls sideways.

    A table's `attrs["note"]`, what it leaves out, stands below it, and of very wide tables the
    first columns are shown. Further rows, up to INSIDE in all, are hidden; the script of a page
    shows them. Decimals follow a column's largest value; a missing value is an en dash.

    >>> table = pd.DataFrame({"source": ["Mail"], "words": [1234], "rate": [0.5]})
    >>> html = table_html(table, caption="Words")
    >>> '<td class="cc-n">1,234</td><td class="cc-n">0.500</td>' in html
    True
    """
    notes = [table.attrs.get("note", "")]
    table = _with_index(table)
    if table.shape[1] > WIDE:
        notes.append(f"{WIDE} of {table.shape[1]:,} columns, the CSV file has all")
        table = table.iloc[:, :WIDE]
    note = "".join(f"; {said}" for said in notes if said)
    head = table.head(max(rows, INSIDE))
    columns = [_column(table.iloc[:, i], head.iloc[:, i]) for i in range(table.shape[1])]
    kinds = [kind for kind, _ in columns]
    if "l" in kinds:  # the room is needed there
        kinds = ["" if kind == "s" else kind for kind in kinds]
    body = "".join(
        f"<tr{' hidden' * (i >= rows)}>{''.join(map(_cell, row, kinds, range(len(row))))}</tr>"
        for i, row in enumerate(zip(*(cells for _, cells in columns), strict=True))
    )
    label = escape(caption or "Table")
    title = f"<caption><span>{escape(caption)}</span></caption>" if caption else ""
    header = _header(table.columns, kinds)
    return (
        f'{STYLE}<div class="cc-table" role="region" tabindex="0" aria-label="{label}">'
        f"<table>{title}<thead>{header}</thead><tbody>{body}</tbody></table></div>"
        f'<p class="cc-note"><span>{_rows_shown(min(rows, len(table)), len(table))}</span>'
        f"{escape(note)}</p>"
    )


def format_numbers(values: pd.Series, like: pd.Series | None = None) -> list[str]:
    """Numbers as text: thousands apart, a true minus, decimals by the largest of `like`.

    Whole numbers stay whole. A value too small for the decimals shown is marked, never shown as 0.

    >>> format_numbers(pd.Series([-1234, 5]))
    ['−1,234', '5']
    >>> format_numbers(pd.Series([0.25, 0.00001, 0.0, None]))
    ['0.250', '<0.001', '0.000', '–']
    """
    like = values if like is None else like
    if types.is_integer_dtype(values.dtype):
        return [MISSING if pd.isna(v) else f"{v:,d}".replace("-", "−") for v in values]
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    sizes = np.abs(like.to_numpy(dtype=float, na_value=np.nan))
    sizes = sizes[np.isfinite(sizes)]
    decimals = int(np.searchsorted([1, 100, 1000], sizes.max(), side="right")) if sizes.size else 0
    return [_decimal(v, 3 - decimals) for v in numbers]


def _decimal(value: float, decimals: int) -> str:
    if not np.isfinite(value):
        return MISSING if np.isnan(value) else ("∞" if value > 0 else "−∞")
    least = 10.0**-decimals
    if value and abs(value) <= least / 2:
        return f"<{least:.{decimals}f}" if value > 0 else f">−{least:.{decimals}f}"
    return f"{value:,.{decimals}f}".replace("-", "−")


def _column(whole: pd.Series, head: pd.Series) -> tuple[str, list[str]]:
    """Kind of a column, n(umber), s(hort text), l(ong text) or none, and its cells, escaped."""
    if whole.isna().all():
        return "n", [MISSING] * len(head)
    if types.is_bool_dtype(whole.dtype):
        return "s", [MISSING if pd.isna(v) else ("yes" if v else "no") for v in head]
    if types.is_numeric_dtype(whole.dtype):
        return "n", format_numbers(head, whole)
    if types.is_datetime64_any_dtype(whole.dtype):
        return "s", [MISSING if pd.isna(v) else f"{v:%Y-%m-%d}" for v in head]
    texts = ["" if types.is_scalar(v) and pd.isna(v) else str(v) for v in head]
    texts = [text or MISSING for text in texts]
    longest = max(map(len, texts), default=0)
    kind = "s" if longest <= SHORT else "l" if longest > LONG else ""
    # What brings its own HTML, such as a passage with marks, has escaped the rest itself.
    return kind, [
        v.__html__().translate(TURNING) if text and hasattr(v, "__html__") else escape(text)
        for v, text in zip(head, texts, strict=True)
    ]


def _cell(text: str, kind: str, position: int) -> str:
    if position == 0 and kind != "n":
        return f'<th scope="row"{_class(kind)}>{text}</th>'
    return f"<td{_class(kind)}>{text}</td>"


def _class(kind: str) -> str:
    return f' class="cc-{kind}"' if kind else ""


def _header(columns: pd.Index, kinds: list[str]) -> str:
    """Header rows; the upper rows of a column MultiIndex span their groups."""
    rows = []
    for level in range(columns.nlevels - 1):
        groups: list[list] = []
        for keys in (column[: level + 1] for column in columns):
            if groups and groups[-1][0] == keys:
                groups[-1][1] += 1
            else:
                groups.append([keys, 1])
        rows.append(
            "".join(f'<th scope="colgroup" colspan="{n}">{_name(k[-1])}</th>' for k, n in groups)
        )
    last = columns.get_level_values(-1)
    rows.append(
        "".join(
            f'<th scope="col"{_class(kind)}>{_name(column)}</th>'
            for column, kind in zip(last, kinds, strict=True)
        )
    )
    return "".join(f"<tr>{row}</tr>" for row in rows)


def _name(column) -> str:
    return escape(str(column)).replace("_", "_<wbr>")  # a long name may break there


def _with_index(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a meaningful index as its first columns."""
    plain = isinstance(table.index, pd.RangeIndex) or table.index.names == [None]
    return table if plain else table.reset_index()


def _rows_shown(shown: int, total: int) -> str:
    if not total:
        return "No rows"
    noun = "row" if total == 1 else "rows"
    return f"{total:,} {noun}" if shown == total else f"{shown:,} of {total:,} {noun}"


def _show_table(
    table: pd.DataFrame, name: str, caption: str, rows: int, columns: list[str] | None
) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name):
        raise ValueError(f"name {name!r} is no file name; use a-z, 0-9, '-' and '_'")
    if rows < 1:
        raise ValueError(f"rows is {rows}, an integer ≥ 1 is needed")
    csv = guarded(_with_index(table)).to_csv(index=False, lineterminator="\n")
    if columns is not None:
        table = table[[column for column in columns if column in table]]
    text = table.head(rows).to_string()
    markup = table_html(table, caption=caption, rows=rows)
    _publish(markup, text, {TABLE_MIME: {"name": name, "csv": csv}})


def _show_figure(figure) -> None:
    import matplotlib.pyplot as plt

    figure = figure.get_figure() if hasattr(figure, "get_figure") else figure
    alt = _alternative_text(figure)
    if figure.get_gid() == NOTHING:
        plt.close(figure)
        _publish(f'<p class="cc-text">{escape(alt)}</p>', alt)
        return
    data = png_of(figure)
    plt.close(figure)
    width = int.from_bytes(data[16:20], "big")  # of the PNG header
    _publish(
        None,
        alt,
        {"image/png": base64.b64encode(data).decode("ascii")},
        {"image/png": {"alt": alt, "width": round(width * 96 / DPI)}},
    )


def _alternative_text(figure) -> str:
    titles = [axes.get_title() for axes in figure.axes]
    alt = figure.get_label() or figure.get_suptitle() or "; ".join(filter(None, titles))
    if not str(alt).strip():
        raise ValueError("the chart has no alternative text; set it by ax.figure.set_label(text)")
    return str(alt).translate(TURNING)


def _publish(markup: str | None, text: str, more: dict | None = None, metadata=None) -> None:
    from IPython.display import display

    bundle = {"text/plain": text, **({"text/html": markup} if markup else {}), **(more or {})}
    display(bundle, metadata=metadata or {}, raw=True)
