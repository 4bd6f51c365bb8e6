"""The old home of `core.quotations`."""

from crosscurrents.core.quotations import VOICES, quoted_spans

__all__ = ["VOICES", "quoted_spans"]
