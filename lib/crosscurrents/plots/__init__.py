"""What all charts share: house style, fonts, a colour for each source, names, alternative text."""

from __future__ import annotations

import hashlib
import textwrap
from functools import cache, wraps
from pathlib import Path

import pandas as pd

from crosscurrents.writing import as_sentence, interval_name

# Okabe and Ito's colours; their yellow, light orange and light blue, too faint on white, are
# replaced by darker ones. Two of them differ for every kind of colour vision; a marker is the
# second sign.
PALETTE = (
    *("#0072B2", "#D55E00", "#009E73", "#B65B9B"),
    *("#8C6D1F", "#8A1C3C", "#5B3F99", "#4A4A4A"),
)
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "h")
INK, QUIET, RULE = "#222222", "#5F5F5F", "#DDDDDD"  # also in house.mplstyle
PANELS = 12  # groups of a chart at most: more would make a page of metres
WIDTH = 7.8  # inches: the width of a report's column at 96 pixels an inch
NOTE = 104  # signs of a line below a chart
NOTHING = "cc-nothing"  # gid of a figure that has nothing to show
UNREADABLE = "cc-unreadable"  # gid of a figure with letters that no installed font has
BOX = "\u25af"  # drawn in place of such a letter

HOUSE = Path(__file__).with_name("house.mplstyle")


def chart(what: str, *, most: int = PANELS, values: tuple[str, ...] = ()):
    """Make a chart of a page out of a function that draws a table.

    The function returns its Axes and the notes below it, or None where there is nothing to show. It
    gets rows without gaps in the columns `values`, of the `most` groups with most words, and draws
    in the house style. A table with letters that no font has is kept beside its figure, to be
    shown in its place.
    """

    def decorate(draw):
        @wraps(draw)
        def drawing(table, *arguments, **options):
            import matplotlib as mpl

            known = table.dropna(subset=[column for column in values if column in table])
            shown, rest = largest(known, group_column(table), most)
            with mpl.rc_context(house_style()):
                drawn = draw(shown, *arguments, **options) if len(shown) else None
                axes, *notes = drawn or (nothing(what), "")
                finish(axes, "", "; ".join(filter(None, [*notes, rest])))
            if any(BOX in text.get_text() for text in axes.figure.findobj(mpl.text.Text)):
                axes.figure.set_gid(UNREADABLE)
                axes.figure.table = table
            return axes

        return drawing

    return decorate


@cache
def house_style() -> dict:
    """Settings of Matplotlib for all charts; of its fonts those that are installed."""
    import matplotlib as mpl
    from matplotlib.font_manager import get_font_names

    style = dict(mpl.rc_params_from_file(HOUSE, use_default_template=False))
    installed = set(get_font_names())
    fonts = [name for name in style["font.family"] if name in installed]
    return {**style, "font.family": fonts}


@cache
def letters() -> frozenset[int]:
    """Return the code points that can be drawn."""
    from matplotlib.font_manager import findfont, get_font

    fonts = house_style()["font.family"]
    return frozenset(code for name in fonts for code in get_font(findfont(name)).get_charmap())


# Colours


def source_colours(sources) -> dict:
    """Give each source its colour, as `source_looks` does.

    Examples
    --------
    >>> source_colours(["Star", "Mail", "Star"]) == source_colours(["Mail", "Star"])
    True
    """
    return {name: colour for name, (colour, _) in source_looks(sources).items()}


def source_looks(sources) -> dict:
    """Give each source its colour and the sign of its dots, by its name: other sources hardly ever
    change them.

    Hashes of a name say which colour it takes first and, where another name has taken that, which
    next; so a source keeps its colour when another is added, unless the two compete for it.

    Parameters
    ----------
    sources : iterable
        Names, in any order and as often as they come.

    Returns
    -------
    dict
        Colours and signs by name, in the order of the names; with more than eight sources colours
        recur, with another sign each.
    """
    looks, free = {}, []
    for turn, name in enumerate(sorted(set(sources), key=_hash)):
        free = free or list(PALETTE)  # a further round where all are taken
        colour = min(free, key=lambda colour: _hash(f"{name} {colour}"))
        free.remove(colour)
        looks[name] = colour, MARKERS[(PALETTE.index(colour) + turn // len(PALETTE)) % len(MARKERS)]
    return {name: looks[name] for name in sorted(looks, key=str)}


def _hash(name: object) -> bytes:
    return hashlib.sha256(str(name).encode("utf-8", "replace")).digest()


def groups_of(table: pd.DataFrame, by: str = "") -> list:
    """Name all groups that take part in a comparison, also where a table does not list them."""
    listed = table[by].dropna() if by and by in table else []
    return sorted({*table.attrs.get("groups", []), *listed}, key=str)


def group_column(table: pd.DataFrame) -> str:
    """The column of groups of a result, as its `attrs` say."""
    return table.attrs.get("by") or ("source" if "source" in table else table.columns[0])


def largest(table: pd.DataFrame, by: str, most: int = PANELS) -> tuple[pd.DataFrame, str]:
    """Keep the groups that a chart has room for, those with most words, and say of how many."""
    listed = list(dict.fromkeys(table[by].dropna())) if by in table else []
    names = [g for g in table.attrs.get("groups", []) if g in set(listed)] or listed
    if len(names) <= most:
        return table, ""
    kept = table[table[by].isin(names[:most])]
    return kept, f"the {most} with most words of {len(names):,} shown; the table has all"


# Figures


def canvas(ax, height: float):
    """Return the given Axes, or Axes in a new figure as wide as a report's column."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(WIDTH, height))[1]


def panels(heights: list[float], columns: int = 2, *, share_x: bool = True) -> list:
    """Return Axes for a number of panels in a new figure, each so many inches high."""
    import matplotlib.pyplot as plt

    columns = max(1, min(columns, len(heights)))
    rows = [max(heights[k : k + columns]) for k in range(0, len(heights), columns)]
    figure = plt.figure(figsize=(WIDTH, sum(rows) + 0.3))
    grid = figure.add_gridspec(len(rows), columns, height_ratios=rows)
    found: list = []
    for k in range(len(heights)):
        place = grid[k // columns, k % columns]
        found.append(figure.add_subplot(place, sharex=found[0] if found and share_x else None))
    return found


def panel_title(ax, group, colour, note: str = "") -> None:
    """Name the group of a panel in its colour, and below it what its numbers rest on."""
    ax.set_title(wrap(group, 34, 2), color=colour, pad=18 if note else 6)
    if note:
        ax.annotate(
            plain(note), (0, 1), xytext=(0, 5), textcoords="offset points",
            xycoords="axes fraction", fontsize=8.5, color=QUIET,
        )  # fmt: skip


def finish(ax, alternative: str, below: str = ""):
    """Add to a figure's alternative text, write a note below it, and return the Axes.

    Room is made for texts; lines and areas stay where the axes are and are not measured for it.
    """
    figure = ax.figure
    for axes in figure.axes:
        for artist in (*axes.lines, *axes.patches, *axes.collections, *axes.spines.values()):
            artist.set_in_layout(False)
    if below:
        before = figure.get_supxlabel()
        text = "\n".join(filter(None, [before, textwrap.fill(plain(below, 1000), NOTE)]))
        figure.supxlabel(text, fontsize=9, color=QUIET)
        alternative = f"{alternative} {as_sentence(below)}".strip()
    label = "" if not isinstance(figure.get_label(), str) else figure.get_label()
    figure.set_label(f"{label} {alternative}".strip())
    return ax


def nothing(what: str):
    """Say in place of a chart that there is nothing to draw; `show` shows nothing at all."""
    ax = canvas(None, 1.2)
    ax.figure.set_gid(NOTHING)
    ax.set_axis_off()
    ax.text(0.5, 0.5, f"{what}: nothing to show", ha="center", va="center", color=QUIET)
    return finish(ax, f"{what}: nothing to show.")


# Words


def said(name, width: int = 200) -> str:
    """Make a name safe to put into a sentence: one line, not too long, no control characters.

    Examples
    --------
    >>> said("Daily \\n Mail\\x00"), said("abcdefgh", 5)
    ('Daily Mail', 'abcd…')
    """
    text = "".join(sign for sign in " ".join(str(name).split()) if sign.isprintable())
    return text if len(text) <= width else f"{text[: width - 1]}…"


def plain(name, width: int = 200) -> str:
    """Make a name safe to draw: a box for each letter that no installed font has."""
    return "".join(sign if ord(sign) in letters() else BOX for sign in said(name, width))


def label_of(table: pd.DataFrame, term: str) -> str:
    """A term as the corpus writes it ("Russia"), as far as the table says."""
    return table.attrs.get("labels", {}).get(term, term)


def wrap(name, width: int = 24, lines: int = 3) -> str:
    """Break a name into lines of at most `width` signs, and cut what is longer than `lines`.

    Examples
    --------
    >>> wrap("The Quarterly Review of Borders", 16)
    'The Quarterly\\nReview of\\nBorders'
    """
    return "\n".join(textwrap.wrap(plain(name), width, max_lines=lines, placeholder=" …")) or "–"


def scope(table: pd.DataFrame, mark: str = "line", without: str = "hollow") -> str:
    """Say what the lines of a chart are: intervals over documents, or within these articles.

    `mark` is what shows an interval, `without` what shows that there is none.
    """
    known = table[["low", "high"]].notna().all(axis=1)
    if not known.any():
        return "no intervals: too few documents or paragraphs"
    units = sorted({str(unit) for unit in table.loc[known, "unit"]})
    within = " or ".join(unit for unit in units if unit.startswith("within"))
    line = f"{mark}: {interval_name(table)}"
    if within and "documents" in units:
        line += f" (bootstrap over documents; {within}, over paragraphs)"
    elif within:
        line += f" {within} (bootstrap over paragraphs)"
    else:
        line += " (bootstrap over documents)"
    return line if known.all() else f"{line}; {without}: no interval"
