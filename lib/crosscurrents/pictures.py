"""What notebooks hand to the pages of a report: pictures of figures, tables, safe text."""

from __future__ import annotations

import io

TABLE_MIME = "application/vnd.crosscurrents.table+json"
CHART_MIME = "application/vnd.crosscurrents.chart+json"
# Signs that turn the direction of the text after them, also of text that is not theirs.
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
DPI = 144  # 1.5 device pixels a CSS pixel: sharp on most screens at half the bytes of "retina"
COMPRESSION = 6  # of 9: beyond it no fewer bytes


def png_of(figure) -> bytes:
    """The figure as PNG without an alpha channel. One with a layout engine is laid out once.

    Letters keep their shape, as at this resolution they can: fitting them to pixels takes a third
    of the time of all text, and sets it less evenly.
    """
    import matplotlib as mpl
    from PIL import Image

    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if not axis.label.get_text():  # Matplotlib would measure all ticks to place it
                axis.set_label_coords(0, 0)
    dpi, engine = figure.dpi, figure.get_layout_engine()
    points, buffer = io.BytesIO(), io.BytesIO()
    with mpl.rc_context({"text.hinting": "no_hinting"}):
        figure.dpi = DPI
        if engine:
            engine.execute(figure)
            figure.set_layout_engine(None)  # a figure with one is drawn twice
        figure.savefig(points, format="rgba", dpi=DPI, facecolor="white")
        size = figure.canvas.get_width_height(physical=True)
        figure.dpi = dpi
        if engine:
            figure.set_layout_engine(engine)
    picture = Image.frombytes("RGBA", size, points.getbuffer()).convert("RGB")
    picture.save(buffer, "png", compress_level=COMPRESSION, dpi=(DPI, DPI))
    return buffer.getvalue()


def svg_of(figure) -> str:
    """The figure as SVG with letters as letters; the same chart gives the same text."""
    import matplotlib as mpl

    points = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "crosscurrents"}):
        figure.savefig(points, format="svg", facecolor="white", metadata={"Date": None})
    return points.getvalue()
