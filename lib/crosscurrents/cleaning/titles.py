"""Which line of a page is its title: the weights of many small signs, added up.

The candidates are the short lines above the text, and headings just below its beginning. The
weights under [titles] in `weights.toml` are a conditional logit over the marked pages of
tests/kinds, fitted by tests/kinds/fit.py; the candidate with the greatest sum is the title, unless
even that is below `LEAST`.
"""

from __future__ import annotations

import re

from crosscurrents.cleaning.doubt import TOKEN, fitted
from crosscurrents.cleaning.lines import Unit, is_masthead, is_menu, is_name, is_titled, iso_date
from crosscurrents.cleaning.rules import NOTICE, SHORT, is_interface

LEAST = 0.0  # the sum of weights that stands for no title at all
TOP = 60  # lines of a page that may hold its title, and its date beside other things
BELOW = 3  # lines from the first of the text on, of which a heading may be the title
BODY = 5000  # signs of a text in which words of its title are sought
LENGTHS = (1, 2, 4, 8, SHORT, 20, NOTICE)  # words of a line, in classes
LONGER = re.compile(r"[^\W\d_]{4,}")
BRACKETED = re.compile(r"[\[;].*|\([^()]*\)")
PAGED = re.compile(r" \d{1,3}\Z")  # the head of a page
STOP = re.compile(r"[a-z]{2}[.!?] \S")
TRAIL = re.compile(r" [>»›|] ")  # Home > News > Title
BY = re.compile(r"by\b|\w+ by\b", re.I)
# What is known above a text that was not saved with the menus of a page: its first line says more.
TOLD = {
    "head", "byline", "date", "date line", "standfirst", "caption", "section heading", "headline",
    "repeated headline",
}  # fmt: skip
Signs = dict[str, float]
KICKER = 3  # words: the name of a section above a title has no more
UNLIKE = {  # signs that no title has which is the first line
    "date", "name", "outlet", "brackets", "small", "by", "paged", "ended", "label",
    "address", "trail",
}  # fmt: skip


def find_title(page, first: int, top: list[Unit]) -> Unit | None:
    """The title of a page, if it has one.

    Its text begins with the unit numbered `first`; `top` are the lines above that say nothing else.
    """
    found = candidates(page, first, top)
    if {u.reason for u in page.units[:first]} <= TOLD and not page.free:
        if title := _first_title(found):
            return title
    known = fitted()["titles"]
    best, most = None, LEAST
    for unit, signs in found:
        weight = sum(known.get(sign, 0.0) * size for sign, size in signs.items())
        if weight > most:
            best, most = unit, weight
    return best


def _first_title(found: list[tuple[Unit, Signs]]) -> Unit | None:
    """The first line of a head without menus that is no name, date or heading of a section."""
    some = [(u, signs) for u, signs in found if "is open" in signs and not signs.keys() & UNLIKE]
    for (unit, signs), below in zip(some, [*(signs for _, signs in some[1:]), None]):
        short = unit.words <= KICKER and "written" not in signs
        over = short or signs.keys() & {"upper", "foot", "twice"}
        titled = below and not below.keys() & {"ended", "stop inside"}
        if not (over and titled and below["share"] >= signs["share"]):
            return unit
    return None


def candidates(page, first: int, top: list[Unit]) -> list[tuple[Unit, Signs]]:
    """The lines that may be the title of a page, each with its signs and their sizes.

    `page` is a Head of `heads`: its units, whether they are verse, spoken, free or timed.
    """
    units = page.units
    some = [
        (i, unit) for i, unit in enumerate(units[: min(first + BELOW, TOP)])
        if unit.words <= (SHORT if unit.plain.endswith(".") else NOTICE)
        and any(map(str.isalpha, unit.plain))
        and not (unit.fixed or unit.reason == "byline" or is_menu(unit.plain))
        and (unit in top or (unit.reason != "prose" and i < first) or unit.kind == "heading"
             or unit.reason == "section heading")
    ]  # fmt: skip
    if not some:
        return []
    some = _marked(page.units, first, some)
    around = _Around(page, first, [unit for _, unit in some])
    return [
        (unit, _signs(page, around, i, unit) | {f"is {_said(unit, top)}": 1.0}) for i, unit in some
    ]


def _said(unit: Unit, top: list[Unit]) -> str:
    """What a candidate is said to be: "open" if nothing says it, "prose" if it may be text."""
    return unit.reason if unit not in top or unit.reason == "prose" else "open"


def _marked(units: list[Unit], first: int, some: list[tuple[int, Unit]]) -> list[tuple[int, Unit]]:
    """Those that the page itself marks as its title, or all: a heading, a line said again.

    A heading of a lower level inside the text belongs to a section.
    """
    headings = [(i, u) for i, u in some if u.kind == "heading" and (i < first or level(u) == 1)]
    least = min((level(u) for _, u in headings), default=0)
    marked = [(i, u) for i, u in headings if level(u) == least]
    again = {u.plain.casefold() for u in units[:first] if u.reason == "repeated headline"}
    again = {text for text in again if text.count(" ") >= KICKER}
    again |= {u.plain.casefold() for u in units[first : first + 1]}
    marked = marked or [(i, u) for i, u in some if i < first and u.plain.casefold() in again]
    return marked or some


class _Around:
    """What the candidates of a page are compared with."""

    def __init__(self, page, first: int, some: list[Unit]):
        units = page.units
        texts = [unit.plain.casefold() for unit in units]
        self.first, self.some, self.head, self.below = first, some, texts[:first], texts[first:]
        self.plain = {u.reason for u in units[:first]} <= TOLD
        prose = (u.plain for u in units[first:] if u.reason in ("", "prose"))
        self.body = " ".join(prose)[:BODY].casefold()
        self.foot = "\n".join(u.plain for u in units[first:] if u.reason).casefold()
        open_lines = (u.words for u in some if u.reason in ("head", "section heading"))
        self.longest = max(open_lines, default=0)


def _signs(page, around: _Around, i: int, unit: Unit) -> Signs:
    """The signs of a candidate: what it looks like, where it is, what the page says of it."""
    text, low, units = unit.plain, unit.plain.casefold(), page.units
    length = next((n for n in LENGTHS if unit.words <= n), 0)
    above, below = units[i - 1 : i] if i else [], units[i + 1 : i + 3]
    written = any(word.islower() for word in LONGER.findall(text))  # no name, no list of names
    found = [
        f"words {length}", f"place {min(i, 5)}", f"before text {max(-3, min(6, around.first - i))}",
        f"kind {unit.kind}", f"free {page.free} {text.isupper()}",
        f"plain {around.plain} {min(i, 3)} {written}",
    ]  # fmt: skip
    found += [f"above {u.reason}" for u in above]
    found += [f"below {u.reason} {'ended' if u.ended else 'open'} {u.near}" for u in below[:1]]
    found += [f"above {look}" for u in above for look in _looks(u)]
    found += [f"below {look}" for u in below[:1] for look in _looks(u)]
    says = {
        "only": len(around.some) == 1, "first": unit is around.some[0],
        "last": unit is around.some[-1], "longest": unit.words == around.longest,
        "upper": text.isupper(), "titled": is_titled(text), "asks": text[-1] == "?",
        "ended": unit.ended and text[-1] != "?", "colon": ": " in text, "label": text[-1] == ":",
        "date": bool(iso_date(text)), "name": is_name(unit), "outlet": is_masthead(unit),
        "brackets": bool(BRACKETED.fullmatch(text)),
        "small": text[0].islower(), "by": bool(BY.match(text)), "paged": bool(PAGED.search(text)),
        "quoted": text[0] in '"“‘', "number": text[0].isdigit(), "near": unit.near,
        "digits": any(map(str.isdigit, text)), "interface": is_interface(text),
        "trail": bool(TRAIL.search(text)), "address": "www." in text or "@" in text,
        "named": bool(page.title) and low == page.title.casefold(),
        "written": written, "stop inside": STOP.search(text) is not None,
        "below author": any(is_name(u) or BY.match(u.plain) for u in below),
        "below date": any(iso_date(u.plain) for u in below),
        "above outlet": any(map(is_masthead, above)),
        "above interface": any(is_interface(u.plain) for u in above),
        "twice": around.head.count(low) > 1, "again": low in around.below,
        "verse": unit in page.verse,
        "within": unit.words > 1 and any(low in t and low != t for t in around.head),
        "holds": any(len(t) > 12 and t in low and t != low for t in around.head),
        "foot": low in around.foot, "short foot": low in around.foot and unit.words <= 6,
        "timed": page.timed, "speaks": page.speaks(unit),
    }  # fmt: skip
    shared = [word in around.body for word in LONGER.findall(low)]
    found += [name for name, is_so in says.items() if is_so] + [f"shared {min(sum(shared), 4)}"]
    words = [word.lower() for word in TOKEN.findall(text)]
    signs = dict.fromkeys(["always", *found], 1.0)
    signs["share"] = sum(shared) / max(len(shared), 1)
    signs |= dict.fromkeys((f"w:{word}" for word in words), len(words) ** -0.5 if words else 0)
    return signs | ({f"w:^{words[0]}": 0.5} if words else {})


def _looks(unit: Unit) -> list[str]:
    """What a line beside a candidate looks like: its length, its letters, its end."""
    text = unit.plain
    length = next((n for n in LENGTHS if unit.words <= n), 0)
    letters = "upper" if text.isupper() else "titled" if is_titled(text) else "small"
    end = "ended" if unit.ended else "open"
    return [f"words {length}", f"{letters} {end}", f"{letters} {length}", f"name {is_name(unit)}"]


def level(unit: Unit) -> int:
    """How many signs mark a heading."""
    return len(unit.text) - len(unit.text.lstrip("#"))
