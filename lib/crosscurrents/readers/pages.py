"""HTML -> the article of a page and what the page says about it, by trafilatura; or all its text.

Text of markup has a line a block, headings and lists with the marks of Markdown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import islice

from crosscurrents.cleaning.facts import BEHIND, BY
from crosscurrents.cleaning.lines import FULL_NAME, iso_date
from crosscurrents.cleaning.rules import CERTAIN, PATTERNS, line_reason
from crosscurrents.dates import read_date
from crosscurrents.storage import decoded

SKIP = "\0"  # instead of a mark: the element and all in it are left out
# Signs that no text has (Unicode reserves them): where a block begins, and where its mark ends.
BLOCK, MARK = "\ufdd0", "\ufdd1"
ILLEGAL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # lxml reads it, but writes it not
HIDDEN = {"script", "style", "head", "noscript", "template", "svg", "math", "iframe", "object"}
INLINE = set(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp"
    " small span strike strong sub sup time tt u var wbr".split()
)
HEADING = re.compile(r"h[1-6]")
# Bytes of markup without its embedded pictures: ten times a long front page. Time grows with it.
LARGEST_PAGE = 10_000_000
DEEPEST = 500  # elements within elements: pages have 30; the extractor's own steps go as deep
PICTURE = re.compile(rb"data:[\w/+.-]{1,80};base64,[A-Za-z0-9+/=%\s]+")
BEGINS = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.I | re.S,
)
WHERE = "the page's metadata"
# Lines above an article that repeat what the page says about it, and lines below it.
ABOVE, HEAD = {"byline", "date", "date line", "label", "caption", *CERTAIN}, 8
BELOW = {"author note", "contact", *CERTAIN}
SHORT = 14  # words of a line above the title, such as a section
BETWEEN = re.compile(r"\s+(?:[-–—|:·]|--)\s+")  # title and outlet in the head of a page
NAME_MAX = 60  # signs of an author's name
SUMMARY = re.compile(  # the heading of a list that sums up the article
    r"(?:key |main )?(?:takeaways|points|findings)|summary|highlights|at a glance|in brief"
    r"|in short|das wichtigste in kürze|auf einen blick|l['’]essentiel|en bref", re.I,
)  # fmt: skip
ECHO, LONGEST = 8, 400  # words of a repeated passage; lines of a page where it is looked for
DESCRIBED = "//meta[@name='description' or contains(@property, ':description')]/@content"
PUBLISHED = (  # where pages say when they were published, the surest place first
    "//meta[@property='article:published_time' or @itemprop='datePublished']/@content",
    "//*[@itemprop='datePublished']/@datetime", "//time[contains(@class, 'published')]/@datetime",
    "//script[contains(., 'datePublished')]/text()",
)  # fmt: skip
# Blocks that are no prose of the article, as the names of their styles say, a field for an address,
# or a title that leads elsewhere; one with more than this share of all paragraphs is the article.
INSERTS = (
    "newsletter signup sign-up nl_promo inread footnote embedded-post pullquote pull-quote"
    " correction methodology more_info more-info read-more related author-bio standfirst"
).split()
BLOCKS = "div section aside figure blockquote ul ol p".split()
INSERTED = "//*[{}][{}] | //article[.//h2//a or .//h3//a or .//h4//a]".format(
    " or ".join(f"self::{name}" for name in BLOCKS),
    " or ".join([*(f"contains(@class, '{name}')" for name in INSERTS), ".//input[@type='email']"]),
)
LARGE = 0.2
ENDS = re.compile(r"\W*ends?\W*|###", re.I)  # below it a press release has what editors need
OFFICE = re.compile(
    r"(?i)\b(?:professor|lecturer|fellow|university|editor|correspondent|reporter)\b"
)
DAY = re.compile(r"(?:\A|\"datePublished\"\s*:\s*\")(\d{4}-\d\d-\d\d)")
NOT_A_NAME = re.compile(
    r"\A(?:view all (?:posts|articles) by|author:?|by|текст:?|автор:?)\s+", re.I
)
LAYOUT = 200  # signs of a cell with paragraphs or lines: such a table is the layout of an old page


def is_page(head: bytes) -> bool:
    """Whether a file begins as a page does.

    >>> is_page(b"<!-- saved --> <!DOCTYPE html><html>"), is_page(b"<em>Rain</em> fell.")
    (True, False)
    """
    return bool(BEGINS.match(head))


def read_page(data: bytes, url: str = "") -> tuple[str, dict[str, str]]:
    """The article of a page, a blank line between its paragraphs, and its facts.

    Facts are title, author, date, source (the outlet's name), url and language, where the page
    says them. Raises ValueError for a page that is too large, nested too deeply or without an
    article.
    """
    from trafilatura import bare_extraction

    root = page_root(data)
    language = (
        root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    ).strip()
    dates = {"original_date": True, "extensive_search": False}
    found = bare_extraction(
        root, url=url or None, with_metadata=True, include_comments=False,
        date_extraction_params=dates,
    )  # fmt: skip
    lines = [line.strip() for line in (found.text if found else "").split("\n")]
    if found is None or not any(lines):
        raise ValueError("is a page without an article that can be made out")
    facts = {
        "title": (found.title or "").strip(),
        "author": _names(found.author or ""),
        "date": _published(root) or found.date or "",
        "source": found.sitename or found.hostname or "", "url": found.url or url,
        "language": language,
    }  # fmt: skip
    facts["author"] = facts["author"] or _said_author(root)
    lines, above = _article([line for line in lines if line], facts, root)
    facts |= {name: value for name, value in above.items() if name == "title" or not facts[name]}
    if root.find(".//h1") is None and "title" not in above:
        facts |= _of_two(root, facts)
    facts["source"] = _outlet(root, facts, found.hostname or "")
    *title, last = BETWEEN.split(facts["title"])
    if title and _plain(last) in (_plain(facts["author"]), _plain(facts["source"])):
        facts["title"] = " – ".join(title)
    return "\n\n".join(lines), {name: value for name, value in facts.items() if value}


def _published(root) -> str:
    """The day on which a page says that it was published; "" where it does not."""
    said = (text for path in PUBLISHED for text in root.xpath(path))
    return next((match[1] for text in said if (match := DAY.search(text.strip()))), "")


def _article(lines: list[str], facts: dict[str, str], root) -> tuple[list[str], dict[str, str]]:
    """The lines of an article without those around it, and the facts that stood above it.

    Of a page whose lines are all of that kind nothing is left out.
    """
    above: dict[str, str] = {}
    first, titles = 0, _titles(root)
    for k, line in enumerate(lines[:HEAD]):
        if not all(len(each.split()) <= SHORT for each in lines[:k]):
            break
        if _plain(line) in titles:
            first, above["title"] = k + 1, line
            break
        long = (title for title in titles if len(title) > SHORT)
        if len(line.split()) <= 2 * SHORT and any(title in _plain(line) for title in long):
            first = k + 1  # with its section, or what introduces it
            break
    known = {_plain(facts["source"]), *titles, *_bylines(facts["author"])}
    known |= _standfirsts(root, lines)
    while first < len(lines) - 1:
        line = lines[first].lstrip("- ")
        size = len(line.split())
        reason = line_reason(line, size) or line_reason(line, size, "head")
        day = read_date(line)
        if SUMMARY.fullmatch(line.rstrip(":.")) and lines[first + 1].startswith("- "):
            while first < len(lines) - 2 and lines[first + 1].startswith("- "):
                first += 1
        elif not (_plain(line) in known or isinstance(day, str) or reason in ABOVE):
            break
        if reason == "byline" and (name := BEHIND.sub("", BY.sub("", line)).strip(" ,.;")):
            above.setdefault("author", name)
        date = day if isinstance(day, str) else iso_date(line) if reason == "date" else ""
        if len(date) == 10:
            above.setdefault("date", date)
        first += 1
    rest = [
        line for line in _without_echoes(lines[first : _end(lines, facts["author"])])
        if line_reason(line.lstrip("- "), len(line.split())) not in CERTAIN
    ]  # fmt: skip
    if not rest:
        return lines, {}
    opening = PATTERNS["DATELINE"].match(rest[0])  # the place and date that open a wire story
    return [rest[0][opening.end() if opening else 0 :], *rest[1:]], above


def _end(lines: list[str], author: str) -> int:
    """Where the lines below an article begin: who wrote it, whom to write to, other articles."""
    ends = (k for k, line in enumerate(lines) if 2 * k > len(lines) and ENDS.fullmatch(line))
    end, teasers = next(ends, len(lines)), False
    names = [name for name in author.split(", ") if " " in name]
    while end > 1:
        line = lines[end - 1].lstrip("- ")
        size = len(line.split())
        reason = line_reason(line, size) or line_reason(line, size, "tail")
        listed = lines[end - 1].startswith("- ")
        dated = reason == "date" or line.startswith("Published")
        teasers = listed and (teasers or dated)  # the date of another article is below its title
        if not (teasers or reason in BELOW or line.startswith(tuple(f"{n} " for n in names))):
            break
        end -= 1
    return end


def _without_echoes(lines: list[str]) -> list[str]:
    """Lines without pull quotes: passages that another line contains."""
    if len(lines) > LONGEST:
        return lines
    plain = [_plain(line) for line in lines]
    return [
        line for line, own in zip(lines, plain)
        if len(line.split()) < ECHO or not any(own in other and own != other for other in plain)
    ]  # fmt: skip


def _bylines(author: str) -> set[str]:
    """The names of authors as lines may list them."""
    joined = (author.replace(", ", word) for word in ("", "and", "und", "et", "y", "e"))
    return set(map(_plain, joined))


def _standfirsts(root, lines: list[str]) -> set[str]:
    """Descriptions of a page that are a block outside of its article, and not the lead of it."""
    places: dict[str, object] = {}
    for element in root.iter("p", "div", "h2", "h3", "h4", "section"):
        if text := _short_text(element):
            places.setdefault(_plain(text), element.getparent())
    body = Counter(place for line in lines if (place := places.get(_plain(line))) is not None)
    where, number = next(iter(body.most_common(1)), (None, 0))
    if number < 2:  # each paragraph is in a block of its own: any may be the lead
        return set()
    said = {_plain(text) for text in root.xpath(DESCRIBED)} & set(places)
    return {text for text in said if places[text] is not where}


def _short_text(element, most: int = 12) -> str:
    """The text of an element that holds few others; "" of one that holds more."""
    if sum(1 for _ in islice(element.iterdescendants(), most + 1)) > most:
        return ""
    return " ".join("".join(element.itertext()).split())


def _names(found: str) -> str:
    """The names of authors that were found, without labels and offices."""
    names = [NOT_A_NAME.sub("", name) for name in found.split("; ")]
    return ", ".join([name for name in names if not OFFICE.search(name)] or names)


def _said_author(root) -> str:
    """Who wrote a page, as its head or a short block says; the extractor takes persons only."""
    said = root.xpath("string(//meta[@name='author']/@content)").strip()
    if said and "://" not in said and len(said) <= NAME_MAX:
        return said
    for element in root.iter("div", "p", "span", "address", "li", "td", "font"):
        text = _short_text(element)
        if len(text) <= 2 * NAME_MAX and (label := BY.match(text)):
            names = BEHIND.sub("", text[label.end() :]).strip(" ,.;")
            names = re.sub(r",? (?:and|&) ", ", ", names)
            if all(FULL_NAME.fullmatch(name) for name in names.split(", ")):
                return names
    return ""


def _outlet(root, facts: dict[str, str], host: str) -> str:
    """The outlet of a page; where nothing but its address says it, as behind the title."""
    parts = BETWEEN.split((root.findtext(".//title") or "").strip())
    name = parts[-1] if len(parts) > 1 and _plain(facts["title"]) == _plain(parts[0]) else ""
    if facts["source"] == host and (not host or re.sub("^the", "", _plain(name)) in _plain(host)):
        return name or host
    return facts["source"]


def _of_two(root, facts: dict[str, str]) -> dict[str, str]:
    """Title and outlet where the head of a page has both, and the shorter was taken for the title.

    Old pages put the outlet first; a headline has more words.
    """
    parts = BETWEEN.split((root.findtext(".//title") or "").strip())
    shorter = min(parts, key=lambda part: len(part.split()))
    if len(parts) != 2 or _plain(facts["title"]) not in (_plain(shorter), _plain("".join(parts))):
        return {}
    outlet, title = sorted(parts, key=lambda part: len(part.split()))
    return {"title": title, "source": facts["source"] or outlet}


def _titles(root) -> set[str]:
    """Possible titles of a page: the one of its head, also without the outlet's name."""
    text = root.findtext(".//title") or ""
    parts = [text, *BETWEEN.split(text)]
    parts += [" ".join(heading.itertext()) for heading in root.iter("h1")]
    return {plain for part in parts if (plain := _plain(part))}


def _plain(text: str) -> str:
    """A text by which it is compared: its letters and digits."""
    return re.sub(r"[\W_]+", "", text.casefold())


def page_root(data: bytes):
    """The root of a page; raises ValueError if it is too large, too deep or empty."""
    data = PICTURE.sub(b"", data)
    if len(data) > LARGEST_PAGE:
        raise ValueError(f"is a page of {len(data):,} bytes (at most {LARGEST_PAGE:,} are read)")
    root = parse_html(data)
    if root is None:
        raise ValueError("is a page that holds nothing")
    depth, level = 0, [root]
    while level and depth <= DEEPEST:
        level, depth = [child for element in level for child in element], depth + 1
    if level:
        raise ValueError(f"is a page nested more than {DEEPEST} elements deep")
    _without_layout(root)
    _without_inserts(root)
    return root


def _without_layout(root) -> None:
    """Make blocks of the tables by which old pages are laid out; tables of figures stay."""
    laid_out = {
        table
        for cell in root.iter("td")
        if any(cell.find(f".//{name}") is not None for name in ("p", "br", "table"))
        if len("".join(cell.itertext())) > LAYOUT
        for table in cell.iterancestors("table")
    }
    for table in laid_out:
        for part in list(table.iter("tbody", "tr", "td", "th")):
            if next(part.iterancestors("table"), None) is table:
                part.tag = "section"
    for table in laid_out:
        table.tag = "div"


def _without_inserts(root) -> None:
    """Take out blocks that are no prose of the article (INSERTED)."""
    whole = sum(len("".join(paragraph.itertext())) for paragraph in root.iter("p"))
    small: dict[object, int] = {}
    for block in root.xpath(INSERTED):  # a block comes before the blocks within it
        size = len("".join(block.itertext()))
        if size <= LARGE * whole and small.keys().isdisjoint(block.iterancestors()):
            small[block] = size
    if sum(small.values()) <= whole / 2:  # a list of articles has nothing else
        for block in small:
            block.drop_tree()


# --- all text of markup


def text_of(root, kind: Callable) -> str:
    """The text below an element, a blank line between its blocks.

    Parameters
    ----------
    root
        An lxml element; it is changed.
    kind
        What an element is: None for one inside a line, SKIP for one that is left out, white space
        for one that means it, else the mark before the lines of the block ("" for none).
    """
    from lxml import etree

    etree.strip_elements(root, etree.Comment, etree.PI, etree.Entity, with_tail=False)
    marks: dict = {}
    for element in list(root.iter("*")):
        what, above = kind(element), marks.get(element.getparent(), "")
        marks[element] = above
        if what == SKIP:
            element.clear(keep_tail=True)
        elif what is not None and what.isspace():
            element.text = what
        elif what is not None:
            marks[element] = what or above
            element.text = f"{BLOCK}{what or above}{MARK}{ILLEGAL.sub('', element.text or '')}"
            element.tail = f"{BLOCK}{above}{MARK}{ILLEGAL.sub('', element.tail or '')}"
    root.tail = None
    lines = []
    for block in "".join(root.itertext()).split(BLOCK):
        mark, _, text = block.rpartition(MARK)
        if text := re.sub(r"[^\S\n]+", " ", text).strip():
            lines.append(mark + text)
    return "\n\n".join(lines)


def html_text(page: str | bytes, *, skip_ids: tuple[str, ...] = ()) -> str:
    """All text of an HTML page or a part of one; for articles of the web see `pages`.

    >>> html_text("<h1>Rain</h1><p>It <b>rained</b>.<br>So it was.</p><ul><li>twice</li></ul>")
    '# Rain\\n\\nIt rained.\\nSo it was.\\n\\n- twice'
    """
    root = parse_html(page)

    def kind(element) -> str | None:
        name = element.tag
        if name in HIDDEN or (skip_ids and (element.get("id") or "").startswith(skip_ids)):
            return SKIP
        if name == "sup" and skip_ids:  # the mark of a note
            return SKIP if element.find(".//a") is not None else None
        if name == "br":
            return "\n"
        if HEADING.fullmatch(name):
            return "#" * int(name[1]) + " "
        return {"li": "- ", "blockquote": "> "}.get(name, None if name in INLINE else "")

    return "" if root is None else text_of(root, kind)


def parse_html(page: str | bytes):
    """The root of a page as lxml reads it, or None where there is nothing."""
    from lxml import etree, html

    if isinstance(page, bytes):
        found = re.search(rb"charset=[\"']?([\w-]+)", page[:4096])
        try:
            page = page.decode(found[1].decode() if found else "utf-8")
        except (LookupError, UnicodeDecodeError):
            page, _ = decoded(page)
    page = re.sub(r"\A\s*<\?xml[^>]*\?>", "", page)  # lxml refuses it in text
    if not page.strip():
        return None
    try:
        return html.document_fromstring(page, parser=html.HTMLParser(huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError, ValueError):
        return None
