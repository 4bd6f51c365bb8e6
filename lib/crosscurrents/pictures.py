"""What notebooks hand to the pages of a report: pictures of figures, tables, safe text."""

from __future__ import annotations

import io

TABLE_MIME = "application/vnd.crosscurrents.table+json"
# Signs that turn the direction of the text after them, also of text that is not theirs.
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
DPI = 144  # 1.5 device pixels a CSS pixel: sharp on most screens at half the bytes of "retina"
COMPRESSION = 3  # of 9: a quarter off the time for a twelfth more bytes


def png_of(figure) -> bytes:
    """The figure as PNG. One with a layout engine is laid out first, so that it is drawn once.

    Letters keep their shape, as at this resolution they can: fitting them to pixels takes a third
    of the time of all text, and sets it less evenly.
    """
    import matplotlib as mpl

    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if not axis.label.get_text():  # Matplotlib would measure all ticks to place it
                axis.set_label_coords(0, 0)
    with mpl.rc_context({"text.hinting": "no_hinting"}):
        if engine := figure.get_layout_engine():
            return _laid_out(figure, engine)
        buffer = io.BytesIO()
        figure.savefig(
            buffer, format="png", dpi=DPI, facecolor="white", bbox_inches="tight",
            metadata={"Software": None},  # the same chart gives the same bytes with any version
            pil_kwargs={"compress_level": COMPRESSION},
        )  # fmt: skip
        return buffer.getvalue()


def _laid_out(figure, engine) -> bytes:
    """The figure as PNG without an alpha channel, which is a tenth of the bytes."""
    from PIL import Image

    dpi, figure.dpi = figure.dpi, DPI
    engine.execute(figure)
    figure.set_layout_engine(None)  # a figure with one is drawn twice
    points, buffer = io.BytesIO(), io.BytesIO()
    figure.savefig(points, format="rgba", dpi=DPI, facecolor="white")
    size = figure.canvas.get_width_height(physical=True)
    picture = Image.frombytes("RGBA", size, points.getbuffer()).convert("RGB")
    picture.save(buffer, "png", compress_level=COMPRESSION, dpi=(DPI, DPI))
    figure.set_layout_engine(engine)
    figure.dpi = dpi
    return buffer.getvalue()
