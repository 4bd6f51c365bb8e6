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
from crosscurrents.kept import read_object, write_whole
from crosscurrents.readers.dates import read_date
from crosscurrents.readers.files import unreadable
from crosscurrents.readers.tables import guess_columns, read_table

FEEDS, STATE = "feeds.toml", "collected.json"
FACTS = ("title", "date", "author")  # of a page, as a feed or a table says them
RUNS = 5  # in which a page that fails is tried again
ENTRIES = 100  # of a feed: more are an archive


def add_pages(
    additions: Additions, urls: list[str], *, fetcher: Fetcher, source: str = ""
) -> list[tuple[str, str]]:
    """Fetch pages and put them into a corpus; (address, outcome) of each."""
    outcomes = []
    for url in urls:
        try:
            outcomes.append((url, _add(additions, fetcher, url, {"source": source})))
        except ValueError as error:
            outcomes.append((url, f"left out: {error}"))
    return outcomes


def _add(additions: Additions, fetcher: Fetcher, url: str, page: dict[str, Any]) -> str:
    """Fetch a page and put it into a corpus; raises ValueError with the reason."""
    answer = fetcher.get(url)
    facts = {name: page[name] for name in FACTS if name in page}
    more = {"source": page["source"], "url": answer.url, "facts": facts}
    return additions.put(_readable(answer), _name(answer), **more)


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
    folder: str | Path, *, fetcher: Fetcher, pages: str | Path = ""
) -> list[tuple[str, str]]:
    """Fetch what feeds.toml of a corpus lists and is not there yet; (address, outcome) of each.

    What was fetched, and what failed, is recorded in collected.json: a page is fetched once, a feed
    only if it changed, a page that failed again in the next five runs.

    `pages` is a table of addresses, such as Media Cloud gives; with it there may be no feeds.toml.

    Raises ValueError for a feeds.toml that is missing or has mistakes, and for a table without
    addresses.
    """
    folder = Path(folder).expanduser()
    feeds, listed = [], read_addresses(pages) if pages else []
    if not pages or (folder / FEEDS).is_file():
        feeds, more = read_feeds(folder / FEEDS)
        listed += more
    state = {"feeds": {}, "pages": {}} | read_object(folder / STATE)
    outcomes = []
    for feed in feeds:
        outcomes.append((feed["url"], _read_feed(feed, state, fetcher)))
    for page in listed:
        _remember(state, page["url"], page)
    additions = Additions(folder)
    for url, page in state["pages"].items():
        if page.get("done") or page["tries"] >= RUNS:
            continue
        page["tries"] += 1
        try:
            page |= {"outcome": _add(additions, fetcher, url, page), "done": True}
        except ValueError as error:
            page["outcome"] = f"failed: {error}"
            if not getattr(error, "passing", False):
                page["tries"] = RUNS
        outcomes.append((url, page["outcome"]))
        additions.finish()
        _store(folder, state)  # after each: a run that is stopped loses nothing
    _store(folder, state)
    return outcomes


def _store(folder: Path, state: dict) -> None:
    write_whole(folder / STATE, json.dumps(state, indent=1, ensure_ascii=False))


def _remember(state: dict, url: str, page: dict[str, str]) -> bool:
    """Add a page to the list of pages to fetch; whether it is a new one."""
    new = url not in state["pages"]
    if new:
        day = read_date(page.get("date", ""))
        facts = {name: page.get(name, "") for name in ("source", *FACTS)}
        facts["date"] = day if isinstance(day, str) else ""
        state["pages"][url] = facts | {"tries": 0}
    return new


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
    names = [name for name in ("url", "source", *FACTS) if name in found]
    rows = zip(*(table[found[name]].str.strip().tolist() for name in names))
    return [dict(zip(names, row)) for row in rows if row[0]]


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
        if wrong := sorted({name for row in rows for name in row} - {"url", "source"}):
            raise ValueError(f"{file}: {wrong} are unknown; choose from ['url', 'source']")
    return found.get("feeds", []), found.get("pages", [])


def _read_feed(feed: dict[str, str], state: dict, fetcher: Fetcher) -> str:
    """Add the entries of a feed to the pages that are to be fetched; say how many."""
    import feedparser

    known = state["feeds"].get(feed["url"], {})
    headers = {"if-none-match": known.get("etag"), "if-modified-since": known.get("modified")}
    try:
        answer = fetcher.get(feed["url"], {k: v for k, v in headers.items() if v})
        if answer.status == 304:
            return "nothing new"
        found = feedparser.parse(answer.data)
        if not found.version:
            raise FetchError(f"is no feed that can be read{_own_feed(answer)}")
    except ValueError as error:
        return f"failed: {error}"
    new, source = 0, feed.get("source") or str(found.feed.get("title", ""))
    for entry in found.entries[:ENTRIES]:
        if link := entry.get("link"):
            page = {name: str(entry.get(name, "")) for name in ("title", "author")}
            page |= {
                "source": source,
                "date": str(entry.get("published") or entry.get("updated") or ""),
            }
            new += _remember(state, urljoin(answer.url, str(link)), page)
    state["feeds"][feed["url"]] = {
        "etag": answer.headers.get("etag", ""),
        "modified": answer.headers.get("last-modified", ""),
    }
    return f"{new} new of {len(found.entries)} entries"


def _own_feed(answer: Answer) -> str:
    """Which feed a page names as its own, as the end of a sentence."""
    for link in re.findall(rb"(?is)<link\b[^>]{1,500}>", answer.data):
        if re.search(rb"(?i)application/(?:rss|atom)\+xml", link):
            if found := re.search(rb"(?i)href=[\"']?([^\"'\s>]+)", link):
                feed = urljoin(answer.url, found[1].decode("utf-8", "replace"))
                return f"; the page names {feed}"
    return ""
