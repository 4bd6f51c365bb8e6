"""What should not be left in prose: signs of a wrong encoding, and of markup."""

from __future__ import annotations

import re
from collections.abc import Sequence

# UTF-8 that was read as Latin-1 or Windows-1252: "Ã¼", "â€™", "Â " (no-break space), "ï»¿".
BROKEN = re.compile("\ufffd|[ÃÐÑ][\x80-\xbfŒœŠšŸŽžƒˆ–—‘’‚“”„†‡•…‰‹›€™]|â€|Â[\xa0-\xbf]|ï»¿")
BROKEN_SIGNS = "\ufffdÃÐÑâÂï"  # of which one stands in all of these: quickly sought
# Tags, entities, and the brackets of wikis and forums.
MARKUP = re.compile(
    r"</?[a-z][a-z0-9]{0,9}(?:\s[^<>]{0,300})?/?>|&(?:[a-z]{2,8}|#\d{2,6});|\{\{|\[\[|\[/?[a-z]{1,5}\]",
    re.I,
)
MARKUP_SIGNS = "<&{["


def remains(paragraphs: Sequence[str]) -> tuple[int, int]:
    """How many signs of a wrong encoding, and how many of markup, a document's prose has.

    >>> remains(["It wasnâ€™t fÃ¼r us.", "A <b>dam</b>&nbsp;and Smith & Sons"])
    (2, 3)
    """
    found = []
    for pattern, signs in ((BROKEN, BROKEN_SIGNS), (MARKUP, MARKUP_SIGNS)):
        text = [p for p in paragraphs if not (signs is BROKEN_SIGNS and p.isascii())]
        text = [p for p in text if any(sign in p for sign in signs)]
        found.append(sum(1 for p in text for _ in pattern.finditer(p)))
    return found[0], found[1]
