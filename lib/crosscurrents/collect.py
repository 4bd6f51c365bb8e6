"""Pages of the web into a corpus: feeds and addresses, fetched once, failures tried again."""

from __future__ import annotations

import contextlib
import json
import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from crosscurrents.corpus.adding import Additions
from crosscurrents.fetching import Answer, Fetcher, FetchError
from crosscurrents.kept import write_whole
from crosscurrents.readers.dates import read_date
from crosscurrents.readers.files import unreadable
from crosscurrents.readers.tables import guess_columns, read_table

FEEDS, STATE = "feeds.toml", "collected.json"
RUNS = 5  # in which a page that fails is tried again
ENTRIES = 100  # of a feed: more are an archive


def add_pages(
    additions: Additions, urls: list[str], *, fetcher: Fetcher | None = None, source: str = ""
) -> list[tuple[str, str]]:
    """Fetch pages and put them into a corpus; (address, outcome) of each."""
    fetcher = fetcher or Fetcher()
    outcomes = []
    for url in urls:
        try:
            answer = fetcher.get(url)
            outcome = additions.put(_readable(answer), _name(answer), source=source, url=answer.url)
        except ValueError as error:
            outcome = f"left out: {error}"
        outcomes.append((url, outcome))
    return outcomes


def _readable(answer: Answer) -> bytes:
    """The body; where only the server's header says its encoding, as UTF-8 that says so itself."""
    found = re.search(r"(?i)charset=[\"']?([\w-]+)", answer.headers.get("content-type", ""))
    if found and not re.search(rb"(?i)charset|encoding=", answer.data[:4096]):
        with contextlib.suppress(LookupError, UnicodeDecodeError):
            return answer.data.decode(found[1]).encode("utf-8-sig")
    return answer.data


def _name(answer: Answer) -> str:
    """A name of a file from an address."""
    parts = urlsplit(answer.url)
    name = re.sub(r"[^\w.-]+", "-", parts.path.strip("/")).strip("-.")[-80:] or "index"
    if parts.query:
        name += "-" + re.sub(r"[^\w]+", "-", parts.query)[:30].strip("-")
    known = {"application/pdf": ".pdf", "text/plain": ".txt"}
    end = known.get(answer.headers.get("content-type", "").split(";")[0].strip(), ".html")
    return name if name.endswith((end, ".htm")) else name + end


def collect(
    folder: str | Path, *, fetcher: Fetcher | None = None, pages: str | Path = ""
) -> list[tuple[str, str]]:
    """Fetch what feeds.toml of a corpus lists and is not there yet; (address, outcome) of each.

    What was fetched, and what failed, is recorded in collected.json: a page is fetched once, a feed
    only if it changed, a page that failed again in the next five runs.

    `pages` is a table of addresses, such as Media Cloud gives; it may stand for feeds.toml.

    Raises ValueError for a feeds.toml that is missing or has mistakes, and for a table without
    addresses.
    """
    folder = Path(folder).expanduser()
    listed = read_addresses(pages) if pages else []
    if pages and not (folder / FEEDS).is_file():
        feeds = []
        folder.mkdir(parents=True, exist_ok=True)
    else:
        feeds, more = read_feeds(folder / FEEDS)
        listed += more
    fetcher = fetcher or Fetcher()
    state = _read_state(folder / STATE)
    outcomes = []
    for feed in feeds:
        outcomes += _read_feed(feed, state, fetcher)
    for page in listed:
        facts = {name: page.get(name, "") for name in ("source", "title", "date", "author")}
        state["pages"].setdefault(page["url"], facts | {"tries": 0})
    additions = Additions(folder)
    for url, page in state["pages"].items():
        if page.get("done") or page["tries"] >= RUNS:
            continue
        page["tries"] += 1
        try:
            answer = fetcher.get(url)
            facts = {k: page.get(k, "") for k in ("title", "date", "author")}
            outcome = additions.put(
                _readable(answer), _name(answer), source=page["source"], url=answer.url,
                facts=facts,
            )  # fmt: skip
            page |= {"done": True, "outcome": outcome}
        except ValueError as error:
            outcome = f"failed: {error}"
            page |= {"outcome": outcome}
            if not getattr(error, "passing", False):
                page["tries"] = RUNS
        outcomes.append((url, outcome))
        additions.finish()
        _store(folder, state)  # after each: a run that is stopped loses nothing
    _store(folder, state)
    return outcomes


def _store(folder: Path, state: dict) -> None:
    write_whole(folder / STATE, json.dumps(state, indent=1, ensure_ascii=False))


def read_addresses(file: str | Path) -> list[dict[str, str]]:
    """The addresses of a table, with source, title, date and author where it has them.

    Raises ValueError for a table that cannot be read, or has no column of addresses.
    """
    try:
        table = read_table(Path(file).expanduser())
    except OSError as error:
        raise ValueError(f"table {str(file)!r} {unreadable(error)}") from None
    found = guess_columns(table.columns.tolist())
    if "url" not in found:
        raise ValueError(
            f"table {str(file)!r} has no column of addresses; name one 'url' (it has "
            f"{table.columns.tolist()})"
        )
    names = [name for name in ("url", "source", "title", "date", "author") if name in found]
    rows = zip(*(table[found[name]].str.strip().tolist() for name in names))
    pages = [dict(zip(names, row)) for row in rows]
    for page in pages:
        day = read_date(page.get("date", ""))
        page["date"] = day if isinstance(day, str) else ""
    return [page for page in pages if page["url"]]


def read_feeds(file: Path) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Feeds and pages of a feeds.toml; raises ValueError naming what is wrong with it."""
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise ValueError(
            f"{str(file)!r} is not there; write [[feeds]] or [[pages]] with url = and source ="
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: {error}") from None
    if unknown := sorted(set(found) - {"feeds", "pages"}):
        raise ValueError(f"{file}: {unknown} are unknown; choose from ['feeds', 'pages']")
    for kind, rows in found.items():
        good = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
        if not good or not all(isinstance(row.get("url"), str) for row in rows):
            raise ValueError(f'{file}: write [[{kind}]] with url = "https://..." below it')
        for row in rows:
            if wrong := sorted(set(row) - {"url", "source"}):
                raise ValueError(f"{file}: {wrong} are unknown; choose from ['url', 'source']")
    return found.get("feeds", []), found.get("pages", [])


def _read_feed(feed: dict[str, str], state: dict, fetcher: Fetcher) -> list[tuple[str, str]]:
    """Add the entries of a feed to the pages that are to be fetched."""
    import feedparser

    url, known = feed["url"], state["feeds"].get(feed["url"], {})
    headers = {"if-none-match": known.get("etag"), "if-modified-since": known.get("modified")}
    try:
        answer = fetcher.get(url, {k: v for k, v in headers.items() if v})
        if answer.status == 304:
            return [(url, "nothing new")]
        found = feedparser.parse(answer.data)
        if not found.version:
            raise FetchError(f"is no feed that can be read{_own_feed(answer)}")
    except ValueError as error:
        return [(url, f"failed: {error}")]
    new = 0
    for entry in found.entries[:ENTRIES]:
        link = urljoin(answer.url, str(entry.get("link", "")))
        if not entry.get("link") or link in state["pages"]:
            continue
        day = read_date(str(entry.get("published") or entry.get("updated") or ""))
        state["pages"][link] = {
            "source": feed.get("source") or str(found.feed.get("title", "")), "tries": 0,
            "title": str(entry.get("title", "")), "author": str(entry.get("author", "")),
            "date": day if isinstance(day, str) else "",
        }  # fmt: skip
        new += 1
    headers = answer.headers
    state["feeds"][url] = {
        "etag": headers.get("etag", ""), "modified": headers.get("last-modified", ""),
    }  # fmt: skip
    return [(url, f"{new} new of {len(found.entries)} entries")]


def _own_feed(answer: Answer) -> str:
    """Which feed a page names as its own, as the end of a sentence."""
    for link in re.findall(rb"(?is)<link\b[^>]{1,500}>", answer.data):
        if re.search(rb"(?i)application/(?:rss|atom)\+xml", link):
            if found := re.search(rb"(?i)href=[\"']?([^\"'\s>]+)", link):
                feed = urljoin(answer.url, found[1].decode("utf-8", "replace"))
                return f"; the page names {feed}"
    return ""


def _read_state(file: Path) -> dict[str, Any]:
    with contextlib.suppress(OSError, ValueError):
        found = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(found, dict) and {"feeds", "pages"} <= set(found):
            return found
    return {"feeds": {}, "pages": {}}
