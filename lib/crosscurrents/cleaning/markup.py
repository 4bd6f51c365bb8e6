"""What is no text of a document: front matter, licences of e-books, HTML, note digits, Markdown.

Front matter, HTML and note digits are found before lines are read, and overwritten with blanks of
the same length, so that every place in the text stays the same. HTML is read by the parser of the
standard library: what stays is what a browser would show. `clean_inline` then takes the marks off a
line, with pieces that say what became of every character.
"""

from __future__ import annotations

import html
import re
from collections.abc import Container
from html.parser import HTMLParser
from typing import NamedTuple

LONGEST_HEAD = 100  # lines of a front matter
LICENCE = re.compile(
    r"^[ \t]*\*{3}[ \t]*(START|END) OF (?:THE |THIS )?PROJECT GUTENBERG E-?(?:BOOK|TEXT)\b.*$"
    r"|^[ \t]*\*END ?\*? ?THE SMALL PRINT.*$",
    re.I | re.M,
)
LABEL = re.compile(r"^(title|author|release date)\s*:\s*(\S.*)$", re.I)
FACTS = {
    "title": "title", "headline": "title", "author": "author", "authors": "author",
    "by": "author", "byline": "author", "date": "date", "published": "date", "created": "date",
}  # fmt: skip
# Behind a word of three letters and what ends its sentence: "bread.1 Then".
DIGIT = re.compile(
    r"[.!?](?<=[^\W\d_]{3}[.!?])[\"”’)]{0,2}(\d{1,3})(?=\s+[\"“‘(]?[^\W\d_a-z]|[ \t]*(?:\n|\Z))"
)
FIRST_NOTES = tuple(f"{sign}1" for sign in '."”')
ABBREVIATED = re.compile(
    r"\b(?:fig|figs|vol|vols|nos|sec|chap|art|par|tab|eqn|approx|ver)\.\Z", re.I
)
TAG = re.compile(
    r"</?(?:p|div|br|h[1-6]|a|b|i|em|strong|span|u|sup|sub|li|ul|ol|tr|td|th|table|blockquote|html"
    r"|v|body|head|img|section|article|figure|font|small|center)\b[^<>]{0,2000}>",
    re.I,
)
BROKEN = re.compile(r"<(?=[!?])|<(?![^<>]*>)")  # the parser stops there, or takes long
HIDDEN = {"script", "style", "head", "template", "noscript"}  # their text is not shown
PHRASES = set("a b i em strong span u sup sub font small abbr cite code mark q s time v".split())
SIGNS = {"li": "- ", "blockquote": "> ", **{f"h{n}": "# " for n in range(1, 7)}}
# A text without any of these needs nothing but straight apostrophes; reading hops between them.
SPECIAL = re.compile(
    r"[\x00-\x1f&*<\[\\\]_{\x7f-\xa0\xad\xb2\xb3\xb9\u1680\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u2070\u2074-\u2079\u3000\ufeff]"
)
INVISIBLE = r"[\u00ad\u200c-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]+"
# Looked at once a run, as a whole; behind a sign or a word of three letters: "km²" is no note.
SUPERSCRIPT = r"(?<![¹²³⁴⁵⁶⁷⁸⁹⁰])[¹²³⁴⁵⁶⁷⁸⁹⁰]++"
TARGET = r"\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)"
ENTITY = r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
# Tried at a special character; the name of the group that matched is what is done with it.
INLINE = re.compile(
    rf"(?P<image>\[!\[[^\[\]]*\]{TARGET}\]{TARGET}|!\[[^\[\]]*\]{TARGET})"
    rf"|(?P<note>\[\^?\d{{1,3}}\](?!\()"
    rf"|(?:(?<=[.,:;!?”\"'’)])|(?<=[^\W\d_]{{3}})){SUPERSCRIPT}(?!\w))"
    rf"|(?P<link>\[(?P<label>[^\[\]]+)\]{TARGET})"
    r"|(?P<autolink><(?=https?://|mailto:)[^>\s]{1,2000}>)"
    r"|(?P<escape>\\(?=[\\`*_{}\[\]()#+\-.!$<>|~&\"']))"
    rf"|(?P<entity>{ENTITY})"
    r"|(?P<style>\{\\[^{}\s]{1,20}\})"
    r"|(?P<mark>\*+|_+)"
    r"|(?P<hyphen>\u00ad\n\s*(?=\w))"
    rf"|(?P<invisible>{INVISIBLE})"
    r"|(?P<space>[^\S\n ]*\n\s*|[^\S\n ]+|\u200b)"
)
REASONS = {
    "image": "image", "note": "footnote marker", "escape": "escape", "mark": "emphasis mark",
    "style": "markup", "hyphen": "line-break hyphen", "invisible": "invisible character",
}  # fmt: skip
LONGEST_WORD = 40  # signs of a word that a line break may part
# What stands before the hyphen of a compound, and hardly ever begins a longer word.
HEADS = re.compile(
    r"(?i:well-(?!be|ing)|self-(?!ish|less|same)|half-(?!pen)"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty-)"
)
SUSPENDED = re.compile(r"\w- (?:and|or|to) \w+\Z")  # mid- and late-
MARKS = re.compile(r"(?<!\\)(?:\*{1,3}|_{1,3})(?![*_])")
# Between letters or digits; the sign itself goes first, which makes the search quick.
APOSTROPHES = [(c, re.compile(rf"{c}(?<=\w{c})(?=\w)")) for c in "’‘ʼ´`"]
Piece = tuple[int, int, str]


class Page(NamedTuple):
    """The text of a page with its marks blanked, and what is known before its lines are read."""

    text: str  # as long as the raw text
    marks: list[Piece]  # stretches that were overwritten
    reasons: dict[int, str]  # line (from 1) -> reason
    facts: dict[str, tuple[str, int]]  # title, author, date -> what is said, line
    notes: set[int]  # numbers of notes that the text refers to by digits


def read_page(raw: str) -> Page:
    """Find what is no text of a document.

    >>> page = read_page("---\\ntitle: Rain\\n---\\nIt <b>rained</b> on.")
    >>> page.facts, page.reasons[1], page.text.split("\\n")[3].split()
    ({'title': ('Rain', 2)}, 'front matter', ['It', 'rained', 'on.'])
    """
    reasons: dict[int, str] = {}
    facts: dict[str, tuple[str, int]] = {}
    _front_matter(raw, reasons, facts)
    if "***" in raw or "*END" in raw:
        _licence(raw, reasons, facts)
    text, marks = raw, []
    if "<" in raw and ("</" in raw or "<br" in raw or "<p>" in raw or "<BR" in raw or "<v " in raw):
        text, marks = _without_tags(raw)
    notes: set[int] = set()
    if any(map(text.__contains__, FIRST_NOTES)):
        text, digits, notes = _without_note_digits(text)
        marks = sorted([*marks, *digits])
    return Page(text, marks, reasons, facts, notes)


def _front_matter(raw: str, reasons: dict[int, str], facts: dict[str, tuple[str, int]]) -> None:
    """YAML between lines of --- (TOML: +++) at the very beginning."""
    start = raw.lstrip("\ufeff")
    fence = start[:3]
    if fence not in ("---", "+++") or start[3:4] not in ("\n", "\r"):
        return
    lines = start.split("\n", LONGEST_HEAD)[:LONGEST_HEAD]
    ends = (k for k, line in enumerate(lines) if k and line.rstrip() in (fence, "..."))
    end = next(ends, 0)
    try:
        known = _parse(fence, "\n".join(lines[1:end]))
    except (ValueError, RecursionError):
        return
    if not end or not known:
        return
    reasons.update(dict.fromkeys(range(1, end + 2), "front matter"))
    for key, value in known.items():
        name = FACTS.get(str(key).casefold())
        values = value if isinstance(value, list) else [value]
        text = ", ".join(str(v) for v in values if isinstance(v, (str, int)) or hasattr(v, "year"))
        if name and text and name not in facts:
            place = (k for k, line in enumerate(lines, 1) if line.strip(' "').startswith(str(key)))
            facts[name] = (text, next(place, 1))


def _parse(fence: str, text: str) -> dict:
    if fence == "+++":
        import tomllib

        return tomllib.loads(text)
    import yaml

    try:
        known = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    return known if isinstance(known, dict) else {}


def _licence(raw: str, reasons: dict[int, str], facts: dict[str, tuple[str, int]]) -> None:
    """Everything up to the mark that starts an e-book, and from the one that ends it."""
    lines = raw.count("\n") + 1
    for match in LICENCE.finditer(raw):
        line = raw.count("\n", 0, match.start()) + 1
        if not match[1] or match[1].upper() == "START":
            reasons.update(dict.fromkeys(range(1, line + 1), "licence"))
            for k, text in enumerate(raw[: match.start()].split("\n"), 1):
                if known := LABEL.match(text.strip()):
                    name = {"release date": "date"}.get(known[1].lower(), known[1].lower())
                    facts.setdefault(name, (known[2], k))
        else:
            reasons.update(dict.fromkeys(range(line, lines + 1), "licence"))
            break


def _without_note_digits(text: str) -> tuple[str, list[Piece], set[int]]:
    """Digits of notes behind a stop: the first, or one whose number is next to another's."""
    found = [m for m in DIGIT.finditer(text) if not ABBREVIATED.search(text[: m.start() + 1][-8:])]
    numbers = {int(m[1]) for m in found}
    found = [m for m in found if int(m[1]) == 1 or numbers & {int(m[1]) - 1, int(m[1]) + 1}]
    text, marks = blanked(text, [(*m.span(1), "footnote marker") for m in found])
    return text, marks, {int(m[1]) for m in found}


# --- HTML


def _without_tags(raw: str) -> tuple[str, list[Piece]]:
    """Overwrite HTML with blanks; a block becomes a line with the sign of its kind."""
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
    """Stretches in order, overlapping ones as one."""
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
        if tag not in PHRASES:
            sign = "| " if tag in ("td", "th") else "\v" + SIGNS.get(tag, "")
            self.breaks.append((self._at(), sign))

    def handle_startendtag(self, tag, attrs):
        if tag not in PHRASES:
            self.breaks.append((self._at(), "\v"))

    def handle_endtag(self, tag):
        self.hidden = max(self.hidden - (tag in HIDDEN), 0)
        if tag not in PHRASES and tag not in ("td", "th"):
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


def clean_inline(text: str, offset: int = 0, known: Container[str] = ()) -> tuple[str, list[Piece]]:
    r"""Give the text without marks, and (start, end, reason) for all of its characters.

    Places count from `offset`. Compounds in `known` ("long-term") keep their hyphen where a line
    break follows it; other hyphens at a line's end go.

    >>> clean_inline(r"It cost \$5, [he](#) said.[1]")[0]
    'It cost $5, he said.'
    >>> clean_inline("a **b** c", 10)[1][:2]
    [(10, 12, 'prose'), (12, 14, 'emphasis mark')]
    """
    lines = "\n" in text and "-\n" not in text and "- " not in text
    first = SPECIAL.search(text.replace("\n", " ") if lines else text)
    if first is None:
        pieces = [(offset, offset + len(text), "prose")] if text else []
        if lines or "  " in text or text[:1] == " " or text[-1:] == " ":
            text = " ".join(text.split())
        return straight(text), pieces
    line = _Line(text, offset, known)
    line.read(0 if lines else first.start())
    return straight(" ".join("".join(line.out).split())), _merge(line.pieces)


def straight(text: str) -> str:
    """Word-internal apostrophes as the straight one.

    >>> straight("China’s ‘new’ o’clock")
    "China's ‘new’ o'clock"
    """
    if text.isascii() and "`" not in text:
        return text
    for mark, inside in APOSTROPHES:
        if mark in text:
            text = inside.sub("'", text)
    return text


class _Line:
    """One text while it is read: what is kept, and what became of each character."""

    def __init__(self, text: str, offset: int, known: Container[str]):
        self.text, self.offset, self.known = text, offset, known
        self.out: list[str] = []
        self.pieces: list[Piece] = []
        self.marks = emphasis(text) if "*" in text or "_" in text else frozenset()

    def keep(self, start: int, end: int, as_text: str | None = None) -> None:
        if end > start:
            self.out.append(self.text[start:end] if as_text is None else as_text)
            self.pieces.append((self.offset + start, self.offset + end, "prose"))

    def drop(self, start: int, end: int, reason: str) -> None:
        if end > start:
            self.pieces.append((self.offset + start, self.offset + end, reason))

    def read(self, at: int) -> None:
        """Read all of the text; `at` is the place of its first special character."""
        done = 0
        while at >= 0:
            match, ahead = INLINE.match(self.text, at), at + 1
            if self.text[at] == "[" and self.text[at - 1 : at] == "!" and at > done:
                image = INLINE.match(self.text, at - 1)
                match, at = (image, at - 1) if image else (match, at)
            if match:
                ahead = match.end() + (match.lastgroup == "escape")  # what is escaped is no mark
                if match.lastgroup != "mark" or at in self.marks:
                    done = self.take(match, done)
            found = SPECIAL.search(self.text, ahead)
            at = found.start() if found else -1
        self.keep(done, len(self.text))

    def take(self, match: re.Match, done: int) -> int:
        """Keep the text before a match, do what its kind asks; return where it ends."""
        start, end, kind = match.start(), match.end(), match.lastgroup
        if kind == "space" and "\n" in match[0]:
            while start > done and self.text[start - 1] == " ":
                start -= 1
            if self.text[start - 1 : start] in ("-", "\u2010"):
                return self.break_line(start, end, done)
        self.keep(done, start)
        if kind == "link":
            label = match.span("label")
            self.drop(start, label[0], "link target")
            inner = _Line(match["label"], self.offset + label[0], self.known)
            inner.read(0)
            self.out += inner.out
            self.pieces += inner.pieces
            self.drop(label[1], end, "link target")
        elif kind == "autolink":
            self.drop(start, start + 1, "link target")
            self.keep(start + 1, end - 1)
            self.drop(end - 1, end, "link target")
        elif kind == "entity":
            self.keep(start, end, re.sub(INVISIBLE, "", html.unescape(match[0])))
        elif kind == "space":
            self.keep(start, end, " ")
        else:
            self.drop(start, end, REASONS[kind])
        return end

    def break_line(self, start: int, end: int, done: int) -> int:
        """A line break behind a hyphen: the hyphen stays if it parts a compound."""
        left = re.search(r"\w+\Z", self.text[max(done, start - LONGEST_WORD) : start - 1])
        right = re.match(r"\w+", self.text[end : end + LONGEST_WORD])
        if not left or not right:
            self.keep(done, start)
            self.keep(start, end, " ")
            return end
        head = self.text[max(done, start - LONGEST_WORD) : start - 1]
        compound = (
            not right[0][0].islower()
            or len(left[0]) == 1  # n-type
            or HEADS.match(f"{left[0]}-{right[0]}") is not None
            or f"{left[0]}-{right[0]}" in self.known
            or SUSPENDED.search(head) is not None
        )
        cut = start if compound else start - 1
        self.keep(done, cut)
        self.drop(cut, end, "line break" if compound else "line-break hyphen")
        return end


def emphasis(text: str) -> frozenset[int]:
    """Places of the runs of `*` and `_` that are emphasis: pairs, or one at an edge of the text.

    >>> sorted(emphasis("a *b* c**d e* f")), sorted(emphasis("**Cut off by a page"))
    ([2, 4], [0])
    """
    found: set[int] = set()
    opened: list[tuple[int, str, int]] = []  # place, sign, how many of it are still open
    for match in MARKS.finditer(text):
        start, end, sign = match.start(), match.end(), match[0][0]
        before, after = text[start - 1 : start] if start else "", text[end : end + 1]
        inside = before.isalnum() and after.isalnum()
        closes = bool(before) and not before.isspace() and (not inside or sign == "*")
        left = end - start
        while closes and left and any(o[1] == sign for o in opened):
            k = max(i for i, o in enumerate(opened) if o[1] == sign)
            place, _, size = opened[k]
            opened[k:] = [(place, sign, size - left)] if size > left else []
            left = max(left - size, 0)
            found |= {place, start}
        if left == end - start and after and not after.isspace() and not before.isalnum():
            opened = [*opened[-9:], (start, sign, left)]  # deeper is no emphasis
            if not start:
                found.add(start)
        elif left == 2 and end == len(text) and sign == "*" and closes:
            found.add(start)
    return frozenset(found)


def _merge(pieces: list[Piece]) -> list[Piece]:
    """Neighbouring pieces of one reason as one."""
    result: list[Piece] = []
    for start, end, reason in pieces:
        if result and result[-1][2] == reason and result[-1][1] == start:
            result[-1] = (result[-1][0], end, reason)
        else:
            result.append((start, end, reason))
    return result


def blanked(text: str, marks: list[Piece]) -> tuple[str, list[Piece]]:
    """A text with blanks instead of some stretches; line ends stay."""
    out, done = [], 0
    for start, end, _ in marks:
        out += [text[done:start], re.sub(r"[^\n]", " ", text[start:end])]
        done = end
    return "".join([*out, text[done:]]), marks
