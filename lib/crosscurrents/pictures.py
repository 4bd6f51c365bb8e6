"""What notebooks hand to the pages of a report: pictures of figures, tables, safe text."""

from __future__ import annotations

import io

TABLE_MIME = "application/vnd.crosscurrents.table+json"
# Signs that turn the direction of the text after them, also of text that is not theirs.
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
DPI = 144  # 1.5 device pixels a CSS pixel: sharp on most screens at half the bytes of "retina"


def png_of(figure) -> bytes:
    """The figure as PNG. One with a layout engine is laid out first, so that it is drawn once.

    Letters keep their shape, as at this resolution they can: fitting them to pixels takes a third
    of the time of all text, and sets it less evenly.
    """
    import matplotlib as mpl

    buffer, engine, dpi = io.BytesIO(), figure.get_layout_engine(), figure.dpi
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if not axis.label.get_text():  # Matplotlib would measure all ticks to place it
                axis.set_label_coords(0, 0)
    with mpl.rc_context({"text.hinting": "no_hinting"}):
        if engine:
            figure.dpi = DPI
            engine.execute(figure)
            figure.set_layout_engine(None)  # a figure with one is drawn twice
        figure.savefig(
            buffer, format="png", dpi=DPI, facecolor="white",
            bbox_inches=None if engine else "tight",
            metadata={"Software": None},  # the same chart gives the same bytes with any version
            pil_kwargs={"compress_level": 3},  # a quarter off the time for a twelfth more bytes
        )  # fmt: skip
    if engine:
        figure.set_layout_engine(engine)
        figure.dpi = dpi
    return buffer.getvalue()
