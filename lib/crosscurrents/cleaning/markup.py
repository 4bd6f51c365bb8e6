"""HTML inside a text, read by the parser of the standard library: what a browser would show."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from crosscurrents.cleaning.inline import Piece, blanked

TAG = re.compile(
    r"</?(?:p|div|br|h[1-6]|a|b|i|em|strong|span|u|sup|sub|li|ul|ol|tr|td|th|table|blockquote|html"
    r"|v|body|head|img|section|article|figure|font|small|center)\b[^<>]{0,2000}>",
    re.I,
)
BROKEN = re.compile(r"<(?=[!?])|<(?![^<>]*>)")  # the parser stops there, or takes long
HIDDEN = {"script", "style", "head", "template", "noscript"}  # what stands in these is not shown
INLINE = set("a b i em strong span u sup sub font small abbr cite code mark q s time v".split())
SIGNS = {"li": "- ", "blockquote": "> ", **{f"h{n}": "# " for n in range(1, 7)}}


def without_tags(raw: str) -> tuple[str, list[Piece]]:
    """Overwrite HTML with blanks; a block is a line, and what it is by its first signs."""
    tags = [m[0].lower() for m, _ in zip(TAG.finditer(raw), range(2))]
    if not tags or (len(tags) < 2 and not tags[0].startswith(("<br", "<v "))):
        return raw, []
    text, comments = blanked(raw, _comments(raw))
    reader = _Shown(text)
    reader.feed(BROKEN.sub("&", text))
    reader.close()
    position, marks = 0, []
    for start, end in reader.shown:
        if start > position:
            marks.append((position, start, "markup"))
        position = max(position, end)
    if position < len(raw):
        marks.append((position, len(raw), "markup"))
    text, _ = blanked(text, marks)
    out, done = [], 0
    for at, sign in reader.breaks:
        if at >= done and not text[at : at + len(sign)].strip():
            out += [text[done:at], sign]
            done = at + len(sign)
    return "".join([*out, text[done:]]), _merged([*comments, *marks])


def _comments(raw: str) -> list[Piece]:
    """Comments and declarations."""
    found: list[Piece] = []
    at = raw.find("<!")
    while at >= 0:
        close = "-->" if raw.startswith("<!--", at) else ">"
        end = raw.find(close, at)
        if end < 0:
            break
        found.append((at, end + len(close), "markup"))
        at = raw.find("<!", end)
    return found


def _merged(marks: list[Piece]) -> list[Piece]:
    """Stretches in order, those that overlap as one."""
    result: list[Piece] = []
    for start, end, reason in sorted(marks):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]), reason)
        else:
            result.append((start, end, reason))
    return result


class _Shown(HTMLParser):
    """The stretches of a page that a browser would show, and where a new line begins."""

    def __init__(self, raw: str):
        super().__init__(convert_charrefs=False)
        self.starts = [0, *(m.end() for m in re.finditer("\n", raw))]
        self.raw = raw
        self.shown: list[tuple[int, int]] = []
        self.breaks: list[tuple[int, str]] = []
        self.hidden = 0

    def _at(self) -> int:
        line, column = self.getpos()
        return self.starts[line - 1] + column

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in HIDDEN
        if tag not in INLINE:
            sign = "| " if tag in ("td", "th") else "\v" + SIGNS.get(tag, "")
            self.breaks.append((self._at(), sign))

    def handle_startendtag(self, tag, attrs):
        if tag not in INLINE:
            self.breaks.append((self._at(), "\v"))

    def handle_endtag(self, tag):
        self.hidden = max(self.hidden - (tag in HIDDEN), 0)
        if tag not in INLINE and tag not in ("td", "th"):
            self.breaks.append((self._at(), "\v"))

    def _show(self, size: int) -> None:
        if not self.hidden:
            self.shown.append((self._at(), self._at() + size))

    def handle_data(self, data):
        self._show(len(data))

    def handle_entityref(self, name):
        self._reference(len(name) + 1)

    def handle_charref(self, name):
        self._reference(len(name) + 2)

    def _reference(self, size: int) -> None:
        self._show(size + (self.raw[self._at() + size : self._at() + size + 1] == ";"))
