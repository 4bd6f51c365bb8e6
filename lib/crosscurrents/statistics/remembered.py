"""What several comparisons of the same measures have in common is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any


class Remembered:
    """Measures that remember what was worked out of them; they stand wherever Measures stand.

    Made for a row of comparisons and given up with it, so that nothing is remembered for longer
    than the tables stay as they are.

    >>> measures = Remembered(object())
    >>> [once(measures, "sum", lambda: number) for number in (1, 2)]
    [1, 1]
    >>> once(Remembered(measures), "sum", lambda: 3)
    1
    """

    def __init__(self, measures) -> None:
        again = isinstance(measures, Remembered)
        self.measures = measures.measures if again else measures
        self.known: dict[Hashable, Any] = measures.known if again else {}

    def __getattr__(self, name: str):
        return getattr(self.measures, name)


def once(measures, key: Hashable, make: Callable[[], Any]) -> Any:
    """Give what `make` makes; of Remembered measures, what it made the first time for this key."""
    if not isinstance(measures, Remembered):
        return make()
    if key not in measures.known:
        measures.known[key] = make()
    return measures.known[key]
